//! Leads in hand and leads held: what stands for each lead id.

use super::life::Life;
use super::{Rank, Since, TurnTaken, Undo};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::lead_id::LeadId;
use crate::limits::MAX_UNSETTLED_DEPTH;
use crate::reason::{Reason, Why};
use crate::span::Span;
use crate::table::{Table, fast_hash};
use std::collections::BTreeSet;
use std::hint::black_box;
use std::iter;
use std::ops::Bound;
use std::sync::Arc;

/// What stands for a lead.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) lead: LeadId,
    /// The sequence number of the record that made it so.
    pub(crate) sequence: u64,
    pub(crate) at: Instant,
    pub(crate) place: Place,
    pub(crate) path: Arc<str>,
    /// The pool that the lead came through.
    pub(crate) pool: Option<PoolIndex>,
    /// The labels of the strategies that learn what becomes of the lead.
    pub(crate) learners: Vec<Arc<str>>,
    /// The turn that the rep was charged, settled or not.
    pub(crate) turn: Option<TurnTaken>,
    /// Until the host says that its write succeeded.
    pub(crate) pending: Option<Box<Pending>>,
    /// None if nothing is known but where it stands.
    pub(crate) life: Option<Box<Life>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    With(RepIndex),
    Held(Box<Held>),
}

/// A lead that waits.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) queue: Arc<str>,
    /// A lead that is queued again keeps its first time.
    pub(crate) since: Instant,
    pub(crate) rank: Rank,
    /// Why it waits, settled or not.
    pub(crate) said: Said,
}

/// Why a lead waits is left out: only the router knows the names to tell it by.
impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.queue == other.queue && self.since == other.since && self.rank == other.rank
    }
}

impl Place {
    pub(crate) fn rep(&self) -> Option<RepIndex> {
        match self {
            Self::With(rep) => Some(*rep),
            Self::Held(_) => None,
        }
    }
}

impl Standing {
    pub(crate) fn rep(&self) -> Option<RepIndex> {
        self.place.rep()
    }

    /// What a rollback would bring back.
    pub(crate) fn previous(&self) -> Option<&Self> {
        self.pending.as_ref()?.previous.as_deref()
    }

    pub(crate) fn queue(&self) -> Option<&str> {
        self.held().map(|held| &*held.queue)
    }

    /// How it waits; none if a rep has it.
    pub(crate) fn held(&self) -> Option<&Held> {
        match &self.place {
            Place::With(_) => None,
            Place::Held(held) => Some(held),
        }
    }
}

/// What a rollback needs.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) said: Said,
    /// What changed, in order.
    pub(crate) changes: Vec<Undo>,
    /// What stood for the lead before.
    pub(crate) previous: Option<Box<Standing>>,
}

impl Pending {
    pub(crate) const NOTHING: Self = Self { said: Said::Why(Why::Queued), changes: Vec::new(), previous: None };
}

/// Why a lead was committed is left out: only the router knows the names to tell it by.
impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.changes == other.changes && self.previous == other.previous
    }
}

/// Why a lead was committed.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// By the dense indexes of the plan and the roster as they are now: of a commit since they were last edited.
    Why(Why),
    Reason(Reason),
}

impl Standing {
    /// Makes way for another commit, which keeps this one to be able to bring it back. Of a lead that is committed again
    /// and again and never settled, only the latest commits can be undone. With what an older one no longer needs.
    pub(crate) fn superseded(mut self) -> (Box<Self>, Option<Box<Pending>>) {
        let mut oldest = &mut self;
        for _ in 1..MAX_UNSETTLED_DEPTH {
            match oldest.pending.as_mut().and_then(|pending| pending.previous.as_deref_mut()) {
                Some(previous) => oldest = previous,
                None => return (Box::new(self), None),
            }
        }
        let settled = oldest.pending.take();
        (Box::new(self), settled)
    }
}

/// No lead.
const NONE: u32 = u32::MAX;

/// The ends of a list of leads, the earliest commit first.
#[derive(Debug, Clone, Copy)]
struct Ends {
    first: u32,
    last: u32,
}

impl Ends {
    const EMPTY: Self = Self { first: NONE, last: NONE };
}

/// A lead's neighbours in such a list.
#[derive(Debug, Clone, Copy)]
struct Links {
    before: u32,
    after: u32,
}

impl Links {
    const NONE: Self = Self { before: NONE, after: NONE };
}

/// What lists and finds a lead, apart from what stands for it: that is large, and a lead's neighbours in a list are asked for
/// nothing else.
#[derive(Debug, Clone, Copy)]
struct Node {
    hash: u64,
    sequence: u64,
    /// Among the leads with the same rep.
    of_rep: Links,
    /// Among all leads with a rep, if those are listed.
    of_all: Links,
}

/// Which of a node's links are meant.
type Which = fn(&mut Node) -> &mut Links;

fn of_rep(node: &mut Node) -> &mut Links {
    &mut node.of_rep
}

fn of_all(node: &mut Node) -> &mut Links {
    &mut node.of_all
}

/// All leads in hand or held. Places of leads that are gone are given to others, so that a router in which as many leads close
/// as come in allocates nothing for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hand {
    standings: Vec<Option<Standing>>,
    /// By the same places.
    nodes: Vec<Node>,
    free: Vec<u32>,
    by_lead: Table,
    /// By rep index: the leads with each rep.
    by_rep: Vec<Ends>,
    /// All leads with a rep; kept only while leads are forgotten.
    all: Option<Ends>,
    forget_after: Option<Span>,
    /// When something is due for which lead, if it ever is: with its commit, and its place.
    deadlines: BTreeSet<(Instant, u64, u32)>,
    /// The leads in queues, in the order in which they are released: since when, with their commits, and their places.
    waiting: BTreeSet<(Rank, Instant, u64, u32)>,
}

/// The other parts follow from these.
impl PartialEq for Hand {
    fn eq(&self, other: &Self) -> bool {
        self.forget_after == other.forget_after
            && self.len() == other.len()
            && self.iter().all(|standing| other.get(&standing.lead) == Some(standing))
    }
}

impl Hand {
    fn len(&self) -> usize {
        self.standings.len() - self.free.len()
    }

    pub(super) fn at(&self, place: u32) -> Option<&Standing> {
        self.standings.get(place as usize)?.as_ref()
    }

    fn find(&self, hash: u64, lead: &str) -> Option<u32> {
        self.by_lead.find(hash, |place| self.at(place).is_some_and(|standing| *standing.lead == *lead))
    }

    /// Sets after how long leads are forgotten.
    pub(crate) fn set_forget_after(&mut self, forget_after: Option<Span>) {
        if self.forget_after == forget_after {
            return;
        }
        self.forget_after = forget_after;
        self.all = forget_after.map(|_| Ends::EMPTY);
        if forget_after.is_none() {
            return;
        }
        let with_rep = (0..).zip(&self.standings).filter_map(|(place, standing)| Some((place, standing.as_ref()?)));
        let with_rep = with_rep.filter(|(_, standing)| standing.rep().is_some());
        let mut places: Vec<(u64, u32)> = with_rep.map(|(place, standing)| (standing.sequence, place)).collect();
        places.sort_unstable();
        places.into_iter().for_each(|(_, place)| self.list_among_all(place));
    }

    /// What stands for a lead at the router's clock.
    pub(crate) fn get(&self, lead: &str) -> Option<&Standing> {
        self.get_hashed(fast_hash(lead), lead)
    }

    /// The same if its hash is known.
    pub(crate) fn get_hashed(&self, hash: u64, lead: &str) -> Option<&Standing> {
        self.at(self.find(hash, lead)?)
    }

    /// What stands for a lead at `now`, which may lie past the clock.
    pub(crate) fn standing(&self, lead: &str, now: Instant) -> Option<&Standing> {
        self.standing_hashed(fast_hash(lead), lead, now)
    }

    /// The same if its hash is known.
    pub(crate) fn standing_hashed(&self, hash: u64, lead: &str, now: Instant) -> Option<&Standing> {
        self.get_hashed(hash, lead).filter(|standing| self.is_there(standing, now))
    }

    /// Moves leads in queues that are no longer known to another one, and says how many.
    pub(crate) fn hold_strays(&mut self, is_known: impl Fn(&Arc<str>) -> bool, into: &str) -> usize {
        let into: Arc<str> = Arc::from(into);
        let mut moved = 0;
        for standing in self.standings_mut() {
            if let Place::Held(held) = &mut standing.place
                && !is_known(&held.queue)
            {
                held.queue = Arc::clone(&into);
                moved += 1;
            }
        }
        moved
    }

    /// Turns all reasons into such that are told in names.
    pub(crate) fn tell(&mut self, name: impl Fn(&Said) -> Reason) {
        for standing in self.standings_mut() {
            let mut next = Some(standing);
            while let Some(standing) = next {
                if let Place::Held(held) = &mut standing.place {
                    held.said = Said::Reason(name(&held.said));
                }
                next = standing.pending.as_deref_mut().and_then(|pending| {
                    pending.said = Said::Reason(name(&pending.said));
                    pending.previous.as_deref_mut()
                });
            }
        }
    }

    pub(crate) fn get_mut(&mut self, lead: &str) -> Option<&mut Standing> {
        let place = self.find(fast_hash(lead), lead)?;
        self.standings.get_mut(place as usize)?.as_mut()
    }

    /// All leads, in no order that may show.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.standings.iter().flatten()
    }

    /// The same, to give what they name other names.
    pub(crate) fn standings_mut(&mut self) -> impl Iterator<Item = &mut Standing> {
        self.standings.iter_mut().flatten()
    }

    /// Puts a standing in, of a lead with this hash that nothing stands for, and gives its place. When something is due for it is
    /// still to be said.
    #[inline]
    pub(crate) fn put(&mut self, hash: u64, standing: Standing) -> u32 {
        let place = self.make_place(hash, standing.sequence);
        if let Some(free) = self.standings.get_mut(place as usize) {
            *free = Some(standing);
        }
        self.list(place, hash);
        place
    }

    /// A place for a lead that nothing stands for.
    fn make_place(&mut self, hash: u64, sequence: u64) -> u32 {
        let node = Node { hash, sequence, of_rep: Links::NONE, of_all: Links::NONE };
        let place = self.free.pop().unwrap_or(self.nodes.len() as u32);
        match self.nodes.get_mut(place as usize) {
            Some(free) => *free = node,
            None => {
                self.nodes.push(node);
                self.standings.push(None);
            }
        }
        place
    }

    /// Makes a lead found by its id, and by whom it is with.
    fn list(&mut self, place: u32, hash: u64) {
        self.by_lead.insert(hash, place);
        match self.at(place).and_then(Standing::rep) {
            None => self.waiting.extend(self.waiting_key(place)),
            Some(RepIndex(rep)) => {
                if self.by_rep.len() <= rep as usize {
                    self.by_rep.resize(rep as usize + 1, Ends::EMPTY);
                }
                let ends = self.of(RepIndex(rep));
                let ends = self.link(place, ends, of_rep);
                self.set_ends(RepIndex(rep), ends);
                self.list_among_all(place);
            }
        }
    }

    /// Looks at what one lead more with a rep changes; see [`Desk::touch`](super::Desk::touch).
    pub(super) fn touch(&self, rep: RepIndex) {
        let node = |place: u32| self.nodes.get(place as usize).map(|node| node.of_rep.after);
        black_box((node(self.of(rep).last), self.free.last().map(|free| node(*free))));
    }

    fn of(&self, RepIndex(rep): RepIndex) -> Ends {
        self.by_rep.get(rep as usize).copied().unwrap_or(Ends::EMPTY)
    }

    fn set_ends(&mut self, RepIndex(rep): RepIndex, ends: Ends) {
        if let Some(known) = self.by_rep.get_mut(rep as usize) {
            *known = ends;
        }
    }

    fn list_among_all(&mut self, place: u32) {
        if let Some(ends) = self.all {
            self.all = Some(self.link(place, ends, of_all));
        }
    }

    fn sequence(&self, place: u32) -> u64 {
        self.nodes.get(place as usize).map_or(0, |node| node.sequence)
    }

    fn links(&mut self, place: u32, which: Which) -> Option<&mut Links> {
        self.nodes.get_mut(place as usize).map(which)
    }

    /// Puts a lead into a list, by its commit. It is the latest nearly always, so the search starts at the end.
    fn link(&mut self, place: u32, mut ends: Ends, which: Which) -> Ends {
        let sequence = self.sequence(place);
        let (mut before, mut after) = (ends.last, NONE);
        while before != NONE && self.sequence(before) > sequence {
            after = before;
            before = self.links(before, which).map_or(NONE, |links| links.before);
        }
        match self.links(before, which) {
            Some(links) => links.after = place,
            None => ends.first = place,
        }
        match self.links(after, which) {
            Some(links) => links.before = place,
            None => ends.last = place,
        }
        if let Some(links) = self.links(place, which) {
            *links = Links { before, after };
        }
        ends
    }

    /// Takes a lead out of a list.
    fn unlink(&mut self, place: u32, mut ends: Ends, which: Which) -> Ends {
        let Some(Links { before, after }) = self.links(place, which).map(|links| *links) else { return ends };
        match self.links(before, which) {
            Some(links) => links.after = after,
            None => ends.first = after,
        }
        match self.links(after, which) {
            Some(links) => links.before = before,
            None => ends.last = before,
        }
        ends
    }

    pub(crate) fn remove(&mut self, lead: &str) -> Option<Standing> {
        let place = self.find(fast_hash(lead), lead)?;
        if let Some(rep) = self.at(place)?.rep() {
            let ends = self.unlink(place, self.of(rep), of_rep);
            self.set_ends(rep, ends);
            if let Some(ends) = self.all {
                self.all = Some(self.unlink(place, ends, of_all));
            }
        }
        self.forget_deadline(place);
        if let Some(key) = self.waiting_key(place) {
            self.waiting.remove(&key);
        }
        self.by_lead.remove(self.nodes.get(place as usize)?.hash, place);
        self.free.push(place);
        self.standings.get_mut(place as usize)?.take()
    }

    fn waiting_key(&self, place: u32) -> Option<(Rank, Instant, u64, u32)> {
        let standing = self.at(place)?;
        let held = standing.held()?;
        Some((held.rank, held.since, standing.sequence, place))
    }

    /// The leads in queues, in the order in which they are released.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Standing> {
        let places = self.waiting.iter().map(|&(.., place)| place);
        places.filter_map(|place| self.at(place))
    }

    /// The key of a lead that something is due for.
    fn deadline_key(&self, place: u32) -> Option<(Instant, u64, u32)> {
        let standing = self.at(place)?;
        Some((standing.life.as_ref()?.deadline()?, standing.sequence, place))
    }

    fn forget_deadline(&mut self, place: u32) {
        if let Some(key) = self.deadline_key(place) {
            self.deadlines.remove(&key);
        }
    }

    /// Says when something is next due for a lead, or was and is not done.
    pub(super) fn set_deadline(&mut self, lead: &str, deadline: Option<Instant>) {
        if let Some(place) = self.find(fast_hash(lead), lead) {
            self.set_deadline_at(place, deadline);
        }
    }

    /// The same by place.
    pub(super) fn set_deadline_at(&mut self, place: u32, deadline: Option<Instant>) {
        self.forget_deadline(place);
        let standing = self.standings.get_mut(place as usize).and_then(Option::as_mut);
        if let Some(life) = standing.and_then(|standing| standing.life.as_mut()) {
            life.set_deadline(deadline);
        }
        self.deadlines.extend(self.deadline_key(place));
    }

    /// The leads for which something is due by an instant.
    pub(super) fn due_by(&self, now: Instant) -> impl Iterator<Item = &Standing> {
        let due = self.deadlines.range(..=(now, u64::MAX, u32::MAX)).filter_map(|&(_, _, place)| self.at(place));
        due.filter(move |standing| self.is_there(standing, now))
    }

    /// When something is next due after an instant, of leads for which nothing is yet.
    pub(super) fn next_deadline(&self, now: Instant) -> Option<Instant> {
        let after = (Bound::Excluded((now, u64::MAX, u32::MAX)), Bound::Unbounded);
        let still_there = |place| self.at(place).is_some_and(|standing| self.is_there(standing, now));
        self.deadlines.range(after).find(|&&(_, _, place)| still_there(place)).map(|&(at, _, _)| at)
    }

    /// The leads whose clock runs.
    pub(super) fn clocked(&self) -> Vec<LeadId> {
        self.iter().filter(|standing| standing.clock().is_some()).map(|standing| standing.lead.clone()).collect()
    }

    /// The same of a rep.
    pub(super) fn clocked_of(&self, rep: RepIndex) -> Vec<LeadId> {
        let leads = self.latest_of(rep).filter(|standing| standing.clock().is_some());
        leads.map(|standing| standing.lead.clone()).collect()
    }

    /// The leads with a rep, the latest commit first.
    fn latest_of(&self, rep: RepIndex) -> impl Iterator<Item = &Standing> {
        self.listed(self.of(rep).last, |node| node.of_rep.before)
    }

    /// The same, the earliest commit first.
    pub(crate) fn earliest_of(&self, rep: RepIndex) -> impl Iterator<Item = &Standing> {
        self.listed(self.of(rep).first, |node| node.of_rep.after)
    }

    /// The leads of a list, from a place on.
    fn listed(&self, first: u32, next: fn(&Node) -> u32) -> impl Iterator<Item = &Standing> {
        let mut place = first;
        iter::from_fn(move || {
            let standing = self.at(place)?;
            place = self.nodes.get(place as usize).map_or(NONE, next);
            Some(standing)
        })
    }

    /// How many of a rep's leads were committed after an instant.
    pub(crate) fn committed_after(&self, rep: RepIndex, instant: Instant) -> u32 {
        self.latest_of(rep).take_while(|standing| standing.at > instant).count() as u32
    }

    /// Whether time has not made the router forget a lead. Those in queues never are.
    fn is_there(&self, standing: &Standing, now: Instant) -> bool {
        standing.rep().is_none() || !self.is_forgotten(standing.at, now)
    }

    fn is_forgotten(&self, committed: Instant, now: Instant) -> bool {
        self.forget_after.is_some_and(|span| committed.plus(span) <= now)
    }

    /// How many of a rep's leads time alone will have made the router forget by `now`.
    pub(crate) fn forgotten_by(&self, rep: RepIndex, now: Instant) -> u32 {
        if self.forget_after.is_none() {
            return 0;
        }
        self.earliest_of(rep).take_while(|standing| self.is_forgotten(standing.at, now)).count() as u32
    }

    /// When one of a rep's leads, counted from the earliest commit, will be forgotten.
    pub(crate) fn forgotten_since(&self, rep: RepIndex, place: usize) -> Option<Since> {
        let standing = self.earliest_of(rep).nth(place)?;
        Some((standing.at.plus(self.forget_after?), standing.sequence))
    }

    /// Forgets the earliest lead whose time has come by `now`: what stood for it, and when its time came.
    pub(crate) fn forget_next(&mut self, now: Instant) -> Option<(Standing, Since)> {
        let span = self.forget_after?;
        let standing = self.at(self.all?.first)?;
        let (at, sequence) = (standing.at, standing.sequence);
        if !self.is_forgotten(at, now) {
            return None;
        }
        let lead = standing.lead.clone();
        Some((self.remove(&lead)?, (at.plus(span), sequence)))
    }

    /// When the next lead after `now` will be forgotten.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let span = self.forget_after?;
        let mut earliest = self.listed(self.all?.first, |node| node.of_all.after);
        earliest.find_map(|standing| Some(standing.at.plus(span)).filter(|end| *end > now))
    }
}
