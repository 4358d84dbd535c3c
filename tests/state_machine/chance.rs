//! What the games are made of: dice, random plans, rosters, leads and events.

use crate::custom_steps::{balance, fewest, turns};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use lead_router::sla::{Act, Clock, Ladder, Whom};
use lead_router::strategy::AccountOwner;
use lead_router::{
    Absence, Account, Area, Away, Calendar, Closing, Edit, Event, FieldValue, Keeps, Lead, Leave, Number, Order, Pin,
    Plan, PoolRecord, Presence, RepRecord, Requirement, Roster, Span, Step, Value, Waiting, WorkingHours,
    account_owner, assign, available, escalate, field, first_of, label, least_loaded, limits, manager_of, only,
    opening_within, parked, pinned, queue, ranked, rep_field, round_robin, same_company, same_person, score_tiers,
    segment, split, step, stop, territories, uncapped, when,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const REPS: [&str; 6] = ["ann", "bob", "cid", "dan", "eve", "zoë"];
pub(crate) const POOLS: [&str; 3] = ["a", "b", "c"];
/// Every queue that any plan has.
pub(crate) const QUEUES: [&str; 4] = ["triage", "q1", "q2", "p1"];
/// How many lead ids there are at the most.
pub(crate) const LEADS: u64 = 12;
/// 2026-02-25. Times in games are milliseconds.
pub(crate) const START: i64 = 1_772_000_000_000;

/// SplitMix64: the same game from the same seed, everywhere.
#[derive(Clone)]
pub(crate) struct Dice {
    state: u64,
    /// How many lead ids this game has. With few, each has a long story.
    leads: u64,
    /// Whether reps have hours, leave, caps and ramps in this game.
    pub(crate) timed: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Self { state: seed, leads: LEADS, timed: false };
        dice.leads = dice.of(&[1, 3, LEADS, LEADS]);
        dice.timed = dice.one_in(2);
        dice
    }

    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    pub(crate) fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    pub(crate) fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len() as u64) as usize].clone()
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.roll(place as u64 + 1) as usize);
        }
    }
}

pub(crate) fn time(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).expect("a time near 2026")
}

/// The first and last times that there are, and those beside the start.
pub(crate) fn ends_of_time() -> [DateTime<Utc>; 4] {
    let leap_second = NaiveDate::MAX.and_hms_nano_opt(23, 59, 59, 1_999_999_999).expect("a leap second").and_utc();
    [DateTime::<Utc>::MIN_UTC, time(START - 1), DateTime::<Utc>::MAX_UTC, leap_second]
}

/// A plan, and what the model must know of it.
#[derive(Clone)]
pub(crate) struct TestPlan {
    pub(crate) plan: Plan,
    pub(crate) queues: BTreeSet<String>,
    /// The labels of the strategies that keep tallies.
    pub(crate) keepers: BTreeSet<String>,
    pub(crate) forget_after: Option<i64>,
    pub(crate) rollback_window: usize,
}

/// A lead field, and how much of it counts at the most.
type Balance = (&'static str, Number);

fn balance_of_field(dice: &mut Dice) -> Balance {
    let half = Number::try_from(0.5).expect("a finite number");
    dice.of(&[("size", 5.into()), ("size", half), ("odd", 3.into()), ("odd", i64::MAX.into())])
}

pub(crate) struct PlanMaker<'d> {
    dice: &'d mut Dice,
    queues: BTreeSet<String>,
    keepers: BTreeSet<String>,
    labels: u32,
    /// What the rotation `worth` shares out beside turns: the plan's choice, so that an edit may change it.
    worth: Balance,
    /// What the own rotations of pool `c` do, if anything.
    worth_of_c: Option<Balance>,
    /// Whether steps may use the named step: not inside of it.
    may_use: bool,
}

impl PlanMaker<'_> {
    pub(crate) fn plan(dice: &mut Dice) -> TestPlan {
        let worth = balance_of_field(dice);
        let worth_of_c = dice.one_in(2).then(|| balance_of_field(dice));
        let mut maker = PlanMaker {
            dice,
            worth,
            worth_of_c,
            queues: BTreeSet::from(["triage".to_owned()]),
            keepers: BTreeSet::new(),
            labels: 0,
            may_use: false,
        };
        let shared = maker.step(2);
        maker.may_use = true;
        let route = maker.step(4);
        let route = if maker.dice.one_in(3) { first_of((maker.known_first(), route)).into() } else { route };
        let ladder = maker.dice.one_in(2).then(|| maker.ladder());
        let passed_on = maker.dice.one_in(3).then(|| maker.held("q2"));
        let waiting = maker.waiting();
        let (queues, keepers) = (maker.queues, maker.keepers);
        let mut plan = Plan::new(first_of((route, step("shared")))).otherwise("triage").name_step("shared", shared);
        plan = ladder.into_iter().fold(plan, Plan::escalate);
        plan = waiting.into_iter().fold(plan, |plan, (queue, waiting)| plan.waiting(queue, waiting));
        if let Some(queue) = passed_on {
            plan = plan.pass_on_at_most(1 + dice.roll(3) as u32, queue);
        }
        if dice.one_in(3) {
            plan = plan.rejections_cost_turns();
        }
        plan = plan.report_by(["odd"]);
        if dice.timed && dice.one_in(2) {
            plan = plan.absence(Absence::Forgive);
        }
        let forget_after = dice.one_in(2).then(|| 1 + dice.roll(400) as i64);
        if let Some(millis) = forget_after {
            plan = plan.forget_after(Span::from_millis(millis as u64));
        }
        let window = if dice.one_in(2) { limits::DEFAULT_ROLLBACK_WINDOW } else { 1 + dice.roll(6) as u32 };
        if window < limits::DEFAULT_ROLLBACK_WINDOW {
            plan = plan.rollback_window(window);
        }
        TestPlan { plan, queues, keepers, forget_after, rollback_window: window as usize }
    }

    fn pool(&mut self) -> &'static str {
        self.dice.of(&["a", "b", "c", "everyone"])
    }

    fn held(&mut self, name: &str) -> String {
        self.queues.insert(name.to_owned());
        name.to_owned()
    }

    fn name(&mut self) -> String {
        self.labels += 1;
        format!("label {}", self.labels)
    }

    /// A label around a strategy that keeps tallies.
    fn keeper(&mut self, then: impl Into<Step>) -> Step {
        let name = self.name();
        self.keepers.insert(name.clone());
        label(name, then).into()
    }

    fn step(&mut self, depth: u32) -> Step {
        let kinds = if depth == 0 { 11 } else { 32 };
        match self.dice.roll(kinds) {
            0..=3 => self.in_turn(),
            4 => least_loaded(self.pool()).into(),
            5 => least_loaded(self.pool()).relative_to_capacity().into(),
            6 => self.owner().into(),
            7 if self.dice.one_in(3) => {
                pinned().domain("TWO.com", self.dice.of(&REPS[..4])).lead("L1", self.dice.of(&REPS[..4])).into()
            }
            7 => self.ending(),
            8 => {
                let fewest = fewest(self.pool());
                self.keeper(fewest)
            }
            9 => {
                let hold = self.dice.one_in(3);
                if hold {
                    self.held("q2");
                }
                // By turns alone, which one rotation cannot be beside something else.
                let pool = Some(self.pool()).filter(|pool| *pool != "c" || self.worth_of_c.is_none());
                turns(pool.unwrap_or("a"), hold).into()
            }
            10 if self.may_use => step("shared").into(),
            10 => self.in_turn(),
            11 | 12 => available(self.step(depth - 1)).into(),
            13 => {
                let relaxed = [self.dice.of(&[Requirement::Presence, Requirement::Capacity])];
                available(self.step(depth - 1)).relaxing(relaxed).into()
            }
            14 => only(rep_field("speaks").matches("language"), self.step(depth - 1)).into(),
            15 => only(rep_field("grade").at_least(2), self.step(depth - 1)).into(),
            16 => {
                let by_size = segment("size").below(10, self.step(depth - 1)).rest(self.step(depth - 1));
                if self.dice.one_in(2) { by_size.missing(self.step(depth - 1)).into() } else { by_size.into() }
            }
            17 => when(field("size").at_least(5), self.step(depth - 1)).into(),
            18 => {
                let then = self.step(depth - 1);
                label(self.name(), then).into()
            }
            19 | 20 => {
                let (left, right) = (self.step(depth - 1), self.step(depth - 1));
                let balance = balance(self.pool(), self.dice.one_in(3)).branch("left", left).branch("right", right);
                self.keeper(balance)
            }
            21 | 22 => manager_of(self.step(depth - 1)).into(),
            23 => available(manager_of(self.step(depth - 1))).into(),
            24 if self.dice.one_in(3) => {
                let (one, two, rest) = (self.step(depth - 1), self.step(depth - 1), self.step(depth - 1));
                let by = self.dice.of(&["language", "odd", "size", "email"]);
                label(self.name(), split().by(by).percent(30, one).percent(30, two).rest(rest)).into()
            }
            24 if self.dice.one_in(2) => {
                let (one, two, rest) = (self.step(depth - 1), self.step(depth - 1), self.step(depth - 1));
                territories(["language", "mood"])
                    .area(Area::new("t1").fits("language", "de").account("one").then(one))
                    .area(Area::new("t2").fits("mood", "bad").domain("two.com").then(two))
                    .area(Area::new("t3").then(rest))
                    .into()
            }
            24 => self.tiers(depth - 1),
            25 => self.areas(depth - 1),
            26 => self.shares(depth - 1),
            27 => {
                opening_within(Span::from_millis(self.dice.of(&[500, 3_000, 7_200_000])), self.step(depth - 1)).into()
            }
            28 => uncapped(self.step(depth - 1)).into(),
            29 => available(self.step(depth - 1)).relaxing([Requirement::Hours, Requirement::Caps]).into(),
            30 => {
                let ladder = self.ladder();
                escalate(ladder, self.step(depth - 1)).into()
            }
            _ => first_of((self.step(depth - 1), self.step(depth - 1), self.step(depth - 1))).into(),
        }
    }

    /// How leads wait in some of the queues.
    fn waiting(&mut self) -> Vec<(String, Waiting)> {
        let queues: Vec<String> = self.queues.iter().cloned().collect();
        let mut made = Vec::new();
        for queue in queues {
            if self.dice.one_in(3) {
                continue;
            }
            let mut waiting = Waiting::new();
            while self.dice.one_in(2) {
                let (is, cut) = (self.dice.of(&["de", "bad"]), self.dice.roll(6) as i64);
                let conditions = [field("language").is(is), field("odd").present(), field("size").at_least(cut)];
                waiting = waiting.first(self.dice.of(&conditions));
            }
            if self.dice.one_in(2) {
                waiting = waiting.most(self.dice.of(&["size", "odd"]));
            }
            if self.dice.one_in(2) {
                let span = Span::from_millis(1 + self.dice.roll(200));
                let ladder = Ladder::new().after(span, Act::Notify(Whom::role("leadership")));
                let later = Span::from_millis(span.as_millis() as u64 + self.dice.roll(100));
                let into = self.dice.of(&["q1", "q2"]);
                let moves = self.dice.one_in(2) && into != queue;
                let act = if moves { Act::queue(self.held(into)) } else { Act::Notify(Whom::person("ann")) };
                waiting = waiting.escalate(ladder.after(later, act));
            }
            made.push((queue, waiting));
        }
        made
    }

    /// What is due when nobody contacts a lead, most of it in the first second.
    fn ladder(&mut self) -> Ladder {
        let mut ladder = Ladder::new();
        let mut after = 0;
        for _ in 0..=self.dice.roll(3) {
            after += 1 + self.dice.roll(150);
            let act = match self.dice.roll(6) {
                0 => Act::Notify(Whom::Rep),
                1 => Act::Notify(Whom::Manager),
                2 => Act::Notify(Whom::role("leadership")),
                3 => Act::queue(self.held("q1")),
                _ => Act::Reassign,
            };
            ladder = ladder.after(Span::from_millis(after), act);
        }
        if self.dice.timed {
            ladder = match self.dice.roll(4) {
                0 => ladder.by(Clock::WorkingTime),
                1 => ladder.by(Clock::Hours("late".to_owned())),
                2 => ladder.paused_on_leave(),
                _ => ladder,
            };
        }
        if self.dice.one_in(3) { ladder.restarting() } else { ladder }
    }

    /// A pool's reps in turn, or the best of them, in a rotation that may be shared and may share out something else.
    fn in_turn(&mut self) -> Step {
        let pool = self.pool();
        let rotation = self.dice.of(&[None, None, None, Some("shared"), Some("a"), Some("worth"), Some("worth")]);
        let balance = match rotation {
            Some("worth") => Some(self.worth),
            None if pool == "c" => self.worth_of_c,
            _ => None,
        };
        if self.dice.one_in(3) {
            let by = self.dice.of(&["rate", "rate", "grade", "speaks", "nothing"]);
            let step = ranked(pool, by).tolerance(self.dice.of(&[0, 1, 2, i64::MAX]));
            let step = rotation.into_iter().fold(step, |step, rotation| step.rotation(rotation));
            return balance.into_iter().fold(step, |step, (field, most)| step.balance(field, most)).into();
        }
        let step = rotation.into_iter().fold(round_robin(pool), |step, rotation| step.rotation(rotation));
        balance.into_iter().fold(step, |step, (field, most)| step.balance(field, most)).into()
    }

    fn tiers(&mut self, depth: u32) -> Step {
        let field = self.dice.of(&["size", "size", "odd", "score"]);
        let mut tiers = score_tiers().field(field).at_least(5, self.step(depth)).at_least(2, self.step(depth));
        if self.dice.one_in(2) {
            tiers = tiers.rest(self.step(depth));
        }
        if self.dice.one_in(2) {
            tiers = tiers.unscored(self.step(depth));
        }
        tiers.into()
    }

    fn areas(&mut self, depth: u32) -> Step {
        let german = Area::new("german").fits("language", self.dice.of(&["DE", "d*"])).account("two");
        let small = Area::new("small").fits("size", self.dice.of(&["..4", "2..5"])).fits("language", ["de", "en"]);
        let named = Area::new("named").account("one").domain("Two.com");
        let areas = territories(self.dice.of(&[["language", "size"], ["size", "language"]]));
        let areas = areas.area(german.then(self.step(depth))).area(small.then(self.step(depth)));
        let areas = areas.area(named.then(self.step(depth)));
        if self.dice.one_in(2) { areas.area(Area::new("small").then(self.step(depth))).into() } else { areas.into() }
    }

    fn shares(&mut self, depth: u32) -> Step {
        let draws = if self.dice.one_in(2) { split() } else { split().by(self.dice.of(&["email", "size", "odd"])) };
        let draws = draws.percent(30, self.step(depth)).percent(12.5, self.step(depth));
        let draws = if self.dice.one_in(2) { draws.rest(self.step(depth)) } else { draws };
        label(self.name(), draws).into()
    }

    fn owner(&mut self) -> AccountOwner {
        let away = [Away::Pass, Away::Hold];
        let mut owner = account_owner().when_inactive(self.dice.of(&away));
        if self.dice.one_in(2) {
            owner = owner.when_away(self.dice.of(&away));
        }
        if self.dice.one_in(2) {
            let lost = Keeps::LostWithin(Span::from_millis(1 + self.dice.roll(300)));
            let ties = [Keeps::OpenOpportunity, Keeps::Customer, lost];
            owner = owner.keeps([]);
            while !self.dice.one_in(3) {
                owner = owner.keeps([self.dice.of(&ties)]);
            }
        }
        owner
    }

    fn within(&mut self) -> Span {
        Span::from_millis(1 + self.dice.roll(600))
    }

    /// What comes before all else in many a plan: known companies to those who know them.
    fn known_first(&mut self) -> Step {
        match self.dice.roll(5) {
            3 => same_person(self.within()).by(self.dice.of(&["email", "odd"])).into(),
            4 => first_of((available(same_company(self.within())), same_person(self.within()))).into(),
            0 => self.owner().into(),
            1 => available(self.owner()).into(),
            _ => first_of((available(self.owner()), available(manager_of(self.owner())))).into(),
        }
    }

    fn ending(&mut self) -> Step {
        match self.dice.roll(5) {
            0 => assign(self.dice.of(&REPS[..4])).into(),
            1 => queue(self.held("q1")).into(),
            2 => queue(self.held("q2")).into(),
            3 => parked(self.held("p1")).into(),
            _ => stop("no more").into(),
        }
    }
}

pub(crate) fn rep_record(dice: &mut Dice, id: &str) -> RepRecord {
    let mut rep = RepRecord::new(id);
    for pool in POOLS {
        if !dice.one_in(3) {
            rep = rep.weighted_pool(pool, dice.of(&[1, 1, 1, 2, 3, 50, 1_000_000]));
        }
    }
    if dice.one_in(2) {
        rep = rep.capacity(dice.roll(4) as u32);
    }
    if dice.one_in(8) {
        rep = rep.inactive();
    }
    if dice.one_in(6) {
        rep = rep.present(presence(dice, START));
    }
    if dice.one_in(2) {
        rep = rep.manager(a_manager(dice));
    }
    if dice.timed {
        rep = with_times(dice, rep);
    }
    // Hardly languages, but anything may be matched with anything.
    let spoken = ["de", "en", "true", "NaN", "3", "2026-02-25T06:13:20Z", "2026-02-25T06:13:20.000Z", ""];
    let spoken: Vec<&str> = spoken.into_iter().filter(|_| dice.one_in(2)).collect();
    let rep = rep.with("speaks", spoken).with("grade", dice.roll(4) as i64);
    match dice.roll(6) {
        0 => rep,
        1 => rep.with("rate", odd_rate(dice)),
        2 => rep.with("rate", dice.roll(9) as f64 / 3.0),
        _ => rep.with("rate", dice.roll(4) as i64),
    }
}

/// Hours, leave, caps and ramps, with most of their ends in the first seconds of a game.
fn with_times(dice: &mut Dice, mut rep: RepRecord) -> RepRecord {
    let soon = |dice: &mut Dice| time(START + dice.roll(2_000) as i64);
    if dice.one_in(3) {
        rep = rep.zone(dice.of(&["Asia/Kathmandu", "America/New_York", "UTC"]));
    }
    rep = match dice.roll(5) {
        0 => rep.hours("always"),
        1 => rep.hours("late"),
        2 => rep.hours(WorkingHours::in_zone("UTC").on("wed", "00:00-06:13:20, 06:13:21-24:00").calendar("feast")),
        _ => rep,
    };
    if dice.one_in(3) {
        let (from, until) = (soon(dice), soon(dice));
        rep = rep.leave(Leave::between(from.min(until), from.max(until) + Duration::milliseconds(1)));
    }
    if dice.one_in(4) {
        rep = rep.leave(Leave::days("2026-02-25", dice.of(&["2026-02-25", "2026-03-01"])));
    }
    while dice.one_in(3) {
        rep =
            rep.cap(dice.of(&["1 per day", "2 per rolling hour", "3 per week", "9 per month"]).parse().expect("a cap"));
    }
    for pool in rep.pools.keys().cloned().collect::<Vec<_>>() {
        if dice.one_in(4) {
            let from = soon(dice);
            rep = rep.ramp(pool, from, dice.of(&[1, 5, 1_000]));
        }
    }
    rep
}

/// What the reps of a roster share.
fn with_shared_times(dice: &mut Dice, roster: Roster) -> Roster {
    if !dice.timed {
        return roster;
    }
    let hours = |period: &str| WorkingHours::new().on("daily", period);
    let default = dice.of(&["00:00-24:00", "06:13:20-06:13:21", "01:13:22-12:00"]);
    let roster = roster.hours("default", hours(default)).hours("late", hours("06:13:22-06:13:20+1").calendar("feast"));
    roster.calendar("feast", Calendar::new().on_date("2026-02-26 to 2026-02-28", dice.of(&["closed", "09:00-10:00"])))
}

/// What is to be known of a pool.
fn pool_record(dice: &mut Dice) -> PoolRecord {
    let pool = PoolRecord::new();
    if !dice.timed || !dice.one_in(3) {
        return pool;
    }
    let cap = dice.of(&["2 per day", "5 per rolling hour"]).parse().expect("a cap");
    if dice.one_in(2) { pool.cap(cap).zone("Asia/Tokyo") } else { pool.member_cap(cap) }
}

/// A number that is none, or that is hard to compare.
fn odd_rate(dice: &mut Dice) -> FieldValue {
    let odd: [FieldValue; 7] =
        ["2.5".into(), "high".into(), f64::NAN.into(), i64::MIN.into(), i64::MAX.into(), f64::MAX.into(), true.into()];
    dice.of(&odd)
}

/// One of those who are there from the start; they may manage each other, and themselves.
fn a_manager(dice: &mut Dice) -> &'static str {
    dice.of(&REPS[..5])
}

/// The roster that a game starts with.
pub(crate) fn roster(dice: &mut Dice) -> Roster {
    let mut roster = Roster::new().reps(REPS[..5].iter().map(|id| rep_record(dice, id)).collect::<Vec<_>>());
    roster.reps[0].roles.insert("leadership".to_owned());
    for pool in POOLS {
        let pool_record = pool_record(dice);
        let pool_record = if dice.one_in(2) { pool_record.manager(a_manager(dice)) } else { pool_record };
        roster.pools.insert(pool.to_owned(), pool_record);
    }
    with_shared_times(dice, roster)
}

/// An account of somebody's or nobody's, with any business or none.
pub(crate) fn account(dice: &mut Dice, now: i64, id: &str) -> Account {
    let mut account = Account::new(id);
    if !dice.one_in(4) {
        account = account.owner(dice.of(&REPS));
    }
    account = account.domain(dice.of(&["one.com", "TWO.com"])).open_opportunities(dice.of(&[0, 0, 1, 7, u32::MAX]));
    if dice.one_in(3) {
        account = account.customer();
    }
    if dice.one_in(2) {
        // Some between two milliseconds, and some in the future.
        let lost = time(now + 40 - dice.roll(400) as i64) + Duration::nanoseconds(dice.roll(1_000_000) as i64);
        account = account.lost_at(if dice.one_in(20) { dice.of(&ends_of_time()) } else { lost });
    }
    if dice.one_in(5) { account.late_stage() } else { account }
}

pub(crate) fn presence(dice: &mut Dice, now: i64) -> Presence {
    let presence = dice.of(&[Presence::online(), Presence::busy(), Presence::offline()]);
    if dice.one_in(3) {
        return presence;
    }
    // Some ends lie in the past, and some between two milliseconds.
    let fraction = Duration::nanoseconds(dice.roll(1_000_000) as i64);
    presence.until(time(now + dice.roll(300) as i64 - 40) + fraction)
}

pub(crate) fn lead_id(dice: &mut Dice) -> String {
    format!("L{}", dice.roll(dice.leads))
}

/// A lead of a host's own type, whose values are not those that records keep.
#[derive(Debug, Clone)]
pub(crate) struct TestLead {
    id: String,
    fields: BTreeMap<&'static str, Given>,
}

#[derive(Debug, Clone)]
enum Given {
    Kept(FieldValue),
    Float(f64),
    Time(DateTime<Utc>),
}

impl Lead for TestLead {
    fn id(&self) -> &str {
        &self.id
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        self.fields.get(name).map(|given| match given {
            Given::Kept(value) => value.as_value(),
            Given::Float(float) => Value::Float(*float),
            Given::Time(time) => Value::Time(*time),
        })
    }
}

pub(crate) fn lead(dice: &mut Dice) -> TestLead {
    let id = match dice.roll(40) {
        0 => String::new(),
        // As long as an id may be, and one byte longer.
        1 => "ü".repeat(512) + dice.of(&["", "x"]),
        _ => lead_id(dice),
    };
    lead_called(dice, id)
}

/// A lead with that id, and whatever fields.
pub(crate) fn lead_called(dice: &mut Dice, id: String) -> TestLead {
    let mut fields = BTreeMap::new();
    if !dice.one_in(4) {
        fields.insert("size", Given::Float(dice.roll(20) as f64 / 3.0));
    }
    if !dice.one_in(4) {
        let language = if dice.one_in(6) { odd(dice) } else { Given::Kept(dice.of(&["de", "EN"]).into()) };
        fields.insert("language", language);
    }
    if dice.one_in(2) {
        fields.insert("email", Given::Kept(dice.of(&["x@one.com", "x@TWO.com", "nobody"]).into()));
    }
    if dice.one_in(4) {
        fields.insert("account_id", Given::Kept(dice.of(&["one", "two", "three"]).into()));
    }
    if dice.one_in(4) {
        fields.insert("mood", Given::Kept(dice.of(&["bad", "good"]).into()));
    }
    if dice.one_in(2) {
        fields.insert("odd", odd(dice));
    }
    TestLead { id, fields }
}

/// A value that is hard to keep.
fn odd(dice: &mut Dice) -> Given {
    match dice.roll(9) {
        0 => Given::Float(f64::from_bits(dice.roll(u64::MAX))),
        1 => Given::Float(dice.of(&[f64::NAN, f64::NEG_INFINITY, -0.0, 3.0, f64::MIN_POSITIVE, 9.3e18, f64::MAX])),
        2 => Given::Kept(dice.of(&[i64::MIN, i64::MAX, 0, 3]).into()),
        3 => Given::Time(time(START) + Duration::nanoseconds(dice.roll(10_000_000) as i64)),
        4 => Given::Time(dice.of(&ends_of_time())),
        5 => Given::Kept(dice.of(&["", "\u{0}\"\\\n", "2026-02-25T06:13:20Z", "true", "null", "NaN", "3"]).into()),
        6 => Given::Kept(vec!["de", ""].into()),
        7 => Given::Kept((0..dice.roll(30)).fold("de".into(), |inner, _| FieldValue::List(vec![inner]))),
        _ => Given::Kept(dice.one_in(2).into()),
    }
}

/// Something that a host may say, sensible or not.
pub(crate) fn event(dice: &mut Dice, now: i64, plans: &[TestPlan]) -> Event {
    let rep = dice.of(&REPS);
    match dice.roll(65) {
        53..=64 => what_happens_to_a_lead(dice, rep),
        47..=52 => Event::edit(edit(dice, now, plans)),
        37..=39 => Event::pin(pin(dice), rep, order(dice, now)),
        40 => Event::unpin(pin(dice), Order::new()),
        41..=43 => Event::pause(rep, order(dice, now)),
        44 => Event::resume(rep, Order::new().by("maria")),
        45..=46 => {
            let rotation = dice.of(&["a", "b", "c", "everyone", "nowhere", "shared", "worth", "worth", "a@size:..10"]);
            Event::extra_turns(rep, rotation, dice.roll(4) as u32, Order::new())
        }
        34..=36 => Event::plan(dice.of(plans).plan),
        0..=7 => Event::presence(rep, presence(dice, now)),
        8..=11 => {
            let open = if dice.one_in(20) { u32::MAX } else { dice.roll(4) as u32 };
            if dice.one_in(2) {
                Event::load(rep, open)
            } else {
                Event::load_as_of(rep, open, time(now + 20 - dice.roll(100) as i64))
            }
        }
        12..=19 => Event::closed(lead_id(dice), dice.of(&[Closing::Won, Closing::Lost, Closing::Other])),
        20..=21 => Event::rep(&rep_record(dice, rep)),
        22..=23 => Event::rep_left(rep),
        24..=25 => Event::weight(rep, dice.of(&["a", "b", "c", "everyone", "nowhere"]), dice.roll(4) as u32),
        26..=28 => Event::plan(dice.of(plans).plan),
        29..=31 => Event::account({
            let id = dice.of(&["one", "two"]);
            account(dice, now, id)
        }),
        32 => Event::account_removed(dice.of(&["one", "two"])),
        _ => Event::pool(dice.of(&POOLS), pool_record(dice).manager(rep)),
    }
}

fn what_happens_to_a_lead(dice: &mut Dice, rep: &str) -> Event {
    let lead = lead_id(dice);
    match dice.roll(12) {
        0 => Event::seen(lead),
        1..=3 => Event::contacted(lead),
        4 => Event::qualified(lead),
        5 => Event::no_show(lead),
        6..=8 => Event::rejected(lead, rep, "not mine"),
        9 => Event::merged(lead, lead_id(dice)),
        10 => Event::released(lead),
        _ => Event::notified(lead, format!("{}/new_lead", 1 + dice.roll(60))),
    }
}

/// A roster as somebody else keeps it: some reps, and some pools.
pub(crate) fn another_roster(dice: &mut Dice) -> Roster {
    let mut reps: Vec<RepRecord> = REPS.iter().filter(|_| !dice.one_in(5)).map(|id| RepRecord::new(*id)).collect();
    dice.shuffle(&mut reps);
    let reps: Vec<RepRecord> = reps.iter().map(|rep| rep_record(dice, &rep.id)).collect();
    let pools: Vec<&str> = POOLS.iter().filter(|_| !dice.one_in(3)).copied().collect();
    let roster = pools.into_iter().fold(Roster::new(), |roster, pool| roster.pool(pool, pool_record(dice)));
    with_shared_times(dice, roster.reps(reps))
}

/// Names that may be exchanged: of reps, pools, rotations, queues and labels.
const EXCHANGED: [&[&str]; 5] = [
    &REPS,
    &["a", "b", "c"],
    &["a", "b", "shared", "everyone"],
    &["q1", "q2", "triage", "p1"],
    &["label 1", "label 2", "label 3", "label 4"],
];

/// Names to exchange, sensible or not.
pub(crate) fn exchange(dice: &mut Dice) -> [Vec<(&'static str, &'static str)>; 5] {
    EXCHANGED.map(|names| {
        let (one, other) = (dice.of(names), dice.of(names));
        match dice.roll(30) {
            0..=2 => vec![(one, other), (other, one)],
            3 => vec![(one, other)],
            _ => Vec::new(),
        }
    })
}

fn edit(dice: &mut Dice, now: i64, plans: &[TestPlan]) -> Edit {
    let [reps, pools, rotations, queues, labels] = exchange(dice);
    let mut edit = Edit::new();
    edit = reps.into_iter().fold(edit, |edit, (old, new)| edit.rename_rep(old, new));
    edit = pools.into_iter().fold(edit, |edit, (old, new)| edit.rename_pool(old, new));
    edit = rotations.into_iter().fold(edit, |edit, (old, new)| edit.rename_rotation(old, new));
    edit = queues.into_iter().fold(edit, |edit, (old, new)| edit.rename_queue(old, new));
    edit = labels.into_iter().fold(edit, |edit, (old, new)| edit.rename_label(old, new));
    if dice.one_in(2) {
        let mut roster = another_roster(dice);
        for rep in &mut roster.reps {
            rep.presence = rep.presence.map(|_| presence(dice, now));
        }
        edit = edit.roster(roster);
    }
    if dice.one_in(3) && !plans.is_empty() {
        edit = edit.plan(dice.of(plans).plan);
    }
    if dice.one_in(4) {
        let owner = dice.of(&REPS);
        edit = edit.accounts([Account::new("one").owner(owner).domain("one.com")]);
    }
    edit
}

/// Something that may be pinned.
fn pin(dice: &mut Dice) -> Pin {
    match dice.roll(4) {
        0 => Pin::lead(lead_id(dice)),
        1 => Pin::account(dice.of(&["one", "two"])),
        2 => Pin::territory(dice.of(&["german", "small", "t1", "t2", "t3", "t9"])),
        _ => Pin::domain(dice.of(&["ONE.com", "two.com"])),
    }
}

fn order(dice: &mut Dice, now: i64) -> Order {
    let order = if dice.one_in(2) { Order::new() } else { Order::new().by("maria").because("she knows") };
    if dice.one_in(4) { order } else { order.until(time(now + 60 - dice.roll(20) as i64 * 5)) }
}
