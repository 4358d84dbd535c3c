//! Applying records: the only way in which state changes.

use super::prepare::is_tracked;
use super::{ApplyError, Router};
use crate::decision::Outcome;
use crate::desk::{Load, Pending, Place, RepIndex, RotationIndex, Since, Standing, TurnTaken, Undo};
use crate::fair::Seat;
use crate::instant::Instant;
use crate::journal::{Closing, Event, Record, Routed, TurnCharge, What};
use crate::notice::{Notice, NoticeKind, Recipient};
use crate::receipt::Receipt;
use crate::strategy::{Effects, News, NewsKind, StepIndex};
use std::sync::Arc;

/// A routed lead whose names have been found: nothing can go wrong from here on.
struct Move {
    target: Destination,
    turn: Option<Due>,
    learners: Vec<Arc<str>>,
}

enum Destination {
    Rep(RepIndex),
    Queue(Arc<str>),
}

/// A turn to be charged, and among whom.
struct Due {
    rotation: RotationIndex,
    seat: Seat,
    open: Vec<Seat>,
}

impl Router {
    /// Applies a record: one that this router prepared, or one of a journal that is replayed or shared.
    ///
    /// Replaying a router's records onto a router that was built alike gives an equal router.
    ///
    /// # Errors
    ///
    /// If the record is not the next one, was written by a newer version, was decided by another plan, or does not fit.
    /// Nothing changes then.
    pub fn apply(&mut self, record: &Record) -> Result<(), ApplyError> {
        let at = self.check_record(record)?;
        let misfit = |why: String| ApplyError::Misfit { sequence: record.sequence, why };
        match &record.what {
            What::Routed(routed) => {
                self.check_plan(record.sequence, routed)?;
                let found = self.find_move(routed, None, at).map_err(misfit)?;
                self.begin(record, at);
                self.make_move(record.sequence, at, routed, found);
            }
            What::Rerouted { from, to, .. } => {
                self.check_plan(record.sequence, to)?;
                let found = self.find_move(to, Some(from), at).map_err(misfit)?;
                self.begin(record, at);
                self.make_move(record.sequence, at, to, found);
            }
            What::Settled { lead, commit } => {
                self.pending_commit(lead, *commit).map_err(|error| misfit(error.to_string()))?;
                self.begin(record, at);
                self.settle_lead(lead);
            }
            What::RolledBack { lead, commit, .. } => {
                self.pending_commit(lead, *commit).map_err(|error| misfit(error.to_string()))?;
                self.begin(record, at);
                self.undo_lead(lead, (at, record.sequence));
            }
            What::Event(event) => {
                self.check_event(event, at).map_err(|error| misfit(error.to_string()))?;
                self.begin(record, at);
                self.take_in(event, (at, record.sequence));
            }
        }
        Ok(())
    }

    /// Applies a record that was prepared from the state as it is.
    pub(super) fn apply_own(&mut self, record: &Record) {
        // INVARIANT: a record that was just prepared fits.
        let applied = self.apply(record);
        debug_assert_eq!(applied, Ok(()));
    }

    fn begin(&mut self, record: &Record, at: Instant) {
        self.sequence = record.sequence;
        self.move_clock(at);
    }

    fn check_plan(&self, sequence: u64, routed: &Routed) -> Result<(), ApplyError> {
        let router = &*self.bound.fingerprint;
        if routed.plan == router {
            return Ok(());
        }
        Err(ApplyError::OtherPlan { sequence, record: routed.plan.clone(), router: router.to_owned() })
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
            Outcome::Queued { queue } => Destination::Queue(Arc::from(queue.as_str())),
        };
        Ok(Move { turn: self.find_turn(routed, &target, at)?, learners: self.learners(routed), target })
    }

    fn find_turn(&self, routed: &Routed, target: &Destination, at: Instant) -> Result<Option<Due>, String> {
        let charged = routed.turn.as_ref().filter(|turn| turn.charge == TurnCharge::Charged);
        let (Some(turn), Destination::Rep(rep)) = (charged, target) else {
            return Ok(None);
        };
        let missing = || format!("`{}` has no place in rotation `{}`", self.desk.team.name(*rep), turn.rotation);
        let pool = self.pool_index(&turn.pool).ok_or_else(missing)?;
        let seating = self.desk.find_seating(&turn.rotation, pool).ok_or_else(missing)?;
        let seat = seating.seat(*rep).ok_or_else(missing)?;
        let open = self.open_seats(routed, seating, at);
        Ok(Some(Due { rotation: seating.rotation(), seat, open }))
    }

    /// The labels of the steps that keep tallies and decided the lead, or let a step below them decide.
    fn learners(&self, routed: &Routed) -> Vec<Arc<str>> {
        let mut learners = Vec::new();
        let mut next = routed.step.map(StepIndex);
        while let Some((index, step)) = next.and_then(|index| self.bound.step(index).map(|step| (index, step))) {
            let label = step.label.as_ref();
            if let Some(label) = label.filter(|label| self.bound.learns(label, index)) {
                learners.push(Arc::clone(label));
            }
            next = step.parent;
        }
        learners
    }

    fn make_move(&mut self, sequence: u64, at: Instant, routed: &Routed, found: Move) {
        if !is_tracked(&routed.lead) {
            return;
        }
        let since: Since = (at, sequence);
        let mut changes = Vec::new();
        // The new turn comes first: the decision was made on the ledger as it still is.
        let turn = found.turn.and_then(|due| self.charge(&due));
        changes.extend(turn.map(Undo::Turn));
        let previous = self.desk.hand.remove(&routed.lead);
        if let Some(previous) = &previous
            && let Some(rep) = previous.rep()
        {
            changes.extend(self.desk.lower_load(rep, since));
            let returned = previous.turn.and_then(|turn| self.desk.return_turn(turn));
            changes.extend(returned);
        }
        let place = match found.target {
            Destination::Rep(rep) => {
                changes.extend(self.desk.raise_load(rep, since));
                Place::With(rep)
            }
            Destination::Queue(queue) => {
                let first = previous.as_ref().and_then(|previous| match previous.place {
                    Place::Held { since, .. } => Some(since),
                    Place::With(_) => None,
                });
                Place::Held { queue, since: first.unwrap_or(at) }
            }
        };
        let news = (NewsKind::Routed, &*routed.lead, place.rep());
        self.tell(&found.learners, news, since, &mut changes);
        self.desk.hand.insert(Standing {
            lead: Arc::from(routed.lead.as_str()),
            sequence,
            at,
            place,
            path: self.path_name(&routed.path, routed.step),
            learners: found.learners,
            turn,
            pending: Some(Box::new(Pending {
                reason: routed.reason.as_str().into(),
                changes,
                previous: previous.map(Box::new),
            })),
        });
    }

    fn charge(&mut self, due: &Due) -> Option<TurnTaken> {
        let window = self.desk.rollback_window;
        let rotation = self.desk.rotations.get_mut(due.rotation.0)?;
        let number = rotation.charge(&due.open, due.seat, window)?;
        Some(TurnTaken { rotation: due.rotation, number, slot: due.seat.slot })
    }

    /// The step's own text of the path, if it is that, so that leads share one.
    fn path_name(&self, path: &str, step: Option<u32>) -> Arc<str> {
        let shared = step.and_then(|step| self.bound.step(StepIndex(step))).map(|step| &step.path);
        shared.filter(|shared| ***shared == *path).cloned().unwrap_or_else(|| Arc::from(path))
    }

    /// Lets strategies that keep tallies learn what happened to a lead that a rep has.
    fn tell(
        &mut self,
        learners: &[Arc<str>],
        (kind, lead, rep): (NewsKind, &str, Option<RepIndex>),
        (at, sequence): Since,
        changes: &mut Vec<Undo>,
    ) {
        let Some(rep) = rep else { return };
        let news = News { kind, lead, rep, sequence, at: at.to_utc_or_min() };
        let mut effects = Effects { tallies: &mut self.desk.tallies, slots: &self.bound.tallies, sequence, changes };
        for label in learners {
            let step = self.bound.learners.get(label).and_then(|step| self.bound.step(*step));
            if let Some(step) = step {
                step.strategy.learn(&news, &mut effects);
            }
        }
    }

    fn settle_lead(&mut self, lead: &str) {
        if let Some(standing) = self.desk.hand.get_mut(lead) {
            standing.pending = None;
            if let Some(turn) = standing.turn
                && let Some(rotation) = self.desk.rotations.get_mut(turn.rotation.0)
            {
                rotation.settle(turn.number);
            }
        }
    }

    fn undo_lead(&mut self, lead: &str, since: Since) {
        let Some(pending) = self.desk.hand.remove(lead).and_then(|standing| standing.pending) else {
            return;
        };
        self.desk.undo(pending.changes, since);
        if let Some(previous) = pending.previous {
            self.desk.hand.insert(*previous);
        }
    }

    fn take_in(&mut self, event: &Event, since: Since) {
        match event {
            Event::Presence { rep, presence } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.team.set_presence(rep, *presence);
                    // The presence may lie in the past already.
                    self.desk.team.upkeep(self.clock);
                }
            }
            Event::Load { rep, open, as_of } => {
                let as_of = as_of.map_or(since.0, Instant::from);
                if let Some(index) = self.desk.team.find_present(rep) {
                    let open = open.saturating_add(self.desk.hand.committed_after(index, as_of));
                    if let Some(rep) = self.desk.team.rep_mut(index)
                        && rep.load.open != open
                    {
                        rep.load = Load { open, since };
                    }
                }
            }
            Event::Closed { lead, how } => self.close(lead, *how, since),
            Event::Rep(rep) => {
                self.desk.team.put(rep.clone());
                self.desk.team.upkeep(self.clock);
                self.rebind();
            }
            Event::RepLeft { rep } => {
                if let Some(rep) = self.desk.team.find_present(rep) {
                    self.desk.team.remove(rep);
                    self.rebind();
                }
            }
            Event::Weight { rep, pool, weight } => {
                let index = self.desk.team.find_present(rep);
                if let Some(rep) = index.and_then(|index| self.desk.team.rep(index)) {
                    let mut record = rep.record.clone();
                    record.pools.insert(pool.clone(), *weight);
                    self.desk.team.put(record);
                    self.rebind();
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
                self.desk.upkeep(self.clock);
            }
            Event::Account(account) => self.accounts.insert(account.clone()),
            Event::AccountRemoved { account } => {
                self.accounts.remove(account);
            }
        }
    }

    fn close(&mut self, lead: &str, how: Closing, since: Since) {
        self.settle_lead(lead);
        let Some(standing) = self.desk.hand.remove(lead) else {
            return;
        };
        if let Some(rep) = standing.rep() {
            self.desk.lower_load(rep, since);
        }
        let kind = match how {
            Closing::Won => NewsKind::Won,
            Closing::Lost => NewsKind::Lost,
            Closing::Other => NewsKind::Closed,
        };
        // A closed lead cannot be rolled back, so that nobody needs what undoes this.
        self.tell(&standing.learners, (kind, lead, standing.rep()), since, &mut Vec::new());
    }

    /// The receipt of a commit whose record has just been applied.
    pub(super) fn receipt_of(&self, record: Record) -> Receipt {
        let (What::Routed(routed) | What::Rerouted { to: routed, .. }) = &record.what else {
            return Receipt {
                commit: record.sequence,
                lead: String::new(),
                at: record.at,
                outcome: Outcome::Queued { queue: self.plan.otherwise_queue().to_owned() },
                path: String::new(),
                reason: None,
                repeat: false,
                record: Some(Box::new(record)),
                notices: Vec::new(),
            };
        };
        Receipt {
            commit: record.sequence,
            lead: routed.lead.clone(),
            at: record.at,
            outcome: routed.outcome.clone(),
            path: routed.path.clone(),
            reason: Some(routed.reason.clone()),
            repeat: false,
            notices: notices(record.sequence, &routed.lead, &routed.outcome),
            record: Some(Box::new(record)),
        }
    }

    /// The receipt of the commit that stands for a lead.
    pub(super) fn standing_receipt(&self, lead: &str, repeat: bool) -> Option<Receipt> {
        let standing = self.desk.hand.get(lead)?;
        let outcome = match &standing.place {
            Place::With(rep) => Outcome::Assigned { rep: self.desk.team.name(*rep).to_owned() },
            Place::Held { queue, .. } => Outcome::Queued { queue: queue.to_string() },
        };
        let unsettled = standing.pending.as_ref();
        Some(Receipt {
            commit: standing.sequence,
            lead: lead.to_owned(),
            at: standing.at.to_utc_or_min(),
            path: standing.path.to_string(),
            reason: unsettled.map(|pending| pending.reason.to_string()),
            repeat,
            record: None,
            notices: match unsettled {
                Some(_) => notices(standing.sequence, lead, &outcome),
                None => Vec::new(),
            },
            outcome,
        })
    }
}

/// What a commit tells people. The ids follow from the commit's number, so that a receipt asked for again has the same.
fn notices(commit: u64, lead: &str, outcome: &Outcome) -> Vec<Notice> {
    let Outcome::Assigned { rep } = outcome else {
        return Vec::new();
    };
    vec![Notice {
        id: Some(format!("{commit}/new_lead")),
        kind: NoticeKind::NewLead,
        to: Recipient::Rep(rep.clone()),
        lead: lead.to_owned(),
    }]
}
