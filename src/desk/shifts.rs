//! Shifts: schedules that reps share, with whether each is open now and until when.
//!
//! An opening moves one shift and not the reps who share it: a shift change of a thousand reps with ten schedules is ten
//! changes. Who asks about a time at which the shift is known to stand as it does pays for a comparison; who asks about another
//! time pays for a look into the calendar.

use crate::hours::{Calendar, ClockChanges, Schedule, WorkingHours};
use crate::instant::Instant;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

/// The index of one that nobody has any more is given out again, so that none may be kept over a change of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ShiftIndex(pub(super) u32);

/// Hours, and the zone that counts for them if they have none of their own: equal ones are one shift.
type Hours = (WorkingHours, Option<&'static str>);

#[derive(Debug, Clone)]
pub(super) struct Shifts {
    shifts: Vec<Shift>,
    /// Those of whoever asks for the same hours from now on.
    known: BTreeMap<Arc<Hours>, ShiftIndex>,
    /// Those that nobody has any more.
    free: Vec<ShiftIndex>,
    clock_changes: ClockChanges,
    /// When each shift next opens or closes.
    changes: BTreeSet<(Instant, ShiftIndex)>,
    /// Up to when all this is current. Before the clock has started, nothing is.
    current: Instant,
}

#[derive(Debug, Clone)]
struct Shift {
    hours: Arc<Hours>,
    schedule: Arc<Schedule>,
    /// How many reps share it. One that nobody has changes nothing.
    users: u32,
    is_open: bool,
    // INVARIANT: it is open, or not, from the first to just before the second, and the opposite to just before the third. The
    // latter so that a decision after an opening costs no look into the calendar, with no call in between.
    from: Instant,
    until: Instant,
    then_until: Instant,
}

impl Shift {
    /// One of which nothing is known yet.
    fn unknown(hours: Arc<Hours>, schedule: Arc<Schedule>) -> Self {
        let (from, until, then_until) = (Instant::START, Instant::START, Instant::START);
        Self { hours, schedule, users: 0, is_open: false, from, until, then_until }
    }

    fn move_to(&mut self, now: Instant) {
        (self.is_open, self.until) = self.schedule.stretch(now);
        self.from = now;
        self.then_until = if self.until == Instant::END { Instant::END } else { self.schedule.stretch(self.until).1 };
    }

    /// Whether it is open, and until when that stays so.
    fn at(&self, now: Instant) -> (bool, Instant) {
        if now < self.from || now >= self.then_until {
            self.schedule.stretch(now)
        } else if now < self.until {
            (self.is_open, self.until)
        } else {
            (!self.is_open, self.then_until)
        }
    }
}

impl Shifts {
    pub(super) fn new() -> Self {
        Self {
            shifts: Vec::new(),
            known: BTreeMap::new(),
            free: Vec::new(),
            clock_changes: ClockChanges::default(),
            changes: BTreeSet::new(),
            current: Instant::START,
        }
    }

    /// Calendars are others now: whoever asks for hours that follow one of them gets another shift than before.
    pub(super) fn forget(&mut self, is_changed: impl Fn(&String) -> bool) {
        self.known.retain(|hours, _| !hours.0.calendars.iter().any(&is_changed));
    }

    /// The shift of hours, which go by this zone if they have none of their own. To be joined at once.
    pub(super) fn intern(
        &mut self,
        hours: &WorkingHours,
        zone: Option<Tz>,
        calendars: &BTreeMap<String, Calendar>,
    ) -> ShiftIndex {
        let zone = zone.filter(|_| hours.zone.is_none());
        let key = (hours.clone(), zone.map(|zone| zone.name()));
        if let Some(&index) = self.known.get(&key) {
            return index;
        }
        let key = Arc::new(key);
        let schedule = Arc::new(hours.compile(zone, calendars, &mut self.clock_changes));
        let shift = Shift::unknown(Arc::clone(&key), schedule);
        let index = self.free.pop().unwrap_or(ShiftIndex(self.shifts.len() as u32));
        match self.shifts.get_mut(index.0 as usize) {
            Some(place) => *place = shift,
            None => self.shifts.push(shift),
        }
        self.known.insert(key, index);
        index
    }

    /// A rep has a shift from now on.
    pub(super) fn join(&mut self, index: ShiftIndex) {
        let Some(shift) = self.shifts.get_mut(index.0 as usize) else { return };
        shift.users += 1;
        if shift.users == 1 && self.current != Instant::START {
            shift.move_to(self.current);
            self.changes.insert((shift.until, index));
        }
    }

    /// A rep no longer has it.
    pub(super) fn leave(&mut self, index: ShiftIndex) {
        let Some(shift) = self.shifts.get_mut(index.0 as usize) else { return };
        shift.users = shift.users.saturating_sub(1);
        if shift.users == 0 {
            self.changes.remove(&(shift.until, index));
            if self.known.get(&shift.hours) == Some(&index) {
                self.known.remove(&shift.hours);
            }
            self.free.push(index);
        }
    }

    pub(super) fn schedule(&self, ShiftIndex(index): ShiftIndex) -> Option<&Schedule> {
        self.shifts.get(index as usize).map(|shift| &*shift.schedule)
    }

    /// Whether a shift is open, and until when that stays so.
    pub(super) fn at(&self, ShiftIndex(index): ShiftIndex, now: Instant) -> (bool, Instant) {
        self.shifts.get(index as usize).map_or((true, Instant::END), |shift| shift.at(now))
    }

    /// Until when a shift is closed; none if it is open.
    pub(super) fn closed_until(&self, ShiftIndex(index): ShiftIndex, now: Instant) -> Option<Instant> {
        let (is_open, until) = self.shifts.get(index as usize)?.at(now);
        (!is_open).then_some(until)
    }

    /// Opens and closes what opens and closes by an instant.
    pub(super) fn advance(&mut self, now: Instant) {
        if now <= self.current {
            return;
        }
        let is_start = self.current == Instant::START;
        self.current = now;
        if is_start {
            self.changes.clear();
            let shifts = self.shifts.iter_mut().zip((0..).map(ShiftIndex));
            for (shift, index) in shifts.filter(|(shift, _)| shift.users > 0) {
                shift.move_to(now);
                self.changes.insert((shift.until, index));
            }
            return;
        }
        while let Some((_, index)) = self.changes.first().copied().filter(|(until, _)| *until <= now) {
            self.changes.pop_first();
            if let Some(shift) = self.shifts.get_mut(index.0 as usize) {
                shift.move_to(now);
                self.changes.insert((shift.until, index));
            }
        }
    }

    /// When a shift next opens or closes after an instant.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        // What is past on its way from here to there is looked up.
        let passed = self.changes.range(..=(now, ShiftIndex(u32::MAX)));
        let passed = passed.filter_map(|(_, index)| self.schedule(*index)).map(|schedule| schedule.stretch(now).1);
        let after = (Bound::Excluded((now, ShiftIndex(u32::MAX))), Bound::Unbounded);
        let next = self.changes.range(after).next().map(|(until, _)| *until);
        passed.chain(next).min().filter(|until| *until != Instant::END)
    }
}
