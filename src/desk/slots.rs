//! Who sits where in a rotation: the members, each with their slot, in eight bytes a member.

use crate::fair::Slot;
use crate::index::RepIndex;

/// Finds a slot in O(log members). Who comes or goes alone costs O(members).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Slots {
    // INVARIANT: by rep, each once.
    members: Vec<(RepIndex, Slot)>,
}

impl Slots {
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn get(&self, rep: RepIndex) -> Option<Slot> {
        let place = self.place(rep).ok()?;
        self.members.get(place).map(|(_, slot)| *slot)
    }

    /// By rep.
    pub(super) fn iter(&self) -> impl Iterator<Item = (RepIndex, Slot)> + Clone {
        self.members.iter().copied()
    }

    /// Moves a member to another slot.
    pub(super) fn reseat(&mut self, rep: RepIndex, slot: Slot) {
        let member = self.place(rep).ok().and_then(|place| self.members.get_mut(place));
        member.into_iter().for_each(|member| member.1 = slot);
    }

    /// Lets everyone else go, and gives the slots that they had.
    pub(super) fn keep_only(&mut self, stays: impl Fn(RepIndex) -> bool) -> Vec<Slot> {
        self.members.extract_if(.., |(rep, _)| !stays(*rep)).map(|(_, slot)| slot).collect()
    }

    /// Takes in who is no member yet.
    pub(super) fn join(&mut self, new: impl ExactSizeIterator<Item = (RepIndex, Slot)>) {
        self.members.reserve_exact(new.len());
        self.members.extend(new);
        self.members.sort_unstable();
    }

    fn place(&self, rep: RepIndex) -> Result<usize, usize> {
        self.members.binary_search_by_key(&rep, |(member, _)| *member)
    }
}

impl FromIterator<(RepIndex, Slot)> for Slots {
    fn from_iter<I: IntoIterator<Item = (RepIndex, Slot)>>(members: I) -> Self {
        let mut members: Vec<(RepIndex, Slot)> = members.into_iter().collect();
        members.sort_unstable();
        Self { members }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(members: &[(u32, u32)]) -> impl ExactSizeIterator<Item = (RepIndex, Slot)> {
        members.iter().map(|&(rep, slot)| (RepIndex(rep), Slot(slot)))
    }

    #[test]
    fn members_are_found_by_rep_in_whatever_order_they_come() {
        let mut slots: Slots = members(&[(7, 0), (2, 1)]).collect();
        slots.join(members(&[(5, 2), (1, 3)]));
        slots.reseat(RepIndex(5), Slot(4));
        slots.reseat(RepIndex(9), Slot(5));
        assert!(slots.iter().eq(members(&[(1, 3), (2, 1), (5, 4), (7, 0)])));
        let of = |slots: &Slots, rep| slots.get(RepIndex(rep)).map(|Slot(slot)| slot);
        assert_eq!([1, 2, 5, 7, 9].map(|rep| of(&slots, rep)), [Some(3), Some(1), Some(4), Some(0), None]);
        assert_eq!(slots.keep_only(|RepIndex(rep)| rep > 2), [Slot(3), Slot(1)]);
        assert_eq!((slots.len(), of(&slots, 2), of(&slots, 5)), (2, None, Some(4)));
    }
}
