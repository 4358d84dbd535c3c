//! A table from hashes to numbers: where something is that somebody else keeps.
//!
//! Open addressing with linear probes, and no more than half of it taken: most of what is looked for is not there, and that is
//! known after two or three cells. What is taken out leaves no mark behind, so that a table in which things come and go stays as
//! fast as it was: what follows moves up.

use std::hash::{BuildHasher, Hash};
use std::hint::black_box;

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
    // INVARIANT: no cell stands before the one that its hash points to, and none between the two is free.
    cells: Vec<Cell>,
    /// How many of them hashes point to, at most half of which are taken. Those behind are what the last ones needed.
    homes: usize,
    len: usize,
}

/// Eight bytes, so that as many as are mostly looked at lie side by side in memory. Half of a hash says where a cell belongs
/// and, with the bits that this leaves, nearly always whether it is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    hash: u32,
    number: u32,
}

/// Room behind the cells that hashes point to, made at once: more is hardly ever needed.
const BEHIND: usize = 64;

impl Cell {
    const FREE: Self = Self { hash: 0, number: u32::MAX };

    fn new(hash: u64, number: u32) -> Self {
        Self { hash: hash as u32, number }
    }

    fn is_free(self) -> bool {
        self.number == u32::MAX
    }
}

impl Table {
    /// Makes room for so many more: no more than that in an empty table, and otherwise at least twice as much as there was, so
    /// that making it again and again costs O(1) each.
    pub(crate) fn reserve(&mut self, more: usize) {
        let room = 2 * (self.len + more);
        if room > self.homes {
            self.resize(room.max(2 * self.homes));
        }
    }

    /// The number that was put in under a hash, and that is the right one.
    pub(crate) fn find(&self, hash: u64, is_right: impl Fn(u32) -> bool) -> Option<u32> {
        self.under(hash).find(|number| is_right(*number))
    }

    /// All numbers that were put in under a hash, and seldom another one.
    pub(crate) fn under(&self, hash: u64) -> impl Iterator<Item = u32> {
        let Cell { hash, .. } = Cell::new(hash, 0);
        self.taken_from_home(hash).filter(move |cell| cell.hash == hash).map(|cell| cell.number)
    }

    /// The cells from the one that a hash points to, up to the next that is free.
    fn taken_from_home(&self, hash: u32) -> impl Iterator<Item = &Cell> {
        let cells = self.cells.get(self.home(hash)..).unwrap_or_default();
        cells.iter().take_while(|cell| !cell.is_free())
    }

    /// Looks at where these hashes point to, so that their memory is there when they are asked for: it is waited for once, and
    /// not once for each.
    pub(crate) fn touch(&self, hashes: impl Iterator<Item = u64>) {
        let numbers = hashes.filter_map(|hash| Some(self.cells.get(self.home(hash as u32))?.number));
        black_box(numbers.fold(0, |all, number| all ^ number));
    }

    /// Puts a number in, below `u32::MAX`.
    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        if 2 * (self.len + 1) > self.homes {
            self.resize((2 * self.homes).max(16));
        }
        self.put(Cell::new(hash, number));
        self.len += 1;
    }

    fn put(&mut self, new: Cell) {
        let home = self.home(new.hash);
        match self.cells.iter_mut().skip(home).find(|cell| cell.is_free()) {
            Some(free) => *free = new,
            None => self.cells.push(new),
        }
    }

    fn resize(&mut self, homes: usize) {
        let before = std::mem::replace(&mut self.cells, Vec::with_capacity(homes + BEHIND));
        self.cells.resize(homes, Cell::FREE);
        self.homes = homes;
        before.into_iter().filter(|cell| !cell.is_free()).for_each(|cell| self.put(cell));
    }

    /// Takes a number out that was put in under a hash.
    pub(crate) fn remove(&mut self, hash: u64, number: u32) {
        let Some(mut free) = self.place(hash, number) else { return };
        self.len -= 1;
        let mut next = free + 1;
        while let Some(&cell) = self.cells.get(next).filter(|cell| !cell.is_free()) {
            // It may move up to the free cell, if that is not before the one that its hash points to.
            if self.home(cell.hash) <= free {
                self.set(free, cell);
                free = next;
            }
            next += 1;
        }
        self.set(free, Cell::FREE);
    }

    fn set(&mut self, place: usize, cell: Cell) {
        if let Some(known) = self.cells.get_mut(place) {
            *known = cell;
        }
    }

    /// Puts a number in the place of another that was put in under the same hash.
    pub(crate) fn replace(&mut self, hash: u64, old: u32, new: u32) {
        if let Some(place) = self.place(hash, old) {
            self.set(place, Cell::new(hash, new));
        }
    }

    /// Where a number stands that was put in under a hash.
    fn place(&self, hash: u64, number: u32) -> Option<usize> {
        let wanted = Cell::new(hash, number);
        let after = self.taken_from_home(wanted.hash).position(|cell| *cell == wanted)?;
        Some(self.home(wanted.hash) + after)
    }

    /// The cell that a hash points to: as far down the table as the hash is among all hashes. So there may be any number of cells,
    /// and those of a smaller table are in about the order of a larger one.
    fn home(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.homes as u64) >> 32) as usize
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

    /// What has this hash and is the same.
    pub(crate) fn find(&self, hash: u64, is_same: impl Fn(&T) -> bool) -> Option<&T> {
        let place = self.places.find(hash, |place| self.list.get(place as usize).is_some_and(&is_same))?;
        self.list.get(place as usize)
    }

    /// Puts something at the end that is not in the list yet.
    pub(crate) fn add(&mut self, hash: u64, new: T) {
        self.places.insert(hash, self.list.len() as u32);
        self.list.push(new);
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
            reserved in 0_usize..80,
        ) {
            // Many hashes are the same or point to cells side by side, and some to the last one.
            let hash = |number: u32| (u64::from(number) % spread * (1 + spread % 3)) << 25;
            let mut table = Table::default();
            table.reserve(reserved);
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

        #[test]
        fn one_number_may_stand_under_several_hashes(
            steps in proptest::collection::vec((0_u32..3, 0_u64..6, 0_u32..4, 0_u32..4), 0..300),
        ) {
            let spread = |place: u64| place * u64::from(u32::MAX) / 5;
            let mut table = Table::default();
            let mut model: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
            for (step, hash, number, other) in steps {
                let hash = spread(hash);
                let under = model.entry(hash).or_default();
                let place = under.iter().position(|known| *known == number);
                match (step, place) {
                    (0, _) => {
                        table.insert(hash, number);
                        under.push(number);
                    }
                    (1, _) => {
                        table.remove(hash, number);
                        place.map(|place| under.remove(place));
                    }
                    (_, Some(place)) => {
                        table.replace(hash, number, other);
                        under[place] = other;
                    }
                    (_, None) => table.replace(hash, number, other),
                }
                for (hash, under) in &mut model {
                    let mut found: Vec<u32> = table.under(*hash).collect();
                    found.sort_unstable();
                    under.sort_unstable();
                    prop_assert_eq!(&found, under);
                }
            }
        }
    }

    #[test]
    fn room_is_made_as_needed_at_first_and_seldom_after_that() {
        let mut table = Table::default();
        table.reserve(0);
        assert_eq!(table.homes, 0);
        table.reserve(100_000);
        assert_eq!(table.homes, 200_000);
        let (mut table, mut sizes) = (Table::default(), std::collections::BTreeSet::new());
        for number in 0..10_000 {
            table.reserve(1);
            table.insert(fast_hash_of(&number), number);
            sizes.insert(table.homes);
        }
        // From two cells to more than 20 000, each time twice as many.
        assert!(sizes.len() <= 15, "{sizes:?}");
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
