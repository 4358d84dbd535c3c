//! Notes: what a step tells an explanation beside its verdict.

use crate::condition::Condition;
use crate::reason::AccountMatch;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// How a step came to the branch that it took. Got from [`ExplainedStep::note`](crate::ExplainedStep::note).
///
/// ```
/// use lead_router::{Area, LeadRecord, Note, Plan, RepRecord, Roster, Router, assign, territories};
///
/// let areas = territories(["country"]).area(Area::new("dach").fits("country", ["DE", "AT", "CH"]).then(assign("ann")));
/// let router = Router::new(Plan::new(areas).otherwise("triage"), Roster::new().rep(RepRecord::new("ann")))?;
/// let why = router.explain(&LeadRecord::new("L-1").with("country", "at"), "2026-03-02T09:00:00Z".parse()?);
///
/// let note = why.steps().find_map(|step| step.note().cloned()).ok_or("no note")?;
/// assert!(matches!(&note, Note::Area { name, .. } if **name == *"dach"));
/// assert_eq!(note.to_string(), "area `dach`, because country is DE, AT or CH");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// The area of a `territories` that the lead lies in.
    #[non_exhaustive]
    Area {
        /// The area's name.
        name: Arc<str>,
        /// By what it was found.
        found_by: FoundBy,
    },
    /// What a `split` drew.
    #[non_exhaustive]
    Drawn {
        /// The draw, out of 10 000.
        drawn: u32,
        /// In which of the parts it lies, from 0; none for what is left.
        part: Option<usize>,
        /// Whether it was drawn by the lead's id: the plan names no field, or the lead has no such value.
        by_lead_id: bool,
    },
}

/// How the area of a lead was found. [`Note`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FoundBy {
    /// It names the lead's account, which was found so.
    Account(AccountMatch),
    /// It names the domain of the lead's e-mail address.
    Domain,
    /// These hold of the lead, one for each field that counted; none if the area takes every lead.
    Fields(Vec<Condition>),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area { name, found_by } => write!(f, "area `{name}`{found_by}"),
            Self::Drawn { drawn, part, by_lead_id } => {
                let by = if *by_lead_id { " by the lead's id" } else { "" };
                write!(f, "drew {drawn} of 10000{by}, for ")?;
                match part {
                    Some(part) => write!(f, "part {}", part + 1),
                    None => f.write_str("the rest"),
                }
            }
        }
    }
}

impl fmt::Display for FoundBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(found_by) => write!(f, ", which names the lead's account, found by {found_by}"),
            Self::Domain => f.write_str(", which names the lead's e-mail domain"),
            Self::Fields(fields) => {
                let mut before = ", because ";
                for field in fields {
                    write!(f, "{before}{field}")?;
                    before = " and ";
                }
                Ok(())
            }
        }
    }
}
