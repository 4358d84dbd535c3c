//! Leads that wait: in which order they are released, to whom, and who may take one.

use super::apply::Destination;
use super::{EventError, LeadView, Router};
use crate::ask::Ask;
use crate::decision::Decision;
use crate::desk::Rank;
use crate::instant::Instant;
use crate::lead::Lead;
use crate::receipt::Receipt;
use crate::strategy::QueueIndex;
use chrono::{DateTime, Utc};

impl Router {
    /// The leads that wait, in the order in which they are released: by the bands of their queues, then by worth where a
    /// queue goes by that, then by how long they have waited. [`Waiting`](crate::Waiting) has an example. Parked leads are
    /// among them; [`LeadView::is_parked`] tells them apart.
    pub fn held(&self) -> impl Iterator<Item = LeadView<'_>> {
        self.desk.hand.waiting().map(|standing| LeadView { router: self, standing })
    }

    /// The leads that wait in one queue, in that order. Looks at all that wait.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().rep(RepRecord::new("ann").pool("smb").capacity(0));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    /// let lead = router.held_in("triage").next().ok_or("nobody waits")?;
    /// assert_eq!((lead.id(), lead.waits_since()), ("L-1", Some(now)));
    /// let why = lead.reason().ok_or("no reason")?;
    /// assert_eq!(why.to_string(), "nobody in `smb` can take it: 1 full");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn held_in(&self, queue: &str) -> impl Iterator<Item = LeadView<'_>> {
        self.held().filter(move |lead| lead.queue() == Some(queue))
    }

    /// Decides once more on all leads that wait, in [their order](Router::held), and commits those that move: to whoever has
    /// come free, by the same plan and in the same fair turns as if they came now. Parked ones stay.
    ///
    /// To be called when somebody may have come free: after an [`observe`](Router::observe), and at
    /// [`next_deadline`](Router::next_deadline). The crate keeps no leads: `lead` brings each by its id. One that it does not
    /// bring stays. Gives the receipts of those that moved, as [`Router::commit`] does; each lead moves once at the most.
    /// Costs a decision for each lead that waits.
    ///
    /// A host that writes its journal first does the same by [`held`](Router::held) and
    /// [`prepare_commit`](Router::prepare_commit).
    ///
    /// ```
    /// use lead_router::{Event, LeadRecord, Plan, Presence, RepRecord, Roster, Router, available, round_robin};
    ///
    /// let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb").capacity(1).present(Presence::busy()));
    /// let mut router = Router::new(plan, roster)?;
    /// let now = "2026-03-02T09:00:00Z".parse()?;
    /// for id in ["L-1", "L-2"] {
    ///     assert_eq!(router.route(&LeadRecord::new(id), now).queue(), Some("triage"));
    /// }
    ///
    /// router.observe(Event::presence("ann", Presence::online()), now)?;
    /// let receipts = router.release(now, |id| Some(LeadRecord::new(id))); // the host's own leads, by id
    /// let released: Vec<(&str, Option<&str>)> = receipts.iter().map(|one| (one.lead_id(), one.rep())).collect();
    /// assert_eq!(released, [("L-1", Some("ann"))]); // and L-2 waits on, for ann has room for one
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn release<L: Lead>(&mut self, now: DateTime<Utc>, mut lead: impl FnMut(&str) -> Option<L>) -> Vec<Receipt> {
        let waiting = self.held().filter(|lead| !lead.is_parked());
        let waiting: Vec<String> = waiting.map(|lead| lead.id().to_owned()).collect();
        let mut receipts = Vec::new();
        for lead in waiting.iter().filter_map(|id| lead(id).filter(|lead| lead.id() == id)) {
            let decision = self.decide(&lead, now);
            if !decision.is_repeat() {
                receipts.extend(self.commit(&lead, decision));
            }
        }
        receipts
    }

    /// The decision that a rep takes a waiting lead, in a parked queue or another, if the plan would give it to them, were
    /// nobody else there. Pure; commit it like any other. It counts as an open lead of theirs, and takes no turn.
    ///
    /// If the plan would not (another team's lead, no room, away), the lead waits on: the decision is a repeat, and its
    /// reason says why.
    ///
    /// # Errors
    ///
    /// If the rep is not in the roster, or if the lead does not wait in a queue.
    ///
    /// ```
    /// # use lead_router::{Event, Presence};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb").present(Presence::busy())));
    /// let mut router = Router::new(plan, roster)?;
    /// let (lead, now) = (LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
    /// router.route(&lead, now);
    ///
    /// let refused = router.claim(&lead, "bob", now)?;
    /// assert_eq!((refused.rep(), refused.is_repeat()), (None, true)); // he is busy
    /// router.observe(Event::presence("bob", Presence::online()), now)?;
    /// let decision = router.claim(&lead, "bob", now)?;
    /// assert_eq!(decision.reason().to_string(), "took it from the queue, as the plan allows");
    /// assert_eq!(router.commit(&lead, decision)?.rep(), Some("bob"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn claim(&self, lead: &(impl Lead + ?Sized), rep: &str, now: DateTime<Utc>) -> Result<Decision, EventError> {
        self.check_claim(lead.id(), rep, now.into())?;
        Ok(self.decide_with(lead, now, &Ask::claim(rep)))
    }

    /// Where a lead waits that goes into a queue now.
    pub(super) fn waits_in(&self, queue: QueueIndex, lead: &dyn Lead, at: Instant) -> Destination {
        let waiting = self.bound.queue(queue).and_then(|queue| queue.waiting.as_ref());
        let rank = waiting.map_or(Rank::PLAIN, |waiting| waiting.rank(lead, at));
        Destination::Queue(queue, rank)
    }
}
