//! Router and reference agree: random plans, rosters, leads and happenings, and at every step both say the same of who
//! gets a lead, by which path and why.
//!
//! By default a fixed set of games is played. To search wider, in a release build or not:
//!
//! ```text
//! GAMES=5000 cargo test --test agreement            # seeds 0 to 4999
//! GAMES=100 SEED=7000 OPERATIONS=1000 cargo test --test agreement
//! ```
//!
//! A failure prints the seed, the plan and the last operations; `SEED=... GAMES=1` plays that game again.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, also in what it shares with others"
)]

#[path = "agreement/draw.rs"]
mod draw;
#[path = "agreement/game.rs"]
mod game;
mod reference;
#[path = "agreement/times.rs"]
mod times;

use game::Game;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

#[expect(clippy::disallowed_methods, reason = "how wide to search is up to whoever runs the test")]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn router_and_reference_agree_on_every_pick_and_reason() {
    let (first, operations) = (setting("SEED", 0), setting("OPERATIONS", 150));
    for seed in first..first + setting("GAMES", 60) {
        let mut game = Game::new(seed);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| game.play(operations))) {
            eprintln!("seed {seed}\n{}", game.story());
            resume_unwind(panic);
        }
    }
}
