//! Faults of meaning: each with its path and its exact text, all at once.

use crate::condition::RepTest;
use crate::limits::{MAX_CONDITION_DEPTH, MAX_CONDITION_SIZE, MAX_NAME_BYTES};
use crate::{Condition, FieldValue, Span, all, any, field, minutes, not, rep_field, times};

fn faults(condition: &Condition) -> Vec<(String, String)> {
    let mut found = Vec::new();
    condition.check(&mut |path, fault| found.push((path.to_owned(), fault.to_string())));
    found
}

fn rep_faults(test: &RepTest) -> Vec<(String, String)> {
    let mut found = Vec::new();
    test.check(&mut |path, fault| found.push((path.to_owned(), fault.to_string())));
    found
}

fn assert_faults(condition: &Condition, expected: &[(&str, &str)]) {
    let found = faults(condition);
    let found: Vec<_> = found.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(found, expected, "{condition}");
}

#[test]
fn what_makes_sense_has_no_faults() {
    let condition = all([
        any([field("a").is("x"), not(field("b").among([1, 2]))]),
        field("a").between(1, 1.5),
        field("a").contains(" "),
        field("a").has(false),
        field("a").age_below(minutes(30)),
        times(["a", "b"]).within(minutes(30)),
        field("a").local_hours([("mon-thu", "9:00-12:00, 13:00-18:00"), ("fri", "22:00-06:00+1"), ("sun", "closed")]),
        field("n".repeat(MAX_NAME_BYTES)).present(),
    ]);
    assert_faults(&condition, &[]);
    assert_eq!(rep_faults(&rep_field("languages").matches("language")), []);
    assert_eq!(rep_faults(&rep_field("seniority").at_least(3)), []);
}

#[test]
fn every_fault_has_its_path_and_text() {
    let none: [FieldValue; 0] = [];
    let no_names: [&str; 0] = [];
    assert_faults(&all([]), &[("all", "`all` needs at least one condition")]);
    assert_faults(&any([]), &[("any", "`any` needs at least one condition")]);
    assert_faults(&field("a").among(none), &[("in", "`in` needs at least one value")]);
    assert_faults(
        &times(no_names).within(minutes(30)),
        &[("times", "`times` needs at least two fields to compare, but has 0")],
    );
    assert_faults(
        &times(["a"]).within(minutes(30)),
        &[("times", "`times` needs at least two fields to compare, but has 1")],
    );
    assert_faults(&times(["a", "b", "a"]).within(minutes(30)), &[("times[2]", "`times` names `a` twice")]);
    assert_faults(&field("").is(1), &[("field", "the name of a field is empty")]);
    assert_faults(&field(" ").is(1), &[("field", "the name of a field is empty")]);
    assert_faults(&times(["a", ""]).within(minutes(30)), &[("times[1]", "the name of a field is empty")]);
    assert_faults(
        &field("n".repeat(MAX_NAME_BYTES + 1)).is(1),
        &[("field", "the name of a field has 257 bytes; the longest allowed is 256")],
    );
    assert_faults(
        &field("a").between(5, 5),
        &[("between", "no number is at least 5 and below 5; the first must be the smaller one")],
    );
    assert_faults(
        &field("a").between(1_000, 0.5),
        &[("between", "no number is at least 1000 and below 0.5; the first must be the smaller one")],
    );
    assert_faults(
        &field("a").at_least(f64::NAN),
        &[("", "a comparison needs a finite number, not NaN or an infinity")],
    );
    assert_faults(
        &field("a").age_below(Span::default()),
        &[("age_below", "`age_below` needs a length of time above zero")],
    );
    assert_faults(
        &field("a").age_at_least(Span::default()),
        &[("age_at_least", "`age_at_least` needs a length of time above zero")],
    );
    assert_faults(
        &times(["a", "b"]).within(Span::default()),
        &[("within", "`within` needs a length of time above zero")],
    );
    assert_faults(
        &field("a").is(" "),
        &[("is", "`is` compares with a blank text, which counts as missing; write `missing = true`")],
    );
    assert_faults(
        &field("a").among(["x", ""]),
        &[("in[1]", "`in` compares with a blank text, which counts as missing; write `missing = true`")],
    );
    assert_faults(
        &field("a").has(""),
        &[("has", "`has` compares with a blank text, which counts as missing; write `missing = true`")],
    );
    assert_faults(&field("a").starts_with(""), &[("starts_with", "`starts_with` needs a text that is not empty")]);
    assert_faults(&field("a").ends_with(""), &[("ends_with", "`ends_with` needs a text that is not empty")]);
    assert_faults(&field("a").contains(""), &[("contains", "`contains` needs a text that is not empty")]);
    assert_faults(&field("a").is(["x"]), &[("is", "`is` compares with one value at a time, not with a list")]);
    assert_faults(&field("a").has(["x"]), &[("has", "`has` compares with one value at a time, not with a list")]);
    assert_faults(&field("a").among([["x"]]), &[("in[0]", "`in` compares with one value at a time, not with a list")]);
}

#[test]
fn hours_that_cannot_be_say_why() {
    let hours = |week: &[(&'static str, &'static str)]| field("a").local_hours(week.iter().copied());
    assert_faults(&hours(&[]), &[("local_hours", "`local_hours` needs hours on at least one day")]);
    assert_faults(&hours(&[("daily", "closed")]), &[("local_hours", "`local_hours` needs hours on at least one day")]);
    assert_faults(
        &not(hours(&[("mon-fry", "09:00-12:00, 25:00-26:00"), ("tue", "17:00-09:00"), ("sat", "9-12, 9-13")])),
        &[
            (
                "not.local_hours.mon-fry",
                "`mon-fry` is not a day of the week; write it like \"mon\", \"mon-fri\", \"tue, thu\" or \"daily\"",
            ),
            (
                "not.local_hours.mon-fry",
                "`25:00-26:00` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and a \
                 day without any as \"closed\"",
            ),
            (
                "not.local_hours.sat",
                "`9-12` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and a day \
                 without any as \"closed\"",
            ),
            (
                "not.local_hours.sat",
                "`9-13` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and a day \
                 without any as \"closed\"",
            ),
            (
                "not.local_hours.tue",
                "`17:00-09:00` ends before it begins; if it runs over midnight, write `17:00-09:00+1`",
            ),
        ],
    );
    assert_faults(
        &all([hours(&[("mon-wed", "09:00-12:00, 11:00-13:00"), ("wed, fri", "closed")])]),
        &[
            ("all[0].local_hours.mon-wed", "`09:00-12:00` and `11:00-13:00` overlap"),
            ("all[0].local_hours.wed, fri", "`wed` is there twice"),
        ],
    );
    assert_faults(
        &hours(&[("sun", "22:00-06:00+1"), ("mon", "05:00-12:00")]),
        &[("local_hours", "the hours of `sun` run into those of `mon`")],
    );
    assert_faults(
        &hours(&[("zone", "Europe/Berlin")]),
        &[
            (
                "local_hours.zone",
                "`zone` is not a day of the week; write it like \"mon\", \"mon-fri\", \"tue, thu\" or \"daily\"",
            ),
            (
                "local_hours.zone",
                "`Europe/Berlin` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and \
                 a day without any as \"closed\"",
            ),
        ],
    );
    let test = rep_field("a").local_hours([("mon", "17:00-09:00")]);
    assert_eq!(rep_faults(&test)[0].0, "local_hours.mon");
}

#[test]
fn a_condition_of_a_host_can_be_checked_too() {
    let fine = not(field("a").is(1));
    assert_eq!(fine.clone().checked(), Ok(fine));
    let refused = |condition: Condition| condition.checked().unwrap_err().to_string();
    assert_eq!(
        refused(all([field("a").between(2, 1), all([])])),
        "2 faults\n  \
         condition.all[0].between: no number is at least 2 and below 1; the first must be the smaller one\n  \
         condition.all[1].all: `all` needs at least one condition"
    );
    assert_eq!(
        refused(field("a").below(f64::NAN)),
        "condition: a comparison needs a finite number, not NaN or an infinity"
    );
}

#[test]
fn all_faults_come_at_once_with_paths_from_the_top() {
    let condition = all([
        field("a").between(2, 1),
        not(any([field("").is(1), all([]), field("a").at_least(f64::INFINITY)])),
        times(["a", "a", " "]).within(Span::default()),
    ]);
    let found = faults(&condition);
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "all[0].between",
            "all[1].not.any[0].field",
            "all[1].not.any[1].all",
            "all[1].not.any[2]",
            "all[2].times[1]",
            "all[2].times[2]",
            "all[2].within",
        ]
    );
}

#[test]
fn rep_tests_are_checked_alike() {
    let empty = "the name of a field is empty".to_owned();
    assert_eq!(
        rep_faults(&rep_field("").matches("")),
        [("field".to_owned(), empty.clone()), ("matches".to_owned(), empty)]
    );
    assert_eq!(
        rep_faults(&rep_field("a").between(2, 1)),
        [("between".to_owned(), "no number is at least 2 and below 1; the first must be the smaller one".to_owned())]
    );
    let too_many = rep_faults(&rep_field("a").among(0..=10_000));
    assert_eq!(too_many, [(String::new(), "the condition has more than 10000 tests and listed values".to_owned())]);
}

type Join = fn(Condition) -> Condition;

fn nested(depth: usize, join: Join) -> Condition {
    (0..depth).fold(field("a").is(1), |inner, _| join(inner))
}

#[test]
fn depth_is_limited() {
    let joins: [(&str, Join); 3] = [("not", not), ("all[0]", |inner| all([inner])), ("any[0]", |inner| any([inner]))];
    for (part, join) in joins {
        assert_faults(&nested(MAX_CONDITION_DEPTH, join), &[]);
        let path = vec![part; MAX_CONDITION_DEPTH].join(".");
        for too_deep in [MAX_CONDITION_DEPTH + 1, 1_000] {
            assert_faults(&nested(too_deep, join), &[(&path, "`all`, `any` and `not` are nested more than 32 deep")]);
        }
    }
}

#[test]
fn size_is_limited() {
    let too_large = [("", "the condition has more than 10000 tests and listed values")];
    let tests = |count: usize| all((0..count).map(|_| field("a").is(1)));
    assert_faults(&tests(MAX_CONDITION_SIZE), &[]);
    assert_faults(&tests(MAX_CONDITION_SIZE + 1), &too_large);

    // One for the test, and one for each value.
    assert_faults(&field("a").among(0..9_999), &[]);
    assert_faults(&field("a").among(0..10_000), &too_large);

    let names = |count: usize| times((0..count).map(|index| index.to_string())).within(minutes(1));
    assert_faults(&names(10_000), &[]);
    assert_faults(&names(10_001), &too_large);

    // One for each period of the week, and one for each entry of a week that cannot be read.
    let week = |periods: u32, day: &str| {
        let time = |number: u32| format!("{:02}:{:02}:{:02}", number / 3_600, number / 60 % 60, number % 60);
        let hours: Vec<String> =
            (0..periods).map(|number| format!("{}-{}", time(2 * number), time(2 * number + 1))).collect();
        field("a").local_hours([(day, hours.join(","))])
    };
    let weeks = |day: &'static str, count: usize, tests: usize| {
        all((0..count).map(|_| week(100, day)).chain((0..tests).map(|_| field("a").is(1))))
    };
    assert_faults(&weeks("mon", 99, 1), &[]);
    assert_faults(&weeks("mon", 99, 2), &too_large);
    assert_faults(&weeks("daily", 14, 186), &[]);
    assert_faults(&weeks("daily", 14, 187), &too_large);
    let unread = field("a").local_hours((0..10_000).map(|number| (number.to_string(), "closed")));
    assert_faults(&unread, &too_large);

    // Without a count of its own, what holds no tests could grow without an end.
    let hollow = |join: fn() -> Condition| faults(&all((0..20_000).map(|_| join()))).len();
    assert_eq!(hollow(|| all([])), MAX_CONDITION_SIZE + 2);
    assert_eq!(hollow(|| times([""; 0]).within(minutes(1))), MAX_CONDITION_SIZE + 1);
    let too_deep = all((0..20_000).map(|_| nested(MAX_CONDITION_DEPTH, not)));
    assert_eq!(faults(&too_deep).len(), MAX_CONDITION_SIZE + 2);
    let too_deep = all((0..20_000).map(|_| nested(MAX_CONDITION_DEPTH, |inner| all([inner]))));
    assert_eq!(faults(&too_deep).len(), MAX_CONDITION_SIZE + 2);
}
