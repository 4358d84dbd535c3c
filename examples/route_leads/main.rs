//! Routes leads from files: who gets which lead, why, and a proof that it was fair.
//!
//! `cargo run --release --example route_leads` routes the sample leads of `examples/data`; `-- --help` tells how to
//! route your own. Assignments go to standard output as CSV, a summary to standard error.

#![expect(clippy::disallowed_methods, reason = "files and the time are the host's business, and this is a host")]

mod accounts;
mod areas;
mod arguments;
mod enrich;
mod files;
mod json_lines;
mod leads;
mod progress;
mod roster;
mod routing;
mod setup;
mod state;
mod summary;
mod table;
mod text_table;
mod time;

use arguments::{Arguments, HELP, Request};
use files::{shown, write};
use leads::Leads;
use routing::{Routing, start};
use setup::Setup;
use state::{State, explain_past};
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use summary::{Summary, check_bounds, shares};

/// Every row was routed, or only asked about.
const SUCCESS: u8 = 0;
/// Nothing was routed: a file cannot be read, or the plan or the roster is wrong.
const FAILURE: u8 = 1;
/// Some rows could not be read. The others were routed.
const REJECTS: u8 = 2;

/// How many rejected rows are named on standard error; the rejects file has them all.
const MOST_REJECTS_SHOWN: usize = 100;

fn main() -> ExitCode {
    let done = match Arguments::parse() {
        Ok(Request::Help) => print(HELP.as_bytes()).map(|()| SUCCESS),
        Ok(Request::Route(arguments)) => run(&arguments),
        Err(error) => Err(format!("{error}; `--help` tells more")),
    };
    ExitCode::from(done.unwrap_or_else(|error| {
        tell(&format!("error: {error}\n"));
        FAILURE
    }))
}

fn run(arguments: &Arguments) -> Result<u8, String> {
    let setup = Setup::read(arguments)?;
    let mut leads = Leads::read(&arguments.leads, &arguments.id, arguments.time.as_deref())?;
    for enrichment in &arguments.enrichments {
        enrichment.add_to(&mut leads)?;
    }
    // Who only asks about one lead wants no files written and no tables.
    let only_asks = arguments.explain.is_some() && arguments.output.is_none();
    let (mut router, mut state) = match &arguments.state {
        None => (setup.build()?, None),
        Some(folder) => {
            let (router, state) = State::open(folder, setup, start(&leads), only_asks)?;
            (router, Some(state))
        }
    };
    let routing = Routing::run(&mut router, state.as_mut(), &leads, arguments.explain.as_deref())?;
    let goes_on = state.as_ref().is_some_and(State::goes_on);
    check_bounds(&router, goes_on)?;
    tell(&rejects_shown(&leads));
    if let Some(lead) = &arguments.explain {
        let past = arguments.state.as_deref().map(|folder| explain_past(folder, lead)).transpose()?;
        let explanations = [past.unwrap_or_default(), routing.explanations].concat();
        if explanations.is_empty() {
            return Err(format!("{}: there is no lead `{lead}`", shown(&arguments.leads)));
        }
        print(explanations.join("\n").as_bytes())?;
    }
    if !only_asks {
        match &arguments.output {
            Some(file) => write(file, &routing.assignments)?,
            None => print(&routing.assignments)?,
        }
        if let Some(file) = &arguments.shares {
            write(file, &shares(&router, &routing.tally, goes_on)?)?;
        }
        let rejects = write_rejects(arguments, &leads)?;
        let (router, leads, tally) = (&router, &leads, &routing.tally);
        let (rejects, state) = (rejects.as_deref(), state.as_ref());
        tell(&Summary { arguments, router, leads, tally, rejects, state }.to_string());
    }
    if let Some(state) = state {
        state.save(&router)?;
    }
    Ok(if leads.rejects.is_empty() { SUCCESS } else { REJECTS })
}

/// The rows that could not be read, one a line.
fn rejects_shown(leads: &Leads) -> String {
    let mut text = String::new();
    for reject in leads.rejects.iter().take(MOST_REJECTS_SHOWN) {
        _ = writeln!(text, "rejected: {}: {reject}", leads.source);
    }
    if leads.rejects.len() > MOST_REJECTS_SHOWN {
        _ = writeln!(text, "rejected: {} rows more", leads.rejects.len() - MOST_REJECTS_SHOWN);
    }
    text
}

/// Writes the rows that could not be read beside the output, or where the user wants them.
fn write_rejects(arguments: &Arguments, leads: &Leads) -> Result<Option<PathBuf>, String> {
    let file = match (&arguments.rejects, &arguments.output) {
        (Some(file), _) => file.clone(),
        // A file that nobody asked for is written only if there is something in it.
        (None, _) if leads.rejects.is_empty() => return Ok(None),
        (None, Some(output)) => output.with_extension("rejects.csv"),
        (None, None) => PathBuf::from("rejects.csv"),
    };
    write(&file, &leads.rejects_csv()?)?;
    Ok(Some(file))
}

/// Prints to standard output. A reader who has seen enough, as `head` has, is no error.
fn print(bytes: &[u8]) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// Prints to standard error; if that is closed, there is nobody left to tell.
fn tell(text: &str) {
    _ = std::io::stderr().lock().write_all(text.as_bytes());
}
