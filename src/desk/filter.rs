//! Who may be picked for one lead at one step: every gate in one place.

use super::{Caps, Hand, Team, TeamRep};
use crate::condition::RepTest;
use crate::gate::{Gate, Requirement, Requirements};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::lead::Lead;
use crate::reason::FieldIndex;
use crate::rep::Status;
use crate::span::Span;
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
    /// From the `opening_within` steps around the step, the shortest: how long a rep who cannot take the lead now may still
    /// be away for.
    pub(crate) opening_within: Option<Span>,
    /// Whether an `uncapped` is around the step: caps neither keep the lead back nor count it.
    pub(crate) uncapped: bool,
}

impl Narrowing {
    pub(crate) const NONE: Self = Self::requiring(Requirements::NONE);

    const fn requiring(required: Requirements) -> Self {
        Self { required, tests: Vec::new(), ranking: None, opening_within: None, uncapped: false }
    }
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

/// Inside an `available` that relaxes nothing.
pub(crate) static ALL_REQUIRED: Narrowing = Narrowing::requiring(Requirements::ALL);

/// Outside of every `available` and `only`.
pub(crate) static UNNARROWED: Narrowing = Narrowing::NONE;

/// Who may be picked for one lead at one step, right now.
#[derive(Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) team: &'a Team,
    pub(crate) hand: &'a Hand,
    pub(crate) caps: &'a Caps,
    pub(crate) narrowing: &'a Narrowing,
    pub(crate) lead: &'a dyn Lead,
    pub(crate) now: Instant,
    pub(crate) excluded: &'a [RepIndex],
    /// Nobody else is asked.
    pub(crate) only: Option<RepIndex>,
    /// From every `available` around the step, and what the step itself asks.
    pub(crate) required: Requirements,
    pub(crate) relaxed: Requirements,
    /// The pool that is picked from, if one is.
    pub(crate) pool: Option<PoolIndex>,
    /// Inside `opening_within`: until when somebody of the pool opens; later than the first is too late.
    pub(crate) horizon: Option<Instant>,
}

impl<'a> Filter<'a> {
    /// The same for picks from a pool, whose caps count. O(n) over the pool inside `opening_within`.
    pub(crate) fn in_pool(self, pool: PoolIndex) -> Self {
        let filter = Self { pool: Some(pool), horizon: None, ..self };
        match self.narrowing.opening_within {
            None => filter,
            Some(_) => Self { horizon: Some(filter.first_opening(pool)), ..filter },
        }
    }

    /// What keeps a rep from being picked; none if nothing does.
    pub(crate) fn gate(&self, rep: RepIndex) -> Option<Gate> {
        let strict = self.gate_at(rep, self.now, self.required.without(self.relaxed));
        let (None, Some(within)) = (strict, self.narrowing.opening_within) else {
            return strict;
        };
        let gate = self.gate_at(rep, self.now, Requirements::ALL.without(self.relaxed))?;
        let horizon = self.horizon.unwrap_or_else(|| self.now.plus(within));
        self.opening(rep, horizon).is_none().then_some(gate)
    }

    /// Whether a rep may be picked.
    pub(crate) fn is_open(&self, rep: RepIndex) -> bool {
        self.gate(rep).is_none()
    }

    /// When a rep, who is not open now, will be so by themselves, that instant included; none if that is not known, or if it
    /// is later than an instant.
    pub(crate) fn opening(&self, rep: RepIndex, latest: Instant) -> Option<Instant> {
        // One gate after the other, each until it ends: of a presence, a pause, hours, leave that follow each other, only so
        // many are looked at.
        const MOST: usize = 64;
        let all = if self.narrowing.opening_within.is_some() { Requirements::ALL } else { self.required };
        let mut at = self.now;
        for _ in 0..MOST {
            match self.gate_at(rep, at, all.without(self.relaxed)) {
                None => return Some(at),
                Some(gate) => {
                    let until = Instant::from(gate.until()?);
                    if until <= at || until > latest {
                        return None;
                    }
                    at = until;
                }
            }
        }
        None
    }

    /// When the first of a pool opens within the step's limit; the present if nobody does.
    fn first_opening(&self, pool: PoolIndex) -> Instant {
        let limit = self.now.plus(self.narrowing.opening_within.unwrap_or_default());
        let strict = self.required.without(self.relaxed);
        let mut first = None;
        for &rep in self.team.members(pool) {
            if self.gate_at(rep, self.now, strict).is_none()
                && let Some(opening) = self.opening(rep, first.unwrap_or(limit))
            {
                first = Some(opening);
                if opening == self.now {
                    break;
                }
            }
        }
        first.unwrap_or(self.now)
    }

    /// What would keep a rep from being picked at an instant, if nothing else happens until then.
    fn gate_at(&self, index: RepIndex, now: Instant, required: Requirements) -> Option<Gate> {
        let Some(rep) = self.team.rep(index) else {
            return Some(Gate::Left);
        };
        if let Some(gate) = hard_gate(rep, now) {
            return Some(gate);
        }
        if self.excluded.contains(&index) || self.only.is_some_and(|only| only != index) {
            return Some(Gate::Excluded);
        }
        if !self.narrowing.tests.iter().all(|test| self.admits(rep, test)) {
            return Some(Gate::Narrowed);
        }
        if required.is_empty() {
            return None;
        }
        if required.contains(Requirement::Hours)
            && let Some(gate) = hours_gate(self.team, rep, now)
        {
            return Some(gate);
        }
        if required.contains(Requirement::Presence)
            && let Some(gate) = presence_gate(rep, now)
        {
            return Some(gate);
        }
        if required.contains(Requirement::Capacity)
            && let Some(gate) = self.capacity_gate(index, rep, now)
        {
            return Some(gate);
        }
        if required.contains(Requirement::Caps) && !self.narrowing.uncapped {
            return self.caps.gate(index, self.pool, now);
        }
        None
    }

    /// Where the step ranks reps: the best number of those in the pool who are open. None if the step does not, or if none of
    /// them has a number; then all are equal.
    pub(crate) fn cut(&self) -> Option<Cut<'a>> {
        let ranking = self.narrowing.ranking.as_ref()?;
        let open = self.team.members(self.pool?).iter().filter(|rep| self.is_open(**rep));
        let best = open.filter_map(|rep| self.number(ranking, *rep)).max()?;
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
        self.team.rep(rep)?.profile.fields.get(&*ranking.by)?.as_value().as_number()
    }

    fn admits(&self, rep: &TeamRep, test: &RepTest) -> bool {
        let rep_value = rep.profile.fields.get(test.rep_field()).map(|value| value.as_value());
        let lead_value = test.lead_field().and_then(|field| self.lead.field(field));
        test.admits(rep_value, lead_value, self.now)
    }

    fn capacity_gate(&self, index: RepIndex, rep: &TeamRep, now: Instant) -> Option<Gate> {
        let capacity = rep.capacity()?;
        let open = rep.load().open.saturating_sub(self.hand.forgotten_by(index, now));
        (open >= capacity).then_some(Gate::Full { open, capacity })
    }
}

/// What keeps a rep from every step, wrapped or not.
pub(crate) fn hard_gate(rep: &TeamRep, now: Instant) -> Option<Gate> {
    if rep.is_plain() {
        None
    } else if rep.has_left() {
        Some(Gate::Left)
    } else if rep.is_inactive() {
        Some(Gate::Inactive)
    } else if let Some(pause) = rep.pause().filter(|pause| pause.lasts_at(now)) {
        Some(Gate::Paused { until: pause.order.end() })
    } else {
        Some(Gate::OnLeave { until: rep.absences().until(now)?.to_utc_or_min() })
    }
}

/// What a rep's working hours at `now` say.
pub(crate) fn hours_gate(team: &Team, rep: &TeamRep, now: Instant) -> Option<Gate> {
    let until = team.closed_until(rep, now)?;
    Some(Gate::OutOfHours { until: until.to_utc() })
}

/// What a rep's presence at `now` says.
pub(crate) fn presence_gate(rep: &TeamRep, now: Instant) -> Option<Gate> {
    let presence = rep.presence().at(now);
    match presence.status {
        Status::Online => None,
        Status::Busy => Some(Gate::Busy { until: presence.until }),
        Status::Offline => Some(Gate::Offline { until: presence.until }),
    }
}
