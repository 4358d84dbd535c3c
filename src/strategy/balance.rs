//! `balance`: what a rotation shares out beside turns. A setting of the steps that rotate, not a step.

use super::Binder;
use crate::condition::Read;
use crate::desk;
use crate::fault::FaultKind;
use crate::value::Number;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A number field of the leads, and how much of it counts at the most: what `round_robin` and `ranked` have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `field` and `most`, such as balance = { field = \"score\", most = 100 }"
)]
pub(super) struct Balance {
    field: String,
    most: Number,
}

impl Balance {
    pub(super) fn new(field: impl Into<String>, most: impl Into<Number>) -> Self {
        Self { field: field.into(), most: most.into() }
    }

    pub(super) fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        visit(&self.field, Read::Amount);
    }

    pub(super) fn bind(&self, binder: &mut Binder<'_>) -> desk::Balance {
        binder.at("balance", |binder| {
            if self.most <= Number::from(0) {
                let must = "above 0";
                let kind = FaultKind::TooLow { what: "most", value: self.most, must };
                binder.at("most", |binder| binder.fault(kind));
            }
            let named = binder.at("field", |binder| binder.field(&self.field));
            desk::Balance { field: Arc::from(self.field.as_str()), named, most: self.most }
        })
    }
}
