//! What a plan tells of one table: facts, which [`wording`](super::wording) puts into words.

use super::column_note::ColumnNote;
use super::key_note::{KeyName, KeyNote};
use crate::LimitationCode;
use seedbed_schema_model::{ColumnIdx, Span, TableId};

/// What `explain` tells of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableNote {
    /// Columns, in DDL order.
    pub(crate) columns: Vec<ColumnNote>,
    /// How each key holds.
    pub(crate) keys: Vec<KeyNote>,
    /// What is not guaranteed.
    pub(crate) limitations: Vec<LimitationNote>,
    /// What is kept in memory beyond batches.
    pub(crate) memory: Vec<MemoryUse>,
}

/// Something that the plan does not guarantee of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LimitationNote {
    pub(crate) limit: Unguaranteed,
    pub(crate) span: Option<Span>,
}

/// A constraint or column that the plan can't vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unguaranteed {
    /// Rows break these CHECKs, so many of the first so many, and drawing again does not help.
    Unsettled { broken: u64, tried: u64, checks: Vec<String> },
    /// A CHECK can't be evaluated here: what of it.
    Unreadable { check: String, what: String },
    /// A key's columns are all fixed by other constraints.
    FixedKey(KeyName),
    /// A reference's columns are all fixed by other constraints.
    FixedReference(ReferenceName),
    /// A reference shares columns with others in a way that is not solved.
    Overlap(ReferenceName),
    /// A reference that can't be NULL leads nowhere.
    Dangling(Vec<ColumnIdx>),
    /// The operators of an exclusion can't be read; its name, if it has one.
    Exclusion(Option<String>),
    /// No values of a column's type are known.
    UnknownType(ColumnIdx),
}

impl Unguaranteed {
    /// The code as it stands in reports.
    pub(crate) fn code(&self) -> LimitationCode {
        match self {
            Self::Unsettled { .. } => LimitationCode::CheckSeveralColumns,
            Self::Unreadable { .. } => LimitationCode::CheckUnreadable,
            Self::FixedKey(_) => LimitationCode::UniqueOverlap,
            Self::FixedReference(_) | Self::Overlap(_) => LimitationCode::ReferenceOverlap,
            Self::Dangling(_) => LimitationCode::ReferenceUnresolved,
            Self::Exclusion(_) => LimitationCode::Exclusion,
            Self::UnknownType(_) => LimitationCode::TypeUnknown,
        }
    }
}

/// A reference by its columns and its parent, as messages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReferenceName {
    pub(crate) columns: Vec<ColumnIdx>,
    pub(crate) parent: TableId,
}

/// Memory that a plan keeps for a table beyond its batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MemoryUse {
    /// The distinct values of a list that repeats some.
    DistinctValues { column: ColumnIdx, bytes: usize },
    /// A parent's rows that a CHECK allows.
    PermittedRows { parent: TableId, rows: usize },
    /// A parent's rows that agree with those of another parent.
    AgreeingRows { parent: TableId, other: TableId, rows: usize },
    /// A parent's rows by shared columns, so many different ones.
    SharedIndex { parent: TableId, columns: Vec<ColumnIdx>, entries: usize },
    /// Which proposals are rows.
    Sieve { proposals: u64, bytes: u64 },
}
