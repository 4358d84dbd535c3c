//! Territories: which area has a lead, against a reading of the rules that is as simple as it can be.

use chrono::{DateTime, Utc};
use lead_router::{
    Account, Area, FieldValue, LeadRecord, Plan, RepRecord, Roster, Router, Step, Territories, Value, assign,
    available, field, first_of, label, limits, parked, queue, round_robin, step, territories, when,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000)
}

fn team() -> Roster {
    Roster::new().rep(RepRecord::new("ann").pool("smb")).rep(RepRecord::new("bob").pool("smb"))
}

fn router(step: impl Into<Step>) -> Result<Router, lead_router::BuildError> {
    Router::new(Plan::new(step).otherwise("triage"), team())
}

fn lead(fields: &[(&str, &str)]) -> LeadRecord {
    fields.iter().fold(LeadRecord::new("L-1"), |lead, (name, value)| lead.with(*name, *value))
}

/// The area that has a lead, by path; `otherwise` if none does.
fn area_of(router: &Router, fields: &[(&str, &str)]) -> String {
    router.decide(&lead(fields), now()).path().to_owned()
}

/// An area whose leads wait in a queue of its name.
fn named(name: &str, fits: &[(&str, &str)]) -> Area {
    fits.iter().fold(Area::new(name), |area, (field, values)| area.fits(*field, *values)).then(queue(name))
}

fn findings(router: &Router) -> Vec<String> {
    router.findings().iter().map(ToString::to_string).collect()
}

// Which area

#[test]
fn the_more_exact_area_comes_first_whatever_the_list_says() -> Outcome {
    // From the least to the most exact.
    let zips: [FieldValue; 9] = [
        "*".into(),
        "80000..".into(),
        "..90000".into(),
        "80000..90000".into(),
        "80300..80400".into(),
        ["80331", "80333", "80335"].into(),
        ["80331", "80333"].into(),
        "80*".into(),
        "8033*".into(),
    ];
    let mut areas: Vec<Area> =
        zips.into_iter().zip('a'..).map(|(zip, name)| Area::new(name).fits("zip", zip).then(queue("q"))).collect();
    areas.push(named("exact", &[("zip", "80331")]));
    while let Some(best) = areas.last().cloned() {
        let router = router(areas.iter().cloned().fold(territories(["zip"]), Territories::area))?;
        let found = area_of(&router, &[("zip", "80331")]);
        let name = serde_json::to_value(&best)?["name"].as_str().unwrap_or_default().to_owned();
        // Two bands that are open on one side are equally exact, and the first in the list counts.
        assert_eq!(found, if name == "c" { "b" } else { name.as_str() });
        areas.pop();
    }
    Ok(())
}

#[test]
fn fields_count_in_their_order() -> Outcome {
    let areas = [named("country", &[("country", "DE")]), named("zip", &[("zip", "80331")])];
    for (by, wins) in [(["country", "zip"], "country"), (["zip", "country"], "zip")] {
        let router = router(areas.iter().cloned().fold(territories(by), Territories::area))?;
        assert_eq!(area_of(&router, &[("country", "DE"), ("zip", "80331")]), wins);
        assert_eq!(area_of(&router, &[("country", "DE")]), "country");
        assert_eq!(area_of(&router, &[("zip", "80331"), ("country", "AT")]), "zip");
    }
    Ok(())
}

#[test]
fn a_list_mixes_entries_that_each_count_by_themselves() -> Outcome {
    let mixed = Area::new("mixed").fits("zip", ["1", "2", "8033*", "90000..90010", "*"]).then(queue("q"));
    let router = router(
        territories(["zip"])
            .area(named("prefix", &[("zip", "80*")]))
            .area(mixed)
            .area(named("band", &[("zip", "90000..90100")]))
            .area(Area::new("three").fits("zip", ["1", "2", "3"]).then(queue("q"))),
    )?;
    for (zip, area) in [
        ("80331", "mixed"),
        ("80999", "prefix"),
        ("90005", "mixed"),
        ("90050", "band"),
        ("1", "mixed"),
        ("3", "three"),
        ("4", "mixed"),
    ] {
        assert_eq!(area_of(&router, &[("zip", zip)]), area, "{zip}");
    }
    assert_eq!(area_of(&router, &[]), "mixed", "any takes leads without the field, too");
    Ok(())
}

#[test]
fn values_are_read_as_conditions_read_them() -> Outcome {
    let typed = territories(["size", "vip"])
        .area(Area::new("number").fits("size", 17).then(queue("q")))
        .area(Area::new("text").fits("size", "0017").then(queue("q")))
        .area(Area::new("band").fits("size", "100..1000").then(queue("q")))
        .area(Area::new("flag").fits("vip", true).then(queue("q")));
    let router = router(typed)?;
    let path = |name: &str, value: FieldValue| {
        let decision = router.decide(&LeadRecord::new("L-1").with(name, value), now());
        decision.path().to_owned()
    };
    assert_eq!(path("size", 17.into()), "number");
    assert_eq!(path("size", " 17.0 ".into()), "number");
    assert_eq!(path("size", "0017".into()), "number", "it is both, and the number is listed first");
    assert_eq!(path("size", "1E2".into()), "otherwise");
    assert_eq!(path("size", 100.into()), "band");
    assert_eq!(path("size", "999.5".into()), "band");
    assert_eq!(path("size", 1_000.into()), "otherwise");
    assert_eq!(path("vip", "TRUE".into()), "flag");
    assert_eq!(path("vip", false.into()), "otherwise");
    assert_eq!(path("vip", vec!["true"].into()), "otherwise");
    Ok(())
}

#[test]
fn an_area_whose_step_passes_passes_the_lead_on() -> Outcome {
    let step = territories(["country"])
        .area(named("all", &[]))
        .area(Area::new("de").fits("country", "DE").then(when(field("size").at_least(10), assign("ann"))));
    let router = router(step)?;
    let decision = router.decide(&lead(&[("country", "DE")]), now());
    assert_eq!(decision.to_string(), "L-1: queued in triage by otherwise: it is not so that size is at least 10");
    let nowhere = router_of_one("DE")?;
    let decision = nowhere.decide(&lead(&[("country", "AT")]), now());
    assert_eq!(decision.to_string(), "L-1: queued in triage by otherwise: the lead lies in no territory");
    assert_eq!(serde_json::to_string(&decision.reason())?, "\"no_territory\"");
    Ok(())
}

fn router_of_one(country: &str) -> Result<Router, lead_router::BuildError> {
    router(territories(["country"]).area(named("one", &[("country", country)])))
}

// Named accounts and domains

#[test]
fn named_accounts_and_domains_come_before_all_fields() -> Outcome {
    let step = territories(["country"])
        .area(named("de", &[("country", "DE")]))
        .area(Area::new("keys").account("A-17").domain("Acme.com").then(queue("keys")))
        .area(Area::new("late").account("A-17").account("A-18").domain("sub.acme.com").then(queue("late")));
    let accounts = [Account::new("A-17").domain("example.org"), Account::new("A-99").domain("example.net")];
    let router = Router::builder(Plan::new(step).otherwise("triage"), team()).accounts(accounts).build()?;
    let german = |name, value| area_of(&router, &[("country", "DE"), (name, value)]);
    assert_eq!(german("account_id", "A-17"), "keys");
    assert_eq!(german("account_id", "a-17"), "de", "ids are compared exactly");
    assert_eq!(german("account_id", "A-18"), "late", "the router knows no such account, the area does");
    assert_eq!(german("email", "jo@EXAMPLE.org"), "keys", "it is the domain of account A-17");
    assert_eq!(german("email", " Jo@ACME.COM "), "keys");
    assert_eq!(german("email", "jo@sub.acme.com"), "late");
    assert_eq!(german("email", "acme.com"), "de");
    assert_eq!(area_of(&router, &[("account_id", "A-99"), ("email", "jo@acme.com")]), "keys");
    assert_eq!(area_of(&router, &[("country", "AT")]), "otherwise", "who only names accounts takes no others");
    let both = [("account_id", "A-18"), ("email", "jo@acme.com")];
    assert_eq!(area_of(&router, &both), "keys", "the first in the list, by whatever it was found");
    let both = [("account_id", "A-17"), ("email", "jo@sub.acme.com")];
    assert_eq!(area_of(&router, &both), "keys");
    Ok(())
}

#[test]
fn an_area_that_names_accounts_may_restrict_fields_too() -> Outcome {
    let both = Area::new("both").account("A-17").fits("country", "DE").then(queue("q"));
    let all = Area::new("all").account("A-18").fits("country", "*").then(queue("q"));
    let router = router(territories(["country"]).area(both).area(all))?;
    assert_eq!(area_of(&router, &[("account_id", "A-17"), ("country", "FR")]), "both");
    assert_eq!(area_of(&router, &[("country", "DE")]), "both");
    assert_eq!(area_of(&router, &[("country", "FR")]), "all");
    Ok(())
}

#[test]
fn accounts_and_domains_that_two_areas_name_are_findings() -> Outcome {
    let step = territories(["country"])
        .area(Area::new("keys").account("A-17").domain("Acme.com").then(queue("keys")))
        .area(Area::new("late").account("A-17").domain("acme.com.").then(queue("late")))
        .area(Area::new("late").account("A-18").then(queue("late")))
        .area(Area::new("late").account("A-18").then(queue("late")));
    assert_eq!(
        findings(&router(step)?),
        [
            "route.territories.areas[1]: areas `keys` and `late` both name account `A-17`; `keys` is listed first",
            "route.territories.areas[1]: areas `keys` and `late` both name domain `acme.com.`; `keys` is listed first",
        ]
    );
    Ok(())
}

// Paths and rotations

#[test]
fn area_names_join_the_path_between_labels() -> Outcome {
    let area = |name: &str| Area::new(name).fits("country", name);
    let step = territories(["country"])
        .area(area("de").then(label("small", available(round_robin("smb")))))
        .area(area("at").then(territories(["zip"]).area(named("vienna", &[("zip", "1*")]))))
        .area(area("ch").then(step("shared")));
    let plan = Plan::new(label("by region", step)).otherwise("triage").name_step("shared", round_robin("smb"));
    let router = Router::new(plan, team())?;
    assert_eq!(area_of(&router, &[("country", "de")]), "by region/de/small");
    assert_eq!(area_of(&router, &[("country", "at"), ("zip", "1010")]), "by region/at/vienna");
    assert_eq!(area_of(&router, &[("country", "ch")]), "by region/ch");
    let rotations: Vec<&str> = router.rotations().map(|rotation| rotation.name()).collect();
    assert_eq!(rotations, ["smb"], "an area is no band: its pool's rotation is the pool's own");
    Ok(())
}

// Forms

#[test]
fn files_say_the_same_as_the_builder() -> Outcome {
    let text = r#"
        otherwise = "triage"
        [route.territories]
        by = ["country", "employees", "vip"]
        areas = [
            { name = "dach", country = ["DE", "AT", "CH"], then = { available = { round_robin = "smb" } } },
            { name = "large", employees = "1000..", vip = true, then = { assign = "ann" } },
            { name = "odd", country = ["F*"], employees = [17, "..5"], accounts = ["A-17"], domains = ["acme.com"], then = { queue = "odd" } },
            { name = "rest", then = { queue = "rest" } },
        ]
    "#;
    let read: Plan = toml::from_str(text)?;
    let odd = Area::new("odd").fits("country", "F*").fits("employees", 17).fits("employees", "..5");
    let built = territories(["country", "employees", "vip"])
        .area(Area::new("dach").fits("country", ["DE", "AT", "CH"]).then(available(round_robin("smb"))))
        .area(Area::new("large").fits("employees", "1000..").fits("vip", true).then(assign("ann")))
        .area(odd.account("A-17").domain("acme.com").then(queue("odd")))
        .area(Area::new("rest").then(queue("rest")));
    let built = Plan::new(built).otherwise("triage");
    assert_eq!(read, built);
    assert_eq!(serde_json::from_str::<Plan>(&serde_json::to_string(&built)?)?, built);
    assert_eq!(toml::from_str::<Plan>(&toml::to_string(&built)?)?, built);
    let reads: Vec<String> = built.reads().iter().map(ToString::to_string).collect();
    assert_eq!(
        reads,
        [
            "account_id: text",
            "country: text, compared with DE, AT, CH, F",
            "email: text",
            "employees: number, compared with 17, cut at 5, 1000",
            "vip: flag, compared with true",
        ]
    );
    Router::new(built, team())?;
    Ok(())
}

#[test]
fn a_table_says_the_same_as_the_builder() -> Outcome {
    let header = ["territory", "rep", "pool", "queue", "step", "accounts", "domains", "country", "", " zip "];
    let rows = [
        vec!["munich", "ann", "", "", "", "", "", "DE", "a note", "80*; 81*"],
        vec!["dach", "", "smb", "", "", "", "", " DE;AT ; CH;", "", ""],
        vec!["", "", "", "", "", "", "", "", "", ""],
        vec!["keys", "", "", "keys", "", "A-17; A-18", "acme.com", "", "", ""],
        vec!["rest", "", "", "", "the rest"],
    ];
    let built = territories(["country", "zip"])
        .area(Area::new("munich").fits("country", "DE").fits("zip", ["80*", "81*"]).then(assign("ann")))
        .area(Area::new("dach").fits("country", ["DE", "AT", "CH"]).then(available(round_robin("smb"))))
        .area(Area::new("keys").account("A-17").account("A-18").domain("acme.com").then(queue("keys")))
        .area(Area::new("rest").then(step("the rest")));
    assert_eq!(Territories::from_rows(&header, &rows)?, built);
    let owned: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    assert_eq!(Territories::from_rows(&header, owned)?, built);
    Ok(())
}

#[test]
fn everything_wrong_with_a_table_is_told_at_once() -> Outcome {
    let told = |header: &[&str], rows: &[&[&str]]| {
        Territories::from_rows(header, rows.iter().copied()).err().map(|error| error.to_string())
    };
    assert_eq!(
        told(&["territory", "then", "zip", "zip", "rep"], &[]).ok_or("no fault")?,
        "2 faults\n  \
         header, column 2: no field can be called `then` here; the area's name stands in `territory`\n  \
         header, column 4: the column `zip` is there twice"
    );
    assert_eq!(
        told(&["area", "owner"], &[&["dach", "ann"]]).ok_or("no fault")?,
        "2 faults\n  \
         header: there is no column `territory`\n  \
         header: there is no column `rep`, `pool`, `queue`, `parked` or `step`"
    );
    assert_eq!(
        told(&["territory", "rep"], &[]).ok_or("no fault")?,
        "header: 0 columns are fields of a lead; there should be 1 to 16"
    );
    let header = ["territory", "rep", "pool", "country", "employees"];
    let rows: [&[&str]; 5] = [
        &["a/b", "ann", "smb", "", "10..5"],
        &["", "ann; bob", "", "D*E; **", "x"],
        &["otherwise", "", "", "", "..; 5..x", "", "more"],
        &["by hand", "ann"],
        &["fine", "ann", "", "DE", ""],
    ];
    assert_eq!(
        told(&header, &rows).ok_or("no fault")?,
        "13 faults\n  \
         row 1 below the header, column `territory`: territory `a/b` has a `/`, which paths put between labels\n  \
         row 1 below the header, column `pool`: `pool` is said beside `rep`; leads go to one of them\n  \
         row 1 below the header, column `employees`: `10..5` is empty: no number is at least 10 and below 5\n  \
         row 2 below the header, column `territory`: the name of a territory is empty\n  \
         row 2 below the header, column `rep`: `ann; bob` is a list, where one rep belongs\n  \
         row 2 below the header, column `country`: `D*E` has a `*` before its end, where only the end can be left open\n  \
         row 2 below the header, column `country`: `**` is blank; leave it out, or write `*`, for any\n  \
         row 3 below the header, column `territory`: territory `otherwise` is the path of leads that no step takes\n  \
         row 3 below the header, column `rep`: it is not said where leads go: to a rep, a pool, a queue, a parked queue or a step\n  \
         row 3 below the header, column `employees`: `..` is no band of numbers; write `100..1000`, `100..` or `..1000`\n  \
         row 3 below the header, column `employees`: `5..x` is no band of numbers; write `100..1000`, `100..` or `..1000`\n  \
         row 3 below the header, column 7: `more` stands in no column of the header\n  \
         row 4 below the header, column `territory`: territory `by hand` is the path of leads that a person gave to somebody"
    );
    Ok(())
}

// Overlaps

#[test]
fn areas_that_are_equally_exact_and_overlap_are_findings() -> Outcome {
    let told = |areas: &[Area]| -> Result<String, Box<dyn Error>> {
        let router = router(areas.iter().cloned().fold(territories(["country", "size"]), Territories::area))?;
        Ok(findings(&router).join("\n"))
    };
    let dach = Area::new("dach").fits("country", ["DE", "AT"]).then(queue("q"));
    let south = Area::new("south").fits("country", ["it", "at"]).then(queue("q"));
    let place = "route.territories.areas[1]";
    assert_eq!(
        told(&[dach.clone(), south.clone()])?,
        format!("{place}: areas `dach` and `south` both take leads with country `AT`; `dach` is listed first")
    );
    assert_eq!(
        told(&[
            named("a", &[("country", "DE"), ("size", "15..25")]),
            named("b", &[("country", "de"), ("size", "24..34")])
        ])?,
        format!("{place}: areas `a` and `b` both take leads with country `DE` and size `24`; `a` is listed first")
    );
    assert_eq!(
        told(&[named("a", &[("size", "..20")]), named("b", &[("size", "..10")])])?,
        format!("{place}: areas `a` and `b` both take leads with size below `10`; `a` is listed first")
    );
    assert_eq!(
        told(&[named("a", &[]), named("b", &[("size", "*")])])?,
        format!("{place}: areas `a` and `b` both take every lead; `a` is listed first")
    );
    for apart in [
        [dach.clone(), named("b", &[("country", "AT")])],
        [named("a", &[("size", "10..20")]), named("b", &[("size", "20..30")])],
        [named("a", &[("size", "10..20")]), named("b", &[("size", "15..26")])],
        [named("a", &[("size", "..10")]), named("b", &[("size", "10..")])],
        [named("a", &[("country", "8*")]), named("b", &[("country", "80*")])],
        [named("a", &[("country", "5")]), named("b", &[("country", "05")])],
        // One name and one step: it makes no difference which has the lead.
        [named("a", &[("country", "DE")]), named("a", &[("country", "DE")])],
    ] {
        assert_eq!(told(&apart)?, "");
    }
    Ok(())
}

#[test]
fn many_overlaps_are_not_all_told() -> Outcome {
    let same = |count: usize| (0..count).map(|number| named(&format!("area {number}"), &[("country", "DE")]));
    let told = |areas: usize| -> Result<Vec<String>, Box<dyn Error>> {
        Ok(findings(&router(same(areas).fold(territories(["country"]), Territories::area))?))
    };
    assert_eq!(told(6)?.len(), 15);
    let many = told(300)?;
    assert_eq!(many.len(), 21);
    assert_eq!(many[20], "route.territories.areas: more areas may overlap than are told here");
    Ok(())
}

// Against the rules, read naively

#[derive(Debug, Clone, PartialEq)]
enum Entry {
    Any,
    Text(&'static str),
    Number(i64),
    Flag(bool),
    Prefix(&'static str),
    Band(Option<i64>, Option<i64>),
}

impl Entry {
    fn written(&self) -> FieldValue {
        let end = |number: &Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        match self {
            Self::Any => "*".into(),
            Self::Text(text) => (*text).into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Prefix(prefix) => format!("{prefix}*").into(),
            Self::Band(low, high) => format!("{}..{}", end(low), end(high)).into(),
        }
    }

    fn fits(&self, value: Option<&FieldValue>) -> bool {
        if *self == Self::Any {
            return true;
        }
        let Some(value) = value.map(FieldValue::as_value) else { return false };
        let text = value.as_text().map(str::to_lowercase);
        match self {
            Self::Any => true,
            Self::Text(wanted) => text == Some(wanted.to_lowercase()),
            Self::Number(wanted) => number(value) == Some(*wanted),
            Self::Flag(wanted) => match value {
                Value::Flag(flag) => flag == *wanted,
                _ => text == Some(wanted.to_string()),
            },
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(&prefix.to_lowercase())),
            Self::Band(low, high) => number(value)
                .is_some_and(|number| low.is_none_or(|low| number >= low) && high.is_none_or(|high| number < high)),
        }
    }
}

fn number(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(number),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// What an area says of one field, taken apart: how exact each thing is, and the entries of which one must fit.
fn taken_apart(entries: &[Entry]) -> Vec<((u8, i64), Vec<Entry>)> {
    let mut apart = Vec::new();
    let mut set: Vec<Entry> = Vec::new();
    for entry in entries {
        let rank = match entry {
            Entry::Any => (5, 0),
            Entry::Prefix(prefix) => (1, -(prefix.chars().count() as i64)),
            Entry::Band(Some(low), Some(high)) => (3, high - low),
            Entry::Band(..) => (4, 0),
            exact => {
                let same = |other: &Entry| match (other, exact) {
                    (Entry::Text(one), Entry::Text(other)) => one.to_lowercase() == other.to_lowercase(),
                    _ => other == exact,
                };
                if !set.iter().any(same) {
                    set.push(exact.clone());
                }
                continue;
            }
        };
        apart.push((rank, vec![entry.clone()]));
    }
    if !set.is_empty() {
        apart.push((if set.len() == 1 { (0, 0) } else { (2, set.len() as i64) }, set));
    }
    if entries.is_empty() {
        apart.push(((5, 0), vec![Entry::Any]));
    }
    apart
}

const FIELDS: [&str; 3] = ["a", "b", "c"];

/// What an area says of each field.
type Fits = [Vec<Entry>; 3];

/// What a lead says in each field.
type Values = [Option<FieldValue>; 3];

/// How exactly an area fits a lead, field by field.
fn rank(area: &Fits, lead: &[Option<FieldValue>]) -> Option<Vec<(u8, i64)>> {
    let of_field = |(entries, value): (&Vec<Entry>, &Option<FieldValue>)| {
        let fits =
            |(rank, set): ((u8, i64), Vec<Entry>)| set.iter().any(|entry| entry.fits(value.as_ref())).then_some(rank);
        taken_apart(entries).into_iter().filter_map(fits).min()
    };
    area.iter().zip(lead).map(of_field).collect()
}

fn step_of(areas: &[Fits]) -> Territories {
    let mut step = territories(FIELDS);
    for (number, fits) in areas.iter().enumerate() {
        let mut area = Area::new(format!("{number}"));
        for (field, entries) in FIELDS.iter().zip(fits).filter(|(_, entries)| !entries.is_empty()) {
            area = area.fits(*field, entries.iter().map(Entry::written).collect::<Vec<_>>());
        }
        step = step.area(area.then(queue(format!("q{number}"))));
    }
    step
}

const TEXTS: [&str; 14] = ["DE", "de", "At", "80", "80331", "8", "5", "05", "true", "TRUE", "éa", "ÉA", "x", "5x"];
const PREFIXES: [&str; 8] = ["8", "80", "803", "d", "D", "É", "5", "tr"];
const NUMBERS: [i64; 6] = [-5, 0, 5, 8, 10, 80];

fn any_entry() -> impl Strategy<Value = Entry> {
    let ends = || select(&NUMBERS[..]);
    let closed = (ends(), ends()).prop_filter("a band is not empty", |(low, high)| low < high);
    prop_oneof![
        1 => Just(Entry::Any),
        6 => select(&TEXTS[..]).prop_map(Entry::Text),
        2 => ends().prop_map(Entry::Number),
        1 => any::<bool>().prop_map(Entry::Flag),
        4 => select(&PREFIXES[..]).prop_map(Entry::Prefix),
        3 => closed.prop_map(|(low, high)| Entry::Band(Some(low), Some(high))),
        1 => ends().prop_map(|low| Entry::Band(Some(low), None)),
        1 => ends().prop_map(|high| Entry::Band(None, Some(high))),
    ]
}

fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
    prop_oneof![2 => Just(Vec::new()), 3 => vec(any_entry(), 1..=1), 2 => vec(any_entry(), 2..=4)]
}

fn any_areas() -> impl Strategy<Value = Vec<Fits>> {
    vec([any_entries(), any_entries(), any_entries()], 1..=6)
}

/// Areas that mostly restrict one field, so that many overlap.
fn close_areas() -> impl Strategy<Value = Vec<Fits>> {
    let rarely = || prop_oneof![3 => Just(Vec::new()), 1 => any_entries()];
    vec((any_entries(), rarely(), rarely()).prop_map(|(a, b, c)| [a, b, c]), 2..=6)
}

fn any_value() -> impl Strategy<Value = Option<FieldValue>> {
    prop_oneof![
        1 => Just(None),
        6 => select(&TEXTS[..]).prop_map(|text| Some(text.into())),
        1 => Just(Some(" 5 ".into())),
        3 => select(&NUMBERS[..]).prop_map(|number| Some(number.into())),
        1 => any::<bool>().prop_map(|flag| Some(flag.into())),
    ]
}

/// Values that tell every two entries apart that can be told apart.
fn all_values() -> Vec<Option<FieldValue>> {
    let texts = TEXTS.into_iter().chain(PREFIXES).map(|text| Some(FieldValue::from(text)));
    let numbers = NUMBERS.into_iter().flat_map(|number| [number - 1, number]).map(|number| Some(number.into()));
    texts.chain(numbers).chain([None, Some(true.into()), Some(false.into())]).collect()
}

/// The pairs of areas that are equally exact for some way of combining what they list, and that some lead fits both so.
fn overlapping(areas: &[Fits]) -> BTreeSet<(usize, usize)> {
    let values = all_values();
    let mut pairs = BTreeSet::new();
    for (second, later) in areas.iter().enumerate() {
        for (first, earlier) in areas.iter().enumerate().take(second) {
            let overlap = |(one, other): (&Vec<Entry>, &Vec<Entry>)| {
                let others = taken_apart(other);
                let mut pairs =
                    taken_apart(one).into_iter().flat_map(|one| others.iter().map(move |other| (one.clone(), other)));
                pairs.any(|((rank, set), (other_rank, other_set))| {
                    rank == *other_rank
                        && values.iter().any(|value| {
                            let fits = |set: &[Entry]| set.iter().any(|entry| entry.fits(value.as_ref()));
                            fits(&set) && fits(other_set)
                        })
                })
            };
            if earlier.iter().zip(later).all(overlap) {
                pairs.insert((first, second));
            }
        }
    }
    pairs
}

/// The two areas of a finding, and a lead that it says both take.
fn witness(finding: &str) -> Option<((usize, usize), Values)> {
    let mut quoted = finding.split('`').skip(1).step_by(2);
    let pair = (quoted.next()?.parse().ok()?, quoted.next()?.parse().ok()?);
    let lead = FIELDS.map(|field| {
        let (_, rest) = finding.split_once(&format!(" {field} "))?;
        let value = rest.split('`').nth(1)?;
        let below = rest.starts_with("below ").then(|| value.parse::<i64>().map(|high| (high - 1).into()));
        Some(below.and_then(Result::ok).unwrap_or_else(|| value.into()))
    });
    Some((pair, lead))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rows_in_order_find_what_ranking_all_areas_finds(
        areas in any_areas(),
        leads in vec([any_value(), any_value(), any_value()], 1..40),
    ) {
        let router = router(step_of(&areas))?;
        for values in leads {
            let fields = FIELDS.iter().zip(&values).filter_map(|(name, value)| Some((name, value.clone()?)));
            let lead = fields.fold(LeadRecord::new("L-1"), |lead, (name, value)| lead.with(*name, value));
            let ranked = areas.iter().enumerate().filter_map(|(number, area)| Some((rank(area, &values)?, number)));
            let best = ranked.min().map_or("otherwise".to_owned(), |(_, number)| number.to_string());
            let decision = router.decide(&lead, now());
            prop_assert_eq!(decision.path(), best, "{:?}", values);
        }
    }

    #[test]
    fn every_overlap_is_found_and_each_witness_is_one(areas in close_areas()) {
        let router = router(step_of(&areas))?;
        let mut found = BTreeSet::new();
        for finding in router.findings() {
            let Some((pair, lead)) = witness(&finding.message) else {
                return Err(TestCaseError::fail(finding.to_string()));
            };
            for area in [pair.0, pair.1] {
                prop_assert!(rank(&areas[area], &lead).is_some(), "{}", finding);
            }
            prop_assert_eq!(&finding.path, &format!("route.territories.areas[{}]", pair.1));
            prop_assert!(found.insert(pair));
        }
        prop_assert_eq!(found, overlapping(&areas));
    }
}

// Many areas

#[test]
fn thousands_of_areas_are_bound_and_looked_through_for_overlaps() -> Outcome {
    type Shape = fn(usize) -> FieldValue;
    let shapes: [(&str, Shape, usize); 6] = [
        ("exact", |number| format!("{number:05}").into(), 0),
        ("prefixes", |number| format!("{number:05}*").into(), 0),
        ("sets", |number| [format!("{number}"), format!("{}", number + 10_000)].into(), 0),
        ("bands", |number| format!("{}..{}", number * 10, number * 10 + 10).into(), 0),
        ("the same", |_| "DE".into(), 21),
        ("open bands", |number| format!("{number}..").into(), 21),
    ];
    for (name, shape, told) in shapes {
        let area = |number| Area::new(format!("area {number}")).fits("zip", shape(number)).then(queue("q"));
        let count = if name == "exact" { 10_000 } else { 4_000 };
        let router = router((0..count).map(area).fold(territories(["country", "zip"]), Territories::area))?;
        assert_eq!(router.findings().len(), told, "{name}");
    }
    // A pool for each is two steps for each.
    let area = |number: usize| Area::new("area").fits("zip", shapes[0].1(number)).then(available(round_robin("smb")));
    let router = router((0..10_000).map(area).fold(territories(["zip"]), Territories::area))?;
    assert_eq!(router.decide(&lead(&[("zip", "09999")]), now()).path(), "area");
    Ok(())
}

#[test]
fn what_areas_list_does_not_multiply_without_end() -> Outcome {
    let many = |start: usize, count: usize| (start..start + count).map(|n| format!("{n:05}*")).collect::<Vec<_>>();
    let of = |zips: usize| {
        let area = Area::new("all").fits("zip", many(0, zips)).fits("phone", many(0, 100));
        router(territories(["zip", "phone", "size"]).area(area.then(queue("q"))))
    };
    of(limits::MAX_AREA_ROWS / 100)?;
    let told = of(limits::MAX_AREA_ROWS / 100 + 1).err().ok_or("it was built")?.to_string();
    assert_eq!(
        told,
        "route.territories.areas: the areas come to more than 100000 rows, one for each way of combining what they list"
    );
    let fields: Vec<String> = ('a'..='p').map(String::from).collect();
    let start = fields.iter().fold(Area::new("all"), |area, field| area.fits(field, many(0, 1_000)));
    assert!(router(territories(fields).area(start.then(queue("q")))).is_err());
    Ok(())
}

#[test]
fn an_edit_of_the_plan_finds_areas_anew() -> Outcome {
    let mut router = router_of_one("DE")?;
    let plan = Plan::new(first_of((territories(["country"]).area(named("new", &[("country", "AT")])),)));
    router.observe(lead_router::Event::plan(plan.otherwise("triage")), now())?;
    assert_eq!(area_of(&router, &[("country", "AT")]), "new");
    assert_eq!(area_of(&router, &[("country", "DE")]), "otherwise");
    Ok(())
}

#[test]
fn columns_are_known_however_they_are_written() -> Outcome {
    let header = ["Territory ", "ACCOUNTS", " Domains", "Rep", "Pool", "Queue", "Parked", "Step", "Country", "ref"];
    let rows = [
        vec!["a", "A-17", "acme.com", "ann", "", "", "", "", "DE", ""],
        vec!["b", "", "", "", "smb", "", "", "", "AT", ""],
        vec!["c", "", "", "", "", "keys", "", "", "CH", ""],
        vec!["d", "", "", "", "", "", "nurture", "", "FR", ""],
        vec!["e", "", "", "", "", "", "", "rest", "IT", "x"],
    ];
    let built = territories(["Country", "ref"])
        .area(Area::new("a").account("A-17").domain("acme.com").fits("Country", "DE").then(assign("ann")))
        .area(Area::new("b").fits("Country", "AT").then(available(round_robin("smb"))))
        .area(Area::new("c").fits("Country", "CH").then(queue("keys")))
        .area(Area::new("d").fits("Country", "FR").then(parked("nurture")))
        .area(Area::new("e").fits("Country", "IT").fits("ref", "x").then(step("rest")));
    assert_eq!(Territories::from_rows(&header, rows)?, built);

    // What leads may well have is a field, however like it is.
    let fields = [
        "account_id",
        "account_size",
        "account status",
        "ref",
        "rev",
        "region",
        "report",
        "type",
        "state",
        "stop",
        "amounts",
        "counts",
        "market",
        "priority",
        "email_domain",
        "role",
    ];
    let header: Vec<&str> = ["territory", "rep"].into_iter().chain(fields).collect();
    let table = Territories::from_rows(&header, [["a", "ann"]])?;
    assert_eq!(table, territories(fields).area(Area::new("a").then(assign("ann"))));
    Ok(())
}

#[test]
fn a_column_that_is_very_like_another_is_a_slip() -> Outcome {
    let slips = [
        ("acounts", "accounts"),
        ("Account", "accounts"),
        ("acount", "accounts"),
        ("domain", "domains"),
        ("domians", "domains"),
        ("teritory", "territory"),
        ("Territroy", "territory"),
        ("reps", "rep"),
        ("pools", "pool"),
        ("Queues", "queue"),
        ("qeue", "queue"),
        ("park", "parked"),
        ("steps", "step"),
    ];
    for (written, meant) in slips {
        let columns = ["territory", "rep", "country"];
        let mut header: Vec<&str> = columns.into_iter().filter(|column| *column != meant).collect();
        header.insert(0, written);
        let row: Vec<&str> = header.iter().map(|column| if *column == "rep" { "ann" } else { "x" }).collect();
        let error = Territories::from_rows(&header, [&row[1..]]).err().ok_or(written)?;
        let first = error.faults().first().ok_or(written)?;
        assert_eq!(
            first.to_string(),
            format!("header, column 1: no field can be called `{written}` here; did you mean `{meant}`?")
        );
        assert_eq!((first.column, first.heading.as_deref()), (1, Some(written)));
        assert!(error.faults().iter().all(|fault| !fault.message.starts_with("there is no column")), "{error}");
    }
    let twice = Territories::from_rows(&["territory", "Rep", "country", "rep ", "Name"], [[""; 0]; 0]);
    assert_eq!(
        twice.err().ok_or("no fault")?.to_string(),
        "2 faults\n  \
         header, column 4: the column `rep` is there twice\n  \
         header, column 5: no field can be called `Name` here; the area's name stands in `territory`"
    );
    Ok(())
}

#[test]
fn a_parked_queue_in_a_table_is_one() -> Outcome {
    let header = ["territory", "country", "parked", "queue"];
    let error = Territories::from_rows(&header, [["a", "DE", "x; y", ""], ["b", "AT", "x", "y"]]).err();
    assert_eq!(
        error.ok_or("no fault")?.to_string(),
        "2 faults\n  \
         row 1 below the header, column `parked`: `x; y` is a list, where one parked queue belongs\n  \
         row 2 below the header, column `queue`: `queue` is said beside `parked`; leads go to one of them"
    );
    Ok(())
}
