//! Foreign keys as arithmetic: which parent row each row refers to.

use crate::known_cells::FIRST_KNOWN;
use seedbed_laws::{Dealt, FanOut, LawKey, NullLaw, Permutation, Stratified};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::HashMap;
use std::sync::Arc;

/// A foreign key as arithmetic: which parent row each row refers to.
#[derive(Debug)]
pub struct ReferenceProgram {
    /// The table referred to.
    pub parent: TableId,
    /// Which candidate each row takes.
    pub law: ReferenceLaw,
    /// Which rows refer to none.
    pub nulls: NullLaw,
    /// The parent's rows that may be referred to.
    pub candidates: Candidates,
}

/// The parent rows that may be referred to, by rank.
#[derive(Clone, Debug)]
pub enum Candidates {
    /// The first so many.
    All(u64),
    /// Those among the first `rows` whose nullable key is present.
    Present {
        /// Stratum 1 of this law is present.
        law: Stratified,
        /// How many rows are looked at.
        rows: u64,
        /// How many of them are present.
        count: u64,
    },
    /// These, found at plan time.
    Listed(Arc<[u64]>),
}

impl Candidates {
    /// How many.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a reference without candidates is absent, which its NULL law says"
    )]
    pub fn len(&self) -> u64 {
        match self {
            Self::All(count) | Self::Present { count, .. } => *count,
            Self::Listed(rows) => rows.len() as u64,
        }
    }

    /// Whether they are rows that the run makes, none of those that were there before it.
    pub fn are_generated(&self) -> bool {
        match self {
            Self::All(_) | Self::Present { .. } => true,
            Self::Listed(rows) => rows.iter().all(|row| *row < FIRST_KNOWN),
        }
    }

    /// The row of a rank below [`Candidates::len`].
    pub fn row(&self, rank: u64) -> u64 {
        match self {
            Self::All(_) => rank,
            Self::Present { law, rows, .. } => law.row_of(1, rank, *rows),
            Self::Listed(rows) => rows[rank as usize],
        }
    }
}

/// Which candidate a row takes.
#[derive(Debug)]
pub enum ReferenceLaw {
    /// A draw with repetition.
    Hashed(LawKey),
    /// Each row to the parent's row of its own number: keys made of each other's keys.
    Aligned,
    /// A permutation of the candidates: one-to-one.
    Permutation(Permutation),
    /// A digit of a joint law.
    Joint {
        /// Which of the program's joint laws.
        joint: usize,
        /// Which of its digits.
        digit: usize,
    },
    /// Children in groups, with positions.
    FanOut(FanOut),
    /// Children dealt out in rounds, so that each candidate has one.
    Dealt(Dealt),
    /// Beside a dealt reference: a permutation of the candidates for each of its parents, of which a round takes the
    /// next, so that no two children of one parent take the same.
    InRound {
        /// The other reference's law.
        dealt: Dealt,
        /// What the permutations are keyed by.
        key: LawKey,
    },
    /// To the table itself, beside a dealt reference: another child of the same parent, of an earlier round where
    /// there is one.
    Mate {
        /// The other reference's law.
        dealt: Dealt,
        /// What the draws are keyed by.
        key: LawKey,
    },
    /// To the table itself: an earlier row, so that no row is its own ancestor.
    Tree {
        /// What the draws are keyed by.
        key: LawKey,
        /// The columns referred to: a row in which one is NULL can't be a parent.
        referred: Vec<ColumnIdx>,
        /// Own columns and the parent's columns that must agree because another key fixes them.
        shared: Vec<(ColumnIdx, ColumnIdx)>,
        /// What rows without an earlier row refer to.
        root: Root,
    },
    /// To the table itself, each row to the one before: a unique self reference.
    Chain {
        /// What the first row refers to.
        root: Root,
    },
    /// Among the parent rows that agree with columns which other references have fixed.
    Indexed(Arc<SharedIndex>),
}

/// What a row of a table that refers to itself refers to where there is no earlier row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// Nothing: it is NULL.
    Absent,
    /// Itself.
    Itself,
    /// A later row, so that no row refers to itself: of a tree the second, of a chain the last.
    Another,
    /// A row that was there before the run, by its number.
    Known(u64),
}

/// Parent rows by the values of the columns that a reference shares with others of its table.
#[derive(Debug)]
pub struct SharedIndex {
    /// What the draws among agreeing rows are keyed by.
    pub key: LawKey,
    /// The child's shared columns.
    pub columns: Vec<ColumnIdx>,
    /// Candidate rows by the shared values' text. Only ever looked up.
    pub rows: HashMap<Vec<u8>, Vec<u64>>,
}
