//! Working hours and business time: against what other projects' suites say, against the rules for clock changes worked
//! out by hand, and against a second implementation that goes minute by minute.
//!
//! Random hours are drawn for a year around clock changes in many zones; the same ones every time, unless asked for more:
//!
//! ```text
//! CASES=1000 cargo test --release --test business_time     # so many for each zone
//! ```

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, also in what it shares with others"
)]

#[path = "business_time/clock_changes.rs"]
mod clock_changes;
#[path = "business_time/naive.rs"]
mod naive;
#[path = "business_time/properties.rs"]
mod properties;
#[path = "business_time/vectors.rs"]
mod vectors;
