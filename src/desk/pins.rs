//! Pins that were set while the router runs: what goes to one rep, by name, and until when.

use crate::account::folded;
use crate::index::RepIndex;
use crate::instant::Instant;
use crate::order::{Order, Pin, PinKind};
use crate::reason::Text;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A rep to whom something is pinned, and what is known of the order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pinning {
    pub(crate) rep: RepIndex,
    pub(crate) by: Option<Text>,
    pub(crate) why: Option<Text>,
    pub(crate) until: Option<Instant>,
}

impl Pinning {
    fn lasts_at(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// The order that set it.
    pub(crate) fn order(&self) -> Order {
        let order = Order::new();
        let order = self.by.iter().fold(order, |order, by| order.by(by.as_str()));
        let order = self.why.iter().fold(order, |order, why| order.because(why.as_str()));
        self.until.and_then(Instant::to_utc).iter().fold(order, |order, until| order.until(*until))
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Pins {
    // INVARIANT: no map in it is empty.
    by_kind: BTreeMap<PinKind, BTreeMap<Text, Pinning>>,
    /// Pins that end by themselves.
    ends: BTreeSet<(Instant, PinKind, Text)>,
}

impl Pins {
    /// Pins something to a rep, in place of an earlier pin.
    pub(crate) fn set(&mut self, pin: &Pin, rep: RepIndex, order: &Order) {
        self.remove(pin);
        self.put(pin.kind(), &key(pin), rep, order);
    }

    /// Puts a pin back as [`Pins::all`] told it. There is none of that kind and name.
    pub(crate) fn put(&mut self, kind: PinKind, name: &str, rep: RepIndex, order: &Order) {
        let text = |text: Option<&str>| text.map(|text| Text::from(text.to_owned()));
        let (by, why) = (text(order.ordered_by()), text(order.reason()));
        let until = order.end().map(Instant::from);
        let name = Text::from(name.to_owned());
        self.ends.extend(until.map(|until| (until, kind, name.clone())));
        self.by_kind.entry(kind).or_default().insert(name, Pinning { rep, by, why, until });
    }

    /// Takes a pin back, if there is one.
    pub(crate) fn remove(&mut self, pin: &Pin) {
        self.take(pin.kind(), &key(pin));
    }

    fn take(&mut self, kind: PinKind, name: &str) {
        let Some(pins) = self.by_kind.get_mut(&kind) else { return };
        if let Some((name, Pinning { until: Some(until), .. })) = pins.remove_entry(name) {
            self.ends.remove(&(until, kind, name));
        }
        if pins.is_empty() {
            self.by_kind.remove(&kind);
        }
    }

    /// Whether something is pinned at `now`.
    pub(crate) fn has(&self, pin: &Pin, now: Instant) -> bool {
        self.get(pin.kind(), &key(pin), now).is_some()
    }

    /// The pin of a name at `now`; that of a domain is in lower case.
    pub(crate) fn get(&self, kind: PinKind, name: &str, now: Instant) -> Option<(&Text, &Pinning)> {
        self.by_kind.get(&kind)?.get_key_value(name).filter(|(_, pinning)| pinning.lasts_at(now))
    }

    /// Whether nothing is pinned at `now`.
    pub(crate) fn is_empty(&self, now: Instant) -> bool {
        !self.by_kind.values().flat_map(BTreeMap::values).any(|pinning| pinning.lasts_at(now))
    }

    /// Everything that is pinned at `now`, by kind and name.
    pub(crate) fn iter(&self, now: Instant) -> impl Iterator<Item = (Pin, &Pinning)> {
        self.all().filter(move |(_, pinning)| pinning.lasts_at(now))
    }

    /// Everything that is pinned, by kind and name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Pin, &Pinning)> {
        let pins = self.by_kind.iter();
        pins.flat_map(|(kind, pins)| pins.iter().map(|(name, pinning)| (kind.of(name.as_str()), pinning)))
    }

    pub(crate) fn upkeep(&mut self, now: Instant) {
        while let Some((end, kind, name)) = self.ends.pop_first() {
            if end > now {
                self.ends.insert((end, kind, name));
                return;
            }
            self.take(kind, name.as_str());
        }
    }

    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        self.ends.iter().map(|(end, ..)| *end).find(|end| *end > now)
    }
}

/// What a pin is found by.
fn key(pin: &Pin) -> Cow<'_, str> {
    match pin {
        Pin::Domain(domain) => folded(domain),
        Pin::Lead(name) | Pin::Account(name) | Pin::Territory(name) => Cow::Borrowed(name),
    }
}
