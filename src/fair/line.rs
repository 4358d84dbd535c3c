//! A line: the members of a group by what they are owed, of whom the first and the last are known at any time.
//!
//! Who takes a turn goes from the front of the line to its back, or nearly so. So members stand in a *run*, in order, which
//! grows at either end in O(1) and without a look at anybody else. Who belongs between its ends is kept in heaps beside it, in
//! O(log members), until their next turn: few, unless somebody stands far behind all others. The run takes four bytes a member,
//! for what they are owed stands with the members.

use super::{Member, Slot};
use crate::heap::{Heap, Item, NOWHERE, PlaceList, Places};
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::hint::black_box;

/// What a member's place in the line follows from: whoever is owed most comes first; then the smaller lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) base: i128,
    pub(super) lot: u64,
    pub(super) slot: Slot,
}

impl Item for Standing {
    fn id(&self) -> u32 {
        self.slot.0
    }

    fn comes_before(&self, other: &Self) -> bool {
        match self.base == other.base {
            true => (self.lot, self.slot) < (other.lot, other.slot),
            false => self.base > other.base,
        }
    }
}

/// All members of a ledger, and where they stand in the lines of their groups.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowd {
    pub(super) members: Vec<Member>,
    /// Of those in heaps that are ordered from the back.
    from_back: PlaceList,
}

impl Crowd {
    pub(super) fn new(members: Vec<Member>) -> Self {
        Self { members, from_back: PlaceList::default() }
    }

    pub(super) fn standing(&self, slot: Slot) -> Option<Standing> {
        let Member { base, lot, .. } = *self.members.get(slot.index())?;
        Some(Standing { base, lot, slot })
    }

    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Member> {
        self.members.get_mut(slot.index()).filter(|member| member.is_present())
    }
}

impl Places for Crowd {
    fn get(&self, id: u32) -> Option<usize> {
        self.members.get(id as usize).map(|member| member.place as usize)
    }

    fn set(&mut self, id: u32, place: u32) {
        if let Some(member) = self.members.get_mut(id as usize) {
            member.place = place;
        }
    }
}

/// The place of somebody in a run: their number beside this bit. No heap has so many items, so that it finds nobody there.
const IN_RUN: u32 = 1 << 31;
/// Numbers in a run go round.
const NUMBERS: u32 = (1 << 30) - 1;
/// Where somebody has left a run.
const GAP: Slot = Slot(u32::MAX);
/// So many gaps are never worth a look.
const FEW: usize = 16;

/// Expects the members of the ledger whenever it is asked, and hears of each change to what they are owed before the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    // INVARIANT: in order but for gaps, and neither end is a gap.
    run: VecDeque<Slot>,
    /// The number of the front of the run.
    front: u32,
    gaps: usize,
    /// Who belongs between the ends of the run, or did when they came.
    between: Heap<Standing>,
    // INVARIANT: the same members.
    between_from_back: Heap<Reverse<Standing>>,
}

impl Line {
    pub(super) fn len(&self) -> usize {
        self.run.len() - self.gaps + self.between.len()
    }

    pub(super) fn first(&self, crowd: &Crowd) -> Option<Standing> {
        let of_run = self.run.front().and_then(|slot| crowd.standing(*slot));
        match (of_run, self.between.first().copied()) {
            (Some(one), Some(other)) if other.comes_before(&one) => Some(other),
            (one, other) => one.or(other),
        }
    }

    pub(super) fn last(&self, crowd: &Crowd) -> Option<Standing> {
        let of_run = self.run.back().and_then(|slot| crowd.standing(*slot));
        match (of_run, self.between_from_back.first().map(|Reverse(standing)| *standing)) {
            (Some(one), Some(other)) if one.comes_before(&other) => Some(other),
            (one, other) => one.or(other),
        }
    }

    /// All members, in no order that may show.
    pub(super) fn iter(&self) -> impl Iterator<Item = Slot> {
        self.run.iter().copied().filter(|slot| *slot != GAP).chain(self.between.iter().map(|standing| standing.slot))
    }

    /// A member joins the line.
    pub(super) fn push(&mut self, slot: Slot, crowd: &mut Crowd) {
        let Some(new) = crowd.standing(slot) else { return };
        let end = |end: Option<&Slot>| end.and_then(|slot| crowd.standing(*slot));
        if end(self.run.back()).is_none_or(|last| last.comes_before(&new)) {
            crowd.set(slot.0, self.place_at(self.run.len()));
            self.run.push_back(slot);
        } else if end(self.run.front()).is_some_and(|first| new.comes_before(&first)) {
            self.front = self.front.wrapping_sub(1);
            crowd.set(slot.0, self.place_at(0));
            self.run.push_front(slot);
        } else {
            self.between.push(new, crowd);
            self.between_from_back.push(Reverse(new), &mut crowd.from_back);
        }
    }

    /// A member leaves the line, if they stand here.
    pub(super) fn remove(&mut self, slot: Slot, crowd: &mut Crowd) -> bool {
        let Some(place) = self.index_in_run(slot, crowd).and_then(|index| self.run.get_mut(index)) else {
            self.between_from_back.remove(slot.0, &mut crowd.from_back);
            return self.between.remove(slot.0, crowd).is_some();
        };
        *place = GAP;
        crowd.set(slot.0, NOWHERE);
        self.gaps += 1;
        self.trim();
        if self.gaps > FEW + self.run.len() / 2 {
            self.close_ranks(crowd);
        }
        true
    }

    /// What a member is owed has changed.
    pub(super) fn replace(&mut self, slot: Slot, crowd: &mut Crowd) {
        if self.remove(slot, crowd) {
            self.push(slot, crowd);
        }
    }

    /// Gives back memory that nobody stands in.
    pub(super) fn fit(&mut self) {
        self.run.shrink_to_fit();
    }

    /// Looks at the next in line behind a member, for whoever is about to move them.
    pub(super) fn touch(&self, slot: Slot, crowd: &Crowd) {
        let next = self.index_in_run(slot, crowd).and_then(|index| self.run.get(index + 1));
        black_box(next.and_then(|next| Some(crowd.members.get(next.index())?.lot)));
    }

    fn place_at(&self, index: usize) -> u32 {
        IN_RUN | self.front.wrapping_add(index as u32) & NUMBERS
    }

    fn index_in_run(&self, slot: Slot, crowd: &Crowd) -> Option<usize> {
        let place = crowd.get(slot.0)? as u32;
        let index = (place & IN_RUN != 0).then_some(place.wrapping_sub(self.front) & NUMBERS)? as usize;
        (self.run.get(index) == Some(&slot)).then_some(index)
    }

    /// Lets the run begin and end with somebody.
    fn trim(&mut self) {
        while self.run.front() == Some(&GAP) {
            self.run.pop_front();
            self.front = self.front.wrapping_add(1);
            self.gaps -= 1;
        }
        while self.run.back() == Some(&GAP) {
            self.run.pop_back();
            self.gaps -= 1;
        }
    }

    /// Closes all gaps. O(run), once more than half of it has left, each in O(1).
    fn close_ranks(&mut self, crowd: &mut Crowd) {
        self.run.retain(|slot| *slot != GAP);
        self.gaps = 0;
        for (index, slot) in self.run.iter().enumerate() {
            crowd.set(slot.0, self.place_at(index));
        }
    }
}

#[cfg(test)]
mod tests;
