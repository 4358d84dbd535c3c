//! Who is picked: the earliest deadline while everyone is within the cap, else whoever is owed most.

use super::{Claim, Ledger, Seat, Slot, TURN, cap, claims, release};
use std::cmp::Ordering;

/// Who gets the lead, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) slot: Slot,
    pub(crate) basis: Basis,
    /// How many could have had it.
    pub(crate) open: u32,
}

/// Which part of the rule decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Basis {
    /// Nobody else could take it. Such a lead is no turn.
    Only,
    /// The earliest deadline, ahead of somebody who was owed more.
    Deadline,
    /// The largest deficit.
    LargestDeficit,
    /// In a balanced rotation: the value that was owed, ahead of somebody who was owed more turns.
    Value,
}

impl Pick {
    /// There is nobody to choose between.
    pub(super) const fn of_one(slot: Slot) -> Self {
        Self { slot, basis: Basis::Only, open: 1 }
    }
}

impl Ledger {
    /// Picks one of the eligible members; none if there are none. Nothing is charged.
    ///
    /// Equal claims go to the smaller lot. `tie` is asked about equal lots only, and `Less` goes first; it must be a
    /// total order.
    pub(crate) fn pick<I>(&self, eligible: I, tie: impl Fn(Slot, Slot) -> Ordering) -> Option<Pick>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let mut able = self.able(eligible);
        let round = self.round(able.clone().map(|(seat, _)| seat))?;
        if round.count == 1 {
            return able.next().map(|(seat, _)| Pick::of_one(seat.slot));
        }

        let by_owed = |one: &Claim, other: &Claim| by_owed(one, other, &tie);
        let by_deadline = |one: &Claim, other: &Claim| by_deadline(one, other, round.count, &tie);
        let release = release(round.count);
        let cap = cap(self.present);

        let mut largest: Option<Claim> = None;
        let mut earliest: Option<Claim> = None;
        let mut outside_before = 0;
        let mut eligible_within = true;
        for claim in claims(self, able, round) {
            outside_before += usize::from(claim.balance.abs() > cap);
            eligible_within &= claim.owed.abs() <= cap;
            if largest.is_none_or(|best| by_owed(&claim, &best).is_lt()) {
                largest = Some(claim);
            }
            let has_deadline = (release..=cap).contains(&claim.owed);
            if has_deadline && earliest.is_none_or(|best| by_deadline(&claim, &best).is_lt()) {
                earliest = Some(claim);
            }
        }
        // INVARIANT: a deadline is followed only if everyone present stays within the cap. Asking before the turn is
        // taken gives the same picks as asking after it: who has a deadline lands within, at `owed - TURN >= -cap`,
        // and who alone was beyond the cap is the largest deficit anyway.
        let everyone_within = || eligible_within && outside_before == self.count_outside(cap);

        let largest = largest?;
        let (claim, basis) = match earliest {
            Some(claim) if claim.seat != largest.seat && everyone_within() => (claim, Basis::Deadline),
            _ => (largest, Basis::LargestDeficit),
        };
        Some(Pick { slot: claim.seat.slot, basis, open: round.count as u32 })
    }

    /// Where each eligible member stands once one more lead for all of them has accrued, in the order given.
    pub(crate) fn claims<I>(&self, eligible: I) -> impl Iterator<Item = Claim>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let able = self.able(eligible);
        let round = self.round(able.clone().map(|(seat, _)| seat));
        round.into_iter().flat_map(move |round| claims(self, able.clone(), round))
    }

    /// Whether the chosen one is owed at most so many turns less than whoever is owed most.
    ///
    /// Asked of a set that the chosen one is added to, as in [`charge`](Self::charge). False if the chosen one cannot
    /// take a turn at all.
    pub(crate) fn trails_by_at_most<I>(&self, eligible: I, chosen: Seat, turns: u64) -> bool
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let Some(party) = self.party(eligible, chosen) else {
            return false;
        };
        let Some(round) = self.round(party.clone().map(|(seat, _)| seat)) else {
            return false;
        };
        let owed = |claim: Claim| claim.owed;
        let largest = claims(self, party.clone(), round).map(owed).max();
        let of_chosen = claims(self, party, round).find(|claim| claim.seat.slot == chosen.slot).map(owed);
        let allowed = TURN.saturating_mul(i128::from(turns));
        matches!((largest, of_chosen), (Some(most), Some(own)) if most - own <= allowed)
    }
}

/// The larger claim first, then the smaller lot, then whoever `tie` puts first.
pub(super) fn by_owed(one: &Claim, other: &Claim, tie: &impl Fn(Slot, Slot) -> Ordering) -> Ordering {
    (other.owed.cmp(&one.owed)).then(one.lot.cmp(&other.lot)).then_with(|| tie(one.seat.slot, other.seat.slot))
}

/// The earlier deadline among so many eligible members first, then as above.
pub(super) fn by_deadline(
    one: &Claim,
    other: &Claim,
    members: usize,
    tie: &impl Fn(Slot, Slot) -> Ordering,
) -> Ordering {
    let room = |claim: &Claim| room(claim.owed, members);
    let weight = |claim: &Claim| i128::from(claim.seat.weight);
    (room(one) * weight(other)).cmp(&(room(other) * weight(one))).then_with(|| by_owed(one, other, tie))
}

/// What is left until the cap of `members`, times `2 * members - 2` to keep it whole.
const fn room(owed: i128, members: usize) -> i128 {
    let parts = 2 * members as i128 - 2;
    (parts - 1) * TURN - parts * owed
}
