//! What a balanced rotation does, on examples that a reader can follow.

use super::super::testing::{
    Pool, balanced_lead, balances, by_slot, distance, fraction, seat, sum_of_all, sum_of_all_value,
};
use super::super::{Basis, Ledger, Seat, Slot, TURN, UNITS};
use super::{PARTS, Size, Worth};
use std::cmp::Ordering;

const WHOLE: Size = Size(PARTS);

/// A ledger of members of these lots, which are owed so much in turns and in value; the pots make up for the rest.
fn ledger_of<const N: usize>(lots: [u64; N], turns: [i128; N], values: [i128; N]) -> Ledger {
    let accounts = lots.into_iter().zip(turns.map(Some));
    let mut ledger = Ledger::restore(accounts, -turns.iter().sum::<i128>(), 0).unwrap();
    // Beyond what is accepted from outside, too.
    ledger.worth = Worth::restore(values.to_vec(), -values.iter().sum::<i128>(), 0);
    ledger
}

fn pick(ledger: &Ledger, seats: &[Seat], size: Size) -> (u32, Basis) {
    let pick = ledger.pick_balanced(seats.iter().copied(), size, by_slot).unwrap();
    (pick.slot.0, pick.basis)
}

/// Who is next of two members of equal weight.
fn next_of_two(turns: [i128; 2], values: [i128; 2], size: Size) -> (u32, Basis) {
    // The smaller lot is the second's, so that the first wins no tie by lot.
    pick(&ledger_of([9, 1], turns, values), &[seat(0, 1), seat(1, 1)], size)
}

#[test]
fn every_size_is_a_whole_number_of_units_and_the_cap_is_as_many_as_a_turn() {
    assert_eq!(Size::of_parts(1).units() * u64::from(PARTS), UNITS);
    assert_eq!((WHOLE.units(), Size::NONE.units()), (UNITS, 0));
    assert_eq!(Size::of_parts(PARTS + 1), WHOLE);
}

#[test]
fn a_lead_moves_turns_by_one_and_value_by_its_size() {
    let mut pool = Pool::new(&[1, 3]);
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(0, 1), Size(PARTS / 2)).unwrap();
    assert_eq!(balances(&pool.ledger), [fraction(-3, 4).in_units(), fraction(3, 4).in_units()]);
    assert_eq!(pool.ledger.values(), [fraction(-3, 8).in_units(), fraction(3, 8).in_units()]);
    assert_eq!(i128::from(charge.value_credit), TURN / 8);
    assert_eq!((pool.ledger.value(Slot(1)), pool.ledger.value(Slot(2))), (Some(TURN / 8 * 3), None));
}

#[test]
fn a_lead_that_is_worth_nothing_moves_only_turns() {
    // There is enough in the pot to credit each member one unit more.
    let mut ledger = ledger_of([0, 0], [0, 0], [-7, -3]);
    assert_eq!(ledger.value_pot(), 10);
    let charge = ledger.charge([seat(0, 1), seat(1, 1)].into_iter(), seat(0, 1), Size::NONE).unwrap();
    assert_eq!((ledger.values(), ledger.value_pot(), charge.value_credit), (vec![-7, -3], 10, 0));
    let mut ledger = ledger_of([0, 0], [0, 0], [4, 6]).with_values([4, 6], -11, 1).unwrap();
    let undone = ledger.give_back([seat(1, 1)].into_iter(), Slot(0), Size::NONE).unwrap();
    assert_eq!((ledger.values(), ledger.value_pot(), undone.value_credit), (vec![4, 6], -11, 0));
    assert_eq!(balances(&ledger), [TURN, -TURN]);
}

#[test]
fn what_is_owed_in_value_does_not_count_where_nothing_is_balanced() {
    let ledger = ledger_of([1, 2], [0, 0], [-9 * TURN, 9 * TURN]);
    let seats = [seat(0, 1), seat(1, 1)];
    assert_eq!(ledger.pick(seats.into_iter(), by_slot).unwrap().slot, Slot(0));
    assert_eq!(pick(&ledger, &seats, WHOLE), (1, Basis::LargestDeficit));
}

#[test]
fn the_only_one_eligible_is_picked_and_neither_ledger_moves() {
    let mut pool = Pool::new(&[1, 2]);
    let everyone = pool.everyone();
    balanced_lead(&mut pool.ledger, &everyone, WHOLE);
    let before = pool.ledger.clone();
    assert_eq!(pick(&pool.ledger, &pool.of(&[1]), WHOLE), (1, Basis::Only));
    assert_eq!(pool.ledger.charge(pool.of(&[1]).into_iter(), seat(1, 2), WHOLE), None);
    assert_eq!(pool.ledger.pick_balanced([].into_iter(), WHOLE, by_slot), None);
    assert_eq!(pool.ledger, before);
}

#[test]
fn hot_and_cold_leads_are_both_shared_out() {
    let mut pool = Pool::new(&[1, 1]);
    let everyone = pool.everyone();
    let mut hot = [0, 0];
    for number in 0..40 {
        let size = [WHOLE, Size(PARTS / 10)][number % 2];
        let chosen = balanced_lead(&mut pool.ledger, &everyone, size);
        hot[chosen] += usize::from(size == WHOLE);
        assert!(2 * distance(&pool.ledger) <= TURN);
    }
    assert_eq!(hot, [10, 10]);
}

#[test]
fn two_turns_behind_is_near_enough_and_one_unit_more_is_not() {
    let far = [-50 * TURN, 50 * TURN];
    assert_eq!(next_of_two([TURN, -TURN], far, WHOLE), (1, Basis::Value));
    assert_eq!(next_of_two([TURN + 1, -TURN], far, WHOLE), (0, Basis::LargestDeficit));
}

#[test]
fn of_the_cap_two_turns_owed_weigh_as_much_as_one_value() {
    // Equal: the larger deficit counts, not the smaller lot.
    assert_eq!(next_of_two([1, -1], [0, 1], WHOLE), (0, Basis::LargestDeficit));
    assert_eq!(next_of_two([1, -1], [0, 2], WHOLE), (1, Basis::Value));
    assert_eq!(next_of_two([1, -1], [0, 0], WHOLE), (0, Basis::LargestDeficit));
}

#[test]
fn a_small_lead_makes_good_little_value() {
    let parts = i128::from(PARTS);
    for size in [1, 7, 2_520, PARTS / 2] {
        // Two units of a turn weigh as much as so many units of value.
        let even = parts / i128::from(size);
        assert_eq!(next_of_two([1, -1], [0, even], Size(size)), (0, Basis::LargestDeficit), "{size}");
        assert_eq!(next_of_two([1, -1], [0, even + 1], Size(size)), (1, Basis::Value), "{size}");
    }
    assert_eq!(next_of_two([1, -1], [0, 1 << 100], Size::NONE), (0, Basis::LargestDeficit));
}

#[test]
fn the_comparison_is_exact_as_far_as_balances_can_go() {
    let even = i128::from(PARTS) * TURN;
    assert_eq!(next_of_two([TURN, -TURN], [0, even], Size(1)), (0, Basis::LargestDeficit));
    assert_eq!(next_of_two([TURN, -TURN], [0, even + 1], Size(1)), (1, Basis::Value));
    for far in [even + 2, 1 << 100, 1 << 124] {
        assert_eq!(next_of_two([TURN, -TURN], [0, far], Size(1)), (1, Basis::Value));
        assert_eq!(next_of_two([TURN, -TURN], [-far, far], WHOLE), (1, Basis::Value));
        assert_eq!(next_of_two([-TURN, TURN], [0, far], Size(1)), (1, Basis::LargestDeficit));
        // Both are far beyond where the first is: what there is between the two still counts.
        let ledger = ledger_of([0, 0, 0], [0, 0, 0], [-far, far, far + 1]);
        assert_eq!(pick(&ledger, &[seat(0, 1), seat(1, 1), seat(2, 1)], Size(1)), (2, Basis::LargestDeficit));
    }
}

#[test]
fn the_pick_sees_the_shares_in_value_that_the_charge_will_give() {
    // By weight, the first accrues 49 50ths of the lead's value, and the pot's extra unit 48 times more than the second.
    let seats = [seat(0, 49), seat(1, 1)];
    let (half, own) = (WHOLE.units() / 2 / 50, i128::from(WHOLE.units() / 2 / 50));
    let turns = [0, 48 * (TURN / 50)];
    for (pot, expected) in [(49, 1), (50, 0)] {
        let values = [0, 48 * own + 40];
        let mut ledger = ledger_of([9, 1], turns, values);
        ledger = ledger.with_values(values.as_slice(), pot, -pot - values[1]).unwrap();
        assert_eq!(pick(&ledger, &seats, Size(PARTS / 2)).0, expected);
        let charge = ledger.charge(seats.into_iter(), seats[0], Size(PARTS / 2)).unwrap();
        assert_eq!(charge.value_credit, half + u64::from(pot == 50));
    }
}

#[test]
fn ties_go_to_the_larger_deficit_then_the_smaller_lot_and_then_to_whom_the_caller_says() {
    let ledger = ledger_of([9, 3, 3, 5], [0; 4], [0; 4]);
    let seats = [0, 1, 2, 3].map(|slot| seat(slot, 1));
    let asked_only_about_equal_lots = |one: Slot, other: Slot| {
        assert!([one, other] == [Slot(1), Slot(2)] || [one, other] == [Slot(2), Slot(1)]);
        other.cmp(&one)
    };
    let next = |tie: &dyn Fn(Slot, Slot) -> Ordering| ledger.pick_balanced(seats.into_iter(), WHOLE, tie).unwrap().slot;
    assert_eq!(next(&asked_only_about_equal_lots), Slot(2));
    assert_eq!(next(&by_slot), Slot(1));
}

#[test]
fn two_members_reach_the_bound_on_turns_and_not_more() {
    // What the first is owed in value can never be made good, so that it is picked whenever the window lets it.
    let mut ledger = ledger_of([0, 0], [0, 0], [TURN << 40, -(TURN << 40)]);
    let seats = [seat(0, 1), seat(1, 1)];
    let mut worst = 0;
    for _ in 0..50 {
        balanced_lead(&mut ledger, &seats, WHOLE);
        worst = worst.max(distance(&ledger));
    }
    assert_eq!(worst, fraction(3, 2).in_units());
}

#[test]
fn leaving_takes_both_balances_out_and_coming_back_starts_even() {
    let mut pool = Pool::new(&[1, 1, 2]);
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(0, 1), WHOLE).unwrap();
    pool.ledger.leave(Slot(0));
    assert_eq!((pool.ledger.departed(), pool.ledger.value_departed()), (-TURN / 4 * 3, -TURN / 4 * 3));
    assert_eq!(pool.ledger.value(Slot(0)), None);
    let back = pool.ledger.join(0);
    assert_eq!(pool.ledger.value(back), Some(0));
    assert_eq!(pool.ledger.values(), [0, TURN / 4, TURN / 2, 0]);
    pool.ledger.refund(&charge);
    assert_eq!((pool.ledger.departed(), pool.ledger.value_departed()), (0, 0));
    assert_eq!(pool.ledger.values(), [0; 4]);
}

#[test]
fn a_charge_that_is_taken_back_leaves_no_trace_and_can_be_made_again() {
    let mut pool = Pool::new(&[1, 2, 3]);
    let fresh = pool.ledger.clone();
    let charge = pool.ledger.charge(pool.everyone().into_iter(), seat(1, 2), Size(1_234)).unwrap();
    let charged = pool.ledger.clone();
    assert_ne!(charged, fresh);
    pool.ledger.refund(&charge);
    assert_eq!(pool.ledger, fresh);
    pool.ledger.charge_again(&charge);
    assert_eq!(pool.ledger, charged);
}

#[test]
fn ledgers_that_differ_in_value_alone_differ() {
    let mut pool = Pool::new(&[1, 1]);
    let mut other = pool.ledger.clone();
    pool.ledger.charge(pool.everyone().into_iter(), seat(0, 1), Size(PARTS / 4)).unwrap();
    other.charge(pool.everyone().into_iter(), seat(0, 1), Size(PARTS / 2)).unwrap();
    assert_eq!(balances(&pool.ledger), balances(&other));
    assert_ne!(pool.ledger, other);
    // One list is longer than the other, and everything else is the same.
    let values = |values: &[i128]| Pool::new(&[1, 1]).ledger.with_values(values, 0, 0);
    assert_ne!(values(&[1, -1]), values(&[]));
    assert_ne!(values(&[]), values(&[1, -1]));
    assert_eq!(values(&[0, 0]), values(&[]));
}

#[test]
fn a_turn_given_back_brings_its_value_back_paid_by_those_eligible_now() {
    let mut pool = Pool::new(&[1, 1, 3]);
    let undone = pool.ledger.give_back(pool.of(&[1, 2]).into_iter(), Slot(0), Size(PARTS / 2)).unwrap();
    assert_eq!(balances(&pool.ledger), [TURN, -TURN / 4, -TURN / 4 * 3]);
    assert_eq!(pool.ledger.values(), [TURN / 2, -TURN / 8, -TURN / 8 * 3]);
    pool.ledger.charge_again(&undone);
    assert_eq!(pool.ledger, Pool::new(&[1, 1, 3]).ledger);
}

#[test]
fn giving_back_keeps_the_value_pot_small_for_ever() {
    let mut pool = Pool::new(&[24, 24, 47, 47]);
    for round in 0..2_000 {
        let (from, size) = (seat(round % 2, 24), Size(round as u32 + 1));
        pool.ledger.charge(pool.of(&[0, 1]).into_iter(), from, size).unwrap();
        pool.ledger.give_back(pool.of(&[2, 3]).into_iter(), from.slot, size).unwrap();
        assert!((0..188).contains(&pool.ledger.value_pot()), "{}", pool.ledger.value_pot());
        assert_eq!((sum_of_all(&pool.ledger), sum_of_all_value(&pool.ledger)), (0, 0));
    }
}

#[test]
fn nothing_overflows_at_the_limits() {
    let members = crate::limits::MAX_REPS;
    let far = |at: usize| if at.is_multiple_of(2) { 1 << 100 } else { -(1 << 100) };
    let accounts = (0..members).map(|at| (at as u64, Some(far(at))));
    let values: Vec<i128> = (0..members).map(|at| far(at + 1)).collect();
    let ledger = Ledger::restore(accounts, 0, 0).unwrap().with_values(values.as_slice(), 0, 0).unwrap();
    let seats: Vec<Seat> = (0..members).map(|slot| seat(slot, crate::limits::MAX_WEIGHT)).collect();
    for (mut ledger, size) in [(ledger, WHOLE), (Pool::new(&vec![1; members]).ledger, Size(1))] {
        let slot = ledger.pick_balanced(seats.iter().copied(), size, by_slot).unwrap().slot;
        let before = ledger.clone();
        let charge = ledger.charge(seats.iter().copied(), seats[slot.0 as usize], size).unwrap();
        ledger.refund(&charge);
        assert_eq!(ledger, before);
        ledger.give_back(seats.iter().copied(), slot, size).unwrap();
        assert_eq!((sum_of_all(&ledger), sum_of_all_value(&ledger)), (0, 0));
    }
}
