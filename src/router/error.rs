//! What a router refuses, and why. A refusal changes nothing.

use crate::fault::{BuildError, Fault, UnknownName};
use chrono::{DateTime, SecondsFormat, Utc};

/// Why a decision was not committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The decision was made by another router, or by the one that this is a clone of.
    #[error("the decision on lead `{lead}` was made by another router")]
    OtherRouter {
        /// The id of the lead that was decided on.
        lead: String,
    },
    /// The decision is about another lead.
    #[error("the decision is on lead `{decided}`, not on lead `{lead}`")]
    OtherLead {
        /// The id of the lead that was decided on.
        decided: String,
        /// The id of the lead that was to be committed.
        lead: String,
    },
}

/// Why a receipt was neither settled nor rolled back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// No commit stands for the lead.
    #[error("no commit stands for lead `{lead}`: commit {commit} was rolled back or closed, or never made here")]
    NotInHand {
        /// The lead's id.
        lead: String,
        /// The receipt's sequence number.
        commit: u64,
    },
    /// Another commit stands for the lead.
    #[error("commit {commit} of lead `{lead}` no longer stands: commit {standing} does")]
    Superseded {
        /// The lead's id.
        lead: String,
        /// The receipt's sequence number.
        commit: u64,
        /// The sequence number of the commit that stands.
        standing: u64,
    },
    /// The commit is settled.
    #[error("commit {commit} of lead `{lead}` is settled")]
    Settled {
        /// The lead's id.
        lead: String,
        /// The receipt's sequence number.
        commit: u64,
    },
}

/// Why an event was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It names a rep, a pool or an account that is not there.
    #[error("{0}")]
    Unknown(UnknownName),
    /// No lead of that id is in hand or in a queue.
    #[error("lead `{lead}` is neither in hand nor in a queue")]
    NoSuchLead {
        /// The lead's id.
        lead: String,
    },
    /// The rep is not in the pool.
    #[error("rep `{rep}` is not in pool `{pool}`")]
    NotAMember {
        /// The rep's id.
        rep: String,
        /// The pool.
        pool: String,
    },
    /// An account without an id.
    #[error("the account has no id")]
    NoAccountId,
    /// The edit is faulty.
    #[error("{0}")]
    Faulty(BuildError),
}

impl From<Vec<Fault>> for EventError {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faulty(BuildError::new(faults))
    }
}

/// Why a record was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// It was written by a newer version of the crate.
    #[error("record {sequence} has format {format}; this version reads formats up to {newest}")]
    NewerFormat {
        /// The record's sequence number.
        sequence: u64,
        /// Its format.
        format: u16,
        /// The newest format that this version reads.
        newest: u16,
    },
    /// It is not the next record.
    #[error("record {sequence} does not follow record {last}")]
    NotNext {
        /// The record's sequence number.
        sequence: u64,
        /// That of the last record that was applied.
        last: u64,
    },
    /// It happened before the record before it.
    #[error("record {sequence} is of {}, before the last one, of {}", utc(.at), utc(.last))]
    BackInTime {
        /// The record's sequence number.
        sequence: u64,
        /// The record's time.
        at: DateTime<Utc>,
        /// That of the last record that was applied.
        last: DateTime<Utc>,
    },
    /// It was decided by another plan than the one that counts here.
    #[error("record {sequence} was decided by plan `{record}`, but the router's plan is `{router}`")]
    OtherPlan {
        /// The record's sequence number.
        sequence: u64,
        /// The fingerprint in the record.
        record: String,
        /// The fingerprint of the router's plan.
        router: String,
    },
    /// It does not fit the state that the records before it led to.
    #[error("record {sequence} does not fit what came before: {why}")]
    Misfit {
        /// The record's sequence number.
        sequence: u64,
        /// Why.
        why: String,
    },
}

fn utc(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
