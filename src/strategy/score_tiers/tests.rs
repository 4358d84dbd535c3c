//! Which tier a score belongs to, and what rotations in tiers are called.

use super::{ScoreTiers, score_tiers};
use crate::{
    FieldValue, LeadRecord, Number, Plan, RepRecord, Roster, Router, Step, available, first_of, label, parked, queue,
    round_robin, segment, step,
};
use chrono::{DateTime, Utc};

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn router(step: impl Into<Step>) -> Router {
    let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    let plan = Plan::new(step).otherwise("triage").name_step("named", label("from a named step", round_robin("smb")));
    Router::new(plan, roster).unwrap()
}

/// Hot from 80 on, warm from 50 on.
fn tiers() -> ScoreTiers {
    score_tiers().at_least(80, queue("hot")).at_least(50, queue("warm"))
}

/// The queue of a lead with that score, or why there is none.
fn place(router: &Router, score: Option<FieldValue>) -> String {
    let lead = LeadRecord::new("L-1");
    let decision = router.decide(&score.map_or(lead.clone(), |score| lead.with("score", score)), now());
    match decision.queue() {
        Some("triage") => decision.reason().to_string(),
        queue => queue.unwrap_or("nowhere").to_owned(),
    }
}

#[test]
fn a_score_belongs_to_the_first_tier_whose_bound_it_reaches() {
    let router = router(tiers().rest(queue("cold")).unscored(queue("unknown")));
    let places: [(FieldValue, &str); 13] = [
        (i64::MAX.into(), "hot"),
        (81.into(), "hot"),
        (80.into(), "hot"),
        ("80.0".into(), "hot"),
        (79.999.into(), "warm"),
        (50.into(), "warm"),
        (" 50 ".into(), "warm"),
        (49.5.into(), "cold"),
        (0.into(), "cold"),
        (i64::MIN.into(), "cold"),
        ("high".into(), "unknown"),
        ("".into(), "unknown"),
        (true.into(), "unknown"),
    ];
    for (score, expected) in places {
        assert_eq!(place(&router, Some(score.clone())), expected, "{score:?}");
    }
    assert_eq!(place(&router, None), "unknown");
}

#[test]
fn without_a_branch_the_step_passes_and_says_why() {
    let none = "the lead's `score` lies in no band";
    let places = |step: ScoreTiers| {
        let router = router(step);
        [Some(80), Some(50), Some(49), None].map(|score| place(&router, score.map(FieldValue::from)))
    };
    assert_eq!(places(tiers()), ["hot", "warm", none, "the lead has no usable `score`"]);
    assert_eq!(places(tiers().unscored(queue("unknown"))), ["hot", "warm", none, "unknown"]);
    assert_eq!(places(tiers().rest(queue("cold")))[2..], ["cold", "the lead has no usable `score`"]);
    assert_eq!(places(score_tiers().rest(queue("all")))[..3], ["all"; 3]);
}

#[test]
fn tiers_are_the_bands_of_a_segment_from_above() {
    let bounds = [Number::from(90), Number::try_from(12.5).unwrap(), Number::from(0), Number::from(-3)];
    let tiers = bounds.iter().fold(score_tiers(), |tiers, bound| tiers.at_least(*bound, queue(format!("{bound}"))));
    let tiers = router(tiers.rest(queue("rest")).unscored(queue("none")));
    let [first, second, third, fourth] = bounds;
    let bands = segment("score")
        .below(fourth, queue("rest"))
        .below(third, queue("-3"))
        .below(second, queue("0"))
        .below(first, queue("12.5"))
        .rest(queue("90"))
        .missing(queue("none"));
    let bands = router(bands);
    for quarters in -100..500 {
        let score = FieldValue::from(f64::from(quarters) / 4.0);
        assert_eq!(place(&tiers, Some(score.clone())), place(&bands, Some(score)));
    }
}

#[test]
fn rotations_are_named_after_their_tier_or_its_label() {
    let turns = || available(round_robin("smb"));
    let names = |step: ScoreTiers| -> Vec<String> {
        router(step).rotations().map(|rotation| rotation.name().to_owned()).collect()
    };
    let every = score_tiers().at_least(80, turns()).at_least(50, turns()).rest(turns()).unscored(turns());
    assert_eq!(names(every), ["smb@score:50..80", "smb@score:80..", "smb@score:missing", "smb@score:rest"]);
    let labelled = score_tiers()
        .field("intent")
        .at_least(2, available(label("hot", turns())))
        .at_least(1, step("named"))
        .rest(tiers().rest(turns()).unscored(round_robin("smb").rotation("own")));
    assert_eq!(names(labelled), ["own", "smb@from a named step", "smb@hot", "smb@intent:rest/score:rest"]);
}

#[test]
fn a_file_says_the_same_as_the_builder() {
    let built: Step = tiers().rest(parked("nurture")).unscored(queue("unknown")).into();
    let text = r#"{"score_tiers":{"tiers":[{"at_least":80,"then":{"queue":"hot"}},{"at_least":50,"then":{"queue":"warm"}}],"rest":{"parked":"nurture"},"unscored":{"queue":"unknown"}}}"#;
    assert_eq!(serde_json::to_string(&built).unwrap(), text);
    assert_eq!(serde_json::from_str::<Step>(text).unwrap(), built);
    let other: Step = tiers().field("intent").into();
    let written = serde_json::to_string(&other).unwrap();
    assert!(written.starts_with(r#"{"score_tiers":{"field":"intent","tiers":["#), "{written}");
    assert_eq!(serde_json::from_str::<Step>(&written).unwrap(), other);
}

#[test]
fn a_form_is_told_where_the_score_is_cut() {
    let reads = |step: ScoreTiers| -> Vec<String> {
        Plan::new(step).otherwise("triage").reads().iter().map(ToString::to_string).collect()
    };
    assert_eq!(reads(tiers()), ["score: number, cut at 50, 80"]);
    assert_eq!(reads(score_tiers().field("intent").rest(queue("all"))), ["intent: any"]);
}

#[test]
fn nothing_comes_after_tiers_and_bands_that_hold_every_lead() {
    let findings = |first: Step| -> Vec<String> {
        let branches = first_of((first, round_robin("smb")));
        router(first_of((branches, step("named")))).findings().iter().map(ToString::to_string).collect()
    };
    let dead = "route.first_of[0].first_of[1]: no lead comes here, because branch [0] holds every lead";
    let held = || tiers().rest(queue("cold")).unscored(label("none", parked("unknown")));
    assert_eq!(findings(held().into()), [dead]);
    assert_eq!(findings(held().at_least(10, round_robin("smb")).into()), [""; 0]);
    assert_eq!(findings(tiers().rest(queue("cold")).into()), [""; 0]);
    assert_eq!(findings(tiers().unscored(queue("cold")).into()), [""; 0]);
    let bands = || segment("size").below(10, queue("small")).rest(held());
    assert_eq!(findings(bands().missing(queue("unsized")).into()), [dead]);
    assert_eq!(findings(bands().into()), [""; 0]);
}
