//! The roster by dense index, with where each rep is and how much they have open.

use super::Load;
use crate::fault::Fault;
use crate::hash::stable_hash;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::rep::{Presence, RepRecord};
use crate::roster::{EVERYONE, PoolRecord, Roster, unknown_managers};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Team {
    reps: Vec<TeamRep>,
    /// Also those who left: the same id is always the same index.
    by_name: BTreeMap<Arc<str>, RepIndex>,
    pools: Vec<Pool>,
    pool_by_name: BTreeMap<Arc<str>, PoolIndex>,
    declared: BTreeMap<String, PoolRecord>,
    /// When the presence of whom ends by itself.
    presence_ends: BTreeSet<(Instant, RepIndex)>,
    /// The same of pauses.
    pause_ends: BTreeSet<(Instant, RepIndex)>,
}

#[derive(Debug, Clone, PartialEq)]
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
}

/// A rep is taken out by order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) until: Option<Instant>,
}

impl Pause {
    pub(crate) fn lasts_at(self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Pool {
    name: Arc<str>,
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
            presence_ends: BTreeSet::new(),
            pause_ends: BTreeSet::new(),
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

    /// The roster as it is now, reps by id, with where each is.
    pub(crate) fn roster(&self) -> Roster {
        let reps = self.by_name.values().filter_map(|index| self.rep(*index)).filter(|rep| !rep.left);
        let record = |rep: &TeamRep| RepRecord {
            presence: (rep.presence != Presence::default()).then_some(rep.presence),
            ..rep.record.clone()
        };
        Roster { pools: self.declared.clone(), reps: reps.map(record).collect() }
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
        let before = self.reps.get_mut(index.0 as usize).map(|rep| {
            rep.left = false;
            std::mem::replace(&mut rep.record, record)
        });
        for pool in before.iter().flat_map(|before| before.pools.keys()) {
            if self.rep(index).is_some_and(|rep| !rep.record.pools.contains_key(pool)) {
                self.exit(pool, index);
            }
        }
        if let Some(presence) = presence {
            self.set_presence(index, presence);
        }
        index
    }

    fn add(&mut self, id: &str) -> RepIndex {
        let index = RepIndex(self.reps.len() as u32);
        let name: Arc<str> = Arc::from(id);
        self.by_name.insert(Arc::clone(&name), index);
        self.reps.push(TeamRep {
            lot: stable_hash(&["least_loaded", id]),
            name,
            record: RepRecord::new(id),
            left: false,
            presence: Presence::default(),
            pause: None,
            load: Load::NONE,
        });
        index
    }

    /// Takes a rep out of the roster and of every pool.
    pub(crate) fn remove(&mut self, index: RepIndex) {
        // Who comes back is online until told otherwise, like everyone who joins.
        self.set_presence(index, Presence::default());
        self.set_pause(index, None);
        let Some(rep) = self.reps.get_mut(index.0 as usize) else { return };
        rep.left = true;
        let pools = std::mem::take(&mut rep.record.pools);
        for pool in pools.keys() {
            self.exit(pool, index);
        }
        self.exit(EVERYONE, index);
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
        let end = |pause: Option<Pause>| pause.and_then(|pause| pause.until).map(|until| (until, index));
        let before = std::mem::replace(&mut rep.pause, pause);
        if let Some(end) = end(before) {
            self.pause_ends.remove(&end);
        }
        self.pause_ends.extend(end(pause));
    }

    pub(crate) fn upkeep(&mut self, now: Instant) {
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
    }

    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let next = |ends: &BTreeSet<(Instant, RepIndex)>| {
            let after = (Bound::Excluded((now, RepIndex(u32::MAX))), Bound::Unbounded);
            ends.range(after).next().map(|&(end, _)| end)
        };
        [next(&self.presence_ends), next(&self.pause_ends)].into_iter().flatten().min()
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

    pub(crate) fn pool_names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.pools.iter().map(|pool| &pool.name)
    }

    pub(crate) fn members(&self, pool: PoolIndex) -> &[(RepIndex, u32)] {
        self.pools.get(pool.0 as usize).map_or(&[], |pool| &pool.members)
    }
}
