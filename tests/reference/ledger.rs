//! The fair ledger, written anew from its mathematics: whole units, no cursor, no cache.
//!
//! Of a lead that `m` members could have, each accrues `weight * credit` units on paper; `v` is the balance after that.
//! While everyone of the `n` members stays within `1 - 1/(2n-2)` turns, the earliest deadline among those owed at least
//! `1/(2m-2)` turns has the lead; otherwise whoever is owed most has it.
//!
//! A rotation that is balanced keeps a second book, of what leads are worth in parts of the most that counts. Of those who
//! are owed at most two turns less than whoever is owed most, the largest `v + 2 (d / D) z` has the lead.

use lead_router::stable_hash;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The units of one turn, and of the most that a lead counts.
pub(crate) const TURN: i128 = 9_419_588_158_802_421_600;

/// The parts of the most that a lead is worth.
pub(crate) const PARTS: i128 = 50_400;

/// The two books: turns, and value.
const BOOKS: [usize; 2] = [0, 1];

/// A rep who could have the lead, with the weight that counts here.
pub(crate) type Seat = (String, i128);

/// What was added to whose balance in each book, by place in the list of members. The pots paid for all of it.
pub(crate) type Charge = Vec<(usize, [i128; 2])>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// The pools that the plan last shared it between.
    pub(crate) pools: BTreeSet<String>,
    /// Also who left: whoever comes back is somebody else.
    members: Vec<Member>,
    pub(crate) pots: [i128; 2],
    pub(crate) departed: [i128; 2],
    /// Turns taken and given back so far.
    pub(crate) moves: i128,
    /// What gives a turn back exactly, by commit.
    pub(crate) kept: BTreeMap<u64, Charge>,
}

#[derive(Clone, Debug)]
struct Member {
    rep: String,
    balances: [i128; 2],
    is_there: bool,
}

/// What a member is owed in each book once a lead is shared out on paper.
#[derive(Clone, Debug)]
struct Claim {
    rep: String,
    weight: i128,
    owed: [i128; 2],
}

/// What a lead of so many parts takes from whoever gets it.
fn costs(size: i128) -> [i128; 2] {
    [TURN, size * (TURN / PARTS)]
}

impl Ledger {
    /// Who is new starts even, who is gone takes their balances out.
    pub(crate) fn sync(&mut self, reps: &BTreeSet<String>) {
        for member in self.members.iter_mut().filter(|member| member.is_there && !reps.contains(&member.rep)) {
            BOOKS.iter().for_each(|book| self.departed[*book] += member.balances[*book]);
            (member.balances, member.is_there) = ([0, 0], false);
        }
        for rep in reps {
            if self.place(rep).is_none() {
                self.members.push(Member { rep: rep.clone(), balances: [0, 0], is_there: true });
            }
        }
    }

    /// A member leaves and joins at once.
    pub(crate) fn rejoin(&mut self, rep: &str) {
        let members: BTreeSet<String> = self.balances().into_keys().map(str::to_owned).collect();
        self.sync(&members.iter().filter(|member| *member != rep).cloned().collect());
        self.sync(&members);
    }

    pub(crate) fn place(&self, rep: &str) -> Option<usize> {
        self.members.iter().position(|member| member.is_there && member.rep == rep)
    }

    pub(crate) fn balances(&self) -> BTreeMap<&str, [i128; 2]> {
        let present = self.members.iter().filter(|member| member.is_there);
        present.map(|member| (member.rep.as_str(), member.balances)).collect()
    }

    /// What each unit of weight is credited: its part of the cost, and one more where the pot can pay for it.
    fn credits(&self, seats: &[Seat], size: i128) -> [i128; 2] {
        let total: i128 = seats.iter().map(|(_, weight)| weight).sum();
        let credit = |book: usize| costs(size)[book] / total + i128::from(self.pots[book] >= total);
        [credit(0), if size > 0 { credit(1) } else { 0 }]
    }

    /// Who goes first in turns alone comes first.
    fn claims(&self, rotation: &str, seats: &[Seat], size: i128) -> Vec<Claim> {
        let (credits, balances) = (self.credits(seats, size), self.balances());
        let claim = |(rep, weight): &Seat| {
            let owed = BOOKS.map(|book| balances[rep.as_str()][book] + weight * credits[book]);
            Claim { rep: rep.clone(), weight: *weight, owed }
        };
        let mut claims: Vec<Claim> = seats.iter().map(claim).collect();
        let lot = |rep: &str| (stable_hash(&[rotation, rep]), rep.to_owned());
        claims.sort_by_cached_key(|claim| (Reverse(claim.owed[0]), lot(&claim.rep)));
        claims
    }

    /// Whose turn it is; of a rotation that is balanced, for a lead of that size. `seats` is not empty.
    pub(crate) fn pick(&self, rotation: &str, seats: &[Seat], size: Option<i128>) -> String {
        let claims = self.claims(rotation, seats, size.unwrap_or(0));
        let most = claims[0].clone();
        let chosen = match size {
            _ if claims.len() == 1 => None,
            None => self.earliest(&claims),
            Some(size) => {
                let near = claims.iter().rev().filter(|claim| most.owed[0] - claim.owed[0] <= 2 * TURN);
                // The last of equals, which is the first of the claims.
                near.max_by_key(|claim| PARTS * claim.owed[0] + 2 * size * claim.owed[1])
            }
        };
        chosen.unwrap_or(&most).rep.clone()
    }

    /// The earliest deadline, if everyone stays within the cap.
    fn earliest<'c>(&self, claims: &'c [Claim]) -> Option<&'c Claim> {
        let (m, n) = (claims.len() as i128, self.balances().len() as i128);
        // (1 - 1/(2m-2) - v) / w, without dividing.
        let room = |claim: &Claim| (2 * m - 3) * TURN - (2 * m - 2) * claim.owed[0];
        let due = claims.iter().filter(|claim| (2 * m - 2) * claim.owed[0] >= TURN);
        let chosen = due.min_by(|one, other| (room(one) * other.weight).cmp(&(room(other) * one.weight)))?;
        let mut after: BTreeMap<&str, [i128; 2]> = self.balances();
        after.extend(claims.iter().map(|claim| (claim.rep.as_str(), claim.owed)));
        after.entry(&chosen.rep).or_default()[0] -= TURN;
        let all_within = after.values().all(|[turns, _]| (2 * n - 2) * turns.abs() <= (2 * n - 3) * TURN);
        all_within.then_some(chosen)
    }

    /// Whether somebody is owed at most so many turns less than whoever is owed most.
    pub(crate) fn trails_by_at_most(&self, turns: i128, rep: &str, seats: &[Seat]) -> bool {
        let claims = self.claims("", seats, 0);
        let own = claims.iter().find(|claim| claim.rep == rep);
        own.is_some_and(|own| claims[0].owed[0] - own.owed[0] <= turns * TURN)
    }

    fn book(&mut self, charge: &Charge, sign: i128) {
        for (place, amounts) in charge {
            let member = &mut self.members[*place];
            let accounts = if member.is_there { &mut member.balances } else { &mut self.departed };
            for book in BOOKS {
                accounts[book] += sign * amounts[book];
                self.pots[book] -= sign * amounts[book];
            }
        }
    }

    /// What a turn of the chosen one comes to if everyone is credited so much for each unit of weight.
    fn quote(&self, chosen: usize, seats: &[Seat], credits: [i128; 2], size: i128) -> Charge {
        let seats = seats.iter().filter_map(|(rep, weight)| Some((self.place(rep)?, weight)));
        let shares = seats.map(|(place, weight)| (place, credits.map(|credit| weight * credit)));
        shares.chain([(chosen, costs(size).map(|cost| -cost))]).collect()
    }

    /// Takes a turn of the chosen one, who is among the seats.
    pub(crate) fn charge(&mut self, commit: u64, chosen: usize, seats: &[Seat], size: i128) {
        let charge = self.quote(chosen, seats, self.credits(seats, size), size);
        self.charge_again(Some(commit), charge);
    }

    pub(crate) fn charge_again(&mut self, commit: Option<u64>, charge: Charge) {
        self.moves += 1;
        self.book(&charge, 1);
        self.kept.extend(commit.map(|commit| (commit, charge)));
    }

    /// Gives a turn back: exactly, or paid for by those who are there. What it was, if anything moved.
    pub(crate) fn give_back(
        &mut self,
        commit: u64,
        chosen: usize,
        payers: &[Seat],
        size: i128,
    ) -> Option<(Option<u64>, Charge)> {
        match self.kept.remove(&commit) {
            Some(charge) => {
                self.moves += 1;
                self.book(&charge, -1);
                Some((Some(commit), charge))
            }
            None => Some((None, self.spread(chosen, payers, size)?)),
        }
    }

    /// Gives a turn that others pay for, in proportion to weight.
    pub(crate) fn spread(&mut self, chosen: usize, payers: &[Seat], size: i128) -> Option<Charge> {
        self.moves += 1;
        let total: i128 = payers.iter().map(|(_, weight)| weight).sum();
        if total == 0 || !self.members[chosen].is_there {
            return None;
        }
        // The mirror image of a credit: the pot pays what is left over while it can.
        let credit = |book: usize| {
            let cost = costs(size)[book];
            cost / total + i128::from(self.pots[book] < cost % total)
        };
        let charge = self.quote(chosen, payers, [credit(0), if size > 0 { credit(1) } else { 0 }], size);
        self.book(&charge, -1);
        Some(charge)
    }
}
