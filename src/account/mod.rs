//! The account directory: which company belongs to which rep.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

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

type Map<Value> = HashMap<Box<str>, Value, BuildHasherDefault<SipHasher13>>;

/// All accounts, found by id and by e-mail domain.
///
/// Where two accounts list one domain, the account with the smaller id has it, whatever the order in which they come.
///
/// ```
/// use lead_router::{Account, Accounts};
///
/// let accounts: Accounts = [
///     Account::new("A-17").owner("ann").domain("acme.com"),
///     Account::new("A-18").owner("bob").domain("Example.org"),
/// ].into_iter().collect();
/// assert_eq!(accounts.by_domain("example.ORG").map(|account| account.id.as_str()), Some("A-18"));
/// assert!(accounts.by_domain("mail.example.org").is_none());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    by_id: Map<Account>,
    /// Lower-cased domain to the ids of all accounts that list it, in order.
    by_domain: Map<Vec<Box<str>>>,
}

impl Accounts {
    /// A directory without accounts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an account, in place of one with the same id.
    ///
    /// ```
    /// use lead_router::{Account, Accounts};
    ///
    /// let mut accounts = Accounts::new();
    /// accounts.insert(Account::new("A-17").owner("ann"));
    /// accounts.insert(Account::new("A-17").owner("bob"));
    /// assert_eq!(accounts.len(), 1);
    /// assert_eq!(accounts.by_id("A-17").and_then(|account| account.owner.as_deref()), Some("bob"));
    /// ```
    pub fn insert(&mut self, account: Account) {
        self.remove(&account.id);
        for domain in &account.domains {
            let ids = self.by_domain.entry(Box::from(folded(domain))).or_default();
            if let Err(place) = ids.binary_search_by(|id| (**id).cmp(account.id.as_str())) {
                ids.insert(place, account.id.clone().into_boxed_str());
            }
        }
        self.by_id.insert(account.id.clone().into_boxed_str(), account);
    }

    /// Takes an account out, and gives it back; none if there was none of that id.
    pub fn remove(&mut self, id: &str) -> Option<Account> {
        let account = self.by_id.remove(id)?;
        for domain in &account.domains {
            let domain = folded(domain);
            if let Some(ids) = self.by_domain.get_mut(&*domain) {
                ids.retain(|other| **other != *account.id);
                if ids.is_empty() {
                    self.by_domain.remove(&*domain);
                }
            }
        }
        Some(account)
    }

    /// The account with an id, compared exactly; none if there is none.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Account> {
        self.by_id.get(id)
    }

    /// The account that an e-mail domain belongs to, ignoring case and a dot at the end. Allocates only for a domain
    /// that is not plain lower case.
    #[must_use]
    pub fn by_domain(&self, domain: &str) -> Option<&Account> {
        let ids = self.by_domain.get(&*folded(domain))?;
        self.by_id.get(ids.first()?)
    }

    /// The account that an e-mail address belongs to: that of the text after its last `@`, with white space around the
    /// address ignored.
    ///
    /// ```
    /// use lead_router::{Account, Accounts};
    ///
    /// let accounts: Accounts = [Account::new("A-17").domain("acme.com")].into_iter().collect();
    /// assert!(accounts.by_email(" Jo@Acme.com ").is_some());
    /// assert!(accounts.by_email("no address").is_none());
    /// ```
    #[must_use]
    pub fn by_email(&self, email: &str) -> Option<&Account> {
        self.by_domain(email_domain(email)?)
    }

    /// All accounts, by id. Sorts them, O(n log n), and allocates a list.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        let mut accounts: Vec<&Account> = self.by_id.values().collect();
        accounts.sort_by(|left, right| left.id.cmp(&right.id));
        accounts.into_iter()
    }

    /// How many accounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

/// A domain without what people write around it.
fn plain(domain: &str) -> &str {
    let around = |mark: char| move |letter: char| letter == mark || letter.is_whitespace();
    domain.trim_start_matches(around('@')).trim_end_matches(around('.'))
}

/// A domain as it is compared. They reach us in lower case nearly always: only the others are copied.
pub(crate) fn folded(domain: &str) -> Cow<'_, str> {
    let domain = plain(domain);
    if domain.bytes().any(|byte| !byte.is_ascii() || byte.is_ascii_uppercase()) {
        Cow::Owned(domain.to_lowercase())
    } else {
        Cow::Borrowed(domain)
    }
}

/// The text after the last `@` of an e-mail address.
pub(crate) fn email_domain(email: &str) -> Option<&str> {
    email.trim().rsplit_once('@').map(|(_, domain)| domain)
}

impl PartialEq for Accounts {
    fn eq(&self, other: &Self) -> bool {
        self.by_id == other.by_id
    }
}

impl Eq for Accounts {}

impl IntoIterator for Accounts {
    type Item = Account;
    type IntoIter = std::vec::IntoIter<Account>;

    /// All accounts, by id.
    fn into_iter(self) -> Self::IntoIter {
        let mut accounts: Vec<Account> = self.by_id.into_values().collect();
        accounts.sort_by(|left, right| left.id.cmp(&right.id));
        accounts.into_iter()
    }
}

impl FromIterator<Account> for Accounts {
    fn from_iter<I: IntoIterator<Item = Account>>(accounts: I) -> Self {
        let mut all = Self::new();
        all.extend(accounts);
        all
    }
}

impl Extend<Account> for Accounts {
    fn extend<I: IntoIterator<Item = Account>>(&mut self, accounts: I) {
        for account in accounts {
            self.insert(account);
        }
    }
}
