//! `segment`: bands of a number, each with a branch of its own.

use super::bands::{BoundBands, bind_band};
use super::{Bind, Binder, Child, Step, Strategy};
use crate::condition::Read;
use crate::fault::FaultKind;
use crate::value::Number;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Bands of a number field, each with a branch of its own. Made by [`segment`], which has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `field` and `bands`, such as segment = { field = \"employees\", bands = [{ below = 100, then = step }] }"
)]
pub struct Segment {
    field: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bands: Vec<Band>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest: Option<Box<Step>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missing: Option<Box<Step>>,
}

/// One band of a [`Segment`]: from the cut point before it, included, to its own, not included. Made by
/// [`Segment::below`]; [`segment`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a band, such as { below = 100, then = step }")]
pub struct Band {
    below: Number,
    then: Step,
}

/// Splits leads by a number of theirs, such as the size of the company.
///
/// Bands are half-open: with cut points 100 and 1000, exactly 100 belongs to the second band. A number above the last
/// cut point goes to `rest`, a lead without a usable number to `missing`; where there is no such branch, the segment
/// passes. A rotation inside a band is a rotation of its own, unless the step names one: hot leads are shared fairly
/// among themselves.
///
/// ```
/// use lead_router::{available, parked, round_robin, segment};
///
/// let by_size = segment("employees")
///     .below(100, available(round_robin("smb")))
///     .below(1_000, available(round_robin("mid-market")))
///     .rest(available(round_robin("enterprise")))
///     .missing(parked("unknown size"));
/// # let _ = by_size;
/// ```
///
/// In a file:
///
/// ```toml
/// [segment]
/// field = "employees"
/// bands = [
///     { below = 100, then = { available = { round_robin = "smb" } } },
///     { below = 1000, then = { available = { round_robin = "mid-market" } } },
/// ]
/// rest = { available = { round_robin = "enterprise" } }
/// missing = { parked = "unknown size" }
/// ```
#[must_use]
pub fn segment(field: impl Into<String>) -> Segment {
    Segment { field: field.into(), bands: Vec::new(), rest: None, missing: None }
}

impl Segment {
    /// Adds a band up to a cut point, which must be above the one before. For a cut point that is no whole number, pass
    /// a [`Number`].
    ///
    /// ```
    /// use lead_router::{Number, round_robin, segment};
    ///
    /// let half = Number::try_from(0.5)?;
    /// let by_score = segment("score").below(half, round_robin("juniors")).rest(round_robin("closers"));
    /// # let _ = by_score;
    /// # Ok::<(), lead_router::NotFinite>(())
    /// ```
    #[must_use]
    pub fn below(mut self, cut: impl Into<Number>, then: impl Into<Step>) -> Self {
        self.bands.push(Band { below: cut.into(), then: then.into() });
        self
    }

    /// The branch for numbers from the last cut point on.
    #[must_use]
    pub fn rest(mut self, then: impl Into<Step>) -> Self {
        self.rest = Some(Box::new(then.into()));
        self
    }

    /// The branch for leads without the field, or with something in it that is not a number.
    #[must_use]
    pub fn missing(mut self, then: impl Into<Step>) -> Self {
        self.missing = Some(Box::new(then.into()));
        self
    }

    /// Whether every lead finds a branch.
    pub(super) fn is_total(&self) -> bool {
        self.rest.is_some() && self.missing.is_some()
    }

    fn check_order(&self, binder: &mut Binder<'_>) {
        for (index, pair) in self.bands.windows(2).enumerate() {
            if let [earlier, later] = pair
                && earlier.below >= later.below
            {
                let (earlier, later) = (earlier.below.to_string(), later.below.to_string());
                let place = format!("bands[{}].below", index + 1);
                binder.at(&place, |binder| binder.fault(FaultKind::BandsDoNotRise { earlier, later }));
            }
        }
    }
}

impl Bind for Segment {
    fn title(&self) -> String {
        format!("segment {}", self.field)
    }

    fn children(&self) -> Vec<Child<'_>> {
        let bands = self.bands.iter().enumerate();
        let mut children: Vec<_> =
            bands.map(|(index, band)| Child::new(format!("bands[{index}].then"), &band.then)).collect();
        children.extend(self.rest.iter().map(|step| Child::new("rest", step)));
        children.extend(self.missing.iter().map(|step| Child::new("missing", step)));
        children
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        if self.bands.is_empty() {
            visit(&self.field, Read::Presence);
        }
        for band in &self.bands {
            visit(&self.field, Read::Cut(band.below));
        }
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        if self.bands.is_empty() && self.rest.is_none() {
            binder.fault(FaultKind::NoBranch("segment"));
        }
        self.check_order(binder);
        let field = binder.at("field", |binder| binder.field(&self.field));
        let mut low = String::new();
        let mut bands = Vec::with_capacity(self.bands.len());
        for (position, band) in self.bands.iter().enumerate() {
            let high = band.below.to_string();
            let place = format!("bands[{position}].then");
            let then = bind_band(binder, &self.field, &format!("{low}..{high}"), &place, &band.then);
            bands.push((band.below, Some(then)));
            low = high;
        }
        let mut branch = |place: &str, then: &Option<Box<Step>>| {
            then.as_ref().map(|then| bind_band(binder, &self.field, place, place, then))
        };
        let (rest, missing) = (branch("rest", &self.rest), branch("missing", &self.missing));
        Arc::new(BoundBands::new((&self.field, field), bands, rest, missing))
    }
}
