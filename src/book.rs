//! The names that decisions and explanations speak of.

use crate::desk::{PoolIndex, RepIndex, Team};
use crate::strategy::{BoundPlan, FieldIndex, Names};
use std::sync::Arc;

/// Tells one router's decisions from another's.
#[derive(Debug)]
pub(crate) struct RouterMark;

/// A router's names as they were at some moment, behind one shared handle: a decision borrows nothing and still knows
/// what its dense indexes mean.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub(crate) router: Arc<RouterMark>,
    pub(crate) plan: Arc<BoundPlan>,
    reps: Vec<Arc<str>>,
    pools: Vec<Arc<str>>,
}

impl Book {
    pub(crate) fn new(router: Arc<RouterMark>, plan: Arc<BoundPlan>, team: &Team) -> Self {
        Self {
            router,
            plan,
            reps: team.reps().map(|(_, rep)| Arc::clone(&rep.name)).collect(),
            pools: team.pool_names().cloned().collect(),
        }
    }
}

impl Book {
    pub(crate) fn pool_name(&self, pool: PoolIndex) -> &str {
        self.pools.get(pool.0 as usize).map_or("", |name| name)
    }
}

impl Names for Book {
    fn rep(&self, rep: RepIndex) -> &str {
        self.reps.get(rep.0 as usize).map_or("", |name| name)
    }

    fn pool(&self, pool: PoolIndex) -> &str {
        self.pool_name(pool)
    }

    fn field(&self, field: FieldIndex) -> &str {
        self.plan.fields.get(field.0 as usize).map_or("", |name| name)
    }
}
