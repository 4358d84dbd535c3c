//! Hours on the clock of the lead.

use super::naive;
use super::samples::{any_hours, now};
use crate::condition::RepTest;
use crate::hours::LocalHours;
use crate::{Condition, FieldValue, LeadRecord, Value, field, not, rep_field};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::TZ_VARIANTS;
use proptest::prelude::*;
use proptest::sample::select;

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn holds(condition: &Condition, zone: impl Into<FieldValue>, now: &str) -> bool {
    condition.holds(&LeadRecord::new("L-1").with("zone", zone), at(now))
}

fn office() -> Condition {
    field("zone").local_hours([("mon-fri", "09:00-17:00")])
}

#[test]
fn openings_are_inclusive_and_closings_are_not() {
    let cases = [
        ("2026-03-02T07:59:59.999Z", false),
        ("2026-03-02T08:00:00Z", true),
        ("2026-03-02T15:59:59.999Z", true),
        ("2026-03-02T16:00:00Z", false),
        ("2026-02-28T12:00:00Z", false), // Saturday
        ("2026-03-01T12:00:00Z", false),
        ("2026-03-06T12:00:00Z", true),
        ("2026-03-07T12:00:00Z", false),
        ("1969-12-29T08:00:00Z", true), // Monday
        ("1969-12-29T07:59:59.999Z", false),
    ];
    for (now, expected) in cases {
        assert_eq!(holds(&office(), "Europe/Berlin", now), expected, "{now}");
    }
}

#[test]
fn the_clock_is_the_leads() {
    let monday = "2026-03-02T09:00:00Z";
    for open in ["Europe/Berlin", "europe/berlin", " UTC\n", "DE", "de", "UK", "Asia/Kolkata", "IN"] {
        assert!(holds(&office(), open, monday), "{open}");
    }
    for closed in ["America/New_York", "US", "Asia/Tokyo", "jp", "Australia/Sydney", "au", "Pacific/Kiritimati"] {
        assert!(!holds(&office(), closed, monday), "{closed}");
    }
    // It is Monday already, or still Sunday.
    assert!(holds(&office(), "Pacific/Kiritimati", "2026-03-01T19:00:00Z"));
    assert!(!holds(&office(), "Pacific/Honolulu", "2026-03-02T09:00:00Z"));
    assert!(holds(&office(), "Pacific/Honolulu", "2026-03-07T02:59:59Z"));
    // A quarter to three in the afternoon.
    let afternoon = field("zone").local_hours([("mon", "14:45-14:46")]);
    assert!(holds(&afternoon, "Asia/Kathmandu", monday));
}

#[test]
fn what_is_no_known_place_is_neither_in_nor_after_hours() {
    let always = field("zone").local_hours([("daily", "00:00-24:00")]);
    let values: [FieldValue; 8] = [
        "Berlin".into(),
        "Germany".into(),
        "XX".into(),
        "+01:00".into(),
        1.into(),
        true.into(),
        ["Europe/Berlin"].into(),
        "2026-03-02T09:00:00Z".into(),
    ];
    for unknown in values {
        assert!(!holds(&office(), unknown.clone(), "2026-03-02T09:00:00Z"), "{unknown}");
        assert!(holds(&not(office()), unknown.clone(), "2026-03-02T09:00:00Z"), "{unknown}");
        assert!(!holds(&always, unknown.clone(), "2026-03-02T09:00:00Z"), "{unknown}");
    }
    let nobody = LeadRecord::new("L-1");
    assert!(!office().holds(&nobody, now()) && !always.holds(&nobody, now()));
    let hours = LocalHours::new([("daily", "00:00-24:00")]);
    for zone in TZ_VARIANTS {
        assert_eq!(hours.is_open_in(zone.name(), now()), Some(true), "{zone}");
    }
    assert_eq!(hours.is_open_in("Berlin", now()), None);
}

#[test]
fn hours_over_midnight_belong_to_the_day_before() {
    let night = field("zone").local_hours([("fri", "22:00-06:00+1")]);
    let cases = [
        ("2026-03-06T05:59:59Z", false), // Friday morning: nothing began on Thursday.
        ("2026-03-06T21:59:59.999Z", false),
        ("2026-03-06T22:00:00Z", true),
        ("2026-03-07T05:59:59.999Z", true),
        ("2026-03-07T06:00:00Z", false),
        ("2026-03-07T22:00:00Z", false),
    ];
    for (now, expected) in cases {
        assert_eq!(holds(&night, "UTC", now), expected, "{now}");
    }
    let sunday = field("zone").local_hours([("sun", "23:00-02:00+1")]);
    for (now, expected) in [
        ("2026-03-01T22:59:59Z", false),
        ("2026-03-01T23:00:00Z", true),
        ("2026-03-02T00:00:00Z", true),
        ("2026-03-02T01:59:59.999Z", true),
        ("2026-03-02T02:00:00Z", false),
    ] {
        assert_eq!(holds(&sunday, "UTC", now), expected, "{now}");
    }
}

/// Clocks in Berlin went from 02:00 to 03:00 on 29 March 2026, and go from 03:00 to 02:00 on 25 October.
#[test]
fn only_what_clocks_show_counts_when_they_change() {
    let early = field("zone").local_hours([("sun", "02:15-02:45")]);
    let night = field("zone").local_hours([("sat", "22:00-02:30+1")]);
    let spring = |minute: i64| at("2026-03-29T00:00:00Z") + TimeDelta::minutes(minute);
    let lead = LeadRecord::new("L-1").with("zone", "Europe/Berlin");
    assert!((0..180).all(|minute| !early.holds(&lead, spring(minute))));
    assert!((0..180).all(|minute| night.holds(&lead, spring(minute)) == (minute < 60)));

    let autumn = |minute: i64| at("2026-10-25T00:00:00Z") + TimeDelta::minutes(minute);
    for minute in 0..120 {
        assert_eq!(early.holds(&lead, autumn(minute)), (15..45).contains(&(minute % 60)), "{minute}");
        assert_eq!(night.holds(&lead, autumn(minute)), minute % 60 < 30, "{minute}");
    }

    let nine = "2026-03-30T07:00:00Z";
    assert!(holds(&office(), "Europe/Berlin", nine) && !holds(&office(), "Europe/Berlin", "2026-03-27T07:00:00Z"));
}

#[test]
fn reps_have_clocks_too() {
    let there = rep_field("zone").local_hours([("mon-fri", "09:00-17:00")]);
    let fits =
        |test: &RepTest, zone: &str| test.admits(Some(Value::from(zone)), None, at("2026-03-02T09:00:00Z").into());
    assert!(fits(&there, "Europe/Berlin"));
    assert!(!fits(&there, "America/New_York"));
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    let hours = LocalHours::new([("daily", "00:00-24:00")]);
    for zone in ["Pacific/Kiritimati", "Pacific/Niue", "us"] {
        for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(hours.is_open_in(zone, end), Some(true));
        }
    }
}

/// An entry that cannot be read is nothing; a day that stands in one text a hundred times is one day.
#[test]
fn hours_that_nobody_checked_are_read_as_far_as_possible() {
    let hours = LocalHours::new([("mon", "nine"), ("tue", "09:00-17:00"), ("someday", "09:00-17:00")]);
    assert_eq!(hours.period_count(), 1);
    let often = LocalHours::new([(vec!["mon"; 100].join(","), "09:00-10:00,09:30-11:00")]);
    assert_eq!(often.period_count(), 0, "periods that overlap");
    let often = LocalHours::new([(vec!["mon-sun"; 100].join(","), "09:00-10:00,10:00-11:00")]);
    assert_eq!(often.period_count(), 14);
}

fn any_place() -> impl Strategy<Value = String> {
    let places = TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.len() > 2);
    select(places.chain(["us", "UK", "JP", "xx", "nowhere"]).collect::<Vec<_>>()).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_naive_clock_agrees(
        hours in any_hours(), place in any_place(),
        // Quarters of an hour from 1965 to 2098, and what lies just beside.
        quarter in -175_000_i64..4_500_000, beside in -1_i64..=1,
    ) {
        let at = DateTime::from_timestamp_millis(quarter * 900_000 + beside).unwrap();
        prop_assert_eq!(hours.is_open_in(&place, at), naive::is_open(hours.week(), &place, at), "{}", hours);
    }
}
