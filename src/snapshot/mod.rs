//! Snapshots: all that a router keeps, written down, so that a journal need not be replayed from its first day.

mod amount;
mod at;
mod form;
mod lives;
mod rep;
mod report;
mod restore;
mod seats;
mod take;

pub use report::{Changes, EditReport, LeadOf, MovedLead};

use crate::account::Accounts;
use crate::book::Book;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::instant::Instant;
use crate::plan::Plan;
use crate::rep::Presence;
use crate::roster::Roster;
use chrono::{DateTime, Utc};
use form::Form;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The format of the snapshots that this version of the crate writes, and the newest that it reads. It reads all older
/// ones, too.
pub const SNAPSHOT_FORMAT: u16 = 1;

/// All that a router keeps, as data: plan, roster, accounts, who is where, whose turn it is, which leads are in hand and in
/// queues, and what a rollback of each would take back. Got from [`Router::snapshot`](crate::Router::snapshot), which has
/// an example.
///
/// Write it with serde, read it back and [restore](Snapshot::restore) it. This needs a format that keeps the names of
/// fields and says what each value is: JSON, TOML, CBOR, or MessagePack with names. One without names, such as postcard or
/// MessagePack by default, writes what nobody can read back, because fields that say nothing are left out. The order of
/// keys does not matter; reading is fastest if `format` comes first, as it is written.
///
/// Everything in it goes by name, and every number fits an `i64`; balances are decimal text. A snapshot of this format can
/// be read for ever. One that is written by a newer version of the crate in a newer format is refused, as records are.
///
/// ```
/// use lead_router::Snapshot;
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan.clone(), roster.clone())?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// router.route(&LeadRecord::new("L-1"), now);
/// let snapshot = router.snapshot();
/// assert_eq!((snapshot.sequence(), snapshot.at()), (1, Some(now)));
/// assert_eq!((snapshot.plan(), snapshot.roster()), (&plan, roster));
///
/// let read: Snapshot = serde_json::from_str(&serde_json::to_string(&snapshot)?)?;
/// assert_eq!(read, snapshot);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In JSON a rep costs the id and some 45 bytes for each rotation, beside what the roster says. A lead in hand costs some
/// 280, and twice that until it is settled. Those who could have had a lead are listed once for all turns of an unchanging
/// team, at some 8 bytes each; where somebody of a large team comes or goes, as what differs from an earlier list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot {
    form: Form,
}

/// What of a router is written down.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) plan: &'a Arc<Plan>,
    pub(crate) accounts: &'a Accounts,
    pub(crate) desk: &'a Desk,
    pub(crate) book: &'a Book,
    pub(crate) sequence: u64,
    pub(crate) recorded: Instant,
}

/// The same, read. The plan is not bound yet.
pub(crate) struct Kept {
    pub(crate) plan: Arc<Plan>,
    pub(crate) accounts: Accounts,
    pub(crate) desk: Desk,
    pub(crate) sequence: u64,
    pub(crate) recorded: Instant,
}

impl Snapshot {
    pub(crate) fn take(parts: Parts<'_>) -> Self {
        Self { form: take::take(parts) }
    }

    /// Everything but the plan, which is for the router to bind; or all that is wrong with it.
    pub(crate) fn read(&self) -> Result<Kept, Vec<Fault>> {
        restore::restore(&self.form)
    }

    /// The sequence number of the last record before it; 0 if it was taken before the first. The journal goes on with the
    /// next.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.form.sequence
    }

    /// The time of the last record before it, in UTC; none if it was taken before the first.
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.form.at
    }

    /// The plan that counted.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.form.plan
    }

    /// The roster as it was, reps by id, as [`Router::roster`](crate::Router::roster) gives it. A copy: O(reps).
    #[must_use]
    pub fn roster(&self) -> Roster {
        let mut reps: Vec<_> = self.form.reps.iter().filter(|rep| !rep.left).map(|rep| rep.rep.record()).collect();
        for rep in &mut reps {
            rep.presence = rep.presence.filter(|presence| *presence != Presence::default());
        }
        reps.sort_by(|left, right| left.id.cmp(&right.id));
        let declared = self.form.pools.iter().filter_map(|pool| Some((pool.name.clone(), pool.declared.clone()?)));
        let (hours, calendars) = (self.form.hours.clone(), self.form.calendars.clone());
        Roster { pools: declared.collect(), hours, calendars, reps }
    }

    /// The account directory as it was. A copy: O(accounts).
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        self.form.accounts.iter().cloned().collect()
    }
}
