//! Places: city, region, country, postcode and coordinates of one ordinal agree.
//!
//! | provider | values |
//! |---|---|
//! | `address.city` | `Boston`; distinct ones also `North Boston Heights` |
//! | `address.region` | `Massachusetts`, or its code in four characters or fewer |
//! | `address.region_code` | `MA` (ISO 3166-2 without the country) |
//! | `address.country` | `Netherlands`, or its code in three characters or fewer |
//! | `address.country_code` | `NL`; `NLD` in `char(3)` (ISO 3166-1) |
//! | `address.country_number` | `528` (ISO 3166-1) |
//! | `address.currency` | `EUR` (ISO 4217), the country's |
//! | `address.postcode` | `4821 KT` in the country's form; five digits in a number or in fewer than nine characters |
//! | `address.timezone` | `Europe/Amsterdam` (IANA), the city's |
//! | `address.latitude`, `address.longitude` | degrees with six digits, up to 0.05 around the city's |
//! | `address.full` | `482 Maple Avenue, Boston 02116, United States` |
//! | `address.location` | `Boston, United States` |
//! | `address.street` | `482 Maple Avenue` |
//! | `address.street_name` | `Maple Avenue` |
//! | `address.building_number` | a whole number from 1 to 999 |
//! | `address.unit` | `Apt 12`, `Suite 12`, `Unit 12`, `Floor 12` |
//! | `address.calling_code` | `31` (ITU-T E.164) |
//!
//! Those down to `address.location` are parts of the entity `place`: city and country are real and fit each other,
//! street and postcode are made up. The other ones stand alone, so that an address may have a street for every ordinal
//! while there are a few hundred cities.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::computed::Computed;
use crate::list::{List, Pick};
use crate::mix::{below, choose, digit, mix, push_number};
use crate::places::{COUNTRIES, City, Country, PLACES};
use crate::quantity::Quantity;
use crate::words::{SPACED_STREET_NAMES, STREET_NAMES, longest, pieces};
use seedbed_datagen_core::{Cardinality, Pen, Piece};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The entity of a well-known city: its ordinal modulo the number of [`PLACES`] is the city.
pub(crate) const PLACE: &str = "place";

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(PLACE, "address.city", city),
    Builtin::part(PLACE, "address.region", region),
    Builtin::part(PLACE, "address.region_code", |r| of_place(r, |p| p.region_code)),
    Builtin::part(PLACE, "address.country", country),
    Builtin::part(PLACE, "address.country_code", country_code),
    Builtin::part(PLACE, "address.country_number", |r| of_country(r, |c| c.numeric)),
    Builtin::part(PLACE, "address.currency", |r| of_country(r, |c| c.currency)),
    Builtin::part(PLACE, "address.postcode", postcode),
    Builtin::part(PLACE, "address.timezone", |r| of_place(r, |p| p.timezone)),
    Builtin::part(PLACE, "address.latitude", |r| {
        degrees(|o| coordinate(place(o).latitude, o, 21)).between(r, -90, 90)
    }),
    Builtin::part(PLACE, "address.longitude", |r| {
        degrees(|o| coordinate(place(o).longitude, o, 22)).between(r, -180, 180)
    }),
    Builtin::part(PLACE, "address.full", |r| Composed::repeating(push_full).for_text(r)),
    Builtin::part(PLACE, "address.location", |r| Composed::repeating(push_location).for_text(r)),
    Builtin::alone("address.street", street),
    Builtin::alone("address.street_name", |r| {
        Composed::exactly(streets(), push_street_name).of_chars(1..=STREET_NAME).for_text(r)
    }),
    Builtin::alone("address.building_number", building_number),
    Builtin::alone("address.unit", |r| Composed::exactly(4 * 999, push_unit).of_chars(1..=9).for_text(r)),
    Builtin::alone("address.calling_code", |r| List::plain(r, &countries(|c| c.calling_code))),
];

static SUFFIXES: [Piece; 8] =
    pieces("", &["Street", "Avenue", "Road", "Lane", "Drive", "Court", "Place", "Way"], "");

fn index(ordinal: u64) -> usize {
    (ordinal % PLACES.len() as u64) as usize
}

fn place(ordinal: u64) -> &'static City {
    &PLACES[index(ordinal)]
}

/// A field of the ordinal's city as a list; distinct values are the field's, each once.
fn of_place(request: &BindRequest<'_>, field: fn(&City) -> &'static str) -> BindResult {
    let entries: Vec<&str> = PLACES.iter().map(field).collect();
    List::part(request, &entries, index)
}

/// Distinct names go beyond the well-known cities: their namesakes and quarters.
fn city(request: &BindRequest<'_>) -> BindResult {
    if request.distinct() && request.max_chars() >= 16 {
        return Composed::exactly((CITIES.len() * QUARTERS.len() * SIDES.len()) as u64, push_city)
            .for_text(request);
    }
    of_place(request, |p| p.city)
}

/// The names of the cities, each once: distinct ones are made of these.
static CITIES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut seen = BTreeSet::new();
    PLACES.iter().map(|p| p.city).filter(|city| seen.insert(*city)).collect()
});

/// No well-known city's name begins or ends with one of these.
const SIDES: [&str; 5] = ["", "North ", "South ", "East ", "West "];
const QUARTERS: [&str; 8] = ["", " Heights", " Park", " Falls", " Springs", " Junction", " Hills", " Grove"];

fn push_city(mut ordinal: u64, out: &mut Pen) {
    let city = CITIES[digit(&mut ordinal, CITIES.len())];
    let quarter = QUARTERS[digit(&mut ordinal, QUARTERS.len())];
    out.push_str(SIDES[digit(&mut ordinal, SIDES.len())]);
    out.push_str(city);
    out.push_str(quarter);
}

fn countries(field: fn(&Country) -> &'static str) -> Vec<&'static str> {
    COUNTRIES.iter().map(field).collect()
}

/// A field of the country that the ordinal's city lies in; distinct values are those of all countries.
fn of_country(request: &BindRequest<'_>, field: fn(&Country) -> &'static str) -> BindResult {
    let pick: Pick = |o| place(o).country;
    List::part(request, &countries(field), pick)
}

/// The region's name, or its code where there is room for four characters at most.
fn region(request: &BindRequest<'_>) -> BindResult {
    of_place(request, if request.max_chars() <= 4 { |p| p.region_code } else { |p| p.region })
}

/// The country's name, or its code where there is room for three characters at most.
fn country(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() <= 3 { country_code(request) } else { of_country(request, |c| c.name) }
}

/// The two letters of ISO 3166-1, or the three in a column of exactly three characters.
fn country_code(request: &BindRequest<'_>) -> BindResult {
    if request.is_char_of(3) { of_country(request, |c| c.alpha3) } else { of_country(request, |c| c.alpha2) }
}

/// The postcode in the country's form; five digits, whatever the country, where a letter or the length would not fit.
fn postcode(request: &BindRequest<'_>) -> BindResult {
    if request.ty().is_numeric() {
        let value = |o| (10_000 + below(mix(o, 23), 90_000)) as i64;
        return repeating(value, 0).between(request, 10_000, 99_999);
    }
    let write: Write = if request.max_chars() < 9 { push_short_postcode } else { push_postcode };
    Composed::repeating(write).for_text(request)
}

fn push_short_postcode(ordinal: u64, out: &mut Pen) {
    push_number(out, 10_000 + below(mix(ordinal, 23), 90_000), 5);
}

/// Fills the country's pattern with digits and letters: the 18 letters that Canada's postal codes may begin with.
/// Countries without postcodes get five digits.
fn push_postcode(ordinal: u64, out: &mut Pen) {
    let pattern = place(ordinal).country().postcode;
    let mut bits = mix(ordinal, 23);
    for c in if pattern.is_empty() { "NNNNN" } else { pattern }.chars() {
        let literal = !matches!(c, 'N' | 'A') || (c == 'A' && is_prefix_letter(pattern));
        out.push(match c {
            _ if literal => c,
            'N' => char::from(b'0' + (bits % 10) as u8),
            _ => char::from(b"ABCEGHJKLMNPRSTVXY"[(bits % 18) as usize]),
        });
        bits /= 18;
    }
}

/// Andorra's codes begin with the letters `AD` themselves.
fn is_prefix_letter(pattern: &str) -> bool {
    pattern.starts_with("AD")
}

/// A coordinate in millionths of a degree, up to five hundredths of a degree around the city's: 5 km or so.
fn coordinate(hundredths: i64, ordinal: u64, salt: u64) -> i64 {
    hundredths * 10_000 + below(mix(ordinal, salt), 100_000) as i64 - 50_000
}

fn degrees(value: fn(u64) -> i64) -> Computed {
    repeating(value, 6)
}

fn repeating(value: fn(u64) -> i64, digits: u8) -> Computed {
    Computed { cardinality: Cardinality::Huge, injective: false, digits, value }
}

/// Most characters of a street's name.
const STREET_NAME: u32 = longest(&STREET_NAMES) + 7;

/// How many names of streets there are: name times suffix.
fn streets() -> u64 {
    (STREET_NAMES.len() * SUFFIXES.len()) as u64
}

/// `482 Maple Avenue`: numbers up to 999 in most cells, since the lowest digit of the ordinal is the street.
fn street(request: &BindRequest<'_>) -> BindResult {
    Composed::exactly(streets() * 9_999, push_street).of_chars(1..=STREET_NAME + 5).for_text(request)
}

fn push_street(ordinal: u64, out: &mut Pen) {
    push_number(out, 1 + (ordinal / streets()) % 9_999, 1);
    out.push(' ');
    push_street_name(ordinal, out);
}

fn push_street_name(ordinal: u64, out: &mut Pen) {
    let street = (ordinal % streets()) as usize;
    out.push_piece(&SPACED_STREET_NAMES[street / SUFFIXES.len()]);
    out.push_piece(&SUFFIXES[street % SUFFIXES.len()]);
}

fn push_unit(ordinal: u64, out: &mut Pen) {
    out.push_str(["Apt ", "Suite ", "Unit ", "Floor "][(ordinal % 4) as usize]);
    push_number(out, 1 + ordinal / 4 % 999, 1);
}

fn building_number(request: &BindRequest<'_>) -> BindResult {
    Quantity { low: 1, high: 999, digits: 0 }.even(request)
}

fn push_full(ordinal: u64, out: &mut Pen) {
    push_number(out, 1 + choose(ordinal, 24, 999) as u64, 1);
    out.push(' ');
    push_street_name(mix(ordinal, 25), out);
    out.push_str(", ");
    let place = place(ordinal);
    out.push_str(place.city);
    out.push(' ');
    push_postcode(ordinal, out);
    out.push_str(", ");
    out.push_str(place.country().name);
}

fn push_location(ordinal: u64, out: &mut Pen) {
    let place = place(ordinal);
    out.push_str(place.city);
    out.push_str(", ");
    out.push_str(place.country().name);
}
