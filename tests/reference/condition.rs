//! Conditions over fields, read off their files' form each time.

use super::clock;
use chrono::{DateTime, Utc};
use lead_router::{FieldValue, Lead, Number, Span, Value};
use serde_json::Value as Json;

pub(crate) fn field(lead: &dyn Lead, name: &Json) -> Option<FieldValue> {
    lead.field(text(name)).map(FieldValue::from)
}

pub(crate) fn text(json: &Json) -> &str {
    json.as_str().expect("a text")
}

pub(crate) fn list(json: &Json) -> &[Json] {
    json.as_array().expect("a list")
}

pub(crate) fn value(json: &Json) -> FieldValue {
    serde_json::from_value(json.clone()).expect("a value")
}

pub(crate) fn number(value: &FieldValue) -> Option<Number> {
    value.as_value().as_number()
}

pub(crate) fn millis(span: &Json) -> i64 {
    text(span).parse::<Span>().expect("a length of time").as_millis()
}

pub(crate) fn holds(condition: &Json, lead: &dyn Lead, now: i64) -> bool {
    let (key, asked) = comparison_of(condition);
    match key {
        "all" => list(asked).iter().all(|part| holds(part, lead, now)),
        "any" => list(asked).iter().any(|part| holds(part, lead, now)),
        "not" => !holds(asked, lead, now),
        "times" => {
            let times = list(asked).iter().map(|name| time(&field(lead, name)?));
            let Some(times) = times.collect::<Option<Vec<i64>>>() else { return false };
            let (first, last) = (times.iter().min(), times.iter().max());
            first.zip(last).is_some_and(|(first, last)| last - first <= millis(&condition["within"]))
        }
        _ => compares(key, asked, field(lead, &condition["field"]), now),
    }
}

/// The key of a table that says what it asks, and what it asks there.
fn comparison_of(table: &Json) -> (&str, &Json) {
    let table = table.as_object().expect("a table");
    let (key, asked) = table.iter().find(|(key, _)| *key != "field" && *key != "within").expect("a comparison");
    (key, asked)
}

/// Whether a rep fits a lead.
pub(crate) fn admits(test: &Json, rep: &Json, lead: &dyn Lead, now: i64) -> bool {
    let ours = rep["fields"].get(text(&test["field"])).map(value);
    let (key, asked) = comparison_of(test);
    if key != "matches" {
        return compares(key, asked, ours, now);
    }
    let (Some(ours), Some(theirs)) = (ours, field(lead, asked)) else { return false };
    let common = |one: &FieldValue| {
        items(&theirs).iter().any(|other| !one.as_value().is_blank() && (equals(one, other) || equals(other, one)))
    };
    items(&ours).iter().any(common)
}

pub(crate) fn compares(key: &str, asked: &Json, found: Option<FieldValue>, now: i64) -> bool {
    let Some(found) = found.filter(|value| !value.as_value().is_blank()) else { return key == "missing" };
    let as_text = |test: &dyn Fn(String, String) -> bool| match &found {
        FieldValue::Text(found) => test(lower(found), lower(text(asked))),
        _ => false,
    };
    let compare = |json: &Json, test: fn(&Number, &Number) -> bool| {
        number(&found).zip(number(&value(json))).is_some_and(|(found, asked)| test(&found, &asked))
    };
    match key {
        "is" => equals(&value(asked), &found),
        "in" => list(asked).iter().any(|asked| equals(&value(asked), &found)),
        "has" => items(&found).iter().any(|item| equals(&value(asked), item)),
        "below" => compare(asked, Number::lt),
        "at_least" => compare(asked, Number::ge),
        "between" => compare(&asked[0], Number::ge) && compare(&asked[1], Number::lt),
        "starts_with" => as_text(&|found, asked| found.starts_with(&asked)),
        "ends_with" => as_text(&|found, asked| found.ends_with(&asked)),
        "contains" => as_text(&|found, asked| found.contains(&asked)),
        "present" => true,
        "missing" => false,
        "age_below" => time(&found).is_some_and(|time| now - time < millis(asked)),
        "age_at_least" => time(&found).is_some_and(|time| now - time >= millis(asked)),
        "local_hours" => found.as_value().as_text().is_some_and(|place| clock::show(asked, place, now)),
        _ => panic!("no comparison `{key}`"),
    }
}

/// Whether a value is the one that is asked for, whose type says how it is read.
fn equals(asked: &FieldValue, found: &FieldValue) -> bool {
    match (asked, found) {
        (FieldValue::Text(asked), FieldValue::Text(found)) => lower(asked) == lower(found),
        (FieldValue::Flag(asked), found) => found.as_value().as_flag() == Some(*asked),
        (FieldValue::Integer(_) | FieldValue::Float(_), found) => number(asked) == number(found),
        _ => false,
    }
}

/// The values in a list; a single value is a list of one.
fn items(value: &FieldValue) -> Vec<FieldValue> {
    match value {
        FieldValue::List(items) => items.clone(),
        single => vec![single.clone()],
    }
}

/// Lower case character by character: the end of a word makes no difference.
pub(crate) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn time(value: &FieldValue) -> Option<i64> {
    match value.as_value() {
        Value::Text(text) => Value::Text(text).as_time().map(|time: DateTime<Utc>| time.timestamp_millis()),
        _ => None,
    }
}
