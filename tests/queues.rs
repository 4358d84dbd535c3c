//! Leads that wait: in which order, for how long, and who gets them then.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, Utc};
use lead_router::sla::{Due, Task};
use lead_router::{
    Closing, Event, EventError, LeadRecord, Plan, Presence, Record, RepRecord, Roster, Router, Snapshot,
};

/// A time of Monday, 2 March 2026: `"09:00"`.
fn at(time: &str) -> DateTime<Utc> {
    format!("2026-03-02T{time}:00Z").parse().expect("a time")
}

const PLAN: &str = r#"
    otherwise = "triage"

    [route]
    first_of = [
        { when = { if = { field = "spam", is = true }, then = { parked = "review" } } },
        { when = { if = { field = "demo", is = true }, then = { available = { round_robin = "closers" } } } },
        { available = { round_robin = "smb" } },
        { queue = "later" },
    ]

    [waiting.later]
    first = [{ field = "demo", is = true }, { field = "source", is = "webinar" }]
    most = "amount"

    [waiting.later.escalation]
    rungs = [
        { after = "1h", then = { notify = { role = "lead desk" } } },
        { after = "4h", then = { queue = "rescue" } },
    ]

    [waiting.rescue.escalation]
    clock = { hours = "desk" }
    rungs = [{ after = "2h", then = { notify = { person = "maria" } } }]
"#;

/// Ann and bob take small business, bob closes, maria is the lead desk; nobody is online.
fn team() -> Roster {
    let busy = |id: &str| RepRecord::new(id).pool("smb").present(Presence::busy());
    Roster::new()
        .rep(busy("ann").capacity(2))
        .rep(busy("bob").pool("closers"))
        .rep(RepRecord::new("maria").role("lead desk"))
        .hours("desk", lead_router::WorkingHours::in_zone("UTC").on("mon-fri", "09:00-17:00"))
}

/// A router, and all that it should equal at any time: one that applies its records, and one that is restored.
struct Desk {
    router: Router,
    replica: Router,
}

impl Desk {
    fn new() -> Self {
        let plan: Plan = toml::from_str(PLAN).expect("a plan");
        let router = Router::new(plan, team()).expect("a good plan");
        Self { replica: router.clone(), router }
    }

    fn store(&mut self, record: &Record) {
        let text = serde_json::to_string(record).expect("a record is data");
        self.replica.apply(&serde_json::from_str(&text).expect("it reads back")).expect("the next record");
        assert!(self.replica == self.router, "the replica differs");
        let snapshot = serde_json::to_string(&self.router.snapshot()).expect("a snapshot is data");
        let snapshot: Snapshot = serde_json::from_str(&snapshot).expect("it reads back");
        let restored = snapshot.restore().build().expect("a good snapshot");
        assert!(restored == self.router, "the restored router differs");
        let order =
            |router: &Router| router.held().map(|lead| (lead.id().to_owned(), lead.reason())).collect::<Vec<_>>();
        assert_eq!(order(&restored), order(&self.router));
        assert_eq!(order(&self.replica), order(&self.router));
    }

    fn route(&mut self, lead: &LeadRecord, time: &str) {
        let receipt = self.router.route(lead, at(time));
        self.store(receipt.record().expect("it moves"));
    }

    fn observe(&mut self, event: Event, time: &str) {
        let record = self.router.observe(event, at(time)).expect("it fits");
        self.store(&record);
    }

    fn release(&mut self, time: &str) -> Vec<(String, Option<String>)> {
        let receipts = self.router.release(at(time), lead);
        let replay = receipts.iter().filter_map(|receipt| receipt.record());
        replay.for_each(|record| self.replica.apply(record).expect("the next record"));
        assert!(self.replica == self.router, "the replica differs");
        let released =
            |receipt: &lead_router::Receipt| (receipt.lead_id().to_owned(), receipt.rep().map(str::to_owned));
        receipts.iter().map(released).collect()
    }

    fn order(&self) -> Vec<&str> {
        self.router.held().map(|lead| lead.id()).collect()
    }
}

/// What the host knows of each lead.
fn lead(id: &str) -> Option<LeadRecord> {
    let lead = LeadRecord::new(id);
    Some(match id {
        "demo" => lead.with("demo", true),
        "webinar" => lead.with("source", "webinar").with("amount", 5),
        "large" => lead.with("amount", 9_000.5),
        "small" => lead.with("amount", 10),
        "spam" => lead.with("spam", true),
        _ => lead,
    })
}

fn full() -> Desk {
    let mut desk = Desk::new();
    for (minute, id) in (10..).zip(["plain", "small", "large", "spam", "webinar", "demo"]) {
        desk.route(&lead(id).expect("a lead"), &format!("09:{minute}"));
    }
    desk
}

#[test]
fn bands_come_first_then_worth_then_age() {
    let desk = full();
    // The parked lead is in no band, and nothing says what it is worth.
    assert_eq!(desk.order(), ["demo", "webinar", "large", "small", "plain", "spam"]);
    let demo = desk.router.held().next().expect("somebody waits");
    assert_eq!((demo.band(), demo.worth(), demo.queue(), demo.is_parked()), (Some(0), None, Some("later"), false));
    assert_eq!(demo.reason().expect("a reason").to_string(), "the plan queues such leads");
    let large = desk.router.lead("large").expect("it waits");
    assert_eq!((large.band(), large.worth().map(|worth| worth.to_f64())), (None, Some(9_000.5)));
    assert_eq!(
        desk.router.held_in("review").map(|lead| (lead.id(), lead.is_parked())).collect::<Vec<_>>(),
        [("spam", true)]
    );
}

#[test]
fn whoever_comes_free_gets_the_first_lead_that_is_theirs() {
    let mut desk = full();
    assert_eq!(desk.release("10:00"), []);
    // Ann is no closer, but the plan gives her such a lead when no closer can take it.
    desk.observe(Event::presence("ann", Presence::online()), "10:00");
    let to = |id: &str, rep: &str| (id.to_owned(), Some(rep.to_owned()));
    assert_eq!(desk.release("10:00"), [to("demo", "ann"), to("webinar", "ann")]);
    assert_eq!(desk.release("10:00"), [], "never twice");
    desk.observe(Event::closed("demo", Closing::Won), "10:05");
    assert_eq!(desk.release("10:05"), [to("large", "ann")], "a slot is free");
    desk.observe(Event::presence("bob", Presence::online()), "10:10");
    assert_eq!(desk.release("10:10"), [to("small", "bob"), to("plain", "bob")]);
    assert_eq!(desk.order(), ["spam"], "a parked queue is never released");
}

#[test]
fn a_lead_that_the_host_does_not_bring_waits_on() {
    let mut desk = full();
    desk.observe(Event::presence("bob", Presence::online()), "10:00");
    let receipts = desk.router.release(at("10:00"), |id| (id == "small").then(|| lead(id)).flatten());
    assert_eq!(receipts.iter().map(|receipt| receipt.lead_id()).collect::<Vec<_>>(), ["small"]);
    assert_eq!(desk.router.release(at("10:00"), |_| Some(LeadRecord::new("another"))).len(), 0);
    assert_eq!(desk.order(), ["demo", "webinar", "large", "plain", "spam"]);
}

#[test]
fn a_wait_that_is_too_long_is_told_and_then_ends_elsewhere() {
    let mut desk = Desk::new();
    desk.route(&lead("small").expect("a lead"), "09:00");
    assert_eq!(desk.router.next_deadline(), Some(at("10:00")));
    let due = desk.router.due(at("10:00"));
    assert_eq!(due.iter().map(|due| (due.id(), due.rep())).collect::<Vec<_>>(), [("1/rung_1", None)]);
    desk.observe(Event::notified("small", "1/rung_1"), "10:30");
    // Somebody calls, but it waits on.
    desk.observe(Event::contacted("small"), "10:40");
    let due = desk.router.due(at("13:20"));
    assert_eq!(due.len(), 1, "{due:?}");
    let ask = |due: &Due| match due.task() {
        Task::Reroute(ask) => Some(ask.clone()),
        _ => None,
    };
    let (lead, ask) = (lead("small").expect("a lead"), due.first().and_then(ask).expect("it moves"));
    let decision = desk.router.decide_with(&lead, at("13:20"), &ask);
    assert_eq!(decision.to_string(), "small: queued in rescue by escalation: nobody took it within 4h");
    let receipt = desk.router.commit(&lead, decision).expect("this router's, and this lead's");
    desk.store(receipt.record().expect("it moves"));
    let view = desk.router.lead("small").expect("it waits");
    assert_eq!((view.queue(), view.waits_since()), (Some("rescue"), Some(at("09:00"))));
    // Two hours of the desk's from when it came there.
    assert_eq!(desk.router.next_deadline(), Some(at("15:20")));
    // What was due once is no longer.
    let again = desk.router.decide_with(&lead, at("13:30"), &ask);
    assert_eq!((again.queue(), again.is_repeat()), (Some("rescue"), true));
    assert!(desk.router.commit(&lead, again).expect("this router's").is_repeat());
    desk.observe(Event::presence("ann", Presence::online()), "14:00");
    assert_eq!(desk.release("14:00"), [("small".to_owned(), Some("ann".to_owned()))]);
    assert!(desk.router.due(at("23:00")).is_empty(), "it waits no longer");
}

#[test]
fn a_lead_that_goes_back_into_its_queue_waits_as_if_it_had_never_left() {
    let mut desk = full();
    desk.observe(Event::presence("ann", Presence::online()), "09:40");
    let receipts = desk.router.release(at("09:40"), lead);
    let taken = receipts.first().expect("demo is released").clone();
    for receipt in receipts.iter().rev() {
        desk.router.rollback(receipt).expect("the CRM says no");
    }
    assert_eq!(taken.lead_id(), "demo");
    assert_eq!(desk.order(), ["demo", "webinar", "large", "small", "plain", "spam"]);
    assert_eq!(
        desk.router.due(at("10:15")).iter().map(|due| due.lead_id()).collect::<Vec<_>>(),
        ["plain", "small", "large", "webinar", "demo"]
    );
}

#[test]
fn who_takes_a_lead_is_checked_as_the_plan_says_and_takes_no_turn() {
    let mut desk = full();
    let demo = lead("demo").expect("a lead");
    let refused = desk.router.claim(&demo, "ann", at("10:00")).expect("both are there");
    assert_eq!((refused.queue(), refused.is_repeat()), (Some("later"), true));
    desk.observe(Event::presence("ann", Presence::online()), "10:00");
    desk.observe(Event::presence("bob", Presence::online()), "10:00");
    let decision = desk.router.claim(&demo, "bob", at("10:00")).expect("both are there");
    assert_eq!(
        decision.to_string(),
        "demo: assigned to bob by round_robin closers: took it from the queue, as the plan allows"
    );
    let balances = |router: &Router| {
        let members =
            |name: &str| router.rotation(name).expect("it is there").members().map(|one| one.balance).collect();
        ["closers", "smb"].map(members) as [Vec<i128>; 2]
    };
    let before = balances(&desk.router);
    let receipt = desk.router.commit(&demo, decision).expect("this router's");
    desk.store(receipt.record().expect("it moves"));
    assert_eq!(balances(&desk.router), before);
    assert_eq!(desk.router.open_leads("bob"), Some(1));
    let taken = desk.router.claim(&demo, "ann", at("10:00")).map(|decision| decision.to_string());
    assert_eq!(taken, Err(EventError::NotWaiting { lead: "demo".into(), rep: "bob".into() }));
    let unknown = desk.router.claim(&demo, "zed", at("10:00")).map_err(|error| error.to_string());
    assert_eq!(unknown.err().as_deref(), Some("there is no rep `zed`"));
    // A person may take a parked one, too, where the plan gives it to them: here it parks it.
    let spam = desk.router.claim(&lead("spam").expect("a lead"), "ann", at("10:00")).expect("both are there");
    assert_eq!((spam.queue(), spam.is_repeat()), (Some("review"), true));
}

#[test]
fn mistakes_in_how_leads_wait_are_all_told() {
    let plan: Plan = toml::from_str(
        r#"
            otherwise = "triage"
            route = { round_robin = "smb" }
            [waiting.trige]
            [waiting.triage]
            first = [{ field = "", is = 1 }]
            most = ""
            [waiting.triage.escalation]
            clock = "working_time"
            rungs = [
                { after = "1h", then = { notify = "manager" } },
                { after = "2h", then = "reassign" },
                { after = "3h", then = { queue = "triage" } },
            ]
        "#,
    )
    .expect("a plan");
    let error = Router::new(plan, team()).map_err(|error| error.to_string()).expect_err("it has faults");
    let expected = [
        "7 faults",
        "  waiting.triage.first[0].field: the name of a field is empty",
        "  waiting.triage.most: the name of a field is empty",
        "  waiting.triage.escalation: a lead that waits is with nobody, so that nobody's working time or leave counts: name hours",
        "  waiting.triage.escalation.rungs[0].then: a lead that waits is with nobody: tell a person or a role",
        "  waiting.triage.escalation.rungs[1].then: a lead that waits is with nobody: move it to a queue",
        "  waiting.triage.escalation.rungs[2].then: it waits in `triage` already",
        "  waiting.trige: there is no queue `trige`; did you mean `triage`?",
    ];
    assert_eq!(error.lines().collect::<Vec<_>>(), expected);
}
