//! Steps that a file may write short: as a name, or as a step, in place of a whole table.

use crate::fault::UnknownName;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use std::fmt;
use std::marker::PhantomData;

/// Reads `"name"`, or else the whole table.
pub(crate) fn name_or_table<'de, D, Table>(deserializer: D, what: &'static str) -> Result<Table, D::Error>
where
    D: Deserializer<'de>,
    Table: Deserialize<'de> + From<String>,
{
    struct NameOrTable<Table>(&'static str, PhantomData<Table>);
    impl<'de, Table: Deserialize<'de> + From<String>> Visitor<'de> for NameOrTable<Table> {
        type Value = Table;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: de::Error>(self, name: &str) -> Result<Table, E> {
            Ok(Table::from(name.to_owned()))
        }
        fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Table, A::Error> {
            Table::deserialize(MapAccessDeserializer::new(table))
        }
    }
    deserializer.deserialize_any(NameOrTable(what, PhantomData))
}

/// A table whose first key has been looked at already, and is one of those that may be there.
pub(crate) struct Peeked<A> {
    key: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> Peeked<A> {
    pub(crate) fn new(mut table: A, known: &[&'static str]) -> Result<Self, A::Error> {
        Ok(Self { key: table.next_key_seed(Known(known))?, rest: table })
    }

    pub(crate) fn first_key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

/// Reads a key that must be one of some. As a seed, so that the format adds where the key stands.
struct Known<'a>(&'a [&'static str]);

impl<'de> DeserializeSeed<'de> for Known<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        if self.0.contains(&key.as_str()) {
            return Ok(key);
        }
        let unknown = UnknownName::new("step", &key, self.0.iter().copied());
        Err(de::Error::custom(match unknown.nearest {
            Some(_) => unknown.to_string(),
            None => format!("{unknown}; there are {}", self.0.join(", ")),
        }))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Peeked<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.key.take() {
            Some(key) => seed.deserialize(de::value::StringDeserializer::new(key)).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}
