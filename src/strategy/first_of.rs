//! `first_of`: the first branch that does not pass.

use super::{Because, Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::fault::{FaultKind, Severity};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Tries its branches in order and takes the first that does not pass. Made by [`first_of`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FirstOf {
    branches: Vec<Step>,
}

/// Tries branches in order and takes the first that does not pass: *account owner, else fast lane, else by size*.
///
/// If all pass, it passes with the reason of the last.
///
/// ```
/// use lead_router::{Plan, account_owner, available, first_of, least_loaded, round_robin};
///
/// let plan = Plan::new(first_of((
///     account_owner(),
///     available(round_robin("smb")),
///     least_loaded("everyone"),
/// ))).otherwise("triage");
/// # let _ = plan;
/// ```
#[must_use]
pub fn first_of(branches: impl IntoSteps) -> FirstOf {
    FirstOf { branches: branches.into_steps() }
}

/// A list of steps: a tuple of up to twelve, an array or a `Vec`. For [`first_of`].
///
/// ```
/// use lead_router::{Step, first_of, least_loaded, round_robin};
///
/// let by_tuple = first_of((round_robin("smb"), least_loaded("everyone")));
/// let steps: Vec<Step> = vec![round_robin("smb").into(), least_loaded("everyone").into()];
/// assert_eq!(first_of(steps), by_tuple);
/// ```
pub trait IntoSteps {
    /// The steps, in order.
    fn into_steps(self) -> Vec<Step>;
}

impl<S: Into<Step>> IntoSteps for Vec<S> {
    fn into_steps(self) -> Vec<Step> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<S: Into<Step>, const N: usize> IntoSteps for [S; N] {
    fn into_steps(self) -> Vec<Step> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! tuple_into_steps {
    ($($name:ident)+) => {
        impl<$($name: Into<Step>),+> IntoSteps for ($($name,)+) {
            #[expect(non_snake_case, reason = "the names of the types name the parts")]
            fn into_steps(self) -> Vec<Step> {
                let ($($name,)+) = self;
                vec![$($name.into()),+]
            }
        }
    };
}
tuple_into_steps!(A);
tuple_into_steps!(A B);
tuple_into_steps!(A B C);
tuple_into_steps!(A B C D);
tuple_into_steps!(A B C D E);
tuple_into_steps!(A B C D E F);
tuple_into_steps!(A B C D E F G);
tuple_into_steps!(A B C D E F G H);
tuple_into_steps!(A B C D E F G H I);
tuple_into_steps!(A B C D E F G H I J);
tuple_into_steps!(A B C D E F G H I J K);
tuple_into_steps!(A B C D E F G H I J K L);

impl Bind for FirstOf {
    fn title(&self) -> String {
        "first_of".to_owned()
    }

    fn children(&self) -> Vec<Child<'_>> {
        self.branches.iter().enumerate().map(|(index, step)| Child::new(format!("[{index}]"), step)).collect()
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        if self.branches.is_empty() {
            binder.fault(FaultKind::NoBranch("first_of"));
        }
        let dead = self.branches.iter().position(never_passes).map(|ending| (ending, ending + 1));
        if let Some((ending, dead)) = dead.filter(|(_, dead)| *dead < self.branches.len()) {
            binder.at(&format!("[{dead}]"), |binder| {
                let message = format!("no lead comes here, because branch [{ending}] holds every lead");
                binder.finding(Severity::Serious, message);
            });
        }
        Arc::new(BoundFirstOf { branches: binder.children(self) })
    }
}

/// Whether a step holds every lead that reaches it, as far as its form tells.
fn never_passes(step: &Step) -> bool {
    match step {
        Step::Queue(_) | Step::Parked(_) | Step::Stop(_) => true,
        Step::Label(label) => never_passes(label.inner()),
        Step::Segment(segment) => segment.is_total() && all_hold(segment),
        Step::ScoreTiers(tiers) => tiers.is_total() && all_hold(tiers),
        _ => false,
    }
}

fn all_hold(step: &dyn Bind) -> bool {
    step.children().iter().all(|child| never_passes(child.step))
}

#[derive(Debug)]
struct BoundFirstOf {
    branches: Vec<StepIndex>,
}

impl Strategy for BoundFirstOf {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let Some((last, others)) = self.branches.split_last() else {
            return Verdict::Pass(Because::from("there is no branch"));
        };
        for branch in others {
            let verdict = scope.run(*branch);
            if !verdict.is_pass() {
                return verdict;
            }
        }
        scope.run(*last)
    }
}
