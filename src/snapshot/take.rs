//! What is written down of a snapshot: what the router kept when it was taken, by name.

use super::amount::Amount;
use super::form::{
    ChangeForm, ChargeForm, ClockForm, CountForm, EarlierForm, EarlierLeadForm, Form, GivenForm, LeadForm, LifeForm,
    LoadForm, MemberForm, NumberedForm, PinForm, PoolForm, RepForm, RotationForm, StandingForm, TallyForm, TurnForm,
    UnsettledForm,
};
use super::rep::RepParts;
use super::seats::SeatLists;
use super::{Kept, SNAPSHOT_FORMAT};
use crate::book::Book;
use crate::decision::Outcome;
use crate::desk::{
    Counted, Desk, EarlierLead, EarlierPlace, Life, Load, Mark, Pending, Pinning, Place, Rotation, RotationIndex,
    Since, Standing, TallySlot, TurnTaken, Undo, bit,
};
use crate::fair::{Charge, Ledger, Slot};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::limits::MAX_RUNGS;
use crate::order::Pin;
use crate::roster::EVERYONE;
use crate::sla::Ladder;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn take(kept: &Kept, book: &Book) -> Form {
    let Kept { plan, accounts, desk, sequence, recorded } = kept;
    let mut seats: Vec<SeatLists<'_>> =
        desk.rotations.iter().map(|rotation| SeatLists::new(rotation.ledger())).collect();
    let names: Vec<Arc<str>> = desk.team.reps().map(|(index, _)| Arc::from(desk.team.name(index))).collect();
    let rotations = desk.rotations.iter().zip(&mut seats);
    let mut rotations: Vec<RotationForm> =
        rotations.map(|(rotation, seats)| rotation_form(desk, &names, rotation, seats)).collect();
    let mut standings: Vec<&Standing> = desk.hand.iter().collect();
    standings.sort_unstable_by_key(|standing| standing.sequence);
    let mut taking = Taking { desk, book, seats, ladders: Vec::new() };
    let leads: Vec<LeadForm> = standings.into_iter().map(|standing| taking.lead(standing)).collect();
    for (rotation, seats) in rotations.iter_mut().zip(taking.seats) {
        rotation.seats = seats.into_forms();
    }
    let pools = desk.team.pool_names().filter(|name| ***name != *EVERYONE);
    Form {
        format: SNAPSHOT_FORMAT,
        sequence: *sequence,
        at: recorded.to_utc(),
        plan: Arc::clone(plan),
        pools: pools.map(|name| pool_form(desk, name)).collect(),
        hours: desk.team.times().hours.clone(),
        calendars: desk.team.times().calendars.clone(),
        reps: desk.team.reps().zip(&names).filter_map(|((index, _), name)| rep_form(desk, index, name)).collect(),
        accounts: accounts.copies().collect(),
        rotations,
        tallies: desk.tallies.slots().iter().map(|slot| tally_form(desk, slot)).collect(),
        pins: desk.pins.all().map(|(on, pinning)| pin_form(desk, on, pinning)).collect(),
        earlier: desk.earlier.all().map(|(place, mark, leads)| earlier_form(desk, place, mark, leads)).collect(),
        ladders: taking.ladders.iter().map(|ladder| Ladder::clone(ladder)).collect(),
        leads,
    }
}

fn earlier_form(desk: &Desk, place: &EarlierPlace, mark: Mark, leads: &[EarlierLead]) -> EarlierForm {
    let leads = leads.iter().map(|lead| earlier_lead_form(desk, *lead)).collect();
    EarlierForm { of: place.common, field: place.field.to_string(), mark: mark.to_string(), leads }
}

fn earlier_lead_form(desk: &Desk, lead: EarlierLead) -> EarlierLeadForm {
    EarlierLeadForm { rep: desk.team.name(lead.rep).to_owned(), at: lead.since.to_utc_or_min(), commit: lead.commit }
}

fn pool_form(desk: &Desk, name: &Arc<str>) -> PoolForm {
    let declared = desk.team.declared().get(&**name).cloned();
    let (mut given, mut given_by_member) = (Vec::new(), BTreeMap::new());
    if let Some(pool) = desk.team.find_pool(name) {
        given.extend(desk.caps.given(Counted::Pool(pool)).map(given_form));
        for &rep in desk.team.members(pool) {
            let given: Vec<GivenForm> = desk.caps.given(Counted::Member(pool, rep)).map(given_form).collect();
            if !given.is_empty() {
                given_by_member.insert(desk.team.name(rep).to_owned(), given);
            }
        }
    }
    PoolForm { name: name.to_string(), declared, given, given_by_member }
}

fn rep_form(desk: &Desk, index: RepIndex, name: &Arc<str>) -> Option<RepForm> {
    let rep = desk.team.rep(index)?;
    let parts = RepParts::of(&desk.team, index, Arc::clone(name))?;
    let pause = rep.pause().map(|pause| pause.order.clone());
    let given = desk.caps.given(Counted::Rep(index)).map(given_form).collect();
    Some(RepForm { rep: parts, left: rep.has_left(), pause, load: load_form(rep.load()), given })
}

fn given_form((at, record): Since) -> GivenForm {
    GivenForm { at: at.to_utc_or_min(), record }
}

fn pin_form(desk: &Desk, on: Pin, pinning: &Pinning) -> PinForm {
    PinForm { on, rep: desk.team.name(pinning.rep).to_owned(), order: pinning.order() }
}

fn load_form(Load { open, since: (at, record) }: Load) -> LoadForm {
    LoadForm { open, at: at.to_utc(), record }
}

fn rotation_form(desk: &Desk, names: &[Arc<str>], rotation: &Rotation, seats: &mut SeatLists<'_>) -> RotationForm {
    let ledger = rotation.ledger();
    let member = |(slot, (rep, (_, balance))): (u32, (&RepIndex, (u64, Option<i128>)))| MemberForm {
        rep: names.get(rep.0 as usize).cloned().unwrap_or_default(),
        balance: balance.map(Amount::from),
        value: ledger.value(Slot(slot)).unwrap_or(0).into(),
    };
    let pool = |index: &PoolIndex| desk.team.pool_name(*index).map(|name| String::from(&**name));
    RotationForm {
        name: rotation.name().to_string(),
        pools: rotation.pools().iter().filter_map(pool).collect(),
        members: (0..).zip(rotation.holders().iter().zip(ledger.accounts())).map(member).collect(),
        pot: ledger.pot().into(),
        departed: ledger.departed().into(),
        value_pot: ledger.value_pot().into(),
        value_departed: ledger.value_departed().into(),
        turns: rotation.charges(),
        granted: rotation.granted(),
        seats: Vec::new(),
        charges: rotation
            .kept()
            .iter()
            .map(|(number, charge)| NumberedForm { number, charge: seats.charge(charge) })
            .collect(),
    }
}

fn tally_form(desk: &Desk, slot: &TallySlot) -> TallyForm {
    let reps: BTreeSet<RepIndex> = slot.counts.keys().chain(slot.stamps.keys()).copied().collect();
    let count = |rep: RepIndex| CountForm {
        rep: desk.team.name(rep).to_owned(),
        count: slot.counts.get(&rep).copied().unwrap_or(0),
        stamps: slot.stamps.get(&rep).into_iter().flatten().copied().collect(),
    };
    TallyForm {
        label: slot.label.to_string(),
        name: slot.name.to_string(),
        reps: reps.into_iter().map(count).collect(),
    }
}

/// Rungs by their numbers.
fn rungs(bits: u32) -> BTreeSet<u64> {
    (0..MAX_RUNGS).filter(|place| bits & bit(*place) != 0).map(|place| place as u64 + 1).collect()
}

struct Taking<'a> {
    desk: &'a Desk,
    book: &'a Book,
    /// For each rotation.
    seats: Vec<SeatLists<'a>>,
    /// Those of leads met so far.
    ladders: Vec<Arc<Ladder>>,
}

impl Taking<'_> {
    fn lead(&mut self, standing: &Standing) -> LeadForm {
        let mut before = Vec::new();
        let mut next = standing.previous();
        while let Some(standing) = next {
            before.push(self.standing(standing));
            next = standing.previous();
        }
        LeadForm { lead: standing.lead.to_string(), stands: self.standing(standing), before }
    }

    fn standing(&mut self, standing: &Standing) -> StandingForm {
        let (outcome, held) = match &standing.place {
            Place::With(rep) => (Outcome::Assigned { rep: self.rep(*rep) }, None),
            Place::Held(held) => (Outcome::Queued { queue: String::from(&*held.queue) }, Some(held)),
        };
        let since = held.map_or(standing.at, |held| held.since);
        StandingForm {
            commit: standing.sequence,
            at: standing.at.to_utc_or_min(),
            outcome,
            since: (since != standing.at).then(|| since.to_utc_or_min()),
            band: held.and_then(|held| held.rank.band()),
            worth: held.and_then(|held| held.rank.worth.0),
            reason: held.filter(|_| standing.pending.is_none()).map(|held| self.book.told(&held.said)),
            path: Arc::clone(&standing.path),
            pool: self.pool(standing.pool),
            learners: standing.learners.clone(),
            turn: standing.turn.map(|turn| self.turn(turn)),
            life: standing.life.as_deref().map(|life| self.life(life)).unwrap_or_default(),
            unsettled: standing.pending.as_ref().map(|pending| self.unsettled(pending)),
        }
    }

    fn life(&mut self, life: &Life) -> LifeForm {
        let time = |at: Option<Instant>| at.map(Instant::to_utc_or_min);
        LifeForm {
            clock: life.clock.as_ref().map(|clock| ClockForm {
                ladder: self.ladder(&clock.ladder),
                commit: clock.commit,
                from: clock.from.to_utc_or_min(),
                counted: clock.counted.try_into().unwrap_or(0),
                done: rungs(clock.done),
            }),
            notified: time(life.notified),
            seen: time(life.seen),
            contacted: time(life.contacted),
            qualified: time(life.qualified),
            passed_on: life.passed_on,
            rejected_by: life.rejected_by.iter().map(|rep| self.rep(*rep)).collect(),
            covered_for: life.covered_for.map(|rep| self.rep(rep)),
            rejected: time(life.rejected),
            ended: rungs(life.ended),
        }
    }

    /// The place of a ladder. There are few, and leads share them.
    fn ladder(&mut self, ladder: &Arc<Ladder>) -> u64 {
        let same = |known: &Arc<Ladder>| Arc::ptr_eq(known, ladder) || known == ladder;
        let place = self.ladders.iter().position(same).unwrap_or_else(|| {
            self.ladders.push(Arc::clone(ladder));
            self.ladders.len() - 1
        });
        place as u64
    }

    fn unsettled(&mut self, pending: &Pending) -> UnsettledForm {
        let changes = pending.changes.iter().map(|change| self.change(change)).collect();
        UnsettledForm { reason: self.book.told(&pending.said), changes }
    }

    fn change(&mut self, change: &Undo) -> ChangeForm {
        match change {
            Undo::Load { rep, before, after } => {
                ChangeForm::Load { rep: self.rep(*rep), before: load_form(*before), after: load_form(*after) }
            }
            Undo::Given { counted, since } => {
                let (rep, pool) = self.counted(*counted);
                ChangeForm::Given { rep, pool, lead: given_form(*since) }
            }
            Undo::TakenBack { counted, since } => {
                let (rep, pool) = self.counted(*counted);
                ChangeForm::TakenBack { rep, pool, lead: given_form(*since) }
            }
            Undo::Turn(turn) => ChangeForm::Turn(self.turn(*turn)),
            Undo::TurnBack { rotation, number, charge } => ChangeForm::TurnBack {
                rotation: self.rotation(*rotation),
                number: *number,
                charge: self.charge(*rotation, charge),
            },
            Undo::Dropped { rotation, number, charge } => ChangeForm::Dropped {
                rotation: self.rotation(*rotation),
                number: *number,
                charge: self.charge(*rotation, charge),
            },
            Undo::Noted(noted) => ChangeForm::Noted {
                of: noted.common,
                field: noted.field.to_string(),
                mark: noted.mark.to_string(),
                replaced: noted.replaced.map(|replaced| earlier_lead_form(self.desk, replaced)),
            },
            Undo::Tally { slot, rep, delta } => {
                let (label, name) = self.tally(*slot);
                ChangeForm::Tally { label, name, rep: self.rep(*rep), by: *delta }
            }
            Undo::Stamp { slot, rep, sequence } => {
                let (label, name) = self.tally(*slot);
                ChangeForm::Stamp { label, name, rep: self.rep(*rep), record: *sequence }
            }
        }
    }

    fn counted(&self, counted: Counted) -> (Option<String>, Option<String>) {
        let (rep, pool) = match counted {
            Counted::Rep(rep) => (Some(rep), None),
            Counted::Member(pool, rep) => (Some(rep), Some(pool)),
            Counted::Pool(pool) => (None, Some(pool)),
        };
        (rep.map(|rep| self.rep(rep)), self.pool(pool).map(|pool| String::from(&*pool)))
    }

    fn turn(&self, TurnTaken { rotation, number, slot, size }: TurnTaken) -> TurnForm {
        TurnForm { rotation: self.rotation(rotation), number, slot: slot.0, size: size.parts() }
    }

    fn charge(&mut self, index: RotationIndex, charge: &Charge) -> ChargeForm {
        // INVARIANT: each rotation has its lists.
        match self.seats.get_mut(index.place()) {
            Some(seats) => seats.charge(charge),
            None => SeatLists::new(&Ledger::default()).charge(charge),
        }
    }

    fn rep(&self, rep: RepIndex) -> String {
        self.desk.team.name(rep).to_owned()
    }

    fn pool(&self, pool: Option<PoolIndex>) -> Option<Arc<str>> {
        self.desk.team.pool_name(pool?).cloned()
    }

    fn rotation(&self, rotation: RotationIndex) -> Arc<str> {
        self.desk.rotation(rotation).map(|rotation| Arc::clone(rotation.name())).unwrap_or_default()
    }

    fn tally(&self, slot: usize) -> (String, String) {
        let slot = self.desk.tallies.slots().get(slot);
        slot.map(|slot| (slot.label.to_string(), slot.name.to_string())).unwrap_or_default()
    }
}
