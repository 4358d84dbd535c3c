//! The names that decisions and explanations speak of.

use crate::desk::{Roll, Said, Team};
use crate::index::{PoolIndex, RepIndex};
use crate::reason::{FieldIndex, Named, PhraseIndex, Reason, Why};
use crate::strategy::BoundPlan;
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
    reps: Arc<Roll>,
    pools: Vec<Arc<str>>,
}

impl Book {
    pub(crate) fn new(router: Arc<RouterMark>, plan: Arc<BoundPlan>, team: &Team) -> Self {
        Self { router, plan, reps: Arc::clone(team.names()), pools: team.pool_names().cloned().collect() }
    }

    pub(crate) fn rep(&self, rep: RepIndex) -> &str {
        self.reps.name(rep)
    }

    pub(crate) fn pool(&self, PoolIndex(pool): PoolIndex) -> &str {
        self.pools.get(pool as usize).map_or("", |name| name)
    }

    fn field(&self, FieldIndex(field): FieldIndex) -> &str {
        self.plan.fields.get(field as usize).map_or("", |name| name)
    }

    /// Why a lead was committed, in names.
    pub(crate) fn told(&self, said: &Said) -> Reason {
        match said {
            Said::Why(why) => self.reason(why).to_owned(),
            Said::Reason(reason) => reason.clone(),
        }
    }

    /// A reason with its names.
    pub(crate) fn reason(&self, why: &Why) -> Reason<&str> {
        why.map(|named| match *named {
            Named::Rep(rep) => self.rep(rep),
            Named::Pool(pool) => self.pool(pool),
            Named::Field(field) => self.field(field),
            Named::Phrase(PhraseIndex(phrase)) => self.plan.phrases.get(phrase as usize).map_or("", |text| text),
        })
    }
}
