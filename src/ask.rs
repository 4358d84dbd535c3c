//! What a caller may ask of one decision.

use crate::gate::{Requirement, Requirements};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a caller asks of one decision, beside what the plan says.
///
/// ```
/// use lead_router::{Ask, Requirement};
///
/// // Ann cannot take it after all: somebody else, and a full desk is no obstacle this time.
/// let ask = Ask::reroute().exclude("ann").relax(Requirement::Capacity);
/// # let _ = ask;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ask {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reroute: bool,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    exclude: BTreeSet<String>,
    #[serde(skip_serializing_if = "Requirements::is_empty")]
    relax: Requirements,
}

impl Ask {
    /// Nothing beside the plan.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decides anew on a lead that is in hand already. Committed, the turn of the rep who had it is given back.
    #[must_use]
    pub fn reroute() -> Self {
        Self { reroute: true, ..Self::default() }
    }

    /// Leaves a rep out, by id. They are owed nothing for this lead, and keep their turn. An id that is not in the roster
    /// leaves nobody out.
    #[must_use]
    pub fn exclude(mut self, rep: impl Into<String>) -> Self {
        self.exclude.insert(rep.into());
        self
    }

    /// Leaves a requirement of `available` out.
    #[must_use]
    pub fn relax(mut self, requirement: Requirement) -> Self {
        self.relax = self.relax.union([requirement].into_iter().collect());
        self
    }

    pub(crate) fn reroutes(&self) -> bool {
        self.reroute
    }

    pub(crate) fn excluded(&self) -> impl Iterator<Item = &str> {
        self.exclude.iter().map(String::as_str)
    }

    pub(crate) fn relaxed(&self) -> Requirements {
        self.relax
    }

    pub(crate) fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}
