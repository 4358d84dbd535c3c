//! Snapshots: all that a router keeps, written down, so that a journal need not be replayed from its first day.

mod form;
mod report;
mod restore;
mod take;

pub use report::{Changes, EditReport, LeadOf, MovedLead};

use crate::account::Accounts;
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

/// The format of the snapshots that this version of the crate writes, and the newest that it reads.
pub const SNAPSHOT_FORMAT: u16 = 1;

/// All that a router keeps, as data: plan, roster, accounts, who is where, whose turn it is, which leads are in hand and in
/// queues, and what a rollback of each would take back. Got from [`Router::snapshot`](crate::Router::snapshot), which has
/// an example.
///
/// Write it with serde, in any format; read it back and [restore](Snapshot::restore) it. Everything in it goes by name, and
/// every number fits an `i64`; balances are decimal text. A file of this format can be read for ever. One that is written
/// by a newer version of the crate in a newer format is refused, as records are.
///
/// A rep costs the id and some 50 bytes of JSON for each rotation, and some 80 beside what the roster says. A lead in hand
/// costs some 150, and 400 to 600 until it is settled. What would give its turn back exactly takes some 100 more, and the
/// list of those who could have had it, which the turns of an unchanging team share.
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
        let mut reps: Vec<_> = self.form.reps.iter().filter(|rep| !rep.left).map(|rep| rep.rep.clone()).collect();
        for rep in &mut reps {
            rep.presence = rep.presence.filter(|presence| *presence != Presence::default());
        }
        reps.sort_by(|left, right| left.id.cmp(&right.id));
        let declared = self.form.pools.iter().filter_map(|pool| Some((pool.name.clone(), pool.declared.clone()?)));
        Roster { pools: declared.collect(), reps }
    }

    /// The account directory as it was. A copy: O(accounts).
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        self.form.accounts.iter().cloned().collect()
    }
}
