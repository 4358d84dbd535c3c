//! Instants as the crate keeps them: whole UTC milliseconds.

use crate::span::Span;
use chrono::{DateTime, Utc};
use std::fmt;

/// Milliseconds since the Unix epoch, UTC. Whatever a host passes in is floored to one of these at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Instant(i64);

impl Instant {
    /// Before every instant that a host can name: where a new router's clock stands.
    pub(crate) const START: Self = Self(i64::MIN);

    /// After every instant that a host can name.
    pub(crate) const END: Self = Self(i64::MAX);

    pub(crate) const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) const fn millis(self) -> i64 {
        self.0
    }

    /// The instant that lies so much later; the end of time if that overflows.
    pub(crate) const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.as_millis()))
    }

    /// The same instant in the calendar type of the public API. [`Instant::START`] has none.
    pub(crate) fn to_utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_millis(self.0)
    }

    /// Like [`Instant::to_utc`], with the earliest date that exists in place of none.
    pub(crate) fn to_utc_or_min(self) -> DateTime<Utc> {
        self.to_utc().unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(time: DateTime<Utc>) -> Self {
        // A leap second at the end of time would lie past it.
        Self(time.timestamp_millis().min(DateTime::<Utc>::MAX_UTC.timestamp_millis()))
    }
}

/// An instant as reasons say it.
pub(crate) fn in_minutes(at: DateTime<Utc>) -> impl fmt::Display {
    at.format("%Y-%m-%d %H:%M UTC")
}
