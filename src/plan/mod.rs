//! Plans: which lead goes to whom, as data.

mod reads;
mod waiting;

pub use reads::FieldRead;
pub use waiting::Waiting;

use crate::condition::Read;
use crate::desk::Team;
use crate::fault::{Fault, FaultKind, Severity, path_part};
use crate::limits::{DEFAULT_ROLLBACK_WINDOW, MAX_PLAN_DEPTH, MAX_PLAN_NESTING, MAX_PLAN_STEPS};
use crate::roster::name_fault;
use crate::sla::Ladder;
use crate::span::Span;
use crate::strategy::{Absence, Binder, Bindings, Registry, Step};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Which lead goes to whom: a tree of steps, and the queue for leads that no step takes.
///
/// A plan is data. It is the same whether built in Rust or read from a file, and two plans are equal if they say the
/// same. Reading a file finds faults of form, with line and column; faults of meaning, such as the name of a pool that
/// is not there, are found when a router is built.
///
/// ```
/// use lead_router::{Plan, available, round_robin};
///
/// let built = Plan::new(available(round_robin("smb"))).otherwise("triage");
/// let read: Plan = toml::from_str(r#"
///     otherwise = "triage"
///     route = { available = { round_robin = "smb" } }
/// "#)?;
/// assert_eq!(built, read);
/// # Ok::<(), toml::de::Error>(())
/// ```
///
/// Beside `otherwise` and `route`, a file may have `steps`, `forget_after`, `report_by`, `rollback_window`, `absence`,
/// `escalation`, `pass_on`, `rejections_cost_turns` and `waiting`, which [`Waiting`] shows:
///
/// ```
/// use lead_router::{Absence, Plan, available, days, hours, round_robin, sla::{Act, Ladder, Whom}, step};
///
/// let built = Plan::new(step("small"))
///     .otherwise("triage")
///     .name_step("small", available(round_robin("smb")))
///     .forget_after(days(90))
///     .report_by(["source"])
///     .rollback_window(500)
///     .absence(Absence::Forgive)
///     .escalate(Ladder::new().after(hours(2), Act::Notify(Whom::Manager)))
///     .pass_on_at_most(3, "review")
///     .rejections_cost_turns();
/// let read: Plan = toml::from_str(r#"
///     otherwise = "triage"
///     forget_after = "90 days"
///     report_by = ["source"]
///     rollback_window = 500
///     absence = "forgive"
///     route = { use = "small" }
///     escalation = { rungs = [{ after = "2h", then = { notify = "manager" } }] }
///     pass_on = { most = 3, queue = "review" }
///     rejections_cost_turns = true
///
///     [steps.small]
///     available = { round_robin = "smb" }
/// "#)?;
/// assert_eq!(built, read);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a plan, such as { otherwise = \"triage\", route = step }")]
pub struct Plan {
    otherwise: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forget_after: Option<Span>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    report_by: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rollback_window: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    absence: Absence,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    escalation: Option<Ladder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pass_on: Option<PassOn>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    rejections_cost_turns: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    waiting: BTreeMap<String, Waiting>,
    route: Step,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    steps: BTreeMap<String, Step>,
}

/// A plan that does not say yet what happens to leads that no step takes. Made by [`Plan::new`].
///
/// ```
/// use lead_router::{Plan, round_robin};
///
/// let start = Plan::new(round_robin("smb"));
/// let plan: Plan = start.otherwise("triage");
/// # let _ = plan;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a plan is complete only with `otherwise`"]
pub struct PlanStart {
    route: Step,
}

impl PlanStart {
    /// Names the queue for leads that no step takes, and completes the plan: no lead is left without an outcome. A name
    /// has 1 to 256 bytes.
    #[must_use]
    pub fn otherwise(self, queue: impl Into<String>) -> Plan {
        Plan {
            otherwise: queue.into(),
            forget_after: None,
            report_by: BTreeSet::new(),
            rollback_window: None,
            absence: Absence::Keep,
            escalation: None,
            pass_on: None,
            rejections_cost_turns: false,
            waiting: BTreeMap::new(),
            route: self.route,
            steps: BTreeMap::new(),
        }
    }
}

impl Plan {
    /// Starts a plan with its first step; [`PlanStart::otherwise`] completes it.
    #[expect(clippy::new_ret_no_self, reason = "a plan without `otherwise` is not a plan")]
    pub fn new(route: impl Into<Step>) -> PlanStart {
        PlanStart { route: route.into() }
    }

    /// Names a step, for [`step`](crate::step) to use. A step of that name is replaced. One that nothing uses is a
    /// [finding](crate::Router::findings).
    #[must_use]
    pub fn name_step(mut self, name: impl Into<String>, step: impl Into<Step>) -> Self {
        self.steps.insert(name.into(), step.into());
        self
    }

    /// Forgets leads that were given to a rep so long ago: the rep's open leads go down by one, and the same id is a
    /// new lead. Leads in queues are never forgotten. Unless said, only closing a lead ends it. A span of zero is a
    /// fault.
    #[must_use]
    pub fn forget_after(mut self, span: Span) -> Self {
        self.forget_after = Some(span);
        self
    }

    /// Keeps these fields of each lead in its record, beside those that the plan reads, so that reports can group by
    /// them. Called again, it adds to them. Fields that nobody names are not kept: leads are personal data.
    #[must_use]
    pub fn report_by<Name: Into<String>>(mut self, fields: impl IntoIterator<Item = Name>) -> Self {
        self.report_by.extend(fields.into_iter().map(Into::into));
        self
    }

    /// How many turns of one rotation can be given back exactly, by a rollback or a reroute: the latest ones of leads that
    /// are not closed. 1 to `u32::MAX`, 10 000 unless said. Each takes memory: a few words, and the list of those who could
    /// have had the lead, which the turns of an unchanging team share.
    #[must_use]
    pub fn rollback_window(mut self, commits: u32) -> Self {
        self.rollback_window = Some(commits);
        self
    }

    /// What becomes of what reps are owed when they come back from leave, in rotations that do not say so themselves. Kept
    /// unless said; [`Absence`] has an example.
    #[must_use]
    pub fn absence(mut self, absence: Absence) -> Self {
        self.absence = absence;
        self
    }

    /// Says what is due when nobody contacts a lead in time, for all leads whose step has no ladder of its own
    /// ([`escalate`](crate::escalate)). [`Ladder`] has an example. Called again, it replaces the ladder.
    #[must_use]
    pub fn escalate(mut self, ladder: Ladder) -> Self {
        self.escalation = Some(ladder);
        self
    }

    /// Lets a lead be passed on from rep to rep so many times at the most, 1 to `u32::MAX`: the next time it would be, it
    /// goes into this queue instead, with [`Reason::PassedOn`](crate::Reason::PassedOn). Reassigned leads count, and so do
    /// rerouted ones and those that a person gives to somebody; only what a person gives is never stopped by it. In a file:
    /// `pass_on = { most = 3, queue = "review" }`.
    ///
    /// ```
    /// use lead_router::{Ask, LeadRecord, Plan, RepRecord, Roster, Router, round_robin};
    ///
    /// let plan = Plan::new(round_robin("smb")).otherwise("triage").pass_on_at_most(1, "review");
    /// let roster = Roster::new().reps(["ann", "bob", "cy"].map(|id| RepRecord::new(id).pool("smb")));
    /// let mut router = Router::new(plan, roster)?;
    /// let (lead, now) = (LeadRecord::new("L-1"), "2026-03-02T09:00:00Z".parse()?);
    /// assert_eq!(router.route(&lead, now).rep(), Some("ann"));
    ///
    /// let decision = router.decide_with(&lead, now, &Ask::reroute().exclude("ann"));
    /// assert_eq!(router.commit(&lead, decision)?.rep(), Some("bob"));
    /// let decision = router.decide_with(&lead, now, &Ask::reroute().exclude("bob"));
    /// assert_eq!(decision.to_string(), "L-1: queued in review by escalation: passed on once already");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn pass_on_at_most(mut self, most: u32, queue: impl Into<String>) -> Self {
        self.pass_on = Some(PassOn { most, queue: queue.into() });
        self
    }

    /// Lets a rep who [rejects](crate::Event::rejected) a lead pay for it: the turn that it took is not given back, so that
    /// nobody gets another lead sooner by rejecting this one. Unless said, it goes back.
    #[must_use]
    pub fn rejections_cost_turns(mut self) -> Self {
        self.rejections_cost_turns = true;
        self
    }

    /// Says how leads wait in a queue of the plan. [`Waiting`] has an example. Called again for the same queue, it replaces what
    /// was said of it.
    #[must_use]
    pub fn waiting(mut self, queue: impl Into<String>, waiting: Waiting) -> Self {
        self.waiting.insert(queue.into(), waiting);
        self
    }

    /// The fields that the plan asks of a lead: what a form must ask for. Looks at the whole plan; call it once, not
    /// for each lead. What custom strategies read is not in it.
    ///
    /// ```
    /// use lead_router::{Plan, field, round_robin, when};
    ///
    /// let plan = Plan::new(when(field("employees").at_least(500), round_robin("enterprise"))).otherwise("triage");
    /// let reads: Vec<String> = plan.reads().iter().map(|read| read.to_string()).collect();
    /// assert_eq!(reads, ["employees: number, cut at 500"]);
    /// ```
    #[must_use]
    pub fn reads(&self) -> Vec<FieldRead> {
        let mut reads = reads::Reads::default();
        self.walk(|_, _, step| step.as_bind().reads(&mut |field, read| reads.add(field, read)));
        self.waiting.values().for_each(|waiting| waiting.reads(&mut |field, read| reads.add(field, read)));
        reads.finish()
    }

    /// A hash of everything that the plan says, in 16 hexadecimal digits. Equal plans have equal fingerprints, on every
    /// machine. Records carry it, so that before and after a change can be told apart. Writes the whole plan to text; a
    /// router does so once.
    ///
    /// ```
    /// use lead_router::{Plan, round_robin};
    ///
    /// let plan = Plan::new(round_robin("smb")).otherwise("triage");
    /// assert_eq!(plan.fingerprint(), plan.clone().fingerprint());
    /// assert_ne!(plan.fingerprint(), plan.clone().report_by(["source"]).fingerprint());
    /// assert_eq!(plan.fingerprint().len(), 16);
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // A plan is always a value: no map in it has keys other than text.
        let value = serde_json::to_value(self).unwrap_or_default();
        format!("{:016x}", crate::hash::stable_hash(&[&canonical(&value)]))
    }

    pub(crate) fn otherwise_queue(&self) -> &str {
        &self.otherwise
    }

    pub(crate) fn forgets_after(&self) -> Option<Span> {
        self.forget_after
    }

    /// How often leads are passed on at the most, and the queue that they go to then.
    pub(crate) fn passes_on(&self) -> Option<(u32, &str)> {
        self.pass_on.as_ref().map(|pass_on| (pass_on.most, pass_on.queue.as_str()))
    }

    /// Whether a rep who rejects a lead has had the turn.
    pub(crate) fn charges_rejections(&self) -> bool {
        self.rejections_cost_turns
    }

    pub(crate) fn rolls_back_within(&self) -> u32 {
        self.rollback_window.unwrap_or(DEFAULT_ROLLBACK_WINDOW)
    }

    /// The fields that a record of this plan keeps, by name.
    pub(crate) fn recorded(&self, custom_reads: &[String]) -> BTreeSet<String> {
        let mut fields = self.report_by.clone();
        let mut add = |field: &str, _: Read<'_>| {
            if !fields.contains(field) {
                fields.insert(field.to_owned());
            }
        };
        self.walk(|_, _, step| step.as_bind().reads(&mut add));
        self.waiting.values().for_each(|waiting| waiting.reads(&mut add));
        fields.extend(custom_reads.iter().cloned());
        fields
    }

    /// Finds every name of the plan in the roster. Faults of the plan by itself keep it from being bound.
    pub(crate) fn bind(&self, team: &Team, registry: &Registry, strict: bool) -> Bindings {
        let own = self.own_faults();
        if own.iter().any(|fault| matches!(fault.kind, FaultKind::TooDeep(_) | FaultKind::TooManySteps(_))) {
            return Bindings { faults: own, ..Bindings::default() };
        }
        let binder = || Binder::new(&self.steps, &self.otherwise, team, registry, strict, self.absence);
        let mut used = binder();
        used.plan_ladder(self.escalation.as_ref());
        used.pass_on_queue(self.pass_on.as_ref().map(|pass_on| pass_on.queue.as_str()));
        used.child("route", &self.route);
        let mut account_fields = BTreeSet::new();
        let reached = self.reached(|step| {
            if let Step::AccountOwner(owner) = step {
                account_fields.insert(owner.fields());
            }
        });
        used.running_pins(account_fields);
        for (queue, waiting) in &self.waiting {
            used.at(&format!("waiting.{}", path_part(queue)), |binder| waiting.bind(queue, binder));
        }
        let mut made = used.finish();
        for name in self.steps.keys().filter(|name| !reached.contains(name.as_str())) {
            let mut unused = binder();
            unused.named(name);
            let mut unused = unused.finish();
            unused.faults.retain(|fault| !made.faults.contains(fault));
            made.faults.append(&mut unused.faults);
            made.findings.push(crate::fault::Finding {
                severity: Severity::Warning,
                path: format!("steps.{}", path_part(name)),
                message: format!("step `{name}` is never used"),
            });
        }
        made.faults.splice(0..0, own);
        if made.faults.is_empty() && !nests_within(&serde_json::to_value(self).unwrap_or_default(), MAX_PLAN_NESTING) {
            let kind = FaultKind::TooNested { what: "the plan", most: MAX_PLAN_NESTING };
            made.faults.push(Fault::new("plan", kind));
        }
        made
    }

    /// What is wrong with the plan, whoever is in the roster.
    fn own_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut labels: BTreeMap<&str, String> = BTreeMap::new();
        let mut count = 0;
        for name in self.steps.keys() {
            faults.extend(name_fault("steps", "step", name));
        }
        for field in &self.report_by {
            faults.extend(name_fault("report_by", "field", field));
        }
        if self.rollback_window == Some(0) {
            let (value, low, high) = (0, 1, u64::from(u32::MAX));
            let kind = FaultKind::OutOfRange { what: "rollback window", value, low, high };
            faults.push(Fault::new("rollback_window", kind));
        }
        if self.pass_on.as_ref().is_some_and(|pass_on| pass_on.most == 0) {
            let (value, low, high) = (0, 1, u64::from(u32::MAX));
            let kind = FaultKind::OutOfRange { what: "number of times", value, low, high };
            faults.push(Fault::new("pass_on.most", kind));
        }
        if self.forget_after.is_some_and(|span| span.as_millis() == 0) {
            let kind = FaultKind::BadName("`forget_after` is no time at all".to_owned());
            faults.push(Fault::new("forget_after", kind));
        }
        let mut deepest = 0;
        self.walk(|path, depth, step| {
            count += 1;
            deepest = deepest.max(depth);
            if let Step::Label(label) = step {
                match labels.get(label.name()) {
                    Some(first) => {
                        let (name, first) = (label.name().to_owned(), Some(first.clone()));
                        faults.push(Fault::new(path, FaultKind::Twice { what: "label", name, first }));
                    }
                    None => {
                        labels.insert(label.name(), path.to_owned());
                    }
                }
            }
        });
        if deepest > MAX_PLAN_DEPTH {
            faults.push(Fault::new("route", FaultKind::TooDeep(MAX_PLAN_DEPTH)));
        }
        if count > MAX_PLAN_STEPS {
            faults.push(Fault::new("route", FaultKind::TooManySteps(MAX_PLAN_STEPS)));
        }
        faults
    }

    /// The named steps that the route leads to, by whatever way. Visits every step on it once, in no order that matters.
    fn reached<'p>(&'p self, mut visit: impl FnMut(&'p Step)) -> BTreeSet<&'p str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![&self.route];
        while let Some(step) = open.pop() {
            visit(step);
            open.extend(step.as_bind().children().into_iter().map(|child| child.step));
            if let Step::Use(used) = step
                && let Some((name, step)) = self.steps.get_key_value(used.name())
                && reached.insert(name.as_str())
            {
                open.push(step);
            }
        }
        reached
    }

    /// Visits every step as it is written, named steps once, each with its path and its depth. Without recursion: a plan
    /// may be nested deeper than a stack.
    fn walk<'p>(&'p self, mut visit: impl FnMut(&str, usize, &'p Step)) {
        let mut open: Vec<(String, usize, &Step)> =
            self.steps.iter().rev().map(|(name, step)| (format!("steps.{}", path_part(name)), 1, step)).collect();
        open.push(("route".to_owned(), 1, &self.route));
        while let Some((place, depth, step)) = open.pop() {
            let path = format!("{place}.{}", step.tag());
            visit(&path, depth, step);
            // The path of a plan nested beyond the limit would be quadratic to write, and nobody could read it.
            let place = if depth > MAX_PLAN_DEPTH { place } else { path };
            for child in step.as_bind().children().into_iter().rev() {
                let separator = if child.place.is_empty() || child.place.starts_with('[') { "" } else { "." };
                open.push((format!("{place}{separator}{}", child.place), depth + 1, child.step));
            }
        }
    }
}

/// How often a lead may be passed on, and where it goes then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `most` and `queue`, such as pass_on = { most = 3, queue = \"review\" }"
)]
struct PassOn {
    most: u32,
    queue: String,
}

fn is_default(absence: &Absence) -> bool {
    *absence == Absence::default()
}

/// Whether no more than so many tables and lists stand inside each other.
fn nests_within(value: &serde_json::Value, depth: usize) -> bool {
    use serde_json::Value;
    match (value, depth.checked_sub(1)) {
        (Value::Array(items), Some(depth)) => items.iter().all(|item| nests_within(item, depth)),
        (Value::Object(entries), Some(depth)) => entries.values().all(|entry| nests_within(entry, depth)),
        (Value::Array(_) | Value::Object(_), None) => false,
        _ => true,
    }
}

/// A JSON text that is the same for equal values, whatever order a build of `serde_json` keeps keys in.
fn canonical(value: &serde_json::Value) -> String {
    use serde_json::Value;
    let list = |items: Vec<String>, open, close| format!("{open}{}{close}", items.join(","));
    match value {
        Value::Array(items) => list(items.iter().map(canonical).collect(), '[', ']'),
        Value::Object(entries) => {
            let entries: BTreeMap<&String, &Value> = entries.iter().collect();
            let entry = |(key, value): (&String, &Value)| format!("{}:{}", Value::from(key.as_str()), canonical(value));
            list(entries.into_iter().map(entry).collect(), '{', '}')
        }
        plain => plain.to_string(),
    }
}
