//! The rows that areas come to: each says one thing of each field, so that rows can be put in order once and for all.

use super::entry::{Atom, Rank};
use crate::condition::Condition;
use crate::limits::MAX_AREA_ROWS;
use std::sync::Arc;

/// One way of combining what an area says of each field.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) area: u32,
    /// For each field, the place of an atom.
    pub(super) atoms: Box<[u32]>,
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) atoms: Vec<Atom>,
    /// After [`Rows::sort`], the most exact first, and of equally exact ones that of the area that is listed first.
    pub(super) rows: Vec<Row>,
}

/// More rows than there may be.
pub(super) struct TooMany;

impl Rows {
    /// Adds the rows of an area, by what it says of each field. Areas come in the order of the list.
    pub(super) fn add(&mut self, area: u32, fields: Vec<Vec<Atom>>) -> Result<(), TooMany> {
        let count = fields.iter().try_fold(1_usize, |count, atoms| count.checked_mul(atoms.len()));
        if count.is_none_or(|count| count > MAX_AREA_ROWS.saturating_sub(self.rows.len())) {
            return Err(TooMany);
        }
        let mut rows: Vec<Vec<u32>> = vec![Vec::new()];
        for atoms in fields {
            let first = self.atoms.len() as u32;
            self.atoms.extend(atoms);
            let places = first..self.atoms.len() as u32;
            let longer = |row: Vec<u32>| places.clone().map(move |place| [row.as_slice(), &[place]].concat());
            rows = rows.into_iter().flat_map(longer).collect();
        }
        self.rows.extend(rows.into_iter().map(|atoms| Row { area, atoms: atoms.into_boxed_slice() }));
        Ok(())
    }

    pub(super) fn sort(&mut self) {
        let Self { atoms, rows } = self;
        rows.sort_by(|one, other| ranks(atoms, one).cmp(ranks(atoms, other)));
    }

    /// What a row asks of a lead.
    pub(super) fn conditions(&self, row: &Row, fields: &[Arc<str>]) -> Vec<Condition> {
        let asked = row.atoms.iter().zip(fields).filter_map(|(place, field)| {
            let test = self.atoms.get(*place as usize)?.test.clone()?;
            Some(Condition::Field { field: field.to_string(), test })
        });
        asked.collect()
    }
}

/// How exact a row is, field by field.
pub(super) fn ranks(atoms: &[Atom], row: &Row) -> impl Iterator<Item = Option<Rank>> {
    row.atoms.iter().map(|place| atoms.get(*place as usize).map(|atom| atom.rank))
}
