//! Strategies of your own: a bandit that learns who closes best, and a wrapper that chooses between two steps.
//!
//! Both are pure. What the bandit has learned lives in the router, as tallies, so that a rollback takes it back and a
//! replay of the journal arrives at the same numbers.
//!
//! `cargo run --example custom_strategy`

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use lead_router::{
    Closing, Event, LeadRecord, Plan, Record, Registry, RepRecord, Roster, Router, Scope, Strategy, Verdict, custom,
    label, round_robin, stable_hash,
    strategy::{Branch, Candidate, Effects, News, NewsKind, PoolHandle, Setup, SetupError, Tally},
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;

/// The label under which the bandit's tallies are kept, and the salt of its draws.
const LABEL: &str = "closers";

/// Epsilon-greedy: most leads go to the rep with the best record, a few to somebody at random so that the others are
/// not judged by their first week for ever.
#[derive(Debug)]
struct Bandit {
    pool: PoolHandle,
    explore_percent: u64,
    shown: Tally,
    won: Tally,
}

#[derive(Deserialize)]
struct BanditSettings {
    pool: String,
    explore_percent: u64,
}

impl Bandit {
    fn make(settings: BanditSettings, setup: &mut Setup) -> Result<Self, SetupError> {
        if settings.explore_percent > 100 {
            return Err(SetupError::new("`explore_percent` is more than 100"));
        }
        Ok(Self {
            pool: setup.pool(&settings.pool)?,
            explore_percent: settings.explore_percent,
            shown: setup.tally("shown"),
            won: setup.tally("won"),
        })
    }

    /// Leads won and leads shown, with one win in two leads given to everyone in advance: whoever is new looks
    /// promising. A lead that is still open counts as not won, so that nobody shines by never closing any.
    fn record(&self, scope: &Scope<'_>, candidate: &Candidate<'_>) -> (i64, i64) {
        (scope.tally(self.won, candidate.rep()) + 1, scope.tally(self.shown, candidate.rep()) + 2)
    }
}

impl Strategy for Bandit {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        // No randomness: the same lead draws the same numbers on every machine.
        let lead = scope.lead().id();
        let explores = stable_hash(&[LABEL, lead]) % 100 < self.explore_percent;
        let open = scope.open(self.pool);
        let chosen = if explores {
            open.min_by_key(|candidate| stable_hash(&[LABEL, lead, candidate.id()]))
        } else {
            // Won of shown, compared crosswise: integers do not round. On a tie the first by alphabet.
            open.max_by(|one, other| {
                let (one_won, one_shown) = self.record(scope, one);
                let (other_won, other_shown) = self.record(scope, other);
                (one_won * other_shown).cmp(&(other_won * one_shown)).then(other.id().cmp(one.id()))
            })
        };
        let Some(candidate) = chosen else {
            return scope.nobody_open(self.pool);
        };
        if explores {
            return scope.pick(candidate.rep(), "the bandit explores");
        }
        let (won, shown) = self.record(scope, &candidate);
        let reason = format!("the best record so far: {} won of {}", won - 1, shown - 2);
        scope.pick(candidate.rep(), reason)
    }

    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        match news.kind() {
            NewsKind::Routed => effects.add(self.shown, news.rep(), 1),
            NewsKind::Won => effects.add(self.won, news.rep(), 1),
            // A duplicate, a test, or a lead that went on to somebody else says nothing about the rep.
            NewsKind::Closed | NewsKind::MovedOn => effects.add(self.shown, news.rep(), -1),
            _ => {}
        }
    }
}

/// A wrapper: one step from Monday to Friday, another at the weekend. It picks nobody itself.
#[derive(Debug)]
struct ByWeekday {
    weekdays: Branch,
    weekend: Branch,
}

/// It needs no settings: its steps are branches, which the plan knows of.
#[derive(Deserialize)]
struct NoSettings {}

impl ByWeekday {
    fn make(_: NoSettings, setup: &mut Setup) -> Result<Self, SetupError> {
        Ok(Self { weekdays: setup.branch("weekdays")?, weekend: setup.branch("weekend")? })
    }
}

impl Strategy for ByWeekday {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        match scope.now().weekday() {
            Weekday::Sat | Weekday::Sun => scope.visit(self.weekend),
            _ => scope.visit(self.weekdays),
        }
    }
}

fn registry() -> Registry {
    Registry::new().strategy("epsilon greedy", Bandit::make).strategy("by weekday", ByWeekday::make)
}

fn plan() -> Plan {
    let bandit = custom("epsilon greedy").setting("pool", "closers").setting("explore_percent", 10);
    let by_weekday =
        custom("by weekday").branch("weekdays", label(LABEL, bandit)).branch("weekend", round_robin("on call"));
    Plan::new(by_weekday).otherwise("triage")
}

fn new_router() -> Result<Router, Box<dyn Error>> {
    let roster = Roster::new()
        .reps(CLOSERS.map(|(id, _)| RepRecord::new(id).pool("closers")))
        .reps(["dee", "eva"].map(|id| RepRecord::new(id).pool("on call")));
    Ok(Router::builder(plan(), roster).registry(registry()).build()?)
}

/// How many of a hundred leads each rep really wins. Only the market knows; the bandit has to find out.
const CLOSERS: [(&str, u64); 3] = [("ann", 16), ("bob", 30), ("cem", 22)];

fn outcome(lead: &str, rep: &str) -> Closing {
    let wins = CLOSERS.iter().find(|(closer, _)| *closer == rep).map_or(20, |(_, wins)| *wins);
    if stable_hash(&["market", lead]) % 100 < wins { Closing::Won } else { Closing::Lost }
}

/// Leads that the bandit gave out, by month and rep.
type Shares = BTreeMap<(u32, String), u32>;

/// Eight leads a day, each won or lost some weeks later. The journal gets a record of everything.
fn simulate_year(router: &mut Router, journal: &mut Vec<Record>) -> Result<Shares, Box<dyn Error>> {
    let first_day: DateTime<Utc> = "2026-01-01T09:00:00Z".parse()?;
    let mut shares = Shares::new();
    let mut closings: BTreeMap<DateTime<Utc>, Vec<Event>> = BTreeMap::new();
    for day in (0..365).map(|days| first_day + TimeDelta::days(days)) {
        for event in closings.remove(&day).unwrap_or_default() {
            journal.push(router.observe(event, day)?);
        }
        for now in (0..8).map(|hours| day + TimeDelta::hours(hours)) {
            let lead = LeadRecord::new(now.format("L-%m-%d-%H").to_string());
            let receipt = router.route(&lead, now);
            journal.extend(receipt.record().cloned());
            journal.extend(router.settle(&receipt)?);

            let Some(rep) = receipt.rep() else { continue };
            if receipt.path() == LABEL {
                *shares.entry((day.month(), rep.to_owned())).or_default() += 1;
            }
            let weeks = 1 + stable_hash(&["weeks", receipt.lead_id()]) % 4;
            let closed = Event::closed(receipt.lead_id(), outcome(receipt.lead_id(), rep));
            closings.entry(day + TimeDelta::weeks(weeks as i64)).or_default().push(closed);
        }
    }
    Ok(shares)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut router = new_router()?;
    let mut journal = Vec::new();
    let shares = simulate_year(&mut router, &mut journal)?;

    println!("A year of weekday leads: one in ten goes to anyone, the others to the best record.\n");
    println!("{:12}{}", "", CLOSERS.map(|(rep, _)| format!("{rep:>6}")).concat());
    println!("{:12}{}", "really win", CLOSERS.map(|(_, wins)| format!("{wins:>5}%")).concat());
    for month in 1..=12 {
        let given = |rep: &str| shares.get(&(month, rep.to_owned())).copied().unwrap_or(0);
        println!("{:12}{}", format!("month {month}"), CLOSERS.map(|(rep, _)| format!("{:>6}", given(rep))).concat());
    }
    let favourite = shares.range((12, String::new())..).max_by_key(|(_, leads)| **leads);
    println!("\nmost leads in the last month: {}", favourite.map_or("nobody", |((_, rep), _)| rep));

    // A lead that the CRM refuses: commit and rollback, with the bandit's numbers before, between and after.
    let now = router.clock().ok_or("nothing happened")?;
    let (refused, next) = (LeadRecord::new("refused"), LeadRecord::new("next"));
    let before = router.clone();
    println!("\nbefore:         {}", router.decide(&next, now).reason());
    let receipt = router.route(&refused, now);
    journal.extend(receipt.record().cloned());
    println!("after commit:   {}", router.decide(&next, now).reason());
    journal.extend(router.rollback(&receipt)?);
    println!("after rollback: {}", router.decide(&next, now).reason());
    assert!(router.state() == before.state());
    println!("the rollback left the state as it was before the commit, tallies and all");

    let mut replayed = new_router()?;
    for record in &journal {
        replayed.apply(record)?;
    }
    assert!(replayed == router);
    println!("replaying the {} records of the journal gives an equal router", journal.len());
    Ok(())
}
