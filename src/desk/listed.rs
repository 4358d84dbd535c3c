//! What lists each rep is in, for all reps side by side in memory.

use crate::index::RepIndex;

/// For each rep some entries, in the order in which they were given.
#[derive(Debug, Clone)]
pub(super) struct Listed<T> {
    /// By rep index, where those of the rep start; and where the last ones end.
    starts: Vec<u32>,
    entries: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { starts: Vec::new(), entries: Vec::new() }
    }
}

impl<T: Copy + Default> Listed<T> {
    /// Of so many reps. O(reps + entries).
    pub(super) fn new(reps: usize, entries: impl Iterator<Item = (RepIndex, T)> + Clone) -> Self {
        if entries.clone().next().is_none() {
            return Self::default();
        }
        let mut starts = vec![0; reps + 1];
        for (RepIndex(rep), _) in entries.clone() {
            if let Some(count) = starts.get_mut(rep as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let (mut next, mut sorted) = (starts.clone(), vec![T::default(); total as usize]);
        for (RepIndex(rep), entry) in entries {
            let Some(next) = next.get_mut(rep as usize) else { continue };
            if let Some(place) = sorted.get_mut(*next as usize) {
                *place = entry;
            }
            *next += 1;
        }
        Self { starts, entries: sorted }
    }

    pub(super) fn of(&self, RepIndex(rep): RepIndex) -> &[T] {
        let at = |index: usize| self.starts.get(index).map_or(0, |start| *start as usize);
        let rep = rep as usize;
        self.entries.get(at(rep)..at(rep + 1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rep_has_their_own_entries_in_order() {
        let entries = [(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (2, 'e')].map(|(rep, entry)| (RepIndex(rep), entry));
        let listed = Listed::new(5, entries.into_iter());
        let of_each: Vec<String> = (0..6).map(|rep| listed.of(RepIndex(rep)).iter().collect()).collect();
        assert_eq!(of_each, ["b", "", "ace", "d", "", ""]);
        assert_eq!(Listed::<char>::default().of(RepIndex(0)), []);
    }
}
