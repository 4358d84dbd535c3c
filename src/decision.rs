//! Decisions: what should happen with one lead. Nothing has happened yet.

use crate::ask::Ask;
use crate::book::Book;
use crate::desk::Turn;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::{Instant, in_minutes};
use crate::lead_id::LeadId;
use crate::notice::Notice;
use crate::order::PinKind;
use crate::reason::{Reason, Why};
use crate::strategy::{BY_HAND, ESCALATION, QueueIndex, StepIndex};
use chrono::{DateTime, Utc};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// What becomes of a lead: a rep has it, or it waits in a queue. There is no third.
///
/// ```
/// use lead_router::Outcome;
///
/// let outcome: Outcome = serde_json::from_str(r#"{ "assigned": { "rep": "ann" } }"#)?;
/// match &outcome {
///     Outcome::Assigned { rep } => assert_eq!(rep, "ann"),
///     Outcome::Queued { queue } => println!("waits in {queue}"),
/// }
/// assert_eq!(outcome.to_string(), "assigned to ann");
/// assert_eq!(outcome.as_deref().rep(), Some(&"ann"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<Name = String> {
    /// A rep has it.
    Assigned {
        /// The rep's id.
        rep: Name,
    },
    /// It waits.
    Queued {
        /// The queue's name.
        queue: Name,
    },
}

impl Default for Outcome {
    /// Queued nowhere: what an empty receipt says.
    fn default() -> Self {
        Self::Queued { queue: String::new() }
    }
}

impl<Name> Outcome<Name> {
    /// The rep's id or the queue's name.
    pub fn name(&self) -> &Name {
        match self {
            Self::Assigned { rep } => rep,
            Self::Queued { queue } => queue,
        }
    }

    /// The rep who has it; none if it waits.
    pub fn rep(&self) -> Option<&Name> {
        match self {
            Self::Assigned { rep } => Some(rep),
            Self::Queued { .. } => None,
        }
    }

    /// The queue in which it waits; none if a rep has it.
    pub fn queue(&self) -> Option<&Name> {
        match self {
            Self::Assigned { .. } => None,
            Self::Queued { queue } => Some(queue),
        }
    }
}

impl Outcome<&str> {
    /// The same with names of its own.
    #[must_use]
    pub fn to_owned(&self) -> Outcome {
        match *self {
            Self::Assigned { rep } => Outcome::Assigned { rep: rep.to_owned() },
            Self::Queued { queue } => Outcome::Queued { queue: queue.to_owned() },
        }
    }
}

impl Outcome {
    /// The same with borrowed names.
    #[must_use]
    pub fn as_deref(&self) -> Outcome<&str> {
        match self {
            Self::Assigned { rep } => Outcome::Assigned { rep },
            Self::Queued { queue } => Outcome::Queued { queue },
        }
    }
}

impl<Name: fmt::Display> fmt::Display for Outcome<Name> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assigned { rep } => write!(f, "assigned to {rep}"),
            Self::Queued { queue } => write!(f, "queued in {queue}"),
        }
    }
}

/// What should happen with one lead, and why. Nothing has happened yet: commit it, show it, or drop it.
///
/// It borrows nothing, can be sent to another thread and stays valid while the router moves on. A clone costs a few
/// reference counts. It holds none of the lead's values but the id.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, label, round_robin};
///
/// let plan = Plan::new(label("small companies", round_robin("smb"))).otherwise("triage");
/// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
/// let lead = LeadRecord::new("L-1");
/// let decision = router.decide(&lead, "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.rep(), Some("ann"));
/// assert_eq!(decision.queue(), None);
/// assert_eq!(decision.path(), "small companies");
/// assert_eq!(decision.reason().to_string(), "the only one open in `smb`");
/// assert_eq!(decision.to_string(), "L-1: assigned to ann by small companies: the only one open in `smb`");
/// assert_eq!(decision.notices().len(), 1); // ann should hear of it, if this is committed
///
/// let receipt = router.commit(&lead, decision)?;
/// # assert_eq!(receipt.rep(), Some("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It can be written with serde, for display: `lead`, `at`, `outcome`, `path`, `reason` and `repeat`, and `next_opening` if there is one. It cannot be read
/// back: only the router that made it can commit it.
#[derive(Clone)]
pub struct Decision {
    pub(crate) book: Arc<Book>,
    pub(crate) lead: LeadId,
    /// Of the id, by which it is found in hand.
    pub(crate) hash: u64,
    pub(crate) at: Instant,
    /// The last record that it was made with.
    pub(crate) seen: u64,
    pub(crate) clamped: bool,
    pub(crate) target: Target,
    pub(crate) path: Path,
    pub(crate) why: Why,
    pub(crate) turn: Option<Turn>,
    /// The pool that the rep was picked from.
    pub(crate) pool: Option<PoolIndex>,
    /// When the first opens of those who were asked.
    pub(crate) opens: Option<Instant>,
    /// The commit that stood for the lead when this was decided.
    pub(crate) standing: Option<u64>,
    pub(crate) repeat: bool,
    pub(crate) ask: Option<Arc<Ask>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Rep(RepIndex),
    Queue(QueueIndex),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Path {
    /// That of the step that decided; none if the plan ran out of steps.
    Step(Option<StepIndex>),
    /// A step decided, and the path is that of an area's step below it.
    Area { step: StepIndex, area: StepIndex },
    /// That of the commit that stands.
    Standing(Arc<str>),
    /// Somebody gave the lead to a rep.
    ByHand,
    /// The lead was not contacted in time, or passed on too often.
    Escalation,
}

impl Decision {
    /// The id of the lead; empty if it has none.
    #[must_use]
    pub fn lead_id(&self) -> &str {
        &self.lead
    }

    /// What should become of the lead.
    #[must_use]
    pub fn outcome(&self) -> Outcome<&str> {
        match self.target {
            Target::Rep(rep) => Outcome::Assigned { rep: self.book.rep(rep) },
            Target::Queue(queue) => Outcome::Queued { queue: self.book.plan.queue_name(queue) },
        }
    }

    /// The rep who should get it, by id; none if it should wait.
    #[must_use]
    pub fn rep(&self) -> Option<&str> {
        self.outcome().rep().copied()
    }

    /// The queue in which it should wait; none if a rep should get it.
    #[must_use]
    pub fn queue(&self) -> Option<&str> {
        self.outcome().queue().copied()
    }

    /// The labels down to the step that decided, joined by `/`; without labels, what the step is. `otherwise` if the plan
    /// ran out of steps, and `by hand` if somebody [gave](crate::Router::give) the lead to a rep.
    #[must_use]
    pub fn path(&self) -> &str {
        match &self.path {
            Path::Step(step) => self.book.plan.path(*step),
            Path::Area { area, .. } => self.book.plan.path(Some(*area)),
            Path::Standing(path) => path,
            Path::ByHand => BY_HAND,
            Path::Escalation => ESCALATION,
        }
    }

    /// Whether a pin that was set while the router runs decided, by the lead's account or e-mail domain.
    pub(crate) fn decided_by_pins(&self) -> bool {
        let by_name = matches!(self.why, Why::Pinned { on: PinKind::Account | PinKind::Domain, .. });
        by_name && matches!(self.path, Path::Step(step) if step == self.book.plan.running_pins)
    }

    /// Why. Its text can be read out; [`Reason::to_owned`] keeps it.
    #[must_use]
    pub fn reason(&self) -> Reason<&str> {
        self.book.reason(&self.why)
    }

    /// When it was decided, in UTC and whole milliseconds: the `now` that was passed in, or the router's clock if that
    /// was later.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at.to_utc_or_min()
    }

    /// Whether the `now` that was passed in lay before the router's clock, so that the clock counted. Several machines'
    /// clocks differ by a little; by much, it is worth a look.
    #[must_use]
    pub fn is_clamped(&self) -> bool {
        self.clamped
    }

    /// Whether the lead is in hand, or waits in the same queue, already. Then committing this changes nothing, unless
    /// the lead is closed or moved before.
    #[must_use]
    pub fn is_repeat(&self) -> bool {
        self.repeat
    }

    /// When the first of those whom the plan asked for this lead can take one, in UTC: when hours begin, leave or a pause ends, a
    /// busy rep is back, or a cap lets another lead in, if nothing else happens until then. None if a rep gets the lead, and
    /// if nobody's gate is known to open by itself.
    ///
    /// ```
    /// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, WorkingHours, available, round_robin};
    ///
    /// let hours = WorkingHours::in_zone("America/New_York").on("mon-fri", "09:00-17:00");
    /// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb").hours(hours));
    /// let router = Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)?;
    ///
    /// let decision = router.decide(&LeadRecord::new("L-1"), "2026-03-01T03:00:00Z".parse()?); // a Saturday night
    /// assert_eq!(decision.next_opening(), Some("2026-03-02T14:00:00Z".parse()?)); // Monday, 9 o'clock
    /// assert_eq!(
    ///     decision.to_string(),
    ///     "L-1: queued in triage by otherwise: nobody in `smb` can take it: 1 out of working hours; \
    /// the next opening is at 2026-03-02 14:00 UTC",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_opening(&self) -> Option<DateTime<Utc>> {
        self.opens?.to_utc()
    }

    /// Whom the host should tell, if this is committed: nobody for a repeat or a lead that waits. They have no id yet;
    /// send those of the receipt.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let rep = self.rep().filter(|_| !self.repeat);
        rep.map(|rep| Notice::of_lead(None, rep, self.lead_id(), &self.why)).into_iter().collect()
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lead = if self.lead_id().is_empty() { "lead without id" } else { self.lead_id() };
        // `by hand` reads as it stands.
        let by = if self.path == Path::ByHand { "" } else { "by " };
        write!(f, "{lead}: {} {by}{}: {}", self.outcome(), self.path(), self.reason())?;
        match self.next_opening() {
            Some(opening) => write!(f, "; the next opening is at {}", in_minutes(opening)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("lead", &self.lead_id())
            .field("at", &self.at())
            .field("outcome", &self.outcome())
            .field("path", &self.path())
            .field("reason", &self.reason())
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

/// For display: what it says, not what committing it would need.
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut decision = serializer.serialize_struct("Decision", 6 + usize::from(self.opens.is_some()))?;
        decision.serialize_field("lead", self.lead_id())?;
        decision.serialize_field("at", &self.at())?;
        decision.serialize_field("outcome", &self.outcome())?;
        decision.serialize_field("path", self.path())?;
        decision.serialize_field("reason", &self.reason())?;
        decision.serialize_field("repeat", &self.repeat)?;
        if let Some(opening) = self.next_opening() {
            decision.serialize_field("next_opening", &opening)?;
        }
        decision.end()
    }
}

/// Decisions go to other threads.
const _: fn() = || {
    fn is_portable<T: Clone + Send + Sync + 'static>() {}
    is_portable::<Decision>();
};
