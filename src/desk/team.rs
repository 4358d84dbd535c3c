//! The roster by dense index, with where each rep is and how much they have open.

use super::roll::Roll;
use super::shifts::{ShiftIndex, Shifts};
use super::team_rep::{FormerRep, Pause, Profiles, TeamRep};
use crate::fault::Fault;
use crate::hours::{Absences, Calendar, Schedule, WorkingHours, find_zone};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::rep::{Presence, RepRecord};
use crate::roster::{EVERYONE, PoolRecord, Roster, Times, unknown_managers};
use crate::table::{Table, fast_hash};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(super) reps: Vec<TeamRep>,
    /// Also of those who left: the same id is always the same index.
    pub(super) names: Arc<Roll>,
    by_name: Table,
    pub(super) pools: Vec<Pool>,
    pool_by_name: Table,
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
            && self.names == other.names
            && self.reps == other.reps
            && self.pools == other.pools
            && self.declared == other.declared
            && self.hours == other.hours
            && self.calendars == other.calendars
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pool {
    pub(super) name: Arc<str>,
    /// Who is in it, by rep id: the order in which reps joined shows nowhere.
    members: Vec<RepIndex>,
}

impl Team {
    fn empty(
        declared: BTreeMap<String, PoolRecord>,
        hours: BTreeMap<String, WorkingHours>,
        calendars: BTreeMap<String, Calendar>,
    ) -> Self {
        let mut team = Self {
            reps: Vec::new(),
            names: Arc::default(),
            by_name: Table::default(),
            pools: Vec::new(),
            pool_by_name: Table::default(),
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
        team
    }

    /// Makes room for reps of these names.
    fn reserve<'n>(&mut self, names: impl ExactSizeIterator<Item = &'n str>) {
        self.reps.reserve_exact(names.len());
        self.by_name.reserve(names.len());
        Arc::make_mut(&mut self.names).reserve(names.len(), names.map(str::len).sum());
    }

    /// Expects a roster without faults; of a rep that is listed twice the later counts.
    pub(crate) fn new(roster: Roster) -> Self {
        let mut team = Self::empty(roster.pools, roster.hours, roster.calendars);
        let declared: Vec<String> = team.declared.keys().cloned().collect();
        for name in declared {
            team.intern_pool(&name);
        }
        // By id, so that the order of the list shows nowhere.
        let mut reps = roster.reps;
        reps.sort_by(|left, right| left.id.cmp(&right.id));
        team.reserve(reps.iter().map(|rep| rep.id.as_str()));
        team.put_all(reps);
        team.fit_pools();
        team
    }

    /// A team as it was: pools and reps in the order of their indexes. Expects that no name is there twice.
    pub(crate) fn restore<'a>(
        pools: impl IntoIterator<Item = &'a str>,
        declared: BTreeMap<String, PoolRecord>,
        (hours, calendars): (BTreeMap<String, WorkingHours>, BTreeMap<String, Calendar>),
        reps: Vec<FormerRep>,
    ) -> Self {
        let mut team = Self::empty(declared, hours, calendars);
        for pool in pools {
            team.intern_pool(pool);
        }
        let of_reps = reps.iter().flat_map(|rep| rep.record.pools.keys());
        for name in team.declared.keys().chain(of_reps).cloned().collect::<BTreeSet<String>>() {
            team.intern_pool(&name);
        }
        team.reserve(reps.iter().map(|rep| rep.record.id.as_str()));
        let mut profiles = Profiles::default();
        for FormerRep { mut record, left, pause, load } in reps {
            let mut rep = TeamRep::new();
            Arc::make_mut(&mut team.names).add(&record.id);
            rep.set_presence(record.presence.take().unwrap_or_default());
            rep.set_pause(pause);
            rep.take_in(profiles.terms(record, |pool| team.intern_pool(pool)));
            rep.set_left(left);
            rep.set_load(load);
            team.reps.push(rep);
        }
        team.index();
        team
    }

    /// Makes what follows from names and records.
    pub(super) fn index(&mut self) {
        self.set_times();
        let Self { reps, names, by_name, pools, pool_by_name, presence_ends, pause_ends, .. } = self;
        let indexes = || (0..).map(RepIndex).zip(reps.iter());
        *presence_ends = indexes().filter_map(|(index, rep)| Some((rep.presence().until?.into(), index))).collect();
        *pause_ends = indexes().filter_map(|(index, rep)| Some((rep.pause()?.until()?, index))).collect();
        *by_name = Table::default();
        by_name.reserve(names.len());
        names.iter().for_each(|(RepIndex(index), name)| by_name.insert(fast_hash(name), index));
        *pool_by_name = Table::default();
        pools.iter().zip(0..).for_each(|(pool, index)| pool_by_name.insert(fast_hash(&pool.name), index));
        self.pools.iter_mut().for_each(|pool| pool.members.clear());
        // By name, which is the order that members have.
        for index in self.sorted() {
            let Some(rep) = self.reps.get(index.0 as usize).filter(|rep| !rep.has_left()) else { continue };
            for pool in rep.pools().iter().map(|(pool, _)| *pool).chain([PoolIndex::EVERYONE]) {
                if let Some(pool) = self.pools.get_mut(pool.0 as usize) {
                    pool.members.push(index);
                }
            }
        }
        self.fit_pools();
    }

    /// Gives back memory that pools do not need, once all members have come.
    fn fit_pools(&mut self) {
        self.pools.iter_mut().for_each(|pool| pool.members.shrink_to_fit());
    }

    /// Everyone who is or was in the roster, by name.
    fn sorted(&self) -> Vec<RepIndex> {
        let mut indexes: Vec<RepIndex> = self.reps().map(|(index, _)| index).collect();
        indexes.sort_by_key(|index| self.name(*index));
        indexes
    }

    /// Everyone in the roster, by name.
    fn present(&self) -> impl Iterator<Item = (RepIndex, &TeamRep)> + Clone {
        let reps = self.sorted().into_iter().filter_map(|index| Some((index, self.rep(index)?)));
        reps.filter(|(_, rep)| !rep.has_left())
    }

    /// The record of a rep as last added or updated, but for presence.
    pub(crate) fn record(&self, index: RepIndex) -> Option<RepRecord> {
        let pool_name = |pool| self.pool_name(pool).map(|name| String::from(&**name));
        Some(self.rep(index)?.record(self.name(index), pool_name))
    }

    /// The same with where the rep is.
    pub(crate) fn record_now(&self, index: RepIndex) -> Option<RepRecord> {
        let presence = self.rep(index)?.presence();
        Some(RepRecord { presence: (presence != Presence::default()).then_some(presence), ..self.record(index)? })
    }

    /// The roster as it is now, reps by id, with where each is.
    pub(crate) fn roster(&self) -> Roster {
        Roster {
            pools: self.declared.clone(),
            hours: self.hours.clone(),
            calendars: self.calendars.clone(),
            reps: self.present().filter_map(|(index, _)| self.record_now(index)).collect(),
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
        self.shifts.schedule(self.rep(index)?.shift()?)
    }

    /// Until when it is not within a rep's hours; none if it is.
    pub(crate) fn closed_until(&self, rep: &TeamRep, now: Instant) -> Option<Instant> {
        self.shifts.closed_until(rep.shift()?, now)
    }

    /// Makes all that follows from hours, zones, leave and ramps.
    fn set_times(&mut self) {
        self.dated.clear();
        let mut profiles = Profiles::default();
        for index in (0..self.reps.len() as u32).map(RepIndex) {
            self.set_times_of(index, &mut profiles);
        }
    }

    fn set_times_of(&mut self, index: RepIndex, profiles: &mut Profiles) {
        let Self { reps, hours, calendars, shifts, dated, .. } = self;
        let Some(rep) = reps.get_mut(index.0 as usize).filter(|rep| !rep.has_left()) else { return };
        let profile = &*rep.profile;
        let (zone, shift) = profiles.times(&rep.profile, || {
            let own = profile.zone.as_deref().and_then(find_zone);
            let times = Times { hours, calendars };
            let hours = times.of(profile);
            let shift = hours.map(|hours| shifts.intern(hours, own, calendars));
            let of_hours = || hours.and_then(|hours| hours.zone.as_deref()).and_then(find_zone);
            (own.or_else(of_hours).unwrap_or(Tz::UTC), shift)
        });
        let before = rep.shift();
        if shift != before {
            shift.into_iter().for_each(|shift| shifts.join(shift));
            if let Some(before) = before {
                shifts.leave(before);
                // It may be somebody else's from now on.
                profiles.forget_times();
            }
        }
        let absences = Absences::new(&profile.leave, zone);
        rep.zone = zone;
        rep.set_shift(shift);
        rep.set_absences(absences);
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
        let of_reps = self.reps.iter().filter(|rep| !rep.has_left()).map(|rep| &rep.profile.manager);
        of_pools.chain(of_reps).flatten().map(String::as_str).collect()
    }

    /// Managers whom the roster does not have now.
    pub(crate) fn unknown_managers(&self) -> Vec<Fault> {
        let managers = self.present().map(|(index, rep)| (self.name(index), rep.profile.manager.as_deref()));
        unknown_managers(&self.declared, managers)
    }

    /// Adds or updates a rep, and gives its index. Nobody else's place, weight or load changes.
    pub(crate) fn put(&mut self, record: RepRecord) -> RepIndex {
        self.put_one(record, &mut Profiles::default())
    }

    fn put_all(&mut self, records: impl IntoIterator<Item = RepRecord>) {
        let mut profiles = Profiles::default();
        for record in records {
            self.put_one(record, &mut profiles);
        }
    }

    fn put_one(&mut self, mut record: RepRecord, profiles: &mut Profiles) -> RepIndex {
        let presence = record.presence.take();
        let index = self.find(&record.id).unwrap_or_else(|| self.add(&record.id));
        let terms = profiles.terms(record, |pool| self.intern_pool(pool));
        for &(pool, _) in &terms.pools {
            self.enter(pool, index);
        }
        self.enter(PoolIndex::EVERYONE, index);
        self.unset_dates_of(index);
        let before = self.reps.get_mut(index.0 as usize).map(|rep| {
            rep.set_left(false);
            rep.take_in(terms)
        });
        for (pool, _) in before.into_iter().flatten() {
            if self.rep(index).is_some_and(|rep| rep.weight_in(pool).is_none()) {
                self.exit(pool, index);
            }
        }
        self.set_times_of(index, profiles);
        if let Some(presence) = presence {
            self.set_presence(index, presence);
        }
        index
    }

    fn add(&mut self, id: &str) -> RepIndex {
        let index = Arc::make_mut(&mut self.names).add(id);
        self.by_name.insert(fast_hash(id), index.0);
        self.reps.push(TeamRep::new());
        index
    }

    /// Takes a rep out of the roster and of every pool.
    pub(crate) fn remove(&mut self, index: RepIndex) {
        // Who comes back is online until told otherwise, like everyone who joins.
        self.set_presence(index, Presence::default());
        self.set_pause(index, None);
        self.unset_dates_of(index);
        let Some(rep) = self.reps.get_mut(index.0 as usize) else { return };
        let shift = rep.shift();
        rep.set_shift(None);
        let pools = rep.take_leave();
        shift.into_iter().for_each(|shift| self.shifts.leave(shift));
        for (pool, _) in pools.into_iter().chain([(PoolIndex::EVERYONE, 1)]) {
            self.exit(pool, index);
        }
    }

    /// Makes a roster the one that counts: who is not in it has left. Expects one without faults.
    pub(crate) fn replace(&mut self, roster: &Roster) {
        let staying: BTreeSet<&str> = roster.reps.iter().map(|rep| rep.id.as_str()).collect();
        let leaving = self.reps().filter(|(index, rep)| !rep.has_left() && !staying.contains(self.name(*index)));
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
        self.put_all(reps.into_iter().cloned());
    }

    /// Declares a pool, or says anew who answers for it.
    pub(crate) fn declare(&mut self, name: &str, pool: PoolRecord) {
        self.intern_pool(name);
        self.declared.insert(name.to_owned(), pool);
    }

    pub(crate) fn intern_pool(&mut self, name: &str) -> PoolIndex {
        self.find_pool(name).unwrap_or_else(|| {
            let index = PoolIndex(self.pools.len() as u32);
            self.pool_by_name.insert(fast_hash(name), index.0);
            self.pools.push(Pool { name: Arc::from(name), members: Vec::new() });
            index
        })
    }

    fn enter(&mut self, pool: PoolIndex, rep: RepIndex) {
        let Self { names, pools, .. } = self;
        let name = |rep: RepIndex| names.name(rep);
        let Some(pool) = pools.get_mut(pool.0 as usize) else { return };
        // They mostly come by name.
        if pool.members.last().is_none_or(|&last| name(last) < name(rep)) {
            pool.members.push(rep);
        } else if let Err(place) = pool.members.binary_search_by(|&member| name(member).cmp(name(rep))) {
            pool.members.insert(place, rep);
        }
    }

    fn exit(&mut self, pool: PoolIndex, rep: RepIndex) {
        if let Some(pool) = self.pools.get_mut(pool.0 as usize)
            && let Some(place) = pool.members.iter().position(|member| *member == rep)
        {
            pool.members.remove(place);
        }
    }

    pub(crate) fn set_presence(&mut self, index: RepIndex, presence: Presence) {
        let presence = Presence { until: presence.until.map(|until| Instant::from(until).to_utc_or_min()), ..presence };
        let Some(rep) = self.reps.get_mut(index.0 as usize) else {
            return;
        };
        let before = rep.set_presence(presence);
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
        if let Some(end) = end(rep.pause()) {
            self.pause_ends.remove(&end);
        }
        self.pause_ends.extend(end(pause.as_ref()));
        rep.set_pause(pause);
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
            match self.rep(index).map(|rep| rep.presence().at(now)) {
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
            |index: &RepIndex| self.rep(*index).is_some_and(|rep| rep.absences().ends_within(self.kept_until, now));
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
        let is_away = |rep: &TeamRep| !rep.has_left() && rep.absences().until(now).is_some();
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

    /// The names of all reps, also of those who left.
    pub(crate) fn names(&self) -> &Arc<Roll> {
        &self.names
    }

    /// The name of a rep, also of one who left.
    pub(crate) fn name(&self, index: RepIndex) -> &str {
        self.names.name(index)
    }

    /// The rep of a name, also one who left.
    pub(crate) fn find(&self, name: &str) -> Option<RepIndex> {
        let is_it = |index| self.names.name(RepIndex(index)) == name;
        self.by_name.find(fast_hash(name), is_it).map(RepIndex)
    }

    /// The rep of a name, if in the roster.
    pub(crate) fn find_present(&self, name: &str) -> Option<RepIndex> {
        self.find(name).filter(|index| self.rep(*index).is_some_and(|rep| !rep.has_left()))
    }

    /// The manager of a rep, if in the roster.
    pub(crate) fn manager(&self, rep: RepIndex) -> Option<RepIndex> {
        self.find_present(self.rep(rep)?.profile.manager.as_deref()?)
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
        let is_it = |index| self.pool_name(PoolIndex(index)).is_some_and(|known| **known == *name);
        self.pool_by_name.find(fast_hash(name), is_it).map(PoolIndex)
    }

    pub(crate) fn pool_name(&self, PoolIndex(index): PoolIndex) -> Option<&Arc<str>> {
        self.pools.get(index as usize).map(|pool| &pool.name)
    }

    /// The pools that a rep of the roster is in, each with the weight there.
    pub(crate) fn pools_of<'t>(&'t self, rep: &'t TeamRep) -> impl Iterator<Item = (&'t Arc<str>, u32)> {
        rep.pools().iter().filter_map(|&(pool, weight)| Some((self.pool_name(pool)?, weight)))
    }

    pub(crate) fn pool_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.pools.iter().map(|pool| &pool.name)
    }

    /// The weight of a member of a pool at an instant.
    pub(crate) fn weight(&self, pool: PoolIndex, rep: RepIndex, now: Instant) -> Option<u32> {
        let rep = self.rep(rep)?;
        let base = base_weight(pool, rep)?;
        if rep.profile.ramps.is_empty() || pool == PoolIndex::EVERYONE {
            return Some(base);
        }
        let ramp = rep.profile.ramps.get(&**self.pool_name(pool)?);
        let step = ramp.and_then(|ramp| ramp.range(..=now.to_utc_or_min()).next_back());
        Some(step.map_or(base, |(_, weight)| *weight))
    }

    /// Whether any weight in a pool changes by itself.
    pub(crate) fn has_ramps(&self, pool: PoolIndex) -> bool {
        let name = self.pool_name(pool).map_or("", |name| name);
        let mut members = self.members(pool).iter().filter_map(|rep| self.rep(*rep));
        members.any(|rep| rep.profile.ramps.contains_key(name))
    }

    /// The weights of a pool's members, but for ramps.
    pub(super) fn weights(&self, pool: PoolIndex) -> impl Iterator<Item = u32> {
        self.members(pool).iter().filter_map(move |rep| base_weight(pool, self.rep(*rep)?))
    }

    /// By rep id.
    pub(crate) fn members(&self, pool: PoolIndex) -> &[RepIndex] {
        self.pools.get(pool.0 as usize).map_or(&[], |pool| &pool.members)
    }
}

/// The weight of a member of a pool, but for ramps.
fn base_weight(pool: PoolIndex, rep: &TeamRep) -> Option<u32> {
    match pool {
        PoolIndex::EVERYONE => (!rep.has_left()).then_some(1),
        _ => rep.weight_in(pool),
    }
}
