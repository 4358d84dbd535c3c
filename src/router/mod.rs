//! The router: a plan bound to a roster, with live state.

mod apply;
mod build;
mod commit;
mod coverage;
mod decide;
mod due;
mod edit;
mod error;
mod handover;
mod lead_view;
mod live;
mod prepare;
mod release;
mod restore;
mod view;

pub use build::RouterBuilder;
pub use coverage::Uncovered;
pub use error::{ApplyError, CommitError, EventError, HandoverError, ReceiptError, RestoreError};
pub use handover::{Handover, LoadChange, OwedChange, Redistribution};
pub use lead_view::LeadView;
pub use restore::{Restore, RestoreOnto, Restored};
pub use view::{MemberView, PinView, RotationView, State};

use crate::account::Accounts;
use crate::ask::Ask;
use crate::book::{Book, RouterMark};
use crate::decision::Decision;
use crate::desk::Desk;
use crate::fault::{BuildError, Finding};
use crate::instant::Instant;
use crate::journal::{Event, Record};
use crate::lead::Lead;
use crate::order::Order;
use crate::plan::Plan;
use crate::reason::Reason;
use crate::receipt::Receipt;
use crate::roster::Roster;
use crate::strategy::{BoundPlan, Registry};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
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
    /// A router without accounts and custom strategies. Costs O(reps + steps), and a few allocations for each.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the plan and the roster, at once, each with its place. Show the text to whoever
    /// wrote them; nothing was built.
    ///
    /// ```
    /// use lead_router::{Plan, RepRecord, Roster, Router, round_robin};
    ///
    /// let roster = Roster::new().rep(RepRecord::new("ann").pool("closers"));
    /// let refused = Router::new(Plan::new(round_robin("closer")).otherwise("triage"), roster);
    /// assert_eq!(
    ///     refused.map_err(|error| error.to_string()).err().as_deref(),
    ///     Some("route.round_robin: there is no pool `closer`; did you mean `closers`?"),
    /// );
    /// ```
    pub fn new(plan: Plan, roster: Roster) -> Result<Self, BuildError> {
        Self::builder(plan, roster).build()
    }

    /// Starts a router that needs accounts or custom strategies, or that takes up where another one stopped. See
    /// [`RouterBuilder`].
    pub fn builder(plan: Plan, roster: Roster) -> RouterBuilder {
        RouterBuilder::new(plan, roster)
    }

    /// What should happen with a lead. Pure and total: nothing changes, and every lead has an outcome.
    ///
    /// `now` may lie past the router's clock; the decision is exact all the same. One before the clock is decided at
    /// the clock, and [`Decision::is_clamped`] says so. A lead that a rep has in hand stays there, even if that rep is
    /// away or has left. A lead that waits in a queue is decided afresh.
    ///
    /// Costs O(n) over the pools of the steps that the lead comes through, and over the rows of their areas. Allocates
    /// nothing, but for a lead id of more than 40 bytes, an e-mail domain that is not plain lower case, a text of more than
    /// 256 bytes that a split draws by, and what a custom strategy allocates.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let lead = LeadRecord::new("L-1");
    /// let decision = router.decide(&lead, now);
    /// assert_eq!(decision.rep(), Some("ann"));
    /// assert_eq!(router.decide(&lead, now).rep(), Some("ann")); // asking takes no turn
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide(&self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>) -> Decision {
        self.decide_one(&lead, now, None, None)
    }

    /// What should happen with a lead if the caller's wishes count, too: a reroute, somebody excluded, a requirement
    /// relaxed.
    ///
    /// A lead in hand moves only for [`Ask::reroute`]: without it, whom the ask excludes keeps what they have. Costs as
    /// [`Router::decide`], and a copy of the ask.
    ///
    /// ```
    /// use lead_router::Ask;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let lead = LeadRecord::new("L-1");
    /// assert_eq!(router.route(&lead, now).rep(), Some("ann"));
    ///
    /// // Ann cannot take it after all. Committed, her turn goes back and bob's is taken.
    /// let decision = router.decide_with(&lead, now, &Ask::reroute().exclude("ann"));
    /// let receipt = router.commit(&lead, decision)?;
    /// assert_eq!(receipt.rep(), Some("bob"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide_with(&self, lead: &(impl Lead + ?Sized), now: DateTime<Utc>, ask: &Ask) -> Decision {
        self.decide_one(&lead, now, Some(ask), None)
    }

    /// The decision to give a lead to a rep, whatever the plan says: a person's choice. Pure; commit it like any other.
    ///
    /// The lead may be new, wait in a queue or be in somebody's hands; committed, the turn of whoever had it is given back.
    /// The rep may be away, full, paused or inactive. It counts as an open lead of theirs and takes no turn from anybody.
    ///
    /// # Errors
    ///
    /// If the rep is not in the roster, or if the order says until when: a lead is given for good.
    ///
    /// ```
    /// use lead_router::Order;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let lead = LeadRecord::new("L-1");
    /// let order = Order::new().by("maria").because("they met at the fair");
    /// let decision = router.give(&lead, "bob", now, &order)?;
    /// assert_eq!(decision.to_string(), "L-1: assigned to bob by hand: given to this rep by maria: they met at the fair");
    /// let receipt = router.commit(&lead, decision)?;
    /// assert_eq!((receipt.rep(), receipt.path()), (Some("bob"), "by hand"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give(
        &self,
        lead: &(impl Lead + ?Sized),
        rep: &str,
        now: DateTime<Utc>,
        order: &Order,
    ) -> Result<Decision, EventError> {
        self.check_gift(rep, order)?;
        Ok(self.decide_with(lead, now, &Ask::give(rep, order)))
    }

    /// Says that the host's write succeeded: the commit stands for good. No balance and no count changes.
    ///
    /// Gives the record to store. There is none for the receipt of a repeat whose commit was settled before, and none
    /// for a lead without an id or with one that is too long, which the router does not keep track of.
    ///
    /// # Errors
    ///
    /// If the commit was settled, rolled back, closed, forgotten or rerouted already. Nothing changes then;
    /// [`ReceiptError`] says what to do.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// let record = router.settle(&receipt)?;
    /// assert!(record.is_some());
    /// assert_eq!(
    ///     router.rollback(&receipt).map_err(|error| error.to_string()),
    ///     Err("commit 1 of lead `L-1` is settled".to_owned()),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settle(&mut self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        let record = self.prepare_settle(receipt)?;
        if let Some(record) = &record {
            self.apply_own(record);
        }
        Ok(record)
    }

    /// Says that the host's write failed: gives back exactly what the commit took, and no more. Turns that others took
    /// since stand.
    ///
    /// A turn that is unsettled for longer than [`Plan::rollback_window`] still goes back to the rep, paid for by the
    /// members of the rotation who are there now; the record says how it went
    /// ([`TurnReturned`](crate::journal::TurnReturned)).
    ///
    /// Gives the record to store. There is none for the receipt of a repeat, which took nothing, and none for a lead
    /// without an id or with one that is too long.
    ///
    /// # Errors
    ///
    /// If the commit was settled, rolled back, closed, forgotten or rerouted already. Nothing changes then;
    /// [`ReceiptError`] says what to do.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let before = router.clone();
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// router.rollback(&receipt)?; // the CRM said no
    /// assert_eq!(router.state(), before.state());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rollback(&mut self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        let record = self.prepare_rollback(receipt)?;
        if let Some(record) = &record {
            self.apply_own(record);
        }
        Ok(record)
    }

    /// Takes in what happened: presence, loads, closed leads, edits of roster, plan and accounts. Gives the record to
    /// store. A `now` before the router's clock counts as the clock.
    ///
    /// An edit of the roster or the plan binds the plan anew, which costs O(reps + steps). All else touches one rep,
    /// lead or account.
    ///
    /// # Errors
    ///
    /// If it speaks of a rep, pool, lead or account that is not there, or if the edit is faulty. Nothing changes then.
    ///
    /// ```
    /// use lead_router::{Event, Presence};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let record = router.observe(Event::presence("ann", Presence::offline()), now)?;
    /// assert_eq!(record.sequence, 1);
    /// assert_eq!(router.decide(&LeadRecord::new("L-1"), now).rep(), Some("bob"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn observe(&mut self, event: Event, now: DateTime<Utc>) -> Result<Record, EventError> {
        let record = self.prepare_event(event, now)?;
        self.apply_own(&record);
        Ok(record)
    }

    /// Moves the clock, which never goes back. What time alone causes happens by itself and needs no record, so that this
    /// is about what [`Router::next_deadline`] and the views count from; and about speed, since decisions near the clock need
    /// not look into calendars. Costs what has changed since: O(log n) for each shift of equal hours that opens or closes.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use lead_router::{Event, Presence};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let ten: DateTime<Utc> = "2026-03-02T10:00:00Z".parse()?;
    /// router.observe(Event::presence("ann", Presence::busy().until(ten)), now)?;
    /// assert_eq!(router.next_deadline(), Some(ten)); // call again then: she may take a lead that waits
    ///
    /// router.advance(ten);
    /// assert_eq!(router.next_deadline(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(&mut self, now: DateTime<Utc>) {
        self.clock = self.clock.max(Instant::from(now));
        self.desk.team.advance_shifts(self.clock);
    }

    /// When the router's state next changes by itself, in UTC and whole milliseconds: a presence, a pause, a leave or a pin
    /// ends, working hours begin or end, a cap lets another lead in, a ramp changes a weight, a lead is forgotten, or something is
    /// [due](Router::due). None if
    /// nothing of this will. Counted from the router's clock; [`Router::advance`] shows it. Until the clock has started,
    /// nobody's hours are looked at: call [`Router::advance`] once.
    ///
    /// What a plan compares with the time of the decision is not in it, and changes by itself, too: conditions on the age
    /// of a field ([`age_below`](crate::condition::Field::age_below) and the like), accounts that were lost not long
    /// ago ([`Keeps::LostWithin`](crate::Keeps::LostWithin)), and custom strategies that read the time.
    #[must_use]
    pub fn next_deadline(&self) -> Option<DateTime<Utc>> {
        let due = self.desk.next_due(self.clock);
        self.desk.next_change(self.clock).into_iter().chain(due).min().and_then(Instant::to_utc)
    }

    /// The receipt of the commit that stands for a lead, for a host that lost its own: after a crash between commit and
    /// write, this is what to write. None if the lead is neither in hand nor in a queue.
    ///
    /// It holds no record: the journal has that. Of a settled commit it holds no reason and no notices, either.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    /// let receipt = router.receipt("L-1").ok_or("not in hand")?;
    /// assert_eq!(receipt.rep(), Some("ann"));
    /// router.settle(&receipt)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
impl Router {
    /// Why what is unsettled was committed, by number.
    fn reasons(&self) -> BTreeMap<u64, Reason> {
        let chains = self.desk.hand.iter().flat_map(|one| std::iter::successors(Some(one), |one| one.previous()));
        chains.filter_map(|one| Some((one.sequence, self.book.told(&one.pending.as_ref()?.said)))).collect()
    }
}

impl PartialEq for Router {
    fn eq(&self, other: &Self) -> bool {
        self.plan == other.plan
            && self.accounts == other.accounts
            && self.desk == other.desk
            && self.recorded == other.recorded
            && self.sequence == other.sequence
            && self.reasons() == other.reasons()
    }
}

/// Routers move between threads, and are shared by them.
const _: fn() = || {
    fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Router>();
};
