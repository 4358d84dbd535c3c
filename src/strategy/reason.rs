//! Why a step picked, passed or held.

use crate::desk::{Gate, PoolIndex, RepIndex};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Why a step picked, passed or held.
///
/// Steps of the crate have reasons of their own; a custom strategy says its reason in words. What it becomes in a
/// sentence is read from a decision or an explanation, which know the names.
///
/// ```
/// use lead_router::Reason;
///
/// let reason = Reason::new("the bandit is still exploring");
/// let counted = Reason::new(format!("{} wins so far", 12));
/// # let _ = (reason, counted);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reason(pub(crate) Why);

impl Reason {
    /// A reason in words: lower case, no full stop.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(Why::Other(text.into()))
    }
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        Self(why)
    }
}

/// Every reason that the crate itself has. Small: names are looked up when it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// A rotation's turn came to the rep, among so many who were open.
    InTurn {
        /// Open members of the pool, the rep included.
        open: u32,
        pool: PoolIndex,
    },
    /// The rep was the only one who was open, so that no turn was needed.
    OnlyOneOpen { pool: PoolIndex },
    /// The rep had the fewest open leads, or the most room, of those who were open.
    LeastLoaded {
        /// The rep's open leads before this one.
        load: u32,
        /// Open members of the pool, the rep included.
        open: u32,
        pool: PoolIndex,
    },
    /// The rep owns the lead's account.
    AccountOwner {
        /// How the account was found.
        matched: AccountMatch,
    },
    /// The plan names the rep.
    Assigned,
    /// The plan sends such leads to a queue.
    Queued,
    /// The plan parks such leads.
    Parked,
    /// The lead is in hand already.
    InHand {
        /// The commit that stands.
        commit: u64,
    },
    /// The lead has no id, so it could not be told from others.
    NoLeadId,
    /// The lead's id is longer than ids may be.
    LongLeadId,
    /// The condition does not hold.
    ConditionFalse,
    /// The lead lacks the field that the step reads, or it is of another type.
    NoValue { field: FieldIndex },
    /// The value lies in no band of the segment.
    NoBand { field: FieldIndex },
    /// Nobody is in the pool.
    EmptyPool { pool: PoolIndex },
    /// There are reps in the pool, and none who can take the lead.
    NobodyOpen {
        /// How many each gate keeps away.
        gates: GateCounts,
        pool: PoolIndex,
    },
    /// The lead belongs to no known account.
    NoAccount,
    /// The lead's account has no owner, or one who is not in the roster.
    NoOwner,
    /// The lead's rep is known and cannot take it now.
    RepGated {
        rep: RepIndex,
        /// What keeps the rep from it.
        gate: Gate,
    },
    /// The plan names a rep who is not in the roster.
    NoSuchRep,
    /// A custom strategy picked somebody who was not open to it. The step passes instead.
    PickedOutsideOpenSet {
        rep: RepIndex,
        /// What keeps the rep from it.
        gate: Gate,
    },
    /// What a plan's `stop` says.
    Stopped(Arc<str>),
    /// What a custom strategy says.
    Other(Cow<'static, str>),
}

/// How the lead's account was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AccountMatch {
    /// The lead names the account's id.
    Id,
    /// The domain of the lead's e-mail address is one of the account's.
    EmailDomain,
}

/// A field that the plan reads. Given out in order for each plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldIndex(pub(crate) u32);

/// How many of a pool's members each gate keeps away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct GateCounts {
    /// Inactive.
    pub(crate) inactive: u32,
    /// Excluded by the caller.
    pub(crate) excluded: u32,
    /// Without the fields that an `only` wants.
    pub(crate) narrowed: u32,
    /// Offline.
    pub(crate) offline: u32,
    /// Busy.
    pub(crate) busy: u32,
    /// At their capacity of open leads.
    pub(crate) full: u32,
}

impl GateCounts {
    pub(crate) fn count(&mut self, gate: Gate) {
        let count = match gate {
            Gate::Left | Gate::Inactive => &mut self.inactive,
            Gate::Excluded => &mut self.excluded,
            Gate::Narrowed => &mut self.narrowed,
            Gate::Offline { .. } => &mut self.offline,
            Gate::Busy { .. } => &mut self.busy,
            Gate::Full { .. } => &mut self.full,
        };
        *count += 1;
    }
}

impl fmt::Display for GateCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.inactive, "inactive"),
            (self.excluded, "excluded"),
            (self.narrowed, "narrowed out"),
            (self.offline, "offline"),
            (self.busy, "busy"),
            (self.full, "full"),
        ];
        let mut separator = "";
        for (count, name) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{separator}{count} {name}")?;
            separator = ", ";
        }
        Ok(())
    }
}

/// Where a reason's dense indexes find their names.
pub(crate) trait Names {
    fn rep(&self, rep: RepIndex) -> &str;
    fn pool(&self, pool: PoolIndex) -> &str;
    fn field(&self, field: FieldIndex) -> &str;
}

/// A reason in words.
pub(crate) struct InWords<'a, N: ?Sized> {
    pub(crate) reason: &'a Reason,
    pub(crate) names: &'a N,
}

impl<N: Names + ?Sized> fmt::Display for InWords<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names;
        match &self.reason.0 {
            Why::InTurn { open, pool } => {
                write!(f, "next in turn of {open} open reps in `{}`", names.pool(*pool))
            }
            Why::OnlyOneOpen { pool } | Why::LeastLoaded { open: 1, pool, .. } => {
                write!(f, "the only one open in `{}`", names.pool(*pool))
            }
            Why::LeastLoaded { load, open, pool } => {
                let leads = if *load == 1 { "lead" } else { "leads" };
                let pool = names.pool(*pool);
                write!(f, "the least loaded of {open} open reps in `{pool}`, with {load} open {leads}")
            }
            Why::AccountOwner { matched: AccountMatch::Id } => {
                f.write_str("owns the lead's account, found by account id")
            }
            Why::AccountOwner { matched: AccountMatch::EmailDomain } => {
                f.write_str("owns the lead's account, found by e-mail domain")
            }
            Why::Assigned => f.write_str("the plan names this rep"),
            Why::Queued => f.write_str("the plan queues such leads"),
            Why::Parked => f.write_str("the plan parks such leads"),
            Why::InHand { commit } => write!(f, "in hand already, since commit {commit}"),
            Why::NoLeadId => f.write_str("the lead has no id"),
            Why::LongLeadId => {
                write!(f, "the lead's id is longer than {} bytes", crate::limits::MAX_LEAD_ID_BYTES)
            }
            Why::ConditionFalse => f.write_str("the condition does not hold"),
            Why::NoValue { field } => {
                write!(f, "the lead has no usable `{}`", names.field(*field))
            }
            Why::NoBand { field } => {
                write!(f, "the lead's `{}` lies in no band", names.field(*field))
            }
            Why::EmptyPool { pool } => write!(f, "nobody is in `{}`", names.pool(*pool)),
            Why::NobodyOpen { gates, pool } => {
                write!(f, "nobody in `{}` can take it: {gates}", names.pool(*pool))
            }
            Why::NoAccount => f.write_str("the lead belongs to no known account"),
            Why::NoOwner => f.write_str("the lead's account has no owner in the roster"),
            Why::RepGated { rep, gate } => write!(f, "`{}` is {gate}", names.rep(*rep)),
            Why::NoSuchRep => f.write_str("the rep that the plan names is not in the roster"),
            Why::PickedOutsideOpenSet { rep, gate } => {
                write!(f, "the strategy picked `{}`, who is {gate}", names.rep(*rep))
            }
            Why::Stopped(text) => f.write_str(text),
            Why::Other(text) => f.write_str(text),
        }
    }
}
