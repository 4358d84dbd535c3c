//! Committing: what was decided happens.
//!
//! Nearly every commit is of the router's own decision, on a lead that nobody has, under the plan and the roster that it was
//! made with. Such a one is made at once, by dense index, and its record is written out when somebody asks the receipt for it. All
//! others go by their record, as they do in a router that replays it. Both ways come to the same record and the same state.

use super::Router;
use super::apply::{Destination, Move};
use super::error::CommitError;
use super::prepare::is_tracked;
use crate::committed::Committed;
use crate::decision::{Decision, Path, Target};
use crate::desk::{Party, RotationIndex, Said, Sharing};
use crate::fair::Seat;
use crate::instant::Instant;
use crate::journal::TurnCharge;
use crate::lead::Lead;
use crate::receipt::{Receipt, Told};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A commit that can be made at once.
struct Due {
    at: Instant,
    /// None if no turn is due.
    turn: Option<TurnDue>,
}

/// What becomes of a decision's turn.
struct TurnDue {
    rotation: RotationIndex,
    party: Party,
    open: u32,
    charge: TurnCharge,
}

impl Router {
    /// Makes a decision happen: takes the turn, counts the lead as open, and gives a receipt.
    ///
    /// A decision is never too late. If others were committed since, the turn is charged only if that is still fair to
    /// everyone; [`Receipt::turn`] says. If the lead came into hand meanwhile, the receipt is that of the commit that
    /// stands.
    ///
    /// Pass the lead that was decided on: the fields that the plan reads are read once more, for the record. Where the step
    /// that decided asks the same of reps for every lead, it costs O(log n) over the pool of the turn; else O(n).
    ///
    /// # Errors
    ///
    /// If the decision is another router's (a clone counts as another) or another lead's. Nothing changes then; decide
    /// again with this router and this lead.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let lead = LeadRecord::new("L-1");
    /// let decision = router.decide(&lead, now);
    /// let receipt = router.commit(&lead, decision)?;
    /// assert_eq!(receipt.rep(), Some("ann"));
    /// assert_eq!(router.open_leads("ann"), Some(1));
    ///
    /// // The same id again is the same lead.
    /// let again = router.decide(&lead, now);
    /// assert!(router.commit(&lead, again)?.is_repeat());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn commit(&mut self, lead: &(impl Lead + ?Sized), decision: Decision) -> Result<Receipt, CommitError> {
        let mut receipt = Receipt::new();
        self.commit_into(lead, decision, &mut receipt)?;
        Ok(receipt)
    }

    /// [`Router::commit`] into a receipt that is used again: it allocates nothing once its memory is large enough, and once as
    /// many leads are settled and closed as come in.
    ///
    /// # Errors
    ///
    /// As [`Router::commit`]. The receipt stays as it was.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, Receipt, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let mut receipt = Receipt::new();
    /// for number in 0..10 {
    ///     let lead = LeadRecord::new(format!("L-{number}"));
    ///     let decision = router.decide(&lead, now);
    ///     router.commit_into(&lead, decision, &mut receipt)?;
    ///     assert_eq!(receipt.rep(), Some(["ann", "bob"][number % 2]));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn commit_into(
        &mut self,
        lead: &(impl Lead + ?Sized),
        mut decision: Decision,
        into: &mut Receipt,
    ) -> Result<(), CommitError> {
        self.check_decision(lead.id(), &decision)?;
        self.commit_own(&lead, &mut decision, into);
        Ok(())
    }

    /// Decides and commits in one go. Never fails: the decision is this router's and this lead's. Costs as
    /// [`Router::decide`] and [`Router::commit`].
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// assert_eq!(receipt.rep(), Some("ann"));
    /// assert_eq!(router.route(&LeadRecord::new("L-2"), now).rep(), Some("bob"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn route(&mut self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>) -> Receipt {
        let mut decision = self.decide(lead, now);
        let mut receipt = Receipt::new();
        self.commit_own(&lead, &mut decision, &mut receipt);
        receipt
    }

    /// Routes leads one after the other, each as [`Router::route`] does: whoever got one counts when the next is decided. A list
    /// from a fair or an import is as fair as if its leads had come one by one.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let leads = ["L-1", "L-2", "L-3"].map(LeadRecord::new);
    /// let receipts = router.route_all(&leads, now);
    /// let reps: Vec<Option<&str>> = receipts.iter().map(|receipt| receipt.rep()).collect();
    /// assert_eq!(reps, [Some("ann"), Some("bob"), Some("ann")]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn route_all<L: Lead>(&mut self, leads: impl IntoIterator<Item = L>, now: DateTime<Utc>) -> Vec<Receipt> {
        leads.into_iter().map(|lead| self.route(&lead, now)).collect()
    }

    /// Commits a decision of this router. What it leaves in its place means nothing: decisions are large, and moving one takes
    /// longer than much else here, so that it is swapped with what the receipt had.
    fn commit_own(&mut self, lead: &dyn Lead, decision: &mut Decision, into: &mut Receipt) {
        match self.plan_commit(decision) {
            Some(Due { at, turn }) => {
                self.sequence += 1;
                let said = turn.as_ref().map(|turn| (turn.open, turn.charge));
                let committed = into.commit_to(decision, self.sequence, at, said);
                self.commit_at_once(lead, committed, turn);
            }
            None => self.commit_by_record(lead, decision, into),
        }
    }

    fn commit_by_record(&mut self, lead: &dyn Lead, decision: &Decision, into: &mut Receipt) {
        *into = match self.commit_record(lead, decision) {
            Some(record) => {
                self.apply_own(&record);
                Receipt::of(record).unwrap_or_else(|| empty_receipt(decision))
            }
            None => {
                self.clock = self.clock.max(decision.at);
                self.standing_receipt(decision.lead_id(), true).unwrap_or_else(|| empty_receipt(decision))
            }
        };
    }

    /// When a decision is committed and what becomes of its turn, if that can be done at once.
    fn plan_commit(&mut self, decision: &Decision) -> Option<Due> {
        if let Target::Rep(rep) = decision.target {
            self.desk.touch(rep, decision.turn.as_ref());
        }
        let at = decision.at.max(self.clock);
        if !self.is_plain(decision, at) {
            return None;
        }
        if let Some(turn) = decision.turn {
            self.desk.refresh_open(turn.rotation, at);
        }
        Some(Due { at, turn: self.turn_due(decision, at).ok()? })
    }

    /// Whether a decision can be committed at once: nothing but time has passed that could change what its record says.
    fn is_plain(&self, decision: &Decision, at: Instant) -> bool {
        Arc::ptr_eq(&decision.book, &self.book)
            && !decision.repeat
            && decision.ask.is_none()
            && is_tracked(decision.lead_id())
            && !decision.decided_by_pins()
            && self.desk.is_steady(at)
            && (self.is_of_now(decision) && decision.standing.is_none()
                || self.desk.hand.get_hashed(decision.hash, decision.lead_id()).is_none())
    }

    /// Whether nothing has happened since it was decided.
    fn is_of_now(&self, decision: &Decision) -> bool {
        decision.seen == self.sequence && decision.at >= self.clock
    }

    /// What becomes of the turn; none if none is due. An error if who shares it is not sorted.
    fn turn_due(&self, decision: &Decision, at: Instant) -> Result<Option<TurnDue>, ()> {
        let (Some(turn), Target::Rep(rep)) = (decision.turn, decision.target) else { return Ok(None) };
        let desk = &self.desk;
        let seating = desk.seatings.get(turn.seating.place()).ok_or(())?;
        let rotation = desk.rotation(turn.rotation).ok_or(())?;
        let is_as_decided = decision.step().and_then(|step| step.narrowing.access(seating.pool())) == seating.access();
        let sorted = rotation.shares(seating, &desk.team, at).filter(|_| is_as_decided);
        let (shares, group) = (sorted.ok_or(())?, rotation.ledger().group(turn.slot));
        let listed = shares.iter().find(|share| share.group == group).map(|share| share.weight);
        let weight = listed.or_else(|| desk.team.weight(seating.pool(), rep, at)).ok_or(())?;
        let chosen = Seat { slot: turn.slot, weight };
        let party = Party { open: Sharing::Groups(shares), chosen, size: None };
        let is_of_now = self.is_of_now(decision);
        let open = if is_of_now { turn.open.get() } else { rotation.count(&party) };
        debug_assert_eq!(open, rotation.count(&party));
        let charge = match open {
            0 => return Err(()),
            1 => TurnCharge::OnlyOneOpen,
            _ if is_of_now || rotation.admits_late(&party, turn.moves) => TurnCharge::Charged,
            _ => TurnCharge::Uncharged,
        };
        Ok(Some(TurnDue { rotation: turn.rotation, party, open, charge }))
    }

    fn commit_at_once(&mut self, lead: &dyn Lead, committed: &mut Committed, turn: Option<TurnDue>) {
        let Committed { decision, fields, commit, at, .. } = committed;
        fields.keep(&self.bound.recorded, |field| lead.field(field));
        self.recorded = *at;
        self.clock = *at;
        self.desk.pass_time(*at);
        self.make_move(*commit, *at, self.move_of(lead, decision, turn, *at), None);
        self.desk.sort_changed_by_commit();
    }

    fn move_of(&self, lead: &dyn Lead, decision: &Decision, turn: Option<TurnDue>, at: Instant) -> Move {
        let step = match decision.path {
            Path::Step(step) => step,
            Path::Area { step, .. } => Some(step),
            Path::Standing(_) | Path::ByHand | Path::Escalation => None,
        };
        let bound = step.and_then(|step| self.bound.step(step));
        let path = match decision.path {
            Path::Area { area, .. } => self.bound.step(area).map(|area| &area.path),
            _ => bound.map(|step| &step.path),
        };
        let target = match decision.target {
            Target::Rep(rep) => Destination::Rep(rep),
            Target::Queue(queue) => self.waits_in(queue, lead, at),
        };
        Move {
            lead: decision.lead.clone(),
            hash: decision.hash,
            is_new: true,
            turn: turn.filter(|turn| turn.charge == TurnCharge::Charged).map(|turn| (turn.rotation, turn.party)),
            pool: decision.pool,
            uncapped: bound.is_some_and(|step| step.narrowing.uncapped),
            learners: if self.bound.learners.is_empty() { Vec::new() } else { self.learners(step) },
            marks: self.marks(lead),
            ladder: self.ladder(&target, step).cloned(),
            target,
            path: Arc::clone(path.unwrap_or(&self.bound.otherwise)),
            said: Said::Why(decision.why.clone()),
        }
    }
}

/// The receipt of a lead that is not tracked.
fn empty_receipt(decision: &Decision) -> Receipt {
    Receipt::of_told(Told {
        commit: 0,
        lead: decision.lead_id().to_owned(),
        at: decision.at(),
        outcome: decision.outcome().to_owned(),
        path: decision.path().to_owned(),
        reason: Some(decision.reason().to_owned()),
        repeat: true,
        record: None,
        notices: Vec::new(),
    })
}
