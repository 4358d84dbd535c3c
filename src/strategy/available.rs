//! `available`: only reps who can take a lead now.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::desk::{Requirement, Requirements};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// Narrows the step below to reps who can take a lead now. Made by [`available`].
#[derive(Debug, Clone, PartialEq)]
pub struct Available {
    then: Box<Step>,
    ignore: Requirements,
}

/// Narrows every step below, however deep, to reps who are online and have room for another lead.
///
/// Reps who are inactive or left are never picked, `available` or not.
///
/// ```
/// use lead_router::{Requirement, available, round_robin};
///
/// let usual = available(round_robin("smb"));
/// // Full desks may still get hot leads; people who are not there may not.
/// let hot = available(round_robin("closers")).ignoring([Requirement::Capacity]);
/// # let _ = (usual, hot);
/// ```
///
/// In a file: `available = { round_robin = "smb" }`, or with something ignored
/// `available = { ignore = ["capacity"], then = { round_robin = "closers" } }`.
#[must_use]
pub fn available(then: impl Into<Step>) -> Available {
    Available { then: Box::new(then.into()), ignore: Requirements::NONE }
}

impl Available {
    /// Leaves requirements out here. Where `available` steps nest, each adds what it does not ignore.
    #[must_use]
    pub fn ignoring(mut self, requirements: impl IntoIterator<Item = Requirement>) -> Self {
        self.ignore = self.ignore.union(requirements.into_iter().collect());
        self
    }
}

impl Bind for Available {
    fn title(&self) -> String {
        "available".to_owned()
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("", &self.then)]
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let required = Requirements::ALL.without(self.ignore);
        // The place is that of the short form, which is the one that people write.
        let then = binder.narrowed(required, None, |binder| binder.child("", &self.then));
        Arc::new(BoundAvailable { then })
    }
}

#[derive(Debug)]
struct BoundAvailable {
    then: StepIndex,
}

impl Strategy for BoundAvailable {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.run(self.then)
    }
}

/// The long form of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, skip_serializing_if = "Requirements::is_empty")]
    ignore: Requirements,
    then: Box<Step>,
}

impl Serialize for Available {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.ignore.is_empty() {
            self.then.serialize(serializer)
        } else {
            Table { ignore: self.ignore, then: self.then.clone() }.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Available {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShortOrLong;
        impl<'de> Visitor<'de> for ShortOrLong {
            type Value = Available;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step, or a table with `then` and `ignore`")
            }
            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Available, A::Error> {
                Ok(match Step::or_table(table, &["then", "ignore"])? {
                    Ok(then) => available(then),
                    Err(Table { then, ignore }) => Available { then, ignore },
                })
            }
        }
        deserializer.deserialize_map(ShortOrLong)
    }
}
