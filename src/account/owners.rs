//! The owners of accounts, each named once and numbered, and which reps they are.

use crate::index::RepIndex;
use crate::table::{Table, fast_hash};
use std::hint::black_box;

/// A number of [`Owners`], or [`OwnerIndex::NOBODY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnerIndex(u32);

impl OwnerIndex {
    pub(super) const NOBODY: Self = Self(u32::MAX);
}

#[derive(Debug, Clone, Default)]
pub(super) struct Owners {
    /// By number. Those of whom no account is left are named by nothing, until their number is given to others.
    owners: Vec<Owner>,
    /// Who of them is in the roster, or was: apart from their names, because that is what decisions ask.
    reps: Vec<Option<RepIndex>>,
    by_name: Table,
    free: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Owner {
    name: Box<str>,
    accounts: u32,
}

impl Owners {
    fn place(&self, name: &str) -> Option<u32> {
        self.by_name.find(fast_hash(name), |number| self.name(OwnerIndex(number)) == Some(name))
    }

    /// Looks at what is kept of these names; see [`Table::touch`].
    pub(super) fn touch<'n>(&self, names: impl Iterator<Item = &'n str> + Clone) {
        self.by_name.touch(names.clone().map(fast_hash));
        let known = names.filter_map(|name| self.by_name.under(fast_hash(name)).next());
        let names = known.filter_map(|number| self.name(OwnerIndex(number))?.bytes().next());
        black_box(names.fold(0, |all, byte| all ^ byte));
    }

    pub(super) fn name(&self, OwnerIndex(number): OwnerIndex) -> Option<&str> {
        self.owners.get(number as usize).map(|owner| &*owner.name)
    }

    /// The rep of that name, as far as the router has been told.
    pub(super) fn rep(&self, OwnerIndex(number): OwnerIndex) -> Option<RepIndex> {
        *self.reps.get(number as usize)?
    }

    /// The number of an owner who has one account more.
    pub(super) fn add(&mut self, name: &str) -> OwnerIndex {
        let number = self.place(name).unwrap_or_else(|| self.put(name));
        if let Some(owner) = self.owners.get_mut(number as usize) {
            owner.accounts += 1;
        }
        OwnerIndex(number)
    }

    fn put(&mut self, name: &str) -> u32 {
        let owner = Owner { name: Box::from(name), accounts: 0 };
        let number = self.free.pop().unwrap_or(self.owners.len() as u32);
        match self.owners.get_mut(number as usize) {
            Some(free) => *free = owner,
            None => {
                self.owners.push(owner);
                self.reps.push(None);
            }
        }
        self.by_name.insert(fast_hash(name), number);
        number
    }

    /// Takes back [`Owners::add`].
    pub(super) fn remove(&mut self, OwnerIndex(number): OwnerIndex) {
        let Some(owner) = self.owners.get_mut(number as usize) else { return };
        owner.accounts -= 1;
        if owner.accounts == 0 {
            self.by_name.remove(fast_hash(&owner.name), number);
            owner.name = Box::from("");
            if let Some(rep) = self.reps.get_mut(number as usize) {
                *rep = None;
            }
            self.free.push(number);
        }
    }

    /// Looks up who everybody is.
    pub(super) fn find_all(&mut self, find: impl Fn(&str) -> Option<RepIndex>) {
        for (owner, rep) in self.owners.iter().zip(&mut self.reps) {
            *rep = find(&owner.name).filter(|_| owner.accounts > 0);
        }
    }

    /// Tells who an owner is.
    pub(super) fn found(&mut self, name: &str, rep: Option<RepIndex>) {
        if let Some(known) = self.place(name).and_then(|number| self.reps.get_mut(number as usize)) {
            *known = rep;
        }
    }

    /// Gives owners other names. Two of one name stay two numbers, of which either may be found.
    pub(super) fn rename<'n>(&mut self, new_name: impl Fn(&str) -> Option<&'n str>) {
        self.by_name = Table::default();
        for (number, owner) in (0..).zip(&mut self.owners).filter(|(_, owner)| owner.accounts > 0) {
            if let Some(name) = new_name(&owner.name) {
                owner.name = Box::from(name);
            }
            self.by_name.insert(fast_hash(&owner.name), number);
        }
    }
}
