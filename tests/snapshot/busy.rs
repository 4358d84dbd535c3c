//! A router with something of everything that a snapshot must hold.

use chrono::{DateTime, Duration, Utc};
use lead_router::strategy::{Effects, News, NewsKind, PoolHandle, Setup, Tally};
use lead_router::{
    Account, Ask, Closing, Event, LeadRecord, Order, Pin, Plan, PoolRecord, Presence, Receipt, Registry, RepRecord,
    Roster, Router, Scope, Strategy, Verdict, account_owner, available, custom, days, field, first_of, label, parked,
    queue, round_robin, segment, when,
};
use serde::Deserialize;

pub(crate) fn minute(minute: i64) -> DateTime<Utc> {
    let nine: DateTime<Utc> = "2026-03-02T09:00:00Z".parse().unwrap();
    nine + Duration::minutes(minute)
}

/// Gives leads to whoever was given fewest, of those to whoever was given one longest ago.
#[derive(Debug)]
struct Fewest {
    pool: PoolHandle,
    given: Tally,
}

impl Strategy for Fewest {
    fn decide(&self, scope: &mut Scope<'_>) -> Verdict {
        let given = self.given;
        let fewest = scope.open(self.pool).min_by_key(|candidate| {
            let rep = candidate.rep();
            (scope.tally(given, rep), scope.stamp(given, rep), candidate.id())
        });
        match fewest {
            Some(fewest) => scope.pick(fewest.rep(), "fewest so far"),
            None => scope.nobody_open(self.pool),
        }
    }

    fn learn(&self, news: &News<'_>, effects: &mut Effects<'_>) {
        match news.kind() {
            NewsKind::Routed => {
                effects.add(self.given, news.rep(), 1);
                effects.stamp(self.given, news.rep());
            }
            // Whoever loses a lead has had none.
            NewsKind::Lost => effects.add(self.given, news.rep(), -1),
            _ => {}
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    pool: String,
}

pub(crate) fn registry() -> Registry {
    Registry::new().strategy("fewest", |settings: Settings, setup: &mut Setup<'_, '_>| {
        Ok(Fewest { pool: setup.pool(&settings.pool)?, given: setup.tally("given") })
    })
}

pub(crate) fn plan() -> Plan {
    Plan::new(first_of((
        account_owner(),
        when(field("vip").is(true), label("vips", custom("fewest").setting("pool", "closers"))),
        when(field("stage").is("cold"), parked("later")),
        when(field("stage").is("odd"), queue("odd ones")),
        segment("size")
            .below(100, available(round_robin("smb")))
            .rest(label("large", available(round_robin("smb"))))
            .missing(available(round_robin("closers").rotation("shared").balance("score", 100))),
    )))
    .otherwise("triage")
    .forget_after(days(90))
    .report_by(["source"])
    .rollback_window(3)
}

pub(crate) fn roster() -> Roster {
    let reps = [
        RepRecord::new("ann").pool("smb").weighted_pool("closers", 3).capacity(40).manager("maria"),
        RepRecord::new("bob").pool("smb").with("languages", ["de", "en"]),
        RepRecord::new("cy").weighted_pool("smb", 2).weighted_pool("closers", 49).role("on call"),
        RepRecord::new("dan").pool("closers").present(Presence::busy().until(minute(600))),
        RepRecord::new("maria").inactive(),
        RepRecord::new("zoë").pool("smb").pool("closers"),
    ];
    Roster::new().declare("enterprise").reps(reps)
}

pub(crate) fn small(id: &str) -> LeadRecord {
    LeadRecord::new(id).with("size", 10).with("source", "web")
}

fn large(id: &str) -> LeadRecord {
    LeadRecord::new(id).with("size", 1_000)
}

fn reroute(router: &mut Router, lead: &LeadRecord, at: i64, ask: &Ask) -> Receipt {
    let decision = router.decide_with(lead, minute(at), ask);
    router.commit(lead, decision).unwrap()
}

/// Commits that are settled, rolled back, rerouted and closed, or none of these; people who come and go; orders.
pub(crate) fn router() -> Router {
    let accounts = [Account::new("A-1").owner("bob").domain("acme.example"), Account::new("A-2").domain("two.example")];
    let builder = Router::builder(plan(), roster()).accounts(accounts).registry(registry());
    let mut router = builder.build().unwrap();
    let observe = |router: &mut Router, event, at| router.observe(event, minute(at)).unwrap();

    for number in 1..=4 {
        let receipt = router.route(&small(&format!("S-{number}")), minute(number));
        if number % 2 == 0 {
            router.settle(&receipt).unwrap();
        }
    }
    // Turns of a full window, so that older ones can no longer be given back exactly.
    for number in 1..=5 {
        router.route(&large(&format!("L-{number}")), minute(5));
    }
    let failed = router.route(&small("S-5"), minute(6));
    router.rollback(&failed).unwrap();
    // A lead that moves on and is not settled, through a queue and to reps.
    router.route(&LeadRecord::new("M-1").with("stage", "odd"), minute(7));
    for at in 8..=10 {
        reroute(&mut router, &small("M-1"), at, &Ask::reroute());
    }
    reroute(&mut router, &large("L-2"), 11, &Ask::reroute().exclude("ann"));

    // Weights that divide no turn, so that something stays in the pot.
    for number in 1..=4 {
        let lead = LeadRecord::new(format!("X-{number}")).with("score", 30 * number);
        let receipt = router.route(&lead, minute(11));
        if number != 2 {
            router.settle(&receipt).unwrap();
        }
    }
    for number in 1..=3 {
        router.route(&LeadRecord::new(format!("V-{number}")).with("vip", true), minute(12));
    }
    let vip = router.receipt("V-1").unwrap();
    router.settle(&vip).unwrap();
    observe(&mut router, Event::closed("V-2", Closing::Won), 13);

    router.route(&LeadRecord::new("C-1").with("stage", "cold"), minute(14));
    router.route(&LeadRecord::new("O-1").with("stage", "odd"), minute(14));
    router.route(&LeadRecord::new("O-1").with("stage", "cold"), minute(15));
    router.route(&LeadRecord::new("T-1").with("size", 5).with("email", "jo@acme.example"), minute(15));

    // Who comes and goes: eve keeps a lead and loses a balance; ann leaves and comes back.
    observe(&mut router, Event::rep(&RepRecord::new("eve").pool("smb")), 16);
    let mine = router.give(&small("G-1"), "eve", minute(16), &Order::new().by("maria").because("knows them")).unwrap();
    router.commit(&small("G-1"), mine).unwrap();
    for number in 6..=9 {
        router.route(&small(&format!("S-{number}")), minute(17));
    }
    observe(&mut router, Event::rep_left("eve"), 18);
    observe(&mut router, Event::rep_left("ann"), 18);
    observe(&mut router, Event::rep(&RepRecord::new("ann").pool("smb").weighted_pool("closers", 3).capacity(40)), 19);

    observe(&mut router, Event::load_as_of("bob", 7, minute(5)), 20);
    observe(&mut router, Event::presence("cy", Presence::offline().until(minute(300))), 20);
    let maria = || Order::new().by("maria");
    observe(&mut router, Event::pin(Pin::domain("@Two.Example"), "zoë", maria().until(minute(900))), 21);
    observe(&mut router, Event::pin(Pin::lead("P-1"), "dan", maria().because("an old friend")), 21);
    observe(&mut router, Event::pause("bob", maria().until(minute(400))), 22);
    observe(&mut router, Event::pause("dan", Order::new()), 22);
    observe(&mut router, Event::extra_turns("zoë", "smb@size:..100", 2, maria()), 23);
    observe(&mut router, Event::pool("enterprise", PoolRecord::new().manager("maria")), 24);
    router
}
