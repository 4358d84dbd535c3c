//! Who leaves, is away, changes teams or is back, and what becomes of their open leads.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, Utc};
use lead_router::{
    Account, Ask, Event, EventError, Handover, HandoverError, LeadRecord, Leave, Order, Plan, Presence, Redistribution,
    RepRecord, Roster, Router,
};
use std::collections::BTreeMap;

/// A time of Monday, 2 March 2026: `"09:00"`.
fn at(time: &str) -> DateTime<Utc> {
    format!("2026-03-02T{time}:00Z").parse().expect("a time")
}

fn smb(id: &str) -> RepRecord {
    RepRecord::new(id).pool("smb")
}

/// Ann is away for the week.
fn on_leave(ann: RepRecord) -> Handover {
    Handover::rep(&ann.leave(Leave::days("2026-03-02", "2026-03-06")))
}

fn router(plan: &str, roster: Roster) -> Router {
    Router::new(toml::from_str::<Plan>(plan).expect("a plan"), roster).expect("a router")
}

const IN_TURN: &str = r#"
    otherwise = "triage"
    route = { available = { round_robin = "smb" } }
"#;

/// All leads are the host's, and have no fields.
fn bring(id: &str) -> Option<LeadRecord> {
    Some(LeadRecord::new(id))
}

fn carry_out(router: &mut Router, handover: &Handover, now: DateTime<Utc>) -> String {
    let preview = router.redistribute(handover, now, bring).expect("a redistribution");
    let text = preview.to_string();
    router.carry_out(preview).expect("nothing came between");
    text
}

/// What each is owed, in hundredths of a turn.
fn owed(router: &Router) -> BTreeMap<String, i64> {
    let members = router.rotations().flat_map(|rotation| rotation.members().collect::<Vec<_>>());
    members.map(|member| (member.rep.to_owned(), (member.owed() * 100.0).round() as i64)).collect()
}

/// Had they been given back to her, ann would come back owed three turns, and with her three leads.
#[test]
fn cover_costs_nobody_a_turn_once_it_is_over() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob", "cy", "di"].map(smb)));
    for number in 0..10 {
        router.route(&LeadRecord::new(format!("L-{number}")), at("09:00"));
    }
    let (before, leads) = (owed(&router), router.leads_of("ann").map(|lead| lead.id().to_owned()).collect::<Vec<_>>());
    assert_eq!(leads.len(), 3);

    carry_out(&mut router, &on_leave(smb("ann")), at("10:00"));
    assert_eq!(router.open_leads("ann"), Some(0));
    assert_eq!(owed(&router).get("ann"), before.get("ann"), "she keeps her turns");
    let loads = ["bob", "cy", "di"].map(|rep| router.open_leads(rep).expect("in the roster"));
    assert!(loads.iter().all(|load| (3..=4).contains(load)), "{loads:?}");

    let saturday = "2026-03-07T09:00:00Z".parse().expect("a time");
    carry_out(&mut router, &Handover::back("ann"), saturday);
    assert_eq!(owed(&router), before, "as if she had never been away");
    assert_eq!(router.leads_of("ann").map(|lead| lead.id().to_owned()).collect::<Vec<_>>(), leads);
    assert!(router.leads_of("ann").all(|lead| lead.covered_for().is_none() && lead.passed_on() == 0));
}

#[test]
fn who_leaves_gives_turns_back_and_others_take_them() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob", "cy"].map(smb)));
    for number in 0..3 {
        router.route(&LeadRecord::new(format!("L-{number}")), at("09:00"));
    }
    let text = carry_out(&mut router, &Handover::left("bob"), at("10:00"));
    assert_eq!(
        text,
        "bob leaves: 1 lead goes on\n  \
         L-1: assigned to ann by round_robin smb: next in turn of 2 open reps in `smb`\n\
         open leads: ann 2 (was 1), bob 0 (was 1)\n\
         turns owed in smb: ann -0.83 (was 0.00)"
    );
    assert!(router.roster().reps.iter().all(|rep| rep.id != "bob"));
    assert!(router.leads_of("ann").all(|lead| lead.covered_for().is_none()));
}

/// Leads that came through the pool go on; a lead of her own account, and one that was given to her, stay.
#[test]
fn who_changes_teams_keeps_what_did_not_come_through_the_old_one() {
    let plan = r#"
        otherwise = "triage"
        [route]
        first_of = [{ account_owner = {} }, { available = { round_robin = "smb" } }]
    "#;
    let builder = Router::builder(toml::from_str(plan).expect("a plan"), Roster::new().reps(["ann", "bob"].map(smb)));
    let mut router = builder.accounts([Account::new("A-17").owner("ann")]).build().expect("a router");
    router.route(&LeadRecord::new("L-1").with("account_id", "A-17"), at("09:00"));
    router.route(&LeadRecord::new("L-2"), at("09:00"));
    router.route(&LeadRecord::new("L-3"), at("09:00"));
    let given = LeadRecord::new("L-4");
    let decision = router.give(&given, "ann", at("09:00"), &Order::new()).expect("she is there");
    router.commit(&given, decision).expect("its own");

    let with_ann = |router: &Router| router.leads_of("ann").map(|lead| lead.id().to_owned()).collect::<Vec<_>>();
    let through_smb = with_ann(&router).into_iter().find(|id| id == "L-2" || id == "L-3").expect("one of the two");
    let enterprise = RepRecord::new("ann").pool("enterprise");
    let preview = router.redistribute(&Handover::rep(&enterprise), at("10:00"), bring).expect("a redistribution");
    assert!(preview.to_string().starts_with("ann changes teams: 1 lead goes on\n"), "{preview}");
    assert!(preview.decisions().map(|decision| decision.lead_id()).eq([&*through_smb]));
    router.carry_out(preview).expect("nothing came between");
    assert_eq!(with_ann(&router), ["L-1", "L-4"]);
    assert_eq!(router.lead(&through_smb).expect("in hand").covered_for(), None, "for good");
}

/// The plan holds what belongs to an owner who is away, so that is where it waits for her.
#[test]
fn an_account_waits_for_its_owner_where_the_plan_says_so() {
    let plan = r#"
        otherwise = "triage"
        [route]
        first_of = [{ account_owner = { inactive = "hold" } }, { available = { round_robin = "smb" } }]
    "#;
    let builder = Router::builder(toml::from_str(plan).expect("a plan"), Roster::new().reps(["ann", "bob"].map(smb)));
    let mut router = builder.accounts([Account::new("A-17").owner("ann")]).build().expect("a router");
    let of_account = |id: &str| LeadRecord::new(id).with("account_id", "A-17");
    router.route(&of_account("L-1"), at("09:00"));
    let preview = router.redistribute(&on_leave(smb("ann")), at("10:00"), |id| Some(of_account(id)));
    router.carry_out(preview.expect("a redistribution")).expect("nothing came between");
    let lead = router.lead("L-1").expect("it waits");
    assert_eq!((lead.queue(), lead.covered_for()), (Some("triage"), Some("ann")));

    let saturday: DateTime<Utc> = "2026-03-07T09:00:00Z".parse().expect("a time");
    let preview = router.redistribute(&Handover::back("ann"), saturday, |id| Some(of_account(id)));
    let preview = preview.expect("a redistribution");
    assert_eq!(
        preview.to_string(),
        "ann is back: 1 lead comes back\n  \
         L-1: assigned to ann by hand: back with this rep, now that the cover is over\n\
         open leads: ann 1 (was 0)"
    );
    router.carry_out(preview).expect("nothing came between");
    assert_eq!(router.lead("L-1").and_then(|lead| lead.rep()), Some("ann"));
}

/// Each decision sees what the ones before it did.
#[test]
fn two_people_of_one_company_go_on_together() {
    let plan = r#"
        otherwise = "triage"
        [route]
        first_of = [{ same_company = { within = "30 days" } }, { available = { round_robin = "smb" } }]
    "#;
    let mut router = router(plan, Roster::new().reps(["ann", "bob", "cy", "di"].map(smb)));
    let lead = |id: &str| LeadRecord::new(id).with("email", format!("{id}@acme.example"));
    let holder = router.route(&lead("jo"), at("09:00")).rep().expect("assigned").to_owned();
    assert_eq!(router.route(&lead("kim"), at("09:05")).rep(), Some(&*holder));
    let preview = router.redistribute(&Handover::left(&holder), at("10:00"), |id| Some(lead(id)));
    let to: Vec<Option<String>> =
        (preview.expect("a redistribution").decisions()).map(|decision| decision.rep().map(str::to_owned)).collect();
    assert!(matches!(&*to, [Some(jo), Some(kim)] if jo == kim && *jo != holder), "{to:?}");
}

#[test]
fn what_the_host_does_not_bring_stays_and_so_does_what_a_person_gave_away() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob", "cy"].map(smb)));
    for rep in ["bob", "cy"] {
        router.observe(Event::presence(rep, Presence::busy()), at("08:00")).expect("known");
    }
    for id in ["L-1", "L-2", "L-3"] {
        router.route(&LeadRecord::new(id), at("09:00"));
    }
    for rep in ["bob", "cy"] {
        router.observe(Event::presence(rep, Presence::online()), at("09:30")).expect("known");
    }
    let all_but = |left_out: &'static str| move |id: &str| (id != left_out).then(|| LeadRecord::new(id));
    let preview = router.redistribute(&Handover::away("ann"), at("10:00"), all_but("L-2")).expect("known");
    assert!(preview.stays().eq(["L-2"]), "{preview}");
    assert!(preview.to_string().contains("\nstays: L-2\n"), "{preview}");
    router.carry_out(preview).expect("nothing came between");
    assert_eq!(router.lead("L-2").and_then(|lead| lead.rep()), Some("ann"));

    // Maria gives one of them to somebody for good.
    let lead = LeadRecord::new("L-1");
    let other = if router.lead("L-1").and_then(|lead| lead.rep()) == Some("bob") { "cy" } else { "bob" };
    let decision = router.give(&lead, other, at("11:00"), &Order::new().by("maria")).expect("known");
    router.commit(&lead, decision).expect("its own");
    let preview = router.redistribute(&Handover::back("ann"), at("12:00"), bring).expect("known");
    assert!(preview.decisions().map(|decision| decision.lead_id()).eq(["L-3"]), "{preview}");
}

/// The whole of it goes through the journal: a replica that applies the records is equal, and so is one that is restored.
#[test]
fn a_journal_gives_the_same() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob", "cy"].map(smb)));
    for number in 0..7 {
        router.route(&LeadRecord::new(format!("L-{number}")), at("09:00"));
    }
    let mut replica = router.clone();
    for handover in [on_leave(smb("ann")), Handover::back("ann"), Handover::left("cy")] {
        let preview: Redistribution = router.redistribute(&handover, at("10:00"), bring).expect("a redistribution");
        let records: Vec<_> = preview.records().cloned().collect();
        router.carry_out(preview).expect("nothing came between");
        for record in &records {
            let text = serde_json::to_string(record).expect("a record is data");
            replica.apply(&serde_json::from_str(&text).expect("a record")).expect("the next record");
        }
        assert!(replica == router, "{handover:?}");
        let text = serde_json::to_string(&router.snapshot()).expect("a snapshot is data");
        let snapshot: lead_router::Snapshot = serde_json::from_str(&text).expect("a snapshot");
        assert!(snapshot.restore().build().expect("a router") == router, "{handover:?}");
    }
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob"].map(smb)));
    router.route(&LeadRecord::new("L-1"), at("09:00"));
    let unknown = router.redistribute(&Handover::left("anne"), at("10:00"), bring);
    assert!(matches!(&unknown, Err(EventError::Unknown(name)) if name.nearest.as_deref() == Some("ann")));

    let preview = router.redistribute(&Handover::left("ann"), at("10:00"), bring).expect("known");
    let mut clone = router.clone();
    let refused = clone.carry_out(preview).expect_err("another router's");
    assert_eq!(refused, HandoverError::OtherRouter);
    assert_eq!(refused.to_string(), "the redistribution was made by another router");
    assert!(clone == router);

    // Time alone may change what it says.
    let preview = router.redistribute(&Handover::left("ann"), at("10:00"), bring).expect("known");
    router.advance(at("10:01"));
    let refused = router.carry_out(preview).expect_err("it is late");
    assert_eq!(
        refused.to_string(),
        "the redistribution was made after record 1, and the router is past that, at record 1"
    );
    assert!(clone == router);
}

/// Nobody is to come back then, and whoever covers the lead keeps it.
#[test]
fn who_leaves_while_others_cover_is_covered_for_no_longer() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob"].map(smb)));
    router.route(&LeadRecord::new("L-1"), at("09:00"));
    let holder = router.lead("L-1").and_then(|lead| lead.rep()).expect("in hand").to_owned();
    carry_out(&mut router, &Handover::away(&holder), at("10:00"));
    assert_eq!(router.lead("L-1").and_then(|lead| lead.covered_for()), Some(&*holder));
    carry_out(&mut router, &Handover::left(&holder), at("11:00"));
    let lead = router.lead("L-1").expect("in hand");
    assert!(lead.covered_for().is_none() && lead.rep().is_some_and(|rep| rep != holder));
}

/// Whoever covered it rejects it, and the plan gives it to her again: nothing is left to come back.
#[test]
fn a_lead_that_comes_back_by_the_plan_is_covered_no_longer() {
    let mut router = router(IN_TURN, Roster::new().reps(["ann", "bob"].map(smb)));
    let lead = LeadRecord::new("L-1");
    let holder = router.route(&lead, at("09:00")).rep().expect("assigned").to_owned();
    carry_out(&mut router, &Handover::away(&holder), at("10:00"));
    let cover = router.lead("L-1").and_then(|lead| lead.rep()).expect("in hand").to_owned();
    let decision = router.decide_with(&lead, at("11:00"), &Ask::reroute().exclude(&cover));
    assert_eq!(router.commit(&lead, decision).expect("its own").rep(), Some(&*holder));
    assert_eq!(router.lead("L-1").and_then(|lead| lead.covered_for()), None);
    let preview = router.redistribute(&Handover::back(&holder), at("12:00"), bring).expect("known");
    assert_eq!(preview.decisions().count(), 0);
}

/// A lead that is passed on too often goes to a queue; being covered is no passing on.
#[test]
fn being_covered_is_not_being_passed_on() {
    let plan = r#"
        otherwise = "triage"
        route = { available = { round_robin = "smb" } }
        pass_on = { most = 1, queue = "desk" }
    "#;
    let mut router = router(plan, Roster::new().reps(["ann", "bob", "cy"].map(smb)));
    router.route(&LeadRecord::new("L-1"), at("09:00"));
    for _ in 0..3 {
        let holder = router.lead("L-1").and_then(|lead| lead.rep()).expect("in hand").to_owned();
        carry_out(&mut router, &Handover::away(&holder), at("10:00"));
        let lead = router.lead("L-1").expect("in hand");
        assert!(lead.rep().is_some_and(|rep| rep != holder));
        assert_eq!(lead.passed_on(), 0);
    }
}
