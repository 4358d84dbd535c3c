//! What a strategy decides against: the team as it is now, rotations, leads in hand, tallies.
//!
//! Everything here is keyed by names outside and by dense indexes inside. Dense indexes are given out in order and
//! never to somebody else.

mod access;
mod caps;
mod earlier;
mod filter;
mod hand;
mod life;
mod lineup;
mod listed;
mod load_board;
mod named_hours;
mod names;
mod pins;
mod rank;
mod roll;
mod rotation;
mod shifts;
mod slots;
mod tally;
mod team;
mod team_rep;
#[cfg(test)]
mod tests;
mod touch;

pub(crate) use access::Access;
pub(crate) use caps::{Caps, Counted, Given};
pub(crate) use earlier::{Common, Earlier, EarlierIndex, EarlierLead, EarlierPlace, Mark, Noted};
pub(crate) use filter::{ALL_REQUIRED, Filter, Narrowing, Ranking, UNNARROWED, hours_gate, presence_gate};
pub(crate) use hand::{Hand, Held, Pending, Place, Said, Standing};
pub(crate) use life::{DueAt, Life, Running, bit};
pub(crate) use load_board::{LoadBoard, LoadBoardIndex, LoadBoardPlace, load_lot};
pub(crate) use named_hours::NamedHours;
pub(crate) use names::{Names, rename_owners};
pub(crate) use pins::{Pinning, Pins};
pub(crate) use rank::Rank;
pub(crate) use roll::Roll;
pub use rotation::TurnReturned;
pub(crate) use rotation::{
    Balance, Party, Rotation, RotationIndex, Seating, SeatingIndex, SeatingPlace, Sharing, Turn, TurnTaken,
};
pub(crate) use tally::{Tallies, TallySlot};
pub(crate) use team::Team;
pub(crate) use team_rep::{FormerRep, Pause, TeamRep};

use listed::Listed;

use crate::fair::{Charge, Seat, Size};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The place of something in the order of all that happened: when, and the sequence number of the record that did it.
pub(crate) type Since = (Instant, u64);

/// All live state.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) team: Team,
    pub(crate) hand: Hand,
    pub(crate) rotations: Vec<Rotation>,
    /// One for each place of the plan that rotates over a pool; rebuilt with the plan and the roster.
    pub(crate) seatings: Vec<Seating>,
    /// The same for places that pick by load; none where every rep is asked.
    boards: Vec<Option<LoadBoard>>,
    /// For each rep, the rotations that they are in.
    in_rotations: Listed<RotationIndex>,
    /// The same with boards, each with the rep's number there.
    on_boards: Listed<(LoadBoardIndex, u32)>,
    /// When anything but hours next changes by itself: until then, whoever is ready stays ready.
    steady_until: Instant,
    spare: Spare,
    pub(crate) tallies: Tallies,
    pub(crate) pins: Pins,
    pub(crate) caps: Caps,
    pub(crate) earlier: Earlier,
    /// How many turns of a rotation can be given back exactly.
    pub(crate) rollback_window: u32,
    /// Those that ladders name.
    pub(crate) named_hours: NamedHours,
}

/// Memory of commits that are settled, for those to come. A copy has none: it would be copied for nothing.
#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "what is used again are the boxes")]
struct Spare(Vec<Box<Pending>>);

impl Clone for Spare {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What is kept sorted follows from the rest.
impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        self.team == other.team
            && self.hand == other.hand
            && self.rotations == other.rotations
            && self.seatings == other.seatings
            && self.tallies == other.tallies
            && self.pins == other.pins
            && self.caps == other.caps
            && self.earlier == other.earlier
            && self.rollback_window == other.rollback_window
            && self.seats_of_changes().eq(&other.seats_of_changes())
    }
}

/// One change that a commit made, with what it takes to take exactly that back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Undo {
    Load {
        rep: RepIndex,
        before: Load,
        after: Load,
    },
    /// A lead was counted for caps.
    Given {
        counted: Counted,
        since: Since,
    },
    /// An earlier one no longer was, because the lead moved on.
    TakenBack {
        counted: Counted,
        since: Since,
    },
    /// A turn was charged; the rotation keeps the charge under its number while the lead is in hand.
    Turn(TurnTaken),
    /// An earlier turn was given back, because the lead moved on.
    TurnBack {
        rotation: RotationIndex,
        number: Option<u64>,
        charge: Charge,
    },
    /// What it would take to give an older turn back exactly was dropped, because the window is full.
    Dropped {
        rotation: RotationIndex,
        number: u64,
        charge: Charge,
    },
    /// A rep was noted as the one who had an earlier lead.
    Noted(Box<Noted>),
    Tally {
        slot: usize,
        rep: RepIndex,
        delta: i64,
    },
    Stamp {
        slot: usize,
        rep: RepIndex,
        sequence: u64,
    },
}

/// A rep's open leads, and since when there are so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) open: u32,
    pub(crate) since: Since,
}

impl Desk {
    pub(crate) fn new(team: Team) -> Self {
        Self {
            team,
            hand: Hand::default(),
            rotations: Vec::new(),
            seatings: Vec::new(),
            boards: Vec::new(),
            in_rotations: Listed::default(),
            on_boards: Listed::default(),
            steady_until: Instant::START,
            spare: Spare::default(),
            tallies: Tallies::default(),
            pins: Pins::default(),
            caps: Caps::default(),
            earlier: Earlier::default(),
            rollback_window: crate::limits::DEFAULT_ROLLBACK_WINDOW,
            named_hours: NamedHours::default(),
        }
    }

    pub(crate) fn rotation(&self, index: RotationIndex) -> Option<&Rotation> {
        self.rotations.get(index.place())
    }

    /// A rotation as it is at an instant past the last record, when somebody may have come back to it.
    pub(crate) fn rotation_at(&self, index: RotationIndex, now: Instant) -> Option<Cow<'_, Rotation>> {
        let rotation = self.rotation(index)?;
        let mut now_here = Cow::Borrowed(rotation);
        for rep in self.team.returned_by(now).into_iter().filter(|rep| rotation.would_forgive(*rep)) {
            now_here.to_mut().forgive(rep, &self.team);
        }
        Some(now_here)
    }

    /// The rotation of a name.
    pub(crate) fn find_rotation(&self, name: &str) -> Option<RotationIndex> {
        self.rotations.iter().position(|rotation| **rotation.name() == *name).map(RotationIndex::at)
    }

    /// The active members of a rotation but one, each with the weight of the first place of the plan that seats them.
    pub(crate) fn others(&self, rotation: RotationIndex, rep: RepIndex, now: Instant) -> Vec<Seat> {
        let is_active =
            |other: RepIndex| self.team.rep(other).is_some_and(|other| !other.has_left() && !other.is_inactive());
        first_seats(rotation, &self.team, &self.seatings, now, |other| other != rep && is_active(other))
    }

    /// The place where a rotation of that name is taken in turns by a pool, with this access if there is one.
    pub(crate) fn find_seating(&self, rotation: &str, pool: PoolIndex, access: Option<Access>) -> Option<&Seating> {
        let index = self.find_rotation(rotation)?;
        let mut known = self.seatings.iter().filter(|seating| seating.rotation() == index && seating.pool() == pool);
        known.clone().find(|seating| seating.access() == access).or_else(|| known.next())
    }

    /// How a turn would go back at `now`.
    pub(crate) fn would_return(&self, turn: TurnTaken, now: Instant) -> TurnReturned {
        let Some(rotation) = self.rotation(turn.rotation) else {
            return TurnReturned::Lost;
        };
        rotation.would_return(turn, || payers(turn.rotation, &self.team, &self.seatings, now))
    }

    /// Who shared the turns that rollbacks would take again: charges alone do not tell.
    fn seats_of_changes(&self) -> Vec<Cow<'_, [Seat]>> {
        let mut standings: Vec<&Standing> = self.hand.iter().collect();
        standings.sort_unstable_by_key(|standing| standing.sequence);
        let chains = standings.into_iter().flat_map(|standing| std::iter::successors(Some(standing), |s| s.previous()));
        let changes = chains.filter_map(|standing| standing.pending.as_ref()).flat_map(|pending| &pending.changes);
        changes
            .filter_map(|change| match change {
                Undo::TurnBack { rotation, charge, .. } | Undo::Dropped { rotation, charge, .. } => {
                    Some(self.rotation(*rotation)?.ledger().seats(charge))
                }
                _ => None,
            })
            .collect()
    }

    /// Binds the places of a plan that rotate over a pool, or pick by load. Rotations that the plan no longer uses keep their
    /// balances, should they come back, and so do those that it no longer balances.
    pub(crate) fn seat(&mut self, places: &[SeatingPlace], boards: &[LoadBoardPlace]) {
        let mut named: BTreeMap<Arc<str>, RotationIndex> = self
            .rotations
            .iter()
            .enumerate()
            .map(|(index, rotation)| (Arc::clone(rotation.name()), RotationIndex::at(index)))
            .collect();
        for SeatingPlace { rotation: name, .. } in places {
            if !named.contains_key(name) {
                named.insert(Arc::clone(name), RotationIndex::at(self.rotations.len()));
                self.rotations.push(Rotation::new(Arc::clone(name)));
            }
        }
        let mut pools: BTreeMap<RotationIndex, BTreeSet<PoolIndex>> = BTreeMap::new();
        for SeatingPlace { rotation: name, pool, .. } in places {
            if let Some(&rotation) = named.get(name) {
                pools.entry(rotation).or_default().insert(*pool);
            }
        }
        let forgiving: BTreeSet<&Arc<str>> =
            places.iter().filter(|place| place.forgives).map(|place| &place.rotation).collect();
        for (index, rotation) in self.rotations.iter_mut().enumerate() {
            rotation.set_forgives(forgiving.contains(rotation.name()));
            if let Some(pools) = pools.remove(&RotationIndex::at(index)) {
                rotation.set_pools(pools);
            }
            rotation.sync(&self.team);
        }
        self.line_up(places, &named);
        self.seatings = places
            .iter()
            .filter_map(|place| {
                let index = *named.get(&place.rotation)?;
                let rotation = self.rotations.get(index.place())?;
                Some(Seating::new(index, place, rotation, &self.team))
            })
            .collect();
        self.open_boards(boards);
        // All are sorted now.
        self.team.take_changed();
        self.caps.take_changed();
        self.steady_until = self.next_change_of_reps();
    }

    /// Sorts the members of all rotations by who can take a turn at which of these places.
    fn line_up(&mut self, places: &[SeatingPlace], named: &BTreeMap<Arc<str>, RotationIndex>) {
        let mut accesses: BTreeMap<RotationIndex, (bool, Vec<Access>)> = BTreeMap::new();
        for place in places {
            let Some(index) = named.get(&place.rotation) else { continue };
            let (is_balanced, accesses) = accesses.entry(*index).or_default();
            *is_balanced |= place.balance.is_some();
            let new = place.access.filter(|access| !accesses.contains(access));
            accesses.extend(new);
        }
        let now = self.team.kept_until();
        for (index, rotation) in (0..).map(RotationIndex::at).zip(&mut self.rotations) {
            let (is_balanced, accesses) = accesses.remove(&index).unwrap_or_default();
            rotation.line_up(accesses, is_balanced, &self.team, &self.caps, now);
        }
        let rotations = (0..).map(RotationIndex::at).zip(&self.rotations);
        let members = rotations.flat_map(|(index, rotation)| rotation.members().map(move |(rep, _)| (rep, index)));
        self.in_rotations = Listed::new(self.team.reps().count(), members);
    }

    fn open_boards(&mut self, places: &[LoadBoardPlace]) {
        let now = self.team.kept_until();
        self.boards = places.iter().map(|place| LoadBoard::new(*place, &self.team, &self.caps, now)).collect();
        let boards = (0..).map(LoadBoardIndex::at).zip(&self.boards);
        let boards = boards.filter_map(|(index, board)| Some((index, board.as_ref()?)));
        let members =
            boards.flat_map(|(index, board)| board.members().map(move |(rep, member)| (rep, (index, member))));
        self.on_boards = Listed::new(self.team.reps().count(), members);
    }

    /// The same after a commit, which changes nothing with a date but leads in hand and what caps count.
    pub(crate) fn sort_changed_by_commit(&mut self) {
        if !self.team.has_changed() && !self.caps.have_changed() {
            let now = self.team.kept_until();
            let ends = [self.hand.next_change(now), self.caps.next_change(now), self.earlier.next_change(now)];
            self.steady_until = ends.into_iter().flatten().fold(self.steady_until, Instant::min);
        } else {
            self.sort_changed();
        }
    }

    /// Sorts whoever has become ready, or stopped to be, since this was last done.
    pub(crate) fn sort_changed(&mut self) {
        let mut changed = self.team.take_changed();
        for counted in self.caps.take_changed() {
            match counted {
                Counted::Rep(rep) | Counted::Member(_, rep) => changed.push(rep),
                Counted::Pool(pool) => changed.extend(self.team.members(pool)),
            }
        }
        changed.into_iter().for_each(|rep| self.sort(rep));
        self.steady_until = self.next_change_of_reps();
    }

    fn sort(&mut self, rep: RepIndex) {
        let now = self.team.kept_until();
        let Self { team, caps, rotations, boards, in_rotations, on_boards, .. } = self;
        for index in in_rotations.of(rep) {
            if let Some(rotation) = rotations.get_mut(index.place()) {
                rotation.sort_member(rep, team, caps, now);
                rotation.tidy();
            }
        }
        for (index, member) in on_boards.of(rep) {
            if let Some(Some(board)) = boards.get_mut(index.place()) {
                board.sort_member(*member, team, caps, now);
            }
        }
    }

    /// When anything but hours next changes by itself after the last record.
    fn next_change_of_reps(&self) -> Instant {
        let now = self.team.kept_until();
        let ends = [
            self.team.next_change_of_reps(now),
            self.hand.next_change(now),
            self.caps.next_change(now),
            self.pins.next_change(now),
            self.earlier.next_change(now),
        ];
        ends.into_iter().flatten().min().unwrap_or(Instant::END)
    }

    /// Whether whoever is ready now was so at the last record, but for their hours.
    pub(crate) fn is_steady(&self, now: Instant) -> bool {
        now < self.steady_until
    }

    /// Who has how many open leads, where the plan asks for it; none if every rep is to be asked.
    pub(crate) fn board(&self, index: LoadBoardIndex) -> Option<&LoadBoard> {
        self.boards.get(index.place())?.as_ref()
    }

    /// Moves everything on that time alone changes since the last record.
    pub(crate) fn pass_time(&mut self, now: Instant) {
        if self.is_steady(now) {
            self.team.keep_hours(now);
        } else {
            self.upkeep(now);
        }
    }

    /// The same, where something may be past its time already.
    pub(crate) fn upkeep(&mut self, now: Instant) {
        if let Some(turns) = self.forgiven_at(now) {
            (self.rotations, self.seatings) = turns;
        }
        self.team.upkeep(now);
        self.pins.upkeep(now);
        self.caps.upkeep(now);
        self.earlier.upkeep(now);
        while let Some((forgotten, at)) = self.hand.forget_next(now) {
            self.drop_charge(forgotten.turn);
            if let Some(rep) = forgotten.rep() {
                self.lower_load(rep, at);
            }
            // It cannot be rolled back any more.
            self.stand(forgotten.pending);
        }
        self.sort_changed();
    }

    /// Rotations and seatings as they are at an instant past the last record, if somebody has come back from leave until then to
    /// one that forgives.
    pub(crate) fn forgiven_at(&self, now: Instant) -> Option<(Vec<Rotation>, Vec<Seating>)> {
        if self.is_steady(now) { None } else { self.forgiven(self.team.returned_by(now)) }
    }

    /// Takes back those who are on leave no longer, where the plan lets them start even.
    pub(crate) fn take_back(&mut self, returned: Vec<RepIndex>) {
        self.team.note_changed(returned.iter().copied());
        if let Some(turns) = self.forgiven(returned) {
            (self.rotations, self.seatings) = turns;
        }
    }

    /// The same if these have come back.
    fn forgiven(&self, returned: Vec<RepIndex>) -> Option<(Vec<Rotation>, Vec<Seating>)> {
        let is_forgiven = |rep: &RepIndex| self.rotations.iter().any(|rotation| rotation.would_forgive(*rep));
        if !returned.iter().any(is_forgiven) {
            return None;
        }
        let (mut rotations, mut seatings) = (self.rotations.clone(), self.seatings.clone());
        for rotation in &mut rotations {
            for rep in &returned {
                if rotation.would_forgive(*rep) {
                    rotation.forgive(*rep, &self.team);
                }
            }
        }
        for seating in &mut seatings {
            if let Some(rotation) = rotations.get(seating.rotation().place()) {
                seating.reseat(rotation, &self.team);
            }
        }
        Some((rotations, seatings))
    }

    /// A commit stands for good.
    pub(crate) fn stand(&mut self, pending: Option<Box<Pending>>) {
        const MOST_SPARE: usize = 1_024;
        let Some(mut pending) = pending else { return };
        for change in &pending.changes {
            self.stand_change(change);
        }
        if self.spare.0.len() < MOST_SPARE {
            pending.changes.clear();
            pending.previous = None;
            self.spare.0.push(pending);
        }
    }

    /// What a rollback of a new commit will need, as far as that is known.
    pub(crate) fn pending(&mut self, said: Said) -> Box<Pending> {
        match self.spare.0.pop() {
            Some(mut pending) => {
                pending.said = said;
                pending
            }
            None => Box::new(Pending { said, ..Pending::NOTHING }),
        }
    }

    fn stand_change(&mut self, change: &Undo) {
        match change {
            Undo::Stamp { slot, rep, sequence } => self.tallies.keep_stamp(*slot, *rep, *sequence),
            Undo::TurnBack { rotation, charge, .. } | Undo::Dropped { rotation, charge, .. } => {
                if let Some(rotation) = self.rotations.get_mut(rotation.place()) {
                    rotation.take_home(charge);
                }
            }
            _ => {}
        }
    }

    /// A lead is done with: what giving its turn back would need is dropped.
    pub(crate) fn drop_charge(&mut self, turn: Option<TurnTaken>) {
        if let Some(turn) = turn
            && let Some(rotation) = self.rotations.get_mut(turn.rotation.place())
        {
            rotation.drop_charge(turn.number);
        }
    }

    /// A turn is had, whoever has its lead now. With what undoes that.
    pub(crate) fn keep_turn(&mut self, turn: TurnTaken) -> Option<Undo> {
        let TurnTaken { rotation, number, .. } = turn;
        let charge = self.rotations.get_mut(rotation.place())?.take_out(number)?;
        Some(Undo::Dropped { rotation, number, charge })
    }

    /// The rep's open leads at `now`, which may lie past the router's clock.
    pub(crate) fn open_leads(&self, rep: RepIndex, now: Instant) -> u32 {
        let open = self.team.rep(rep).map_or(0, |rep| rep.load().open);
        open.saturating_sub(self.hand.forgotten_by(rep, now))
    }

    /// The rep's load at `now`, with since when.
    pub(crate) fn load(&self, rep: RepIndex, now: Instant) -> Load {
        let load = self.team.rep(rep).map_or(Load::NONE, |rep| rep.load());
        let gone = self.hand.forgotten_by(rep, now).min(load.open);
        // Only what lowers the count counts: the host may have set it below the leads in hand.
        match gone.checked_sub(1).and_then(|last| self.hand.forgotten_since(rep, last as usize)) {
            None => load,
            Some(since) => Load { open: load.open - gone, since: since.max(load.since) },
        }
    }

    /// The next instant after `now` at which anything changes by itself.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let ends = [
            self.team.next_change(now),
            self.hand.next_change(now),
            self.pins.next_change(now),
            self.caps.next_change(now),
            self.earlier.next_change(now),
        ];
        ends.into_iter().flatten().min()
    }

    pub(crate) fn raise_load(&mut self, rep: RepIndex, since: Since) -> Option<Undo> {
        self.change_load(rep, |open| open.saturating_add(1), since)
    }

    pub(crate) fn lower_load(&mut self, rep: RepIndex, since: Since) -> Option<Undo> {
        self.change_load(rep, |open| open.saturating_sub(1), since)
    }

    fn change_load(&mut self, rep: RepIndex, change: impl Fn(u32) -> u32, since: Since) -> Option<Undo> {
        let before = self.team.rep(rep)?.load();
        // A lead may be forgotten late, by a plan edit or a rollback: the load never was so since before its last change.
        let after = Load { open: change(before.open), since: since.max(before.since) };
        if after.open == before.open {
            return None;
        }
        self.set_load(rep, after);
        Some(Undo::Load { rep, before, after })
    }

    pub(crate) fn set_load(&mut self, index: RepIndex, load: Load) {
        let Some(rep) = self.team.rep_mut(index) else { return };
        let was_full = rep.is_full();
        rep.set_load(load);
        let is_full = rep.is_full();
        let Self { team, boards, on_boards, .. } = self;
        let now = team.kept_until();
        for (board, member) in on_boards.of(index) {
            if let Some(Some(board)) = boards.get_mut(board.place()) {
                board.follow(*member, index, team, now);
            }
        }
        if was_full != is_full {
            self.sort(index);
        }
    }

    /// Takes back changes, the latest first. `since` is the record that does so.
    pub(crate) fn undo(&mut self, changes: Vec<Undo>, since: Since) {
        for change in changes.into_iter().rev() {
            match change {
                Undo::Load { rep, before, after } => self.undo_load(rep, before, after, since),
                Undo::Given { counted, since } => {
                    self.caps.uncount(counted, since);
                }
                Undo::TakenBack { counted, since } => {
                    self.caps.count(counted, since);
                }
                Undo::Turn(turn) => {
                    self.return_turn_for_good(turn, since.0);
                }
                Undo::TurnBack { rotation, number, charge } => {
                    if let Some(rotation) = self.rotations.get_mut(rotation.place()) {
                        rotation.charge_again(number, charge);
                    }
                }
                Undo::Dropped { rotation, number, charge } => {
                    if let Some(rotation) = self.rotations.get_mut(rotation.place()) {
                        rotation.keep_again(number, charge);
                    }
                }
                Undo::Noted(noted) => self.earlier.undo(&noted),
                Undo::Tally { slot, rep, delta } => self.tallies.subtract(slot, rep, delta),
                Undo::Stamp { slot, rep, sequence } => self.tallies.remove_stamp(slot, rep, sequence),
            }
        }
    }

    fn undo_load(&mut self, rep: RepIndex, before: Load, after: Load, since: Since) {
        let Some(load) = self.team.rep(rep).map(|rep| rep.load()) else {
            return;
        };
        if load == after {
            self.set_load(rep, before);
            return;
        }
        // Others came and went since: the count is put right, and counts from now.
        let open = if after.open > before.open { load.open.saturating_sub(1) } else { load.open.saturating_add(1) };
        if open != load.open {
            self.set_load(rep, Load { open, since });
        }
    }

    /// Finds who of a rotation is within their hours, so that what is asked at that instant or soon after need not.
    pub(crate) fn refresh_open(&mut self, index: RotationIndex, now: Instant) {
        if let Some(rotation) = self.rotations.get_mut(index.place()) {
            rotation.refresh_open(&self.team, now);
        }
    }

    /// Takes a turn; none if there was nobody to share it with.
    pub(crate) fn take_turn(&mut self, index: RotationIndex, party: Party) -> Option<TurnTaken> {
        let rotation = self.rotations.get_mut(index.place())?;
        let (slot, size) = (party.chosen.slot, party.size.unwrap_or(Size::NONE));
        let number = rotation.charge(party)?;
        Some(TurnTaken { rotation: index, number, slot, size })
    }

    /// The same where nothing can undo it.
    pub(crate) fn return_turn_for_good(&mut self, turn: TurnTaken, now: Instant) {
        let returned = self.return_turn(turn, now);
        returned.iter().for_each(|change| self.stand_change(change));
    }

    /// Gives a turn back: exactly while its charge is kept, else paid for by the members of its rotation who are there at
    /// `now`. With what undoes that.
    pub(crate) fn return_turn(&mut self, turn: TurnTaken, now: Instant) -> Option<Undo> {
        let (team, seatings) = (&self.team, &self.seatings);
        let rotation = self.rotations.get_mut(turn.rotation.place())?;
        rotation.give_back(turn, || payers(turn.rotation, team, seatings, now))
    }
}

/// The members of a rotation who are there at `now`, each with the weight of the first place of the plan that seats them.
fn payers(rotation: RotationIndex, team: &Team, seatings: &[Seating], now: Instant) -> Vec<Seat> {
    // Working hours do not count: a turn that goes back at night is paid for, too.
    let is_there = |rep: &TeamRep| filter::hard_gate(rep, now).is_none() && presence_gate(rep, now).is_none();
    first_seats(rotation, team, seatings, now, |rep| team.rep(rep).is_some_and(is_there))
}

/// The seats of some members of a rotation, at the first place of the plan that seats them.
fn first_seats(
    rotation: RotationIndex,
    team: &Team,
    seatings: &[Seating],
    now: Instant,
    is_one: impl Fn(RepIndex) -> bool,
) -> Vec<Seat> {
    let mut seats = BTreeMap::new();
    for seating in seatings.iter().filter(|seating| seating.rotation() == rotation) {
        for (rep, seat) in seating.seats(team, now, &is_one) {
            seats.entry(rep).or_insert(seat);
        }
    }
    seats.into_values().collect()
}

impl Load {
    pub(crate) const NONE: Self = Self { open: 0, since: (Instant::START, 0) };
}
