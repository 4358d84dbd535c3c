//! What keeps a rep from a lead, now or later, and when that ends by itself.

use super::condition::{admits, millis};
use super::look::{Look, Verdict};
use super::plan::{Around, EVERYTHING, parts};
use super::{Place, Reference, hours, moment};
use chrono_tz::Tz;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

impl Reference {
    /// The hours of a rep; none for all the time.
    fn hours(&self, rep: &str) -> Option<&Json> {
        match &self.reps[rep].record["hours"] {
            Json::Null => self.hours.get("default"),
            Json::String(name) if name == "always" => None,
            Json::String(name) => Some(&self.hours[name]),
            own => Some(own),
        }
    }

    /// The zone that a rep lives by.
    pub(crate) fn zone(&self, rep: &str) -> Tz {
        let own = hours::zone(&self.reps[rep].record["zone"]);
        own.or_else(|| hours::zone(&self.hours(rep)?["zone"])).unwrap_or(Tz::UTC)
    }

    pub(crate) fn on_leave(&self, rep: &str, at: i64) -> Option<i64> {
        hours::on_leave(&self.reps[rep].record["leave"], self.zone(rep), at)
    }

    /// What keeps a rep from every step.
    pub(crate) fn hard_gate(&self, id: &str, at: i64) -> Option<Json> {
        let rep = &self.reps[id];
        if rep.left {
            Some(json!("left"))
        } else if rep.record["inactive"] == true {
            Some(json!("inactive"))
        } else if let Some(until) = rep.pause.filter(|until| until.is_none_or(|until| until > at)) {
            Some(json!({ "paused": { "until": until.map(moment) } }))
        } else {
            self.on_leave(id, at).map(|until| json!({ "on_leave": { "until": moment(until) } }))
        }
    }

    pub(crate) fn hours_gate(&self, rep: &str, at: i64) -> Option<Json> {
        let hours = self.hours(rep)?;
        // The zone of the hours comes before that of the rep.
        let zone = hours::zone(&hours["zone"]).unwrap_or_else(|| self.zone(rep));
        let until = hours::closed(hours, &self.calendars, zone, at)?;
        Some(json!({ "out_of_hours": { "until": until.map(moment) } }))
    }

    pub(crate) fn presence_gate(&self, rep: &str, at: i64) -> Option<Json> {
        let (status, until) = &self.reps[rep].presence;
        match until {
            Some(until) if *until <= at => (status == "online").then(|| json!({ "offline": { "until": null } })),
            _ => (status != "online").then(|| json!({ status: { "until": until.map(moment) } })),
        }
    }

    fn capacity_gate(&self, id: &str, at: i64) -> Option<Json> {
        let rep = &self.reps[id];
        let capacity = rep.record["capacity"].as_u64()?;
        let span = self.plan.get("forget_after").map(millis);
        let is_forgotten = |lead: i64| span.is_some_and(|span| lead + span <= at);
        let in_hand = self.leads.values().filter(|lead| lead.place == Place::With(id.to_owned()));
        let forgotten = in_hand.filter(|lead| is_forgotten(lead.at)).count() as u64;
        let open = rep.load.open.saturating_sub(forgotten);
        (open >= capacity).then(|| json!({ "full": { "open": open, "capacity": capacity } }))
    }

    /// What would keep a rep from a lead where everything is asked for.
    pub(crate) fn any_gate(&self, rep: &str, at: i64) -> Option<Json> {
        let soft = || self.hours_gate(rep, at).or_else(|| self.presence_gate(rep, at));
        let room = || self.capacity_gate(rep, at).or_else(|| self.cap_gate(rep, None, at));
        self.hard_gate(rep, at).or_else(soft).or_else(room)
    }
}

/// When a gate ends by itself.
fn end(gate: &Json) -> Option<i64> {
    super::instant(&parts(gate.as_object().map(|_| gate)?).1["until"])
}

impl Look<'_> {
    /// What is asked of a rep here, of all that could be.
    fn asked(&self, all: &[&str]) -> BTreeSet<String> {
        let relaxed = self.ask["relax"].as_array().cloned().unwrap_or_default();
        let is_asked = |what: &&&str| {
            let is_waived = self.late_stage && ["capacity", "caps"].contains(*what);
            !self.lenient && !relaxed.contains(&json!(what)) && !is_waived
        };
        all.iter().filter(is_asked).map(|what| (*what).to_owned()).collect()
    }

    fn required(&self, around: &Around) -> BTreeSet<String> {
        self.asked(&around.required.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What would keep a rep from the lead at some time.
    fn gate_at(
        &self,
        id: &str,
        around: &Around,
        pool: Option<&str>,
        required: &BTreeSet<String>,
        at: i64,
    ) -> Option<Json> {
        if let Some(gate) = self.state.hard_gate(id, at) {
            return Some(gate);
        }
        if self.ask["exclude"].as_array().is_some_and(|excluded| excluded.contains(&json!(id))) {
            return Some(json!("excluded"));
        }
        if !around.tests.iter().all(|test| admits(test, &self.state.reps[id].record, self.lead, self.now)) {
            return Some(json!("narrowed"));
        }
        let gates: [(&str, &dyn Fn() -> Option<Json>); 4] = [
            ("hours", &|| self.state.hours_gate(id, at)),
            ("presence", &|| self.state.presence_gate(id, at)),
            ("capacity", &|| self.state.capacity_gate(id, at)),
            ("caps", &|| self.state.cap_gate(id, pool, at).filter(|_| !around.uncapped)),
        ];
        gates.iter().filter(|(what, _)| required.contains(*what)).find_map(|(_, gate)| gate())
    }

    /// When nothing keeps a rep from the lead any more, if nothing else happens until then.
    fn opening(&self, id: &str, around: &Around, pool: Option<&str>) -> Option<i64> {
        let mut required = if around.within.is_some() { self.asked(&EVERYTHING) } else { self.required(around) };
        if !self.lenient {
            required.extend(around.insists.iter().cloned());
        }
        let mut at = self.now;
        while let Some(gate) = self.gate_at(id, around, pool, &required, at) {
            at = end(&gate)?;
        }
        Some(at)
    }

    /// The first thing that keeps a rep from the lead, or from one through a pool.
    pub(crate) fn gate(&self, id: &str, around: &Around, pool: Option<&str>) -> Option<Json> {
        let gate = self.gate_at(id, around, pool, &self.required(around), self.now);
        let (None, Some(within)) = (&gate, around.within) else { return gate };
        let gate = self.gate_at(id, around, pool, &self.asked(&EVERYTHING), self.now)?;
        let is_in_time = |opening: &i64| *opening <= self.now + within;
        let opening = self.opening(id, around, pool).filter(is_in_time);
        let Some(pool) = pool else { return Some(gate).filter(|_| opening.is_none()) };
        // Of a pool only those count who open first.
        let is_asked = |rep: &str| self.gate_at(rep, around, Some(pool), &self.required(around), self.now).is_none();
        let members = self.state.members(pool).into_iter().filter(|(rep, _)| is_asked(rep));
        let first = members.filter_map(|(rep, _)| self.opening(&rep, around, Some(pool))).min();
        Some(gate).filter(|_| opening.is_none() || opening != first)
    }

    /// Notes when a rep who cannot take the lead now will be able to.
    pub(crate) fn note_opening(&self, id: &str, around: &Around, pool: Option<&str>) {
        if !self.lenient {
            self.openings.borrow_mut().extend(self.opening(id, around, pool));
        }
    }

    /// Adds to a reason when the rep opens, if that is later.
    pub(crate) fn say_when(&self, why: &mut Json, rep: &str, around: &Around, pool: &str) {
        if around.within.is_some()
            && let Some(opening) = self.opening(rep, around, Some(pool)).filter(|opening| *opening > self.now)
        {
            why["opens"] = json!(moment(opening));
        }
    }

    /// Who of a pool could have the lead, with their weights.
    pub(crate) fn open(&self, pool: &str, around: &Around) -> Vec<(String, i128)> {
        let members = self.state.members(pool).into_iter();
        members.filter(|(rep, _)| self.gate(rep, around, Some(pool)).is_none()).collect()
    }

    pub(crate) fn nobody(&self, pool: &str, around: &Around) -> Verdict {
        let members = self.state.members(pool);
        if members.is_empty() {
            return Verdict::Pass(json!({ "empty_pool": { "pool": pool } }));
        }
        let mut gates: BTreeMap<String, u32> = BTreeMap::new();
        for (rep, _) in &members {
            if let Some(gate) = self.gate(rep, around, Some(pool)) {
                self.note_opening(rep, around, Some(pool));
                let name = gate.as_str().unwrap_or_else(|| parts(&gate).0);
                *gates.entry(name.to_owned()).or_default() += 1;
            }
        }
        Verdict::Pass(json!({ "nobody_open": { "pool": pool, "gates": gates } }))
    }
}
