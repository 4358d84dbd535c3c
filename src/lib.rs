//! Decides which sales rep gets which inbound lead.

mod account;
mod ask;
mod book;
mod condition;
mod decision;
mod desk;
mod explain;
mod fair;
mod fault;
mod hash;
mod instant;
mod journal;
mod lead;
pub mod limits;
mod notice;
mod plan;
mod receipt;
mod rep;
mod roster;
mod router;
mod span;
mod strategy;
mod value;

pub use account::{Account, Accounts};
pub use ask::Ask;
pub use condition::{
    Comparison, Condition, ConditionFault, Field, FieldKind, RepTest, Times, all, any, field, not, rep_field, times,
};
pub use decision::{Decision, Outcome};
pub use desk::{Gate, RepIndex, Requirement, Requirements, TurnReturned};
pub use explain::{ExplainedStep, Explanation};
pub use fault::{BuildError, Fault, FaultKind, Finding, Severity, UnknownName};
pub use hash::stable_hash;
pub use journal::{Closing, Event, RECORD_FORMAT, Record, Routed, TurnCharge, TurnRecord, What};
pub use lead::{Lead, LeadRecord};
pub use notice::{Notice, NoticeKind, Recipient};
pub use plan::{FieldRead, Plan, PlanStart};
pub use receipt::Receipt;
pub use rep::{Presence, Rep, RepRecord, Status};
pub use roster::{EVERYONE, PoolRecord, Roster};
pub use router::{
    ApplyError, CommitError, EventError, MemberView, ReceiptError, RotationView, Router, RouterBuilder, State,
};
pub use span::{Span, SpanError, days, hours, minutes, seconds};
pub use strategy::{
    AccountOwner, Assign, Available, Away, Band, Branch, Candidate, Custom, Effects, FirstOf, Hold, IntoSteps, Label,
    LeastLoaded, News, NewsKind, Only, Parked, Pick, PoolHandle, Queue, Reason, Registry, RotationHandle, RoundRobin,
    Scope, Segment, Setup, SetupError, Step, Stop, Strategy, Tally, Use, Verdict, When, account_owner, assign,
    available, custom, first_of, label, least_loaded, only, parked, queue, round_robin, segment, step, stop, when,
};
pub use value::{FieldValue, Finite, List, NotFinite, Number, Value};
