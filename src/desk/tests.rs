//! What cannot be seen apart from the outside.

use super::{Party, PoolIndex, Rotation, Seating, SeatingPlace, Sharing, Team};
use crate::desk::RotationIndex;
use crate::fair::Size;
use crate::instant::Instant;
use crate::rep::RepRecord;
use crate::roster::Roster;
use std::collections::BTreeSet;
use std::sync::Arc;

fn team() -> Team {
    Team::new(Roster::new().rep(RepRecord::new("ann")).rep(RepRecord::new("bob")))
}

fn rotation(name: &str, team: &Team) -> Rotation {
    let mut rotation = Rotation::new(Arc::from(name));
    rotation.set_pools(BTreeSet::from([PoolIndex::EVERYONE]));
    rotation.sync(team);
    rotation
}

/// Takes a turn for a member, by place; with its number.
fn charge(rotation: &mut Rotation, team: &Team, chosen: usize) -> u64 {
    let place = SeatingPlace {
        rotation: Arc::clone(rotation.name()),
        pool: PoolIndex::EVERYONE,
        balance: None,
        forgives: false,
        access: None,
    };
    let seating = Seating::new(RotationIndex::at(0), &place, rotation, team);
    let seats: Vec<_> = seating.seats(team, Instant::START, |_| true).map(|(_, seat)| seat).collect();
    let party = Party { chosen: seats[chosen], open: Sharing::Seats(seats), size: None };
    rotation.charge(party).unwrap()
}

#[test]
fn rotations_differ_by_name_balances_members_and_charges() {
    let team = team();
    let even = rotation("smb", &team);
    assert_eq!(even, rotation("smb", &team));
    assert_ne!(even, rotation("closers", &team));

    let mut charged = even.clone();
    let number = charge(&mut charged, &team, 0);
    let mut dropped = charged.clone();
    dropped.drop_charge(number);
    assert_ne!(dropped, even, "balances");
    assert_ne!(dropped, charged, "charges that may go back");

    let mut alone = even.clone();
    let mut one = team.clone();
    one.remove(one.find("bob").unwrap());
    alone.sync(&one);
    assert_ne!(alone, even, "members");

    // How often a rotation has moved does not count.
    let mut moved = even.clone();
    let number = charge(&mut moved, &team, 0);
    let slot = even.members().next().unwrap().1;
    let turn = super::TurnTaken { rotation: RotationIndex::at(0), number, slot, size: Size::NONE };
    moved.give_back(turn, Vec::new);
    assert_eq!(moved, even);
    assert_ne!(moved.moves(), even.moves());
}
