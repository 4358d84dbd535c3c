//! `ranked`: the best of a pool by a number of theirs, fairly in turn.

use super::balance::Balance;
use super::{Absence, Bind, Binder, Scope, Strategy, Verdict};
use crate::condition::Read;
use crate::desk::{Ranking, SeatingIndex};
use crate::fault::{FaultKind, Severity};
use crate::index::PoolIndex;
use crate::value::Number;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The best of a pool by a number of theirs. Made by [`ranked`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `pool` and `by`, such as ranked = { pool = \"smb\", by = \"win_rate\" }"
)]
pub struct Ranked {
    pool: String,
    by: String,
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    tolerance: Number,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rotation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    balance: Option<Balance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absence: Option<Absence>,
}

fn zero() -> Number {
    Number::Integer(0)
}

fn is_zero(number: &Number) -> bool {
    *number == zero()
}

/// Gives leads to the best open reps of a pool: those with the largest number in a field of theirs, and those who come
/// near it. Among themselves they take turns, as in [`round_robin`](crate::round_robin).
///
/// Only open reps are compared: while the best one is away or full, the next best count. A rep without a number there is
/// below every number; if no open rep has one, all are equal. Who is not among the best is owed nothing for the lead. The
/// step passes if nobody in the pool is open. O(n) over the pool.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, ranked};
///
/// // Whoever is within five points of the best win rate: one star is not drowned in leads.
/// let plan = Plan::new(available(ranked("closers", "win_rate").tolerance(5))).otherwise("triage");
/// let rep = |id: &str, rate: i64| RepRecord::new(id).pool("closers").with("win_rate", rate);
/// let roster = Roster::new().reps([rep("ann", 41), rep("bob", 44), rep("cid", 12)]);
/// let router = Router::new(plan, roster)?;
/// let decision = router.decide(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(
///     decision.reason().to_string(),
///     "next in turn of the 2 best of 3 open reps in `closers`, by `win_rate`"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `ranked = { pool = "closers", by = "win_rate", tolerance = 5 }`; `rotation` and `balance` as in
/// `round_robin`.
#[must_use]
pub fn ranked(pool: impl Into<String>, by: impl Into<String>) -> Ranked {
    Ranked { pool: pool.into(), by: by.into(), tolerance: zero(), rotation: None, balance: None, absence: None }
}

impl Ranked {
    /// Counts whoever is at most so far below the best number; 0 unless said. Between whole numbers the comparison is
    /// exact; of fractions it is that of floats, so that 0.8 is a little more than 0.2 above 0.6: prefer percents. For a
    /// tolerance that is no whole number, pass a [`Number`].
    #[must_use]
    pub fn tolerance(mut self, tolerance: impl Into<Number>) -> Self {
        self.tolerance = tolerance.into();
        self
    }

    /// Takes turns in a rotation of this name, as [`RoundRobin::rotation`](crate::strategy::RoundRobin::rotation).
    #[must_use]
    pub fn rotation(mut self, name: impl Into<String>) -> Self {
        self.rotation = Some(name.into());
        self
    }

    /// Shares out a number of the leads beside turns, as [`RoundRobin::balance`](crate::strategy::RoundRobin::balance).
    #[must_use]
    pub fn balance(mut self, field: impl Into<String>, most: impl Into<Number>) -> Self {
        self.balance = Some(Balance::new(field, most));
        self
    }

    /// Says what becomes of what a rep is owed when they come back from leave, in place of what the
    /// [plan](crate::Plan::absence) says. All places that share a rotation must say the same. [`Absence`] has an example.
    #[must_use]
    pub fn absence(mut self, absence: Absence) -> Self {
        self.absence = Some(absence);
        self
    }
}

impl Bind for Ranked {
    fn title(&self) -> String {
        format!("ranked {} by {}", self.pool, self.by)
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        if let Some(balance) = &self.balance {
            balance.reads(visit);
        }
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let pool = binder.pool(&self.pool).unwrap_or(PoolIndex::EVERYONE);
        let named = binder.at("by", |binder| {
            if !binder.is_rep_field(&self.by) {
                binder.finding(Severity::Warning, format!("no rep has a field `{}`", self.by));
            }
            binder.field(&self.by)
        });
        if self.tolerance < zero() {
            let kind = FaultKind::TooLow { what: "tolerance", value: self.tolerance, must: "0 or above" };
            binder.at("tolerance", |binder| binder.fault(kind));
        }
        binder.rank(Ranking { by: Arc::from(self.by.as_str()), named, tolerance: self.tolerance });
        let balance = self.balance.as_ref().map(|balance| balance.bind(binder));
        let seating = binder.seating(&self.pool, pool, self.rotation.as_deref(), balance, self.absence);
        Arc::new(BoundRanked { seating, pool })
    }
}

#[derive(Debug)]
struct BoundRanked {
    seating: SeatingIndex,
    pool: PoolIndex,
}

impl Strategy for BoundRanked {
    /// The ranking is part of the step's narrowing, so that a commit cuts off the same reps as the decision.
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.take_turn(self.seating, self.pool)
    }
}
