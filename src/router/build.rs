//! Building a router, and binding its plan anew when plan or roster change.

use super::Router;
use super::prepare::whole_rep;
use crate::account::{Account, Accounts};
use crate::book::{Book, RouterMark};
use crate::desk::{Desk, Team};
use crate::fault::{BuildError, Fault, FaultKind, Finding, Severity};
use crate::index::PoolIndex;
use crate::instant::Instant;
use crate::plan::Plan;
use crate::roster::Roster;
use crate::strategy::{Bindings, BoundPlan, OTHERWISE, Registry, StepIndex};
use std::sync::Arc;

/// Builds a router; got from [`Router::builder`].
///
/// ```
/// use lead_router::{Account, LeadRecord, Plan, RepRecord, Roster, Router, account_owner};
///
/// let roster = Roster::new().rep(RepRecord::new("ann"));
/// let router = Router::builder(Plan::new(account_owner()).otherwise("triage"), roster)
///     .accounts([Account::new("A-17").owner("ann").domain("acme.com")])
///     .build()?;
///
/// let lead = LeadRecord::new("L-1").with("email", "jo@acme.com");
/// let decision = router.decide(&lead, "2026-03-02T09:00:00Z".parse()?);
/// assert_eq!(decision.rep(), Some("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is checked before `build`"]
pub struct RouterBuilder {
    plan: Plan,
    roster: Roster,
    accounts: Accounts,
    registry: Registry,
    resumes: bool,
}

impl RouterBuilder {
    pub(super) fn new(plan: Plan, roster: Roster) -> Self {
        Self { plan, roster, accounts: Accounts::new(), registry: Registry::new(), resumes: false }
    }

    /// Brings the companies that reps own. Called again, it adds to them; of two accounts with one id the later counts.
    pub fn accounts(mut self, accounts: impl IntoIterator<Item = Account>) -> Self {
        self.accounts.extend(accounts);
        self
    }

    /// Brings the host's own strategies, in place of those of an earlier call. [`Registry`] has an example.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// Takes up where an earlier router stopped, on the roster that it had then. What would be a fault in a new router,
    /// such as a pool that has run empty or a manager who left, is a [finding](Router::findings): a restart never refuses
    /// what a running router accepted. Whose turn it is, loads and leads are in no roster: a [`Snapshot`](crate::Snapshot)
    /// restores these, too.
    ///
    /// ```
    /// use lead_router::{Plan, Roster, Router, round_robin};
    ///
    /// let plan = || Plan::new(round_robin("smb")).otherwise("triage");
    /// assert!(Router::new(plan(), Roster::new()).is_err()); // there is no pool `smb`
    ///
    /// let router = Router::builder(plan(), Roster::new()).resume().build()?;
    /// assert_eq!(router.findings().len(), 1);
    /// # Ok::<(), lead_router::BuildError>(())
    /// ```
    pub fn resume(mut self) -> Self {
        self.resumes = true;
        self
    }

    /// Checks everything and builds the router. Its clock stands before every time that a host can name. Costs O(reps +
    /// accounts + steps).
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the plan and the roster, at once, each with its place.
    pub fn build(self) -> Result<Router, BuildError> {
        let Self { plan, mut roster, mut accounts, registry, resumes } = self;
        roster.reps.iter_mut().for_each(whole_rep);
        let mut faults = roster.faults();
        let mut findings = Vec::new();
        if resumes {
            findings.extend(roster.unknown_managers().into_iter().map(finding));
        } else {
            faults.extend(roster.unknown_managers());
        }
        if accounts.find_by_id("").is_some() {
            faults.push(Fault::new("accounts", FaultKind::BadName("the id of an account is empty".to_owned())));
        }
        let mut desk = Desk::new(Team::new(roster));
        let mut made = plan.bind(&desk.team, &registry, !resumes);
        made.faults.extend(faults);
        if !made.faults.is_empty() {
            return Err(BuildError::new(made.faults));
        }
        findings.extend(find_owners(&mut accounts, &desk.team));
        findings.splice(0..0, std::mem::take(&mut made.findings));
        let bound = Arc::new(adopt(&plan, made, &mut desk));
        let book = Arc::new(Book::new(Arc::new(RouterMark), Arc::clone(&bound), &desk.team));
        Ok(Router {
            plan: Arc::new(plan),
            registry,
            accounts,
            desk,
            bound,
            book,
            findings,
            clock: Instant::START,
            recorded: Instant::START,
            sequence: 0,
        })
    }
}

/// What would be a fault in a new router.
pub(super) fn finding(fault: Fault) -> Finding {
    Finding { severity: Severity::Serious, path: fault.path, message: fault.kind.to_string() }
}

/// Looks up the owners of all accounts. The leads of those whose owner is not in the roster pass `account_owner`.
pub(super) fn find_owners(accounts: &mut Accounts, team: &Team) -> Option<Finding> {
    accounts.find_owners(|owner| team.find(owner));
    let (count, account, owner) = accounts.of_unknown_owners()?;
    let more = match count - 1 {
        0 => String::new(),
        more => format!(", and so are those of {more} other accounts"),
    };
    Some(Finding {
        severity: Severity::Warning,
        path: format!("accounts.{account}.owner"),
        message: format!("rep `{owner}` is not in the roster{more}"),
    })
}

/// Where findings about pins are.
pub(super) const PINS: &str = "pins";

/// Pins to reps who left: their leads pass on to the plan.
pub(super) fn pins_of_departed(desk: &Desk) -> impl Iterator<Item = Finding> + use<'_> {
    let departed = desk.pins.all().filter(|(_, pinning)| desk.team.rep(pinning.rep).is_none_or(|rep| rep.has_left()));
    departed.map(|(on, pinning)| {
        let message = format!("{on} is pinned to `{}`, who is not in the roster", desk.team.name(pinning.rep));
        Finding { severity: Severity::Serious, path: PINS.to_owned(), message }
    })
}

/// Makes what binding found part of the desk, and the steps a bound plan.
pub(super) fn adopt(plan: &Plan, made: Bindings, desk: &mut Desk) -> BoundPlan {
    for pool in &made.new_pools {
        desk.team.intern_pool(pool);
    }
    desk.caps.sync(&desk.team);
    desk.hand.set_forget_after(plan.forgets_after());
    desk.seat(&made.rotations, &made.boards);
    desk.earlier.sync(&made.earlier, desk.team.kept_until());
    desk.rollback_window = plan.rolls_back_within();
    let of_queues = made.queues.iter().filter_map(|queue| queue.ladder.as_ref());
    let of_steps = made.steps.iter().filter_map(|step| step.ladder.as_ref());
    desk.keep_named_hours(made.ladder.iter().chain(of_steps).chain(of_queues));
    let tallies = made.tallies.iter().map(|(label, name)| desk.tallies.intern(label, name)).collect();
    BoundPlan {
        recorded: plan.recorded(&made.custom_reads).iter().map(|name| Arc::from(name.as_str())).collect(),
        fingerprint: Arc::from(plan.fingerprint()),
        by_key: (0..).map(StepIndex).zip(&made.steps).map(|(index, step)| (Arc::clone(&step.key), index)).collect(),
        seated: made.rotations,
        steps: made.steps,
        queues: made.queues,
        fields: made.fields,
        phrases: made.phrases,
        parts: made.parts,
        learners: made.learners,
        running_pins: made.running_pins,
        account_fields: made.account_fields,
        areas: made.areas,
        tallies,
        otherwise: Arc::from(OTHERWISE),
        ladder: made.ladder,
    }
}

impl Router {
    /// Binds the plan anew, after an edit of plan or roster. What the roster now makes of the plan is a finding, never a
    /// fault: a router that runs goes on running.
    pub(super) fn rebind(&mut self) {
        // Why leads were committed is told in the plan's own terms so far, and those of the team.
        let book = &self.book;
        self.desk.hand.tell(|said| book.told(said));
        let mut made = self.plan.bind(&self.desk.team, &self.registry, false);
        self.findings = std::mem::take(&mut made.findings);
        self.findings.extend(made.faults.drain(..).map(finding));
        self.findings.extend(self.desk.team.unknown_managers().into_iter().map(finding));
        self.findings.extend(pins_of_departed(&self.desk));
        self.bound = Arc::new(adopt(&self.plan, made, &mut self.desk));
        self.accounts.find_owners(|owner| self.desk.team.find(owner));
        // New caps may count less of what was given.
        self.desk.caps.upkeep(self.recorded);
        self.hold_strays();
        let router = Arc::clone(&self.book.router);
        self.book = Arc::new(Book::new(router, Arc::clone(&self.bound), &self.desk.team));
    }

    /// Moves leads in queues that the plan no longer has to the queue of `otherwise`.
    pub(super) fn hold_strays(&mut self) {
        let queues = &self.bound.queues;
        let moved = self
            .desk
            .hand
            .hold_strays(|queue| queues.iter().any(|known| known.name == *queue), self.plan.otherwise_queue());
        if moved > 0 {
            self.findings.push(Finding {
                severity: Severity::Warning,
                path: "otherwise".to_owned(),
                message: format!("{moved} leads waited in queues that the plan no longer has, and came here"),
            });
        }
    }

    /// Whether a pool of that name is there.
    pub(super) fn pool_index(&self, name: &str) -> Option<PoolIndex> {
        self.desk.team.find_pool(name)
    }
}
