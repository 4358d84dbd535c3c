//! The router: a plan bound to a roster, with live state.

mod apply;
mod build;
mod decide;
mod error;
mod prepare;
mod view;

pub use build::RouterBuilder;
pub use error::{ApplyError, CommitError, EventError, ReceiptError};
pub use view::{MemberView, RotationView, State};

use crate::account::Accounts;
use crate::ask::Ask;
use crate::book::{Book, RouterMark};
use crate::decision::Decision;
use crate::desk::Desk;
use crate::fault::{BuildError, Finding};
use crate::instant::Instant;
use crate::journal::{Event, Record};
use crate::lead::Lead;
use crate::plan::Plan;
use crate::receipt::Receipt;
use crate::roster::Roster;
use crate::strategy::{BoundPlan, Registry};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A plan bound to a roster, with live state: who is where, who has what, whose turn it is.
///
/// Asking never changes anything: [`Router::decide`] is a pure function. [`Router::commit`] takes the turn and gives a
/// receipt to write to the CRM from; then [`Router::settle`] says that the write succeeded, or [`Router::rollback`] gives
/// the turn back.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
///
/// let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// let roster = Roster::new().reps([RepRecord::new("ann").pool("smb"), RepRecord::new("bob").pool("smb")]);
/// let mut router = Router::new(plan, roster)?;
///
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// let lead = LeadRecord::new("L-1").with("employees", 50);
/// let decision = router.decide(&lead, now);
/// let receipt = router.commit(&lead, decision)?;
/// match write_to_crm(&receipt) {
///     Ok(()) => router.settle(&receipt)?,
///     Err(_) => router.rollback(&receipt)?,
/// };
/// # fn write_to_crm(_: &lead_router::Receipt) -> Result<(), ()> { Ok(()) }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A router is one value without interior mutability. Several threads may decide at once; committing needs `&mut`, so
/// hold a lock for decide and commit, and write outside of it.
#[derive(Debug)]
pub struct Router {
    plan: Arc<Plan>,
    registry: Registry,
    accounts: Accounts,
    desk: Desk,
    bound: Arc<BoundPlan>,
    book: Arc<Book>,
    findings: Vec<Finding>,
    /// The latest instant that anybody told the router of. It clamps, and decides nothing else.
    clock: Instant,
    /// The instant of the last record, up to which time has been applied to the state.
    recorded: Instant,
    sequence: u64,
}

impl Router {
    /// A router without accounts and custom strategies.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the plan and the roster, at once.
    pub fn new(plan: Plan, roster: Roster) -> Result<Self, BuildError> {
        Self::builder(plan, roster).build()
    }

    /// Starts a router that needs accounts or custom strategies.
    pub fn builder(plan: Plan, roster: Roster) -> RouterBuilder {
        RouterBuilder::new(plan, roster)
    }

    /// What should happen with a lead. Pure and total: nothing changes, and every lead has an outcome.
    ///
    /// `now` may lie past the router's clock; the decision is exact all the same. One before the clock is decided at the
    /// clock, and [`Decision::is_clamped`] says so. A lead that a rep has in hand stays there.
    #[must_use]
    pub fn decide(&self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>) -> Decision {
        self.decide_one(&lead, now, &Ask::default(), None)
    }

    /// What should happen with a lead if the caller's wishes count, too: a reroute, somebody excluded, a requirement
    /// relaxed.
    #[must_use]
    pub fn decide_with(&self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>, ask: &Ask) -> Decision {
        self.decide_one(&lead, now, ask, None)
    }

    /// Makes a decision happen: takes the turn, counts the lead as open, and gives a receipt.
    ///
    /// A decision is never too late. If others were committed since, the turn is charged only if that is still fair to
    /// everyone; the receipt says. If the lead came into hand meanwhile, the receipt is that of the commit that stands.
    ///
    /// # Errors
    ///
    /// If the decision is another router's or another lead's. Nothing changes then.
    pub fn commit(&mut self, lead: &(impl Lead + ?Sized), decision: Decision) -> Result<Receipt, CommitError> {
        self.check_decision(lead.id(), &decision)?;
        Ok(self.commit_own(&lead, &decision))
    }

    fn commit_own(&mut self, lead: &dyn Lead, decision: &Decision) -> Receipt {
        match self.commit_record(lead, decision) {
            Some(record) => {
                self.apply_own(&record);
                Receipt::of(record).unwrap_or_else(|| empty_receipt(decision))
            }
            None => {
                self.clock = self.clock.max(decision.at);
                self.standing_receipt(decision.lead_id(), true).unwrap_or_else(|| empty_receipt(decision))
            }
        }
    }

    /// Decides and commits in one go. Never fails: the decision is this router's and this lead's.
    pub fn route(&mut self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>) -> Receipt {
        let decision = self.decide(lead, now);
        self.commit_own(&lead, &decision)
    }

    /// Says that the host's write succeeded: the commit stands for good. Gives the record to store; none for the receipt
    /// of a repeat whose commit was settled before.
    ///
    /// # Errors
    ///
    /// If the commit was settled, rolled back, closed or rerouted already. Nothing changes then.
    pub fn settle(&mut self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        let record = self.prepare_settle(receipt)?;
        if let Some(record) = &record {
            self.apply_own(record);
        }
        Ok(record)
    }

    /// Says that the host's write failed: gives back exactly what the commit took, and no more. Gives the record to
    /// store; none for the receipt of a repeat, which took nothing.
    ///
    /// # Errors
    ///
    /// If the commit was settled, rolled back, closed or rerouted already. Nothing changes then.
    pub fn rollback(&mut self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        let record = self.prepare_rollback(receipt)?;
        if let Some(record) = &record {
            self.apply_own(record);
        }
        Ok(record)
    }

    /// Takes in what happened: presence, loads, closed leads, edits of roster, plan and accounts. Gives the record to
    /// store.
    ///
    /// # Errors
    ///
    /// If it speaks of a rep, pool or lead that is not there, or if the edit is faulty. Nothing changes then.
    pub fn observe(&mut self, event: Event, now: DateTime<Utc>) -> Result<Record, EventError> {
        let record = self.prepare_event(event, now)?;
        self.apply_own(&record);
        Ok(record)
    }

    /// Moves the clock, which never goes back. What time alone causes happens by itself and needs no record, so that this
    /// is only about what [`Router::next_deadline`] and the views count from.
    pub fn advance(&mut self, now: DateTime<Utc>) {
        self.clock = self.clock.max(Instant::from(now));
    }

    /// When anything next changes by itself, in UTC: a presence ends, a lead is forgotten. None if nothing will.
    #[must_use]
    pub fn next_deadline(&self) -> Option<DateTime<Utc>> {
        self.desk.next_change(self.clock).and_then(Instant::to_utc)
    }

    /// The receipt of the commit that stands for a lead, for a host that lost its own: after a crash between commit and
    /// write, this is what to write.
    #[must_use]
    pub fn receipt(&self, lead_id: &str) -> Option<Receipt> {
        self.standing_receipt(lead_id, false)
    }
}

impl Clone for Router {
    /// A router of its own, with the same state. Decisions of one cannot be committed to the other.
    fn clone(&self) -> Self {
        let mut book = (*self.book).clone();
        book.router = Arc::new(RouterMark);
        Self {
            plan: Arc::clone(&self.plan),
            registry: self.registry.clone(),
            accounts: self.accounts.clone(),
            desk: self.desk.clone(),
            bound: Arc::clone(&self.bound),
            book: Arc::new(book),
            findings: self.findings.clone(),
            clock: self.clock,
            recorded: self.recorded,
            sequence: self.sequence,
        }
    }
}

/// Two routers are equal if the same records were applied to equal ones: they decide alike. Their clocks may differ.
impl PartialEq for Router {
    fn eq(&self, other: &Self) -> bool {
        self.plan == other.plan
            && self.accounts == other.accounts
            && self.desk == other.desk
            && self.recorded == other.recorded
            && self.sequence == other.sequence
    }
}

/// Routers move between threads, and are shared by them.
const _: fn() = || {
    fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Router>();
};

/// The receipt of a lead that is not tracked.
fn empty_receipt(decision: &Decision) -> Receipt {
    Receipt {
        commit: 0,
        lead: decision.lead_id().to_owned(),
        at: decision.at(),
        outcome: decision.outcome().to_owned(),
        path: decision.path().to_owned(),
        reason: Some(decision.reason().to_owned()),
        repeat: true,
        record: None,
        notices: Vec::new(),
    }
}
