use super::{ZONES, zone_of_country};
use crate::hours::time_zone_of;
use chrono::{DateTime, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::collections::BTreeSet;

#[test]
fn countries_stand_in_order_each_once() {
    assert!(ZONES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    for (code, zone) in ZONES {
        assert!(code.iter().all(u8::is_ascii_uppercase));
        assert_eq!(zone_of_country(code), Some(zone));
        assert_eq!(zone_of_country(code.map(|letter| letter.to_ascii_lowercase())), Some(zone));
    }
    assert_eq!(zone_of_country(*b"BV"), None, "nobody lives there");
    assert_eq!(zone_of_country(*b"XX"), None);
    assert_eq!(zone_of_country([0xC3, 0x9F]), None, "one letter of two bytes");
}

/// That none was lost or moved by a row.
#[test]
fn countries_are_where_they_are() {
    let known = [
        ("AD", "Europe/Andorra"),
        ("AR", "America/Argentina/Buenos_Aires"),
        ("AT", "Europe/Vienna"),
        ("AU", "Australia/Sydney"),
        ("BR", "America/Sao_Paulo"),
        ("CA", "America/Toronto"),
        ("CD", "Africa/Kinshasa"),
        ("CH", "Europe/Zurich"),
        ("CL", "America/Santiago"),
        ("CN", "Asia/Shanghai"),
        ("DE", "Europe/Berlin"),
        ("EC", "America/Guayaquil"),
        ("ES", "Europe/Madrid"),
        ("FR", "Europe/Paris"),
        ("GB", "Europe/London"),
        ("ID", "Asia/Jakarta"),
        ("IE", "Europe/Dublin"),
        ("IN", "Asia/Kolkata"),
        ("JP", "Asia/Tokyo"),
        ("KZ", "Asia/Almaty"),
        ("MX", "America/Mexico_City"),
        ("NO", "Europe/Oslo"),
        ("NZ", "Pacific/Auckland"),
        ("PT", "Europe/Lisbon"),
        ("RU", "Europe/Moscow"),
        ("SJ", "Arctic/Longyearbyen"),
        ("UA", "Europe/Kyiv"),
        ("US", "America/New_York"),
        ("UZ", "Asia/Tashkent"),
        ("ZA", "Africa/Johannesburg"),
        ("ZW", "Africa/Harare"),
    ];
    for (code, zone) in known {
        assert_eq!(time_zone_of(code), Some(zone));
    }
    assert_eq!(time_zone_of("uk"), Some("Europe/London"));
}

/// The database has no other zone for the countries that have one each, so two of them never share a name.
#[test]
fn no_two_countries_share_a_zone() {
    let zones: BTreeSet<&str> = ZONES.iter().map(|(_, zone)| zone.name()).collect();
    assert_eq!(zones.len(), ZONES.len());
}

#[test]
fn a_name_means_one_zone_in_any_case() {
    let folded: BTreeSet<String> = TZ_VARIANTS.iter().map(|zone| zone.name().to_ascii_lowercase()).collect();
    assert_eq!(folded.len(), TZ_VARIANTS.len());
    for zone in TZ_VARIANTS {
        // What has two letters is read as a country.
        let expected = if zone.name().len() == 2 { time_zone_of(zone.name()) } else { Some(zone.name()) };
        assert_eq!(time_zone_of(zone.name()), expected);
        assert_eq!(time_zone_of(&format!("\t{} ", zone.name().to_uppercase())), expected);
    }
    for nowhere in ["", " ", "Germany", "DEU", "Europe/Berln", "Europe", "+01:00", "UTC+1", "D E", "ü"] {
        assert_eq!(time_zone_of(nowhere), None, "{nowhere}");
    }
}

/// `GB` and `NZ` are names of zones, too, and say the same.
#[test]
fn no_name_of_two_letters_means_two_things() {
    let instants = (0..130).map(|year| DateTime::<Utc>::UNIX_EPOCH + chrono::TimeDelta::days(year * 362));
    let instants: Vec<_> = instants.collect();
    let short: Vec<Tz> = TZ_VARIANTS.iter().filter(|zone| zone.name().len() == 2).copied().collect();
    assert_eq!(short, [Tz::GB, Tz::NZ]);
    for zone in short {
        let country: Tz = time_zone_of(zone.name()).unwrap().parse().unwrap();
        for at in &instants {
            assert_eq!(at.with_timezone(&zone).naive_local(), at.with_timezone(&country).naive_local());
        }
    }
}
