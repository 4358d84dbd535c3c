//! An area, and how it stands in files: one table, in which every key but four is a field of the lead.

use super::super::Step;
use crate::value::FieldValue;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// The keys of an area that are no fields of a lead.
pub(super) const KEYS: [&str; 4] = ["name", "accounts", "domains", "then"];

/// One area of a [`Territories`](super::Territories): what it restricts, whom it names, and the step for its leads. Made
/// by [`Area::new`]; [`territories`](super::territories) has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    pub(super) start: AreaStart,
    pub(super) then: Step,
}

/// An area that does not say yet where its leads go. Made by [`Area::new`], completed by [`AreaStart::then`].
///
/// ```
/// use lead_router::{Area, available, round_robin, strategy::AreaStart};
///
/// let start: AreaStart = Area::new("bavaria").fits("country", "DE").fits("zip", ["80*", "81*"]);
/// let area: Area = start.then(available(round_robin("munich")));
/// # let _ = area;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an area is complete only with `then`"]
pub struct AreaStart {
    pub(super) name: String,
    pub(super) accounts: Vec<String>,
    pub(super) domains: Vec<String>,
    /// What each field may hold, in the order in which it was written.
    pub(super) fits: BTreeMap<String, Vec<FieldValue>>,
}

impl Area {
    /// Starts an area; [`AreaStart::then`] completes it. Its name becomes part of the path, as labels do: it has 1 to 256
    /// bytes and no `/`, and is neither `otherwise` nor `by hand`. Several areas may have one name.
    #[expect(clippy::new_ret_no_self, reason = "an area without a step is not an area")]
    pub fn new(name: impl Into<String>) -> AreaStart {
        AreaStart { name: name.into(), accounts: Vec::new(), domains: Vec::new(), fits: BTreeMap::new() }
    }
}

impl AreaStart {
    /// Restricts a field to one value, or to any of a list; called again for a field, it adds to them.
    /// [`territories`](super::territories) tells what a value can say.
    ///
    /// ```
    /// use lead_router::{Area, assign};
    ///
    /// let area = Area::new("dach").fits("country", ["DE", "AT", "CH"]).fits("employees", "100..1000");
    /// # let _ = area.then(assign("ann"));
    /// ```
    pub fn fits(mut self, dimension: impl Into<String>, values: impl Into<FieldValue>) -> Self {
        self.fits.entry(dimension.into()).or_default().extend(listed(values.into()));
        self
    }

    /// Names an account by id: its leads are in this area, whatever their fields say.
    pub fn account(mut self, id: impl Into<String>) -> Self {
        self.accounts.push(id.into());
        self
    }

    /// Names an e-mail domain, `acme.com`: leads with such an address are in this area, whatever their fields say. A
    /// subdomain is another domain.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domains.push(domain.into());
        self
    }

    /// Says which step decides on the area's leads, and completes it.
    #[must_use]
    pub fn then(self, step: impl Into<Step>) -> Area {
        Area { start: self, then: step.into() }
    }
}

impl AreaStart {
    /// Whether fields count: not if the area names somebody, and says nothing of fields.
    pub(super) fn has_rows(&self) -> bool {
        !self.fits.is_empty() || (self.accounts.is_empty() && self.domains.is_empty())
    }
}

/// One value, or those of a list.
fn listed(value: FieldValue) -> Vec<FieldValue> {
    match value {
        FieldValue::List(values) => values,
        single => vec![single],
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AreaStart { name, accounts, domains, fits } = &self.start;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", name)?;
        if !accounts.is_empty() {
            map.serialize_entry("accounts", accounts)?;
        }
        if !domains.is_empty() {
            map.serialize_entry("domains", domains)?;
        }
        for (dimension, values) in fits {
            match values.as_slice() {
                [single] => map.serialize_entry(dimension, single)?,
                several => map.serialize_entry(dimension, several)?,
            }
        }
        map.serialize_entry("then", &self.then)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AreaVisitor)
    }
}

struct AreaVisitor;

impl<'de> Visitor<'de> for AreaVisitor {
    type Value = Area;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an area, such as { name = \"dach\", country = [\"DE\", \"AT\", \"CH\"], then = step }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Area, A::Error> {
        let (mut name, mut accounts, mut domains, mut then) = (None, None, None, None);
        let mut fits = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            let first = match key.as_str() {
                "name" => name.replace(map.next_value()?).is_none(),
                "accounts" => accounts.replace(map.next_value()?).is_none(),
                "domains" => domains.replace(map.next_value()?).is_none(),
                "then" => then.replace(map.next_value()?).is_none(),
                _ => fits.insert(key.clone(), listed(map.next_value()?)).is_none(),
            };
            if !first {
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
        }
        let start = AreaStart {
            name: name.ok_or_else(|| A::Error::missing_field("name"))?,
            accounts: accounts.unwrap_or_default(),
            domains: domains.unwrap_or_default(),
            fits,
        };
        let then: Step = then.ok_or_else(|| A::Error::missing_field("then"))?;
        Ok(start.then(then))
    }
}
