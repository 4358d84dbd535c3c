use super::day::{Day, clock_changes, offset_millis};
use super::{Absences, Leave, WorkingHours, find_zone, zone_fault};
use crate::instant::Instant;
use crate::limits::MAX_PERIODS;
use chrono_tz::{TZ_VARIANTS, Tz};

fn noon(day: i64) -> Instant {
    Instant::from_millis(day * 86_400_000 + 43_200_000)
}

/// A date is among the changes if clocks stand differently on the days around it, and so are those that they show then. Zones
/// with nasty histories first; all of them in a wider run.
#[test]
fn no_change_of_clocks_is_overlooked() {
    let step = if std::env::var_os("ALL_ZONES").is_some() { 1 } else { 13 };
    let nasty = [Tz::America__Recife, Tz::Asia__Gaza, Tz::Africa__Casablanca, Tz::Pacific__Apia, Tz::America__Noronha];
    for zone in TZ_VARIANTS.iter().step_by(step).chain(&nasty) {
        let known = clock_changes(*zone);
        let mut before = offset_millis(noon(-46_000), *zone);
        for day in -46_000..48_000 {
            let after = offset_millis(noon(day), *zone);
            if after != before {
                let dates = [day - 1, day].map(|day| Day::at(noon(day), *zone));
                let is_one =
                    |date: &Day| *dates.iter().min().unwrap() <= *date && *date <= *dates.iter().max().unwrap();
                assert!(known.iter().any(is_one), "{zone} on {}", dates[1].date());
            }
            before = after;
        }
    }
}

fn at(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().map(Instant::from).unwrap_or(Instant::START)
}

#[test]
fn leave_that_meets_is_one() {
    let between = |from: &str, until: &str| match (from.parse(), until.parse()) {
        (Ok(from), Ok(until)) => Leave::between(from, until),
        _ => Leave::days("", ""),
    };
    let leave = [
        Leave::days("2026-07-06", "2026-07-10"),
        between("2026-07-10T22:00:00Z", "2026-07-11T10:00:00Z"),
        Leave::days("2026-03-29", "2026-03-29"),
    ];
    // Midnight in Berlin: the short day of March, and two in summer.
    let absences = Absences::new(&leave, Tz::Europe__Berlin);
    let dates =
        ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-07-05T22:00:00Z", "2026-07-11T10:00:00Z"].map(at);
    assert!(absences.dates().eq(dates));
    let [first, back, second, home] = dates;
    assert_eq!(absences.until(first), Some(back));
    assert_eq!(absences.until(back), None);
    assert_eq!(absences.until(at("2026-07-10T22:00:00Z")), Some(home));
    assert!(absences.ends_within(first, back) && !absences.ends_within(back, second));
    assert!(absences.ends_within(at("2026-01-01T00:00:00Z"), home) && !absences.ends_within(home, Instant::END));
}

#[test]
fn nobody_is_told_to_write_an_offset_that_is_not_meant() {
    let suggested = |name: &str| {
        let message = zone_fault("zone", name).map(|fault| fault.to_string()).unwrap_or_default();
        message.split_once("; did you mean `").map(|(_, zone)| zone.trim_end_matches("`?").to_owned())
    };
    for (name, hours) in [("UTC+2", 2), ("gmt-5", -5), ("GMT+1", 1), ("UTC+14", 14), ("GMT-12", -12)] {
        let zone = suggested(name).and_then(|zone| find_zone(&zone)).map(|zone| offset_millis(Instant::START, zone));
        assert_eq!(zone, Some(hours * 3_600_000), "{name}");
    }
    for name in ["UTC+5:30", "GMT+15", "UTC-128", "UTC+", "GMT+1000000000000"] {
        assert_eq!(suggested(name), None, "{name}");
    }
    for name in ["Berlin", "europe/berlin", "Europe/Berln"] {
        assert_eq!(suggested(name).as_deref(), Some("Europe/Berlin"), "{name}");
    }
}

#[test]
fn a_day_has_so_many_periods_at_the_most() {
    let of = |count: usize| -> String {
        let period = |number: usize| {
            format!("{:02}:{:02}:00-{:02}:{:02}:30", number / 60, number % 60, number / 60, number % 60)
        };
        (0..count).map(period).collect::<Vec<_>>().join(",")
    };
    let hours = |count| WorkingHours::new().on("daily", of(count)).on_date("2026-12-24", of(count));
    assert!(hours(MAX_PERIODS).schedule().is_ok());
    let refused = hours(MAX_PERIODS + 1).schedule().map_err(|error| error.to_string()).err();
    assert_eq!(
        refused.as_deref(),
        Some(
            "2 faults\n  week.daily: there are more than 100 periods\n  dates.2026-12-24: there are more than 100 periods"
        )
    );
}
