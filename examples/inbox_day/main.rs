//! A day of an inbound team in three zones: leads come in around the clock, reps call, have lunch, forget one, and one of
//! them leaves in the evening. Everything that happens is printed as it happens, and the day's numbers at the end.
//!
//! `cargo run --example inbox_day`

mod day;
mod numbers;
mod team;

use day::Day;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("Monday, 2 March 2026, in UTC\n");
    let mut day = Day::new(team::router()?);
    while day.goes_on()? {}
    println!("\n{}", day.numbers());
    Ok(())
}
