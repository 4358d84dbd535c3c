//! Events: what a host tells its router.

use crate::account::Account;
use crate::plan::Plan;
use crate::rep::{Presence, Rep, RepRecord};
use crate::roster::PoolRecord;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something that a host tells its router, through [`Router::observe`](crate::Router::observe).
///
/// ```
/// use lead_router::{Closing, Event, Presence, RepRecord};
///
/// let on_a_call = Event::presence("ann", Presence::busy());
/// let won = Event::closed("L-1", Closing::Won);
/// let joins = Event::rep(&RepRecord::new("cy").pool("smb"));
/// # let _ = (on_a_call, won, joins);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// A rep came, went, or is on a call.
    #[non_exhaustive]
    Presence {
        /// The rep's id.
        rep: String,
        /// Where they are now.
        presence: Presence,
    },
    /// The host counted a rep's open leads. Commits after that instant are added again.
    #[non_exhaustive]
    Load {
        /// The rep's id.
        rep: String,
        /// Open leads.
        open: u32,
        /// When they were counted, in UTC; none for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<DateTime<Utc>>,
    },
    /// A lead is done with. It no longer counts as open, and its id would be a new lead.
    #[non_exhaustive]
    Closed {
        /// The lead's id.
        lead: String,
        /// How it ended.
        how: Closing,
    },
    /// A rep joined, or is described anew. The whole record counts: pools that it does not name, the rep leaves.
    Rep(Box<RepRecord>),
    /// A rep left.
    #[non_exhaustive]
    RepLeft {
        /// The rep's id.
        rep: String,
    },
    /// A rep's weight in one of their pools changed. It counts from the next decision on, and no balance moves.
    #[non_exhaustive]
    Weight {
        /// The rep's id.
        rep: String,
        /// The pool.
        pool: String,
        /// The new weight, 1 to 1 000 000.
        weight: u32,
    },
    /// A pool was declared, or is described anew.
    #[non_exhaustive]
    Pool {
        /// The pool's name.
        name: String,
        /// What it is.
        pool: PoolRecord,
    },
    /// Another plan counts from now on. Rotations keep their balances by name.
    Plan(Box<Plan>),
    /// An account is new, or described anew.
    Account(Account),
    /// An account is gone.
    #[non_exhaustive]
    AccountRemoved {
        /// The account's id.
        account: String,
    },
}

impl Event {
    /// The names of all kinds in files.
    pub(super) const KINDS: &[&str] =
        &["presence", "load", "closed", "rep", "rep_left", "weight", "pool", "plan", "account", "account_removed"];

    /// A rep came, went, or is on a call.
    #[must_use]
    pub fn presence(rep: impl Into<String>, presence: Presence) -> Self {
        Self::Presence { rep: rep.into(), presence }
    }

    /// The host counts a rep's open leads now.
    #[must_use]
    pub fn load(rep: impl Into<String>, open: u32) -> Self {
        Self::Load { rep: rep.into(), open, as_of: None }
    }

    /// The host counted a rep's open leads at an instant; commits after it are added again.
    #[must_use]
    pub fn load_as_of(rep: impl Into<String>, open: u32, as_of: DateTime<Utc>) -> Self {
        Self::Load { rep: rep.into(), open, as_of: Some(as_of) }
    }

    /// A lead is done with.
    #[must_use]
    pub fn closed(lead: impl Into<String>, how: Closing) -> Self {
        Self::Closed { lead: lead.into(), how }
    }

    /// A rep joined, or is described anew.
    #[must_use]
    pub fn rep(rep: &(impl Rep + ?Sized)) -> Self {
        Self::Rep(Box::new(RepRecord::of(rep)))
    }

    /// A rep left.
    #[must_use]
    pub fn rep_left(rep: impl Into<String>) -> Self {
        Self::RepLeft { rep: rep.into() }
    }

    /// A rep's weight in one of their pools changed.
    #[must_use]
    pub fn weight(rep: impl Into<String>, pool: impl Into<String>, weight: u32) -> Self {
        Self::Weight { rep: rep.into(), pool: pool.into(), weight }
    }

    /// A pool was declared, or is described anew.
    #[must_use]
    pub fn pool(name: impl Into<String>, pool: PoolRecord) -> Self {
        Self::Pool { name: name.into(), pool }
    }

    /// Another plan counts from now on.
    #[must_use]
    pub fn plan(plan: Plan) -> Self {
        Self::Plan(Box::new(plan))
    }

    /// An account is new, or described anew.
    #[must_use]
    pub fn account(account: Account) -> Self {
        Self::Account(account)
    }

    /// An account is gone.
    #[must_use]
    pub fn account_removed(account: impl Into<String>) -> Self {
        Self::AccountRemoved { account: account.into() }
    }
}

/// How a lead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Closing {
    /// It became a customer.
    Won,
    /// It did not.
    Lost,
    /// Neither: a duplicate, a test, a mistake.
    Other,
}
