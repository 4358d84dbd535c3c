//! Writes the sample leads and accounts of `examples/data`. Every name in them is invented.
//!
//! `cargo run --example generate_sample` writes the same bytes each time: what looks like chance is the crate's stable
//! hash of a seed and a row's number. Name a folder to write there instead.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use lead_router::stable_hash;
use std::error::Error;
use std::path::{Path, PathBuf};

const SEED: &str = "sample leads 1";
const LEADS: usize = 800;
const COMPANIES: usize = 160;
/// The first companies are accounts, each looked after by a rep of `roster.csv`.
const ACCOUNTS: usize = 30;
const OWNERS: [&str; 6] = ["odile", "ingo", "renata", "tomas", "farah", "kemal"];

const LEAD_COLUMNS: [&str; 13] = [
    "id",
    "at",
    "email",
    "contact",
    "company",
    "country",
    "language",
    "industry",
    "employees",
    "source",
    "demo_at",
    "video_at",
    "pricing_at",
];

fn main() -> Result<(), Box<dyn Error>> {
    let sample = || Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data");
    let folder = std::env::args_os().nth(1).map_or_else(sample, PathBuf::from);
    write_accounts(&folder.join("accounts.csv"))?;
    write_leads(&folder.join("leads.csv"))
}

/// A number below `sides` that is always the same for the same question about the same row.
fn draw(sides: usize, question: &str, row: usize) -> usize {
    let hash = stable_hash(&[SEED, question, &row.to_string()]);
    usize::try_from(hash % sides.max(1) as u64).unwrap_or(0)
}

/// Whether something happens that happens to so many rows in a hundred.
fn happens(percent: usize, question: &str, row: usize) -> bool {
    draw(100, question, row) < percent
}

fn one_of<'a>(from: &[&'a str], question: &str, row: usize) -> &'a str {
    from.get(draw(from.len(), question, row)).copied().unwrap_or_default()
}

struct Company {
    name: String,
    domain: String,
    country: &'static str,
    language: &'static str,
    industry: &'static str,
    employees: usize,
}

impl Company {
    fn number(number: usize) -> Self {
        const FIRST: [&str; 16] = [
            "Amber", "Birch", "Cobalt", "Dapple", "Ember", "Fennel", "Glimmer", "Hazel", "Ivory", "Juniper", "Kestrel",
            "Lantern", "Meadow", "Nimbus", "Osprey", "Pebble",
        ];
        const SECOND: [&str; 10] =
            ["Bakery", "Clinics", "Dynamics", "Foods", "Freight", "Labs", "Optics", "Outfitters", "Partners", "Works"];
        const PLACES: [(&str, &str); 10] = [
            ("US", "english"),
            ("US", "english"),
            ("US", "english"),
            ("GB", "english"),
            ("IE", "english"),
            ("DE", "german"),
            ("AT", "german"),
            ("FR", "french"),
            ("ES", "spanish"),
            ("PT", "portuguese"),
        ];
        const INDUSTRIES: [&str; 6] = ["finance", "healthcare", "logistics", "manufacturing", "retail", "software"];
        // Each pair of words is used once, so that no two companies share a domain.
        let (first, second) = (FIRST.get(number % 16).unwrap_or(&""), SECOND.get(number / 16 % 10).unwrap_or(&""));
        let ending = one_of(&["example.com", "example.org", "example.net", "test", "example"], "ending", number);
        let (country, language) = PLACES.get(draw(PLACES.len(), "place", number)).copied().unwrap_or_default();
        // Most companies are small: first the size's order of magnitude, then the size within it.
        let (low, high) = match draw(100, "magnitude", number) {
            0..55 => (3, 50),
            55..85 => (50, 500),
            _ => (500, 9_000),
        };
        Self {
            name: format!("{first} {second}"),
            domain: format!("{}-{}.{ending}", first.to_lowercase(), second.to_lowercase()),
            country,
            language,
            industry: one_of(&INDUSTRIES, "industry", number),
            employees: low + draw(high - low, "employees", number),
        }
    }
}

fn write_accounts(file: &Path) -> Result<(), Box<dyn Error>> {
    let mut csv = csv::Writer::from_path(file)?;
    csv.write_record(["id", "company", "owner", "domains"])?;
    for number in 0..ACCOUNTS {
        let Company { name, domain, .. } = Company::number(number);
        // Some have a second domain, and some nobody looks after.
        let domains = if happens(20, "second domain", number) { format!("{domain}; mail.{domain}") } else { domain };
        let owner = if happens(10, "nobody's", number) { "" } else { one_of(&OWNERS, "owner", number) };
        csv.write_record([&format!("A-{:02}", number + 1), &name, owner, &domains])?;
    }
    Ok(csv.flush()?)
}

fn write_leads(file: &Path) -> Result<(), Box<dyn Error>> {
    let mut csv = csv::Writer::from_path(file)?;
    csv.write_record(LEAD_COLUMNS)?;
    let mut now: DateTime<Utc> = "2026-03-02T06:00:00Z".parse()?;
    let mut rows: Vec<[String; LEAD_COLUMNS.len()]> = Vec::with_capacity(LEADS);
    for number in 0..LEADS {
        now += TimeDelta::minutes(1 + draw(45, "minutes", number) as i64);
        // Some people send the form again, a little later.
        let again = happens(3, "again", number).then(|| rows.get(number.saturating_sub(1 + draw(20, "which", number))));
        let row = match again.flatten() {
            Some([id, _, rest @ ..]) => {
                let mut row = [const { String::new() }; LEAD_COLUMNS.len()];
                let copied = [id.clone(), utc(now)].into_iter().chain(rest.iter().cloned());
                row.iter_mut().zip(copied).for_each(|(cell, copy)| *cell = copy);
                row
            }
            None => lead(number, now),
        };
        csv.write_record(&row)?;
        rows.push(row);
    }
    Ok(csv.flush()?)
}

fn lead(number: usize, now: DateTime<Utc>) -> [String; LEAD_COLUMNS.len()] {
    const FIRST: [&str; 12] =
        ["Ada", "Bruno", "Carla", "Dimitri", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Luca"];
    const LAST: [&str; 12] = [
        "Abendrot",
        "Brightwater",
        "Corvelli",
        "Dunmarrow",
        "Estrela",
        "Fairwick",
        "Goldammer",
        "Hollowell",
        "Iversund",
        "Jaskolka",
        "Kettleby",
        "Lindqvale",
    ];
    const SOURCES: [&str; 8] = ["search", "search", "search", "social", "webinar", "partner", "trade fair", "referral"];
    let company = Company::number(draw(COMPANIES, "company", number));
    let (first, last) = (one_of(&FIRST, "first name", number), one_of(&LAST, "last name", number));
    let mut domain = company.domain;
    if happens(4, "typed in capitals", number) {
        domain = domain.to_uppercase();
    }
    let employees = match draw(100, "what they say of their size", number) {
        0..6 => String::new(),
        6 => format!("about {}", company.employees),
        _ => company.employees.to_string(),
    };
    // A few systems forget the id, and a few deliver late.
    let id = if happens(1, "without an id", number) { String::new() } else { format!("L-{:04}", number + 1) };
    let came_in = if happens(1, "late", number) { now - TimeDelta::hours(2) } else { now };
    let source =
        if happens(2, "applies for a job", number) { "careers page" } else { one_of(&SOURCES, "source", number) };
    let signal = |percent, question: &str, latest: usize| {
        let before = TimeDelta::minutes(draw(latest, &format!("minutes to {question}"), number) as i64);
        if happens(percent, question, number) { utc(came_in - before) } else { String::new() }
    };
    [
        id,
        utc(came_in),
        format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase()),
        format!("{first} {last}"),
        company.name,
        company.country.to_owned(),
        if happens(8, "no language", number) { String::new() } else { company.language.to_owned() },
        company.industry.to_owned(),
        employees,
        source.to_owned(),
        signal(45, "demo", 20),
        signal(50, "video", 45),
        signal(55, "pricing", 40),
    ]
}

fn utc(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
