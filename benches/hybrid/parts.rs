//! What the crate's decision alone takes and allocates, its commit, and its explanation.

use crate::contest::{Run, Timed};
use crate::interleaved::median;
use crate::router::Crate;
use crate::scenario::{BATCH, Lead, Moment, Scenario, Size};
use crate::targets::{Line, line};
use lead_router::{Ask, Detail, Router};
use std::hint::black_box;
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
struct Parts {
    /// Nanoseconds of each batch.
    decide: Vec<f64>,
    /// Right after that, so that memory is warm.
    both: Vec<f64>,
    explain: Vec<f64>,
    record: Vec<f64>,
    /// How often memory was asked for, by all batches.
    decide_allocations: u64,
    all_allocations: u64,
    batches: u64,
}

/// Prints the parts for some numbers of reps.
pub(crate) fn print(reps: &[usize], time: Duration) -> Vec<Line> {
    println!("\nThe crate's parts: nanoseconds and allocations a lead.\n");
    println!(
        "| reps | decide | decide + commit, memory warm | explain: steps | explain over decide | record, if asked for | decide: allocations | commit: allocations |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let (mut over_decide, mut of_decide, mut of_commit) = (0_f64, 0_f64, 0_f64);
    for &reps in reps {
        let parts = measure(&Scenario::new(Size::new(reps, 1_000, 1_000)), time);
        let leads = (parts.batches * BATCH as u64) as f64;
        let [decided, routed] = [parts.decide_allocations, parts.all_allocations].map(|count| count as f64 / leads);
        let [decide, both, explain, record] = [parts.decide, parts.both, parts.explain, parts.record].map(median);
        let (ratio, committed) = (explain / decide, routed - decided);
        println!(
            "| {reps} | {decide:.0} | {both:.0} | {explain:.0} | {ratio:.2} | {record:.0} | {decided:.3} | {committed:.3} |"
        );
        over_decide = over_decide.max(ratio);
        (of_decide, of_commit) = (of_decide.max(decided), of_commit.max(committed));
    }
    vec![
        line("allocations of decide", "0, 0", format!("{of_decide:.3}")),
        line("allocations of commit into a receipt that is used again", "0, 0.1", format!("{of_commit:.3}")),
        line("explain (steps, into a buffer that is used again) over decide", "1.3, 2", format!("{over_decide:.2}")),
    ]
}

fn measure(scenario: &Scenario, time: Duration) -> Parts {
    let (mut run, mut parts): (Run<'_, Crate>, _) = (Run::new(scenario), Parts::default());
    let start = Instant::now();
    let day = scenario.leads.len();
    while run.number < day && start.elapsed() * 2 < time {
        run.batch();
    }
    while parts.batches < 16 || run.number < 2 * day && start.elapsed() < time {
        let both = run.look(|of_crate, batch| parts.look(&of_crate.router, batch));
        parts.both.push(both.as_nanos() as f64 / BATCH as f64);
        parts.all_allocations += run.batch_counted();
        let records = || run.done.iter().for_each(|receipt| assert!(black_box(receipt.record()).is_some()));
        parts.record.push(nanoseconds(records));
        parts.batches += 1;
    }
    parts
}

impl Parts {
    fn look(&mut self, router: &Router, batch: &[(&Lead, Moment)]) {
        let decide = || batch.iter().for_each(|(lead, now)| drop(black_box(router.decide(*lead, now.utc))));
        // The first time it looks for everything in memory, so that it does not count for either.
        self.decide_allocations += allocation_counter::measure(decide).count_total;
        self.decide.push(nanoseconds(decide));
        let Some((first, now)) = batch.first() else { return };
        let mut why = router.explain(*first, now.utc);
        let mut explain =
            |(lead, now): &(&Lead, Moment)| router.explain_into(*lead, now.utc, &Ask::new(), Detail::Steps, &mut why);
        batch.iter().for_each(&mut explain);
        self.explain.push(nanoseconds(|| batch.iter().for_each(&mut explain)));
    }
}

/// What each lead of a batch takes.
fn nanoseconds(all: impl FnOnce()) -> f64 {
    let start = Instant::now();
    all();
    start.elapsed().as_nanos() as f64 / BATCH as f64
}
