//! `score_tiers`: tiers of a score from the highest down, each with a branch of its own.

use super::bands::{BoundBands, bind_band};
use super::{Bind, Binder, Child, Step, Strategy};
use crate::condition::Read;
use crate::fault::FaultKind;
use crate::value::Number;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Tiers of a score, each with a branch of its own. Made by [`score_tiers`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `tiers`, such as score_tiers = { tiers = [{ at_least = 80, then = step }] }"
)]
pub struct ScoreTiers {
    #[serde(default = "default_field", skip_serializing_if = "is_default_field")]
    field: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<Tier>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest: Option<Box<Step>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unscored: Option<Box<Step>>,
}

/// One tier of [`ScoreTiers`]: from its own bound, included, to that of the tier before it, not included. Made by
/// [`ScoreTiers::at_least`]; [`score_tiers`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a tier, such as { at_least = 80, then = step }")]
pub struct Tier {
    at_least: Number,
    then: Step,
}

const FIELD: &str = "score";

fn default_field() -> String {
    FIELD.to_owned()
}

fn is_default_field(field: &str) -> bool {
    field == FIELD
}

/// Splits leads by their score: the hot ones to the closers, the warm ones to everyone who sells, the rest elsewhere.
///
/// Tiers are written from the highest down, and a lead belongs to the first whose bound its score reaches: with tiers at
/// 80 and 50, exactly 80 belongs to the first and 79.9 to the second. A score below the last tier goes to `rest`, a lead
/// without a usable number to `unscored`; where there is no such branch, the step passes. A rotation inside a tier is a
/// rotation of its own, unless the step names one: hot leads are shared fairly among themselves.
///
/// The crate makes no scores: it reads the lead's field `score`, unless [`ScoreTiers::field`] names another.
///
/// ```
/// use lead_router::{available, parked, round_robin, score_tiers};
///
/// let by_score = score_tiers()
///     .at_least(80, available(round_robin("closers")))
///     .at_least(50, available(round_robin("smb")))
///     .rest(parked("nurture"))
///     .unscored(available(round_robin("smb")));
/// # let _ = by_score;
/// ```
///
/// In a file:
///
/// ```toml
/// [score_tiers]
/// tiers = [
///     { at_least = 80, then = { available = { round_robin = "closers" } } },
///     { at_least = 50, then = { available = { round_robin = "smb" } } },
/// ]
/// rest = { parked = "nurture" }
/// unscored = { available = { round_robin = "smb" } }
/// ```
#[must_use]
pub fn score_tiers() -> ScoreTiers {
    ScoreTiers { field: default_field(), tiers: Vec::new(), rest: None, unscored: None }
}

impl ScoreTiers {
    /// The lead field with the score; `score` unless said.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// Adds a tier from a bound on, which must be below the one before. For a bound that is no whole number, pass a
    /// [`Number`].
    ///
    /// ```
    /// use lead_router::{Number, round_robin, score_tiers};
    ///
    /// let likely = Number::try_from(0.8)?;
    /// let by_chance = score_tiers().field("win_chance").at_least(likely, round_robin("closers"));
    /// # let _ = by_chance;
    /// # Ok::<(), lead_router::NotFinite>(())
    /// ```
    #[must_use]
    pub fn at_least(mut self, bound: impl Into<Number>, then: impl Into<Step>) -> Self {
        self.tiers.push(Tier { at_least: bound.into(), then: then.into() });
        self
    }

    /// The branch for scores below the last tier.
    #[must_use]
    pub fn rest(mut self, then: impl Into<Step>) -> Self {
        self.rest = Some(Box::new(then.into()));
        self
    }

    /// The branch for leads without the field, or with something in it that is not a number.
    #[must_use]
    pub fn unscored(mut self, then: impl Into<Step>) -> Self {
        self.unscored = Some(Box::new(then.into()));
        self
    }

    /// Whether every lead finds a branch.
    pub(super) fn is_total(&self) -> bool {
        self.rest.is_some() && self.unscored.is_some()
    }

    fn check_order(&self, binder: &mut Binder<'_>) {
        for (index, pair) in self.tiers.windows(2).enumerate() {
            if let [earlier, later] = pair
                && earlier.at_least <= later.at_least
            {
                let (earlier, later) = (earlier.at_least.to_string(), later.at_least.to_string());
                let place = format!("tiers[{}].at_least", index + 1);
                binder.at(&place, |binder| binder.fault(FaultKind::TiersDoNotFall { earlier, later }));
            }
        }
    }
}

impl Bind for ScoreTiers {
    fn title(&self) -> String {
        format!("score_tiers {}", self.field)
    }

    fn children(&self) -> Vec<Child<'_>> {
        let tiers = self.tiers.iter().enumerate();
        let mut children: Vec<_> =
            tiers.map(|(index, tier)| Child::new(format!("tiers[{index}].then"), &tier.then)).collect();
        children.extend(self.rest.iter().map(|step| Child::new("rest", step)));
        children.extend(self.unscored.iter().map(|step| Child::new("unscored", step)));
        children
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        if self.tiers.is_empty() {
            visit(&self.field, Read::Presence);
        }
        for tier in &self.tiers {
            visit(&self.field, Read::Cut(tier.at_least));
        }
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        if self.tiers.is_empty() && self.rest.is_none() {
            binder.fault(FaultKind::NoBranch("score_tiers"));
        }
        self.check_order(binder);
        let field = binder.at("field", |binder| binder.field(&self.field));
        // A tier is the band below the tier before it; nothing lies above the first.
        let mut above = String::new();
        let mut tiers = Vec::with_capacity(self.tiers.len());
        for (position, tier) in self.tiers.iter().enumerate() {
            let low = tier.at_least.to_string();
            let place = format!("tiers[{position}].then");
            tiers.push(bind_band(binder, &self.field, &format!("{low}..{above}"), &place, &tier.then));
            above = low;
        }
        let mut branch = |band: &str, place: &str, then: &Option<Box<Step>>| {
            then.as_ref().map(|then| bind_band(binder, &self.field, band, place, then))
        };
        let rest = branch("rest", "rest", &self.rest);
        let unscored = branch("missing", "unscored", &self.unscored);
        // From the lowest: what lies below each bound is the tier after it, below the last one the rest.
        let highest = tiers.first().copied().or(rest);
        let below = tiers.into_iter().skip(1).map(Some).chain([rest]);
        let mut bands: Vec<_> = self.tiers.iter().map(|tier| tier.at_least).zip(below).collect();
        bands.reverse();
        Arc::new(BoundBands::new((&self.field, field), bands, highest, unscored))
    }
}

#[cfg(test)]
mod tests;
