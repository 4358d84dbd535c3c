//! Restoring a router as it was.

use crate::busy::{self, minute, registry, small};
use lead_router::{
    Ask, Closing, Event, LeadRecord, Plan, Presence, RepRecord, Roster, Router, Snapshot, Step, available,
    least_loaded, round_robin,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn restored(router: &Router) -> Router {
    let text = serde_json::to_string(&router.snapshot()).unwrap();
    let snapshot: Snapshot = serde_json::from_str(&text).unwrap();
    snapshot.restore().registry(registry()).build().unwrap()
}

#[test]
fn a_restored_router_is_equal_and_goes_on_alike() -> Outcome {
    let mut router = busy::router();
    let mut restored = restored(&router);
    assert_eq!(restored, router);
    assert_eq!(restored.snapshot(), router.snapshot());
    assert_eq!((restored.sequence(), restored.clock()), (router.sequence(), router.clock()));
    assert_eq!(restored.next_deadline(), router.next_deadline());
    assert!(restored.unsettled().eq(router.unsettled()));
    assert!(restored.pins().eq(router.pins()));

    let leads = (0..40).map(|number| {
        let lead = LeadRecord::new(format!("N-{number}")).with("source", "web");
        match number % 4 {
            0 => lead.with("size", 10),
            1 => lead.with("size", 1_000),
            2 => lead.with("vip", true),
            _ => lead.with("score", 7 * number),
        }
    });
    for (lead, at) in leads.zip(30..) {
        let [one, other] = [&mut router, &mut restored].map(|router| router.route(&lead, minute(at)));
        assert_eq!(one, other, "the same picks, and the same records");
    }
    for receipt in router.unsettled().collect::<Vec<_>>() {
        let [one, other] = [&mut router, &mut restored].map(|router| router.rollback(&receipt));
        assert_eq!(one, other);
    }
    assert_eq!(restored, router);
    Ok(())
}

/// As it comes back from storage that keeps keys in an order of its own, or as TOML, which puts tables last.
#[test]
fn a_snapshot_reads_in_any_order_of_its_keys() -> Outcome {
    let snapshot = busy::router().snapshot();
    let serde_json::Value::Object(file) = serde_json::to_value(&snapshot)? else { return Err("no table".into()) };
    assert_eq!(file.len(), 11, "a busy router has something of everything");
    let mut entries: Vec<String> = file.iter().map(|(key, value)| format!("{key:?}:{value}")).collect();
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        let text = format!("{{{}}}", entries.join(","));
        assert_eq!(serde_json::from_str::<Snapshot>(&text)?, snapshot);
        let newer = text.replacen("\"format\":1", "\"format\":2,\"by\":[1e999]", 1);
        let newer = newer.replacen("\"leads\":", "\"leads\":{},\"leads of once\":", 1);
        let said = serde_json::from_str::<Snapshot>(&newer).unwrap_err().to_string();
        assert!(said.starts_with("the snapshot has format 2; this version reads formats up to 1"), "{said}");
    }
    assert_eq!(serde_json::from_value::<Snapshot>(file.into())?, snapshot);
    assert_eq!(toml::from_str::<Snapshot>(&toml::to_string(&snapshot)?)?, snapshot);
    Ok(())
}

/// What is written down is made later than it is taken, and by then the router may have moved on.
#[test]
fn a_snapshot_stays_as_it_was_taken() -> Outcome {
    let mut router = busy::router();
    let at_once = serde_json::to_string(&router.snapshot())?;
    let snapshot = router.snapshot();
    let read: Snapshot = serde_json::from_str(&at_once)?;
    for number in 0..20 {
        router.route(&LeadRecord::new(format!("N-{number}")).with("size", 10), minute(30 + number));
    }
    router.observe(Event::rep(&RepRecord::new("eve").pool("smb").pool("closers")), minute(60))?;
    router.observe(Event::rep_left("ann"), minute(61))?;
    router.observe(Event::plan(Plan::new(available(least_loaded("smb"))).otherwise("other")), minute(62))?;

    let of_later = serde_json::to_string(&router.snapshot())?;
    assert_eq!(serde_json::to_string(&snapshot)?, at_once);
    assert_ne!(of_later, at_once);
    assert_eq!((snapshot.sequence(), snapshot.at(), snapshot.plan()), (read.sequence(), read.at(), read.plan()));
    assert_eq!((snapshot.roster(), &snapshot), (read.roster(), &read));
    Ok(())
}

#[test]
fn what_was_not_settled_is_settled_or_taken_back() -> Outcome {
    let mut router = busy::router();
    let mut restored = restored(&router);
    // The lead was routed, rerouted and never settled: each step goes back by itself.
    let mut steps = 0;
    while let Some(receipt) = router.receipt("M-1") {
        let [one, other] = [&mut router, &mut restored].map(|router| router.rollback(&receipt));
        assert_eq!(one, other);
        steps += 1;
        assert_eq!(restored, router, "after {steps} steps");
    }
    assert_eq!(steps, 4);
    let receipt = router.receipt("S-1").ok_or("not in hand")?;
    assert_eq!(router.settle(&receipt)?, restored.settle(&receipt)?);
    assert_eq!(restored, router);
    Ok(())
}

#[test]
fn a_router_before_its_first_record_is_a_small_file() -> Outcome {
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
    let router = Router::new(plan.clone(), roster.clone())?;
    let snapshot = router.snapshot();
    assert_eq!((snapshot.sequence(), snapshot.at()), (0, None));
    assert_eq!((snapshot.plan(), snapshot.roster()), (&plan, roster));
    assert_eq!(
        serde_json::to_string(&snapshot)?,
        r#"{"format":1,"sequence":0,"plan":{"otherwise":"triage","route":{"available":{"round_robin":"smb"}}},"pools":[{"name":"smb"}],"reps":[{"rep":{"id":"ann","pools":{"smb":1}}},{"rep":{"id":"bob","pools":{"smb":1}}}],"rotations":[{"name":"smb","pools":["smb"],"members":[{"rep":"ann","balance":"0"},{"rep":"bob","balance":"0"}]}]}"#
    );
    assert_eq!(restored(&router), router);
    Ok(())
}

#[test]
fn snapshots_are_written_in_other_formats_too() -> Outcome {
    let snapshot = busy::router().snapshot();
    let read: Snapshot = toml::from_str(&toml::to_string(&snapshot)?)?;
    assert_eq!(read, snapshot);
    let read: Snapshot = serde_json::from_value(serde_json::to_value(&snapshot)?)?;
    assert_eq!(read, snapshot);
    Ok(())
}

#[test]
fn what_a_running_router_came_to_is_never_refused() -> Outcome {
    let mut router = busy::router();
    for rep in ["ann", "bob", "cy", "dan", "maria", "zoë"] {
        router.observe(Event::rep_left(rep), minute(60))?;
    }
    // A manager whom nobody knows, and accounts of those who left.
    router.observe(Event::rep(&RepRecord::new("new").manager("nobody")), minute(61))?;
    let restored = restored(&router);
    assert_eq!(restored, router);
    let findings: Vec<String> = restored.findings().iter().map(ToString::to_string).collect();
    let running: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings, running);
    assert!(findings.contains(&"reps.new.manager: there is no rep `nobody`".to_owned()), "{findings:?}");
    Ok(())
}

#[test]
fn strategies_without_their_code_are_named() {
    let refused = busy::router().snapshot().restore().build();
    assert_eq!(
        refused.unwrap_err().to_string(),
        "route.first_of[1].when.then.label.then.custom: there is no custom strategy `fewest`"
    );
}

#[test]
fn a_newer_format_is_refused_before_anything_else() {
    let mut file = serde_json::to_value(busy::router().snapshot()).unwrap();
    file["format"] = 9.into();
    file["roster"] = "as yet unheard of".into();
    // As it is written: the format first.
    let text = file.to_string().replacen("{\"accounts\"", "{\"format\":9,\"accounts\"", 1);
    let said = serde_json::from_str::<Snapshot>(&text).unwrap_err().to_string();
    assert!(said.starts_with("the snapshot has format 9; this version reads formats up to 1 at line 1"), "{said}");
}

/// What the documentation of `Snapshot` says of sizes, in bytes of JSON.
#[test]
fn sizes_are_as_documented() {
    let length = |router: &Router| serde_json::to_string(&router.snapshot()).unwrap().len();
    let router = |step: Step, reps: usize| {
        let ids = (0..reps).map(|number| format!("rep-{number:06}"));
        let roster = Roster::new().reps(ids.map(|id| RepRecord::new(id).pool("smb")));
        Router::new(Plan::new(step).otherwise("triage"), roster).unwrap()
    };
    // The same roster, with a rotation and without one.
    let of_rep = |step: fn() -> Step| {
        let [few, many] = [500, 1_000].map(|reps| {
            let mut router = router(step(), reps);
            router.route(&LeadRecord::new("L-1"), minute(0));
            // Nothing but the balances is left of it.
            router.observe(Event::closed("L-1", Closing::Other), minute(0)).unwrap();
            length(&router)
        });
        (many - few) / 500
    };
    let for_rotation = of_rep(|| round_robin("smb").into()) - of_rep(|| least_loaded("smb").into());
    assert!((46..=55).contains(&for_rotation), "the id's 10 bytes are among {for_rotation}");

    let of_lead = |settles: bool| {
        let mut router = router(round_robin("smb").into(), 10);
        let mut route = |leads: std::ops::Range<u32>| {
            for number in leads {
                let receipt = router.route(&LeadRecord::new(format!("lead-{number:06}")), minute(0));
                if settles {
                    router.settle(&receipt).unwrap();
                }
            }
            length(&router)
        };
        let (few, many) = (route(0..300), route(300..600));
        (many - few) / 300
    };
    let (settled, unsettled) = (of_lead(true), of_lead(false));
    assert!((250..=300).contains(&settled) && (500..=600).contains(&unsettled), "{settled}, {unsettled}");
}

/// Turns of an unchanging team share the list of those who could have had the lead.
#[test]
fn seats_are_stored_once() -> Outcome {
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    let ids: Vec<String> = (0..50).map(|number| format!("rep-{number}")).collect();
    let roster = Roster::new().reps(ids.iter().map(|id| RepRecord::new(id).pool("smb")));
    let mut router = Router::new(plan, roster)?;
    for number in 0..100 {
        router.route(&small(&format!("L-{number}")), minute(number));
    }
    router.observe(Event::presence("rep-7", Presence::offline()), minute(100))?;
    router.route(&small("L-100"), minute(101));
    let file = serde_json::to_value(router.snapshot())?;
    let rotation = &file["rotations"][0];
    assert_eq!(rotation["seats"].as_array().map(Vec::len), Some(2));
    assert_eq!(rotation["charges"].as_array().map(Vec::len), Some(101));
    assert_eq!(restored(&router), router);
    Ok(())
}

#[test]
fn decisions_stay_with_the_router_that_made_them() {
    let router = busy::router();
    let lead = small("new");
    let decision = router.decide_with(&lead, minute(30), &Ask::new());
    let refused = restored(&router).commit(&lead, decision);
    assert_eq!(refused.unwrap_err().to_string(), "the decision on lead `new` was made by another router");
}
