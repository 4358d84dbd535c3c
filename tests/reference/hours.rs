//! Hours, leave and windows of time, by the dates and wall times of calendars.

use super::clock::{names, past_midnight};
use super::condition::{list, text};
use super::instant;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use serde_json::Value as Json;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// No hours of the games are closed for longer than that before they open again.
const LONGEST_CLOSED: i64 = 60;

pub(crate) fn zone(name: &Json) -> Option<Tz> {
    name.as_str().map(|name| name.parse().expect("a time zone"))
}

/// What clocks show.
fn wall(at: i64, zone: Tz) -> NaiveDateTime {
    DateTime::from_timestamp_millis(at).expect("a time near ours").with_timezone(&zone).naive_local()
}

/// When clocks show a wall time: of two times the first. One that they skip is moved on by as much as they skip, which is
/// so many minutes after the last one that they do show.
fn resolve(wall: NaiveDateTime, zone: Tz) -> i64 {
    if let Some(first) = zone.from_local_datetime(&wall).earliest() {
        return first.timestamp_millis();
    }
    let shown = |minutes: &i64| zone.from_local_datetime(&(wall - TimeDelta::minutes(*minutes))).latest();
    let minutes = (1..).find(|minutes| shown(minutes).is_some()).expect("clocks skip a day at the most");
    shown(&minutes).expect("it is there").timestamp_millis() + minutes * MINUTE
}

/// When a date begins.
fn start(date: NaiveDate, zone: Tz) -> i64 {
    resolve(date.and_time(NaiveTime::MIN), zone)
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// What a table says of a date, by the date itself or by several that it is one of.
fn on_date(dates: &Json, day: NaiveDate) -> Option<&str> {
    let is_one = |names: &str| {
        let (first, last) = names.split_once(" to ").unwrap_or((names, names));
        (date(first)..=date(last)).contains(&day)
    };
    dates.as_object()?.iter().find(|(names, _)| is_one(names)).map(|(_, hours)| text(hours))
}

/// The hours that begin on a date: its own come before those of calendars, the first of which counts, and these before those
/// of its day of the week.
fn hours_of<'h>(hours: &'h Json, calendars: &'h Json, day: NaiveDate) -> &'h str {
    let of_calendars = hours.get("calendars").map(list).unwrap_or_default();
    let mut of_calendars = of_calendars.iter().map(|name| &calendars[text(name)]["dates"]);
    let of_week = || {
        let today = day.format("%a").to_string().to_lowercase();
        let week = hours.get("week").and_then(Json::as_object).into_iter().flatten();
        week.map(|(days, hours)| (days, text(hours))).find(|(days, _)| names(days, &today)).map(|(_, hours)| hours)
    };
    let own = on_date(&hours["dates"], day).or_else(|| of_calendars.find_map(|dates| on_date(dates, day)));
    own.or_else(of_week).unwrap_or("closed")
}

/// From when until when it is open by the hours of a date.
fn periods(hours: &Json, calendars: &Json, day: NaiveDate, zone: Tz) -> Vec<(i64, i64)> {
    let periods = hours_of(hours, calendars, day).split(", ").filter(|period| *period != "closed");
    let period = |period: &str| {
        let (from, until) = period.split_once('-').expect("from and until");
        let (until, next_day) = until.strip_suffix("+1").map_or((until, 0), |until| (until, 1));
        let at = |time: &str, days: i64| {
            resolve(day.and_time(NaiveTime::MIN) + past_midnight(time) + TimeDelta::days(days), zone)
        };
        (at(from, 0), at(until, next_day))
    };
    let mut periods: Vec<(i64, i64)> = periods.map(period).filter(|(from, until)| from < until).collect();
    periods.sort_unstable();
    periods
}

/// Whether it is closed, and if so until when: for good, if nothing is said.
pub(crate) fn closed(hours: &Json, calendars: &Json, zone: Tz, now: i64) -> Option<Option<i64>> {
    let today = wall(now, zone).date();
    let days = (-2..LONGEST_CLOSED).map(|days| today + TimeDelta::days(days));
    let mut opens = None;
    for (from, until) in days.flat_map(|day| periods(hours, calendars, day, zone)) {
        if from <= now && now < until {
            return None;
        }
        if from > now {
            opens = Some(from);
            break;
        }
    }
    Some(opens)
}

/// From when until when a leave lasts.
fn leave(leave: &Json, zone: Tz) -> (i64, i64) {
    let day = |name: &str| leave[name].as_str().map(date);
    match (day("first_day"), day("last_day")) {
        (Some(first), Some(last)) => (start(first, zone), start(last + Days::new(1), zone)),
        _ => (instant(&leave["from"]).expect("from when"), instant(&leave["until"]).expect("until when")),
    }
}

/// Until when somebody is on leave, if they are: one leave may go on where another ends.
pub(crate) fn on_leave(all: &Json, zone: Tz, now: i64) -> Option<i64> {
    let all: Vec<(i64, i64)> = all.as_array().into_iter().flatten().map(|one| leave(one, zone)).collect();
    let mut back = now;
    while let Some((_, until)) = all.iter().find(|(from, until)| (*from..*until).contains(&back)) {
        back = *until;
    }
    (back > now).then_some(back)
}

/// Whether somebody comes back from leave after an instant, and at another at the latest.
pub(crate) fn comes_back(all: &Json, zone: Tz, after: i64, by: i64) -> bool {
    let mut ends = all.as_array().into_iter().flatten().map(|one| leave(one, zone).1);
    ends.any(|end| after < end && end <= by && on_leave(all, zone, end).is_none())
}

/// When a window ends in which something was given: when clocks next show a full hour, or a date begins, or one that is a
/// Monday or a first; or so much later.
pub(crate) fn window_end(window: &str, at: i64, zone: Tz) -> i64 {
    let begins = |is_one: &dyn Fn(NaiveDate) -> bool| {
        // From the day before: clocks may have been put back over midnight.
        let dates = (wall(at, zone).date() - Days::new(1)).iter_days().filter(|date| is_one(*date));
        dates.map(|date| start(date, zone)).find(|start| *start > at).expect("there are more dates to come")
    };
    match window {
        "hour" => {
            let shows_a_full_hour = |at: &i64| (wall(*at, zone).minute(), wall(*at, zone).second()) == (0, 0);
            let minutes = (1..).map(|minutes| at.div_euclid(MINUTE) * MINUTE + minutes * MINUTE);
            { minutes }.find(shows_a_full_hour).expect("there are more hours to come")
        }
        "day" => begins(&|_| true),
        "week" => begins(&|date| date.weekday() == chrono::Weekday::Mon),
        "month" => begins(&|date| date.day() == 1),
        "rolling hour" => at + HOUR,
        "rolling day" => at + 24 * HOUR,
        "rolling week" => at + 7 * 24 * HOUR,
        "rolling month" => at + 30 * 24 * HOUR,
        _ => panic!("no window `{window}`"),
    }
}
