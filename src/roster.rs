//! The roster: all reps and pools, as plain data.

use crate::cap::Cap;
use crate::fault::{Fault, FaultKind, UnknownName, path_part};
use crate::hours::{Calendar, WorkingHours, bad, zone_fault};
use crate::limits::{MAX_CAPS, MAX_LEAVE, MAX_LIST_DEPTH, MAX_NAME_BYTES, MAX_RAMP_STEPS, MAX_REPS, MAX_WEIGHT};
use crate::rep::{Rep, RepHours, RepRecord};
use crate::table::FastHash;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

/// The pool that every active rep is in, with a weight of 1. Nobody declares it.
///
/// ```
/// use lead_router::{EVERYONE, available, least_loaded};
///
/// let step = available(least_loaded(EVERYONE));
/// assert_eq!(step, available(least_loaded("everyone")));
/// ```
pub const EVERYONE: &str = "everyone";

/// The name of the hours that count for every rep who has none.
pub(crate) const DEFAULT_HOURS: &str = "default";

/// The name of hours without end. Nobody defines them.
pub(crate) const ALWAYS: &str = "always";

/// All reps and pools, with the working hours and calendars that they share.
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
    /// Working hours that reps share by name. Those of the name `default` count for every rep who names none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<String, WorkingHours>,
    /// Holidays that working hours share by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<String, Calendar>,
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
    /// At most so many leads in a window of time, of those that come through the pool, for all members together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// The same for each member, in that member's time zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub member_caps: Vec<Cap>,
    /// The time zone by whose calendar `caps` count, by its IANA name; none for UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
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

    /// Adds a cap of the pool: all members together take at most so many leads through it in a window of time.
    ///
    /// A lead comes through a pool if a step that names the pool picks its rep: `round_robin`, `ranked`, `least_loaded`, or
    /// a custom strategy.
    ///
    /// ```
    /// use lead_router::{Cap, CapError, PoolRecord};
    ///
    /// let partners = PoolRecord::new().cap("50 per month".parse()?).member_cap("5 per day".parse()?);
    /// # let _ = partners;
    /// # Ok::<(), CapError>(())
    /// ```
    #[must_use]
    pub fn cap(mut self, cap: Cap) -> Self {
        self.caps.push(cap);
        self
    }

    /// Adds a cap for each member: at most so many leads through this pool in a window of time.
    #[must_use]
    pub fn member_cap(mut self, cap: Cap) -> Self {
        self.member_caps.push(cap);
        self
    }

    /// Names the time zone by whose calendar the caps of the pool count.
    #[must_use]
    pub fn zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
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

    /// Declares a pool with what is to be known of it, in place of an earlier declaration.
    #[must_use]
    pub fn pool(mut self, name: impl Into<String>, pool: PoolRecord) -> Self {
        self.pools.insert(name.into(), pool);
        self
    }

    /// Names working hours, for reps to share. Those of the name `default` count for every rep who names none.
    #[must_use]
    pub fn hours(mut self, name: impl Into<String>, hours: WorkingHours) -> Self {
        self.hours.insert(name.into(), hours);
        self
    }

    /// Names a calendar of holidays, for working hours to share.
    #[must_use]
    pub fn calendar(mut self, name: impl Into<String>, calendar: Calendar) -> Self {
        self.calendars.insert(name.into(), calendar);
        self
    }

    /// What reps and pools share.
    pub(crate) fn times(&self) -> Times<'_> {
        Times { hours: &self.hours, calendars: &self.calendars }
    }

    /// What is wrong with the roster by itself.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.reps.len() > MAX_REPS {
            faults.push(Fault::new("reps", FaultKind::TooManyReps(MAX_REPS)));
        }
        for (name, pool) in &self.pools {
            faults.extend(pool_faults(&format!("pools.{name}"), name));
            faults.extend(pool_record_faults(name, pool));
        }
        faults.extend(self.times().faults());
        let mut seen: HashSet<&str, FastHash> = HashSet::with_capacity_and_hasher(self.reps.len(), FastHash::default());
        for rep in &self.reps {
            if !seen.insert(rep.id.as_str()) {
                let twice = FaultKind::Twice { what: "rep", name: rep.id.clone(), first: None };
                faults.push(Fault::new("reps", twice));
            }
            faults.extend(rep_faults(rep, self.times()));
        }
        faults
    }

    /// Managers whom the roster does not have: a fault in a new router, a finding in one that runs.
    pub(crate) fn unknown_managers(&self) -> Vec<Fault> {
        unknown_managers(&self.pools, self.reps.iter().map(|rep| (rep.id.as_str(), rep.manager.as_deref())))
    }
}

/// The same of pools, and of reps by their ids and managers.
pub(crate) fn unknown_managers<'a>(
    pools: &'a BTreeMap<String, PoolRecord>,
    reps: impl Iterator<Item = (&'a str, Option<&'a str>)> + Clone,
) -> Vec<Fault> {
    let of_pools = pools.iter().filter_map(|(name, pool)| Some(("pools", name.as_str(), pool.manager.as_deref()?)));
    let of_reps = reps.clone().filter_map(|(id, manager)| Some(("reps", id, manager?)));
    let mut managers = of_pools.chain(of_reps).peekable();
    if managers.peek().is_none() {
        return Vec::new();
    }
    let ids: BTreeSet<&str> = reps.map(|(id, _)| id).collect();
    let unknown = managers.filter(|(_, _, manager)| !ids.contains(manager));
    let fault = |(kind, name, manager): (&str, &str, &str)| {
        let unknown = UnknownName::new("rep", manager, ids.iter().copied());
        Fault::new(format!("{kind}.{name}.manager"), FaultKind::Unknown(unknown))
    };
    unknown.map(fault).collect()
}

/// Hours and calendars that reps share by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times<'a> {
    pub(crate) hours: &'a BTreeMap<String, WorkingHours>,
    pub(crate) calendars: &'a BTreeMap<String, Calendar>,
}

impl Times<'_> {
    /// The hours of a rep; none if the rep is at work all the time.
    pub(crate) fn of<'r>(&'r self, rep: &'r RepRecord) -> Option<&'r WorkingHours> {
        match &rep.hours {
            Some(RepHours::Own(hours)) => Some(hours),
            Some(RepHours::Named(name)) => self.hours.get(name),
            None => self.hours.get(DEFAULT_HOURS),
        }
    }

    /// What is wrong with them.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (name, hours) in self.hours {
            let path = format!("hours.{}", path_part(name));
            faults.extend(name_fault("hours", "set of hours", name));
            if name == ALWAYS {
                faults.push(bad(&path, "`always` is all the time already; it cannot be defined".to_owned()));
            }
            faults.extend(hours.faults(&path));
            faults.extend(hours.unknown_calendars(&path, self.calendars));
        }
        for (name, calendar) in self.calendars {
            faults.extend(name_fault("calendars", "calendar", name));
            faults.extend(calendar.faults(&format!("calendars.{}", path_part(name))));
        }
        faults
    }

    /// What is wrong with the times of a rep.
    fn rep_faults(&self, path: impl fmt::Display + Copy, rep: &RepRecord) -> Vec<Fault> {
        let mut faults: Vec<Fault> =
            rep.zone.as_ref().and_then(|zone| zone_fault(&format!("{path}.zone"), zone)).into_iter().collect();
        let path_of_hours = || format!("{path}.hours");
        match &rep.hours {
            Some(RepHours::Own(hours)) => {
                faults.extend(hours.faults(&path_of_hours()));
                faults.extend(hours.unknown_calendars(&path_of_hours(), self.calendars));
            }
            Some(RepHours::Named(name)) if name != ALWAYS && !self.hours.contains_key(name) => {
                let known = self.hours.keys().map(String::as_str).chain([ALWAYS]);
                let unknown = UnknownName::new("set of hours", name, known);
                faults.push(Fault::new(path_of_hours(), FaultKind::Unknown(unknown)));
            }
            _ => {}
        }
        for (place, leave) in rep.leave.iter().enumerate().take(MAX_LEAVE) {
            faults.extend(leave.faults(&format!("{path}.leave[{place}]")));
        }
        if rep.leave.len() > MAX_LEAVE {
            faults.push(bad(&format!("{path}.leave"), format!("there are more than {MAX_LEAVE} periods of leave")));
        }
        faults
    }
}

/// More caps in one place than there may be.
fn caps_fault(path: impl fmt::Display, caps: &[Cap]) -> Option<Fault> {
    (caps.len() > MAX_CAPS).then(|| bad(&path.to_string(), format!("there are more than {MAX_CAPS} caps")))
}

/// What is wrong with what is declared of a pool, beside its name.
pub(crate) fn pool_record_faults(name: &str, pool: &PoolRecord) -> Vec<Fault> {
    let path = format!("pools.{name}");
    let zone = pool.zone.as_ref().and_then(|zone| zone_fault(&format!("{path}.zone"), zone));
    let caps = caps_fault(format_args!("{path}.caps"), &pool.caps);
    let member_caps = caps_fault(format_args!("{path}.member_caps"), &pool.member_caps);
    zone.into_iter().chain(caps).chain(member_caps).collect()
}

/// What is wrong with the steps of a ramp.
fn ramp_faults(path: impl fmt::Display, rep: &RepRecord) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (pool, steps) in &rep.ramps {
        let path = format!("{path}.ramps.{}", path_part(pool));
        if !rep.pools.contains_key(pool) {
            faults.push(bad(&path, format!("the rep is not in pool `{pool}`")));
        }
        if steps.len() > MAX_RAMP_STEPS {
            faults.push(bad(&path, format!("there are more than {MAX_RAMP_STEPS} steps")));
        }
        for (from, &weight) in steps {
            faults.extend(weight_fault(format_args!("{path}.{}", from.format("%Y-%m-%dT%H:%M:%SZ")), weight));
        }
    }
    faults
}

/// Where a rep's record stands, written out only for a fault: there may be hundreds of thousands.
#[derive(Clone, Copy)]
struct RepPath<'a>(&'a str);

impl fmt::Display for RepPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reps.{}", self.0)
    }
}

/// What is wrong with a rep's record, whoever else is in the roster.
pub(crate) fn rep_faults(rep: &RepRecord, times: Times<'_>) -> Vec<Fault> {
    let path = RepPath(&rep.id);
    let mut faults = Vec::new();
    faults.extend(name_fault("reps", "rep", &rep.id));
    for (pool, &weight) in &rep.pools {
        faults.extend(pool_faults(format_args!("{path}.pools.{pool}"), pool));
        faults.extend(weight_fault(format_args!("{path}.pools.{pool}"), weight));
    }
    faults.extend(ramp_faults(path, rep));
    faults.extend(times.rep_faults(path, rep));
    faults.extend(caps_fault(format_args!("{path}.caps"), &rep.caps));
    for (field, _) in rep.fields.iter().filter(|(_, value)| !value.nests_within(MAX_LIST_DEPTH)) {
        let kind = FaultKind::TooNested { what: "the field", most: MAX_LIST_DEPTH };
        faults.push(Fault::new(format!("{path}.fields.{field}"), kind));
    }
    faults
}

/// A weight that no pool can work with.
pub(crate) fn weight_fault(path: impl fmt::Display, weight: u32) -> Option<Fault> {
    let (value, high) = (u64::from(weight), u64::from(MAX_WEIGHT));
    let kind = FaultKind::OutOfRange { what: "weight", value, low: 1, high };
    (!(1..=MAX_WEIGHT).contains(&weight)).then(|| Fault::new(path.to_string(), kind))
}

/// A pool's name that cannot be one.
pub(crate) fn pool_faults(path: impl fmt::Display + Copy, name: &str) -> Vec<Fault> {
    let mut faults: Vec<Fault> = name_fault(path, "pool", name).into_iter().collect();
    if name == EVERYONE {
        faults.push(Fault::new(path.to_string(), FaultKind::Everyone));
    }
    if name.contains('@') {
        let message = format!("pool `{name}` has a `@`, which names of rotations put between a pool and its band");
        faults.push(Fault::new(path.to_string(), FaultKind::BadName(message)));
    }
    faults
}

/// A name that is empty or too long.
pub(crate) fn name_fault(path: impl fmt::Display, what: &str, name: &str) -> Option<Fault> {
    let fault = if name.trim().is_empty() {
        "empty".to_owned()
    } else if name.len() > MAX_NAME_BYTES {
        format!("longer than {MAX_NAME_BYTES} bytes")
    } else {
        return None;
    };
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let message = format!("the name of {article} {what} is {fault}");
    Some(Fault::new(path.to_string(), FaultKind::BadName(message)))
}
