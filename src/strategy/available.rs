//! `available`: only reps who can take a lead now.

use super::step::two_steps;
use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::form::Known;
use crate::gate::{Requirement, Requirements};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// Narrows the step below to reps who can take a lead now. Made by [`available`], which has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct Available {
    then: Box<Step>,
    relax: Requirements,
}

/// Narrows every step below, however deep, to reps who are at work, online, and have room for another lead: within their
/// working hours, below their capacity of open leads, and with no [`Cap`](crate::Cap) used up.
///
/// Reps who are inactive, paused, on leave or left are never picked, `available` or not. What a rep's record does not say
/// keeps nobody away: without hours a rep is at work all the time.
///
/// ```
/// use lead_router::{Requirement, available, round_robin};
///
/// let usual = available(round_robin("smb"));
/// // Full desks may still get hot leads; people who are not there may not.
/// let hot = available(round_robin("closers")).relaxing([Requirement::Capacity]);
/// # let _ = (usual, hot);
/// ```
///
/// # When everybody is away
///
/// The step passes, and the plan says what happens then. [`Decision::next_opening`](crate::Decision::next_opening) tells when
/// the first of them can take a lead.
///
/// ```
/// use lead_router::{available, first_of, least_loaded, manager_of, opening_within, hours, queue, round_robin};
///
/// // Hold the lead until somebody is there.
/// let hold = first_of((available(round_robin("smb")), queue("until morning")));
/// // Give it to whoever has the fewest open leads among those who are not on leave, asleep or not.
/// let fewest = first_of((available(round_robin("smb")), least_loaded("smb")));
/// // To the manager of whoever would have had it.
/// let manager = first_of((available(round_robin("smb")), manager_of(round_robin("smb"))));
/// // To another team.
/// let other_team = available(first_of((round_robin("smb"), round_robin("night desk"))));
/// // To whoever starts soonest, if that is within two hours; else hold it.
/// let soonest = first_of((opening_within(hours(2), round_robin("smb")), queue("until morning")));
/// # let _ = (hold, fewest, manager, other_team, soonest);
/// ```
///
/// In a file: `available = { round_robin = "smb" }`, or with something relaxed
/// `available = { round_robin = "closers", relax = ["capacity"] }`; there are `presence`, `capacity`, `hours` and `caps`.
#[must_use]
pub fn available(then: impl Into<Step>) -> Available {
    Available { then: Box::new(then.into()), relax: Requirements::NONE }
}

impl Available {
    /// Leaves requirements out here. Where `available` steps nest, each adds what it does not relax.
    #[must_use]
    pub fn relaxing(mut self, requirements: impl IntoIterator<Item = Requirement>) -> Self {
        self.relax = self.relax.union(requirements.into_iter().collect());
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
        let required = Requirements::ALL.without(self.relax);
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

/// What a file writes when something is relaxed. It may also put `relax` beside the step: `{ assign = "ann", relax = [..] }`.
#[derive(Serialize)]
struct Table<'a> {
    relax: Requirements,
    then: &'a Step,
}

impl Serialize for Available {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.relax.is_empty() {
            self.then.serialize(serializer)
        } else {
            Table { relax: self.relax, then: &self.then }.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Available {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StepAndRelax;
        impl<'de> Visitor<'de> for StepAndRelax {
            type Value = Available;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step, such as { round_robin = \"smb\" }")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Available, A::Error> {
                let known = [&["then", "relax"], Step::TAGS].concat();
                let (mut found, mut relax) = (None::<(String, Step)>, Requirements::NONE);
                while let Some(key) = table.next_key_seed(Known("step", &known))? {
                    if key == "relax" {
                        relax = table.next_value()?;
                        continue;
                    }
                    if let Some((earlier, _)) = &found {
                        return Err(two_steps(earlier, &key));
                    }
                    let step =
                        if key == "then" { table.next_value()? } else { Step::from_entry(key.clone(), &mut table)? };
                    found = Some((key, step));
                }
                match found {
                    Some((_, then)) => Ok(Available { then: Box::new(then), relax }),
                    None => Err(A::Error::custom("a step is missing: an empty table")),
                }
            }
        }
        deserializer.deserialize_map(StepAndRelax)
    }
}
