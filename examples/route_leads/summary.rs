//! What happened, for people: tables for the terminal, and each rep's share as CSV.

use crate::arguments::Arguments;
use crate::files::shown;
use crate::leads::Leads;
use crate::routing::{RepTally, Tally};
use crate::state::State;
use crate::text_table::{TextTable, counted};
use lead_router::fault::Severity;
use lead_router::{RotationView, Router};
use std::fmt;
use std::path::Path;

/// What one rep received in one rotation, and what they were entitled to.
struct Share<'a> {
    rep: &'a str,
    weight: u32,
    received: usize,
    /// What is still owed, in turns; negative if the rep is ahead.
    owed: f64,
}

impl Share<'_> {
    fn entitled(&self) -> f64 {
        self.received as f64 + self.owed
    }

    /// Above 0 if the rep received more than their share. Taken from 0, so that it is never -0.
    fn difference(&self) -> f64 {
        0.0 - self.owed
    }
}

/// The bound that the crate promises, in half turns: for reps who stay the same, and twice as far if the team may have
/// changed between runs.
fn bound_in_halves(rotation: &RotationView<'_>, may_have_changed: bool) -> i128 {
    let others = rotation.members().count().saturating_sub(1) as i128;
    let balanced = if rotation.shares_out().is_some() { 3 } else { 1 };
    let changed = if may_have_changed { 2 } else { 1 };
    others * balanced * changed + 2 * i128::from(rotation.granted())
}

fn bound(rotation: &RotationView<'_>, may_have_changed: bool) -> f64 {
    bound_in_halves(rotation, may_have_changed) as f64 / 2.0
}

fn shares_of<'a>(rotation: &RotationView<'a>, tally: &Tally) -> Vec<Share<'a>> {
    let received = |rep: &str| tally.by_rep.get(rep)?.turns.get(rotation.name()).copied();
    rotation
        .members()
        .map(|member| Share {
            rep: member.rep,
            weight: member.weight,
            received: received(member.rep).unwrap_or(0),
            owed: member.owed(),
        })
        .collect()
}

/// Each rep's share of each rotation, as CSV.
pub(crate) fn shares(router: &Router, tally: &Tally, may_have_changed: bool) -> Result<Vec<u8>, String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let header = ["rotation", "rep", "weight", "received", "entitled", "difference", "bound"];
    csv.write_record(header).map_err(|error| error.to_string())?;
    for rotation in router.rotations() {
        let shares = shares_of(&rotation, tally);
        for share in &shares {
            let (weight, received) = (share.weight.to_string(), share.received.to_string());
            let (entitled, difference) = (format!("{:.6}", share.entitled()), format!("{:.6}", share.difference()));
            let bound = bound(&rotation, may_have_changed).to_string();
            csv.write_record([rotation.name(), share.rep, &weight, &received, &entitled, &difference, &bound])
                .map_err(|error| error.to_string())?;
        }
    }
    csv.into_inner().map_err(|error| error.to_string())
}

/// Says so if anybody is further from their share than the crate promises.
pub(crate) fn check_bounds(router: &Router, may_have_changed: bool) -> Result<(), String> {
    for rotation in router.rotations() {
        let bound = bound_in_halves(&rotation, may_have_changed);
        let beyond = |balance: i128| balance.abs() * 2 > bound * RotationView::TURN;
        if let Some(member) = rotation.members().find(|member| beyond(member.balance)) {
            return Err(format!(
                "rotation `{}`: `{}` is {} turns from their share: this is a fault of the crate",
                rotation.name(),
                member.rep,
                member.owed()
            ));
        }
    }
    Ok(())
}

/// The whole summary.
pub(crate) struct Summary<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) router: &'a Router,
    pub(crate) leads: &'a Leads,
    pub(crate) tally: &'a Tally,
    /// Where the rejected rows were written, if they were.
    pub(crate) rejects: Option<&'a Path>,
    pub(crate) state: Option<&'a State>,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { arguments, router, leads, tally, rejects, state } = *self;
        let plan = shown(&arguments.plan);
        writeln!(f, "plan      {plan}, fingerprint {}", router.plan().fingerprint())?;
        writeln!(f, "roster    {}, {}", shown(&arguments.roster), counted(router.roster().reps.len(), "rep", "reps"))?;
        writeln!(f, "leads     {}, {}", leads.source, counted(leads.count, "row", "rows"))?;
        if let Some(state) = state {
            let went_on = match state.after() {
                0 => "new".to_owned(),
                after => format!("goes on after record {after}"),
            };
            writeln!(f, "state     {}, {went_on}", shown(state.folder()))?;
            f.write_str(state.remarks())?;
        }
        for finding in router.findings() {
            let severity = if finding.severity >= Severity::Serious { "serious" } else { "warning" };
            writeln!(f, "{severity}   {plan}: {finding}")?;
        }
        writeln!(f, "\nLeads per rep, and the share of each rotation that they were entitled to\n")?;
        writeln!(f, "{}", rep_table(router, tally))?;
        writeln!(f, "  A difference above 0 is more than the share, one below 0 is owed.")?;
        if state.is_some_and(State::goes_on) {
            writeln!(f, "  Leads and turns are those of this run; shares include what earlier runs owed.")?;
        }
        writeln!(f, "\nRotations\n")?;
        writeln!(f, "{}", rotation_table(router, tally, state.is_some_and(State::goes_on)))?;
        writeln!(f, "  The bound holds whatever leads come and whoever is away. Nobody is beyond it.")?;
        write!(f, "\nLeads per path\n\n{}", path_table(tally))?;
        if tally.queued > 0 {
            write!(f, "\nLeads per queue\n\n{}", queue_table(tally))?;
        }
        writeln!(f)?;
        write_remarks(f, leads, tally)?;
        let rejected = leads.rejects.len();
        if let Some(file) = rejects {
            let count = counted(rejected, "rejected row was", "rejected rows were");
            writeln!(f, "{count} written to {}.", shown(file))?;
        }
        writeln!(
            f,
            "{} in = {} assigned + {} queued + {} repeated + {rejected} rejected. None is lost.",
            counted(leads.count, "lead", "leads"),
            tally.assigned,
            tally.queued,
            tally.repeated
        )
    }
}

/// What a reader should know about the file of leads.
fn write_remarks(f: &mut fmt::Formatter<'_>, leads: &Leads, tally: &Tally) -> fmt::Result {
    for (file, unmatched) in leads.unmatched.iter().filter(|(_, unmatched)| *unmatched > 0) {
        writeln!(f, "{} nothing in {file}.", counted(*unmatched, "lead found", "leads found"))?;
    }
    if tally.without_time == leads.leads.len() && tally.without_time > 0 {
        writeln!(f, "No lead says when it came in: all were decided as of now.")?;
    } else if tally.without_time > 0 {
        let count = counted(tally.without_time, "lead does", "leads do");
        writeln!(f, "{count} not say when it came in, and counted as coming with the lead above.")?;
    }
    if tally.clamped > 0 {
        let count = counted(tally.clamped, "lead", "leads");
        writeln!(f, "{count} came in before a lead further up, and counted as coming with it.")?;
    }
    Ok(())
}

/// One row for each rep and rotation, and one for each path that led to the rep without a turn.
fn rep_table(router: &Router, tally: &Tally) -> TextTable<6> {
    let mut table = TextTable::new(["rep", "#leads", "rotation or path", "#received", "#entitled", "#difference"]);
    let rotations: Vec<_> = router.rotations().map(|rotation| (rotation.name(), shares_of(&rotation, tally))).collect();
    let nothing = RepTally::default();
    for rep in router.roster().reps {
        let of_rep = tally.by_rep.get(&rep.id).unwrap_or(&nothing);
        let mut lines = Vec::new();
        for (rotation, shares) in &rotations {
            let share = shares.iter().find(|share| share.rep == rep.id);
            if let Some(share) = share.filter(|share| share.received > 0 || share.owed != 0.0) {
                let (entitled, difference) = (format!("{:.2}", share.entitled()), signed(share.difference()));
                lines.push([(*rotation).to_owned(), share.received.to_string(), entitled, difference]);
            }
        }
        for (path, leads) in &of_rep.without_turn {
            lines.push([format!("{path} (no turn)"), leads.to_string(), String::new(), String::new()]);
        }
        let name = if rep.inactive { format!("{} (inactive)", rep.id) } else { rep.id };
        let mut first = [name, of_rep.leads.to_string()];
        if lines.is_empty() {
            lines.push(Default::default());
        }
        for [rotation, received, entitled, difference] in lines {
            let [name, leads] = std::mem::take(&mut first);
            table.row([name, leads, rotation, received, entitled, difference]);
        }
    }
    table
}

fn rotation_table(router: &Router, tally: &Tally, may_have_changed: bool) -> TextTable<6> {
    let mut table = TextTable::new(["rotation", "#reps", "#turns", "#bound", "#largest difference", "of"]);
    for rotation in router.rotations() {
        let shares = shares_of(&rotation, tally);
        let largest = shares.iter().max_by(|left, right| left.owed.abs().total_cmp(&right.owed.abs()));
        let turns: usize = shares.iter().map(|share| share.received).sum();
        table.row([
            rotation.name().to_owned(),
            shares.len().to_string(),
            turns.to_string(),
            bound(&rotation, may_have_changed).to_string(),
            largest.map(|share| signed(share.difference())).unwrap_or_default(),
            largest.filter(|share| share.owed != 0.0).map(|share| share.rep.to_owned()).unwrap_or_default(),
        ]);
    }
    table
}

fn path_table(tally: &Tally) -> TextTable<3> {
    let mut table = TextTable::new(["path", "#assigned", "#queued"]);
    for (path, count) in tally.by_path.iter().filter(|(_, count)| count.assigned + count.queued > 0) {
        table.row([path.clone(), count.assigned.to_string(), count.queued.to_string()]);
    }
    table
}

fn queue_table(tally: &Tally) -> TextTable<2> {
    let mut table = TextTable::new(["queue", "#leads"]);
    for (queue, leads) in tally.by_queue.iter().filter(|(_, leads)| **leads > 0) {
        table.row([queue.clone(), leads.to_string()]);
    }
    table
}

/// With its sign, but for what rounds to nothing.
fn signed(difference: f64) -> String {
    let text = format!("{difference:+.2}");
    if matches!(text.as_str(), "+0.00" | "-0.00") { "0.00".to_owned() } else { text }
}
