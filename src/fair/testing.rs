//! What the tests share: a small rotation, dice, and the rule written a second time in exact fractions.

use super::balanced::Worth;
use super::{Ledger, PARTS, Seat, Size, Slot, TURN};
use std::cmp::{Ordering, Reverse};
use std::mem;
use std::ops::{Add, Mul, Sub};

/// What the tests do to a ledger beside what the router does.
impl Ledger {
    /// A ledger without members.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The same ledger with these value balances, by slot, however large; none if they do not add up to zero.
    pub(super) fn with_any_values(mut self, values: impl Into<Vec<i128>>, pot: i128, departed: i128) -> Option<Self> {
        let values: Vec<i128> = values.into();
        let sum = values.iter().chain([&pot, &departed]).sum::<i128>();
        self.worth = Worth::restore(values, pot, departed);
        (sum == 0).then_some(self)
    }

    /// The same ledger, from what it says of itself.
    pub(super) fn restored(&self) -> Option<Self> {
        let ledger = Self::restore(self.accounts(), self.pot(), self.departed())?;
        ledger.with_values(self.values(), self.value_pot(), self.value_departed())
    }

    /// The value balances, by slot; 0 for the departed.
    pub(super) fn values(&self) -> Vec<i128> {
        (0..self.crowd.members.len()).map(|slot| self.value(Slot(slot as u32)).unwrap_or(0)).collect()
    }

    /// How many members are present, whether eligible or not.
    pub(super) fn present(&self) -> usize {
        self.present
    }

    /// Sets a member's balances to 0. What it was owed goes to the departed sums.
    ///
    /// A charge from before that is taken back later still moves the member by what it had moved it.
    pub(super) fn forgive(&mut self, slot: Slot) {
        if let Some(member) = self.crowd.members.get_mut(slot.index()) {
            self.departed += mem::take(&mut member.base);
            self.worth.end(slot);
        }
    }

    /// One member joins.
    pub(super) fn join(&mut self, lot: u64) -> Slot {
        self.exchange([], [lot])[0]
    }

    /// One member leaves.
    pub(super) fn leave(&mut self, slot: Slot) {
        self.exchange([slot], []);
    }
}

/// The last resort among equal lots.
pub(super) fn by_slot(one: Slot, other: Slot) -> Ordering {
    one.cmp(&other)
}

pub(super) fn seat(slot: usize, weight: u32) -> Seat {
    Seat { slot: Slot(slot as u32), weight }
}

/// A ledger whose members have fixed weights; slots and lots are positions.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) ledger: Ledger,
    pub(super) weights: Vec<u32>,
}

impl Pool {
    pub(super) fn new(weights: &[u32]) -> Self {
        let mut ledger = Ledger::new();
        for lot in 0..weights.len() {
            ledger.join(lot as u64);
        }
        let weights = weights.to_vec();
        Self { ledger, weights }
    }

    pub(super) fn everyone(&self) -> Vec<Seat> {
        let seats = self.weights.iter().enumerate();
        seats.map(|(slot, weight)| seat(slot, *weight)).collect()
    }

    pub(super) fn of(&self, who: &[usize]) -> Vec<Seat> {
        who.iter().map(|at| seat(*at, self.weights[*at])).collect()
    }

    /// One lead for everyone.
    pub(super) fn lead(&mut self) -> usize {
        let seats = self.everyone();
        lead(&mut self.ledger, &seats)
    }

    /// One lead for some.
    pub(super) fn lead_for(&mut self, who: &[usize]) -> usize {
        let seats = self.of(who);
        lead(&mut self.ledger, &seats)
    }
}

/// Picks and charges a lead of that size in one go; the position of the member in the ledger.
pub(super) fn balanced_lead(ledger: &mut Ledger, seats: &[Seat], size: Size) -> usize {
    let slot = ledger.pick_balanced(seats.iter().copied(), size, by_slot).unwrap().slot;
    let chosen = seats.iter().find(|seat| seat.slot == slot).unwrap();
    ledger.charge(seats.iter().copied(), *chosen, size);
    slot.0 as usize
}

/// Picks and charges in one go; the position of the member in the ledger.
pub(super) fn lead(ledger: &mut Ledger, seats: &[Seat]) -> usize {
    let slot = ledger.pick(seats.iter().copied(), by_slot).unwrap().slot;
    let chosen = seats.iter().find(|seat| seat.slot == slot).unwrap();
    ledger.charge(seats.iter().copied(), *chosen, Size::NONE);
    slot.0 as usize
}

/// The balances of those present.
pub(super) fn balances(ledger: &Ledger) -> Vec<i128> {
    ledger.accounts().filter_map(|(_, owed)| owed).collect()
}

/// The largest distance from zero of those present.
pub(super) fn distance(ledger: &Ledger) -> i128 {
    let distances = balances(ledger).into_iter().map(i128::abs);
    distances.max().unwrap_or(0)
}

/// What must be zero at all times.
pub(super) fn sum_of_all(ledger: &Ledger) -> i128 {
    balances(ledger).iter().sum::<i128>() + ledger.pot() + ledger.departed()
}

/// The same of the value ledger.
pub(super) fn sum_of_all_value(ledger: &Ledger) -> i128 {
    ledger.values().iter().sum::<i128>() + ledger.value_pot() + ledger.value_departed()
}

/// Splitmix64: the same throws on every machine.
#[derive(Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// Some of `members` with weights up to `heaviest`, in an order of their own.
    pub(super) fn seats(&mut self, members: usize, heaviest: u32) -> Vec<Seat> {
        let mut seats = Vec::new();
        for slot in 0..members {
            if self.throw(2) == 0 {
                let place = self.throw(seats.len() as u64 + 1) as usize;
                let weight = self.throw(u64::from(heaviest)) as u32 + 1;
                seats.insert(place, seat(slot, weight));
            }
        }
        seats
    }
}

/// An exact fraction with a positive denominator, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction(i128, i128);

pub(super) fn fraction(top: i128, bottom: i128) -> Fraction {
    let divisor = common_divisor(top, bottom) * bottom.signum();
    Fraction(top / divisor, bottom / divisor)
}

fn common_divisor(one: i128, other: i128) -> i128 {
    let (mut divisor, mut rest) = (one.abs(), other.abs());
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    divisor
}

impl Fraction {
    fn over(self, parts: u32) -> Self {
        fraction(self.0, self.1 * i128::from(parts))
    }

    fn abs(self) -> Self {
        Self(self.0.abs(), self.1)
    }

    pub(super) fn in_units(self) -> i128 {
        assert_eq!(TURN % self.1, 0, "{self:?} is not in whole units");
        self.0 * (TURN / self.1)
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        // By the least common denominator: the product of the two would not always fit.
        let shared = common_divisor(self.1, other.1);
        fraction(self.0 * (other.1 / shared) + other.0 * (self.1 / shared), self.1 / shared * other.1)
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let (left, right) = (fraction(self.0, other.1), fraction(other.0, self.1));
        Self(left.0 * right.0, left.1 * right.1)
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self(-other.0, other.1)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        // Whole parts first, and of what is left the reciprocals: cross products would not always fit.
        let rests = (self.0.rem_euclid(self.1), other.0.rem_euclid(other.1));
        self.0.div_euclid(self.1).cmp(&other.0.div_euclid(other.1)).then_with(|| match rests {
            (0, _) | (_, 0) => rests.0.cmp(&rests.1),
            (mine, theirs) => Self(other.1, theirs).cmp(&Self(self.1, mine)),
        })
    }
}

/// The rule in exact fractions and with no thought of speed.
///
/// It follows the notes on fairness rather than the ledger: the deadline's choice is tried first, and given up if it
/// leaves anyone beyond the cap.
#[derive(Debug, Default)]
pub(super) struct Reference {
    pub(super) members: Vec<Option<(u64, Fraction)>>,
}

impl Reference {
    fn present(&self) -> impl Iterator<Item = (usize, Fraction)> {
        let members = self.members.iter().enumerate();
        members.filter_map(|(at, member)| Some((at, member.as_ref()?.1)))
    }

    pub(super) fn able(&self, mut seats: Vec<Seat>) -> Vec<Seat> {
        seats.retain(|seat| self.members[seat.slot.0 as usize].is_some());
        seats
    }

    /// What each would be owed after this lead, before anyone gets it.
    fn accrued(&self, seats: &[Seat]) -> Vec<Option<Fraction>> {
        let total: u32 = seats.iter().map(|seat| seat.weight).sum();
        let mut accrued = vec![None; self.members.len()];
        for (at, owed) in self.present() {
            let weight = seats.iter().find(|seat| seat.slot.0 as usize == at);
            let weight = weight.map_or(0, |seat| seat.weight);
            accrued[at] = Some(owed + fraction(weight.into(), total.into()));
        }
        accrued
    }

    pub(super) fn pick(&self, seats: &[Seat]) -> usize {
        let accrued = self.accrued(seats);
        let owed = |at: usize| accrued[at].unwrap();
        let release = |members: usize| fraction(1, 2 * members as i128 - 2);
        let cap = |members: usize| fraction(1, 1) - release(members);
        let mut ranked: Vec<(usize, u32)> = seats.iter().map(|seat| (seat.slot.0 as usize, seat.weight)).collect();
        ranked.sort_by_key(|(at, _)| (Reverse(owed(*at)), self.lot(*at), *at));
        let largest = ranked[0].0;
        if seats.len() == 1 {
            return largest;
        }
        ranked.retain(|(at, _)| owed(*at) >= release(seats.len()));
        let deadline = |at: usize, weight: u32| (cap(seats.len()) - owed(at)).over(weight);
        let earliest = ranked.iter().min_by_key(|(at, weight)| deadline(*at, *weight));
        let Some(&(earliest, _)) = earliest else {
            return largest;
        };
        let everyone_within = self.present().all(|(at, _)| {
            let received = fraction((at == earliest).into(), 1);
            (owed(at) - received).abs() <= cap(self.present().count())
        });
        if everyone_within { earliest } else { largest }
    }

    pub(super) fn give(&mut self, seats: &[Seat], chosen: usize) {
        if seats.len() < 2 {
            return;
        }
        let accrued = self.accrued(seats);
        for (member, owed) in self.members.iter_mut().zip(accrued) {
            if let (Some(member), Some(owed)) = (member, owed) {
                member.1 = owed;
            }
        }
        let member = self.members[chosen].as_mut().unwrap();
        member.1 = member.1 - fraction(1, 1);
    }

    fn lot(&self, at: usize) -> u64 {
        self.members[at].map_or(0, |(lot, _)| lot)
    }
}

/// What one member of a balanced rotation is owed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    lot: u64,
    pub(super) turns: Fraction,
    pub(super) value: Fraction,
}

impl Account {
    pub(super) fn new(lot: u64) -> Self {
        Self { lot, turns: fraction(0, 1), value: fraction(0, 1) }
    }
}

/// The rule of balanced rotations in exact fractions and with no thought of speed. It follows the notes on fairness: both
/// ledgers, a window of two turns, and the largest `v + 2 (d / D) z` in it.
#[derive(Debug, Default)]
pub(super) struct BalancedReference {
    pub(super) members: Vec<Option<Account>>,
}

impl BalancedReference {
    fn account(&self, at: usize) -> Account {
        self.members[at].unwrap()
    }

    /// The seats of those who are there, each with its position and its share.
    fn shares(&self, seats: &[Seat]) -> Vec<(usize, Fraction)> {
        let there = seats.iter().filter(|seat| self.members[seat.slot.0 as usize].is_some());
        let total: u32 = there.clone().map(|seat| seat.weight).sum();
        there.map(|seat| (seat.slot.0 as usize, fraction(seat.weight.into(), total.into()))).collect()
    }

    pub(super) fn pick(&self, seats: &[Seat], size: Fraction) -> Option<usize> {
        let accrued = self.shares(seats).into_iter().map(|(at, share)| {
            let Account { turns, value, .. } = self.account(at);
            (at, turns + share, value + size * share)
        });
        let most = accrued.clone().map(|(_, turns, _)| turns).max()?;
        let near = accrued.filter(|(_, turns, _)| *turns >= most - fraction(2, 1));
        let merit = |turns: Fraction, value: Fraction| turns + fraction(2, 1) * size * value;
        let best = near.max_by_key(|(at, turns, value)| {
            (merit(*turns, *value), *turns, Reverse(self.account(*at).lot), Reverse(*at))
        });
        best.map(|(at, ..)| at)
    }

    /// One turn, and so much value, to one member; the others pay. The other way round if `sign` is -1.
    pub(super) fn give(&mut self, seats: &[Seat], chosen: usize, size: Fraction, sign: i128) {
        let sign = fraction(sign, 1);
        for (at, turns) in self.shares(seats).into_iter().chain([(chosen, fraction(-1, 1))]) {
            let account = self.members[at].as_mut().unwrap();
            account.turns = account.turns + sign * turns;
            account.value = account.value + sign * size * turns;
        }
    }
}

/// The nearest smaller size of which each of these seats gets a whole number of units, and the same as a fraction.
pub(super) fn whole_size<'a>(seats: impl Iterator<Item = &'a Seat>, size: Size) -> (Size, Fraction) {
    let total: u32 = seats.map(|seat| seat.weight).sum();
    let parts = (size.units() / Size::of_parts(1).units()) as u32 / total.max(1) * total.max(1);
    (Size::of_parts(parts), fraction(parts.into(), PARTS.into()))
}
