//! Territories, from CSV as people keep them in a spreadsheet.

use crate::files::shown;
use crate::table::{Reject, Row, Table, listed};
use lead_router::fault::Fault;
use lead_router::{Plan, Territories};
use std::path::PathBuf;

/// A file of territories, and the name of the step that it becomes in the plan.
#[derive(Debug)]
pub(crate) struct Areas {
    name: String,
    file: PathBuf,
}

/// Areas that were read, with where each stands in its file.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    areas: &'a Areas,
    table: Table,
}

impl Areas {
    /// Reads `NAME=FILE`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, file)) if !name.is_empty() && !file.is_empty() => {
                Ok(Self { name: name.to_owned(), file: PathBuf::from(file) })
            }
            _ => Err("it needs the name of a step and a file, like `regions=areas.csv`".to_owned()),
        }
    }

    /// Puts the areas into a plan, as a step of their name.
    pub(crate) fn add_to(&self, plan: Plan) -> Result<(Plan, Read<'_>), String> {
        let table = Table::read_whole(&self.file)?;
        let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
        let areas = Territories::from_rows(&header, table.rows.iter().map(|row| &row.cells)).map_err(|error| {
            let reject = |(row, column, reason): (usize, usize, &str)| match row.checked_sub(1) {
                Some(row) => table.rows.get(row).map(|row| row.reject(column - 1, reason.to_owned())),
                None => Some(Reject { line: 1, column, reason: reason.to_owned(), text: Vec::new() }),
            };
            let faults = error.faults().iter().map(|fault| (fault.row, fault.column, fault.message.as_str()));
            let rejects: Vec<Reject> = faults.filter_map(reject).collect();
            format!("{}: {}", shown(&self.file), listed(&rejects))
        })?;
        Ok((plan.name_step(&self.name, areas), Read { areas: self, table }))
    }
}

impl Read<'_> {
    /// What is wrong with the step of a row, in words of the file; none if the fault is about something else.
    pub(crate) fn told(&self, fault: &Fault) -> Option<String> {
        let place = fault.path.strip_prefix(&format!("steps.{}.territories.areas[", self.areas.name))?;
        let (number, rest) = place.split_once("].")?;
        if !rest.starts_with("then.") {
            return None;
        }
        let row: &Row = self.table.rows.get(number.parse::<usize>().ok()?)?;
        let says_where = |name: &str| {
            ["rep", "pool", "queue", "parked", "step"].iter().any(|column| column.eq_ignore_ascii_case(name))
        };
        let mut columns = self.table.header.iter().enumerate().filter(|(_, name)| says_where(name));
        let (column, _) = columns.find(|(column, _)| !row.cell(*column).is_empty())?;
        Some(format!("{}: {}", shown(&self.areas.file), row.reject(column, fault.kind.to_string())))
    }
}
