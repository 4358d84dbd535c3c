//! Leads in hand by id, so that a form that is sent twice is one lead: open addressing, at most half full. A cell is eight
//! bytes, and the text of an id is compared only where the hash is the same. Removing moves later cells back, so that leads
//! that come and go for days leave nothing behind.

use crate::directory::hash;
use crate::scenario::Lead;
use arrayvec::ArrayString;

type Id = ArrayString<12>;

#[derive(Debug, Clone)]
pub(crate) struct Hand {
    /// The upper half of the hash, and one more than the place among the leads; 0 for none.
    cells: Vec<(u32, u32)>,
    leads: Vec<(Id, u32)>,
    /// Places among the leads that are free.
    free: Vec<u32>,
}

/// A lead that is not in hand, and the hash of its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct New(u32);

impl Hand {
    pub(crate) fn new() -> Self {
        Self { cells: vec![(0, 0); 64], leads: Vec::new(), free: Vec::new() }
    }

    fn mask(&self) -> usize {
        self.cells.len() - 1
    }

    /// The cell of a lead in hand, or the hash of one that is not.
    fn find(&self, id: &Id) -> Result<usize, u32> {
        let hash = (hash(id) >> 32) as u32;
        let mut cell = hash as usize & self.mask();
        loop {
            match self.cells[cell] {
                (_, 0) => return Err(hash),
                (found, place) if found == hash && self.leads[place as usize - 1].0 == *id => return Ok(cell),
                _ => cell = (cell + 1) & self.mask(),
            }
        }
    }

    /// Who has a lead.
    pub(crate) fn get(&self, lead: &Lead) -> Result<u32, New> {
        match self.find(&lead.id) {
            Ok(cell) => Ok(self.leads[self.cells[cell].1 as usize - 1].1),
            Err(hash) => Err(New(hash)),
        }
    }

    pub(crate) fn insert(&mut self, lead: &Lead, New(hash): New, rep: u32) {
        if 2 * (self.leads.len() - self.free.len() + 1) > self.cells.len() {
            self.grow();
        }
        let place = self.free.pop().unwrap_or(self.leads.len() as u32);
        match self.leads.get_mut(place as usize) {
            Some(free) => *free = (lead.id, rep),
            None => self.leads.push((lead.id, rep)),
        }
        self.put(hash, place + 1);
    }

    fn put(&mut self, hash: u32, place: u32) {
        let mut cell = hash as usize & self.mask();
        while self.cells[cell].1 != 0 {
            cell = (cell + 1) & self.mask();
        }
        self.cells[cell] = (hash, place);
    }

    fn grow(&mut self) {
        let more = vec![(0, 0); 2 * self.cells.len()];
        for (hash, place) in std::mem::replace(&mut self.cells, more) {
            if place != 0 {
                self.put(hash, place);
            }
        }
    }

    /// A lead is done with: who had it.
    pub(crate) fn remove(&mut self, lead: &Lead) -> Option<u32> {
        let mut empty = self.find(&lead.id).ok()?;
        let place = self.cells[empty].1 - 1;
        self.free.push(place);
        let mut cell = empty;
        loop {
            cell = (cell + 1) & self.mask();
            let (hash, of_cell) = self.cells[cell];
            if of_cell == 0 {
                break;
            }
            // What lies at or after its home by going through the empty cell moves there.
            let (from_home, from_empty) = (cell.wrapping_sub(hash as usize), cell.wrapping_sub(empty));
            if from_home & self.mask() >= from_empty & self.mask() {
                self.cells[empty] = self.cells[cell];
                empty = cell;
            }
        }
        self.cells[empty] = (0, 0);
        Some(self.leads[place as usize].1)
    }
}
