//! What building takes: time, and the memory that stays.

use crate::contest::Contestant;
use crate::cursor::Cursors;
use crate::expert::Expert;
use crate::fair::Fair;
use crate::interleaved::{COLUMNS, EXPERT, median};
use crate::keeping::milliseconds;
use crate::router;
use crate::scenario::{Scenario, Size, rep_id};
use crate::targets::{Line, line};
use lead_router::{Plan, RepRecord, Roster, Router, available, round_robin};

/// Prints how long it takes to build everything, from a description that is there already.
pub(crate) fn print_time(size: Size) -> Line {
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
    let [plain, fair, of_crate] = [0, 1, 2].map(|place| median(times.map(|times| times[place]).to_vec()));
    let ratio = of_crate / plain;
    println!("| {plain:.0} | {fair:.0} | {of_crate:.0} | {ratio:.2} |");
    line(format!("build, {size}, over the plain expert code"), "3, 8", format!("{ratio:.1}"))
}

/// Prints how many bytes one more rep takes, and one more account, without their texts: ids, domains.
pub(crate) fn print_memory() -> Vec<Line> {
    println!("\nBytes that stay, beside the texts of ids and domains.\n");
    println!("| of | {} |", COLUMNS[EXPERT..].join(" | "));
    println!("|---|---|---|---|");
    let few = Size::new(10_000, 1_000, 1_000);
    let (id, account) = (rep_id(0).len(), ("A-0000000".len(), "company-0000000.example".len()));
    let of_few = bytes(few);
    let each = |of: &str, many: Size, count: usize, texts: [usize; 3]| {
        let of_many = bytes(many);
        let each = [0, 1, 2].map(|place| (of_many[place] - of_few[place]) as f64 / count as f64 - texts[place] as f64);
        println!("| {of} | {} |", each.map(|bytes| format!("{bytes:.0}")).join(" | "));
        each[2]
    };
    let rep = each("a rep", Size { reps: 100_000, ..few }, 90_000, [0, 0, id]);
    let texts = [account.1, account.1, account.0 + account.1];
    let account = each("an account", Size { accounts: 1_000_000, ..few }, 999_000, texts);
    let simple = (bytes_of_one_pool(100_000) - bytes_of_one_pool(10_000)) as f64 / 90_000.0 - id as f64;
    println!("| a rep of one pool, no hours | - | - | {simple:.0} |");
    vec![
        line("bytes a rep, beside the name", "112, 160", format!("{rep:.0} (of one pool, no hours: {simple:.0})")),
        line("bytes an account, beside text", "64, 128", format!("{account:.0}")),
    ]
}

/// What the plain expert code, the fair and the crate keep, built and nothing decided yet.
fn bytes(size: Size) -> [i64; 3] {
    let scenario = Scenario::new(size);
    let of_crate = || router::build(router::plan(&scenario), router::roster(&scenario), router::accounts(&scenario));
    [kept(|| Expert::<Cursors>::build(&scenario)), kept(|| Fair::new(&scenario)), kept(of_crate)]
}

fn bytes_of_one_pool(reps: usize) -> i64 {
    kept(|| {
        let plan = Plan::new(available(round_robin("all"))).otherwise("triage");
        let members = (0..reps).map(|rep| RepRecord::new(rep_id(rep)).pool("all"));
        Router::new(plan, Roster::new().reps(members)).expect("a good plan")
    })
}

fn kept<Built>(build: impl FnOnce() -> Built) -> i64 {
    let mut built = None;
    allocation_counter::measure(|| built = Some(build())).bytes_current
}
