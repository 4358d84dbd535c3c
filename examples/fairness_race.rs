//! How far do reps get from their fair share? Four rules that people write, and the crate, on the same leads.
//!
//! Each lead is one unit, which the reps who can take it are entitled to by weight; one of them receives all of it. How
//! far a rep's receipts are from its entitlement, and how far that gets over a week, is what this measures. All numbers
//! are exact.
//!
//! `cargo run --example fairness_race`

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use lead_router::{
    Event, Lead, Plan, Presence, Rep, RepRecord, Roster, RotationView, Router, Value, available, only, rep_field,
    round_robin, stable_hash,
};
use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::iter::once;

/// One lead, in units that every sum of weights up to 10 divides.
const LEAD: i128 = 2_520;

/// A number for each rep, 0 unless there is one.
type Amounts = BTreeMap<&'static str, i128>;

fn of(amounts: &Amounts, rep: &str) -> i128 {
    amounts.get(rep).copied().unwrap_or(0)
}

struct Enquiry {
    id: String,
    language: &'static str,
}

impl Lead for Enquiry {
    fn id(&self) -> &str {
        &self.id
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        (name == "language").then_some(Value::from(self.language))
    }
}

struct Member {
    name: &'static str,
    weight: u32,
    languages: &'static [&'static str],
    shift: Option<Shift>,
}

/// From one full hour to another, but for some days.
struct Shift {
    start: u32,
    end: u32,
    days_off: &'static [Weekday],
}

impl Shift {
    fn is_on(&self, now: DateTime<Utc>) -> bool {
        (self.start..self.end).contains(&now.hour()) && !self.days_off.contains(&now.weekday())
    }
}

impl Member {
    /// The router works this out by itself; the other rules need to be told.
    fn can_take(&self, enquiry: &Enquiry, now: DateTime<Utc>) -> bool {
        self.languages.contains(&enquiry.language) && self.shift.as_ref().is_none_or(|shift| shift.is_on(now))
    }
}

impl Rep for Member {
    fn id(&self) -> &str {
        self.name
    }

    fn describe(&self, into: &mut RepRecord) {
        into.pools.insert("sales".to_owned(), self.weight);
        into.fields.insert("languages".to_owned(), self.languages.to_vec().into());
        into.presence = self.shift.as_ref().map(|_| Presence::offline());
    }
}

/// A rule that people write in an afternoon. It chooses among those who can take the lead; ties go to the first.
trait Rule {
    fn choose<'team>(&mut self, open: &[&'team Member]) -> Option<&'team Member>;
}

/// A cursor goes round the team and skips those who cannot. Who weighs two stands in the ring twice.
struct Cursor {
    ring: VecDeque<&'static str>,
}

impl Rule for Cursor {
    fn choose<'team>(&mut self, open: &[&'team Member]) -> Option<&'team Member> {
        let next = self.ring.iter().position(|name| open.iter().any(|member| member.name == *name))?;
        self.ring.rotate_left(next + 1);
        open.iter().copied().find(|member| self.ring.back() == Some(&member.name))
    }
}

/// Whoever has waited longest since their last lead; who weighs two waits twice as fast.
#[derive(Default)]
struct LeastRecent {
    now: i128,
    last: Amounts,
}

impl Rule for LeastRecent {
    fn choose<'team>(&mut self, open: &[&'team Member]) -> Option<&'team Member> {
        self.now += 1;
        let wait = |member: &Member| self.now - of(&self.last, member.name);
        let chosen = open.iter().copied().min_by_key(|member| -wait(member) * i128::from(member.weight))?;
        self.last.insert(chosen.name, self.now);
        Some(chosen)
    }
}

/// nginx's smooth weighted round robin over those who can: each gains its weight, the largest is chosen and pays the sum.
#[derive(Default)]
struct SmoothWeighted {
    current: Amounts,
}

impl Rule for SmoothWeighted {
    fn choose<'team>(&mut self, open: &[&'team Member]) -> Option<&'team Member> {
        for member in open {
            *self.current.entry(member.name).or_default() += i128::from(member.weight);
        }
        let chosen = open.iter().copied().min_by_key(|member| -of(&self.current, member.name))?;
        *self.current.entry(chosen.name).or_default() -= total_weight(open);
        Some(chosen)
    }
}

/// Whoever had the fewest leads for their weight.
#[derive(Default)]
struct FewestLeads {
    received: Amounts,
}

impl Rule for FewestLeads {
    fn choose<'team>(&mut self, open: &[&'team Member]) -> Option<&'team Member> {
        let per_weight = |member: &Member| of(&self.received, member.name) * LEAD / i128::from(member.weight);
        let chosen = open.iter().copied().min_by_key(|member| per_weight(member))?;
        *self.received.entry(chosen.name).or_default() += 1;
        Some(chosen)
    }
}

fn total_weight(open: &[&Member]) -> i128 {
    open.iter().map(|member| i128::from(member.weight)).sum()
}

/// The crate and its rivals, side by side.
struct Race<'team> {
    team: &'team [Member],
    router: Router,
    rivals: [Box<dyn Rule>; 4],
    /// What each rep is entitled to so far. It depends on who could take the leads, not on who got them.
    entitled: Amounts,
    scores: [Score; 5],
    leads: i128,
}

const RULES: [&str; 5] = ["cursor", "least recent", "nginx smooth", "fewest leads", "lead-router"];

/// How one rule has done so far.
#[derive(Default)]
struct Score {
    received: Amounts,
    /// The distance of the rep who is furthest from the entitlement: the largest so far, and the sum over all leads.
    largest: i128,
    sum: i128,
}

impl<'team> Race<'team> {
    fn new(team: &'team [Member]) -> Result<Self, Box<dyn Error>> {
        let plan = Plan::new(only(rep_field("languages").matches("language"), available(round_robin("sales"))));
        let ring = team.iter().flat_map(|member| (0..member.weight).map(|_| member.name)).collect();
        Ok(Self {
            team,
            router: Router::new(plan.otherwise("triage"), Roster::new().reps(team))?,
            rivals: [
                Box::new(Cursor { ring }),
                Box::new(LeastRecent::default()),
                Box::new(SmoothWeighted::default()),
                Box::new(FewestLeads::default()),
            ],
            entitled: BTreeMap::new(),
            scores: Default::default(),
            leads: 0,
        })
    }

    /// Gives the lead to somebody by each of the rules, and keeps the score.
    fn run(&mut self, enquiry: &Enquiry, now: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
        let decision = self.router.decide(enquiry, now);
        let receipt = self.router.commit(enquiry, decision)?;
        self.router.settle(&receipt)?;

        let open: Vec<&Member> = self.team.iter().filter(|member| member.can_take(enquiry, now)).collect();
        let ours = open.iter().copied().find(|member| receipt.rep() == Some(member.name));
        assert_eq!(ours.is_some(), !open.is_empty(), "the router sees the same reps open");
        self.leads += 1;
        let total = total_weight(&open);
        assert!(open.is_empty() || LEAD % total == 0, "a lead does not divide by {total}");
        for member in &open {
            *self.entitled.entry(member.name).or_default() += LEAD * i128::from(member.weight) / total;
        }
        let chosen = self.rivals.iter_mut().map(|rule| rule.choose(&open)).chain(once(ours));
        for (score, member) in self.scores.iter_mut().zip(chosen) {
            if let Some(member) = member {
                *score.received.entry(member.name).or_default() += LEAD;
            }
            let distance = |rep| (of(&self.entitled, rep) - of(&score.received, rep)).abs();
            let furthest = self.team.iter().map(|member| distance(member.name)).max().unwrap_or(0);
            score.largest = score.largest.max(furthest);
            score.sum += furthest;
        }
        Ok(())
    }

    /// Whether the router's own ledger says of every rep what the score says.
    fn ledger_agrees(&self) -> bool {
        let [.., ours] = &self.scores;
        self.router.rotation("sales").is_some_and(|rotation| {
            rotation.members().all(|member| {
                let owed = of(&self.entitled, member.rep) - of(&ours.received, member.rep);
                member.balance * LEAD == owed * RotationView::TURN
            })
        })
    }
}

const WEEKEND: [Weekday; 2] = [Weekday::Sat, Weekday::Sun];

/// Two shifts that overlap, three languages, part-time weights, days off.
const TEAM: [Member; 6] = [
    member("ann", 2, &["english", "german"], 8, 16, &[Weekday::Sun]),
    member("bob", 2, &["english"], 8, 16, &WEEKEND),
    member("cem", 1, &["english", "french"], 8, 14, &[Weekday::Tue]),
    member("dee", 2, &["english", "german", "french"], 12, 20, &[Weekday::Mon, Weekday::Sat]),
    member("eva", 1, &["english", "french"], 12, 20, &[Weekday::Thu]),
    member("fin", 1, &["english", "german"], 10, 18, &[Weekday::Wed, Weekday::Fri]),
];

const fn member(
    name: &'static str,
    weight: u32,
    languages: &'static [&'static str],
    start: u32,
    end: u32,
    days_off: &'static [Weekday],
) -> Member {
    Member { name, weight, languages, shift: Some(Shift { start, end, days_off }) }
}

/// 120 leads a day from 8 to 20 hours, half of them in English.
fn run_week() -> Result<(), Box<dyn Error>> {
    println!("The largest distance of any rep from the fair share so far, in leads\n");
    println!("   {}", RULES.map(|rule| format!("  {rule:<13}")).concat().trim_end());
    let mut race = Race::new(&TEAM)?;
    let monday: DateTime<Utc> = "2026-03-02T08:00:00Z".parse()?;
    for day in (0..7).map(|days| monday + TimeDelta::days(days)) {
        for now in (0..120).map(|leads| day + TimeDelta::minutes(6 * leads)) {
            clock_in(&mut race.router, now)?;
            let id = now.format("%a %H:%M").to_string();
            let language = match stable_hash(&["language", &id]) % 4 {
                0 | 1 => "english",
                2 => "german",
                _ => "french",
            };
            race.run(&Enquiry { id, language }, now)?;
        }
        let row = race.scores.each_ref().map(|score| bar(score.largest)).concat();
        println!("{}{}", day.format("%a"), row.trim_end());
    }

    let [.., ours] = &race.scores;
    let bound = LEAD * (TEAM.len() as i128 - 1) / 2;
    assert!(ours.largest <= bound && race.ledger_agrees());
    println!("\nlead-router: {} on average, {} at most.", decimal(ours.sum / race.leads), decimal(ours.largest));
    println!("Whatever comes, it stays within (n - 1) / 2 = {}; the others have no bound.", decimal(bound));
    println!("Its own ledger says the same of every rep, to the last unit.");
    println!("{} of {} leads found nobody and wait in triage.", race.router.waiting_in("triage"), race.leads);
    Ok(())
}

/// Whoever begins now is online until the shift ends, which the router then sees by itself.
fn clock_in(router: &mut Router, now: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
    for member in &TEAM {
        if let Some(shift) = &member.shift
            && shift.is_on(now)
            && (now.hour(), now.minute()) == (shift.start, 0)
        {
            let end = now + TimeDelta::hours(i64::from(shift.end - shift.start));
            router.observe(Event::presence(member.name, Presence::online().until(end)), now)?;
        }
    }
    Ok(())
}

/// Leads that come in a fixed pattern of languages, by who speaks them.
const PATTERNS: [(&str, &[&str]); 3] =
    [("ab, abc, bc", &["x", "y", "z"]), ("ab, ab, abc", &["x", "x", "y"]), ("ab, bc", &["x", "z"])];

/// Three equal reps and a pattern of two or three leads are enough to make others drift for ever.
fn run_patterns() -> Result<(), Box<dyn Error>> {
    println!("\nThree equal reps a, b, c, of whom these can take the leads in turn; 120 leads\n");
    println!("{:11}{}", "", RULES.map(|rule| format!("  {rule:>12}")).concat());
    let speaker = |name, languages| Member { name, weight: 1, languages, shift: None };
    let team = [speaker("a", &["x", "y"]), speaker("b", &["x", "y", "z"]), speaker("c", &["y", "z"])];
    let now = "2026-03-02T08:00:00Z".parse()?;
    for (pattern, languages) in PATTERNS {
        let mut race = Race::new(&team)?;
        for (number, language) in (1..=120).zip(languages.iter().cycle()) {
            race.run(&Enquiry { id: format!("lead {number}"), language }, now)?;
        }
        let row = race.scores.each_ref().map(|score| format!("  {:>12}", fraction(score.largest))).concat();
        println!("{pattern:11}{row}");
        assert!(race.ledger_agrees());
    }
    println!("\n\"Fewest leads\" evens out totals: in part that is another idea of what is fair.");
    Ok(())
}

/// The number, and a `#` for each 6 leads begun.
fn bar(distance: i128) -> String {
    let length = (distance + 6 * LEAD - 1) / (6 * LEAD);
    format!("  {:>4} {:8}", decimal(distance), "#".repeat(length as usize))
}

/// Rounded to a tenth of a lead.
fn decimal(distance: i128) -> String {
    let tenths = (distance * 10 + LEAD / 2) / LEAD;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Less than a lead as a fraction in lowest terms, more as a decimal.
fn fraction(distance: i128) -> String {
    if distance >= LEAD {
        return decimal(distance);
    }
    let common = (1..=LEAD).rev().find(|divisor| distance % divisor == 0 && LEAD % divisor == 0).unwrap_or(1);
    format!("{}/{}", distance / common, LEAD / common)
}

fn main() -> Result<(), Box<dyn Error>> {
    run_week()?;
    run_patterns()
}
