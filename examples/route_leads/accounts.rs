//! Who owns which company, from CSV, TOML or JSON.

use crate::files::{extension, json_or_toml, shown};
use crate::roster::read_yes_or_no;
use crate::table::{Table, parts};
use crate::time::parse_time;
use lead_router::Account;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a TOML or JSON file holds: a list under the key `accounts`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    accounts: Vec<Account>,
}

pub(crate) fn read_accounts(file: &Path) -> Result<Vec<Account>, String> {
    if extension(file) != "csv" {
        return json_or_toml(file).map(|File { accounts }| accounts);
    }
    let table = Table::read_whole(file)?;
    let in_file = |why: String| format!("{}: {why}", shown(file));
    let id = table.column("id").map_err(in_file)?;
    let (owner, domains) = (table.column("owner").map_err(in_file)?, table.find("domains"));
    let mut lines = BTreeMap::new();
    let mut accounts = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        if let Some(first) = lines.insert(row.cell(id), row.line) {
            let why = format!("account `{}` is there twice; the first is on line {first}", row.cell(id));
            return Err(in_file(row.reject(id, why).to_string()));
        }
        let account = domains
            .iter()
            .flat_map(|column| parts(row.cell(*column)))
            .fold(Account::new(row.cell(id)), |account, domain| account.domain(domain));
        let owner = row.cell(owner);
        let mut account = if owner.is_empty() { account } else { account.owner(owner) };
        for name in BUSINESS {
            if let Some(column) = table.find(name)
                && let Err(why) = read_business(&mut account, name, row.cell(column))
            {
                return Err(in_file(row.reject(column, why).to_string()));
            }
        }
        accounts.push(account);
    }
    Ok(accounts)
}

/// The columns that say what business there is with the account; each may be missing.
const BUSINESS: [&str; 4] = ["open_opportunities", "customer", "lost_at", "late_stage"];

fn read_business(account: &mut Account, name: &str, cell: &str) -> Result<(), String> {
    match name {
        _ if cell.is_empty() => {}
        "open_opportunities" => {
            let not_whole = |_| format!("`{cell}` is no whole number of opportunities");
            account.open_opportunities = cell.parse().map_err(not_whole)?;
        }
        "customer" => account.customer = read_yes_or_no(cell)?,
        "lost_at" => account.lost_at = Some(parse_time(cell)?),
        _ => account.late_stage = read_yes_or_no(cell)?,
    }
    Ok(())
}
