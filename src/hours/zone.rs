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
    let (name, nearest) = (name.to_owned(), nearest_zone(name).map(str::to_owned));
    Some(Fault::new(path, FaultKind::Unknown(UnknownName { what: "time zone", name, nearest })))
}

fn nearest_zone(name: &str) -> Option<&'static str> {
    if let Some(offset) = offset(name) {
        return zone_of_offset(offset);
    }
    if name.contains('/') { nearest(name, TZ_VARIANTS.iter().map(|zone| zone.name())) } else { nearest_city(name) }
}

/// How far ahead of UTC is meant, where that is all that is said: `UTC+2`, `GMT-5`.
fn offset(name: &str) -> Option<&str> {
    let (base, offset) = name.split_at_checked(3)?;
    let is_offset = offset.starts_with(['+', '-']) && ["utc", "gmt"].contains(&base.to_ascii_lowercase().as_str());
    is_offset.then_some(offset)
}

/// The zone of an offset in whole hours. The database counts them to the west: `UTC+2` is its `Etc/GMT-2`, and `Etc/GMT+2`,
/// which looks so much like it, is four hours off.
fn zone_of_offset(offset: &str) -> Option<&'static str> {
    let hours: i8 = offset.parse().ok()?;
    find_zone(&format!("Etc/GMT{:+}", hours.checked_neg()?)).map(|zone| zone.name())
}

/// The zone whose city is meant, where only a city is named.
fn nearest_city(name: &str) -> Option<&'static str> {
    let city = |zone: &Tz| zone.name().rsplit('/').next().unwrap_or_default();
    let cities = TZ_VARIANTS.iter().map(city).filter(|city| offset(city).is_none());
    let meant = nearest(name, cities)?;
    // `UTC` rather than `Etc/UTC`.
    let zones = TZ_VARIANTS.iter().filter(|zone| city(zone) == meant);
    zones.map(|zone| zone.name()).min_by_key(|name| name.len())
}
