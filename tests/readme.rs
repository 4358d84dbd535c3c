//! The README's plan, and what it says of a plan with mistakes. Its Rust is run as doc tests.

use lead_router::{Plan, RepRecord, Roster, Router};

const README: &str = include_str!("../README.md");

/// The blocks of a language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    README.split(opening.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn roster() -> Roster {
    let pools = ["closers", "smb", "mid-market", "enterprise"];
    Roster::new().rep(pools.into_iter().fold(RepRecord::new("ann"), RepRecord::pool))
}

#[test]
fn the_plan_in_the_readme_is_one_without_faults_or_findings() -> Result<(), Box<dyn std::error::Error>> {
    let plan: Plan = toml::from_str(blocks("toml").last().ok_or("no plan")?)?;
    let router = Router::new(plan, roster())?;
    assert_eq!(router.findings(), []);
    Ok(())
}

#[test]
fn the_mistakes_in_the_readme_are_told_as_it_says() -> Result<(), Box<dyn std::error::Error>> {
    let text = blocks("toml").last().ok_or("no plan")?.replace("\"closers\"", "\"closer\"").replace("1000", "100");
    let told = Router::new(toml::from_str(&text)?, roster()).err().ok_or("no fault")?.to_string();
    assert_eq!(blocks("text").first().ok_or("no text")?.trim_end(), told);
    Ok(())
}
