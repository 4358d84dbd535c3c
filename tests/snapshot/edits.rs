//! Wholesale edits: while a router runs, and when one is restored onto another plan and roster.

use crate::busy::{self, minute, registry, small};
use lead_router::strategy::SetupError;
use lead_router::{
    Account, Ask, Edit, EditReport, Event, EventError, LeadRecord, Outcome, Plan, PoolRecord, Presence, Record,
    Registry, RepRecord, Restored, Roster, Router, assign, available, custom, days, field, first_of, label, queue,
    round_robin, when,
};

type Checked = Result<(), Box<dyn std::error::Error>>;

fn pool(ids: &[&str], pool: &str) -> Roster {
    Roster::new().reps(ids.iter().map(|id| RepRecord::new(*id).pool(pool)))
}

fn smb() -> Plan {
    Plan::new(available(round_robin("smb"))).otherwise("triage")
}

fn owed(router: &Router, rotation: &str) -> Vec<(String, f64)> {
    let rotation = router.rotation(rotation).unwrap_or_else(|| panic!("no rotation {rotation}"));
    rotation.members().map(|member| (member.rep.to_owned(), member.owed())).collect()
}

/// Observes the edit, and checks that the record of it gives the same to a second router.
fn observe(router: &mut Router, edit: Edit, at: i64) -> Record {
    let mut replica = router.clone();
    let report = router.preview(&edit, minute(at)).unwrap();
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<EditReport>(&text).unwrap(), report);
    let record = router.observe(Event::edit(edit), minute(at)).unwrap();
    let text = serde_json::to_string(&record).unwrap();
    let read: Record = serde_json::from_str(&text).unwrap();
    assert_eq!(read, record);
    replica.apply(&read).unwrap();
    assert!(replica == *router);
    let restored = router.snapshot().restore().registry(registry()).build().unwrap();
    assert!(restored == *router, "all names are new, and what follows from them");
    record
}

#[test]
fn a_roster_from_elsewhere_moves_nobody_elses_anything() -> Checked {
    let mut router = Router::new(smb(), pool(&["ann", "bob", "cy"], "smb").declare("enterprise"))?;
    for number in 0..4 {
        router.route(&small(&format!("L-{number}")), minute(0));
    }
    router.observe(Event::presence("ann", Presence::busy().until(minute(90))), minute(1))?;
    router.observe(Event::load("ann", 17), minute(1))?;
    router.observe(Event::presence("bob", Presence::busy()), minute(1))?;
    let before = owed(&router, "smb");
    let deadline = router.next_deadline();

    let roster = Roster::new()
        .rep(RepRecord::new("dan").pool("smb"))
        .rep(RepRecord::new("bob").pool("smb").present(Presence::offline()))
        .rep(RepRecord::new("ann").pool("smb").capacity(99));
    observe(&mut router, Edit::new().roster(roster.clone()), 2);

    // Cy has left, and dan starts even.
    let expected: Vec<_> =
        before.iter().filter(|(rep, _)| rep != "cy").cloned().chain([("dan".to_owned(), 0.0)]).collect();
    assert_eq!(owed(&router, "smb"), expected);
    assert_eq!(router.open_leads("ann"), Some(17));
    assert_eq!(router.next_deadline(), deadline);
    let now = router.roster();
    assert!(now.pools.is_empty(), "the roster no longer declares a pool");
    let presence = |id: &str| now.reps.iter().find(|rep| rep.id == id).map(|rep| rep.presence);
    // The roster says where bob is, and not where ann is.
    assert_eq!(presence("ann"), Some(Some(Presence::busy().until(minute(90)))));
    assert_eq!(presence("bob"), Some(Some(Presence::offline())));
    assert_eq!(presence("cy"), None);

    // The same once more changes nothing.
    let before = router.clone();
    observe(&mut router, Edit::new().roster(roster), 3);
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn whoever_is_renamed_keeps_everything() -> Checked {
    let mut router = busy::router();
    router.observe(Event::rep(&RepRecord::new("fay").manager("maria")), minute(60))?;
    let before = router.clone();
    let edit = || Edit::new().rename_rep("zoë", "zoe").rename_rep("maria", "mary").rename_rep("eve", "evelyn");
    observe(&mut router, edit().rename_rep("bob", "robert"), 60);

    let renamed = |rep: &str| match rep {
        "zoë" => "zoe".to_owned(),
        "bob" => "robert".to_owned(),
        other => other.to_owned(),
    };
    for rotation in before.rotations() {
        let mut expected: Vec<_> = rotation.members().map(|member| (renamed(member.rep), member.owed())).collect();
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(owed(&router, rotation.name()), expected);
    }
    for rep in ["ann", "bob", "cy", "dan", "zoë"] {
        assert_eq!(router.open_leads(&renamed(rep)), before.open_leads(rep), "{rep}");
        assert_eq!(router.tally("vips", "given", &renamed(rep)), before.tally("vips", "given", rep), "{rep}");
    }
    assert_eq!(router.open_leads("bob"), None);
    // Also of one who left: the lead that eve had is evelyn's.
    assert_eq!(router.receipt("G-1").ok_or("not in hand")?.rep(), Some("evelyn"));
    // Who names them follows.
    assert_eq!(router.roster().pools["enterprise"], PoolRecord::new().manager("mary"));
    assert!(router.roster().reps.contains(&RepRecord::new("fay").manager("mary")));
    assert_eq!(router.accounts().by_id("A-1").and_then(|account| account.owner.as_deref()), Some("robert"));
    let pinned: Vec<String> = router.pins().map(|pin| format!("{}: {}", pin.on, pin.rep)).collect();
    assert_eq!(pinned, ["lead `P-1`: dan", "domain `two.example`: zoe"]);

    // With the names of once, everything is as it was: ties, too.
    let back = Edit::new().rename_rep("zoe", "zoë").rename_rep("mary", "maria").rename_rep("evelyn", "eve");
    observe(&mut router, back.rename_rep("robert", "bob"), 60);
    assert_eq!(router.state(), before.state());
    Ok(())
}

#[test]
fn what_was_not_settled_goes_back_under_the_new_names() -> Checked {
    let mut router = busy::router();
    let mut renamed = router.clone();
    let plan = || {
        let odd = when(field("stage").is("odd"), queue("strange ones"));
        let size = lead_router::segment("size")
            .below(100, available(round_robin("small")))
            .rest(label("large", available(round_robin("small"))))
            .missing(available(round_robin("closers").rotation("shared")));
        Plan::new(first_of((odd, size))).otherwise("triage").forget_after(days(90)).rollback_window(3)
    };
    let edit = Edit::new().plan(plan()).rename_pool("smb", "small").rename_queue("odd ones", "strange ones");
    observe(&mut renamed, edit.rename_rep("zoë", "zoe").rename_rep("ann", "anna"), 60);
    for lead in ["M-1", "L-2", "S-9", "O-1"] {
        while let Some(receipt) = router.receipt(lead) {
            let other = renamed.receipt(lead).ok_or("the same leads are in hand")?;
            let outcome = match receipt.outcome() {
                Outcome::Assigned { rep: "zoë" } => Outcome::Assigned { rep: "zoe" },
                Outcome::Assigned { rep: "ann" } => Outcome::Assigned { rep: "anna" },
                Outcome::Queued { queue: "odd ones" } => Outcome::Queued { queue: "strange ones" },
                // The plan parks nobody now.
                Outcome::Queued { queue: "later" } => Outcome::Queued { queue: "triage" },
                same => same,
            };
            assert_eq!(other.outcome(), outcome, "{lead}");
            router.rollback(&receipt)?;
            renamed.rollback(&other)?;
        }
        assert!(renamed.receipt(lead).is_none());
    }
    let balances = |router: &Router, name: &str| -> Vec<i128> {
        router.rotation(name).into_iter().flat_map(|rotation| rotation.members().map(|member| member.balance)).collect()
    };
    for (old, new) in [("smb@size:..100", "small@size:..100"), ("smb@large", "small@large"), ("shared", "shared")] {
        assert_eq!(balances(&renamed, new), balances(&router, old), "{new}");
        assert!(!balances(&renamed, new).is_empty());
    }
    Ok(())
}

#[test]
fn a_renamed_pool_takes_the_rotations_of_its_name_along() -> Checked {
    let mut router = busy::router();
    let names = |router: &Router| router.rotations().map(|rotation| rotation.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&router), ["shared", "smb@large", "smb@size:..100"]);
    let record = observe(
        &mut router,
        Edit::new()
            .plan(Plan::new(round_robin("small")).otherwise("triage"))
            .rename_pool("smb", "small")
            .rename_rotation("smb@large", "big ones"),
        60,
    );
    assert_eq!(names(&router), ["big ones", "shared", "small", "small@size:..100"]);
    assert_eq!(
        serde_json::to_string(&record.what)?,
        r#"{"edit":{"plan":{"otherwise":"triage","route":{"round_robin":"small"}},"rename":{"pools":{"smb":"small"},"rotations":{"smb@large":"big ones"}}}}"#
    );
    Ok(())
}

#[test]
fn a_renamed_queue_keeps_its_line() -> Checked {
    let to = |queue_name: &str| Plan::new(queue(queue_name)).otherwise("triage");
    let mut router = Router::new(to("q"), Roster::new())?;
    router.route(&LeadRecord::new("L-1"), minute(0));
    let record = observe(&mut router, Edit::new().plan(to("waiting")).rename_queue("q", "waiting"), 1);
    assert_eq!((router.waiting_in("waiting"), router.waiting_in("triage")), (1, 0));
    assert!(router.findings().is_empty(), "nobody was moved");
    // Deciding again finds it waiting there since the beginning.
    let again = router.decide(&LeadRecord::new("L-1"), minute(2));
    assert!(again.is_repeat());
    assert_eq!(record.sequence, 2);
    Ok(())
}

#[test]
fn a_renamed_label_keeps_its_tallies() -> Checked {
    let plan = |name: &str| Plan::new(label(name, custom("fewest").setting("pool", "smb"))).otherwise("triage");
    let builder = Router::builder(plan("before"), pool(&["ann", "bob"], "smb")).registry(registry());
    let mut router = builder.build()?;
    for number in 0..3 {
        router.route(&small(&format!("L-{number}")), minute(number));
    }
    observe(&mut router, Edit::new().plan(plan("after")).rename_label("before", "after"), 4);
    assert_eq!((router.tally("after", "given", "ann"), router.tally("after", "given", "bob")), (2, 1));
    assert_eq!(router.route(&small("L-3"), minute(5)).rep(), Some("bob"));
    // What was learnt before is taken back under the new name.
    let receipt = router.receipt("L-0").ok_or("not in hand")?;
    router.rollback(&receipt)?;
    assert_eq!(router.tally("after", "given", "ann"), 1);
    // And what becomes of a lead of before is learnt.
    router.observe(Event::closed("L-2", lead_router::Closing::Lost), minute(6))?;
    assert_eq!(router.tally("after", "given", "ann"), 0);
    Ok(())
}

#[test]
fn names_may_be_exchanged() -> Checked {
    let both = Plan::new(first_of((available(round_robin("a")), available(round_robin("b"))))).otherwise("triage");
    let roster = Roster::new().rep(RepRecord::new("ann").pool("a")).rep(RepRecord::new("bob").pool("a"));
    let mut router = Router::new(both, roster.rep(RepRecord::new("cy").pool("b")))?;
    router.route(&small("L-1"), minute(0));
    let holder = router.receipt("L-1").and_then(|receipt| receipt.rep().map(str::to_owned)).ok_or("nobody")?;
    let other = if holder == "ann" { "bob" } else { "ann" };
    let exchange = Edit::new().rename_rep("ann", "bob").rename_rep("bob", "ann");
    observe(&mut router, exchange.rename_pool("a", "b").rename_pool("b", "a"), 1);
    assert_eq!(router.receipt("L-1").ok_or("not in hand")?.rep(), Some(other));
    assert_eq!(owed(&router, "a"), [("cy".to_owned(), 0.0)]);
    assert!(owed(&router, "b").contains(&(other.to_owned(), -0.5)));
    Ok(())
}

/// Where each start brings the same edit, what it renames is renamed but once.
#[test]
fn names_that_were_given_before_are_not_given_again() -> Checked {
    let old = Plan::new(first_of((available(round_robin("smb")), queue("smb later")))).otherwise("triage");
    let mut router = Router::new(old, pool(&["ann", "bob"], "smb"))?;
    router.route(&small("L-1"), minute(0));
    let plan = || Plan::new(first_of((available(round_robin("small")), queue("later")))).otherwise("triage");
    let edit = || {
        let edit = Edit::new().plan(plan()).roster(pool(&["anna", "bob"], "small"));
        edit.rename_rep("ann", "anna").rename_pool("smb", "small").rename_queue("smb later", "later")
    };
    observe(&mut router, edit(), 1);
    let (before, turns) = (router.clone(), owed(&router, "small"));
    assert_eq!(turns.iter().map(|(rep, _)| rep.as_str()).collect::<Vec<_>>(), ["anna", "bob"]);
    observe(&mut router, edit(), 1);
    assert_eq!(router.state(), before.state());
    assert_eq!(owed(&router, "small"), turns);

    // A restart tells of nothing that there is to store, and of nothing new.
    let snapshot = before.snapshot();
    let onto = snapshot.restore().onto(plan(), pool(&["anna", "bob"], "small"));
    let onto = onto.rename_rep("ann", "anna").rename_pool("smb", "small").rename_queue("smb later", "later");
    let restored = onto.build(minute(1))?;
    assert_eq!(restored.record, None);
    assert_eq!(restored.router, before);
    assert_eq!(restored.report.reps.to_string(), "2 kept");

    // What is still to be done is done, and only that is recorded.
    let onto = snapshot.restore().onto(plan(), pool(&["anna", "bo"], "small"));
    let restored = onto.rename_rep("ann", "anna").rename_rep("bob", "bo").build(minute(1))?;
    let record = serde_json::to_string(&restored.record.ok_or("bob has another name")?.what)?;
    assert!(record.contains(r#""rename":{"reps":{"bob":"bo"}}"#), "{record}");
    Ok(())
}

#[test]
fn names_that_move_up_do_so_once() -> Checked {
    let mut router = Router::new(smb(), pool(&["ann", "bob"], "smb"))?;
    let edit = || Edit::new().rename_rep("ann", "bob").rename_rep("bob", "cy");
    observe(&mut router, edit(), 1);
    let reps = |router: &Router| router.roster().reps.iter().map(|rep| rep.id.clone()).collect::<Vec<_>>();
    assert_eq!(reps(&router), ["bob", "cy"]);
    let before = router.clone();
    observe(&mut router, edit(), 1);
    assert_eq!(router.state(), before.state());

    // The row was never begun, or is broken in the middle.
    let said = |edit: Edit| before.preview(&edit, minute(1)).unwrap_err().to_string();
    assert_eq!(said(edit().rename_rep("cy", "dan")), "rename.reps.ann: there is no rep `ann`");
    assert_eq!(said(Edit::new().rename_rep("x", "bob").rename_rep("bob", "y")), "rename.reps.x: there is no rep `x`");
    assert_eq!(
        said(Edit::new().rename_rep("x", "bob").rename_rep("bob", "y").rename_rep("y", "bob")),
        "2 faults\n  rename.reps.x: there is no rep `x`\n  rename.reps.y: there is no rep `y`"
    );
    // Of two that are exchanged, both must be there; else one would have two names in turn.
    assert_eq!(
        said(Edit::new().rename_rep("bob", "dan").rename_rep("dan", "bob")),
        "rename.reps.dan: there is no rep `dan`"
    );
    Ok(())
}

/// Its pool is called otherwise already, and nothing of that pool is to follow.
#[test]
fn a_rotation_does_not_follow_a_pool_that_was_renamed_before() -> Checked {
    let plan = || Plan::new(available(round_robin("small").rotation("smb"))).otherwise("triage");
    let mut router = Router::new(plan(), pool(&["ann", "bob"], "small"))?;
    router.route(&small("L-1"), minute(0));
    let turns = owed(&router, "smb");
    observe(&mut router, Edit::new().rename_pool("smb", "small"), 1);
    assert_eq!(owed(&router, "smb"), turns);
    Ok(())
}

/// A pool that was renamed too early leaves its name behind, with nobody in it. Such a name can be taken again.
#[test]
fn a_name_on_which_nothing_hangs_makes_way() -> Checked {
    let mut router = Router::new(smb(), pool(&["ann", "bob"], "smb"))?;
    router.route(&small("L-1"), minute(0));
    let before = router.clone();
    // The plan still says `smb`: nobody is in that now.
    observe(&mut router, Edit::new().rename_pool("smb", "small"), 1);
    let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings, ["route.available.round_robin: nobody is in pool `smb`, so that this step passes"]);
    assert_eq!(router.decide(&small("L-2"), minute(1)).queue(), Some("triage"));
    observe(&mut router, Edit::new().rename_pool("small", "smb"), 2);
    assert_eq!(owed(&router, "smb"), owed(&before, "smb"));
    assert!(router.findings().is_empty());
    assert_eq!(router.decide(&small("L-2"), minute(2)).rep(), before.decide(&small("L-2"), minute(2)).rep());
    Ok(())
}

#[test]
fn an_edit_counts_as_a_whole_or_not_at_all() -> Checked {
    let mut router = busy::router();
    let before = router.clone();
    let roster = busy::roster().rep(RepRecord::new("fay").weighted_pool("smb", 0));
    let edit = Edit::new().plan(smb()).roster(roster).accounts([]).rename_rep("ann", "anna");
    assert!(matches!(router.preview(&edit, minute(60)), Err(EventError::Faulty(_))));
    assert!(router.observe(Event::edit(edit), minute(60)).is_err());
    assert!(router == before);
    assert_eq!(router.clock(), before.clock());
    Ok(())
}

/// Names that left are findings; names that never were there are faults.
#[test]
fn who_left_may_still_be_named() -> Checked {
    let mut router = Router::new(smb(), pool(&["ann", "bob"], "smb"))?;
    let plan = Plan::new(first_of((available(round_robin("smb")), assign("ann")))).otherwise("triage");
    let roster = Roster::new().rep(RepRecord::new("bob").pool("other").manager("ann"));
    observe(&mut router, Edit::new().plan(plan).roster(roster.clone()), 1);
    let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "route.first_of[0].available.round_robin: nobody is in pool `smb`, so that this step passes",
            "route.first_of[1].assign: rep `ann` is not in the roster, so that this step passes",
            "reps.bob.manager: there is no rep `ann`",
        ]
    );
    // Nor is a restart with what the router runs on refused, whatever events brought it.
    router.observe(Event::rep(&RepRecord::new("cy").manager("nobody")), minute(2))?;
    let snapshot = router.snapshot();
    let restored = snapshot.restore().onto(router.plan().clone(), router.roster()).build(minute(3))?;
    assert_eq!(restored.record, None);
    let roster = router.roster().rep(RepRecord::new("dan"));
    assert!(snapshot.restore().onto(router.plan().clone(), roster).build(minute(3)).is_ok());
    Ok(())
}

#[test]
fn restoring_onto_the_same_changes_nothing() -> Checked {
    let router = busy::router();
    let snapshot = router.snapshot();
    let onto = snapshot.restore().registry(registry()).onto(busy::plan(), router.roster());
    let Restored { router: restored, report, record, .. } =
        onto.accounts(router.accounts().clone()).rename_rep("ann", "ann").build(minute(60))?;
    assert_eq!(record, None);
    assert_eq!(restored, router);
    assert_eq!(report.to_string(), "reps: 6 kept\nrotations: 3 kept\nqueues: 3 kept\nlabels with tallies: 1 kept");
    Ok(())
}

#[test]
fn a_report_tells_everything_that_an_edit_changes() -> Checked {
    let router = busy::router();
    let plan = Plan::new(first_of((
        label("important", custom("fewest").setting("pool", "closers")),
        label("large", available(round_robin("small"))),
        available(round_robin("enterprise")),
        queue("odd ones"),
    )));
    let plan = plan.otherwise("triage").forget_after(lead_router::minutes(52));
    let mut roster = busy::roster();
    roster.reps.retain(|rep| rep.id != "bob" && rep.id != "cy");
    for rep in &mut roster.reps {
        if let Some(weight) = rep.pools.remove("smb") {
            rep.pools.insert("small".to_owned(), weight);
        }
        if rep.id == "zoë" {
            rep.id = "zoe".to_owned();
        }
    }
    let roster = roster.rep(RepRecord::new("fay").pool("small").pool("enterprise"));
    let edit =
        Edit::new().plan(plan.clone()).roster(roster.clone()).rename_rep("zoë", "zoe").rename_pool("smb", "small");
    let edit = edit.rename_rotation("smb@large", "small").rename_label("vips", "important");
    let snapshot = router.snapshot();
    let onto = snapshot.restore().registry(registry()).onto(plan, roster).rename_rep("zoë", "zoe");
    let onto = onto.rename_pool("smb", "small").rename_rotation("smb@large", "small").rename_label("vips", "important");
    let restored = onto.build(minute(60))?;
    assert_eq!(
        restored.report.to_string(),
        "\
reps: 1 new (fay), 3 kept, 1 renamed (zoë is zoe), 2 gone (bob, cy)
rotations: 1 new (enterprise), 1 renamed (smb@large is small), 2 gone (shared, smb@size:..100)
  enterprise: 1 new (fay)
  small: 1 new (fay), 1 kept, 1 renamed (zoë is zoe), 2 gone (bob, cy)
queues: 2 kept, 1 gone (later)
labels with tallies: 1 renamed (vips is important)
9 leads in hand of somebody who is gone
  L-2, which cy has
  M-1, which cy has
  S-6, which cy has
  S-7, which bob has
  T-1, which bob has
  X-1, which cy has
  X-2, which cy has
  X-3, which cy has
  X-4, which cy has
2 leads moved, because the plan no longer has their queue
  C-1 from later to triage
  O-1 from later to triage
8 leads forgotten, being older than the plan remembers
  L-1
  L-3
  L-4
  L-5
  S-1
  S-2
  S-3
  S-4"
    );
    assert_eq!(restored.report, router.preview(&edit, minute(60))?);
    let mut replayed = snapshot.restore().registry(registry()).build()?;
    replayed.apply(&restored.record.ok_or("it changes much")?)?;
    assert_eq!(replayed, restored.router);
    Ok(())
}

/// A strategy that only the plan of once had need not be brought along.
#[test]
fn code_that_the_new_plan_does_without_is_not_missed() -> Checked {
    let router = busy::router();
    let snapshot = router.snapshot();
    let restored = snapshot.restore().onto(smb(), router.roster()).build(minute(60))?;
    assert_eq!(restored.report.labels.to_string(), "none");
    // It comes back with the label, and so do the tallies, which were kept.
    let refused = snapshot.restore().onto(busy::plan(), router.roster()).build(minute(60));
    assert!(refused.is_err(), "the plan is as it was, and needs it");
    let mut running = snapshot.restore().registry(registry()).build()?;
    running.apply(&restored.record.ok_or("it changes much")?)?;
    assert_eq!(running, restored.router);
    running.observe(Event::plan(busy::plan()), minute(61))?;
    assert_eq!(running.tally("vips", "given", "cy"), router.tally("vips", "given", "cy"));
    Ok(())
}

/// A strategy that does not like the roster any more keeps no router from starting.
#[test]
fn a_strategy_that_refuses_the_roster_is_a_finding() -> Checked {
    #[derive(Debug)]
    struct Never;
    impl lead_router::Strategy for Never {
        fn decide(&self, scope: &mut lead_router::Scope<'_>) -> lead_router::Verdict {
            scope.stop("never")
        }
    }
    // Whether somebody is there is told by the pool `strict`, which only an edit can empty.
    let registry = || {
        Registry::new().strategy("picky", |_: serde_json::Value, setup: &mut lead_router::strategy::Setup<'_, '_>| {
            match setup.pool("gone") {
                Ok(_) => Err(SetupError::new("somebody named the pool")),
                Err(_) => Ok(Never),
            }
        })
    };
    let plan = Plan::new(custom("picky")).otherwise("triage");
    let builder = Router::builder(plan, pool(&["ann"], "smb")).registry(registry());
    let mut router = builder.build()?;
    router.observe(Event::rep(&RepRecord::new("bob").pool("gone")), minute(0))?;
    let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings, ["route.custom: custom strategy `picky`: somebody named the pool"]);
    let restored = router.snapshot().restore().registry(registry()).build()?;
    assert_eq!(restored, router);
    assert_eq!(restored.findings(), router.findings());
    Ok(())
}

#[test]
fn a_decision_of_before_is_committed_under_the_new_name() -> Checked {
    let mut router = Router::new(smb(), pool(&["ann", "bob"], "smb"))?;
    let lead = small("L-1");
    let decision = router.decide(&lead, minute(0));
    let picked = decision.rep().ok_or("nobody")?.to_owned();
    observe(&mut router, Edit::new().rename_rep(picked.clone(), "new name"), 1);
    let receipt = router.commit(&lead, decision)?;
    assert_eq!(receipt.rep(), Some("new name"));
    assert_eq!(router.open_leads("new name"), Some(1));
    Ok(())
}

#[test]
fn accounts_are_brought_as_a_whole() -> Checked {
    let mut router = busy::router();
    let accounts = [Account::new("B-1").owner("cy"), Account::new("A-1").owner("ann")];
    let edit = Edit::new().accounts(accounts).accounts([Account::new("A-1").owner("dan")]);
    observe(&mut router, edit, 60);
    let owners: Vec<_> = router.accounts().iter().map(|account| (&*account.id, account.owner.as_deref())).collect();
    assert_eq!(owners, [("A-1", Some("dan")), ("B-1", Some("cy"))]);
    let excluded = router.decide_with(&small("new"), minute(61), &Ask::new());
    assert!(excluded.rep().is_some());
    Ok(())
}
