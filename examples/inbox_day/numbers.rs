//! The numbers of the day: how fast, to whom, and whether it was fair.

use chrono::{DateTime, Utc};
use lead_router::{Receipt, Router};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

#[derive(Default)]
pub(crate) struct Numbers {
    arrived: BTreeMap<String, Arrival>,
    escalated: usize,
    reassigned: BTreeSet<String>,
}

struct Arrival {
    at: DateTime<Utc>,
    path: String,
    waited: bool,
    first_contact: Option<DateTime<Utc>>,
}

impl Numbers {
    pub(crate) fn arrived(&mut self, receipt: &Receipt) {
        let (at, waited) = (receipt.at(), receipt.queue().is_some());
        let path = if waited { "waited first".to_owned() } else { receipt.path().to_owned() };
        self.arrived.insert(receipt.lead_id().to_owned(), Arrival { at, path, waited, first_contact: None });
    }

    pub(crate) fn contacted(&mut self, lead: &str, at: DateTime<Utc>) {
        if let Some(arrival) = self.arrived.get_mut(lead) {
            arrival.first_contact.get_or_insert(at);
        }
    }

    pub(crate) fn escalated(&mut self) {
        self.escalated += 1;
    }

    pub(crate) fn reassigned(&mut self, lead: &str) {
        self.reassigned.insert(lead.to_owned());
    }

    pub(crate) fn was_reassigned(&self, lead: &str) -> bool {
        self.reassigned.contains(lead)
    }

    pub(crate) fn report(&self, router: &Router) -> String {
        let mut text = String::new();
        self.first_contact(&mut text);
        shares(router, &mut text);
        self.account(router, &mut text);
        text
    }

    fn first_contact(&self, text: &mut String) {
        let mut by_path: BTreeMap<&str, (usize, Vec<i64>)> = BTreeMap::new();
        for arrival in self.arrived.values() {
            let (count, minutes) = by_path.entry(&arrival.path).or_default();
            *count += 1;
            minutes.extend(arrival.first_contact.map(|contact| (contact - arrival.at).num_minutes()));
        }
        let _ = writeln!(
            text,
            "Minutes to first contact\n\n  {:14}{:>5}{:>8}{:>8}{:>9}",
            "path", "leads", "called", "median", "longest"
        );
        for (path, (count, mut minutes)) in by_path {
            minutes.sort_unstable();
            let number = |place: usize| minutes.get(place).map_or("-".to_owned(), i64::to_string);
            let (median, longest) = (number(minutes.len() / 2), number(minutes.len().saturating_sub(1)));
            let _ = writeln!(text, "  {path:14}{count:>5}{:>8}{median:>8}{longest:>9}", minutes.len());
        }
    }

    /// No lead is lost: each is somewhere.
    fn account(&self, router: &Router, text: &mut String) {
        let states = self.arrived.keys().map(|lead| router.lead(lead).map(|lead| lead.rep().is_some()));
        let count = |state: Option<bool>| states.clone().filter(|other| *other == state).count();
        let (closed, in_hand, waiting) = (count(None), count(Some(true)), count(Some(false)));
        let waited = self.arrived.values().filter(|arrival| arrival.waited).count();
        let _ = write!(
            text,
            "\n{waited} leads had to wait for somebody to open. The manager was told {} times, and {} leads were taken from their rep.\n\
             {} leads came in = {closed} closed + {in_hand} in hand + {waiting} waiting. None is lost.",
            self.escalated,
            self.reassigned.len(),
            self.arrived.len(),
        );
    }
}

fn shares(router: &Router, text: &mut String) {
    let _ = writeln!(text, "\nTurns owed at the end of the day; below 0 is more than the share\n");
    for rotation in router.rotations() {
        let members: Vec<_> = rotation.members().collect();
        let owed = members.iter().map(|member| format!("{} {:+.2}", member.rep, member.owed()));
        let bound = members.len().saturating_sub(1) as f64;
        let _ = writeln!(text, "  {:8} {}  (bound {bound})", rotation.name(), owed.collect::<Vec<_>>().join(", "));
    }
}
