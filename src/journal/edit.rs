//! Wholesale edits: another plan, roster and directory at once, and other names for what is there.

use crate::account::{Account, Accounts};
use crate::desk::Names;
use crate::plan::Plan;
use crate::roster::Roster;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Another plan, roster or account directory, each as a whole, and other names for what is there: in one event, of which
/// either everything counts or nothing. For [`Event::edit`](crate::Event::edit), which is made for a nightly look into the
/// systems that own these things, and for [`Restore::onto`](crate::Restore::onto).
///
/// ```
/// use lead_router::{Edit, Event, LeadRecord, Plan, RepRecord, Roster, Router, round_robin};
///
/// let plan = Plan::new(round_robin("smb")).otherwise("triage");
/// let roster = Roster::new().reps(["ann", "bob"].map(|id| RepRecord::new(id).pool("smb")));
/// let mut router = Router::new(plan, roster)?;
/// let now = "2026-03-02T09:00:00Z".parse()?;
/// router.route(&LeadRecord::new("L-1"), now); // ann's turn
///
/// // The pool has another name, ann has married, bob has left and cy is new.
/// let edit = Edit::new()
///     .rename_pool("smb", "small")
///     .rename_rep("ann", "anna")
///     .plan(Plan::new(round_robin("small")).otherwise("triage"))
///     .roster(Roster::new().reps(["anna", "cy"].map(|id| RepRecord::new(id).pool("small"))));
/// println!("{}", router.preview(&edit, now)?); // what it would change
/// let record = router.observe(Event::edit(edit), now)?; // store it
///
/// let rotation = router.rotation("small").ok_or("no such rotation")?;
/// let owed: Vec<(&str, f64)> = rotation.members().map(|member| (member.rep, member.owed())).collect();
/// assert_eq!(owed, [("anna", -0.5), ("cy", 0.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Names are changed first; plan, roster and accounts speak of everything by its new name. What the edit does not bring
/// stays, and follows the names but for the plan, which is never rewritten: where it names something that is renamed, bring
/// one that says so, too.
///
/// The same edit may come again, as it does where every start brings it: a new name that is there while the old one is not
/// was given before, and nothing happens. Where neither is there, or both are, the edit is faulty. Two names that are
/// exchanged are exchanged each time.
///
/// Whoever reads a journal finds in it what was brought, [`Edit::new_plan`] and so on, and what was renamed,
/// [`Edit::renamed_reps`] and so on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<Plan>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roster: Option<Roster>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accounts: Option<Vec<Account>>,
    #[serde(default, skip_serializing_if = "Renames::is_empty")]
    pub(crate) rename: Renames,
}

/// New names by old ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Renames {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) reps: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) pools: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) rotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) queues: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, String>,
}

impl Renames {
    fn is_empty(&self) -> bool {
        let Self { reps, pools, rotations, queues, labels } = self;
        [reps, pools, rotations, queues, labels].into_iter().all(BTreeMap::is_empty)
    }

    /// Leaves out what is renamed already.
    pub(crate) fn retain(&mut self, names: &Names) {
        let Self { reps, pools, rotations, queues, labels } = self;
        for (asked, made) in
            [(reps, &names.reps), (pools, &names.pools), (queues, &names.queues), (labels, &names.labels)]
        {
            asked.retain(|old, _| made.contains_key(old));
        }
        let stays = |rotation: &str| pool_of(rotation).is_some_and(|pool| names.pools.contains_key(pool));
        rotations.retain(|old, new| names.rotations.contains_key(old) || (old == new && stays(old)));
    }

    /// Leaves out what has the same name as before.
    fn effective(mut self) -> Self {
        let Self { reps, pools, rotations, queues, labels } = &mut self;
        // That a rotation keeps its name says something where its pool does not keep its own.
        let follows = |rotation: &str| {
            pool_of(rotation).and_then(|pool| pools.get_key_value(pool)).is_some_and(|(pool, new)| new != pool)
        };
        rotations.retain(|old, new| old != new || follows(old));
        for names in [reps, pools, queues, labels] {
            names.retain(|old, new| old != new);
        }
        self
    }
}

/// The pool that a rotation would be named after.
fn pool_of(rotation: &str) -> Option<&str> {
    rotation.split('@').next()
}

impl Edit {
    /// An edit that changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings another plan, which counts as [`Event::plan`](crate::Event::plan) says.
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Self {
        self.plan = Some(plan);
        self
    }

    /// Brings the roster as it is now. Who is not in it has left, as [`Event::rep_left`](crate::Event::rep_left) says. A
    /// rep without a presence stays where they are. Nobody else's balance, load or pause changes.
    #[must_use]
    pub fn roster(mut self, roster: Roster) -> Self {
        self.roster = Some(roster);
        self
    }

    /// Brings the account directory as it is now: accounts that are not in it are gone. Called again, it adds to them; of
    /// two accounts with one id the later counts.
    #[must_use]
    pub fn accounts(mut self, accounts: impl IntoIterator<Item = Account>) -> Self {
        let mut all: Accounts = self.accounts.take().into_iter().flatten().collect();
        all.extend(accounts);
        self.accounts = Some(all.into_iter().collect());
        self
    }

    /// Gives a rep, in the roster or gone, another id. Everything they have goes with it: their place in every rotation,
    /// what they are owed, their leads, tallies and pins. Who names them as a manager or an owner follows.
    #[must_use]
    pub fn rename_rep(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.rename.reps.insert(old.into(), new.into());
        self
    }

    /// Gives a pool another name, and the rotations that are named after it: `old` and every `old@band`.
    #[must_use]
    pub fn rename_pool(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.rename.pools.insert(old.into(), new.into());
        self
    }

    /// Gives a rotation another name: one that the plan names, or the `pool@band` that a band or a label gave it. Ties are
    /// settled by the new name.
    #[must_use]
    pub fn rename_rotation(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.rename.rotations.insert(old.into(), new.into());
        self
    }

    /// Gives a queue another name, which the plan must have. The leads in it stay where they are in line.
    #[must_use]
    pub fn rename_queue(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.rename.queues.insert(old.into(), new.into());
        self
    }

    /// Gives a label another name, for the tallies and stamps that custom strategies keep under it.
    #[must_use]
    pub fn rename_label(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.rename.labels.insert(old.into(), new.into());
        self
    }

    /// The plan that it brings, if any.
    #[must_use]
    pub fn new_plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// The roster that it brings, if any.
    #[must_use]
    pub fn new_roster(&self) -> Option<&Roster> {
        self.roster.as_ref()
    }

    /// The accounts that it brings, by id; none if the directory stays as it is.
    ///
    /// ```
    /// use lead_router::{Account, Edit};
    ///
    /// let edit = Edit::new().accounts([Account::new("A-2"), Account::new("A-1").owner("ann")]);
    /// let ids: Option<Vec<&str>> = edit.new_accounts().map(|accounts| accounts.iter().map(|account| &*account.id).collect());
    /// assert_eq!(ids, Some(vec!["A-1", "A-2"]));
    /// assert!(Edit::new().new_accounts().is_none());
    /// ```
    #[must_use]
    pub fn new_accounts(&self) -> Option<&[Account]> {
        self.accounts.as_deref()
    }

    /// The reps that it renames: old and new id, by the old one.
    ///
    /// ```
    /// use lead_router::{Edit, Event, RepRecord, Roster, journal::What};
    /// # use lead_router::{Plan, Router, queue};
    /// # let roster = Roster::new().rep(RepRecord::new("ann"));
    /// # let mut router = Router::new(Plan::new(queue("later")).otherwise("triage"), roster)?;
    /// # let now = "2026-03-02T09:00:00Z".parse()?;
    ///
    /// let edit = Edit::new().rename_rep("ann", "anna").roster(Roster::new().rep(RepRecord::new("anna")));
    /// let record = router.observe(Event::edit(edit), now)?;
    ///
    /// // Whoever reads the journal:
    /// let What::Event(Event::Edit(edit)) = &record.what else { return Err("not an edit".into()) };
    /// assert!(edit.renamed_reps().eq([("ann", "anna")]));
    /// assert_eq!(edit.new_roster().map(|roster| roster.reps.len()), Some(1));
    /// assert_eq!(edit.new_plan(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn renamed_reps(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.rename.reps)
    }

    /// The pools that it renames: old and new name, by the old one.
    pub fn renamed_pools(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.rename.pools)
    }

    /// The rotations that it renames by themselves, without those that follow their pools: old and new name, by the old
    /// one.
    pub fn renamed_rotations(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.rename.rotations)
    }

    /// The queues that it renames: old and new name, by the old one.
    pub fn renamed_queues(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.rename.queues)
    }

    /// The labels that it renames: old and new name, by the old one.
    pub fn renamed_labels(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.rename.labels)
    }

    pub(crate) fn effective(mut self) -> Self {
        self.rename = self.rename.effective();
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn pairs(names: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    names.iter().map(|(old, new)| (old.as_str(), new.as_str()))
}
