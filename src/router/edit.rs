//! Wholesale edits: what is wrong with one, what it changes, and making it.

use super::prepare::whole_rep;
use super::{EventError, Router};
use crate::account::Account;
use crate::desk::{Desk, Names, Rotation, RotationIndex, Team, TeamRep, rename_owners};
use crate::fault::{Fault, FaultKind, UnknownName, path_part};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::journal::{Edit, Event, Record, What};
use crate::limits::MAX_REPS;
use crate::roster::{EVERYONE, name_fault, pool_faults};
use crate::snapshot::{Changes, EditReport, LeadOf, MovedLead};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Router {
    /// What an edit would change, to be read before it is [observed](Router::observe). Changes nothing; costs a copy of the
    /// router.
    ///
    /// # Errors
    ///
    /// As [`Router::observe`].
    ///
    /// ```
    /// use lead_router::Edit;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// router.route(&LeadRecord::new("L-1"), now);
    /// let edit = Edit::new().roster(Roster::new().reps(["bob", "cy"].map(|id| RepRecord::new(id).pool("smb"))));
    /// assert_eq!(router.preview(&edit, now)?.to_string(), "\
    /// reps: 1 new (cy), 1 kept, 1 gone (ann)
    /// rotations: 1 kept
    ///   smb: 1 new (cy), 1 kept, 1 gone (ann)
    /// queues: 1 kept
    /// 1 lead in hand of somebody who is gone
    ///   L-1, which ann has");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn preview(&self, edit: &Edit, now: DateTime<Utc>) -> Result<EditReport, EventError> {
        let event = Event::Edit(Box::new(edit.clone()));
        let record = self.prepare_event(event, now)?;
        let mut after = self.clone();
        after.apply_own(&record);
        Ok(self.report(edit, &after))
    }

    /// What an edit changed, given the router that made it.
    pub(super) fn report(&self, edit: &Edit, after: &Self) -> EditReport {
        let names = self.names(edit, after.recorded).unwrap_or_default();
        EditReport {
            reps: reps(&self.desk.team, &after.desk.team),
            rotations: rotations(self, after),
            members: members(&self.desk, after),
            queues: queues(self, after, &names),
            labels: labels(self, after),
            leads_of_departed: leads_of_departed(&self.desk, &after.desk),
            moved_leads: moved_leads(&self.desk, &after.desk, &names),
            forgotten_leads: forgotten_leads(&self.desk, &after.desk),
        }
    }

    /// The record of what an edit would change; none if it would change nothing. What is as it was is left out.
    pub(super) fn prepare_edit(&self, edit: Edit, at: Instant) -> Result<Option<Record>, Vec<Fault>> {
        let mut edit = edit.effective();
        edit.roster.iter_mut().flat_map(|roster| &mut roster.reps).for_each(whole_rep);
        edit.plan = edit.plan.filter(|plan| *plan != *self.plan);
        let names = self.names(&edit, at).unwrap_or_default();
        let mut renamed = self.desk.team.clone();
        renamed.rename(&names);
        edit.roster = edit.roster.filter(|roster| {
            let mut replaced = renamed.clone();
            replaced.replace(roster);
            replaced != renamed
        });
        edit.accounts = edit.accounts.filter(|accounts| {
            let mut renamed = self.accounts.clone();
            rename_owners(&mut renamed, &names);
            // A router may have been built with times that no record could give back.
            !accounts.iter().map(whole_account).eq(renamed.copies().map(|account| whole_account(&account)))
        });
        // Only now: what is as it was is not refused.
        let faults = self.edit_faults(&edit, at);
        if !faults.is_empty() {
            return Err(faults);
        }
        edit.rename.retain(&names);
        let what = || What::Event(super::prepare::whole_milliseconds(Event::Edit(Box::new(edit.clone())), at));
        Ok((!edit.is_empty()).then(|| self.next_record(at, what())))
    }

    /// Everything that is wrong with an edit made at an instant: in the order of the plan, then of the roster, accounts and
    /// names.
    pub(super) fn edit_faults(&self, edit: &Edit, at: Instant) -> Vec<Fault> {
        let (names, renaming) = match self.names(edit, at) {
            Ok(names) => (names, Vec::new()),
            Err(faults) => (Names::default(), faults),
        };
        let mut team = self.desk.team.clone();
        team.rename(&names);
        let mut of_roster = Vec::new();
        if let Some(roster) = &edit.roster {
            of_roster.extend(roster.faults());
            // Whoever was in the roster once may still be named, and so may who is named already; nobody else.
            let named = team.managers();
            let unknown = roster.unknown_managers().into_iter();
            of_roster.extend(unknown.filter(|fault| match &fault.kind {
                FaultKind::Unknown(unknown) => {
                    let name = unknown.name.as_str();
                    team.find(name).is_none() && !named.contains(name)
                }
                _ => true,
            }));
            team.replace(roster);
            if team.reps().count() > MAX_REPS && roster.reps.len() <= MAX_REPS {
                of_roster.push(Fault::new("reps", FaultKind::TooManyReps(MAX_REPS)));
            }
        }
        let mut faults = Vec::new();
        // A plan that is as it was is not looked at again: the router runs on it.
        let plan = edit.plan.as_ref().filter(|plan| **plan != *self.plan);
        if plan.is_some() || !names.queues.is_empty() {
            let made = plan.unwrap_or(&self.plan).bind(&team, &self.registry, plan.is_some());
            if plan.is_some() {
                faults.extend(made.faults);
            }
            let known: BTreeSet<&str> = made.queues.iter().map(|queue| &*queue.name).collect();
            let asked = edit.rename.queues.iter().filter(|(old, new)| old != new && !known.contains(new.as_str()));
            let was_there = self.known_queues(at);
            let asked = asked.filter(|(old, _)| was_there.contains_key(old.as_str()));
            let lost = asked.map(|(old, new)| {
                let unknown = UnknownName::new("queue", new, known.iter().copied());
                Fault::new(rename_path("queues", old), FaultKind::Unknown(unknown))
            });
            of_roster.extend(lost);
        }
        faults.extend(of_roster);
        if edit.accounts.iter().flatten().any(|account| account.id.is_empty()) {
            faults.push(Fault::new("accounts", FaultKind::BadName("the id of an account is empty".to_owned())));
        }
        faults.extend(renaming);
        faults
    }

    /// Makes an edit that has no faults.
    pub(super) fn make_edit(&mut self, edit: &Edit) {
        let Ok(names) = self.names(edit, self.recorded) else { return };
        self.desk.rename(&names);
        match &edit.accounts {
            Some(accounts) => self.accounts = accounts.iter().cloned().collect(),
            None => rename_owners(&mut self.accounts, &names),
        }
        if let Some(roster) = &edit.roster {
            self.desk.team.replace(roster);
        }
        if let Some(plan) = &edit.plan {
            self.plan = Arc::new(plan.clone());
        }
        self.rebind();
        self.desk.wind_all();
        // Presences may lie in the past already, and leads may be older than a new plan remembers.
        self.desk.upkeep(self.recorded);
    }

    /// Whatever changes its name; or everything that is wrong with that.
    fn names(&self, edit: &Edit, at: Instant) -> Result<Names, Vec<Fault>> {
        let mut faults = Vec::new();
        let asked = &edit.rename;
        for (old, new) in &asked.reps {
            faults.extend(name_fault(rename_path("reps", old), "rep", new));
        }
        for (old, new) in &asked.pools {
            let path = rename_path("pools", old);
            faults.extend(pool_faults(&path, new));
            if old == EVERYONE {
                faults.push(Fault::new(path, FaultKind::Everyone));
            }
        }
        for (old, new) in &asked.rotations {
            // A band's rotation may have a longer name than anything that somebody gives.
            faults.extend(
                new.trim().is_empty().then(|| name_fault(rename_path("rotations", old), "rotation", new)).flatten(),
            );
        }
        for (old, new) in &asked.labels {
            faults.extend(name_fault(rename_path("labels", old), "label", new));
        }
        let desk = &self.desk;
        let reps = Space {
            what: "rep",
            key: "reps",
            known: desk.team.reps().map(|(index, _)| (desk.team.name(index), false)).collect(),
        };
        let pools = Space { what: "pool", key: "pools", known: known_pools(&desk.team) };
        let rotations = Space { what: "rotation", key: "rotations", known: known_rotations(desk) };
        let queues = Space { what: "queue", key: "queues", known: self.known_queues(at) };
        let labels = Space { what: "label", key: "labels", known: self.known_labels() };
        let names = Names {
            reps: reps.resolve(&asked.reps, &mut faults),
            pools: pools.resolve(&asked.pools, &mut faults),
            rotations: rotations.resolve(&rotations.following(edit, &pools), &mut faults),
            queues: queues.resolve(&asked.queues, &mut faults),
            labels: labels.resolve(&asked.labels, &mut faults),
        };
        if faults.is_empty() { Ok(names) } else { Err(faults) }
    }

    /// The queues of the plan, and those that leads wait in or would go back to. What is forgotten by then names none: it
    /// is gone before the edit is made.
    fn known_queues(&self, at: Instant) -> BTreeMap<&str, bool> {
        let mut known: BTreeMap<&str, bool> = self.bound.queues.iter().map(|queue| (&*queue.name, true)).collect();
        for standing in self.desk.hand.iter().filter_map(|standing| self.desk.hand.standing(&standing.lead, at)) {
            let chain = std::iter::successors(Some(standing), |standing| standing.previous());
            known.extend(chain.filter_map(|standing| Some((standing.queue()?, false))));
        }
        known
    }

    fn known_labels(&self) -> BTreeMap<&str, bool> {
        let labels = self.bound.steps.iter().filter_map(|step| step.label.as_deref());
        let mut known: BTreeMap<&str, bool> = labels.map(|label| (label, true)).collect();
        for slot in self.desk.tallies.slots() {
            let is_idle = slot.counts.is_empty() && slot.stamps.is_empty();
            *known.entry(&slot.label).or_insert(true) &= is_idle;
        }
        known
    }
}

fn whole_account(account: &Account) -> Account {
    let whole = |time: DateTime<Utc>| Instant::from(time).to_utc_or_min();
    Account { lost_at: account.lost_at.map(whole), ..account.clone() }
}

fn known_pools(team: &Team) -> BTreeMap<&str, bool> {
    let is_idle = |(index, name): (u32, &Arc<str>)| {
        team.members(PoolIndex(index)).is_empty() && !team.declared().contains_key(&**name)
    };
    let pools = (0..).zip(team.pool_names()).filter(|(_, name)| ***name != *EVERYONE);
    pools.map(|(index, name)| (&**name, is_idle((index, name)))).collect()
}

fn known_rotations(desk: &Desk) -> BTreeMap<&str, bool> {
    let is_idle = |rotation: &Rotation| rotation.members().next().is_none();
    desk.rotations.iter().map(|rotation| (&**rotation.name(), is_idle(rotation))).collect()
}

fn rename_path(key: &str, old: &str) -> String {
    format!("rename.{key}.{}", path_part(old))
}

/// The names of one kind that are there, and whether nothing hangs on each.
struct Space<'a> {
    what: &'static str,
    key: &'static str,
    known: BTreeMap<&'a str, bool>,
}

impl Space<'_> {
    /// New names by old ones. A name on which nothing hangs makes way: it takes the one that becomes free.
    fn resolve(&self, asked: &BTreeMap<String, String>, faults: &mut Vec<Fault>) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let mut taken_by: BTreeMap<&str, &str> = BTreeMap::new();
        let done = self.done(asked);
        for (old, new) in asked.iter().filter(|(old, new)| old != new && !done.contains(old.as_str())) {
            if !self.known.contains_key(old.as_str()) {
                let unknown = UnknownName::new(self.what, old, self.known.keys().copied());
                faults.push(Fault::new(rename_path(self.key, old), FaultKind::Unknown(unknown)));
                continue;
            }
            if let Some(first) = taken_by.insert(new, old) {
                let (name, first) = (new.clone(), Some(rename_path(self.key, first)));
                let kind = FaultKind::Twice { what: self.what, name, first };
                faults.push(Fault::new(rename_path(self.key, old), kind));
            }
            names.insert(old.clone(), new.clone());
        }
        for (new, old) in taken_by.iter().map(|(new, old)| (*new, *old)) {
            let Some(&is_idle) = self.known.get(new).filter(|_| !names.contains_key(new)) else { continue };
            if is_idle && !taken_by.contains_key(old) {
                names.insert(new.to_owned(), old.to_owned());
            } else {
                let kind = FaultKind::Taken { what: self.what, name: new.to_owned() };
                faults.push(Fault::new(rename_path(self.key, old), kind));
            }
        }
        names
    }

    /// The old names that are gone because somebody made the same edit before: the new ones are there. Of names that move
    /// up in a row, all but the first are.
    fn done<'n>(&self, asked: &'n BTreeMap<String, String>) -> BTreeSet<&'n str> {
        let asked = || asked.iter().map(|(old, new)| (old.as_str(), new.as_str())).filter(|(old, new)| old != new);
        let renames: BTreeMap<&str, &str> = asked().collect();
        let targets: BTreeSet<&str> = asked().map(|(_, new)| new).collect();
        let mut done = BTreeSet::new();
        let firsts = asked().filter(|(old, _)| !self.known.contains_key(old) && !targets.contains(old));
        for (first, _) in firsts {
            let mut row = vec![first];
            let mut last = first;
            // Two names may lead into one circle.
            while let Some(next) = renames.get(last).filter(|next| !row.contains(next)) {
                last = next;
                row.push(next);
            }
            let is_done = row.iter().skip(1).all(|name| self.known.contains_key(name)) && !renames.contains_key(last);
            done.extend(row.into_iter().filter(|name| is_done && renames.contains_key(name)));
        }
        done
    }

    /// What rotations are to be called: as it is asked, else as their pool, if that is renamed now.
    fn following(&self, edit: &Edit, pools: &Space<'_>) -> BTreeMap<String, String> {
        let done = pools.done(&edit.rename.pools);
        let follows = |rotation: &&str| {
            let pool = rotation.split('@').next().filter(|pool| !done.contains(pool))?;
            let new = edit.rename.pools.get(pool)?;
            Some(((*rotation).to_owned(), format!("{new}{}", rotation.get(pool.len()..)?)))
        };
        let mut asked: BTreeMap<String, String> = self.known.keys().filter_map(follows).collect();
        asked.extend(edit.rename.rotations.clone());
        asked
    }
}

fn reps(before: &Team, after: &Team) -> Changes {
    let mut changes = Changes::default();
    for (index, rep) in after.reps() {
        let earlier = before.rep(index).filter(|rep| !rep.has_left()).map(|_| before.name(index));
        changes.note(earlier, (!rep.has_left()).then(|| after.name(index)));
    }
    changes.sorted()
}

/// Rotations that the plan uses.
fn in_use(router: &Router) -> BTreeSet<RotationIndex> {
    router.desk.seatings.iter().map(|seating| seating.rotation()).collect()
}

fn rotations(before: &Router, after: &Router) -> Changes {
    let (used, uses) = (in_use(before), in_use(after));
    let mut changes = Changes::default();
    for (index, rotation) in (0..).map(RotationIndex::at).zip(&after.desk.rotations) {
        let earlier = before.desk.rotation(index).filter(|_| used.contains(&index));
        let name = uses.contains(&index).then_some(&**rotation.name());
        changes.note(earlier.map(|rotation| &**rotation.name()), name);
    }
    changes.sorted()
}

fn members(before: &Desk, after: &Router) -> BTreeMap<String, Changes> {
    let of = |index: RotationIndex| {
        let rotation = after.desk.rotation(index)?;
        let members = |rotation: &Rotation| rotation.members().map(|(rep, _)| rep).collect::<BTreeSet<RepIndex>>();
        let earlier = before.rotation(index).map(members).unwrap_or_default();
        let now = members(rotation);
        let mut changes = Changes::default();
        for rep in earlier.union(&now) {
            let earlier = earlier.contains(rep).then(|| before.team.name(*rep));
            changes.note(earlier, now.contains(rep).then(|| after.desk.team.name(*rep)));
        }
        Some((rotation.name().to_string(), changes.sorted()))
    };
    in_use(after).into_iter().filter_map(of).collect()
}

fn queues(before: &Router, after: &Router, names: &Names) -> Changes {
    let mut new: BTreeSet<&str> = after.bound.queues.iter().map(|queue| &*queue.name).collect();
    let mut changes = Changes::default();
    for queue in &before.bound.queues {
        let now = names.queues.get(&*queue.name).map_or(&*queue.name, String::as_str);
        changes.note(Some(&queue.name), new.remove(now).then_some(now));
    }
    for queue in new {
        changes.note(None, Some(queue));
    }
    changes.sorted()
}

/// Labels under which the steps of the plan keep tallies.
fn labels(before: &Router, after: &Router) -> Changes {
    let (used, uses) = (&before.bound.tallies, &after.bound.tallies);
    let slots: BTreeSet<usize> = used.iter().chain(uses).copied().collect();
    let label = |router: &Router, slot: usize| {
        let is_used = router.bound.tallies.contains(&slot);
        router.desk.tallies.slots().get(slot).filter(|_| is_used).map(|slot| slot.label.to_string())
    };
    let pairs: BTreeSet<_> = slots.into_iter().map(|slot| (label(before, slot), label(after, slot))).collect();
    let mut changes = Changes::default();
    for (earlier, now) in &pairs {
        changes.note(earlier.as_deref(), now.as_deref());
    }
    changes.sorted()
}

fn leads_of_departed(before: &Desk, after: &Desk) -> Vec<LeadOf> {
    let was_there = |rep: RepIndex| before.team.rep(rep).is_some_and(|rep| !rep.has_left());
    let departed = |rep: &&TeamRep| rep.has_left();
    let leads = after.hand.iter().filter_map(|standing| {
        let index = standing.rep().filter(|rep| was_there(*rep))?;
        after.team.rep(index).filter(departed)?;
        Some(LeadOf { lead: standing.lead.to_string(), rep: after.team.name(index).to_owned() })
    });
    let mut leads: Vec<LeadOf> = leads.collect();
    leads.sort();
    leads
}

fn moved_leads(before: &Desk, after: &Desk, names: &Names) -> Vec<MovedLead> {
    let leads = before.hand.iter().filter_map(|standing| {
        let from = standing.queue()?;
        let expected = names.queues.get(from).map_or(from, String::as_str);
        let to = after.hand.get(&standing.lead)?.queue().filter(|to| *to != expected)?;
        Some(MovedLead { lead: standing.lead.to_string(), from: from.to_owned(), to: to.to_owned() })
    });
    let mut leads: Vec<MovedLead> = leads.collect();
    leads.sort();
    leads
}

fn forgotten_leads(before: &Desk, after: &Desk) -> Vec<String> {
    let gone = before.hand.iter().filter(|standing| after.hand.get(&standing.lead).is_none());
    let mut leads: Vec<String> = gone.map(|standing| standing.lead.to_string()).collect();
    leads.sort();
    leads
}
