//! Tests of a rep's own fields, which narrow a pool to those who fit the lead.

use super::check::{Checker, ConditionFault, Progress};
use super::comparison::{any_item, equals};
use super::{Comparison, Field, Read};
use crate::instant::Instant;
use crate::value::{Value, Word};
use std::fmt;

/// Something that is true of a rep for a lead or not: a comparison of one field of the rep, or that it has something in
/// common with a field of the lead.
///
/// A rep without the field does not fit.
///
/// ```
/// use lead_router::{rep_field, condition::RepTest};
///
/// let speaks = rep_field("languages").matches("language");
/// assert_eq!(speaks.to_string(), "languages matches the lead's language");
///
/// let read: RepTest = toml::from_str(r#"
///     field = "languages"
///     matches = "language"
/// "#)?;
/// assert_eq!(read, speaks);
///
/// let senior: RepTest = toml::from_str(r#"
///     field = "seniority"
///     at_least = 3
/// "#)?;
/// assert_eq!(senior, rep_field("seniority").at_least(3));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use = "a test does nothing by itself"]
pub struct RepTest {
    pub(super) field: String,
    pub(super) test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Test {
    /// The field of the lead with which the rep's must have a value in common.
    Matches(String),
    Compares(Comparison),
}

/// Begins a test of one field of a rep: `rep_field("languages").matches("language")`.
///
/// ```
/// use lead_router::rep_field;
///
/// assert_eq!(rep_field("seniority").at_least(3).to_string(), "seniority is at least 3");
/// ```
pub fn rep_field(name: impl Into<String>) -> Field<RepTest> {
    Field::named(name)
}

impl Field<RepTest> {
    /// The rep's field and the lead's field have a value in common.
    ///
    /// Either may be one value or a list. Texts are equal in any case, numbers by value; a number also equals the text
    /// that says it, and so does a flag.
    ///
    /// ```
    /// use lead_router::rep_field;
    ///
    /// let speaks = rep_field("languages").matches("language");
    /// assert_eq!(speaks.to_string(), "languages matches the lead's language");
    /// ```
    pub fn matches(self, lead_field: impl Into<String>) -> RepTest {
        RepTest { field: self.name, test: Test::Matches(lead_field.into()) }
    }
}

impl From<(String, Comparison)> for RepTest {
    fn from((field, comparison): (String, Comparison)) -> Self {
        Self { field, test: Test::Compares(comparison) }
    }
}

impl RepTest {
    /// The field of the rep that it reads.
    pub(crate) fn rep_field(&self) -> &str {
        &self.field
    }

    /// The field of the lead that `matches` reads.
    pub(crate) fn lead_field(&self) -> Option<&str> {
        match &self.test {
            Test::Matches(lead_field) => Some(lead_field),
            Test::Compares(_) => None,
        }
    }

    /// Whether a rep with this value fits a lead with that one. Allocates nothing and cannot fail.
    pub(crate) fn admits(&self, rep_value: Option<Value<'_>>, lead_value: Option<Value<'_>>, now: Instant) -> bool {
        match (&self.test, rep_value, lead_value) {
            (Test::Compares(comparison), rep_value, _) => comparison.holds(rep_value, now),
            (Test::Matches(_), Some(rep_value), Some(lead_value)) => have_common(rep_value, lead_value),
            (Test::Matches(_), _, _) => false,
        }
    }

    /// Reports every fault, with its path inside the test.
    pub(crate) fn check(&self, report: &mut dyn FnMut(&str, ConditionFault)) {
        Checker::new(report).run(|checker| {
            checker.inside(format_args!("field"), |checker| checker.name(&self.field));
            match &self.test {
                Test::Compares(comparison) => checker.comparison(comparison),
                Test::Matches(name) => {
                    checker.inside(format_args!("matches"), |checker| checker.name(name));
                    Progress::Continue(())
                }
            }
        });
    }

    /// Visits the readings of the lead's fields.
    pub(crate) fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        if let Some(lead_field) = self.lead_field() {
            visit(lead_field, Read::RepMatch);
        }
    }
}

fn have_common(rep_value: Value<'_>, lead_value: Value<'_>) -> bool {
    any_item(rep_value, |ours| {
        // Neither side is the plan's, so either one's type may say how the other is read.
        !ours.is_blank() && any_item(lead_value, |theirs| equals(ours, theirs) || equals(theirs, ours))
    })
}

impl fmt::Display for RepTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", Word(&self.field))?;
        match &self.test {
            Test::Matches(lead_field) => write!(f, "matches the lead's {}", Word(lead_field)),
            Test::Compares(comparison) => comparison.fmt(f),
        }
    }
}
