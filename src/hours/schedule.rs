//! Schedules: working hours made ready for questions.

use super::day::{Day, SECONDS_OF_DAY, resolve};
use super::sums::Sums;
use super::text::Period;
use crate::instant::Instant;
use crate::span::Span;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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
    /// Of dates that are like others, Monday first.
    week: [Stretches; 7],
    /// Of all other dates: those with hours of their own, and those on which clocks change.
    unlike: Box<[(Day, Stretches)]>,
    sums: Sums,
}

/// When work goes on within a date, in milliseconds since it began: in order, none overlapping or meeting. A date lasts from
/// its beginning until that of the next, so that every instant lies in one date, whatever clocks show.
type Stretches = Box<[Range<i64>]>;

/// An unbroken stretch of working time. Got from [`Schedule::period_at_or_after`], which has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OpenPeriod {
    /// When it begins, in UTC.
    pub from: DateTime<Utc>,
    /// When it ends, in UTC, that instant excluded; none if it never does.
    pub until: Option<DateTime<Utc>>,
}

impl Schedule {
    /// Of hours as they are written, and the dates on which clocks change.
    pub(super) fn new(
        zone: Tz,
        week: [Vec<Period>; 7],
        dates: BTreeMap<Day, Vec<Period>>,
        clock_changes: &[Day],
    ) -> Self {
        let written = Written::new(zone, week, dates, clock_changes);
        let week = written.usual_week();
        let usual = |day: Day| week.get(day.weekday()).map_or(&[][..], |stretches| stretches);
        // Hours that begin on a date can make those after it unlike others, too.
        let dates = clock_changes.iter().chain(written.dates.keys());
        let dates: BTreeSet<Day> =
            dates.flat_map(|day| (0..=written.reach).map(move |later| day.plus(later))).collect();
        let unlike = dates.into_iter().map(|day| (day, written.stretches(day)));
        let unlike: Box<[_]> = unlike.filter(|(day, stretches)| **stretches != *usual(*day)).collect();
        let difference = |(day, stretches): &(Day, Stretches)| (*day, length(stretches) - length(usual(*day)));
        let sums = Sums::new(week.each_ref().map(|stretches| length(stretches)), unlike.iter().map(difference));
        Self { zone, week, unlike, sums }
    }

    /// The time zone.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// Whether it is open at an instant: openings are inclusive, closings exclusive.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.is_open_at(at.into())
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
            let open = if self.is_open_at(at) { Some(at) } else { self.reach(self.worked_before(at)) };
            return open?.to_utc();
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

    /// The instant itself if it is open then, else the next opening.
    pub(crate) fn opening_from(&self, at: Instant) -> Option<Instant> {
        if self.is_open_at(at) { Some(at) } else { self.leave_behind(self.worked_before(at)) }
    }

    /// The next opening after an instant.
    pub(crate) fn opening_after(&self, after: Instant) -> Option<Instant> {
        let closed = if self.is_open_at(after) { self.closing_after(after)? } else { after };
        self.leave_behind(self.worked_before(closed))
    }

    /// The next closing after an instant.
    pub(crate) fn closing_after(&self, after: Instant) -> Option<Instant> {
        let open = self.opening_from(after)?;
        let (day, start) = Day::lasting_at(open, self.zone);
        let elapsed = open.millis() - start.millis();
        let until = self.stretches(day).iter().find(|stretch| stretch.contains(&elapsed))?.end;
        let closing = Instant::from_millis(start.millis() + until);
        if closing < day.plus(1).start(self.zone) { Some(closing) } else { self.closing_from(day.plus(1)) }
    }

    /// The first instant of a date, or of one after it, at which it is closed.
    fn closing_from(&self, day: Day) -> Option<Instant> {
        let closed_before = |day: Day| day.start(self.zone).millis() - self.sums.before(day);
        let so_far = closed_before(day);
        let last = day.last_before(|day| closed_before(day) > so_far)?;
        let until = self.stretches(last).first().filter(|stretch| stretch.start == 0).map_or(0, |stretch| stretch.end);
        Some(Instant::from_millis(last.start(self.zone).millis() + until))
    }

    /// The instant at which so many milliseconds of work have passed since another; at least one.
    pub(super) fn after_work(&self, from: Instant, millis: i64) -> Option<Instant> {
        self.reach(self.worked_before(from).saturating_add(millis))
    }

    /// How many milliseconds of work lie between two instants.
    pub(super) fn work_between(&self, from: Instant, until: Instant) -> i64 {
        self.worked_before(until) - self.worked_before(from)
    }

    /// Whether it is open at an instant, and when that next changes.
    pub(crate) fn stretch(&self, at: Instant) -> (bool, Instant) {
        let is_open = self.is_open_at(at);
        let change = if is_open { self.closing_after(at) } else { self.leave_behind(self.worked_before(at)) };
        (is_open, change.unwrap_or(Instant::END))
    }

    fn is_open_at(&self, at: Instant) -> bool {
        let (day, start) = Day::lasting_at(at, self.zone);
        let elapsed = at.millis().saturating_sub(start.millis());
        self.stretches(day).iter().any(|stretch| stretch.contains(&elapsed))
    }

    /// Working time before an instant, since an arbitrary date.
    fn worked_before(&self, at: Instant) -> i64 {
        let (day, start) = Day::lasting_at(at, self.zone);
        let elapsed = at.millis().saturating_sub(start.millis());
        let today = self.stretches(day).iter().map(|stretch| (stretch.end.min(elapsed) - stretch.start).max(0));
        self.sums.before(day) + today.sum::<i64>()
    }

    /// The first instant at which so much working time has passed.
    fn reach(&self, target: i64) -> Option<Instant> {
        let day = self.sums.find(target)?;
        let mut missing = target - self.sums.before(day);
        for stretch in self.stretches(day) {
            let length = stretch.end - stretch.start;
            if missing <= length {
                return Some(Instant::from_millis(day.start(self.zone).millis() + stretch.start + missing));
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

    fn stretches(&self, day: Day) -> &[Range<i64>] {
        if !(Day::FIRST..Day::LAST).contains(&day) {
            return &[];
        }
        match self.unlike.binary_search_by_key(&day, |(date, _)| *date) {
            Ok(place) => self.unlike.get(place).map_or(&[], |(_, stretches)| stretches),
            Err(_) => self.week.get(day.weekday()).map_or(&[], |stretches| stretches),
        }
    }
}

/// Working hours as they are written, by date.
struct Written {
    zone: Tz,
    week: [Vec<Period>; 7],
    dates: BTreeMap<Day, Vec<Period>>,
    /// How many dates on hours can still go on: a night shift ends on the next date, and that may be one that clocks skip.
    reach: i32,
}

impl Written {
    fn new(zone: Tz, week: [Vec<Period>; 7], mut dates: BTreeMap<Day, Vec<Period>>, clock_changes: &[Day]) -> Self {
        // Dates that the zone's clocks never show have no hours, whatever is written.
        let skipped = clock_changes.iter().filter(|day| day.start(zone) == day.plus(1).start(zone));
        dates.extend(skipped.map(|day| (*day, Vec::new())));
        let mut periods = week.iter().chain(dates.values()).flatten();
        let reach = if periods.any(|period| period.until > SECONDS_OF_DAY) { 2 } else { 0 };
        Self { zone, week, dates, reach }
    }

    /// When work goes on on dates like any other, Monday first.
    fn usual_week(&self) -> [Stretches; 7] {
        const MONDAY: Day = Day(4);
        let usual = Self { zone: Tz::UTC, week: self.week.clone(), dates: BTreeMap::new(), reach: self.reach };
        std::array::from_fn(|weekday| usual.stretches(MONDAY.plus(weekday as i32)))
    }

    fn stretches(&self, day: Day) -> Stretches {
        let (start, end) = (day.start(self.zone), day.plus(1).start(self.zone));
        let since = |at: Instant| at.clamp(start, end).millis() - start.millis();
        // Also without night shifts: a closing that clocks skip may be moved on to the next date.
        let mut found: Vec<(i64, i64)> = (0..=self.reach.max(1))
            .map(|before| day.plus(-before))
            .flat_map(|begun| self.periods(begun).iter().map(move |period| (begun, period)))
            .map(|(begun, Period { from, until })| {
                (since(begun.instant(*from, self.zone)), since(begun.instant(*until, self.zone)))
            })
            .filter(|(from, until)| from < until)
            .collect();
        found.sort_unstable();
        let mut stretches: Vec<Range<i64>> = Vec::with_capacity(found.len());
        for (from, until) in found {
            match stretches.last_mut() {
                Some(last) if from <= last.end => last.end = last.end.max(until),
                _ => stretches.push(from..until),
            }
        }
        stretches.into()
    }

    fn periods(&self, day: Day) -> &[Period] {
        self.dates.get(&day).or_else(|| self.week.get(day.weekday())).map_or(&[], |periods| periods)
    }
}

fn length(stretches: &[Range<i64>]) -> i64 {
    stretches.iter().map(|stretch| stretch.end - stretch.start).sum()
}
