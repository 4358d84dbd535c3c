//! `split`: a fixed share of the leads for each branch, always the same leads.

use super::{Bind, Binder, Child, Scope, Step, StepIndex, Strategy, Verdict};
use crate::condition::{Read, lower};
use crate::fault::FaultKind;
use crate::hash::stable_hash;
use crate::note::Note;
use crate::reason::Why;
use crate::value::{Number, Value};
use arrayvec::ArrayString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::{self, Write};
use std::sync::Arc;

/// A share of the leads for each branch. Made by [`split`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `parts`, such as split = { parts = [{ percent = 10, then = step }] }"
)]
pub struct Split {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest: Option<Box<Step>>,
}

/// One part of a [`Split`]. Made by [`Split::percent`]; [`split`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a part, such as { percent = 10, then = step }")]
pub struct Part {
    percent: Percent,
    then: Step,
}

/// A share as it is written; none for NaN and the infinities, which only a program can say.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Percent(Option<Number>);

/// Draws for each lead which branch it takes, so that each branch has a share of the leads: a pilot with 10 percent, a
/// test of two ways.
///
/// Nothing is left to chance: a lead is drawn by its id, or by a field such as the account or the e-mail address
/// ([`Split::by`]), and the same key draws the same number every time and everywhere. Parts are given out of 10 000 in
/// their order, so that raising a share from 10 to 20 percent moves no lead back. What no part takes goes to `rest`;
/// without a `rest` the step passes.
///
/// Draws are made with the innermost [`label`](crate::label()) around the step, so it needs one. Splits under two labels
/// draw independently of each other; a split that keeps its label keeps its draws, wherever in the plan it moves.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, label, round_robin, split};
///
/// let pilot = split().by("email").percent(12.5, round_robin("pilot team")).rest(available(round_robin("smb")));
/// let plan = Plan::new(label("pilot", pilot)).otherwise("triage");
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb")).rep(RepRecord::new("bob").pool("pilot team"));
/// let router = Router::new(plan, roster)?;
///
/// let lead = LeadRecord::new("L-1").with("email", "Jo@acme.com");
/// let same_person = LeadRecord::new("L-2").with("email", " jo@acme.com");
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// assert_eq!(router.decide(&lead, now).rep(), Some("ann")); // jo@acme.com draws 8472 of 10000
/// assert_eq!(router.decide(&same_person, now).rep(), Some("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file:
///
/// ```toml
/// [label]
/// name = "pilot"
///
/// [label.then.split]
/// by = "email"
/// parts = [{ percent = 12.5, then = { round_robin = "pilot team" } }]
/// rest = { available = { round_robin = "smb" } }
/// ```
///
/// The draw is `stable_hash(["split", label, key])` as a share of 10 000, rounded down; [`stable_hash`] has vectors. A
/// text is trimmed and put into lower case, a number is as it is written (`17`, `2.5`), an id is as it is.
#[must_use]
pub fn split() -> Split {
    Split { by: None, parts: Vec::new(), rest: None }
}

impl Split {
    /// Draws by a field of the lead, in place of its id. Leads without a usable text or number there are drawn by their
    /// id. The account or the e-mail address is what gives all leads of one customer the same draw.
    #[must_use]
    pub fn by(mut self, field: impl Into<String>) -> Self {
        self.by = Some(field.into());
        self
    }

    /// Adds a branch with a share of the leads: 0.01 to 100 percent, in steps of 0.01. All together have at most 100.
    #[must_use]
    pub fn percent(mut self, percent: impl TryInto<Number>, then: impl Into<Step>) -> Self {
        self.parts.push(Part { percent: Percent(percent.try_into().ok()), then: then.into() });
        self
    }

    /// The branch for what no part takes.
    #[must_use]
    pub fn rest(mut self, then: impl Into<Step>) -> Self {
        self.rest = Some(Box::new(then.into()));
        self
    }

    /// Where each part ends, out of 10 000, noting what is wrong.
    fn thresholds(&self, binder: &mut Binder<'_>) -> Vec<u64> {
        let mut sum = 0;
        let mut thresholds = Vec::with_capacity(self.parts.len());
        for (index, part) in self.parts.iter().enumerate() {
            match part.percent.hundredths() {
                Some(hundredths) => sum += hundredths,
                None => binder.at(&format!("parts[{index}].percent"), |binder| {
                    binder.fault(FaultKind::Percent(part.percent.to_string()));
                }),
            }
            thresholds.push(sum);
        }
        if sum > ALL {
            let (whole, hundredths) = (sum / 100, sum % 100);
            let sum = if hundredths == 0 { whole.to_string() } else { format!("{whole}.{hundredths:02}") };
            binder.at("parts", |binder| binder.fault(FaultKind::MoreThanAll(sum)));
        }
        thresholds
    }
}

/// What draws are made out of: hundredths of a percent.
const ALL: u64 = 10_000;

impl Percent {
    /// In hundredths of a percent; none if it is not a whole number of them, or not a share.
    fn hundredths(self) -> Option<u64> {
        let Percent(percent) = self;
        let hundredths = match percent? {
            Number::Integer(percent) => u64::try_from(percent).ok()?.checked_mul(100)?,
            Number::Float(percent) => {
                let hundredths = (percent.get() * 100.0).round();
                // Dividing gives the float nearest to the decimal, which is what reading `0.07` gives.
                if hundredths / 100.0 != percent.get() || !(0.0..=ALL as f64).contains(&hundredths) {
                    return None;
                }
                hundredths as u64
            }
        };
        (1..=ALL).contains(&hundredths).then_some(hundredths)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Percent(Some(percent)) => percent.fmt(f),
            Percent(None) => f.write_str("NaN"),
        }
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;

        let Percent(percent) = self;
        match percent {
            Some(percent) => percent.serialize(serializer),
            None => Err(S::Error::custom("a percent is NaN or an infinity, which no file can say")),
        }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Number::deserialize(deserializer).map(|percent| Percent(Some(percent)))
    }
}

impl Bind for Split {
    fn title(&self) -> String {
        match &self.by {
            Some(by) => format!("split by {by}"),
            None => "split".to_owned(),
        }
    }

    fn children(&self) -> Vec<Child<'_>> {
        let parts = self.parts.iter().enumerate();
        let mut children: Vec<_> =
            parts.map(|(index, part)| Child::new(format!("parts[{index}].then"), &part.then)).collect();
        children.extend(self.rest.iter().map(|step| Child::new("rest", step)));
        children
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        if let Some(by) = &self.by {
            visit(by, Read::Key);
        }
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        if self.parts.is_empty() && self.rest.is_none() {
            binder.fault(FaultKind::NoBranch("split"));
        }
        if let Some(by) = &self.by {
            binder.at("by", |binder| binder.field(by));
        }
        let label = binder.salt();
        let thresholds = self.thresholds(binder);
        let mut branches = binder.children(self);
        let rest = self.rest.as_ref().and_then(|_| branches.pop());
        let parts = thresholds.into_iter().zip(branches).collect();
        Arc::new(BoundSplit { label, by: self.by.as_deref().map(Arc::from), parts, rest })
    }
}

#[derive(Debug)]
struct BoundSplit {
    label: Arc<str>,
    by: Option<Arc<str>>,
    /// Where each part ends, rising, with its branch.
    parts: Vec<(u64, StepIndex)>,
    rest: Option<StepIndex>,
}

impl BoundSplit {
    /// What the lead drew, and whether by its id.
    fn draw(&self, scope: &Scope<'_>) -> (u32, bool) {
        let value = self.by.as_ref().and_then(|by| scope.field(by));
        let by_value = match value {
            Some(Value::Text(text)) if !text.trim().is_empty() => Some(self.draw_by_text(text.trim())),
            Some(Value::Integer(_) | Value::Float(_)) => {
                let number = value.and_then(|value| value.as_number());
                number.map(|number| self.draw_by_number(number))
            }
            _ => None,
        };
        by_value.map_or_else(|| (self.draw_by(scope.lead().id()), true), |drawn| (drawn, false))
    }

    /// By the lower case of a text, without allocating for one of usual length.
    fn draw_by_text(&self, text: &str) -> u32 {
        let mut short = ArrayString::<256>::new();
        if lower(text).all(|letter| short.try_push(letter).is_ok()) {
            return self.draw_by(&short);
        }
        self.draw_by(&lower(text).collect::<String>())
    }

    fn draw_by_number(&self, number: Number) -> u32 {
        // No number is longer: an `i64` has up to 20 characters, a float up to 24.
        let mut text = ArrayString::<32>::new();
        _ = write!(text, "{number}");
        self.draw_by(&text)
    }

    fn draw_by(&self, key: &str) -> u32 {
        let hash = stable_hash(&["split", &self.label, key]);
        ((u128::from(hash) * u128::from(ALL)) >> u64::BITS) as u32
    }
}

impl Strategy for BoundSplit {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let (drawn, by_lead_id) = self.draw(scope);
        let place = self.parts.partition_point(|(end, _)| *end <= u64::from(drawn));
        let part = self.parts.get(place);
        scope.note(|| Note::Drawn { drawn, part: part.map(|_| place), by_lead_id });
        match part.map(|(_, then)| *then).or(self.rest) {
            Some(branch) => scope.run(branch),
            None => Verdict::pass(Why::NoPart { drawn }),
        }
    }
}
