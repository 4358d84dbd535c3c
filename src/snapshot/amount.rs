//! Amounts in snapshots: decimal text, because they are larger than numbers in files may be.

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// A whole number. Text that was read and is none is kept as it was, for the fault to quote.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Amount {
    Of(i128),
    Unreadable(Box<str>),
}

impl Amount {
    pub(crate) const ZERO: Self = Self::Of(0);

    pub(crate) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// None if it is no number.
    pub(crate) fn number(&self) -> Option<i128> {
        match self {
            Self::Of(number) => Some(*number),
            Self::Unreadable(_) => None,
        }
    }
}

impl<Number: Into<i128>> From<Number> for Amount {
    fn from(number: Number) -> Self {
        Self::Of(number.into())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(number) => number.fmt(f),
            Self::Unreadable(text) => text.fmt(f),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Amount;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
                Ok(text.parse().map_or_else(|_| Amount::Unreadable(text.into()), Amount::Of))
            }
        }
        deserializer.deserialize_str(Digits)
    }
}
