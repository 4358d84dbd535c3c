//! What an edit changes, as a value that can be read out.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What an edit of plan and roster changes: what is new, kept, goes by another name, and is gone; and where leads are whose
/// rep or queue is gone. Got from [`Router::preview`](crate::Router::preview), which has an example, and with a
/// [restored](crate::Restored) router.
///
/// Nothing that it calls gone is lost, but for what a rotation owed to who left it: a rotation, a queue or tallies that the
/// plan no longer uses come back with it as they were.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct EditReport {
    /// Reps.
    pub reps: Changes,
    /// Rotations that the plan uses.
    pub rotations: Changes,
    /// The members of each rotation that it uses now. Who is new there starts even; what was owed to who is gone is dropped.
    pub members: BTreeMap<String, Changes>,
    /// Queues that the plan names.
    pub queues: Changes,
    /// Labels under which its custom strategies keep tallies.
    pub labels: Changes,
    /// Leads in hand of reps who are gone. They stay there: reroute each.
    pub leads_of_departed: Vec<LeadOf>,
    /// Leads whose queue is gone, which wait in that of `otherwise` now.
    pub moved_leads: Vec<MovedLead>,
    /// Leads that are older than the new plan remembers.
    pub forgotten_leads: Vec<String>,
}

/// What became of the things of one kind; by name. [`EditReport`] is made of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Changes {
    /// Those that were not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<String>,
    /// Those that were there, and are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
    /// Those that go by another name: old and new.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub renamed: BTreeMap<String, String>,
    /// Those that are there no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
}

/// A lead in somebody's hands. [`EditReport::leads_of_departed`] lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LeadOf {
    /// The lead's id.
    pub lead: String,
    /// The rep's.
    pub rep: String,
}

/// A lead that moved from one queue to another. [`EditReport::moved_leads`] lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MovedLead {
    /// The lead's id.
    pub lead: String,
    /// Where it waited.
    pub from: String,
    /// Where it waits.
    pub to: String,
}

impl Changes {
    /// Notes one thing by its name before and after; none where it was not there.
    pub(crate) fn note(&mut self, before: Option<&str>, after: Option<&str>) {
        match (before, after) {
            (None, None) => {}
            (None, Some(new)) => self.new.push(new.to_owned()),
            (Some(gone), None) => self.gone.push(gone.to_owned()),
            (Some(old), Some(new)) if old == new => self.kept.push(new.to_owned()),
            (Some(old), Some(new)) => {
                self.renamed.insert(old.to_owned(), new.to_owned());
            }
        }
    }

    pub(crate) fn sorted(mut self) -> Self {
        for list in [&mut self.new, &mut self.kept, &mut self.gone] {
            list.sort();
            list.dedup();
        }
        self
    }

    /// Whether there is nothing of the kind, before and after.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether everything is as it was.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.new.is_empty() && self.renamed.is_empty() && self.gone.is_empty()
    }
}

impl fmt::Display for Changes {
    /// Names who is new, renamed and gone, and counts who is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let renamed: Vec<String> = self.renamed.iter().map(|(old, new)| format!("{old} is {new}")).collect();
        let kinds = [
            ("new", &self.new, true),
            ("kept", &self.kept, false),
            ("renamed", &renamed, true),
            ("gone", &self.gone, true),
        ];
        let mut separator = "";
        for (kind, names, listed) in kinds.into_iter().filter(|(_, names, _)| !names.is_empty()) {
            write!(f, "{separator}{} {kind}", names.len())?;
            if listed {
                write!(f, " ({})", names.join(", "))?;
            }
            separator = ", ";
        }
        if separator.is_empty() { f.write_str("none") } else { Ok(()) }
    }
}

impl fmt::Display for EditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reps: {}", self.reps)?;
        write!(f, "\nrotations: {}", self.rotations)?;
        for (rotation, members) in self.members.iter().filter(|(_, members)| !members.is_unchanged()) {
            write!(f, "\n  {rotation}: {members}")?;
        }
        write!(f, "\nqueues: {}", self.queues)?;
        if !self.labels.is_empty() {
            write!(f, "\nlabels with tallies: {}", self.labels)?;
        }
        let departed = &self.leads_of_departed;
        heading(f, departed.len(), "in hand of somebody who is gone")?;
        departed.iter().try_for_each(|LeadOf { lead, rep }| write!(f, "\n  {lead}, which {rep} has"))?;
        let moved = &self.moved_leads;
        heading(f, moved.len(), "moved, because the plan no longer has their queue")?;
        moved.iter().try_for_each(|MovedLead { lead, from, to }| write!(f, "\n  {lead} from {from} to {to}"))?;
        let forgotten = &self.forgotten_leads;
        heading(f, forgotten.len(), "forgotten, being older than the plan remembers")?;
        forgotten.iter().try_for_each(|lead| write!(f, "\n  {lead}"))
    }
}

fn heading(f: &mut fmt::Formatter<'_>, leads: usize, what: &str) -> fmt::Result {
    match leads {
        0 => Ok(()),
        1 => write!(f, "\n1 lead {what}"),
        leads => write!(f, "\n{leads} leads {what}"),
    }
}
