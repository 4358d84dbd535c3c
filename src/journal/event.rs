//! Events: what a host tells its router.

use super::Edit;
use crate::account::Account;
use crate::order::{Order, Pin};
use crate::plan::Plan;
use crate::rep::{Presence, Rep, RepRecord};
use crate::roster::PoolRecord;
use crate::value::Number;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something that a host tells its router, through [`Router::observe`](crate::Router::observe).
///
/// ```
/// use lead_router::{
///     Account, Closing, Edit, Event, LeadRecord, Order, Pin, Plan, PoolRecord, Presence, RepRecord, Roster, Router,
///     round_robin,
/// };
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let mut router = Router::new(plan.clone(), Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
/// let three = "2026-03-02T15:00:00Z".parse()?;
/// let maria = || Order::new().by("maria");
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("L-1"), now);
///
/// for event in [
///     Event::presence("ann", Presence::busy()),            // she is on a call
///     Event::load("ann", 12),                              // the CRM counts 12 open leads of hers now
///     Event::load_as_of("ann", 12, now),                   // ... or counted them at that instant
///     Event::closed("L-1", Closing::Won),                  // a lead is done with
///     Event::rep(&RepRecord::new("cy").pool("smb")),       // cy joins
///     Event::weight("cy", "smb", 2),                       // and gets two leads for each of ann's
///     Event::pin(Pin::lead("L-2"), "cy", maria()),         // if L-2 comes, it is for cy
///     Event::unpin(Pin::lead("L-2"), maria()),             // or not
///     Event::pause("cy", maria().until(three)),            // cy gets nothing until then
///     Event::resume("cy", maria()),                        // and again from now on
///     Event::extra_turns("cy", "smb", 2, maria()),         // two more than the share
///     Event::rep_left("ann"),                              // ann leaves
///     Event::pool("enterprise", PoolRecord::new()),        // a pool is declared
///     Event::plan(plan.report_by(["source"])),             // the plan changes
///     Event::edit(Edit::new().rename_rep("cy", "cyd")),    // cy has another id
///     Event::account(Account::new("A-17").owner("cyd")),    // a company has an owner
///     Event::account_removed("A-17"),                      // and is gone again
/// ] {
///     let record = router.observe(event, now)?; // store it
///     # let _ = record;
/// }
/// assert_eq!(router.sequence(), 18);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// A rep came, went, or is on a call.
    #[non_exhaustive]
    Presence {
        /// The rep's id.
        rep: String,
        /// Where they are now.
        presence: Presence,
    },
    /// The host counted a rep's open leads. Commits after that instant are added again.
    #[non_exhaustive]
    Load {
        /// The rep's id.
        rep: String,
        /// Open leads, those that the router routed before the count included.
        open: u32,
        /// When they were counted, in UTC; none for now. An instant past the event's own counts as that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<DateTime<Utc>>,
    },
    /// A lead is done with. It no longer counts as open, and its id would be a new lead.
    #[non_exhaustive]
    Closed {
        /// The lead's id.
        lead: String,
        /// How it ended.
        how: Closing,
        /// What it was worth, if it was won: in whatever the host counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Number>,
        /// Why it ended so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A person was told: of a new lead, by the id of the notice in the receipt, or of something that was
    /// [due](crate::Router::due), which is no longer due then.
    #[non_exhaustive]
    Notified {
        /// The lead's id.
        lead: String,
        /// The id of the notice.
        id: String,
    },
    /// The rep looked at a lead. The first time counts.
    #[non_exhaustive]
    Seen {
        /// The lead's id.
        lead: String,
    },
    /// The lead was contacted. The first time counts: it stops the clock of the lead's [ladder](crate::sla::Ladder) for good.
    #[non_exhaustive]
    Contacted {
        /// The lead's id.
        lead: String,
    },
    /// The lead was qualified. The first time counts.
    #[non_exhaustive]
    Qualified {
        /// The lead's id.
        lead: String,
    },
    /// The lead did not show up. It stays with the rep, and the turn that it took goes back; its commit stands for good.
    #[non_exhaustive]
    NoShow {
        /// The lead's id.
        lead: String,
    },
    /// The rep who has a lead does not want it. It stays there until it is rerouted, which is [due](crate::Router::due) at
    /// once, and never comes to that rep again by the plan. The turn that it took goes back, unless the plan
    /// [charges it](crate::Plan::rejections_cost_turns); its commit stands for good.
    #[non_exhaustive]
    Rejected {
        /// The lead's id.
        lead: String,
        /// The rep's id.
        rep: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A lead turned out to be another one, and goes on under the id of that. If a rep has the other one, or if both wait, this
    /// one ends, and the turn that it took goes back. Else the other one's place is this one's: its rep, its clock, its turn.
    #[non_exhaustive]
    Merged {
        /// The id of the lead that is no longer.
        lead: String,
        /// The id of the lead that it is.
        into: String,
    },
    /// A lead is in nobody's hands any more and in no queue, and not closed either. Its id would be a new lead. The turn that
    /// it took is had.
    #[non_exhaustive]
    Released {
        /// The lead's id.
        lead: String,
    },
    /// A rep joined, or is described anew. The whole record counts: pools that it does not name, the rep leaves. A
    /// record without a presence leaves that as it is. Who joins a pool starts there with a balance of 0.
    Rep(Box<RepRecord>),
    /// A rep left the roster and every pool; what each rotation owed them is dropped. Leads that they have in hand stay
    /// with them: [reroute](crate::Ask::reroute) each.
    #[non_exhaustive]
    RepLeft {
        /// The rep's id.
        rep: String,
    },
    /// A rep's weight in one of their pools changed. It counts from the next decision on, and no balance moves.
    #[non_exhaustive]
    Weight {
        /// The rep's id.
        rep: String,
        /// The pool.
        pool: String,
        /// The new weight, 1 to 1 000 000.
        weight: u32,
    },
    /// Leads of something go to one rep from now on, until the order ends or is taken back. An earlier pin of the same
    /// thing makes way. Pins are asked for before the plan's first step; one of a territory, once the plan has found its area.
    #[non_exhaustive]
    Pin {
        /// What is pinned.
        on: Pin,
        /// The rep's id.
        rep: String,
        /// Who says so, why and until when.
        #[serde(default, skip_serializing_if = "Order::is_empty")]
        order: Order,
    },
    /// A pin is taken back.
    #[non_exhaustive]
    Unpin {
        /// What was pinned.
        on: Pin,
        /// Who says so and why.
        #[serde(default, skip_serializing_if = "Order::is_empty")]
        order: Order,
    },
    /// A rep gets no leads from now on, whatever the plan says, until the order ends or the rep resumes. Leads in hand
    /// stay, and no balance moves.
    #[non_exhaustive]
    Pause {
        /// The rep's id.
        rep: String,
        /// Who says so, why and until when.
        #[serde(default, skip_serializing_if = "Order::is_empty")]
        order: Order,
    },
    /// A rep who was paused gets leads again.
    #[non_exhaustive]
    Resume {
        /// The rep's id.
        rep: String,
        /// Who says so and why.
        #[serde(default, skip_serializing_if = "Order::is_empty")]
        order: Order,
    },
    /// A rep gets more turns of a rotation than their share. The other active members pay for it, in proportion to their
    /// weights, whether or not they are there now, so that nothing is made from nothing; the bound of the rotation rises by
    /// as many turns. Where the rotation shares out a field of the leads, too, only turns are given: what the rep then
    /// receives of the field is made up for by others.
    #[non_exhaustive]
    ExtraTurns {
        /// The rep's id.
        rep: String,
        /// The rotation's name.
        rotation: String,
        /// How many turns, 1 to 100.
        turns: u32,
        /// Who says so and why.
        #[serde(default, skip_serializing_if = "Order::is_empty")]
        order: Order,
    },
    /// A pool was declared, or is described anew.
    #[non_exhaustive]
    Pool {
        /// The pool's name.
        name: String,
        /// What it is.
        pool: PoolRecord,
    },
    /// Another plan counts from now on. Rotations keep their balances by name, and leads in hand stay where they are.
    /// Leads in queues that the new plan does not name move to the queue of its `otherwise`.
    Plan(Box<Plan>),
    /// Plan, roster or accounts are brought as a whole, and things get other names: all at once or not at all.
    Edit(Box<Edit>),
    /// An account is new, or described anew.
    Account(Account),
    /// An account is gone.
    #[non_exhaustive]
    AccountRemoved {
        /// The account's id.
        account: String,
    },
}

impl Event {
    /// The names of all kinds in files.
    pub(super) const KINDS: &[&str] = &[
        "presence",
        "load",
        "closed",
        "notified",
        "seen",
        "contacted",
        "qualified",
        "no_show",
        "rejected",
        "merged",
        "released",
        "rep",
        "rep_left",
        "weight",
        "pin",
        "unpin",
        "pause",
        "resume",
        "extra_turns",
        "pool",
        "plan",
        "edit",
        "account",
        "account_removed",
    ];

    /// A rep came, went, or is on a call.
    #[must_use]
    pub fn presence(rep: impl Into<String>, presence: Presence) -> Self {
        Self::Presence { rep: rep.into(), presence }
    }

    /// The host counts a rep's open leads now.
    #[must_use]
    pub fn load(rep: impl Into<String>, open: u32) -> Self {
        Self::Load { rep: rep.into(), open, as_of: None }
    }

    /// The host counted a rep's open leads at an instant, in UTC; commits after it are added again. For counts that
    /// come from a report some minutes old.
    #[must_use]
    pub fn load_as_of(rep: impl Into<String>, open: u32, as_of: DateTime<Utc>) -> Self {
        Self::Load { rep: rep.into(), open, as_of: Some(as_of) }
    }

    /// A lead is done with: the rep's open leads go down by one, and the commit can no longer be settled or rolled
    /// back.
    #[must_use]
    pub fn closed(lead: impl Into<String>, how: Closing) -> Self {
        Self::Closed { lead: lead.into(), how, value: None, reason: None }
    }

    /// A lead became a customer, and was worth so much, in whatever the host counts.
    #[must_use]
    pub fn won(lead: impl Into<String>, value: impl Into<Number>) -> Self {
        Self::Closed { lead: lead.into(), how: Closing::Won, value: Some(value.into()), reason: None }
    }

    /// A lead did not become a customer, and why.
    #[must_use]
    pub fn lost(lead: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Closed { lead: lead.into(), how: Closing::Lost, value: None, reason: Some(reason.into()) }
    }

    /// A person was told of a lead, by the id of the notice or of what was due.
    #[must_use]
    pub fn notified(lead: impl Into<String>, id: impl Into<String>) -> Self {
        Self::Notified { lead: lead.into(), id: id.into() }
    }

    /// The rep looked at a lead.
    #[must_use]
    pub fn seen(lead: impl Into<String>) -> Self {
        Self::Seen { lead: lead.into() }
    }

    /// A lead was contacted.
    #[must_use]
    pub fn contacted(lead: impl Into<String>) -> Self {
        Self::Contacted { lead: lead.into() }
    }

    /// A lead was qualified.
    #[must_use]
    pub fn qualified(lead: impl Into<String>) -> Self {
        Self::Qualified { lead: lead.into() }
    }

    /// A lead did not show up.
    #[must_use]
    pub fn no_show(lead: impl Into<String>) -> Self {
        Self::NoShow { lead: lead.into() }
    }

    /// The rep who has a lead does not want it, and why.
    #[must_use]
    pub fn rejected(lead: impl Into<String>, rep: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Rejected { lead: lead.into(), rep: rep.into(), reason: Some(reason.into()) }
    }

    /// A lead turned out to be another one.
    #[must_use]
    pub fn merged(lead: impl Into<String>, into: impl Into<String>) -> Self {
        Self::Merged { lead: lead.into(), into: into.into() }
    }

    /// A lead is in nobody's hands any more, and not closed either.
    #[must_use]
    pub fn released(lead: impl Into<String>) -> Self {
        Self::Released { lead: lead.into() }
    }

    /// A rep joined, or is described anew. Reads the rep once, here.
    #[must_use]
    pub fn rep(rep: &(impl Rep + ?Sized)) -> Self {
        Self::Rep(Box::new(RepRecord::of(rep)))
    }

    /// A rep left for good. For a holiday, use a presence or [`RepRecord::inactive`], which keep the balances.
    #[must_use]
    pub fn rep_left(rep: impl Into<String>) -> Self {
        Self::RepLeft { rep: rep.into() }
    }

    /// A rep's weight in one of their pools changed, 1 to 1 000 000.
    #[must_use]
    pub fn weight(rep: impl Into<String>, pool: impl Into<String>, weight: u32) -> Self {
        Self::Weight { rep: rep.into(), pool: pool.into(), weight }
    }

    /// Leads of something go to one rep from now on.
    #[must_use]
    pub fn pin(on: Pin, rep: impl Into<String>, order: Order) -> Self {
        Self::Pin { on, rep: rep.into(), order }
    }

    /// A pin is taken back.
    #[must_use]
    pub fn unpin(on: Pin, order: Order) -> Self {
        Self::Unpin { on, order }
    }

    /// A rep gets no leads from now on.
    #[must_use]
    pub fn pause(rep: impl Into<String>, order: Order) -> Self {
        Self::Pause { rep: rep.into(), order }
    }

    /// A rep who was paused gets leads again.
    #[must_use]
    pub fn resume(rep: impl Into<String>, order: Order) -> Self {
        Self::Resume { rep: rep.into(), order }
    }

    /// A rep gets so many more turns of a rotation than their share, 1 to 100.
    #[must_use]
    pub fn extra_turns(rep: impl Into<String>, rotation: impl Into<String>, turns: u32, order: Order) -> Self {
        Self::ExtraTurns { rep: rep.into(), rotation: rotation.into(), turns, order }
    }

    /// A pool was declared, or is described anew.
    #[must_use]
    pub fn pool(name: impl Into<String>, pool: PoolRecord) -> Self {
        Self::Pool { name: name.into(), pool }
    }

    /// Another plan counts from now on.
    #[must_use]
    pub fn plan(plan: Plan) -> Self {
        Self::Plan(Box::new(plan))
    }

    /// Plan, roster or accounts are brought as a whole, and things get other names.
    #[must_use]
    pub fn edit(edit: Edit) -> Self {
        Self::Edit(Box::new(edit))
    }

    /// An account is new, or described anew.
    #[must_use]
    pub fn account(account: Account) -> Self {
        Self::Account(account)
    }

    /// An account is gone.
    #[must_use]
    pub fn account_removed(account: impl Into<String>) -> Self {
        Self::AccountRemoved { account: account.into() }
    }
}

/// How a lead ended. Strategies that learn hear of it.
///
/// ```
/// use lead_router::{Closing, Event};
///
/// let won = Event::closed("L-1", Closing::Won);
/// assert_eq!(serde_json::to_string(&won)?, r#"{"closed":{"lead":"L-1","how":"won"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Closing {
    /// It became a customer.
    Won,
    /// It did not.
    Lost,
    /// Neither: a duplicate, a test, a mistake.
    Other,
}
