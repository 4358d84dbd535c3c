//! Looking at a router's state without copying it.

use super::Router;
use crate::account::Accounts;
use crate::desk::{ALL_REQUIRED, Desk, Pinning, Rotation, RotationIndex, Seating};
use crate::fair::TURN;
use crate::fault::Finding;
use crate::gate::{Gate, Requirements};
use crate::hours::Schedule;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::lead::LeadRecord;
use crate::order::{Order, Pin};
use crate::plan::Plan;
use crate::receipt::Receipt;
use crate::roster::Roster;
use crate::strategy::Situation;
use crate::value::Number;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Router {
    /// The plan that counts: the one that the router was built with, or the last that
    /// [`Event::plan`](crate::Event::plan) brought.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The roster as it is after the last record, reps by id. A copy: O(reps).
    ///
    /// A presence that has ended by itself since then may still be listed as it was.
    #[must_use]
    pub fn roster(&self) -> Roster {
        self.desk.team.roster()
    }

    /// The account directory, with what events changed in it.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// What works in the plan and is hardly what was meant, given the roster as it is now. Look again after each edit
    /// of plan or roster.
    ///
    /// ```
    /// use lead_router::{Event, Plan, RepRecord, Roster, Router, round_robin};
    ///
    /// let roster = Roster::new().rep(RepRecord::new("ann").pool("smb"));
    /// let mut router = Router::new(Plan::new(round_robin("smb")).otherwise("triage"), roster)?;
    /// assert!(router.findings().is_empty());
    ///
    /// router.observe(Event::rep_left("ann"), "2026-03-02T09:00:00Z".parse()?)?;
    /// let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
    /// assert_eq!(findings, ["route.round_robin: nobody is in pool `smb`, so that this step passes"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How far the router's clock has come, in UTC and whole milliseconds; none before anything happened.
    #[must_use]
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        (self.clock != Instant::START).then(|| self.clock.to_utc_or_min())
    }

    /// The sequence number of the last record; 0 before the first.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// A rep's open leads at the router's clock; none for somebody who never was in the roster. The last count that the
    /// host observed, one more for each lead routed since, one less for each that was closed, rolled back, moved on or
    /// forgotten.
    ///
    /// ```
    /// use lead_router::Event;
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// router.observe(Event::load("ann", 7), now)?;
    /// router.route(&LeadRecord::new("L-1"), now);
    /// assert_eq!(router.open_leads("ann"), Some(8));
    /// assert_eq!(router.open_leads("nobody"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn open_leads(&self, rep: &str) -> Option<u32> {
        self.desk.team.find(rep).map(|rep| self.desk.open_leads(rep, self.clock))
    }

    /// What keeps a rep from a lead at `now` in a plan that asks for everything ([`available`](crate::available) with nothing
    /// relaxed), and until when; none if the rep can take one. The caps of pools are not asked. A `now` before the router's
    /// clock counts as the clock. Somebody who is not in the roster has left.
    ///
    /// Costs a few comparisons while the router's state is current; past its clock, also a look into the rep's calendar.
    ///
    /// ```
    /// use lead_router::{Plan, RepRecord, Roster, Router, WorkingHours, least_loaded};
    ///
    /// let roster = Roster::new()
    ///     .hours("default", WorkingHours::new().on("mon-fri", "09:00-17:00"))
    ///     .rep(RepRecord::new("ann").zone("Europe/Berlin"));
    /// let router = Router::new(Plan::new(least_loaded("everyone")).otherwise("triage"), roster)?;
    ///
    /// let early = router.gate("ann", "2026-03-02T07:30:00Z".parse()?).ok_or("she is open")?;
    /// assert_eq!(early.to_string(), "out of working hours until 2026-03-02 08:00 UTC");
    /// assert_eq!(router.gate("ann", "2026-03-02T08:00:00Z".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn gate(&self, rep: &str, now: DateTime<Utc>) -> Option<Gate> {
        let Some(index) = self.desk.team.find(rep) else { return Some(Gate::Left) };
        let lead = LeadRecord::new("");
        let at = Instant::from(now).max(self.clock);
        let situation = Situation {
            desk: &self.desk,
            rotations: &self.desk.rotations,
            seatings: &self.desk.seatings,
            plan: &self.bound,
            accounts: &self.accounts,
            lead: &lead,
            now: at,
            excluded: &[],
            only: None,
            relaxed: Requirements::NONE,
        };
        situation.filter(&ALL_REQUIRED).gate(index)
    }

    /// When a rep is at work, ready for questions; none for somebody who is at work all the time, or who is not in the
    /// roster.
    ///
    /// ```
    /// use lead_router::{Plan, RepRecord, Roster, Router, WorkingHours, hours, least_loaded};
    ///
    /// let nine_to_five = WorkingHours::in_zone("Europe/Berlin").on("mon-fri", "09:00-17:00");
    /// let roster = Roster::new().rep(RepRecord::new("ann").hours(nine_to_five));
    /// let router = Router::new(Plan::new(least_loaded("everyone")).otherwise("triage"), roster)?;
    ///
    /// let schedule = router.schedule("ann").ok_or("always at work")?;
    /// let friday = "2026-03-06T15:00:00Z".parse()?;
    /// assert_eq!(schedule.add(friday, hours(2)), Some("2026-03-09T09:00:00Z".parse()?)); // Monday, 10 o'clock
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn schedule(&self, rep: &str) -> Option<&Schedule> {
        self.desk.team.schedule(self.desk.team.find_present(rep)?)
    }

    /// How many leads reps have in hand at the router's clock. Counts them: O(leads).
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// assert_eq!(router.in_hand(), 1);
    /// router.rollback(&receipt)?;
    /// assert_eq!(router.in_hand(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn in_hand(&self) -> usize {
        let leads = self.desk.hand.iter().map(|standing| &*standing.lead);
        leads.filter_map(|lead| self.desk.hand.standing(lead, self.clock)?.rep()).count()
    }

    /// How many leads wait in a queue; 0 for a queue that nobody names. Looks at all that wait.
    ///
    /// ```
    /// use lead_router::{LeadRecord, Plan, Roster, Router, least_loaded};
    ///
    /// let mut router = Router::new(Plan::new(least_loaded("everyone")).otherwise("triage"), Roster::new())?;
    /// router.route(&LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
    /// assert_eq!(router.waiting_in("triage"), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn waiting_in(&self, queue: &str) -> usize {
        self.held_in(queue).count()
    }

    /// The receipts of all commits that stand and are not settled, by number: what a host looks into after a crash. Of
    /// a lead that was committed several times, the last one. Looks at every lead and allocates.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    /// # let crm_has = |_: &lead_router::Receipt| true;
    /// // After a crash: did the write arrive?
    /// let in_flight: Vec<_> = router.unsettled().collect();
    /// for receipt in &in_flight {
    ///     if crm_has(receipt) {
    ///         router.settle(receipt)?;
    ///     } else {
    ///         router.rollback(receipt)?;
    ///     }
    /// }
    /// assert_eq!(router.unsettled().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unsettled(&self) -> impl Iterator<Item = Receipt> {
        let unsettled = self.desk.hand.iter().filter(|standing| standing.pending.is_some());
        let mut unsettled: Vec<(u64, &str)> = unsettled.map(|standing| (standing.sequence, &*standing.lead)).collect();
        unsettled.sort_unstable();
        unsettled.into_iter().filter_map(|(_, lead)| self.receipt(lead))
    }

    /// A number that a custom strategy keeps for a rep, by the label around the step and the tally's name; 0 if it
    /// keeps none. [`Effects`](crate::strategy::Effects) shows a strategy that counts.
    #[must_use]
    pub fn tally(&self, label: &str, name: &str, rep: &str) -> i64 {
        let slot = self.desk.tallies.find(label, name);
        slot.zip(self.desk.team.find(rep)).map_or(0, |(slot, rep)| self.desk.tallies.count(slot, rep))
    }

    /// What is pinned to whom at the router's clock by [`Event::pin`](crate::Event::pin), and by whose order. By sort of thing
    /// and name; copies each.
    ///
    /// ```
    /// use lead_router::{Event, Order, Pin};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// router.observe(Event::pin(Pin::account("A-17"), "bob", Order::new().by("maria")), now)?;
    /// for pin in router.pins() {
    ///     println!("{} goes to {}, says {:?}", pin.on, pin.rep, pin.order.ordered_by());
    /// }
    /// # assert_eq!(router.pins().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pins(&self) -> impl Iterator<Item = PinView<'_>> {
        let view = |(on, pinning): (Pin, &Pinning)| {
            let (rep, order) = (self.desk.team.name(pinning.rep), pinning.order());
            PinView { on, rep, order }
        };
        self.desk.pins.iter(self.clock).map(view)
    }

    /// Who is paused at the router's clock by [`Event::pause`](crate::Event::pause), and by whose order; by rep id. Looks at
    /// every rep.
    ///
    /// ```
    /// use lead_router::{Event, Order};
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// router.observe(Event::pause("bob", Order::new().by("maria").because("at the dentist")), now)?;
    /// for (rep, order) in router.pauses() {
    ///     println!("{rep} gets nothing: {:?}, says {:?}", order.reason(), order.ordered_by());
    /// }
    /// # assert_eq!(router.pauses().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pauses(&self) -> impl Iterator<Item = (&str, &Order)> {
        let mut paused: Vec<(&str, &Order)> = (self.desk.team.reps())
            .filter_map(|(index, rep)| Some((self.desk.team.name(index), rep.pause()?)))
            .filter(|(_, pause)| pause.lasts_at(self.clock))
            .map(|(rep, pause)| (rep, &pause.order))
            .collect();
        paused.sort_by_key(|(rep, _)| *rep);
        paused.into_iter()
    }

    /// Every rotation, by name. Allocates a list of them.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// router.route(&LeadRecord::new("L-1"), now);
    /// for rotation in router.rotations() {
    ///     for member in rotation.members() {
    ///         println!("{}: {} is owed {:+.2} turns", rotation.name(), member.rep, member.owed());
    ///     }
    /// }
    /// # let owed = router.rotations().flat_map(|rotation| rotation.members()).map(|member| member.owed());
    /// # assert!(owed.eq([-0.5, 0.5]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rotations(&self) -> impl Iterator<Item = RotationView<'_>> {
        let all = (0..self.desk.rotations.len()).filter_map(|index| self.rotation_at(RotationIndex::at(index)));
        let mut all: Vec<RotationView<'_>> = all.collect();
        all.sort_by_key(|rotation| rotation.name());
        all.into_iter()
    }

    /// The rotation of a name: that of its pool, unless the plan says otherwise. None if the plan never had it.
    ///
    /// A rotation inside a band of [`segment`](crate::segment) or [`score_tiers`](crate::score_tiers) is named after the
    /// pool and the band: `smb@employees:100..1000`, `smb@score:80..`, or `smb@label` if the band's branch has a label.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let router = Router::new(plan, roster)?;
    /// let rotation = router.rotation("smb").ok_or("no such rotation")?;
    /// assert_eq!(rotation.members().count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rotation(&self, name: &str) -> Option<RotationView<'_>> {
        self.rotations().find(|rotation| rotation.name() == name)
    }

    fn rotation_at(&self, index: RotationIndex) -> Option<RotationView<'_>> {
        let rotation = self.desk.rotation_at(index, self.clock)?;
        Some(RotationView { desk: &self.desk, index, rotation, clock: self.clock })
    }

    /// Everything that commits and rollbacks change: ledgers, loads, leads in hand and in queues, tallies; and the
    /// roster. Two of them are equal if they are equal bit for bit; clock and sequence do not count. Borrows, and costs
    /// nothing until compared.
    ///
    /// ```
    /// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
    /// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    /// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// # let mut router = Router::new(plan, roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    /// let before = router.clone();
    /// let receipt = router.route(&LeadRecord::new("L-1"), now);
    /// assert_ne!(router.state(), before.state());
    /// router.rollback(&receipt)?;
    /// assert_eq!(router.state(), before.state());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn state(&self) -> State<'_> {
        State { desk: &self.desk }
    }
}

/// A router's live state, to be compared with another's. Got from [`Router::state`], which has an example.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State<'a> {
    desk: &'a Desk,
}

/// Something that is pinned to a rep. Got from [`Router::pins`], which has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PinView<'a> {
    /// What is pinned; a domain as it is compared, in lower case.
    pub on: Pin,
    /// The id of the rep.
    pub rep: &'a str,
    /// Who says so, why and until when.
    pub order: Order,
}

/// Who stands where in a rotation. Got from [`Router::rotation`] and [`Router::rotations`].
///
/// ```
/// use lead_router::RotationView;
/// # use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
/// # let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// # let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// # let mut router = Router::new(plan, roster)?;
/// # let now = "2026-03-02T09:00:00Z".parse()?;
///
/// router.route(&LeadRecord::new("L-1"), now); // ann's turn: one turn shared by two
/// let rotation = router.rotation("smb").ok_or("no such rotation")?;
/// let owed: Vec<(&str, f64)> = rotation.members().map(|member| (member.rep, member.owed())).collect();
/// assert_eq!(owed, [("ann", -0.5), ("bob", 0.5)]);
///
/// let balances: i128 = rotation.members().map(|member| member.balance).sum();
/// assert_eq!(balances + rotation.pot() + rotation.departed(), 0);
/// assert!(rotation.members().all(|member| member.balance.abs() < RotationView::TURN));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RotationView<'a> {
    desk: &'a Desk,
    index: RotationIndex,
    rotation: Cow<'a, Rotation>,
    clock: Instant,
}

impl<'a> RotationView<'a> {
    /// The rotation's name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.desk.rotation(self.index).map_or("", |rotation| rotation.name())
    }

    /// The units that make up one turn: the least common multiple of 1 to 46, so that shares by everyday weights are
    /// whole numbers.
    pub const TURN: i128 = TURN;

    /// What the rounding of shares has kept back, in units of [`RotationView::TURN`].
    #[must_use]
    pub fn pot(&self) -> i128 {
        self.rotation.ledger().pot()
    }

    /// What those who left were owed, in units of [`RotationView::TURN`]. Balances, pot and this always sum to 0.
    #[must_use]
    pub fn departed(&self) -> i128 {
        self.rotation.ledger().departed()
    }

    /// Turns that reps were given beyond their share, with [`Event::extra_turns`](crate::Event::extra_turns). The bounds of
    /// [`round_robin`](crate::round_robin) rise by as many.
    #[must_use]
    pub fn granted(&self) -> u64 {
        self.rotation.granted()
    }

    /// What the plan shares out here beside turns: a field of the leads, and how much of it counts as a whole one. None if
    /// only turns are.
    ///
    /// ```
    /// use lead_router::{LeadRecord, Plan, RepRecord, Roster, RotationView, Router, round_robin};
    ///
    /// let plan = Plan::new(round_robin("smb").balance("score", 100)).otherwise("triage");
    /// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    /// let mut router = Router::new(plan, roster)?;
    /// router.route(&LeadRecord::new("L-1").with("score", 80), "2026-03-02T09:00:00Z".parse()?); // ann's
    ///
    /// let rotation = router.rotation("smb").ok_or("no such rotation")?;
    /// let (field, most) = rotation.shares_out().ok_or("only turns")?;
    /// assert_eq!((field, most), ("score", 100.into()));
    /// let owed: Vec<(&str, f64)> =
    ///     rotation.members().map(|member| (member.rep, member.owed_value() * most.to_f64())).collect();
    /// assert_eq!(owed, [("ann", -40.0), ("bob", 40.0)]);
    ///
    /// let values: i128 = rotation.members().map(|member| member.value).sum();
    /// assert_eq!(values + rotation.value_pot() + rotation.value_departed(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn shares_out(&self) -> Option<(&'a str, Number)> {
        let mut seatings = self.desk.seatings.iter().filter(|seating| seating.rotation() == self.index);
        seatings.find_map(Seating::balance).map(|balance| (&*balance.field, balance.most))
    }

    /// What the rounding of shares in value has kept back, in units of [`RotationView::TURN`] to the most that a lead counts.
    #[must_use]
    pub fn value_pot(&self) -> i128 {
        self.rotation.ledger().value_pot()
    }

    /// What those who left were owed in value, in the same units. The members' values, the pot and this always sum to 0.
    #[must_use]
    pub fn value_departed(&self) -> i128 {
        self.rotation.ledger().value_departed()
    }

    /// The members, by rep id. Allocates a list of them.
    pub fn members(&self) -> impl Iterator<Item = MemberView<'a>> + use<'a> {
        let Self { desk, index, ref rotation, clock } = *self;
        let mut weights: BTreeMap<RepIndex, u32> = BTreeMap::new();
        for seating in desk.seatings.iter().filter(|seating| seating.rotation() == index) {
            for (rep, seat) in seating.seats(&desk.team, clock, |_| true) {
                weights.entry(rep).or_insert(seat.weight);
            }
        }
        let view = |(rep, slot)| MemberView {
            rep: desk.team.name(rep),
            balance: rotation.ledger().balance(slot).unwrap_or(0),
            value: rotation.ledger().value(slot).unwrap_or(0),
            weight: weights.get(&rep).copied().unwrap_or(0),
        };
        let mut members: Vec<MemberView<'a>> = rotation.members().map(view).collect();
        members.sort_by_key(|member| member.rep);
        members.into_iter()
    }
}

/// A member of a rotation. Got from [`RotationView::members`]; [`RotationView`] has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberView<'a> {
    /// The rep's id.
    pub rep: &'a str,
    /// What the rep is owed, in units of [`RotationView::TURN`]; negative if ahead.
    pub balance: i128,
    /// What the rep is owed of what the rotation shares out beside turns; negative if ahead. [`RotationView::TURN`] units are
    /// the most that a lead counts. 0 in a rotation that was never balanced.
    pub value: i128,
    /// The rep's weight now where the plan first uses the rotation; 0 if the plan no longer uses it.
    pub weight: u32,
}

impl MemberView<'_> {
    /// What the rep is owed, in turns; negative if ahead. For display; [`MemberView::balance`] is exact.
    #[must_use]
    pub fn owed(&self) -> f64 {
        self.balance as f64 / TURN as f64
    }

    /// What the rep is owed of what the rotation shares out beside turns, in parts of the most that a lead counts; negative
    /// if ahead. For display; [`MemberView::value`] is exact. [`RotationView::shares_out`] has an example.
    #[must_use]
    pub fn owed_value(&self) -> f64 {
        self.value as f64 / TURN as f64
    }
}
