//! Who is among the best, when a lead is decided and again when it is committed.

use chrono::{DateTime, Utc};
use lead_router::journal::TurnCharge;
use lead_router::{
    Ask, Event, FieldValue, LeadRecord, Number, Plan, Presence, Reason, Record, RepRecord, Roster, RotationView,
    Router, available, first_of, only, ranked, rep_field, round_robin, stable_hash,
};
use std::collections::BTreeMap;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}

fn rep(id: &str, rate: impl Into<FieldValue>) -> RepRecord {
    RepRecord::new(id).pool("closers").with("rate", rate)
}

fn router(
    step: impl Into<lead_router::Step>,
    reps: impl IntoIterator<Item = RepRecord>,
) -> Result<Router, lead_router::BuildError> {
    Router::new(Plan::new(step).otherwise("triage"), Roster::new().reps(reps))
}

/// Who gets so many leads, each how many.
fn route(router: &mut Router, leads: u32) -> BTreeMap<String, u32> {
    let mut received = BTreeMap::new();
    let first = router.sequence();
    for number in 0..leads {
        let receipt = router.route(&LeadRecord::new(format!("L-{first}-{number}")), start());
        *received.entry(receipt.rep().unwrap_or("nobody").to_owned()).or_default() += 1;
    }
    received
}

fn counts<const N: usize>(expected: [(&str, u32); N]) -> BTreeMap<String, u32> {
    expected.into_iter().map(|(rep, count)| (rep.to_owned(), count)).collect()
}

fn reason(router: &Router) -> String {
    router.decide(&LeadRecord::new("next"), start()).reason().to_string()
}

#[test]
fn those_within_the_tolerance_share_fairly_and_others_get_none() -> Outcome {
    let reps = || [rep("ann", 40), rep("bob", 35), rep("cid", 34), rep("dan", 38).weighted_pool("closers", 2)];
    let mut within_five = router(available(ranked("closers", "rate").tolerance(5)), reps())?;
    assert_eq!(reason(&within_five), "next in turn of the 3 best of 4 open reps in `closers`, by `rate`");
    assert_eq!(route(&mut within_five, 40), counts([("ann", 10), ("bob", 10), ("dan", 20)]));
    let mut best = router(available(ranked("closers", "rate")), reps())?;
    assert_eq!(reason(&best), "the best of 4 open reps in `closers`, by `rate`");
    assert_eq!(route(&mut best, 10), counts([("ann", 10)]));
    let mut all = router(available(ranked("closers", "rate").tolerance(6)), reps())?;
    assert_eq!(reason(&all), "next in turn of the 4 best of 4 open reps in `closers`, by `rate`");
    assert_eq!(route(&mut all, 50), counts([("ann", 10), ("bob", 10), ("cid", 10), ("dan", 20)]));
    Ok(())
}

#[test]
fn only_open_reps_are_compared() -> Outcome {
    let reps = [rep("ann", 90), rep("bob", 50).capacity(4), rep("cid", 49), rep("dan", 10)];
    let mut router = router(available(ranked("closers", "rate").tolerance(1)), reps)?;
    router.observe(Event::presence("ann", Presence::offline()), start())?;
    assert_eq!(reason(&router), "next in turn of the 2 best of 3 open reps in `closers`, by `rate`");
    // Bob is full after four, and then cid is the best of those who are open.
    assert_eq!(route(&mut router, 10), counts([("bob", 4), ("cid", 6)]));
    assert_eq!(reason(&router), "the best of 2 open reps in `closers`, by `rate`");
    let excluded = router.decide_with(&LeadRecord::new("next"), start(), &Ask::new().exclude("cid"));
    assert_eq!(excluded.reason().to_string(), "the only one open in `closers`");
    for away in ["cid", "dan"] {
        router.observe(Event::presence(away, Presence::offline()), start())?;
    }
    assert_eq!(reason(&router), "nobody in `closers` can take it: 3 offline, 1 full");
    Ok(())
}

#[test]
fn whoever_has_no_number_is_below_all_and_without_any_number_all_are_equal() -> Outcome {
    let step = || available(ranked("closers", "rate").tolerance(1_000));
    let blank = |id: &str| RepRecord::new(id).pool("closers");
    let mut one = router(step(), [rep("ann", -900), rep("bob", "high"), blank("cid"), rep("dan", vec![5, 6])])?;
    assert_eq!(route(&mut one, 5), counts([("ann", 5)]));
    let mut none = router(step(), [rep("bob", "high"), blank("cid"), rep("dan", f64::NAN)])?;
    // Nobody is ranked, and nobody is told to be.
    assert_eq!(reason(&none), "next in turn of 3 open reps in `closers`");
    assert_eq!(route(&mut none, 6), counts([("bob", 2), ("cid", 2), ("dan", 2)]));
    Ok(())
}

#[test]
fn numbers_are_read_as_everywhere_and_compared_exactly() -> Outcome {
    let large = 9_007_199_254_740_993_i64; // 2^53 + 1, which no float holds
    for (best, other, tolerance, both) in [
        (FieldValue::from(" 40.0 "), FieldValue::from("35"), Number::from(5), true),
        (40.into(), 35.5.into(), Number::try_from(4.5)?, true),
        (40.into(), 35.5.into(), Number::try_from(4.25)?, false),
        (large.into(), 0.into(), Number::from(large), true),
        (large.into(), 0.into(), Number::from(large - 1), false),
        (i64::MAX.into(), i64::MIN.into(), Number::from(i64::MAX), false),
    ] {
        let step = ranked("closers", "rate").tolerance(tolerance);
        let mut router = router(step, [rep("ann", best.clone()), rep("bob", other.clone())])?;
        let received = route(&mut router, 2);
        assert_eq!(received.len(), if both { 2 } else { 1 }, "{best:?} {other:?} {tolerance}");
        assert!(received.contains_key("ann"));
    }
    Ok(())
}

/// Ranked by hand, over what a commit finds: with anybody coming, going and changing between decision and commit.
#[test]
fn decisions_and_commits_cut_alike() -> Outcome {
    let ids = ["ann", "bob", "cid", "dan", "eve", "fay"];
    let record = |place: usize, draw: u64| {
        let rep = RepRecord::new(ids[place]).pool("closers").with("team", ["red", "blue"][place % 2]);
        match draw % 7 {
            0 => rep,
            1 => rep.with("rate", "none"),
            rate => rep.with("rate", 10 * rate as i64 + (draw >> 8) as i64 % 4),
        }
    };
    let step = first_of((
        only(rep_field("team").matches("team"), available(ranked("closers", "rate").tolerance(12))),
        available(ranked("closers", "rate").tolerance(12)),
    ));
    let mut router = router(step, (0..6).map(|place| record(place, stable_hash(&["at first", ids[place]]))))?;
    let mut replica = router.clone();
    // The best of those who are open to a lead of a team, by the roster alone, and how many there are.
    let best = |router: &Router, team: Option<&str>| -> (Vec<String>, usize, bool) {
        let roster = router.roster();
        let is_open = |rep: &&RepRecord| {
            let is_away = rep.presence.is_some_and(|presence| presence != Presence::online());
            let of_team = rep.fields.get("team").and_then(|team| team.as_value().as_text().map(str::to_owned));
            !is_away && team.is_none_or(|team| of_team.as_deref() == Some(team))
        };
        let open: Vec<&RepRecord> = roster.reps.iter().filter(is_open).collect();
        let rate = |rep: &RepRecord| match rep.fields.get("rate") {
            Some(FieldValue::Integer(rate)) => Some(*rate),
            _ => None,
        };
        let most = open.iter().filter_map(|rep| rate(rep)).max();
        let is_best = |rep: &&&RepRecord| most.is_none_or(|most| rate(rep).is_some_and(|rate| most - rate <= 12));
        (open.iter().filter(is_best).map(|rep| rep.id.clone()).collect(), open.len(), most.is_some())
    };
    let mut seen = BTreeMap::new();
    for number in 0..1_500_u64 {
        let draw = stable_hash(&["draw", &number.to_string()]);
        let lead = LeadRecord::new(format!("L-{number}")).with("team", ["red", "blue"][(draw & 1) as usize]);
        let team = (draw & 1 == 1).then_some("blue").or(Some("red"));
        let decision = router.decide(&lead, start());
        let team = team.filter(|team| best(&router, Some(team)).1 > 0);
        let (expected, open, are_ranked) = best(&router, team);
        assert_eq!(decision.rep().is_some(), open > 0);
        assert!(decision.rep().is_none_or(|rep| expected.iter().any(|best| best == rep)), "{decision}");
        match decision.reason() {
            Reason::BestRanked { best, open: of, .. } => {
                assert!(are_ranked);
                assert_eq!((best as usize, of as usize), (expected.len(), open))
            }
            Reason::InTurn { open: of, .. } => assert_eq!((of as usize, are_ranked), (open, false)),
            Reason::OnlyOneOpen { .. } => assert_eq!(open, 1),
            other => assert_eq!(open, 0, "{other}"),
        }
        // Something changes in between, or not.
        for change in 0..draw % 4 {
            let draw = stable_hash(&["change", &number.to_string(), &change.to_string()]);
            let place = (draw >> 16) as usize % 6;
            let event = match draw % 3 {
                0 => Event::rep(&record(place, draw >> 24)),
                1 => Event::presence(ids[place], Presence::offline()),
                _ => Event::presence(ids[place], Presence::online()),
            };
            replica.apply(&router.observe(event, start())?)?;
        }
        let (at_commit, ..) = best(&router, team);
        let receipt = router.commit(&lead, decision)?;
        let record = receipt.record().ok_or("a repeat")?;
        if let Some(turn) = record.routed().and_then(|routed| routed.turn()) {
            let rep = receipt.rep().ok_or("nobody")?;
            let chosen_too = usize::from(!at_commit.iter().any(|best| best == rep));
            assert_eq!(turn.open() as usize, at_commit.len() + chosen_too, "lead {number}");
            *seen.entry((turn.charge() == TurnCharge::Charged, chosen_too == 1)).or_insert(0) += 1;
        }
        replica.apply(&serde_json::from_str(&serde_json::to_string(record)?)?)?;
        assert_eq!(replica, router);
    }
    // Charged and alone, with the chosen one still among the best and no longer.
    assert!(seen.get(&(true, true)) > Some(&20) && seen.get(&(true, false)) > Some(&20), "{seen:?}");
    Ok(())
}

#[test]
fn who_is_not_among_the_best_is_owed_nothing() -> Outcome {
    let mut router = router(ranked("closers", "rate").tolerance(5), [rep("ann", 40), rep("bob", 38), rep("cid", 10)])?;
    route(&mut router, 5);
    let owed = |router: &Router| -> Vec<i128> {
        router.rotations().flat_map(|rotation| rotation.members().map(|member| member.balance)).collect()
    };
    assert_eq!(owed(&router)[2], 0);
    assert_eq!(owed(&router)[0].abs(), RotationView::TURN / 2);
    // With a better number it takes turns from now on, and starts with what it was owed.
    router.observe(Event::rep(&rep("cid", 41)), start())?;
    assert_eq!(route(&mut router, 9).len(), 3);
    Ok(())
}

#[test]
fn the_best_and_everyone_may_share_a_rotation() -> Outcome {
    let step = first_of((only(rep_field("rate").at_least(50), ranked("closers", "rate")), round_robin("closers")));
    let mut router = router(step, [rep("ann", 40), rep("bob", 38)])?;
    assert_eq!(route(&mut router, 4), counts([("ann", 2), ("bob", 2)]));
    let names: Vec<&str> = router.rotations().map(|rotation| rotation.name()).collect();
    assert_eq!(names, ["closers"]);
    let named = first_of((ranked("closers", "rate").rotation("best"), round_robin("closers")));
    let named = self::router(named, [rep("ann", 40), rep("bob", 38)])?;
    assert_eq!(named.rotations().map(|rotation| rotation.name()).collect::<Vec<_>>(), ["best", "closers"]);
    Ok(())
}

#[test]
fn value_is_shared_out_among_the_best() -> Outcome {
    let step = ranked("closers", "rate").tolerance(5).balance("score", 100);
    let mut router = router(step, [rep("ann", 40), rep("bob", 38), rep("cid", 10)])?;
    let reason = router.decide(&LeadRecord::new("L"), start()).reason().to_string();
    assert_eq!(
        reason,
        "next in turn of the 2 best of 3 open reps in `closers`, by `rate`, with `score` shared out, too"
    );
    let mut hot = BTreeMap::new();
    for number in 0..40 {
        let score = [90, 10][number % 2];
        let receipt = router.route(&LeadRecord::new(format!("L-{number}")).with("score", score), start());
        *hot.entry(receipt.rep().unwrap_or_default().to_owned()).or_insert(0) += score;
    }
    assert_eq!(hot, BTreeMap::from([("ann".to_owned(), 1_000), ("bob".to_owned(), 1_000)]));
    Ok(())
}

#[test]
fn records_say_who_was_compared_by_what() -> Outcome {
    let mut router = router(ranked("closers", "rate").tolerance(5), [rep("ann", 40), rep("bob", 38), rep("cid", 10)])?;
    let receipt = router.route(&LeadRecord::new("L-1"), start());
    let routed = receipt.record().and_then(Record::routed).ok_or("no record")?;
    assert_eq!(
        serde_json::to_string(routed.reason())?,
        r#"{"best_ranked":{"pool":"closers","by":"rate","best":2,"open":3}}"#
    );
    assert_eq!(serde_json::from_str::<Reason>(&serde_json::to_string(routed.reason())?)?, *routed.reason());
    assert_eq!(routed.turn().map(|turn| (turn.charge(), turn.open())), Some((TurnCharge::Charged, 2)));
    assert_eq!(routed.path(), "ranked closers by rate");

    // The best alone is no turn: nobody else could have had it.
    router.observe(Event::presence("ann", Presence::offline()), start())?;
    router.observe(Event::rep(&rep("bob", 80)), start())?;
    let alone = router.route(&LeadRecord::new("L-2"), start());
    assert_eq!(alone.turn(), Some(TurnCharge::OnlyOneOpen));
    assert_eq!(
        serde_json::to_string(&alone.reason())?,
        r#"{"best_ranked":{"pool":"closers","by":"rate","best":1,"open":3}}"#
    );
    let before = router.clone();
    let rolled_back = router.route(&LeadRecord::new("L-3"), start());
    router.rollback(&rolled_back)?;
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn files_say_the_same() -> Outcome {
    let read = |step: &str| toml::from_str::<Plan>(&format!("otherwise = \"triage\"\nroute = {{ ranked = {step} }}"));
    let plan = |step: lead_router::strategy::Ranked| Plan::new(step).otherwise("triage");
    assert_eq!(read(r#"{ pool = "closers", by = "rate" }"#)?, plan(ranked("closers", "rate")));
    assert_eq!(read(r#"{ pool = "closers", by = "rate", tolerance = 0 }"#)?, plan(ranked("closers", "rate")));
    let half = plan(ranked("closers", "rate").tolerance(Number::try_from(2.5)?).rotation("best"));
    assert_eq!(read(r#"{ pool = "closers", by = "rate", tolerance = 2.5, rotation = "best" }"#)?, half);
    assert_eq!(serde_json::from_str::<Plan>(&serde_json::to_string(&half)?)?, half);
    assert_eq!(
        serde_json::to_string(&plan(ranked("closers", "rate")))?,
        r#"{"otherwise":"triage","route":{"ranked":{"pool":"closers","by":"rate"}}}"#
    );
    Ok(())
}
