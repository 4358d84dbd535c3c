//! The expert's policy, fair: turns by the ledger rule, and leads in hand, so that a lead that comes twice stays where it is.

use crate::contest::{Contestant, Outcome, Place};
use crate::expert::Expert;
use crate::hand::Hand;
use crate::ledger::Ledgers;
use crate::scenario::{Lead, Moment, Scenario};

#[derive(Debug, Clone)]
pub(crate) struct Fair {
    expert: Expert<Ledgers>,
    hand: Hand,
}

impl Contestant for Fair {
    const NAME: &'static str = "fair expert";
    type Done = Outcome;

    fn new(scenario: &Scenario) -> Self {
        Self { expert: Expert::build(scenario), hand: Hand::new() }
    }

    fn route(&mut self, lead: &Lead, now: Moment) -> Outcome {
        let new = match self.hand.get(lead) {
            Ok(rep) => return Outcome { place: Place::InHand, rep: Some(rep as usize) },
            Err(new) => new,
        };
        let outcome = self.expert.route(lead, now);
        if let Some(rep) = outcome.rep {
            self.hand.insert(lead, new, rep as u32);
        }
        outcome
    }

    fn outcome(&self, done: &Outcome) -> Outcome {
        *done
    }

    fn close(&mut self, lead: &Lead, _: Option<usize>, _: Moment) {
        if let Some(rep) = self.hand.remove(lead) {
            self.expert.close(rep);
        }
    }

    fn presence(&mut self, rep: usize, is_online: bool, _: Moment) {
        self.expert.set_online(rep as u32, is_online);
    }
}
