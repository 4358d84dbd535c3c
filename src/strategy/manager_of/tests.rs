//! Who manages whom, who is asked, and what is left untouched.

use super::manager_of;
use crate::strategy::{Branch, Effects, News, PoolHandle, Setup, Tally};
use crate::{
    Account, Ask, Away, Event, LeadRecord, Plan, PoolRecord, Presence, Record, Registry, RepRecord, Requirement,
    Roster, Router, Scope, Step, Strategy, Verdict, account_owner, assign, available, custom, field, first_of, label,
    least_loaded, only, queue, rep_field, round_robin, segment, step, stop, when,
};
use chrono::{DateTime, Utc};

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn lead() -> LeadRecord {
    LeadRecord::new("L-1")
}

fn rep(id: &str) -> RepRecord {
    RepRecord::new(id)
}

/// Ann's manager is maria, whose manager is the boss. Bob has none, and his pool has the chief. Nobody manages `loose`.
fn reps() -> [RepRecord; 6] {
    [
        rep("ann").pool("annes").manager("maria"),
        rep("bob").pool("bobs").pool("loose"),
        rep("maria").manager("boss"),
        rep("boss"),
        rep("chief"),
        rep("zoe"),
    ]
}

fn roster(reps: impl IntoIterator<Item = RepRecord>) -> Roster {
    let mut roster = Roster::new().reps(reps);
    for pool in ["annes", "bobs", "empty"] {
        roster.pools.insert(pool.to_owned(), PoolRecord::new().manager("chief"));
    }
    roster
}

fn router_of(step: impl Into<Step>, reps: impl IntoIterator<Item = RepRecord>) -> Router {
    let plan = Plan::new(step).otherwise("triage").name_step("bobs", round_robin("bobs"));
    let accounts = [Account::new("A-1").owner("ann")];
    Router::builder(plan, roster(reps)).accounts(accounts).registry(registry()).build().unwrap()
}

/// Outcome and reason of the lead.
fn says(step: impl Into<Step>, reps: impl IntoIterator<Item = RepRecord>) -> String {
    decided(&router_of(step, reps), &Ask::new())
}

fn decided(router: &Router, ask: &Ask) -> String {
    let decision = router.decide_with(&lead().with("account_id", "A-1"), now(), ask);
    format!("{}: {}", decision.outcome().name(), decision.reason())
}

/// The same of the usual team.
fn usual(step: impl Into<Step>) -> String {
    says(step, reps())
}

const OF_ANN: &str = "maria: manages `ann`, who would have had it";
const NO_MANAGER: &str = "triage: no manager is known";

#[test]
fn it_is_the_manager_of_the_rep_or_else_of_the_first_pool_named() {
    assert_eq!(usual(manager_of(round_robin("annes"))), OF_ANN);
    assert_eq!(usual(manager_of(least_loaded("annes"))), OF_ANN);
    assert_eq!(usual(manager_of(assign("ann"))), OF_ANN);
    assert_eq!(usual(manager_of(account_owner())), OF_ANN);
    assert_eq!(usual(manager_of(round_robin("bobs"))), "chief: manages `bobs`");
    // Picked by name; the pool is named all the same.
    assert_eq!(usual(manager_of(first_of((assign("bob"), round_robin("annes"))))), "chief: manages `annes`");
    assert_eq!(usual(manager_of(assign("bob"))), NO_MANAGER);
    assert_eq!(usual(first_of((least_loaded("empty"), manager_of(assign("bob"))))), NO_MANAGER);
    // The first pool in the order of the plan, whichever bob was picked from, and whether or not it has a manager.
    assert_eq!(usual(manager_of(first_of((round_robin("empty"), step("bobs"))))), "chief: manages `empty`");
    assert_eq!(usual(manager_of(first_of((step("bobs"), round_robin("empty"))))), "chief: manages `bobs`");
    assert_eq!(usual(manager_of(first_of((round_robin("loose"), round_robin("bobs"))))), NO_MANAGER);
    assert_eq!(usual(manager_of(first_of((least_loaded("everyone"), round_robin("bobs"))))), OF_ANN);
}

#[test]
fn where_nobody_is_picked_it_is_the_manager_of_the_pool() {
    let hot = || when(field("hot").is(true), round_robin("annes"));
    for inside in [
        Step::from(round_robin("empty")),
        first_of((when(field("hot").is(true), round_robin("empty")), queue("q"))).into(),
        first_of((when(field("hot").is(true), round_robin("empty")), stop("no"))).into(),
    ] {
        assert_eq!(usual(manager_of(inside)), "chief: manages `empty`");
    }
    assert_eq!(usual(manager_of(hot())), "chief: manages `annes`");
    for inside in [Step::from(queue("q")), stop("no").into(), when(field("hot").is(true), assign("ann")).into()] {
        assert_eq!(usual(manager_of(inside)), NO_MANAGER);
    }
}

#[test]
fn soft_gates_do_not_count_inside_and_hard_ones_do() {
    let away = |ann: RepRecord| {
        let mut reps = reps();
        reps[0] = ann.pool("annes").manager("maria");
        reps
    };
    let inside = || manager_of(available(round_robin("annes")));
    assert_eq!(says(inside(), away(rep("ann").present(Presence::offline()))), OF_ANN);
    assert_eq!(says(inside(), away(rep("ann").present(Presence::busy()))), OF_ANN);
    assert_eq!(says(inside(), away(rep("ann").capacity(0))), OF_ANN);
    assert_eq!(says(available(inside()), away(rep("ann").capacity(0))), OF_ANN);
    assert_eq!(says(inside(), away(rep("ann").inactive())), "chief: manages `annes`");
    assert_eq!(decided(&router_of(inside(), reps()), &Ask::new().exclude("ann")), "chief: manages `annes`");
    let narrowed = manager_of(only(rep_field("level").at_least(2), round_robin("annes")));
    assert_eq!(usual(narrowed), "chief: manages `annes`");
    // Where an owner who is away counts as one who is there, what holds their leads does not count either.
    let owner = || account_owner().when_away(Away::Hold).when_inactive(Away::Hold);
    assert_eq!(says(manager_of(owner()), away(rep("ann").present(Presence::offline()))), OF_ANN);
    assert_eq!(says(manager_of(owner()), away(rep("ann").inactive())), NO_MANAGER);
    assert_eq!(says(owner(), away(rep("ann").present(Presence::offline()))), "triage: `ann` is offline");
}

#[test]
fn the_manager_passes_the_gates_around_the_step() {
    let managed = |maria: RepRecord| {
        let mut reps = reps();
        reps[2] = maria;
        reps
    };
    let step = || manager_of(round_robin("annes"));
    let offline = || rep("maria").present(Presence::offline());
    assert_eq!(says(step(), managed(offline())), OF_ANN);
    assert_eq!(says(available(step()), managed(offline())), "triage: `maria` is offline");
    let full = says(available(step()), managed(rep("maria").capacity(0)));
    assert_eq!(full, "triage: `maria` is full: 0 of 0 open leads");
    let relaxed = available(step()).relaxing([Requirement::Capacity]);
    assert_eq!(says(relaxed, managed(rep("maria").capacity(0))), OF_ANN);
    assert_eq!(says(step(), managed(rep("maria").inactive())), "triage: `maria` is inactive");
    let excluded = decided(&router_of(step(), reps()), &Ask::new().exclude("maria"));
    assert_eq!(excluded, "triage: `maria` is excluded by the caller");
    // An `only` around the step narrows both, one inside the reps alone.
    let level = |id: &str, level: i64| rep(id).with("level", level);
    let levels = |ann: i64, maria: i64| {
        let ann = level("ann", ann).pool("annes").manager("maria");
        [ann, level("maria", maria), rep("chief"), rep("bob").pool("bobs")]
    };
    let senior = || rep_field("level").at_least(2);
    let narrowed = "triage: `maria` is not among those that the plan narrows to";
    assert_eq!(says(only(senior(), step()), levels(2, 1)), narrowed);
    assert_eq!(says(only(senior(), step()), levels(2, 2)), OF_ANN);
    assert_eq!(says(manager_of(only(senior(), round_robin("annes"))), levels(2, 1)), OF_ANN);
}

#[test]
fn gates_count_again_after_the_step() {
    let mut reps = reps();
    reps[0] = rep("ann").pool("annes").manager("maria").capacity(0);
    let after = || first_of((manager_of(assign("bob")), available(round_robin("annes"))));
    assert_eq!(says(after(), reps.clone()), "triage: nobody in `annes` can take it: 1 full");
    // ... but not yet between an inner one and an outer one.
    assert_eq!(says(manager_of(after()), reps), OF_ANN);
}

#[test]
fn one_in_another_gives_the_managers_manager_and_circles_end() {
    assert_eq!(usual(manager_of(manager_of(round_robin("annes")))), "boss: manages `maria`, who would have had it");
    assert_eq!(usual(manager_of(manager_of(round_robin("bobs")))), "chief: manages `bobs`");
    // Where the inner one picks nobody, the pool is still there.
    let mut retired = reps();
    retired[2] = rep("maria").inactive().manager("boss");
    assert_eq!(says(manager_of(manager_of(round_robin("annes"))), retired), "chief: manages `annes`");

    let circle = || [rep("ann").manager("bob").pool("annes"), rep("bob").manager("ann"), rep("chief")];
    let own = || [rep("ann").manager("ann").pool("annes"), rep("chief")];
    let nested = |times: usize| (0..times).fold(Step::from(round_robin("annes")), |step, _| manager_of(step).into());
    for times in 1..60 {
        let (manager, managed) = if times % 2 == 0 { ("ann", "bob") } else { ("bob", "ann") };
        let expected = format!("{manager}: manages `{managed}`, who would have had it");
        assert_eq!(says(nested(times), circle()), expected);
        assert_eq!(says(nested(times), own()), "ann: manages `ann`, who would have had it");
    }
}

#[test]
fn managers_come_and_go_with_the_roster() {
    let mut router = router_of(manager_of(round_robin("annes")), reps());
    let mut after = |event: Event| {
        router.observe(event, now()).unwrap();
        decided(&router, &Ask::new())
    };
    assert_eq!(after(Event::rep_left("maria")), "chief: manages `annes`");
    assert_eq!(after(Event::rep(&rep("maria"))), OF_ANN);
    let by = |manager: &str| Event::rep(&rep("ann").pool("annes").manager(manager));
    assert_eq!(after(by("zoe")), "zoe: manages `ann`, who would have had it");
    assert_eq!(after(by("nobody we know")), "chief: manages `annes`");
    assert_eq!(after(Event::pool("annes", PoolRecord::new().manager("boss"))), "boss: manages `annes`");
    assert_eq!(after(Event::rep_left("ann")), "boss: manages `annes`");
    assert_eq!(after(Event::rep_left("boss")), NO_MANAGER);
    assert_eq!(after(Event::pool("annes", PoolRecord::new())), NO_MANAGER);
}

#[test]
fn nothing_inside_is_touched_but_the_managers_load() {
    let asked = label("inside", custom("counts").branch("then", round_robin("annes")));
    let escalates = label("up", when(field("escalate").is(true), manager_of(asked)));
    let dan = rep("dan").pool("annes").manager("maria");
    let built = router_of(first_of((escalates, round_robin("annes"))), reps().into_iter().chain([dan]));
    let mut router = built.clone();
    let escalated = |id: &str| LeadRecord::new(id).with("escalate", true);
    let next = router.decide(&lead(), now()).rep().unwrap().to_owned();
    let manages = format!("manages `{next}`, who would have had it");
    let mut records = Vec::new();
    for id in ["L-2", "L-3"] {
        let before = router.clone();
        let receipt = router.route(&escalated(id), now());
        let told = (receipt.rep(), receipt.path(), receipt.turn());
        assert_eq!(told, (Some("maria"), "up", None));
        // The same rep again, because no turn is taken.
        assert_eq!(receipt.reason().unwrap().to_string(), manages);
        assert!(router.rotations().all(|rotation| rotation.members().all(|member| member.balance == 0)));
        assert_eq!(["maria", "ann", "dan"].map(|rep| router.tally("inside", "seen", rep)), [0; 3]);
        let mut undone = router.clone();
        undone.rollback(&undone.receipt(id).unwrap()).unwrap();
        assert_eq!(undone.state(), before.state());
        records.extend(receipt.record().cloned());
    }
    assert_eq!(["maria", "ann", "dan"].map(|rep| router.open_leads(rep)), [Some(2), Some(0), Some(0)]);
    assert_eq!(router.decide(&lead(), now()).rep(), Some(next.as_str()));
    let written = serde_json::to_string(&records[0]).unwrap();
    assert!(written.contains(&format!(r#""path":"up","reason":{{"manager_of":{{"rep":"{next}"}}}},"#)), "{written}");
    let mut replayed = built;
    for record in &records {
        let back: Record = serde_json::from_str(&serde_json::to_string(record).unwrap()).unwrap();
        replayed.apply(&back).unwrap();
    }
    assert_eq!(replayed, router);
}

/// Counts what it hears of, and picks anew whoever its branch picks.
#[derive(Debug)]
struct Counts {
    then: Branch,
    seen: Tally,
    everyone: PoolHandle,
}

impl Strategy for Counts {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        match scope.visit(self.then) {
            Verdict::Pick(pick) => scope.pick(pick.rep(), "counted"),
            _ => scope.nobody_open(self.everyone),
        }
    }

    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        effects.add(self.seen, news.rep(), 1);
    }
}

fn registry() -> Registry {
    Registry::new().strategy("counts", |_: serde_json::Value, setup: &mut Setup<'_, '_>| {
        Ok(Counts { then: setup.branch("then")?, seen: setup.tally("seen"), everyone: setup.pool("everyone")? })
    })
}

#[test]
fn an_explanation_tells_who_was_asked_and_why_it_passed() {
    let plan = first_of((manager_of(assign("bob")), manager_of(queue("q")), available(manager_of(step("bobs")))));
    let mut reps = reps();
    reps[4] = rep("chief").present(Presence::offline());
    let router = router_of(plan, reps);
    assert_eq!(
        router.explain(&lead(), now()).to_string(),
        "L-1: queued in triage by otherwise: `chief` is offline
  first_of: passed
    manager_of: passed, because no manager is known
      assign bob: would be assigned to bob
    manager_of: passed, because no manager is known
      queue q: would be queued in q
    available: passed
      manager_of: passed, because `chief` is offline
        use bobs: would be assigned to bob
          round_robin bobs: would be assigned to bob"
    );
}

#[test]
fn rotations_inside_are_named_as_if_they_stood_alone() {
    let bands = segment("size")
        .below(10, manager_of(label("small", round_robin("bobs"))))
        .rest(manager_of(round_robin("bobs")));
    let router = router_of(first_of((bands, manager_of(step("bobs")))), reps());
    let names: Vec<&str> = router.rotations().map(|rotation| rotation.name()).collect();
    assert_eq!(names, ["bobs", "bobs@size:rest", "bobs@small"]);
}

#[test]
fn a_plan_is_told_where_no_manager_is_known() {
    let finding = "route.manager_of: no manager is known, so that this step passes";
    let findings = |step: Step, reps: &[RepRecord]| -> Vec<String> {
        let router = router_of(step, reps.iter().cloned());
        router.findings().iter().map(ToString::to_string).filter(|text| text.contains("manager")).collect()
    };
    let flat = [rep("ann").pool("annes"), rep("bob").pool("bobs").pool("loose"), rep("chief")];
    assert_eq!(findings(manager_of(round_robin("loose")).into(), &flat), [finding]);
    assert_eq!(findings(manager_of(assign("ann")).into(), &flat), [finding]);
    assert_eq!(findings(manager_of(round_robin("annes")).into(), &flat), [""; 0]);
    assert_eq!(findings(manager_of(round_robin("loose")).into(), &reps()), [""; 0]);
}

#[test]
fn a_file_says_the_same_as_the_builder() {
    let built: Step = available(manager_of(manager_of(round_robin("annes")))).into();
    let text = r#"{"available":{"manager_of":{"manager_of":{"round_robin":"annes"}}}}"#;
    assert_eq!(serde_json::to_string(&built).unwrap(), text);
    assert_eq!(serde_json::from_str::<Step>(text).unwrap(), built);
    let toml = "available = { manager_of = { manager_of = { round_robin = \"annes\" } } }";
    assert_eq!(toml::from_str::<Step>(toml).unwrap(), built);
}
