//! Which fields a condition reads, as what, and with what it compares them.

use super::{Comparison, Condition};
use crate::span::Span;
use crate::value::{FieldValue, Number};
use std::fmt;

/// As what a condition reads a field.
///
/// ```
/// use lead_router::condition::FieldKind;
///
/// assert_eq!(FieldKind::Number.to_string(), "number");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FieldKind {
    /// A number, or text that is a plain decimal.
    Number,
    /// True or false, or text that says so.
    Flag,
    /// A text.
    Text,
    /// A time, or RFC 3339 text with an offset.
    Time,
    /// A time zone by its IANA name, or a country by its two letters.
    Place,
    /// A list, or one value as a list of one.
    List,
    /// Anything: it only matters whether it is there.
    Any,
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Text => "text",
            Self::Time => "time",
            Self::Place => "time zone or country",
            Self::List => "list",
            Self::Any => "any",
        })
    }
}

/// One reading of a field: what it is compared with. A comparison with several values reads the field once for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Read<'c> {
    /// It is compared with this value.
    Value(&'c FieldValue),
    /// It is searched for this value.
    Item(&'c FieldValue),
    /// It is cut here: what is below and what is not are told apart.
    Cut(Number),
    /// This is looked for in its text.
    Part(&'c str),
    /// Its age is cut here.
    Age(Span),
    /// It is compared with other times of the lead, which may be this far apart.
    Spread(Span),
    /// It is asked what time it is there.
    Place,
    /// It is asked whether it is there.
    Presence,
    /// It is compared with a field of each rep.
    RepMatch,
    /// It is looked up in a directory, or drawn by.
    Key,
    /// It is added up.
    Amount,
}

impl Read<'_> {
    pub(crate) fn kind(self) -> FieldKind {
        match self {
            Self::Value(FieldValue::Text(_)) | Self::Part(_) | Self::Key => FieldKind::Text,
            Self::Value(FieldValue::Integer(_) | FieldValue::Float(_)) | Self::Cut(_) | Self::Amount => {
                FieldKind::Number
            }
            Self::Value(FieldValue::Flag(_)) => FieldKind::Flag,
            Self::Value(FieldValue::List(_)) | Self::Item(_) | Self::RepMatch => FieldKind::List,
            Self::Age(_) | Self::Spread(_) => FieldKind::Time,
            Self::Place => FieldKind::Place,
            Self::Presence => FieldKind::Any,
        }
    }
}

impl Condition {
    /// Visits every reading of every field, in the order in which they stand.
    pub(crate) fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.reads(visit);
                }
            }
            Self::Not(part) => part.reads(visit),
            Self::Field { field, test } => test.reads(&mut |read| visit(field, read)),
            Self::Within { times, span } => {
                for name in times {
                    visit(name, Read::Spread(*span));
                }
            }
        }
    }
}

impl Comparison {
    pub(super) fn reads<'c>(&'c self, visit: &mut dyn FnMut(Read<'c>)) {
        match self {
            Self::Is(value) => visit(Read::Value(value)),
            Self::In(values) => values.iter().map(Read::Value).for_each(visit),
            Self::Below(cut) | Self::AtLeast(cut) => visit(Read::Cut(*cut)),
            Self::Between { low, high } => {
                visit(Read::Cut(*low));
                visit(Read::Cut(*high));
            }
            Self::StartsWith(part) | Self::EndsWith(part) | Self::Contains(part) => {
                visit(Read::Part(part));
            }
            Self::Has(value) => visit(Read::Item(value)),
            Self::Present | Self::Missing => visit(Read::Presence),
            Self::AgeBelow(span) | Self::AgeAtLeast(span) => visit(Read::Age(*span)),
            Self::LocalHours(_) => visit(Read::Place),
            Self::NotFinite => {}
        }
    }
}
