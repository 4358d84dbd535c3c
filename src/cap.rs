//! Caps: at most so many leads in an hour, a day, a week or a month.

use crate::hours::{Day, offset_millis};
use crate::instant::Instant;
use chrono::Datelike;
use chrono_tz::Tz;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// At most so many leads in a window of time. A cap is at least 1, so that none ever rounds to "never": to give somebody no
/// leads, set their capacity to 0 or mark them inactive.
///
/// Caps of a [rep](crate::RepRecord::cap) count all leads that the rep is given; those of a
/// [pool](crate::PoolRecord) the leads that come through the pool, for each member or for all together. Only
/// [`available`](crate::available) asks for them, and what [`uncapped`](crate::uncapped) gives does not count.
///
/// ```
/// use lead_router::{Cap, CapError, Window};
///
/// let cap: Cap = "20 per day".parse()?;
/// assert_eq!(cap, Cap::new(20, Window::Day)?);
/// assert_eq!(Cap::new(5, Window::RollingHour)?.to_string(), "5 per rolling hour");
/// assert!("0 per day".parse::<Cap>().is_err());
/// # Ok::<(), CapError>(())
/// ```
///
/// In files: `caps = ["20 per day", "5 per rolling hour"]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cap {
    most: NonZeroU32,
    window: Window,
}

/// The window of a [`Cap`].
///
/// A lead counts until the window ends in which it was given: a calendar window at the next full hour, midnight, Monday or
/// first of a month that clocks in the rep's time zone show (in UTC, if no zone is known), a rolling one so much time after
/// the lead was given.
///
/// ```
/// use lead_router::Window;
///
/// assert_eq!(Window::RollingWeek.to_string(), "rolling week");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Window {
    /// From one full hour to the next.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday.
    Week,
    /// From the first of a month to the next.
    Month,
    /// The last 60 minutes.
    RollingHour,
    /// The last 24 hours.
    RollingDay,
    /// The last 7 times 24 hours.
    RollingWeek,
    /// The last 30 times 24 hours.
    RollingMonth,
}

impl Window {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Hour, "hour"),
        (Self::Day, "day"),
        (Self::Week, "week"),
        (Self::Month, "month"),
        (Self::RollingHour, "rolling hour"),
        (Self::RollingDay, "rolling day"),
        (Self::RollingWeek, "rolling week"),
        (Self::RollingMonth, "rolling month"),
    ];

    /// When something that happened at an instant stops to count.
    pub(crate) fn end(self, at: Instant, zone: Tz) -> Instant {
        const HOUR: i64 = 3_600_000;
        let (today, _) = Day::lasting_at(at, zone);
        let rolling = |hours: i64| Instant::from_millis(at.millis().saturating_add(hours * HOUR));
        match self {
            Self::Hour => next_full_hour(at, zone),
            Self::Day => today.plus(1).start(zone),
            Self::Week => today.plus(7 - today.weekday() as i32).start(zone),
            Self::Month => {
                let date = today.date();
                let rest = i32::from(date.num_days_in_month()) - date.day() as i32;
                today.plus(rest + 1).start(zone)
            }
            Self::RollingHour => rolling(1),
            Self::RollingDay => rolling(24),
            Self::RollingWeek => rolling(7 * 24),
            Self::RollingMonth => rolling(30 * 24),
        }
    }
}

/// When clocks next show a full hour.
fn next_full_hour(at: Instant, zone: Tz) -> Instant {
    const HOUR: i64 = 3_600_000;
    let past_hour = |at: Instant, offset: i64| at.millis().saturating_add(offset).rem_euclid(HOUR);
    let later = |millis: i64| Instant::from_millis(at.millis().saturating_add(millis));
    let before = offset_millis(at, zone);
    let end = later(HOUR - past_hour(at, before));
    let after = offset_millis(end, zone);
    if after == before {
        return end;
    }
    // Where clocks change by half an hour in between, full hours come at other instants, and those of the new time count only
    // once it is shown.
    let first = HOUR - past_hour(at, after);
    let is_shown = |at: &Instant| past_hour(*at, offset_millis(*at, zone)) == 0;
    [later(first), end].into_iter().filter(is_shown).min().unwrap_or_else(|| later(first + HOUR))
}

impl Cap {
    /// At most so many leads, 1 or more, in a window.
    ///
    /// # Errors
    ///
    /// If it is 0.
    pub fn new(most: u32, window: Window) -> Result<Self, CapError> {
        let most = NonZeroU32::new(most).ok_or_else(|| CapError { text: format!("0 per {window}"), why: NEVER })?;
        Ok(Self { most, window })
    }

    /// How many leads there may be.
    #[must_use]
    pub const fn most(self) -> u32 {
        self.most.get()
    }

    /// In which window.
    #[must_use]
    pub const fn window(self) -> Window {
        self.window
    }
}

const NEVER: &str = "a cap of 0 would be never; set a capacity of 0, or mark the rep inactive";
const FORM: &str = "write it like \"20 per day\" or \"5 per rolling hour\", with hour, day, week or month";

/// A text that is not a cap. Show it to whoever wrote the text.
///
/// ```
/// use lead_router::Cap;
///
/// let refused = "twenty a day".parse::<Cap>().map_err(|error| error.to_string());
/// assert_eq!(
///     refused.err().as_deref(),
///     Some("`twenty a day` is not a cap: write it like \"20 per day\" or \"5 per rolling hour\", with hour, day, week or month"),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a cap: {why}")]
pub struct CapError {
    text: String,
    why: &'static str,
}

impl FromStr for Cap {
    type Err = CapError;

    fn from_str(text: &str) -> Result<Self, CapError> {
        let fault = || CapError { text: text.to_owned(), why: FORM };
        let (most, window) = text.split_once(" per ").ok_or_else(fault)?;
        let window = window.trim();
        let (window, _) = Window::ALL.into_iter().find(|(_, name)| *name == window).ok_or_else(fault)?;
        let most: u32 = most.trim().parse().map_err(|_| fault())?;
        Self::new(most, window).map_err(|error| CapError { text: text.to_owned(), ..error })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.into_iter().find(|(window, _)| window == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per {}", self.most, self.window)
    }
}

impl Serialize for Cap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Cap;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a cap such as \"20 per day\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Cap, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}
