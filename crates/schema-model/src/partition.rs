//! Partitioning: strategies and bounds.

use crate::{Expr, KeyTerm, Span, TableId};
use serde::{Deserialize, Serialize};

/// `PARTITION BY` of a partitioned table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Partitioning {
    /// Range, list or hash.
    pub strategy: PartitionStrategy,
    /// The partition key.
    pub keys: Vec<KeyTerm>,
    /// Partitions declared inside the statement (MySQL). PostgreSQL's are tables with a [`PartitionOf`].
    pub partitions: Vec<InlinePartition>,
}

/// How rows are assigned to partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PartitionStrategy {
    /// By ranges of the key.
    Range,
    /// By lists of values.
    List,
    /// By a hash: every row has a partition if all remainders exist.
    Hash,
}

/// A MySQL partition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InlinePartition {
    /// Its name.
    pub name: String,
    /// Its bound; for `VALUES LESS THAN` the lower end is the previous partition's upper end.
    pub bound: PartitionBound,
}

/// `PARTITION OF parent FOR VALUES ...`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartitionOf {
    /// The partitioned table.
    pub parent: TableId,
    /// Which rows belong here.
    pub bound: PartitionBound,
    /// Where it was declared.
    pub span: Span,
}

/// The rows of one partition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PartitionBound {
    /// All that no other partition takes.
    Default,
    /// `from <= key < to`, compared as rows.
    Range {
        /// Inclusive lower end.
        from: Vec<BoundDatum>,
        /// Exclusive upper end.
        to: Vec<BoundDatum>,
    },
    /// `key IN (...)`: constant expressions, as many in each item as the key has parts.
    List(Vec<Vec<Expr>>),
    /// `hash(key) % modulus = remainder`.
    Hash {
        /// Number of classes.
        modulus: u64,
        /// Which class.
        remainder: u64,
    },
}

/// One value of a range bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BoundDatum {
    /// `MINVALUE`.
    MinValue,
    /// `MAXVALUE`.
    MaxValue,
    /// A constant expression: a literal, or a call such as `UNIX_TIMESTAMP('2020-01-01')`.
    Value(Expr),
}
