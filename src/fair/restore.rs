//! A ledger that is written down and read again.

use super::{Charge, Ledger, Member, Slot, UNITS, total_weight};

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
        let members: Vec<Member> = accounts
            .into_iter()
            .map(|(lot, balance)| Member { balance: balance.unwrap_or(0), lot, present: balance.is_some() })
            .collect();
        let amounts = members.iter().map(|member| member.balance);
        let sum = amounts.chain([pot, departed]).try_fold(0_i128, |sum, amount| {
            let plausible = (-Self::MAX_RESTORED..=Self::MAX_RESTORED).contains(&amount);
            sum.checked_add(amount).filter(|_| plausible)
        })?;
        let mut ledger = Self {
            present: members.iter().filter(|member| member.present).count(),
            members,
            pot,
            departed,
            ..Self::default()
        };
        ledger.recount();
        (sum == 0).then_some(ledger)
    }

    /// Lot and balance of every member that ever joined, in the order of slots; no balance for the departed.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (u64, Option<i128>)> {
        let balance = |member: &Member| member.present.then_some(member.balance);
        self.members.iter().map(move |member| (member.lot, balance(member)))
    }

    /// Gives every member, departed or not, another lot: they go by other names now.
    pub(crate) fn draw_lots(&mut self, lot: impl Fn(Slot) -> u64) {
        for (slot, member) in (0..).map(Slot).zip(&mut self.members) {
            member.lot = lot(slot);
        }
    }
}

impl Charge {
    /// Whether it shares out one turn, but for what rounding keeps back: no other charge is ever made.
    pub(crate) fn is_one_turn(&self) -> bool {
        let share = UNITS.checked_div(total_weight(&self.seats));
        share.is_some_and(|share| self.credit == share || self.credit == share + 1)
    }
}
