//! `escalate`: what is due when nobody contacts the leads that the step below gives.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::condition::ConditionFault;
use crate::fault::{FaultKind, Severity, UnknownName};
use crate::limits::MAX_RUNGS;
use crate::sla::{Act, Clock, Ladder, Whom};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A ladder for the leads that the step below gives. Made by [`escalate`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `ladder` and `then`, such as escalate = { ladder = { rungs = [..] }, then = step }"
)]
pub struct Escalate {
    ladder: Ladder,
    then: Box<Step>,
}

/// Gives the leads of every step below a [`Ladder`]: what is due if nobody contacts them in time. It counts in place of the
/// [plan's](crate::Plan::escalate); where these steps nest, the innermost one around the step that decides counts.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, RepRecord, Roster, Router, escalate, field, first_of, hours, minutes, round_robin,
///     sla::{Act, Ladder, Whom}, when,
/// };
///
/// let hot = Ladder::new().after(minutes(15), Act::Reassign);
/// let usual = Ladder::new().after(hours(2), Act::Notify(Whom::Rep));
/// let plan = Plan::new(first_of((
///     when(field("requested_demo").is(true), escalate(hot, round_robin("closers"))),
///     round_robin("closers"),
/// )));
/// let plan = plan.otherwise("triage").escalate(usual);
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("closers")));
/// let mut router = Router::new(plan, roster)?;
///
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("L-1"), now);
/// assert_eq!(router.next_deadline(), Some("2026-03-02T11:00:00Z".parse()?));
/// router.route(&LeadRecord::new("L-2").with("requested_demo", true), now);
/// assert_eq!(router.next_deadline(), Some("2026-03-02T09:15:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `escalate = { ladder = { rungs = [{ after = "15m", then = "reassign" }] }, then = { round_robin = "closers" } }`.
#[must_use]
pub fn escalate(ladder: Ladder, then: impl Into<Step>) -> Escalate {
    Escalate { ladder, then: Box::new(then.into()) }
}

impl Bind for Escalate {
    fn title(&self) -> String {
        "escalate".to_owned()
    }

    fn children(&self) -> Vec<Child<'_>> {
        vec![Child::new("then", &self.then)]
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let ladder = binder.at("ladder", |binder| binder.ladder(&self.ladder));
        let then = binder.escalated(ladder, |binder| binder.child("then", &self.then));
        Arc::new(BoundEscalate { then })
    }
}

#[derive(Debug)]
struct BoundEscalate {
    then: StepIndex,
}

impl Strategy for BoundEscalate {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        scope.run(self.then)
    }
}

impl Binder<'_> {
    /// Notes what is wrong with a ladder, and gives it to be shared by the leads that it counts for.
    pub(crate) fn ladder(&mut self, ladder: &Ladder) -> Arc<Ladder> {
        if let Clock::Hours(name) = ladder.clock() {
            self.at("clock.hours", |binder| binder.named_hours(name));
        }
        let rungs = ladder.rungs();
        if rungs.is_empty() || rungs.len() > MAX_RUNGS {
            let (value, high) = (rungs.len() as u64, MAX_RUNGS as u64);
            let kind = FaultKind::OutOfRange { what: "number of rungs", value, low: 1, high };
            self.at("rungs", |binder| binder.fault(kind));
        }
        let mut earlier = Span::default();
        let mut leaves_at = None;
        for (place, rung) in rungs.iter().enumerate().take(MAX_RUNGS) {
            self.at(&format!("rungs[{place}]"), |binder| {
                binder.at("after", |binder| binder.rung_time(rung.after, earlier));
                if let Some(first) = leaves_at {
                    let message = format!("rung {first} puts the lead into a queue, so that this one is never due");
                    binder.finding(Severity::Warning, message);
                }
                binder.act(&rung.then);
            });
            earlier = earlier.max(rung.after);
            leaves_at = leaves_at.or(matches!(rung.then, Act::Queue(_)).then_some(place + 1));
        }
        Arc::new(ladder.clone())
    }

    fn rung_time(&mut self, after: Span, earlier: Span) {
        if after == Span::default() {
            self.fault(FaultKind::Condition(ConditionFault::ZeroSpan { key: "after" }));
        } else if after < earlier {
            self.fault(FaultKind::RungsFall { earlier: earlier.to_string(), later: after.to_string() });
        }
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Notify(whom) => self.at("then.notify", |binder| binder.whom(whom)),
            Act::Queue(name) => self.at("then.queue", |binder| binder.ladder_queue(name)),
            Act::Reassign => {}
        }
    }

    fn whom(&mut self, whom: &Whom) {
        match whom {
            Whom::Rep => {}
            Whom::Manager | Whom::ManagersManager => {
                if !self.has_any_manager() {
                    self.finding(Severity::Serious, "no manager is known, so that nobody is told".to_owned());
                }
            }
            Whom::Person(rep) => {
                let known: Vec<&str> = self.present().map(|(id, _)| id).collect();
                self.at("person", |binder| binder.told("rep", rep, &known));
            }
            Whom::Role(role) => {
                let roles: BTreeSet<&str> =
                    self.present().flat_map(|(_, rep)| &rep.profile.roles).map(String::as_str).collect();
                let roles: Vec<&str> = roles.into_iter().collect();
                self.at("role", |binder| binder.told("role", role, &roles));
            }
        }
    }

    /// Notes a name of somebody to tell whom nobody knows.
    fn told(&mut self, what: &'static str, name: &str, known: &[&str]) {
        if known.contains(&name) {
            return;
        }
        let unknown = UnknownName::new(what, name, known.iter().copied());
        if self.is_strict() {
            self.fault(FaultKind::Unknown(unknown));
        } else {
            self.finding(Severity::Serious, format!("there is no {what} `{name}`, so that nobody is told"));
        }
    }

    fn named_hours(&mut self, name: &str) {
        let known: Vec<&str> = self.hours().collect();
        if known.contains(&name) {
            return;
        }
        if self.is_strict() {
            self.fault(FaultKind::Unknown(UnknownName::new("set of hours", name, known)));
        } else {
            self.finding(Severity::Serious, format!("there is no set of hours `{name}`, so that all time counts"));
        }
    }
}
