//! One game: a router and the reference, told the same and asked the same.

use crate::draw::{Draw, PlanMaker, REPS, account, ask, event, lead, lead_id, roster};
use crate::reference::{Both, Twin, write};
use crate::times::Pace;
use chrono::{DateTime, Utc};
use lead_router::{Account, Ask, Event, LeadRecord, Order, Plan, Receipt, Roster};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub(crate) struct Game {
    draw: Draw,
    twin: Twin,
    plans: Vec<Json>,
    waiting: Vec<Both>,
    receipts: Vec<Receipt>,
    now: i64,
    log: Vec<String>,
}

fn read<T: serde::de::DeserializeOwned>(json: &Json) -> T {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn time(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).expect("a time near 2026")
}

impl Game {
    pub(crate) fn new(seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let now = draw.pace.start;
        let plans: Vec<Json> = (0..3).map(|_| PlanMaker::plan(&mut draw)).collect();
        let roster: Roster = read(&roster(&mut draw));
        let accounts: Vec<Account> = (0..3).map(|_| read(&account(&mut draw, now))).collect();
        let plan: Plan = read(&plans[0]);
        let twin = Twin::new(plan, roster, accounts);
        let twin = twin.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", plans[0]));
        let (waiting, receipts, log) = Default::default();
        Self { draw, twin, plans, waiting, receipts, now, log }
    }

    /// The plan and the last operations.
    pub(crate) fn story(&self) -> String {
        let first = self.log.len().saturating_sub(30);
        format!("plan {}\n{}", write(self.twin.router.plan()), self.log[first..].join("\n"))
    }

    fn note(&mut self, what: String) {
        self.log.push(format!("{:>6} {what}", self.now - self.draw.pace.start));
    }

    pub(crate) fn play(&mut self, operations: u64) {
        // In some games hosts are slow to commit, and in some they hardly ever settle.
        let (late, settles) = (self.draw.of(&[0, 2, 7]), self.draw.of(&[1, 20]));
        let spiteful = self.draw.one_in(4);
        for _ in 0..operations {
            self.now = self.later();
            if self.draw.one_in(4) {
                self.twin.check_deadline();
            }
            match self.draw.below(20) {
                0..=8 => {
                    let both = self.decide();
                    if self.draw.below(9) < late { self.waiting.push(both) } else { self.commit(&both) }
                }
                9..=11 => self.commit_late(),
                12 if self.draw.one_in(settles) => self.settle(),
                12..=14 => {
                    let times = self.draw.of(&[1, 1, 1, 10]);
                    (0..times).for_each(|_| self.roll_back());
                }
                15 if spiteful => self.send_away(),
                16 if self.draw.one_in(4) => {
                    self.note("advance".to_owned());
                    self.twin.advance(time(self.now));
                }
                _ => self.observe(),
            }
        }
    }

    /// Now, or a time that may come soon.
    fn later(&mut self) -> i64 {
        let deadline = self.twin.router.next_deadline().map(|deadline| deadline.timestamp_millis());
        Pace::later(&mut self.draw, self.now, deadline)
    }

    fn decide(&mut self) -> Both {
        let (lead, ask): (LeadRecord, Ask) = (read(&lead(&mut self.draw, self.now)), read(&ask(&mut self.draw)));
        // Also at a time that has not come yet.
        let now = if self.draw.one_in(4) { self.some_time() } else { self.now };
        let short = write(&lead).to_string().replace(&"x".repeat(1_000), "...");
        self.note(format!("decide {short} {} at {}", write(&ask), now - self.draw.pace.start));
        let given = self.draw.one_in(12).then(|| self.draw.of(&REPS));
        let order = Order::new().by("maria");
        let given = given.and_then(|rep| self.twin.give(lead.clone(), time(now), rep, &order).ok());
        let both = given.unwrap_or_else(|| self.twin.decide(lead, time(now), &ask));
        self.note(format!("    {}", both.decision.to_string().replace(&"x".repeat(1_000), "...")));
        both
    }

    /// A time that has not come yet, with everything in between that time alone does.
    fn some_time(&mut self) -> i64 {
        let later = if self.draw.one_in(2) { self.later() } else { self.now };
        later + {
            let scale = self.draw.pace.scale;
            self.draw.below(2_000 * scale) as i64
        }
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

    fn commit(&mut self, both: &Both) {
        self.note(format!("commit {:?}", both.decision));
        let receipt = self.twin.commit(both);
        self.note(format!("    as {}, turn {:?}", receipt.commit(), receipt.turn()));
        self.receipts.push(receipt);
    }

    /// Mostly one of those that may still stand.
    fn a_receipt(&mut self) -> Option<Receipt> {
        if self.draw.one_in(2) {
            // A host that lost its own asks for it.
            return self.twin.router.receipt(&lead_id(&mut self.draw));
        }
        let recent = self.receipts.len().min(10) as u64;
        let back = (recent > 0).then(|| 1 + self.draw.below(recent) as usize)?;
        Some(self.receipts[self.receipts.len() - back].clone())
    }

    fn settle(&mut self) {
        let Some(receipt) = self.a_receipt() else { return };
        self.note(format!("settle {} of {}", receipt.commit(), receipt.lead_id()));
        let settled = self.twin.settle(&receipt);
        self.note(format!("    {settled:?}"));
    }

    fn roll_back(&mut self) {
        let Some(receipt) = self.a_receipt() else { return };
        self.note(format!("roll back {} of {}", receipt.commit(), receipt.lead_id()));
        let rolled_back = self.twin.roll_back(&receipt);
        self.note(format!("    {rolled_back:?}"));
    }

    fn observe(&mut self) {
        let event = event(&mut self.draw, self.now, &self.plans);
        self.tell(&event);
    }

    /// Keeps away whoever is owed something, so that it cannot be paid.
    fn send_away(&mut self) {
        let members = self.twin.router.rotations().flat_map(|rotation| rotation.members());
        let balances: BTreeMap<String, i128> = members.map(|member| (member.rep.to_owned(), member.balance)).collect();
        for (rep, balance) in balances {
            let status = if balance > 0 { "offline" } else { "online" };
            self.tell(&json!({ "presence": { "rep": rep, "presence": { "status": status } } }));
        }
    }

    fn tell(&mut self, event: &Json) {
        let event: Event = read(event);
        self.note(write(&event).to_string());
        let observed = self.twin.observe(event, time(self.now));
        self.note(format!("    {}", observed.map_or_else(|error| error.to_string(), |_| "ok".to_owned())));
    }
}
