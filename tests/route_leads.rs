//! The example `route_leads` as a program: what it prints, what it writes, what it refuses.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod example;

use example::{Outcome, data, example, folder, route_leads, rows};
use lead_router::{Account, FieldValue, Plan, RepRecord, Roster};
use std::collections::BTreeMap;
use std::fs::{read, read_to_string, write};
use std::io::Read;
use std::process::Stdio;

/// What a leads file of these tests looks like: everything that the sample's plan asks for, and no time.
const LEADS: &str = "id,at,email,language,employees,source\n";

#[test]
fn the_sample_is_routed_to_the_last_lead() -> Outcome {
    let here = folder("sample")?;
    let run = route_leads(&here, &["--shares", "shares.csv"])?;
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.starts_with("lead,outcome,to,path,reason\n"));

    let (leads, assignments) = (rows(&read_to_string(data("leads.csv"))?)?, rows(&run.stdout)?);
    assert_eq!(leads.len(), 800);
    assert!(leads.iter().map(|lead| &lead[0]).eq(assignments.iter().map(|row| &row[0])));
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &assignments {
        *outcomes.entry(&row[1]).or_default() += 1;
        assert!(row.iter().skip(1).all(|cell| !cell.is_empty()), "{row:?}");
    }
    let [assigned, queued, repeated] = ["assigned", "queued", "repeated"].map(|outcome| outcomes[outcome]);
    assert_eq!(assigned + queued + repeated, 800);
    let sum = format!(
        "800 leads in = {assigned} assigned + {queued} queued + {repeated} repeated + 0 rejected. None is lost.\n"
    );
    assert!(run.stderr.ends_with(&sum), "{}", run.stderr);

    // The summary fits a terminal, the sample has nothing to warn about, and nobody is far from their share.
    assert!(run.stderr.lines().all(|line| line.chars().count() <= 100), "{}", run.stderr);
    assert!(!run.stderr.contains("warning") && !run.stderr.contains("serious"), "{}", run.stderr);
    for row in rows(&read_to_string(here.join("shares.csv"))?)? {
        let (difference, bound): (f64, f64) = (row[5].parse()?, row[6].parse()?);
        assert!(difference.abs() <= bound, "{row:?}");
    }
    assert!(!here.join("rejects.csv").exists(), "nobody asked for an empty file of rejects");
    Ok(())
}

#[test]
fn the_same_input_gives_the_same_bytes() -> Outcome {
    let here = folder("same bytes")?;
    let first = route_leads(&here, &[])?;
    let second = route_leads(&here, &[])?;
    assert_eq!((&first.stdout, &first.stderr), (&second.stdout, &second.stderr));

    // The order in which reps and accounts are listed changes nothing.
    for file in ["roster.csv", "accounts.csv"] {
        let text = read_to_string(data(file))?;
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines[1..].rotate_left(4);
        write(here.join(file), lines.join("\n"))?;
    }
    let shuffled = route_leads(&here, &["--roster", "roster.csv", "--accounts", "accounts.csv"])?;
    assert_eq!(shuffled.stdout, first.stdout);
    Ok(())
}

#[test]
fn json_and_toml_say_the_same_as_csv() -> Outcome {
    let here = folder("formats")?;
    let plan: Plan = toml::from_str(&read_to_string(data("plan.toml"))?)?;
    write(here.join("plan.json"), serde_json::to_string_pretty(&plan)?)?;
    let roster = sample_roster()?;
    write(here.join("roster.json"), serde_json::to_string_pretty(&roster)?)?;
    write(here.join("roster.toml"), toml::to_string(&roster)?)?;
    let accounts = BTreeMap::from([("accounts", sample_accounts()?)]);
    write(here.join("accounts.json"), serde_json::to_string_pretty(&accounts)?)?;
    write(here.join("accounts.toml"), toml::to_string(&accounts)?)?;
    let mut lines = String::new();
    let mut leads = csv::Reader::from_path(data("leads.csv"))?;
    for lead in leads.deserialize() {
        let lead: BTreeMap<String, String> = lead?;
        lines += &serde_json::to_string(&lead)?;
        lines.push('\n');
    }
    write(here.join("leads.jsonl"), lines)?;

    let csv = route_leads(&here, &[])?;
    for ending in ["json", "toml"] {
        let (roster, accounts) = (format!("roster.{ending}"), format!("accounts.{ending}"));
        let files = ["--plan", "plan.json", "--roster", &roster, "--accounts", &accounts, "--leads", "leads.jsonl"];
        let run = route_leads(&here, &files)?;
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert_eq!(run.stdout, csv.stdout);
    }
    Ok(())
}

fn sample_roster() -> Result<Roster, Box<dyn std::error::Error>> {
    let mut roster = Roster::new();
    for row in csv::Reader::from_path(data("roster.csv"))?.deserialize() {
        let row: BTreeMap<String, String> = row?;
        let cell = |name: &str| row.get(name).map_or("", String::as_str);
        let parts = |name: &str| cell(name).split("; ").filter(|part| !part.is_empty()).map(str::to_owned);
        let mut rep = RepRecord::new(cell("id"));
        rep.name = Some(cell("name").to_owned());
        rep.inactive = cell("active") == "no";
        rep.capacity = cell("capacity").parse().ok();
        rep.manager = Some(cell("manager").to_owned()).filter(|manager| !manager.is_empty());
        rep.roles = parts("roles").collect();
        for pool in parts("pools") {
            let (name, weight) = pool.split_once(':').unwrap_or((&pool, "1"));
            rep.pools.insert(name.to_owned(), weight.parse()?);
        }
        let languages: Vec<String> = parts("languages").collect();
        let seniority: i64 = cell("seniority").parse()?;
        roster = roster.rep(rep.with("languages", languages).with("seniority", FieldValue::from(seniority)));
    }
    Ok(roster)
}

fn sample_accounts() -> Result<Vec<Account>, Box<dyn std::error::Error>> {
    let mut accounts = Vec::new();
    for row in csv::Reader::from_path(data("accounts.csv"))?.deserialize() {
        let (id, _, owner, domains): (String, String, Option<String>, String) = row?;
        let account = domains.split("; ").fold(Account::new(id), |account, domain| account.domain(domain));
        accounts.push(owner.into_iter().fold(account, |account, owner| account.owner(owner)));
    }
    Ok(accounts)
}

#[test]
fn rows_that_cannot_be_read_cost_no_other_row() -> Outcome {
    let here = folder("bad rows")?;
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend_from_slice(LEADS.as_bytes());
    bytes.extend_from_slice(b"A,2026-03-02,a@x.example,english,10,search\n\n");
    bytes.extend_from_slice(b"B,next week,b@x.example,english,10,search\n");
    bytes.extend_from_slice(b"C,2026-03-02 10:30,c@x.example,english\n");
    bytes.extend_from_slice(b"D,2026-03-02T10:30:00Z,d@x.example,english,10,search,more\n");
    bytes.extend_from_slice(b"E,,e@x.example,\xff,10,search\n");
    bytes.extend_from_slice(b"F,,\"f@x.example,english,10,search\n");
    bytes.extend_from_slice(b"G,2026-03-01,\"g@x.example\",english,10,\"two\nlines\"\r\n");
    bytes.extend_from_slice(b"A,2026-03-03,a@x.example,english,10,search\n");
    bytes.extend_from_slice(b",2026-03-03,h@x.example,english,NaN,5\" pipe\n");
    write(here.join("leads.csv"), &bytes)?;
    let run = route_leads(&here, &["--leads", "leads.csv", "--output", "out.csv"])?;

    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    for named in [
        "rejected: leads.csv: line 4, column 2: `next week` is no time; write `2026-03-02T14:30:00Z`, ",
        "rejected: leads.csv: line 5, column 5: the row has 4 cells, and the header 6\n",
        "rejected: leads.csv: line 6, column 7: the row has 7 cells, and the header 6\n",
        "rejected: leads.csv: line 7, column 4: the cell is not UTF-8\n",
        "rejected: leads.csv: line 8, column 3: a quote opens here that does not close where the cell ends\n",
        "1 lead came in before a lead further up, and counted as coming with it.\n",
        "5 rejected rows were written to out.rejects.csv.\n",
        "9 leads in = 2 assigned + 1 queued + 1 repeated + 5 rejected. None is lost.\n",
    ] {
        assert!(run.stderr.contains(named), "{named}\n{}", run.stderr);
    }
    let assignments = rows(&read_to_string(here.join("out.csv"))?)?;
    let outcomes: Vec<_> = assignments.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    assert_eq!(outcomes, [("A", "assigned"), ("G", "assigned"), ("A", "repeated"), ("", "queued")]);
    assert_eq!(assignments[0][2], assignments[2][2]);

    let rejects = read(here.join("out.rejects.csv"))?;
    let mut rejects = csv::Reader::from_reader(rejects.as_slice());
    assert_eq!(rejects.headers()?, vec!["line", "column", "reason", "row"]);
    let rejects: Vec<csv::ByteRecord> = rejects.byte_records().collect::<Result<_, _>>()?;
    assert_eq!(rejects.len(), 5);
    assert_eq!(&rejects[0][0], b"4");
    assert_eq!(&rejects[3][3], b"E,,e@x.example,\xff,10,search");
    Ok(())
}

#[test]
fn json_lines_that_cannot_be_read_cost_no_other_line() -> Outcome {
    let here = folder("bad lines")?;
    let lines = [
        r#"{"id": "A", "at": "2026-03-02", "employees": 10, "language": null}"#,
        "",
        r#"{"id": 17, "employees": 1200.0}"#,
        r#"{"id": "C", "at": "soon"}"#,
        r#"{"id": "D", "employees": {"total": 10}}"#,
        r#"{"id": "#,
        r#"["E"]"#,
    ];
    write(here.join("leads.jsonl"), lines.join("\n"))?;
    let run = route_leads(&here, &["--leads", "leads.jsonl"])?;
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    for named in [
        "rejected: leads.jsonl: line 4, column 25: `soon` is no time; ",
        "rejected: leads.jsonl: line 5, column 33: invalid type: map, expected a text, ",
        "rejected: leads.jsonl: line 6, column 6: EOF while parsing a value\n",
        "rejected: leads.jsonl: line 7, column 1: invalid type: sequence, expected an object with the fields of a lead\n",
        "4 rejected rows were written to rejects.csv.\n",
        "6 leads in = 2 assigned + 0 queued + 0 repeated + 4 rejected. None is lost.\n",
    ] {
        assert!(run.stderr.contains(named), "{named}\n{}", run.stderr);
    }
    assert_eq!(rows(&run.stdout)?.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["A", "17"]);
    assert_eq!(rows(&read_to_string(here.join("rejects.csv"))?)?.len(), 4);
    Ok(())
}

#[test]
fn a_queued_lead_that_comes_again_is_counted_once() -> Outcome {
    let here = folder("again")?;
    // First without a size, which waits; then with one, which goes to a rep; then once more.
    let rows_of_one = "A,,,english,,search\nA,,,english,,search\nA,,,english,10,search\nA,,,english,10,search\n";
    write(here.join("leads.csv"), LEADS.to_owned() + rows_of_one)?;
    let run = route_leads(&here, &["--leads", "leads.csv"])?;
    let outcomes: Vec<String> = rows(&run.stdout)?.into_iter().map(|row| row[1].clone()).collect();
    assert_eq!(outcomes, ["queued", "repeated", "repeated", "repeated"]);
    assert!(run.stderr.contains("4 leads in = 1 assigned + 0 queued + 3 repeated + 0 rejected."), "{}", run.stderr);
    assert!(run.stderr.contains("No lead says when it came in: all were decided as of now."), "{}", run.stderr);
    Ok(())
}

#[test]
fn faults_of_a_plan_are_named_with_file_line_and_column() -> Outcome {
    let here = folder("bad plans")?;
    write(here.join("key.toml"), "otherwise = \"triage\"\n\n[rout]\nround_robin = \"smb\"\n")?;
    write(here.join("key.json"), "{\n  \"otherwise\": \"triage\",\n  \"rout\": {}\n}")?;
    write(here.join("name.toml"), "otherwise = \"triage\"\nroute = { round_robin = \"smbb\" }\n")?;
    write(here.join("plan.yaml"), "otherwise: triage\n")?;
    for (plan, says) in [
        ("key.toml", "error: key.toml: TOML parse error at line 3, column 2\n"),
        ("key.toml", "unknown field `rout`, expected one of "),
        ("key.json", "error: key.json: unknown field `rout`, expected one of "),
        ("key.json", "at line 3 column 8\n"),
        ("name.toml", "error: name.toml with "),
        ("name.toml", ": route.round_robin: there is no pool `smbb`; did you mean `smb`?\n"),
        ("plan.yaml", "error: plan.yaml: its name ends neither in `.toml` nor in `.json`\n"),
        ("none.toml", "error: none.toml: it cannot be read: there is no such file or folder\n"),
    ] {
        let run = route_leads(&here, &["--plan", plan])?;
        assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""), "{plan}");
        assert!(run.stderr.contains(says), "{says}\n{}", run.stderr);
    }
    Ok(())
}

#[test]
fn faults_of_a_roster_are_named_all_at_once() -> Outcome {
    let here = folder("bad rosters")?;
    write(here.join("cells.csv"), "id,pools,capacity,active\nann,smb:x,10,yes\nbob,smb,many,maybe\n,,,\n")?;
    write(here.join("cells.txt"), "id\nann\n")?;
    write(here.join("short.csv"), "id,pools\nann\n")?;
    write(here.join("no id.csv"), "name,pools\nAnn,smb\n")?;
    write(here.join("twice.csv"), "id,id\nann,bob\n")?;
    for (roster, says) in [
        (
            "cells.csv",
            "error: cells.csv: line 2, column 2: `x` is no whole weight in `smb:x`; write `closers:3`\n  \
             line 3, column 3: `many` is no whole number of open leads\n  \
             line 3, column 4: `maybe` is neither `yes` nor `no`\n",
        ),
        ("cells.txt", "error: cells.txt: its name ends neither in `.toml` nor in `.json`\n"),
        ("short.csv", "error: short.csv: line 2, column 2: the row has 1 cell, and the header 2\n"),
        ("no id.csv", "error: no id.csv: there is no column `id`; the columns are `name`, `pools`\n"),
        ("twice.csv", "error: twice.csv: line 1, column 2: the column `id` is there twice\n"),
    ] {
        let run = route_leads(&here, &["--roster", roster])?;
        assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (Some(1), "", says));
    }
    Ok(())
}

#[test]
fn hours_leave_and_caps_come_from_the_roster() -> Outcome {
    let here = folder("hours")?;
    write(here.join("plan.toml"), "otherwise = \"triage\"\nroute = { available = { round_robin = \"smb\" } }\n")?;
    write(
        here.join("roster.csv"),
        "id,pools,zone,hours,leave,caps\n\
         ann,smb,America/New_York,\"mon-thu 09:00-12:00, 13:00-17:00; fri 09:00-12:00\",,\n\
         bob,smb,Europe/Berlin,mon-fri 09:00-17:00,2026-03-02; 2026-03-09 to 2026-03-13,1 per day\n\
         cid,smb,,always,,1 per week; 1 per rolling hour\n",
    )?;
    // In the morning of Monday only cid is there, until the cap; then ann, who has lunch at five in the afternoon, UTC. On Tuesday
    // bob is there for one lead.
    write(
        here.join("leads.csv"),
        "id,at\nA,2026-03-02T09:00:00Z\nB,2026-03-02T10:30:00Z\nC,2026-03-02T16:00:00Z\nD,2026-03-02T17:30:00Z\n\
         E,2026-03-03T09:00:00Z\nF,2026-03-03T10:00:00Z\n",
    )?;
    let files = ["--plan", "plan.toml", "--roster", "roster.csv", "--leads", "leads.csv"];
    let run = route_leads(&here, &files)?;
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let to: Vec<String> = rows(&run.stdout)?.into_iter().map(|row| row[2].clone()).collect();
    assert_eq!(to, ["cid", "triage", "ann", "triage", "bob", "triage"]);

    write(here.join("bad.csv"), "id,pools,hours,caps\nann,smb,nine to five,lots\n")?;
    let run = route_leads(&here, &["--plan", "plan.toml", "--roster", "bad.csv", "--leads", "leads.csv"])?;
    assert_eq!(
        run.stderr,
        "error: bad.csv: line 2, column 3: `nine to five` names no hours; write `mon-fri 09:00-17:00`\n  \
         line 2, column 4: `lots` is not a cap: write it like \"20 per day\" or \"5 per rolling hour\", with hour, day, week or month\n"
    );
    Ok(())
}

#[test]
fn areas_come_from_a_file_of_their_own() -> Outcome {
    let here = folder("areas")?;
    write(here.join("leads.csv"), "id,country,zip,account_id\nA,DE,80331,\nB,de,10115,\nC,FR,,\nD,FR,,A-17\n")?;
    write(here.join("plan.toml"), "otherwise = \"triage\"\nroute = { use = \"regions\" }\n")?;
    write(
        here.join("areas.csv"),
        "territory,country,zip,rep,pool,accounts\nmunich,DE,80*; 81*,ingo,,\n\ndach,DE; AT; CH,,,smb,\nkeys,,,odile,,A-17\n",
    )?;
    let files = ["--plan", "plan.toml", "--leads", "leads.csv", "--areas", "regions=areas.csv"];
    let run = route_leads(&here, &files)?;
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let paths: Vec<String> = rows(&run.stdout)?.into_iter().map(|row| format!("{} {}", row[3], row[1])).collect();
    assert_eq!(paths, ["munich assigned", "dach assigned", "otherwise queued", "keys assigned"]);
    Ok(())
}

#[test]
fn faults_of_areas_are_named_with_file_line_and_column() -> Outcome {
    let here = folder("bad areas")?;
    write(here.join("plan.toml"), "otherwise = \"triage\"\nroute = { use = \"regions\" }\n")?;
    write(here.join("header.csv"), "territory,country,name\ndach,DE,ann\n")?;
    write(here.join("cells.csv"), "territory,size,rep,pool\na/b,10..5,ingo,smb\n,,,\nc,..x,,\n")?;
    write(here.join("names.csv"), "territory,size,rep,pool\na,,ingoo,\n\nb,..5,,smbb\n")?;
    write(here.join("case.csv"), "Territory,Size,REP,Pool\na,,ingoo,\nb,..5,,smbb\n")?;
    write(here.join("slip.csv"), "territory,size,rep,acounts\na,..5,ingo,A-17\n")?;
    write(here.join("ragged.csv"), "territory,size,rep\na,1\n")?;
    let roster = data("roster.csv").display().to_string();
    for (areas, says) in [
        (
            "header.csv",
            "header.csv: line 1, column 3: no field can be called `name` here; the area's name stands in `territory`\n  \
             line 1, column 4: there is no column `rep`, `pool`, `queue`, `parked` or `step`\n",
        ),
        (
            "cells.csv",
            "cells.csv: line 2, column 1: territory `a/b` has a `/`, which paths put between labels\n  \
             line 2, column 2: `10..5` is empty: no number is at least 10 and below 5\n  \
             line 2, column 4: `pool` is said beside `rep`; leads go to one of them\n  \
             line 4, column 2: `..x` is no band of numbers; write `100..1000`, `100..` or `..1000`\n  \
             line 4, column 3: it is not said where leads go: to a rep, a pool, a queue, a parked queue or a step\n",
        ),
        (
            "names.csv",
            "plan.toml with roster.csv: 2 faults\n  \
             names.csv: line 2, column 3: there is no rep `ingoo`; did you mean `ingo`?\n  \
             names.csv: line 4, column 4: there is no pool `smbb`; did you mean `smb`?\n",
        ),
        (
            "case.csv",
            "plan.toml with roster.csv: 2 faults\n  \
             case.csv: line 2, column 3: there is no rep `ingoo`; did you mean `ingo`?\n  \
             case.csv: line 3, column 4: there is no pool `smbb`; did you mean `smb`?\n",
        ),
        ("slip.csv", "slip.csv: line 1, column 4: no field can be called `acounts` here; did you mean `accounts`?\n"),
        ("ragged.csv", "ragged.csv: line 2, column 3: the row has 2 cells, and the header 3\n"),
        ("none.csv", "none.csv: it cannot be read: there is no such file or folder\n"),
    ] {
        let name = format!("regions={areas}");
        let run = route_leads(&here, &["--plan", "plan.toml", "--roster", &roster, "--areas", &name])?;
        assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""));
        assert_eq!(run.stderr.replace(&roster, "roster.csv"), format!("error: {says}"));
    }
    Ok(())
}

#[test]
fn faults_of_other_arguments_are_named() -> Outcome {
    let here = folder("bad arguments")?;
    write(here.join("leads.csv"), "id,at\nA,2026-03-02\n")?;
    write(here.join("twice.csv"), "company,size\nx,1\nx,2\n")?;
    write(here.join("accounts.csv"), "id,owner\nA-1,ingo\nA-1,odile\n")?;
    let columns = "the columns are `id`, `at`\n";
    for (arguments, says) in [
        (&["--leads", "leads.csv", "--id", "key"][..], format!("leads.csv: there is no column `key`; {columns}")),
        (&["--leads", "leads.csv", "--time", "when"], format!("leads.csv: there is no column `when`; {columns}")),
        (
            &["--enrich", "twice.csv=company"],
            "twice.csv: line 3, column 1: `x` is there twice; the first is on line 2\n".into(),
        ),
        (&["--enrich", "twice.csv"], "it needs a file and a column, like `accounts.csv=account`".into()),
        (
            &["--accounts", "accounts.csv"],
            "accounts.csv: line 3, column 1: account `A-1` is there twice; the first is on line 2\n".into(),
        ),
        (&["--areas", "areas.csv"], "it needs the name of a step and a file, like `regions=areas.csv`".into()),
        (&["--explain", "L-nobody"], "there is no lead `L-nobody`\n".into()),
        (&["--output", "none/out.csv"], "none/out.csv: it cannot be written: there is no such file or folder\n".into()),
        (&["--colour"], "invalid option '--colour'; `--help` tells more\n".into()),
    ] {
        let run = route_leads(&here, arguments)?;
        assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(&says), "{says}\n{}", run.stderr);
    }
    let help = route_leads(&here, &["--help"])?;
    assert_eq!((help.status, help.stderr.as_str()), (Some(0), ""));
    assert!(help.stdout.lines().all(|line| line.chars().count() <= 100));
    Ok(())
}

#[test]
fn a_lead_is_explained_as_it_was_at_its_turn() -> Outcome {
    let here = folder("explain")?;
    let assignments = rows(&route_leads(&here, &[])?.stdout)?;
    let twice = assignments.iter().find(|row| row[1] == "repeated").ok_or("the sample has repeats")?;
    let id = twice[0].as_str();
    let first = assignments.iter().find(|row| row[0] == id).ok_or("it came in before")?;

    let run = route_leads(&here, &["--explain", id])?;
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let (turn, again) = run.stdout.split_once("\n\n").ok_or("it came in twice")?;
    let [_, _, rep, path, reason] = first.as_slice() else { return Err("five cells".into()) };
    assert!(turn.starts_with(&format!("{id}: assigned to {rep} by {path}: {reason}\n  first_of: ")), "{turn}");
    assert!(turn.contains("when source is \"careers page\": passed, because "), "{turn}");
    assert!(turn.contains(&format!(": assigned to {rep}\n")), "{turn}");
    assert!(turn.ends_with("wanda is inactive"), "who else could have had it, and why not: {turn}");
    assert_eq!(again, format!("{id}: assigned to {rep} by {path}: {}\n", twice[4]));
    assert_eq!(std::fs::read_dir(&here)?.count(), 0, "who only asks wants no files");

    // Beside an output, it is printed, too.
    let both = route_leads(&here, &["--explain", id, "--output", "out.csv"])?;
    assert_eq!(both.stdout, run.stdout);
    assert_eq!(rows(&read_to_string(here.join("out.csv"))?)?, assignments);
    Ok(())
}

#[test]
fn columns_of_other_files_enrich_leads() -> Outcome {
    let here = folder("enrich")?;
    write(here.join("leads.csv"), "key,company,employees\nA,x,\nB,y,10\nC,z,\nD,,\n")?;
    // The key is the column of the same name, or else the first. What a lead says itself stays.
    write(here.join("sizes.csv"), "employees,company\n700,x\n700,y\n")?;
    write(here.join("sources.csv"), "name,source\nz,careers page\n")?;
    let files = ["--leads", "leads.csv", "--enrich", "sizes.csv=company", "--enrich", "sources.csv=company"];
    let run = route_leads(&here, &[&files[..], &["--id", "key"]].concat())?;
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let paths: Vec<String> = rows(&run.stdout)?.into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(paths, ["large", "small", "job seekers", "size unknown"]);
    assert!(run.stderr.contains("2 leads found nothing in sizes.csv.\n3 leads found nothing in sources.csv.\n"));
    Ok(())
}

#[test]
fn leads_come_from_standard_input_and_readers_may_leave() -> Outcome {
    let leads = std::fs::File::open(data("leads.csv"))?;
    let mut child = example("route_leads")?
        .args(["--leads", "-"])
        .stdin(leads)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // As `head` does: read a little, then close.
    let mut stdout = child.stdout.take().ok_or("it was piped")?;
    stdout.read_exact(&mut [0; 4])?;
    drop(stdout);
    let output = child.wait_with_output()?;
    let stderr = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("leads     standard input, 800 rows\n"), "{stderr}");
    assert!(stderr.ends_with("None is lost.\n"), "{stderr}");
    Ok(())
}

#[test]
fn the_sample_is_what_its_generator_writes() -> Outcome {
    let here = folder("generated")?;
    assert!(example("generate_sample")?.arg(&here).status()?.success());
    for file in ["accounts.csv", "leads.csv"] {
        assert_eq!(read_to_string(here.join(file))?, read_to_string(data(file))?, "{file}");
    }
    Ok(())
}

#[test]
fn accounts_say_what_business_there_is_with_them() -> Outcome {
    let here = folder("business")?;
    write(
        here.join("plan.toml"),
        "otherwise = \"triage\"\nroute.account_owner.keeps = [\"customer\", { lost_within = \"90 days\" }]\n",
    )?;
    write(here.join("roster.csv"), "id\nann\n")?;
    write(
        here.join("leads.csv"),
        "id,at,account_id\nL-1,2026-03-02,A\nL-2,2026-03-02,B\nL-3,2026-03-02,C\nL-4,2026-03-02,D\n",
    )?;
    let header = "id,owner,open_opportunities,customer,lost_at,late_stage";
    let accounts =
        format!("{header}\nA,ann,,yes,,\nB,ann,2,no,2026-01-15,\nC,ann,3,,2025-11-15,yes\nD,ann,3,,2025-11-15,no\n");
    write(here.join("accounts.csv"), accounts)?;
    let files = ["--plan", "plan.toml", "--roster", "roster.csv", "--leads", "leads.csv", "--accounts", "accounts.csv"];
    let run = route_leads(&here, &files)?;
    let reasons: Vec<String> = rows(&run.stdout)?.iter().map(|row| row[4].clone()).collect();
    let owns = "owns the lead's account, found by account id";
    assert_eq!(
        reasons,
        [
            format!("{owns}, a customer"),
            format!("{owns}, lost not long ago"),
            format!("{owns}, with an opportunity at a late stage"),
            "the owner has no business with the lead's account now".to_owned(),
        ]
    );
    write(here.join("accounts.csv"), format!("{header}\nA,ann,,perhaps,,\n"))?;
    let refused = route_leads(&here, &files)?;
    assert_eq!(refused.status, Some(1));
    assert!(
        refused.stderr.contains("accounts.csv: line 2, column 4: `perhaps` is neither `yes` nor `no`"),
        "{}",
        refused.stderr
    );
    Ok(())
}
