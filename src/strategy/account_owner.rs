//! `account_owner`: the rep who looks after the lead's company.

use super::{Because, Bind, Binder, Scope, Strategy, Verdict};
use crate::condition::Read;
use crate::desk::presence_gate;
use crate::gate::Gate;
use crate::reason::{Named, Why};
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
/// ```
/// use lead_router::{Away, account_owner, available};
///
/// let always = account_owner();
/// let held_for_the_owner = account_owner().when_away(Away::Hold);
/// let only_if_free = available(account_owner());
/// let by_other_names = account_owner().account_field("company_id").email_field("work_email");
/// # let _ = (always, held_for_the_owner, only_if_free, by_other_names);
/// ```
///
/// In a file: `account_owner = {}`, or `account_owner = { away = "hold", email_field = "work_email" }`.
#[must_use]
pub fn account_owner() -> AccountOwner {
    AccountOwner {
        account_field: ACCOUNT_FIELD.to_owned(),
        email_field: EMAIL_FIELD.to_owned(),
        inactive: Away::Pass,
        away: None,
    }
}

impl AccountOwner {
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

    /// What happens while the owner is inactive or has left; the step passes unless said.
    #[must_use]
    pub fn when_inactive(mut self, away: Away) -> Self {
        self.inactive = away;
        self
    }

    /// What happens while the owner is offline or busy; they get it all the same unless said.
    #[must_use]
    pub fn when_away(mut self, away: Away) -> Self {
        self.away = Some(away);
        self
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
        Arc::new(self.clone())
    }
}

impl Strategy for AccountOwner {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let Some((account, found_by)) = scope.account(&self.account_field, &self.email_field) else {
            return Verdict::pass(Why::NoAccount);
        };
        let team = &scope.situation().desk.team;
        let owner = account.owner.as_deref().and_then(|owner| team.find(owner));
        let Some((rep, owner)) = owner.and_then(|index| team.rep(index).map(|rep| (index, rep))) else {
            return Verdict::pass(Why::NoOwner);
        };
        let away = presence_gate(owner, scope.situation().now).zip(self.away.as_ref());
        match scope.filter().gate(rep) {
            Some(gate @ (Gate::Left | Gate::Inactive)) => {
                self.inactive.verdict(scope, Why::RepGated { rep: Named::Rep(rep), gate })
            }
            gate => match (away, gate) {
                (Some((gate, away)), _) => away.verdict(scope, Why::RepGated { rep: Named::Rep(rep), gate }),
                (None, Some(gate)) => Verdict::pass(Why::RepGated { rep: Named::Rep(rep), gate }),
                (None, None) => scope.picked(rep, Because(Why::AccountOwner { found_by })),
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
