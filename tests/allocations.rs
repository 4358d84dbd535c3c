//! What decisions allocate: nothing.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, Utc};
use lead_router::{
    Account, Accounts, Area, Ask, Detail, Explanation, Keeps, Lead, LeadRecord, Plan, Presence, Receipt, RepRecord,
    Roster, Router, account_owner, all, available, days, field, first_of, label, least_loaded, manager_of, only,
    parked, ranked, rep_field, round_robin, score_tiers, segment, split, stop, territories, times, when,
};

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000, 0).unwrap()
}

#[test]
fn decide_allocates_nothing() {
    let demo = all([
        field("requested_demo").is(true),
        field("source").among(["Web", "Partner"]),
        times(["demo_at", "video_at"]).within(lead_router::minutes(30)),
    ]);
    let area = |name: &str| Area::new(name).fits("zip", ["80*", "70331"]);
    let by_area = territories(["country", "zip", "size"])
        .area(area("bands").fits("size", "10..20").then(available(round_robin("smb"))))
        .area(area("rest").account("A-9").domain("area.example.com").then(available(round_robin("closers"))));
    let plan = Plan::new(first_of((
        account_owner().keeps([Keeps::LostWithin(days(30)), Keeps::OpenOpportunity]),
        when(field("vip").is(true), available(manager_of(manager_of(least_loaded("everyone"))))),
        when(field("time_zone").local_hours([("mon-fri", "04:00-04:30"), ("sun", "22:00-03:00+1")]), parked("early")),
        when(field("email").ends_with(".test"), stop("a test address")),
        when(demo, available(round_robin("closers"))),
        only(rep_field("languages").matches("language"), available(round_robin("linguists"))),
        when(field("region").is("north"), available(ranked("closers", "rate").tolerance(10))),
        when(field("region").is("south"), available(round_robin("smb").rotation("south").balance("score", 100))),
        score_tiers().at_least(80, available(round_robin("closers"))).at_least(50, parked("later")),
        label("pilot", split().by("team").percent(50, by_area.clone()).rest(by_area)),
        segment("employees")
            .below(100, available(round_robin("smb")))
            .rest(available(least_loaded("everyone").relative_to_capacity())),
        parked("unknown size"),
    )))
    .otherwise("triage")
    .forget_after(lead_router::days(30));
    let reps = (0..200).map(|number| {
        let rep = RepRecord::new(format!("rep-{number}")).capacity(20).with("languages", ["German", "French"]);
        let rep = rep.with("rate", number % 30);
        let rep = rep.pool("smb").weighted_pool("closers", 1 + number % 4).pool("linguists");
        let rep = rep.manager(format!("rep-{}", number / 7));
        if number % 5 == 0 { rep.present(Presence::offline().until(start())) } else { rep }
    });
    let account = Account::new("A-1").owner("rep-7").domain("acme.example.com").open_opportunities(1);
    let mut router = Router::builder(plan, Roster::new().reps(reps)).accounts([account]).build().unwrap();

    let lead = |id: &str| LeadRecord::new(id);
    let leads = [
        lead("owner").with("email", "jo@acme.example.com"),
        lead("stop").with("email", "jo@nowhere.test"),
        lead("fast")
            .with("requested_demo", "true")
            .with("source", "WEB")
            .with("demo_at", "2026-03-02T09:00:00Z")
            .with("video_at", "2026-03-02T10:10:00+01:00"),
        lead("language").with("language", "french"),
        lead("vip").with("vip", true),
        lead("hot").with("score", "80"),
        lead("warm").with("score", 79.5),
        lead("small").with("employees", "12"),
        lead("large").with("employees", 4_000),
        lead("unknown"),
        lead(""),
        lead("exactly forty bytes are still kept inline").with("employees", 12),
        lead("area").with("zip", "80331").with("size", 12).with("team", "Ünicode in Upper Case"),
        lead("account").with("account_id", "A-9").with("team", 2.5),
        lead("domain").with("email", "jo@area.example.com").with("team", 17),
        lead("early").with("time_zone", "america/new_york"),
        lead("early in a country").with("time_zone", "us"),
        lead("nowhere").with("time_zone", "New York").with("employees", 12),
        lead("ranked").with("region", "north"),
        lead("balanced").with("region", "south").with("score", "71.5"),
    ];
    assert_eq!(leads[8].clone(), leads[8]);
    for (id, part) in [("ranked", "best"), ("balanced", "`score` shared out")] {
        let lead = leads.iter().find(|lead| lead.id() == id).unwrap();
        assert!(router.decide(lead, start()).reason().to_string().contains(part), "{lead:?}");
    }
    for lead in leads.iter().filter(|lead| lead.id().starts_with("early")) {
        assert_eq!(router.decide(lead, start()).queue(), Some("early"));
    }
    let mut why = router.explain(&leads[0], start());
    for round in 0..50 {
        for (number, lead) in leads.iter().enumerate() {
            let mut paths = 0;
            let counted = allocation_counter::measure(|| {
                let decision = router.decide(lead, start());
                paths += decision.path().len();
            });
            let allowed = u64::from(lead.id().len() > 40); // An id of more than 40 bytes is kept behind a pointer.
            assert!(counted.count_total <= allowed, "round {round}, lead {number}: {}", counted.count_total);
            assert!(paths > 0);
            let explain = |why: &mut Explanation| router.explain_into(lead, start(), &Ask::new(), Detail::Steps, why);
            let counted = allocation_counter::measure(|| explain(&mut why));
            // Once the lists are long enough for any of the leads, they are used again.
            let tells_conditions = ["area", "large"].contains(&lead.id());
            let allowed = if tells_conditions { u64::MAX } else { allowed };
            assert!(round == 0 || counted.count_total <= allowed, "{}: {}", lead.id(), counted.count_total);
        }
        router.route(&LeadRecord::new(format!("L-{round}")).with("employees", 5 + round), start());
    }
}

/// Leads that come and go, each into the same receipt: after the first few, none needs new memory.
#[test]
fn commits_into_a_receipt_use_its_memory_again() {
    let plan = Plan::new(first_of((
        label("hot", when(field("score").at_least(80), available(round_robin("closers")))),
        available(round_robin("smb")),
        available(least_loaded("everyone")),
    )))
    .otherwise("triage");
    let reps = (0..50).map(|number| {
        RepRecord::new(format!("rep-{number}")).capacity(3).weighted_pool("closers", 1 + number % 4).pool("smb")
    });
    let mut router = Router::new(plan, Roster::new().reps(reps)).unwrap();
    let leads: Vec<LeadRecord> = (0..4_000)
        .map(|number| LeadRecord::new(format!("lead {number}")).with("score", number % 100).with("source", "Web"))
        .collect();
    let close = |router: &mut Router, lead: &LeadRecord, at| {
        router.observe(lead_router::Event::closed(lead.id(), lead_router::Closing::Won), at).unwrap();
    };
    let mut receipt = Receipt::new();
    let (mut decided, mut committed) = (0, 0);
    for (number, lead) in leads.iter().enumerate() {
        let now = start() + chrono::TimeDelta::seconds(i64::try_from(number).unwrap());
        let mut decision = None;
        let counted = allocation_counter::measure(|| decision = Some(router.decide(lead, now)));
        decided += counted.count_total;
        let decision = decision.unwrap();
        let counted = allocation_counter::measure(|| router.commit_into(lead, decision, &mut receipt).unwrap());
        committed += if number < 1_000 { 0 } else { counted.count_total };
        assert_eq!((receipt.lead_id(), receipt.is_repeat()), (lead.id(), false));
        router.settle(&receipt).unwrap();
        if let Some(closed) = number.checked_sub(100) {
            close(&mut router, &leads[closed], now);
        }
    }
    assert_eq!(decided, 0);
    // Less than one in ten commits needs any: lists of who is ready change with who is.
    assert!(committed <= 300, "{committed} in 3000 commits");
}

/// The directory keeps what accounts say, and little beside it. A million take 62 bytes each in the reference scenario; other
/// numbers of them take more because tables of what is looked up double when they are three quarters full.
#[test]
fn accounts_take_little_beside_their_text() {
    let accounts = 1..=98_000;
    let account = |number: u32| {
        let owner = format!("rep-{:03}", number % 500);
        Account::new(format!("A-{number:06}")).owner(owner).domain(format!("company-{number:06}.example"))
    };
    let text: u64 = accounts.clone().map(account).map(|one| (one.id.len() + one.domains[0].len()) as u64).sum();
    let mut directory = Accounts::new();
    let counted = allocation_counter::measure(|| directory.extend(accounts.clone().map(account)));
    let each = (counted.bytes_current as u64 - text) / u64::from(*accounts.end());
    assert!(each <= 64, "{each}");

    // Asking for all of them unpacks them, once.
    let ask_for_all = || assert_eq!(directory.iter().count(), 98_000);
    let counted = allocation_counter::measure(ask_for_all);
    assert!(counted.bytes_current as u64 > 2 * text);
    let counted = allocation_counter::measure(ask_for_all);
    assert_eq!(counted.bytes_current, 0);
    // What changes is packed again.
    let counted =
        allocation_counter::measure(|| accounts.for_each(|number| directory.insert(account(number).customer())));
    assert!(-counted.bytes_current as u64 > text);
}

/// As people write it, too.
#[test]
fn finding_an_account_allocates_nothing() {
    let accounts = [Account::new("A-1").owner("ann").domain("ACME.example")];
    let roster = Roster::new().rep(RepRecord::new("ann"));
    let router = Router::builder(Plan::new(account_owner()).otherwise("triage"), roster).accounts(accounts);
    let router = router.build().unwrap();
    let lead = LeadRecord::new("L-1").with("email", " Jo@Acme.Example. ");
    let counted = allocation_counter::measure(|| assert_eq!(router.decide(&lead, start()).rep(), Some("ann")));
    assert_eq!(counted.count_total, 0);
}
