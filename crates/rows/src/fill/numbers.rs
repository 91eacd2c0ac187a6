//! What laws are asked for and what they answer: numbers of rows or proposals, and ordinals.

use seedbed_laws::Permutation;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

/// What a law is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Numbers {
    /// The numbers of the rows.
    Rows,
    /// The proposals that the table's sieve accepted.
    Proposals,
}

/// Ordinals: the rows themselves, of one column, or of all that show the same entity.
pub(super) enum Ordinals<'r> {
    Rows(&'r [u64]),
    Own(Vec<u64>),
    Shared(Rc<Vec<u64>>),
}

impl Ordinals<'_> {
    /// Takes them modulo a list's length.
    pub(super) fn wrap(self, len: u64) -> Self {
        let len = len.max(1);
        let below = |part: &[u64]| part.iter().fold(true, |all, ordinal| all & (*ordinal < len));
        if self.chunks(256).all(below) {
            return self;
        }
        Self::Own(self.iter().map(|ordinal| ordinal % len).collect())
    }
}

impl Deref for Ordinals<'_> {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        match self {
            Self::Rows(rows) => rows,
            Self::Own(ordinals) => ordinals,
            Self::Shared(ordinals) => ordinals,
        }
    }
}

/// What several columns or references of a table draw together, for the rows or for their proposals.
#[derive(Debug, Default)]
pub(super) struct SharedDraws {
    pub(super) entities: Vec<(Permutation, Numbers, Rc<Vec<u64>>)>,
    pub(super) joints: BTreeMap<(usize, Numbers), Rc<Vec<u64>>>,
    pub(super) fan_outs: BTreeMap<usize, Rc<Vec<(u64, u64)>>>,
}
