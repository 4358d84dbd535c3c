//! How working hours are written: days, periods, dates.

use super::day::{Day, SECONDS_OF_DAY};
use crate::limits::MAX_PERIODS;
use chrono::NaiveDate;

/// A working period of one date: from and until when, in seconds past that date's midnight. Until may lie on the next date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Period {
    pub(super) from: u32,
    pub(super) until: u32,
}

/// The names of days, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LONG_DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads `mon`, `mon-fri`, `mon, wed`, `daily`: 0 for Monday to 6 for Sunday.
pub(super) fn days(text: &str) -> Result<Vec<usize>, String> {
    let refused =
        || format!("`{text}` is not a day of the week; write it like \"mon\", \"mon-fri\", \"tue, thu\" or \"daily\"");
    if text.trim().eq_ignore_ascii_case("daily") {
        return Ok((0..7).collect());
    }
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first).ok_or_else(refused)?, day(last).ok_or_else(refused)?);
        let count = (last + 7 - first) % 7;
        days.extend((0..=count).map(|offset| (first + offset) % 7));
    }
    Ok(days)
}

fn day(text: &str) -> Option<usize> {
    let name = text.trim().to_ascii_lowercase();
    DAYS.iter().zip(LONG_DAYS).position(|(short, long)| name == *short || name == long)
}

/// The name of a day.
pub(super) fn day_name(day: usize) -> &'static str {
    DAYS.get(day % 7).copied().unwrap_or_default()
}

/// Reads `09:00-12:00, 13:00-17:00`, `22:00-06:00+1` over midnight, or `closed`: in order, none overlapping. Or all that is
/// wrong.
pub(super) fn periods(text: &str) -> Result<Vec<Period>, Vec<String>> {
    if text.trim().eq_ignore_ascii_case("closed") {
        return Ok(Vec::new());
    }
    if text.split(',').count() > MAX_PERIODS {
        return Err(vec![format!("there are more than {MAX_PERIODS} periods")]);
    }
    let (mut periods, mut faults) = (Vec::new(), Vec::new());
    for part in text.split(',').map(str::trim) {
        match period(part) {
            Ok(period) => periods.push((period, part)),
            Err(fault) => faults.push(fault),
        }
    }
    periods.sort_unstable();
    for pair in periods.windows(2) {
        if let [(earlier, one), (later, other)] = pair
            && later.from < earlier.until
        {
            faults.push(format!("`{one}` and `{other}` overlap"));
        }
    }
    if faults.is_empty() { Ok(periods.into_iter().map(|(period, _)| period).collect()) } else { Err(faults) }
}

fn period(text: &str) -> Result<Period, String> {
    let refused = || {
        format!(
            "`{text}` is not a period; write it like \"09:00-17:30\", over midnight like \"22:00-06:00+1\", and a day without any as \"closed\""
        )
    };
    let (from, until) = text.split_once('-').ok_or_else(refused)?;
    let (until, next_day) = match until.trim_end().strip_suffix("+1") {
        Some(until) => (until, SECONDS_OF_DAY),
        None => (until, 0),
    };
    let (from, until) = (time(from).ok_or_else(refused)?, time(until).ok_or_else(refused)? + next_day);
    if from >= SECONDS_OF_DAY {
        return Err(format!("`{text}` begins when its day has ended; write it on the next day, from 00:00"));
    }
    if until == from {
        return Err(format!("`{text}` is no time at all; the whole day is `00:00-24:00`"));
    }
    if until < from {
        return Err(format!("`{text}` ends before it begins; if it runs over midnight, write `{text}+1`"));
    }
    if until - from > SECONDS_OF_DAY {
        return Err(format!("`{text}` is longer than 24 hours"));
    }
    Ok(Period { from, until })
}

/// Reads `9:00`, `09:00`, `09:00:30` and `24:00`, in seconds past midnight.
fn time(text: &str) -> Option<u32> {
    let mut parts = text.trim().split(':');
    let mut number = |digits: std::ops::RangeInclusive<usize>, most: u32| {
        let part = parts
            .next()
            .filter(|part| digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse().ok().filter(|number| *number <= most)
    };
    let (hours, minutes): (u32, u32) = (number(1..=2, 24)?, number(2..=2, 59)?);
    let seconds = if text.trim().matches(':').count() == 2 { number(2..=2, 59)? } else { 0 };
    let time = hours * 3_600 + minutes * 60 + seconds;
    (parts.next().is_none() && time <= SECONDS_OF_DAY).then_some(time)
}

/// Reads `2026-12-24`, or `2026-12-24 to 2027-01-01` with both dates in it: the first and the last.
pub(super) fn dates(text: &str) -> Result<(Day, Day), String> {
    let (first, last) = text.split_once(" to ").unwrap_or((text, text));
    let refused = || format!("`{text}` is not a date; write it like \"2026-12-24\" or \"2026-12-24 to 2027-01-01\"");
    let (first, last) = (date(first).ok_or_else(refused)?, date(last).ok_or_else(refused)?);
    if last < first {
        return Err(format!("`{text}` ends before it begins"));
    }
    Ok((first, last))
}

/// Reads `2026-12-24`, of the years 1 to 9999.
pub(super) fn date(text: &str) -> Option<Day> {
    let text = text.trim();
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)?;
    Some(Day::of(date)).filter(|day| (Day::FIRST..=Day::LAST).contains(day))
}
