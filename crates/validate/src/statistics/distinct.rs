//! How many distinct values there are and how often each comes: exactly while they are few, then their number alone,
//! then about.
//!
//! Which it is depends on the values alone and not on the order in which they come, nor on who saw which.

use super::hyper_log_log::HyperLogLog;
use seedbed_sql_values::Value;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Distinct values that are kept with how often each came.
pub(crate) const COUNTED: usize = 64;

/// Distinct values that are counted exactly, by their hashes: 4,096 of them meet by chance with probability 5e-13.
pub(crate) const EXACT: usize = 4096;

/// The distinct values of a column, as exactly as they are few.
#[derive(Clone, Debug)]
pub(crate) enum Distinct {
    /// Each with its number of rows.
    Counted(HashMap<u64, Frequency, BuildHasherDefault<Hashed>>),
    /// The hash of each.
    Exact(HashSet<u64, BuildHasherDefault<Hashed>>),
    /// Too many to tell exactly.
    Estimated(HyperLogLog),
}

/// A value and how many rows have it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frequency {
    pub(crate) value: Value,
    pub(crate) rows: u64,
}

/// Hashes that need no further hashing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Counted(HashMap::default())
    }
}

impl Distinct {
    /// Counts a value that `rows` more rows have; `value` is asked for once.
    #[inline]
    pub(crate) fn add(&mut self, hash: u64, rows: u64, value: impl FnOnce() -> Value) {
        match self {
            Self::Estimated(sketch) => sketch.add(hash),
            Self::Exact(hashes) => {
                if hashes.insert(hash) && hashes.len() > EXACT {
                    self.widen();
                }
            }
            Self::Counted(counts) => {
                counts.entry(hash).or_insert_with(|| Frequency { value: value(), rows: 0 }).rows += rows;
                if counts.len() > COUNTED {
                    self.widen();
                }
            }
        }
    }

    /// Counts a value of one row for each hash; `value` is asked for once of each that is kept.
    #[inline]
    pub(crate) fn add_all<C>(
        &mut self,
        mut hashes: impl Iterator<Item = (u64, C)>,
        value: impl Fn(C) -> Value,
    ) {
        // A sketch stays one, and most batches of a long table meet nothing else.
        loop {
            if let Self::Estimated(sketch) = self {
                return hashes.for_each(|(hash, _)| sketch.add(hash));
            }
            let Some((hash, of)) = hashes.next() else { return };
            self.add(hash, 1, || value(of));
        }
    }

    /// Goes on less exactly.
    #[expect(clippy::iter_over_hash_type, reason = "sets and sketches know no order")]
    fn widen(&mut self) {
        match self {
            Self::Counted(counts) => {
                let mut hashes = HashSet::with_capacity_and_hasher(EXACT / 4, BuildHasherDefault::default());
                hashes.extend(counts.keys());
                *self = Self::Exact(hashes);
            }
            Self::Exact(hashes) => {
                let mut sketch = HyperLogLog::default();
                for hash in hashes.iter() {
                    sketch.add(*hash);
                }
                *self = Self::Estimated(sketch);
            }
            Self::Estimated(_) => {}
        }
    }

    /// Counts all that another has counted.
    #[expect(clippy::iter_over_hash_type, reason = "counts and sketches know no order")]
    pub(crate) fn merge(&mut self, other: Self) {
        match other {
            Self::Counted(counts) => {
                for (hash, frequency) in counts {
                    self.add(hash, frequency.rows, || frequency.value);
                }
            }
            Self::Exact(hashes) => {
                if matches!(self, Self::Counted(_)) {
                    self.widen();
                }
                for hash in hashes {
                    self.add(hash, 1, || Value::Null);
                }
            }
            Self::Estimated(sketch) => {
                while !matches!(self, Self::Estimated(_)) {
                    self.widen();
                }
                if let Self::Estimated(own) = self {
                    own.merge(&sketch);
                }
            }
        }
    }

    /// How many there are, and whether that is exact.
    pub(crate) fn count(&self) -> (u64, bool) {
        match self {
            Self::Counted(counts) => (counts.len() as u64, true),
            Self::Exact(hashes) => (hashes.len() as u64, true),
            Self::Estimated(sketch) => (sketch.estimate(), false),
        }
    }

    /// All values with their rows, the most common first; `None` where there are too many.
    pub(crate) fn frequencies(&self) -> Option<Vec<(u64, Frequency)>> {
        let Self::Counted(counts) = self else { return None };
        let mut all: Vec<_> = counts.iter().map(|(hash, frequency)| (*hash, frequency.clone())).collect();
        all.sort_by_key(|(hash, frequency)| (std::cmp::Reverse(frequency.rows), *hash));
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::code::mixed;

    /// A distinct count of the numbers below `len`, each twice, after those below `first` were counted.
    fn counted(first: u64, len: u64, add: impl Fn(&mut Distinct, &[u64])) -> Distinct {
        let mut distinct = Distinct::default();
        (0..first).for_each(|n| distinct.add(mixed(n), 1, || Value::Integer(n.into())));
        add(&mut distinct, &(0..len).chain(0..len).collect::<Vec<u64>>());
        distinct
    }

    #[test]
    fn many_at_once_are_counted_as_one_by_one() {
        for (first, len) in [(0, 0), (0, 40), (10, 60), (30, 70), (70, 5_000), (5_000, 9_000)] {
            let one_by_one = counted(first, len, |distinct, numbers| {
                numbers.iter().for_each(|n| distinct.add(mixed(*n), 1, || Value::Integer((*n).into())));
            });
            let at_once = counted(first, len, |distinct, numbers| {
                distinct.add_all(numbers.iter().map(|n| (mixed(*n), *n)), |n| Value::Integer(n.into()));
            });
            assert_eq!(at_once.count(), one_by_one.count());
            assert_eq!(at_once.frequencies(), one_by_one.frequencies());
        }
    }
}
