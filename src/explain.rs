//! Explanations: why a lead would go where it would go.

use crate::condition::Condition;
use crate::decision::{Decision, Outcome, Path, Target};
use crate::fate::Fate;
use crate::note::Note;
use crate::reason::Reason;
use crate::strategy::{Because, BoundStep, PartIndex, PassedOver, Trace, TraceEntry, Verdict};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::fmt;

/// The steps that a lead comes through, with what each says, who else could have had the lead and why they did not, and the
/// decision that they lead to.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, Presence, RepRecord, Roster, Router, available, field, first_of, round_robin, when,
/// };
///
/// let plan = Plan::new(first_of((
///     when(field("employees").at_least(500), round_robin("enterprise")),
///     available(round_robin("smb")),
/// ))).otherwise("triage");
/// let ten = "2026-03-02T10:00:00Z".parse()?;
/// let roster = Roster::new()
///     .reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")))
///     .rep(RepRecord::new("cid").pool("smb").present(Presence::busy().until(ten)))
///     .declare("enterprise");
/// let router = Router::new(plan, roster)?;
/// let why = router.explain(&LeadRecord::new("L-1").with("employees", 50), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(why.to_string(), "\
/// L-1: assigned to ann by round_robin smb: next in turn of 2 open reps in `smb`
///   first_of: assigned to ann
///     when employees is at least 500: passed, because that is not so
///     available: assigned to ann
///       round_robin smb: assigned to ann
///         bob is owed 0.50 turns, as ann is; the lot decides
///         cid is busy until 2026-03-02 10:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It can be written with serde, for display: `decision`, and `steps` with their `reps`.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub(crate) decision: Decision,
    pub(crate) trace: Trace,
}

/// How much an explanation tells. For [`Router::explain_into`](crate::Router::explain_into).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Detail {
    /// The steps that the lead came through. Costs little more than the decision.
    Steps,
    /// Also each rep of the pools that these steps chose from. Looks at all of them: O(n).
    #[default]
    Reps,
}

/// How many of a step's reps `Display` lists; there may be thousands.
const MOST_REPS_SHOWN: usize = 20;

impl Explanation {
    /// The decision that it explains.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The steps that the lead came through, in order. None if no step was asked: the lead was in hand already, was given by
    /// hand, or had no id.
    pub fn steps(&self) -> impl Iterator<Item = ExplainedStep<'_>> {
        (0..).zip(&self.trace.entries).map(|(place, entry)| self.step(place, entry))
    }

    fn step<'a>(&'a self, place: usize, entry: &'a TraceEntry) -> ExplainedStep<'a> {
        ExplainedStep { explanation: self, place, entry }
    }

    /// The steps inside of the one at a place.
    fn inside(&self, place: usize) -> impl Iterator<Item = ExplainedStep<'_>> {
        let depth = self.trace.entries.get(place).map_or(0, |entry| entry.depth);
        let after = (0..).zip(&self.trace.entries).skip(place + 1);
        after.take_while(move |(_, entry)| entry.depth > depth).map(|(place, entry)| self.step(place, entry))
    }

    /// Everyone else of the pool that the deciding step chose from, by rep id. Nobody if it chose from no pool, such as that
    /// of an account's owner, or if the lead waits: [`ExplainedStep::reps`] tells for each step.
    pub fn reps(&self) -> impl Iterator<Item = ExplainedRep<'_>> {
        let decided = match (&self.decision.path, self.decision.target) {
            (Path::Step(step), Target::Rep(_)) => *step,
            _ => None,
        };
        // Of a step that was asked more than once, the last time counts.
        let entry = self.trace.entries.iter().rposition(|entry| decided == Some(entry.step));
        self.trace
            .reps
            .iter()
            .filter(move |rep| Some(rep.entry) == entry)
            .map(|rep| ExplainedRep { explanation: self, rep })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decision.fmt(f)?;
        for step in self.steps() {
            let indent = 2 * step.depth() + 2;
            write!(f, "\n{:indent$}", "")?;
            // What a step inside says need not be said twice.
            if step.outcome().is_none() && self.inside(step.place).any(|inner| inner.reason() == step.reason()) {
                step.write_title(f)?;
                f.write_str(": passed")?;
            } else {
                step.fmt(f)?;
            }
            for rep in step.reps().take(MOST_REPS_SHOWN) {
                write!(f, "\n{:indent$}  {rep}", "")?;
            }
            let more = step.reps().count().saturating_sub(MOST_REPS_SHOWN);
            if more > 0 {
                write!(f, "\n{:indent$}  and {more} more", "")?;
            }
        }
        Ok(())
    }
}

/// For display.
impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut explanation = serializer.serialize_struct("Explanation", 2)?;
        explanation.serialize_field("decision", &self.decision)?;
        explanation.serialize_field("steps", &self.steps().collect::<Vec<_>>())?;
        explanation.end()
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
    explanation: &'a Explanation,
    /// The step's place in the trace.
    place: usize,
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
        self.step().map_or("", |step| &step.title)
    }

    /// Where in the plan the step is written: `route.first_of[1].available`, without the step's own name.
    #[must_use]
    pub fn place(&self) -> &'a str {
        self.step().map_or("", |step| &step.place)
    }

    /// The innermost label around the step, if there is one.
    #[must_use]
    pub fn label(&self) -> Option<&'a str> {
        self.step()?.label.as_deref()
    }

    fn step(&self) -> Option<&'a BoundStep> {
        self.explanation.decision.book.plan.step(self.entry.step)
    }

    /// The reps of the pool that the step chose from, by rep id, but for the one whom it picked: each with why they did not
    /// get the lead. None of a step that chose from no pool, or if [`Detail::Reps`] was not asked for. Of a custom strategy,
    /// those of the rotations that it asked.
    ///
    /// ```
    /// use lead_router::{Fate, Gate, LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    ///
    /// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb").capacity(0)));
    /// let router = Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)?;
    /// let why = router.explain(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
    /// assert_eq!(why.decision().queue(), Some("triage"));
    ///
    /// let step = why.steps().last().ok_or("no step")?;
    /// let reps: Vec<String> = step.reps().map(|rep| rep.to_string()).collect();
    /// assert_eq!(reps, ["ann is full: 0 of 0 open leads", "bob is full: 0 of 0 open leads"]);
    /// let ann = step.reps().next().ok_or("nobody")?;
    /// assert!(matches!(ann.fate(), Fate::Gated(Gate::Full { capacity: 0, .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reps(&self) -> impl Iterator<Item = ExplainedRep<'a>> + use<'a> {
        let Self { explanation, place, .. } = *self;
        let reps = explanation.trace.reps.iter().filter(move |rep| rep.entry == place);
        reps.map(move |rep| ExplainedRep { explanation, rep })
    }

    fn verdict(&self) -> Option<&'a Verdict> {
        self.explanation.trace.verdict(self.entry)
    }

    /// Where the step would send the lead; none if it passed the lead on.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome<&'a str>> {
        let book = &self.explanation.decision.book;
        match self.verdict()? {
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
        let Because(why) = match self.verdict()? {
            Verdict::Pick(pick) => &pick.reason,
            Verdict::Queue(hold) | Verdict::Stop(hold) => &hold.reason,
            Verdict::Pass(because) => because,
        };
        Some(self.explanation.decision.book.reason(why))
    }

    /// Whether it was only asked whom the step would pick, whoever is away or full: the lead does not go there. So are the
    /// steps inside [`manager_of`](crate::manager_of).
    #[must_use]
    pub fn is_asked_only(&self) -> bool {
        self.entry.is_asked_only
    }

    /// How the step came to the branch that it took, where that needs telling: the area of a lead, the draw of a split.
    #[must_use]
    pub fn note(&self) -> Option<&'a Note> {
        self.explanation.trace.note(self.entry)
    }

    /// Of a step whose condition does not hold, the first part that does not.
    #[must_use]
    pub fn failed(&self) -> Option<&'a Condition> {
        let PartIndex(part) = self.entry.failed?;
        self.explanation.decision.book.plan.parts.get(part as usize)
    }
}

impl ExplainedStep<'_> {
    fn write_title(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())?;
        match self.note() {
            Some(note) => write!(f, " ({note})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ExplainedStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_title(f)?;
        match (self.outcome(), self.failed(), self.reason()) {
            (Some(outcome), ..) if self.is_asked_only() => write!(f, ": would be {outcome}"),
            (Some(outcome), ..) => write!(f, ": {outcome}"),
            (None, Some(condition), _) => {
                // Where all of it fails, the title has just said it.
                match self.reason() {
                    Some(Reason::ConditionFalse { condition: whole }) if *whole == *condition.to_string() => {
                        f.write_str(": passed, because that is not so")
                    }
                    _ => write!(f, ": passed, because it is not so that {condition}"),
                }
            }
            (None, None, Some(reason)) => write!(f, ": passed, because {reason}"),
            (None, None, None) => f.write_str(": passed"),
        }
    }
}

/// For display; what there is nothing to say of is left out.
impl Serialize for ExplainedStep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut step = serializer.serialize_map(None)?;
        step.serialize_entry("step", self.title())?;
        step.serialize_entry("place", self.place())?;
        step.serialize_entry("depth", &self.depth())?;
        if self.is_asked_only() {
            step.serialize_entry("asked_only", &true)?;
        }
        if let Some(outcome) = self.outcome() {
            step.serialize_entry("outcome", &outcome)?;
        }
        if let Some(reason) = self.reason() {
            step.serialize_entry("reason", &reason)?;
        }
        if let Some(note) = self.note() {
            step.serialize_entry("note", note)?;
        }
        if let Some(failed) = self.failed() {
            step.serialize_entry("failed", failed)?;
        }
        let reps: Vec<ExplainedRep<'_>> = self.reps().collect();
        if !reps.is_empty() {
            step.serialize_entry("reps", &reps)?;
        }
        step.end()
    }
}

/// A rep who did not get the lead at a step, and why. Got from [`ExplainedStep::reps`] and [`Explanation::reps`]; its
/// `Display` can be read out.
#[derive(Debug, Clone, Copy)]
pub struct ExplainedRep<'a> {
    explanation: &'a Explanation,
    rep: &'a PassedOver,
}

impl<'a> ExplainedRep<'a> {
    /// The rep's id.
    #[must_use]
    pub fn rep(&self) -> &'a str {
        self.explanation.decision.book.rep(self.rep.rep)
    }

    /// Why the rep did not get it.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.rep.fate
    }

    /// The field that the step shares out beside turns.
    fn shared_out(&self) -> &'a str {
        let step = self
            .explanation
            .trace
            .entries
            .get(self.rep.entry)
            .map(|entry| self.explanation.step(self.rep.entry, entry));
        match step.and_then(|step| step.reason()) {
            Some(Reason::InTurn { balances, .. } | Reason::BestRanked { balances, .. }) => balances.unwrap_or_default(),
            _ => "",
        }
    }

    /// Whom the step picked.
    fn chosen(&self) -> &'a str {
        let trace = &self.explanation.trace;
        match trace.entries.get(self.rep.entry).and_then(|entry| trace.verdict(entry)) {
            Some(Verdict::Pick(pick)) => self.explanation.decision.book.rep(pick.rep),
            _ => "",
        }
    }
}

impl fmt::Display for ExplainedRep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.rep())?;
        self.rep.fate.tell(self.chosen(), self.shared_out(), f)
    }
}

/// For display: `rep`, and `fate`.
impl Serialize for ExplainedRep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rep = serializer.serialize_struct("ExplainedRep", 2)?;
        rep.serialize_field("rep", self.rep())?;
        rep.serialize_field("fate", &self.fate())?;
        rep.end()
    }
}
