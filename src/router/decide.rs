//! Deciding: the plan's steps, from the root down.

use super::Router;
use crate::ask::Ask;
use crate::decision::{Decision, Path, Target};
use crate::desk::{Place, Standing};
use crate::explain::{Detail, Explanation};
use crate::gate::Requirements;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::journal::Record;
use crate::lead::Lead;
use crate::lead_id::LeadId;
use crate::limits::MAX_LEAD_ID_BYTES;
use crate::reason::Why;
use crate::strategy::{Because, BoundPlan, QueueIndex, Scope, Situation, Trace, Verdict};
use crate::table::fast_hash;
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Router {
    /// Why a lead would go where it would go: every step that it comes through, with what each says, and who else could have
    /// had it. The same evaluator as [`Router::decide`], with the reasons kept, in lists that it allocates.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let why = router.explain(&LeadRecord::new("L-1"), now);
    /// assert_eq!(why.decision().rep(), Some("ann"));
    /// assert_eq!(why.to_string(), "\
    /// L-1: assigned to ann by round_robin smb: next in turn of 2 open reps in `smb`
    ///   available: assigned to ann
    ///     round_robin smb: assigned to ann
    ///       bob is owed 0.50 turns, as ann is; the lot decides");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain(&self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>) -> Explanation {
        self.explain_with(lead, now, &Ask::default())
    }

    /// Like [`Router::explain`], for [`Router::decide_with`].
    ///
    /// ```
    /// use lead_router::Ask;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let why = router.explain_with(&LeadRecord::new("L-1"), now, &Ask::new().exclude("ann"));
    /// assert_eq!(why.decision().reason().to_string(), "the only one open in `smb`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain_with(&self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>, ask: &Ask) -> Explanation {
        let mut trace = Trace::default();
        trace.restart(true);
        let decision = self.decide_one(&lead, now, Some(ask), Some(&mut trace));
        Explanation { decision, trace }
    }

    /// Like [`Router::explain_with`], into an earlier explanation whose memory is used again, and with as much detail as is
    /// asked for. With [`Detail::Steps`] it costs little more than [`Router::decide`].
    ///
    /// ```
    /// use lead_router::{Ask, Detail};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let mut why = router.explain(&LeadRecord::new("L-1"), now);
    /// for id in ["L-2", "L-3"] {
    ///     router.explain_into(&LeadRecord::new(id), now, &Ask::new(), Detail::Steps, &mut why);
    ///     assert_eq!((why.decision().lead_id(), why.steps().count()), (id, 2));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain_into(
        &self,
        lead: &(impl Lead + ?Sized),
        now: DateTime<Utc>,
        ask: &Ask,
        detail: Detail,
        into: &mut Explanation,
    ) {
        into.trace.restart(detail == Detail::Reps);
        into.decision = self.decide_one(&lead, now, Some(ask), Some(&mut into.trace));
    }

    /// Why a lead of the journal went where it went: for a router that stands where the one stood that made the record, as
    /// the [journal](crate::journal)'s page shows. None if the record routes no lead.
    ///
    /// The lead is read from the record, with the fields that it keeps, and what the caller had asked for counts again. Of a
    /// decision that was committed later than it was made, the explanation is that of the commit: others may have come in
    /// between.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let then = router.clone();
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// let record = receipt.record().ok_or("nothing to store")?;
    /// let why = then.explain_record(record).ok_or("no lead")?;
    /// assert_eq!(why.decision().rep(), receipt.rep());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain_record(&self, record: &Record) -> Option<Explanation> {
        let routed = record.routed()?;
        Some(self.explain_with(routed, record.at, &routed.ask().cloned().unwrap_or_default()))
    }

    pub(crate) fn decide_one(
        &self,
        lead: &dyn Lead,
        now: DateTime<Utc>,
        ask: Option<&Ask>,
        trace: Option<&mut Trace>,
    ) -> Decision {
        let ask = ask.filter(|ask| !ask.is_plain());
        let asked = Instant::from(now);
        let at = asked.max(self.clock);
        let id = lead.id();
        let lead_id = LeadId::new(id);
        let hash = fast_hash(&lead_id);
        let standing = self.desk.hand.standing_hashed(hash, id, at);
        let mut decision = Decision {
            book: Arc::clone(&self.book),
            lead: lead_id,
            hash,
            at,
            seen: self.sequence,
            clamped: asked < self.clock,
            target: Target::Queue(QueueIndex::OTHERWISE),
            path: Path::Step(None),
            why: Why::NoLeadId,
            turn: None,
            pool: None,
            opens: None,
            standing: standing.map(|standing| standing.sequence),
            repeat: false,
            ask: ask.map(|ask| Arc::new(ask.clone())),
        };
        match standing {
            _ if id.is_empty() => {}
            _ if id.len() > MAX_LEAD_ID_BYTES => decision.why = Why::LongLeadId,
            Some(Standing { place: Place::With(rep), path, sequence, .. }) if self.stays(standing, *rep, ask, at) => {
                decision.target = Target::Rep(*rep);
                decision.path = Path::Standing(Arc::clone(path));
                decision.why = Why::Standing { commit: *sequence };
                decision.repeat = true;
            }
            _ if let Some((rep, why)) = self.gift(ask) => {
                decision.target = Target::Rep(rep);
                decision.path = Path::ByHand;
                decision.why = why;
            }
            // What was due because it waits is no longer: it has moved.
            Some(standing)
                if let Some(held) = standing.held()
                    && ask.is_some_and(|ask| !self.is_called_for(Some(standing), ask, at)) =>
            {
                decision.target = Target::Queue(self.bound.find_queue(&held.queue));
                decision.path = Path::Standing(Arc::clone(&standing.path));
                decision.why = Why::Standing { commit: standing.sequence };
                decision.repeat = true;
            }
            Some(standing) if let Some((queue, why)) = ask.and_then(|ask| self.put_aside(standing, ask, at)) => {
                decision.target = Target::Queue(queue);
                decision.path = Path::Escalation;
                decision.why = why;
            }
            _ => {
                let narrowed = self.without_rejecters(standing, ask);
                if let Some(ask) = &narrowed {
                    decision.ask = Some(Arc::new(ask.clone()));
                }
                let ask = narrowed.as_ref().or(ask);
                self.run_plan(lead, at, ask, trace, &mut decision);
                let waits_there = standing.and_then(Standing::queue);
                decision.repeat = waits_there.is_some() && waits_there == decision.queue();
            }
        }
        decision
    }

    fn run_plan(
        &self,
        lead: &dyn Lead,
        at: Instant,
        ask: Option<&Ask>,
        trace: Option<&mut Trace>,
        into: &mut Decision,
    ) {
        let excluded: Vec<RepIndex> = ask.map(|ask| self.excluded(ask)).unwrap_or_default();
        let ahead = self.desk.forgiven_at(at);
        let (rotations, seatings) = match &ahead {
            Some((rotations, seatings)) => (rotations, seatings),
            None => (&self.desk.rotations, &self.desk.seatings),
        };
        let situation = Situation {
            desk: &self.desk,
            rotations,
            seatings,
            plan: &self.bound,
            accounts: &self.accounts,
            lead,
            now: at,
            excluded: &excluded,
            only: ask.and_then(|ask| self.claimer(ask)),
            relaxed: ask.map_or(Requirements::NONE, Ask::relaxed),
        };
        let why = |Because(why): Because| why;
        let mut scope = Scope::new(situation, trace);
        let running_pins = self.bound.running_pins.filter(|_| !self.desk.pins.is_empty(at));
        let pinned = running_pins.map(|step| scope.run(step)).filter(|verdict| !verdict.is_pass());
        let verdict = pinned.unwrap_or_else(|| scope.run(BoundPlan::ROOT));
        into.opens = scope.first_opening().filter(|_| !matches!(verdict, Verdict::Pick(_)));
        match verdict {
            Verdict::Pick(pick) => {
                into.target = Target::Rep(pick.rep);
                into.path = match pick.area {
                    Some(area) => Path::Area { step: pick.step, area },
                    None => Path::Step(Some(pick.step)),
                };
                into.why = why(pick.reason);
                into.turn = pick.turn;
                into.pool = pick.pool;
                if ask.is_some_and(|ask| ask.claimed_by().is_some()) {
                    // A choice among one is no turn.
                    (into.why, into.turn) = (Why::Claimed, None);
                }
            }
            Verdict::Queue(hold) | Verdict::Stop(hold) => {
                into.target = Target::Queue(hold.queue);
                into.path = Path::Step(Some(hold.step));
                into.why = why(hold.reason);
            }
            Verdict::Pass(because) => into.why = why(because),
        }
    }

    /// Whether a lead stays with the rep who has it, given what the caller asks.
    fn stays(&self, standing: Option<&Standing>, holder: RepIndex, ask: Option<&Ask>, at: Instant) -> bool {
        match self.gift(ask) {
            Some((rep, _)) => rep == holder,
            None => !ask.is_some_and(|ask| ask.reroutes() && self.is_called_for(standing, ask, at)),
        }
    }

    /// Whom the caller gives the lead to, and why.
    fn gift(&self, ask: Option<&Ask>) -> Option<(RepIndex, Why)> {
        let ask = ask?;
        Some((self.desk.team.find_present(ask.given_to()?)?, ask.given_because()?))
    }

    /// Who takes the lead from its queue. Nobody is meant by the name of somebody who is not there.
    pub(super) fn claimer(&self, ask: &Ask) -> Option<RepIndex> {
        ask.claimed_by().map(|rep| self.desk.team.find_present(rep).unwrap_or(RepIndex::NOBODY))
    }

    /// Those whom the caller leaves out, as far as the roster knows them.
    pub(super) fn excluded(&self, ask: &Ask) -> Vec<RepIndex> {
        ask.excluded().filter_map(|rep| self.desk.team.find(rep)).collect()
    }
}
