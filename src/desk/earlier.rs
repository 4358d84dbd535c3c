//! Earlier leads: which rep had the last one of the same person, and which has the first one of the same company.
//!
//! Kept by a hash of what the leads have in common, so that nobody's address stands in the router's state.

use super::{Since, Team, Undo};
use crate::account::{email_domain, folded};
use crate::condition::lower;
use crate::hash::stable_hash;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::limits::MAX_UNSETTLED_DEPTH;
use crate::span::Span;
use crate::value::{FieldValue, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;

/// What two leads have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Common {
    /// The text or the number of a field.
    Person,
    /// The domain of an e-mail address.
    Company,
}

/// A place of the plan that asks for earlier leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EarlierIndex(pub(crate) usize);

/// The same as the plan says it: by which field, and for how long they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EarlierPlace {
    pub(crate) common: Common,
    pub(crate) field: Arc<str>,
    pub(crate) within: Span,
}

/// What leads that belong together share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(pub(crate) [u64; 2]);

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([one, other]) = self;
        write!(f, "{one:016x}{other:016x}")
    }
}

impl FromStr for Mark {
    type Err = ParseIntError;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let mark = u128::from_str_radix(text, 16)?;
        Ok(Self([(mark >> 64) as u64, mark as u64]))
    }
}

/// Providers at which anybody has an address: who shares their domains shares no company.
const FREE_MAIL: [&str; 30] = [
    "aol.com",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

impl Common {
    /// What a value has in common with others; none if it says nothing.
    pub(crate) fn mark(self, value: Value<'_>) -> Option<Mark> {
        // INVARIANT: whoever applies the record finds the same, and a record keeps times and some floats as texts.
        let kept = matches!(value, Value::Float(_) | Value::Time(_)).then(|| FieldValue::kept(value));
        let value = kept.as_ref().map_or(value, FieldValue::as_value);
        let text = match (self, value) {
            (Self::Person, Value::Text(text)) => lower(text.trim()).collect(),
            (Self::Person, Value::Integer(_) | Value::Float(_)) => value.as_number()?.to_string(),
            (Self::Company, Value::Text(text)) => folded(email_domain(text)?).into_owned(),
            _ => return None,
        };
        let says_nothing = text.is_empty() || self == Self::Company && FREE_MAIL.binary_search(&text.as_str()).is_ok();
        (!says_nothing).then(|| Mark(["", "again"].map(|part| stable_hash(&[part, &text]))))
    }
}

/// Who had, or has, an earlier lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EarlierLead {
    pub(crate) rep: RepIndex,
    /// From when it counts.
    pub(crate) since: Instant,
    /// The commit that stood for it when this was noted.
    pub(crate) commit: u64,
}

/// A change, to take it back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Noted {
    pub(crate) common: Common,
    pub(crate) field: Arc<str>,
    pub(crate) mark: Mark,
    /// The commit that it was noted with.
    pub(crate) commit: u64,
    /// What was noted of the same lead, or of a rep who is gone, before.
    pub(crate) replaced: Option<EarlierLead>,
}

/// The earlier leads that one place asks for.
#[derive(Debug, Clone, PartialEq)]
struct Book {
    place: EarlierPlace,
    /// By commit; of a company the first alone. Those before the last one count again when it is rolled back.
    ///
    /// INVARIANT: no list is empty.
    by_mark: BTreeMap<Mark, Vec<EarlierLead>>,
    /// The last one of each list by when it counts from.
    by_time: BTreeSet<(Instant, Mark)>,
}

impl Book {
    fn new(place: EarlierPlace) -> Self {
        Self { place, by_mark: BTreeMap::new(), by_time: BTreeSet::new() }
    }

    fn is_of(&self, common: Common, field: &str) -> bool {
        self.place.common == common && *self.place.field == *field
    }

    fn last(&self, mark: Mark) -> Option<EarlierLead> {
        self.by_mark.get(&mark)?.last().copied()
    }

    fn change(&mut self, mark: Mark, change: impl FnOnce(&mut Vec<EarlierLead>)) {
        let before = self.last(mark);
        let leads = self.by_mark.entry(mark).or_default();
        change(leads);
        let after = leads.last().copied();
        if after.is_none() {
            self.by_mark.remove(&mark);
        }
        if let Some(before) = before {
            self.by_time.remove(&(before.since, mark));
        }
        self.by_time.extend(after.map(|lead| (lead.since, mark)));
    }

    fn forget(&mut self, now: Instant) {
        let within = self.place.within;
        while let Some(&(since, mark)) = self.by_time.first().filter(|(since, _)| since.plus(within) <= now) {
            self.by_time.remove(&(since, mark));
            self.by_mark.remove(&mark);
        }
    }
}

/// All earlier leads that the plan asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Earlier(Vec<Book>);

impl Earlier {
    /// Makes these the places that ask. What is no longer asked for is forgotten.
    pub(crate) fn sync(&mut self, places: &[EarlierPlace], now: Instant) {
        let mut before = std::mem::take(&mut self.0);
        self.0.extend(places.iter().map(|place| {
            match before.iter().position(|book| book.is_of(place.common, &place.field)) {
                Some(known) => Book { place: place.clone(), ..before.swap_remove(known) },
                None => Book::new(place.clone()),
            }
        }));
        self.upkeep(now);
    }

    /// Forgets what no longer counts.
    pub(crate) fn upkeep(&mut self, now: Instant) {
        self.0.iter_mut().for_each(|book| book.forget(now));
    }

    /// When something next stops to count after an instant.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let next = |book: &Book| {
            let mut ends = book.by_time.iter().map(|(since, _)| since.plus(book.place.within));
            ends.find(|end| *end > now)
        };
        self.0.iter().filter_map(next).min()
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = &EarlierPlace> {
        self.0.iter().map(|book| &book.place)
    }

    /// The earlier lead, whether or not it still counts.
    pub(crate) fn find(&self, EarlierIndex(place): EarlierIndex, mark: Mark) -> Option<EarlierLead> {
        self.0.get(place)?.last(mark)
    }

    /// Notes that a rep has a lead, which before had the commit `previous`. With what takes that back; none if nothing changes.
    pub(crate) fn note(
        &mut self,
        (place, mark): (usize, Mark),
        rep: RepIndex,
        (now, commit): Since,
        previous: Option<u64>,
        team: &Team,
    ) -> Option<Undo> {
        let book = self.0.get_mut(place)?;
        let is_company = book.place.common == Common::Company;
        let is_there = |lead: &EarlierLead| team.rep(lead.rep).is_some_and(|rep| !rep.has_left() && !rep.is_inactive());
        let same = |lead: &EarlierLead| previous == Some(lead.commit);
        if is_company && book.last(mark).is_some_and(|first| !same(&first) && is_there(&first)) {
            return None;
        }
        let mut replaced = None;
        book.change(mark, |leads| {
            let old = if is_company { leads.len().checked_sub(1) } else { leads.iter().position(same) };
            replaced = old.map(|old| leads.remove(old));
            // A company knows its rep since its first lead.
            let since = replaced.filter(|first| is_company && same(first)).map_or(now, |first| first.since);
            leads.push(EarlierLead { rep, since, commit });
            // No more of them could be rolled back.
            leads.drain(..leads.len().saturating_sub(usize::from(MAX_UNSETTLED_DEPTH)));
        });
        let (common, field) = (book.place.common, Arc::clone(&book.place.field));
        Some(Undo::Noted(Box::new(Noted { common, field, mark, commit, replaced })))
    }

    /// Takes a note back. Those of other leads stand.
    pub(crate) fn undo(&mut self, noted: &Noted) {
        let Some(book) = self.0.iter_mut().find(|book| book.is_of(noted.common, &noted.field)) else { return };
        book.change(noted.mark, |leads| {
            let Some(place) = leads.iter().position(|lead| lead.commit == noted.commit) else { return };
            leads.remove(place);
            if let Some(replaced) = noted.replaced {
                leads.insert(leads.partition_point(|lead| lead.commit < replaced.commit), replaced);
            }
        });
    }

    /// All of them, to be written down: by place, then by what they have in common.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&EarlierPlace, Mark, &[EarlierLead])> {
        self.0.iter().flat_map(|book| book.by_mark.iter().map(|(mark, leads)| (&book.place, *mark, leads.as_slice())))
    }

    /// The same, read back. The places of the plan come afterwards.
    pub(crate) fn restore(&mut self, common: Common, field: &Arc<str>, mark: Mark, noted: Vec<EarlierLead>) {
        if !self.0.iter().any(|book| book.is_of(common, field)) {
            self.0.push(Book::new(EarlierPlace { common, field: Arc::clone(field), within: Span::default() }));
        }
        if let Some(book) = self.0.iter_mut().find(|book| book.is_of(common, field)) {
            book.change(mark, |leads| *leads = noted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    #[test]
    fn free_mail_is_in_order_to_be_searched() {
        assert!(FREE_MAIL.is_sorted());
    }

    #[test]
    fn marks_are_of_what_leads_have_in_common() {
        let company = |address| Common::Company.mark(Value::Text(address));
        assert_eq!(company("jo@Acme.example"), company(" ann@acme.example "));
        assert_ne!(company("jo@acme.example"), company("jo@eu.acme.example"));
        for nobody in ["jo@gmail.com", "jo@GMAIL.com", "jo", "jo@", ""] {
            assert_eq!(company(nobody), None, "{nobody}");
        }
        let person = |text| Common::Person.mark(Value::Text(text));
        assert_eq!(person("Jo@Acme.example "), person("jo@acme.example"));
        assert_eq!(person("  "), None);
        let number = |number| Common::Person.mark(Value::Integer(number));
        assert_ne!(number(7), number(8));
        assert_eq!(number(7), person("7"));
        assert_eq!(Common::Person.mark(Value::Flag(true)), None);
    }

    #[test]
    fn a_mark_is_that_of_what_a_record_keeps() {
        let odd = [f64::NAN, f64::INFINITY, -0.0, 0.5, 9.3e18].map(Value::Float);
        let times = [DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC].map(Value::Time);
        for value in odd.into_iter().chain(times) {
            for common in [Common::Person, Common::Company] {
                let kept = FieldValue::kept(value);
                assert_eq!(common.mark(value), common.mark(kept.as_value()), "{value:?}");
            }
        }
    }
}
