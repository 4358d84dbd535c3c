//! `custom`: a host's own strategy in a plan.

use super::scope::{QueueHandle, RepHandle};
use super::{Bind, Binder, Branch, Child, PoolHandle, RotationHandle, Scope, Step, StepIndex, Strategy, Verdict};
use crate::desk::{Tallies, Undo};
use crate::fault::{FaultKind, UnknownName, path_part};
use crate::index::RepIndex;
use crate::value::Number;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A host's own strategy, by name. Made by [`custom`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `strategy`, such as custom = { strategy = \"name\" }")]
pub struct Custom {
    strategy: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    settings: Map<String, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    branches: BTreeMap<String, Step>,
}

/// Lets a host's own strategy decide: one that a [`Registry`] knows by this name, with settings that it reads itself.
///
/// ```
/// use lead_router::{custom, label};
///
/// let bandit = label("bandit", custom("epsilon greedy").setting("pool", "closers").setting("explore", 10));
/// # let _ = bandit;
/// ```
///
/// In a file: `custom = { strategy = "epsilon greedy", settings = { pool = "closers", explore = 10 } }`, and with steps
/// below it `branches = { weekend = { round_robin = "on call" } }`.
#[must_use]
pub fn custom(strategy: impl Into<String>) -> Custom {
    Custom { strategy: strategy.into(), settings: Map::new(), branches: BTreeMap::new() }
}

impl Custom {
    /// Sets one setting, in place of an earlier one of that name. The strategy's own type checks it when a router is
    /// built.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// Puts a step below this one, in place of an earlier one of that name. The strategy lets it decide by name.
    #[must_use]
    pub fn branch(mut self, name: impl Into<String>, step: impl Into<Step>) -> Self {
        self.branches.insert(name.into(), step.into());
        self
    }
}

impl Bind for Custom {
    fn title(&self) -> String {
        format!("custom {}", self.strategy)
    }

    fn children(&self) -> Vec<Child<'_>> {
        self.branches.iter().map(|(name, step)| Child::new(format!("branches.{}", path_part(name)), step)).collect()
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        for name in self.branches.keys() {
            binder.branch_name(name);
        }
        let registry = binder.registry();
        let Some(make) = registry.strategies.get(&self.strategy) else {
            let known = registry.strategies.keys().map(String::as_str);
            binder.fault(FaultKind::Unknown(UnknownName::new("custom strategy", &self.strategy, known)));
            return Arc::new(Unmade);
        };
        let branches = self.branches.keys().map(String::as_str).zip(binder.children(self)).collect();
        let mut setup = Setup { strategy: &self.strategy, branches, binder };
        match make(Value::Object(self.settings.clone()), &mut setup) {
            Ok(strategy) => strategy,
            Err(SetupError(why)) => {
                binder.fault(FaultKind::Custom { strategy: self.strategy.clone(), why });
                Arc::new(Unmade)
            }
        }
    }
}

/// Stands beside a fault and never decides.
#[derive(Debug)]
struct Unmade;

impl Strategy for Unmade {
    fn decide(&self, _: &mut Scope<'_>) -> Verdict {
        Verdict::Pass("not made".into())
    }
}

type Make = dyn Fn(Value, &mut Setup<'_, '_>) -> Result<Arc<dyn Strategy>, SetupError> + Send + Sync;

/// The host's own strategies, by the name that plans call them by.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, Registry, RepRecord, Roster, Router, Scope, Strategy, Verdict, custom,
///     strategy::{PoolHandle, Setup},
/// };
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Settings { pool: String }
///
/// /// The rep who comes first by alphabet. Not fair, but short.
/// #[derive(Debug)]
/// struct Alphabetical { pool: PoolHandle }
///
/// impl Strategy for Alphabetical {
///     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
///         match scope.open(self.pool).min_by_key(|candidate| candidate.id()) {
///             Some(first) => scope.pick(first.rep(), "the first by alphabet"),
///             None => scope.nobody_open(self.pool),
///         }
///     }
/// }
///
/// let registry = Registry::new().strategy("alphabetical", |settings: Settings, setup: &mut Setup| {
///     Ok(Alphabetical { pool: setup.pool(&settings.pool)? })
/// });
///
/// let plan = Plan::new(custom("alphabetical").setting("pool", "smb")).otherwise("triage");
/// let roster = Roster::new().reps(["bob", "ann"].map(|id| RepRecord::new(id).pool("smb")));
/// let router = Router::builder(plan, roster).registry(registry).build()?;
/// let decision = router.decide(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.to_string(), "L-1: assigned to ann by custom alphabetical: the first by alphabet");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    strategies: BTreeMap<String, Arc<Make>>,
}

impl Registry {
    /// A registry that knows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a strategy, in place of an earlier one of that name. `make` gets the settings of the step, read into a type
    /// of its own, and binds the names in them. It is called whenever the plan is bound: when the router is built, and
    /// again with each edit of plan or roster. It must give the same strategy for the same settings and roster each
    /// time.
    #[must_use]
    pub fn strategy<Settings, Made>(
        mut self,
        name: impl Into<String>,
        make: impl Fn(Settings, &mut Setup<'_, '_>) -> Result<Made, SetupError> + Send + Sync + 'static,
    ) -> Self
    where
        Settings: DeserializeOwned,
        Made: Strategy + 'static,
    {
        let make = move |settings: Value, setup: &mut Setup<'_, '_>| {
            let settings =
                serde_json::from_value(settings).map_err(|error| SetupError(format!("settings: {error}")))?;
            make(settings, setup).map(|strategy| Arc::new(strategy) as Arc<dyn Strategy>)
        };
        self.strategies.insert(name.into(), Arc::new(make));
        self
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.strategies.keys()).finish()
    }
}

/// Why a custom strategy could not be made, in words: lower case, no full stop. It becomes a fault of the plan, with
/// the place of the step.
///
/// ```
/// use lead_router::strategy::SetupError;
///
/// fn percent(value: u64) -> Result<u64, SetupError> {
///     if value <= 100 { Ok(value) } else { Err(SetupError::new("`explore` is more than 100")) }
/// }
/// assert_eq!(percent(250).map_err(|error| error.to_string()), Err("`explore` is more than 100".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SetupError(String);

impl SetupError {
    /// An error in words.
    #[must_use]
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// Where a custom strategy finds the names in its settings, once, when the plan is bound. What it gives are small
/// handles to keep.
///
/// ```
/// use lead_router::{
///     Plan, Registry, RepRecord, Roster, Router, Scope, Strategy, Verdict, custom, queue,
///     strategy::{Branch, PoolHandle, QueueHandle, RotationHandle, Setup, SetupError},
/// };
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Settings { pool: String, waits_in: String }
///
/// /// VIPs to the rep with the most room, others in turn; at the end of the month, all to another step.
/// #[derive(Debug)]
/// struct Desk { pool: PoolHandle, turns: RotationHandle, queue: QueueHandle, month_end: Branch }
///
/// impl Desk {
///     fn make(settings: Settings, setup: &mut Setup) -> Result<Self, SetupError> {
///         setup.reads("vip"); // so that records keep it
///         Ok(Self {
///             pool: setup.pool(&settings.pool)?,
///             turns: setup.rotation(&settings.pool)?,
///             queue: setup.queue(&settings.waits_in),
///             month_end: setup.branch("month end")?,
///         })
///     }
/// }
/// # impl Strategy for Desk {
/// #     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
/// #         let _ = (self.pool, self.queue, self.month_end);
/// #         scope.rotate(self.turns)
/// #     }
/// # }
///
/// # let roster = Roster::new().rep(RepRecord::new("ann").pool("smb"));
/// let registry = Registry::new().strategy("desk", Desk::make);
/// let step = custom("desk").setting("pool", "smb").setting("waits_in", "vips").branch("month end", queue("later"));
/// # Router::builder(Plan::new(step).otherwise("triage"), roster).registry(registry).build()?;
/// # Ok::<(), lead_router::BuildError>(())
/// ```
///
/// [`Scope`] shows what a strategy does with the handles, and [`Effects`] how it counts.
pub struct Setup<'a, 'b> {
    strategy: &'a str,
    branches: BTreeMap<&'a str, StepIndex>,
    binder: &'a mut Binder<'b>,
}

impl fmt::Debug for Setup<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("strategy", &self.strategy).finish_non_exhaustive()
    }
}

impl Setup<'_, '_> {
    /// A pool to choose from.
    ///
    /// # Errors
    ///
    /// If nobody declares the pool; in a router that runs or resumes it is an empty pool and a finding instead. Hand
    /// the error on with `?`.
    pub fn pool(&mut self, name: &str) -> Result<PoolHandle, SetupError> {
        self.binder.find_pool(name).map(PoolHandle).map_err(|unknown| SetupError(unknown.to_string()))
    }

    /// A rotation over a pool, under the pool's own name or that of its band. It shares its balances with every
    /// `round_robin` in the same rotation. One that the plan balances is a fault: here only turns are shared out.
    ///
    /// # Errors
    ///
    /// As [`Setup::pool`].
    pub fn rotation(&mut self, pool: &str) -> Result<RotationHandle, SetupError> {
        let handle = self.pool(pool)?;
        let seating = self.binder.seating(pool, handle.0, None, None, None);
        Ok(RotationHandle { seating, pool: handle.0 })
    }

    /// A tally (a count, `i64`) and a stamp (a sequence number) for each rep, kept under the innermost label and this
    /// name. All are 0 at first. A step without a label around it is a fault of the plan, and so are two steps under
    /// one label that both keep tallies.
    pub fn tally(&mut self, name: &str) -> Tally {
        Tally(self.binder.tally(self.strategy, name))
    }

    /// A queue for [`Scope::hold`]. It need not be named anywhere else.
    pub fn queue(&mut self, name: &str) -> QueueHandle {
        QueueHandle(self.binder.queue(name, false))
    }

    /// A branch of the step, which [`Scope::visit`] lets decide.
    ///
    /// # Errors
    ///
    /// If the step has no branch of that name.
    pub fn branch(&self, name: &str) -> Result<Branch, SetupError> {
        self.branches
            .get(name)
            .copied()
            .map(Branch)
            .ok_or_else(|| SetupError(UnknownName::new("branch", name, self.branches.keys().copied()).to_string()))
    }

    /// The innermost label around the step: what tells two uses of one strategy apart.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.binder.label()
    }

    /// Says that the strategy reads a field of the lead, so that records keep it. Name every field that `decide` reads.
    pub fn reads(&mut self, field: &str) {
        self.binder.reads(field);
    }
}

/// A number that the router keeps for each rep on behalf of a custom strategy; got from [`Setup::tally`]. [`Effects`]
/// has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally(pub(crate) usize);

/// Something that happened to a lead that a strategy decided. [`Effects`] has an example.
#[derive(Debug, Clone)]
pub struct News<'a> {
    pub(crate) kind: NewsKind,
    pub(crate) lead: &'a str,
    pub(crate) rep: RepIndex,
    pub(crate) value: Option<Number>,
    pub(crate) sequence: u64,
    pub(crate) at: DateTime<Utc>,
}

/// What happened to a lead. [`Effects`] has an example. Match with a `_`: more kinds may come.
///
/// That a lead was rolled back is no news: the router takes back what was learnt of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NewsKind {
    /// It was given to the rep.
    Routed,
    /// It was given to somebody else, or put into a queue.
    MovedOn,
    /// It was closed as won.
    Won,
    /// It was closed as lost.
    Lost,
    /// It was closed, neither won nor lost, or merged into another one.
    Closed,
    /// It was contacted for the first time.
    Contacted,
    /// It was qualified for the first time.
    Qualified,
    /// It did not show up.
    NoShow,
    /// The rep rejected it.
    Rejected,
    /// It was released from the rep's hands.
    Released,
}

impl News<'_> {
    /// What happened.
    #[must_use]
    pub fn kind(&self) -> NewsKind {
        self.kind
    }

    /// The lead's id.
    #[must_use]
    pub fn lead_id(&self) -> &str {
        self.lead
    }

    /// The rep who has the lead; of a lead that moved on, the one who had it.
    #[must_use]
    pub fn rep(&self) -> RepHandle {
        RepHandle { rep: self.rep, pool: None }
    }

    /// What it was worth, if it was won and the host said so.
    #[must_use]
    pub fn value(&self) -> Option<Number> {
        self.value
    }

    /// The sequence number of the record that tells it.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When it happened, in UTC.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

/// What a strategy changes in what it remembers. Each change is part of the record that is applied: a rollback takes it
/// back, and a replay makes it again.
///
/// ```
/// use lead_router::{
///     Closing, Event, LeadRecord, Plan, Registry, RepRecord, Roster, Router, Scope, Strategy, Verdict, custom, label,
///     strategy::{Effects, News, NewsKind, PoolHandle, Setup, Tally},
/// };
///
/// /// Gives leads to whoever won the most.
/// #[derive(Debug)]
/// struct MostWins { pool: PoolHandle, won: Tally }
///
/// impl Strategy for MostWins {
///     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
///         match scope.open(self.pool).max_by_key(|rep| scope.tally(self.won, rep.rep())) {
///             Some(best) => scope.pick(best.rep(), "the most wins so far"),
///             None => scope.nobody_open(self.pool),
///         }
///     }
///
///     fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
///         match news.kind() {
///             NewsKind::Routed => effects.stamp(self.won, news.rep()), // when the rep last got one
///             NewsKind::Won => effects.add(self.won, news.rep(), 1),
///             _ => {}
///         }
///     }
/// }
///
/// let registry = Registry::new().strategy("most wins", |_: serde_json::Value, setup: &mut Setup| {
///     Ok(MostWins { pool: setup.pool("smb")?, won: setup.tally("won") })
/// });
/// let plan = Plan::new(label("winners", custom("most wins"))).otherwise("triage");
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb"));
/// let mut router = Router::builder(plan, roster).registry(registry).build()?;
///
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("L-1"), now);
/// router.observe(Event::closed("L-1", Closing::Won), now)?;
/// assert_eq!(router.tally("winners", "won", "ann"), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Effects<'a> {
    pub(crate) tallies: &'a mut Tallies,
    /// Where the plan's tallies lie among those of the router.
    pub(crate) slots: &'a [usize],
    pub(crate) sequence: u64,
    pub(crate) changes: &'a mut Vec<Undo>,
}

impl Effects<'_> {
    /// Adds to a rep's tally. A sum beyond the range of an `i64` stops at its end.
    pub fn add(&mut self, tally: Tally, RepHandle { rep, .. }: RepHandle, delta: i64) {
        if let Some(&slot) = self.slots.get(tally.0) {
            let before = self.tallies.count(slot, rep);
            self.tallies.add(slot, rep, delta);
            let delta = self.tallies.count(slot, rep).saturating_sub(before);
            self.changes.push(Undo::Tally { slot, rep, delta });
        }
    }

    /// Stamps a rep with the sequence number of the record: [`Scope::stamp`] gives the latest.
    pub fn stamp(&mut self, tally: Tally, RepHandle { rep, .. }: RepHandle) {
        if let Some(&slot) = self.slots.get(tally.0) {
            let sequence = self.sequence;
            self.tallies.set_stamp(slot, rep, sequence);
            self.changes.push(Undo::Stamp { slot, rep, sequence });
        }
    }
}
