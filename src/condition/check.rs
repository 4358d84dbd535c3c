//! What a condition can say wrongly in meaning, all at once.

use super::{Comparison, Condition};
use crate::fault::{BuildError, Fault, FaultKind};
use crate::hours::LocalHours;
use crate::limits::{MAX_CONDITION_DEPTH, MAX_CONDITION_SIZE, MAX_NAME_BYTES};
use crate::span::Span;
use crate::value::{FieldValue, Number};
use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::ops::ControlFlow;

/// Why a condition that can be read makes no sense.
///
/// ```
/// use lead_router::condition::ConditionFault;
///
/// let fault = ConditionFault::EmptyJoin { join: "all" };
/// assert_eq!(fault.to_string(), "`all` needs at least one condition");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConditionFault {
    /// An `all` or `any` without conditions.
    #[error("`{join}` needs at least one condition")]
    EmptyJoin {
        /// `all` or `any`.
        join: &'static str,
    },
    /// An `in` without values.
    #[error("`in` needs at least one value")]
    EmptyList,
    /// A `times` with fewer than two fields.
    #[error("`times` needs at least two fields to compare, but has {count}")]
    TooFewTimes {
        /// How many it has.
        count: usize,
    },
    /// A `times` that names one field twice.
    #[error("`times` names `{field}` twice")]
    RepeatedTime {
        /// The field.
        field: String,
    },
    /// A name that is empty or blank.
    #[error("the name of a field is empty")]
    EmptyName,
    /// A name longer than [`MAX_NAME_BYTES`].
    #[error("the name of a field has {bytes} bytes; the longest allowed is {MAX_NAME_BYTES}")]
    LongName {
        /// Its length.
        bytes: usize,
    },
    /// A `between` that no number fulfils.
    #[error("no number is at least {low} and below {high}; the first must be the smaller one")]
    EmptyRange {
        /// The first number.
        low: Number,
        /// The second number.
        high: Number,
    },
    /// A comparison with NaN or an infinity.
    #[error("a comparison needs a finite number, not NaN or an infinity")]
    NotFinite,
    /// A length of time that is zero.
    #[error("`{key}` needs a length of time above zero")]
    ZeroSpan {
        /// The comparison's word in files.
        key: &'static str,
    },
    /// A blank text to compare with: no field that counts as present equals it.
    #[error("`{key}` compares with a blank text, which counts as missing; write `missing = true`")]
    BlankValue {
        /// The comparison's word in files.
        key: &'static str,
    },
    /// An empty text to look for, which is in every text.
    #[error("`{key}` needs a text that is not empty")]
    EmptyText {
        /// The comparison's word in files.
        key: &'static str,
    },
    /// A list where one value belongs.
    #[error("`{key}` compares with one value at a time, not with a list")]
    ListValue {
        /// The comparison's word in files.
        key: &'static str,
    },
    /// Working hours that cannot be. Its text says why, and how to write them.
    #[error("{0}")]
    BadHours(String),
    /// A `local_hours` that is closed all week.
    #[error("`local_hours` needs hours on at least one day")]
    NoHours,
    /// Joins nested deeper than [`MAX_CONDITION_DEPTH`].
    #[error("`all`, `any` and `not` are nested more than {MAX_CONDITION_DEPTH} deep")]
    TooDeep,
    /// More tests and values than [`MAX_CONDITION_SIZE`].
    #[error("the condition has more than {MAX_CONDITION_SIZE} tests and listed values")]
    TooLarge,
}

impl ConditionFault {
    /// The same where a condition stands, at a path inside it.
    pub(crate) fn at(self, path: &str, inner: &str) -> Fault {
        let separator = if inner.is_empty() { "" } else { "." };
        Fault::new(format!("{path}{separator}{inner}"), FaultKind::Condition(self))
    }
}

impl Condition {
    /// The condition, if there is nothing wrong with it. What stands in a plan is checked when a router is built; this is
    /// for conditions that a host evaluates itself.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once, each with its place.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// let refused = field("time_zone").local_hours([("mon-fri", "17:00-09:00")]).checked();
    /// assert_eq!(refused.map_err(|error| error.to_string()).err().as_deref(), Some("\
    /// condition.local_hours.mon-fri: `17:00-09:00` ends before it begins; if it runs over midnight, write `17:00-09:00+1`"));
    ///
    /// let morning = field("time_zone").local_hours([("mon-fri", "09:00-12:00")]).checked()?;
    /// assert_eq!(morning.to_string(), "time_zone is where clocks show mon-fri 09:00-12:00");
    /// # Ok::<(), lead_router::BuildError>(())
    /// ```
    pub fn checked(self) -> Result<Self, BuildError> {
        let mut faults = Vec::new();
        self.check(&mut |path, fault| faults.push(fault.at("condition", path)));
        if faults.is_empty() { Ok(self) } else { Err(BuildError::new(faults)) }
    }

    /// Reports every fault, with its path inside the condition: `all[0].between`, or nothing for the condition itself.
    ///
    /// It stops at the first place that is too deep or too large, so it is safe for conditions from outside.
    pub(crate) fn check(&self, report: &mut dyn FnMut(&str, ConditionFault)) {
        Checker::new(report).run(|checker| checker.condition(self, 0));
    }
}

/// Walks a condition, with the path to where it is.
pub(super) struct Checker<'r> {
    report: &'r mut dyn FnMut(&str, ConditionFault),
    path: String,
    size: usize,
}

/// Goes on until the condition turns out too large.
pub(super) type Progress = ControlFlow<()>;

impl<'r> Checker<'r> {
    pub(super) fn new(report: &'r mut dyn FnMut(&str, ConditionFault)) -> Self {
        Self { report, path: String::new(), size: 0 }
    }

    pub(super) fn run(mut self, walk: impl FnOnce(&mut Self) -> Progress) {
        if walk(&mut self).is_break() {
            (self.report)("", ConditionFault::TooLarge);
        }
    }

    fn condition(&mut self, condition: &Condition, depth: usize) -> Progress {
        match condition {
            Condition::All(parts) => self.join("all", parts, depth),
            Condition::Any(parts) => self.join("any", parts, depth),
            Condition::Not(part) => {
                if depth == MAX_CONDITION_DEPTH {
                    self.fault(ConditionFault::TooDeep);
                    return self.count(1);
                }
                self.inside(format_args!("not"), |checker| checker.condition(part, depth + 1))
            }
            Condition::Field { field, test } => {
                self.count(1)?;
                self.inside(format_args!("field"), |checker| checker.name(field));
                self.comparison(test)
            }
            Condition::Within { times, span } => self.within(times, *span),
        }
    }

    fn join(&mut self, join: &'static str, parts: &[Condition], depth: usize) -> Progress {
        if parts.is_empty() {
            self.inside(format_args!("{join}"), |checker| {
                checker.fault(ConditionFault::EmptyJoin { join });
            });
            return self.count(1);
        }
        if depth == MAX_CONDITION_DEPTH {
            self.fault(ConditionFault::TooDeep);
            return self.count(1);
        }
        for (index, part) in parts.iter().enumerate() {
            self.inside(format_args!("{join}[{index}]"), |checker| checker.condition(part, depth + 1))?;
        }
        Progress::Continue(())
    }

    fn within(&mut self, times: &[String], span: Span) -> Progress {
        self.count(times.len().max(1))?;
        if times.len() < 2 {
            let count = times.len();
            self.inside(format_args!("times"), |checker| {
                checker.fault(ConditionFault::TooFewTimes { count });
            });
        }
        let mut earlier = BTreeSet::new();
        for (index, name) in times.iter().enumerate() {
            self.inside(format_args!("times[{index}]"), |checker| {
                checker.name(name);
                if !earlier.insert(name) {
                    let field = name.clone();
                    checker.fault(ConditionFault::RepeatedTime { field });
                }
            });
        }
        self.inside(format_args!("within"), |checker| checker.span("within", span));
        Progress::Continue(())
    }

    pub(super) fn comparison(&mut self, test: &Comparison) -> Progress {
        let key = test.key();
        if let Comparison::In(values) = test {
            self.count(values.len())?;
            for (index, value) in values.iter().enumerate() {
                self.inside(format_args!("in[{index}]"), |checker| checker.value(key, value));
            }
        }
        self.inside(format_args!("{key}"), |checker| match test {
            Comparison::In(values) if values.is_empty() => checker.fault(ConditionFault::EmptyList),
            Comparison::Is(value) | Comparison::Has(value) => checker.value(key, value),
            Comparison::Between { low, high } if low >= high => {
                let (low, high) = (*low, *high);
                checker.fault(ConditionFault::EmptyRange { low, high });
            }
            Comparison::StartsWith(text) | Comparison::EndsWith(text) | Comparison::Contains(text)
                if text.is_empty() =>
            {
                checker.fault(ConditionFault::EmptyText { key });
            }
            Comparison::AgeBelow(span) | Comparison::AgeAtLeast(span) => checker.span(key, *span),
            _ => {}
        });
        if let Comparison::LocalHours(hours) = test {
            self.count(hours.week().len().max(hours.period_count()))?;
            self.hours(key, hours);
        }
        if *test == Comparison::NotFinite {
            // No file has a key for it, so the path ends at the condition.
            self.fault(ConditionFault::NotFinite);
        }
        Progress::Continue(())
    }

    pub(super) fn name(&mut self, name: &str) {
        if name.trim().is_empty() {
            self.fault(ConditionFault::EmptyName);
        } else if name.len() > MAX_NAME_BYTES {
            let bytes = name.len();
            self.fault(ConditionFault::LongName { bytes });
        }
    }

    fn value(&mut self, key: &'static str, value: &FieldValue) {
        if matches!(value, FieldValue::List(_)) {
            self.fault(ConditionFault::ListValue { key });
        } else if value.as_value().is_blank() {
            self.fault(ConditionFault::BlankValue { key });
        }
    }

    fn span(&mut self, key: &'static str, span: Span) {
        if span == Span::default() {
            self.fault(ConditionFault::ZeroSpan { key });
        }
    }

    fn hours(&mut self, key: &'static str, hours: &LocalHours) {
        let faults = hours.faults(key);
        if faults.is_empty() && hours.period_count() == 0 {
            self.inside(format_args!("{key}"), |checker| checker.fault(ConditionFault::NoHours));
        }
        for Fault { path, kind } in faults {
            self.inside(format_args!("{path}"), |checker| checker.fault(ConditionFault::BadHours(kind.to_string())));
        }
    }

    fn fault(&mut self, fault: ConditionFault) {
        (self.report)(&self.path, fault);
    }

    fn count(&mut self, more: usize) -> Progress {
        self.size = self.size.saturating_add(more);
        if self.size > MAX_CONDITION_SIZE { Progress::Break(()) } else { Progress::Continue(()) }
    }

    /// Walks on with one more part at the end of the path.
    pub(super) fn inside<R>(&mut self, part: fmt::Arguments<'_>, walk: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        // Writing to a `String` cannot fail.
        _ = self.path.write_fmt(part);
        let result = walk(self);
        self.path.truncate(length);
        result
    }
}
