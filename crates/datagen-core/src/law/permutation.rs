//! Keyed permutations of `0..len`: unique by construction, in no memory, at any row.

use crate::key::{Key, mix};

const ROUNDS: u64 = 8;

/// A bijection of `0..len`: a Feistel network over the bits of `len - 1`, with cycle walking for the numbers that fall
/// outside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). On average it walks less than twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permutation {
    key: Key,
    len: u64,
    left_bits: u32,
    right_bits: u32,
}

impl Permutation {
    /// A permutation of `0..len`; `len` of 0 is taken as 1.
    pub(crate) fn new(key: Key, len: u64) -> Self {
        let len = len.max(1);
        let bits = (64 - (len - 1).leading_zeros()).max(2);
        Self { key, len, left_bits: bits / 2, right_bits: bits - bits / 2 }
    }

    /// Its length.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Where `at` goes. Numbers at or past the length are taken modulo it.
    #[inline]
    pub(crate) fn apply(&self, at: u64) -> u64 {
        let mut x = at % self.len;
        loop {
            x = self.forward(x);
            if x < self.len {
                return x;
            }
        }
    }

    /// Where `at` comes from.
    #[inline]
    pub(crate) fn invert(&self, at: u64) -> u64 {
        let mut x = at % self.len;
        loop {
            x = self.backward(x);
            if x < self.len {
                return x;
            }
        }
    }

    /// Each round exchanges the halves and their widths; an even number of rounds brings the widths back.
    #[inline]
    fn forward(&self, x: u64) -> u64 {
        let (mut lw, mut rw) = (self.left_bits, self.right_bits);
        let (mut left, mut right) = (x >> rw, x & low_bits(rw));
        for round in 0..ROUNDS {
            let next = left ^ (self.round(round, right) & low_bits(lw));
            (left, right) = (right, next);
            (lw, rw) = (rw, lw);
        }
        (left << rw) | right
    }

    #[inline]
    fn backward(&self, x: u64) -> u64 {
        let (mut lw, mut rw) = (self.left_bits, self.right_bits);
        let (mut left, mut right) = (x >> rw, x & low_bits(rw));
        for round in (0..ROUNDS).rev() {
            (lw, rw) = (rw, lw);
            let before = right ^ (self.round(round, left) & low_bits(lw));
            (left, right) = (before, left);
        }
        (left << rw) | right
    }

    #[inline]
    fn round(&self, round: u64, half: u64) -> u64 {
        mix(self.key, half ^ (round << 56)) >> 16
    }
}

#[inline]
fn low_bits(width: u32) -> u64 {
    (1 << width) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every number of `0..len` comes exactly once, and the inverse leads back.
        #[test]
        fn a_permutation_is_a_bijection(key in any::<u64>(), len in 1_u64..3000) {
            let p = Permutation::new(Key(key), len);
            let mut seen = vec![false; len as usize];
            for i in 0..len {
                let j = p.apply(i);
                prop_assert!(!std::mem::replace(&mut seen[j as usize], true));
                prop_assert_eq!(p.invert(j), i);
            }
        }

        /// The same at lengths that can't be walked through.
        #[test]
        fn the_inverse_leads_back_at_any_length(key in any::<u64>(), len in 1_u64.., at in any::<u64>()) {
            let p = Permutation::new(Key(key), len);
            let at = at % len;
            prop_assert!(p.apply(at) < len);
            prop_assert_eq!(p.invert(p.apply(at)), at);
        }
    }
}
