//! `least_loaded`: whoever of a pool has the fewest open leads.

use super::{Because, Bind, Binder, Scope, Situation, Strategy, Verdict};
use crate::desk::{Load, LoadBoardIndex, load_lot};
use crate::fate::Fate;
use crate::fault::Severity;
use crate::form::name_or_table;
use crate::index::{PoolIndex, RepIndex};
use crate::reason::{Named, Why};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::OnceCell;
use std::cmp::Ordering;
use std::sync::Arc;

/// Whoever of a pool has the fewest open leads. Made by [`least_loaded`], which has an example.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastLoaded {
    pool: String,
    relative: bool,
}

/// Gives the lead to whoever of a pool has the fewest open leads.
///
/// Of equally loaded reps it goes to the one who has been at that load for longest, at the start to the one whom a
/// fixed lot names. There is no ledger: somebody who closes leads faster gets more of them. The step passes if nobody
/// in the pool is open. O(n) over the pool.
///
/// ```
/// use lead_router::{available, least_loaded};
///
/// let fewest = available(least_loaded("everyone"));
/// // 8 of 10 is fuller than 9 of 20.
/// let most_room = available(least_loaded("everyone").relative_to_capacity());
/// # let _ = (fewest, most_room);
/// ```
///
/// In a file: `least_loaded = "everyone"`, or `least_loaded = { pool = "everyone", relative = true }`.
#[must_use]
pub fn least_loaded(pool: impl Into<String>) -> LeastLoaded {
    LeastLoaded { pool: pool.into(), relative: false }
}

impl LeastLoaded {
    /// Compares open leads as a part of each rep's capacity. Reps without a capacity come last.
    #[must_use]
    pub fn relative_to_capacity(mut self) -> Self {
        self.relative = true;
        self
    }
}

impl Bind for LeastLoaded {
    fn title(&self) -> String {
        format!("least_loaded {}", self.pool)
    }

    fn bind(&self, binder: &mut Binder<'_>) -> Arc<dyn Strategy> {
        let pool = binder.pool(&self.pool).unwrap_or(PoolIndex::EVERYONE);
        if self.relative && !binder.has_capacities(pool) {
            let message = format!("not every rep in `{}` has a capacity; those without come last", self.pool);
            binder.finding(Severity::Warning, message);
        }
        let board = binder.load_board(pool, self.relative);
        Arc::new(BoundLeastLoaded { pool, relative: self.relative, board })
    }
}

#[derive(Debug)]
struct BoundLeastLoaded {
    pool: PoolIndex,
    relative: bool,
    /// Where reps are kept in order; none if every rep is asked for every lead.
    board: Option<LoadBoardIndex>,
}

/// What reps are compared by; the least is picked.
struct Place<'a> {
    rep: RepIndex,
    load: Load,
    capacity: Option<u32>,
    name: &'a str,
    /// Drawn once somebody has the same load for as long.
    lot: OnceCell<u64>,
}

impl Place<'_> {
    fn compare(&self, other: &Self, relative: bool) -> Ordering {
        let by_load = if relative { self.compare_room(other) } else { self.load.open.cmp(&other.load.open) };
        by_load
            .then_with(|| self.load.since.cmp(&other.load.since))
            .then_with(|| self.lot().cmp(&other.lot()))
            .then_with(|| self.name.cmp(other.name))
    }

    fn lot(&self) -> u64 {
        *self.lot.get_or_init(|| load_lot(self.name))
    }

    /// Compares `open / capacity` without dividing. No capacity, and a capacity of 0, come last.
    fn compare_room(&self, other: &Self) -> Ordering {
        let room = |place: &Self| place.capacity.filter(|capacity| *capacity > 0).map(u64::from);
        match (room(self), room(other)) {
            (Some(mine), Some(theirs)) => {
                (u64::from(self.load.open) * theirs).cmp(&(u64::from(other.load.open) * mine))
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => self.load.open.cmp(&other.load.open),
        }
    }
}

impl<'a> Place<'a> {
    fn of(index: RepIndex, situation: Situation<'a>) -> Option<Self> {
        let desk = situation.desk;
        let rep = desk.team.rep(index)?;
        let (load, capacity) = (desk.load(index, situation.now), rep.capacity());
        Some(Self { rep: index, load, capacity, name: desk.team.name(index), lot: OnceCell::new() })
    }
}

impl BoundLeastLoaded {
    /// Who has the fewest open leads of all who pass the gates, and how many these are.
    fn least_of_all<'a>(&self, scope: &Scope<'a>) -> Option<(Place<'a>, u32)> {
        let (filter, situation) = (scope.filter().in_pool(self.pool), scope.situation());
        let members = situation.desk.team.members(self.pool).iter().copied();
        let mut open = 0;
        let mut least: Option<Place<'a>> = None;
        for place in members.filter(|rep| filter.is_open(*rep)).filter_map(|rep| Place::of(rep, situation)) {
            open += 1;
            if least.as_ref().is_none_or(|least| place.compare(least, self.relative).is_lt()) {
                least = Some(place);
            }
        }
        Some((least?, open))
    }

    /// Lists who else was in the pool, each with the gate or the load by which they lost.
    fn list_others(&self, scope: &mut Scope<'_>, least: &Place<'_>) {
        let (filter, situation) = (scope.filter().in_pool(self.pool), scope.situation());
        for &rep in situation.desk.team.members(self.pool).iter().filter(|rep| **rep != least.rep) {
            let fate = match filter.gate(rep) {
                Some(gate) => Fate::Gated(gate),
                None => {
                    let Load { open, since } = situation.desk.load(rep, situation.now);
                    let (chosen, chosen_capacity) = (least.load.open, least.capacity);
                    match self.relative {
                        false => Fate::MoreLoaded { open, chosen, by_lot: since == least.load.since },
                        true => {
                            let capacity = situation.desk.team.rep(rep).and_then(|rep| rep.capacity());
                            Fate::LessRoom { open, capacity, chosen, chosen_capacity }
                        }
                    }
                }
            };
            scope.pass_over(rep, fate);
        }
    }
}

impl Strategy for BoundLeastLoaded {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let least = match self.board.and_then(|board| scope.first_on(board)) {
            Some(first) => {
                let least = first.and_then(|(rep, open)| Some((Place::of(rep, scope.situation())?, open)));
                debug_assert_eq!(
                    least.as_ref().map(|(least, open)| (least.rep, *open)),
                    self.least_of_all(scope).map(|(least, open)| (least.rep, open))
                );
                least
            }
            None => self.least_of_all(scope),
        };
        match least {
            Some((least, open)) => {
                if scope.lists_reps() {
                    self.list_others(scope, &least);
                }
                let opens = scope.opens_later(self.pool, least.rep);
                let why = Why::LeastLoaded { load: least.load.open, open, pool: Named::Pool(self.pool), opens };
                scope.picked_from(self.pool, least.rep, Because(why))
            }
            None => scope.nobody(self.pool),
        }
    }
}

/// The long form of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    pool: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    relative: bool,
}

impl From<String> for Table {
    fn from(pool: String) -> Self {
        Self { pool, relative: false }
    }
}

impl Serialize for LeastLoaded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.relative {
            Table { pool: self.pool.clone(), relative: true }.serialize(serializer)
        } else {
            self.pool.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for LeastLoaded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Table { pool, relative } =
            name_or_table(deserializer, "a pool's name, or a table with `pool` and `relative`")?;
        Ok(Self { pool, relative })
    }
}
