//! Keys: where randomness comes from.
//!
//! ChaCha turns (seed, path of names, purpose) into a 64-bit key once, at plan time; a counter-based mixer then turns
//! (key, row) into 64 bits for each cell. Names, not positions, go into a key: a column added in the middle of the DDL
//! must not reshuffle its neighbours, whose data users have checked in.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The key of one law or list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LawKey(
    /// 64 random bits.
    pub u64,
);

impl LawKey {
    /// The key of a path such as `["public.film", "title"]` for a purpose such as `null`.
    pub fn derive(seed: u64, path: &[&str], purpose: &str) -> Self {
        let mut state = fnv1a(0xcbf2_9ce4_8422_2325, purpose.as_bytes());
        let mut material = [0_u8; 32];
        material[..8].copy_from_slice(&seed.to_le_bytes());
        let mut second = state.rotate_left(32);
        for part in path {
            // The length keeps ["ab", "c"] and ["a", "bc"] apart.
            state = fnv1a(fnv1a(state, &(part.len() as u64).to_le_bytes()), part.as_bytes());
            second = fnv1a(second ^ state.rotate_left(17), part.as_bytes());
        }
        material[8..16].copy_from_slice(&state.to_le_bytes());
        material[16..24].copy_from_slice(&second.to_le_bytes());
        material[24..].copy_from_slice(&(path.len() as u64).to_le_bytes());
        Self(ChaCha8Rng::from_seed(material).next_u64())
    }

    /// A key below this one, for a block, a node or an attempt.
    #[inline]
    #[must_use]
    pub fn child(self, number: u64) -> Self {
        Self(mix(self, number ^ 0x5bd1_e995_97f4_a7c5))
    }
}

/// 2^64 divided by the golden ratio, made odd: neighbouring counters land far apart (Knuth, TAOCP vol. 3, 6.4).
pub const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// 64 bits for a row: the row-th number of the SplitMix64 generator (Steele, Lea, Flood 2014) that starts at the key. Keys
/// are 64 random bits each, so no two columns see the same stretch of its sequence. For a fixed key it is a bijection of
/// the row, which makes it a permutation of all 64-bit ordinals.
#[inline]
pub const fn mix(key: LawKey, row: u64) -> u64 {
    let z = row.wrapping_mul(GOLDEN).wrapping_add(key.0);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number below `len` (at least 1), by the high half of a product (Lemire 2019, without the rejection step: the bias
/// is below `len / 2^64`).
#[inline]
pub fn below(random: u64, len: u64) -> u64 {
    ((u128::from(random) * u128::from(len)) >> 64) as u64
}

fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_depend_on_every_part_of_the_path() {
        let keys = [
            LawKey::derive(1, &["a", "b"], "p"),
            LawKey::derive(2, &["a", "b"], "p"),
            LawKey::derive(1, &["ab"], "p"),
            LawKey::derive(1, &["a", "b"], "q"),
            LawKey::derive(1, &["b", "a"], "p"),
            LawKey::derive(1, &["a", "b", ""], "p"),
        ];
        for (i, a) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|b| a != b), "{a:?} came twice");
        }
    }

    #[test]
    fn the_mixer_is_the_one_released() {
        // These numbers reach every byte of every data set: they may only change with a line under "Changed rows".
        // The first two are the reference implementation's own, for a seed of 0 (Vigna, splitmix64.c).
        assert_eq!(mix(LawKey(0), 1), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(LawKey(0), 2), 0x6e78_9e6a_a1b9_65f4);
        let key = LawKey::derive(42, &["public.film", "title"], "law");
        assert_eq!((key.0, mix(key, 7)), (17_523_807_411_684_652_380, 14_566_595_725_697_568_504));
    }

    #[test]
    fn below_stays_below() {
        assert_eq!(below(u64::MAX, 10), 9);
        assert_eq!(below(0, 10), 0);
    }
}
