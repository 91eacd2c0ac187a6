//! Rank and select over a bitmap: the n-th accepted number of an endless line (Jacobson 1989).

/// Numbers accepted in ascending order: little more than a bit for each number tried.
#[derive(Debug, Default)]
pub struct RankSelect {
    /// A bit for each number tried.
    words: Vec<u64>,
    /// RankSelect numbers before each block of [`BLOCK`] words.
    before: Vec<u64>,
    len: u64,
}

/// Words in a block: 512 numbers.
const BLOCK: usize = 8;

impl RankSelect {
    /// Accepts a number greater than all before it.
    pub fn push(&mut self, number: u64) {
        let word = (number / 64) as usize;
        while self.words.len() <= word {
            if self.words.len().is_multiple_of(BLOCK) {
                self.before.push(self.len);
            }
            self.words.push(0);
        }
        self.words[word] |= 1 << (number % 64);
        self.len += 1;
    }

    /// How many are accepted.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The accepted number of a rank below [`RankSelect::len`]; past the end, the number 0. O(log n).
    #[inline]
    pub fn nth(&self, rank: u64) -> u64 {
        let block = self.before.partition_point(|before| *before <= rank).saturating_sub(1);
        let mut rest = rank - self.before.get(block).copied().unwrap_or(0);
        let first = block * BLOCK;
        for (i, word) in self.words.iter().enumerate().skip(first).take(BLOCK) {
            let ones = u64::from(word.count_ones());
            if rest < ones {
                let mut word = *word;
                for _ in 0..rest {
                    word &= word - 1;
                }
                return i as u64 * 64 + u64::from(word.trailing_zeros());
            }
            rest -= ones;
        }
        0
    }

    /// Bytes it keeps.
    pub fn bytes(&self) -> usize {
        (self.words.len() + self.before.len()) * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_give_back_what_was_accepted(gaps in prop::collection::vec(1_u64..700, 0..400)) {
            let mut accepted = RankSelect::default();
            let mut numbers = Vec::new();
            let mut at = 0;
            for gap in gaps {
                at += gap;
                numbers.push(at - 1);
                accepted.push(at - 1);
            }
            prop_assert_eq!(accepted.len(), numbers.len() as u64);
            let back: Vec<u64> = (0..accepted.len()).map(|rank| accepted.nth(rank)).collect();
            prop_assert_eq!(back, numbers);
        }
    }
}
