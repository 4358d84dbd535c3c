//! Generated conditions and leads, over few names and values, so that comparisons are often true.

use crate::condition::{Comparison, RepTest};
use crate::hours::LocalHours;
use crate::{
    Condition, FieldValue, Lead, List, Number, Span, Value, all, days, field, hours, minutes, not, rep_field, seconds,
    times,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

pub(super) fn now() -> DateTime<Utc> {
    "2024-05-01T12:00:00Z".parse().unwrap()
}

/// A value that is not yet borrowed: everything that a [`Value`] can be.
#[derive(Debug, Clone)]
pub(super) enum Raw {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Time(DateTime<Utc>),
    Texts(Vec<String>),
    Values(Vec<FieldValue>),
}

impl Raw {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::from(text),
            Self::Integer(integer) => Value::from(*integer),
            Self::Float(float) => Value::from(*float),
            Self::Flag(flag) => Value::from(*flag),
            Self::Time(time) => Value::from(*time),
            Self::Texts(texts) => Value::List(List::from(texts)),
            Self::Values(values) => Value::List(List::from(values)),
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct RawLead(pub(super) BTreeMap<String, Raw>);

impl RawLead {
    pub(super) fn with(mut self, name: &str, value: Raw) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }
}

impl Lead for RawLead {
    fn id(&self) -> &str {
        "L-1"
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        self.0.get(name).map(Raw::value)
    }
}

const NAMES: [&str; 3] = ["a", "b", "c"];

const TEXTS: [&str; 31] = [
    "",
    " ",
    "healthcare",
    "Healthcare",
    "health",
    "CARE",
    "ÉCOLE",
    "école",
    "éc",
    "İ",
    "i",
    "K",
    "k",
    "5",
    "005",
    " 5.0 ",
    "2.5",
    "+7",
    "-3",
    "1e3",
    "true",
    "FALSE",
    "2024-05-01T11:30:00Z",
    "2024-05-01T11:30:00.000Z",
    "2024-05-01T14:15:00+02:00",
    "2024-05-01",
    "Europe/Berlin",
    " asia/TOKYO ",
    "US",
    "uk",
    "xx",
];

const INTEGERS: [i64; 8] = [-3, 0, 2, 3, 5, 7, 501, 1_000];

const FLOATS: [f64; 6] = [-3.0, 2.5, 2.0, 5.0, 0.1, 1e300];

fn any_name() -> impl Strategy<Value = String> {
    select(&NAMES[..]).prop_map(str::to_owned)
}

fn any_text() -> impl Strategy<Value = String> {
    select(&TEXTS[..]).prop_map(str::to_owned)
}

fn any_time() -> impl Strategy<Value = DateTime<Utc>> {
    let near = select(vec![-3_600_000, -1_800_001, -1_800_000, -1_799_999, -1, 0, 1, 60_000]);
    prop_oneof![
        near.prop_map(|millis| now() + TimeDelta::milliseconds(millis)),
        Just(now() - TimeDelta::nanoseconds(1)),
        Just(DateTime::<Utc>::MIN_UTC),
        Just(DateTime::<Utc>::MAX_UTC),
    ]
}

fn any_scalar() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        3 => any_text().prop_map(FieldValue::from),
        2 => select(&INTEGERS[..]).prop_map(FieldValue::from),
        1 => select(&FLOATS[..]).prop_map(FieldValue::from),
        1 => any::<bool>().prop_map(FieldValue::from),
    ]
}

pub(super) fn any_raw() -> impl Strategy<Value = Raw> {
    let odd = select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]);
    let item = prop_oneof![
        8 => any_scalar(),
        1 => prop::collection::vec(any_scalar(), 0..2).prop_map(FieldValue::List),
    ];
    prop_oneof![
        6 => any_text().prop_map(Raw::Text),
        3 => select(&INTEGERS[..]).prop_map(Raw::Integer),
        2 => select(&FLOATS[..]).prop_map(Raw::Float),
        1 => odd.prop_map(Raw::Float),
        2 => any::<bool>().prop_map(Raw::Flag),
        4 => any_time().prop_map(Raw::Time),
        1 => prop::collection::vec(any_text(), 0..3).prop_map(Raw::Texts),
        1 => prop::collection::vec(item, 0..3).prop_map(Raw::Values),
    ]
}

pub(super) fn any_lead() -> impl Strategy<Value = RawLead> {
    prop::collection::btree_map(any_name(), any_raw(), 0..=3).prop_map(RawLead)
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        select(&INTEGERS[..]).prop_map(Number::from),
        select(&FLOATS[..]).prop_map(|float| Number::try_from(float).unwrap()),
    ]
}

fn any_span() -> impl Strategy<Value = Span> {
    let millis = prop_oneof![Just(1_800_000), Just(1), 0..100_000_000_000_u64];
    let round = select(vec![Span::default(), seconds(1), minutes(30), hours(1), days(400)]);
    prop_oneof![millis.prop_map(Span::from_millis), round]
}

fn any_wanted() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        9 => any_scalar(),
        1 => prop::collection::vec(any_scalar(), 0..3).prop_map(FieldValue::List),
    ]
}

/// Hours on some days, also where two texts name one day.
pub(super) fn any_hours() -> impl Strategy<Value = LocalHours> {
    let days = select(vec!["mon, tue", "wed", "wed-fri", "thu, fri", "sat, sun", "sun", "fri-tue", "daily"]);
    let hours = select(vec![
        "09:00-17:00",
        "08:00-12:00, 13:00-18:00",
        "00:00-24:00",
        "20:00-03:00+1",
        "12:00-14:00",
        "closed",
        "02:15-02:45",
        "23:59-23:59+1",
    ]);
    prop::collection::btree_map(days, hours, 0..3).prop_map(LocalHours::new)
}

/// Every comparison that a file can say.
pub(super) fn any_comparison() -> impl Strategy<Value = Comparison> {
    prop_oneof![
        any_wanted().prop_map(Comparison::Is),
        prop::collection::vec(any_wanted(), 0..4).prop_map(Comparison::In),
        any_number().prop_map(Comparison::Below),
        any_number().prop_map(Comparison::AtLeast),
        (any_number(), any_number()).prop_map(|(low, high)| Comparison::Between { low, high }),
        any_text().prop_map(Comparison::StartsWith),
        any_text().prop_map(Comparison::EndsWith),
        any_text().prop_map(Comparison::Contains),
        any_wanted().prop_map(Comparison::Has),
        Just(Comparison::Present),
        Just(Comparison::Missing),
        any_span().prop_map(Comparison::AgeBelow),
        any_span().prop_map(Comparison::AgeAtLeast),
        any_hours().prop_map(Comparison::LocalHours),
    ]
}

pub(super) fn any_condition() -> impl Strategy<Value = Condition> {
    let compared = (any_name(), any_comparison()).prop_map(|(field, test)| Condition::Field { field, test });
    let within =
        (prop::collection::vec(any_name(), 0..4), any_span()).prop_map(|(names, span)| times(names).within(span));
    prop_oneof![8 => compared, 1 => within].prop_recursive(4, 24, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![parts.clone().prop_map(all), parts.prop_map(crate::any), inner.prop_map(not)]
    })
}

pub(super) fn any_rep_test() -> impl Strategy<Value = RepTest> {
    prop_oneof![
        (any_name(), any_name()).prop_map(|(ours, theirs)| rep_field(ours).matches(theirs)),
        (any_name(), any_comparison()).prop_map(RepTest::from),
    ]
}

/// One condition of each comparison, each on a field `a`, for tests that go through all of them.
pub(super) fn one_of_each() -> Vec<Condition> {
    vec![
        field("a").is("x"),
        field("a").is(5),
        field("a").is(2.5),
        field("a").is(true),
        field("a").among(["x", "y"]),
        field("a").below(5),
        field("a").at_least(5),
        field("a").between(1, 5),
        field("a").starts_with("x"),
        field("a").ends_with("x"),
        field("a").contains("x"),
        field("a").has("x"),
        field("a").age_below(minutes(30)),
        field("a").age_at_least(minutes(30)),
        field("a").local_hours([("daily", "00:00-24:00")]),
        times(["a", "a"]).within(minutes(30)),
    ]
}
