//! How one column's cells come about.

use seedbed_datagen_core::Sampler;
use seedbed_laws::{Gaps, Law, NullLaw, Permutation};
use seedbed_schema_model::{ColumnIdx, Expr, Schema};
use std::sync::Arc;

/// How one column's cells come about.
#[derive(Debug)]
pub enum ColumnProgram {
    /// From a list of its own.
    Listed {
        /// The list.
        sampler: Arc<dyn Sampler>,
        /// Which of its ordinals each row takes.
        law: CellLaw,
        /// Which rows are NULL.
        nulls: NullLaw,
    },
    /// The parent's column at the parent's row.
    Referenced {
        /// Which of the program's references.
        reference: usize,
        /// The parent's column.
        parent_column: ColumnIdx,
        /// Whether it is NULL where the reference is absent.
        nullable: bool,
    },
    /// A generated column that others refer to: computed here as the server computes it, and not written.
    Generated(Arc<GeneratedCell>),
    /// Always NULL.
    Null,
    /// Left to the server: generated, or nothing is known of its type and it has a default.
    Server,
}

/// What a generated column is computed of.
#[derive(Debug)]
pub struct GeneratedCell {
    /// The schema, for types.
    pub schema: Arc<Schema>,
    /// Its expression over columns that are not generated.
    pub expr: Expr,
    /// Those columns.
    pub reads: Vec<ColumnIdx>,
}

/// Which ordinal of its list a cell takes.
#[derive(Debug)]
pub enum CellLaw {
    /// A law of the column's own.
    Own(Law),
    /// A digit of a joint law.
    Joint {
        /// Which of the program's joint laws.
        joint: usize,
        /// Which of its digits.
        digit: usize,
    },
    /// The ordinal of the entity that several columns of the table show.
    Entity(Permutation),
    /// The row's position among the children of a reference's parent.
    Position {
        /// Which of the program's references.
        reference: usize,
        /// For each of the reference's candidates, how many positions come first; empty where none do.
        after: Arc<[u64]>,
    },
    /// Another law without the numbers whose values the target holds already: a second run with the same seed goes on
    /// where the first one ended.
    Beside {
        /// The numbers that are left.
        left: Arc<Gaps>,
        /// The law.
        law: Box<CellLaw>,
    },
}

impl CellLaw {
    /// The law itself, whatever numbers it passes over.
    pub fn first(&self) -> &Self {
        match self {
            Self::Beside { law, .. } => law.first(),
            law => law,
        }
    }

    /// The joint law that it is a digit of.
    pub fn joint(&self) -> Option<usize> {
        match self {
            Self::Joint { joint, .. } => Some(*joint),
            Self::Beside { law, .. } => law.joint(),
            Self::Own(_) | Self::Entity(_) | Self::Position { .. } => None,
        }
    }
}
