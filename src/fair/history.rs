//! Who was in which group when: for a snapshot, which asks it of one charge after the other.

use super::groups::{Group, Share};
use super::{Ledger, Seat, Slot};
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

/// The groups of a ledger as they were after some of the moves between them, and all moves that are known. What one charge knows
/// of who shared it follows from what the one before knew, and the moves between the two.
#[derive(Debug)]
pub(crate) struct History {
    /// By slot, after so many moves.
    groups: Vec<Group>,
    after: u64,
    /// The first moves that are known came after so many others.
    first: u64,
    moves: Vec<Move>,
    /// Who shares the turn in question.
    shares: Arc<[Share]>,
    /// By group; 0 for those that do not share it.
    weights: Vec<u32>,
    /// By slot, what a list has that the turn's is compared with; 0 for who is not in it. Nothing before there is such a list.
    base: Vec<u32>,
    /// The weights that are others than in that list, with 0 for who does not share the turn.
    others: BTreeMap<Slot, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Move {
    slot: Slot,
    from: Group,
    to: Group,
}

impl History {
    pub(crate) fn new(ledger: &Ledger) -> Self {
        let mut groups: Vec<Group> = ledger.crowd.members.iter().map(|member| member.group).collect();
        let (first, known) = ledger.groups.known_moves();
        let mut moves: Vec<Move> = known
            .rev()
            .filter_map(|(slot, from)| {
                let to = mem::replace(groups.get_mut(slot.index())?, from);
                Some(Move { slot, from, to })
            })
            .collect();
        moves.reverse();
        let (weights, base, others) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { groups, after: first, first, moves, shares: Arc::default(), weights, base, others }
    }

    /// Compares with this list from now on, which is by slot. O(members).
    pub(crate) fn compare_with(&mut self, list: &[Seat]) {
        self.base.clear();
        self.base.resize(self.groups.len(), 0);
        for seat in list {
            if let Some(weight) = self.base.get_mut(seat.slot.index()) {
                *weight = seat.weight;
            }
        }
        self.compare_all();
    }

    /// Goes to a turn that these groups share after so many moves. O(moves between the two), and O(members) if other groups share
    /// it than the turn before.
    pub(crate) fn go_to(&mut self, shares: &Arc<[Share]>, moves: u64) {
        self.move_to(moves);
        if *shares == self.shares {
            return;
        }
        self.shares = Arc::clone(shares);
        self.weights.clear();
        for share in shares.iter() {
            let group = share.group.index();
            self.weights.resize(self.weights.len().max(group + 1), 0);
            if let Some(weight) = self.weights.get_mut(group) {
                *weight = share.weight;
            }
        }
        self.compare_all();
    }

    /// Who of the groups shares the turn, by slot, as far as they are others than in the list that it is compared with: 0 for
    /// who is in that one only.
    pub(crate) fn others(&self) -> impl ExactSizeIterator<Item = Seat> + '_ {
        self.others.iter().map(|(&slot, &weight)| Seat { slot, weight })
    }

    /// Who shares the turn, with somebody beside the groups, by slot, as [`Ledger::seats`] says it. O(members).
    pub(crate) fn seats(&self, beside: Option<Seat>) -> Vec<Seat> {
        let mut seats = Vec::with_capacity(self.groups.len());
        for (slot, group) in (0..).map(Slot).zip(&self.groups) {
            let weight = match beside {
                Some(beside) if beside.slot == slot => beside.weight,
                _ => self.weight(*group),
            };
            if weight > 0 {
                seats.push(Seat { slot, weight });
            }
        }
        seats
    }

    fn weight(&self, group: Group) -> u32 {
        self.weights.get(group.index()).copied().unwrap_or(0)
    }

    fn compare_all(&mut self) {
        if self.base.is_empty() {
            return;
        }
        let weights = (0..).map(Slot).zip(&self.base).zip(&self.groups);
        let weights = weights.map(|((slot, base), group)| (slot, *base, self.weight(*group)));
        self.others =
            weights.filter(|(_, base, weight)| base != weight).map(|(slot, _, weight)| (slot, weight)).collect();
    }

    /// Makes the groups what they were after so many moves.
    fn move_to(&mut self, moves: u64) {
        while self.after < moves {
            let Some(&Move { slot, to, .. }) = self.moves.get((self.after - self.first) as usize) else { return };
            self.put(slot, to);
            self.after += 1;
        }
        while self.after > moves {
            let before = self.after.checked_sub(self.first + 1);
            let Some(&Move { slot, from, .. }) = before.and_then(|before| self.moves.get(before as usize)) else {
                return;
            };
            self.put(slot, from);
            self.after -= 1;
        }
    }

    fn put(&mut self, slot: Slot, group: Group) {
        if let Some(place) = self.groups.get_mut(slot.index()) {
            *place = group;
        }
        let weight = self.weight(group);
        match self.base.get(slot.index()) {
            Some(base) if *base != weight => self.others.insert(slot, weight),
            _ => self.others.remove(&slot),
        };
    }
}
