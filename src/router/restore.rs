//! Taking up where an earlier router stopped.

use super::build::{adopt, finding, unknown_owners};
use super::{RestoreError, Router};
use crate::book::{Book, RouterMark};
use crate::fault::{BuildError, Fault, FaultKind};
use crate::snapshot::{Kept, Parts, Snapshot};
use crate::strategy::Registry;
use std::sync::Arc;

impl Router {
    /// All that the router keeps, to be written down: what a restart [restores](Snapshot::restore), and what a journal
    /// begins with. Costs O(reps + accounts + leads) and allocates accordingly; nothing changes.
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
    /// What is not in it: the [`Registry`](crate::Registry), which is code, and the clock as far as only
    /// [`Router::advance`] and repeats moved it. A restored router's clock stands at the last record.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let Self { plan, accounts, desk, sequence, recorded, .. } = self;
        Snapshot::take(Parts { plan, accounts, desk, sequence: *sequence, recorded: *recorded })
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

impl Restore<'_> {
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
        let Kept { plan, accounts, mut desk, sequence, recorded } =
            self.snapshot.read().map_err(|faults| RestoreError::Snapshot(BuildError::new(faults)))?;
        let mut made = plan.bind(&desk.team, &self.registry, false);
        let (of_roster, faults): (Vec<Fault>, Vec<Fault>) = made.faults.drain(..).partition(may_come_of_roster);
        if !faults.is_empty() {
            return Err(RestoreError::Snapshot(BuildError::new(faults)));
        }
        let mut findings = std::mem::take(&mut made.findings);
        findings.extend(of_roster.into_iter().chain(desk.team.unknown_managers()).map(finding));
        findings.extend(unknown_owners(&accounts, &desk.team));
        let bound = Arc::new(adopt(&plan, made, &mut desk));
        let book = Arc::new(Book::new(Arc::new(RouterMark), Arc::clone(&bound), &desk.team));
        let registry = self.registry;
        let mut router =
            Router { plan, registry, accounts, desk, bound, book, findings, clock: recorded, recorded, sequence };
        // Neither changes what a router wrote.
        router.hold_strays();
        router.desk.upkeep(recorded);
        Ok(router)
    }
}

/// Whether a plan that was fine may come to this fault while its router runs: a custom strategy may refuse the roster as
/// it is now.
fn may_come_of_roster(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Custom { .. } | FaultKind::StateWithoutLabel(_) | FaultKind::SharedState { .. })
}
