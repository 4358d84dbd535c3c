//! `pinned`: leads that go to one rep by name, whatever the plan says.

use super::account_owner::{ACCOUNT_FIELD, EMAIL_FIELD};
use super::{Because, Bind, Binder, Scope, Strategy, Verdict};
use crate::account::folded;
use crate::condition::Read;
use crate::fault::{Severity, path_part};
use crate::order::PinKind;
use crate::reason::{Text, Why};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Leads that go to one rep by name. Made by [`pinned`], which has an example.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table of pins, such as pinned = {}")]
pub struct Pinned {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    leads: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    accounts: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    domains: BTreeMap<String, String>,
}

/// Gives leads that the plan pins to a rep: by the lead's id, by its account, or by the domain of its e-mail address, in
/// this order. The first pin that is found decides: the step passes if its rep cannot take the lead, and if nothing is
/// pinned.
///
/// The account is the one whose id the lead's `account_id` is, or else the one that lists the domain of its `email`; where
/// the plan has [`account_owner`](crate::account_owner) look into other fields, these count, too. A lead counts as an open
/// lead of the rep's and takes no turn from anybody. Presence and capacity count only inside `available`.
///
/// Pins that are set while the router runs, with [`Event::pin`](crate::Event::pin), are not of this step: they come before
/// the plan, whatever it says, so that no order is lost.
///
/// ```
/// use lead_router::{Event, LeadRecord, Order, Pin, Plan, RepRecord, Roster, Router, first_of, pinned, round_robin};
///
/// let plan = Plan::new(first_of((pinned().domain("acme.com", "ann"), round_robin("smb")))).otherwise("triage");
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let lead = LeadRecord::new("L-1").with("email", "jo@acme.com");
/// assert_eq!(router.decide(&lead, now).rep(), Some("ann"));
///
/// router.observe(Event::pin(Pin::lead("L-1"), "bob", Order::new().by("maria")), now)?;
/// let decision = router.decide(&lead, now);
/// assert_eq!(decision.to_string(), "L-1: assigned to bob by pinned: the lead is pinned to this rep by maria");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `pinned = { leads = { "L-1" = "bob" }, accounts = { "A-17" = "ann" }, domains = { "acme.com" = "ann" } }`.
#[must_use]
pub fn pinned() -> Pinned {
    Pinned::default()
}

impl Pinned {
    /// Pins a lead, by its id.
    #[must_use]
    pub fn lead(mut self, id: impl Into<String>, rep: impl Into<String>) -> Self {
        self.leads.insert(id.into(), rep.into());
        self
    }

    /// Pins the leads of an account, by its id.
    #[must_use]
    pub fn account(mut self, id: impl Into<String>, rep: impl Into<String>) -> Self {
        self.accounts.insert(id.into(), rep.into());
        self
    }

    /// Pins the leads whose e-mail address has exactly this domain, ignoring case.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>, rep: impl Into<String>) -> Self {
        self.domains.insert(domain.into(), rep.into());
        self
    }
}

impl Bind for Pinned {
    fn title(&self) -> String {
        "pinned".to_owned()
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        visit(ACCOUNT_FIELD, Read::Key);
        visit(EMAIL_FIELD, Read::Key);
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        for (kind, pins) in [("leads", &self.leads), ("accounts", &self.accounts), ("domains", &self.domains)] {
            for (name, rep) in pins {
                binder.at(kind, |binder| binder.at(&path_part(name), |binder| binder.rep(rep)));
            }
        }
        if *self == Self::default() {
            binder.finding(Severity::Warning, "nothing is pinned here, so that this step passes".to_owned());
        }
        let bound = |pins: &BTreeMap<String, String>| -> BTreeMap<Text, Arc<str>> {
            pins.iter().map(|(name, rep)| (Text::from(name.clone()), Arc::from(rep.as_str()))).collect()
        };
        let domains =
            self.domains.iter().map(|(domain, rep)| (Text::from(folded(domain).into_owned()), Arc::from(rep.as_str())));
        Arc::new(BoundPinned { leads: bound(&self.leads), accounts: bound(&self.accounts), domains: domains.collect() })
    }
}

#[derive(Debug)]
struct BoundPinned {
    leads: BTreeMap<Text, Arc<str>>,
    accounts: BTreeMap<Text, Arc<str>>,
    /// By domain in lower case.
    domains: BTreeMap<Text, Arc<str>>,
}

impl Strategy for BoundPinned {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        first_found(scope, |kind, name| self.find(scope, kind, name))
    }
}

impl BoundPinned {
    fn find(&self, scope: &Scope<'_>, kind: PinKind, name: &str) -> Option<Verdict> {
        let pins = match kind {
            PinKind::Lead => &self.leads,
            PinKind::Account => &self.accounts,
            PinKind::Domain => &self.domains,
            PinKind::Territory => return None,
        };
        let (name, rep) = pins.get_key_value(name)?;
        let Some(rep) = scope.situation().desk.team.find(rep) else {
            return Some(Verdict::pass(Why::NoSuchRep));
        };
        let filter = scope.filter();
        Some(match filter.gate(rep) {
            None => {
                let name = name.clone();
                scope.picked(rep, Because(Why::Pinned { on: kind, name, by: None, why: None }))
            }
            Some(gate) => Verdict::pass(scope.rep_gated(filter, rep, gate)),
        })
    }
}

/// What is pinned while the router runs: asked before the plan's first step, as long as anything is.
#[derive(Debug)]
pub(super) struct RunningPins;

impl Strategy for RunningPins {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        first_found(scope, |kind, name| scope.pinned(kind, name))
    }
}

/// What the first pin says that is found of a lead, its account or its e-mail domain.
fn first_found(scope: &Scope<'_>, find: impl Fn(PinKind, &str) -> Option<Verdict>) -> Verdict {
    let of_account = || scope.account_ids().find_map(|(id, _)| find(PinKind::Account, id));
    let of_domain = || scope.email_domains().find_map(|domain| find(PinKind::Domain, &domain));
    let found = find(PinKind::Lead, scope.lead().id()).or_else(of_account).or_else(of_domain);
    found.unwrap_or(Verdict::pass(Why::NotPinned))
}
