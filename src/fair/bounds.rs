//! How far balances get from zero: published counter-examples, adversaries and late commits.

use super::testing::{Dice, Pool, balances, by_slot, distance, fraction, lead, seat};
use super::{Basis, Ledger, Seat, Size, Slot, TURN};

/// The largest distance from the ideal at any moment of one cycle, from counts alone, over the total weight.
fn worst_static_distance(weights: &[u32]) -> (i128, i128) {
    let mut pool = Pool::new(weights);
    let total: u32 = weights.iter().sum();
    let mut received = vec![0; weights.len()];
    let mut worst = 0;
    for leads in 1..=i128::from(total) {
        received[pool.lead()] += 1;
        for (weight, received) in weights.iter().zip(&received) {
            worst = worst.max((leads * i128::from(*weight) - i128::from(total) * received).abs());
        }
    }
    (worst, total.into())
}

#[test]
fn published_counter_examples_stay_within_quota_at_the_stated_distance() {
    let table: [(Vec<u32>, i128, i128); 8] = [
        (vec![5, 1, 1], 4, 7),
        (vec![9, 1, 1, 1], 3, 4),
        (vec![7, 3, 2, 1, 1], 5, 7),
        ([vec![10], vec![1; 10]].concat(), 9, 10),
        (vec![9, 9, 1, 1, 1], 6, 7),
        (vec![8, 8, 1, 1, 1, 1], 17, 20),
        ([vec![49, 44], vec![1; 7]].concat(), 93, 100),
        ([vec![50; 4], vec![1; 12]].concat(), 51, 53),
    ];
    for (weights, top, bottom) in table {
        let (worst, total) = worst_static_distance(&weights);
        assert_eq!(worst * bottom, top * total, "{weights:?}: {worst}/{total}");
    }
}

#[test]
fn patterns_that_make_other_rules_drift_stay_where_they_are() {
    let patterns: [(&[&[usize]], i128, i128); 4] = [
        (&[&[0, 1], &[0, 1, 2], &[1, 2]], 5, 6),
        (&[&[0, 1], &[0, 1], &[0, 1, 2]], 5, 6),
        (&[&[0, 1], &[1, 2]], 1, 2),
        (&[&[0, 1], &[0, 2]], 1, 2),
    ];
    for (pattern, top, bottom) in patterns {
        let mut pool = Pool::new(&[1, 1, 1]);
        let mut worst = 0;
        for who in pattern.iter().cycle().take(1_200) {
            pool.lead_for(who);
            worst = worst.max(distance(&pool.ledger));
        }
        assert_eq!(worst, fraction(top, bottom).in_units(), "{pattern:?}");
    }
}

#[test]
fn equal_members_get_every_nth_lead_in_the_same_order() {
    let mut ledger = Ledger::new();
    let seats: Vec<Seat> =
        [30, 10, 20, 40].map(|lot| ledger.join(lot)).into_iter().map(|slot| Seat { slot, weight: 7 }).collect();
    for _ in 0..50 {
        let block = [(); 4].map(|()| lead(&mut ledger, &seats));
        assert_eq!(block, [1, 2, 0, 3]);
    }
}

/// Offers the closest pair until nothing moves: the adversary behind the lower bounds.
fn closest_pair_adversary(members: usize, rounds: usize, weights: impl Fn(i128) -> [u32; 2]) -> i128 {
    let mut pool = Pool::new(&vec![1; members]);
    let mut worst = 0;
    for _ in 0..rounds {
        let owed = balances(&pool.ledger);
        let mut order: Vec<usize> = (0..members).collect();
        order.sort_by_key(|at| owed[*at]);
        let gap = |pair: &&[usize]| owed[pair[1]] - owed[pair[0]];
        let pair = order.windows(2).min_by_key(gap).unwrap();
        let weights = weights(gap(&pair));
        lead(&mut pool.ledger, &[seat(pair[0], weights[0]), seat(pair[1], weights[1])]);
        worst = worst.max(distance(&pool.ledger));
        assert!(2 * worst <= (members as i128 - 1) * (TURN + 1_000_000));
    }
    worst
}

#[test]
fn closest_pair_adversary_with_equal_weights_forces_a_quarter_but_never_a_half() {
    for members in 2..=10 {
        let rounds = members * (members - 1) * (members - 1) / 8 + 1;
        let worst = closest_pair_adversary(members, rounds, |_| [1, 1]);
        assert!(4 * worst >= (members as i128 - 1) * TURN, "{members}: {worst}");
    }
}

#[test]
fn closest_pair_adversary_with_free_weights_forces_nearly_a_half_but_never_more() {
    for members in [3, 4, 8] {
        let level_them = |gap: i128| {
            let raise = 500_000 * gap.min(TURN) / TURN;
            [500_000 + raise, 500_000 - raise].map(|weight| weight.clamp(1, 999_999) as u32)
        };
        let worst = closest_pair_adversary(members, 4_000, level_them);
        let bound = (members as i128 - 1) * TURN / 2;
        assert!(worst > bound - TURN / 50, "{members}: {worst} of {bound}");
    }
}

#[test]
fn changing_sets_and_weights_never_pass_half_the_number_of_others() {
    for members in [3, 5, 9] {
        let mut dice = Dice(members as u64);
        let mut ledger = Pool::new(&vec![1; members]).ledger;
        for heaviest in [1, 4, 1_000_000].repeat(500) {
            let seats = dice.seats(members, heaviest);
            if seats.is_empty() {
                continue;
            }
            lead(&mut ledger, &seats);
            let largest_total = 1_000_000 * members as i128;
            assert!(2 * distance(&ledger) <= (members as i128 - 1) * (TURN + largest_total));
        }
    }
}

/// Commits, at each step, the worst choice that the guard lets through, to a set that was drawn after the choice.
fn worst_late_commits(members: usize, turns: Option<u64>, steps: usize) -> i128 {
    let mut dice = Dice(turns.unwrap_or(99));
    let mut ledger = Pool::new(&vec![1; members]).ledger;
    let mut worst = 0;
    for _ in 0..steps {
        let heaviest = [1, 5, 1_000][dice.throw(3) as usize];
        let seats = dice.seats(members, heaviest);
        let chosen = (0..members)
            .map(|slot| seat(slot, 1))
            .filter(|chosen| {
                let seats = seats.iter().copied();
                turns.is_none_or(|turns| ledger.trails_by_at_most(seats, *chosen, turns))
            })
            .min_by_key(|chosen| ledger.balance(chosen.slot))
            .unwrap();
        ledger.charge(seats.into_iter(), chosen, Size::NONE);
        worst = worst.max(distance(&ledger));
    }
    worst
}

#[test]
fn late_commits_under_the_guard_stay_within_their_slack() {
    for members in [2, 3, 5] {
        for late_by in [0, 1, 3] {
            let worst = worst_late_commits(members, Some(1 + 2 * late_by), 600);
            let bound = (2 + 2 * i128::from(late_by)) * (members as i128 - 1);
            assert!(2 * worst <= bound * (TURN + 6_000), "{members} members, late by {late_by}");
            assert!(4 * worst >= bound * TURN, "the run is too tame to test the bound");
        }
    }
}

#[test]
fn late_commits_without_the_guard_drift_without_end() {
    // A lead that only the first could take is decided, the others come back, and then it is committed.
    let drift = |is_guarded: bool| {
        let mut pool = Pool::new(&[1, 1, 1]);
        let (alone, others) = (pool.of(&[0]), pool.of(&[1, 2]));
        for _ in 0..90 {
            let pick = pool.ledger.pick(alone.iter().copied(), by_slot).unwrap();
            assert_eq!((pick.slot, pick.basis), (Slot(0), Basis::Only));
            let others = others.iter().copied();
            if !is_guarded || pool.ledger.trails_by_at_most(others.clone(), alone[0], 1) {
                pool.ledger.charge(others, alone[0], Size::NONE).unwrap();
            }
        }
        distance(&pool.ledger)
    };
    assert_eq!(drift(false), 60 * TURN);
    assert!(drift(true) <= 2 * TURN);
    assert!(worst_late_commits(3, None, 600) > 50 * TURN);
}

#[test]
fn late_guard_allows_exactly_the_stated_turns() {
    let mut pool = Pool::new(&[1, 1]);
    pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(0, 1), Size::NONE).unwrap();
    let allows = |pool: &Pool, turns| pool.ledger.trails_by_at_most(pool.of(&[1]).into_iter(), seat(0, 1), turns);
    assert!(!allows(&pool, 0));
    assert!(allows(&pool, 1));
    pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(0, 1), Size::NONE).unwrap();
    assert!(!allows(&pool, 1));
    assert!(allows(&pool, 2));
    assert!(allows(&pool, u64::MAX));
    pool.ledger.leave(Slot(0));
    assert!(!allows(&pool, u64::MAX), "who left cannot take a turn");
}
