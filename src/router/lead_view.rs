//! Looking at leads: who has them, since when, what happened, and what is due next.

use super::Router;
use crate::desk::{Life, Standing};
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::notice::Notice;
use crate::reason::Reason;
use crate::sla::Task;
use crate::sla::{Ladder, Rung};
use crate::value::Number;
use chrono::{DateTime, Utc};
use std::fmt;

impl Router {
    /// What is known of a lead at the router's clock; none if it is neither in hand nor in a queue.
    ///
    /// ```
    /// use lead_router::{
    ///     Event, LeadRecord, Plan, RepRecord, Roster, Router, hours, round_robin, sla::{Act, Ladder, Whom},
    /// };
    ///
    /// let ladder = Ladder::new().after(hours(2), Act::Notify(Whom::Rep));
    /// let plan = Plan::new(round_robin("smb")).otherwise("triage").escalate(ladder);
    /// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
    /// let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    ///
    /// let lead = router.lead("L-1").ok_or("not in hand")?;
    /// assert_eq!((lead.rep(), lead.commit(), lead.at(), lead.path()), (Some("ann"), 1, now, "round_robin smb"));
    /// let (number, _, at) = lead.next_rung().ok_or("no rung")?;
    /// assert_eq!((number, at), (1, "2026-03-02T11:00:00Z".parse()?));
    ///
    /// let ten = "2026-03-02T10:00:00Z".parse()?;
    /// router.observe(Event::contacted("L-1"), ten)?;
    /// let lead = router.lead("L-1").ok_or("not in hand")?;
    /// assert_eq!(lead.first_contact(), Some(ten));
    /// assert!(lead.next_rung().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lead(&self, lead_id: &str) -> Option<LeadView<'_>> {
        Some(LeadView { router: self, standing: self.desk.hand.standing(lead_id, self.clock)? })
    }

    /// The leads that a rep has in hand at the router's clock, the earliest commit first; none for somebody who never was in
    /// the roster. Looks at the leads of that rep only.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// for number in 1..=3 {
    ///     router.route(&LeadRecord::new(format!("L-{number}")), now);
    /// }
    /// let leads: Vec<&str> = router.leads_of("ann").map(|lead| lead.id()).collect();
    /// assert_eq!(leads, ["L-1", "L-3"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn leads_of(&self, rep: &str) -> impl Iterator<Item = LeadView<'_>> {
        let rep = self.desk.team.find(rep);
        let leads = rep.into_iter().flat_map(|rep| self.desk.hand.earliest_of(rep));
        let in_hand = leads.filter(|standing| self.desk.hand.standing(&standing.lead, self.clock).is_some());
        in_hand.map(|standing| LeadView { router: self, standing })
    }

    /// The notices that are [due](Router::due) at the router's clock, in that order: what people are still to be told.
    ///
    /// ```
    /// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, hours, round_robin, sla::{Act, Ladder, Whom}};
    ///
    /// let ladder = Ladder::new().after(hours(2), Act::Notify(Whom::Rep));
    /// let plan = Plan::new(round_robin("smb")).otherwise("triage").escalate(ladder);
    /// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
    /// router.route(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
    /// router.advance("2026-03-02T12:00:00Z".parse()?);
    /// let ids: Vec<Option<String>> = router.notices().map(|notice| notice.id().map(str::to_owned)).collect();
    /// assert_eq!(ids, [Some("1/rung_1".to_owned())]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn notices(&self) -> impl Iterator<Item = Notice> + use<> {
        let due = self.due(self.clock.to_utc_or_min());
        due.into_iter().filter_map(|due| match due.task {
            Task::Notify(notice) => Some(notice),
            Task::Reroute(_) => None,
        })
    }
}

/// A lead in hand or in a queue, with what happened to it. Got from [`Router::lead`], which has an example, and from
/// [`Router::leads_of`]. All times are in UTC and whole milliseconds.
#[derive(Clone, Copy)]
pub struct LeadView<'a> {
    pub(super) router: &'a Router,
    pub(super) standing: &'a Standing,
}

impl<'a> LeadView<'a> {
    fn life(&self) -> Option<&'a Life> {
        self.standing.life.as_deref()
    }

    fn time(&self, of: impl FnOnce(&Life) -> Option<Instant>) -> Option<DateTime<Utc>> {
        self.life().and_then(of).map(Instant::to_utc_or_min)
    }

    /// The lead's id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        &self.standing.lead
    }

    /// The rep who has it, by id; none if it waits.
    #[must_use]
    pub fn rep(&self) -> Option<&'a str> {
        self.standing.rep().map(|rep| self.router.desk.team.name(rep))
    }

    /// The queue in which it waits; none if a rep has it.
    #[must_use]
    pub fn queue(&self) -> Option<&'a str> {
        self.standing.queue()
    }

    /// The sequence number of the commit that stands.
    #[must_use]
    pub fn commit(&self) -> u64 {
        self.standing.sequence
    }

    /// When that commit was made.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.standing.at.to_utc_or_min()
    }

    /// Since when it waits in queues; none if a rep has it.
    #[must_use]
    pub fn waits_since(&self) -> Option<DateTime<Utc>> {
        self.standing.held().map(|held| held.since.to_utc_or_min())
    }

    /// The first condition of its queue's [`first`](crate::Waiting::first) that held when it came there, from 0; none if none
    /// did, or if a rep has it.
    #[must_use]
    pub fn band(&self) -> Option<usize> {
        usize::try_from(self.standing.held()?.rank.band()?).ok()
    }

    /// What it was worth when it came into its queue, where that goes by [`most`](crate::Waiting::most).
    #[must_use]
    pub fn worth(&self) -> Option<Number> {
        self.standing.held()?.rank.worth.0
    }

    /// Whether it waits until a person acts, and is not [released](Router::release).
    #[must_use]
    pub fn is_parked(&self) -> bool {
        let bound = &self.router.bound;
        self.queue().and_then(|queue| bound.queue(bound.find_queue(queue))).is_some_and(|queue| queue.parked)
    }

    /// Why it waits; of a lead that a rep has, why that rep got it, until the commit is settled.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        let of_commit = || Some(&self.standing.pending.as_ref()?.said);
        let said = self.standing.held().map(|held| &held.said).or_else(of_commit);
        said.map(|said| self.router.book.told(said))
    }

    /// The path by which it came there; see [`Decision::path`](crate::Decision::path).
    #[must_use]
    pub fn path(&self) -> &'a str {
        &self.standing.path
    }

    /// Whether the host has said that its write succeeded.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.standing.pending.is_none()
    }

    /// When the rep was told of it; none if nobody has [said](crate::Event::notified) so.
    #[must_use]
    pub fn notified(&self) -> Option<DateTime<Utc>> {
        self.time(|life| life.notified)
    }

    /// When the rep first [looked](crate::Event::seen) at it.
    #[must_use]
    pub fn seen(&self) -> Option<DateTime<Utc>> {
        self.time(|life| life.seen)
    }

    /// When it was first [contacted](crate::Event::contacted), by whoever had it then.
    #[must_use]
    pub fn first_contact(&self) -> Option<DateTime<Utc>> {
        self.time(|life| life.contacted)
    }

    /// When it was first [qualified](crate::Event::qualified).
    #[must_use]
    pub fn qualified(&self) -> Option<DateTime<Utc>> {
        self.time(|life| life.qualified)
    }

    /// When the rep who has it [rejected](crate::Event::rejected) it: it is to be rerouted.
    #[must_use]
    pub fn rejected(&self) -> Option<DateTime<Utc>> {
        self.time(|life| life.rejected)
    }

    /// The reps who have rejected it, by id: the plan gives it to none of them.
    pub fn rejected_by(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let desk = &self.router.desk;
        self.life().into_iter().flat_map(|life| &life.rejected_by).map(move |rep| desk.team.name(*rep))
    }

    /// Whose lead it is while that rep is away, by id: it goes back to them with
    /// [`Handover::back`](crate::Handover::back). None if it is not [covered](crate::Handover::away) for anybody, or if that
    /// rep has left since.
    #[must_use]
    pub fn covered_for(&self) -> Option<&'a str> {
        let team = &self.router.desk.team;
        let is_there = |rep: &RepIndex| team.rep(*rep).is_some_and(|rep| !rep.has_left());
        self.standing.covered_for().filter(is_there).map(|rep| team.name(rep))
    }

    /// How often it left a rep for another, or for a queue; being covered does not count.
    #[must_use]
    pub fn passed_on(&self) -> u32 {
        self.life().map_or(0, |life| life.passed_on)
    }

    /// The ladder whose clock runs; none if none does.
    #[must_use]
    pub fn ladder(&self) -> Option<&'a Ladder> {
        self.standing.clock().map(|clock| &*clock.ladder)
    }

    /// The first rung that is not done: its number, from 1, the rung, and when it is due or was. None if none ever will be.
    #[must_use]
    pub fn next_rung(&self) -> Option<(usize, &'a Rung, DateTime<Utc>)> {
        let (place, rung, at) = self.router.desk.rungs_left(self.standing).next()?;
        Some((place + 1, rung, at.to_utc()?))
    }
}

impl fmt::Debug for LeadView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeadView")
            .field("id", &self.id())
            .field("rep", &self.rep())
            .field("queue", &self.queue())
            .field("commit", &self.commit())
            .field("at", &self.at())
            .finish_non_exhaustive()
    }
}
