//! What the games say of time: hours, leave, caps and ramps, near the times at which clocks change.

use crate::draw::Draw;
use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use serde_json::{Value as Json, json};

/// Monday, 2026-03-02 09:00 UTC, which some texts name; and one second before clocks change in New York and in Berlin.
const QUICK_STARTS: [i64; 4] = [1_772_442_000_000, 1_772_442_000_000, 1_772_953_199_000, 1_792_889_999_000];

/// Where and when clocks change: by an hour and by half of one, at night and at midnight, on and back.
const CHANGES: [(&str, &str); 14] = [
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("Asia/Beirut", "2026-03-28T22:00:00Z"),
    ("Asia/Beirut", "2026-10-24T21:00:00Z"),
    ("America/Havana", "2026-03-08T05:00:00Z"),
    ("America/Havana", "2026-11-01T05:00:00Z"),
    ("Atlantic/Azores", "2026-10-25T01:00:00Z"),
    ("America/Santiago", "2026-04-05T03:00:00Z"),
    ("America/Santiago", "2026-09-06T04:00:00Z"),
    ("Asia/Kathmandu", "2026-03-31T18:15:00Z"),
];

/// Wall times, in order.
const CUTS: [&str; 15] = [
    "00:00", "00:15", "00:30", "01:00", "01:30", "01:45", "02:00", "02:30", "03:00", "03:15", "09:00", "13:30",
    "17:00", "23:00", "24:00",
];

/// How time goes by in a game.
pub(crate) struct Pace {
    pub(crate) start: i64,
    /// How much longer all takes than in a game of a few seconds.
    pub(crate) scale: u64,
    /// The zone whose clocks change then.
    zone: Tz,
}

impl Default for Pace {
    fn default() -> Self {
        Self { start: 0, scale: 1, zone: Tz::UTC }
    }
}

impl Pace {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        if draw.one_in(3) {
            return Self { start: draw.of(&QUICK_STARTS), scale: 1, zone: Tz::Europe__Berlin };
        }
        let (zone, change) = draw.of(&CHANGES);
        let change: DateTime<chrono::Utc> = change.parse().expect("a time");
        let start = change.timestamp_millis() - draw.below(36 * 3_600_000) as i64;
        Self { start, scale: draw.of(&[5_000, 40_000]), zone: zone.parse().expect("a zone") }
    }

    fn local(&self, at: i64) -> DateTime<Tz> {
        DateTime::from_timestamp_millis(at).expect("a time near 2026").with_timezone(&self.zone)
    }

    /// A time not long after another: often one at which something may happen, or just before or after it.
    pub(crate) fn later(draw: &mut Draw, now: i64, deadline: Option<i64>) -> i64 {
        let nudge = draw.below(3) as i64 - 1;
        if draw.pace.scale == 1 {
            return now + draw.below(60) as i64 - 5;
        }
        match (draw.below(6), deadline) {
            (0, Some(deadline)) => deadline + nudge,
            (1, _) => {
                let half_hours = 1 + draw.below(8) as i64;
                (now.div_euclid(1_800_000) + half_hours) * 1_800_000 + nudge
            }
            (2, _) => now + draw.below(1_000 * draw.pace.scale) as i64,
            _ => now + draw.below(60) as i64 - 5,
        }
    }
}

fn zone(draw: &mut Draw) -> String {
    let own = draw.pace.zone;
    draw.of(&[own, own, own, Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Tokyo]).name().to_owned()
}

/// Dates with hours of their own.
fn dates(draw: &mut Draw) -> Json {
    let today = draw.pace.local(draw.pace.start).date_naive();
    let mut dates = json!({});
    for (first, days) in [(-1, 0), (0, 0), (1, 0), (2, 1), (5, 0)] {
        if draw.one_in(4) {
            let (first, last) = (today + TimeDelta::days(first), today + TimeDelta::days(first + days));
            let name = if first == last { first.to_string() } else { format!("{first} to {last}") };
            dates[name] = json!(draw.of(&["closed", "closed", "02:30-03:00", "09:00-12:00", "22:00-02:30+1"]));
        }
    }
    dates
}

/// Hours of one day, none of which overlap.
fn periods(draw: &mut Draw) -> String {
    let cuts = draw.some(&CUTS);
    let periods = cuts.chunks_exact(2).map(|pair| format!("{}-{}", pair[0], pair[1]));
    let periods: Vec<String> = periods.collect();
    if periods.is_empty() { "closed".to_owned() } else { periods.join(", ") }
}

pub(crate) fn hours(draw: &mut Draw) -> Json {
    let mut hours = json!({});
    let week = match draw.below(9) {
        0 | 1 => json!({ "mon-fri": "09:00-17:00" }),
        2 => json!({ "daily": "22:00-06:00+1" }),
        3 => json!({ "daily": "20:00-02:30+1" }),
        4 => json!({ "mon-fri": periods(draw), "sat, sun": periods(draw) }),
        5 => json!({ "daily": periods(draw) }),
        6 => json!({ "sun": "00:00-24:00", "mon, wed": "00:00-02:30, 23:00-24:00" }),
        7 => crate::draw::hours(draw),
        _ => json!({}),
    };
    if week != json!({}) {
        hours["week"] = week;
    }
    if draw.one_in(2) {
        hours["zone"] = json!(zone(draw));
    }
    if draw.one_in(3) {
        hours["dates"] = dates(draw);
    }
    if draw.one_in(2) {
        hours["calendars"] = json!(draw.some(&["bank", "village"]));
    }
    hours
}

/// What the reps of a roster share.
pub(crate) fn share(draw: &mut Draw, roster: &mut Json) {
    roster["calendars"] = json!({ "bank": { "dates": dates(draw) }, "village": { "dates": dates(draw) } });
    roster["hours"] = json!({ "early": hours(draw), "late": hours(draw) });
    if draw.one_in(2) {
        roster["hours"]["default"] = hours(draw);
    }
}

/// Adds what a rep's record says of time.
pub(crate) fn rep(draw: &mut Draw, rep: &mut Json, now: i64) {
    if draw.one_in(2) {
        rep["zone"] = json!(zone(draw));
    }
    if draw.one_in(2) {
        let own = hours(draw);
        rep["hours"] = draw.of(&[json!("always"), json!("early"), json!("late"), own.clone(), own]);
    }
    if draw.one_in(3) {
        rep["leave"] = (0..1 + draw.below(3)).map(|_| leave(draw, now)).collect();
    }
    if draw.one_in(3) {
        rep["caps"] = caps(draw);
    }
    let pools: Vec<String> = rep["pools"].as_object().expect("pools").keys().cloned().collect();
    for pool in pools {
        if draw.one_in(5) {
            rep["ramps"][&pool] = json!({ draw.time(now, 500, 1_000): 1 + draw.below(9), draw.time(now, 0, 3_000): 2 });
        }
    }
}

fn leave(draw: &mut Draw, now: i64) -> Json {
    if draw.one_in(2) {
        let from = now - 300 * draw.pace.scale as i64 + draw.below(1_500 * draw.pace.scale) as i64;
        let until = from + 1 + draw.below(700 * draw.pace.scale) as i64;
        return json!({ "from": draw.at(from), "until": draw.at(until) });
    }
    let first = draw.pace.local(now).date_naive() + TimeDelta::days(draw.below(4) as i64 - 2);
    let last = first + TimeDelta::days(draw.below(2) as i64);
    json!({ "first_day": first, "last_day": last })
}

pub(crate) fn caps(draw: &mut Draw) -> Json {
    const WINDOWS: [&str; 10] =
        ["hour", "hour", "day", "day", "week", "month", "rolling hour", "rolling hour", "rolling day", "rolling week"];
    (0..1 + draw.below(2)).map(|_| json!(format!("{} per {}", 1 + draw.below(4), draw.of(&WINDOWS)))).collect()
}

/// Adds what the declaration of a pool says of time.
pub(crate) fn pool(draw: &mut Draw, mut pool: Json) -> Json {
    for key in ["caps", "member_caps"] {
        if draw.one_in(5) {
            pool[key] = caps(draw);
        }
    }
    if draw.one_in(3) {
        pool["zone"] = json!(zone(draw));
    }
    pool
}
