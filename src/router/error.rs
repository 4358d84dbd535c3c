//! What a router refuses, and why. A refusal changes nothing.

use crate::fault::{BuildError, Fault, UnknownName};
use crate::order::Pin;
use chrono::{DateTime, SecondsFormat, Utc};

/// Why a decision was not committed. Nothing changed: decide again, with this router and this lead, and commit that.
///
/// ```
/// use lead_router::CommitError;
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let decision = router.decide(&LeadRecord::new("L-1"), now);
/// let refused = router.commit(&LeadRecord::new("L-2"), decision);
/// assert!(matches!(refused, Err(CommitError::OtherLead { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The decision was made by another router, or by the one that this is a clone of. Keep decisions with their
    /// router.
    #[error("the decision on lead `{lead}` was made by another router")]
    OtherRouter {
        /// The id of the lead that was decided on.
        lead: String,
    },
    /// The decision is about another lead: two of them were mixed up on the way.
    #[error("the decision is on lead `{decided}`, not on lead `{lead}`")]
    OtherLead {
        /// The id of the lead that was decided on.
        decided: String,
        /// The id of the lead that was to be committed.
        lead: String,
    },
}

/// Why a redistribution was not carried out. Nothing changed: [redistribute](crate::Router::redistribute) once more, and carry
/// that out.
///
/// ```
/// use lead_router::{Handover, HandoverError, LeadRecord};
/// # use lead_router::{Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let preview = router.redistribute(&Handover::left("ann"), now, |id| Some(LeadRecord::new(id)))?;
/// router.route(&LeadRecord::new("L-1"), now); // meanwhile
/// let refused = router.carry_out(preview).err();
/// assert_eq!(refused, Some(HandoverError::MovedOn { made: 0, last: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandoverError {
    /// It was made by another router, or by the one that this is a clone of.
    #[error("the redistribution was made by another router")]
    OtherRouter,
    /// Something has happened since, or the clock has moved past it: what it says no longer counts.
    #[error("the redistribution was made after record {made}, and the router is past that, at record {last}")]
    MovedOn {
        /// The sequence number of the last record when it was made.
        made: u64,
        /// That of the last record now.
        last: u64,
    },
}

/// Why a receipt was neither settled nor rolled back. Nothing changed, and trying again gives the same error.
///
/// [`Router::receipt`](crate::Router::receipt) tells what stands for the lead now.
///
/// ```
/// use lead_router::ReceiptError;
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let receipt = router.route(&LeadRecord::new("L-1"), now);
/// router.rollback(&receipt)?;
/// let refused = router.settle(&receipt);
/// assert!(matches!(refused, Err(ReceiptError::NotInHand { commit: 1, .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// No commit stands for the lead: this one was rolled back, closed or forgotten, or made by another router. A lead that
    /// is closed needs nothing more. If the CRM has one that was rolled back, route it again and settle that.
    #[error("no commit stands for lead `{lead}`: commit {commit} was rolled back or closed, or never made here")]
    NotInHand {
        /// The lead's id.
        lead: String,
        /// The receipt's sequence number.
        commit: u64,
    },
    /// Another commit stands for the lead: it was rerouted since. Drop this receipt, and write what
    /// [`Router::receipt`](crate::Router::receipt) says.
    #[error("commit {commit} of lead `{lead}` no longer stands: commit {standing} does")]
    Superseded {
        /// The lead's id.
        lead: String,
        /// The receipt's sequence number.
        commit: u64,
        /// The sequence number of the commit that stands.
        standing: u64,
    },
    /// The commit is settled, and stands. Settling it twice does no harm: go on. What was to be rolled back can still
    /// be [closed](crate::Event::closed) or [rerouted](crate::Ask::reroute).
    #[error("commit {commit} of lead `{lead}` is settled")]
    Settled {
        /// The lead's id.
        lead: String,
        /// The receipt's sequence number.
        commit: u64,
    },
}

/// Why an event was not taken in. Nothing changed.
///
/// ```
/// use lead_router::{Event, EventError, Presence};
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let refused = router.observe(Event::presence("anne", Presence::busy()), now);
/// assert!(matches!(&refused, Err(EventError::Unknown(name)) if name.nearest.as_deref() == Some("ann")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It names a rep, a pool, a rotation or an account that is not there, or no longer is. Add it first, or drop the event.
    #[error("{0}")]
    Unknown(UnknownName),
    /// No lead of that id is in hand or in a queue: it was closed, rolled back or forgotten before, or never routed
    /// here. Usually there is nothing to do.
    #[error("lead `{lead}` is neither in hand nor in a queue")]
    NoSuchLead {
        /// The lead's id.
        lead: String,
    },
    /// The lead waits in a queue, so that no rep can have done anything with it.
    #[error("lead `{lead}` waits in a queue: no rep has it")]
    NobodyHasIt {
        /// The lead's id.
        lead: String,
    },
    /// A rep has the lead, so that nobody can take it from a queue. Usually there is nothing to do.
    #[error("lead `{lead}` does not wait: rep `{rep}` has it")]
    NotWaiting {
        /// The lead's id.
        lead: String,
        /// The rep's id.
        rep: String,
    },
    /// Another rep has the lead. It may have moved on in between: usually there is nothing to do.
    #[error("rep `{rep}` does not have lead `{lead}`")]
    NotHolder {
        /// The lead's id.
        lead: String,
        /// The rep's id.
        rep: String,
    },
    /// Nothing of that id is due for the lead: it is done, or not yet due, or the lead was contacted or has moved. Usually
    /// there is nothing to do.
    #[error("nothing of id `{id}` is due for lead `{lead}`")]
    NotDue {
        /// The lead's id.
        lead: String,
        /// The id.
        id: String,
    },
    /// The rep is not in the pool, so that there is no weight to change. Put the rep into it with
    /// [`Event::rep`](crate::Event::rep).
    #[error("rep `{rep}` is not in pool `{pool}`")]
    NotAMember {
        /// The rep's id.
        rep: String,
        /// The pool.
        pool: String,
    },
    /// Nothing of that name is pinned, or the pin has ended. Usually there is nothing to do.
    #[error("{on} is not pinned")]
    NotPinned {
        /// What was to be unpinned.
        on: Pin,
    },
    /// The rep is not paused, or the pause has ended. Usually there is nothing to do.
    #[error("rep `{rep}` is not paused")]
    NotPaused {
        /// The rep's id.
        rep: String,
    },
    /// The rep takes no turns in the rotation. Put the rep into its pool first.
    #[error("rep `{rep}` is not in rotation `{rotation}`")]
    NotInRotation {
        /// The rep's id.
        rep: String,
        /// The rotation's name.
        rotation: String,
    },
    /// Nobody else is active in the rotation, so that there is nobody to take turns from.
    #[error("nobody but `{rep}` is active in rotation `{rotation}`, so that nobody can pay for extra turns")]
    NobodyPays {
        /// The rep's id.
        rep: String,
        /// The rotation's name.
        rotation: String,
    },
    /// An account without an id. Give it one.
    #[error("the account has no id")]
    NoAccountId,
    /// The edit is faulty: everything that is wrong, at once. What was there before goes on to count.
    #[error("{0}")]
    Faulty(BuildError),
}

impl From<Vec<Fault>> for EventError {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faulty(BuildError::new(faults))
    }
}

/// Why a record was not applied. Nothing changed.
///
/// While a journal is replayed, any of these means that router and journal do not belong together; stop there. On a
/// journal that several machines share, [`NotNext`](Self::NotNext) is usual.
///
/// ```
/// use lead_router::ApplyError;
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let receipt = router.route(&LeadRecord::new("L-1"), now);
/// let record = receipt.record().ok_or("nothing to store")?;
/// let refused = router.apply(record); // it is in already
/// assert_eq!(refused, Err(ApplyError::NotNext { sequence: 1, last: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// It was written by a newer version of the crate. Update the crate here first.
    #[error("record {sequence} has format {format}; this version reads formats up to {newest}")]
    NewerFormat {
        /// The record's sequence number.
        sequence: u64,
        /// Its format.
        format: u16,
        /// The newest format that this version reads.
        newest: u16,
    },
    /// It is not the next record. One with a number up to `last` is in already: skip it. One further on: read and apply
    /// those in between first.
    #[error("record {sequence} does not follow record {last}")]
    NotNext {
        /// The record's sequence number.
        sequence: u64,
        /// That of the last record that was applied.
        last: u64,
    },
    /// It happened before the record before it. No router writes such records: the journal was edited or put out of
    /// order.
    #[error("record {sequence} is of {}, before the last one, of {}", utc(.at), utc(.last))]
    BackInTime {
        /// The record's sequence number.
        sequence: u64,
        /// The record's time.
        at: DateTime<Utc>,
        /// That of the last record that was applied.
        last: DateTime<Utc>,
    },
    /// It was committed under another plan than the one that counts here. Build the router with the plan that the
    /// journal began with; later plans are in the journal.
    #[error("record {sequence} was decided by plan `{record}`, but the router's plan is `{router}`")]
    OtherPlan {
        /// The record's sequence number.
        sequence: u64,
        /// The fingerprint of the plan that the record was committed under.
        record: String,
        /// The fingerprint of the router's plan.
        router: String,
    },
    /// It does not fit the state that the records before it led to. The router was built with another roster, other
    /// accounts or another registry, or a record is missing or was changed.
    #[error("record {sequence} does not fit what came before: {why}")]
    Misfit {
        /// The record's sequence number.
        sequence: u64,
        /// Why.
        why: String,
    },
}

/// Why a router was not restored. Nothing was built.
///
/// A snapshot in a newer format than this version reads is refused before, by whatever reads it.
///
/// ```
/// use lead_router::{RestoreError, Snapshot};
/// # use lead_router::{Plan, RepRecord, Roster, Router, round_robin};
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let router = Router::new(Plan::new(round_robin("smb")).otherwise("triage"), roster)?;
///
/// let mut file = serde_json::to_value(router.snapshot())?;
/// file["rotations"][0]["pot"] = "5".into();
/// let snapshot: Snapshot = serde_json::from_value(file)?;
/// let refused = snapshot.restore().build();
/// assert!(matches!(&refused, Err(RestoreError::Snapshot(faults)) if faults.faults().len() == 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The snapshot is not as a router wrote it, or its plan uses strategies that the registry lacks: everything that is
    /// wrong, at once. Bring the registry; else take an earlier snapshot and apply the records that follow it.
    #[error("{0}")]
    Snapshot(BuildError),
    /// The edit is faulty: everything that is wrong with the plan, the roster, the accounts and the names, at once. Correct
    /// that; the snapshot is as good as before.
    #[error("{0}")]
    Edit(BuildError),
}

fn utc(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
