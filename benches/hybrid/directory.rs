//! What is looked up by name: accounts by domain, territories by country and region.

use crate::scenario::{Code, Lead, Scenario};
use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hasher};

pub(crate) fn hash(text: &str) -> u64 {
    let mut hasher = FixedState::with_seed(0).build_hasher();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The owners of accounts by domain: open addressing, half empty. A cell is eight bytes, so that a domain that nobody owns,
/// as most are, costs one cache miss; one that somebody owns costs one more, since its text and its owner lie side by side.
#[derive(Debug, Clone)]
pub(crate) struct Owners {
    /// The upper half of the hash, and one more than where the account lies; 0 for none.
    cells: Vec<(u32, u32)>,
    /// For each account the owner, the length of the domain, the domain.
    accounts: Vec<u8>,
}

impl Owners {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let room = (2 * scenario.accounts.len()).next_power_of_two();
        let mut owners = Self { cells: vec![(0, 0); room], accounts: Vec::new() };
        for account in &scenario.accounts {
            owners.insert(&account.domain, account.owner as u32);
        }
        owners
    }

    fn insert(&mut self, domain: &str, owner: u32) {
        let (mut cell, fingerprint) = self.home(domain);
        while self.cells[cell].1 != 0 {
            cell = (cell + 1) & (self.cells.len() - 1);
        }
        self.cells[cell] = (fingerprint, self.accounts.len() as u32 + 1);
        self.accounts.extend(owner.to_le_bytes());
        self.accounts.push(domain.len() as u8);
        self.accounts.extend(domain.as_bytes());
    }

    fn home(&self, domain: &str) -> (usize, u32) {
        let hash = hash(domain);
        (hash as usize & (self.cells.len() - 1), (hash >> 32) as u32)
    }

    pub(crate) fn get(&self, domain: &str) -> Option<u32> {
        let (mut cell, fingerprint) = self.home(domain);
        loop {
            let (of_cell, place) = self.cells[cell];
            let account = &self.accounts[place.checked_sub(1)? as usize..];
            if of_cell == fingerprint
                && let [a, b, c, d, length, text @ ..] = account
                && text.get(..usize::from(*length)) == Some(domain.as_bytes())
            {
                return Some(u32::from_le_bytes([*a, *b, *c, *d]));
            }
            cell = (cell + 1) & (self.cells.len() - 1);
        }
    }
}

/// The teams of territories: open addressing by country and region, which make one number. One probe for each shape that a
/// territory can have: of a region, of a whole country.
#[derive(Debug, Clone)]
pub(crate) struct Teams {
    /// 0 for none.
    cells: Vec<(u64, u32)>,
}

impl Teams {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let mut cells = vec![(0, 0); (2 * scenario.territories.len()).next_power_of_two()];
        for territory in &scenario.territories {
            let key = key(&territory.country, territory.region.as_ref().map_or("", |region| region));
            let mut cell = home(key, cells.len());
            while cells[cell].0 != 0 {
                cell = (cell + 1) & (cells.len() - 1);
            }
            cells[cell] = (key, territory.team as u32);
        }
        Self { cells }
    }

    pub(crate) fn get(&self, lead: &Lead) -> Option<u32> {
        self.find(key(&lead.country, &lead.region)).or_else(|| self.find(key(&lead.country, "")))
    }

    fn find(&self, key: u64) -> Option<u32> {
        let mut cell = home(key, self.cells.len());
        loop {
            match self.cells[cell] {
                (0, _) => return None,
                (found, team) if found == key => return Some(team),
                _ => cell = (cell + 1) & (self.cells.len() - 1),
            }
        }
    }
}

/// Codes have at most four bytes each.
fn key(country: &str, region: &str) -> u64 {
    let bytes = country.bytes().chain([b'/']).chain(region.bytes());
    bytes.fold(0, |key, byte| key << 8 | u64::from(byte))
}

fn home(key: u64, cells: usize) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (cells - 1)
}

const _: () = assert!(std::mem::size_of::<Code>() == 8);
