//! Forms that files may take beyond what serde derives: a name in place of a table, a table that is known by its first
//! key, and one that says its format.

use crate::fault::UnknownName;
use serde::de::value::{MapAccessDeserializer, StrDeserializer, StringDeserializer, U16Deserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
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
        key.map(|key| seed.deserialize(StringDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.table.next_value_seed(seed)
    }
}

/// A table that is stored for years, and says which format it is written in.
pub(crate) trait Formatted: Sized {
    /// What it is, in words: `record`.
    const WHAT: &'static str;
    /// What it is called where types have names.
    const NAME: &'static str;
    /// The newest format that can be read.
    const NEWEST: u16;
    /// All keys.
    const KEYS: &'static [&'static str];

    /// Reads it as serde derives it.
    fn derived<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Reads the format before all else: of a table that is too new, nothing else is worth a word. It is written first, but
/// not everything that stores tables keeps their order; what stands before it is kept until it is known.
pub(crate) fn format_first<'de, D: Deserializer<'de>, Table: Formatted>(deserializer: D) -> Result<Table, D::Error> {
    struct FormatFirst<Table>(PhantomData<Table>);
    impl<'de, Table: Formatted> Visitor<'de> for FormatFirst<Table> {
        type Value = Table;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a {}", Table::WHAT)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Table, A::Error> {
            let mut before = Vec::new();
            let format = loop {
                let key: String = table.next_key()?.ok_or_else(|| A::Error::missing_field(FORMAT))?;
                if key == FORMAT {
                    break table.next_value()?;
                }
                let value = if Table::KEYS.contains(&key.as_str()) {
                    table.next_value()?
                } else {
                    // Reading on will refuse the key, if the format does not tell why it is there.
                    table.next_value::<IgnoredAny>()?;
                    Value::Null
                };
                before.push((key, value));
            };
            if format > Table::NEWEST {
                let (what, newest) = (Table::WHAT, Table::NEWEST);
                let message = format!("the {what} has format {format}; this version reads formats up to {newest}");
                return Err(A::Error::custom(message));
            }
            let before = before.into_iter();
            Table::derived(MapAccessDeserializer::new(Sorted { format: Some(format), before, value: None, table }))
        }
    }
    deserializer.deserialize_struct(Table::NAME, Table::KEYS, FormatFirst(PhantomData))
}

/// The key of the format.
const FORMAT: &str = "format";

/// A table with its format first, then what stood before that, then the rest.
struct Sorted<A> {
    format: Option<u16>,
    before: std::vec::IntoIter<(String, Value)>,
    /// The value of the key that was read last, if it does not come from the table.
    value: Option<Early>,
    table: A,
}

enum Early {
    Format(u16),
    Before(Value),
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Sorted<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if let Some(format) = self.format.take() {
            self.value = Some(Early::Format(format));
            return seed.deserialize(StrDeserializer::new(FORMAT)).map(Some);
        }
        match self.before.next() {
            Some((key, value)) => {
                self.value = Some(Early::Before(value));
                seed.deserialize(StringDeserializer::new(key)).map(Some)
            }
            None => self.table.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(Early::Format(format)) => seed.deserialize(U16Deserializer::new(format)),
            Some(Early::Before(value)) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.table.next_value_seed(seed),
        }
    }
}
