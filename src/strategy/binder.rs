//! Binding: a plan's steps find their names in the roster and become strategies.

use super::account_owner::{ACCOUNT_FIELD, EMAIL_FIELD};
use super::bound::{BY_HAND, ESCALATION, OTHERWISE};
use super::pinned::RunningPins;
use super::{
    Absence, Because, BoundQueue, BoundStep, PartIndex, QueueIndex, Registry, Scope, Step, StepIndex, Strategy, Verdict,
};
use crate::condition::{Condition, RepTest};
use crate::desk::{
    Access, Balance, Common, EarlierIndex, EarlierPlace, LoadBoardIndex, LoadBoardPlace, Narrowing, Ranking,
    SeatingIndex, SeatingPlace, Team, TeamRep,
};
use crate::fault::{Fault, FaultKind, Finding, Severity, UnknownName, path_part};
use crate::gate::Requirements;
use crate::index::PoolIndex;
use crate::limits::{MAX_PLAN_DEPTH, MAX_PLAN_STEPS};
use crate::plan::Waiting;
use crate::reason::{FieldIndex, PhraseIndex};
use crate::roster::name_fault;
use crate::sla::Ladder;
use crate::span::Span;
use crate::table::{Distinct, fast_hash, fast_hash_of};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Carries what a step needs to know of its surroundings, and gathers what binding finds.
pub(crate) struct Binder<'a> {
    named: &'a BTreeMap<String, Step>,
    team: &'a Team,
    registry: &'a Registry,
    /// A new router refuses names that nobody declares; a running one notes them.
    strict: bool,
    /// Where in the plan the current step stands.
    place: Vec<String>,
    /// The named steps that the current one stands in, and where each was used.
    using: Vec<(&'a str, Vec<String>)>,
    labels: Vec<Arc<str>>,
    /// What paths are made of: labels, and the names of areas. Only labels are keys.
    parts: Vec<Arc<str>>,
    bands: Vec<String>,
    narrowing: Narrowing,
    /// The pools that steps bound so far name, in the order of the plan.
    pools: Vec<PoolIndex>,
    /// The first split under each label, by its place in the plan.
    splits: BTreeMap<Arc<str>, String>,
    /// How the current step ranks reps, if it does.
    ranking: Option<Ranking>,
    /// Where each rotation is first taken turns in, and what is balanced there.
    balances: BTreeMap<Arc<str>, (Option<Balance>, String)>,
    /// Whether each rotation forgives on return, and where it is first taken turns in.
    absences: BTreeMap<Arc<str>, (bool, String)>,
    /// What rotations do that do not say themselves.
    absence: Absence,
    /// The ladder that counts for the current step.
    ladder: Option<Arc<Ladder>>,
    /// Queues that ladders name.
    ladder_queues: Vec<String>,
    /// How leads wait in queues, by their names.
    waiting: Vec<(String, Waiting, Option<Arc<Ladder>>)>,
    /// Steps that keep tallies, by label, each with its place in the plan.
    keepers: BTreeMap<Arc<str>, (StepIndex, String)>,
    /// The steps that the current one stands in, and itself.
    parents: Vec<StepIndex>,
    made: Bindings,
    named_by_plan: NamedByPlan,
    steps: Vec<Option<BoundStep>>,
}

/// What steps name, each of it once: a plan of many areas asks for a place of its own in each.
#[derive(Debug, Default)]
struct NamedByPlan {
    queues: Distinct<BoundQueue>,
    fields: Distinct<Arc<str>>,
    rotations: Distinct<SeatingPlace>,
    boards: Distinct<LoadBoardPlace>,
    new_pools: Distinct<Arc<str>>,
    tallies: Distinct<(Arc<str>, Arc<str>)>,
    earlier: Vec<EarlierPlace>,
}

/// What binding gave.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    pub(crate) steps: Vec<BoundStep>,
    pub(crate) queues: Vec<BoundQueue>,
    pub(crate) fields: Vec<Arc<str>>,
    pub(crate) phrases: Vec<Arc<str>>,
    pub(crate) parts: Vec<Condition>,
    /// Each place that rotates over a pool.
    pub(crate) rotations: Vec<SeatingPlace>,
    /// Each place that picks by load.
    pub(crate) boards: Vec<LoadBoardPlace>,
    /// Pools that only the plan names; their indexes follow those of the team.
    pub(crate) new_pools: Vec<Arc<str>>,
    /// Tallies that steps keep: label and name.
    pub(crate) tallies: Vec<(Arc<str>, Arc<str>)>,
    /// Each place that asks for earlier leads.
    pub(crate) earlier: Vec<EarlierPlace>,
    pub(crate) learners: BTreeMap<Arc<str>, StepIndex>,
    /// What asks for pins that are set while the router runs.
    pub(crate) running_pins: Option<StepIndex>,
    /// The ladder of the plan.
    pub(crate) ladder: Option<Arc<Ladder>>,
    /// The lead fields in which the plan looks for accounts and e-mail addresses.
    pub(crate) account_fields: Vec<(Arc<str>, Arc<str>)>,
    /// The names of all areas.
    pub(crate) areas: BTreeSet<Arc<str>>,
    /// Lead fields that custom strategies say they read.
    pub(crate) custom_reads: Vec<String>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) findings: Vec<Finding>,
}

/// Stands in for a step that could not be bound; the fault that goes with it keeps it from ever deciding.
#[derive(Debug)]
struct Unbound;

impl Strategy for Unbound {
    fn decide(&self, _: &mut Scope<'_>) -> Verdict {
        Verdict::Pass(Because::from("not bound"))
    }
}

impl<'a> Binder<'a> {
    pub(crate) fn new(
        named: &'a BTreeMap<String, Step>,
        otherwise: &str,
        team: &'a Team,
        registry: &'a Registry,
        strict: bool,
        absence: Absence,
    ) -> Self {
        let mut binder = Self {
            named,
            team,
            registry,
            strict,
            place: Vec::new(),
            using: Vec::new(),
            labels: Vec::new(),
            parts: Vec::new(),
            bands: Vec::new(),
            narrowing: Narrowing::NONE,
            pools: Vec::new(),
            splits: BTreeMap::new(),
            ranking: None,
            balances: BTreeMap::new(),
            absences: BTreeMap::new(),
            absence,
            ladder: None,
            ladder_queues: Vec::new(),
            waiting: Vec::new(),
            keepers: BTreeMap::new(),
            parents: Vec::new(),
            made: Bindings::default(),
            named_by_plan: NamedByPlan::default(),
            steps: Vec::new(),
        };
        // INVARIANT: the queue of `otherwise` has index 0.
        binder.at("otherwise", |binder| binder.queue(otherwise, false));
        binder
    }

    pub(crate) fn finish(self) -> Bindings {
        let NamedByPlan { mut queues, fields, rotations, boards, new_pools, tallies, earlier } = self.named_by_plan;
        // Only now, so that one that a step parks is parked.
        for name in &self.ladder_queues {
            let new = || BoundQueue::new(name, false);
            queues.place(fast_hash(name), |queue| *queue.name == **name, new);
        }
        let mut queues = queues.into_vec();
        for (name, waiting, ladder) in self.waiting {
            if let Some(queue) = queues.iter_mut().find(|queue| *queue.name == *name) {
                (queue.waiting, queue.ladder) = (Some(waiting), ladder);
            }
        }
        let mut made = Bindings {
            queues,
            fields: fields.into_vec(),
            rotations: rotations.into_vec(),
            boards: boards.into_vec(),
            new_pools: new_pools.into_vec(),
            tallies: tallies.into_vec(),
            earlier,
            ..self.made
        };
        made.learners = self.keepers.into_iter().map(|(label, (step, _))| (label, step)).collect();
        made.steps = self.steps.into_iter().flatten().collect();
        // A named step that is used twice reports its faults once for each use.
        let mut seen = BTreeSet::new();
        made.faults.retain(|fault| seen.insert(fault.to_string()));
        let mut seen = BTreeSet::new();
        made.findings.retain(|finding| seen.insert(finding.to_string()));
        made
    }

    /// Binds a step that stands `place` below the current one.
    pub(crate) fn child(&mut self, place: &str, step: &Step) -> StepIndex {
        let index = StepIndex(self.steps.len() as u32);
        self.steps.push(None);
        let parent = self.parents.last().copied();
        self.parents.push(index);
        let (mut written, mut key) = (String::new(), String::new());
        let strategy = self.at(place, |binder| {
            written = binder.path();
            key = binder.key();
            if binder.parents.len() > MAX_PLAN_DEPTH {
                binder.fault(FaultKind::TooDeep(MAX_PLAN_DEPTH));
            } else if binder.steps.len() > MAX_PLAN_STEPS {
                binder.made.faults.push(Fault::new("route", FaultKind::TooManySteps(MAX_PLAN_STEPS)));
            } else {
                return binder.at(step.tag(), |binder| step.as_bind().bind(binder));
            }
            Arc::new(Unbound)
        });
        self.parents.pop();
        let title: Arc<str> = Arc::from(step.as_bind().title());
        let path = if self.parts.is_empty() { Arc::clone(&title) } else { Arc::from(self.parts.join("/")) };
        let bound = BoundStep {
            strategy,
            narrowing: Narrowing { ranking: self.ranking.take(), ..self.narrowing.clone() },
            path,
            title,
            label: self.labels.last().cloned(),
            parent,
            ladder: self.ladder.clone(),
            place: Arc::from(written),
            key: Arc::from(key),
        };
        if let Some(made) = self.steps.get_mut(index.0 as usize) {
            *made = Some(bound);
        }
        index
    }

    /// Adds what is asked before the plan: pins that are set while the router runs. Whatever names accounts and e-mail domains
    /// looks for them in these fields of the lead, which the plan looks into for their owners.
    pub(crate) fn running_pins(&mut self, account_fields: BTreeSet<(&str, &str)>) {
        // The usual ones first, then by name: where in the plan they stand shows nowhere.
        let usual = (ACCOUNT_FIELD, EMAIL_FIELD);
        let others = account_fields.into_iter().filter(|pair| *pair != usual);
        let pairs = [usual].into_iter().chain(others);
        self.made.account_fields = pairs.map(|(account, email)| (Arc::from(account), Arc::from(email))).collect();
        self.made.running_pins = Some(StepIndex(self.steps.len() as u32));
        let title: Arc<str> = Arc::from("pinned");
        self.steps.push(Some(BoundStep {
            strategy: Arc::new(RunningPins),
            narrowing: Narrowing::NONE,
            path: Arc::clone(&title),
            title,
            label: None,
            parent: None,
            ladder: self.made.ladder.clone(),
            place: Arc::from("pins"),
            key: Arc::from("pins"),
        }));
    }

    /// Binds all children of a step, in order.
    pub(crate) fn children(&mut self, step: &dyn super::Bind) -> Vec<StepIndex> {
        step.children().iter().map(|child| self.child(&child.place, child.step)).collect()
    }

    /// Binds a named step where it is used.
    pub(crate) fn named(&mut self, name: &str) -> Option<StepIndex> {
        let Some((name, step)) = self.named.get_key_value(name) else {
            let unknown = UnknownName::new("step", name, self.named.keys().map(String::as_str));
            self.fault(FaultKind::Unknown(unknown));
            return None;
        };
        if self.using.iter().any(|(using, _)| using == name) {
            self.fault(FaultKind::Circle(name.clone()));
            return None;
        }
        let outer = std::mem::replace(&mut self.place, vec!["steps".to_owned()]);
        self.using.push((name, outer));
        let index = self.child(&path_part(name), step);
        if let Some((_, outer)) = self.using.pop() {
            self.place = outer;
        }
        Some(index)
    }

    pub(crate) fn labelled<T>(&mut self, label: &str, bind: impl FnOnce(&mut Self) -> T) -> T {
        self.path_name("label", label);
        self.labels.push(Arc::from(label));
        let bound = self.inside(label, bind);
        self.labels.pop();
        bound
    }

    /// Binds below a part of the path.
    pub(crate) fn inside<T>(&mut self, part: &str, bind: impl FnOnce(&mut Self) -> T) -> T {
        self.parts.push(Arc::from(part));
        let bound = bind(self);
        self.parts.pop();
        bound
    }

    /// Notes what is wrong with a name that becomes part of paths.
    pub(crate) fn path_name(&mut self, what: &str, name: &str) {
        self.made.faults.extend(name_fault(self.path(), what, name));
        if let Some(message) = path_name_fault(what, name) {
            self.fault(FaultKind::BadName(message));
        }
    }

    /// Binds below a band, which rotations there are named after: the first label of the band's branch, however it is
    /// wrapped, else the band itself.
    pub(crate) fn banded<T>(&mut self, band: String, then: &Step, bind: impl FnOnce(&mut Self) -> T) -> T {
        let label = self.first_label(then).map(str::to_owned);
        self.bands.push(label.unwrap_or(band));
        let bound = bind(self);
        self.bands.pop();
        bound
    }

    fn first_label<'s>(&'s self, mut step: &'s Step) -> Option<&'s str> {
        // Named steps may lead back to themselves, so the way is bounded.
        for _ in 0..MAX_PLAN_DEPTH {
            step = match step {
                Step::Label(label) => return Some(label.name()),
                Step::Use(used) => self.named.get(used.name())?,
                Step::Available(_)
                | Step::OpeningWithin(_)
                | Step::Uncapped(_)
                | Step::Escalate(_)
                | Step::Only(_)
                | Step::When(_)
                | Step::ManagerOf(_) => step.as_bind().children().pop()?.step,
                _ => return None,
            };
        }
        None
    }

    /// Binds below a step that asks something of reps.
    pub(crate) fn narrowed<T>(
        &mut self,
        required: Requirements,
        test: Option<&RepTest>,
        bind: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut narrowing = self.narrowing.clone();
        narrowing.required = narrowing.required.union(required);
        narrowing.tests.extend(test.cloned());
        let outer = std::mem::replace(&mut self.narrowing, narrowing);
        let bound = bind(self);
        self.narrowing = outer;
        bound
    }

    /// Binds below a step within whose limit reps may open later.
    pub(crate) fn opening_within<T>(&mut self, limit: Span, bind: impl FnOnce(&mut Self) -> T) -> T {
        let shortest = self.narrowing.opening_within.map_or(limit, |outer| outer.min(limit));
        let outer = self.narrowing.opening_within.replace(shortest);
        let bound = bind(self);
        self.narrowing.opening_within = outer;
        bound
    }

    /// Binds below a step for which caps do not count.
    pub(crate) fn uncapped<T>(&mut self, bind: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.narrowing.uncapped, true);
        let bound = bind(self);
        self.narrowing.uncapped = outer;
        bound
    }

    /// Binds below a step with a ladder of its own.
    pub(crate) fn escalated<T>(&mut self, ladder: Arc<Ladder>, bind: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.ladder.replace(ladder);
        let bound = bind(self);
        self.ladder = outer;
        bound
    }

    /// Binds the ladder of all steps that have none of their own.
    pub(crate) fn plan_ladder(&mut self, ladder: Option<&Ladder>) {
        self.ladder = ladder.map(|ladder| self.at("escalation", |binder| binder.ladder(ladder)));
        self.made.ladder.clone_from(&self.ladder);
    }

    /// A queue that a ladder names; one of the steps, if they have it.
    pub(crate) fn ladder_queue(&mut self, name: &str) {
        self.made.faults.extend(name_fault(self.path(), "queue", name));
        self.ladder_queues.push(name.to_owned());
    }

    /// The names of all queues that are bound so far.
    pub(crate) fn queues(&self) -> Vec<Arc<str>> {
        let bound = self.named_by_plan.queues.as_slice().iter().map(|queue| Arc::clone(&queue.name));
        bound.chain(self.ladder_queues.iter().map(|name| Arc::from(name.as_str()))).collect()
    }

    /// Says how leads wait in a queue.
    pub(crate) fn wait(&mut self, queue: &str, waiting: &Waiting, ladder: Option<Arc<Ladder>>) {
        self.waiting.push((queue.to_owned(), waiting.clone(), ladder));
    }

    /// The queue that leads go to which are passed on too often.
    pub(crate) fn pass_on_queue(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.at("pass_on.queue", |binder| binder.ladder_queue(name));
        }
    }

    /// All reps in the roster, each with the id.
    pub(crate) fn present(&self) -> impl Iterator<Item = (&'a str, &'a TeamRep)> + use<'a> {
        let team = self.team;
        team.reps().filter(|(_, rep)| !rep.has_left()).map(|(index, rep)| (team.name(index), rep))
    }

    /// The names of the hours that the roster shares.
    pub(crate) fn hours(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.team.times().hours.keys().map(String::as_str)
    }

    /// Whether what nobody declares is a fault.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// Whether any rep or any pool has a manager.
    pub(crate) fn has_any_manager(&self) -> bool {
        !self.team.managers().is_empty()
    }

    /// Cuts the current step's turns off by a number of the reps. Only for a step without steps below.
    pub(crate) fn rank(&mut self, ranking: Ranking) {
        self.ranking = Some(ranking);
    }

    /// The pool of a name. Without one, a fault in a new router, and in a running one an empty pool.
    pub(crate) fn pool(&mut self, name: &str) -> Option<PoolIndex> {
        self.find_pool(name).map_err(|unknown| self.fault(FaultKind::Unknown(unknown))).ok()
    }

    /// Like [`Binder::pool`], without noting the fault.
    pub(crate) fn find_pool(&mut self, name: &str) -> Result<PoolIndex, UnknownName> {
        let pool = match self.team.find_pool(name) {
            Some(pool) => pool,
            None if self.strict => {
                let known = self.team.pool_names().map(|name| &**name);
                return Err(UnknownName::new("pool", name, known));
            }
            None => self.new_pool(name),
        };
        self.pools.push(pool);
        if self.team.members(pool).is_empty() {
            self.finding(Severity::Serious, format!("nobody is in pool `{name}`, so that this step passes"));
        }
        Ok(pool)
    }

    /// Binds steps, and gives the first pool that they name.
    pub(crate) fn with_first_pool<T>(&mut self, bind: impl FnOnce(&mut Self) -> T) -> (T, Option<PoolIndex>) {
        let before = self.pools.len();
        let bound = bind(self);
        (bound, self.pools.get(before).copied())
    }

    fn new_pool(&mut self, name: &str) -> PoolIndex {
        let pools = &mut self.named_by_plan.new_pools;
        let new = pools.place(fast_hash(name), |pool| **pool == *name, || Arc::from(name));
        PoolIndex((self.team.pool_names().count() + new) as u32)
    }

    /// Whether everyone in a pool has a limit of open leads.
    pub(crate) fn has_capacities(&self, pool: PoolIndex) -> bool {
        let mut members = self.team.members(pool).iter().filter_map(|rep| self.team.rep(*rep));
        members.all(|rep| rep.capacity().is_some())
    }

    /// Whether any rep has a manager, or the pool has one.
    pub(crate) fn has_managers(&self, pool: Option<PoolIndex>) -> bool {
        pool.is_some_and(|pool| self.team.pool_manager(pool).is_some())
            || self.team.reps().any(|(index, rep)| !rep.has_left() && self.team.manager(index).is_some())
    }

    /// Whether any rep has a field of that name.
    pub(crate) fn is_rep_field(&self, name: &str) -> bool {
        self.team.reps().any(|(_, rep)| rep.profile.fields.contains_key(name))
    }

    /// A place that rotates over a pool: in a rotation of the given name, or in the pool's own, one for each band.
    pub(crate) fn seating(
        &mut self,
        pool_name: &str,
        pool: PoolIndex,
        rotation: Option<&str>,
        balance: Option<Balance>,
        absence: Option<Absence>,
    ) -> SeatingIndex {
        if let Some(rotation) = rotation {
            self.made.faults.extend(name_fault(self.path(), "rotation", rotation));
            if rotation.contains('@') {
                let message = format!("rotation `{rotation}` has a `@`, which stands between a pool and its band");
                self.fault(FaultKind::BadName(message));
            }
        }
        let name = match rotation {
            Some(rotation) => rotation.to_owned(),
            None if self.bands.is_empty() => pool_name.to_owned(),
            None => format!("{pool_name}@{}", self.bands.join("/")),
        };
        let rotation: Arc<str> = Arc::from(name);
        let forgives = absence.unwrap_or(self.absence) == Absence::Forgive;
        self.check_balance(&rotation, balance.as_ref());
        self.check_absence(&rotation, forgives);
        let access = self.access(pool);
        // Of places with different balances, which are a fault, the first counts.
        let same = |known: &SeatingPlace| known.rotation == rotation && known.pool == pool && known.access == access;
        let new = || SeatingPlace { rotation: Arc::clone(&rotation), pool, balance, forgives, access };
        SeatingIndex::at(self.named_by_plan.rotations.place(fast_hash_of(&(&rotation, pool)), same, new))
    }

    /// A place that picks from a pool by load; none if it asks every rep for every lead.
    pub(crate) fn load_board(&mut self, pool: PoolIndex, relative: bool) -> Option<LoadBoardIndex> {
        let place = LoadBoardPlace { access: self.access(pool)?, relative };
        let boards = &mut self.named_by_plan.boards;
        Some(LoadBoardIndex::at(boards.place(fast_hash_of(&pool), |known| *known == place, || place)))
    }

    fn access(&self, pool: PoolIndex) -> Option<Access> {
        self.narrowing.access(pool).filter(|_| self.ranking.is_none())
    }

    /// Notes a balance other than the one that the rotation has elsewhere: it could not be kept in one ledger.
    fn check_balance(&mut self, rotation: &Arc<str>, balance: Option<&Balance>) {
        let path = self.path();
        let (known, first) =
            self.balances.entry(Arc::clone(rotation)).or_insert_with(|| (balance.cloned(), path)).clone();
        if known.as_ref() != balance {
            let says = |balance: Option<&Balance>| match balance {
                Some(Balance { field, most, .. }) => format!("`{field}` up to {most}"),
                None => "only turns".to_owned(),
            };
            let (here, there) = (says(balance), says(known.as_ref()));
            self.fault(FaultKind::BalancesDiffer { rotation: rotation.to_string(), here, there, first });
        }
    }

    /// Notes another policy than the one that the rotation has elsewhere.
    fn check_absence(&mut self, rotation: &Arc<str>, forgives: bool) {
        let path = self.path();
        let (known, first) = self.absences.entry(Arc::clone(rotation)).or_insert((forgives, path)).clone();
        if known != forgives {
            self.fault(FaultKind::AbsencesDiffer { rotation: rotation.to_string(), first });
        }
    }

    /// The queue of a name, made if there is none.
    pub(crate) fn queue(&mut self, name: &str, parked: bool) -> QueueIndex {
        if let Some(fault) = name_fault(self.path(), "queue", name) {
            self.made.faults.push(fault);
        }
        let queues = &mut self.named_by_plan.queues;
        let new = || BoundQueue::new(name, parked);
        let index = queues.place(fast_hash(name), |queue| *queue.name == *name, new);
        if queues.as_slice().get(index).is_some_and(|queue| queue.parked != parked) {
            self.fault(FaultKind::QueueAndParked(name.to_owned()));
        }
        QueueIndex(index as u32)
    }

    /// An area that leads can lie in.
    pub(crate) fn area(&mut self, name: &str) {
        self.made.areas.insert(Arc::from(name));
    }

    /// Notes what is wrong with the name of a branch.
    pub(crate) fn branch_name(&mut self, name: &str) {
        self.made.faults.extend(name_fault(self.path(), "branch", name));
    }

    /// A lead field that reasons speak of.
    pub(crate) fn field(&mut self, name: &str) -> FieldIndex {
        if let Some(fault) = name_fault(self.path(), "field", name) {
            self.made.faults.push(fault);
        }
        let fields = &mut self.named_by_plan.fields;
        FieldIndex(fields.place(fast_hash(name), |field| **field == *name, || Arc::from(name)) as u32)
    }

    /// A text that reasons quote.
    pub(crate) fn phrase(&mut self, text: String) -> PhraseIndex {
        self.made.phrases.push(Arc::from(text));
        PhraseIndex((self.made.phrases.len() - 1) as u32)
    }

    /// The parts of a condition that must all hold.
    pub(crate) fn parts(&mut self, condition: &Condition) -> Range<PartIndex> {
        let start = self.made.parts.len();
        self.made.parts.extend(condition.conjuncts().into_iter().cloned());
        PartIndex(start as u32)..PartIndex(self.made.parts.len() as u32)
    }

    /// Notes what is wrong with a condition that stands `place` below the current step.
    pub(crate) fn condition(&mut self, place: &str, condition: &Condition) {
        self.at(place, |binder| {
            let path = binder.path();
            let faults = &mut binder.made.faults;
            condition.check(&mut |inner, fault| faults.push(fault.at(&path, inner)));
        });
    }

    /// Notes what is wrong with a test that stands `place` below the current step.
    pub(crate) fn rep_test(&mut self, place: &str, test: &RepTest) {
        self.at(place, |binder| {
            let path = binder.path();
            let faults = &mut binder.made.faults;
            test.check(&mut |inner, fault| faults.push(fault.at(&path, inner)));
        });
    }

    /// A rep named by the plan, who may join later while the router runs.
    pub(crate) fn rep(&mut self, id: &str) {
        if self.team.find_present(id).is_some() {
            return;
        }
        if self.strict && self.team.find(id).is_none() {
            let known: Vec<&str> = self.present().map(|(id, _)| id).collect();
            self.fault(FaultKind::Unknown(UnknownName::new("rep", id, known)));
        } else {
            self.finding(Severity::Serious, format!("rep `{id}` is not in the roster, so that this step passes"));
        }
    }

    /// A place that asks for earlier leads. They are kept for as long as any place asks.
    pub(crate) fn earlier(&mut self, common: Common, field: &Arc<str>, within: Span) -> EarlierIndex {
        let places = &mut self.named_by_plan.earlier;
        let same = |known: &EarlierPlace| known.common == common && known.field == *field;
        let place = places.iter().position(same).unwrap_or_else(|| {
            places.push(EarlierPlace { common, field: Arc::clone(field), within });
            places.len() - 1
        });
        if let Some(known) = places.get_mut(place) {
            known.within = known.within.max(within);
        }
        EarlierIndex(place)
    }

    /// A tally that the current step keeps under its label.
    pub(crate) fn tally(&mut self, strategy: &str, name: &str) -> usize {
        let Some(label) = self.labels.last().cloned() else {
            self.fault(FaultKind::StateWithoutLabel(strategy.to_owned()));
            return usize::MAX;
        };
        let path = self.path();
        let current = self.current();
        let (_, keeper) = self.keepers.entry(Arc::clone(&label)).or_insert_with(|| (current, path.clone()));
        if *keeper != path {
            let (label, first) = (label.to_string(), keeper.clone());
            self.fault(FaultKind::SharedState { label, first });
        }
        let same = |known: &(Arc<str>, Arc<str>)| known.0 == label && *known.1 == *name;
        let new = || (Arc::clone(&label), Arc::from(name));
        self.named_by_plan.tallies.place(fast_hash_of(&(&label, name)), same, new)
    }

    /// What the draws of the current split are made with: the innermost label.
    pub(crate) fn salt(&mut self) -> Arc<str> {
        let Some(label) = self.labels.last().cloned() else {
            self.fault(FaultKind::SplitWithoutLabel);
            return Arc::from("");
        };
        let path = self.path();
        let first = self.splits.entry(Arc::clone(&label)).or_insert_with(|| path.clone());
        if *first != path {
            let message = format!(
                "the split at `{first}` draws with label `{label}`, too, so that both draw alike; give each its own label"
            );
            self.finding(Severity::Warning, message);
        }
        label
    }

    pub(crate) fn label(&self) -> Option<&str> {
        self.labels.last().map(|label| &**label)
    }

    fn current(&self) -> StepIndex {
        self.parents.last().copied().unwrap_or(super::BoundPlan::ROOT)
    }

    pub(crate) fn reads(&mut self, field: &str) {
        self.made.custom_reads.push(field.to_owned());
    }

    pub(crate) fn registry(&self) -> &'a Registry {
        self.registry
    }

    pub(crate) fn fault(&mut self, kind: FaultKind) {
        let path = self.path();
        self.made.faults.push(Fault::new(path, kind));
    }

    pub(crate) fn finding(&mut self, severity: Severity, message: String) {
        let path = self.path();
        self.made.findings.push(Finding { severity, path, message });
    }

    pub(crate) fn at<T>(&mut self, place: &str, bind: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(place.to_owned());
        let bound = bind(self);
        self.place.pop();
        bound
    }

    /// The path of the current step, behind those of the places where the named steps around it are used.
    fn key(&self) -> String {
        let mut key: String = self.using.iter().flat_map(|(_, place)| [path_of(place), ">".to_owned()]).collect();
        key.push_str(&self.path());
        key
    }

    fn path(&self) -> String {
        path_of(&self.place)
    }
}

/// Why a name cannot be part of a path, beside what no name may be.
pub(crate) fn path_name_fault(what: &str, name: &str) -> Option<String> {
    match name {
        OTHERWISE => Some(format!("{what} `{name}` is the path of leads that no step takes")),
        BY_HAND => Some(format!("{what} `{name}` is the path of leads that a person gave to somebody")),
        ESCALATION => Some(format!("{what} `{name}` is the path of leads that escalate to a queue")),
        _ if name.contains('/') => Some(format!("{what} `{name}` has a `/`, which paths put between labels")),
        _ => None,
    }
}

fn path_of(place: &[String]) -> String {
    let mut path = String::new();
    for part in place {
        // List positions follow without a dot: `first_of[2]`.
        if !path.is_empty() && !part.is_empty() && !part.starts_with('[') {
            path.push('.');
        }
        path.push_str(part);
    }
    if path.is_empty() { "plan".to_owned() } else { path }
}
