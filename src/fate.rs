//! Fates: why a rep who could have been asked did not get the lead.

use crate::fair::TURN;
use crate::gate::Gate;
use crate::value::Number;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;

/// Why a rep of a pool did not get the lead that was chosen for from that pool. Got from
/// [`ExplainedStep::reps`](crate::ExplainedStep::reps), which has an example.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fate {
    /// The rep could not take it. [`Gate::until`] tells when that changes by itself.
    Gated(Gate),
    /// The rep could have had it, and it was somebody else's turn.
    #[non_exhaustive]
    NotInTurn {
        /// What the rep was owed, their share of this lead included.
        owed: Turns,
        /// What the one who got it was owed.
        chosen: Turns,
        /// Whether their turn went ahead of others who were owed as much or more, because it was due first: they would else
        /// have had to wait for too long. If not, and they were owed as much, a fixed lot decided.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        due_first: bool,
    },
    /// The rep could have had it, and it was somebody else's turn in a rotation that shares out a field of the leads, too.
    #[non_exhaustive]
    NotInBalance {
        /// The turns that the rep was owed, their share of this lead included.
        owed: Turns,
        /// What the rep was owed of the field, in its own measure and for display. Of two who are owed about as many turns,
        /// a lead goes to whoever is owed more of it, and that counts the more the more the lead has.
        owed_value: f64,
        /// The turns that the one who got it was owed.
        chosen: Turns,
        /// What they were owed of the field.
        chosen_value: f64,
    },
    /// The rep could have had it, and has more open leads, or has had so many for less long.
    #[non_exhaustive]
    MoreLoaded {
        /// The rep's open leads.
        open: u32,
        /// Those of the one who got it.
        chosen: u32,
        /// Whether both have had as many for as long, so that a fixed lot decided.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        by_lot: bool,
    },
    /// The rep could have had it, and has less room: more open leads for the capacity.
    #[non_exhaustive]
    LessRoom {
        /// The rep's open leads.
        open: u32,
        /// The most that the rep may have; none for no limit, which comes last.
        capacity: Option<u32>,
        /// The open leads of the one who got it.
        chosen: u32,
        /// The most that they may have.
        chosen_capacity: Option<u32>,
    },
    /// The rep could have had it, and others rank higher.
    #[non_exhaustive]
    Outranked {
        /// What the rep is ranked by; none if the rep has no such number.
        own: Option<Number>,
        /// The best number of all who could have had it.
        best: Number,
    },
}

impl Fate {
    /// The gate, if that is what kept the rep from it.
    #[must_use]
    pub fn gate(&self) -> Option<Gate> {
        match self {
            Self::Gated(gate) => Some(*gate),
            _ => None,
        }
    }

    /// The fate in words, with the one who got the lead by name, and the field that is shared out beside turns.
    pub(crate) fn tell(&self, chosen: &str, shared_out: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gated(gate) => write!(f, "is {gate}"),
            Self::NotInTurn { owed, chosen: theirs, due_first } => match owed.cmp(theirs) {
                Ordering::Less => write!(f, "is owed {owed}, and {chosen} {theirs}"),
                Ordering::Equal if *due_first => write!(f, "is owed {owed}, as {chosen} is, whose turn is due first"),
                Ordering::Equal => write!(f, "is owed {owed}, as {chosen} is; the lot decides"),
                Ordering::Greater => write!(f, "is owed {owed}, and {chosen} {theirs}, whose turn is due first"),
            },
            Self::NotInBalance { owed, owed_value: value, chosen: theirs, chosen_value: their_value } => {
                let (value, their_value) = (amount(*value), amount(*their_value));
                write!(f, "is owed {owed} and {value} of `{shared_out}`, and {chosen} {theirs} and {their_value}")
            }
            Self::MoreLoaded { open, chosen: theirs, by_lot } => match (open == theirs, by_lot) {
                (false, _) => write!(f, "has {}, and {chosen} {theirs}", leads(*open)),
                (true, false) => write!(f, "has {}, as {chosen} has, who has had so many for longer", leads(*open)),
                (true, true) => write!(f, "has {}, as {chosen} has; the lot decides", leads(*open)),
            },
            Self::LessRoom { open, capacity, chosen: theirs, chosen_capacity } => {
                let of = |capacity: &Option<u32>| capacity.map_or("no limit".to_owned(), |most| most.to_string());
                let (own, other) = (of(capacity), of(chosen_capacity));
                write!(f, "has {open} open leads of {own}, and {chosen} {theirs} of {other}")
            }
            Self::Outranked { own: Some(own), best } => write!(f, "ranks at {own}, and the best at {best}"),
            Self::Outranked { own: None, best } => write!(f, "has no rank, and the best ranks at {best}"),
        }
    }
}

/// With two decimals at the most, and none that says nothing.
fn amount(value: f64) -> String {
    let hundredths = (value * 100.0).round() / 100.0;
    // From 0, so that it is never -0.
    (hundredths + 0.0).to_string()
}

fn leads(count: u32) -> String {
    format!("{count} open {}", if count == 1 { "lead" } else { "leads" })
}

/// A number of turns in a rotation: what a rep is owed, negative if ahead. Exact, in units of
/// [`RotationView::TURN`](crate::RotationView::TURN); written with two decimals, and in files as a float.
///
/// ```
/// use lead_router::{Fate, LeadRecord, Plan, RepRecord, Roster, Router, round_robin};
///
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(Plan::new(round_robin("smb")).otherwise("triage"), roster)?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("L-1"), now); // ann's
///
/// let why = router.explain(&LeadRecord::new("L-2"), now); // bob's
/// let ann = why.reps().next().ok_or("nobody else")?;
/// let Fate::NotInTurn { owed, chosen, .. } = ann.fate() else { return Err("gated".into()) };
/// assert_eq!((owed.to_f64(), chosen.to_f64()), (0.0, 1.0));
/// assert_eq!(ann.to_string(), "ann is owed 0.00 turns, and bob 1.00 turns");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Turns(pub(crate) i128);

impl Turns {
    /// In units of [`RotationView::TURN`](crate::RotationView::TURN).
    #[must_use]
    pub fn units(self) -> i128 {
        self.0
    }

    /// For display.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / TURN as f64
    }
}

impl fmt::Display for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Hundredths by whole numbers, so that there is no `-0.00`.
        let hundredths = (self.0 * 100 + self.0.signum() * TURN / 2) / TURN;
        let sign = if hundredths < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02} turns", hundredths.abs() / 100, hundredths.abs() % 100)
    }
}

impl Serialize for Turns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}
