//! The written form of a snapshot. Nothing that the router keeps is written as it is kept, so that the inside may change
//! and old files still read.
//!
//! Everything goes by its name: reps, pools, rotations, queues, labels. What is left out has its default value. Amounts
//! are decimal text, because they are larger than numbers in files may be.

use super::amount::Amount;
use super::rep::RepParts;
use crate::account::Account;
use crate::decision::Outcome;
use crate::desk::Common;
use crate::form::{Formatted, format_first};
use crate::hours::{Calendar, WorkingHours};
use crate::order::{Order, Pin};
use crate::plan::Plan;
use crate::reason::Reason;
use crate::roster::PoolRecord;
use crate::sla::Ladder;
use crate::snapshot::SNAPSHOT_FORMAT;
use crate::value::Number;
use chrono::{DateTime, Utc};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

// `remote` gives the derived forms other names, so that the format is read before them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Form {
    /// Comes first, so that reading need not look for it.
    pub(crate) format: u16,
    pub(crate) sequence: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) plan: Arc<Plan>,
    /// In the order of their indexes, without `everyone`, which is the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pools: Vec<PoolForm>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) hours: BTreeMap<String, WorkingHours>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) calendars: BTreeMap<String, Calendar>,
    /// In the order of their indexes, with those who left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reps: Vec<RepForm>,
    /// By id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) accounts: Vec<Account>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rotations: Vec<RotationForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tallies: Vec<TallyForm>,
    /// By kind and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pins: Vec<PinForm>,
    /// By what is in common and by which field, then by time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<EarlierForm>,
    /// Those that leads have, in the order in which they are met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ladders: Vec<Ladder>,
    /// By the commit that stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) leads: Vec<LeadForm>,
}

/// Who had, or has, an earlier lead of a person or a company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EarlierForm {
    pub(crate) of: Common,
    pub(crate) field: String,
    /// The hash of what is in common, in 32 hexadecimal digits.
    pub(crate) mark: String,
    /// By commit.
    pub(crate) leads: Vec<EarlierLeadForm>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EarlierLeadForm {
    pub(crate) rep: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) commit: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolForm {
    pub(crate) name: String,
    /// None for a pool that is only named: by a rep, by the plan, or by those of once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) declared: Option<PoolRecord>,
    /// Leads that count for caps of the pool, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) given: Vec<GivenForm>,
    /// The same for each member, by rep.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) given_by_member: BTreeMap<String, Vec<GivenForm>>,
}

/// A lead that counts for a cap: when it was given, and which record did so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenForm {
    pub(crate) at: DateTime<Utc>,
    pub(crate) record: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepForm {
    pub(crate) rep: RepParts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) left: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pause: Option<Order>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) load: LoadForm,
    /// Leads that count for caps of the rep, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) given: Vec<GivenForm>,
}

/// Open leads, and which record made them so many, and when.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadForm {
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) open: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) record: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotationForm {
    pub(crate) name: String,
    /// Those whose members share it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pools: Vec<String>,
    /// Slot by slot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) members: Vec<MemberForm>,
    #[serde(default = "zero", skip_serializing_if = "Amount::is_zero")]
    pub(crate) pot: Amount,
    #[serde(default = "zero", skip_serializing_if = "Amount::is_zero")]
    pub(crate) departed: Amount,
    /// The same of what leads are worth.
    #[serde(default = "zero", skip_serializing_if = "Amount::is_zero")]
    pub(crate) value_pot: Amount,
    #[serde(default = "zero", skip_serializing_if = "Amount::is_zero")]
    pub(crate) value_departed: Amount,
    /// Turns charged so far: the number of the last one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) turns: u64,
    /// Turns given beyond the share, by order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) granted: u64,
    /// Lists of slots, each with its weight, that charges share a turn among.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) seats: Vec<SeatsForm>,
    /// Charges that can be given back exactly, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) charges: Vec<NumberedForm>,
}

/// Who shared a turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum SeatsForm {
    /// Slots, each with its weight.
    Whole(Vec<(u32, u32)>),
    Changed(ChangedSeats),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedSeats {
    /// The place of an earlier list, which is a whole one by slot.
    #[serde(rename = "as")]
    pub(super) whole: u64,
    /// Slots that are others, each with its weight; 0 for one that is not in this list.
    pub(super) but: Vec<(u32, u32)>,
}

impl<'de> Deserialize<'de> for SeatsForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seats;
        impl<'de> Visitor<'de> for Seats {
            type Value = SeatsForm;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of slots with weights, or a table with `as` and `but`")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<SeatsForm, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(SeatsForm::Whole)
            }
            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<SeatsForm, A::Error> {
                ChangedSeats::deserialize(MapAccessDeserializer::new(table)).map(SeatsForm::Changed)
            }
        }
        deserializer.deserialize_any(Seats)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberForm {
    pub(crate) rep: Arc<str>,
    /// None if the rep has left this slot for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) balance: Option<Amount>,
    /// What is owed of what leads are worth.
    #[serde(default = "zero", skip_serializing_if = "Amount::is_zero")]
    pub(crate) value: Amount,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberedForm {
    pub(crate) number: u64,
    pub(crate) charge: ChargeForm,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChargeForm {
    /// The slot of who got the turn.
    pub(crate) chosen: u32,
    /// What each seat was credited per unit of weight.
    pub(crate) credit: Amount,
    /// What the lead was worth, in parts of the most that counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) size: u32,
    /// What each seat was credited of that per unit of weight.
    #[serde(default = "zero", skip_serializing_if = "Amount::is_zero")]
    pub(crate) value_credit: Amount,
    /// Which of the rotation's lists of seats.
    pub(crate) seats: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TallyForm {
    pub(crate) label: String,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reps: Vec<CountForm>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountForm {
    pub(crate) rep: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) count: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stamps: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PinForm {
    /// A domain stands here as it is compared.
    pub(crate) on: Pin,
    pub(crate) rep: String,
    #[serde(default, skip_serializing_if = "Order::is_empty")]
    pub(crate) order: Order,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeadForm {
    pub(crate) lead: String,
    pub(crate) stands: StandingForm,
    /// What rolling back would bring back, and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) before: Vec<StandingForm>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StandingForm {
    pub(crate) commit: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) outcome: Outcome,
    /// Since when it waits, if it waited there before this commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<DateTime<Utc>>,
    /// Which condition of its queue held when it came, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) band: Option<u32>,
    /// What its queue goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) worth: Option<Number>,
    /// Why it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Reason>,
    pub(crate) path: Arc<str>,
    /// The pool that it came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pool: Option<Arc<str>>,
    /// Labels of the strategies that hear what becomes of the lead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) learners: Vec<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) turn: Option<TurnForm>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) life: LifeForm,
    /// None if the commit is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unsettled: Option<UnsettledForm>,
}

/// What happened to a lead since it was given to somebody.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LifeForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<ClockForm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) notified: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) contacted: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) qualified: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) passed_on: u32,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) rejected_by: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) covered_for: Option<String>,
    /// When the rep who has it rejected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rejected: Option<DateTime<Utc>>,
    /// The rungs that the commit ended, from 1.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) ended: BTreeSet<u64>,
}

/// The clock of a ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockForm {
    /// Which of the ladders.
    pub(crate) ladder: u64,
    /// The commit that started it.
    pub(crate) commit: u64,
    /// Since when it counts for the rep who has the lead.
    pub(crate) from: DateTime<Utc>,
    /// What it had counted before that, in milliseconds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) counted: u64,
    /// The rungs that are done, from 1.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) done: BTreeSet<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TurnForm {
    pub(crate) rotation: Arc<str>,
    pub(crate) number: u64,
    pub(crate) slot: u32,
    /// What the lead was worth, in parts of the most that counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) size: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnsettledForm {
    pub(crate) reason: Reason,
    /// What a rollback takes back, in the order in which it came about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<ChangeForm>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ChangeForm {
    Load {
        rep: String,
        #[serde(default, skip_serializing_if = "is_default")]
        before: LoadForm,
        #[serde(default, skip_serializing_if = "is_default")]
        after: LoadForm,
    },
    /// A lead was counted for caps of a rep, of a pool, or of a member of a pool.
    Given {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        lead: GivenForm,
    },
    /// An earlier one no longer was.
    TakenBack {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        lead: GivenForm,
    },
    /// A turn was charged.
    Turn(TurnForm),
    /// An earlier turn was given back.
    TurnBack {
        rotation: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u64>,
        charge: ChargeForm,
    },
    /// An older turn could no longer be given back exactly.
    Dropped {
        rotation: Arc<str>,
        number: u64,
        charge: ChargeForm,
    },
    /// A rep was noted as the one who had an earlier lead.
    Noted {
        of: Common,
        field: String,
        mark: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaced: Option<EarlierLeadForm>,
    },
    Tally {
        label: String,
        name: String,
        rep: String,
        by: i64,
    },
    Stamp {
        label: String,
        name: String,
        rep: String,
        record: u64,
    },
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn zero() -> Amount {
    Amount::ZERO
}

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        format_first(deserializer)
    }
}

impl Formatted for Form {
    const WHAT: &'static str = "snapshot";
    const NAME: &'static str = "Form";
    const NEWEST: u16 = SNAPSHOT_FORMAT;
    const KEYS: &'static [&'static str] = &[
        "format",
        "sequence",
        "at",
        "plan",
        "pools",
        "hours",
        "calendars",
        "reps",
        "accounts",
        "rotations",
        "tallies",
        "pins",
        "ladders",
        "leads",
    ];

    fn derived<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}
