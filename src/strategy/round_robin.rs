//! `round_robin`: a pool's reps in turn, fairly.

use super::{Bind, Binder, Scope, Strategy, Verdict};
use crate::desk::SeatingIndex;
use crate::form::name_or_table;
use crate::index::PoolIndex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// A pool's reps in turn. Made by [`round_robin`], which has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundRobin {
    pool: String,
    rotation: Option<String>,
}

/// Gives leads to a pool's reps in turn, in proportion to their weights there.
///
/// Each lead is one turn to be shared, by weight, among the reps who can take it. The rotation keeps what each rep is
/// owed and picks so that nobody is ever further from their share than a stated bound:
///
/// - less than one turn while the same reps are open from the start, with the same weights;
/// - at most (n - 1) / 2 turns for n reps, whatever absences, skills and weights do;
/// - at most N - 1 turns if reps join and leave, too, and there are never more than N.
///
/// Who is away is owed nothing for leads that passed meanwhile, and comes back with exactly what they were owed before.
/// Who joins starts even. The step passes if nobody in the pool is open. O(n) over the pool.
///
/// Ties go to the larger amount owed, then by a fixed lot drawn from the rotation's name and the rep's id.
///
/// ```
/// use lead_router::{available, round_robin};
///
/// let usual = available(round_robin("smb"));
/// // One rotation for two places of the plan: a turn here counts there too.
/// let shared = available(round_robin("smb").rotation("all of sales"));
/// # let _ = (usual, shared);
/// ```
///
/// In a file: `round_robin = "smb"`, or `round_robin = { pool = "smb", rotation = "all of sales" }`.
#[must_use]
pub fn round_robin(pool: impl Into<String>) -> RoundRobin {
    RoundRobin { pool: pool.into(), rotation: None }
}

impl RoundRobin {
    /// Takes turns in a rotation of this name, in place of the pool's own (the pool's and band's own, inside a band). A
    /// name has 1 to 256 bytes and no `@`.
    #[must_use]
    pub fn rotation(mut self, name: impl Into<String>) -> Self {
        self.rotation = Some(name.into());
        self
    }
}

impl Bind for RoundRobin {
    fn title(&self) -> String {
        format!("round_robin {}", self.pool)
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let pool = binder.pool(&self.pool).unwrap_or(PoolIndex::EVERYONE);
        let seating = binder.seating(&self.pool, pool, self.rotation.as_deref());
        Arc::new(BoundRoundRobin { seating, pool })
    }
}

#[derive(Debug)]
struct BoundRoundRobin {
    seating: SeatingIndex,
    pool: PoolIndex,
}

impl Strategy for BoundRoundRobin {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.take_turn(self.seating, self.pool)
    }
}

/// The long form of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    pool: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rotation: Option<String>,
}

impl From<String> for Table {
    fn from(pool: String) -> Self {
        Self { pool, rotation: None }
    }
}

impl Serialize for RoundRobin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.rotation {
            None => self.pool.serialize(serializer),
            Some(_) => Table { pool: self.pool.clone(), rotation: self.rotation.clone() }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RoundRobin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Table { pool, rotation } =
            name_or_table(deserializer, "a pool's name, or a table with `pool` and `rotation`")?;
        Ok(Self { pool, rotation })
    }
}
