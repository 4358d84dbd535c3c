//! A length of time, as plans write it.

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A length of time in whole milliseconds, never negative: `minutes(30)` in Rust, `"30 minutes"` in a plan file.
///
/// Files may write seconds, minutes, hours, days and weeks, alone or together (`"1h 30m"`), in the forms that the
/// `humantime` crate reads.
///
/// ```
/// use lead_router::{Span, hours, minutes};
///
/// let span: Span = "1 hour 30 minutes".parse()?;
/// assert_eq!(span, minutes(90));
/// assert_eq!(hours(2).to_string(), "2h");
/// # Ok::<(), lead_router::SpanError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

/// The longest span, a thousand years: sums with any instant of the next millennia cannot overflow.
const MAX_MILLIS: i64 = 1_000 * 366 * 24 * 3_600 * 1_000;

impl Span {
    /// A span of that many milliseconds; longer than a thousand years counts as a thousand years.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        if millis > MAX_MILLIS as u64 { Self(MAX_MILLIS) } else { Self(millis as i64) }
    }

    /// The length in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

/// A span of so many seconds.
///
/// ```
/// assert_eq!(lead_router::seconds(90).as_millis(), 90_000);
/// ```
#[must_use]
pub const fn seconds(count: u32) -> Span {
    Span::from_millis(count as u64 * 1_000)
}

/// A span of so many minutes.
///
/// ```
/// assert_eq!(lead_router::minutes(30).to_string(), "30m");
/// ```
#[must_use]
pub const fn minutes(count: u32) -> Span {
    Span::from_millis(count as u64 * 60_000)
}

/// A span of so many hours.
///
/// ```
/// assert_eq!(lead_router::hours(36).to_string(), "1d 12h");
/// ```
#[must_use]
pub const fn hours(count: u32) -> Span {
    Span::from_millis(count as u64 * 3_600_000)
}

/// A span of so many days of 24 hours, whatever a calendar says. More than a thousand years count as a thousand years.
///
/// ```
/// assert_eq!(lead_router::days(2), lead_router::hours(48));
/// ```
#[must_use]
pub const fn days(count: u32) -> Span {
    Span::from_millis(count as u64 * 86_400_000)
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written here and not by a library, because plans' fingerprints are made of it and must never change.
        let mut rest = self.0;
        let mut separator = "";
        for (length, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")] {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                write!(f, "{separator}{count}{unit}")?;
                separator = " ";
            }
        }
        if self.0 == 0 { f.write_str("0s") } else { Ok(()) }
    }
}

/// A text that is not a length of time, or one longer than a thousand years. Show it to whoever wrote the text.
///
/// ```
/// use lead_router::{Span, SpanError};
///
/// let refused: Result<Span, SpanError> = "half an hour".parse();
/// assert!(refused.is_err_and(|error| error.to_string().ends_with(r#"write it like "30 minutes", "2h" or "1 day""#)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a length of time: {why}; write it like \"30 minutes\", \"2h\" or \"1 day\"")]
pub struct SpanError {
    text: String,
    why: String,
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let fault = |why: String| SpanError { text: text.to_owned(), why };
        let length = humantime::parse_duration(text).map_err(|error| fault(error.to_string()))?;
        match i64::try_from(length.as_millis()) {
            Ok(millis) if millis <= MAX_MILLIS => Ok(Self(millis)),
            _ => Err(fault("longer than a thousand years".to_owned())),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time such as \"30 minutes\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}
