//! What an explanation remembers of a decision: the steps that the lead went through, and who else could have had it.

use super::{PartIndex, StepIndex, Verdict};
use crate::fate::Fate;
use crate::index::RepIndex;
use crate::note::Note;

/// The steps that a lead went through, in order, each with what came of it; and, if asked for, the reps that each step
/// chose among. Its memory is used again for the next lead.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    pub(crate) entries: Vec<TraceEntry>,
    pub(crate) reps: Vec<PassedOver>,
    /// Large, and mostly handed on from step to step: each is here once.
    verdicts: Vec<Verdict>,
    notes: Vec<Note>,
    depth: u32,
    lists_reps: bool,
}

/// A rep who did not get the lead at a step that chose from their pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PassedOver {
    /// The place of the step in the trace.
    pub(crate) entry: usize,
    pub(crate) rep: RepIndex,
    pub(crate) fate: Fate,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct TraceEntry {
    pub(crate) step: StepIndex,
    pub(crate) depth: u32,
    /// Whether it is only asked whom the step would pick.
    pub(crate) is_asked_only: bool,
    /// The part of the step's condition that does not hold.
    pub(crate) failed: Option<PartIndex>,
    /// By place among the verdicts; none only while the step is still deciding.
    verdict: Option<u32>,
    /// By place among the notes: what the step has to tell beside its verdict.
    note: Option<u32>,
}

impl Trace {
    /// Makes ready for another lead. Keeps the memory.
    pub(crate) fn restart(&mut self, lists_reps: bool) {
        self.entries.clear();
        self.reps.clear();
        self.verdicts.clear();
        self.notes.clear();
        self.depth = 0;
        self.lists_reps = lists_reps;
    }

    /// Whether who else could have had the lead is asked for.
    pub(super) fn lists_reps(&self) -> bool {
        self.lists_reps
    }

    pub(crate) fn verdict(&self, entry: &TraceEntry) -> Option<&Verdict> {
        self.verdicts.get(entry.verdict? as usize)
    }

    pub(crate) fn note(&self, entry: &TraceEntry) -> Option<&Note> {
        self.notes.get(entry.note? as usize)
    }

    pub(super) fn enter(&mut self, step: StepIndex, is_asked_only: bool) -> usize {
        let depth = self.depth;
        self.entries.push(TraceEntry { step, depth, is_asked_only, failed: None, verdict: None, note: None });
        self.depth += 1;
        self.entries.len() - 1
    }

    pub(super) fn leave(&mut self, entry: usize, verdict: &Verdict) {
        self.depth -= 1;
        if self.verdicts.last() != Some(verdict) {
            self.verdicts.push(verdict.clone());
        }
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.verdict = Some(self.verdicts.len() as u32 - 1);
        }
    }

    pub(super) fn fail(&mut self, entry: usize, part: PartIndex) {
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.failed = Some(part);
        }
    }

    /// A later note of a step takes the place of an earlier one.
    pub(super) fn tell(&mut self, entry: usize, note: Note) {
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.note = Some(self.notes.len() as u32);
            self.notes.push(note);
        }
    }
}
