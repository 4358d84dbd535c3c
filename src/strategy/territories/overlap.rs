//! Areas of equal rank that some lead fits both, found without comparing each with each.

use super::entry::{Atom, OPEN, Rank};
use super::rows::{Row, Rows, ranks};
use crate::condition::{Comparison, equals, lower};
use crate::value::{FieldValue, Number, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Most overlaps that are told.
pub(super) const MOST_TOLD: usize = 20;

/// About how many places rows are looked up under, all together, at the most.
const MOST_PLACES: usize = 1_000_000;

/// How many values are compared before the search ends.
const MOST_COMPARED: usize = 1_000_000;

/// Two areas with rows of one rank that some lead fits both.
pub(super) struct Overlap {
    /// The one that is listed first, and so has the lead.
    pub(super) first: u32,
    pub(super) second: u32,
    /// Fields of such a lead, by place in the order of fields.
    pub(super) witness: Vec<(usize, Witness)>,
}

/// What a field of a lead holds that fits two areas.
#[derive(Debug, PartialEq)]
pub(super) enum Witness {
    Value(String),
    /// Any number below this one.
    Below(Number),
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "`{value}`"),
            Self::Below(number) => write!(f, "below `{number}`"),
        }
    }
}

/// What was found, each pair of areas once, and whether the search came to its end.
#[derive(Default)]
pub(super) struct Overlaps {
    pub(super) found: Vec<Overlap>,
    pub(super) stopped: bool,
}

/// Looks for areas that overlap; areas that are the same do not count. The rows must be sorted.
///
/// Two entries of equal rank that overlap have a part in common, so rows of equal rank are looked up by their parts, and
/// few are compared with each other. Where that does not help (open bands, very large sets) the search ends early.
pub(super) fn overlaps(Rows { atoms, rows }: &Rows, is_same: impl Fn(u32, u32) -> bool) -> Overlaps {
    let search = Search::new(atoms);
    let mut overlaps = Overlaps::default();
    let (mut seen, mut compared, mut places_left) = (BTreeSet::new(), 0, MOST_PLACES);
    // Rows are sorted by rank, and within a rank by area.
    for group in rows.chunk_by(|one, other| ranks(atoms, one).eq(ranks(atoms, other))) {
        if group.len() == 1 {
            continue;
        }
        let most = places_left / group.len();
        let mut places: BTreeMap<u64, Vec<&Row>> = BTreeMap::new();
        for row in group {
            let keys = search.keys(row, most);
            places_left = places_left.saturating_sub(keys.len());
            for key in keys {
                let place = places.entry(key).or_default();
                for earlier in place.iter() {
                    compared += 1;
                    if overlaps.found.len() > MOST_TOLD || compared > MOST_COMPARED {
                        overlaps.found.truncate(MOST_TOLD);
                        overlaps.stopped = true;
                        return overlaps;
                    }
                    let pair = (earlier.area, row.area);
                    if earlier.area == row.area || seen.contains(&pair) || is_same(earlier.area, row.area) {
                        continue;
                    }
                    if let Some(witness) = search.witness(earlier, row, &mut compared) {
                        seen.insert(pair);
                        overlaps.found.push(Overlap { first: earlier.area, second: row.area, witness });
                    }
                }
                place.push(row);
            }
        }
    }
    overlaps.stopped = overlaps.found.len() > MOST_TOLD;
    overlaps.found.truncate(MOST_TOLD);
    overlaps
}

/// What two overlapping entries have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A number, or a text that reads as one.
    Number(Number),
    /// A flag, or a text that reads as one.
    Flag(bool),
    /// Any other text in lower case, or a prefix.
    Text(String),
    /// A multiple of the band's width, as the bits of a float.
    Multiple(u64),
    /// For what is not told apart: bands that are open, and any.
    All,
}

struct Search<'a> {
    atoms: &'a [Atom],
    /// The parts of each atom as numbers, rising, with the value that each is of.
    parts: Vec<Vec<(u32, Option<&'a FieldValue>)>>,
}

impl<'a> Search<'a> {
    fn new(atoms: &'a [Atom]) -> Self {
        let mut known: BTreeMap<Part, u32> = BTreeMap::new();
        let mut number = |part: Part| {
            let next = known.len() as u32;
            *known.entry(part).or_insert(next)
        };
        let mut numbered = |atom: &'a Atom| {
            let parts = parts(atom).into_iter().map(|(part, value)| (number(part), value));
            let mut parts: Vec<_> = parts.collect();
            parts.sort_by_key(|(part, _)| *part);
            parts
        };
        let parts = atoms.iter().map(&mut numbered).collect();
        Self { atoms, parts }
    }

    fn parts(&self, atom: u32) -> &[(u32, Option<&'a FieldValue>)] {
        self.parts.get(atom as usize).map_or(&[], Vec::as_slice)
    }

    /// Under which places a row is looked up: one for each way of combining the parts of its fields. A field that would make
    /// them too many is left out. Rows of one rank have equally many parts in each field, so they leave out the same.
    fn keys(&self, row: &Row, most: usize) -> Vec<u64> {
        let (mut keys, mut count) = (vec![0], 1);
        for atom in row.atoms.iter() {
            let parts = self.parts(*atom);
            if count * parts.len() > most.max(1) {
                continue;
            }
            count *= parts.len();
            let distinct: BTreeSet<u32> = parts.iter().map(|(part, _)| *part).collect();
            keys = keys.iter().flat_map(|key| distinct.iter().map(|part| mixed(*key, *part))).collect();
        }
        keys
    }

    /// What a lead that fits both rows looks like.
    fn witness(&self, one: &Row, other: &Row, compared: &mut usize) -> Option<Vec<(usize, Witness)>> {
        let mut witness = Vec::new();
        for (field, (one, other)) in one.atoms.iter().zip(&other.atoms).enumerate() {
            let tests = |atom: u32| self.atoms.get(atom as usize).map(|atom| &atom.test);
            let common = match (tests(*one)?, tests(*other)?) {
                (None, None) => continue,
                (Some(Comparison::StartsWith(one)), Some(Comparison::StartsWith(other))) => {
                    lower(one).eq(lower(other)).then(|| Witness::Value(one.clone()))
                }
                (
                    Some(one @ (Comparison::Between { .. } | Comparison::AtLeast(_) | Comparison::Below(_))),
                    Some(other),
                ) => common_number(one, other),
                (Some(_), Some(_)) => self.common_value(*one, *other, compared),
                _ => None,
            };
            witness.push((field, common?));
        }
        Some(witness)
    }

    /// A value that is in both of two sets.
    fn common_value(&self, one: u32, other: u32, compared: &mut usize) -> Option<Witness> {
        let others = self.parts(other);
        for (part, one) in self.parts(one) {
            let start = others.partition_point(|(other, _)| other < part);
            for (_, other) in others.iter().skip(start).take_while(|(other, _)| other == part) {
                *compared += 1;
                if let Some(common) = one.zip(*other).and_then(|(one, other)| common(one, other)) {
                    return Some(common);
                }
            }
            *compared += 1;
        }
        None
    }
}

/// Two keys that are mixed alike by chance only cost a comparison.
fn mixed(key: u64, part: u32) -> u64 {
    // 2^64 divided by the golden ratio, an odd number that spreads what it multiplies.
    (key.rotate_left(23) ^ u64::from(part)).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The parts of an atom, with the value that each is of.
fn parts(atom: &Atom) -> Vec<(Part, Option<&FieldValue>)> {
    let of_value = |value| (part_of(value), Some(value));
    match &atom.test {
        Some(Comparison::Is(value)) => vec![of_value(value)],
        Some(Comparison::In(values)) => values.iter().map(of_value).collect(),
        Some(Comparison::StartsWith(prefix)) => vec![(Part::Text(lower(prefix).collect()), None)],
        Some(Comparison::Between { low, .. }) if atom.rank != Rank::Band(OPEN) => {
            // A band touches the multiple of its width below its start, and the next one. So do bands that it overlaps.
            let width = match atom.rank {
                Rank::Band(width) => f64::from_bits(width),
                _ => 0.0,
            };
            let multiple = (low.to_f64() / width).floor();
            // Adding 0 makes 0 of -0.
            [multiple, multiple + 1.0].map(|multiple| (Part::Multiple((multiple + 0.0).to_bits()), None)).into()
        }
        _ => vec![(Part::All, None)],
    }
}

fn part_of(value: &FieldValue) -> Part {
    let value = value.as_value();
    match (value.as_number(), value.as_flag(), value) {
        (Some(number), ..) => Part::Number(number),
        (None, Some(flag), _) => Part::Flag(flag),
        (None, None, value) => Part::Text(value.as_text().map(|text| lower(text).collect()).unwrap_or_default()),
    }
}

/// A value that equals both: a number equals texts that read as it.
fn common(one: &FieldValue, other: &FieldValue) -> Option<Witness> {
    let shown = |value: &FieldValue| match value.as_value() {
        Value::Text(text) => Witness::Value(text.to_owned()),
        value => Witness::Value(value.to_string()),
    };
    if equals(other.as_value(), one.as_value()) {
        Some(shown(one))
    } else {
        equals(one.as_value(), other.as_value()).then(|| shown(other))
    }
}

/// A number that is in both of two bands.
fn common_number(one: &Comparison, other: &Comparison) -> Option<Witness> {
    let ends = |test: &Comparison| match *test {
        Comparison::Between { low, high } => (Some(low), Some(high)),
        Comparison::AtLeast(low) => (Some(low), None),
        Comparison::Below(high) => (None, Some(high)),
        _ => (None, None),
    };
    let ((one_low, one_high), (other_low, other_high)) = (ends(one), ends(other));
    // None is the smallest, which is right for the lower end only.
    let low = one_low.max(other_low);
    let high = one_high.into_iter().chain(other_high).min();
    match (low, high) {
        (Some(low), Some(high)) if low >= high => None,
        (Some(low), _) => Some(Witness::Value(low.to_string())),
        (None, Some(high)) => Some(Witness::Below(high)),
        (None, None) => None,
    }
}
