//! Instants in whole milliseconds, and the one text each of them has.

use chrono::{DateTime, Datelike, Timelike, Utc};
use std::fmt::{self, Write};

/// The years that RFC 3339 has. An instant outside could be written but not read back.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9_999;

/// The instant, floored to a millisecond; none if RFC 3339 cannot write it.
pub(super) fn whole_milliseconds(time: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Some(floor(time)).filter(|floored| YEARS.contains(&floored.year()))
}

/// Reads RFC 3339, which always has an offset.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    whole_milliseconds(time.to_utc())
}

fn floor(time: DateTime<Utc>) -> DateTime<Utc> {
    // A leap second becomes the second after it. At chrono's last instant that second does not exist.
    DateTime::from_timestamp_millis(time.timestamp_millis()).unwrap_or(time)
}

/// The text of an instant, such as `2024-05-01T09:30:00.000Z`, made without allocating.
///
/// Text comparisons see a time as this text: a lead that has the time and a record that kept the text agree.
#[derive(Debug)]
pub(crate) struct TimeText {
    bytes: [u8; 32],
    length: usize,
}

impl TimeText {
    pub(crate) fn new(time: DateTime<Utc>) -> Self {
        let mut text = Self { bytes: [0; 32], length: 0 };
        // The longest is 28 bytes, so this cannot fail.
        _ = text.write_time(floor(time));
        text
    }

    pub(crate) fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        str::from_utf8(written).unwrap_or_default()
    }

    fn write_time(&mut self, time: DateTime<Utc>) -> fmt::Result {
        let year = time.year();
        if YEARS.contains(&year) {
            write!(self, "{year:04}")?;
        } else {
            write!(self, "{year:+05}")?;
        }
        write!(
            self,
            "-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            time.month(),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.timestamp_subsec_millis(),
        )
    }
}

impl Write for TimeText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let target = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        target.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
