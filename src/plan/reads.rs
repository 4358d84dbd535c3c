//! What a plan asks of a lead, gathered over all its steps.

use crate::condition::{FieldKind, Read};
use crate::span::Span;
use crate::value::{FieldValue, Number};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A field that a plan reads, with all that the plan compares it with. Got from [`Plan::reads`](crate::Plan::reads).
///
/// ```
/// use lead_router::{Plan, any, condition::FieldKind, field, round_robin, when};
///
/// let regulated = any([field("industry").is("finance"), field("industry").is("healthcare")]);
/// let plan = Plan::new(when(regulated, round_robin("experts"))).otherwise("triage");
/// let reads = plan.reads();
/// let industry = reads.first().ok_or("reads nothing")?;
/// assert_eq!(industry.name, "industry");
/// assert!(industry.kinds.contains(&FieldKind::Text));
/// assert_eq!(industry.values, ["finance".into(), "healthcare".into()]); // what a form may offer
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldRead {
    /// The field's name.
    pub name: String,
    /// As what the plan reads it. More than one kind is worth a second look.
    pub kinds: BTreeSet<FieldKind>,
    /// The values that it is compared with, in the order of the plan.
    pub values: Vec<FieldValue>,
    /// The numbers at which it is cut, from the smallest.
    pub cuts: BTreeSet<Number>,
    /// The ages, or distances between times, at which it is cut, from the shortest.
    pub spans: BTreeSet<Span>,
}

impl fmt::Display for FieldRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: fmt::Display>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
            items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
        }
        write!(f, "{}: {}", self.name, list(&self.kinds, " or "))?;
        if !self.values.is_empty() {
            write!(f, ", compared with {}", list(self.values.iter().map(FieldValue::as_value), ", "))?;
        }
        if !self.cuts.is_empty() {
            write!(f, ", cut at {}", list(&self.cuts, ", "))?;
        }
        if !self.spans.is_empty() {
            write!(f, ", within {}", list(&self.spans, ", "))?;
        }
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Reads {
    by_field: BTreeMap<String, FieldRead>,
}

impl Reads {
    pub(super) fn add(&mut self, field: &str, read: Read<'_>) {
        let entry = self.by_field.entry(field.to_owned()).or_insert_with(|| FieldRead {
            name: field.to_owned(),
            kinds: BTreeSet::new(),
            values: Vec::new(),
            cuts: BTreeSet::new(),
            spans: BTreeSet::new(),
        });
        entry.kinds.insert(read.kind());
        match read {
            Read::Value(value) | Read::Item(value) => {
                if !entry.values.contains(value) {
                    entry.values.push(value.clone());
                }
            }
            Read::Part(text) => {
                let value = FieldValue::from(text);
                if !entry.values.contains(&value) {
                    entry.values.push(value);
                }
            }
            Read::Cut(number) => {
                entry.cuts.insert(number);
            }
            Read::Age(span) | Read::Spread(span) => {
                entry.spans.insert(span);
            }
            Read::Place | Read::Presence | Read::RepMatch | Read::Key | Read::Amount => {}
        }
    }

    /// By name. *Any* adds nothing to a field that is read as something, too.
    pub(super) fn finish(self) -> Vec<FieldRead> {
        let mut reads: Vec<FieldRead> = self.by_field.into_values().collect();
        for read in reads.iter_mut().filter(|read| read.kinds.len() > 1) {
            read.kinds.remove(&FieldKind::Any);
        }
        reads
    }
}
