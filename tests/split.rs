//! Splits: who draws what, and that shares are kept.

use chrono::{DateTime, Utc};
use lead_router::{
    Area, FieldValue, LeadRecord, Plan, RepRecord, Roster, Router, Step, label, queue, round_robin, split, stable_hash,
    step, strategy::Split, territories,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000)
}

fn router(step: impl Into<Step>) -> Result<Router, lead_router::BuildError> {
    let roster = Roster::new().rep(RepRecord::new("ann").pool("smb")).rep(RepRecord::new("bob").pool("smb"));
    Router::new(Plan::new(step).otherwise("triage"), roster)
}

/// What a lead draws under label `pilot`, as its reason tells it.
fn drawn(split: Split, lead: &LeadRecord) -> Result<u64, Box<dyn Error>> {
    // 0.01 percent take what draws 0; no lead here does.
    let router = router(label("pilot", split.percent(0.01, queue("the first"))))?;
    let decision = router.decide(lead, now());
    let reason = serde_json::to_value(decision.reason())?;
    reason.pointer("/no_part/drawn").and_then(serde_json::Value::as_u64).ok_or_else(|| decision.to_string().into())
}

fn by_email(value: impl Into<FieldValue>) -> Result<u64, Box<dyn Error>> {
    drawn(split().by("email"), &LeadRecord::new("L-1").with("email", value))
}

/// From a second implementation of the hash: these never change.
#[test]
fn draws_are_pinned() -> Outcome {
    assert_eq!(drawn(split(), &LeadRecord::new("L-1"))?, 9624);
    assert_eq!(drawn(split(), &LeadRecord::new("L-2"))?, 3482);
    assert_eq!(by_email("jo@acme.com")?, 8472);
    assert_eq!(by_email("zoë@beispiel.example")?, 6390);
    assert_eq!(by_email("17")?, 8345);
    assert_eq!(by_email(2.5)?, 2091);
    let hash = u128::from(stable_hash(&["split", "pilot", "jo@acme.com"]));
    assert_eq!((hash * 10_000) >> 64, 8472);
    Ok(())
}

#[test]
fn keys_are_trimmed_and_lowered_and_numbers_are_as_written() -> Outcome {
    assert_eq!(by_email(" Jo@ACME.com\t")?, 8472);
    assert_eq!(by_email("ZOË@BEISPIEL.EXAMPLE")?, 6390);
    assert_eq!(by_email(17)?, 8345);
    assert_eq!(by_email(17.0)?, 8345);
    let long = "Long".repeat(100);
    assert_eq!(by_email(long.clone())?, by_email(long.to_lowercase())?);
    assert_ne!(by_email(long.clone())?, by_email(&long[..256])?);
    Ok(())
}

#[test]
fn leads_without_a_usable_key_are_drawn_by_their_id() -> Outcome {
    for value in ["".into(), " ".into(), true.into(), FieldValue::from(vec!["jo@acme.com"])] {
        assert_eq!(by_email(value)?, 9624);
    }
    assert_eq!(drawn(split().by("email"), &LeadRecord::new("L-1"))?, 9624);
    // Ids are exact everywhere, and here, too.
    assert_ne!(drawn(split(), &LeadRecord::new("l-1"))?, 9624);
    Ok(())
}

#[test]
fn a_draw_lies_below_the_threshold_of_its_part() -> Outcome {
    // L-2 draws 3482 under `pilot`.
    let lead = LeadRecord::new("L-2");
    for (first, second, path) in [
        (34.83, 1.0, "a"),
        (34.82, 1.0, "b"),
        (10.0, 24.83, "b"),
        (10.0, 24.82, "c"),
        (0.01, 99.99, "b"),
        (100.0, f64::NAN, "a"),
    ] {
        let step = split().percent(first, label("a", queue("q")));
        let step = if second.is_nan() { step } else { step.percent(second, label("b", queue("q"))) };
        let router = router(label("pilot", step.rest(label("c", queue("q")))))?;
        assert_eq!(router.decide(&lead, now()).path(), format!("pilot/{path}"), "{first} {second}");
    }
    Ok(())
}

#[test]
fn without_a_rest_the_step_passes() -> Outcome {
    let router = router(label("pilot", split().percent(30, queue("q"))))?;
    let decision = router.decide(&LeadRecord::new("L-2"), now());
    assert_eq!(decision.to_string(), "L-2: queued in triage by otherwise: drew 3482 of 10000, which lies in no part");
    assert_eq!(serde_json::to_string(&decision.reason())?, r#"{"no_part":{"drawn":3482}}"#);
    Ok(())
}

#[test]
fn draws_are_made_with_the_innermost_label_and_not_with_areas() -> Outcome {
    // Under `test`, L-1 draws 2862 and L-2 1638.
    let halves = || split().percent(20, label("low", queue("q"))).rest(queue("q"));
    let area = Area::new("pilot").then(label("test", territories(["country"]).area(Area::new("de").then(halves()))));
    let router = router(label("pilot", territories(["country"]).area(area)))?;
    assert_eq!(router.decide(&LeadRecord::new("L-2"), now()).path(), "pilot/pilot/test/de/low");
    assert_eq!(router.decide(&LeadRecord::new("L-1"), now()).path(), "pilot/pilot/test/de");
    Ok(())
}

#[test]
fn rotations_inside_are_the_pools_own() -> Outcome {
    let step = split().percent(50, round_robin("smb")).rest(round_robin("smb"));
    let router = router(label("pilot", step))?;
    assert_eq!(router.rotations().map(|rotation| rotation.name()).collect::<Vec<_>>(), ["smb"]);
    Ok(())
}

#[test]
fn a_split_that_is_used_twice_is_one_split() -> Outcome {
    let plan = Plan::new(label("pilot", lead_router::first_of((step("halves"), step("halves")))))
        .otherwise("triage")
        .name_step("halves", split().percent(50, queue("q")));
    let router = Router::new(plan, Roster::new())?;
    assert_eq!(router.findings(), []);
    Ok(())
}

#[test]
fn files_say_the_same_as_the_builder() -> Outcome {
    let read: Plan = toml::from_str(
        r#"
        otherwise = "triage"
        [route.label]
        name = "pilot"
        [route.label.then.split]
        by = "email"
        parts = [{ percent = 10, then = { queue = "a" } }, { percent = 12.5, then = { queue = "b" } }]
        rest = { queue = "c" }
        "#,
    )?;
    let built = split().by("email").percent(10, queue("a")).percent(12.5, queue("b")).rest(queue("c"));
    let built = Plan::new(label("pilot", built)).otherwise("triage");
    assert_eq!(read, built);
    assert_eq!(serde_json::from_str::<Plan>(&serde_json::to_string(&built)?)?, built);
    assert_eq!(built.reads().iter().map(ToString::to_string).collect::<Vec<_>>(), ["email: text"]);
    Ok(())
}

/// A part of each of so many hundredths of a percent, labelled by its number.
fn parts(hundredths: &[u32]) -> Result<Router, lead_router::BuildError> {
    let part = |split: Split, (number, hundredths): (usize, &u32)| {
        split.percent(f64::from(*hundredths) / 100.0, label(number.to_string(), queue("q")))
    };
    let split = hundredths.iter().enumerate().fold(split().by("key"), part);
    router(label("pilot", split.rest(label("9", queue("q")))))
}

/// The number of the part that a key is in; 9 for the rest.
fn part_of(router: &Router, key: &str) -> Option<u8> {
    let decision = router.decide(&LeadRecord::new("L-1").with("key", key), now());
    decision.path().strip_prefix("pilot/")?.parse().ok()
}

#[test]
fn every_hundredth_of_a_percent_is_a_percent() -> Outcome {
    for hundredths in 1..=10_000 {
        assert!(parts(&[hundredths]).is_ok(), "{hundredths}");
    }
    Ok(())
}

#[test]
fn parts_have_the_shares_that_they_ask_for() -> Outcome {
    let router = parts(&[1_000, 1_250, 5_000])?;
    let mut counts = [0_u32; 10];
    for number in 0..20_000 {
        counts[usize::from(part_of(&router, &format!("lead {number}")).ok_or("no part")?)] += 1;
    }
    for (part, expected) in [(0, 2_000_u32), (1, 2_500), (2, 10_000), (9, 5_500)] {
        assert!(counts[part].abs_diff(expected) < 250, "{counts:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn raising_a_percent_moves_nobody_back(
        percents in vec(1_u32..2_000, 1..4),
        raised in 0_usize..4,
        by in 1_u32..2_000,
        keys in vec("[a-z]{1,8}", 1..60),
    ) {
        let raised = raised % percents.len();
        let mut more = percents.clone();
        more[raised] += by;
        let (before, after) = (parts(&percents)?, parts(&more)?);
        for key in keys {
            let (was, is) = (part_of(&before, &key), part_of(&after, &key));
            // Who was in the part that is raised, or before it, is where they were; nobody else moves to a later part.
            if was <= u8::try_from(raised).ok() {
                prop_assert_eq!(was, is);
            }
            prop_assert!(is <= was, "{}: {:?} {:?}", key, was, is);
        }
    }
}
