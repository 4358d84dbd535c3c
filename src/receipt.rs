//! Receipts: what a commit did.

use crate::committed::Committed;
use crate::decision::{Decision, Outcome};
use crate::instant::Instant;
use crate::journal::{Record, TurnCharge, TurnRecord};
use crate::notice::Notice;
use crate::reason::Reason;
use crate::value::KeptValues;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::OnceLock;

/// What a commit did: where the lead is now, the record to store and the notices to send.
///
/// Write to the CRM from the receipt, not from the decision: if the lead was in hand already, the receipt tells who
/// really has it.
///
/// ```
/// use lead_router::{LeadRecord, Plan, Receipt, RepRecord, Roster, Router, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// let receipt = router.route(&LeadRecord::new("L-1"), now);
/// assert_eq!((receipt.commit(), receipt.lead_id(), receipt.rep()), (1, "L-1", Some("ann")));
///
/// // Store the record first, then write to the CRM, then settle, then tell people.
/// let line = receipt.record().map(serde_json::to_string).transpose()?;
/// # let _ = line;
/// router.settle(&receipt)?;
/// for notice in receipt.notices() {
///     println!("{:?}: tell {:?} of {}", notice.id(), notice.to(), notice.lead_id());
/// }
///
/// // The form was sent twice: the same answer, and nothing more to store.
/// let again = router.route(&LeadRecord::new("L-1"), now);
/// assert!(again.is_repeat());
/// assert_eq!((again.commit(), again.rep(), again.record()), (1, Some("ann"), None));
///
/// // It can be kept with the job that writes to the CRM, and read back.
/// let kept: Receipt = serde_json::from_str(&serde_json::to_string(&receipt)?)?;
/// assert_eq!(kept, receipt);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The receipt of a commit keeps it in the router's own terms, and writes names, record and notices out when they are first
/// asked for: a commit costs no more than it must, and [`Router::commit_into`](crate::Router::commit_into) uses a receipt's
/// memory again.
#[derive(Clone, Default)]
pub struct Receipt {
    /// What this very router did; none if the receipt was read, or made of names from the start.
    committed: Option<Committed>,
    /// The same in names, written out when it is asked for.
    told: OnceLock<Told>,
}

/// A receipt as it is stored.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "Receipt")]
pub(crate) struct Told {
    pub(crate) commit: u64,
    pub(crate) lead: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) outcome: Outcome,
    pub(crate) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) repeat: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<Box<Record>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notices: Vec<Notice>,
}

impl Receipt {
    /// An empty one, for [`Router::commit_into`](crate::Router::commit_into) to fill. It names no lead.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The sequence number of the commit that stands for the lead. With the lead's id it makes a good key for the
    /// write, so that a repeated write is seen as one.
    #[must_use]
    pub fn commit(&self) -> u64 {
        self.committed.as_ref().map_or_else(|| self.told().commit, |committed| committed.commit)
    }

    /// The lead's id; empty if it has none.
    #[must_use]
    pub fn lead_id(&self) -> &str {
        self.committed.as_ref().map_or_else(|| self.told().lead.as_str(), |committed| committed.decision.lead_id())
    }

    /// When that commit was made, in UTC and whole milliseconds.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.committed.as_ref().map_or_else(|| self.told().at, |committed| committed.at.to_utc_or_min())
    }

    /// Where the lead is.
    #[must_use]
    pub fn outcome(&self) -> Outcome<&str> {
        self.committed.as_ref().map_or_else(|| self.told().outcome.as_deref(), |committed| committed.decision.outcome())
    }

    /// The rep who has it, by id; none if it waits.
    #[must_use]
    pub fn rep(&self) -> Option<&str> {
        self.outcome().rep().copied()
    }

    /// The queue in which it waits; none if a rep has it.
    #[must_use]
    pub fn queue(&self) -> Option<&str> {
        self.outcome().queue().copied()
    }

    /// The path by which it came there; see [`Decision::path`](crate::Decision::path).
    #[must_use]
    pub fn path(&self) -> &str {
        self.committed.as_ref().map_or_else(|| self.told().path.as_str(), |committed| committed.decision.path())
    }

    /// Why; none for a commit that is settled: its record tells.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.told().reason.as_ref()
    }

    /// Whether the lead was in hand, or waited in the same queue, already, so that this commit changed nothing.
    #[must_use]
    pub fn is_repeat(&self) -> bool {
        self.committed.is_none() && self.told().repeat
    }

    /// The record to store; none if this commit changed nothing, or if the receipt was asked for later. Written out when it is
    /// first asked for.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.told().record.as_deref()
    }

    /// Whom to tell, once the write has succeeded. None for a commit that is settled already.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.told().notices
    }

    /// Whether a turn was charged; none if none was due, or if this is not the receipt of the commit itself.
    #[must_use]
    pub fn turn(&self) -> Option<TurnCharge> {
        match &self.committed {
            Some(committed) => committed.turn.map(|(_, charge)| charge),
            None => self.record()?.routed()?.turn().map(TurnRecord::charge),
        }
    }

    fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let record = self.committed.as_ref().map(Committed::record);
            record.and_then(Told::of).unwrap_or_default()
        })
    }

    /// A receipt in names.
    pub(crate) fn of_told(told: Told) -> Self {
        Self { committed: None, told: OnceLock::from(told) }
    }

    /// The receipt of a commit, from its record.
    pub(crate) fn of(record: Record) -> Option<Self> {
        Told::of(record).map(Self::of_told)
    }

    /// Makes it the receipt of another commit, whose fields are still to be kept. What it leaves in place of the
    /// decision means nothing.
    pub(crate) fn commit_to(
        &mut self,
        decision: &mut Decision,
        commit: u64,
        at: Instant,
        turn: Option<(u32, TurnCharge)>,
    ) -> &mut Committed {
        self.told.take();
        match &mut self.committed {
            Some(before) => {
                std::mem::swap(&mut before.decision, decision);
                (before.commit, before.at, before.turn) = (commit, at, turn);
                before
            }
            free => {
                free.insert(Committed { decision: decision.clone(), commit, at, turn, fields: KeptValues::default() })
            }
        }
    }
}

impl Told {
    fn of(record: Record) -> Option<Self> {
        let routed = record.routed()?;
        Some(Self {
            commit: record.sequence,
            lead: routed.lead.clone(),
            at: record.at,
            outcome: routed.outcome.clone(),
            path: routed.path.to_string(),
            reason: Some(routed.reason.clone()),
            repeat: false,
            notices: notices(record.sequence, &routed.lead, routed.outcome(), &routed.reason),
            record: Some(Box::new(record)),
        })
    }
}

impl PartialEq for Receipt {
    fn eq(&self, other: &Self) -> bool {
        self.told() == other.told()
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { commit, lead, at, outcome, path, reason, repeat, record, notices } = self.told();
        f.debug_struct("Receipt")
            .field("commit", commit)
            .field("lead", lead)
            .field("at", at)
            .field("outcome", outcome)
            .field("path", path)
            .field("reason", reason)
            .field("repeat", repeat)
            .field("record", record)
            .field("notices", notices)
            .finish()
    }
}

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Receipt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Told::deserialize(deserializer).map(Self::of_told)
    }
}

/// Receipts go to other threads.
const _: fn() = || {
    fn is_portable<T: Clone + Send + Sync + 'static>() {}
    is_portable::<Receipt>();
};

/// What a commit tells people. The ids follow from the commit's number, so that a receipt asked for again has the same.
pub(crate) fn notices(commit: u64, lead: &str, outcome: Outcome<&str>, reason: &Reason) -> Vec<Notice> {
    outcome.rep().map(|rep| Notice::of_lead(Some(commit), rep, lead, reason)).into_iter().collect()
}
