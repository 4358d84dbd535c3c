//! `route_leads --state`: tomorrow's file goes on where today's ended.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod example;

use example::{Outcome, data, folder, route_leads, rows};
use std::error::Error;
use std::fs::{read_to_string, remove_file, write};
use std::path::Path;

/// The sample leads, the first so many and the others, each with the header.
fn two_days(here: &Path, first: usize) -> Result<(), Box<dyn Error>> {
    let leads = read_to_string(data("leads.csv"))?;
    let (header, rows) = leads.split_once('\n').ok_or("no header")?;
    let rows: Vec<&str> = rows.lines().collect();
    let day = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let (first, second) = rows.split_at_checked(first).ok_or("too few leads")?;
    write(here.join("day1.csv"), day(first))?;
    write(here.join("day2.csv"), day(second))?;
    Ok(())
}

/// Both files of assignments, one after the other.
fn assignments(one: &str, other: &str) -> String {
    let rows = other.split_once('\n').map_or("", |(_, rows)| rows);
    format!("{one}{rows}")
}

#[test]
fn two_days_are_as_one() -> Outcome {
    let here = folder("two days")?;
    two_days(&here, 333)?;
    let both = route_leads(&here, &[])?;
    let day1 = route_leads(&here, &["--state", "state", "--leads", "day1.csv"])?;
    assert!(day1.stderr.contains("state     state, new\n"), "{}", day1.stderr);
    let day2 = route_leads(&here, &["--state", "state", "--leads", "day2.csv"])?;
    assert!(day2.stderr.contains("state     state, goes on after record "), "{}", day2.stderr);
    assert!(day2.stderr.contains("None is lost."), "{}", day2.stderr);
    // The same lead may come on both days: the second day says so, as one run does.
    assert_eq!(assignments(&day1.stdout, &day2.stdout), both.stdout);
    // The same file once more: each lead is where it was. Three have no id that could tell them apart.
    let again = route_leads(&here, &["--state", "state", "--leads", "day2.csv"])?;
    assert!(
        again.stderr.contains("467 leads in = 0 assigned + 3 queued + 464 repeated + 0 rejected"),
        "{}",
        again.stderr
    );
    Ok(())
}

#[test]
fn a_run_that_was_stopped_is_taken_up_from_the_journal() -> Outcome {
    let here = folder("stopped run")?;
    two_days(&here, 333)?;
    let both = route_leads(&here, &[])?;
    let day1 = route_leads(&here, &["--state", "state", "--leads", "day1.csv"])?;
    // It stopped before it could take a snapshot, and in the middle of a line.
    let journal = here.join("state/journal.jsonl");
    remove_file(here.join("state/snapshot.json"))?;
    let whole = read_to_string(&journal)?;
    write(&journal, format!("{whole}{{\"format\":1,\"sequ"))?;
    let day2 = route_leads(&here, &["--state", "state", "--leads", "day2.csv"])?;
    assert_eq!(day2.status, Some(0), "{}", day2.stderr);
    assert!(day2.stderr.contains("The last record was cut off while it was written"), "{}", day2.stderr);
    assert_eq!(assignments(&day1.stdout, &day2.stdout), both.stdout);
    assert!(read_to_string(&journal)?.starts_with(&whole));

    // It stopped between the commit of a lead and the word that it was written down.
    let lines: Vec<&str> = whole.lines().collect();
    let last = lines.iter().rposition(|line| line.contains("\"routed\"")).ok_or("no lead")?;
    write(&journal, format!("{}\n", lines[..=last].join("\n")))?;
    remove_file(here.join("state/snapshot.json"))?;
    let day2 = route_leads(&here, &["--state", "state", "--leads", "day2.csv"])?;
    assert!(day2.stderr.contains("1 of the last run were not settled, and are rolled back."), "{}", day2.stderr);
    Ok(())
}

#[test]
fn a_damaged_journal_is_named_with_its_line() -> Outcome {
    let here = folder("damaged journal")?;
    two_days(&here, 40)?;
    route_leads(&here, &["--state", "state", "--leads", "day1.csv"])?;
    remove_file(here.join("state/snapshot.json"))?;
    let journal = here.join("state/journal.jsonl");
    let whole = read_to_string(&journal)?;
    for (damaged, said) in [
        (
            whole.replacen("\"routed\"", "\"rooted\"", 1),
            "state/journal.jsonl: line 1: there is no kind of record `rooted`",
        ),
        (whole.lines().skip(2).map(|line| format!("{line}\n")).collect(), "record 3 does not follow record 0"),
    ] {
        write(&journal, damaged)?;
        let run = route_leads(&here, &["--state", "state", "--leads", "day2.csv"])?;
        assert_eq!(run.status, Some(1));
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(!here.join("state/snapshot.json").exists(), "nothing is written");
    }
    Ok(())
}

#[test]
fn a_lead_of_yesterday_is_explained_as_it_was_then() -> Outcome {
    let here = folder("explain past")?;
    two_days(&here, 333)?;
    let then = route_leads(&here, &["--leads", "day1.csv", "--explain", "L-0010"])?;
    route_leads(&here, &["--state", "state", "--leads", "day1.csv"])?;
    route_leads(&here, &["--state", "state", "--leads", "day2.csv"])?;
    let journal = read_to_string(here.join("state/journal.jsonl"))?;
    let asked = route_leads(&here, &["--state", "state", "--leads", "day2.csv", "--explain", "L-0010"])?;
    let (record, explanation) = asked.stdout.split_once('\n').ok_or("nothing was explained")?;
    assert!(record.starts_with("record ") && record.ends_with(" UTC"), "{record}");
    assert_eq!(explanation, then.stdout);
    assert_eq!(read_to_string(here.join("state/journal.jsonl"))?, journal, "who asks changes nothing");
    Ok(())
}

#[test]
fn an_edited_roster_is_reported_and_goes_into_the_journal() -> Outcome {
    let here = folder("edited roster")?;
    two_days(&here, 333)?;
    let roster = read_to_string(data("roster.csv"))?;
    let names = |roster: String| -> Result<(), Box<dyn Error>> { Ok(write(here.join("roster.csv"), roster)?) };
    let files = ["--roster", "roster.csv", "--state", "state"];
    names(roster.clone())?;
    let day1 = route_leads(&here, &[&files[..], &["--leads", "day1.csv"]].concat())?;
    assert_eq!(day1.status, Some(0), "{}", day1.stderr);
    // Nadia leaves, and zora joins in her place.
    names(roster.replace("nadia,Nadia", "zora,Zora"))?;
    let day2 = route_leads(&here, &[&files[..], &["--leads", "day2.csv"]].concat())?;
    assert_eq!(day2.status, Some(0), "{}", day2.stderr);
    assert!(day2.stderr.contains("Plan, roster or accounts have changed since:\n"), "{}", day2.stderr);
    assert!(day2.stderr.contains("1 new (zora)") && day2.stderr.contains("1 gone (nadia)"), "{}", day2.stderr);
    let has_leads =
        |rep: &str| rows(&day2.stdout).map(|rows| rows.iter().any(|row| row[1] == "assigned" && row[2] == rep));
    assert!(has_leads("zora")? && !has_leads("nadia")?);
    // The journal alone leads to the same: without the snapshot the third run finds nothing changed.
    remove_file(here.join("state/snapshot.json"))?;
    let day3 = route_leads(&here, &[&files[..], &["--leads", "day2.csv"]].concat())?;
    assert!(!day3.stderr.contains("have changed"), "{}", day3.stderr);
    assert!(day3.stderr.contains("0 assigned + 3 queued + 464 repeated"), "{}", day3.stderr);
    Ok(())
}
