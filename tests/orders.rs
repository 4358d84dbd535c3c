//! Orders given while the router runs: pins, pauses, leads given by hand, extra turns.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{
    Account, Area, Ask, Away, Event, LeadRecord, Order, Pin, Plan, Reason, RepRecord, Roster, RotationView, Router,
    account_owner, assign, available, field, first_of, journal::What, pinned, round_robin, territories, when,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap()
}

fn after(minutes: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minutes)
}

fn lead(id: &str) -> LeadRecord {
    LeadRecord::new(id).with("email", "jo@Acme.com").with("account_id", "A-17")
}

fn router() -> Result<Router, lead_router::BuildError> {
    let roster = Roster::new().reps(["ann", "bob", "cid", "dan"].map(|id| RepRecord::new(id).pool("smb")));
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    Router::builder(plan, roster).accounts([Account::new("A-17").domain("acme.com")]).build()
}

fn maria() -> Order {
    Order::new().by("maria").because("she knows them")
}

#[test]
fn the_nearest_pin_counts_and_ends_by_itself() -> Outcome {
    let mut router = router()?;
    router.observe(Event::pin(Pin::domain("ACME.com."), "bob", maria().until(after(30))), start())?;
    router.observe(Event::pin(Pin::account("A-17"), "cid", maria().until(after(20))), start())?;
    router.observe(Event::pin(Pin::lead("L-1"), "dan", Order::new().until(after(10))), start())?;
    let says = |router: &Router, minutes: i64| router.decide(&lead("L-1"), after(minutes)).to_string();
    assert_eq!(says(&router, 0), "L-1: assigned to dan by pinned: the lead is pinned to this rep");
    let account = "the lead's account `A-17` is pinned to this rep by maria: she knows them";
    assert_eq!(says(&router, 10), format!("L-1: assigned to cid by pinned: {account}"));
    let domain = "the lead's e-mail domain `acme.com` is pinned to this rep by maria: she knows them";
    assert_eq!(says(&router, 20), format!("L-1: assigned to bob by pinned: {domain}"));
    assert!(says(&router, 30).contains("by round_robin smb: next in turn of 4"));
    // The clock has not moved: each end is still to come.
    assert_eq!(router.next_deadline(), Some(after(10)));
    router.advance(after(20));
    assert_eq!(router.next_deadline(), Some(after(30)));
    assert_eq!(
        router.pins().map(|pin| format!("{} {}", pin.on, pin.rep)).collect::<Vec<_>>(),
        ["domain `acme.com` bob"]
    );
    Ok(())
}

#[test]
fn a_pin_is_taken_back_or_replaced() -> Outcome {
    let mut router = router()?;
    router.observe(Event::pin(Pin::lead("L-1"), "bob", maria().until(after(5))), start())?;
    router.observe(Event::pin(Pin::lead("L-1"), "cid", maria()), start())?;
    assert_eq!(router.next_deadline(), None, "the end of the pin before went with it");
    assert_eq!(router.decide(&lead("L-1"), after(60)).rep(), Some("cid"));
    router.observe(Event::unpin(Pin::lead("L-1"), maria()), start())?;
    assert_eq!(router.pins().count(), 0);
    let again = router.observe(Event::unpin(Pin::lead("L-1"), maria()), start());
    assert_eq!(again.unwrap_err().to_string(), "lead `L-1` is not pinned");
    Ok(())
}

#[test]
fn who_is_pinned_and_cannot_take_it_is_passed_over() -> Outcome {
    let mut router = router()?;
    router.observe(Event::pin(Pin::lead("L-1"), "bob", maria()), start())?;
    router.observe(Event::rep_left("bob"), start())?;
    let why = router.explain(&lead("L-1"), start());
    let first = why.steps().next().unwrap();
    assert_eq!(first.to_string(), "pinned: passed, because `bob` is no longer in the roster");
    assert!(why.decision().rep().is_some());
    Ok(())
}

#[test]
fn an_order_comes_before_the_plan_wherever_that_asks_for_pins_of_its_own() -> Outcome {
    let vip = when(field("vip").is(true), first_of((pinned().domain("acme.com", "ann"), round_robin("smb"))));
    let plan = Plan::new(first_of((vip, round_robin("smb")))).otherwise("triage");
    let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    let mut router = Router::new(plan, roster)?;
    let vip = lead("L-1").with("vip", true);
    let decision = router.decide(&vip, start());
    assert_eq!(decision.reason().to_string(), "the lead's e-mail domain `acme.com` is pinned to this rep");
    router.observe(Event::pin(Pin::lead("L-1"), "bob", maria()), start())?;
    for lead in [&vip, &lead("L-1")] {
        assert_eq!(router.decide(lead, start()).rep(), Some("bob"), "{lead:?}");
    }
    Ok(())
}

#[test]
fn pins_are_found_wherever_the_plan_looks_for_accounts() -> Outcome {
    let owner = account_owner().account_field("company_id").email_field("work_email");
    let plan = Plan::new(first_of((owner, round_robin("smb")))).otherwise("triage");
    let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    let mut router = Router::new(plan, roster)?;
    // Nobody knows the account: the lead says its id, and that is enough.
    router.observe(Event::pin(Pin::account("B-1"), "bob", maria()), start())?;
    router.observe(Event::pin(Pin::domain("acme.com"), "bob", maria()), start())?;
    let by = |field: &str, value: &str| LeadRecord::new("L-1").with(field, value);
    for lead in
        [by("company_id", "B-1"), by("account_id", "B-1"), by("work_email", "jo@acme.com"), by("email", "x@ACME.com")]
    {
        let decision = router.decide(&lead, start());
        assert!(matches!(decision.reason(), Reason::Pinned { .. }), "{lead:?}: {decision}");
        // What it was found by is in the record, though the plan reads other fields, so that it can be explained.
        let mut replica = router.clone();
        let receipt = replica.route(&lead, start());
        let explained = router.explain_record(receipt.record().unwrap()).unwrap();
        assert_eq!(explained.decision().to_string(), decision.to_string());
    }
    // So are the pins of a plan, and the accounts that areas name.
    let owner = || account_owner().account_field("company_id").email_field("work_email");
    let areas =
        territories(["country"]).area(Area::new("named").account("B-2").domain("b.example").then(assign("bob")));
    let steps = first_of((owner(), pinned().account("B-3", "ann").domain("c.example", "ann"), areas));
    router.observe(Event::plan(Plan::new(steps).otherwise("triage")), start())?;
    for (field, value, rep) in [
        ("company_id", "B-2", "bob"),
        ("work_email", "x@b.example", "bob"),
        ("company_id", "B-3", "ann"),
        ("work_email", "x@c.example", "ann"),
    ] {
        assert_eq!(router.decide(&by(field, value), start()).rep(), Some(rep), "{field} {value}");
    }
    router.observe(Event::plan(Plan::new(first_of((owner(), round_robin("smb")))).otherwise("triage")), start())?;
    let unpinned = router.route(&by("phone", "555"), start());
    assert_eq!(unpinned.record().and_then(|record| record.routed()).unwrap().fields().count(), 0);
    Ok(())
}

#[test]
fn orders_that_nobody_can_have_meant_are_refused() -> Outcome {
    let areas = territories(["country"]).area(Area::new("dach").fits("country", "DE").then(round_robin("smb")));
    let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    let mut router = Router::new(Plan::new(areas).otherwise("triage"), roster)?;
    router.observe(Event::pause("bob", maria()), start())?;
    let over = || maria().until(start());
    for (event, said) in [
        (Event::pin(Pin::territory("dasch"), "ann", maria()), "there is no area `dasch`; did you mean `dach`?"),
        (Event::pin(Pin::domain("jo@acme.com"), "ann", maria()), "on: `jo@acme.com` is an address, not a domain"),
        (Event::pin(Pin::lead(" "), "ann", maria()), "on: it names nothing"),
        (Event::pin(Pin::lead("L-1"), "ann", over()), "order.until: it is over already"),
        (Event::pause("ann", over()), "order.until: it is over already"),
        (Event::resume("bob", over()), "order.until: only pins and pauses end by themselves"),
        (Event::extra_turns("ann", "smb", 1, over()), "order.until: only pins and pauses end by themselves"),
    ] {
        assert_eq!(router.observe(event, start()).unwrap_err().to_string(), said);
    }
    let given = router.give(&lead("L-1"), "ann", start(), &over());
    assert_eq!(given.unwrap_err().to_string(), "order.until: only pins and pauses end by themselves");
    Ok(())
}

#[test]
fn who_left_and_has_pins_is_a_finding_and_a_gated_territory_is_told() -> Outcome {
    let areas = territories(["country"]).area(Area::new("dach").fits("country", "DE").then(assign("ann")));
    let roster = Roster::new().reps(["ann", "bob"].map(RepRecord::new));
    let mut router = Router::new(Plan::new(areas).otherwise("triage"), roster)?;
    router.observe(Event::pin(Pin::territory("dach"), "bob", maria()), start())?;
    let german = LeadRecord::new("L-1").with("country", "DE");
    assert_eq!((router.decide(&german, start()).rep(), router.decide(&german, start()).path()), (Some("bob"), "dach"));
    router.observe(Event::rep_left("bob"), start())?;
    let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings, ["pins: territory `dach` is pinned to `bob`, who is not in the roster"]);
    let why = router.explain(&german, start()).to_string();
    assert!(why.contains("\n    bob is no longer in the roster\n"), "{why}");
    router.observe(Event::unpin(Pin::territory("dach"), maria()), start())?;
    assert!(router.findings().is_empty(), "the finding goes with the pin");
    Ok(())
}

#[test]
fn who_is_paused_by_whom_is_kept() -> Outcome {
    let mut router = router()?;
    router.observe(Event::pause("bob", maria().until(after(60))), start())?;
    router.observe(Event::pause("ann", Order::new()), start())?;
    let restored = router.snapshot().restore().build()?;
    for router in [&router, &restored] {
        let told: Vec<String> = router.pauses().map(|(rep, order)| format!("{rep} {:?}", order.ordered_by())).collect();
        assert_eq!(told, ["ann None", "bob Some(\"maria\")"]);
    }
    Ok(())
}

#[test]
fn a_paused_rep_gets_nothing_and_loses_nothing() -> Outcome {
    let mut router = router()?;
    let first = router.route(&lead("L-0"), start());
    let rep = first.rep().unwrap().to_owned();
    let balance = |router: &Router| {
        let members: Vec<_> = router.rotation("smb").unwrap().members().filter(|member| member.rep == rep).collect();
        members.first().unwrap().balance
    };
    let before = balance(&router);
    router.observe(Event::pause(&rep, maria().until(after(60))), start())?;
    assert_eq!(router.next_deadline(), Some(after(60)));
    for number in 1..20 {
        assert_ne!(router.route(&lead(&format!("L-{number}")), after(number)).rep(), Some(rep.as_str()));
    }
    assert_eq!(balance(&router), before);
    // Also where no `available` stands around the step.
    router.observe(Event::plan(Plan::new(round_robin("smb")).otherwise("triage")), after(20))?;
    let others = ["ann", "bob", "cid", "dan"].into_iter().filter(|other| *other != rep);
    let ask = others.fold(Ask::new(), Ask::exclude);
    let nobody = router.decide_with(&lead("L-20"), after(59), &ask);
    assert_eq!(nobody.reason().to_string(), "nobody in `smb` can take it: 1 paused, 3 excluded");
    assert_eq!(router.decide_with(&lead("L-20"), after(60), &ask).rep(), Some(rep.as_str()));
    router.observe(Event::resume(&rep, maria()), after(30))?;
    assert_eq!(router.decide_with(&lead("L-20"), after(31), &ask).rep(), Some(rep.as_str()));
    let again = router.observe(Event::resume(&rep, maria()), after(32));
    assert_eq!(again.unwrap_err().to_string(), format!("rep `{rep}` is not paused"));
    Ok(())
}

#[test]
fn a_lead_that_is_given_moves_and_the_turn_goes_back() -> Outcome {
    let mut router = router()?;
    let before = router.clone();
    let receipt = router.route(&lead("L-1"), start());
    router.settle(&receipt)?;
    let to = ["ann", "bob"].into_iter().find(|rep| receipt.rep() != Some(rep)).unwrap();
    let decision = router.give(&lead("L-1"), to, start(), &maria())?;
    let given = router.commit(&lead("L-1"), decision)?;
    assert_eq!((given.rep(), given.path()), (Some(to), "by hand"));
    assert_eq!(given.turn(), None);
    assert!(matches!(given.record().unwrap().what, What::Rerouted { .. }));
    let balances =
        |router: &Router| router.rotation("smb").unwrap().members().map(|member| member.balance).collect::<Vec<_>>();
    assert_eq!(balances(&router), balances(&before), "the turn was given back, and none was taken");
    // Given twice is a repeat; a rollback puts it back where it was.
    let again = router.give(&lead("L-1"), to, start(), &maria())?;
    assert!(again.is_repeat());
    router.rollback(&given)?;
    assert_eq!(router.receipt("L-1").unwrap().rep(), receipt.rep());
    Ok(())
}

#[test]
fn a_persons_choice_stands_against_a_reroute_in_between() -> Outcome {
    let mut router = router()?;
    let first = router.route(&lead("L-1"), start());
    let mut others = ["ann", "bob", "cid", "dan"].into_iter().filter(|rep| first.rep() != Some(rep));
    let (to, holder) = (others.next().unwrap(), first.rep().unwrap().to_owned());
    let given = router.give(&lead("L-1"), to, start(), &maria())?;
    let moved = router.decide_with(&lead("L-1"), start(), &Ask::reroute().exclude(holder).exclude(to));
    router.commit(&lead("L-1"), moved)?;
    assert_eq!(router.commit(&lead("L-1"), given)?.rep(), Some(to));
    Ok(())
}

#[test]
fn extra_turns_are_more_than_the_share_by_exactly_so_many() -> Outcome {
    let mut router = router()?;
    router.observe(Event::extra_turns("bob", "smb", 2, maria()), start())?;
    let balance = |rep: &str| -> i128 {
        let rotation = router.rotation("smb").unwrap();
        let member = rotation.members().find(|member| member.rep == rep).unwrap();
        member.balance
    };
    assert_eq!(balance("bob"), 2 * RotationView::TURN);
    assert_eq!(balance("ann"), -2 * RotationView::TURN / 3);
    let mut counts = std::collections::BTreeMap::new();
    for number in 0..38 {
        let receipt = router.route(&lead(&format!("L-{number}")), start());
        *counts.entry(receipt.rep().unwrap().to_owned()).or_insert(0) += 1;
    }
    // 38 leads are 36 and two more: nine for each, and two more for bob.
    assert_eq!(counts.get("bob"), Some(&11));
    assert!(["ann", "cid", "dan"].iter().all(|rep| counts.get(*rep) == Some(&9)), "{counts:?}");
    assert_eq!(router.rotation("smb").unwrap().granted(), 2);
    Ok(())
}

#[test]
fn extra_turns_need_somebody_who_pays() -> Outcome {
    let mut router = router()?;
    let refused = |router: &mut Router, event: Event| router.observe(event, start()).unwrap_err().to_string();
    let extra = |rep: &str, rotation: &str, turns| Event::extra_turns(rep, rotation, turns, maria());
    assert_eq!(refused(&mut router, extra("bob", "smbs", 1)), "there is no rotation `smbs`; did you mean `smb`?");
    assert_eq!(refused(&mut router, extra("bobb", "smb", 1)), "there is no rep `bobb`; did you mean `bob`?");
    assert_eq!(refused(&mut router, extra("bob", "smb", 0)), "turns: number of extra turns `0` is not from 1 to 100");
    assert_eq!(
        refused(&mut router, extra("bob", "smb", 101)),
        "turns: number of extra turns `101` is not from 1 to 100"
    );
    router.observe(Event::rep(&RepRecord::new("eve")), start())?;
    assert_eq!(refused(&mut router, extra("eve", "smb", 1)), "rep `eve` is not in rotation `smb`");
    for rep in ["ann", "cid", "dan"] {
        router.observe(Event::rep(&RepRecord::new(rep).pool("smb").inactive()), start())?;
    }
    assert_eq!(
        refused(&mut router, extra("bob", "smb", 1)),
        "nobody but `bob` is active in rotation `smb`, so that nobody can pay for extra turns"
    );
    Ok(())
}

#[test]
fn orders_are_records_with_who_why_and_until() -> Outcome {
    let mut router = router()?;
    let built = router.clone();
    let record = router.observe(Event::pin(Pin::account("A-17"), "bob", maria().until(after(5))), start())?;
    assert_eq!(
        serde_json::to_string(&record.what)?,
        r#"{"pin":{"on":{"account":"A-17"},"rep":"bob","order":{"by":"maria","why":"she knows them","until":"2026-03-02T09:05:00Z"}}}"#
    );
    assert_eq!(serde_json::to_string(&Event::resume("bob", Order::new()))?, r#"{"resume":{"rep":"bob"}}"#);
    let given = router.give(&lead("L-1"), "cid", start(), &maria())?;
    let given = router.commit(&lead("L-1"), given)?;
    let text = serde_json::to_string(&given.record().unwrap().what)?;
    assert!(text.contains(r#""reason":{"by_hand":{"by":"maria","why":"she knows them"}}"#), "{text}");
    assert!(text.contains(r#""ask":{"give":{"to":"cid","by":"maria","why":"she knows them"}}"#), "{text}");
    let mut replayed = built;
    for record in [&record, given.record().unwrap()] {
        replayed.apply(&serde_json::from_str(&serde_json::to_string(record)?)?)?;
    }
    assert_eq!(replayed, router);
    Ok(())
}

#[test]
fn the_lead_of_a_paused_owner_waits_where_that_of_an_absent_one_would() -> Outcome {
    for (step, said) in [
        (account_owner().when_away(Away::Hold), "L-1: queued in triage by account_owner: `ann` is paused"),
        (account_owner().when_inactive(Away::Hold), "L-1: queued in triage by account_owner: `ann` is paused"),
        (account_owner(), "L-1: queued in triage by otherwise: `ann` is paused"),
    ] {
        let roster = Roster::new().rep(RepRecord::new("ann"));
        let accounts = [Account::new("A-17").owner("ann")];
        let mut router = Router::builder(Plan::new(step).otherwise("triage"), roster).accounts(accounts).build()?;
        router.observe(Event::pause("ann", Order::new()), start())?;
        assert_eq!(router.decide(&lead("L-1"), start()).to_string(), said);
    }
    Ok(())
}

#[test]
fn what_an_order_says_is_one_line() -> Outcome {
    let mut router = router()?;
    let order: Order = serde_json::from_str(r#"{ "by": " maria\n\tlopez ", "why": " \n " }"#)?;
    assert_eq!(Order::new().by(" maria\n\tlopez ").because("  "), Order::new().by("maria lopez"));
    router.observe(Event::pin(Pin::lead("L-1"), "bob", order.clone()), start())?;
    let pinned = router.decide(&lead("L-1"), start());
    assert_eq!(pinned.reason().to_string(), "the lead is pinned to this rep by maria lopez");
    let given = router.give(&lead("L-2"), "bob", start(), &order)?;
    assert_eq!(given.reason().to_string(), "given to this rep by maria lopez");
    Ok(())
}
