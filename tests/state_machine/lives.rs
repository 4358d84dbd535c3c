//! What happens to leads in a game: contacts, rejections, and what is due.

use crate::chance::{lead_called, time};
use crate::game::{Decided, Game};
use crate::model::{Place, Standing, Started};
use lead_router::sla::{Act, Clock, Due, Ladder, Task};
use lead_router::{Event, Lead};
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
                assert!(!decision.is_repeat() && decision.rep() != Some(due.rep()), "it is not moved");
                let standing = self.model.standing(lead.id(), now).map(|standing| standing.commit);
                self.commit(Decided { lead, decision, reroutes: true, standing, given: None });
            }
            other => panic!("{other:?}"),
        }
        assert!(self.router.due(time(now)).iter().all(|left| left.id() != due.id()), "{} is done", due.id());
    }

    /// Views agree with the model, and so does what is due now and later.
    pub(crate) fn lives_agree(&mut self) {
        for (lead, standing) in &self.model.leads {
            let view = self.router.lead(lead).expect("the lead stands");
            assert_eq!(view.first_contact().is_some(), standing.life.is_contacted, "contact with {lead}");
            assert_eq!(view.qualified().is_some(), standing.life.is_qualified, "{lead}");
            assert_eq!(view.passed_on(), standing.life.passed_on, "{lead}");
            let rejected_by: BTreeSet<String> = view.rejected_by().map(str::to_owned).collect();
            assert_eq!(rejected_by, standing.life.rejected_by, "{lead}");
            assert_eq!(view.ladder().is_some(), standing.life.clock.is_some(), "clock of {lead}");
        }
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
            assert_eq!(standing.place, Place::With(due.rep().to_owned()));
            let commit: u64 = due.id().split('/').next().and_then(|commit| commit.parse().ok()).expect("a commit");
            match rung_of(due.id()) {
                Some(_) => assert_eq!(Some(commit), standing.life.clock.map(|clock| clock.commit), "{}", due.id()),
                None => assert!(standing.life.rejected_by.contains(due.rep()) && commit == standing.commit),
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
