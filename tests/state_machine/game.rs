//! One game: a router, a replica that is fed with its records, and the naive model.

use crate::chance::{
    Dice, LEADS, PlanMaker, QUEUES, REPS, START, TestLead, TestPlan, account, another_roster, ends_of_time, event,
    exchange, lead, lead_id, roster, time,
};
use crate::custom_steps::{GIVEN, registry};
use crate::hostile;
use crate::model::{Model, Place, Standing, is_tracked};
use lead_router::journal::{TurnCharge, What};
use lead_router::{
    Account, Accounts, Ask, Decision, Edit, Event, Finding, Lead, LeadRecord, MemberView, Notice, Order, Outcome, Plan,
    Reason, Receipt, Record, Requirement, RotationView, Router, Snapshot, Tie, limits,
};
use serde_json::json;
use std::collections::BTreeSet;

/// A decision, and what stood for its lead when it was made.
#[derive(Clone)]
pub(crate) struct Decided {
    pub(crate) lead: TestLead,
    pub(crate) decision: Decision,
    pub(crate) reroutes: bool,
    pub(crate) standing: Option<u64>,
    /// Whom somebody gives the lead to.
    pub(crate) given: Option<String>,
}

/// What is asked of a decision.
struct Wish {
    ask: Ask,
    reroutes: bool,
    excluded: Vec<&'static str>,
}

pub(crate) struct Game {
    pub(crate) dice: Dice,
    pub(crate) router: Router,
    /// Built from the same roster in another order, fed with records only, and restored from a snapshot now and then.
    replica: Router,
    /// As it was built.
    fresh: Router,
    pub(crate) records: Vec<Record>,
    pub(crate) model: Model,
    plans: Vec<TestPlan>,
    decisions: Vec<Decided>,
    receipts: Vec<Receipt>,
    log: Vec<String>,
    /// What was done of what was due, by id.
    pub(crate) done: BTreeSet<String>,
    used: Option<lead_router::Explanation>,
}

/// Routers of one plan, each built from the same roster in another order.
pub(crate) fn routers<const N: usize>(dice: &mut Dice, plan: &TestPlan) -> [Router; N] {
    let mut roster = roster(dice);
    let accounts = ["one", "two"].map(|id| account(dice, START, id));
    [(); N].map(|()| {
        dice.shuffle(&mut roster.reps);
        let builder = Router::builder(plan.plan.clone(), roster.clone());
        let builder = builder.accounts(accounts.clone()).registry(registry());
        builder.build().expect("a good plan")
    })
}

/// As it is after it was written down and read.
pub(crate) fn read_back(record: &Record) -> Record {
    let text = serde_json::to_string(record).expect("a record is data");
    let back = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(back, *record);
    back
}

impl Game {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let plans: Vec<TestPlan> = (0..3).map(|_| PlanMaker::plan(&mut dice)).collect();
        let [router, replica, fresh] = routers(&mut dice, &plans[0]);
        let model = Model::new(&plans[0], START);
        let (records, decisions, receipts, log, done) = Default::default();
        let used = None;
        let mut game =
            Self { dice, router, replica, fresh, records, model, plans, decisions, receipts, log, done, used };
        game.advance(START);
        game
    }

    /// The plan and the last operations.
    pub(crate) fn story(&self) -> String {
        let first = self.log.len().saturating_sub(40);
        let plan = serde_json::to_string(self.router.plan()).unwrap_or_default();
        format!("plan {plan}\n{}", self.log[first..].join("\n"))
    }

    pub(crate) fn play(&mut self, operations: u64) {
        for number in 0..operations {
            self.operate();
            self.model.upkeep();
            self.replica_agrees();
            balances_add_up(&self.router);
            self.model_agrees();
            self.lives_agree();
            if number % 2 == 0 {
                self.deadline_is_exact();
            }
            if number % 4 == 0 {
                self.rollback_restores();
            }
            if self.dice.one_in(8) {
                self.replica_restarts();
            }
            if self.dice.one_in(8) {
                self.restores_onto_an_edit();
            }
            if number % 16 == 0 {
                self.restarts();
            }
        }
        self.journal_replays();
    }

    pub(crate) fn now(&mut self) -> i64 {
        match self.dice.roll(6) {
            0 => self.model.clock - 30,
            1..=3 => self.model.clock,
            _ => self.model.clock + self.dice.roll(60) as i64,
        }
    }

    pub(crate) fn note(&mut self, what: String) {
        let what = what.replace(&"ü".repeat(512), "<long>");
        self.log.push(format!("{:>5} {what}", self.model.clock - START));
    }

    fn operate(&mut self) {
        match self.dice.roll(36) {
            0..=7 => self.decide_and_commit(),
            8..=9 => self.decide_for_later(),
            10..=13 => self.commit_late(),
            14..=16 => self.settle(),
            17..=19 => self.roll_back(),
            20 => {
                let now = self.now();
                self.advance(now);
            }
            21 => self.commit_what_is_not_ours(),
            22..=23 => self.work_off_what_is_due(),
            32 => self.release(),
            33 => self.claim(),
            34..=35 => self.hand_over(),
            _ => self.observe(),
        }
    }

    fn advance(&mut self, now: i64) {
        self.note(format!("advance to {}", now - START));
        let before = self.router.clone();
        self.router.advance(time(now));
        assert!(self.router == before, "a view clock is no state");
        self.model.clock = self.model.clock.max(now);
    }

    fn wish(&mut self) -> Wish {
        let reroutes = self.dice.one_in(2);
        let mut ask = if reroutes { Ask::reroute() } else { Ask::new() };
        let mut excluded = Vec::new();
        while self.dice.one_in(2) {
            let rep = self.dice.of(&REPS);
            ask = ask.exclude(rep);
            excluded.push(rep);
        }
        if self.dice.one_in(4) {
            ask = ask.relax(self.dice.of(&[Requirement::Presence, Requirement::Capacity]));
        }
        Wish { ask, reroutes, excluded }
    }

    fn decide(&mut self) -> Decided {
        let (lead, now, wish) = (lead(&mut self.dice), self.now(), self.wish());
        if self.dice.one_in(10)
            && let Some(decided) = self.give(&lead, now)
        {
            return decided;
        }
        let decision = self.router.decide_with(&lead, time(now), &wish.ask);
        self.note(format!("decide {:?} at {}: {decision:?}", wish.ask, now - START));
        assert_eq!(decision.is_clamped(), now < self.model.clock);
        if let Some(rep) = decision.rep().filter(|_| !decision.is_repeat()) {
            let roster = self.router.roster();
            let record = roster.reps.iter().find(|record| record.id == rep).expect("somebody in the roster");
            assert!(!record.inactive && !wish.excluded.contains(&rep), "{rep} cannot take it");
            let standing = self.model.standing(lead.id(), decision.at().timestamp_millis());
            let rejected = standing.is_some_and(|standing| standing.life.rejected_by.contains(rep));
            assert!(!rejected, "{rep} rejected it before");
            self.reason_is_true(rep, &decision);
        }
        let at = decision.at().timestamp_millis();
        let standing = self.model.standing(lead.id(), at).map(|standing| standing.commit);
        Decided { lead, decision, reroutes: wish.reroutes, standing, given: None }
    }

    /// Somebody gives the lead to a rep.
    fn give(&mut self, lead: &TestLead, now: i64) -> Option<Decided> {
        let rep = self.dice.of(&REPS);
        let given = self.router.give(lead, rep, time(now), &Order::new().by("maria"));
        let is_there = self.router.roster().reps.iter().any(|record| record.id == rep);
        assert_eq!(given.is_ok(), is_there);
        let decision = given.ok()?;
        self.note(format!("give to {rep} at {}: {decision:?}", now - START));
        if is_tracked(lead.id()) {
            assert_eq!(decision.rep(), Some(rep), "a person's choice counts");
        }
        Some(Decided { lead: lead.clone(), decision, reroutes: false, standing: None, given: Some(rep.to_owned()) })
    }

    /// What a decision says of managers and accounts is so.
    fn reason_is_true(&self, rep: &str, decision: &Decision) {
        let roster = self.router.roster();
        match decision.reason() {
            Reason::ManagerOf { rep: managed, .. } => {
                let managed = roster.reps.iter().find(|record| record.id == managed).expect("somebody in the roster");
                assert!(managed.manager.as_deref() == Some(rep) && !managed.inactive, "{decision}");
            }
            Reason::PoolManager { pool, .. } => {
                assert_eq!(roster.pools[pool].manager.as_deref(), Some(rep), "{decision}");
            }
            Reason::AccountOwner { tie, .. } => {
                let holds = |account: &Account| match tie {
                    Some(Tie::LateStage) => account.late_stage,
                    Some(Tie::OpenOpportunity) => account.open_opportunities > 0,
                    Some(Tie::Customer) => account.customer,
                    Some(_) => account.lost_at.is_some(),
                    None => !account.late_stage,
                };
                let mut owned = self.router.accounts().iter().filter(|account| account.owner.as_deref() == Some(rep));
                assert!(owned.any(holds), "{decision}");
            }
            _ => {}
        }
    }

    fn decide_and_commit(&mut self) {
        let decided = self.decide();
        let decision = decided.decision.clone();
        let receipt = self.commit(decided);
        assert_eq!(receipt.is_repeat(), decision.is_repeat());
        assert_eq!(receipt.outcome(), decision.outcome());
        if receipt.is_repeat() {
            return;
        }
        assert_eq!((receipt.path(), receipt.reason()), (decision.path(), Some(&decision.reason().to_owned())));
        // Whoever was open to the decision shares the turn.
        let turn = receipt.record().and_then(Record::routed).and_then(|routed| routed.turn());
        let turn = turn.map(|turn| (turn.charge(), turn.open(), turn.pool()));
        match decision.reason() {
            Reason::InTurn { pool, open, .. } => assert_eq!(turn, Some((TurnCharge::Charged, open, pool))),
            Reason::BestRanked { pool, best: 1, open: 2.., .. } => {
                assert_eq!(turn, Some((TurnCharge::OnlyOneOpen, 1, pool)));
            }
            Reason::BestRanked { pool, best, open, .. } => {
                assert!(1 < best && best <= open);
                assert_eq!(turn, Some((TurnCharge::Charged, best, pool)));
            }
            Reason::OnlyOneOpen { pool, .. } => assert_eq!(turn, Some((TurnCharge::OnlyOneOpen, 1, pool))),
            _ => assert_eq!(turn, None),
        }
    }

    fn decide_for_later(&mut self) {
        let decided = self.decide();
        if self.decisions.len() > 6 {
            self.decisions.remove(0);
        }
        self.decisions.push(decided);
    }

    /// A decision may be committed more than once.
    fn commit_late(&mut self) {
        if !self.decisions.is_empty() {
            let decided = self.dice.of(&self.decisions);
            self.commit(decided);
        }
    }

    /// Decisions of another router, or on another lead.
    fn commit_what_is_not_ours(&mut self) {
        let Decided { lead, decision, .. } = self.decide();
        let before = self.router.clone();
        let foreign = before.decide(&lead, time(self.model.clock));
        self.router.commit(&lead, foreign).expect_err("another router's decision");
        self.router.commit(&LeadRecord::new("another"), decision).expect_err("another lead's decision");
        assert!(self.router == before, "a refused commit changes nothing");
        assert_eq!(self.router.clock(), before.clock());
    }

    pub(crate) fn commit(&mut self, decided: Decided) -> Receipt {
        let Decided { lead, decision, reroutes, standing, given } = decided;
        let prepared = self.router.prepare_commit(&lead, &decision).expect("this router's, and this lead's");
        let (at, was_repeat, before) = (decision.at().timestamp_millis(), decision.is_repeat(), self.router.clone());
        let receipt = self.router.commit(&lead, decision).expect("this router's, and this lead's");
        self.note(format!("commit: {receipt:?}"));
        assert_eq!(prepared.as_ref(), receipt.record());
        assert_eq!(receipt.record().is_none(), receipt.is_repeat());
        self.model.clock = self.model.clock.max(at);
        self.model.upkeep();
        let now = self.model.leads.get(receipt.lead_id());
        if let Some(Standing { place: Place::With(holder), commit, .. }) = now {
            // Only somebody who knew of the commit may take its lead away, or a person. What was a repeat is decided afresh,
            // and then nobody is meant by the name of somebody who left.
            let is_there = |rep: &String| before.roster().reps.iter().any(|record| record.id == *rep);
            let takes = match &given {
                Some(rep) => rep != holder && (!was_repeat || is_there(rep)),
                None => reroutes && standing == Some(*commit),
            };
            assert_eq!(receipt.is_repeat(), !takes);
        }
        match receipt.record() {
            Some(record) => {
                let stale = matches!(receipt.reason(), Some(Reason::Standing { .. }));
                assert!(!stale, "a decision that found the lead in hand decides nothing once it is not");
                let routed = record.routed().expect("a commit");
                assert_eq!(receipt.notices(), told(&receipt));
                if routed.committed_under().is_some() {
                    // A turn of another plan means nothing in this one.
                    assert!(routed.turn().is_none_or(|turn| turn.charge() == TurnCharge::Uncharged));
                }
                let ladder = self.ladder_of(record);
                self.model.commit(record, ladder);
                self.records.push(record.clone());
                let found = self.router.receipt(receipt.lead_id());
                assert_eq!(found.is_some(), is_tracked(receipt.lead_id()));
                if let Some(found) = found {
                    assert_eq!((found.commit(), found.at()), (receipt.commit(), receipt.at()));
                    assert_eq!((found.path(), found.reason()), (receipt.path(), receipt.reason()));
                    assert_eq!((found.outcome(), found.notices()), (receipt.outcome(), receipt.notices()));
                }
            }
            None => {
                assert!(self.router == before, "a repeat changes nothing");
                let standing = now.expect("a repeat stands");
                assert_eq!((standing.commit, &standing.place), (receipt.commit(), &Place::of(receipt.outcome())));
            }
        }
        self.receipts.push(receipt.clone());
        receipt
    }

    fn a_receipt(&mut self) -> Option<Receipt> {
        if self.dice.one_in(4) {
            // A host that lost its own asks for it.
            return self.router.receipt(&lead_id(&mut self.dice));
        }
        // Mostly one that may still stand.
        let from = if self.dice.one_in(3) { 0 } else { self.receipts.len().saturating_sub(8) };
        let recent = self.receipts.get(from..).filter(|recent| !recent.is_empty())?;
        let receipt = self.dice.of(recent);
        let text = serde_json::to_string(&receipt).expect("a receipt is data");
        let back: Receipt = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(back, receipt);
        Some(back)
    }

    /// Whether the receipt is of a commit that stands and is not settled; none if it is of a lead that is not tracked.
    fn is_pending(&self, receipt: &Receipt) -> Option<bool> {
        let standing = self.model.leads.get(receipt.lead_id()).filter(|standing| standing.commit == receipt.commit());
        is_tracked(receipt.lead_id()).then(|| standing.is_some_and(|standing| !standing.settled))
    }

    fn settle(&mut self) {
        let Some(receipt) = self.a_receipt() else { return };
        let (pending, before) = (self.is_pending(&receipt), self.router.clone());
        let settled = self.router.settle(&receipt);
        self.note(format!("settle {}: {settled:?}", receipt.commit()));
        match settled {
            Ok(Some(record)) => {
                assert_eq!(pending, Some(true));
                self.model.leads.get_mut(receipt.lead_id()).expect("it stands").settled = true;
                self.records.push(record);
            }
            Ok(None) => {
                assert!(pending.is_none() || (pending == Some(false) && receipt.is_repeat()));
                assert!(self.router == before, "settling again changes nothing");
            }
            Err(_) => {
                assert_eq!(pending, Some(false));
                assert!(self.router == before, "a refused settle changes nothing");
            }
        }
    }

    fn roll_back(&mut self) {
        let Some(receipt) = self.a_receipt() else { return };
        let (pending, before) = (self.is_pending(&receipt), self.router.clone());
        let rolled_back = self.router.rollback(&receipt);
        self.note(format!("rollback {}: {rolled_back:?}", receipt.commit()));
        match rolled_back {
            Ok(Some(record)) => {
                assert!(pending == Some(true) && !receipt.is_repeat());
                let What::RolledBack { returned, .. } = record.what else { panic!("{record:?}") };
                self.model.roll_back(receipt.lead_id(), returned);
                self.records.push(record);
            }
            other => {
                assert_eq!(other.is_ok(), pending.is_none() || receipt.is_repeat());
                assert!(self.router == before, "a refused rollback changes nothing");
            }
        }
    }

    pub(crate) fn observe(&mut self) {
        let now = self.now();
        let (event, before) = (event(&mut self.dice, now, &self.plans), self.router.clone());
        let clock = self.router.clock();
        // To what is forgotten by then, nothing can happen.
        self.model.clock = self.model.clock.max(now);
        let record = match self.router.observe(event, time(now)) {
            Ok(record) => record,
            Err(error) => {
                self.note(format!("refused: {error}"));
                assert!(self.router == before && self.router.clock() == clock, "a refused event changes nothing");
                self.model.clock = clock.map_or(START, |clock| clock.timestamp_millis());
                return;
            }
        };
        self.note(format!("{:?}", record.what));
        assert_eq!(self.model.clock, record.at.timestamp_millis());
        self.model.upkeep();
        match &record.what {
            What::Event(Event::Load { rep, open, as_of, .. }) => {
                self.model.count(rep, *open, as_of.expect("filled in").timestamp_millis());
            }
            What::Event(Event::Plan(plan)) => self.change_plan(plan),
            What::Event(Event::Edit(edit)) => {
                let whole = serde_json::to_value(edit).expect("an edit is data");
                if let Ok(plan) = serde_json::from_value::<Plan>(whole["plan"].clone()) {
                    assert!(*self.router.plan() == plan, "the edit was dropped");
                }
                if let Ok(roster) = serde_json::from_value::<lead_router::Roster>(whole["roster"].clone()) {
                    let mut ids: Vec<String> = roster.reps.iter().map(|rep| rep.id.clone()).collect();
                    ids.sort();
                    assert_eq!(
                        ids,
                        self.router.roster().reps.iter().map(|rep| rep.id.clone()).collect::<Vec<_>>(),
                        "the edit was dropped"
                    );
                }
                let edit = serde_json::to_value(edit).expect("an edit is data");
                self.rename(&edit["rename"]);
                if let Ok(plan) = serde_json::from_value::<Plan>(edit["plan"].clone()) {
                    self.change_plan(&plan);
                }
            }
            What::Event(event) => self.live(event),
            _ => {}
        }
        self.records.push(record);
    }

    fn change_plan(&mut self, plan: &Plan) {
        let plan = self.plans.iter().find(|known| known.plan == *plan).expect("one of ours");
        self.model.plan(plan);
    }

    fn rename(&mut self, rename: &serde_json::Value) {
        self.model.rename(rename);
        for given in self.decisions.iter_mut().filter_map(|decided| decided.given.as_mut()) {
            if let Some(new) = rename["reps"][given.as_str()].as_str() {
                *given = new.to_owned();
            }
        }
    }

    /// Applying each record, read back from JSON, keeps a second machine equal, and so do the rotations as shown.
    fn replica_agrees(&mut self) {
        let from = usize::try_from(self.replica.sequence()).expect("a short game");
        for record in &self.records[from..] {
            let back = read_back(record);
            self.replica.apply(&back).expect("the next record");
            hostile::refuses_another(&mut self.dice, &mut self.replica, record);
            hostile::survives_nonsense(&mut self.dice, &self.replica, record);
            hostile::survives_damage(&mut self.dice, &self.replica, record, &self.plans);
        }
        assert!(self.replica == self.router, "the replica differs");
        // Views count from the clock, and nobody tells the replica of time that passed without a record.
        let mut replica = self.replica.clone();
        replica.advance(time(self.model.clock));
        assert_eq!(rotations(&replica), rotations(&self.router));
        assert_eq!(lasting_findings(&self.replica), lasting_findings(&self.router));
    }

    /// A router that is restored from a snapshot, read back from JSON, is equal in everything that shows, and goes on as
    /// if nothing had been. From here on it is the replica.
    fn replica_restarts(&mut self) {
        self.note("the replica restarts".to_owned());
        let snapshot = self.replica.snapshot();
        assert_eq!(snapshot, self.router.snapshot(), "equal routers have equal snapshots");
        let text = serde_json::to_string(&snapshot).expect("a snapshot is data");
        let back: Snapshot = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(back, snapshot);
        assert_eq!((back.roster(), back.accounts()), (self.router.roster(), self.router.accounts().clone()));
        let restored = back.restore().registry(registry()).build();
        let mut restored = restored.unwrap_or_else(|error| panic!("the replica is not restored: {error}\n{text}"));
        assert!(restored == self.replica, "the restored router differs: {text}");
        assert_eq!(restored.snapshot(), snapshot);
        restored.advance(time(self.model.clock));
        assert_eq!(restored.next_deadline(), self.router.next_deadline());
        let unsettled = |router: &Router| router.unsettled().collect::<Vec<_>>();
        assert_eq!(unsettled(&restored), unsettled(&self.router));
        let now = self.now();
        for _ in 0..3 {
            let (lead, Wish { ask, .. }) = (lead(&mut self.dice), self.wish());
            assert_eq!(decided(&restored, &lead, now, &ask), decided(&self.router, &lead, now, &ask));
        }
        self.replica = restored;
    }

    /// A router that is restored onto another plan and roster is the one that observed the edit, and so is the one that was
    /// restored as it was and applied the record.
    fn restores_onto_an_edit(&mut self) {
        let (now, snapshot) = (self.now(), self.router.snapshot());
        let plan = if self.dice.one_in(2) { self.dice.of(&self.plans).plan } else { self.router.plan().clone() };
        let roster = if self.dice.one_in(2) { another_roster(&mut self.dice) } else { self.router.roster() };
        let mut edit = Edit::new().plan(plan.clone()).roster(roster.clone());
        let mut restore = snapshot.restore().registry(registry()).onto(plan, roster);
        let [reps, pools, rotations, queues, labels] = exchange(&mut self.dice);
        for (old, new) in reps {
            (edit, restore) = (edit.rename_rep(old, new), restore.rename_rep(old, new));
        }
        for (old, new) in pools {
            (edit, restore) = (edit.rename_pool(old, new), restore.rename_pool(old, new));
        }
        for (old, new) in rotations {
            (edit, restore) = (edit.rename_rotation(old, new), restore.rename_rotation(old, new));
        }
        for (old, new) in queues {
            (edit, restore) = (edit.rename_queue(old, new), restore.rename_queue(old, new));
        }
        for (old, new) in labels {
            (edit, restore) = (edit.rename_label(old, new), restore.rename_label(old, new));
        }
        let Ok(restored) = restore.build(time(now)) else {
            self.router.preview(&edit, time(now)).expect_err("a running router refuses it, too");
            return;
        };
        balances_add_up(&restored.router);
        _ = restored.report.to_string();
        let mut replayed = snapshot.restore().registry(registry()).build().expect("a good snapshot");
        if let Some(record) = &restored.record {
            replayed.apply(&read_back(record)).expect("the next record");
        }
        assert!(replayed == restored.router, "the journal does not tell of the edit");
        let mut running = snapshot.restore().registry(registry()).build().expect("a good snapshot");
        if let Ok(record) = running.observe(Event::edit(edit), time(now)) {
            assert_eq!(record.sequence, snapshot.sequence() + 1);
            match restored.record {
                Some(_) => {
                    if running != restored.router {
                        let text = |router: &Router| serde_json::to_string_pretty(&router.snapshot()).expect("data");
                        let (one, other) = (text(&running), text(&restored.router));
                        for (left, right) in
                            one.lines().zip(other.lines()).filter(|(left, right)| left != right).take(12)
                        {
                            eprintln!("running {left}\nrestored {right}");
                        }
                        eprintln!("{:?}\n{:?}\n{}", record.what, restored.record, restored.report);
                    }
                    assert!(running == restored.router, "the running router differs");
                }
                None => assert!(running.state() == at(&restored.router, now).state(), "it changed something"),
            }
        }
    }

    fn model_agrees(&self) {
        let Model { leads, open, queues, tallies, .. } = &self.model;
        for rep in REPS {
            let count = open.get(rep).copied().unwrap_or(0);
            assert_eq!(self.router.open_leads(rep).unwrap_or(0), count, "open leads of {rep}");
        }
        let with = leads.values().filter(|standing| matches!(standing.place, Place::With(_))).count();
        assert_eq!(self.router.in_hand(), with, "leads in hand");
        for queue in queues.iter().map(String::as_str).chain(QUEUES) {
            let place = Place::Held(queue.to_owned());
            let held = leads.values().filter(|standing| standing.place == place).count();
            assert_eq!(self.router.waiting_in(queue), held, "leads in {queue}");
        }
        for number in 0..LEADS {
            let lead = format!("L{number}");
            let receipt = self.router.receipt(&lead);
            let receipt = receipt.map(|receipt| (receipt.commit(), Place::of(receipt.outcome())));
            assert_eq!(receipt, leads.get(&lead).map(|standing| (standing.commit, standing.place.clone())), "{lead}");
        }
        let unsettled: Vec<u64> = self.router.unsettled().map(|receipt| receipt.commit()).collect();
        assert_eq!(unsettled, self.model.unsettled());
        for ((label, rep), tally) in tallies {
            assert_eq!(self.router.tally(label, GIVEN, rep), *tally, "tally of {rep} under {label}");
        }
    }

    /// Nothing changes by itself before the next deadline, something does then, and deciding past it is as good as
    /// moving there first.
    fn deadline_is_exact(&mut self) {
        let clock = self.model.clock;
        let here = at(&self.router, clock);
        let deadline = self.router.next_deadline().map(|deadline| deadline.timestamp_millis());
        assert_eq!(here.next_deadline(), self.router.next_deadline(), "whether or not there is a record of now");
        if let Some(deadline) = deadline {
            assert!(deadline > clock, "the deadline {} lies in the past", deadline - START);
            let just_before = at(&self.router, deadline - 1);
            // Leads of long ago stop to count for caps that are not used up, which nobody sees.
            let is_same = self.dice.timed || just_before.state() == here.state();
            let due = |router: &Router, now: i64| router.due(time(now));
            assert_eq!(due(&here, clock), due(&just_before, deadline - 1), "something was due before the deadline");
            assert!(is_same, "something changed before the deadline");
            let gates = |router: &Router, now: i64| REPS.map(|rep| router.gate(rep, time(now)));
            assert_eq!(gates(&here, clock), gates(&just_before, deadline - 1), "a gate changed before the deadline");
            // Hours may begin of somebody whom nobody would give a lead anyway.
            let has_changed = self.dice.timed
                || at(&self.router, deadline).state() != here.state()
                || due(&self.router, deadline) != due(&self.router, clock);
            assert!(has_changed, "nothing changed at the deadline");
        }
        let now = deadline.unwrap_or(clock) + self.dice.roll(500) as i64;
        let there = at(&self.router, now);
        let mut advanced = self.router.clone();
        advanced.advance(time(now));
        for rep in REPS {
            assert_eq!(advanced.open_leads(rep), there.open_leads(rep), "open leads of {rep}");
        }
        assert_eq!(advanced.in_hand(), there.in_hand());
        assert_eq!(advanced.next_deadline(), there.next_deadline());
        for _ in 0..3 {
            let (lead, Wish { ask, .. }) = (lead(&mut self.dice), self.wish());
            let decided = decided(&self.router, &lead, now, &ask);
            assert_eq!(decided, self::decided(&advanced, &lead, now, &ask), "at {}", now - START);
            assert_eq!(decided, self::decided(&there, &lead, now, &ask), "at {}", now - START);
            let explained = self.router.explain_with(&lead, time(now), &ask);
            assert_eq!(format!("{:?}", explained.decision()), decided.0);
            let fresh = (explained.to_string(), serde_json::to_string(&explained).expect("data"));
            let again = there.explain_with(&lead, time(now), &ask);
            let pins = |text: &str| {
                text.lines()
                    .filter(|line| {
                        *line != "  pinned: passed, because nothing is pinned for it"
                            && !line.starts_with("  pinned: passed")
                    })
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            assert_eq!(pins(&again.to_string()), pins(&fresh.0), "explained at {}", now - START);
            let mut used = match self.used.take() {
                Some(used) => used,
                None => explained.clone(),
            };
            self.router.explain_into(&lead, time(now), &ask, lead_router::Detail::Reps, &mut used);
            assert_eq!((used.to_string(), serde_json::to_string(&used).expect("data")), fresh, "explained anew");
            self.used = Some(used);
        }
    }

    /// A commit that is rolled back with nothing in between leaves no trace, but for one that can no longer be.
    fn rollback_restores(&mut self) {
        let (now, lead, Wish { ask, .. }) = (self.now(), lead(&mut self.dice), self.wish());
        if self.model.unsettled_depth(lead.id()) >= usize::from(limits::MAX_UNSETTLED_DEPTH) {
            return;
        }
        let mut router = at(&self.router, now);
        let rep = self.dice.of(&REPS);
        let gift = router.give(&lead, rep, time(now), &Order::new()).ok().filter(|_| self.dice.one_in(2));
        let decision = gift.unwrap_or_else(|| router.decide_with(&lead, time(now), &ask));
        let before = router.clone();
        let receipt = router.commit(&lead, decision.clone()).expect("this router's, and this lead's");
        router.rollback(&receipt).expect("it has just been made");
        assert!(router.state() == before.state(), "a trace of {receipt:?}");
        // And once more, through a snapshot in between.
        let mut again = before.clone();
        let decision = again.decide_with(&lead, time(now), &ask);
        let receipt = again.commit(&lead, decision).expect("this router's, and this lead's");
        let text = serde_json::to_string(&again.snapshot()).expect("a snapshot is data");
        let back: Snapshot = serde_json::from_str(&text).expect("it reads back");
        let mut restored = back.restore().registry(registry()).build().expect("a good snapshot");
        assert!(restored == again, "restored in the middle");
        again.rollback(&receipt).expect("it has just been made");
        restored.rollback(&receipt).expect("it has just been made");
        assert!(restored == again, "rolled back after a restart");
        assert!(restored.state() == before.state(), "a trace of {receipt:?}");
    }

    /// A router that takes up where this one stopped is never refused.
    fn restarts(&mut self) {
        let builder = Router::builder(self.router.plan().clone(), self.router.roster());
        let builder = builder.accounts(Accounts::clone(self.router.accounts())).registry(registry());
        let resumed = builder.resume().build().unwrap_or_else(|error| panic!("a restart is refused: {error}"));
        assert_eq!(resumed.roster(), self.router.roster());
        for end in ends_of_time() {
            _ = resumed.decide(&lead(&mut self.dice), end).to_string();
        }
    }

    fn journal_replays(&self) {
        let mut router = self.fresh.clone();
        self.records.iter().for_each(|record| router.apply(record).expect("the next record"));
        assert!(router == self.router);
        // Nobody tells a replay of time that passed without a record.
        router.advance(time(self.model.clock));
        assert_eq!(rotations(&router), rotations(&self.router));
    }
}

/// Whom a commit tells, and of what.
fn told(receipt: &Receipt) -> Vec<Notice> {
    let is_activity = matches!(receipt.reason(), Some(Reason::AccountOwner { tie: Some(Tie::LateStage), .. }));
    let kind = if is_activity { "activity" } else { "new_lead" };
    let notice = |rep: &str| {
        let id = format!("{}/{kind}", receipt.commit());
        let notice = json!({ "id": id, "kind": kind, "to": { "rep": rep }, "lead": receipt.lead_id() });
        serde_json::from_value(notice).expect("a notice")
    };
    receipt.rep().map(notice).into_iter().collect()
}

/// The router with a record of `now` that says nothing, so that time has been applied to its state.
fn at(router: &Router, now: i64) -> Router {
    let mut router = router.clone();
    router.observe(Event::account(Account::new("nobody knows it")), time(now)).expect("a fine account");
    router
}

/// All that a decision says, and what would be recorded of it.
fn decided(router: &Router, lead: &TestLead, now: i64, ask: &Ask) -> (String, Option<What>) {
    let decision = router.decide_with(lead, time(now), ask);
    let record = router.prepare_commit(lead, &decision).expect("this router's, and this lead's");
    assert_eq!(decision.is_repeat(), record.is_none(), "{decision}");
    if !is_tracked(lead.id()) {
        assert_eq!(decision.outcome(), Outcome::Queued { queue: "triage" });
    }
    (format!("{decision:?}"), record.map(|record| record.what))
}

pub(crate) fn balances_add_up(router: &Router) {
    for rotation in router.rotations() {
        let balances: i128 = rotation.members().map(|member| member.balance).sum();
        assert_eq!(balances + rotation.pot() + rotation.departed(), 0, "{}", rotation.name());
        let values: i128 = rotation.members().map(|member| member.value).sum();
        assert_eq!(values + rotation.value_pot() + rotation.value_departed(), 0, "value of {}", rotation.name());
    }
}

/// Findings but for those that only the moment tells: of the accounts when a router is built, of leads when they move.
fn lasting_findings(router: &Router) -> Vec<&Finding> {
    let findings = router.findings().iter();
    findings.filter(|finding| finding.path != "otherwise" && !finding.path.starts_with("accounts.")).collect()
}

fn rotations(router: &Router) -> Vec<String> {
    let show = |rotation: RotationView<'_>| {
        let members: Vec<MemberView<'_>> = rotation.members().collect();
        let kept = [rotation.pot(), rotation.departed(), rotation.value_pot(), rotation.value_departed()];
        format!("{} {:?} {kept:?} {members:?}", rotation.name(), rotation.shares_out())
    };
    router.rotations().map(show).collect()
}
