//! Who leaves, is away or is back in a game, and what becomes of their leads.

use crate::chance::{REPS, lead_called, rep_record, time};
use crate::game::Game;
use crate::model::Place;
use lead_router::journal::What;
use lead_router::{Handover, HandoverError, Redistribution};

impl Game {
    /// Looks at a redistribution, and carries it out or not.
    pub(crate) fn hand_over(&mut self) {
        let (id, now) = (self.dice.of(&REPS), self.now().max(self.model.clock));
        let (handover, is_of_all) = match self.dice.roll(8) {
            0 => (Handover::left(id), true),
            1..=2 => (Handover::rep(&rep_record(&mut self.dice, id)), false),
            3..=4 => (Handover::away(id), true),
            _ => (Handover::back(id), false),
        };
        let before = self.router.clone();
        let (mut dice, mut asked) = (self.dice.clone(), Vec::new());
        let preview = self.router.redistribute(&handover, time(now), |lead| {
            asked.push(lead.to_owned());
            (!dice.one_in(6)).then(|| lead_called(&mut dice, lead.to_owned()))
        });
        self.dice = dice;
        assert!(self.router == before && self.router.clock() == before.clock(), "a preview changes nothing");
        let is_there = self.router.roster().reps.iter().any(|record| record.id == id);
        assert_eq!(preview.is_ok(), is_there);
        let Ok(preview) = preview else { return };
        self.note(format!("{handover:?} at {now}: {preview}"));
        let standings = self.model.leads.keys().filter_map(|lead| Some((lead, self.model.standing(lead, now)?)));
        let concerned = standings.filter(|(_, standing)| match handover == Handover::back(id) {
            true => standing.life.covered_for.as_deref() == Some(id),
            false => standing.place == Place::With(id.to_owned()),
        });
        let mut concerned: Vec<(u64, &String)> = concerned.map(|(lead, standing)| (standing.commit, lead)).collect();
        concerned.sort_unstable();
        let concerned: Vec<&String> = concerned.into_iter().map(|(_, lead)| lead).collect();
        if is_of_all || handover == Handover::back(id) {
            assert_eq!(asked.iter().collect::<Vec<_>>(), concerned, "all of them, the earliest commit first");
        } else {
            assert!(asked.iter().all(|lead| concerned.contains(&lead)));
        }
        for decision in preview.decisions() {
            assert_eq!(decision.rep() == Some(id), handover == Handover::back(id), "{decision}");
        }
        let numbers = preview.records().map(|record| record.sequence);
        assert!(numbers.eq(self.router.sequence() + 1..=preview.after().sequence()));
        match self.dice.roll(6) {
            0 => {}
            1 => self.refuse_elsewhere(preview),
            2 => self.refuse_later(preview),
            _ => self.carry_out(preview, now),
        }
    }

    fn refuse_elsewhere(&self, preview: Redistribution) {
        let mut other = self.router.clone();
        assert_eq!(other.carry_out(preview).err(), Some(HandoverError::OtherRouter));
        assert!(other == self.router, "a refused redistribution changes nothing");
    }

    /// If anything has happened since.
    fn refuse_later(&mut self, preview: Redistribution) {
        let made = self.router.sequence();
        self.observe();
        let last = self.router.sequence();
        if last > made {
            let before = self.router.clone();
            assert_eq!(self.router.carry_out(preview).err(), Some(HandoverError::MovedOn { made, last }));
            assert!(self.router == before, "a refused redistribution changes nothing");
        }
    }

    fn carry_out(&mut self, preview: Redistribution, now: i64) {
        let (records, after): (Vec<_>, _) = (preview.records().cloned().collect(), preview.after().clone());
        let receipts = self.router.carry_out(preview).expect("nothing came between");
        assert!(self.router == after, "what was shown is what happens");
        if records.is_empty() {
            return;
        }
        self.model.clock = now;
        self.model.upkeep();
        let mut receipts = receipts.iter();
        for record in records {
            if !matches!(record.what, What::Event(_)) {
                assert_eq!(receipts.next().and_then(|receipt| receipt.record()), Some(&record));
                let ladder = self.ladder_of(&record);
                self.model.commit(&record, ladder);
            }
            self.records.push(record);
        }
        assert_eq!(receipts.next(), None);
    }
}
