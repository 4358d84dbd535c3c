//! The roster: all reps and pools, as plain data.

use crate::fault::{Fault, FaultKind, UnknownName};
use crate::limits::{MAX_LIST_DEPTH, MAX_NAME_BYTES, MAX_REPS, MAX_WEIGHT};
use crate::rep::{Rep, RepRecord};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The pool that every active rep is in, with a weight of 1. Nobody declares it.
///
/// ```
/// use lead_router::{EVERYONE, available, least_loaded};
///
/// let step = available(least_loaded(EVERYONE));
/// assert_eq!(step, available(least_loaded("everyone")));
/// ```
pub const EVERYONE: &str = "everyone";

/// All reps and pools.
///
/// A pool exists because a rep names it, or because it is declared: a declared pool may be empty. The order in which
/// reps are listed changes no pick.
///
/// ```
/// use lead_router::{RepRecord, Roster};
///
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb"))
///     .rep(RepRecord::new("bob").pool("smb"))
///     .declare("enterprise");
/// assert_eq!(roster.reps.len(), 2);
/// ```
///
/// The same in a file:
///
/// ```
/// # use lead_router::{RepRecord, Roster};
/// let roster: Roster = toml::from_str(r#"
///     [pools.enterprise]
///
///     [[reps]]
///     id = "ann"
///     pools = ["smb"]
///
///     [[reps]]
///     id = "bob"
///     pools = { smb = 1 }
/// "#)?;
/// # assert_eq!(roster, Roster::new().rep(RepRecord::new("ann").pool("smb")).rep(RepRecord::new("bob").pool("smb")).declare("enterprise"));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Roster {
    /// Pools that exist whether or not a rep is in them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pools: BTreeMap<String, PoolRecord>,
    /// The reps, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reps: Vec<RepRecord>,
}

/// A declared pool.
///
/// ```
/// use lead_router::{Event, PoolRecord, Roster};
///
/// let roster = Roster::new().declare("enterprise");
/// assert_eq!(roster.pools["enterprise"], PoolRecord::new());
///
/// let described_anew = Event::pool("enterprise", PoolRecord::new().manager("maria"));
/// # let _ = described_anew;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PoolRecord {
    /// The id of the rep who answers for the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

impl PoolRecord {
    /// A pool that nobody answers for.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the rep who answers for the pool, by id: [`manager_of`](crate::manager_of) may ask.
    #[must_use]
    pub fn manager(mut self, rep: impl Into<String>) -> Self {
        self.manager = Some(rep.into());
        self
    }
}

impl Roster {
    /// A roster without reps.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rep, read once, here. Two reps of one id are a fault when the router is built.
    #[must_use]
    pub fn rep(mut self, rep: impl Rep) -> Self {
        self.reps.push(RepRecord::of(&rep));
        self
    }

    /// Adds any number of reps.
    #[must_use]
    pub fn reps<R: Rep>(mut self, reps: impl IntoIterator<Item = R>) -> Self {
        self.reps.extend(reps.into_iter().map(|rep| RepRecord::of(&rep)));
        self
    }

    /// Declares a pool, which may be empty. A pool that is declared already stays as it is.
    #[must_use]
    pub fn declare(mut self, pool: impl Into<String>) -> Self {
        self.pools.entry(pool.into()).or_default();
        self
    }

    /// What is wrong with the roster by itself.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.reps.len() > MAX_REPS {
            faults.push(Fault::new("reps", FaultKind::TooManyReps(MAX_REPS)));
        }
        for name in self.pools.keys() {
            faults.extend(pool_faults(&format!("pools.{name}"), name));
        }
        let mut seen = BTreeSet::new();
        for rep in &self.reps {
            if !seen.insert(rep.id.as_str()) {
                let twice = FaultKind::Twice { what: "rep", name: rep.id.clone(), first: None };
                faults.push(Fault::new("reps", twice));
            }
            faults.extend(rep_faults(rep));
        }
        faults
    }

    /// Managers whom the roster does not have: a fault in a new router, a finding in one that runs.
    pub(crate) fn unknown_managers(&self) -> Vec<Fault> {
        unknown_managers(&self.pools, self.reps.iter())
    }
}

/// The same of pools and reps by themselves.
pub(crate) fn unknown_managers<'a>(
    pools: &'a BTreeMap<String, PoolRecord>,
    reps: impl Iterator<Item = &'a RepRecord> + Clone,
) -> Vec<Fault> {
    let of_pools = pools.iter().filter_map(|(name, pool)| Some(("pools", name.as_str(), pool.manager.as_deref()?)));
    let of_reps = reps.clone().filter_map(|rep| Some(("reps", rep.id.as_str(), rep.manager.as_deref()?)));
    let mut managers = of_pools.chain(of_reps).peekable();
    if managers.peek().is_none() {
        return Vec::new();
    }
    let ids: BTreeSet<&str> = reps.map(|rep| rep.id.as_str()).collect();
    let unknown = managers.filter(|(_, _, manager)| !ids.contains(manager));
    let fault = |(kind, name, manager): (&str, &str, &str)| {
        let unknown = UnknownName::new("rep", manager, ids.iter().copied());
        Fault::new(format!("{kind}.{name}.manager"), FaultKind::Unknown(unknown))
    };
    unknown.map(fault).collect()
}

/// What is wrong with a rep's record, whoever else is in the roster.
pub(crate) fn rep_faults(rep: &RepRecord) -> Vec<Fault> {
    let path = format!("reps.{}", rep.id);
    let mut faults = Vec::new();
    faults.extend(name_fault("reps", "rep", &rep.id));
    for (pool, &weight) in &rep.pools {
        let path = format!("{path}.pools.{pool}");
        faults.extend(pool_faults(&path, pool));
        faults.extend(weight_fault(&path, weight));
    }
    for (field, _) in rep.fields.iter().filter(|(_, value)| !value.nests_within(MAX_LIST_DEPTH)) {
        let kind = FaultKind::TooNested { what: "the field", most: MAX_LIST_DEPTH };
        faults.push(Fault::new(format!("{path}.fields.{field}"), kind));
    }
    faults
}

/// A weight that no pool can work with.
pub(crate) fn weight_fault(path: &str, weight: u32) -> Option<Fault> {
    let (value, high) = (u64::from(weight), u64::from(MAX_WEIGHT));
    let kind = FaultKind::OutOfRange { what: "weight", value, low: 1, high };
    (!(1..=MAX_WEIGHT).contains(&weight)).then(|| Fault::new(path, kind))
}

/// A pool's name that cannot be one.
pub(crate) fn pool_faults(path: &str, name: &str) -> Vec<Fault> {
    let mut faults: Vec<Fault> = name_fault(path, "pool", name).into_iter().collect();
    if name == EVERYONE {
        faults.push(Fault::new(path, FaultKind::Everyone));
    }
    if name.contains('@') {
        let message = format!("pool `{name}` has a `@`, which names of rotations put between a pool and its band");
        faults.push(Fault::new(path, FaultKind::BadName(message)));
    }
    faults
}

/// A name that is empty or too long.
pub(crate) fn name_fault(path: &str, what: &str, name: &str) -> Option<Fault> {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let message = if name.trim().is_empty() {
        format!("the name of {article} {what} is empty")
    } else if name.len() > MAX_NAME_BYTES {
        format!("the name of {article} {what} is longer than {MAX_NAME_BYTES} bytes")
    } else {
        return None;
    };
    Some(Fault::new(path, FaultKind::BadName(message)))
}
