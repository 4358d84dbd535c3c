//! Text comparison by Unicode lower case, character by character and without allocating.
//!
//! Two texts are equal here if their lower cases are the same characters. Nothing else is folded: `ß` is not `ss`, and
//! an accented letter is not the letter followed by its accent.

use crate::table::FastHash;
use std::hash::{BuildHasher, Hasher};
use std::iter;

pub(super) fn equal(left: &str, right: &str) -> bool {
    match alike(left, right) {
        Some(alike) => alike && left.len() == right.len(),
        None => lower(left).eq(lower(right)),
    }
}

pub(super) fn starts_with(text: &str, start: &str) -> bool {
    match alike(text, start) {
        Some(alike) => alike && start.len() <= text.len(),
        None => begins(lower(text), lower(start)),
    }
}

pub(super) fn ends_with(text: &str, end: &str) -> bool {
    begins(lower(text).rev(), lower(end).rev())
}

/// Whether two texts are equal as far as the shorter one goes; none if another than an ASCII character comes before that is
/// known. So the two can stand for their lower cases: each character up to there is one character of them.
fn alike(left: &str, right: &str) -> Option<bool> {
    let both = left.len().min(right.len());
    let (left, right) = (left.as_bytes().get(..both)?, right.as_bytes().get(..both)?);
    for (left, right) in iter::zip(lower_words(left), lower_words(right)) {
        let (left, right) = (left?, right?);
        if left != right {
            return Some(false);
        }
    }
    Some(true)
}

/// The lower case of a text, eight bytes at a time; none for those that are not all ASCII.
pub(super) fn lower_words(bytes: &[u8]) -> impl Iterator<Item = Option<u64>> + '_ {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let (words, rest) = bytes.as_chunks();
    // Of a longer text the last eight bytes, some of which were there before: what is compared and hashed is all the same.
    let last = || match bytes.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain((!rest.is_empty()).then(last));
    words.map(|word| {
        // Of ASCII bytes none spills over. One that is at least `A` gets its high bit by the first, one above `Z` by the
        // second.
        let from_a = word.wrapping_add((0x80 - u64::from(b'A')) * EACH);
        let above_z = word.wrapping_add((0x7f - u64::from(b'Z')) * EACH);
        (word & HIGH == 0).then_some(word | (from_a & !above_z & HIGH) >> 2)
    })
}

/// The hash of the lower case of ASCII; none for anything else.
pub(crate) fn lower_hash(bytes: &[u8]) -> Option<u64> {
    let mut hasher = FastHash::default().build_hasher();
    hasher.write_usize(bytes.len());
    for word in lower_words(bytes) {
        hasher.write_u64(word?);
    }
    Some(hasher.finish())
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
