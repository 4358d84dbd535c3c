//! What criterion does not tell: ratios of medians from one interleaved run, the slowest leads, shift changes, growth.
//!
//! All contestants take turns, sixteen batches each, so that whatever else the machine does hits all of them.

use crate::contest::{Contestant, Run, Timed};
use crate::cursor::Cursors;
use crate::expert::Expert;
use crate::fair::Fair;
use crate::obvious::Obvious;
use crate::router::Crate;
use crate::scenario::{BATCH, Scenario, Size};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many batches a contestant has in a row.
const IN_A_ROW: usize = 16;

/// One of each in the order of columns; the obvious way only where there is time for it.
pub(crate) const COLUMNS: [&str; 4] = [Obvious::NAME, Expert::<Cursors>::NAME, Fair::NAME, Crate::NAME];
pub(crate) const EXPERT: usize = 1;
const FAIR: usize = 2;
const CRATE: usize = 3;

/// What one contestant took for a lead, in nanoseconds.
#[derive(Debug, Clone, Copy)]
struct Figures {
    median: f64,
    mean: f64,
    /// Of leads timed one by one, less what looking at the clock takes.
    p99: f64,
    /// How often memory was asked for.
    allocations: f64,
}

type Row = [Option<Figures>; 4];
/// By reps, territories and accounts.
type Rows = BTreeMap<(usize, usize, usize), Row>;

fn contestants(scenario: &Scenario, with_obvious: bool) -> [Option<Box<dyn Timed + '_>>; 4] {
    [
        with_obvious.then(|| Box::new(Run::<Obvious>::new(scenario)) as _),
        Some(Box::new(Run::<Expert<Cursors>>::new(scenario))),
        Some(Box::new(Run::<Fair>::new(scenario))),
        Some(Box::new(Run::<Crate>::new(scenario))),
    ]
}

/// Prints the table of all sizes, and what follows from it.
pub(crate) fn print(
    sizes: &[Size],
    time: Duration,
    with_obvious: impl Fn(Size) -> bool,
    check: impl Fn(&Scenario) -> usize,
) {
    println!(
        "Nanoseconds a lead, decide and commit: median of batches of {BATCH} (mean of batches, p99 of single leads).\n"
    );
    println!("| reps | territories | accounts | leads checked | leads timed | {} |", COLUMNS.join(" | "));
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut rows = Rows::new();
    for &size in sizes {
        let scenario = Scenario::new(size);
        let checked = check(&scenario);
        let (row, leads) = measure(&scenario, time, with_obvious(size));
        let cells = row.map(|figures| match figures {
            Some(Figures { median, mean, p99, .. }) => format!("{median:.0} ({mean:.0}, {p99:.0})"),
            None => "-".to_owned(),
        });
        let Size { reps, territories, accounts, .. } = size;
        println!("| {reps} | {territories} | {accounts} | {checked} | {leads} | {} |", cells.join(" | "));
        rows.insert((reps, territories, accounts), row);
    }
    print_ratios(&rows);
    print_growth(&rows);
    print_allocations(&rows);
}

fn measure(scenario: &Scenario, time: Duration, with_obvious: bool) -> (Row, usize) {
    let start = Instant::now();
    let mut contestants = contestants(scenario, with_obvious);
    let mut batches: [Vec<f64>; 4] = Default::default();
    let mut singles: [Vec<u32>; 4] = Default::default();
    let mut leads = 0;
    // A first day so that everybody has leads in hand; then one timed by batches and one timed by leads, in alternation.
    let day = scenario.leads.len().div_ceil(BATCH).next_multiple_of(IN_A_ROW);
    let mut step = 0;
    while step * IN_A_ROW < 3 * day && (step < 6 || start.elapsed() < time) {
        for (place, contestant) in contestants.iter_mut().enumerate() {
            let Some(contestant) = contestant else { continue };
            let is_warm = step * IN_A_ROW >= day || start.elapsed() * 3 > time;
            for _ in 0..IN_A_ROW {
                match (is_warm, step % 2) {
                    (false, _) => drop(contestant.batch()),
                    (true, 0) => batches[place].push(contestant.batch().as_nanos() as f64 / BATCH as f64),
                    (true, _) => contestant.batch_one_by_one(&mut singles[place]),
                }
            }
        }
        step += 1;
        leads += IN_A_ROW * BATCH;
    }
    let allocations = contestants.map(|contestant| {
        let counts = contestant.map(|mut contestant| (0..IN_A_ROW).map(|_| contestant.batch_counted()).sum::<u64>());
        counts.unwrap_or_default() as f64 / (IN_A_ROW * BATCH) as f64
    });
    let clock = clock_cost();
    let figures = |place: usize| {
        let (batches, mut singles) = (batches[place].clone(), singles[place].clone());
        singles.sort_unstable();
        let p99 = singles.get(singles.len() * 99 / 100).copied().unwrap_or_default();
        let mean = batches.iter().sum::<f64>() / batches.len() as f64;
        let (p99, allocations) = (f64::from(p99) - clock, allocations[place]);
        (!batches.is_empty()).then(|| Figures { median: median(batches), mean, p99, allocations })
    };
    ([0, 1, 2, 3].map(figures), leads)
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

fn ratio(row: &Row, other: usize, of: impl Fn(Figures) -> f64) -> f64 {
    match (row[CRATE], row[other]) {
        (Some(of_crate), Some(other)) => of(of_crate) / of(other),
        _ => f64::NAN,
    }
}

fn print_ratios(rows: &Rows) {
    println!("\nThe crate's figures over those of the fair and of the plain expert code.\n");
    println!("| reps | territories | accounts | median, fair | median, plain | p99, fair | p99, plain |");
    println!("|---|---|---|---|---|---|---|");
    for ((reps, territories, accounts), row) in rows {
        let [median_fair, median_plain] = [FAIR, EXPERT].map(|other| ratio(row, other, |figures| figures.median));
        let [p99_fair, p99_plain] = [FAIR, EXPERT].map(|other| ratio(row, other, |figures| figures.p99));
        println!(
            "| {reps} | {territories} | {accounts} | {median_fair:.2} | {median_plain:.2} | {p99_fair:.2} | {p99_plain:.2} |"
        );
    }
}

/// From the least to the most of each dimension, if both were measured with all else equal.
fn print_growth(rows: &Rows) {
    println!("\nGrowth of medians.\n");
    println!("| from | to | {} | crate over plain |", COLUMNS.join(" | "));
    println!("|---|---|---|---|---|---|---|");
    for (&from, least) in rows {
        let (reps, territories, accounts) = from;
        let ends = [
            (reps == 10).then_some((100_000, territories, accounts)),
            (territories == 10).then_some((reps, 10_000, accounts)),
            (accounts == 1_000).then_some((reps, territories, 1_000_000)),
        ];
        for to in ends.into_iter().flatten() {
            let Some(most) = rows.get(&to) else { continue };
            let growth = |place: usize| Some(most[place]?.median / least[place]?.median);
            let cells = [0, 1, 2, 3].map(|place| growth(place).map_or("-".to_owned(), |growth| format!("{growth:.2}")));
            let relative = growth(CRATE).unwrap_or(f64::NAN) / growth(EXPERT).unwrap_or(f64::NAN);
            println!("| {} | {} | {} | {relative:.2} |", told(from), told(to), cells.join(" | "));
        }
    }
}

fn print_allocations(rows: &Rows) {
    println!("\nAllocations a lead.\n");
    println!("| reps | territories | accounts | {} |", COLUMNS.join(" | "));
    println!("|---|---|---|---|---|---|---|");
    for ((reps, territories, accounts), row) in rows {
        let cells = row.map(|figures| figures.map_or("-".to_owned(), |figures| format!("{:.2}", figures.allocations)));
        println!("| {reps} | {territories} | {accounts} | {} |", cells.join(" | "));
    }
}

fn told((reps, territories, accounts): (usize, usize, usize)) -> String {
    format!("{reps} / {territories} / {accounts}")
}

/// Prints the slowest decision that comes first after a shift change. Of each change, the fastest of some days counts: what
/// else the machine does is no part of it.
pub(crate) fn print_shift_changes(reps: usize, days: usize) {
    const HALF_HOUR: i64 = 1_800_000;
    let scenario = Scenario::new(Size { leads: 50 * BATCH, ..Size::new(reps, 1_000, 1_000) });
    println!("\nThe slowest decision after a shift change, {reps} reps, in microseconds.\n");
    println!("| {} | plain over crate |", COLUMNS[EXPERT..].join(" | "));
    println!("|---|---|---|---|");
    let is_after_change = |number: usize| {
        let half_hour = |number| scenario.moment(number).millis / HALF_HOUR;
        number > 0 && half_hour(number) != half_hour(number - 1)
    };
    let slowest = contestants(&scenario, false).into_iter().flatten().map(|mut contestant| {
        let mut times = Vec::new();
        for _ in 0..days * scenario.leads.len() / BATCH {
            contestant.batch_one_by_one(&mut times);
        }
        let changes = (0..scenario.leads.len()).filter(|number| is_after_change(*number));
        let fastest = changes.filter_map(|number| times.iter().skip(number).step_by(scenario.leads.len()).min());
        f64::from(fastest.max().copied().unwrap_or_default()) / 1_000.0
    });
    let slowest: Vec<f64> = slowest.collect();
    if let [plain, fair, of_crate] = slowest[..] {
        println!("| {plain:.0} | {fair:.0} | {of_crate:.0} | {:.2} |", plain / of_crate);
    }
}
