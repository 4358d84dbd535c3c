//! Dense indexes of reps and pools: names outside, numbers inside.

/// A rep. Given out in order, and never to another rep id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RepIndex(pub(crate) u32);

impl RepIndex {
    /// That of no rep.
    pub(crate) const NOBODY: Self = Self(u32::MAX);
}

/// A pool. Given out in order, and never to another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PoolIndex(pub(crate) u32);

impl PoolIndex {
    pub(crate) const EVERYONE: Self = Self(0);
}

/// For indexes that nobody keeps from one plan to the next: places in a list, in half the memory.
macro_rules! index_of_a_list {
    ($($index:ident),+) => {$(
        impl $index {
            /// Of a place in the list of all.
            pub(crate) fn at(place: usize) -> Self {
                Self(place as u32)
            }

            pub(crate) fn place(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}
pub(crate) use index_of_a_list;
