//! Restoring what happened to leads since they were given to somebody.

use super::at::{At, TOP};
use super::form::{ClockForm, Form, LifeForm, StandingForm};
use super::restore::Reader;
use crate::desk::{Held, Life, Rank, Running, Said, bit};
use crate::instant::Instant;
use crate::limits::MAX_RUNGS;
use crate::reason::Why;
use crate::sla::Ladder;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Reader<'_> {
    pub(super) fn held(&mut self, form: &StandingForm, queue: &str, since: Instant) -> Held {
        let of_commit = form.unsettled.as_ref().map(|unsettled| &unsettled.reason);
        let said =
            form.reason.as_ref().or(of_commit).map_or(Said::Why(Why::Queued), |reason| Said::Reason(reason.clone()));
        let rank = Rank { band: form.band.unwrap_or(Rank::NO_BAND), worth: Reverse(form.worth) };
        Held { queue: self.text(queue), since, rank, said }
    }

    /// The ladders that leads share. What they name may have left since.
    pub(super) fn ladders(&mut self, form: &Form) -> Vec<Arc<Ladder>> {
        for (place, ladder) in form.ladders.iter().enumerate() {
            let count = ladder.rungs().len() as u64;
            self.number(&TOP.item("ladders", place).key("rungs"), "number of rungs", count, 1, MAX_RUNGS as u64);
        }
        form.ladders.iter().cloned().map(Arc::new).collect()
    }

    pub(super) fn life(&mut self, path: &At<'_>, form: &LifeForm) -> Option<Box<Life>> {
        let mut time = |name: &str, at: Option<_>| at.map(|at| self.time(&path.key(name), at));
        let mut life = Life {
            notified: time("notified", form.notified),
            seen: time("seen", form.seen),
            contacted: time("contacted", form.contacted),
            qualified: time("qualified", form.qualified),
            rejected: time("rejected", form.rejected),
            passed_on: form.passed_on,
            ..Life::default()
        };
        for rep in &form.rejected_by {
            life.rejected_by.extend(self.rep(&path.key("rejected_by"), rep));
        }
        life.covered_for = form.covered_for.as_ref().and_then(|rep| self.rep(&path.key("covered_for"), rep));
        life.ended = self.rungs(&path.key("ended"), &form.ended, MAX_RUNGS);
        life.clock = form.clock.as_ref().and_then(|clock| self.clock(&path.key("clock"), clock));
        life.boxed()
    }

    fn clock(&mut self, path: &At<'_>, form: &ClockForm) -> Option<Running> {
        self.record(&path.key("commit"), form.commit);
        let from: Instant = self.time(&path.key("from"), form.from);
        let ladder = usize::try_from(form.ladder).ok().and_then(|place| self.ladders.get(place)).cloned();
        let Some(ladder) = ladder else {
            let last = (self.ladders.len() as u64).saturating_sub(1);
            self.number(path, "ladder", form.ladder, 0, last);
            return None;
        };
        let done = self.rungs(&path.key("done"), &form.done, ladder.rungs().len());
        let counted = i64::try_from(form.counted).unwrap_or(i64::MAX);
        Some(Running { ladder, commit: form.commit, from, counted, done })
    }

    fn rungs(&mut self, path: &At<'_>, form: &BTreeSet<u64>, count: usize) -> u32 {
        form.iter().fold(0, |bits, &number| {
            self.number(path, "rung", number, 1, count as u64);
            let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
            bits | bit(place)
        })
    }
}
