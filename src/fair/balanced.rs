//! The second ledger: value, beside the count. What each member is owed of what leads are worth, and the rule that picks
//! from both.

use super::SeatList;
use super::rule::by_owed;
use super::{Basis, Charge, Claim, Ledger, Pick, Seat, Slot, TURN, UNITS, claims, share};
use std::cmp::Ordering;
use std::mem;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// How many sizes there are above 0: that of the cap is as many. A turn's units divide by it, so that every size is a
/// whole number of units.
pub(crate) const PARTS: u32 = 50_400;

/// How many turns the pick of a balanced rotation may trail the largest deficit by.
pub(crate) const WINDOW: u64 = 2;

const _: () = assert!(UNITS.is_multiple_of(PARTS as u64));

/// What a lead is worth, in whole [`PARTS`] of the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(u32);

impl Size {
    /// Worth nothing, or nothing that anybody asked for: only the count moves.
    pub(crate) const NONE: Self = Self(0);

    /// The parts of the largest one.
    pub(crate) const MOST: u32 = PARTS;

    /// So many parts, at most all of them.
    pub(crate) fn of_parts(parts: u32) -> Self {
        Self(parts.min(PARTS))
    }

    /// How many parts it is.
    pub(crate) fn parts(self) -> u32 {
        self.0
    }

    /// The same in units, of which the cap has as many as a turn.
    pub(super) const fn units(self) -> u64 {
        self.0 as u64 * (UNITS / PARTS as u64)
    }
}

/// What members are owed of what leads are worth, in units: [`TURN`] is one whole cap.
///
/// Who never was owed anything is not in it, so that a rotation without a balance pays nothing for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Worth {
    // INVARIANT: the balances, `pot` and `departed` add up to 0, and a departed member's balance is 0.
    balances: Vec<i128>,
    pot: i128,
    departed: i128,
}

/// How far the list reaches does not count: a charge that is taken back leaves it longer.
impl PartialEq for Worth {
    fn eq(&self, other: &Self) -> bool {
        let longest = self.balances.len().max(other.balances.len());
        (self.pot, self.departed) == (other.pot, other.departed)
            && (0..longest).all(|index| self.at(index) == other.at(index))
    }
}

impl Eq for Worth {}

impl Worth {
    pub(super) fn restore(balances: Vec<i128>, pot: i128, departed: i128) -> Self {
        Self { balances, pot, departed }
    }

    fn at(&self, index: usize) -> i128 {
        self.balances.get(index).copied().unwrap_or(0)
    }

    pub(super) fn of(&self, slot: Slot) -> i128 {
        self.at(slot.index())
    }

    /// Moves what a member is owed to the departed sum.
    pub(super) fn end(&mut self, slot: Slot) {
        self.departed += self.balances.get_mut(slot.index()).map_or(0, mem::take);
    }

    /// What a lead of that size credits per unit of weight, as a turn does: the pot pays one unit more once it can. A
    /// lead that is worth nothing credits nothing, whatever is in the pot.
    pub(super) fn credit(&self, total: u64, size: Size) -> u64 {
        match size.units().checked_div(total) {
            Some(share) if size > Size::NONE => share + u64::from(self.pot >= i128::from(total)),
            _ => 0,
        }
    }

    /// The same for a turn that is given back: the mirror image, in which the pot pays the rest while it can.
    pub(super) fn credit_back(&self, total: u64, size: Size) -> u64 {
        match (size.units().checked_div(total), size.units().checked_rem(total)) {
            (Some(share), Some(rest)) if size > Size::NONE => share + u64::from(self.pot < i128::from(rest)),
            _ => 0,
        }
    }

    fn post(&mut self, slot: Slot, is_present: bool, amount: i128) {
        // INVARIANT: the pot pays whatever an account gains, so that the sum of all stays 0.
        self.pot -= amount;
        if !is_present {
            self.departed += amount;
            return;
        }
        let index = slot.index();
        if self.balances.len() <= index {
            self.balances.resize(index + 1, 0);
        }
        if let Some(balance) = self.balances.get_mut(index) {
            *balance += amount;
        }
    }
}

impl Ledger {
    /// What a member is owed in value, in units: [`TURN`] is one whole cap. None for a slot that is unknown or departed.
    pub(crate) fn value(&self, slot: Slot) -> Option<i128> {
        self.member(slot).map(|_| self.worth.of(slot))
    }

    /// What rounding has kept back from the members of their shares in value.
    pub(crate) fn value_pot(&self) -> i128 {
        self.worth.pot
    }

    /// What those who left were owed in value.
    pub(crate) fn value_departed(&self) -> i128 {
        self.worth.departed
    }

    /// Moves the value balances by a charge, or by its inverse if `sign` is -1.
    pub(super) fn post_value(&mut self, seats: &SeatList, charge: &Charge, sign: i128) {
        if charge.size == Size::NONE {
            return;
        }
        let debit = (charge.chosen, -i128::from(charge.size.units()));
        let shares = seats.iter().map(|seat| (seat.slot, share(seat, charge.value_credit)));
        for (slot, amount) in shares.chain([debit]) {
            let is_present = self.member(slot).is_some();
            self.worth.post(slot, is_present, sign * amount);
        }
    }

    /// What each eligible member is owed in value once one more lead of that size has accrued, in the order given.
    pub(crate) fn value_claims<I>(&self, eligible: I, size: Size) -> impl Iterator<Item = i128>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let able = self.able(eligible).map(|(seat, _)| seat);
        let credit = self.round(able.clone()).map_or(0, |round| self.worth.credit(round.total, size));
        able.map(move |seat| self.worth.of(seat.slot) + share(seat, credit))
    }

    /// Picks one of the eligible members for a lead of that size, so that turns and value are both shared out; none if
    /// nobody is eligible. Nothing is charged. Ties are those of [`pick`](Self::pick).
    pub(crate) fn pick_balanced<I>(&self, eligible: I, size: Size, tie: impl Fn(Slot, Slot) -> Ordering) -> Option<Pick>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let mut able = self.able(eligible);
        let round = self.round(able.clone().map(|(seat, _)| seat))?;
        if round.count == 1 {
            return able.next().map(|(seat, _)| Pick::of_one(seat.slot));
        }

        let credit = self.worth.credit(round.total, size);
        let most = claims(self, able.clone(), round).map(|claim| claim.owed).max()?;
        let near = claims(self, able, round).filter(|claim| most - claim.owed <= WINDOW as i128 * TURN);
        let merits = near.map(|claim| {
            let value = self.worth.of(claim.seat.slot) + share(claim.seat, credit);
            Merit { claim, value }
        });
        let by_merit =
            |one: &Merit, other: &Merit| other.compare(one, size).then_with(|| by_owed(&one.claim, &other.claim, &tie));
        let claim = merits.min_by(by_merit)?.claim;
        let basis = if claim.owed == most { Basis::LargestDeficit } else { Basis::Value };
        Some(Pick { slot: claim.seat.slot, basis, open: round.count as u32 })
    }
}

/// What one member near enough to the largest deficit is owed in turns and in value, this lead included.
#[derive(Debug, Clone, Copy)]
struct Merit {
    claim: Claim,
    value: i128,
}

impl Merit {
    /// Compares `v + 2 (d / D) z`: turns owed, and twice the value owed by as much of it as this lead can make good.
    fn compare(&self, other: &Self, size: Size) -> Ordering {
        // INVARIANT: nothing overflows, and nothing is rounded. Times `PARTS / 2`, which changes no order, all is whole:
        // `PARTS / 2 * v + size * z`. Of two members only differences are taken. Those of `v` lie within the window, so
        // that their part stays within `PARTS * TURN` (2^79). Those of `z` fit (see `UNITS`), and beyond `FAR` value alone
        // decides, even at the smallest size above 0: held to that, their part stays below 2^16 * 2^79 = 2^95.
        const FAR: i128 = PARTS as i128 * TURN + 1;
        let turns = i128::from(PARTS / 2) * (self.claim.owed - other.claim.owed);
        let value = i128::from(size.0) * (self.value - other.value).clamp(-FAR, FAR);
        (turns + value).cmp(&0)
    }
}
