//! A router and the reference, told the same and asked the same. Whatever they say must be the same.

use super::{Decided, Place, Reference};
use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{
    Account, Ask, Decision, Event, EventError, Gate, LeadRecord, Order, Outcome, Plan, Receipt, ReceiptError, Record,
    Roster, Router,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(crate) struct Twin {
    pub(crate) router: Router,
    reference: Reference,
}

/// A decision of both, with what was decided on.
#[derive(Clone)]
pub(crate) struct Both {
    pub(crate) lead: LeadRecord,
    pub(crate) decision: Decision,
    decided: Decided,
}

/// As the crate writes it: that is what the reference reads.
pub(crate) fn write(value: impl Serialize) -> Json {
    serde_json::to_value(value).expect("data")
}

fn place(outcome: Outcome<&str>) -> Place {
    match outcome {
        Outcome::Assigned { rep } => Place::With(rep.to_owned()),
        Outcome::Queued { queue } => Place::Held(queue.to_owned()),
    }
}

impl Twin {
    pub(crate) fn new(plan: Plan, roster: Roster, accounts: Vec<Account>) -> Result<Self, lead_router::BuildError> {
        let written: Vec<Json> = accounts.iter().map(write).collect();
        let reference = || Reference::new(&write(&plan), &write(&roster), &written);
        let router = Router::builder(plan.clone(), roster.clone()).accounts(accounts).build()?;
        let twin = Self { router, reference: reference() };
        twin.compare();
        Ok(twin)
    }

    pub(crate) fn decide(&self, lead: LeadRecord, now: DateTime<Utc>, ask: &Ask) -> Both {
        let decision = self.router.decide_with(&lead, now, ask);
        self.agree(lead, now, ask, decision)
    }

    /// Somebody gives the lead to a rep, who must be in the roster.
    pub(crate) fn give(
        &self,
        lead: LeadRecord,
        now: DateTime<Utc>,
        rep: &str,
        order: &Order,
    ) -> Result<Both, EventError> {
        let decision = self.router.give(&lead, rep, now, order)?;
        let mut give = write(order);
        give["to"] = json!(rep);
        let ask = serde_json::from_value(json!({ "give": give })).expect("an ask");
        Ok(self.agree(lead, now, &ask, decision))
    }

    fn agree(&self, lead: LeadRecord, now: DateTime<Utc>, ask: &Ask, decision: Decision) -> Both {
        let decided = self.reference.decide(&lead, now.timestamp_millis(), &write(ask));
        assert_eq!(place(decision.outcome()), decided.place, "router and reference differ in who gets it: {decision}");
        assert_eq!(decision.path(), decided.path, "router and reference differ in the path: {decision}");
        assert_eq!(write(decision.reason()), decided.reason, "router and reference differ in why: {decision}");
        let (repeat, at) = (decision.is_repeat(), decision.at().timestamp_millis());
        assert_eq!((repeat, at), (decided.repeat, decided.at), "router and reference differ in repeat or time");
        let next_opening = decided.next_opening.map(super::moment);
        assert_eq!(
            decision.next_opening(),
            next_opening,
            "router and reference differ in the next opening: {decision}"
        );
        self.compare_gates(now);
        Both { lead, decision, decided }
    }

    /// What keeps each rep from a lead at some time, also one that has not come yet.
    pub(crate) fn compare_gates(&self, now: DateTime<Utc>) {
        let mut reference = self.reference.clone();
        reference.pass_time(now.timestamp_millis());
        for rep in reference.reps.keys() {
            let gate = self.router.gate(rep, now).map(write);
            assert_eq!(
                gate,
                reference.any_gate(rep, reference.clock),
                "router and reference differ in `{rep}` at {now}"
            );
        }
    }

    /// Nothing changes before the next deadline.
    pub(crate) fn check_deadline(&self) {
        let Some((clock, deadline)) = self.router.clock().zip(self.router.next_deadline()) else { return };
        let gates = |at: DateTime<Utc>| -> Vec<Option<Gate>> {
            self.reference.reps.keys().map(|rep| self.router.gate(rep, at)).collect()
        };
        let just_before = deadline - TimeDelta::milliseconds(1);
        assert!(deadline > clock, "a deadline that is past");
        assert_eq!(gates(clock), gates(just_before), "a gate changes before the deadline {deadline}");
        self.compare_gates(just_before);
        self.compare_gates(deadline);
    }

    /// Time passes, and nothing happens.
    pub(crate) fn advance(&mut self, now: DateTime<Utc>) {
        self.router.advance(now);
        self.reference.pass_time(now.timestamp_millis());
        self.compare();
    }

    pub(crate) fn commit(&mut self, Both { lead, decision, decided }: &Both) -> Receipt {
        let receipt = self.router.commit(lead, decision.clone()).expect("this router's, and this lead's");
        let committed = self.reference.commit(lead, decided);
        assert_eq!(receipt.is_repeat(), committed.is_none(), "router and reference differ in repeat");
        if let Some(committed) = committed {
            let said = (place(receipt.outcome()), receipt.path(), receipt.reason().map(write));
            let Decided { place, path, reason, .. } = committed.decided;
            assert_eq!(said, (place, path.as_str(), Some(reason)), "router and reference differ in the commit");
            let charge = committed.charge.map(|charge| json!(charge));
            assert_eq!(receipt.turn().map(write), charge, "router and reference differ in the turn");
        }
        self.compare();
        receipt
    }

    pub(crate) fn settle(&mut self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        let settled = self.router.settle(receipt);
        if let Ok(Some(_)) = settled {
            assert!(self.reference.is_pending(receipt.lead_id(), receipt.commit()), "only the router can settle it");
            self.reference.settle(receipt.lead_id());
        }
        self.compare();
        settled
    }

    pub(crate) fn roll_back(&mut self, receipt: &Receipt) -> Result<Option<Record>, ReceiptError> {
        let rolled_back = self.router.rollback(receipt);
        let is_pending = self.reference.is_pending(receipt.lead_id(), receipt.commit());
        match &rolled_back {
            Ok(Some(_)) => {
                assert!(is_pending, "only the router can roll it back");
                self.reference.roll_back(receipt.lead_id());
            }
            Ok(None) => {}
            Err(_) => assert!(!is_pending, "only the reference can roll it back"),
        }
        self.compare();
        rolled_back
    }

    pub(crate) fn observe(&mut self, event: Event, now: DateTime<Utc>) -> Result<Record, EventError> {
        let written = write(&event);
        let observed = self.router.observe(event, now);
        if observed.is_ok() {
            self.reference.observe(&written, now.timestamp_millis());
        }
        self.compare();
        observed
    }

    /// All that can be seen of the two is the same.
    fn compare(&self) {
        let clock = self.router.clock().map_or(i64::MIN, |clock| clock.timestamp_millis());
        let mut reference = self.reference.clone();
        reference.pass_time(clock);
        assert_eq!(self.router.sequence(), reference.sequence);
        assert!(self.router.rotations().map(|rotation| rotation.name()).eq(reference.rotations.keys()));
        for rotation in self.router.rotations() {
            let (name, ledger) = (rotation.name(), &reference.rotations[rotation.name()]);
            let balances: BTreeMap<&str, [i128; 2]> =
                rotation.members().map(|member| (member.rep, [member.balance, member.value])).collect();
            assert_eq!(balances, ledger.balances(), "router and reference differ in the balances of `{name}`");
            assert_eq!([rotation.pot(), rotation.value_pot()], ledger.pots, "pots of `{name}`");
            assert_eq!([rotation.departed(), rotation.value_departed()], ledger.departed, "departed of `{name}`");
        }
        for (rep, open) in reference.open_leads() {
            assert_eq!(self.router.open_leads(rep).map(u64::from), Some(open), "open leads of `{rep}`");
        }
        for (lead, commit, place) in reference.standings() {
            let receipt = self.router.receipt(lead);
            let receipt = receipt.as_ref().map(|receipt| (receipt.commit(), self::place(receipt.outcome())));
            assert_eq!(receipt, Some((commit, place.clone())), "where lead `{lead}` is");
        }
        let in_hand = reference.standings().filter(|(_, _, place)| matches!(place, Place::With(_))).count();
        assert_eq!(self.router.in_hand(), in_hand, "leads in hand");
    }
}
