//! What is due, and how a lead moves because of it.

use super::Router;
use super::apply::Destination;
use crate::ask::Ask;
use crate::desk::{DueAt, Standing};
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::notice::{Notice, Recipient};
use crate::reason::Why;
use crate::sla::{Act, Due, DueId, Ladder, Rung, Task, Whom};
use crate::strategy::{QueueIndex, StepIndex};
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Router {
    /// Everything that is due by `now` and not done: what [ladders](Ladder) tell people because nobody has contacted a lead,
    /// and leads that are to move. In order of time, then of commits, then of rungs. Pure: it lists the same until
    /// something is done. A `now` before the router's clock counts as the clock.
    ///
    /// Costs what is due, and not what is in hand. [`Router::next_deadline`] says when to call again.
    ///
    /// ```
    /// use lead_router::{Event, LeadRecord, Plan, RepRecord, Roster, Router, minutes, round_robin, sla::{Act, Ladder, Whom}};
    ///
    /// let ladder = Ladder::new().after(minutes(30), Act::Notify(Whom::Rep));
    /// let plan = Plan::new(round_robin("smb")).otherwise("triage").escalate(ladder);
    /// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
    /// router.route(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
    ///
    /// let late = "2026-03-02T09:30:00Z".parse()?;
    /// let due = router.due(late);
    /// let due = due.first().ok_or("nothing is due")?;
    /// assert_eq!((due.id(), due.lead_id(), due.rep(), due.at()), ("1/rung_1", "L-1", Some("ann"), late));
    ///
    /// router.observe(Event::contacted("L-1"), late)?;
    /// assert!(router.due(late).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>) -> Vec<Due> {
        let now = Instant::from(now).max(self.clock);
        let due = self.desk.due(now);
        due.into_iter().filter_map(|(due, standing)| self.due_thing(due, standing, now)).collect()
    }

    fn due_thing(&self, DueAt { at, commit, rung }: DueAt, standing: &Standing, now: Instant) -> Option<Due> {
        let id = DueId { commit, rung };
        let holder = standing.rep();
        let act = rung.and_then(|place| Some(&standing.clock()?.ladder.rungs().get(place)?.then));
        let task = match act {
            Some(Act::Notify(whom)) => {
                let to = self.recipient(whom, holder, standing);
                Task::Notify(Notice::of_rung(id.to_string(), to, &standing.lead))
            }
            // Only the last move counts: it ends the others.
            Some(Act::Reassign | Act::Queue(_)) if self.moves_later(standing, rung, now) => return None,
            _ => Task::Reroute(self.moving_on(holder).because_of(id)),
        };
        let (lead, rep) = (standing.lead.to_string(), holder.map(|rep| self.desk.team.name(rep).to_owned()));
        Some(Due { id: id.to_string(), lead, rep, at: at.to_utc_or_min(), task })
    }

    fn moving_on(&self, holder: Option<RepIndex>) -> Ask {
        holder.into_iter().fold(Ask::reroute(), |ask, rep| ask.exclude(self.desk.team.name(rep)))
    }

    /// Whether a rung after this one that moves the lead is due, too.
    fn moves_later(&self, standing: &Standing, rung: Option<usize>, now: Instant) -> bool {
        let due = self.desk.rungs_left(standing).take_while(|(_, _, at)| *at <= now);
        due.filter(|(place, ..)| Some(*place) > rung).any(|(_, rung, _)| rung.then.moves())
    }

    /// Whom a rung tells, as the roster is now.
    fn recipient(&self, whom: &Whom, holder: Option<RepIndex>, standing: &Standing) -> Recipient {
        let team = &self.desk.team;
        let of_pool = || team.pool_manager(standing.pool?);
        let manager = || team.manager(holder?).or_else(of_pool);
        let rep = match whom {
            Whom::Rep => holder,
            Whom::Manager => manager(),
            Whom::ManagersManager => manager().map(|manager| team.manager(manager).unwrap_or(manager)),
            Whom::Person(rep) => team.find_present(rep),
            Whom::Role(role) => return Recipient::Role(role.clone()),
        };
        rep.map_or(Recipient::Nobody, |rep| Recipient::Rep(team.name(rep).to_owned()))
    }

    /// The ladder of leads that a step gives; that of the plan, if none does. In a queue, its own counts.
    pub(super) fn ladder(&self, target: &Destination, step: Option<StepIndex>) -> Option<&Arc<Ladder>> {
        if let Destination::Queue(queue, _) = target {
            return self.bound.queue(*queue)?.ladder.as_ref();
        }
        match step.and_then(|step| self.bound.step(step)) {
            Some(step) => step.ladder.as_ref(),
            None => self.bound.ladder.as_ref(),
        }
    }

    /// Whether what is asked because of something that is due still is to be done; true of all that is asked for itself.
    pub(super) fn is_called_for(&self, standing: Option<&Standing>, ask: &Ask, at: Instant) -> bool {
        let Some(due) = ask.due() else { return true };
        standing.is_some_and(|standing| self.is_due(standing, due, at))
    }

    /// Whether something is due for a lead at an instant. It is no longer once the lead has moved or was contacted.
    pub(super) fn is_due(&self, standing: &Standing, id: DueId, at: Instant) -> bool {
        match id.rung {
            None => {
                standing.sequence == id.commit && standing.life.as_ref().is_some_and(|life| life.rejected.is_some())
            }
            Some(_) => self.due_rung(standing, id, at).is_some(),
        }
    }

    fn due_rung<'r>(&'r self, standing: &'r Standing, id: DueId, at: Instant) -> Option<&'r Rung> {
        standing.clock().filter(|clock| clock.commit == id.commit)?;
        let mut left = self.desk.rungs_left(standing).take_while(|(_, _, due)| *due <= at);
        left.find(|(place, ..)| Some(*place) == id.rung).map(|(_, rung, _)| rung)
    }

    /// The queue that a lead goes to which is to leave its rep, if the plan does not decide anew, and why.
    pub(super) fn put_aside(&self, standing: &Standing, ask: &Ask, at: Instant) -> Option<(QueueIndex, Why)> {
        if !ask.reroutes() || ask.is_cover() {
            return None;
        }
        let rung = ask.due().and_then(|due| self.due_rung(standing, due, at));
        match (rung, standing.held()) {
            (Some(Rung { after, then: Act::Queue(queue) }), held) => {
                let after = *after;
                let why = if held.is_some() { Why::Waited { after } } else { Why::NotContacted { after } };
                Some((self.bound.find_queue(queue), why))
            }
            (_, None) => self.passed_on_too_often(standing),
            (_, Some(_)) => None,
        }
    }

    fn passed_on_too_often(&self, standing: &Standing) -> Option<(QueueIndex, Why)> {
        let (most, queue) = self.plan.passes_on()?;
        let times = standing.life.as_ref().map_or(0, |life| life.passed_on);
        (times >= most).then(|| (self.bound.find_queue(queue), Why::PassedOn { times }))
    }

    /// What is asked of a decision, without those who rejected the lead before.
    pub(super) fn without_rejecters(&self, standing: Option<&Standing>, ask: Option<&Ask>) -> Option<Ask> {
        let rejected_by = &standing?.life.as_ref().filter(|life| !life.rejected_by.is_empty())?.rejected_by;
        let ask = ask.cloned().unwrap_or_default();
        Some(rejected_by.iter().fold(ask, |ask, rep| ask.exclude(self.desk.team.name(*rep))))
    }
}
