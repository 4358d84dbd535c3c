//! The journal: what happened, as records. Whoever applies the same records has the same state.

use crate::account::Account;
use crate::ask::Ask;
use crate::decision::Outcome;
use crate::desk::TurnReturned;
use crate::plan::Plan;
use crate::rep::{Presence, RepRecord};
use crate::roster::PoolRecord;
use crate::value::FieldValue;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format of the records that this version of the crate writes, and the newest that it reads.
pub const RECORD_FORMAT: u16 = 1;

/// Something that happened. State changes in no other way.
///
/// Store records in the order of their sequence numbers, as JSON lines or in a table. Several machines may share one
/// such list: prepare a record, insert it under its number, and apply it only if nobody else had taken that number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// What a record tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// A lead found its rep or its queue.
    Routed(Routed),
    /// A lead that a rep had moved on.
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
    Settled {
        /// The lead's id.
        lead: String,
        /// The sequence number of the commit.
        commit: u64,
    },
    /// The host's write failed: the commit was undone.
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
    Event(Event),
}

/// Where a lead went, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routed {
    /// The lead's id; empty if it had none.
    pub lead: String,
    /// Rep or queue.
    pub outcome: Outcome,
    /// The path; see [`Decision::path`](crate::Decision::path).
    pub path: String,
    /// Why, in words.
    pub reason: String,
    /// The plan that decided, by [fingerprint](crate::Plan::fingerprint).
    pub plan: String,
    /// The step that decided, by its number in the bound plan; none if no step did, or if the plan has changed between
    /// decision and commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// The turn; none if the rep was found without a rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnRecord>,
    /// What the caller had asked for, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
    /// The lead's values in the fields that the plan reads or reports by. No others are kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
}

/// A turn in a rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnRecord {
    /// The rotation's name.
    pub rotation: String,
    /// The pool whose members share it here.
    pub pool: String,
    /// Whether it was charged.
    pub charge: TurnCharge,
}

/// Whether a turn was charged.
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

/// Something that a host tells its router.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A rep came, went, or is on a call.
    Presence {
        /// The rep's id.
        rep: String,
        /// Where they are now.
        presence: Presence,
    },
    /// The host counted a rep's open leads. Commits after that instant are added again.
    Load {
        /// The rep's id.
        rep: String,
        /// Open leads.
        open: u32,
        /// When they were counted, in UTC; none for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<DateTime<Utc>>,
    },
    /// A lead is done with. It no longer counts as open, and its id would be a new lead.
    Closed {
        /// The lead's id.
        lead: String,
        /// How it ended.
        how: Closing,
    },
    /// A rep joined, or is described anew. The whole record counts: pools that it does not name, the rep leaves.
    Rep(RepRecord),
    /// A rep left.
    RepLeft {
        /// The rep's id.
        rep: String,
    },
    /// A rep's weight in one of their pools changed. It counts from the next decision on, and no balance moves.
    Weight {
        /// The rep's id.
        rep: String,
        /// The pool.
        pool: String,
        /// The new weight, 1 to 1 000 000.
        weight: u32,
    },
    /// A pool was declared, or is described anew.
    Pool {
        /// The pool's name.
        name: String,
        /// What it is.
        pool: PoolRecord,
    },
    /// Another plan counts from now on. Rotations keep their balances by name.
    Plan(Box<Plan>),
    /// An account is new, or described anew.
    Account(Account),
    /// An account is gone.
    AccountRemoved {
        /// The account's id.
        account: String,
    },
}

/// How a lead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Closing {
    /// It became a customer.
    Won,
    /// It did not.
    Lost,
    /// Neither: a duplicate, a test, a mistake.
    Other,
}
