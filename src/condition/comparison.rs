//! One comparison of one field.

use super::fold;
use crate::hours::LocalHours;
use crate::instant::Instant;
use crate::span::Span;
use crate::value::{FieldValue, Number, TimeText, Value};

/// What is asked of one field. [`field`](crate::field) builds it; its variants are here to be read and analysed.
///
/// Every comparison but [`Missing`](Self::Missing) is false for a field that the lead does not have, that is
/// [blank](Value::is_blank), or that is of the wrong type. NaN and the infinities are of the wrong type for every
/// comparison.
///
/// ```
/// use lead_router::{Condition, Number, field, condition::Comparison};
///
/// let condition = Condition::Field {
///     field: "employees".to_owned(),
///     test: Comparison::AtLeast(Number::from(500)),
/// };
/// assert_eq!(condition, field("employees").at_least(500));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `is`: the field equals the value. The type of the value decides how the field is read: a number or a flag also
    /// reads text, a text matches only text, in any case.
    Is(FieldValue),
    /// `in`: the field equals one of the values.
    In(Vec<FieldValue>),
    /// `below`: the field is a number below this one.
    Below(Number),
    /// `at_least`: the field is this number or above.
    AtLeast(Number),
    /// `between`: the field is a number from `low` on and below `high`.
    Between {
        /// The smallest number that is in.
        low: Number,
        /// The smallest number above that is out again.
        high: Number,
    },
    /// `starts_with`: the field is a text with this start.
    StartsWith(String),
    /// `ends_with`: the field is a text with this end.
    EndsWith(String),
    /// `contains`: the field is a text with this part.
    Contains(String),
    /// `has`: the field is a list with this value in it, or the value alone.
    Has(FieldValue),
    /// `present`: the lead has the field, and it is not blank.
    Present,
    /// `missing`: the lead does not have the field, or it is blank.
    Missing,
    /// `age_below`: the field is a time less than this long ago, or in the future.
    AgeBelow(Span),
    /// `age_at_least`: the field is a time this long ago or longer.
    AgeAtLeast(Span),
    /// `local_hours`: the field is a time zone or a country, where clocks now show a time within these hours.
    LocalHours(LocalHours),
    /// What a comparison with NaN or an infinity becomes in the builder: false for every field, refused when a router
    /// is built. No file can say it.
    NotFinite,
}

impl Comparison {
    /// The comparison's word in files.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Is(_) => "is",
            Self::In(_) => "in",
            Self::Below(_) => "below",
            Self::AtLeast(_) => "at_least",
            Self::Between { .. } => "between",
            Self::StartsWith(_) => "starts_with",
            Self::EndsWith(_) => "ends_with",
            Self::Contains(_) => "contains",
            Self::Has(_) => "has",
            Self::Present => "present",
            Self::Missing => "missing",
            Self::AgeBelow(_) => "age_below",
            Self::AgeAtLeast(_) => "age_at_least",
            Self::LocalHours(_) => "local_hours",
            Self::NotFinite => "not_finite",
        }
    }

    /// Whether it is true of a field with this value, or without one.
    pub(crate) fn holds(&self, value: Option<Value<'_>>, now: Instant) -> bool {
        let Some(value) = value.filter(|value| !value.is_blank()) else {
            return matches!(self, Self::Missing);
        };
        match self {
            Self::Is(wanted) => equals(wanted.as_value(), value),
            Self::In(wanted) => wanted.iter().any(|wanted| equals(wanted.as_value(), value)),
            Self::Below(high) => value.as_number().is_some_and(|number| number < *high),
            Self::AtLeast(low) => value.as_number().is_some_and(|number| number >= *low),
            Self::Between { low, high } => value.as_number().is_some_and(|number| (*low..*high).contains(&number)),
            Self::StartsWith(start) => text_of(value, |text| fold::starts_with(text, start)),
            Self::EndsWith(end) => text_of(value, |text| fold::ends_with(text, end)),
            Self::Contains(part) => text_of(value, |text| fold::contains(text, part)),
            Self::Has(wanted) => any_item(value, |item| equals(wanted.as_value(), item)),
            Self::Present => true,
            Self::Missing | Self::NotFinite => false,
            Self::AgeBelow(span) => age(value, now).is_some_and(|age| age < span.as_millis()),
            Self::AgeAtLeast(span) => age(value, now).is_some_and(|age| age >= span.as_millis()),
            Self::LocalHours(hours) => {
                value.as_text().and_then(|place| hours.is_open_in(place, now.to_utc_or_min())).unwrap_or_default()
            }
        }
    }
}

/// Whether a value equals the wanted one, read as the type of the wanted one.
pub(crate) fn equals(wanted: Value<'_>, value: Value<'_>) -> bool {
    match wanted {
        Value::Text(wanted) => text_of(value, |text| fold::equal(text, wanted)),
        Value::Time(wanted) => {
            let wanted = TimeText::new(wanted);
            text_of(value, |text| fold::equal(text, wanted.as_str()))
        }
        Value::Flag(wanted) => value.as_flag() == Some(wanted),
        Value::Integer(_) | Value::Float(_) => {
            let wanted = wanted.as_number();
            wanted.is_some() && value.as_number() == wanted
        }
        Value::List(_) => false,
    }
}

/// Whether the test is true of any value in a list; any other value counts as a list of one.
pub(super) fn any_item(value: Value<'_>, mut test: impl FnMut(Value<'_>) -> bool) -> bool {
    match value {
        Value::List(list) => list.iter().any(test),
        single => test(single),
    }
}

/// Whether the value is a text for which the test is true. A time is seen as the text that records keep of it, so that
/// a condition says the same of a lead and of its record.
fn text_of(value: Value<'_>, test: impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Text(text) => test(text),
        Value::Time(time) => test(TimeText::new(time).as_str()),
        _ => false,
    }
}

/// How many milliseconds ago the time was; negative for the future.
fn age(value: Value<'_>, now: Instant) -> Option<i64> {
    let time = value.as_time()?.timestamp_millis();
    Some(now.millis().saturating_sub(time))
}
