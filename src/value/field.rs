//! Values that are kept: in records, plans and the journal.

use super::visit::FieldValueVisitor;
use super::{Finite, List, Number, TimeText, Value};
use crate::limits::MAX_LIST_DEPTH;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A value that owns what it holds: what a plan compares with, and what a [`LeadRecord`](crate::LeadRecord) carries.
///
/// In files it is a plain text, number, flag or list; there is no tag, and no null. What is written is read back equal:
/// - a whole float that fits an `i64` is an integer;
/// - an integer beyond `i64` is the nearest float;
/// - a time is kept as RFC 3339 text in UTC and whole milliseconds, which every time comparison reads (a date or time
///   that a TOML file writes without quotes is kept as that text);
/// - NaN and the infinities become the texts `NaN`, `inf` and `-inf`.
///
/// `serde_json` reads a float of more than 15 digits exactly only with its feature `float_roundtrip`.
///
/// ```
/// use lead_router::FieldValue;
///
/// let tags: FieldValue = serde_json::from_str(r#"["vip", 7, 2.5, true]"#)?;
/// assert_eq!(tags, FieldValue::from(vec!["vip".into(), 7.into(), 2.5.into(), FieldValue::from(true)]));
/// assert_eq!(serde_json::to_string(&tags)?, r#"["vip",7,2.5,true]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number that is no `i64`.
    Float(Finite),
    /// Yes or no.
    Flag(bool),
    /// Several values.
    List(Vec<FieldValue>),
}

impl FieldValue {
    /// The value, borrowed.
    ///
    /// ```
    /// use lead_router::{FieldValue, Value};
    ///
    /// let industry = FieldValue::from("healthcare");
    /// assert_eq!(industry.as_value(), Value::Text("healthcare"));
    /// ```
    #[must_use]
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Integer(integer) => Value::Integer(*integer),
            Self::Float(float) => Value::Float(float.get()),
            Self::Flag(flag) => Value::Flag(*flag),
            Self::List(items) => Value::List(List::from(items.as_slice())),
        }
    }
}

impl FieldValue {
    /// The value as a record keeps it: without what lies deeper in lists than readers of records go.
    pub(crate) fn kept(value: Value<'_>) -> Self {
        Self::kept_within(value, MAX_LIST_DEPTH)
    }

    fn kept_within(value: Value<'_>, depth: usize) -> Self {
        match (value, depth.checked_sub(1)) {
            (Value::List(list), Some(depth)) => {
                Self::List(list.iter().map(|item| Self::kept_within(item, depth)).collect())
            }
            (Value::List(_), None) => Self::List(Vec::new()),
            (plain, _) => Self::from(plain),
        }
    }

    /// Whether no more than so many lists stand inside each other.
    pub(crate) fn nests_within(&self, depth: usize) -> bool {
        match (self, depth.checked_sub(1)) {
            (Self::List(items), Some(depth)) => items.iter().all(|item| item.nests_within(depth)),
            (Self::List(_), None) => false,
            _ => true,
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_value().fmt(f)
    }
}

impl From<Value<'_>> for FieldValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::from(text),
            Value::Integer(integer) => Self::Integer(integer),
            Value::Float(float) => Self::from(float),
            Value::Flag(flag) => Self::Flag(flag),
            Value::Time(time) => Self::from(time),
            Value::List(list) => Self::List(list.iter().map(Self::from).collect()),
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for FieldValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for FieldValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<f64> for FieldValue {
    /// NaN and the infinities become text.
    fn from(float: f64) -> Self {
        Number::try_from(float).map_or_else(|_| Self::Text(float.to_string()), Self::from)
    }
}

impl From<Number> for FieldValue {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(integer) => Self::Integer(integer),
            Number::Float(float) => Self::Float(float),
        }
    }
}

impl From<DateTime<Utc>> for FieldValue {
    /// RFC 3339 text in UTC and whole milliseconds, such as `2024-05-01T09:30:00.000Z`.
    fn from(time: DateTime<Utc>) -> Self {
        Self::from(TimeText::new(time).as_str())
    }
}

impl<T: Into<FieldValue>> From<Vec<T>> for FieldValue {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<FieldValue>, const N: usize> From<[T; N]> for FieldValue {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for FieldValue {
            fn from(integer: $integer) -> Self {
                Self::from(Number::from(integer))
            }
        }
    )*};
}
from_integers!(i64, i32, i16, i8, u64, u32, u16, u8);

impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Float(float) => serializer.serialize_f64(float.get()),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => serializer.collect_seq(items),
        }
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldValueVisitor)
    }
}
