//! Restoring a snapshot: the written form, as what the router keeps. Everything that could not have been written by a
//! router is a fault, and all of them come at once.

use super::Kept;
use super::amount::Amount;
use super::at::{At, TOP};
use super::form::{
    ChangeForm, ChargeForm, EarlierLeadForm, Form, GivenForm, LeadForm, LoadForm, RotationForm, StandingForm,
    TallyForm, TurnForm, UnsettledForm,
};
use crate::account::Accounts;
use crate::decision::Outcome;
use crate::desk::{
    Caps, Counted, Desk, Earlier, EarlierLead, FormerRep, Load, Mark, Noted, Pause, Pending, Pins, Place, Rotation,
    RotationIndex, Said, Since, Standing, Tallies, TallySlot, Team, TurnTaken, Undo,
};
use crate::fair::{Charge, Ledger, SeatList, Sharers, Size, Slot};
use crate::fault::{Fault, FaultKind, UnknownName};
use crate::hash::stable_hash;
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::lead_id::LeadId;
use crate::limits::{MAX_EXTRA_TURNS, MAX_LEAD_ID_BYTES, MAX_REPS, MAX_SEQUENCE, MAX_UNSETTLED_DEPTH};
use crate::reason::Reason;
use crate::roster::{EVERYONE, Times, pool_record_faults, rep_faults};
use crate::sla::Ladder;
use crate::table::fast_hash;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Reads the form, or tells everything that is wrong with it but for the plan, which is not bound yet.
pub(super) fn restore(form: &Form) -> Result<Kept, Vec<Fault>> {
    let mut reader = Reader::new(form);
    let accounts = reader.accounts(form);
    let rotations = form.rotations.iter().map(|rotation| reader.rotation(rotation)).collect();
    let tallies = form.tallies.iter().map(|tally| reader.tally(tally)).collect();
    let pins = reader.pins(form);
    let caps = reader.caps(form);
    let earlier = reader.earlier(form);
    reader.ladders = reader.ladders(form);
    let mut leads: Vec<Standing> = form.leads.iter().filter_map(|lead| reader.lead(lead)).collect();
    reader.check_order();
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let mut desk = Desk::new(reader.team);
    desk.team.resume_at(reader.recorded);
    desk.rotations = rotations;
    desk.tallies = Tallies::restore(tallies);
    desk.pins = pins;
    desk.caps = caps;
    desk.earlier = earlier;
    // In any other order than that of the commits, each would have to look for its place.
    leads.sort_unstable_by_key(|standing| standing.sequence);
    for standing in leads {
        desk.hand.put(fast_hash(&standing.lead), standing);
    }
    Ok(Kept { plan: Arc::clone(&form.plan), accounts, desk, sequence: form.sequence, recorded: reader.recorded })
}

pub(super) struct Reader<'a> {
    faults: Vec<Fault>,
    sequence: u64,
    recorded: Instant,
    team: Team,
    /// By name: the index, and what turns may name.
    rotations: BTreeMap<&'a str, KnownRotation>,
    tallies: BTreeMap<(&'a str, &'a str), usize>,
    leads: BTreeSet<&'a str>,
    /// By place.
    pub(super) ladders: Vec<Arc<Ladder>>,
    turns: BTreeSet<(RotationIndex, u64)>,
    /// When each commit was made, by number, of which lead, and which it is of those before the one that stands.
    commits: BTreeMap<u64, (Instant, (&'a str, Option<usize>))>,
    /// Leads that came the same way share its text.
    texts: BTreeSet<Arc<str>>,
}

/// Who may have shared a turn, and what they weigh in all.
#[derive(Clone)]
pub(super) struct KnownSeats {
    pub(super) list: SeatList,
    pub(super) total: u64,
}

impl From<SeatList> for KnownSeats {
    fn from(list: SeatList) -> Self {
        let total = list.iter().map(|seat| u64::from(seat.weight)).sum();
        Self { list, total }
    }
}

struct KnownRotation {
    index: RotationIndex,
    slots: usize,
    turns: u64,
    seats: Vec<KnownSeats>,
}

impl<'a> Reader<'a> {
    fn new(form: &'a Form) -> Self {
        let recorded = form.at.map_or(Instant::START, Instant::from);
        let mut reader = Self {
            faults: Vec::new(),
            sequence: form.sequence,
            recorded,
            team: Team::restore([], BTreeMap::new(), Default::default(), Vec::new()),
            rotations: BTreeMap::new(),
            tallies: BTreeMap::new(),
            leads: BTreeSet::new(),
            ladders: Vec::new(),
            turns: BTreeSet::new(),
            commits: BTreeMap::new(),
            texts: BTreeSet::new(),
        };
        reader.number(&TOP.key("sequence"), "sequence number", form.sequence, 0, MAX_SEQUENCE);
        match (form.sequence, form.at) {
            (0, Some(_)) => reader.contradiction(&TOP.key("at"), "there is a time of the last record, but no record"),
            (1.., None) => reader.contradiction(&TOP.key("at"), "there are records, but no time of the last one"),
            _ => {}
        }
        reader.team = reader.team(form);
        reader
    }

    fn team(&mut self, form: &'a Form) -> Team {
        let mut pools = BTreeSet::from([EVERYONE]);
        for pool in &form.pools {
            if !pools.insert(&pool.name) {
                self.twice(&TOP.key("pools"), "pool", &pool.name);
            }
        }
        if form.reps.len() > MAX_REPS {
            self.fault(&TOP.key("reps"), FaultKind::TooManyReps(MAX_REPS));
        }
        let times = Times { hours: &form.hours, calendars: &form.calendars };
        self.faults.extend(times.faults());
        for pool in &form.pools {
            self.faults.extend(pool.declared.iter().flat_map(|declared| pool_record_faults(&pool.name, declared)));
        }
        let mut ids = BTreeSet::new();
        let mut reps = Vec::with_capacity(form.reps.len().min(MAX_REPS));
        for rep in &form.reps {
            if !ids.insert(&*rep.rep.id) {
                self.twice(&TOP.key("reps"), "rep", &rep.rep.id);
            }
            let record = rep.rep.record();
            self.faults.extend(rep_faults(&record, times));
            let path = TOP.entry("reps", &rep.rep.id);
            if rep.left && rep.rep.is_in_pools() {
                self.contradiction(&path.key("pools"), "the rep has left, but is in pools");
            }
            let load = self.load(&path.key("load"), &rep.load);
            let pause =
                rep.pause.clone().map(|order| Pause { order: order.map_end(|end| Instant::from(end).to_utc_or_min()) });
            reps.push(FormerRep { record, left: rep.left, pause, load });
        }
        let declared = form.pools.iter().filter_map(|pool| Some((pool.name.clone(), pool.declared.clone()?)));
        Team::restore(
            form.pools.iter().map(|pool| pool.name.as_str()),
            declared.collect(),
            (form.hours.clone(), form.calendars.clone()),
            reps,
        )
    }

    fn accounts(&mut self, form: &Form) -> Accounts {
        let mut accounts = Accounts::new();
        for account in &form.accounts {
            if account.id.is_empty() {
                self.fault(&TOP.key("accounts"), FaultKind::BadName("the id of an account is empty".to_owned()));
            }
            if accounts.find_by_id(&account.id).is_some() {
                self.twice(&TOP.key("accounts"), "account", &account.id);
            }
            accounts.put(account);
        }
        accounts
    }

    fn rotation(&mut self, form: &'a RotationForm) -> Rotation {
        let path = TOP.entry("rotations", &form.name);
        if self.rotations.contains_key(form.name.as_str()) {
            self.twice(&TOP.key("rotations"), "rotation", &form.name);
        }
        let pools = form.pools.iter().filter_map(|pool| self.pool(&path.key("pools"), pool)).collect();
        let mut present = BTreeSet::new();
        let mut holders = Vec::with_capacity(form.members.len());
        let mut accounts = Vec::with_capacity(form.members.len());
        let mut values = Vec::with_capacity(form.members.len());
        for member in &form.members {
            let path = path.entry("members", &member.rep);
            // Without the rep there is a fault, and what stands in means nothing.
            let rep = self.rep(&path, &member.rep).unwrap_or(RepIndex(u32::MAX));
            if member.balance.is_some() && !present.insert(&*member.rep) {
                self.twice(&path, "member", &member.rep);
            }
            holders.push(rep);
            let balance = member.balance.as_ref().map(|balance| self.amount(&path, balance));
            accounts.push((stable_hash(&[&form.name, &member.rep]), balance));
            values.push(self.amount(&path.key("value"), &member.value));
        }
        let value_pot = self.amount(&path.key("value_pot"), &form.value_pot);
        let value_departed = self.amount(&path.key("value_departed"), &form.value_departed);
        let pot = self.amount(&path.key("pot"), &form.pot);
        let departed = self.amount(&path.key("departed"), &form.departed);
        self.number(&path.key("turns"), "number of turns", form.turns, 0, self.sequence);
        let most = self.sequence.saturating_mul(MAX_EXTRA_TURNS.into()).min(MAX_SEQUENCE);
        self.number(&path.key("granted"), "number of turns", form.granted, 0, most);
        let ledger = self.ledger(&path, accounts, pot, departed);
        let ledger = ledger.and_then(|ledger| self.valued(&path, ledger, values, value_pot, value_departed));
        let ledger = ledger.unwrap_or_default();

        let slots = form.members.len();
        let mut seats = Vec::with_capacity(form.seats.len());
        for (place, list) in form.seats.iter().enumerate() {
            let list = self.seats(&path.item("seats", place), list, &seats, slots);
            seats.push(list.into());
        }
        let index = RotationIndex::at(self.rotations.len());
        self.rotations.insert(&form.name, KnownRotation { index, slots, turns: form.turns, seats });

        let mut kept = BTreeMap::new();
        for (place, charge) in form.charges.iter().enumerate() {
            let path = path.item("charges", place);
            self.number(&path.key("number"), "turn", charge.number, 1, form.turns);
            if let Some((_, read)) = self.charge(&path.key("charge"), &form.name, &charge.charge)
                && kept.insert(charge.number, read).is_some()
            {
                self.twice(&path.key("number"), "turn", &charge.number.to_string());
            }
        }
        Rotation::restore(Arc::from(form.name.as_str()), ledger, pools, holders, form.turns, kept, form.granted)
    }

    /// The ledger of such amounts; none if one of them is none, which is a fault already, or if they do not add up.
    fn ledger(
        &mut self,
        path: &At<'_>,
        accounts: Vec<(u64, Option<Option<i128>>)>,
        pot: Option<i128>,
        departed: Option<i128>,
    ) -> Option<Ledger> {
        let known = |(lot, balance): (u64, Option<Option<i128>>)| match balance {
            Some(balance) => balance.map(|balance| (lot, Some(balance))),
            None => Some((lot, None)),
        };
        let accounts: Vec<(u64, Option<i128>)> = accounts.into_iter().map(known).collect::<Option<_>>()?;
        let (pot, departed) = (pot?, departed?);
        let amounts = accounts.iter().filter_map(|(_, balance)| *balance).chain([pot, departed]);
        let sum = amounts.fold(0, i128::saturating_add);
        let ledger = Ledger::restore(accounts, pot, departed);
        if ledger.is_none() {
            self.contradiction(path, format!("balances, pot and departed add up to {sum}, not to 0"));
        }
        ledger
    }

    /// The same ledger with what is owed of what leads are worth.
    fn valued(
        &mut self,
        path: &At<'_>,
        ledger: Ledger,
        values: Vec<Option<i128>>,
        pot: Option<i128>,
        departed: Option<i128>,
    ) -> Option<Ledger> {
        let mut values: Vec<i128> = values.into_iter().collect::<Option<_>>()?;
        if values.iter().all(|value| *value == 0) {
            // A rotation that balances nothing keeps no list.
            values.clear();
        }
        let ledger = ledger.with_values(values, pot?, departed?);
        if ledger.is_none() {
            self.contradiction(
                path,
                "values, their pot and what departed do not add up to 0, or somebody who left has one",
            );
        }
        ledger
    }

    fn charge(&mut self, path: &At<'_>, rotation: &str, form: &ChargeForm) -> Option<(RotationIndex, Charge)> {
        let Some(known) = self.rotations.get(rotation) else {
            self.unknown(path, "rotation", rotation);
            return None;
        };
        let (index, slots, lists) = (known.index, known.slots, known.seats.len());
        let seats = usize::try_from(form.seats).ok().and_then(|place| known.seats.get(place)).cloned();
        self.slot(path, form.chosen, slots);
        let Some(seats) = seats else {
            self.number(path, "list of seats", form.seats, 0, (lists as u64).saturating_sub(1));
            return None;
        };
        let size = self.size(path, form.size);
        let credit = |amount: &Amount| u64::try_from(amount.number()?).ok();
        let (credit, value_credit) =
            (credit(&form.credit).unwrap_or(0), credit(&form.value_credit).unwrap_or(u64::MAX));
        let KnownSeats { list, total } = seats;
        let sharers = Sharers::Seats(list);
        let charge = Charge { chosen: Slot(form.chosen), credit, size, value_credit, sharers };
        if !charge.is_one_turn(total) {
            self.contradiction(path, format!("a credit of `{}` does not share out one turn", form.credit));
        }
        Some((index, charge))
    }

    fn tally(&mut self, form: &'a TallyForm) -> TallySlot {
        let label = TOP.entry("tallies", &form.label);
        let path = label.named(&form.name);
        let next = self.tallies.len();
        if self.tallies.insert((&form.label, &form.name), next).is_some() {
            self.twice(&path, "tally", &form.name);
        }
        let (mut counts, mut stamps) = (BTreeMap::new(), BTreeMap::new());
        let mut known = BTreeSet::new();
        for count in &form.reps {
            let path = path.named(&count.rep);
            let Some(rep) = self.rep(&path, &count.rep) else { continue };
            if !known.insert(rep) {
                self.twice(&path, "rep", &count.rep);
            }
            if count.count != 0 {
                counts.insert(rep, count.count);
            }
            for &stamp in &count.stamps {
                self.record(&path.key("stamps"), stamp);
            }
            if !count.stamps.is_empty() {
                stamps.insert(rep, count.stamps.iter().copied().collect());
            }
        }
        TallySlot { label: self.text(&form.label), name: self.text(&form.name), counts, stamps }
    }

    fn earlier(&mut self, form: &Form) -> Earlier {
        let mut earlier = Earlier::default();
        let mut known = BTreeSet::new();
        for (place, noted) in form.earlier.iter().enumerate() {
            let path = TOP.item("earlier", place);
            let mark = self.mark(&path, &noted.mark);
            let leads: Vec<_> = noted.leads.iter().filter_map(|lead| self.earlier_lead(&path, lead)).collect();
            if !leads.is_sorted_by(|one, next| one.commit < next.commit) {
                self.contradiction(&path, "the leads are not in the order of their commits".to_owned());
            }
            if !known.insert((noted.of, &noted.field, mark)) {
                self.twice(&path, "mark", &noted.mark);
            } else if let Some(mark) = mark {
                earlier.restore(noted.of, &self.text(&noted.field), mark, leads);
            }
        }
        earlier
    }

    fn mark(&mut self, path: &At<'_>, text: &str) -> Option<Mark> {
        let mark = text.parse().ok();
        if mark.is_none() {
            let message = format!("`{text}` is not 32 hexadecimal digits");
            self.fault(&path.key("mark"), FaultKind::BadName(message));
        }
        mark
    }

    fn earlier_lead(&mut self, path: &At<'_>, form: &EarlierLeadForm) -> Option<EarlierLead> {
        self.record(path, form.commit);
        Some(EarlierLead { rep: self.rep(path, &form.rep)?, since: Instant::from(form.at), commit: form.commit })
    }

    fn pins(&mut self, form: &Form) -> Pins {
        let mut pins = Pins::default();
        let mut known = BTreeSet::new();
        for pin in &form.pins {
            let (kind, name) = (pin.on.kind(), pin.on.name());
            if !known.insert((kind, name)) {
                self.twice(&TOP.key("pins"), "pin", &pin.on.to_string());
            } else if let Some(rep) = self.rep(&TOP.entry("pins", name), &pin.rep) {
                pins.put(kind, name, rep, &pin.order);
            }
        }
        pins
    }

    fn caps(&mut self, form: &Form) -> Caps {
        let mut caps = Caps::default();
        for rep in &form.reps {
            let path = TOP.entry("reps", &rep.rep.id);
            let path = path.key("given");
            if let Some(index) = self.team.find(&rep.rep.id) {
                caps.restore(Counted::Rep(index), self.given(&path, &rep.given));
            }
        }
        for pool in &form.pools {
            let path = TOP.entry("pools", &pool.name);
            let Some(index) = self.team.find_pool(&pool.name) else { continue };
            caps.restore(Counted::Pool(index), self.given(&path.key("given"), &pool.given));
            for (rep, given) in &pool.given_by_member {
                let path = path.entry("given_by_member", rep);
                if let Some(rep) = self.rep(&path, rep) {
                    caps.restore(Counted::Member(index, rep), self.given(&path, given));
                }
            }
        }
        caps
    }

    /// Leads that count for a cap.
    fn given(&mut self, path: &At<'_>, form: &[GivenForm]) -> VecDeque<Since> {
        let given: VecDeque<Since> = form.iter().map(|given| self.since(path, *given)).collect();
        if !given.iter().zip(given.iter().skip(1)).all(|(one, next)| one.0 <= next.0 && one.1 < next.1) {
            self.contradiction(path, "the leads are not in the order in which they were given");
        }
        given
    }

    fn since(&mut self, path: &At<'_>, given: GivenForm) -> Since {
        self.record(&path.key("record"), given.record);
        (self.time(&path.key("at"), given.at), given.record)
    }

    fn counted(&mut self, path: &At<'_>, rep: Option<&str>, pool: Option<&str>) -> Option<Counted> {
        match (rep, pool) {
            (Some(rep), None) => self.rep(path, rep).map(Counted::Rep),
            (Some(rep), Some(pool)) => Some(Counted::Member(self.pool(path, pool)?, self.rep(path, rep)?)),
            (None, Some(pool)) => self.pool(path, pool).map(Counted::Pool),
            (None, None) => {
                self.contradiction(path, "it names neither a rep nor a pool");
                None
            }
        }
    }

    fn lead(&mut self, form: &'a LeadForm) -> Option<Standing> {
        let path = TOP.entry("leads", &form.lead);
        if !self.leads.insert(&form.lead) {
            self.twice(&TOP.key("leads"), "lead", &form.lead);
        }
        if !(1..=MAX_LEAD_ID_BYTES).contains(&form.lead.len()) {
            self.number(&TOP.key("leads"), "length of the id", form.lead.len() as u64, 1, MAX_LEAD_ID_BYTES as u64);
            return None;
        }
        if form.before.len() > usize::from(MAX_UNSETTLED_DEPTH) {
            self.number(&path, "number of earlier commits", form.before.len() as u64, 0, MAX_UNSETTLED_DEPTH.into());
            return None;
        }
        let lead = LeadId::new(&form.lead);
        let mut previous: Option<Standing> = None;
        let before = form.before.iter().enumerate().map(|(place, commit)| (Some(place), commit));
        // The earliest comes first, because each keeps the one before.
        for (before, commit) in before.rev().chain([(None, &form.stands)]) {
            let path = path.commit(before);
            let mut standing = self.standing(&path, commit, (&form.lead, before), &lead)?;
            if let Some(previous) = previous.take() {
                if previous.sequence > standing.sequence {
                    let text = format!("it is earlier than commit {}, which was before", previous.sequence);
                    self.contradiction(&path.key("commit"), text);
                }
                match &mut standing.pending {
                    Some(pending) => pending.previous = Some(Box::new(previous)),
                    None => self.contradiction(&path, "it is settled, but there is what a rollback would bring back"),
                }
            }
            previous = Some(standing);
        }
        previous
    }

    fn standing(
        &mut self,
        path: &At<'_>,
        form: &StandingForm,
        whose: (&'a str, Option<usize>),
        lead: &LeadId,
    ) -> Option<Standing> {
        self.record(&path.key("commit"), form.commit);
        let at = self.time(&path.key("at"), form.at);
        if self.commits.insert(form.commit, (at, whose)).is_some() {
            self.twice(&path.key("commit"), "commit", &form.commit.to_string());
        }
        let since = form.since.map_or(at, |since| self.time(&path.key("since"), since));
        let place = match &form.outcome {
            Outcome::Assigned { rep } => Place::With(self.rep(&path.key("outcome"), rep)?),
            Outcome::Queued { queue } => Place::Held(Box::new(self.held(form, queue, since))),
        };
        let turn = form.turn.as_ref().and_then(|turn| {
            let path = path.key("turn");
            let read = self.turn(&path, turn)?;
            if !self.turns.insert((read.rotation, read.number)) {
                self.twice(&path, "turn", &turn.number.to_string());
            }
            Some(read)
        });
        Some(Standing {
            lead: lead.clone(),
            sequence: form.commit,
            at,
            place,
            path: self.text(&form.path),
            pool: form.pool.as_ref().and_then(|pool| self.pool(&path.key("pool"), pool)),
            learners: form.learners.iter().map(|label| self.text(label)).collect(),
            turn,
            life: self.life(&path.key("life"), &form.life),
            pending: form
                .unsettled
                .as_ref()
                .map(|unsettled| Box::new(self.unsettled(&path.key("unsettled"), form.commit, unsettled))),
        })
    }

    fn unsettled(&mut self, path: &At<'_>, commit: u64, form: &UnsettledForm) -> Pending {
        let changes = form.changes.iter().enumerate();
        let changes = changes.filter_map(|(place, change)| self.change(&path.item("changes", place), commit, change));
        Pending { changes: changes.collect(), said: Said::Reason(Reason::clone(&form.reason)), previous: None }
    }

    fn change(&mut self, path: &At<'_>, commit: u64, form: &ChangeForm) -> Option<Undo> {
        Some(match form {
            ChangeForm::Load { rep, before, after } => Undo::Load {
                rep: self.rep(path, rep)?,
                before: self.load(&path.key("before"), before),
                after: self.load(&path.key("after"), after),
            },
            ChangeForm::Given { rep, pool, lead } => Undo::Given {
                counted: self.counted(path, rep.as_deref(), pool.as_deref())?,
                since: self.since(path, *lead),
            },
            ChangeForm::TakenBack { rep, pool, lead } => Undo::TakenBack {
                counted: self.counted(path, rep.as_deref(), pool.as_deref())?,
                since: self.since(path, *lead),
            },
            ChangeForm::Turn(turn) => Undo::Turn(self.turn(path, turn)?),
            ChangeForm::TurnBack { rotation, number, charge } => {
                let (index, charge) = self.charge(path, rotation, charge)?;
                self.turn_number(path, rotation, number.unwrap_or(1));
                Undo::TurnBack { rotation: index, number: *number, charge }
            }
            ChangeForm::Dropped { rotation, number, charge } => {
                let (index, charge) = self.charge(path, rotation, charge)?;
                self.turn_number(path, rotation, *number);
                Undo::Dropped { rotation: index, number: *number, charge }
            }
            ChangeForm::Noted { of, field, mark, replaced } => {
                let replaced = match replaced {
                    Some(replaced) => Some(self.earlier_lead(path, replaced)?),
                    None => None,
                };
                let (common, field, mark) = (*of, self.text(field), self.mark(path, mark)?);
                Undo::Noted(Box::new(Noted { common, field, mark, commit, replaced }))
            }
            ChangeForm::Tally { label, name, rep, by } => {
                Undo::Tally { slot: self.tally_slot(path, label, name)?, rep: self.rep(path, rep)?, delta: *by }
            }
            ChangeForm::Stamp { label, name, rep, record } => {
                self.record(path, *record);
                Undo::Stamp { slot: self.tally_slot(path, label, name)?, rep: self.rep(path, rep)?, sequence: *record }
            }
        })
    }

    fn turn(&mut self, path: &At<'_>, form: &TurnForm) -> Option<TurnTaken> {
        let Some(known) = self.rotations.get(&*form.rotation) else {
            self.unknown(path, "rotation", &form.rotation);
            return None;
        };
        let (rotation, slots) = (known.index, known.slots);
        self.turn_number(path, &form.rotation, form.number);
        self.slot(path, form.slot, slots);
        Some(TurnTaken { rotation, number: form.number, slot: Slot(form.slot), size: self.size(path, form.size) })
    }

    /// Time never goes back from one commit to the next: what is forgotten first was committed first.
    fn check_order(&mut self) {
        let commits = std::mem::take(&mut self.commits);
        let mut earlier: Option<(u64, Instant)> = None;
        for (commit, (at, (lead, before))) in commits {
            match earlier {
                Some((earlier, time)) if at < time => {
                    let path = TOP.entry("leads", lead);
                    let path = path.commit(before);
                    self.contradiction(&path.key("at"), format!("lies before commit {earlier}"));
                }
                _ => earlier = Some((commit, at)),
            }
        }
    }

    fn tally_slot(&mut self, path: &At<'_>, label: &str, name: &str) -> Option<usize> {
        let slot = self.tallies.get(&(label, name)).copied();
        if slot.is_none() {
            self.unknown(path, "tally", &format!("{label}.{name}"));
        }
        slot
    }

    pub(super) fn rep(&mut self, path: &At<'_>, name: &str) -> Option<RepIndex> {
        let rep = self.team.find(name);
        if rep.is_none() {
            self.unknown(path, "rep", name);
        }
        rep
    }

    fn pool(&mut self, path: &At<'_>, name: &str) -> Option<PoolIndex> {
        let pool = self.team.find_pool(name);
        if pool.is_none() {
            self.unknown(path, "pool", name);
        }
        pool
    }

    fn load(&mut self, path: &At<'_>, form: &LoadForm) -> Load {
        if form.record > 0 {
            self.record(&path.key("record"), form.record);
        }
        let at = form.at.map_or(Instant::START, |at| self.time(&path.key("at"), at));
        Load { open: form.open, since: (at, form.record) }
    }

    fn amount(&mut self, path: &At<'_>, amount: &Amount) -> Option<i128> {
        let number = amount.number();
        let within = number.filter(|number| (-Ledger::MAX_RESTORED..=Ledger::MAX_RESTORED).contains(number));
        if within.is_none() {
            let why = if number.is_some() { "is more than a balance can be" } else { "is not a whole number" };
            self.contradiction(path, format!("`{amount}` {why}"));
        }
        within
    }

    pub(super) fn time(&mut self, path: &At<'_>, time: DateTime<Utc>) -> Instant {
        let at = Instant::from(time);
        if at > self.recorded {
            self.contradiction(path, "lies after the last record");
        }
        at
    }

    pub(super) fn record(&mut self, path: &At<'_>, number: u64) {
        self.number(path, "record", number, 1, self.sequence);
    }

    fn turn_number(&mut self, path: &At<'_>, rotation: &str, number: u64) {
        let last = self.rotations.get(rotation).map_or(0, |known| known.turns);
        self.number(path, "turn", number, 1, last);
    }

    pub(super) fn slot(&mut self, path: &At<'_>, slot: u32, slots: usize) {
        if slot as usize >= slots {
            self.contradiction(path, format!("there is no slot {slot}: the rotation has {slots}"));
        }
    }

    fn size(&mut self, path: &At<'_>, parts: u32) -> Size {
        self.number(path, "size", parts.into(), 0, Size::MOST.into());
        Size::of_parts(parts)
    }

    pub(super) fn number(&mut self, path: &At<'_>, what: &'static str, value: u64, low: u64, high: u64) {
        if !(low..=high).contains(&value) {
            self.fault(path, FaultKind::OutOfRange { what, value, low, high });
        }
    }

    fn unknown(&mut self, path: &At<'_>, what: &'static str, name: &str) {
        // Nobody mistypes a snapshot, so there is no nearest name to look for.
        self.fault(path, FaultKind::Unknown(UnknownName::new(what, name, [])));
    }

    pub(super) fn twice(&mut self, path: &At<'_>, what: &'static str, name: &str) {
        self.fault(path, FaultKind::Twice { what, name: name.to_owned(), first: None });
    }

    pub(super) fn contradiction(&mut self, path: &At<'_>, text: impl Into<String>) {
        self.fault(path, FaultKind::Contradiction(text.into()));
    }

    fn fault(&mut self, path: &At<'_>, kind: FaultKind) {
        self.faults.push(Fault::new(path.to_string(), kind));
    }

    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(text) = self.texts.get(text) {
            return Arc::clone(text);
        }
        let text: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&text));
        text
    }
}
