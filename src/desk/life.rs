//! The life of a lead: what happened to it since it was given to somebody, and the clock that runs until it is contacted.

use super::{Desk, Place, Since, Standing};
use crate::ask::Ask;
use crate::hours::Stopwatch;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::sla::{Clock, Ladder, Rung};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is known of a lead beside where it stands. Most leads have none: they were given, and that is all.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    /// Runs while a rep has the lead and nobody has contacted it, and while it waits in a queue that has a ladder.
    pub(crate) clock: Option<Running>,
    /// When the rep was told of the lead.
    pub(crate) notified: Option<Instant>,
    /// When the rep looked at it.
    pub(crate) seen: Option<Instant>,
    pub(crate) contacted: Option<Instant>,
    pub(crate) qualified: Option<Instant>,
    /// How often it left a rep.
    pub(crate) passed_on: u32,
    pub(crate) rejected_by: BTreeSet<RepIndex>,
    /// Whose lead it is while that rep is away.
    pub(crate) covered_for: Option<RepIndex>,
    /// When the rep who has it rejected it.
    pub(crate) rejected: Option<Instant>,
    /// The rungs that the commit which stands has ended, one bit each: its rollback makes them due again.
    pub(crate) ended: u32,
    /// When something is next due, or was and is not done: [`Instant::END`] for never. It follows from the rest and from the
    /// roster.
    pub(crate) deadline: Instant,
}

/// The clock of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Running {
    pub(crate) ladder: Arc<Ladder>,
    /// The commit that started it, which its notices are named after.
    pub(crate) commit: u64,
    /// Since when it counts for the rep who has the lead.
    pub(crate) from: Instant,
    /// What it had counted before that, in milliseconds.
    pub(crate) counted: i64,
    /// The rungs that are done, one bit each.
    pub(crate) done: u32,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            clock: None,
            notified: None,
            seen: None,
            contacted: None,
            qualified: None,
            passed_on: 0,
            rejected_by: BTreeSet::new(),
            covered_for: None,
            rejected: None,
            ended: 0,
            deadline: Instant::END,
        }
    }
}

/// The deadline follows from the rest.
impl PartialEq for Life {
    fn eq(&self, other: &Self) -> bool {
        self.clock == other.clock
            && self.notified == other.notified
            && self.seen == other.seen
            && self.contacted == other.contacted
            && self.qualified == other.qualified
            && self.passed_on == other.passed_on
            && self.rejected_by == other.rejected_by
            && self.covered_for == other.covered_for
            && self.rejected == other.rejected
            && self.ended == other.ended
    }
}

impl Life {
    /// When something is next due; none for never.
    pub(super) fn deadline(&self) -> Option<Instant> {
        (self.deadline != Instant::END).then_some(self.deadline)
    }

    pub(super) fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline.unwrap_or(Instant::END);
    }

    /// What stays true of a lead when it moves.
    fn lasting(&self) -> Self {
        let (contacted, qualified) = (self.contacted, self.qualified);
        Self {
            contacted,
            qualified,
            passed_on: self.passed_on,
            rejected_by: self.rejected_by.clone(),
            covered_for: self.covered_for,
            ..Self::default()
        }
    }

    /// None if it says nothing.
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }

    /// Takes in what happened under a commit that is rolled back, which this is the life before. What is done stays done,
    /// but for what that commit itself had done.
    fn outlive(&mut self, undone: &Self, is_held: bool) {
        self.contacted = self.contacted.or(undone.contacted);
        self.qualified = self.qualified.or(undone.qualified);
        self.rejected_by.extend(&undone.rejected_by);
        if self.contacted.is_some() && !is_held {
            self.clock = None;
        }
        if let (Some(clock), Some(then)) = (&mut self.clock, &undone.clock)
            && clock.commit == then.commit
        {
            clock.done |= then.done & !undone.ended;
        }
    }
}

impl Running {
    fn start(ladder: &Arc<Ladder>, (from, commit): Since) -> Self {
        Self { ladder: Arc::clone(ladder), commit, from, counted: 0, done: 0 }
    }

    /// The rungs that are not done, with their places.
    fn left(&self) -> impl Iterator<Item = (usize, &Rung)> {
        self.ladder.rungs().iter().enumerate().filter(|(place, _)| !self.is_done(*place))
    }

    pub(crate) fn is_done(&self, place: usize) -> bool {
        self.done & bit(place) != 0
    }
}

/// The bit of a rung.
pub(crate) fn bit(place: usize) -> u32 {
    u32::try_from(place).ok().and_then(|place| 1_u32.checked_shl(place)).unwrap_or(0)
}

/// Something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DueAt {
    pub(crate) at: Instant,
    /// The commit that it is named after.
    pub(crate) commit: u64,
    /// The place of the rung; none if the rep rejected the lead.
    pub(crate) rung: Option<usize>,
}

impl Standing {
    pub(crate) fn clock(&self) -> Option<&Running> {
        self.life.as_ref()?.clock.as_ref()
    }

    pub(crate) fn contacted(&self) -> Option<Instant> {
        self.life.as_ref()?.contacted
    }

    pub(crate) fn qualified(&self) -> Option<Instant> {
        self.life.as_ref()?.qualified
    }

    /// Whose lead it is while that rep is away.
    pub(crate) fn covered_for(&self) -> Option<RepIndex> {
        self.life.as_ref()?.covered_for
    }

    /// What is known of the lead, to be added to.
    pub(crate) fn life_mut(&mut self) -> &mut Life {
        self.life.get_or_insert_default()
    }
}

impl Desk {
    /// The life of a lead from a commit on.
    pub(crate) fn life_from(
        &self,
        previous: Option<&Standing>,
        to: &Place,
        ladder: Option<&Arc<Ladder>>,
        ask: Option<&Ask>,
        since: Since,
    ) -> Option<Box<Life>> {
        let to = to.rep();
        let Some(previous) = previous else {
            return Life { clock: Some(Running::start(ladder?, since)), ..Life::default() }.boxed();
        };
        let mut life = previous.life.as_deref().map(Life::lasting).unwrap_or_default();
        let leaves = previous.rep().is_some_and(|from| to != Some(from));
        life.passed_on += u32::from(leaves && !ask.is_some_and(Ask::is_of_absence));
        if ask.is_some_and(Ask::is_cover) {
            life.covered_for = life.covered_for.or(previous.rep());
        }
        // By hand is for good; and who has it again, however it came, needs no cover.
        let is_given = ask.is_some_and(|ask| ask.given_to().is_some());
        life.covered_for = life.covered_for.filter(|rep| !is_given && to != Some(*rep));
        if to.is_none() {
            life.clock = ladder.map(|ladder| Running::start(ladder, since));
        } else if life.contacted.is_none() {
            life.clock = match previous.clock() {
                // While it waited, nobody let it wait.
                Some(_) if previous.rep().is_none() => ladder.map(|ladder| Running::start(ladder, since)),
                Some(clock) if !leaves => Some(clock.clone()),
                Some(clock) if !clock.ladder.restarts() => {
                    life.ended = self.moves_due(previous, since.0);
                    let done = clock.done | life.ended;
                    Some(Running { done, ..self.handed_on(clock, previous, since.0) })
                }
                _ => ladder.map(|ladder| Running::start(ladder, since)),
            };
        }
        life.boxed()
    }

    /// The rungs that would move a lead and are due, one bit each: they are done when it moves, whoever moved it.
    fn moves_due(&self, standing: &Standing, at: Instant) -> u32 {
        let due = self.rungs_left(standing).take_while(|(_, _, due)| *due <= at);
        due.filter(|(_, rung, _)| rung.then.moves()).fold(0, |bits, (place, ..)| bits | bit(place))
    }

    /// The clock of a lead that moves to another rep, with what it has counted so far.
    fn handed_on(&self, clock: &Running, previous: &Standing, at: Instant) -> Running {
        let counted = self.stopwatch(previous, &clock.ladder).between(clock.from, at);
        Running { counted: clock.counted.saturating_add(counted), from: clock.from.max(at), ..clock.clone() }
    }

    /// What counts the time of a lead. Of somebody who left, nobody knows the hours.
    fn stopwatch(&self, standing: &Standing, ladder: &Ladder) -> Stopwatch<'_> {
        let holder = standing.rep().and_then(|rep| Some((rep, self.team.rep(rep).filter(|rep| !rep.has_left())?)));
        let schedule = match ladder.clock() {
            Clock::WallTime => None,
            Clock::WorkingTime => holder.and_then(|(index, _)| self.team.schedule(index)),
            Clock::Hours(name) => self.named_hours.schedule(name),
        };
        let absences = holder.filter(|_| ladder.is_paused_on_leave()).map(|(_, rep)| rep.absences());
        Stopwatch { schedule, absences }
    }

    /// The rungs of a lead that are not done, each with when it is due: the earliest first, and none that never will be.
    pub(crate) fn rungs_left<'d>(&'d self, standing: &'d Standing) -> impl Iterator<Item = (usize, &'d Rung, Instant)> {
        standing.clock().into_iter().flat_map(move |clock| {
            let stopwatch = self.stopwatch(standing, &clock.ladder);
            clock.left().map_while(move |(place, rung)| {
                #[cfg(test)]
                LOOKS.with(|looks| looks.set(looks.get() + 1));
                let missing = rung.after.as_millis().saturating_sub(clock.counted);
                let at = if missing > 0 { stopwatch.reach(clock.from, missing)? } else { clock.from };
                Some((place, rung, at))
            })
        })
    }

    /// Makes the hours that ladders name ready: those of the plan, and those of leads in hand.
    pub(crate) fn keep_named_hours<'l>(&mut self, ladders: impl Iterator<Item = &'l Arc<Ladder>>) {
        let name = |ladder: &'_ Arc<Ladder>| match ladder.clock() {
            Clock::Hours(name) => Some(name.clone()),
            _ => None,
        };
        let mut names: BTreeSet<String> = ladders.filter_map(name).collect();
        names.extend(self.hand.iter().filter_map(|standing| name(&standing.clock()?.ladder)));
        let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        self.named_hours.keep(&names, self.team.times());
    }

    fn deadline(&self, standing: &Standing) -> Option<Instant> {
        let life = standing.life.as_ref()?;
        let rung = self.rungs_left(standing).next().map(|(_, _, at)| at);
        [rung, life.rejected].into_iter().flatten().min()
    }

    /// Puts a standing in. Expects that nothing stands for its lead.
    #[inline]
    pub(crate) fn put_in_hand(&mut self, hash: u64, standing: Standing) {
        let has_life = standing.life.is_some();
        let place = self.hand.put(hash, standing);
        if has_life {
            let deadline = self.hand.at(place).and_then(|standing| self.deadline(standing));
            self.hand.set_deadline_at(place, deadline);
        }
    }

    /// Brings the deadline of a lead up to what is known of it.
    pub(crate) fn wind(&mut self, lead: &str) {
        let deadline = self.hand.get(lead).and_then(|standing| self.deadline(standing));
        self.hand.set_deadline(lead, deadline);
    }

    /// The same for all leads of a rep, whose hours or leave may have changed.
    pub(crate) fn wind_leads_of(&mut self, rep: RepIndex) {
        for lead in self.hand.clocked_of(rep) {
            self.wind(&lead);
        }
    }

    /// The same for all leads.
    pub(crate) fn wind_all(&mut self) {
        for lead in self.hand.clocked() {
            self.wind(&lead);
        }
    }

    /// Brings back what stood before a commit that is rolled back, with what happened since.
    pub(crate) fn bring_back(&mut self, mut previous: Standing, undone: Option<&Life>) {
        if let Some(undone) = undone {
            let mut life = previous.life.take().map(|life| *life).unwrap_or_default();
            life.outlive(undone, previous.rep().is_none());
            previous.life = life.boxed();
        }
        self.put_in_hand(crate::table::fast_hash(&previous.lead), previous);
    }

    /// Changes what is known of a lead, and when something is due for it.
    pub(crate) fn change_life(&mut self, lead: &str, change: impl FnOnce(&mut Standing)) {
        self.hand.set_deadline(lead, None);
        if let Some(standing) = self.hand.get_mut(lead) {
            change(standing);
            standing.life = standing.life.take().and_then(|life| life.boxed());
        }
        self.wind(lead);
    }

    /// A lead takes over what was known of another one that turned out to be the same.
    pub(crate) fn take_over(&mut self, lead: &str, life: Option<&Life>) {
        if let Some(life) = life {
            self.change_life(lead, |standing| {
                let is_held = standing.rep().is_none();
                standing.life_mut().outlive(life, is_held);
            });
        }
    }

    /// Everything that is due by `now` and not done, in order of time, then of commits, then of rungs. Costs what is due.
    pub(crate) fn due(&self, now: Instant) -> Vec<(DueAt, &Standing)> {
        let mut due = Vec::new();
        for standing in self.hand.due_by(now) {
            let rejected = standing.life.as_ref().and_then(|life| life.rejected).filter(|at| *at <= now);
            due.extend(rejected.map(|at| (DueAt { at, commit: standing.sequence, rung: None }, standing)));
            let commit = standing.clock().map_or(standing.sequence, |clock| clock.commit);
            let rungs = self.rungs_left(standing).take_while(|(_, _, at)| *at <= now);
            due.extend(rungs.map(|(place, _, at)| (DueAt { at, commit, rung: Some(place) }, standing)));
        }
        due.sort_unstable_by_key(|(due, _)| *due);
        due
    }

    /// When the next thing after `now` is due. Costs what is due by then, and not what is in hand.
    pub(crate) fn next_due(&self, now: Instant) -> Option<Instant> {
        let behind = self.hand.due_by(now).filter_map(|standing| {
            let mut rungs = self.rungs_left(standing).map(|(_, _, at)| at);
            rungs.find(|at| *at > now)
        });
        behind.chain(self.hand.next_deadline(now)).min()
    }
}

#[cfg(test)]
thread_local! {
    /// How many rungs were looked at.
    pub(crate) static LOOKS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}
