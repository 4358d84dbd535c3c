//! Other names for what is there. Dense indexes stay, so that nothing moves but what is derived from names: the order of
//! members, and lots.

use super::team_rep::Profiles;
use super::{Desk, Hand, Rotation, Standing, Tallies, Team};
use crate::account::Accounts;
use crate::hash::stable_hash;
use crate::rep::RepRecord;
use crate::sla::Ladder;
use std::collections::BTreeMap;
use std::sync::Arc;

/// New names by old ones; each name space by itself. No two names become one.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) reps: BTreeMap<String, String>,
    pub(crate) pools: BTreeMap<String, String>,
    pub(crate) rotations: BTreeMap<String, String>,
    pub(crate) queues: BTreeMap<String, String>,
    pub(crate) labels: BTreeMap<String, String>,
}

fn rename_shared(name: &mut Arc<str>, names: &BTreeMap<String, String>) {
    if let Some(new) = names.get(&**name) {
        *name = Arc::from(new.as_str());
    }
}

fn rename(name: &mut String, names: &BTreeMap<String, String>) {
    if let Some(new) = names.get(name) {
        name.clone_from(new);
    }
}

impl Names {
    pub(crate) fn is_empty(&self) -> bool {
        let Self { reps, pools, rotations, queues, labels } = self;
        [reps, pools, rotations, queues, labels].into_iter().all(BTreeMap::is_empty)
    }
}

impl Desk {
    pub(crate) fn rename(&mut self, names: &Names) {
        if names.is_empty() {
            return;
        }
        self.team.rename(names);
        for rotation in &mut self.rotations {
            rotation.rename(names, &self.team);
        }
        self.hand.rename(names);
        self.tallies.rename(names);
    }
}

impl Team {
    pub(crate) fn rename(&mut self, names: &Names) {
        if names.is_empty() {
            return;
        }
        let renamed_reps = self.names.iter().map(|(_, name)| names.reps.get(name).map_or(name, String::as_str));
        self.names = Arc::new(renamed_reps.collect());
        let mut profiles = Profiles::default();
        for rep in &mut self.reps {
            let manager = rep.profile.manager.as_ref().filter(|manager| names.reps.contains_key(*manager));
            if manager.is_some() || !rep.profile.ramps.is_empty() {
                let mut profile = RepRecord::clone(&rep.profile);
                profile.manager.iter_mut().for_each(|manager| rename(manager, &names.reps));
                let ramps = std::mem::take(&mut profile.ramps);
                profile.ramps = ramps.into_iter().map(|(pool, ramp)| (renamed(pool, &names.pools), ramp)).collect();
                rep.profile = profiles.profile(profile);
            }
        }
        for pool in &mut self.pools {
            rename_shared(&mut pool.name, &names.pools);
        }
        let declared = std::mem::take(&mut self.declared);
        for (name, mut pool) in declared {
            if let Some(manager) = &mut pool.manager {
                rename(manager, &names.reps);
            }
            self.declared.insert(renamed(name, &names.pools), pool);
        }
        self.index();
    }
}

fn renamed(mut name: String, names: &BTreeMap<String, String>) -> String {
    rename(&mut name, names);
    name
}

impl Rotation {
    fn rename(&mut self, names: &Names, team: &Team) {
        rename_shared(&mut self.name, &names.rotations);
        let Self { name, ledger, reps, .. } = self;
        let holder = |slot: usize| reps.get(slot).map_or("", |rep| team.name(*rep));
        ledger.draw_lots(|slot| stable_hash(&[name, holder(slot.0 as usize)]));
    }
}

impl Hand {
    fn rename(&mut self, names: &Names) {
        let mut ladders = Ladders { names, renamed: Vec::new() };
        for standing in self.standings_mut() {
            let mut next = Some(standing);
            while let Some(standing) = next {
                standing.rename(names);
                if let Some(clock) = standing.life.as_mut().and_then(|life| life.clock.as_mut()) {
                    ladders.rename(&mut clock.ladder);
                }
                next = standing.pending.as_mut().and_then(|pending| pending.previous.as_deref_mut());
            }
        }
    }
}

/// The ladders that leads share, each renamed once so that they go on to share it.
struct Ladders<'n> {
    names: &'n Names,
    renamed: Vec<(Arc<Ladder>, Arc<Ladder>)>,
}

impl Ladders<'_> {
    fn rename(&mut self, ladder: &mut Arc<Ladder>) {
        let known = self.renamed.iter().find(|(old, _)| Arc::ptr_eq(old, ladder)).map(|(_, new)| Arc::clone(new));
        let new = known.unwrap_or_else(|| {
            let renamed = ladder.renamed(&self.names.reps, &self.names.queues);
            let new = renamed.map_or_else(|| Arc::clone(ladder), Arc::new);
            self.renamed.push((Arc::clone(ladder), Arc::clone(&new)));
            new
        });
        *ladder = new;
    }
}

impl Standing {
    fn rename(&mut self, names: &Names) {
        if let super::Place::Held(held) = &mut self.place {
            rename_shared(&mut held.queue, &names.queues);
        }
        for label in &mut self.learners {
            rename_shared(label, &names.labels);
        }
    }
}

impl Tallies {
    fn rename(&mut self, names: &Names) {
        for slot in &mut self.slots {
            rename_shared(&mut slot.label, &names.labels);
        }
    }
}

/// Owners of accounts go by their new names.
pub(crate) fn rename_owners(accounts: &mut Accounts, names: &Names) {
    if !names.reps.is_empty() {
        accounts.rename_owners(|owner| names.reps.get(owner).map(String::as_str));
    }
}
