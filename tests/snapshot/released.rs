//! Files of released formats read for ever, and mean what they meant.
//!
//! `format_1.json` was written once, by `write_format_1`, and is never written again: what the busy router does today may
//! change, and the file may not.

use crate::busy::{self, minute, registry};
use lead_router::{LeadRecord, PinView, Router, Snapshot};

const FORMAT_1: &str = include_str!("../snapshots/format_1.json");

fn restored() -> Router {
    let snapshot: Snapshot = serde_json::from_str(FORMAT_1).unwrap();
    snapshot.restore().registry(registry()).build().unwrap()
}

/// Writes the file of a format: by hand, once, before the format is released. `WRITE_FORMAT=1 cargo test --test snapshot`.
#[test]
#[expect(clippy::disallowed_methods, reason = "a file is what it is for")]
fn write_format_1() {
    if std::env::var_os("WRITE_FORMAT").is_none() {
        println!("skipped: WRITE_FORMAT is not set");
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/format_1.json");
    let text = serde_json::to_string_pretty(&busy::router().snapshot()).unwrap();
    std::fs::write(path, text + "\n").unwrap();
}

#[test]
fn format_1_is_written_as_it_was_read() {
    let file: serde_json::Value = serde_json::from_str(FORMAT_1).unwrap();
    assert_eq!(serde_json::to_value(restored().snapshot()).unwrap(), file);
}

/// What the file says, in words.
fn described(router: &Router) -> String {
    let mut said = format!("{} records, until {:?}\n", router.sequence(), router.clock());
    for rotation in router.rotations() {
        let (pots, departed) =
            ((rotation.pot(), rotation.value_pot()), (rotation.departed(), rotation.value_departed()));
        said += &format!("{}: pots {pots:?}, departed {departed:?}\n", rotation.name());
        for member in rotation.members() {
            said += &format!("  {} {}, {}\n", member.rep, member.balance, member.value);
        }
    }
    for rep in ["ann", "bob", "cy", "dan", "eve", "maria", "zoë"] {
        let (open, given) = (router.open_leads(rep).unwrap(), router.tally("vips", "given", rep));
        said += &format!("{rep}: {open} open, {given} given\n");
    }
    for receipt in router.unsettled() {
        let (commit, lead) = (receipt.commit(), receipt.lead_id());
        said += &format!("{commit} {lead} {} by {}\n", receipt.outcome(), receipt.path());
    }
    for PinView { on: pin, rep, order, .. } in router.pins() {
        let by = order.ordered_by().map(|by| format!(" by {by}"));
        let until = order.end().map(|end| format!(" until {end}"));
        let why = order.reason().map(|why| format!(": {why}"));
        let known: String = [by, until, why].into_iter().flatten().collect();
        said += &format!("{pin} is {rep}'s:{known}\n");
    }
    said
}

#[test]
fn format_1_means_what_it_meant() {
    let router = restored();
    assert_eq!(
        described(&router),
        "\
51 records, until Some(2026-03-02T09:24:00Z)
shared: pots (78, 97), departed (2132736941615642622, 1492915859130949833)
  ann 0, 0
  cy -2843649255487523574, -1990554478841266541
  dan 0, 0
  zoë 710912313871880874, 497638619710316611
smb@large: pots (0, 0), departed (7535670527041937280, 0)
  ann 0, 0
  bob 470979407940121080, 0
  cy -8477629342922179440, 0
  zoë 470979407940121080, 0
smb@size:..100: pots (0, 0), departed (-6279725439201614400, 0)
  ann -4709794079401210800, 0
  bob -7849656799002018000, 0
  cy -6279725439201614400, 0
  zoë 25118901756806457600, 0
ann: 3 open, 1 given
bob: 9 open, 0 given
cy: 10 open, 1 given
dan: 1 open, 1 given
eve: 2 open, 0 given
maria: 0 open, 0 given
zoë: 2 open, 0 given
1 S-1 assigned to cy by round_robin smb
4 S-3 assigned to ann by round_robin smb
7 L-1 assigned to cy by large
9 L-3 assigned to bob by large
10 L-4 assigned to zoë by large
11 L-5 assigned to cy by large
17 M-1 assigned to cy by round_robin smb
18 L-2 assigned to cy by large
21 X-2 assigned to cy by round_robin closers
28 V-3 assigned to dan by vips
31 C-1 queued in later by parked later
33 O-1 queued in later by parked later
34 T-1 assigned to bob by account_owner
36 G-1 assigned to eve by by hand
37 S-6 assigned to cy by round_robin smb
38 S-7 assigned to bob by round_robin smb
39 S-8 assigned to ann by round_robin smb
40 S-9 assigned to eve by round_robin smb
lead `P-1` is dan's: by maria: an old friend
domain `two.example` is zoë's: by maria until 2026-03-03 00:00:00 UTC
"
    );
    let ids: Vec<String> = router.roster().reps.into_iter().map(|rep| rep.id).collect();
    assert_eq!(ids, ["ann", "bob", "cy", "dan", "maria", "zoë"]);
    assert_eq!(router.accounts().by_domain("acme.example").and_then(|account| account.owner.as_deref()), Some("bob"));
    assert_eq!(router.receipt("V-1").map(|receipt| receipt.reason().is_none()), Some(true), "it is settled");
    assert_eq!(router.next_deadline(), Some(minute(300)));
    assert_eq!(router.plan().fingerprint(), "6d166a02fe095120");
}

#[test]
fn a_router_of_format_1_goes_on_as_it_would_have() {
    let mut router = restored();
    let picks = |router: &mut Router, from: usize| -> String {
        let leads = (from..from + 12).map(|number| {
            let lead = LeadRecord::new(format!("N-{number}"));
            match number % 4 {
                0 => lead.with("size", 10),
                1 => lead.with("size", 1_000),
                2 => lead.with("vip", true),
                _ => lead.with("score", 70),
            }
        });
        let picks: Vec<String> =
            leads.map(|lead| router.route(&lead, minute(30)).outcome().name().to_string()).collect();
        picks.join(" ")
    };
    assert_eq!(picks(&mut router, 0), "zoë zoë zoë ann zoë ann ann zoë zoë zoë cy ann");
    // Each step of a lead that was never settled goes back by itself.
    let mut steps = Vec::new();
    while let Some(receipt) = router.receipt("M-1") {
        router.rollback(&receipt).unwrap();
        steps.push(receipt.outcome().name().to_string());
    }
    assert_eq!(steps.join(" "), "cy cy cy odd ones");
    assert_eq!(picks(&mut router, 12), "zoë ann zoë ann ann zoë ann ann zoë ann cy zoë");
    assert_eq!(
        router.route(&LeadRecord::new("P-1"), minute(30)).rep(),
        Some("ann"),
        "dan, who has it pinned, is paused"
    );
}
