//! Who shares a turn, as a list.

use super::Seat;
use std::sync::Arc;

/// A list of seats, or what differs from one. The long lists of a rotation mostly differ by few.
#[derive(Debug, Clone)]
pub(crate) struct SeatList {
    all: Arc<[Seat]>,
    // INVARIANT: by slot; then `all` is in the order of slots, too.
    but: Option<Arc<[Seat]>>,
}

impl SeatList {
    /// The same list but for these, each of another slot, with the weight that it has there; 0 for a slot that is not in it.
    /// None if the list is such a one itself, or not in the order of slots.
    pub(crate) fn but(&self, changes: impl IntoIterator<Item = Seat>) -> Option<Self> {
        let mut changes: Vec<Seat> = changes.into_iter().collect();
        changes.sort_unstable_by_key(|seat| seat.slot);
        let is_whole = self.but.is_none() && self.all.is_sorted_by_key(|seat| seat.slot);
        is_whole.then(|| Self { all: Arc::clone(&self.all), but: Some(changes.into()) })
    }

    /// In the order of slots; but one that was made as a whole is in the order in which it was made.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Seat> + '_ {
        let mut all = self.all.iter().copied().peekable();
        let mut changes = self.but.iter().flat_map(|changes| changes.iter()).copied().peekable();
        let mut next = move || match (all.peek(), changes.peek()) {
            (Some(Seat { slot, .. }), Some(change)) if *slot < change.slot => all.next(),
            (_, Some(change)) => {
                all.next_if(|seat| seat.slot == change.slot);
                changes.next()
            }
            (_, None) => all.next(),
        };
        std::iter::from_fn(move || {
            loop {
                match next()? {
                    Seat { weight: 0, .. } => {}
                    seat => return Some(seat),
                }
            }
        })
    }

    /// The list, if it is there as a whole and in the order of slots.
    pub(super) fn sorted(&self) -> Option<&[Seat]> {
        let is_sorted = self.but.is_none() && self.all.is_sorted_by_key(|seat| seat.slot);
        is_sorted.then_some(&*self.all)
    }

    /// Whether they are one for sure. Two that are not may still be the same.
    pub(super) fn is_surely(&self, other: &Self) -> bool {
        let same_changes = match (&self.but, &other.but) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        Arc::ptr_eq(&self.all, &other.all) && same_changes
    }
}

impl From<Arc<[Seat]>> for SeatList {
    fn from(all: Arc<[Seat]>) -> Self {
        Self { all, but: None }
    }
}

/// What differs from a list, both by slot: the seats that are others now, and those that are gone with a weight of 0.
pub(crate) fn changed_seats(before: &[Seat], after: &[Seat]) -> impl Iterator<Item = Seat> {
    let (mut before, mut after) = (before.iter().copied().peekable(), after.iter().copied().peekable());
    let gone = |Seat { slot, .. }| Seat { slot, weight: 0 };
    std::iter::from_fn(move || {
        loop {
            match (before.peek(), after.peek()) {
                (Some(old), Some(new)) if old == new => {
                    before.next();
                    after.next();
                }
                (Some(old), Some(new)) if old.slot < new.slot => return before.next().map(gone),
                (_, Some(new)) => {
                    let Seat { slot, .. } = *new;
                    before.next_if(|old: &Seat| old.slot == slot);
                    return after.next();
                }
                (_, None) => return before.next().map(gone),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fair::Slot;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn seats(list: &BTreeMap<u32, u32>) -> Arc<[Seat]> {
        list.iter().map(|(&slot, &weight)| Seat { slot: Slot(slot), weight }).collect()
    }

    proptest! {
        #[test]
        fn a_list_but_its_changes_is_the_other_list(
            before in proptest::collection::btree_map(0_u32..12, 1_u32..4, 0..10),
            after in proptest::collection::btree_map(0_u32..12, 1_u32..4, 0..10),
        ) {
            let (before, after) = (seats(&before), seats(&after));
            let changed: Vec<Seat> = changed_seats(&before, &after).collect();
            prop_assert!(changed.iter().all(|seat| !before.contains(seat)));
            let list = SeatList::from(Arc::clone(&before)).but(changed.iter().rev().copied()).unwrap();
            prop_assert_eq!(list.iter().collect::<Vec<Seat>>(), after.to_vec());
            prop_assert!(list.but([]).is_none());
            prop_assert_eq!(changed.is_empty(), before == after);
        }
    }
}
