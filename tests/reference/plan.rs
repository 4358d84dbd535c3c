//! Plans, by plain recursion over their JSON.

use super::Reference;
use super::condition::{admits, field, holds, list, lower, number, text, value};
use lead_router::{Condition, Lead, stable_hash};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the steps around a step say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    labels: Vec<String>,
    bands: Vec<String>,
    pub(crate) required: BTreeSet<String>,
    pub(crate) tests: Vec<Json>,
}

/// A turn that would be taken: everything that says who shares it.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) rotation: String,
    pub(crate) pool: String,
    pub(crate) around: Around,
    pub(crate) moves: i128,
}

#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    Pick { rep: String, path: String, reason: Json, turn: Option<Turn> },
    Hold { queue: String, path: String, reason: Json },
    Pass(Json),
}

/// One lead, at one time.
pub(crate) struct Look<'a> {
    pub(crate) state: &'a Reference,
    pub(crate) lead: &'a dyn Lead,
    pub(crate) now: i64,
    pub(crate) ask: &'a Json,
}

/// A step's name and what it says.
pub(crate) fn parts(step: &Json) -> (&str, &Json) {
    let (tag, body) = step.as_object().and_then(|step| step.iter().next()).expect("a step");
    (tag, body)
}

/// A setting of a step that may be written as a name alone.
fn setting<'j>(body: &'j Json, key: &str) -> Option<&'j str> {
    if key == "pool" && body.is_string() { body.as_str() } else { body.get(key)?.as_str() }
}

fn pool(body: &Json) -> &str {
    setting(body, "pool").expect("a pool")
}

/// The steps below a step, in order, each with its place and what stands around it.
fn children<'p>(plan: &'p Json, step: &'p Json, around: &Around) -> Vec<(String, &'p Json, Around)> {
    let (tag, body) = parts(step);
    let mut inner = around.clone();
    match tag {
        "first_of" => {
            list(body).iter().enumerate().map(|(index, step)| (index.to_string(), step, inner.clone())).collect()
        }
        "when" => vec![("then".to_owned(), &body["then"], inner)],
        "label" => {
            inner.labels.push(text(&body["name"]).to_owned());
            vec![("then".to_owned(), &body["then"], inner)]
        }
        "only" => {
            inner.tests.push(body["rep"].clone());
            vec![("then".to_owned(), &body["then"], inner)]
        }
        "available" => {
            let relaxed: Vec<&str> = body.get("relax").map(list).unwrap_or_default().iter().map(text).collect();
            let required = ["presence", "capacity"].into_iter().filter(|one| !relaxed.contains(one));
            inner.required.extend(required.map(str::to_owned));
            vec![("then".to_owned(), body.get("then").unwrap_or(body), inner)]
        }
        "use" => vec![("then".to_owned(), &plan["steps"][text(body)], inner)],
        "segment" => {
            let mut below = Vec::new();
            let mut low = String::new();
            for (index, band) in body.get("bands").map(list).unwrap_or_default().iter().enumerate() {
                let high = number(&value(&band["below"])).expect("a number").to_string();
                below.push((index.to_string(), &band["then"], format!("{low}..{high}")));
                low = high;
            }
            let others = ["rest", "missing"].into_iter().filter_map(|name| Some((name, body.get(name)?)));
            below.extend(others.map(|(name, then)| (name.to_owned(), then, name.to_owned())));
            banded(plan, text(&body["field"]), below, around)
        }
        _ => Vec::new(),
    }
}

/// Branches inside bands, which rotations there are named after.
fn banded<'p>(
    plan: &'p Json,
    field: &str,
    branches: Vec<(String, &'p Json, String)>,
    around: &Around,
) -> Vec<(String, &'p Json, Around)> {
    let band = |(place, then, band): (String, &'p Json, String)| {
        let mut inner = around.clone();
        inner.bands.push(first_label(plan, then).map_or_else(|| format!("{field}:{band}"), str::to_owned));
        (place, then, inner)
    };
    branches.into_iter().map(band).collect()
}

/// The first label of a band's branch, however it is wrapped.
fn first_label<'p>(plan: &'p Json, step: &'p Json) -> Option<&'p str> {
    match parts(step) {
        ("label", body) => body["name"].as_str(),
        ("use" | "available" | "only" | "when", _) => {
            let below = children(plan, step, &Around::default());
            first_label(plan, below.first()?.1)
        }
        _ => None,
    }
}

fn rotation(body: &Json, around: &Around) -> String {
    match (setting(body, "rotation"), around.bands.is_empty()) {
        (Some(rotation), _) => rotation.to_owned(),
        (None, true) => pool(body).to_owned(),
        (None, false) => format!("{}@{}", pool(body), around.bands.join("/")),
    }
}

/// Every step that the route leads to, in order, named steps once for each use.
fn walk<'p>(plan: &'p Json, step: &'p Json, around: &Around, visit: &mut dyn FnMut(&'p Json, &Around)) {
    visit(step, around);
    for (_, child, around) in children(plan, step, around) {
        walk(plan, child, &around, visit);
    }
}

/// Every place that takes turns: the rotation's name, and the pool.
pub(crate) fn places(plan: &Json) -> Vec<(String, String)> {
    let mut places = Vec::new();
    walk(plan, &plan["route"], &Around::default(), &mut |step, around| {
        if let ("round_robin", body) = parts(step) {
            places.push((rotation(body, around), pool(body).to_owned()));
        }
    });
    places
}

pub(crate) fn queues(plan: &Json) -> BTreeSet<String> {
    let mut queues = BTreeSet::from([text(&plan["otherwise"]).to_owned()]);
    walk(plan, &plan["route"], &Around::default(), &mut |step, _| {
        if let ("queue" | "parked", name) = parts(step) {
            queues.insert(text(name).to_owned());
        }
    });
    queues
}

impl Look<'_> {
    pub(crate) fn decide(&self) -> Verdict {
        let route = &self.state.plan["route"];
        let mut has_pins = false;
        walk(&self.state.plan, route, &Around::default(), &mut |step, _| has_pins |= parts(step).0 == "pinned");
        if !has_pins
            && let pinned @ Verdict::Pick { .. } = self.pinned(&Json::Null, &Around::default(), "pinned".to_owned())
        {
            return pinned;
        }
        self.run(route, &Around::default())
    }

    fn run(&self, step: &Json, around: &Around) -> Verdict {
        let (tag, body) = parts(step);
        let children = children(&self.state.plan, step, around);
        let go = |place: &str| {
            children.iter().find(|(name, ..)| name == place).map(|(_, step, inner)| self.run(step, inner))
        };
        let then = || go("then").expect("a step below");
        // Labels down to the step; without any, what the step is.
        let path = |title: String| if around.labels.is_empty() { title } else { around.labels.join("/") };
        let hold = |queue: &Json, title: String, reason: Json| Verdict::Hold {
            queue: text(queue).to_owned(),
            path: path(title),
            reason,
        };
        let otherwise = &self.state.plan["otherwise"];
        match tag {
            "first_of" => {
                let mut last = Verdict::Pass(Json::Null);
                for (_, branch, inner) in &children {
                    last = self.run(branch, inner);
                    if !matches!(last, Verdict::Pass(_)) {
                        break;
                    }
                }
                last
            }
            "label" | "available" | "use" => then(),
            "when" if holds(&body["if"], self.lead, self.now) => then(),
            // Only the words are the crate's.
            "when" => {
                let words: Condition = serde_json::from_value(body["if"].clone()).expect("a condition");
                Verdict::Pass(json!({ "condition_false": { "condition": words.to_string() } }))
            }
            "only" => match body["rep"].get("matches") {
                Some(name) if field(self.lead, name).is_none_or(|value| value.as_value().is_blank()) => {
                    Verdict::Pass(json!({ "no_value": { "field": name } }))
                }
                _ => then(),
            },
            "segment" => {
                let name = &body["field"];
                let Some(found) = field(self.lead, name).as_ref().and_then(number) else {
                    return go("missing").unwrap_or(Verdict::Pass(json!({ "no_value": { "field": name } })));
                };
                let bands = body.get("bands").map(list).unwrap_or_default();
                let band = bands.iter().position(|band| found < number(&value(&band["below"])).expect("a number"));
                let branch = band.map_or("rest".to_owned(), |band| band.to_string());
                go(&branch).unwrap_or(Verdict::Pass(json!({ "no_band": { "field": name } })))
            }
            "round_robin" => {
                let turn = Turn {
                    rotation: rotation(body, around),
                    pool: pool(body).to_owned(),
                    around: around.clone(),
                    moves: 0,
                };
                self.take_turn(turn, path(format!("round_robin {}", pool(body))))
            }
            "least_loaded" => self.least_loaded(body, around, path(format!("least_loaded {}", pool(body)))),
            "account_owner" => self.account_owner(body, around, path("account_owner".to_owned())),
            "assign" => self.assign(text(body), around, path(format!("assign {}", text(body))), json!("assigned")),
            "pinned" => self.pinned(body, around, path("pinned".to_owned())),
            "queue" => hold(body, format!("queue {}", text(body)), json!("queued")),
            "parked" => hold(body, format!("parked {}", text(body)), json!("parked")),
            "stop" => hold(otherwise, format!("stop: {}", text(body)), json!({ "stopped": body })),
            _ => panic!("no step `{tag}`"),
        }
    }

    fn pick(&self, rep: &str, path: String, reason: Json) -> Verdict {
        Verdict::Pick { rep: rep.to_owned(), path, reason, turn: None }
    }

    /// A rep by name, if they can take it.
    fn assign(&self, rep: &str, around: &Around, path: String, reason: Json) -> Verdict {
        match self.state.reps.get(rep).map(|_| self.gate(rep, around)) {
            None => Verdict::Pass(json!("no_such_rep")),
            Some(Some(gate)) => Verdict::Pass(json!({ "rep_gated": { "rep": rep, "gate": gate } })),
            Some(None) => self.pick(rep, path, reason),
        }
    }

    fn pinned(&self, body: &Json, around: &Around, path: String) -> Verdict {
        let account = self.account(&Json::Null).map(|(account, _)| text(&account["id"]).to_owned());
        let keys = [("lead", Some(self.lead.id().to_owned())), ("account", account), ("domain", self.domain("email"))];
        for (kind, key) in keys.into_iter().filter_map(|(kind, key)| Some((kind, key?))) {
            let fits = |name: &str| name == key || (kind == "domain" && plain(name) == key);
            if let Some(pin) = self.state.pins.get(&(kind.to_owned(), key.clone())) {
                let mut reason = pin.get("order").cloned().unwrap_or(json!({}));
                reason.as_object_mut().expect("a table").remove("until");
                reason["on"] = json!(kind);
                return self.assign(text(&pin["rep"]), around, path, json!({ "pinned": reason }));
            }
            let pins = body[format!("{kind}s")].as_object();
            if let Some((_, rep)) = pins.and_then(|pins| pins.iter().find(|(name, _)| fits(name))) {
                return self.assign(text(rep), around, path, json!({ "pinned": { "on": kind } }));
            }
        }
        Verdict::Pass(json!("not_pinned"))
    }

    fn take_turn(&self, turn: Turn, path: String) -> Verdict {
        let (pool, ledger) = (&turn.pool, &self.state.rotations[&turn.rotation]);
        let open = self.sharing(&turn);
        if open.is_empty() {
            return self.nobody(pool, &turn.around);
        }
        let reason = match open.len() {
            1 => json!({ "only_one_open": { "pool": pool } }),
            open => json!({ "in_turn": { "pool": pool, "open": open } }),
        };
        let rep = ledger.pick(&turn.rotation, &open);
        Verdict::Pick { rep, path, reason, turn: Some(Turn { moves: ledger.moves, ..turn }) }
    }

    /// Who shares a turn.
    pub(crate) fn sharing(&self, turn: &Turn) -> Vec<(String, i128)> {
        self.open(&turn.pool, &turn.around)
    }

    /// Who of a pool could have the lead, with their weights.
    fn open(&self, pool: &str, around: &Around) -> Vec<(String, i128)> {
        let members = self.state.members(pool).into_iter();
        members.filter(|(rep, _)| self.gate(rep, around).is_none()).collect()
    }

    fn nobody(&self, pool: &str, around: &Around) -> Verdict {
        let members = self.state.members(pool);
        if members.is_empty() {
            return Verdict::Pass(json!({ "empty_pool": { "pool": pool } }));
        }
        let mut gates: BTreeMap<String, u32> = BTreeMap::new();
        for gate in members.iter().filter_map(|(rep, _)| self.gate(rep, around)) {
            let name = gate.as_str().unwrap_or_else(|| parts(&gate).0);
            *gates.entry(name.to_owned()).or_default() += 1;
        }
        Verdict::Pass(json!({ "nobody_open": { "pool": pool, "gates": gates } }))
    }

    /// The first thing that keeps a rep from the lead.
    fn gate(&self, id: &str, around: &Around) -> Option<Json> {
        let rep = &self.state.reps[id];
        let named = |list: &Json, name: &str| list.as_array().is_some_and(|list| list.contains(&json!(name)));
        let requires = |what: &str| around.required.contains(what) && !named(&self.ask["relax"], what);
        if let Some(gate) = rep.hard_gate() {
            return Some(gate);
        }
        if named(&self.ask["exclude"], id) {
            return Some(json!("excluded"));
        }
        if !around.tests.iter().all(|test| admits(test, &rep.record, self.lead, self.now)) {
            return Some(json!("narrowed"));
        }
        let presence = rep.presence_gate().filter(|_| requires("presence"));
        presence.or_else(|| {
            let capacity = rep.record["capacity"].as_u64()?;
            let is_full = requires("capacity") && rep.load.open >= capacity;
            is_full.then(|| json!({ "full": { "open": rep.load.open, "capacity": capacity } }))
        })
    }

    fn least_loaded(&self, body: &Json, around: &Around, path: String) -> Verdict {
        let pool = pool(body);
        let open = self.open(pool, around);
        let is_relative = body["relative"] == true;
        let fuller = |rep: &&(String, i128), than: &&(String, i128)| {
            let load = |rep: &str| self.state.reps[rep].load;
            let room = |rep: &str| self.state.reps[rep].record["capacity"].as_u64().filter(|capacity| *capacity > 0);
            let (this, that) = (load(&rep.0).open, load(&than.0).open);
            let by_load = match (room(&rep.0), room(&than.0)) {
                (Some(room), Some(other)) if is_relative => (this * other).cmp(&(that * room)),
                (Some(_), None) if is_relative => std::cmp::Ordering::Less,
                (None, Some(_)) if is_relative => std::cmp::Ordering::Greater,
                _ => this.cmp(&that),
            };
            let lot = |rep: &str| (stable_hash(&["least_loaded", rep]), rep.to_owned());
            by_load.then(load(&rep.0).since.cmp(&load(&than.0).since)).then(lot(&rep.0).cmp(&lot(&than.0)))
        };
        let Some((rep, _)) = open.iter().min_by(fuller) else { return self.nobody(pool, around) };
        let load = self.state.reps[rep].load.open;
        self.pick(rep, path, json!({ "least_loaded": { "pool": pool, "open": open.len(), "load": load } }))
    }

    /// The lead's account, and how it was found.
    fn account(&self, body: &Json) -> Option<(&Json, &'static str)> {
        let accounts = &self.state.accounts;
        let id = self.text(setting(body, "account_field").unwrap_or("account_id"));
        let by_id = id.and_then(|id| accounts.get(&id));
        by_id.map(|account| (account, "account_id")).or_else(|| {
            let domain = self.domain(setting(body, "email_field").unwrap_or("email"))?;
            // By id, so that of two accounts the smaller id has it.
            let has = |account: &&Json| {
                let domains = account.get("domains").map(list).unwrap_or_default();
                domains.iter().any(|listed| plain(text(listed)) == domain)
            };
            Some((accounts.values().find(has)?, "email_domain"))
        })
    }

    /// A field of the lead that is a text.
    fn text(&self, name: &str) -> Option<String> {
        match self.lead.field(name)? {
            lead_router::Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// The domain of the e-mail address in a field.
    fn domain(&self, field: &str) -> Option<String> {
        Some(plain(self.text(field)?.trim().rsplit_once('@')?.1))
    }

    fn account_owner(&self, body: &Json, around: &Around, path: String) -> Verdict {
        let Some((account, found_by)) = self.account(body) else { return Verdict::Pass(json!("no_account")) };
        let owner = account["owner"].as_str().filter(|owner| self.state.reps.contains_key(*owner));
        let Some(owner) = owner else { return Verdict::Pass(json!("no_owner")) };
        let rep = &self.state.reps[owner];
        let gated = |policy: Option<&str>, gate: Json| {
            let reason = json!({ "rep_gated": { "rep": owner, "gate": gate } });
            match policy {
                Some("hold") => {
                    let queue = text(&self.state.plan["otherwise"]).to_owned();
                    Verdict::Hold { queue, path: path.clone(), reason }
                }
                _ => Verdict::Pass(reason),
            }
        };
        if let Some(gate) = rep.hard_gate() {
            return gated(setting(body, "inactive"), gate);
        }
        if let Some((away, gate)) = setting(body, "away").zip(rep.presence_gate()) {
            return gated(Some(away), gate);
        }
        match self.gate(owner, around) {
            Some(gate) => gated(None, gate),
            None => self.pick(owner, path.clone(), json!({ "account_owner": { "found_by": found_by } })),
        }
    }
}

/// A domain without what people write around it.
pub(crate) fn plain(domain: &str) -> String {
    let domain = domain.trim();
    let domain = domain.strip_prefix('@').unwrap_or(domain);
    lower(domain.strip_suffix('.').unwrap_or(domain))
}
