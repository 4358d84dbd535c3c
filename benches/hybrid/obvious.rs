//! The policy as most people would write it first: scans, standard maps, text, a cursor for each pool.

use crate::contest::{Contestant, Outcome, Place};
use crate::scenario::{Lead, Moment, Scenario, rep_id};
use chrono::NaiveTime;
use lead_router::stable_hash;
use std::collections::{BTreeMap, HashMap};

pub(crate) struct Obvious {
    reps: BTreeMap<String, Rep>,
    pools: HashMap<String, Pool>,
    /// The owners of accounts by domain.
    owners: HashMap<String, String>,
    territories: Vec<Territory>,
    changes: u64,
}

struct Rep {
    index: usize,
    hours: Option<Hours>,
    is_active: bool,
    is_online: bool,
    open: u32,
    capacity: u32,
    /// Since when there are so many open leads; at first there is only a lot.
    since: (u64, u64),
}

struct Hours {
    zone: chrono_tz::Tz,
    opens: NaiveTime,
    closes: NaiveTime,
}

struct Pool {
    index: usize,
    members: Vec<(String, u32)>,
    /// Whose turn it was last, and how many leads in a row that were.
    cursor: usize,
    given: u32,
}

struct Territory {
    country: String,
    region: Option<String>,
    pool: String,
}

impl Rep {
    fn is_available(&self, now: Moment) -> bool {
        let is_at_work = self.hours.as_ref().is_none_or(|hours| {
            let time = now.utc.with_timezone(&hours.zone).time();
            hours.opens <= time && time < hours.closes
        });
        self.is_active && self.is_online && self.open < self.capacity && is_at_work
    }
}

impl Obvious {
    fn decide(&mut self, lead: &Lead, now: Moment) -> (Place, Option<String>) {
        if let Some((_, domain)) = lead.email.rsplit_once('@')
            && let Some(owner) = self.owners.get(domain)
            && self.reps[owner].is_active
        {
            return (Place::Owner, Some(owner.clone()));
        }
        let in_turn = if lead.requested_demo && lead.watched_video && lead.filled_pricing {
            self.take_turn("closers", now)
        } else if lead.employees < 100 {
            self.take_turn("smb", now)
        } else if lead.employees < 1_000 {
            let pool = match lead.score {
                80.. => "senior",
                50.. => "mid",
                _ => "junior",
            };
            self.take_turn(pool, now)
        } else {
            let specialist = match lead.industry.as_str() {
                "healthcare" | "finance" => self.take_turn("specialists", now),
                _ => None,
            };
            specialist.or_else(|| {
                let team = self.territory(lead)?.pool.clone();
                self.take_turn(&team, now)
            })
        };
        if let Some((pool, rep)) = in_turn {
            return (Place::Pool(pool), Some(rep));
        }
        let available = self.reps.iter().filter(|(_, rep)| rep.is_available(now));
        match available.min_by_key(|(_, rep)| (rep.open, rep.since)) {
            Some((rep, _)) => (Place::Everyone, Some(rep.clone())),
            None => (Place::Queue, None),
        }
    }

    fn territory(&self, lead: &Lead) -> Option<&Territory> {
        let in_country = || self.territories.iter().filter(|territory| territory.country == lead.country.as_str());
        let exact = in_country().find(|territory| territory.region.as_deref() == Some(&lead.region));
        exact.or_else(|| in_country().find(|territory| territory.region.is_none()))
    }

    /// The next available member of a pool. Each has as many leads in a row as they weigh.
    fn take_turn(&mut self, pool: &str, now: Moment) -> Option<(usize, String)> {
        let Self { reps, pools, .. } = self;
        let pool = pools.get_mut(pool)?;
        let is_available = |place: usize| reps[&pool.members[place].0].is_available(now);
        if !(pool.given < pool.members[pool.cursor].1 && is_available(pool.cursor)) {
            let count = pool.members.len();
            pool.cursor = (1..=count).map(|step| (pool.cursor + step) % count).find(|place| is_available(*place))?;
            pool.given = 0;
        }
        pool.given += 1;
        Some((pool.index, pool.members[pool.cursor].0.clone()))
    }

    fn set_load(&mut self, rep: &str, change: i32) {
        self.changes += 1;
        if let Some(rep) = self.reps.get_mut(rep) {
            rep.open = rep.open.saturating_add_signed(change);
            rep.since = (self.changes, 0);
        }
    }
}

impl Contestant for Obvious {
    const NAME: &'static str = "obvious";
    type Done = (Place, Option<String>);

    fn new(scenario: &Scenario) -> Self {
        let mut pools: HashMap<String, Pool> = HashMap::new();
        for (index, name) in scenario.pools.iter().enumerate() {
            pools.insert(name.clone(), Pool { index, members: Vec::new(), cursor: 0, given: 0 });
        }
        let mut reps = BTreeMap::new();
        for (index, rep) in scenario.reps.iter().enumerate() {
            for &(pool, weight) in &rep.pools {
                if let Some(pool) = pools.get_mut(&scenario.pools[pool]) {
                    pool.members.push((rep.id.clone(), weight));
                }
            }
            let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
            let hours = rep.hours.map(|hours| scenario.hours[hours]);
            let hours =
                hours.map(|hours| Hours { zone: hours.zone, opens: time(hours.opens), closes: time(hours.closes) });
            let lot = stable_hash(&["least_loaded", &rep.id]);
            let (is_active, capacity) = (rep.is_active, rep.capacity);
            let rep_now = Rep { index, hours, is_active, is_online: true, open: 0, capacity, since: (0, lot) };
            reps.insert(rep.id.clone(), rep_now);
        }
        let territories = scenario.territories.iter().map(|territory| Territory {
            country: territory.country.to_string(),
            region: territory.region.map(|region| region.to_string()),
            pool: scenario.pools[territory.team].clone(),
        });
        let owners = scenario.accounts.iter().map(|account| (account.domain.clone(), rep_id(account.owner))).collect();
        Self { reps, pools, owners, territories: territories.collect(), changes: 0 }
    }

    fn route(&mut self, lead: &Lead, now: Moment) -> Self::Done {
        let (place, rep) = self.decide(lead, now);
        if let Some(rep) = &rep {
            self.set_load(rep, 1);
        }
        (place, rep)
    }

    fn outcome(&self, (place, rep): &Self::Done) -> Outcome {
        Outcome { place: *place, rep: rep.as_ref().map(|rep| self.reps[rep].index) }
    }

    fn close(&mut self, _: &Lead, rep: Option<usize>, _: Moment) {
        if let Some(rep) = rep.map(rep_id) {
            self.set_load(&rep, -1);
        }
    }

    fn presence(&mut self, rep: usize, is_online: bool, _: Moment) {
        if let Some(rep) = self.reps.get_mut(&rep_id(rep)) {
            rep.is_online = is_online;
        }
    }
}
