//! The slowest decision when shifts change.

use crate::interleaved::{COLUMNS, EXPERT, contestants};
use crate::scenario::{BATCH, Scenario, Size};
use crate::targets::{Line, line};

const HALF_HOUR: i64 = 1_800_000;

/// Prints the slowest decision that comes first after a shift change. Of each change, the fastest of some days counts: what
/// else the machine does is no part of it.
pub(crate) fn print(reps: usize, days: usize) -> Line {
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
    let below = match slowest[..] {
        [plain, .., of_crate] => plain / of_crate,
        _ => f64::NAN,
    };
    println!("| {} | {below:.2} |", slowest.iter().map(|time| format!("{time:.0}")).collect::<Vec<_>>().join(" | "));
    let what = format!("slowest at a shift change, {reps} reps: how far below the plain expert's");
    line(what, "10, 1", format!("{below:.2}"))
}
