//! Values copied out of a lead, into memory that is used again.

use super::{FieldValue, Value};
use chrono::{DateTime, Utc};
use std::ops::Range;

/// The values of some fields, each by the field's place in a list that both sides know.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptValues {
    /// All texts, one after the other.
    text: String,
    values: Vec<(u32, Kept)>,
}

#[derive(Debug, Clone)]
enum Kept {
    Text(Range<usize>),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Time(DateTime<Utc>),
    List(FieldValue),
}

impl KeptValues {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.values.clear();
    }

    pub(crate) fn push(&mut self, field: u32, value: Value<'_>) {
        let kept = match value {
            Value::Text(text) => {
                let start = self.text.len();
                self.text.push_str(text);
                Kept::Text(start..self.text.len())
            }
            Value::Integer(integer) => Kept::Integer(integer),
            Value::Float(float) => Kept::Float(float),
            Value::Flag(flag) => Kept::Flag(flag),
            Value::Time(time) => Kept::Time(time),
            list @ Value::List(_) => Kept::List(FieldValue::kept(list)),
        };
        self.values.push((field, kept));
    }

    /// Each field's place with its value, as records keep it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, FieldValue)> {
        self.values.iter().map(|(field, kept)| {
            let value = match kept {
                Kept::Text(range) => Value::Text(self.text.get(range.clone()).unwrap_or_default()),
                Kept::Integer(integer) => Value::Integer(*integer),
                Kept::Float(float) => Value::Float(*float),
                Kept::Flag(flag) => Value::Flag(*flag),
                Kept::Time(time) => Value::Time(*time),
                Kept::List(list) => return (*field, list.clone()),
            };
            (*field, FieldValue::kept(value))
        })
    }
}
