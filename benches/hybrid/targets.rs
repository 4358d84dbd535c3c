//! What the crate is meant to reach, and where it stands.

/// A line of the last table.
#[derive(Debug)]
pub(crate) struct Line {
    what: String,
    /// What is meant to be reached, and what is the least.
    target: &'static str,
    figure: String,
}

pub(crate) fn line(what: impl Into<String>, target: &'static str, figure: impl Into<String>) -> Line {
    Line { what: what.into(), target, figure: figure.into() }
}

pub(crate) fn print(lines: &[Line]) {
    println!("\nAgainst the targets, each with what it must be at the very least.\n");
    println!("| what | target | figure |");
    println!("|---|---|---|");
    for Line { what, target, figure } in lines {
        println!("| {what} | {target} | {figure} |");
    }
}
