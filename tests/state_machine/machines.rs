//! Several machines, each with a router and a clock of its own, and one journal between them.

use crate::chance::{Dice, LEADS, PlanMaker, START, TestLead, TestPlan, event, lead, time};
use crate::game::{balances_add_up, read_back, routers};
use lead_router::{Ask, Lead, Receipt, Record, Router};

/// How many machines there are.
const MACHINES: usize = 3;

pub(crate) struct Machines {
    dice: Dice,
    machines: [Router; MACHINES],
    /// By how much the clock of each goes wrong.
    skews: [i64; MACHINES],
    journal: Vec<Record>,
    plans: Vec<TestPlan>,
    now: i64,
    log: Vec<String>,
}

impl Machines {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let plans: Vec<TestPlan> = (0..2).map(|_| PlanMaker::plan(&mut dice)).collect();
        let machines = routers(&mut dice, &plans[0]);
        let skews = [0; MACHINES].map(|_| dice.roll(100) as i64 - 50);
        Self { dice, machines, skews, journal: Vec::new(), plans, now: START, log: Vec::new() }
    }

    /// The plan and the last operations.
    pub(crate) fn story(&self) -> String {
        let first = self.log.len().saturating_sub(40);
        let plan = serde_json::to_string(&self.plans[0].plan).unwrap_or_default();
        format!("plan {plan}\n{}", self.log[first..].join("\n"))
    }

    pub(crate) fn play(&mut self, operations: u64) {
        for number in 0..operations {
            self.now += self.dice.roll(30) as i64;
            let machine = self.dice.roll(MACHINES as u64) as usize;
            self.operate(machine);
            if number % 10 == 0 {
                self.all_agree();
            }
        }
        self.all_agree();
    }

    fn operate(&mut self, machine: usize) {
        let now = self.now + self.skews[machine] - self.dice.roll(10) as i64;
        match self.dice.roll(20) {
            0..=8 => {
                let lead = lead(&mut self.dice);
                let ask = if self.dice.one_in(3) { Ask::reroute() } else { Ask::new() };
                self.route(machine, &lead, now, &ask);
            }
            9..=10 => {
                let missing = self.journal.len() - self.at(machine);
                let read = self.dice.roll(missing as u64 + 1) as usize;
                self.catch_up(machine, read);
            }
            11..=12 => self.machines[machine].advance(time(now)),
            13..=14 => {
                let event = event(&mut self.dice, now, &self.plans);
                self.write(machine, |router| router.prepare_event(event.clone(), time(now)).ok());
            }
            15 => {
                // A decision that is made, kept, and committed after catching up.
                let lead = lead(&mut self.dice);
                let decision = self.machines[machine].decide(&lead, time(now));
                self.write(machine, |router| router.prepare_commit(&lead, &decision).ok().flatten());
            }
            16..=17 => {
                if let Some(receipt) = self.a_receipt(machine) {
                    self.write(machine, |router| router.prepare_settle(&receipt).ok().flatten());
                }
            }
            _ => {
                if let Some(receipt) = self.a_receipt(machine) {
                    self.write(machine, |router| router.prepare_rollback(&receipt).ok().flatten());
                }
            }
        }
    }

    fn at(&self, machine: usize) -> usize {
        usize::try_from(self.machines[machine].sequence()).expect("a short game")
    }

    fn a_receipt(&mut self, machine: usize) -> Option<Receipt> {
        let unsettled: Vec<Receipt> = self.machines[machine].unsettled().collect();
        (!unsettled.is_empty()).then(|| self.dice.of(&unsettled))
    }

    fn route(&mut self, machine: usize, lead: &TestLead, now: i64, ask: &Ask) {
        self.write(machine, |router| {
            let decision = router.decide_with(lead, time(now), ask);
            let record = router.prepare_commit(lead, &decision).expect("this router's, and this lead's");
            assert_eq!(record.is_none(), decision.is_repeat(), "{decision}");
            record
        });
        // Whether or not there was something to write, a host commits; a repeat moves the clock of one machine only.
        if self.at(machine) == self.journal.len() && self.machines[machine].receipt(lead.id()).is_some() {
            let router = &mut self.machines[machine];
            let decision = router.decide(lead, time(now));
            if decision.is_repeat() {
                let before = router.sequence();
                let receipt = router.commit(lead, decision).expect("this router's, and this lead's");
                assert!(receipt.is_repeat() && router.sequence() == before);
            }
        }
    }

    /// Prepares a record, inserts it under its number, and applies it if nobody else had taken that number; else reads on
    /// and prepares anew.
    fn write(&mut self, machine: usize, prepare: impl Fn(&Router) -> Option<Record>) {
        while let Some(record) = prepare(&self.machines[machine]) {
            let expected = self.journal.len() as u64 + 1;
            if record.sequence == expected {
                self.log.push(format!("{machine} at {:?}: {:?}", self.machines[machine].clock(), record));
                self.machines[machine].apply(&record).expect("what was just prepared");
                self.journal.push(read_back(&record));
                return;
            }
            assert!(record.sequence < expected, "a number that is not there yet");
            self.catch_up(machine, usize::MAX);
        }
    }

    fn catch_up(&mut self, machine: usize, most: usize) {
        let from = self.at(machine);
        for record in self.journal[from..].iter().take(most) {
            let applied = self.machines[machine].apply(record);
            assert_eq!(applied, Ok(()), "machine {machine} wedges at {:?}", self.machines[machine].clock());
        }
    }

    fn all_agree(&mut self) {
        for machine in 0..MACHINES {
            self.catch_up(machine, usize::MAX);
        }
        let [first, others @ ..] = &self.machines;
        balances_add_up(first);
        let later = self.now + 200 + self.dice.roll(100) as i64;
        for other in others {
            assert!(other == first, "machines differ");
            for _ in 0..LEADS / 4 {
                let lead = lead(&mut self.dice);
                let [left, right] = [first, other].map(|router| format!("{:?}", router.decide(&lead, time(later))));
                assert_eq!(left, right);
            }
        }
    }
}
