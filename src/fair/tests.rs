//! The promises, one by one, on examples that a reader can follow.

use super::testing::{Dice, Pool, balances, by_slot, distance, fraction, lead, seat, sum_of_all};
use super::{Basis, Charge, Ledger, Pick, Seat, Slot, TURN};
use std::cmp::Ordering;
use std::sync::Arc;

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
        ledger.charge(seats.into_iter(), chosen);
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
    let mut pool = Pool::new(&[1, 1, 1]);
    for _ in 0..90 {
        let alone = pool.of(&[0]);
        let pick = pool.ledger.pick(alone.iter().copied(), by_slot).unwrap();
        assert_eq!(pick, Pick { slot: Slot(0), basis: Basis::Only });
        let others = pool.of(&[1, 2]);
        pool.ledger.charge(others.into_iter(), alone[0]).unwrap();
    }
    assert_eq!(pool.ledger.balance(Slot(0)), Some(-60 * TURN));
    assert!(worst_late_commits(3, None, 600) > 50 * TURN);
}

#[test]
fn late_guard_allows_exactly_the_stated_turns() {
    let mut pool = Pool::new(&[1, 1]);
    pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(0, 1)).unwrap();
    let allows = |pool: &Pool, turns| pool.ledger.trails_by_at_most(pool.of(&[1]).into_iter(), seat(0, 1), turns);
    assert!(!allows(&pool, 0));
    assert!(allows(&pool, 1));
    pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(0, 1)).unwrap();
    assert!(!allows(&pool, 1));
    assert!(allows(&pool, 2));
    assert!(allows(&pool, u64::MAX));
    pool.ledger.leave(Slot(0));
    assert!(!allows(&pool, u64::MAX), "who left cannot take a turn");
}

#[test]
fn nobody_eligible_picks_nobody() {
    let ledger = Pool::new(&[1, 1]).ledger;
    assert_eq!(ledger.pick([].into_iter(), by_slot), None);
    let ignored = [seat(0, 0), seat(7, 1)];
    assert_eq!(ledger.pick(ignored.into_iter(), by_slot), None);
}

#[test]
fn the_only_one_eligible_is_picked_and_it_is_no_turn() {
    let mut pool = Pool::new(&[1, 2, 3]);
    pool.lead();
    let before = pool.ledger.clone();
    let pick = pool.ledger.pick(pool.of(&[1]).into_iter(), by_slot);
    assert_eq!(pick, Some(Pick { slot: Slot(1), basis: Basis::Only }));
    assert_eq!(pool.ledger.charge(pool.of(&[1]).into_iter(), seat(1, 2)), None);
    assert_eq!(pool.ledger.charge([].into_iter(), seat(1, 2)), None);
    assert_eq!(pool.ledger, before);
}

#[test]
fn unknown_departed_and_weightless_seats_count_for_nothing() {
    let mut pool = Pool::new(&[1, 2, 3]);
    pool.ledger.leave(Slot(2));
    let noise = [seat(2, 9), seat(0, 1), seat(8, 4), seat(1, 2), seat(1, 0)];
    let clean = pool.of(&[0, 1]);
    let mut with_noise = pool.ledger.clone();
    for _ in 0..20 {
        assert_eq!(lead(&mut with_noise, &noise), lead(&mut pool.ledger, &clean));
        assert_eq!(with_noise, pool.ledger);
    }
    for chosen in [seat(2, 9), seat(8, 4), seat(7, 0)] {
        assert_eq!(with_noise.charge(noise.into_iter(), chosen), None);
        assert!(!with_noise.trails_by_at_most(noise.into_iter(), chosen, 5));
    }
    with_noise.leave(Slot(8));
    with_noise.forgive(Slot(2));
    assert_eq!(with_noise, pool.ledger);
}

#[test]
fn a_turn_is_exactly_a_turn_and_shares_follow_weights() {
    let mut pool = Pool::new(&[5, 2, 3]);
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(1, 2)).unwrap();
    assert_eq!(balances(&pool.ledger), [TURN / 2, TURN / 5 - TURN, TURN / 10 * 3]);
    assert_eq!(pool.ledger.pot(), 0);
    assert_eq!(charge.chosen, Slot(1));
    assert_eq!(i128::from(charge.credit), TURN / 10);
    assert_eq!(*charge.seats, *pool.everyone());
}

#[test]
fn a_chosen_one_outside_the_set_is_credited_with_it() {
    let mut pool = Pool::new(&[1, 1, 2]);
    let charge = pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(2, 2)).unwrap();
    assert_eq!(balances(&pool.ledger), [TURN / 4, TURN / 4, -TURN / 2]);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger, Pool::new(&[1, 1, 2]).ledger);
    let charge = pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(1, 99)).unwrap();
    assert_eq!(*charge.seats, *pool.of(&[0, 1]), "a listed seat keeps its listed weight");
}

#[test]
fn the_pot_pays_one_unit_per_weight_once_it_can() {
    let mut pool = Pool::new(&[30, 17]);
    let rest = TURN % 47;
    let mut extra = 0;
    for _ in 0..470 {
        let before = pool.ledger.pot();
        let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(0, 30)).unwrap();
        assert_eq!(i128::from(charge.credit), TURN / 47 + i128::from(before >= 47));
        assert!((0..94).contains(&pool.ledger.pot()));
        extra += i128::from(charge.credit) - TURN / 47;
    }
    assert_eq!(extra * 47 + pool.ledger.pot(), 470 * rest);
    assert!(extra > 0);
}

#[test]
fn the_pick_sees_the_shares_that_the_charge_will_give() {
    // The first trails by 10 units, and the extra unit per weight from the pot is worth 92 more to it.
    let seats = [seat(0, 93), seat(1, 1)];
    let ahead = 92 * (TURN / 94) + 10;
    for (pot, expected) in [(93, Slot(1)), (94, Slot(0))] {
        let accounts = [0, ahead, -ahead - pot].map(|owed| (0, Some(owed)));
        let mut ledger = Ledger::restore(accounts, pot, 0).unwrap();
        let pick = ledger.pick(seats.into_iter(), by_slot).unwrap();
        assert_eq!(pick.slot, expected);

        let claims: Vec<i128> = (ledger.standings(seats.into_iter())).map(|claim| claim.owed).collect();
        ledger.charge(seats.into_iter(), seats[0]).unwrap();
        assert_eq!(balances(&ledger)[..2], [claims[0] - TURN, claims[1]]);
    }
}

#[test]
fn ties_go_to_the_smaller_lot_and_then_to_whom_the_caller_says() {
    let mut ledger = Ledger::new();
    let seats = [9, 3, 3, 5].map(|lot| Seat { slot: ledger.join(lot), weight: 1 });
    let pick = |tie: &dyn Fn(Slot, Slot) -> Ordering| ledger.pick(seats.into_iter(), tie).unwrap().slot;
    let asked_only_about_equal_lots = |one: Slot, other: Slot| {
        assert!([one, other] == [Slot(1), Slot(2)] || [one, other] == [Slot(2), Slot(1)]);
        other.cmp(&one)
    };
    assert_eq!(pick(&asked_only_about_equal_lots), Slot(2));
    assert_eq!(pick(&by_slot), Slot(1));
}

#[test]
fn a_larger_claim_beats_a_smaller_lot() {
    let mut ledger = Ledger::restore([(1, Some(-1)), (2, Some(1))], 0, 0).unwrap();
    let seats = [seat(0, 1), seat(1, 1)];
    assert_eq!(lead(&mut ledger, &seats), 1);
}

#[test]
fn a_deadline_may_come_before_a_larger_deficit() {
    // Of 9 9 1 1 1, the heavy ones are nearly late while the light ones are owed a little more.
    let mut pool = Pool::new(&[9, 9, 1, 1, 1]);
    let mut bases = Vec::new();
    for _ in 0..21 {
        let pick = pool.ledger.pick(pool.everyone().into_iter(), by_slot).unwrap();
        let claims: Vec<i128> = (pool.ledger.standings(pool.everyone().into_iter())).map(|claim| claim.owed).collect();
        let owed_most = claims.iter().max() == Some(&claims[pick.slot.0 as usize]);
        assert_eq!(pick.basis == Basis::LargestDeficit, owed_most);
        bases.push(pick.basis);
        pool.lead();
    }
    assert!(bases.contains(&Basis::Deadline));
}

#[test]
fn the_gate_looks_at_members_who_are_not_eligible() {
    let mut pool = Pool::new(&[9, 9, 1, 1, 1]);
    let seats = pool.everyone();
    let basis = |ledger: &Ledger| ledger.pick(seats.iter().copied(), by_slot).unwrap().basis;
    while basis(&pool.ledger) != Basis::Deadline {
        pool.lead();
    }
    let with_absent = |owed: i128| {
        let absent = [owed, -owed].map(|owed| (7, Some(owed)));
        Ledger::restore(pool.ledger.accounts().chain(absent), 0, 0).unwrap()
    };
    let cap_of_seven = fraction(11, 12).in_units();
    assert_eq!(basis(&with_absent(cap_of_seven)), Basis::Deadline);
    assert_eq!(basis(&with_absent(cap_of_seven + 1)), Basis::LargestDeficit);
}

#[test]
fn away_for_any_length_of_time_changes_nothing_for_the_one_who_is_away() {
    let mut pool = Pool::new(&[3, 1, 4, 1]);
    for _ in 0..5 {
        pool.lead();
    }
    let owed = pool.ledger.balance(Slot(1));
    for _ in 0..500 {
        pool.lead_for(&[0, 2, 3]);
        assert_eq!(pool.ledger.balance(Slot(1)), owed);
    }
}

#[test]
fn joining_starts_at_zero_and_moves_nobody() {
    let mut pool = Pool::new(&[3, 1]);
    pool.lead();
    let mut expected = balances(&pool.ledger);
    let slot = pool.ledger.join(0);
    expected.push(0);
    assert_eq!(slot, Slot(2));
    assert_eq!(balances(&pool.ledger), expected);
    assert_eq!(pool.ledger.present(), 3);
}

#[test]
fn leaving_is_final_and_moves_nobody_else() {
    let mut pool = Pool::new(&[3, 1, 1]);
    pool.lead();
    let owed = balances(&pool.ledger);
    pool.ledger.leave(Slot(0));
    let left = pool.ledger.clone();
    pool.ledger.leave(Slot(0));
    pool.ledger.forgive(Slot(0));
    assert_eq!(pool.ledger, left, "twice is once");
    assert_eq!(balances(&left), owed[1..]);
    assert_eq!(left.balance(Slot(0)), None);
    assert_eq!((left.departed(), left.present()), (owed[0], 2));
    assert_eq!(pool.ledger.join(0), Slot(3), "a slot is never reused");
}

#[test]
fn forgiving_ends_a_balance_but_not_a_membership() {
    let mut pool = Pool::new(&[3, 1, 1]);
    pool.lead();
    let owed = balances(&pool.ledger);
    pool.ledger.forgive(Slot(0));
    assert_eq!(balances(&pool.ledger), [0, owed[1], owed[2]]);
    assert_eq!((pool.ledger.departed(), pool.ledger.present()), (owed[0], 3));
}

#[test]
fn refunding_for_somebody_who_left_goes_to_the_departed() {
    let mut pool = Pool::new(&[2, 1, 1]);
    let chosen = pool.everyone()[0];
    let charge = pool.ledger.charge(pool.everyone().into_iter(), chosen).unwrap();
    pool.ledger.leave(Slot(0));
    assert_eq!(pool.ledger.departed(), -TURN / 2);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger.departed(), 0);
    assert_eq!(balances(&pool.ledger), [0, 0]);
}

#[test]
fn charges_of_one_unchanging_set_share_one_list() {
    let mut pool = Pool::new(&[1, 2, 3]);
    let mut charge = |seats: &[Seat]| -> Charge { pool.ledger.charge(seats.iter().copied(), seats[0]).unwrap() };
    let all = [seat(0, 1), seat(1, 2), seat(2, 3)];
    let (first, second) = (charge(&all), charge(&all));
    assert!(Arc::ptr_eq(&first.seats, &second.seats));
    let other_weight = [seat(0, 1), seat(1, 2), seat(2, 4)];
    let third = charge(&other_weight);
    assert_eq!(*third.seats, other_weight);
    assert_eq!(*charge(&all[..2]).seats, all[..2]);
}

#[test]
fn the_shared_list_does_not_count_as_a_difference() {
    let mut pool = Pool::new(&[1, 2, 3]);
    let fresh = pool.ledger.clone();
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(0, 1)).unwrap();
    assert_ne!(pool.ledger, fresh);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger, fresh);
}

#[test]
fn a_turn_given_back_is_paid_by_those_eligible_now() {
    let mut pool = Pool::new(&[1, 1, 3]);
    assert!(pool.ledger.give_back(pool.of(&[1, 2]).into_iter(), Slot(0)).is_some());
    assert_eq!(balances(&pool.ledger), [TURN, -TURN / 4, -TURN / 4 * 3]);
    let mut pool = Pool::new(&[1, 3]);
    assert!(pool.ledger.give_back(pool.everyone().into_iter(), Slot(0)).is_some());
    assert_eq!(balances(&pool.ledger), [TURN / 4 * 3, -TURN / 4 * 3]);
}

#[test]
fn a_turn_is_not_given_back_to_the_departed_nor_by_nobody() {
    let mut pool = Pool::new(&[1, 1, 3]);
    pool.lead();
    pool.ledger.leave(Slot(0));
    let before = pool.ledger.clone();
    assert_eq!(pool.ledger.give_back(pool.of(&[1, 2]).into_iter(), Slot(0)), None);
    assert_eq!(pool.ledger.give_back(pool.of(&[0]).into_iter(), Slot(1)), None);
    assert_eq!(pool.ledger.give_back([].into_iter(), Slot(1)), None);
    assert_eq!(pool.ledger, before);
}

#[test]
fn giving_back_keeps_the_pot_small_for_ever() {
    // 48 divides a turn and 94 does not: with the same rounding both ways, each round would cost the pot its rest.
    let mut pool = Pool::new(&[24, 24, 47, 47]);
    for round in 0..2_000 {
        let from = seat(round % 2, 24);
        pool.ledger.charge(pool.of(&[0, 1]).into_iter(), from).unwrap();
        assert!(pool.ledger.give_back(pool.of(&[2, 3]).into_iter(), from.slot).is_some());
        assert!((0..188).contains(&pool.ledger.pot()), "{}", pool.ledger.pot());
        assert_eq!(sum_of_all(&pool.ledger), 0);
    }
}

#[test]
fn a_restored_ledger_must_add_up() {
    let accounts = [(4, Some(5)), (2, None), (9, Some(-7))];
    let ledger = Ledger::restore(accounts, 3, -1).unwrap();
    assert!(ledger.accounts().eq(accounts));
    assert_eq!((ledger.present(), ledger.pot(), ledger.departed()), (2, 3, -1));
    assert_eq!(Ledger::restore(accounts, 3, 0), None);
    let beyond = 1 << 101;
    assert_eq!(Ledger::restore([(1, Some(beyond)), (2, Some(-beyond))], 0, 0), None);
    assert_eq!(Ledger::restore([(1, Some(i128::MIN))], i128::MIN, 0), None);
}

#[test]
fn nothing_overflows_at_the_limits() {
    let members: usize = crate::limits::MAX_REPS;
    let far = 1 << 100;
    let accounts = (0..members as u64).map(|at| (at, Some(if at % 2 == 0 { far } else { -far })));
    let mut ledger = Ledger::restore(accounts, 0, 0).unwrap();
    let seats: Vec<Seat> = (0..members).map(|slot| seat(slot, crate::limits::MAX_WEIGHT)).collect();
    for _ in 0..2 {
        let slot = ledger.pick(seats.iter().copied(), by_slot).unwrap().slot;
        assert!(ledger.trails_by_at_most(seats.iter().copied(), seats[0], u64::MAX));
        let charge = ledger.charge(seats.iter().copied(), seats[slot.0 as usize]).unwrap();
        ledger.refund(&charge);
        ledger.give_back(seats.iter().copied(), slot);
        ledger = Pool::new(&vec![1; members]).ledger;
    }
}
