//! Bands of a number: what `segment` and `score_tiers` become when they are bound.

use super::{Binder, Scope, Step, StepIndex, Strategy, Verdict};
use crate::reason::{FieldIndex, Named, Why};
use crate::value::Number;
use std::sync::Arc;

/// Half-open bands of a number field, each with a branch or none.
#[derive(Debug)]
pub(super) struct BoundBands {
    name: Arc<str>,
    field: FieldIndex,
    /// Cut points, rising, each with the branch below it.
    bands: Vec<(Number, Option<StepIndex>)>,
    /// The branch from the last cut point on.
    above: Option<StepIndex>,
    /// The branch for leads without a number.
    missing: Option<StepIndex>,
}

impl BoundBands {
    /// Expects cut points that rise; where they do not, there is a fault beside it.
    pub(super) fn new(
        (name, field): (&str, FieldIndex),
        bands: Vec<(Number, Option<StepIndex>)>,
        above: Option<StepIndex>,
        missing: Option<StepIndex>,
    ) -> Self {
        Self { name: Arc::from(name), field, bands, above, missing }
    }
}

/// Binds a band's branch; rotations inside are named after its label, else after the field and the band.
pub(super) fn bind_band(binder: &mut Binder<'_>, field: &str, band: &str, place: &str, then: &Step) -> StepIndex {
    binder.banded(format!("{field}:{band}"), then, |binder| binder.child(place, then))
}

impl Strategy for BoundBands {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let number = scope.field(&self.name).and_then(|value| value.as_number());
        let branch = match number {
            None => self.missing,
            Some(number) => {
                let band = self.bands.partition_point(|(cut, _)| *cut <= number);
                self.bands.get(band).map_or(self.above, |&(_, then)| then)
            }
        };
        let field = Named::Field(self.field);
        match branch {
            Some(branch) => scope.run(branch),
            None if number.is_none() => Verdict::pass(Why::NoValue { field }),
            None => Verdict::pass(Why::NoBand { field }),
        }
    }
}
