//! Rotations: a ledger with a name, whose members are reps.

use super::access::Access;
use super::lineup::Lineup;
use super::slots::Slots;
use super::{Filter, Team, Undo};
use crate::fair::{Charge, Ledger, PARTS, Pick, Seat, Share, Sharers, Size, Slot, WINDOW};
use crate::hash::stable_hash;
use crate::index::{PoolIndex, RepIndex, index_of_a_list};
use crate::instant::Instant;
use crate::lead::Lead;
use crate::limits::MAX_LATE_STEPS;
use crate::numbered::Numbered;
use crate::reason::FieldIndex;
use crate::value::Number;
use arrayvec::ArrayVec;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct RotationIndex(u32);

/// A place of the plan that rotates over a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeatingIndex(u32);

index_of_a_list!(RotationIndex, SeatingIndex);

/// The same as the plan says it: in which rotation, over which pool, and what is shared out beside turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeatingPlace {
    pub(crate) rotation: Arc<str>,
    pub(crate) pool: PoolIndex,
    pub(crate) balance: Option<Balance>,
    /// Whether who comes back from leave starts even.
    pub(crate) forgives: bool,
    /// What is asked of the pool's reps, if that is the same for every lead.
    pub(crate) access: Option<Access>,
}

/// A number of the leads that a rotation shares out beside turns, up to a cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) field: Arc<str>,
    /// The field as reasons name it.
    pub(crate) named: FieldIndex,
    /// The cap, above 0.
    pub(crate) most: Number,
}

impl Balance {
    /// What a lead is worth. Whoever has only its record gets the same answer: a record keeps the field.
    fn size(&self, lead: &dyn Lead) -> Size {
        let number = lead.field(&self.field).and_then(|value| value.as_number());
        number.map_or(Size::NONE, |number| Size::of_parts(number.parts_of(self.most, PARTS)))
    }
}

/// A turn that a decision would take, and how often its rotation had moved by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) seating: SeatingIndex,
    pub(crate) rotation: RotationIndex,
    pub(crate) slot: Slot,
    pub(crate) moves: u64,
    /// Among how many.
    pub(crate) open: NonZeroU32,
}

/// A turn that a commit took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TurnTaken {
    pub(crate) rotation: RotationIndex,
    /// The number of the charge within its rotation.
    pub(crate) number: u64,
    pub(crate) slot: Slot,
    /// What the lead was worth: all that giving the turn back needs to know once its charge is dropped.
    pub(crate) size: Size,
}

/// How a turn was given back.
///
/// ```
/// use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, journal::{TurnReturned, What}, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
/// let receipt = router.route(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
/// let record = router.rollback(&receipt)?.ok_or("nothing to store")?;
/// assert!(matches!(record.what, What::RolledBack { returned: Some(TurnReturned::Exactly), .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TurnReturned {
    /// Everyone's balance moved back by exactly what the commit had moved it.
    Exactly,
    /// What that was is no longer kept: the rep has the turn back, paid for by the members of the rotation who are
    /// online.
    Spread,
    /// The rep has left the rotation, or was [forgiven](crate::Absence::Forgive) since, or nobody is there to pay: nobody has
    /// the turn back. What the others had paid for it
    /// went back to them if that was still kept.
    Lost,
}

/// So many seats are kept on the stack while a pick is made.
const FEW_SEATS: usize = 128;

#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    pub(super) name: Arc<str>,
    pub(super) ledger: Ledger,
    /// The pools that the plan last shared it between: their members are its own, also while no plan uses it.
    pools: BTreeSet<PoolIndex>,
    /// Members now.
    slots: Slots,
    /// Who has, or had, each slot.
    pub(super) reps: Vec<RepIndex>,
    /// Turns charged or given back so far: how far the rotation has moved since a decision.
    moves: u64,
    /// Turns charged so far.
    charges: u64,
    /// Charges of leads in hand, by number: what gives a turn back exactly.
    kept: Numbered<Charge>,
    /// Turns given to reps beyond their share so far.
    granted: u64,
    /// Whether who comes back from leave starts even, as the plan says.
    forgives: bool,
    /// Members by who can take a turn now; none if every member is asked for every lead.
    pub(super) lineup: Option<Lineup>,
    /// Since how many moves between the ledger's groups charges speak of them that are out of `kept`, and may come back.
    lent: Numbered<u32>,
}

/// Two rotations are equal if they will behave alike: how often each has moved does not count, nor how it is sorted.
impl PartialEq for Rotation {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, another): (&Charge, &Charge)| {
            one == another && self.ledger.seats(one) == other.ledger.seats(another)
        };
        self.name == other.name
            && self.ledger == other.ledger
            && self.slots == other.slots
            && self.granted == other.granted
            && self.kept.len() == other.kept.len()
            && self.kept.values().zip(other.kept.values()).all(same)
    }
}

impl Rotation {
    pub(crate) fn new(name: Arc<str>) -> Self {
        Self {
            name,
            ledger: Ledger::default(),
            slots: Slots::default(),
            reps: Vec::new(),
            moves: 0,
            charges: 0,
            kept: Numbered::default(),
            granted: 0,
            pools: BTreeSet::new(),
            forgives: false,
            lineup: None,
            lent: Numbered::default(),
        }
    }

    /// A rotation as it was: who has, or had, each slot of the ledger, and the charges that can be given back.
    pub(crate) fn restore(
        name: Arc<str>,
        ledger: Ledger,
        pools: BTreeSet<PoolIndex>,
        reps: Vec<RepIndex>,
        charges: u64,
        kept: BTreeMap<u64, Charge>,
        granted: u64,
    ) -> Self {
        let kept = kept.into_iter().collect();
        let slots = reps.iter().copied().zip((0..).map(Slot));
        let slots = slots.filter(|(_, slot)| ledger.balance(*slot).is_some()).collect();
        let lent = Numbered::default();
        Self { name, ledger, pools, slots, reps, moves: 0, charges, kept, granted, forgives: false, lineup: None, lent }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn pools(&self) -> &BTreeSet<PoolIndex> {
        &self.pools
    }

    /// Who has, or had, each slot.
    pub(crate) fn holders(&self) -> &[RepIndex] {
        &self.reps
    }

    /// How many turns were charged so far.
    pub(crate) fn charges(&self) -> u64 {
        self.charges
    }

    /// The charges that can be given back exactly, by number.
    pub(crate) fn kept(&self) -> &Numbered<Charge> {
        &self.kept
    }

    pub(crate) fn moves(&self) -> u64 {
        self.moves
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Turns given to reps beyond their share so far, by order.
    pub(crate) fn granted(&self) -> u64 {
        self.granted
    }

    pub(crate) fn slot(&self, rep: RepIndex) -> Option<Slot> {
        self.slots.get(rep)
    }

    /// Gives a member turns beyond their share, paid for by others.
    pub(crate) fn grant(&mut self, slot: Slot, turns: u32, payers: &[Seat]) {
        for _ in 0..turns {
            if self.ledger.give_back(payers.iter().copied(), slot, Size::NONE).is_some() {
                self.moves += 1;
                self.granted += 1;
            }
        }
    }

    /// Members with their slots, by rep index.
    pub(crate) fn members(&self) -> impl Iterator<Item = (RepIndex, Slot)> + Clone {
        self.slots.iter()
    }

    /// Says between which pools the plan shares it.
    pub(crate) fn set_pools(&mut self, pools: BTreeSet<PoolIndex>) {
        self.pools = pools;
    }

    /// Says whether who comes back from leave starts even.
    pub(crate) fn set_forgives(&mut self, forgives: bool) {
        self.forgives = forgives;
    }

    /// Whether somebody who comes back starts even here.
    pub(crate) fn would_forgive(&self, rep: RepIndex) -> bool {
        self.forgives && self.slots.get(rep).is_some()
    }

    /// Lets a member start even, as somebody who joins. What they had is departed with their slot, so that turns of before
    /// go back to nobody's balance.
    pub(crate) fn forgive(&mut self, rep: RepIndex, team: &Team) {
        let lot = stable_hash(&[&self.name, team.name(rep)]);
        let Some(before) = self.slots.get(rep) else { return };
        for slot in self.ledger.exchange([before], [lot]) {
            self.reps.push(rep);
            self.slots.reseat(rep, slot);
        }
    }

    /// Makes the members of its pools its own: who is new starts even, who is gone takes their balance out.
    pub(crate) fn sync(&mut self, team: &Team) {
        let mut members: Vec<RepIndex> = self.pools.iter().flat_map(|pool| team.members(*pool)).copied().collect();
        members.sort_unstable();
        members.dedup();
        let gone = self.slots.keep_only(|rep| members.binary_search(&rep).is_ok());
        let new: Vec<RepIndex> = members.into_iter().filter(|rep| self.slots.get(*rep).is_none()).collect();
        let lots = new.iter().map(|rep| stable_hash(&[&self.name, team.name(*rep)]));
        let slots = self.ledger.exchange(gone, lots);
        self.reps.extend(&new);
        self.slots.join(new.into_iter().zip(slots));
    }

    /// Whose turn it is among the open members of a seating. Takes nothing.
    pub(crate) fn pick(&self, seating: &Seating, filter: Filter<'_>) -> Option<(RepIndex, Pick)> {
        let tie = |left: Slot, right: Slot| {
            let name = |slot: Slot| self.reps.get(slot.0 as usize).map_or("", |rep| filter.team.name(*rep));
            name(left).cmp(name(right))
        };
        let (open, size) = (seating.open(filter), seating.size(filter.lead));
        // The ledger goes through the seats a few times, and whoever sits there should be asked once.
        let mut few: ArrayVec<Seat, FEW_SEATS> = ArrayVec::new();
        let pick = match open.clone().all(|seat| few.try_push(seat).is_ok()) {
            true => self.pick_of(few.iter().copied(), size, tie),
            false => self.pick_of(open, size, tie),
        }?;
        self.reps.get(pick.slot.0 as usize).map(|&rep| (rep, pick))
    }

    fn pick_of(
        &self,
        open: impl Iterator<Item = Seat> + Clone,
        size: Option<Size>,
        tie: impl Fn(Slot, Slot) -> Ordering,
    ) -> Option<Pick> {
        match size {
            None => self.ledger.pick(open, tie),
            Some(size) => self.ledger.pick_balanced(open, size, tie),
        }
    }

    /// What each open member of a seating is owed in turns and in value, their share of one more lead included, in the
    /// order of the seats.
    pub(crate) fn claims<'a>(
        &'a self,
        seating: &'a Seating,
        filter: Filter<'a>,
    ) -> impl Iterator<Item = (RepIndex, i128, i128)> + 'a {
        let size = seating.size(filter.lead).unwrap_or(Size::NONE);
        let claims = self.ledger.claims(seating.open(filter)).zip(self.ledger.value_claims(seating.open(filter), size));
        claims.filter_map(|(claim, value)| Some((*self.reps.get(claim.seat.slot.0 as usize)?, claim.owed, value)))
    }

    /// Whether a pick that is `moves` old may still be charged: it must be near enough to the best one now. One for a
    /// lead with a size may have trailed by the window from the start.
    pub(crate) fn admits_late(&self, party: &Party, moves: u64) -> bool {
        let late = self.moves.saturating_sub(moves).min(MAX_LATE_STEPS);
        let window = if party.size.is_some() { WINDOW } else { 0 };
        let turns = 1 + 2 * late + window;
        match &party.open {
            Sharing::Seats(open) => self.ledger.trails_by_at_most(open.iter().copied(), party.chosen, turns),
            Sharing::Groups(shares) => self.ledger.trails_groups_by_at_most(shares, party.chosen, turns),
        }
    }

    /// How many share a turn. The chosen one counts even if no longer open.
    pub(crate) fn count(&self, party: &Party) -> u32 {
        match &party.open {
            Sharing::Seats(open) => {
                let others = open.iter().filter(|seat| seat.slot != party.chosen.slot).count();
                others as u32 + 1
            }
            Sharing::Groups(shares) => self.ledger.count_sharing(shares, party.chosen) as u32,
        }
    }

    /// Takes a turn; none if there was nobody to share it with.
    pub(crate) fn charge(&mut self, Party { open, chosen, size }: Party) -> Option<u64> {
        let charge = match open {
            Sharing::Seats(open) => self.ledger.charge(open.iter().copied(), chosen, size.unwrap_or(Size::NONE)),
            Sharing::Groups(shares) => self.ledger.charge_groups(shares, chosen),
        }?;
        self.moves += 1;
        self.charges += 1;
        let number = self.charges;
        self.kept.insert(number, charge);
        Some(number)
    }

    /// Drops the oldest charge if more than `window` are kept.
    pub(crate) fn drop_oldest(&mut self, window: u32) -> Option<(u64, Charge)> {
        let dropped = if self.kept.len() > window as usize { self.kept.pop_first() } else { None };
        if let Some((_, charge)) = &dropped {
            self.lend(charge);
        }
        dropped
    }

    /// Takes a charge out, to be dropped or kept again.
    pub(crate) fn take_out(&mut self, number: u64) -> Option<Charge> {
        let charge = self.kept.remove(number)?;
        self.lend(&charge);
        Some(charge)
    }

    /// Undoes [`Rotation::drop_oldest`] and [`Rotation::take_out`].
    pub(crate) fn keep_again(&mut self, number: u64, charge: Charge) {
        self.take_home(&charge);
        self.kept.insert(number, charge);
    }

    /// A charge is kept elsewhere from now on, and may come back.
    fn lend(&mut self, charge: &Charge) {
        if let Some(moves) = charge.moves() {
            match self.lent.get_mut(moves) {
                Some(count) => *count += 1,
                None => _ = self.lent.insert(moves, 1),
            }
        }
    }

    /// A charge that was kept elsewhere has come back, or never will.
    pub(super) fn take_home(&mut self, charge: &Charge) {
        if let Some(moves) = charge.moves()
            && let Some(count) = self.lent.get_mut(moves)
        {
            *count -= 1;
            if *count == 0 {
                self.lent.remove(moves);
            }
        }
    }

    /// Forgets who moved between groups where no charge needs to know any more.
    pub(super) fn tidy(&mut self) {
        const FEW: usize = 256;
        let members = self.slots.len();
        if self.ledger.known_moves() <= FEW + members {
            return;
        }
        // Seats take as much memory as that many moves: of the oldest charges, those that alone need more are written out.
        let mut kept = self.kept.values_mut().filter(|charge| charge.moves().is_some()).peekable();
        while let Some(oldest) = kept.next() {
            let next = kept.peek().and_then(|next| next.moves()).unwrap_or(self.ledger.moves());
            if next - oldest.moves().unwrap_or(next) <= members as u64 {
                break;
            }
            let seats: Arc<[Seat]> = self.ledger.seats(oldest).into();
            oldest.sharers = Sharers::Seats(seats.into());
        }
        drop(kept);
        let oldest = self.kept.values().find_map(Charge::moves);
        let needed = oldest.into_iter().chain(self.lent.iter().next().map(|(moves, _)| moves)).min();
        self.ledger.forget_moves(needed.unwrap_or(self.ledger.moves()));
    }

    /// How [`Rotation::give_back`] would go.
    pub(crate) fn would_return(&self, turn: TurnTaken, payers: impl FnOnce() -> Vec<Seat>) -> TurnReturned {
        if self.ledger.balance(turn.slot).is_none() {
            TurnReturned::Lost
        } else if self.kept.get(turn.number).is_some() {
            TurnReturned::Exactly
        } else if !payers().is_empty() {
            TurnReturned::Spread
        } else {
            TurnReturned::Lost
        }
    }

    /// Gives a turn back, with what undoes that.
    pub(crate) fn give_back(&mut self, turn: TurnTaken, payers: impl FnOnce() -> Vec<Seat>) -> Option<Undo> {
        self.moves += 1;
        let TurnTaken { rotation, number, slot, size } = turn;
        if let Some(charge) = self.kept.remove(number) {
            self.ledger.refund(&charge);
            self.lend(&charge);
            return Some(Undo::TurnBack { rotation, number: Some(number), charge });
        }
        let charge = self.ledger.give_back(payers().into_iter(), slot, size)?;
        Some(Undo::TurnBack { rotation, number: None, charge })
    }

    /// Undoes [`Rotation::give_back`].
    pub(crate) fn charge_again(&mut self, number: Option<u64>, charge: Charge) {
        self.moves += 1;
        self.ledger.charge_again(&charge);
        self.take_home(&charge);
        if let Some(number) = number {
            self.kept.insert(number, charge);
        }
    }

    /// The lead is done with: what giving its turn back would need is dropped.
    pub(crate) fn drop_charge(&mut self, number: u64) {
        self.kept.remove(number);
    }
}

/// Those who share a turn: who was open, who got it, and what the lead is worth if its rotation is balanced.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) open: Sharing,
    pub(crate) chosen: Seat,
    pub(crate) size: Option<Size>,
}

/// Who was open: all in some groups of the ledger, or so many seats.
#[derive(Debug, Clone)]
pub(crate) enum Sharing {
    Groups(Arc<[Share]>),
    Seats(Vec<Seat>),
}

/// The members of a pool with their slots in a rotation, and what is balanced there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seating {
    rotation: RotationIndex,
    pool: PoolIndex,
    balance: Option<Balance>,
    // INVARIANT: one for each member of the pool, in their order.
    slots: Arc<[Slot]>,
    access: Option<Access>,
    /// The place of the access in the rotation's line-up.
    access_place: Option<usize>,
}

impl Seating {
    pub(crate) fn new(index: RotationIndex, place: &SeatingPlace, rotation: &Rotation, team: &Team) -> Self {
        let access_place = place.access.and_then(|access| rotation.access_place(access));
        let (pool, balance, access) = (place.pool, place.balance.clone(), place.access);
        Self { rotation: index, pool, balance, slots: slots(pool, rotation, team), access, access_place }
    }

    pub(crate) fn access(&self) -> Option<Access> {
        self.access
    }

    pub(super) fn access_place(&self) -> Option<usize> {
        self.access_place
    }

    pub(crate) fn rotation(&self) -> RotationIndex {
        self.rotation
    }

    pub(crate) fn pool(&self) -> PoolIndex {
        self.pool
    }

    pub(crate) fn balance(&self) -> Option<&Balance> {
        self.balance.as_ref()
    }

    /// What a lead is worth here; none if nothing is balanced.
    pub(crate) fn size(&self, lead: &dyn Lead) -> Option<Size> {
        self.balance.as_ref().map(|balance| balance.size(lead))
    }

    /// Members sit in the slots that they have in the rotation now.
    pub(crate) fn reseat(&mut self, rotation: &Rotation, team: &Team) {
        self.slots = slots(self.pool, rotation, team);
    }

    /// The members who are such, each with the seat that they have at an instant.
    pub(crate) fn seats<'a>(
        &'a self,
        team: &'a Team,
        now: Instant,
        is_such: impl Fn(RepIndex) -> bool + Clone + 'a,
    ) -> impl Iterator<Item = (RepIndex, Seat)> + Clone + 'a {
        let members = team.members(self.pool).iter().copied().zip(self.slots.iter().copied());
        let such = members.filter(move |(rep, _)| is_such(*rep));
        such.filter_map(move |(rep, slot)| Some((rep, Seat { slot, weight: team.weight(self.pool, rep, now)? })))
    }

    /// The seats of those who share a turn: whom the filter lets through, and of these, where a step ranks them, the best.
    /// Decisions and commits both ask here.
    pub(crate) fn open<'a>(&'a self, filter: Filter<'a>) -> impl Iterator<Item = Seat> + Clone + 'a {
        let filter = filter.in_pool(self.pool);
        let cut = filter.cut();
        let counts = move |rep: RepIndex| filter.is_open(rep) && cut.is_none_or(|cut| filter.is_above(cut, rep));
        self.seats(filter.team, filter.now, counts).map(|(_, seat)| seat)
    }

    /// How many the filter lets through, whether or not they are among the best.
    pub(crate) fn count_open(&self, filter: Filter<'_>) -> u32 {
        let filter = filter.in_pool(self.pool);
        filter.team.members(self.pool).iter().filter(|rep| filter.is_open(**rep)).count() as u32
    }
}

/// The slots of a pool's members in a rotation.
fn slots(pool: PoolIndex, rotation: &Rotation, team: &Team) -> Arc<[Slot]> {
    // INVARIANT: the members of its pools are the rotation's own.
    let slot = |rep: &RepIndex| rotation.slot(*rep).unwrap_or(Slot::NOBODYS);
    team.members(pool).iter().map(slot).collect()
}
