//! The promises on random histories. Numbers in test comments are the items of the notes on fairness.

use super::testing::{
    Dice, Fraction, Pool, Reference, balances, by_slot, distance, fraction, lead, seat, sum_of_all, sum_of_all_value,
};
use super::{Charge, Ledger, PARTS, Seat, Size, Slot, TURN, UNITS};
use proptest::collection::vec;
use proptest::prelude::*;

pub(super) const MEMBERS: usize = 8;

/// Something that happens to a ledger. Members are drawn from those that ever joined.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Lead(Vec<Seat>),
    /// A lead in a balanced rotation.
    Balanced(Vec<Seat>, Size),
    /// A lead for somebody who was not the rule's choice.
    Hand(Vec<Seat>, Seat, Size),
    Refund(usize),
    GiveBack(Vec<Seat>, Slot, Size),
    Join(u64),
    Leave(Slot),
    Forgive(Slot),
}

pub(super) fn slots() -> impl Strategy<Value = usize> {
    0..MEMBERS
}

/// Some seats, each slot once, in any order, with weights up to `heaviest`.
pub(super) fn seats(heaviest: u32) -> impl Strategy<Value = Vec<Seat>> {
    let everyone: Vec<usize> = (0..MEMBERS).collect();
    let some = proptest::sample::subsequence(everyone, 0..=MEMBERS).prop_shuffle();
    (some, vec(1..=heaviest, MEMBERS)).prop_map(|(slots, weights)| {
        let seats = slots.into_iter().zip(weights);
        seats.map(|(slot, weight)| seat(slot, weight)).collect()
    })
}

pub(super) fn any_seats() -> impl Strategy<Value = Vec<Seat>> {
    prop_oneof![seats(1), seats(5), seats(100), seats(1_000_000)]
}

/// At most 46 in total, so that every share is a whole number of units.
pub(super) fn whole_seats() -> impl Strategy<Value = Vec<Seat>> {
    prop_oneof![seats(1), seats(5)]
}

/// Mostly such as people have, and the ends.
pub(super) fn sizes() -> impl Strategy<Value = Size> {
    let parts = prop_oneof![
        3 => 0..=PARTS,
        1 => (0..=100_u32).prop_map(|score| score * PARTS / 100),
        1 => Just(0),
        1 => Just(1),
        1 => Just(PARTS),
    ];
    parts.prop_map(Size::of_parts)
}

/// Leads and changes of membership: what the rule's bounds speak of.
fn serial_events() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => any_seats().prop_map(Event::Lead),
        1 => any::<u64>().prop_map(Event::Join),
        1 => slots().prop_map(|at| Event::Leave(Slot(at as u32))),
        1 => slots().prop_map(|at| Event::Forgive(Slot(at as u32))),
    ]
}

fn all_events() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => serial_events(),
        2 => (any_seats(), sizes()).prop_map(|(seats, size)| Event::Balanced(seats, size)),
        1 => (any_seats(), slots(), 1_u32..9, sizes())
            .prop_map(|(seats, at, weight, size)| Event::Hand(seats, seat(at, weight), size)),
        1 => (0_usize..100).prop_map(Event::Refund),
        1 => (any_seats(), slots(), sizes())
            .prop_map(|(seats, at, size)| Event::GiveBack(seats, Slot(at as u32), size)),
    ]
}

/// Applies an event; charges that can be refunded are kept in `open`.
pub(super) fn apply(ledger: &mut Ledger, open: &mut Vec<Charge>, event: &Event) {
    match event {
        Event::Lead(seats) => {
            if let Some(pick) = ledger.pick(seats.iter().copied(), by_slot) {
                let chosen = seats.iter().find(|seat| seat.slot == pick.slot).unwrap();
                open.extend(ledger.charge(seats.iter().copied(), *chosen, Size::NONE));
            }
        }
        Event::Balanced(seats, size) => {
            if let Some(pick) = ledger.pick_balanced(seats.iter().copied(), *size, by_slot) {
                let chosen = seats.iter().find(|seat| seat.slot == pick.slot).unwrap();
                open.extend(ledger.charge(seats.iter().copied(), *chosen, *size));
            }
        }
        Event::Hand(seats, chosen, size) => open.extend(ledger.charge(seats.iter().copied(), *chosen, *size)),
        Event::Refund(at) if !open.is_empty() => {
            let charge = open.swap_remove(at % open.len());
            ledger.refund(&charge);
        }
        Event::Refund(_) => {}
        Event::GiveBack(seats, slot, size) => {
            ledger.give_back(seats.iter().copied(), *slot, *size);
        }
        Event::Join(lot) => {
            ledger.join(*lot);
        }
        Event::Leave(slot) => ledger.leave(*slot),
        Event::Forgive(slot) => ledger.forgive(*slot),
    }
}

pub(super) fn new_ledger(lots: &[u64]) -> Ledger {
    let mut ledger = Ledger::new();
    for lot in lots {
        ledger.join(*lot);
    }
    ledger
}

/// The sums of the k largest, for k from 1.
pub(super) fn top_sums(mut amounts: Vec<i128>) -> Vec<i128> {
    amounts.sort_unstable_by(|one, other| other.cmp(one));
    let sums = amounts.iter().scan(0, |sum, amount| {
        *sum += amount;
        Some(*sum)
    });
    sums.collect()
}

pub(super) fn lots() -> impl Strategy<Value = Vec<u64>> {
    // Few different lots, so that equal ones are common.
    vec(0_u64..6, MEMBERS)
}

/// Charged once to a set of total weight W, a turn's shares add up to it but for W units.
pub(super) const LARGEST_TOTAL: i128 = MEMBERS as i128 * 1_000_000;

proptest! {
    // 3, 4, 14
    #[test]
    fn one_unchanging_set_stays_within_one_turn_and_repeats_exactly(
        weights in prop_oneof![vec(1_u32..=9, 2..=8), vec(1_u32..=60, 2..=5)],
        scale in prop_oneof![Just(1_u32), Just(6), Just(47)],
        lots in lots(),
    ) {
        let parts = 2 * weights.len() as i128 - 2;
        let cycle = weights.iter().sum::<u32>();
        let total = i128::from(cycle);
        let whole = UNITS.is_multiple_of(u64::from(cycle * scale));
        let mut ledger = new_ledger(&lots[..weights.len()]);
        let seats: Vec<Seat> = (weights.iter().enumerate())
            .map(|(slot, weight)| seat(slot, weight * scale))
            .collect();

        let mut received = vec![0; weights.len()];
        let mut last = vec![None; weights.len()];
        let mut picks = Vec::new();
        for now in 1..=2 * total {
            let chosen = lead(&mut ledger, &seats);
            picks.push(chosen);
            received[chosen] += 1;
            for (weight, received) in weights.iter().zip(&received) {
                let off = (now * i128::from(*weight) - total * received).abs();
                prop_assert!(parts * off <= (parts - 1) * total);
            }
            if let Some(last) = last[chosen].replace(now) {
                let longest = 2 * (parts - 1) * total / (parts * i128::from(weights[chosen])) + 1;
                prop_assert!(now - last <= longest);
            }
            if now % total == 0 {
                let exact = weights.iter().map(|weight| now / total * i128::from(*weight));
                prop_assert!(exact.eq(received.iter().copied()));
                let rounding = if whole { 0 } else { 2 * i128::from(scale) * total };
                prop_assert!(distance(&ledger) <= rounding);
            }
        }
        if whole {
            let (first, second) = picks.split_at(cycle as usize);
            prop_assert_eq!(first, second);
        }
    }

    // 5
    #[test]
    fn equal_members_get_every_nth_lead(members in 2..=MEMBERS, weight in 1_u32..=1_000_000, lots in lots()) {
        let mut ledger = new_ledger(&lots[..members]);
        let seats: Vec<Seat> = (0..members).map(|slot| seat(slot, weight)).collect();
        let mut in_order: Vec<usize> = (0..members).collect();
        in_order.sort_by_key(|at| (lots[*at], *at));
        for _ in 0..5 {
            let block: Vec<usize> = (0..members).map(|_| lead(&mut ledger, &seats)).collect();
            prop_assert_eq!(&block, &in_order);
        }
    }

    // 1, 2, 6, 8, 10
    #[test]
    fn any_sets_and_weights_stay_within_half_the_number_of_others(
        lots in lots(),
        leads in vec(any_seats(), 1..80),
        members in 2..=MEMBERS,
    ) {
        let mut ledger = new_ledger(&lots[..members]);
        for seats in leads {
            let before = balances(&ledger);
            let present: Vec<Seat> = seats.into_iter()
                .filter(|seat| (seat.slot.0 as usize) < members)
                .collect();
            let Some(pick) = ledger.pick(present.iter().copied(), by_slot) else {
                prop_assert!(present.is_empty());
                continue;
            };
            prop_assert!(present.iter().any(|seat| seat.slot == pick.slot));
            lead(&mut ledger, &present);
            let after = balances(&ledger);
            for (slot, (before, after)) in before.iter().zip(&after).enumerate() {
                let is_eligible = present.iter().any(|seat| seat.slot.0 as usize == slot);
                prop_assert!(is_eligible || before == after);
            }
            for (count, sum) in (1..).zip(top_sums(after)) {
                prop_assert!(2 * sum <= count * (members as i128 - count) * (TURN + LARGEST_TOTAL));
            }
            prop_assert!(2 * distance(&ledger) <= (members as i128 - 1) * (TURN + LARGEST_TOTAL));
            prop_assert_eq!(sum_of_all(&ledger), 0);
            prop_assert!((0..2 * LARGEST_TOTAL).contains(&ledger.pot()));
        }
    }

    // 7, 9
    #[test]
    fn joins_and_leaves_stay_within_the_number_of_others(
        lots in lots(),
        events in vec(serial_events(), 1..100),
    ) {
        let mut ledger = new_ledger(&lots[..MEMBERS - 3]);
        let mut open = Vec::new();
        let mut most = ledger.present() as i128;
        for event in events {
            let before: Vec<_> = ledger.accounts().collect();
            apply(&mut ledger, &mut open, &event);
            if let Event::Join(lot) = event {
                let joined = before.iter().copied().chain([(lot, Some(0))]);
                prop_assert!(ledger.accounts().eq(joined));
            }
            most = most.max(ledger.present() as i128);
            let owed = balances(&ledger);
            let ahead = owed.iter().map(|owed| -owed).collect();
            for (count, (owed, ahead)) in (1..).zip(top_sums(owed).into_iter().zip(top_sums(ahead))) {
                let bound = count * (2 * most - 1 - count) * (TURN + LARGEST_TOTAL);
                prop_assert!(2 * owed <= bound && 2 * ahead <= bound);
            }
            prop_assert_eq!(sum_of_all(&ledger), 0);
        }
    }

    // 2, 15
    #[test]
    fn the_books_balance_and_restore_after_whatever_happens(
        lots in lots(),
        events in vec(all_events(), 1..80),
    ) {
        let mut ledger = new_ledger(&lots);
        let mut open = Vec::new();
        for event in events {
            apply(&mut ledger, &mut open, &event);
            prop_assert_eq!((sum_of_all(&ledger), sum_of_all_value(&ledger)), (0, 0));
            // Equality takes in the counts behind the gate, which a restored ledger has counted afresh.
            let restored = ledger.restored();
            prop_assert_eq!(restored.as_ref(), Some(&ledger));
        }
    }

    // 11
    #[test]
    fn taking_the_latest_turn_back_leaves_no_trace(
        lots in lots(),
        events in vec(all_events(), 0..60),
        seats in any_seats(),
        size in sizes(),
        by_hand in proptest::option::of(slots()),
    ) {
        let mut ledger = new_ledger(&lots);
        let mut open = Vec::new();
        for event in &events {
            apply(&mut ledger, &mut open, event);
        }
        let before = ledger.clone();
        let picks = |ledger: &Ledger| {
            let seats = seats.iter().copied();
            (ledger.pick(seats.clone(), by_slot), ledger.pick_balanced(seats, size, by_slot))
        };
        let (pick, balanced) = picks(&ledger);
        prop_assert_eq!(pick.is_some(), balanced.is_some());
        let chosen = by_hand.map_or(balanced.map(|pick| pick.slot), |at| Some(Slot(at as u32)));
        let charge = chosen.and_then(|slot| ledger.charge(seats.iter().copied(), Seat { slot, weight: 3 }, size));
        prop_assert_eq!(charge.is_none(), ledger == before);
        if let Some(charge) = charge {
            ledger.refund(&charge);
        }
        prop_assert_eq!(&ledger, &before);
        prop_assert_eq!(picks(&ledger), (pick, balanced));
    }

    #[test]
    fn taking_all_turns_back_in_any_order_leaves_no_trace(
        lots in lots(),
        events in vec((any_seats(), slots(), 1_u32..9, sizes()), 1..40),
        order in any::<u64>(),
    ) {
        let fresh = new_ledger(&lots);
        let mut ledger = fresh.clone();
        let mut open: Vec<Charge> = (events.into_iter())
            .filter_map(|(seats, at, weight, size)| ledger.charge(seats.into_iter(), seat(at, weight), size))
            .collect();
        let mut dice = Dice(order);
        while !open.is_empty() {
            let charge = open.swap_remove(dice.throw(open.len() as u64) as usize);
            ledger.refund(&charge);
        }
        prop_assert_eq!(ledger, fresh);
    }

    #[test]
    fn taking_a_turn_back_after_changes_moves_only_its_own_members_and_exactly(
        lots in lots(),
        seats in any_seats(),
        size in sizes(),
        by_hand in slots(),
        events in vec(all_events(), 0..60),
    ) {
        let mut ledger = new_ledger(&lots);
        let charge = ledger.charge(seats.into_iter(), seat(by_hand, 4), size);
        prop_assume!(charge.is_some());
        let charge = charge.unwrap();
        for event in &events {
            apply(&mut ledger, &mut Vec::new(), event);
        }
        let before = ledger.clone();
        ledger.refund(&charge);
        let accounts = before.accounts().zip(ledger.accounts()).enumerate();
        for (slot, ((_, before), (_, after))) in accounts {
            let slot = Slot(slot as u32);
            let seat = ledger.seats(&charge).iter().copied().find(|seat| seat.slot == slot);
            let share = seat.map_or(0, |seat| i128::from(seat.weight) * i128::from(charge.credit));
            let turn = if slot == charge.chosen { TURN } else { 0 };
            prop_assert_eq!(after, before.map(|owed| owed + turn - share));
        }
        for (slot, owed) in before.values().into_iter().enumerate() {
            let slot = Slot(slot as u32);
            let seat = ledger.seats(&charge).iter().copied().find(|seat| seat.slot == slot);
            let share = seat.map_or(0, |seat| i128::from(seat.weight) * i128::from(charge.value_credit));
            let debit = if slot == charge.chosen { size.units().into() } else { 0 };
            prop_assert_eq!(ledger.value(slot), before.value(slot).map(|_| owed + debit - share));
        }
        prop_assert_eq!((sum_of_all(&ledger), sum_of_all_value(&ledger)), (0, 0));
    }

    // 12
    #[test]
    fn committed_turns_stay_within_the_slack_of_those_taken_back(
        seed in any::<u64>(),
        members in 2..=5_usize,
        most_open in 1..=3_usize,
    ) {
        let mut dice = Dice(seed);
        let mut ledger = Pool::new(&vec![1; members]).ledger;
        let mut doomed: Vec<Charge> = Vec::new();
        for _ in 0..80 {
            let seats = dice.seats(members, 5);
            let Some(pick) = ledger.pick(seats.iter().copied(), by_slot) else { continue };
            let chosen = seats.iter().find(|seat| seat.slot == pick.slot).unwrap();
            let charge = ledger.charge(seats.iter().copied(), *chosen, Size::NONE);
            if doomed.len() < most_open && dice.throw(2) == 0 {
                doomed.extend(charge);
            } else if !doomed.is_empty() && dice.throw(3) == 0 {
                ledger.refund(&doomed.swap_remove(dice.throw(doomed.len() as u64) as usize));
            }
            let mut committed = ledger.clone();
            for charge in &doomed {
                committed.refund(charge);
            }
            let bound = (2 + 2 * most_open as i128) * (members as i128 - 1) * (TURN + LARGEST_TOTAL);
            prop_assert!(2 * distance(&committed) <= bound);
        }
    }

    // 12
    #[test]
    fn late_commits_of_the_rules_own_choices_stay_within_their_slack(
        seed in any::<u64>(),
        members in 2..=5_usize,
        most_late in 0..=3_usize,
    ) {
        let mut dice = Dice(seed);
        let mut ledger = Pool::new(&vec![1; members]).ledger;
        let mut decided: Vec<(Seat, u64)> = Vec::new();
        let mut steps = 0;
        for _ in 0..120 {
            let seats = dice.seats(members, 5);
            if let Some(pick) = ledger.pick(seats.iter().copied(), by_slot) {
                let chosen = seats.iter().find(|seat| seat.slot == pick.slot).unwrap();
                decided.push((*chosen, steps));
            }
            if decided.len() > most_late {
                let (chosen, since) = decided.remove(0);
                let seats = dice.seats(members, 5);
                let slack = 1 + 2 * (steps - since);
                if ledger.trails_by_at_most(seats.iter().copied(), chosen, slack) {
                    ledger.charge(seats.iter().copied(), chosen, Size::NONE);
                    steps += 1;
                }
            }
            let bound = (2 + 2 * most_late as i128) * (members as i128 - 1) * (TURN + LARGEST_TOTAL);
            prop_assert!(2 * distance(&ledger) <= bound);
        }
    }

    // 10
    #[test]
    fn multiplying_all_weights_changes_no_pick(
        lots in lots(),
        leads in vec(seats(1), 1..60),
        factor in 2_u32..=5,
    ) {
        let mut ledger = new_ledger(&lots);
        let mut multiplied = ledger.clone();
        for seats in leads.iter().filter(|seats| !seats.is_empty()) {
            let heavier: Vec<Seat> = (seats.iter())
                .map(|seat| Seat { weight: seat.weight * factor, ..*seat })
                .collect();
            prop_assert_eq!(lead(&mut ledger, seats), lead(&mut multiplied, &heavier));
        }
        prop_assert_eq!(ledger, multiplied);
    }

    // 15
    #[test]
    fn a_restored_ledger_goes_on_as_the_one_it_was_taken_from(
        lots in lots(),
        past in vec(all_events(), 0..40),
        future in vec(all_events(), 0..40),
    ) {
        let mut ledger = new_ledger(&lots);
        let mut open = Vec::new();
        for event in &past {
            apply(&mut ledger, &mut open, event);
        }
        let mut restored = ledger.restored().unwrap();
        let mut also_open = open.clone();
        for event in &future {
            apply(&mut ledger, &mut open, event);
            apply(&mut restored, &mut also_open, event);
            prop_assert_eq!(&ledger, &restored);
            prop_assert_eq!(&open, &also_open);
        }
    }

    // 15, 17
    #[test]
    fn the_order_in_which_seats_are_listed_changes_nothing(
        lots in lots(),
        leads in vec(any_seats(), 1..60),
    ) {
        let mut ledger = new_ledger(&lots);
        let mut other = ledger.clone();
        for seats in leads.iter().filter(|seats| !seats.is_empty()) {
            let mut sorted = seats.clone();
            sorted.sort_by_key(|seat| seat.slot);
            prop_assert_eq!(
                ledger.pick(seats.iter().copied(), by_slot),
                other.pick(sorted.iter().copied(), by_slot)
            );
            lead(&mut ledger, seats);
            lead(&mut other, &sorted);
            prop_assert_eq!(&ledger, &other);
        }
    }

    #[test]
    fn a_second_implementation_in_exact_fractions_agrees(
        lots in lots(),
        events in vec(
            prop_oneof![
                10 => whole_seats().prop_map(Event::Lead),
                2 => (whole_seats(), slots(), 1_u32..=5)
                    .prop_map(|(seats, at, weight)| Event::Hand(seats, seat(at, weight), Size::NONE)),
                1 => (0_u64..6).prop_map(Event::Join),
                1 => slots().prop_map(|at| Event::Leave(Slot(at as u32))),
                1 => slots().prop_map(|at| Event::Forgive(Slot(at as u32))),
            ],
            1..60,
        ),
    ) {
        let zero: Fraction = fraction(0, 1);
        let mut ledger = new_ledger(&lots);
        let mut reference = Reference {
            members: lots.iter().map(|lot| Some((*lot, zero))).collect(),
        };
        for event in events {
            apply(&mut ledger, &mut Vec::new(), &event);
            match event {
                Event::Join(lot) => reference.members.push(Some((lot, zero))),
                Event::Leave(slot) => reference.members[slot.0 as usize] = None,
                Event::Forgive(slot) => {
                    if let Some(member) = &mut reference.members[slot.0 as usize] {
                        member.1 = zero;
                    }
                }
                Event::Lead(seats) => {
                    let seats = reference.able(seats);
                    if !seats.is_empty() {
                        let chosen = reference.pick(&seats);
                        reference.give(&seats, chosen);
                    }
                }
                Event::Hand(mut seats, chosen, _) => {
                    if seats.iter().all(|seat| seat.slot != chosen.slot) {
                        seats.push(chosen);
                    }
                    if !reference.able(vec![chosen]).is_empty() {
                        reference.give(&reference.able(seats), chosen.slot.0 as usize);
                    }
                }
                _ => {}
            }
            let expected = reference.members.iter().map(|member| Some(member.as_ref()?.1.in_units()));
            prop_assert!(ledger.accounts().map(|(_, owed)| owed).eq(expected));
        }
    }
}
