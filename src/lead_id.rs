//! Lead ids as the crate keeps them: without an allocation up to 40 bytes.

use crate::limits::MAX_LEAD_ID_BYTES;
use arrayvec::ArrayString;
use std::ops::Deref;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LeadId {
    Inline(ArrayString<40>),
    Heap(Arc<str>),
}

impl LeadId {
    /// Of an id that is longer than ids may be, only as much as shows that it is.
    pub(crate) fn new(id: &str) -> Self {
        match ArrayString::from(id) {
            Ok(inline) => Self::Inline(inline),
            Err(_) => Self::Heap(Arc::from(start_of(id))),
        }
    }

    /// Whether it is what [`LeadId::new`] makes of an id.
    pub(crate) fn is_of(&self, id: &str) -> bool {
        **self == *start_of(id)
    }
}

impl Deref for LeadId {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Inline(id) => id,
            Self::Heap(id) => id,
        }
    }
}

/// The id, cut down to what tells that it is too long, so that copies stay small whatever comes in.
fn start_of(id: &str) -> &str {
    // One byte more than may be tracked, so that what is left of a long id is never taken for a short one.
    let mut end = id.len().min(MAX_LEAD_ID_BYTES + 1);
    while !id.is_char_boundary(end) {
        end += 1;
    }
    id.get(..end).unwrap_or_default()
}
