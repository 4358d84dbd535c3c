//! `pinned`: leads that go to one rep by name, whatever the plan says.

use super::{Because, Bind, Binder, Scope, Strategy, Verdict};
use crate::account::{email_domain, folded};
use crate::condition::Read;
use crate::overrides::PinKind;
use crate::reason::{Named, Why};
use crate::value::Value;
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

const ACCOUNT_FIELD: &str = "account_id";
const EMAIL_FIELD: &str = "email";

/// Gives leads that are pinned to a rep: by the lead's id, by its account, or by the domain of its e-mail address, in this
/// order. Pins stand in the plan, or are set while the router runs, with [`Event::pin`](crate::Event::pin); of two pins of
/// one thing the latter counts. The step passes if nothing is pinned, or if the rep cannot take it.
///
/// The account is the one that [`account_owner`](crate::account_owner) would find. A lead counts as an open lead of the
/// rep's and takes no turn from anybody. Presence and capacity count only inside `available`.
///
/// A plan without this step has it all the same, before its first step and without pins of its own: an order given while
/// the router runs is never lost. Put it into the plan to say where pins are asked for.
///
/// ```
/// use lead_router::{Event, LeadRecord, Override, Pin, Plan, RepRecord, Roster, Router, first_of, pinned, round_robin};
///
/// let plan = Plan::new(first_of((pinned().domain("acme.com", "ann"), round_robin("smb")))).otherwise("triage");
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
///
/// let lead = LeadRecord::new("L-1").with("email", "jo@acme.com");
/// assert_eq!(router.decide(&lead, now).rep(), Some("ann"));
///
/// router.observe(Event::pin(Pin::lead("L-1"), "bob", Override::new().by("maria")), now)?;
/// let decision = router.decide(&lead, now);
/// assert_eq!(decision.to_string(), "L-1: assigned to bob by pinned: the lead is pinned to this rep by maria");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `pinned = {}`, or `pinned = { leads = { "L-1" = "bob" }, accounts = { "A-17" = "ann" }, domains = {
/// "acme.com" = "ann" } }`.
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
                binder.at(kind, |binder| binder.at(&crate::fault::path_part(name), |binder| binder.rep(rep)));
            }
        }
        let domains = self.domains.iter().map(|(domain, rep)| (folded(domain).into_owned(), rep.clone())).collect();
        Arc::new(Self { domains, ..self.clone() })
    }
}

impl Strategy for Pinned {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let found = self.find(scope, PinKind::Lead, scope.lead().id());
        let found = found.or_else(|| {
            let (account, _) = scope.account(ACCOUNT_FIELD, EMAIL_FIELD)?;
            self.find(scope, PinKind::Account, &account.id)
        });
        let found = found.or_else(|| match scope.field(EMAIL_FIELD) {
            Some(Value::Text(email)) => self.find(scope, PinKind::Domain, &folded(email_domain(email)?)),
            _ => None,
        });
        found.unwrap_or(Verdict::pass(Why::NotPinned))
    }
}

impl Pinned {
    /// What a pin of a name says: one that was set while the router runs, or else one of the plan.
    fn find(&self, scope: &Scope<'_>, kind: PinKind, name: &str) -> Option<Verdict> {
        scope.pinned(kind, name).or_else(|| {
            let pins = match kind {
                PinKind::Lead => &self.leads,
                PinKind::Account => &self.accounts,
                PinKind::Domain => &self.domains,
                PinKind::Territory => return None,
            };
            let Some(rep) = scope.situation().desk.team.find(pins.get(name)?) else {
                return Some(Verdict::pass(Why::NoSuchRep));
            };
            Some(match scope.filter().gate(rep) {
                None => scope.picked(rep, Because(Why::Pinned { on: kind, by: None, why: None })),
                Some(gate) => Verdict::pass(Why::RepGated { rep: Named::Rep(rep), gate }),
            })
        })
    }
}
