//! The first row that fits a lead, without asking the rows one by one: tuple-space search.
//!
//! Rows that say things of one kind about each field make a group: a text about the country, say, and a prefix of two
//! characters about the ZIP code. Within a group, rows are found by one hash of what the lead has there: its country in
//! lower case, and the first two characters of its ZIP code. A row with lists stands under each way of choosing one from
//! each list. A band of numbers stands under the cells of a grid that it touches, whose cells are at least as wide as the
//! band, so that it touches two or three; bands that are open on one side are not looked up by, but asked one by one.
//!
//! That finds every row that fits (a row that fits has the lead's hash) and some that do not, so what is found is asked.
//! Of all that fit, the first counts: groups are tried by their first row, up to the first that can only come later.
//! Time grows with the number of groups, not of rows. Nothing is allocated to find a row.

use super::entry::Atom;
use super::rows::{Row, Rows};
use crate::condition::{Comparison, lower, lower_hash};
use crate::instant::Instant;
use crate::limits::MAX_DIMENSIONS;
use crate::table::{Distinct, FastHash, fast_hash_of};
use crate::value::{FieldValue, Number, TimeText, Value};
use arrayvec::ArrayVec;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

/// How many places rows have at the most, all together, if there are no more rows. Where lists would make them more, rows
/// are not looked up by some of their lists, but asked.
pub(super) const MOST_PLACES: usize = 1 << 20;

/// How much of a text counts for its hash, in bytes.
const HASHED: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// What about each field is looked up by.
    fields: Vec<Uses>,
    /// By their first row.
    groups: Vec<Group>,
    /// Where the places of each bucket begin, and where the last one's end. There is a power of two of them.
    buckets: Vec<u32>,
    /// By bucket, then by fingerprint, then by row.
    places: Vec<Place>,
    /// For each place, what it asks of each field: the number of a test, or [`NOTHING`].
    asked: Vec<u32>,
    tests: Vec<Comparison>,
}

/// Instead of the number of a test.
const NOTHING: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Those bits of the hash that did not choose the bucket.
    fingerprint: u32,
    row: u32,
}

/// Rows that are looked up in one way.
#[derive(Debug)]
struct Group {
    /// The first of them.
    first: u32,
    /// Stands in the hash, so that groups share one table.
    number: u32,
    kinds: Box<[Kind]>,
}

/// What about a field is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Nothing.
    Open,
    Text,
    Number,
    Flag,
    /// The first so many characters.
    Prefix(usize),
    /// The cell of a grid.
    Cell(Grid),
}

/// Which of these are looked up by in any group.
#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    text: bool,
    number: bool,
    flag: bool,
}

/// Cells of one width on the line of numbers: a power of two, as the bits of its inverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Grid(u64);

impl Grid {
    /// One whose cells are as wide as a band, or somewhat wider; none for a width that has no such grid.
    fn for_width(width: f64) -> Option<Self> {
        const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
        const BIAS: u64 = 1_023;
        let exponent = width.to_bits() >> FRACTION;
        // Wider than the band; and even, so that few grids do for bands of many widths.
        let wider = (exponent + 2) & !1;
        let inverse = (2 * BIAS).checked_sub(wider).filter(|inverse| *inverse > 0 && exponent > 0)?;
        Some(Self(inverse << FRACTION))
    }

    /// The cell in which a number lies. Of two numbers, the larger never lies in the smaller cell, however they round.
    fn cell(self, number: Number) -> f64 {
        // Adding 0 makes 0 of -0.
        (number.to_f64() * f64::from_bits(self.0)).floor() + 0.0
    }

    /// The cells in which the numbers of a band lie.
    fn cells(low: Number, high: Number) -> Option<(Self, Vec<f64>)> {
        let grid = Self::for_width(high.to_f64() - low.to_f64())?;
        let (first, last) = (grid.cell(low), grid.cell(high));
        // Beyond this, cells have no neighbours among floats.
        let is_fine = first.abs() < 9.0e15 && last - first <= 2.0;
        let cells = [first, first + 1.0, first + 2.0].into_iter().filter(|cell| *cell <= last);
        is_fine.then(|| (grid, cells.collect()))
    }
}

/// One thing that an atom is looked up by.
#[derive(Debug, Clone, Copy)]
struct Key {
    kind: Kind,
    hash: u64,
    test: u32,
}

/// Numbers tests: equal ones have one number.
#[derive(Debug, Default)]
struct Tests(Distinct<Comparison>);

impl Tests {
    fn number(&mut self, test: &Comparison) -> u32 {
        self.0.place(fast_hash_of(test), |known| known == test, || test.clone()) as u32
    }

    /// What an atom is looked up by; empty if nothing is.
    fn keys(&mut self, atom: &Atom) -> Vec<Key> {
        let keys = match &atom.test {
            Some(Comparison::Is(value)) => self.exact(value).map(|key| vec![key]),
            Some(Comparison::In(values)) => values.iter().map(|value| self.exact(value)).collect(),
            Some(test @ Comparison::StartsWith(prefix)) => {
                let length = lower(prefix).count();
                let hash = start_hash(prefix, length);
                hash.map(|hash| vec![Key { kind: Kind::Prefix(length), hash, test: self.number(test) }])
            }
            Some(test @ Comparison::Between { low, high }) => Grid::cells(*low, *high).map(|(grid, cells)| {
                let test = self.number(test);
                let key = |cell: f64| Key { kind: Kind::Cell(grid), hash: fast_hash_of(&cell.to_bits()), test };
                cells.into_iter().map(key).collect()
            }),
            _ => None,
        };
        keys.unwrap_or_default()
    }

    fn exact(&mut self, value: &FieldValue) -> Option<Key> {
        let (kind, hash) = match (value, value.as_value().as_number()) {
            (FieldValue::Text(text), _) => (Kind::Text, text_hash(text)),
            (FieldValue::Flag(flag), _) => (Kind::Flag, fast_hash_of(flag)),
            (FieldValue::List(_), _) | (_, None) => return None,
            (_, Some(number)) => (Kind::Number, fast_hash_of(&number)),
        };
        Some(Key { kind, hash, test: self.number(&Comparison::Is(value.clone())) })
    }
}

/// What a row is looked up by, field by field, in how many ways; where that would be too many, it is less.
fn chosen<'k>(row: &Row, keys: &'k [Vec<Key>], most: usize) -> (Vec<&'k [Key]>, usize) {
    let mut ways: usize = 1;
    let fields = row.atoms.iter().map(|atom| {
        let keys = keys.get(*atom as usize).map_or(&[][..], Vec::as_slice);
        match ways.checked_mul(keys.len()).filter(|ways| (1..=most).contains(ways)) {
            Some(more) => {
                ways = more;
                keys
            }
            None => &[],
        }
    });
    (fields.collect(), ways)
}

impl Lookup {
    /// Makes rows found that are sorted, under about so many places at the most.
    pub(super) fn new(Rows { atoms, rows }: &Rows, most: usize) -> Self {
        let mut tests = Tests::default();
        let keys: Vec<Vec<Key>> = atoms.iter().map(|atom| tests.keys(atom)).collect();
        // How many ways one row may have, so that all together are not too many.
        let count = |each: usize| rows.iter().map(|row| chosen(row, &keys, each).1 as u64).sum::<u64>();
        let mut each = most.max(1);
        while each > 1 && count(each) > most as u64 {
            each /= 2;
        }
        let mut groups: BTreeMap<Box<[Kind]>, Group> = BTreeMap::new();
        let mut fields = vec![Uses::default(); rows.first().map_or(0, |row| row.atoms.len())];
        let mut places: Vec<(u64, u32, u32)> = Vec::new();
        let (mut asked, mut kinds) = (Vec::new(), Vec::new());
        for (number, row) in (0..).zip(rows) {
            let (choices, ways) = chosen(row, &keys, each);
            for way in 0..ways {
                let mut left = way;
                kinds.clear();
                let mut hashes: ArrayVec<u64, MAX_DIMENSIONS> = ArrayVec::new();
                let place = places.len() as u32;
                for (choice, atom) in choices.iter().zip(&row.atoms) {
                    let key = choice.get(left % choice.len().max(1));
                    left /= choice.len().max(1);
                    let test = || atoms.get(*atom as usize).and_then(|atom| atom.test.as_ref());
                    asked.push(key.map_or_else(|| test().map_or(NOTHING, |test| tests.number(test)), |key| key.test));
                    kinds.push(key.map_or(Kind::Open, |key| key.kind));
                    // INVARIANT: no row has more fields.
                    _ = key.map(|key| hashes.try_push(key.hash));
                }
                let next = groups.len() as u32;
                if !groups.contains_key(kinds.as_slice()) {
                    fields.iter_mut().zip(&kinds).for_each(|(uses, kind)| uses.add(*kind));
                    let kinds: Box<[Kind]> = Box::from(kinds.as_slice());
                    groups.insert(kinds.clone(), Group { first: number, number: next, kinds });
                }
                let group = groups.get(kinds.as_slice()).map_or(next, |group| group.number);
                let mut joined = Joined::new(group);
                hashes.into_iter().for_each(|hash| joined.add(hash));
                places.push((joined.finish(), number, place));
            }
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.sort_by_key(|group| (group.first, group.number));
        Self { fields, groups, tests: tests.0.into_vec(), ..Self::table(places, &asked) }
    }

    /// Puts places into buckets: each with its hash, its row, and where it stands in what is asked.
    fn table(places: Vec<(u64, u32, u32)>, asked: &[u32]) -> Self {
        let width = asked.len().checked_div(places.len()).unwrap_or(0);
        let count = places.len().next_power_of_two();
        let mut ordered: Vec<(usize, Place, u32)> = Vec::with_capacity(places.len());
        ordered.extend(
            places
                .into_iter()
                .map(|(hash, row, place)| (bucket(hash, count), Place { fingerprint: hash as u32, row }, place)),
        );
        ordered.sort_unstable();
        let mut table = Self::default();
        for (bucket, place, before) in ordered {
            table.buckets.resize(bucket + 1, table.places.len() as u32);
            table.places.push(place);
            let start = before as usize * width;
            table.asked.extend(asked.get(start..start + width).into_iter().flatten());
        }
        table.buckets.resize(count + 1, table.places.len() as u32);
        table
    }

    /// The place in the order of rows of the first one that fits a lead with these values.
    pub(super) fn first_fit(&self, values: &[Option<Value<'_>>]) -> Option<u32> {
        // One by one, because what is collected is copied as a whole.
        let mut seen: ArrayVec<Seen<'_>, MAX_DIMENSIONS> = ArrayVec::new();
        for (uses, value) in self.fields.iter().zip(values) {
            // INVARIANT: there are no more fields.
            _ = seen.try_push(Seen::new(*value, *uses));
        }
        let mut best: Option<u32> = None;
        for group in &self.groups {
            if best.is_some_and(|best| best < group.first) {
                break;
            }
            let Some(hash) = group.hash(&seen) else { continue };
            for place in self.under(hash) {
                let Some(&Place { row, .. }) = self.places.get(place) else { break };
                if best.is_some_and(|best| best < row) {
                    break;
                }
                if self.fits(place, values) {
                    best = Some(row);
                    break;
                }
            }
        }
        best
    }

    /// The places under a hash, by row.
    fn under(&self, hash: u64) -> Range<usize> {
        let bucket = bucket(hash, self.buckets.len().saturating_sub(1));
        let Some(&[start, end]) = self.buckets.get(bucket..bucket + 2) else { return 0..0 };
        let (start, end) = (start as usize, end as usize);
        let places = self.places.get(start..end).unwrap_or_default();
        let wanted = hash as u32;
        let before = places.partition_point(|place| place.fingerprint < wanted);
        let alike = places.iter().skip(before).take_while(|place| place.fingerprint == wanted);
        start + before..start + before + alike.count()
    }

    fn fits(&self, place: usize, values: &[Option<Value<'_>>]) -> bool {
        // Areas ask for no time.
        const NEVER: Instant = Instant::START;
        let width = self.fields.len();
        let asked = self.asked.get(place * width..(place + 1) * width).unwrap_or_default();
        asked.iter().zip(values).all(|(test, value)| {
            *test == NOTHING || self.tests.get(*test as usize).is_some_and(|test| test.holds(*value, NEVER))
        })
    }
}

impl Uses {
    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Text => self.text = true,
            Kind::Number | Kind::Cell(_) => self.number = true,
            Kind::Flag => self.flag = true,
            Kind::Open | Kind::Prefix(_) => {}
        }
    }
}

/// What a lead has in a field, as far as rows are looked up by it.
struct Seen<'a> {
    /// None if there is nothing, or only white space.
    value: Option<Value<'a>>,
    text: Option<u64>,
    number: Option<(Number, u64)>,
    flag: Option<u64>,
}

impl<'a> Seen<'a> {
    fn new(value: Option<Value<'a>>, uses: Uses) -> Self {
        let value = value.filter(|value| !value.is_blank());
        let number = value.filter(|_| uses.number).and_then(|value| value.as_number());
        let flag = value.filter(|_| uses.flag).and_then(|value| value.as_flag());
        Self {
            value,
            text: value.filter(|_| uses.text).and_then(|value| of_text(value, text_hash)),
            number: number.map(|number| (number, fast_hash_of(&number))),
            flag: flag.map(|flag| fast_hash_of(&flag)),
        }
    }

    fn hash(&self, kind: Kind) -> Option<u64> {
        match kind {
            Kind::Open => None,
            Kind::Text => self.text,
            Kind::Number => self.number.map(|(_, hash)| hash),
            Kind::Flag => self.flag,
            Kind::Prefix(length) => of_text(self.value?, |text| start_hash(text, length))?,
            Kind::Cell(grid) => self.number.map(|(number, _)| fast_hash_of(&grid.cell(number).to_bits())),
        }
    }
}

impl Group {
    /// The hash of the rows that may fit; none if no row can.
    fn hash(&self, seen: &[Seen<'_>]) -> Option<u64> {
        let mut joined = Joined::new(self.number);
        for (kind, seen) in self.kinds.iter().zip(seen).filter(|(kind, _)| **kind != Kind::Open) {
            joined.add(seen.hash(*kind)?);
        }
        Some(joined.finish())
    }
}

/// Which of a power of two of buckets a hash belongs to: by its upper bits.
fn bucket(hash: u64, count: usize) -> usize {
    ((u128::from(hash) * count as u128) >> u64::BITS) as usize
}

/// One hash of those of several fields, in a group.
struct Joined(<FastHash as BuildHasher>::Hasher);

impl Joined {
    fn new(group: u32) -> Self {
        let mut hasher = FastHash::default().build_hasher();
        hasher.write_u32(group);
        Self(hasher)
    }

    fn add(&mut self, hash: u64) {
        self.0.write_u64(hash);
    }

    fn finish(self) -> u64 {
        self.0.finish()
    }
}

/// Texts that are equal but for case have one hash.
fn text_hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    lower_hash(bytes.get(..HASHED).unwrap_or(bytes)).unwrap_or_else(|| letters_hash(lower(text)))
}

/// The same of the first so many characters in lower case; none for a text that has fewer.
fn start_hash(text: &str, length: usize) -> Option<u64> {
    let start = text.as_bytes().get(..length).map(|start| start.get(..HASHED).unwrap_or(start));
    start.and_then(lower_hash).or_else(|| {
        let letters = lower(text).take(length);
        (letters.clone().count() == length).then(|| letters_hash(letters))
    })
}

/// The hash of as much of a text as counts: up to the first character for which there is no room.
fn letters_hash(mut letters: impl Iterator<Item = char>) -> u64 {
    let mut start: ArrayVec<u8, HASHED> = ArrayVec::new();
    _ = letters.try_for_each(|letter| start.try_extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()));
    lower_hash(&start).unwrap_or_else(|| fast_hash_of(&start.as_slice()))
}

/// What is made of a value's text, if it has one: a time is seen as the text that conditions see.
fn of_text<T>(value: Value<'_>, make: impl FnOnce(&str) -> T) -> Option<T> {
    match value {
        Value::Text(text) => Some(make(text)),
        Value::Time(time) => Some(make(TimeText::new(time).as_str())),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
