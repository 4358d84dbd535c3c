//! Preparing records: what would happen, written down and not yet done. Pure.

use super::{ApplyError, CommitError, EventError, ReceiptError, Router};
use crate::account::Account;
use crate::ask::Ask;
use crate::decision::{Decision, Outcome, Path, Target};
use crate::desk::{Narrowing, Party, RotationIndex, Seating, Sharing, Standing, TurnReturned, UNNARROWED};
use crate::fair::{Seat, Slot};
use crate::fault::{Fault, FaultKind, UnknownName};
use crate::hours::Leave;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::journal::{Event, RECORD_FORMAT, Record, Routed, TurnCharge, TurnRecord, What};
use crate::lead::Lead;
use crate::limits::{MAX_EXTRA_TURNS, MAX_LEAD_ID_BYTES, MAX_REPS};
use crate::order::{Order, Pin};
use crate::receipt::Receipt;
use crate::rep::{Presence, RepRecord};
use crate::roster::{pool_faults, pool_record_faults, rep_faults, weight_fault};
use crate::strategy::Situation;
use crate::value::FieldValue;
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Router {
    /// What committing a decision would record. None if nothing would change, because the lead is in hand, or waits in
    /// the same queue, already. Changes nothing, and costs as [`Router::commit`].
    ///
    /// For several machines on one journal: prepare, insert the record under its sequence number, and apply it if nobody
    /// else had taken that number; else apply what they wrote and decide again.
    ///
    /// # Errors
    ///
    /// As [`Router::commit`].
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let lead = LeadRecord::new("L-1");
    /// let decision = router.decide(&lead, now);
    /// if let Some(record) = router.prepare_commit(&lead, &decision)? {
    ///     # let mut journal = std::collections::BTreeMap::new();
    ///     # let mut insert = |sequence: u64, text: String| journal.insert(sequence, text).is_none();
    ///     let number_was_free = insert(record.sequence, serde_json::to_string(&record)?);
    ///     if number_was_free {
    ///         router.apply(&record)?;
    ///     }
    /// }
    /// let receipt = router.receipt("L-1").ok_or("not in hand")?; // write to the CRM from this
    /// assert_eq!(receipt.rep(), Some("ann"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_commit(
        &self,
        lead: &(impl Lead + ?Sized),
        decision: &Decision,
    ) -> Result<Option<Record>, CommitError> {
        self.check_decision(lead.id(), decision)?;
        Ok(self.commit_record(&lead, decision))
    }

    pub(super) fn check_decision(&self, lead: &str, decision: &Decision) -> Result<(), CommitError> {
        if !Arc::ptr_eq(&decision.book.router, &self.book.router) {
            let lead = decision.lead_id().to_owned();
            return Err(CommitError::OtherRouter { lead });
        }
        if !decision.lead.is_of(lead) {
            let (decided, lead) = (decision.lead_id().to_owned(), lead.to_owned());
            return Err(CommitError::OtherLead { decided, lead });
        }
        Ok(())
    }

    pub(super) fn commit_record(&self, lead: &dyn Lead, decision: &Decision) -> Option<Record> {
        let at = decision.at.max(self.clock);
        if let Some(ahead) = self.ahead(at) {
            return ahead.commit_record(lead, decision);
        }
        let standing = self.desk.hand.standing(decision.lead_id(), at);
        if standing.is_some_and(|standing| !self.moves(standing, decision, at)) {
            return None;
        }
        if decision.repeat {
            // What it was a repeat of no longer stands: it is closed, rolled back, or made way for another commit.
            let ask = self.ask_now(decision);
            let afresh = self.decide_one(lead, at.to_utc_or_min(), Some(&ask), None);
            return self.commit_record(lead, &afresh);
        }
        let holder = standing.and_then(Standing::rep);
        let to = self.routed(lead, decision, at);
        let what = match holder {
            None => What::Routed(to),
            Some(rep) => What::Rerouted {
                from: self.desk.team.name(rep).to_owned(),
                returned: standing.and_then(|standing| self.would_return(standing, decision.ask.as_deref(), at)),
                to,
            },
        };
        Some(self.next_record(at, what))
    }

    /// The router as it is at an instant past the last record, if somebody has come back until then to a rotation that
    /// forgives: a turn is prepared on the ledger on which it will be taken. Once in a while, so that a copy will do.
    fn ahead(&self, at: Instant) -> Option<Self> {
        let (rotations, seatings) = self.desk.forgiven_at(at)?;
        let mut ahead = self.clone();
        ahead.book = Arc::clone(&self.book);
        (ahead.desk.rotations, ahead.desk.seatings) = (rotations, seatings);
        ahead.desk.team.resume_at(at);
        Some(ahead)
    }

    /// What a decision was asked. Whom the lead was given to may have another name now.
    fn ask_now(&self, decision: &Decision) -> Ask {
        let ask = decision.ask.as_deref().cloned().unwrap_or_default();
        match decision.target {
            Target::Rep(rep) if ask.given_to() == Some(decision.book.rep(rep)) => {
                ask.given_instead(self.desk.team.name(rep))
            }
            _ => ask,
        }
    }

    fn routed(&self, lead: &dyn Lead, decision: &Decision, at: Instant) -> Routed {
        let decided = &decision.book.plan;
        let step = decision.step();
        // A pin is asked for whatever the plan reads; what it was found by is kept, so that the decision can be explained.
        let pinned = decision.decided_by_pins().then_some(&decided.account_fields).into_iter().flatten();
        let recorded = self.bound.recorded.iter().chain(pinned.flat_map(|(account, email)| [account, email]));
        let fields = recorded.filter_map(|name| {
            let value = lead.field(name)?;
            Some((Arc::clone(name), FieldValue::kept(value)))
        });
        let now_counts = &self.bound.fingerprint;
        let mut routed = Routed {
            lead: decision.lead_id().to_owned(),
            outcome: self.outcome_now(decision),
            path: Arc::from(decision.path()),
            reason: decision.reason().to_owned(),
            plan: Arc::clone(&decided.fingerprint),
            committed_under: (decided.fingerprint != *now_counts).then(|| Arc::clone(now_counts)),
            step: step.map(|step| Arc::clone(&step.key)),
            turn: None,
            pool: None,
            uncapped: step.is_some_and(|step| step.narrowing.uncapped),
            ask: decision.ask.as_deref().cloned(),
            fields: fields.collect(),
        };
        routed.turn = self.turn_record(decision, &routed, at);
        let pool = decision.pool.filter(|_| routed.turn.is_none());
        routed.pool = pool.and_then(|pool| self.desk.team.pool_name(pool)).cloned();
        routed
    }

    /// The decision's outcome. A queue that the plan has lost since is that of `otherwise` now, and a rep goes by the name
    /// that they have now.
    fn outcome_now(&self, decision: &Decision) -> Outcome {
        if let Target::Rep(rep) = decision.target {
            return Outcome::Assigned { rep: self.desk.team.name(rep).to_owned() };
        }
        match decision.outcome() {
            Outcome::Queued { queue } if !self.bound.has_queue(queue) => {
                Outcome::Queued { queue: self.plan.otherwise_queue().to_owned() }
            }
            outcome => outcome.to_owned(),
        }
    }

    /// Whether a decision moves a lead from where it stands.
    fn moves(&self, standing: &Standing, decision: &Decision, at: Instant) -> bool {
        if let Some(queue) = standing.queue() {
            return match &decision.ask {
                // Even into the same queue, if that of the ladder is gone: else it would be due for ever.
                Some(ask) if ask.due().is_some() && matches!(decision.path, Path::Escalation) => {
                    self.is_called_for(Some(standing), ask, at)
                }
                // Waiting in the same queue again changes nothing: it keeps its place.
                _ => self.outcome_now(decision).queue().is_none_or(|decided| decided != queue),
            };
        }
        let Some(ask) = &decision.ask else { return false };
        // A person's choice counts, whatever became of the lead in between; not what the plan chose because nobody knew
        // whom they meant.
        let is_given = ask.given_to().is_some() && !matches!(decision.path, Path::Step(_));
        if is_given {
            return self.outcome_now(decision).rep().map(String::as_str)
                != standing.rep().map(|rep| self.desk.team.name(rep));
        }
        // Somebody who rerouted the lead in between counts as much as somebody who routed it.
        let is_as_decided = decision.standing == Some(standing.sequence);
        ask.reroutes() && is_as_decided && self.is_called_for(Some(standing), ask, at)
    }

    /// What the decision's turn comes to now. A late commit is charged only if the rep is still near enough to the best
    /// choice; books that took any late turn at face value would drift without bound.
    fn turn_record(&self, decision: &Decision, routed: &Routed, at: Instant) -> Option<TurnRecord> {
        let turn = decision.turn?;
        let Target::Rep(rep) = decision.target else { return None };
        let place = decision.book.plan.seated.get(turn.seating.place())?;
        let pool = Arc::from(decision.book.pool(place.pool));
        let mut record =
            TurnRecord { rotation: Arc::clone(&place.rotation), pool, open: 0, charge: TurnCharge::Uncharged };
        if let Some((index, party)) = self.party(routed, &record, rep, at)
            && let Some(rotation) = self.desk.rotation(index)
        {
            // Names may have been exchanged: how often another rotation has moved says nothing of how late this is.
            let moves = if index == turn.rotation { turn.moves } else { rotation.moves() };
            record.open = rotation.count(&party);
            if record.open == 1 {
                record.charge = TurnCharge::OnlyOneOpen;
            } else if rotation.admits_late(&party, moves) {
                record.charge = TurnCharge::Charged;
            }
        }
        Some(record)
    }

    /// Who shares a turn, going by its record alone; none if the rep has no place in the rotation, or if the plan that
    /// decided no longer counts.
    pub(super) fn party(
        &self,
        routed: &Routed,
        turn: &TurnRecord,
        rep: RepIndex,
        at: Instant,
    ) -> Option<(RotationIndex, Party)> {
        if routed.committed_under.is_some() {
            return None;
        }
        let pool = self.pool_index(&turn.pool)?;
        let step = routed.step.as_deref().and_then(|step| self.bound.step(self.bound.find(step)?));
        let narrowing = step.map_or(&UNNARROWED, |step| &step.narrowing);
        let seating = self.desk.find_seating(&turn.rotation, pool, narrowing.access(pool))?;
        let rotation = self.desk.rotation(seating.rotation())?;
        let slot = rotation.slot(rep)?;
        let weight = || self.desk.team.weight(pool, rep, at);
        let shares = match routed.ask {
            None if self.desk.is_steady(at) => rotation.shares(seating, &self.desk.team, at),
            _ => None,
        };
        let (open, weight) = match shares {
            Some(shares) => {
                let group = rotation.ledger().group(slot);
                let listed = shares.iter().find(|share| share.group == group).map(|share| share.weight);
                (Sharing::Groups(shares), listed.or_else(weight)?)
            }
            None => (Sharing::Seats(self.open_seats(routed, narrowing, seating, at)), weight()?),
        };
        let party = Party { open, chosen: Seat { slot, weight }, size: seating.size(routed) };
        Some((seating.rotation(), party))
    }

    /// Who could have had a lead, going by its record alone: replaying the record asks the same again.
    fn open_seats(&self, routed: &Routed, narrowing: &Narrowing, seating: &Seating, at: Instant) -> Vec<Seat> {
        let excluded: Vec<RepIndex> = routed.ask.as_ref().map(|ask| self.excluded(ask)).unwrap_or_default();
        let situation = Situation {
            desk: &self.desk,
            rotations: &self.desk.rotations,
            seatings: &self.desk.seatings,
            plan: &self.bound,
            accounts: &self.accounts,
            lead: routed,
            now: at,
            excluded: &excluded,
            only: routed.ask.as_ref().and_then(|ask| self.claimer(ask)),
            relaxed: routed.ask.as_ref().map(crate::ask::Ask::relaxed).unwrap_or_default(),
        };
        seating.open(situation.filter(narrowing)).collect()
    }

    /// How the turn behind a standing would go back; none if there is none, or if it is for a rep who is away: the lead stays
    /// theirs.
    pub(super) fn would_return(&self, standing: &Standing, ask: Option<&Ask>, at: Instant) -> Option<TurnReturned> {
        let turn = standing.turn.filter(|_| !ask.is_some_and(Ask::is_cover))?;
        Some(self.desk.would_return(turn, at))
    }

    /// What settling would record; none where [`Router::settle`] gives none. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Router::settle`].
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// if let Some(record) = router.prepare_settle(&receipt)? {
    ///     router.apply(&record)?; // once the journal has it
    /// }
    /// assert_eq!(router.unsettled().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_settle(&self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        if !is_tracked(receipt.lead_id()) {
            return Ok(None);
        }
        match self.pending(receipt) {
            Ok(_) => {
                let (lead, commit) = (receipt.lead_id().to_owned(), receipt.commit());
                Ok(Some(self.next_record(self.clock, What::Settled { lead, commit })))
            }
            Err(ReceiptError::Settled { .. }) if receipt.is_repeat() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What rolling back would record; none where [`Router::rollback`] gives none. Changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Router::rollback`].
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// if let Some(record) = router.prepare_rollback(&receipt)? {
    ///     router.apply(&record)?; // once the journal has it
    /// }
    /// assert_eq!(router.in_hand(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_rollback(&self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        if receipt.is_repeat() || !is_tracked(receipt.lead_id()) {
            return Ok(None);
        }
        if let Some(ahead) = self.ahead(self.clock) {
            return ahead.prepare_rollback(receipt);
        }
        let returned = self.would_return(self.pending(receipt)?, None, self.clock);
        let (lead, commit) = (receipt.lead_id().to_owned(), receipt.commit());
        Ok(Some(self.next_record(self.clock, What::RolledBack { lead, commit, returned })))
    }

    /// The unsettled commit of a receipt.
    fn pending(&self, receipt: &Receipt) -> Result<&Standing, ReceiptError> {
        self.pending_commit(receipt.lead_id(), receipt.commit(), self.clock)
    }

    pub(super) fn pending_commit(&self, lead: &str, commit: u64, at: Instant) -> Result<&Standing, ReceiptError> {
        let Some(standing) = self.desk.hand.standing(lead, at) else {
            return Err(ReceiptError::NotInHand { lead: lead.to_owned(), commit });
        };
        if standing.sequence != commit {
            let (lead, standing) = (lead.to_owned(), standing.sequence);
            return Err(ReceiptError::Superseded { lead, commit, standing });
        }
        if standing.pending.is_none() {
            return Err(ReceiptError::Settled { lead: lead.to_owned(), commit });
        }
        Ok(standing)
    }

    /// What an event would record. Changes nothing. The event's times are cut to whole milliseconds, and a `now` before
    /// the router's clock counts as the clock.
    ///
    /// # Errors
    ///
    /// As [`Router::observe`].
    ///
    /// ```
    /// use lead_router::{Event, Presence};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let record = router.prepare_event(Event::presence("ann", Presence::busy()), now)?;
    /// router.apply(&record)?; // once the journal has it
    /// assert_eq!(router.sequence(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_event(&self, event: Event, now: DateTime<Utc>) -> Result<Record, EventError> {
        let at = Instant::from(now).max(self.clock);
        // What is kept is what must be right: a leave of less than a millisecond is none.
        let event = whole_milliseconds(event, at);
        self.check_event(&event, at)?;
        Ok(self.next_record(at, What::Event(event)))
    }

    /// What giving a lead to a rep would come to. See [`Router::give`].
    pub(super) fn check_gift(&self, rep: &str, order: &Order) -> Result<(), EventError> {
        self.known_rep(rep)?;
        check_endless(order)
    }

    pub(super) fn check_event(&self, event: &Event, at: Instant) -> Result<(), EventError> {
        match event {
            Event::Presence { rep, .. } | Event::Load { rep, .. } | Event::RepLeft { rep } => {
                self.known_rep(rep).map(|_| ())
            }
            Event::Pin { on, rep, order } => {
                self.known_rep(rep)?;
                self.check_pin(on)?;
                check_end(order, at)
            }
            Event::Pause { rep, order } => {
                self.known_rep(rep)?;
                check_end(order, at)
            }
            Event::Unpin { on, order } if self.desk.pins.has(on, at) => check_endless(order),
            Event::Unpin { on, .. } => Err(EventError::NotPinned { on: on.clone() }),
            Event::Resume { rep, order } => {
                self.check_resume(rep, at)?;
                check_endless(order)
            }
            Event::ExtraTurns { rep, rotation, turns, order } => {
                self.find_grant(rep, rotation, *turns, at)?;
                check_endless(order)
            }
            Event::Notified { .. }
            | Event::Seen { .. }
            | Event::Contacted { .. }
            | Event::Qualified { .. }
            | Event::NoShow { .. }
            | Event::Rejected { .. }
            | Event::Merged { .. }
            | Event::Released { .. }
            | Event::Closed { .. } => self.check_life(event, at),
            Event::Rep(rep) => self.check_rep(rep),
            Event::Weight { rep, pool, weight } => self.check_weight(rep, pool, *weight),
            Event::Pool { name, pool } => {
                let of_name = pool_faults(&format!("pools.{name}"), name);
                refuse(of_name.into_iter().chain(pool_record_faults(name, pool)))
            }
            Event::Edit(edit) => refuse(self.edit_faults(edit, at)),
            Event::Plan(plan) => refuse(plan.bind(&self.desk.team, &self.registry, true).faults),
            Event::Account(account) if account.id.is_empty() => Err(EventError::NoAccountId),
            Event::Account(_) => Ok(()),
            Event::AccountRemoved { account } => match self.accounts.find_by_id(account) {
                Some(_) => Ok(()),
                None => Err(EventError::Unknown(UnknownName::new("account", account, []))),
            },
        }
    }

    pub(super) fn known_rep(&self, rep: &str) -> Result<RepIndex, EventError> {
        self.desk.team.find_present(rep).ok_or_else(|| {
            let present = self.desk.team.reps().filter(|(_, rep)| !rep.has_left());
            let known = present.map(|(index, _)| self.desk.team.name(index));
            EventError::Unknown(UnknownName::new("rep", rep, known))
        })
    }

    /// A pin that no lead could ever be found by is a slip.
    fn check_pin(&self, on: &Pin) -> Result<(), EventError> {
        let is_blank = on.name().trim().is_empty();
        let blank = is_blank.then(|| FaultKind::Contradiction("it names nothing".to_owned()));
        let address = matches!(on, Pin::Domain(domain) if domain.trim().trim_start_matches('@').contains('@'));
        let address = address.then(|| FaultKind::Contradiction(format!("`{}` is an address, not a domain", on.name())));
        refuse(blank.or(address).map(|kind| Fault::new("on", kind)))?;
        match on {
            Pin::Territory(name) if !self.bound.areas.contains(name.as_str()) => {
                let known = self.bound.areas.iter().map(|area| &**area);
                Err(EventError::Unknown(UnknownName::new("area", name, known)))
            }
            _ => Ok(()),
        }
    }

    fn check_resume(&self, rep: &str, at: Instant) -> Result<(), EventError> {
        let pause = self.desk.team.rep(self.known_rep(rep)?).and_then(|rep| rep.pause());
        match pause.is_some_and(|pause| pause.lasts_at(at)) {
            true => Ok(()),
            false => Err(EventError::NotPaused { rep: rep.to_owned() }),
        }
    }

    /// Whom extra turns go to, and who pays for them.
    pub(super) fn find_grant(
        &self,
        rep: &str,
        rotation: &str,
        turns: u32,
        at: Instant,
    ) -> Result<(RotationIndex, Slot, Vec<Seat>), EventError> {
        let index = self.known_rep(rep)?;
        let Some(found) = self.desk.find_rotation(rotation) else {
            let known = self.desk.rotations.iter().map(|rotation| &**rotation.name());
            return Err(EventError::Unknown(UnknownName::new("rotation", rotation, known)));
        };
        let in_range = (1..=MAX_EXTRA_TURNS).contains(&turns);
        let (value, high) = (u64::from(turns), u64::from(MAX_EXTRA_TURNS));
        let kind = FaultKind::OutOfRange { what: "number of extra turns", value, low: 1, high };
        refuse((!in_range).then(|| Fault::new("turns", kind)))?;
        let slot = self
            .desk
            .rotation(found)
            .and_then(|rotation| rotation.slot(index))
            .ok_or_else(|| EventError::NotInRotation { rep: rep.to_owned(), rotation: rotation.to_owned() })?;
        let payers = self.desk.others(found, index, at);
        match payers.is_empty() {
            true => Err(EventError::NobodyPays { rep: rep.to_owned(), rotation: rotation.to_owned() }),
            false => Ok((found, slot, payers)),
        }
    }

    fn check_rep(&self, rep: &RepRecord) -> Result<(), EventError> {
        let is_new = self.desk.team.find(&rep.id).is_none();
        let too_many = (is_new && self.desk.team.reps().count() >= MAX_REPS)
            .then(|| Fault::new("reps", FaultKind::TooManyReps(MAX_REPS)));
        refuse(rep_faults(rep, self.desk.team.times()).into_iter().chain(too_many))
    }

    fn check_weight(&self, rep: &str, pool: &str, weight: u32) -> Result<(), EventError> {
        let index = self.known_rep(rep)?;
        let Some(pool_index) = self.pool_index(pool) else {
            let known = self.desk.team.pool_names().map(|name| &**name);
            return Err(EventError::Unknown(UnknownName::new("pool", pool, known)));
        };
        if self.desk.team.rep(index).and_then(|rep| rep.weight_in(pool_index)).is_none() {
            return Err(EventError::NotAMember { rep: rep.to_owned(), pool: pool.to_owned() });
        }
        refuse(weight_fault(format!("reps.{rep}.pools.{pool}"), weight))
    }

    pub(super) fn next_record(&self, at: Instant, what: What) -> Record {
        Record { format: RECORD_FORMAT, sequence: self.sequence + 1, at: at.to_utc_or_min(), what }
    }

    /// Whether a record can be applied now at all.
    pub(super) fn check_record(&self, record: &Record) -> Result<Instant, ApplyError> {
        let Record { format, sequence, at, .. } = *record;
        if format > RECORD_FORMAT {
            return Err(ApplyError::NewerFormat { sequence, format, newest: RECORD_FORMAT });
        }
        if sequence != self.sequence + 1 {
            return Err(ApplyError::NotNext { sequence, last: self.sequence });
        }
        match Instant::from(at) {
            instant if instant < self.recorded => {
                Err(ApplyError::BackInTime { sequence, at, last: self.recorded.to_utc_or_min() })
            }
            instant => Ok(instant),
        }
    }
}

/// Whether leads of that id are told apart at all.
pub(super) fn is_tracked(lead: &str) -> bool {
    (1..=MAX_LEAD_ID_BYTES).contains(&lead.len())
}

fn refuse(faults: impl IntoIterator<Item = Fault>) -> Result<(), EventError> {
    let faults: Vec<Fault> = faults.into_iter().collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// Refuses an order that is over already.
fn check_end(order: &Order, at: Instant) -> Result<(), EventError> {
    let is_over = order.end().is_some_and(|end| Instant::from(end) <= at);
    let kind = || FaultKind::Contradiction("it is over already".to_owned());
    refuse(is_over.then(|| Fault::new("order.until", kind())))
}

/// Refuses an end where nothing could end.
pub(super) fn check_endless(order: &Order) -> Result<(), EventError> {
    let kind = || FaultKind::Contradiction("only pins and pauses end by themselves".to_owned());
    refuse(order.end().map(|_| Fault::new("order.until", kind())))
}

/// The same of a rep.
pub(super) fn whole_rep(rep: &mut RepRecord) {
    let whole = |time: DateTime<Utc>| Instant::from(time).to_utc_or_min();
    rep.presence = rep.presence.map(|presence| Presence { until: presence.until.map(whole), ..presence });
    rep.leave = std::mem::take(&mut rep.leave).into_iter().map(Leave::whole_milliseconds).collect();
    for ramp in rep.ramps.values_mut() {
        *ramp = std::mem::take(ramp).into_iter().map(|(from, weight)| (whole(from), weight)).collect();
    }
}

/// The event with its times as they are kept, so that it reads back equal.
pub(super) fn whole_milliseconds(event: Event, at: Instant) -> Event {
    let whole = |time: DateTime<Utc>| Instant::from(time).to_utc_or_min();
    let present = |presence: Presence| Presence { until: presence.until.map(whole), ..presence };
    match event {
        Event::Presence { rep, presence } => Event::Presence { rep, presence: present(presence) },
        Event::Load { rep, open, as_of } => {
            Event::Load { rep, open, as_of: Some(as_of.map_or(at.to_utc_or_min(), whole)) }
        }
        Event::Rep(mut rep) => {
            whole_rep(&mut rep);
            Event::Rep(rep)
        }
        Event::Edit(mut edit) => {
            for rep in edit.roster.iter_mut().flat_map(|roster| &mut roster.reps) {
                whole_rep(rep);
            }
            for account in edit.accounts.iter_mut().flatten() {
                account.lost_at = account.lost_at.map(whole);
            }
            Event::Edit(edit)
        }
        Event::Pin { on, rep, order } => Event::Pin { on, rep, order: order.tidied().map_end(whole) },
        Event::Unpin { on, order } => Event::Unpin { on, order: order.tidied() },
        Event::Pause { rep, order } => Event::Pause { rep, order: order.tidied().map_end(whole) },
        Event::Resume { rep, order } => Event::Resume { rep, order: order.tidied() },
        Event::ExtraTurns { rep, rotation, turns, order } => {
            Event::ExtraTurns { rep, rotation, turns, order: order.tidied() }
        }
        Event::Account(account) => Event::Account(Account { lost_at: account.lost_at.map(whole), ..account }),
        other => other,
    }
}
