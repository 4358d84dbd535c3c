//! CSV files as people keep them: every row that cannot be read is named, and costs no other row.

use crate::files::{read, shown};
use crate::text_table::counted;
use csv::{ByteRecord, Position, ReaderBuilder};
use std::collections::BTreeSet;
use std::fmt;
use std::io::Cursor;
use std::path::Path;

/// A CSV file with a header.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) rejects: Vec<Reject>,
    /// How many rows there were, whatever became of them.
    pub(crate) count: usize,
}

/// A row with as many cells as the header.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
    /// The row as it stands in the file.
    pub(crate) text: Vec<u8>,
}

/// A row that cannot be read, or what is wrong with one of its cells.
#[derive(Debug)]
pub(crate) struct Reject {
    pub(crate) line: u64,
    /// The cell's place in its row, from 1; in JSON the character's.
    pub(crate) column: usize,
    pub(crate) reason: String,
    /// The row as it stands in the file.
    pub(crate) text: Vec<u8>,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.reason)
    }
}

impl Table {
    /// Reads a file of which every row is needed. Rows without a value, as spreadsheets leave behind, are none.
    pub(crate) fn read_whole(file: &Path) -> Result<Self, String> {
        let in_file = |why: String| format!("{}: {why}", shown(file));
        let mut table = Self::parse(&read(file)?).map_err(in_file)?;
        table.rows.retain(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
        if table.rejects.is_empty() { Ok(table) } else { Err(in_file(listed(&table.rejects))) }
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Cursor::new(bytes));
        let mut table = Self { header: Vec::new(), rows: Vec::new(), rejects: Vec::new(), count: 0 };
        let mut record = ByteRecord::new();
        loop {
            let (byte, line) = start_of_row(bytes, reader.position());
            if !reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
                break;
            }
            let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(bytes.len());
            let text = bytes.get(byte..end).unwrap_or_default().trim_ascii_end();
            if table.header.is_empty() {
                table.header = header(&record)?;
                continue;
            }
            table.count += 1;
            match cells(&record, table.header.len(), text) {
                Ok(cells) => table.rows.push(Row { line, cells, text: text.to_vec() }),
                Err((column, reason, Extent::Row)) => {
                    table.rejects.push(Reject { line, column: column + 1, reason, text: text.to_vec() });
                }
                Err((column, reason, Extent::FirstLine)) => {
                    let text = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
                    let mut next = Position::new();
                    next.set_byte((byte + text.len() + 1) as u64).set_line(line + 1);
                    let text = text.trim_ascii_end().to_vec();
                    table.rejects.push(Reject { line, column: column + 1, reason, text });
                    reader.seek(next).map_err(|error| error.to_string())?;
                }
            }
        }
        if table.header.is_empty() {
            Err("it is empty; its first row should name the columns".to_owned())
        } else {
            Ok(table)
        }
    }

    /// The place of a column that may be there.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The place of a column that must be there.
    pub(crate) fn column(&self, name: &str) -> Result<usize, String> {
        let columns = || self.header.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
        self.find(name).ok_or_else(|| format!("there is no column `{name}`; the columns are {}", columns()))
    }
}

impl Row {
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// Says what is wrong with a cell.
    pub(crate) fn reject(&self, column: usize, reason: String) -> Reject {
        Reject { line: self.line, column: column + 1, reason, text: self.text.clone() }
    }
}

/// Everything that is wrong with a file, one a line.
pub(crate) fn listed(rejects: &[Reject]) -> String {
    rejects.iter().map(Reject::to_string).collect::<Vec<_>>().join("\n  ")
}

/// The values in a cell that may hold several.
pub(crate) fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// Where the next row begins: the reader itself counts empty lines before a row as part of it.
fn start_of_row(bytes: &[u8], position: &Position) -> (usize, u64) {
    let byte = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = bytes.get(byte..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    blank.fold((byte, position.line()), |(at, line), byte| (at + 1, line + u64::from(*byte == b'\n')))
}

fn header(record: &ByteRecord) -> Result<Vec<String>, String> {
    let mut names = Vec::with_capacity(record.len());
    let mut seen = BTreeSet::new();
    for (index, cell) in record.iter().enumerate() {
        let name =
            std::str::from_utf8(cell).map_err(|_| format!("line 1, column {}: the cell is not UTF-8", index + 1))?;
        let name = name.trim();
        if !name.is_empty() && !seen.insert(name) {
            return Err(format!("line 1, column {}: the column `{name}` is there twice", index + 1));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

/// How much of a row is rejected with it.
enum Extent {
    Row,
    /// A quote that is never closed would take all the rows up to the next quote with it.
    FirstLine,
}

fn cells(record: &ByteRecord, columns: usize, text: &[u8]) -> Result<Vec<String>, (usize, String, Extent)> {
    if text.contains(&b'\n') && (record.len() != columns || !quotes_match(text)) {
        let column = record.iter().position(|cell| cell.contains(&b'\n')).unwrap_or(0);
        let reason = "a quote opens here that does not close where the cell ends".to_owned();
        return Err((column, reason, Extent::FirstLine));
    }
    if record.len() != columns {
        let reason = format!("the row has {}, and the header {columns}", counted(record.len(), "cell", "cells"));
        return Err((record.len().min(columns), reason, Extent::Row));
    }
    let utf8 = |(index, cell): (usize, &[u8])| match std::str::from_utf8(cell) {
        Ok(cell) => Ok(cell.to_owned()),
        Err(_) => Err((index, "the cell is not UTF-8".to_owned(), Extent::Row)),
    };
    record.iter().enumerate().map(utf8).collect()
}

/// Whether every quote that opens a cell closes at its end. A quote that was forgotten closes at the next one, in the
/// middle of a later row.
fn quotes_match(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        let Some(quoted) = rest.strip_prefix(b"\"") else {
            match rest.iter().position(|byte| matches!(byte, b',' | b'\n')) {
                Some(end) => rest = rest.get(end + 1..).unwrap_or_default(),
                None => return true,
            }
            continue;
        };
        let mut inside = quoted;
        rest = loop {
            let Some(quote) = inside.iter().position(|byte| *byte == b'"') else { return false };
            match inside.get(quote + 1..).unwrap_or_default() {
                [] => return true,
                [b'"', after @ ..] => inside = after,
                [b',', after @ ..] => break after,
                _ => return false,
            }
        };
    }
}
