//! What each operation does, on examples that a reader can follow.

use super::testing::{Pool, balances, by_slot, fraction, lead, seat, sum_of_all};
use super::{Basis, Charge, Ledger, Pick, Seat, Sharers, Size, Slot, TURN, cap, release};
use std::cmp::Ordering;

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
    assert_eq!(pick, Some(Pick { slot: Slot(1), basis: Basis::Only, open: 1 }));
    assert_eq!(pool.ledger.charge(pool.of(&[1]).into_iter(), seat(1, 2), Size::NONE), None);
    assert_eq!(pool.ledger.charge([].into_iter(), seat(1, 2), Size::NONE), None);
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
        assert_eq!(with_noise.charge(noise.into_iter(), chosen, Size::NONE), None);
        assert!(!with_noise.trails_by_at_most(noise.into_iter(), chosen, 5));
    }
    let weightless = [seat(0, 1), seat(1, 0)];
    let only = with_noise.pick(weightless.into_iter(), by_slot).unwrap();
    assert_eq!((only.slot, only.basis), (Slot(0), Basis::Only));
    assert_eq!(with_noise.charge(weightless.into_iter(), weightless[0], Size::NONE), None);
    with_noise.leave(Slot(8));
    with_noise.forgive(Slot(2));
    assert_eq!(with_noise, pool.ledger);
}

#[test]
fn a_turn_is_exactly_a_turn_and_shares_follow_weights() {
    let mut pool = Pool::new(&[5, 2, 3]);
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(1, 2), Size::NONE).unwrap();
    assert_eq!(balances(&pool.ledger), [TURN / 2, TURN / 5 - TURN, TURN / 10 * 3]);
    assert_eq!(pool.ledger.pot(), 0);
    assert_eq!(charge.chosen, Slot(1));
    assert_eq!(i128::from(charge.credit), TURN / 10);
    assert_eq!(*pool.ledger.seats(&charge), *pool.everyone());
}

#[test]
fn a_chosen_one_outside_the_set_is_credited_with_it() {
    let mut pool = Pool::new(&[1, 1, 2]);
    let charge = pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(2, 2), Size::NONE).unwrap();
    assert_eq!(balances(&pool.ledger), [TURN / 4, TURN / 4, -TURN / 2]);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger, Pool::new(&[1, 1, 2]).ledger);
    let charge = pool.ledger.charge(pool.of(&[0, 1]).into_iter(), seat(1, 99), Size::NONE).unwrap();
    assert_eq!(*pool.ledger.seats(&charge), *pool.of(&[0, 1]), "a listed seat keeps its listed weight");
}

#[test]
fn the_pot_pays_one_unit_per_weight_once_it_can() {
    let mut pool = Pool::new(&[30, 17]);
    let rest = TURN % 47;
    let mut extra = 0;
    for _ in 0..470 {
        let before = pool.ledger.pot();
        let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(0, 30), Size::NONE).unwrap();
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

        let claims: Vec<i128> = (ledger.claims(seats.into_iter())).map(|claim| claim.owed).collect();
        ledger.charge(seats.into_iter(), seats[0], Size::NONE).unwrap();
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
        let claims: Vec<i128> = (pool.ledger.claims(pool.everyone().into_iter())).map(|claim| claim.owed).collect();
        let owed_most = claims.iter().max() == Some(&claims[pick.slot.0 as usize]);
        assert_eq!(pick.basis == Basis::LargestDeficit, owed_most);
        bases.push(pick.basis);
        pool.lead();
    }
    assert!(bases.contains(&Basis::Deadline));
}

#[test]
fn members_who_are_not_eligible_count_for_the_switch_to_greed() {
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

/// The pick among the first members of four, whose balances are so many twelfths and so many units more.
fn pick_of_four(weights: &[u32], twelfths: [i128; 4], units: [i128; 4]) -> (u32, Basis) {
    let twelfth = fraction(1, 12).in_units();
    let balances = twelfths.iter().zip(units).map(|(part, more)| part * twelfth + more);
    let ledger = Ledger::restore(balances.map(|owed| (0, Some(owed))), 0, 0).unwrap();
    let seats = weights.iter().enumerate().map(|(slot, weight)| seat(slot, *weight));
    let pick = ledger.pick(seats, by_slot).unwrap();
    (pick.slot.0, pick.basis)
}

#[test]
fn deadlines_decide_up_to_the_cap_and_not_one_unit_beyond() {
    // The first is now owed 10/12, the cap of four; the second 8/12, and further past the cap of two for its weight.
    let pick = |units| pick_of_four(&[3, 1], [1, 5, -3, -3], units);
    assert_eq!(pick([0, 0, 0, 0]), (1, Basis::Deadline));
    assert_eq!(pick([1, 0, 0, -1]), (0, Basis::LargestDeficit));
}

#[test]
fn a_deadline_starts_at_the_release_and_not_one_unit_below() {
    // The second is now owed 3/12, the release of three, and heavy; the first is owed 4/12.
    let pick = |units| pick_of_four(&[1, 4, 1], [2, -5, -1, 4], units);
    assert_eq!(pick([0, 0, 0, 0]), (1, Basis::Deadline));
    assert_eq!(pick([0, -1, 0, 1]), (0, Basis::LargestDeficit));
}

#[test]
fn whom_this_lead_brings_back_within_the_cap_does_not_stop_deadlines() {
    // The third is ahead by the cap, or by one unit more, until this lead has accrued.
    let pick = |units| pick_of_four(&[1, 4, 1], [6, -1, -10, 5], units);
    assert_eq!(pick([0, 0, 0, 0]), (1, Basis::Deadline));
    assert_eq!(pick([0, 0, -1, 1]), (1, Basis::Deadline));
}

#[test]
fn thresholds_are_exact_for_whole_units() {
    for members in (2..2_000).chain([262_143, 262_144]) {
        let parts = 2 * members as i128 - 2;
        let within = |amount: i128| parts * amount <= (parts - 1) * TURN;
        assert!(within(cap(members)) && !within(cap(members) + 1));
        let due = |amount: i128| parts * amount >= TURN;
        assert!(due(release(members)) && !due(release(members) - 1));
    }
    assert_eq!([cap(0), cap(1), cap(2)], [0, 0, TURN / 2]);
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
    let charge = pool.ledger.charge(pool.everyone().into_iter(), chosen, Size::NONE).unwrap();
    pool.ledger.leave(Slot(0));
    assert_eq!(pool.ledger.departed(), -TURN / 2);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger.departed(), 0);
    assert_eq!(balances(&pool.ledger), [0, 0]);
}

#[test]
fn charges_of_one_unchanging_set_share_one_list() {
    let mut pool = Pool::new(&[1, 2, 3]);
    let mut charge =
        |seats: &[Seat]| -> Charge { pool.ledger.charge(seats.iter().copied(), seats[0], Size::NONE).unwrap() };
    let all = [seat(0, 1), seat(1, 2), seat(2, 3)];
    let (first, second) = (charge(&all), charge(&all));
    let listed = |charge: &Charge| match &charge.sharers {
        Sharers::Seats(seats) => seats.iter().collect::<Vec<Seat>>(),
        Sharers::Groups { .. } => panic!("nobody is in a group"),
    };
    assert!(first.sharers.are_surely(&second.sharers));
    let other_weight = [seat(0, 1), seat(1, 2), seat(2, 4)];
    let third = charge(&other_weight);
    assert_eq!(listed(&third), other_weight);
    assert_eq!(listed(&charge(&all[..2])), all[..2]);
}

#[test]
fn the_shared_list_does_not_count_as_a_difference() {
    let mut pool = Pool::new(&[1, 2, 3]);
    let fresh = pool.ledger.clone();
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(0, 1), Size::NONE).unwrap();
    assert_ne!(pool.ledger, fresh);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger, fresh);
}

#[test]
fn a_turn_given_back_is_paid_by_those_eligible_now() {
    let mut pool = Pool::new(&[1, 1, 3]);
    assert!(pool.ledger.give_back(pool.of(&[1, 2]).into_iter(), Slot(0), Size::NONE).is_some());
    assert_eq!(balances(&pool.ledger), [TURN, -TURN / 4, -TURN / 4 * 3]);
    let mut pool = Pool::new(&[1, 3]);
    assert!(pool.ledger.give_back(pool.everyone().into_iter(), Slot(0), Size::NONE).is_some());
    assert_eq!(balances(&pool.ledger), [TURN / 4 * 3, -TURN / 4 * 3]);
}

#[test]
fn a_turn_is_not_given_back_to_the_departed_nor_by_nobody() {
    let mut pool = Pool::new(&[1, 1, 3]);
    pool.lead();
    pool.ledger.leave(Slot(0));
    let before = pool.ledger.clone();
    assert_eq!(pool.ledger.give_back(pool.of(&[1, 2]).into_iter(), Slot(0), Size::NONE), None);
    assert_eq!(pool.ledger.give_back(pool.of(&[0]).into_iter(), Slot(1), Size::NONE), None);
    assert_eq!(pool.ledger.give_back([].into_iter(), Slot(1), Size::NONE), None);
    assert_eq!(pool.ledger, before);
}

#[test]
fn giving_back_keeps_the_pot_small_for_ever() {
    // 48 divides a turn and 94 does not: with the same rounding both ways, each round would cost the pot its rest.
    let mut pool = Pool::new(&[24, 24, 47, 47]);
    for round in 0..2_000 {
        let from = seat(round % 2, 24);
        pool.ledger.charge(pool.of(&[0, 1]).into_iter(), from, Size::NONE).unwrap();
        assert!(pool.ledger.give_back(pool.of(&[2, 3]).into_iter(), from.slot, Size::NONE).is_some());
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
        let charge = ledger.charge(seats.iter().copied(), seats[slot.0 as usize], Size::NONE).unwrap();
        ledger.refund(&charge);
        ledger.give_back(seats.iter().copied(), slot, Size::NONE);
        ledger = Pool::new(&vec![1; members]).ledger;
    }
}
