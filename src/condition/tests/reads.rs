//! Which fields a condition reads, and as what.

use crate::condition::FieldKind;
use crate::condition::Read;
use crate::{FieldValue, Number, all, any, field, hours, minutes, not, rep_field, times};

#[test]
fn every_comparison_tells_what_it_reads() {
    let condition = all([
        field("text").is("x"),
        any([field("mixed").among(["x".into(), 7.into(), true.into(), FieldValue::from(2.5)])]),
        not(field("number").below(5)),
        field("number").at_least(6),
        field("number").between(7, 8),
        field("text").starts_with("s"),
        field("text").ends_with("e"),
        field("text").contains("c"),
        field("list").has("h"),
        field("any").present(),
        field("any").missing(),
        field("time").age_below(hours(1)),
        field("time").age_at_least(hours(2)),
        times(["time", "other"]).within(minutes(30)),
        field("zone").local_hours([("mon", "09:00-17:00"), ("tue", "09:00-12:00")]),
        field("odd").is(["x"]),
        field("odd").below(f64::NAN),
    ]);
    let x = FieldValue::from("x");
    let (seven, yes, fraction) = (FieldValue::from(7), FieldValue::from(true), FieldValue::from(2.5));
    let (h, odd) = (FieldValue::from("h"), FieldValue::from(["x"]));
    let expected = [
        ("text", Read::Value(&x), FieldKind::Text),
        ("mixed", Read::Value(&x), FieldKind::Text),
        ("mixed", Read::Value(&seven), FieldKind::Number),
        ("mixed", Read::Value(&yes), FieldKind::Flag),
        ("mixed", Read::Value(&fraction), FieldKind::Number),
        ("number", Read::Cut(Number::from(5)), FieldKind::Number),
        ("number", Read::Cut(Number::from(6)), FieldKind::Number),
        ("number", Read::Cut(Number::from(7)), FieldKind::Number),
        ("number", Read::Cut(Number::from(8)), FieldKind::Number),
        ("text", Read::Part("s"), FieldKind::Text),
        ("text", Read::Part("e"), FieldKind::Text),
        ("text", Read::Part("c"), FieldKind::Text),
        ("list", Read::Item(&h), FieldKind::List),
        ("any", Read::Presence, FieldKind::Any),
        ("any", Read::Presence, FieldKind::Any),
        ("time", Read::Age(hours(1)), FieldKind::Time),
        ("time", Read::Age(hours(2)), FieldKind::Time),
        ("time", Read::Spread(minutes(30)), FieldKind::Time),
        ("other", Read::Spread(minutes(30)), FieldKind::Time),
        ("zone", Read::Place, FieldKind::Place),
        ("odd", Read::Value(&odd), FieldKind::List),
    ];
    let mut found = Vec::new();
    condition.reads(&mut |name, read| found.push((name, read, read.kind())));
    assert_eq!(found, expected);
}

#[test]
fn rep_tests_read_both_sides() {
    let matches = rep_field("languages").matches("language");
    let mut found = Vec::new();
    matches.reads(&mut |name, read| found.push((name, read)));
    assert_eq!(found, [("language", Read::RepMatch)]);
    assert_eq!(Read::RepMatch.kind(), FieldKind::List);

    let compares = rep_field("seniority").at_least(3);
    let mut found = Vec::new();
    compares.reads(&mut |name, read| found.push((name, read)));
    assert_eq!(found, []);
}

#[test]
fn kinds_have_names() {
    let kinds = [
        (FieldKind::Number, "number"),
        (FieldKind::Flag, "flag"),
        (FieldKind::Text, "text"),
        (FieldKind::Time, "time"),
        (FieldKind::Place, "time zone or country"),
        (FieldKind::List, "list"),
        (FieldKind::Any, "any"),
    ];
    for (kind, name) in kinds {
        assert_eq!(kind.to_string(), name);
    }
}
