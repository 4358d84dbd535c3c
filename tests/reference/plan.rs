//! Plans, by plain recursion over their JSON.

use super::condition::{list, millis, number, text, value};
use lead_router::Number;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// All that `available` asks of a rep, unless it relaxes some of it.
pub(crate) const EVERYTHING: [&str; 4] = ["hours", "presence", "capacity", "caps"];

/// What the steps around a step say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    pub(crate) labels: Vec<String>,
    /// Labels and the names of areas.
    pub(crate) path: Vec<String>,
    bands: Vec<String>,
    pub(crate) required: BTreeSet<String>,
    pub(crate) tests: Vec<Json>,
    /// How much later reps may open; the shortest of all limits.
    pub(crate) within: Option<i64>,
    pub(crate) uncapped: bool,
    /// What counts for when a rep opens, whatever the caller relaxes.
    pub(crate) insists: BTreeSet<String>,
}

/// A step's name and what it says.
pub(crate) fn parts(step: &Json) -> (&str, &Json) {
    let (tag, body) = step.as_object().and_then(|step| step.iter().next()).expect("a step");
    (tag, body)
}

/// A setting of a step that may be written as a name alone.
pub(crate) fn setting<'j>(body: &'j Json, key: &str) -> Option<&'j str> {
    if key == "pool" && body.is_string() { body.as_str() } else { body.get(key)?.as_str() }
}

pub(crate) fn pool(body: &Json) -> &str {
    setting(body, "pool").expect("a pool")
}

/// A step below a step, with its name there and what stands around it.
pub(crate) type Child<'p> = (String, &'p Json, Around);

/// The steps below a step, in order.
pub(crate) fn children<'p>(plan: &'p Json, step: &'p Json, around: &Around) -> Vec<Child<'p>> {
    let (tag, body) = parts(step);
    let below = |name: &str| Some((name.to_owned(), body.get(name)?, around.clone()));
    let with = |then: &'p Json, change: &dyn Fn(&mut Around)| {
        let mut inner = around.clone();
        change(&mut inner);
        vec![("then".to_owned(), then, inner)]
    };
    match tag {
        "first_of" => {
            let branches = list(body).iter().enumerate();
            branches.map(|(index, step)| (index.to_string(), step, around.clone())).collect()
        }
        "when" => below("then").into_iter().collect(),
        "label" => with(&body["then"], &|inner| {
            inner.labels.push(text(&body["name"]).to_owned());
            inner.path.push(text(&body["name"]).to_owned());
        }),
        "only" => with(&body["then"], &|inner| inner.tests.push(body["rep"].clone())),
        "available" => with(body.get("then").unwrap_or(body), &|inner| {
            let relaxed = body.get("relax").map(list).unwrap_or_default();
            let required = EVERYTHING.into_iter().filter(|one| !relaxed.contains(&json!(one)));
            inner.required.extend(required.map(str::to_owned));
        }),
        "opening_within" => with(&body["then"], &|inner| {
            let within = millis(&body["within"]);
            inner.within = Some(inner.within.map_or(within, |outer| outer.min(within)));
        }),
        "escalate" => with(&body["then"], &|_| {}),
        "uncapped" => with(body, &|inner| inner.uncapped = true),
        "use" => with(&plan["steps"][text(body)], &|_| {}),
        "manager_of" => with(body, &|_| {}),
        "segment" | "score_tiers" => {
            let band = |(name, then): (String, &'p Json)| {
                let own = format!("{}:{name}", field_of(body));
                let mut inner = around.clone();
                inner.bands.push(first_label(plan, then).map_or(own, str::to_owned));
                (name, then, inner)
            };
            let missing = body.get("missing").or(body.get("unscored")).map(|then| ("missing".to_owned(), then));
            bands(step).into_iter().map(|band| (band.name, band.then)).chain(missing).map(band).collect()
        }
        "split" => {
            let parts = body.get("parts").map(list).unwrap_or_default().iter().enumerate();
            let parts = parts.map(|(index, part)| (index.to_string(), &part["then"], around.clone()));
            parts.chain(below("rest")).collect()
        }
        "territories" => {
            let area = |area: &'p Json| {
                let mut inner = around.clone();
                inner.path.push(text(&area["name"]).to_owned());
                (String::new(), &area["then"], inner)
            };
            list(&body["areas"]).iter().map(area).collect()
        }
        _ => Vec::new(),
    }
}

/// The field that a segment or score tiers read.
pub(crate) fn field_of(body: &Json) -> &str {
    body.get("field").map_or("score", text)
}

/// A band of numbers: from the one on and below the other.
pub(crate) struct Band<'p> {
    low: Option<Number>,
    high: Option<Number>,
    pub(crate) name: String,
    then: &'p Json,
}

impl Band<'_> {
    pub(crate) fn has(&self, number: Number) -> bool {
        self.low.is_none_or(|low| low <= number) && self.high.is_none_or(|high| number < high)
    }
}

/// The bands of a segment, which rise, or of score tiers, which fall; and the rest.
pub(crate) fn bands(step: &Json) -> Vec<Band<'_>> {
    let (tag, body) = parts(step);
    let rises = tag == "segment";
    let (list_of, cut_of) = if rises { ("bands", "below") } else { ("tiers", "at_least") };
    let mut bands = Vec::new();
    let mut last = None;
    for band in body.get(list_of).map(list).unwrap_or_default() {
        let cut = number(&value(&band[cut_of]));
        let (low, high) = if rises { (last, cut) } else { (cut, last) };
        let words = |number: Option<Number>| number.map_or(String::new(), |number| number.to_string());
        let name = format!("{}..{}", words(low), words(high));
        bands.push(Band { low, high, name, then: &band["then"] });
        last = cut;
    }
    let (low, high) = if rises { (last, None) } else { (None, last) };
    bands.extend(body.get("rest").map(|then| Band { low, high, name: "rest".to_owned(), then }));
    bands
}

/// The first label of a band's branch, however it is wrapped.
fn first_label<'p>(plan: &'p Json, step: &'p Json) -> Option<&'p str> {
    match parts(step) {
        ("label", body) => body["name"].as_str(),
        ("use" | "available" | "opening_within" | "uncapped" | "escalate" | "only" | "when" | "manager_of", _) => {
            let below = children(plan, step, &Around::default());
            first_label(plan, below.first()?.1)
        }
        _ => None,
    }
}

pub(crate) fn rotation(body: &Json, around: &Around) -> String {
    match (setting(body, "rotation"), around.bands.is_empty()) {
        (Some(rotation), _) => rotation.to_owned(),
        (None, true) => pool(body).to_owned(),
        (None, false) => format!("{}@{}", pool(body), around.bands.join("/")),
    }
}

/// Every step that the route leads to, in order, named steps once for each use.
pub(crate) fn walk<'p>(plan: &'p Json, step: &'p Json, around: &Around, visit: &mut dyn FnMut(&'p Json, &Around)) {
    visit(step, around);
    for (_, child, around) in children(plan, step, around) {
        walk(plan, child, &around, visit);
    }
}

/// Every place that takes turns: the rotation's name, and the pool.
pub(crate) fn places(plan: &Json) -> Vec<(String, String)> {
    let mut places = Vec::new();
    walk(plan, &plan["route"], &Around::default(), &mut |step, around| {
        if let ("round_robin" | "ranked", body) = parts(step) {
            places.push((rotation(body, around), pool(body).to_owned()));
        }
    });
    places
}

/// Whether who comes back from leave starts even in a rotation.
pub(crate) fn forgives(plan: &Json, rotation: &str) -> bool {
    let mut forgives = false;
    walk(plan, &plan["route"], &Around::default(), &mut |step, around| {
        if let ("round_robin" | "ranked", body) = parts(step)
            && self::rotation(body, around) == rotation
        {
            let absence = setting(body, "absence").or(plan["absence"].as_str());
            forgives |= absence == Some("forgive");
        }
    });
    forgives
}

/// What an earlier lead may have in common with another: a person or a company, by which field.
pub(crate) type Common = (String, String);

/// What the plan asks of earlier leads: what they have in common, and for how long any step counts them.
pub(crate) fn asks_for_earlier(plan: &Json) -> BTreeMap<Common, i64> {
    let mut asks = BTreeMap::new();
    walk(plan, &plan["route"], &Around::default(), &mut |step, _| {
        if let (tag @ ("same_person" | "same_company"), body) = parts(step) {
            let within = asks.entry((tag.to_owned(), common_field(body))).or_insert(0);
            *within = millis(&body["within"]).max(*within);
        }
    });
    asks
}

pub(crate) fn common_field(body: &Json) -> String {
    setting(body, "by").or(setting(body, "email_field")).unwrap_or("email").to_owned()
}

pub(crate) fn queues(plan: &Json) -> BTreeSet<String> {
    let mut queues = BTreeSet::from([text(&plan["otherwise"]).to_owned()]);
    walk(plan, &plan["route"], &Around::default(), &mut |step, _| match parts(step) {
        ("queue" | "parked", name) => _ = queues.insert(text(name).to_owned()),
        ("escalate", body) => queues.extend(rungs(&body["ladder"])),
        _ => {}
    });
    queues.extend(plan["pass_on"]["queue"].as_str().map(str::to_owned));
    queues.extend(rungs(&plan["escalation"]));
    queues
}

/// The queues that a ladder names.
fn rungs(ladder: &Json) -> Vec<String> {
    let rungs = ladder["rungs"].as_array().into_iter().flatten();
    rungs.filter_map(|rung| Some(rung["then"]["queue"].as_str()?.to_owned())).collect()
}
