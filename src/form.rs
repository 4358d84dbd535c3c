//! Forms that files may take beyond what serde derives: a name in place of a table, and a table that is known by its
//! first key.

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

/// Reads a key that must be one of some; the first part says of what. As a seed, so that the format adds where it stands.
pub(crate) struct Known<'a>(pub(crate) &'static str, pub(crate) &'a [&'static str]);

impl<'de> DeserializeSeed<'de> for Known<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let Self(what, known) = self;
        let key = String::deserialize(deserializer)?;
        if known.contains(&key.as_str()) {
            return Ok(key);
        }
        let unknown = UnknownName::new(what, &key, known.iter().copied());
        Err(de::Error::custom(match unknown.nearest {
            Some(_) => unknown.to_string(),
            None => format!("{unknown}; there are {}", known.join(", ")),
        }))
    }
}

/// One entry of a table, whose key has been read already, as a table of its own: what an enum is read from.
pub(crate) fn entry<'de, 't, A: MapAccess<'de>>(
    key: String,
    table: &'t mut A,
) -> MapAccessDeserializer<impl MapAccess<'de, Error = A::Error> + use<'de, 't, A>> {
    MapAccessDeserializer::new(Entry { key: Some(key), table })
}

struct Entry<'t, A> {
    key: Option<String>,
    table: &'t mut A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entry<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let key = self.key.take();
        key.map(|key| seed.deserialize(de::value::StringDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.table.next_value_seed(seed)
    }
}
