//! The exact text of every message that somebody may have to act on.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, Utc};
use lead_router::{
    Account, Area, Ask, Closing, Event, FieldValue, Keeps, LeadRecord, Number, Plan, Presence, RepRecord, Roster,
    Router, Step, account_owner, assign, available, custom, days, field, first_of, label, least_loaded, manager_of,
    only, parked, queue, ranked, rep_field, round_robin, same_company, same_person, score_tiers, segment, split, step,
    territories, when,
};

#[path = "messages/edits.rs"]
mod edits;
#[path = "messages/hours.rs"]
mod hours;
#[path = "messages/snapshots.rs"]
mod snapshots;
#[path = "messages/tables.rs"]
mod tables;

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn roster() -> Roster {
    Roster::new().rep(RepRecord::new("ann").pool("smb").pool("closers")).rep(RepRecord::new("bob").pool("smb"))
}

/// What reading a plan says.
fn reading(text: &str) -> String {
    toml::from_str::<Plan>(text).unwrap_err().to_string()
}

/// What building a router says.
fn building(plan: Plan, roster: Roster) -> String {
    Router::new(plan, roster).unwrap_err().to_string()
}

fn of_step(step: impl Into<Step>) -> String {
    building(Plan::new(step).otherwise("triage"), roster())
}

mod form {
    use super::reading;

    #[test]
    fn an_unknown_step_is_named_with_its_place_and_the_nearest() {
        let text = "otherwise = \"triage\"\nroute = { round_robbin = \"smb\" }\n";
        assert_eq!(
            reading(text),
            "TOML parse error at line 2, column 11\n  |\n2 | route = { round_robbin = \"smb\" }\n  |           ^^^^^^^^^^^^\n\
             there is no step `round_robbin`; did you mean `round_robin`?\n"
        );
    }

    #[test]
    fn a_step_that_is_like_no_other_gets_the_list() {
        assert!(reading("otherwise = \"t\"\nroute = { lottery = 1 }").ends_with(
            "there is no step `lottery`; there are first_of, when, segment, score_tiers, territories, split, only, available, \
             opening_within, uncapped, escalate, label, use, round_robin, ranked, least_loaded, account_owner, same_person, \
             same_company, pinned, manager_of, assign, queue, parked, \
             stop, custom\n"
        ));
    }

    #[test]
    fn two_steps_where_one_belongs() {
        let said = "one step belongs here, but there are `queue` and `round_robin`\n";
        assert!(reading("otherwise = \"t\"\nroute = { round_robin = \"smb\", queue = \"q\" }").ends_with(said));
        assert!(
            reading("otherwise = \"t\"\nroute.available = { round_robin = \"smb\", queue = \"q\" }").ends_with(said)
        );
    }

    #[test]
    fn an_empty_step() {
        assert!(reading("otherwise = \"t\"\nroute = {}").ends_with("a step is missing: an empty table\n"));
    }

    #[test]
    fn something_else_than_a_step() {
        assert!(
            reading("otherwise = \"t\"\nroute = { manager_of = \"ann\" }")
                .ends_with("invalid type: string \"ann\", expected a step, such as { round_robin = \"smb\" }\n")
        );
        assert!(
            reading("otherwise = \"t\"\nroute = \"smb\"")
                .ends_with("invalid type: string \"smb\", expected a step, such as { round_robin = \"smb\" }\n")
        );
    }

    #[test]
    fn an_unknown_setting_of_a_step() {
        assert!(
            reading("otherwise = \"t\"\nroute = { round_robin = { pol = \"smb\" } }")
                .ends_with("unknown field `pol`, expected one of `pool`, `rotation`, `balance`, `absence`\n")
        );
        assert!(
            reading("otherwise = \"t\"\nroute = { score_tiers = { tiers = [{ at_least = \"high\" }] } }")
                .ends_with("invalid type: string \"high\", expected a finite number\n")
        );
        assert!(
            reading("otherwise = \"t\"\nroute = { score_tiers = { teirs = [] } }")
                .ends_with("unknown field `teirs`, expected one of `field`, `tiers`, `rest`, `unscored`\n")
        );
        assert!(reading("otherwise = \"t\"\nroute = { round_robin = 3 }").ends_with(
            "invalid type: integer `3`, expected a pool's name, or a table with `pool`, `rotation`, `balance` and `absence`\n"
        ));
        assert!(
            reading("otherwise = \"t\"\nroute = { account_owner = { keeps = [\"custommer\"] } }").ends_with(
                "unknown variant `custommer`, expected one of `open_opportunity`, `customer`, `lost_within`\n"
            )
        );
        assert!(
            reading("otherwise = \"t\"\nroute = { least_loaded = 3 }").ends_with(
                "invalid type: integer `3`, expected a pool's name, or a table with `pool` and `relative`\n"
            )
        );
        assert!(
            reading("otherwise = \"t\"\nroute = { available = { then = { assign = \"a\" }, relax = [\"presense\"] } }")
                .ends_with("unknown variant `presense`, expected one of `presence`, `capacity`, `hours`, `caps`\n")
        );
    }

    #[test]
    fn an_area_or_a_part_that_is_not_whole() {
        let of = |areas: &str| {
            reading(&format!("otherwise = \"t\"\nroute.territories = {{ by = [\"a\"], areas = {areas} }}"))
        };
        assert!(of("[{ then = { assign = \"ann\" } }]").ends_with("missing field `name`\n"));
        assert!(of("[{ name = \"dach\" }]").ends_with("missing field `then`\n"));
        assert!(of("[\"dach\"]").ends_with(
            "invalid type: string \"dach\", expected an area, such as { name = \"dach\", country = [\"DE\", \"AT\", \"CH\"], \
             then = step }\n"
        ));
        assert!(
            of("[{ name = \"dach\", a = {}, then = { assign = \"ann\" } }]")
                .ends_with("invalid type: map, expected a text, a number, true, false or a list of these\n")
        );
        let twice = r#"{"otherwise":"t","route":{"territories":{"by":["a"],"areas":[{"a":1,"a":2}]}}}"#;
        let error = serde_json::from_str::<lead_router::Plan>(twice).unwrap_err().to_string();
        assert!(error.starts_with("duplicate field `a` at line 1 column "), "{error}");
        let of = |split: &str| reading(&format!("otherwise = \"t\"\nroute.split = {split}"));
        assert!(of("{ part = [] }").ends_with("unknown field `part`, expected one of `by`, `parts`, `rest`\n"));
        assert!(
            of("{ parts = [{ percent = \"10\", then = { assign = \"ann\" } }] }")
                .ends_with("invalid type: string \"10\", expected a finite number\n")
        );
    }

    #[test]
    fn a_ranking_or_a_balance_that_is_incomplete() {
        let of = |step: &str| reading(&format!("otherwise = \"t\"\nroute = {{ {step} }}"));
        assert!(of("ranked = { pool = \"smb\" }").ends_with("missing field `by`\n"));
        assert!(of("ranked = { pool = \"smb\", by = \"rate\", within = 3 }").ends_with(
            "unknown field `within`, expected one of `pool`, `by`, `tolerance`, `rotation`, `balance`, `absence`\n"
        ));
        assert!(
            of("ranked = { pool = \"smb\", by = \"rate\", tolerance = \"5\" }")
                .ends_with("invalid type: string \"5\", expected a finite number\n")
        );
        assert!(
            of("round_robin = { pool = \"smb\", balance = { field = \"score\" } }").ends_with("missing field `most`\n")
        );
        assert!(
            of("round_robin = { pool = \"smb\", balance = { field = \"score\", cap = 5 } }")
                .ends_with("unknown field `cap`, expected `field` or `most`\n")
        );
    }

    #[test]
    fn a_plan_without_otherwise() {
        assert!(reading("route = { round_robin = \"smb\" }").ends_with("missing field `otherwise`\n"));
    }

    #[test]
    fn an_unknown_setting_of_the_plan() {
        assert!(reading("otherwise = \"t\"\nforget = 3\nroute = { round_robin = \"smb\" }").ends_with(
            "unknown field `forget`, expected one of `otherwise`, `forget_after`, `report_by`, `rollback_window`, \
             `absence`, `escalation`, `pass_on`, `rejections_cost_turns`, `waiting`, `route`, `steps`\n"
        ));
    }

    #[test]
    fn a_length_of_time_that_is_none() {
        assert!(reading("otherwise = \"t\"\nforget_after = \"soon\"\nroute = { round_robin = \"smb\" }").ends_with(
            "`soon` is not a length of time: expected number at 0; write it like \"30 minutes\", \"2h\" or \"1 day\"\n"
        ));
    }

    #[test]
    fn json_has_line_and_column_too() {
        let text = "{\n  \"otherwise\": \"t\",\n  \"route\": { \"round_robbin\": \"smb\" }\n}";
        let error = serde_json::from_str::<lead_router::Plan>(text).unwrap_err().to_string();
        assert_eq!(error, "there is no step `round_robbin`; did you mean `round_robin`? at line 3 column 27");
    }
}

mod meaning {
    use super::*;

    #[test]
    fn unknown_names_come_with_the_nearest_known_one() {
        assert_eq!(
            of_step(available(round_robin("closer"))),
            "route.available.round_robin: there is no pool `closer`; did you mean `closers`?"
        );
        assert_eq!(of_step(least_loaded("xyz")), "route.least_loaded: there is no pool `xyz`");
        assert_eq!(of_step(assign("anne")), "route.assign: there is no rep `anne`; did you mean `ann`?");
        assert_eq!(of_step(step("fast")), "route.use: there is no step `fast`");
        assert_eq!(of_step(custom("bandit")), "route.custom: there is no custom strategy `bandit`");
    }

    #[test]
    fn all_faults_come_at_once_in_the_order_of_the_plan() {
        let plan = Plan::new(first_of((
            label("hot", available(round_robin("closer"))),
            segment("employees").below(100, step("smal")).below(100, assign("anne")),
        )))
        .otherwise("triage")
        .name_step("small", round_robin("smbb"));
        let roster = Roster::new().rep(RepRecord::new("ann").pool("smb").weighted_pool("closers", 0).manager("maria"));
        assert_eq!(
            building(plan, roster),
            "7 faults\n  \
             route.first_of[0].label.then.available.round_robin: there is no pool `closer`; did you mean `closers`?\n  \
             route.first_of[1].segment.bands[1].below: `below` must rise from band to band, but `100` comes after `100`\n  \
             route.first_of[1].segment.bands[0].then.use: there is no step `smal`; did you mean `small`?\n  \
             route.first_of[1].segment.bands[1].then.assign: there is no rep `anne`; did you mean `ann`?\n  \
             steps.small.round_robin: there is no pool `smbb`; did you mean `smb`?\n  \
             reps.ann.pools.closers: weight `0` is not from 1 to 1000000\n  \
             reps.ann.manager: there is no rep `maria`"
        );
    }

    #[test]
    fn a_named_step_with_a_fault_says_so_once_however_often_it_is_used() {
        let plan = Plan::new(first_of((step("smb"), step("smb")))).otherwise("triage");
        assert_eq!(
            building(plan.name_step("smb", round_robin("smbb")), roster()),
            "steps.smb.round_robin: there is no pool `smbb`; did you mean `smb`?"
        );
    }

    #[test]
    fn labels_are_unique_and_have_no_slash() {
        assert_eq!(
            of_step(first_of((label("hot", assign("ann")), label("hot", assign("bob"))))),
            "route.first_of[1].label: label `hot` is there twice; the first is at `route.first_of[0].label`"
        );
        assert_eq!(
            of_step(label("hot/cold", assign("ann"))),
            "route.label: label `hot/cold` has a `/`, which paths put between labels"
        );
        assert_eq!(of_step(label(" ", assign("ann"))), "route.label: the name of a label is empty");
        assert_eq!(
            of_step(label("otherwise", assign("ann"))),
            "route.label: label `otherwise` is the path of leads that no step takes"
        );
        assert_eq!(
            of_step(label("by hand", assign("ann"))),
            "route.label: label `by hand` is the path of leads that a person gave to somebody"
        );
    }

    #[test]
    fn names_are_neither_empty_nor_endless() {
        let long = "x".repeat(257);
        assert_eq!(of_step(queue(long)), "route.queue: the name of a queue is longer than 256 bytes");
        assert_eq!(
            building(Plan::new(assign("ann")).otherwise(""), roster()),
            "otherwise: the name of a queue is empty"
        );
        assert_eq!(
            building(Plan::new(assign("ann")).otherwise("triage"), roster().rep(RepRecord::new(""))),
            "reps: the name of a rep is empty"
        );
    }

    #[test]
    fn a_queue_is_not_parked() {
        assert_eq!(
            of_step(first_of((when(field("a").is(true), queue("later")), parked("later")))),
            "route.first_of[1].parked: `later` is used as a queue and as a parked queue; a lead there would be released \
             and not be"
        );
    }

    #[test]
    fn steps_need_something_to_choose_from() {
        let none: [Step; 0] = [];
        assert_eq!(of_step(first_of(none)), "route.first_of: first_of needs at least one branch");
        assert_eq!(of_step(segment("employees")), "route.segment: segment needs at least one branch");
        assert_eq!(
            of_step(score_tiers().unscored(assign("ann"))),
            "route.score_tiers: score_tiers needs at least one branch"
        );
    }

    #[test]
    fn tiers_fall_and_all_their_faults_come_at_once() {
        let half = Number::try_from(0.5).unwrap();
        let tiers =
            score_tiers().field(" ").at_least(half, assign("ann")).at_least(half, queue("")).at_least(7, step("x"));
        assert_eq!(
            of_step(tiers.rest(assign("anne"))),
            "6 faults\n  \
             route.score_tiers.tiers[1].at_least: `at_least` must fall from tier to tier, but `0.5` comes after `0.5`\n  \
             route.score_tiers.tiers[2].at_least: `at_least` must fall from tier to tier, but `7` comes after `0.5`\n  \
             route.score_tiers.field: the name of a field is empty\n  \
             route.score_tiers.tiers[1].then.queue: the name of a queue is empty\n  \
             route.score_tiers.tiers[2].then.use: there is no step `x`\n  \
             route.score_tiers.rest.assign: there is no rep `anne`; did you mean `ann`?"
        );
    }

    #[test]
    fn areas_are_checked_field_by_field() {
        let area = |name: &str| Area::new(name);
        let step = territories(["country", "zip", "country", "then"])
            .area(area("a/b").fits("contry", "DE").then(assign("anne")))
            .area(area("by hand").fits("country", " ").fits("zip", ["1", "8*0", "..", "5..3"]).then(assign("ann")))
            .area(area("otherwise").account("").domain(" ").fits("zip", "1..x").then(assign("ann")))
            .area(area("").fits("country", vec![FieldValue::from(["DE"])]).then(assign("ann")))
            .area(area("empty").fits("country", Vec::<&str>::new()).then(assign("ann")));
        let place = "route.territories";
        assert_eq!(
            of_step(step),
            format!(
                "17 faults\n  \
                 {place}.by[2]: field `country` is there twice\n  \
                 {place}.by[3]: `then` is a key of every area, so that no field can be called so here\n  \
                 {place}.areas[0].name: area `a/b` has a `/`, which paths put between labels\n  \
                 {place}.areas[0].contry: there is no field in `by` called `contry`; did you mean `country`?\n  \
                 {place}.areas[0].then.assign: there is no rep `anne`; did you mean `ann`?\n  \
                 {place}.areas[1].name: area `by hand` is the path of leads that a person gave to somebody\n  \
                 {place}.areas[1].country: ` ` is blank; leave it out, or write `*`, for any\n  \
                 {place}.areas[1].zip[1]: `8*0` has a `*` before its end, where only the end can be left open\n  \
                 {place}.areas[1].zip[2]: `..` is no band of numbers; write `100..1000`, `100..` or `..1000`\n  \
                 {place}.areas[1].zip[3]: `5..3` is empty: no number is at least 5 and below 3\n  \
                 {place}.areas[2].name: area `otherwise` is the path of leads that no step takes\n  \
                 {place}.areas[2].accounts[0]: the id of an account is empty\n  \
                 {place}.areas[2].domains[0]: an e-mail domain is empty\n  \
                 {place}.areas[2].zip: `1..x` is no band of numbers; write `100..1000`, `100..` or `..1000`\n  \
                 {place}.areas[3].name: the name of an area is empty\n  \
                 {place}.areas[3].country: a list stands inside a list\n  \
                 {place}.areas[4].country: nothing is listed; leave it out, or write `*`, for any"
            )
        );
        assert_eq!(of_step(territories(["country"])), "route.territories: territories needs at least one branch");
        let none: [&str; 0] = [];
        assert_eq!(
            of_step(territories(none).area(area("all").then(assign("ann")))),
            "route.territories.by: number of fields `0` is not from 1 to 16"
        );
    }

    #[test]
    fn splits_are_checked() {
        let step = split().percent(0, assign("ann")).percent(0.001, assign("ann")).percent(101, assign("ann"));
        let step = step.percent(12.345, assign("ann")).percent(f64::NAN, assign("ann")).percent(-1, assign("ann"));
        let place = "route.label.then.split";
        assert_eq!(
            of_step(label("pilot", step)),
            format!(
                "6 faults\n  \
                 {place}.parts[0].percent: percent `0` is not from 0.01 to 100, in steps of 0.01\n  \
                 {place}.parts[1].percent: percent `0.001` is not from 0.01 to 100, in steps of 0.01\n  \
                 {place}.parts[2].percent: percent `101` is not from 0.01 to 100, in steps of 0.01\n  \
                 {place}.parts[3].percent: percent `12.345` is not from 0.01 to 100, in steps of 0.01\n  \
                 {place}.parts[4].percent: percent `NaN` is not from 0.01 to 100, in steps of 0.01\n  \
                 {place}.parts[5].percent: percent `-1` is not from 0.01 to 100, in steps of 0.01"
            )
        );
        let step = split().percent(99.99, assign("ann")).percent(0.02, assign("ann"));
        assert_eq!(
            of_step(label("pilot", step)),
            format!("{place}.parts: the parts take 100.01 percent together, which is more than 100")
        );
        assert_eq!(
            of_step(label("pilot", split().percent(60, assign("ann")).percent(50, assign("ann")))),
            format!("{place}.parts: the parts take 110 percent together, which is more than 100")
        );
        assert_eq!(of_step(label("pilot", split())), format!("{place}: split needs at least one branch"));
        assert_eq!(
            of_step(split().percent(10, assign("ann"))),
            "route.split: `split` needs a `label` around it, which its draws are made with"
        );
    }

    #[test]
    fn splits_under_one_label_are_a_finding() {
        let half = || split().percent(50, assign("ann"));
        let plan = Plan::new(label("pilot", first_of((half(), half())))).otherwise("triage");
        let router = Router::new(plan, roster()).unwrap();
        let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            ["route.label.then.first_of[1].split: the split at `route.label.then.first_of[0].split` draws with label \
                 `pilot`, too, so that both draw alike; give each its own label"]
        );
    }

    #[test]
    fn named_steps_do_not_run_in_circles() {
        let plan = Plan::new(step("one")).otherwise("triage");
        let plan = plan.name_step("one", available(step("two"))).name_step("two", step("one"));
        assert_eq!(building(plan, roster()), "steps.two.use: step `one` leads back to itself");
    }

    #[test]
    fn a_plan_from_a_stranger_is_bounded() {
        let deep = (0..70).fold(Step::from(assign("ann")), |step, _| available(step).into());
        assert_eq!(of_step(deep), "route: the plan is nested deeper than 64 steps");
        let wide: Vec<Step> = (0..50_001).map(|_| assign("ann").into()).collect();
        assert_eq!(
            of_step(first_of(wide)),
            "route: the plan has more than 50000 steps, named steps counted once for each use"
        );
        // Twenty named steps that each use the next one twice would be a million steps.
        let plan = Plan::new(step("0")).otherwise("triage").name_step("20", assign("ann"));
        let plan = (0..20).fold(plan, |plan, number| {
            let next = (number + 1).to_string();
            plan.name_step(number.to_string(), first_of((step(next.clone()), step(next))))
        });
        assert_eq!(
            building(plan, roster()),
            "route: the plan has more than 50000 steps, named steps counted once for each use"
        );
    }

    #[test]
    fn one_rotation_has_one_balance() {
        let balanced = || round_robin("smb").balance("score", 100);
        assert_eq!(
            of_step(first_of((balanced(), label("rest", round_robin("smb"))))),
            "route.first_of[1].label.then.round_robin: rotation `smb` shares out only turns here, but `score` up to 100 \
             at `route.first_of[0].round_robin`; give both the same `balance`, or each its own `rotation`"
        );
        assert_eq!(
            of_step(first_of((ranked("smb", "rate"), balanced(), round_robin("smb").balance("score", 90)))),
            "2 faults\n  \
             route.first_of[1].round_robin: rotation `smb` shares out `score` up to 100 here, but only turns at \
             `route.first_of[0].ranked`; give both the same `balance`, or each its own `rotation`\n  \
             route.first_of[2].round_robin: rotation `smb` shares out `score` up to 90 here, but only turns at \
             `route.first_of[0].ranked`; give both the same `balance`, or each its own `rotation`"
        );
        // Two pools in one rotation, and one pool in the rotation of another.
        let shared = |pool: &str| round_robin(pool).rotation("all").balance("score", 100);
        assert_eq!(
            of_step(first_of((shared("smb"), shared("closers"), round_robin("closers").rotation("all")))),
            "route.first_of[2].round_robin: rotation `all` shares out only turns here, but `score` up to 100 at \
             `route.first_of[0].round_robin`; give both the same `balance`, or each its own `rotation`"
        );
        let apart = first_of((
            balanced(),
            round_robin("smb").rotation("by turns"),
            segment("size").rest(ranked("smb", "rate")),
        ));
        assert!(Router::new(Plan::new(apart).otherwise("triage"), roster()).is_ok());
    }

    #[test]
    fn balances_and_rankings_are_checked() {
        assert_eq!(
            of_step(round_robin("smb").balance("score", 0)),
            "route.round_robin.balance.most: `most` must be above 0, but it is `0`"
        );
        let nearly = lead_router::Number::try_from(-0.5).unwrap();
        assert_eq!(
            of_step(ranked("smbb", "").tolerance(nearly).balance("", -3)),
            "5 faults\n  \
             route.ranked: there is no pool `smbb`; did you mean `smb`?\n  \
             route.ranked.by: the name of a field is empty\n  \
             route.ranked.tolerance: `tolerance` must be 0 or above, but it is `-0.5`\n  \
             route.ranked.balance.most: `most` must be above 0, but it is `-3`\n  \
             route.ranked.balance.field: the name of a field is empty"
        );
        assert_eq!(
            of_step(ranked("smb", "rate").rotation("a@b")),
            "route.ranked: rotation `a@b` has a `@`, which stands between a pool and its band"
        );
        let router = Router::new(Plan::new(ranked("smb", "rate")).otherwise("triage"), roster()).unwrap();
        let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
        assert_eq!(findings, ["route.ranked.by: no rep has a field `rate`"]);
    }

    #[test]
    fn conditions_are_checked_with_their_place() {
        assert_eq!(
            of_step(when(lead_router::all([]), assign("ann"))),
            "route.when.if.all: `all` needs at least one condition"
        );
        assert_eq!(
            of_step(only(rep_field("seniority").between(3, 3), assign("ann"))),
            "route.only.rep.between: no number is at least 3 and below 3; the first must be the smaller one"
        );
    }

    #[test]
    fn local_hours_are_checked_with_their_place() {
        let open = |week: &[(&'static str, &'static str)]| field("time_zone").local_hours(week.iter().copied());
        assert_eq!(
            of_step(first_of((
                when(open(&[("mon-fri", "17:00-09:00"), ("fri", "9-12")]), assign("ann")),
                when(open(&[("daily", "08:00-12:00, 11:30-16:00")]), assign("ann")),
                when(open(&[("sat", "20:00-06:00+1"), ("sun", "05:00-09:00"), ("noday", "closed")]), assign("ann")),
                when(open(&[("daily", "closed")]), assign("ann")),
            ))),
            "7 faults\n  \
             route.first_of[0].when.if.local_hours.fri: `9-12` is not a period; write it like \"09:00-17:30\", over midnight \
             like \"22:00-06:00+1\", and a day without any as \"closed\"\n  \
             route.first_of[0].when.if.local_hours.mon-fri: `17:00-09:00` ends before it begins; if it runs over midnight, \
             write `17:00-09:00+1`\n  \
             route.first_of[0].when.if.local_hours.mon-fri: `fri` is there twice\n  \
             route.first_of[1].when.if.local_hours.daily: `08:00-12:00` and `11:30-16:00` overlap\n  \
             route.first_of[2].when.if.local_hours.noday: `noday` is not a day of the week; write it like \"mon\", \
             \"mon-fri\", \"tue, thu\" or \"daily\"\n  \
             route.first_of[2].when.if.local_hours: the hours of `sat` run into those of `sun`\n  \
             route.first_of[3].when.if.local_hours: `local_hours` needs hours on at least one day"
        );
    }

    #[test]
    fn what_an_owner_keeps_is_checked() {
        let owner = account_owner().keeps([Keeps::Customer, Keeps::LostWithin(days(0))]).email_field("");
        assert_eq!(
            of_step(owner),
            "2 faults\n  \
             route.account_owner.email_field: the name of a field is empty\n  \
             route.account_owner.keeps[1]: `lost_within` needs a length of time above zero"
        );
    }

    #[test]
    fn earlier_leads_need_a_field_and_a_time() {
        assert_eq!(
            of_step(first_of((same_person(days(0)).by(""), same_company(days(0))))),
            "3 faults\n  \
             route.first_of[0].same_person.by: the name of a field is empty\n  \
             route.first_of[0].same_person.within: `within` needs a length of time above zero\n  \
             route.first_of[1].same_company.within: `within` needs a length of time above zero"
        );
    }

    #[test]
    fn rosters_are_checked() {
        let plan = || Plan::new(assign("ann")).otherwise("triage");
        assert_eq!(building(plan(), roster().rep(RepRecord::new("ann"))), "reps: rep `ann` is there twice");
        assert_eq!(
            building(plan(), roster().rep(RepRecord::new("cy").pool("everyone"))),
            "reps.cy.pools.everyone: `everyone` is every active rep already; it cannot be declared, nor given members or \
             weights"
        );
        assert_eq!(
            building(plan(), roster().rep(RepRecord::new("cy").weighted_pool("smb", 1_000_001))),
            "reps.cy.pools.smb: weight `1000001` is not from 1 to 1000000"
        );
    }

    #[test]
    fn the_rollback_window_is_positive() {
        let plan = Plan::new(assign("ann")).otherwise("triage").rollback_window(0);
        assert_eq!(building(plan, roster()), "rollback_window: rollback window `0` is not from 1 to 4294967295");
    }
}

mod running {
    use super::*;

    fn router() -> Router {
        Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster()).unwrap()
    }

    #[test]
    fn decisions_of_others() {
        let mut router = router();
        let lead = LeadRecord::new("L-1");
        let elsewhere = router.clone().decide(&lead, now());
        assert_eq!(
            router.commit(&lead, elsewhere).unwrap_err().to_string(),
            "the decision on lead `L-1` was made by another router"
        );
        let decision = router.decide(&lead, now());
        assert_eq!(
            router.commit(&LeadRecord::new("L-2"), decision).unwrap_err().to_string(),
            "the decision is on lead `L-1`, not on lead `L-2`"
        );
    }

    #[test]
    fn receipts_that_no_longer_stand() {
        let mut router = router();
        let lead = LeadRecord::new("L-1");
        let first = router.route(&lead, now());
        let reroute = router.decide_with(&lead, now(), &Ask::reroute());
        let second = router.commit(&lead, reroute).unwrap();
        assert_eq!(
            router.rollback(&first).unwrap_err().to_string(),
            "commit 1 of lead `L-1` no longer stands: commit 2 does"
        );
        router.settle(&second).unwrap();
        assert_eq!(router.rollback(&second).unwrap_err().to_string(), "commit 2 of lead `L-1` is settled");
        assert_eq!(router.settle(&second).unwrap_err().to_string(), "commit 2 of lead `L-1` is settled");
        router.observe(Event::closed("L-1", Closing::Won), now()).unwrap();
        assert_eq!(
            router.settle(&second).unwrap_err().to_string(),
            "no commit stands for lead `L-1`: commit 2 was rolled back or closed, or never made here"
        );
    }

    #[test]
    fn events_about_nobody() {
        let mut router = router();
        let mut said = |event| router.observe(event, now()).unwrap_err().to_string();
        let presence = Presence::offline();
        assert_eq!(said(Event::presence("anne", presence)), "there is no rep `anne`; did you mean `ann`?");
        assert_eq!(said(Event::load("x", 3)), "there is no rep `x`");
        assert_eq!(said(Event::rep_left("x")), "there is no rep `x`");
        assert_eq!(said(Event::closed("L-9", Closing::Lost)), "lead `L-9` is neither in hand nor in a queue");
        assert_eq!(said(Event::weight("bob", "closers", 2)), "rep `bob` is not in pool `closers`");
        assert_eq!(said(Event::weight("bob", "closer", 2)), "there is no pool `closer`; did you mean `closers`?");
        assert_eq!(said(Event::weight("bob", "smb", 0)), "reps.bob.pools.smb: weight `0` is not from 1 to 1000000");
        assert_eq!(said(Event::account(Account::new(""))), "the account has no id");
        assert_eq!(said(Event::account_removed("A-1")), "there is no account `A-1`");
        let circle = Plan::new(step("one")).otherwise("triage").name_step("one", step("one"));
        assert_eq!(said(Event::plan(circle)), "steps.one.use: step `one` leads back to itself");
    }

    #[test]
    fn what_a_living_roster_makes_of_the_plan_is_a_finding() {
        let managers = manager_of(round_robin("closers"));
        let plan = Plan::new(first_of((available(round_robin("smb")), assign("ann"), managers, account_owner())));
        let roster = roster().rep(RepRecord::new("maria").manager("ann"));
        let mut router = Router::new(plan.otherwise("triage"), roster).unwrap();
        assert_eq!(router.findings(), []);
        for rep in ["ann", "bob"] {
            router.observe(Event::rep_left(rep), now()).unwrap();
        }
        let findings: Vec<String> = router.findings().iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            [
                "route.first_of[0].available.round_robin: nobody is in pool `smb`, so that this step passes",
                "route.first_of[1].assign: rep `ann` is not in the roster, so that this step passes",
                "route.first_of[2].manager_of.round_robin: nobody is in pool `closers`, so that this step passes",
                "route.first_of[2].manager_of: no manager is known, so that this step passes",
                "reps.maria.manager: there is no rep `ann`"
            ]
        );
        let decision = router.decide(&LeadRecord::new("L-1"), now());
        assert_eq!(decision.to_string(), "L-1: queued in triage by otherwise: the lead belongs to no known account");
    }

    #[test]
    fn records_that_do_not_fit() {
        let mut router = router();
        let lead = LeadRecord::new("L-1");
        let record = router.route(&lead, now()).record().cloned().unwrap();
        assert_eq!(router.apply(&record).unwrap_err().to_string(), "record 1 does not follow record 1");
        let mut next = record.clone();
        next.sequence = 2;
        assert_eq!(
            router.apply(&next).unwrap_err().to_string(),
            "record 2 does not fit what came before: it takes lead `L-1` from nobody, but `ann` has it"
        );
        next.at = "2026-03-01T09:00:00Z".parse().unwrap();
        assert_eq!(
            router.apply(&next).unwrap_err().to_string(),
            "record 2 is of 2026-03-01T09:00:00.000Z, before the last one, of 2026-03-02T09:00:00.000Z"
        );
        next.format = 9;
        assert_eq!(
            router.apply(&next).unwrap_err().to_string(),
            "record 2 has format 9; this version reads formats up to 1"
        );
        let plan = Plan::new(round_robin("smb")).otherwise("triage");
        let mut other = Router::new(plan, roster()).unwrap();
        let (decided, counts) = (router.plan().fingerprint(), other.plan().fingerprint());
        assert_eq!(
            other.apply(&record).unwrap_err().to_string(),
            format!("record 1 was decided by plan `{decided}`, but the router's plan is `{counts}`")
        );
    }
}

mod custom_strategies {
    use super::*;
    use lead_router::strategy::{Setup, SetupError, Tally};
    use lead_router::{Registry, Scope, Strategy, Verdict};
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        pool: String,
        #[serde(default)]
        counts: bool,
        #[serde(default)]
        branch: Option<String>,
    }

    #[derive(Debug)]
    struct Nobody;

    impl Strategy for Nobody {
        fn decide(&self, _: &mut Scope<'_>) -> Verdict {
            Verdict::Pass("never".into())
        }
    }

    fn make(settings: Settings, setup: &mut Setup) -> Result<Nobody, SetupError> {
        setup.pool(&settings.pool)?;
        if settings.counts {
            let _: Tally = setup.tally("seen");
        }
        if let Some(branch) = &settings.branch {
            setup.branch(branch)?;
        }
        Ok(Nobody)
    }

    fn of(step: impl Into<Step>) -> String {
        let plan = Plan::new(step).otherwise("triage");
        let registry = Registry::new().strategy("nobody", make);
        Router::builder(plan, roster()).registry(registry).build().unwrap_err().to_string()
    }

    #[test]
    fn settings_are_checked_by_the_strategy_itself() {
        assert_eq!(
            of(custom("nobody").setting("pool", "closer")),
            "route.custom: custom strategy `nobody`: there is no pool `closer`; did you mean `closers`?"
        );
        assert_eq!(
            of(custom("nobody").setting("pol", "smb")),
            "route.custom: custom strategy `nobody`: settings: unknown field `pol`, expected one of `pool`, `counts`, \
             `branch`"
        );
        assert_eq!(
            of(custom("nobody").setting("pool", "smb").setting("branch", "weekday").branch("weekdays", assign("ann"))),
            "route.custom: custom strategy `nobody`: there is no branch `weekday`; did you mean `weekdays`?"
        );
        assert_eq!(of(custom("nobodi")), "route.custom: there is no custom strategy `nobodi`; did you mean `nobody`?");
    }

    /// Shares a rotation by turns.
    #[derive(Debug)]
    struct Turns(lead_router::strategy::RotationHandle);

    impl Strategy for Turns {
        fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
            scope.rotate(self.0)
        }
    }

    #[test]
    fn a_custom_strategy_shares_out_only_turns() {
        let plan = Plan::new(first_of((round_robin("smb").balance("score", 100), custom("turns")))).otherwise("triage");
        let registry = Registry::new()
            .strategy("turns", |_: serde_json::Value, setup: &mut Setup| Ok(Turns(setup.rotation("smb")?)));
        assert_eq!(
            Router::builder(plan, roster()).registry(registry).build().unwrap_err().to_string(),
            "route.first_of[1].custom: rotation `smb` shares out only turns here, but `score` up to 100 at \
             `route.first_of[0].round_robin`; give both the same `balance`, or each its own `rotation`"
        );
    }

    #[test]
    fn faults_in_branches_are_found() {
        assert_eq!(
            of(custom("nobody").setting("pool", "smb").branch("weekend", assign("anne"))),
            "route.custom.branches.weekend.assign: there is no rep `anne`; did you mean `ann`?"
        );
    }

    #[test]
    fn tallies_are_kept_under_a_label_of_their_own() {
        let counting = || custom("nobody").setting("pool", "smb").setting("counts", true);
        assert_eq!(
            of(counting()),
            "route.custom: custom strategy `nobody` keeps tallies or stamps; put it into a `label` so that they can be \
             found again"
        );
        assert_eq!(
            of(label("arms", first_of((counting(), counting())))),
            "route.label.then.first_of[1].custom: a custom strategy at `route.label.then.first_of[0].custom` keeps tallies \
             under label `arms`, too; give each its own label"
        );
    }
}
