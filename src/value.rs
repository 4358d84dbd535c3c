//! Values of fields: borrowed from a lead while it is decided, owned where they are kept.

mod field;
mod kept;
mod number;
#[cfg(test)]
mod tests;
mod time;
mod visit;
mod words;

pub use field::FieldValue;
pub(crate) use kept::KeptValues;
pub use number::{Finite, NotFinite, Number};
pub(crate) use time::TimeText;
pub(crate) use words::{Word, series};

use chrono::{DateTime, Utc};
use std::fmt;

/// What one field of a lead holds, borrowed from the lead.
///
/// The type matters. Numeric and flag comparisons also read text that is a plain decimal or `true` and `false`, as CSV
/// cells and form answers are. Text comparisons convert nothing: the ZIP code `00501` is a text, and the integer 501
/// is not that text.
///
/// ```
/// use lead_router::{Number, Value};
///
/// let answer = Value::from(" 1200 ");
/// assert_eq!(answer.as_number(), Some(Number::from(1_200)));
/// assert_eq!(answer.as_text(), Some(" 1200 "));
/// assert_eq!(Value::from(1_200).as_text(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A float. NaN and the infinities are values that every comparison refuses.
    Float(f64),
    /// Yes or no.
    Flag(bool),
    /// An instant. What is finer than a millisecond is cut off wherever it is read.
    Time(DateTime<Utc>),
    /// Several values.
    List(List<'a>),
}

impl<'a> Value<'a> {
    /// The value as a number: an integer, a finite float, or text that is a plain decimal.
    ///
    /// A plain decimal is an optional sign, digits and an optional fraction, with white space around it: no exponent,
    /// no thousands separators, no `inf`. One with more digits than a float holds is the nearest float, unless it is a
    /// whole number that fits an `i64`.
    ///
    /// ```
    /// use lead_router::{Number, Value};
    ///
    /// assert_eq!(Value::from("+12.0").as_number(), Some(Number::from(12)));
    /// assert_eq!(Value::from(-0.5).as_number(), Value::from("-0.50").as_number());
    /// for no_number in ["1,200", "1e3", ".5", "5.", "inf", ""] {
    ///     assert_eq!(Value::from(no_number).as_number(), None);
    /// }
    /// assert_eq!(Value::from(f64::NAN).as_number(), None);
    /// ```
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match *self {
            Self::Integer(integer) => Some(Number::Integer(integer)),
            Self::Float(float) => Number::try_from(float).ok(),
            Self::Text(text) => Number::from_plain_decimal(text),
            Self::Flag(_) | Self::Time(_) | Self::List(_) => None,
        }
    }

    /// The value as a flag: a flag, or the text `true` or `false` in any case, with white space around it.
    ///
    /// ```
    /// use lead_router::Value;
    ///
    /// assert_eq!(Value::from("TRUE").as_flag(), Some(true));
    /// assert_eq!(Value::from("yes").as_flag(), None);
    /// assert_eq!(Value::from(1).as_flag(), None);
    /// ```
    #[must_use]
    pub fn as_flag(&self) -> Option<bool> {
        match *self {
            Self::Flag(flag) => Some(flag),
            Self::Text(text) => {
                let word = text.trim_ascii();
                let says = |flag: &str| word.eq_ignore_ascii_case(flag);
                says("true").then_some(true).or(says("false").then_some(false))
            }
            _ => None,
        }
    }

    /// The value as an instant in whole milliseconds: a time, or RFC 3339 text with an offset, with white space around
    /// it.
    ///
    /// Years are 0 to 9999, those that RFC 3339 has.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use lead_router::Value;
    ///
    /// let nine: DateTime<Utc> = "2024-05-01T09:00:00Z".parse()?;
    /// assert_eq!(Value::from("2024-05-01T11:00:00+02:00").as_time(), Some(nine));
    /// assert_eq!(Value::from("2024-05-01T11:00:00").as_time(), None); // where?
    /// assert_eq!(Value::from("2024-05-01").as_time(), None);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_time(&self) -> Option<DateTime<Utc>> {
        match *self {
            Self::Time(time) => time::whole_milliseconds(time),
            Self::Text(text) => time::read(text.trim_ascii()),
            _ => None,
        }
    }

    /// The value as a text: only if it is one.
    ///
    /// ```
    /// use lead_router::Value;
    ///
    /// assert_eq!(Value::from("00501").as_text(), Some("00501"));
    /// assert_eq!(Value::from(501).as_text(), None);
    /// ```
    #[must_use]
    pub fn as_text(&self) -> Option<&'a str> {
        match *self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is nothing in it: text that is empty or only white space, or a list of nothing but such texts.
    ///
    /// Conditions treat a blank value like a field that is not there. An empty CSV cell and an unanswered question
    /// arrive as empty texts.
    ///
    /// ```
    /// use lead_router::Value;
    ///
    /// assert!(Value::from(" ").is_blank());
    /// assert!(Value::from(&[""; 0]).is_blank());
    /// assert!(!Value::from(0).is_blank());
    /// ```
    #[must_use]
    pub fn is_blank(&self) -> bool {
        // Nearly every text begins with something.
        let blank = |text: &str| !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty();
        match self {
            Self::Text(text) => blank(text),
            Self::List(list) => list.iter().all(|item| item.as_text().is_some_and(blank)),
            _ => false,
        }
    }
}

impl fmt::Display for Value<'_> {
    /// As people would read it out; text that could be taken for something else stands in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => Word(text).fmt(f),
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => match Number::try_from(*float) {
                Ok(number) => number.fmt(f),
                Err(_) => float.fmt(f),
            },
            Self::Flag(flag) => flag.fmt(f),
            Self::Time(time) => TimeText::new(*time).as_str().fmt(f),
            Self::List(list) => {
                f.write_str("[")?;
                for (index, item) in list.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
        }
    }
}

/// A borrowed list of values: texts, or [`FieldValue`]s of any type.
///
/// ```
/// use lead_router::{List, Value};
///
/// let spoken = vec!["german".to_owned(), "english".to_owned()];
/// let list = List::from(&spoken);
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.iter().next(), Some(Value::Text("german")));
/// ```
#[derive(Clone, Copy)]
pub struct List<'a>(Items<'a>);

#[derive(Clone, Copy)]
enum Items<'a> {
    Strings(&'a [String]),
    Texts(&'a [&'a str]),
    Values(&'a [FieldValue]),
}

impl<'a> List<'a> {
    /// The values in their order.
    ///
    /// ```
    /// use lead_router::List;
    ///
    /// let list = List::from(&["us", "ca"]);
    /// assert!(list.iter().any(|country| country.as_text() == Some("ca")));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + Clone + use<'a> {
        let items = self.0;
        (0..self.len()).filter_map(move |index| match items {
            Items::Strings(strings) => strings.get(index).map(Value::from),
            Items::Texts(texts) => texts.get(index).map(|text| Value::Text(text)),
            Items::Values(values) => values.get(index).map(FieldValue::as_value),
        })
    }

    /// How many values there are.
    ///
    /// ```
    /// assert_eq!(lead_router::List::from(&["us", "ca"]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Items::Strings(strings) => strings.len(),
            Items::Texts(texts) => texts.len(),
            Items::Values(values) => values.len(),
        }
    }

    /// Whether there is none.
    ///
    /// ```
    /// assert!(lead_router::List::from(&[""; 0]).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for List<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a FieldValue> for Value<'a> {
    fn from(value: &'a FieldValue) -> Self {
        value.as_value()
    }
}

impl From<u64> for Value<'_> {
    /// Above `i64::MAX` it is the nearest float.
    fn from(integer: u64) -> Self {
        Self::from(Number::from(integer))
    }
}

impl From<Number> for Value<'_> {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(integer) => Self::Integer(integer),
            Number::Float(float) => Self::Float(float.get()),
        }
    }
}

impl From<f64> for Value<'_> {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<DateTime<Utc>> for Value<'_> {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Time(time)
    }
}

impl<'a> From<List<'a>> for Value<'a> {
    fn from(list: List<'a>) -> Self {
        Self::List(list)
    }
}

macro_rules! from_small_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value<'_> {
            fn from(integer: $integer) -> Self {
                Self::Integer(i64::from(integer))
            }
        }
    )*};
}
from_small_integers!(i64, i32, i16, i8, u32, u16, u8);

macro_rules! from_lists {
    ($($items:ident($item:ty)),*) => {$(
        impl<'a> From<&'a [$item]> for List<'a> {
            fn from(items: &'a [$item]) -> Self {
                Self(Items::$items(items))
            }
        }

        impl<'a> From<&'a Vec<$item>> for List<'a> {
            fn from(items: &'a Vec<$item>) -> Self {
                Self(Items::$items(items))
            }
        }

        impl<'a, const N: usize> From<&'a [$item; N]> for List<'a> {
            fn from(items: &'a [$item; N]) -> Self {
                Self(Items::$items(items))
            }
        }

        impl<'a> From<&'a [$item]> for Value<'a> {
            fn from(items: &'a [$item]) -> Self {
                Self::List(items.into())
            }
        }

        impl<'a> From<&'a Vec<$item>> for Value<'a> {
            fn from(items: &'a Vec<$item>) -> Self {
                Self::List(items.into())
            }
        }

        impl<'a, const N: usize> From<&'a [$item; N]> for Value<'a> {
            fn from(items: &'a [$item; N]) -> Self {
                Self::List(items.into())
            }
        }
    )*};
}
from_lists!(Strings(String), Texts(&'a str), Values(FieldValue));
