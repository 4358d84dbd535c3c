//! Ladders: what is due when nobody contacts a lead in time, and what ends it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise, also in what it shares with others"
)]

#[path = "escalation/clocks.rs"]
mod clocks;

use chrono::{DateTime, Utc};
use lead_router::sla::{Due, Task};
use lead_router::{Event, LeadRecord, Plan, Record, Roster, Router, Snapshot};

/// A time of March 2026: `"02 09:00"`.
fn at(text: &str) -> DateTime<Utc> {
    format!("2026-03-{}:00Z", text.replace(' ', "T")).parse().expect("a time")
}

/// A router, a replica that is fed with its records, and one that was restored from a snapshot of it. They are equal at all
/// times.
struct Twin {
    router: Router,
    replica: Router,
}

impl Twin {
    fn new(plan: &str, roster: &str) -> Self {
        let plan: Plan = toml::from_str(plan).expect("a plan");
        let roster: Roster = toml::from_str(roster).expect("a roster");
        let router = Router::new(plan, roster).unwrap_or_else(|error| panic!("{error}"));
        Self { replica: router.clone(), router }
    }

    fn check(&mut self, record: Option<&Record>) {
        if let Some(record) = record {
            let text = serde_json::to_string(record).expect("a record is data");
            let read: Record = serde_json::from_str(&text).expect("it reads back");
            assert_eq!(read, *record);
            self.replica.apply(&read).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
        assert!(self.replica == self.router, "the replica differs after {record:?}");
        let restored = restored(&self.router);
        assert!(restored == self.router, "a restored router differs after {record:?}");
        for now in [at("02 12:00"), at("05 12:00"), at("30 12:00")] {
            assert_eq!(restored.due(now), self.router.due(now), "a restored router has other deadlines");
            assert_eq!(self.replica.due(now), self.router.due(now), "the replica has other deadlines");
        }
    }

    /// Decides, commits and settles; and says who has the lead or where it waits.
    fn route(&mut self, lead: &str, now: &str) -> String {
        let receipt = self.router.route(&LeadRecord::new(lead), at(now));
        self.check(receipt.record());
        let settled = self.router.settle(&receipt).expect("it has just been made");
        self.check(settled.as_ref());
        receipt.outcome().to_string()
    }

    fn observe(&mut self, event: Event, now: &str) {
        let record = self.router.observe(event, at(now)).unwrap_or_else(|error| panic!("{error}"));
        self.check(Some(&record));
    }

    fn refuses(&self, event: Event, now: &str) -> String {
        self.router.prepare_event(event, at(now)).expect_err("it is to be refused").to_string()
    }

    /// Does what is due to be decided anew under this id, and says what comes of it.
    #[expect(dead_code, reason = "x")]
    fn carry_out(&mut self, id: &str, now: &str) -> String {
        let due = self.router.due(at(now)).into_iter().find(|due| due.id() == id).expect("it is due");
        let Task::Reroute(ask) = due.task() else { panic!("{due:?} moves nothing") };
        let lead = LeadRecord::new(due.lead_id());
        let decision = self.router.decide_with(&lead, at(now), ask);
        let said = decision.to_string();
        let receipt = self.router.commit(&lead, decision).expect("this router's, and this lead's");
        self.check(receipt.record());
        said
    }

    /// What is due: times within March, ids, and what is to be done.
    fn due(&self, now: &str) -> Vec<String> {
        self.router.due(at(now)).iter().map(told).collect()
    }
}

fn restored(router: &Router) -> Router {
    let text = serde_json::to_string(&router.snapshot()).expect("a snapshot is data");
    let read: Snapshot = serde_json::from_str(&text).expect("it reads back");
    read.restore().build().unwrap_or_else(|error| panic!("{error}"))
}

fn told(due: &Due) -> String {
    let task = match due.task() {
        Task::Notify(notice) => format!("tell {}", serde_json::to_string(notice.to()).expect("data")),
        Task::Reroute(_) => "move".to_owned(),
        other => format!("{other:?}"),
    };
    format!("{} {} {}: {task}", due.at().format("%d %H:%M"), due.id(), due.lead_id())
}

const TEAM: &str = r#"
    [[reps]]
    id = "ann"
    pools = ["smb"]
    manager = "maria"
    [[reps]]
    id = "bob"
    pools = ["smb"]
    manager = "maria"
    [[reps]]
    id = "cid"
    pools = ["smb"]
    [[reps]]
    id = "maria"
    manager = "vera"
    roles = ["team lead"]
    [[reps]]
    id = "vera"
    roles = ["sales leadership"]
"#;
