//! How much working time lies before each date, without counting days.

use super::day::Day;

/// Working time before any date, in milliseconds since an arbitrary date: whole weeks by multiplication, then the dates on
/// which a day is not like its weekday, whose differences are summed up once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sums {
    /// Of the first so many days of a week that begins on a Thursday, as the days' numbers do.
    of_days: [i64; 8],
    /// Dates in order, each with the sum of all differences up to and with its own.
    differences: Box<[(Day, i64)]>,
}

impl Sums {
    /// Of days by weekday, Monday first; and of dates in order, each with how far it differs from its weekday.
    pub(super) fn new(of_weekdays: [i64; 7], differences: impl IntoIterator<Item = (Day, i64)>) -> Self {
        let mut of_days = [0; 8];
        let mut sum = 0;
        for (day, before) in (0..).map(Day).zip(of_days.iter_mut()) {
            *before = sum;
            sum += of_weekdays.get(day.weekday()).copied().unwrap_or(0);
        }
        let mut sum = 0;
        let differences =
            differences.into_iter().filter(|(_, difference)| *difference != 0).map(|(day, difference)| {
                sum += difference;
                (day, sum)
            });
        Self { of_days, differences: differences.collect() }
    }

    /// Working time of all dates before this one.
    pub(super) fn before(&self, day: Day) -> i64 {
        let (weeks, rest) = (i64::from(day.0.div_euclid(7)), day.0.rem_euclid(7) as usize);
        let of_week = self.of_days.last().copied().unwrap_or(0);
        let passed = self.differences.partition_point(|(date, _)| *date < day);
        let difference = passed.checked_sub(1).and_then(|last| self.differences.get(last)).map_or(0, |(_, sum)| *sum);
        weeks * of_week + self.of_days.get(rest).copied().unwrap_or(0) + difference
    }

    /// The date in whose working time so much of it is reached; none if that never is, or was before the first date.
    pub(super) fn find(&self, target: i64) -> Option<Day> {
        Day::FIRST.last_before(|day| self.before(day) >= target)
    }
}
