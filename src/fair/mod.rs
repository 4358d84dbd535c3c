//! Fair rotation: a ledger of what each member is owed, and the rule that picks from it.
//!
//! Each lead is one *turn*. It is shared out on paper among the members who could take it, in proportion to their
//! weights, and then one of them gets all of it. A member's *balance* is the sum of the shares minus the turns
//! received: positive is owed, negative is ahead. Only balances are kept, no counts and no cursor. So a member who is
//! away earns nothing, forgets nothing, and comes back to neither a flood nor a wait.
//!
//! The rule, for a lead with `m` eligible members out of the `n` present, once each has accrued the share of this lead:
//! 1. While everyone present, eligible or not, is within `1 - 1 / (2n - 2)` turns of zero, deadlines decide (Tijdeman's
//!    rule). Who is owed at least `1 / (2m - 2)` turns has one: the lead at which `1 - 1 / (2m - 2)` would be passed.
//!    The earliest is picked.
//! 2. Otherwise, or if nobody has a deadline, whoever is owed most is picked (the greedy rule).
//!
//! What it promises about the distance of a balance from zero, in turns, at every moment:
//!
//! | situation | bound |
//! |---|---|
//! | one unchanging set of `m` members and weights, from the start | `1 - 1 / (2m - 2)`, and exact counts after each cycle |
//! | `n` members; eligible sets and weights change as they like | `(n - 1) / 2` |
//! | joins and leaves too, never more than `N` at a time | `N - 1` |
//! | a pick may trail the largest deficit by `s` turns | `1 + s` times the two above |
//!
//! No rule can promise less than the first, and none that does not see the future less than the second if weights are
//! free. Deadlines alone have no known bound when sets change, and greed alone passes a whole turn when they do not.
//! Sources: Tijdeman, *The chairman assignment problem* (1980), for deadlines; Coppersmith, Nowicki, Paleologo, Tresser
//! and Wu, *The optimality of the online greedy algorithm in carpool and chairman assignment problems* (2011), for the
//! greedy rule; Fagin and Williams, *A fair carpool scheduling algorithm* (1983), for the shares. The switch joins the two.
//!
//! # Value
//!
//! A *balanced* rotation shares out what leads are worth, too: their *size*, in whole [`PARTS`] of a cap `D`. A second
//! ledger beside the first keeps what each member is owed of that, by the same shares. With `v` for the turns that a member
//! is owed and `z` for the caps, both once this lead of size `d` has accrued, the rule is:
//! - of the eligible whose `v` is at most [`WINDOW`] turns below the largest, the one with the largest `v + 2 (d / D) z`.
//!
//! Deadlines play no part there, and a lead that is worth nothing goes by turns alone. What it promises:
//!
//! | ledger | situation | bound |
//! |---|---|---|
//! | turns | `n` members; eligible sets, weights and sizes change as they like | `3 (n - 1) / 2`, proved |
//! | turns | joins and leaves too, never more than `N` at a time | `3 (N - 1)`, proved |
//! | value | `t` leads from the start, if the window never kept the best choice out | `sqrt(3 t / 2)` caps, proved |
//! | both | 20 000 leads, 2 to 20 members, equal and skewed weights, all or half eligible | 2.3 turns and 1.8 caps, measured |
//!
//! The first two are the row with `s` above, at two turns: whatever sizes do, the window holds. The third: the chosen one's
//! `v + 2 (d / D) z` is at least the mean of all, weighted by their shares, so that one lead raises the sum of all
//! `v^2 + 2 z^2`, taken after it, by at most `1 + 2 (d / D)^2`. It grows with the leads, and what is seen does not: of the
//! value nothing better is proved. Turns come first, and pay for the value with the wider bound: a promise of less than one
//! turn and a balance of value exclude each other. Rule and figures are those of the crate's notes on fairness, and the
//! figures are measured again in `balanced/properties.rs`.
//!
//! # Units
//!
//! Everything is counted in whole units of [`TURN`]. A turn is always exactly that many; what a share loses to rounding
//! goes into the *pot*, which pays it out again one unit per weight. Balances, pot and what the departed took with them
//! always add up to zero. Value is counted in the same units, with one cap for one turn, and has a pot and a departed sum
//! of its own, which add up to zero with its balances.

mod balanced;
mod groups;
mod history;
mod line;
mod restore;
mod rule;
mod seat_list;

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub(crate) use balanced::{PARTS, Size, WINDOW};
pub(crate) use groups::{Group, Share};
pub(crate) use history::History;
pub(crate) use rule::{Basis, Pick};
pub(crate) use seat_list::{SeatList, changed_seats};

use balanced::Worth;
use groups::Groups;
use line::Crowd;

use crate::heap::NOWHERE;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The units of one turn: the least common multiple of 1 to 46, so that totals of everyday weights divide it.
pub(crate) const TURN: i128 = UNITS as i128;

/// The same for shares: it fits a `u64`, and their divisions are cheaper there.
const UNITS: u64 = 9_419_588_158_802_421_600;

// INVARIANT: nothing here overflows. In either ledger the absolute values of balances, pot and departed sum together grow
// by less than four turns (2^66) a step, since leaving only moves an amount and no size is above a turn, and a restored
// ledger starts below 2^119. So each, and the difference of any two, stays below 2^127 for 2^60 steps of any kind. Total
// weights stay below 2^38 (262_144 members of 1_000_000), and a weight times its credit is hardly more than a turn. The
// one product of three factors, in `rule`, is taken of amounts within one turn only: 2^19 * 2^64 * 2^20 = 2^103. Why the
// comparison of both ledgers fits stands with it, in `balanced`.

/// A member's place in its ledger. It is never given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) struct Slot(pub(crate) u32);

impl Slot {
    /// That of no member.
    pub(crate) const NOBODYS: Self = Self(u32::MAX);

    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One eligible member and its weight now, 1 to 1 000 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) slot: Slot,
    pub(crate) weight: u32,
}

impl Hash for Seat {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // At once, for snapshots hash long lists of these.
        state.write_u64(u64::from(self.slot.0) << 32 | u64::from(self.weight));
    }
}

/// A turn that was taken, and all that is needed to take it back exactly.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    /// Who got the turn and was debited a whole [`TURN`].
    pub(crate) chosen: Slot,
    /// What each seat was credited per unit of weight.
    pub(crate) credit: u64,
    /// What the lead was worth, which the chosen one was debited in value; nothing unless the rotation is balanced.
    pub(crate) size: Size,
    /// What each seat was credited in value per unit of weight.
    pub(crate) value_credit: u64,
    /// Who was credited, the chosen one included.
    pub(crate) sharers: Sharers,
}

/// Who shares a turn. Charges of one unchanging set share the list.
#[derive(Debug, Clone)]
pub(crate) enum Sharers {
    Seats(SeatList),
    /// Everyone who was in one of these groups after so many moves between groups; and perhaps the chosen one beside them.
    Groups {
        shares: Arc<[Share]>,
        moves: u64,
        beside: Option<Seat>,
    },
}

/// One seat and what its member is owed, in units of [`TURN`], once the lead in question has accrued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) seat: Seat,
    pub(crate) owed: i128,
    balance: i128,
    lot: u64,
}

#[derive(Debug, Clone)]
struct Member {
    /// The balance, but for what its group has earned.
    base: i128,
    lot: u64,
    group: Group,
    /// In the line of its group.
    place: u32,
}

impl Member {
    /// In no group yet.
    fn new(lot: u64, balance: Option<i128>) -> Self {
        let group = balance.map_or(Group::DEPARTED, |_| Group::NONE);
        Self { base: balance.unwrap_or(0), lot, group, place: NOWHERE }
    }

    fn is_present(&self) -> bool {
        self.group != Group::DEPARTED
    }
}

/// The balances of one rotation.
///
/// Every operation ignores seats whose slot is unknown or departed, or whose weight is 0. A list of seats names each
/// slot once, in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    // INVARIANT: the balances, `pot` and `departed` add up to 0, and a departed member's balance is 0.
    crowd: Crowd,
    groups: Groups,
    pot: i128,
    departed: i128,
    /// How many members are present. Follows from them.
    present: usize,
    /// The second ledger, which only balanced rotations use.
    worth: Worth,
    last_seats: Arc<[Seat]>,
}

/// Groups and the last list of seats are left out: they save time and memory, and decide nothing.
impl PartialEq for Ledger {
    fn eq(&self, other: &Self) -> bool {
        let key = |ledger: &Self| (ledger.pot, ledger.departed, ledger.present);
        key(self) == key(other) && self.accounts().eq(other.accounts()) && self.worth == other.worth
    }
}

impl Eq for Ledger {}

/// Whether they move as much. Who shares them only [`Ledger::seats`] can tell.
impl PartialEq for Charge {
    fn eq(&self, other: &Self) -> bool {
        let key = |charge: &Self| (charge.chosen, charge.credit, charge.size, charge.value_credit);
        key(self) == key(other)
    }
}

impl Eq for Charge {}

impl Sharers {
    /// Whether they are the same for sure. Two that are not may still be so.
    pub(crate) fn are_surely(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Seats(one), Self::Seats(other)) => one.is_surely(other),
            (
                Self::Groups { shares, moves, beside: None },
                Self::Groups { shares: other, moves: others, beside: None },
            ) => Arc::ptr_eq(shares, other) && moves == others,
            _ => false,
        }
    }
}

impl Ledger {
    /// What a member is owed, in units of [`TURN`]; none for a slot that is unknown or departed.
    pub(crate) fn balance(&self, slot: Slot) -> Option<i128> {
        self.member(slot).map(|member| self.balance_of(member))
    }

    /// What settles ties of a member; none for a slot that is unknown or departed.
    pub(crate) fn lot(&self, slot: Slot) -> Option<u64> {
        self.member(slot).map(|member| member.lot)
    }

    fn balance_of(&self, member: &Member) -> i128 {
        member.base + self.groups.earned(member.group)
    }

    /// What rounding has kept back from the members so far: at most twice the largest total weight, if no turn was ever
    /// taken back.
    pub(crate) fn pot(&self) -> i128 {
        self.pot
    }

    /// What those who left or were forgiven were owed.
    pub(crate) fn departed(&self) -> i128 {
        self.departed
    }

    /// Members leave and members join. Those who leave take their balances out, to the departed sums, and their slots are
    /// dead for ever; those who join start even, each with the lot that settles ties: the smaller one goes first. Nobody
    /// else's balance changes. Gives the slots of those who joined.
    pub(crate) fn exchange(
        &mut self,
        leaving: impl IntoIterator<Item = Slot>,
        joining: impl IntoIterator<Item = u64>,
    ) -> Vec<Slot> {
        for slot in leaving {
            self.move_to(slot, Group::NONE);
            if let Some(member) = self.crowd.get_mut(slot) {
                self.departed += std::mem::take(&mut member.base);
                member.group = Group::DEPARTED;
                self.present -= 1;
                self.worth.end(slot);
            }
        }
        let joining = joining.into_iter();
        self.crowd.members.reserve(joining.size_hint().0);
        joining.map(|lot| self.add(lot)).collect()
    }

    fn add(&mut self, lot: u64) -> Slot {
        let slot = Slot(u32::try_from(self.crowd.members.len()).unwrap_or(u32::MAX));
        self.crowd.members.push(Member::new(lot, Some(0)));
        self.present += 1;
        slot
    }

    /// Takes a turn: credits the eligible members and the chosen one their shares, and debits the chosen one.
    ///
    /// The same with what the lead is worth, in the value ledger; a lead that is worth nothing moves only the count. If the
    /// eligible list has the chosen slot, that entry's weight counts. None, and nothing changed, if fewer than two members
    /// share the turn or if the chosen one cannot.
    pub(crate) fn charge<I>(&mut self, eligible: I, chosen: Seat, size: Size) -> Option<Charge>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let (charge, seats) = self.quote(eligible, chosen, size)?;
        self.post(&charge, 1);
        self.last_seats = seats;
        Some(charge)
    }

    /// Takes a charge back: the exact inverse, whatever has happened since.
    ///
    /// The parts of members who left in between go to the departed sum.
    pub(crate) fn refund(&mut self, charge: &Charge) {
        self.post(charge, -1);
    }

    /// Undoes [`refund`](Self::refund), or [`give_back`](Self::give_back).
    pub(crate) fn charge_again(&mut self, charge: &Charge) {
        self.post(charge, 1);
    }

    /// Returns a turn whose charge is no longer known, and what the lead was worth: those eligible now pay for both in
    /// proportion to weight.
    ///
    /// What was undone, as a charge; none, and nothing changed, if the chosen one has left or nobody is eligible.
    pub(crate) fn give_back<I>(&mut self, eligible: I, chosen: Slot, size: Size) -> Option<Charge>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        self.member(chosen)?;
        let seats: Arc<[Seat]> = self.able(eligible).map(|(seat, _)| seat).collect();
        let total = total_weight(&seats);
        let (share, rest) = (UNITS.checked_div(total)?, UNITS.checked_rem(total)?);
        // The mirror image of a charge: the pot pays the rest while it can, so that it stays as small as ever.
        let credit = share + u64::from(self.pot < i128::from(rest));
        let value_credit = self.worth.credit_back(total, size);
        let charge = Charge { chosen, credit, size, value_credit, sharers: Sharers::Seats(seats.into()) };
        self.post(&charge, -1);
        Some(charge)
    }

    fn member(&self, slot: Slot) -> Option<&Member> {
        self.crowd.members.get(slot.index()).filter(|member| member.is_present())
    }

    fn able_seat(&self, seat: Seat) -> Option<(Seat, &Member)> {
        let member = self.member(seat.slot)?;
        (seat.weight > 0).then_some((seat, member))
    }

    fn able<I>(&self, eligible: I) -> impl Iterator<Item = (Seat, &Member)> + Clone
    where
        I: Iterator<Item = Seat> + Clone,
    {
        eligible.filter_map(|seat| self.able_seat(seat))
    }

    /// The eligible members and the chosen one; none if the chosen one cannot take a turn.
    fn party<I>(&self, eligible: I, chosen: Seat) -> Option<impl Iterator<Item = (Seat, &Member)> + Clone>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let listed = self.able(eligible.clone()).any(|(seat, _)| seat.slot == chosen.slot);
        let added = match listed {
            true => None,
            false => Some(self.able_seat(chosen)?),
        };
        Some(self.able(eligible).chain(added))
    }

    /// The charge for a turn of the chosen one; none if it cannot take one or shares it with nobody.
    fn quote<I>(&self, eligible: I, chosen: Seat, size: Size) -> Option<(Charge, Arc<[Seat]>)>
    where
        I: Iterator<Item = Seat> + Clone,
    {
        let party = self.party(eligible, chosen)?.map(|(seat, _)| seat);
        let round = self.round(party.clone()).filter(|round| round.count > 1)?;
        let seats = if party.clone().eq(self.last_seats.iter().copied()) {
            Arc::clone(&self.last_seats)
        } else {
            party.collect()
        };
        let value_credit = self.worth.credit(round.total, size);
        let sharers = Sharers::Seats(Arc::clone(&seats).into());
        Some((Charge { chosen: chosen.slot, credit: round.credit, size, value_credit, sharers }, seats))
    }

    /// How one lead is shared out among these seats; none if there are none.
    fn round(&self, seats: impl Iterator<Item = Seat>) -> Option<Round> {
        let (count, total) = seats.fold((0, 0), |(count, total), seat| (count + 1, total + u64::from(seat.weight)));
        self.round_of(count, total)
    }

    fn round_of(&self, count: usize, total: u64) -> Option<Round> {
        let share = UNITS.checked_div(total)?;
        let credit = share + u64::from(self.pot >= i128::from(total));
        Some(Round { count, total, credit })
    }

    /// Moves balances by a charge, or by its inverse if `sign` is -1.
    fn post(&mut self, charge: &Charge, sign: i128) {
        match &charge.sharers {
            Sharers::Seats(seats) => {
                for seat in seats.iter() {
                    self.adjust(seat.slot, sign * share(seat, charge.credit));
                }
                self.post_value(seats, charge, sign);
            }
            Sharers::Groups { shares, moves, beside } => {
                self.post_to_groups(shares, *moves, charge.credit, sign);
                if let Some(seat) = beside {
                    self.adjust(seat.slot, sign * share(*seat, charge.credit));
                }
            }
        }
        self.adjust(charge.chosen, -sign * TURN);
    }

    /// Moves one balance; that of a departed member is in the departed sum.
    fn adjust(&mut self, slot: Slot, amount: i128) {
        // INVARIANT: the pot pays whatever an account gains, so that the sum of all stays 0.
        self.pot -= amount;
        match self.crowd.get_mut(slot) {
            Some(member) => {
                member.base += amount;
                let group = member.group;
                self.groups.follow(group, slot, &mut self.crowd);
            }
            None => self.departed += amount,
        }
    }

    /// How many members are further from zero than a cap. O(members).
    fn count_outside(&self, cap: i128) -> usize {
        let members = self.crowd.members.iter().filter(|member| member.is_present());
        members.filter(|member| self.balance_of(member).abs() > cap).count()
    }

    /// Who shared a turn, by slot, each once.
    pub(crate) fn seats<'c>(&self, charge: &'c Charge) -> Cow<'c, [Seat]> {
        match &charge.sharers {
            Sharers::Seats(seats) => seats.sorted().map_or_else(
                || {
                    let mut seats: Vec<Seat> = seats.iter().collect();
                    seats.sort_unstable_by_key(|seat| seat.slot);
                    Cow::Owned(seats)
                },
                Cow::Borrowed,
            ),
            Sharers::Groups { shares, moves, beside } => Cow::Owned(self.seats_in(shares, *moves, *beside)),
        }
    }
}

/// How one lead is shared out: among how many of which total weight, and what each gets per unit of weight.
#[derive(Debug, Clone, Copy)]
struct Round {
    count: usize,
    total: u64,
    credit: u64,
}

fn claims<'a>(
    ledger: &'a Ledger,
    party: impl Iterator<Item = (Seat, &'a Member)>,
    round: Round,
) -> impl Iterator<Item = Claim> {
    party.map(move |(seat, member)| {
        let balance = ledger.balance_of(member);
        Claim { seat, owed: balance + share(seat, round.credit), balance, lot: member.lot }
    })
}

fn share(seat: Seat, credit: u64) -> i128 {
    i128::from(seat.weight) * i128::from(credit)
}

fn total_weight(seats: &[Seat]) -> u64 {
    seats.iter().map(|seat| u64::from(seat.weight)).sum()
}

/// `1 / (2k - 2)` of a turn, rounded up: what one of `k` members must be owed to have a deadline.
///
/// For whole units, being at least this is the same as being at least the exact fraction.
const fn release(members: usize) -> i128 {
    let parts = 2 * members.saturating_sub(1) as u64;
    match UNITS.checked_div(parts) {
        Some(part) => (part + (part * parts < UNITS) as u64) as i128,
        None => TURN,
    }
}

/// `1 - 1 / (2k - 2)` turns, rounded down: how far `k` members may be from zero while deadlines decide.
const fn cap(members: usize) -> i128 {
    TURN - release(members)
}
