//! What a run leaves for the next one: a journal, and a snapshot so that the journal need not be replayed.
//!
//! `beginning.json` is the snapshot that the journal begins with, `journal.jsonl` has one record a line, and
//! `snapshot.json` is the router as the last run left it.

use crate::files::{json_or_toml, read, shown, write};
use crate::setup::Setup;
use chrono::{DateTime, Utc};
use lead_router::{EditReport, Record, RestoreError, Restored, Router, Snapshot};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions, create_dir_all, rename};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// The folder that one run hands to the next.
#[derive(Debug)]
pub(crate) struct State {
    folder: PathBuf,
    /// None if this run only asks.
    journal: Option<BufWriter<File>>,
    /// The number of the last record of the runs before.
    after: u64,
    /// What is to be told of the runs before.
    remarks: String,
}

impl State {
    /// Takes up where the last run stopped, on the files as they are now. A run that only asks writes nothing.
    pub(crate) fn open(
        folder: &Path,
        setup: Setup<'_>,
        now: DateTime<Utc>,
        only_asks: bool,
    ) -> Result<(Router, Self), String> {
        let mut state = Self { folder: folder.to_owned(), journal: None, after: 0, remarks: String::new() };
        if !only_asks {
            create_dir_all(folder).map_err(|error| format!("{}: {error}", shown(folder)))?;
        }
        let router = match state.left_by_last_run()? {
            None => state.begin(setup, only_asks)?,
            Some(router) => state.go_on(&router, setup, now, only_asks)?,
        };
        Ok((router, state))
    }

    /// The router as the last run left it; none if there was no run.
    fn left_by_last_run(&mut self) -> Result<Option<Router>, String> {
        let (snapshot, beginning) = (self.file("snapshot.json"), self.file("beginning.json"));
        let from = if snapshot.exists() { snapshot } else { beginning };
        if !from.exists() {
            return Ok(None);
        }
        let mut router = restored(&from)?;
        let (records, cut_off) = self.records()?;
        // The last run may have stopped before it could take its snapshot: the journal knows more.
        for record in records.iter().filter(|record| record.sequence > router.sequence()).collect::<Vec<_>>() {
            router.apply(record).map_err(|error| format!("{}: {error}", shown(&self.journal_file())))?;
        }
        if cut_off > 0 {
            _ = writeln!(self.remarks, "The last record was cut off while it was written, and is left out.");
        }
        self.after = router.sequence();
        Ok(Some(router))
    }

    fn begin(&mut self, setup: Setup<'_>, only_asks: bool) -> Result<Router, String> {
        let router = setup.build()?;
        if !only_asks {
            self.write_snapshot("beginning.json", &router)?;
            self.append_from(0)?;
        }
        Ok(router)
    }

    fn go_on(
        &mut self,
        router: &Router,
        setup: Setup<'_>,
        now: DateTime<Utc>,
        only_asks: bool,
    ) -> Result<Router, String> {
        let left = router.snapshot();
        let restored = left.restore().onto(setup.plan.clone(), setup.roster.clone()).accounts(setup.accounts.clone());
        let restored = restored.build(now).map_err(|error| match error {
            RestoreError::Edit(error) => setup.refused(&error),
            error => format!("{}: {error}", shown(&self.folder)),
        })?;
        let Restored { mut router, report, record, .. } = restored;
        if !only_asks {
            let (_, cut_off) = self.records()?;
            self.append_from(cut_off)?;
        }
        if let Some(record) = &record {
            self.keep(record)?;
            _ = writeln!(self.remarks, "Plan, roster or accounts have changed since:\n{}", indented(&report));
        }
        // Whoever was to settle them is gone, and wrote nothing.
        let unsettled: Vec<_> = router.unsettled().collect();
        for receipt in &unsettled {
            let record = router.rollback(receipt).map_err(|error| error.to_string())?;
            record.iter().try_for_each(|record| self.keep(record))?;
        }
        if !unsettled.is_empty() {
            _ = writeln!(self.remarks, "{} of the last run were not settled, and are rolled back.", unsettled.len());
        }
        Ok(router)
    }

    /// The number of the last record of the runs before.
    pub(crate) fn after(&self) -> u64 {
        self.after
    }

    /// Whether there were runs before this one.
    pub(crate) fn goes_on(&self) -> bool {
        self.after > 0
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn remarks(&self) -> &str {
        &self.remarks
    }

    /// Writes a record down.
    pub(crate) fn keep(&mut self, record: &Record) -> Result<(), String> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let line = serde_json::to_string(record).map_err(|error| error.to_string())?;
        writeln!(journal, "{line}").map_err(|error| format!("{}: {error}", shown(&self.folder.join(JOURNAL))))
    }

    /// Makes everything that was written stay, and takes the snapshot for the next run.
    pub(crate) fn save(mut self, router: &Router) -> Result<(), String> {
        if let Some(mut journal) = self.journal.take() {
            let kept = journal.flush().and_then(|()| journal.get_ref().sync_all());
            kept.map_err(|error| format!("{}: {error}", shown(&self.journal_file())))?;
            self.write_snapshot("snapshot.json", router)?;
        }
        Ok(())
    }

    /// Whole or not at all: a reader finds the old one or the new one.
    fn write_snapshot(&self, name: &str, router: &Router) -> Result<(), String> {
        let (part, file) = (self.file(&format!("{name}.part")), self.file(name));
        write(&part, &serde_json::to_vec(&router.snapshot()).map_err(|error| error.to_string())?)?;
        rename(&part, &file).map_err(|error| format!("{}: {error}", shown(&file)))
    }

    /// Opens the journal at its end, less what was cut off there.
    fn append_from(&mut self, cut_off: usize) -> Result<(), String> {
        let path = self.journal_file();
        let open = || {
            let file = OpenOptions::new().create(true).append(true).open(&path)?;
            let length = file.metadata()?.len();
            file.set_len(length.saturating_sub(cut_off as u64))?;
            Ok::<_, std::io::Error>(BufWriter::new(file))
        };
        self.journal = Some(open().map_err(|error| format!("{}: {error}", shown(&path)))?);
        Ok(())
    }

    /// The journal's records, and how many bytes at its end are no whole line: the last run was stopped there.
    fn records(&self) -> Result<(Vec<Record>, usize), String> {
        records(&self.journal_file())
    }

    fn journal_file(&self) -> PathBuf {
        self.file(JOURNAL)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

const JOURNAL: &str = "journal.jsonl";

fn records(journal: &Path) -> Result<(Vec<Record>, usize), String> {
    let text = if journal.exists() { read(journal)? } else { Vec::new() };
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let lines = text.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let read = |(number, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|error| format!("{}: line {number}: {error}", shown(journal)))
    };
    let records = (1..).zip(lines).map(read).collect::<Result<_, _>>()?;
    Ok((records, text.len() - whole))
}

fn restored(file: &Path) -> Result<Router, String> {
    let snapshot: Snapshot = json_or_toml(file)?;
    snapshot.restore().build().map_err(|error| format!("{}: {error}", shown(file)))
}

/// Why a lead of earlier runs went where it went, each time: the journal is replayed up to there.
pub(crate) fn explain_past(folder: &Path, lead: &str) -> Result<Vec<String>, String> {
    let (beginning, journal) = (folder.join("beginning.json"), folder.join(JOURNAL));
    let mut explanations = Vec::new();
    if !beginning.exists() {
        return Ok(explanations);
    }
    let mut router = restored(&beginning)?;
    for record in records(&journal)?.0 {
        let is_asked = record.routed().is_some_and(|routed| routed.lead_id() == lead);
        if is_asked && let Some(why) = router.explain_record(&record) {
            let at = record.at.format("%Y-%m-%d %H:%M:%S UTC");
            explanations.push(format!("record {} of {at}\n{why}\n", record.sequence));
        }
        router.apply(&record).map_err(|error| format!("{}: {error}", shown(&journal)))?;
    }
    Ok(explanations)
}

fn indented(report: &EditReport) -> String {
    report.to_string().lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
