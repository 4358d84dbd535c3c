//! A fair pick by weight from a small and from a large pool: a plan of one step, everybody there.

use crate::interleaved::median;
use crate::scenario::{BATCH, START, rep_id};
use crate::targets::{Line, line};
use chrono::{DateTime, Utc};
use lead_router::{Closing, Event, LeadRecord, Plan, Receipt, RepRecord, Roster, Router, available, round_robin};
use std::time::{Duration, Instant};

struct Pick {
    router: Router,
    leads: Vec<LeadRecord>,
    receipts: Vec<Receipt>,
    now: DateTime<Utc>,
}

impl Pick {
    fn new(members: usize) -> Self {
        let plan = Plan::new(available(round_robin("all"))).otherwise("triage");
        let reps = (0..members).map(|rep| RepRecord::new(rep_id(rep)).weighted_pool("all", 1 + rep as u32 % 3));
        let router = Router::new(plan, Roster::new().reps(reps)).expect("a good plan");
        let leads: Vec<_> = (0..BATCH).map(|number| LeadRecord::new(format!("L-{number}"))).collect();
        let now = DateTime::from_timestamp_millis(START).unwrap_or_default();
        let receipts = leads.iter().map(|_| Receipt::new()).collect();
        Self { router, leads, receipts, now }
    }

    /// Decides and commits, a batch of leads; each is settled and closed after that. Nanoseconds a lead: of decide, of both.
    fn batch(&mut self) -> (f64, f64) {
        let Self { router, leads, receipts, now } = self;
        let start = Instant::now();
        for (lead, receipt) in leads.iter().zip(&mut *receipts) {
            let decision = router.decide(lead, *now);
            router.commit_into(lead, decision, receipt).expect("the router's own decision on this lead");
        }
        let both = start.elapsed();
        for receipt in &*receipts {
            router.settle(receipt).expect("nobody settled it yet");
            router.observe(Event::closed(receipt.lead_id(), Closing::Won), *now).expect("the lead is known");
        }
        let start = Instant::now();
        for lead in &*leads {
            std::hint::black_box(router.decide(lead, *now));
        }
        let decide = start.elapsed();
        (decide.as_nanos() as f64 / BATCH as f64, both.as_nanos() as f64 / BATCH as f64)
    }
}

/// Prints what picks take, in alternation.
pub(crate) fn print(members: [usize; 2], time: Duration) -> Line {
    let mut picks = members.map(Pick::new);
    let start = Instant::now();
    let mut times = [(); 2].map(|()| (Vec::new(), Vec::new()));
    while start.elapsed() < time {
        for (pick, (decide, both)) in picks.iter_mut().zip(&mut times) {
            let (decided, took) = pick.batch();
            decide.push(decided);
            both.push(took);
        }
    }
    println!("\nA fair pick by weight, everybody there, in nanoseconds.\n");
    println!("| members | decide | decide + commit |");
    println!("|---|---|---|");
    let medians = times.map(|(decide, both)| (median(decide), median(both)));
    for (members, (decide, both)) in members.iter().zip(medians) {
        println!("| {members} | {decide:.0} | {both:.0} |");
    }
    let [(_, few), (_, many)] = medians;
    line("weighted fair pick, 100 000 members over 10", "3, 6", format!("{:.2}", many / few))
}
