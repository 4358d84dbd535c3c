//! What steps tell explanations beside their verdicts.

use crate::condition::field;
use crate::note::{FoundBy, Note};
use crate::strategy::Trace;
use crate::{
    Account, AccountMatch, Area, LeadRecord, Plan, Roster, Router, first_of, label, queue, split, territories,
};
use std::sync::Arc;

/// The notes of all steps that a lead comes through.
fn notes(router: &Router, lead: &LeadRecord) -> Vec<Note> {
    let mut trace = Trace::default();
    let decision = router.decide_one(lead, chrono::DateTime::UNIX_EPOCH, None, Some(&mut trace));
    assert_eq!(decision.to_string(), router.decide(lead, chrono::DateTime::UNIX_EPOCH).to_string());
    trace.entries.iter().filter_map(|entry| trace.note(entry).cloned()).collect()
}

fn area(name: &str, found_by: FoundBy) -> Note {
    Note::Area { name: Arc::from(name), found_by }
}

#[test]
fn an_area_is_told_with_what_it_was_found_by() {
    let step = territories(["country", "zip"])
        .area(Area::new("keys").account("A-17").domain("acme.com").then(queue("q")))
        .area(Area::new("south").fits("country", "DE").fits("zip", ["8*", "9*"]).then(queue("q")))
        .area(Area::new("dach").fits("country", ["DE", "AT"]).then(queue("q")))
        .area(Area::new("rest").then(queue("q")));
    let account = Account::new("A-17").domain("example.org");
    let plan = Plan::new(first_of((
        territories(["country"]).area(Area::new("fr").fits("country", "FR").then(queue("q"))),
        step,
    )));
    let router = Router::builder(plan.otherwise("triage"), Roster::new()).accounts([account]).build().unwrap();
    let lead = || LeadRecord::new("L-1");

    let by_account = |found_by| vec![area("keys", FoundBy::Account(found_by))];
    assert_eq!(notes(&router, &lead().with("account_id", "A-17")), by_account(AccountMatch::AccountId));
    assert_eq!(notes(&router, &lead().with("email", "jo@example.org")), by_account(AccountMatch::EmailDomain));
    assert_eq!(notes(&router, &lead().with("email", "jo@acme.com")), [area("keys", FoundBy::Domain)]);

    let german = lead().with("country", "de").with("zip", "90402");
    let fits = vec![field("country").is("DE"), field("zip").starts_with("9")];
    assert_eq!(notes(&router, &german), [area("south", FoundBy::Fields(fits))]);
    let fits = vec![field("country").among(["DE", "AT"])];
    assert_eq!(notes(&router, &lead().with("country", "AT")), [area("dach", FoundBy::Fields(fits))]);
    assert_eq!(notes(&router, &lead()), [area("rest", FoundBy::Fields(Vec::new()))]);
}

#[test]
fn a_split_tells_what_it_drew() {
    let halves = split().percent(20, queue("a")).percent(20, queue("b"));
    let plan = Plan::new(label("pilot", first_of((halves.clone().rest(split().percent(1, queue("c"))),))));
    let router = Router::new(plan.otherwise("triage"), Roster::new()).unwrap();
    let drawn = |id: &str| notes(&router, &LeadRecord::new(id));
    // Both draw with one label, which is a finding.
    let nested = |drawn| {
        vec![Note::Drawn { drawn, part: None, by_lead_id: true }, Note::Drawn { drawn, part: None, by_lead_id: true }]
    };
    assert_eq!(drawn("L-1"), nested(9624));
    assert_eq!(drawn("L-2"), [Note::Drawn { drawn: 3482, part: Some(1), by_lead_id: true }]);
}
