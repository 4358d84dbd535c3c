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

mod check;
mod contest;
mod cursor;
mod directory;
mod expert;
mod fair;
mod hand;
mod ledger;
mod levels;
mod lines;
mod obvious;
mod router;
mod scenario;

use check::check;
use contest::{Contestant, Run};
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
const SIZES: [(usize, usize, usize); 3] = [(10, 10, 1_000), (1_000, 1_000, 1_000), (1_000, 1_000, 1_000_000)];
/// The obvious way takes too long with more reps than that.
const MOST_FOR_OBVIOUS: usize = 1_000;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --benches` asks only whether it compiles.
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    for size in sizes() {
        let scenario = Scenario::new(size);
        println!("{size}: {} leads checked", check(&scenario, Duration::from_secs(20)));
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

fn sizes() -> Vec<Size> {
    let chosen = std::env::var("HYBRID_SIZES").unwrap_or_default();
    let sizes: Vec<(usize, usize, usize)> = match chosen.as_str() {
        "" => SIZES.to_vec(),
        "all" => {
            let reps = [10, 100, 1_000, 10_000, 100_000];
            let with_territories = reps.into_iter().flat_map(|reps| [10, 1_000, 10_000].map(|areas| (reps, areas)));
            with_territories
                .flat_map(|(reps, areas)| [1_000, 1_000_000].map(|accounts| (reps, areas, accounts)))
                .collect()
        }
        list => list.split_whitespace().map(|size| size_of(size).expect("sizes such as 1000/10/1000")).collect(),
    };
    sizes.into_iter().map(|(reps, territories, accounts)| Size::new(reps, territories, accounts)).collect()
}

fn size_of(text: &str) -> Option<(usize, usize, usize)> {
    let mut parts = text.split('/').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
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
