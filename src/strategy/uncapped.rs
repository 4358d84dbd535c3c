//! `uncapped`: leads for which caps do not count.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Leaves caps out of every step below. Made by [`uncapped`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uncapped {
    then: Box<Step>,
}

/// Exempts what the steps below give from every [`Cap`](crate::Cap): caps keep no rep from it, and it counts for none.
///
/// ```
/// use lead_router::{
///     Account, LeadRecord, Plan, RepRecord, Roster, Router, account_owner, available, first_of, round_robin, uncapped,
/// };
///
/// let plan = Plan::new(available(first_of((uncapped(account_owner()), round_robin("smb"))))).otherwise("triage");
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb").cap("1 per day".parse()?));
/// let mut router = Router::builder(plan, roster).accounts([Account::new("A-17").owner("ann")]).build()?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let known = |id: &str| LeadRecord::new(id).with("account_id", "A-17");
/// for id in ["L-1", "L-2"] {
///     assert_eq!(router.route(&known(id), now).rep(), Some("ann")); // her own company
/// }
/// assert_eq!(router.route(&LeadRecord::new("L-3"), now).rep(), Some("ann")); // the first that counts
/// assert_eq!(router.route(&LeadRecord::new("L-4"), now).rep(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `uncapped = { account_owner = {} }`.
#[must_use]
pub fn uncapped(then: impl Into<Step>) -> Uncapped {
    Uncapped { then: Box::new(then.into()) }
}

impl Bind for Uncapped {
    fn title(&self) -> String {
        "uncapped".to_owned()
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("", &self.then)]
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let then = binder.uncapped(|binder| binder.child("", &self.then));
        Arc::new(BoundUncapped { then })
    }
}

#[derive(Debug)]
struct BoundUncapped {
    then: StepIndex,
}

impl Strategy for BoundUncapped {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.run(self.then)
    }
}
