//! Escalation ladders: what is due when nobody has contacted a lead in time. Plan data; the router keeps the clocks.

mod due;

pub(crate) use due::DueId;
pub use due::{Due, Task};

use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is due when a lead is in somebody's hands and nobody has contacted it: after two hours tell the manager, after four
/// give it to somebody else. For a whole plan ([`Plan::escalate`](crate::Plan::escalate)) or for a step
/// ([`escalate`](crate::escalate)).
///
/// ```
/// use lead_router::{
///     Event, LeadRecord, Plan, RepRecord, Roster, Router, hours, round_robin,
///     sla::{Act, Ladder, Task, Whom},
/// };
///
/// let ladder = Ladder::new()
///     .after(hours(2), Act::Notify(Whom::Manager))
///     .after(hours(4), Act::Notify(Whom::role("sales leadership")))
///     .after(hours(8), Act::Reassign);
/// let plan = Plan::new(round_robin("smb")).otherwise("triage").escalate(ladder);
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb").manager("maria"))
///     .rep(RepRecord::new("bob").pool("smb").manager("maria"))
///     .rep(RepRecord::new("maria").role("sales leadership"));
/// let mut router = Router::new(plan, roster)?;
///
/// let lead = LeadRecord::new("L-1");
/// assert_eq!(router.route(&lead, "2026-03-02T09:00:00Z".parse()?).rep(), Some("ann"));
/// assert_eq!(router.next_deadline(), Some("2026-03-02T11:00:00Z".parse()?));
///
/// let now = "2026-03-02T17:30:00Z".parse()?;
/// for due in router.due(now) {
///     match due.task() {
///         Task::Notify(notice) => {
///             println!("{:?}: tell {:?} of {}", notice.id(), notice.to(), notice.lead_id());
///             router.observe(Event::notified(due.lead_id(), due.id()), now)?; // once it is sent
///         }
///         Task::Reroute(ask) => {
///             let decision = router.decide_with(&lead, now, ask); // the host brings the lead
///             assert_eq!(router.commit(&lead, decision)?.rep(), Some("bob"));
///         }
///         _ => {}
///     }
/// }
/// assert!(router.due(now).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # The clock
///
/// It starts with the commit that gives the lead to a rep, and stops for good at the first
/// [contact](crate::Event::contacted), or when the lead is closed or goes into a queue. It counts wall time, unless
/// [`Ladder::by`] says otherwise, and working time by the hours and the leave that the roster has now: an edit of either
/// moves what is still to come. Whoever has left the roster is reckoned in wall time.
///
/// A lead keeps the ladder that it was committed with, whatever becomes of the plan. If it moves to another rep, its clock
/// goes on, because the person has waited since then, and rungs that are done are not done again; what both reps let pass
/// is added up, each by their own hours. [`Ladder::restarting`] starts the ladder of the new commit from the beginning
/// instead.
///
/// # In a file
///
/// ```
/// # use lead_router::{Plan, hours, round_robin, sla::{Act, Clock, Ladder, Whom}};
/// let read: Plan = toml::from_str(r#"
///     otherwise = "triage"
///     route = { round_robin = "smb" }
///
///     [escalation]
///     clock = "working_time"
///     paused_on_leave = true
///     rungs = [
///         { after = "2h", then = { notify = "manager" } },
///         { after = "4h", then = { notify = { role = "sales leadership" } } },
///         { after = "6h", then = "reassign" },
///         { after = "8h", then = { queue = "rescue" } },
///     ]
/// "#)?;
/// let ladder = Ladder::new()
///     .by(Clock::WorkingTime)
///     .paused_on_leave()
///     .after(hours(2), Act::Notify(Whom::Manager))
///     .after(hours(4), Act::Notify(Whom::role("sales leadership")))
///     .after(hours(6), Act::Reassign)
///     .after(hours(8), Act::queue("rescue"));
/// assert_eq!(read, Plan::new(round_robin("smb")).otherwise("triage").escalate(ladder));
/// # Ok::<(), toml::de::Error>(())
/// ```
///
/// `clock` is `"wall_time"`, `"working_time"` or `{ hours = "name" }`; `notify` is `"rep"`, `"manager"`, `"managers_manager"`,
/// `{ person = "id" }` or `{ role = "name" }`; `on_move` is `"continue"` or `"restart"`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a ladder, such as { rungs = [{ after = \"2h\", then = \"reassign\" }] }")]
pub struct Ladder {
    #[serde(default, skip_serializing_if = "Clock::is_wall_time")]
    clock: Clock,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    paused_on_leave: bool,
    #[serde(default, skip_serializing_if = "OnMove::is_continue")]
    on_move: OnMove,
    rungs: Vec<Rung>,
}

/// What a ladder's time is reckoned in. [`Ladder`] has an example.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Clock {
    /// Every hour counts.
    #[default]
    WallTime,
    /// The working hours of the rep who has the lead; all time, for a rep without hours.
    WorkingTime,
    /// The hours that the roster has by this name, such as those of a team. If they have no time zone of their own, they are
    /// in UTC. Should the roster lose them while the router runs, all time counts.
    Hours(String),
}

impl Clock {
    fn is_wall_time(&self) -> bool {
        *self == Self::WallTime
    }
}

/// What becomes of the clock when a lead moves from rep to rep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OnMove {
    #[default]
    Continue,
    Restart,
}

impl OnMove {
    fn is_continue(&self) -> bool {
        *self == Self::Continue
    }
}

/// One rung of a ladder: what is due after how much time. Got from [`Ladder::rungs`].
///
/// ```
/// use lead_router::{hours, sla::{Act, Ladder}};
///
/// let ladder = Ladder::new().after(hours(4), Act::Reassign);
/// let rung = ladder.rungs().first().ok_or("no rung")?;
/// assert_eq!((rung.after, &rung.then), (hours(4), &Act::Reassign));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rung, such as { after = \"2h\", then = { notify = \"manager\" } }")]
#[non_exhaustive]
pub struct Rung {
    /// How much time of the ladder's clock passes before it is due. Above zero.
    pub after: Span,
    /// What is due then.
    pub then: Act,
}

/// What is due at a rung. [`Ladder`] has an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Act {
    /// Somebody is to be told.
    Notify(Whom),
    /// The plan decides anew, without the rep who has the lead and all who rejected it.
    Reassign,
    /// The lead goes into a queue, and its clock ends. A queue that only ladders name is one that is released.
    Queue(String),
}

impl Act {
    /// The lead goes into the queue of this name, 1 to 256 bytes.
    #[must_use]
    pub fn queue(name: impl Into<String>) -> Self {
        Self::Queue(name.into())
    }

    /// Whether the lead moves.
    pub(crate) fn moves(&self) -> bool {
        !matches!(self, Self::Notify(_))
    }
}

/// Whom a rung tells. Managers are looked up when the rung is due. [`Ladder`] has an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Whom {
    /// The rep who has the lead.
    Rep,
    /// The rep's manager; if none is in the roster, that of the pool that the lead came through.
    Manager,
    /// The manager's manager; if there is none, the manager.
    ManagersManager,
    /// One rep, by id.
    Person(String),
    /// Whoever has a role: the host knows how to reach them.
    Role(String),
}

impl Whom {
    /// One rep, by id.
    #[must_use]
    pub fn person(id: impl Into<String>) -> Self {
        Self::Person(id.into())
    }

    /// Whoever has a [role](crate::RepRecord::role).
    #[must_use]
    pub fn role(name: impl Into<String>) -> Self {
        Self::Role(name.into())
    }
}

impl Ladder {
    /// A ladder without rungs, in wall time. It needs at least one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rung: what is due after so much time, counted from the commit and not from the rung before. Times may not fall
    /// from rung to rung. At most [`MAX_RUNGS`](crate::limits::MAX_RUNGS).
    #[must_use]
    pub fn after(mut self, after: Span, then: Act) -> Self {
        self.rungs.push(Rung { after, then });
        self
    }

    /// Says what time is reckoned in.
    #[must_use]
    pub fn by(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Stops the clock while the rep who has the lead is on [leave](crate::Leave). Without it, leave counts: the person
    /// waits all the same, and the manager is told.
    #[must_use]
    pub fn paused_on_leave(mut self) -> Self {
        self.paused_on_leave = true;
        self
    }

    /// Starts anew when the lead moves to another rep, with the ladder of that commit.
    #[must_use]
    pub fn restarting(mut self) -> Self {
        self.on_move = OnMove::Restart;
        self
    }

    /// The rungs, the earliest first.
    #[must_use]
    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// What time is reckoned in.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn is_paused_on_leave(&self) -> bool {
        self.paused_on_leave
    }

    pub(crate) fn restarts(&self) -> bool {
        self.on_move == OnMove::Restart
    }

    /// The same with other names of reps and queues; none if it names nothing that has another.
    pub(crate) fn renamed(&self, reps: &BTreeMap<String, String>, queues: &BTreeMap<String, String>) -> Option<Self> {
        let mut renamed = self.clone();
        for rung in &mut renamed.rungs {
            let (name, names) = match &mut rung.then {
                Act::Notify(Whom::Person(rep)) => (rep, reps),
                Act::Queue(queue) => (queue, queues),
                _ => continue,
            };
            if let Some(new) = names.get(name) {
                name.clone_from(new);
            }
        }
        (renamed != *self).then_some(renamed)
    }
}
