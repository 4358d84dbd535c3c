//! What a rotation that shares out a field of the leads does, from the plan to the journal.

use chrono::{DateTime, Utc};
use lead_router::journal::{TurnCharge, TurnReturned, What};
use lead_router::{
    Ask, Decision, Event, FieldValue, LeadRecord, Number, Plan, Presence, Record, RepRecord, Roster, RotationView,
    Router, available, field, first_of, ranked, round_robin, segment, stable_hash, when,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const TURN: i128 = RotationView::TURN;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}

fn team(ids: &[&str]) -> Roster {
    Roster::new().reps(ids.iter().map(|id| RepRecord::new(*id).pool("smb")))
}

fn balanced(ids: &[&str]) -> Result<Router, lead_router::BuildError> {
    Router::new(Plan::new(available(round_robin("smb").balance("score", 100))).otherwise("triage"), team(ids))
}

fn lead(id: impl Into<String>, score: impl Into<FieldValue>) -> LeadRecord {
    LeadRecord::new(id).with("score", score)
}

fn set_there(router: &mut Router, rep: &str, is_there: bool) -> Outcome {
    let presence = if is_there { Presence::online() } else { Presence::offline() };
    router.observe(Event::presence(rep, presence), start())?;
    Ok(())
}

/// What each member is owed in turns and in value, by rep; checked to add up.
fn owed(router: &Router) -> Vec<(&str, i128, i128)> {
    let mut all = Vec::new();
    for rotation in router.rotations() {
        let members: Vec<_> = rotation.members().map(|member| (member.rep, member.balance, member.value)).collect();
        let turns: i128 = members.iter().map(|(_, turns, _)| turns).sum();
        let value: i128 = members.iter().map(|(_, _, value)| value).sum();
        assert_eq!(turns + rotation.pot() + rotation.departed(), 0);
        assert_eq!(value + rotation.value_pot() + rotation.value_departed(), 0);
        all.extend(members);
    }
    all
}

#[test]
fn hot_and_cold_leads_are_shared_out_whatever_order_they_come_in() -> Outcome {
    let mut router = balanced(&["ann", "bob", "cid"])?;
    let mut scores = [0_u64; 3];
    let mut leads = [0_u64; 3];
    for number in 0..3_000_u64 {
        let score = [90, 10, 40][(stable_hash(&["score", &number.to_string()]) % 3) as usize];
        let receipt = router.route(&lead(number.to_string(), score), start());
        let place = ["ann", "bob", "cid"].iter().position(|rep| receipt.rep() == Some(rep)).ok_or("nobody")?;
        scores[place] += score as u64;
        leads[place] += 1;
        assert!(owed(&router).iter().all(|(_, turns, value)| turns.abs() <= 3 * TURN && value.abs() < 2 * TURN));
    }
    let spread = |of: [u64; 3]| of.iter().max().zip(of.iter().min()).map_or(0, |(most, least)| most - least);
    assert!(spread(scores) <= 200 && spread(leads) <= 6, "{scores:?} {leads:?}");
    Ok(())
}

#[test]
fn a_lead_counts_its_number_and_never_more_than_the_most_nor_less_than_nothing() -> Outcome {
    let most = 100;
    let counts = |value: Option<FieldValue>| -> Result<i128, Box<dyn std::error::Error>> {
        let mut router = balanced(&["ann", "bob"])?;
        let lead = LeadRecord::new("L-1");
        let lead = value.into_iter().fold(lead, |lead, value| lead.with("score", value));
        let receipt = router.route(&lead, start());
        let all = owed(&router);
        let (got, other): (Vec<(&str, i128, i128)>, Vec<_>) =
            all.iter().partition(|(rep, ..)| Some(*rep) == receipt.rep());
        assert_eq!((got[0].1, other[0].1), (-TURN / 2, TURN / 2), "a turn is a turn, whatever the lead is worth");
        Ok(other[0].2 - got[0].2)
    };
    let hundredth = TURN / most;
    for score in [0, 1, 37, 99, 100] {
        assert_eq!(counts(Some(score.into()))?, i128::from(score) * hundredth);
    }
    assert_eq!(counts(Some("37.5".into()))?, 375 * hundredth / 10);
    assert_eq!(counts(Some(12.25.into()))?, 1_225 * hundredth / 100);
    for above in [FieldValue::from(101), i64::MAX.into(), 1e300.into(), "100.1".into()] {
        assert_eq!(counts(Some(above))?, TURN);
    }
    for nothing in [FieldValue::from(-1), i64::MIN.into(), f64::NAN.into(), "hot".into(), true.into(), "".into()] {
        assert_eq!(counts(Some(nothing))?, 0);
    }
    assert_eq!(counts(None)?, 0);
    // Whole 50 400ths: the nearest one, and halves go down.
    let unit = TURN / 50_400;
    for (score, expected) in [("0.0009", 0), ("0.0010", 1), ("0.0029", 1), ("0.0030", 2)] {
        assert_eq!(counts(Some(score.into()))?, expected * unit, "{score}");
    }
    Ok(())
}

#[test]
fn halves_of_the_smallest_part_go_down() -> Outcome {
    let plan = Plan::new(round_robin("smb").balance("score", 100_800)).otherwise("triage");
    for (score, parts) in [(1, 0), (2, 1), (3, 1), (5, 2)] {
        let mut router = Router::new(plan.clone(), team(&["ann", "bob"]))?;
        router.route(&lead("L-1", score), start());
        let most = owed(&router).iter().map(|(_, _, value)| *value).max();
        // Half a part may be no whole unit: what is left of it is in the pot.
        assert_eq!(most, Some(TURN / 50_400 * parts / 2), "{score}");
    }
    Ok(())
}

#[test]
fn reasons_and_records_say_that_something_is_balanced() -> Outcome {
    let mut router = balanced(&["ann", "bob"])?;
    let decision = router.decide(&lead("L-1", 80), start());
    assert_eq!(decision.reason().to_string(), "next in turn of 2 open reps in `smb`, with `score` shared out, too");
    let receipt = router.route(&lead("L-1", 80).with("phone", "not kept"), start());
    let routed = receipt.record().and_then(Record::routed).ok_or("no record")?;
    assert_eq!(serde_json::to_string(routed.reason())?, r#"{"in_turn":{"pool":"smb","open":2,"balances":"score"}}"#);
    assert_eq!(routed.fields().collect::<Vec<_>>(), [("score", 80.into())]);
    let reads: Vec<String> = router.plan().reads().iter().map(ToString::to_string).collect();
    assert_eq!(reads, ["score: number"]);

    set_there(&mut router, "ann", false)?;
    let before = owed(&router).iter().map(|(rep, turns, value)| (rep.to_string(), *turns, *value)).collect::<Vec<_>>();
    let alone = router.route(&lead("L-2", 100), start());
    assert_eq!(alone.reason().map(ToString::to_string), Some("the only one open in `smb`".to_owned()));
    assert_eq!(alone.turn(), Some(TurnCharge::OnlyOneOpen));
    assert!(owed(&router).iter().zip(&before).all(|(after, before)| (after.1, after.2) == (before.1, before.2)));
    Ok(())
}

#[test]
fn a_replica_knows_the_value_from_the_record_alone() -> Outcome {
    let mut router = balanced(&["ann", "bob", "cid"])?;
    let mut replica = router.clone();
    let scores: [FieldValue; 6] = [80.into(), "12.5".into(), f64::NAN.into(), 1e300.into(), u64::MAX.into(), 7.into()];
    for (number, score) in scores.iter().cycle().take(60).enumerate() {
        let receipt = router.route(&lead(format!("L-{number}"), score.clone()), start());
        let text = serde_json::to_string(receipt.record().ok_or("a repeat")?)?;
        // What the record says counts, and nothing else.
        let mut other = replica.clone();
        other.apply(&serde_json::from_str(&text.replace("\"score\":80", "\"score\":20"))?)?;
        assert_eq!(other.state() == router.state(), !text.contains("\"score\":80"));
        replica.apply(&serde_json::from_str(&text)?)?;
        assert_eq!(replica, router);
    }
    Ok(())
}

#[test]
fn a_rollback_and_a_reroute_give_value_back_with_the_turn() -> Outcome {
    let mut router = balanced(&["ann", "bob", "cid"])?;
    for number in 0..7 {
        router.route(&lead(format!("L-{number}"), 13 * number), start());
    }
    let before = router.clone();
    let receipt = router.route(&lead("L-x", 77), start());
    assert_ne!(router.state(), before.state());
    router.rollback(&receipt)?;
    assert_eq!(router.state(), before.state());

    // Moved on, the first rep is where they would be had they never had it.
    let first = router.route(&lead("L-y", 60), start());
    let rep = first.rep().ok_or("nobody")?.to_owned();
    let decision = router.decide_with(&lead("L-y", 60), start(), &Ask::reroute().exclude(&rep));
    let second = router.commit(&lead("L-y", 60), decision)?;
    assert_ne!(second.rep(), Some(rep.as_str()));
    let of = |router: &Router| owed(router).into_iter().find(|(member, ..)| *member == rep).map(|(_, t, v)| (t, v));
    assert_eq!(of(&router), of(&before));
    router.rollback(&second)?;
    router.rollback(&first)?;
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn a_turn_beyond_the_rollback_window_still_brings_its_value_back() -> Outcome {
    let plan = Plan::new(round_robin("smb").balance("score", 100)).otherwise("triage").rollback_window(1);
    let mut router = Router::new(plan, team(&["ann", "bob", "cid"]))?;
    let old = router.route(&lead("L-1", 60), start());
    router.route(&lead("L-2", 100), start());
    let of_rep = |router: &Router| {
        owed(router).into_iter().find(|(rep, ..)| old.rep() == Some(rep)).map_or((0, 0), |(_, t, v)| (t, v))
    };
    let before = of_rep(&router);
    let record = router.rollback(&old)?.ok_or("nothing to store")?;
    assert!(matches!(record.what, What::RolledBack { returned: Some(TurnReturned::Spread), .. }));
    // A whole turn and 60 of 100 back, less the rep's own third of what that costs.
    let after = of_rep(&router);
    assert_eq!((after.0 - before.0, after.1 - before.1), (TURN * 2 / 3, TURN * 2 / 5));
    Ok(())
}

#[test]
fn leaving_ends_what_was_owed_in_value_and_coming_back_starts_even() -> Outcome {
    let mut router = balanced(&["ann", "bob", "cid"])?;
    let receipt = router.route(&lead("L-1", 60), start());
    let rep = receipt.rep().ok_or("nobody")?.to_owned();
    router.observe(Event::rep_left(&rep), start())?;
    let departed = |router: &Router| router.rotation("smb").map(|rotation| rotation.value_departed());
    assert_eq!(departed(&router), Some(-TURN * 2 / 5));
    router.observe(Event::rep(&RepRecord::new(&*rep).pool("smb")), start())?;
    assert!(owed(&router).contains(&(&*rep, 0, 0)));
    // The old turn is not the new member's, and what it had given the others is taken back.
    router.rollback(&receipt)?;
    assert!(owed(&router).iter().all(|(.., value)| *value == 0 || value.abs() == TURN / 5));
    Ok(())
}

/// A late commit may trail by two more turns where something is balanced, because the pick itself may.
#[test]
fn a_late_pick_may_trail_by_two_more_turns() -> Outcome {
    let mut seen = [0; 2];
    for number in 0..600_u64 {
        let mut router = balanced(&["ann", "bob", "cid", "dan"])?;
        for earlier in 0..30 {
            let draw = stable_hash(&["late", &number.to_string(), &earlier.to_string()]);
            for (place, rep) in ["ann", "bob", "cid", "dan"].iter().enumerate() {
                set_there(&mut router, rep, (draw >> place) & 1 == 1)?;
            }
            router.route(&lead(format!("L-{earlier}"), (draw >> 8) % 101), start());
        }
        // Whoever is furthest ahead is the only one there; then the others come back, and only then is it committed.
        let ahead = owed(&router).into_iter().min_by_key(|(_, turns, _)| *turns).map(|(rep, ..)| rep.to_owned());
        let ahead = ahead.ok_or("nobody")?;
        for rep in ["ann", "bob", "cid", "dan"] {
            set_there(&mut router, rep, rep == ahead)?;
        }
        // As much as it takes to be two turns and more behind, one after the other, each decided before any is committed.
        let late: Vec<(LeadRecord, Decision)> = (0..6)
            .map(|number| lead(format!("M-{number}"), 50))
            .map(|lead| (lead.clone(), router.decide(&lead, start())))
            .collect();
        for rep in ["ann", "bob", "cid", "dan"] {
            set_there(&mut router, rep, true)?;
        }
        for (moves, (lead, decision)) in late.into_iter().enumerate() {
            let balances = owed(&router);
            let most = balances.iter().map(|(_, turns, _)| *turns).max().ok_or("nobody")?;
            let own = balances.iter().find(|(rep, ..)| *rep == ahead).map(|(_, turns, _)| *turns).ok_or("nobody")?;
            let charged = router.commit(&lead, decision)?.turn() == Some(TurnCharge::Charged);
            // What all accrue alike does not count. Nothing has moved but the earlier ones of these.
            assert_eq!(charged, most - own <= (3 + 2 * moves as i128) * TURN, "{number}, {moves}");
            if moves == 0 {
                seen[usize::from(most - own > TURN)] += 1;
            }
        }
        if seen.iter().all(|times| *times >= 10) {
            return Ok(());
        }
    }
    Err(format!("too tame to test the guard: {seen:?}").into())
}

#[test]
fn places_that_share_a_rotation_share_both_ledgers() -> Outcome {
    let shared = || round_robin("smb").rotation("all").balance("score", 100);
    let plan = Plan::new(first_of((when(field("hot").is(true), shared()), shared()))).otherwise("triage");
    let mut router = Router::new(plan, team(&["ann", "bob"]))?;
    let first = router.route(&lead("L-1", 100).with("hot", true), start());
    let second = router.route(&lead("L-2", 100), start());
    assert_ne!(first.rep(), second.rep());
    assert!(owed(&router).iter().all(|(_, turns, value)| (*turns, *value) == (0, 0)));
    assert_eq!(
        router.rotations().map(|rotation| rotation.shares_out()).collect::<Vec<_>>(),
        [Some(("score", 100.into()))]
    );
    Ok(())
}

#[test]
fn each_band_shares_out_its_own() -> Outcome {
    let plan = segment("size").below(10, round_robin("smb").balance("score", 100)).rest(round_robin("smb"));
    let mut router = Router::new(Plan::new(plan).otherwise("triage"), team(&["ann", "bob"]))?;
    for number in 0..10 {
        router.route(&lead(format!("L-{number}"), 90).with("size", 5 + number), start());
    }
    let balances: Vec<_> =
        router.rotations().map(|rotation| (rotation.name(), rotation.shares_out().is_some())).collect();
    assert_eq!(balances, [("smb@size:..10", true), ("smb@size:rest", false)]);
    let idle = router.rotation("smb@size:rest").ok_or("no such rotation")?;
    assert!(idle.members().all(|member| member.value == 0));
    Ok(())
}

#[test]
fn an_edit_of_the_plan_keeps_what_is_owed_in_value() -> Outcome {
    let mut router = balanced(&["ann", "bob"])?;
    router.route(&lead("L-1", 80), start());
    let before: Vec<i128> = owed(&router).iter().map(|(.., value)| *value).collect();
    let edit = |router: &mut Router, plan: Plan| router.observe(Event::plan(plan), start());
    edit(&mut router, Plan::new(round_robin("smb")).otherwise("triage"))?;
    assert_eq!(router.rotation("smb").map(|rotation| rotation.shares_out()), Some(None));
    // By turns alone: the value stays as it is, whatever leads are worth.
    router.route(&lead("L-2", 80), start());
    assert_eq!(owed(&router).iter().map(|(.., value)| *value).collect::<Vec<_>>(), before);
    edit(&mut router, Plan::new(round_robin("smb").balance("amount", 5_000)).otherwise("triage"))?;
    assert_eq!(owed(&router).iter().map(|(.., value)| *value).collect::<Vec<_>>(), before);
    Ok(())
}

#[test]
fn files_say_the_same() -> Outcome {
    let read = |route: &str| toml::from_str::<Plan>(&format!("otherwise = \"triage\"\nroute = {route}"));
    let half = Number::try_from(0.5)?;
    let built = [
        Plan::new(round_robin("smb").balance("score", 100)).otherwise("triage"),
        Plan::new(round_robin("smb").rotation("all").balance("score", half)).otherwise("triage"),
        Plan::new(ranked("smb", "rate").balance("score", 100)).otherwise("triage"),
    ];
    let written = [
        r#"{ round_robin = { pool = "smb", balance = { field = "score", most = 100 } } }"#,
        r#"{ round_robin = { pool = "smb", rotation = "all", balance = { field = "score", most = 0.5 } } }"#,
        r#"{ ranked = { pool = "smb", by = "rate", balance = { field = "score", most = 100 } } }"#,
    ];
    for (built, written) in built.iter().zip(written) {
        assert_eq!(read(written)?, *built);
        assert_eq!(serde_json::from_str::<Plan>(&serde_json::to_string(built)?)?, *built);
    }
    // What is balanced is part of the plan, and what is not said changes nothing.
    let plain = Plan::new(round_robin("smb")).otherwise("triage");
    assert_ne!(built[0].fingerprint(), plain.fingerprint());
    assert_eq!(serde_json::to_string(&plain)?, r#"{"otherwise":"triage","route":{"round_robin":"smb"}}"#);
    Ok(())
}
