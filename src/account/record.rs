//! What is said of an account beside its owner, in one piece of memory: business, id, domains.

use super::Account;
use chrono::{DateTime, Utc};
use std::iter;

/// What business there is with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Business {
    pub(crate) open_opportunities: u32,
    pub(crate) customer: bool,
    pub(crate) lost_at: Option<DateTime<Utc>>,
    pub(crate) late_stage: bool,
}

/// One byte says what business there is; then come numbers, if there are any, the id, and the domains. Each text comes
/// behind its length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record(Box<[u8]>);

const CUSTOMER: u8 = 1;
const LATE_STAGE: u8 = 1 << 1;
/// The number of open opportunities follows.
const OPEN: u8 = 1 << 2;
/// The time of the last loss follows.
const LOST: u8 = 1 << 3;

impl Record {
    pub(super) fn new(account: &Account) -> Self {
        let texts = || iter::once(&account.id).chain(&account.domains);
        let length = |text: &String| text.len() + length_bytes(text.len()).count();
        let numbers =
            if account.open_opportunities > 0 { 4 } else { 0 } + if account.lost_at.is_some() { 12 } else { 0 };
        let mut bytes = Vec::with_capacity(1 + numbers + texts().map(length).sum::<usize>());
        let says = |is_so: bool, mark: u8| if is_so { mark } else { 0 };
        bytes.push(
            says(account.customer, CUSTOMER)
                | says(account.late_stage, LATE_STAGE)
                | says(account.open_opportunities > 0, OPEN)
                | says(account.lost_at.is_some(), LOST),
        );
        if account.open_opportunities > 0 {
            bytes.extend(account.open_opportunities.to_le_bytes());
        }
        if let Some(lost) = account.lost_at {
            bytes.extend(lost.timestamp().to_le_bytes());
            bytes.extend(lost.timestamp_subsec_nanos().to_le_bytes());
        }
        for text in texts() {
            bytes.extend(length_bytes(text.len()));
            bytes.extend(text.as_bytes());
        }
        Self(bytes.into_boxed_slice())
    }

    pub(super) fn business(&self) -> Business {
        self.read().0
    }

    pub(super) fn id(&self) -> &str {
        self.read().1.text().unwrap_or_default()
    }

    pub(super) fn domains(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.read().1;
        _ = rest.text_bytes();
        iter::from_fn(move || rest.text())
    }

    /// The business, and what is left to be read then.
    fn read(&self) -> (Business, Reader<'_>) {
        let mut rest = Reader(&self.0);
        let says = rest.byte().unwrap_or_default();
        let open = (says & OPEN != 0).then(|| rest.array().map(u32::from_le_bytes)).flatten();
        let lost = (says & LOST != 0).then(|| rest.time()).flatten();
        let business = Business {
            open_opportunities: open.unwrap_or_default(),
            customer: says & CUSTOMER != 0,
            lost_at: lost,
            late_stage: says & LATE_STAGE != 0,
        };
        (business, rest)
    }
}

/// A length, seven bits a byte, the lowest first; all but the last byte have the highest bit.
fn length_bytes(length: usize) -> impl Iterator<Item = u8> {
    let mut rest = Some(length);
    iter::from_fn(move || {
        let length = rest?;
        rest = Some(length >> 7).filter(|more| *more > 0);
        Some((length & 0x7f) as u8 | if rest.is_some() { 0x80 } else { 0 })
    })
}

/// What is left of a record to be read. INVARIANT: that is what was written, so nothing is ever missing.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn time(&mut self) -> Option<DateTime<Utc>> {
        let seconds = self.array().map(i64::from_le_bytes)?;
        let nanos = self.array().map(u32::from_le_bytes)?;
        DateTime::from_timestamp(seconds, nanos)
    }

    fn length(&mut self) -> Option<usize> {
        let (mut length, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(length);
            }
            shift += 7;
        }
    }

    fn text_bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.text_bytes()?).ok()
    }
}
