//! The rule part of one plan in other rule engines, each compiled once, beside the crate's whole decision: rules, gates, and
//! whose turn it is.
//!
//! `cargo bench --manifest-path benches/peers/Cargo.toml`

mod lead;
mod with_cel;
mod with_crate;
mod with_rhai;
mod with_zen;

use criterion::Criterion;
use lead::{Lead, leads};
use std::error::Error;
use std::hint::black_box;

/// The rules, as cel, rhai and zen-expression write them in one way.
const RULES: &str = r#"
    requested_demo && watched_video && filled_pricing ? "closers"
    : employees < 100 ? "smb"
    : employees < 1000 ? (score >= 80 ? "senior" : score >= 50 ? "mid" : "junior")
    : industry == "healthcare" || industry == "finance" ? "specialists"
    : "enterprise"
"#;

/// One way to find the pool that a lead goes to.
trait Peer {
    /// The name of its package.
    const NAME: &'static str;

    /// What it answers, in its own form: making it readable is not measured.
    type Answer;

    fn new() -> Result<Self, Box<dyn Error>>
    where
        Self: Sized;

    fn decide(&mut self, lead: &Lead) -> Self::Answer;

    fn pool(answer: &Self::Answer) -> Option<&str>;
}

/// The version of a package that is measured.
fn version(name: &str) -> &str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let rest = include_str!("Cargo.lock").split_once(&entry).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("")
}

fn measure<P: Peer>(criterion: &mut Criterion, leads: &[Lead]) -> Result<(), Box<dyn Error>> {
    let mut peer = P::new()?;
    for lead in leads {
        let answer = peer.decide(lead);
        if P::pool(&answer) != Some(lead.pool()) {
            return Err(format!("{} says {:?} of {lead:?}", P::NAME, P::pool(&answer)).into());
        }
    }
    let mut next = leads.iter().cycle();
    criterion.bench_function(&format!("{} {}", P::NAME, version(P::NAME)), |bencher| {
        bencher.iter(|| next.next().map(|lead| peer.decide(black_box(lead))));
    });
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let leads = leads();
    let mut criterion = Criterion::default().configure_from_args();
    measure::<with_crate::Whole>(&mut criterion, &leads)?;
    measure::<with_zen::Expression>(&mut criterion, &leads)?;
    measure::<with_zen::Table>(&mut criterion, &leads)?;
    measure::<with_cel::Cel>(&mut criterion, &leads)?;
    measure::<with_rhai::Rhai>(&mut criterion, &leads)?;
    println!("all agree on {} leads", leads.len());
    criterion.final_summary();
    Ok(())
}
