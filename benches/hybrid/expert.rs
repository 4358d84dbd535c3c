//! The policy as an expert would write it for speed: dense indexes, one small table for each look-up, sets of bits, and
//! whatever follows from presence, hours and capacity kept current, so that no decision looks at a rep who cannot take it.
//!
//! How pools take turns is left open: [`Expert`] with [`Cursors`](crate::cursor::Cursors) is the plain way.

use crate::contest::{Contestant, Outcome, Place};
use crate::cursor::Cursors;
use crate::directory::{Owners, Teams};
use crate::levels::Levels;
use crate::scenario::{CLOSERS, JUNIOR, Lead, MID, Moment, SENIOR, SMB, SPECIALISTS, Scenario};
use chrono::{DateTime, Utc};
use lead_router::hours::{Schedule, WorkingHours};
use lead_router::stable_hash;

/// How pools take turns.
pub(crate) trait Turns {
    /// Nobody is available yet.
    fn new(scenario: &Scenario) -> Self;

    /// A member of a pool is available from now on, or no longer; the seat is the member's place in the pool.
    fn set_available(&mut self, pool: u32, seat: u32, is_available: bool);

    /// Takes a turn: the next of the available members.
    fn take(&mut self, pool: u32) -> Option<u32>;
}

#[derive(Debug, Clone)]
pub(crate) struct Expert<T> {
    reps: Vec<Rep>,
    /// The pools of each rep, and the rep's seats there.
    seats: Vec<(u32, u32)>,
    turns: T,
    levels: Levels,
    owners: Owners,
    teams: Teams,
    shifts: Vec<Shift>,
    /// When the first shift opens or closes.
    next_change: i64,
}

#[derive(Debug, Clone, Copy)]
struct Rep {
    capacity: u32,
    first_seat: u32,
    seats: u16,
    /// What lets the rep take leads: all of [`AVAILABLE`].
    state: u8,
}

const ACTIVE: u8 = 1;
const ONLINE: u8 = 2;
const AT_WORK: u8 = 4;
const ROOM: u8 = 8;
const AVAILABLE: u8 = ACTIVE | ONLINE | AT_WORK | ROOM;

/// Reps with equal hours.
#[derive(Debug, Clone)]
struct Shift {
    schedule: Schedule,
    reps: Vec<u32>,
    is_open: bool,
    next_change: i64,
}

impl Shift {
    fn look_up(&mut self, now: DateTime<Utc>) {
        self.is_open = self.schedule.is_open(now);
        let next = if self.is_open { self.schedule.next_closing(now) } else { self.schedule.next_opening(now) };
        self.next_change = next.map_or(i64::MAX, |next| next.timestamp_millis());
    }
}

impl<T: Turns> Expert<T> {
    pub(crate) fn build(scenario: &Scenario) -> Self {
        let mut shifts: Vec<Shift> = (scenario.hours.iter())
            .map(|hours| {
                let week = format!("{:02}:00-{:02}:00", hours.opens, hours.closes);
                let hours = WorkingHours::in_zone(hours.zone.name()).on("daily", week);
                let schedule = hours.schedule().expect("good hours");
                Shift { schedule, reps: Vec::new(), is_open: false, next_change: i64::MIN }
            })
            .collect();
        let mut members = vec![0; scenario.pools.len()];
        let (mut reps, mut seats) = (Vec::with_capacity(scenario.reps.len()), Vec::new());
        for (index, rep) in scenario.reps.iter().enumerate() {
            let first_seat = seats.len() as u32;
            for &(pool, _) in &rep.pools {
                seats.push((pool as u32, members[pool]));
                members[pool] += 1;
            }
            let mut state = ONLINE | ROOM;
            if rep.is_active {
                state |= ACTIVE;
            }
            match rep.hours {
                Some(hours) => shifts[hours].reps.push(index as u32),
                None => state |= AT_WORK,
            }
            reps.push(Rep { capacity: rep.capacity, first_seat, seats: rep.pools.len() as u16, state });
        }
        let lots: Vec<u64> = scenario.reps.iter().map(|rep| stable_hash(&["least_loaded", &rep.id])).collect();
        let mut expert = Self {
            seats,
            turns: T::new(scenario),
            levels: Levels::new(&lots),
            owners: Owners::new(scenario),
            teams: Teams::new(scenario),
            shifts,
            next_change: i64::MIN,
            reps,
        };
        for rep in 0..expert.reps.len() as u32 {
            if expert.reps[rep as usize].state == AVAILABLE {
                expert.tell(rep, true);
            }
        }
        expert
    }

    /// Decides and commits.
    pub(crate) fn route(&mut self, lead: &Lead, now: Moment) -> Outcome {
        if now.millis >= self.next_change {
            self.change_shifts(now);
        }
        let (place, rep) = self.decide(lead);
        if let Some(rep) = rep {
            self.set_open(rep, self.levels.open(rep) + 1);
        }
        Outcome { place, rep: rep.map(|rep| rep as usize) }
    }

    fn decide(&mut self, lead: &Lead) -> (Place, Option<u32>) {
        if let Some((_, domain)) = lead.email.rsplit_once('@')
            && let Some(owner) = self.owners.get(domain)
            && self.reps[owner as usize].state & ACTIVE != 0
        {
            return (Place::Owner, Some(owner));
        }
        let in_turn = if lead.requested_demo && lead.watched_video && lead.filled_pricing {
            self.take_turn(CLOSERS)
        } else if lead.employees < 100 {
            self.take_turn(SMB)
        } else if lead.employees < 1_000 {
            self.take_turn(match lead.score {
                80.. => SENIOR,
                50.. => MID,
                _ => JUNIOR,
            })
        } else {
            let specialist = match lead.industry.as_str() {
                "healthcare" | "finance" => self.take_turn(SPECIALISTS),
                _ => None,
            };
            specialist.or_else(|| self.take_turn(self.teams.get(lead)? as usize))
        };
        match in_turn {
            Some((pool, rep)) => (Place::Pool(pool), Some(rep)),
            None => match self.levels.least() {
                Some(rep) => (Place::Everyone, Some(rep)),
                None => (Place::Queue, None),
            },
        }
    }

    fn take_turn(&mut self, pool: usize) -> Option<(usize, u32)> {
        self.turns.take(pool as u32).map(|rep| (pool, rep))
    }

    /// Opens and closes what opens and closes by now, rep by rep.
    #[cold]
    fn change_shifts(&mut self, now: Moment) {
        for index in 0..self.shifts.len() {
            let shift = &mut self.shifts[index];
            if now.millis < shift.next_change {
                continue;
            }
            let was_open = shift.is_open;
            shift.look_up(now.utc);
            if shift.is_open == was_open {
                continue;
            }
            let (reps, is_open) = (std::mem::take(&mut shift.reps), shift.is_open);
            for rep in &reps {
                self.set_state(*rep, AT_WORK, is_open);
            }
            self.shifts[index].reps = reps;
        }
        self.next_change = self.shifts.iter().map(|shift| shift.next_change).min().unwrap_or(i64::MAX);
    }

    fn set_open(&mut self, rep: u32, open: u32) {
        self.levels.set_open(rep, open);
        self.set_state(rep, ROOM, open < self.reps[rep as usize].capacity);
    }

    fn set_state(&mut self, rep: u32, part: u8, is_so: bool) {
        let state = &mut self.reps[rep as usize].state;
        let was_available = *state == AVAILABLE;
        *state = if is_so { *state | part } else { *state & !part };
        let is_available = *state == AVAILABLE;
        if is_available != was_available {
            self.tell(rep, is_available);
        }
    }

    /// Tells all who keep it whether a rep is available.
    fn tell(&mut self, rep: u32, is_available: bool) {
        self.levels.set_available(rep, is_available);
        let Rep { first_seat, seats, .. } = self.reps[rep as usize];
        for &(pool, seat) in &self.seats[first_seat as usize..][..usize::from(seats)] {
            self.turns.set_available(pool, seat, is_available);
        }
    }

    pub(crate) fn close(&mut self, rep: u32) {
        self.set_open(rep, self.levels.open(rep) - 1);
    }

    pub(crate) fn set_online(&mut self, rep: u32, is_online: bool) {
        self.set_state(rep, ONLINE, is_online);
    }
}

impl Contestant for Expert<Cursors> {
    const NAME: &'static str = "expert";
    type Done = Outcome;

    fn new(scenario: &Scenario) -> Self {
        Self::build(scenario)
    }

    fn route(&mut self, lead: &Lead, now: Moment) -> Outcome {
        Expert::route(self, lead, now)
    }

    fn outcome(&self, done: &Outcome) -> Outcome {
        *done
    }

    fn close(&mut self, _: &Lead, rep: Option<usize>, _: Moment) {
        if let Some(rep) = rep {
            Expert::close(self, rep as u32);
        }
    }

    fn presence(&mut self, rep: usize, is_online: bool, _: Moment) {
        self.set_online(rep as u32, is_online);
    }
}
