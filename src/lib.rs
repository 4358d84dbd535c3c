//! Who gets the lead, why, and a proof that it was fair.
//!
//! A *lead* is an inbound prospect. A *plan* says which *rep* gets it: by account, territory, company size, signals, skills,
//! availability, in fair turns, in any mix. A [`Router`] is a plan bound to a [`Roster`]. It decides in memory, without I/O,
//! clock, threads or randomness: the host brings leads, reps, the time and the storage.
//!
//! ```
//! use lead_router::{LeadRecord, Plan, RepRecord, Roster, Router, available, round_robin};
//!
//! let plan = Plan::new(available(round_robin("smb"))).otherwise("triage");
//! let roster = Roster::new().rep(RepRecord::new("ann").pool("smb"));
//! let mut router = Router::new(plan, roster)?;
//!
//! let lead = LeadRecord::new("L-1");
//! let decision = router.decide(&lead, "2026-03-02T09:00:00Z".parse()?);
//! assert_eq!(decision.rep(), Some("ann"));
//! assert_eq!(decision.reason().to_string(), "the only one open in `smb`");
//!
//! let receipt = router.commit(&lead, decision)?; // now write to the CRM from the receipt ...
//! router.settle(&receipt)?; // ... and say that it went well, or `rollback` if it did not
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to start
//!
//! - [`Lead`] and [`Rep`]: the two traits for your own structs; [`LeadRecord`] and [`RepRecord`] if you have none.
//! - [`Plan`]: steps, built in Rust or read from a file with serde.
//! - [`Router`]: [`decide`](Router::decide) asks, [`commit`](Router::commit) acts, [`explain`](Router::explain) tells why,
//!   [`observe`](Router::observe) takes in what happens.
//! - [`Decision`], [`Receipt`], [`Record`]: what should happen, what did happen, what to store.
//! - [`Snapshot`]: all that a router keeps, for a restart; and where the [`journal`] begins.
//!
//! # Steps
//!
//! | step | use | effect | keeps state | in a file |
//! |---|---|---|---|---|
//! | [`first_of`] | alternatives | the first branch that does not pass | no | `first_of = [step, ...]` |
//! | [`when`] | signals, sources | a branch for leads of which a condition holds | no | `when = { if = condition, then = step }` |
//! | [`segment`] | company size | half-open bands of a number, a branch each | no | `segment = { field, bands = [{ below, then }], rest, missing }` |
//! | [`score_tiers`] | hot, warm and cold leads | tiers of a score from the highest down, a branch each | no | `score_tiers = { tiers = [{ at_least, then }], rest, unscored }` |
//! | [`territories()`] | regions, named accounts | areas by several fields, the most exact one first, with named accounts before all | no | `territories = { by, areas = [{ name, then, ... }] }` |
//! | [`split`] | pilots, tests | a fixed share of the leads for each branch, drawn by a key | no | `split = { by, parts = [{ percent, then }], rest }` |
//! | [`only`] | language, product, skill | narrows to reps whose fields fit | no | `only = { rep = test, then = step }` |
//! | [`available`] | working reps | narrows to reps who are at work, online, and have room | no | `available = step` |
//! | [`opening_within`] | teams across zones | narrows to reps who are at work, or else start soonest | no | `opening_within = { within = "2h", then = step }` |
//! | [`uncapped`] | owners, fast lanes | leaves caps out | no | `uncapped = step` |
//! | [`escalate`] | speed to lead | says what is due if nobody contacts the lead in time | no | `escalate = { ladder, then = step }` |
//! | [`label`] | reports | names the branch: part of the path | no | `label = { name, then = step }` |
//! | [`step()`] | flat plans | a named step, used here | no | `use = "name"` |
//! | [`round_robin`] | fairness | a pool's reps in turn, by weight | a rotation | `round_robin = "pool"` |
//! | [`ranked`] | star closers | a pool's best reps by a number of theirs, in turn | a rotation | `ranked = { pool, by, tolerance }` |
//! | [`least_loaded`] | even desks | whoever has the fewest open leads, or the most room | no | `least_loaded = "pool"` |
//! | [`account_owner`] | known companies | the account's owner | no | `account_owner = {}` |
//! | [`same_person`] | repeats | whoever had the last lead of the same person | earlier leads | `same_person = { within }` |
//! | [`same_company`] | new companies | whoever got the first lead of the company | earlier leads | `same_company = { within }` |
//! | [`pinned`] | exceptions | whoever the plan pins the lead, its account or its domain to | no | `pinned = { leads, accounts, domains }` |
//! | [`manager_of`] | cover, escalation | the manager of whoever would have had it | no | `manager_of = step` |
//! | [`assign`] | exceptions | one rep | no | `assign = "rep"` |
//! | [`queue()`] | waiting | held until somebody comes free, or takes it | no | `queue = "name"` |
//! | [`parked`] | nurture, review | held until a person acts | no | `parked = "name"` |
//! | [`stop`] | refusals | held in `otherwise`'s queue with a reason | no | `stop = "reason"` |
//! | [`custom`] | anything else | your own [`Strategy`] | tallies and stamps | `custom = { strategy, settings }` |
//!
//! # Two kinds of no
//!
//! A step *passes* if it has no answer, and the next branch is tried. It *stops* if nobody else is to be asked, and the lead
//! is held. Both carry a reason. A lead that every step passes waits in the queue of the plan's `otherwise`.
//!
//! # Orders, explanations, restarts
//!
//! [`Event::pin`], [`Event::pause`], [`Event::extra_turns`] and [`Router::give`] are a person's [`Order`]s, recorded with
//! who, why and until. An [`Explanation`] tells of every rep of a pool why they did not get a lead. A
//! [`Snapshot`] is all that a router keeps; a journal begins with one.
//!
//! # Until somebody calls
//!
//! A [`Ladder`](sla::Ladder) says what is due when nobody contacts a lead: whom to tell, after how much wall or working time,
//! and when somebody else gets it. [`Router::due`] lists it. [`Event::contacted`], [`Event::rejected`], [`Event::no_show`] and
//! others say what happened; [`Router::lead`] shows it.
//!
//! Leads in a queue wait in the order that [`Waiting`] gives: bands, then worth or age, with a ladder of the queue's own for
//! those that wait too long. [`Router::held`] lists them, [`Router::release`] gives them to whoever has come free, by the same
//! plan and in the same turns, and [`Router::claim`] lets a rep take one that the plan would give to them.
//!
//! A [`Handover`] says that a rep leaves, is away, changes teams or is back: [`Router::redistribute`] shows what becomes of
//! their open leads, and [`Router::carry_out`] makes that happen as a whole.
//!
//! # Time
//!
//! Time is an argument, in UTC and whole milliseconds. The router's clock only moves forward: [`commit`](Router::commit),
//! [`observe`](Router::observe) and [`advance`](Router::advance) move it. A decision at a later `now` is exact without any
//! call in between. [`next_deadline`](Router::next_deadline) says when the router's state changes by itself.
//!
//! Reps have [`WorkingHours`] in any time zone, [`Leave`], and [`Cap`]s of leads by hour, day, week or month; the roster may
//! share hours and holiday [`Calendar`]s by name. The [`hours`](mod@hours) module says what happens when clocks change, and
//! reckons in working time. [`Router::gate`] says whether a rep can take a lead, why not, and until when.
//!
//! # What it does not do
//!
//! It sends nothing, stores nothing and reads no clock. It does not score leads. It has no threads and no locks: put the
//! router behind your own lock, hold it for decide and commit, and write to the CRM outside.
//!
//! # Limits
//!
//! See [`limits`]. Whoever is ready is kept sorted, so that a decision hardly costs more in a large pool than in a small one. It
//! is linear in the pool where a step asks something of each rep anew ([`only`], [`ranked`], [`opening_within`], a `balance`)
//! and for a lead that excludes reps.

mod account;
mod ask;
mod book;
mod cap;
mod committed;
pub mod condition;
mod decision;
mod desk;
mod explain;
mod fair;
mod fate;
pub mod fault;
mod form;
mod gate;
mod hash;
mod heap;
pub mod hours;
mod index;
mod instant;
pub mod journal;
mod lead;
mod lead_id;
pub mod limits;
mod note;
mod notice;
mod numbered;
mod order;
mod plan;
mod reason;
mod receipt;
mod rep;
mod roster;
mod router;
pub mod sla;
pub mod snapshot;
mod span;
pub mod strategy;
mod table;
mod value;

pub use account::{Account, Accounts};
pub use ask::Ask;
pub use cap::{Cap, CapError, Window};
#[doc(inline)]
pub use condition::{Condition, all, any, field, not, rep_field, times};
pub use decision::{Decision, Outcome};
pub use explain::{Detail, ExplainedRep, ExplainedStep, Explanation};
pub use fate::{Fate, Turns};
#[doc(inline)]
pub use fault::{BuildError, Finding};
pub use gate::{CapOf, Gate, Requirement, Requirements};
pub use hash::stable_hash;
#[doc(inline)]
pub use hours::{Calendar, Leave, WorkingHours};
#[doc(inline)]
pub use journal::{Closing, Edit, Event, Record};
pub use lead::{Lead, LeadRecord};
pub use note::{FoundBy, Note};
pub use notice::{Notice, NoticeKind, Recipient};
pub use order::{Order, Pin, PinKind};
pub use plan::{FieldRead, Plan, PlanStart, Waiting};
pub use reason::{AccountMatch, GateCounts, Reason, Text, Tie};
pub use receipt::Receipt;
pub use rep::{Presence, Rep, RepHours, RepRecord, Status};
pub use roster::{EVERYONE, PoolRecord, Roster};
pub use router::{
    ApplyError, CommitError, EventError, Handover, HandoverError, LeadView, LoadChange, MemberView, OwedChange,
    PinView, ReceiptError, Redistribution, Restore, RestoreError, RestoreOnto, Restored, RotationView, Router,
    RouterBuilder, State, Uncovered,
};
#[doc(inline)]
pub use snapshot::{EditReport, Snapshot};
pub use span::{Span, SpanError, days, hours, minutes, seconds};
#[doc(inline)]
pub use strategy::{
    Absence, Area, Away, Keeps, Registry, Scope, Step, Strategy, Territories, Verdict, account_owner, assign,
    available, custom, escalate, first_of, label, least_loaded, manager_of, only, opening_within, parked, pinned,
    queue, ranked, round_robin, same_company, same_person, score_tiers, segment, split, step, stop, territories,
    uncapped, when,
};
pub use value::{FieldValue, Finite, List, NotFinite, Number, Value};

/// The README's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
