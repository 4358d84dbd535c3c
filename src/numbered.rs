//! Things by ascending number, of which nearly all are put in at the end and taken out near the start.

use std::collections::VecDeque;

/// A map in a ring: what comes and goes in about the order of its numbers allocates nothing. Putting in the largest number costs
/// O(1), finding one O(log n), taking one out O(log n) and, over many, O(1) to close the gaps.
#[derive(Debug, Clone)]
pub(crate) struct Numbered<T> {
    // INVARIANT: numbers ascend, and neither the first nor the last is a gap.
    places: VecDeque<(u64, Option<T>)>,
    gaps: usize,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { places: VecDeque::new(), gaps: 0 }
    }
}

impl<T: PartialEq> PartialEq for Numbered<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T> FromIterator<(u64, T)> for Numbered<T> {
    fn from_iter<I: IntoIterator<Item = (u64, T)>>(iter: I) -> Self {
        let mut numbered = Self::default();
        for (number, known) in iter {
            numbered.insert(number, known);
        }
        numbered
    }
}

impl<T> Numbered<T> {
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.gaps
    }

    fn place(&self, number: u64) -> Result<usize, usize> {
        self.places.binary_search_by_key(&number, |(known, _)| *known)
    }

    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        self.places.get(self.place(number).ok()?)?.1.as_ref()
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let place = self.place(number).ok()?;
        self.places.get_mut(place)?.1.as_mut()
    }

    /// Puts something in under a number, and gives what was there.
    pub(crate) fn insert(&mut self, number: u64, new: T) -> Option<T> {
        if self.places.back().is_none_or(|(last, _)| *last < number) {
            self.places.push_back((number, Some(new)));
            return None;
        }
        match self.place(number) {
            Ok(place) => {
                let before = self.places.get_mut(place).and_then(|(_, known)| known.replace(new));
                self.gaps -= usize::from(before.is_none());
                before
            }
            Err(place) => {
                self.places.insert(place, (number, Some(new)));
                None
            }
        }
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<T> {
        let place = self.place(number).ok()?;
        let removed = self.places.get_mut(place)?.1.take()?;
        self.gaps += 1;
        self.close_gaps();
        Some(removed)
    }

    pub(crate) fn pop_first(&mut self) -> Option<(u64, T)> {
        let (number, first) = self.places.pop_front()?;
        self.close_gaps();
        Some((number, first?))
    }

    fn close_gaps(&mut self) {
        let is_gap = |place: Option<&(u64, Option<T>)>| place.is_some_and(|(_, known)| known.is_none());
        while is_gap(self.places.front()) {
            self.places.pop_front();
            self.gaps -= 1;
        }
        while is_gap(self.places.back()) {
            self.places.pop_back();
            self.gaps -= 1;
        }
        if 2 * self.gaps > self.places.len() {
            self.places.retain(|(_, known)| known.is_some());
            self.gaps = 0;
        }
    }

    /// In ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.places.iter().filter_map(|(number, known)| Some((*number, known.as_ref()?)))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, known)| known)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().filter_map(|(_, known)| known.as_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_an_ordered_map(steps in proptest::collection::vec((0_u8..4, 0_u64..40), 0..200)) {
            let mut numbered = Numbered::default();
            let mut model = BTreeMap::new();
            for (step, (kind, number)) in (0_u32..).zip(steps) {
                match kind {
                    0 => prop_assert_eq!(numbered.remove(number), model.remove(&number)),
                    1 => prop_assert_eq!(numbered.pop_first(), model.pop_first()),
                    2 => prop_assert_eq!(numbered.insert(number, step), model.insert(number, step)),
                    _ => {
                        let last = model.last_key_value().map_or(0, |(last, _)| last + 1);
                        prop_assert_eq!(numbered.insert(last, step), model.insert(last, step));
                    }
                }
                prop_assert_eq!(numbered.len(), model.len());
                prop_assert_eq!(numbered.get(number), model.get(&number));
                prop_assert!(numbered.iter().eq(model.iter().map(|(number, known)| (*number, known))));
                prop_assert!(numbered.places.len() <= 2 * numbered.len());
            }
        }
    }
}
