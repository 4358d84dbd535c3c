//! The README's plan, and what it says of a plan with mistakes. Its Rust is run as doc tests.

use lead_router::sla::{Act, Clock, Ladder, Whom};
use lead_router::{Plan, RepRecord, Roster, Router, Waiting, field, hours, round_robin};

const README: &str = include_str!("../README.md");

/// The blocks of a language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    README.split(opening.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// The first block of TOML with such a text in it.
fn block_with(text: &str) -> Option<&'static str> {
    blocks("toml").into_iter().find(|block| block.contains(text))
}

fn plan() -> Option<&'static str> {
    block_with("otherwise =")
}

fn roster() -> Roster {
    let pools = ["closers", "smb", "mid-market", "enterprise"];
    Roster::new().rep(pools.into_iter().fold(RepRecord::new("ann"), RepRecord::pool))
}

#[test]
fn the_plan_in_the_readme_is_one_without_faults_or_findings() -> Result<(), Box<dyn std::error::Error>> {
    let plan: Plan = toml::from_str(plan().ok_or("no plan")?)?;
    let router = Router::new(plan, roster())?;
    assert_eq!(router.findings(), []);
    Ok(())
}

#[test]
fn the_mistakes_in_the_readme_are_told_as_it_says() -> Result<(), Box<dyn std::error::Error>> {
    let text = plan().ok_or("no plan")?.replace("\"closers\"", "\"closer\"").replace("1000", "100");
    let told = Router::new(toml::from_str(&text)?, roster()).err().ok_or("no fault")?.to_string();
    assert_eq!(blocks("text").first().ok_or("no text")?.trim_end(), told);
    Ok(())
}

#[test]
fn the_ladders_in_the_readme_are_what_it_says() -> Result<(), Box<dyn std::error::Error>> {
    let head = "otherwise = \"triage\"\nroute = { round_robin = \"smb\" }\n";
    let plan: Plan = toml::from_str(&(head.to_owned() + block_with("[escalation]").ok_or("no ladder")?))?;
    let told = [(hours(2), Whom::Manager), (hours(4), Whom::role("sales leadership"))];
    let ladder = told.into_iter().fold(Ladder::new(), |ladder, (after, whom)| ladder.after(after, Act::Notify(whom)));
    let waiting = Waiting::new().first(field("requested_demo").is(true)).most("amount");
    let expected = Plan::new(round_robin("smb"))
        .otherwise("triage")
        .escalate(ladder.after(hours(6), Act::Reassign).by(Clock::WorkingTime))
        .waiting("triage", waiting.escalate(Ladder::new().after(hours(8), Act::queue("rescue"))));
    assert_eq!(plan, expected);
    let rep = RepRecord::new("ann").pool("smb").manager("maria");
    let maria = RepRecord::new("maria").role("sales leadership");
    assert_eq!(Router::new(plan, Roster::new().rep(rep).rep(maria))?.findings(), []);
    Ok(())
}

#[test]
fn the_roster_in_the_readme_has_the_hours_that_it_says() -> Result<(), Box<dyn std::error::Error>> {
    let roster: Roster = toml::from_str(block_with("[[reps]]").ok_or("no roster")?)?;
    let router = Router::new(Plan::new(round_robin("smb")).otherwise("triage"), roster)?;
    assert_eq!(router.findings(), []);
    // Friday, 14:30 in Los Angeles: half an hour is left, and the rest is worked off on Monday, in summer time.
    let ann = router.schedule("ann").ok_or("ann has no hours")?;
    assert_eq!(ann.add("2026-03-06T22:30:00Z".parse()?, hours(2)), Some("2026-03-09T17:30:00Z".parse()?));
    // Nobody works the night of Christmas Day, and the one before ends at noon.
    let bob = router.schedule("bob").ok_or("bob has no hours")?;
    assert_eq!(bob.next_opening("2026-12-24T12:00:00Z".parse()?), Some("2026-12-27T21:00:00Z".parse()?));
    assert!(
        router
            .gate("ann", "2026-07-17T20:00:00Z".parse()?)
            .is_some_and(|gate| gate.to_string().starts_with("on leave"))
    );
    Ok(())
}
