//! What explaining and keeping cost beside deciding: steps and reps of an explanation, a snapshot taken, read and restored.
//!
//! `cargo bench --bench keep`

#![expect(clippy::expect_used, reason = "a bench may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use lead_router::{
    Area, Ask, Detail, LeadRecord, Plan, RepRecord, Roster, Router, Snapshot, Step, available, field, first_of, label,
    queue, ranked, round_robin, score_tiers, split, territories, when,
};
use std::hint::black_box;

const SIZES: [usize; 3] = [10, 1_000, 10_000];
const AREAS: [usize; 3] = [10, 1_000, 10_000];

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}

fn roster(reps: usize) -> Roster {
    Roster::new().reps((0..reps).map(|number| {
        let rep = RepRecord::new(format!("rep-{number}")).capacity(1_000_000).with("rate", (number % 40) as i64);
        rep.weighted_pool("smb", 1 + (number % 3) as u32).pool("closers")
    }))
}

fn router(step: impl Into<Step>, reps: usize) -> Router {
    Router::new(Plan::new(step).otherwise("triage"), roster(reps)).expect("a good plan")
}

fn lead(number: usize) -> LeadRecord {
    LeadRecord::new(format!("L-{number}")).with("score", (number * 37 % 101) as i64).with("zip", format!("{number:05}"))
}

/// A plan that a lead goes some way through.
fn layered() -> Step {
    let hot = field("requested_demo").is(true);
    first_of((
        when(hot, available(round_robin("closers"))),
        score_tiers().at_least(80, available(ranked("closers", "rate").tolerance(5))),
        available(round_robin("smb")),
    ))
    .into()
}

fn explain(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("explain");
    for reps in SIZES {
        let (router, lead) = (router(layered(), reps), lead(1));
        group.bench_function(BenchmarkId::new("decide", reps), |bencher| {
            bencher.iter(|| router.decide(black_box(&lead), start()));
        });
        for (name, detail) in [("steps", Detail::Steps), ("reps", Detail::Reps)] {
            let mut why = router.explain(&lead, start());
            group.bench_function(BenchmarkId::new(name, reps), |bencher| {
                bencher.iter(|| router.explain_into(black_box(&lead), start(), &Ask::new(), detail, &mut why));
            });
        }
    }
}

fn models(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("models");
    let steps: [(&str, Step, usize); 4] = [
        ("round robin", round_robin("smb").into(), 7),
        ("round robin, balanced", round_robin("smb").balance("score", 100).into(), 7),
        ("ranked", ranked("closers", "rate").tolerance(5).into(), 7),
        ("split", label("pilot", split().percent(50, round_robin("smb")).rest(round_robin("smb"))).into(), 7),
    ];
    for (name, step, number) in steps {
        let (router, lead) = (router(step, 100), lead(number));
        group.bench_function(name, |bencher| bencher.iter(|| router.decide(black_box(&lead), start())));
    }
}

/// Areas by country and region, beside a queue alone: one kind of area, and many. The last in the list has the lead.
fn areas(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("areas");
    let lead = |number: usize| {
        let place = LeadRecord::new("L-1").with("country", format!("Country-{}", number % 100));
        place.with("region", format!("REGION-{}", number / 100)).with("employees", number as i64)
    };
    let decide = |group: &mut BenchmarkGroup<'_, WallTime>, id: BenchmarkId, step: Step, number: usize| {
        let (router, lead) = (router(step, 1), lead(number));
        group.bench_function(id, |bencher| bencher.iter(|| router.decide(black_box(&lead), start())));
    };
    decide(&mut group, BenchmarkId::new("queue alone", 0), queue("q").into(), 0);
    for count in AREAS {
        let alike = (0..count).fold(territories(["country", "region"]), |areas, number| {
            let area = Area::new(format!("area-{number}")).fits("country", format!("country-{}", number % 100));
            areas.area(area.fits("region", format!("region-{}", number / 100)).then(queue("q")))
        });
        decide(&mut group, BenchmarkId::new("alike", count), alike.into(), count - 1);
        let mixed = (0..count).fold(territories(["country", "region", "employees"]), |areas, number| {
            let (country, region) = (format!("country-{}", number % 100), format!("region-{}", number / 100));
            let (start, band) = (&region[..6 + number % 3], format!("{number}..{}", number + 1 + number % 40));
            let area = Area::new(format!("area-{number}")).fits("country", country);
            let area = match number % 4 {
                0 => area.fits("region", region),
                1 => area.fits("region", format!("{start}*")),
                2 => area.fits("region", [region, "elsewhere".to_owned()]).fits("employees", band),
                _ => area.fits("employees", band),
            };
            areas.area(area.then(queue("q")))
        });
        decide(&mut group, BenchmarkId::new("mixed", count), mixed.into(), count - 1);
    }
}

fn snapshots(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("snapshot");
    group.sample_size(10);
    for reps in SIZES {
        let mut router = router(layered(), reps);
        for number in 0..1_000 {
            let receipt = router.route(&lead(number), start() + TimeDelta::seconds(number as i64));
            router.settle(&receipt).expect("it stands");
        }
        let snapshot = router.snapshot();
        let text = serde_json::to_string(&snapshot).expect("a snapshot is data");
        group.bench_function(BenchmarkId::new("clone of the router", reps), |bencher| bencher.iter(|| router.clone()));
        group.bench_function(BenchmarkId::new("take", reps), |bencher| bencher.iter(|| router.snapshot()));
        group.bench_function(BenchmarkId::new("take and write as JSON", reps), |bencher| {
            bencher.iter(|| serde_json::to_string(&router.snapshot()).expect("a snapshot is data"));
        });
        group.bench_function(BenchmarkId::new("restore", reps), |bencher| {
            bencher.iter(|| black_box(&snapshot).restore().build().expect("it was taken of a router"));
        });
        group.bench_function(BenchmarkId::new("read from JSON", reps), |bencher| {
            bencher.iter(|| serde_json::from_str::<Snapshot>(black_box(&text)).expect("it was just written"));
        });
    }
}

criterion_group!(benches, explain, models, areas, snapshots);
criterion_main!(benches);
