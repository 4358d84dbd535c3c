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

    /// Gives a member another slot; none of before if they are no member.
    pub(super) fn replace(&mut self, rep: RepIndex, slot: Slot) -> Option<Slot> {
        let place = self.place(rep).ok()?;
        let (_, known) = self.members.get_mut(place)?;
        Some(std::mem::replace(known, slot))
    }

    /// Lets those go of whom this is not true.
    pub(super) fn retain(&mut self, stays: impl Fn(RepIndex, Slot) -> bool) {
        self.members.retain(|(rep, slot)| stays(*rep, *slot));
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
