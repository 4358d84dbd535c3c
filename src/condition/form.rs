//! How conditions stand in files: one table each, that reads like a sentence.
//!
//! Read by hand-written visitors, because an untagged enum says nothing useful about a fault, and a conversion after
//! the reading loses its line and column.

use super::rep::Test;
use super::{Comparison, Condition, RepTest};
use crate::span::Span;
use crate::value::{FieldValue, Number};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

const CONDITION_KEYS: &[&str] = &[
    "all",
    "any",
    "not",
    "field",
    "is",
    "in",
    "below",
    "at_least",
    "between",
    "starts_with",
    "ends_with",
    "contains",
    "has",
    "present",
    "missing",
    "age_below",
    "age_at_least",
    "local_hours",
    "times",
    "within",
];

const REP_TEST_KEYS: &[&str] = &[
    "field",
    "matches",
    "is",
    "in",
    "below",
    "at_least",
    "between",
    "starts_with",
    "ends_with",
    "contains",
    "has",
    "present",
    "missing",
    "age_below",
    "age_at_least",
    "local_hours",
];

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All(parts) => serializer.collect_map([("all", parts)]),
            Self::Any(parts) => serializer.collect_map([("any", parts)]),
            Self::Not(part) => serializer.collect_map([("not", part)]),
            Self::Field { field, test } => write_field(serializer, field, test),
            Self::Within { times, span } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("times", times)?;
                map.serialize_entry("within", span)?;
                map.end()
            }
        }
    }
}

impl Serialize for RepTest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.test {
            Test::Compares(comparison) => write_field(serializer, &self.field, comparison),
            Test::Matches(lead_field) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("field", &self.field)?;
                map.serialize_entry("matches", lead_field)?;
                map.end()
            }
        }
    }
}

fn write_field<S: Serializer>(serializer: S, field: &str, test: &Comparison) -> Result<S::Ok, S::Error> {
    use serde::ser::Error;

    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("field", field)?;
    let key = test.key();
    match test {
        Comparison::Is(value) | Comparison::Has(value) => map.serialize_entry(key, value),
        Comparison::In(values) => map.serialize_entry(key, values),
        Comparison::Below(number) | Comparison::AtLeast(number) => map.serialize_entry(key, number),
        Comparison::Between { low, high } => map.serialize_entry(key, &[low, high]),
        Comparison::StartsWith(text) | Comparison::EndsWith(text) | Comparison::Contains(text) => {
            map.serialize_entry(key, text)
        }
        Comparison::Present | Comparison::Missing => map.serialize_entry(key, &true),
        Comparison::AgeBelow(span) | Comparison::AgeAtLeast(span) => map.serialize_entry(key, span),
        Comparison::LocalHours(hours) => map.serialize_entry(key, hours),
        Comparison::NotFinite => {
            Err(S::Error::custom(format_args!("`{field}` is compared with NaN or an infinity, which no file can say")))
        }
    }?;
    map.end()
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConditionVisitor)
    }
}

struct ConditionVisitor;

/// What a condition is about; the rest of its table depends on it.
enum Subject {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Field(String),
    Times(Vec<String>),
}

impl Subject {
    fn key(&self) -> &'static str {
        match self {
            Self::All(_) => "all",
            Self::Any(_) => "any",
            Self::Not(_) => "not",
            Self::Field(_) => "field",
            Self::Times(_) => "times",
        }
    }
}

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition such as { field = \"employees\", at_least = 500 }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        let mut subject: Option<Subject> = None;
        let mut test: Option<Comparison> = None;
        let mut within: Option<Span> = None;
        while let Some(key) = map.next_key_seed(OneOf(CONDITION_KEYS))? {
            let next = match key {
                "all" => Subject::All(map.next_value()?),
                "any" => Subject::Any(map.next_value()?),
                "not" => Subject::Not(map.next_value()?),
                "field" => Subject::Field(map.next_value()?),
                "times" => Subject::Times(map.next_value()?),
                "within" => {
                    let span = map.next_value()?;
                    once(&mut within, span, key, |_| key, clash)?;
                    continue;
                }
                _ => {
                    let comparison = read_comparison(key, &mut map)?;
                    once(&mut test, comparison, key, Comparison::key, clash)?;
                    continue;
                }
            };
            once(&mut subject, next, key, Subject::key, clash)?;
        }
        match (subject, test, within) {
            (Some(Subject::All(parts)), None, None) => Ok(Condition::All(parts)),
            (Some(Subject::Any(parts)), None, None) => Ok(Condition::Any(parts)),
            (Some(Subject::Not(part)), None, None) => Ok(Condition::Not(part)),
            (Some(Subject::Field(field)), Some(test), None) => Ok(Condition::Field { field, test }),
            (Some(Subject::Times(times)), None, Some(span)) => Ok(Condition::Within { times, span }),
            (Some(Subject::Field(field)), None, None) => Err(A::Error::custom(format_args!(
                "`{field}` is not compared with anything; add `is`, `in`, `at_least`, `present` or another comparison"
            ))),
            (Some(Subject::Times(_)), None, None) => {
                Err(A::Error::custom("`times` needs `within`, such as within = \"30 minutes\""))
            }
            (Some(Subject::Field(_)), _, Some(_)) => {
                Err(A::Error::custom("`within` goes with `times`; for the age of one field write `age_below`"))
            }
            (Some(subject), Some(test), _) => Err(clash(subject.key(), test.key())),
            (Some(subject), None, Some(_)) => Err(clash(subject.key(), "within")),
            (None, Some(test), _) => Err(no_field(test.key())),
            (None, None, Some(_)) => {
                Err(A::Error::custom("`within` needs `times`, such as times = [\"demo_at\", \"video_at\"]"))
            }
            (None, None, None) => {
                Err(A::Error::custom("an empty condition; it needs `field`, `times`, `all`, `any` or `not`"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for RepTest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RepTestVisitor)
    }
}

struct RepTestVisitor;

impl Test {
    fn key(&self) -> &'static str {
        match self {
            Self::Matches(_) => "matches",
            Self::Compares(comparison) => comparison.key(),
        }
    }
}

impl<'de> Visitor<'de> for RepTestVisitor {
    type Value = RepTest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a test such as { field = \"languages\", matches = \"language\" }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RepTest, A::Error> {
        let mut field: Option<String> = None;
        let mut test: Option<Test> = None;
        while let Some(key) = map.next_key_seed(OneOf(REP_TEST_KEYS))? {
            match key {
                "field" => once(&mut field, map.next_value()?, key, |_| key, rep_clash)?,
                _ => {
                    let next = match key {
                        "matches" => Test::Matches(map.next_value()?),
                        _ => Test::Compares(read_comparison(key, &mut map)?),
                    };
                    once(&mut test, next, key, Test::key, rep_clash)?;
                }
            }
        }
        match (field, test) {
            (Some(field), Some(test)) => Ok(RepTest { field, test }),
            (Some(field), None) => Err(A::Error::custom(format_args!(
                "`{field}` is not compared with anything; add `matches`, `is`, `at_least` or another comparison"
            ))),
            (None, Some(test)) => Err(no_field(test.key())),
            (None, None) => {
                Err(A::Error::custom("an empty test; it needs a `field` and a comparison such as `matches`"))
            }
        }
    }
}

/// Fills a slot, or says which two keys compete for it.
fn once<T, E: Error>(
    slot: &mut Option<T>,
    value: T,
    key: &'static str,
    key_of: impl Fn(&T) -> &'static str,
    clash: impl Fn(&str, &str) -> E,
) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(earlier) if key_of(&earlier) == key => Err(E::duplicate_field(key)),
        Some(earlier) => Err(clash(key_of(&earlier), key)),
    }
}

fn clash<E: Error>(one: &str, other: &str) -> E {
    E::custom(format_args!(
        "`{one}` and `{other}` in one condition; each needs a table of its own, joined by `all` or `any`"
    ))
}

fn rep_clash<E: Error>(one: &str, other: &str) -> E {
    E::custom(format_args!("`{one}` and `{other}` in one test, which makes one comparison"))
}

fn no_field<E: Error>(key: &str) -> E {
    E::custom(format_args!("`{key}` needs a `field`"))
}

/// Reads the value behind the key of a comparison.
fn read_comparison<'de, A: MapAccess<'de>>(key: &'static str, map: &mut A) -> Result<Comparison, A::Error> {
    match key {
        "is" => map.next_value().map(Comparison::Is),
        "in" => map.next_value_seed(Values).map(Comparison::In),
        "below" => map.next_value().map(Comparison::Below),
        "at_least" => map.next_value().map(Comparison::AtLeast),
        "between" => map.next_value_seed(Bounds).map(|(low, high)| Comparison::Between { low, high }),
        "starts_with" => map.next_value().map(Comparison::StartsWith),
        "ends_with" => map.next_value().map(Comparison::EndsWith),
        "contains" => map.next_value().map(Comparison::Contains),
        "has" => map.next_value().map(Comparison::Has),
        "present" => map.next_value_seed(True { opposite: "missing" }).map(|()| Comparison::Present),
        "missing" => map.next_value_seed(True { opposite: "present" }).map(|()| Comparison::Missing),
        "age_below" => map.next_value().map(Comparison::AgeBelow),
        "age_at_least" => map.next_value().map(Comparison::AgeAtLeast),
        "local_hours" => map.next_value().map(Comparison::LocalHours),
        _ => Err(A::Error::unknown_field(key, CONDITION_KEYS)),
    }
}

/// Reads a key, which must be one of these.
struct OneOf(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for OneOf {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for OneOf {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a condition")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<&'static str, E> {
        let known = self.0.iter().find(|known| **known == key);
        known.copied().ok_or_else(|| E::unknown_field(key, self.0))
    }
}

/// Reads `true`: `present = false` would say the same as `missing = true`, in a way that is easily misread.
struct True {
    opposite: &'static str,
}

impl<'de> DeserializeSeed<'de> for True {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_bool(self)
    }
}

impl Visitor<'_> for True {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        let opposite = self.opposite;
        flag.then_some(())
            .ok_or_else(|| E::custom(format_args!("it can only be true; for the opposite write `{opposite} = true`")))
    }
}

/// Reads the values of `in`.
struct Values;

impl<'de> DeserializeSeed<'de> for Values {
    type Value = Vec<FieldValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values {
    type Value = Vec<FieldValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of values such as [\"healthcare\", \"finance\"]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element()? {
            values.push(value);
        }
        Ok(values)
    }
}

/// Reads the two numbers of `between`.
struct Bounds;

impl<'de> DeserializeSeed<'de> for Bounds {
    type Value = (Number, Number);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Bounds {
    type Value = (Number, Number);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("two numbers such as [100, 1000]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let wrong_length = |length| A::Error::invalid_length(length, &self);
        let low = items.next_element()?.ok_or_else(|| wrong_length(0))?;
        let high = items.next_element()?.ok_or_else(|| wrong_length(1))?;
        match items.next_element::<Number>()? {
            None => Ok((low, high)),
            Some(_) => Err(wrong_length(3)),
        }
    }
}
