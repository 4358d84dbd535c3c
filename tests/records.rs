//! Records as they are stored for years: the exact JSON of each kind, and what reading says of others.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{
    Account, Ask, Closing, Edit, Event, Keeps, LeadRecord, Plan, PoolRecord, Presence, Record, RepRecord, Roster,
    Router, account_owner, available, days, field, first_of, label, parked, round_robin, segment, step, when,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn at(minute: u32) -> DateTime<Utc> {
    format!("2026-03-02T09:{minute:02}:00Z").parse().unwrap()
}

fn router() -> Result<Router, lead_router::BuildError> {
    let fast = label("fast lane", when(field("demo").is(true), available(round_robin("smb"))));
    let plan = Plan::new(first_of((fast, parked("later")))).otherwise("triage").report_by(["source"]);
    let reps = [RepRecord::new("ann").pool("smb"), RepRecord::new("bob").weighted_pool("smb", 2)];
    Router::new(plan, Roster::new().reps(reps))
}

fn json(record: &Record) -> String {
    serde_json::to_string(&record.what).unwrap()
}

#[test]
fn commits_and_what_becomes_of_them_read_as_documented() -> Outcome {
    let mut router = router()?;
    let lead = LeadRecord::new("L-1").with("demo", true).with("source", "web").with("phone", "not kept");
    let plan = router.plan().fingerprint();
    let first = router.route(&lead, at(0));
    let record = first.record().ok_or("no record")?;
    assert_eq!(
        serde_json::to_string(record)?,
        format!(
            r#"{{"format":1,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{{"routed":{{"lead":"L-1","outcome":{{"assigned":{{"rep":"bob"}}}},"path":"fast lane","reason":{{"in_turn":{{"pool":"smb","open":2}}}},"plan":"{plan}","step":"route.first_of[0].label.then.when.then.available","turn":{{"rotation":"smb","pool":"smb","open":2,"charge":"charged"}},"fields":{{"demo":true,"source":"web"}}}}}}}}"#
        )
    );
    let decision = router.decide_with(&lead, at(1), &Ask::reroute().exclude("bob"));
    let second = router.commit(&lead, decision)?;
    assert_eq!(
        json(second.record().ok_or("no record")?),
        format!(
            r#"{{"rerouted":{{"from":"bob","returned":"exactly","to":{{"lead":"L-1","outcome":{{"assigned":{{"rep":"ann"}}}},"path":"fast lane","reason":{{"only_one_open":{{"pool":"smb"}}}},"plan":"{plan}","step":"route.first_of[0].label.then.when.then.available","turn":{{"rotation":"smb","pool":"smb","open":1,"charge":"only_one_open"}},"ask":{{"reroute":true,"exclude":["bob"]}},"fields":{{"demo":true,"source":"web"}}}}}}}}"#
        )
    );
    let settled = router.settle(&second)?.ok_or("no record")?;
    assert_eq!(json(&settled), r#"{"settled":{"lead":"L-1","commit":2}}"#);
    let waiting = router.route(&LeadRecord::new("L-2"), at(2));
    assert_eq!(
        json(waiting.record().ok_or("no record")?),
        format!(
            r#"{{"routed":{{"lead":"L-2","outcome":{{"queued":{{"queue":"later"}}}},"path":"parked later","reason":"parked","plan":"{plan}","step":"route.first_of[1]"}}}}"#
        )
    );
    let undone = router.rollback(&waiting)?.ok_or("no record")?;
    assert_eq!(json(&undone), r#"{"rolled_back":{"lead":"L-2","commit":4}}"#);
    Ok(())
}

/// Each kind of event, and its JSON.
fn events() -> [(Event, &'static str); 12] {
    let busy = Presence::busy().until(at(30));
    let plan = Plan::new(round_robin("smb")).otherwise("triage");
    let edit = Edit::new()
        .plan(Plan::new(round_robin("small")).otherwise("triage"))
        .roster(Roster::new().rep(RepRecord::new("anna").pool("small")))
        .accounts([Account::new("A-2").owner("anna")])
        .rename_rep("ann", "anna")
        .rename_pool("smb", "small");
    [
        (
            Event::presence("ann", busy),
            r#"{"presence":{"rep":"ann","presence":{"status":"busy","until":"2026-03-02T09:30:00Z"}}}"#,
        ),
        (Event::load_as_of("ann", 3, at(1)), r#"{"load":{"rep":"ann","open":3,"as_of":"2026-03-02T09:01:00Z"}}"#),
        (Event::closed("L-1", Closing::Won), r#"{"closed":{"lead":"L-1","how":"won"}}"#),
        (
            Event::rep(&RepRecord::new("cy").pool("smb").capacity(5)),
            r#"{"rep":{"id":"cy","pools":{"smb":1},"capacity":5}}"#,
        ),
        (Event::rep_left("cy"), r#"{"rep_left":{"rep":"cy"}}"#),
        (Event::weight("bob", "smb", 3), r#"{"weight":{"rep":"bob","pool":"smb","weight":3}}"#),
        (
            Event::pool("closers", PoolRecord::new().manager("ann")),
            r#"{"pool":{"name":"closers","pool":{"manager":"ann"}}}"#,
        ),
        (Event::plan(plan), r#"{"plan":{"otherwise":"triage","route":{"round_robin":"smb"}}}"#),
        (
            Event::account(Account::new("A-1").owner("ann").domain("acme.example.com")),
            r#"{"account":{"id":"A-1","owner":"ann","domains":["acme.example.com"]}}"#,
        ),
        (
            Event::account(
                Account::new("A-2")
                    .open_opportunities(2)
                    .customer()
                    .lost_at(at(1) + TimeDelta::microseconds(2_900))
                    .late_stage(),
            ),
            r#"{"account":{"id":"A-2","open_opportunities":2,"customer":true,"lost_at":"2026-03-02T09:01:00.002Z","late_stage":true}}"#,
        ),
        (Event::account_removed("A-1"), r#"{"account_removed":{"account":"A-1"}}"#),
        (
            Event::edit(edit),
            r#"{"edit":{"plan":{"otherwise":"triage","route":{"round_robin":"small"}},"roster":{"reps":[{"id":"anna","pools":{"small":1}}]},"accounts":[{"id":"A-2","owner":"anna"}],"rename":{"reps":{"ann":"anna"},"pools":{"smb":"small"}}}}"#,
        ),
    ]
}

#[test]
fn events_stand_beside_the_other_kinds_and_read_back_equal() -> Outcome {
    let mut router = router()?;
    router.route(&LeadRecord::new("L-1").with("demo", "true"), at(0));
    let mut replayed = router.clone();
    for (event, expected) in events() {
        let record = router.observe(event, at(2))?;
        assert_eq!(json(&record), expected);
        let read: Record = serde_json::from_str(&serde_json::to_string(&record)?)?;
        assert_eq!(read, record);
        replayed.apply(&read)?;
        assert_eq!(replayed, router, "after {expected}");
    }
    Ok(())
}

#[test]
fn an_edit_can_be_read_as_it_was_made() -> Outcome {
    let (plan, roster) = (Plan::new(round_robin("b")).otherwise("q"), Roster::new().rep(RepRecord::new("ann")));
    let edit = Edit::new().plan(plan.clone()).roster(roster.clone()).accounts([Account::new("A-1")]);
    let edit = edit.rename_rep("r 2", "r 3").rename_rep("r 1", "r 2").rename_pool("p 1", "p 2");
    let edit = edit.rename_rotation("t 1", "t 2").rename_queue("q 1", "q 2").rename_label("l 1", "l 2");
    for edit in [serde_json::from_value::<Edit>(serde_json::to_value(&edit)?)?, edit] {
        assert_eq!((edit.new_plan(), edit.new_roster()), (Some(&plan), Some(&roster)));
        assert_eq!(edit.new_accounts(), Some(&[Account::new("A-1")][..]));
        assert_eq!(edit.renamed_reps().collect::<Vec<_>>(), [("r 1", "r 2"), ("r 2", "r 3")]);
        assert!(edit.renamed_pools().eq([("p 1", "p 2")]));
        assert!(edit.renamed_rotations().eq([("t 1", "t 2")]));
        assert!(edit.renamed_queues().eq([("q 1", "q 2")]));
        assert!(edit.renamed_labels().eq([("l 1", "l 2")]));
    }
    let nothing = Edit::new();
    assert_eq!((nothing.new_plan(), nothing.new_roster(), nothing.new_accounts()), (None, None, None));
    assert_eq!(nothing.renamed_reps().count(), 0);
    Ok(())
}

/// A journal that was begun before accounts knew of opportunities.
#[test]
fn commits_to_owners_read_with_and_without_what_ties_them() -> Outcome {
    let plan = Plan::new(account_owner()).otherwise("triage");
    let built = Router::builder(plan, Roster::new().rep(RepRecord::new("ann"))).build()?;
    let old = [
        r#"{"format":1,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{"account":{"id":"A-1","owner":"ann"}}}"#,
        r#"{"format":1,"sequence":2,"at":"2026-03-02T09:00:00Z","what":{"routed":{"lead":"L-1","outcome":{"assigned":{"rep":"ann"}},"path":"account_owner","reason":{"account_owner":{"found_by":"account_id"}},"plan":"7ed9ee71898ea2c2","step":"route","fields":{"account_id":"A-1"}}}}"#,
    ];
    let mut router = built;
    for line in old {
        let record: Record = serde_json::from_str(line)?;
        assert_eq!(serde_json::to_string(&record)?, line);
        router.apply(&record)?;
    }
    assert_eq!(router.receipt("L-1").and_then(|receipt| receipt.rep().map(str::to_owned)).as_deref(), Some("ann"));

    let keeping = Plan::new(account_owner().keeps([Keeps::Customer])).otherwise("triage");
    router.observe(Event::plan(keeping), at(1))?;
    router.observe(Event::account(Account::new("A-1").owner("ann").customer()), at(1))?;
    let receipt = router.route(&LeadRecord::new("L-2").with("account_id", "A-1"), at(1));
    let written = json(receipt.record().ok_or("no record")?);
    let tied = r#""reason":{"account_owner":{"found_by":"account_id","tie":"customer"}}"#;
    assert!(written.contains(tied), "{written}");
    Ok(())
}

#[test]
fn records_that_cannot_be_read_say_why() {
    // Without the place, which is serde_json's to say.
    let said = |text: &str| {
        let error = serde_json::from_str::<Record>(text).unwrap_err().to_string();
        error.split(" at line 1 column ").next().unwrap().to_owned()
    };
    assert_eq!(
        said(r#"{"format":2,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{"dreamt":{}}}"#),
        "the record has format 2; this version reads formats up to 1"
    );
    assert_eq!(
        said(r#"{"format":1,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{"precense":{}}}"#),
        "there is no kind of record `precense`; did you mean `presence`?"
    );
    assert_eq!(
        said(r#"{"format":1,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{}}"#),
        "a record tells something, but there is nothing"
    );
    assert_eq!(
        said(
            r#"{"format":1,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{"settled":{"lead":"L","commit":1,"by":2}}}"#
        ),
        "unknown field `by`, expected `lead` or `commit`"
    );
    assert_eq!(
        said(r#"{"format":1,"sequence":1,"at":"2026-03-02T09:00:00Z","what":{"rep_left":{"rep":"a"},"settled":{}}}"#),
        "a record tells one thing, but there is `settled`, too"
    );
    assert_eq!(said(r#"{"sequence":1,"at":"2026-03-02T09:00:00Z"}"#), "missing field `format`");
    assert_eq!(
        said(r#"{"format":1,"seq":1}"#),
        "unknown field `seq`, expected one of `format`, `sequence`, `at`, `what`"
    );
}

/// As a database gives records back that keeps their keys in an order of its own: shorter ones first.
#[test]
fn the_format_counts_wherever_it_stands() -> Outcome {
    let said = |text: &str| serde_json::from_str::<Record>(text).unwrap_err().to_string();
    let newer = "the record has format 2; this version reads formats up to 1";
    for text in [
        r#"{"at":17,"what":{"dreamt":{}},"format":2,"sequence":1}"#,
        r#"{"by":{"whom":[1e999,null]},"at":"2026-03-02T09:00:00Z","what":[],"format":2}"#,
        r#"{"sequence":-1,"what":7,"who":"ann","format":2,"zone":"UTC"}"#,
    ] {
        assert!(said(text).starts_with(newer), "{}", said(text));
    }
    // Of a format that is known, all else is read as if it came first.
    assert!(said(r#"{"seq":7,"format":1}"#).starts_with("unknown field `seq`, expected one of `format`, "));
    assert!(said(r#"{"what":{"precense":{}},"format":1}"#).contains("did you mean `presence`?"));
    assert!(said(r#"{"at":"soon","sequence":1}"#).starts_with("missing field `format`"));
    assert!(said(r#"{"sequence":1,"format":1,"sequence":1}"#).starts_with("duplicate field `sequence`"));

    let mut router = router()?;
    router.route(&LeadRecord::new("L-1").with("demo", true), at(0));
    for (event, _) in events() {
        let record = router.observe(event, at(2))?;
        let (sequence, what) = (record.sequence, json(&record));
        for text in [
            format!(r#"{{"at":"2026-03-02T09:02:00Z","what":{what},"format":1,"sequence":{sequence}}}"#),
            format!(r#"{{"what":{what},"sequence":{sequence},"at":"2026-03-02T09:02:00Z","format":1}}"#),
        ] {
            assert_eq!(serde_json::from_str::<Record>(&text)?, record);
        }
        assert_eq!(serde_json::from_value::<Record>(serde_json::to_value(&record)?)?, record);
        assert_eq!(toml::from_str::<Record>(&toml::to_string(&record)?)?, record);
    }
    Ok(())
}

#[test]
fn a_plan_that_changed_between_decision_and_commit_is_told_apart() -> Outcome {
    let mut router = router()?;
    let lead = LeadRecord::new("L-1").with("demo", true);
    let decision = router.decide(&lead, at(0));
    let decided = router.plan().fingerprint();
    router.observe(Event::plan(Plan::new(round_robin("smb")).otherwise("triage")), at(1))?;
    let receipt = router.commit(&lead, decision)?;
    let routed = receipt.record().and_then(Record::routed).ok_or("not routed")?;
    let now_counts = router.plan().fingerprint();
    assert_eq!((routed.plan(), routed.committed_under()), (decided.as_str(), Some(now_counts.as_str())));
    assert_eq!(receipt.turn(), Some(lead_router::journal::TurnCharge::Uncharged));
    Ok(())
}

/// Computed by a second implementation of the hash over the canonical text, written by hand. They may never change: a
/// journal names its plans by them.
#[test]
fn fingerprints_of_plans_never_change() {
    let first = Plan::new(available(round_robin("smb"))).otherwise("triage");
    assert_eq!(first.fingerprint(), "3085a17734465760");
    let sizes = segment("employees").below(100, step("smb")).rest(parked("large"));
    let second = Plan::new(first_of((account_owner(), sizes)))
        .otherwise("triage")
        .name_step("smb", available(round_robin("smb").rotation("all")))
        .forget_after(days(90))
        .report_by(["source"]);
    assert_eq!(second.fingerprint(), "99e64fc66fe3dbfa");
}
