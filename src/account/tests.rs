//! The packed directory against one that keeps accounts as they are.

use super::{Account, Accounts, folded};
use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// The same, asked one by one.
#[derive(Debug, Default)]
struct Listed(BTreeMap<String, Account>);

impl Listed {
    fn by_domain(&self, domain: &str) -> Option<&Account> {
        self.0.values().find(|account| account.domains.iter().any(|listed| folded(listed) == folded(domain)))
    }
}

const DOMAINS: [&str; 18] = [
    "acme.com",
    "Acme.COM",
    "@acme.com. ",
    "acme.de",
    "",
    ".",
    "kelvin.org",
    "\u{212a}elvin.org",
    "KELVIN.org",
    "straße.de",
    "STRASSE.de",
    "ΣΑΣ.gr",
    "σας.gr",
    "σασ.gr",
    "\u{a0}spaced.example\u{a0}",
    "spaced.example",
    "a",
    "b.a",
];

fn account() -> impl Strategy<Value = Account> {
    let domains = prop_oneof![3 => vec(select(&DOMAINS[..]), 0..3), 1 => vec(select(&DOMAINS[..]), 8..20)];
    let ids = select(vec![
        "",
        "A-1",
        "A-2",
        "a-1",
        "Ä",
        "a very long id that fits into no seven bits of a length: it has \
        more than a hundred and twenty-seven bytes, as hardly any id has that comes out of a database",
    ]);
    let owners = select(vec![None, Some("ann"), Some("bob"), Some("")]);
    let times = select(vec![None, Some(DateTime::<Utc>::MIN_UTC), DateTime::from_timestamp(59, 1_500_000_000)]);
    let business = (select(vec![0, 1, u32::MAX]), any::<bool>(), times, any::<bool>());
    (ids, owners, domains, business).prop_map(
        |(id, owner, domains, (open_opportunities, customer, lost_at, late_stage))| {
            let (owner, domains) = (owner.map(str::to_owned), domains.into_iter().map(str::to_owned).collect());
            Account { id: id.to_owned(), owner, domains, open_opportunities, customer, lost_at, late_stage }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn accounts_come_and_go(steps in vec((0_u32..4, account()), 1..60)) {
        let (mut packed, mut listed) = (Accounts::new(), Listed::default());
        for (step, account) in steps {
            if step == 0 {
                prop_assert_eq!(packed.remove(&account.id), listed.0.remove(&account.id));
            } else {
                packed.insert(account.clone());
                listed.0.insert(account.id.clone(), account.clone());
            }
            prop_assert_eq!(packed.by_id(&account.id), listed.0.get(&account.id));
            for domain in DOMAINS {
                prop_assert_eq!(packed.by_domain(domain), listed.by_domain(domain), "{}", domain);
            }
            prop_assert_eq!(packed.len(), listed.0.len());
        }
        prop_assert!(packed.iter().eq(listed.0.values()));
        let again: Accounts = listed.0.into_values().rev().collect();
        prop_assert_eq!(&packed, &again);
        prop_assert_eq!(&packed.clone(), &again);
        prop_assert_eq!(format!("{packed:?}"), format!("{again:?}"));
        if let Some(account) = again.iter().next() {
            let mut other = again.clone();
            other.insert(account.clone().customer().open_opportunities(7));
            prop_assert_ne!(other, again.clone());
        }
        let left: Vec<Account> = packed.clone().into_iter().collect();
        for account in left {
            prop_assert!(packed.remove(&account.id).is_some());
        }
        prop_assert!(packed.is_empty());
        prop_assert!(packed.shared.is_empty());
        prop_assert!(DOMAINS.into_iter().all(|domain| packed.by_domain(domain).is_none()));
    }
}
