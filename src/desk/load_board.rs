//! Load boards: the reps of a pool who are ready, whoever has the fewest open leads first.
//!
//! One order for each schedule of hours, so that an opening moves nobody. A pick looks at the first of each; a change of a
//! rep's open leads is O(log n).

use super::access::{Access, OpenClasses};
use super::shifts::ShiftIndex;
use super::{Caps, Load, Since, Team};
use crate::hash::stable_hash;
use crate::heap::{Heap, Item, PlaceList};
use crate::index::{RepIndex, index_of_a_list};
use crate::instant::Instant;
use std::collections::BTreeMap;
use std::hint::black_box;

/// A place of the plan that picks by load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LoadBoardIndex(u32);

index_of_a_list!(LoadBoardIndex);

/// The same as the plan says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LoadBoardPlace {
    pub(crate) access: Access,
    /// Whether the most room counts, in place of the fewest open leads.
    pub(crate) relative: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct LoadBoard {
    place: LoadBoardPlace,
    /// The members of the pool, by lot. Their places in this list are their numbers here, which so settle ties.
    members: Vec<RepIndex>,
    /// Whoever is ready, by hours.
    orders: Vec<Heap<Loaded>>,
    by_hours: BTreeMap<Option<ShiftIndex>, u32>,
    /// In which of the orders each member is; [`NOWHERE`] for none.
    order_of: Vec<u32>,
    places: PlaceList,
    open: OpenClasses<u32>,
}

/// What settles ties between equal loads as long as nothing else does.
pub(crate) fn load_lot(id: &str) -> u64 {
    stable_hash(&["least_loaded", id])
}

/// The order of a member who is in none.
const NOWHERE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Loaded {
    member: u32,
    open: u32,
    /// The capacity by which open leads are divided; 0 for none, which comes last, and 1 if only open leads count.
    capacity: u32,
    since: Since,
}

impl Item for Loaded {
    fn id(&self) -> u32 {
        self.member
    }

    fn comes_before(&self, other: &Self) -> bool {
        let filled = match (self.capacity, other.capacity) {
            (0, 0) => self.open.cmp(&other.open),
            (mine, theirs) if mine == theirs => self.open.cmp(&other.open),
            (0, _) => std::cmp::Ordering::Greater,
            (_, 0) => std::cmp::Ordering::Less,
            (mine, theirs) => {
                (u64::from(self.open) * u64::from(theirs)).cmp(&(u64::from(other.open) * u64::from(mine)))
            }
        };
        filled.then_with(|| (self.since, self.member).cmp(&(other.since, other.member))).is_lt()
    }
}

impl LoadBoard {
    /// None if lots cannot settle every tie, or if the place names a pool that is not there.
    pub(super) fn new(place: LoadBoardPlace, team: &Team, caps: &Caps, now: Instant) -> Option<Self> {
        let members = team.members(place.access.pool).iter();
        let mut by_lot: Vec<(u64, RepIndex)> = members.map(|rep| (load_lot(team.name(*rep)), *rep)).collect();
        by_lot.sort_unstable();
        if by_lot.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
            return None;
        }
        let members: Vec<RepIndex> = by_lot.into_iter().map(|(_, rep)| rep).collect();
        let mut board = Self {
            place,
            order_of: vec![NOWHERE; members.len()],
            members,
            orders: Vec::new(),
            by_hours: BTreeMap::new(),
            places: PlaceList::default(),
            open: OpenClasses::default(),
        };
        for member in 0..board.members.len() as u32 {
            board.sort_member(member, team, caps, now);
        }
        Some(board)
    }

    pub(crate) fn access(&self) -> Access {
        self.place.access
    }

    /// All members with their numbers.
    pub(super) fn members(&self) -> impl Iterator<Item = (RepIndex, u32)> + Clone {
        self.members.iter().copied().zip(0..)
    }

    /// Puts a member where they belong now.
    pub(super) fn sort_member(&mut self, member: u32, team: &Team, caps: &Caps, now: Instant) {
        let access = self.place.access;
        let Some(&index) = self.members.get(member as usize) else { return };
        let hours = team.rep(index).and_then(|rep| rep.shift()).filter(|_| access.minds_hours());
        let order = if access.is_ready(index, team, caps, now) { self.order(hours) } else { NOWHERE };
        let Some(known) = self.order_of.get_mut(member as usize) else { return };
        let before = std::mem::replace(known, order);
        if before == order {
            return;
        }
        if let Some(orders) = self.orders.get_mut(before as usize) {
            orders.remove(member, &mut self.places);
        }
        if let Some(loaded) = self.loaded(member, index, team)
            && let Some(orders) = self.orders.get_mut(order as usize)
        {
            orders.push(loaded, &mut self.places);
        }
    }

    fn order(&mut self, hours: Option<ShiftIndex>) -> u32 {
        let Self { orders, by_hours, open, .. } = self;
        *by_hours.entry(hours).or_insert_with(|| {
            let order = orders.len() as u32;
            orders.push(Heap::default());
            open.add(order, hours);
            order
        })
    }

    fn loaded(&self, member: u32, index: RepIndex, team: &Team) -> Option<Loaded> {
        let rep = team.rep(index)?;
        let capacity = if self.place.relative { rep.capacity().unwrap_or(0) } else { 1 };
        let Load { open, since } = rep.load();
        Some(Loaded { member, open, capacity, since })
    }

    /// Looks at what following a member changes; see [`Desk::touch`](super::Desk::touch).
    pub(super) fn touch(&self, member: u32) {
        let order = self.order_of.get(member as usize).and_then(|order| self.orders.get(*order as usize));
        black_box(order.and_then(|order| order.get(member, &self.places)).map(|loaded| loaded.open));
    }

    /// The open leads of a member, who is this rep, have changed.
    pub(super) fn follow(&mut self, member: u32, index: RepIndex, team: &Team, now: Instant) {
        self.open.refresh(team, now);
        if let (Some(loaded), Some(order)) = (self.loaded(member, index, team), self.order_of.get(member as usize))
            && let Some(orders) = self.orders.get_mut(*order as usize)
        {
            orders.replace(loaded, &mut self.places);
        }
    }

    /// Who has the fewest open leads of those who are ready and within their hours, and how many these are.
    pub(crate) fn first(&self, team: &Team, now: Instant) -> Option<(RepIndex, u32)> {
        match self.open.known_at(now) {
            Some(open) => self.first_of(open.iter().copied()),
            None => self.first_of(self.open.open_at(team, now)),
        }
    }

    fn first_of(&self, orders: impl Iterator<Item = u32>) -> Option<(RepIndex, u32)> {
        let mut count = 0;
        let mut first: Option<Loaded> = None;
        for order in orders.filter_map(|order| self.orders.get(order as usize)) {
            count += order.len() as u32;
            let next = order.first().filter(|next| first.is_none_or(|first| next.comes_before(&first)));
            first = next.copied().or(first);
        }
        Some((*self.members.get(first?.member as usize)?, count))
    }
}
