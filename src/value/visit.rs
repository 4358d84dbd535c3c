//! How values are read from files: visitors rather than an untagged enum, so that a fault keeps its line and column.

use super::{FieldValue, Number};
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use std::fmt;

/// How `toml` hands over a date or time that is written without quotes.
const TOML_TIME: &str = "$__toml_private_datetime";

/// How `serde_json` hands over every number once any crate of a program switches on `arbitrary_precision`.
const JSON_NUMBER: &str = "$serde_json::private::Number";

pub(super) struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a finite number")
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Number, E> {
        Ok(Number::from(integer))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Number, E> {
        Ok(Number::from(integer))
    }

    fn visit_i128<E: Error>(self, integer: i128) -> Result<Number, E> {
        Ok(Number::from_i128(integer))
    }

    fn visit_u128<E: Error>(self, integer: u128) -> Result<Number, E> {
        Ok(Number::from_u128(integer))
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Number, E> {
        Number::try_from(float).map_err(|_| E::invalid_value(Unexpected::Float(float), &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
        match map.next_key::<String>()?.as_deref() {
            Some(JSON_NUMBER) => number_from_json(&map.next_value::<String>()?),
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

pub(super) struct FieldValueVisitor;

impl<'de> Visitor<'de> for FieldValueVisitor {
    type Value = FieldValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true, false or a list of these")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FieldValue, E> {
        Ok(FieldValue::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<FieldValue, E> {
        Ok(FieldValue::from(text))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<FieldValue, E> {
        Ok(FieldValue::from(flag))
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<FieldValue, E> {
        Ok(FieldValue::from(integer))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<FieldValue, E> {
        Ok(FieldValue::from(integer))
    }

    fn visit_i128<E: Error>(self, integer: i128) -> Result<FieldValue, E> {
        Ok(FieldValue::from(Number::from_i128(integer)))
    }

    fn visit_u128<E: Error>(self, integer: u128) -> Result<FieldValue, E> {
        Ok(FieldValue::from(Number::from_u128(integer)))
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<FieldValue, E> {
        Ok(FieldValue::from(float))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<FieldValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(FieldValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldValue, A::Error> {
        match map.next_key::<String>()?.as_deref() {
            Some(TOML_TIME) => Ok(FieldValue::Text(map.next_value()?)),
            Some(JSON_NUMBER) => Ok(number_from_json(&map.next_value::<String>()?)?.into()),
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

fn number_from_json<E: Error>(text: &str) -> Result<Number, E> {
    if let Ok(integer) = text.parse::<i64>() {
        return Ok(Number::Integer(integer));
    }
    text.parse::<f64>()
        .ok()
        .and_then(|float| Number::try_from(float).ok())
        .ok_or_else(|| E::invalid_value(Unexpected::Other(text), &NumberVisitor))
}
