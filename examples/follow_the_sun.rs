//! Three offices around the world: who is at work when a lead comes in, and what becomes of it if nobody is.
//!
//! `cargo run --example follow_the_sun`

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use lead_router::{LeadRecord, Plan, Roster, Router};
use std::error::Error;

const PLAN: &str = r#"
    otherwise = "triage"

    # Whoever is at work takes turns; else whoever starts soonest, within two hours; else it waits until morning.
    [route]
    first_of = [
        { opening_within = { within = "2 hours", then = { round_robin = "sales" } } },
        { queue = "until morning" },
    ]
"#;

const ROSTER: &str = r#"
    [calendars.japan.dates]
    2026-03-20 = "closed" # the spring equinox

    [hours.default] # in the zone of each rep
    week = { mon-thu = "09:00-12:30, 13:30-18:00", fri = "09:00-15:00" }

    [hours.tokyo]
    zone = "Asia/Tokyo"
    week = { mon-fri = "09:00-18:00" }
    calendars = ["japan"]

    [[reps]]
    id = "ann"
    zone = "America/Los_Angeles"
    pools = ["sales"]
    caps = ["2 per day"]

    [[reps]]
    id = "bea"
    zone = "Europe/Berlin"
    pools = ["sales"]

    [[reps]]
    id = "ben"
    zone = "Europe/Berlin"
    pools = ["sales"]
    leave = [{ first_day = "2026-03-19", last_day = "2026-03-20" }]

    [[reps]]
    id = "kei"
    hours = "tokyo"
    pools = ["sales"]
"#;

/// When leads come in: two days in March, when clocks in America have changed already and those in Europe have not.
const LEADS: [&str; 12] = [
    "2026-03-19T00:30:00Z", // half past nine in Tokyo
    "2026-03-19T07:15:00Z", // before Berlin opens, and Tokyo is there
    "2026-03-19T10:00:00Z",
    "2026-03-19T12:00:00Z", // lunch in Berlin
    "2026-03-19T17:00:00Z",
    "2026-03-19T18:00:00Z",
    "2026-03-19T19:45:00Z", // lunch in Los Angeles, where the cap of the day is used up
    "2026-03-19T23:30:00Z", // half an hour before Tokyo, if it were no holiday
    "2026-03-20T06:30:00Z", // an hour and a half before Berlin
    "2026-03-20T13:30:00Z",
    "2026-03-20T16:30:00Z", // Friday afternoon in Los Angeles
    "2026-03-20T23:00:00Z", // and now it is the weekend everywhere
];

fn main() -> Result<(), Box<dyn Error>> {
    let plan: Plan = toml::from_str(PLAN)?;
    let roster: Roster = toml::from_str(ROSTER)?;
    let offices: [(&str, Tz); 3] =
        [("ann", chrono_tz::America::Los_Angeles), ("bea", chrono_tz::Europe::Berlin), ("kei", chrono_tz::Asia::Tokyo)];
    let mut router = Router::new(plan, roster)?;

    for (number, at) in (1..).zip(LEADS) {
        let now: DateTime<Utc> = at.parse()?;
        let lead = LeadRecord::new(format!("L-{number}"));
        let clocks = offices.map(|(_, zone)| now.with_timezone(&zone).format("%a %H:%M").to_string());
        println!(
            "{} UTC; {} in Los Angeles, {} in Berlin, {} in Tokyo",
            now.format("%a %H:%M"),
            clocks[0],
            clocks[1],
            clocks[2]
        );
        let why = router.explain(&lead, now);
        println!("  {}", why.decision());
        for rep in why.steps().flat_map(|step| step.reps()).filter(|rep| rep.fate().gate().is_some()) {
            println!("    {rep}");
        }
        let decision = router.decide(&lead, now);
        let receipt = router.commit(&lead, decision)?;
        router.settle(&receipt)?;
    }

    // The same calendars reckon in working time: two hours to call back, from Friday at 14:30 in Berlin.
    let berlin = router.schedule("bea").ok_or("bea has no hours")?;
    let friday = "2026-03-20T13:30:00Z".parse()?;
    let due = berlin.add(friday, lead_router::hours(2)).ok_or("bea never works again")?;
    println!(
        "\ntwo working hours of bea from Fri 14:30 end on {}",
        due.with_timezone(&offices[1].1).format("%a %H:%M")
    );
    Ok(())
}
