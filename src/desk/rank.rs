//! In which order leads that wait are released.

use crate::value::Number;
use std::cmp::Reverse;

/// Which of two leads that wait comes first: the smaller rank does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// The first condition of its queue that held when it came, from 0.
    pub(crate) band: u32,
    /// What it is worth, where its queue goes by that: the most first, and those that nobody knows it of last.
    pub(crate) worth: Reverse<Option<Number>>,
}

impl Rank {
    /// The band of leads that come before no others.
    pub(crate) const NO_BAND: u32 = u32::MAX;
    /// That of leads which only their age puts in order.
    pub(crate) const PLAIN: Self = Self { band: Self::NO_BAND, worth: Reverse(None) };

    pub(crate) fn band(self) -> Option<u32> {
        (self.band != Self::NO_BAND).then_some(self.band)
    }
}
