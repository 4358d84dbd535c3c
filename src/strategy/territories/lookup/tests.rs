//! What is looked up is what asking the rows one by one finds.

use super::super::entry::{Atom, Entry};
use super::super::rows::{Row, Rows};
use super::{Lookup, MOST_PLACES};
use crate::instant::Instant;
use crate::value::{FieldValue, Value};
use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The first row that fits, found by asking all in order.
fn asked_in_order(rows: &Rows, values: &[Option<Value<'_>>]) -> Option<u32> {
    let fits = |row: &Row| {
        row.atoms.iter().zip(values).all(|(atom, value)| {
            let test = rows.atoms[*atom as usize].test.as_ref();
            test.is_none_or(|test| test.holds(*value, Instant::START))
        })
    };
    rows.rows.iter().position(fits).map(|row| row as u32)
}

fn rows_of(areas: &[Vec<Vec<FieldValue>>]) -> Rows {
    let mut rows = Rows::default();
    for (area, fields) in (0..).zip(areas) {
        let atoms = fields.iter().map(|values| {
            let entries: Vec<_> = values.iter().map(|value| Entry::read(value).unwrap()).collect();
            if entries.is_empty() { vec![Atom::ANY] } else { Atom::all_of(&entries) }
        });
        assert!(rows.add(area, atoms.collect()).is_ok());
    }
    rows.sort();
    rows
}

/// Texts that are nearly the same: in case, in what they read as, or in what only their lower case shows.
fn texts() -> Vec<String> {
    let near = [
        "DE", "de", "dE ", "80331", "80", "8", "008", "8.0", " 8 ", "+8", "true", "TRUE ", "1e3", "0.5", "K", "kelvin",
    ];
    let odd = [
        "\u{212a}",
        "\u{212a}elvin",
        "İ",
        "i\u{307}",
        "Σας",
        "ΣΑΣ",
        "ß",
        "ẞ",
        "éa",
        "ÉA",
        "\u{a0}x",
        "2026-03-02t09:00:00.000z",
    ];
    let long = ["x".repeat(64), format!("{}Y", "X".repeat(64)), format!("{}É", "x".repeat(63)), "é".repeat(70)];
    near.into_iter().chain(odd).map(str::to_owned).chain(long).collect()
}

fn numbers() -> Vec<FieldValue> {
    let integers = [-5, 0, 8, 9, 80, 1_000, 1 << 53, (1 << 53) + 1, (1 << 62) + 1, i64::MAX, i64::MIN];
    let floats = [0.5, -0.0, 1e18, 1e300, -1e300, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::NAN];
    integers.into_iter().map(FieldValue::from).chain(floats.map(FieldValue::from)).collect()
}

fn entry() -> impl Strategy<Value = FieldValue> {
    let ends = ["-5", "0", "0.5", "8", "9", "10", "80", "1000", "9007199254740993", "4611686018427387905"];
    let far = "1".to_owned() + &"0".repeat(300);
    let ends: Vec<String> = ends.into_iter().map(str::to_owned).chain([far.clone(), format!("-{far}")]).collect();
    let band = (select(ends.clone()), select(ends)).prop_map(|(low, high)| FieldValue::from(format!("{low}..{high}")));
    let open = select(vec!["8..", "..9", "0..", "..0.5"]).prop_map(FieldValue::from);
    let prefix = (select(texts()), 1..4_usize)
        .prop_map(|(text, length)| FieldValue::from(text.chars().take(length).collect::<String>() + "*"));
    let readable = |value: &FieldValue| Entry::read(value).is_ok();
    prop_oneof![
        4 => select(texts()).prop_map(FieldValue::from),
        2 => select(numbers()),
        1 => any::<bool>().prop_map(FieldValue::from),
        4 => prefix,
        3 => band,
        1 => open,
    ]
    .prop_filter("it means something", readable)
}

/// What a lead has, beside texts and numbers.
fn value() -> impl Strategy<Value = Option<FieldValue>> {
    prop_oneof![
        1 => select(vec![None, Some("".into()), Some(" ".into()), Some(vec!["DE"].into())]),
        6 => select(texts()).prop_map(|text| Some(text.into())),
        4 => select(numbers()).prop_map(Some),
        1 => any::<bool>().prop_map(|flag| Some(flag.into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_first_of_all_rows_that_fit_is_found(
        areas in vec(vec(prop_oneof![2 => Just(Vec::new()), 3 => vec(entry(), 1..=1), 3 => vec(entry(), 2..=5)], 2), 1..12),
        leads in vec([value(), value()], 1..40),
        most in select(vec![0, 1, 7, 30, MOST_PLACES]),
    ) {
        let rows = rows_of(&areas);
        let lookup = Lookup::new(&rows, most);
        prop_assert!(lookup.places.len() <= most.max(rows.rows.len()));
        for lead in leads {
            let values = [0, 1].map(|field: usize| lead[field].as_ref().map(FieldValue::as_value));
            prop_assert_eq!(lookup.first_fit(&values), asked_in_order(&rows, &values), "{:?}", values);
        }
    }
}

#[test]
fn a_time_is_looked_up_as_the_text_that_conditions_see() {
    let time: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
    for entry in ["2026-03-02T09:00:00.000z", "2026-03*"] {
        let rows = rows_of(&[vec![vec![FieldValue::from(entry)]]]);
        let lookup = Lookup::new(&rows, MOST_PLACES);
        assert_eq!(lookup.first_fit(&[Some(Value::from(time))]), Some(0), "{entry}");
        assert_eq!(lookup.first_fit(&[Some(Value::from(DateTime::UNIX_EPOCH))]), None, "{entry}");
    }
}

#[test]
fn many_rows_of_few_kinds_are_few_groups() {
    let texts = |number: usize| FieldValue::from(format!("{number}"));
    let shapes: [fn(usize) -> FieldValue; 3] = [
        |number| format!("{}..{}", number * 10, number * 10 + 10).into(),
        |number| format!("{number:05}*").into(),
        |number| {
            [format!("{number}"), format!("{}", number + 10_000)]
                .into_iter()
                .map(FieldValue::from)
                .collect::<Vec<_>>()
                .into()
        },
    ];
    for shape in shapes {
        let listed = |value| match value {
            FieldValue::List(values) => values,
            single => vec![single],
        };
        let areas: Vec<_> = (0..3_000).map(|number| vec![vec![texts(number % 7)], listed(shape(number))]).collect();
        let rows = rows_of(&areas);
        let lookup = Lookup::new(&rows, MOST_PLACES);
        assert_eq!(lookup.groups.len(), 1);
        // No lead finds many rows that do not fit.
        let crowded = lookup.places.chunk_by(|one, other| one.fingerprint == other.fingerprint).map(<[_]>::len).max();
        assert!(crowded < Some(8), "{crowded:?}");
    }
    // Bands of all widths share few grids.
    let bands = (0..3_000).map(|number| vec![vec![FieldValue::from(format!("{number}..{}", 2 * number + 1))]]);
    assert!(Lookup::new(&rows_of(&bands.collect::<Vec<_>>()), MOST_PLACES).groups.len() <= 7);
}
