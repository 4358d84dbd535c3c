//! Ten million decisions with all that goes on around them: whether memory, ledgers and counts stay as they are.
//!
//! Reps come online and go, leave the company and come back, change their weights; the plan is edited back and forth, the
//! roster is brought anew as a whole; some writes fail and are rolled back; now and then the router is written down as JSON
//! and taken up from there.

use crate::interleaved::median;
use crate::router::{accounts, build, plan, roster};
use crate::scenario::{BATCH, Presences, SPECIALISTS, Scenario, Size, rep_id};
use lead_router::{
    Closing, Edit, Event, Plan, Presence, Receipt, RotationView, Router, Snapshot, available, first_of, least_loaded,
    round_robin,
};
use std::collections::VecDeque;
use std::time::Instant;

/// How often what happens, in leads.
const WRITE_FAILS: usize = 50;
const LEAVES_OR_COMES: usize = 10_000;
const NEW_WEIGHT: usize = 25_000;
const NEW_PLAN: usize = 100_000;
const NEW_ROSTER: usize = 250_000;
const RESTORED: usize = 500_000;

struct Soak<'s> {
    scenario: &'s Scenario,
    router: Router,
    receipts: Vec<Receipt>,
    presences: Presences,
    number: usize,
    /// The numbers of leads in hand, and who has them; the oldest first.
    open: VecDeque<(usize, Option<usize>)>,
    /// How many each rep has, counted by hand.
    counts: Vec<u32>,
    /// Who has left, the earliest first.
    left: VecDeque<usize>,
    /// How often somebody left or came back.
    left_or_came: usize,
    /// Nanoseconds a lead, batch by batch, since they were last looked at.
    times: Vec<f64>,
}

/// Runs it and prints a line for each tenth of the way. Panics if anything drifts.
pub(crate) fn print(leads: usize) {
    let scenario = Scenario::new(Size::new(1_000, 100, 1_000));
    let mut live = 0;
    let mut soak = None;
    live += allocation_counter::measure(|| soak = Some(Soak::new(&scenario, leads))).bytes_current;
    let Some(mut soak) = soak else { return };
    println!("{leads} decisions, {}. Live memory after building: {live} bytes.\n", scenario.size);
    println!(
        "| decisions | live bytes | ns a decision | reps | left or came back | leads in hand | furthest balance, turns | rotations |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for tenth in 1..=10 {
        let end = leads / 10 * tenth;
        live += allocation_counter::measure(|| soak.run_until(end)).bytes_current;
        let (furthest, rotations) = soak.check();
        let took = median(soak.times.clone());
        soak.times.clear();
        let (reps, in_hand) = (scenario.size.reps - soak.left.len(), soak.router.in_hand());
        let moves = soak.left_or_came;
        println!("| {end} | {live} | {took:.0} | {reps} | {moves} | {in_hand} | {furthest:.2} | {rotations} |");
    }
    println!(
        "\nAt each line: all balances of each rotation with its pot sum to zero; open leads are as counted by hand."
    );
}

impl<'s> Soak<'s> {
    fn new(scenario: &'s Scenario, leads: usize) -> Self {
        Self {
            scenario,
            router: build(plan(scenario), roster(scenario), accounts(scenario)),
            receipts: (0..BATCH).map(|_| Receipt::new()).collect(),
            presences: scenario.presences(),
            number: 0,
            open: VecDeque::new(),
            counts: vec![0; scenario.size.reps],
            left: VecDeque::new(),
            left_or_came: 0,
            times: Vec::with_capacity(leads / 10 / BATCH + 1),
        }
    }

    fn run_until(&mut self, end: usize) {
        while self.number < end {
            self.batch();
            self.settle_or_roll_back();
            self.close();
            self.churn();
        }
    }

    fn batch(&mut self) {
        let numbers = self.number..self.number + BATCH;
        let batch = numbers.map(|number| (self.scenario.lead(number), self.scenario.moment(number)));
        let batch: Vec<_> = batch.collect();
        let Self { router, receipts, .. } = self;
        let start = Instant::now();
        for ((lead, now), receipt) in batch.into_iter().zip(receipts) {
            let decision = router.decide(lead, now.utc);
            router.commit_into(lead, decision, receipt).expect("the router's own decision on this lead");
        }
        self.times.push(start.elapsed().as_nanos() as f64 / BATCH as f64);
        self.number += BATCH;
    }

    fn settle_or_roll_back(&mut self) {
        for (number, receipt) in (self.number - BATCH..).zip(&self.receipts) {
            if number % WRITE_FAILS == 0 {
                self.router.rollback(receipt).expect("it is not settled");
                continue;
            }
            self.router.settle(receipt).expect("nobody settled it yet");
            let rep = receipt.rep().and_then(|rep| rep.strip_prefix("rep-")?.parse::<usize>().ok());
            self.open.push_back((number, rep));
            if let Some(rep) = rep {
                self.counts[rep] += 1;
            }
        }
    }

    fn close(&mut self) {
        while self.open.len() > self.scenario.size.closed_after() {
            let Some((number, rep)) = self.open.pop_front() else { return };
            let id = self.scenario.lead(number).id;
            self.observe(Event::closed(id.as_str(), Closing::Won));
            if let Some(rep) = rep {
                self.counts[rep] -= 1;
            }
        }
    }

    fn observe(&mut self, event: Event) {
        let now = self.scenario.moment(self.number - 1).utc;
        self.router.observe(event, now).expect("an event that fits");
    }

    /// What else goes on after a batch.
    fn churn(&mut self) {
        let (rep, is_online) = self.presences.flip();
        if !self.left.contains(&rep) {
            let presence = if is_online { Presence::online() } else { Presence::offline() };
            self.observe(Event::presence(rep_id(rep), presence));
        }
        for turn in self.turns(LEAVES_OR_COMES) {
            self.leave_or_come(turn);
        }
        for turn in self.turns(NEW_WEIGHT) {
            let rep = 7 * turn % self.scenario.size.reps;
            if let (false, Some((pool, _))) = (self.left.contains(&rep), self.scenario.reps[rep].pools.first()) {
                let pool = &self.scenario.pools[*pool];
                self.observe(Event::weight(rep_id(rep), pool, 1 + (turn % 4) as u32));
            }
        }
        for turn in self.turns(NEW_PLAN) {
            self.observe(Event::plan(self.plan(turn % 2 == 1)));
        }
        for _ in self.turns(NEW_ROSTER) {
            self.bring_roster();
        }
        for _ in self.turns(RESTORED) {
            self.restore();
        }
    }

    /// The numbers of what happens each so many leads and was due in the last batch; half of that after the start, so that
    /// nothing has just happened when memory is looked at.
    fn turns(&self, each: usize) -> std::ops::Range<usize> {
        let due = |number: usize| (number + each / 2) / each;
        due(self.number - BATCH)..due(self.number)
    }

    /// Up to fifty are gone at a time. Who comes back has the same id.
    fn leave_or_come(&mut self, turn: usize) {
        if self.left.len() < 50 && turn % 3 != 2 {
            let rep = 37 * turn % self.scenario.size.reps;
            if !self.left.contains(&rep) {
                self.observe(Event::rep_left(rep_id(rep)));
                self.left.push_back(rep);
                self.left_or_came += 1;
            }
        } else if let Some(rep) = self.left.pop_front() {
            self.observe(Event::rep(&roster(self.scenario).reps[rep]));
            self.left_or_came += 1;
        }
    }

    /// The plan of the policy, or one without score tiers and territories, so that their rotations go and come.
    fn plan(&self, is_short: bool) -> Plan {
        if !is_short {
            return plan(self.scenario);
        }
        let specialists = round_robin(&self.scenario.pools[SPECIALISTS]);
        Plan::new(available(first_of((specialists, least_loaded("everyone"))))).otherwise("triage")
    }

    /// The roster as it is in the system of record, as a whole: weights are as in the beginning.
    fn bring_roster(&mut self) {
        let left: Vec<String> = self.left.iter().map(|rep| rep_id(*rep)).collect();
        let mut roster = roster(self.scenario);
        roster.reps.retain(|rep| !left.contains(&rep.id));
        self.observe(Event::edit(Edit::new().roster(roster)));
    }

    fn restore(&mut self) {
        let text = serde_json::to_string(&self.router.snapshot()).expect("a snapshot is data");
        let snapshot: Snapshot = serde_json::from_str(&text).expect("it was just written");
        let restored = snapshot.restore().build().expect("it was taken of a router");
        assert!(restored.state() == self.router.state(), "restored as it was");
        self.router = restored;
    }

    /// Whether all sums are right. How far from zero the furthest balance is, and how many rotations there are.
    fn check(&self) -> (f64, usize) {
        let (mut furthest, mut rotations) = (0, 0);
        for rotation in self.router.rotations() {
            let balances: Vec<i128> = rotation.members().map(|member| member.balance).collect();
            let sum: i128 = balances.iter().sum();
            assert_eq!(sum + rotation.pot() + rotation.departed(), 0, "{}", rotation.name());
            furthest = balances.into_iter().map(i128::abs).fold(furthest, i128::max);
            rotations += 1;
        }
        assert_eq!(self.router.in_hand(), self.open.iter().filter(|(_, rep)| rep.is_some()).count());
        for rep in (0..self.counts.len()).filter(|rep| !self.left.contains(rep)) {
            assert_eq!(self.router.open_leads(&rep_id(rep)), Some(self.counts[rep]), "{}", rep_id(rep));
        }
        (furthest as f64 / RotationView::TURN as f64, rotations)
    }
}
