//! Decides which sales rep gets which inbound lead.
mod hash;
pub mod limits;
mod span;

pub use hash::stable_hash;
pub use span::{Span, SpanError, days, hours, minutes, seconds};
