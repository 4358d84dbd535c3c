//! Who is there, what is asked of them, and which leads come in.

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{LeadRecord, Plan, Roster, Router, stable_hash};
use std::error::Error;

const PLAN: &str = r#"
    otherwise = "triage"

    [route]
    first_of = [
        { label = { name = "demo", then = { when = { if = { field = "requested_demo", is = true }, then = { available = { round_robin = "closers" } } } } } },
        { label = { name = "inbound", then = { available = { round_robin = "inbound" } } } },
    ]

    # Nobody has reached the lead: the manager hears of it after an hour at work, and after two somebody else gets it.
    [escalation]
    clock = "working_time"
    rungs = [{ after = "1h", then = { notify = "manager" } }, { after = "2h", then = "reassign" }]

    # Whoever comes free takes demos first, then the oldest.
    [waiting.triage]
    first = [{ field = "requested_demo", is = true }]
"#;

const ROSTER: &str = r#"
    reps = [
        { id = "chen", zone = "Asia/Singapore", manager = "maria", pools = ["inbound", "closers"] },
        { id = "dewi", zone = "Asia/Singapore", manager = "maria", pools = ["inbound"] },
        { id = "eva", zone = "Europe/Berlin", manager = "maria", pools = ["inbound", "closers"] },
        { id = "finn", zone = "Europe/Berlin", manager = "maria", pools = ["inbound"] },
        { id = "gwen", zone = "America/New_York", manager = "maria", pools = ["inbound", "closers"] },
        { id = "hal", zone = "America/New_York", manager = "maria", pools = ["inbound"] },
        { id = "maria", zone = "Europe/Berlin" },
    ]

    [hours.default] # in the zone of each rep, with an hour for lunch
    week = { mon-fri = "09:00-12:00, 13:00-18:00" }
"#;

pub(crate) fn router() -> Result<Router, Box<dyn Error>> {
    Ok(Router::new(toml::from_str::<Plan>(PLAN)?, toml::from_str::<Roster>(ROSTER)?)?)
}

/// A number below `bound` that is the same in every run: what differs from lead to lead hangs on its id.
pub(crate) fn drawn(what: &str, lead: &str, bound: u64) -> u64 {
    stable_hash(&[what, lead]) % bound
}

/// Thirty leads, one every 48 minutes or so; every fourth wants a demo.
pub(crate) fn leads(midnight: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, LeadRecord)> {
    (1..=30).map(move |number| {
        let id = format!("L-{number:02}");
        let minute = (number - 1) * 48 + drawn("arrives", &id, 40) as i64;
        let lead = LeadRecord::new(&*id).with("requested_demo", drawn("demo", &id, 4) == 0);
        (midnight + TimeDelta::minutes(minute), lead)
    })
}
