//! What the games are made of: random plans, rosters, leads, asks and events, all as the JSON that files hold.

use crate::times::{self, Pace};
use chrono::{DateTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use lead_router::stable_hash;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub(crate) const REPS: [&str; 7] = ["ann", "bob", "cid", "dan", "eve", "fay", "zoë"];
const POOLS: [&str; 3] = ["red", "green", "blue"];
const QUEUES: [&str; 3] = ["triage", "hot", "cold"];
const REQUIREMENTS: [&str; 4] = ["hours", "presence", "capacity", "caps"];
const PARKED: &str = "nurture";
/// Rotations that places of a plan may share.
const ROTATIONS: [&str; 2] = ["sales", "red"];
/// What plans may ask for, and at the end what is blank.
const TEXTS: [&str; 12] =
    ["DE", "de", "at", "Straße", "STRASSE", "ΣΑΣ", "σασ", "7", "true", "2026-03-02T08:59:59.999Z", "", " "];

/// How many lead ids there are at the most.
pub(crate) const LEADS: u64 = 40;
/// Where leads may be.
const PLACES: [&str; 12] = [
    "America/New_York",
    "US",
    "us",
    "Europe/Berlin",
    "europe/berlin ",
    "DE",
    "Asia/Kathmandu",
    "uk",
    "AU",
    "UTC",
    "xx",
    "Berlin",
];

/// The same numbers from the same seed, everywhere.
pub(crate) struct Draw {
    seed: String,
    drawn: u64,
    /// How many lead ids this game has. With few, each has a long story.
    leads: u64,
    pub(crate) pace: Pace,
}

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        let pace = Pace::default();
        let mut draw = Self { seed: seed.to_string(), drawn: 0, leads: 0, pace };
        draw.leads = draw.of(&[2, 10, LEADS, LEADS]);
        draw.pace = Pace::draw(&mut draw);
        draw
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.drawn += 1;
        stable_hash(&["agreement", &self.seed, &self.drawn.to_string()]) % end
    }

    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize].clone()
    }

    /// Each of these with a chance of one half.
    pub(crate) fn some<T: Clone>(&mut self, list: &[T]) -> Vec<T> {
        list.iter().filter(|_| self.one_in(2)).cloned().collect()
    }

    /// An instant near another, as text.
    pub(crate) fn time(&mut self, now: i64, before: u64, after: u64) -> String {
        let (before, after) = (before * self.pace.scale, after * self.pace.scale);
        let millis = now - before as i64 + self.below(before + after) as i64;
        self.at(millis)
    }

    pub(crate) fn at(&self, millis: i64) -> String {
        let time = DateTime::from_timestamp_millis(millis).expect("a time near 2026");
        time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }
}

/// Draws a plan.
pub(crate) struct PlanMaker<'d> {
    draw: &'d mut Draw,
    labels: u64,
    /// What every rotation of the plan shares out beside turns.
    balance: Option<Json>,
    /// What becomes of what reps are owed when they come back from leave, by the name that rotations begin with.
    absences: BTreeMap<String, &'static str>,
    /// The named steps that may be used here.
    named: Vec<&'static str>,
}

impl PlanMaker<'_> {
    pub(crate) fn plan(draw: &mut Draw) -> Json {
        let balance = json!({ "field": "size", "most": draw.of(&[json!(3), json!(7.25), json!(50_400)]) });
        let balance = draw.one_in(2).then_some(balance);
        let mut absences = BTreeMap::new();
        for rotation in ["red", "green", "blue", "everyone", "sales"] {
            if draw.one_in(2) {
                absences.insert(rotation.to_owned(), draw.of(&["keep", "forgive"]));
            }
        }
        let mut maker = PlanMaker { draw, labels: 0, balance, absences, named: Vec::new() };
        let inner = maker.step(1);
        maker.named.push("inner");
        let outer = maker.step(2);
        maker.named.push("outer");
        // Short plans show why their steps pass, long ones show that passing goes on to the next.
        let route = match maker.draw.below(8) {
            0 => json!({ "use": "outer" }),
            1 => maker.step(4),
            2 => json!({ "first_of": [maker.step(4), { "use": "inner" }] }),
            // Turns alone and loads alone, so that much can come of one step.
            3 => {
                let pool = maker.pool();
                json!({ "available": maker.turns(json!({ "pool": pool })) })
            }
            4 => json!({ "only": { "rep": maker.rep_test(), "then": maker.turns(json!({ "pool": "red" })) } }),
            5 if maker.draw.one_in(2) => json!({ "least_loaded": maker.pool() }),
            5 => json!({ "available": { "relax": ["capacity", "presence"], "then": maker.step(2) } }),
            6 if maker.draw.one_in(2) => json!({ "first_of": [maker.same(), maker.owner(), maker.step(2)] }),
            6 => json!({ "first_of": [maker.owner(), maker.step(2)] }),
            _ => {
                json!({ "first_of": [maker.step(4), maker.step(3), { "use": "outer" }, { "use": "inner" }, maker.leaf()] })
            }
        };
        let mut plan = json!({ "otherwise": "triage", "route": route, "steps": { "inner": inner, "outer": outer } });
        if draw.one_in(2) {
            plan["forget_after"] = json!(format!("{}ms", 1 + draw.below(2_000 * draw.pace.scale)));
        }
        if draw.one_in(2) {
            plan["absence"] = json!(draw.of(&["keep", "forgive", "forgive"]));
        }
        if draw.one_in(2) {
            plan["rollback_window"] = json!(1 + draw.below(5));
        }
        if draw.one_in(2) {
            plan["pass_on"] = json!({ "most": 1 + draw.below(3), "queue": draw.of(&["review", QUEUES[0]]) });
        }
        if draw.one_in(2) {
            plan["rejections_cost_turns"] = json!(true);
        }
        if draw.one_in(3) {
            plan["escalation"] = ladder(draw);
        }
        plan
    }

    fn pool(&mut self) -> &'static str {
        self.draw.of(&["red", "green", "blue", "everyone"])
    }

    fn label(&mut self, then: Json) -> Json {
        self.labels += 1;
        json!({ "label": { "name": format!("branch {}", self.labels), "then": then } })
    }

    fn leaf(&mut self) -> Json {
        let pool = self.pool();
        match self.draw.below(20) {
            0..=6 => self.turns(json!({ "pool": pool })),
            7 => {
                let rotation = self.draw.of(&ROTATIONS);
                self.turns(json!({ "pool": pool, "rotation": rotation }))
            }
            8 | 9 => {
                let tolerance = self.draw.of(&[0.0, 1.0, 2.5]);
                self.turns(json!({ "pool": pool, "by": "grade", "tolerance": tolerance }))
            }
            10 => json!({ "least_loaded": pool }),
            11 => json!({ "least_loaded": { "pool": pool, "relative": true } }),
            12 if self.draw.one_in(2) => self.same(),
            12 => self.owner(),
            13 => self.pinned(),
            14 => json!({ "assign": self.draw.of(&REPS[..5]) }),
            15 if self.draw.one_in(2) => json!({ "parked": PARKED }),
            15 => json!({ "queue": self.draw.of(&QUEUES) }),
            16 if self.draw.one_in(2) => json!({ "stop": "not for us" }),
            _ if self.named.is_empty() => self.turns(json!({ "pool": pool })),
            _ => json!({ "use": self.draw.of(&self.named) }),
        }
    }

    /// A step that takes turns.
    fn turns(&mut self, mut turns: Json) -> Json {
        if let Some(balance) = &self.balance {
            turns["balance"] = balance.clone();
        }
        let rotation = turns.get("rotation").unwrap_or(&turns["pool"]).as_str().expect("a name");
        if let Some(absence) = self.absences.get(rotation) {
            turns["absence"] = json!(absence);
        }
        if turns.get("by").is_some() { json!({ "ranked": turns }) } else { json!({ "round_robin": turns }) }
    }

    fn owner(&mut self) -> Json {
        let mut owner = json!({});
        for key in ["inactive", "away"] {
            if self.draw.one_in(2) {
                owner[key] = json!(self.draw.of(&["pass", "hold"]));
            }
        }
        if self.draw.one_in(4) {
            owner["email_field"] = json!("work_email");
        }
        if self.draw.one_in(2) {
            let ties = [json!("open_opportunity"), json!("customer"), json!({ "lost_within": "1s" })];
            owner["keeps"] = json!(self.draw.some(&ties));
        }
        json!({ "account_owner": owner })
    }

    /// Earlier leads of the same person or company.
    fn same(&mut self) -> Json {
        let within = self.draw.of(&["1s", "1h", "9 days"]);
        let mut same = json!({ "within": within });
        let (tag, key, field) =
            self.draw.of(&[("same_person", "by", "size"), ("same_company", "email_field", "work_email")]);
        if self.draw.one_in(3) {
            same[key] = json!(field);
        }
        json!({ tag: same })
    }

    fn pinned(&mut self) -> Json {
        let mut pinned = json!({});
        for (kind, names) in
            [("leads", ["L-0", "L-1"]), ("accounts", ["A-1", "A-2"]), ("domains", ["one.com", "@TWO.com"])]
        {
            if self.draw.one_in(2) {
                pinned[kind] = json!({ names[0]: self.draw.of(&REPS[..5]), names[1]: self.draw.of(&REPS[..5]) });
            }
        }
        json!({ "pinned": pinned })
    }

    fn step(&mut self, depth: u32) -> Json {
        if depth == 0 {
            return self.leaf();
        }
        let below = depth - 1;
        match self.draw.below(20) {
            0 | 1 => json!({ "first_of": [self.step(below), self.step(below)] }),
            2 | 3 => json!({ "available": self.step(below) }),
            4 => json!({ "available": { "relax": self.relaxed(), "then": self.step(below) } }),
            5 => {
                let then = self.step(below);
                self.label(then)
            }
            6 => json!({ "when": { "if": self.condition(2), "then": self.step(below) } }),
            7 | 8 => json!({ "only": { "rep": self.rep_test(), "then": self.step(below) } }),
            9 | 10 => self.segment(below),
            11 => self.score_tiers(below),
            12 => json!({ "manager_of": self.step(below) }),
            13 => self.split(below),
            14 | 15 => self.territories(below),
            16 | 17 => {
                let within = self.draw.of(&["500ms", "2s", "30m", "2h", "9h", "2 days"]);
                json!({ "opening_within": { "within": within, "then": self.step(below) } })
            }
            18 if self.draw.one_in(2) => {
                json!({ "escalate": { "ladder": ladder(self.draw), "then": self.step(below) } })
            }
            18 => json!({ "uncapped": self.step(below) }),
            _ => self.leaf(),
        }
    }

    fn relaxed(&mut self) -> Vec<&'static str> {
        let relaxed = self.draw.some(&REQUIREMENTS);
        if relaxed.is_empty() { vec!["capacity"] } else { relaxed }
    }

    fn segment(&mut self, below: u32) -> Json {
        let cuts = self.draw.some(&[json!(-2), json!(0.5), json!(3), json!(7.25)]);
        let bands: Vec<Json> = cuts.into_iter().map(|cut| json!({ "below": cut, "then": self.step(below) })).collect();
        let mut segment = json!({ "field": "size" });
        if bands.is_empty() || self.draw.one_in(2) {
            segment["rest"] = self.step(below);
        }
        if !bands.is_empty() {
            segment["bands"] = json!(bands);
        }
        if self.draw.one_in(2) {
            segment["missing"] = self.step(below);
        }
        json!({ "segment": segment })
    }

    fn score_tiers(&mut self, below: u32) -> Json {
        let cuts = self.draw.some(&[json!(6), json!(2.5), json!(-1)]);
        let tiers: Vec<Json> =
            cuts.into_iter().map(|cut| json!({ "at_least": cut, "then": self.step(below) })).collect();
        let mut score_tiers = json!({});
        if self.draw.one_in(2) {
            score_tiers["field"] = json!("size");
        }
        if tiers.is_empty() || self.draw.one_in(2) {
            score_tiers["rest"] = self.step(below);
        }
        if !tiers.is_empty() {
            score_tiers["tiers"] = json!(tiers);
        }
        if self.draw.one_in(2) {
            score_tiers["unscored"] = self.step(below);
        }
        json!({ "score_tiers": score_tiers })
    }

    fn split(&mut self, below: u32) -> Json {
        let parts = [0.01, 12.5, 40.0].map(|percent| json!({ "percent": percent, "then": self.step(below) }));
        let mut split = json!({ "parts": self.draw.some(&parts) });
        if split["parts"] == json!([]) || self.draw.one_in(2) {
            split["rest"] = self.step(below);
        }
        if self.draw.one_in(2) {
            split["by"] = json!(self.draw.of(&["email", "language", "size", "flag"]));
        }
        self.label(json!({ "split": split }))
    }

    fn territories(&mut self, below: u32) -> Json {
        let by = self.draw.of(&[vec!["language"], vec!["size"], vec!["language", "size"], vec!["size", "language"]]);
        let areas: Vec<Json> = (0..1 + self.draw.below(5)).map(|_| self.area(&by, below)).collect();
        json!({ "territories": { "by": by, "areas": areas } })
    }

    fn area(&mut self, by: &[&str], below: u32) -> Json {
        let mut area = json!({ "name": self.draw.of(&["north", "south", "west"]), "then": self.step(below) });
        for dimension in by {
            if !self.draw.one_in(3) {
                let entries = self.draw.some(&[0; 4]).into_iter().map(|_| self.entry()).collect::<Vec<_>>();
                area[*dimension] = if entries.is_empty() { self.entry() } else { json!(entries) };
            }
        }
        if self.draw.one_in(4) {
            area["accounts"] = json!(self.draw.some(&["A-1", "A-2", "A-9"]));
        }
        if self.draw.one_in(4) {
            area["domains"] = json!(self.draw.some(&["ONE.com", "drei.de"]));
        }
        area
    }

    /// What an area says of a field.
    fn entry(&mut self) -> Json {
        match self.draw.below(6) {
            0 => json!(self.draw.of(&["d*", "STR*", "Stra*", "σα*", "2026*", "*"])),
            1 => json!(self.draw.of(&["..0", "0..4", "-2..2.5", "2..", "6.5.."])),
            2 => json!(self.draw.of(&[7, -1, 3])),
            3 => json!(self.draw.one_in(2)),
            _ => json!(self.draw.of(&TEXTS[..10])),
        }
    }

    fn rep_test(&mut self) -> Json {
        if self.draw.one_in(2) {
            return json!({ "field": "speaks", "matches": "language" });
        }
        let mut test = json!({ "field": self.draw.of(&["speaks", "grade", "place"]) });
        self.compare(&mut test);
        test
    }

    fn condition(&mut self, depth: u32) -> Json {
        match if depth == 0 { 9 } else { self.draw.below(10) } {
            0 => json!({ "all": [self.condition(depth - 1), self.condition(depth - 1)] }),
            1 => json!({ "any": [self.condition(depth - 1), self.condition(depth - 1)] }),
            2 => json!({ "not": self.condition(depth - 1) }),
            3 => json!({ "times": ["seen", "asked"], "within": self.draw.of(&["500ms", "1s", "1ms"]) }),
            _ => {
                let fields = ["size", "language", "email", "seen", "flag", "place", "place", "place"];
                let mut test = json!({ "field": self.draw.of(&fields) });
                self.compare(&mut test);
                test
            }
        }
    }

    /// Adds one comparison to a table.
    fn compare(&mut self, test: &mut Json) {
        let draw = &mut *self.draw;
        let kind = if test["field"] == "place" && !draw.one_in(4) { 13 } else { draw.below(14) };
        let (key, asked) = match kind {
            0 => ("is", value(draw)),
            1 => ("in", json!([value(draw), value(draw)])),
            2 => ("below", number(draw)),
            3 => ("at_least", number(draw)),
            4 => ("between", json!([draw.of(&[-3, 0, 2]), draw.of(&[3.5, 6.0])])),
            5 => ("starts_with", json!(draw.of(&["d", "str", "i\u{307}", "σ"]))),
            6 => ("ends_with", json!(draw.of(&["E", ".COM", "ς", "σ"]))),
            7 => ("contains", json!(draw.of(&["a", "SS", "@"]))),
            8 => ("has", value(draw)),
            9 => ("present", json!(true)),
            10 => ("missing", json!(true)),
            11 => ("age_below", json!(draw.of(&["1s", "500ms"]))),
            12 => ("age_at_least", json!(draw.of(&["1s", "500ms"]))),
            _ => ("local_hours", hours(draw)),
        };
        test[key] = asked;
    }
}

/// Hours that begin or end at some place while the game is played.
pub(crate) fn hours(draw: &mut Draw) -> Json {
    let zone = draw.of(&[Tz::America__New_York, Tz::Europe__Berlin, Tz::Asia__Kathmandu, Tz::Europe__London]);
    let then = DateTime::from_timestamp_millis(draw.pace.start + 1_000 * (1 + draw.below(4)) as i64);
    let then = then.expect("a time near 2026").with_timezone(&zone);
    let day = |time: DateTime<Tz>| time.format("%a").to_string().to_lowercase();
    let time = then.format("%H:%M:%S");
    // Shortly before and after midnight, some of these would be no hours.
    let kinds = if (1..23).contains(&then.hour()) { 6 } else { 0 };
    match draw.below(kinds.max(1)) {
        _ if kinds == 0 => json!({ "daily": "00:00-24:00" }),
        0 => json!({ "mon-fri": format!("{time}-24:00"), "sat, sun": format!("00:00-{time}") }),
        1 => json!({ "sat-mon": format!("{time}-24:00"), "wed": "closed" }),
        2 => json!({ "daily": format!("00:00-{time}, 23:30-24:00") }),
        3 => json!({ day(then): format!("{time}-{time}+1") }),
        4 => json!({ day(then - TimeDelta::days(1)): format!("23:00-{time}+1") }),
        _ => json!({ "daily": "00:00-24:00" }),
    }
}

fn number(draw: &mut Draw) -> Json {
    match draw.below(4) {
        0 => json!(draw.below(9) as i64 - 2),
        1 => json!(draw.below(60) as f64 / 8.0 - 2.0),
        2 => json!(draw.of(&[i64::MAX, i64::MIN, 9_007_199_254_740_993])),
        _ => json!(draw.of(&[9_007_199_254_740_992.0, 0.1, 1e300])),
    }
}

/// A value that a condition may ask for.
fn value(draw: &mut Draw) -> Json {
    match draw.below(5) {
        0 | 1 => number(draw),
        2 => json!(draw.one_in(2)),
        _ => json!(draw.of(&TEXTS[..10])),
    }
}

/// A value that a field may have.
fn field(draw: &mut Draw, now: i64) -> Json {
    match draw.below(8) {
        0..=2 => value(draw),
        3 => json!(draw.time(now, 2_000, 1_000)),
        4 => json!([value(draw), value(draw)]),
        5 => json!([]),
        _ => json!(draw.of(&["3", " 4.5 ", "-2", "+6.0", "TRUE", "1e3", "seven"])),
    }
}

pub(crate) fn rep(draw: &mut Draw, id: &str, now: i64) -> Json {
    let mut rep = json!({ "id": id, "fields": { "speaks": draw.some(&TEXTS), "grade": number(draw) } });
    let mut pools = serde_json::Map::new();
    for pool in POOLS {
        if !draw.one_in(3) {
            pools.insert(pool.to_owned(), json!(draw.of(&[1, 1, 1, 2, 3, 7, 61, 1_000_000])));
        }
    }
    rep["pools"] = Json::Object(pools);
    if draw.one_in(2) {
        rep["capacity"] = json!(draw.below(6));
    }
    if draw.one_in(2) {
        rep["manager"] = json!(draw.of(&REPS[..5]));
    }
    if draw.one_in(9) {
        rep["inactive"] = json!(true);
    }
    if draw.one_in(6) {
        rep["presence"] = presence(draw, now);
    }
    if draw.one_in(4) {
        rep["fields"] = json!({ "speaks": field(draw, now) });
    }
    if draw.one_in(2) {
        rep["fields"]["place"] = json!(draw.of(&PLACES));
    }
    times::rep(draw, &mut rep, now);
    rep
}

pub(crate) fn roster(draw: &mut Draw) -> Json {
    let start = draw.pace.start;
    let reps: Vec<Json> = REPS[..5].iter().map(|id| rep(draw, id, start)).collect();
    let mut roster = json!({ "reps": reps });
    for (pool, declared) in
        [("red", json!({})), ("green", json!({ "manager": "ann" })), ("blue", json!({ "manager": "bob" }))]
    {
        roster["pools"][pool] = times::pool(draw, declared);
    }
    times::share(draw, &mut roster);
    roster
}

pub(crate) fn account(draw: &mut Draw, now: i64) -> Json {
    let mut account = json!({ "id": draw.of(&["A-1", "A-2", "A-3"]) });
    account["domains"] = json!(draw.some(&["one.com", "@Two.com.", "drei.de"]));
    if !draw.one_in(4) {
        account["owner"] = json!(draw.of(&REPS));
    }
    if draw.one_in(3) {
        account["open_opportunities"] = json!(draw.below(3));
    }
    if draw.one_in(3) {
        account["customer"] = json!(true);
    }
    if draw.one_in(3) {
        account["lost_at"] = json!(draw.time(now, 2_000, 1_000));
    }
    if draw.one_in(6) {
        account["late_stage"] = json!(true);
    }
    account
}

pub(crate) fn presence(draw: &mut Draw, now: i64) -> Json {
    let mut presence = json!({ "status": draw.of(&["online", "busy", "offline"]) });
    if draw.one_in(2) {
        presence["until"] = json!(draw.time(now, 300, 2_000));
    }
    presence
}

pub(crate) fn lead_id(draw: &mut Draw) -> String {
    format!("L-{}", draw.below(draw.leads))
}

pub(crate) fn lead(draw: &mut Draw, now: i64) -> Json {
    let id = match draw.below(50) {
        0 => String::new(),
        1 => "x".repeat(1_025),
        _ => lead_id(draw),
    };
    let mut lead = json!({ "id": id, "fields": {} });
    let fields = &mut lead["fields"];
    if !draw.one_in(5) {
        fields["size"] = json!(draw.below(12) as i64 - 3);
    }
    if !draw.one_in(4) {
        fields["language"] = json!(draw.of(&TEXTS));
    }
    if draw.one_in(2) {
        fields["email"] =
            json!(draw.of(&["jo@ONE.com", " x@two.com. ", "a@b@drei.de", "nobody", "x@four.com", "x@gmail.com"]));
        fields["work_email"] = json!("jo@two.com");
    }
    if draw.one_in(2) {
        fields["score"] = json!(draw.below(10));
    }
    if !draw.one_in(4) {
        fields["place"] = json!(draw.of(&PLACES));
    }
    if draw.one_in(2) {
        fields["account_id"] = draw.of(&[json!("A-1"), json!("A-2"), json!("A-3"), json!("A-9"), json!(1)]);
    }
    if draw.one_in(2) {
        fields["seen"] = json!(draw.time(now, 2_000, 1_000));
        fields["asked"] = json!(draw.time(now, 2_000, 1_000));
    }
    for name in ["size", "language", "flag", "seen"] {
        if draw.one_in(6) {
            fields[name] = field(draw, now);
        }
    }
    lead
}

pub(crate) fn ask(draw: &mut Draw) -> Json {
    let mut ask = json!({});
    if draw.one_in(3) {
        ask["reroute"] = json!(true);
    }
    if draw.one_in(3) {
        ask["exclude"] = json!([draw.of(&REPS), draw.of(&REPS)]);
    }
    if draw.one_in(6) {
        ask["relax"] = json!([draw.of(&REQUIREMENTS)]);
    }
    ask
}

/// Some of everything at once.
fn edit(draw: &mut Draw, now: i64, plans: &[Json]) -> Json {
    let mut edit = json!({});
    if draw.one_in(2) {
        let reps: Vec<Json> = draw.some(&REPS).into_iter().map(|id| rep(draw, id, now)).collect();
        edit["roster"] = json!({ "pools": { "red": { "manager": "cid" }, "blue": {} }, "reps": reps });
        edit["roster"]["pools"]["green"] = times::pool(draw, json!({}));
        times::share(draw, &mut edit["roster"]);
    }
    if draw.one_in(2) {
        edit["accounts"] = json!([account(draw, now)]);
    }
    if draw.one_in(3) {
        edit["plan"] = draw.of(plans);
    }
    edit
}

/// Something that a host may say, sensible or not.
pub(crate) fn event(draw: &mut Draw, now: i64, plans: &[Json]) -> Json {
    let rep = draw.of(&REPS);
    match draw.below(38) {
        0..=8 => json!({ "presence": { "rep": rep, "presence": presence(draw, now) } }),
        9..=11 => {
            let mut load = json!({ "rep": rep, "open": draw.below(5) });
            if draw.one_in(2) {
                load["as_of"] = json!(draw.time(now, 1_000, 200));
            }
            json!({ "load": load })
        }
        12 => json!({ draw.of(&["seen", "contacted", "qualified"]): { "lead": lead_id(draw) } }),
        13 => json!({ draw.of(&["no_show", "released"]): { "lead": lead_id(draw) } }),
        14 | 15 => json!({ "rejected": { "lead": lead_id(draw), "rep": rep } }),
        16..=19 => json!({ "closed": { "lead": lead_id(draw), "how": draw.of(&["won", "lost", "other"]) } }),
        20 | 21 => json!({ "rep": self::rep(draw, rep, now) }),
        22 => json!({ "rep_left": { "rep": rep } }),
        23..=25 => {
            let weight = draw.of(&[1, 2, 5, 47, 999_999]);
            json!({ "weight": { "rep": rep, "pool": draw.of(&POOLS), "weight": weight } })
        }
        26 | 27 => json!({ "account": account(draw, now) }),
        28 => json!({ "account_removed": { "account": draw.of(&["A-1", "A-2", "A-3"]) } }),
        29 => json!({ "plan": draw.of(plans) }),
        30 | 31 => json!({ "pin": { "on": pin(draw), "rep": rep, "order": order(draw, now) } }),
        32 => json!({ "unpin": { "on": pin(draw) } }),
        33 => json!({ "pause": { "rep": rep, "order": order(draw, now) } }),
        34 => json!({ "resume": { "rep": rep } }),
        35 => {
            let rotation = draw.of(&["sales", "red", "green", "blue", "everyone"]);
            json!({ "extra_turns": { "rep": rep, "rotation": rotation, "turns": 1 + draw.below(3) } })
        }
        36 => {
            let declared = times::pool(draw, json!({ "manager": rep }));
            json!({ "pool": { "name": draw.of(&POOLS), "pool": declared } })
        }
        _ => json!({ "edit": edit(draw, now, plans) }),
    }
}

fn pin(draw: &mut Draw) -> Json {
    match draw.below(4) {
        0 => json!({ "lead": lead_id(draw) }),
        1 => json!({ "account": draw.of(&["A-1", "A-2", "A-3"]) }),
        2 => json!({ "territory": draw.of(&["north", "south"]) }),
        _ => json!({ "domain": draw.of(&["one.com", "TWO.com.", "drei.de", "four.com"]) }),
    }
}

/// Who says so, why and until when.
fn order(draw: &mut Draw, now: i64) -> Json {
    let mut order = json!({});
    if draw.one_in(2) {
        order["by"] = json!("maria");
    }
    if draw.one_in(2) {
        order["why"] = json!("she knows them");
    }
    if draw.one_in(2) {
        order["until"] = json!(draw.time(now, 300, 2_000));
    }
    order
}

/// What is due when nobody contacts a lead. The reference knows of its queues, and of no clock.
fn ladder(draw: &mut Draw) -> Json {
    let first = 1 + draw.below(2_000 * draw.pace.scale);
    let acts = [json!("reassign"), json!({ "notify": "manager" }), json!({ "queue": draw.of(&["rescue", QUEUES[0]]) })];
    let mut rung = |after: u64| json!({ "after": format!("{after}ms"), "then": draw.of(&acts) });
    json!({ "rungs": [rung(first), rung(2 * first)] })
}
