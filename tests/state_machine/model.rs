//! The naive model: who has what, and what strategies were told, kept as simply as possible.

use crate::chance::TestPlan;
use crate::custom_steps::worth;
use lead_router::journal::{Routed, TurnCharge, TurnReturned, What};
use lead_router::strategy::NewsKind;
use lead_router::{Ask, Closing, Event, Outcome, Reason, Record, limits};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    With(String),
    Held(String),
}

impl Place {
    pub(crate) fn of(outcome: Outcome<&str>) -> Self {
        match outcome {
            Outcome::Assigned { rep } => Self::With(rep.to_owned()),
            Outcome::Queued { queue } => Self::Held(queue.to_owned()),
        }
    }

    fn rep(&self) -> Option<String> {
        match self {
            Self::With(rep) => Some(rep.clone()),
            Self::Held(_) => None,
        }
    }
}

/// A number that was added to a rep's tally under a label.
#[derive(Clone, Debug)]
struct Told {
    label: String,
    rep: String,
    worth: i64,
}

/// What stands for a lead, with what a rollback of it takes back.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) place: Place,
    pub(crate) commit: u64,
    pub(crate) at: i64,
    pub(crate) settled: bool,
    pub(crate) life: Life,
    /// The rotation in which the commit took a turn.
    turn: Option<String>,
    learners: Vec<String>,
    raised: Option<String>,
    lowered: Option<String>,
    told: Vec<Told>,
    /// Turns that could be given back exactly before this commit, and no longer.
    let_go: Vec<Turn>,
    previous: Option<Box<Standing>>,
}

/// What happened to a lead.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life {
    pub(crate) is_contacted: bool,
    pub(crate) is_qualified: bool,
    pub(crate) passed_on: u32,
    pub(crate) rejected_by: BTreeSet<String>,
    pub(crate) covered_for: Option<String>,
    /// The clock of its ladder, if that runs.
    pub(crate) clock: Option<Started>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    /// The commit that started it.
    pub(crate) commit: u64,
    /// Whether it goes on when the lead moves from rep to rep.
    pub(crate) goes_on: bool,
    /// When the lead came to the rep who has it.
    pub(crate) from: i64,
}

impl Life {
    /// What happened under a commit that is rolled back, or to a lead that is merged into this one.
    fn outlive(&mut self, other: &Self, is_held: bool) {
        self.is_contacted |= other.is_contacted;
        self.is_qualified |= other.is_qualified;
        self.rejected_by.extend(other.rejected_by.iter().cloned());
        self.clock = self.clock.filter(|_| !self.is_contacted || is_held);
    }
}

/// A rotation and the number of the commit that took a turn in it.
type Turn = (String, u64);

#[derive(Default)]
pub(crate) struct Model {
    pub(crate) leads: BTreeMap<String, Standing>,
    pub(crate) open: BTreeMap<String, u32>,
    /// By label and rep.
    pub(crate) tallies: BTreeMap<(String, String), i64>,
    pub(crate) clock: i64,
    pub(crate) queues: BTreeSet<String>,
    keepers: BTreeSet<String>,
    forget_after: Option<i64>,
    /// The turns that can be given back exactly, by rotation.
    exact: BTreeMap<String, BTreeSet<u64>>,
    rollback_window: usize,
}

/// Whether leads of that id are told apart at all.
pub(crate) fn is_tracked(lead: &str) -> bool {
    (1..=limits::MAX_LEAD_ID_BYTES).contains(&lead.len())
}

impl Model {
    pub(crate) fn new(plan: &TestPlan, clock: i64) -> Self {
        let mut model = Self { clock, ..Self::default() };
        model.plan(plan);
        model
    }

    pub(crate) fn plan(&mut self, plan: &TestPlan) {
        self.queues.clone_from(&plan.queues);
        self.keepers.clone_from(&plan.keepers);
        self.forget_after = plan.forget_after;
        self.rollback_window = plan.rollback_window;
    }

    /// Gives everything the names that an edit says.
    pub(crate) fn rename(&mut self, rename: &serde_json::Value) {
        let names = |kind: &str| -> BTreeMap<String, String> {
            serde_json::from_value(rename[kind].clone()).unwrap_or_default()
        };
        let [reps, pools, rotations, queues, labels] = ["reps", "pools", "rotations", "queues", "labels"].map(names);
        let rotation = |name: &str| {
            let (pool, band) = name.split_at(name.find('@').unwrap_or(name.len()));
            let of_pool = pools.get(pool).map(|pool| format!("{pool}{band}"));
            rotations.get(name).cloned().or(of_pool).unwrap_or(name.to_owned())
        };
        let of = |names: &BTreeMap<String, String>, name: &String| names.get(name).unwrap_or(name).clone();
        let open = std::mem::take(&mut self.open).into_iter();
        self.open = open.map(|(rep, open)| (of(&reps, &rep), open)).collect();
        let tallies = std::mem::take(&mut self.tallies).into_iter();
        self.tallies = tallies.map(|((label, rep), count)| ((of(&labels, &label), of(&reps, &rep)), count)).collect();
        let exact = std::mem::take(&mut self.exact).into_iter();
        self.exact = exact.map(|(name, turns)| (rotation(&name), turns)).collect();
        for standing in self.leads.values_mut() {
            let mut next = Some(standing);
            while let Some(standing) = next {
                match &mut standing.place {
                    Place::With(rep) => *rep = of(&reps, rep),
                    Place::Held(queue) => *queue = of(&queues, queue),
                }
                standing.turn.iter_mut().for_each(|turn| *turn = rotation(turn));
                standing.let_go.iter_mut().for_each(|(turn, _)| *turn = rotation(turn));
                standing.learners.iter_mut().for_each(|label| *label = of(&labels, label));
                standing.raised.iter_mut().chain(&mut standing.lowered).for_each(|rep| *rep = of(&reps, rep));
                let rejected_by = std::mem::take(&mut standing.life.rejected_by).into_iter();
                standing.life.rejected_by = rejected_by.map(|rep| of(&reps, &rep)).collect();
                standing.life.covered_for.iter_mut().for_each(|rep| *rep = of(&reps, rep));
                for told in &mut standing.told {
                    (told.label, told.rep) = (of(&labels, &told.label), of(&reps, &told.rep));
                }
                next = standing.previous.as_deref_mut();
            }
        }
    }

    /// A count that the host set as high as it goes stays there.
    fn raise(&mut self, rep: &str) -> Option<String> {
        let open = self.open.entry(rep.to_owned()).or_default();
        *open = open.checked_add(1)?;
        Some(rep.to_owned())
    }

    /// A count that the host set too low does not go below 0.
    fn lower(&mut self, rep: &str) -> Option<String> {
        let open = self.open.entry(rep.to_owned()).or_default();
        *open = open.checked_sub(1)?;
        Some(rep.to_owned())
    }

    fn tell(&mut self, learners: &[String], rep: Option<&str>, kind: NewsKind) -> Vec<Told> {
        let Some(rep) = rep else { return Vec::new() };
        let mut told = Vec::new();
        for label in learners.iter().filter(|label| self.keepers.contains(*label)) {
            told.push(Told { label: label.clone(), rep: rep.to_owned(), worth: worth(kind) });
        }
        self.add(&told, 1);
        told
    }

    fn add(&mut self, told: &[Told], sign: i64) {
        for Told { label, rep, worth } in told {
            *self.tallies.entry((label.clone(), rep.clone())).or_default() += sign * worth;
        }
    }

    /// `ladder`: whether that of the lead from now on, if it has one, goes on from rep to rep.
    pub(crate) fn commit(&mut self, record: &Record, ladder: Option<bool>) {
        let to = record.routed().expect("a commit");
        if !is_tracked(to.lead_id()) {
            assert_eq!(to.outcome(), Outcome::Queued { queue: "triage" });
            return;
        }
        let mut previous = self.leads.remove(to.lead_id());
        let holder = previous.as_ref().and_then(|previous| previous.place.rep());
        match &record.what {
            What::Rerouted { from, .. } => assert_eq!(Some(from), holder.as_ref(), "taken from its holder"),
            _ => assert_eq!(holder, None, "routed while in a hand"),
        }
        let place = Place::of(to.outcome());
        if let Some(previous) = &mut previous {
            // But for one whose ladder sends it to a queue that is gone.
            let is_due = matches!(to.reason(), Reason::Waited { .. });
            assert!(holder.is_some() || is_due || previous.place != place, "a lead that waits there already");
            previous.limit_depth();
        }
        let (turn, let_go) = self.take_turn(record, to, previous.as_ref());
        let lowered = holder.as_deref().and_then(|rep| self.lower(rep));
        let raised = place.rep().and_then(|rep| self.raise(&rep));
        let before = previous.as_ref().map_or(Vec::new(), |previous| previous.learners.clone());
        let mut told = self.tell(&before, holder.as_deref(), NewsKind::MovedOn);
        let learners = self.learners(to);
        told.extend(self.tell(&learners, place.rep().as_deref(), NewsKind::Routed));
        let (commit, at) = (record.sequence, record.at.timestamp_millis());
        let mut life = previous.as_ref().map(|previous| previous.life.clone()).unwrap_or_default();
        let leaves = holder.is_some() && holder != place.rep();
        let is_cover = to.ask().is_some_and(Ask::is_cover);
        life.passed_on += u32::from(leaves && !is_cover && *to.reason() != Reason::CoverOver);
        if is_cover {
            life.covered_for = life.covered_for.or(holder.clone());
        }
        if to.ask().is_some_and(|ask| ask.given_to().is_some()) || life.covered_for == place.rep() {
            life.covered_for = None;
        }
        let was_held = holder.is_none();
        let earlier = life.clock.filter(|clock| !was_held && place.rep().is_some() && (!leaves || clock.goes_on));
        life.clock = ladder.map(|goes_on| match earlier {
            Some(clock) if leaves => Started { from: at, ..clock },
            Some(clock) => clock,
            None => Started { commit, goes_on, from: at },
        });
        let previous = previous.map(Box::new);
        let standing = Standing {
            place,
            commit,
            at,
            settled: false,
            life,
            turn,
            learners,
            raised,
            lowered,
            told,
            let_go,
            previous,
        };
        self.leads.insert(to.lead_id().to_owned(), standing);
    }

    /// Takes the new turn, and gives the one before back.
    fn take_turn(&mut self, record: &Record, to: &Routed, previous: Option<&Standing>) -> (Option<String>, Vec<Turn>) {
        if let What::Rerouted { returned, .. } = &record.what {
            match to.ask().is_some_and(Ask::is_cover) {
                true => assert_eq!(*returned, None, "who is away keeps the turn"),
                false => self.check_return(previous.expect("it was in a hand"), *returned),
            }
        }
        let mut let_go: Vec<Turn> = previous.and_then(|previous| self.let_go(previous)).into_iter().collect();
        let turn = to.turn().filter(|turn| turn.charge() == TurnCharge::Charged);
        let turn = turn.map(|turn| turn.rotation().to_owned());
        if let Some(rotation) = &turn {
            let exact = self.exact.entry(rotation.clone()).or_default();
            exact.insert(record.sequence);
            while exact.len() > self.rollback_window {
                let_go.extend(exact.pop_first().map(|commit| (rotation.clone(), commit)));
            }
        }
        (turn, let_go)
    }

    /// A turn goes back exactly as long as it is among the latest of its rotation.
    fn check_return(&self, standing: &Standing, returned: Option<TurnReturned>) {
        let is_exact = standing
            .turn
            .as_ref()
            .map(|rotation| self.exact.get(rotation).is_some_and(|exact| exact.contains(&standing.commit)));
        match returned {
            None => assert_eq!(is_exact, None),
            Some(TurnReturned::Exactly) => assert_eq!(is_exact, Some(true)),
            Some(TurnReturned::Spread) => assert_eq!(is_exact, Some(false)),
            // The rep left the rotation since, or nobody is there to pay.
            _ => assert!(is_exact.is_some()),
        }
    }

    /// The turn of a standing can no longer be given back.
    fn let_go(&mut self, standing: &Standing) -> Option<Turn> {
        let rotation = standing.turn.as_ref()?;
        let was_exact = self.exact.get_mut(rotation)?.remove(&standing.commit);
        was_exact.then(|| (rotation.clone(), standing.commit))
    }

    /// The labels on the way to the step that decided, unless another plan's.
    fn learners(&self, to: &Routed) -> Vec<String> {
        if to.committed_under().is_some() || to.step().is_none() {
            return Vec::new();
        }
        to.path().split('/').filter(|label| self.keepers.contains(*label)).map(str::to_owned).collect()
    }

    pub(crate) fn roll_back(&mut self, lead: &str, returned: Option<TurnReturned>) {
        let standing = self.leads.remove(lead).expect("the lead stands");
        self.check_return(&standing, returned);
        self.let_go(&standing);
        for (rotation, commit) in standing.let_go {
            self.exact.entry(rotation).or_default().insert(commit);
        }
        self.add(&standing.told, -1);
        standing.raised.iter().for_each(|rep| _ = self.lower(rep));
        standing.lowered.iter().for_each(|rep| _ = self.raise(rep));
        if let Some(mut previous) = standing.previous {
            let is_held = previous.place.rep().is_none();
            previous.life.outlive(&standing.life, is_held);
            self.leads.insert(lead.to_owned(), *previous);
        }
    }

    /// What happened to a lead.
    pub(crate) fn live(&mut self, event: &Event) {
        match event {
            Event::Closed { lead, how: Closing::Won, .. } => _ = self.end(lead, NewsKind::Won),
            Event::Closed { lead, how: Closing::Lost, .. } => _ = self.end(lead, NewsKind::Lost),
            Event::Closed { lead, .. } => _ = self.end(lead, NewsKind::Closed),
            Event::Released { lead, .. } => _ = self.end(lead, NewsKind::Released),
            Event::Contacted { lead, .. } => {
                let standing = self.leads.get_mut(lead).expect("the lead stands");
                if !std::mem::replace(&mut standing.life.is_contacted, true) {
                    standing.life.clock = standing.life.clock.filter(|_| standing.place.rep().is_none());
                    self.tell_of(lead, NewsKind::Contacted);
                }
            }
            Event::Qualified { lead, .. } => {
                let standing = self.leads.get_mut(lead).expect("the lead stands");
                if !std::mem::replace(&mut standing.life.is_qualified, true) {
                    self.tell_of(lead, NewsKind::Qualified);
                }
            }
            Event::NoShow { lead, .. } => {
                self.end_turn(lead);
                self.tell_of(lead, NewsKind::NoShow);
            }
            Event::Rejected { lead, rep, .. } => {
                self.end_turn(lead);
                let standing = self.leads.get_mut(lead).expect("the lead stands");
                assert_eq!(standing.place, Place::With(rep.clone()), "only who has it rejects it");
                standing.life.rejected_by.insert(rep.clone());
                self.tell_of(lead, NewsKind::Rejected);
            }
            Event::Merged { lead, into, .. } => self.merge(lead, into),
            _ => {}
        }
    }

    /// Gives what happened to it before.
    fn end(&mut self, lead: &str, kind: NewsKind) -> Option<Life> {
        let standing = self.leads.remove(lead)?;
        self.let_go(&standing);
        let rep = standing.place.rep();
        rep.iter().for_each(|rep| _ = self.lower(rep));
        self.tell(&standing.learners, rep.as_deref(), kind);
        Some(standing.life)
    }

    /// The turn of a lead is over, whoever has it now, and its commit stands.
    fn end_turn(&mut self, lead: &str) {
        let standing = self.leads.get(lead).expect("the lead stands").clone();
        self.let_go(&standing);
        let standing = self.leads.get_mut(lead).expect("the lead stands");
        (standing.turn, standing.settled) = (None, true);
    }

    pub(crate) fn tell_of(&mut self, lead: &str, kind: NewsKind) {
        let standing = &self.leads[lead];
        let (learners, rep) = (standing.learners.clone(), standing.place.rep());
        self.tell(&learners, rep.as_deref(), kind);
    }

    /// Whoever has the other one keeps it; or else it goes on as this one.
    fn merge(&mut self, lead: &str, into: &str) {
        let is_with_rep = |lead: &str| self.leads.get(lead).map(|standing| standing.place.rep().is_some());
        let stays = match (is_with_rep(lead), is_with_rep(into)) {
            (_, None) => false,
            (with_rep, into_with_rep) => into_with_rep >= with_rep,
        };
        let life = if stays {
            self.end_turn(lead);
            self.end(lead, NewsKind::Closed)
        } else {
            let life = self.end(into, NewsKind::Closed);
            let standing = self.leads.remove(lead).expect("the lead stands");
            self.leads.insert(into.to_owned(), standing);
            life
        };
        let standing = self.leads.get_mut(into).expect("the lead stands");
        let is_held = standing.place.rep().is_none();
        life.iter().for_each(|life| standing.life.outlive(life, is_held));
    }

    pub(crate) fn count(&mut self, rep: &str, open: u32, as_of: i64) {
        let with = Place::With(rep.to_owned());
        let later = self.leads.values().filter(|standing| standing.place == with && standing.at > as_of).count();
        self.open.insert(rep.to_owned(), open.saturating_add(later as u32));
    }

    /// Forgets what time, and moves what plan edits make homeless.
    pub(crate) fn upkeep(&mut self) {
        let (span, clock) = (self.forget_after, self.clock);
        let is_due = |standing: &Standing| span.is_some_and(|span| standing.at + span <= clock);
        let gone = self.leads.iter().filter(|(_, standing)| standing.place.rep().is_some() && is_due(standing));
        let gone: Vec<String> = gone.map(|(lead, _)| lead.clone()).collect();
        for lead in gone {
            if let Some(standing) = self.leads.remove(&lead) {
                self.let_go(&standing);
                standing.place.rep().iter().for_each(|rep| _ = self.lower(rep));
            }
        }
        for standing in self.leads.values_mut() {
            if let Place::Held(queue) = &mut standing.place
                && !self.queues.contains(queue)
            {
                *queue = "triage".to_owned();
            }
        }
    }

    /// What stands for a lead at an instant that may lie past the clock.
    pub(crate) fn standing(&self, lead: &str, at: i64) -> Option<&Standing> {
        let is_due = |standing: &Standing| self.forget_after.is_some_and(|span| standing.at + span <= at);
        self.leads.get(lead).filter(|standing| standing.place.rep().is_none() || !is_due(standing))
    }

    /// How many commits of a lead can be rolled back, the latest first.
    pub(crate) fn unsettled_depth(&self, lead: &str) -> usize {
        let chain = std::iter::successors(self.leads.get(lead), |standing| standing.previous());
        chain.take_while(|standing| !standing.settled).count()
    }

    /// The commits that stand and are not settled, by number.
    pub(crate) fn unsettled(&self) -> Vec<u64> {
        let unsettled = self.leads.values().filter(|standing| !standing.settled);
        let mut unsettled: Vec<u64> = unsettled.map(|standing| standing.commit).collect();
        unsettled.sort_unstable();
        unsettled
    }
}

impl Standing {
    fn previous(&self) -> Option<&Self> {
        self.previous.as_deref()
    }

    /// Before one more commit: of a lead that is never settled, the latest so many commits can be taken back.
    fn limit_depth(&mut self) {
        let mut last = self;
        for _ in 2..=limits::MAX_UNSETTLED_DEPTH {
            match &mut last.previous {
                Some(previous) if !last.settled => last = previous,
                _ => return,
            }
        }
        last.settled = true;
        last.previous = None;
    }
}
