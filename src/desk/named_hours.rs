//! Hours of the roster that ladders name, ready for questions.

use crate::hours::{Calendar, ClockChanges, Schedule, WorkingHours};
use crate::roster::Times;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub(crate) struct NamedHours {
    known: BTreeMap<String, Known>,
    clock_changes: ClockChanges,
}

#[derive(Debug, Clone)]
struct Known {
    hours: WorkingHours,
    calendars: BTreeMap<String, Calendar>,
    schedule: Schedule,
}

impl NamedHours {
    /// Makes the schedules of these names. One that is as it was is kept: making it takes long.
    pub(crate) fn keep(&mut self, names: &BTreeSet<&str>, times: Times<'_>) {
        let mut before = std::mem::take(&mut self.known);
        for &name in names {
            let Some(hours) = times.hours.get(name) else { continue };
            let followed =
                hours.calendars.iter().filter_map(|name| Some((name.clone(), times.calendars.get(name)?.clone())));
            let calendars: BTreeMap<String, Calendar> = followed.collect();
            let is_same = |known: &Known| known.hours == *hours && known.calendars == calendars;
            let known = before.remove(name).filter(is_same).unwrap_or_else(|| {
                let schedule = hours.compile(None, &calendars, &mut self.clock_changes);
                Known { hours: hours.clone(), calendars, schedule }
            });
            self.known.insert(name.to_owned(), known);
        }
    }

    /// None if nobody names such hours, or the roster has none.
    pub(crate) fn schedule(&self, name: &str) -> Option<&Schedule> {
        self.known.get(name).map(|known| &known.schedule)
    }
}
