//! Sets of row numbers, with ranks.

/// Numbers of rows below an end, as bits, with how many come before each block of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowSet {
    words: Vec<u64>,
    /// Members before each block of [`BLOCK`] words, and all of them at the end.
    before: Vec<u64>,
    end: u64,
}

/// Words of a block.
const BLOCK: usize = 8;

impl RowSet {
    /// The rows below `end` that are wanted.
    pub(crate) fn new(end: u64, members: impl IntoIterator<Item = u64>) -> Self {
        let mut words = vec![0_u64; end.div_ceil(64) as usize];
        for member in members {
            if let Some(word) = words.get_mut((member / 64) as usize) {
                *word |= 1 << (member % 64);
            }
        }
        Self::of_words(words, end)
    }

    fn of_words(words: Vec<u64>, end: u64) -> Self {
        let mut before = Vec::with_capacity(words.len() / BLOCK + 2);
        let mut count = 0;
        for block in words.chunks(BLOCK) {
            before.push(count);
            count += block.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
        }
        before.push(count);
        Self { words, before, end }
    }

    /// The rows below the end that are not in it.
    pub(crate) fn complement(&self) -> Self {
        let mut words: Vec<u64> = self.words.iter().map(|word| !word).collect();
        if let Some(last) = words.last_mut().filter(|_| !self.end.is_multiple_of(64)) {
            *last &= (1 << (self.end % 64)) - 1;
        }
        Self::of_words(words, self.end)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.before.last().copied().unwrap_or(0)
    }

    /// Whether a row is one of them.
    pub(crate) fn contains(&self, row: u64) -> bool {
        self.words.get((row / 64) as usize).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// How many of them come before a row.
    pub(crate) fn rank(&self, row: u64) -> u64 {
        let word = ((row / 64) as usize).min(self.words.len());
        let block = word / BLOCK;
        let whole = self.words[block * BLOCK..word].iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
        let part = self.words.get(word).map_or(0, |w| (w & ((1 << (row % 64)) - 1)).count_ones());
        self.before[block] + whole + u64::from(part)
    }

    /// The one that so many come before; it must be there.
    pub(crate) fn nth(&self, rank: u64) -> u64 {
        let block = self.before.partition_point(|before| *before <= rank).saturating_sub(1);
        let mut left = rank.saturating_sub(self.before[block]);
        for (at, word) in self.words.iter().enumerate().skip(block * BLOCK) {
            let count = u64::from(word.count_ones());
            if left < count {
                let mut word = *word;
                for _ in 0..left {
                    word &= word - 1;
                }
                return at as u64 * 64 + u64::from(word.trailing_zeros());
            }
            left -= count;
        }
        self.end
    }

    /// All of them in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| u64::from(word.trailing_zeros()))?;
                word &= word - 1;
                Some(at as u64 * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_the_set_of_its_members(members in prop::collection::btree_set(0_u64..2_000, 0..300), end in 1_u64..2_000) {
            let members: BTreeSet<u64> = members.into_iter().filter(|m| *m < end).collect();
            let set = RowSet::new(end, members.iter().copied());
            prop_assert_eq!(set.len(), members.len() as u64);
            prop_assert!(set.iter().eq(members.iter().copied()));
            for row in 0..end {
                prop_assert_eq!(set.contains(row), members.contains(&row));
                prop_assert_eq!(set.rank(row), members.range(..row).count() as u64);
            }
            for (rank, member) in members.iter().enumerate() {
                prop_assert_eq!(set.nth(rank as u64), *member);
            }
            let others = set.complement();
            prop_assert!(others.iter().eq((0..end).filter(|row| !members.contains(row))));
        }
    }
}
