//! Gates: the reasons why a rep cannot take a lead now, and until when.

use crate::cap::Cap;
use crate::instant::in_minutes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a rep cannot take a lead now.
///
/// *Left*, *inactive*, *paused*, *on leave* and *excluded* count for every step. Hours, presence, capacity and caps count only
/// inside `available`, and a field only inside `only`. Of several gates, the first counts, in the order of this list.
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
    /// On leave, by the rep's own record.
    OnLeave {
        /// When that ends.
        until: DateTime<Utc>,
    },
    /// The caller asked for somebody else.
    Excluded,
    /// An `only` around the step wants other fields than the rep has.
    Narrowed,
    /// Outside of the rep's working hours.
    OutOfHours {
        /// When they begin next; none if they never do again.
        until: Option<DateTime<Utc>>,
    },
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
    /// As many leads as a cap allows in its window.
    Capped {
        /// The cap; of several, the one that holds for longest.
        cap: Cap,
        /// Whose cap it is.
        of: CapOf,
        /// When the window lets another lead in.
        until: DateTime<Utc>,
    },
}

/// Whose [`Cap`] it is, and which leads it counts.
///
/// ```
/// use lead_router::{CapOf, Gate, LeadRecord, Plan, Reason, RepRecord, Roster, Router, available, round_robin};
///
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb").cap("1 per day".parse()?));
/// let mut router = Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("L-1"), now);
///
/// let gate = router.gate("ann", now).ok_or("she is open")?;
/// assert!(matches!(gate, Gate::Capped { of: CapOf::Rep, .. }));
/// assert_eq!(gate.to_string(), "at the cap of 1 per day until 2026-03-03 00:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CapOf {
    /// The rep's own: of all leads.
    Rep,
    /// Each member's in a pool: of the leads that the member is given through it.
    Member,
    /// The pool's: of the leads that all its members together are given through it.
    Pool,
}

impl Gate {
    /// When the gate opens by itself, in UTC, where that is known.
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Paused { until } | Self::OutOfHours { until } | Self::Offline { until } | Self::Busy { until } => {
                *until
            }
            Self::OnLeave { until } | Self::Capped { until, .. } => Some(*until),
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
            Self::OnLeave { .. } => f.write_str("on leave")?,
            Self::OutOfHours { until: None } => f.write_str("out of working hours for good")?,
            Self::OutOfHours { .. } => f.write_str("out of working hours")?,
            Self::Capped { cap, of: CapOf::Rep, .. } => write!(f, "at the cap of {cap}")?,
            Self::Capped { cap, of: CapOf::Member, .. } => write!(f, "at the pool's cap of {cap} for each")?,
            Self::Capped { cap, of: CapOf::Pool, .. } => write!(f, "kept back by the pool's cap of {cap}")?,
            Self::Excluded => f.write_str("excluded by the caller")?,
            Self::Narrowed => f.write_str("not among those that the plan narrows to")?,
            Self::Offline { .. } => f.write_str("offline")?,
            Self::Busy { .. } => f.write_str("busy")?,
            Self::Full { open, capacity } => write!(f, "full: {open} of {capacity} open leads")?,
        }
        match self.until() {
            Some(until) => write!(f, " until {}", in_minutes(until)),
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
    /// It is within the rep's working hours.
    Hours,
    /// No cap of the rep, or of the pool, is used up.
    Caps,
}

impl Requirement {
    const EACH: [Self; 4] = [Self::Presence, Self::Capacity, Self::Hours, Self::Caps];
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
    pub const ALL: Self = Self(0b1111);

    const fn bit(requirement: Requirement) -> u8 {
        match requirement {
            Requirement::Presence => 0b01,
            Requirement::Capacity => 0b10,
            Requirement::Hours => 0b100,
            Requirement::Caps => 0b1000,
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
        Requirement::EACH.into_iter().filter(move |one| self.contains(*one))
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
