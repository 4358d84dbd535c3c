//! The crate: the same rules as a plan, and behind each of them who is ready and whose turn it is.

use crate::{Lead, Peer};
use lead_router::{
    Decision, Plan, RepRecord, Roster, Router, all, available, field, first_of, round_robin, score_tiers, segment, when,
};
use std::error::Error;

pub struct Whole(Router);

const POOLS: [&str; 7] = ["closers", "smb", "senior", "mid", "junior", "specialists", "enterprise"];

impl Peer for Whole {
    const NAME: &'static str = "lead-router";
    type Answer = Decision;

    fn new() -> Result<Self, Box<dyn Error>> {
        let intent = all(["requested_demo", "watched_video", "filled_pricing"].map(|name| field(name).is(true)));
        let tiers = score_tiers()
            .at_least(80, round_robin("senior"))
            .at_least(50, round_robin("mid"))
            .rest(round_robin("junior"));
        let regulated = field("industry").among(["healthcare", "finance"]);
        let large = first_of((when(regulated, round_robin("specialists")), round_robin("enterprise")));
        let by_size = segment("employees").below(100, round_robin("smb")).below(1_000, tiers).rest(large);
        let plan = Plan::new(available(first_of((when(intent, round_robin("closers")), by_size)))).otherwise("triage");
        let rep = |number: usize| RepRecord::new(format!("rep-{number}")).pool(POOLS[number % POOLS.len()]);
        Ok(Self(Router::new(plan, Roster::new().reps((0..700).map(rep)))?))
    }

    fn decide(&mut self, lead: &Lead) -> Decision {
        self.0.decide(lead, now())
    }

    /// The pool stands at the end of the path, which names the step.
    fn pool(decision: &Decision) -> Option<&str> {
        decision.rep().and(decision.path().strip_prefix("round_robin "))
    }
}

fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_772_442_000, 0).unwrap_or_default()
}
