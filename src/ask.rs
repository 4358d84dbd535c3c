//! What a caller may ask of one decision.

use crate::gate::{Requirement, Requirements};
use crate::order::Order;
use crate::reason::{Text, Why};
use crate::sla::DueId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a caller asks of one decision, beside what the plan says. For
/// [`Router::decide_with`](crate::Router::decide_with).
///
/// ```
/// use lead_router::{Ask, LeadRecord, Plan, RepRecord, Requirement, Roster, Router, available, round_robin};
///
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb").capacity(0)));
/// let router = Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)?;
/// let (lead, now) = (LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(router.decide(&lead, now).queue(), Some("triage"));
///
/// // Ann cannot take it after all: somebody else, and a full desk is no obstacle this time.
/// let ask = Ask::reroute().exclude("ann").relax(Requirement::Capacity);
/// assert_eq!(router.decide_with(&lead, now, &ask).rep(), Some("bob"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ask {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reroute: bool,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    exclude: BTreeSet<String>,
    #[serde(skip_serializing_if = "Requirements::is_empty")]
    relax: Requirements,
    #[serde(skip_serializing_if = "Option::is_none")]
    give: Option<Gift>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<String>,
    /// Whether it is for as long as a rep is away: given on to others, or given back to that rep.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cover: bool,
    /// What is due because of which this is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<DueId>,
}

/// A lead that somebody gives to a rep, whatever the plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gift {
    to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<Text>,
}

impl Ask {
    /// Nothing beside the plan. A lead that is in hand stays there, whatever else is asked: [`Ask::reroute`] moves it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decides anew on a lead that is in hand already. Committed, the turn of the rep who had it is given back.
    ///
    /// The same rep may get it again, unless excluded. If somebody else reroutes the lead between decision and commit,
    /// theirs stands and the receipt is a repeat. Of a lead that is not in hand, it asks nothing.
    #[must_use]
    pub fn reroute() -> Self {
        Self { reroute: true, ..Self::default() }
    }

    /// Leaves a rep out, by id, in every step. They are owed nothing for this lead, and keep their turn. An id that is
    /// not in the roster leaves nobody out. Call it once for each rep.
    #[must_use]
    pub fn exclude(mut self, rep: impl Into<String>) -> Self {
        self.exclude.insert(rep.into());
        self
    }

    /// Leaves a requirement of every `available` in the plan out. Call it once for each requirement.
    #[must_use]
    pub fn relax(mut self, requirement: Requirement) -> Self {
        self.relax = self.relax.union([requirement].into_iter().collect());
        self
    }

    /// The id of the rep whom the lead is given to, for [`Router::give`](crate::Router::give); none for all else.
    #[must_use]
    pub fn given_to(&self) -> Option<&str> {
        self.give.as_ref().map(|give| give.to.as_str())
    }

    pub(crate) fn give(rep: &str, order: &Order) -> Self {
        let text = |text: Option<&str>| text.map(|text| Text::from(text.to_owned()));
        let order = order.clone().tidied();
        let give = Gift { to: rep.to_owned(), by: text(order.ordered_by()), why: text(order.reason()) };
        Self { give: Some(give), ..Self::default() }
    }

    /// The same, with the lead given to somebody else.
    pub(crate) fn given_instead(self, rep: &str) -> Self {
        Self { give: self.give.map(|give| Gift { to: rep.to_owned(), ..give }), ..self }
    }

    /// Why the lead goes to whom it is given to.
    pub(crate) fn given_because(&self) -> Option<Why> {
        let Gift { by, why, .. } = self.give.as_ref()?;
        if self.cover {
            return Some(Why::CoverOver);
        }
        Some(Why::ByHand { by: by.clone(), why: why.clone() })
    }

    /// Asks who has a lead of this rep while they are away.
    pub(crate) fn cover_for(rep: &str) -> Self {
        Self { cover: true, ..Self::reroute().exclude(rep) }
    }

    /// Gives a lead back to the rep for whom others had it.
    pub(crate) fn give_back(rep: &str) -> Self {
        Self { cover: true, ..Self::give(rep, &Order::new()) }
    }

    /// Whether a lead goes to others only for as long as the rep who has it is away.
    #[must_use]
    pub fn is_cover(&self) -> bool {
        self.cover && self.give.is_none()
    }

    /// Whether a rep is away, or back, so that nobody passes the lead on.
    pub(crate) fn is_of_absence(&self) -> bool {
        self.cover
    }

    /// Asks whether the plan gives the lead to this rep, as if nobody else were there.
    pub(crate) fn claim(rep: &str) -> Self {
        Self { claim: Some(rep.to_owned()), ..Self::default() }
    }

    /// The id of the rep who takes the lead from its queue, for [`Router::claim`](crate::Router::claim); none for all else.
    #[must_use]
    pub fn claimed_by(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    /// The same, asked because of something that is due.
    pub(crate) fn because_of(mut self, due: DueId) -> Self {
        self.due = Some(due);
        self
    }

    pub(crate) fn due(&self) -> Option<DueId> {
        self.due
    }

    pub(crate) fn reroutes(&self) -> bool {
        self.reroute
    }

    pub(crate) fn excluded(&self) -> impl Iterator<Item = &str> {
        self.exclude.iter().map(String::as_str)
    }

    pub(crate) fn relaxed(&self) -> Requirements {
        self.relax
    }

    pub(crate) fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}
