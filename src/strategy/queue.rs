//! `queue` and `parked`: the lead waits.

use super::{Bind, Binder, QueueIndex, Scope, Strategy, Verdict};
use crate::reason::Why;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Holds the lead until somebody is free. Made by [`queue`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Queue {
    name: String,
}

/// Holds the lead until somebody takes it. Made by [`parked`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parked {
    name: String,
}

/// Holds the lead in a queue whose leads are given out when somebody comes free.
///
/// Inside `first_of` it makes sense only as the last branch, because it never passes.
///
/// ```
/// use lead_router::{available, first_of, queue, round_robin};
///
/// let wait_for_a_closer = first_of((available(round_robin("closers")), queue("hot leads")));
/// # let _ = wait_for_a_closer;
/// ```
///
/// In a file: `queue = "hot leads"`.
#[must_use]
pub fn queue(name: impl Into<String>) -> Queue {
    Queue { name: name.into() }
}

/// Holds the lead in a queue that only a person empties: nurture, disqualified, manual review.
///
/// ```
/// use lead_router::{field, parked, when};
///
/// let students = when(field("email").ends_with(".edu"), parked("nurture"));
/// # let _ = students;
/// ```
///
/// In a file: `parked = "nurture"`. One name cannot be both a queue and parked.
#[must_use]
pub fn parked(name: impl Into<String>) -> Parked {
    Parked { name: name.into() }
}

impl Bind for Queue {
    fn title(&self) -> String {
        format!("queue {}", self.name)
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        Arc::new(BoundQueueStep { queue: binder.queue(&self.name, false), why: Why::Queued })
    }
}

impl Bind for Parked {
    fn title(&self) -> String {
        format!("parked {}", self.name)
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        Arc::new(BoundQueueStep { queue: binder.queue(&self.name, true), why: Why::Parked })
    }
}

#[derive(Debug)]
struct BoundQueueStep {
    queue: QueueIndex,
    why: Why,
}

impl Strategy for BoundQueueStep {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.held(self.queue, self.why.clone())
    }
}
