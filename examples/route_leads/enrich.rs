//! What another file knows about the leads: the size of their company, the price of their product.

use crate::files::shown;
use crate::leads::Leads;
use crate::table::Table;
use lead_router::{Lead, LeadRecord};
use std::collections::HashMap;
use std::path::PathBuf;

/// A file whose columns are added to the leads.
#[derive(Debug)]
pub(crate) struct Enrichment {
    file: PathBuf,
    /// The column of the leads in which the file's key stands.
    column: String,
}

impl Enrichment {
    /// Reads `FILE=COLUMN`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.rsplit_once('=') {
            Some((file, column)) if !file.is_empty() && !column.is_empty() => {
                Ok(Self { file: PathBuf::from(file), column: column.to_owned() })
            }
            _ => Err("it needs a file and a column, like `accounts.csv=account`".to_owned()),
        }
    }

    /// Adds the file's columns to the leads that it knows. What a lead says itself stays.
    pub(crate) fn add_to(&self, leads: &mut Leads) -> Result<(), String> {
        let table = Table::read_whole(&self.file)?;
        let key = table.find(&self.column).unwrap_or(0);
        let mut rows = HashMap::with_capacity(table.rows.len());
        for row in &table.rows {
            if let Some(first) = rows.insert(row.cell(key), row) {
                let why = format!("`{}` is there twice; the first is on line {}", row.cell(key), first.line);
                return Err(format!("{}: {}", shown(&self.file), row.reject(key, why)));
            }
        }
        let mut unmatched = 0;
        for inbound in &mut leads.leads {
            match key_of(&inbound.lead, &self.column).and_then(|key| rows.get(key.as_str())) {
                Some(row) => {
                    for (name, cell) in table.header.iter().zip(&row.cells) {
                        let says = inbound.lead.field(name).is_some_and(|value| !value.is_blank());
                        if !says && !name.is_empty() && !cell.is_empty() {
                            inbound.lead.set(name, cell);
                        }
                    }
                }
                None => unmatched += 1,
            }
        }
        leads.unmatched.push((shown(&self.file), unmatched));
        Ok(())
    }
}

/// What a lead says in the column, as text.
fn key_of(lead: &LeadRecord, column: &str) -> Option<String> {
    let value = lead.field(column)?;
    Some(value.as_text().map_or_else(|| value.to_string(), |text| text.trim().to_owned()))
}
