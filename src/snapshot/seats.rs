//! Who shared a turn, in snapshots: lists of slots with weights.
//!
//! In a large team nearly every turn is shared by others than the one before, since somebody has come or gone. So a long list is
//! written as what differs from one before it.

use super::amount::Amount;
use super::at::At;
use super::form::{ChangedSeats, ChargeForm, SeatsForm};
use super::restore::{KnownSeats, Reader};
use crate::fair::{Charge, History, Ledger, Seat, SeatList, Share, Sharers, Slot, changed_seats};
use crate::limits::MAX_WEIGHT;
use crate::table::{Distinct, fast_hash_of};
use std::collections::BTreeSet;
use std::sync::Arc;

/// From how many seats on a list may be written as a change.
const LONG: usize = 64;

/// A list has to be so many times as long as a change of it, which is written in its place.
const TIMES_AS_LONG: usize = 8;

/// The lists of seats of one rotation, each once, in the order in which they are met.
pub(super) struct SeatLists<'l> {
    ledger: &'l Ledger,
    /// Made once a charge asks for it.
    history: Option<History>,
    lists: Distinct<SeatsForm>,
    /// The last long list that is written as a whole, and its place.
    whole: Option<Whole>,
    /// Charges of an unchanging team share their list, so that one look is enough.
    last: Option<(Sharers, u64)>,
}

struct Whole {
    place: u64,
    seats: Vec<Seat>,
    /// Whether it is what the history compares with.
    is_compared: bool,
}

impl<'l> SeatLists<'l> {
    pub(super) fn new(ledger: &'l Ledger) -> Self {
        Self { ledger, history: None, lists: Distinct::default(), whole: None, last: None }
    }

    pub(super) fn into_forms(self) -> Vec<SeatsForm> {
        self.lists.into_vec()
    }

    pub(super) fn charge(&mut self, charge: &Charge) -> ChargeForm {
        let seats = match &self.last {
            Some((sharers, place)) if sharers.are_surely(&charge.sharers) => *place,
            _ => match &charge.sharers {
                // As they were read, so that what was released is written as it was.
                Sharers::Seats(seats) => self.place(seats.iter().collect()),
                Sharers::Groups { shares, moves, beside } => {
                    let place = self.place_of_groups(shares, *moves, *beside);
                    debug_assert_eq!(
                        self.history.as_ref().map(|history| history.seats(*beside)).as_deref(),
                        Some(&*self.ledger.seats(charge))
                    );
                    place
                }
            },
        };
        self.last = Some((charge.sharers.clone(), seats));
        ChargeForm {
            chosen: charge.chosen.0,
            credit: charge.credit.into(),
            size: charge.size.parts(),
            value_credit: Amount::from(charge.value_credit),
            seats,
        }
    }

    fn place_of_groups(&mut self, shares: &Arc<[Share]>, moves: u64, beside: Option<Seat>) -> u64 {
        let history = self.history.get_or_insert_with(|| History::new(self.ledger));
        history.go_to(shares, moves);
        if let Some(whole) = self.whole.as_mut().filter(|_| beside.is_none()) {
            if !std::mem::replace(&mut whole.is_compared, true) {
                history.compare_with(&whole.seats);
            }
            let others = history.others();
            debug_assert!(history.others().eq(changed_seats(&whole.seats, &history.seats(None))));
            // However many of the others are gone, so many seats are left.
            let least = whole.seats.len().saturating_sub(others.len());
            if least >= LONG && others.len() <= least / TIMES_AS_LONG {
                let (whole, but) = (whole.place, others.map(form).collect());
                return self.place_change(whole, but);
            }
        }
        let seats = history.seats(beside);
        self.place(seats)
    }

    fn place(&mut self, seats: Vec<Seat>) -> u64 {
        let is_long = seats.len() >= LONG && seats.is_sorted_by_key(|seat| seat.slot);
        if let Some(whole) = self.whole.as_ref().filter(|_| is_long) {
            let most = seats.len() / TIMES_AS_LONG;
            let but: Vec<(u32, u32)> = changed_seats(&whole.seats, &seats).take(most + 1).map(form).collect();
            if but.len() <= most {
                return self.place_change(whole.place, but);
            }
        }
        let is_same = |known: &SeatsForm| match known {
            SeatsForm::Whole(list) => list.iter().copied().eq(seats.iter().copied().map(form)),
            SeatsForm::Changed(_) => false,
        };
        let new = || SeatsForm::Whole(seats.iter().copied().map(form).collect());
        let place = self.lists.place(fast_hash_of(&seats), is_same, new) as u64;
        if is_long {
            self.whole = Some(Whole { place, seats, is_compared: false });
        }
        place
    }

    fn place_change(&mut self, whole: u64, but: Vec<(u32, u32)>) -> u64 {
        if but.is_empty() {
            return whole;
        }
        let change = ChangedSeats { whole, but };
        let is_same = |known: &SeatsForm| matches!(known, SeatsForm::Changed(known) if *known == change);
        let hash = fast_hash_of(&change.but);
        self.lists.place(hash, is_same, || SeatsForm::Changed(change.clone())) as u64
    }
}

impl Reader<'_> {
    /// A list of seats, given those before it.
    pub(super) fn seats(&mut self, path: &At<'_>, form: &SeatsForm, earlier: &[KnownSeats], slots: usize) -> SeatList {
        let (list, least) = match form {
            SeatsForm::Whole(list) => (list, 1),
            SeatsForm::Changed(change) => (&change.but, 0),
        };
        let mut known = BTreeSet::new();
        for &(slot, weight) in list {
            self.slot(path, slot, slots);
            self.number(path, "weight", weight.into(), least, MAX_WEIGHT.into());
            if !known.insert(slot) {
                self.twice(path, "slot", &slot.to_string());
            }
        }
        let seats = list.iter().map(|&(slot, weight)| Seat { slot: Slot(slot), weight });
        match form {
            SeatsForm::Whole(_) => SeatList::from(seats.collect::<Arc<[Seat]>>()),
            SeatsForm::Changed(change) => {
                let whole = usize::try_from(change.whole).ok().and_then(|place| earlier.get(place));
                whole.and_then(|whole| whole.list.but(seats)).unwrap_or_else(|| {
                    self.contradiction(path, format!("list {} is no earlier one, whole and by slot", change.whole));
                    SeatList::from(Arc::default())
                })
            }
        }
    }
}

fn form(seat: Seat) -> (u32, u32) {
    (seat.slot.0, seat.weight)
}
