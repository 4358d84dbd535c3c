//! What it costs to know who is at work: the gate of a rep whose state is current and of one past the router's clock, and a
//! shift change of a thousand reps.
//!
//! `cargo bench --bench gates`

#![expect(clippy::expect_used, reason = "a bench may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, WorkingHours, available, round_robin};
use std::hint::black_box;

const REPS: usize = 1_000;

/// A Monday, shortly before nine in London.
fn before() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_441_940, 0).unwrap_or_default()
}

/// All who start at nine in London, in so many different schedules: some have another lunch.
fn router(schedules: usize) -> Router {
    let hours = |number: usize| {
        let lunch = number % schedules;
        let week = format!("09:00-12:{:02}, 13:{:02}-17:00", lunch % 60, lunch / 60);
        WorkingHours::in_zone("Europe/London").on("mon-fri", week)
    };
    let reps = (0..REPS).map(|number| {
        RepRecord::new(format!("rep-{number}"))
            .pool("smb")
            .hours(hours(number))
            .cap("1000 per day".parse().expect("a cap"))
    });
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    let mut router = Router::new(plan, Roster::new().reps(reps)).expect("a good plan");
    router.advance(before());
    router
}

fn gate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gate");
    let mut current = router(10);
    let now = before() + TimeDelta::minutes(5);
    current.advance(now);
    group.bench_function("state is current", |bencher| bencher.iter(|| current.gate(black_box("rep-500"), now)));
    let past = router(10);
    group.bench_function("past the clock", |bencher| bencher.iter(|| past.gate(black_box("rep-500"), now)));
}

fn shift_change(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("shift change of 1000 reps");
    let now = before() + TimeDelta::minutes(5);
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    let always = Roster::new().reps((0..REPS).map(|number| RepRecord::new(format!("rep-{number}")).pool("smb")));
    let always = Router::new(plan, always).expect("a good plan");
    group.bench_function("decide, without hours and caps", |bencher| {
        bencher.iter(|| always.decide(black_box(&LeadRecord::new("L-1")), now));
    });
    for schedules in [1, 10, 1_000] {
        let before = router(schedules);
        group.bench_function(BenchmarkId::new("advance", schedules), |bencher| {
            bencher.iter_batched_ref(|| before.clone(), |router| router.advance(now), BatchSize::LargeInput);
        });
        let mut after = before.clone();
        after.advance(now);
        group.bench_function(BenchmarkId::new("decide after it", schedules), |bencher| {
            bencher.iter(|| after.decide(black_box(&LeadRecord::new("L-1")), now));
        });
        group.bench_function(BenchmarkId::new("decide past the clock", schedules), |bencher| {
            bencher.iter(|| before.decide(black_box(&LeadRecord::new("L-1")), now));
        });
    }
}

criterion_group!(benches, gate, shift_change);
criterion_main!(benches);
