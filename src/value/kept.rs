//! Values copied out of a lead, into memory that is used again.

use super::{FieldValue, Value};
use chrono::{DateTime, Utc};

/// The values of some fields, each by the field's place in a list that both sides know.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptValues {
    values: Vec<(u32, Kept)>,
    /// All texts, one after the other.
    text: String,
    lists: Vec<FieldValue>,
}

#[derive(Debug, Clone, Copy)]
enum Kept {
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
    /// Keeps these in place of those before.
    pub(crate) fn keep<'v>(&mut self, values: impl Iterator<Item = (u32, Value<'v>)>) {
        self.values.clear();
        self.text.clear();
        self.lists.clear();
        values.for_each(|(field, value)| self.push(field, value));
    }

    fn push(&mut self, field: u32, value: Value<'_>) {
        let kept = match value {
            Value::Text(text) => {
                self.text.push_str(text);
                Kept::TextTo(self.text.len())
            }
            Value::Integer(integer) => Kept::Integer(integer),
            Value::Float(float) => Kept::Float(float),
            Value::Flag(flag) => Kept::Flag(flag),
            Value::Time(time) => Kept::Time(time),
            list @ Value::List(_) => {
                self.lists.push(FieldValue::kept(list));
                Kept::List
            }
        };
        self.values.push((field, kept));
    }

    /// Each field's place with its value, as records keep it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, FieldValue)> {
        let (mut start, mut lists) = (0, self.lists.iter());
        self.values.iter().filter_map(move |(field, kept)| {
            let value = match *kept {
                Kept::TextTo(end) => Value::Text(self.text.get(std::mem::replace(&mut start, end)..end)?),
                Kept::Integer(integer) => Value::Integer(integer),
                Kept::Float(float) => Value::Float(float),
                Kept::Flag(flag) => Value::Flag(flag),
                Kept::Time(time) => Value::Time(time),
                Kept::List => return Some((*field, lists.next()?.clone())),
            };
            Some((*field, FieldValue::kept(value)))
        })
    }
}
