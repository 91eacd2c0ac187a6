//! Choices with exact shares and an inverse: yes or no, NULL or not, one of a short list.
//!
//! Rows are cut into blocks; within each block a keyed permutation deals out positions, and quotas of positions belong
//! to the strata. Unlike a hash it can be inverted: "the 17th row that is not NULL" is arithmetic.

use crate::key::LawKey;
use crate::permutation::Permutation;

/// Rows dealt to `strata` by quotas.
#[derive(Clone, Debug)]
pub struct Stratified {
    key: LawKey,
    /// Upper ends of the strata's position ranges; the last is the block's size.
    ends: Vec<u64>,
    /// By how much positions of block 0 are turned.
    turn: u64,
}

impl Stratified {
    /// Strata of these quotas; a block has as many rows as the quotas sum to. Zero quotas are strata that never come.
    /// Without any positive quota everything is in stratum 0.
    pub fn new(key: LawKey, quotas: &[u64]) -> Self {
        let mut sum = 0;
        let mut ends: Vec<u64> = quotas
            .iter()
            .map(|q| {
                sum += q;
                sum
            })
            .collect();
        if sum == 0 {
            ends = vec![1];
        }
        Self { key, ends, turn: 0 }
    }

    /// Two strata, 0 for "absent" with `rate` of the rows and 1 for "present", in blocks of 100. A rate above 0 and
    /// below 1 leaves at least one row of each in a block, and row 0 is present: no column is all NULL by chance.
    pub fn absence(key: LawKey, rate: f64) -> Self {
        let percent = (rate.clamp(0.0, 1.0) * 100.0).round() as u64;
        let absent = match percent {
            0 if rate > 0.0 => 1,
            100 if rate < 1.0 => 99,
            p => p,
        };
        let mut law = Self::new(key, &[absent, 100 - absent]);
        // Row 0 takes the last position of its block. Of NULLs alone: where every choice did, the first row of a table would
        // hold the last of everything.
        law.turn = law.block_len() - 1 - Permutation::new(key.child(0), law.block_len()).apply(0);
        law
    }

    fn block_len(&self) -> u64 {
        self.ends.last().copied().unwrap_or(1)
    }

    /// The position permutation of a block.
    fn position(&self, block: u64, within: u64) -> u64 {
        let len = self.block_len();
        let turn = if block == 0 { self.turn } else { 0 };
        (Permutation::new(self.key.child(block), len).apply(within) + turn) % len
    }

    fn row_at(&self, block: u64, position: u64) -> u64 {
        let len = self.block_len();
        let turn = if block == 0 { self.turn } else { 0 };
        block * len + Permutation::new(self.key.child(block), len).invert((position + len - turn) % len)
    }

    /// The stratum of a row.
    #[inline]
    pub fn stratum(&self, row: u64) -> usize {
        let len = self.block_len();
        self.stratum_at(self.position(row / len, row % len))
    }

    /// The stratum of each of some rows.
    pub fn strata(&self, rows: &[u64]) -> Vec<u64> {
        let follow_each_other = rows.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]));
        match rows.first() {
            Some(first) if follow_each_other && self.block_len() <= rows.len() as u64 => {
                self.strata_of_run(*first, rows.len())
            }
            _ => rows.iter().map(|row| self.stratum(*row) as u64).collect(),
        }
    }

    /// The strata of rows that follow each other, a block at a time: nearly all are in the largest, and the positions of
    /// the others say which rows are not.
    fn strata_of_run(&self, first: u64, count: usize) -> Vec<u64> {
        let len = self.block_len();
        let largest = (0..self.ends.len()).max_by_key(|stratum| self.quota(*stratum)).unwrap_or(0);
        let others = (0..len).filter(|position| self.stratum_at(*position) != largest);
        let (positions, their_strata): (Vec<u64>, Vec<u64>) =
            others.map(|position| (position, self.stratum_at(position) as u64)).unzip();
        let mut strata = vec![largest as u64; count];
        let mut within = Vec::with_capacity(positions.len());
        for block in first / len..=(first + (count as u64 - 1)) / len {
            within.clear();
            within.extend_from_slice(&positions);
            if block == 0 {
                let turn = self.turn;
                within.iter_mut().for_each(|position| *position = (*position + len - turn) % len);
            }
            Permutation::new(self.key.child(block), len).invert_all(&mut within);
            let start = (block * len).wrapping_sub(first);
            for (within, stratum) in within.iter().zip(&their_strata) {
                // What is before the run comes out far behind it.
                if let Some(place) = strata.get_mut(start.wrapping_add(*within) as usize) {
                    *place = *stratum;
                }
            }
        }
        strata
    }

    /// The stratum that a position belongs to. Of a few strata all are counted: where the search for one would end can't
    /// be foreseen.
    #[inline]
    fn stratum_at(&self, position: u64) -> usize {
        if self.ends.len() <= 8 {
            return self.ends.iter().map(|end| usize::from(*end <= position)).sum();
        }
        self.ends.partition_point(|end| *end <= position)
    }

    fn quota(&self, stratum: usize) -> u64 {
        let start = if stratum == 0 { 0 } else { self.ends[stratum - 1] };
        self.ends[stratum] - start
    }

    /// The stratum of a row, and the row's rank in it: how many rows of the stratum come before it in the order of
    /// blocks, and of positions within one. What [`Stratified::row_of`] inverts.
    pub fn place(&self, row: u64) -> (usize, u64) {
        let len = self.block_len();
        let position = self.position(row / len, row % len);
        let stratum = self.stratum_at(position);
        let start = if stratum == 0 { 0 } else { self.ends[stratum - 1] };
        (stratum, row / len * self.quota(stratum) + (position - start))
    }

    /// Ranks of a stratum among the first `rows` rows are below this.
    pub fn ranks(&self, stratum: usize, rows: u64) -> u64 {
        rows.div_ceil(self.block_len()).saturating_mul(self.quota(stratum))
    }

    /// How many of the first `rows` rows are in a stratum. O(block).
    pub fn count(&self, stratum: usize, rows: u64) -> u64 {
        let len = self.block_len();
        let full = rows / len * self.quota(stratum);
        full + (rows / len * len..rows).filter(|r| self.stratum(*r) == stratum).count() as u64
    }

    /// The row of a rank within a stratum, counted over the first `rows` rows; the inverse of ranking. `rank` is below
    /// [`Stratified::count`]. O(1) but for the last, cut block, which is searched.
    pub fn row_of(&self, stratum: usize, rank: u64, rows: u64) -> u64 {
        let (len, quota) = (self.block_len(), self.quota(stratum));
        let block = rank / quota.max(1);
        if (block + 1) * len <= rows {
            let start = if stratum == 0 { 0 } else { self.ends[stratum - 1] };
            return self.row_at(block, start + rank % quota.max(1));
        }
        let first = rows / len * len;
        let skip = rank - rows / len * quota;
        (first..rows).filter(|r| self.stratum(*r) == stratum).nth(skip as usize).unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Ranks of a stratum name its rows, each once.
        #[test]
        fn row_of_lists_exactly_the_rows_of_a_stratum(
            key in any::<u64>(), quotas in prop::collection::vec(0_u64..8, 1..5), rows in 0_u64..200
        ) {
            let law = Stratified::new(LawKey(key), &quotas);
            for stratum in 0..law.ends.len() {
                let mut by_rank: Vec<u64> =
                    (0..law.count(stratum, rows)).map(|k| law.row_of(stratum, k, rows)).collect();
                by_rank.sort_unstable();
                let by_search: Vec<u64> = (0..rows).filter(|r| law.stratum(*r) == stratum).collect();
                prop_assert_eq!(by_rank, by_search);
            }
        }

        /// A row's place names it, as `row_of` finds it.
        #[test]
        fn a_place_is_where_the_row_is_found(key in any::<u64>(), quotas in prop::collection::vec(0_u64..8, 1..5)) {
            let law = Stratified::new(LawKey(key), &quotas);
            let rows = law.block_len() * 3;
            for row in 0..rows {
                let (stratum, rank) = law.place(row);
                prop_assert_eq!(stratum, law.stratum(row));
                prop_assert!(rank < law.ranks(stratum, row + 1));
                prop_assert_eq!(law.row_of(stratum, rank, rows), row);
            }
        }

        /// Many at once are what each is alone, neighbours or not.
        #[test]
        fn all_at_once_is_each_alone(
            key in any::<u64>(), quotas in prop::collection::vec(0_u64..8, 1..12), first in 0_u64..300, others in prop::collection::vec(0_u64..500, 0..9)
        ) {
            let law = Stratified::new(LawKey(key), &quotas);
            let alone = |rows: &[u64]| rows.iter().map(|r| law.stratum(*r) as u64).collect::<Vec<u64>>();
            for count in [1, 50, 200] {
                let run: Vec<u64> = (first..first + count).collect();
                prop_assert_eq!(law.strata(&run), alone(&run));
            }
            let run: Vec<u64> = (first..first + 50).collect();
            let joined = [run.as_slice(), &others].concat();
            prop_assert_eq!(law.strata(&joined), alone(&joined));
            // As many as from the first to the last, and yet not all of them.
            let gaps = [first, first, first + 2];
            prop_assert_eq!(law.strata(&gaps), alone(&gaps));
            prop_assert_eq!(law.strata(&others), alone(&others));
        }

        /// Shares are exact in every whole block, and the first row is present.
        #[test]
        fn absence_keeps_its_rate(key in any::<u64>(), percent in 0_u64..=99) {
            let law = Stratified::absence(LawKey(key), percent as f64 / 100.0);
            prop_assert_eq!(law.count(0, 300), 3 * percent);
            prop_assert_eq!(law.stratum(0), 1);
        }
    }
}
