//! `decide` and `route` at ten to a hundred thousand reps: fair turns, least loaded, and a plan of several steps.
//!
//! `cargo bench --bench decide`

#![expect(clippy::expect_used, reason = "a bench may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use lead_router::{
    Account, LeadRecord, Plan, RepRecord, Roster, Router, Step, account_owner, all, available, field, first_of,
    least_loaded, round_robin, segment, when,
};
use std::hint::black_box;

const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}

/// Reps in three pools by turns, with weights 1 to 3.
fn roster(reps: usize) -> Roster {
    let pools = ["smb", "mid-market", "enterprise"];
    Roster::new().reps((0..reps).map(|number| {
        let weight = 1 + (number % 3) as u32;
        let pools = pools.iter().cycle().skip(number % 3).take(1 + number % 2);
        let rep = RepRecord::new(format!("rep-{number}")).weighted_pool("closers", weight).capacity(1_000_000);
        pools.fold(rep, |rep, pool| rep.weighted_pool(*pool, weight))
    }))
}

fn mixed() -> Step {
    let shows_intent = all([field("requested_demo").is(true), field("watched_video").is(true)]);
    first_of((
        account_owner(),
        when(shows_intent, available(round_robin("closers"))),
        segment("employees")
            .below(100, available(round_robin("smb")))
            .below(1_000, available(round_robin("mid-market")))
            .rest(available(round_robin("enterprise"))),
        least_loaded("everyone"),
    ))
    .into()
}

fn router(step: impl Into<Step>, reps: usize) -> Router {
    let accounts = (0..1_000).map(|number| {
        let owner = format!("rep-{}", number % reps);
        Account::new(format!("A-{number}")).owner(owner).domain(format!("company-{number}.example.com"))
    });
    let plan = Plan::new(step).otherwise("triage");
    Router::builder(plan, roster(reps)).accounts(accounts).build().expect("a good plan")
}

fn lead(number: usize) -> LeadRecord {
    LeadRecord::new(format!("L-{number}"))
        .with("email", format!("someone@company-{}.example.org", number % 5_000))
        .with("employees", 12 * 18_usize.pow((number % 3) as u32) as u32)
        .with("requested_demo", number.is_multiple_of(20))
        .with("watched_video", number.is_multiple_of(20))
}

fn deciding(criterion: &mut Criterion) {
    let plans: [(&str, Step); 3] = [
        ("round_robin", available(round_robin("closers")).into()),
        ("least_loaded", available(least_loaded("closers")).into()),
        ("mixed", mixed()),
    ];
    for (name, step) in plans {
        let mut group = criterion.benchmark_group(format!("decide/{name}"));
        for reps in SIZES {
            let mut router = router(step.clone(), reps);
            for number in 0..100 {
                router.route(&lead(number), start());
            }
            let leads: Vec<LeadRecord> = (1_000..1_060).map(lead).collect();
            let mut next = leads.iter().cycle();
            group.bench_function(BenchmarkId::from_parameter(reps), |bencher| {
                bencher.iter(|| next.next().map(|lead| black_box(router.decide(lead, start()))));
            });
        }
    }
}

/// Decide, commit, settle and close: a lead's whole way, so that the router stays as it is.
fn routing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("route/mixed");
    for reps in SIZES {
        let mut router = router(mixed(), reps);
        let mut number = 0;
        group.bench_function(BenchmarkId::from_parameter(reps), |bencher| {
            bencher.iter_batched(
                || {
                    number += 1;
                    lead(number)
                },
                |lead| {
                    let receipt = router.route(&lead, start() + TimeDelta::milliseconds(1));
                    router.settle(&receipt)
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, deciding, routing);
criterion_main!(benches);
