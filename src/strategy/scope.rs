//! What a strategy sees while it decides on one lead.

use super::{Because, BoundPlan, Hold, Pick, QueueIndex, StepIndex, Tally, Verdict};
use crate::account::{Account, Accounts};
use crate::condition::Condition;
use crate::desk::{Desk, Filter, Narrowing, Seating, SeatingIndex, TeamRep, Turn, UNNARROWED};
use crate::fair::Basis;
use crate::gate::Requirements;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::lead::Lead;
use crate::reason::{AccountMatch, GateCounts, Named, Why};
use crate::value::Value;
use chrono::{DateTime, Utc};
use std::fmt;

/// A pool that a custom strategy chooses from; got from [`Setup::pool`](super::Setup::pool).
#[derive(Debug, Clone, Copy)]
pub struct PoolHandle(pub(crate) PoolIndex);

/// A rotation over a pool that a custom strategy takes turns in; got from [`Setup::rotation`](super::Setup::rotation).
#[derive(Debug, Clone, Copy)]
pub struct RotationHandle {
    pub(crate) seating: SeatingIndex,
    pub(crate) pool: PoolIndex,
}

/// A queue that a custom strategy holds leads in; got from [`Setup::queue`](super::Setup::queue).
#[derive(Debug, Clone, Copy)]
pub struct QueueHandle(pub(crate) QueueIndex);

/// A rep, for as long as one decision or piece of news lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepHandle(pub(crate) RepIndex);

/// A step below a strategy.
#[derive(Debug, Clone, Copy)]
pub struct Branch(pub(crate) StepIndex);

/// All that a decision depends on: the router's state, the lead, the time and what the caller asks.
#[derive(Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) plan: &'a BoundPlan,
    pub(crate) accounts: &'a Accounts,
    pub(crate) lead: &'a dyn Lead,
    pub(crate) now: Instant,
    pub(crate) excluded: &'a [RepIndex],
    pub(crate) relaxed: Requirements,
}

impl<'a> Situation<'a> {
    /// Who may be picked inside a step.
    pub(crate) fn filter(self, narrowing: &'a Narrowing) -> Filter<'a> {
        Filter {
            team: &self.desk.team,
            hand: &self.desk.hand,
            narrowing,
            lead: self.lead,
            now: self.now,
            excluded: self.excluded,
            relaxed: self.relaxed,
        }
    }
}

/// The steps that a lead went through, in order, each with what came of it.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) entries: Vec<TraceEntry>,
    depth: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct TraceEntry {
    pub(crate) step: StepIndex,
    pub(crate) depth: u32,
    /// None only while the step is still deciding.
    pub(crate) verdict: Option<Verdict>,
    /// The part of the step's condition that does not hold.
    pub(crate) failed: Option<Condition>,
}

/// What a strategy sees while it decides on one lead: the lead, the time, and who is open to it.
pub struct Scope<'a> {
    situation: Situation<'a>,
    step: StepIndex,
    narrowing: &'a Narrowing,
    trace: Option<&'a mut Trace>,
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("step", &self.step).field("now", &self.situation.now).finish_non_exhaustive()
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(situation: Situation<'a>, trace: Option<&'a mut Trace>) -> Self {
        Self { situation, step: BoundPlan::ROOT, narrowing: &UNNARROWED, trace }
    }

    /// The lead.
    #[must_use]
    pub fn lead(&self) -> &'a dyn Lead {
        self.situation.lead
    }

    /// A field of the lead.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value<'a>> {
        self.situation.lead.field(name)
    }

    /// When the decision is made, in UTC and whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.situation.now.to_utc_or_min()
    }

    /// Lets a step below decide.
    pub fn visit(&mut self, branch: Branch) -> Verdict {
        self.run(branch.0)
    }

    pub(crate) fn run(&mut self, index: StepIndex) -> Verdict {
        let plan = self.situation.plan;
        // INVARIANT: indexes come from binding, so every step is there.
        let Some(step) = plan.step(index) else {
            return Verdict::Pass(Because::from("no such step"));
        };
        let outer = (self.step, self.narrowing);
        (self.step, self.narrowing) = (index, &step.narrowing);
        let entry = self.trace.as_deref_mut().map(|trace| trace.enter(index));
        let verdict = step.strategy.decide(self);
        if let (Some(trace), Some(entry)) = (self.trace.as_deref_mut(), entry) {
            trace.leave(entry, &verdict);
        }
        (self.step, self.narrowing) = outer;
        verdict
    }

    /// The reps of a pool who may be picked here, by rep id. Looks at every member of the pool.
    pub fn open(&self, pool: PoolHandle) -> impl Iterator<Item = Candidate<'a>> + use<'a> {
        let (desk, now, filter) = (self.situation.desk, self.situation.now, self.filter());
        desk.team.members(pool.0).iter().filter_map(move |&(index, weight)| {
            let rep = desk.team.rep(index).filter(|_| filter.is_open(index))?;
            Some(Candidate { index, weight, rep, open_leads: desk.open_leads(index, now) })
        })
    }

    /// Gives the lead to whoever's turn it is in a rotation, among those who may be picked here.
    pub fn rotate(&self, rotation: RotationHandle) -> Verdict {
        self.take_turn(rotation.seating, rotation.pool)
    }

    /// Gives the lead to a rep. If the rep may not be picked here, this is a pass that says why.
    pub fn pick(&self, RepHandle(rep): RepHandle, because: impl Into<Because>) -> Verdict {
        match self.filter().gate(rep) {
            None => self.picked(rep, because.into()),
            Some(gate) => Verdict::pass(Why::PickedOutsideOpenSet { rep: Named::Rep(rep), gate }),
        }
    }

    /// Passes, because nobody in a pool may be picked here; says which gates keep how many of them.
    pub fn nobody_open(&self, PoolHandle(pool): PoolHandle) -> Verdict {
        self.nobody(pool)
    }

    /// Holds the lead in a queue; no further branch is tried.
    pub fn hold(&self, QueueHandle(queue): QueueHandle, because: impl Into<Because>) -> Verdict {
        Verdict::Queue(Hold { queue, reason: because.into(), step: self.step })
    }

    /// Holds the lead in the queue of the plan's `otherwise`; no further branch is tried.
    pub fn stop(&self, because: impl Into<Because>) -> Verdict {
        self.stopped(because.into())
    }

    /// A rep, whether or not they may be picked here.
    #[must_use]
    pub fn rep(&self, RepHandle(index): RepHandle) -> Option<Candidate<'a>> {
        let desk = self.situation.desk;
        let rep = desk.team.rep(index)?;
        Some(Candidate { index, weight: 0, rep, open_leads: desk.open_leads(index, self.situation.now) })
    }

    /// The tally of a rep; 0 if nothing was counted.
    #[must_use]
    pub fn tally(&self, tally: Tally, RepHandle(rep): RepHandle) -> i64 {
        self.slot(tally).map_or(0, |slot| self.situation.desk.tallies.count(slot, rep))
    }

    /// The sequence number of the record that last stamped a rep; 0 if none did.
    #[must_use]
    pub fn stamp(&self, tally: Tally, RepHandle(rep): RepHandle) -> u64 {
        self.slot(tally).map_or(0, |slot| self.situation.desk.tallies.stamp(slot, rep))
    }

    fn slot(&self, tally: Tally) -> Option<usize> {
        self.situation.plan.tallies.get(tally.0).copied()
    }

    /// Notes for an explanation why a condition does not hold.
    pub(crate) fn note_failure(&mut self, condition: &Condition) {
        let (lead, now) = (self.lead(), self.now());
        // The step that is deciding is the last that was entered: none of its children has been.
        if let Some(entry) = self.trace.as_deref_mut().and_then(|trace| trace.entries.last_mut()) {
            entry.failed = condition.first_failure(lead, now).cloned();
        }
    }

    pub(crate) fn situation(&self) -> Situation<'a> {
        self.situation
    }

    pub(crate) fn filter(&self) -> Filter<'a> {
        self.situation.filter(self.narrowing)
    }

    pub(crate) fn picked(&self, rep: RepIndex, reason: Because) -> Verdict {
        Verdict::Pick(Pick { rep, reason, turn: None, step: self.step })
    }

    pub(crate) fn held(&self, queue: QueueIndex, why: Why) -> Verdict {
        Verdict::Queue(Hold { queue, reason: Because(why), step: self.step })
    }

    pub(crate) fn stopped(&self, reason: Because) -> Verdict {
        Verdict::Stop(Hold { queue: QueueIndex::OTHERWISE, reason, step: self.step })
    }

    pub(crate) fn take_turn(&self, index: SeatingIndex, pool: PoolIndex) -> Verdict {
        let desk = self.situation.desk;
        let seating = desk.seating(index);
        let rotation = seating.and_then(|seating| desk.rotation(seating.rotation()));
        let (Some(seating), Some(rotation)) = (seating, rotation) else {
            return Verdict::pass(Why::EmptyPool { pool: Named::Pool(pool) });
        };
        let Some((rep, pick)) = rotation.pick(seating, self.filter()) else {
            return self.nobody(pool);
        };
        let reason = if pick.basis == Basis::Only {
            Why::OnlyOneOpen { pool: Named::Pool(pool) }
        } else {
            Why::InTurn { open: open_count(seating, self.filter()), pool: Named::Pool(pool) }
        };
        let turn = Some(Turn { seating: index, moves: rotation.moves() });
        Verdict::Pick(Pick { rep, reason: Because(reason), turn, step: self.step })
    }

    /// Why nobody in a pool could be picked.
    pub(crate) fn nobody(&self, pool: PoolIndex) -> Verdict {
        let members = self.situation.desk.team.members(pool);
        if members.is_empty() {
            return Verdict::pass(Why::EmptyPool { pool: Named::Pool(pool) });
        }
        let filter = self.filter();
        let mut gates = GateCounts::default();
        members.iter().filter_map(|&(rep, _)| filter.gate(rep)).for_each(|gate| gates.count(gate));
        Verdict::pass(Why::NobodyOpen { gates, pool: Named::Pool(pool) })
    }

    /// The account that the lead belongs to, by the account id or else the e-mail address in the named fields.
    pub(crate) fn account(&self, id_field: &str, email_field: &str) -> Option<(&'a Account, AccountMatch)> {
        let text = |field| match self.field(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        let accounts = self.situation.accounts;
        let by_id = text(id_field).and_then(|id| accounts.by_id(id));
        by_id.map(|account| (account, AccountMatch::AccountId)).or_else(|| {
            let account = accounts.by_email(text(email_field)?)?;
            Some((account, AccountMatch::EmailDomain))
        })
    }
}

fn open_count(seating: &Seating, filter: Filter<'_>) -> u32 {
    seating.open(filter).count() as u32
}

impl Trace {
    fn enter(&mut self, step: StepIndex) -> usize {
        self.entries.push(TraceEntry { step, depth: self.depth, verdict: None, failed: None });
        self.depth += 1;
        self.entries.len() - 1
    }

    fn leave(&mut self, entry: usize, verdict: &Verdict) {
        self.depth -= 1;
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.verdict = Some(verdict.clone());
        }
    }
}

/// A rep as a strategy sees one.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    index: RepIndex,
    weight: u32,
    open_leads: u32,
    rep: &'a TeamRep,
}

impl<'a> Candidate<'a> {
    /// What verdicts and tallies name the rep by.
    #[must_use]
    pub fn rep(&self) -> RepHandle {
        RepHandle(self.index)
    }

    /// The rep's id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        &self.rep.name
    }

    /// The rep's weight in the pool that was asked for; 0 if none was.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// The rep's open leads.
    #[must_use]
    pub fn open_leads(&self) -> u32 {
        self.open_leads
    }

    /// The most open leads that the rep may have.
    #[must_use]
    pub fn capacity(&self) -> Option<u32> {
        self.rep.record.capacity
    }

    /// A field of the rep.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value<'a>> {
        self.rep.record.fields.get(name).map(|value| value.as_value())
    }
}

impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("id", &self.id()).field("weight", &self.weight).finish_non_exhaustive()
    }
}
