//! Hours of the week as clocks show them, wherever somebody is.

use super::day::{SECONDS_OF_DAY, offset_millis};
use super::place::find_place;
use super::{text, week_faults};
use crate::fault::Fault;
use crate::instant::Instant;
use chrono::{DateTime, Utc};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Hours by day of the week, as clocks show them wherever somebody is: the business hours that
/// [`local_hours`](crate::condition::Field::local_hours) asks for.
///
/// Days and hours are written as those of [`WorkingHours`](super::WorkingHours); a day that is not named has none. Openings
/// are inclusive, closings exclusive. Only the clock is read: an hour that it shows twice in autumn counts twice, and one
/// that it skips in spring does not come.
///
/// ```
/// use lead_router::hours::LocalHours;
///
/// let office = LocalHours::new([("mon-fri", "09:00-17:00"), ("sat", "10:00-14:00")]);
/// let read: LocalHours = serde_json::from_str(r#"{ "mon-fri": "09:00-17:00", "sat": "10:00-14:00" }"#)?;
/// assert_eq!(read, office);
/// assert_eq!(office.to_string(), "mon-fri 09:00-17:00 or sat 10:00-14:00");
///
/// let monday = "2026-03-02T09:00:00Z".parse()?;
/// assert_eq!(office.is_open_in("Europe/Berlin", monday), Some(true));
/// assert_eq!(office.is_open_in("us", monday), Some(false)); // four in the morning, in New York
/// assert_eq!(office.is_open_in("Berlin", monday), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocalHours {
    week: BTreeMap<String, String>,
    /// The same in seconds since the beginning of Monday. What begins on Sunday may end after the week.
    periods: Box<[Range<u32>]>,
}

const SECONDS_OF_WEEK: u32 = 7 * SECONDS_OF_DAY;

impl LocalHours {
    /// These hours on these days: `[("mon-fri", "09:00-17:00")]`. Of days that are written alike, the last count.
    ///
    /// What cannot be read is left out here, and refused when a router is built.
    ///
    /// ```
    /// use lead_router::hours::{LocalHours, WorkingHours};
    ///
    /// let hours = WorkingHours::new().on("mon-fri", "09:00-17:00").on("sat", "closed");
    /// let same = LocalHours::new([("mon-fri", "09:00-17:00"), ("sat", "closed")]);
    /// assert_eq!(LocalHours::new(hours.week), same);
    /// ```
    #[must_use]
    pub fn new<Days: Into<String>, Hours: Into<String>>(week: impl IntoIterator<Item = (Days, Hours)>) -> Self {
        let week: BTreeMap<String, String> =
            week.into_iter().map(|(days, hours)| (days.into(), hours.into())).collect();
        let mut periods = Vec::new();
        for (names, hours) in &week {
            let (days, hours) = (text::days(names).unwrap_or_default(), text::periods(hours).unwrap_or_default());
            // Each day once, however often it is named, so that no text can become more than seven times as long.
            for day in (0..7).filter(|day| days.contains(day)) {
                let midnight = day as u32 * SECONDS_OF_DAY;
                periods.extend(hours.iter().map(|period| midnight + period.from..midnight + period.until));
            }
        }
        periods.sort_unstable_by_key(|period| period.start);
        Self { week, periods: periods.into() }
    }

    /// The hours as they are written, by days.
    #[must_use]
    pub fn week(&self) -> &BTreeMap<String, String> {
        &self.week
    }

    /// Whether clocks show one of these hours at a [place](super::time_zone_of) at an instant; none if nobody knows the
    /// place.
    #[must_use]
    pub fn is_open_in(&self, place: &str, at: DateTime<Utc>) -> Option<bool> {
        let (zone, at) = (find_place(place)?, Instant::from(at));
        let local = at.millis().saturating_add(offset_millis(at, zone)).div_euclid(1_000);
        // 1 January 1970 was a Thursday.
        let second = (local + 3 * i64::from(SECONDS_OF_DAY)).rem_euclid(SECONDS_OF_WEEK.into()) as u32;
        let now = [second, second + SECONDS_OF_WEEK];
        Some(self.periods.iter().any(|period| now.iter().any(|second| period.contains(second))))
    }

    /// How many periods there are in a week.
    pub(crate) fn period_count(&self) -> usize {
        self.periods.len()
    }

    /// What is wrong with them.
    pub(crate) fn faults(&self, path: &str) -> Vec<Fault> {
        week_faults(path, &self.week)
    }
}

impl fmt::Display for LocalHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut days: Vec<(&String, &String)> = self.week.iter().collect();
        days.sort_by_key(|(names, _)| text::days(names).ok().and_then(|days| days.first().copied()));
        for (index, (names, hours)) in days.into_iter().enumerate() {
            let join = if index > 0 { " or " } else { "" };
            write!(f, "{join}{names} {hours}")?;
        }
        Ok(())
    }
}

impl Serialize for LocalHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.week.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LocalHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WeekVisitor)
    }
}

struct WeekVisitor;

impl<'de> Visitor<'de> for WeekVisitor {
    type Value = LocalHours;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hours by days such as { mon-fri = \"09:00-17:00\" }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LocalHours, A::Error> {
        let mut week: BTreeMap<String, String> = BTreeMap::new();
        while let Some(days) = map.next_key()? {
            if week.contains_key(&days) {
                return Err(A::Error::custom(format_args!("`{days}` is there twice")));
            }
            let hours = map.next_value()?;
            week.insert(days, hours);
        }
        Ok(LocalHours::new(week))
    }
}
