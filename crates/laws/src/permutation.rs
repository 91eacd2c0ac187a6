//! Keyed permutations of `0..len`: unique by construction, in no memory, at any row.

use crate::key::{GOLDEN, LawKey, mix};

const ROUNDS: usize = 8;
/// Numbers permuted in turn: enough to keep a processor's multiplier busy.
const LANES: usize = 8;

/// A bijection of `0..len`: a Feistel network over the bits of `len - 1`, with cycle walking for the numbers that fall
/// outside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). On average it walks less than twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permutation {
    key: LawKey,
    len: u64,
    left_bits: u32,
    right_bits: u32,
}

impl Permutation {
    /// A permutation of `0..len`; `len` of 0 is taken as 1.
    #[inline]
    pub fn new(key: LawKey, len: u64) -> Self {
        let len = len.max(1);
        let bits = (64 - (len - 1).leading_zeros()).max(2);
        Self { key, len, left_bits: bits / 2, right_bits: bits - bits / 2 }
    }

    /// Another permutation, of another length, whose key is below this one's.
    #[must_use]
    pub fn part(&self, number: u64, len: u64) -> Self {
        Self::new(self.key.child(number), len)
    }

    /// Its length.
    #[expect(clippy::len_without_is_empty, reason = "there is always a number to permute")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Where `at` goes. Numbers at or past the length are taken modulo it.
    #[inline]
    pub fn apply(&self, at: u64) -> u64 {
        let (mut x, rounds) = (at % self.len, Rounds::of(self.key));
        loop {
            x = self.forward(&rounds, x);
            if x < self.len {
                return x;
            }
        }
    }

    /// Where `at` comes from.
    #[inline]
    pub fn invert(&self, at: u64) -> u64 {
        self.walk_back(at, &Rounds::of(self.key))
    }

    #[inline]
    fn walk_back(&self, at: u64, rounds: &Rounds) -> u64 {
        let mut x = at % self.len;
        loop {
            x = self.backward(rounds, x);
            if x < self.len {
                return x;
            }
        }
    }

    /// Puts [`Permutation::apply`] of each number in its place.
    pub fn apply_all(&self, numbers: &mut [u64]) {
        for number in &mut *numbers {
            if *number >= self.len {
                *number %= self.len;
            }
        }
        let rounds = Rounds::of(self.key);
        self.forward_all(&rounds, numbers);
        // Those that fell outside walk on, all of them a step at a time.
        let mut walking: Vec<u32> = Vec::new();
        walking.extend((0..numbers.len() as u32).filter(|at| numbers[*at as usize] >= self.len));
        while !walking.is_empty() {
            let mut moved: Vec<u64> = walking.iter().map(|at| numbers[*at as usize]).collect();
            self.forward_all(&rounds, &mut moved);
            for (at, number) in walking.iter().zip(moved) {
                numbers[*at as usize] = number;
            }
            walking.retain(|at| numbers[*at as usize] >= self.len);
        }
    }

    /// Puts [`Permutation::invert`] of each number in its place. Where the permutation is short and many numbers are wanted,
    /// what each round does to each half is worked out once, so that a number costs eight looks into tables.
    pub fn invert_all(&self, numbers: &mut [u64]) {
        let rounds = Rounds::of(self.key);
        let halves = (1_usize << self.left_bits.min(30)) + (1 << self.right_bits.min(30));
        let many = halves <= 2 * numbers.len();
        match self.right_bits {
            0..=2 if many => self.invert_by_tables::<4>(&rounds, numbers),
            3..=6 if many => self.invert_by_tables::<64>(&rounds, numbers),
            _ => numbers.iter_mut().for_each(|number| *number = self.walk_back(*number, &rounds)),
        }
    }

    /// `HALVES` is a power of two that the wider half has at most.
    fn invert_by_tables<const HALVES: usize>(&self, rounds: &Rounds, numbers: &mut [u64]) {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let mut tables = [[0_u8; HALVES]; ROUNDS];
        for (round, table) in tables.iter_mut().enumerate() {
            let (from, mask) = if round % 2 == 0 { (right_mask, left_mask) } else { (left_mask, right_mask) };
            for (half, entry) in (0..=from).zip(table) {
                *entry = (rounds.of_half(round, half) & mask) as u8;
            }
        }
        for number in numbers {
            let mut x = (*number % self.len) as usize;
            loop {
                let (mut left, mut right) = (x >> self.right_bits, x & right_mask as usize);
                for [even, odd] in tables.as_chunks::<2>().0.iter().rev() {
                    right ^= usize::from(odd[left % HALVES]);
                    left ^= usize::from(even[right % HALVES]);
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
    fn forward_all(&self, rounds: &Rounds, numbers: &mut [u64]) {
        let (groups, rest) = numbers.as_chunks_mut::<LANES>();
        for group in groups {
            self.forward_lanes(rounds, group);
        }
        for number in rest {
            *number = self.forward(rounds, *number);
        }
    }

    #[inline]
    fn forward_lanes(&self, rounds: &Rounds, numbers: &mut [u64; LANES]) {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let mut left = numbers.map(|x| x >> self.right_bits);
        let mut right = numbers.map(|x| x & right_mask);
        for round in (0..ROUNDS).step_by(2) {
            for lane in 0..LANES {
                left[lane] ^= rounds.of_half(round, right[lane]) & left_mask;
            }
            for lane in 0..LANES {
                right[lane] ^= rounds.of_half(round + 1, left[lane]) & right_mask;
            }
        }
        for lane in 0..LANES {
            numbers[lane] = (left[lane] << self.right_bits) | right[lane];
        }
    }

    /// Two rounds at a time: each round exchanges the halves and their widths, two bring them back.
    #[inline]
    fn forward(&self, rounds: &Rounds, x: u64) -> u64 {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let (mut left, mut right) = (x >> self.right_bits, x & right_mask);
        for round in (0..ROUNDS).step_by(2) {
            left ^= rounds.of_half(round, right) & left_mask;
            right ^= rounds.of_half(round + 1, left) & right_mask;
        }
        (left << self.right_bits) | right
    }

    #[inline]
    fn backward(&self, rounds: &Rounds, x: u64) -> u64 {
        let (left_mask, right_mask) = (low_bits(self.left_bits), low_bits(self.right_bits));
        let (mut left, mut right) = (x >> self.right_bits, x & right_mask);
        for round in (0..ROUNDS).step_by(2).rev() {
            right ^= rounds.of_half(round + 1, left) & right_mask;
            left ^= rounds.of_half(round, right) & left_mask;
        }
        (left << self.right_bits) | right
    }
}

/// What the rounds do to a half: multiply-shift hashing, a factor and a summand for each (Dietzfelbinger, "Universal
/// hashing and k-wise independent random variables via integer arithmetic without primes", 1996), which hashes any two
/// halves independently at one multiplication each. Eight of them leave no pattern that the tests below would see; it is no
/// cipher, and need not be.
#[derive(Clone, Copy, Debug)]
struct Rounds([(u64, u64); ROUNDS]);

impl Rounds {
    /// Factors for factors and for summands: odd, and otherwise random.
    const SPREAD: [(u64, u64); ROUNDS] = {
        let mut spread = [(0, 0); ROUNDS];
        let mut round = 0;
        while round < ROUNDS {
            let at = 2 * round as u64;
            spread[round] = (mix(LawKey(GOLDEN), at) | 1, mix(LawKey(GOLDEN), at + 1) | 1);
            round += 1;
        }
        spread
    };

    #[inline]
    fn of(LawKey(key): LawKey) -> Self {
        let other = key.rotate_left(32);
        Self(Self::SPREAD.map(|(a, b)| (key.wrapping_mul(a) | 1, other.wrapping_mul(b))))
    }

    /// At least as many random bits as the other half has; halves have at most 32.
    #[inline]
    fn of_half(&self, round: usize, half: u64) -> u64 {
        let (factor, summand) = self.0[round];
        half.wrapping_mul(factor).wrapping_add(summand) >> 32
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
            let p = Permutation::new(LawKey(key), len);
            let mut seen = vec![false; len as usize];
            for i in 0..len {
                let j = p.apply(i);
                prop_assert!(!std::mem::replace(&mut seen[j as usize], true));
                prop_assert_eq!(p.invert(j), i);
            }
        }

        /// Many at once are what each is alone.
        #[test]
        fn all_at_once_is_each_alone(key in any::<u64>(), len in 1_u64..3000, numbers in prop::collection::vec(any::<u64>(), 0..200)) {
            let p = Permutation::new(LawKey(key), len);
            let mut all = numbers.clone();
            p.apply_all(&mut all);
            prop_assert_eq!(all, numbers.iter().map(|n| p.apply(*n)).collect::<Vec<u64>>());
            for mut back in [numbers.clone(), numbers.iter().copied().chain(0..len).collect()] {
                let alone: Vec<u64> = back.iter().map(|n| p.invert(*n)).collect();
                p.invert_all(&mut back);
                prop_assert_eq!(back, alone);
            }
        }

        /// The same at lengths that can't be walked through.
        #[test]
        fn the_inverse_leads_back_at_any_length(key in any::<u64>(), len in 1_u64.., at in any::<u64>()) {
            let p = Permutation::new(LawKey(key), len);
            let at = at % len;
            prop_assert!(p.apply(at) < len);
            prop_assert_eq!(p.invert(p.apply(at)), at);
        }
    }

    /// How many standard deviations the squared differences from even counts are off what chance would bring.
    fn unevenness(counts: &[u64]) -> f64 {
        let even = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
        let squares: f64 = counts.iter().map(|count| (*count as f64 - even).powi(2) / even).sum();
        let freedom = counts.len() as f64 - 1.0;
        (squares - freedom) / (2.0 * freedom).sqrt()
    }

    #[test]
    fn every_order_of_four_comes_equally_often() {
        let mut orders = std::collections::BTreeMap::new();
        for key in 0..24_000 {
            let permutation = Permutation::new(LawKey(mix(LawKey(1), key)), 4);
            *orders.entry([0, 1, 2, 3].map(|at| permutation.apply(at))).or_insert(0) += 1;
        }
        let counts: Vec<u64> = orders.into_values().collect();
        assert_eq!(counts.len(), 24);
        assert!(unevenness(&counts) < 5.0, "{counts:?}");
    }

    #[test]
    fn where_a_number_goes_says_nothing_of_where_the_next_one_does() {
        for len in [1000, 4096, 100_000, 1 << 30, (1 << 44) + 1, 1 << 60] {
            for key in 0..8 {
                let permutation = Permutation::new(LawKey(mix(LawKey(2), key)), len);
                let mut numbers: Vec<u64> = (0..len.min(20_000)).collect();
                permutation.apply_all(&mut numbers);
                let (mut by_size, mut by_rest) = ([0; 256], [0; 256]);
                for pair in numbers.windows(2) {
                    let sixteenth = |n: u64| (u128::from(n) * 16 / u128::from(len)) as usize;
                    by_size[16 * sixteenth(pair[0]) + sixteenth(pair[1])] += 1;
                    by_rest[16 * (pair[0] % 16) as usize + (pair[1] % 16) as usize] += 1;
                }
                for counts in [by_size, by_rest] {
                    let off = unevenness(&counts);
                    assert!(off.abs() < 5.0, "{len}, {key}: {off}");
                }
            }
        }
    }
}
