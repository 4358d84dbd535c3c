//! Promises that were once broken, each as a small test.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use lead_router::journal::{TurnReturned, What};
use lead_router::strategy::{Branch, Effects, News, PoolHandle, RotationHandle, Setup, SetupError, Tally};
use lead_router::{
    Account, Ask, Calendar, CapError, Edit, Event, Lead, LeadRecord, Order, Pin, Plan, PoolRecord, Presence, Record,
    Registry, RepRecord, Roster, Router, Scope, Step, Strategy, Value, Verdict, WorkingHours, all, available, custom,
    days, field, first_of, label, least_loaded, limits, not, only, parked, queue, rep_field, round_robin, seconds,
    segment, when,
};
use std::cell::Cell;
use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

/// A moment of 2026-02-25, in milliseconds.
fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::milliseconds(1_772_000_000_000 + millis)
}

fn lead(id: &str) -> LeadRecord {
    LeadRecord::new(id)
}

fn team(names: &[&str]) -> Roster {
    Roster::new().reps(names.iter().map(|name| RepRecord::new(*name).pool("a")))
}

fn in_turns(names: &[&str]) -> Result<Router, Box<dyn Error>> {
    Ok(Router::new(Plan::new(round_robin("a")).otherwise("triage"), team(names))?)
}

/// What each rep is owed in the rotation of pool `a`.
fn owed(router: &Router) -> Vec<(String, f64)> {
    let members = router.rotation("a").into_iter().flat_map(|rotation| rotation.members());
    members.map(|member| (member.rep.to_owned(), member.owed())).collect()
}

fn owed_to(router: &Router, rep: &str) -> Option<f64> {
    owed(router).into_iter().find(|(name, _)| name == rep).map(|(_, owed)| owed)
}

fn read_back(record: &Record) -> Result<Record, Box<dyn Error>> {
    Ok(serde_json::from_str(&serde_json::to_string(record)?)?)
}

// Time

#[test]
fn deciding_ahead_knows_since_when_a_load_will_have_been_what_it_is() -> Outcome {
    let plan = Plan::new(least_loaded("a")).otherwise("triage").forget_after(seconds(10));
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    let receipt = router.route(&lead("L1"), moment(0));
    let first = receipt.rep().ok_or("queued")?;
    let other = if first == "ann" { "bob" } else { "ann" };
    // Both stand at 0, the other one for a shorter time. That the first one's lead is forgotten changes nothing.
    router.observe(Event::load(first, 0), moment(1_000))?;
    router.observe(Event::load(other, 3), moment(1_500))?;
    router.observe(Event::load(other, 0), moment(2_000))?;
    let ahead = router.decide(&lead("L2"), moment(20_000)).outcome().to_owned();
    router.observe(Event::presence(first, Presence::online()), moment(20_000))?;
    assert_eq!(router.decide(&lead("L2"), moment(20_000)).outcome().to_owned(), ahead);
    Ok(())
}

#[test]
fn a_shorter_memory_does_not_make_a_load_older_than_its_last_change() -> Outcome {
    let by_number = only(rep_field("number").matches("number"), least_loaded("a"));
    let plan = Plan::new(first_of((by_number, least_loaded("a")))).otherwise("triage");
    let numbered = |name: &str, number: i64| RepRecord::new(name).pool("a").with("number", number);
    let roster = Roster::new().rep(numbered("ann", 1)).rep(numbered("bob", 2));
    let mut router = Router::new(plan.clone(), roster)?;
    for (id, number, at, rep) in [("L1", 1, 0, "ann"), ("L2", 2, 70_000, "bob"), ("L3", 1, 100_000, "ann")] {
        assert_eq!(router.route(&lead(id).with("number", number), moment(at)).rep(), Some(rep));
    }
    router.observe(Event::plan(plan.forget_after(seconds(60))), moment(110_000))?;
    // Both have one lead: bob since 70 s, ann since the plan changed.
    assert_eq!(router.decide(&lead("L4"), moment(110_000)).rep(), Some("bob"));
    Ok(())
}

#[test]
fn a_rollback_does_not_bring_back_a_lead_whose_time_has_come() -> Outcome {
    let plan = Plan::new(round_robin("a")).otherwise("triage").forget_after(seconds(10));
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    router.route(&lead("L1"), moment(0));
    let decision = router.decide_with(&lead("L1"), moment(9_000), &Ask::reroute());
    let receipt = router.commit(&lead("L1"), decision)?;
    router.advance(moment(12_000));
    router.rollback(&receipt)?;
    assert_eq!(router.next_deadline(), None);
    assert_eq!(router.in_hand(), 0);
    assert_eq!(router.receipt("L1"), None);
    // Routing it anew gives no old turn back, now or later.
    let mut later = router.clone();
    later.route(&lead("L1"), moment(12_001));
    router.route(&lead("L1"), moment(12_000));
    assert_eq!(owed(&router), owed(&later));
    Ok(())
}

#[test]
fn a_plan_cannot_forget_leads_at_once() {
    let plan = Plan::new(round_robin("a")).otherwise("triage").forget_after(seconds(0));
    let refused = Router::new(plan, team(&["ann"])).map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string(), "forget_after: `forget_after` is no time at all");
}

#[test]
fn times_between_two_milliseconds_are_those_of_the_first() -> Outcome {
    let plan = Plan::new(available(round_robin("a"))).otherwise("triage").forget_after(seconds(1));
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    let odd = moment(0) + Duration::nanoseconds(999_999);
    assert_eq!(router.route(&lead("L1"), odd).at(), moment(0));
    let record = router.observe(Event::presence("ann", Presence::busy().until(odd)), odd)?;
    assert_eq!(read_back(&record)?, record);
    assert_eq!(router.next_deadline(), Some(moment(1_000)));
    assert!(router.decide(&lead("L2"), moment(-500)).is_clamped());
    router.advance(moment(-1_000));
    assert_eq!(router.clock(), Some(moment(0)));
    Ok(())
}

#[test]
fn the_last_leap_second_there_is_does_no_harm() -> Outcome {
    let last = NaiveDate::MAX.and_hms_nano_opt(23, 59, 59, 1_999_999_999).ok_or("no such time")?.and_utc();
    let plan = Plan::new(available(round_robin("a"))).otherwise("triage").forget_after(days(1));
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    router.observe(Event::presence("ann", Presence::offline().until(last)), moment(0))?;
    assert_eq!(router.decide(&lead("L1"), moment(0)).rep(), Some("bob"));
    let receipt = router.route(&lead("L1"), last);
    let record = receipt.record().ok_or("a repeat")?;
    assert_eq!(read_back(record)?, *record);
    assert!(router.receipt("L1").is_some());
    Ok(())
}

// Hours and caps

/// Until when one lead uses up a cap, in the time zone of the rep who has it.
fn used_up_until(zone: &str, cap: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Box<dyn Error>> {
    let ann = RepRecord::new("ann").pool("a").zone(zone).cap(cap.parse()?);
    let mut router = Router::new(Plan::new(available(round_robin("a"))).otherwise("triage"), Roster::new().rep(ann))?;
    router.route(&lead("L1"), now);
    Ok(router.gate("ann", now).and_then(|gate| gate.until()))
}

#[test]
fn a_window_of_an_hour_ends_when_clocks_show_a_full_one() -> Outcome {
    for (given, until) in [
        // Lord Howe Island goes from 02:00 back to 01:30, at 15:00 UTC on 4 April: 01:15, 01:45, 01:45 once more.
        ("2026-04-04T14:15:00Z", "2026-04-04T15:30:00Z"),
        ("2026-04-04T14:45:00Z", "2026-04-04T15:30:00Z"),
        ("2026-04-04T15:15:00Z", "2026-04-04T15:30:00Z"),
        // And on from 02:00 to 02:30, at 15:30 UTC on 3 October, so that clocks do not show 02:00: 00:45, 01:15, 02:45.
        ("2026-10-03T14:15:00Z", "2026-10-03T14:30:00Z"),
        ("2026-10-03T14:45:00Z", "2026-10-03T16:00:00Z"),
        ("2026-10-03T15:45:00Z", "2026-10-03T16:00:00Z"),
    ] {
        assert_eq!(
            used_up_until("Australia/Lord_Howe", "1 per hour", given.parse()?)?,
            Some(until.parse()?),
            "{given}"
        );
    }
    // By a whole hour, full hours stay where they are.
    let second_half_past_two = used_up_until("Europe/Paris", "1 per hour", "2026-10-25T00:30:00Z".parse()?)?;
    assert_eq!(second_half_past_two, Some("2026-10-25T01:00:00Z".parse()?));
    Ok(())
}

#[test]
fn a_month_that_has_begun_does_not_end_when_clocks_show_the_day_before_again() -> Outcome {
    // In St. John's clocks went from 00:01 on 1 November 2009 back to 23:01 on 31 October, at 02:31 UTC.
    for (cap, until) in [("1 per day", "2009-11-02T03:30:00Z"), ("1 per month", "2009-12-01T03:30:00Z")] {
        let again = used_up_until("America/St_Johns", cap, "2009-11-01T02:45:00Z".parse()?)?;
        assert_eq!(again, Some(until.parse()?), "{cap}");
        assert_eq!(again, used_up_until("America/St_Johns", cap, "2009-11-01T02:30:30Z".parse()?)?, "{cap}");
    }
    Ok(())
}

#[test]
fn the_shorter_of_two_caps_lets_a_lead_in_again_before_the_longer_one_is_over() -> Outcome {
    let capped = RepRecord::new("ann").pool("a").cap("1 per rolling hour".parse()?).cap("2 per rolling day".parse()?);
    for step in [Step::from(round_robin("a")), Step::from(least_loaded("a"))] {
        let plan = Plan::new(available(step)).otherwise("triage");
        let mut router = Router::new(plan, Roster::new().rep(capped.clone()).rep(RepRecord::new("bob")))?;
        assert_eq!(router.route(&lead("L1"), "2026-03-02T09:00:00Z".parse()?).rep(), Some("ann"));
        let later = "2026-03-02T10:00:00Z".parse()?;
        // The router moves on to the instant at which the cap opens, for something that has nothing to do with it.
        router.observe(Event::presence("bob", Presence::busy()), later)?;
        assert_eq!(router.decide(&lead("L2"), later).rep(), Some("ann"));
    }
    Ok(())
}

#[test]
fn a_rollback_brings_no_lead_back_to_a_cap_that_had_not_counted_it() -> Outcome {
    let plan = Plan::new(available(round_robin("a"))).otherwise("triage");
    let with_cap =
        |name: &str| -> Result<RepRecord, CapError> { Ok(RepRecord::new(name).pool("a").cap("5 per month".parse()?)) };
    let mut router = Router::new(plan, Roster::new().rep(with_cap("ann")?).rep(with_cap("bob")?))?;
    let first = router.route(&lead("L1"), moment(0)).rep().ok_or("queued")?.to_owned();
    // From now on the pool counts, too.
    router.observe(Event::pool("a", PoolRecord::new().member_cap("1 per month".parse()?)), moment(1))?;
    let before = router.snapshot();
    let decision = router.decide_with(&lead("L1"), moment(2), &Ask::reroute().exclude(&first));
    let receipt = router.commit(&lead("L1"), decision)?;
    // Also after a restart.
    let mut restarted = router.snapshot().restore().build()?;
    restarted.rollback(&receipt)?;
    router.rollback(&receipt)?;
    assert!(restarted == router);
    assert_eq!(router.gate(&first, moment(3)), None);
    let [before, after] = [before, router.snapshot()].map(serde_json::to_value);
    let (before, after) = (before?, after?);
    assert_eq!((&before["pools"], &before["reps"]), (&after["pools"], &after["reps"]), "what caps count");
    Ok(())
}

// Turns

#[test]
fn a_commit_that_is_rolled_back_at_once_uses_up_no_rollback_window() -> Outcome {
    let plan = Plan::new(round_robin("a")).otherwise("triage").rollback_window(2);
    let mut router = Router::new(plan, team(&["ann", "bob", "cid"]))?;
    router.route(&lead("L1"), moment(0));
    router.route(&lead("L2"), moment(0));
    let before = router.clone();
    let receipt = router.route(&lead("L3"), moment(0));
    router.rollback(&receipt)?;
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn a_reroute_at_the_edge_of_the_window_gives_the_turn_back_exactly() -> Outcome {
    let plan = Plan::new(round_robin("a")).otherwise("triage").rollback_window(1);
    let mut router = Router::new(plan, team(&["ann", "bob", "cid", "dan"]))?;
    let first = router.route(&lead("L1"), moment(0));
    let first = first.rep().ok_or("queued")?;
    let before = router.clone();
    let decision = router.decide_with(&lead("L1"), moment(0), &Ask::reroute().exclude(first));
    let receipt = router.commit(&lead("L1"), decision)?;
    assert!(matches!(
        receipt.record().map(|record| &record.what),
        Some(What::Rerouted { returned: Some(TurnReturned::Exactly), .. })
    ));
    // They had no part in the second turn.
    assert_eq!(owed_to(&router, first), Some(0.0));
    router.rollback(&receipt)?;
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn rerouting_settled_leads_costs_those_who_are_away_nothing() -> Outcome {
    let plan = Plan::new(available(round_robin("a"))).otherwise("triage");
    let mut router = Router::new(plan, team(&["ann", "bob", "cid", "dan"]))?;
    for away in ["cid", "dan"] {
        router.observe(Event::presence(away, Presence::offline()), moment(0))?;
    }
    for number in 0..100 {
        let lead = lead(&format!("L{number}"));
        let receipt = router.route(&lead, moment(number));
        router.settle(&receipt)?;
        let ask = Ask::reroute().exclude(receipt.rep().ok_or("queued")?);
        let receipt = router.commit(&lead, router.decide_with(&lead, moment(number), &ask))?;
        assert!(matches!(
            receipt.record().map(|record| &record.what),
            Some(What::Rerouted { returned: Some(TurnReturned::Exactly), .. })
        ));
        router.settle(&receipt)?;
    }
    let owed = owed(&router);
    assert!(owed.iter().all(|(_, owed)| owed.abs() <= 1.5), "{owed:?}");
    assert!(["cid", "dan"].iter().all(|away| owed_to(&router, away) == Some(0.0)), "{owed:?}");
    Ok(())
}

#[test]
fn whoever_comes_back_to_a_rotation_that_was_out_of_use_starts_even() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    let uses = router.plan().clone();
    let receipt = router.route(&lead("L1"), moment(0));
    let rep = receipt.rep().ok_or("queued")?;
    router.observe(Event::plan(Plan::new(queue("q")).otherwise("triage")), moment(1))?;
    router.observe(Event::rep_left(rep), moment(2))?;
    router.observe(Event::rep(&RepRecord::new(rep).pool("a")), moment(3))?;
    router.observe(Event::plan(uses), moment(4))?;
    assert_eq!(owed_to(&router, rep), Some(0.0));
    Ok(())
}

#[test]
fn the_latest_commits_of_a_lead_that_is_never_settled_can_be_rolled_back() -> Outcome {
    for commits in [8, 9, 10, 17] {
        let mut router = in_turns(&["ann", "bob", "cid"])?;
        let mut receipts = Vec::new();
        for _ in 0..commits {
            let decision = router.decide_with(&lead("L1"), moment(0), &Ask::reroute());
            receipts.push(router.commit(&lead("L1"), decision)?);
        }
        let rolled_back = receipts.iter().rev().take_while(|receipt| router.rollback(receipt).is_ok()).count();
        assert_eq!(rolled_back, usize::from(limits::MAX_UNSETTLED_DEPTH), "after {commits} commits");
    }
    Ok(())
}

#[test]
fn the_turn_of_a_rep_who_left_is_lost_and_the_record_says_so() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    let receipt = router.route(&lead("L1"), moment(0));
    router.observe(Event::rep_left(receipt.rep().ok_or("queued")?), moment(0))?;
    let record = router.rollback(&receipt)?;
    assert!(matches!(
        record.map(|record| record.what),
        Some(What::RolledBack { returned: Some(TurnReturned::Lost), .. })
    ));
    Ok(())
}

// Queues

#[test]
fn a_late_commit_into_a_queue_that_is_gone_waits_in_that_of_otherwise() -> Outcome {
    let mut router = Router::new(Plan::new(queue("old")).otherwise("triage"), team(&["ann"]))?;
    let decision = router.decide(&lead("L1"), moment(0));
    router.observe(Event::plan(Plan::new(queue("new")).otherwise("triage")), moment(1))?;
    router.commit(&lead("L1"), decision)?;
    assert_eq!((router.waiting_in("old"), router.waiting_in("triage")), (0, 1));
    Ok(())
}

#[test]
fn a_rollback_into_a_queue_that_is_gone_leads_to_that_of_otherwise() -> Outcome {
    let plan = Plan::new(first_of((available(round_robin("a")), queue("old")))).otherwise("triage");
    let mut router = Router::new(plan, team(&["ann"]))?;
    router.observe(Event::presence("ann", Presence::offline()), moment(0))?;
    router.route(&lead("L1"), moment(0));
    router.observe(Event::presence("ann", Presence::online()), moment(0))?;
    let receipt = router.route(&lead("L1"), moment(2));
    assert_eq!(receipt.rep(), Some("ann"));
    router.observe(Event::plan(Plan::new(round_robin("a")).otherwise("triage")), moment(3))?;
    router.rollback(&receipt)?;
    assert_eq!((router.waiting_in("old"), router.waiting_in("triage")), (0, 1));
    Ok(())
}

#[test]
fn a_late_commit_moves_no_lead_that_waits_where_it_leads_to_by_now() -> Outcome {
    let mut router = Router::new(Plan::new(queue("old")).otherwise("triage"), team(&["ann"]))?;
    let decision = router.decide(&lead("L1"), moment(0));
    let first = router.route(&lead("L1"), moment(0));
    router.observe(Event::plan(Plan::new(queue("new")).otherwise("triage")), moment(1))?;
    // The lead waits in triage now, and that is where a decision for `old` leads to.
    let receipt = router.commit(&lead("L1"), decision)?;
    assert!(receipt.is_repeat());
    assert_eq!((receipt.commit(), receipt.queue()), (first.commit(), Some("triage")));
    Ok(())
}

#[test]
fn a_repeat_of_what_no_longer_stands_is_decided_afresh() -> Outcome {
    let plan = Plan::new(first_of((available(round_robin("a")), queue("q")))).otherwise("triage");
    let mut router = Router::new(plan, team(&["ann"]))?;
    let there = |router: &mut Router, presence| router.observe(Event::presence("ann", presence), moment(0));
    there(&mut router, Presence::offline())?;
    let waits = router.route(&lead("L1"), moment(0));
    let waits_again = router.decide(&lead("L1"), moment(0));
    there(&mut router, Presence::online())?;
    let receipt = router.route(&lead("L1"), moment(0));
    let has_it = router.decide(&lead("L1"), moment(0));
    router.rollback(&receipt)?;
    there(&mut router, Presence::offline())?;
    // It waits again, and ann is away: that she had it for a moment gives it to nobody.
    let receipt = router.commit(&lead("L1"), has_it)?;
    assert_eq!((receipt.queue(), receipt.is_repeat(), receipt.commit()), (Some("q"), true, waits.commit()));
    // Once she has it, it no longer waits.
    there(&mut router, Presence::online())?;
    let receipt = router.route(&lead("L1"), moment(0));
    let repeat = router.commit(&lead("L1"), waits_again)?;
    assert_eq!((repeat.rep(), repeat.is_repeat(), repeat.commit()), (Some("ann"), true, receipt.commit()));
    Ok(())
}

// Lead ids

#[test]
fn an_id_that_is_too_long_is_not_tracked_nor_taken_for_a_shorter_one() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    let longest = "x".repeat(limits::MAX_LEAD_ID_BYTES);
    assert!(router.route(&lead(&longest), moment(0)).rep().is_some());
    let before = router.clone();
    let receipt = router.route(&lead(&(longest + "x")), moment(0));
    assert_eq!(receipt.queue(), Some("triage"));
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn a_lead_whose_id_changes_from_look_to_look_breaks_nothing() -> Outcome {
    #[derive(Default)]
    struct Shifty(Cell<u32>);
    impl Lead for Shifty {
        fn id(&self) -> &str {
            self.0.set(self.0.get() + 1);
            if self.0.get().is_multiple_of(3) { "other" } else { "L1" }
        }
        fn field(&self, _: &str) -> Option<Value<'_>> {
            None
        }
    }
    for start in 0..3 {
        let mut router = in_turns(&["ann", "bob"])?;
        router.route(&lead("L1"), moment(0));
        let shifty = Shifty(Cell::new(start));
        let decision = router.decide_with(&lead("L1"), moment(0), &Ask::reroute());
        _ = router.commit(&shifty, decision);
        let decision = router.decide(&shifty, moment(0));
        _ = router.commit(&shifty, decision);
        router.route(&shifty, moment(0));
    }
    Ok(())
}

// The journal

#[test]
fn any_float_survives_the_journal() -> Outcome {
    let plan = Plan::new(round_robin("a")).otherwise("triage").report_by(["score"]);
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    let mut bits = 1_u64;
    for number in 0..2_000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let receipt = router.route(&lead(&format!("L{number}")).with("score", f64::from_bits(bits)), moment(0));
        let record = receipt.record().ok_or("a repeat")?;
        assert_eq!(read_back(record)?, *record);
    }
    Ok(())
}

#[test]
fn a_plan_keeps_its_fingerprint_through_the_journal() -> Outcome {
    for number in 0..100 {
        let cut = 0.1 + f64::from(number) * 0.012_345_678_901_234_567;
        let plan = Plan::new(when(field("score").at_least(cut), round_robin("a"))).otherwise("triage");
        let mut router = in_turns(&["ann", "bob"])?;
        let mut replica = router.clone();
        let edit = router.observe(Event::plan(plan), moment(0))?;
        let receipt = router.route(&lead("L1"), moment(0));
        for record in [&edit, receipt.record().ok_or("a repeat")?] {
            replica.apply(&read_back(record)?)?;
        }
    }
    Ok(())
}

#[test]
fn a_plan_that_a_router_takes_can_be_read_from_its_journal() -> Outcome {
    let wrap: [fn(Step, u32) -> Step; 4] = [
        |step, number| label(format!("label {number}"), step).into(),
        |step, _| segment("size").below(1, step).into(),
        |step, _| when(not(all([field("size").is(1)])), step).into(),
        |step, _| only(rep_field("size").is(1), step).into(),
    ];
    for wrap in wrap {
        for depth in [20, 25, 30, 31, 32, 50, 55, 60, 62, 63] {
            let step = (0..depth).fold(Step::from(round_robin("a")), wrap);
            let mut router = in_turns(&["ann", "bob"])?;
            match router.observe(Event::plan(Plan::new(step).otherwise("triage")), moment(0)) {
                Ok(record) => assert_eq!(read_back(&record)?, record),
                Err(error) => assert!(depth > 20, "refused {depth} deep: {error}"),
            }
        }
    }
    Ok(())
}

#[test]
fn settings_of_a_custom_strategy_are_no_deeper_than_a_journal_can_be_read() -> Outcome {
    let mut settings = serde_json::json!(1);
    for _ in 0..200 {
        settings = serde_json::json!([settings]);
    }
    let plan = Plan::new(label("remembers", custom("remembers").setting("deep", settings))).otherwise("triage");
    let refused = remembering(1)?.observe(Event::plan(plan), moment(0)).unwrap_err();
    assert_eq!(refused.to_string(), "plan: the plan nests tables and lists more than 112 deep");
    Ok(())
}

#[test]
fn no_lead_and_no_rep_makes_a_record_that_cannot_be_read() -> Outcome {
    for depth in [1, 16, 17, 100, 125] {
        let field = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let lead: LeadRecord = serde_json::from_str(&format!(r#"{{ "id": "L1", "fields": {{ "odd": {field} }} }}"#))?;
        let plan = Plan::new(round_robin("a")).otherwise("triage").report_by(["odd"]);
        let mut router = Router::new(plan, team(&["ann", "bob"]))?;
        let receipt = router.route(&lead, moment(0));
        let record = receipt.record().ok_or("a repeat")?;
        assert_eq!(read_back(record)?, *record, "a lead's list {depth} deep");
        assert_eq!(record.routed().and_then(|routed| routed.field("odd")) == lead.field("odd"), depth <= 16);
        let rep: RepRecord = serde_json::from_str(&format!(r#"{{ "id": "cid", "fields": {{ "odd": {field} }} }}"#))?;
        match router.observe(Event::rep(&rep), moment(0)) {
            Ok(record) => assert_eq!((read_back(&record)?, depth <= 16), (record, true)),
            Err(error) => {
                assert_eq!(error.to_string(), "reps.cid.fields.odd: the field nests tables and lists more than 16 deep")
            }
        }
    }
    Ok(())
}

#[test]
fn a_machine_whose_clock_went_ahead_can_apply_what_others_write() -> Outcome {
    let (mut ahead, mut behind) = (in_turns(&["ann", "bob"])?, in_turns(&["ann", "bob"])?);
    ahead.advance(moment(10));
    let receipt = behind.route(&lead("L1"), moment(5));
    ahead.apply(receipt.record().ok_or("a repeat")?)?;
    assert_eq!(ahead, behind);
    Ok(())
}

#[test]
fn the_record_of_a_late_commit_names_the_plan_that_decided() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    let old = router.plan().fingerprint();
    let decision = router.decide(&lead("L1"), moment(0));
    let new = Plan::new(queue("q")).otherwise("triage");
    router.observe(Event::plan(new.clone()), moment(1))?;
    let receipt = router.commit(&lead("L1"), decision)?;
    let routed = receipt.record().and_then(Record::routed).ok_or("no commit")?;
    assert_eq!((routed.plan(), routed.committed_under()), (&*old, Some(&*new.fingerprint())));
    Ok(())
}

// What custom strategies remember

/// Gives every lead to ann, and remembers it.
#[derive(Debug)]
struct Remembers {
    pool: PoolHandle,
    given: Tally,
    by: i64,
}

impl Strategy for Remembers {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let Some(ann) = scope.open(self.pool).next().map(|ann| ann.rep()) else {
            return scope.nobody_open(self.pool);
        };
        let (tally, stamp) = (scope.tally(self.given, ann), scope.stamp(self.given, ann));
        scope.pick(ann, format!("tally {tally}, stamp {stamp}"))
    }

    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        effects.stamp(self.given, news.rep());
        effects.add(self.given, news.rep(), self.by);
    }
}

fn remembering(by: i64) -> Result<Router, Box<dyn Error>> {
    let registry = Registry::new().strategy("remembers", move |_: serde_json::Value, setup: &mut Setup<'_, '_>| {
        Ok(Remembers { pool: setup.pool("a")?, given: setup.tally("given"), by })
    });
    let plan = Plan::new(label("remembers", custom("remembers"))).otherwise("triage");
    Ok(Router::builder(plan, team(&["ann"])).registry(registry).build()?)
}

#[test]
fn a_stamp_that_was_taken_back_does_not_come_back_with_a_later_rollback() -> Outcome {
    let mut router = remembering(1)?;
    let (one, two) = (router.route(&lead("L1"), moment(0)), router.route(&lead("L2"), moment(0)));
    router.rollback(&one)?;
    router.rollback(&two)?;
    assert_eq!(router.decide(&lead("L3"), moment(0)).reason().to_string(), "tally 0, stamp 0");
    Ok(())
}

#[test]
fn any_count_a_strategy_adds_is_taken_back_exactly() -> Outcome {
    for by in [i64::MIN, i64::MAX] {
        let mut router = remembering(by)?;
        let before = router.clone();
        let receipt = router.route(&lead("L1"), moment(0));
        router.rollback(&receipt)?;
        assert_eq!(router.state(), before.state());
    }
    Ok(())
}

#[test]
fn a_host_that_settles_nothing_runs_out_of_no_memory() -> Outcome {
    let mut router = remembering(1)?;
    router.observe(Event::plan(router.plan().clone().forget_after(seconds(10))), moment(0))?;
    let mut sizes = Vec::new();
    for number in 1..=2_000 {
        router.route(&lead(&format!("L{number}")), moment(number * 1_000));
        if number % 1_000 == 0 {
            sizes.push(format!("{router:?}").len());
        }
    }
    // A few digits more, for later times and larger numbers.
    assert!(sizes[1] < sizes[0] + 1_000, "{sizes:?}");
    Ok(())
}

/// Lets its branches decide, in the order of their names.
#[derive(Debug)]
struct Each {
    branches: Vec<Branch>,
}

impl Strategy for Each {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let verdicts = self.branches.iter().map(|branch| scope.visit(*branch));
        verdicts
            .reduce(|first, next| if first.is_pass() { next } else { first })
            .unwrap_or(Verdict::Pass("none".into()))
    }
}

#[test]
fn a_branch_may_be_called_like_the_way_to_another_step() -> Outcome {
    let names = ["a", "a.only.then"];
    let registry = Registry::new().strategy("each", move |_: serde_json::Value, setup: &mut Setup<'_, '_>| {
        Ok(Each { branches: names.iter().map(|name| setup.branch(name)).collect::<Result<_, _>>()? })
    });
    let seniors = only(rep_field("senior").is(true), round_robin("a"));
    let plan = Plan::new(custom("each").branch("a", seniors).branch("a.only.then", round_robin("a")));
    let reps = ["ann", "bob", "cid"].map(|name| RepRecord::new(name).pool("a").with("senior", name != "cid"));
    let builder = Router::builder(plan.otherwise("triage"), Roster::new().reps(reps));
    let mut router = builder.registry(registry).build()?;
    let receipt = router.route(&lead("L1"), moment(0));
    // Two seniors share the turn, as they decided; not all three of the other branch.
    let routed = receipt.record().and_then(Record::routed).ok_or("no commit")?;
    assert_eq!(receipt.reason().map(ToString::to_string).as_deref(), Some("next in turn of 2 open reps in `a`"));
    assert_eq!(routed.turn().map(|turn| turn.open()), Some(2));
    assert_eq!(routed.step(), Some("route.custom.branches.a.only.then"));
    let plan = Plan::new(custom("each").branch("", round_robin("a"))).otherwise("triage");
    let refused = router.observe(Event::plan(plan), moment(0)).unwrap_err().to_string();
    assert!(refused.contains("route.custom: the name of a branch is empty"), "{refused}");
    Ok(())
}

// Edits, restarts and orders

#[test]
fn an_edit_that_names_what_is_forgotten_by_then_is_refused_and_not_dropped() -> Outcome {
    let stages = segment("stage").below(1, queue("old")).rest(round_robin("a"));
    let mut router =
        Router::new(Plan::new(stages).otherwise("triage").forget_after(seconds(1)), team(&["ann", "bob"]))?;
    for stage in [0, 2] {
        router.route(&lead("L1").with("stage", stage), moment(0));
    }
    // Only a rollback of the lead would lead back to the queue.
    router.observe(Event::plan(Plan::new(round_robin("a")).otherwise("triage").forget_after(seconds(1))), moment(0))?;
    let next = Plan::new(first_of((round_robin("a"), queue("new")))).otherwise("triage");
    let edit = || Edit::new().plan(next.clone()).roster(team(&["cid"])).rename_queue("old", "new");
    let refused = router.clone().observe(Event::edit(edit()), moment(1_000)).unwrap_err().to_string();
    assert!(refused.contains("rename.queues.old: there is no queue `old`"), "{refused}");
    assert!(
        router
            .snapshot()
            .restore()
            .onto(next.clone(), team(&["cid"]))
            .rename_queue("old", "new")
            .build(moment(1_000))
            .is_err()
    );

    router.observe(Event::edit(edit()), moment(999))?;
    assert_eq!((router.plan(), router.roster().reps.len()), (&next, 1));
    Ok(())
}

#[test]
fn a_rotation_that_is_to_keep_its_name_keeps_it_also_in_a_restart() -> Outcome {
    let mut router = in_turns(&["ann", "bob", "cid"])?;
    router.route(&lead("L1"), moment(0));
    let expected = owed(&router);
    let plan = Plan::new(round_robin("z").rotation("a")).otherwise("triage");
    let roster = Roster::new().reps(["ann", "bob", "cid"].map(|name| RepRecord::new(name).pool("z")));
    let edit = Edit::new().plan(plan.clone()).roster(roster.clone()).rename_pool("a", "z").rename_rotation("a", "a");
    let onto = router.snapshot();
    let restored = onto.restore().onto(plan, roster).rename_pool("a", "z").rename_rotation("a", "a");
    let restored = restored.build(moment(0))?.router;
    router.observe(Event::edit(edit), moment(0))?;
    assert_eq!((owed(&router), owed(&restored)), (expected.clone(), expected));
    assert!(router.state() == restored.state());
    Ok(())
}

#[test]
fn a_decision_into_a_rotation_that_has_another_ones_name_is_charged_only_if_that_is_fair() -> Outcome {
    let vip = when(field("vip").is(true), round_robin("a").rotation("vips"));
    let plan = Plan::new(first_of((vip, round_robin("a").rotation("rest")))).otherwise("triage");
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    for number in 0..100 {
        router.route(&lead(&format!("V{number}")).with("vip", true), moment(0));
    }
    let exchange = || Event::edit(Edit::new().rename_rotation("vips", "rest").rename_rotation("rest", "vips"));
    for number in 0..60 {
        let lead = lead(&format!("L{number}"));
        let decision = router.decide(&lead, moment(0));
        router.observe(exchange(), moment(0))?;
        router.commit(&lead, decision)?;
        router.observe(exchange(), moment(0))?;
    }
    // Nobody else was committed to either between decision and commit.
    for rotation in router.rotations() {
        let worst = rotation.members().map(|member| member.owed().abs()).fold(0.0, f64::max);
        assert!(worst <= 1.0, "{}: {worst}", rotation.name());
    }
    Ok(())
}

#[test]
fn a_gift_follows_the_rep_to_another_name() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    let first = router.route(&lead("L1"), moment(0));
    let (one, other) = if first.rep() == Some("ann") { ("ann", "bob") } else { ("bob", "ann") };
    // The rep has the lead already, so that there is nothing to commit yet.
    let gift = router.give(&lead("L1"), one, moment(0), &Order::new())?;
    router.observe(Event::edit(Edit::new().rename_rep(one, other).rename_rep(other, one)), moment(0))?;
    router.rollback(&first)?;
    let receipt = router.commit(&lead("L1"), gift)?;
    assert_eq!((receipt.rep(), receipt.path()), (Some(other), "by hand"));
    Ok(())
}

#[test]
fn a_gift_to_nobody_takes_a_lead_from_nobody() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    let ask: Ask = serde_json::from_str(r#"{ "give": { "to": "nobody" } }"#)?;
    let late = router.decide_with(&lead("L1"), moment(0), &ask);
    let other = if late.rep() == Some("ann") { "bob" } else { "ann" };
    let gift = router.give(&lead("L1"), other, moment(0), &Order::new())?;
    router.commit(&lead("L1"), gift)?;
    let receipt = router.commit(&lead("L1"), late)?;
    assert_eq!((receipt.rep(), receipt.is_repeat()), (Some(other), true));
    Ok(())
}

#[test]
fn a_pin_that_has_ended_shows_in_no_explanation() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    router.observe(Event::pin(Pin::lead("L9"), "ann", Order::new().until(moment(10))), moment(0))?;
    let mut later = router.clone();
    later.observe(Event::account(Account::new("says nothing")), moment(10))?;
    let [before, after] = [&router, &later].map(|router| router.explain(&lead("L1"), moment(10)).to_string());
    assert_eq!(before, after);
    assert!(router.explain(&lead("L1"), moment(9)).to_string().contains("pinned"));
    Ok(())
}

#[test]
fn what_is_listed_as_pinned_can_be_unpinned() -> Outcome {
    let mut router = in_turns(&["ann", "bob"])?;
    for domain in ["@@acme.com", "acme.com..", " @ Acme.com. ", "ΑΣ.com", "İ.com"] {
        router.observe(Event::pin(Pin::domain(domain), "ann", Order::new()), moment(0))?;
        let pin = router.pins().map(|pin| pin.on).next().ok_or("not pinned")?;
        router.observe(Event::unpin(pin, Order::new()), moment(0))?;
        assert_eq!(router.pins().count(), 0, "{domain}");
    }
    Ok(())
}

#[test]
fn hours_follow_their_calendar_into_an_edit_and_those_of_others_stay_as_they_are() -> Outcome {
    let roster = |holiday: &str| {
        let hours = |calendar: &str| WorkingHours::new().on("daily", "09:00-17:00").calendar(calendar);
        team(&[])
            .calendar("changed", Calendar::new().closed_on(holiday))
            .calendar("same", Calendar::new().closed_on("2026-02-26"))
            .reps(["changed", "same"].map(|calendar| RepRecord::new(calendar).pool("a").hours(hours(calendar))))
    };
    let plan = Plan::new(available(round_robin("a"))).otherwise("triage");
    let mut router = Router::new(plan, roster("2026-02-26"))?;
    let on_duty = |router: &Router, now: &str| -> Result<Vec<&str>, Box<dyn Error>> {
        let now = now.parse()?;
        Ok(["changed", "same"].into_iter().filter(|rep| router.gate(rep, now).is_none()).collect())
    };
    router.advance("2026-02-25T12:00:00Z".parse()?);
    assert!(on_duty(&router, "2026-02-26T12:00:00Z")?.is_empty());
    router.observe(Event::edit(Edit::new().roster(roster("2026-02-27"))), "2026-02-25T12:00:00Z".parse()?)?;
    assert_eq!(on_duty(&router, "2026-02-26T12:00:00Z")?, ["changed"]);
    assert_eq!(on_duty(&router, "2026-02-27T12:00:00Z")?, ["same"]);
    // Hours that nobody has any more make room for others, which know nothing of them.
    for hour in 9..15 {
        for rep in ["changed", "same"] {
            let hours = WorkingHours::new().on("daily", format!("{hour:02}:00-{hour:02}:30"));
            router.observe(Event::rep(&RepRecord::new(rep).pool("a").hours(hours)), "2026-02-25T12:00:00Z".parse()?)?;
        }
        assert_eq!(on_duty(&router, &format!("2026-02-26T{hour:02}:29:59Z"))?, ["changed", "same"]);
        assert!(on_duty(&router, &format!("2026-02-26T{hour:02}:30:00Z"))?.is_empty());
        let decision = router.decide(&lead("L1"), format!("2026-02-26T{hour:02}:15:00Z").parse()?);
        assert!(decision.rep().is_some());
    }
    Ok(())
}

/// Takes turns, or holds, where there is a pool for it.
#[derive(Debug)]
struct IfThere(Option<RotationHandle>);

impl Strategy for IfThere {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        self.0.map_or(Verdict::Pass("not there".into()), |rotation| scope.rotate(rotation))
    }
}

#[test]
fn a_restart_never_refuses_what_a_strategy_makes_of_the_roster() -> Outcome {
    let registry = || {
        Registry::new().strategy("if there", |_: serde_json::Value, setup: &mut Setup<'_, '_>| {
            let rotation = setup.rotation("x").ok();
            if rotation.is_some() {
                setup.queue("p1");
            }
            Ok::<_, SetupError>(IfThere(rotation))
        })
    };
    let balanced = round_robin("a").rotation("x").balance("size", 10);
    for step in [Step::from(balanced), Step::from(parked("p1"))] {
        let plan = Plan::new(first_of((custom("if there"), step))).otherwise("triage");
        let mut router = Router::builder(plan, team(&["ann", "bob"])).registry(registry()).build()?;
        router.observe(Event::rep(&RepRecord::new("cid").pool("x")), moment(0))?;
        assert_eq!(router.findings().len(), 1);
        let restored = router.snapshot().restore().registry(registry()).build()?;
        assert_eq!(restored.findings(), router.findings());
        assert!(restored == router);
    }
    Ok(())
}
