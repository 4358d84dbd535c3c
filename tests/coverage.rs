//! When nobody of a pool is at work, against a look at every member at every quarter of an hour.

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{Gate, Leave, Plan, RepRecord, Roster, Router, WorkingHours, available, round_robin};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn at(text: &str) -> Result<DateTime<Utc>, chrono::ParseError> {
    text.parse()
}

fn router(reps: impl IntoIterator<Item = RepRecord>) -> Result<Router, lead_router::BuildError> {
    let roster = Roster::new().declare("smb").reps(reps.into_iter().map(|rep| rep.pool("smb")));
    Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)
}

/// Whether somebody could take a lead at every quarter of an hour, told by the gates.
fn agree(router: &Router, ids: &[&str], from: DateTime<Utc>, until: DateTime<Utc>) {
    let gaps = router.uncovered("smb", from, until);
    let mut now = from;
    while now < until {
        let is_away = |id: &&str| {
            matches!(router.gate(id, now), Some(Gate::OutOfHours { .. } | Gate::OnLeave { .. } | Gate::Inactive))
        };
        let is_gap = gaps.iter().any(|gap| gap.from <= now && now < gap.until);
        assert_eq!(is_gap, ids.iter().all(is_away), "{now}");
        now += TimeDelta::minutes(15);
    }
    assert!(gaps.iter().zip(gaps.iter().skip(1)).all(|(gap, next)| gap.until < next.from), "{gaps:?}");
    assert!(gaps.iter().all(|gap| from <= gap.from && gap.from < gap.until && gap.until <= until), "{gaps:?}");
}

#[test]
fn gaps_are_where_everybody_is_away() -> Outcome {
    let berlin = WorkingHours::in_zone("Europe/Berlin").on("mon-fri", "09:00-12:30, 13:30-18:00");
    let night = WorkingHours::in_zone("Europe/Berlin").on("daily", "22:00-06:00+1").closed_on("2026-03-25");
    let sydney = WorkingHours::in_zone("Australia/Sydney").on("tue, thu", "08:00-16:00");
    let team = router([
        RepRecord::new("ann").hours(berlin).leave(Leave::days("2026-03-26", "2026-03-27")),
        RepRecord::new("bob")
            .hours(night)
            .leave(Leave::between(at("2026-03-28T23:30:00Z")?, at("2026-03-30T01:15:00Z")?)),
        RepRecord::new("cid").hours(sydney),
        RepRecord::new("dee").hours("always").inactive(),
    ])?;
    // With the end of winter time in Berlin, and of summer time in Sydney a week later.
    agree(&team, &["ann", "bob", "cid", "dee"], at("2026-03-23T00:00:00Z")?, at("2026-04-08T00:00:00Z")?);
    Ok(())
}

#[test]
fn nobody_and_always() -> Outcome {
    let (from, until) = (at("2026-03-23T00:00:00Z")?, at("2026-03-24T00:00:00Z")?);
    let empty = router([])?;
    let gaps = empty.uncovered("smb", from, until);
    assert_eq!(gaps.iter().map(|gap| (gap.from, gap.until)).collect::<Vec<_>>(), [(from, until)]);
    assert_eq!(empty.uncovered("nobody's", from, until), gaps);
    assert_eq!(empty.uncovered("smb", until, from), []);
    assert_eq!(router([RepRecord::new("ann")])?.uncovered("smb", from, until), []);
    Ok(())
}
