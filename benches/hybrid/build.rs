//! What building takes: time, and the memory that stays.

use crate::contest::Contestant;
use crate::cursor::Cursors;
use crate::expert::Expert;
use crate::fair::Fair;
use crate::router;
use crate::scenario::{Scenario, Size};
use crate::table::{COLUMNS, EXPERT, median};
use std::time::Instant;

/// Prints how long it takes to build everything, from a description that is there already.
pub(crate) fn print_time(size: Size) {
    println!("\nTo build with {size}, in milliseconds.\n");
    println!("| {} | crate over plain |", COLUMNS[EXPERT..].join(" | "));
    println!("|---|---|---|---|");
    let scenario = Scenario::new(size);
    let times = [(); 3].map(|()| {
        let plain = milliseconds(|| Expert::<Cursors>::build(&scenario));
        let fair = milliseconds(|| Fair::new(&scenario));
        let (plan, roster) = (router::plan(&scenario), router::roster(&scenario));
        let accounts: Vec<_> = router::accounts(&scenario).collect();
        let of_crate = milliseconds(|| router::build(plan, roster, accounts));
        [plain, fair, of_crate]
    });
    let [plain, fair, of_crate] = [0, 1, 2].map(|place| median(times.iter().map(|times| times[place]).collect()));
    println!("| {plain:.0} | {fair:.0} | {of_crate:.0} | {:.2} |", of_crate / plain);
}

fn milliseconds<Built>(build: impl FnOnce() -> Built) -> f64 {
    let start = Instant::now();
    let built = build();
    let took = start.elapsed();
    drop(built);
    took.as_secs_f64() * 1_000.0
}

/// Prints how many bytes one more rep takes, and one more account, without their texts: ids, domains.
pub(crate) fn print_memory() {
    println!("\nBytes that stay, beside the texts of ids and domains.\n");
    println!("| of | {} |", COLUMNS[EXPERT..].join(" | "));
    println!("|---|---|---|---|");
    let few = Size::new(10_000, 1_000, 1_000);
    let more_reps = Size { reps: 100_000, ..few };
    let more_accounts = Size { accounts: 1_000_000, ..few };
    let (id, account) = ("rep-000000".len(), ("A-0000000".len(), "company-0000000.example".len()));
    let few = bytes(few);
    let rows = [
        ("a rep", bytes(more_reps), 90_000, [0, 0, id]),
        ("an account", bytes(more_accounts), 999_000, [account.1, account.1, account.0 + account.1]),
    ];
    for (of, many, count, texts) in rows {
        let cells = [0, 1, 2].map(|place| {
            let each = (many[place] - few[place]) as f64 / f64::from(count);
            format!("{:.0}", each - texts[place] as f64)
        });
        println!("| {of} | {} |", cells.join(" | "));
    }
}

/// What the plain expert code, the fair and the crate keep, built and nothing decided yet.
fn bytes(size: Size) -> [i64; 3] {
    let scenario = Scenario::new(size);
    let of_crate = || router::build(router::plan(&scenario), router::roster(&scenario), router::accounts(&scenario));
    [kept(|| Expert::<Cursors>::build(&scenario)), kept(|| Fair::new(&scenario)), kept(of_crate)]
}

fn kept<Built>(build: impl FnOnce() -> Built) -> i64 {
    let mut built = None;
    allocation_counter::measure(|| built = Some(build())).bytes_current
}
