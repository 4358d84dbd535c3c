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
