//! Notices: what the host should tell a person. Data; the crate sends nothing.

use crate::reason::{Reason, Tie};
use serde::{Deserialize, Serialize};

/// Something that the host should tell a person. The crate sends nothing.
///
/// Deliver it at least once, with the id as the key by which the receiver drops repeats.
///
/// ```
/// use lead_router::{LeadRecord, NoticeKind, Plan, Recipient, RepRecord, Roster, Router, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
/// let receipt = router.route(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
///
/// let notice = receipt.notices().first().ok_or("nobody to tell")?;
/// assert_eq!(notice.id(), Some("1/new_lead"));
/// assert_eq!(notice.kind(), NoticeKind::NewLead);
/// assert_eq!(notice.to(), &Recipient::Rep("ann".to_owned()));
/// assert_eq!(notice.lead_id(), "L-1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    kind: NoticeKind,
    to: Recipient,
    lead: String,
}

impl Notice {
    /// Tells a rep of a lead that came to them, and for what reason; the commit's number makes the id.
    pub(crate) fn of_lead<Name>(commit: Option<u64>, rep: &str, lead: &str, reason: &Reason<Name>) -> Self {
        let kind = NoticeKind::of(reason);
        Self {
            id: commit.map(|commit| format!("{commit}/{}", kind.name())),
            kind,
            to: Recipient::Rep(rep.to_owned()),
            lead: lead.to_owned(),
        }
    }

    /// Tells somebody that nobody has contacted a lead.
    pub(crate) fn of_rung(id: String, to: Recipient, lead: &str) -> Self {
        Self { id: Some(id), kind: NoticeKind::Escalation, to, lead: lead.to_owned() }
    }

    /// The same for the same notice, always; none in a decision that is not committed.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        self.kind
    }

    /// Whom to tell.
    #[must_use]
    pub fn to(&self) -> &Recipient {
        &self.to
    }

    /// The id of the lead.
    #[must_use]
    pub fn lead_id(&self) -> &str {
        &self.lead
    }
}

/// What a notice is about. [`Notice`] has an example; more kinds may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoticeKind {
    /// The rep has a new lead.
    NewLead,
    /// The rep has a lead of an account that they own, with an opportunity at a late stage: activity around that deal,
    /// rather than a new lead.
    Activity,
    /// Nobody has contacted a lead in time; [`Ladder`](crate::sla::Ladder) says when and whom to tell.
    Escalation,
}

impl NoticeKind {
    /// What a lead that was given for this reason is to its rep.
    fn of<Name>(reason: &Reason<Name>) -> Self {
        match reason {
            Reason::AccountOwner { tie: Some(Tie::LateStage), .. } => Self::Activity,
            _ => Self::NewLead,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::NewLead => "new_lead",
            Self::Activity => "activity",
            Self::Escalation => "escalation",
        }
    }
}

/// The ids that notices of a commit may have.
pub(crate) fn notice_ids(commit: u64) -> impl Iterator<Item = String> {
    [NoticeKind::NewLead, NoticeKind::Activity].into_iter().map(move |kind| format!("{commit}/{}", kind.name()))
}

/// Whom a notice is for. [`Notice`] has an example; more kinds may come.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recipient {
    /// A rep, by id.
    Rep(String),
    /// Whoever has this role: the host knows how to reach them.
    Role(String),
    /// The roster knows nobody whom the plan would tell: no manager, or a person who left. Tell whoever looks after it.
    Nobody,
}
