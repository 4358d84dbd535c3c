//! Caps, by lists of all leads that they count.

use super::condition::text;
use super::{Reference, Since, hours, moment};
use chrono_tz::Tz;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Whose leads are counted: a rep's, those of a member of a pool, or a pool's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    Rep(String),
    Member(String, String),
    Pool(String),
}

/// The leads that count, for each who has caps.
pub(crate) type Counts = BTreeMap<Whose, Vec<Since>>;

/// Of equals that hold as long, the later one is named.
const WINDOWS: [&str; 8] =
    ["hour", "day", "week", "month", "rolling hour", "rolling day", "rolling week", "rolling month"];

fn parts(cap: &Json) -> (usize, &str) {
    let (most, window) = text(cap).split_once(" per ").expect("a cap");
    (most.parse().expect("a number"), window)
}

/// Who counts a lead that a rep is given, perhaps through a pool.
pub(crate) fn all_who_count(rep: &str, pool: Option<&str>) -> Vec<Whose> {
    let mut all = vec![Whose::Rep(rep.to_owned())];
    if let Some(pool) = pool {
        all.extend([Whose::Member(pool.to_owned(), rep.to_owned()), Whose::Pool(pool.to_owned())]);
    }
    all
}

impl Reference {
    /// The caps, and the zone by whose calendar they count.
    fn caps_of(&self, whose: &Whose) -> (Vec<Json>, Tz) {
        let list = |caps: &Json| caps.as_array().cloned().unwrap_or_default();
        let declared = |pool: &str, key: &str| self.pools.get(pool).map(|pool| list(&pool[key])).unwrap_or_default();
        match whose {
            Whose::Rep(rep) if self.reps[rep].left => (Vec::new(), Tz::UTC),
            Whose::Rep(rep) => (list(&self.reps[rep].record["caps"]), self.zone(rep)),
            Whose::Member(pool, rep) if self.members(pool).iter().any(|(member, _)| member == rep) => {
                (declared(pool, "member_caps"), self.zone(rep))
            }
            Whose::Member(..) => (Vec::new(), Tz::UTC),
            Whose::Pool(pool) => {
                let zone = self.pools.get(pool).and_then(|pool| hours::zone(&pool["zone"]));
                (declared(pool, "caps"), zone.unwrap_or(Tz::UTC))
            }
        }
    }

    /// Caps that are new count from now on, and who has none any more counts nothing.
    pub(crate) fn sync_caps(&mut self) {
        let mut all: Vec<Whose> = self.pools.keys().cloned().map(Whose::Pool).collect();
        for rep in self.reps.keys() {
            all.push(Whose::Rep(rep.clone()));
            all.extend(self.pools.keys().map(|pool| Whose::Member(pool.clone(), rep.clone())));
        }
        all.retain(|whose| !self.caps_of(whose).0.is_empty());
        let mut before = std::mem::take(&mut self.counts);
        self.counts = all.into_iter().map(|whose| (whose.clone(), before.remove(&whose).unwrap_or_default())).collect();
    }

    /// Drops leads whose windows have ended.
    pub(crate) fn drop_counted(&mut self) {
        let mut counts = std::mem::take(&mut self.counts);
        for (whose, leads) in &mut counts {
            let (caps, zone) = self.caps_of(whose);
            let counts = |at: i64| caps.iter().any(|cap| hours::window_end(parts(cap).1, at, zone) > self.clock);
            leads.retain(|(at, _)| counts(*at));
        }
        self.counts = counts;
    }

    /// Counts a lead. Whether it does.
    pub(crate) fn count(&mut self, by: &Whose, since: Since) -> bool {
        let Some(leads) = self.counts.get_mut(by) else { return false };
        leads.push(since);
        true
    }

    /// No longer counts a lead. Whether it did.
    pub(crate) fn uncount(&mut self, by: &Whose, since: Since) -> bool {
        let Some(leads) = self.counts.get_mut(by) else { return false };
        let was_counted = leads.contains(&since);
        leads.retain(|lead| *lead != since);
        was_counted
    }

    /// The cap that keeps a rep from another lead for longest.
    pub(crate) fn cap_gate(&self, rep: &str, pool: Option<&str>, now: i64) -> Option<Json> {
        let mut used_up = Vec::new();
        for (place, whose) in all_who_count(rep, pool).into_iter().enumerate() {
            let Some(leads) = self.counts.get(&whose) else { continue };
            let (caps, zone) = self.caps_of(&whose);
            for cap in &caps {
                let (most, window) = parts(cap);
                let ends = leads.iter().map(|(at, _)| hours::window_end(window, *at, zone));
                let mut ends: Vec<i64> = ends.filter(|end| *end > now).collect();
                ends.sort_unstable();
                if ends.len() >= most {
                    let rank = WINDOWS.iter().position(|name| *name == window);
                    used_up.push((ends[ends.len() - most], place, most, rank, text(cap).to_owned()));
                }
            }
        }
        let (until, place, .., cap) = used_up.into_iter().max()?;
        let of = ["rep", "member", "pool"][place];
        Some(json!({ "capped": { "cap": cap, "of": of, "until": moment(until) } }))
    }
}
