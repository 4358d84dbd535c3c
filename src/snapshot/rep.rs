//! Reps in snapshots: their records, in parts that many of them share.

use crate::desk::Team;
use crate::index::RepIndex;
use crate::rep::{Presence, RepRecord};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::mem;
use std::sync::Arc;

/// The record of a rep, as taken apart as the router keeps it: a snapshot of many reps copies little.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RepParts {
    pub(super) id: Arc<str>,
    /// The record without the other parts.
    profile: Arc<RepRecord>,
    /// By name, with weights.
    pools: Box<[(Arc<str>, u32)]>,
    capacity: Option<u32>,
    inactive: bool,
    presence: Option<Presence>,
}

impl RepParts {
    /// Those of a rep as they are now; none if nobody is there.
    pub(super) fn of(team: &Team, index: RepIndex, id: Arc<str>) -> Option<Self> {
        let rep = team.rep(index)?;
        let mut pools = Vec::with_capacity(team.pools_of(rep).count());
        pools.extend(team.pools_of(rep).map(|(name, weight)| (Arc::clone(name), weight)));
        pools.sort_unstable();
        let pools = pools.into_boxed_slice();
        let presence = Some(rep.presence()).filter(|presence| *presence != Presence::default());
        let profile = Arc::clone(&rep.profile);
        Some(Self { id, profile, pools, capacity: rep.capacity(), inactive: rep.is_inactive(), presence })
    }

    pub(super) fn is_in_pools(&self) -> bool {
        !self.pools.is_empty()
    }

    /// The whole record.
    pub(super) fn record(&self) -> RepRecord {
        RepRecord {
            id: String::from(&*self.id),
            pools: self.pools.iter().map(|(name, weight)| (String::from(&**name), *weight)).collect(),
            capacity: self.capacity,
            inactive: self.inactive,
            presence: self.presence,
            ..RepRecord::clone(&self.profile)
        }
    }
}

impl From<RepRecord> for RepParts {
    fn from(mut record: RepRecord) -> Self {
        let pools = mem::take(&mut record.pools).into_iter().map(|(name, weight)| (Arc::from(name), weight));
        Self {
            id: mem::take(&mut record.id).into(),
            pools: pools.collect(),
            capacity: record.capacity.take(),
            inactive: mem::take(&mut record.inactive),
            presence: record.presence.take(),
            profile: Arc::new(record),
        }
    }
}

impl Serialize for RepParts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RepParts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RepRecord::deserialize(deserializer).map(Self::from)
    }
}
