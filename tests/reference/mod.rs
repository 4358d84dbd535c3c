//! A naive reference of the router: a plan is JSON, everything goes by name, and nothing is bound, indexed or cached.
//! Ten times simpler than the router, it must say the same: who gets a lead, by which path, and why.
//!
//! Of the crate it uses data (values, spans, the words of a condition) and the stable hash that draws lots.

mod caps;
mod clock;
mod condition;
mod earlier;
mod gates;
mod hours;
mod ledger;
mod look;
mod plan;
mod territories;
mod twin;

use caps::{Counts, Whose, all_who_count};
use chrono::{DateTime, Utc};
use condition::{list, millis, text};
use earlier::{EarlierLeads, Noted};
use lead_router::{Lead, limits};
use ledger::{Ledger, Seat};
use look::{Look, Pick, Turn, Verdict, plain};
use plan::{Common, forgives, parts, places, queues};
use serde_json::{Value as Json, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
pub(crate) use twin::{Both, Twin, write};

/// When, and by which record: what happened earlier is smaller.
type Since = (i64, u64);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Load {
    open: u64,
    since: Since,
}

#[derive(Clone, Debug)]
struct Rep {
    record: Json,
    left: bool,
    /// Status, and until when.
    presence: (String, Option<i64>),
    /// Paused, and until when.
    pause: Option<Option<i64>>,
    load: Load,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    With(String),
    Held(String),
}

/// A turn that a commit took: the rotation, the commit, whose it was, and what the lead was worth.
type Taken = (String, u64, usize, i128);

#[derive(Clone, Debug)]
struct Standing {
    commit: u64,
    at: i64,
    place: Place,
    path: String,
    /// The pool that the rep was picked from.
    pool: Option<String>,
    turn: Option<Taken>,
    /// What a rollback undoes, the latest last; none once settled.
    undo: Option<Vec<Undo>>,
    previous: Option<Box<Standing>>,
    /// How often the lead left a rep, and who rejected it.
    passed_on: u64,
    rejected_by: BTreeSet<String>,
}

#[derive(Clone, Debug)]
enum Undo {
    Load { rep: String, before: Load, after: Load },
    Counted { by: Whose, since: Since },
    Uncounted { by: Whose, since: Since },
    Turn(Taken),
    TurnBack { rotation: String, kept: Option<u64>, charge: ledger::Charge },
    Dropped { rotation: String, kept: u64, charge: ledger::Charge },
    Noted(Noted),
}

/// What should happen with a lead.
#[derive(Clone, Debug)]
struct Decided {
    at: i64,
    place: Place,
    path: String,
    reason: Json,
    repeat: bool,
    turn: Option<Box<Turn>>,
    /// The pool that the rep is picked from, and whether caps count the lead.
    pool: Option<String>,
    uncapped: bool,
    /// When the first opens of those who were asked, if none of them gets it.
    next_opening: Option<i64>,
    /// The commit that stood for the lead.
    standing: Option<u64>,
    ask: Json,
    plan: Json,
}

/// A turn that is to be charged: in which rotation, who shares it, and what the lead is worth.
#[derive(Clone)]
struct Due {
    rotation: String,
    seats: Vec<Seat>,
    size: i128,
}

/// What a commit did, if it did anything.
#[derive(Clone, Debug)]
struct Committed {
    decided: Decided,
    /// Whether the turn was charged, as records say it.
    charge: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Reference {
    plan: Json,
    /// Also who left.
    reps: BTreeMap<String, Rep>,
    /// Pools that are declared.
    pools: BTreeMap<String, Json>,
    /// What reps share by name.
    hours: BTreeMap<String, Json>,
    calendars: Json,
    accounts: BTreeMap<String, Json>,
    /// The events that pinned something, by kind and name.
    pins: BTreeMap<(String, String), Json>,
    rotations: BTreeMap<String, Ledger>,
    counts: Counts,
    earlier: EarlierLeads,
    leads: BTreeMap<String, Standing>,
    clock: i64,
    sequence: u64,
}

/// An instant, which JSON writes as text.
fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).expect("a time near ours")
}

fn instant(json: &Json) -> Option<i64> {
    json.as_str().map(|text| text.parse::<DateTime<Utc>>().expect("a time").timestamp_millis())
}

fn is_tracked(lead: &str) -> bool {
    (1..=limits::MAX_LEAD_ID_BYTES).contains(&lead.len())
}

impl Reference {
    fn new(plan: &Json, roster: &Json, accounts: &[Json]) -> Self {
        let mut new = Self {
            plan: plan.clone(),
            reps: BTreeMap::new(),
            pools: BTreeMap::new(),
            hours: BTreeMap::new(),
            calendars: Json::Null,
            accounts: self::accounts(accounts),
            pins: BTreeMap::new(),
            rotations: BTreeMap::new(),
            counts: BTreeMap::new(),
            earlier: EarlierLeads::new(),
            leads: BTreeMap::new(),
            clock: i64::MIN,
            sequence: 0,
        };
        new.bring(roster);
        new.sync();
        new
    }

    fn decide(&self, lead: &dyn Lead, now: i64, ask: &Json) -> Decided {
        let mut state = self.clone();
        state.pass_time(now);
        state.decide_now(lead, ask)
    }

    fn decide_now(&self, lead: &dyn Lead, ask: &Json) -> Decided {
        let standing = self.leads.get(lead.id());
        let mut decided = Decided {
            at: self.clock,
            place: Place::Held(text(&self.plan["otherwise"]).to_owned()),
            path: "otherwise".to_owned(),
            reason: json!("no_lead_id"),
            repeat: false,
            turn: None,
            pool: None,
            uncapped: false,
            next_opening: None,
            standing: standing.map(|standing| standing.commit),
            ask: ask.clone(),
            plan: self.plan.clone(),
        };
        if !is_tracked(lead.id()) {
            if !lead.id().is_empty() {
                decided.reason = json!("long_lead_id");
            }
            return decided;
        }
        // Nobody knows whom somebody means who gives it to a rep who left.
        let given = ask["give"]["to"].as_str().filter(|rep| self.reps.get(*rep).is_some_and(|rep| !rep.left));
        let given = given.map(|rep| Place::With(rep.to_owned()));
        if let Some(Standing { place: place @ Place::With(_), path, commit, .. }) = standing
            && given.as_ref().map_or(ask["reroute"] != true, |given| given == place)
        {
            decided.place = place.clone();
            decided.path.clone_from(path);
            decided.reason = json!({ "standing": { "commit": commit } });
            decided.repeat = true;
            return decided;
        }
        if let Some(given) = given {
            let mut order = ask["give"].clone();
            order.as_object_mut().expect("a table").remove("to");
            (decided.place, decided.path, decided.reason) = (given, "by hand".to_owned(), json!({ "by_hand": order }));
            return decided;
        }
        let passed_on = standing.filter(|standing| matches!(standing.place, Place::With(_)) && ask["reroute"] == true);
        if let (Some(Standing { passed_on, .. }), Some(most)) = (passed_on, self.plan["pass_on"]["most"].as_u64())
            && *passed_on >= most
        {
            let queue = text(&self.plan["pass_on"]["queue"]).to_owned();
            (decided.place, decided.path) = (Place::Held(queue), "escalation".to_owned());
            decided.reason = json!({ "passed_on": { "times": passed_on } });
            return decided;
        }
        let rejected_by = standing.into_iter().flat_map(|standing| &standing.rejected_by);
        let excluded = decided.ask["exclude"].as_array().cloned().unwrap_or_default();
        let excluded: Vec<Json> = excluded.into_iter().chain(rejected_by.map(|rep| json!(rep))).collect();
        if !excluded.is_empty() {
            decided.ask["exclude"] = json!(excluded);
        }
        let ask = &decided.ask.clone();
        let openings = RefCell::default();
        match self.look(lead, ask, &openings).decide() {
            Verdict::Pick(Pick { rep, path, reason, turn, pool, uncapped }) => {
                (decided.place, decided.path, decided.reason, decided.turn) = (Place::With(rep), path, reason, turn);
                (decided.pool, decided.uncapped) = (pool, uncapped);
            }
            Verdict::Hold { queue, path, reason } => {
                (decided.place, decided.path, decided.reason) = (Place::Held(queue), path, reason);
            }
            Verdict::Pass(reason) => decided.reason = reason,
        }
        if let Place::Held(_) = decided.place {
            decided.next_opening = openings.into_inner().first().copied();
        }
        decided.repeat =
            standing.is_some_and(|standing| standing.place == decided.place) && matches!(decided.place, Place::Held(_));
        decided
    }

    fn look<'a>(&'a self, lead: &'a dyn Lead, ask: &'a Json, openings: &'a RefCell<BTreeSet<i64>>) -> Look<'a> {
        Look { state: self, lead, now: self.clock, ask, lenient: false, late_stage: false, openings }
    }

    /// Makes a decision happen; none if nothing changes.
    fn commit(&mut self, lead: &dyn Lead, decided: &Decided) -> Option<Committed> {
        self.pass_time(decided.at);
        let mut decided = decided.clone();
        if let Place::Held(queue) = &mut decided.place
            && !queues(&self.plan).contains(queue)
        {
            *queue = text(&self.plan["otherwise"]).to_owned();
        }
        match self.leads.get(lead.id()) {
            Some(Standing { place: place @ Place::Held(_), .. }) if *place == decided.place => return None,
            Some(Standing { place: place @ Place::With(_), commit, .. }) => {
                // A person's choice counts whatever happened in between, a reroute only if it knew of what it undoes.
                let is_of_plan = decided.path != "by hand" && decided.reason.get("standing").is_none();
                let moves = match decided.ask["give"].is_object() && !is_of_plan {
                    true => *place != decided.place,
                    false => decided.ask["reroute"] == true && decided.standing == Some(*commit),
                };
                if !moves {
                    return None;
                }
            }
            _ => {}
        }
        if decided.repeat {
            // What it was a repeat of no longer stands.
            let afresh = self.decide_now(lead, &decided.ask);
            return self.commit(lead, &afresh);
        }
        let charge = decided.turn.as_ref().map(|turn| self.charge_of(lead, &decided, turn));
        self.sequence += 1;
        if is_tracked(lead.id()) {
            self.make_move(lead, &decided, charge.clone().flatten());
        }
        let charge = charge.map(|charge| match charge {
            Some(due) if due.seats.len() > 1 => "charged",
            Some(_) => "only_one_open",
            None => "uncharged",
        });
        Some(Committed { decided, charge })
    }

    /// Who shares the turn now; none if it is too late to charge it.
    fn charge_of(&self, lead: &dyn Lead, decided: &Decided, turn: &Turn) -> Option<Due> {
        let Place::With(rep) = &decided.place else { return None };
        let chosen = self.members(&turn.pool).into_iter().find(|(member, _)| member == rep)?;
        if decided.plan != self.plan {
            return None;
        }
        let openings = RefCell::default();
        let look = self.look(lead, &decided.ask, &openings);
        let (mut seats, size) = (look.sharing(turn), look.size(turn));
        if !seats.contains(&chosen) {
            seats.push(chosen);
        }
        let ledger = &self.rotations[&turn.rotation];
        let late = (ledger.moves - turn.moves).min(i128::from(limits::MAX_LATE_STEPS));
        // Where value is shared out, the pick may have been two turns behind from the start.
        let behind = 1 + 2 * late + if size.is_some() { 2 } else { 0 };
        let is_fair = seats.len() == 1 || ledger.trails_by_at_most(behind, rep, &seats);
        is_fair.then(|| Due { rotation: turn.rotation.clone(), seats, size: size.unwrap_or(0) })
    }

    fn make_move(&mut self, lead: &dyn Lead, decided: &Decided, due: Option<Due>) {
        let (commit, at) = (self.sequence, self.clock);
        let mut undo = Vec::new();
        let mut taken = None;
        let due = due.filter(|due| due.seats.len() > 1);
        if let (Some(Due { rotation, seats, size }), Place::With(rep)) = (due, &decided.place) {
            let ledger = self.rotations.get_mut(&rotation).expect("a rotation");
            let place = ledger.place(rep).expect("a member");
            ledger.charge(commit, place, &seats, size);
            taken = Some((rotation, commit, place, size));
            undo.extend(taken.clone().map(Undo::Turn));
        }
        let mut previous = self.leads.remove(lead.id());
        if let Some(Standing { place: Place::With(rep), turn, pool, at: before, commit: earlier, .. }) = &previous {
            undo.extend(self.lower(rep, (at, commit)));
            let since = (*before, *earlier);
            let no_longer = all_who_count(rep, pool.as_deref()).into_iter().filter(|by| self.uncount(by, since));
            undo.extend(no_longer.map(|by| Undo::Uncounted { by, since }));
            undo.extend(turn.as_ref().and_then(|turn| self.return_turn(turn)));
        }
        if let Some((rotation, ..)) = &taken {
            let window = self.plan["rollback_window"].as_u64().unwrap_or(limits::DEFAULT_ROLLBACK_WINDOW.into());
            let ledger = self.rotations.get_mut(rotation).expect("a rotation");
            while ledger.kept.len() as u64 > window
                && let Some((kept, charge)) = ledger.kept.pop_first()
            {
                undo.push(Undo::Dropped { rotation: rotation.clone(), kept, charge });
            }
        }
        if let Place::With(rep) = &decided.place {
            undo.extend(self.change_load(rep, |open| open + 1, (at, commit)));
            let (pool, since) = (decided.pool.clone(), (at, commit));
            if !decided.uncapped {
                let now = all_who_count(rep, pool.as_deref()).into_iter().filter(|by| self.count(by, since));
                undo.extend(now.map(|by| Undo::Counted { by, since }));
            }
            let before = previous.as_ref().map(|previous| previous.commit);
            let notes = self.all_in_common(lead).into_iter().filter_map(|common| self.note(common, rep, before));
            undo.extend(notes.map(Undo::Noted));
        }
        if let Some(previous) = &mut previous {
            previous.limit_depth(usize::from(limits::MAX_UNSETTLED_DEPTH) - 1);
        }
        let (place, path, pool) = (decided.place.clone(), decided.path.clone(), decided.pool.clone());
        let (mut passed_on, mut rejected_by) = (0, BTreeSet::new());
        if let Some(previous) = &previous {
            let leaves = matches!(previous.place, Place::With(_)) && previous.place != place;
            passed_on = previous.passed_on + u64::from(leaves);
            rejected_by.clone_from(&previous.rejected_by);
        }
        let (previous, undo) = (previous.map(Box::new), Some(undo));
        let standing = Standing { commit, at, place, path, pool, turn: taken, undo, previous, passed_on, rejected_by };
        self.leads.insert(lead.id().to_owned(), standing);
    }

    /// What the lead has in common with others, as far as the plan asks.
    fn all_in_common(&self, lead: &dyn Lead) -> Vec<(Common, String)> {
        let (ask, openings) = (Json::Null, RefCell::default());
        let look = self.look(lead, &ask, &openings);
        let asked = self.earlier.keys().filter_map(|of| Some((of.clone(), look.in_common(&of.0, &of.1)?)));
        asked.collect()
    }

    fn lower(&mut self, rep: &str, since: Since) -> Option<Undo> {
        self.change_load(rep, |open| open.saturating_sub(1), since)
    }

    fn change_load(&mut self, rep: &str, change: impl Fn(u64) -> u64, since: Since) -> Option<Undo> {
        let load = &mut self.reps.get_mut(rep)?.load;
        let before = *load;
        let after = Load { open: change(before.open), since: since.max(before.since) };
        if after.open == before.open {
            return None;
        }
        *load = after;
        Some(Undo::Load { rep: rep.to_owned(), before, after })
    }

    fn return_turn(&mut self, (rotation, commit, chosen, size): &Taken) -> Option<Undo> {
        let payers = self.payers(rotation);
        let ledger = self.rotations.get_mut(rotation)?;
        let (kept, charge) = ledger.give_back(*commit, *chosen, &payers, *size)?;
        Some(Undo::TurnBack { rotation: rotation.clone(), kept, charge })
    }

    /// Members of a rotation who are there.
    fn payers(&self, rotation: &str) -> Vec<Seat> {
        let is_there =
            |rep: &str| self.hard_gate(rep, self.clock).is_none() && self.presence_gate(rep, self.clock).is_none();
        self.seats(rotation, is_there)
    }

    /// Some members of a rotation, each with the weight where the plan first uses it.
    fn seats(&self, rotation: &str, is_one: impl Fn(&str) -> bool) -> Vec<Seat> {
        let mut seats: BTreeMap<String, i128> = BTreeMap::new();
        for (_, pool) in places(&self.plan).iter().filter(|(name, _)| name == rotation) {
            for (rep, weight) in self.members(pool).into_iter().filter(|(rep, _)| is_one(rep)) {
                seats.entry(rep).or_insert(weight);
            }
        }
        seats.into_iter().collect()
    }

    fn give_extra(&mut self, rotation: &str, rep: &str, turns: Option<u64>) {
        let is_active = |rep: &str| self.reps[rep].record["inactive"] != true;
        let payers: Vec<Seat> = self.seats(rotation, is_active).into_iter().filter(|(other, _)| other != rep).collect();
        let ledger = self.rotations.get_mut(rotation).expect("a rotation");
        let place = ledger.place(rep).expect("a member");
        (0..turns.expect("a count")).for_each(|_| _ = ledger.spread(place, &payers, 0));
    }

    /// The commit of a lead that can be settled or rolled back, if it is that one.
    fn is_pending(&self, lead: &str, commit: u64) -> bool {
        self.leads.get(lead).is_some_and(|standing| standing.commit == commit && standing.undo.is_some())
    }

    fn settle(&mut self, lead: &str) {
        self.sequence += 1;
        self.leads.get_mut(lead).expect("it stands").undo = None;
    }

    fn roll_back(&mut self, lead: &str) {
        self.sequence += 1;
        let standing = self.leads.remove(lead).expect("it stands");
        for change in standing.undo.expect("it is not settled").into_iter().rev() {
            match change {
                Undo::Turn(turn) => _ = self.return_turn(&turn),
                Undo::TurnBack { rotation, kept, charge } => {
                    self.rotations.get_mut(&rotation).expect("a rotation").charge_again(kept, charge);
                }
                Undo::Dropped { rotation, kept, charge } => {
                    self.rotations.get_mut(&rotation).expect("a rotation").kept.insert(kept, charge);
                }
                Undo::Noted(noted) => self.forget_note(noted),
                Undo::Counted { by, since } => _ = self.uncount(&by, since),
                Undo::Uncounted { by, since } => _ = self.count(&by, since),
                Undo::Load { rep, before, after } => {
                    let since = (self.clock, self.sequence);
                    let load = &mut self.reps.get_mut(&rep).expect("a rep").load;
                    let open = load.open + u64::from(after.open < before.open);
                    let open = open.saturating_sub(u64::from(after.open > before.open));
                    if *load == after {
                        *load = before;
                    } else if open != load.open {
                        *load = Load { open, since };
                    }
                }
            }
        }
        self.leads.extend(standing.previous.map(|previous| (lead.to_owned(), *previous)));
        self.pass_time(self.clock);
        self.hold_strays();
    }

    /// Takes in what happened, if it could be taken in.
    fn observe(&mut self, event: &Json, now: i64) {
        self.pass_time(now);
        self.sequence += 1;
        let since = (self.clock, self.sequence);
        let (kind, what) = parts(event);
        let away = self.away();
        let id = || text(&what["rep"]).to_owned();
        match kind {
            "presence" => self.rep(&id()).presence = presence(&what["presence"]),
            "load" => {
                let as_of = instant(&what["as_of"]).unwrap_or(self.clock).min(self.clock);
                let with = Place::With(id());
                let later = self.leads.values().filter(|lead| lead.place == with && lead.at > as_of).count() as u64;
                let open = what["open"].as_u64().expect("a count") + later;
                let load = &mut self.rep(&id()).load;
                if load.open != open {
                    *load = Load { open, since };
                }
            }
            "closed" | "released" => self.close(text(&what["lead"]), since),
            "notified" | "seen" | "contacted" | "qualified" => {}
            "no_show" => self.end_turn(text(&what["lead"]), true),
            "rejected" => {
                let costs = self.plan["rejections_cost_turns"] == true;
                self.end_turn(text(&what["lead"]), !costs);
                let standing = self.leads.get_mut(text(&what["lead"])).expect("it stands");
                standing.rejected_by.insert(id());
            }
            "rep" => self.put(what),
            "rep_left" => self.rep(&id()).leave(),
            "edit" => {
                assert!(what.get("rename").is_none(), "names stay in the games");
                if let Some(roster) = what.get("roster") {
                    let reps = roster.get("reps").map(list).unwrap_or_default();
                    let stays = |id: &str| reps.iter().any(|rep| rep["id"] == id);
                    self.reps.iter_mut().filter(|(id, _)| !stays(id)).for_each(|(_, rep)| rep.leave());
                    self.bring(roster);
                }
                what.get("accounts").into_iter().for_each(|all| self.accounts = accounts(list(all)));
                what.get("plan").into_iter().for_each(|plan| self.plan = plan.clone());
            }
            "pause" => self.rep(&id()).pause = Some(instant(&what["order"]["until"])),
            "resume" => self.rep(&id()).pause = None,
            "pin" => _ = self.pins.insert(pin(&what["on"]), what.clone()),
            "unpin" => _ = self.pins.remove(&pin(&what["on"])),
            "extra_turns" => self.give_extra(text(&what["rotation"]), &id(), what["turns"].as_u64()),
            "weight" => {
                let (pool, clock) = (text(&what["pool"]), self.clock);
                let record = &mut self.rep(&id()).record;
                record["pools"][pool] = what["weight"].clone();
                if let Some(ramp) = record["ramps"][pool].as_object_mut() {
                    ramp.retain(|from, _| instant(&json!(from)) > Some(clock));
                }
            }
            "pool" => _ = self.pools.insert(text(&what["name"]).to_owned(), what["pool"].clone()),
            "plan" => self.plan = what.clone(),
            "account" => _ = self.accounts.insert(text(&what["id"]).to_owned(), what.clone()),
            "account_removed" => _ = self.accounts.remove(text(&what["account"])),
            _ => panic!("no event `{kind}`"),
        }
        self.pass_time(self.clock);
        self.sync();
        // Whose leave is over because an edit says so is back from it.
        let still_away = self.away();
        away.difference(&still_away).for_each(|rep| self.forgive(rep));
        self.hold_strays();
    }

    /// Who is on leave.
    fn away(&self) -> BTreeSet<String> {
        let is_away = |id: &&String| !self.reps[*id].left && self.on_leave(id, self.clock).is_some();
        self.reps.keys().filter(is_away).cloned().collect()
    }

    /// Who comes back from leave leaves and joins, where the plan says so.
    fn forgive(&mut self, rep: &str) {
        for (name, ledger) in &mut self.rotations {
            if forgives(&self.plan, name) {
                ledger.rejoin(rep);
            }
        }
    }

    /// Takes in a roster as a whole.
    fn bring(&mut self, roster: &Json) {
        let named = |key: &str| {
            let all = roster.get(key).and_then(Json::as_object).into_iter().flatten();
            all.map(|(name, one)| (name.clone(), one.clone())).collect()
        };
        (self.pools, self.hours, self.calendars) = (named("pools"), named("hours"), roster["calendars"].clone());
        roster.get("reps").map(list).unwrap_or_default().iter().for_each(|rep| self.put(rep));
    }

    fn rep(&mut self, id: &str) -> &mut Rep {
        self.reps.get_mut(id).expect("a rep")
    }

    /// Adds a rep, or describes one anew; who had open leads has them still.
    fn put(&mut self, record: &Json) {
        let new = Rep {
            record: Json::Null,
            left: false,
            presence: ("online".to_owned(), None),
            pause: None,
            load: Load { open: 0, since: (i64::MIN, 0) },
        };
        let rep = self.reps.entry(text(&record["id"]).to_owned()).or_insert(new);
        (rep.record, rep.left) = (record.clone(), false);
        if record["presence"].is_object() {
            rep.presence = presence(&record["presence"]);
        }
    }

    /// Who is in a pool, with which weight, by id.
    fn members(&self, pool: &str) -> Vec<(String, i128)> {
        let present = self.reps.iter().filter(|(_, rep)| !rep.left);
        let weight = |rep: &Rep| match pool {
            "everyone" => Some(1),
            _ => {
                let base = rep.record["pools"].get(pool)?.as_i64();
                let ramp = rep.record["ramps"][pool].as_object().into_iter().flatten();
                let steps = ramp.filter_map(|(from, weight)| Some((instant(&json!(from))?, weight.as_i64())));
                steps.filter(|(from, _)| *from <= self.clock).max().map_or(base, |(_, weight)| weight)
            }
        };
        present.filter_map(|(id, rep)| Some((id.clone(), weight(rep)?.into()))).collect()
    }

    /// Gives each rotation the members of its pools, and counts leads for whom there are caps.
    fn sync(&mut self) {
        self.sync_caps();
        self.sync_earlier();
        let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (rotation, pool) in places(&self.plan) {
            used.entry(rotation).or_default().insert(pool);
        }
        for (rotation, pools) in used {
            self.rotations.entry(rotation).or_default().pools = pools;
        }
        for name in self.rotations.keys().cloned().collect::<Vec<_>>() {
            let members = self.rotations[&name].pools.iter().flat_map(|pool| self.members(pool));
            let members = members.map(|(rep, _)| rep).collect();
            self.rotations.get_mut(&name).expect("a rotation").sync(&members);
        }
    }

    fn hold_strays(&mut self) {
        let known = queues(&self.plan);
        for standing in self.leads.values_mut() {
            if let Place::Held(queue) = &mut standing.place
                && !known.contains(queue)
            {
                *queue = text(&self.plan["otherwise"]).to_owned();
            }
        }
    }

    /// The turn of a lead goes back, or is had for good; its commit stands.
    fn end_turn(&mut self, lead: &str, goes_back: bool) {
        let standing = self.leads.get_mut(lead).expect("it stands");
        standing.undo = None;
        standing.previous = None;
        let Some(turn) = standing.turn.take() else { return };
        if goes_back {
            self.return_turn(&turn);
        } else {
            self.rotations.get_mut(&turn.0).expect("a rotation").kept.remove(&turn.1);
        }
    }

    fn close(&mut self, lead: &str, since: Since) {
        let standing = self.leads.remove(lead).expect("it stands");
        if let Some((rotation, commit, ..)) = standing.turn {
            self.rotations.get_mut(&rotation).expect("a rotation").kept.remove(&commit);
        }
        if let Place::With(rep) = standing.place {
            self.lower(&rep, since);
        }
    }

    /// Moves the clock, and does what time alone does.
    fn pass_time(&mut self, now: i64) {
        let before = self.clock;
        self.clock = self.clock.max(now);
        for rep in self.reps.keys().cloned().collect::<Vec<_>>() {
            let leave = &self.reps[&rep].record["leave"];
            if !self.reps[&rep].left && hours::comes_back(leave, self.zone(&rep), before, self.clock) {
                self.forgive(&rep);
            }
        }
        self.drop_counted();
        self.forget_earlier();
        for rep in self.reps.values_mut() {
            if rep.presence.1.is_some_and(|until| until <= self.clock) {
                let next = if rep.presence.0 == "online" { "offline" } else { "online" };
                rep.presence = (next.to_owned(), None);
            }
            rep.pause = rep.pause.filter(|until| until.is_none_or(|until| until > self.clock));
        }
        self.pins.retain(|_, pin| instant(&pin["order"]["until"]).is_none_or(|until| until > self.clock));
        let Some(span) = self.plan.get("forget_after").map(millis) else { return };
        let due = self.leads.iter().filter(|(_, lead)| matches!(lead.place, Place::With(_)));
        let due = due.map(|(id, lead)| (lead.commit, lead.at + span, id.clone()));
        let due: BTreeSet<_> = due.filter(|(_, due, _)| *due <= self.clock).collect();
        for (commit, at, lead) in due {
            self.close(&lead, (at, commit));
        }
    }

    /// Every lead, by which commit, and where it is.
    fn standings(&self) -> impl Iterator<Item = (&str, u64, &Place)> {
        self.leads.iter().map(|(lead, standing)| (lead.as_str(), standing.commit, &standing.place))
    }

    fn open_leads(&self) -> impl Iterator<Item = (&str, u64)> {
        self.reps.iter().map(|(id, rep)| (id.as_str(), rep.load.open))
    }
}

impl Rep {
    fn leave(&mut self) {
        (self.left, self.presence, self.pause) = (true, ("online".to_owned(), None), None);
    }
}

impl Standing {
    /// Of a lead that is never settled, only the latest commits can be rolled back.
    fn limit_depth(&mut self, most: usize) {
        match &mut self.previous {
            _ if most == 0 => self.undo = None,
            Some(previous) if self.undo.is_some() => previous.limit_depth(most - 1),
            _ => {}
        }
    }
}

fn presence(json: &Json) -> (String, Option<i64>) {
    (text(&json["status"]).to_owned(), instant(&json["until"]))
}

fn accounts(all: &[Json]) -> BTreeMap<String, Json> {
    all.iter().map(|account| (text(&account["id"]).to_owned(), account.clone())).collect()
}

/// What a pin is known by: the kind and the name of what is pinned.
fn pin(on: &Json) -> (String, String) {
    let (kind, name) = parts(on);
    (kind.to_owned(), if kind == "domain" { plain(text(name)) } else { text(name).to_owned() })
}
