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

/// Routes a set with the plan and roster made for it, and checks what holds of every set. Gives each rep's shares.
fn check(name: &str, leads: usize, arguments: &[&str]) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let here = folder(name)?;
    let (plan, roster) = (data(&format!("{name}_plan.toml")), data(&format!("{name}_roster.csv")));
    let plan = ["--plan".into(), plan.display().to_string(), "--roster".into(), roster.display().to_string()];
    let files = ["--shares", "shares.csv"];
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
    Ok(shares)
}

#[test]
fn maven_opportunities_are_routed_from_first_to_last() -> Outcome {
    let Some(set) = set("maven_crm") else { return Ok(()) };
    let file = |name: &str| set.join(name).display().to_string();
    let (leads, accounts) = (file("sales_pipeline.csv"), file("accounts.csv") + "=account");
    let products = file("products.csv") + "=product";
    let enriched = ["--leads", &leads, "--enrich", &accounts, "--enrich", &products];
    check("maven", 8_800, &[&enriched[..], &["--id", "opportunity_id", "--time", "engage_date"]].concat())?;
    Ok(())
}

#[test]
fn olist_leads_are_routed_from_first_to_last() -> Outcome {
    let Some(set) = set("olist_funnel") else { return Ok(()) };
    let leads = set.join("olist_marketing_qualified_leads_dataset.csv");
    let here = leads.display().to_string();
    let shares = check("olist", 8_000, &["--leads", &here, "--id", "mql_id", "--time", "first_contact_date"])?;
    check_entitlement(&rows(&read_to_string(leads)?)?, &shares)
}

/// Works out anew, from the leads and the roster alone, what each rep of the Olist team was entitled to: of each lead, a
/// share by weight among those who could take it.
fn check_entitlement(leads: &[Vec<String>], shares: &[Vec<String>]) -> Outcome {
    let roster = rows(&read_to_string(data("olist_roster.csv"))?)?;
    let mut team = Vec::new();
    for rep in roster.iter().filter(|rep| rep[1] == "yes") {
        let (pool, weight) = rep[2].split_once(':').unwrap_or((&rep[2], "1"));
        let channels: Vec<&str> = rep[5].split("; ").collect();
        team.push((rep[0].as_str(), pool, weight.parse::<f64>()?, channels));
    }
    let mut entitled: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for lead in leads {
        let origin = lead[3].as_str();
        let (rotation, pool, channel) = match origin {
            "direct_traffic" | "referral" => ("closers", "closers", None),
            "" | "unknown" => ("source unknown", "qualifiers", None),
            // Nobody knows this channel: the least loaded takes it, without a turn.
            "other" => continue,
            _ => ("qualifiers", "qualifiers", Some(origin)),
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
