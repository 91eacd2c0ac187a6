//! Keyed permutations of `0..len`: unique by construction, in no memory, at any row.

use crate::key::{Key, mix};

const ROUNDS: u64 = 8;
/// Numbers permuted in turn: enough to keep a processor's multiplier busy.
const LANES: usize = 8;

/// A bijection of `0..len`: a Feistel network over the bits of `len - 1`, with cycle walking for the numbers that fall
/// outside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). On average it walks less than twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// Puts [`Permutation::apply`] of each number in its place.
    pub(crate) fn apply_all(&self, numbers: &mut [u64]) {
        let key = self.key;
        self.apply_keyed(numbers, &|_| key);
    }

    /// The same with a key of its own for each number, by its place.
    pub(crate) fn apply_keyed(&self, numbers: &mut [u64], key: &impl Fn(usize) -> Key) {
        for number in &mut *numbers {
            if *number >= self.len {
                *number %= self.len;
            }
        }
        self.forward_all(numbers, key);
        // Those that fell outside walk on, all of them a step at a time.
        let mut walking: Vec<u32> = Vec::new();
        walking.extend((0..numbers.len() as u32).filter(|at| numbers[*at as usize] >= self.len));
        while !walking.is_empty() {
            let mut moved: Vec<u64> = walking.iter().map(|at| numbers[*at as usize]).collect();
            self.forward_all(&mut moved, &|at| key(walking[at] as usize));
            for (at, number) in walking.iter().zip(moved) {
                numbers[*at as usize] = number;
            }
            walking.retain(|at| numbers[*at as usize] >= self.len);
        }
    }

    /// [`Permutation::apply_all`] for a short permutation of which many numbers are wanted: what each round does to each
    /// half is worked out once, so that a number costs eight looks into tables.
    pub(crate) fn deal(&self, numbers: &mut [u64]) {
        let halves = 4 * ((1_usize << self.left_bits.min(30)) + (1 << self.right_bits.min(30)));
        match self.right_bits {
            _ if self.len == 1 => numbers.fill(0),
            _ if halves > 8 * numbers.len() => self.apply_all(numbers),
            0..=2 => self.deal_by_tables::<4>(numbers),
            3..=6 => self.deal_by_tables::<64>(numbers),
            _ => self.apply_all(numbers),
        }
    }

    /// `HALVES` is a power of two that the wider half has at most.
    fn deal_by_tables<const HALVES: usize>(&self, numbers: &mut [u64]) {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let mut tables = [[0_u8; HALVES]; ROUNDS as usize];
        for (round, table) in tables.iter_mut().enumerate() {
            let (from, mask) = if round % 2 == 0 { (right_mask, left_mask) } else { (left_mask, right_mask) };
            for half in 0..=from {
                table[half as usize] = (round_of(self.key, round as u64, half) & mask) as u8;
            }
        }
        for number in numbers {
            let mut x = (if *number < self.len { *number } else { *number % self.len }) as usize;
            loop {
                let (mut left, mut right) = (x >> self.right_bits, x & right_mask as usize);
                for [even, odd] in tables.as_chunks::<2>().0 {
                    left ^= usize::from(even[right % HALVES]);
                    right ^= usize::from(odd[left % HALVES]);
                }
                x = (left << self.right_bits) | right;
                if (x as u64) < self.len {
                    break;
                }
            }
            *number = x as u64;
        }
    }

    /// One step for each number. A step is a long chain in which each product waits for the one before, so several are
    /// taken in turn.
    fn forward_all(&self, numbers: &mut [u64], key: &impl Fn(usize) -> Key) {
        let (groups, rest) = numbers.as_chunks_mut::<LANES>();
        for (at, group) in groups.iter_mut().enumerate() {
            let keys = std::array::from_fn(|lane| key(at * LANES + lane));
            self.forward_lanes(group, keys);
        }
        let done = groups.len() * LANES;
        for (at, number) in rest.iter_mut().enumerate() {
            *number = Self { key: key(done + at), ..*self }.forward(*number);
        }
    }

    #[inline]
    fn forward_lanes(&self, numbers: &mut [u64; LANES], keys: [Key; LANES]) {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let mut left = numbers.map(|x| x >> self.right_bits);
        let mut right = numbers.map(|x| x & right_mask);
        for round in (0..ROUNDS).step_by(2) {
            for lane in 0..LANES {
                left[lane] ^= round_of(keys[lane], round, right[lane]) & left_mask;
            }
            for lane in 0..LANES {
                right[lane] ^= round_of(keys[lane], round + 1, left[lane]) & right_mask;
            }
        }
        for lane in 0..LANES {
            numbers[lane] = (left[lane] << self.right_bits) | right[lane];
        }
    }

    /// Two rounds at a time: each round exchanges the halves and their widths, two bring them back.
    #[inline]
    fn forward(&self, x: u64) -> u64 {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let (mut left, mut right) = (x >> self.right_bits, x & right_mask);
        for round in (0..ROUNDS).step_by(2) {
            left ^= round_of(self.key, round, right) & left_mask;
            right ^= round_of(self.key, round + 1, left) & right_mask;
        }
        (left << self.right_bits) | right
    }

    #[inline]
    fn backward(&self, x: u64) -> u64 {
        let (mut lw, mut rw) = (self.left_bits, self.right_bits);
        let (mut left, mut right) = (x >> rw, x & low_bits(rw));
        for round in (0..ROUNDS).rev() {
            (lw, rw) = (rw, lw);
            let before = right ^ (round_of(self.key, round, left) & low_bits(lw));
            (left, right) = (before, left);
        }
        (left << rw) | right
    }
}

#[inline]
fn round_of(key: Key, round: u64, half: u64) -> u64 {
    mix(key, half ^ (round << 56)) >> 16
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

        /// Many at once are what each is alone, with any keys.
        #[test]
        fn all_at_once_is_each_alone(key in any::<u64>(), len in 1_u64..3000, numbers in prop::collection::vec(any::<u64>(), 0..200)) {
            let p = Permutation::new(Key(key), len);
            let mut all = numbers.clone();
            p.apply_all(&mut all);
            prop_assert_eq!(all, numbers.iter().map(|n| p.apply(*n)).collect::<Vec<u64>>());
            let mut dealt: Vec<u64> = numbers.iter().chain(&numbers).copied().chain(0..len).collect();
            let alone: Vec<u64> = dealt.iter().map(|n| p.apply(*n)).collect();
            p.deal(&mut dealt);
            prop_assert_eq!(dealt, alone);
            let mut keyed = numbers.clone();
            p.apply_keyed(&mut keyed, &|at| Key(at as u64));
            let alone = numbers.iter().enumerate().map(|(at, n)| Permutation::new(Key(at as u64), len).apply(*n));
            prop_assert_eq!(keyed, alone.collect::<Vec<u64>>());
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
