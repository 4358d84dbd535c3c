//! Access: what a step asks of the reps of a pool, where it asks the same for every lead.
//!
//! Whom such a step may pick changes only with what happens to reps. So the router need not ask every rep for every lead: it
//! keeps whoever is *ready* sorted beforehand, and asks only whether it is within their hours. Steps that ask something else of
//! each lead (`only`), or of who else is open (`ranked`, `opening_within`), have no access and ask every rep.

use super::filter::{Narrowing, hard_gate, presence_gate};
use super::shifts::ShiftIndex;
use super::{Caps, Team};
use crate::gate::{Requirement, Requirements};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) pool: PoolIndex,
    required: Requirements,
}

impl Narrowing {
    /// The access of a step inside this to a pool; none if it takes a look at each lead or at everybody.
    pub(crate) fn access(&self, pool: PoolIndex) -> Option<Access> {
        let is_same_for_all = self.tests.is_empty() && self.ranking.is_none() && self.opening_within.is_none();
        let without = if self.uncapped { [Requirement::Caps].into_iter().collect() } else { Requirements::NONE };
        is_same_for_all.then(|| Access { pool, required: self.required.without(without) })
    }
}

impl Access {
    pub(crate) fn minds_hours(self) -> bool {
        self.required.contains(Requirement::Hours)
    }

    /// Whether a member of the pool may be picked within their hours.
    pub(super) fn is_ready(self, index: RepIndex, team: &Team, caps: &Caps, now: Instant) -> bool {
        let Some(rep) = team.rep(index) else { return false };
        let requires = |requirement| self.required.contains(requirement);
        hard_gate(rep, now).is_none()
            && !(requires(Requirement::Presence) && presence_gate(rep, now).is_some())
            && !(requires(Requirement::Capacity) && rep.is_full())
            && !(requires(Requirement::Caps) && caps.gate(index, Some(self.pool), now).is_some())
    }
}

/// Reps who are ready, sorted into classes of equal hours: an opening moves a class, and not the reps in it.
#[derive(Debug, Clone)]
pub(super) struct OpenClasses<Class> {
    /// All classes; those without hours are always open.
    all: Vec<(Class, Option<ShiftIndex>)>,
    /// Those that are open until just before an instant, from when this was last made current.
    open: Arc<[Class]>,
    until: Instant,
}

impl<Class> Default for OpenClasses<Class> {
    fn default() -> Self {
        Self { all: Vec::new(), open: [].into(), until: Instant::START }
    }
}

impl<Class: Copy + PartialEq> OpenClasses<Class> {
    /// Adds a class. Those that are open must be found anew.
    pub(super) fn add(&mut self, class: Class, shift: Option<ShiftIndex>) {
        self.all.push((class, shift));
        self.forget();
    }

    /// Hours may be others now.
    pub(super) fn forget(&mut self) {
        self.until = Instant::START;
    }

    /// Finds those that are open now, if that is not known.
    pub(super) fn refresh(&mut self, team: &Team, now: Instant) {
        if now < self.until {
            return;
        }
        let open = || self.open_at(team, now);
        if !open().eq(self.open.iter().copied()) {
            self.open = collected(open());
        }
        let shifts = self.all.iter().filter_map(|(_, shift)| *shift);
        self.until = shifts.map(|shift| team.shift_at(shift, now).1).min().unwrap_or(Instant::END);
    }

    /// Those that are open, if it is known for an instant.
    pub(super) fn known_at(&self, now: Instant) -> Option<&Arc<[Class]>> {
        (now < self.until).then_some(&self.open)
    }

    /// Those that are open at an instant, whatever is known.
    pub(super) fn open_at(&self, team: &Team, now: Instant) -> impl Iterator<Item = Class> + Clone {
        let is_open = move |shift: &Option<ShiftIndex>| shift.is_none_or(|shift| team.shift_at(shift, now).0);
        self.all.iter().filter(move |(_, shift)| is_open(shift)).map(|(class, _)| *class)
    }
}

/// A list in memory that is asked for once: collecting what is filtered asks anew whenever it turns out to be more.
fn collected<Class: Copy>(classes: impl Iterator<Item = Class> + Clone) -> Arc<[Class]> {
    let Some(first) = classes.clone().next() else { return Arc::default() };
    let mut list: Arc<[Class]> = std::iter::repeat_n(first, classes.clone().count()).collect();
    Arc::get_mut(&mut list).into_iter().flatten().zip(classes).for_each(|(place, class)| *place = class);
    list
}
