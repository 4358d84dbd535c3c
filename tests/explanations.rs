//! Why a rep got the lead, and why every other rep did not.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{
    Ask, Detail, Event, Explanation, Fate, Gate, LeadRecord, Order, Plan, Presence, RepRecord, Roster, Router, Step,
    assign, available, field, first_of, least_loaded, only, ranked, rep_field, round_robin, when,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap()
}

fn lead(id: &str) -> LeadRecord {
    LeadRecord::new(id)
}

fn reps(why: &Explanation) -> Vec<String> {
    why.reps().map(|rep| rep.to_string()).collect()
}

#[test]
fn every_other_rep_of_the_pool_has_a_gate_or_a_balance() -> Outcome {
    let ten = start() + TimeDelta::hours(1);
    let member = |id: &str| RepRecord::new(id).pool("smb").with("language", "german");
    let roster = Roster::new()
        .rep(member("ann"))
        .rep(RepRecord::new("bob").weighted_pool("smb", 2).with("language", "german"))
        .rep(member("busy").present(Presence::busy().until(ten)))
        .rep(member("english").with("language", "english"))
        .rep(member("excluded"))
        .rep(member("full").capacity(0))
        .rep(member("gone").inactive())
        .rep(member("offline").present(Presence::offline()))
        .rep(member("paused"));
    let plan = Plan::new(available(only(rep_field("language").matches("language"), round_robin("smb"))));
    let mut router = Router::new(plan.otherwise("triage"), roster)?;
    router.observe(Event::pause("paused", Order::new().until(ten)), start())?;
    let ask = Ask::new().exclude("excluded");
    let why = router.explain_with(&lead("L-1").with("language", "german"), start(), &ask);
    assert_eq!(why.decision().rep(), Some("bob"));
    // Ann is entitled to a third of this lead, and bob to two.
    assert_eq!(
        reps(&why),
        [
            "ann is owed 0.33 turns, and bob 0.67 turns",
            "busy is busy until 2026-03-02 10:00 UTC",
            "english is not among those that the plan narrows to",
            "excluded is excluded by the caller",
            "full is full: 0 of 0 open leads",
            "gone is inactive",
            "offline is offline",
            "paused is paused until 2026-03-02 10:00 UTC",
        ]
    );
    let until: Vec<_> = why.reps().filter_map(|rep| rep.fate().gate().and_then(|gate| gate.until())).collect();
    assert_eq!(until, [ten, ten]);
    Ok(())
}

#[test]
fn a_deadline_that_beats_a_larger_claim_is_told() -> Outcome {
    // Weights 9, 9, 1, 1, 1: the set for which greed alone leaves quota. Deadlines decide some leads there.
    let weights = [("a", 9), ("b", 9), ("c", 1), ("d", 1), ("e", 1)];
    let roster = Roster::new().reps(weights.map(|(id, weight)| RepRecord::new(id).weighted_pool("smb", weight)));
    let mut router = Router::new(Plan::new(round_robin("smb")).otherwise("triage"), roster)?;
    let mut due_first = 0;
    for number in 0..21 {
        let lead = lead(&format!("L-{number}"));
        let why = router.explain(&lead, start());
        for rep in why.reps() {
            let Fate::NotInTurn { owed, chosen, .. } = rep.fate() else { return Err("nobody is gated".into()) };
            if owed > chosen {
                due_first += 1;
                assert!(rep.to_string().ends_with("whose turn is due first"), "{rep}");
            }
        }
        assert_eq!(router.route(&lead, start()).rep(), why.decision().rep());
    }
    assert!(due_first > 0);
    Ok(())
}

#[test]
fn loads_are_told_as_they_are_compared() -> Outcome {
    let roster = Roster::new()
        .rep(RepRecord::new("ann").capacity(10))
        .rep(RepRecord::new("bob").capacity(20))
        .rep(RepRecord::new("cid"));
    let plan = |step: lead_router::strategy::LeastLoaded| Plan::new(step).otherwise("triage");
    let mut router = Router::new(plan(least_loaded("everyone")), roster)?;
    for (rep, open) in [("ann", 8), ("bob", 9), ("cid", 8)] {
        router.observe(Event::load(rep, open), start())?;
    }
    // Ann was counted first, so that she has had as many for longer.
    assert_eq!(
        reps(&router.explain(&lead("L-1"), start())),
        ["bob has 9 open leads, and ann 8", "cid has 8 open leads, as ann has, who has had so many for longer"]
    );
    router.observe(Event::plan(plan(least_loaded("everyone").relative_to_capacity())), start())?;
    assert_eq!(
        reps(&router.explain(&lead("L-1"), start())),
        ["ann has 8 open leads of 10, and bob 9 of 20", "cid has 8 open leads of no limit, and bob 9 of 20"]
    );
    Ok(())
}

#[test]
fn steps_that_passed_tell_who_was_gated() -> Outcome {
    let roster = Roster::new()
        .rep(RepRecord::new("ann").pool("closers").present(Presence::offline()))
        .rep(RepRecord::new("bob").pool("smb"));
    let plan = Plan::new(first_of((when(field("hot").is(true), available(round_robin("closers"))), assign("bob"))));
    let router = Router::new(plan.otherwise("triage"), roster)?;
    let why = router.explain(&lead("L-1").with("hot", true), start());
    assert_eq!(
        why.to_string(),
        "L-1: assigned to bob by assign bob: the plan names this rep\n  \
           first_of: assigned to bob\n    \
             when hot is true: passed\n      \
               available: passed\n        \
                 round_robin closers: passed, because nobody in `closers` can take it: 1 offline\n          \
                   ann is offline\n    \
             assign bob: assigned to bob"
    );
    assert_eq!(why.reps().count(), 0, "the deciding step chose from no pool");
    let places: Vec<&str> = why.steps().map(|step| step.place()).collect();
    assert_eq!(places[2..4], ["route.first_of[0].when.then", "route.first_of[0].when.then.available"]);
    Ok(())
}

#[test]
fn an_explanation_is_a_value() -> Outcome {
    let ten = start() + TimeDelta::hours(1);
    let roster = Roster::new()
        .reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")))
        .rep(RepRecord::new("cid").pool("smb").present(Presence::busy().until(ten)));
    let plan = Plan::new(first_of((when(field("hot").is(true), assign("ann")), available(round_robin("smb")))));
    let router = Router::new(plan.otherwise("triage"), roster)?;
    let mut why = router.explain(&lead("L-1"), start());
    let value = serde_json::to_value(&why)?;
    assert_eq!(value["decision"]["outcome"], serde_json::json!({ "assigned": { "rep": "ann" } }));
    assert_eq!(
        value["steps"][1],
        serde_json::json!({
            "step": "when hot is true", "place": "route.first_of[0]", "depth": 1,
            "reason": { "condition_false": { "condition": "hot is true" } }, "failed": { "field": "hot", "is": true },
        })
    );
    assert_eq!(
        value["steps"][3]["reps"],
        serde_json::json!([
            { "rep": "bob", "fate": { "not_in_turn": { "owed": 0.5, "chosen": 0.5 } } },
            { "rep": "cid", "fate": { "gated": { "busy": { "until": "2026-03-02T10:00:00Z" } } } },
        ])
    );
    // Filled again with less, it tells no more than that.
    router.explain_into(&lead("L-2"), start(), &Ask::new(), Detail::Steps, &mut why);
    assert_eq!(why.steps().flat_map(|step| step.reps()).count(), 0);
    assert_eq!((why.decision().lead_id(), why.steps().count()), ("L-2", 4));
    Ok(())
}

#[test]
fn thousands_of_reps_are_counted_not_listed() -> Outcome {
    let roster = Roster::new().reps((0..500).map(|number| RepRecord::new(format!("rep-{number:03}")).pool("smb")));
    let router = Router::new(Plan::new(round_robin("smb")).otherwise("triage"), roster)?;
    let why = router.explain(&lead("L-1"), start());
    assert_eq!(why.reps().count(), 499);
    let text = why.to_string();
    assert!(text.ends_with("\n    and 479 more"), "{text}");
    assert_eq!(text.lines().count(), 2 + 20 + 1);
    assert!(why.reps().all(|rep| !matches!(rep.fate(), Fate::Gated(Gate::Left))));
    Ok(())
}

#[test]
fn ranks_and_values_are_told() -> Outcome {
    let roster = Roster::new()
        .rep(RepRecord::new("ann").pool("closers").with("rate", 40))
        .rep(RepRecord::new("bob").pool("closers").with("rate", 55))
        .rep(RepRecord::new("cid").pool("closers"))
        .rep(RepRecord::new("dan").pool("closers").with("rate", 70).present(Presence::offline()));
    let plan = |step: Step| Plan::new(available(step)).otherwise("triage");
    let mut router = Router::new(plan(ranked("closers", "rate").tolerance(5).into()), roster)?;
    let why = router.explain(&lead("L-1"), start());
    assert_eq!(why.decision().reason().to_string(), "the best of 3 open reps in `closers`, by `rate`");
    assert_eq!(
        reps(&why),
        ["ann ranks at 40, and the best at 55", "cid has no rank, and the best ranks at 55", "dan is offline"]
    );

    router.observe(Event::plan(plan(round_robin("closers").balance("score", 100).into())), start())?;
    let why = router.explain(&lead("L-1").with("score", 60), start());
    // A third of a turn and a third of 60 for each of the three.
    let told = "is owed 0.33 turns and 20 of `score`, and";
    let chosen = why.decision().rep().ok_or("nobody")?;
    for rep in why.reps().filter(|rep| rep.rep() != "dan") {
        assert_eq!(rep.to_string(), format!("{} {told} {chosen} 0.33 turns and 20", rep.rep()));
    }
    Ok(())
}
