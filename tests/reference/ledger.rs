//! The fair ledger, written anew from its mathematics: whole units, no cursor, no cache.
//!
//! Of a lead that `m` members could have, each accrues `weight * credit` units on paper; `v` is the balance after that.
//! While everyone of the `n` members stays within `1 - 1/(2n-2)` turns, the earliest deadline among those owed at least
//! `1/(2m-2)` turns has the lead; otherwise whoever is owed most has it.

use lead_router::stable_hash;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The units of one turn.
pub(crate) const TURN: i128 = 9_419_588_158_802_421_600;

/// A rep who could have the lead, with the weight that counts here.
pub(crate) type Seat = (String, i128);

/// What was added to whose balance, by place in the list of members. The pot paid for all of it.
pub(crate) type Charge = Vec<(usize, i128)>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// The pools that the plan last shared it between.
    pub(crate) pools: BTreeSet<String>,
    /// Also who left: whoever comes back is somebody else.
    members: Vec<Member>,
    pub(crate) pot: i128,
    pub(crate) departed: i128,
    /// Turns taken and given back so far.
    pub(crate) moves: i128,
    /// What gives a turn back exactly, by commit.
    pub(crate) kept: BTreeMap<u64, Charge>,
}

#[derive(Clone, Debug)]
struct Member {
    rep: String,
    balance: i128,
    is_there: bool,
}

impl Ledger {
    /// Who is new starts even, who is gone takes their balance out.
    pub(crate) fn sync(&mut self, reps: &BTreeSet<String>) {
        for member in self.members.iter_mut().filter(|member| member.is_there && !reps.contains(&member.rep)) {
            self.departed += member.balance;
            (member.balance, member.is_there) = (0, false);
        }
        for rep in reps {
            if self.place(rep).is_none() {
                self.members.push(Member { rep: rep.clone(), balance: 0, is_there: true });
            }
        }
    }

    pub(crate) fn place(&self, rep: &str) -> Option<usize> {
        self.members.iter().position(|member| member.is_there && member.rep == rep)
    }

    pub(crate) fn balances(&self) -> BTreeMap<&str, i128> {
        let present = self.members.iter().filter(|member| member.is_there);
        present.map(|member| (member.rep.as_str(), member.balance)).collect()
    }

    /// What each of these is owed once the lead is shared out on paper.
    fn owed(&self, seats: &[Seat]) -> Vec<(String, i128, i128)> {
        let (credit, balances) = (self.credit(seats), self.balances());
        let owed = |(rep, weight): &Seat| (rep.clone(), *weight, balances[rep.as_str()] + weight * credit);
        seats.iter().map(owed).collect()
    }

    /// A turn divided by the total weight, and one more where the pot can pay for it.
    fn credit(&self, seats: &[Seat]) -> i128 {
        let total: i128 = seats.iter().map(|(_, weight)| weight).sum();
        TURN / total + i128::from(self.pot >= total)
    }

    /// Whose turn it is. `seats` is not empty.
    pub(crate) fn pick(&self, rotation: &str, seats: &[Seat]) -> String {
        let (m, n) = (seats.len() as i128, self.balances().len() as i128);
        let by_owed = |rep: &str, owed: i128| (Reverse(owed), stable_hash(&[rotation, rep]), rep.to_owned());
        let mut all = self.owed(seats);
        all.sort_by_cached_key(|(rep, _, owed)| by_owed(rep, *owed));
        let (most, ..) = all[0].clone();
        if m == 1 {
            return most;
        }
        // Sorted by who goes first where deadlines are equal. (1 - 1/(2m-2) - v) / w, without dividing.
        let room = |owed: i128| (2 * m - 3) * TURN - (2 * m - 2) * owed;
        let mut earliest: Option<(String, i128, i128)> = None;
        for (rep, weight, owed) in all.iter().filter(|(_, _, owed)| (2 * m - 2) * owed >= TURN) {
            let is_earlier = |(_, than, other): &(String, i128, i128)| room(*owed) * than < room(*other) * weight;
            if earliest.as_ref().is_none_or(is_earlier) {
                earliest = Some((rep.clone(), *weight, *owed));
            }
        }
        let Some((chosen, ..)) = earliest else { return most };
        let mut after: BTreeMap<&str, i128> = self.balances();
        after.extend(all.iter().map(|(rep, _, owed)| (rep.as_str(), *owed)));
        *after.entry(&chosen).or_default() -= TURN;
        let all_within = after.values().all(|balance| (2 * n - 2) * balance.abs() <= (2 * n - 3) * TURN);
        if all_within { chosen } else { most }
    }

    /// Whether somebody is owed at most so many turns less than whoever is owed most.
    pub(crate) fn trails_by_at_most(&self, turns: i128, rep: &str, seats: &[Seat]) -> bool {
        let all = self.owed(seats);
        let most = all.iter().map(|(_, _, owed)| *owed).max();
        let own = all.iter().find(|(other, ..)| other == rep).map(|(_, _, owed)| *owed);
        most.zip(own).is_some_and(|(most, own)| most - own <= turns * TURN)
    }

    fn book(&mut self, charge: &Charge, sign: i128) {
        for (place, amount) in charge {
            let member = &mut self.members[*place];
            let account = if member.is_there { &mut member.balance } else { &mut self.departed };
            *account += sign * amount;
            self.pot -= sign * amount;
        }
    }

    /// Takes a turn of the chosen one, who is among the seats.
    pub(crate) fn charge(&mut self, commit: u64, chosen: &str, seats: &[Seat]) {
        let credit = self.credit(seats);
        let mut charge: Charge =
            seats.iter().filter_map(|(rep, weight)| Some((self.place(rep)?, weight * credit))).collect();
        charge.extend(self.place(chosen).map(|place| (place, -TURN)));
        self.charge_again(Some(commit), charge);
    }

    pub(crate) fn charge_again(&mut self, commit: Option<u64>, charge: Charge) {
        self.moves += 1;
        self.book(&charge, 1);
        self.kept.extend(commit.map(|commit| (commit, charge)));
    }

    /// Gives a turn back: exactly, or paid for by those who are there. What it was, if anything moved.
    pub(crate) fn give_back(&mut self, commit: u64, chosen: usize, payers: &[Seat]) -> Option<(Option<u64>, Charge)> {
        match self.kept.remove(&commit) {
            Some(charge) => {
                self.moves += 1;
                self.book(&charge, -1);
                Some((Some(commit), charge))
            }
            None => Some((None, self.spread(chosen, payers)?)),
        }
    }

    /// Gives a turn that others pay for, in proportion to weight.
    pub(crate) fn spread(&mut self, chosen: usize, payers: &[Seat]) -> Option<Charge> {
        self.moves += 1;
        let total: i128 = payers.iter().map(|(_, weight)| weight).sum();
        if total == 0 || !self.members[chosen].is_there {
            return None;
        }
        let credit = TURN / total + i128::from(self.pot < TURN % total);
        let paid = payers.iter().filter_map(|(rep, weight)| Some((self.place(rep)?, weight * credit)));
        let charge = paid.chain([(chosen, -TURN)]).collect();
        self.book(&charge, -1);
        Some(charge)
    }
}
