//! Telephone numbers of a locale, none of which is anybody's: from the blocks that regulators keep for films, else of
//! subscribers whose number begins as none does.

use super::locale::Locale;
use super::phones::{Phones, numbers};
use crate::builtin::{BindRequest, BindResult};
use crate::composed::Composed;
use crate::computed::Computed;
use crate::kinds::phone;
use crate::mix::digit;
use seedbed_datagen_core::{Cardinality, Pen};

/// How a number is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// `+49 30 23125 123`.
    Spaced,
    /// `+493023125123`.
    International,
    /// `03023125123`.
    National,
}

/// Numbers of the locale in the longest form that the column has room for; where not even the shortest has, those of no
/// locale.
pub(crate) fn number(
    request: &BindRequest<'_>,
    locale: &'static Locale,
    phones: &'static Phones,
) -> BindResult {
    let patterns = if request.distinct() { phones.distinct } else { phones.usual };
    let len = numbers(patterns);
    if request.ty().is_numeric() {
        let cardinality = Cardinality::Exact(len);
        let list = Computed { cardinality, injective: true, digits: 0, value: move |o| whole(patterns, o) };
        let most = patterns.iter().map(|p| digits(p)).max().unwrap_or(0);
        let room = list.between(request, 0, 10_i64.saturating_pow(most) - 1);
        return room.or_else(|_| phone::number(request));
    }
    let code = locale.country().calling_code;
    let longest = |measure: fn(&str) -> u32| patterns.iter().map(|p| measure(p)).max().unwrap_or(0);
    let spaced = longest(|p| p.chars().count() as u32) + code.len() as u32 + 2;
    let international = longest(digits) + code.len() as u32 + 1;
    let national = longest(digits) + phones.trunk.len() as u32;
    let (form, most) = match request.max_chars() {
        room if room >= spaced => (Form::Spaced, spaced),
        room if room >= international => (Form::International, international),
        room if room >= national => (Form::National, national),
        _ => return phone::number(request),
    };
    let write = move |mut ordinal: u64, out: &mut Pen| {
        let pattern = patterns[digit(&mut ordinal, patterns.len())];
        match form {
            Form::Spaced | Form::International => {
                out.push('+');
                out.push_str(code);
            }
            Form::National => out.push_str(phones.trunk),
        }
        if matches!(form, Form::Spaced) {
            out.push(' ');
        }
        for c in pattern.chars().filter(|c| matches!(form, Form::Spaced) || is_digit(*c)) {
            out.push(filled(c, &mut ordinal));
        }
    };
    Composed::exactly(len, write).of_chars(1..=most).for_text(request)
}

/// The number of an ordinal as an integer.
fn whole(patterns: &[&str], mut ordinal: u64) -> i64 {
    let pattern = patterns[digit(&mut ordinal, patterns.len())];
    pattern
        .chars()
        .filter(|c| is_digit(*c))
        .fold(0, |number, c| number * 10 + i64::from(filled(c, &mut ordinal) as u32 - '0' as u32))
}

fn is_digit(c: char) -> bool {
    c == '#' || c.is_ascii_digit()
}

fn digits(pattern: &str) -> u32 {
    pattern.chars().filter(|c| is_digit(*c)).count() as u32
}

/// The character of a pattern, for `#` the next digit of the ordinal.
fn filled(c: char, ordinal: &mut u64) -> char {
    if c == '#' { char::from(b'0' + digit(ordinal, 10) as u8) } else { c }
}
