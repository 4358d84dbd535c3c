//! Who has the fewest open leads, in the order in which they came to have so few: for each number of open leads, whoever
//! came first is first. O(1) for a change, and about O(1) for a question.
//!
//! A rep who comes to a level is written at the end of its list, and one who leaves is left there: entries that are no
//! longer true are skipped when they come to the front. Whoever is at the front and cannot take a lead is taken out, and
//! comes back through a heap of the level. So coming and going touches nothing else.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// When a rep came to their level, or at first their lot; the rep.
type Entry = (u64, u32);

#[derive(Debug, Clone, Copy)]
struct Standing {
    since: u64,
    open: u32,
    is_available: bool,
    /// Whether an entry of the present level is in a list or heap.
    is_listed: bool,
}

#[derive(Debug, Clone, Default)]
struct Level {
    /// By when they came.
    list: VecDeque<Entry>,
    /// Those who were taken out of the list and are available again.
    back: BinaryHeap<Reverse<Entry>>,
    /// How many are at this level, and how many of them are available.
    count: usize,
    available: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Levels {
    reps: Vec<Standing>,
    levels: Vec<Level>,
    changes: u64,
}

impl Levels {
    /// Nobody is available yet, and nobody has anything open. Whoever has the smaller lot is first.
    pub(crate) fn new(lots: &[u64]) -> Self {
        let mut order: Vec<u32> = (0..lots.len() as u32).collect();
        order.sort_unstable_by_key(|rep| (lots[*rep as usize], *rep));
        let mut reps = vec![Standing { since: 0, open: 0, is_available: false, is_listed: true }; lots.len()];
        let list = order.into_iter().zip(0..).map(|(rep, since)| {
            reps[rep as usize].since = since;
            (since, rep)
        });
        let level = Level { list: list.collect(), count: lots.len(), ..Level::default() };
        Self { changes: lots.len() as u64, reps, levels: vec![level] }
    }

    pub(crate) fn open(&self, rep: u32) -> u32 {
        self.reps[rep as usize].open
    }

    pub(crate) fn set_available(&mut self, rep: u32, is_available: bool) {
        let standing = &mut self.reps[rep as usize];
        if standing.is_available == is_available {
            return;
        }
        standing.is_available = is_available;
        let level = &mut self.levels[standing.open as usize];
        if is_available {
            level.available += 1;
            if !standing.is_listed {
                standing.is_listed = true;
                level.back.push(Reverse((standing.since, rep)));
            }
        } else {
            level.available -= 1;
        }
    }

    /// A rep has another number of open leads from now on.
    pub(crate) fn set_open(&mut self, rep: u32, open: u32) {
        self.changes += 1;
        let standing = &mut self.reps[rep as usize];
        let before = &mut self.levels[standing.open as usize];
        before.count -= 1;
        before.available -= usize::from(standing.is_available);
        (standing.open, standing.since, standing.is_listed) = (open, self.changes, true);
        while self.levels.len() <= open as usize {
            self.levels.push(Level::default());
        }
        let level = &mut self.levels[open as usize];
        level.count += 1;
        level.available += usize::from(standing.is_available);
        if level.list.len() + level.back.len() > 2 * level.count + 64 {
            let reps = &self.reps;
            let is_true = |(since, rep): &Entry| reps[*rep as usize].since == *since;
            level.list.retain(is_true);
            level.back.retain(|Reverse(entry)| is_true(entry));
        }
        level.list.push_back((self.changes, rep));
    }

    /// The available rep with the fewest open leads.
    pub(crate) fn least(&mut self) -> Option<u32> {
        let Self { reps, levels, .. } = self;
        let level = levels.iter_mut().find(|level| level.available > 0)?;
        // An entry that is not true, or whose rep is away, goes. Whoever comes back is listed again.
        let mut keeps = |(since, rep): Entry| {
            let standing = &mut reps[rep as usize];
            let is_true = standing.since == since;
            if is_true && !standing.is_available {
                standing.is_listed = false;
            }
            is_true && standing.is_available
        };
        while level.list.front().is_some_and(|entry| !keeps(*entry)) {
            level.list.pop_front();
        }
        while level.back.peek().is_some_and(|Reverse(entry)| !keeps(*entry)) {
            level.back.pop();
        }
        let first = level.list.front().copied().into_iter().chain(level.back.peek().map(|Reverse(entry)| *entry));
        first.min().map(|(_, rep)| rep)
    }
}
