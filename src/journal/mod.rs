//! The journal: what happened, as records. Whoever applies the same records has the same state.
//!
//! # Where a journal begins
//!
//! A record tells what changed, and not what was there before. So a journal begins with a [`Snapshot`](crate::Snapshot)
//! that is taken before the first record: it holds the plan, the roster and the accounts that the router was built with.
//! Edits of these are records; nothing else need be kept. Later snapshots are shortcuts: a restart restores the last one
//! and applies the records that follow it.
//!
//! ```
//! use lead_router::{Event, LeadRecord, Plan, Presence, Record, RepRecord, Roster, Router, Snapshot, available, round_robin};
//!
//! let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
//! let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
//! let mut router = Router::new(plan, roster)?;
//! let beginning = serde_json::to_string(&router.snapshot())?;
//!
//! let now = "2026-03-02T09:00:00Z".parse()?;
//! let mut journal: Vec<Record> = Vec::new();
//! journal.extend(router.route(&LeadRecord::new("L-1"), now).record().cloned());
//! journal.push(router.observe(Event::presence("bob", Presence::busy()), now)?);
//! journal.extend(router.route(&LeadRecord::new("L-2"), now).record().cloned());
//! journal.push(router.observe(Event::rep_left("ann"), now)?);
//!
//! // Much later: why did ann get L-2? A router that stands where this one stood decides the same once more.
//! let snapshot: Snapshot = serde_json::from_str(&beginning)?;
//! let mut then = snapshot.restore().build()?;
//! let asked = journal.iter().find(|record| record.routed().is_some_and(|routed| routed.lead_id() == "L-2"));
//! let asked = asked.ok_or("never routed")?;
//! for record in journal.iter().filter(|record| record.sequence < asked.sequence) {
//!     then.apply(record)?;
//! }
//! let why = then.explain_record(asked).ok_or("never routed")?;
//! assert_eq!(why.to_string(), "\
//! L-2: assigned to ann by round_robin smb: the only one open in `smb`
//!   available: assigned to ann
//!     round_robin smb: assigned to ann
//!       bob is busy");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A record is a [`Lead`] with the fields that the plan reads, so that the lead itself is not needed for this; a pin keeps
//! what it was found by, too.

mod edit;
mod event;

pub use crate::desk::TurnReturned;
pub use edit::Edit;
pub use event::{Closing, Event};

use crate::ask::Ask;
use crate::decision::Outcome;
use crate::form::{Formatted, Known, entry, format_first};
use crate::lead::Lead;
use crate::reason::Reason;
use crate::value::{FieldValue, Value};
use chrono::{DateTime, Utc};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// The format of the records that this version of the crate writes, and the newest that it reads.
pub const RECORD_FORMAT: u16 = 1;

/// Something that happened. State changes in no other way.
///
/// Store records in the order of their sequence numbers, as JSON lines or in a table. Several machines may share one
/// such list: prepare a record, insert it under its number, and apply it only if nobody else had taken that number.
///
/// Serde writes and reads them, in a format that keeps the names of fields and says what each value is: JSON, TOML, CBOR,
/// or MessagePack with names. One without names, such as postcard or MessagePack by default, writes what nobody can read
/// back, because fields that say nothing are left out. The order of keys does not matter, so that a database may keep
/// records as it keeps JSON.
///
/// ```
/// use lead_router::{Event, LeadRecord, Plan, Presence, Record, RepRecord, Roster, Router, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let built = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
///
/// let mut router = built.clone();
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// let receipt = router.route(&LeadRecord::new("L-1"), now);
/// let settled = router.settle(&receipt)?;
/// let journal: Vec<String> = receipt.record().into_iter().chain(&settled)
///     .map(serde_json::to_string)
///     .collect::<Result<_, _>>()?;
///
/// // After a restart: the same plan and roster, and the same records, give an equal router.
/// let mut replayed = built.clone();
/// for line in &journal {
///     replayed.apply(&serde_json::from_str(line)?)?;
/// }
/// assert_eq!(replayed, router);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Record {
    /// The format it is written in.
    pub format: u16,
    /// Its number: 1 for the first that a router makes, and one more each time.
    pub sequence: u64,
    /// When it happened, in UTC and whole milliseconds. Never earlier than the record before.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: What,
}

impl Record {
    /// Where a lead went, if that is what the record tells.
    #[must_use]
    pub fn routed(&self) -> Option<&Routed> {
        match &self.what {
            What::Routed(routed) | What::Rerouted { to: routed, .. } => Some(routed),
            _ => None,
        }
    }
}

/// What a record tells. In files the kinds of [`Event`] stand beside the others: `"what": { "presence": { ... } }`.
///
/// ```
/// use lead_router::{Event, Plan, Presence, RepRecord, Roster, Router, journal::What, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
/// let record = router.observe(Event::presence("ann", Presence::busy()), "2026-03-02T09:00:00Z".parse()?)?;
/// let told = match &record.what {
///     What::Routed(routed) => format!("{} was {}", routed.lead_id(), routed.outcome()),
///     What::Rerouted { from, to, .. } => format!("{} moved on from {from}", to.lead_id()),
///     What::Settled { commit, .. } => format!("commit {commit} stands"),
///     What::RolledBack { commit, .. } => format!("commit {commit} was undone"),
///     What::Event(Event::Presence { rep, presence, .. }) => format!("{rep} is {:?}", presence.status),
///     _ => "something else".to_owned(),
/// };
/// assert_eq!(told, "ann is Busy");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, remote = "Self")]
#[non_exhaustive]
pub enum What {
    /// A lead found its rep or its queue.
    Routed(Routed),
    /// A lead that a rep had moved on.
    #[non_exhaustive]
    Rerouted {
        /// The id of the rep who had it.
        from: String,
        /// How that rep's turn went back; none if the rep had taken no turn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<TurnReturned>,
        /// Where it went.
        to: Routed,
    },
    /// The host's write succeeded: the commit stands.
    #[non_exhaustive]
    Settled {
        /// The lead's id.
        lead: String,
        /// The sequence number of the commit.
        commit: u64,
    },
    /// The host's write failed: the commit was undone.
    #[non_exhaustive]
    RolledBack {
        /// The lead's id.
        lead: String,
        /// The sequence number of the commit.
        commit: u64,
        /// How the turn went back; none if the commit had taken no turn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<TurnReturned>,
    },
    /// The host said what happened.
    #[serde(skip)]
    Event(Event),
}

/// Where a lead went, and why. Got from [`Record::routed`].
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, journal::TurnCharge, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage").report_by(["source"]);
/// let fingerprint = plan.fingerprint();
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
/// let lead = LeadRecord::new("L-1").with("source", "web").with("phone", "555 0100");
/// let receipt = router.route(&lead, "2026-03-02T09:00:00Z".parse()?);
///
/// let routed = receipt.record().and_then(|record| record.routed()).ok_or("nothing to store")?;
/// assert_eq!(routed.lead_id(), "L-1");
/// assert_eq!(routed.outcome().to_string(), "assigned to ann");
/// assert_eq!((routed.path(), routed.step()), ("round_robin smb", Some("route")));
/// assert_eq!(routed.reason().to_string(), "next in turn of 2 open reps in `smb`");
/// assert_eq!(routed.plan(), fingerprint);
/// assert_eq!(routed.fields().count(), 1); // the source and not the phone number: no step reads that
/// let turn = routed.turn().ok_or("no turn")?;
/// assert_eq!((turn.rotation(), turn.open(), turn.charge()), ("smb", 2, TurnCharge::Charged));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routed {
    pub(crate) lead: String,
    pub(crate) outcome: Outcome,
    pub(crate) path: Arc<str>,
    pub(crate) reason: Reason,
    pub(crate) plan: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) committed_under: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) turn: Option<TurnRecord>,
    /// The pool that the rep was picked from without a turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pool: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) uncapped: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ask: Option<Ask>,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub(crate) fields: Fields,
}

impl Routed {
    /// The lead's id; empty if it had none.
    #[must_use]
    pub fn lead_id(&self) -> &str {
        &self.lead
    }

    /// Rep or queue.
    #[must_use]
    pub fn outcome(&self) -> Outcome<&str> {
        self.outcome.as_deref()
    }

    /// The path; see [`Decision::path`](crate::Decision::path).
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The plan that decided, by [fingerprint](crate::Plan::fingerprint).
    #[must_use]
    pub fn plan(&self) -> &str {
        &self.plan
    }

    /// The plan that counted when the decision was committed, if it was another one.
    #[must_use]
    pub fn committed_under(&self) -> Option<&str> {
        self.committed_under.as_deref()
    }

    /// Where in its plan the step stands that decided; none if the plan ran out of steps.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        self.step.as_deref()
    }

    /// The turn; none if the rep was found without a rotation.
    #[must_use]
    pub fn turn(&self) -> Option<&TurnRecord> {
        self.turn.as_ref()
    }

    /// The pool that the rep was picked from, whose caps count the lead; none if the rep was found in another way.
    #[must_use]
    pub fn pool(&self) -> Option<&str> {
        self.turn.as_ref().map(|turn| &turn.pool).or(self.pool.as_ref()).map(|pool| &**pool)
    }

    /// Whether the lead counts for no cap, because its step stands inside [`uncapped`](crate::uncapped).
    #[must_use]
    pub fn is_uncapped(&self) -> bool {
        self.uncapped
    }

    /// What the caller had asked for, if anything.
    #[must_use]
    pub fn ask(&self) -> Option<&Ask> {
        self.ask.as_ref()
    }

    /// The lead's values in the fields that the plan reads or reports by, by name. No others are kept.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.fields.0.iter().map(|(name, value)| (&**name, value.as_value()))
    }

    /// The lead's value in one of those fields; none for any other field, and for one that the lead did not have.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value<'_>> {
        let place = self.fields.0.binary_search_by(|(field, _)| (**field).cmp(name)).ok()?;
        self.fields.0.get(place).map(|(_, value)| value.as_value())
    }
}

/// A lead as its record keeps it: with the fields that the plan reads or reports by, and no others. The
/// [module](crate::journal) shows how an old decision is explained with it.
impl Lead for Routed {
    fn id(&self) -> &str {
        &self.lead
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        Self::field(self, name)
    }
}

/// Fields by name, in order; in files a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Fields(Vec<(Arc<str>, FieldValue)>);

impl Fields {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Arc<str>, FieldValue)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, FieldValue)>>(fields: I) -> Self {
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        fields.dedup_by(|(later, _), (earlier, _)| later == earlier);
        Self(fields)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = std::collections::BTreeMap::<Arc<str>, FieldValue>::deserialize(deserializer)?;
        Ok(fields.into_iter().collect())
    }
}

/// A turn in a rotation. Got from [`Routed::turn`]; [`Routed`] has an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnRecord {
    pub(crate) rotation: Arc<str>,
    pub(crate) pool: Arc<str>,
    pub(crate) open: u32,
    pub(crate) charge: TurnCharge,
}

impl TurnRecord {
    /// The rotation's name.
    #[must_use]
    pub fn rotation(&self) -> &str {
        &self.rotation
    }

    /// The pool whose members share the rotation here.
    #[must_use]
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// How many of them could have had the lead at the commit, the rep included.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.open
    }

    /// Whether the turn was charged.
    #[must_use]
    pub fn charge(&self) -> TurnCharge {
        self.charge
    }
}

/// Whether a turn was charged.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, journal::TurnCharge, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
/// let receipt = router.route(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(receipt.turn(), Some(TurnCharge::OnlyOneOpen));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TurnCharge {
    /// The rep paid a turn, and everyone who could have had the lead was credited a share of it.
    Charged,
    /// Nobody else could have had the lead, so there was nothing to share.
    OnlyOneOpen,
    /// The rotation had moved on too far since the decision, the rep had left it, or the plan had changed: charging this
    /// turn would have been unfair to others, or meant nothing. No balance changed.
    Uncharged,
}

/// The kinds that are no event.
const MADE: &[&str] = &["routed", "rerouted", "settled", "rolled_back"];

impl Serialize for What {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Event(event) => event.serialize(serializer),
            made => Self::serialize(made, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for What {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneKind;
        impl<'de> Visitor<'de> for OneKind {
            type Value = What;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("what happened: a table with one key")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<What, A::Error> {
                let kinds = [MADE, Event::KINDS].concat();
                let Some(kind) = table.next_key_seed(Known("kind of record", &kinds))? else {
                    return Err(A::Error::custom("a record tells something, but there is nothing"));
                };
                let what = if MADE.contains(&kind.as_str()) {
                    What::deserialize(entry(kind, &mut table))?
                } else {
                    What::Event(Event::deserialize(entry(kind, &mut table))?)
                };
                match table.next_key::<String>()? {
                    None => Ok(what),
                    Some(other) => {
                        Err(A::Error::custom(format!("a record tells one thing, but there is `{other}`, too")))
                    }
                }
            }
        }
        deserializer.deserialize_map(OneKind)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        format_first(deserializer)
    }
}

impl Formatted for Record {
    const WHAT: &'static str = "record";
    const NAME: &'static str = "Record";
    const NEWEST: u16 = RECORD_FORMAT;
    const KEYS: &'static [&'static str] = &["format", "sequence", "at", "what"];

    fn derived<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Derived {
            format: u16,
            sequence: u64,
            at: DateTime<Utc>,
            what: What,
        }
        let Derived { format, sequence, at, what } = Derived::deserialize(deserializer)?;
        Ok(Self { format, sequence, at, what })
    }
}
