//! Tests of a rep's own fields.

use super::naive;
use super::samples::{Raw, any_comparison, any_raw, now};
use crate::condition::RepTest;
use crate::{FieldValue, rep_field};
use proptest::prelude::*;

fn fits(test: &RepTest, rep: impl Into<FieldValue>, lead: impl Into<FieldValue>) -> bool {
    let (rep, lead) = (rep.into(), lead.into());
    test.admits(Some(rep.as_value()), Some(lead.as_value()), now().into())
}

#[test]
fn matches_is_anything_in_common() {
    let speaks = rep_field("languages").matches("language");
    assert!(fits(&speaks, ["english", "german"], "German"));
    assert!(fits(&speaks, "german", ["french", "GERMAN"]));
    assert!(fits(&speaks, "german", "german"));
    assert!(fits(&speaks, ["a", "b"], ["b", "c"]));
    assert!(!fits(&speaks, ["a", "b"], ["c", "d"]));
    assert!(!fits(&speaks, "german, english", "german"));
}

#[test]
fn matches_compares_numbers_by_value_and_texts_as_texts() {
    let test = rep_field("a").matches("b");
    assert!(fits(&test, 3, 3.0));
    assert!(fits(&test, 3, "3.0"));
    assert!(fits(&test, "3", 3));
    assert!(!fits(&test, "3.0", "3"));
    assert!(fits(&test, true, "TRUE"));
    assert!(fits(&test, "false", false));
    assert!(!fits(&test, 1, true));
}

#[test]
fn blanks_are_nothing_in_common() {
    let test = rep_field("a").matches("b");
    let (text, blank) = (FieldValue::from("x"), FieldValue::from(""));
    assert!(!fits(&test, "", ""));
    assert!(!fits(&test, ["", "x"], ["", "y"]));
    assert!(!test.admits(None, Some(text.as_value()), now().into()));
    assert!(!test.admits(Some(text.as_value()), None, now().into()));
    assert!(!test.admits(None, None, now().into()));
    assert!(!test.admits(Some(text.as_value()), Some(blank.as_value()), now().into()));
}

#[test]
fn comparisons_look_only_at_the_rep() {
    let senior = rep_field("seniority").at_least(3);
    assert!(senior.admits(Some(FieldValue::from("3").as_value()), None, now().into()));
    assert!(!senior.admits(Some(FieldValue::from(2).as_value()), Some(4.into()), now().into()));
    assert!(!senior.admits(None, Some(4.into()), now().into()));
    assert!(rep_field("left_at").missing().admits(None, None, now().into()));
}

#[test]
fn the_fields_are_named() {
    let matches = rep_field("languages").matches("language");
    assert_eq!((matches.rep_field(), matches.lead_field()), ("languages", Some("language")));
    let compares = rep_field("seniority").at_least(3);
    assert_eq!((compares.rep_field(), compares.lead_field()), ("seniority", None));
}

proptest! {
    #[test]
    fn the_naive_evaluator_agrees(
        ours in prop::option::of(any_raw()), theirs in prop::option::of(any_raw()), comparison in any_comparison(),
    ) {
        let (rep, lead) = (ours.as_ref().map(|raw| raw.value()), theirs.as_ref().map(|raw| raw.value()));
        // The naive evaluator compares the values that records keep, in which NaN is a text.
        let finite = |side: &Option<Raw>| !matches!(side, Some(Raw::Float(float)) if !float.is_finite());
        if finite(&ours) && finite(&theirs) {
            let matches = rep_field("a").matches("b");
            prop_assert_eq!(
                matches.admits(rep, lead, now().into()),
                naive::have_common(ours.as_ref(), theirs.as_ref())
            );
            prop_assert_eq!(matches.admits(rep, lead, now().into()), matches.admits(lead, rep, now().into()));
        }
        let compares = naive::compares(&comparison, ours.as_ref());
        prop_assert_eq!(RepTest::from(("a".to_owned(), comparison)).admits(rep, lead, now().into()), compares);
    }
}
