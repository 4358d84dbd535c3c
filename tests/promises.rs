//! The promises of the front page, each as a test.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{
    Decision, Event, LeadRecord, Plan, Presence, Receipt, Record, RepRecord, Roster, RotationView, Router, available,
    days, first_of,
    journal::{TurnCharge, TurnReturned, What},
    least_loaded, only, rep_field, round_robin, same_company, segment, stable_hash,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const TURN: i128 = RotationView::TURN;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap()
}

fn team(pool: &str, count: usize) -> Roster {
    Roster::new().reps((0..count).map(|number| RepRecord::new(format!("rep-{number}")).pool(pool)))
}

/// The largest distance of anybody's balance from zero, in units of a turn.
fn largest_distance(router: &Router) -> i128 {
    let balances = router.rotations().flat_map(|rotation| rotation.members().map(|member| member.balance.abs()));
    balances.max().unwrap_or(0)
}

#[test]
fn two_equal_reps_share_each_band_whatever_order_leads_come_in() -> Outcome {
    let by_score = segment("score")
        .below(50, round_robin("closers"))
        .below(80, round_robin("closers"))
        .rest(round_robin("closers"));
    let mut router = Router::new(Plan::new(by_score).otherwise("triage"), team("closers", 2))?;
    let mut received: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for number in 0..400 {
        let score = [95, 20][number % 2];
        let lead = LeadRecord::new(format!("L-{number}")).with("score", score);
        let receipt = router.route(&lead, start());
        *received.entry((score, receipt.rep().unwrap().to_owned())).or_default() += 1;
        for band in [95, 20] {
            let of = |rep: &str| received.get(&(band, rep.to_owned())).copied().unwrap_or(0);
            assert!((of("rep-0") - of("rep-1")).abs() <= 1, "band of {band} after {} leads", number + 1);
        }
    }
    let names: Vec<&str> = router.rotations().map(|rotation| rotation.name()).collect();
    assert_eq!(names, ["closers@score:..50", "closers@score:50..80", "closers@score:rest"]);
    Ok(())
}

#[test]
fn first_leads_of_fifty_thin_rotations_are_spread_over_ten_reps() -> Outcome {
    let roster = Roster::new().reps((0..10).map(|rep| {
        let rep = RepRecord::new(format!("rep-{rep}"));
        (0..50).fold(rep, |rep, pool| rep.pool(format!("pool-{pool}")))
    }));
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for pool in 0..50 {
        let plan = Plan::new(round_robin(format!("pool-{pool}"))).otherwise("triage");
        let receipt = Router::new(plan, roster.clone())?.route(&LeadRecord::new("L-1"), start());
        *first.entry(receipt.rep().unwrap().to_owned()).or_default() += 1;
    }
    let most = first.values().max().copied().unwrap();
    assert!(most <= 15, "the mean is 5 first leads, but somebody has {most}");
    Ok(())
}

/// The patterns on which rotations in production use drift without bound: three equal reps, and who speaks the lead's
/// language.
#[test]
fn patterns_that_make_other_rotations_drift_do_not_move_this_one() -> Outcome {
    let patterns: [(&[&str], i128, i128); 4] =
        [(&["ab", "abc", "bc"], 5, 6), (&["ab", "ab", "abc"], 5, 6), (&["ab", "bc"], 1, 2), (&["ab", "ac"], 1, 2)];
    for (pattern, numerator, denominator) in patterns {
        let speaks = |rep: &str| -> Vec<String> {
            ["ab", "abc", "bc", "ac"].iter().filter(|set| set.contains(rep)).map(|set| (*set).to_owned()).collect()
        };
        let reps = ["a", "b", "c"].map(|rep| RepRecord::new(rep).pool("team").with("languages", speaks(rep)));
        let plan = Plan::new(only(rep_field("languages").matches("language"), round_robin("team"))).otherwise("triage");
        let mut router = Router::new(plan, Roster::new().reps(reps))?;
        let mut worst = 0;
        for number in 0..1_200 {
            let lead = LeadRecord::new(format!("L-{number}")).with("language", pattern[number % pattern.len()]);
            assert!(router.route(&lead, start()).rep().is_some());
            worst = worst.max(largest_distance(&router));
        }
        assert_eq!(worst * denominator, numerator * TURN, "pattern {pattern:?}");
    }
    Ok(())
}

/// One random happening in a team of at most eight.
#[derive(Debug, Clone)]
enum Happening {
    Decide,
    /// Commits the decision that has waited longest.
    Commit,
    RollBack,
    Away(usize),
    Back(usize),
    Weight(usize, u32),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let rep = 0..8_usize;
    let one = prop_oneof![
        4 => Just(Happening::Decide),
        4 => Just(Happening::Commit),
        1 => Just(Happening::RollBack),
        1 => rep.clone().prop_map(Happening::Away),
        2 => rep.clone().prop_map(Happening::Back),
        1 => (rep, 1..=9_u32).prop_map(|(rep, weight)| Happening::Weight(rep, weight)),
    ];
    prop::collection::vec(one, 1..200)
}

/// Leads of few companies and sizes, and ids that come again.
fn batch() -> impl Strategy<Value = Vec<LeadRecord>> {
    let lead = (0..60_u32, 0..4_u32, 0..2_000_u32).prop_map(|(id, company, size)| {
        let email = format!("{id}@company-{company}.example");
        LeadRecord::new(format!("L-{id}")).with("email", email).with("employees", size)
    });
    prop::collection::vec(lead, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A batch is its leads one by one: the same receipts, the same records and the same state.
    #[test]
    fn a_batch_is_routed_as_its_leads_one_by_one(leads in batch()) {
        let plan = Plan::new(first_of((
            same_company(days(7)),
            segment("employees").below(1_000, available(round_robin("smb"))).rest(least_loaded("everyone")),
        )));
        let reps = (0..5).map(|number| RepRecord::new(format!("rep-{number}")).pool("smb").capacity(8));
        let mut at_once = Router::new(plan.otherwise("triage"), Roster::new().reps(reps)).unwrap();
        let mut one_by_one = at_once.clone();
        let receipts = at_once.route_all(&leads, start());
        let single: Vec<Receipt> = leads
            .iter()
            .map(|lead| {
                let decision = one_by_one.decide(lead, start());
                one_by_one.commit(lead, decision).unwrap()
            })
            .collect();
        prop_assert_eq!(receipts, single);
        prop_assert!(at_once == one_by_one);
    }

    /// With K commits and rollbacks between a decision and its commit, into sets and weights that change as they like,
    /// nobody is ever further from their share than (2 + 2K)(n - 1)/2 turns.
    #[test]
    fn late_commits_into_changed_sets_stay_within_their_bound(count in 3..=8_usize, all in happenings()) {
        let plan = Plan::new(available(round_robin("team"))).otherwise("triage");
        let mut router = Router::new(plan, team("team", count)).unwrap();
        let mut waiting: Vec<(LeadRecord, Decision, u64)> = Vec::new();
        let mut receipts = Vec::new();
        let (mut moves, mut latest) = (0_u64, 0_u64);
        for (number, happening) in all.into_iter().enumerate() {
            let now = start() + TimeDelta::seconds(number as i64);
            let rep = |rep: usize| format!("rep-{}", rep % count);
            match happening {
                Happening::Decide => {
                    let lead = LeadRecord::new(format!("L-{number}"));
                    let decision = router.decide(&lead, now);
                    waiting.push((lead, decision, moves));
                }
                Happening::Commit if !waiting.is_empty() => {
                    let (lead, decision, decided) = waiting.remove(0);
                    let receipt = router.commit(&lead, decision).unwrap();
                    if receipt.turn() == Some(TurnCharge::Charged) {
                        latest = latest.max(moves - decided);
                        moves += 1;
                        receipts.push(receipt);
                    }
                }
                Happening::RollBack => {
                    if let Some(receipt) = receipts.pop() {
                        router.rollback(&receipt).unwrap();
                        moves += 1;
                        // What was given back may undo the picks that were made upon it.
                        latest += 1;
                    }
                }
                Happening::Commit => {}
                Happening::Away(away) => {
                    let event = Event::presence(rep(away), Presence::offline());
                    router.observe(event, now).unwrap();
                }
                Happening::Back(back) => {
                    let event = Event::presence(rep(back), Presence::online());
                    router.observe(event, now).unwrap();
                }
                Happening::Weight(of, weight) => {
                    let event = Event::weight(rep(of), "team", weight);
                    router.observe(event, now).unwrap();
                }
            }
            let bound = (2 + 2 * latest as i128) * (count as i128 - 1) * TURN / 2;
            prop_assert!(largest_distance(&router) <= bound);
            for rotation in router.rotations() {
                let balances: i128 = rotation.members().map(|member| member.balance).sum();
                prop_assert_eq!(balances + rotation.pot() + rotation.departed(), 0);
            }
        }
    }
}

/// Two machines, each with a router of its own, share one list of records: whoever inserts first has the number, the
/// other reads on and decides again.
#[test]
fn routers_that_share_a_journal_agree_and_never_assign_a_lead_twice() -> Outcome {
    let plan = Plan::new(first_of((
        only(rep_field("languages").matches("language"), available(round_robin("team"))),
        available(round_robin("team")),
    )))
    .otherwise("triage");
    let reps = (0..5).map(|rep| {
        let language = ["german", "english"][rep % 2];
        RepRecord::new(format!("rep-{rep}")).pool("team").capacity(60).with("languages", [language])
    });
    let router = Router::new(plan, Roster::new().reps(reps))?;
    let mut machines = [router.clone(), router.clone()];
    let mut journal = Vec::new();
    let mut conflicts = 0;
    for number in 0..600_u64 {
        let draw = stable_hash(&["shared journal", &number.to_string()]);
        let language = ["german", "english", "french"][(draw % 3) as usize];
        // Every third lead reaches both machines at once.
        let lead = LeadRecord::new(format!("L-{number}")).with("language", language);
        let other = LeadRecord::new(format!("M-{number}")).with("language", language);
        let leads = if draw % 9 < 3 { [&lead, &lead] } else { [&lead, &other] };
        let now = start() + TimeDelta::minutes(number as i64);
        // Both prepare before either inserts.
        let mut prepared = Vec::new();
        for (machine, lead) in machines.iter().zip(leads) {
            prepared.push(machine.prepare_commit(lead, &machine.decide(lead, now))?);
        }
        let mut turns = [0, 1];
        if draw.is_multiple_of(2) {
            turns.reverse();
        }
        for turn in turns {
            let mut record = prepared[turn].take();
            while let Some(wanted) = record {
                if wanted.sequence == journal.len() as u64 + 1 {
                    machines[turn].apply(&wanted)?;
                    journal.push(wanted);
                    break;
                }
                conflicts += 1;
                let behind = usize::try_from(machines[turn].sequence())?;
                for missed in &journal[behind..] {
                    machines[turn].apply(missed)?;
                }
                let machine = &machines[turn];
                record = machine.prepare_commit(leads[turn], &machine.decide(leads[turn], now))?;
            }
        }
        for machine in &mut machines {
            let behind = usize::try_from(machine.sequence())?;
            for missed in &journal[behind..] {
                machine.apply(missed)?;
            }
        }
        assert_eq!(machines[0], machines[1], "after lead {number}");
    }
    assert!(conflicts >= 600, "there were only {conflicts} conflicts");
    let mut assigned = BTreeMap::new();
    for record in &journal {
        if let What::Routed(routed) = &record.what {
            *assigned.entry(routed.lead_id().to_owned()).or_insert(0) += usize::from(routed.outcome().rep().is_some());
        }
    }
    assert!(assigned.values().all(|times| *times <= 1));
    Ok(())
}

/// A pick that was right for one set of reps and is committed into another is charged only while that is fair: within
/// 1 + 2K turns of whoever is owed most, after K commits and rollbacks in between.
#[test]
fn a_late_pick_that_would_be_unfair_by_now_is_not_charged() -> Outcome {
    let plan = Plan::new(available(round_robin("team"))).otherwise("triage");
    let mut router = Router::new(plan, team("team", 6))?;
    let set_present = |router: &mut Router, is_there: &dyn Fn(usize, &str) -> bool| -> Outcome {
        for place in 0..6 {
            let rep = format!("rep-{place}");
            let presence = if is_there(place, &rep) { Presence::online() } else { Presence::offline() };
            router.observe(Event::presence(rep, presence), start())?;
        }
        Ok(())
    };
    let balances = |router: &Router| -> Vec<(String, i128)> {
        let members = router.rotations().flat_map(|rotation| rotation.members());
        members.map(|member| (member.rep.to_owned(), member.balance)).collect()
    };
    let mut seen: BTreeMap<(i128, bool), u32> = BTreeMap::new();
    for number in 0..900_u64 {
        let draw = stable_hash(&["late", &number.to_string()]);
        set_present(&mut router, &|place, _| (draw >> place) & 1 == 1)?;
        router.route(&LeadRecord::new(format!("L-{number}")), start());
        let undisturbed = router.clone();
        // Whoever is furthest ahead is the only one there; then the others come back, and only then is it committed.
        let (ahead, _) = balances(&router).into_iter().min_by_key(|(_, balance)| *balance).ok_or("nobody")?;
        set_present(&mut router, &|_, rep| rep == ahead)?;
        let lead = LeadRecord::new(format!("M-{number}"));
        let decision = router.decide(&lead, start());
        assert_eq!(decision.rep(), Some(ahead.as_str()));
        set_present(&mut router, &|_, _| true)?;
        let moves = i128::from(number % 3);
        let between = (moves > 0).then(|| router.route(&LeadRecord::new(format!("B-{number}")), start()));
        if let Some(between) = between.filter(|_| moves == 2) {
            router.rollback(&between)?;
        }
        // All six accrue the same, so that the distance in what they are owed is that of their balances.
        let before = balances(&router);
        let most = before.iter().map(|(_, balance)| *balance).max().ok_or("nobody")?;
        let own = before.iter().find(|(rep, _)| *rep == ahead).map(|(_, balance)| *balance).ok_or("nobody")?;
        let is_fair = most - own <= (1 + 2 * moves) * TURN;
        let receipt = router.commit(&lead, decision)?;
        let charge = if is_fair { TurnCharge::Charged } else { TurnCharge::Uncharged };
        assert_eq!((receipt.rep(), receipt.turn()), (Some(ahead.as_str()), Some(charge)), "{moves} moves");
        assert_eq!(balances(&router) == before, !is_fair);
        *seen.entry((moves, most - own <= TURN)).or_default() += 1;
        router = undisturbed;
    }
    // Near and far, with nothing and with something in between.
    assert!(seen.len() == 6 && seen.values().all(|times| *times > 20), "{seen:?}");
    Ok(())
}

/// Turns that are too long ago are given back all the same, paid for by those who are there; with nobody there they are
/// lost, and the record says so.
#[test]
fn turns_beyond_the_rollback_window_are_spread_or_lost() -> Outcome {
    let plan = Plan::new(round_robin("team")).otherwise("triage").rollback_window(2);
    for (away, expected) in [(0, TurnReturned::Spread), (3, TurnReturned::Lost)] {
        let mut router = Router::new(plan.clone(), team("team", 3))?;
        let receipts: Vec<_> =
            (0..3).map(|number| router.route(&LeadRecord::new(format!("L-{number}")), start())).collect();
        for rep in 0..away {
            router.observe(Event::presence(format!("rep-{rep}"), Presence::offline()), start())?;
        }
        let returned = |record: Option<Record>| match record.map(|record| record.what) {
            Some(What::RolledBack { returned, .. }) => returned,
            _ => None,
        };
        assert_eq!(returned(router.rollback(&receipts[0])?), Some(expected));
        // The two that are kept go back exactly, whoever is there.
        assert_eq!(returned(router.rollback(&receipts[1])?), Some(TurnReturned::Exactly));
        for rotation in router.rotations() {
            let balances: i128 = rotation.members().map(|member| member.balance).sum();
            assert_eq!(balances + rotation.pot() + rotation.departed(), 0);
        }
    }
    Ok(())
}

/// Replays are compared with `==`, so that it must see every difference.
#[test]
fn equality_sees_a_balance_a_load_a_lead_and_a_presence() -> Outcome {
    let plan = Plan::new(available(round_robin("team"))).otherwise("triage");
    let fresh = Router::new(plan, team("team", 2))?;
    let lead = LeadRecord::new("L-1");

    let mut in_hand = fresh.clone();
    let receipt = in_hand.route(&lead, start());
    assert_ne!(in_hand.state(), fresh.state(), "a lead in hand");

    let mut settled = in_hand.clone();
    settled.settle(&receipt)?;
    assert_ne!(settled.state(), in_hand.state(), "a settled commit");

    // The lead is gone and the load is back: what is left is that a turn was taken.
    let mut closed = in_hand.clone();
    closed.observe(Event::closed("L-1", lead_router::Closing::Other), start())?;
    assert_ne!(closed.state(), fresh.state(), "a balance");

    let mut loaded = fresh.clone();
    loaded.observe(Event::load("rep-0", 3), start())?;
    assert_ne!(loaded.state(), fresh.state(), "a load");

    let mut away = fresh.clone();
    away.observe(Event::presence("rep-0", Presence::busy()), start())?;
    assert_ne!(away.state(), fresh.state(), "a presence");

    let mut back = away.clone();
    back.observe(Event::presence("rep-0", Presence::online()), start())?;
    assert_eq!(back.state(), fresh.state());
    assert_ne!(back, fresh, "two more records");
    Ok(())
}
