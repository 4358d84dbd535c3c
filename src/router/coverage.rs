//! Coverage: when nobody of a pool is at work.

use super::Router;
use crate::index::RepIndex;
use crate::instant::Instant;
use chrono::{DateTime, Utc};

/// A stretch of time in which nobody of a pool is at work. Got from [`Router::uncovered`], which has an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Uncovered {
    /// When it begins, in UTC.
    pub from: DateTime<Utc>,
    /// When somebody is at work again, in UTC; or the end of what was asked for.
    pub until: DateTime<Utc>,
}

impl Router {
    /// When nobody of a pool is at work between two instants, by hours and leave alone: what a lead that comes in then has to
    /// wait for. All of it for a pool without members, or one that is not there. To be looked at when hours change, so that
    /// gaps are not found out weeks later.
    ///
    /// Costs a look at each active member for each opening and closing of anybody in between, and allocates the list.
    ///
    /// ```
    /// use lead_router::{Plan, RepRecord, Roster, Router, WorkingHours, available, round_robin};
    ///
    /// let rep = |id: &str, zone: &str| {
    ///     RepRecord::new(id).pool("smb").hours(WorkingHours::in_zone(zone).on("mon-fri", "09:00-18:00"))
    /// };
    /// let roster = Roster::new().reps([
    ///     rep("ann", "America/Los_Angeles"), rep("bea", "Europe/Berlin"), rep("kei", "Asia/Tokyo"),
    /// ]);
    /// let router = Router::new(Plan::new(available(round_robin("smb"))).otherwise("triage"), roster)?;
    ///
    /// let gaps = router.uncovered("smb", "2026-03-04T00:00:00Z".parse()?, "2026-03-05T00:00:00Z".parse()?);
    /// // On that Wednesday Tokyo works from 0 to 9, UTC, Berlin from 8 to 17, and Los Angeles from 17 to 2.
    /// assert_eq!(gaps, []);
    /// let gaps = router.uncovered("smb", "2026-03-06T00:00:00Z".parse()?, "2026-03-08T00:00:00Z".parse()?);
    /// let from: Vec<String> = gaps.iter().map(|gap| gap.from.to_rfc3339()).collect();
    /// assert_eq!(from, ["2026-03-07T02:00:00+00:00"]); // the weekend
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn uncovered(&self, pool: &str, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Uncovered> {
        let (mut at, end) = (Instant::from(from), Instant::from(until));
        let members = self.pool_index(pool).map_or(&[][..], |pool| self.desk.team.members(pool));
        let mut gaps = Vec::new();
        while at < end {
            let changes = members.iter().map(|rep| self.at_work(*rep, at));
            // While somebody is at work, until the last of them leaves; else until the first of all comes.
            let mut covered: Option<Instant> = None;
            let mut next = end;
            for (is_at_work, change) in changes {
                if is_at_work {
                    covered = covered.max(Some(change));
                } else {
                    next = next.min(change);
                }
            }
            match covered {
                Some(change) => at = change,
                None => {
                    gaps.push((at, next));
                    at = next;
                }
            }
        }
        // Somebody may be back from leave, and not at work yet.
        gaps.dedup_by(|later, earlier| {
            let meets = earlier.1 == later.0;
            if meets {
                earlier.1 = later.1;
            }
            meets
        });
        let gap =
            |(from, until): (Instant, Instant)| Uncovered { from: from.to_utc_or_min(), until: until.to_utc_or_min() };
        gaps.into_iter().map(gap).collect()
    }

    /// Whether a rep is at work by hours and leave, and until when that is known to stay so.
    fn at_work(&self, rep: RepIndex, at: Instant) -> (bool, Instant) {
        let team = &self.desk.team;
        let Some(found) = team.rep(rep).filter(|rep| !rep.has_left() && !rep.is_inactive()) else {
            return (false, Instant::END);
        };
        if let Some(back) = found.absences().until(at) {
            return (false, back);
        }
        let (is_open, change) = team.schedule(rep).map_or((true, Instant::END), |schedule| schedule.stretch(at));
        let leave = found.absences().dates().find(|date| *date > at).unwrap_or(Instant::END);
        (is_open, change.min(leave))
    }
}
