//! Caps: how many leads were given in each window, to whom, and until when a cap is used up.
//!
//! A lead counts until its window ends. A cap of N is used up as long as the N-th latest lead counts, so that one instant
//! for each meter answers every question until the next lead is given or taken back.

use super::{Since, Team, Undo};
use crate::cap::Cap;
use crate::gate::{CapOf, Gate};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;

/// Whose leads are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// All of a rep.
    Rep(RepIndex),
    /// Those of a rep that came through a pool.
    Member(PoolIndex, RepIndex),
    /// Those of everyone that came through a pool.
    Pool(PoolIndex),
}

/// A lead that was given to a rep, perhaps through a pool, by the record that did so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) rep: RepIndex,
    pub(crate) pool: Option<PoolIndex>,
    pub(crate) since: Since,
}

impl Given {
    /// Whoever counts it, if they have caps.
    fn counted(self) -> impl Iterator<Item = Counted> {
        let through = self.pool.map(|pool| [Counted::Member(pool, self.rep), Counted::Pool(pool)]);
        [Counted::Rep(self.rep)].into_iter().chain(through.into_iter().flatten())
    }
}

/// One for each rep, member and pool with caps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caps {
    meters: BTreeMap<Counted, Meter>,
    /// When the earliest lead of each meter stops to count for any of its caps.
    ends: BTreeSet<(Instant, Counted)>,
    /// When each meter that is used up lets another lead in.
    openings: BTreeSet<(Instant, Counted)>,
    /// Which meters have opened or closed since this was last taken.
    changed: Vec<Counted>,
}

/// The other parts follow from these and from the team.
impl PartialEq for Caps {
    fn eq(&self, other: &Self) -> bool {
        let given = |(counted, meter): (&Counted, &Meter)| (*counted, meter.given.clone());
        self.meters.iter().map(given).eq(other.meters.iter().map(given))
    }
}

#[derive(Debug, Clone, Default)]
struct Meter {
    caps: Vec<Cap>,
    zone: Tz,
    /// The leads that count, the earliest first.
    given: VecDeque<Since>,
    /// Until when a cap is used up, and which.
    used_up: Option<(Instant, Cap)>,
}

impl Meter {
    /// When the earliest lead stops to count.
    fn end(&self) -> Option<Instant> {
        let (at, _) = self.given.front()?;
        self.caps.iter().map(|cap| cap.window().end(*at, self.zone)).max()
    }

    fn refresh(&mut self) {
        let until = |cap: &Cap| {
            let latest = self.given.len().checked_sub(cap.most() as usize)?;
            let (at, _) = self.given.get(latest)?;
            Some((cap.window().end(*at, self.zone), *cap))
        };
        self.used_up = self.caps.iter().filter_map(until).max();
    }
}

impl Caps {
    /// Makes the caps of a team those that count. What was counted stays, where there still are caps.
    pub(crate) fn sync(&mut self, team: &Team) {
        let mut before = std::mem::take(&mut self.meters);
        let mut meter = |counted: Counted, caps: &[Cap], zone: Tz| {
            if !caps.is_empty() {
                let given = before.remove(&counted).map(|meter| meter.given).unwrap_or_default();
                self.meters.insert(counted, Meter { caps: caps.to_vec(), zone, given, used_up: None });
            }
        };
        for (index, rep) in team.reps().filter(|(_, rep)| !rep.has_left()) {
            meter(Counted::Rep(index), &rep.profile.caps, rep.zone);
        }
        for (pool, declared, zone) in team.capped_pools() {
            meter(Counted::Pool(pool), &declared.caps, zone);
            for (index, rep) in team.members(pool).iter().filter_map(|index| Some((*index, team.rep(*index)?))) {
                meter(Counted::Member(pool, index), &declared.member_caps, rep.zone);
            }
        }
        (self.ends, self.openings) = Default::default();
        for counted in self.meters.keys().copied().collect::<Vec<_>>() {
            self.refresh(counted);
        }
    }

    /// Which cap keeps a rep from another lead, or from one through a pool; of several, the one that does so for longest.
    pub(crate) fn gate(&self, rep: RepIndex, pool: Option<PoolIndex>, now: Instant) -> Option<Gate> {
        if self.openings.is_empty() {
            return None;
        }
        let given = Given { rep, pool, since: (now, 0) };
        let used_up = given.counted().filter_map(|counted| {
            let (until, cap) = self.meters.get(&counted)?.used_up.filter(|(until, _)| *until > now)?;
            let of = match counted {
                Counted::Rep(_) => CapOf::Rep,
                Counted::Member(..) => CapOf::Member,
                Counted::Pool(_) => CapOf::Pool,
            };
            Some((until, of, cap))
        });
        let (until, of, cap) = used_up.max()?;
        Some(Gate::Capped { cap, of, until: until.to_utc_or_min() })
    }

    /// Counts a lead for all who have caps; with what undoes that.
    pub(crate) fn give(&mut self, given: Given, changes: &mut Vec<Undo>) {
        if self.meters.is_empty() {
            return;
        }
        for counted in given.counted() {
            if self.count(counted, given.since) {
                changes.push(Undo::Given { counted, since: given.since });
            }
        }
    }

    /// Takes a lead back from all who counted it and still do; with what undoes that.
    pub(crate) fn take_back(&mut self, given: Given, changes: &mut Vec<Undo>) {
        for counted in given.counted() {
            if self.uncount(counted, given.since) {
                changes.push(Undo::TakenBack { counted, since: given.since });
            }
        }
    }

    /// Counts a lead for one of them. Whether they have caps.
    pub(crate) fn count(&mut self, counted: Counted, since: Since) -> bool {
        self.change(counted, |leads| {
            let place = leads.iter().rposition(|(_, sequence)| *sequence < since.1).map_or(0, |place| place + 1);
            leads.insert(place, since);
            true
        })
    }

    /// No longer counts a lead for one of them. Whether they did.
    pub(crate) fn uncount(&mut self, counted: Counted, (_, sequence): Since) -> bool {
        self.change(counted, |leads| {
            let place = leads.binary_search_by_key(&sequence, |(_, sequence)| *sequence);
            place.ok().and_then(|place| leads.remove(place)).is_some()
        })
    }

    fn change(&mut self, counted: Counted, change: impl FnOnce(&mut VecDeque<Since>) -> bool) -> bool {
        let Some(meter) = self.meters.get_mut(&counted) else { return false };
        let end = meter.end();
        let changed = change(&mut meter.given);
        if changed {
            if let Some(end) = end {
                self.ends.remove(&(end, counted));
            }
            self.refresh(counted);
        }
        changed
    }

    /// Makes what follows from the leads of a meter.
    fn refresh(&mut self, counted: Counted) {
        let Some(meter) = self.meters.get_mut(&counted) else { return };
        let before = meter.used_up.take();
        if let Some((until, _)) = before {
            self.openings.remove(&(until, counted));
        }
        meter.refresh();
        if meter.used_up != before {
            self.changed.push(counted);
        }
        self.openings.extend(meter.used_up.map(|(until, _)| (until, counted)));
        self.ends.extend(meter.end().map(|end| (end, counted)));
    }

    /// Drops what no longer counts, and notes which meters let leads in again: a lead that still counts for a longer window may
    /// have been the one too many of a shorter one.
    pub(crate) fn upkeep(&mut self, now: Instant) {
        while let Some((_, counted)) = self.ends.first().copied().filter(|(end, _)| *end <= now) {
            self.ends.pop_first();
            if let Some(meter) = self.meters.get_mut(&counted) {
                meter.given.pop_front();
            }
            self.refresh(counted);
        }
        while let Some((_, counted)) = self.openings.first().copied().filter(|(until, _)| *until <= now) {
            self.openings.pop_first();
            self.changed.push(counted);
        }
    }

    /// When a cap next lets another lead in after an instant.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let after = (Bound::Excluded((now, Counted::Pool(PoolIndex(u32::MAX)))), Bound::Unbounded);
        self.openings.range(after).next().map(|(until, _)| *until)
    }

    pub(super) fn have_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Which meters have opened or closed since this was last asked.
    pub(super) fn take_changed(&mut self) -> Vec<Counted> {
        std::mem::take(&mut self.changed)
    }

    /// What is counted, to be written down.
    pub(crate) fn given(&self, counted: Counted) -> impl Iterator<Item = Since> + '_ {
        self.meters.get(&counted).into_iter().flat_map(|meter| meter.given.iter().copied())
    }

    /// The same, read back. Expects the leads in order, and the caps to come from the team.
    pub(crate) fn restore(&mut self, counted: Counted, given: VecDeque<Since>) {
        if !given.is_empty() {
            self.meters.insert(counted, Meter { given, ..Meter::default() });
        }
    }
}
