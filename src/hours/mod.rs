//! Working hours: when a rep, or a team, is at work, in any time zone.
//!
//! [`WorkingHours`] are data, as a roster file writes them. [`WorkingHours::schedule`] makes a [`Schedule`] of them, which
//! answers: is it open, when does it open next, when does it close, what is two working hours from now, how much working time
//! lies between. A router does so for its reps by itself. [`LocalHours`] are for leads: conditions compare them with the clock
//! where the lead is.
//!
//! ```
//! use lead_router::{hours, hours::WorkingHours};
//!
//! let berlin = WorkingHours::in_zone("Europe/Berlin")
//!     .on("mon-thu", "09:00-12:30, 13:30-18:00")
//!     .on("fri", "09:00-15:00")
//!     .on_date("2026-12-24", "09:00-12:00")
//!     .closed_on("2026-12-25 to 2027-01-01")
//!     .schedule()?;
//!
//! // Friday, 14:30 in Berlin: half an hour is left, and the rest is worked off on Monday.
//! let friday = "2026-03-06T13:30:00Z".parse()?;
//! assert!(berlin.is_open(friday));
//! assert_eq!(berlin.add(friday, hours(2)), Some("2026-03-09T09:30:00Z".parse()?));
//! assert_eq!(berlin.next_closing(friday), Some("2026-03-06T14:00:00Z".parse()?));
//! assert_eq!(berlin.next_opening(friday), Some("2026-03-09T08:00:00Z".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What counts
//!
//! - Openings are inclusive, closings exclusive: at 17:00 sharp, `09:00-17:00` is closed.
//! - Periods that meet are one: who works `00:00-24:00` every day never closes.
//! - Hours belong to the date on which they begin. A night shift that begins on the 24th goes on to its end on the 25th, also
//!   if the 25th is a holiday.
//! - A date's own hours come before those of calendars, and calendars count in the order in which they are listed. Either
//!   replaces what the day of the week says.
//!
//! # When clocks change
//!
//! Wall times are turned into instants, and all else is reckoned in instants, so that an hour is always an hour long. Two
//! rules are all there is, those of calendars everywhere (RFC 5545, and `compatible` of ECMAScript's Temporal):
//!
//! - *A wall time that clocks skip* is moved on by as much as they skip. Where they go from 02:00 to 03:00, an opening
//!   at 02:30 opens at 03:30, and a closing at 02:30 closes at 03:30, so that a shift from 22:00 to 02:30 keeps its four and
//!   a half hours. A period of which nothing is left, such as 02:30 to 03:15 on that day, is dropped.
//! - *A wall time that comes twice* means its first coming. Where clocks go from 03:00 back to 02:00, a closing at 02:30
//!   closes when clocks first show it, and an opening at 02:30 opens then.
//!
//! It follows that a day of `00:00-24:00` has 23 hours in spring and 25 in autumn; that 09:00 to 17:00 has eight hours on every
//! date; and that changes of half an hour (Lord Howe Island) need no rule of their own. A date that a zone skips, as Apia
//! skipped 30 December 2011, has no hours; a night shift into it goes on for its full length on the date that follows. Which
//! offsets count when is the IANA time zone database's to say, in the version that the `chrono-tz` crate brings; it knows
//! changes up to the year 2099.

mod calendar;
mod country;
mod day;
mod leave;
mod local;
mod place;
mod schedule;
mod stopwatch;
mod sums;
#[cfg(test)]
mod tests;
mod text;
mod zone;

pub use calendar::Calendar;
pub use leave::Leave;
pub use local::LocalHours;
pub use place::time_zone_of;
pub use schedule::{OpenPeriod, Schedule};

pub(crate) use day::{ClockChanges, Day, offset_millis};
pub(crate) use leave::Absences;
pub(crate) use stopwatch::Stopwatch;
pub(crate) use zone::{find_zone, zone_fault};

use crate::fault::{BuildError, Fault, FaultKind, UnknownName, path_part};
use crate::limits::MAX_CALENDAR_DATES;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use text::Period;

/// When somebody is at work: hours by day of the week, hours of single dates, and calendars of holidays.
///
/// Plain data, checked when a router is built or a [schedule](WorkingHours::schedule) is made.
///
/// ```
/// use lead_router::hours::WorkingHours;
///
/// let built = WorkingHours::in_zone("Europe/Berlin")
///     .on("mon-fri", "09:00-12:00, 13:00-17:00")
///     .on("sat", "22:00-06:00+1") // over midnight
///     .on_date("2026-12-24", "09:00-12:00")
///     .closed_on("2026-12-31")
///     .calendar("germany");
/// let read: WorkingHours = toml::from_str(r#"
///     zone = "Europe/Berlin"
///     week = { mon-fri = "09:00-12:00, 13:00-17:00", sat = "22:00-06:00+1" }
///     dates = { 2026-12-24 = "09:00-12:00", 2026-12-31 = "closed" }
///     calendars = ["germany"]
/// "#)?;
/// assert_eq!(built, read);
/// # Ok::<(), toml::de::Error>(())
/// ```
///
/// - Days: `mon` to `sun`, ranges and lists (`mon-fri`, `tue, thu`), `daily`. Each day once.
/// - Hours: `09:00-17:30`, several with commas (no more than [`MAX_PERIODS`](crate::limits::MAX_PERIODS)), to `24:00` at the
///   latest; `+1` behind a closing on the next day; `closed`.
/// - Dates: `2026-12-24`, or `2026-12-24 to 2027-01-01` with both in it. Each date once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WorkingHours {
    /// The time zone, by its IANA name; none for that of the rep whose hours these are, or else UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Hours by day of the week. A day that is not named is closed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub week: BTreeMap<String, String>,
    /// Hours of single dates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<String, String>,
    /// Calendars of the roster, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<String>,
}

impl WorkingHours {
    /// Hours without a time zone of their own: that of the rep whose hours they are counts, or else UTC. Closed until it
    /// is said when not.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same in a time zone, by its IANA name: `Europe/Berlin`.
    #[must_use]
    pub fn in_zone(zone: impl Into<String>) -> Self {
        Self { zone: Some(zone.into()), ..Self::default() }
    }

    /// Open all the time.
    #[must_use]
    pub fn always() -> Self {
        Self::in_zone("UTC").on("daily", "00:00-24:00")
    }

    /// Open on some days of the week: `.on("mon-fri", "09:00-17:00")`. Days that are written alike are replaced.
    #[must_use]
    pub fn on(mut self, days: impl Into<String>, hours: impl Into<String>) -> Self {
        self.week.insert(days.into(), hours.into());
        self
    }

    /// Other hours on a date, or on several: `.on_date("2026-12-24", "09:00-12:00")`.
    #[must_use]
    pub fn on_date(mut self, dates: impl Into<String>, hours: impl Into<String>) -> Self {
        self.dates.insert(dates.into(), hours.into());
        self
    }

    /// Closed on a date, or on several: `.closed_on("2026-12-24 to 2027-01-01")`.
    #[must_use]
    pub fn closed_on(self, dates: impl Into<String>) -> Self {
        self.on_date(dates, "closed")
    }

    /// Follows a calendar of the roster, by name. Of several that name a date, the first counts.
    #[must_use]
    pub fn calendar(mut self, name: impl Into<String>) -> Self {
        self.calendars.push(name.into());
        self
    }

    /// The schedule that follows from these hours, if they need no calendar. Looks up some 250 years of clock changes, which
    /// takes a few milliseconds: make it once.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the hours, at once, each with its place.
    ///
    /// ```
    /// use lead_router::hours::WorkingHours;
    ///
    /// let refused = WorkingHours::in_zone("Europe/Berln").on("mon-fri", "17:00-09:00").schedule();
    /// assert_eq!(refused.map_err(|error| error.to_string()).err().as_deref(), Some("\
    /// 2 faults
    ///   zone: there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?
    ///   week.mon-fri: `17:00-09:00` ends before it begins; if it runs over midnight, write `17:00-09:00+1`"));
    /// ```
    pub fn schedule(&self) -> Result<Schedule, BuildError> {
        self.schedule_with(&BTreeMap::new())
    }

    /// The same with calendars, by name: those of a [`Roster`](crate::Roster).
    ///
    /// # Errors
    ///
    /// As [`WorkingHours::schedule`]; and a calendar that is not among them.
    pub fn schedule_with(&self, calendars: &BTreeMap<String, Calendar>) -> Result<Schedule, BuildError> {
        let mut faults = self.faults("");
        faults.extend(self.unknown_calendars("", calendars));
        for name in &self.calendars {
            if let Some(calendar) = calendars.get(name) {
                faults.extend(calendar.faults(&format!("calendars.{}", path_part(name))));
            }
        }
        if faults.is_empty() {
            Ok(self.compile(None, calendars, &mut ClockChanges::default()))
        } else {
            Err(BuildError::new(faults))
        }
    }

    /// What is wrong with the hours by themselves.
    pub(crate) fn faults(&self, path: &str) -> Vec<Fault> {
        let mut faults: Vec<Fault> =
            self.zone.as_ref().and_then(|zone| zone_fault(&join(path, "zone"), zone)).into_iter().collect();
        faults.extend(week_faults(&join(path, "week"), &self.week));
        faults.extend(date_faults(&join(path, "dates"), &self.dates));
        faults
    }

    /// Calendars that nobody defines.
    pub(crate) fn unknown_calendars(&self, path: &str, known: &BTreeMap<String, Calendar>) -> Vec<Fault> {
        let unknown = self.calendars.iter().enumerate().filter(|(_, name)| !known.contains_key(*name));
        let fault = |(place, name): (usize, &String)| {
            let unknown = UnknownName::new("calendar", name, known.keys().map(String::as_str));
            Fault::new(join(path, &format!("calendars[{place}]")), FaultKind::Unknown(unknown))
        };
        unknown.map(fault).collect()
    }

    /// The schedule of hours without faults, in the zone of a rep if they have none.
    pub(crate) fn compile(
        &self,
        zone: Option<Tz>,
        calendars: &BTreeMap<String, Calendar>,
        clock_changes: &mut ClockChanges,
    ) -> Schedule {
        let own = self.zone.as_deref().and_then(find_zone);
        let mut week: [Vec<Period>; 7] = Default::default();
        for (names, hours) in &self.week {
            let periods = text::periods(hours).unwrap_or_default();
            for day in text::days(names).unwrap_or_default() {
                if let Some(day) = week.get_mut(day) {
                    day.clone_from(&periods);
                }
            }
        }
        let mut dates = BTreeMap::new();
        let calendars = self.calendars.iter().filter_map(|name| calendars.get(name));
        // What comes first counts.
        for table in std::iter::once(&self.dates).chain(calendars.map(|calendar| &calendar.dates)) {
            for (names, hours) in table {
                let Ok((first, last)) = text::dates(names) else { continue };
                let periods = text::periods(hours).unwrap_or_default();
                for day in (first.0..=last.0).take(MAX_CALENDAR_DATES).map(Day) {
                    dates.entry(day).or_insert_with(|| periods.clone());
                }
            }
        }
        let zone = own.or(zone).unwrap_or(Tz::UTC);
        Schedule::new(zone, week, dates, &clock_changes.of(zone))
    }
}

/// What is wrong with hours by days of the week.
fn week_faults(path: &str, hours_by_days: &BTreeMap<String, String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut week: [Option<Vec<Period>>; 7] = Default::default();
    for (names, hours) in hours_by_days {
        let path = format!("{path}.{}", path_part(names));
        let days = text::days(names).map_err(|fault| faults.push(bad(&path, fault))).unwrap_or_default();
        let periods = text::periods(hours).map_err(|all| faults.extend(all.into_iter().map(|fault| bad(&path, fault))));
        for day in days {
            match week.get_mut(day) {
                Some(known @ None) => *known = Some(periods.clone().unwrap_or_default()),
                _ => faults.push(bad(&path, format!("`{}` is there twice", text::day_name(day)))),
            }
        }
    }
    faults.extend(overlaps_over_midnight(path, &week));
    faults
}

/// A day's hours that run into those of the day after.
fn overlaps_over_midnight(path: &str, week: &[Option<Vec<Period>>; 7]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (day, periods) in week.iter().enumerate() {
        let latest = periods.iter().flatten().map(|period| period.until).max().unwrap_or(0);
        let next = week.get((day + 1) % 7).into_iter().flatten().flatten();
        let first = next.map(|period| period.from + day::SECONDS_OF_DAY).min();
        if first.is_some_and(|first| latest > first) {
            let (day, next) = (text::day_name(day), text::day_name(day + 1));
            faults.push(bad(path, format!("the hours of `{day}` run into those of `{next}`")));
        }
    }
    faults
}

/// What is wrong with a table of dates and their hours.
fn date_faults(path: &str, dates: &BTreeMap<String, String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut ranges: Vec<(Day, Day, &str)> = Vec::new();
    for (names, hours) in dates {
        let path = format!("{path}.{}", path_part(names));
        match text::dates(names) {
            Ok((first, last)) => ranges.push((first, last, names)),
            Err(fault) => faults.push(bad(&path, fault)),
        }
        if let Err(all) = text::periods(hours) {
            faults.extend(all.into_iter().map(|fault| bad(&path, fault)));
        }
    }
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        if let [(_, last, one), (first, _, other)] = pair
            && first <= last
        {
            faults.push(bad(&format!("{path}.{}", path_part(other)), format!("`{one}` names that date, too")));
        }
    }
    let count: i64 = ranges.iter().map(|(first, last, _)| i64::from(last.0) - i64::from(first.0) + 1).sum();
    if count > MAX_CALENDAR_DATES as i64 {
        faults.push(bad(path, format!("there are more than {MAX_CALENDAR_DATES} dates")));
    }
    faults
}

/// A path below another, which may be none.
pub(crate) fn join(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

pub(crate) fn bad(path: &str, message: String) -> Fault {
    Fault::new(path, FaultKind::BadHours(message))
}
