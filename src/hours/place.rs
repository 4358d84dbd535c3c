//! Where somebody is, as forms and files say it, and what clocks show there.

use super::country::zone_of_country;
use chrono_tz::{TZ_VARIANTS, Tz};

/// The IANA name of the time zone of a place: of a zone's own name, or of a country's two letters, in any case.
///
/// A country of several zones stands for the one of its largest city: `US` is New York, `CA` Toronto, `BR` São Paulo, `AU`
/// Sydney, `RU` Moscow, `ID` Jakarta. `UK` is read as `GB`. None for anything else.
///
/// ```
/// use lead_router::hours::time_zone_of;
///
/// assert_eq!(time_zone_of("de"), Some("Europe/Berlin"));
/// assert_eq!(time_zone_of("US"), Some("America/New_York"));
/// assert_eq!(time_zone_of(" america/los_angeles "), Some("America/Los_Angeles"));
/// assert_eq!(time_zone_of("Germany"), None);
/// ```
#[must_use]
pub fn time_zone_of(place: &str) -> Option<&'static str> {
    find_place(place).map(Tz::name)
}

/// The zone of a place.
pub(super) fn find_place(place: &str) -> Option<Tz> {
    let place = place.trim_ascii();
    if let &[first, second] = place.as_bytes() {
        return zone_of_country([first, second]);
    }
    // Nearly all are spelt as they should be, and then this costs next to nothing.
    place.parse().ok().or_else(|| TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(place)).copied())
}
