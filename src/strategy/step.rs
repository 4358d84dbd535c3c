//! The list of steps that a plan is made of.

use super::{
    AccountOwner, Assign, Available, Binder, Custom, Escalate, FirstOf, Label, LeastLoaded, ManagerOf, Only,
    OpeningWithin, Parked, Pinned, Queue, Ranked, RoundRobin, SameCompany, SamePerson, ScoreTiers, Segment, Split,
    Stop, Strategy, Territories, Uncapped, Use, When,
};
use crate::condition::Read;
use crate::form::{Known, entry};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A node of a plan: data, the same whether built in Rust or read from a file.
///
/// In a file each step is a table with one key, the step's name: `{ round_robin = "smb" }`.
///
/// ```
/// use lead_router::{Step, available, round_robin};
///
/// let built: Step = available(round_robin("smb")).into();
/// let read: Step = serde_json::from_str(r#"{ "available": { "round_robin": "smb" } }"#)?;
/// assert_eq!(built, read);
/// # Ok::<(), serde_json::Error>(())
/// ```
// `remote` gives the derived forms other names, so that the traits below can add better messages to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is documented by the type that it holds")]
pub enum Step {
    FirstOf(FirstOf),
    When(When),
    Segment(Segment),
    ScoreTiers(ScoreTiers),
    Territories(Territories),
    Split(Split),
    Only(Only),
    Available(Available),
    OpeningWithin(OpeningWithin),
    Uncapped(Uncapped),
    Escalate(Escalate),
    Label(Label),
    Use(Use),
    RoundRobin(RoundRobin),
    Ranked(Ranked),
    LeastLoaded(LeastLoaded),
    AccountOwner(AccountOwner),
    SamePerson(SamePerson),
    SameCompany(SameCompany),
    Pinned(Pinned),
    ManagerOf(ManagerOf),
    Assign(Assign),
    Queue(Queue),
    Parked(Parked),
    Stop(Stop),
    Custom(Custom),
}

macro_rules! steps {
    ($($name:ident $tag:literal),+ $(,)?) => {
        $(impl From<$name> for Step {
            fn from(step: $name) -> Self {
                Self::$name(step)
            }
        })+

        impl Step {
            /// The names of all steps in plan files.
            pub(crate) const TAGS: &[&str] = &[$($tag),+];

            /// The step's name in plan files.
            pub(crate) fn tag(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $tag,)+
                }
            }

            /// What every kind of step can do.
            pub(crate) fn as_bind(&self) -> &dyn Bind {
                match self {
                    $(Self::$name(step) => step,)+
                }
            }
        }
    };
}
steps!(
    FirstOf "first_of",
    When "when",
    Segment "segment",
    ScoreTiers "score_tiers",
    Territories "territories",
    Split "split",
    Only "only",
    Available "available",
    OpeningWithin "opening_within",
    Uncapped "uncapped",
    Escalate "escalate",
    Label "label",
    Use "use",
    RoundRobin "round_robin",
    Ranked "ranked",
    LeastLoaded "least_loaded",
    AccountOwner "account_owner",
    SamePerson "same_person",
    SameCompany "same_company",
    Pinned "pinned",
    ManagerOf "manager_of",
    Assign "assign",
    Queue "queue",
    Parked "parked",
    Stop "stop",
    Custom "custom",
);

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneKey;
        impl<'de> Visitor<'de> for OneKey {
            type Value = Step;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step, such as { round_robin = \"smb\" }")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Step, A::Error> {
                let Some(tag) = table.next_key_seed(Known("step", Step::TAGS))? else {
                    return Err(A::Error::custom("a step is missing: an empty table"));
                };
                let step = Step::from_entry(tag, &mut table)?;
                match table.next_key::<String>()? {
                    None => Ok(step),
                    Some(other) => Err(two_steps(step.tag(), &other)),
                }
            }
        }
        deserializer.deserialize_map(OneKey)
    }
}

impl Step {
    /// Reads a step from an entry of a table whose key has been read.
    pub(crate) fn from_entry<'de, A: MapAccess<'de>>(tag: String, table: &mut A) -> Result<Self, A::Error> {
        Self::deserialize(entry(tag, table))
    }
}

/// The error for two steps where one belongs. By alphabet, because formats may read tables in any order.
pub(crate) fn two_steps<E: Error>(one: &str, other: &str) -> E {
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    E::custom(format!("one step belongs here, but there are `{first}` and `{second}`"))
}

/// A step below a step, with its place there.
pub(crate) struct Child<'a> {
    pub(crate) place: String,
    pub(crate) step: &'a Step,
}

impl<'a> Child<'a> {
    pub(crate) fn new(place: impl Into<String>, step: &'a Step) -> Self {
        Self { place: place.into(), step }
    }
}

/// What every kind of step can do: say what it is, and become a strategy.
pub(crate) trait Bind {
    /// What the step is, in a few words of the plan: `round_robin smb`.
    fn title(&self) -> String;

    /// The steps below, in order.
    fn children(&self) -> Vec<Child<'_>> {
        Vec::new()
    }

    /// The lead fields that the step itself reads.
    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        let _ = visit;
    }

    /// Finds the step's names in the roster, noting every fault, and gives what decides.
    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy>;
}
