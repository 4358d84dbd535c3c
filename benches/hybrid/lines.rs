//! The ledger of a large pool: its available members in lines, one for each weight, in the order of what they are owed.
//!
//! All members of one weight accrue alike, so that their order changes only for whoever has a turn. A line keeps what each
//! was owed less what all have accrued since. Whoever has a turn is now owed a whole one less, and that is behind everyone
//! else nearly always: they go from the front of the line to its end, and no search is needed. Whoever does not fit there,
//! having been away, waits in a heap beside the line; if they are many, as when a shift begins, they are sorted into the line
//! at once. Those who go away are left in the line until they come to its front.
//!
//! The largest claim, the earliest deadline and whoever is too far ahead are all at the ends of lines: O(weights).

use crate::ledger::{Claim, Round, TURN, cap, room};
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

#[derive(Debug)]
pub(crate) struct Lines {
    lines: Vec<Line>,
    seats: Vec<Seat>,
    round: Round,
    cap: i128,
    /// How many of those who are away are further from zero than the cap.
    outside_away: u32,
}

#[derive(Debug)]
struct Seat {
    /// What the member is owed; while available, less what the line has accrued.
    base: i128,
    lot: u64,
    rep: u32,
    line: u16,
    is_available: bool,
}

#[derive(Debug)]
struct Line {
    weight: u32,
    /// What each member has accrued, all in all.
    accrued: i128,
    count: u32,
    /// From whoever is owed most. Entries may be out of date.
    line: VecDeque<Entry>,
    beside: BinaryHeap<Entry>,
    /// Those who were ahead by more than the cap, whoever is furthest ahead first. Entries may be out of date.
    ahead: BinaryHeap<Reverse<(i128, u32)>>,
}

/// The greater, the more is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    base: i128,
    lot: u64,
    seat: u32,
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

impl Entry {
    fn is_true(&self, seats: &[Seat]) -> bool {
        let seat = &seats[self.seat as usize];
        seat.is_available && seat.base == self.base
    }
}

impl Lines {
    /// Of reps, weights and lots; nobody is available yet.
    pub(crate) fn new(members: impl Iterator<Item = (u32, u32, u64)>) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let seats: Vec<Seat> = members
            .map(|(rep, weight, lot)| {
                let line = lines.iter().position(|line| line.weight == weight).unwrap_or_else(|| {
                    lines.push(Line::new(weight));
                    lines.len() - 1
                });
                Seat { base: 0, lot, rep, line: line as u16, is_available: false }
            })
            .collect();
        let cap = i128::from(cap(seats.len()));
        Self { lines, seats, round: Round::default(), cap, outside_away: 0 }
    }

    pub(crate) fn set_available(&mut self, index: u32, is_available: bool) {
        let seat = &mut self.seats[index as usize];
        let line = &mut self.lines[usize::from(seat.line)];
        seat.is_available = is_available;
        if is_available {
            self.outside_away -= u32::from(seat.base.abs() > self.cap);
            let is_ahead = seat.base < -self.cap;
            seat.base -= line.accrued;
            line.beside.push(Entry { base: seat.base, lot: seat.lot, seat: index });
            if is_ahead {
                line.ahead.push(Reverse((seat.base, index)));
            }
            line.count += 1;
            self.round.add(line.weight);
        } else {
            seat.base += line.accrued;
            self.outside_away += u32::from(seat.base.abs() > self.cap);
            line.count -= 1;
            self.round.subtract(line.weight);
        }
    }

    pub(crate) fn take(&mut self) -> Option<u32> {
        let Self { lines, seats, round, cap, outside_away } = self;
        if round.count < 2 {
            // Shared with nobody, so that it is no turn.
            let line = lines.iter_mut().find(|line| line.count > 0)?;
            return line.first(seats).map(|entry| seats[entry.seat as usize].rep);
        }
        let credit = i128::from(round.credit());
        if let [line] = lines.as_mut_slice() {
            // With one weight, the earliest deadline and the largest claim are the same.
            line.accrued += credit * i128::from(line.weight);
            return line.take(seats, *cap);
        }
        let release = i128::from(round.release);
        let (mut largest, mut earliest): (Option<Claim>, Option<Claim>) = (None, None);
        let mut everyone_within = *outside_away == 0;
        for (place, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.count > 0) {
            line.accrued += credit * i128::from(line.weight);
            let Some(first) = line.first(seats) else { continue };
            let owed = first.base + line.accrued;
            let claim = Claim { place, owed, room: room(owed, round.count), weight: line.weight, lot: first.lot };
            everyone_within &= owed <= *cap && !line.has_ahead(seats, *cap);
            if largest.as_ref().is_none_or(|largest| (owed, largest.lot) > (largest.owed, first.lot)) {
                largest = Some(claim);
            }
            if owed >= release && earliest.as_ref().is_none_or(|earliest| claim.is_before(earliest)) {
                earliest = Some(claim);
            }
        }
        let chosen = earliest.filter(|_| everyone_within).or(largest)?;
        lines[chosen.place].take(seats, *cap)
    }
}

impl Line {
    fn new(weight: u32) -> Self {
        let (line, beside, ahead) = Default::default();
        Self { weight, accrued: 0, count: 0, line, beside, ahead }
    }

    /// Whoever is owed most.
    fn first(&mut self, seats: &[Seat]) -> Option<Entry> {
        if self.beside.len() > 64.max(self.line.len() / 32) {
            self.sort_in(seats);
        }
        while self.line.front().is_some_and(|entry| !entry.is_true(seats)) {
            self.line.pop_front();
        }
        while self.beside.peek().is_some_and(|entry| !entry.is_true(seats)) {
            self.beside.pop();
        }
        self.line.front().max(self.beside.peek()).copied()
    }

    /// Whoever is owed most has a turn: all have accrued the lead already.
    fn take(&mut self, seats: &mut [Seat], cap: i128) -> Option<u32> {
        let first = self.first(seats)?;
        if self.line.front() == Some(&first) {
            self.line.pop_front();
        } else {
            self.beside.pop();
        }
        let seat = &mut seats[first.seat as usize];
        seat.base -= i128::from(TURN);
        let entry = Entry { base: seat.base, ..first };
        if self.line.back().is_none_or(|last| entry <= *last) {
            self.line.push_back(entry);
        } else {
            self.beside.push(entry);
        }
        if entry.base + self.accrued < -cap {
            self.ahead.push(Reverse((entry.base, entry.seat)));
        }
        Some(seat.rep)
    }

    /// Whether somebody is ahead by more than the cap. Whoever no longer is, is dropped: one gets ahead only by a turn.
    fn has_ahead(&mut self, seats: &[Seat], cap: i128) -> bool {
        while let Some(Reverse((base, seat))) = self.ahead.peek().copied() {
            let is_true = seats[seat as usize].is_available && seats[seat as usize].base == base;
            if is_true && base + self.accrued < -cap {
                return true;
            }
            self.ahead.pop();
        }
        false
    }

    /// Brings those beside the line into it, and drops what is out of date.
    #[cold]
    fn sort_in(&mut self, seats: &[Seat]) {
        let mut beside = std::mem::take(&mut self.beside).into_vec();
        beside.retain(|entry| entry.is_true(seats));
        beside.sort_unstable_by(|one, other| other.cmp(one));
        let mut beside = beside.into_iter().peekable();
        let mut line = VecDeque::with_capacity(self.line.len() + beside.len());
        for entry in self.line.drain(..).filter(|entry| entry.is_true(seats)) {
            while let Some(first) = beside.next_if(|first| *first >= entry) {
                line.push_back(first);
            }
            line.push_back(entry);
        }
        line.extend(beside);
        self.line = line;
    }
}
