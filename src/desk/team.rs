//! The roster by dense index, with where each rep is and how much they have open.

use super::Load;
use super::shifts::{ShiftIndex, Shifts};
use crate::fault::Fault;
use crate::hash::stable_hash;
use crate::hours::{Absences, Calendar, Schedule, WorkingHours, find_zone};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::order::Order;
use crate::rep::{Presence, RepRecord};
use crate::roster::{EVERYONE, PoolRecord, Roster, Times, unknown_managers};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(super) reps: Vec<TeamRep>,
    /// Also those who left: the same id is always the same index.
    by_name: BTreeMap<Arc<str>, RepIndex>,
    pub(super) pools: Vec<Pool>,
    pool_by_name: BTreeMap<Arc<str>, PoolIndex>,
    pub(super) declared: BTreeMap<String, PoolRecord>,
    /// Working hours and calendars that reps share by name.
    hours: BTreeMap<String, WorkingHours>,
    calendars: BTreeMap<String, Calendar>,
    shifts: Shifts,
    /// When the presence of whom ends by itself.
    presence_ends: BTreeSet<(Instant, RepIndex)>,
    /// The same of pauses.
    pause_ends: BTreeSet<(Instant, RepIndex)>,
    /// Up to when whoever came back from leave is back.
    kept_until: Instant,
    /// When the leave of whom begins or ends, and when a weight of theirs changes.
    dated: BTreeSet<(Instant, RepIndex)>,
    /// Whose presence, pause, leave or weights have changed since this was last taken.
    changed: Vec<RepIndex>,
}

/// The other parts follow from these.
impl PartialEq for Team {
    fn eq(&self, other: &Self) -> bool {
        let key = |team: &Self| (team.reps.len(), team.pools.len());
        key(self) == key(other)
            && self.reps == other.reps
            && self.pools == other.pools
            && self.declared == other.declared
            && self.hours == other.hours
            && self.calendars == other.calendars
    }
}

#[derive(Debug, Clone)]
pub(crate) struct TeamRep {
    pub(crate) name: Arc<str>,
    /// As last added or updated, but for presence, which is kept below.
    pub(crate) record: RepRecord,
    /// No longer in the roster; leads in hand may still name the rep.
    pub(crate) left: bool,
    pub(crate) presence: Presence,
    pub(crate) pause: Option<Pause>,
    pub(crate) load: Load,
    /// Settles ties between equal loads as long as nothing else does.
    pub(crate) lot: u64,
    /// The zone by whose calendar the rep lives.
    pub(crate) zone: Tz,
    /// None for all the time.
    shift: Option<ShiftIndex>,
    pub(crate) absences: Absences,
}

/// The other parts follow from these.
impl PartialEq for TeamRep {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.record == other.record
            && self.left == other.left
            && self.presence == other.presence
            && self.pause == other.pause
            && self.load == other.load
    }
}

/// A rep is taken out by order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) order: Order,
}

impl Pause {
    pub(crate) fn until(&self) -> Option<Instant> {
        self.order.end().map(Instant::from)
    }

    pub(crate) fn lasts_at(&self, now: Instant) -> bool {
        self.until().is_none_or(|until| now < until)
    }
}

impl TeamRep {
    /// Somebody in the roster who has nothing open.
    pub(crate) fn new(mut record: RepRecord) -> Self {
        let presence = record.presence.take().unwrap_or_default();
        Self {
            name: Arc::from(record.id.as_str()),
            lot: lot(&record.id),
            record,
            left: false,
            presence,
            pause: None,
            load: Load::NONE,
            zone: Tz::UTC,
            shift: None,
            absences: Absences::default(),
        }
    }

    /// Somebody as they were.
    pub(crate) fn restore(record: RepRecord, left: bool, pause: Option<Pause>, load: Load) -> Self {
        Self { left, pause, load, ..Self::new(record) }
    }

    pub(super) fn shift(&self) -> Option<ShiftIndex> {
        self.shift
    }

    /// When leave begins or ends, and when weights change.
    fn dates(&self) -> impl Iterator<Item = Instant> {
        let ramps = self.record.ramps.values().flat_map(BTreeMap::keys).map(|date| Instant::from(*date));
        self.absences.dates().chain(ramps)
    }

    /// The record with where the rep is.
    pub(crate) fn to_record(&self) -> RepRecord {
        let presence = (self.presence != Presence::default()).then_some(self.presence);
        RepRecord { presence, ..self.record.clone() }
    }
}

/// What settles ties between equal loads at first.
pub(super) fn lot(id: &str) -> u64 {
    stable_hash(&["least_loaded", id])
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pool {
    pub(super) name: Arc<str>,
    /// Who is in it and with which weight, by rep id: the order in which reps joined shows nowhere.
    members: Vec<(RepIndex, u32)>,
}

impl Team {
    /// Expects a roster without faults; of a rep that is listed twice the later counts.
    pub(crate) fn new(roster: Roster) -> Self {
        let mut team = Self {
            reps: Vec::with_capacity(roster.reps.len()),
            by_name: BTreeMap::new(),
            pools: Vec::new(),
            pool_by_name: BTreeMap::new(),
            declared: roster.pools,
            hours: roster.hours,
            calendars: roster.calendars,
            shifts: Shifts::new(),
            presence_ends: BTreeSet::new(),
            pause_ends: BTreeSet::new(),
            kept_until: Instant::START,
            dated: BTreeSet::new(),
            changed: Vec::new(),
        };
        team.intern_pool(EVERYONE);
        let declared: Vec<String> = team.declared.keys().cloned().collect();
        for name in declared {
            team.intern_pool(&name);
        }
        // By id, so that the order of the list shows nowhere.
        let mut reps = roster.reps;
        reps.sort_by(|left, right| left.id.cmp(&right.id));
        for rep in reps {
            team.put(rep);
        }
        team
    }

    /// A team as it was: pools and reps in the order of their indexes. Expects that no name is there twice.
    pub(crate) fn restore<'a>(
        pools: impl IntoIterator<Item = &'a str>,
        declared: BTreeMap<String, PoolRecord>,
        (hours, calendars): (BTreeMap<String, WorkingHours>, BTreeMap<String, Calendar>),
        reps: Vec<TeamRep>,
    ) -> Self {
        let mut team = Self {
            reps,
            by_name: BTreeMap::new(),
            pools: Vec::new(),
            pool_by_name: BTreeMap::new(),
            declared,
            hours,
            calendars,
            shifts: Shifts::new(),
            presence_ends: BTreeSet::new(),
            pause_ends: BTreeSet::new(),
            kept_until: Instant::START,
            dated: BTreeSet::new(),
            changed: Vec::new(),
        };
        team.intern_pool(EVERYONE);
        for pool in pools {
            team.intern_pool(pool);
        }
        team.index();
        team
    }

    /// Makes what follows from names and records.
    pub(super) fn index(&mut self) {
        self.set_times();
        let Self { reps, by_name, pools, pool_by_name, presence_ends, pause_ends, .. } = self;
        let indexes = || (0..).map(RepIndex).zip(reps.iter());
        *by_name = indexes().map(|(index, rep)| (Arc::clone(&rep.name), index)).collect();
        *presence_ends = indexes().filter_map(|(index, rep)| Some((rep.presence.until?.into(), index))).collect();
        *pause_ends = indexes().filter_map(|(index, rep)| Some((rep.pause.as_ref()?.until()?, index))).collect();
        *pool_by_name = pools.iter().map(|pool| Arc::clone(&pool.name)).zip((0..).map(PoolIndex)).collect();
        let named = self.declared.keys().chain(self.reps.iter().flat_map(|rep| rep.record.pools.keys()));
        for name in named.cloned().collect::<BTreeSet<String>>() {
            self.intern_pool(&name);
        }
        self.pools.iter_mut().for_each(|pool| pool.members.clear());
        let Self { by_name, reps, pools, pool_by_name, .. } = self;
        // By name, which is the order that members have.
        for &index in by_name.values() {
            let Some(rep) = reps.get(index.0 as usize).filter(|rep| !rep.left) else { continue };
            let weighted = rep.record.pools.iter().map(|(name, weight)| (name.as_str(), *weight));
            for (name, weight) in weighted.chain([(EVERYONE, 1)]) {
                let pool = pool_by_name.get(name).and_then(|pool| pools.get_mut(pool.0 as usize));
                if let Some(pool) = pool {
                    pool.members.push((index, weight));
                }
            }
        }
    }

    /// The roster as it is now, reps by id, with where each is.
    pub(crate) fn roster(&self) -> Roster {
        let reps = self.by_name.values().filter_map(|index| self.rep(*index)).filter(|rep| !rep.left);
        Roster {
            pools: self.declared.clone(),
            hours: self.hours.clone(),
            calendars: self.calendars.clone(),
            reps: reps.map(TeamRep::to_record).collect(),
        }
    }

    /// The hours and calendars that reps share.
    pub(crate) fn times(&self) -> Times<'_> {
        Times { hours: &self.hours, calendars: &self.calendars }
    }

    /// Declared pools with caps, and the zone by whose calendar these count.
    pub(super) fn capped_pools(&self) -> impl Iterator<Item = (PoolIndex, &PoolRecord, Tz)> {
        let capped = self.declared.iter().filter(|(_, pool)| !pool.caps.is_empty() || !pool.member_caps.is_empty());
        capped.filter_map(|(name, pool)| {
            let zone = pool.zone.as_deref().and_then(find_zone).unwrap_or(Tz::UTC);
            Some((self.find_pool(name)?, pool, zone))
        })
    }

    /// When a rep is at work; none for all the time.
    pub(crate) fn schedule(&self, index: RepIndex) -> Option<&Schedule> {
        self.shifts.schedule(self.rep(index)?.shift?)
    }

    /// Until when it is not within a rep's hours; none if it is.
    pub(crate) fn closed_until(&self, rep: &TeamRep, now: Instant) -> Option<Instant> {
        self.shifts.closed_until(rep.shift?, now)
    }

    /// Makes all that follows from hours, zones, leave and ramps.
    fn set_times(&mut self) {
        self.dated.clear();
        for index in (0..self.reps.len() as u32).map(RepIndex) {
            self.set_times_of(index);
        }
    }

    fn set_times_of(&mut self, index: RepIndex) {
        let Self { reps, hours, calendars, shifts, dated, .. } = self;
        let Some(rep) = reps.get_mut(index.0 as usize).filter(|rep| !rep.left) else { return };
        let own = rep.record.zone.as_deref().and_then(find_zone);
        let times = Times { hours, calendars };
        let hours = times.of(&rep.record);
        let shift = hours.map(|hours| shifts.intern(hours, own, calendars));
        if shift != rep.shift {
            shift.into_iter().for_each(|shift| shifts.join(shift));
            rep.shift.into_iter().for_each(|before| shifts.leave(before));
        }
        let of_hours = || hours.and_then(|hours| hours.zone.as_deref()).and_then(find_zone);
        let zone = own.or_else(of_hours).unwrap_or(Tz::UTC);
        let absences = Absences::new(&rep.record.leave, zone);
        (rep.zone, rep.shift, rep.absences) = (zone, shift, absences);
        dated.extend(rep.dates().map(|date| (date, index)));
    }

    /// Forgets what followed from a rep's leave and ramps.
    fn unset_dates_of(&mut self, index: RepIndex) {
        let dates: Vec<Instant> = self.rep(index).into_iter().flat_map(TeamRep::dates).collect();
        for date in dates {
            self.dated.remove(&(date, index));
        }
    }

    /// The pools that the roster declares.
    pub(crate) fn declared(&self) -> &BTreeMap<String, PoolRecord> {
        &self.declared
    }

    /// Everyone who is named as a manager.
    pub(crate) fn managers(&self) -> BTreeSet<&str> {
        let of_pools = self.declared.values().map(|pool| &pool.manager);
        let of_reps = self.reps.iter().filter(|rep| !rep.left).map(|rep| &rep.record.manager);
        of_pools.chain(of_reps).flatten().map(String::as_str).collect()
    }

    /// Managers whom the roster does not have now.
    pub(crate) fn unknown_managers(&self) -> Vec<Fault> {
        let present = self.by_name.values().filter_map(|index| self.rep(*index)).filter(|rep| !rep.left);
        unknown_managers(&self.declared, present.map(|rep| &rep.record))
    }

    /// Adds or updates a rep, and gives its index. Nobody else's place, weight or load changes.
    pub(crate) fn put(&mut self, mut record: RepRecord) -> RepIndex {
        let presence = record.presence.take();
        let index = match self.by_name.get(record.id.as_str()) {
            Some(&index) => index,
            None => self.add(&record.id),
        };
        for (pool, &weight) in &record.pools {
            let pool = self.intern_pool(pool);
            self.enter(pool, index, weight);
        }
        self.enter(PoolIndex::EVERYONE, index, 1);
        self.unset_dates_of(index);
        let before = self.reps.get_mut(index.0 as usize).map(|rep| {
            rep.left = false;
            std::mem::replace(&mut rep.record, record)
        });
        for pool in before.iter().flat_map(|before| before.pools.keys()) {
            if self.rep(index).is_some_and(|rep| !rep.record.pools.contains_key(pool)) {
                self.exit(pool, index);
            }
        }
        self.set_times_of(index);
        if let Some(presence) = presence {
            self.set_presence(index, presence);
        }
        index
    }

    fn add(&mut self, id: &str) -> RepIndex {
        let index = RepIndex(self.reps.len() as u32);
        let rep = TeamRep::new(RepRecord::new(id));
        self.by_name.insert(Arc::clone(&rep.name), index);
        self.reps.push(rep);
        index
    }

    /// Takes a rep out of the roster and of every pool.
    pub(crate) fn remove(&mut self, index: RepIndex) {
        // Who comes back is online until told otherwise, like everyone who joins.
        self.set_presence(index, Presence::default());
        self.set_pause(index, None);
        self.unset_dates_of(index);
        let Some(rep) = self.reps.get_mut(index.0 as usize) else { return };
        rep.left = true;
        rep.shift.take().into_iter().for_each(|shift| self.shifts.leave(shift));
        rep.record.ramps.clear();
        // The roster may lose hours and calendars that only those name who have left.
        (rep.record.hours, rep.record.leave, rep.record.caps) = Default::default();
        let pools = std::mem::take(&mut rep.record.pools);
        for pool in pools.keys() {
            self.exit(pool, index);
        }
        self.exit(EVERYONE, index);
    }

    /// Makes a roster the one that counts: who is not in it has left. Expects one without faults.
    pub(crate) fn replace(&mut self, roster: &Roster) {
        let staying: BTreeSet<&str> = roster.reps.iter().map(|rep| rep.id.as_str()).collect();
        let leaving = self.reps().filter(|(_, rep)| !rep.left && !staying.contains(&*rep.name));
        for index in leaving.map(|(index, _)| index).collect::<Vec<_>>() {
            self.remove(index);
        }
        self.declared.clone_from(&roster.pools);
        self.hours.clone_from(&roster.hours);
        let calendars = std::mem::replace(&mut self.calendars, roster.calendars.clone());
        self.shifts.forget(|name| calendars.get(name) != roster.calendars.get(name));
        for pool in roster.pools.keys() {
            self.intern_pool(pool);
        }
        // By id, so that the order of the list shows nowhere.
        let mut reps: Vec<&RepRecord> = roster.reps.iter().collect();
        reps.sort_by(|left, right| left.id.cmp(&right.id));
        for rep in reps {
            self.put(rep.clone());
        }
    }

    /// Declares a pool, or says anew who answers for it.
    pub(crate) fn declare(&mut self, name: &str, pool: PoolRecord) {
        self.intern_pool(name);
        self.declared.insert(name.to_owned(), pool);
    }

    pub(crate) fn intern_pool(&mut self, name: &str) -> PoolIndex {
        if let Some(&index) = self.pool_by_name.get(name) {
            return index;
        }
        let index = PoolIndex(self.pools.len() as u32);
        let name: Arc<str> = Arc::from(name);
        self.pool_by_name.insert(Arc::clone(&name), index);
        self.pools.push(Pool { name, members: Vec::new() });
        index
    }

    fn enter(&mut self, pool: PoolIndex, rep: RepIndex, weight: u32) {
        let reps = &self.reps;
        let name = |rep: RepIndex| reps.get(rep.0 as usize).map(|rep| &*rep.name);
        let Some(pool) = self.pools.get_mut(pool.0 as usize) else { return };
        match pool.members.binary_search_by(|&(member, _)| name(member).cmp(&name(rep))) {
            Ok(place) => {
                if let Some(member) = pool.members.get_mut(place) {
                    member.1 = weight;
                }
            }
            Err(place) => pool.members.insert(place, (rep, weight)),
        }
    }

    fn exit(&mut self, pool: &str, rep: RepIndex) {
        let index = self.pool_by_name.get(pool).copied();
        if let Some(pool) = index.and_then(|index| self.pools.get_mut(index.0 as usize))
            && let Some(place) = pool.members.iter().position(|&(member, _)| member == rep)
        {
            pool.members.remove(place);
        }
    }

    pub(crate) fn set_presence(&mut self, index: RepIndex, presence: Presence) {
        let presence = Presence { until: presence.until.map(|until| Instant::from(until).to_utc_or_min()), ..presence };
        let Some(rep) = self.reps.get_mut(index.0 as usize) else {
            return;
        };
        let before = std::mem::replace(&mut rep.presence, presence);
        self.changed.push(index);
        if let Some(until) = before.until {
            self.presence_ends.remove(&(Instant::from(until), index));
        }
        if let Some(until) = presence.until {
            self.presence_ends.insert((Instant::from(until), index));
        }
    }

    /// Takes a rep out until further notice or until an instant, or back in.
    pub(crate) fn set_pause(&mut self, index: RepIndex, pause: Option<Pause>) {
        let Some(rep) = self.reps.get_mut(index.0 as usize) else {
            return;
        };
        let end = |pause: Option<&Pause>| pause.and_then(Pause::until).map(|until| (until, index));
        if let Some(end) = end(rep.pause.as_ref()) {
            self.pause_ends.remove(&end);
        }
        self.pause_ends.extend(end(pause.as_ref()));
        rep.pause = pause;
        self.changed.push(index);
    }

    /// The same, if nothing but hours has changed until then.
    pub(super) fn keep_hours(&mut self, now: Instant) {
        self.kept_until = self.kept_until.max(now);
        self.shifts.advance(now);
    }

    pub(crate) fn upkeep(&mut self, now: Instant) {
        let passed = self.dated_within(self.kept_until, now).map(|(_, index)| *index);
        self.changed.extend(passed.collect::<Vec<_>>());
        self.kept_until = self.kept_until.max(now);
        while let Some(&(end, index)) = self.presence_ends.first().filter(|(end, _)| *end <= now) {
            match self.rep(index).map(|rep| rep.presence.at(now)) {
                Some(presence) => self.set_presence(index, presence),
                None => {
                    self.presence_ends.remove(&(end, index));
                }
            }
        }
        while let Some(&(_, index)) = self.pause_ends.first().filter(|(end, _)| *end <= now) {
            self.set_pause(index, None);
        }
        self.shifts.advance(now);
    }

    /// Up to when all that time changes has changed, but for hours.
    pub(crate) fn kept_until(&self) -> Instant {
        self.kept_until
    }

    /// Who was back from leave by an instant is back; with the instant that was known before.
    pub(crate) fn resume_at(&mut self, instant: Instant) -> Instant {
        let passed = self.dated_within(self.kept_until, instant).map(|(_, index)| *index);
        self.changed.extend(passed.collect::<Vec<_>>());
        std::mem::replace(&mut self.kept_until, instant)
    }

    /// Who has come back from leave since the last record, until an instant past it.
    pub(crate) fn returned_by(&self, now: Instant) -> Vec<RepIndex> {
        // Before the first record nobody has anything to be forgiven.
        if now <= self.kept_until || self.kept_until == Instant::START {
            return Vec::new();
        }
        let dated: BTreeSet<RepIndex> = self.dated_within(self.kept_until, now).map(|(_, index)| *index).collect();
        let has_returned =
            |index: &RepIndex| self.rep(*index).is_some_and(|rep| rep.absences.ends_within(self.kept_until, now));
        dated.into_iter().filter(has_returned).collect()
    }

    /// Leave and weights that change after an instant, and at another at the latest.
    fn dated_within(&self, after: Instant, until: Instant) -> impl Iterator<Item = &(Instant, RepIndex)> {
        let dates = (Bound::Excluded((after, RepIndex(u32::MAX))), Bound::Included((until, RepIndex(u32::MAX))));
        (after < until).then(|| self.dated.range(dates)).into_iter().flatten()
    }

    /// Something else has changed about these.
    pub(super) fn note_changed(&mut self, reps: impl IntoIterator<Item = RepIndex>) {
        self.changed.extend(reps);
    }

    pub(super) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Whose presence, pause, leave or weights have changed since this was last asked.
    pub(super) fn take_changed(&mut self) -> Vec<RepIndex> {
        std::mem::take(&mut self.changed)
    }

    /// When anything but hours next changes by itself after an instant.
    pub(super) fn next_change_of_reps(&self, now: Instant) -> Option<Instant> {
        let next = |ends: &BTreeSet<(Instant, RepIndex)>| {
            let after = (Bound::Excluded((now, RepIndex(u32::MAX))), Bound::Unbounded);
            ends.range(after).next().map(|&(end, _)| end)
        };
        [&self.presence_ends, &self.pause_ends, &self.dated].map(next).into_iter().flatten().min()
    }

    /// Whether hours are open, and until when that stays so.
    pub(super) fn shift_at(&self, shift: ShiftIndex, now: Instant) -> (bool, Instant) {
        self.shifts.at(shift, now)
    }

    /// Who is on leave at an instant.
    pub(crate) fn on_leave(&self, now: Instant) -> BTreeSet<RepIndex> {
        let is_away = |rep: &TeamRep| !rep.left && rep.absences.until(now).is_some();
        self.reps().filter(|(_, rep)| is_away(rep)).map(|(index, _)| index).collect()
    }

    /// Makes what follows from hours current, so that gates need not look into calendars. Changes nothing.
    pub(crate) fn advance_shifts(&mut self, now: Instant) {
        self.shifts.advance(now);
    }

    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        [self.next_change_of_reps(now), self.shifts.next_change(now)].into_iter().flatten().min()
    }

    pub(crate) fn rep(&self, index: RepIndex) -> Option<&TeamRep> {
        self.reps.get(index.0 as usize)
    }

    pub(crate) fn rep_mut(&mut self, index: RepIndex) -> Option<&mut TeamRep> {
        self.reps.get_mut(index.0 as usize)
    }

    /// The name of a rep, also of one who left.
    pub(crate) fn name(&self, index: RepIndex) -> &str {
        self.rep(index).map_or("", |rep| &rep.name)
    }

    /// The rep of a name, also one who left.
    pub(crate) fn find(&self, name: &str) -> Option<RepIndex> {
        self.by_name.get(name).copied()
    }

    /// The rep of a name, if in the roster.
    pub(crate) fn find_present(&self, name: &str) -> Option<RepIndex> {
        self.find(name).filter(|index| self.rep(*index).is_some_and(|rep| !rep.left))
    }

    /// The manager of a rep, if in the roster.
    pub(crate) fn manager(&self, rep: RepIndex) -> Option<RepIndex> {
        self.find_present(self.rep(rep)?.record.manager.as_deref()?)
    }

    /// Who answers for a pool, if in the roster.
    pub(crate) fn pool_manager(&self, pool: PoolIndex) -> Option<RepIndex> {
        let pool = self.pools.get(pool.0 as usize)?;
        self.find_present(self.declared.get(&*pool.name)?.manager.as_deref()?)
    }

    /// Everyone who is or was in the roster, by index.
    pub(crate) fn reps(&self) -> impl Iterator<Item = (RepIndex, &TeamRep)> {
        self.reps.iter().enumerate().map(|(index, rep)| (RepIndex(index as u32), rep))
    }

    pub(crate) fn find_pool(&self, name: &str) -> Option<PoolIndex> {
        self.pool_by_name.get(name).copied()
    }

    pub(crate) fn pool_name(&self, PoolIndex(index): PoolIndex) -> Option<&Arc<str>> {
        self.pools.get(index as usize).map(|pool| &pool.name)
    }

    pub(crate) fn pool_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.pools.iter().map(|pool| &pool.name)
    }

    /// The weight of a member of a pool at an instant.
    pub(crate) fn weight(&self, pool: PoolIndex, rep: RepIndex, now: Instant) -> Option<u32> {
        if pool == PoolIndex::EVERYONE {
            return Some(1);
        }
        self.rep(rep)?.record.weight_at(self.pool_name(pool)?, now)
    }

    /// Whether any weight in a pool changes by itself.
    pub(crate) fn has_ramps(&self, pool: PoolIndex) -> bool {
        let name = self.pool_name(pool).map_or("", |name| name);
        let mut members = self.members(pool).iter().filter_map(|(rep, _)| self.rep(*rep));
        members.any(|rep| rep.record.ramps.contains_key(name))
    }

    pub(crate) fn members(&self, pool: PoolIndex) -> &[(RepIndex, u32)] {
        self.pools.get(pool.0 as usize).map_or(&[], |pool| &pool.members)
    }
}
