//! The state machine under attack: random plans, rosters and operations in any order, and after each operation
//! everything that must hold whatever was done.
//!
//! By default a fixed set of games is played. To search wider, in a release build or not:
//!
//! ```text
//! GAMES=5000 cargo test --test state_machine            # seeds 0 to 4999
//! GAMES=100 SEED=7000 OPERATIONS=2000 cargo test --test state_machine
//! ```
//!
//! - `GAMES`: how many games each test plays, each from a seed of its own.
//! - `SEED`: the first seed; 0 unless said.
//! - `OPERATIONS`: how long a game is.
//!
//! A failure prints the seed, the plan and the last operations; `SEED=... GAMES=1` plays that game again.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, also in what it shares with others"
)]

#[path = "state_machine/chance.rs"]
mod chance;
#[path = "state_machine/custom_steps.rs"]
mod custom_steps;
#[path = "state_machine/game.rs"]
mod game;
#[path = "state_machine/handovers.rs"]
mod handovers;
#[path = "state_machine/hostile.rs"]
mod hostile;
#[path = "state_machine/lives.rs"]
mod lives;
#[path = "state_machine/machines.rs"]
mod machines;
#[path = "state_machine/model.rs"]
mod model;

use chance::{Dice, REPS, START, ends_of_time, time};
use game::Game;
use lead_router::{
    Ask, Event, LeadRecord, Plan, Presence, Record, RepRecord, Roster, RotationView, Router, available, days,
    least_loaded, limits, queue, round_robin, segment,
};
use machines::Machines;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

#[expect(clippy::disallowed_methods, reason = "how wide to search is up to whoever runs the test")]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn seeds(default: u64) -> Range<u64> {
    let first = setting("SEED", 0);
    first..first + setting("GAMES", default)
}

/// Plays, and tells the story of a game that fails.
fn play<G>(seed: u64, mut game: G, play: impl FnOnce(&mut G), story: impl FnOnce(&G) -> String) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| play(&mut game))) {
        eprintln!("seed {seed}\n{}", story(&game));
        resume_unwind(panic);
    }
}

#[test]
fn whatever_happens_the_books_stay_right() {
    let operations = setting("OPERATIONS", 120);
    for seed in seeds(60) {
        play(seed, Game::new(seed), |game| game.play(operations), Game::story);
    }
}

#[test]
fn machines_that_share_a_journal_never_wedge() {
    let operations = setting("OPERATIONS", 150);
    for seed in seeds(60) {
        play(seed, Machines::new(seed), |machines| machines.play(operations), Machines::story);
    }
}

/// Whoever commits K decisions late, into sets that have changed since, is within (2 + 2K) (n - 1) / 2 of even; two more
/// turns of slack where a field of the leads is shared out, too.
#[test]
fn late_commits_into_changed_sets_stay_within_the_bound() {
    for seed in seeds(30) {
        let mut dice = Dice::new(seed);
        let (members, late) = (2 + dice.roll(4) as usize, dice.roll(5));
        let weights = dice.of(&[[1, 1], [1, 1_000], [3, 1_000_000]]);
        let reps = REPS[..members].iter().map(|id| RepRecord::new(*id).weighted_pool("a", dice.of(&weights)));
        let roster = Roster::new().reps(reps.collect::<Vec<_>>());
        let balanced = dice.one_in(2);
        let step = round_robin("a");
        let step = if balanced { step.balance("size", 100) } else { step };
        let mut router = Router::new(Plan::new(available(step)).otherwise("triage"), roster).expect("a good plan");
        let slack = 2 + 2 * i128::from(late) + if balanced { 2 } else { 0 };
        let turns = slack * (members as i128 - 1) / 2;
        let bound = turns * RotationView::TURN + 4_000_000 * members as i128;
        let spiteful = dice.one_in(2);
        for round in 0..200 {
            let mut leads = Vec::new();
            for number in 0..=late {
                leads.push(LeadRecord::new(format!("{round}/{number}")).with("size", dice.roll(120) as i64));
            }
            let decided: Vec<_> = leads.into_iter().map(|lead| (router.decide(&lead, time(START)), lead)).collect();
            for (decision, lead) in decided {
                for (rep, owed) in REPS.iter().zip(balances(&router)) {
                    // The spiteful keep away whoever is owed something, so that it cannot be paid.
                    let away = if spiteful { owed > 0 && !dice.one_in(4) } else { dice.one_in(3) };
                    let presence = if away { Presence::busy() } else { Presence::online() };
                    router.observe(Event::presence(*rep, presence), time(START)).expect("a known rep");
                }
                router.commit(&lead, decision).expect("this router's, and this lead's");
                let worst = balances(&router).into_iter().map(i128::abs).max();
                assert!(worst <= Some(bound), "seed {seed}: {worst:?} with n {members}, K {late}");
            }
        }
    }
}

fn balances(router: &Router) -> Vec<i128> {
    router.rotations().flat_map(|rotation| rotation.members().map(|member| member.balance)).collect()
}

#[test]
fn the_ends_of_time_are_times_like_any_other() {
    let ends = ends_of_time();
    for (now, until) in ends.iter().flat_map(|now| ends.iter().map(move |until| (*now, *until))) {
        let plan = Plan::new(available(least_loaded("a"))).otherwise("triage").forget_after(days(400_000));
        let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("a")));
        let mut router = Router::new(plan, roster).expect("a good plan");
        let mut records = Vec::new();
        let away = Event::presence("ann", Presence::offline().until(until));
        let counted = Event::load_as_of("bob", u32::MAX, until);
        for event in [away, counted] {
            records.push(router.observe(event, now).expect("a known rep"));
        }
        let receipt = router.route(&LeadRecord::new("L1"), now);
        records.extend(receipt.record().cloned());
        records.extend(router.settle(&receipt).expect("it has just been made"));
        _ = (router.next_deadline(), router.decide(&LeadRecord::new("L1"), until).to_string());
        let mut replica = router.clone();
        replica.advance(until);
        _ = replica.route(&LeadRecord::new("L2"), ends[0]);
        assert_eq!(replica.receipt("L2").map(|receipt| receipt.at()), replica.clock());
        for record in records {
            let text = serde_json::to_string(&record).expect("a record is data");
            assert_eq!(serde_json::from_str::<Record>(&text).expect("it reads back"), record);
        }
    }
}

/// A lead that moves on and on and is never settled: from queue to queue, to reps and back.
#[test]
fn leads_that_are_never_settled_may_move_on_without_end() {
    let stages = segment("stage").below(1, queue("q1")).below(2, queue("q2")).rest(round_robin("a"));
    let roster = Roster::new().reps(["ann", "bob", "cid"].map(|id| RepRecord::new(id).pool("a")));
    let mut router = Router::new(Plan::new(stages).otherwise("triage"), roster).expect("a good plan");
    let mut replica = router.clone();
    let mut records = Vec::new();
    let rounds: [&[u32]; 3] = [&[0, 1], &[2, 2, 2], &[0, 2, 1]];
    for stages in rounds {
        for number in 0..803 {
            let lead = LeadRecord::new("L1").with("stage", stages[number % stages.len()]);
            let decision = router.decide_with(&lead, time(START), &Ask::reroute());
            let receipt = router.commit(&lead, decision).expect("this router's, and this lead's");
            assert!(!receipt.is_repeat(), "move {number} through {stages:?}");
            records.extend(receipt.record().cloned());
        }
        let before = records.len();
        while let Some(receipt) = router.receipt("L1")
            && let Ok(rolled_back) = router.rollback(&receipt)
        {
            records.extend(rolled_back);
        }
        let taken_back = records.len() - before;
        assert_eq!(taken_back, usize::from(limits::MAX_UNSETTLED_DEPTH), "moves through {stages:?} taken back");
        // One lead, one turn at the most.
        assert!(balances(&router).into_iter().map(i128::abs).sum::<i128>() <= 2 * RotationView::TURN);
    }
    for record in &records {
        replica.apply(record).expect("the next record");
    }
    assert!(replica == router);
}
