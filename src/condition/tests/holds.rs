//! What conditions are true of.

use super::naive;
use super::samples::{Raw, RawLead, any_condition, any_lead, now, one_of_each};
use crate::condition::Comparison;
use crate::{Condition, FieldValue, LeadRecord, all, any, days, field, hours, minutes, not, seconds, times};
use chrono::TimeDelta;
use proptest::prelude::*;

/// Whether a condition on the field `a` holds for a lead whose `a` is this value.
fn holds(condition: &Condition, a: impl Into<FieldValue>) -> bool {
    condition.holds(&LeadRecord::new("L-1").with("a", a), now())
}

fn raw_holds(condition: &Condition, a: Raw) -> bool {
    condition.holds(&RawLead::default().with("a", a), now())
}

#[test]
fn is_reads_the_field_as_the_type_of_the_plans_value() {
    let text = field("a").is("Healthcare");
    assert!(holds(&text, "healthCARE"));
    assert!(!holds(&text, " healthcare"));
    assert!(!holds(&text, ["healthcare"]));

    let number = field("a").is(501);
    assert!(holds(&number, 501));
    assert!(holds(&number, 501.0));
    assert!(holds(&number, " 00501.0 "));
    assert!(!holds(&number, "501 employees"));
    assert!(!holds(&number, true));

    let flag = field("a").is(true);
    assert!(holds(&flag, true));
    assert!(holds(&flag, " True "));
    assert!(!holds(&flag, false));
    assert!(!holds(&flag, 1));
    assert!(!holds(&flag, "yes"));
}

#[test]
fn text_is_never_converted() {
    assert!(holds(&field("a").is("00501"), "00501"));
    assert!(!holds(&field("a").is("00501"), "501"));
    assert!(!holds(&field("a").is("501"), 501));
    assert!(!holds(&field("a").is("true"), true));
    assert!(!holds(&field("a").starts_with("5"), 501));
}

#[test]
fn integers_and_floats_compare_exactly() {
    let two_to_the_53 = 9_007_199_254_740_992_i64;
    let at_least = field("a").at_least(two_to_the_53 + 1);
    assert!(!holds(&at_least, two_to_the_53 as f64));
    assert!(holds(&at_least, two_to_the_53 + 1));
    assert!(!holds(&field("a").is(two_to_the_53 as f64), two_to_the_53 + 1));
    assert!(holds(&field("a").is(two_to_the_53 + 1), "9007199254740993.0"));
}

#[test]
fn in_is_one_of_several() {
    let listed = field("a").among(["finance", "retail"]);
    assert!(holds(&listed, "RETAIL"));
    assert!(!holds(&listed, "retail, finance"));
    let mixed = field("a").among(["vip".into(), FieldValue::from(7)]);
    assert!(holds(&mixed, "7"));
    assert!(holds(&mixed, "VIP"));
}

#[test]
fn bands_are_half_open() {
    let band = field("a").between(100, 1_000);
    assert!(!holds(&band, 99.999));
    assert!(holds(&band, 100));
    assert!(holds(&band, "999.999"));
    assert!(!holds(&band, 1_000));

    assert!(holds(&field("a").below(100), 99.999));
    assert!(!holds(&field("a").below(100), 100));
    assert!(holds(&field("a").at_least(100), 100));
    assert!(!holds(&field("a").at_least(100), 99.999));
    assert!(!holds(&field("a").at_least(0), true));
    assert!(!holds(&field("a").at_least(0), "1,000"));
}

#[test]
fn parts_of_text_are_found_in_any_case() {
    assert!(holds(&field("a").starts_with("VP "), "vp sales"));
    assert!(!holds(&field("a").starts_with("sales"), "VP Sales"));
    assert!(holds(&field("a").ends_with(".EDU"), "ann@uni.edu"));
    assert!(!holds(&field("a").ends_with("ann"), "ann@uni.edu"));
    assert!(holds(&field("a").contains("ÉCOLE"), "une école ici"));
    assert!(!holds(&field("a").contains("ecole"), "une école ici"));
    assert!(!holds(&field("a").contains("x"), ["x"]));
}

#[test]
fn has_looks_into_a_list_or_at_the_value_alone() {
    let has = field("a").has("CRM");
    assert!(holds(&has, ["erp", "crm"]));
    assert!(holds(&has, "crm"));
    assert!(!holds(&has, "crm and erp"));
    assert!(!holds(&has, ["erp"]));
    assert!(holds(&field("a").has(7), ["6", "7.0"]));
    let nested = FieldValue::from(vec![FieldValue::from(["crm"])]);
    assert!(!holds(&has, nested));
}

#[test]
fn blank_is_missing() {
    let (present, missing) = (field("a").present(), field("a").missing());
    for blank in ["", " ", "\t\n", "\u{a0}"] {
        assert!(!holds(&present, blank), "{blank:?}");
        assert!(holds(&missing, blank), "{blank:?}");
    }
    let empty: [&str; 0] = [];
    assert!(holds(&missing, empty));
    assert!(holds(&missing, ["", " "]));
    for there in [FieldValue::from(0), false.into(), "0".into(), ["", "x"].into(), [0].into()] {
        assert!(holds(&present, there.clone()), "{there:?}");
        assert!(!holds(&missing, there.clone()), "{there:?}");
    }
    let nobody = LeadRecord::new("L-1");
    assert!(missing.holds(&nobody, now()));
    assert!(!present.holds(&nobody, now()));
}

#[test]
fn a_comparison_of_nothing_is_false_and_its_opposite_true() {
    for condition in one_of_each() {
        let opposite = not(condition.clone());
        for lead in [LeadRecord::new("L-1"), LeadRecord::new("L-1").with("a", " ")] {
            assert!(!condition.holds(&lead, now()), "{condition}");
            assert!(opposite.holds(&lead, now()), "{condition}");
        }
    }
    assert!(!holds(&field("a").is(""), ""));
    assert!(!holds(&field("a").contains(""), " "));
}

#[test]
fn nan_and_the_infinities_are_there_but_compare_with_nothing() {
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for condition in one_of_each() {
            assert!(!raw_holds(&condition, Raw::Float(odd)), "{odd}: {condition}");
        }
        assert!(raw_holds(&field("a").present(), Raw::Float(odd)));
        assert!(!raw_holds(&field("a").missing(), Raw::Float(odd)));
        for condition in [field("a").below(odd), field("a").at_least(odd), field("a").between(0, odd)] {
            assert!(matches!(&condition, Condition::Field { test: Comparison::NotFinite, .. }));
            assert!(!raw_holds(&condition, Raw::Float(odd)));
            assert!(!holds(&condition, 5));
        }
    }
}

#[test]
fn ages_are_cut_at_the_millisecond() {
    let fresh = field("a").age_below(minutes(30));
    let stale = field("a").age_at_least(minutes(30));
    let cut = now() - TimeDelta::minutes(30);
    let cases = [
        (cut + TimeDelta::milliseconds(1), true),
        (cut, false),
        // Instants are floored to milliseconds, so this one is older by a whole one.
        (cut + TimeDelta::microseconds(999), false),
        (cut - TimeDelta::milliseconds(1), false),
        (now() + TimeDelta::days(1), true),
    ];
    for (time, is_fresh) in cases {
        assert_eq!(raw_holds(&fresh, Raw::Time(time)), is_fresh, "{time}");
        assert_eq!(raw_holds(&stale, Raw::Time(time)), !is_fresh, "{time}");
        assert_eq!(holds(&fresh, time), is_fresh, "{time} as text");
    }
    assert!(holds(&fresh, "2024-05-01T13:45:00+02:00"));
    assert!(!holds(&fresh, "2024-05-01T11:45:00"), "a time without an offset");
    assert!(!holds(&stale, "2024-05-01"));
    assert!(!holds(&stale, 0));
}

#[test]
fn times_lie_within_a_span_of_each_other() {
    let session = times(["a", "b", "c"]).within(minutes(30));
    let at = |name: &str, minute: i64| (name.to_owned(), Raw::Time(now() + TimeDelta::minutes(minute)));
    let lead = |fields: &[(String, Raw)]| RawLead(fields.iter().cloned().collect());
    assert!(session.holds(&lead(&[at("a", 10), at("b", -20), at("c", 0)]), now()));
    assert!(!session.holds(&lead(&[at("a", 10), at("b", -21), at("c", 0)]), now()));
    assert!(!session.holds(&lead(&[at("a", 10), at("b", 0)]), now()));
    let as_text = lead(&[at("a", 10), at("b", 0)]).with("c", Raw::Text("2024-05-01T12:05:00Z".to_owned()));
    assert!(session.holds(&as_text, now()));
    let no_time = as_text.with("c", Raw::Text("soon".to_owned()));
    assert!(!session.holds(&no_time, now()));
    let no_times: [&str; 0] = [];
    assert!(!times(no_times).within(hours(1)).holds(&lead(&[]), now()));
}

#[test]
fn the_ends_of_time_do_not_overflow() {
    let ends = [chrono::DateTime::<chrono::Utc>::MIN_UTC, chrono::DateTime::<chrono::Utc>::MAX_UTC];
    for (first, second) in [(ends[0], ends[1]), (ends[1], ends[0])] {
        let lead = RawLead::default().with("a", Raw::Time(first)).with("b", Raw::Time(second));
        for condition in
            [times(["a", "b"]).within(days(1)), field("a").age_below(seconds(1)), field("a").age_at_least(seconds(1))]
        {
            assert!(!condition.holds(&lead, second), "{condition}");
        }
    }
}

#[test]
fn joins_join() {
    let (yes, no) = (field("a").is(1), field("a").is(2));
    assert!(holds(&all([yes.clone(), yes.clone()]), 1));
    assert!(!holds(&all([yes.clone(), no.clone()]), 1));
    assert!(holds(&any([no.clone(), yes.clone()]), 1));
    assert!(!holds(&any([no.clone(), no.clone()]), 1));
    assert!(holds(&not(no), 1));
    assert!(!holds(&not(yes), 1));
    assert!(holds(&all([]), 1));
    assert!(!holds(&any([]), 1));
}

#[test]
fn the_first_failing_part_is_named() {
    let (yes, no, other) = (field("a").is(1), field("a").is(2), field("a").is(3));
    let lead = LeadRecord::new("L-1").with("a", 1);
    let failure = |condition: &Condition| {
        let parts = condition.conjuncts().into_iter();
        { parts }.find(|part| !part.holds(&lead, now())).cloned()
    };
    let both = any([no.clone(), other.clone()]);
    assert_eq!(failure(&yes), None);
    assert_eq!(failure(&all([yes.clone(), all([yes.clone(), no.clone()]), other])), Some(no));
    assert_eq!(failure(&all([yes.clone(), both.clone()])), Some(both));
    assert_eq!(failure(&all([not(yes.clone())])), Some(not(yes)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_naive_evaluator_agrees(condition in any_condition(), lead in any_lead()) {
        prop_assert_eq!(condition.holds(&lead, now()), naive::holds(&condition, &lead), "{}", condition);
    }

    #[test]
    fn a_failure_is_a_false_part_and_there_is_one_exactly_if_it_is_false(
        condition in any_condition(), lead in any_lead(),
    ) {
        let failure = condition.conjuncts().into_iter().find(|part| !part.holds(&lead, now()));
        prop_assert_eq!(failure.is_none(), condition.holds(&lead, now()));
        if let Some(part) = failure {
            prop_assert!(!part.holds(&lead, now()));
            prop_assert!(!matches!(part, Condition::All(_)));
        }
    }

    /// Explaining a past decision evaluates the record that was kept of the lead.
    #[test]
    fn a_lead_and_its_record_are_the_same(condition in any_condition(), lead in any_lead()) {
        let finite = |raw: &Raw| !matches!(raw, Raw::Float(float) if !float.is_finite());
        prop_assume!(lead.0.values().all(finite));
        let mut record = LeadRecord::new("L-1");
        for (name, value) in &lead.0 {
            record.set(name, FieldValue::from(value.value()));
        }
        prop_assert_eq!(condition.holds(&lead, now()), condition.holds(&record, now()), "{}", condition);
    }
}
