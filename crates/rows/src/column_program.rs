//! How one column's cells come about.

use seedbed_datagen_core::Sampler;
use seedbed_laws::{Law, NullLaw, Permutation};
use seedbed_schema_model::ColumnIdx;
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
    /// Always NULL.
    Null,
    /// Left to the server: generated, or nothing is known of its type and it has a default.
    Server,
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
    },
    /// Another law as if the rows that the target holds already came first: a second run with the same seed goes on
    /// where the first one ended.
    After {
        /// How many rows come first.
        existing: u64,
        /// The law.
        law: Box<CellLaw>,
    },
}

impl CellLaw {
    /// The law itself, whatever rows it counts from.
    pub fn first(&self) -> &Self {
        match self {
            Self::After { law, .. } => law.first(),
            law => law,
        }
    }

    /// The joint law that it is a digit of.
    pub fn joint(&self) -> Option<usize> {
        match self {
            Self::Joint { joint, .. } => Some(*joint),
            Self::After { law, .. } => law.joint(),
            Self::Own(_) | Self::Entity(_) | Self::Position { .. } => None,
        }
    }
}
