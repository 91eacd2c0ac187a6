//! The laws that a column may have over a list of its own.

use crate::key::{LawKey, below, mix};
use crate::permutation::Permutation;
use crate::stratified::Stratified;

/// A law over a list of its own.
#[derive(Clone, Debug)]
pub enum Law {
    /// Row n takes ordinal n.
    Sequence,
    /// A keyed permutation of the list: distinct while there are no more rows than ordinals.
    Permutation(Permutation),
    /// A keyed permutation of all 64-bit ordinals.
    Huge(LawKey),
    /// A keyed draw with repetition.
    Hashed {
        /// Its key.
        key: LawKey,
        /// The list's length.
        len: u64,
    },
    /// Exact shares of a short list.
    Stratified(Stratified),
}

impl Law {
    /// The ordinal of each of some rows; `attempt` above 0 draws again, which only laws of columns outside all keys are
    /// asked to. The law is looked at once, not once a row.
    pub fn ordinals(&self, rows: &[u64], attempt: u64) -> Vec<u64> {
        let again = || rows.iter().map(|row| mix(LawKey(attempt), *row));
        let keyed = |key: LawKey| if attempt == 0 { key } else { key.child(attempt) };
        match self {
            Self::Sequence => rows.to_vec(),
            Self::Permutation(p) => {
                let mut ordinals = if attempt == 0 { rows.to_vec() } else { again().collect() };
                p.apply_all(&mut ordinals);
                ordinals
            }
            Self::Huge(key) => {
                let key = keyed(*key);
                rows.iter().map(|row| mix(key, *row)).collect()
            }
            Self::Hashed { key, len } => {
                let key = keyed(*key);
                rows.iter().map(|row| below(mix(key, *row), *len)).collect()
            }
            Self::Stratified(law) if attempt == 0 => law.strata(rows),
            Self::Stratified(law) => again().map(|drawn| law.stratum(drawn >> 8) as u64).collect(),
        }
    }
}
