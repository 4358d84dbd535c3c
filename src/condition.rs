//! Conditions over the fields of a lead: data that can be evaluated, checked, described and compared.

mod check;
mod comparison;
mod fold;
mod form;
mod reads;
mod rep;
#[cfg(test)]
mod tests;
mod words;

pub use check::ConditionFault;
pub use comparison::Comparison;
pub(crate) use comparison::equals;
pub(crate) use fold::{lower, lower_hash};
pub use reads::FieldKind;
pub(crate) use reads::Read;
pub use rep::{RepTest, rep_field};

use crate::hours::LocalHours;
use crate::instant::Instant;
use crate::lead::Lead;
use crate::span::Span;
use crate::value::{FieldValue, Number};
use chrono::{DateTime, Utc};
use std::marker::PhantomData;

/// Something that is true of a lead or not: comparisons of its fields, joined by [`all`], [`any`] and [`not`].
///
/// There are two answers and no third. A comparison is false for a field that is missing, blank or of the wrong type,
/// so `not` of it is true then. Text is compared without regard to case. Numbers compare exactly.
///
/// In Rust, conditions come from [`field`], [`times`] and the three joins:
///
/// ```
/// use lead_router::{all, any, field, hours, minutes, not, times};
///
/// let hot = all([
///     field("employees").at_least(500),
///     any([field("industry").among(["healthcare", "finance"]), field("score").between(80, 100)]),
///     not(field("email").ends_with("@example.com")),
///     field("created_at").age_below(hours(24)),
///     times(["demo_at", "video_at", "pricing_at"]).within(minutes(30)),
/// ]);
/// assert!(hot.to_string().starts_with("employees is at least 500 and (industry is healthcare or finance or"));
/// ```
///
/// In a file, each condition is one table, with one comparison:
///
/// | table | true of a lead if |
/// |---|---|
/// | `{ field = "industry", is = "finance" }` | the field equals the value |
/// | `{ field = "industry", in = ["healthcare", "finance"] }` | it equals one of the values |
/// | `{ field = "employees", below = 100 }` | it is a number below |
/// | `{ field = "employees", at_least = 500 }` | it is that number or above |
/// | `{ field = "employees", between = [100, 1000] }` | it is at least the first and below the second |
/// | `{ field = "phone", starts_with = "+49" }` | it is a text with that start |
/// | `{ field = "email", ends_with = ".edu" }` | it is a text with that end |
/// | `{ field = "title", contains = "chief" }` | it is a text with that part |
/// | `{ field = "products", has = "crm" }` | it is a list with that value, or the value alone |
/// | `{ field = "company", present = true }` | the lead has it, and it is not blank |
/// | `{ field = "company", missing = true }` | the lead does not have it, or it is blank |
/// | `{ field = "created_at", age_below = "30 minutes" }` | it is a time less long ago than that, or in the future |
/// | `{ field = "created_at", age_at_least = "2 days" }` | it is a time that long ago or longer |
/// | `{ field = "time_zone", local_hours = { mon-fri = "09:00-17:00" } }` | it is a time zone or a country where clocks [now show a time within these hours](Field::local_hours) |
/// | `{ times = ["demo_at", "video_at"], within = "30 minutes" }` | all are times, at most that far apart |
/// | `{ all = [..] }`, `{ any = [..] }`, `{ not = { .. } }` | all of the conditions are true, any is, the one is not |
///
/// ```
/// use lead_router::{Condition, all, field};
///
/// let read: Condition = toml::from_str(r#"
///     all = [
///         { field = "employees", at_least = 500 },
///         { field = "requested_demo", is = true },
///     ]
/// "#)?;
/// assert_eq!(read, all([field("employees").at_least(500), field("requested_demo").is(true)]));
/// # Ok::<(), toml::de::Error>(())
/// ```
///
/// Its depth and size are [limited](crate::limits) where a router is built. What a program nests beyond that can
/// overflow the stack when it is evaluated, shown, compared or dropped, as any nested type can.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use = "a condition does nothing by itself"]
pub enum Condition {
    /// True if all of these are.
    All(Vec<Condition>),
    /// True if any of these is.
    Any(Vec<Condition>),
    /// True if this is not.
    Not(Box<Condition>),
    /// A comparison of one field.
    Field {
        /// The name of the field.
        field: String,
        /// What is asked of it.
        test: Comparison,
    },
    /// True if all of these fields are times, and the latest is no more than the span after the earliest.
    Within {
        /// The names of the fields.
        times: Vec<String>,
        /// The longest time from the first to the last.
        span: Span,
    },
}

impl Condition {
    /// Whether it is true of the lead at an instant. Allocates nothing and cannot fail.
    ///
    /// Plans ask by themselves. Hosts may ask, too, of a lead or of its [record](crate::journal::Routed), which has the
    /// fields that the plan reads or [reports by](crate::Plan::report_by): what came in during business hours?
    ///
    /// ```
    /// use lead_router::{LeadRecord, Plan, Record, RepRecord, Roster, Router, field, round_robin};
    ///
    /// let plan = Plan::new(round_robin("smb")).otherwise("triage").report_by(["time_zone"]);
    /// let mut router = Router::new(plan, Roster::new().rep(RepRecord::new("ann").pool("smb")))?;
    /// let now = "2026-03-02T16:30:00Z".parse()?; // half past eleven in New York, half past five in Berlin
    /// let zones = ["America/New_York", "America/Chicago", "Europe/Berlin", "Mars/Olympus_Mons"];
    /// let leads = (1..).zip(zones).map(|(number, zone)| LeadRecord::new(format!("L-{number}")).with("time_zone", zone));
    /// let journal: Vec<Record> = leads.filter_map(|lead| router.route(&lead, now).record().cloned()).collect();
    ///
    /// let business_hours = field("time_zone").local_hours([("mon-fri", "09:00-17:00")]).checked()?;
    /// let is_known = field("time_zone").local_hours([("daily", "00:00-24:00")]).checked()?;
    /// let (mut business, mut after, mut unknown) = (0, 0, 0);
    /// for record in &journal {
    ///     let Some(routed) = record.routed() else { continue };
    ///     if business_hours.holds(routed, record.at) {
    ///         business += 1;
    ///     } else if is_known.holds(routed, record.at) {
    ///         after += 1;
    ///     } else {
    ///         unknown += 1;
    ///     }
    /// }
    /// assert_eq!((business, after, unknown), (2, 1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// It recurses as deep as the condition is nested, and overlooks hours that cannot be read, so
    /// [`checked`](Self::checked) has to come first for a condition from outside.
    pub fn holds(&self, lead: &dyn Lead, now: DateTime<Utc>) -> bool {
        self.holds_at(lead, now.into())
    }

    pub(crate) fn holds_at(&self, lead: &dyn Lead, now: Instant) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds_at(lead, now)),
            Self::Any(parts) => parts.iter().any(|part| part.holds_at(lead, now)),
            Self::Not(part) => !part.holds_at(lead, now),
            Self::Field { field, test } => test.holds(lead.field(field), now),
            Self::Within { times, span } => spread(lead, times).is_some_and(|millis| millis <= span.as_millis()),
        }
    }

    /// The parts that must all hold, in order: those of an `all`, however deep, but an `any`, a `not` or a comparison as a
    /// whole. The first that does not hold is the one to name when someone asks why the condition is false.
    pub(crate) fn conjuncts(&self) -> Vec<&Condition> {
        match self {
            Self::All(parts) => parts.iter().flat_map(Self::conjuncts).collect(),
            _ => vec![self],
        }
    }
}

/// The milliseconds from the earliest to the latest of the lead's times; none if one is missing or no time.
fn spread(lead: &dyn Lead, times: &[String]) -> Option<i64> {
    let mut range: Option<(i64, i64)> = None;
    for name in times {
        let time = lead.field(name)?.as_time()?.timestamp_millis();
        let (first, last) = range.unwrap_or((time, time));
        range = Some((first.min(time), last.max(time)));
    }
    range.map(|(first, last)| last.saturating_sub(first))
}

/// True of a lead if all of the conditions are.
///
/// ```
/// use lead_router::{all, field};
///
/// let hot = all([field("requested_demo").is(true), field("score").at_least(80)]);
/// assert_eq!(hot.to_string(), "requested_demo is true and score is at least 80");
/// ```
pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Condition {
    Condition::All(conditions.into_iter().collect())
}

/// True of a lead if any of the conditions is.
///
/// ```
/// use lead_router::{any, field};
///
/// let sizeable = any([field("employees").at_least(500), field("revenue").at_least(10_000_000)]);
/// assert_eq!(sizeable.to_string(), "employees is at least 500 or revenue is at least 10000000");
/// ```
pub fn any(conditions: impl IntoIterator<Item = Condition>) -> Condition {
    Condition::Any(conditions.into_iter().collect())
}

/// True of a lead if the condition is not; so also if a field of the condition is missing or of the wrong type.
///
/// ```
/// use lead_router::{field, not};
///
/// let elsewhere = not(field("country").among(["us", "ca"]));
/// assert_eq!(elsewhere.to_string(), "not (country is us or ca)");
/// ```
pub fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

/// Begins a condition on one field of the lead: `field("employees").at_least(500)`.
///
/// ```
/// use lead_router::field;
///
/// assert_eq!(field("employees").at_least(500).to_string(), "employees is at least 500");
/// ```
pub fn field(name: impl Into<String>) -> Field {
    Field::named(name)
}

/// Begins a condition on several times of the lead: `times(["demo_at", "video_at"]).within(minutes(30))`.
///
/// ```
/// use lead_router::{minutes, times};
///
/// let one_session = times(["demo_at", "video_at", "pricing_at"]).within(minutes(30));
/// assert_eq!(one_session.to_string(), "demo_at, video_at and pricing_at are all within 30m");
/// ```
pub fn times<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Times {
    Times(names.into_iter().map(Into::into).collect())
}

/// Fields that hold times, about to be compared with each other: made by [`times`], ended by [`within`](Self::within).
///
/// ```
/// use lead_router::{minutes, times};
///
/// let one_session = times(["demo_at", "pricing_at"]).within(minutes(30));
/// assert_eq!(one_session.to_string(), "demo_at and pricing_at are both within 30m");
/// ```
#[derive(Debug, Clone)]
#[must_use = "a condition ends in `within`"]
pub struct Times(Vec<String>);

impl Times {
    /// All of them are times, and the latest is no more than the span after the earliest.
    ///
    /// ```
    /// use lead_router::{hours, times};
    ///
    /// let same_day = times(["demo_at", "pricing_at"]).within(hours(24));
    /// assert_eq!(same_day.to_string(), "demo_at and pricing_at are both within 1d");
    /// ```
    pub fn within(self, span: Span) -> Condition {
        Condition::Within { times: self.0, span }
    }
}

/// A field about to be compared: made by [`field`] for a field of the lead, which gives a [`Condition`], and by
/// [`rep_field`] for a field of a rep, which gives a [`RepTest`].
///
/// ```
/// use lead_router::{field, rep_field};
///
/// let condition = field("employees").at_least(500);
/// let test = rep_field("seniority").at_least(3);
/// assert_eq!(condition.to_string(), "employees is at least 500");
/// assert_eq!(test.to_string(), "seniority is at least 3");
/// ```
#[derive(Debug, Clone)]
#[must_use = "a condition ends in a comparison"]
pub struct Field<Test = Condition> {
    name: String,
    test: PhantomData<fn() -> Test>,
}

impl<Test> Field<Test> {
    fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), test: PhantomData }
    }
}

impl From<(String, Comparison)> for Condition {
    fn from((field, test): (String, Comparison)) -> Self {
        Self::Field { field, test }
    }
}

impl<Test: From<(String, Comparison)>> Field<Test> {
    /// The field equals the value.
    ///
    /// A number or flag also reads text such as `50` and `TRUE`. A text matches only text, in any case.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("requested_demo").is(true).to_string(), "requested_demo is true");
    /// assert_eq!(field("zip").is("00501").to_string(), r#"zip is "00501""#);
    /// ```
    pub fn is(self, value: impl Into<FieldValue>) -> Test {
        self.test(Comparison::Is(value.into()))
    }

    /// The field equals one of the values (`in` in files).
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// let regulated = field("industry").among(["healthcare", "finance"]);
    /// assert_eq!(regulated.to_string(), "industry is healthcare or finance");
    /// ```
    pub fn among<V: Into<FieldValue>>(self, values: impl IntoIterator<Item = V>) -> Test {
        self.test(Comparison::In(values.into_iter().map(Into::into).collect()))
    }

    /// The field is a number below this one.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("score").below(0.5).to_string(), "score is below 0.5");
    /// ```
    pub fn below(self, high: impl TryInto<Number>) -> Test {
        self.test(high.try_into().map_or(Comparison::NotFinite, Comparison::Below))
    }

    /// The field is this number or above.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("employees").at_least(500).to_string(), "employees is at least 500");
    /// ```
    pub fn at_least(self, low: impl TryInto<Number>) -> Test {
        self.test(low.try_into().map_or(Comparison::NotFinite, Comparison::AtLeast))
    }

    /// The field is a number, at least the first and below the second.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// let middle = field("employees").between(100, 1_000);
    /// assert_eq!(middle.to_string(), "employees is from 100 to below 1000");
    /// ```
    pub fn between(self, low: impl TryInto<Number>, high: impl TryInto<Number>) -> Test {
        self.test(match (low.try_into(), high.try_into()) {
            (Ok(low), Ok(high)) => Comparison::Between { low, high },
            _ => Comparison::NotFinite,
        })
    }

    /// The field is a text with this start, in any case.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("phone").starts_with("+49-").to_string(), "phone starts with +49-");
    /// ```
    pub fn starts_with(self, start: impl Into<String>) -> Test {
        self.test(Comparison::StartsWith(start.into()))
    }

    /// The field is a text with this end, in any case.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("email").ends_with(".edu").to_string(), "email ends with .edu");
    /// ```
    pub fn ends_with(self, end: impl Into<String>) -> Test {
        self.test(Comparison::EndsWith(end.into()))
    }

    /// The field is a text with this part, in any case.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("title").contains("chief").to_string(), "title contains chief");
    /// ```
    pub fn contains(self, part: impl Into<String>) -> Test {
        self.test(Comparison::Contains(part.into()))
    }

    /// The field is a list with this value in it, or the value alone.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("products").has("crm").to_string(), "products has crm");
    /// ```
    pub fn has(self, value: impl Into<FieldValue>) -> Test {
        self.test(Comparison::Has(value.into()))
    }

    /// The field is there, and not blank.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("company").present().to_string(), "company is present");
    /// ```
    pub fn present(self) -> Test {
        self.test(Comparison::Present)
    }

    /// The field is not there, or blank.
    ///
    /// ```
    /// use lead_router::field;
    ///
    /// assert_eq!(field("company").missing().to_string(), "company is missing");
    /// ```
    pub fn missing(self) -> Test {
        self.test(Comparison::Missing)
    }

    /// The field is a time less than this long ago, or in the future.
    ///
    /// ```
    /// use lead_router::{field, minutes};
    ///
    /// let fresh = field("created_at").age_below(minutes(30));
    /// assert_eq!(fresh.to_string(), "created_at is less than 30m ago");
    /// ```
    pub fn age_below(self, span: Span) -> Test {
        self.test(Comparison::AgeBelow(span))
    }

    /// The field is a time this long ago or longer.
    ///
    /// ```
    /// use lead_router::{days, field};
    ///
    /// let stale = field("created_at").age_at_least(days(2));
    /// assert_eq!(stale.to_string(), "created_at is at least 2d ago");
    /// ```
    pub fn age_at_least(self, span: Span) -> Test {
        self.test(Comparison::AgeAtLeast(span))
    }

    /// The field is a time zone or a country where clocks now show a time within these hours: business hours, where the
    /// lead is.
    ///
    /// ```
    /// use lead_router::{LeadRecord, field};
    ///
    /// let business_hours = field("time_zone").local_hours([("mon-fri", "09:00-17:00"), ("sat", "10:00-14:00")]);
    /// let words = "time_zone is where clocks show mon-fri 09:00-17:00 or sat 10:00-14:00";
    /// assert_eq!(business_hours.to_string(), words);
    ///
    /// let monday = "2026-03-02T09:00:00Z".parse()?;
    /// let berlin = LeadRecord::new("L-1").with("time_zone", "Europe/Berlin");
    /// let new_york = LeadRecord::new("L-2").with("time_zone", "America/New_York");
    /// assert!(business_hours.holds(&berlin, monday));
    /// assert!(!business_hours.holds(&new_york, monday));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// - *Where*: the field is the name of an IANA time zone (`Europe/Berlin`) or the two letters of a country (`DE`), in
    ///   any case. A country of several zones stands for the one of its largest city, `US` for New York:
    ///   [`time_zone_of`](crate::hours::time_zone_of) tells. That is a guess; a form that knows the zone should send it.
    ///   Where no guess is good enough, narrow the hours: while it is 12:00 to 17:00 in New York, it is 9:00 to 14:00 in Los
    ///   Angeles.
    /// - *Hours* are written by days of the week as in [`WorkingHours`](crate::hours::WorkingHours): `09:00-12:30,
    ///   13:30-18:00`, over midnight `22:00-06:00+1`. Openings are inclusive, closings exclusive. There are no dates and no
    ///   calendars, as holidays are not the same everywhere.
    /// - *Now* is the instant of the decision, of which only the clock on the wall is read: an hour that it shows twice in
    ///   autumn counts twice.
    ///
    /// The comparison is false where the field is missing or nobody knows the place. So `not` of it is true after hours
    /// *and* of places unknown. All day long is true of every place that is known, and tells the two apart:
    ///
    /// ```
    /// use lead_router::{Condition, all, field, not};
    ///
    /// let after_hours: Condition = toml::from_str(r#"
    ///     all = [
    ///         { field = "country", local_hours = { daily = "00:00-24:00" } },
    ///         { not = { field = "country", local_hours = { mon-fri = "09:00-17:00" } } },
    ///     ]
    /// "#)?;
    /// let country = || field("country");
    /// let is_known = country().local_hours([("daily", "00:00-24:00")]);
    /// let business_hours = country().local_hours([("mon-fri", "09:00-17:00")]);
    /// assert_eq!(after_hours, all([is_known, not(business_hours)]));
    /// # Ok::<(), toml::de::Error>(())
    /// ```
    pub fn local_hours<Days: Into<String>, Hours: Into<String>>(
        self,
        week: impl IntoIterator<Item = (Days, Hours)>,
    ) -> Test {
        self.test(Comparison::LocalHours(LocalHours::new(week)))
    }

    fn test(self, comparison: Comparison) -> Test {
        Test::from((self.name, comparison))
    }
}
