//! Your own structs as leads and reps: from nothing to a lead that somebody has.
//!
//! `cargo run --example quickstart`

use lead_router::{Lead, Plan, Rep, RepRecord, Roster, Router, Value, available, field, round_robin, when};

struct Signup {
    id: &'static str,
    employees: u32,
}

impl Lead for Signup {
    fn id(&self) -> &str {
        self.id
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        (name == "employees").then_some(Value::from(self.employees))
    }
}

struct Seller {
    login: &'static str,
    team: &'static str,
}

impl Rep for Seller {
    fn id(&self) -> &str {
        self.login
    }

    fn describe(&self, into: &mut RepRecord) {
        into.pools.insert(self.team.to_owned(), 1);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // One rule: the team for small companies takes turns. One fallback: all other leads wait in a queue.
    let plan = Plan::new(when(field("employees").below(1_000), available(round_robin("smb")))).otherwise("triage");
    let roster = Roster::new().reps([Seller { login: "ann", team: "smb" }, Seller { login: "bob", team: "smb" }]);
    let mut router = Router::new(plan, roster)?;

    let now = "2026-03-02T09:00:00Z".parse()?;
    for (id, employees) in [("bakery", 12), ("bank", 40_000), ("brewery", 85)] {
        let signup = Signup { id, employees };
        println!("{}", router.explain(&signup, now)); // who would get it, and why

        let decision = router.decide(&signup, now); // asking changes nothing
        let receipt = router.commit(&signup, decision)?; // now the turn is taken
        println!("-> write to the CRM: {} is {}\n", receipt.lead_id(), receipt.outcome());
        router.settle(&receipt)?; // the CRM said yes; had it said no, `rollback` would give the turn back
    }
    Ok(())
}
