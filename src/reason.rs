//! Reasons: why a step picked, passed or held. Values; their text is made when they are written.

use crate::gate::Gate;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::in_minutes;
use crate::order::PinKind;
use crate::span::Span;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// Why a lead goes where it goes, or why a step passed it on.
///
/// A value to group and translate by; its `Display` is a phrase that can be read out, in lower case and without a full
/// stop. In files: `"reason": { "in_turn": { "pool": "smb", "open": 2 } }`.
///
/// ```
/// use lead_router::Reason;
///
/// let reason: Reason = serde_json::from_str(r#"{ "in_turn": { "pool": "smb", "open": 2 } }"#)?;
/// assert_eq!(reason.to_string(), "next in turn of 2 open reps in `smb`");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Reason<Name = String> {
    /// The rep's turn came in a rotation.
    #[non_exhaustive]
    InTurn {
        /// The pool.
        pool: Name,
        /// How many of its members could have had the lead, the rep included.
        open: u32,
        /// The field that the rotation shares out beside turns, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balances: Option<Name>,
        /// When they open, in UTC, if nobody was open and the plan looks ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<DateTime<Utc>>,
    },
    /// The rep's turn came among the best of a pool, or the rep is the best.
    #[non_exhaustive]
    BestRanked {
        /// The pool.
        pool: Name,
        /// The field of the reps that says how good they are.
        by: Name,
        /// How many of its members were good enough, the rep included.
        best: u32,
        /// How many of its members could have had the lead but for that.
        open: u32,
        /// The field that the rotation shares out beside turns, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balances: Option<Name>,
        /// When they open, in UTC, if nobody was open and the plan looks ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<DateTime<Utc>>,
    },
    /// Nobody else in the pool could have had the lead.
    #[non_exhaustive]
    OnlyOneOpen {
        /// The pool.
        pool: Name,
        /// When the rep opens, in UTC, if nobody was open and the plan looks ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<DateTime<Utc>>,
    },
    /// The rep had the fewest open leads, or the most room.
    #[non_exhaustive]
    LeastLoaded {
        /// The pool.
        pool: Name,
        /// How many of its members could have had the lead, the rep included.
        open: u32,
        /// The rep's open leads before this one.
        load: u32,
        /// When they open, in UTC, if nobody was open and the plan looks ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<DateTime<Utc>>,
    },
    /// The rep owns the lead's account.
    #[non_exhaustive]
    AccountOwner {
        /// How the account was found.
        found_by: AccountMatch,
        /// What ties the account to its owner now; none if the plan does not ask.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tie: Option<Tie>,
    },
    /// The rep had the last lead of the same person.
    #[non_exhaustive]
    SamePerson {
        /// When that came, in UTC.
        since: DateTime<Utc>,
    },
    /// The rep has the first lead of the same company.
    #[non_exhaustive]
    SameCompany {
        /// When that came, in UTC.
        since: DateTime<Utc>,
    },
    /// The rep manages the one who would have had the lead.
    #[non_exhaustive]
    ManagerOf {
        /// Who would have had it.
        rep: Name,
    },
    /// The rep manages the pool that would have had the lead.
    #[non_exhaustive]
    PoolManager {
        /// The pool.
        pool: Name,
    },
    /// The lead, or something that it belongs to, is pinned to the rep.
    #[non_exhaustive]
    Pinned {
        /// What sort of thing is pinned.
        on: PinKind,
        /// Its id or name.
        name: Text,
        /// Who pinned it; none for a pin of the plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Text>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Text>,
    },
    /// Somebody gave the lead to the rep, whatever the plan says.
    #[non_exhaustive]
    ByHand {
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Text>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Text>,
    },
    /// Others had the lead while the rep was away.
    CoverOver,
    /// The plan names the rep.
    Assigned,
    /// The plan sends such leads to a queue.
    Queued,
    /// The plan parks such leads.
    Parked,
    /// Nobody contacted the lead in time, and its ladder sends it to a queue.
    #[non_exhaustive]
    NotContacted {
        /// The time of the rung, in that of the ladder's clock.
        after: Span,
    },
    /// The lead waited too long in its queue, whose ladder sends it to another one.
    #[non_exhaustive]
    Waited {
        /// The time of the rung, in that of the ladder's clock.
        after: Span,
    },
    /// The rep took the lead from the queue, as the plan allows.
    Claimed,
    /// The lead was passed on from rep to rep so often that the plan sends it to a queue.
    #[non_exhaustive]
    PassedOn {
        /// How often, this time not counted.
        times: u32,
    },
    /// A rep has the lead in hand already. A lead that waits in the same queue already has the plan's own reason instead.
    #[non_exhaustive]
    Standing {
        /// The commit that stands.
        commit: u64,
    },
    /// The lead has no id, so that nothing could tell it from others.
    NoLeadId,
    /// The lead's id is longer than ids may be.
    LongLeadId,
    /// The step's condition does not hold.
    #[non_exhaustive]
    ConditionFalse {
        /// The condition, in words.
        condition: Name,
    },
    /// The lead lacks the field that the step reads, or it is of another type.
    #[non_exhaustive]
    NoValue {
        /// The field.
        field: Name,
    },
    /// The value of the field lies in no band.
    #[non_exhaustive]
    NoBand {
        /// The field.
        field: Name,
    },
    /// The lead lies in none of the areas.
    NoTerritory,
    /// What a split drew for the lead lies in none of its parts.
    #[non_exhaustive]
    NoPart {
        /// What it drew, from 0 to 9999.
        drawn: u32,
    },
    /// Nobody is in the pool.
    #[non_exhaustive]
    EmptyPool {
        /// The pool.
        pool: Name,
    },
    /// There are reps in the pool, and none who can take the lead.
    #[non_exhaustive]
    NobodyOpen {
        /// The pool.
        pool: Name,
        /// How many each gate keeps away.
        gates: GateCounts,
    },
    /// The lead belongs to no known account.
    NoAccount,
    /// The lead's account has no owner, or one whom the roster does not know.
    NoOwner,
    /// There is no earlier lead of the same person or company, or none that still counts.
    NoEarlierLead,
    /// The owner has nothing to do with the lead's account now that the plan counts.
    NoTie,
    /// Neither a rep nor a pool that would have had the lead has a manager in the roster.
    NoManager,
    /// The rep is known, and cannot take the lead now.
    #[non_exhaustive]
    RepGated {
        /// The rep.
        rep: Name,
        /// What keeps the rep from it.
        gate: Gate,
    },
    /// The plan names a rep whom the roster does not know.
    NoSuchRep,
    /// Nothing is pinned for the lead.
    NotPinned,
    /// A custom strategy picked somebody who was not open to it; the step passed instead.
    #[non_exhaustive]
    PickedOutsideOpenSet {
        /// The rep.
        rep: Name,
        /// What keeps the rep from it.
        gate: Gate,
    },
    /// The plan stops such leads, with these words.
    Stopped(Text),
    /// What a custom strategy says.
    Other(Text),
}

/// Why, by dense index: what strategies say while they decide.
pub(crate) type Why = Reason<Named>;

/// A name by dense index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Rep(RepIndex),
    Pool(PoolIndex),
    Field(FieldIndex),
    /// A text that the plan brings along.
    Phrase(PhraseIndex),
}

/// A text that a plan's reasons quote. Given out in order for each plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PhraseIndex(pub(crate) u32);

/// A lead field that a plan's reasons speak of. Given out in order for each plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldIndex(pub(crate) u32);

impl<Name> Reason<Name> {
    /// The same reason with its names turned into others.
    pub(crate) fn map<Other>(&self, name: impl Fn(&Name) -> Other) -> Reason<Other> {
        match self {
            Self::InTurn { pool, open, balances, opens } => {
                Reason::InTurn { pool: name(pool), open: *open, balances: balances.as_ref().map(name), opens: *opens }
            }
            Self::BestRanked { pool, by, best, open, balances, opens } => Reason::BestRanked {
                pool: name(pool),
                by: name(by),
                best: *best,
                open: *open,
                balances: balances.as_ref().map(name),
                opens: *opens,
            },
            Self::OnlyOneOpen { pool, opens } => Reason::OnlyOneOpen { pool: name(pool), opens: *opens },
            Self::LeastLoaded { pool, open, load, opens } => {
                Reason::LeastLoaded { pool: name(pool), open: *open, load: *load, opens: *opens }
            }
            Self::Pinned { on, name, by, why } => {
                Reason::Pinned { on: *on, name: name.clone(), by: by.clone(), why: why.clone() }
            }
            Self::ByHand { by, why } => Reason::ByHand { by: by.clone(), why: why.clone() },
            Self::CoverOver => Reason::CoverOver,
            Self::AccountOwner { found_by, tie } => Reason::AccountOwner { found_by: *found_by, tie: *tie },
            Self::SamePerson { since } => Reason::SamePerson { since: *since },
            Self::SameCompany { since } => Reason::SameCompany { since: *since },
            Self::NoEarlierLead => Reason::NoEarlierLead,
            Self::ManagerOf { rep } => Reason::ManagerOf { rep: name(rep) },
            Self::PoolManager { pool } => Reason::PoolManager { pool: name(pool) },
            Self::Assigned => Reason::Assigned,
            Self::Queued => Reason::Queued,
            Self::Parked => Reason::Parked,
            Self::NotContacted { after } => Reason::NotContacted { after: *after },
            Self::Waited { after } => Reason::Waited { after: *after },
            Self::Claimed => Reason::Claimed,
            Self::PassedOn { times } => Reason::PassedOn { times: *times },
            Self::Standing { commit } => Reason::Standing { commit: *commit },
            Self::NoLeadId => Reason::NoLeadId,
            Self::LongLeadId => Reason::LongLeadId,
            Self::ConditionFalse { condition } => Reason::ConditionFalse { condition: name(condition) },
            Self::NoValue { field } => Reason::NoValue { field: name(field) },
            Self::NoBand { field } => Reason::NoBand { field: name(field) },
            Self::NoTerritory => Reason::NoTerritory,
            Self::NoPart { drawn } => Reason::NoPart { drawn: *drawn },
            Self::EmptyPool { pool } => Reason::EmptyPool { pool: name(pool) },
            Self::NobodyOpen { pool, gates } => Reason::NobodyOpen { pool: name(pool), gates: *gates },
            Self::NoAccount => Reason::NoAccount,
            Self::NoOwner => Reason::NoOwner,
            Self::NoTie => Reason::NoTie,
            Self::NoManager => Reason::NoManager,
            Self::RepGated { rep, gate } => Reason::RepGated { rep: name(rep), gate: *gate },
            Self::NoSuchRep => Reason::NoSuchRep,
            Self::NotPinned => Reason::NotPinned,
            Self::PickedOutsideOpenSet { rep, gate } => Reason::PickedOutsideOpenSet { rep: name(rep), gate: *gate },
            Self::Stopped(text) => Reason::Stopped(text.clone()),
            Self::Other(text) => Reason::Other(text.clone()),
        }
    }
}

impl Reason<&str> {
    /// The same reason with names of its own.
    #[must_use]
    pub fn to_owned(&self) -> Reason {
        self.map(|name| (*name).to_owned())
    }
}

impl<Name: fmt::Display> fmt::Display for Reason<Name> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InTurn { pool, open, balances, opens } => {
                write!(f, "next in turn of {}", OpenReps { pool, open: *open, opens: *opens })?;
                shared_out(f, balances.as_ref())
            }
            Self::BestRanked { pool, by, best: 1, open, opens, .. } => {
                write!(f, "the best of {}, by `{by}`", OpenReps { pool, open: *open, opens: *opens })
            }
            Self::BestRanked { pool, by, best, open, balances, opens } => {
                let open = OpenReps { pool, open: *open, opens: *opens };
                write!(f, "next in turn of the {best} best of {open}, by `{by}`")?;
                shared_out(f, balances.as_ref())
            }
            Self::OnlyOneOpen { pool, opens: None } | Self::LeastLoaded { pool, open: 1, opens: None, .. } => {
                write!(f, "the only one open in `{pool}`")
            }
            Self::OnlyOneOpen { pool, opens: Some(at) } | Self::LeastLoaded { pool, open: 1, opens: Some(at), .. } => {
                write!(f, "the first in `{pool}` to open, at {}", in_minutes(*at))
            }
            Self::LeastLoaded { pool, open, load, opens } => {
                let leads = if *load == 1 { "lead" } else { "leads" };
                let open = OpenReps { pool, open: *open, opens: *opens };
                write!(f, "the least loaded of {open}, with {load} open {leads}")
            }
            Self::Pinned { on, name, by, why } => {
                match on {
                    PinKind::Lead => f.write_str("the lead is pinned to this rep")?,
                    _ => write!(f, "the {on} `{}` is pinned to this rep", name.as_str())?,
                }
                write_order(f, by.as_ref(), why.as_ref())
            }
            Self::ByHand { by, why } => {
                f.write_str(if by.is_none() { "given to this rep by hand" } else { "given to this rep" })?;
                write_order(f, by.as_ref(), why.as_ref())
            }
            Self::AccountOwner { found_by, tie } => {
                write!(f, "owns the lead's account, found by {found_by}")?;
                tie.map_or(Ok(()), |tie| write!(f, ", {tie}"))
            }
            Self::ManagerOf { rep } => write!(f, "manages `{rep}`, who would have had it"),
            Self::PoolManager { pool } => write!(f, "manages `{pool}`"),
            Self::CoverOver => f.write_str("back with this rep, now that the cover is over"),
            Self::Assigned => f.write_str("the plan names this rep"),
            Self::Queued => f.write_str("the plan queues such leads"),
            Self::Parked => f.write_str("the plan parks such leads"),
            Self::NotContacted { after } => write!(f, "not contacted after {after}"),
            Self::Waited { after } => write!(f, "nobody took it within {after}"),
            Self::Claimed => f.write_str("took it from the queue, as the plan allows"),
            Self::PassedOn { times: 1 } => f.write_str("passed on once already"),
            Self::PassedOn { times } => write!(f, "passed on {times} times already"),
            Self::Standing { commit } => write!(f, "there already, since commit {commit}"),
            Self::NoLeadId => f.write_str("the lead has no id"),
            Self::LongLeadId => {
                write!(f, "the lead's id is longer than {} bytes", crate::limits::MAX_LEAD_ID_BYTES)
            }
            Self::ConditionFalse { condition } => write!(f, "it is not so that {condition}"),
            Self::NoValue { field } => write!(f, "the lead has no usable `{field}`"),
            Self::NoBand { field } => write!(f, "the lead's `{field}` lies in no band"),
            Self::NoTerritory => f.write_str("the lead lies in no territory"),
            Self::NoPart { drawn } => write!(f, "drew {drawn} of 10000, which lies in no part"),
            Self::EmptyPool { pool } => write!(f, "nobody is in `{pool}`"),
            Self::NobodyOpen { pool, gates } => write!(f, "nobody in `{pool}` can take it: {gates}"),
            Self::NoAccount => f.write_str("the lead belongs to no known account"),
            Self::SamePerson { since } => {
                write!(f, "had the last lead of the same person, at {}", in_minutes(*since))
            }
            Self::SameCompany { since } => {
                write!(f, "has the first lead of the same company, of {}", in_minutes(*since))
            }
            Self::NoEarlierLead => f.write_str("no earlier lead of the same person or company counts"),
            Self::NoOwner => f.write_str("the lead's account has no owner in the roster"),
            Self::NoTie => f.write_str("the owner has no business with the lead's account now"),
            Self::NoManager => f.write_str("no manager is known"),
            Self::RepGated { rep, gate } => write!(f, "`{rep}` is {gate}"),
            Self::NoSuchRep => f.write_str("the rep that the plan names is not in the roster"),
            Self::NotPinned => f.write_str("nothing is pinned for the lead"),
            Self::PickedOutsideOpenSet { rep, gate } => {
                write!(f, "the strategy picked `{rep}`, who is {gate}")
            }
            Self::Stopped(text) | Self::Other(text) => f.write_str(text.as_str()),
        }
    }
}

/// How many of a pool could have had a lead.
struct OpenReps<'a, Name> {
    pool: &'a Name,
    open: u32,
    opens: Option<DateTime<Utc>>,
}

impl<Name: fmt::Display> fmt::Display for OpenReps<'_, Name> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pool, open, opens } = self;
        match opens {
            None => write!(f, "{open} open reps in `{pool}`"),
            Some(at) => write!(f, "{open} reps in `{pool}` who open at {}", in_minutes(*at)),
        }
    }
}

/// Who said so and why, as far as that is known.
fn write_order(f: &mut fmt::Formatter<'_>, by: Option<&Text>, why: Option<&Text>) -> fmt::Result {
    if let Some(by) = by {
        write!(f, " by {}", by.as_str())?;
    }
    match why {
        Some(why) => write!(f, ": {}", why.as_str()),
        None => Ok(()),
    }
}

fn shared_out(f: &mut fmt::Formatter<'_>, field: Option<&impl fmt::Display>) -> fmt::Result {
    field.map_or(Ok(()), |field| write!(f, ", with `{field}` shared out, too"))
}

/// Words of a plan or of a custom strategy: lower case, no full stop. Cheap to clone.
///
/// ```
/// use lead_router::Text;
///
/// let fixed = Text::from("a competitor's address"); // allocates nothing
/// let made = Text::from(format!("{} wins so far", 12));
/// assert_eq!(fixed.as_str(), "a competitor's address");
/// assert_eq!(made.as_str(), "12 wins so far");
/// ```
#[derive(Clone)]
pub struct Text(Words);

// Two words of memory, which is one less than with an `Arc<str>`: every decision carries its reason with it.
#[derive(Clone)]
enum Words {
    Static(&'static str),
    Shared(Arc<Box<str>>),
}

impl Text {
    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Words::Static(text) => text,
            Words::Shared(text) => text,
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Words::Static(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Words::Shared(Arc::new(text.into())))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Words::Shared(Arc::new(Box::from(&*text))))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// How a lead's account was found.
///
/// ```
/// use lead_router::{AccountMatch, Reason};
///
/// let reason: Reason = serde_json::from_str(r#"{ "account_owner": { "found_by": "email_domain" } }"#)?;
/// assert!(matches!(reason, Reason::AccountOwner { found_by: AccountMatch::EmailDomain, .. }));
/// assert_eq!(reason.to_string(), "owns the lead's account, found by e-mail domain");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountMatch {
    /// The lead names the account's id.
    AccountId,
    /// The domain of the lead's e-mail address is one of the account's.
    EmailDomain,
}

impl fmt::Display for AccountMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccountId => "account id",
            Self::EmailDomain => "e-mail domain",
        })
    }
}

/// What ties an account to its owner. For leads whose plan asks for it
/// ([`AccountOwner::keeps`](crate::strategy::AccountOwner::keeps)), and for those of an account at a late stage.
///
/// ```
/// use lead_router::{Reason, Tie};
///
/// let reason: Reason = serde_json::from_str(r#"{ "account_owner": { "found_by": "account_id", "tie": "customer" } }"#)?;
/// assert!(matches!(reason, Reason::AccountOwner { tie: Some(Tie::Customer), .. }));
/// assert_eq!(reason.to_string(), "owns the lead's account, found by account id, a customer");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tie {
    /// An opportunity is at a late stage.
    LateStage,
    /// An opportunity is open.
    OpenOpportunity,
    /// The account is a customer.
    Customer,
    /// An opportunity was lost not long ago.
    LostRecently,
}

impl fmt::Display for Tie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LateStage => "with an opportunity at a late stage",
            Self::OpenOpportunity => "with an open opportunity",
            Self::Customer => "a customer",
            Self::LostRecently => "lost not long ago",
        })
    }
}

/// How many of a pool's members each gate keeps from a lead. A rep whom several gates keep away is counted once, under
/// the first in the order of the fields.
///
/// ```
/// use lead_router::{LeadRecord, Plan, Presence, Reason, RepRecord, Roster, Router, available, round_robin};
///
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb").present(Presence::offline()))
///     .rep(RepRecord::new("bob").pool("smb").capacity(0));
/// let router = Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)?;
///
/// let decision = router.decide(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// let Reason::NobodyOpen { gates, .. } = decision.reason() else { return Err("somebody is open".into()) };
/// assert_eq!((gates.offline, gates.full), (1, 1));
/// assert_eq!(gates.to_string(), "1 offline, 1 full");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct GateCounts {
    /// Inactive.
    #[serde(skip_serializing_if = "is_zero")]
    pub inactive: u32,
    /// Paused.
    #[serde(skip_serializing_if = "is_zero")]
    pub paused: u32,
    /// On leave.
    #[serde(skip_serializing_if = "is_zero")]
    pub on_leave: u32,
    /// Excluded by the caller.
    #[serde(skip_serializing_if = "is_zero")]
    pub excluded: u32,
    /// Without the fields that an `only` wants.
    #[serde(skip_serializing_if = "is_zero")]
    pub narrowed: u32,
    /// Outside of their working hours.
    #[serde(skip_serializing_if = "is_zero")]
    pub out_of_hours: u32,
    /// Offline.
    #[serde(skip_serializing_if = "is_zero")]
    pub offline: u32,
    /// Busy.
    #[serde(skip_serializing_if = "is_zero")]
    pub busy: u32,
    /// At their capacity of open leads.
    #[serde(skip_serializing_if = "is_zero")]
    pub full: u32,
    /// At a cap of theirs or of the pool.
    #[serde(skip_serializing_if = "is_zero")]
    pub capped: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl GateCounts {
    pub(crate) fn count(&mut self, gate: Gate) {
        let count = match gate {
            Gate::Left | Gate::Inactive => &mut self.inactive,
            Gate::Paused { .. } => &mut self.paused,
            Gate::OnLeave { .. } => &mut self.on_leave,
            Gate::OutOfHours { .. } => &mut self.out_of_hours,
            Gate::Capped { .. } => &mut self.capped,
            Gate::Excluded => &mut self.excluded,
            Gate::Narrowed => &mut self.narrowed,
            Gate::Offline { .. } => &mut self.offline,
            Gate::Busy { .. } => &mut self.busy,
            Gate::Full { .. } => &mut self.full,
        };
        *count += 1;
    }
}

impl fmt::Display for GateCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.inactive, "inactive"),
            (self.paused, "paused"),
            (self.on_leave, "on leave"),
            (self.excluded, "excluded"),
            (self.narrowed, "narrowed out"),
            (self.out_of_hours, "out of working hours"),
            (self.offline, "offline"),
            (self.busy, "busy"),
            (self.full, "full"),
            (self.capped, "capped"),
        ];
        let mut separator = "";
        for (count, name) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{separator}{count} {name}")?;
            separator = ", ";
        }
        Ok(())
    }
}
