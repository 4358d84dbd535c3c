//! The day as it happens: arrivals, calls, what is due, and who comes and goes.

use crate::numbers::Numbers;
use crate::team::{drawn, leads};
use chrono::{DateTime, TimeDelta, Utc};
use lead_router::sla::Task;
use lead_router::{Event, Gate, Handover, Lead, LeadRecord, Presence, Receipt, Recipient, Router, Value, minutes};
use std::collections::BTreeMap;
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The rep who has this lead forgets it.
const FORGOTTEN: &str = "L-17";
/// Nobody answers when this one is called.
const NO_SHOW: &str = "L-13";

/// Something that the router does not know of beforehand.
enum Happening {
    Arrives(LeadRecord),
    Calls { lead: String, rep: String },
    HangsUp { lead: String, rep: String },
    Leaves { rep: &'static str },
}

pub(crate) struct Day {
    router: Router,
    /// The host's leads: the router keeps none.
    leads: BTreeMap<String, LeadRecord>,
    /// What is still to come, in order of time, and then as it was put in.
    agenda: BTreeMap<(DateTime<Utc>, u64), Happening>,
    put_in: u64,
    now: DateTime<Utc>,
    midnight: DateTime<Utc>,
    numbers: Numbers,
}

impl Day {
    pub(crate) fn new(router: Router) -> Self {
        let midnight = DateTime::from_timestamp(1_772_409_600, 0).unwrap_or_default();
        let (leads_of_day, agenda) = (leads(midnight), BTreeMap::new());
        let mut day = Self {
            router,
            leads: BTreeMap::new(),
            agenda,
            put_in: 0,
            now: midnight,
            midnight,
            numbers: Numbers::default(),
        };
        for (at, lead) in leads_of_day {
            day.put_in(at, Happening::Arrives(lead));
        }
        day.put_in(midnight + TimeDelta::hours(20), Happening::Leaves { rep: "hal" });
        day
    }

    fn put_in(&mut self, at: DateTime<Utc>, happening: Happening) {
        self.put_in += 1;
        self.agenda.insert((at, self.put_in), happening);
    }

    /// Goes on to whatever comes next: on the agenda, or because the router says that time changes something. False once the
    /// day is over.
    pub(crate) fn goes_on(&mut self) -> Outcome<bool> {
        let next = self.agenda.keys().next().map(|(at, _)| *at);
        let deadline = self.router.next_deadline();
        let end = self.midnight + TimeDelta::days(1);
        let Some(now) = next.into_iter().chain(deadline).min().filter(|now| *now < end) else { return Ok(false) };
        self.now = now.max(self.now);
        if deadline.is_some_and(|deadline| deadline <= now) {
            self.router.advance(now);
        } else if let Some((_, happening)) = self.agenda.pop_first() {
            self.happen(happening)?;
        }
        self.do_what_is_due()?;
        for receipt in self.router.release(self.now, |id| self.leads.get(id)) {
            self.tell(&receipt, "waits no longer, ");
            self.take(&receipt)?;
        }
        Ok(true)
    }

    fn happen(&mut self, happening: Happening) -> Outcome<()> {
        match happening {
            Happening::Arrives(lead) => self.arrives(lead),
            Happening::Calls { lead, rep } => self.calls(&lead, &rep),
            Happening::HangsUp { lead, rep } => self.hangs_up(&lead, &rep),
            Happening::Leaves { rep } => self.leaves(rep),
        }
    }

    fn say(&self, what: &str) {
        println!("{}  {what}", self.now.format("%H:%M"));
    }

    fn tell(&self, receipt: &Receipt, what: &str) {
        let why = receipt.reason().map_or(String::new(), |reason| format!(": {reason}"));
        self.say(&format!("{} {what}{}{why}", receipt.lead_id(), receipt.outcome()));
    }

    fn arrives(&mut self, lead: LeadRecord) -> Outcome<()> {
        let receipt = self.router.route(&lead, self.now);
        self.numbers.arrived(&receipt);
        let wants_demo = lead.field("requested_demo") == Some(Value::Flag(true));
        let what = if wants_demo { "wants a demo, is " } else { "is " };
        self.tell(&receipt, what);
        self.leads.insert(receipt.lead_id().to_owned(), lead);
        self.take(&receipt)
    }

    /// The write to the CRM succeeds, and the rep will call when there is time.
    fn take(&mut self, receipt: &Receipt) -> Outcome<()> {
        self.router.settle(receipt)?;
        let Some(rep) = receipt.rep() else { return Ok(()) };
        let lead = receipt.lead_id();
        let is_forgotten = lead == FORGOTTEN && !self.numbers.was_reassigned(lead);
        if self.router.lead(lead).is_some_and(|lead| lead.first_contact().is_none()) && !is_forgotten {
            let longest = if receipt.path() == "demo" { 10 } else { 40 };
            let delay = minutes(3 + drawn("delay", lead, longest) as u32);
            let at = self.router.schedule(rep).and_then(|schedule| schedule.add(self.now, delay));
            let calls = Happening::Calls { lead: lead.to_owned(), rep: rep.to_owned() };
            if let Some(at) = at {
                self.put_in(at, calls);
            }
        }
        Ok(())
    }

    fn holder(&self, lead: &str) -> Option<&str> {
        self.router.lead(lead).and_then(|lead| lead.rep())
    }

    fn calls(&mut self, lead: &str, rep: &str) -> Outcome<()> {
        if self.holder(lead) != Some(rep) {
            return Ok(()); // somebody else has it by now
        }
        if let Some(Gate::Busy { until: Some(until) }) = self.router.gate(rep, self.now) {
            self.put_in(until, Happening::Calls { lead: lead.to_owned(), rep: rep.to_owned() });
            return Ok(());
        }
        if lead == NO_SHOW {
            self.router.observe(Event::no_show(lead), self.now)?;
            self.say(&format!("{rep} calls {lead}, and nobody answers: the turn goes back to {rep}"));
            return Ok(());
        }
        let until = self.now + TimeDelta::minutes(10 + drawn("talks", lead, 30) as i64);
        let busy = Presence::busy().until(until);
        self.router.observe(Event::presence(rep, busy), self.now)?;
        self.router.observe(Event::contacted(lead), self.now)?;
        self.numbers.contacted(lead, self.now);
        self.say(&format!("{rep} calls {lead}"));
        self.put_in(until, Happening::HangsUp { lead: lead.to_owned(), rep: rep.to_owned() });
        Ok(())
    }

    fn hangs_up(&mut self, lead: &str, rep: &str) -> Outcome<()> {
        let (event, what) = match drawn("ends", lead, 4) {
            0 => (Event::won(lead, 1_200), "a customer"),
            1 => (Event::lost(lead, "no budget"), "no budget"),
            _ => (Event::qualified(lead), "qualified, and stays open"),
        };
        self.router.observe(event, self.now)?;
        self.say(&format!("{rep} hangs up on {lead}: {what}"));
        Ok(())
    }

    fn leaves(&mut self, rep: &str) -> Outcome<()> {
        let preview = self.router.redistribute(&Handover::left(rep), self.now, |id| self.leads.get(id))?;
        preview.to_string().lines().for_each(|line| self.say(line));
        for receipt in self.router.carry_out(preview)? {
            self.take(&receipt)?;
        }
        Ok(())
    }

    /// Tells managers, and gives leads to others, as the plan's ladder says.
    fn do_what_is_due(&mut self) -> Outcome<()> {
        for due in self.router.due(self.now) {
            let (lead, rep) = (due.lead_id(), due.rep().unwrap_or("nobody"));
            match due.task() {
                Task::Notify(notice) => {
                    let to = match notice.to() {
                        Recipient::Rep(rep) => rep,
                        _ => "the sales desk",
                    };
                    self.say(&format!("{to} is told that {rep} has not reached {lead}"));
                    self.router.observe(Event::notified(lead, due.id()), self.now)?;
                    self.numbers.escalated();
                }
                Task::Reroute(ask) => {
                    let record = self.leads.get(lead).ok_or("the host has every lead")?;
                    let decision = self.router.decide_with(record, self.now, ask);
                    let receipt = self.router.commit(record, decision)?;
                    self.numbers.reassigned(lead);
                    self.tell(&receipt, &format!("is taken from {rep}, "));
                    self.take(&receipt)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(crate) fn numbers(&self) -> String {
        self.numbers.report(&self.router)
    }
}
