//! Conditions in files: what they look like, what is refused and where, and that nothing is lost on the way.

use super::samples::{any_condition, any_rep_test};
use crate::condition::RepTest;
use crate::{Condition, all, any, days, field, hours, minutes, not, rep_field, times};
use proptest::prelude::*;
use serde::de::value::{Error, MapDeserializer};
use serde::{Deserialize, Serialize};

/// A condition where plans have one: inside something else.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    when: Condition,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Step {
    only: RepTest,
}

#[test]
fn every_form_reads_like_its_builder() {
    let cases = [
        (r#"{ field = "a", is = "finance" }"#, field("a").is("finance")),
        (r#"{ field = "a", is = 7 }"#, field("a").is(7)),
        (r#"{ field = "a", is = 7.0 }"#, field("a").is(7)),
        (r#"{ field = "a", is = true }"#, field("a").is(true)),
        (
            r#"{ field = "a", in = ["x", 2, 2.5] }"#,
            field("a").among(["x".into(), 2.into(), crate::FieldValue::from(2.5)]),
        ),
        (r#"{ field = "a", below = 0.5 }"#, field("a").below(0.5)),
        (r#"{ field = "a", at_least = 500 }"#, field("a").at_least(500)),
        (r#"{ field = "a", between = [100, 1000] }"#, field("a").between(100, 1_000)),
        (r#"{ field = "a", starts_with = "x" }"#, field("a").starts_with("x")),
        (r#"{ field = "a", ends_with = "x" }"#, field("a").ends_with("x")),
        (r#"{ field = "a", contains = "x" }"#, field("a").contains("x")),
        (r#"{ field = "a", has = "x" }"#, field("a").has("x")),
        (r#"{ field = "a", present = true }"#, field("a").present()),
        (r#"{ field = "a", missing = true }"#, field("a").missing()),
        (r#"{ field = "a", age_below = "30 minutes" }"#, field("a").age_below(minutes(30))),
        (r#"{ field = "a", age_at_least = "2 days" }"#, field("a").age_at_least(days(2))),
        (
            r#"{ field = "a", local_hours = { mon-fri = "09:00-17:00", sat = "closed" } }"#,
            field("a").local_hours([("mon-fri", "09:00-17:00"), ("sat", "closed")]),
        ),
        (r#"{ times = ["a", "b"], within = "1 hour" }"#, times(["a", "b"]).within(hours(1))),
        (r#"{ within = "1 hour", times = ["a", "b"] }"#, times(["a", "b"]).within(hours(1))),
        (r#"{ all = [{ field = "a", is = 1 }] }"#, all([field("a").is(1)])),
        (r#"{ any = [{ field = "a", is = 1 }, { all = [] }] }"#, any([field("a").is(1), all([])])),
        (r#"{ not = { field = "a", is = 1 } }"#, not(field("a").is(1))),
        (r#"{ field = "a", is = 1979-05-27 }"#, field("a").is("1979-05-27")),
    ];
    for (text, built) in cases {
        let read = toml::from_str::<Plan>(&format!("when = {text}"));
        assert_eq!(read.map(|plan| plan.when), Ok(built), "{text}");
    }
}

#[test]
fn every_form_is_written_as_it_is_read() {
    let condition = all([
        field("a").is("x"),
        field("a").among([1, 2]),
        field("a").below(2.5),
        field("a").at_least(500),
        field("a").between(1, 2),
        field("a").starts_with("x"),
        field("a").ends_with("x"),
        field("a").contains("x"),
        field("a").has(true),
        field("a").present(),
        field("a").missing(),
        field("a").age_below(minutes(30)),
        any([field("a").age_at_least(days(2))]),
        field("a").local_hours([("sat", "closed"), ("mon-fri", "9:00-17:00")]),
        not(times(["a", "b"]).within(hours(1))),
    ]);
    let expected = concat!(
        r#"{"all":[{"field":"a","is":"x"},{"field":"a","in":[1,2]},{"field":"a","below":2.5},"#,
        r#"{"field":"a","at_least":500},{"field":"a","between":[1,2]},{"field":"a","starts_with":"x"},"#,
        r#"{"field":"a","ends_with":"x"},{"field":"a","contains":"x"},{"field":"a","has":true},"#,
        r#"{"field":"a","present":true},{"field":"a","missing":true},{"field":"a","age_below":"30m"},"#,
        r#"{"any":[{"field":"a","age_at_least":"2d"}]},"#,
        r#"{"field":"a","local_hours":{"mon-fri":"9:00-17:00","sat":"closed"}},"#,
        r#"{"not":{"times":["a","b"],"within":"1h"}}]}"#,
    );
    assert_eq!(serde_json::to_string(&condition).unwrap(), expected);
}

#[test]
fn rep_tests_have_the_same_forms() {
    let cases = [
        (r#"{ field = "languages", matches = "language" }"#, rep_field("languages").matches("language")),
        (r#"{ field = "seniority", at_least = 3 }"#, rep_field("seniority").at_least(3)),
        (r#"{ field = "skills", has = "crm" }"#, rep_field("skills").has("crm")),
    ];
    for (text, built) in cases {
        let read = toml::from_str::<Step>(&format!("only = {text}"));
        assert_eq!(read.map(|step| step.only), Ok(built), "{text}");
    }
    let written = serde_json::to_string(&rep_field("languages").matches("language")).unwrap();
    assert_eq!(written, r#"{"field":"languages","matches":"language"}"#);
}

#[test]
fn infinite_numbers_cannot_be_written() {
    let error = serde_json::to_string(&field("score").below(f64::INFINITY)).unwrap_err();
    assert_eq!(error.to_string(), "`score` is compared with NaN or an infinity, which no file can say");
}

#[test]
fn an_unknown_key_is_shown_where_it_stands() {
    let error = toml::from_str::<Plan>("[when]\nfield = \"employees\"\nat_leest = 500\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "TOML parse error at line 3, column 1
  |
3 | at_leest = 500
  | ^^^^^^^^
unknown field `at_leest`, expected one of `all`, `any`, `not`, `field`, `is`, `in`, `below`, `at_least`, `between`, \
         `starts_with`, `ends_with`, `contains`, `has`, `present`, `missing`, `age_below`, `age_at_least`, \
         `local_hours`, `times`, `within`\n"
    );
}

#[test]
fn a_fault_deep_inside_is_shown_where_it_stands() {
    let plan = "when = { all = [\n  { field = \"a\", is = 1 },\n  { field = \"b\" },\n] }";
    assert_eq!(
        toml::from_str::<Plan>(plan).unwrap_err().to_string(),
        "TOML parse error at line 3, column 3
  |
3 |   { field = \"b\" },
  |   ^^^^^^^^^^^^^^^
`b` is not compared with anything; add `is`, `in`, `at_least`, `present` or another comparison\n"
    );
    let json = "{\"when\": {\"all\": [\n{\"field\": \"a\",\n\"at_least\": null}]}}";
    assert_eq!(
        serde_json::from_str::<Plan>(json).unwrap_err().to_string(),
        "invalid type: null, expected a finite number at line 3 column 16"
    );
}

/// Each message, with what TOML underlines.
fn assert_refused<T: std::fmt::Debug + for<'de> Deserialize<'de>>(cases: &[(&str, &str, &str)]) {
    for (text, underlined, message) in cases {
        let error = toml::from_str::<T>(text).expect_err(text);
        assert_eq!(error.message(), *message, "{text}");
        assert_eq!(error.span().and_then(|span| text.get(span)), Some(*underlined), "{text}");
    }
}

#[test]
fn every_fault_of_form_has_its_message_and_place() {
    assert_refused::<Plan>(&[
        (
            r#"when = { field = "a", at_least = 100, below = 500 }"#,
            r#"{ field = "a", at_least = 100, below = 500 }"#,
            "`at_least` and `below` in one condition; each needs a table of its own, joined by `all` or `any`",
        ),
        (
            r#"when = { all = [{ field = "a", is = 1 }], field = "b", is = 2 }"#,
            r#"{ all = [{ field = "a", is = 1 }], field = "b", is = 2 }"#,
            "`all` and `field` in one condition; each needs a table of its own, joined by `all` or `any`",
        ),
        (
            r#"when = { not = { field = "a", is = 1 }, at_least = 2 }"#,
            r#"{ not = { field = "a", is = 1 }, at_least = 2 }"#,
            "`not` and `at_least` in one condition; each needs a table of its own, joined by `all` or `any`",
        ),
        (
            r#"when = { any = [], within = "1 hour" }"#,
            r#"{ any = [], within = "1 hour" }"#,
            "`any` and `within` in one condition; each needs a table of its own, joined by `all` or `any`",
        ),
        (
            r#"when = { times = ["a", "b"], within = "1 hour", is = 3 }"#,
            r#"{ times = ["a", "b"], within = "1 hour", is = 3 }"#,
            "`times` and `is` in one condition; each needs a table of its own, joined by `all` or `any`",
        ),
        (
            r#"when = { field = "a" }"#,
            r#"{ field = "a" }"#,
            "`a` is not compared with anything; add `is`, `in`, `at_least`, `present` or another comparison",
        ),
        (r#"when = { at_least = 1 }"#, "{ at_least = 1 }", "`at_least` needs a `field`"),
        (
            r#"when = { times = ["a", "b"] }"#,
            r#"{ times = ["a", "b"] }"#,
            r#"`times` needs `within`, such as within = "30 minutes""#,
        ),
        (
            r#"when = { within = "1 hour" }"#,
            r#"{ within = "1 hour" }"#,
            r#"`within` needs `times`, such as times = ["demo_at", "video_at"]"#,
        ),
        (
            r#"when = { field = "a", within = "1 hour" }"#,
            r#"{ field = "a", within = "1 hour" }"#,
            "`within` goes with `times`; for the age of one field write `age_below`",
        ),
        ("when = {}", "{}", "an empty condition; it needs `field`, `times`, `all`, `any` or `not`"),
        (
            r#"when = "always""#,
            r#""always""#,
            r#"invalid type: string "always", expected a condition such as { field = "employees", at_least = 500 }"#,
        ),
        (
            r#"when = { field = "a", at_least = "500" }"#,
            r#""500""#,
            r#"invalid type: string "500", expected a finite number"#,
        ),
        (
            r#"when = { field = "a", below = nan }"#,
            "nan",
            "invalid value: floating point `NaN`, expected a finite number",
        ),
        (
            r#"when = { field = "a", between = [-inf, 2] }"#,
            "-inf",
            "invalid value: floating point `-inf`, expected a finite number",
        ),
        (
            r#"when = { field = "a", between = [1] }"#,
            "[1]",
            "invalid length 1, expected two numbers such as [100, 1000]",
        ),
        (r#"when = { field = "a", between = [] }"#, "[]", "invalid length 0, expected two numbers such as [100, 1000]"),
        (
            r#"when = { field = "a", between = [1, 2, 3] }"#,
            "[1, 2, 3]",
            "invalid length 3, expected two numbers such as [100, 1000]",
        ),
        (
            r#"when = { field = "a", between = 1 }"#,
            "1",
            "invalid type: integer `1`, expected two numbers such as [100, 1000]",
        ),
        (
            r#"when = { field = "a", in = "x" }"#,
            r#""x""#,
            r#"invalid type: string "x", expected a list of values such as ["healthcare", "finance"]"#,
        ),
        (
            r#"when = { field = "a", is = { x = 1 } }"#,
            "{ x = 1 }",
            "invalid type: map, expected a text, a number, true, false or a list of these",
        ),
        (r#"when = { field = "a", below = { x = 1 } }"#, "{ x = 1 }", "invalid type: map, expected a finite number"),
        (
            r#"when = { field = "a", present = false }"#,
            "false",
            "it can only be true; for the opposite write `missing = true`",
        ),
        (
            r#"when = { field = "a", missing = false }"#,
            "false",
            "it can only be true; for the opposite write `present = true`",
        ),
        (r#"when = { field = "a", present = "yes" }"#, r#""yes""#, r#"invalid type: string "yes", expected true"#),
        (
            r#"when = { field = "a", age_below = "soon" }"#,
            r#""soon""#,
            r#"`soon` is not a length of time: expected number at 0; write it like "30 minutes", "2h" or "1 day""#,
        ),
        (
            r#"when = { field = "a", local_hours = "09:00-17:00" }"#,
            r#""09:00-17:00""#,
            r#"invalid type: string "09:00-17:00", expected hours by days such as { mon-fri = "09:00-17:00" }"#,
        ),
        (r#"when = { field = "a", local_hours = { mon = 9 } }"#, "9", "invalid type: integer `9`, expected a string"),
    ]);
    assert_refused::<Step>(&[
        (
            r#"only = { field = "a", matches = "b", is = 1 }"#,
            r#"{ field = "a", matches = "b", is = 1 }"#,
            "`is` and `matches` in one test, which makes one comparison",
        ),
        (
            r#"only = { field = "a" }"#,
            r#"{ field = "a" }"#,
            "`a` is not compared with anything; add `matches`, `is`, `at_least` or another comparison",
        ),
        (r#"only = { matches = "a" }"#, r#"{ matches = "a" }"#, "`matches` needs a `field`"),
        (r#"only = { has = "a" }"#, r#"{ has = "a" }"#, "`has` needs a `field`"),
        ("only = {}", "{}", "an empty test; it needs a `field` and a comparison such as `matches`"),
        (
            "only = 1",
            "1",
            r#"invalid type: integer `1`, expected a test such as { field = "languages", matches = "language" }"#,
        ),
        (
            r#"only = { field = "a", all = [] }"#,
            "all",
            "unknown field `all`, expected one of `field`, `matches`, `is`, `in`, `below`, `at_least`, `between`, \
             `starts_with`, `ends_with`, `contains`, `has`, `present`, `missing`, `age_below`, `age_at_least`, `local_hours`",
        ),
    ]);
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let twice = [
        (r#"{"field": "a", "field": "b", "is": 1}"#, "duplicate field `field`"),
        (r#"{"field": "a", "is": 1, "is": 1}"#, "duplicate field `is`"),
        (r#"{"field": "a", "local_hours": {"mon": "closed", "mon": "closed"}}"#, "`mon` is there twice"),
        (r#"{"times": [], "within": "1h", "within": "2h"}"#, "duplicate field `within`"),
    ];
    for (text, message) in twice {
        let error = serde_json::from_str::<Condition>(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}: {error}");
    }
    let error = serde_json::from_str::<RepTest>(r#"{"field": "a", "field": "b"}"#).unwrap_err();
    assert_eq!(error.to_string(), "duplicate field `field` at line 1 column 28");
}

#[test]
fn keys_are_text() {
    let entries: MapDeserializer<'_, _, Error> = MapDeserializer::new([(1, 1)].into_iter());
    let error = Condition::deserialize(entries).unwrap_err();
    assert_eq!(error.to_string(), "invalid type: integer `1`, expected a key of a condition");
}

fn through_toml<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> T {
    let text = toml::to_string(value).unwrap();
    toml::from_str(&text).expect(&text)
}

fn through_json<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> T {
    let text = serde_json::to_string(value).unwrap();
    serde_json::from_str(&text).expect(&text)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_equal(when in any_condition(), only in any_rep_test()) {
        let (plan, step) = (Plan { when }, Step { only });
        prop_assert_eq!(&through_toml(&plan), &plan);
        prop_assert_eq!(&through_json(&plan), &plan);
        prop_assert_eq!(&through_toml(&step), &step);
        prop_assert_eq!(&through_json(&step), &step);
    }
}
