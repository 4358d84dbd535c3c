//! Leads that nobody asked for: every one gets an outcome, and nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, Utc};
use lead_router::{
    Lead, LeadRecord, Plan, RepRecord, Roster, Router, Value, account_owner, all, available, field, first_of,
    least_loaded, only, rep_field, round_robin, segment, times, when,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn at(minute: u32) -> DateTime<Utc> {
    format!("2026-03-02T09:{minute:02}:00Z").parse().unwrap()
}

/// A plan that reads every kind of value.
fn router() -> Result<Router, lead_router::BuildError> {
    let signals = all([
        field("demo").is(true),
        field("created_at").age_below(lead_router::hours(1)),
        times(["a", "b"]).within(lead_router::minutes(30)),
        field("tags").has("hot"),
    ]);
    let plan = Plan::new(first_of((
        account_owner(),
        when(signals, available(round_robin("smb"))),
        only(rep_field("languages").matches("language"), available(round_robin("smb"))),
        segment("employees").below(100, available(round_robin("smb"))).rest(least_loaded("everyone")),
    )))
    .otherwise("triage");
    let ann = RepRecord::new("ann").pool("smb").with("languages", ["german"]);
    Router::new(plan, Roster::new().rep(ann).rep(RepRecord::new("bob").pool("smb")))
}

/// A lead that answers every question with the same value.
struct Stubborn<'a>(Value<'a>);

impl Lead for Stubborn<'_> {
    fn id(&self) -> &str {
        "stubborn"
    }
    fn field(&self, _: &str) -> Option<Value<'_>> {
        Some(self.0)
    }
}

#[test]
fn wrong_types_and_numbers_that_are_none_get_an_outcome() -> Outcome {
    let nested = [lead_router::FieldValue::from("x"), lead_router::FieldValue::from(vec!["y"])];
    let values = [
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Float(-0.0),
        Value::Integer(i64::MIN),
        Value::Integer(i64::MAX),
        Value::Text(""),
        Value::Text("\u{0}\u{202e}ẞİ\u{10ffff}"),
        Value::Flag(true),
        Value::Time(DateTime::<Utc>::MAX_UTC),
        Value::Time(DateTime::<Utc>::MIN_UTC),
        Value::from(&nested),
        Value::from(&[""; 0]),
    ];
    for value in values {
        let mut router = router()?;
        let lead = Stubborn(value);
        let decision = router.decide(&lead, at(0));
        assert!(decision.rep().is_some() != decision.queue().is_some(), "{value:?}");
        let before = router.clone();
        let receipt = router.commit(&lead, decision)?;
        let record = receipt.record().ok_or("no record")?;
        let read = serde_json::from_str(&serde_json::to_string(record)?)?;
        assert_eq!(*record, read, "{value:?} is kept as it was");
        let mut replayed = before.clone();
        replayed.apply(&read)?;
        assert_eq!(replayed, router, "{value:?}");
    }
    Ok(())
}

#[test]
fn not_a_number_is_a_wrong_type() -> Outcome {
    let router = router()?;
    let lead = LeadRecord::new("L-1").with("employees", f64::NAN);
    let decision = router.decide(&lead, at(0));
    assert_eq!(decision.to_string(), "L-1: queued in triage by otherwise: the lead has no usable `employees`");
    Ok(())
}

#[test]
fn a_lead_with_none_of_the_fields_waits_with_the_reason() -> Outcome {
    let mut router = router()?;
    let receipt = router.route(&LeadRecord::new("L-1"), at(0));
    assert_eq!(receipt.queue(), Some("triage"));
    assert_eq!(receipt.reason().map(ToString::to_string), Some("the lead has no usable `employees`".to_owned()));
    assert_eq!(router.waiting_in("triage"), 1);
    Ok(())
}

#[test]
fn leads_without_an_id_are_queued_and_are_never_a_repeat() -> Outcome {
    let mut router = router()?;
    let nobody = LeadRecord::new("").with("employees", 5);
    for commit in 1..=2 {
        let receipt = router.route(&nobody, at(0));
        assert_eq!((receipt.queue(), receipt.is_repeat()), (Some("triage"), false));
        assert_eq!(receipt.reason().map(ToString::to_string), Some("the lead has no id".to_owned()));
        assert_eq!((receipt.commit(), router.sequence()), (commit, commit));
        assert_eq!(router.rollback(&receipt)?, None);
        assert_eq!(router.settle(&receipt)?, None);
    }
    assert_eq!(router.in_hand(), 0);
    Ok(())
}

#[test]
fn an_enormous_id_is_queued_and_takes_no_room() -> Outcome {
    let mut router = router()?;
    let long = LeadRecord::new("ä".repeat(1_000_000)).with("employees", 5);
    let receipt = router.route(&long, at(0));
    assert_eq!(receipt.queue(), Some("triage"));
    assert_eq!(receipt.reason().map(ToString::to_string), Some("the lead's id is longer than 1024 bytes".to_owned()));
    assert!(receipt.lead_id().len() < 1_100);
    let longest = LeadRecord::new("x".repeat(1_024)).with("employees", 5);
    assert!(router.route(&longest, at(0)).rep().is_some());
    let longer = LeadRecord::new("x".repeat(1_025)).with("employees", 5);
    assert!(router.route(&longer, at(0)).queue().is_some());
    Ok(())
}

#[test]
fn the_same_id_twice_stays_with_its_rep_whatever_its_fields_say_now() -> Outcome {
    let mut router = router()?;
    let first = router.route(&LeadRecord::new("L-1").with("employees", 5), at(0));
    let again = LeadRecord::new("L-1").with("employees", 5_000).with("demo", true);
    let before = router.clone();
    let decision = router.decide(&again, at(1));
    assert!(decision.is_repeat());
    assert_eq!(decision.reason().to_string(), "there already, since commit 1");
    let second = router.commit(&again, decision)?;
    assert_eq!((second.is_repeat(), second.rep(), second.commit()), (true, first.rep(), first.commit()));
    assert_eq!(second.record(), None);
    assert_eq!(router.rollback(&second)?, None);
    assert_eq!(router, before);
    Ok(())
}

#[test]
fn a_time_before_the_last_is_decided_at_the_clock_and_says_so() -> Outcome {
    let mut router = router()?;
    router.route(&LeadRecord::new("L-1").with("employees", 5), at(30));
    let decision = router.decide(&LeadRecord::new("L-2").with("employees", 5), at(10));
    assert_eq!((decision.is_clamped(), decision.at()), (true, at(30)));
    let receipt = router.route(&LeadRecord::new("L-2").with("employees", 5), at(10));
    assert_eq!(receipt.at(), at(30));
    Ok(())
}

#[test]
fn plans_nested_deeper_than_a_stack_are_refused_while_they_are_read() {
    for depth in [1_000, 100_000] {
        let nested = |open: &str, inner: &str| format!("{}{inner}{}", open.repeat(depth), "}".repeat(depth));
        let steps = nested("{\"available\":", "{\"assign\":\"ann\"}");
        let conditions = nested("{\"not\":", "{\"field\":\"demo\",\"is\":true}");
        let json = [
            format!("{{\"otherwise\":\"triage\",\"route\":{steps}}}"),
            format!(
                "{{\"otherwise\":\"triage\",\"route\":{{\"when\":{{\"if\":{conditions},\"then\":{{\"assign\":\"ann\"}}}}}}}}"
            ),
        ];
        for text in json {
            let error = serde_json::from_str::<Plan>(&text).unwrap_err().to_string();
            assert!(error.starts_with("recursion limit exceeded"), "{error}");
        }
        let toml = format!("otherwise = \"triage\"\nroute = {}", nested("{available=", "{assign=\"ann\"}"));
        assert!(toml::from_str::<Plan>(&toml).is_err());
    }
}

#[test]
fn a_repeat_of_a_lead_that_is_closed_meanwhile_is_decided_afresh() -> Outcome {
    let mut router = router()?;
    let lead = LeadRecord::new("L-1").with("employees", 5);
    router.route(&lead, at(0));
    let decision = router.decide(&lead, at(1));
    router.observe(lead_router::Event::closed("L-1", lead_router::Closing::Lost), at(2))?;
    let receipt = router.commit(&lead, decision)?;
    assert!(!receipt.is_repeat());
    assert_eq!(receipt.turn(), Some(lead_router::journal::TurnCharge::Charged));
    Ok(())
}

#[test]
fn domains_are_found_however_people_write_them() {
    let accounts: lead_router::Accounts = [
        lead_router::Account::new("A-1").domain("@Acme.Example.com. "),
        lead_router::Account::new("A-2").domain("b.test"),
    ]
    .into_iter()
    .collect();
    for domain in ["acme.example.com", " ACME.example.com", "acme.example.com.", "@acme.example.com"] {
        assert_eq!(accounts.by_domain(domain).map(|account| account.id.as_str()), Some("A-1"), "{domain:?}");
    }
    assert!(accounts.by_email("jo@ acme.example.com ").is_some());
    assert!(accounts.by_email("acme.example.com").is_none());
    assert!(accounts.by_domain("mail.acme.example.com").is_none());
}
