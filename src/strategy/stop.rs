//! `stop`: the end of the plan for a lead, with a reason.

use super::{Because, Bind, Binder, Scope, Strategy, Verdict};
use crate::reason::{Text, Why};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The end of the plan for a lead. Made by [`stop`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stop {
    reason: String,
}

/// Holds the lead in the queue of the plan's `otherwise`, with a reason; no further branch is tried.
///
/// ```
/// use lead_router::{field, stop, when};
///
/// let competitors = when(field("email").ends_with("@competitor.com"), stop("a competitor's address"));
/// # let _ = competitors;
/// ```
///
/// In a file: `stop = "a competitor's address"`.
#[must_use]
pub fn stop(reason: impl Into<String>) -> Stop {
    Stop { reason: reason.into() }
}

impl Bind for Stop {
    fn title(&self) -> String {
        format!("stop: {}", self.reason)
    }

    fn bind(&self, _: &mut Binder<'_>) -> Arc<dyn Strategy> {
        Arc::new(BoundStop { reason: self.reason.clone().into() })
    }
}

#[derive(Debug)]
struct BoundStop {
    reason: Text,
}

impl Strategy for BoundStop {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.stopped(Because(Why::Stopped(self.reason.clone())))
    }
}
