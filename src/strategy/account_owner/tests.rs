//! What an owner keeps, what a late stage changes, and whom the notices tell of what.

use super::{AccountOwner, Away, Keeps, account_owner};
use crate::{
    Account, Event, Gate, LeadRecord, NoticeKind, Plan, Presence, Reason, Receipt, Record, RepRecord, Requirement,
    Roster, Router, Step, Tie, available, days, first_of, round_robin,
};
use chrono::{DateTime, TimeDelta, Utc};

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn lead() -> LeadRecord {
    LeadRecord::new("L-1").with("account_id", "A-17")
}

fn account() -> Account {
    Account::new("A-17").owner("ann")
}

fn router(step: impl Into<Step>, ann: RepRecord, account: Account) -> Router {
    let roster = Roster::new().rep(ann).rep(RepRecord::new("bob").pool("smb"));
    Router::builder(Plan::new(step).otherwise("triage"), roster).accounts([account]).build().unwrap()
}

fn ann() -> RepRecord {
    RepRecord::new("ann")
}

fn reason(owner: AccountOwner, account: Account) -> String {
    router(owner, ann(), account).decide(&lead(), now()).reason().to_string()
}

fn tie(owner: &AccountOwner, account: &Account) -> Option<Tie> {
    match router(owner.clone(), ann(), account.clone()).decide(&lead(), now()).reason() {
        Reason::AccountOwner { tie, .. } => tie,
        reason => panic!("{reason}"),
    }
}

#[test]
fn the_owner_keeps_what_the_plan_says_and_the_first_tie_is_named() {
    let no_tie = "the owner has no business with the lead's account now";
    let with = |tie: &str| format!("owns the lead's account, found by account id{tie}");
    let business = || account().open_opportunities(1).customer().lost_at(now());
    let cases: [(&[Keeps], Account, String); 9] = [
        (&[Keeps::OpenOpportunity], business(), with(", with an open opportunity")),
        (&[Keeps::Customer, Keeps::OpenOpportunity], business(), with(", a customer")),
        (&[Keeps::LostWithin(days(1)), Keeps::Customer], business(), with(", lost not long ago")),
        (&[Keeps::OpenOpportunity, Keeps::Customer], account().customer(), with(", a customer")),
        (&[Keeps::OpenOpportunity], account().customer().lost_at(now()), no_tie.to_owned()),
        (&[Keeps::Customer], account().open_opportunities(3), no_tie.to_owned()),
        (&[Keeps::LostWithin(days(1))], account(), no_tie.to_owned()),
        (&[], business(), no_tie.to_owned()),
        (&[], business().late_stage(), with(", with an opportunity at a late stage")),
    ];
    for (keeps, account, expected) in cases {
        assert_eq!(
            reason(account_owner().keeps(keeps.to_vec()), account.clone()),
            expected,
            "{keeps:?} of {account:?}"
        );
    }
    // Unless the plan asks, nothing needs to tie them, and nothing is said of it.
    assert_eq!(reason(account_owner(), business()), with(""));
    assert_eq!(reason(account_owner(), account()), with(""));
}

#[test]
fn lost_not_long_ago_ends_with_the_millisecond() {
    let owner = account_owner().keeps([Keeps::LostWithin(days(90))]);
    let lost = |ago: TimeDelta| account().lost_at(now() - ago);
    let (span, moment) = (TimeDelta::days(90), TimeDelta::milliseconds(1));
    for within in [span - moment, TimeDelta::zero(), -span, -moment] {
        assert_eq!(tie(&owner, &lost(within)), Some(Tie::LostRecently), "{within}");
    }
    // Instants are whole milliseconds, rounded down.
    for past in [span, span + moment, span - TimeDelta::nanoseconds(1), TimeDelta::days(100_000)] {
        assert!(router(owner.clone(), ann(), lost(past)).decide(&lead(), now()).rep().is_none(), "{past}");
    }
    for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        _ = router(owner.clone(), ann(), account().lost_at(end)).decide(&lead(), end).to_string();
    }
}

#[test]
fn without_a_tie_it_does_not_matter_where_the_owner_is() {
    let held = account_owner().when_away(Away::Hold).when_inactive(Away::Hold).keeps([Keeps::Customer]);
    let step = || first_of((held.clone(), round_robin("smb")));
    for ann in [ann(), ann().inactive(), ann().present(Presence::offline())] {
        let rep = |account| router(step(), ann.clone(), account).decide(&lead(), now()).rep().map(str::to_owned);
        assert_eq!(rep(account()).as_deref(), Some("bob"));
        assert_ne!(rep(account().customer()).as_deref(), Some("bob"));
    }
    // Nobody is asked for ties without an owner.
    assert_eq!(reason(held.clone(), Account::new("A-17")), "the lead's account has no owner in the roster");
    assert_eq!(reason(held.clone(), Account::new("A-18").owner("ann")), "the lead belongs to no known account");
}

#[test]
fn a_late_stage_overrules_capacity_and_nothing_else() {
    let late = || account().late_stage();
    let full = || ann().capacity(0);
    let gate = |step: Step, ann: RepRecord, account: Account| {
        let router = router(step, ann, account);
        let decision = router.decide(&lead(), now());
        match decision.reason() {
            Reason::RepGated { gate, .. } => Some(gate),
            Reason::AccountOwner { .. } => None,
            reason => panic!("{reason}"),
        }
    };
    let inside = || available(account_owner().keeps([])).into();
    assert_eq!(gate(available(account_owner()).into(), full(), account()), Some(Gate::Full { open: 0, capacity: 0 }));
    let customers = available(account_owner().keeps([Keeps::Customer])).into();
    assert_eq!(gate(customers, full(), account().customer()), Some(Gate::Full { open: 0, capacity: 0 }));
    assert_eq!(gate(inside(), full(), late()), None);
    let offline = Gate::Offline { until: None };
    assert_eq!(gate(inside(), full().present(Presence::offline()), late()), Some(offline));
    assert_eq!(gate(inside(), ann().inactive(), late()), Some(Gate::Inactive));
    let away = account_owner().when_away(Away::Pass);
    assert_eq!(gate(away.into(), ann().present(Presence::offline()), late()), Some(offline));
    let relaxed = available(account_owner()).relaxing([Requirement::Presence]);
    assert_eq!(gate(relaxed.into(), full().present(Presence::offline()), late()), None);
}

fn kinds(receipt: &Receipt) -> Vec<(Option<&str>, NoticeKind)> {
    receipt.notices().iter().map(|notice| (notice.id(), notice.kind())).collect()
}

#[test]
fn a_late_stage_is_told_as_activity_in_decision_receipt_and_after_a_crash() {
    for (account, id, kind) in [
        (account().late_stage().open_opportunities(1), "1/activity", NoticeKind::Activity),
        (account().open_opportunities(1), "1/new_lead", NoticeKind::NewLead),
    ] {
        let built = router(account_owner().keeps([Keeps::OpenOpportunity]), ann(), account.clone());
        let mut router = built.clone();
        let decision = router.decide(&lead(), now());
        let notices = decision.notices();
        assert_eq!(notices.iter().map(|notice| (notice.id(), notice.kind())).collect::<Vec<_>>(), [(None, kind)]);
        let receipt = router.commit(&lead(), decision).unwrap();
        assert_eq!(kinds(&receipt), [(Some(id), kind)]);
        assert_eq!(receipt.turn(), None);
        assert_eq!(router.open_leads("ann"), Some(1));

        // What counts is how it stood at the commit, also for whoever has nothing but the journal.
        let closed = Account { late_stage: !account.late_stage, ..account };
        let journal = [receipt.record().cloned().unwrap(), router.observe(Event::account(closed), now()).unwrap()];
        let mut replayed = built;
        for record in journal {
            let text = serde_json::to_string(&record).unwrap();
            replayed.apply(&serde_json::from_str::<Record>(&text).unwrap()).unwrap();
        }
        for router in [&mut router, &mut replayed] {
            let found = router.receipt("L-1").unwrap();
            assert_eq!(found.notices(), receipt.notices());
            assert_eq!(
                router.unsettled().map(|receipt| receipt.notices().to_vec()).collect::<Vec<_>>(),
                [receipt.notices()]
            );
            let again = router.route(&lead(), now());
            assert!(again.is_repeat());
            assert_eq!(again.notices(), receipt.notices());
            assert_eq!(router.decide(&lead(), now()).notices(), []);
            router.settle(&found).unwrap();
            assert_eq!(router.receipt("L-1").unwrap().notices(), []);
        }
    }
}

#[test]
fn a_file_says_the_same_as_the_builder() {
    let built = account_owner().keeps([Keeps::OpenOpportunity]).keeps([Keeps::Customer, Keeps::LostWithin(days(90))]);
    let built: Step = built.into();
    let text = r#"{"account_owner":{"keeps":["open_opportunity","customer",{"lost_within":"90d"}]}}"#;
    assert_eq!(serde_json::to_string(&built).unwrap(), text);
    assert_eq!(serde_json::from_str::<Step>(text).unwrap(), built);
    let toml = "[account_owner]\nkeeps = [\"open_opportunity\", \"customer\", { lost_within = \"90 days\" }]\n";
    assert_eq!(toml::from_str::<Step>(toml).unwrap(), built);
    // To keep nothing is not the same as to keep all.
    let nothing: Step = account_owner().keeps([]).into();
    assert_eq!(serde_json::to_string(&nothing).unwrap(), r#"{"account_owner":{"keeps":[]}}"#);
    assert_eq!(serde_json::from_str::<Step>(r#"{"account_owner":{"keeps":[]}}"#).unwrap(), nothing);
    assert_eq!(serde_json::to_string(&Step::from(account_owner())).unwrap(), r#"{"account_owner":{}}"#);
}

#[test]
fn accounts_are_written_as_before_and_read_with_and_without_the_new_fields() {
    let old = r#"{"id":"A-17","owner":"ann","domains":["acme.com"]}"#;
    let plain = account().domain("acme.com");
    assert_eq!(serde_json::to_string(&plain).unwrap(), old);
    assert_eq!(serde_json::from_str::<Account>(old).unwrap(), plain);
    let new = r#"{"id":"A-17","owner":"ann","open_opportunities":2,"customer":true,"lost_at":"2026-03-02T09:00:00Z","late_stage":true}"#;
    let full = account().open_opportunities(2).customer().lost_at(now()).late_stage();
    assert_eq!(serde_json::to_string(&full).unwrap(), new);
    assert_eq!(serde_json::from_str::<Account>(new).unwrap(), full);
}
