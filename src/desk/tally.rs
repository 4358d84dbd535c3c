//! The numbers that custom strategies keep: tallies (counts) and stamps (sequence numbers), each by step label, name
//! and rep. What was never set is 0, and what is 0 is not kept.

use super::RepIndex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Tallies {
    pub(super) slots: Vec<TallySlot>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TallySlot {
    pub(crate) label: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) counts: BTreeMap<RepIndex, i64>,
    /// Every stamp that may still be taken back, and the one before those.
    pub(crate) stamps: BTreeMap<RepIndex, BTreeSet<u64>>,
}

impl Tallies {
    /// Slots as they were, in order. Two of them never have the same label and name.
    pub(crate) fn restore(slots: Vec<TallySlot>) -> Self {
        Self { slots }
    }

    pub(crate) fn slots(&self) -> &[TallySlot] {
        &self.slots
    }

    /// The slot of a label and a name, made if there is none.
    pub(crate) fn intern(&mut self, label: &Arc<str>, name: &Arc<str>) -> usize {
        self.slots.iter().position(|slot| slot.label == *label && slot.name == *name).unwrap_or_else(|| {
            self.slots.push(TallySlot {
                label: Arc::clone(label),
                name: Arc::clone(name),
                counts: BTreeMap::new(),
                stamps: BTreeMap::new(),
            });
            self.slots.len() - 1
        })
    }

    pub(crate) fn find(&self, label: &str, name: &str) -> Option<usize> {
        self.slots.iter().position(|slot| *slot.label == *label && *slot.name == *name)
    }

    pub(crate) fn count(&self, slot: usize, rep: RepIndex) -> i64 {
        self.slots.get(slot).and_then(|slot| slot.counts.get(&rep)).copied().unwrap_or(0)
    }

    pub(crate) fn add(&mut self, slot: usize, rep: RepIndex, delta: i64) {
        self.change(slot, rep, |count| count.saturating_add(delta));
    }

    /// Undoes [`Tallies::add`]. Adding the opposite would not: the smallest `i64` has none.
    pub(crate) fn subtract(&mut self, slot: usize, rep: RepIndex, delta: i64) {
        self.change(slot, rep, |count| count.saturating_sub(delta));
    }

    fn change(&mut self, slot: usize, rep: RepIndex, change: impl Fn(i64) -> i64) {
        let Some(slot) = self.slots.get_mut(slot) else { return };
        let count = slot.counts.entry(rep).or_insert(0);
        *count = change(*count);
        if *count == 0 {
            slot.counts.remove(&rep);
        }
    }

    /// The latest stamp.
    pub(crate) fn stamp(&self, slot: usize, rep: RepIndex) -> u64 {
        let stamps = self.slots.get(slot).and_then(|slot| slot.stamps.get(&rep));
        stamps.and_then(|stamps| stamps.last()).copied().unwrap_or(0)
    }

    pub(crate) fn set_stamp(&mut self, slot: usize, rep: RepIndex, sequence: u64) {
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.stamps.entry(rep).or_default().insert(sequence);
        }
    }

    /// Takes a stamp back, whether or not there are later ones.
    pub(crate) fn remove_stamp(&mut self, slot: usize, rep: RepIndex, sequence: u64) {
        let Some(slot) = self.slots.get_mut(slot) else { return };
        if let Some(stamps) = slot.stamps.get_mut(&rep) {
            stamps.remove(&sequence);
            if stamps.is_empty() {
                slot.stamps.remove(&rep);
            }
        }
    }

    /// A stamp stands for good: those before it will never count again.
    pub(crate) fn keep_stamp(&mut self, slot: usize, rep: RepIndex, sequence: u64) {
        if let Some(stamps) = self.slots.get_mut(slot).and_then(|slot| slot.stamps.get_mut(&rep)) {
            *stamps = stamps.split_off(&sequence);
        }
    }
}
