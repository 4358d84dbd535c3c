//! Fair turns by hand: for each pool what every member is owed, in whole units of a turn, and the rule of the crate's ledger.
//!
//! For a lead with `m` available members of `n`, once each has accrued the share of it: while everyone is within
//! `1 - 1 / (2n - 2)` turns of zero, the earliest deadline is picked of those who are owed at least `1 / (2m - 2)`; otherwise
//! whoever is owed most. Equal claims go by lot.
//!
//! Small pools are read through member by member, from a few cache lines in a row. Large ones keep their members in
//! [`heaps`](crate::heaps), one for each weight, of which only the ends are read.

use crate::expert::Turns;
use crate::heaps::Heaps;
use crate::scenario::{CLOSERS, JUNIOR, MID, SENIOR, SMB, SPECIALISTS, Scenario};
use lead_router::stable_hash;

/// The units of one turn.
pub(crate) const TURN: u64 = 9_419_588_158_802_421_600;

/// Pools up to so many members are read through.
const MOST_READ: usize = 12;

#[derive(Debug, Clone)]
pub(crate) struct Ledgers {
    pools: Vec<Pool>,
    /// The members of small pools, pool after pool.
    seats: Vec<Seat>,
    large: Vec<Heaps>,
}

#[derive(Debug, Clone, Copy)]
struct Pool {
    available: u64,
    first: u32,
    /// The place in `large`, if it is there.
    large: u32,
    /// How many are further from zero than the cap.
    outside: u32,
    cap: u64,
    round: Round,
}

#[derive(Debug, Clone, Copy)]
struct Seat {
    balance: i128,
    lot: u64,
    rep: u32,
    weight: u32,
}

/// How the next lead is shared out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Round {
    /// How many are available, and what they weigh together.
    pub(crate) count: u32,
    pub(crate) total: u32,
    /// What rounding has kept back so far.
    pot: u32,
    /// One turn over the total, and what is left; 0 if that is to be divided anew.
    share: u64,
    rest: u32,
    /// From how much on somebody has a deadline.
    pub(crate) release: u64,
}

const SMALL: u32 = u32::MAX;

impl Round {
    pub(crate) fn add(&mut self, weight: u32) {
        (self.count, self.total, self.share) = (self.count + 1, self.total + weight, 0);
    }

    pub(crate) fn subtract(&mut self, weight: u32) {
        (self.count, self.total, self.share) = (self.count - 1, self.total - weight, 0);
    }

    /// What each is credited for the lead by weight; the pot takes the rest.
    pub(crate) fn credit(&mut self) -> u64 {
        if self.share == 0 {
            let total = u64::from(self.total);
            (self.share, self.rest) = (TURN / total, (TURN % total) as u32);
            self.release = release(self.count as usize);
        }
        self.pot += self.rest;
        // Before the rest went in, it had a unit for each.
        let pays = self.pot - self.rest >= self.total;
        self.pot -= if pays { self.total } else { 0 };
        self.share + u64::from(pays)
    }
}

/// `1 / (2k - 2)` of a turn, rounded up.
fn release(members: usize) -> u64 {
    match 2 * (members.max(1) as u64 - 1) {
        0 => TURN,
        parts => TURN.div_ceil(parts),
    }
}

/// `1 - 1 / (2k - 2)` turns, rounded down.
pub(crate) fn cap(members: usize) -> u64 {
    TURN - release(members)
}

/// What is left until the cap of so many, times `2 * members - 2`.
pub(crate) fn room(owed: i128, members: u32) -> i128 {
    let parts = 2 * i128::from(members) - 2;
    (parts - 1) * i128::from(TURN) - parts * owed
}

/// The name that the plan gives to the rotation of a pool: with the bands that it lies in.
pub(crate) fn rotation(scenario: &Scenario, pool: usize) -> String {
    let band = match pool {
        CLOSERS => return scenario.pools[pool].clone(),
        SMB => "employees:..100",
        SENIOR => "employees:100..1000/score:80..",
        MID => "employees:100..1000/score:50..80",
        JUNIOR => "employees:100..1000/score:rest",
        SPECIALISTS.. => "employees:rest",
    };
    format!("{}@{band}", scenario.pools[pool])
}

impl Turns for Ledgers {
    fn new(scenario: &Scenario) -> Self {
        let mut of_pools: Vec<Vec<(u32, u32)>> = vec![Vec::new(); scenario.pools.len()];
        for (index, rep) in scenario.reps.iter().enumerate() {
            for &(pool, weight) in &rep.pools {
                of_pools[pool].push((index as u32, weight));
            }
        }
        let mut ledgers = Self { pools: Vec::new(), seats: Vec::new(), large: Vec::new() };
        for (index, members) in of_pools.iter().enumerate() {
            let rotation = rotation(scenario, index);
            let seats = members.iter().map(|&(rep, weight)| {
                let lot = stable_hash(&[&rotation, &scenario.reps[rep as usize].id]);
                Seat { balance: 0, lot, rep, weight }
            });
            let (first, cap) = (ledgers.seats.len() as u32, cap(members.len()));
            let mut pool = Pool { available: 0, first, large: SMALL, outside: 0, cap, round: Round::default() };
            if members.len() > MOST_READ {
                pool.large = ledgers.large.len() as u32;
                ledgers.large.push(Heaps::new(seats.map(|seat| (seat.rep, seat.weight, seat.lot))));
            } else {
                ledgers.seats.extend(seats);
            }
            ledgers.pools.push(pool);
        }
        ledgers
    }

    fn set_available(&mut self, pool: u32, seat: u32, is_available: bool) {
        let pool = &mut self.pools[pool as usize];
        if pool.large != SMALL {
            self.large[pool.large as usize].set_available(seat, is_available);
            return;
        }
        let weight = self.seats[(pool.first + seat) as usize].weight;
        if is_available {
            pool.available |= 1 << seat;
            pool.round.add(weight);
        } else {
            pool.available &= !(1 << seat);
            pool.round.subtract(weight);
        }
    }

    fn take(&mut self, pool: u32) -> Option<u32> {
        let pool = &mut self.pools[pool as usize];
        if pool.large != SMALL {
            return self.large[pool.large as usize].take();
        }
        let seats = &mut self.seats[pool.first as usize..];
        match pool.round.count {
            0 => None,
            // Shared with nobody, so that it is no turn.
            1 => Some(seats[pool.available.trailing_zeros() as usize].rep),
            _ => Some(pool.take(seats)),
        }
    }
}

impl Pool {
    fn take(&mut self, seats: &mut [Seat]) -> u32 {
        let credit = i128::from(self.round.credit());
        let (release, cap) = (i128::from(self.round.release), i128::from(self.cap));
        let is_outside = |balance: i128| balance > cap || balance < -cap;
        let (mut largest, mut most, mut lot) = (0, i128::MIN, u64::MAX);
        let mut earliest = None;
        let (mut outside_before, mut outside_after) = (0, 0);
        let mut rest = self.available;
        while rest != 0 {
            let place = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let seat = &mut seats[place];
            outside_before += u32::from(is_outside(seat.balance));
            seat.balance += credit * i128::from(seat.weight);
            let owed = seat.balance;
            outside_after += u32::from(is_outside(owed));
            if owed > most || owed == most && seat.lot < lot {
                (largest, most, lot) = (place, owed, seat.lot);
            }
            if owed >= release {
                let claim =
                    Claim { place, owed, room: room(owed, self.round.count), weight: seat.weight, lot: seat.lot };
                if earliest.as_ref().is_none_or(|earliest| claim.is_before(earliest)) {
                    earliest = Some(claim);
                }
            }
        }
        // Deadlines count only while everyone is within the cap, who is away included.
        let everyone_within = outside_after == 0 && outside_before == self.outside;
        let chosen = match earliest {
            Some(earliest) if everyone_within => earliest.place,
            _ => largest,
        };
        let seat = &mut seats[chosen];
        outside_after -= u32::from(is_outside(seat.balance));
        seat.balance -= i128::from(TURN);
        outside_after += u32::from(is_outside(seat.balance));
        self.outside = self.outside - outside_before + outside_after;
        seat.rep
    }
}

/// Somebody with a deadline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) place: usize,
    pub(crate) owed: i128,
    pub(crate) room: i128,
    pub(crate) weight: u32,
    pub(crate) lot: u64,
}

impl Claim {
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        let mine = self.room * i128::from(other.weight);
        let theirs = other.room * i128::from(self.weight);
        (mine, -self.owed, self.lot) < (theirs, -other.owed, other.lot)
    }
}
