//! Schedules: working hours made ready for questions.

use super::day::{Day, clock_changes, resolve};
use super::sums::Sums;
use super::text::Period;
use crate::instant::Instant;
use crate::span::Span;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// Working hours made ready for questions: is it open, when does it open, how much working time is it until then? Made by
/// [`WorkingHours::schedule`](super::WorkingHours::schedule); the [module](super) says what counts and what happens when
/// clocks change.
///
/// All instants are UTC, in whole milliseconds. Every answer is exact and costs the same however far apart two instants are:
/// about a microsecond. Schedules know the years 1 to 9999.
///
/// ```
/// use lead_router::hours::WorkingHours;
///
/// let night = WorkingHours::in_zone("America/New_York").on("mon-fri", "22:00-06:00+1").schedule()?;
/// let friday_night = "2026-03-07T04:30:00Z".parse()?; // 23:30 in New York
/// assert!(night.is_open(friday_night));
/// assert_eq!(night.next_closing(friday_night), Some("2026-03-07T11:00:00Z".parse()?));
/// // Monday, when summer time has begun.
/// assert_eq!(night.next_opening(friday_night), Some("2026-03-10T02:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Schedule {
    zone: Tz,
    /// Monday first; in order, none overlapping.
    week: [Vec<Period>; 7],
    /// Dates with periods of their own.
    dates: Box<[(Day, Box<[Period]>)]>,
    /// Dates that the zone's clocks skip.
    skipped: Box<[Day]>,
    sums: Sums,
    /// Whether the week has no gaps.
    is_continuous: bool,
}

/// An unbroken stretch of working time. Got from [`Schedule::period_at_or_after`], which has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OpenPeriod {
    /// When it begins, in UTC.
    pub from: DateTime<Utc>,
    /// When it ends, in UTC, that instant excluded; none if it never does.
    pub until: Option<DateTime<Utc>>,
}

/// Dates before this many days ago cannot reach into a date: a night shift lasts 24 hours at the most, and no zone skips more
/// than one date.
const REACH: i32 = 2;

impl Schedule {
    pub(super) fn new(zone: Tz, week: [Vec<Period>; 7], dates: BTreeMap<Day, Vec<Period>>) -> Self {
        let dates: Box<[_]> = dates.into_iter().map(|(day, periods)| (day, periods.into())).collect();
        let is_continuous = is_continuous(&week);
        let length = |periods: &Vec<Period>| -> i64 {
            periods.iter().map(|period| i64::from(period.until - period.from) * 1_000).sum()
        };
        let of_weekdays = week.each_ref().map(length);
        let changes = clock_changes(zone);
        let skipped = changes.iter().copied().filter(|day| day.start(zone) >= day.plus(1).start(zone)).collect();
        let sums = Sums::new(of_weekdays, []);
        let mut schedule = Self { zone, week, dates, skipped, sums, is_continuous };
        // Every date that may be unlike its weekday: those with hours of their own, those on which clocks change, and those
        // after them, into which these may run.
        let changed = changes.into_iter().chain(schedule.dates.iter().map(|(day, _)| *day));
        let unlike: BTreeSet<Day> = changed.flat_map(|day| (0..=REACH).map(move |later| day.plus(later))).collect();
        let difference = |day: Day| {
            let usual = of_weekdays.get(day.weekday()).copied().unwrap_or(0);
            (day, schedule.length_of(day) - usual)
        };
        let differences: Vec<(Day, i64)> = unlike.into_iter().map(difference).collect();
        schedule.sums = Sums::new(of_weekdays, differences);
        schedule
    }

    /// The time zone.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// Whether it is open at an instant: openings are inclusive, closings exclusive.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.open_until(at.into()).is_some()
    }

    /// The next opening after an instant, that instant excluded; none if there is none any more.
    #[must_use]
    pub fn next_opening(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.opening_after(after.into())?.to_utc()
    }

    /// The next closing after an instant, that instant excluded; none if it never closes, or never opens again.
    #[must_use]
    pub fn next_closing(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.closing_after(after.into())?.to_utc()
    }

    /// The instant itself if it is open then, else the next opening; none if there is none any more.
    #[must_use]
    pub fn open_at_or_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.opening_from(at.into())?.to_utc()
    }

    /// The instant itself if it is open then, else the closing before it; none if it was never open.
    #[must_use]
    pub fn open_at_or_before(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.subtract(at, Span::default())
    }

    /// The unbroken stretch of working time at an instant, from then on; or the next one. None if there is none any more.
    ///
    /// ```
    /// use lead_router::hours::WorkingHours;
    ///
    /// let hours = WorkingHours::in_zone("Asia/Tokyo").on("mon-fri", "09:00-17:00").schedule()?;
    /// let sunday = "2026-03-01T12:00:00Z".parse()?;
    /// let monday = hours.period_at_or_after(sunday).ok_or("closed for ever")?;
    /// assert_eq!(monday.from, "2026-03-02T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
    /// assert_eq!(monday.until, Some("2026-03-02T08:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn period_at_or_after(&self, at: DateTime<Utc>) -> Option<OpenPeriod> {
        let from = self.opening_from(at.into())?;
        Some(OpenPeriod { from: from.to_utc()?, until: self.closing_after(from).and_then(Instant::to_utc) })
    }

    /// The instant that lies so much working time later. None if there never is so much.
    ///
    /// What is used up exactly at a closing ends at that closing. No time at all is the instant itself if it is open then,
    /// else the next opening.
    ///
    /// ```
    /// use lead_router::{hours, hours::WorkingHours, minutes};
    ///
    /// let office = WorkingHours::in_zone("UTC").on("mon-fri", "09:00-17:00").schedule()?;
    /// let friday = "2026-03-06T16:00:00Z".parse()?;
    /// assert_eq!(office.add(friday, hours(1)), Some("2026-03-06T17:00:00Z".parse()?));
    /// assert_eq!(office.add(friday, minutes(61)), Some("2026-03-09T09:01:00Z".parse()?));
    /// assert_eq!(office.subtract(friday, hours(8)), Some("2026-03-05T16:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn add(&self, at: DateTime<Utc>, working_time: Span) -> Option<DateTime<Utc>> {
        let at = Instant::from(at);
        if working_time == Span::default() {
            return self.opening_from(at)?.to_utc();
        }
        self.reach(self.worked_before(at) + working_time.as_millis())?.to_utc()
    }

    /// The instant that lies so much working time earlier. None if there never was so much. [`Schedule::add`] has an example.
    ///
    /// What is used up exactly at an opening ends at that opening. No time at all is the instant itself if it is open then,
    /// else the closing before it.
    #[must_use]
    pub fn subtract(&self, at: DateTime<Utc>, working_time: Span) -> Option<DateTime<Utc>> {
        let at = Instant::from(at);
        if working_time == Span::default() {
            return if self.open_until(at).is_some() {
                at.to_utc()
            } else {
                self.reach(self.worked_before(at))?.to_utc()
            };
        }
        self.leave_behind(self.worked_before(at) - working_time.as_millis())?.to_utc()
    }

    /// How much working time lies between two instants; negative if the second is the earlier one.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use lead_router::hours::WorkingHours;
    ///
    /// let office = WorkingHours::in_zone("UTC").on("mon-fri", "09:00-17:00").schedule()?;
    /// let (friday, monday) = ("2026-03-06T16:00:00Z".parse()?, "2026-03-09T10:30:00Z".parse()?);
    /// assert_eq!(office.between(friday, monday), TimeDelta::minutes(150));
    /// assert_eq!(office.between(monday, friday), TimeDelta::minutes(-150));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> TimeDelta {
        TimeDelta::milliseconds(self.worked_before(until.into()) - self.worked_before(from.into()))
    }

    /// The instant that a wall time means in this time zone: one that clocks skip is moved on by as much as they skip, and of
    /// one that comes twice the first counts.
    ///
    /// ```
    /// use lead_router::hours::WorkingHours;
    ///
    /// let paris = WorkingHours::in_zone("Europe/Paris").schedule()?;
    /// // Clocks went from 02:00 to 03:00: half past two was half past three.
    /// assert_eq!(paris.instant_of("2026-03-29T02:30:00".parse()?), "2026-03-29T01:30:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
    /// // Clocks went from 03:00 to 02:00: the first half past two.
    /// assert_eq!(paris.instant_of("2026-10-25T02:30:00".parse()?), "2026-10-25T00:30:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn instant_of(&self, wall_time: NaiveDateTime) -> DateTime<Utc> {
        resolve(wall_time, self.zone).to_utc_or_min()
    }

    /// The end of the period that is open at an instant, which another may follow at once; none if it is closed then.
    fn open_until(&self, at: Instant) -> Option<Instant> {
        self.near(at).find(|(from, until)| *from <= at && at < *until).map(|(_, until)| until)
    }

    /// The instant itself if it is open then, else the next opening.
    pub(crate) fn opening_from(&self, at: Instant) -> Option<Instant> {
        match self.open_until(at) {
            Some(_) => Some(at),
            None => self.leave_behind(self.worked_before(at)),
        }
    }

    /// The next opening after an instant.
    pub(crate) fn opening_after(&self, after: Instant) -> Option<Instant> {
        let closed = if self.open_until(after).is_some() { self.closing_after(after)? } else { after };
        self.leave_behind(self.worked_before(closed))
    }

    /// The next closing after an instant.
    pub(crate) fn closing_after(&self, after: Instant) -> Option<Instant> {
        let mut at = self.opening_from(after)?;
        while let Some(until) = self.open_until(at) {
            at = until;
            if self.is_continuous {
                // Only a date with hours of its own can end it: go to the next one.
                let here = Day::at(at, self.zone).plus(-REACH);
                let passed = self.dates.partition_point(|(day, _)| *day < here);
                let (next, _) = self.dates.get(passed)?;
                at = at.max(next.plus(-REACH).start(self.zone));
            }
        }
        Some(at)
    }

    /// Whether it is open at an instant, and when that next changes.
    pub(crate) fn stretch(&self, at: Instant) -> (bool, Instant) {
        match self.open_until(at) {
            Some(_) => (true, self.closing_after(at).unwrap_or(Instant::END)),
            None => (false, self.leave_behind(self.worked_before(at)).unwrap_or(Instant::END)),
        }
    }

    /// Working time before an instant, since an arbitrary date.
    fn worked_before(&self, at: Instant) -> i64 {
        let first = Day::at(at, self.zone).plus(-REACH);
        let lately: i64 = self.near(at).map(|(from, until)| (until.min(at).millis() - from.millis()).max(0)).sum();
        self.sums.before(first) + lately
    }

    /// The first instant at which so much working time has passed.
    fn reach(&self, target: i64) -> Option<Instant> {
        let day = self.sums.find(target)?;
        let mut missing = target - self.sums.before(day);
        for (from, until) in self.periods(day) {
            let length = until.millis() - from.millis();
            if missing <= length {
                return Some(Instant::from_millis(from.millis() + missing));
            }
            missing -= length;
        }
        None
    }

    /// The last instant at which no more working time than this has passed.
    fn leave_behind(&self, target: i64) -> Option<Instant> {
        let after = self.reach(target + 1)?;
        Some(Instant::from_millis(after.millis() - 1))
    }

    /// The periods of the dates around an instant: all that it can lie in.
    fn near(&self, at: Instant) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        let today = Day::at(at, self.zone);
        // Clocks that are put back over midnight show a date again whose successor has begun.
        (today.plus(-REACH).0..=today.plus(1).0).flat_map(|day| self.periods(Day(day)))
    }

    /// The working periods that begin on a date, in order. None overlaps another, nor one of an earlier date.
    fn periods(&self, day: Day) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        let earlier = (1..=REACH).filter_map(move |before| self.end_of(day.plus(-before)));
        let mut busy_until = earlier.max().unwrap_or(Instant::START);
        self.resolved(day).filter_map(move |(from, until)| {
            let from = from.max(busy_until);
            busy_until = busy_until.max(until);
            (from < until).then_some((from, until))
        })
    }

    /// When the last of a date's periods ends, if that may be on another date.
    fn end_of(&self, day: Day) -> Option<Instant> {
        // A closing shortly before midnight may be moved on over it, where clocks skip it.
        const LATE: u32 = 21 * 3_600;
        let last = self.written(day).last().filter(|period| period.until > LATE)?;
        self.exists(day).then(|| day.instant(last.until, self.zone))
    }

    /// A date's periods as instants, before any is cut.
    fn resolved(&self, day: Day) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        let written = if self.exists(day) { self.written(day) } else { &[] };
        written.iter().map(move |period| (day.instant(period.from, self.zone), day.instant(period.until, self.zone)))
    }

    /// Whether the zone's clocks ever show a date.
    fn exists(&self, day: Day) -> bool {
        !self.skipped.contains(&day)
    }

    fn written(&self, day: Day) -> &[Period] {
        match self.dates.binary_search_by_key(&day, |(date, _)| *date) {
            Ok(place) => self.dates.get(place).map_or(&[], |(_, periods)| periods),
            Err(_) => self.week.get(day.weekday()).map_or(&[], |periods| periods),
        }
    }

    fn length_of(&self, day: Day) -> i64 {
        self.periods(day).map(|(from, until)| until.millis() - from.millis()).sum()
    }
}

/// Whether each period of a week begins where the one before ends.
fn is_continuous(week: &[Vec<Period>; 7]) -> bool {
    const WEEK: u32 = 7 * super::day::SECONDS_OF_DAY;
    let in_week = (0..).zip(week).flat_map(|(day, periods)| {
        let start = day * super::day::SECONDS_OF_DAY;
        periods.iter().map(move |period| (start + period.from, start + period.until))
    });
    let Some((first, _)) = in_week.clone().next() else { return false };
    let mut end = first;
    for (from, until) in in_week {
        if from != end {
            return false;
        }
        end = until;
    }
    end == first + WEEK
}
