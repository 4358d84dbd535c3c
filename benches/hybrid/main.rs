//! The reference scenario: one policy, written by hand and as a plan of the crate, with the same leads in one run.
//!
//! `cargo bench --bench hybrid`; `benches/README.md` says what it shows, and how to choose sizes.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench reads the clock and may stop at the first surprise, and hand-written code indexes"
)]

mod build;
mod check;
mod contest;
mod cursor;
mod directory;
mod expert;
mod fair;
mod hand;
mod heaps;
mod interleaved;
mod keeping;
mod ledger;
mod levels;
mod obvious;
mod parts;
mod pick;
mod router;
mod scenario;
mod shifts;
mod soak;
mod table;
mod targets;

use check::check;
use contest::{Contestant, Run, Timed};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use cursor::Cursors;
use expert::Expert;
use fair::Fair;
use obvious::Obvious;
use router::Crate;
use scenario::{BATCH, Scenario, Size};
use std::time::Duration;

/// What there is time for, unless `HYBRID_SIZES` says otherwise: reps, territories, accounts.
const SIZES: &str = "10/10/1000 1000/1000/1000 1000/1000/1000000";
/// The same for the tables: the ends of all that grows.
const SIZES_OF_TABLES: &str = "10/1000/1000 1000/1000/1000 100000/1000/1000 10/1000/1000000 1000/1000/1000000 \
                               100000/1000/1000000 1000/10/1000 1000/10000/1000";
/// The obvious way takes too long with more reps than that.
const MOST_FOR_OBVIOUS: usize = 1_000;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --benches` asks only whether it compiles.
        return;
    }
    let has_argument = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    if has_argument("--table") {
        return print_tables();
    }
    if has_argument("--kept") {
        return print_kept();
    }
    if has_argument("--soak") {
        return soak::print(number("HYBRID_SOAK_LEADS", 10_000_000));
    }
    let mut criterion = Criterion::default().configure_from_args();
    for size in sizes(SIZES) {
        let scenario = Scenario::new(size);
        println!("{size}: {} leads checked", check(&scenario, checking_time()));
        let Size { reps, territories, accounts, .. } = size;
        let mut group = criterion.benchmark_group(format!("hybrid/{reps}/{territories}/{accounts}"));
        if reps <= MOST_FOR_OBVIOUS {
            measure::<Obvious>(&mut group, &scenario);
        }
        measure::<Expert<Cursors>>(&mut group, &scenario);
        measure::<Fair>(&mut group, &scenario);
        measure::<Crate>(&mut group, &scenario);
    }
    criterion.final_summary();
}

/// One part after the other, each with its own scenario: the large ones take much memory.
fn print_tables() {
    let check = |scenario: &Scenario| check(scenario, checking_time());
    let rows = table::measure_all(
        &sizes(SIZES_OF_TABLES),
        seconds("HYBRID_TABLE_SECONDS", 12),
        |size| size.reps <= MOST_FOR_OBVIOUS,
        check,
    );
    table::print_ratios(&rows);
    table::print_growth(&rows);
    table::print_allocations(&rows);
    let mut lines = table::lines(&rows);
    lines.extend(parts::print(&[10, 1_000, 100_000], Duration::from_secs(5)));
    lines.push(shifts::print(100_000, 3));
    lines.push(pick::print([10, 100_000], Duration::from_secs(5)));
    lines.extend(lines_of_kept());
    targets::print(&lines);
}

/// Only what is kept, and what it takes to make it.
fn print_kept() {
    targets::print(&lines_of_kept());
}

fn lines_of_kept() -> Vec<targets::Line> {
    let mut lines = build::print_memory();
    lines.push(keeping::print_bytes());
    lines.extend(keeping::print_time(Size { leads: 10_000, ..Size::new(10_000, 1_000, 1_000) }));
    lines.push(build::print_time(Size::new(100_000, 1_000, 1_000_000)));
    lines
}

/// How long contestants are compared for before they are measured, at the most.
fn checking_time() -> Duration {
    seconds("HYBRID_CHECK_SECONDS", 5)
}

fn seconds(variable: &str, otherwise: usize) -> Duration {
    Duration::from_secs(number(variable, otherwise) as u64)
}

fn number(variable: &str, otherwise: usize) -> usize {
    let chosen = std::env::var(variable).ok().and_then(|chosen| chosen.parse().ok());
    chosen.unwrap_or(otherwise)
}

fn sizes(otherwise: &str) -> Vec<Size> {
    let chosen = std::env::var("HYBRID_SIZES").unwrap_or_else(|_| otherwise.to_owned());
    if chosen != "all" {
        return chosen.split_whitespace().map(|size| size_of(size).expect("sizes such as 1000/10/1000")).collect();
    }
    let reps = [10, 100, 1_000, 10_000, 100_000];
    let with_territories = reps.into_iter().flat_map(|reps| [10, 1_000, 10_000].map(|areas| (reps, areas)));
    let sizes =
        with_territories.flat_map(|(reps, areas)| [1_000, 1_000_000].map(|accounts| Size::new(reps, areas, accounts)));
    sizes.collect()
}

fn size_of(text: &str) -> Option<Size> {
    let mut parts = text.split('/').map(|part| part.parse().ok());
    Some(Size::new(parts.next()??, parts.next()??, parts.next()??))
}

/// Decide and commit, a lead at a time; what goes on between batches is not counted.
fn measure<C: Contestant>(group: &mut BenchmarkGroup<'_, WallTime>, scenario: &Scenario) {
    let mut run: Option<Run<'_, C>> = None;
    group.bench_function(C::NAME, |bencher| {
        // Built only if it is asked for, and used for all samples: the days go on.
        let run = run.get_or_insert_with(|| Run::new(scenario));
        bencher.iter_custom(|leads| {
            let batches = leads.div_ceil(BATCH as u64);
            let took: Duration = (0..batches).map(|_| run.batch()).sum();
            took.mul_f64(leads as f64 / (batches * BATCH as u64) as f64)
        });
    });
}
