//! The crate as its users run it: a plan of builder functions, fields by name, fair turns, leads in hand, records.

use crate::contest::{Contestant, Outcome, Place};
use crate::scenario::{CLOSERS, JUNIOR, Lead, MID, Moment, SENIOR, SMB, SPECIALISTS, Scenario, rep_id};
use lead_router::{
    Account, Area, Closing, Event, Plan, Presence, Receipt, RepRecord, Roster, Router, Value, WorkingHours,
    account_owner, all, available, field, first_of, least_loaded, round_robin, score_tiers, segment, territories, when,
};
use std::collections::HashMap;

pub(crate) struct Crate {
    pub(crate) router: Router,
    places: HashMap<String, Place>,
}

impl lead_router::Lead for Lead {
    fn id(&self) -> &str {
        &self.id
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        match name {
            "email" => Some(Value::from(self.email.as_str())),
            "industry" => Some(Value::from(self.industry.as_str())),
            "country" => Some(Value::from(self.country.as_str())),
            "region" => Some(Value::from(self.region.as_str())),
            "employees" => Some(Value::from(self.employees)),
            "score" => Some(Value::from(self.score)),
            "requested_demo" => Some(Value::from(self.requested_demo)),
            "watched_video" => Some(Value::from(self.watched_video)),
            "filled_pricing" => Some(Value::from(self.filled_pricing)),
            _ => None,
        }
    }
}

pub(crate) fn plan(scenario: &Scenario) -> Plan {
    let pool = |pool: usize| round_robin(&scenario.pools[pool]);
    let is_set = |name: &str| field(name).is(true);
    let shows_intent = all(["requested_demo", "watched_video", "filled_pricing"].map(is_set));
    let by_region = (scenario.territories.iter()).fold(territories(["country", "region"]), |all, territory| {
        let area = Area::new(&territory.name).fits("country", territory.country.as_str());
        let area = match territory.region {
            Some(region) => area.fits("region", region.as_str()),
            None => area,
        };
        all.area(area.then(pool(territory.team)))
    });
    let by_size = segment("employees")
        .below(100, pool(SMB))
        .below(1_000, score_tiers().at_least(80, pool(SENIOR)).at_least(50, pool(MID)).rest(pool(JUNIOR)))
        .rest(first_of((when(field("industry").among(["healthcare", "finance"]), pool(SPECIALISTS)), by_region)));
    let everyone = || least_loaded("everyone");
    Plan::new(first_of((
        account_owner(),
        available(first_of((when(shows_intent, first_of((pool(CLOSERS), everyone()))), by_size, everyone()))),
    )))
    .otherwise("triage")
}

pub(crate) fn roster(scenario: &Scenario) -> Roster {
    let hours = scenario.hours.iter().fold(Roster::new(), |roster, hours| {
        let week = format!("{:02}:00-{:02}:00", hours.opens, hours.closes);
        roster.hours(hours.name, WorkingHours::in_zone(hours.zone.name()).on("daily", week))
    });
    hours.reps(scenario.reps.iter().map(|rep| {
        let mut record = RepRecord::new(&rep.id).capacity(rep.capacity);
        if let Some(hours) = rep.hours {
            record = record.hours(scenario.hours[hours].name);
        }
        if !rep.is_active {
            record = record.inactive();
        }
        (rep.pools.iter()).fold(record, |record, &(pool, weight)| record.weighted_pool(&scenario.pools[pool], weight))
    }))
}

pub(crate) fn accounts(scenario: &Scenario) -> impl Iterator<Item = Account> {
    let accounts = scenario.accounts.iter();
    accounts.map(|account| Account::new(&account.id).owner(rep_id(account.owner)).domain(&account.domain))
}

pub(crate) fn build(plan: Plan, roster: Roster, accounts: impl IntoIterator<Item = Account>) -> Router {
    Router::builder(plan, roster).accounts(accounts).build().expect("a good plan")
}

impl Contestant for Crate {
    const NAME: &'static str = "crate";
    type Done = Receipt;

    fn new(scenario: &Scenario) -> Self {
        let of_pools = scenario.pools.iter().enumerate();
        let of_pools = of_pools.map(|(pool, name)| (format!("round_robin {name}"), Place::Pool(pool)));
        let of_areas = scenario.territories.iter();
        let of_areas = of_areas.map(|territory| (territory.name.clone(), Place::Pool(territory.team)));
        let others =
            [("account_owner", Place::Owner), ("least_loaded everyone", Place::Everyone), ("otherwise", Place::Queue)];
        let others = others.map(|(path, place)| (path.to_owned(), place));
        Self {
            router: build(plan(scenario), roster(scenario), accounts(scenario)),
            places: of_pools.chain(of_areas).chain(others).collect(),
        }
    }

    fn route(&mut self, lead: &Lead, now: Moment) -> Receipt {
        let mut receipt = Receipt::new();
        self.route_into(lead, now, &mut receipt);
        receipt
    }

    fn route_into(&mut self, lead: &Lead, now: Moment, receipt: &mut Receipt) {
        let decision = self.router.decide(lead, now.utc);
        self.router.commit_into(lead, decision, receipt).expect("the router's own decision on this lead");
    }

    fn outcome(&self, receipt: &Receipt) -> Outcome {
        let rep = receipt.rep().and_then(|rep| rep.strip_prefix("rep-")?.parse().ok());
        let place = if receipt.is_repeat() { Place::InHand } else { self.places[receipt.path()] };
        Outcome { place, rep }
    }

    fn settle(&mut self, receipt: &Receipt) {
        self.router.settle(receipt).expect("nobody settled it yet");
    }

    fn close(&mut self, lead: &Lead, _: Option<usize>, now: Moment) {
        self.router.observe(Event::closed(lead.id.as_str(), Closing::Won), now.utc).expect("the lead is known");
    }

    fn presence(&mut self, rep: usize, is_online: bool, now: Moment) {
        let presence = if is_online { Presence::online() } else { Presence::offline() };
        self.router.observe(Event::presence(rep_id(rep), presence), now.utc).expect("the rep is known");
    }
}
