//! Deciding: the plan's steps, from the root down.

use super::Router;
use crate::ask::Ask;
use crate::decision::{Decision, Path, Target};
use crate::desk::{Place, Standing, Turn};
use crate::explain::{Detail, Explanation};
use crate::gate::Requirements;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::journal::Record;
use crate::lead::Lead;
use crate::lead_id::LeadId;
use crate::limits::MAX_LEAD_ID_BYTES;
use crate::reason::Why;
use crate::strategy::{Because, BoundPlan, Hold, Pick, QueueIndex, Scope, Situation, Trace, Verdict};
use crate::table::fast_hash;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What becomes of a lead, and why.
struct Found {
    target: Target,
    path: Path,
    why: Why,
    turn: Option<Turn>,
    pool: Option<PoolIndex>,
    opens: Option<Instant>,
    repeat: bool,
    /// What the caller asks, or what that comes to.
    ask: Option<Arc<Ask>>,
}

impl Found {
    fn of(target: Target, path: Path, why: Why) -> Self {
        Self { target, path, why, turn: None, pool: None, opens: None, repeat: false, ask: None }
    }

    fn queued(queue: QueueIndex, path: Path, why: Why) -> Self {
        Self::of(Target::Queue(queue), path, why)
    }
}

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
        let is_plain = standing.is_none() && ask.is_none() && !id.is_empty() && id.len() <= MAX_LEAD_ID_BYTES;
        let found = match is_plain {
            true => self.run_plan(lead, at, None, trace),
            false => self.find_otherwise(lead, at, standing, ask, trace),
        };
        Decision {
            book: Arc::clone(&self.book),
            lead: lead_id,
            hash,
            at,
            seen: self.sequence,
            clamped: asked < self.clock,
            target: found.target,
            path: found.path,
            why: found.why,
            turn: found.turn,
            pool: found.pool,
            opens: found.opens,
            standing: standing.map(|standing| standing.sequence),
            repeat: found.repeat,
            ask: found.ask,
        }
    }

    /// What becomes of a lead that stands somewhere, of which the caller asks something, or whose id is none.
    #[cold]
    fn find_otherwise(
        &self,
        lead: &dyn Lead,
        at: Instant,
        standing: Option<&Standing>,
        ask: Option<&Ask>,
        trace: Option<&mut Trace>,
    ) -> Found {
        let id = lead.id();
        let mut found = match standing {
            _ if id.is_empty() => Found::queued(QueueIndex::OTHERWISE, Path::Step(None), Why::NoLeadId),
            _ if id.len() > MAX_LEAD_ID_BYTES => {
                Found::queued(QueueIndex::OTHERWISE, Path::Step(None), Why::LongLeadId)
            }
            Some(Standing { place: Place::With(rep), path, sequence, .. }) if self.stays(standing, *rep, ask, at) => {
                let (path, why) = (Path::Standing(Arc::clone(path)), Why::Standing { commit: *sequence });
                Found { repeat: true, ..Found::of(Target::Rep(*rep), path, why) }
            }
            _ if let Some((rep, why)) = self.gift(ask) => Found::of(Target::Rep(rep), Path::ByHand, why),
            // What was due because it waits is no longer: it has moved.
            Some(standing)
                if let Some(held) = standing.held()
                    && ask.is_some_and(|ask| !self.is_called_for(Some(standing), ask, at)) =>
            {
                let (path, why) =
                    (Path::Standing(Arc::clone(&standing.path)), Why::Standing { commit: standing.sequence });
                Found { repeat: true, ..Found::queued(self.bound.find_queue(&held.queue), path, why) }
            }
            Some(standing) if let Some((queue, why)) = ask.and_then(|ask| self.put_aside(standing, ask, at)) => {
                Found::queued(queue, Path::Escalation, why)
            }
            _ => {
                let narrowed = self.without_rejecters(standing, ask);
                let asked = narrowed.as_ref().or(ask);
                let mut found = self.run_plan(lead, at, asked, trace);
                let waits_there = standing.and_then(Standing::queue);
                found.repeat = match found.target {
                    Target::Queue(queue) => waits_there == Some(self.bound.queue_name(queue)),
                    Target::Rep(_) => false,
                };
                found.ask = narrowed.map(Arc::new);
                found
            }
        };
        found.ask = found.ask.or_else(|| ask.map(|ask| Arc::new(ask.clone())));
        found
    }

    fn run_plan(&self, lead: &dyn Lead, at: Instant, ask: Option<&Ask>, trace: Option<&mut Trace>) -> Found {
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
        let mut scope = Scope::new(situation, trace);
        let mut verdict = self.first_verdict(&mut scope);
        if !matches!(verdict, Verdict::Pick(_)) && scope.tell_all() {
            verdict = self.first_verdict(&mut scope);
        }
        debug_assert!(!scope.tell_all() || self.first_verdict(&mut scope) == verdict, "{verdict:?}");
        match verdict {
            Verdict::Pick(Pick { rep, reason: Because(why), turn, pool, step, area }) => {
                let path = match area {
                    Some(area) => Path::Area { step, area },
                    None => Path::Step(Some(step)),
                };
                // A choice among one is no turn.
                let is_claim = ask.is_some_and(|ask| ask.claimed_by().is_some());
                let (why, turn) = if is_claim { (Why::Claimed, None) } else { (why, turn) };
                Found { turn, pool, ..Found::of(Target::Rep(rep), path, why) }
            }
            Verdict::Queue(Hold { queue, reason: Because(why), step })
            | Verdict::Stop(Hold { queue, reason: Because(why), step }) => {
                Found { opens: scope.first_opening(), ..Found::queued(queue, Path::Step(Some(step)), why) }
            }
            Verdict::Pass(Because(why)) => {
                let queue = QueueIndex::OTHERWISE;
                Found { opens: scope.first_opening(), ..Found::queued(queue, Path::Step(None), why) }
            }
        }
    }

    /// What pins that were set while the router runs say of a lead; else what the plan does.
    fn first_verdict(&self, scope: &mut Scope<'_>) -> Verdict {
        if let Some(pins) = self.bound.running_pins
            && !self.desk.pins.is_empty(scope.situation().now)
        {
            let pinned = scope.run(pins);
            if !pinned.is_pass() {
                return pinned;
            }
        }
        scope.run(BoundPlan::ROOT)
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
