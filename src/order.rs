//! Orders: what a person decides while the router runs, beside the plan.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who orders something beside the plan, why and until when. Each is optional; records keep them, and reasons say them.
///
/// ```
/// use lead_router::{Event, LeadRecord, Order, Pin};
/// # use lead_router::{Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
/// # let three = "2026-03-02T15:00:00Z".parse()?;
///
/// let order = Order::new().by("maria").because("an old friend of theirs");
/// router.observe(Event::pin(Pin::domain("acme.com"), "bob", order), now)?;
/// let decision = router.decide(&LeadRecord::new("L-1").with("email", "jo@acme.com"), now);
/// assert_eq!(
///     decision.to_string(),
///     "L-1: assigned to bob by pinned: the lead's e-mail domain `acme.com` is pinned to this rep by maria: an old friend of theirs",
/// );
///
/// router.observe(Event::pause("bob", Order::new().by("maria").until(three)), now)?;
/// assert_eq!(router.decide(&LeadRecord::new("L-2"), now).rep(), Some("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
}

impl Order {
    /// By nobody in particular, for no reason given, until further notice.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Who orders it: any text that the host knows a person by. White space is evened out, and a text of nothing is none.
    #[must_use]
    pub fn by(mut self, who: impl Into<String>) -> Self {
        self.by = line(&who.into());
        self
    }

    /// Why. It stands at the end of reasons, so that lower case without a full stop reads best. White space is evened out,
    /// and a text of nothing is none.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = line(&why.into());
        self
    }

    /// When it ends by itself, in UTC and whole milliseconds. For a pin or a pause; a lead that was given and turns that
    /// were added have no end.
    #[must_use]
    pub fn until(mut self, end: DateTime<Utc>) -> Self {
        self.until = Some(end);
        self
    }

    /// Who ordered it, if that is known.
    #[must_use]
    pub fn ordered_by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Why, if that is known.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// When it ends by itself, in UTC; none if it does not.
    #[must_use]
    pub fn end(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same order as the builder would have made it: what a file says goes through no builder.
    pub(crate) fn tidied(self) -> Self {
        let line = |text: Option<String>| text.as_deref().and_then(line);
        Self { by: line(self.by), why: line(self.why), until: self.until }
    }

    pub(crate) fn map_end(self, end: impl FnOnce(DateTime<Utc>) -> DateTime<Utc>) -> Self {
        Self { until: self.until.map(end), ..self }
    }
}

/// A text in one line, for reasons are; none if there is nothing in it.
fn line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Something whose leads go to one rep, by name. For [`Event::pin`](crate::Event::pin) and
/// [`Event::unpin`](crate::Event::unpin); [`Order`] has an example.
///
/// In files: `{ "account": "A-17" }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pin {
    /// One lead, by id.
    Lead(String),
    /// The leads of an account, by its id.
    Account(String),
    /// The leads with an e-mail address of this domain, ignoring case. A subdomain is another domain.
    Domain(String),
    /// The leads of a territory, by the name of its area.
    Territory(String),
}

impl Pin {
    /// One lead, by id.
    #[must_use]
    pub fn lead(id: impl Into<String>) -> Self {
        Self::Lead(id.into())
    }

    /// The leads of an account, by its id.
    #[must_use]
    pub fn account(id: impl Into<String>) -> Self {
        Self::Account(id.into())
    }

    /// The leads with an e-mail address of this domain.
    #[must_use]
    pub fn domain(domain: impl Into<String>) -> Self {
        Self::Domain(domain.into())
    }

    /// The leads of a territory, by the name of its area.
    #[must_use]
    pub fn territory(name: impl Into<String>) -> Self {
        Self::Territory(name.into())
    }

    /// What sort of thing it is.
    #[must_use]
    pub fn kind(&self) -> PinKind {
        match self {
            Self::Lead(_) => PinKind::Lead,
            Self::Account(_) => PinKind::Account,
            Self::Domain(_) => PinKind::Domain,
            Self::Territory(_) => PinKind::Territory,
        }
    }

    /// Its id or name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Lead(name) | Self::Account(name) | Self::Domain(name) | Self::Territory(name) => name,
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Lead(_) => "lead",
            Self::Account(_) => "account",
            Self::Domain(_) => "domain",
            Self::Territory(_) => "territory",
        };
        write!(f, "{what} `{}`", self.name())
    }
}

/// What sort of thing is pinned. [`Reason::Pinned`](crate::Reason::Pinned) says it.
///
/// ```
/// use lead_router::{Pin, PinKind};
///
/// assert_eq!(Pin::domain("acme.com").kind(), PinKind::Domain);
/// assert_eq!(PinKind::Domain.to_string(), "lead's e-mail domain");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PinKind {
    /// A lead.
    Lead,
    /// The account that leads belong to.
    Account,
    /// The domain of leads' e-mail addresses.
    Domain,
    /// The territory that leads lie in.
    Territory,
}

impl PinKind {
    /// The thing of this sort with an id or a name.
    pub(crate) fn of(self, name: &str) -> Pin {
        let name = name.to_owned();
        match self {
            Self::Lead => Pin::Lead(name),
            Self::Account => Pin::Account(name),
            Self::Domain => Pin::Domain(name),
            Self::Territory => Pin::Territory(name),
        }
    }
}

impl fmt::Display for PinKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lead => "lead",
            Self::Account => "lead's account",
            Self::Domain => "lead's e-mail domain",
            Self::Territory => "lead's territory",
        })
    }
}
