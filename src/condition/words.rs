//! Conditions in plain words, for plans read out in a meeting and for explanations.

use super::{Comparison, Condition};
use crate::value::{Word, series};
use std::fmt;

/// What a part stands in, which decides whether it needs parentheses.
#[derive(Clone, Copy)]
enum Place {
    Alone,
    /// Between `and`s; the last part has none behind it.
    All {
        last: bool,
    },
    /// Between `or`s.
    Any,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Place::Alone)
    }
}

impl Condition {
    fn write(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        if !self.needs_parentheses(place) {
            return self.write_bare(f, place);
        }
        f.write_str("(")?;
        self.write_bare(f, Place::Alone)?;
        f.write_str(")")
    }

    fn needs_parentheses(&self, place: Place) -> bool {
        match (self, place) {
            (Self::All(parts), Place::Any) => parts.len() > 1,
            (Self::Any(parts), Place::All { .. }) => parts.len() > 1,
            // `industry is a or b and ..` could be read the wrong way round.
            (Self::Field { test, .. }, Place::All { last: false }) => match test {
                Comparison::In(values) => values.len() > 1,
                Comparison::LocalHours(hours) => hours.week().len() > 1,
                _ => false,
            },
            _ => false,
        }
    }

    fn write_bare(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        match self {
            Self::All(parts) | Self::Any(parts) if parts.len() == 1 => {
                parts.iter().try_for_each(|part| part.write(f, place))
            }
            Self::All(parts) if parts.is_empty() => f.write_str("always"),
            Self::Any(parts) if parts.is_empty() => f.write_str("never"),
            Self::All(parts) => {
                let ends = !matches!(place, Place::All { last: false });
                for (index, part) in parts.iter().enumerate() {
                    let last = index + 1 == parts.len();
                    if index > 0 {
                        f.write_str(" and ")?;
                    }
                    part.write(f, Place::All { last: last && ends })?;
                }
                Ok(())
            }
            Self::Any(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    part.write(f, Place::Any)?;
                }
                Ok(())
            }
            Self::Not(part) => {
                f.write_str("not (")?;
                part.write(f, Place::Alone)?;
                f.write_str(")")
            }
            Self::Field { field, test } => write!(f, "{} {test}", Word(field)),
            Self::Within { times, span } => {
                series(f, times.iter().map(|name| Word(name)), "and")?;
                let count = if times.len() == 2 { "both" } else { "all" };
                write!(f, " are {count} within {span}")
            }
        }
    }
}

impl fmt::Display for Comparison {
    /// What follows the name of the field: `is at least 500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(value) => write!(f, "is {value}"),
            Self::In(values) if values.is_empty() => f.write_str("is one of no values"),
            Self::In(values) => {
                f.write_str("is ")?;
                series(f, values.iter(), "or")
            }
            Self::Below(high) => write!(f, "is below {high}"),
            Self::AtLeast(low) => write!(f, "is at least {low}"),
            Self::Between { low, high } => write!(f, "is from {low} to below {high}"),
            Self::StartsWith(start) => write!(f, "starts with {}", Word(start)),
            Self::EndsWith(end) => write!(f, "ends with {}", Word(end)),
            Self::Contains(part) => write!(f, "contains {}", Word(part)),
            Self::Has(value) => write!(f, "has {value}"),
            Self::Present => f.write_str("is present"),
            Self::Missing => f.write_str("is missing"),
            Self::AgeBelow(span) => write!(f, "is less than {span} ago"),
            Self::AgeAtLeast(span) => write!(f, "is at least {span} ago"),
            Self::LocalHours(hours) if hours.week().is_empty() => f.write_str("is where clocks show no hours"),
            Self::LocalHours(hours) => write!(f, "is where clocks show {hours}"),
            Self::NotFinite => f.write_str("is compared with no finite number"),
        }
    }
}
