//! Commits in the router's own terms: all that their records say, by dense index.

use crate::decision::{Decision, Path};
use crate::instant::Instant;
use crate::journal::{RECORD_FORMAT, Record, Routed, TurnCharge, TurnRecord, What};
use crate::strategy::BoundStep;
use crate::value::KeptValues;
use std::sync::Arc;

/// A commit of the router's own decision, under the plan and the roster that it was made with.
#[derive(Debug, Clone)]
pub(crate) struct Committed {
    pub(crate) decision: Decision,
    pub(crate) commit: u64,
    pub(crate) at: Instant,
    /// Among how many the turn was, and what came of it.
    pub(crate) turn: Option<(u32, TurnCharge)>,
    /// Of the fields that the plan records.
    pub(crate) fields: KeptValues,
}

impl Committed {
    pub(crate) fn record(&self) -> Record {
        let (decision, plan) = (&self.decision, &self.decision.book.plan);
        let step = decision.step();
        let turn = self.turn.and_then(|(open, charge)| {
            let place = plan.seated.get(decision.turn?.seating.place())?;
            let pool = Arc::from(decision.book.pool(place.pool));
            Some(TurnRecord { rotation: Arc::clone(&place.rotation), pool, open, charge })
        });
        let pool = decision.pool.filter(|_| turn.is_none());
        let fields = self.fields.iter().filter_map(|(place, value)| {
            let name = plan.recorded.get(place)?;
            Some((Arc::clone(name), value))
        });
        let routed = Routed {
            lead: decision.lead_id().to_owned(),
            outcome: decision.outcome().to_owned(),
            path: Arc::from(decision.path()),
            reason: decision.reason().to_owned(),
            plan: Arc::clone(&plan.fingerprint),
            committed_under: None,
            step: step.map(|step| Arc::clone(&step.key)),
            turn,
            pool: pool.map(|pool| Arc::from(decision.book.pool(pool))),
            uncapped: step.is_some_and(|step| step.narrowing.uncapped),
            ask: None,
            fields: fields.collect(),
        };
        let at = self.at.to_utc_or_min();
        Record { format: RECORD_FORMAT, sequence: self.commit, at, what: What::Routed(routed) }
    }
}

impl Decision {
    /// The step that decided; none if none did.
    pub(crate) fn step(&self) -> Option<&BoundStep> {
        match self.path {
            Path::Step(Some(step)) | Path::Area { step, .. } => self.book.plan.step(step),
            _ => None,
        }
    }
}
