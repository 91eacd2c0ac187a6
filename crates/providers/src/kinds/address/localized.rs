//! Addresses in the order and the forms of a locale.

use crate::builtin::{BindRequest, BindResult};
use crate::composed::Composed;
use crate::localized::locale::Locale;
use crate::mix::{choose, mix, push_number, take};
use crate::places::{Atlas, City};
use crate::quantity::Quantity;
use seedbed_datagen_core::Pen;

/// House numbers that may repeat go up to this.
const HOUSES: u64 = 149;

/// House numbers of addresses that must differ go up to this.
const ALL_HOUSES: u64 = 9_999;

/// `Hauptstraße 12`, `12 Rue Pasteur`.
pub(super) fn street(request: &BindRequest<'_>, locale: &'static Locale) -> BindResult {
    let streets = locale.streets();
    let houses = if request.distinct() { ALL_HOUSES } else { HOUSES };
    Composed::exactly(streets.len() * houses, move |o, out| {
        streets.push_house(o, 1 + o / streets.len() % houses, out);
    })
    .of_chars(1..=streets.longest() + 6)
    .for_text(request)
}

/// `Hauptstraße`.
pub(super) fn street_name(request: &BindRequest<'_>, locale: &'static Locale) -> BindResult {
    let streets = locale.streets();
    Composed::exactly(streets.len(), |o, out| streets.push_name(o, out))
        .of_chars(1..=streets.longest())
        .for_text(request)
}

/// A house number.
pub(super) fn house(request: &BindRequest<'_>) -> BindResult {
    Quantity { low: 1, high: HOUSES as i64, digits: 0 }.even(request)
}

/// `Whg. 12`.
pub(super) fn unit(request: &BindRequest<'_>, locale: &'static Locale) -> BindResult {
    let units = &locale.language.units;
    Composed::exactly(4 * 99, |o, out| {
        out.push_str(units[(o % 4) as usize]);
        push_number(out, 1 + o / 4 % 99, 1);
    })
    .for_text(request)
}

/// A postcode of the city, in plain digits and letters where there is no room for more.
pub(super) fn postcode(request: &BindRequest<'_>, atlas: &'static Atlas) -> BindResult {
    let longest =
        atlas.cities.iter().flat_map(|c| c.postcode.split(',')).map(str::len).max().unwrap_or(0) as u32;
    if request.max_chars() < longest {
        return Composed::repeating(|o, out| push_postcode(atlas.city(o), o, true, out)).for_text(request);
    }
    Composed::repeating(|o, out| push_postcode(atlas.city(o), o, false, out))
        .of_chars(1..=longest)
        .for_text(request)
}

/// Fills one of the city's forms: `#` with a digit, `?` with a letter. `plain`: leaves out what is neither.
fn push_postcode(city: &City, ordinal: u64, plain: bool, out: &mut Pen) {
    /// Letters that both British and Dutch codes end with.
    const LETTERS: &[u8; 15] = b"ABDEGHJLNPRTWXZ";
    let mut bits = mix(ordinal, 23);
    let forms = city.postcode.split(',').count();
    let form = city.postcode.split(',').nth(take(&mut bits, forms)).unwrap_or(city.postcode);
    for c in form.chars() {
        match c {
            '#' => out.push(char::from(b'0' + take(&mut bits, 10) as u8)),
            '?' => out.push(char::from(LETTERS[take(&mut bits, LETTERS.len())])),
            ' ' | '-' if plain => {}
            literal => out.push(literal),
        }
    }
}

/// `Hauptstraße 12, 80331 München, Deutschland`.
pub(super) fn full(request: &BindRequest<'_>, locale: &'static Locale, atlas: &'static Atlas) -> BindResult {
    let streets = locale.streets();
    Composed::repeating(move |ordinal, out: &mut Pen| {
        let city = atlas.city(ordinal);
        streets.push_house(mix(ordinal, 25), 1 + choose(ordinal, 24, HOUSES as usize) as u64, out);
        out.push_str(", ");
        for c in locale.city_line.chars() {
            match c {
                'P' => push_postcode(city, ordinal, false, out),
                'C' => out.push_str(city.city),
                'R' => out.push_str(city.region_code),
                literal => out.push(literal),
            }
        }
        out.push_str(", ");
        out.push_str(atlas.country(city).name);
    })
    .for_text(request)
}
