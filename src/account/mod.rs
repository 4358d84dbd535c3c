//! The account directory: which company belongs to which rep.
//!
//! There may be a million accounts, and a decision looks at one at the most. So they are kept close together: all that is said
//! of an account is one record of bytes ([`record`]), found by two tables of eight-byte cells, by id and by domain, and
//! its owner is a number ([`owners`]), of which a router knows once and for all which rep that is. To find an account costs
//! one look into a table and one at its record, whose text is compared only if the fingerprint in the table is the same.
//! Beside its text, and what there is to say of business with it, an account takes some 60 bytes.

mod directory;
mod domain;
mod owners;
mod record;
#[cfg(test)]
mod tests;
mod whole;

pub use directory::Accounts;
pub(crate) use directory::Known;
pub(crate) use domain::{email_domain, folded};
pub(crate) use record::Business;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A company that a rep looks after.
///
/// ```
/// use lead_router::Account;
///
/// let acme = Account::new("A-17").owner("ann").domain("acme.com").domain("acme.de");
/// assert_eq!(acme.domains.len(), 2);
/// ```
///
/// The rest says what business there is with the company now. [`account_owner`](crate::account_owner) may ask for it:
///
/// ```
/// use lead_router::Account;
///
/// let in_talks = Account::new("A-17").owner("ann").open_opportunities(2).late_stage();
/// let customer = Account::new("A-18").owner("ann").customer();
/// let lost = Account::new("A-19").owner("ann").lost_at("2026-01-15T00:00:00Z".parse()?);
/// # let _ = (in_talks, customer, lost);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Account {
    /// The host's id of the account; compared exactly.
    pub id: String,
    /// The id of the rep who owns it; none for an account that nobody owns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The e-mail domains of its people, compared exactly but for case. A subdomain is another domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// How many opportunities are open.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub open_opportunities: u32,
    /// Whether it is a customer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub customer: bool,
    /// When the last opportunity was lost, in UTC; none if none ever was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_at: Option<DateTime<Utc>>,
    /// Whether an opportunity is at a late stage: then every lead of the account is the owner's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late_stage: bool,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Account {
    /// An account without an owner or domains.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Names the owner by rep id.
    #[must_use]
    pub fn owner(mut self, rep: impl Into<String>) -> Self {
        self.owner = Some(rep.into());
        self
    }

    /// Adds an e-mail domain: `acme.com`, without an `@`.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domains.push(domain.into());
        self
    }

    /// Says how many opportunities are open.
    #[must_use]
    pub fn open_opportunities(mut self, count: u32) -> Self {
        self.open_opportunities = count;
        self
    }

    /// Says that it is a customer.
    #[must_use]
    pub fn customer(mut self) -> Self {
        self.customer = true;
        self
    }

    /// Says when the last opportunity was lost, in UTC.
    #[must_use]
    pub fn lost_at(mut self, time: DateTime<Utc>) -> Self {
        self.lost_at = Some(time);
        self
    }

    /// Says that an opportunity is at a late stage.
    #[must_use]
    pub fn late_stage(mut self) -> Self {
        self.late_stage = true;
        self
    }
}
