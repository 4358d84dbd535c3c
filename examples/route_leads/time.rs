//! Times as people and programs write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// Reads RFC 3339, a date and a time, or a date alone, which is its midnight; in UTC where there is no offset.
pub(crate) fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    let with_offset = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc()).ok();
    let date_and_time = || {
        let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"];
        forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|date| date.and_time(NaiveTime::MIN));
    with_offset
        .or_else(|| date_and_time().or_else(date).map(|time| time.and_utc()))
        .ok_or_else(|| format!("`{text}` is no time; write `2026-03-02T14:30:00Z`, `2026-03-02 14:30` or `2026-03-02`"))
}
