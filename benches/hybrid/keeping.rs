//! What it takes to keep the state: snapshots taken and restored, beside a plain copy of what the fair expert code keeps; and
//! what a snapshot has of each rep in each rotation.

use crate::contest::{Run, Timed};
use crate::fair::Fair;
use crate::interleaved::median;
use crate::router::Crate;
use crate::scenario::{BATCH, START, Scenario, Size};
use crate::targets::{Line, line};
use chrono::DateTime;
use lead_router::{
    Closing, Event, LeadRecord, Plan, RepRecord, Roster, Router, Snapshot, field, first_of, round_robin, when,
};
use std::hint::black_box;
use std::time::Instant;

/// Prints what taking and restoring cost after a day of leads, of which the last half are still in hand.
pub(crate) fn print_time(size: Size) -> Vec<Line> {
    let scenario = Scenario::new(size);
    let (mut fair, mut of_crate): (Run<'_, Fair>, Run<'_, Crate>) = (Run::new(&scenario), Run::new(&scenario));
    for _ in 0..size.leads / BATCH {
        fair.batch();
        of_crate.batch();
    }
    let (fair, router) = (&fair.contestant, &of_crate.contestant.router);
    let text = serde_json::to_vec(&router.snapshot()).expect("a snapshot is data");
    let snapshot: Snapshot = serde_json::from_slice(&text).expect("it was just written");
    let times = [(); 5].map(|()| {
        [
            milliseconds(|| fair.clone()),
            milliseconds(|| router.clone()),
            milliseconds(|| router.snapshot()),
            milliseconds(|| serde_json::to_vec(&router.snapshot()).expect("a snapshot is data")),
            milliseconds(|| black_box(&snapshot).restore().build().expect("it was taken of a router")),
        ]
    });
    let [plain, clone, take, write, restore] =
        [0, 1, 2, 3, 4].map(|place| median(times.map(|times| times[place]).to_vec()));
    println!("\nTo keep the state, {size}, {} leads in hand, in milliseconds.\n", router.in_hand());
    println!("| fair expert: copy | crate: clone | crate: snapshot | the same, and written as JSON | crate: restore |");
    println!("|---|---|---|---|---|");
    println!("| {plain:.2} | {clone:.2} | {take:.2} | {write:.2} | {restore:.2} |");
    vec![
        line("snapshot: take over a plain copy of the fair expert's state", "10, 30", format!("{:.1}", take / plain)),
        line("snapshot: restore over the same", "10, 30", format!("{:.1}", restore / plain)),
    ]
}

pub(crate) fn milliseconds<Made>(make: impl FnOnce() -> Made) -> f64 {
    let start = Instant::now();
    let made = black_box(make());
    let took = start.elapsed();
    drop(made);
    took.as_secs_f64() * 1_000.0
}

/// Prints the bytes of a rep in a rotation, in JSON: what a second rotation adds for each of its members.
pub(crate) fn print_bytes() -> Line {
    // Whether ids come again shows in what longer ids add.
    let [short, long] = [10, 30].map(bytes_of_a_rotation);
    let ids = (long - short) / 20.0;
    let beside = short - 10.0 * ids;
    println!("\nA snapshot in JSON has {beside:.1} bytes for a rep in a rotation, and the id {ids:.1} times.");
    line("snapshot: bytes per rep and rotation beside the id", "24, 64", format!("{beside:.1}"))
}

fn bytes_of_a_rotation(id_length: usize) -> f64 {
    let added = |reps: usize| json_bytes(reps, id_length, true) as f64 - json_bytes(reps, id_length, false) as f64;
    (added(2_000) - added(1_000)) / 1_000.0
}

/// The length of a snapshot after as many leads as reps, all closed, in one rotation or half of them in another.
fn json_bytes(reps: usize, id_length: usize, with_other: bool) -> usize {
    let other = round_robin("all").rotation(if with_other { "other" } else { "all" });
    let plan = Plan::new(first_of((when(field("other").is(true), other), round_robin("all")))).otherwise("triage");
    let members = (0..reps).map(|rep| RepRecord::new(format!("{rep:0id_length$}")).pool("all"));
    let mut router = Router::new(plan, Roster::new().reps(members)).expect("a good plan");
    let now = DateTime::from_timestamp_millis(START).unwrap_or_default();
    for number in 0..reps {
        let lead = LeadRecord::new(format!("L-{number}")).with("other", number % 2 == 0);
        let receipt = router.route(&lead, now);
        router.settle(&receipt).expect("nobody settled it yet");
        router.observe(Event::closed(receipt.lead_id(), Closing::Won), now).expect("the lead is known");
    }
    serde_json::to_string(&router.snapshot()).expect("a snapshot is data").len()
}
