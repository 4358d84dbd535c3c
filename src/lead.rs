//! Leads: what the router reads of them, and a ready-made one.

#[cfg(test)]
mod tests;

use crate::value::{FieldValue, Value};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// An inbound prospect, as the router reads it: an id, and fields by name.
///
/// Implement it for the type that you already have, with a `match` on the names that your plans use. A field that the
/// lead does not have is `None`. An empty id means that the lead has none; such a lead is queued, because nothing can
/// tell a repeat of it from another.
///
/// ```
/// use lead_router::{Lead, Value};
///
/// struct Signup {
///     id: String,
///     employees: Option<u32>,
///     industry: String,
///     languages: Vec<String>,
/// }
///
/// impl Lead for Signup {
///     fn id(&self) -> &str {
///         &self.id
///     }
///
///     fn field(&self, name: &str) -> Option<Value<'_>> {
///         match name {
///             "employees" => self.employees.map(Value::from),
///             "industry" => Some(Value::from(&self.industry)),
///             "languages" => Some(Value::from(&self.languages)),
///             _ => None,
///         }
///     }
/// }
///
/// let signup = Signup {
///     id: "S-17".to_owned(),
///     employees: None,
///     industry: "healthcare".to_owned(),
///     languages: vec!["german".to_owned()],
/// };
/// assert_eq!(signup.field("employees"), None);
/// assert_eq!(signup.field("industry"), Some(Value::Text("healthcare")));
/// ```
pub trait Lead {
    /// The id under which the lead is known, empty if it has none. It is compared exactly.
    fn id(&self) -> &str;

    /// The value of a field, or `None` if the lead does not have it.
    ///
    /// It must give the same answer for as long as one decision takes.
    fn field(&self, name: &str) -> Option<Value<'_>>;
}

/// The router's core takes `&dyn Lead`: this stops compiling if the trait ceases to be object safe.
const _: fn(&dyn Lead) = |_| {};

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<T: Lead + ?Sized> Lead for $pointer {
            fn id(&self) -> &str {
                (**self).id()
            }

            fn field(&self, name: &str) -> Option<Value<'_>> {
                (**self).field(name)
            }
        }
    )*};
}
forward!(&T, Box<T>, Rc<T>, Arc<T>);

/// A ready-made [`Lead`]: an id and a map of fields, in Rust or from a file.
///
/// A null in a file is a field that the lead does not have.
///
/// ```
/// use lead_router::{Lead, LeadRecord, Value};
///
/// let lead = LeadRecord::new("L-1").with("employees", 50).with("industry", "healthcare");
/// assert_eq!(lead.field("employees"), Some(Value::Integer(50)));
///
/// let same: LeadRecord = serde_json::from_str(
///     r#"{ "id": "L-1", "fields": { "employees": 50, "industry": "healthcare", "phone": null } }"#,
/// )?;
/// assert_eq!(lead, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadRecord {
    #[serde(default)]
    id: String,
    #[serde(default, deserialize_with = "fields_without_nulls")]
    fields: BTreeMap<String, FieldValue>,
}

impl LeadRecord {
    /// A lead with this id and no fields yet.
    ///
    /// ```
    /// use lead_router::{Lead, LeadRecord};
    ///
    /// assert_eq!(LeadRecord::new("L-1").id(), "L-1");
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), fields: BTreeMap::new() }
    }

    /// The same lead with one more field. A field of that name is replaced.
    ///
    /// ```
    /// use lead_router::LeadRecord;
    ///
    /// let lead = LeadRecord::new("L-1").with("score", 71.5).with("tags", ["vip", "event"]);
    /// assert_eq!(lead.fields().len(), 2);
    /// ```
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<FieldValue>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a field, or replaces it.
    ///
    /// ```
    /// use lead_router::LeadRecord;
    ///
    /// let mut lead = LeadRecord::new("L-1");
    /// for (name, value) in [("country", "de"), ("industry", "retail")] {
    ///     lead.set(name, value);
    /// }
    /// assert_eq!(lead.fields().len(), 2);
    /// ```
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<FieldValue>) {
        self.fields.insert(name.into(), value.into());
    }

    /// All fields by name.
    ///
    /// ```
    /// use lead_router::{FieldValue, LeadRecord};
    ///
    /// let lead = LeadRecord::new("L-1").with("country", "de");
    /// assert_eq!(lead.fields().get("country"), Some(&FieldValue::from("de")));
    /// ```
    #[must_use]
    pub fn fields(&self) -> &BTreeMap<String, FieldValue> {
        &self.fields
    }
}

impl Lead for LeadRecord {
    fn id(&self) -> &str {
        &self.id
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        self.fields.get(name).map(FieldValue::as_value)
    }
}

/// Form tools and CRMs send every field they know, with null for those that have no value.
fn fields_without_nulls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, FieldValue>, D::Error> {
    struct Fields;
    impl<'de> Visitor<'de> for Fields {
        type Value = BTreeMap<String, FieldValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table of fields")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, Option<FieldValue>>()? {
                if let Some(value) = value {
                    fields.insert(name, value);
                }
            }
            Ok(fields)
        }
    }
    deserializer.deserialize_map(Fields)
}
