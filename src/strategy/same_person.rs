//! `same_person`: whoever had the last lead of the same person.

use super::{Because, Bind, Binder, Scope, Situation, Strategy, Verdict};
use crate::condition::{ConditionFault, Read};
use crate::desk::{Common, EarlierIndex};
use crate::fault::FaultKind;
use crate::reason::Why;
use crate::span::Span;
use crate::strategy::account_owner::EMAIL_FIELD;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whoever had the last lead of the same person. Made by [`same_person`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of settings, such as same_person = { within = \"90 days\" }")]
pub struct SamePerson {
    within: Span,
    #[serde(default = "email", skip_serializing_if = "is_email")]
    by: String,
}

pub(super) fn email() -> String {
    EMAIL_FIELD.to_owned()
}

pub(super) fn is_email(field: &String) -> bool {
    field == EMAIL_FIELD
}

/// Gives the lead to the rep who had the last lead of the same person, if that came less than so long ago: whoever fills the
/// form twice, or comes back after a call, talks to the same rep.
///
/// Two leads are of the same person if their `email` is the same text, but for case and spaces around it;
/// [`SamePerson::by`] names another field, such as a phone number or a customer number. The rep counts who was given the last one, by whatever step or by hand, whether or
/// not it is closed since. It counts as an open lead of theirs and takes no turn from anybody. A rep who left, is inactive,
/// on leave or paused is passed over, and inside `available` one who cannot take a lead now.
///
/// The router keeps a hash of the text and not the text itself, until the time is over.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, days, first_of, round_robin, same_person};
///
/// let plan = Plan::new(first_of((same_person(days(90)), round_robin("smb")))).otherwise("triage");
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
///
/// let march = "2026-03-02T09:00:00Z".parse()?;
/// assert_eq!(router.route(&LeadRecord::new("L-1").with("email", "jo@acme.example"), march).rep(), Some("ann"));
/// let again = router.route(&LeadRecord::new("L-2").with("email", "Jo@acme.example"), march);
/// assert_eq!(again.rep(), Some("ann"));
/// let reason = again.reason().ok_or("none")?;
/// assert_eq!(reason.to_string(), "had the last lead of the same person, at 2026-03-02 09:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file: `same_person = { within = "90 days" }`, or with `by = "phone"`.
#[must_use]
pub fn same_person(within: Span) -> SamePerson {
    SamePerson { within, by: email() }
}

impl SamePerson {
    /// The lead field that tells persons apart; `email` unless said.
    #[must_use]
    pub fn by(mut self, field: impl Into<String>) -> Self {
        self.by = field.into();
        self
    }
}

impl Bind for SamePerson {
    fn title(&self) -> String {
        "same_person".to_owned()
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        visit(&self.by, Read::Key);
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        Arc::new(BoundEarlier::new(binder, Common::Person, ("by", &self.by), self.within))
    }
}

/// A step that asks for earlier leads.
#[derive(Debug)]
pub(super) struct BoundEarlier {
    place: EarlierIndex,
    common: Common,
    field: Arc<str>,
    within: Span,
}

impl BoundEarlier {
    pub(super) fn new(binder: &mut Binder<'_>, common: Common, (key, field): (&str, &str), within: Span) -> Self {
        binder.at(key, |binder| binder.field(field));
        if within == Span::default() {
            let fault = ConditionFault::ZeroSpan { key: "within" };
            binder.at("within", |binder| binder.fault(FaultKind::Condition(fault)));
        }
        let field: Arc<str> = Arc::from(field);
        Self { place: binder.earlier(common, &field, within), common, field, within }
    }
}

impl Strategy for BoundEarlier {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let mark = scope.field(&self.field).and_then(|value| self.common.mark(value));
        let Situation { desk, now, .. } = scope.situation();
        let earlier = mark.and_then(|mark| desk.earlier.find(self.place, mark));
        let Some(earlier) = earlier.filter(|earlier| earlier.since.plus(self.within) > now) else {
            return Verdict::pass(Why::NoEarlierLead);
        };
        let filter = scope.filter();
        let since = earlier.since.to_utc_or_min();
        match (filter.gate(earlier.rep), self.common) {
            (Some(gate), _) => Verdict::pass(scope.rep_gated(filter, earlier.rep, gate)),
            (None, Common::Person) => scope.picked(earlier.rep, Because(Why::SamePerson { since })),
            (None, Common::Company) => scope.picked(earlier.rep, Because(Why::SameCompany { since })),
        }
    }
}
