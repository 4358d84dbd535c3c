//! What clocks show where a lead is, by calendar arithmetic on dates.

use super::condition::text;
use chrono::{DateTime, NaiveTime, TimeDelta};
use chrono_tz::{TZ_VARIANTS, Tz};
use serde_json::Value as Json;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Whether clocks at a place show one of the hours of a week; not if nobody knows the place.
pub(crate) fn show(week: &Json, place: &str, now: i64) -> bool {
    let Some(zone) = zone(place) else { return false };
    let now = DateTime::from_timestamp_millis(now).expect("a time near 2026").with_timezone(&zone).naive_local();
    let week = week.as_object().expect("hours by days");
    // What began yesterday may last until today.
    [now.date(), now.date() - TimeDelta::days(1)].into_iter().any(|date| {
        let today = date.format("%a").to_string().to_lowercase();
        let hours = week.iter().filter(|(days, _)| names(days, &today)).map(|(_, hours)| text(hours));
        let mut periods = hours.flat_map(|hours| hours.split(", ")).filter(|hours| *hours != "closed");
        periods.any(|period| {
            let (from, until) = period.split_once('-').expect("from and until");
            let (until, days) = until.strip_suffix("+1").map_or((until, 0), |until| (until, 1));
            let begin = date.and_time(NaiveTime::MIN) + past_midnight(from);
            let end = date.and_time(NaiveTime::MIN) + past_midnight(until) + TimeDelta::days(days);
            begin <= now && now < end
        })
    })
}

/// Whether days such as `mon-fri` or `sat, sun` name a day.
pub(crate) fn names(days: &str, day: &str) -> bool {
    let place = |name: &str| DAYS.iter().position(|day| *day == name).expect("a day");
    days == "daily"
        || days.split(", ").any(|days| {
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            (place(day) + 7 - place(first)) % 7 <= (place(last) + 7 - place(first)) % 7
        })
}

pub(crate) fn past_midnight(time: &str) -> TimeDelta {
    let units = time.split(':').zip([3_600, 60, 1]);
    units.map(|(number, unit)| TimeDelta::seconds(number.parse::<i64>().expect("a number") * unit)).sum()
}

/// Of countries only those that are drawn.
fn zone(place: &str) -> Option<Tz> {
    let place = place.trim().to_lowercase();
    let name = match place.as_str() {
        "us" => "america/new_york",
        "de" => "europe/berlin",
        "at" => "europe/vienna",
        "uk" | "gb" => "europe/london",
        "au" => "australia/sydney",
        "ca" => "america/toronto",
        "xx" => return None,
        name => name,
    };
    TZ_VARIANTS.into_iter().find(|zone| zone.name().to_lowercase() == name)
}
