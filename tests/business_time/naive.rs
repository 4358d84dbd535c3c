//! Working hours once more, minute by minute and without any cleverness: what a zone's clocks show is looked at for every
//! minute of a stretch of time, and each minute is open or closed.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Minutes since 1970, of UTC or as clocks show them.
pub(crate) type Minute = i64;
/// Days since 1970.
pub(crate) type Date = i64;

pub(crate) const DAY: i64 = 24 * 60;

pub(crate) fn date(text: &str) -> Date {
    let date: NaiveDate = text.parse().expect("a date");
    date.signed_duration_since(NaiveDate::default()).num_days()
}

pub(crate) fn time(minute: Minute) -> DateTime<Utc> {
    DateTime::from_timestamp(minute * 60, 0).expect("a time of our days")
}

/// The clocks of a zone, over a stretch of time.
pub(crate) struct Clocks {
    pub(crate) zone: Tz,
    first: Minute,
    /// What they show at each minute.
    shown: Vec<Minute>,
    /// When they first show what they show.
    first_shown: HashMap<Minute, Minute>,
    /// The dates that they show.
    dates: HashSet<Date>,
}

/// How many days more than it is asked about a clock knows at either end.
const MARGIN: Date = 4;

impl Clocks {
    pub(crate) fn new(zone: Tz, dates: Range<Date>) -> Self {
        let minutes = (dates.start - MARGIN) * DAY..(dates.end + MARGIN) * DAY;
        let show = |minute| zone.from_utc_datetime(&time(minute).naive_utc()).naive_local().and_utc().timestamp() / 60;
        let shown: Vec<Minute> = minutes.clone().map(show).collect();
        let mut first_shown = HashMap::new();
        for (minute, shown) in minutes.clone().zip(&shown) {
            first_shown.entry(*shown).or_insert(minute);
        }
        let dates = shown.iter().map(|shown| shown.div_euclid(DAY)).collect();
        Self { zone, first: minutes.start, shown, first_shown, dates }
    }

    /// The minutes that it may be asked about.
    pub(crate) fn known(&self) -> Range<Minute> {
        self.first + MARGIN * DAY..self.first + self.shown.len() as i64 - MARGIN * DAY
    }

    /// The first minute at which clocks show a wall time, or the wall time that it is moved on to if they skip it.
    fn when_shown(&self, wall: Minute) -> Minute {
        self.first_shown.get(&wall).copied().unwrap_or_else(|| {
            let skip = self.shown.windows(2).find(|pair| pair[0] < wall && wall < pair[1]);
            let skip = skip.unwrap_or_else(|| panic!("{wall} of {} is not known", self.zone));
            self.first_shown[&(wall + (skip[1] - skip[0] - 1))]
        })
    }

    /// The minutes at which clocks are changed.
    pub(crate) fn changes(&self) -> Vec<Minute> {
        let changes = self.shown.windows(2).zip(self.first + 1..).filter(|(pair, _)| pair[1] != pair[0] + 1);
        changes.map(|(_, minute)| minute).filter(|minute| self.known().contains(minute)).collect()
    }

    /// What clocks show at a minute.
    pub(crate) fn shown(&self, minute: Minute) -> Minute {
        self.shown[(minute - self.first) as usize]
    }
}

/// From and until when, in minutes past midnight.
pub(crate) type Period = (i64, i64);

/// Hours by weekday, Monday first, and those of ranges of dates, both ends included.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hours {
    pub(crate) week: [Vec<Period>; 7],
    pub(crate) dates: Vec<(Date, Date, Vec<Period>)>,
}

impl Hours {
    fn of(&self, date: Date) -> &[Period] {
        let own = self.dates.iter().find(|(first, last, _)| (*first..=*last).contains(&date));
        // 1 January 1970 was a Thursday.
        own.map_or(&self.week[(date + 3).rem_euclid(7) as usize], |(.., periods)| periods)
    }
}

/// Every minute, open or closed. Answers are none if they lie beyond the minutes that it knows.
pub(crate) struct Minutes {
    known: Range<Minute>,
    open: Vec<bool>,
}

impl Minutes {
    pub(crate) fn new(clocks: &Clocks, hours: &Hours) -> Self {
        let mut open = vec![false; clocks.shown.len()];
        let known = clocks.known();
        for date in known.start / DAY - 3..known.end / DAY + 2 {
            if !clocks.dates.contains(&date) {
                continue;
            }
            for (from, until) in hours.of(date) {
                let (from, until) = (clocks.when_shown(date * DAY + from), clocks.when_shown(date * DAY + until));
                if from < until {
                    open[(from - clocks.first) as usize..(until - clocks.first) as usize].fill(true);
                }
            }
        }
        let offset = |minute| (minute - clocks.first) as usize;
        Self { open: open[offset(known.start)..offset(known.end)].to_vec(), known }
    }

    pub(crate) fn is_open(&self, at: Minute) -> bool {
        self.open[(at - self.known.start) as usize]
    }

    fn after(&self, at: Minute) -> Range<Minute> {
        at + 1..self.known.end
    }

    fn until(&self, at: Minute) -> Range<Minute> {
        self.known.start + 1..at + 1
    }

    fn opens(&self, at: Minute) -> bool {
        self.is_open(at) && !self.is_open(at - 1)
    }

    fn closes(&self, at: Minute) -> bool {
        !self.is_open(at) && self.is_open(at - 1)
    }

    pub(crate) fn next_opening(&self, after: Minute) -> Option<Minute> {
        self.after(after).find(|minute| self.opens(*minute))
    }

    pub(crate) fn next_closing(&self, after: Minute) -> Option<Minute> {
        self.after(after).find(|minute| self.closes(*minute))
    }

    pub(crate) fn open_at_or_after(&self, at: Minute) -> Option<Minute> {
        if self.is_open(at) { Some(at) } else { self.next_opening(at) }
    }

    pub(crate) fn open_at_or_before(&self, at: Minute) -> Option<Minute> {
        if self.is_open(at) { Some(at) } else { self.until(at).rev().find(|minute| self.closes(*minute)) }
    }

    pub(crate) fn add(&self, at: Minute, working: usize) -> Option<Minute> {
        match working {
            0 => self.open_at_or_after(at),
            _ => (at..self.known.end).filter(|minute| self.is_open(*minute)).nth(working - 1).map(|last| last + 1),
        }
    }

    pub(crate) fn subtract(&self, at: Minute, working: usize) -> Option<Minute> {
        match working {
            0 => self.open_at_or_before(at),
            _ => (self.known.start..at).rev().filter(|minute| self.is_open(*minute)).nth(working - 1),
        }
    }

    pub(crate) fn between(&self, from: Minute, until: Minute) -> i64 {
        if until < from {
            return -self.between(until, from);
        }
        (from..until).filter(|minute| self.is_open(*minute)).count() as i64
    }

    /// The minutes at which it opens or closes.
    pub(crate) fn edges(&self) -> Vec<Minute> {
        self.after(self.known.start).filter(|minute| self.is_open(*minute) != self.is_open(minute - 1)).collect()
    }
}
