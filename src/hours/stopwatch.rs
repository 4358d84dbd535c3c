//! Stopwatches: how much time counts between two instants, and when so much has passed.

use super::{Absences, Schedule};
use crate::instant::Instant;

/// Counts time, or only working time, and none during leave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch<'a> {
    /// None if all time counts.
    pub(crate) schedule: Option<&'a Schedule>,
    pub(crate) absences: Option<&'a Absences>,
}

impl Stopwatch<'_> {
    /// The instant at which so many milliseconds have been counted from `from` on; none if that never comes.
    ///
    /// What is used up exactly at a closing, or when leave begins, ends there.
    pub(crate) fn reach(&self, from: Instant, millis: i64) -> Option<Instant> {
        let absences = self.absences.into_iter().flat_map(move |absences| absences.after(from));
        let (mut from, mut missing) = (from, millis);
        for (begin, end) in absences {
            let counted = self.worked(from, begin.max(from));
            if counted >= missing {
                break;
            }
            missing -= counted;
            from = end.max(from);
        }
        match self.schedule {
            Some(schedule) => schedule.after_work(from, missing),
            None => Some(Instant::from_millis(from.millis().saturating_add(missing))),
        }
    }

    /// How many milliseconds are counted from one instant to a later one.
    pub(crate) fn between(&self, from: Instant, until: Instant) -> i64 {
        if until <= from {
            return 0;
        }
        let absences = self.absences.into_iter().flat_map(|absences| absences.after(from));
        let away = absences.take_while(|(begin, _)| *begin < until);
        let away: i64 = away.map(|(begin, end)| self.worked(begin.max(from), end.min(until))).sum();
        self.worked(from, until) - away
    }

    /// The same, leave counted like all other time.
    fn worked(&self, from: Instant, until: Instant) -> i64 {
        match self.schedule {
            Some(schedule) => schedule.work_between(from, until),
            None => until.millis().saturating_sub(from.millis()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::{Leave, WorkingHours};
    use chrono::{DateTime, Utc};
    use chrono_tz::Tz;

    const HOUR: i64 = 3_600_000;

    fn at(text: &str) -> Instant {
        let time: Result<DateTime<Utc>, _> = format!("2026-03-{text}:00Z").parse();
        time.map(Instant::from).unwrap_or(Instant::END)
    }

    #[test]
    fn leave_stops_the_watch_and_the_end_of_leave_starts_it_again() {
        let leave = [Leave::days("2026-03-03", "2026-03-04"), Leave::days("2026-03-06", "2026-03-06")];
        let absences = Absences::new(&leave, Tz::UTC);
        let watch = Stopwatch { schedule: None, absences: Some(&absences) };
        for (from, hours, reached) in [
            ("02T22:00", 2, "03T00:00"),
            ("02T22:00", 3, "05T01:00"),
            ("03T12:00", 1, "05T01:00"),
            ("05T00:00", 24, "06T00:00"),
            ("02T22:00", 27, "07T01:00"),
            ("07T00:00", 1, "07T01:00"),
        ] {
            assert_eq!(watch.reach(at(from), hours * HOUR), Some(at(reached)), "{hours} h from {from}");
            assert_eq!(watch.between(at(from), at(reached)), hours * HOUR, "from {from} until {reached}");
        }
        assert_eq!(watch.between(at("03T10:00"), at("04T10:00")), 0);
        assert_eq!(watch.between(at("04T10:00"), at("03T10:00")), 0);
    }

    #[test]
    fn working_time_and_leave_count_together() {
        let office = WorkingHours::in_zone("UTC").on("mon-fri", "09:00-17:00").schedule();
        let absences = Absences::new(&[Leave::days("2026-03-03", "2026-03-03")], Tz::UTC);
        let watch = Stopwatch { schedule: office.as_ref().ok(), absences: Some(&absences) };
        assert_eq!(watch.reach(at("02T16:00"), HOUR), Some(at("02T17:00")));
        assert_eq!(watch.reach(at("02T16:00"), 2 * HOUR), Some(at("04T10:00")));
        assert_eq!(watch.between(at("02T16:00"), at("04T10:00")), 2 * HOUR);
        let never = WorkingHours::new().schedule();
        let watch = Stopwatch { schedule: never.as_ref().ok(), absences: None };
        assert_eq!(watch.reach(at("02T16:00"), 1), None);
    }
}
