//! Earlier leads of the same person, and the first one of a company.

use super::Reference;
use super::plan::{Common, asks_for_earlier};
use std::collections::BTreeMap;

/// As many as could be rolled back.
const MOST: usize = lead_router::limits::MAX_UNSETTLED_DEPTH as usize;

#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub(crate) rep: String,
    pub(crate) since: i64,
    commit: u64,
}

/// By what they have in common, and in the order of commits.
pub(crate) type EarlierLeads = BTreeMap<Common, BTreeMap<String, Vec<Earlier>>>;

/// What a rollback takes back: what was noted with the commit, and what that took the place of.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    of: Common,
    common: String,
    commit: u64,
    replaced: Option<Earlier>,
}

impl Reference {
    /// Notes that a rep got a lead, which had another commit before if it was rerouted.
    pub(crate) fn note(&mut self, (of, common): (Common, String), rep: &str, before: Option<u64>) -> Option<Noted> {
        let (now, commit) = (self.clock, self.sequence);
        let is_there = |rep: &str| !self.reps[rep].left && self.reps[rep].record["inactive"] != true;
        let all = self.earlier.get_mut(&of).expect("the plan asks for it");
        let leads = all.entry(common.clone()).or_default();
        let is_same = |lead: &Earlier| Some(lead.commit) == before;
        let mut since = now;
        let replaced = match (of.0.as_str(), leads.last()) {
            ("same_company", Some(first)) if is_same(first) => {
                since = first.since;
                leads.pop()
            }
            ("same_company", Some(first)) if is_there(&first.rep) => return None,
            ("same_company", _) => leads.pop(),
            _ => leads.iter().position(is_same).map(|place| leads.remove(place)),
        };
        leads.push(Earlier { rep: rep.to_owned(), since, commit });
        if leads.len() > MOST {
            leads.remove(0);
        }
        Some(Noted { of, common, commit, replaced })
    }

    pub(crate) fn forget_note(&mut self, Noted { of, common, commit, replaced }: Noted) {
        let Some(leads) = self.earlier.get_mut(&of).and_then(|all| all.get_mut(&common)) else { return };
        let count = leads.len();
        leads.retain(|lead| lead.commit != commit);
        if leads.len() < count {
            leads.extend(replaced);
            leads.sort_by_key(|lead| lead.commit);
        }
    }

    /// Forgets what no longer counts.
    pub(crate) fn forget_earlier(&mut self) {
        for (of, within) in asks_for_earlier(&self.plan) {
            let all = self.earlier.entry(of).or_default();
            all.retain(|_, leads| leads.last().is_some_and(|last| last.since + within > self.clock));
        }
    }

    /// Forgets what the plan no longer asks for.
    pub(crate) fn sync_earlier(&mut self) {
        let asks = asks_for_earlier(&self.plan);
        self.earlier.retain(|of, _| asks.contains_key(of));
        asks.into_keys().for_each(|of| _ = self.earlier.entry(of).or_default());
    }
}
