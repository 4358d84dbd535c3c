//! Time zones by their IANA names.

use crate::fault::{Fault, FaultKind, UnknownName};
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
    let unknown = UnknownName::new("time zone", name, TZ_VARIANTS.iter().map(|zone| zone.name()));
    Some(Fault::new(path, FaultKind::Unknown(unknown)))
}
