//! `use`: a named step, written once and used anywhere.

use super::{Because, Bind, Binder, Scope, StepIndex, Strategy, Verdict};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A place where a named step is used. Made by [`step`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Use {
    name: String,
}

/// Uses a step that the plan names, so that a plan stays flat and says everything once.
///
/// ```
/// use lead_router::{Plan, available, first_of, least_loaded, round_robin, step};
///
/// let plan = Plan::new(first_of((step("smb"), least_loaded("everyone"))))
///     .otherwise("triage")
///     .name_step("smb", available(round_robin("smb")));
/// # let _ = plan;
/// ```
///
/// In a file: `{ use = "smb" }`, and a table `[steps.smb]`.
#[must_use]
pub fn step(name: impl Into<String>) -> Use {
    Use { name: name.into() }
}

impl Use {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Bind for Use {
    fn title(&self) -> String {
        format!("use {}", self.name)
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        Arc::new(BoundUse { used: binder.named(&self.name) })
    }
}

#[derive(Debug)]
struct BoundUse {
    /// None only beside a fault.
    used: Option<StepIndex>,
}

impl Strategy for BoundUse {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        match self.used {
            Some(step) => scope.run(step),
            None => Verdict::Pass(Because::from("no such step")),
        }
    }
}
