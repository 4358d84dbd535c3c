//! What happens to leads in a game: contacts, rejections, and what is due.

use crate::chance::{REPS, lead, lead_called, time};
use crate::game::{Decided, Game};
use crate::model::{Place, Standing, Started};
use lead_router::sla::{Act, Clock, Due, Ladder, Task};
use lead_router::{Event, Lead, LeadView, Reason, Record};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Whether the clock of a ladder goes on when a lead moves from rep to rep.
pub(crate) fn goes_on(ladder: &Ladder) -> bool {
    settings(ladder)["on_move"].is_null()
}

fn settings(ladder: &Ladder) -> serde_json::Value {
    serde_json::to_value(ladder).expect("a ladder is data")
}

/// Whether every hour counts.
fn is_in_wall_time(ladder: &Ladder) -> bool {
    *ladder.clock() == Clock::WallTime && settings(ladder)["paused_on_leave"].is_null()
}

/// The place of the rung that is meant; none for a rejection.
fn rung_of(id: &str) -> Option<usize> {
    let (_, number) = id.split_once("/rung_")?;
    Some(number.parse::<usize>().expect("a number") - 1)
}

impl Game {
    /// Takes in what a record says of a lead.
    pub(crate) fn live(&mut self, event: &Event) {
        let (Event::Closed { lead, .. }
        | Event::Released { lead, .. }
        | Event::Notified { lead, .. }
        | Event::Seen { lead, .. }
        | Event::Contacted { lead, .. }
        | Event::Qualified { lead, .. }
        | Event::NoShow { lead, .. }
        | Event::Rejected { lead, .. }
        | Event::Merged { lead, .. }) = event
        else {
            return;
        };
        assert!(self.model.leads.contains_key(lead), "{lead} was neither in hand nor held");
        self.model.live(event);
    }

    /// Does something that is due, as a host does.
    pub(crate) fn work_off_what_is_due(&mut self) {
        let now = self.now().max(self.model.clock);
        let due = self.router.due(time(now));
        if due.is_empty() {
            return;
        }
        let due = self.dice.of(&due);
        match due.task() {
            Task::Notify(notice) => {
                assert_eq!((notice.id(), notice.lead_id()), (Some(due.id()), due.lead_id()));
                let event = Event::notified(due.lead_id(), due.id());
                let record = self.router.observe(event.clone(), time(now)).expect("it is due");
                self.note(format!("{:?}", record.what));
                self.model.clock = now;
                self.model.upkeep();
                self.records.push(record);
                assert!(self.done.insert(due.id().to_owned()), "{} was done before", due.id());
                self.router.observe(event, time(now)).expect_err("it is done");
            }
            Task::Reroute(ask) => {
                let lead = lead_called(&mut self.dice, due.lead_id().to_owned());
                let decision = self.router.decide_with(&lead, time(now), ask);
                self.note(format!("{} is due at {now}: {decision:?}", due.id()));
                assert!(!decision.is_repeat() && decision.rep() != due.rep() || due.rep().is_none(), "it is not moved");
                let standing = self.model.standing(lead.id(), now).map(|standing| standing.commit);
                self.commit(Decided { lead, decision, reroutes: true, standing, given: None });
            }
            other => panic!("{other:?}"),
        }
        assert!(self.router.due(time(now)).iter().all(|left| left.id() != due.id()), "{} is done", due.id());
    }

    /// Decides once more on all who wait, in their order, each once.
    pub(crate) fn release(&mut self) {
        let now = self.now().max(self.model.clock);
        let waiting: Vec<String> =
            self.router.held().filter(|lead| !lead.is_parked()).map(|lead| lead.id().to_owned()).collect();
        let mut left = waiting.iter();
        let (mut dice, mut lookups) = (self.dice.clone(), Vec::new());
        let receipts = self.router.release(time(now), |id| {
            lookups.push(id.to_owned());
            Some(lead_called(&mut dice, id.to_owned()))
        });
        self.dice = dice;
        assert_eq!(lookups, waiting);
        self.note(format!("release at {now}: {receipts:?}"));
        for receipt in receipts {
            assert!(left.any(|id| id == receipt.lead_id()), "out of order, or twice");
            self.model.clock = self.model.clock.max(now);
            self.model.upkeep();
            let record = receipt.record().expect("it moves");
            let before = &self.model.leads[receipt.lead_id()].place;
            assert!(matches!(before, Place::Held(_)) && *before != Place::of(receipt.outcome()));
            let ladder = self.ladder_of(record);
            self.model.commit(record, ladder);
            self.records.push(record.clone());
        }
    }

    /// Somebody takes a lead that waits, if the plan would give it to them.
    pub(crate) fn claim(&mut self) {
        let now = self.now().max(self.model.clock);
        let (lead, rep) = (lead(&mut self.dice), self.dice.of(&REPS));
        let Ok(decision) = self.router.claim(&lead, rep, time(now)) else { return };
        self.note(format!("{rep} claims: {decision:?}"));
        if let Some(taker) = decision.rep() {
            assert_eq!((taker, decision.reason().to_owned()), (rep, Reason::Claimed));
        }
        let standing = self.model.standing(lead.id(), now).map(|standing| standing.commit);
        self.commit(Decided { lead, decision, reroutes: false, standing, given: None });
    }

    /// Whether the ladder of a lead that was just committed goes on from rep to rep, if it has one. Of several commits in a
    /// row, each of another lead.
    pub(crate) fn ladder_of(&self, record: &Record) -> Option<bool> {
        let routed = record.routed().expect("a commit");
        self.router.lead(routed.lead_id()).and_then(|lead| lead.ladder()).map(goes_on)
    }

    /// Leads wait in the order of their bands, then of what they are worth, then of how long they wait.
    fn order_is_right(&self) {
        let mut waiting: Vec<_> = self.router.held().collect();
        let ids = |waiting: &[LeadView<'_>]| waiting.iter().map(|lead| lead.id().to_owned()).collect::<Vec<_>>();
        let order = ids(&waiting);
        waiting.sort_by_key(|lead| {
            let band = lead.band().map_or((1, 0), |band| (0, band));
            (band, Reverse(lead.worth()), lead.waits_since(), lead.commit())
        });
        assert_eq!(ids(&waiting), order);
        let held = self.model.leads.iter().filter(|(_, standing)| matches!(standing.place, Place::Held(_)));
        let held: BTreeSet<&String> = held.map(|(lead, _)| lead).collect();
        assert_eq!(order.iter().collect::<BTreeSet<_>>(), held);
    }

    /// Views agree with the model, and so does what is due now and later.
    pub(crate) fn lives_agree(&mut self) {
        let reps = self.router.roster().reps;
        for (lead, standing) in &self.model.leads {
            let view = self.router.lead(lead).expect("the lead stands");
            assert_eq!(view.first_contact().is_some(), standing.life.is_contacted, "contact with {lead}");
            assert_eq!(view.qualified().is_some(), standing.life.is_qualified, "{lead}");
            assert_eq!(view.passed_on(), standing.life.passed_on, "{lead}");
            let rejected_by: BTreeSet<String> = view.rejected_by().map(str::to_owned).collect();
            assert_eq!(rejected_by, standing.life.rejected_by, "{lead}");
            let covered_for = standing.life.covered_for.as_deref().filter(|rep| reps.iter().any(|one| one.id == *rep));
            assert_eq!(view.covered_for(), covered_for, "{lead}");
            assert_eq!(view.ladder().is_some(), standing.life.clock.is_some(), "clock of {lead}");
        }
        self.order_is_right();
        let later = self.model.clock + self.dice.roll(400) as i64;
        for now in [self.model.clock, later] {
            self.due_is_right(now);
        }
    }

    /// Everything is due in its time, in order, once, and nothing else.
    fn due_is_right(&self, now: i64) {
        let due = self.router.due(time(now));
        let mut expected = BTreeMap::new();
        for (lead, standing) in &self.model.leads {
            if self.model.standing(lead, now).is_some() {
                expected.extend(self.rungs_due(lead, standing, now).map(|(id, at)| (id, (lead.clone(), at))));
            }
        }
        for due in &due {
            assert!(!self.done.contains(due.id()), "{} is due again", due.id());
            assert!(due.at() <= time(now), "{} is not due yet", due.id());
            let standing = self.model.standing(due.lead_id(), now).expect("it stands");
            match &standing.place {
                Place::With(rep) => assert_eq!(due.rep(), Some(rep.as_str())),
                Place::Held(_) => assert_eq!(due.rep(), None),
            }
            let commit: u64 = due.id().split('/').next().and_then(|commit| commit.parse().ok()).expect("a commit");
            match rung_of(due.id()) {
                Some(_) => assert_eq!(Some(commit), standing.life.clock.map(|clock| clock.commit), "{}", due.id()),
                None => {
                    let rejected = due.rep().is_some_and(|rep| standing.life.rejected_by.contains(rep));
                    assert!(rejected && commit == standing.commit);
                }
            }
            if let Some((lead, at)) = expected.remove(due.id()) {
                assert_eq!((lead.as_str(), at), (due.lead_id(), due.at().timestamp_millis()), "{}", due.id());
            }
        }
        assert!(expected.is_empty(), "not due at {now}: {expected:?}");
        let key = |due: &Due| {
            let commit: u64 = due.id().split('/').next().and_then(|commit| commit.parse().ok()).expect("a commit");
            (due.at(), commit, rung_of(due.id()))
        };
        assert!(due.is_sorted_by_key(key), "{due:?}");
    }

    /// The notices that are due for a lead by wall time and not done, with since when.
    fn rungs_due<'g>(
        &'g self,
        lead: &'g str,
        standing: &'g Standing,
        now: i64,
    ) -> impl Iterator<Item = (String, i64)> + use<'g> {
        let ladder = self.router.lead(lead).and_then(|lead| lead.ladder()).filter(|ladder| is_in_wall_time(ladder));
        let clock = standing.life.clock.zip(ladder);
        clock.into_iter().flat_map(move |(Started { commit, from, .. }, ladder)| {
            let started = self.records.iter().find(|record| record.sequence == commit).expect("a commit of this game");
            let rungs = ladder.rungs().iter().enumerate();
            let told = rungs.filter(|(_, rung)| matches!(rung.then, Act::Notify(_)));
            told.filter_map(move |(place, rung)| {
                let id = format!("{commit}/rung_{}", place + 1);
                // What was due when the lead moved is due since then.
                let at = (started.at.timestamp_millis() + rung.after.as_millis()).max(from);
                (at <= now && !self.done.contains(&id)).then_some((id, at))
            })
        })
    }
}
