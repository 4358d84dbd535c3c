//! Explanations: why a lead would go where it would go.

use crate::condition::Condition;
use crate::decision::Decision;
use crate::decision::Outcome;
use crate::reason::Reason;
use crate::strategy::{Because, Trace, TraceEntry, Verdict};
use std::fmt;

/// The steps that a lead comes through, with what each says, and the decision that they lead to.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, field, first_of, least_loaded, round_robin, when};
///
/// let plan = Plan::new(first_of((
///     when(field("employees").at_least(500), round_robin("enterprise")),
///     least_loaded("everyone"),
/// ))).otherwise("triage");
/// let router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("enterprise")))?;
/// let why = router.explain(&LeadRecord::new("L-1").with("employees", 50), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(why.to_string(), "\
/// L-1: assigned to ann by least_loaded everyone: the only one open in `everyone`
///   first_of: assigned to ann
///     when employees is at least 500: passed, because that is not so
///     least_loaded everyone: assigned to ann");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Explanation {
    decision: Decision,
    steps: Vec<TraceEntry>,
}

impl Explanation {
    pub(crate) fn new(decision: Decision, trace: Trace) -> Self {
        Self { decision, steps: trace.entries }
    }

    /// The decision that it explains.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The steps that the lead came through, in order. None if no step was asked: the lead was in hand already, or had
    /// no id.
    pub fn steps(&self) -> impl Iterator<Item = ExplainedStep<'_>> {
        self.steps.iter().map(|entry| self.step(entry))
    }

    fn step<'a>(&'a self, entry: &'a TraceEntry) -> ExplainedStep<'a> {
        ExplainedStep { decision: &self.decision, entry }
    }

    /// The steps inside of the one at a place.
    fn inside(&self, place: usize) -> impl Iterator<Item = ExplainedStep<'_>> {
        let (entry, after) = self.steps.get(place..).and_then(<[_]>::split_first).unzip();
        let depth = entry.map_or(0, |entry| entry.depth);
        after.into_iter().flatten().take_while(move |entry| entry.depth > depth).map(|entry| self.step(entry))
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decision.fmt(f)?;
        for (place, step) in self.steps().enumerate() {
            write!(f, "\n{:indent$}", "", indent = 2 * step.depth() + 2)?;
            // What a step inside says need not be said twice.
            if step.outcome().is_none() && self.inside(place).any(|inner| inner.reason() == step.reason()) {
                write!(f, "{}: passed", step.title())?;
            } else {
                step.fmt(f)?;
            }
        }
        Ok(())
    }
}

/// One step that a lead came through. Got from [`Explanation::steps`].
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, field, first_of, least_loaded, round_robin, when};
///
/// let plan = Plan::new(first_of((
///     when(field("employees").at_least(500), round_robin("enterprise")),
///     least_loaded("everyone"),
/// ))).otherwise("triage");
/// let router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("enterprise")))?;
/// let why = router.explain(&LeadRecord::new("L-1").with("employees", 50), "2026-03-02T09:00:00Z".parse()?);
///
/// let passed = why.steps().find(|step| step.outcome().is_none()).ok_or("no step passed")?;
/// assert_eq!(passed.title(), "when employees is at least 500");
/// assert_eq!(passed.depth(), 1);
/// assert_eq!(passed.failed(), Some(&field("employees").at_least(500)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ExplainedStep<'a> {
    decision: &'a Decision,
    entry: &'a TraceEntry,
}

impl<'a> ExplainedStep<'a> {
    /// How many steps it stands in; 0 for the plan's first.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.entry.depth as usize
    }

    /// What the step is, in a few words of the plan.
    #[must_use]
    pub fn title(&self) -> &'a str {
        self.decision.book.plan.step(self.entry.step).map_or("", |step| &step.title)
    }

    /// Where the step would send the lead; none if it passed the lead on.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome<&'a str>> {
        let book = &self.decision.book;
        match self.entry.verdict.as_ref()? {
            Verdict::Pick(pick) => Some(Outcome::Assigned { rep: book.rep(pick.rep) }),
            Verdict::Queue(hold) | Verdict::Stop(hold) => {
                Some(Outcome::Queued { queue: book.plan.queue_name(hold.queue) })
            }
            Verdict::Pass(_) => None,
        }
    }

    /// Why it passed, picked or held; none only if a custom strategy never came to a verdict.
    #[must_use]
    pub fn reason(&self) -> Option<Reason<&'a str>> {
        let Because(why) = match self.entry.verdict.as_ref()? {
            Verdict::Pick(pick) => &pick.reason,
            Verdict::Queue(hold) | Verdict::Stop(hold) => &hold.reason,
            Verdict::Pass(because) => because,
        };
        Some(self.decision.book.reason(why))
    }

    /// Of a step whose condition does not hold, the first part that does not.
    #[must_use]
    pub fn failed(&self) -> Option<&'a Condition> {
        self.entry.failed.as_ref()
    }
}

impl fmt::Display for ExplainedStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())?;
        match (self.outcome(), self.failed(), self.reason()) {
            (Some(outcome), ..) => write!(f, ": {outcome}"),
            (None, Some(condition), _) => {
                let condition = condition.to_string();
                // Where all of it fails, the title has just said it.
                if self.title().ends_with(&condition) {
                    f.write_str(": passed, because that is not so")
                } else {
                    write!(f, ": passed, because it is not so that {condition}")
                }
            }
            (None, None, Some(reason)) => write!(f, ": passed, because {reason}"),
            (None, None, None) => f.write_str(": passed"),
        }
    }
}
