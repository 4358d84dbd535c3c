//! A ledger that is written down and read again.

use super::balanced::Worth;
use super::line::Crowd;
use super::{Charge, Ledger, Member, Size, Slot, UNITS};

impl Ledger {
    /// The largest amount that is accepted from outside; no ledger comes near it by itself.
    pub(crate) const MAX_RESTORED: i128 = 1 << 100;

    /// The ledger that [`accounts`](Self::accounts), [`pot`](Self::pot) and [`departed`](Self::departed) described.
    ///
    /// None if it does not add up to zero, or if an amount is beyond anything that a ledger can reach.
    pub(crate) fn restore(
        accounts: impl IntoIterator<Item = (u64, Option<i128>)>,
        pot: i128,
        departed: i128,
    ) -> Option<Self> {
        let members: Vec<Member> = accounts.into_iter().map(|(lot, balance)| Member::new(lot, balance)).collect();
        let amounts = members.iter().map(|member| member.base);
        let sum = amounts.chain([pot, departed]).try_fold(0_i128, |sum, amount| {
            let plausible = (-Self::MAX_RESTORED..=Self::MAX_RESTORED).contains(&amount);
            sum.checked_add(amount).filter(|_| plausible)
        })?;
        let ledger = Self {
            present: members.iter().filter(|member| member.is_present()).count(),
            crowd: Crowd::new(members),
            pot,
            departed,
            ..Self::default()
        };
        (sum == 0).then_some(ledger)
    }

    /// The same ledger with these value balances, by slot. None if they do not add up to zero, if one is beyond anything
    /// that a ledger can reach, or if a member who left has one.
    pub(crate) fn with_values(mut self, values: impl Into<Vec<i128>>, pot: i128, departed: i128) -> Option<Self> {
        let values: Vec<i128> = values.into();
        let is_plausible = |amount: &i128| (-Self::MAX_RESTORED..=Self::MAX_RESTORED).contains(amount);
        let amounts = values.iter().chain([&pot, &departed]);
        let sum =
            amounts.copied().try_fold(0_i128, |sum, amount| sum.checked_add(amount).filter(|_| is_plausible(&amount)));
        let owed_to_departed =
            (0..).map(Slot).zip(&values).any(|(slot, value)| *value != 0 && self.member(slot).is_none());
        self.worth = Worth::restore(values, pot, departed);
        (sum == Some(0) && !owed_to_departed).then_some(self)
    }

    /// Lot and balance of every member that ever joined, in the order of slots; no balance for the departed.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (u64, Option<i128>)> {
        self.crowd.members.iter().map(|member| (member.lot, member.is_present().then(|| self.balance_of(member))))
    }

    /// Gives every member, departed or not, another lot: they go by other names now.
    pub(crate) fn draw_lots(&mut self, lot: impl Fn(Slot) -> u64) {
        for slot in (0..self.crowd.members.len() as u32).map(Slot) {
            if let Some(member) = self.crowd.members.get_mut(slot.index()) {
                member.lot = lot(slot);
                let group = member.group;
                self.groups.follow(group, slot, &mut self.crowd);
            }
        }
    }
}

impl Charge {
    /// Whether it shares out one turn among seats of so much weight in all, but for what rounding keeps back: no other charge is
    /// ever made.
    pub(crate) fn is_one_turn(&self, total: u64) -> bool {
        let shares_out = |units: u64, credit: u64| {
            units.checked_div(total).is_some_and(|share| credit == share || credit == share.saturating_add(1))
        };
        let value = if self.size == Size::NONE {
            self.value_credit == 0
        } else {
            shares_out(self.size.units(), self.value_credit)
        };
        shares_out(UNITS, self.credit) && value
    }
}
