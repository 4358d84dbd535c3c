//! Records that nobody should have written.

use crate::chance::{Dice, POOLS, REPS, START, TestPlan, ends_of_time, event, lead, lead_id, time};
use crate::game::balances_add_up;
use lead_router::journal::{RECORD_FORMAT, What};
use lead_router::{Ask, Record, Router};
use serde_json::{Value, json};

/// Records that are not the next, or that are damaged, are refused without effect.
pub(crate) fn refuses_another(dice: &mut Dice, router: &mut Router, record: &Record) {
    assert!(router.apply(record).is_err(), "the same record twice");
    let mut damaged = record.clone();
    damaged.sequence += 1;
    match &mut damaged.what {
        What::Routed(_) | What::Rerouted { .. } => damaged = damaged_commit(dice, &damaged),
        What::Settled { commit, .. } | What::RolledBack { commit, .. } => *commit += 1_000,
        _ => damaged.format = RECORD_FORMAT + 1,
    }
    let before = router.clone();
    assert!(router.apply(&damaged).is_err(), "{damaged:?}");
    assert!(*router == before, "a refused record changes nothing");
}

fn damaged_commit(dice: &mut Dice, record: &Record) -> Record {
    edited(record, |routed| match dice.roll(5) {
        // Made from another state than this one.
        0 if !routed["turn"].is_null() && !routed["outcome"]["assigned"].is_null() => {
            routed["turn"]["open"] = json!(routed["turn"]["open"].as_u64().unwrap_or(0) + 1);
        }
        0 | 1 => {
            // Another plan than the one that counts here.
            let plan = if routed["committed_under"].is_null() { "plan" } else { "committed_under" };
            routed[plan] = json!("0123456789abcdef");
        }
        2 => routed["outcome"] = json!({ "assigned": { "rep": "nobody" } }),
        3 => {
            routed["outcome"] = json!({ "assigned": { "rep": "ann" } });
            routed["turn"] = json!({ "rotation": "no such", "pool": "a", "open": 2, "charge": "charged" });
        }
        _ => {
            routed["outcome"] = json!({ "queued": { "queue": "no such" } });
        }
    })
}

/// The record of a commit with something in it changed.
fn edited(record: &Record, edit: impl FnOnce(&mut Value)) -> Record {
    let mut value = serde_json::to_value(record).expect("a record is data");
    let what = &mut value["what"];
    edit(if what["routed"].is_null() { &mut what["rerouted"]["to"] } else { &mut what["routed"] });
    let text = value.to_string();
    serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A record that could never have been written is refused, or taken in without harm to the books.
pub(crate) fn survives_nonsense(dice: &mut Dice, router: &Router, record: &Record) {
    let mut nonsense = record.clone();
    nonsense.sequence += 1;
    if dice.one_in(4) {
        nonsense.at = dice.of(&ends_of_time());
    }
    if record.routed().is_some() {
        nonsense = edited(&nonsense, |routed| {
            let (rotation, pool) = (dice.of(&["a", "b", "shared"]), dice.of(&POOLS));
            routed["turn"] = json!({
                "rotation": rotation, "pool": pool, "open": dice.roll(4),
                "charge": dice.of(&["charged", "charged", "only_one_open", "uncharged"]),
            });
            routed["outcome"] = json!({ "assigned": { "rep": dice.of(&REPS) } });
            routed["lead"] = json!(dice.of(&["", "L1", "L2", "L3", "new"]));
            if dice.one_in(2) {
                let everyone = REPS.iter().fold(Ask::reroute(), |ask, rep| ask.exclude(*rep));
                routed["ask"] = json!(everyone);
            }
            if dice.one_in(2) {
                routed["step"] = json!("route.first_of[0]");
                routed["fields"] = json!({});
            }
        });
    }
    apply(dice, router, &nonsense, &[]);
}

/// A record with any part of it replaced by anything is no record, is refused, or does no harm.
pub(crate) fn survives_damage(dice: &mut Dice, router: &Router, record: &Record, plans: &[TestPlan]) {
    let mut value = serde_json::to_value(record).expect("a record is data");
    value["sequence"] = json!(record.sequence + 1);
    for _ in 0..=dice.roll(3) {
        damage(dice, &mut value);
    }
    if let Ok(damaged) = serde_json::from_value::<Record>(value) {
        apply(dice, router, &damaged, plans);
    }
}

/// Replaces or removes one part, anywhere.
fn damage(dice: &mut Dice, value: &mut Value) {
    let is_leaf = match value {
        Value::Object(entries) => entries.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    if is_leaf || dice.one_in(12) {
        *value = anything(dice, value);
        return;
    }
    match value {
        Value::Object(entries) => {
            let keys: Vec<String> = entries.keys().cloned().collect();
            let key = dice.of(&keys);
            if dice.one_in(12) {
                entries.remove(&key);
            } else if let Some(inner) = entries.get_mut(&key) {
                damage(dice, inner);
            }
        }
        Value::Array(items) => {
            let place = dice.roll(items.len() as u64) as usize;
            damage(dice, &mut items[place]);
        }
        _ => {}
    }
}

fn anything(dice: &mut Dice, before: &Value) -> Value {
    match before {
        Value::Number(_) => dice.of(&[json!(0), json!(1), json!(2), json!(u64::MAX), json!(-1), json!(0.5)]),
        Value::String(_) => {
            let id = lead_id(dice);
            let words =
                ["", "ann", "zoë", "a", "b", "everyone", "q1", "triage", "label 1", "9999-12-31T23:59:59Z", &id];
            json!(dice.of(&words))
        }
        Value::Bool(flag) => json!(!flag),
        _ => dice.of(&[json!({}), json!([]), Value::Null, json!("ann"), json!(1)]),
    }
}

fn apply(dice: &mut Dice, router: &Router, record: &Record, plans: &[TestPlan]) {
    let mut other = router.clone();
    if other.apply(record).is_err() {
        assert!(other == *router, "a refused record changes nothing");
        return;
    }
    balances_add_up(&other);
    rummage(dice, &mut other, plans);
    balances_add_up(&other);
}

/// Goes on as if nothing were wrong.
fn rummage(dice: &mut Dice, router: &mut Router, plans: &[TestPlan]) {
    for _ in 0..3 {
        let lead = lead(dice);
        let ask = if dice.one_in(2) { Ask::reroute() } else { Ask::new() };
        let decision = router.decide_with(&lead, time(START), &ask);
        _ = (
            format!("{decision:?} {decision}"),
            router.explain(&lead, time(START)).to_string(),
            router.next_deadline(),
        );
        router.commit(&lead, decision).expect("this router's, and this lead's");
        let unsettled: Vec<_> = router.unsettled().collect();
        if !unsettled.is_empty() {
            let receipt = dice.of(&unsettled);
            if dice.one_in(3) {
                router.settle(&receipt).expect("it stands and is not settled");
            } else {
                router.rollback(&receipt).expect("it stands and is not settled");
            }
        }
        if !plans.is_empty() {
            _ = router.observe(event(dice, START, plans), time(START));
        }
    }
}
