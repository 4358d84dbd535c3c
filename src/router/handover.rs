//! Handing over: a rep leaves, goes on leave, changes team or is back, and their open leads go on by the plan.

use super::error::HandoverError;
use super::{EventError, RotationView, Router};
use crate::ask::Ask;
use crate::book::RouterMark;
use crate::decision::Decision;
use crate::desk::Standing;
use crate::fate::Turns;
use crate::gate::Gate;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::journal::{Event, Record};
use crate::lead::Lead;
use crate::lead_id::LeadId;
use crate::receipt::Receipt;
use crate::rep::{Rep, RepRecord};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// What happens to a rep, so that their open leads go on. For [`Router::redistribute`].
///
/// ```
/// use lead_router::{Handover, Leave, LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
///
/// let rep = |id: &str| RepRecord::new(id).pool("smb");
/// let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// let mut router = Router::new(plan, Roster::new().reps(["ann", "bob", "cy"].map(rep)))?;
/// let monday = "2026-03-02T09:00:00Z".parse()?;
/// for id in ["L-1", "L-2", "L-3", "L-4"] {
///     router.route(&LeadRecord::new(id), monday); // the first and the last are ann's
/// }
///
/// // Ann is away for a week: what would others have to do? Nothing has changed yet.
/// let handover = Handover::rep(&rep("ann").leave(Leave::days("2026-03-02", "2026-03-06")));
/// let preview = router.redistribute(&handover, monday, |id| Some(LeadRecord::new(id)))?; // the host's leads, by id
/// assert_eq!(preview.to_string(), "\
/// ann is away: 2 leads are covered
///   L-1: assigned to bob by round_robin smb: next in turn of 2 open reps in `smb`
///   L-4: assigned to cy by round_robin smb: next in turn of 2 open reps in `smb`
/// open leads: ann 0 (was 2), bob 2 (was 1), cy 2 (was 1)");
/// for receipt in router.carry_out(preview)? {
///     println!("{} goes to {:?}", receipt.lead_id(), receipt.rep()); // write to the CRM, and settle
/// }
/// assert_eq!(router.lead("L-1").and_then(|lead| lead.covered_for()), Some("ann"));
///
/// // And back, whatever of it is still open.
/// let saturday = "2026-03-07T09:00:00Z".parse()?;
/// let preview = router.redistribute(&Handover::back("ann"), saturday, |id| Some(LeadRecord::new(id)))?;
/// router.carry_out(preview)?;
/// assert_eq!(router.open_leads("ann"), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Handover {
    rep: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Left,
    Becomes(Box<RepRecord>),
    Away,
    Back,
}

impl Handover {
    /// A rep leaves for good: [`Event::rep_left`], and all their open leads go on.
    #[must_use]
    pub fn left(rep: impl Into<String>) -> Self {
        Self { rep: rep.into(), kind: Kind::Left }
    }

    /// A rep is described anew: [`Event::rep`], with a leave that has begun, inactive, or in other pools. Reads the rep once,
    /// here.
    ///
    /// On leave or inactive, their open leads are covered, as with [`Handover::away`]. Else those that came to them through a
    /// pool that they are no longer in go on for good, and all others stay.
    #[must_use]
    pub fn rep(rep: &(impl Rep + ?Sized)) -> Self {
        let record = RepRecord::of(rep);
        Self { rep: record.id.clone(), kind: Kind::Becomes(Box::new(record)) }
    }

    /// A rep is away for a while, and nothing else changes: others cover their open leads until [`Handover::back`]. On the
    /// first day of a leave that was entered long before, or for somebody who is sick today.
    ///
    /// Covering a lead takes a turn as any other does, and gives it back with the lead. The rep who is away keeps the turn that
    /// the lead had cost them: it is theirs again.
    #[must_use]
    pub fn away(rep: impl Into<String>) -> Self {
        Self { rep: rep.into(), kind: Kind::Away }
    }

    /// A rep is back: what is still open of the leads that others cover for them goes back to them, from whoever has it now and
    /// from queues. What a person gave to somebody else in between stays there. So does a lead that the host does not bring:
    /// one, perhaps, that is in good hands.
    #[must_use]
    pub fn back(rep: impl Into<String>) -> Self {
        Self { rep: rep.into(), kind: Kind::Back }
    }

    fn event(&self) -> Option<Event> {
        match &self.kind {
            Kind::Left => Some(Event::rep_left(&self.rep)),
            Kind::Becomes(record) => Some(Event::Rep(record.clone())),
            Kind::Away | Kind::Back => None,
        }
    }
}

/// What becomes of the leads of somebody who leaves, is away, changes team or is back: to be looked at, and then
/// [carried out](Router::carry_out) as a whole or dropped. Got from [`Router::redistribute`]; [`Handover`] has an example.
#[derive(Debug)]
pub struct Redistribution {
    router: Arc<RouterMark>,
    made: u64,
    at: Instant,
    headline: Headline,
    change: Option<Record>,
    moves: Vec<(Decision, Receipt)>,
    stays: Vec<String>,
    loads: Vec<LoadChange>,
    owed: Vec<OwedChange>,
    after: Router,
}

/// What happens to whom, and what their leads do.
#[derive(Debug)]
struct Headline {
    rep: String,
    happens: &'static str,
    one_lead: &'static str,
    leads: &'static str,
}

/// How many open leads a rep has before and after. [`Redistribution::loads`] lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadChange {
    /// The rep's id.
    pub rep: String,
    /// Open leads now.
    pub before: u32,
    /// Open leads once it is carried out.
    pub after: u32,
}

/// What a rep is owed in a rotation before and after. [`Redistribution::owed`] lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwedChange {
    /// The rotation's name.
    pub rotation: String,
    /// The rep's id.
    pub rep: String,
    /// What the rep is owed now; negative if ahead.
    pub before: Turns,
    /// What the rep is owed once it is carried out.
    pub after: Turns,
}

impl Redistribution {
    /// Where each lead would go and why, the earliest commit first.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.moves.iter().map(|(decision, _)| decision)
    }

    /// The leads that stay where they are, by id: those that the host did not bring, and those that the plan gives to the same
    /// rep again.
    pub fn stays(&self) -> impl Iterator<Item = &str> {
        self.stays.iter().map(String::as_str)
    }

    /// Whose number of open leads changes, by rep id.
    pub fn loads(&self) -> impl Iterator<Item = &LoadChange> {
        self.loads.iter()
    }

    /// What those are owed whose number of open leads changes, in each rotation that moves; by rotation and rep id.
    pub fn owed(&self) -> impl Iterator<Item = &OwedChange> {
        self.owed.iter()
    }

    /// The router as it would be: every load, every rotation and every lead can be looked at.
    #[must_use]
    pub fn after(&self) -> &Router {
        &self.after
    }

    /// The records of it, in order: for a host that writes its journal first. Insert all of them or none, under their sequence
    /// numbers, and then [apply](Router::apply) each.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.change.iter().chain(self.moves.iter().filter_map(|(_, receipt)| receipt.record()))
    }
}

impl fmt::Display for Redistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Headline { rep, happens, one_lead, leads } = &self.headline;
        match self.moves.len() {
            1 => write!(f, "{rep} {happens}: 1 lead {one_lead}")?,
            count => write!(f, "{rep} {happens}: {count} leads {leads}")?,
        }
        self.decisions().try_for_each(|decision| write!(f, "\n  {decision}"))?;
        if !self.stays.is_empty() {
            write!(f, "\nstays: {}", self.stays.join(", "))?;
        }
        let loads = self.loads.iter();
        let loads: Vec<String> =
            loads.map(|LoadChange { rep, before, after }| format!("{rep} {after} (was {before})")).collect();
        if !loads.is_empty() {
            write!(f, "\nopen leads: {}", loads.join(", "))?;
        }
        for rotation in self.owed.chunk_by(|one, other| one.rotation == other.rotation) {
            let name = rotation.first().map_or("", |first| &first.rotation);
            let number = |turns: &Turns| turns.to_string().trim_end_matches(" turns").to_owned();
            let change = |one: &OwedChange| format!("{} {} (was {})", one.rep, number(&one.after), number(&one.before));
            write!(f, "\nturns owed in {name}: {}", rotation.iter().map(change).collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl Router {
    /// What would become of the open leads of somebody who leaves, is away, changes team or is back. Changes nothing.
    ///
    /// Each lead is decided on anew by the plan, the earliest commit first, and without a rep who leaves or is away; what others
    /// cover for a rep who is back goes to them. Each decision sees what the ones before it did: rules that keep a company with
    /// one rep hold here, too. The crate keeps no leads: `lead` brings
    /// each by its id, and one that it does not bring stays where it is. Costs a copy of the router, a decision and a commit for
    /// each lead, and for somebody who is back a look at all leads.
    ///
    /// # Errors
    ///
    /// If the rep is not in the roster, or if the record that describes them anew is faulty.
    ///
    /// ```
    /// use lead_router::Handover;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    ///
    /// let preview = router.redistribute(&Handover::left("ann"), now, |id| Some(LeadRecord::new(id)))?;
    /// assert_eq!(preview.to_string(), "\
    /// ann leaves: 1 lead goes on
    ///   L-1: assigned to bob by round_robin smb: the only one open in `smb`
    /// open leads: ann 0 (was 1), bob 1 (was 0)
    /// turns owed in smb: bob 0.00 (was 0.50)");
    /// assert_eq!(router.open_leads("ann"), Some(1)); // nothing has changed yet
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn redistribute<L: Lead>(
        &self,
        handover: &Handover,
        now: DateTime<Utc>,
        mut lead: impl FnMut(&str) -> Option<L>,
    ) -> Result<Redistribution, EventError> {
        let rep = self.known_rep(&handover.rep)?;
        let mut after = self.clone();
        let change = handover.event().map(|event| after.observe(event, now)).transpose()?;
        let at = Instant::from(now).max(self.clock);
        let covers = after.is_covered(handover, now);
        let ask = match &handover.kind {
            Kind::Back => Ask::give_back(&handover.rep),
            Kind::Left => Ask::reroute().exclude(&handover.rep),
            _ if covers => Ask::cover_for(&handover.rep),
            _ => Ask::reroute(),
        };
        let (mut moves, mut stays) = (Vec::new(), Vec::new());
        for id in after.leads_handed_over(handover, rep, covers, at) {
            let made = lead(&id).filter(|lead| lead.id() == &*id).and_then(|lead| {
                let decision = after.decide_with(&lead, now, &ask);
                let goes_on = decision.rep() != Some(&handover.rep) || handover.kind == Kind::Back;
                let receipt = goes_on.then(|| after.commit(&lead, decision.clone()).ok()).flatten()?;
                Some((decision, receipt))
            });
            match made {
                Some(made) => moves.push(made),
                None => stays.push(id.to_string()),
            }
        }
        let loads = load_changes(self, &after, rep, &moves);
        Ok(Redistribution {
            router: Arc::clone(&self.book.router),
            made: self.sequence,
            at,
            headline: handover.headline(covers),
            change,
            moves,
            stays,
            owed: owed_changes(self, &after, &loads),
            loads,
            after,
        })
    }

    /// Makes a redistribution happen, as a whole: gives the receipts of the leads that go on, to be written and settled like any
    /// other.
    ///
    /// # Errors
    ///
    /// If it was made by another router, or if anything has happened since. Nothing changes then;
    /// [redistribute](Router::redistribute) once more.
    ///
    /// ```
    /// use lead_router::Handover;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    ///
    /// let preview = router.redistribute(&Handover::left("ann"), now, |id| Some(LeadRecord::new(id)))?;
    /// let receipts = router.carry_out(preview)?;
    /// assert_eq!((receipts.len(), receipts.first().and_then(|one| one.rep())), (1, Some("bob")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn carry_out(&mut self, redistribution: Redistribution) -> Result<Vec<Receipt>, HandoverError> {
        if !Arc::ptr_eq(&redistribution.router, &self.book.router) {
            return Err(HandoverError::OtherRouter);
        }
        if redistribution.made != self.sequence || redistribution.at < self.clock {
            return Err(HandoverError::MovedOn { made: redistribution.made, last: self.sequence });
        }
        redistribution.records().for_each(|record| self.apply_own(record));
        Ok(redistribution.moves.into_iter().map(|(_, receipt)| receipt).collect())
    }

    /// Whether leads go on only until the rep is back, given what has happened to the rep.
    fn is_covered(&self, handover: &Handover, now: DateTime<Utc>) -> bool {
        match &handover.kind {
            Kind::Left | Kind::Back => false,
            Kind::Away => true,
            Kind::Becomes(_) => {
                let gate = self.gate(&handover.rep, now);
                matches!(gate, Some(Gate::Inactive | Gate::OnLeave { .. }))
            }
        }
    }

    /// The leads that go on, the earliest commit first.
    fn leads_handed_over(&self, handover: &Handover, rep: RepIndex, covers: bool, at: Instant) -> Vec<LeadId> {
        let hand = &self.desk.hand;
        let team = &self.desk.team;
        let left_pool = |standing: &Standing| standing.pool.is_some_and(|pool| team.weight(pool, rep, at).is_none());
        let mut leads: Vec<&Standing> = match handover.kind {
            Kind::Back => hand.iter().filter(|standing| standing.covered_for() == Some(rep)).collect(),
            Kind::Becomes(_) if !covers => hand.earliest_of(rep).filter(|standing| left_pool(standing)).collect(),
            _ => hand.earliest_of(rep).collect(),
        };
        leads.sort_unstable_by_key(|standing| standing.sequence);
        let is_there = |standing: &&Standing| hand.standing(&standing.lead, at).is_some();
        leads.into_iter().filter(is_there).map(|standing| standing.lead.clone()).collect()
    }
}

impl Handover {
    fn headline(&self, covers: bool) -> Headline {
        let (happens, one_lead, leads) = match self.kind {
            Kind::Back => ("is back", "comes back", "come back"),
            Kind::Left => ("leaves", "goes on", "go on"),
            _ if covers => ("is away", "is covered", "are covered"),
            _ => ("changes teams", "goes on", "go on"),
        };
        Headline { rep: self.rep.clone(), happens, one_lead, leads }
    }
}

fn load_changes(before: &Router, after: &Router, rep: RepIndex, moves: &[(Decision, Receipt)]) -> Vec<LoadChange> {
    let to = moves.iter().filter_map(|(decision, _)| decision.rep());
    let from = moves.iter().filter_map(|(decision, _)| before.desk.hand.get(decision.lead_id())?.rep());
    let from = from.chain([rep]).map(|rep| before.desk.team.name(rep));
    let concerned: BTreeSet<&str> = to.chain(from).collect();
    let change = |rep: &str| LoadChange {
        rep: rep.to_owned(),
        before: before.open_leads(rep).unwrap_or(0),
        after: after.open_leads(rep).unwrap_or(0),
    };
    concerned.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

fn owed_changes(before: &Router, after: &Router, loads: &[LoadChange]) -> Vec<OwedChange> {
    let earlier = owed(before, loads);
    let changes = owed(after, loads).into_iter().map(|((rotation, rep), after)| {
        let before = earlier.get(&(rotation, rep)).copied().unwrap_or_default();
        OwedChange { rotation: rotation.to_owned(), rep: rep.to_owned(), before, after }
    });
    changes.filter(|change| change.before != change.after).collect()
}

/// What each of those whose load changes is owed, by rotation and rep.
fn owed<'r>(router: &'r Router, loads: &[LoadChange]) -> BTreeMap<(&'r str, &'r str), Turns> {
    let is_listed = |rep: &str| loads.binary_search_by(|change| change.rep.as_str().cmp(rep)).is_ok();
    let of = |rotation: RotationView<'r>| {
        let members = rotation.members().filter(|member| is_listed(member.rep));
        members.map(move |member| ((rotation.name(), member.rep), Turns(member.balance)))
    };
    router.rotations().flat_map(of).collect()
}
