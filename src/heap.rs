//! A heap that knows where each of its items is, so that any of them can be moved or taken out.
//!
//! Every change is O(log n), with four children to an item: the tree is flat, and the four lie side by side in memory.

use std::cmp::Reverse;

/// What a heap keeps in order.
pub(crate) trait Item: Copy {
    /// What the item is found again by: a small number of its own.
    fn id(&self) -> u32;

    /// Whether it comes out first. No two items are level.
    fn comes_before(&self, other: &Self) -> bool;
}

/// The other way round, as everywhere.
impl<I: Item> Item for Reverse<I> {
    fn id(&self) -> u32 {
        self.0.id()
    }

    fn comes_before(&self, Self(other): &Self) -> bool {
        other.comes_before(&self.0)
    }
}

const CHILDREN: usize = 4;

/// Where each id is, in the one heap that has it. Heaps may share it if none of their ids are the same.
pub(crate) trait Places {
    /// Of an id that is in none of the heaps, any place may be given.
    fn get(&self, id: u32) -> Option<usize>;

    fn set(&mut self, id: u32, place: u32);
}

/// Of who is in no heap.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Places in a list of their own.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceList(Vec<u32>);

impl Places for PlaceList {
    fn get(&self, id: u32) -> Option<usize> {
        self.0.get(id as usize).map(|place| *place as usize)
    }

    fn set(&mut self, id: u32, place: u32) {
        let index = id as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, NOWHERE);
        }
        if let Some(known) = self.0.get_mut(index) {
            *known = place;
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Heap<I> {
    // INVARIANT: no item comes before its parent, which is the item at `(place - 1) / CHILDREN`.
    items: Vec<I>,
}

impl<I> Default for Heap<I> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<I: Item> Heap<I> {
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn first(&self) -> Option<&I> {
        self.items.first()
    }

    /// The item of an id; none if it is not here.
    pub(crate) fn get(&self, id: u32, places: &impl Places) -> Option<&I> {
        self.items.get(places.get(id)?).filter(|item| item.id() == id)
    }

    /// All items, in no order that may show.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, I> {
        self.items.iter()
    }

    pub(crate) fn push(&mut self, item: I, places: &mut impl Places) {
        self.items.push(item);
        self.settle(self.items.len() - 1, item, places);
    }

    /// Takes the item of an id out; none if it is not here.
    pub(crate) fn remove(&mut self, id: u32, places: &mut impl Places) -> Option<I> {
        let place = places.get(id)?;
        let item = self.items.get(place).copied().filter(|item| item.id() == id)?;
        places.set(id, NOWHERE);
        let last = self.items.pop()?;
        if last.id() != id {
            self.settle(place, last, places);
        }
        Some(item)
    }

    /// Puts an item in place of the one that had its id. Nothing happens if there was none.
    pub(crate) fn replace(&mut self, item: I, places: &mut impl Places) {
        if let Some(place) = places.get(item.id())
            && self.items.get(place).is_some_and(|known| known.id() == item.id())
        {
            self.settle(place, item, places);
        }
    }

    /// Finds where an item belongs, from a place that is free.
    fn settle(&mut self, mut free: usize, item: I, places: &mut impl Places) {
        while let Some(parent) = free.checked_sub(1).map(|before| before / CHILDREN) {
            match self.items.get(parent) {
                Some(&above) if item.comes_before(&above) => self.put(free, above, places),
                _ => break,
            }
            free = parent;
        }
        while let Some((place, below)) = self.first_child(free)
            && below.comes_before(&item)
        {
            self.put(free, below, places);
            free = place;
        }
        self.put(free, item, places);
    }

    fn first_child(&self, parent: usize) -> Option<(usize, I)> {
        let first = CHILDREN * parent + 1;
        let children = self.items.get(first..)?.iter().take(CHILDREN).enumerate();
        let child = children.reduce(|best, next| if next.1.comes_before(best.1) { next } else { best });
        child.map(|(place, child)| (first + place, *child))
    }

    fn put(&mut self, place: usize, item: I, places: &mut impl Places) {
        if let Some(known) = self.items.get_mut(place) {
            *known = item;
            places.set(item.id(), place as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Entry(u8, u32);

    impl Item for Entry {
        fn id(&self) -> u32 {
            self.1
        }

        fn comes_before(&self, other: &Self) -> bool {
            self < other
        }
    }

    proptest! {
        #[test]
        fn what_comes_first_is_always_first(steps in proptest::collection::vec((0_u8..3, 0_u32..40, any::<u8>()), 0..400)) {
            let (mut heap, mut places) = (Heap::default(), PlaceList::default());
            let mut model: BTreeMap<u32, u8> = BTreeMap::new();
            for (step, id, key) in steps {
                match (step, model.contains_key(&id)) {
                    (0, false) => {
                        heap.push(Entry(key, id), &mut places);
                        model.insert(id, key);
                    }
                    (0 | 1, _) => {
                        heap.replace(Entry(key, id), &mut places);
                        model.entry(id).and_modify(|known| *known = key);
                    }
                    _ => {
                        let removed = heap.remove(id, &mut places);
                        prop_assert_eq!(removed, model.remove(&id).map(|key| Entry(key, id)));
                    }
                }
                prop_assert_eq!(heap.len(), model.len());
                let first = model.iter().map(|(id, key)| Entry(*key, *id)).min();
                prop_assert_eq!(heap.first().copied(), first);
            }
        }
    }
}
