//! Applying records: the only way in which state changes.

use super::build::{PINS, pins_of_departed};
use super::prepare::is_tracked;
use super::{ApplyError, Router};
use crate::ask::Ask;
use crate::decision::Outcome;
use crate::desk::{
    Desk, Given, Held, Load, Mark, Party, Pause, Place, Rank, RotationIndex, Said, Since, Standing, TurnReturned,
    TurnTaken, Undo,
};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::journal::{Event, Record, Routed, TurnCharge, What};
use crate::lead::Lead;
use crate::lead_id::LeadId;
use crate::receipt::{Receipt, Told, notices};
use crate::sla::Ladder;
use crate::strategy::{Effects, News, NewsKind, QueueIndex, StepIndex};
use crate::table::fast_hash;
use crate::value::Number;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A commit by dense index: what its record asks for.
pub(super) struct Move {
    pub(super) lead: LeadId,
    /// Of its id.
    pub(super) hash: u64,
    /// Whether nothing is known to stand for it.
    pub(super) is_new: bool,
    pub(super) target: Destination,
    /// The turn to charge, if one is.
    pub(super) turn: Option<(RotationIndex, Party)>,
    pub(super) pool: Option<PoolIndex>,
    pub(super) uncapped: bool,
    pub(super) learners: Vec<Arc<str>>,
    /// What it has in common with others, by place of the plan that asks.
    pub(super) marks: Vec<(usize, Mark)>,
    /// What is due if nobody contacts the lead.
    pub(super) ladder: Option<Arc<Ladder>>,
    pub(super) path: Arc<str>,
    pub(super) said: Said,
}

pub(super) enum Destination {
    Rep(RepIndex),
    Queue(QueueIndex, Rank),
}

impl Router {
    /// Applies a record: one that this router prepared, or one of a journal that is replayed or shared.
    ///
    /// Replaying a router's records onto one that was [restored](crate::Snapshot::restore) from a snapshot of before them, or
    /// built alike, gives an equal router: the same plan, roster, accounts and custom strategies, as they were before the
    /// first of the records. Costs as making the record did.
    ///
    /// # Errors
    ///
    /// If the record is not the next one, was written by a newer version, was committed under another plan, or does not
    /// fit. Nothing changes then; [`ApplyError`] says what to do.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let mut replica = router.clone();
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// let settled = router.settle(&receipt)?;
    /// for record in receipt.record().into_iter().chain(&settled) {
    ///     replica.apply(record)?;
    /// }
    /// assert_eq!(replica, router);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&mut self, record: &Record) -> Result<(), ApplyError> {
        let at = self.check_record(record)?;
        // Who is back by then starts even before anything else happens, unless nothing does.
        let ahead = self.desk.forgiven_at(at);
        let before = ahead.map(|(rotations, seatings)| {
            let rotations = std::mem::replace(&mut self.desk.rotations, rotations);
            (rotations, std::mem::replace(&mut self.desk.seatings, seatings), self.desk.team.resume_at(at))
        });
        let applied = self.apply_at(record, at);
        if let (Err(_), Some((rotations, seatings, returned))) = (&applied, before) {
            (self.desk.rotations, self.desk.seatings) = (rotations, seatings);
            self.desk.team.resume_at(returned);
        }
        applied
    }

    fn apply_at(&mut self, record: &Record, at: Instant) -> Result<(), ApplyError> {
        let misfit = |why: String| ApplyError::Misfit { sequence: record.sequence, why };
        match &record.what {
            What::Routed(routed) => {
                self.check_plan(record.sequence, routed)?;
                let found = self.find_move(routed, None, at).map_err(misfit)?;
                self.begin(record, at);
                self.make_recorded_move(record.sequence, at, found, routed.ask());
            }
            What::Rerouted { from, returned, to } => {
                self.check_plan(record.sequence, to)?;
                let found = self.find_move(to, Some(from), at).map_err(misfit)?;
                let standing = self.desk.hand.standing(&to.lead, at);
                let expected = standing.and_then(|standing| self.would_return(standing, to.ask(), at));
                same_return(*returned, expected).map_err(misfit)?;
                self.begin(record, at);
                self.make_recorded_move(record.sequence, at, found, to.ask());
            }
            What::Settled { lead, commit } => {
                self.pending_commit(lead, *commit, at).map_err(|error| misfit(error.to_string()))?;
                self.begin(record, at);
                self.settle_lead(lead);
            }
            What::RolledBack { lead, commit, returned } => {
                let standing = self.pending_commit(lead, *commit, at).map_err(|error| misfit(error.to_string()))?;
                same_return(*returned, self.would_return(standing, None, at)).map_err(misfit)?;
                self.begin(record, at);
                self.undo_lead(lead, (at, record.sequence));
                // What stood before may be past its time already.
                self.desk.upkeep(self.recorded);
            }
            What::Event(event) => {
                self.check_event(event, at).map_err(|error| misfit(error.to_string()))?;
                self.begin(record, at);
                self.take_in(event, (at, record.sequence));
            }
        }
        self.desk.sort_changed();
        self.refresh_pin_findings();
        Ok(())
    }

    /// Applies a record that was prepared from the state as it is.
    pub(super) fn apply_own(&mut self, record: &Record) {
        // INVARIANT: a record that was just prepared fits.
        let applied = self.apply(record);
        debug_assert_eq!(applied, Ok(()));
    }

    /// A pin to somebody who left is a finding as long as there is one; pins come, go and end without any edit.
    fn refresh_pin_findings(&mut self) {
        let before = self.findings.len();
        self.findings.retain(|finding| finding.path != PINS);
        if self.findings.len() < before {
            self.findings.extend(pins_of_departed(&self.desk));
        }
    }

    fn begin(&mut self, record: &Record, at: Instant) {
        self.sequence = record.sequence;
        self.recorded = at;
        self.clock = self.clock.max(at);
        self.desk.pass_time(at);
    }

    fn check_plan(&self, sequence: u64, routed: &Routed) -> Result<(), ApplyError> {
        let router = &self.bound.fingerprint;
        let record = routed.committed_under.as_ref().unwrap_or(&routed.plan);
        if record == router {
            return Ok(());
        }
        Err(ApplyError::OtherPlan { sequence, record: record.to_string(), router: router.to_string() })
    }

    fn find_move(&self, routed: &Routed, from: Option<&str>, at: Instant) -> Result<Move, String> {
        let holder = self.desk.hand.standing(&routed.lead, at).and_then(Standing::rep);
        let holder = holder.map(|rep| self.desk.team.name(rep));
        if holder != from {
            let says = |holder: Option<&str>| holder.map_or("nobody".to_owned(), |rep| format!("`{rep}`"));
            return Err(format!("it takes lead `{}` from {}, but {} has it", routed.lead, says(from), says(holder)));
        }
        let target = match &routed.outcome {
            Outcome::Assigned { rep } => {
                let index = self.desk.team.find(rep);
                Destination::Rep(index.ok_or_else(|| format!("there never was a rep `{rep}`"))?)
            }
            Outcome::Queued { queue } if self.bound.has_queue(queue) => {
                self.waits_in(self.bound.find_queue(queue), routed, at)
            }
            Outcome::Queued { queue } => return Err(format!("the plan has no queue `{queue}`")),
        };
        let step = match (&routed.step, &routed.committed_under) {
            (Some(step), None) => {
                Some(self.bound.find(step).ok_or_else(|| format!("the plan has no step at `{step}`"))?)
            }
            _ => None,
        };
        // A pool that is gone by now counts nothing.
        let pool = routed.pool().and_then(|pool| self.pool_index(pool));
        Ok(Move {
            lead: LeadId::new(&routed.lead),
            hash: fast_hash(&routed.lead),
            is_new: false,
            turn: self.find_turn(routed, &target, at)?,
            pool,
            uncapped: routed.uncapped,
            learners: self.learners(step),
            marks: self.marks(routed),
            ladder: self.ladder(&target, step).cloned(),
            target,
            path: self.path_name(&routed.path, routed.step.as_deref()),
            said: Said::Reason(routed.reason.clone()),
        })
    }

    /// The turn to charge. A record that was made from another state than this one shows here.
    fn find_turn(
        &self,
        routed: &Routed,
        target: &Destination,
        at: Instant,
    ) -> Result<Option<(RotationIndex, Party)>, String> {
        let (Some(turn), Destination::Rep(rep)) = (&routed.turn, target) else { return Ok(None) };
        let found = self.party(routed, turn, *rep, at);
        let count = |(index, party): &(RotationIndex, Party)| Some(self.desk.rotation(*index)?.count(party));
        let open = found.as_ref().and_then(count).unwrap_or(0);
        if open != turn.open {
            return Err(format!("{} reps could have had lead `{}`, but {open} can", turn.open, routed.lead));
        }
        match (turn.charge, open) {
            (TurnCharge::Charged, 2..) => Ok(found),
            (TurnCharge::OnlyOneOpen, 1) | (TurnCharge::Uncharged, _) => Ok(None),
            _ => Err(format!("a turn among {open} cannot be what the record says")),
        }
    }

    /// What a lead has in common with others, as far as the plan asks.
    pub(super) fn marks(&self, lead: &dyn Lead) -> Vec<(usize, Mark)> {
        let places = self.desk.earlier.places().enumerate();
        places.filter_map(|(index, place)| Some((index, place.common.mark(lead.field(&place.field)?)?))).collect()
    }

    /// The labels of the steps that keep tallies and decided the lead, or let a step below them decide.
    pub(super) fn learners(&self, mut next: Option<StepIndex>) -> Vec<Arc<str>> {
        let mut learners = Vec::new();
        while let Some((index, step)) = next.and_then(|index| self.bound.step(index).map(|step| (index, step))) {
            let label = step.label.as_ref();
            if let Some(label) = label.filter(|label| self.bound.learns(label, index)) {
                learners.push(Arc::clone(label));
            }
            next = step.parent;
        }
        learners
    }

    /// Makes a commit, given what the caller had asked for.
    pub(super) fn make_move(&mut self, sequence: u64, at: Instant, found: Move, ask: Option<&Ask>) {
        if !is_tracked(&found.lead) {
            return;
        }
        let since: Since = (at, sequence);
        let mut pending = self.desk.pending(found.said);
        let changes = &mut pending.changes;
        // The new turn comes first: the decision was made on the ledger as it still is.
        let turn = found.turn.and_then(|(rotation, party)| self.desk.take_turn(rotation, party));
        if let Some(turn) = turn {
            changes.push(Undo::Turn(turn));
        }
        let previous = if found.is_new { None } else { self.desk.hand.remove(&found.lead) };
        if let Some(previous) = &previous {
            self.take_from(previous, ask, since, changes);
        }
        // Only now, so that a turn just given back was not dropped just before.
        if let Some(TurnTaken { rotation, .. }) = turn
            && let Some(kept) = self.desk.rotations.get_mut(rotation.place())
        {
            while let Some((number, charge)) = kept.drop_oldest(self.desk.rollback_window) {
                changes.push(Undo::Dropped { rotation, number, charge });
            }
        }
        let place = match found.target {
            Destination::Rep(rep) => {
                changes.extend(self.desk.raise_load(rep, since));
                if !found.uncapped {
                    self.desk.caps.give(Given { rep, pool: found.pool, since }, changes);
                }
                if !found.marks.is_empty() {
                    let from = previous.as_ref().map(|previous| previous.sequence);
                    let Desk { earlier, team, .. } = &mut self.desk;
                    changes.extend(found.marks.iter().filter_map(|mark| earlier.note(*mark, rep, since, from, team)));
                }
                Place::With(rep)
            }
            Destination::Queue(queue, rank) => {
                // INVARIANT: indexes come from binding, so every queue is there.
                let queue = Arc::clone(self.bound.queue(queue).map_or(&self.bound.otherwise, |queue| &queue.name));
                let first = previous.as_ref().and_then(Standing::held).map(|held| held.since);
                Place::Held(Box::new(Held { queue, since: first.unwrap_or(at), rank, said: pending.said.clone() }))
            }
        };
        let news = (NewsKind::Routed, &*found.lead, place.rep());
        self.tell(&found.learners, news, None, since, changes);
        let life = self.desk.life_from(previous.as_ref(), &place, found.ladder.as_ref(), ask, since);
        let (previous, settled) = previous.map(Standing::superseded).unzip();
        pending.previous = previous;
        self.desk.stand(settled.flatten());
        let standing = Standing {
            lead: found.lead,
            sequence,
            at,
            place,
            path: found.path,
            pool: found.pool,
            learners: found.learners,
            turn,
            pending: Some(pending),
            life,
        };
        self.desk.put_in_hand(found.hash, standing);
    }

    /// The same of a record, before which nobody has asked who is within their hours.
    fn make_recorded_move(&mut self, sequence: u64, at: Instant, found: Move, ask: Option<&Ask>) {
        if let Some((rotation, _)) = &found.turn {
            self.desk.refresh_open(*rotation, at);
        }
        self.make_move(sequence, at, found, ask);
    }

    /// Takes a lead from where it stood: its rep has one less, and the turn back.
    fn take_from(&mut self, previous: &Standing, ask: Option<&Ask>, since: Since, changes: &mut Vec<Undo>) {
        let Some(rep) = previous.rep() else { return };
        changes.extend(self.desk.lower_load(rep, since));
        let given = Given { rep, pool: previous.pool, since: (previous.at, previous.sequence) };
        self.desk.caps.take_back(given, changes);
        changes.extend(previous.turn.and_then(|turn| match ask.is_some_and(Ask::is_cover) {
            true => self.desk.keep_turn(turn),
            false => self.desk.return_turn(turn, since.0),
        }));
        let news = (NewsKind::MovedOn, &*previous.lead, Some(rep));
        self.tell(&previous.learners, news, None, since, changes);
    }

    /// The step's own text of the path, if it is that, so that leads share one.
    fn path_name(&self, path: &Arc<str>, step: Option<&str>) -> Arc<str> {
        let step = step.and_then(|step| self.bound.step(self.bound.find(step)?));
        step.map(|step| &step.path).filter(|shared| *shared == path).unwrap_or(path).clone()
    }

    /// Lets strategies that keep tallies learn what happened to a lead that a rep has.
    pub(super) fn tell(
        &mut self,
        learners: &[Arc<str>],
        (kind, lead, rep): (NewsKind, &str, Option<RepIndex>),
        value: Option<Number>,
        (at, sequence): Since,
        changes: &mut Vec<Undo>,
    ) {
        let Some(rep) = rep.filter(|_| !learners.is_empty()) else { return };
        let news = News { kind, lead, rep, value, sequence, at: at.to_utc_or_min() };
        let mut effects = Effects { tallies: &mut self.desk.tallies, slots: &self.bound.tallies, sequence, changes };
        for label in learners {
            let step = self.bound.learners.get(label).and_then(|step| self.bound.step(*step));
            if let Some(step) = step {
                step.strategy.learn(&news, &mut effects);
            }
        }
    }

    fn settle_lead(&mut self, lead: &str) {
        let pending = self.desk.hand.get_mut(lead).and_then(|standing| standing.pending.take());
        self.desk.stand(pending);
    }

    fn undo_lead(&mut self, lead: &str, since: Since) {
        let Some(standing) = self.desk.hand.remove(lead) else { return };
        let Some(pending) = standing.pending else { return };
        self.desk.undo(pending.changes, since);
        if let Some(mut previous) = pending.previous {
            if let Place::Held(held) = &mut previous.place
                && !self.bound.has_queue(&held.queue)
            {
                held.queue = Arc::from(self.plan.otherwise_queue());
            }
            self.desk.bring_back(*previous, standing.life.as_deref());
        }
    }

    fn take_in(&mut self, event: &Event, since: Since) {
        match event {
            Event::Presence { rep, presence } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.team.set_presence(rep, *presence);
                    // The presence may lie in the past already.
                    self.desk.team.upkeep(self.recorded);
                }
            }
            Event::Load { rep, open, as_of } => {
                // Nothing can have been counted later than now.
                let as_of = as_of.map_or(since.0, Instant::from).min(since.0);
                if let Some(index) = self.desk.team.find_present(rep) {
                    let open = open.saturating_add(self.desk.hand.committed_after(index, as_of));
                    if self.desk.team.rep(index).is_some_and(|rep| rep.load().open != open) {
                        self.desk.set_load(index, Load { open, since });
                    }
                }
            }
            Event::Notified { .. }
            | Event::Seen { .. }
            | Event::Contacted { .. }
            | Event::Qualified { .. }
            | Event::NoShow { .. }
            | Event::Rejected { .. }
            | Event::Merged { .. }
            | Event::Released { .. }
            | Event::Closed { .. } => self.live(event, since),
            Event::Rep(rep) => {
                let away = self.desk.team.on_leave(since.0);
                let index = self.desk.team.put((**rep).clone());
                self.desk.team.upkeep(self.recorded);
                self.rebind();
                self.desk.wind_leads_of(index);
                self.take_back_from_leave(away, since.0);
            }
            Event::RepLeft { rep } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.team.remove(rep);
                    self.rebind();
                    self.desk.wind_leads_of(rep);
                }
            }
            Event::Weight { rep, pool, weight } => {
                let index = self.desk.team.find_present(rep);
                if let Some(mut record) = index.and_then(|index| self.desk.team.record(index)) {
                    record.pools.insert(pool.clone(), *weight);
                    if let Some(ramp) = record.ramps.get_mut(pool) {
                        // What is to come still comes.
                        ramp.retain(|from, _| Instant::from(*from) > since.0);
                    }
                    self.desk.team.put(record);
                    self.rebind();
                }
            }
            Event::Pin { on, rep, order } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.pins.set(on, rep, order);
                    // The end may lie in the past already.
                    self.desk.pins.upkeep(self.recorded);
                }
            }
            Event::Unpin { on, .. } => self.desk.pins.remove(on),
            Event::Pause { rep, order } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.team.set_pause(rep, Some(Pause { order: order.clone() }));
                    self.desk.team.upkeep(self.recorded);
                }
            }
            Event::Resume { rep, .. } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.team.set_pause(rep, None);
                }
            }
            Event::ExtraTurns { rep, rotation, turns, .. } => {
                if let Ok((index, slot, payers)) = self.find_grant(rep, rotation, *turns, since.0)
                    && let Some(rotation) = self.desk.rotations.get_mut(index.place())
                {
                    rotation.grant(slot, *turns, &payers);
                }
            }
            Event::Pool { name, pool } => {
                self.desk.team.declare(name, pool.clone());
                self.rebind();
            }
            Event::Plan(plan) => {
                self.plan = Arc::new((**plan).clone());
                self.rebind();
                // Leads may be older already than the new plan remembers.
                self.desk.upkeep(self.recorded);
            }
            Event::Edit(edit) => {
                let away = self.desk.team.on_leave(since.0);
                self.make_edit(edit);
                self.take_back_from_leave(away, since.0);
            }
            Event::Account(account) => {
                self.accounts.put(account);
                if let Some(owner) = &account.owner {
                    self.accounts.found_owner(owner, self.desk.team.find(owner));
                }
            }
            Event::AccountRemoved { account } => {
                self.accounts.remove(account);
            }
        }
    }

    /// Whoever is on leave no longer, because an edit of the roster says so, is back from it.
    fn take_back_from_leave(&mut self, away: BTreeSet<RepIndex>, now: Instant) {
        let still_away = self.desk.team.on_leave(now);
        self.desk.take_back(away.difference(&still_away).copied().collect());
    }

    /// The receipt of the commit that stands for a lead.
    pub(super) fn standing_receipt(&self, lead: &str, repeat: bool) -> Option<Receipt> {
        let standing = self.desk.hand.standing(lead, self.clock)?;
        let outcome = match &standing.place {
            Place::With(rep) => Outcome::Assigned { rep: self.desk.team.name(*rep).to_owned() },
            Place::Held(held) => Outcome::Queued { queue: held.queue.to_string() },
        };
        let unsettled = standing.pending.as_ref();
        let reason = unsettled.map(|pending| self.book.told(&pending.said));
        Some(Receipt::of_told(Told {
            commit: standing.sequence,
            lead: lead.to_owned(),
            at: standing.at.to_utc_or_min(),
            path: standing.path.to_string(),
            repeat,
            record: None,
            notices: match &reason {
                Some(reason) => notices(standing.sequence, lead, outcome.as_deref(), reason),
                None => Vec::new(),
            },
            reason,
            outcome,
        }))
    }
}

/// Refuses a record that gives a turn back in another way than it would go here.
fn same_return(recorded: Option<TurnReturned>, expected: Option<TurnReturned>) -> Result<(), String> {
    if recorded == expected {
        return Ok(());
    }
    Err(format!("the turn goes back as {expected:?}, not as {recorded:?}"))
}
