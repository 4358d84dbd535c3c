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
        black_box(self.team.rep(rep).map(|rep| (rep.load().open, rep.has_left())));
        self.hand.touch(rep);
        for (board, member) in self.on_boards.of(rep) {
            if let Some(Some(board)) = self.boards.get(board.place()) {
                board.touch(*member);
            }
        }
        if let Some(turn) = turn
            && let Some(rotation) = self.rotations.get(turn.rotation.place())
        {
            rotation.ledger().touch(turn.slot);
        }
    }
}
