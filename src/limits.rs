//! Every limit of the crate, in one place.
//!
//! A plan can come from somebody who is not trusted (a customer of the service that embeds the crate), so each of its
//! dimensions is bounded. The limits are far above what a sales team needs.

/// Most reps a roster may hold, those who left included.
///
/// The arithmetic of fair rotation is proved not to overflow up to this size.
pub const MAX_REPS: usize = 262_144;

/// Largest weight of a rep in a pool; the smallest is 1.
pub const MAX_WEIGHT: u32 = 1_000_000;

/// Deepest nesting of steps in a plan, named steps counted where they are used.
pub const MAX_PLAN_DEPTH: usize = 64;

/// Most steps in a plan, named steps counted once for each use.
pub const MAX_PLAN_STEPS: usize = 50_000;

/// Deepest nesting of tables and lists in a plan as it is written. Readers of JSON stop at 128, and the plan stands inside
/// a record, which may stand inside more.
pub const MAX_PLAN_NESTING: usize = 112;

/// Most lead fields that one `territories` looks at.
pub const MAX_DIMENSIONS: usize = 16;

/// Most rows that the areas of one `territories` come to: one for each way of combining what an area lists, where a list
/// of exact values counts once.
pub const MAX_AREA_ROWS: usize = 100_000;

/// Deepest nesting of `all`, `any` and `not` in one condition.
pub const MAX_CONDITION_DEPTH: usize = 32;

/// Most tests and listed values in one condition.
pub const MAX_CONDITION_SIZE: usize = 10_000;

/// Most turns that one order gives to a rep beyond their share.
pub const MAX_EXTRA_TURNS: u32 = 100;

/// Most dates that working hours, or a calendar, may name.
pub const MAX_CALENDAR_DATES: usize = 10_000;

/// Most working periods of one day.
pub const MAX_PERIODS: usize = 100;

/// Most caps of one rep, of one pool, and of its members.
pub const MAX_CAPS: usize = 16;

/// Most steps of a rep's ramp in one pool.
pub const MAX_RAMP_STEPS: usize = 1_000;

/// Most periods of leave that a rep may have.
pub const MAX_LEAVE: usize = 1_000;

/// Most rungs of one escalation ladder.
pub const MAX_RUNGS: usize = 32;

/// Longest name (of a rep, pool, queue, step, branch, label, rotation or field) in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// Longest lead id in bytes that is tracked. A lead with a longer id is queued with that as its reason.
pub const MAX_LEAD_ID_BYTES: usize = 1_024;

/// Deepest nesting of lists in a field of a rep, or in one of a lead that a record keeps; of a lead, what lies deeper is
/// left out of the record.
pub const MAX_LIST_DEPTH: usize = 16;

/// Turns of one rotation that can be given back exactly, the latest ones of leads that are not closed, unless the plan
/// [says otherwise](crate::Plan::rollback_window).
pub const DEFAULT_ROLLBACK_WINDOW: u32 = 10_000;

/// Most unsettled commits of one lead that can be rolled back one after the other, the latest first.
pub const MAX_UNSETTLED_DEPTH: u8 = 8;

/// How many commits and rollbacks of its rotation a late commit is allowed for at the most.
pub const MAX_LATE_STEPS: u64 = 64;

/// Largest sequence number of a record that a restored router goes on from. It fits the numbers of every file format, and
/// no journal comes near it.
pub const MAX_SEQUENCE: u64 = 1 << 60;
