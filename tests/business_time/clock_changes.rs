//! What happens when clocks change, worked out by hand: the rules that the documentation states, one by one.

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::hours::{Schedule, WorkingHours};
use lead_router::{hours, minutes};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Hours of one day of the week, where this zone's clocks show it.
fn hours_on(zone: &str, day: &str, hours: &str) -> Schedule {
    WorkingHours::in_zone(zone).on(day, hours).schedule().expect("good hours")
}

fn period(schedule: &Schedule, from: &str) -> (DateTime<Utc>, DateTime<Utc>) {
    let period = schedule.period_at_or_after(at(from)).expect("it opens again");
    (period.from, period.until.expect("it closes"))
}

#[test]
fn an_opening_that_clocks_skip_is_moved_on() {
    // Paris, 29 March 2026: from 02:00 to 03:00, at 01:00 UTC. Half past two is half past three.
    let schedule = hours_on("Europe/Paris", "sun", "02:30-06:00");
    assert_eq!(period(&schedule, "2026-03-28T12:00:00Z"), (at("2026-03-29T01:30:00Z"), at("2026-03-29T04:00:00Z")));
    // A week later all is as it is written.
    assert_eq!(period(&schedule, "2026-04-04T12:00:00Z"), (at("2026-04-05T00:30:00Z"), at("2026-04-05T04:00:00Z")));
}

#[test]
fn a_closing_that_clocks_skip_is_moved_on() {
    let night = hours_on("Europe/Paris", "sat", "22:00-02:30+1");
    let (from, until) = period(&night, "2026-03-28T12:00:00Z");
    assert_eq!((from, until), (at("2026-03-28T21:00:00Z"), at("2026-03-29T01:30:00Z")));
    assert_eq!(until - from, TimeDelta::minutes(4 * 60 + 30));
}

#[test]
fn a_period_of_which_nothing_is_left_is_dropped() {
    let schedule = hours_on("America/Los_Angeles", "sun", "02:30-03:15");
    // 8 March 2026 has no such period; the next Sunday has.
    assert_eq!(period(&schedule, "2026-03-07T12:00:00Z"), (at("2026-03-15T09:30:00Z"), at("2026-03-15T10:15:00Z")));
}

#[test]
fn a_time_that_comes_twice_means_its_first_coming() {
    // Paris, 25 October 2026: from 03:00 back to 02:00, at 01:00 UTC.
    let closing = hours_on("Europe/Paris", "sun", "00:00-02:30");
    assert_eq!(period(&closing, "2026-10-24T12:00:00Z"), (at("2026-10-24T22:00:00Z"), at("2026-10-25T00:30:00Z")));
    assert!(!closing.is_open(at("2026-10-25T01:15:00Z")), "clocks show 02:15 for the second time");
    let opening = hours_on("Europe/Paris", "sun", "02:30-06:00");
    let (from, until) = period(&opening, "2026-10-24T12:00:00Z");
    assert_eq!((from, until), (at("2026-10-25T00:30:00Z"), at("2026-10-25T05:00:00Z")));
    // Three hours and a half by the clock, and one more that they show twice.
    assert_eq!(until - from, TimeDelta::minutes(4 * 60 + 30));
}

#[test]
fn a_whole_day_is_as_long_as_clocks_make_it() {
    let schedule = hours_on("Europe/Paris", "sun", "00:00-24:00");
    let length = |from: &str| schedule.between(at(from), at(from) + TimeDelta::days(3)).num_hours();
    assert_eq!(["2026-03-28T00:00:00Z", "2026-04-04T00:00:00Z", "2026-10-24T00:00:00Z"].map(length), [23, 24, 25]);
    // An eight-hour day has eight hours on every date.
    let office = hours_on("Europe/Paris", "daily", "09:00-17:00");
    assert_eq!(office.between(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")), TimeDelta::hours(365 * 8));
}

#[test]
fn half_an_hour_is_a_change_like_any_other() {
    // Lord Howe Island, 4 October 2026: from 02:00 to 02:30, at 15:30 UTC on the 3rd; back on 5 April 2026.
    let schedule = hours_on("Australia/Lord_Howe", "sun", "02:15-04:00");
    assert_eq!(period(&schedule, "2026-10-02T00:00:00Z"), (at("2026-10-03T15:45:00Z"), at("2026-10-03T17:00:00Z")));
    let back = hours_on("Australia/Lord_Howe", "sun", "01:45-04:00");
    assert_eq!(period(&back, "2026-04-03T00:00:00Z"), (at("2026-04-04T14:45:00Z"), at("2026-04-04T17:30:00Z")));
}

#[test]
fn a_date_that_clocks_skip_has_no_hours() {
    // Apia went from the end of Thursday, 29 December 2011 to Saturday the 31st, at 10:00 UTC.
    let office = hours_on("Pacific/Apia", "daily", "09:00-17:00");
    let thursday = (at("2011-12-29T19:00:00Z"), at("2011-12-30T03:00:00Z"));
    assert_eq!(period(&office, "2011-12-29T12:00:00Z"), thursday);
    assert_eq!(period(&office, "2011-12-30T03:00:00Z"), (at("2011-12-30T19:00:00Z"), at("2011-12-31T03:00:00Z")));
    assert_eq!(office.next_opening(at("2011-12-30T03:00:00Z")), Some(at("2011-12-30T19:00:00Z")));
    // A night shift into it goes on for its eight hours, on Saturday.
    let night = hours_on("Pacific/Apia", "thu", "22:00-06:00+1");
    assert_eq!(period(&night, "2011-12-30T00:00:00Z"), (at("2011-12-30T08:00:00Z"), at("2011-12-30T16:00:00Z")));
    // Friday of that week never came.
    let friday = hours_on("Pacific/Apia", "fri", "09:00-17:00");
    assert_eq!(friday.next_opening(at("2011-12-24T12:00:00Z")), Some(at("2012-01-05T19:00:00Z")));
}

#[test]
fn who_never_closes_and_who_never_opens() {
    let always = WorkingHours::always().schedule().expect("good hours");
    let now = at("2026-03-02T09:00:00Z");
    assert_eq!((always.next_closing(now), always.next_opening(now)), (None, None));
    assert_eq!(always.add(now, hours(100)), Some(now + TimeDelta::hours(100)));
    let never = WorkingHours::new().schedule().expect("good hours");
    assert_eq!((never.next_closing(now), never.next_opening(now)), (None, None));
    assert_eq!((never.add(now, minutes(1)), never.subtract(now, minutes(1))), (None, None));
    assert_eq!(never.period_at_or_after(now), None);
    // Round the clock but for one date.
    let once = WorkingHours::always().closed_on("2031-05-01").schedule().expect("good hours");
    assert_eq!(once.next_closing(now), Some(at("2031-05-01T00:00:00Z")));
    assert_eq!(once.next_opening(now), Some(at("2031-05-02T00:00:00Z")));
}

#[test]
fn hours_belong_to_the_date_on_which_they_begin() {
    let night = WorkingHours::in_zone("Europe/Berlin").on("daily", "22:00-06:00+1").closed_on("2026-12-25");
    let night = night.schedule().expect("good hours");
    // The shift of Christmas Eve goes on to its end; the one of Christmas Day is none.
    assert_eq!(period(&night, "2026-12-24T12:00:00Z"), (at("2026-12-24T21:00:00Z"), at("2026-12-25T05:00:00Z")));
    assert_eq!(night.next_opening(at("2026-12-25T05:00:00Z")), Some(at("2026-12-26T21:00:00Z")));
}

#[test]
fn the_ends_of_time() {
    let schedule = hours_on("Asia/Tokyo", "mon-fri", "09:00-17:00");
    for now in
        [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59Z")]
    {
        let _ = (schedule.is_open(now), schedule.next_opening(now), schedule.next_closing(now));
        let _ = (schedule.add(now, hours(u32::MAX)), schedule.subtract(now, hours(u32::MAX)));
        assert_eq!(schedule.between(now, now), TimeDelta::zero());
    }
    let all = schedule.between(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    assert!(all > TimeDelta::days(9_998 * 260 / 3) && all < TimeDelta::days(9_999 * 262 / 3), "{all}");
}
