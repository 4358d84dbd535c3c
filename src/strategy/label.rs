//! `label`: a name for a branch, which becomes part of the path.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A name for the step below. Made by [`label`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `name` and `then`, such as label = { name = \"fast lane\", then = step }"
)]
pub struct Label {
    name: String,
    then: Box<Step>,
}

/// Names a step. The labels down to the step that decides are the lead's path, which reports group by; tallies of
/// custom strategies are kept under them.
///
/// A label is unique in its plan, has 1 to 256 bytes and no `/`, and is neither `otherwise` nor `by hand`.
///
/// ```
/// use lead_router::{Plan, Roster, RepRecord, LeadRecord, Router, label, round_robin};
///
/// let plan = Plan::new(label("fast lane", round_robin("closers"))).otherwise("triage");
/// let router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("closers")))?;
/// let decision = router.decide(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.path(), "fast lane");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn label(name: impl Into<String>, then: impl Into<Step>) -> Label {
    Label { name: name.into(), then: Box::new(then.into()) }
}

impl Label {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn inner(&self) -> &Step {
        &self.then
    }
}

impl Bind for Label {
    fn title(&self) -> String {
        format!("label {}", self.name)
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("then", &self.then)]
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let then = binder.labelled(&self.name, |binder| binder.child("then", &self.then));
        Arc::new(BoundLabel { then })
    }
}

#[derive(Debug)]
struct BoundLabel {
    then: StepIndex,
}

impl Strategy for BoundLabel {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.run(self.then)
    }
}
