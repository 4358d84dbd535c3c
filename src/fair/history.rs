//! Who was in which group when: for a snapshot, which asks it of one charge after the other.

use super::groups::Group;
use super::{Charge, Ledger, Seat, Sharers, Slot};
use std::mem;

/// The groups of a ledger as they were after some of the moves between them, and all moves that are known. What one charge knows
/// of who shared it follows from what the one before knew, and the moves between the two.
#[derive(Debug)]
pub(crate) struct History<'l> {
    ledger: &'l Ledger,
    /// By slot, after so many moves.
    groups: Vec<Group>,
    after: u64,
    /// The first moves that are known came after so many others.
    first: u64,
    moves: Vec<Move>,
    /// By group; 0 for those that do not share the turn in question.
    weights: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Move {
    slot: Slot,
    from: Group,
    to: Group,
}

impl<'l> History<'l> {
    pub(crate) fn new(ledger: &'l Ledger) -> Self {
        let mut groups: Vec<Group> = ledger.members.iter().map(|member| member.group).collect();
        let (first, known) = ledger.groups.known_moves();
        let mut moves: Vec<Move> = known
            .rev()
            .filter_map(|(slot, from)| {
                let to = mem::replace(groups.get_mut(slot.index())?, from);
                Some(Move { slot, from, to })
            })
            .collect();
        moves.reverse();
        Self { ledger, groups, after: first, first, moves, weights: Vec::new() }
    }

    /// Who shared a turn, by slot, as [`Ledger::seats`] says it. O(members + moves since the charge that was asked for before).
    pub(crate) fn seats(&mut self, charge: &Charge) -> Vec<Seat> {
        let Sharers::Groups { shares, moves, beside } = &charge.sharers else {
            return self.ledger.seats(charge).into_owned();
        };
        self.go_to(*moves);
        self.weights.clear();
        for share in shares.iter() {
            let group = share.group.index();
            self.weights.resize(self.weights.len().max(group + 1), 0);
            if let Some(weight) = self.weights.get_mut(group) {
                *weight = share.weight;
            }
        }
        let mut seats = Vec::with_capacity(self.groups.len());
        for (slot, group) in (0..).map(Slot).zip(&self.groups) {
            let weight = match beside {
                Some(beside) if beside.slot == slot => beside.weight,
                _ => self.weights.get(group.index()).copied().unwrap_or(0),
            };
            if weight > 0 {
                seats.push(Seat { slot, weight });
            }
        }
        seats
    }

    /// Makes the groups what they were after so many moves.
    fn go_to(&mut self, moves: u64) {
        while self.after < moves {
            let Some(Move { slot, to, .. }) = self.moves.get((self.after - self.first) as usize) else { return };
            if let Some(group) = self.groups.get_mut(slot.index()) {
                *group = *to;
            }
            self.after += 1;
        }
        while self.after > moves {
            let before = self.after.checked_sub(self.first + 1);
            let Some(Move { slot, from, .. }) = before.and_then(|before| self.moves.get(before as usize)) else {
                return;
            };
            if let Some(group) = self.groups.get_mut(slot.index()) {
                *group = *from;
            }
            self.after -= 1;
        }
    }
}
