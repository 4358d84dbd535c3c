//! Accounts as a whole, for hosts that ask for one.

use super::Account;
use std::sync::OnceLock;

/// How many accounts share one piece of memory, which is made when the first of them is asked for.
const CHUNK: usize = 64;

/// What [`Accounts`](super::Accounts) lends out: an account that was asked for is put together then, and kept for as long as it
/// stays what it is. Decisions ask for none. Nothing but memory tells whether one has been asked for.
#[derive(Default)]
pub(super) struct Whole(Vec<OnceLock<Box<[OnceLock<Account>]>>>);

impl Whole {
    /// Makes room for so many accounts.
    pub(super) fn grow(&mut self, accounts: usize) {
        if self.0.len() * CHUNK < accounts {
            self.0.resize_with(accounts.div_ceil(CHUNK), OnceLock::new);
        }
    }

    /// The account in a slot, put together if nobody has asked for it before.
    pub(super) fn get(&self, slot: u32, make: impl FnOnce() -> Account) -> Option<&Account> {
        let chunk = self.0.get(slot as usize / CHUNK)?;
        let chunk = chunk.get_or_init(|| std::iter::repeat_with(OnceLock::new).take(CHUNK).collect());
        Some(chunk.get(slot as usize % CHUNK)?.get_or_init(make))
    }

    /// The account in a slot is another from now on.
    pub(super) fn forget(&mut self, slot: u32) {
        let chunk = self.0.get_mut(slot as usize / CHUNK).and_then(OnceLock::get_mut);
        if let Some(kept) = chunk.and_then(|chunk| chunk.get_mut(slot as usize % CHUNK)) {
            kept.take();
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.0.iter_mut().for_each(|chunk| _ = chunk.take());
    }
}

/// Nobody has asked the copy for any.
impl Clone for Whole {
    fn clone(&self) -> Self {
        let mut clone = Self::default();
        clone.grow(self.0.len() * CHUNK);
        clone
    }
}
