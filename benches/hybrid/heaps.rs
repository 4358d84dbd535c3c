//! The ledger of a large pool: its available members in heaps, one for each weight, whoever is owed most at the top.
//!
//! All members of one weight accrue alike, so that their order changes only for whoever has a turn. A heap keeps what each
//! was owed less what all have accrued since. The largest claim, the earliest deadline and whoever is too far ahead are all
//! at the ends: O(weights + log members) for a turn, O(log members) for coming and going.

use crate::ledger::{Claim, Round, TURN, cap, room};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

#[derive(Debug, Clone)]
pub(crate) struct Heaps {
    heaps: Vec<Heap>,
    seats: Vec<Seat>,
    /// Where in its heap each member is; [`AWAY`] if nowhere.
    places: Vec<u32>,
    round: Round,
    cap: i128,
    /// How many of those who are away are further from zero than the cap.
    outside_away: u32,
}

const AWAY: u32 = u32::MAX;

/// What is looked at only when somebody comes or goes.
#[derive(Debug, Clone)]
struct Seat {
    /// What the member was owed when they went away.
    balance: i128,
    lot: u64,
    rep: u32,
    heap: u16,
}

#[derive(Debug, Clone)]
struct Heap {
    weight: u32,
    /// What each member has accrued, all in all.
    accrued: i128,
    /// Each above the next four from four times its place on.
    entries: Vec<Entry>,
    /// Those who were ahead by more than the cap, whoever is furthest ahead first. Entries may be out of date.
    ahead: BinaryHeap<Reverse<(i128, u32)>>,
}

/// The greater, the more is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    base: i128,
    lot: u64,
    seat: u32,
    rep: u32,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.base.cmp(&other.base).then_with(|| (other.lot, other.seat).cmp(&(self.lot, self.seat)))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Heaps {
    /// Of reps, weights and lots; nobody is available yet.
    pub(crate) fn new(members: impl Iterator<Item = (u32, u32, u64)>) -> Self {
        let mut heaps: Vec<Heap> = Vec::new();
        let seats: Vec<Seat> = members
            .map(|(rep, weight, lot)| {
                let heap = heaps.iter().position(|heap| heap.weight == weight).unwrap_or_else(|| {
                    heaps.push(Heap { weight, accrued: 0, entries: Vec::new(), ahead: BinaryHeap::new() });
                    heaps.len() - 1
                });
                Seat { balance: 0, lot, rep, heap: heap as u16 }
            })
            .collect();
        let cap = i128::from(cap(seats.len()));
        Self { heaps, places: vec![AWAY; seats.len()], seats, round: Round::default(), cap, outside_away: 0 }
    }

    pub(crate) fn set_available(&mut self, index: u32, is_available: bool) {
        let seat = &mut self.seats[index as usize];
        let heap = &mut self.heaps[usize::from(seat.heap)];
        if is_available {
            self.outside_away -= u32::from(seat.balance.abs() > self.cap);
            let base = seat.balance - heap.accrued;
            if seat.balance < -self.cap {
                heap.ahead.push(Reverse((base, index)));
            }
            heap.add(Entry { base, lot: seat.lot, seat: index, rep: seat.rep }, &mut self.places);
            self.round.add(heap.weight);
        } else {
            seat.balance = heap.remove(index, &mut self.places) + heap.accrued;
            self.outside_away += u32::from(seat.balance.abs() > self.cap);
            self.round.subtract(heap.weight);
        }
    }

    pub(crate) fn take(&mut self) -> Option<u32> {
        let Self { heaps, round, cap, outside_away, places, .. } = self;
        if round.count < 2 {
            // Shared with nobody, so that it is no turn.
            return heaps.iter().find_map(|heap| heap.entries.first()).map(|entry| entry.rep);
        }
        let credit = i128::from(round.credit());
        if let [heap] = heaps.as_mut_slice() {
            // With one weight, the earliest deadline and the largest claim are the same, whoever is ahead.
            heap.accrued += credit * i128::from(heap.weight);
            heap.ahead.clear();
            return heap.take(places, *cap);
        }
        let release = i128::from(round.release);
        let (mut largest, mut earliest): (Option<Claim>, Option<Claim>) = (None, None);
        let mut everyone_within = *outside_away == 0;
        for (place, heap) in heaps.iter_mut().enumerate() {
            let Some(first) = heap.entries.first() else { continue };
            heap.accrued += credit * i128::from(heap.weight);
            let (owed, lot) = (first.base + heap.accrued, first.lot);
            let claim = Claim { place, owed, room: room(owed, round.count), weight: heap.weight, lot };
            everyone_within &= owed <= *cap && !heap.has_ahead(places, *cap);
            if largest.as_ref().is_none_or(|largest| owed > largest.owed || owed == largest.owed && lot < largest.lot) {
                largest = Some(claim);
            }
            if owed >= release && earliest.as_ref().is_none_or(|earliest| claim.is_before(earliest)) {
                earliest = Some(claim);
            }
        }
        let chosen = earliest.filter(|_| everyone_within).or(largest)?;
        heaps[chosen.place].take(places, *cap)
    }
}

impl Heap {
    fn add(&mut self, entry: Entry, places: &mut [u32]) {
        self.entries.push(entry);
        self.rise(self.entries.len() - 1, entry, places);
    }

    /// Takes a member out, and tells the base.
    fn remove(&mut self, seat: u32, places: &mut [u32]) -> i128 {
        let place = std::mem::replace(&mut places[seat as usize], AWAY) as usize;
        let removed = self.entries.swap_remove(place);
        if let Some(&moved) = self.entries.get(place) {
            let place = self.sink(place, moved, places);
            self.rise(place, moved, places);
        }
        removed.base
    }

    /// Whoever is owed most has a turn: all have accrued the lead already.
    fn take(&mut self, places: &mut [u32], cap: i128) -> Option<u32> {
        let first = *self.entries.first()?;
        let entry = Entry { base: first.base - i128::from(TURN), ..first };
        if entry.base + self.accrued < -cap {
            self.ahead.push(Reverse((entry.base, entry.seat)));
        }
        self.sink(0, entry, places);
        Some(entry.rep)
    }

    fn rise(&mut self, mut place: usize, entry: Entry, places: &mut [u32]) {
        while place > 0 {
            let above = (place - 1) / 4;
            if self.entries[above] >= entry {
                break;
            }
            self.put(place, self.entries[above], places);
            place = above;
        }
        self.put(place, entry, places);
    }

    fn sink(&mut self, mut place: usize, entry: Entry, places: &mut [u32]) -> usize {
        loop {
            let below = 4 * place + 1;
            let end = self.entries.len().min(below + 4);
            let Some(largest) = (below..end).max_by_key(|place| self.entries[*place]) else { break };
            if self.entries[largest] <= entry {
                break;
            }
            self.put(place, self.entries[largest], places);
            place = largest;
        }
        self.put(place, entry, places);
        place
    }

    fn put(&mut self, place: usize, entry: Entry, places: &mut [u32]) {
        self.entries[place] = entry;
        places[entry.seat as usize] = place as u32;
    }

    /// Whether somebody is ahead by more than the cap. Whoever no longer is, is dropped: one gets ahead only by a turn.
    fn has_ahead(&mut self, places: &[u32], cap: i128) -> bool {
        while let Some(Reverse((base, seat))) = self.ahead.peek().copied() {
            let entry = self.entries.get(places[seat as usize] as usize);
            if entry.is_some_and(|entry| entry.base == base) && base + self.accrued < -cap {
                return true;
            }
            self.ahead.pop();
        }
        false
    }
}
