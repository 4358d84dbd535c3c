//! `territories`: areas of several fields, the most exact one first.

mod area;
mod entry;
mod lookup;
mod overlap;
mod rows;
mod table;
#[cfg(test)]
mod tests;

pub use area::{Area, AreaStart};
pub use table::{TableError, TableFault};

use super::account_owner::{ACCOUNT_FIELD, EMAIL_FIELD};
use super::{Bind, Binder, Child, Pick, Scope, StepIndex, Strategy, Verdict};
use crate::account::folded;
use crate::condition::Read;
use crate::fault::{FaultKind, Severity, UnknownName, path_part};
use crate::limits::{MAX_AREA_ROWS, MAX_DIMENSIONS};
use crate::note::{FoundBy, Note};
use crate::order::PinKind;
use crate::reason::{AccountMatch, Why};
use crate::table::FastHash;
use crate::value::{FieldValue, Value};
use arrayvec::ArrayVec;
use entry::{Atom, Entry};
use lookup::{Lookup, MOST_PLACES};
use overlap::{MOST_TOLD, Overlap, overlaps};
use rows::{Row, Rows, TooMany};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Areas of several fields, each with a step for its leads. Made by [`territories`], which has an example, or from a
/// table by [`Territories::from_rows`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `by` and `areas`, such as territories = { by = [\"country\"], areas = [area] }"
)]
pub struct Territories {
    by: Vec<String>,
    areas: Vec<Area>,
}

/// Finds the area that a lead lies in, by the fields given here, and lets the area's step decide.
///
/// An [`Area`] restricts some of the fields; what it does not restrict may hold anything, or be missing:
///
/// | entry | fits |
/// |---|---|
/// | `"DE"`, `17`, `true` | that value; text in any case, and a number or flag also as text |
/// | `"80*"` | text with that start, in any case |
/// | `"100..1000"`, `"100.."`, `"..1000"` | numbers at least the first and below the second |
/// | `"*"` | anything |
/// | `["DE", "AT", "80*"]` | what any of these fits |
///
/// Of several areas that a lead fits, the most exact has it. They are compared field by field, in the order given here:
/// an exact value comes before a prefix, a longer prefix before a shorter one, a prefix before a list of exact values, a
/// shorter list before a longer one, a list before a band of numbers, a narrower band before a wider one (one that is
/// open on one side is wider than all that are not), and a band before anything. Of two that are equally exact, the first
/// in the list has the lead; building a router warns of such areas if some lead fits both.
///
/// Named accounts come before all fields. An area may list `accounts` and e-mail `domains`: it has their leads, whatever
/// else is true of them. The account is found as by [`account_owner`](super::account_owner()): by `account_id` or else by the
/// domain of `email`, and in other fields if the plan has that step look there. One that the router does not know is what the
/// lead says it is. An area that lists accounts or
/// domains and restricts no field has only those leads.
///
/// A lead in no area is passed on; so is one whose area's step passes. The names of areas are part of the path.
///
/// ```
/// use lead_router::{
///     Area, LeadRecord, Plan, RepRecord, Roster, Router, assign, available, round_robin, territories,
/// };
///
/// let by_region = territories(["country", "zip"])
///     .area(Area::new("dach").fits("country", ["DE", "AT", "CH"]).then(available(round_robin("dach"))))
///     .area(Area::new("munich").fits("country", "DE").fits("zip", ["80*", "81*"]).then(assign("maria")))
///     .area(Area::new("key accounts").account("A-17").domain("acme.com").then(assign("ann")));
/// let roster = Roster::new().rep(RepRecord::new("ann").pool("dach")).rep(RepRecord::new("maria"));
/// let router = Router::new(Plan::new(by_region).otherwise("triage"), roster)?;
///
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// let lead = LeadRecord::new("L-1").with("country", "de").with("zip", "80331");
/// assert_eq!(router.decide(&lead, now).path(), "munich"); // one exact country comes before a list of three
/// assert_eq!(router.decide(&lead.with("email", "jo@acme.com"), now).path(), "key accounts");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// In a file:
///
/// ```toml
/// [territories]
/// by = ["country", "zip"]
/// areas = [
///     { name = "dach", country = ["DE", "AT", "CH"], then = { available = { round_robin = "dach" } } },
///     { name = "munich", country = "DE", zip = ["80*", "81*"], then = { assign = "maria" } },
///     { name = "key accounts", accounts = ["A-17"], domains = ["acme.com"], then = { assign = "ann" } },
/// ]
/// ```
#[must_use]
pub fn territories<Name: Into<String>>(by: impl IntoIterator<Item = Name>) -> Territories {
    Territories { by: by.into_iter().map(Into::into).collect(), areas: Vec::new() }
}

impl Territories {
    /// Adds an area.
    #[must_use]
    pub fn area(mut self, area: Area) -> Self {
        self.areas.push(area);
        self
    }

    fn check_dimensions(&self, binder: &mut Binder<'_>) {
        let (count, most) = (self.by.len(), MAX_DIMENSIONS);
        if !(1..=most).contains(&count) {
            let (what, value) = ("number of fields", count as u64);
            binder.at("by", |binder| binder.fault(FaultKind::OutOfRange { what, value, low: 1, high: most as u64 }));
        }
        let mut seen = BTreeSet::new();
        for (index, name) in self.by.iter().enumerate() {
            binder.at(&format!("by[{index}]"), |binder| {
                binder.field(name);
                if !seen.insert(name) {
                    binder.fault(FaultKind::Twice { what: "field", name: name.clone(), first: None });
                }
                if area::KEYS.contains(&name.as_str()) {
                    let message = format!("`{name}` is a key of every area, so that no field can be called so here");
                    binder.fault(FaultKind::BadName(message));
                }
            });
        }
    }

    /// The areas that name an account, or a domain; noting those that name it in vain.
    fn named<'t>(
        &'t self,
        what: &str,
        names: impl Fn(&'t AreaStart) -> &'t [String],
        key: impl Fn(&'t str) -> Cow<'t, str>,
        binder: &mut Binder<'_>,
    ) -> HashMap<Box<str>, u32, FastHash> {
        let mut named: HashMap<Box<str>, u32, FastHash> = HashMap::default();
        let mut told = 0;
        for (index, area) in (0..).zip(&self.areas) {
            for name in names(&area.start) {
                let first = *named.entry(Box::from(key(name))).or_insert(index);
                if first != index && !self.is_same(first, index) && told < MOST_TOLD {
                    told += 1;
                    let message = self.overlap(first, index, &format!("name {what} `{name}`"));
                    binder.at(&format!("areas[{index}]"), |binder| binder.finding(Severity::Warning, message));
                }
            }
        }
        named
    }

    /// Warns of areas that are equally exact and that some lead fits both.
    fn warn_of_overlaps(&self, rows: &Rows, binder: &mut Binder<'_>) {
        let overlaps = overlaps(rows, |first, second| self.is_same(first, second));
        for Overlap { first, second, witness } in overlaps.found {
            let field = |place: usize| self.by.get(place).map_or("", String::as_str);
            let witness: Vec<String> =
                witness.iter().map(|(place, witness)| format!("{} {witness}", field(*place))).collect();
            let both = if witness.is_empty() {
                "take every lead".to_owned()
            } else {
                format!("take leads with {}", witness.join(" and "))
            };
            let message = self.overlap(first, second, &both);
            binder.at(&format!("areas[{second}]"), |binder| binder.finding(Severity::Warning, message));
        }
        if overlaps.stopped {
            let message = "more areas may overlap than are told here".to_owned();
            binder.at("areas", |binder| binder.finding(Severity::Warning, message));
        }
    }

    fn overlap(&self, first: u32, second: u32, both: &str) -> String {
        let name = |index: u32| self.areas.get(index as usize).map_or("", |area| &area.start.name);
        format!("areas `{}` and `{}` both {both}; `{}` is listed first", name(first), name(second), name(first))
    }

    /// Whether it makes no difference which of two areas has a lead.
    fn is_same(&self, first: u32, second: u32) -> bool {
        let area = |index: u32| self.areas.get(index as usize).map(|area| (&area.start.name, &area.then));
        area(first) == area(second)
    }

    /// Of a key that is no field in `by`: most like which it is, of those fields and of the keys of every area.
    fn unknown_key(&self, key: &str) -> UnknownName {
        let fields = || self.by.iter().map(String::as_str);
        let unknown = UnknownName::new("key", key, fields().chain(area::KEYS));
        match unknown.nearest.as_deref() {
            Some(nearest) if area::KEYS.contains(&nearest) => unknown,
            _ => UnknownName::new("field in `by` called", key, fields()),
        }
    }

    /// What an area says of each field, noting what is wrong with it.
    fn atoms(&self, area: &Area, binder: &mut Binder<'_>) -> Vec<Vec<Atom>> {
        let AreaStart { name, accounts, domains, fits } = &area.start;
        binder.at("name", |binder| binder.path_name("area", name));
        for (list, message, named) in
            [("accounts", "the id of an account is empty", accounts), ("domains", "an e-mail domain is empty", domains)]
        {
            for index in named.iter().enumerate().filter(|(_, name)| name.trim().is_empty()).map(|(index, _)| index) {
                let fault = FaultKind::BadName(message.to_owned());
                binder.at(&format!("{list}[{index}]"), |binder| binder.fault(fault));
            }
        }
        let mut read = BTreeMap::new();
        for (field, values) in fits {
            binder.at(&path_part(field), |binder| {
                if !self.by.contains(field) {
                    binder.fault(FaultKind::Unknown(self.unknown_key(field)));
                }
                read.insert(field.as_str(), Atom::all_of(&entries(values, binder)));
            });
        }
        let by = self.by.iter().take(MAX_DIMENSIONS);
        by.map(|field| read.remove(field.as_str()).unwrap_or_else(|| vec![Atom::ANY])).collect()
    }
}

/// Reads the entries of one field of an area.
fn entries<'e>(values: &'e [FieldValue], binder: &mut Binder<'_>) -> Vec<Entry<'e>> {
    if values.is_empty() {
        binder.fault(FaultKind::BadEntry("nothing is listed; leave it out, or write `*`, for any".to_owned()));
    }
    let mut entries = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        match Entry::read(value) {
            Ok(entry) => entries.push(entry),
            Err(why) if values.len() == 1 => binder.fault(FaultKind::BadEntry(why)),
            Err(why) => binder.at(&format!("[{index}]"), |binder| binder.fault(FaultKind::BadEntry(why))),
        }
    }
    entries
}

impl Bind for Territories {
    fn title(&self) -> String {
        format!("territories by {}", self.by.join(", "))
    }

    fn children(&self) -> Vec<Child<'_>> {
        let areas = self.areas.iter().enumerate();
        areas.map(|(index, area)| Child::new(format!("areas[{index}].then"), &area.then)).collect()
    }

    fn reads<'c>(&'c self, visit: &mut dyn FnMut(&'c str, Read<'c>)) {
        let starts = || self.areas.iter().map(|area| &area.start);
        if starts().any(|area| !area.accounts.is_empty()) {
            visit(ACCOUNT_FIELD, Read::Key);
        }
        if starts().any(|area| !area.accounts.is_empty() || !area.domains.is_empty()) {
            visit(EMAIL_FIELD, Read::Key);
        }
        for field in &self.by {
            // Said first: beside what the areas compare with, it adds nothing.
            visit(field, Read::Presence);
            for value in starts().flat_map(|area| area.fits.get(field).into_iter().flatten()) {
                match Entry::read(value) {
                    Ok(Entry::Exact(value)) => visit(field, Read::Value(value)),
                    Ok(Entry::Prefix(prefix)) => visit(field, Read::Part(prefix)),
                    Ok(Entry::Band { low, high }) => {
                        low.into_iter().chain(high).for_each(|cut| visit(field, Read::Cut(cut)));
                    }
                    Ok(Entry::Any) | Err(_) => {}
                }
            }
        }
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        if self.areas.is_empty() {
            binder.fault(FaultKind::NoBranch("territories"));
        }
        self.check_dimensions(binder);
        let (mut rows, mut areas) = (Rows::default(), Vec::with_capacity(self.areas.len()));
        let mut unfolded = Ok(());
        for (index, area) in (0..).zip(&self.areas) {
            let then = binder.at(&format!("areas[{index}]"), |binder| {
                let atoms = self.atoms(area, binder);
                if area.start.has_rows() && unfolded.is_ok() {
                    unfolded = rows.add(index, atoms);
                }
                binder.inside(&area.start.name, |binder| binder.child("then", &area.then))
            });
            binder.area(&area.start.name);
            areas.push(BoundArea { name: Arc::from(area.start.name.as_str()), then });
        }
        if let Err(TooMany) = unfolded {
            binder.at("areas", |binder| binder.fault(FaultKind::TooManyRows(MAX_AREA_ROWS)));
        }
        rows.sort();
        self.warn_of_overlaps(&rows, binder);
        Arc::new(BoundTerritories {
            fields: self.by.iter().take(MAX_DIMENSIONS).map(|name| Arc::from(name.as_str())).collect(),
            accounts: self.named("account", |area| &area.accounts, Cow::Borrowed, binder),
            domains: self.named("domain", |area| &area.domains, folded, binder),
            lookup: Lookup::new(&rows, MOST_PLACES),
            rows,
            areas,
        })
    }
}

#[derive(Debug)]
struct BoundTerritories {
    fields: Vec<Arc<str>>,
    rows: Rows,
    lookup: Lookup,
    /// By place in the list.
    areas: Vec<BoundArea>,
    /// The area that names an account, or the first that does.
    accounts: HashMap<Box<str>, u32, FastHash>,
    /// The same for e-mail domains, in lower case.
    domains: HashMap<Box<str>, u32, FastHash>,
}

#[derive(Debug)]
struct BoundArea {
    name: Arc<str>,
    then: StepIndex,
}

/// By what an area was found.
#[derive(Clone, Copy)]
enum Found<'a> {
    Account(AccountMatch),
    Domain,
    Row(&'a Row),
}

impl BoundTerritories {
    /// The area that names the lead's account or e-mail domain.
    fn find_named(&self, scope: &Scope<'_>) -> Option<(u32, Found<'_>)> {
        let of_account = |(id, found_by)| Some((*self.accounts.get(id)?, Found::Account(found_by)));
        let of_domain = |domain: Cow<'_, str>| Some((*self.domains.get(&*domain)?, Found::Domain));
        // Most plans name nobody, and need not look anybody up.
        let accounts = (!self.accounts.is_empty()).then(|| scope.account_ids().filter_map(of_account));
        let domains = (!self.domains.is_empty()).then(|| scope.email_domains().filter_map(of_domain));
        let named = accounts.into_iter().flatten().chain(domains.into_iter().flatten());
        named.min_by_key(|(area, _)| *area)
    }

    /// The area of the most exact row that fits the lead.
    fn find_fitting(&self, scope: &Scope<'_>) -> Option<(u32, Found<'_>)> {
        let mut values: ArrayVec<Option<Value<'_>>, MAX_DIMENSIONS> = ArrayVec::new();
        for field in &self.fields {
            // INVARIANT: no more fields are kept.
            _ = values.try_push(scope.field(field));
        }
        let row = self.rows.rows.get(self.lookup.first_fit(&values)? as usize)?;
        Some((row.area, Found::Row(row)))
    }

    fn found_by(&self, found: Found<'_>) -> FoundBy {
        match found {
            Found::Account(found_by) => FoundBy::Account(found_by),
            Found::Domain => FoundBy::Domain,
            Found::Row(row) => FoundBy::Fields(self.rows.conditions(row, &self.fields)),
        }
    }
}

impl Strategy for BoundTerritories {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let found = self.find_named(scope).or_else(|| self.find_fitting(scope));
        let area = found.and_then(|(area, found)| Some((self.areas.get(area as usize)?, found)));
        let Some((area, found)) = area else {
            return Verdict::pass(Why::NoTerritory);
        };
        scope.note(|| Note::Area { name: Arc::clone(&area.name), found_by: self.found_by(found) });
        match scope.pinned(PinKind::Territory, &area.name) {
            // The lead lies in the area, whoever has it.
            Some(Verdict::Pick(pick)) => Verdict::Pick(Pick { area: Some(area.then), ..pick }),
            _ => {
                scope.pass_over_pinned(PinKind::Territory, &area.name);
                scope.run(area.then)
            }
        }
    }
}
