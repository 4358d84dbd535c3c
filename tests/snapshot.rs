//! Snapshots: what they hold, what restoring them gives, and what is refused.
//!
//! The test of damaged snapshots tries a fixed set; `CASES=100000 cargo test --test snapshot damage` tries more.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, also in what it shares with others"
)]

#[path = "snapshot/as_it_was.rs"]
mod as_it_was;
#[path = "snapshot/busy.rs"]
mod busy;
#[path = "snapshot/damage.rs"]
mod damage;
#[path = "snapshot/edits.rs"]
mod edits;
#[path = "snapshot/large.rs"]
mod large;
#[path = "snapshot/released.rs"]
mod released;
