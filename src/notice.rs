//! Notices: what the host should tell a person. Data; the crate sends nothing.

use serde::{Deserialize, Serialize};

/// Something that the host should tell a person.
///
/// Deliver it at least once, with the id as the key by which the receiver drops repeats.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notice {
    /// The same for the same notice, always; none in a decision that was not committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is about.
    pub kind: NoticeKind,
    /// Whom to tell.
    pub to: Recipient,
    /// The id of the lead.
    pub lead: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoticeKind {
    /// The rep has a new lead.
    NewLead,
}

/// Whom a notice is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recipient {
    /// A rep, by id.
    Rep(String),
}
