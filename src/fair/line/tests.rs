use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Comes, or is owed something else.
    Put(u32, i128),
    Leave(u32),
    /// The first goes to the back.
    TakeTurn,
}

const MEMBERS: u32 = 60;
const ONE_TURN: i128 = 1_000;

fn crowd(members: u32) -> Crowd {
    // Lots that nobody else has, in another order than slots.
    let lot = |slot: u32| u64::from(slot.wrapping_mul(7) % MEMBERS);
    Crowd::new((0..members).map(|slot| Member::new(lot(slot), Some(0))).collect())
}

fn set(crowd: &mut Crowd, slot: u32, base: i128) {
    crowd.get_mut(Slot(slot)).unwrap().base = base;
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..MEMBERS, -500..500_i128).prop_map(|(slot, base)| Step::Put(slot, base)),
        // Many who are level.
        1 => (0..MEMBERS).prop_map(|slot| Step::Put(slot, 0)),
        2 => (0..MEMBERS).prop_map(Step::Leave),
        6 => Just(Step::TakeTurn),
    ]
}

/// Whoever is owed most first; then the smaller lot.
fn in_order(model: &BTreeMap<u32, i128>, crowd: &Crowd) -> Vec<u32> {
    let mut slots: Vec<u32> = model.keys().copied().collect();
    slots.sort_by_key(|slot| (-model[slot], crowd.members[*slot as usize].lot));
    slots
}

proptest! {
    #[test]
    fn ends_are_always_known(steps in proptest::collection::vec((steps(), any::<bool>()), 0..800)) {
        // Two lines of one crowd.
        let mut lines = [Line::default(), Line::default()];
        let mut models: [BTreeMap<u32, i128>; 2] = Default::default();
        let mut crowd = crowd(MEMBERS);
        for (step, is_second) in steps {
            let at = usize::from(is_second);
            let is_elsewhere = |slot: &u32| models[1 - at].contains_key(slot);
            match step {
                Step::Put(slot, _) | Step::Leave(slot) if is_elsewhere(&slot) => {
                    prop_assert!(!lines[at].remove(Slot(slot), &mut crowd));
                }
                Step::Put(slot, base) => {
                    set(&mut crowd, slot, base);
                    match models[at].insert(slot, base) {
                        Some(_) => lines[at].replace(Slot(slot), &mut crowd),
                        None => lines[at].push(Slot(slot), &mut crowd),
                    }
                }
                Step::Leave(slot) => {
                    let was_there = models[at].remove(&slot).is_some();
                    prop_assert_eq!(lines[at].remove(Slot(slot), &mut crowd), was_there);
                }
                Step::TakeTurn => {
                    if let Some(Standing { base, slot, .. }) = lines[at].first(&crowd) {
                        set(&mut crowd, slot.0, base - ONE_TURN);
                        lines[at].replace(slot, &mut crowd);
                        models[at].insert(slot.0, base - ONE_TURN);
                    }
                }
            }
            for (line, model) in lines.iter().zip(&models) {
                let expected = in_order(model, &crowd);
                prop_assert_eq!(line.first(&crowd).map(|first| first.slot.0), expected.first().copied());
                prop_assert_eq!(line.last(&crowd).map(|last| last.slot.0), expected.last().copied());
                prop_assert_eq!(line.len(), expected.len());
                let mut all: Vec<u32> = line.iter().map(|Slot(slot)| slot).collect();
                all.sort_unstable();
                prop_assert!(all.iter().eq(model.keys()));
            }
        }
    }
}

/// Of a line of which each in turn goes from the front to the back, nobody is kept in a heap.
#[test]
fn who_takes_turns_stays_in_the_run() {
    let (mut line, mut crowd) = (Line::default(), crowd(100));
    for slot in 0..100 {
        set(&mut crowd, slot, -i128::from(slot));
        line.push(Slot(slot), &mut crowd);
    }
    for _ in 0..1_000 {
        let Standing { base, slot, .. } = line.first(&crowd).unwrap();
        set(&mut crowd, slot.0, base - 100);
        line.replace(slot, &mut crowd);
    }
    assert_eq!((line.between.len(), line.run.len()), (0, 100));
}

/// Two who come and go at the back of somebody who stays leave no gaps for ever.
#[test]
fn gaps_are_closed() {
    let (mut line, mut crowd) = (Line::default(), crowd(3));
    line.push(Slot(0), &mut crowd);
    for turn in 1..10_000_u32 {
        let (comes, goes) = (1 + turn % 2, 2 - turn % 2);
        set(&mut crowd, comes, -i128::from(turn));
        line.push(Slot(comes), &mut crowd);
        line.remove(Slot(goes), &mut crowd);
    }
    assert_eq!(line.len(), 2);
    assert!(line.run.len() <= 2 * FEW + 4, "{}", line.run.len());
}
