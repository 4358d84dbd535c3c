//! Snapshots that somebody or something has changed: restoring one refuses it, or gives a router that works.

use crate::busy::{self, minute, registry, small};
use lead_router::{Event, LeadRecord, Presence, RepRecord, Router, Snapshot, limits};
use serde_json::{Value, json};

/// SplitMix64: the same damage everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len())].clone()
    }
}

#[expect(clippy::disallowed_methods, reason = "how much to try is up to whoever runs the test")]
fn cases() -> u64 {
    std::env::var("CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_500)
}

/// Every place of a value, as a JSON pointer.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(entries) => {
            for (key, inner) in entries {
                places(inner, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        Value::Array(items) => {
            for (place, inner) in items.iter().enumerate() {
                places(inner, &format!("{at}/{place}"), into);
            }
        }
        _ => {}
    }
}

/// Another value, mostly of the same kind, so that it is not refused as it is read already.
fn anything(dice: &mut Dice, before: &Value) -> Value {
    match before {
        _ if dice.roll(12) == 0 => dice.of(&[json!([]), json!({}), json!(true), Value::Null, json!(1), json!("ann")]),
        Value::Number(number) => {
            let near = number.as_u64().unwrap_or(0);
            let far = [u64::MAX, i64::MAX as u64, u64::from(u32::MAX), 1 << 60, 1_000_001, 9, 3, 2, 1, 0];
            match dice.roll(3) {
                0 => json!(near.saturating_add(1)),
                1 => json!(near.saturating_sub(1)),
                _ => json!(dice.of(&far)),
            }
        }
        Value::String(text) if text.parse::<i128>().is_ok() => json!(dice.of(&AMOUNTS)),
        Value::String(text) if text.starts_with("2026-") => json!(dice.of(&TIMES)),
        Value::String(_) => json!(dice.of(&WORDS)),
        Value::Bool(flag) => json!(!flag),
        _ => dice.of(&[json!([]), json!({})]),
    }
}

const WORDS: [&str; 13] =
    ["", "ann", "bob", "eve", "nobody", "smb", "everyone", "shared", "triage", "vips", "given", "S-1", "L-2"];

const AMOUNTS: [&str; 9] = [
    "0",
    "-1",
    "1",
    "12x",
    "1267650600228229401496703205376",
    "-1267650600228229401496703205377",
    "9419588158802421600",
    "170141183460469231731687303715884105727",
    "999999999999999999999999999999999999999999999999",
];

const TIMES: [&str; 5] = [
    "2026-03-02T09:00:00Z",
    "2026-03-02T09:07:00.0004Z",
    "2026-12-01T00:00:00Z",
    "+262142-12-31T23:59:60.999Z",
    "-9999-01-01T00:00:00Z",
];

/// Changes one place: takes it out, replaces it, doubles it, or exchanges it with another.
fn damage(dice: &mut Dice, file: &mut Value) {
    let mut all = Vec::new();
    places(file, "", &mut all);
    let place = dice.of(&all[1..]);
    let (parent, key) = place.rsplit_once('/').expect("not the root");
    // Mostly something of the same name, elsewhere.
    let alike: Vec<String> = all[1..].iter().filter(|other| other.ends_with(&format!("/{key}"))).cloned().collect();
    let other = dice.of(&alike);
    match (dice.roll(8), file.pointer_mut(parent).expect("it is there")) {
        (0, Value::Object(entries)) => _ = entries.remove(key),
        (1, Value::Object(entries)) => {
            let value = entries.remove(key).expect("it is there");
            entries.insert(format!("{key}s"), value);
        }
        (0, Value::Array(items)) => _ = items.remove(key.parse().expect("a place")),
        (1 | 2, Value::Array(items)) => {
            let item = items[key.parse::<usize>().expect("a place")].clone();
            items.push(item);
        }
        (3, Value::Array(items)) => items.reverse(),
        (4 | 5, _) => {
            // Values change places, also across lists.
            let (one, two) = (file.pointer(&place).cloned(), file.pointer(&other).cloned());
            if let (Some(one), Some(two)) = (one, two) {
                file.pointer_mut(&place).into_iter().for_each(|value| *value = two.clone());
                file.pointer_mut(&other).into_iter().for_each(|value| *value = one.clone());
            }
        }
        _ => {
            let value = file.pointer_mut(&place).expect("it is there");
            *value = anything(dice, value);
        }
    }
}

/// Whatever a router that was restored is asked to do, its books stay right.
fn works(mut router: Router) {
    let again = router.snapshot().restore().registry(registry()).build();
    assert!(again.unwrap_or_else(|error| panic!("what is restored is written again: {error}")) == router);
    balances_add_up(&router);
    let ids = ["S-1", "S-3", "L-1", "L-2", "L-5", "M-1", "V-1", "C-1", "O-1", "T-1", "G-1", "P-1", "new"];
    let now = router.clock().unwrap_or(minute(0)).max(minute(30));
    for (number, id) in ids.into_iter().enumerate() {
        let lead = match number % 3 {
            0 => small(id),
            1 => small(id).with("vip", true),
            _ => LeadRecord::new(id).with("score", 77),
        };
        _ = router.explain(&lead, now).to_string();
        let ask = if number % 2 == 0 { lead_router::Ask::reroute() } else { lead_router::Ask::new() };
        let decision = router.decide_with(&lead, now, &ask);
        let receipt = router.commit(&lead, decision).expect("this router's, and this lead's");
        if number % 4 == 0 && !receipt.is_repeat() {
            router.settle(&receipt).expect("it has just been made");
        }
        balances_add_up(&router);
    }
    for rep in ["ann", "bob"] {
        _ = router.observe(Event::presence(rep, Presence::offline()), now);
        _ = router.observe(Event::rep_left(rep), now);
    }
    _ = router.observe(Event::rep(&RepRecord::new("ann").pool("smb")), now);
    _ = (router.next_deadline(), router.in_hand(), router.roster(), router.findings().len());
    let depth = usize::from(limits::MAX_UNSETTLED_DEPTH) + 2;
    for _ in 0..depth {
        for receipt in router.unsettled().collect::<Vec<_>>() {
            router.rollback(&receipt).expect("it stands and is not settled");
            balances_add_up(&router);
        }
    }
    assert_eq!(router.unsettled().count(), 0);
    _ = router.observe(Event::closed("S-2", lead_router::Closing::Won), now);
    if router.sequence() <= limits::MAX_SEQUENCE {
        let again = router.snapshot().restore().registry(registry()).build();
        assert!(again.unwrap_or_else(|error| panic!("what has run is restored: {error}")) == router);
    }
}

fn balances_add_up(router: &Router) {
    for rotation in router.rotations() {
        let balances: i128 = rotation.members().map(|member| member.balance).sum();
        assert_eq!(balances + rotation.pot() + rotation.departed(), 0, "{}", rotation.name());
        let values: i128 = rotation.members().map(|member| member.value).sum();
        assert_eq!(values + rotation.value_pot() + rotation.value_departed(), 0, "{}", rotation.name());
    }
}

/// Whether the text was read, and whether the snapshot was restored.
fn survives(text: &str) -> (bool, bool) {
    let Ok(snapshot) = serde_json::from_str::<Snapshot>(text) else { return (false, false) };
    _ = (snapshot.roster(), snapshot.accounts(), snapshot.sequence(), snapshot.at(), snapshot.plan());
    match snapshot.restore().registry(registry()).build() {
        Ok(router) => {
            works(router);
            (true, true)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            (true, false)
        }
    }
}

#[test]
fn damaged_values_are_refused_or_do_no_harm() {
    let whole = serde_json::to_value(busy::router().snapshot()).expect("a snapshot is data");
    let (mut read, mut restored) = (0, 0);
    for seed in 0..cases() {
        let (mut dice, mut file) = (Dice(seed), whole.clone());
        // Mostly one fault, which nothing else hides.
        for _ in 0..=dice.roll(8).saturating_sub(5) {
            damage(&mut dice, &mut file);
        }
        let text = file.to_string();
        let survived = std::panic::catch_unwind(|| survives(&text));
        let (was_read, was_restored) = survived.unwrap_or_else(|_| panic!("seed {seed}: {text}"));
        read += u64::from(was_read);
        restored += u64::from(was_restored);
    }
    println!("{} damaged, {read} read, {restored} restored", cases());
    assert!(
        read > cases() / 3 && restored > cases() / 10 && restored < read,
        "the damage is neither too much nor none"
    );
}

#[test]
fn damaged_text_is_refused_or_does_no_harm() {
    let whole = serde_json::to_string(&busy::router().snapshot()).expect("a snapshot is data");
    assert!(whole.is_char_boundary(0));
    for seed in 0..cases() {
        let mut dice = Dice(seed);
        let mut bytes = whole.clone().into_bytes();
        let (from, length) = (dice.roll(bytes.len()), dice.roll(200));
        let to = (from + length).min(bytes.len());
        match dice.roll(4) {
            0 => bytes.truncate(from),
            1 => _ = bytes.drain(from..to),
            2 => {
                // An entry twice: from one comma to another.
                let commas: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place] == b',').collect();
                let first = dice.roll(commas.len() - 4);
                let entries = bytes[commas[first]..commas[first + 1 + dice.roll(3)]].to_vec();
                bytes.splice(commas[first]..commas[first], entries);
            }
            _ => {
                let digits: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii_digit()).collect();
                let digit = dice.of(&digits);
                bytes[digit] = b'0' + dice.roll(10) as u8;
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let survived = std::panic::catch_unwind(|| survives(&text));
        survived.unwrap_or_else(|_| panic!("seed {seed}: {text}"));
    }
}

/// Deeper than any stack: a list, and not one inside the other.
#[test]
fn endless_undo_chains_are_refused() {
    let mut file = serde_json::to_value(busy::router().snapshot()).expect("a snapshot is data");
    let lead = file["leads"].as_array_mut().expect("leads").iter_mut().find(|lead| lead["lead"] == "M-1");
    let before = lead.expect("it is in hand")["before"].as_array_mut().expect("a list");
    let one = before[0].clone();
    before.extend(std::iter::repeat_n(one, 30_000));
    let snapshot: Snapshot = serde_json::from_value(file).expect("it has the form of one");
    let refused = snapshot.restore().registry(registry()).build();
    let said = refused.expect_err("nobody could undo that").to_string();
    assert!(said.contains("leads.M-1: number of earlier commits `30003` is not from 0 to 8"), "{said}");
}
