//! What happens to a lead after it was given: it is seen, contacted, qualified, rejected, and so on.

use super::prepare::is_tracked;
use super::{EventError, Router};
use crate::desk::{Life, Pending, Since, Standing, Undo, bit};
use crate::fault::{Fault, FaultKind};
use crate::instant::Instant;
use crate::journal::{Closing, Event};
use crate::lead_id::LeadId;
use crate::limits::MAX_LEAD_ID_BYTES;
use crate::notice::notice_ids;
use crate::sla::DueId;
use crate::strategy::NewsKind;
use crate::table::fast_hash;
use crate::value::Number;

impl Router {
    /// Whether such a thing can happen to a lead now.
    pub(super) fn check_life(&self, event: &Event, at: Instant) -> Result<(), EventError> {
        match event {
            Event::Notified { lead, id } => self.check_notified(self.standing(lead, at)?, id, at),
            Event::Seen { lead } | Event::NoShow { lead } => self.holder(lead, at).map(|_| ()),
            Event::Rejected { lead, rep, .. } => {
                self.known_rep(rep)?;
                match self.holder(lead, at)? {
                    holder if holder == rep => Ok(()),
                    _ => Err(EventError::NotHolder { lead: lead.clone(), rep: rep.clone() }),
                }
            }
            Event::Merged { lead, into } => {
                self.standing(lead, at)?;
                merge_fault(lead, into).map_or(Ok(()), |fault| Err(vec![fault].into()))
            }
            Event::Contacted { lead }
            | Event::Qualified { lead }
            | Event::Released { lead }
            | Event::Closed { lead, .. } => self.standing(lead, at).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn standing(&self, lead: &str, at: Instant) -> Result<&Standing, EventError> {
        let no_such_lead = || EventError::NoSuchLead { lead: lead.to_owned() };
        self.desk.hand.standing(lead, at).ok_or_else(no_such_lead)
    }

    /// Who has a lead, by id.
    fn holder(&self, lead: &str, at: Instant) -> Result<&str, EventError> {
        let rep = self.standing(lead, at)?.rep();
        rep.map(|rep| self.desk.team.name(rep)).ok_or_else(|| EventError::NobodyHasIt { lead: lead.to_owned() })
    }

    pub(super) fn check_claim(&self, lead: &str, rep: &str, now: Instant) -> Result<(), EventError> {
        self.known_rep(rep)?;
        match self.standing(lead, now.max(self.clock))?.rep() {
            Some(holder) => {
                let rep = self.desk.team.name(holder).to_owned();
                Err(EventError::NotWaiting { lead: lead.to_owned(), rep })
            }
            None => Ok(()),
        }
    }

    fn check_notified(&self, standing: &Standing, id: &str, at: Instant) -> Result<(), EventError> {
        let is_of_commit =
            || standing.rep().is_some() && notice_ids(standing.sequence).any(|of_commit| of_commit == id);
        let is_due = || id.parse().is_ok_and(|id: DueId| self.is_due(standing, id, at));
        if is_of_commit() || is_due() {
            return Ok(());
        }
        Err(EventError::NotDue { lead: standing.lead.to_string(), id: id.to_owned() })
    }

    /// Takes in what happened to a lead.
    pub(super) fn live(&mut self, event: &Event, since: Since) {
        match event {
            Event::Notified { lead, id } => self.notify(lead, id, since.0),
            Event::Seen { lead } => self.change_life(lead, |standing| {
                standing.life_mut().seen.get_or_insert(since.0);
            }),
            Event::Contacted { lead } => self.contact(lead, since),
            Event::Qualified { lead } => {
                let is_new = self.desk.hand.get(lead).is_some_and(|standing| standing.qualified().is_none());
                self.change_life(lead, |standing| {
                    standing.life_mut().qualified.get_or_insert(since.0);
                });
                if is_new {
                    self.tell_of(lead, NewsKind::Qualified, since);
                }
            }
            Event::NoShow { lead } => {
                self.end_turn(lead, since.0, true);
                self.tell_of(lead, NewsKind::NoShow, since);
            }
            Event::Rejected { lead, .. } => self.reject(lead, since),
            Event::Merged { lead, into } => self.merge(lead, into, since),
            Event::Released { lead } => {
                self.end(lead, NewsKind::Released, None, since);
            }
            Event::Closed { lead, how, value, .. } => {
                let kind = match how {
                    Closing::Won => NewsKind::Won,
                    Closing::Lost => NewsKind::Lost,
                    Closing::Other => NewsKind::Closed,
                };
                self.end(lead, kind, *value, since);
            }
            _ => {}
        }
    }

    /// Changes what is known of a lead, and when something is due for it.
    fn change_life(&mut self, lead: &str, change: impl FnOnce(&mut Standing)) {
        self.desk.change_life(lead, change);
    }

    fn notify(&mut self, lead: &str, id: &str, at: Instant) {
        self.change_life(lead, |standing| match id.parse() {
            Ok(DueId { rung: Some(rung), .. }) => {
                if let Some(clock) = &mut standing.life_mut().clock {
                    clock.done |= bit(rung);
                }
            }
            Ok(DueId { rung: None, .. }) => standing.life_mut().rejected = None,
            Err(_) => {
                standing.life_mut().notified.get_or_insert(at);
            }
        });
    }

    fn contact(&mut self, lead: &str, since: Since) {
        let is_new = self.desk.hand.get(lead).is_some_and(|standing| standing.contacted().is_none());
        if !is_new {
            return;
        }
        self.change_life(lead, |standing| {
            let is_held = standing.rep().is_none();
            let life = standing.life_mut();
            life.contacted = Some(since.0);
            // How long it waits goes on to count.
            life.clock = life.clock.take().filter(|_| is_held);
        });
        self.tell_of(lead, NewsKind::Contacted, since);
    }

    fn reject(&mut self, lead: &str, since: Since) {
        self.end_turn(lead, since.0, !self.plan.charges_rejections());
        self.change_life(lead, |standing| {
            let rep = standing.rep();
            let life = standing.life_mut();
            life.rejected_by.extend(rep);
            life.rejected.get_or_insert(since.0);
        });
        self.tell_of(lead, NewsKind::Rejected, since);
    }

    /// The turn that a lead took goes back, or is had for good. Either way its commit stands: the rep had the lead.
    fn end_turn(&mut self, lead: &str, at: Instant, goes_back: bool) {
        let Some(standing) = self.desk.hand.get_mut(lead) else { return };
        let (turn, pending) = (standing.turn.take(), standing.pending.take());
        self.desk.stand(pending);
        match turn {
            Some(turn) if goes_back => self.desk.return_turn_for_good(turn, at),
            turn => self.desk.drop_charge(turn),
        }
    }

    /// A lead is another one, which goes on in its place: with the rep who has that, or else with the one who has this.
    fn merge(&mut self, lead: &str, into: &str, since: Since) {
        let is_with_rep = |lead: &str| self.desk.hand.get(lead).map(|standing| standing.rep().is_some());
        match (is_with_rep(lead), is_with_rep(into)) {
            // Nobody got a second lead.
            (Some(_), Some(true)) | (Some(false), Some(false)) => {
                self.end_turn(lead, since.0, true);
                let life = self.end(lead, NewsKind::Closed, None, since);
                self.desk.take_over(into, life.as_deref());
            }
            (Some(_), other) => {
                let life = other.and_then(|_| self.end(into, NewsKind::Closed, None, since));
                self.rename_lead(lead, into);
                self.desk.take_over(into, life.as_deref());
            }
            (None, _) => {}
        }
    }

    fn rename_lead(&mut self, lead: &str, into: &str) {
        let Some(mut standing) = self.desk.hand.remove(lead) else { return };
        let id = LeadId::new(into);
        let mut next = Some(&mut standing);
        while let Some(standing) = next {
            standing.lead = id.clone();
            next = standing.pending.as_mut().and_then(|pending| pending.previous.as_deref_mut());
        }
        self.desk.put_in_hand(fast_hash(&id), standing);
    }

    /// A lead is in nobody's hands any more, and in no queue. Gives what was known of it.
    fn end(&mut self, lead: &str, kind: NewsKind, value: Option<Number>, since: Since) -> Option<Box<Life>> {
        let standing = self.desk.hand.remove(lead)?;
        self.desk.drop_charge(standing.turn);
        if let Some(rep) = standing.rep() {
            self.desk.lower_load(rep, since);
        }
        let mut changes = Vec::new();
        self.tell(&standing.learners, (kind, lead, standing.rep()), value, since, &mut changes);
        // A lead that has ended cannot be rolled back, so that what undoes this is never needed.
        self.desk.stand(standing.pending);
        self.stand_changes(changes);
        standing.life
    }

    /// Lets strategies learn what no rollback takes back.
    fn tell_of(&mut self, lead: &str, kind: NewsKind, since: Since) {
        let Some(standing) = self.desk.hand.get(lead) else { return };
        let (rep, learners) = (standing.rep(), standing.learners.clone());
        let mut changes = Vec::new();
        self.tell(&learners, (kind, lead, rep), None, since, &mut changes);
        self.stand_changes(changes);
    }

    fn stand_changes(&mut self, changes: Vec<Undo>) {
        if !changes.is_empty() {
            self.desk.stand(Some(Box::new(Pending { changes, ..Pending::NOTHING })));
        }
    }
}

/// Why leads cannot be merged.
fn merge_fault(lead: &str, into: &str) -> Option<Fault> {
    let text = if lead == into {
        "a lead cannot be merged into itself".to_owned()
    } else if !is_tracked(into) {
        format!("the id of a lead has 1 to {MAX_LEAD_ID_BYTES} bytes")
    } else {
        return None;
    };
    Some(Fault::new("into", FaultKind::Contradiction(text)))
}
