//! Looking at a router's state without copying it.

use super::Router;
use crate::account::Accounts;
use crate::desk::{Desk, Rotation, RotationIndex};
use crate::fair::TURN;
use crate::fault::Finding;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::plan::Plan;
use crate::receipt::Receipt;
use crate::roster::Roster;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

impl Router {
    /// The plan that counts.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The roster as it is now, reps by id. A copy.
    #[must_use]
    pub fn roster(&self) -> Roster {
        self.desk.team.roster()
    }

    /// The account directory.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// What works in the plan and is hardly what was meant, given the roster as it is now.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How far the router's clock has come; none before anything happened.
    #[must_use]
    pub fn clock(&self) -> Option<DateTime<Utc>> {
        (self.clock != Instant::START).then(|| self.clock.to_utc_or_min())
    }

    /// The sequence number of the last record; 0 before the first.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// A rep's open leads as the router counts them; none for somebody who never was in the roster.
    #[must_use]
    pub fn open_leads(&self, rep: &str) -> Option<u32> {
        self.desk.team.find(rep).map(|rep| self.desk.open_leads(rep, self.clock))
    }

    /// How many leads reps have in hand.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        let leads = self.desk.hand.iter().map(|standing| &*standing.lead);
        leads.filter_map(|lead| self.desk.hand.standing(lead, self.clock)?.rep()).count()
    }

    /// How many leads wait in a queue.
    #[must_use]
    pub fn waiting_in(&self, queue: &str) -> usize {
        self.desk.hand.iter().filter(|standing| standing.queue() == Some(queue)).count()
    }

    /// The receipts of all commits that are not settled, by number: what a host looks into after a crash.
    pub fn unsettled(&self) -> impl Iterator<Item = Receipt> {
        let unsettled = self.desk.hand.iter().filter(|standing| standing.pending.is_some());
        let mut unsettled: Vec<(u64, &str)> = unsettled.map(|standing| (standing.sequence, &*standing.lead)).collect();
        unsettled.sort_unstable();
        unsettled.into_iter().filter_map(|(_, lead)| self.receipt(lead))
    }

    /// A number that a custom strategy keeps for a rep under a label; 0 if it keeps none.
    #[must_use]
    pub fn tally(&self, label: &str, name: &str, rep: &str) -> i64 {
        let slot = self.desk.tallies.find(label, name);
        slot.zip(self.desk.team.find(rep)).map_or(0, |(slot, rep)| self.desk.tallies.count(slot, rep))
    }

    /// Every rotation, by name.
    pub fn rotations(&self) -> impl Iterator<Item = RotationView<'_>> {
        let all = (0..self.desk.rotations.len()).filter_map(|index| self.rotation_at(RotationIndex(index)));
        let mut all: Vec<RotationView<'_>> = all.collect();
        all.sort_by_key(|rotation| rotation.name());
        all.into_iter()
    }

    /// The rotation of a name.
    #[must_use]
    pub fn rotation(&self, name: &str) -> Option<RotationView<'_>> {
        self.rotations().find(|rotation| rotation.name() == name)
    }

    fn rotation_at(&self, index: RotationIndex) -> Option<RotationView<'_>> {
        self.desk.rotation(index).map(|rotation| RotationView { desk: &self.desk, index, rotation })
    }

    /// Everything that commits and rollbacks change: ledgers, loads, leads in hand and in queues, tallies. Two of them
    /// are equal if they are equal bit for bit; clock and sequence do not count.
    #[must_use]
    pub fn state(&self) -> State<'_> {
        State { desk: &self.desk }
    }
}

/// A router's live state, to be compared with another's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State<'a> {
    desk: &'a Desk,
}

/// Who stands where in a rotation.
#[derive(Debug, Clone, Copy)]
pub struct RotationView<'a> {
    desk: &'a Desk,
    index: RotationIndex,
    rotation: &'a Rotation,
}

impl<'a> RotationView<'a> {
    /// The rotation's name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.rotation.name()
    }

    /// The units that make up one turn.
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

    /// The members, by rep id.
    pub fn members(&self) -> impl Iterator<Item = MemberView<'a>> + use<'a> {
        let Self { desk, index, rotation } = *self;
        let mut weights: BTreeMap<RepIndex, u32> = BTreeMap::new();
        for seating in desk.seatings.iter().filter(|seating| seating.rotation() == index) {
            for &(rep, seat) in seating.seats() {
                weights.entry(rep).or_insert(seat.weight);
            }
        }
        let view = |(rep, slot)| MemberView {
            rep: desk.team.name(rep),
            balance: rotation.ledger().balance(slot).unwrap_or(0),
            weight: weights.get(&rep).copied().unwrap_or(0),
        };
        let mut members: Vec<MemberView<'a>> = rotation.members().map(view).collect();
        members.sort_by_key(|member| member.rep);
        members.into_iter()
    }
}

/// A member of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberView<'a> {
    /// The rep's id.
    pub rep: &'a str,
    /// What the rep is owed, in units of [`RotationView::TURN`]; negative if ahead.
    pub balance: i128,
    /// The rep's weight where the plan first uses the rotation; 0 if the plan no longer uses it.
    pub weight: u32,
}

impl MemberView<'_> {
    /// What the rep is owed, in turns. For display; [`MemberView::balance`] is exact.
    #[must_use]
    pub fn owed(&self) -> f64 {
        self.balance as f64 / TURN as f64
    }
}
