//! Rotations: a ledger with a name, whose members are reps.

use super::{Filter, PoolIndex, RepIndex, Team, Undo};
use crate::fair::{Charge, Ledger, Pick, Seat, Slot};
use crate::hash::stable_hash;
use crate::limits::MAX_LATE_STEPS;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RotationIndex(pub(crate) usize);

/// A place of the plan that rotates over a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeatingIndex(pub(crate) usize);

/// A turn that a decision would take, and how often its rotation had moved by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) seating: SeatingIndex,
    pub(crate) moves: u64,
}

/// A turn that a commit took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TurnTaken {
    pub(crate) rotation: RotationIndex,
    /// The number of the charge within its rotation.
    pub(crate) number: u64,
    pub(crate) slot: Slot,
}

/// How a turn was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TurnReturned {
    /// Everyone's balance moved back by exactly what the commit had moved it.
    Exactly,
    /// What that was is no longer kept: the rep has the turn back, paid for by the active members of the rotation.
    Spread,
    /// The rep has left the rotation, or nobody is there to pay.
    Lost,
}

#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    name: Arc<str>,
    ledger: Ledger,
    /// Members now.
    slots: BTreeMap<RepIndex, Slot>,
    /// Who has, or had, each slot.
    reps: Vec<RepIndex>,
    /// Turns charged or given back so far: how far the rotation has moved since a decision.
    moves: u64,
    /// Turns charged so far.
    charges: u64,
    /// Charges that may still be given back exactly, by number.
    unsettled: BTreeMap<u64, Charge>,
}

/// Two rotations are equal if they will behave alike: how often each has moved does not count.
impl PartialEq for Rotation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.ledger == other.ledger
            && self.slots == other.slots
            && self.unsettled.values().eq(other.unsettled.values())
    }
}

impl Rotation {
    pub(crate) fn new(name: Arc<str>) -> Self {
        Self {
            name,
            ledger: Ledger::default(),
            slots: BTreeMap::new(),
            reps: Vec::new(),
            moves: 0,
            charges: 0,
            unsettled: BTreeMap::new(),
        }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn moves(&self) -> u64 {
        self.moves
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Members with their slots, by rep index.
    pub(crate) fn members(&self) -> impl Iterator<Item = (RepIndex, Slot)> {
        self.slots.iter().map(|(&rep, &slot)| (rep, slot))
    }

    /// Makes `members` the members: who is new starts even, who is gone takes their balance out.
    pub(crate) fn sync(&mut self, members: &BTreeSet<RepIndex>, team: &Team) {
        let gone: Vec<RepIndex> = self.slots.keys().filter(|rep| !members.contains(rep)).copied().collect();
        for rep in gone {
            if let Some(slot) = self.slots.remove(&rep) {
                self.ledger.leave(slot);
            }
        }
        for &rep in members {
            if let std::collections::btree_map::Entry::Vacant(place) = self.slots.entry(rep) {
                place.insert(self.ledger.join(stable_hash(&[&self.name, team.name(rep)])));
                self.reps.push(rep);
            }
        }
    }

    /// Whose turn it is among the open members of a seating. Takes nothing.
    pub(crate) fn pick(&self, seating: &Seating, filter: Filter<'_>) -> Option<(RepIndex, Pick)> {
        let tie = |left: Slot, right: Slot| {
            let name = |slot: Slot| self.reps.get(slot.0 as usize).map_or("", |rep| filter.team.name(*rep));
            name(left).cmp(name(right))
        };
        let pick = self.ledger.pick(seating.open(filter), tie)?;
        self.reps.get(pick.slot.0 as usize).map(|&rep| (rep, pick))
    }

    /// Whether a pick that is `moves` old may still be charged: it must be near enough to the best one now.
    pub(crate) fn admits_late(&self, open: &[Seat], chosen: Seat, moves: u64) -> bool {
        let late = self.moves.saturating_sub(moves).min(MAX_LATE_STEPS);
        self.ledger.trails_by_at_most(open.iter().copied(), chosen, 1 + 2 * late)
    }

    /// Takes a turn; none if there was nobody to share it with.
    pub(crate) fn charge(&mut self, open: &[Seat], chosen: Seat, window: u32) -> Option<u64> {
        let charge = self.ledger.charge(open.iter().copied(), chosen)?;
        self.moves += 1;
        self.charges += 1;
        let number = self.charges;
        self.unsettled.insert(number, charge);
        while self.unsettled.first_key_value().is_some_and(|(oldest, _)| oldest + u64::from(window) <= number) {
            self.unsettled.pop_first();
        }
        Some(number)
    }

    /// How [`Rotation::give_back`] would go.
    pub(crate) fn would_return(&self, turn: TurnTaken, payers: impl FnOnce() -> Vec<Seat>) -> TurnReturned {
        if self.unsettled.contains_key(&turn.number) {
            TurnReturned::Exactly
        } else if self.ledger.balance(turn.slot).is_some() && !payers().is_empty() {
            TurnReturned::Spread
        } else {
            TurnReturned::Lost
        }
    }

    /// Gives a turn back, with what undoes that.
    pub(crate) fn give_back(&mut self, turn: TurnTaken, payers: impl FnOnce() -> Vec<Seat>) -> Option<Undo> {
        self.moves += 1;
        let TurnTaken { rotation, number, slot } = turn;
        if let Some(charge) = self.unsettled.remove(&number) {
            self.ledger.refund(&charge);
            return Some(Undo::TurnBack { rotation, number: Some(number), charge });
        }
        let charge = self.ledger.give_back(payers().into_iter(), slot)?;
        Some(Undo::TurnBack { rotation, number: None, charge })
    }

    /// Undoes [`Rotation::give_back`].
    pub(crate) fn charge_again(&mut self, number: Option<u64>, charge: Charge) {
        self.moves += 1;
        self.ledger.charge_again(&charge);
        if let Some(number) = number {
            self.unsettled.insert(number, charge);
        }
    }

    /// The turn stands for good: what giving it back would need is dropped.
    pub(crate) fn settle(&mut self, number: u64) {
        self.unsettled.remove(&number);
    }
}

/// The members of a pool with their slots in a rotation and their weights in the pool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seating {
    rotation: RotationIndex,
    pool: PoolIndex,
    seats: Vec<(RepIndex, Seat)>,
}

impl Seating {
    pub(crate) fn new(index: RotationIndex, pool: PoolIndex, rotation: &Rotation, members: &[(RepIndex, u32)]) -> Self {
        let seat =
            |&(rep, weight): &(RepIndex, u32)| rotation.slots.get(&rep).map(|&slot| (rep, Seat { slot, weight }));
        Self { rotation: index, pool, seats: members.iter().filter_map(seat).collect() }
    }

    pub(crate) fn rotation(&self) -> RotationIndex {
        self.rotation
    }

    pub(crate) fn pool(&self) -> PoolIndex {
        self.pool
    }

    pub(crate) fn seats(&self) -> &[(RepIndex, Seat)] {
        &self.seats
    }

    pub(crate) fn seat(&self, rep: RepIndex) -> Option<Seat> {
        self.seats.iter().find(|(member, _)| *member == rep).map(|&(_, seat)| seat)
    }

    /// The seats of those whom the filter lets through.
    pub(crate) fn open<'a>(&'a self, filter: Filter<'a>) -> impl Iterator<Item = Seat> + Clone + 'a {
        self.seats.iter().filter(move |(rep, _)| filter.is_open(*rep)).map(|&(_, seat)| seat)
    }
}
