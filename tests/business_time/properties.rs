//! Random hours in years in which clocks change: every answer is that of the naive implementation, and answers hold
//! together at any two instants of a century.

use crate::naive::{Clocks, DAY, Date, Hours, Minute, Minutes, Period, date, time};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use lead_router::Span;
use lead_router::hours::{Schedule, WorkingHours};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestError, TestRunner};

#[expect(clippy::disallowed_methods, reason = "how wide to search is up to whoever runs the test")]
fn cases() -> u32 {
    std::env::var("CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(4)
}

/// A test for each year of a zone, counted from a date.
macro_rules! years {
    ($($name:ident: $zone:ident, $first:literal;)*) => {
        $(#[test]
        fn $name() {
            hold(Tz::$zone, $first);
        })*
    };
}

years! {
    no_changes: UTC, "2026-01-01";
    paris: Europe__Paris, "2026-01-01";
    los_angeles: America__Los_Angeles, "2026-01-01";
    // Both at midnight.
    sao_paulo: America__Sao_Paulo, "2018-01-01";
    // By half an hour.
    lord_howe: Australia__Lord_Howe, "2026-01-01";
    // Once, by a quarter of an hour.
    kathmandu: Asia__Kathmandu, "1985-07-01";
    // Skips 30 December.
    apia: Pacific__Apia, "2011-06-01";
    // Back for Ramadan.
    casablanca: Africa__Casablanca, "2026-01-01";
    // At midnight.
    havana: America__Havana, "2026-01-01";
    azores: Atlantic__Azores, "2026-01-01";
    // Changes its offset and its rules on the same night; then in the last hour of a Saturday.
    scoresbysund: America__Scoresbysund, "2024-06-01";
    nuuk: America__Nuuk, "2023-01-01";
    // In the evening, on a date before that of UTC.
    easter_island: Pacific__Easter, "2026-01-01";
    gaza: Asia__Gaza, "2026-01-01";
    // A minute past midnight.
    saint_johns: America__St_Johns, "2006-01-01";
    // Back by three hours, over midnight.
    casey: Antarctica__Casey, "2009-07-01";
    // On by seven hours.
    vostok: Antarctica__Vostok, "1994-01-15";
    // Skips the last day of a year.
    kiritimati: Pacific__Kiritimati, "1994-07-01";
    // The last half hour of a day.
    pyongyang: Asia__Pyongyang, "2018-01-01";
    dublin: Europe__Dublin, "1971-01-01";
    // Back by 23 hours.
    kwajalein: Pacific__Kwajalein, "1969-03-01";
    // Half an hour before midnight, by an hour.
    toronto: America__Toronto, "1919-01-01";
}

fn hold(zone: Tz, first: &str) {
    let clocks = Clocks::new(zone, date(first)..date(first) + 366);
    let config = ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    };
    let cases =
        (hours(&clocks), prop::collection::vec((moment(), moment(), spell()), 8), prop::collection::vec(far(), 8));
    let outcome = TestRunner::new(config).run(&cases, |(hours, near, far)| {
        let schedule = written(zone, &hours).schedule().map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let minutes = Minutes::new(&clocks, &hours);
        let edges = minutes.edges();
        for (one, other, spell) in near {
            let (one, other) = (one.of(&clocks, &edges), other.of(&clocks, &edges));
            agree(&schedule, &minutes, &clocks, one, other, spell)?;
            hold_together(&schedule, time(one), time(other), Span::from_millis(spell as u64 * 60_000))?;
        }
        for (one, other, span) in far {
            hold_together(&schedule, one, other, span)?;
        }
        Ok(())
    });
    if let Err(TestError::Fail(why, (hours, ..))) = outcome {
        panic!("{zone}: {why}\n{:?}", written(zone, &hours));
    }
    outcome.expect("all cases are good ones");
}

/// Both implementations answer alike.
fn agree(
    schedule: &Schedule,
    minutes: &Minutes,
    clocks: &Clocks,
    one: Minute,
    other: Minute,
    spell: usize,
) -> Result<(), TestCaseError> {
    let at = time(one);
    let known = clocks.known();
    let compare = |question: &str, naive: Option<Minute>, answer: Option<DateTime<Utc>>| {
        let same = match naive {
            Some(minute) => answer == Some(time(minute)),
            None => answer.is_none_or(|answer| answer <= time(known.start) || answer >= time(known.end)),
        };
        prop_assert!(same, "{} at {}: {:?}, naively {:?}", question, at, answer, naive.map(time));
        Ok(())
    };
    prop_assert_eq!(schedule.is_open(at), minutes.is_open(one), "open at {}", at);
    let within = at + TimeDelta::milliseconds(59_999);
    prop_assert_eq!(schedule.is_open(within), minutes.is_open(one), "open at {}", within);
    compare("next opening", minutes.next_opening(one), schedule.next_opening(at))?;
    compare("next closing", minutes.next_closing(one), schedule.next_closing(at))?;
    compare("open at or after", minutes.open_at_or_after(one), schedule.open_at_or_after(at))?;
    compare("open at or before", minutes.open_at_or_before(one), schedule.open_at_or_before(at))?;
    let span = Span::from_millis(spell as u64 * 60_000);
    compare(&format!("{span} later"), minutes.add(one, spell), schedule.add(at, span))?;
    compare(&format!("{span} earlier"), minutes.subtract(one, spell), schedule.subtract(at, span))?;
    let (naive, answer) = (TimeDelta::minutes(minutes.between(one, other)), schedule.between(at, time(other)));
    prop_assert_eq!(answer, naive, "between {} and {}", at, time(other));
    Ok(())
}

/// The answers of one schedule hold together, at any instants.
fn hold_together(
    schedule: &Schedule,
    one: DateTime<Utc>,
    other: DateTime<Utc>,
    span: Span,
) -> Result<(), TestCaseError> {
    let (from, until) = (one.min(other), one.max(other));
    let middle = from + (until - from) / 3;
    let between = |from, until| schedule.between(from, until);
    prop_assert_eq!(between(from, middle) + between(middle, until), between(from, until), "{} to {}", from, until);
    prop_assert_eq!(between(until, from), -between(from, until), "{} to {}", until, from);
    prop_assert!(between(from, until) >= TimeDelta::zero() && between(from, until) <= until - from);

    // As much later as lies between comes to the same working moment.
    let worked = Span::from_millis(between(from, until).num_milliseconds() as u64);
    if let Some(later) = schedule.add(from, worked) {
        prop_assert_eq!(between(later, until), TimeDelta::zero(), "{} after {} is {}", worked, from, later);
    } else {
        prop_assert_eq!(schedule.next_opening(from), None, "{} after {}", worked, from);
    }
    if let Some(earlier) = schedule.subtract(until, worked) {
        prop_assert_eq!(between(from, earlier), TimeDelta::zero(), "{} before {} is {}", worked, until, earlier);
    }

    // There and back again, up to closed time.
    if span > Span::default()
        && let Some(later) = schedule.add(from, span)
    {
        prop_assert_eq!(between(from, later).num_milliseconds(), span.as_millis(), "{} after {}", span, from);
        prop_assert!(schedule.is_open(later - TimeDelta::milliseconds(1)), "{} after {} is {}", span, from, later);
        prop_assert_eq!(schedule.subtract(later, span), schedule.open_at_or_after(from), "{} before {}", span, later);
    }
    if span > Span::default()
        && let Some(earlier) = schedule.subtract(until, span)
    {
        prop_assert_eq!(between(earlier, until).num_milliseconds(), span.as_millis(), "{} before {}", span, until);
        prop_assert!(schedule.is_open(earlier), "{} before {} is {}", span, until, earlier);
        // At an opening the time was used up at the closing before it.
        let before = until - TimeDelta::milliseconds(1);
        let used_up = if schedule.is_open(before) { Some(until) } else { schedule.open_at_or_before(before) };
        prop_assert_eq!(schedule.add(earlier, span), used_up, "{} after {}", span, earlier);
    }
    changes_are_real(schedule, one)
}

fn changes_are_real(schedule: &Schedule, at: DateTime<Utc>) -> Result<(), TestCaseError> {
    let before = |time: DateTime<Utc>| time - TimeDelta::milliseconds(1);
    let (opening, closing) = (schedule.next_opening(at), schedule.next_closing(at));
    if let Some(opening) = opening {
        prop_assert!(opening > at && schedule.is_open(opening) && !schedule.is_open(before(opening)), "{}", opening);
    }
    if let Some(closing) = closing {
        prop_assert!(closing > at && !schedule.is_open(closing) && schedule.is_open(before(closing)), "{}", closing);
    }
    // Open without a break from here or from the opening until the closing; closed from there until the opening.
    let open_from = schedule.open_at_or_after(at);
    prop_assert_eq!(open_from, if schedule.is_open(at) { Some(at) } else { opening });
    if let (Some(from), Some(closing)) = (open_from, closing) {
        prop_assert_eq!(schedule.between(from, closing), closing - from, "{} to {}", from, closing);
        prop_assert_eq!(schedule.open_at_or_before(closing), Some(closing));
    }
    let closed_from = if schedule.is_open(at) { closing } else { Some(at) };
    if let (Some(from), Some(opening)) = (closed_from, opening) {
        prop_assert_eq!(schedule.between(from, opening), TimeDelta::zero(), "{} to {}", from, opening);
    }
    let period = schedule.period_at_or_after(at);
    prop_assert_eq!(period.map(|period| period.from), open_from);
    prop_assert_eq!(period.and_then(|period| period.until), closing);
    Ok(())
}

/// The hours as somebody would write them.
fn written(zone: Tz, hours: &Hours) -> WorkingHours {
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let period = |(from, until): &Period| match until {
        ..=DAY => format!("{}-{}", clock(*from), clock(*until)),
        _ => format!("{}-{}+1", clock(*from), clock(until - DAY)),
    };
    let text = |periods: &Vec<Period>| match periods.as_slice() {
        [] => "closed".to_owned(),
        some => some.iter().map(period).collect::<Vec<_>>().join(", "),
    };
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().zip(&hours.week);
    let written =
        week.fold(WorkingHours::in_zone(zone.name()), |written, (day, periods)| written.on(*day, text(periods)));
    let date = |date: Date| time(date * DAY).date_naive();
    hours.dates.iter().fold(written, |written, (first, last, periods)| {
        written.on_date(format!("{} to {}", date(*first), date(*last)), text(periods))
    })
}

/// Any hours: a day's times in order are openings and closings, and what opens last may go on over midnight.
fn hours(clocks: &Clocks) -> impl Strategy<Value = Hours> + use<> {
    let changes = clocks.changes();
    let around = changes.iter().flat_map(|change| [clocks.shown(change - 1) + 1, clocks.shown(*change)]);
    let near = [0, 1, 15, 30, 45, 60, 90, 120];
    let nasty = around.flat_map(|wall| near.iter().flat_map(move |away| [wall - away, wall + away]));
    let nasty: Vec<i64> = nasty.map(|wall| wall.rem_euclid(DAY)).chain([0, DAY - 1]).collect();
    let time = prop_oneof![4 => select(nasty), 2 => (0..96_i64).prop_map(|quarter| quarter * 15), 1 => 0..DAY].boxed();

    let day = (prop::collection::btree_set(time.clone(), 0..7), time.clone(), any::<bool>(), any::<bool>());
    let day = day.prop_map(|(times, end, meeting, nightly)| {
        let times: Vec<i64> = times.into_iter().collect();
        let mut periods: Vec<Period> = if meeting {
            times.windows(2).map(|pair| (pair[0], pair[1])).collect()
        } else {
            times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
        };
        if let Some(last) = times.last().filter(|_| nightly && (meeting || times.len() % 2 == 1)) {
            periods.push((*last, DAY + end.min(*last)));
        }
        periods
    });
    let day = day.boxed();
    let days = prop::array::uniform7(day.clone()).prop_map(|mut week| {
        for today in 0..7 {
            let tomorrow = week[(today + 1) % 7].first().map_or(DAY, |(from, _)| *from);
            if let Some((_, until)) = week[today].last_mut() {
                *until = (*until).min(DAY + tomorrow);
            }
        }
        week
    });
    let always = time.prop_map(|from| std::array::from_fn(|_| vec![(from, from + DAY)]));
    let week = prop_oneof![6 => days, 1 => always];

    let known = clocks.known();
    let some_date =
        (any::<Index>(), any::<Index>(), -4..5_i64, any::<bool>()).prop_map(move |(one, other, away, near)| {
            let anywhere = known.start / DAY + other.index(366) as i64;
            if near && !changes.is_empty() {
                changes[one.index(changes.len())].div_euclid(DAY) + away
            } else {
                anywhere
            }
        });
    let dates = prop::collection::vec((some_date, 0..3_i64, prop_oneof![2 => day, 1 => Just(Vec::new())]), 0..6);
    (week, dates).prop_map(|(week, dates)| {
        let mut hours = Hours { week, dates: Vec::new() };
        for (first, more, periods) in dates {
            if hours.dates.iter().all(|(from, until, _)| first + more < *from || *until < first) {
                hours.dates.push((first, first + more, periods));
            }
        }
        hours
    })
}

/// A minute of the year: any, one near a change of clocks, or an opening or closing near that, or beside it.
#[derive(Debug, Clone, Copy)]
struct Moment {
    anywhere: Index,
    change: Option<Index>,
    away: i64,
    edge: Option<i64>,
}

fn moment() -> impl Strategy<Value = Moment> {
    let edge = prop::option::weighted(0.5, -1..2_i64);
    let parts = (any::<Index>(), prop::option::weighted(0.7, any::<Index>()), -3 * DAY..3 * DAY, edge);
    parts.prop_map(|(anywhere, change, away, edge)| Moment { anywhere, change, away, edge })
}

impl Moment {
    fn of(self, clocks: &Clocks, edges: &[Minute]) -> Minute {
        let (known, changes) = (clocks.known(), clocks.changes());
        let minute = match self.change.filter(|_| !changes.is_empty()) {
            Some(change) => changes[change.index(changes.len())] + self.away,
            None => known.start + self.anywhere.index((known.end - known.start) as usize) as i64,
        };
        let edge = self
            .edge
            .and_then(|beside| edges.get(edges.partition_point(|edge| *edge < minute)).map(|edge| edge + beside));
        edge.unwrap_or(minute).clamp(known.start + 1, known.end - 2)
    }
}

/// Some minutes of working time: none, a few, or weeks of it.
fn spell() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0_usize), 2 => 1..120_usize, 4 => 0..4_000_usize, 1 => 0..100_000_usize]
}

/// Two instants of a century, and some working time, to the millisecond.
fn far() -> impl Strategy<Value = (DateTime<Utc>, DateTime<Utc>, Span)> {
    let instant =
        || (0..4_102_444_800_000_i64).prop_map(|millis| DateTime::from_timestamp_millis(millis).expect("a time"));
    (instant(), instant(), (0..400_000_000_000_u64).prop_map(Span::from_millis))
}
