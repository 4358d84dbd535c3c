//! Reps: the people who can be given a lead.

use crate::cap::Cap;
use crate::form::name_or_table;
use crate::hours::{Leave, WorkingHours};
use crate::instant::Instant;
use crate::value::FieldValue;
use chrono::{DateTime, Utc};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A salesperson, as the host keeps them.
///
/// The router reads a rep once, when it is added or updated, and keeps its own indexes. Implement the trait for a struct
/// you already have, or use the ready-made [`RepRecord`].
///
/// ```
/// use lead_router::{Rep, RepRecord};
///
/// struct Employee { login: String, team: String, seats: u32 }
///
/// impl Rep for Employee {
///     fn id(&self) -> &str {
///         &self.login
///     }
///     fn describe(&self, into: &mut RepRecord) {
///         into.pools.insert(self.team.clone(), 1);
///         into.capacity = Some(self.seats);
///     }
/// }
///
/// let ann = Employee { login: "ann".into(), team: "smb".into(), seats: 40 };
/// assert_eq!(RepRecord::of(&ann), RepRecord::new("ann").pool("smb").capacity(40));
/// ```
pub trait Rep {
    /// The name that decisions, records and receipts use for this rep. It must stay the same for as long as the rep
    /// does. A name has 1 to 256 bytes and is compared exactly.
    fn id(&self) -> &str;

    /// Writes down everything else that routing should know. The record comes with the id filled in and defaults for
    /// the rest: active, in no pool, no limit of open leads.
    fn describe(&self, into: &mut RepRecord) {
        let _ = into;
    }
}

impl<R: Rep + ?Sized> Rep for &R {
    fn id(&self) -> &str {
        (**self).id()
    }
    fn describe(&self, into: &mut RepRecord) {
        (**self).describe(into);
    }
}

/// Everything that routing knows about a rep, as plain data.
///
/// ```
/// use lead_router::RepRecord;
///
/// let ann = RepRecord::new("ann")
///     .pool("smb")
///     .weighted_pool("closers", 3) // three turns for each one of a rep with weight 1
///     .capacity(40)
///     .manager("maria")
///     .with("languages", ["english", "german"]);
/// assert_eq!(ann.pools["closers"], 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RepRecord {
    /// The rep's id, unique in the roster.
    pub id: String,
    /// The name that people know the rep by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the rep is left out of everything. An inactive rep is never picked, and keeps its place in every
    /// rotation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inactive: bool,
    /// The pools that the rep is in, each with the rep's weight there, 1 to 1 000 000. Files may list names only, for
    /// a weight of 1: `pools = ["smb", "closers"]` or `pools = { smb = 1, closers = 3 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "read_pools")]
    pub pools: BTreeMap<String, u32>,
    /// Weights that change at given instants, by pool: from each instant on, this weight counts, in place of the one in
    /// `pools`. For a new hire who is to take a few leads at first. In files:
    /// `ramps.smb = { "2026-04-01T00:00:00Z" = 2, "2026-05-01T00:00:00Z" = 4 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ramps: BTreeMap<String, BTreeMap<DateTime<Utc>, u32>>,
    /// The time zone that the rep lives by, by its IANA name: for whole days of leave, for caps by calendar, and for hours
    /// that have no zone of their own. None for the zone of the rep's hours, or else UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// When the rep is at work: the name of hours of the roster, or hours of the rep's own. None for the roster's hours
    /// `default`; without these, or with the name `always`, the rep is at work all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<RepHours>,
    /// When the rep is away for whole days or longer. Nobody on leave is picked by any step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leave: Vec<Leave>,
    /// At most so many leads in a window of time, of all that the rep is given. In files: `caps = ["20 per day"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// How many open leads the rep may have before `available` passes over them; none for no limit, 0 for no leads at
    /// all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// What the rep is besides: `sales leadership`, `on call`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// The id of the rep's manager, who is a rep of the same roster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// Where the rep is as the record is read; none leaves what the router knows (at first: online).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// Anything else that a plan narrows by: skills, languages, seniority, win rate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
}

impl RepRecord {
    /// An active rep without pools, limits or fields.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// What a rep says of itself, by its [`Rep`] implementation.
    #[must_use]
    pub fn of(rep: &(impl Rep + ?Sized)) -> Self {
        let mut record = Self::new(rep.id());
        rep.describe(&mut record);
        record
    }

    /// Puts the rep into a pool, with a weight of 1. A pool's name has 1 to 256 bytes and no `@`, and is not
    /// `everyone`.
    #[must_use]
    pub fn pool(self, pool: impl Into<String>) -> Self {
        self.weighted_pool(pool, 1)
    }

    /// Puts the rep into a pool, with a weight from 1 to 1 000 000: turns in proportion to it. A weight outside that
    /// range is a fault when the router is built.
    #[must_use]
    pub fn weighted_pool(mut self, pool: impl Into<String>, weight: u32) -> Self {
        self.pools.insert(pool.into(), weight);
        self
    }

    /// Limits the rep's open leads: at so many, [`available`](crate::available) passes over the rep.
    #[must_use]
    pub fn capacity(mut self, open_leads: u32) -> Self {
        self.capacity = Some(open_leads);
        self
    }

    /// Changes the rep's weight in a pool from an instant on, in UTC and whole milliseconds; 1 to 1 000 000. Call it for each
    /// step of a ramp.
    ///
    /// ```
    /// use lead_router::RepRecord;
    ///
    /// // One turn for four of a rep with weight 4 in March, two in April, as many from May.
    /// let new_hire = RepRecord::new("ann")
    ///     .weighted_pool("smb", 1)
    ///     .ramp("smb", "2026-04-01T00:00:00Z".parse()?, 2)
    ///     .ramp("smb", "2026-05-01T00:00:00Z".parse()?, 4);
    /// # let _ = new_hire;
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn ramp(mut self, pool: impl Into<String>, from: DateTime<Utc>, weight: u32) -> Self {
        self.ramps.entry(pool.into()).or_default().insert(from, weight);
        self
    }

    /// Names the time zone that the rep lives by: `Europe/Berlin`.
    #[must_use]
    pub fn zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// Says when the rep is at work: the name of hours of the roster, or [`WorkingHours`].
    ///
    /// ```
    /// use lead_router::{RepRecord, hours::WorkingHours};
    ///
    /// let ann = RepRecord::new("ann").hours("emea");
    /// let bob = RepRecord::new("bob").hours(WorkingHours::in_zone("Asia/Tokyo").on("mon-fri", "09:00-18:00"));
    /// let night_desk = RepRecord::new("night desk").hours("always");
    /// # let _ = (ann, bob, night_desk);
    /// ```
    #[must_use]
    pub fn hours(mut self, hours: impl Into<RepHours>) -> Self {
        self.hours = Some(hours.into());
        self
    }

    /// Adds a leave. [`Leave`] has an example.
    #[must_use]
    pub fn leave(mut self, leave: Leave) -> Self {
        self.leave.push(leave);
        self
    }

    /// Adds a cap: at most so many leads in a window of time. [`Cap`] tells what counts.
    ///
    /// ```
    /// use lead_router::{CapError, RepRecord};
    ///
    /// let ann = RepRecord::new("ann").cap("20 per day".parse()?).cap("5 per rolling hour".parse()?);
    /// # let _ = ann;
    /// # Ok::<(), CapError>(())
    /// ```
    #[must_use]
    pub fn cap(mut self, cap: Cap) -> Self {
        self.caps.push(cap);
        self
    }

    /// Gives the rep a role: a word for the host's own use, which no step reads yet.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.insert(role.into());
        self
    }

    /// Names the rep's manager by id, for [`manager_of`](crate::manager_of). The manager must be in the roster.
    #[must_use]
    pub fn manager(mut self, rep: impl Into<String>) -> Self {
        self.manager = Some(rep.into());
        self
    }

    /// Sets a field that plans can narrow by, with [`only`](crate::only).
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, value: impl Into<FieldValue>) -> Self {
        self.fields.insert(field.into(), value.into());
        self
    }

    /// Says where the rep is.
    #[must_use]
    pub fn present(mut self, presence: Presence) -> Self {
        self.presence = Some(presence);
        self
    }

    /// Leaves the rep out of everything, without losing its place in any rotation.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.inactive = true;
        self
    }
}

impl Rep for RepRecord {
    fn id(&self) -> &str {
        &self.id
    }
    fn describe(&self, into: &mut RepRecord) {
        into.clone_from(self);
    }
}

/// The hours of a rep: those of the roster by name, or their own. For [`RepRecord::hours`], which has an example.
///
/// In files: `hours = "emea"`, or `hours = { zone = "Asia/Tokyo", week = { mon-fri = "09:00-18:00" } }`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RepHours {
    /// Hours of the roster.
    Named(String),
    /// The rep's own.
    Own(WorkingHours),
}

impl From<&str> for RepHours {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl From<String> for RepHours {
    fn from(name: String) -> Self {
        Self::Named(name)
    }
}

impl From<WorkingHours> for RepHours {
    fn from(hours: WorkingHours) -> Self {
        Self::Own(hours)
    }
}

impl Serialize for RepHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => name.serialize(serializer),
            Self::Own(hours) => hours.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RepHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table(RepHours);
        impl From<String> for Table {
            fn from(name: String) -> Self {
                Self(name.into())
            }
        }
        impl<'de> Deserialize<'de> for Table {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                WorkingHours::deserialize(deserializer).map(|hours| Self(hours.into()))
            }
        }
        let Table(hours) =
            name_or_table(deserializer, "the name of hours, or a table with `zone`, `week` and `dates`")?;
        Ok(hours)
    }
}

/// Reads pools as a table of weights, or as a list of names that each weigh 1.
fn read_pools<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    struct Pools;
    impl<'de> Visitor<'de> for Pools {
        type Value = BTreeMap<String, u32>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of pool names, or a table of pool names and weights")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Self::Value, A::Error> {
            let mut pools = BTreeMap::new();
            while let Some(name) = names.next_element()? {
                pools.insert(name, 1);
            }
            Ok(pools)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut weights: A) -> Result<Self::Value, A::Error> {
            let mut pools = BTreeMap::new();
            while let Some((name, weight)) = weights.next_entry()? {
                pools.insert(name, weight);
            }
            Ok(pools)
        }
    }
    deserializer.deserialize_any(Pools)
}

/// What a rep is doing right now. Only [`available`](crate::available) asks for it.
///
/// ```
/// use lead_router::{Presence, Status};
///
/// let presence: Presence = serde_json::from_str(r#"{ "status": "busy" }"#)?;
/// assert_eq!(presence.status, Status::Busy);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// At work and free to take a lead.
    Online,
    /// At work, but taken: on a call, in a meeting.
    Busy,
    /// Not there.
    Offline,
}

/// Where a rep is, and for how long.
///
/// A presence with an *until* ends by itself, so that a forgotten "on a call" does not keep leads away for ever: from
/// that instant on, someone who was busy or offline is online, and someone who was online is offline.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use lead_router::{Presence, Status};
///
/// let three: DateTime<Utc> = "2026-03-02T15:00:00Z".parse()?;
/// let on_a_call = Presence::busy().until(three);
/// assert_eq!(on_a_call.status, Status::Busy);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Presence {
    /// What the rep is doing.
    pub status: Status,
    /// When that ends by itself, in UTC; none for when the host says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

impl Presence {
    /// At work and free to take a lead.
    #[must_use]
    pub const fn online() -> Self {
        Self { status: Status::Online, until: None }
    }

    /// At work, but taken.
    #[must_use]
    pub const fn busy() -> Self {
        Self { status: Status::Busy, until: None }
    }

    /// Not there.
    #[must_use]
    pub const fn offline() -> Self {
        Self { status: Status::Offline, until: None }
    }

    /// The same presence, ending by itself at an instant, in UTC and whole milliseconds: from then on, busy and offline
    /// are online, and online is offline.
    #[must_use]
    pub const fn until(self, end: DateTime<Utc>) -> Self {
        Self { until: Some(end), ..self }
    }

    /// The presence as it stands at `now`: itself before its end, what follows from then on.
    pub(crate) fn at(self, now: Instant) -> Self {
        match self.until {
            Some(end) if Instant::from(end) <= now => match self.status {
                Status::Online => Self::offline(),
                Status::Busy | Status::Offline => Self::online(),
            },
            _ => self,
        }
    }
}

impl Default for Presence {
    /// Online until told otherwise.
    fn default() -> Self {
        Self::online()
    }
}
