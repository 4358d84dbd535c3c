//! What an area says of one field: how it is written, what it is true of, and how exact it is.

use crate::condition::{Comparison, lower};
use crate::value::{FieldValue, Number, Value};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// One entry as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Entry<'a> {
    /// `*`
    Any,
    /// `DE`, `17`, `true`
    Exact(&'a FieldValue),
    /// `80*`, without the star.
    Prefix(&'a str),
    /// `100..1000`, `100..`, `..1000`; at least one end is there.
    Band { low: Option<Number>, high: Option<Number> },
}

impl<'a> Entry<'a> {
    /// Reads an entry, or says why it means nothing.
    pub(super) fn read(value: &'a FieldValue) -> Result<Self, String> {
        match value {
            FieldValue::Text(text) => Self::read_text(value, text),
            FieldValue::List(_) => Err("a list stands inside a list".to_owned()),
            FieldValue::Integer(_) | FieldValue::Float(_) | FieldValue::Flag(_) => Ok(Self::Exact(value)),
        }
    }

    fn read_text(value: &'a FieldValue, text: &'a str) -> Result<Self, String> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        if text.trim().trim_end_matches('*').is_empty() {
            return Err(format!("`{text}` is blank; leave it out, or write `*`, for any"));
        }
        if let Some(band) = text.split_once("..").and_then(|(low, high)| read_band(text, low, high)) {
            return band;
        }
        match text.split_once('*') {
            None => Ok(Self::Exact(value)),
            Some((prefix, "")) => Ok(Self::Prefix(prefix)),
            Some(_) => Err(format!("`{text}` has a `*` before its end, where only the end can be left open")),
        }
    }
}

/// Reads a band; none if the dots are part of a text.
fn read_band<'a>(text: &str, low: &str, high: &str) -> Option<Result<Entry<'a>, String>> {
    let number = |end: &str| Value::from(end).as_number();
    let blank = |end: &str| end.trim().is_empty();
    match (number(low), number(high)) {
        (Some(low), Some(high)) if low >= high => {
            Some(Err(format!("`{text}` is empty: no number is at least {low} and below {high}")))
        }
        (Some(low_end), high_end) if high_end.is_some() || blank(high) => {
            Some(Ok(Entry::Band { low: Some(low_end), high: high_end }))
        }
        (None, Some(high)) if blank(low) => Some(Ok(Entry::Band { low: None, high: Some(high) })),
        (None, None) if !blank(low) && !blank(high) => None,
        _ => Some(Err(format!("`{text}` is no band of numbers; write `100..1000`, `100..` or `..1000`"))),
    }
}

/// How exact an entry is. The smaller, the more exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Exact,
    /// By length in characters.
    Prefix(Reverse<usize>),
    /// By size.
    Set(usize),
    /// By width, as the bits of a float: above 0, floats are in the order of their bits. Open bands are wider than any.
    Band(u64),
    Any,
}

/// The width of a band that is open on one side: above the bits of every number.
pub(super) const OPEN: u64 = u64::MAX;

/// One thing that an area says of one field: what counts by itself when areas are compared.
#[derive(Debug)]
pub(super) struct Atom {
    pub(super) rank: Rank,
    /// None for any.
    pub(super) test: Option<Comparison>,
}

impl Atom {
    pub(super) const ANY: Self = Self { rank: Rank::Any, test: None };

    /// What the entries of one field come to: the exact ones together are one.
    pub(super) fn all_of(entries: &[Entry<'_>]) -> Vec<Self> {
        let mut values: Vec<FieldValue> = Vec::new();
        let (mut known, mut atoms) = (BTreeSet::new(), Vec::new());
        for entry in entries {
            match *entry {
                Entry::Any => atoms.push(Self::ANY),
                // A value that is there twice makes no set larger.
                Entry::Exact(value) if known.insert(identity(value)) => values.push(value.clone()),
                Entry::Exact(_) => {}
                Entry::Prefix(prefix) => {
                    let rank = Rank::Prefix(Reverse(lower(prefix).count()));
                    atoms.push(Self { rank, test: Some(Comparison::StartsWith(prefix.to_owned())) });
                }
                Entry::Band { low, high } => atoms.extend(Self::band(low, high)),
            }
        }
        if values.len() > 1 {
            atoms.push(Self { rank: Rank::Set(values.len()), test: Some(Comparison::In(values)) });
        } else {
            let exact = values.pop().map(|value| Self { rank: Rank::Exact, test: Some(Comparison::Is(value)) });
            atoms.extend(exact);
        }
        atoms
    }

    fn band(low: Option<Number>, high: Option<Number>) -> Option<Self> {
        let (width, test) = match (low, high) {
            (Some(low), Some(high)) => {
                let width = high.to_f64() - low.to_f64();
                (width.to_bits(), Comparison::Between { low, high })
            }
            (Some(low), None) => (OPEN, Comparison::AtLeast(low)),
            (None, Some(high)) => (OPEN, Comparison::Below(high)),
            (None, None) => return None,
        };
        Some(Self { rank: Rank::Band(width), test: Some(test) })
    }
}

/// Tells values apart that are compared differently.
fn identity(value: &FieldValue) -> (u8, String) {
    match value {
        FieldValue::Text(text) => (0, lower(text).collect()),
        FieldValue::Flag(flag) => (1, flag.to_string()),
        other => (2, other.to_string()),
    }
}
