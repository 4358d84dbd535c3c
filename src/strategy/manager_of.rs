//! `manager_of`: the manager of whoever would have had the lead.

use super::{Because, Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::fault::Severity;
use crate::index::PoolIndex;
use crate::reason::{Named, Why};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The manager of whoever the step inside picks. Made by [`manager_of`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ManagerOf {
    then: Box<Step>,
}

/// Gives the lead to the manager of whoever would have had it: of the rep whom the step inside picks, or else of the
/// pool that it chooses from.
///
/// The step inside is only asked. Presence and capacity do not count there, nor does
/// [`when_away`](crate::strategy::AccountOwner::when_away): a rep who is away or full has a manager, too. It takes no
/// turn, its labels are no part of the path, and strategies of your own in it learn nothing of the lead.
///
/// If it picks a rep, the lead goes to the [manager](crate::RepRecord::manager) of that rep. If it picks nobody, or a rep
/// without a manager, it goes to the [manager](crate::PoolRecord::manager) of the pool: the first that the step inside
/// names, in the order of the plan. So put `manager_of` into each band of a number, not around all of them. A manager who
/// is no longer in the roster counts as none.
///
/// The manager must be open to this step like anybody else: never inactive, and inside `available` online and with room.
/// It counts as an open lead of theirs. The step passes if they are not open, and if no manager is known.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, Presence, RepRecord, Roster, Router, available, first_of, manager_of, round_robin,
/// };
///
/// let plan = Plan::new(available(first_of((round_robin("smb"), manager_of(round_robin("smb")))))).otherwise("triage");
/// let roster = Roster::new()
///     .rep(RepRecord::new("maria"))
///     .rep(RepRecord::new("ann").pool("smb").manager("maria").present(Presence::offline()));
/// let router = Router::new(plan, roster)?;
///
/// let decision = router.decide(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.to_string(), "L-1: assigned to maria by manager_of: manages `ann`, who would have had it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// One in another gives the manager's manager:
///
/// ```
/// use lead_router::{manager_of, round_robin};
///
/// let head_of_sales = manager_of(manager_of(round_robin("smb")));
/// # let _ = head_of_sales;
/// ```
///
/// In a file: `manager_of = { round_robin = "smb" }`.
#[must_use]
pub fn manager_of(then: impl Into<Step>) -> ManagerOf {
    ManagerOf { then: Box::new(then.into()) }
}

impl Bind for ManagerOf {
    fn title(&self) -> String {
        "manager_of".to_owned()
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("", &self.then)]
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let (then, pool) = binder.with_first_pool(|binder| binder.child("", &self.then));
        if !binder.has_managers(pool) {
            binder.finding(Severity::Serious, "no manager is known, so that this step passes".to_owned());
        }
        Arc::new(BoundManagerOf { then, pool })
    }
}

#[derive(Debug)]
struct BoundManagerOf {
    then: StepIndex,
    /// The first pool that the step inside names.
    pool: Option<PoolIndex>,
}

impl Strategy for BoundManagerOf {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let picked = match scope.run_without_soft_gates(self.then) {
            Verdict::Pick(pick) => Some(pick.rep),
            _ => None,
        };
        let team = &scope.situation().desk.team;
        let of_rep = picked.and_then(|rep| Some((team.manager(rep)?, Why::ManagerOf { rep: Named::Rep(rep) })));
        let of_pool = || {
            let pool = self.pool?;
            Some((team.pool_manager(pool)?, Why::PoolManager { pool: Named::Pool(pool) }))
        };
        let Some((manager, why)) = of_rep.or_else(of_pool) else {
            return Verdict::pass(Why::NoManager);
        };
        let filter = scope.filter();
        match filter.gate(manager) {
            None => scope.picked(manager, Because(why)),
            Some(gate) => Verdict::pass(scope.rep_gated(filter, manager, gate)),
        }
    }
}

#[cfg(test)]
mod tests;
