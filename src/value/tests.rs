//! Values: their order, their readings, and what is kept of them.

use crate::{FieldValue, List, NotFinite, Number, Value};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, MapDeserializer};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::HashSet;

const TWO_TO_THE_53: i64 = 9_007_199_254_740_992;
const TWO_TO_THE_63: f64 = 9_223_372_036_854_775_808.0;

fn number(float: f64) -> Number {
    Number::try_from(float).unwrap()
}

#[test]
fn numbers_compare_exactly() {
    let ascending = [
        number(-1e300),
        number(-TWO_TO_THE_63 * 1.5),
        Number::from(i64::MIN),
        Number::from(i64::MIN + 1),
        Number::from(-TWO_TO_THE_53 - 1),
        Number::from(-TWO_TO_THE_53),
        number(-2.5),
        Number::from(-2),
        number(-1.5),
        Number::from(-1),
        number(-f64::MIN_POSITIVE),
        number(-5e-324),
        Number::from(0),
        number(5e-324),
        number(0.1),
        number(0.999_999_999_999_999_9),
        Number::from(1),
        number(1.000_000_000_000_000_2),
        Number::from(TWO_TO_THE_53),
        Number::from(TWO_TO_THE_53 + 1),
        number((TWO_TO_THE_53 + 2) as f64),
        Number::from(i64::MAX),
        number(TWO_TO_THE_63),
        number(f64::MAX),
    ];
    for (left_place, left) in ascending.iter().enumerate() {
        for (right_place, right) in ascending.iter().enumerate() {
            assert_eq!(left.cmp(right), left_place.cmp(&right_place), "{left} against {right}");
            assert_eq!(left == right, left_place == right_place, "{left} == {right}");
            assert_eq!(left.partial_cmp(right), Some(left.cmp(right)));
        }
    }
    let distinct: HashSet<Number> = ascending.into_iter().collect();
    assert_eq!(distinct.len(), ascending.len());
}

#[test]
fn whole_floats_are_integers() {
    assert_eq!(number(500.0), Number::Integer(500));
    assert_eq!(number(-0.0), Number::Integer(0));
    assert_eq!(number(-TWO_TO_THE_63), Number::Integer(i64::MIN));
    assert!(matches!(number(TWO_TO_THE_63), Number::Float(_)));
    assert!(matches!(number(0.5), Number::Float(_)));
    assert_eq!(FieldValue::from(500.0), FieldValue::Integer(500));
}

#[test]
fn parts_of_a_whole_are_the_nearest_with_halves_down() {
    let parts = |number: Number, whole: Number| number.parts_of(whole, 50_400);
    for (score, expected) in [(0, 0), (1, 504), (50, 25_200), (99, 49_896), (100, 50_400), (101, 50_400), (-1, 0)] {
        assert_eq!(parts(score.into(), 100.into()), expected);
    }
    // Half a part, a part and a half, and one unit beside each.
    for (integer, expected) in [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3)] {
        assert_eq!(parts(integer.into(), 100_800.into()), expected);
    }
    assert_eq!(parts(number(0.1), 1.into()), 5_040);
    assert_eq!(parts(number(12.5), 100.into()), 6_300);
    assert_eq!(parts(1.into(), number(2.5)), 20_160);
    assert_eq!(parts(number(0.25), number(0.5)), 25_200);
}

#[test]
fn parts_of_a_whole_are_exact_to_the_ends_of_numbers() {
    let parts = |number: Number, whole: Number| number.parts_of(whole, 50_400);
    let tiny = number(f64::from_bits(1));
    assert_eq!(parts(tiny, number(f64::from_bits(2))), 25_200);
    assert_eq!(parts(tiny, number(f64::MIN_POSITIVE)), 0);
    assert_eq!(parts(number(f64::MIN_POSITIVE / 2.0), number(f64::MIN_POSITIVE)), 25_200);
    assert_eq!(parts(tiny, number(f64::MAX)), 0);
    assert_eq!(parts(number(f64::MAX), tiny), 50_400);
    assert_eq!(parts(number(f64::MAX / 4.0), number(f64::MAX)), 12_600);
    assert_eq!(parts(number(f64::MIN), number(f64::MAX)), 0);
    assert_eq!(parts(Number::from(i64::MIN), Number::from(i64::MAX)), 0);
    assert_eq!(parts(Number::from(i64::MAX), number(TWO_TO_THE_63)), 50_400);
    assert_eq!(parts(Number::from(i64::MAX / 2 + 1), number(TWO_TO_THE_63)), 25_200);
    let half = 1_i64 << 46;
    assert_eq!(parts(Number::from(half), Number::from(100_800 * half)), 0);
    assert_eq!(parts(Number::from(half + 1), Number::from(100_800 * half)), 1);
    assert_eq!(number(f64::MAX / 2.0).parts_of(number(f64::MAX), u32::MAX), u32::MAX / 2);
}

#[test]
fn differences_of_integers_are_exact() {
    let exceeds = |one: i64, other: i64, most: Number| Number::from(one).exceeds_by_at_most(other.into(), most);
    assert!(exceeds(TWO_TO_THE_53 + 1, 0, Number::from(TWO_TO_THE_53 + 1)));
    assert!(!exceeds(TWO_TO_THE_53 + 1, 0, Number::from(TWO_TO_THE_53)));
    assert!(exceeds(5, 3, number(2.5)) && exceeds(5, 3, 2.into()) && !exceeds(5, 3, number(1.5)));
    assert!(exceeds(3, 5, 0.into()) && exceeds(5, 5, 0.into()));
    // The difference of the ends fits no `i64`.
    let all = number(TWO_TO_THE_63 * 2.0);
    assert!(exceeds(i64::MAX, i64::MIN, all) && !exceeds(i64::MAX, i64::MIN, Number::from(i64::MAX)));
    assert!(!exceeds(i64::MAX, -2, number(TWO_TO_THE_63)) && exceeds(i64::MAX, -1, number(TWO_TO_THE_63)));
    assert!(exceeds(i64::MAX, i64::MIN, number(f64::MAX)));
}

#[test]
fn differences_of_fractions_are_those_of_floats() {
    let exceeds = |one: f64, other: f64, most: f64| number(one).exceeds_by_at_most(number(other), number(most));
    assert!(exceeds(0.5, 0.25, 0.25) && !exceeds(0.5, 0.25, 0.125));
    assert!(exceeds(0.75, 0.5, 0.25) && exceeds(2.5, 2.0, 0.5) && !exceeds(3.0, 2.25, 0.5));
    assert!(!exceeds(0.8, 0.6, 0.2), "as the docs of `ranked` say");
    assert!(!exceeds(f64::MAX, f64::MIN, f64::MAX));
}

#[test]
fn nan_and_the_infinities_are_no_numbers() {
    let refused = |float: f64| Number::try_from(float).map_err(|error: NotFinite| error.to_string());
    assert_eq!(refused(f64::NAN), Err("`NaN` is not a finite number".to_owned()));
    assert_eq!(refused(f64::INFINITY), Err("`inf` is not a finite number".to_owned()));
    assert_eq!(refused(f64::NEG_INFINITY), Err("`-inf` is not a finite number".to_owned()));
}

#[test]
fn integers_out_of_range_are_the_nearest_float() {
    assert_eq!(Number::from(i64::MAX as u64), Number::Integer(i64::MAX));
    assert_eq!(Number::from(i64::MAX as u64 + 1), number(TWO_TO_THE_63));
    assert_eq!(Number::from_u128(u128::MAX), number(u128::MAX as f64));
    assert_eq!(Number::from_i128(-5), Number::Integer(-5));
    assert_eq!(Number::from_i128(i128::MIN), number(i128::MIN as f64));
    assert_eq!(Number::from_i128(i128::from(i64::MIN) - 1), Number::Integer(i64::MIN));
    assert_eq!(Number::from_i128(i128::from(i64::MAX) + 1), number(TWO_TO_THE_63));
    assert_eq!(FieldValue::from(u64::MAX), FieldValue::from(u64::MAX as f64));
    assert_eq!(Value::from(7_u64), Value::Integer(7));
}

#[test]
fn numbers_have_a_short_text() {
    for (number, text) in
        [(Number::from(-5), "-5"), (number(0.1), "0.1"), (number(1e300), "1e300"), (number(1e19), "1e19")]
    {
        assert_eq!(number.to_string(), text);
    }
    assert_eq!(Number::from(-5).to_f64(), -5.0);
    assert_eq!(number(0.1).to_f64(), 0.1);
}

#[test]
fn plain_decimals_are_numbers() {
    let read = |text: &str| Value::from(text).as_number();
    for (text, expected) in [
        ("0", Number::from(0)),
        ("-0", Number::from(0)),
        ("-0.0", Number::from(0)),
        ("00501", Number::from(501)),
        ("+7", Number::from(7)),
        ("\t 12.50 \r\n", number(12.5)),
        ("-0.1", number(-0.1)),
        ("9223372036854775807", Number::from(i64::MAX)),
        ("-9223372036854775808.000", Number::from(i64::MIN)),
        ("9223372036854775808", number(TWO_TO_THE_63)),
        ("9007199254740993", Number::from(TWO_TO_THE_53 + 1)),
        ("9007199254740993.0", Number::from(TWO_TO_THE_53 + 1)),
    ] {
        assert_eq!(read(text), Some(expected), "{text:?}");
    }
    for text in [
        "", " ", "+", "-", ".", ".5", "5.", "+.5", "--5", "+-5", "5-", "1,000", "1 000", "1_000", "1e3", "1E3", "inf",
        "-inf", "nan", "NaN", "0x10", "1.2.3", "٣", "5\u{a0}", "5%",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
    assert_eq!(read(&"9".repeat(400)), None);
    assert!(read(&"9".repeat(300)).is_some());
}

#[test]
fn only_numbers_are_read_as_numbers() {
    let time: DateTime<Utc> = DateTime::UNIX_EPOCH;
    for value in [true.into(), time.into(), (&["5"]).into(), f64::NAN.into(), Value::from(f64::INFINITY)] {
        assert_eq!(value.as_number(), None, "{value:?}");
    }
    assert_eq!(Value::from(5).as_number(), Some(Number::from(5)));
    assert_eq!(Value::from(2.5).as_number(), Some(number(2.5)));
}

#[test]
fn flags_are_true_and_false() {
    for (value, flag) in [
        (Value::from(true), Some(true)),
        (false.into(), Some(false)),
        ("true".into(), Some(true)),
        (" False\n".into(), Some(false)),
        ("yes".into(), None),
        ("".into(), None),
        ("truely".into(), None),
        (1.into(), None),
        ((&["true"]).into(), None),
    ] {
        assert_eq!(value.as_flag(), flag, "{value:?}");
    }
}

#[test]
fn times_are_instants_in_whole_milliseconds() {
    let nine: DateTime<Utc> = "2024-05-01T09:00:00Z".parse().unwrap();
    for value in [
        Value::from(nine),
        (nine + TimeDelta::nanoseconds(999_999)).into(),
        "2024-05-01T09:00:00Z".into(),
        " 2024-05-01T11:00:00.0009+02:00 ".into(),
        "2024-05-01t09:00:00z".into(),
    ] {
        assert_eq!(value.as_time(), Some(nine), "{value:?}");
    }
    for value in [
        Value::from("2024-05-01T09:00:00"),
        "2024-05-01".into(),
        "2024-13-01T09:00:00Z".into(),
        "today".into(),
        "".into(),
        1_714_554_000.into(),
        (&["2024-05-01T09:00:00Z"]).into(),
        DateTime::<Utc>::MAX_UTC.into(),
        DateTime::<Utc>::MIN_UTC.into(),
    ] {
        assert_eq!(value.as_time(), None, "{value:?}");
    }
    let before_the_epoch: DateTime<Utc> = "1969-12-31T23:59:59.9995Z".parse().unwrap();
    let floored = Value::from(before_the_epoch).as_time().unwrap();
    assert_eq!(floored.timestamp_millis(), -1);
    assert_eq!(floored.timestamp_subsec_nanos(), 999_000_000);
}

#[test]
fn times_are_kept_as_text() {
    for (time, text) in [
        ("2024-05-01T09:30:00.1239Z", "2024-05-01T09:30:00.123Z"),
        ("2024-05-01T09:30:00+02:00", "2024-05-01T07:30:00.000Z"),
        ("0001-02-03T04:05:06Z", "0001-02-03T04:05:06.000Z"),
        ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500Z"),
    ] {
        let time: DateTime<Utc> = time.parse().unwrap();
        assert_eq!(FieldValue::from(time), FieldValue::from(text));
        assert_eq!(Value::from(time).to_string(), text);
    }
    let far = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC].map(FieldValue::from);
    let texts = ["-262143-01-01T00:00:00.000Z", "+262142-12-31T23:59:59.999Z"];
    assert_eq!(far, texts.map(FieldValue::from));
}

#[test]
fn blank_is_nothing_but_white_space() {
    let no_values: [FieldValue; 0] = [];
    for blank in ["".into(), " \t\u{a0}".into(), (&["", " "]).into(), Value::from(&no_values)] {
        assert!(blank.is_blank(), "{blank:?}");
    }
    let nested = [FieldValue::from(no_values.to_vec())];
    for value in [0.into(), false.into(), f64::NAN.into(), "x".into(), (&["", "x"]).into(), Value::from(&nested)] {
        assert!(!value.is_blank(), "{value:?}");
    }
}

#[test]
fn lists_are_the_same_whatever_they_borrow() {
    let strings = vec!["a".to_owned(), "b".to_owned()];
    let values = [FieldValue::from("a"), FieldValue::from("b")];
    let lists = [List::from(&strings), List::from(&["a", "b"]), List::from(&values)];
    for list in lists {
        assert_eq!(list, lists[0]);
        assert_eq!(list.len(), 2);
        assert!(!list.is_empty());
        assert_eq!(format!("{list:?}"), r#"[Text("a"), Text("b")]"#);
        assert_eq!(FieldValue::from(Value::List(list)), FieldValue::from(["a", "b"]));
    }
    assert_ne!(List::from(&["a"]), lists[0]);
    assert_ne!(List::from(&["a", "c"]), lists[0]);
    assert!(List::from(&[""; 0]).is_empty());
}

#[test]
fn values_have_words() {
    for (value, words) in [
        (Value::from("healthcare"), "healthcare"),
        ("New York".into(), r#""New York""#),
        ("".into(), r#""""#),
        (5.into(), "5"),
        (5.0.into(), "5"),
        (2.5.into(), "2.5"),
        (f64::NAN.into(), "NaN"),
        (true.into(), "true"),
        ((&["a", "b c"]).into(), r#"[a, "b c"]"#),
    ] {
        assert_eq!(value.to_string(), words);
    }
    assert_eq!(FieldValue::from([1, 2]).to_string(), "[1, 2]");
}

#[test]
fn nan_and_the_infinities_are_kept_as_text() {
    let kept = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(FieldValue::from);
    assert_eq!(kept, ["NaN", "inf", "-inf"].map(FieldValue::from));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Holder<T> {
    value: T,
}

fn from_toml(text: &str) -> Result<FieldValue, String> {
    let read = toml::from_str::<Holder<FieldValue>>(&format!("value = {text}"));
    read.map(|holder| holder.value).map_err(|error| error.message().to_owned())
}

#[test]
fn files_hold_plain_values() {
    for (text, value) in [
        ("\"x\"", FieldValue::from("x")),
        ("7", FieldValue::Integer(7)),
        ("7.0", FieldValue::Integer(7)),
        ("7.5", FieldValue::from(7.5)),
        ("true", FieldValue::Flag(true)),
        ("[1, [\"x\"], []]", vec![1.into(), ["x"].into(), FieldValue::List(vec![])].into()),
        ("18446744073709551615", FieldValue::from(u64::MAX)),
        ("99999999999999999999", FieldValue::from(1e20)),
        ("-99999999999999999999", FieldValue::from(-1e20)),
        ("340282366920938463463374607431768211455", FieldValue::from(u128::MAX as f64)),
        ("nan", FieldValue::from("NaN")),
        ("-inf", FieldValue::from("-inf")),
        ("1979-05-27", FieldValue::from("1979-05-27")),
        ("1979-05-27T00:32:00.5-07:00", FieldValue::from("1979-05-27T00:32:00.5-07:00")),
    ] {
        assert_eq!(from_toml(text), Ok(value), "{text}");
    }
    let refused = "invalid type: map, expected a text, a number, true, false or a list of these";
    assert_eq!(from_toml("{ x = 1 }"), Err(refused.to_owned()));
    assert_eq!(from_toml("{}"), Err(refused.to_owned()));
    let json = serde_json::from_str::<FieldValue>("18446744073709551615").unwrap();
    assert_eq!(json, FieldValue::from(u64::MAX));
    let error = serde_json::from_str::<FieldValue>("null").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid type: null, expected a text, a number, true, false or a list of these at line 1 column 4"
    );
}

#[test]
fn files_hold_plain_numbers() {
    let read = |text: &str| {
        let read = toml::from_str::<Holder<Number>>(&format!("value = {text}"));
        read.map(|holder| holder.value).map_err(|error| error.message().to_owned())
    };
    assert_eq!(read("5"), Ok(Number::from(5)));
    assert_eq!(read("5.0"), Ok(Number::from(5)));
    assert_eq!(read("0.5"), Ok(number(0.5)));
    assert_eq!(read("-99999999999999999999"), Ok(number(-1e20)));
    assert_eq!(read("340282366920938463463374607431768211455"), Ok(number(u128::MAX as f64)));
    assert_eq!(serde_json::from_str::<Number>("18446744073709551615").unwrap(), number(u64::MAX as f64));
    let refused = |what: &str| Err(format!("invalid {what}, expected a finite number"));
    assert_eq!(read("nan"), refused("value: floating point `NaN`"));
    assert_eq!(read("true"), refused("type: boolean `true`"));
    assert_eq!(read("{ x = 1 }"), refused("type: map"));
    assert_eq!(read("1979-05-27"), refused("type: map"));
}

/// With its feature `arbitrary_precision`, `serde_json` hands every number over like this.
#[test]
fn numbers_of_arbitrary_precision_are_read() {
    fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, String> {
        let entries = [("$serde_json::private::Number", text)].into_iter();
        let map: MapDeserializer<'_, _, Error> = MapDeserializer::new(entries);
        T::deserialize(map.into_deserializer()).map_err(|error| error.to_string())
    }
    for (text, expected) in [
        ("5", Number::from(5)),
        ("-1.5e1", Number::from(-15)),
        ("0.25", number(0.25)),
        ("9007199254740993", Number::from(TWO_TO_THE_53 + 1)),
        ("18446744073709551615", number(u64::MAX as f64)),
    ] {
        assert_eq!(read(text), Ok(expected), "{text}");
        assert_eq!(read(text), Ok(FieldValue::from(expected)), "{text}");
    }
    let refused = "invalid value: 1e999, expected a finite number";
    assert_eq!(read::<Number>("1e999"), Err(refused.to_owned()));
    assert_eq!(read::<FieldValue>("1e999"), Err(refused.to_owned()));
}

/// The exact order of an integer and a float, from the float's bits: it is `mantissa * 2^exponent`.
fn by_bits(integer: i64, float: f64) -> Ordering {
    let bits = float.to_bits();
    let stored_exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i128;
    let (mantissa, exponent) = match stored_exponent {
        0 => (fraction, -1_074),
        _ => (fraction | 1 << 52, stored_exponent - 1_075),
    };
    let mantissa = if float.is_sign_negative() { -mantissa } else { mantissa };
    let integer = i128::from(integer);
    match exponent {
        // Beyond 70 binary places, whichever side is shifted is the larger one, unless it is zero.
        71.. => 0.cmp(&mantissa).then(integer.cmp(&0)),
        0..=70 => integer.cmp(&(mantissa << exponent)),
        -62..=-1 => (integer << -exponent).cmp(&mantissa),
        _ => integer.cmp(&0).then(0.cmp(&mantissa)),
    }
}

/// Floats of all sizes, many of them next to an integer.
fn any_finite() -> impl Strategy<Value = f64> {
    let near_integers = (any::<i64>(), 0..64_u32, -2..=2_i32)
        .prop_map(|(integer, shift, quarters)| (integer >> shift) as f64 + f64::from(quarters) / 4.0);
    let neighbours = (any::<i64>(), 0..64_u32, any::<bool>()).prop_map(|(integer, shift, up)| {
        let float = (integer >> shift) as f64;
        if up { float.next_up() } else { float.next_down() }
    });
    prop_oneof![any::<u64>().prop_map(f64::from_bits), near_integers, neighbours,]
        .prop_filter("finite", |float| float.is_finite())
}

fn any_integer() -> impl Strategy<Value = i64> {
    (any::<i64>(), 0..64_u32).prop_map(|(integer, shift)| integer >> shift)
}

fn any_value() -> impl Strategy<Value = FieldValue> {
    // `serde_json` reads floats of up to 15 digits exactly without its feature `float_roundtrip`.
    let short_float = (-999_999_999_999_999_i64..999_999_999_999_999, 0..15_i32)
        .prop_map(|(digits, places)| digits as f64 / 10_f64.powi(places));
    let scalar = prop_oneof![
        any::<String>().prop_map(FieldValue::from),
        any::<i64>().prop_map(FieldValue::from),
        short_float.prop_map(FieldValue::from),
        any::<bool>().prop_map(FieldValue::from),
        any_instant().prop_map(FieldValue::from),
    ];
    scalar.prop_recursive(3, 12, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(FieldValue::List))
}

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let all = DateTime::<Utc>::MIN_UTC.timestamp()..DateTime::<Utc>::MAX_UTC.timestamp();
    let years = -62_167_219_200..253_402_300_800_i64;
    (prop_oneof![all, years], 0..1_000_000_000_u32)
        .prop_filter_map("in range", |(second, nanos)| DateTime::from_timestamp(second, nanos))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_order_is_that_of_the_bits(integer in any_integer(), float in any_finite()) {
        let expected = by_bits(integer, float);
        prop_assert_eq!(Number::from(integer).cmp(&number(float)), expected);
        prop_assert_eq!(number(float).cmp(&Number::from(integer)), expected.reverse());
        prop_assert_eq!(Number::from(integer) == number(float), expected == Ordering::Equal);
    }

    #[test]
    fn the_order_near_an_integer_is_that_of_the_bits(integer in any_integer(), step in -2..=2_i32) {
        let float = match step {
            -2 => (integer as f64).next_down(),
            2 => (integer as f64).next_up(),
            _ => integer as f64 + f64::from(step) / 2.0,
        };
        prop_assert_eq!(Number::from(integer).cmp(&number(float)), by_bits(integer, float));
    }

    #[test]
    fn floats_keep_their_own_order(left in any_finite(), right in any_finite()) {
        prop_assert_eq!(Some(number(left).cmp(&number(right))), left.partial_cmp(&right));
        prop_assert_eq!(number(left).to_f64(), left);
        if let (Number::Float(left_float), Number::Float(right_float)) = (number(left), number(right)) {
            prop_assert_eq!(left_float.partial_cmp(&right_float), left.partial_cmp(&right));
        }
    }

    #[test]
    fn plain_decimals_are_read_as_they_are_written(
        integer in any::<i64>(), zeros in 0..3_usize, float in any_finite(),
    ) {
        let text = format!("{integer}.{}", "0".repeat(zeros + 1));
        prop_assert_eq!(Value::from(&text).as_number(), Some(Number::from(integer)));
        // `Display` of a float writes no exponent, and of a large whole one not every digit.
        if let fraction @ Number::Float(_) = number(float) {
            let text = float.to_string();
            prop_assert_eq!(Value::from(&text).as_number(), Some(fraction));
        }
    }

    /// By definition: at most half a part above, and less than half a part below. In whole numbers.
    #[test]
    fn parts_of_a_whole_are_as_defined(
        (top, bottom) in (1_u64..1 << 53, 1_u64..1 << 53),
        apart in -20..=20_i32,
        exponent in -900..=900_i32,
        parts in prop_oneof![Just(50_400_u32), 1..=u32::MAX],
    ) {
        let scale = |mantissa: u64, exponent: i32| number(mantissa as f64 * 2.0_f64.powi(exponent));
        let found = scale(top, exponent + apart).parts_of(scale(bottom, exponent), parts);
        let (top, bottom) = (i128::from(top) << apart.max(0), i128::from(bottom) << (-apart).max(0));
        if top >= bottom {
            prop_assert_eq!(found, parts);
        } else {
            let (twice, found) = (2 * i128::from(parts) * top, i128::from(found));
            prop_assert!((2 * found - 1) * bottom < twice && twice <= (2 * found + 1) * bottom);
        }
    }

    #[test]
    fn parts_of_whole_numbers_are_as_defined(value in 1..=i64::MAX, whole in 1..=i64::MAX) {
        let found = i128::from(Number::from(value).parts_of(whole.into(), 50_400));
        if value >= whole {
            prop_assert_eq!(found, 50_400);
        } else {
            let (twice, whole) = (100_800 * i128::from(value), i128::from(whole));
            prop_assert!((2 * found - 1) * whole < twice && twice <= (2 * found + 1) * whole);
        }
    }

    #[test]
    fn what_is_written_is_read_back_equal(value in any_value(), float in any_finite()) {
        let holder = Holder { value };
        let text = toml::to_string(&holder).unwrap();
        let read = toml::from_str(&text);
        prop_assert_eq!(read.as_ref(), Ok(&holder), "{}", text);
        let text = serde_json::to_string(&holder).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Holder<FieldValue>>(&text).unwrap(), &holder, "{}", text);
        let holder = Holder { value: number(float) };
        let text = toml::to_string(&holder).unwrap();
        let read = toml::from_str(&text);
        prop_assert_eq!(read.as_ref(), Ok(&holder), "{}", text);
    }

    #[test]
    fn what_is_kept_of_a_value_is_kept(value in any_value()) {
        prop_assert_eq!(FieldValue::from(value.as_value()), value);
    }

    #[test]
    fn what_is_kept_of_a_time_is_that_time(time in any_instant()) {
        let kept = FieldValue::from(time);
        prop_assert_eq!(kept.as_value().as_time(), Value::from(time).as_time());
        let years: [DateTime<Utc>; 2] =
            ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"].map(|end| end.parse().unwrap());
        let writable = time >= years[0] && time <= years[1];
        prop_assert_eq!(Value::from(time).as_time().is_some(), writable);
    }
}
