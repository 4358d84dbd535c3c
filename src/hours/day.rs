//! Days as numbers, and wall times as instants.

use crate::instant::Instant;
use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, Tz};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A calendar date: days since Thursday, 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub(crate) i32);

const MILLIS_OF_DAY: i64 = 86_400_000;
pub(crate) const SECONDS_OF_DAY: u32 = 86_400;

impl Day {
    /// The first and the last date that schedules know of: years 1 to 9999, with a few days to spare.
    pub(crate) const FIRST: Self = Self(-719_162 - 10);
    pub(crate) const LAST: Self = Self(2_932_896 + 10);

    pub(crate) fn of(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - 719_163)
    }

    /// The date where a zone's clocks stand at an instant.
    pub(crate) fn at(instant: Instant, zone: Tz) -> Self {
        let local = instant.millis().saturating_add(offset_millis(instant, zone));
        Self(local.div_euclid(MILLIS_OF_DAY).clamp(Self::FIRST.0.into(), Self::LAST.0.into()) as i32)
    }

    /// The date that an instant lies in, and when that began: a date lasts until the next begins, also where clocks that are
    /// put back over midnight show it once more.
    pub(crate) fn lasting_at(at: Instant, zone: Tz) -> (Self, Instant) {
        let shown = Self::at(at, zone);
        let next = shown.plus(1);
        let next_start = next.start(zone);
        if next_start <= at { (next, next_start) } else { (shown, shown.start(zone)) }
    }

    pub(crate) const fn plus(self, days: i32) -> Self {
        let day = self.0.saturating_add(days);
        if day < Self::FIRST.0 {
            Self::FIRST
        } else if day > Self::LAST.0 {
            Self::LAST
        } else {
            Self(day)
        }
    }

    /// 0 for Monday to 6 for Sunday.
    pub(crate) const fn weekday(self) -> usize {
        (self.0 as i64 + 3).rem_euclid(7) as usize
    }

    pub(crate) fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(719_163)).unwrap_or_default()
    }

    /// When clocks show so many seconds past this date's midnight.
    pub(crate) fn instant(self, seconds: u32, zone: Tz) -> Instant {
        let local = i64::from(self.0) * MILLIS_OF_DAY + i64::from(seconds) * 1_000;
        DateTime::from_timestamp_millis(local).map_or(Instant::START, |local| resolve(local.naive_utc(), zone))
    }

    /// When the date begins: the first instant at which clocks show it, or a later one if they skip it.
    pub(crate) fn start(self, zone: Tz) -> Instant {
        let midnight = self.date().and_time(NaiveTime::MIN);
        let end_of_gap = GapInfo::new(&midnight, &zone).and_then(|gap| gap.end);
        end_of_gap.map_or_else(|| resolve(midnight, zone), |end| end.to_utc().into())
    }

    /// The last date, from this one on, before those that meet a condition which all later ones meet, too. None if this one
    /// does already, or none does.
    pub(crate) fn last_before(self, meets: impl Fn(Self) -> bool) -> Option<Self> {
        if meets(self) || !meets(Self::LAST) {
            return None;
        }
        // INVARIANT: `low` does not meet the condition, and `high` does.
        let (mut low, mut high) = (self, Self::LAST);
        while high.0 - low.0 > 1 {
            let middle = Self(low.0 + (high.0 - low.0) / 2);
            if meets(middle) { high = middle } else { low = middle }
        }
        Some(low)
    }
}

/// The instant that a wall time means. One that clocks skip is moved on by as much as they skip; of one that comes twice,
/// the first counts. These are the rules of RFC 5545 (section 3.3.5) and of ECMAScript's Temporal ("compatible").
pub(crate) fn resolve(local: NaiveDateTime, zone: Tz) -> Instant {
    let at = |offset: i64| Instant::from_millis(local.and_utc().timestamp_millis().saturating_sub(offset * 1_000));
    match zone.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) => at(offset.fix().local_minus_utc().into()),
        MappedLocalTime::Ambiguous(one, other) => {
            let (one, other) = (at(one.fix().local_minus_utc().into()), at(other.fix().local_minus_utc().into()));
            one.min(other)
        }
        // Moving the clock on by the gap is the same as reading it with the offset of before.
        MappedLocalTime::None => {
            let before = GapInfo::new(&local, &zone).and_then(|gap| gap.begin);
            let offset = before.map(|(_, offset)| offset.fix().local_minus_utc());
            at(offset.map_or_else(|| offset_before(local, zone), i64::from))
        }
    }
}

/// The offset in force a day before a wall time, in seconds.
fn offset_before(local: NaiveDateTime, zone: Tz) -> i64 {
    let earlier = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
    zone.offset_from_utc_datetime(&earlier).fix().local_minus_utc().into()
}

/// How far ahead of UTC a zone's clocks are.
pub(crate) fn offset_millis(instant: Instant, zone: Tz) -> i64 {
    let utc = instant.to_utc_or_min().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1_000
}

/// The dates on which clocks change, found once for each zone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClockChanges(BTreeMap<&'static str, Arc<[Day]>>);

impl ClockChanges {
    /// Those of a zone.
    pub(super) fn of(&mut self, zone: Tz) -> Arc<[Day]> {
        Arc::clone(self.0.entry(zone.name()).or_insert_with(|| clock_changes(zone).into()))
    }
}

/// The dates on which a zone's clocks change: from the first change that is known, of 1844, to the year 2100, after which none
/// is. Of each change those that clocks show before and after it, those that they skip, and those that a skipped wall time
/// may be moved on to.
pub(super) fn clock_changes(zone: Tz) -> Vec<Day> {
    // INVARIANT: no zone changes its clocks twice within so long and comes back to where it was; a test looks. The shortest time is
    // a week: the summer of Boa Vista in 2000, and the month of fasting in Gaza.
    const STEP: i64 = 6 * SECONDS_OF_DAY as i64;
    const YEAR: i64 = 366 * SECONDS_OF_DAY as i64;
    let instant = |seconds: i64| Instant::from_millis(seconds * 1_000);
    let day = |seconds: i64| Day::at(instant(seconds), zone);
    let offset = |seconds: i64| offset_millis(instant(seconds), zone) / 1_000;
    let mut dates = BTreeSet::new();
    let mut last = -127 * YEAR;
    let mut before = offset(last);
    while last < 131 * YEAR {
        let mut change = last + STEP;
        if offset(change) == before {
            last = change;
            continue;
        }
        // INVARIANT: clocks are not changed yet at `last`, and are at `change`. They change at whole seconds.
        while change - last > 1 {
            let middle = last + (change - last) / 2;
            if offset(middle) == before { last = middle } else { change = middle }
        }
        let after = offset(change);
        let skipped = (after - before).max(0);
        let (first, moved_to) = (day(last).min(day(change)), day(change + skipped).max(day(last)));
        dates.extend((first.0..=moved_to.0).map(Day));
        (last, before) = (change, after);
    }
    dates.into_iter().collect()
}
