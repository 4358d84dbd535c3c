//! Names and texts inside sentences.

use super::Number;
use std::fmt;

/// A name or text inside a sentence: as it is where that cannot be misread, otherwise in quotes.
///
/// Quoted are texts with spaces, marks or control characters, those that look like a number or a flag, and the words
/// that join conditions.
#[derive(Debug)]
pub(crate) struct Word<'a>(pub(crate) &'a str);

impl Word<'_> {
    fn is_plain(&self) -> bool {
        let Self(text) = self;
        let marks = [',', '(', ')', '[', ']', '"', '`'];
        let joins = ["and", "or", "not", "is", "true", "false", "present", "missing"];
        !text.is_empty()
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || marks.contains(&c))
            && !joins.iter().any(|join| text.eq_ignore_ascii_case(join))
            && Number::from_plain_decimal(text).is_none()
    }
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() { f.write_str(self.0) } else { fmt::Debug::fmt(self.0, f) }
    }
}

/// Writes `a, b or c`, with the given word before the last.
pub(crate) fn series<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl ExactSizeIterator<Item = T>,
    last_join: &str,
) -> fmt::Result {
    let last = items.len().saturating_sub(1);
    for (index, item) in items.enumerate() {
        if index > 0 && index == last {
            write!(f, " {last_join} ")?;
        } else if index > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
