//! What the examples print, as far as it means something.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

type Outcome = Result<(), Box<dyn Error>>;

/// Runs an example to its end, and gives what it printed.
fn run(example: &str) -> Result<String, Box<dyn Error>> {
    let output = Command::new(binary(example)?).output()?;
    let printed = String::from_utf8(output.stdout)?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} failed: {errors}\n{printed}");
    Ok(printed)
}

/// `cargo test` builds the examples and puts them beside the folder of the tests. `cargo test --test examples` alone does
/// not build them anew.
fn binary(example: &str) -> Result<PathBuf, Box<dyn Error>> {
    let test = std::env::current_exe()?;
    let profile = test.parent().and_then(|folder| folder.parent()).ok_or("the test lies in no folder")?;
    let binary = profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.is_file(), "example {example} is not built: run `cargo test` or `cargo build --examples`");
    Ok(binary)
}

#[track_caller]
fn assert_has(printed: &str, line: &str) {
    assert!(printed.lines().any(|printed| printed == line), "no line {line:?} in\n{printed}");
}

#[test]
fn quickstart_tells_who_gets_each_lead_and_why() -> Outcome {
    let printed = run("quickstart")?;
    assert_has(&printed, "bakery: assigned to ann by round_robin smb: next in turn of 2 open reps in `smb`");
    assert_has(&printed, "brewery: assigned to bob by round_robin smb: next in turn of 2 open reps in `smb`");
    assert_has(&printed, "-> write to the CRM: bakery is assigned to ann");
    assert_has(&printed, "-> write to the CRM: bank is queued in triage");
    Ok(())
}

#[test]
fn the_bandit_finds_the_better_closer_and_can_be_taken_back_and_replayed() -> Outcome {
    let printed = run("custom_strategy")?;
    assert_has(&printed, "most leads in the last month: bob");

    let reason = |when: &str| printed.lines().find_map(|line| line.strip_prefix(when)).unwrap().trim();
    assert!(reason("before:").starts_with("the best record so far: "));
    assert_ne!(reason("before:"), reason("after commit:"));
    assert_eq!(reason("before:"), reason("after rollback:"));
    assert_has(&printed, "the rollback left the state as it was before the commit, tallies and all");

    let replay = printed.lines().find(|line| line.starts_with("replaying the ")).unwrap();
    assert!(replay.ends_with(" records of the journal gives an equal router"), "{replay}");
    Ok(())
}

#[test]
fn the_crm_loop_loses_nothing() -> Outcome {
    let printed = run("crm_loop")?;
    let told = |what: &str| printed.lines().filter(|line| line.contains(what)).count();
    assert_eq!(told("refused, refused, refused, rolled back"), 1);
    assert_eq!((told("was in flight"), told(", and arrived"), told(", and did not arrive")), (3, 1, 2));
    assert_eq!(told("came again"), 3);

    let (_, proof) = printed.split_once("proof, ").unwrap();
    assert_has(proof, "  each of the 48 leads is in the CRM once, with the owner that the router has");
    for rep in ["ann", "bob", "cem"] {
        let counted = proof.lines().find(|line| line.starts_with(&format!("  {rep} has "))).unwrap();
        assert!(counted.ends_with(" open leads here and there"), "{counted}");
    }
    assert!(proof.contains("  the router equals the replay of its "));
    assert_has(proof, "  nothing is in flight");
    Ok(())
}

#[test]
fn leads_follow_the_sun() -> Outcome {
    let printed = run("follow_the_sun")?;
    let lead = |id: &str| printed.lines().find_map(|line| line.strip_prefix(&format!("  {id}: "))).unwrap();
    let rep = |id: &str| lead(id).strip_prefix("assigned to ").and_then(|rest| rest.split(' ').next()).unwrap();
    // By the clocks of the offices: Tokyo in the morning, Berlin before and at lunch, Los Angeles with a cap of two.
    assert_eq!(["L-2", "L-3", "L-4", "L-5", "L-6"].map(rep), ["kei", "bea", "bea", "ann", "ann"]);
    assert!(lead("L-4").ends_with("the first in `sales` to open, at 2026-03-19 12:30 UTC"));
    // A holiday in Japan, and the cap: nobody starts before Berlin does.
    assert!(lead("L-8").ends_with("the next opening is at 2026-03-20 08:00 UTC"));
    assert_has(&printed, "    ann is at the cap of 2 per day until 2026-03-20 07:00 UTC");
    assert!(lead("L-12").starts_with("queued in until morning"));
    assert_has(&printed, "two working hours of bea from Fri 14:30 end on Mon 10:30");
    Ok(())
}

#[test]
fn a_day_in_the_inbox_loses_nothing() -> Outcome {
    let printed = run("inbox_day")?;
    let at = |time: &str, what: &str| {
        let is_it = |line: &&str| line.starts_with(time) && line.contains(what);
        assert!(printed.lines().any(|line| is_it(&line)), "no {what:?} at {time} in\n{printed}");
    };
    // Singapore opens at nine, which is one o'clock in UTC: who wants a demo goes first.
    let opening: Vec<&str> = printed.lines().filter(|line| line.starts_with("01:00")).collect();
    assert!(matches!(*opening, [first, second] if first.contains("L-02") && second.contains("L-01")), "{opening:?}");
    // Nobody reaches L-13, which eva has since 10:10: an hour at work later her manager hears of it, lunch not counted.
    at("12:10", "maria is told that eva has not reached L-13");
    at("13:10", "L-13 is taken from eva");
    at("20:00", "hal leaves: 1 lead goes on");
    assert!(printed.lines().all(|line| line.get(.."20:00".len()) <= Some("20:00") || !line.contains("hal ")));
    assert!(printed.ends_with("None is lost.\n"));
    Ok(())
}

#[test]
fn others_drift_within_a_week_and_the_crate_stays_within_its_bound() -> Outcome {
    let printed = run("fairness_race")?;
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(|day| {
        let row = printed.lines().find(|line| line.starts_with(day)).unwrap();
        let distances: Vec<f64> = row.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        <[f64; 5]>::try_from(distances).unwrap()
    });
    // Six reps: (6 - 1) / 2.
    let bound = 2.5;
    assert!(days.iter().all(|[.., ours]| *ours <= bound));
    let [.., [rivals @ .., _]] = days;
    assert!(rivals.iter().all(|distance| *distance > bound), "{rivals:?}");
    assert_has(&printed, "Its own ledger says the same of every rep, to the last unit.");
    Ok(())
}

#[test]
fn the_counter_examples_give_their_known_numbers() -> Outcome {
    let printed = run("fairness_race")?;
    let distances = |pattern: &str| {
        let row = printed.lines().find_map(|line| line.strip_prefix(pattern)).unwrap();
        row.split_whitespace().collect::<Vec<_>>()
    };
    // The cursor, the least recent, nginx's smooth weighted round robin, fewest leads first, and the crate.
    assert_eq!(distances("ab, abc, bc"), ["13.5", "13.5", "13.5", "13.5", "5/6"]);
    assert_eq!(distances("ab, ab, abc"), ["26.7", "26.7", "2/3", "26.7", "5/6"]);
    assert_eq!(distances("ab, bc"), ["30.0", "20.0", "1/2", "20.0", "1/2"]);
    Ok(())
}
