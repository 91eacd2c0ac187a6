//! What a text list looks like, told from a sample of it.
//!
//! A sampler tells how many values it has, at best how long they are, and nothing of their form. A sample is a guess
//! that costs the same for every list: what it misses is met by margins here, and by the test of rows against CHECKs.

use regex::Regex;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{GOLDEN, below};
use seedbed_solver::TextDomain;
use seedbed_sql_values::Value;

/// Whether a list's values are within lengths, by a sample: lists compose parts of bounded length, so the first and
/// some thousands spread over the rest show the longest but for a few characters.
///
/// `within`: ordinals below this are used; entities number only so many.
pub(super) fn fits(sampler: &dyn Sampler, within: u64, text: &TextDomain, max_chars: u32) -> bool {
    let ordinals = sample(sampler, within);
    let mut cells = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
    sampler.write(&ordinals, &mut cells);
    let (mut shortest, mut longest) = (usize::MAX, 0);
    for i in 0..cells.len() {
        let text = match &cells {
            ColumnBuffer::Text(t) => t.get(i),
            ColumnBuffer::Dictionary { keys, values } => values.get(keys[i]),
            _ => return true,
        };
        let chars = text.chars().count();
        (shortest, longest) = (shortest.min(chars), longest.max(chars));
    }
    let whole = matches!(sampler.cardinality(), Cardinality::Exact(n) if n <= SAMPLE);
    // Where all values are of one length, no other is longer.
    let known = sampler.longest().map(|chars| chars as usize);
    let margin = if whole || shortest == longest || known.is_some() { 0 } else { 6 };
    let longest = known.unwrap_or(longest);
    let room = (max_chars as usize)
        .min(text.max_bytes.map_or(usize::MAX, |b| usize::try_from(b).unwrap_or(usize::MAX)));
    shortest >= text.min_chars as usize && longest.saturating_add(margin) <= room.max(margin)
}

/// Whether a list's values match patterns: all values of a short list, and a sample of a long one, whose parts come
/// from fixed tables, so that a form which the sample never breaks is the list's own.
pub(super) fn matches_all(sampler: &dyn Sampler, patterns: &[String]) -> bool {
    let Ok(patterns) = patterns.iter().map(|p| Regex::new(p)).collect::<Result<Vec<Regex>, _>>() else {
        return false;
    };
    let mut cells = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
    sampler.write(&sample(sampler, u64::MAX), &mut cells);
    (0..cells.len())
        .all(|i| matches!(cells.value(i), Value::Text(t) if patterns.iter().all(|p| p.is_match(&t))))
}

/// Whether a list's first value has a space in it, as words do and identifiers don't.
pub(super) fn has_spaces(sampler: &dyn Sampler) -> bool {
    let mut cells = ColumnBuffer::Text(seedbed_datagen_core::TextBuffer::default());
    sampler.write(&sample(sampler, u64::MAX)[..1], &mut cells);
    match cells.value(0) {
        Value::Text(t) => t.contains(' '),
        _ => false,
    }
}

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
