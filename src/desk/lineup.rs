//! Line-ups: the members of a rotation sorted by who can take a turn at which of its places.
//!
//! Members who are ready at the same places, with the same weights and hours, are one group of the ledger. Who becomes ready,
//! or stops to be, moves from group to group; an opening moves nobody. So a place of the plan knows its open groups, and a pick
//! looks at each of them once: see [`crate::fair`] for what that costs.

use super::access::{Access, OpenClasses};
use super::{Caps, Rotation, Seating, Team};
use crate::fair::{Group, Pick, Share, Slot};
use crate::index::RepIndex;
use crate::instant::Instant;
use arrayvec::ArrayVec;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most kinds of access to one rotation that are kept sorted. A rotation with more asks every member for every lead.
const MAX_ACCESSES: usize = 8;

/// A member's hours, and for each access their weight if they are ready, and 0 if not.
type Signature = ArrayVec<u32, { MAX_ACCESSES + 1 }>;

#[derive(Debug, Clone)]
pub(super) struct Lineup {
    accesses: Vec<Access>,
    groups: BTreeMap<Signature, Group>,
    /// For each access, the groups that share its turns.
    open: Vec<OpenClasses<Share>>,
}

impl Lineup {
    fn new(accesses: Vec<Access>) -> Self {
        let open = accesses.iter().map(|_| OpenClasses::default()).collect();
        Self { accesses, groups: BTreeMap::new(), open }
    }

    fn signature(&self, rep: RepIndex, team: &Team, caps: &Caps, now: Instant) -> Signature {
        let minds_hours = self.accesses.iter().any(|access| access.minds_hours());
        let shift = team.rep(rep).and_then(|rep| rep.shift()).filter(|_| minds_hours);
        let weight = |access: &Access| {
            let weight = team.weight(access.pool, rep, now).filter(|_| access.is_ready(rep, team, caps, now));
            weight.unwrap_or(0)
        };
        let hours = shift.map_or(0, |shift| shift.0 + 1);
        std::iter::once(hours).chain(self.accesses.iter().map(weight)).collect()
    }

    fn add(&mut self, signature: Signature, group: Group, rep: RepIndex, team: &Team) {
        let shift = team.rep(rep).and_then(|rep| rep.shift());
        let weights = signature.iter().skip(1);
        for ((access, open), weight) in self.accesses.iter().zip(&mut self.open).zip(weights) {
            if *weight > 0 {
                open.add(Share { group, weight: *weight }, shift.filter(|_| access.minds_hours()));
            }
        }
        self.groups.insert(signature, group);
    }
}

impl Rotation {
    /// Sorts all members by these kinds of access, if that can be done.
    pub(super) fn line_up(&mut self, accesses: Vec<Access>, is_balanced: bool, team: &Team, caps: &Caps, now: Instant) {
        let members = match is_balanced || !(1..=MAX_ACCESSES).contains(&accesses.len()) {
            true => None,
            false => self.in_order(),
        };
        let Some(members) = members else {
            if self.lineup.take().is_some() {
                let slots: Vec<Slot> = self.members().map(|(_, slot)| slot).collect();
                slots.into_iter().for_each(|slot| self.ledger.move_to(slot, Group::NONE));
            }
            return;
        };
        let weights: BTreeSet<u32> = accesses.iter().flat_map(|access| team.weights(access.pool)).collect();
        self.ledger.set_deadlines(weights.len() > 1 || accesses.iter().any(|access| team.has_ramps(access.pool)));
        if self.lineup.as_ref().is_none_or(|lineup| lineup.accesses != accesses) {
            self.lineup = Some(Lineup::new(accesses));
        }
        self.lineup.iter_mut().flat_map(|lineup| &mut lineup.open).for_each(OpenClasses::forget);
        // A line that is joined in its order costs least.
        members.into_iter().for_each(|(rep, slot)| self.sort_seated(rep, slot, team, caps, now));
        self.ledger.fit();
    }

    /// All members in the order in which lines have them: by what they are owed, most first, then by lot. None if lots cannot
    /// settle every tie, which is not to be expected in the life of a universe.
    fn in_order(&self) -> Option<Vec<(RepIndex, Slot)>> {
        let by_lot = |(rep, slot)| Some((self.ledger.lot(slot)?, slot, rep));
        let mut members: Vec<(u64, Slot, RepIndex)> = self.members().filter_map(by_lot).collect();
        members.sort_unstable_by_key(|(lot, ..)| *lot);
        let has_twins = members.windows(2).any(|pair| matches!(pair, [(one, ..), (other, ..)] if one == other));
        // Those of equal balances stay as they are, and they are all of a new rotation.
        members.sort_by_cached_key(|(_, slot, _)| Reverse(self.ledger.balance(*slot)));
        (!has_twins).then(|| members.into_iter().map(|(_, slot, rep)| (rep, slot)).collect())
    }

    /// Puts a member where they belong now.
    pub(super) fn sort_member(&mut self, rep: RepIndex, team: &Team, caps: &Caps, now: Instant) {
        if let Some(slot) = self.slot(rep) {
            self.sort_seated(rep, slot, team, caps, now);
        }
    }

    /// The same of a member who sits there.
    fn sort_seated(&mut self, rep: RepIndex, slot: Slot, team: &Team, caps: &Caps, now: Instant) {
        let Some(lineup) = &mut self.lineup else { return };
        let signature = lineup.signature(rep, team, caps, now);
        let group = match lineup.groups.get(&signature) {
            Some(group) => *group,
            None => {
                let group = self.ledger.add_group();
                lineup.add(signature, group, rep, team);
                group
            }
        };
        self.ledger.move_to(slot, group);
    }

    /// The place of an access among those that members are sorted by.
    pub(super) fn access_place(&self, access: Access) -> Option<usize> {
        self.lineup.as_ref()?.accesses.iter().position(|known| *known == access)
    }

    fn open(&self, seating: &Seating) -> Option<&OpenClasses<Share>> {
        self.lineup.as_ref()?.open.get(seating.access_place()?)
    }

    /// Whose turn it is among the members who are ready and within their hours. Takes nothing. The first of the two is none if
    /// members are not sorted.
    pub(crate) fn pick_ready(&self, seating: &Seating, team: &Team, now: Instant) -> Option<Option<(RepIndex, Pick)>> {
        let open = self.open(seating)?;
        let pick = match open.known_at(now) {
            Some(shares) => self.ledger.pick_in_groups(shares.iter().copied()),
            None => self.ledger.pick_in_groups(open.open_at(team, now)),
        };
        Some(pick.and_then(|pick| Some((*self.holders().get(pick.slot.0 as usize)?, pick))))
    }

    /// The groups of all who could take a turn now; none if members are not sorted.
    pub(crate) fn shares(&self, seating: &Seating, team: &Team, now: Instant) -> Option<Arc<[Share]>> {
        let open = self.open(seating)?;
        Some(match open.known_at(now) {
            Some(shares) => Arc::clone(shares),
            None => open.open_at(team, now).collect(),
        })
    }

    /// Finds which groups are open now, so that the next decisions need not.
    pub(super) fn refresh_open(&mut self, team: &Team, now: Instant) {
        for open in self.lineup.iter_mut().flat_map(|lineup| &mut lineup.open) {
            open.refresh(team, now);
        }
    }
}
