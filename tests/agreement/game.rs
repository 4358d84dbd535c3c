//! One game: a router and the reference, told the same and asked the same.

use crate::draw::{Draw, PlanMaker, START, account, ask, event, lead, roster};
use crate::reference::{Decided, Place, Reference};
use chrono::{DateTime, Utc};
use lead_router::{Account, Ask, Decision, Event, Lead, LeadRecord, Outcome, Plan, Receipt, Roster, Router};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A decision of both, with what was decided on.
struct Both {
    lead: LeadRecord,
    decision: Decision,
    decided: Decided,
}

pub(crate) struct Game {
    draw: Draw,
    router: Router,
    reference: Reference,
    plans: Vec<Json>,
    waiting: Vec<Both>,
    receipts: Vec<Receipt>,
    now: i64,
    log: Vec<String>,
}

fn read<T: serde::de::DeserializeOwned>(json: &Json) -> T {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn write(value: impl serde::Serialize) -> Json {
    serde_json::to_value(value).expect("data")
}

fn time(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).expect("a time near 2026")
}

fn place(outcome: Outcome<&str>) -> Place {
    match outcome {
        Outcome::Assigned { rep } => Place::With(rep.to_owned()),
        Outcome::Queued { queue } => Place::Held(queue.to_owned()),
    }
}

impl Game {
    pub(crate) fn new(seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        // As the crate writes them: that is what the reference reads.
        let plans: Vec<Json> = (0..3).map(|_| write(read::<Plan>(&PlanMaker::plan(&mut draw)))).collect();
        let roster: Roster = read(&roster(&mut draw));
        let accounts: Vec<Account> = (0..3).map(|_| read(&account(&mut draw))).collect();
        let written: Vec<Json> = accounts.iter().map(write).collect();
        let reference = Reference::new(&plans[0], &write(&roster), &written);
        let builder = Router::builder(read(&plans[0]), roster).accounts(accounts);
        let router = builder.build().unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", plans[0]));
        let (waiting, receipts, log) = Default::default();
        Self { draw, router, reference, plans, waiting, receipts, now: START, log }
    }

    /// The plan and the last operations.
    pub(crate) fn story(&self) -> String {
        let first = self.log.len().saturating_sub(30);
        format!("plan {}\n{}", write(self.router.plan()), self.log[first..].join("\n"))
    }

    fn note(&mut self, what: String) {
        self.log.push(format!("{:>6} {what}", self.now - START));
    }

    pub(crate) fn play(&mut self, operations: u64) {
        for _ in 0..operations {
            self.now += self.draw.below(60) as i64 - 5;
            match self.draw.below(20) {
                0..=7 => {
                    let both = self.decide();
                    self.commit(&both);
                }
                8..=9 => {
                    let both = self.decide();
                    self.waiting.push(both);
                }
                10..=11 => self.commit_late(),
                12 => self.settle(),
                13..=14 => self.roll_back(),
                _ => self.observe(),
            }
            self.compare();
        }
    }

    fn decide(&mut self) -> Both {
        let (lead, ask) = (lead(&mut self.draw, self.now), ask(&mut self.draw));
        // Also at a time that has not come yet.
        let now = self.now + if self.draw.one_in(4) { self.draw.below(2_000) as i64 } else { 0 };
        let (lead, asked): (LeadRecord, Ask) = (read(&lead), read(&ask));
        let decision = self.router.decide_with(&lead, time(now), &asked);
        let decided = self.reference.decide(&lead, now, &ask);
        let id = lead.id().chars().take(8).collect::<String>();
        self.note(format!("decide {id} {} {ask} at {}: {decision}", write(lead.fields()), now - START));
        assert_eq!(place(decision.outcome()), decided.place, "who gets {id}");
        assert_eq!(decision.path(), decided.path, "the path of {id}");
        assert_eq!(write(decision.reason()), decided.reason, "why, of {id}");
        assert_eq!((decision.is_repeat(), decision.at()), (decided.repeat, time(decided.at)), "{id}");
        Both { lead, decision, decided }
    }

    fn commit_late(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let number = self.draw.below(self.waiting.len() as u64) as usize;
        let both = self.waiting.remove(number);
        self.commit(&both);
        // The same decision may come again.
        if self.draw.one_in(4) {
            self.waiting.push(both);
        }
    }

    fn commit(&mut self, Both { lead, decision, decided }: &Both) {
        let receipt = self.router.commit(lead, decision.clone()).expect("this router's, and this lead's");
        self.note(format!("commit {decision} as {}: turn {:?}", receipt.commit(), receipt.turn()));
        let committed = self.reference.commit(lead, decided);
        assert_eq!(receipt.is_repeat(), committed.is_none());
        if let Some(committed) = committed {
            assert_eq!(place(receipt.outcome()), committed.decided.place);
            assert_eq!(receipt.path(), committed.decided.path);
            assert_eq!(receipt.reason().map(write), Some(committed.decided.reason));
            assert_eq!(receipt.turn().map(write), committed.charge.map(|charge| json!(charge)));
        }
        self.receipts.push(receipt);
    }

    /// Mostly one of those that may still stand.
    fn a_receipt(&mut self) -> Option<Receipt> {
        let recent = self.receipts.len().min(10) as u64;
        let back = (recent > 0).then(|| 1 + self.draw.below(recent) as usize)?;
        Some(self.receipts[self.receipts.len() - back].clone())
    }

    fn settle(&mut self) {
        let Some(receipt) = self.a_receipt() else { return };
        let settled = self.router.settle(&receipt);
        self.note(format!("settle {}: {settled:?}", receipt.commit()));
        if let Ok(Some(_)) = settled {
            assert!(self.reference.is_pending(receipt.lead_id(), receipt.commit()));
            self.reference.settle(receipt.lead_id());
        }
    }

    fn roll_back(&mut self) {
        let Some(receipt) = self.a_receipt() else { return };
        let rolled_back = self.router.rollback(&receipt);
        self.note(format!("roll back {}: {rolled_back:?}", receipt.commit()));
        match rolled_back {
            Ok(Some(_)) => {
                assert!(self.reference.is_pending(receipt.lead_id(), receipt.commit()));
                self.reference.roll_back(receipt.lead_id());
            }
            Ok(None) => {}
            Err(_) => assert!(!self.reference.is_pending(receipt.lead_id(), receipt.commit())),
        }
    }

    fn observe(&mut self) {
        let event: Event = read(&event(&mut self.draw, self.now, &self.plans));
        let written = write(&event);
        let observed = self.router.observe(event, time(self.now));
        self.note(format!("{written}: {}", observed.as_ref().map_or_else(ToString::to_string, |_| "ok".to_owned())));
        if observed.is_ok() {
            self.reference.observe(&written, self.now);
        }
    }

    /// All that can be seen of the two is the same.
    fn compare(&self) {
        assert_eq!(self.router.sequence(), self.reference.sequence);
        let mut reference = self.reference.clone();
        reference.pass_time(self.router.clock().map_or(i64::MIN, |clock| clock.timestamp_millis()));
        for rotation in self.router.rotations() {
            let name = rotation.name();
            let ledger = reference.rotations.get(name).unwrap_or_else(|| panic!("no rotation `{name}`"));
            let balances: BTreeMap<&str, i128> =
                rotation.members().map(|member| (member.rep, member.balance)).collect();
            assert_eq!(balances, ledger.balances(), "balances of {name}");
            assert_eq!((rotation.pot(), rotation.departed()), (ledger.pot, ledger.departed), "accounts of {name}");
        }
        assert_eq!(self.router.rotations().count(), reference.rotations.len());
        for (rep, open) in reference.open_leads() {
            assert_eq!(self.router.open_leads(rep).map(u64::from), Some(open), "open leads of {rep}");
        }
        for number in 0..40 {
            let lead = format!("L-{number}");
            let receipt = self.router.receipt(&lead);
            let receipt = receipt.as_ref().map(|receipt| (receipt.commit(), place(receipt.outcome())));
            let standing = reference.standing(&lead).map(|(commit, place)| (commit, place.clone()));
            assert_eq!(receipt, standing, "where {lead} is");
        }
    }
}
