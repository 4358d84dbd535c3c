//! What every contestant does, and a run of one through the days of a scenario.

use crate::scenario::{BATCH, Lead, Moment, Presences, Scenario};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Where a lead was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The owner of its account.
    Owner,
    /// Somebody of a pool in turn: an index of [`Scenario::pools`].
    Pool(usize),
    /// The least loaded of all.
    Everyone,
    Queue,
    /// Nowhere: somebody has it already.
    InHand,
}

/// Where a lead was decided, and who has it: the index of a rep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) place: Place,
    pub(crate) rep: Option<usize>,
}

/// One way of deciding on leads.
pub(crate) trait Contestant: Sized {
    const NAME: &'static str;

    /// What deciding on a lead leaves behind.
    type Done;

    fn new(scenario: &Scenario) -> Self;

    /// Decides on a lead and commits to it: all that is measured.
    fn route(&mut self, lead: &Lead, now: Moment) -> Self::Done;

    /// The same in place of an earlier result, whose memory may be used again.
    fn route_into(&mut self, lead: &Lead, now: Moment, into: &mut Self::Done) {
        *into = self.route(lead, now);
    }

    /// The result told in a way that can be compared.
    fn outcome(&self, done: &Self::Done) -> Outcome;

    /// Whatever there is to do once the CRM has said yes.
    fn settle(&mut self, _done: &Self::Done) {}

    /// A lead that this rep has is done with.
    fn close(&mut self, lead: &Lead, rep: Option<usize>, now: Moment);

    fn presence(&mut self, rep: usize, is_online: bool, now: Moment);
}

/// A contestant on its way through the days.
pub(crate) struct Run<'s, C: Contestant> {
    scenario: &'s Scenario,
    pub(crate) contestant: C,
    presences: Presences,
    /// How many leads have come in.
    pub(crate) number: usize,
    /// Who has the leads that are not closed yet, the oldest first.
    open: VecDeque<Option<usize>>,
    /// The last batch, and what came of it.
    batch: Vec<(&'s Lead, Moment)>,
    pub(crate) done: Vec<C::Done>,
}

impl<'s, C: Contestant> Run<'s, C> {
    pub(crate) fn new(scenario: &'s Scenario) -> Self {
        let mut contestant = C::new(scenario);
        let presences = scenario.presences();
        for rep in presences.away() {
            contestant.presence(rep, false, scenario.moment(0));
        }
        let (batch, done) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        Self { scenario, contestant, presences, number: 0, open: VecDeque::new(), batch, done }
    }

    /// What came of the last batch.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        self.done.iter().map(|done| self.contestant.outcome(done))
    }

    fn next_batch(&mut self) {
        let leads = self.number..self.number + BATCH;
        self.number = leads.end;
        self.batch.clear();
        self.batch.extend(leads.map(|number| (self.scenario.lead(number), self.scenario.moment(number))));
    }

    /// Decides on the next leads, timed as one, once somebody has had a look at them.
    pub(crate) fn look(&mut self, look: impl FnOnce(&C, &[(&'s Lead, Moment)])) -> Duration {
        self.next_batch();
        look(&self.contestant, &self.batch);
        let start = Instant::now();
        (0..BATCH).for_each(|place| self.route(place));
        let took = start.elapsed();
        self.between_batches();
        took
    }

    /// Decides on one lead of the batch and commits to it, in the memory that one of the last batch took.
    fn route(&mut self, place: usize) {
        let (lead, now) = self.batch[place];
        match self.done.get_mut(place) {
            Some(done) => self.contestant.route_into(lead, now, done),
            None => self.done.push(self.contestant.route(lead, now)),
        }
    }

    /// What is not part of a decision: settling, closing, coming and going. It happens at the time of the last lead, so that
    /// whatever time changes strikes inside a decision.
    fn between_batches(&mut self) {
        let now = self.scenario.moment(self.number - 1);
        for done in &self.done {
            self.contestant.settle(done);
            self.open.push_back(self.contestant.outcome(done).rep);
        }
        while self.open.len() > self.scenario.size.closed_after() {
            let lead = self.scenario.lead(self.number - self.open.len());
            if let Some(rep) = self.open.pop_front() {
                self.contestant.close(lead, rep, now);
            }
        }
        let (rep, is_online) = self.presences.flip();
        self.contestant.presence(rep, is_online, now);
    }
}

/// A run of whichever contestant.
pub(crate) trait Timed {
    /// Decides on the next leads, timed as one.
    fn batch(&mut self) -> Duration;

    /// Decides on the next leads, each timed by itself, in nanoseconds.
    fn batch_one_by_one(&mut self, times: &mut Vec<u32>);

    /// Decides on the next leads: how often memory was asked for.
    fn batch_counted(&mut self) -> u64;
}

impl<C: Contestant> Timed for Run<'_, C> {
    fn batch(&mut self) -> Duration {
        self.look(|_, _| ())
    }

    fn batch_one_by_one(&mut self, times: &mut Vec<u32>) {
        self.next_batch();
        for place in 0..BATCH {
            let start = Instant::now();
            self.route(place);
            times.push(start.elapsed().as_nanos() as u32);
        }
        self.between_batches();
    }

    fn batch_counted(&mut self) -> u64 {
        self.next_batch();
        let counted = allocation_counter::measure(|| (0..BATCH).for_each(|place| self.route(place)));
        self.between_batches();
        counted.count_total
    }
}
