//! A rep as the router keeps them: in little memory, since there may be hundreds of thousands.
//!
//! What tells them apart stands in place: load, capacity, pools. The rest of a record is much the same for many reps, and is
//! kept once for all who agree in it: the *profile*. What few reps have at any time (leave, a pause, a presence that ends) takes
//! memory only for those.

use super::shifts::ShiftIndex;
use super::{Load, Since};
use crate::hours::Absences;
use crate::index::PoolIndex;
use crate::instant::Instant;
use crate::order::Order;
use crate::rep::{Presence, RepRecord, Status};
use crate::table::{Distinct, FastHash, fast_hash_of};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::Arc;

/// Of somebody who is never away.
static NEVER: Absences = Absences::NEVER;

#[derive(Debug, Clone)]
pub(crate) struct TeamRep {
    /// The record as last added or updated, without what stands below, and without the id.
    pub(crate) profile: Arc<RepRecord>,
    /// By index, each with the weight there.
    pools: Box<[(PoolIndex, u32)]>,
    exceptions: Option<Box<Exceptions>>,
    // The load, taken apart to leave no gap.
    open: u32,
    since: Since,
    /// The capacity, if there is one.
    capacity: u32,
    is_capped: bool,
    status: Status,
    /// The zone by whose calendar the rep lives.
    pub(crate) zone: Tz,
    /// The index of the shift; [`ALL_THE_TIME`] for none.
    shift: u32,
}

const ALL_THE_TIME: u32 = u32::MAX;

// There may be hundreds of thousands of these: a field more takes eight bytes of each.
const _: () = assert!(size_of::<TeamRep>() <= 64);

/// What few reps have.
#[derive(Debug, Clone, PartialEq, Default)]
struct Exceptions {
    /// No longer in the roster; leads in hand may still name the rep.
    left: bool,
    inactive: bool,
    present_until: Option<DateTime<Utc>>,
    pause: Option<Pause>,
    absences: Absences,
}

/// A rep is taken out by order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) order: Order,
}

/// A rep to be taken in again.
#[derive(Debug)]
pub(crate) struct FormerRep {
    pub(crate) record: RepRecord,
    pub(crate) left: bool,
    pub(crate) pause: Option<Pause>,
    pub(crate) load: Load,
}

impl Pause {
    pub(crate) fn until(&self) -> Option<Instant> {
        self.order.end().map(Instant::from)
    }

    pub(crate) fn lasts_at(&self, now: Instant) -> bool {
        self.until().is_none_or(|until| now < until)
    }
}

/// The other parts follow from these.
impl PartialEq for TeamRep {
    fn eq(&self, other: &Self) -> bool {
        let key = |rep: &Self| (rep.has_left(), rep.is_inactive(), rep.capacity(), rep.load());
        key(self) == key(other)
            && self.pools == other.pools
            && self.presence() == other.presence()
            && self.pause() == other.pause()
            && self.profile == other.profile
    }
}

impl TeamRep {
    /// Somebody in the roster who is online, has nothing open, and of whom nothing else is known yet.
    pub(super) fn new() -> Self {
        let Load { open, since } = Load::NONE;
        Self {
            profile: Arc::default(),
            pools: Box::default(),
            exceptions: None,
            open,
            since,
            capacity: 0,
            is_capped: false,
            status: Status::Online,
            zone: Tz::UTC,
            shift: ALL_THE_TIME,
        }
    }

    pub(crate) fn load(&self) -> Load {
        Load { open: self.open, since: self.since }
    }

    pub(super) fn set_load(&mut self, Load { open, since }: Load) {
        (self.open, self.since) = (open, since);
    }

    /// Whether there are no exceptions: somebody such has not left, is neither inactive nor paused, and is never on leave.
    pub(crate) fn is_plain(&self) -> bool {
        self.exceptions.is_none()
    }

    pub(crate) fn has_left(&self) -> bool {
        self.exceptions.as_ref().is_some_and(|exceptions| exceptions.left)
    }

    pub(super) fn set_left(&mut self, left: bool) {
        self.except(left, |exceptions| exceptions.left = left);
    }

    pub(crate) fn is_inactive(&self) -> bool {
        self.exceptions.as_ref().is_some_and(|exceptions| exceptions.inactive)
    }

    pub(crate) fn capacity(&self) -> Option<u32> {
        self.is_capped.then_some(self.capacity)
    }

    /// Whether the rep has as many open leads as they may have, or more.
    pub(crate) fn is_full(&self) -> bool {
        self.capacity().is_some_and(|capacity| self.open >= capacity)
    }

    /// Takes in what a record says, but for presence and what follows from the roster. Gives the pools of before.
    pub(super) fn take_in(&mut self, terms: Terms) -> Box<[(PoolIndex, u32)]> {
        let Terms { profile, pools, capacity, inactive } = terms;
        (self.profile, self.is_capped, self.capacity) = (profile, capacity.is_some(), capacity.unwrap_or_default());
        self.except(inactive, |exceptions| exceptions.inactive = inactive);
        mem::replace(&mut self.pools, pools)
    }

    /// What stays of somebody who leaves. Gives the pools of before.
    ///
    /// The roster may lose hours and calendars that only those name who have left.
    pub(super) fn take_leave(&mut self) -> Box<[(PoolIndex, u32)]> {
        self.set_left(true);
        let RepRecord { ramps, hours, leave, caps, .. } = Arc::make_mut(&mut self.profile);
        (*ramps, *hours, *leave, *caps) = Default::default();
        mem::take(&mut self.pools)
    }

    /// The whole record as last added or updated, but for presence.
    pub(super) fn record(&self, name: &str, pool_name: impl Fn(PoolIndex) -> Option<String>) -> RepRecord {
        let pools = self.pools.iter().filter_map(|&(pool, weight)| Some((pool_name(pool)?, weight)));
        RepRecord {
            id: name.to_owned(),
            pools: pools.collect(),
            capacity: self.capacity(),
            inactive: self.is_inactive(),
            ..RepRecord::clone(&self.profile)
        }
    }

    pub(super) fn pools(&self) -> &[(PoolIndex, u32)] {
        &self.pools
    }

    /// The weight in a pool, but for ramps; none if the rep is not in it. That of everyone is not among them.
    pub(crate) fn weight_in(&self, pool: PoolIndex) -> Option<u32> {
        self.pools.iter().find(|(known, _)| *known == pool).map(|(_, weight)| *weight)
    }

    pub(super) fn shift(&self) -> Option<ShiftIndex> {
        (self.shift != ALL_THE_TIME).then_some(ShiftIndex(self.shift))
    }

    pub(super) fn set_shift(&mut self, shift: Option<ShiftIndex>) {
        self.shift = shift.map_or(ALL_THE_TIME, |shift| shift.0);
    }

    pub(crate) fn presence(&self) -> Presence {
        let until = self.exceptions.as_ref().and_then(|exceptions| exceptions.present_until);
        Presence { status: self.status, until }
    }

    /// Gives the presence of before.
    pub(super) fn set_presence(&mut self, Presence { status, until }: Presence) -> Presence {
        let before = self.presence();
        self.status = status;
        self.except(until.is_some(), |exceptions| exceptions.present_until = until);
        before
    }

    pub(crate) fn pause(&self) -> Option<&Pause> {
        self.exceptions.as_ref()?.pause.as_ref()
    }

    pub(super) fn set_pause(&mut self, pause: Option<Pause>) {
        self.except(pause.is_some(), |exceptions| exceptions.pause = pause);
    }

    pub(crate) fn absences(&self) -> &Absences {
        self.exceptions.as_ref().map_or(&NEVER, |exceptions| &exceptions.absences)
    }

    pub(super) fn set_absences(&mut self, absences: Absences) {
        self.except(absences != Absences::NEVER, |exceptions| exceptions.absences = absences);
    }

    /// Changes an exception, which is one or, if not, is as it mostly is from then on.
    fn except(&mut self, is_one: bool, change: impl FnOnce(&mut Exceptions)) {
        if self.exceptions.is_none() && !is_one {
            return;
        }
        let exceptions = self.exceptions.get_or_insert_default();
        change(exceptions);
        if **exceptions == Exceptions::default() {
            self.exceptions = None;
        }
    }

    /// When leave begins or ends, and when weights change.
    pub(super) fn dates(&self) -> impl Iterator<Item = Instant> {
        let ramps = self.profile.ramps.values().flat_map(BTreeMap::keys).map(|date| Instant::from(*date));
        self.absences().dates().chain(ramps)
    }
}

/// A record taken apart.
pub(super) struct Terms {
    profile: Arc<RepRecord>,
    pub(super) pools: Box<[(PoolIndex, u32)]>,
    capacity: Option<u32>,
    inactive: bool,
}

/// What reps have in common, while many are taken in.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    profiles: Distinct<Arc<RepRecord>>,
    /// What was found out of each profile: the zone and the shift that go with it.
    times: HashMap<usize, (Tz, Option<ShiftIndex>), FastHash>,
}

impl Profiles {
    /// Takes a record apart, but for its presence, which is gone from it by now.
    pub(super) fn terms(&mut self, mut record: RepRecord, mut pool: impl FnMut(&str) -> PoolIndex) -> Terms {
        record.id = String::new();
        let (capacity, inactive) = (record.capacity.take(), mem::take(&mut record.inactive));
        let pools = mem::take(&mut record.pools);
        let mut pools: Box<[_]> = pools.iter().map(|(name, weight)| (pool(name), *weight)).collect();
        pools.sort_unstable_by_key(|(pool, _)| *pool);
        Terms { profile: self.profile(record), pools, capacity, inactive }
    }

    /// The one profile of all who have an equal one.
    pub(super) fn profile(&mut self, profile: RepRecord) -> Arc<RepRecord> {
        let hash = fast_hash_of(&profile);
        let same = |known: &Arc<RepRecord>| **known == profile;
        match self.profiles.find(hash, same) {
            Some(known) => Arc::clone(known),
            None => {
                let profile = Arc::new(profile);
                self.profiles.add(hash, Arc::clone(&profile));
                profile
            }
        }
    }

    /// The zone and the shift that go with a profile, which lives as long as this.
    pub(super) fn times(
        &mut self,
        profile: &Arc<RepRecord>,
        find: impl FnOnce() -> (Tz, Option<ShiftIndex>),
    ) -> (Tz, Option<ShiftIndex>) {
        *self.times.entry(Arc::as_ptr(profile) as usize).or_insert_with(find)
    }

    /// A shift may be another now.
    pub(super) fn forget_times(&mut self) {
        self.times.clear();
    }
}
