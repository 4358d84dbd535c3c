//! Comparison of text by Unicode lower case.

use crate::condition::fold::{contains, ends_with, equal, lower_words, starts_with};
use proptest::prelude::*;

#[test]
fn case_is_ignored_beyond_ascii() {
    assert!(equal("ÉCOLE", "école"));
    assert!(equal("ΣΊΣΥΦΟΣ", "σίσυφοσ"));
    assert!(equal("\u{212a}elvin", "KELVIN")); // the Kelvin sign
    assert!(!equal("straße", "STRASSE"));
    assert!(!equal("e\u{301}cole", "école"));
    assert!(!equal("ann", "anna"));
    assert!(!equal("anna", "ann"));
}

#[test]
fn one_character_may_become_two() {
    assert!(equal("İ", "i\u{307}"));
    assert!(starts_with("İstanbul", "i"));
    assert!(ends_with("xİ", "\u{307}"));
    assert!(contains("xİx", "\u{307}x"));
}

#[test]
fn the_part_may_be_the_whole_or_longer_or_empty() {
    for found in [starts_with, ends_with, contains] {
        assert!(found("Ann", "aNN"));
        assert!(!found("Ann", "Anna"));
        assert!(!found("Én", "éna"));
        assert!(!found("", "a"));
        assert!(found("Ann", ""));
        assert!(found("", ""));
    }
}

proptest! {
    #[test]
    fn it_is_what_comparing_lowered_copies_gives(text in "[aAbéÉKkİi̇ß]{0,6}", part in "[aAbéÉKkİi̇ß]{0,3}") {
        let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let (lowered, lowered_part) = (lower(&text), lower(&part));
        prop_assert_eq!(equal(&text, &part), lowered == lowered_part);
        prop_assert_eq!(starts_with(&text, &part), lowered.starts_with(&lowered_part));
        prop_assert_eq!(ends_with(&text, &part), lowered.ends_with(&lowered_part));
        prop_assert_eq!(contains(&text, &part), lowered.contains(&lowered_part));
    }

    #[test]
    fn long_texts_are_compared_like_short_ones(
        start in "[a-cA-C@\\[`{]{0,20}", one in "[aAéÉKk\u{212a}]{0,3}", other in "[aAéÉKk\u{212a}]{0,3}", end in "[a-b]{0,9}",
    ) {
        let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let (text, part) = (format!("{start}{one}{end}"), format!("{}{other}{end}", start.to_uppercase()));
        let (lowered, lowered_part) = (lower(&text), lower(&part));
        prop_assert_eq!(equal(&text, &part), lowered == lowered_part);
        prop_assert_eq!(starts_with(&text, &part), lowered.starts_with(&lowered_part));
    }

    #[test]
    fn words_are_in_lower_case(text in "[ -~]{0,20}") {
        let words = |text: &str| lower_words(text.as_bytes()).collect::<Option<Vec<u64>>>();
        prop_assert_eq!(words(&text), words(&text.to_ascii_lowercase()));
        prop_assert!(words(&text).is_some());
    }
}
