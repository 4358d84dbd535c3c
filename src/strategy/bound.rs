//! A plan that has found its names in the roster: flat, immutable, shared.

use super::Strategy;
use crate::condition::Condition;
use crate::desk::{Narrowing, SeatingPlace};
use crate::plan::Waiting;
use crate::sla::Ladder;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A step of a bound plan. Named steps are there once for each use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StepIndex(pub(crate) u32);

/// A part of a condition of a bound plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartIndex(pub(crate) u32);

/// A queue that a plan names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueueIndex(pub(crate) u32);

impl QueueIndex {
    /// The queue of the plan's `otherwise`.
    pub(crate) const OTHERWISE: Self = Self(0);
}

#[derive(Debug)]
pub(crate) struct BoundPlan {
    /// Parents before their children; the first is the root.
    pub(crate) steps: Vec<BoundStep>,
    pub(crate) queues: Vec<BoundQueue>,
    /// Names of fields that reasons speak of.
    pub(crate) fields: Vec<Arc<str>>,
    /// The parts of all conditions, one condition after the other. Each condition is a range: all of it must hold.
    pub(crate) parts: Vec<Condition>,
    /// Texts that reasons quote.
    pub(crate) phrases: Vec<Arc<str>>,
    /// The fields that a record keeps: those that the plan reads and those of `report_by`, by name.
    pub(crate) recorded: Vec<Arc<str>>,
    /// Each place that rotates over a pool.
    pub(crate) seated: Vec<SeatingPlace>,
    /// The step that keeps tallies or stamps under a label.
    pub(crate) learners: BTreeMap<Arc<str>, StepIndex>,
    /// For each slot of tallies that the steps use, its index in the desk.
    pub(crate) tallies: Vec<usize>,
    pub(crate) fingerprint: Arc<str>,
    /// What is asked before the plan while anything is pinned.
    pub(crate) running_pins: Option<StepIndex>,
    /// The lead fields in which the plan looks for accounts and e-mail addresses.
    pub(crate) account_fields: Vec<(Arc<str>, Arc<str>)>,
    /// The names of all areas.
    pub(crate) areas: BTreeSet<Arc<str>>,
    /// The path of leads that no step decided.
    pub(crate) otherwise: Arc<str>,
    /// The ladder of leads that no step's own counts for.
    pub(crate) ladder: Option<Arc<Ladder>>,
    /// Steps by key.
    pub(crate) by_key: BTreeMap<Arc<str>, StepIndex>,
}

#[derive(Debug)]
pub(crate) struct BoundStep {
    pub(crate) strategy: Arc<dyn Strategy>,
    pub(crate) narrowing: Narrowing,
    /// Labels and areas down to the step; without any, its title.
    pub(crate) path: Arc<str>,
    /// Where in the plan the step is written.
    pub(crate) place: Arc<str>,
    /// The same with where each named step around it is used: no other step of the plan has it. Records name it.
    pub(crate) key: Arc<str>,
    /// What the step is, in a few words of the plan.
    pub(crate) title: Arc<str>,
    /// The innermost label around the step.
    pub(crate) label: Option<Arc<str>>,
    /// The step that it stands in.
    pub(crate) parent: Option<StepIndex>,
    /// What is due when nobody contacts the leads that it gives.
    pub(crate) ladder: Option<Arc<Ladder>>,
}

#[derive(Debug, Clone)]
pub(crate) struct BoundQueue {
    pub(crate) name: Arc<str>,
    pub(crate) parked: bool,
    /// How leads wait in it; none if one after the other, for as long as it takes.
    pub(crate) waiting: Option<Waiting>,
    /// What is due when they wait too long.
    pub(crate) ladder: Option<Arc<Ladder>>,
}

impl BoundQueue {
    pub(super) fn new(name: &str, parked: bool) -> Self {
        Self { name: Arc::from(name), parked, waiting: None, ladder: None }
    }
}

impl BoundPlan {
    pub(crate) const ROOT: StepIndex = StepIndex(0);

    pub(crate) fn step(&self, index: StepIndex) -> Option<&BoundStep> {
        self.steps.get(index.0 as usize)
    }

    pub(crate) fn find(&self, key: &str) -> Option<StepIndex> {
        self.by_key.get(key).copied()
    }

    /// Whether a step keeps tallies or stamps under a label.
    pub(crate) fn learns(&self, label: &Arc<str>, step: StepIndex) -> bool {
        let Some(learner) = self.learners.get(label) else {
            return false;
        };
        // A named step is there once for each use, and all of them are the same strategy.
        *learner == step
            || self.step(*learner).zip(self.step(step)).is_some_and(|(one, other)| one.place == other.place)
    }

    pub(crate) fn queue(&self, index: QueueIndex) -> Option<&BoundQueue> {
        self.queues.get(index.0 as usize)
    }

    pub(crate) fn has_queue(&self, name: &str) -> bool {
        self.queues.iter().any(|queue| *queue.name == *name)
    }

    /// The queue of a name; if the plan has none, that of `otherwise`.
    pub(crate) fn find_queue(&self, name: &str) -> QueueIndex {
        let known = (0..).map(QueueIndex).zip(&self.queues).find(|(_, queue)| *queue.name == *name);
        known.map_or(QueueIndex::OTHERWISE, |(index, _)| index)
    }

    pub(crate) fn queue_name(&self, index: QueueIndex) -> &str {
        self.queue(index).map_or("", |queue| &queue.name)
    }

    /// The path of a lead that a step decided; of one that no step did: `otherwise`.
    pub(crate) fn path(&self, step: Option<StepIndex>) -> &str {
        step.and_then(|step| self.step(step)).map_or(OTHERWISE, |step| &step.path)
    }
}

/// The path of leads that no step decided.
pub(crate) const OTHERWISE: &str = "otherwise";

/// The path of leads that go to a queue because nobody contacted them, or because they were passed on too often.
pub(crate) const ESCALATION: &str = "escalation";

/// The path of leads that a person gave to somebody.
pub(crate) const BY_HAND: &str = "by hand";
