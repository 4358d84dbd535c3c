//! What the steps of a plan say of one lead, at one time.

use super::condition::{field, holds, list, lower, millis, number, text, value};
use super::ledger::PARTS;
use super::plan::{Around, bands, children, common_field, field_of, parts, pool, rotation, setting, walk};
use super::{Reference, instant, moment, territories};
use lead_router::{Condition, FieldValue, Lead, Number, stable_hash};
use serde_json::{Value as Json, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// A turn that would be taken: everything that says who shares it.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) rotation: String,
    pub(crate) pool: String,
    /// The step that takes it.
    body: Json,
    around: Around,
    pub(crate) moves: i128,
}

#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    Pick(Pick),
    Hold { queue: String, path: String, reason: Json },
    Pass(Json),
}

/// Who gets a lead, and what comes of it.
#[derive(Clone, Debug)]
pub(crate) struct Pick {
    pub(crate) rep: String,
    pub(crate) path: String,
    pub(crate) reason: Json,
    pub(crate) turn: Option<Box<Turn>>,
    /// The pool that the rep was picked from.
    pub(crate) pool: Option<String>,
    pub(crate) uncapped: bool,
}

/// One lead, at one time.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) state: &'a Reference,
    pub(crate) lead: &'a dyn Lead,
    pub(crate) now: i64,
    pub(crate) ask: &'a Json,
    /// Whether nobody asks who is there and has room.
    pub(crate) lenient: bool,
    /// Whether nobody asks for room, because of the lead's account.
    pub(crate) late_stage: bool,
    /// When those open who were asked and cannot take the lead now.
    pub(crate) openings: &'a RefCell<BTreeSet<i64>>,
}

/// A step that decides by itself: what it says, what stands around it, and its path.
struct Here<'h> {
    body: &'h Json,
    around: &'h Around,
    path: String,
}

impl Here<'_> {
    fn pick(&self, rep: &str, reason: Json) -> Verdict {
        let (path, uncapped) = (self.path.clone(), self.around.uncapped);
        Verdict::Pick(Pick { rep: rep.to_owned(), path, reason, turn: None, pool: None, uncapped })
    }

    fn pick_from(&self, pool: &str, rep: &str, reason: Json, turn: Option<Turn>) -> Verdict {
        let (path, uncapped) = (self.path.clone(), self.around.uncapped);
        let (turn, pool) = (turn.map(Box::new), Some(pool.to_owned()));
        Verdict::Pick(Pick { rep: rep.to_owned(), path, reason, turn, pool, uncapped })
    }

    fn hold(&self, queue: &Json, reason: Json) -> Verdict {
        Verdict::Hold { queue: text(queue).to_owned(), path: self.path.clone(), reason }
    }
}

/// What a step is, in a few words.
fn title(tag: &str, body: &Json) -> String {
    match tag {
        "round_robin" | "least_loaded" => format!("{tag} {}", pool(body)),
        "ranked" => format!("ranked {} by {}", pool(body), text(&body["by"])),
        "assign" | "queue" | "parked" => format!("{tag} {}", text(body)),
        "stop" => format!("stop: {}", text(body)),
        "territories" => {
            format!("territories by {}", list(&body["by"]).iter().map(text).collect::<Vec<_>>().join(", "))
        }
        _ => tag.to_owned(),
    }
}

impl Look<'_> {
    pub(crate) fn decide(&self) -> Verdict {
        let (route, outside) = (&self.state.plan["route"], Around::default());
        match self.running_pins() {
            pinned @ Verdict::Pick(_) => pinned,
            _ => self.run(route, &outside),
        }
    }

    fn run(&self, step: &Json, around: &Around) -> Verdict {
        let (tag, body) = parts(step);
        let children = children(&self.state.plan, step, around);
        let go = |name: &str| {
            let child = children.iter().find(|(child, ..)| child == name);
            child.map(|(_, step, inner)| self.run(step, inner))
        };
        let then = || go("then").expect("a step below");
        // Labels down to the step; without any, what the step is.
        let path = if around.path.is_empty() { title(tag, body) } else { around.path.join("/") };
        let here = Here { body, around, path };
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
            "label" | "available" | "opening_within" | "uncapped" | "escalate" | "use" => then(),
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
            "segment" | "score_tiers" => {
                let name = field_of(body);
                let (branch, none) = match field(self.lead, &json!(name)).as_ref().and_then(number) {
                    None => (Some("missing".to_owned()), "no_value"),
                    Some(found) => {
                        (bands(step).into_iter().find(|band| band.has(found)).map(|band| band.name), "no_band")
                    }
                };
                branch.and_then(|branch| go(&branch)).unwrap_or(Verdict::Pass(json!({ none: { "field": name } })))
            }
            "split" => {
                let drawn = self.draw(&here);
                let percents = body
                    .get("parts")
                    .map(list)
                    .unwrap_or_default()
                    .iter()
                    .map(|part| part["percent"].as_f64().expect("a number"));
                let mut threshold = 0;
                for (index, percent) in percents.enumerate() {
                    threshold += (percent * 100.0).round() as u64;
                    if drawn < threshold {
                        return go(&index.to_string()).expect("a part");
                    }
                }
                go("rest").unwrap_or(Verdict::Pass(json!({ "no_part": { "drawn": drawn } })))
            }
            "territories" => {
                let Some(area) = territories::find(body, self.lead, &self.names(), self.now) else {
                    return Verdict::Pass(json!("no_territory"));
                };
                let (_, step, inner) = &children[area];
                let name = text(&list(&body["areas"])[area]["name"]);
                let pin = self.state.pins.get(&("territory".to_owned(), name.to_owned()));
                // The lead lies in the area, whoever has it.
                let here = Here { path: inner.path.join("/"), ..here };
                match pin.map(|pin| self.follow(pin, "territory", name, &here)) {
                    Some(pinned @ Verdict::Pick(_)) => pinned,
                    _ => self.run(step, inner),
                }
            }
            "round_robin" | "ranked" => self.take_turn(&here),
            "least_loaded" => self.least_loaded(&here),
            "account_owner" => self.account_owner(&here),
            "same_person" | "same_company" => self.same(tag, &here),
            "assign" => self.assign(text(body), &here, json!("assigned")),
            "pinned" => self.pinned(&here),
            "manager_of" => self.manager_of(children[0].1, &children[0].2, &here),
            "queue" => here.hold(body, json!("queued")),
            "parked" => here.hold(body, json!("parked")),
            "stop" => here.hold(&self.state.plan["otherwise"], json!({ "stopped": body })),
            _ => panic!("no step `{tag}`"),
        }
    }

    /// A rep by name, if they can take it.
    fn assign(&self, rep: &str, here: &Here<'_>, reason: Json) -> Verdict {
        match self.state.reps.get(rep).map(|_| self.gate(rep, here.around, None)) {
            None => Verdict::Pass(json!("no_such_rep")),
            Some(Some(gate)) => {
                self.note_opening(rep, here.around, None);
                Verdict::Pass(json!({ "rep_gated": { "rep": rep, "gate": gate } }))
            }
            Some(None) => here.pick(rep, reason),
        }
    }

    /// Where in ten thousand parts the lead was drawn.
    fn draw(&self, here: &Here<'_>) -> u64 {
        let label = here.around.labels.last().expect("a label around it");
        let by = here.body.get("by").and_then(|by| field(self.lead, by)).filter(|value| !value.as_value().is_blank());
        let key = match by {
            Some(FieldValue::Text(text)) => lower(text.trim()),
            Some(value) if number(&value).is_some() => value.to_string(),
            _ => self.lead.id().to_owned(),
        };
        ((u128::from(stable_hash(&["split", label, &key])) * 10_000) >> 64) as u64
    }

    /// Pins of the plan.
    fn pinned(&self, here: &Here<'_>) -> Verdict {
        for (kind, key) in self.names() {
            let fits = |name: &str| name == key || (kind == "domain" && plain(name) == key);
            let pins = here.body[format!("{kind}s")].as_object();
            if let Some((_, rep)) = pins.and_then(|pins| pins.iter().find(|(name, _)| fits(name))) {
                return self.assign(text(rep), here, json!({ "pinned": { "on": kind, "name": key } }));
            }
        }
        Verdict::Pass(json!("not_pinned"))
    }

    /// Pins that were set while the router runs, which come before the plan.
    fn running_pins(&self) -> Verdict {
        let (nothing, outside) = (json!({}), Around::default());
        let here = Here { body: &nothing, around: &outside, path: "pinned".to_owned() };
        for (kind, key) in self.names() {
            if let Some(pin) = self.state.pins.get(&(kind.to_owned(), key.clone())) {
                return self.follow(pin, kind, &key, &here);
            }
        }
        Verdict::Pass(json!("not_pinned"))
    }

    /// By what a lead may be named: its id, its accounts, its domains. These are looked for where the plan looks for them.
    fn names(&self) -> Vec<(&'static str, String)> {
        let mut owners = Vec::new();
        walk(&self.state.plan, &self.state.plan["route"], &Around::default(), &mut |step, _| {
            let (tag, body) = parts(step);
            if tag == "account_owner" {
                let field = |key: &str, usual: &str| setting(body, key).unwrap_or(usual).to_owned();
                owners.push((field("account_field", "account_id"), field("email_field", "email")));
            }
        });
        owners.sort();
        let usual = ("account_id".to_owned(), "email".to_owned());
        let pairs: Vec<_> = [usual].into_iter().chain(owners).collect();
        let accounts = pairs
            .iter()
            .filter_map(|(account, email)| self.account_id(&json!({ "account_field": account, "email_field": email })));
        let accounts = accounts.map(|account| ("account", account));
        let domains = pairs.iter().filter_map(|(_, email)| Some(("domain", self.domain(email)?)));
        [("lead", self.lead.id().to_owned())].into_iter().chain(accounts).chain(domains).collect()
    }

    /// The account that the lead belongs to, also one that nobody knows.
    fn account_id(&self, body: &Json) -> Option<String> {
        let known = self.account(body).map(|(account, _)| text(&account["id"]).to_owned());
        known.or_else(|| self.text(setting(body, "account_field").unwrap_or("account_id")))
    }

    /// Does what a pin that was set while the router runs says.
    fn follow(&self, pin: &Json, kind: &str, name: &str, here: &Here<'_>) -> Verdict {
        let mut reason = pin.get("order").cloned().unwrap_or(json!({}));
        reason.as_object_mut().expect("a table").remove("until");
        reason["on"] = json!(kind);
        reason["name"] = json!(name);
        self.assign(text(&pin["rep"]), here, json!({ "pinned": reason }))
    }

    fn manager_of(&self, step: &Json, inner: &Around, here: &Here<'_>) -> Verdict {
        // Who is no longer in the roster manages nobody.
        let is_there = |rep: &&str| self.state.reps.get(*rep).is_some_and(|rep| !rep.left);
        let manager_of = |record: &Json| record["manager"].as_str().filter(is_there).map(str::to_owned);
        if let Verdict::Pick(Pick { rep, .. }) = (Self { lenient: true, ..*self }).run(step, inner)
            && let Some(manager) = manager_of(&self.state.reps[&rep].record)
        {
            return self.assign(&manager, here, json!({ "manager_of": { "rep": rep } }));
        }
        let mut pools = Vec::new();
        walk(&self.state.plan, step, inner, &mut |step, _| {
            if let ("round_robin" | "ranked" | "least_loaded", body) = parts(step) {
                pools.push(pool(body).to_owned());
            }
        });
        let manager = pools.first().and_then(|pool| manager_of(self.state.pools.get(pool)?));
        match pools.first().zip(manager) {
            Some((pool, manager)) => self.assign(&manager, here, json!({ "pool_manager": { "pool": pool } })),
            None => Verdict::Pass(json!("no_manager")),
        }
    }

    fn take_turn(&self, here: &Here<'_>) -> Verdict {
        let (rotation, pool) = (rotation(here.body, here.around), pool(here.body).to_owned());
        let ledger = &self.state.rotations[&rotation];
        let around = here.around.clone();
        let turn = Turn { rotation, pool, body: here.body.clone(), around, moves: ledger.moves };
        let (open, sharing) = (self.open(&turn.pool, here.around), self.sharing(&turn));
        if open.is_empty() {
            return self.nobody(&turn.pool, here.around);
        }
        let (kind, mut why) = match (open.len(), here.body.get("by")) {
            (1, _) => ("only_one_open", json!({ "pool": turn.pool })),
            (open, None) => ("in_turn", json!({ "pool": turn.pool, "open": open })),
            // Nobody has a number, so that nobody is ranked.
            (_, Some(by)) if open.iter().all(|(rep, _)| self.rank(rep, by).is_none()) => {
                ("in_turn", json!({ "pool": turn.pool, "open": open.len() }))
            }
            (open, Some(by)) => {
                ("best_ranked", json!({ "pool": turn.pool, "by": by, "best": sharing.len(), "open": open }))
            }
        };
        if let Some(balance) = here.body.get("balance").filter(|_| open.len() > 1) {
            why["balances"] = balance["field"].clone();
        }
        let rep = ledger.pick(&turn.rotation, &sharing, self.size(&turn));
        self.say_when(&mut why, &rep, here.around, &turn.pool);
        here.pick_from(&turn.pool.clone(), &rep, json!({ kind: why }), Some(turn))
    }

    /// Who shares a turn: of a pool that is ranked, the best of those who could have the lead.
    pub(crate) fn sharing(&self, turn: &Turn) -> Vec<(String, i128)> {
        let open = self.open(&turn.pool, &turn.around);
        let Some(by) = turn.body.get("by") else { return open };
        let rank = |rep: &str| self.rank(rep, by);
        let best = open.iter().filter_map(|(rep, _)| rank(rep)).max();
        let tolerance = turn.body.get("tolerance").and_then(|number| self::number(&value(number)));
        let is_near = |rep: &str| match (rank(rep), best) {
            (Some(own), Some(best)) => is_within(own, best, tolerance.unwrap_or(Number::from(0))),
            (None, best) => best.is_none(),
            _ => false,
        };
        open.into_iter().filter(|(rep, _)| is_near(rep)).collect()
    }

    /// What a rep is ranked by.
    fn rank(&self, rep: &str, by: &Json) -> Option<Number> {
        number(&value(self.state.reps[rep].record["fields"].get(text(by))?))
    }

    /// What the lead is worth where a turn shares out value, too: parts of the most, halves rounded down.
    pub(crate) fn size(&self, turn: &Turn) -> Option<i128> {
        let balance = turn.body.get("balance")?;
        let most = number(&value(&balance["most"])).expect("a number");
        let Some(found) = field(self.lead, &balance["field"]).as_ref().and_then(number) else { return Some(0) };
        if found <= Number::from(0) {
            return Some(0);
        }
        let ((up, down), (most_up, most_down)) = (fraction(found.min(most)), fraction(most));
        let (parts, all) = (2 * PARTS * up * most_down, 2 * down * most_up);
        Some((parts - down * most_up + all - 1) / all)
    }

    fn least_loaded(&self, here: &Here<'_>) -> Verdict {
        let pool = pool(here.body);
        let open = self.open(pool, here.around);
        let is_relative = here.body["relative"] == true;
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
        let Some((rep, _)) = open.iter().min_by(fuller) else { return self.nobody(pool, here.around) };
        let load = self.state.reps[rep].load.open;
        let mut why = json!({ "pool": pool, "open": open.len(), "load": load });
        self.say_when(&mut why, rep, here.around, pool);
        here.pick_from(pool, rep, json!({ "least_loaded": why }), None)
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

    /// What a lead has in common with others of the same person or company.
    pub(crate) fn in_common(&self, tag: &str, name: &str) -> Option<String> {
        let found = match field(self.lead, &json!(name))? {
            FieldValue::Text(text) if tag == "same_person" => lower(text.trim()),
            FieldValue::Text(_) => self.domain(name)?,
            value if tag == "same_person" && number(&value).is_some() => value.to_string(),
            _ => return None,
        };
        (!found.is_empty() && found != "gmail.com").then_some(found)
    }

    fn same(&self, tag: &str, here: &Here<'_>) -> Verdict {
        let name = common_field(here.body);
        let known = self.in_common(tag, &name).and_then(|common| {
            let leads = &self.state.earlier.get(&(tag.to_owned(), name))?;
            leads.get(&common)?.last()
        });
        match known.filter(|known| known.since + millis(&here.body["within"]) > self.now) {
            None => Verdict::Pass(json!("no_earlier_lead")),
            Some(known) => self.assign(&known.rep, here, json!({ tag: { "since": moment(known.since) } })),
        }
    }

    fn account_owner(&self, here: &Here<'_>) -> Verdict {
        let Some((account, found_by)) = self.account(here.body) else { return Verdict::Pass(json!("no_account")) };
        let owner = account["owner"].as_str().filter(|owner| self.state.reps.contains_key(*owner));
        let Some(owner) = owner else { return Verdict::Pass(json!("no_owner")) };
        let tie = self.tie(account, here.body.get("keeps"));
        if tie.is_none() && here.body.get("keeps").is_some() {
            return Verdict::Pass(json!("no_tie"));
        }
        let (inactive, away) = (setting(here.body, "inactive"), setting(here.body, "away"));
        // At a late stage a full desk does not count.
        let look = Self { late_stage: tie == Some("late_stage"), ..*self };
        let mut asked = here.around.clone();
        if away.is_some() {
            asked.insists.extend(["hours", "presence"].map(str::to_owned));
        }
        let gated = |policy: Option<&str>, gate: Json, asked: &Around| {
            look.note_opening(owner, asked, None);
            let reason = json!({ "rep_gated": { "rep": owner, "gate": gate } });
            match policy {
                Some("hold") => here.hold(&self.state.plan["otherwise"], reason),
                _ => Verdict::Pass(reason),
            }
        };
        if let Some(gate) = self.state.hard_gate(owner, self.now) {
            // A pause ends and leave does, as an absence does.
            let ends = gate.get("paused").or(gate.get("on_leave")).is_some();
            return gated(away.filter(|_| ends).or(inactive), gate, &asked);
        }
        let absence = || self.state.hours_gate(owner, self.now).or_else(|| self.state.presence_gate(owner, self.now));
        if let Some((away, gate)) = away.filter(|_| !self.lenient).zip(absence()) {
            return gated(Some(away), gate, &asked);
        }
        match look.gate(owner, here.around, None) {
            Some(gate) => gated(None, gate, &asked),
            None => {
                let mut reason = json!({ "found_by": found_by });
                tie.into_iter().for_each(|tie| reason["tie"] = json!(tie));
                here.pick(owner, json!({ "account_owner": reason }))
            }
        }
    }

    /// What ties an account to its owner now, as far as the step asks.
    fn tie(&self, account: &Json, keeps: Option<&Json>) -> Option<&'static str> {
        if account["late_stage"] == true {
            return Some("late_stage");
        }
        let holds = |keeps: &Json| match (keeps.as_str(), keeps.get("lost_within")) {
            (Some("open_opportunity"), _) => account.get("open_opportunities").map(|_| "open_opportunity"),
            (Some("customer"), _) => (account["customer"] == true).then_some("customer"),
            (_, Some(span)) => {
                let lost = instant(&account["lost_at"])?;
                (lost + millis(span) > self.now).then_some("lost_recently")
            }
            _ => panic!("no tie {keeps}"),
        };
        keeps.map(list).unwrap_or_default().iter().find_map(holds)
    }
}

/// A number as a fraction of whole numbers. Those of the games are neither so large nor so small that it would not fit.
fn fraction(number: Number) -> (i128, i128) {
    let (mut up, mut down) = (number.to_f64(), 1);
    while up.fract() != 0.0 {
        (up, down) = (up * 2.0, down * 2);
    }
    (up as i128, down)
}

/// Whether a number is at most so much below another: exactly, between whole numbers.
fn is_within(own: Number, best: Number, tolerance: Number) -> bool {
    match (own, best, tolerance) {
        (Number::Integer(own), Number::Integer(best), tolerance) => {
            let behind = i128::from(best) - i128::from(own);
            match tolerance {
                Number::Integer(tolerance) => behind <= i128::from(tolerance),
                Number::Float(tolerance) => behind as f64 <= tolerance.get(),
            }
        }
        _ => best.to_f64() - own.to_f64() <= tolerance.to_f64(),
    }
}

/// A domain without what people write around it.
pub(crate) fn plain(domain: &str) -> String {
    let domain = domain.trim();
    let domain = domain.strip_prefix('@').unwrap_or(domain);
    lower(domain.strip_suffix('.').unwrap_or(domain))
}
