//! The sieve: of a list whose ordinals may repeat values, those that bring a new one.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler, TextBuffer};
use seedbed_laws::LawKey;
use seedbed_laws::Permutation;
use seedbed_sql_values::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// The i-th accepted ordinal of a text list, found at plan time: 8 bytes a row, where nothing else makes a key distinct.
#[derive(Debug)]
pub struct Sieved {
    inner: Arc<dyn Sampler>,
    accepted: Vec<u64>,
}

/// Ordinals tried for each one wanted, before the list counts as exhausted.
const TRIES: u64 = 16;

impl Sieved {
    /// Accepts up to `wanted` ordinals, scattered by a key; a larger `wanted` only adds to the end. Values that differ
    /// in case or in spaces at the end alone count as the same, as some collation may take them.
    pub fn new(key: LawKey, inner: Arc<dyn Sampler>, wanted: u64) -> Self {
        let len = match inner.cardinality() {
            Cardinality::Exact(len) => len,
            Cardinality::Huge => 1 << 62,
        };
        let scatter = Permutation::new(key, len);
        let mut seen: HashSet<String> = HashSet::new();
        let mut accepted = Vec::new();
        let tries = wanted.saturating_mul(TRIES).saturating_add(64).min(len);
        let mut next = 0;
        while next < tries && (accepted.len() as u64) < wanted {
            let ordinals: Vec<u64> = (next..tries.min(next + 1024)).map(|i| scatter.apply(i)).collect();
            next += ordinals.len() as u64;
            let mut cells = ColumnBuffer::Text(TextBuffer::default());
            inner.write(&ordinals, &mut cells);
            for (i, ordinal) in ordinals.into_iter().enumerate() {
                let Value::Text(text) = cells.value(i) else { continue };
                if (accepted.len() as u64) < wanted && seen.insert(text.trim_end().to_lowercase()) {
                    accepted.push(ordinal);
                }
            }
        }
        Self { inner, accepted }
    }

    /// Bytes it keeps.
    pub fn bytes(&self) -> usize {
        self.accepted.len() * size_of::<u64>()
    }
}

impl Sampler for Sieved {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.accepted.len() as u64)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let accepted: Vec<u64> = ordinals.iter().map(|o| self.accepted[*o as usize]).collect();
        self.inner.write(&accepted, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::PatternText;
    use seedbed_solver::PatternList;

    fn sieve(wanted: u64) -> Sieved {
        let list = PatternList::new("^[ab]*@[ab]*$", 1, Some(6)).expect("a plain pattern");
        Sieved::new(LawKey(1), Arc::new(PatternText { list }), wanted)
    }

    #[test]
    fn accepted_values_are_distinct_and_growing_keeps_them() {
        let (few, many) = (sieve(10), sieve(50));
        assert_eq!(few.accepted, many.accepted[..10]);
        let mut cells = ColumnBuffer::Text(TextBuffer::default());
        many.write(&(0..50).collect::<Vec<_>>(), &mut cells);
        let distinct: HashSet<String> = (0..50).map(|i| format!("{:?}", cells.value(i))).collect();
        assert_eq!(distinct.len(), 50);
    }
}
