//! When rungs are due: wall time, working time, named hours, leave, and whom they tell.

use crate::{TEAM, Twin, at};
use lead_router::{Event, Leave, RepRecord, WorkingHours};

#[test]
fn each_rung_is_due_in_its_time_and_until_it_is_done() {
    let mut twin = Twin::new(
        r#"
            otherwise = "triage"
            route = { round_robin = "smb" }
            [escalation]
            rungs = [
                { after = "30m", then = { notify = "rep" } },
                { after = "2h", then = { notify = "manager" } },
                { after = "2h", then = { notify = { person = "cid" } } },
                { after = "3h", then = { notify = "managers_manager" } },
                { after = "4h", then = { notify = { role = "sales leadership" } } },
            ]
        "#,
        TEAM,
    );
    assert_eq!(twin.route("L-1", "02 09:00"), "assigned to ann");
    assert_eq!(twin.route("L-2", "02 09:10"), "assigned to bob");
    assert_eq!(twin.due("02 09:29"), [""; 0]);
    assert_eq!(twin.router.next_deadline(), Some(at("02 09:30")));
    let all = [
        r#"02 09:30 1/rung_1 L-1: tell {"rep":"ann"}"#,
        r#"02 09:40 3/rung_1 L-2: tell {"rep":"bob"}"#,
        r#"02 11:00 1/rung_2 L-1: tell {"rep":"maria"}"#,
        r#"02 11:00 1/rung_3 L-1: tell {"rep":"cid"}"#,
        r#"02 11:10 3/rung_2 L-2: tell {"rep":"maria"}"#,
        r#"02 11:10 3/rung_3 L-2: tell {"rep":"cid"}"#,
        r#"02 12:00 1/rung_4 L-1: tell {"rep":"vera"}"#,
        r#"02 12:10 3/rung_4 L-2: tell {"rep":"vera"}"#,
        r#"02 13:00 1/rung_5 L-1: tell {"role":"sales leadership"}"#,
        r#"02 13:10 3/rung_5 L-2: tell {"role":"sales leadership"}"#,
    ];
    assert_eq!(twin.due("02 18:00"), all);
    assert_eq!(twin.due("02 11:10"), all[..6]);
    twin.router.advance(at("02 11:10"));
    twin.replica.advance(at("02 11:10"));
    assert_eq!(twin.router.next_deadline(), Some(at("02 12:00")));

    // In any order; what is done is done once.
    twin.observe(Event::notified("L-1", "1/rung_2"), "02 11:10");
    assert_eq!(
        twin.refuses(Event::notified("L-1", "1/rung_2"), "02 11:10"),
        "nothing of id `1/rung_2` is due for lead `L-1`"
    );
    assert_eq!(
        twin.refuses(Event::notified("L-1", "1/rung_4"), "02 11:59"),
        "nothing of id `1/rung_4` is due for lead `L-1`"
    );
    assert_eq!(twin.due("02 11:10"), [all[0], all[1], all[3], all[4], all[5]]);
    assert_eq!(twin.router.next_deadline(), Some(at("02 12:00")));

    // The first contact ends all that is due and all that would be.
    twin.observe(Event::contacted("L-1"), "02 11:20");
    assert_eq!(twin.due("02 18:00"), [all[1], all[4], all[5], all[7], all[9]]);
    twin.observe(Event::won("L-2", 1_000), "02 11:30");
    assert_eq!(twin.due("30 18:00"), [""; 0]);
    assert_eq!(twin.router.next_deadline(), None);
}

#[test]
fn who_is_told_is_looked_up_when_it_is_due() {
    let plan = r#"
        otherwise = "triage"
        route = { round_robin = "smb" }
        escalation = { rungs = [{ after = "1h", then = { notify = "manager" } }, { after = "2h", then = { notify = "managers_manager" } }] }
    "#;
    let mut twin = Twin::new(plan, TEAM);
    twin.route("L-1", "02 09:00");
    let rep = RepRecord::new("ann").pool("smb").manager("bob");
    twin.observe(Event::rep(&rep), "02 09:30");
    // Bob's manager is maria.
    let told = [r#"02 10:00 1/rung_1 L-1: tell {"rep":"bob"}"#, r#"02 11:00 1/rung_2 L-1: tell {"rep":"maria"}"#];
    assert_eq!(twin.due("02 11:00"), told);
    twin.observe(Event::rep_left("maria"), "02 10:30");
    assert_eq!(twin.due("02 11:00")[1], r#"02 11:00 1/rung_2 L-1: tell {"rep":"bob"}"#);
    twin.observe(Event::rep_left("bob"), "02 10:31");
    // Nobody is above ann now, and it is due all the same.
    assert_eq!(twin.due("02 11:00")[0], r#"02 10:00 1/rung_1 L-1: tell "nobody""#);
}

const NIGHT_AND_DAY: &str = r#"
    [hours]
    office = { zone = "UTC", week = { mon-fri = "09:00-17:00" } }
    night = { zone = "UTC", week = { mon-fri = "20:00-24:00" } }
    support = { week = { daily = "08:00-10:00" } }
    [[reps]]
    id = "ann"
    pools = ["smb"]
    hours = "office"
    [[reps]]
    id = "bob"
    pools = ["smb"]
    hours = "night"
    [[reps]]
    id = "cid"
"#;

/// 2 March 2026 is a Monday.
#[test]
fn working_time_is_that_of_the_rep() {
    let plan = r#"
        otherwise = "triage"
        route = { round_robin = "smb" }
        escalation = { clock = "working_time", rungs = [{ after = "2h", then = { notify = "rep" } }] }
    "#;
    let mut twin = Twin::new(plan, NIGHT_AND_DAY);
    assert_eq!(twin.route("L-1", "02 16:00"), "assigned to ann");
    assert_eq!(twin.route("L-2", "02 16:00"), "assigned to bob");
    let told = [r#"02 22:00 3/rung_1 L-2: tell {"rep":"bob"}"#, r#"03 10:00 1/rung_1 L-1: tell {"rep":"ann"}"#];
    assert_eq!(twin.due("30 00:00"), told);
    // Other hours move what is to come.
    let early = RepRecord::new("ann").pool("smb").hours(WorkingHours::in_zone("UTC").on("daily", "06:00-17:00"));
    twin.observe(Event::rep(&early), "02 18:00");
    assert_eq!(twin.due("30 00:00")[1], r#"03 07:00 1/rung_1 L-1: tell {"rep":"ann"}"#);
    // Of somebody who left, nobody knows the hours.
    twin.observe(Event::rep_left("ann"), "02 18:30");
    assert_eq!(twin.due("30 00:00")[0], r#"02 18:00 1/rung_1 L-1: tell {"rep":"ann"}"#);
}

#[test]
fn named_hours_count_whoever_has_the_lead() {
    let plan = r#"
        otherwise = "triage"
        route = { round_robin = "smb" }
        escalation = { clock = { hours = "support" }, rungs = [{ after = "3h", then = { notify = "rep" } }] }
    "#;
    let mut twin = Twin::new(plan, NIGHT_AND_DAY);
    twin.route("L-1", "02 09:30");
    assert_eq!(twin.due("30 00:00"), [r#"04 08:30 1/rung_1 L-1: tell {"rep":"ann"}"#]);
    // A plan without the ladder changes nothing for a lead that has it; a roster without the hours counts all time.
    let plain: lead_router::Plan =
        toml::from_str("otherwise = \"triage\"\nroute = { round_robin = \"smb\" }").expect("a plan");
    twin.observe(Event::plan(plain), "02 09:40");
    assert_eq!(twin.due("30 00:00"), [r#"04 08:30 1/rung_1 L-1: tell {"rep":"ann"}"#]);
    let mut roster = twin.router.roster();
    roster.hours.remove("support");
    twin.observe(Event::edit(lead_router::Edit::new().roster(roster)), "02 09:50");
    assert_eq!(twin.due("30 00:00"), [r#"02 12:30 1/rung_1 L-1: tell {"rep":"ann"}"#]);
}

#[test]
fn leave_pauses_the_clock_where_the_ladder_says_so() {
    for (setting, due) in [("paused_on_leave = true, ", "05 01:00"), ("", "03 01:00")] {
        let plan = format!(
            "otherwise = \"triage\"\nroute = {{ round_robin = \"smb\" }}\n\
             escalation = {{ {setting}rungs = [{{ after = \"3h\", then = {{ notify = \"rep\" }} }}] }}"
        );
        let mut twin = Twin::new(&plan, TEAM);
        twin.route("L-1", "02 22:00");
        let away = RepRecord::new("ann").pool("smb").leave(Leave::days("2026-03-03", "2026-03-04"));
        twin.observe(Event::rep(&away), "02 22:10");
        assert_eq!(twin.due("30 00:00"), [format!("{due} 1/rung_1 L-1: tell {{\"rep\":\"ann\"}}")]);
    }
}

#[test]
fn the_innermost_ladder_around_the_step_that_decides_counts() {
    let mut twin = Twin::new(
        r#"
            otherwise = "triage"
            escalation = { rungs = [{ after = "1h", then = { notify = "rep" } }] }
            [route.escalate]
            ladder = { rungs = [{ after = "2h", then = { notify = "rep" } }] }
            then.first_of = [
                { when = { if = { field = "hot", is = true }, then = { escalate = { ladder = { rungs = [{ after = "3h", then = { notify = "rep" } }] }, then = { round_robin = "smb" } } } } },
                { available = { round_robin = "smb" } },
            ]
        "#,
        TEAM,
    );
    let hot = lead_router::LeadRecord::new("L-1").with("hot", true);
    let receipt = twin.router.route(&hot, at("02 09:00"));
    twin.check(receipt.record());
    twin.route("L-2", "02 09:00");
    let given =
        twin.router.give(&lead_router::LeadRecord::new("L-3"), "cid", at("02 09:00"), &lead_router::Order::new());
    let given = twin.router.commit(&lead_router::LeadRecord::new("L-3"), given.expect("a known rep")).expect("fine");
    twin.check(given.record());
    // By hand, no step decides, so that the plan's own counts.
    let told: Vec<String> = twin.due("02 18:00").iter().map(|due| due[..21].to_owned()).collect();
    assert_eq!(told, ["02 10:00 4/rung_1 L-3", "02 11:00 2/rung_1 L-2", "02 12:00 1/rung_1 L-1"]);
}
