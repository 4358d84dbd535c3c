//! Groups against the flat form: the same picks and the same balances, whoever moves, comes, goes or gives turns back.

use super::super::testing::{by_slot, sum_of_all};
use super::super::{Charge, Group, Ledger, Seat, Share, Sharers, Size, Slot};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

const GROUPS: usize = 5;

#[derive(Debug, Clone)]
enum Event {
    /// A lead for all of some groups.
    Lead(Vec<bool>),
    /// A lead for them that somebody else has, with this weight unless in one of the groups.
    Hand(Vec<bool>, usize, u32),
    /// A lead for single members, who are in groups all the same.
    Single(Vec<usize>),
    Move(usize, usize),
    Join(usize),
    Leave(usize),
    Refund(usize),
    Redo(usize),
    Settle(usize),
}

fn events() -> impl Strategy<Value = Event> {
    let some = || vec(any::<bool>(), GROUPS);
    prop_oneof![
        8 => some().prop_map(Event::Lead),
        1 => (some(), 0_usize..12, 1_u32..5).prop_map(|(groups, slot, weight)| Event::Hand(groups, slot, weight)),
        1 => proptest::sample::subsequence((0..12).collect::<Vec<_>>(), 1..6).prop_map(Event::Single),
        6 => (0_usize..12, 0..GROUPS).prop_map(|(slot, group)| Event::Move(slot, group)),
        1 => (0..GROUPS).prop_map(Event::Join),
        1 => (0_usize..12).prop_map(Event::Leave),
        3 => (0_usize..100).prop_map(Event::Refund),
        2 => (0_usize..100).prop_map(Event::Redo),
        1 => (0_usize..100).prop_map(Event::Settle),
    ]
}

/// A ledger with groups beside one without.
struct Twins {
    grouped: Ledger,
    flat: Ledger,
    groups: Vec<Share>,
    /// Charges that may go back, and that went back and may come again, with the same of the other.
    open: Vec<(Charge, Charge)>,
    back: Vec<(Charge, Charge)>,
}

impl Twins {
    fn new(weights: &[u32], members: &[usize]) -> Self {
        let mut grouped = Ledger::default();
        let groups = weights.iter().map(|weight| Share { group: grouped.add_group(), weight: *weight }).collect();
        grouped.set_deadlines(weights.iter().any(|weight| *weight != weights[0]));
        let mut twins = Self { grouped, flat: Ledger::default(), groups, open: Vec::new(), back: Vec::new() };
        for group in members {
            twins.join(*group);
        }
        twins
    }

    fn join(&mut self, group: usize) {
        let lot = (self.grouped.crowd.members.len() as u64 * 7_919) % 101;
        let slot = self.grouped.exchange([], [lot])[0];
        self.grouped.move_to(slot, self.groups[group].group);
        self.flat.exchange([], [lot]);
    }

    fn slot(&self, slot: usize) -> Slot {
        Slot((slot % self.flat.crowd.members.len()) as u32)
    }

    fn shares(&self, some: &[bool]) -> Arc<[Share]> {
        self.groups.iter().zip(some).filter(|(_, is_in)| **is_in).map(|(share, _)| *share).collect()
    }

    fn weight(&self, slot: Slot) -> u32 {
        let group = self.grouped.group(slot);
        self.groups.iter().find(|share| share.group == group).map_or(0, |share| share.weight)
    }

    fn seats(&self, shares: &[Share]) -> Vec<Seat> {
        let slots = (0..self.flat.crowd.members.len() as u32).map(Slot);
        let is_in = |slot: &Slot| shares.iter().any(|share| share.group == self.grouped.group(*slot));
        slots.filter(is_in).map(|slot| Seat { slot, weight: self.weight(slot) }).collect()
    }

    fn charge(&mut self, shares: &Arc<[Share]>, chosen: Seat) {
        let seats = self.seats(shares);
        for turns in 0..3 {
            let trails = self.flat.trails_by_at_most(seats.iter().copied(), chosen, turns);
            assert_eq!(self.grouped.trails_groups_by_at_most(shares, chosen, turns), trails);
        }
        let charges = self.grouped.charge_groups(Arc::clone(shares), chosen);
        let expected = self.flat.charge(seats.into_iter(), chosen, Size::NONE);
        assert_eq!(charges.is_some(), expected.is_some());
        self.open.extend(charges.zip(expected));
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Lead(some) => {
                let shares = self.shares(some);
                let pick = self.grouped.pick_in_groups(shares.iter().copied());
                assert_eq!(pick, self.flat.pick(self.seats(&shares).into_iter(), by_slot));
                if let Some(pick) = pick {
                    self.charge(&shares, Seat { slot: pick.slot, weight: self.weight(pick.slot) });
                }
            }
            Event::Hand(some, slot, weight) => {
                self.charge(&self.shares(some), Seat { slot: self.slot(*slot), weight: *weight });
            }
            Event::Single(slots) => {
                let mut slots: Vec<Slot> = slots.iter().map(|slot| self.slot(*slot)).collect();
                slots.sort_unstable();
                slots.dedup();
                let seats: Vec<Seat> = slots.into_iter().map(|slot| Seat { slot, weight: 2 }).collect();
                let pick = self.grouped.pick(seats.iter().copied(), by_slot);
                assert_eq!(pick, self.flat.pick(seats.iter().copied(), by_slot));
                let Some(pick) = pick else { return };
                let chosen = Seat { slot: pick.slot, weight: 2 };
                let charges = self.grouped.charge(seats.iter().copied(), chosen, Size::NONE);
                self.open.extend(charges.zip(self.flat.charge(seats.into_iter(), chosen, Size::NONE)));
            }
            Event::Move(slot, group) => self.grouped.move_to(self.slot(*slot), self.groups[*group].group),
            Event::Join(group) => self.join(*group),
            Event::Leave(slot) => {
                let slot = self.slot(*slot);
                self.grouped.exchange([slot], []);
                self.flat.exchange([slot], []);
            }
            Event::Refund(at) if !self.open.is_empty() => {
                let (charge, expected) = self.open.swap_remove(at % self.open.len());
                self.grouped.refund(&charge);
                self.flat.refund(&expected);
                self.back.push((charge, expected));
            }
            Event::Redo(at) if !self.back.is_empty() => {
                let (charge, expected) = self.back.swap_remove(at % self.back.len());
                self.grouped.charge_again(&charge);
                self.flat.charge_again(&expected);
                self.open.push((charge, expected));
            }
            Event::Settle(at) if !self.open.is_empty() => {
                self.open.swap_remove(at % self.open.len());
                let known = self.open.iter().chain(&self.back).filter_map(|(charge, _)| charge.moves());
                self.grouped.forget_moves(known.min().unwrap_or(self.grouped.moves()));
            }
            Event::Refund(_) | Event::Redo(_) | Event::Settle(_) => {}
        }
    }

    fn check(&self) {
        assert_eq!(self.grouped, self.flat);
        assert_eq!(sum_of_all(&self.grouped), 0);
        for (charge, expected) in self.open.iter().chain(&self.back) {
            assert_eq!(self.grouped.seats(charge), self.flat.seats(expected));
        }
    }
}

proptest! {
    #[test]
    fn groups_pick_and_charge_as_the_flat_form_does(
        weights in prop_oneof![Just(vec![1; GROUPS]), vec(1_u32..4, GROUPS), vec(1_u32..1_000_000, GROUPS)],
        members in vec(0..GROUPS, 1..9),
        events in vec(events(), 0..120),
    ) {
        let mut twins = Twins::new(&weights, &members);
        for event in &events {
            twins.happen(event);
            twins.check();
        }
    }
}

#[test]
fn a_turn_in_groups_is_known_by_its_groups() {
    let mut twins = Twins::new(&[1, 2, 1, 1, 1], &[0, 0, 1]);
    twins.happen(&Event::Lead(vec![true; GROUPS]));
    assert!(matches!(twins.open[0].0.sharers, Sharers::Groups { moves: 3, beside: None, .. }));
    assert_eq!(twins.grouped.group(Slot(9)), Group::NONE);
}
