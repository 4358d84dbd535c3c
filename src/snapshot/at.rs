//! Where in a snapshot something is written.

use crate::fault::path_part;
use std::fmt;

/// The path to something in a snapshot, for the fault that it may have: its text is made only then.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    outer: Option<&'a At<'a>>,
    part: Part<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Top,
    Key(&'a str),
    /// What somebody has named, in a table.
    Entry(&'a str, &'a str),
    /// The same without a table.
    Named(&'a str),
    /// Of a list.
    Item(&'a str, usize),
}

/// The snapshot as a whole.
pub(super) static TOP: At<'static> = At { outer: None, part: Part::Top };

impl<'a> At<'a> {
    pub(super) fn key(&'a self, key: &'a str) -> At<'a> {
        self.inner(Part::Key(key))
    }

    pub(super) fn entry(&'a self, table: &'a str, name: &'a str) -> At<'a> {
        self.inner(Part::Entry(table, name))
    }

    pub(super) fn named(&'a self, name: &'a str) -> At<'a> {
        self.inner(Part::Named(name))
    }

    /// A commit of a lead: the one that stands, or one before it.
    pub(super) fn commit(&'a self, before: Option<usize>) -> At<'a> {
        match before {
            Some(place) => self.item("before", place),
            None => self.key("stands"),
        }
    }

    pub(super) fn item(&'a self, list: &'a str, place: usize) -> At<'a> {
        self.inner(Part::Item(list, place))
    }

    fn inner(&'a self, part: Part<'a>) -> At<'a> {
        Self { outer: Some(self), part }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer.filter(|outer| !matches!(outer.part, Part::Top)) {
            write!(f, "{outer}.")?;
        }
        match self.part {
            Part::Top => Ok(()),
            Part::Key(key) => f.write_str(key),
            Part::Entry(table, name) => write!(f, "{table}.{}", path_part(name)),
            Part::Named(name) => write!(f, "{}", path_part(name)),
            Part::Item(list, place) => write!(f, "{list}[{place}]"),
        }
    }
}
