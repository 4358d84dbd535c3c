//! What a strategy sees while it decides on one lead.

use super::trace::{PassedOver, Trace};
use super::{Because, BoundPlan, BoundStep, Hold, PartIndex, Pick, QueueIndex, StepIndex, Tally, Verdict};
use crate::account::{Accounts, Known, email_domain, folded};
use crate::desk::{
    Access, Desk, Filter, LoadBoardIndex, Narrowing, Rotation, Seating, SeatingIndex, TeamRep, Turn, UNNARROWED,
};
use crate::fair::{self, Basis};
use crate::fate::{Fate, Turns};
use crate::gate::{Gate, Requirements};
use crate::hours::Schedule;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::lead::Lead;
use crate::note::Note;
use crate::order::PinKind;
use crate::reason::{AccountMatch, GateCounts, Named, Why};
use crate::value::Value;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::Range;

/// A pool that a custom strategy chooses from; got from [`Setup::pool`](super::Setup::pool). [`Scope`] has an example.
#[derive(Debug, Clone, Copy)]
pub struct PoolHandle(pub(crate) PoolIndex);

/// A rotation over a pool that a custom strategy takes turns in; got from [`Setup::rotation`](super::Setup::rotation).
/// [`Scope`] has an example.
#[derive(Debug, Clone, Copy)]
pub struct RotationHandle {
    pub(crate) seating: SeatingIndex,
    pub(crate) pool: PoolIndex,
}

/// A queue that a custom strategy holds leads in; got from [`Setup::queue`](super::Setup::queue). [`Scope`] has an
/// example.
#[derive(Debug, Clone, Copy)]
pub struct QueueHandle(pub(crate) QueueIndex);

/// A rep, for as long as one decision or piece of news lasts. Do not keep it.
#[derive(Debug, Clone, Copy)]
pub struct RepHandle {
    pub(crate) rep: RepIndex,
    /// The pool that the rep was found in.
    pub(crate) pool: Option<PoolIndex>,
}

impl PartialEq for RepHandle {
    fn eq(&self, other: &Self) -> bool {
        self.rep == other.rep
    }
}

impl Eq for RepHandle {}

/// A step below a strategy; got from [`Setup::branch`](super::Setup::branch). [`Scope`] has an example.
#[derive(Debug, Clone, Copy)]
pub struct Branch(pub(crate) StepIndex);

/// All that a decision depends on: the router's state, the lead, the time and what the caller asks.
#[derive(Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub(crate) desk: &'a Desk,
    /// The desk's, or as they are by `now`.
    pub(crate) rotations: &'a [Rotation],
    pub(crate) seatings: &'a [Seating],
    pub(crate) plan: &'a BoundPlan,
    pub(crate) accounts: &'a Accounts,
    pub(crate) lead: &'a dyn Lead,
    pub(crate) now: Instant,
    pub(crate) excluded: &'a [RepIndex],
    /// Nobody else is asked, if somebody takes the lead from its queue.
    pub(crate) only: Option<RepIndex>,
    pub(crate) relaxed: Requirements,
}

impl<'a> Situation<'a> {
    /// Who may be picked inside a step.
    pub(crate) fn filter(self, narrowing: &'a Narrowing) -> Filter<'a> {
        Filter {
            team: &self.desk.team,
            hand: &self.desk.hand,
            caps: &self.desk.caps,
            narrowing,
            lead: self.lead,
            now: self.now,
            excluded: self.excluded,
            only: self.only,
            required: narrowing.required,
            relaxed: self.relaxed,
            pool: None,
            horizon: None,
        }
    }
}

/// What a strategy sees while it decides on one lead: the lead, the time, and who is open to it. It also makes the
/// verdicts.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, Registry, RepRecord, Roster, Router, Scope, Strategy, Verdict, account_owner, available,
///     custom, strategy::{Branch, PoolHandle, QueueHandle, RotationHandle, Setup},
/// };
///
/// /// Known companies to another step, VIPs to whoever has the most room, everyone else in turn.
/// #[derive(Debug)]
/// struct Desk { known: Branch, pool: PoolHandle, turns: RotationHandle, vips: QueueHandle }
///
/// impl Strategy for Desk {
///     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
///         let verdict = scope.visit(self.known);
///         if !verdict.is_pass() {
///             return verdict;
///         }
///         if scope.field("email").is_none() {
///             return scope.stop("no e-mail address");
///         }
///         if !scope.field("vip").is_some_and(|vip| vip.as_flag() == Some(true)) {
///             return scope.rotate(self.turns); // passes if nobody is open
///         }
///         let room = |capacity: Option<u32>, open: u32| capacity.map_or(u32::MAX, |most| most.saturating_sub(open));
///         match scope.open(self.pool).max_by_key(|rep| room(rep.capacity(), rep.open_leads())) {
///             Some(rep) => scope.pick(rep.rep(), format!("a VIP, with {} open leads", rep.open_leads())),
///             None => scope.hold(self.vips, "no VIP goes without a rep"),
///         }
///     }
/// }
///
/// let registry = Registry::new().strategy("desk", |_: serde_json::Value, setup: &mut Setup| {
///     Ok(Desk {
///         known: setup.branch("known")?,
///         pool: setup.pool("smb")?,
///         turns: setup.rotation("smb")?,
///         vips: setup.queue("vips"),
///     })
/// });
/// let plan = Plan::new(available(custom("desk").branch("known", account_owner()))).otherwise("triage");
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb").capacity(10))
///     .rep(RepRecord::new("bob").pool("smb").capacity(40));
/// let router = Router::builder(plan, roster).registry(registry).build()?;
///
/// let vip = LeadRecord::new("L-1").with("email", "jo@example.com").with("vip", true);
/// let decision = router.decide(&vip, "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.to_string(), "L-1: assigned to bob by custom desk: a VIP, with 0 open leads");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Scope<'a> {
    situation: Situation<'a>,
    step: StepIndex,
    narrowing: &'a Narrowing,
    /// Whether presence and capacity keep nobody away, because it is only asked who would have the lead.
    soft_gates_off: bool,
    /// Whether it is left out why nobody in a pool could take the lead, and when somebody can: that takes a look at every rep, and
    /// nobody hears of it if a later step finds one. No pick depends on it.
    is_brief: bool,
    /// Whether anything was.
    has_left_out: Cell<bool>,
    /// When the first opens of those who cannot take the lead now.
    opens: Cell<Option<Instant>>,
    trace: Option<&'a mut Trace>,
    /// The step's place in the trace.
    entry: usize,
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("step", &self.step).field("now", &self.situation.now).finish_non_exhaustive()
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(situation: Situation<'a>, trace: Option<&'a mut Trace>) -> Self {
        Self {
            situation,
            step: BoundPlan::ROOT,
            narrowing: &UNNARROWED,
            soft_gates_off: false,
            is_brief: trace.is_none(),
            has_left_out: Cell::new(false),
            opens: Cell::new(None),
            trace,
            entry: 0,
        }
    }

    /// The lead. Of its fields, name those that you read with [`Setup::reads`](super::Setup::reads).
    #[must_use]
    pub fn lead(&self) -> &'a dyn Lead {
        self.situation.lead
    }

    /// A field of the lead; none if the lead does not have it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value<'a>> {
        self.situation.lead.field(name)
    }

    /// When the decision is made, in UTC and whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.situation.now.to_utc_or_min()
    }

    /// Lets a step below decide. A verdict that is not used leaves no trace but in an explanation.
    pub fn visit(&mut self, branch: Branch) -> Verdict {
        self.run(branch.0)
    }

    // Verdicts are large, and copying what was just written makes the processor wait. So what a step says is left where the
    // caller wants it, and what is traced, rarely, is apart.
    pub(crate) fn run(&mut self, index: StepIndex) -> Verdict {
        // INVARIANT: indexes come from binding, so every step is there.
        match self.situation.plan.step(index) {
            Some(step) if self.trace.is_none() => self.run_inside(index, step),
            Some(step) => self.run_traced(index, step),
            None => Verdict::Pass(Because::from("no such step")),
        }
    }

    fn run_inside(&mut self, index: StepIndex, step: &'a BoundStep) -> Verdict {
        let outer = (self.step, self.narrowing);
        (self.step, self.narrowing) = (index, &step.narrowing);
        let verdict = step.strategy.decide(self);
        (self.step, self.narrowing) = outer;
        verdict
    }

    #[inline(never)]
    fn run_traced(&mut self, index: StepIndex, step: &'a BoundStep) -> Verdict {
        let outer = self.entry;
        if let Some(trace) = self.trace.as_deref_mut() {
            self.entry = trace.enter(index, self.soft_gates_off);
        }
        let verdict = self.run_inside(index, step);
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.leave(self.entry, &verdict);
        }
        self.entry = outer;
        verdict
    }

    /// From now on nothing is left out. Whether anything was so far: then the plan has to be asked again for its reasons.
    pub(crate) fn tell_all(&mut self) -> bool {
        self.is_brief = false;
        self.has_left_out.take()
    }

    /// Lets a step below say whom it would pick if everyone were there and had room.
    pub(crate) fn run_without_soft_gates(&mut self, index: StepIndex) -> Verdict {
        let outer = std::mem::replace(&mut self.soft_gates_off, true);
        let verdict = self.run(index);
        self.soft_gates_off = outer;
        verdict
    }

    /// Whether somebody's absence counts at all.
    pub(crate) fn minds_absence(&self) -> bool {
        !self.soft_gates_off
    }

    /// The reps of a pool who may be picked here, by rep id: they pass every gate of the steps around this one. Looks
    /// at every member of the pool, O(n); allocates nothing. One who is picked counts for the caps of the pool.
    pub fn open(&self, PoolHandle(pool): PoolHandle) -> impl Iterator<Item = Candidate<'a>> + use<'a> {
        let (desk, now, filter) = (self.situation.desk, self.situation.now, self.filter().in_pool(pool));
        desk.team.members(pool).iter().filter_map(move |&index| {
            let rep = desk.team.rep(index).filter(|_| filter.is_open(index))?;
            let weight = desk.team.weight(pool, index, now)?;
            let (open_leads, schedule) = (desk.open_leads(index, now), desk.team.schedule(index));
            Some(Candidate { index, pool: Some(pool), weight, id: desk.team.name(index), rep, open_leads, schedule })
        })
    }

    /// Gives the lead to whoever's turn it is in a rotation, among those who may be picked here; a pass if there is
    /// nobody. Takes no turn before the decision is committed. O(n) over the pool.
    pub fn rotate(&mut self, rotation: RotationHandle) -> Verdict {
        self.take_turn(rotation.seating, rotation.pool)
    }

    /// Gives the lead to a rep. If the rep may not be picked here, this is a pass that says why.
    pub fn pick(&self, RepHandle { rep, pool }: RepHandle, because: impl Into<Because>) -> Verdict {
        let filter = pool.map_or(self.filter(), |pool| self.filter().in_pool(pool));
        match filter.gate(rep) {
            None => Verdict::Pick(Pick { rep, reason: because.into(), turn: None, pool, step: self.step, area: None }),
            Some(gate) => Verdict::pass(Why::PickedOutsideOpenSet { rep: Named::Rep(rep), gate }),
        }
    }

    /// Passes, because nobody in a pool may be picked here; says which gates keep how many of them.
    pub fn nobody_open(&mut self, PoolHandle(pool): PoolHandle) -> Verdict {
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

    /// A rep, whether or not they may be picked here. Its weight is given as 0, because no pool was asked for.
    #[must_use]
    pub fn rep(&self, RepHandle { rep: index, pool }: RepHandle) -> Option<Candidate<'a>> {
        let desk = self.situation.desk;
        let rep = desk.team.rep(index)?;
        let (open_leads, schedule) = (desk.open_leads(index, self.situation.now), desk.team.schedule(index));
        Some(Candidate { index, pool, weight: 0, id: desk.team.name(index), rep, open_leads, schedule })
    }

    /// The tally of a rep; 0 if nothing was counted.
    #[must_use]
    pub fn tally(&self, tally: Tally, RepHandle { rep, .. }: RepHandle) -> i64 {
        self.slot(tally).map_or(0, |slot| self.situation.desk.tallies.count(slot, rep))
    }

    /// The sequence number of the record that last stamped a rep; 0 if none did. Who has the smaller one waits for
    /// longer.
    #[must_use]
    pub fn stamp(&self, tally: Tally, RepHandle { rep, .. }: RepHandle) -> u64 {
        self.slot(tally).map_or(0, |slot| self.situation.desk.tallies.stamp(slot, rep))
    }

    fn slot(&self, tally: Tally) -> Option<usize> {
        self.situation.plan.tallies.get(tally.0).copied()
    }

    /// Whether a condition of the plan holds. If not, an explanation says which part of it does not.
    pub(crate) fn all_hold(&mut self, parts: Range<PartIndex>) -> bool {
        let Situation { lead, now, plan, .. } = self.situation;
        let range = parts.start.0 as usize..parts.end.0 as usize;
        let failed = plan.parts.get(range).and_then(|parts| parts.iter().position(|part| !part.holds_at(lead, now)));
        let Some(failed) = failed else { return true };
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.fail(self.entry, PartIndex(parts.start.0 + failed as u32));
        }
        false
    }

    /// Whether an explanation asks who else could have had the lead.
    pub(crate) fn lists_reps(&self) -> bool {
        self.trace.as_ref().is_some_and(|trace| trace.lists_reps())
    }

    /// Notes for an explanation why a rep did not get the lead at this step.
    pub(crate) fn pass_over(&mut self, rep: RepIndex, fate: Fate) {
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.reps.push(PassedOver { entry: self.entry, rep, fate });
        }
    }

    /// Notes for an explanation how the step came to the branch that it takes. To be called before the branch is run.
    pub(crate) fn note(&mut self, note: impl FnOnce() -> Note) {
        // Where nobody asks for an explanation, nothing is made.
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.tell(self.entry, note());
        }
    }

    pub(crate) fn situation(&self) -> Situation<'a> {
        self.situation
    }

    pub(crate) fn filter(&self) -> Filter<'a> {
        let filter = self.situation.filter(self.narrowing);
        if self.soft_gates_off { Filter { relaxed: Requirements::ALL, ..filter } } else { filter }
    }

    pub(crate) fn picked(&self, rep: RepIndex, reason: Because) -> Verdict {
        Verdict::Pick(Pick { rep, reason, turn: None, pool: None, step: self.step, area: None })
    }

    /// The same of a pool's member.
    pub(crate) fn picked_from(&self, pool: PoolIndex, rep: RepIndex, reason: Because) -> Verdict {
        Verdict::Pick(Pick { rep, reason, turn: None, pool: Some(pool), step: self.step, area: None })
    }

    pub(crate) fn held(&self, queue: QueueIndex, why: Why) -> Verdict {
        Verdict::Queue(Hold { queue, reason: Because(why), step: self.step })
    }

    pub(crate) fn stopped(&self, reason: Because) -> Verdict {
        Verdict::Stop(Hold { queue: QueueIndex::OTHERWISE, reason, step: self.step })
    }

    pub(crate) fn take_turn(&mut self, index: SeatingIndex, pool: PoolIndex) -> Verdict {
        let Situation { rotations, seatings, .. } = self.situation;
        let seating = seatings.get(index.place());
        let rotation = seating.and_then(|seating| rotations.get(seating.rotation().place()));
        let (Some(seating), Some(rotation)) = (seating, rotation) else {
            return Verdict::pass(Why::EmptyPool { pool: Named::Pool(pool) });
        };
        let Some((rep, pick)) = self.next_in_turn(rotation, seating) else {
            return self.nobody(pool);
        };
        let reason = self.why_next(seating, pick.basis, pick.open, self.opens_later(pool, rep));
        let (slot, moves) = (pick.slot, rotation.moves());
        // INVARIANT: who is picked is one of those who share the turn, so that there is one.
        let turn = NonZeroU32::new(pick.open);
        let turn = turn.map(|open| Turn { seating: index, rotation: seating.rotation(), slot, moves, open });
        if self.lists_reps() {
            self.list_others(rotation, seating, rep, pick.basis);
        }
        Verdict::Pick(Pick { rep, reason: Because(reason), turn, pool: Some(pool), step: self.step, area: None })
    }

    /// Whose turn it is: of those who are sorted as ready, if the step and the caller ask for nothing else; else of all who pass
    /// the gates.
    fn next_in_turn(&self, rotation: &Rotation, seating: &Seating) -> Option<(RepIndex, fair::Pick)> {
        let Situation { desk, now, .. } = self.situation;
        let is_sorted = seating.access().is_some_and(|access| self.picks_from_sorted(access));
        match is_sorted.then(|| rotation.pick_ready(seating, &desk.team, now)).flatten() {
            Some(ready) => {
                debug_assert_eq!(ready, rotation.pick(seating, self.filter()), "{} at {now:?}", rotation.name());
                ready
            }
            None => rotation.pick(seating, self.filter()),
        }
    }

    /// Who has the fewest open leads of those who are sorted as ready, and how many these are. The first of the two is none if
    /// the step or the caller asks for something else.
    pub(crate) fn first_on(&self, board: LoadBoardIndex) -> Option<Option<(RepIndex, u32)>> {
        let Situation { desk, now, .. } = self.situation;
        let board = desk.board(board)?;
        self.picks_from_sorted(board.access()).then(|| board.first(&desk.team, now))
    }

    /// Whether nothing but this access, and hours, keeps anybody away.
    fn picks_from_sorted(&self, access: Access) -> bool {
        let Situation { desk, rotations, now, excluded, only, relaxed, .. } = self.situation;
        excluded.is_empty()
            && only.is_none()
            && relaxed.is_empty()
            && !self.soft_gates_off
            && desk.is_steady(now)
            && std::ptr::eq(rotations, desk.rotations.as_slice())
            && self.narrowing.access(access.pool) == Some(access)
    }

    /// Lists who else was in the rotation, each with the gate, the rank or the balance by which they lost.
    fn list_others(&mut self, rotation: &Rotation, seating: &Seating, picked: RepIndex, basis: Basis) {
        let filter = self.filter().in_pool(seating.pool());
        let cut = filter.cut();
        let owed = |(_, turns, value)| (Turns(turns), Turns(value));
        let (chosen, chosen_value) =
            rotation.claims(seating, filter).find(|(rep, ..)| *rep == picked).map_or_else(Default::default, owed);
        // Claims are those of the members who share the turn, in the same order.
        let mut claims = rotation.claims(seating, filter);
        for &rep in filter.team.members(seating.pool()) {
            let below = cut.filter(|cut| !filter.is_above(*cut, rep));
            let fate = match (filter.gate(rep), below) {
                (Some(gate), _) => Fate::Gated(gate),
                (None, Some(cut)) => Fate::Outranked { own: filter.rank(cut, rep), best: cut.best() },
                (None, None) => {
                    let (owed, owed_value) = claims.next().map_or_else(Default::default, owed);
                    match seating.balance() {
                        None => Fate::NotInTurn { owed, chosen, due_first: basis == Basis::Deadline },
                        Some(balance) => {
                            let of_field = |value: Turns| value.to_f64() * balance.most.to_f64();
                            let (owed_value, chosen_value) = (of_field(owed_value), of_field(chosen_value));
                            Fate::NotInBalance { owed, owed_value, chosen, chosen_value }
                        }
                    }
                }
            };
            if rep != picked {
                self.pass_over(rep, fate);
            }
        }
    }

    /// Why the pick of a rotation is next, of so many who share the turn.
    fn why_next(&self, seating: &Seating, basis: Basis, sharing: u32, opens: Option<DateTime<Utc>>) -> Why {
        let pool = Named::Pool(seating.pool());
        let balances = seating.balance().map(|balance| Named::Field(balance.named));
        match &self.narrowing.ranking {
            None if basis == Basis::Only => Why::OnlyOneOpen { pool, opens },
            None => Why::InTurn { pool, open: sharing, balances, opens },
            // Nobody has a number, so that nobody is ranked.
            Some(_) if self.filter().in_pool(seating.pool()).cut().is_none() => match basis {
                Basis::Only => Why::OnlyOneOpen { pool, opens },
                _ => Why::InTurn { pool, open: sharing, balances, opens },
            },
            Some(ranking) => match seating.count_open(self.filter()) {
                1 => Why::OnlyOneOpen { pool, opens },
                open => Why::BestRanked { pool, by: Named::Field(ranking.named), best: sharing, open, balances, opens },
            },
        }
    }

    /// Why nobody in a pool could be picked.
    pub(crate) fn nobody(&mut self, pool: PoolIndex) -> Verdict {
        let members = self.situation.desk.team.members(pool);
        if members.is_empty() {
            return Verdict::pass(Why::EmptyPool { pool: Named::Pool(pool) });
        }
        let mut gates = GateCounts::default();
        if self.is_brief {
            self.has_left_out.set(true);
            return Verdict::pass(Why::NobodyOpen { gates, pool: Named::Pool(pool) });
        }
        let (filter, lists_reps) = (self.filter().in_pool(pool), self.lists_reps());
        for &rep in members {
            let Some(gate) = filter.gate(rep) else { continue };
            gates.count(gate);
            self.note_opening(filter, rep, gate);
            if lists_reps {
                self.pass_over(rep, Fate::Gated(gate));
            }
        }
        Verdict::pass(Why::NobodyOpen { gates, pool: Named::Pool(pool) })
    }

    /// What a pin that was set while the router runs says; none if there is none. A domain is in lower case.
    pub(crate) fn pinned(&self, kind: PinKind, name: &str) -> Option<Verdict> {
        let (name, pinning) = self.situation.desk.pins.get(kind, name, self.situation.now)?;
        let filter = self.filter();
        Some(match filter.gate(pinning.rep) {
            None => {
                let (name, by, why) = (name.clone(), pinning.by.clone(), pinning.why.clone());
                self.picked(pinning.rep, Because(Why::Pinned { on: kind, name, by, why }))
            }
            Some(gate) => Verdict::pass(self.rep_gated(filter, pinning.rep, gate)),
        })
    }

    /// That a rep cannot take the lead now.
    pub(crate) fn rep_gated(&self, filter: Filter<'_>, rep: RepIndex, gate: Gate) -> Why {
        self.note_opening(filter, rep, gate);
        Why::RepGated { rep: Named::Rep(rep), gate }
    }

    /// Notes when a rep who cannot take the lead now will be able to by themselves.
    fn note_opening(&self, filter: Filter<'_>, rep: RepIndex, gate: Gate) {
        let Some(until) = gate.until().filter(|_| !self.soft_gates_off) else { return };
        if self.is_brief {
            self.has_left_out.set(true);
            return;
        }
        let first = self.opens.get().unwrap_or(Instant::END);
        // Most of a team opens at the same few times, so that this is as far as it mostly goes.
        if Instant::from(until) < first
            && let Some(opening) = filter.opening(rep, first)
        {
            self.opens.set(Some(opening));
        }
    }

    /// When the first opens of those who could not take the lead so far.
    pub(crate) fn first_opening(&self) -> Option<Instant> {
        self.opens.get()
    }

    /// When a rep who is picked from a pool ahead of their opening opens.
    pub(crate) fn opens_later(&self, pool: PoolIndex, rep: RepIndex) -> Option<DateTime<Utc>> {
        let within = self.narrowing.opening_within?;
        let filter = Filter { pool: Some(pool), ..self.filter() };
        let opening = filter.opening(rep, self.situation.now.plus(within))?;
        opening.to_utc().filter(|_| opening > self.situation.now)
    }

    /// Notes for an explanation that the rep to whom something is pinned cannot take the lead.
    pub(crate) fn pass_over_pinned(&mut self, kind: PinKind, name: &str) {
        if self.lists_reps()
            && let Some((_, pinning)) = self.situation.desk.pins.get(kind, name, self.situation.now)
            && let Some(gate) = self.filter().gate(pinning.rep)
        {
            self.pass_over(pinning.rep, Fate::Gated(gate));
        }
    }

    /// The account that the lead belongs to, by the account id or else the e-mail address in the named fields.
    pub(crate) fn account(&self, id_field: &str, email_field: &str) -> Option<(Known<'a>, AccountMatch)> {
        let text = |field| match self.field(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        let accounts = self.situation.accounts;
        let by_id = text(id_field).and_then(|id| accounts.find_by_id(id));
        by_id.map(|account| (account, AccountMatch::AccountId)).or_else(|| {
            let account = accounts.find_by_email(text(email_field)?)?;
            Some((account, AccountMatch::EmailDomain))
        })
    }

    /// The ids of accounts that the lead may belong to: by each of the fields in which the plan looks for them.
    pub(crate) fn account_ids(&self) -> impl Iterator<Item = (&'a str, AccountMatch)> {
        let fields = self.situation.plan.account_fields.iter();
        fields.filter_map(|(account, email)| self.account_id(account, email))
    }

    /// The domains of the lead's e-mail addresses, in lower case, by each of these fields.
    pub(crate) fn email_domains(&self) -> impl Iterator<Item = Cow<'a, str>> {
        let addresses = self.situation.plan.account_fields.iter().filter_map(|(_, email)| self.field(email));
        addresses.filter_map(|address| match address {
            Value::Text(address) => Some(folded(email_domain(address)?)),
            _ => None,
        })
    }

    /// The id of the account that the lead belongs to: of the account found as above, or, if the router knows none, the
    /// id that the lead itself says.
    pub(crate) fn account_id(&self, id_field: &str, email_field: &str) -> Option<(&'a str, AccountMatch)> {
        let known = self.account(id_field, email_field).map(|(account, found_by)| (account.id(), found_by));
        known.or_else(|| Some((self.field(id_field)?.as_text()?, AccountMatch::AccountId)))
    }
}

/// A rep as a strategy sees one. Got from [`Scope::open`] and [`Scope::rep`].
///
/// ```
/// use lead_router::{Scope, Strategy, Verdict, strategy::{Candidate, PoolHandle}};
/// use std::cmp::Reverse;
///
/// /// The most senior rep of a pool; of two, the one with fewer open leads for their weight.
/// #[derive(Debug)]
/// struct Senior { pool: PoolHandle }
///
/// fn rank(rep: &Candidate<'_>) -> (i64, Reverse<u32>) {
///     let level = rep.field("level").and_then(|level| level.as_number()).map_or(0, |level| level.to_f64() as i64);
///     (level, Reverse(rep.open_leads() / rep.weight().max(1)))
/// }
///
/// impl Strategy for Senior {
///     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
///         match scope.open(self.pool).max_by_key(rank) {
///             Some(rep) => scope.pick(rep.rep(), "the most senior"),
///             None => scope.nobody_open(self.pool),
///         }
///     }
/// }
/// # let _: Option<Senior> = None;
/// ```
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    index: RepIndex,
    pool: Option<PoolIndex>,
    weight: u32,
    open_leads: u32,
    id: &'a str,
    rep: &'a TeamRep,
    schedule: Option<&'a Schedule>,
}

impl<'a> Candidate<'a> {
    /// What verdicts and tallies name the rep by.
    #[must_use]
    pub fn rep(&self) -> RepHandle {
        RepHandle { rep: self.index, pool: self.pool }
    }

    /// The rep's id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// The rep's weight in the pool that was asked for, 1 to 1 000 000; 0 if none was.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// The rep's open leads at [`Scope::now`].
    #[must_use]
    pub fn open_leads(&self) -> u32 {
        self.open_leads
    }

    /// The most open leads that the rep may have; none for no limit.
    #[must_use]
    pub fn capacity(&self) -> Option<u32> {
        self.rep.capacity()
    }

    /// When the rep is at work; none for all the time.
    #[must_use]
    pub fn schedule(&self) -> Option<&'a Schedule> {
        self.schedule
    }

    /// A field of the rep; none if the rep does not have it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value<'a>> {
        self.rep.profile.fields.get(name).map(|value| value.as_value())
    }
}

impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("id", &self.id()).field("weight", &self.weight).finish_non_exhaustive()
    }
}
