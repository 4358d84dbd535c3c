//! The list of steps that a plan is made of.

use super::{
    AccountOwner, Assign, Available, Binder, Custom, FirstOf, Label, LeastLoaded, Only, Parked, Queue, RoundRobin,
    Segment, Stop, Strategy, Use, When,
};
use crate::condition::Read;
use serde::{Deserialize, Serialize};
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is documented by the type that it holds")]
pub enum Step {
    FirstOf(FirstOf),
    When(When),
    Segment(Segment),
    Only(Only),
    Available(Available),
    Label(Label),
    Use(Use),
    RoundRobin(RoundRobin),
    LeastLoaded(LeastLoaded),
    AccountOwner(AccountOwner),
    Assign(Assign),
    Queue(Queue),
    Parked(Parked),
    Stop(Stop),
    Custom(Custom),
}

macro_rules! into_step {
    ($($name:ident),+) => {
        $(impl From<$name> for Step {
            fn from(step: $name) -> Self {
                Self::$name(step)
            }
        })+

        impl Step {
            /// What every kind of step can do.
            pub(crate) fn as_bind(&self) -> &dyn Bind {
                match self {
                    $(Self::$name(step) => step,)+
                }
            }
        }
    };
}
into_step!(
    FirstOf,
    When,
    Segment,
    Only,
    Available,
    Label,
    Use,
    RoundRobin,
    LeastLoaded,
    AccountOwner,
    Assign,
    Queue,
    Parked,
    Stop,
    Custom
);

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
    /// The step's name in plan files.
    fn tag(&self) -> &'static str;

    /// What the step is, in a few words of the plan: `round_robin smb`.
    fn title(&self) -> String {
        self.tag().to_owned()
    }

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
