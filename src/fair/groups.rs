//! Groups: members who accrue at the same rate, so that a turn moves as many numbers as there are groups, not members.
//!
//! All members of a group are eligible together and have the same weight. A share is earned by the group: a member's balance
//! is what the group has earned plus the member's own *base*, which only turns taken and moves between groups change. So the
//! order of a group's members never changes by accrual, and its first and last are all that a pick asks for:
//!
//! - whoever is owed most of a group, and whose deadline is the earliest, is its first;
//! - whether everyone is within the cap, its first and its last tell.
//!
//! A pick costs O(groups), and a turn O(groups + log members). Picks are those of [`Ledger::pick`] over the same members, which
//! the router asserts whenever it runs with debug assertions.
//!
//! A turn that is given back goes back to whoever shared it, wherever they are by then: each move between groups is noted, as
//! long as a charge from before it may still be given back.

use super::line::{Crowd, Line, Standing};
use super::rule::{by_deadline, by_owed};
use super::{Basis, Charge, Claim, Ledger, Pick, Seat, Sharers, Size, Slot, TURN, cap, release, share};
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Lots settle all ties, so that this is never asked.
fn by_slot(one: Slot, other: Slot) -> Ordering {
    one.cmp(&other)
}

/// A group of a ledger. Given out in order, and never for other members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group(u32);

impl Group {
    /// Members who are in no group.
    pub(crate) const NONE: Self = Self(0);
    /// The departed.
    pub(super) const DEPARTED: Self = Self(u32::MAX);

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// Among all groups but [`Group::NONE`].
    fn place(self) -> Option<usize> {
        self.index().checked_sub(1)
    }
}

/// A group whose members share a turn, each with this weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) group: Group,
    pub(crate) weight: u32,
}

impl Share {
    fn seat(self, slot: Slot) -> Seat {
        Seat { slot, weight: self.weight }
    }

    fn amount(self, credit: u64) -> i128 {
        share(self.seat(Slot(0)), credit)
    }
}

/// What a pick asks of a group. Side by side in memory for all groups, because a pick asks each of them.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    earned: i128,
    /// Of the first of the group's members, if there is one.
    base: i128,
    lot: u64,
    slot: Slot,
    /// How many members there are.
    len: u32,
}

impl Head {
    fn first(&self) -> Option<Standing> {
        let Self { base, lot, slot, len, .. } = *self;
        (len > 0).then_some(Standing { base, lot, slot })
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    /// From group 1 on.
    groups: Vec<Line>,
    // INVARIANT: of the same groups, and what their members say.
    heads: Vec<Head>,
    /// Whether weights differ, so that deadlines count.
    has_deadlines: bool,
    moves: Moves,
}

/// Who has changed groups and from which, in order.
#[derive(Debug, Clone, Default)]
struct Moves {
    /// How many are not known, or no longer.
    dropped: u64,
    /// Whether anybody may ask: members of groups have shared a turn.
    are_noted: bool,
    known: VecDeque<(Slot, Group)>,
}

impl Moves {
    fn note(&mut self, slot: Slot, from: Group) {
        match self.are_noted {
            true => self.known.push_back((slot, from)),
            false => self.dropped += 1,
        }
    }

    fn count(&self) -> u64 {
        self.dropped + self.known.len() as u64
    }

    /// Who has moved since so many moves, and from which group; the latest first, so that of several by one member the last
    /// tells where they were then.
    fn since(&self, moves: u64) -> impl Iterator<Item = (Slot, Group)> {
        let first = moves.saturating_sub(self.dropped) as usize;
        self.known.range(first.min(self.known.len())..).rev().copied()
    }
}

impl Groups {
    fn get(&self, group: Group) -> Option<&Line> {
        self.groups.get(group.place()?)
    }

    fn head(&self, group: Group) -> Option<&Head> {
        self.heads.get(group.place()?)
    }

    /// Who has moved and from which group, in order, as far as that is known; and how many moves came before.
    pub(super) fn known_moves(&self) -> (u64, impl DoubleEndedIterator<Item = (Slot, Group)>) {
        (self.moves.dropped, self.moves.known.iter().copied())
    }

    pub(super) fn earned(&self, group: Group) -> i128 {
        self.head(group).map_or(0, |head| head.earned)
    }

    fn len(&self, group: Group) -> usize {
        self.head(group).map_or(0, |head| head.len as usize)
    }

    /// What a member of a group is owed has changed.
    pub(super) fn follow(&mut self, group: Group, slot: Slot, crowd: &mut Crowd) {
        self.change(group, crowd, |line, crowd| line.replace(slot, crowd));
    }

    fn enter(&mut self, group: Group, slot: Slot, crowd: &mut Crowd) {
        self.change(group, crowd, |line, crowd| line.push(slot, crowd));
    }

    fn exit(&mut self, group: Group, slot: Slot, crowd: &mut Crowd) {
        self.change(group, crowd, |line, crowd| _ = line.remove(slot, crowd));
    }

    fn change(&mut self, group: Group, crowd: &mut Crowd, change: impl FnOnce(&mut Line, &mut Crowd)) {
        let Some(place) = group.place() else { return };
        let (Some(line), Some(head)) = (self.groups.get_mut(place), self.heads.get_mut(place)) else { return };
        change(line, crowd);
        head.len = line.len() as u32;
        if let Some(Standing { base, lot, slot }) = line.first(crowd) {
            (head.base, head.lot, head.slot) = (base, lot, slot);
        }
    }

    /// Whether everyone's balance in a group, and so much more, is within a cap.
    fn is_within(&self, group: Group, cap: i128, more: i128, crowd: &Crowd) -> bool {
        let (Some(head), Some(line)) = (self.head(group), self.get(group)) else { return true };
        let more = head.earned + more;
        let within = |base: i128| (-cap..=cap).contains(&(base + more));
        head.first().is_none_or(|first| within(first.base)) && line.last(crowd).is_none_or(|last| within(last.base))
    }
}

impl Charge {
    /// After how many moves between groups it was made, if members of groups share it.
    pub(crate) fn moves(&self) -> Option<u64> {
        match self.sharers {
            Sharers::Groups { moves, .. } => Some(moves),
            Sharers::Seats(_) => None,
        }
    }
}

impl Ledger {
    /// A new group, with nobody in it.
    pub(crate) fn add_group(&mut self) -> Group {
        self.groups.groups.push(Line::default());
        self.groups.heads.push(Head::default());
        Group(self.groups.groups.len() as u32)
    }

    /// The group that a member is in.
    pub(crate) fn group(&self, slot: Slot) -> Group {
        self.member(slot).map_or(Group::NONE, |member| member.group)
    }

    /// Moves a member to another group. Nobody's balance changes.
    pub(crate) fn move_to(&mut self, slot: Slot, group: Group) {
        let Self { crowd, groups, .. } = self;
        let before = match crowd.get_mut(slot) {
            Some(member) if member.group != group => member.group,
            _ => return,
        };
        groups.exit(before, slot, crowd);
        if let Some(member) = crowd.get_mut(slot) {
            member.base += groups.earned(before) - groups.earned(group);
            member.group = group;
        }
        groups.enter(group, slot, crowd);
        groups.moves.note(slot, before);
    }

    /// Says whether members of different weights share turns.
    pub(crate) fn set_deadlines(&mut self, has_deadlines: bool) {
        self.groups.has_deadlines = has_deadlines;
    }

    /// Gives back memory that lines do not need, once all members have joined.
    pub(crate) fn fit(&mut self) {
        self.groups.groups.iter_mut().for_each(Line::fit);
    }

    /// Looks at what a turn of a member changes, for whoever is about to take one.
    pub(crate) fn touch(&self, slot: Slot) {
        if let Some(line) = self.groups.get(self.group(slot)) {
            line.touch(slot, &self.crowd);
        }
    }

    /// How many moves between groups there were so far.
    pub(crate) fn moves(&self) -> u64 {
        self.groups.moves.count()
    }

    /// How many of them are known.
    pub(crate) fn known_moves(&self) -> usize {
        self.groups.moves.known.len()
    }

    /// Forgets moves of which no charge needs to know: all before so many.
    pub(crate) fn forget_moves(&mut self, before: u64) {
        let Moves { dropped, known, .. } = &mut self.groups.moves;
        let gone = (before.saturating_sub(*dropped) as usize).min(known.len());
        known.drain(..gone);
        *dropped += gone as u64;
    }

    /// Picks a member of one of these groups, as [`pick`](Self::pick) does; none if nobody is in them. Nothing is charged.
    /// Expects them in order, and no two members of the same lot.
    pub(crate) fn pick_in_groups<I>(&self, shares: I) -> Option<Pick>
    where
        I: Iterator<Item = Share> + Clone,
    {
        let (count, total) = self.party_in(shares.clone());
        let round = self.round_of(count, total)?;
        let deadlines = self.groups.has_deadlines.then(|| release(round.count)..=cap(self.present));
        let mut largest: Option<Claim> = None;
        let mut earliest: Option<Claim> = None;
        for share in shares.clone() {
            let Some(claim) = self.first_claim(share, round.credit) else { continue };
            if largest.is_none_or(|best| by_owed(&claim, &best, &by_slot).is_lt()) {
                largest = Some(claim);
            }
            let has_deadline = deadlines.as_ref().is_some_and(|deadlines| deadlines.contains(&claim.owed));
            if has_deadline && earliest.is_none_or(|best| by_deadline(&claim, &best, round.count, &by_slot).is_lt()) {
                earliest = Some(claim);
            }
        }
        let largest = largest?;
        if round.count == 1 {
            return Some(Pick::of_one(largest.seat.slot));
        }
        let (claim, basis) = match earliest {
            Some(claim) if claim.seat != largest.seat && self.is_within(shares, round.credit) => {
                (claim, Basis::Deadline)
            }
            _ => (largest, Basis::LargestDeficit),
        };
        Some(Pick { slot: claim.seat.slot, basis, open: round.count as u32 })
    }

    /// How many are in these groups, and what they weigh.
    pub(crate) fn party_in(&self, shares: impl Iterator<Item = Share>) -> (usize, u64) {
        shares.fold((0, 0), |(count, total), share| {
            let members = self.groups.len(share.group);
            (count + members, total + members as u64 * u64::from(share.weight))
        })
    }

    /// What the first of a group is owed once a lead has accrued.
    fn first_claim(&self, share: Share, credit: u64) -> Option<Claim> {
        let head = self.groups.head(share.group)?;
        let Standing { base, lot, slot } = head.first()?;
        let balance = base + head.earned;
        Some(Claim { seat: share.seat(slot), owed: balance + share.amount(credit), balance, lot })
    }

    /// Whether everyone present is within the cap, eligible members once a lead has accrued.
    fn is_within(&self, shares: impl Iterator<Item = Share>, credit: u64) -> bool {
        let cap = cap(self.present);
        let mut shares = shares.peekable();
        (1..=self.groups.heads.len() as u32).map(Group).all(|group| {
            let share = shares.next_if(|share| share.group == group);
            let more = share.map_or(0, |share| share.amount(credit));
            self.groups.is_within(group, cap, more, &self.crowd)
        })
    }

    /// Takes a turn for a member, as [`charge`](Self::charge) does: everyone in these groups shares it, and the chosen one.
    pub(crate) fn charge_groups(&mut self, shares: Arc<[Share]>, chosen: Seat) -> Option<Charge> {
        let beside = self.beside(&shares, chosen)?;
        let (count, total) = self.party_with(&shares, beside);
        let round = self.round_of(count, total).filter(|round| round.count > 1)?;
        let sharers = Sharers::Groups { shares, moves: self.moves(), beside };
        let charge = Charge { chosen: chosen.slot, credit: round.credit, size: Size::NONE, value_credit: 0, sharers };
        self.groups.moves.are_noted = true;
        self.post(&charge, 1);
        Some(charge)
    }

    /// The seat of the chosen one, if in none of these groups; none of either if it cannot take a turn.
    fn beside(&self, shares: &[Share], chosen: Seat) -> Option<Option<Seat>> {
        let (seat, member) = self.able_seat(chosen)?;
        Some((!shares.iter().any(|share| share.group == member.group)).then_some(seat))
    }

    fn party_with(&self, shares: &[Share], beside: Option<Seat>) -> (usize, u64) {
        let (count, total) = self.party_in(shares.iter().copied());
        beside.map_or((count, total), |seat| (count + 1, total + u64::from(seat.weight)))
    }

    /// How many share a turn of the chosen one.
    pub(crate) fn count_sharing(&self, shares: &[Share], chosen: Seat) -> usize {
        self.beside(shares, chosen).map_or(0, |beside| self.party_with(shares, beside).0)
    }

    /// Whether the chosen one is owed at most so many turns less than whoever is owed most, as
    /// [`trails_by_at_most`](Self::trails_by_at_most).
    pub(crate) fn trails_groups_by_at_most(&self, shares: &[Share], chosen: Seat, turns: u64) -> bool {
        let Some(beside) = self.beside(shares, chosen) else { return false };
        let (count, total) = self.party_with(shares, beside);
        let (Some(round), Some(balance)) = (self.round_of(count, total), self.balance(chosen.slot)) else {
            return false;
        };
        let group = self.group(chosen.slot);
        let listed = shares.iter().find(|share| share.group == group).map(|share| share.seat(chosen.slot));
        let own = balance + share(listed.unwrap_or(chosen), round.credit);
        let firsts = shares.iter().filter_map(|share| self.first_claim(*share, round.credit));
        let most = firsts.map(|claim| claim.owed).fold(own, i128::max);
        most - own <= TURN.saturating_mul(i128::from(turns))
    }

    /// Moves the balances of all who were in these groups after so many moves by their shares, or back if `sign` is -1.
    pub(super) fn post_to_groups(&mut self, shares: &[Share], moves: u64, credit: u64, sign: i128) {
        let mut weights = 0;
        for share in shares {
            if let Some(head) = share.group.place().and_then(|place| self.groups.heads.get_mut(place)) {
                head.earned += sign * share.amount(credit);
                weights += u64::from(share.weight) * u64::from(head.len);
            }
        }
        // INVARIANT: the pot pays whatever the accounts gain, so that the sum of all stays 0.
        self.pot -= sign * i128::from(weights) * i128::from(credit);
        if moves == self.moves() {
            return;
        }
        let amount =
            |group: Group| shares.iter().find(|share| share.group == group).map_or(0, |share| share.amount(credit));
        let moved: BTreeMap<Slot, Group> = self.groups.moves.since(moves).collect();
        for (slot, then) in moved {
            // Who came in since was moved too, and who has gone was not.
            let difference = sign * (amount(then) - amount(self.group(slot)));
            if difference != 0 {
                self.adjust(slot, difference);
            }
        }
    }

    /// All who were in these groups after so many moves, and somebody beside them, by slot.
    pub(super) fn seats_in(&self, shares: &[Share], moves: u64, beside: Option<Seat>) -> Vec<Seat> {
        // By slot; 0 for nobody.
        let mut weights = vec![0; self.crowd.members.len()];
        let mut seat = |Slot(slot), weight| {
            if let Some(place) = weights.get_mut(slot as usize) {
                *place = weight;
            }
        };
        for share in shares {
            let members = self.groups.get(share.group).into_iter().flat_map(Line::iter);
            members.for_each(|slot| seat(slot, share.weight));
        }
        for (slot, then) in self.groups.moves.since(moves) {
            seat(slot, shares.iter().find(|share| share.group == then).map_or(0, |share| share.weight));
        }
        if let Some(beside) = beside {
            seat(beside.slot, beside.weight);
        }
        let mut seats = Vec::with_capacity(self.party_in(shares.iter().copied()).0 + 1);
        for (slot, weight) in (0..).map(Slot).zip(weights) {
            if weight > 0 {
                seats.push(Seat { slot, weight });
            }
        }
        seats
    }
}

#[cfg(test)]
mod properties;
