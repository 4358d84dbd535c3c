//! Calendars: dates with other hours, shared by name.

use super::date_faults;
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Public holidays and other dates with hours of their own, which [`WorkingHours`](super::WorkingHours) share by name.
///
/// ```
/// use lead_router::{Roster, hours::{Calendar, WorkingHours}};
///
/// let built = Roster::new()
///     .calendar("germany", Calendar::new().closed_on("2026-12-25 to 2026-12-26").on_date("2026-12-24", "09:00-12:00"))
///     .hours("default", WorkingHours::in_zone("Europe/Berlin").on("mon-fri", "09:00-17:00").calendar("germany"));
/// let read: Roster = toml::from_str(r#"
///     [calendars.germany.dates]
///     2026-12-24 = "09:00-12:00"
///     "2026-12-25 to 2026-12-26" = "closed"
///
///     [hours.default]
///     zone = "Europe/Berlin"
///     week = { mon-fri = "09:00-17:00" }
///     calendars = ["germany"]
/// "#)?;
/// assert_eq!(built, read);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Calendar {
    /// Hours by date, as in [`WorkingHours::dates`](super::WorkingHours::dates).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<String, String>,
}

impl Calendar {
    /// A calendar without dates.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Other hours on a date, or on several.
    #[must_use]
    pub fn on_date(mut self, dates: impl Into<String>, hours: impl Into<String>) -> Self {
        self.dates.insert(dates.into(), hours.into());
        self
    }

    /// Closed on a date, or on several: `.closed_on("2026-12-25 to 2026-12-26")`.
    #[must_use]
    pub fn closed_on(self, dates: impl Into<String>) -> Self {
        self.on_date(dates, "closed")
    }

    /// What is wrong with it.
    pub(crate) fn faults(&self, path: &str) -> Vec<Fault> {
        date_faults(&format!("{path}.dates"), &self.dates)
    }
}
