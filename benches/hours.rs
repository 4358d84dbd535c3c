//! What questions about working hours cost, near and far: no answer costs more because more time lies between.
//!
//! `cargo bench --bench hours`

#![expect(clippy::expect_used, reason = "a bench may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lead_router::hours;
use lead_router::hours::{Schedule, WorkingHours};
use std::hint::black_box;

/// An office with a lunch break, and a holiday in each of ten years.
fn office() -> WorkingHours {
    let week = WorkingHours::in_zone("Europe/Berlin").on("mon-fri", "09:00-12:30, 13:30-18:00");
    (2021..2031).fold(week, |hours, year| hours.closed_on(format!("{year}-12-24 to {year}-12-31")))
}

fn night_shift() -> WorkingHours {
    WorkingHours::in_zone("America/New_York").on("daily", "22:00-06:00+1")
}

fn schedule(hours: &WorkingHours) -> Schedule {
    hours.schedule().expect("good hours")
}

/// Instants over a year, some open and some not.
fn instants() -> impl Iterator<Item = DateTime<Utc>> + Clone {
    let start = DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default();
    (0..1_000).map(move |number| start + TimeDelta::minutes(number * 523)).cycle()
}

fn questions(criterion: &mut Criterion) {
    let all = [("office", office()), ("night shift", night_shift()), ("always", WorkingHours::always())];
    for (name, hours_of) in &all {
        let schedule = schedule(hours_of);
        let mut group = criterion.benchmark_group(*name);
        let mut ask = |question: BenchmarkId, answer: &dyn Fn(DateTime<Utc>) -> bool| {
            let mut instants = instants();
            group.bench_function(question, |bencher| {
                bencher.iter(|| answer(black_box(instants.next().unwrap_or_default())));
            });
        };
        ask(BenchmarkId::from_parameter("is open"), &|at| schedule.is_open(at));
        ask(BenchmarkId::from_parameter("next opening"), &|at| schedule.next_opening(at).is_some());
        ask(BenchmarkId::from_parameter("next closing"), &|at| schedule.next_closing(at).is_some());
        for count in [2, 200, 20_000] {
            ask(BenchmarkId::new("add hours", count), &|at| schedule.add(at, hours(count)).is_some());
        }
        let ten_years = TimeDelta::days(3_653);
        ask(BenchmarkId::from_parameter("between, ten years"), &|at| schedule.between(at, at + ten_years).is_zero());
    }
}

fn making(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("schedule");
    for (name, hours) in [("office", office()), ("night shift", night_shift()), ("always", WorkingHours::always())] {
        group.bench_function(name, |bencher| bencher.iter(|| schedule(black_box(&hours))));
    }
}

criterion_group!(benches, questions, making);
criterion_main!(benches);
