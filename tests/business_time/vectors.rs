//! What the test suites of six other projects say of business time.

use chrono::{DateTime, NaiveDateTime, Utc};
use lead_router::hours::{Schedule, WorkingHours};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

/// Where the suites differ from each other, this crate says what it does, and why. What each of these asks is answered so.
///
/// The other points on which suites differ have no vector here: a reversed range is negative and not zero, working time that
/// is used up exactly at a closing ends there and not at the next opening, and a whole day is as long as clocks make it.
const DECIDED_OTHERWISE: [(&str, &str, bool); 1] =
    [("moment-business-time-033", "closings are exclusive, so that who opens as another closes is open alone", false)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    suites: BTreeMap<String, Suite>,
    hours: Vec<Hours>,
}

/// Where vectors come from. Not looked at, but every suite is told in full.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for readers of the file")]
struct Suite {
    project: String,
    licence: String,
    commit: Option<String>,
    tests: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    zone: String,
    #[serde(default)]
    week: BTreeMap<String, String>,
    #[serde(default)]
    dates: BTreeMap<String, String>,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    add: Option<u32>,
    subtract: Option<u32>,
    ask: Option<String>,
    local: Option<NaiveDateTime>,
    is: Value,
}

fn vectors() -> Vectors {
    toml::from_str(include_str!("vectors.toml")).expect("the file is well-formed")
}

fn schedule(hours: &Hours) -> Schedule {
    let mut written = WorkingHours::in_zone(&hours.zone);
    written.week.clone_from(&hours.week);
    written.dates.clone_from(&hours.dates);
    written.schedule().expect("the hours are well-formed")
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().and_then(|text| text.parse().ok()).expect("an instant")
}

fn check(vector: &Vector, schedule: &Schedule) {
    let Vector { id, is, .. } = vector;
    let same = |answer: Option<DateTime<Utc>>| assert_eq!(answer, Some(instant(is)), "{id}");
    if let Some(local) = vector.local {
        return same(Some(schedule.instant_of(local)));
    }
    let from = vector.from.expect("all others begin somewhere");
    match (vector.until, vector.add, vector.subtract, vector.ask.as_deref()) {
        (Some(until), None, None, None) => {
            assert_eq!(Some(schedule.between(from, until).num_seconds()), is.as_integer(), "{id}");
        }
        (None, Some(seconds), None, None) => same(schedule.add(from, lead_router::seconds(seconds))),
        (None, None, Some(seconds), None) => same(schedule.subtract(from, lead_router::seconds(seconds))),
        (None, None, None, Some("open_at_or_after")) => same(schedule.open_at_or_after(from)),
        (None, None, None, Some("open_at_or_before")) => same(schedule.open_at_or_before(from)),
        (None, None, None, Some("opening")) => same(schedule.next_opening(from)),
        (None, None, None, Some("closing")) => same(schedule.next_closing(from)),
        (None, None, None, Some("period")) => {
            let period = schedule.period_at_or_after(from).expect("there is one");
            let (opens, closes) = (instant(&is[0]), instant(&is[1]));
            assert_eq!((period.from, period.until), (opens, Some(closes)), "{id}");
        }
        (None, None, None, Some("is_open")) => {
            let here = DECIDED_OTHERWISE.iter().find(|(other, ..)| other == id).map(|(.., answer)| *answer);
            assert_ne!(here, is.as_bool(), "{id} is not decided otherwise");
            assert_eq!(Some(schedule.is_open(from)), here.or(is.as_bool()), "{id}");
        }
        _ => panic!("{id} asks for nothing, or for several things at once"),
    }
}

#[test]
fn what_other_suites_say_holds_here() {
    let Vectors { suites, hours } = vectors();
    let mut seen = BTreeSet::new();
    for hours in &hours {
        let schedule = schedule(hours);
        for vector in &hours.vectors {
            let (suite, _) = vector.id.rsplit_once('-').expect("an id names its suite");
            assert!(suites.contains_key(suite), "{} is of no known suite", vector.id);
            assert!(seen.insert(vector.id.as_str()), "{} is there twice", vector.id);
            check(vector, &schedule);
        }
    }
    assert_eq!(seen.len(), 118, "vectors");
    for (id, why, _) in DECIDED_OTHERWISE {
        assert!(seen.contains(id) && !why.is_empty(), "{id}");
    }
}
