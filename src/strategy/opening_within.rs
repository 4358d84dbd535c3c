//! `opening_within`: reps who can take a lead now, or else those who can soonest.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::condition::ConditionFault;
use crate::fault::FaultKind;
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Narrows the step below to reps who can take a lead soonest. Made by [`opening_within`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `within` and `then`, such as opening_within = { within = \"2h\", then = step }"
)]
pub struct OpeningWithin {
    within: Span,
    then: Box<Step>,
}

/// Narrows every step below to reps who can take a lead now, as [`available`](crate::available) does; if a pool has none,
/// to those who can soonest, and within so much time.
///
/// A rep can as soon as hours, presence and caps let them, as far as these end by themselves. Nobody is given a lead ahead
/// who is inactive, paused or on leave now. Of a pool, only those count who open first, and they share the leads as the
/// step below says: fairly, for `round_robin`. If nobody opens in time, the step passes.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, RepRecord, Roster, Router, WorkingHours, first_of, hours, opening_within, queue, round_robin,
/// };
///
/// let plan = Plan::new(first_of((opening_within(hours(2), round_robin("smb")), queue("night")))).otherwise("triage");
/// let nine_to_five = |zone: &str| WorkingHours::in_zone(zone).on("mon-fri", "09:00-17:00");
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb").hours(nine_to_five("Europe/Berlin")))
///     .rep(RepRecord::new("kei").pool("smb").hours(nine_to_five("Asia/Tokyo")));
/// let router = Router::new(plan, roster)?;
///
/// // Seven in the morning in Berlin: in Tokyo it is the afternoon.
/// let lead = LeadRecord::new("L-1");
/// assert_eq!(router.decide(&lead, "2026-03-02T06:00:00Z".parse()?).rep(), Some("kei"));
/// // Half an hour before Tokyo opens, and nobody is there.
/// let decision = router.decide(&lead, "2026-03-02T23:30:00Z".parse()?);
/// assert_eq!(
///     decision.to_string(),
///     "L-1: assigned to kei by round_robin smb: the first in `smb` to open, at 2026-03-03 00:00 UTC",
/// );
/// // Three hours before.
/// assert_eq!(router.decide(&lead, "2026-03-02T21:00:00Z".parse()?).queue(), Some("night"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Where these steps nest, the shortest limit counts. Inside `available` nobody is away, so that only an `available` that
/// relaxes hours leaves it anything to do. O(n) over each pool below.
///
/// In a file: `opening_within = { within = "2h", then = { round_robin = "smb" } }`.
#[must_use]
pub fn opening_within(within: Span, then: impl Into<Step>) -> OpeningWithin {
    OpeningWithin { within, then: Box::new(then.into()) }
}

impl Bind for OpeningWithin {
    fn title(&self) -> String {
        format!("opening within {}", self.within)
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("then", &self.then)]
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        if self.within == Span::default() {
            let fault = ConditionFault::ZeroSpan { key: "within" };
            binder.at("within", |binder| binder.fault(FaultKind::Condition(fault)));
        }
        let then = binder.opening_within(self.within, |binder| binder.child("then", &self.then));
        Arc::new(BoundOpeningWithin { then })
    }
}

#[derive(Debug)]
struct BoundOpeningWithin {
    then: StepIndex,
}

impl Strategy for BoundOpeningWithin {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.run(self.then)
    }
}
