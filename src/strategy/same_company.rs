//! `same_company`: whoever has the first lead of a new company.

use super::same_person::{BoundEarlier, email, is_email};
use super::{Bind, Binder, Strategy};
use crate::condition::Read;
use crate::desk::Common;
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whoever has the first lead of a new company. Made by [`same_company`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of settings, such as same_company = { within = \"14 days\" }")]
pub struct SameCompany {
    within: Span,
    #[serde(default = "email", skip_serializing_if = "is_email")]
    email_field: String,
}

/// Gives the lead to the rep who got the first lead of the same company, for so long from that lead on: a provisional owner,
/// until the CRM knows the account. So two people of one new company reach the same rep.
///
/// Leads are of the same company if their `email` has the same domain; [`SameCompany::email_field`] names another field.
/// Addresses at providers where anybody has one, such as `gmail.com`, say nothing of a company. Put the step after
/// [`account_owner`](crate::account_owner), which knows better. Later leads do not make the time longer: once it is over, the
/// next lead of the company is the first again. If the rep leaves or becomes inactive, so is the next one. If the first lead is
/// rerouted, whoever gets it is the provisional owner.
///
/// It counts as an open lead of theirs and takes no turn from anybody. A rep who is on leave or paused is passed over, and
/// inside `available` one who cannot take a lead now. The router keeps a hash of the domain and not the domain itself.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, days, first_of, round_robin, same_company};
///
/// let plan = Plan::new(first_of((same_company(days(14)), round_robin("smb")))).otherwise("triage");
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
///
/// let march = "2026-03-02T09:00:00Z".parse()?;
/// assert_eq!(router.route(&LeadRecord::new("L-1").with("email", "jo@acme.example"), march).rep(), Some("ann"));
/// let second = router.route(&LeadRecord::new("L-2").with("email", "kim@acme.example"), march);
/// assert_eq!(second.rep(), Some("ann"));
/// let reason = second.reason().ok_or("none")?;
/// assert_eq!(reason.to_string(), "has the first lead of the same company, of 2026-03-02 09:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `same_company = { within = "14 days" }`, or with `email_field = "work_email"`.
#[must_use]
pub fn same_company(within: Span) -> SameCompany {
    SameCompany { within, email_field: email() }
}

impl SameCompany {
    /// The lead field with the e-mail address; `email` unless said.
    #[must_use]
    pub fn email_field(mut self, field: impl Into<String>) -> Self {
        self.email_field = field.into();
        self
    }
}

impl Bind for SameCompany {
    fn title(&self) -> String {
        "same_company".to_owned()
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        visit(&self.email_field, Read::Key);
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        Arc::new(BoundEarlier::new(binder, Common::Company, ("email_field", &self.email_field), self.within))
    }
}
