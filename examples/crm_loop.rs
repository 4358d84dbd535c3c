//! Nothing is lost when the CRM says no: retries, a rollback, a crash in the middle, and the restart.
//!
//! Four rules make it safe. The journal gets each record before the CRM hears of it. A commit is settled only when the
//! CRM has the lead, and rolled back only when it has not. After a crash the journal says what was in flight, and the
//! CRM says what arrived. Whoever sends us a lead sends it again until the CRM has it.
//!
//! `cargo run --example crm_loop`

use chrono::{DateTime, TimeDelta, Utc};
use lead_router::{
    Lead, LeadRecord, Outcome, Plan, Receipt, Record, RepRecord, Roster, Router, available, field, round_robin,
    stable_hash, when,
};
use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// How often one lead is written before its turn is given back.
const TRIES: usize = 3;

/// How many leads come in all.
const LEADS: u32 = 48;

/// The CRM: somebody else's server, which goes on when we crash.
#[derive(Default)]
struct Crm {
    rows: Vec<Row>,
    writes: u32,
    failures: u32,
}

/// A lead in the CRM. The commit's number tells which of our writes made it.
struct Row {
    lead: String,
    commit: u64,
    owner: Outcome,
}

enum Failure {
    Refused,
    NoAnswer,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused",
            Self::NoAnswer => "no answer",
        })
    }
}

impl Crm {
    /// Adds the lead, or updates it if it is there. One write in five fails; of some of those only the answer gets lost.
    fn write(&mut self, receipt: &Receipt) -> Result<(), Failure> {
        self.writes += 1;
        let luck = stable_hash(&["crm fails", &self.writes.to_string()]) % 20;
        self.failures += u32::from(luck < 4);
        if luck < 3 {
            return Err(Failure::Refused);
        }
        self.rows.retain(|row| row.lead != receipt.lead_id());
        let (lead, owner) = (receipt.lead_id().to_owned(), receipt.outcome().to_owned());
        self.rows.push(Row { lead, commit: receipt.commit(), owner });
        if luck == 3 { Err(Failure::NoAnswer) } else { Ok(()) }
    }

    /// Whether this very commit arrived.
    fn has(&self, receipt: &Receipt) -> bool {
        self.rows.iter().any(|row| row.lead == receipt.lead_id() && row.commit == receipt.commit())
    }
}

/// A file with one record on each line.
struct Journal {
    file: File,
}

impl Journal {
    /// Opens the journal and reads what it holds. A last line without an end is one that a crash cut off: nobody has
    /// acted on it, and it goes.
    fn open(path: &Path) -> Result<(Self, Vec<Record>), Box<dyn Error>> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let lines: Vec<&[u8]> =
            bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")).collect();
        file.set_len(lines.iter().map(|line| line.len() as u64).sum())?;
        let records = lines.into_iter().map(serde_json::from_slice).collect::<Result<_, _>>()?;
        Ok((Self { file }, records))
    }

    fn append(&mut self, record: Option<&Record>) -> io::Result<()> {
        let Some(record) = record else { return Ok(()) };
        let line = format!("{}\n", serde_json::to_string(record)?);
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()
    }
}

fn new_router() -> Result<Router, Box<dyn Error>> {
    let plan = Plan::new(when(field("employees").below(500), available(round_robin("smb")))).otherwise("triage");
    let roster = Roster::new().reps(["ann", "bob", "cem"].map(|id| RepRecord::new(id).pool("smb")));
    Ok(Router::new(plan, roster)?)
}

/// A router that has applied every record of the journal.
fn replay(records: &[Record]) -> Result<Router, Box<dyn Error>> {
    let mut router = new_router()?;
    for record in records {
        router.apply(record)?;
    }
    Ok(router)
}

/// Our program. An error ends it, and the next start takes up from the journal.
struct Service<'crm> {
    router: Router,
    journal: Journal,
    crm: &'crm mut Crm,
}

impl<'crm> Service<'crm> {
    fn start(path: &Path, crm: &'crm mut Crm) -> Result<Self, Box<dyn Error>> {
        let (journal, records) = Journal::open(path)?;
        println!("start: {} records in the journal", records.len());
        let router = replay(&records)?;
        // Commits that were neither settled nor rolled back when the journal ended.
        let in_flight: Vec<Receipt> = router.unsettled().collect();
        let mut service = Self { router, journal, crm };
        for receipt in in_flight {
            let arrived = if service.crm.has(&receipt) { "arrived" } else { "did not arrive" };
            println!("  {} was in flight as commit {}, and {arrived}", receipt.lead_id(), receipt.commit());
            // If the CRM refuses it once more, it is the sender who still has the lead.
            service.deliver(&receipt)?;
        }
        Ok(service)
    }

    /// Decides, commits and writes the journal. From here on the lead survives a crash.
    fn accept(&mut self, lead: &LeadRecord, now: DateTime<Utc>) -> Result<Receipt, Box<dyn Error>> {
        let decision = self.router.decide(lead, now);
        let receipt = self.router.commit(lead, decision)?;
        self.journal.append(receipt.record())?;
        Ok(receipt)
    }

    /// Brings a commit to the CRM, or takes it back. Gives whether the CRM has it.
    fn deliver(&mut self, receipt: &Receipt) -> Result<bool, Box<dyn Error>> {
        let mut failures: Vec<Failure> = Vec::new();
        // A lost answer is not a no: look before writing again, and before giving up.
        while !self.crm.has(receipt) && failures.len() < TRIES {
            failures.extend(self.crm.write(receipt).err());
        }
        let arrived = self.crm.has(receipt);
        let record = if arrived { self.router.settle(receipt)? } else { self.router.rollback(receipt)? };
        self.journal.append(record.as_ref())?;
        if !failures.is_empty() {
            let end = if arrived { "arrived" } else { "rolled back: the turn is free again, the lead comes later" };
            let failures = failures.iter().map(|failure| format!("{failure}, ")).collect::<String>();
            println!("  {} {}, commit {}: {failures}{end}", receipt.lead_id(), receipt.outcome(), receipt.commit());
        }
        Ok(arrived)
    }

    /// Handles leads until the CRM has them all; the inbox stands for their senders.
    fn handle(&mut self, leads: Vec<LeadRecord>, mut now: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
        let mut inbox = VecDeque::from(leads);
        while let Some(lead) = inbox.pop_front() {
            now += TimeDelta::minutes(1);
            let receipt = self.accept(&lead, now)?;
            if receipt.is_repeat() {
                println!("  {} came again: commit {} stands, {}", lead.id(), receipt.commit(), receipt.outcome());
            } else if !self.deliver(&receipt)? {
                // Decided again when the others had their turn, as if it were new.
                inbox.push_back(lead);
            }
        }
        println!("  {} leads are in the CRM", self.crm.rows.len());
        Ok(())
    }
}

/// Every tenth lead is from a large company, and waits in triage.
fn lead(number: u32) -> LeadRecord {
    LeadRecord::new(format!("L-{number:02}")).with("employees", if number.is_multiple_of(10) { 900 } else { 90 })
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("lead-router-crm-loop-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("journal.jsonl");
    let mut crm = Crm::default();
    let nine: DateTime<Utc> = "2026-03-02T09:00:00Z".parse()?;
    let ten = nine + TimeDelta::hours(1);

    let mut service = Service::start(&path, &mut crm)?;
    service.handle((1..=32).map(lead).collect(), nine)?;

    println!("crash, with three leads in flight, and the journal cut off in the middle of a line");
    let written = service.accept(&lead(33), ten)?;
    while service.crm.write(&written).is_err() {}
    service.accept(&lead(34), ten)?;
    service.accept(&lead(35), ten)?;
    service.journal.file.write_all(b"{\"format\":1,\"seq")?;
    drop(service);

    let mut service = Service::start(&path, &mut crm)?;
    // The senders of the three had no answer, and send them again.
    service.handle((33..=LEADS).map(lead).collect(), ten)?;

    prove(&service, &path)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Ends the program if anything was lost or counted twice.
fn prove(service: &Service<'_>, path: &Path) -> Result<(), Box<dyn Error>> {
    let Service { router, crm, .. } = service;
    println!("proof, after {} writes of which {} failed", crm.writes, crm.failures);

    let in_crm: BTreeMap<&str, &Row> = crm.rows.iter().map(|row| (row.lead.as_str(), row)).collect();
    assert_eq!((crm.rows.len(), in_crm.len()), (LEADS as usize, LEADS as usize));
    for lead in (1..=LEADS).map(lead) {
        let (row, receipt) = in_crm.get(lead.id()).zip(router.receipt(lead.id())).ok_or("a lead is lost")?;
        assert_eq!((row.commit, row.owner.as_deref()), (receipt.commit(), receipt.outcome()));
    }
    println!("  each of the {LEADS} leads is in the CRM once, with the owner that the router has");

    for rep in router.roster().reps {
        let rows = crm.rows.iter().filter(|row| row.owner.rep() == Some(&rep.id)).count();
        assert_eq!(router.open_leads(&rep.id), u32::try_from(rows).ok());
        println!("  {} has {rows} open leads here and there", rep.id);
    }

    let (_, records) = Journal::open(path)?;
    assert!(*router == replay(&records)?);
    println!("  the router equals the replay of its {} records", records.len());

    assert_eq!(router.unsettled().count(), 0);
    println!("  nothing is in flight");
    Ok(())
}
