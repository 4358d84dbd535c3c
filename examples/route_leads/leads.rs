//! Leads from CSV or JSON lines, with the rows that could not be read.

use crate::files::{extension, read, shown};
use crate::json_lines::{Columns, parse_line};
use crate::table::{Reject, Row, Table};
use crate::time::parse_time;
use chrono::{DateTime, Utc};
use lead_router::LeadRecord;
use std::path::Path;

/// The column with the time, where the user names none.
const TIME: &str = "at";

/// The rows of a file of leads.
#[derive(Debug)]
pub(crate) struct Leads {
    /// The file, for messages.
    pub(crate) source: String,
    pub(crate) leads: Vec<Inbound>,
    pub(crate) rejects: Vec<Reject>,
    /// How many rows there were, whatever became of them.
    pub(crate) count: usize,
    /// For each enrichment, how many leads it knew nothing about.
    pub(crate) unmatched: Vec<(String, usize)>,
}

/// A lead as it came in.
#[derive(Debug)]
pub(crate) struct Inbound {
    pub(crate) lead: LeadRecord,
    /// When it came in; none if the row does not say.
    pub(crate) time: Option<DateTime<Utc>>,
}

impl Leads {
    pub(crate) fn read(file: &Path, id: &str, time: Option<&str>) -> Result<Self, String> {
        let source = if file == Path::new("-") { "standard input".to_owned() } else { shown(file) };
        let bytes = read(file)?;
        let (leads, rejects, count) = if is_json_lines(file, &bytes) {
            from_json_lines(&bytes, Columns { id, time: time.unwrap_or(TIME) })
        } else {
            from_csv(&bytes, id, time).map_err(|why| format!("{source}: {why}"))?
        };
        Ok(Self { source, leads, rejects, count, unmatched: Vec::new() })
    }

    /// The rejected rows as they stand in the file, with the reason. What is not UTF-8 stays what it is.
    pub(crate) fn rejects_csv(&self) -> Result<Vec<u8>, String> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["line", "column", "reason", "row"]).map_err(|error| error.to_string())?;
        for Reject { line, column, reason, text } in &self.rejects {
            let (line, column) = (line.to_string(), column.to_string());
            csv.write_record([line.as_bytes(), column.as_bytes(), reason.as_bytes(), text])
                .map_err(|error| error.to_string())?;
        }
        csv.into_inner().map_err(|error| error.to_string())
    }
}

type Rows = (Vec<Inbound>, Vec<Reject>, usize);

/// By the file's name, else by how it begins.
fn is_json_lines(file: &Path, bytes: &[u8]) -> bool {
    match extension(file).as_str() {
        "jsonl" | "ndjson" | "json" => true,
        "csv" => false,
        _ => bytes.trim_ascii_start().starts_with(b"{"),
    }
}

fn from_json_lines(bytes: &[u8], columns: Columns<'_>) -> Rows {
    let (mut leads, mut rejects, mut count) = (Vec::new(), Vec::new(), 0);
    for (line, text) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let text = text.trim_ascii_end();
        if text.is_empty() {
            continue;
        }
        count += 1;
        match parse_line(text, line, columns) {
            Ok(lead) => leads.push(lead),
            Err(reject) => rejects.push(reject),
        }
    }
    (leads, rejects, count)
}

fn from_csv(bytes: &[u8], id: &str, time: Option<&str>) -> Result<Rows, String> {
    let table = Table::parse(bytes)?;
    let id = table.column(id)?;
    let time = match time {
        Some(name) => Some(table.column(name)?),
        None => table.find(TIME),
    };
    let Table { header, rows, mut rejects, count } = table;
    let mut leads = Vec::with_capacity(rows.len());
    for row in &rows {
        match read_row(row, &header, id, time) {
            Ok(lead) => leads.push(lead),
            Err(reject) => rejects.push(reject),
        }
    }
    rejects.sort_by_key(|reject| reject.line);
    Ok((leads, rejects, count))
}

fn read_row(row: &Row, header: &[String], id: usize, time: Option<usize>) -> Result<Inbound, Reject> {
    let came_in = time.map(|column| (column, row.cell(column))).filter(|(_, cell)| !cell.is_empty());
    let came_in = came_in.map(|(column, cell)| parse_time(cell).map_err(|why| row.reject(column, why)));
    let mut lead = LeadRecord::new(row.cell(id));
    // An empty cell is a field that the lead does not have, and a column without a name is no field.
    for (name, cell) in header.iter().zip(&row.cells).filter(|(name, cell)| !name.is_empty() && !cell.is_empty()) {
        lead.set(name, cell);
    }
    Ok(Inbound { lead, time: came_in.transpose()? })
}
