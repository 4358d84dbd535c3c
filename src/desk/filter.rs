//! Who may be picked for one lead at one step: every gate in one place.

use super::{Hand, Team, TeamRep};
use crate::condition::RepTest;
use crate::gate::{Gate, Requirement, Requirements};
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::lead::Lead;
use crate::reason::FieldIndex;
use crate::rep::Status;
use crate::value::Number;
use std::sync::Arc;

/// What the steps around a step ask of a rep: fixed when the plan is bound.
#[derive(Debug, Clone)]
pub(crate) struct Narrowing {
    /// From every `available` around the step.
    pub(crate) required: Requirements,
    /// From every `only` around the step.
    pub(crate) tests: Vec<RepTest>,
    /// From the step itself, if it is `ranked`: what open reps are cut by. It is no gate: who is cut off depends on who else
    /// is open.
    pub(crate) ranking: Option<Ranking>,
}

impl Narrowing {
    pub(crate) const NONE: Self = Self { required: Requirements::NONE, tests: Vec::new(), ranking: None };
}

/// The open reps of a pool with the largest number in a field of theirs, and those who are near enough to it.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    pub(crate) by: Arc<str>,
    /// The field as reasons name it.
    pub(crate) named: FieldIndex,
    /// How far below the largest number still counts, 0 or above.
    pub(crate) tolerance: Number,
}

/// A ranking, and the largest number of those who are open now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut<'a> {
    ranking: &'a Ranking,
    best: Number,
}

impl Cut<'_> {
    /// The largest number of those who are open.
    pub(crate) fn best(&self) -> Number {
        self.best
    }
}

/// Outside of every `available` and `only`.
pub(crate) static UNNARROWED: Narrowing = Narrowing::NONE;

/// Who may be picked for one lead at one step, right now.
#[derive(Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) team: &'a Team,
    pub(crate) hand: &'a Hand,
    pub(crate) narrowing: &'a Narrowing,
    pub(crate) lead: &'a dyn Lead,
    pub(crate) now: Instant,
    pub(crate) excluded: &'a [RepIndex],
    pub(crate) relaxed: Requirements,
}

impl<'a> Filter<'a> {
    /// What keeps a rep from being picked; none if nothing does.
    pub(crate) fn gate(&self, index: RepIndex) -> Option<Gate> {
        let Some(rep) = self.team.rep(index) else {
            return Some(Gate::Left);
        };
        if let Some(gate) = hard_gate(rep, self.now) {
            return Some(gate);
        }
        if self.excluded.contains(&index) {
            return Some(Gate::Excluded);
        }
        if !self.narrowing.tests.iter().all(|test| self.admits(rep, test)) {
            return Some(Gate::Narrowed);
        }
        let required = self.narrowing.required.without(self.relaxed);
        if required.contains(Requirement::Presence)
            && let Some(gate) = presence_gate(rep, self.now)
        {
            return Some(gate);
        }
        if required.contains(Requirement::Capacity) { self.capacity_gate(index, rep) } else { None }
    }

    /// Whether a rep may be picked.
    pub(crate) fn is_open(&self, rep: RepIndex) -> bool {
        self.gate(rep).is_none()
    }

    /// Where the step ranks reps: the best number of these who are open. None if the step does not, or if none of them has
    /// a number; then all are equal.
    pub(crate) fn cut(&self, reps: impl Iterator<Item = RepIndex>) -> Option<Cut<'a>> {
        let ranking = self.narrowing.ranking.as_ref()?;
        let open = reps.filter(|rep| self.is_open(*rep));
        let best = open.filter_map(|rep| self.number(ranking, rep)).max()?;
        Some(Cut { ranking, best })
    }

    /// Whether a rep's number is near enough to the best one. Somebody without a number is below all.
    pub(crate) fn is_above(&self, Cut { ranking, best }: Cut<'_>, rep: RepIndex) -> bool {
        self.number(ranking, rep).is_some_and(|number| best.exceeds_by_at_most(number, ranking.tolerance))
    }

    /// A rep's number; none if the rep has none.
    pub(crate) fn rank(&self, cut: Cut<'_>, rep: RepIndex) -> Option<Number> {
        self.number(cut.ranking, rep)
    }

    fn number(&self, ranking: &Ranking, rep: RepIndex) -> Option<Number> {
        self.team.rep(rep)?.record.fields.get(&*ranking.by)?.as_value().as_number()
    }

    fn admits(&self, rep: &TeamRep, test: &RepTest) -> bool {
        let rep_value = rep.record.fields.get(test.rep_field()).map(|value| value.as_value());
        let lead_value = test.lead_field().and_then(|field| self.lead.field(field));
        test.admits(rep_value, lead_value, self.now.to_utc_or_min())
    }

    fn capacity_gate(&self, index: RepIndex, rep: &TeamRep) -> Option<Gate> {
        let capacity = rep.record.capacity?;
        let open = rep.load.open.saturating_sub(self.hand.forgotten_by(index, self.now));
        (open >= capacity).then_some(Gate::Full { open, capacity })
    }
}

/// What keeps a rep from every step, wrapped or not.
pub(crate) fn hard_gate(rep: &TeamRep, now: Instant) -> Option<Gate> {
    if rep.left {
        Some(Gate::Left)
    } else if rep.record.inactive {
        Some(Gate::Inactive)
    } else {
        let pause = rep.pause.as_ref().filter(|pause| pause.lasts_at(now))?;
        Some(Gate::Paused { until: pause.order.end() })
    }
}

/// What a rep's presence at `now` says.
pub(crate) fn presence_gate(rep: &TeamRep, now: Instant) -> Option<Gate> {
    let presence = rep.presence.at(now);
    match presence.status {
        Status::Online => None,
        Status::Busy => Some(Gate::Busy { until: presence.until }),
        Status::Offline => Some(Gate::Offline { until: presence.until }),
    }
}
