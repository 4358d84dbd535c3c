//! `when`: a branch for leads of which a condition holds.

use super::{Bind, Binder, Child, PartIndex, Scope, Step, StepIndex, Strategy, Verdict};
use crate::condition::{Condition, Read};
use crate::reason::{Named, PhraseIndex, Why};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// A branch for leads of which a condition holds. Made by [`when`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `if` and `then`, such as when = { if = condition, then = step }"
)]
pub struct When {
    #[serde(rename = "if")]
    condition: Condition,
    then: Box<Step>,
}

/// Lets the step below decide on leads of which the condition holds, and passes all others.
///
/// ```
/// use lead_router::{all, available, field, round_robin, when};
///
/// let fast_lane = when(
///     all([field("requested_demo").is(true), field("watched_video").is(true)]),
///     available(round_robin("closers")),
/// );
/// # let _ = fast_lane;
/// ```
///
/// In a file:
///
/// ```toml
/// [when]
/// if = { all = [{ field = "requested_demo", is = true }, { field = "watched_video", is = true }] }
/// then = { available = { round_robin = "closers" } }
/// ```
#[must_use]
pub fn when(condition: Condition, then: impl Into<Step>) -> When {
    When { condition, then: Box::new(then.into()) }
}

impl Bind for When {
    fn title(&self) -> String {
        format!("when {}", self.condition)
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("then", &self.then)]
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        self.condition.reads(visit);
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        binder.condition("if", &self.condition);
        let words = binder.phrase(self.condition.to_string());
        let parts = binder.parts(&self.condition);
        let then = binder.child("then", &self.then);
        Arc::new(BoundWhen { parts, words, then })
    }
}

#[derive(Debug)]
struct BoundWhen {
    parts: Range<PartIndex>,
    words: PhraseIndex,
    then: StepIndex,
}

impl Strategy for BoundWhen {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        if scope.all_hold(self.parts.clone()) {
            scope.run(self.then)
        } else {
            Verdict::pass(Why::ConditionFalse { condition: Named::Phrase(self.words) })
        }
    }
}
