//! Strategies: how a lead finds a rep. One file each.
//!
//! A step in a plan is data, such as [`RoundRobin`]. When a router is built the step finds the names it uses in the
//! roster and becomes a [`Strategy`], which decides. Both stand in one file.

mod absence;
mod account_owner;
mod assign;
mod available;
mod balance;
mod bands;
mod because;
mod binder;
mod bound;
mod custom;
mod escalate;
mod first_of;
mod label;
mod least_loaded;
mod manager_of;
mod only;
mod opening_within;
mod pinned;
mod queue;
mod ranked;
mod round_robin;
mod same_company;
mod same_person;
mod scope;
mod score_tiers;
mod segment;
mod split;
mod step;
mod stop;
mod territories;
mod trace;
mod uncapped;
mod use_step;
mod when;

pub use absence::Absence;
pub use account_owner::{AccountOwner, Away, Keeps, account_owner};
pub use assign::{Assign, assign};
pub use available::{Available, available};
pub use because::Because;
pub(crate) use binder::{Binder, Bindings, path_name_fault};
pub(crate) use bound::{
    BY_HAND, BoundPlan, BoundQueue, BoundStep, ESCALATION, OTHERWISE, PartIndex, QueueIndex, StepIndex,
};
pub use custom::{Custom, Effects, News, NewsKind, Registry, Setup, SetupError, Tally, custom};
pub use escalate::{Escalate, escalate};
pub use first_of::{FirstOf, IntoSteps, first_of};
pub use label::{Label, label};
pub use least_loaded::{LeastLoaded, least_loaded};
pub use manager_of::{ManagerOf, manager_of};
pub use only::{Only, only};
pub use opening_within::{OpeningWithin, opening_within};
pub use pinned::{Pinned, pinned};
pub use queue::{Parked, Queue, parked, queue};
pub use ranked::{Ranked, ranked};
pub use round_robin::{RoundRobin, round_robin};
pub use same_company::{SameCompany, same_company};
pub use same_person::{SamePerson, same_person};
pub(crate) use scope::Situation;
pub use scope::{Branch, Candidate, PoolHandle, QueueHandle, RepHandle, RotationHandle, Scope};
pub use score_tiers::{ScoreTiers, Tier, score_tiers};
pub use segment::{Band, Segment, segment};
pub use split::{Part, Split, split};
pub use step::Step;
pub(crate) use step::{Bind, Child};
pub use stop::{Stop, stop};
pub use territories::{Area, AreaStart, TableError, TableFault, Territories, territories};
pub(crate) use trace::{PassedOver, Trace, TraceEntry};
pub use uncapped::{Uncapped, uncapped};
pub use use_step::{Use, step};
pub use when::{When, when};

use crate::desk::Turn;
use crate::index::{PoolIndex, RepIndex};
use crate::reason::Why;
use std::fmt::Debug;
use std::sync::Arc;

/// One routing model: given a lead and the team as it is now, what should happen?
///
/// The steps of the crate implement it, and a host's own strategy does too; [`Registry`] puts that into plans. What a
/// strategy may remember are tallies and stamps, which the router keeps for it: `decide` reads them through the scope
/// and `learn` changes them. Nothing else: a strategy that kept a counter of its own could neither be replayed nor
/// rolled back.
///
/// ```
/// use lead_router::{Scope, Strategy, Verdict, strategy::Because};
///
/// /// Passes every lead that came on a day with an odd number.
/// #[derive(Debug)]
/// struct EvenDays;
///
/// impl Strategy for EvenDays {
///     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
///         let day = scope.now().timestamp() / 86_400;
///         if day % 2 == 0 { scope.stop("even days are for planning") } else { Verdict::Pass("an odd day".into()) }
///     }
/// }
/// ```
pub trait Strategy: Debug + Send + Sync {
    /// Decides. Pure: the same scope gives the same verdict, and nothing is remembered.
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict;

    /// Hears what became of a lead that this strategy, or a step below it, decided: first that it was routed. Only what
    /// goes through `effects` is remembered; the router takes it back if the lead is rolled back. Pure like `decide`.
    ///
    /// It is called only if the strategy asked for a tally ([`Setup::tally`]), and only of leads that a rep has or had.
    /// [`Effects`] has an example.
    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        let _ = (news, effects);
    }
}

/// The trait can be used as `dyn Strategy`.
const _: Option<&dyn Strategy> = None;

macro_rules! forward_strategy {
    ($pointer:ty) => {
        impl<S: Strategy + ?Sized> Strategy for $pointer {
            fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
                (**self).decide(scope)
            }
            fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
                (**self).learn(news, effects);
            }
        }
    };
}
forward_strategy!(&S);
forward_strategy!(Box<S>);
forward_strategy!(Arc<S>);

/// What a strategy says of a lead. Verdicts other than [`Verdict::Pass`] are made by the [`Scope`], which has an
/// example.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Verdict {
    /// Give it to this rep.
    Pick(Pick),
    /// Hold it in a queue that the plan names.
    Queue(Hold),
    /// Not here: try the next branch.
    Pass(Because),
    /// Hold it, in the queue of the plan's `otherwise`; no further branch is tried.
    Stop(Hold),
}

impl Verdict {
    pub(crate) fn pass(why: Why) -> Self {
        Self::Pass(Because(why))
    }

    /// Whether the next branch is to be tried.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        matches!(self, Self::Pass(_))
    }
}

/// A rep who was picked. Made by [`Scope::pick`] and [`Scope::rotate`].
///
/// A strategy that wraps another can look at what that says:
///
/// ```
/// use lead_router::{Scope, Strategy, Verdict, strategy::Branch};
///
/// /// Lets the step below decide, but gives nobody a lead who has more than ten open.
/// #[derive(Debug)]
/// struct AtMostTen { then: Branch }
///
/// impl Strategy for AtMostTen {
///     fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
///         match scope.visit(self.then) {
///             Verdict::Pick(pick) if scope.rep(pick.rep()).is_some_and(|rep| rep.open_leads() > 10) => {
///                 Verdict::Pass("more than ten open leads".into())
///             }
///             verdict => verdict,
///         }
///     }
/// }
/// # let _: Option<AtMostTen> = None;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    pub(crate) rep: RepIndex,
    pub(crate) reason: Because,
    pub(crate) turn: Option<Turn>,
    /// The pool that the rep was picked from, if from one.
    pub(crate) pool: Option<PoolIndex>,
    pub(crate) step: StepIndex,
    /// The step of the area that the lead lies in, if not that one decided: the path goes there all the same.
    pub(crate) area: Option<StepIndex>,
}

impl Pick {
    /// Who; [`Scope::rep`] tells more.
    #[must_use]
    pub fn rep(&self) -> RepHandle {
        RepHandle { rep: self.rep, pool: self.pool }
    }
}

/// A lead that is held, in which queue and why. Made by [`Scope::hold`] and [`Scope::stop`]; a strategy that wraps
/// another hands it on.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    pub(crate) queue: QueueIndex,
    pub(crate) reason: Because,
    pub(crate) step: StepIndex,
}
