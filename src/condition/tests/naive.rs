//! A second evaluator, simpler and as slow as it likes: it lowers whole texts and copies whatever it compares.
//!
//! Its numbers are floats, which is exact for the samples.

use super::samples::{Raw, RawLead, now};
use crate::condition::Comparison;
use crate::{Condition, FieldValue, Number};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::collections::BTreeMap;

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
        Comparison::LocalHours(hours) => match value {
            Raw::Text(place) => is_open(hours.week(), place, now()) == Some(true),
            _ => false,
        },
    }
}

/// Whether clocks show one of the hours at a place, by calendar arithmetic on dates.
pub(super) fn is_open(week: &BTreeMap<String, String>, place: &str, at: DateTime<Utc>) -> Option<bool> {
    let local = at.with_timezone(&zone(place)?).naive_local();
    // Hours that began yesterday may last until today.
    let dates = [local.date(), local.date().pred_opt()?];
    let periods = dates.into_iter().flat_map(|date| {
        let day = date.format("%a").to_string().to_lowercase();
        let of_day = week.iter().filter(move |(names, _)| names_of_days(names).contains(&day.as_str()));
        of_day.flat_map(|(_, hours)| hours.split(',')).filter(|period| *period != "closed").map(move |period| {
            let (from, until) = period.trim().split_once('-').unwrap();
            let midnight = date.and_time(NaiveTime::MIN);
            let (until, tomorrow) = until.strip_suffix("+1").map_or((until, 0), |until| (until, 24));
            (midnight + span(from), midnight + span(until) + TimeDelta::hours(tomorrow))
        })
    });
    Some({ periods }.any(|(from, until)| (from..until).contains(&local)))
}

fn span(time: &str) -> TimeDelta {
    let (hours, minutes) = time.split_once(':').unwrap();
    TimeDelta::hours(hours.parse().unwrap()) + TimeDelta::minutes(minutes.parse().unwrap())
}

fn names_of_days(names: &str) -> Vec<&'static str> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    if names == "daily" {
        return DAYS.to_vec();
    }
    let ranges = names.split(", ").map(|range| range.split_once('-').unwrap_or((range, range)));
    let days = ranges.flat_map(|(first, last)| {
        let mut days: Vec<&str> = DAYS.into_iter().cycle().skip_while(|day| *day != first).take(7).collect();
        days.truncate(days.iter().position(|day| *day == last).unwrap() + 1);
        days
    });
    days.collect()
}

fn zone(place: &str) -> Option<Tz> {
    let place = place.trim().to_lowercase();
    let name = match place.as_str() {
        "us" => "america/new_york",
        "uk" | "gb" => "europe/london",
        "jp" => "asia/tokyo",
        name if name.len() == 2 => return None,
        name => name,
    };
    TZ_VARIANTS.into_iter().find(|zone| zone.name().to_lowercase() == name)
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
