//! `assign`: one rep, by name.

use super::{Because, Bind, Binder, Scope, Strategy, Verdict};
use crate::reason::Why;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One rep, by name. Made by [`assign`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assign {
    rep: String,
}

/// Gives the lead to one rep, by id. It counts as an open lead of theirs and takes no turn from anybody.
///
/// Presence and capacity count only inside `available`. A rep who left or is inactive is passed over.
///
/// ```
/// use lead_router::{assign, field, when};
///
/// let partners = when(field("source").is("partner portal"), assign("maria"));
/// # let _ = partners;
/// ```
///
/// In a file: `assign = "maria"`.
#[must_use]
pub fn assign(rep: impl Into<String>) -> Assign {
    Assign { rep: rep.into() }
}

impl Bind for Assign {
    fn title(&self) -> String {
        format!("assign {}", self.rep)
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        binder.rep(&self.rep);
        Arc::new(self.clone())
    }
}

impl Strategy for Assign {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let Some(rep) = scope.situation().desk.team.find(&self.rep) else {
            return Verdict::pass(Why::NoSuchRep);
        };
        let filter = scope.filter();
        match filter.gate(rep) {
            None => scope.picked(rep, Because(Why::Assigned)),
            Some(gate) => Verdict::pass(scope.rep_gated(filter, rep, gate)),
        }
    }
}
