//! The tables of all sizes: nanoseconds, ratios, growth, allocations; and what of it has a target.

use crate::interleaved::{COLUMNS, CRATE, EXPERT, FAIR, Figures, Row, measure};
use crate::scenario::{BATCH, Scenario, Size};
use crate::targets::{Line, line};
use std::collections::BTreeMap;
use std::time::Duration;

/// Reps, territories and accounts.
type Key = (usize, usize, usize);
pub(crate) type Rows = BTreeMap<Key, Row>;

/// Measures all sizes, one after the other, and prints a table of them.
pub(crate) fn measure_all(
    sizes: &[Size],
    time: Duration,
    with_obvious: impl Fn(Size) -> bool,
    check: impl Fn(&Scenario) -> usize,
) -> Rows {
    println!(
        "Nanoseconds a lead, decide and commit: median of batches of {BATCH} (mean of batches, p99 of single leads).\n"
    );
    println!("| reps | territories | accounts | leads checked | leads timed | {} |", COLUMNS.join(" | "));
    println!("|---|---|---|---|---|---|---|---|---|");
    let measured = sizes.iter().map(|&size| {
        let scenario = Scenario::new(size);
        let checked = check(&scenario);
        let (row, leads) = measure(&scenario, time, with_obvious(size));
        let cells = row.map(|figures| match figures {
            Some(Figures { median, mean, p99, .. }) => format!("{median:.0} ({mean:.0}, {p99:.0})"),
            None => "-".to_owned(),
        });
        let Size { reps, territories, accounts, .. } = size;
        println!("| {reps} | {territories} | {accounts} | {checked} | {leads} | {} |", cells.join(" | "));
        ((reps, territories, accounts), row)
    });
    measured.collect()
}

fn ratio(row: &Row, other: usize, of: fn(Figures) -> f64) -> f64 {
    match (row[CRATE], row[other]) {
        (Some(of_crate), Some(other)) => of(of_crate) / of(other),
        _ => f64::NAN,
    }
}

fn of_medians(row: &Row, other: usize) -> f64 {
    ratio(row, other, |figures| figures.median)
}

fn of_p99(row: &Row, other: usize) -> f64 {
    ratio(row, other, |figures| figures.p99)
}

/// How many times as much a contestant takes in one row as in another.
fn growth(least: &Row, most: &Row, place: usize) -> f64 {
    match (least[place], most[place]) {
        (Some(least), Some(most)) => most.median / least.median,
        _ => f64::NAN,
    }
}

pub(crate) fn print_ratios(rows: &Rows) {
    println!("\nThe crate's figures over those of the fair and of the plain expert code.\n");
    println!("| reps | territories | accounts | median, fair | median, plain | p99, fair | p99, plain |");
    println!("|---|---|---|---|---|---|---|");
    for ((reps, territories, accounts), row) in rows {
        let [median_fair, median_plain] = [FAIR, EXPERT].map(|other| of_medians(row, other));
        let [p99_fair, p99_plain] = [FAIR, EXPERT].map(|other| of_p99(row, other));
        println!(
            "| {reps} | {territories} | {accounts} | {median_fair:.2} | {median_plain:.2} | {p99_fair:.2} | {p99_plain:.2} |"
        );
    }
}

/// Rows that differ in one thing, of which one has the least and the other the most.
fn ends(rows: &Rows, most_of: fn(Key) -> Option<Key>) -> impl Iterator<Item = (Key, Key, &Row, &Row)> {
    rows.iter().filter_map(move |(from, least)| {
        let to = most_of(*from)?;
        Some((*from, to, least, rows.get(&to)?))
    })
}

fn most_reps((reps, territories, accounts): Key) -> Option<Key> {
    (reps == 10).then_some((100_000, territories, accounts))
}

fn most_territories((reps, territories, accounts): Key) -> Option<Key> {
    (territories == 10).then_some((reps, 10_000, accounts))
}

fn most_accounts((reps, territories, accounts): Key) -> Option<Key> {
    (accounts == 1_000).then_some((reps, territories, 1_000_000))
}

pub(crate) fn print_growth(rows: &Rows) {
    println!("\nGrowth of medians.\n");
    println!("| from | to | {} | crate over plain |", COLUMNS.join(" | "));
    println!("|---|---|---|---|---|---|---|");
    for most_of in [most_reps, most_territories, most_accounts] {
        for (from, to, least, most) in ends(rows, most_of) {
            let growths = [0, 1, 2, 3].map(|place| growth(least, most, place));
            let relative = growths[CRATE] / growths[EXPERT];
            let cells = growths.map(|growth| if growth.is_nan() { "-".to_owned() } else { format!("{growth:.2}") });
            println!("| {} | {} | {} | {relative:.2} |", told(from), told(to), cells.join(" | "));
        }
    }
}

pub(crate) fn print_allocations(rows: &Rows) {
    println!("\nAllocations a lead.\n");
    println!("| reps | territories | accounts | {} |", COLUMNS.join(" | "));
    println!("|---|---|---|---|---|---|---|");
    for ((reps, territories, accounts), row) in rows {
        let cells = row.map(|figures| figures.map_or("-".to_owned(), |figures| format!("{:.2}", figures.allocations)));
        println!("| {reps} | {territories} | {accounts} | {} |", cells.join(" | "));
    }
}

fn told((reps, territories, accounts): Key) -> String {
    format!("{reps} / {territories} / {accounts}")
}

/// The least and the most of some figures, and where the most is.
fn range(figures: impl Iterator<Item = (Key, f64)>) -> String {
    let mut figures: Vec<(Key, f64)> = figures.collect();
    figures.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    match figures[..] {
        [] => "not measured".to_owned(),
        [(key, figure)] => format!("{figure:.2} ({})", told(key)),
        [(_, least), .., (key, most)] => format!("{least:.2} to {most:.2} (most: {})", told(key)),
    }
}

/// What of it has a target.
pub(crate) fn lines(rows: &Rows) -> Vec<Line> {
    let plain = |accounts: usize, reps: std::ops::RangeInclusive<usize>| {
        let rows = rows.iter().filter(move |(key, _)| key.2 == accounts && reps.contains(&key.0));
        range(rows.map(|(key, row)| (*key, of_medians(row, EXPERT))))
    };
    let grown = |most_of, relative: bool| {
        range(ends(rows, most_of).map(|(from, _, least, most)| {
            let to = if relative { growth(least, most, EXPERT) } else { 1.0 };
            (from, growth(least, most, CRATE) / to)
        }))
    };
    let fair = range(rows.iter().map(|(key, row)| (*key, of_medians(row, FAIR))));
    let p99 = range(rows.iter().map(|(key, row)| (*key, of_p99(row, EXPERT))));
    vec![
        line("decide + commit over the fair expert code", "1.5, 2.3", fair),
        line("... over the plain, 1 000 accounts, up to 1 000 reps", "2.5, 3.2", plain(1_000, 0..=1_000)),
        line("... over the plain, 1 000 accounts, 100 000 reps", "3.0, 4.0", plain(1_000, 100_000..=100_000)),
        line("... over the plain, 1 000 000 accounts, up to 1 000 reps", "1.7, 2.2", plain(1_000_000, 0..=1_000)),
        line("... over the plain, 1 000 000 accounts, 100 000 reps", "2.2, 3.0", plain(1_000_000, 100_000..=100_000)),
        line("growth, 10 to 100 000 reps, over that of the plain", "1.5, 1.8", grown(most_reps, true)),
        line("growth, 10 to 10 000 territories", "2.2, 3", grown(most_territories, false)),
        line("growth, 1 000 to 1 000 000 accounts", "3, 4", grown(most_accounts, false)),
        line("p99 over that of the plain expert code", "1.2, 1.8", p99),
    ]
}
