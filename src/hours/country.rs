//! Time zones of countries.

#[cfg(test)]
mod tests;

use chrono_tz::{Africa, America, Antarctica, Arctic, Asia, Atlantic, Australia, Europe, Indian, Pacific, Tz};

/// The time zone of a country by its two letters, in any case: that of its largest city.
pub(super) fn zone_of_country(letters: [u8; 2]) -> Option<Tz> {
    let code = match letters.map(|letter| letter.to_ascii_uppercase()) {
        // Not the code of any country, and kept free so that it can mean this one.
        [b'U', b'K'] => *b"GB",
        code => code,
    };
    let place = ZONES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    ZONES.get(place).map(|(_, zone)| *zone)
}

/// Every country of ISO 3166-1 but `BV` and `HM`, where nobody lives; in order.
///
/// From the file `zone.tab` of the IANA time zone database, version 2025b, which is in the public domain: the zone that
/// stands there first. It is that of the largest city but for seven countries, which are set by hand: AU, BR, CA, RU, UA, UM
/// and UZ.
#[rustfmt::skip]
const ZONES: [([u8; 2], Tz); 247] = [
    (*b"AD", Europe::Andorra), (*b"AE", Asia::Dubai), (*b"AF", Asia::Kabul), (*b"AG", America::Antigua),
    (*b"AI", America::Anguilla), (*b"AL", Europe::Tirane), (*b"AM", Asia::Yerevan), (*b"AO", Africa::Luanda),
    (*b"AQ", Antarctica::McMurdo), (*b"AR", America::Argentina::Buenos_Aires), (*b"AS", Pacific::Pago_Pago),
    (*b"AT", Europe::Vienna), (*b"AU", Australia::Sydney), (*b"AW", America::Aruba), (*b"AX", Europe::Mariehamn),
    (*b"AZ", Asia::Baku), (*b"BA", Europe::Sarajevo), (*b"BB", America::Barbados), (*b"BD", Asia::Dhaka),
    (*b"BE", Europe::Brussels), (*b"BF", Africa::Ouagadougou), (*b"BG", Europe::Sofia), (*b"BH", Asia::Bahrain),
    (*b"BI", Africa::Bujumbura), (*b"BJ", Africa::PortoNovo), (*b"BL", America::St_Barthelemy),
    (*b"BM", Atlantic::Bermuda), (*b"BN", Asia::Brunei), (*b"BO", America::La_Paz), (*b"BQ", America::Kralendijk),
    (*b"BR", America::Sao_Paulo), (*b"BS", America::Nassau), (*b"BT", Asia::Thimphu), (*b"BW", Africa::Gaborone),
    (*b"BY", Europe::Minsk), (*b"BZ", America::Belize), (*b"CA", America::Toronto), (*b"CC", Indian::Cocos),
    (*b"CD", Africa::Kinshasa), (*b"CF", Africa::Bangui), (*b"CG", Africa::Brazzaville), (*b"CH", Europe::Zurich),
    (*b"CI", Africa::Abidjan), (*b"CK", Pacific::Rarotonga), (*b"CL", America::Santiago), (*b"CM", Africa::Douala),
    (*b"CN", Asia::Shanghai), (*b"CO", America::Bogota), (*b"CR", America::Costa_Rica), (*b"CU", America::Havana),
    (*b"CV", Atlantic::Cape_Verde), (*b"CW", America::Curacao), (*b"CX", Indian::Christmas), (*b"CY", Asia::Nicosia),
    (*b"CZ", Europe::Prague), (*b"DE", Europe::Berlin), (*b"DJ", Africa::Djibouti), (*b"DK", Europe::Copenhagen),
    (*b"DM", America::Dominica), (*b"DO", America::Santo_Domingo), (*b"DZ", Africa::Algiers),
    (*b"EC", America::Guayaquil), (*b"EE", Europe::Tallinn), (*b"EG", Africa::Cairo), (*b"EH", Africa::El_Aaiun),
    (*b"ER", Africa::Asmara), (*b"ES", Europe::Madrid), (*b"ET", Africa::Addis_Ababa), (*b"FI", Europe::Helsinki),
    (*b"FJ", Pacific::Fiji), (*b"FK", Atlantic::Stanley), (*b"FM", Pacific::Chuuk), (*b"FO", Atlantic::Faroe),
    (*b"FR", Europe::Paris), (*b"GA", Africa::Libreville), (*b"GB", Europe::London), (*b"GD", America::Grenada),
    (*b"GE", Asia::Tbilisi), (*b"GF", America::Cayenne), (*b"GG", Europe::Guernsey), (*b"GH", Africa::Accra),
    (*b"GI", Europe::Gibraltar), (*b"GL", America::Nuuk), (*b"GM", Africa::Banjul), (*b"GN", Africa::Conakry),
    (*b"GP", America::Guadeloupe), (*b"GQ", Africa::Malabo), (*b"GR", Europe::Athens),
    (*b"GS", Atlantic::South_Georgia), (*b"GT", America::Guatemala), (*b"GU", Pacific::Guam), (*b"GW", Africa::Bissau),
    (*b"GY", America::Guyana), (*b"HK", Asia::Hong_Kong), (*b"HN", America::Tegucigalpa), (*b"HR", Europe::Zagreb),
    (*b"HT", America::PortauPrince), (*b"HU", Europe::Budapest), (*b"ID", Asia::Jakarta), (*b"IE", Europe::Dublin),
    (*b"IL", Asia::Jerusalem), (*b"IM", Europe::Isle_of_Man), (*b"IN", Asia::Kolkata), (*b"IO", Indian::Chagos),
    (*b"IQ", Asia::Baghdad), (*b"IR", Asia::Tehran), (*b"IS", Atlantic::Reykjavik), (*b"IT", Europe::Rome),
    (*b"JE", Europe::Jersey), (*b"JM", America::Jamaica), (*b"JO", Asia::Amman), (*b"JP", Asia::Tokyo),
    (*b"KE", Africa::Nairobi), (*b"KG", Asia::Bishkek), (*b"KH", Asia::Phnom_Penh), (*b"KI", Pacific::Tarawa),
    (*b"KM", Indian::Comoro), (*b"KN", America::St_Kitts), (*b"KP", Asia::Pyongyang), (*b"KR", Asia::Seoul),
    (*b"KW", Asia::Kuwait), (*b"KY", America::Cayman), (*b"KZ", Asia::Almaty), (*b"LA", Asia::Vientiane),
    (*b"LB", Asia::Beirut), (*b"LC", America::St_Lucia), (*b"LI", Europe::Vaduz), (*b"LK", Asia::Colombo),
    (*b"LR", Africa::Monrovia), (*b"LS", Africa::Maseru), (*b"LT", Europe::Vilnius), (*b"LU", Europe::Luxembourg),
    (*b"LV", Europe::Riga), (*b"LY", Africa::Tripoli), (*b"MA", Africa::Casablanca), (*b"MC", Europe::Monaco),
    (*b"MD", Europe::Chisinau), (*b"ME", Europe::Podgorica), (*b"MF", America::Marigot), (*b"MG", Indian::Antananarivo),
    (*b"MH", Pacific::Majuro), (*b"MK", Europe::Skopje), (*b"ML", Africa::Bamako), (*b"MM", Asia::Yangon),
    (*b"MN", Asia::Ulaanbaatar), (*b"MO", Asia::Macau), (*b"MP", Pacific::Saipan), (*b"MQ", America::Martinique),
    (*b"MR", Africa::Nouakchott), (*b"MS", America::Montserrat), (*b"MT", Europe::Malta), (*b"MU", Indian::Mauritius),
    (*b"MV", Indian::Maldives), (*b"MW", Africa::Blantyre), (*b"MX", America::Mexico_City),
    (*b"MY", Asia::Kuala_Lumpur), (*b"MZ", Africa::Maputo), (*b"NA", Africa::Windhoek), (*b"NC", Pacific::Noumea),
    (*b"NE", Africa::Niamey), (*b"NF", Pacific::Norfolk), (*b"NG", Africa::Lagos), (*b"NI", America::Managua),
    (*b"NL", Europe::Amsterdam), (*b"NO", Europe::Oslo), (*b"NP", Asia::Kathmandu), (*b"NR", Pacific::Nauru),
    (*b"NU", Pacific::Niue), (*b"NZ", Pacific::Auckland), (*b"OM", Asia::Muscat), (*b"PA", America::Panama),
    (*b"PE", America::Lima), (*b"PF", Pacific::Tahiti), (*b"PG", Pacific::Port_Moresby), (*b"PH", Asia::Manila),
    (*b"PK", Asia::Karachi), (*b"PL", Europe::Warsaw), (*b"PM", America::Miquelon), (*b"PN", Pacific::Pitcairn),
    (*b"PR", America::Puerto_Rico), (*b"PS", Asia::Gaza), (*b"PT", Europe::Lisbon), (*b"PW", Pacific::Palau),
    (*b"PY", America::Asuncion), (*b"QA", Asia::Qatar), (*b"RE", Indian::Reunion), (*b"RO", Europe::Bucharest),
    (*b"RS", Europe::Belgrade), (*b"RU", Europe::Moscow), (*b"RW", Africa::Kigali), (*b"SA", Asia::Riyadh),
    (*b"SB", Pacific::Guadalcanal), (*b"SC", Indian::Mahe), (*b"SD", Africa::Khartoum), (*b"SE", Europe::Stockholm),
    (*b"SG", Asia::Singapore), (*b"SH", Atlantic::St_Helena), (*b"SI", Europe::Ljubljana),
    (*b"SJ", Arctic::Longyearbyen), (*b"SK", Europe::Bratislava), (*b"SL", Africa::Freetown),
    (*b"SM", Europe::San_Marino), (*b"SN", Africa::Dakar), (*b"SO", Africa::Mogadishu), (*b"SR", America::Paramaribo),
    (*b"SS", Africa::Juba), (*b"ST", Africa::Sao_Tome), (*b"SV", America::El_Salvador),
    (*b"SX", America::Lower_Princes), (*b"SY", Asia::Damascus), (*b"SZ", Africa::Mbabane),
    (*b"TC", America::Grand_Turk), (*b"TD", Africa::Ndjamena), (*b"TF", Indian::Kerguelen), (*b"TG", Africa::Lome),
    (*b"TH", Asia::Bangkok), (*b"TJ", Asia::Dushanbe), (*b"TK", Pacific::Fakaofo), (*b"TL", Asia::Dili),
    (*b"TM", Asia::Ashgabat), (*b"TN", Africa::Tunis), (*b"TO", Pacific::Tongatapu), (*b"TR", Europe::Istanbul),
    (*b"TT", America::Port_of_Spain), (*b"TV", Pacific::Funafuti), (*b"TW", Asia::Taipei),
    (*b"TZ", Africa::Dar_es_Salaam), (*b"UA", Europe::Kyiv), (*b"UG", Africa::Kampala), (*b"UM", Pacific::Wake),
    (*b"US", America::New_York), (*b"UY", America::Montevideo), (*b"UZ", Asia::Tashkent), (*b"VA", Europe::Vatican),
    (*b"VC", America::St_Vincent), (*b"VE", America::Caracas), (*b"VG", America::Tortola), (*b"VI", America::St_Thomas),
    (*b"VN", Asia::Ho_Chi_Minh), (*b"VU", Pacific::Efate), (*b"WF", Pacific::Wallis), (*b"WS", Pacific::Apia),
    (*b"YE", Asia::Aden), (*b"YT", Indian::Mayotte), (*b"ZA", Africa::Johannesburg), (*b"ZM", Africa::Lusaka),
    (*b"ZW", Africa::Harare),
];
