//! Leads in hand: what each takes in memory, and that asking what is due costs what is due and not what is in hand.
//!
//! `cargo bench --bench leads`

#![expect(clippy::expect_used, reason = "a bench may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lead_router::sla::{Act, Ladder, Whom};
use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, hours, round_robin};
use std::hint::black_box;

const IN_HAND: [usize; 2] = [10_000, 1_000_000];
const DUE: [usize; 3] = [1, 100, 10_000];
const REPS: usize = 1_000;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}

fn router(has_ladder: bool) -> Router {
    let plan = Plan::new(round_robin("smb")).otherwise("triage");
    let ladder = Ladder::new()
        .after(hours(2), Act::Notify(Whom::Manager))
        .after(hours(4), Act::Notify(Whom::role("leadership")));
    let plan = if has_ladder { plan.escalate(ladder) } else { plan };
    let rep = |number| RepRecord::new(format!("rep-{number}")).pool("smb").manager("rep-0");
    let leader = RepRecord::new("maria").role("leadership");
    Router::new(plan, Roster::new().reps((0..REPS).map(rep)).rep(leader)).expect("a good plan")
}

/// Puts leads into hands, one a millisecond, each settled or not.
fn fill(router: &mut Router, leads: usize, settles: bool) {
    for number in 0..leads {
        let now = start() + TimeDelta::milliseconds(number as i64);
        let receipt = router.route(&LeadRecord::new(format!("L-{number:07}")), now);
        if settles {
            router.settle(&receipt).expect("nobody settled it yet");
        }
    }
}

/// What each of many leads takes, its id included.
fn bytes_of_a_lead(has_ladder: bool, settles: bool) -> i64 {
    let mut router = router(has_ladder);
    let leads = 1_000_000;
    let counted = allocation_counter::measure(|| fill(&mut router, leads, settles));
    counted.bytes_current / leads as i64
}

fn memory(_: &mut Criterion) {
    println!("bytes of a lead in hand, of 1 000 000: settled {}", bytes_of_a_lead(false, true));
    println!("... with a ladder whose clock runs {}", bytes_of_a_lead(true, true));
    println!("... not settled yet {}", bytes_of_a_lead(false, false));
}

fn due(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("leads");
    for leads in IN_HAND {
        let mut router = router(true);
        fill(&mut router, leads, true);
        group.bench_function(BenchmarkId::new("next_deadline", leads), |bencher| {
            bencher.iter(|| black_box(&router).next_deadline());
        });
        for due in DUE {
            let now = start() + TimeDelta::hours(2) + TimeDelta::milliseconds(due as i64 - 1);
            assert_eq!(router.due(now).len(), due);
            group.bench_function(BenchmarkId::new(format!("due, {due} of"), leads), |bencher| {
                bencher.iter(|| black_box(&router).due(now));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, memory, due);
criterion_main!(benches);
