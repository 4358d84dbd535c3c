//! How leads wait in a queue: who comes first, and what is due when they wait too long. Plan data.

use crate::condition::{Condition, Read};
use crate::desk::Rank;
use crate::fault::{FaultKind, UnknownName};
use crate::instant::Instant;
use crate::lead::{Lead, LeadRecord};
use crate::sla::{Act, Clock, Ladder, Whom};
use crate::strategy::Binder;
use crate::value::FieldValue;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// How leads wait in a queue: in which order they are [released](crate::Router::release), and what is due when they wait
/// too long. For [`Plan::waiting`](crate::Plan::waiting).
///
/// Bands come first: leads of which the first condition holds, then those of the second, and so on, then all others. Inside a
/// band the one who has waited longest comes first, or, with [`most`](Self::most), the one that is worth most. A lead keeps
/// the place that it got when it came into the queue, whatever becomes of the plan.
///
/// ```
/// use lead_router::{
///     LeadRecord, Plan, Presence, RepRecord, Roster, Router, Waiting, available, field, hours, round_robin,
///     sla::{Act, Ladder, Task, Whom},
/// };
///
/// let waiting = Waiting::new()
///     .first(field("requested_demo").is(true))
///     .most("amount")
///     .escalate(Ladder::new().after(hours(4), Act::Notify(Whom::role("sales leadership"))));
/// let plan = Plan::new(available(round_robin("smb"))).otherwise("triage").waiting("triage", waiting);
/// let roster = Roster::new()
///     .rep(RepRecord::new("ann").pool("smb").present(Presence::busy()))
///     .rep(RepRecord::new("maria").role("sales leadership"));
/// let mut router = Router::new(plan, roster)?;
///
/// let nine = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("small").with("amount", 10), nine);
/// router.route(&LeadRecord::new("large").with("amount", 900), nine);
/// router.route(&LeadRecord::new("demo").with("requested_demo", true), nine);
/// let order: Vec<&str> = router.held().map(|lead| lead.id()).collect();
/// assert_eq!(order, ["demo", "large", "small"]);
///
/// let one = "2026-03-02T13:00:00Z".parse()?;
/// assert_eq!(router.due(one).len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # The longest wait
///
/// The ladder's clock starts when the lead comes into the queue, and stops when it leaves it. A lead that waits is with
/// nobody: a rung tells a person or a role, or moves it to another queue, and time is wall time or that of
/// [named hours](Clock::Hours).
///
/// # In a file
///
/// ```
/// # use lead_router::{Plan, Waiting, field, hours, round_robin, sla::{Act, Ladder}};
/// let read: Plan = toml::from_str(r#"
///     otherwise = "triage"
///     route = { round_robin = "smb" }
///
///     [waiting.triage]
///     first = [{ field = "requested_demo", is = true }]
///     most = "amount"
///     escalation = { rungs = [{ after = "8h", then = { queue = "rescue" } }] }
/// "#)?;
/// let waiting = Waiting::new()
///     .first(field("requested_demo").is(true))
///     .most("amount")
///     .escalate(Ladder::new().after(hours(8), Act::queue("rescue")));
/// assert_eq!(read, Plan::new(round_robin("smb")).otherwise("triage").waiting("triage", waiting));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table with `first`, `most` or `escalation`")]
pub struct Waiting {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    first: Vec<Condition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    escalation: Option<Ladder>,
}

impl Waiting {
    /// All leads in the order in which they came, for as long as it takes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets leads of which a condition holds come before those of all conditions that follow, and before all others.
    #[must_use]
    pub fn first(mut self, condition: Condition) -> Self {
        self.first.push(condition);
        self
    }

    /// Inside a band, lets the lead with the greatest number in this field come first. Those without one come last.
    #[must_use]
    pub fn most(mut self, field: impl Into<String>) -> Self {
        self.most = Some(field.into());
        self
    }

    /// Says what is due when a lead waits too long. Called again, it replaces the ladder.
    #[must_use]
    pub fn escalate(mut self, ladder: Ladder) -> Self {
        self.escalation = Some(ladder);
        self
    }

    pub(super) fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        self.first.iter().for_each(|condition| condition.reads(visit));
        if let Some(field) = &self.most {
            visit(field, Read::Amount);
        }
    }

    /// Where a lead comes that goes into the queue now.
    pub(crate) fn rank(&self, lead: &dyn Lead, now: Instant) -> Rank {
        // INVARIANT: whoever applies the record finds the same, so that it goes by what a record keeps.
        let mut kept = LeadRecord::new(lead.id());
        self.reads(&mut |field, _| {
            if let Some(value) = lead.field(field) {
                kept.set(field, FieldValue::kept(value));
            }
        });
        let band = self.first.iter().position(|condition| condition.holds_at(&kept, now));
        let worth = self.most.as_ref().and_then(|field| kept.field(field)?.as_number());
        let band = band.and_then(|band| u32::try_from(band).ok()).unwrap_or(Rank::NO_BAND);
        Rank { band, worth: Reverse(worth) }
    }

    /// Notes what is wrong with it. Its queue must be one of the plan.
    pub(super) fn bind(&self, name: &str, binder: &mut Binder<'_>) {
        let known = binder.queues();
        if !known.iter().any(|known| **known == *name) {
            let unknown = UnknownName::new("queue", name, known.iter().map(|known| &**known));
            binder.fault(FaultKind::Unknown(unknown));
        }
        for (place, condition) in self.first.iter().enumerate() {
            binder.condition(&format!("first[{place}]"), condition);
        }
        if let Some(field) = &self.most {
            binder.at("most", |binder| _ = binder.field(field));
        }
        let ladder = self.escalation.as_ref().map(|ladder| {
            binder.at("escalation", |binder| {
                with_nobody(ladder, name, binder);
                binder.ladder(ladder)
            })
        });
        binder.wait(name, self, ladder);
    }
}

/// Notes what a ladder asks of a rep, while no rep has the lead.
fn with_nobody(ladder: &Ladder, queue: &str, binder: &mut Binder<'_>) {
    if *ladder.clock() == Clock::WorkingTime || ladder.is_paused_on_leave() {
        let text = "a lead that waits is with nobody, so that nobody's working time or leave counts: name hours";
        binder.fault(FaultKind::Contradiction(text.to_owned()));
    }
    for (place, rung) in ladder.rungs().iter().enumerate() {
        let text = match &rung.then {
            Act::Notify(Whom::Rep | Whom::Manager | Whom::ManagersManager) => {
                "a lead that waits is with nobody: tell a person or a role".to_owned()
            }
            Act::Reassign => "a lead that waits is with nobody: move it to a queue".to_owned(),
            Act::Queue(into) if into == queue => format!("it waits in `{into}` already"),
            Act::Notify(_) | Act::Queue(_) => continue,
        };
        binder.at(&format!("rungs[{place}].then"), |binder| binder.fault(FaultKind::Contradiction(text)));
    }
}
