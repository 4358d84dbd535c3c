//! Reading and running one case.

use crate::reference::{Both, Twin, write};
use chrono::{DateTime, Utc};
use lead_router::{Account, Ask, Event, FieldValue, LeadRecord, Order, Plan, Receipt, Roster, RotationView};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) complaint: Option<String>,
    pub(crate) rule: Option<String>,
    plan: Plan,
    roster: Roster,
    #[serde(default)]
    accounts: Vec<Account>,
    /// What building a router says, if it is refused.
    #[serde(default)]
    faults: Vec<String>,
    #[serde(default)]
    steps: Vec<Spanned<Step>>,
    #[serde(skip)]
    text: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Step {
    // What is done.
    route: Option<String>,
    decide: Option<String>,
    commit: Option<String>,
    give: Option<String>,
    import: Option<usize>,
    settle: Option<String>,
    rollback: Option<String>,
    event: Option<Event>,
    explain: Option<String>,
    r#try: Option<Plan>,
    // With what.
    at: Option<String>,
    fields: BTreeMap<String, FieldValue>,
    ask: Ask,
    to: String,
    by: Option<String>,
    why: Option<String>,
    keep: Option<String>,
    steps: Vec<Spanned<Step>>,
    // What must come of it.
    rep: Option<String>,
    queue: Option<String>,
    path: Option<String>,
    reason: Option<String>,
    repeat: Option<bool>,
    turn: Option<String>,
    notice: Option<String>,
    error: Option<String>,
    returned: Option<String>,
    text: Option<String>,
    reps: Vec<String>,
    owed: BTreeMap<String, BTreeMap<String, String>>,
    value: BTreeMap<String, BTreeMap<String, String>>,
    open: BTreeMap<String, u32>,
    waiting: BTreeMap<String, usize>,
    findings: Option<Vec<String>>,
    due: Option<Vec<String>>,
    opens: Option<String>,
    gates: BTreeMap<String, String>,
}

/// Where a case fails, and why.
pub(crate) struct Failure {
    pub(crate) step: String,
    pub(crate) line: usize,
    pub(crate) why: String,
}

type Checked = Result<(), String>;

impl Case {
    pub(crate) fn read(text: &str) -> Result<Self, toml::de::Error> {
        Ok(Self { text: text.to_owned(), ..toml::from_str(text)? })
    }

    pub(crate) fn run(&self) -> Result<(), Failure> {
        let fails = |why: String| Failure { step: "0".to_owned(), line: 1, why };
        let built = catch_unwind(|| Twin::new(self.plan.clone(), self.roster.clone(), self.accounts.clone()));
        let built = built.map_err(|panic| fails(words(panic)))?;
        let twin = match (built, self.faults.is_empty()) {
            (Ok(twin), true) => twin,
            (Ok(_), false) => return Err(fails("a router was built, and was to be refused".to_owned())),
            (Err(error), _) => {
                let faults: Vec<String> = error.faults().iter().map(ToString::to_string).collect();
                return same("faults", &faults, &self.faults).map_err(fails);
            }
        };
        let now = "2026-03-02T09:00:00Z".parse().expect("a time");
        let (decisions, receipts) = Default::default();
        Run { twin, now, decisions, receipts, imported: 0 }.play(&self.text, &self.steps, "")
    }

    /// The names of all steps in the case's plans.
    pub(crate) fn steps_of_plans(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        gather(&write(&self.plan), &mut names);
        names
    }
}

/// Every key of a table in a table.
fn gather(json: &Json, names: &mut BTreeSet<String>) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| gather(item, names)),
        Json::Object(entries) => {
            for (key, value) in entries {
                names.insert(key.clone());
                gather(value, names);
            }
        }
        _ => {}
    }
}

/// What a panic says.
fn words(panic: Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast::<String>().map(|text| *text);
    text.or_else(|panic| panic.downcast::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

fn same<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(what: &str, found: T, expected: U) -> Checked {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, found {found:?}"))
}

/// A time of the day on which all cases begin, or a whole instant.
fn instant(text: &str) -> DateTime<Utc> {
    let whole = if text.len() == 5 { format!("2026-03-02T{text}:00Z") } else { text.to_owned() };
    whole.parse().unwrap_or_else(|error| panic!("`{text}` is no time: {error}"))
}

/// Turns as a fraction, in the units of a ledger: `-1/2`, `2`.
fn units(turns: &str) -> i128 {
    let (whole, parts) = turns.split_once('/').unwrap_or((turns, "1"));
    let number = |text: &str| text.parse::<i128>().unwrap_or_else(|error| panic!("`{turns}` is no fraction: {error}"));
    let units = number(whole) * RotationView::TURN;
    assert_eq!(units % number(parts), 0, "`{turns}` turns are no whole number of units");
    units / number(parts)
}

struct Run {
    twin: Twin,
    now: DateTime<Utc>,
    decisions: BTreeMap<String, Both>,
    receipts: BTreeMap<String, Receipt>,
    imported: usize,
}

impl Run {
    fn play(&mut self, text: &str, steps: &[Spanned<Step>], within: &str) -> Result<(), Failure> {
        for (number, step) in steps.iter().enumerate() {
            let place = format!("{within}{}", number + 1);
            let line = text[..step.span().start].lines().count().max(1);
            let fails = |why: String| Failure { step: place.clone(), line, why };
            let step = step.as_ref();
            if let Some(plan) = &step.r#try {
                let mut copy = self.copy();
                let changed = copy.twin.observe(Event::plan(plan.clone()), copy.now);
                changed.map_err(|error| fails(error.to_string()))?;
                copy.play(text, &step.steps, &format!("{place}."))?;
                continue;
            }
            let done = catch_unwind(AssertUnwindSafe(|| self.step(step)));
            done.map_err(words).and_then(|done| done).map_err(fails)?;
        }
        Ok(())
    }

    /// The same team, to try something on. Decisions stay with the router that made them.
    fn copy(&self) -> Self {
        let (decisions, receipts) = (BTreeMap::new(), self.receipts.clone());
        Self { twin: self.twin.clone(), now: self.now, decisions, receipts, imported: self.imported }
    }

    fn lead(id: &str, step: &Step) -> LeadRecord {
        let fields = step.fields.iter();
        fields.fold(LeadRecord::new(id), |lead, (name, value)| lead.with(name, value.clone()))
    }

    fn step(&mut self, step: &Step) -> Checked {
        if let Some(at) = &step.at {
            self.now = instant(at);
        }
        let now = self.now;
        if step.only_looks() {
            self.twin.advance(now);
        }
        if let Some(id) = &step.route {
            let both = self.twin.decide(Self::lead(id, step), now, &step.ask);
            step.check_decision(&both)?;
            self.commit(&both, step)?;
        }
        if let Some(id) = &step.decide {
            let both = self.twin.decide(Self::lead(id, step), now, &step.ask);
            step.check_decision(&both)?;
            self.decisions.extend(step.keep.clone().map(|name| (name, both)));
        }
        if let Some(name) = &step.commit {
            let both = self.decisions.get(name).ok_or("no such decision was kept")?.clone();
            self.commit(&both, step)?;
        }
        if let Some(id) = &step.give {
            let order = step.by.iter().fold(Order::new(), Order::by);
            let order = step.why.iter().fold(order, Order::because);
            let given = self.twin.give(Self::lead(id, step), now, &step.to, &order);
            step.check_error(given.as_ref().err())?;
            if let Ok(both) = given {
                step.check_decision(&both)?;
                self.commit(&both, step)?;
            }
        }
        if let Some(count) = step.import {
            let mut reps = Vec::new();
            for _ in 0..count {
                self.imported += 1;
                let both = self.twin.decide(Self::lead(&format!("I-{}", self.imported), step), now, &step.ask);
                reps.push(self.twin.commit(&both).outcome().name().to_string());
            }
            same("reps", &reps, &step.reps)?;
        }
        if let Some(name) = &step.settle {
            let settled = self.twin.settle(&self.receipt(name)?);
            step.check_error(settled.err())?;
        }
        if let Some(name) = &step.rollback {
            let rolled_back = self.twin.roll_back(&self.receipt(name)?);
            if let (Ok(Some(record)), Some(returned)) = (&rolled_back, &step.returned) {
                same("returned", &write(&record.what)["rolled_back"]["returned"], returned.as_str())?;
            }
            step.check_error(rolled_back.err())?;
        }
        if let Some(event) = &step.event {
            let before = self.twin.router.clone();
            let observed = self.twin.observe(event.clone(), now);
            assert!(observed.is_ok() || self.twin.router == before, "a refused event changes nothing");
            step.check_error(observed.err())?;
        }
        if let Some(id) = &step.explain {
            let explained = self.twin.router.explain_with(&Self::lead(id, step), now, &step.ask);
            same("text", explained.to_string().as_str(), step.text.as_deref().unwrap_or_default().trim_end())?;
        }
        self.twin.check_deadline();
        self.check_team(step)
    }

    fn receipt(&self, name: &str) -> Result<Receipt, String> {
        let kept = self.receipts.get(name).cloned();
        kept.or_else(|| self.twin.router.receipt(name)).ok_or(format!("there is no receipt `{name}`"))
    }

    fn commit(&mut self, both: &Both, step: &Step) -> Checked {
        let receipt = self.twin.commit(both);
        same("rep", receipt.rep(), step.rep.as_deref())?;
        same("queue", receipt.queue(), step.queue.as_deref())?;
        // Of a repeat, the receipt tells why the commit that stands was made, and the decision told that it stands.
        if let (Some(reason), Some(_)) = (&step.reason, &step.commit) {
            same("reason", receipt.reason().map(ToString::to_string), Some(reason.clone()))?;
        }
        if let Some(turn) = &step.turn {
            same("turn", receipt.turn().map(write), Some(Json::from(turn.as_str())))?;
        }
        if let Some(notice) = &step.notice {
            let notices: Vec<&str> = receipt.notices().iter().filter_map(|notice| notice.id()).collect();
            same("notice", notices, [notice])?;
        }
        self.receipts.extend(step.keep.clone().map(|name| (name, receipt)));
        Ok(())
    }

    fn check_team(&self, step: &Step) -> Checked {
        let router = &self.twin.router;
        let books = [("turns", &step.owed, 0), ("value", &step.value, 1)];
        for (what, rotations, book) in books {
            for (name, owed) in rotations {
                let rotation = router.rotation(name).ok_or(format!("there is no rotation `{name}`"))?;
                let found = rotation.members().map(|member| (member.rep, [member.balance, member.value][book]));
                let expected = owed.iter().map(|(rep, owed)| (rep.as_str(), units(owed)));
                let (found, expected) = (found.collect::<BTreeMap<_, _>>(), expected.collect::<BTreeMap<_, _>>());
                let parts = |balances: &BTreeMap<&str, i128>| -> Vec<String> {
                    let parts = |balance: i128| balance as f64 / RotationView::TURN as f64;
                    balances.iter().map(|(rep, balance)| format!("{rep} {:+.4}", parts(*balance))).collect()
                };
                if found != expected {
                    same(&format!("{what} owed in {name}"), parts(&found), parts(&expected))?;
                    return Err(format!("{what} owed in {name}: expected {expected:?}, found {found:?}"));
                }
            }
        }
        for (rep, gate) in &step.gates {
            let found = router.gate(rep, self.now).map_or("open".to_owned(), |gate| gate.to_string());
            same(&format!("gate of {rep}"), &found, gate)?;
        }
        for (rep, open) in &step.open {
            same(&format!("open leads of {rep}"), router.open_leads(rep), Some(*open))?;
        }
        for (queue, waiting) in &step.waiting {
            same(&format!("leads in {queue}"), router.waiting_in(queue), *waiting)?;
        }
        if let Some(expected) = &step.due {
            let due = router.due(self.now);
            let due: Vec<String> = due.iter().map(|due| format!("{} {}", due.id(), due.lead_id())).collect();
            same("due", due.iter().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>())?;
        }
        if let Some(expected) = &step.findings {
            let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
            same("findings", findings.iter().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

impl Step {
    /// Whether nothing is done but to let time pass.
    fn only_looks(&self) -> bool {
        let names = [&self.route, &self.decide, &self.commit, &self.give, &self.settle, &self.rollback, &self.explain];
        names.into_iter().all(Option::is_none) && self.import.is_none() && self.event.is_none()
    }

    fn check_decision(&self, both: &Both) -> Checked {
        let decision = &both.decision;
        same("rep", decision.rep(), self.rep.as_deref()).map_err(|why| format!("{why} ({decision})"))?;
        same("queue", decision.queue(), self.queue.as_deref())?;
        if let Some(path) = &self.path {
            same("path", decision.path(), path)?;
        }
        if let Some(reason) = &self.reason {
            same("reason", decision.reason().to_string(), reason.as_str())?;
        }
        if let Some(opens) = &self.opens {
            let opens = if opens == "never" { None } else { Some(instant(opens)) };
            same("opens", decision.next_opening(), opens)?;
        }
        same("repeat", decision.is_repeat(), self.repeat.unwrap_or(false))
    }

    fn check_error(&self, error: Option<impl ToString>) -> Checked {
        same("error", error.map(|error| error.to_string()), self.error.clone())
    }
}
