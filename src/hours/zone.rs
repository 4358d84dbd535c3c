//! Time zones by their IANA names.

use crate::fault::{Fault, FaultKind, UnknownName, nearest};
use chrono_tz::{TZ_VARIANTS, Tz};

/// The zone of a name.
pub(crate) fn find_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// A zone that the database does not know.
pub(crate) fn zone_fault(path: &str, name: &str) -> Option<Fault> {
    if find_zone(name).is_some() {
        return None;
    }
    let nearest =
        if name.contains('/') { nearest(name, TZ_VARIANTS.iter().map(|zone| zone.name())) } else { nearest_city(name) };
    let (name, nearest) = (name.to_owned(), nearest.map(str::to_owned));
    Some(Fault::new(path, FaultKind::Unknown(UnknownName { what: "time zone", name, nearest })))
}

/// The zone whose city is meant, where only a city is named.
fn nearest_city(name: &str) -> Option<&'static str> {
    let city = |zone: &Tz| zone.name().rsplit('/').next().unwrap_or_default();
    let meant = nearest(name, TZ_VARIANTS.iter().map(city))?;
    // `UTC` rather than `Etc/UTC`.
    let zones = TZ_VARIANTS.iter().filter(|zone| city(zone) == meant);
    zones.map(|zone| zone.name()).min_by_key(|name| name.len())
}
