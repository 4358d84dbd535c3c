//! `account_owner`: the rep who looks after the lead's company.

use super::{Because, Bind, Binder, Scope, Strategy, Verdict};
use crate::account::Business;
use crate::condition::{ConditionFault, Read};
use crate::desk::{hours_gate, presence_gate};
use crate::fault::FaultKind;
use crate::gate::{Gate, Requirement};
use crate::instant::Instant;
use crate::reason::{Tie, Why};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The rep who looks after the lead's company. Made by [`account_owner`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table of settings, such as account_owner = {}")]
pub struct AccountOwner {
    #[serde(skip_serializing_if = "is_default_account_field")]
    account_field: String,
    #[serde(skip_serializing_if = "is_default_email_field")]
    email_field: String,
    #[serde(skip_serializing_if = "is_default")]
    inactive: Away,
    #[serde(skip_serializing_if = "Option::is_none")]
    away: Option<Away>,
    /// None for always.
    #[serde(skip_serializing_if = "Option::is_none")]
    keeps: Option<Vec<Keeps>>,
}

/// The lead field that names the account, unless a plan says another.
pub(super) const ACCOUNT_FIELD: &str = "account_id";
/// The lead field with the e-mail address, unless a plan says another.
pub(super) const EMAIL_FIELD: &str = "email";

fn is_default_account_field(field: &str) -> bool {
    field == ACCOUNT_FIELD
}

fn is_default_email_field(field: &str) -> bool {
    field == EMAIL_FIELD
}

fn is_default(away: &Away) -> bool {
    *away == Away::default()
}

/// What happens to the lead of an owner who is not there. For [`AccountOwner::when_away`] and
/// [`AccountOwner::when_inactive`].
///
/// ```
/// use lead_router::{Account, Away, LeadRecord, Plan, Presence, RepRecord, Roster, Router, account_owner};
///
/// let plan = Plan::new(account_owner().when_away(Away::Hold)).otherwise("triage");
/// let roster = Roster::new().rep(RepRecord::new("ann").present(Presence::offline()));
/// let router = Router::builder(plan, roster).accounts([Account::new("A-17").owner("ann")]).build()?;
///
/// let lead = LeadRecord::new("L-1").with("account_id", "A-17");
/// let decision = router.decide(&lead, "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.to_string(), "L-1: queued in triage by account_owner: `ann` is offline");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Away {
    /// The step passes: somebody else takes it.
    #[default]
    Pass,
    /// The lead is held in the queue of the plan's `otherwise`, for the owner.
    Hold,
}

/// What an owner keeps a lead for: business with its account. For [`AccountOwner::keeps`], which has an example.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Keeps {
    /// An opportunity is open.
    OpenOpportunity,
    /// The account is a customer.
    Customer,
    /// An opportunity was lost less than so long ago: the owner may try again.
    LostWithin(Span),
}

impl Default for AccountOwner {
    fn default() -> Self {
        account_owner()
    }
}

/// Gives the lead to the owner of its account: the account whose id the lead's `account_id` is, or else the one that
/// lists the exact domain of the lead's `email`. Both are read as text: an account id that is a number finds nothing.
///
/// It counts as an open lead of the owner's and takes no turn from anybody. An owner who left or is inactive never gets
/// it. One who is offline or busy does, unless [`AccountOwner::when_away`] says otherwise or the step stands inside
/// `available`; what `when_away` says comes first.
///
/// An account with an [opportunity at a late stage](crate::Account::late_stage) is in the middle of a deal: its leads go to the
/// owner whatever [`AccountOwner::keeps`] says and however full their desk is, and the notice to them is of
/// [activity](crate::NoticeKind::Activity), not of a new lead. Presence counts as for all others.
///
/// ```
/// use lead_router::{Away, Keeps, account_owner, available};
///
/// let always = account_owner();
/// let held_for_the_owner = account_owner().when_away(Away::Hold);
/// let only_if_free = available(account_owner());
/// let only_live_business = account_owner().keeps([Keeps::OpenOpportunity, Keeps::Customer]);
/// let by_other_names = account_owner().account_field("company_id").email_field("work_email");
/// # let _ = (always, held_for_the_owner, only_if_free, only_live_business, by_other_names);
/// ```
///
/// In a file: `account_owner = {}`, or with settings:
///
/// ```toml
/// [account_owner]
/// away = "hold"
/// keeps = ["open_opportunity", "customer", { lost_within = "90 days" }]
/// email_field = "work_email"
/// ```
#[must_use]
pub fn account_owner() -> AccountOwner {
    AccountOwner {
        account_field: ACCOUNT_FIELD.to_owned(),
        email_field: EMAIL_FIELD.to_owned(),
        inactive: Away::Pass,
        away: None,
        keeps: None,
    }
}

impl AccountOwner {
    /// The lead fields with the account's id and with the e-mail address.
    pub(crate) fn fields(&self) -> (&str, &str) {
        (&self.account_field, &self.email_field)
    }

    /// The lead field that names the account; `account_id` unless said.
    #[must_use]
    pub fn account_field(mut self, field: impl Into<String>) -> Self {
        self.account_field = field.into();
        self
    }

    /// The lead field with the e-mail address; `email` unless said.
    #[must_use]
    pub fn email_field(mut self, field: impl Into<String>) -> Self {
        self.email_field = field.into();
        self
    }

    /// What happens while the owner is inactive, has left, or is [paused](crate::Event::pause) and
    /// [`AccountOwner::when_away`] says nothing; the step passes unless said.
    #[must_use]
    pub fn when_inactive(mut self, away: Away) -> Self {
        self.inactive = away;
        self
    }

    /// What happens while the owner is offline, busy or paused; they get it all the same unless said, but for one who is
    /// paused.
    #[must_use]
    pub fn when_away(mut self, away: Away) -> Self {
        self.away = Some(away);
        self
    }

    /// The owner keeps the lead only if one of these is so of its account; else the step passes. Called again, it adds to
    /// them. Unless said, an account always ties its leads to its owner. With an empty list, only a late stage does.
    ///
    /// ```
    /// use lead_router::{Account, Keeps, LeadRecord, Plan, RepRecord, Roster, Router, account_owner, days};
    ///
    /// let ties = [Keeps::OpenOpportunity, Keeps::Customer, Keeps::LostWithin(days(90))];
    /// let plan = Plan::new(account_owner().keeps(ties)).otherwise("triage");
    /// let lost = Account::new("A-17").owner("ann").lost_at("2026-01-15T00:00:00Z".parse()?);
    /// let router = Router::builder(plan, Roster::new().rep(RepRecord::new("ann"))).accounts([lost]).build()?;
    ///
    /// let lead = LeadRecord::new("L-1").with("account_id", "A-17");
    /// let in_march = router.decide(&lead, "2026-03-02T09:00:00Z".parse()?);
    /// assert_eq!(in_march.rep(), Some("ann"));
    /// assert_eq!(in_march.reason().to_string(), "owns the lead's account, found by account id, lost not long ago");
    ///
    /// let in_may = router.decide(&lead, "2026-05-02T09:00:00Z".parse()?);
    /// assert_eq!(in_may.rep(), None);
    /// assert_eq!(in_may.reason().to_string(), "the owner has no business with the lead's account now");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn keeps(mut self, ties: impl IntoIterator<Item = Keeps>) -> Self {
        self.keeps.get_or_insert_default().extend(ties);
        self
    }

    /// What ties an account to its owner at `now`, by the business with it, as far as the step asks.
    fn tie(&self, business: Business, now: Instant) -> Option<Tie> {
        if business.late_stage {
            return Some(Tie::LateStage);
        }
        self.keeps.iter().flatten().find_map(|keeps| keeps.tie(business, now))
    }
}

impl Keeps {
    fn tie(&self, business: Business, now: Instant) -> Option<Tie> {
        let (holds, tie) = match self {
            Self::OpenOpportunity => (business.open_opportunities > 0, Tie::OpenOpportunity),
            Self::Customer => (business.customer, Tie::Customer),
            Self::LostWithin(span) => {
                let is_recent = |lost| Instant::from(lost).plus(*span) > now;
                (business.lost_at.is_some_and(is_recent), Tie::LostRecently)
            }
        };
        holds.then_some(tie)
    }
}

impl Bind for AccountOwner {
    fn title(&self) -> String {
        "account_owner".to_owned()
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        visit(&self.account_field, Read::Key);
        visit(&self.email_field, Read::Key);
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        binder.at("account_field", |binder| binder.field(&self.account_field));
        binder.at("email_field", |binder| binder.field(&self.email_field));
        for (index, keeps) in self.keeps.iter().flatten().enumerate() {
            if *keeps == Keeps::LostWithin(Span::default()) {
                let fault = ConditionFault::ZeroSpan { key: "lost_within" };
                binder.at(&format!("keeps[{index}]"), |binder| binder.fault(FaultKind::Condition(fault)));
            }
        }
        Arc::new(self.clone())
    }
}

impl Strategy for AccountOwner {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let Some((account, found_by)) = scope.account(&self.account_field, &self.email_field) else {
            return Verdict::pass(Why::NoAccount);
        };
        let team = &scope.situation().desk.team;
        debug_assert_eq!(account.owner(), account.owner_name().and_then(|owner| team.find(owner)));
        let Some((rep, owner)) = account.owner().and_then(|index| team.rep(index).map(|rep| (index, rep))) else {
            return Verdict::pass(Why::NoOwner);
        };
        let now = scope.situation().now;
        let tie = self.tie(account.business(), now);
        if tie.is_none() && self.keeps.is_some() {
            return Verdict::pass(Why::NoTie);
        }
        let mut filter = scope.filter();
        if tie == Some(Tie::LateStage) {
            filter.relaxed = filter.relaxed.union([Requirement::Capacity, Requirement::Caps].into_iter().collect());
        }
        let absence = || hours_gate(team, owner, now).or_else(|| presence_gate(owner, now));
        let away = self.away.as_ref().filter(|_| scope.minds_absence()).and_then(|away| Some((absence()?, away)));
        let gate = filter.gate(rep);
        if self.away.is_some() {
            // Outside `available`, too, the owner is waited for, whatever the caller relaxes.
            let there = [Requirement::Hours, Requirement::Presence].into_iter().collect();
            filter.required = filter.required.union(there);
            filter.relaxed = filter.relaxed.without(there);
        }
        match gate {
            Some(gate @ (Gate::Left | Gate::Inactive)) => {
                self.inactive.verdict(scope, scope.rep_gated(filter, rep, gate))
            }
            // These end, so that who waits for an absent owner waits for them.
            Some(gate @ (Gate::Paused { .. } | Gate::OnLeave { .. })) => {
                let away = self.away.as_ref().unwrap_or(&self.inactive);
                away.verdict(scope, scope.rep_gated(filter, rep, gate))
            }
            gate => match (away, gate) {
                (Some((gate, away)), _) => away.verdict(scope, scope.rep_gated(filter, rep, gate)),
                (None, Some(gate)) => Verdict::pass(scope.rep_gated(filter, rep, gate)),
                (None, None) => scope.picked(rep, Because(Why::AccountOwner { found_by, tie })),
            },
        }
    }
}

impl Away {
    fn verdict(&self, scope: &Scope<'_>, why: Why) -> Verdict {
        match self {
            Self::Pass => Verdict::pass(why),
            Self::Hold => scope.stopped(Because(why)),
        }
    }
}

#[cfg(test)]
mod tests;
