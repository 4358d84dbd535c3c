//! Gates: the reasons why a rep cannot take a lead now, and until when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a rep cannot take a lead now.
///
/// *Left*, *inactive*, *paused* and *excluded* count for every step. Presence and capacity count only inside `available`, and a
/// field only inside `only`.
///
/// ```
/// use lead_router::{
///     Account, Gate, LeadRecord, Plan, Presence, Reason, RepRecord, Roster, Router, account_owner, available,
/// };
///
/// let ten = "2026-03-02T10:00:00Z".parse()?;
/// let roster = Roster::new().rep(RepRecord::new("ann").present(Presence::busy().until(ten)));
/// let plan = Plan::new(available(account_owner())).otherwise("triage");
/// let router = Router::builder(plan, roster).accounts([Account::new("A-17").owner("ann")]).build()?;
/// let lead = LeadRecord::new("L-1").with("account_id", "A-17");
///
/// let decision = router.decide(&lead, "2026-03-02T09:00:00Z".parse()?);
/// let Reason::RepGated { gate, .. } = decision.reason() else { return Err("no gate".into()) };
/// assert_eq!(gate, Gate::Busy { until: Some(ten) });
/// assert_eq!(gate.to_string(), "busy until 2026-03-02 10:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Gate {
    /// The rep is no longer in the roster.
    Left,
    /// The rep is in the roster, and marked inactive.
    Inactive,
    /// Somebody took the rep out for a while, with [`Event::pause`](crate::Event::pause).
    Paused {
        /// When that ends by itself, if it does.
        until: Option<DateTime<Utc>>,
    },
    /// The caller asked for somebody else.
    Excluded,
    /// An `only` around the step wants other fields than the rep has.
    Narrowed,
    /// Not there.
    Offline {
        /// When that ends by itself, if known.
        until: Option<DateTime<Utc>>,
    },
    /// At work, but taken.
    Busy {
        /// When that ends by itself, if known.
        until: Option<DateTime<Utc>>,
    },
    /// As many open leads as the rep may have.
    Full {
        /// Open leads now.
        open: u32,
        /// The most that there may be.
        capacity: u32,
    },
}

impl Gate {
    /// When the gate opens by itself, in UTC, where that is known.
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Paused { until } | Self::Offline { until } | Self::Busy { until } => *until,
            _ => None,
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Left => f.write_str("no longer in the roster")?,
            Self::Inactive => f.write_str("inactive")?,
            Self::Paused { .. } => f.write_str("paused")?,
            Self::Excluded => f.write_str("excluded by the caller")?,
            Self::Narrowed => f.write_str("not among those that the plan narrows to")?,
            Self::Offline { .. } => f.write_str("offline")?,
            Self::Busy { .. } => f.write_str("busy")?,
            Self::Full { open, capacity } => write!(f, "full: {open} of {capacity} open leads")?,
        }
        match self.until() {
            Some(until) => write!(f, " until {}", until.format("%Y-%m-%d %H:%M UTC")),
            None => Ok(()),
        }
    }
}

/// A gate that `available` checks, by the name that relaxes it.
///
/// ```
/// use lead_router::{Ask, Requirement, available, round_robin};
///
/// let in_the_plan = available(round_robin("closers")).relaxing([Requirement::Capacity]);
/// let this_once = Ask::new().relax(Requirement::Capacity);
/// # let _ = (in_the_plan, this_once);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Requirement {
    /// The rep is online.
    Presence,
    /// The rep has fewer open leads than its capacity.
    Capacity,
}

/// A set of requirements. In files a list: `["presence", "capacity"]`.
///
/// ```
/// use lead_router::{Requirement, Requirements};
///
/// let all = Requirements::ALL;
/// assert!(all.contains(Requirement::Presence));
/// assert!(!all.without([Requirement::Presence].into_iter().collect()).contains(Requirement::Presence));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Requirement>", into = "Vec<Requirement>")]
pub struct Requirements(u8);

impl Requirements {
    /// No requirement.
    pub const NONE: Self = Self(0);
    /// Every requirement.
    pub const ALL: Self = Self(0b11);

    const fn bit(requirement: Requirement) -> u8 {
        match requirement {
            Requirement::Presence => 0b01,
            Requirement::Capacity => 0b10,
        }
    }

    /// Whether the set has it.
    #[must_use]
    pub const fn contains(self, requirement: Requirement) -> bool {
        self.0 & Self::bit(requirement) != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set less another.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is required.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    fn iter(self) -> impl Iterator<Item = Requirement> {
        [Requirement::Presence, Requirement::Capacity].into_iter().filter(move |one| self.contains(*one))
    }
}

impl FromIterator<Requirement> for Requirements {
    fn from_iter<I: IntoIterator<Item = Requirement>>(requirements: I) -> Self {
        requirements.into_iter().fold(Self::NONE, |all, one| Self(all.0 | Self::bit(one)))
    }
}

impl From<Vec<Requirement>> for Requirements {
    fn from(requirements: Vec<Requirement>) -> Self {
        requirements.into_iter().collect()
    }
}

impl From<Requirements> for Vec<Requirement> {
    fn from(requirements: Requirements) -> Self {
        requirements.iter().collect()
    }
}
