//! A second evaluator, simpler and as slow as it likes: it lowers whole texts and copies whatever it compares.
//!
//! Its numbers are floats, which is exact for the samples.

use super::samples::{Raw, RawLead, now};
use crate::condition::Comparison;
use crate::{Condition, FieldValue, Number};
use chrono::{DateTime, Utc};

pub(super) fn holds(condition: &Condition, lead: &RawLead) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().filter(|part| !holds(part, lead)).count() == 0,
        Condition::Any(parts) => parts.iter().filter(|part| holds(part, lead)).count() > 0,
        Condition::Not(part) => !holds(part, lead),
        Condition::Field { field, test } => compares(test, lead.0.get(field)),
        Condition::Within { times, span } => {
            let mut read: Vec<i64> = Vec::new();
            for name in times {
                match lead.0.get(name).and_then(time) {
                    Some(time) => read.push(time),
                    None => return false,
                }
            }
            read.sort_unstable();
            match (read.first(), read.last()) {
                (Some(first), Some(last)) => last - first <= span.as_millis(),
                _ => false,
            }
        }
    }
}

pub(super) fn compares(test: &Comparison, value: Option<&Raw>) -> bool {
    let value = value.filter(|value| !blank(value));
    let Some(value) = value else {
        return *test == Comparison::Missing;
    };
    let has_number = |check: &dyn Fn(f64) -> bool| number(value).is_some_and(check);
    let has_text = |check: &dyn Fn(&str) -> bool| text(value).is_some_and(|text| check(&text));
    let float = |number: &Number| number.to_f64();
    match test {
        Comparison::Is(wanted) => equals(wanted, value),
        Comparison::In(wanted) => wanted.iter().any(|wanted| equals(wanted, value)),
        Comparison::Below(high) => has_number(&|number| number < float(high)),
        Comparison::AtLeast(low) => has_number(&|number| number >= float(low)),
        Comparison::Between { low, high } => has_number(&|number| number >= float(low) && number < float(high)),
        Comparison::StartsWith(start) => has_text(&|text| text.starts_with(&lower(start))),
        Comparison::EndsWith(end) => has_text(&|text| text.ends_with(&lower(end))),
        Comparison::Contains(part) => has_text(&|text| text.contains(&lower(part))),
        Comparison::Has(wanted) => items(value).iter().any(|item| equals(wanted, item)),
        Comparison::Present => true,
        Comparison::Missing | Comparison::NotFinite => false,
        Comparison::AgeBelow(span) => {
            time(value).is_some_and(|time| now().timestamp_millis() - time < span.as_millis())
        }
        Comparison::AgeAtLeast(span) => {
            time(value).is_some_and(|time| now().timestamp_millis() - time >= span.as_millis())
        }
    }
}

pub(super) fn have_common(ours: Option<&Raw>, theirs: Option<&Raw>) -> bool {
    let items_of = |value: Option<&Raw>| value.map(items).unwrap_or_default();
    items_of(ours).iter().any(|ours| {
        items_of(theirs).iter().any(|theirs| {
            let kept = |raw: &Raw| FieldValue::from(raw.value());
            !blank(ours) && (equals(&kept(ours), theirs) || equals(&kept(theirs), ours))
        })
    })
}

fn equals(wanted: &FieldValue, value: &Raw) -> bool {
    match wanted {
        FieldValue::Text(wanted) => text(value) == Some(lower(wanted)),
        FieldValue::Integer(wanted) => number(value) == Some(*wanted as f64),
        FieldValue::Float(wanted) => number(value) == Some(wanted.get()),
        FieldValue::Flag(wanted) => match value {
            Raw::Flag(flag) => flag == wanted,
            Raw::Text(text) => text.trim().to_lowercase() == wanted.to_string(),
            _ => false,
        },
        FieldValue::List(_) => false,
    }
}

fn blank(value: &Raw) -> bool {
    let nothing = |item: &Raw| matches!(item, Raw::Text(text) if text.trim().is_empty());
    match value {
        Raw::Texts(_) | Raw::Values(_) => items(value).iter().all(nothing),
        _ => nothing(value),
    }
}

fn items(value: &Raw) -> Vec<Raw> {
    match value {
        Raw::Texts(texts) => texts.iter().cloned().map(Raw::Text).collect(),
        Raw::Values(values) => values.iter().map(raw).collect(),
        single => vec![single.clone()],
    }
}

fn raw(value: &FieldValue) -> Raw {
    match value {
        FieldValue::Text(text) => Raw::Text(text.clone()),
        FieldValue::Integer(integer) => Raw::Integer(*integer),
        FieldValue::Float(float) => Raw::Float(float.get()),
        FieldValue::Flag(flag) => Raw::Flag(*flag),
        FieldValue::List(items) => Raw::Values(items.clone()),
    }
}

fn number(value: &Raw) -> Option<f64> {
    match value {
        Raw::Integer(integer) => Some(*integer as f64),
        Raw::Float(float) => Some(*float).filter(|float| float.is_finite()),
        Raw::Text(text) if text.bytes().all(|b| b" +-.0123456789".contains(&b)) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The text in lower case.
fn text(value: &Raw) -> Option<String> {
    match value {
        Raw::Text(text) => Some(lower(text)),
        Raw::Time(_) => match FieldValue::from(value.value()) {
            FieldValue::Text(text) => Some(lower(&text)),
            other => panic!("a time is kept as {other:?}"),
        },
        _ => None,
    }
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn time(value: &Raw) -> Option<i64> {
    let time: DateTime<Utc> = match value {
        Raw::Time(time) => *time,
        Raw::Text(text) => DateTime::parse_from_rfc3339(text.trim()).ok()?.to_utc(),
        _ => return None,
    };
    let year = time.format("%Y").to_string();
    (year.len() == 4 && !year.starts_with('-')).then_some(time.timestamp_millis())
}
