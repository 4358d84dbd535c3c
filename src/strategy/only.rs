//! `only`: reps whose own fields fit.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::condition::{Read, RepTest};
use crate::fault::Severity;
use crate::gate::Requirements;
use crate::reason::{FieldIndex, Named, Why};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Narrows the step below to reps whose fields fit. Made by [`only`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `rep` and `then`, such as only = { rep = test, then = step }")]
pub struct Only {
    rep: RepTest,
    then: Box<Step>,
}

/// Narrows every step below to reps of whom the test holds: those who speak the lead's language, know its product, have
/// been there long enough.
///
/// Where the test matches a field of the lead and the lead lacks that field, the step passes. Narrowing by a field of
/// the lead costs one look at each member of the pool.
///
/// ```
/// use lead_router::{available, only, rep_field, round_robin};
///
/// let spoken = only(rep_field("languages").matches("language"), available(round_robin("smb")));
/// let senior = only(rep_field("seniority").at_least(3), available(round_robin("enterprise")));
/// # let _ = (spoken, senior);
/// ```
///
/// In a file:
///
/// ```toml
/// [only]
/// rep = { field = "languages", matches = "language" }
/// then = { available = { round_robin = "smb" } }
/// ```
#[must_use]
pub fn only(rep: RepTest, then: impl Into<Step>) -> Only {
    Only { rep, then: Box::new(then.into()) }
}

impl Bind for Only {
    fn title(&self) -> String {
        format!("only reps whose {}", self.rep)
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("then", &self.then)]
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        self.rep.reads(visit);
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        binder.rep_test("rep", &self.rep);
        if !binder.is_rep_field(self.rep.rep_field()) {
            let message = format!("no rep has a field `{}`", self.rep.rep_field());
            binder.at("rep", |binder| binder.finding(Severity::Warning, message));
        }
        let needs = self.rep.lead_field().map(|field| (Arc::from(field), binder.field(field)));
        let bind = |binder: &mut Binder<'_>| binder.child("then", &self.then);
        let then = binder.narrowed(Requirements::NONE, Some(&self.rep), bind);
        Arc::new(BoundOnly { needs, then })
    }
}

#[derive(Debug)]
struct BoundOnly {
    /// The lead field that reps are matched with.
    needs: Option<(Arc<str>, FieldIndex)>,
    then: StepIndex,
}

impl Strategy for BoundOnly {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        match &self.needs {
            Some((name, field)) if scope.field(name).is_none_or(|value| value.is_blank()) => {
                Verdict::pass(Why::NoValue { field: Named::Field(*field) })
            }
            _ => scope.run(self.then),
        }
    }
}
