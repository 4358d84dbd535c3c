//! Text comparison by Unicode lower case, character by character and without allocating.
//!
//! Two texts are equal here if their lower cases are the same characters. Nothing else is folded: `ß` is not `ss`, and
//! an accented letter is not the letter followed by its accent.

pub(super) fn equal(left: &str, right: &str) -> bool {
    if both_ascii(left, right) { left.eq_ignore_ascii_case(right) } else { lower(left).eq(lower(right)) }
}

pub(super) fn starts_with(text: &str, start: &str) -> bool {
    begins(lower(text), lower(start))
}

pub(super) fn ends_with(text: &str, end: &str) -> bool {
    begins(lower(text).rev(), lower(end).rev())
}

/// Whether the lower case of the part stands anywhere in the lower case of the text.
pub(super) fn contains(text: &str, part: &str) -> bool {
    if part.is_empty() {
        return true;
    }
    if both_ascii(text, part) {
        let mut places = text.as_bytes().windows(part.len());
        return places.any(|place| place.eq_ignore_ascii_case(part.as_bytes()));
    }
    // Places are counted in the lowered text, because one character can become several.
    let mut rest = lower(text);
    loop {
        if begins(rest.clone(), lower(part)) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

fn begins(mut text: impl Iterator<Item = char>, mut start: impl Iterator<Item = char>) -> bool {
    start.all(|wanted| text.next() == Some(wanted))
}

/// The lower case of a text, character by character.
pub(crate) fn lower(text: &str) -> impl DoubleEndedIterator<Item = char> + Clone + '_ {
    text.chars().flat_map(char::to_lowercase)
}

/// The lower case of some other characters is ASCII (`K`, the Kelvin sign), so both texts must be.
fn both_ascii(left: &str, right: &str) -> bool {
    left.is_ascii() && right.is_ascii()
}
