//! What can be wrong with a plan and a roster, and what is only worth a second look.

use std::borrow::Cow;
use std::fmt;

/// One thing that is wrong, and where.
///
/// It reads `path: what is wrong`, in lower case and with what the user wrote in backticks. [`BuildError`] has an
/// example.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Where: `route.first_of[2].available.round_robin`, `reps.ann.pools.smb`.
    pub path: String,
    /// What.
    pub kind: FaultKind,
}

impl Fault {
    pub(crate) fn new(path: impl Into<String>, kind: FaultKind) -> Self {
        Self { path: path.into(), kind }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

/// A name as one part of a path: in quotes if it would read as several, so that no two places have the same path.
pub(crate) fn path_part(name: &str) -> Cow<'_, str> {
    if name.contains(['.', '[', ']', '>', '"']) {
        return Cow::Owned(serde_json::Value::from(name).to_string());
    }
    Cow::Borrowed(name)
}

/// A name that nobody declares, with the nearest one that somebody does. [`EventError`](crate::EventError) has an
/// example.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownName {
    /// What the name should name: `pool`, `rep`, `step`, `strategy`.
    pub what: &'static str,
    /// The name as it was written.
    pub name: String,
    /// The nearest known name, if one is near enough to be meant.
    pub nearest: Option<String>,
}

impl UnknownName {
    pub(crate) fn new<'a>(what: &'static str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        Self { what, name: name.to_owned(), nearest: nearest(name, known).map(str::to_owned) }
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no {} `{}`", self.what, self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

/// The known name that is most like `name`, if it is like it at all. Of two that are equally near, the first by
/// alphabet.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Below this similarity (1 is equal) a suggestion is more puzzling than none.
    const NEAR_ENOUGH: f64 = 0.7;
    let folded = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= NEAR_ENOUGH)
        .min_by(|(left, left_name), (right, right_name)| right.total_cmp(left).then_with(|| left_name.cmp(right_name)))
        .map(|(_, candidate)| candidate)
}

/// The known name that `name` is a slip of, where `name` itself might be meant, too: it begins alike, and no more than two
/// letters are amiss.
pub(crate) fn slip<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Of short names, and where two letters are amiss, distance alone would take too much: `ref` is not `rep`.
    const LONG: usize = 5;
    const VERY_LIKE: f64 = 0.91;
    let folded = name.to_lowercase();
    let is_slip = |known: &str| {
        let is_close = match strsim::osa_distance(&folded, known) {
            0..=1 if known.len() >= LONG => true,
            0..=2 => strsim::jaro_winkler(&folded, known) >= VERY_LIKE,
            _ => false,
        };
        is_close && folded.chars().next() == known.chars().next()
    };
    nearest(name, known.into_iter().filter(|known| is_slip(&known.to_lowercase())))
}

/// What is wrong with one place of a plan or a roster. The text of each says what to change; [`BuildError`] has an
/// example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// A name that nobody declares. Correct it, or declare it.
    #[error("{0}")]
    Unknown(UnknownName),
    /// A name that cannot be one: empty, longer than 256 bytes, or with a character that has a meaning there (`/` in a
    /// label, `@` in a pool or rotation). Choose another.
    #[error("{0}")]
    BadName(String),
    /// The same name twice where it must be the only one. Rename or drop one of them.
    #[error("{what} `{name}` is there twice{}", .first.as_ref().map(|first| format!("; the first is at `{first}`")).unwrap_or_default())]
    Twice {
        /// What the name names.
        what: &'static str,
        /// The name.
        name: String,
        /// Where it stands first, if that is another place.
        first: Option<String>,
    },
    /// A name that something is to be given and something else has. Choose another, or rename that, too.
    #[error("{what} `{name}` is there already")]
    Taken {
        /// What the name names.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A number outside its range. Take one from `low` to `high`.
    #[error("{what} `{value}` is not from {low} to {high}")]
    OutOfRange {
        /// What the number means.
        what: &'static str,
        /// The number.
        value: u64,
        /// The smallest that may be.
        low: u64,
        /// The largest that may be.
        high: u64,
    },
    /// Cut points of a segment that do not rise. Put the bands in order; of two with one cut point, drop one.
    #[error("`below` must rise from band to band, but `{later}` comes after `{earlier}`")]
    BandsDoNotRise {
        /// The cut point before.
        earlier: String,
        /// The cut point that should be larger.
        later: String,
    },
    /// Bounds of score tiers that do not fall. Put the tiers in order, the highest first; of two with one bound, drop one.
    #[error("`at_least` must fall from tier to tier, but `{later}` comes after `{earlier}`")]
    TiersDoNotFall {
        /// The bound before.
        earlier: String,
        /// The bound that should be smaller.
        later: String,
    },
    /// Rungs of a ladder that are not in order. Put the earliest first.
    #[error("`after` may not fall from rung to rung, but `{later}` comes after `{earlier}`")]
    RungsFall {
        /// The time of a rung before.
        earlier: String,
        /// The time that should be no shorter.
        later: String,
    },
    /// A number that is too low to mean anything. Take a larger one.
    #[error("`{what}` must be {must}, but it is `{value}`")]
    TooLow {
        /// The setting.
        what: &'static str,
        /// The number.
        value: crate::value::Number,
        /// What it must be, in words.
        must: &'static str,
    },
    /// Two places that share a rotation, but not what is shared out there. Give both the same `balance`, or each a rotation
    /// of its own.
    #[error(
        "rotation `{rotation}` shares out {here} here, but {there} at `{first}`; give both the same `balance`, or each its own `rotation`"
    )]
    BalancesDiffer {
        /// The rotation.
        rotation: String,
        /// What is shared out here, in words.
        here: String,
        /// What is shared out at the first place, in words.
        there: String,
        /// Where the first place is.
        first: String,
    },
    /// Two places that share a rotation, but not what it does when a rep comes back from leave. Give both the same `absence`,
    /// or each a rotation of its own.
    #[error("rotation `{rotation}` has another `absence` at `{first}`; give both the same, or each its own `rotation`")]
    AbsencesDiffer {
        /// The rotation.
        rotation: String,
        /// Where the first place is.
        first: String,
    },
    /// A step that has nothing to choose from. Give it a branch.
    #[error("{0} needs at least one branch")]
    NoBranch(&'static str),
    /// A share of a split that is none. Take a number from 0.01 to 100 with no more than two decimals.
    #[error("percent `{0}` is not from 0.01 to 100, in steps of 0.01")]
    Percent(String),
    /// Shares of a split that are more than everything. Lower one of them.
    #[error("the parts take {0} percent together, which is more than 100")]
    MoreThanAll(String),
    /// A split under no label, which its draws are made with. Put it into one.
    #[error("`split` needs a `label` around it, which its draws are made with")]
    SplitWithoutLabel,
    /// Something that no lead field can be compared with in an area. Its text says why.
    #[error("{0}")]
    BadEntry(String),
    /// More ways of combining what areas list than a `territories` may have. List fewer, or list exact values.
    #[error("the areas come to more than {0} rows, one for each way of combining what they list")]
    TooManyRows(usize),
    /// Named steps that use each other without end. Break the circle.
    #[error("step `{0}` leads back to itself")]
    Circle(String),
    /// More nesting than a plan may have.
    #[error("the plan is nested deeper than {0} steps")]
    TooDeep(usize),
    /// More nesting of tables and lists than a record may have and still be read.
    #[error("{what} nests tables and lists more than {most} deep")]
    TooNested {
        /// What does.
        what: &'static str,
        /// How deep it may.
        most: usize,
    },
    /// More steps than a plan may have.
    #[error("the plan has more than {0} steps, named steps counted once for each use")]
    TooManySteps(usize),
    /// More reps than a roster may have.
    #[error("the roster has more than {0} reps")]
    TooManyReps(usize),
    /// One name for a `queue` and for a `parked`: leads there would go to whoever comes free, and would not. Use two
    /// names. The queue of `otherwise` is a `queue`.
    #[error("`{0}` is used as a queue and as a parked queue; a lead there would be released and not be")]
    QueueAndParked(String),
    /// A step that keeps state, under no label that the state could be found by.
    #[error("custom strategy `{0}` keeps tallies or stamps; put it into a `label` so that they can be found again")]
    StateWithoutLabel(String),
    /// Two strategies that would keep their state in one place.
    #[error("a custom strategy at `{first}` keeps tallies under label `{label}`, too; give each its own label")]
    SharedState {
        /// The label around both.
        label: String,
        /// Where the first stands.
        first: String,
    },
    /// A custom strategy that did not like its settings. What to change is for the strategy to say.
    #[error("custom strategy `{strategy}`: {why}")]
    Custom {
        /// The strategy's name.
        strategy: String,
        /// What it says.
        why: String,
    },
    /// A pool that the crate defines itself.
    #[error("`everyone` is every active rep already; it cannot be declared, nor given members or weights")]
    Everyone,
    /// Something that cannot be: an order that was over before it was given, a domain that is an address. In a snapshot,
    /// something that no router writes: it was changed since, or put together by hand; take an earlier one, and apply the
    /// records that follow it.
    #[error("{0}")]
    Contradiction(String),
    /// Working hours, a calendar or leave that cannot be. Its text says why, and how to write it.
    #[error("{0}")]
    BadHours(String),
    /// A condition that cannot mean anything; [`ConditionFault`](crate::condition::ConditionFault) says why.
    #[error("{0}")]
    Condition(crate::condition::ConditionFault),
}

/// Why a router could not be built: everything that is wrong with its plan and its roster, at once.
///
/// ```
/// use lead_router::{Plan, RepRecord, Roster, Router, fault::FaultKind, first_of, least_loaded, round_robin};
///
/// let plan = Plan::new(first_of((round_robin("closer"), least_loaded("smb")))).otherwise("triage");
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("closers").weighted_pool("smb", 0));
/// let error = Router::new(plan, roster).err().ok_or("nothing is wrong")?;
/// assert_eq!(error.to_string(), "\
/// 2 faults
///   route.first_of[0].round_robin: there is no pool `closer`; did you mean `closers`?
///   reps.ann.pools.smb: weight `0` is not from 1 to 1000000");
///
/// // For a form that marks each place:
/// for fault in error.faults() {
///     match &fault.kind {
///         FaultKind::Unknown(name) => println!("{}: {:?}?", fault.path, name.nearest),
///         kind => println!("{}: {kind}", fault.path),
///     }
/// }
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    faults: Vec<Fault>,
}

impl BuildError {
    /// Sorted by place in the plan, then in the roster; each fault once.
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self { faults }
    }

    /// Everything that is wrong, in the order of the plan and then of the roster.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_all(f, &self.faults)
    }
}

impl std::error::Error for BuildError {}

/// Writes one fault as it is, and several below their number.
pub(crate) fn write_all<Fault: fmt::Display>(f: &mut fmt::Formatter<'_>, faults: &[Fault]) -> fmt::Result {
    match faults {
        [only] => only.fmt(f),
        faults => {
            write!(f, "{} faults", faults.len())?;
            faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
        }
    }
}

/// How much a finding matters. [`Finding`] has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Works, but hardly as meant.
    Warning,
    /// A step that passes every lead on until the roster changes.
    Serious,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Serious => "serious",
        })
    }
}

/// Something in a plan that works and is hardly what was meant, such as a pool without members.
///
/// Findings never keep a router from starting: a pool may run empty while it runs, too.
///
/// ```
/// use lead_router::{Plan, Roster, Router, fault::Severity, round_robin};
///
/// let plan = Plan::new(round_robin("enterprise")).otherwise("triage");
/// let router = Router::new(plan, Roster::new().declare("enterprise"))?;
/// let finding = router.findings().first().ok_or("no finding")?;
/// assert_eq!(finding.severity, Severity::Serious);
/// assert_eq!(finding.to_string(), "route.round_robin: nobody is in pool `enterprise`, so that this step passes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Where, as in [`Fault::path`].
    pub path: String,
    /// What, in words.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}
