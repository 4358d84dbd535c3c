//! Leads in hand and leads held: what stands for each lead id.

use super::{Since, TurnTaken, Undo};
use crate::index::{PoolIndex, RepIndex};
use crate::instant::Instant;
use crate::limits::MAX_UNSETTLED_DEPTH;
use crate::reason::Reason;
use crate::span::Span;
use siphasher::sip::SipHasher13;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// What stands for a lead.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) lead: Arc<str>,
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
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    With(RepIndex),
    /// In a queue, and since when: a lead that is queued again keeps its first time.
    Held {
        queue: Arc<str>,
        since: Instant,
    },
}

impl Place {
    pub(crate) fn rep(&self) -> Option<RepIndex> {
        match self {
            Self::With(rep) => Some(*rep),
            Self::Held { .. } => None,
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
        match &self.place {
            Place::With(_) => None,
            Place::Held { queue, .. } => Some(queue),
        }
    }
}

/// What a rollback needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pending {
    pub(crate) reason: Reason,
    /// What changed, in order.
    pub(crate) changes: Vec<Undo>,
    /// What stood for the lead before.
    pub(crate) previous: Option<Box<Standing>>,
}

impl Pending {
    pub(crate) const NOTHING: Self = Self { reason: Reason::Queued, changes: Vec::new(), previous: None };
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

type Index = HashMap<Arc<str>, Standing, BuildHasherDefault<SipHasher13>>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Hand {
    by_lead: Index,
    /// The leads with each rep, the earliest commit first.
    of_rep: BTreeMap<RepIndex, VecDeque<(u64, Instant, Arc<str>)>>,
    /// All leads in hand, the earliest commit first; kept only while leads are forgotten. May name leads that are gone.
    in_order: VecDeque<(u64, Instant, Arc<str>)>,
    forget_after: Option<Span>,
}

/// The other parts follow from these.
impl PartialEq for Hand {
    fn eq(&self, other: &Self) -> bool {
        self.by_lead == other.by_lead && self.forget_after == other.forget_after
    }
}

impl Hand {
    /// Sets after how long leads are forgotten.
    pub(crate) fn set_forget_after(&mut self, forget_after: Option<Span>) {
        if self.forget_after == forget_after {
            return;
        }
        self.forget_after = forget_after;
        self.in_order.clear();
        if forget_after.is_some() {
            let mut all: Vec<_> = self.of_rep.values().flatten().cloned().collect();
            all.sort_unstable_by_key(|&(sequence, ..)| sequence);
            self.in_order = all.into();
        }
    }

    /// What stands for a lead at the router's clock.
    pub(crate) fn get(&self, lead: &str) -> Option<&Standing> {
        self.by_lead.get(lead)
    }

    /// What stands for a lead at `now`, which may lie past the clock.
    pub(crate) fn standing(&self, lead: &str, now: Instant) -> Option<&Standing> {
        self.get(lead).filter(|standing| standing.rep().is_none() || !self.is_forgotten(standing.at, now))
    }

    /// Moves leads in queues that are no longer known to another one, and says how many.
    pub(crate) fn hold_strays(&mut self, is_known: impl Fn(&Arc<str>) -> bool, into: &str) -> usize {
        let into: Arc<str> = Arc::from(into);
        let mut moved = 0;
        for standing in self.by_lead.values_mut() {
            if let Place::Held { queue, .. } = &mut standing.place
                && !is_known(queue)
            {
                *queue = Arc::clone(&into);
                moved += 1;
            }
        }
        moved
    }

    pub(crate) fn get_mut(&mut self, lead: &str) -> Option<&mut Standing> {
        self.by_lead.get_mut(lead)
    }

    /// All leads, in no order that may show.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.by_lead.values()
    }

    /// The same, to give what they name other names.
    pub(super) fn standings_mut(&mut self) -> impl Iterator<Item = &mut Standing> {
        self.by_lead.values_mut()
    }

    /// Puts a standing in place of what stood, which is given back.
    pub(crate) fn insert(&mut self, standing: Standing) -> Option<Standing> {
        let before = self.remove(&standing.lead);
        if let Place::With(rep) = standing.place {
            let entry = (standing.sequence, standing.at, Arc::clone(&standing.lead));
            insert_in_order(self.of_rep.entry(rep).or_default(), entry.clone());
            if self.forget_after.is_some() {
                insert_in_order(&mut self.in_order, entry);
            }
        }
        self.by_lead.insert(Arc::clone(&standing.lead), standing);
        before
    }

    pub(crate) fn remove(&mut self, lead: &str) -> Option<Standing> {
        let standing = self.by_lead.remove(lead)?;
        if let Place::With(rep) = standing.place
            && let Some(leads) = self.of_rep.get_mut(&rep)
        {
            if let Ok(place) = leads.binary_search_by_key(&standing.sequence, |&(sequence, ..)| sequence) {
                leads.remove(place);
            }
            if leads.is_empty() {
                self.of_rep.remove(&rep);
            }
        }
        while let Some((sequence, _, lead)) = self.in_order.front() {
            if self.by_lead.get(lead).is_some_and(|standing| standing.sequence == *sequence) {
                break;
            }
            self.in_order.pop_front();
        }
        Some(standing)
    }

    /// How many of a rep's leads were committed after an instant.
    pub(crate) fn committed_after(&self, rep: RepIndex, instant: Instant) -> u32 {
        let leads = self.of_rep.get(&rep).into_iter().flatten().rev();
        leads.take_while(|(_, at, _)| *at > instant).count() as u32
    }

    fn is_forgotten(&self, committed: Instant, now: Instant) -> bool {
        self.forget_after.is_some_and(|span| committed.plus(span) <= now)
    }

    /// How many of a rep's leads time alone will have made the router forget by `now`.
    pub(crate) fn forgotten_by(&self, rep: RepIndex, now: Instant) -> u32 {
        if self.forget_after.is_none() {
            return 0;
        }
        let leads = self.of_rep.get(&rep).into_iter().flatten();
        leads.take_while(|(_, at, _)| self.is_forgotten(*at, now)).count() as u32
    }

    /// When one of a rep's leads, counted from the earliest commit, will be forgotten.
    pub(crate) fn forgotten_since(&self, rep: RepIndex, place: usize) -> Option<Since> {
        let (sequence, at, _) = self.of_rep.get(&rep)?.get(place)?;
        Some((at.plus(self.forget_after?), *sequence))
    }

    /// Forgets the earliest lead whose time has come by `now`: what stood for it, and when its time came.
    pub(crate) fn forget_next(&mut self, now: Instant) -> Option<(Standing, Since)> {
        let span = self.forget_after?;
        let (sequence, at, lead) = self.in_order.front().cloned()?;
        if !self.is_forgotten(at, now) {
            return None;
        }
        Some((self.remove(&lead)?, (at.plus(span), sequence)))
    }

    /// When the next lead after `now` will be forgotten.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let span = self.forget_after?;
        let due = self.in_order.partition_point(|(_, at, _)| at.plus(span) <= now);
        let is_there = |(sequence, _, lead): &&(u64, Instant, Arc<str>)| {
            self.get(lead).is_some_and(|standing| standing.sequence == *sequence)
        };
        self.in_order.range(due..).find(is_there).map(|(_, at, _)| at.plus(span))
    }
}

/// Inserts by sequence number. New entries are the latest nearly always, so the search starts at the end.
fn insert_in_order(list: &mut VecDeque<(u64, Instant, Arc<str>)>, entry: (u64, Instant, Arc<str>)) {
    let place = list.iter().rposition(|&(sequence, ..)| sequence < entry.0).map_or(0, |place| place + 1);
    list.insert(place, entry);
}
