//! What is said where a table belongs and is none, and of the keys in one.

use super::*;

/// Each step that has no short form says what it is, and not what it is called in Rust.
#[test]
fn a_name_where_a_table_belongs() {
    let tables = [
        ("when", "a table with `if` and `then`, such as when = { if = condition, then = step }"),
        (
            "segment",
            "a table with `field` and `bands`, such as segment = { field = \"employees\", bands = [{ below = 100, then = \
             step }] }",
        ),
        ("score_tiers", "a table with `tiers`, such as score_tiers = { tiers = [{ at_least = 80, then = step }] }"),
        ("territories", "a table with `by` and `areas`, such as territories = { by = [\"country\"], areas = [area] }"),
        ("split", "a table with `parts`, such as split = { parts = [{ percent = 10, then = step }] }"),
        ("only", "a table with `rep` and `then`, such as only = { rep = test, then = step }"),
        ("label", "a table with `name` and `then`, such as label = { name = \"fast lane\", then = step }"),
        ("ranked", "a table with `pool` and `by`, such as ranked = { pool = \"smb\", by = \"win_rate\" }"),
        ("account_owner", "a table of settings, such as account_owner = {}"),
        ("pinned", "a table of pins, such as pinned = {}"),
        ("custom", "a table with `strategy`, such as custom = { strategy = \"name\" }"),
    ];
    for (step, table) in tables {
        let said = reading(&format!("otherwise = \"t\"\nroute = {{ {step} = \"smb\" }}"));
        assert!(said.ends_with(&format!("invalid type: string \"smb\", expected {table}\n")), "{said}");
    }
    for (place, table) in [
        ("segment = { field = \"size\", bands = [7] }", "a band, such as { below = 100, then = step }"),
        ("score_tiers = { tiers = [7] }", "a tier, such as { at_least = 80, then = step }"),
        ("split = { parts = [7] }", "a part, such as { percent = 10, then = step }"),
        (
            "round_robin = { pool = \"smb\", balance = 7 }",
            "a table with `field` and `most`, such as balance = { field = \"score\", most = 100 }",
        ),
    ] {
        let said = reading(&format!("otherwise = \"t\"\nroute = {{ {place} }}"));
        assert!(said.ends_with(&format!("invalid type: integer `7`, expected {table}\n")), "{said}");
    }
    // No step, whichever it is, and whatever stands there, is called by a name of Rust.
    let list = reading("otherwise = \"t\"\nroute = { lottery = 1 }");
    let (_, steps) = list.trim_end().split_once("there are ").unwrap();
    for step in steps.split(", ") {
        for value in ["7", "true", "\"smb\"", "[]", "[7]", "{ x = 7 }"] {
            let read = toml::from_str::<Plan>(&format!("otherwise = \"t\"\nroute = {{ {step} = {value} }}"));
            let said = read.map_or_else(|error| error.to_string(), |_| String::new());
            assert!(!said.contains("struct"), "{said}");
        }
    }
    let error = serde_json::from_str::<lead_router::Plan>("7").unwrap_err().to_string();
    assert!(error.contains("expected a plan, such as { otherwise = \"triage\", route = step }"), "{error}");
}

#[test]
fn a_misspelt_key_of_an_area_is_told_which_it_is_most_like() {
    let said = |key: &str| {
        of_step(territories(["country", "name 2"]).area(Area::new("a").fits(key, "DE").then(assign("ann"))))
    };
    let place = "route.territories.areas[0]";
    assert_eq!(said("account"), format!("{place}.account: there is no key `account`; did you mean `accounts`?"));
    assert_eq!(said("domain"), format!("{place}.domain: there is no key `domain`; did you mean `domains`?"));
    assert_eq!(
        said("name2"),
        format!("{place}.name2: there is no field in `by` called `name2`; did you mean `name 2`?")
    );
    assert_eq!(said("zip"), format!("{place}.zip: there is no field in `by` called `zip`"));
}
