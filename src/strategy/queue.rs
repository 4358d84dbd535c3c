//! `queue` and `parked`: the lead waits.

use super::{Bind, Binder, QueueIndex, Scope, Strategy, Verdict};
use crate::reason::Why;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Holds the lead until it is decided again. Made by [`queue()`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Queue {
    name: String,
}

/// Holds the lead until a person acts. Made by [`parked`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parked {
    name: String,
}

/// Holds the lead in a queue for leads that should go to whoever comes free.
///
/// The router gives nothing out by itself: it keeps no fields of a lead to decide by. When somebody comes free (an
/// event that the host observes, or [`Router::next_deadline`](crate::Router::next_deadline)), the host calls
/// [`Router::release`](crate::Router::release): each lead that waits is decided afresh, and one that must wait on keeps its
/// place. A rep may [take one](crate::Router::claim). [`Waiting`](crate::Waiting) says who comes first, and what is due when
/// it takes too long.
///
/// Inside `first_of` it makes sense only as the last branch, because it never passes.
///
/// ```
/// use lead_router::{
///     Event, LeadRecord, Plan, Presence, RepRecord, Roster, Router, available, first_of, queue, round_robin,
/// };
///
/// let wait_for_a_closer = first_of((available(round_robin("closers")), queue("hot leads")));
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("closers").present(Presence::busy()));
/// let mut router = Router::new(Plan::new(wait_for_a_closer).otherwise("triage"), roster)?;
///
/// let (lead, now) = (LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(router.route(&lead, now).queue(), Some("hot leads"));
///
/// router.observe(Event::presence("ann", Presence::online()), now)?;
/// let released = router.release(now, |_| Some(&lead)); // by id, from where the host keeps its leads
/// assert_eq!(released.first().and_then(|receipt| receipt.rep()), Some("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `queue = "hot leads"`.
#[must_use]
pub fn queue(name: impl Into<String>) -> Queue {
    Queue { name: name.into() }
}

/// Holds the lead in a queue that only a person empties: nurture, disqualified, manual review.
/// [`Router::release`](crate::Router::release) leaves it there.
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
