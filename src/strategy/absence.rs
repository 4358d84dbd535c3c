//! `absence`: what a rotation does with the balance of a member who comes back from leave. A setting of the steps that
//! rotate and of the plan, not a step.

use serde::{Deserialize, Serialize};

/// What becomes of what a rep is owed, or owes, when they come back from [`Leave`](crate::Leave). For
/// [`Plan::absence`](crate::Plan::absence), and for single rotations
/// [`RoundRobin::absence`](crate::strategy::RoundRobin::absence).
///
/// Either way nobody is owed anything for the leads that passed while they were away: there is no flood on the first day back.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use lead_router::{Absence, Leave, LeadRecord, Plan, RepRecord, Roster, Router, round_robin};
///
/// let at = |day: u32| format!("2026-03-{day:02}T09:00:00Z").parse::<DateTime<Utc>>();
/// let plan = Plan::new(round_robin("smb")).otherwise("triage").absence(Absence::Forgive);
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb").leave(Leave::days("2026-03-03", "2026-03-04")))
///     .rep(RepRecord::new("bob").pool("smb"));
/// let mut router = Router::new(plan, roster)?;
/// router.route(&LeadRecord::new("L-1"), at(2)?); // ann's: she is one turn shared by two ahead
///
/// let owed = |router: &Router| -> Option<f64> {
///     router.rotation("smb")?.members().find(|member| member.rep == "ann").map(|member| member.owed())
/// };
/// assert_eq!(owed(&router), Some(-0.5));
/// router.route(&LeadRecord::new("L-2"), at(4)?); // bob's, who is the only one there: no turn
/// router.route(&LeadRecord::new("L-3"), at(5)?); // she is back and starts even; bob is owed half a turn still, so that it is his
/// assert_eq!(owed(&router), Some(0.5)); // her share of it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In files: `absence = "forgive"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Absence {
    /// The rep has exactly what they were owed before. The bounds of [`round_robin`](crate::round_robin) stay as they are.
    #[default]
    Keep,
    /// The rep starts even, as somebody who joins; what they were owed goes to the rotation's
    /// [departed](crate::RotationView::departed) sum. The bound is that of joins and leaves, N - 1 turns.
    Forgive,
}
