//! Real leads, from the first row to the last. The sets do not ship with the crate: where they are missing, the tests
//! say so and skip.

#![expect(clippy::disallowed_methods, reason = "tests read files")]
#![expect(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

mod example;

use example::{Outcome, data, folder, route_leads, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::read_to_string;
use std::path::{Path, PathBuf};

/// The folder of a set, if it is there.
fn set(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("LEAD_ROUTER_DATA").map_or_else(beside, PathBuf::from).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no folder {}; LEAD_ROUTER_DATA says where the sets are", folder.display());
    None
}

/// What became of a set.
struct Routed {
    /// For each lead: its id, the outcome, to whom, the path, the reason.
    assignments: Vec<Vec<String>>,
    /// Each rep's share of each rotation.
    shares: Vec<Vec<String>>,
}

/// Routes a set with the plan, roster, accounts and areas made for it, and checks what holds of every set.
fn check(name: &str, areas: &str, leads: usize, arguments: &[&str]) -> Result<Routed, Box<dyn Error>> {
    let here = folder(name)?;
    let file = |what: &str| data(&format!("{name}_{what}"));
    let roster = file("roster.csv");
    let areas = format!("{areas}={}", file("areas.csv").display());
    let plan = [("--plan", file("plan.toml")), ("--roster", roster.clone()), ("--accounts", file("accounts.csv"))];
    let plan: Vec<String> =
        plan.into_iter().flat_map(|(name, file)| [name.into(), file.display().to_string()]).collect();
    let files = ["--areas", &areas, "--shares", "shares.csv"];
    let all: Vec<&str> = plan.iter().map(String::as_str).chain(arguments.iter().copied()).chain(files).collect();
    let run = route_leads(&here, &all)?;
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(!here.join("rejects.csv").exists());

    let assignments = rows(&run.stdout)?;
    assert_eq!(assignments.len(), leads);
    let count = |outcome: &str| assignments.iter().filter(|row| row[1] == outcome).count();
    let (assigned, queued, repeated) = (count("assigned"), count("queued"), count("repeated"));
    assert_eq!(assigned + queued + repeated, leads);
    let sum = format!("{leads} leads in = {assigned} assigned + {queued} queued + {repeated} repeated + 0 rejected.");
    assert!(run.stderr.contains(&sum), "{}", run.stderr);
    assert!(!run.stderr.contains("warning") && !run.stderr.contains("serious"), "{}", run.stderr);
    check_paths(&run.stderr, &assignments)?;
    // Each id is there once in these sets.
    assert_eq!(repeated, 0);

    let roster = rows(&read_to_string(roster)?)?;
    let with = |active: &str| -> BTreeSet<&str> {
        roster.iter().filter(|rep| rep[1] == active).map(|rep| rep[0].as_str()).collect()
    };
    let (active, inactive) = (with("yes"), with("no"));
    assert!(!inactive.is_empty());
    let mut picks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in assignments.iter().filter(|row| row[1] == "assigned") {
        assert!(active.contains(row[2].as_str()), "{row:?}");
        *picks.entry(&row[2]).or_default() += 1;
    }
    assert_eq!(picks.len(), active.len(), "every active rep gets leads");

    let shares = rows(&read_to_string(here.join("shares.csv"))?)?;
    let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
    for [rotation, rep, _, received, entitled, difference, bound] in
        shares.iter().map(|row| <&[String; 7]>::try_from(row.as_slice())).collect::<Result<Vec<_>, _>>()?
    {
        let (received, bound): (usize, f64) = (received.parse()?, bound.parse()?);
        let (entitled, difference): (f64, f64) = (entitled.parse()?, difference.parse()?);
        let members = shares.iter().filter(|other| other[0] == *rotation).count();
        assert_eq!(bound, (members - 1) as f64 / 2.0);
        assert!(difference.abs() <= bound, "{rotation}: {rep} is {difference} from their share");
        assert!((received as f64 - entitled - difference).abs() < 1e-5);
        *turns.entry(rep).or_default() += received;
    }
    for (rep, turns) in turns {
        assert!(turns <= picks.get(rep).copied().unwrap_or(0), "{rep} received more turns than leads");
    }
    Ok(Routed { assignments, shares })
}

/// Checks the summary's table of paths against the assignments.
fn check_paths(summary: &str, assignments: &[Vec<String>]) -> Outcome {
    let mut expected: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for row in assignments {
        expected.entry(&row[3]).or_default()[usize::from(row[1] == "queued")] += 1;
    }
    let (_, table) = summary.split_once("\nLeads per path\n\n").ok_or("no table of paths")?;
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().ok_or("an empty table")?.split_whitespace().collect();
    assert_eq!(header, ["path", "assigned", "queued"]);
    let mut told = BTreeMap::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let (rest, queued) = line.rsplit_once(char::is_whitespace).ok_or("no count")?;
        let (path, assigned) = rest.trim_end().rsplit_once(char::is_whitespace).ok_or("no path")?;
        told.insert(path.trim(), [assigned.parse()?, queued.parse()?]);
    }
    assert_eq!(told, expected);
    Ok(())
}

/// Counts leads by what somebody says of each.
fn counted<'a>(paths: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    paths.into_iter().for_each(|path| *counts.entry(path).or_default() += 1);
    counts
}

/// The owners of a set's accounts who are not inactive, by account.
fn owners(name: &str) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let roster = rows(&read_to_string(data(&format!("{name}_roster.csv")))?)?;
    let active: BTreeSet<&str> = roster.iter().filter(|rep| rep[1] == "yes").map(|rep| rep[0].as_str()).collect();
    let accounts = rows(&read_to_string(data(&format!("{name}_accounts.csv")))?)?;
    let owned = accounts.iter().filter(|account| active.contains(account[1].as_str()));
    let owners: BTreeMap<_, _> = owned.map(|account| (account[0].clone(), account[1].clone())).collect();
    assert_eq!(owners.len() + 1, accounts.len(), "one owner is on leave");
    Ok(owners)
}

#[test]
fn maven_opportunities_are_routed_from_first_to_last() -> Outcome {
    let Some(set) = set("maven_crm") else { return Ok(()) };
    let file = |name: &str| set.join(name).display().to_string();
    let (leads, accounts) = (file("sales_pipeline.csv"), file("accounts.csv") + "=account");
    let products = file("products.csv") + "=product";
    let enriched = ["--leads", &leads, "--enrich", &accounts, "--enrich", &products];
    let named = ["--id", "opportunity_id", "--time", "engage_date"];
    let routed = check("maven", "regions", 8_800, &[&enriched[..], &named].concat())?;

    // Where each lead should have gone, from the data and the owners alone.
    let owners = owners("maven")?;
    let companies: BTreeMap<String, Vec<String>> = rows(&read_to_string(set.join("accounts.csv"))?)?
        .into_iter()
        .map(|company| (company[0].clone(), company))
        .collect();
    for (lead, row) in rows(&read_to_string(leads)?)?.iter().zip(&routed.assignments) {
        let path = match companies.get(&lead[3]) {
            _ if owners.contains_key(&lead[3]) => "company owner",
            None => "company unknown",
            Some(company) => match (company[5].as_str(), company[1].as_str()) {
                ("United States", "entertainment" | "marketing" | "retail" | "services") => "trade",
                ("United States", "employment" | "finance" | "medical") => "care and money",
                ("United States", _) => "technology",
                ("China" | "Japan" | "Korea" | "Philipines", _) => "asia",
                ("Brazil" | "Jordan" | "Kenya" | "Panama", _) => "elsewhere",
                _ => "europe",
            },
        };
        assert_eq!((row[0].as_str(), row[3].as_str()), (lead[0].as_str(), path), "{lead:?}");
        if let Some(owner) = owners.get(&lead[3]) {
            assert_eq!(row[2], *owner, "{lead:?}");
        }
    }
    let counts = counted(routed.assignments.iter().map(|row| row[3].as_str()));
    assert_eq!((counts["company owner"], counts["trade"], counts["asia"]), (989, 2_301, 233));
    Ok(())
}

#[test]
fn olist_leads_are_routed_from_first_to_last() -> Outcome {
    let Some(set) = set("olist_funnel") else { return Ok(()) };
    let leads = set.join("olist_marketing_qualified_leads_dataset.csv");
    let here = leads.display().to_string();
    let named = ["--leads", &here, "--id", "mql_id", "--time", "first_contact_date"];
    let routed = check("olist", "sources", 8_000, &named)?;
    let leads = rows(&read_to_string(leads)?)?;

    let owners = owners("olist")?;
    let paths: Vec<&str> = leads.iter().map(|lead| olist_path(&owners, lead)).collect();
    for ((lead, row), path) in leads.iter().zip(&routed.assignments).zip(&paths) {
        assert_eq!((row[0].as_str(), row[3].as_str()), (lead[0].as_str(), *path), "{lead:?}");
    }
    let counts = counted(paths.iter().copied());
    assert_eq!((counts["page owner"], counts["flagship page"], counts["warm"]), (382, 197, 772));
    check_entitlement(&leads, &paths, &routed.shares)
}

/// Where a lead of the Olist set should go.
fn olist_path(owners: &BTreeMap<String, String>, lead: &[String]) -> &'static str {
    match lead[3].as_str() {
        _ if owners.contains_key(&lead[2]) => "page owner",
        "direct_traffic" | "referral" => "warm",
        "organic_search" | "paid_search" if lead[2].starts_with("b76ef") => "flagship page",
        "organic_search" | "paid_search" | "social" | "email" | "display" | "other_publicities" => "channels",
        "other" => "other channels",
        _ => "source unknown",
    }
}

/// Works out anew, from the leads, their paths and the roster alone, what each rep of the Olist team was entitled to: of
/// each lead, a share by weight among those who could take it.
fn check_entitlement(leads: &[Vec<String>], paths: &[&str], shares: &[Vec<String>]) -> Outcome {
    let roster = rows(&read_to_string(data("olist_roster.csv"))?)?;
    let mut team = Vec::new();
    for rep in roster.iter().filter(|rep| rep[1] == "yes") {
        let (pool, weight) = rep[2].split_once(':').unwrap_or((&rep[2], "1"));
        let channels: Vec<&str> = rep[5].split("; ").collect();
        team.push((rep[0].as_str(), pool, weight.parse::<f64>()?, channels));
    }
    let mut entitled: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for (lead, path) in leads.iter().zip(paths) {
        let (rotation, pool, channel) = match *path {
            "warm" | "flagship page" => ("closers", "closers", None),
            "source unknown" => ("source unknown", "qualifiers", None),
            "channels" => ("qualifiers", "qualifiers", Some(lead[3].as_str())),
            // Who owns the page, or has the fewest leads, takes it without a turn.
            _ => continue,
        };
        let can_take = team
            .iter()
            .filter(|(_, of, _, channels)| *of == pool && channel.is_none_or(|channel| channels.contains(&channel)));
        let weights: f64 = can_take.clone().map(|(_, _, weight, _)| weight).sum();
        for (rep, _, weight, _) in can_take {
            *entitled.entry((rotation, rep)).or_default() += weight / weights;
        }
    }
    for row in shares {
        let (received, says): (f64, f64) = (row[3].parse()?, row[4].parse()?);
        let expected = entitled.remove(&(row[0].as_str(), row[1].as_str())).unwrap_or(0.0);
        assert!((says - expected).abs() < 1e-4, "{row:?}, but {expected}");
        // The bound is the promise; on real leads it is not even a whole turn.
        assert!((received - expected).abs() < 1.0, "{row:?}, but {expected}");
    }
    assert!(entitled.is_empty(), "{entitled:?}");
    Ok(())
}
