//! Conditions in plain words.

use crate::{Condition, FieldValue, Span, all, any, days, field, minutes, not, rep_field, seconds, times};

#[test]
fn every_comparison_has_words() {
    let none: [FieldValue; 0] = [];
    let cases = [
        (field("industry").is("finance"), "industry is finance"),
        (field("zip").is("00501"), r#"zip is "00501""#),
        (field("zip").is(501), "zip is 501"),
        (field("score").is(0.5), "score is 0.5"),
        (field("demo").is(true), "demo is true"),
        (field("demo").is("true"), r#"demo is "true""#),
        (field("city").is("New York"), r#"city is "New York""#),
        (field("tags").is(["a", "b c"]), r#"tags is [a, "b c"]"#),
        (field("industry").among(["a"]), "industry is a"),
        (field("industry").among(["a", "b"]), "industry is a or b"),
        (field("industry").among(["a", "b", "c"]), "industry is a, b or c"),
        (field("industry").among(none), "industry is one of no values"),
        (field("employees").below(500), "employees is below 500"),
        (field("employees").at_least(1e300), "employees is at least 1e300"),
        (field("employees").between(1, 2), "employees is from 1 to below 2"),
        (field("phone").starts_with("+49-"), "phone starts with +49-"),
        (field("email").ends_with(".edu"), "email ends with .edu"),
        (field("title").contains("chief "), r#"title contains "chief ""#),
        (field("products").has("crm"), "products has crm"),
        (field("company").present(), "company is present"),
        (field("company").missing(), "company is missing"),
        (field("created_at").age_below(minutes(90)), "created_at is less than 1h 30m ago"),
        (field("created_at").age_at_least(days(1)), "created_at is at least 1d ago"),
        (field("zone").local_hours([("daily", "00:00-24:00")]), "zone is where clocks show daily 00:00-24:00"),
        (
            field("zone").local_hours([("fri", "9:00-12:00, 13:00-15:00"), ("tue, thu", "closed"), ("sat", "x")]),
            "zone is where clocks show tue, thu closed or fri 9:00-12:00, 13:00-15:00 or sat x",
        ),
        (field("zone").local_hours([("", ""); 0]), "zone is where clocks show no hours"),
        (field("score").below(f64::NAN), "score is compared with no finite number"),
        (field("Company Size").is(1), r#""Company Size" is 1"#),
        (field("größe").is("ÉCOLE"), "größe is ÉCOLE"),
        (times(["a", "b"]).within(seconds(5)), "a and b are both within 5s"),
        (times(["a", "b", "c"]).within(minutes(30)), "a, b and c are all within 30m"),
        (times(["a"]).within(Span::default()), "a are all within 0s"),
        (all([]), "always"),
        (any([]), "never"),
    ];
    for (condition, words) in cases {
        assert_eq!(condition.to_string(), words);
    }
}

#[test]
fn words_that_could_be_misread_are_quoted() {
    for word in
        ["and", "OR", "not", "is", "False", "present", "missing", "", " ", "a,b", "(a", "a)", "[a", "a]", "-1.5"]
    {
        assert_eq!(field("x").is(word).to_string(), format!("x is {word:?}"));
    }
    for word in ["a\"b", "a`b", "a\tb"] {
        assert_eq!(field("x").is(word).to_string(), format!("x is {word:?}"));
    }
    for word in ["a-b", "a.b", "ann@uni.edu", "+49-", "android", "1a"] {
        assert_eq!(field("x").is(word).to_string(), format!("x is {word}"));
    }
}

#[test]
fn parentheses_stand_only_where_they_are_needed() {
    let letter = |name: &str| field(name).is(1);
    let either = |name: &str| field(name).among(["x", "y"]);
    let (a, b, c) = (letter("a"), letter("b"), letter("c"));
    let cases: Vec<(Condition, &str)> = vec![
        (
            all([field("employees").at_least(500), field("industry").among(["healthcare", "finance"])]),
            "employees is at least 500 and industry is healthcare or finance",
        ),
        (all([either("a"), b.clone()]), "(a is x or y) and b is 1"),
        (all([field("a").among(["x"]), b.clone()]), "a is x and b is 1"),
        (any([either("a"), b.clone()]), "a is x or y or b is 1"),
        (all([all([a.clone(), either("b")]), c.clone()]), "a is 1 and (b is x or y) and c is 1"),
        (all([a.clone(), all([b.clone(), either("c")])]), "a is 1 and b is 1 and c is x or y"),
        (any([all([a.clone(), either("b")]), c.clone()]), "(a is 1 and b is x or y) or c is 1"),
        (all([any([a.clone(), b.clone()]), c.clone()]), "(a is 1 or b is 1) and c is 1"),
        (any([all([a.clone(), b.clone()]), c.clone()]), "(a is 1 and b is 1) or c is 1"),
        (any([any([a.clone(), b.clone()]), c.clone()]), "a is 1 or b is 1 or c is 1"),
        (any([all([a.clone()]), c.clone()]), "a is 1 or c is 1"),
        (all([any([either("a")]), c.clone()]), "(a is x or y) and c is 1"),
        (all([any([all([a.clone(), b.clone()])]), c.clone()]), "a is 1 and b is 1 and c is 1"),
        (
            all([field("a").local_hours([("mon", "9:00-12:00"), ("tue", "9:00-15:00")]), b.clone()]),
            "(a is where clocks show mon 9:00-12:00 or tue 9:00-15:00) and b is 1",
        ),
        (
            all([field("a").local_hours([("mon", "9:00-12:00")]), b.clone()]),
            "a is where clocks show mon 9:00-12:00 and b is 1",
        ),
        (not(a.clone()), "not (a is 1)"),
        (not(any([a.clone(), b.clone()])), "not (a is 1 or b is 1)"),
        (all([not(either("a")), b.clone()]), "not (a is x or y) and b is 1"),
        (
            all([field("requested_demo").is(true), times(["demo_at", "video_at", "pricing_at"]).within(minutes(30))]),
            "requested_demo is true and demo_at, video_at and pricing_at are all within 30m",
        ),
    ];
    for (condition, words) in cases {
        assert_eq!(condition.to_string(), words);
    }
}

#[test]
fn rep_tests_have_words() {
    let speaks = rep_field("languages").matches("language");
    assert_eq!(speaks.to_string(), "languages matches the lead's language");
    let senior = rep_field("seniority level").at_least(3);
    assert_eq!(senior.to_string(), r#""seniority level" is at least 3"#);
}
