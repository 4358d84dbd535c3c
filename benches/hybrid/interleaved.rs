//! One run of all contestants: medians, the slowest leads, allocations.
//!
//! All contestants take turns, sixteen batches each, so that whatever else the machine does hits all of them.

use crate::contest::{Contestant, Run, Timed};
use crate::cursor::Cursors;
use crate::expert::Expert;
use crate::fair::Fair;
use crate::obvious::Obvious;
use crate::router::Crate;
use crate::scenario::{BATCH, Scenario};
use std::time::{Duration, Instant};

/// How many batches a contestant has in a row.
const IN_A_ROW: usize = 16;

/// One of each in the order of columns; the obvious way only where there is time for it.
pub(crate) const COLUMNS: [&str; 4] = [Obvious::NAME, Expert::<Cursors>::NAME, Fair::NAME, Crate::NAME];
pub(crate) const EXPERT: usize = 1;
pub(crate) const FAIR: usize = 2;
pub(crate) const CRATE: usize = 3;

/// What one contestant took for a lead, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) median: f64,
    pub(crate) mean: f64,
    /// Of leads timed one by one, less what looking at the clock takes.
    pub(crate) p99: f64,
    /// How often memory was asked for.
    pub(crate) allocations: f64,
}

pub(crate) type Row = [Option<Figures>; 4];

/// What one contestant took so far, in nanoseconds: a lead of each batch, and single leads.
#[derive(Debug, Default)]
struct Times {
    batches: Vec<f64>,
    singles: Vec<u32>,
}

pub(crate) fn contestants(scenario: &Scenario, with_obvious: bool) -> [Option<Box<dyn Timed + '_>>; 4] {
    [
        with_obvious.then(|| Box::new(Run::<Obvious>::new(scenario)) as _),
        Some(Box::new(Run::<Expert<Cursors>>::new(scenario))),
        Some(Box::new(Run::<Fair>::new(scenario))),
        Some(Box::new(Run::<Crate>::new(scenario))),
    ]
}

/// Runs all contestants for three days of leads, or for as long as there is time. Gives how many leads each had, too.
pub(crate) fn measure(scenario: &Scenario, time: Duration, with_obvious: bool) -> (Row, usize) {
    let mut contestants = contestants(scenario, with_obvious);
    let start = Instant::now();
    let mut times: [Times; 4] = Default::default();
    let mut leads = 0;
    // A first day so that everybody has leads in hand; then one timed by batches and one timed by leads, in alternation.
    let day = scenario.leads.len().div_ceil(BATCH).next_multiple_of(IN_A_ROW);
    let mut step = 0;
    while step * IN_A_ROW < 3 * day && (step < 6 || start.elapsed() < time) {
        let is_warm = step * IN_A_ROW >= day || start.elapsed() * 3 > time;
        for (contestant, times) in contestants.iter_mut().zip(&mut times) {
            let Some(contestant) = contestant else { continue };
            for _ in 0..IN_A_ROW {
                match (is_warm, step % 2) {
                    (false, _) => drop(contestant.batch()),
                    (true, 0) => times.batches.push(contestant.batch().as_nanos() as f64 / BATCH as f64),
                    (true, _) => contestant.batch_one_by_one(&mut times.singles),
                }
            }
        }
        step += 1;
        leads += IN_A_ROW * BATCH;
    }
    let clock = clock_cost();
    let mut row: Row = [None; 4];
    for ((figures, contestant), times) in row.iter_mut().zip(contestants).zip(times) {
        *figures = contestant.map(|mut contestant| times.figures(clock, allocations(&mut *contestant)));
    }
    (row, leads)
}

impl Times {
    fn figures(self, clock: f64, allocations: f64) -> Figures {
        let Self { batches, mut singles } = self;
        singles.sort_unstable();
        let p99 = singles.get(singles.len() * 99 / 100).copied().unwrap_or_default();
        let mean = batches.iter().sum::<f64>() / batches.len() as f64;
        Figures { median: median(batches), mean, p99: f64::from(p99) - clock, allocations }
    }
}

/// How often memory is asked for, a lead.
fn allocations(contestant: &mut dyn Timed) -> f64 {
    let counted: u64 = (0..IN_A_ROW).map(|_| contestant.batch_counted()).sum();
    counted as f64 / (IN_A_ROW * BATCH) as f64
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What looking at the clock twice takes, in nanoseconds.
fn clock_cost() -> f64 {
    let looks = (0..10_001).map(|_| Instant::now().elapsed().as_nanos() as f64);
    median(looks.collect())
}
