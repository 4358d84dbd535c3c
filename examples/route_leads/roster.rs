//! The roster, from TOML or JSON, or from CSV as people keep it in a spreadsheet.

use crate::files::{extension, json_or_toml, shown};
use crate::table::{Row, Table, listed, parts};
use lead_router::{CapError, FieldValue, Leave, RepHours, RepRecord, Roster, WorkingHours};
use std::path::Path;

pub(crate) fn read_roster(file: &Path) -> Result<Roster, String> {
    if extension(file) != "csv" {
        return json_or_toml(file);
    }
    let table = Table::read_whole(file)?;
    table.column("id").map_err(|why| format!("{}: {why}", shown(file)))?;
    let (mut reps, mut rejects) = (Vec::with_capacity(table.rows.len()), Vec::new());
    for row in &table.rows {
        let mut rep = RepRecord::default();
        for (column, name) in table.header.iter().enumerate() {
            if let Err(why) = read_cell(&mut rep, name, row, column) {
                rejects.push(row.reject(column, why));
            }
        }
        reps.push(rep);
    }
    if rejects.is_empty() {
        Ok(Roster::new().reps(reps))
    } else {
        Err(format!("{}: {}", shown(file), listed(&rejects)))
    }
}

fn read_cell(rep: &mut RepRecord, name: &str, row: &Row, column: usize) -> Result<(), String> {
    let cell = row.cell(column);
    match name {
        "id" => rep.id = cell.to_owned(),
        // A column without a name, or a cell without a value, says nothing about the rep.
        "" => {}
        _ if cell.is_empty() => {}
        "name" => rep.name = Some(cell.to_owned()),
        "manager" => rep.manager = Some(cell.to_owned()),
        "active" => rep.inactive = !read_yes_or_no(cell)?,
        "capacity" => {
            let not_whole = |_| format!("`{cell}` is no whole number of open leads");
            rep.capacity = Some(cell.parse().map_err(not_whole)?);
        }
        "zone" => rep.zone = Some(cell.to_owned()),
        "hours" => rep.hours = Some(read_hours(cell)?),
        "leave" => rep.leave = parts(cell).map(read_leave).collect(),
        "caps" => {
            rep.caps =
                parts(cell).map(str::parse).collect::<Result<_, CapError>>().map_err(|error| error.to_string())?;
        }
        "roles" => rep.roles = parts(cell).map(str::to_owned).collect(),
        "pools" => {
            for part in parts(cell) {
                let (pool, weight) = read_pool(part)?;
                rep.pools.insert(pool, weight);
            }
        }
        _ => {
            rep.fields.insert(name.to_owned(), read_field(cell));
        }
    }
    Ok(())
}

/// `always`, or working hours by day of the week: `mon-thu 09:00-12:00, 13:00-18:00; fri 09:00-15:00`.
fn read_hours(cell: &str) -> Result<RepHours, String> {
    if cell == "always" {
        return Ok(RepHours::from(cell));
    }
    let mut hours = WorkingHours::new();
    for part in parts(cell) {
        let digit = part.find(|letter: char| letter.is_ascii_digit());
        let Some((days, periods)) = digit.and_then(|place| part.split_at_checked(place)) else {
            return Err(format!("`{part}` names no hours; write `mon-fri 09:00-17:00`"));
        };
        hours = hours.on(days.trim(), periods);
    }
    Ok(hours.into())
}

/// A day, or the first and the last: `2026-07-06 to 2026-07-17`.
fn read_leave(part: &str) -> Leave {
    let (first, last) = part.split_once(" to ").unwrap_or((part, part));
    Leave::days(first.trim(), last.trim())
}

/// A pool's name, with the rep's weight there behind a colon if it is not 1.
fn read_pool(part: &str) -> Result<(String, u32), String> {
    match part.rsplit_once(':') {
        None => Ok((part.to_owned(), 1)),
        Some((pool, weight)) => {
            let not_whole = |_| format!("`{}` is no whole weight in `{part}`; write `closers:3`", weight.trim());
            Ok((pool.trim().to_owned(), weight.trim().parse().map_err(not_whole)?))
        }
    }
}

pub(crate) fn read_yes_or_no(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(format!("`{cell}` is neither `yes` nor `no`")),
    }
}

fn read_field(cell: &str) -> FieldValue {
    if cell.contains(';') { FieldValue::from(parts(cell).collect::<Vec<_>>()) } else { FieldValue::from(cell) }
}
