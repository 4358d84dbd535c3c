//! Which area a lead lies in: every row of every area that fits, and of those the one that says most.

use super::condition::{compares, field, list, lower, number, text, value};
use super::look::plain;
use lead_router::{FieldValue, Lead};
use serde_json::{Value as Json, json};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// How much an entry says: the less of it, the more exact.
#[derive(Clone, PartialEq, PartialOrd)]
enum Rank {
    Exact,
    /// Less the length.
    Prefix(i64),
    Set(usize),
    /// The width; infinite if open on one side.
    Band(f64),
    Any,
}

/// The place of the area among the plan's.
pub(crate) fn find(body: &Json, lead: &dyn Lead, names: &[(&'static str, String)], now: i64) -> Option<usize> {
    let areas = list(&body["areas"]);
    let named = |area: &Json, key: &str| area.get(key).map(list).unwrap_or_default().to_vec();
    let is_pinned = |area: &&Json| {
        names.iter().any(|(kind, name)| match *kind {
            "account" => named(area, "accounts").contains(&json!(name)),
            "domain" => named(area, "domains").iter().any(|domain| plain(text(domain)) == *name),
            _ => false,
        })
    };
    if let Some(area) = areas.iter().position(|area| is_pinned(&area)) {
        return Some(area);
    }
    let mut best: Option<(Vec<Rank>, usize)> = None;
    for (place, area) in areas.iter().enumerate() {
        let by = list(&body["by"]);
        let names_somebody = area.get("accounts").or(area.get("domains")).is_some();
        if names_somebody && by.iter().all(|dimension| area.get(text(dimension)).is_none()) {
            continue;
        }
        let ranks = by.iter().map(|dimension| rank(area, dimension, lead, now));
        let Some(ranks) = ranks.collect::<Option<Vec<Rank>>>() else { continue };
        if best.as_ref().is_none_or(|(other, _)| ranks.partial_cmp(other) == Some(Ordering::Less)) {
            best = Some((ranks, place));
        }
    }
    best.map(|(_, place)| place)
}

/// How exactly an area fits a lead in a dimension; none if it does not.
fn rank(area: &Json, dimension: &Json, lead: &dyn Lead, now: i64) -> Option<Rank> {
    let Some(entry) = area.get(text(dimension)) else { return Some(Rank::Any) };
    let entries = entry.as_array().cloned().unwrap_or(vec![entry.clone()]);
    let found = field(lead, dimension);
    let (exact, others): (Vec<Json>, Vec<Json>) =
        entries.into_iter().partition(|entry| entry.as_str().is_none_or(|text| special(text).is_none()));
    // What is there twice makes no set larger.
    let same = |entry: &Json| entry.as_str().map_or_else(|| entry.to_string(), |text| format!("{:?}", lower(text)));
    let size = exact.iter().map(same).collect::<BTreeSet<_>>().len();
    let is = |key: &str, asked: &Json| compares(key, asked, found.clone(), now);
    let mut ranks = Vec::new();
    if exact.iter().any(|asked| is("is", asked)) {
        ranks.push(if size == 1 { Rank::Exact } else { Rank::Set(size) });
    }
    for (key, asked, rank) in others.iter().filter_map(|entry| special(text(entry))) {
        if key == "any" || is(key, &asked) {
            ranks.push(rank);
        }
    }
    ranks.into_iter().min_by(|one, other| one.partial_cmp(other).unwrap_or(Ordering::Equal))
}

/// What a text means that is more than itself.
fn special(entry: &str) -> Option<(&'static str, Json, Rank)> {
    if entry == "*" {
        return Some(("any", Json::Null, Rank::Any));
    }
    if let Some(start) = entry.strip_suffix('*') {
        return Some(("starts_with", json!(start), Rank::Prefix(-(lower(start).chars().count() as i64))));
    }
    let (low, high) = entry.split_once("..")?;
    let cut = |text: &str| number(&FieldValue::from(text)).map(|number| json!(number));
    let width = |low: &Json, high: &Json| {
        let number = |json: &Json| number(&value(json)).map_or(0.0, |number| number.to_f64());
        number(high) - number(low)
    };
    match (cut(low), cut(high)) {
        (Some(low), Some(high)) => Some(("between", json!([low, high]), Rank::Band(width(&low, &high)))),
        (Some(low), None) => Some(("at_least", low, Rank::Band(f64::INFINITY))),
        (None, Some(high)) => Some(("below", high, Rank::Band(f64::INFINITY))),
        (None, None) => None,
    }
}
