//! A table from hashes to numbers: where something is that somebody else keeps.
//!
//! Open addressing with linear probes. What is taken out leaves no mark behind, so that a table in which things come and go
//! stays as fast as it was: what follows moves up.

use std::hash::{BuildHasher, Hash};

/// The hash by which tables find things: fast, and always the same. No order of it shows anywhere, and nothing of it is kept.
///
/// Nobody is kept from making up texts whose hashes collide: a table then gets slow, and stays right. Any fixed hash has that,
/// the published one of [`crate::hash`] too, and one with a random key would not be the same tomorrow.
pub(crate) type FastHash = foldhash::fast::FixedState;

pub(crate) fn fast_hash(text: &str) -> u64 {
    fast_hash_of(text)
}

pub(crate) fn fast_hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    FastHash::default().hash_one(value)
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    // INVARIANT: there is a power of two of these, or none; at least a quarter is free; and between the cell that a hash
    // points to and the cell that it has, none is free.
    cells: Vec<Cell>,
    len: usize,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    hash: u64,
    number: u32,
}

impl Cell {
    const FREE: Self = Self { hash: 0, number: u32::MAX };

    fn is_free(self) -> bool {
        self.number == u32::MAX
    }
}

impl Table {
    /// The number that was put in under a hash, and that is the right one.
    pub(crate) fn find(&self, hash: u64, is_right: impl Fn(u32) -> bool) -> Option<u32> {
        let mut place = self.home(hash)?;
        loop {
            let cell = *self.cells.get(place)?;
            if cell.is_free() {
                return None;
            }
            if cell.hash == hash && is_right(cell.number) {
                return Some(cell.number);
            }
            place = self.after(place);
        }
    }

    /// Puts a number in, below `u32::MAX`.
    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        if 4 * (self.len + 1) > 3 * self.cells.len() {
            self.grow();
        }
        self.put(Cell { hash, number });
        self.len += 1;
    }

    fn put(&mut self, new: Cell) {
        let Some(mut place) = self.home(new.hash) else { return };
        while self.cells.get(place).is_some_and(|cell| !cell.is_free()) {
            place = self.after(place);
        }
        if let Some(cell) = self.cells.get_mut(place) {
            *cell = new;
        }
    }

    fn grow(&mut self) {
        let room = (2 * self.cells.len()).max(16);
        let before = std::mem::replace(&mut self.cells, vec![Cell::FREE; room]);
        before.into_iter().filter(|cell| !cell.is_free()).for_each(|cell| self.put(cell));
    }

    /// Takes a number out that was put in under a hash.
    pub(crate) fn remove(&mut self, hash: u64, number: u32) {
        let Some(mut free) = self.home(hash) else { return };
        loop {
            match self.cells.get(free) {
                Some(cell) if cell.is_free() => return,
                Some(cell) if cell.number == number => break,
                Some(_) => free = self.after(free),
                None => return,
            }
        }
        self.len -= 1;
        let mut next = self.after(free);
        while let Some(&cell) = self.cells.get(next).filter(|cell| !cell.is_free()) {
            // It may move up to the free cell, if that is not before the one that its hash points to.
            let mask = self.cells.len() - 1;
            let home = cell.hash as usize & mask;
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(free) & mask {
                if let Some(target) = self.cells.get_mut(free) {
                    *target = cell;
                }
                free = next;
            }
            next = self.after(next);
        }
        if let Some(cell) = self.cells.get_mut(free) {
            *cell = Cell::FREE;
        }
    }

    fn home(&self, hash: u64) -> Option<usize> {
        Some(hash as usize & self.cells.len().checked_sub(1)?)
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.cells.len() - 1)
    }
}

/// A list in which nothing stands twice: what is in it already is found by hash, however long it is.
#[derive(Debug)]
pub(crate) struct Distinct<T> {
    list: Vec<T>,
    places: Table,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { list: Vec::new(), places: Table::default() }
    }
}

impl<T> Distinct<T> {
    /// The place of what has this hash and is the same; of something new, put at the end, if nothing is.
    pub(crate) fn place(&mut self, hash: u64, is_same: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
        let Self { list, places } = self;
        let known = places.find(hash, |place| list.get(place as usize).is_some_and(&is_same));
        known.unwrap_or_else(|| {
            let place = list.len() as u32;
            list.push(new());
            places.insert(hash, place);
            place
        }) as usize
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.list
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn what_was_put_in_and_not_taken_out_is_found(
            steps in proptest::collection::vec((any::<bool>(), 0_u32..60), 0..600),
            spread in 1_u64..40,
        ) {
            // Many hashes are the same, or lie side by side.
            let hash = |number: u32| u64::from(number) % spread * (1 + spread % 3);
            let mut table = Table::default();
            let mut model = BTreeMap::new();
            for (is_in, number) in steps {
                match (is_in, model.contains_key(&number)) {
                    (true, false) => {
                        table.insert(hash(number), number);
                        model.insert(number, ());
                    }
                    (false, _) => {
                        table.remove(hash(number), number);
                        model.remove(&number);
                    }
                    _ => {}
                }
                for known in 0..60 {
                    let found = table.find(hash(known), |number| number == known);
                    prop_assert_eq!(found.is_some(), model.contains_key(&known));
                }
            }
            prop_assert_eq!(table.len, model.len());
        }
    }
    #[test]
    fn what_is_in_a_list_already_keeps_its_place() {
        let mut names = Distinct::default();
        // As if all hashes were the same.
        let places = ["ann", "bob", "ann", "cid", "bob"].map(|name| names.place(7, |known| *known == name, || name));
        assert_eq!(places, [0, 1, 0, 2, 1]);
        assert_eq!(names.as_slice(), ["ann", "bob", "cid"]);
    }
}
