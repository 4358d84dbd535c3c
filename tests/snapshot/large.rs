//! Large teams, where nearly every turn is shared by others than the one before: who shared it is written as what differs from
//! an earlier list.

use crate::busy::minute;
use lead_router::{Event, LeadRecord, Plan, Presence, RepRecord, Roster, Router, Snapshot, available, round_robin};
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// 400 reps of three weights who come and go while 120 leads come in, with room for one lead each.
fn large() -> Router {
    let rep = |number: u32| RepRecord::new(format!("rep {number}")).weighted_pool("smb", 1 + number % 3).capacity(1);
    let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
    let mut router = Router::new(plan, Roster::new().reps((0..400).map(rep))).unwrap();
    for lead in 0..120_u32 {
        let at = minute(lead.into());
        // One after the other is away for one lead, and every third for good.
        let presence = [Presence::offline(), Presence::online()][lead as usize % 2];
        let rep = format!("rep {}", lead / 2);
        if lead % 6 != 5 {
            router.observe(Event::presence(rep, presence), at).unwrap();
        }
        if lead == 60 {
            // From here on so many are away that the list is written as a whole again.
            for rep in 150..210 {
                router.observe(Event::presence(format!("rep {rep}"), Presence::offline()), at).unwrap();
            }
        }
        router.route(&LeadRecord::new(format!("L-{lead}")), at);
    }
    router
}

/// The lists of the only rotation.
fn lists(file: &Value) -> &Vec<Value> {
    file["rotations"][0]["seats"].as_array().unwrap()
}

#[test]
fn lists_of_seats_are_written_as_changes_and_read_as_they_were() -> Outcome {
    let router = large();
    let file = serde_json::to_value(router.snapshot())?;
    let changes = lists(&file).iter().filter(|list| list.is_object()).count();
    assert!(changes > 100 && lists(&file).iter().any(Value::is_array), "{changes} of {}", lists(&file).len());

    let snapshot: Snapshot = serde_json::from_value(file.clone())?;
    let mut restored = snapshot.restore().build()?;
    assert_eq!(restored, router);
    assert_eq!(serde_json::to_value(restored.snapshot())?, file);

    // What is given back goes to those who shared it.
    let mut router = router;
    for receipt in router.unsettled().collect::<Vec<_>>() {
        assert_eq!(router.rollback(&receipt), restored.rollback(&receipt));
    }
    assert_eq!(restored, router);
    for rotation in restored.rotations() {
        assert!(rotation.members().all(|member| member.balance == 0), "no lead, no debt");
    }
    Ok(())
}

#[test]
fn a_change_of_a_list_that_is_no_earlier_one_is_refused() -> Outcome {
    let file = serde_json::to_value(large().snapshot())?;
    let place = lists(&file).iter().position(Value::is_object).unwrap();
    for (no_list, why) in [(place, "itself"), (place + 1, "a later one"), (1_000_000, "none")] {
        let mut file = file.clone();
        file["rotations"][0]["seats"][place]["as"] = json!(no_list);
        let refused = serde_json::from_value::<Snapshot>(file)?.restore().build().err().ok_or(why)?.to_string();
        assert!(refused.contains(&format!("list {no_list} is no earlier one, whole and by slot")), "{refused}");
    }
    Ok(())
}
