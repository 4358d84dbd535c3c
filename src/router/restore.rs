//! Taking up where an earlier router stopped.

use super::build::{adopt, find_owners, finding, pins_of_departed};
use super::{RestoreError, Router};
use crate::account::Account;
use crate::book::{Book, RouterMark};
use crate::fault::{BuildError, Fault, FaultKind};
use crate::instant::Instant;
use crate::journal::{Edit, Record};
use crate::plan::Plan;
use crate::roster::Roster;
use crate::snapshot::{EditReport, Kept, Snapshot};
use crate::strategy::Registry;
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Router {
    /// All that the router keeps, to be written down: what a restart [restores](Snapshot::restore), and what a journal
    /// begins with. Costs as a clone of the router, O(reps + accounts + leads); nothing changes. What is written down is made of
    /// it later, when it is first asked for.
    ///
    /// ```
    /// use lead_router::Snapshot;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// let file = serde_json::to_string(&router.snapshot())?;
    ///
    /// // After a restart: an equal router. Whose turn it is, and what is not settled, is as it was.
    /// let snapshot: Snapshot = serde_json::from_str(&file)?;
    /// let mut restored = snapshot.restore().build()?;
    /// assert_eq!(restored, router);
    /// restored.settle(&receipt)?;
    /// assert_eq!(restored.route(&LeadRecord::new("L-2"), now).rep(), Some("bob"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A journal [begins](crate::journal) with one: taken before the first record, it holds plan, roster and accounts, and with
    /// the records up to any number it gives the router as it was then.
    ///
    /// What is not in it: the [`Registry`], which is code, and the clock as far as only
    /// [`Router::advance`] and repeats moved it. A restored router's clock stands at the last record.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let (plan, accounts, desk) = (Arc::clone(&self.plan), self.accounts.clone(), self.desk.clone());
        let kept = Kept { plan, accounts, desk, sequence: self.sequence, recorded: self.recorded };
        Snapshot::of(kept, Arc::clone(&self.book))
    }
}

impl Snapshot {
    /// Starts a router that takes up where the one stopped that the snapshot was taken of. See [`Restore`].
    pub fn restore(&self) -> Restore<'_> {
        Restore { snapshot: self, registry: Registry::new() }
    }
}

/// Restores a router from a snapshot. Got from [`Snapshot::restore`].
///
/// ```
/// # use lead_router::{LeadRecord, Plan, Registry, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let router = Router::new(plan, roster)?;
/// # let my_strategies = Registry::new();
/// let snapshot = router.snapshot();
/// let restored = snapshot.restore().registry(my_strategies).build()?;
/// assert_eq!(restored, router);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is restored before `build`"]
pub struct Restore<'a> {
    snapshot: &'a Snapshot,
    registry: Registry,
}

impl<'a> Restore<'a> {
    /// Brings the host's own strategies, in place of those of an earlier call.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// Restores the router as it was: an equal one, which picks alike and goes on with the same journal. Receipts that were
    /// not settled can be settled or rolled back; decisions that were not committed are another router's, so decide again.
    ///
    /// What a running router may come to, such as a pool that ran empty, is a [finding](Router::findings). Costs O(reps +
    /// accounts + leads + steps).
    ///
    /// # Errors
    ///
    /// Everything in the snapshot that no router could have written, at once, each with its place; or the names of the
    /// strategies that the registry lacks. Nothing is built then.
    pub fn build(self) -> Result<Router, RestoreError> {
        let mut router = self.open(may_come_of_roster)?;
        // Neither changes what a router wrote.
        router.hold_strays();
        router.desk.upkeep(router.recorded);
        Ok(router)
    }

    /// Goes on with a plan and a roster that may have been edited since. [`RestoreOnto`] takes what else was edited, and has
    /// an example.
    pub fn onto(self, plan: Plan, roster: Roster) -> RestoreOnto<'a> {
        RestoreOnto { edit: Edit::new().plan(plan).roster(roster), restore: self }
    }

    /// The router as it was, if its plan has no other faults than such as are only noted.
    fn open(self, is_noted: impl Fn(&Fault) -> bool) -> Result<Router, RestoreError> {
        let Kept { plan, mut accounts, mut desk, sequence, recorded } =
            self.snapshot.read().map_err(|faults| RestoreError::Snapshot(BuildError::new(faults)))?;
        let mut made = plan.bind(&desk.team, &self.registry, false);
        let (noted, refused): (Vec<Fault>, Vec<Fault>) = made.faults.drain(..).partition(is_noted);
        if !refused.is_empty() {
            return Err(RestoreError::Snapshot(BuildError::new(refused)));
        }
        let mut findings = std::mem::take(&mut made.findings);
        findings.extend(noted.into_iter().chain(desk.team.unknown_managers()).map(finding));
        findings.extend(pins_of_departed(&desk));
        findings.extend(find_owners(&mut accounts, &desk.team));
        let bound = Arc::new(adopt(&plan, made, &mut desk));
        desk.wind_all();
        let book = Arc::new(Book::new(Arc::new(RouterMark), Arc::clone(&bound), &desk.team));
        let (clock, registry) = (recorded, self.registry);
        Ok(Router { plan, registry, accounts, desk, bound, book, findings, clock, recorded, sequence })
    }
}

/// Restores a router onto a plan and a roster that may have been edited since the snapshot was taken. Got from
/// [`Restore::onto`].
///
/// This is the router as it was, and then one [`Edit`]: nobody's balance, load or lead moves because of it, but for who
/// left. Names are changed first; plan, roster and accounts speak of everything by its new name.
///
/// ```
/// use lead_router::Restored;
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let read_plan = || Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let plan = read_plan();
/// # let read_roster = || Roster::new().reps(["anna", "cy"].map(|id| RepRecord::new(id).pool("smb")));
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
/// # router.route(&LeadRecord::new("L-1"), now);
/// # let snapshot = router.snapshot();
/// # let mut journal = Vec::new();
///
/// let restored = snapshot.restore().onto(read_plan(), read_roster()).rename_rep("ann", "anna").build(now)?;
/// let Restored { router, report, record, .. } = restored;
/// assert_eq!(report.reps.to_string(), "1 new (cy), 1 renamed (ann is anna), 1 gone (bob)");
/// journal.extend(record); // before any other: it follows the snapshot
///
/// let mut replayed = snapshot.restore().build()?;
/// for record in &journal {
///     replayed.apply(record)?;
/// }
/// assert_eq!(replayed, router);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is restored before `build`"]
pub struct RestoreOnto<'a> {
    restore: Restore<'a>,
    edit: Edit,
}

impl RestoreOnto<'_> {
    /// Brings the account directory as it is now; without it, that of the snapshot counts. See [`Edit::accounts`].
    pub fn accounts(self, accounts: impl IntoIterator<Item = Account>) -> Self {
        Self { edit: self.edit.accounts(accounts), ..self }
    }

    /// A rep of the snapshot has another id now. See [`Edit::rename_rep`].
    pub fn rename_rep(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { edit: self.edit.rename_rep(old, new), ..self }
    }

    /// A pool has another name now, and so do the rotations that are named after it. See [`Edit::rename_pool`].
    pub fn rename_pool(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { edit: self.edit.rename_pool(old, new), ..self }
    }

    /// A rotation has another name now. See [`Edit::rename_rotation`].
    pub fn rename_rotation(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { edit: self.edit.rename_rotation(old, new), ..self }
    }

    /// A queue has another name now. See [`Edit::rename_queue`].
    pub fn rename_queue(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { edit: self.edit.rename_queue(old, new), ..self }
    }

    /// A label has another name now. See [`Edit::rename_label`].
    pub fn rename_label(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { edit: self.edit.rename_label(old, new), ..self }
    }

    /// Restores the router and makes the edit, at `now` or at the time of the last record, whichever is later.
    ///
    /// A name that the plan uses and that never was there is a fault, as in [`Event::plan`](crate::Event::plan); what left
    /// since is a [finding](Router::findings). A plan that is as it was is not looked at again.
    ///
    /// # Errors
    ///
    /// As [`Restore::build`]; or everything that is wrong with the edit, at once. Nothing is built then.
    pub fn build(self, now: DateTime<Utc>) -> Result<Restored, RestoreError> {
        let Self { restore, edit } = self;
        let is_replaced = edit.plan.as_ref().is_some_and(|plan| plan != restore.snapshot.plan());
        // What only the plan of once needs is not missed. A strategy without its code has no queues, so that strays are
        // told by the new plan alone.
        let is_noted = |fault: &Fault| may_come_of_roster(fault) || (is_replaced && is_missing_strategy(&fault.kind));
        let mut router = restore.open(is_noted)?;
        let at = Instant::from(now).max(router.recorded);
        let record = router.prepare_edit(edit.clone(), at);
        let record = record.map_err(|faults| RestoreError::Edit(BuildError::new(faults)))?;
        let before = router.clone();
        match &record {
            Some(record) => router.apply_own(record),
            None => router.hold_strays(),
        }
        router.desk.upkeep(router.recorded);
        let report = before.report(&edit, &router);
        Ok(Restored { router, report, record })
    }
}

/// A router that was restored onto an edited plan and roster. Got from [`RestoreOnto::build`]; [`RestoreOnto`] has an
/// example.
#[derive(Debug)]
#[non_exhaustive]
pub struct Restored {
    /// The router.
    pub router: Router,
    /// What the edit changed.
    pub report: EditReport,
    /// The record to store before any other, so that the journal knows of the edit; none if it changed nothing.
    pub record: Option<Record>,
}

fn is_missing_strategy(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::Unknown(unknown) if unknown.what == "custom strategy")
}

/// Whether a plan that was fine may come to this fault while its router runs: a custom strategy may refuse the roster as
/// it is now, or make something else of it than before, which need not fit to the other steps.
fn may_come_of_roster(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::Custom { .. }
            | FaultKind::StateWithoutLabel(_)
            | FaultKind::SharedState { .. }
            | FaultKind::BalancesDiffer { .. }
            | FaultKind::AbsencesDiffer { .. }
            | FaultKind::QueueAndParked(_)
    )
}
