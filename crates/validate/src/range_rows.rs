//! The ranges of rows, by the keys beside which they stand: which of them overlap, and which are not covered.

use seedbed_sql_values::{Range, RangeSet};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Ranges kept for one constraint.
const MOST: usize = 1 << 20;

/// The ranges of some rows, each with the key beside which it stands.
#[derive(Debug, Default)]
pub(crate) struct RangeRows {
    rows: Vec<RangeRow>,
    /// Whether there were more.
    pub(crate) too_many: bool,
}

#[derive(Debug)]
struct RangeRow {
    key: Vec<u8>,
    /// A range of one part.
    part: RangeSet,
    row: u64,
}

impl RangeRows {
    /// Takes down the range of a row, part by part.
    pub(crate) fn push(&mut self, key: &[u8], set: &RangeSet, row: u64) {
        for part in set.parts() {
            if self.rows.len() >= MOST {
                self.too_many = true;
                return;
            }
            let part = RangeSet::range(Some(part.clone()));
            self.rows.push(RangeRow { key: key.to_vec(), part, row });
        }
    }

    /// Takes in what another thread has taken down.
    pub(crate) fn merge(&mut self, other: Self) {
        self.too_many |= other.too_many || self.rows.len() + other.rows.len() > MOST;
        self.rows.extend(other.rows);
        self.rows.truncate(MOST);
    }

    /// By key, then by where ranges begin.
    fn sort(&mut self) {
        self.rows.sort_by(|a, b| {
            let by_range = || a.part.compare(&b.part).unwrap_or(Ordering::Equal);
            a.key.cmp(&b.key).then_with(by_range).then(a.row.cmp(&b.row))
        });
    }

    /// The rows whose ranges overlap one that begins before them.
    pub(crate) fn overlapping(&mut self) -> BTreeSet<u64> {
        self.sort();
        let mut found = BTreeSet::new();
        let mut furthest: Option<&RangeRow> = None;
        for row in &self.rows {
            match furthest.filter(|other| other.key == row.key) {
                Some(other) => {
                    if other.part.overlaps(&row.part).unwrap_or(true) && other.row != row.row {
                        found.insert(other.row.max(row.row));
                    }
                    if !row.part.ends_by(&other.part).unwrap_or(false) {
                        furthest = Some(row);
                    }
                }
                None => furthest = Some(row),
            }
        }
        found
    }

    /// The rows whose ranges those of `parents` with the same key don't cover together.
    pub(crate) fn uncovered(&mut self, parents: &mut Self) -> BTreeSet<u64> {
        self.sort();
        parents.sort();
        let mut found = BTreeSet::new();
        let mut cover: Option<(&[u8], RangeSet)> = None;
        for row in &self.rows {
            if cover.as_ref().is_none_or(|(key, _)| *key != row.key.as_slice()) {
                cover = Some((&row.key, parents.together(&row.key)));
            }
            let covered = cover.as_ref().is_some_and(|(_, set)| set.contains(&row.part).unwrap_or(false));
            if !covered {
                found.insert(row.row);
            }
        }
        found
    }

    /// All ranges of a key as one set. The rows are in order.
    fn together(&self, key: &[u8]) -> RangeSet {
        let from = self.rows.partition_point(|row| row.key.as_slice() < key);
        let of_key = self.rows[from..].iter().take_while(|row| row.key == key);
        let parts: Vec<Range> = of_key.flat_map(|row| row.part.parts().to_vec()).collect();
        RangeSet::multirange(parts).unwrap_or_else(|_| RangeSet::empty(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_sql_values::Value;

    fn ranges(all: &[(u8, i128, i128)]) -> RangeRows {
        let mut rows = RangeRows::default();
        for (row, (key, low, high)) in all.iter().enumerate() {
            let (low, high) = (Some(Value::Integer(*low)), Some(Value::Integer(*high)));
            let range = Range::between(low, high, true, false).expect("in order");
            rows.push(&[*key], &RangeSet::range(range), row as u64);
        }
        rows
    }

    #[test]
    fn overlaps_are_found_beside_a_long_range_and_touching_ones_are_none() {
        let mut rows = ranges(&[(1, 0, 100), (1, 10, 20), (1, 20, 30), (1, 100, 110), (2, 5, 15)]);
        assert_eq!(rows.overlapping(), BTreeSet::from([1, 2]));
    }

    #[test]
    fn periods_are_covered_by_parents_that_touch() {
        let mut parents = ranges(&[(1, 0, 10), (1, 10, 20), (2, 0, 5), (2, 6, 20)]);
        let mut children = ranges(&[(1, 5, 15), (2, 4, 7), (2, 7, 9), (3, 0, 1)]);
        assert_eq!(children.uncovered(&mut parents), BTreeSet::from([1, 3]));
    }
}
