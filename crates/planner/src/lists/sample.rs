//! What a text list looks like, told from a sample of it.
//!
//! A sampler tells how many values it has, at best how long they are, and nothing of their form. A sample is a guess
//! that costs the same for every list: what it misses is met by margins here, and by the test of rows against CHECKs.

use super::form::Form;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{GOLDEN, below};
use seedbed_solver::TextDomain;
use std::ops::RangeInclusive;

/// Whether a list's values are within lengths, by a sample: lists compose parts of bounded length, so the first and
/// some thousands spread over the rest show the longest but for a few characters.
///
/// `within`: ordinals below this are used; entities number only so many.
pub(super) fn fits(sampler: &dyn Sampler, within: u64, text: &TextDomain, max_chars: u32) -> bool {
    let room = (max_chars as usize)
        .min(text.max_bytes.map_or(usize::MAX, |b| usize::try_from(b).unwrap_or(usize::MAX)));
    if let Some(fits) = fits_by_bounds(sampler, text.min_chars, room) {
        return fits;
    }
    let ordinals = sample(sampler, within);
    let mut cells = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
    sampler.write(&ordinals, &mut cells);
    let (mut shortest, mut longest) = (usize::MAX, 0);
    for i in 0..cells.len() {
        let Some(text) = cells.text(i) else { return true };
        let chars = text.chars().count();
        (shortest, longest) = (shortest.min(chars), longest.max(chars));
    }
    let whole = matches!(sampler.cardinality(), Cardinality::Exact(n) if n <= SAMPLE);
    // Where all values are of one length, no other is longer.
    let known = sampler.longest().map(|chars| chars as usize);
    let margin = if whole || shortest == longest || known.is_some() { 0 } else { MARGIN };
    let longest = known.unwrap_or(longest);
    shortest >= text.min_chars as usize && longest.saturating_add(margin) <= room.max(margin)
}

/// Whether the bounds of a list's texts alone show that shaping them to lengths in characters would change none. Of lists
/// without repeats a sample tells it, with the margin that keys ask of them.
pub(super) fn is_within(sampler: &dyn Sampler, text: &TextDomain) -> bool {
    let fit = |chars: RangeInclusive<u32>| {
        *chars.start() >= text.min_chars && text.max_chars.is_none_or(|most| *chars.end() <= most)
    };
    !sampler.is_injective() && text.max_bytes.is_none() && sampler.chars().is_some_and(fit)
}

/// What a sample would tell, where bounds of the texts' lengths tell it without one.
fn fits_by_bounds(sampler: &dyn Sampler, min_chars: u32, room: usize) -> Option<bool> {
    if min_chars == 0 && room >= u32::MAX as usize {
        return Some(true);
    }
    let (least, most) = sampler.chars()?.into_inner();
    if least == most {
        return Some(least >= min_chars && most as usize <= room);
    }
    let far_within = least >= min_chars && (most as usize).saturating_add(MARGIN) <= room;
    far_within.then_some(true)
}

/// Whether a list's values match patterns: all values of a short list, and a sample of a long one, whose parts come
/// from fixed tables, so that a form which the sample never breaks is the list's own.
pub(super) fn matches_all(sampler: &dyn Sampler, patterns: &[String]) -> bool {
    let Some(forms) = patterns.iter().map(|p| Form::of(p)).collect::<Option<Vec<Form<'_>>>>() else {
        return false;
    };
    let mut cells = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
    sampler.write(&sample(sampler, u64::MAX), &mut cells);
    (0..cells.len()).all(|i| cells.text(i).is_some_and(|text| forms.iter().all(|form| form.is_of(text))))
}

/// Whether a list's first value has a space in it, as words do and identifiers don't.
pub(super) fn has_spaces(sampler: &dyn Sampler) -> bool {
    let mut cells = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
    sampler.write(&sample(sampler, u64::MAX)[..1], &mut cells);
    cells.text(0).is_some_and(|t| t.contains(' '))
}

/// Characters by which the longest text of a sample may be below the longest of the list.
const MARGIN: usize = 6;

/// Ordinals that are looked at; lists of no more values are looked at whole.
const SAMPLE: u64 = 512;

/// Ordinals spread over a list, the first among them; all of a short list.
fn sample(sampler: &dyn Sampler, within: u64) -> Vec<u64> {
    match sampler.cardinality() {
        Cardinality::Exact(len) if len <= SAMPLE => (0..len.max(1)).collect(),
        Cardinality::Exact(len) => (0..SAMPLE)
            .map(|i| (u128::from(i) * u128::from(len) / u128::from(SAMPLE)) as u64 ^ (i & 1))
            .map(|o| o.min(len - 1))
            .collect(),
        Cardinality::Huge => (0..SAMPLE).map(|i| below(i.wrapping_mul(GOLDEN), within)).collect(),
    }
}
