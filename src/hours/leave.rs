//! Leave: from when until when somebody is away.

use super::{bad, text};
use crate::fault::Fault;
use crate::instant::Instant;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Leave of a rep: whole days in the rep's time zone, or from one instant until another. Nobody on leave is picked by any
/// step.
///
/// ```
/// use lead_router::{RepRecord, hours::Leave};
///
/// let built = RepRecord::new("ann")
///     .zone("Europe/Berlin")
///     .leave(Leave::days("2026-07-06", "2026-07-17")) // both days included
///     .leave(Leave::between("2026-08-03T11:00:00Z".parse()?, "2026-08-03T14:00:00Z".parse()?));
/// let read: RepRecord = toml::from_str(r#"
///     id = "ann"
///     zone = "Europe/Berlin"
///     leave = [
///         { first_day = "2026-07-06", last_day = "2026-07-17" },
///         { from = "2026-08-03T11:00:00Z", until = "2026-08-03T14:00:00Z" },
///     ]
/// "#)?;
/// assert_eq!(built, read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "leave, such as { first_day = \"2026-07-06\", last_day = \"2026-07-17\" } or { from = \"2026-08-03T11:00:00Z\", until = \"2026-08-03T14:00:00Z\" }"
)]
#[non_exhaustive]
pub enum Leave {
    /// Whole days, as the clocks of the rep's time zone count them.
    #[non_exhaustive]
    Days {
        /// The first day away.
        first_day: String,
        /// The last day away.
        last_day: String,
    },
    /// From one instant until just before another.
    #[non_exhaustive]
    Between {
        /// When it begins, in UTC.
        from: DateTime<Utc>,
        /// When the rep is back, in UTC.
        until: DateTime<Utc>,
    },
}

impl Leave {
    /// Whole days, both included: `Leave::days("2026-07-06", "2026-07-17")`.
    #[must_use]
    pub fn days(first_day: impl Into<String>, last_day: impl Into<String>) -> Self {
        Self::Days { first_day: first_day.into(), last_day: last_day.into() }
    }

    /// From one instant until just before another, in whole milliseconds.
    #[must_use]
    pub fn between(from: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        Self::Between { from, until }
    }

    pub(crate) fn faults(&self, path: &str) -> Vec<Fault> {
        match self {
            Self::Days { first_day, last_day } => {
                let day = |name: &str, day: &str| match text::date(day) {
                    Some(day) => Ok(day),
                    None => Err(bad(
                        &format!("{path}.{name}"),
                        format!("`{day}` is not a date; write it like \"2026-12-24\""),
                    )),
                };
                match (day("first_day", first_day), day("last_day", last_day)) {
                    (Ok(first), Ok(last)) if last < first => {
                        vec![bad(path, format!("leave from `{first_day}` to `{last_day}` ends before it begins"))]
                    }
                    (first, last) => first.err().into_iter().chain(last.err()).collect(),
                }
            }
            Self::Between { from, until } if until <= from => {
                vec![bad(path, format!("leave from `{}` until `{}` ends before it begins", rfc(*from), rfc(*until)))]
            }
            Self::Between { .. } => Vec::new(),
        }
    }

    /// The same with its times as they are kept, so that it reads back equal.
    pub(crate) fn whole_milliseconds(self) -> Self {
        let whole = |time: DateTime<Utc>| Instant::from(time).to_utc_or_min();
        match self {
            Self::Between { from, until } => Self::Between { from: whole(from), until: whole(until) },
            days @ Self::Days { .. } => days,
        }
    }

    /// From when until just before when, for a rep whose clocks go by this zone.
    fn range(&self, zone: Tz) -> Option<(Instant, Instant)> {
        let (from, until) = match self {
            Self::Days { first_day, last_day } => {
                let (first, last) = (text::date(first_day)?, text::date(last_day)?);
                (first.start(zone), last.plus(1).start(zone))
            }
            Self::Between { from, until } => (Instant::from(*from), Instant::from(*until)),
        };
        (from < until).then_some((from, until))
    }
}

fn rfc(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// All of a rep's leave: in order, none overlapping or meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Absences(Vec<(Instant, Instant)>);

impl Absences {
    /// Of somebody who is never away.
    pub(crate) const NEVER: Self = Self(Vec::new());

    pub(crate) fn new(leave: &[Leave], zone: Tz) -> Self {
        let mut ranges: Vec<_> = leave.iter().filter_map(|leave| leave.range(zone)).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(Instant, Instant)> = Vec::with_capacity(ranges.len());
        for (from, until) in ranges {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => merged.push((from, until)),
            }
        }
        merged.shrink_to_fit();
        Self(merged)
    }

    /// Until when the rep is away, if away at `now`.
    pub(crate) fn until(&self, now: Instant) -> Option<Instant> {
        if self.0.is_empty() {
            return None;
        }
        let ended = self.0.partition_point(|(_, until)| *until <= now);
        self.0.get(ended).filter(|(from, _)| *from <= now).map(|(_, until)| *until)
    }

    /// All leave that ends after an instant.
    pub(super) fn after(&self, at: Instant) -> impl Iterator<Item = (Instant, Instant)> + use<'_> {
        let ended = self.0.partition_point(|(_, until)| *until <= at);
        self.0.iter().skip(ended).copied()
    }

    /// When leave begins or ends.
    pub(crate) fn dates(&self) -> impl Iterator<Item = Instant> {
        self.0.iter().flat_map(|&(from, until)| [from, until])
    }

    /// Whether some leave ends after `from`, and at `until` at the latest.
    pub(crate) fn ends_within(&self, from: Instant, until: Instant) -> bool {
        let ended = self.0.partition_point(|(_, end)| *end <= from);
        self.0.get(ended).is_some_and(|(_, end)| *end <= until)
    }
}
