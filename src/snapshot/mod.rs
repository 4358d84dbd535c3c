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
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::{Arc, OnceLock};

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
///
/// Taking one copies what the router keeps, and no more: the router is free again at once. What is written down is made of the
/// copy when it is first asked for, in whatever thread that is, and takes a few times as long.
#[derive(Clone)]
pub struct Snapshot {
    source: Source,
}

#[derive(Clone)]
enum Source {
    Taken(Box<Taken>),
    Read(Box<Form>),
}

/// What a router keeps, and the names that go with it.
#[derive(Clone)]
struct Taken {
    kept: Kept,
    book: Arc<Book>,
    /// What is written down of it, made when it is asked for.
    form: OnceLock<Form>,
}

/// What a router keeps but for the plan as it is bound.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) plan: Arc<Plan>,
    pub(crate) accounts: Accounts,
    pub(crate) desk: Desk,
    pub(crate) sequence: u64,
    pub(crate) recorded: Instant,
}

impl Snapshot {
    pub(crate) fn of(kept: Kept, book: Arc<Book>) -> Self {
        Self { source: Source::Taken(Box::new(Taken { kept, book, form: OnceLock::new() })) }
    }

    fn form(&self) -> &Form {
        match &self.source {
            Source::Taken(taken) => taken.form.get_or_init(|| take::take(&taken.kept, &taken.book)),
            Source::Read(form) => form,
        }
    }

    /// Everything but the plan, which is for the router to bind; or all that is wrong with it.
    pub(crate) fn read(&self) -> Result<Kept, Vec<Fault>> {
        restore::restore(self.form())
    }

    /// What was kept, if nobody had to read it.
    fn kept(&self) -> Option<&Kept> {
        match &self.source {
            Source::Taken(taken) => Some(&taken.kept),
            Source::Read(_) => None,
        }
    }

    /// The sequence number of the last record before it; 0 if it was taken before the first. The journal goes on with the
    /// next.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.kept().map_or_else(|| self.form().sequence, |kept| kept.sequence)
    }

    /// The time of the last record before it, in UTC; none if it was taken before the first.
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.kept().map_or_else(|| self.form().at, |kept| kept.recorded.to_utc())
    }

    /// The plan that counted.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        self.kept().map_or_else(|| &self.form().plan, |kept| &kept.plan)
    }

    /// The roster as it was, reps by id, as [`Router::roster`](crate::Router::roster) gives it. A copy: O(reps).
    #[must_use]
    pub fn roster(&self) -> Roster {
        let form = self.form();
        let mut reps: Vec<_> = form.reps.iter().filter(|rep| !rep.left).map(|rep| rep.rep.record()).collect();
        for rep in &mut reps {
            rep.presence = rep.presence.filter(|presence| *presence != Presence::default());
        }
        reps.sort_by(|left, right| left.id.cmp(&right.id));
        let declared = form.pools.iter().filter_map(|pool| Some((pool.name.clone(), pool.declared.clone()?)));
        let (hours, calendars) = (form.hours.clone(), form.calendars.clone());
        Roster { pools: declared.collect(), hours, calendars, reps }
    }

    /// The account directory as it was. A copy: O(accounts).
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        self.form().accounts.iter().cloned().collect()
    }
}

/// Two snapshots are equal if the same is written down.
impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.form() == other.form()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("form", self.form()).finish()
    }
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(self.form(), serializer)
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The form's own function of that name does not look at the format first.
        <Form as Deserialize>::deserialize(deserializer).map(|form| Self { source: Source::Read(Box::new(form)) })
    }
}

/// They are written down in other threads.
const _: fn() = || {
    fn is_portable<T: Clone + Send + Sync + 'static>() {}
    is_portable::<Snapshot>();
};
