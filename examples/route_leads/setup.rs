//! Plan, roster and accounts, from their files.

use crate::accounts::read_accounts;
use crate::areas;
use crate::arguments::Arguments;
use crate::files::{json_or_toml, shown};
use crate::roster::read_roster;
use lead_router::{Account, BuildError, Plan, Roster, Router};

/// What a router is built from, as the files are now.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    pub(crate) plan: Plan,
    pub(crate) roster: Roster,
    pub(crate) accounts: Vec<Account>,
    areas: Vec<areas::Read<'a>>,
    arguments: &'a Arguments,
}

impl<'a> Setup<'a> {
    pub(crate) fn read(arguments: &'a Arguments) -> Result<Self, String> {
        let mut plan: Plan = json_or_toml(&arguments.plan)?;
        let mut areas = Vec::with_capacity(arguments.areas.len());
        for file in &arguments.areas {
            let (with_areas, read) = file.add_to(plan)?;
            plan = with_areas;
            areas.push(read);
        }
        let roster = read_roster(&arguments.roster)?;
        let accounts = match &arguments.accounts {
            Some(file) => read_accounts(file)?,
            None => Vec::new(),
        };
        Ok(Self { plan, roster, accounts, areas, arguments })
    }

    pub(crate) fn build(self) -> Result<Router, String> {
        let builder = Router::builder(self.plan.clone(), self.roster.clone());
        builder.accounts(self.accounts.clone()).build().map_err(|error| self.refused(&error))
    }

    /// Everything that is wrong, as the crate tells it, but for what stands in a file of areas: its line is told.
    pub(crate) fn refused(&self, error: &BuildError) -> String {
        let told = |fault| self.areas.iter().find_map(|areas| areas.told(fault)).unwrap_or_else(|| fault.to_string());
        let faults: Vec<String> = error.faults().iter().map(told).collect();
        let faults = match faults.as_slice() {
            [only] => only.clone(),
            several => format!("{} faults\n  {}", several.len(), several.join("\n  ")),
        };
        format!("{} with {}: {faults}", shown(&self.arguments.plan), shown(&self.arguments.roster))
    }
}
