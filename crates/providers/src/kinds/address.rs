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

mod localized;

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::computed::Computed;
use crate::list::List;
use crate::localized::locale::Locale;
use crate::mix::{below, choose, digit, mix, push_number};
use crate::places::{Atlas, City, Country, WORLD};
use crate::quantity::Quantity;
use crate::words::{SPACED_STREET_NAMES, STREET_NAMES, longest, pieces};
use seedbed_datagen_core::{Cardinality, Pen, Piece};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The entity of a well-known city: its ordinal modulo the number of cities in the [`Atlas`] is the city.
pub(crate) const PLACE: &str = "place";

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(PLACE, "address.city", |r| city(r, &WORLD, &NAMESAKES))
        .localized(|r, l| city(r, atlas(r, l), l.language.quarters)),
    Builtin::part(PLACE, "address.region", |r| region(r, &WORLD)).localized(|r, l| region(r, atlas(r, l))),
    Builtin::part(PLACE, "address.region_code", |r| region_code(r, &WORLD))
        .localized(|r, l| region_code(r, atlas(r, l))),
    Builtin::part(PLACE, "address.country", |r| country(r, &WORLD)).localized(|r, l| country(r, lands(r, l))),
    Builtin::part(PLACE, "address.country_code", |r| country_code(r, &WORLD))
        .localized(|r, l| country_code(r, lands(r, l))),
    Builtin::part(PLACE, "address.country_number", |r| of_country(r, &WORLD, |c| c.numeric))
        .localized(|r, l| of_country(r, lands(r, l), |c| c.numeric)),
    Builtin::part(PLACE, "address.currency", |r| of_country(r, &WORLD, |c| c.currency))
        .localized(|r, l| of_country(r, lands(r, l), |c| c.currency)),
    Builtin::part(PLACE, "address.postcode", |r| postcode(r, &WORLD))
        .localized(|r, l| postcode(r, atlas(r, l))),
    Builtin::part(PLACE, "address.timezone", |r| of_place(r, &WORLD, |p| p.timezone))
        .localized(|r, l| of_place(r, atlas(r, l), |p| p.timezone)),
    Builtin::part(PLACE, "address.latitude", |r| latitude(r, &WORLD))
        .localized(|r, l| latitude(r, atlas(r, l))),
    Builtin::part(PLACE, "address.longitude", |r| longitude(r, &WORLD))
        .localized(|r, l| longitude(r, atlas(r, l))),
    Builtin::part(PLACE, "address.full", |r| Composed::repeating(push_full).for_text(r))
        .localized(|r, l| localized::full(r, l, atlas(r, l))),
    Builtin::part(PLACE, "address.location", |r| location(r, &WORLD))
        .localized(|r, l| location(r, atlas(r, l))),
    Builtin::alone("address.street", street).localized(localized::street),
    Builtin::alone("address.street_name", |r| {
        Composed::exactly(streets(), push_street_name).of_chars(1..=STREET_NAME).for_text(r)
    })
    .localized(localized::street_name),
    Builtin::alone("address.building_number", building_number).localized(|r, _| localized::house(r)),
    Builtin::alone("address.unit", |r| Composed::exactly(4 * 999, push_unit).of_chars(1..=9).for_text(r))
        .localized(localized::unit),
    Builtin::alone("address.calling_code", |r| List::plain(r, &countries(&WORLD, |c| c.calling_code)))
        .localized(|r, l| List::plain(r, &countries(lands(r, l), |c| c.calling_code))),
];

static SUFFIXES: [Piece; 8] =
    pieces("", &["Street", "Avenue", "Road", "Lane", "Drive", "Court", "Place", "Way"], "");

/// Where the places of a column lie: in the locale's country; all over the world in a table of countries.
fn atlas(request: &BindRequest<'_>, locale: &'static Locale) -> &'static Atlas {
    if request.is_of_countries() { locale.world() } else { locale.home() }
}

/// The same for a country itself: where it must differ, one wouldn't do.
fn lands(request: &BindRequest<'_>, locale: &'static Locale) -> &'static Atlas {
    if request.distinct() { locale.world() } else { atlas(request, locale) }
}

/// A field of the ordinal's city as a list; distinct values are the field's, each once.
fn of_place(
    request: &BindRequest<'_>,
    atlas: &'static Atlas,
    field: fn(&City) -> &'static str,
) -> BindResult {
    let entries: Vec<&str> = atlas.cities.iter().map(field).collect();
    List::part(request, &entries, |o| atlas.index(o))
}

/// Distinct names go beyond the well-known cities: their `namesakes` and quarters.
fn city(request: &BindRequest<'_>, atlas: &'static Atlas, namesakes: &'static [&'static str]) -> BindResult {
    if !request.distinct() || request.max_chars() < 16 {
        return of_place(request, atlas, |p| p.city);
    }
    // The names of the cities, each once.
    let mut seen = BTreeSet::new();
    let cities: Vec<&str> = atlas.cities.iter().map(|p| p.city).filter(|city| seen.insert(*city)).collect();
    let namesakes: Vec<(&str, &str)> = namesakes.iter().filter_map(|name| name.split_once('~')).collect();
    Composed::exactly((cities.len() * namesakes.len()) as u64, move |mut ordinal, out| {
        let city = cities[digit(&mut ordinal, cities.len())];
        let (before, after) = namesakes[digit(&mut ordinal, namesakes.len())];
        out.push_str(before);
        out.push_str(city);
        out.push_str(after);
    })
    .for_text(request)
}

/// What well-known cities have beside them, `~` for the city: quarters within sides. No city's name begins or ends with
/// one of these.
const NAMESAKES: [&str; 40] = [
    "~",
    "~ Heights",
    "~ Park",
    "~ Falls",
    "~ Springs",
    "~ Junction",
    "~ Hills",
    "~ Grove",
    "North ~",
    "North ~ Heights",
    "North ~ Park",
    "North ~ Falls",
    "North ~ Springs",
    "North ~ Junction",
    "North ~ Hills",
    "North ~ Grove",
    "South ~",
    "South ~ Heights",
    "South ~ Park",
    "South ~ Falls",
    "South ~ Springs",
    "South ~ Junction",
    "South ~ Hills",
    "South ~ Grove",
    "East ~",
    "East ~ Heights",
    "East ~ Park",
    "East ~ Falls",
    "East ~ Springs",
    "East ~ Junction",
    "East ~ Hills",
    "East ~ Grove",
    "West ~",
    "West ~ Heights",
    "West ~ Park",
    "West ~ Falls",
    "West ~ Springs",
    "West ~ Junction",
    "West ~ Hills",
    "West ~ Grove",
];

fn countries(atlas: &'static Atlas, field: fn(&Country) -> &'static str) -> Vec<&'static str> {
    atlas.countries.iter().map(field).collect()
}

/// A field of the ordinal's country as a list; distinct values are those of all countries, each once.
fn of_country(
    request: &BindRequest<'_>,
    atlas: &'static Atlas,
    field: fn(&Country) -> &'static str,
) -> BindResult {
    List::part(request, &countries(atlas, field), |o| atlas.city(o).country)
}

/// The region's name, or its code where there is room for four characters at most.
fn region(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    if request.max_chars() <= 4 {
        region_code(request, atlas)
    } else {
        of_place(request, atlas, |p| p.region)
    }
}

fn region_code(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    of_place(request, atlas, |p| p.region_code)
}

/// The country's name, or its code where there is room for three characters at most.
fn country(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    if request.max_chars() <= 3 {
        country_code(request, atlas)
    } else {
        of_country(request, atlas, |c| c.name)
    }
}

/// The two letters of ISO 3166-1, or the three in a column of exactly three characters.
fn country_code(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    let of_three = request.is_char_of(3);
    of_country(request, atlas, if of_three { |c| c.alpha3 } else { |c| c.alpha2 })
}

fn latitude(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    degrees(|o| coordinate(atlas.city(o).latitude, o, 21)).between(request, -90, 90)
}

fn longitude(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    degrees(|o| coordinate(atlas.city(o).longitude, o, 22)).between(request, -180, 180)
}

/// The postcode in the country's form; five digits, whatever the country, where a letter or the length would not fit.
fn postcode(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    let is_local = atlas.cities.iter().all(|city| !city.postcode.is_empty());
    if request.ty().is_numeric() {
        let value = |o| (10_000 + below(mix(o, 23), 90_000)) as i64;
        return repeating(value, 0).between(request, 10_000, 99_999);
    }
    if is_local {
        return localized::postcode(request, atlas);
    }
    if request.max_chars() < 9 {
        Composed::repeating(push_short_postcode).of_chars(5..=5).for_text(request)
    } else {
        let chars = postcode_chars(atlas);
        Composed::repeating(|o, out: &mut Pen| push_postcode(atlas, o, out)).of_chars(chars).for_text(request)
    }
}

/// Between how many characters the postcodes of an atlas have.
fn postcode_chars(atlas: &Atlas) -> RangeInclusive<u32> {
    let lengths = atlas.countries.iter().map(|country| country.postcode.len() as u32);
    let bounds = |(least, most): (u32, u32), len: u32| (least.min(len), most.max(len));
    let (least, most) = lengths.fold((u32::MAX, 0), bounds);
    least..=most
}

fn push_short_postcode(ordinal: u64, out: &mut Pen) {
    push_number(out, 10_000 + below(mix(ordinal, 23), 90_000), 5);
}

/// Fills the country's pattern with digits and letters: the 18 letters that Canada's postal codes may begin with.
fn push_postcode(atlas: &Atlas, ordinal: u64, out: &mut Pen) {
    let pattern = atlas.country(atlas.city(ordinal)).postcode;
    let has_prefix = is_prefix_letter(pattern);
    let start = out.position();
    out.push_str(pattern);
    let mut bits = mix(ordinal, 23);
    for c in out.since(start) {
        *c = match *c {
            b'N' => b'0' + (bits % 10) as u8,
            b'A' if !has_prefix => b"ABCEGHJKLMNPRSTVXY"[(bits % 18) as usize],
            literal => literal,
        };
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

fn degrees<V: Fn(u64) -> i64>(value: V) -> Computed<V> {
    repeating(value, 6)
}

fn repeating<V: Fn(u64) -> i64>(value: V, digits: u8) -> Computed<V> {
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
    let place = WORLD.city(ordinal);
    out.push_str(place.city);
    out.push(' ');
    push_postcode(&WORLD, ordinal, out);
    out.push_str(", ");
    out.push_str(WORLD.country(place).name);
}

fn location(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    Composed::repeating(|ordinal, out: &mut Pen| {
        let place = atlas.city(ordinal);
        out.push_str(place.city);
        out.push_str(", ");
        out.push_str(atlas.country(place).name);
    })
    .for_text(request)
}
