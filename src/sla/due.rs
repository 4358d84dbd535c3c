//! What is due: notices to send, and leads to move.

use crate::ask::Ask;
use crate::notice::Notice;
use chrono::{DateTime, Utc};
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Something that time has caused, or a rejection. Got from [`Router::due`](crate::Router::due); [`Ladder`](super::Ladder)
/// has an example.
///
/// It stays due under the same id until it is done: until [`Event::notified`](crate::Event::notified) says so, until the
/// decision that it asks for is committed, or until somebody contacts the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    pub(crate) id: String,
    pub(crate) lead: String,
    pub(crate) rep: Option<String>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) task: Task,
}

impl Due {
    /// The same for the same thing, always: the number of the commit that started the clock, and that of the rung, from 1:
    /// `12/rung_2`. For a rejection, `12/rejected`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the lead.
    #[must_use]
    pub fn lead_id(&self) -> &str {
        &self.lead
    }

    /// The rep who has the lead, by id; none if it waits in a queue.
    #[must_use]
    pub fn rep(&self) -> Option<&str> {
        self.rep.as_deref()
    }

    /// Since when it is due, in UTC and whole milliseconds. What was due already when the lead moved to another rep is due
    /// since then.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// What is to be done.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }
}

/// What is to be done. [`Ladder`](super::Ladder) has an example. Match with a `_`: more kinds may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Task {
    /// Tell somebody, and then observe [`Event::notified`](crate::Event::notified).
    Notify(Notice),
    /// Decide on the lead with [`Router::decide_with`](crate::Router::decide_with), and commit that: it ends what is due. Of
    /// several rungs that move a lead, the last one that is due counts, and ends those before it.
    ///
    /// If the lead was contacted or moved in between, the decision leaves it where it is.
    Reroute(Ask),
}

/// What something that is due is named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DueId {
    pub(crate) commit: u64,
    /// The place of the rung; none for a rejection.
    pub(crate) rung: Option<usize>,
}

impl fmt::Display for DueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rung {
            Some(rung) => write!(f, "{}/rung_{}", self.commit, rung + 1),
            None => write!(f, "{}/rejected", self.commit),
        }
    }
}

/// A text that names nothing that could be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoDueId;

impl FromStr for DueId {
    type Err = NoDueId;

    fn from_str(text: &str) -> Result<Self, NoDueId> {
        let (commit, what) = text.split_once('/').ok_or(NoDueId)?;
        let commit = commit.parse().map_err(|_| NoDueId)?;
        let rung = match what.strip_prefix("rung_") {
            Some(number) => Some(number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).ok_or(NoDueId)?),
            None if what == "rejected" => None,
            None => return Err(NoDueId),
        };
        let id = Self { commit, rung };
        // Only as it is written: `012/rung_+2` is none.
        if id.to_string() == text { Ok(id) } else { Err(NoDueId) }
    }
}

impl Serialize for DueId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DueId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` names nothing that could be due")))
    }
}
