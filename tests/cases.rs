//! Cases worked out by hand: each file in `tests/cases` is a small story of one team, and what must come of it.
//!
//! Every case runs through the router and through the reference. What a case expects comes from the documentation and
//! from the mathematics of fair turns, never from a run: where the working is not plain, a comment tells it.
//!
//! A file has a `title`, a `[plan]`, a `[roster]`, `[[accounts]]` and a list of `[[steps]]`, each of which does one thing
//! and says what must come of it:
//!
//! | step | what it does |
//! |---|---|
//! | `route = "L-1"` | decides on a lead (`fields`, `ask`) and commits it |
//! | `decide = "L-1"` | decides only, and keeps the decision under the name in `keep` |
//! | `commit = "name"` | commits a decision that was kept |
//! | `give = "L-1"`, `to = "ann"` | gives a lead to a rep (`by`, `why`) |
//! | `import = 9` | routes that many leads (`fields`) at once; `reps` lists who gets them, in order |
//! | `settle = "L-1"`, `rollback = "L-1"` | of the commit that stands, or of one that was kept |
//! | `event = { .. }` | something that happens, in the form that records have |
//! | `explain = "L-1"` | `text` is the whole explanation |
//! | `try = { .. }`, `steps = [ .. ]` | what another plan would do: on a copy, of which nothing stays |
//!
//! What must come of it: `rep` or `queue`, `path`, `reason` (its text), `opens` (when somebody can take it next, or `never`), `repeat`, `turn` (`charged`, `only_one_open`,
//! `uncharged`), `returned` (how the turn goes back), `notice`, `error` (its text); and how the team stands then: `owed`
//! (turns, by rotation and rep), `value` (the same of what a rotation shares out beside turns), `open` (open leads, by rep),
//! `waiting` (leads, by queue), `gates` (what keeps each rep from a lead, or `open`), `due` (the id and the lead of
//! all that is due), `findings`. A step may also do nothing but look. A plan that is to be refused has `faults` in place of steps.
//!
//! `at` is a time of 2 March 2026, or a whole instant; it stays until the next step that has one. A case may name the
//! `complaint` that it answers, or the `rule` that it shows.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files and may stop at the first surprise"
)]

mod reference;
#[path = "cases/run.rs"]
mod run;

use run::{Case, Failure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What users of today's routers complain about most: no complaint that routing can show is without a case.
const COMPLAINTS: [&str; 11] = [
    "Back from leave: a flood of leads, or none.",
    "Joiners the same.",
    "Weight changes reset everything.",
    "\"Why did I not get this one?\" No system shows the reps who were not picked, and why.",
    "Assigned outside working hours, on leave, over the limit.",
    "Two requests at once: double assignment, or one rep twice; bulk import gives everything to one person.",
    "Unassigned without a reason, because of a limit nobody saw.",
    "A returning customer stuck with an owner who left, or taken from an owner who is there.",
    "Reassignment ignores the routing rules; automation overrides a human's choice.",
    "Rules that can never match, territories that overlap, hours that nobody covers: found out weeks later.",
    "No way to try a change on last month's leads before switching it on.",
];

/// The smaller rules of the design that are built.
const RULES: [&str; 30] = [
    "open leads",
    "in hand",
    "values",
    "only",
    "plan settings",
    "stop",
    "one name as queue and parked",
    "an unknown rep",
    "steps without a label",
    "same id, new fields",
    "late deal stage",
    "queues",
    "queue inside first_of",
    "split",
    "territories",
    "ranked",
    "shared rotation over two pools",
    "presence",
    "weights",
    "text, ids, labels",
    "limits",
    "clock changes",
    "caps",
    "absence policy",
    "everyone away",
    "rejection",
    "no-show",
    "hours belong to the date on which they begin",
    "same person",
    "same company",
];

/// Every step that a plan can have, but for custom ones.
const STEPS: [&str; 26] = [
    "first_of",
    "when",
    "segment",
    "score_tiers",
    "split",
    "territories",
    "only",
    "available",
    "opening_within",
    "uncapped",
    "escalate",
    "label",
    "use",
    "round_robin",
    "ranked",
    "least_loaded",
    "account_owner",
    "same_person",
    "same_company",
    "manager_of",
    "pinned",
    "assign",
    "queue",
    "parked",
    "stop",
    "custom",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Every case by the name of its file.
fn cases() -> Vec<(String, Case)> {
    let files = std::fs::read_dir(folder()).expect("the folder of cases");
    let files = files.map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|ending| ending == "toml")).collect();
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).expect("a text");
        let case = Case::read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, case)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_case_comes_out_as_worked_out() {
    let mut failures = Vec::new();
    for (name, case) in cases() {
        if let Err(Failure { step, line, why }) = case.run() {
            failures.push(format!("{name}, step {step} (line {line}): {why}"));
        }
    }
    assert!(failures.is_empty(), "{} cases fail\n\n{}\n", failures.len(), failures.join("\n\n"));
}

#[test]
fn there_is_a_case_for_everything_that_is_promised() {
    let cases = cases();
    assert!(cases.len() >= 60, "there are only {} cases", cases.len());
    let mut titles = BTreeSet::new();
    for (name, case) in &cases {
        assert!(titles.insert(&case.title), "{name}: another case has the same title");
    }
    let all = |of: fn(&Case) -> Option<&String>| -> BTreeSet<&str> {
        cases.iter().filter_map(|(_, case)| of(case)).map(String::as_str).collect()
    };
    assert_eq!(all(|case| case.complaint.as_ref()), BTreeSet::from(COMPLAINTS));
    assert_eq!(all(|case| case.rule.as_ref()), BTreeSet::from(RULES));
    let used: BTreeSet<String> = cases.iter().flat_map(|(_, case)| case.steps_of_plans()).collect();
    let unused: Vec<&str> = STEPS.into_iter().filter(|step| *step != "custom" && !used.contains(*step)).collect();
    assert!(unused.is_empty(), "no case has a step {unused:?}");
}
