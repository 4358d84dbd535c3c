//! Looking at what is about to change, before it is: a commit changes a dozen places of large lists, each of which a processor
//! has to fetch from memory if the team is large. Asked for side by side, they are waited for once, and not one after the other.

use super::{Desk, Turn};
use crate::index::RepIndex;
use std::hint::black_box;

/// Smaller teams are at hand anyway.
const LARGE: usize = 4_096;

impl Desk {
    /// Looks at what a commit to a rep changes, in a large team. Changes nothing.
    pub(crate) fn touch(&self, rep: RepIndex, turn: Option<&Turn>) {
        if self.team.reps.len() < LARGE {
            return;
        }
        let load = self.team.rep(rep).map_or(0, |rep| rep.load.open ^ u32::from(rep.left));
        let on_boards = self.on_boards.of(rep).iter().filter_map(|(board, member)| {
            let board = self.boards.get(board.place())?.as_ref()?;
            Some(board.touched(*member))
        });
        let balance = turn.and_then(|turn| {
            let rotation = self.rotations.get(turn.rotation.place())?;
            Some(rotation.ledger().touched(turn.slot))
        });
        black_box((load ^ self.hand.touched(rep), on_boards.fold(0, |all, one| all ^ one), balance));
    }
}
