//! What snapshots are refused for, as they are read and as they are restored.

use super::*;
use lead_router::Snapshot;
use serde_json::{Value, json};

fn file() -> Value {
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    let mut router = Router::new(plan, roster()).unwrap();
    router.route(&LeadRecord::new("L-1"), now());
    let again = router.decide_with(&LeadRecord::new("L-1"), now(), &Ask::reroute());
    router.commit(&LeadRecord::new("L-1"), again).unwrap();
    router.route(&LeadRecord::new("L-2"), now());
    router.observe(Event::account(Account::new("A-1")), now()).unwrap();
    serde_json::to_value(router.snapshot()).unwrap()
}

fn reading(text: &str) -> String {
    let error = serde_json::from_str::<Snapshot>(text).unwrap_err().to_string();
    error.split(" at line 1 column ").next().unwrap().to_owned()
}

/// What restoring says if one place of the file holds something else.
fn with(place: &str, value: impl Into<Value>) -> String {
    let mut file = file();
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = file.pointer_mut(parent).unwrap();
    match key.parse::<usize>() {
        Ok(item) => parent[item] = value.into(),
        Err(_) => parent[key] = value.into(),
    }
    restoring(file)
}

/// What restoring says if an entry of a list is there twice.
fn twice(list: &str) -> String {
    let mut file = file();
    let list = file.pointer_mut(list).and_then(Value::as_array_mut).unwrap();
    let first = list.first().cloned();
    list.extend(first);
    restoring(file)
}

fn restoring(file: Value) -> String {
    let snapshot: Snapshot = serde_json::from_value(file).unwrap();
    snapshot.restore().build().unwrap_err().to_string()
}

#[test]
fn what_is_no_snapshot() {
    assert_eq!(
        reading(r#"{"format":2,"sequence":0,"reps":7}"#),
        "the snapshot has format 2; this version reads formats up to 1"
    );
    assert_eq!(reading(r#"{"sequence":0}"#), "missing field `format`");
    assert_eq!(
        reading(r#"{"format":1,"seq":0}"#),
        "unknown field `seq`, expected one of `format`, `sequence`, `at`, `plan`, `pools`, `hours`, `calendars`, `reps`, `accounts`, \
         `rotations`, `tallies`, `pins`, `earlier`, `ladders`, `leads`"
    );
}

#[test]
fn numbers_and_times_that_cannot_be() {
    assert_eq!(
        with("/sequence", 1_u64 << 61),
        "sequence: sequence number `2305843009213693952` is not from 0 to 1152921504606846976"
    );
    let first = |said: String| said.lines().nth(1).map(str::to_owned).unwrap_or_default();
    assert_eq!(first(with("/sequence", 0)), "  at: there is a time of the last record, but no record");
    assert_eq!(first(with("/at", Value::Null)), "  at: there are records, but no time of the last one");
    assert_eq!(with("/reps/0/load/record", 9), "reps.ann.load.record: record `9` is not from 1 to 4");
    assert_eq!(
        with("/leads/0/stands/at", "2027-01-01T00:00:00Z"),
        "2 faults\n  \
         leads.L-1.stands.at: lies after the last record\n  \
         leads.L-2.stands.at: lies before commit 2"
    );
    assert_eq!(with("/leads/1/stands/at", "2026-01-01T00:00:00Z"), "leads.L-2.stands.at: lies before commit 2");
    assert_eq!(first(with("/rotations/0/turns", 1)), "  rotations.smb.charges[0].number: turn `2` is not from 1 to 1");
    assert_eq!(with("/leads/0/stands/turn/slot", 2), "leads.L-1.stands.turn: there is no slot 2: the rotation has 2");
    assert_eq!(with("/leads/0/before/0/commit", 2), "leads.L-1.stands.commit: commit `2` is there twice");
    assert_eq!(
        with("/leads/0/stands/unsettled", Value::Null),
        "leads.L-1.stands: it is settled, but there is what a rollback would bring back"
    );
    assert_eq!(with("/leads/0/lead", "x".repeat(1_025)), "leads: length of the id `1025` is not from 1 to 1024");
}

#[test]
fn names_that_are_not_there() {
    assert_eq!(with("/rotations/0/members/0/rep", "anne"), "rotations.smb.members.anne: there is no rep `anne`");
    assert_eq!(with("/rotations/0/pools/0", "smbb"), "rotations.smb.pools: there is no pool `smbb`");
    assert_eq!(
        with("/leads/0/stands/outcome/assigned/rep", "anne"),
        "leads.L-1.stands.outcome: there is no rep `anne`"
    );
    assert_eq!(with("/leads/0/stands/turn/rotation", "smbb"), "leads.L-1.stands.turn: there is no rotation `smbb`");
    assert_eq!(with("/pins", json!([{ "on": { "lead": "L-3" }, "rep": "anne" }])), "pins.L-3: there is no rep `anne`");
    let tally = json!({ "tally": { "label": "vips", "name": "given", "rep": "ann", "by": 1 } });
    assert_eq!(
        with("/leads/0/stands/unsettled/changes/0", tally),
        "leads.L-1.stands.unsettled.changes[0]: there is no tally `vips.given`"
    );
    assert_eq!(
        with("/tallies", json!([{ "label": "a.b", "name": "c", "reps": [{ "rep": "anne" }] }])),
        "tallies.\"a.b\".c.anne: there is no rep `anne`"
    );
}

#[test]
fn what_is_there_twice() {
    assert_eq!(twice("/reps"), "reps: rep `ann` is there twice");
    assert_eq!(twice("/pools"), "pools: pool `closers` is there twice");
    assert_eq!(twice("/accounts"), "accounts: account `A-1` is there twice");
    assert_eq!(twice("/rotations/0/members"), "rotations.smb.members.ann: member `ann` is there twice");
    assert_eq!(twice("/rotations/0/charges"), "rotations.smb.charges[2].number: turn `2` is there twice");
    assert_eq!(
        twice("/rotations/0/seats/0"),
        "4 faults\n  \
         rotations.smb.seats[0]: slot `0` is there twice\n  \
         rotations.smb.charges[0].charge: a credit of `4709794079401210800` does not share out one turn\n  \
         rotations.smb.charges[1].charge: a credit of `4709794079401210800` does not share out one turn\n  \
         leads.L-1.stands.unsettled.changes[2]: a credit of `4709794079401210800` does not share out one turn"
    );
    assert_eq!(
        twice("/leads"),
        "5 faults\n  \
         leads: lead `L-1` is there twice\n  \
         leads.L-1.before[0].commit: commit `1` is there twice\n  \
         leads.L-1.before[0].turn: turn `1` is there twice\n  \
         leads.L-1.stands.commit: commit `2` is there twice\n  \
         leads.L-1.stands.turn: turn `2` is there twice"
    );
}

#[test]
fn balances_that_do_not_add_up() {
    assert_eq!(
        with("/rotations/0/members/0/balance", "12"),
        "rotations.smb: balances, pot and departed add up to 12, not to 0"
    );
    assert_eq!(with("/rotations/0/members/0/balance", "1.5"), "rotations.smb.members.ann: `1.5` is not a whole number");
    assert_eq!(
        with("/rotations/0/members/0/balance", "9".repeat(35)),
        "rotations.smb.members.ann: `99999999999999999999999999999999999` is more than a balance can be"
    );
    assert_eq!(
        with("/rotations/0/charges/0/charge/credit", "5"),
        "rotations.smb.charges[0].charge: a credit of `5` does not share out one turn"
    );
    assert_eq!(
        with("/rotations/0/charges/0/charge/seats", 3),
        "rotations.smb.charges[0].charge: list of seats `3` is not from 0 to 0"
    );
    assert_eq!(
        with("/rotations/0/seats/0/0/1", 0),
        "4 faults\n  \
         rotations.smb.seats[0]: weight `0` is not from 1 to 1000000\n  \
         rotations.smb.charges[0].charge: a credit of `4709794079401210800` does not share out one turn\n  \
         rotations.smb.charges[1].charge: a credit of `4709794079401210800` does not share out one turn\n  \
         leads.L-1.stands.unsettled.changes[2]: a credit of `4709794079401210800` does not share out one turn"
    );
}

#[test]
fn all_faults_of_a_snapshot_come_at_once() {
    let mut file = file();
    file["reps"][0]["left"] = true.into();
    file["rotations"][0]["members"][0]["balance"] = "some".into();
    file["leads"][0]["stands"]["commit"] = 99.into();
    assert_eq!(
        restoring(file),
        "3 faults\n  \
         reps.ann.pools: the rep has left, but is in pools\n  \
         rotations.smb.members.ann: `some` is not a whole number\n  \
         leads.L-1.stands.commit: record `99` is not from 1 to 4"
    );
}
