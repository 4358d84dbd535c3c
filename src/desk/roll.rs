//! The names of all reps, in one text: a rep takes a few bytes beside the name itself, and whoever wants to keep the names as
//! they are now keeps one handle.

use crate::index::RepIndex;

/// Names by dense index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Roll {
    text: String,
    /// Where each name ends. It begins where the one before ends.
    ends: Vec<u32>,
}

impl Roll {
    /// Makes room for so many names, of so many bytes together.
    pub(super) fn reserve(&mut self, names: usize, bytes: usize) {
        self.ends.reserve_exact(names);
        self.text.reserve_exact(bytes);
    }

    /// Adds a name, and gives its index.
    pub(super) fn add(&mut self, name: &str) -> RepIndex {
        let index = RepIndex(self.ends.len() as u32);
        self.text.push_str(name);
        // INVARIANT: names are short, and limited in number, so that the text ends below `u32::MAX`.
        self.ends.push(self.text.len() as u32);
        index
    }

    /// The name of a rep; empty for none of these.
    pub(crate) fn name(&self, RepIndex(index): RepIndex) -> &str {
        let index = index as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (RepIndex, &str)> {
        (0..self.ends.len() as u32).map(|index| (RepIndex(index), self.name(RepIndex(index))))
    }
}

impl<'n> FromIterator<&'n str> for Roll {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        let mut roll = Self::default();
        for name in names {
            roll.add(name);
        }
        roll
    }
}
