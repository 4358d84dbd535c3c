//! The promises of balanced rotations on random histories, and what was measured of their value ledger.

use super::super::properties::{
    Event, LARGEST_TOTAL, MEMBERS, any_seats, apply, lots, new_ledger, seats, sizes, slots, top_sums, whole_seats,
};
use super::super::testing::{
    Account, BalancedReference, Dice, Pool, balanced_lead, balances, by_slot, distance, seat, sum_of_all,
    sum_of_all_value, whole_size,
};
use super::super::{Ledger, Seat, Slot, TURN};
use super::{PARTS, Size};
use proptest::collection::vec;
use proptest::prelude::*;

/// Those of the seats whose members are there.
fn present(ledger: &Ledger, mut seats: Vec<Seat>) -> Vec<Seat> {
    seats.retain(|seat| ledger.balance(seat.slot).is_some());
    seats
}

/// Value balances as far apart as nobody ever gets, so that the window is all that holds turns together.
fn far_values() -> impl Strategy<Value = Vec<i128>> {
    vec((-1_000..=1_000_i128).prop_map(|caps| caps * TURN), MEMBERS)
}

proptest! {
    // 16
    #[test]
    fn turns_stay_within_three_halves_of_the_number_of_others_exactly(
        lots in lots(),
        values in prop_oneof![Just(vec![0; MEMBERS]), far_values()],
        leads in vec((whole_seats(), sizes()), 1..120),
        members in 2..=MEMBERS,
    ) {
        let values = &values[..members];
        let mut ledger = new_ledger(&lots[..members]).with_any_values(values, -values.iter().sum::<i128>(), 0).unwrap();
        for (seats, size) in leads {
            let seats = present(&ledger, seats);
            if seats.is_empty() {
                continue;
            }
            balanced_lead(&mut ledger, &seats, size);
            // Every share of a turn is whole here, so that there is nothing to allow for rounding.
            prop_assert_eq!(ledger.pot(), 0);
            prop_assert!(2 * distance(&ledger) <= 3 * (members as i128 - 1) * TURN);
            for (count, sum) in (1..).zip(top_sums(balances(&ledger))) {
                prop_assert!(2 * sum <= 3 * count * (members as i128 - count) * TURN);
            }
            prop_assert_eq!((sum_of_all(&ledger), sum_of_all_value(&ledger)), (0, 0));
        }
    }

    // 6, 8, 16
    #[test]
    fn any_weights_keep_the_bound_but_for_rounding(
        lots in lots(),
        values in far_values(),
        leads in vec((any_seats(), sizes()), 1..80),
        members in 2..=MEMBERS,
    ) {
        let values = &values[..members];
        let mut ledger = new_ledger(&lots[..members]).with_any_values(values, -values.iter().sum::<i128>(), 0).unwrap();
        let pot = ledger.value_pot();
        for (seats, size) in leads {
            let seats = present(&ledger, seats);
            if seats.is_empty() {
                continue;
            }
            let before = (balances(&ledger), ledger.values());
            balanced_lead(&mut ledger, &seats, size);
            let after = (balances(&ledger), ledger.values());
            for slot in (0..members).filter(|slot| seats.iter().all(|seat| seat.slot.0 as usize != *slot)) {
                prop_assert_eq!((before.0[slot], before.1[slot]), (after.0[slot], after.1[slot]));
            }
            prop_assert!(2 * distance(&ledger) <= 3 * (members as i128 - 1) * (TURN + LARGEST_TOTAL));
            prop_assert!((0..2 * LARGEST_TOTAL).contains(&ledger.pot()));
            prop_assert!(pot != 0 || (0..2 * LARGEST_TOTAL).contains(&ledger.value_pot()));
        }
    }

    // 7
    #[test]
    fn joins_and_leaves_stay_within_three_times_the_number_of_others(
        lots in lots(),
        events in vec(
            prop_oneof![
                12 => (any_seats(), sizes()).prop_map(|(seats, size)| Event::Balanced(seats, size)),
                1 => any::<u64>().prop_map(Event::Join),
                1 => slots().prop_map(|at| Event::Leave(Slot(at as u32))),
                1 => slots().prop_map(|at| Event::Forgive(Slot(at as u32))),
            ],
            1..100,
        ),
    ) {
        let mut ledger = new_ledger(&lots[..MEMBERS - 3]);
        let mut most = ledger.present() as i128;
        for event in events {
            apply(&mut ledger, &mut Vec::new(), &event);
            most = most.max(ledger.present() as i128);
            prop_assert!(distance(&ledger) <= 3 * (most - 1) * (TURN + LARGEST_TOTAL));
            prop_assert_eq!((sum_of_all(&ledger), sum_of_all_value(&ledger)), (0, 0));
        }
    }

    #[test]
    fn a_pick_trails_the_largest_deficit_by_two_turns_at_the_most(
        lots in lots(),
        values in far_values(),
        leads in vec((any_seats(), sizes()), 1..60),
    ) {
        let mut ledger = new_ledger(&lots).with_any_values(values.as_slice(), -values.iter().sum::<i128>(), 0).unwrap();
        for (seats, size) in leads.iter().filter(|(seats, _)| !seats.is_empty()) {
            let pick = ledger.pick_balanced(seats.iter().copied(), *size, by_slot).unwrap();
            let chosen = seats.iter().find(|seat| seat.slot == pick.slot).unwrap();
            prop_assert!(ledger.trails_by_at_most(seats.iter().copied(), *chosen, super::WINDOW));
            balanced_lead(&mut ledger, seats, *size);
        }
    }

    // 12
    #[test]
    fn late_commits_under_the_wider_guard_stay_within_their_slack(
        seed in any::<u64>(),
        members in 2..=5_usize,
        most_late in 0..=3_usize,
    ) {
        let mut dice = Dice(seed);
        let mut ledger = Pool::new(&vec![1; members]).ledger;
        let mut decided: Vec<(Seat, Size, u64)> = Vec::new();
        let mut steps = 0;
        for _ in 0..120 {
            let (seats, size) = (dice.seats(members, 5), Size::of_parts(dice.throw(u64::from(PARTS) + 1) as u32));
            if let Some(pick) = ledger.pick_balanced(seats.iter().copied(), size, by_slot) {
                let chosen = seats.iter().find(|seat| seat.slot == pick.slot).unwrap();
                decided.push((*chosen, size, steps));
            }
            if decided.len() > most_late {
                let (chosen, size, since) = decided.remove(0);
                let seats = dice.seats(members, 5);
                let slack = 1 + 2 * (steps - since) + super::WINDOW;
                if ledger.trails_by_at_most(seats.iter().copied(), chosen, slack) {
                    ledger.charge(seats.iter().copied(), chosen, size);
                    steps += 1;
                }
            }
            let bound = (4 + 2 * most_late as i128) * (members as i128 - 1) * (TURN + LARGEST_TOTAL);
            prop_assert!(2 * distance(&ledger) <= bound);
            prop_assert_eq!(sum_of_all_value(&ledger), 0);
        }
    }

    // 15, 17
    #[test]
    fn the_order_in_which_seats_are_listed_changes_nothing(
        lots in lots(),
        leads in vec((any_seats(), sizes()), 1..60),
    ) {
        let mut ledger = new_ledger(&lots);
        let mut other = ledger.clone();
        for (seats, size) in leads.iter().filter(|(seats, _)| !seats.is_empty()) {
            let mut sorted = seats.clone();
            sorted.sort_by_key(|seat| seat.slot);
            prop_assert_eq!(
                ledger.pick_balanced(seats.iter().copied(), *size, by_slot),
                other.pick_balanced(sorted.iter().copied(), *size, by_slot)
            );
            balanced_lead(&mut ledger, seats, *size);
            balanced_lead(&mut other, &sorted, *size);
            prop_assert_eq!(&ledger, &other);
        }
    }

    /// Equal sizes are no sizes: both ledgers are then the same one, but for how large a lead is.
    #[test]
    fn leads_of_one_size_move_value_as_they_move_turns(
        lots in lots(),
        leads in vec(seats(5), 1..60),
    ) {
        let mut ledger = new_ledger(&lots);
        for seats in leads.iter().filter(|seats| !seats.is_empty()) {
            balanced_lead(&mut ledger, seats, Size::of_parts(PARTS));
            prop_assert_eq!(ledger.values(), balances(&ledger));
            prop_assert_eq!(ledger.value_pot(), ledger.pot());
        }
    }

    #[test]
    fn a_second_implementation_in_exact_fractions_agrees(
        lots in lots(),
        events in vec(
            prop_oneof![
                12 => (whole_seats(), sizes()).prop_map(|(seats, size)| Event::Balanced(seats, size)),
                2 => (whole_seats(), slots(), 1_u32..=5, sizes())
                    .prop_map(|(seats, at, weight, size)| Event::Hand(seats, seat(at, weight), size)),
                1 => (whole_seats(), slots(), sizes())
                    .prop_map(|(seats, at, size)| Event::GiveBack(seats, Slot(at as u32), size)),
                1 => (0_u64..6).prop_map(Event::Join),
                1 => slots().prop_map(|at| Event::Leave(Slot(at as u32))),
            ],
            1..80,
        ),
    ) {
        let mut ledger = new_ledger(&lots);
        let mut reference = BalancedReference { members: lots.iter().map(|lot| Some(Account::new(*lot))).collect() };
        for event in events {
            match event {
                Event::Balanced(seats, size) => {
                    let seats = present(&ledger, seats);
                    let (size, fraction) = whole_size(seats.iter(), size);
                    let chosen = reference.pick(&seats, fraction);
                    let pick = ledger.pick_balanced(seats.iter().copied(), size, by_slot);
                    prop_assert_eq!(pick.map(|pick| pick.slot.0 as usize), chosen);
                    if let Some(chosen) = chosen.filter(|_| seats.len() > 1) {
                        reference.give(&seats, chosen, fraction, 1);
                    }
                    apply(&mut ledger, &mut Vec::new(), &Event::Balanced(seats, size));
                }
                Event::Hand(mut seats, chosen, size) if ledger.balance(chosen.slot).is_some() => {
                    if seats.iter().all(|seat| seat.slot != chosen.slot) {
                        seats.push(chosen);
                    }
                    let seats = present(&ledger, seats);
                    let (size, fraction) = whole_size(seats.iter(), size);
                    if seats.len() > 1 {
                        reference.give(&seats, chosen.slot.0 as usize, fraction, 1);
                    }
                    apply(&mut ledger, &mut Vec::new(), &Event::Hand(seats, chosen, size));
                }
                Event::GiveBack(seats, slot, size) if ledger.balance(slot).is_some() => {
                    let seats = present(&ledger, seats);
                    let (size, fraction) = whole_size(seats.iter(), size);
                    if !seats.is_empty() {
                        reference.give(&seats, slot.0 as usize, fraction, -1);
                    }
                    apply(&mut ledger, &mut Vec::new(), &Event::GiveBack(seats, slot, size));
                }
                Event::Join(lot) => {
                    reference.members.push(Some(Account::new(lot)));
                    ledger.join(lot);
                }
                Event::Leave(slot) => {
                    reference.members[slot.0 as usize] = None;
                    ledger.leave(slot);
                }
                _ => {}
            }
            for (at, account) in reference.members.iter().enumerate() {
                let slot = Slot(at as u32);
                let expected = account.map(|account| (account.turns.in_units(), account.value.in_units()));
                prop_assert_eq!(ledger.balance(slot).zip(ledger.value(slot)), expected);
            }
        }
    }
}

/// Scores from 0 to 100, as a stream of 20 000 leads brings them.
type Stream = fn(&mut Dice, u64) -> u64;

const STREAMS: [(&str, Stream); 3] = [
    ("uniform", |dice, _| dice.throw(101)),
    ("two tiers", |dice, _| [100, 10][dice.throw(2) as usize]),
    ("periodic", |_, number| [100, 50, 10][(number % 3) as usize]),
];

/// The furthest that anybody gets from their share, in turns and in caps, in thousandths rounded up.
fn furthest(weights: &[u32], stream: Stream, all_eligible: bool, seed: u64) -> (i128, i128) {
    let mut dice = Dice(seed);
    let mut pool = Pool::new(weights);
    let members = weights.len();
    let mut owed = vec![0.0; members];
    let mut furthest = (0, 0);
    for number in 0..20_000 {
        let score = stream(&mut dice, number);
        let mut who: Vec<usize> = (0..members).collect();
        if !all_eligible {
            for last in (1..members).rev() {
                who.swap(last, dice.throw(last as u64 + 1) as usize);
            }
            who.truncate(members.div_ceil(2).max(2));
        }
        let seats = pool.of(&who);
        let chosen = balanced_lead(&mut pool.ledger, &seats, Size::of_parts(score as u32 * PARTS / 100));
        let total: u32 = seats.iter().map(|seat| seat.weight).sum();
        for seat in &seats {
            owed[seat.slot.0 as usize] += score as f64 * f64::from(seat.weight) / f64::from(total);
        }
        owed[chosen] -= score as f64;
        for seat in &seats {
            let (turns, value) = (pool.ledger.balance(seat.slot).unwrap(), pool.ledger.value(seat.slot).unwrap());
            furthest = (turns.abs().max(furthest.0), value.abs().max(furthest.1));
        }
    }
    // What the ledger says is the score received and the score entitled to, added up by hand.
    for (value, owed) in pool.ledger.values().into_iter().zip(owed) {
        assert!((value as f64 / TURN as f64 - owed / 100.0).abs() < 1e-6);
    }
    assert_eq!((sum_of_all(&pool.ledger), sum_of_all_value(&pool.ledger)), (0, 0));
    let thousandths = |units: i128| (units * 1_000 + TURN - 1) / TURN;
    (thousandths(furthest.0), thousandths(furthest.1))
}

/// Not proved, but measured: nobody gets further from their share of the value than 1.8 caps, nor from that of the leads
/// than 2.3 turns.
#[test]
fn twenty_thousand_leads_leave_nobody_far_from_their_share_of_the_value() {
    for members in [2, 5, 20] {
        for skewed in [false, true] {
            let weights: Vec<u32> = (0..members).map(|at| if skewed { 1 + at % 4 } else { 1 }).collect();
            for (name, stream) in STREAMS {
                for all_eligible in [true, false] {
                    let (turns, value) = furthest(&weights, stream, all_eligible, u64::from(members));
                    let at = format!("{members} members, skewed {skewed}, {name}, all {all_eligible}");
                    assert!(value <= 1_800, "{at}: {value} thousandths of the cap");
                    assert!(turns <= 2_300, "{at}: {turns} thousandths of a turn");
                }
            }
        }
    }
}

/// What the second ledger is for: by turns alone, the value that somebody is ahead by grows and grows.
#[test]
fn by_turns_alone_value_drifts() {
    let mut pool = Pool::new(&[1, 1]);
    for number in 0..1_000 {
        let size = Size::of_parts([PARTS, PARTS / 10][number % 2]);
        let pick = pool.ledger.pick(pool.everyone().into_iter(), by_slot).unwrap();
        pool.ledger.charge(pool.everyone().into_iter(), Seat { slot: pick.slot, weight: 1 }, size).unwrap();
    }
    assert_eq!(distance(&pool.ledger), 0);
    assert_eq!(pool.ledger.values().into_iter().max(), Some(225 * TURN));
}
