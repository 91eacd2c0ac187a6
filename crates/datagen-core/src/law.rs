//! Laws: which ordinal of its list each row takes.

mod accepted;
mod fan_out;
mod permutation;
mod stratified;

pub(crate) use accepted::Accepted;
pub(crate) use fan_out::FanOut;
pub(crate) use permutation::Permutation;
pub(crate) use stratified::Stratified;

use crate::key::{Key, below, mix};

/// A law over a list of its own.
#[derive(Clone, Debug)]
pub(crate) enum Law {
    /// Row n takes ordinal n.
    Sequence,
    /// A keyed permutation of the list: distinct while there are no more rows than ordinals.
    Permutation(Permutation),
    /// A keyed permutation of all 64-bit ordinals.
    Huge(Key),
    /// A keyed draw with repetition.
    Hashed {
        /// Its key.
        key: Key,
        /// The list's length.
        len: u64,
    },
    /// Exact shares of a short list.
    Stratified(Stratified),
}

impl Law {
    /// The law's name in `explain`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Permutation(_) | Self::Huge(_) => "permutation",
            Self::Hashed { .. } => "hashed",
            Self::Stratified(_) => "stratified",
        }
    }

    /// The ordinal of a row; `attempt` above 0 draws again, which only laws of columns outside all keys are asked to.
    #[inline]
    pub(crate) fn ordinal(&self, row: u64, attempt: u64) -> u64 {
        match self {
            Self::Sequence => row,
            Self::Permutation(p) if attempt == 0 => p.apply(row),
            Self::Permutation(p) => p.apply(mix(Key(attempt), row)),
            Self::Huge(key) if attempt == 0 => mix(*key, row),
            Self::Huge(key) => mix(key.child(attempt), row),
            Self::Hashed { key, len } if attempt == 0 => below(mix(*key, row), *len),
            Self::Hashed { key, len } => below(mix(key.child(attempt), row), *len),
            Self::Stratified(s) if attempt == 0 => s.stratum(row) as u64,
            Self::Stratified(s) => s.stratum(mix(Key(attempt), row) >> 8) as u64,
        }
    }
}
