//! Values copied out of a lead, into memory that is used again.

use super::{FieldValue, Value};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The values of some fields, in the order of a list that both sides know.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptValues {
    values: Vec<Kept>,
    /// All texts, one after the other.
    text: String,
    lists: Vec<FieldValue>,
}

#[derive(Debug, Clone, Copy)]
enum Kept {
    Nothing,
    /// From the end of the text before, to here.
    TextTo(usize),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Time(DateTime<Utc>),
    /// The next of the lists.
    List,
}

impl KeptValues {
    /// Keeps the values of these fields in place of those before.
    pub(crate) fn keep<'v>(&mut self, fields: &[Arc<str>], value_of: impl Fn(&str) -> Option<Value<'v>>) {
        let Self { values, text, lists } = self;
        text.clear();
        lists.clear();
        values.resize(fields.len(), Kept::Nothing);
        for (kept, field) in values.iter_mut().zip(fields) {
            *kept = match value_of(field) {
                None => Kept::Nothing,
                Some(Value::Text(value)) => {
                    text.push_str(value);
                    Kept::TextTo(text.len())
                }
                Some(Value::Integer(integer)) => Kept::Integer(integer),
                Some(Value::Float(float)) => Kept::Float(float),
                Some(Value::Flag(flag)) => Kept::Flag(flag),
                Some(Value::Time(time)) => Kept::Time(time),
                Some(list @ Value::List(_)) => {
                    lists.push(FieldValue::kept(list));
                    Kept::List
                }
            };
        }
    }

    /// The value of each field that the lead has, as records keep it, with the field's place.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, FieldValue)> {
        let (mut start, mut lists) = (0, self.lists.iter());
        self.values.iter().enumerate().filter_map(move |(field, kept)| {
            let value = match *kept {
                Kept::Nothing => return None,
                Kept::TextTo(end) => Value::Text(self.text.get(std::mem::replace(&mut start, end)..end)?),
                Kept::Integer(integer) => Value::Integer(integer),
                Kept::Float(float) => Value::Float(float),
                Kept::Flag(flag) => Value::Flag(flag),
                Kept::Time(time) => Value::Time(time),
                Kept::List => return Some((field, lists.next()?.clone())),
            };
            Some((field, FieldValue::kept(value)))
        })
    }
}
