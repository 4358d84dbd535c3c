//! The main job: each lead decided, committed, written down and settled, in the order of the file.

use crate::leads::{Inbound, Leads};
use crate::progress::Progress;
use crate::state::State;
use chrono::{DateTime, Utc};
use lead_router::journal::TurnCharge;
use lead_router::{Lead, Outcome, Receipt, Record, Router};
use std::collections::BTreeMap;
use std::time::SystemTime;

/// What became of a file of leads.
#[derive(Debug)]
pub(crate) struct Routing {
    /// One row for each lead, as CSV.
    pub(crate) assignments: Vec<u8>,
    pub(crate) tally: Tally,
    /// Why the lead that the user asks about went where it went, for each time that it came in.
    pub(crate) explanations: Vec<String>,
}

/// What became of how many leads.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) assigned: usize,
    pub(crate) queued: usize,
    pub(crate) repeated: usize,
    /// Leads that came in before the lead above them in the file.
    pub(crate) clamped: usize,
    /// Leads that do not say when they came in.
    pub(crate) without_time: usize,
    pub(crate) by_path: BTreeMap<String, PathTally>,
    pub(crate) by_queue: BTreeMap<String, usize>,
    pub(crate) by_rep: BTreeMap<String, RepTally>,
}

#[derive(Debug, Default)]
pub(crate) struct PathTally {
    pub(crate) assigned: usize,
    pub(crate) queued: usize,
}

#[derive(Debug, Default)]
pub(crate) struct RepTally {
    pub(crate) leads: usize,
    /// Turns received, by rotation.
    pub(crate) turns: BTreeMap<String, usize>,
    /// Leads that came without a turn, by path: those of an account owner, say.
    pub(crate) without_turn: BTreeMap<String, usize>,
}

impl Routing {
    /// Routes the leads, and hands every record to the state that the next run goes on with.
    pub(crate) fn run(
        router: &mut Router,
        mut state: Option<&mut State>,
        leads: &Leads,
        explain: Option<&str>,
    ) -> Result<Self, String> {
        let earlier = router.sequence();
        let mut keep = |record: Option<&Record>| match (&mut state, record) {
            (Some(state), Some(record)) => state.keep(record),
            _ => Ok(()),
        };
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["lead", "outcome", "to", "path", "reason"]).map_err(|error| error.to_string())?;
        let (mut tally, mut explanations) = (Tally::default(), Vec::new());
        let (mut now, mut progress) = (start(leads), Progress::new(leads.leads.len()));
        for Inbound { lead, time, .. } in &leads.leads {
            // A lead that does not say when it came in came with the one before it.
            now = time.unwrap_or(now);
            tally.without_time += usize::from(time.is_none());
            if explain == Some(lead.id()) {
                explanations.push(format!("{}\n", router.explain(lead, now)));
            }
            // One that has waited since an earlier run is not among those that this one counts.
            let waits = |standing: &Receipt| standing.queue().is_some() && standing.commit() > earlier;
            let waiting = router.receipt(lead.id()).filter(waits);
            let decision = router.decide(lead, now);
            tally.clamped += usize::from(decision.is_clamped());
            let reason = decision.reason().to_string();
            let receipt = router.commit(lead, decision).map_err(|error| error.to_string())?;
            let (outcome, to) = match receipt.outcome() {
                _ if receipt.is_repeat() || waiting.is_some() => ("repeated", name(receipt.outcome())),
                Outcome::Assigned { rep } => ("assigned", rep),
                Outcome::Queued { queue } => ("queued", queue),
            };
            csv.write_record([lead.id(), outcome, to, receipt.path(), &reason]).map_err(|error| error.to_string())?;
            keep(receipt.record())?;
            let settled = router.settle(&receipt).map_err(|error| error.to_string())?;
            keep(settled.as_ref())?;
            tally.count(&receipt, waiting.as_ref());
            progress.step();
        }
        tally.check(leads)?;
        let assignments = csv.into_inner().map_err(|error| error.to_string())?;
        Ok(Self { assignments, tally, explanations })
    }
}

/// When leads that do not say came in, until one does.
pub(crate) fn start(leads: &Leads) -> DateTime<Utc> {
    leads.leads.iter().find_map(|inbound| inbound.time).unwrap_or_else(|| SystemTime::now().into())
}

fn name(outcome: Outcome<&str>) -> &str {
    match outcome {
        Outcome::Assigned { rep } => rep,
        Outcome::Queued { queue } => queue,
    }
}

impl Tally {
    /// Counts a lead once, where it is now. One that waited in a queue and came again may be elsewhere by now.
    fn count(&mut self, receipt: &Receipt, waiting: Option<&Receipt>) {
        if receipt.is_repeat() {
            self.repeated += 1;
            return;
        }
        if let Some(waiting) = waiting {
            self.repeated += 1;
            self.queued -= 1;
            self.path(waiting.path()).queued -= 1;
            *self.queue(waiting.queue().unwrap_or_default()) -= 1;
        }
        match receipt.outcome() {
            Outcome::Queued { queue } => {
                self.queued += 1;
                self.path(receipt.path()).queued += 1;
                *self.queue(queue) += 1;
            }
            Outcome::Assigned { rep } => {
                self.assigned += 1;
                self.path(receipt.path()).assigned += 1;
                let rep = self.by_rep.entry(rep.to_owned()).or_default();
                rep.leads += 1;
                let count = match rotation(receipt) {
                    Some(rotation) => rep.turns.entry(rotation.to_owned()).or_default(),
                    None => rep.without_turn.entry(receipt.path().to_owned()).or_default(),
                };
                *count += 1;
            }
        }
    }

    fn path(&mut self, path: &str) -> &mut PathTally {
        self.by_path.entry(path.to_owned()).or_default()
    }

    fn queue(&mut self, queue: &str) -> &mut usize {
        self.by_queue.entry(queue.to_owned()).or_default()
    }

    /// Every row of the file is somewhere, and in one place only.
    fn check(&self, leads: &Leads) -> Result<(), String> {
        let rejected = leads.rejects.len();
        let sum = self.assigned + self.queued + self.repeated + rejected;
        let with_reps: usize = self.by_rep.values().map(|rep| rep.leads).sum();
        let in_queues: usize = self.by_queue.values().sum();
        let with_paths: usize = self.by_path.values().map(|path| path.assigned + path.queued).sum();
        if sum == leads.count
            && with_reps == self.assigned
            && in_queues == self.queued
            && with_paths == self.assigned + self.queued
        {
            return Ok(());
        }
        Err(format!(
            "{}: {} leads came in, but {} assigned + {} queued + {} repeated + {rejected} rejected make {sum}; reps \
             have {with_reps}, queues {in_queues} and paths {with_paths}: this is a fault of the program",
            leads.source, leads.count, self.assigned, self.queued, self.repeated
        ))
    }
}

/// The rotation in which a rep received a turn. Whoever is the only one open has the whole lead as their share, and
/// received it.
fn rotation(receipt: &Receipt) -> Option<&str> {
    let turn = receipt.record()?.routed()?.turn()?;
    matches!(turn.charge(), TurnCharge::Charged | TurnCharge::OnlyOneOpen).then(|| turn.rotation())
}
