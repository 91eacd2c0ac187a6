//! What a plan tells of one table: facts, which [`wording`](super::wording) puts into words.

use super::column_note::ColumnNote;
use super::key_note::{KeyName, KeyNote};
use crate::explain::LimitationCode;
use seedbed_schema_model::{ColumnIdx, Span, TableId};

/// What `explain` tells of a table.
#[derive(Clone, Debug, Default)]
pub struct TableNote {
    /// Columns, in DDL order.
    pub columns: Vec<ColumnNote>,
    /// How each key holds.
    pub keys: Vec<KeyNote>,
    /// What is not guaranteed.
    pub limitations: Vec<LimitationNote>,
    /// What is kept in memory beyond batches.
    pub memory: Vec<MemoryUse>,
}

/// Something that the plan does not guarantee of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitationNote {
    /// What is not guaranteed.
    pub limit: Unguaranteed,
    /// Where the DDL asks for it.
    pub span: Option<Span>,
}

/// A constraint or column that the plan can't vouch for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unguaranteed {
    /// Rows break these CHECKs, so many of the first so many, and drawing again does not help.
    Unsettled {
        /// Rows that break them.
        broken: u64,
        /// Rows looked at.
        tried: u64,
        /// The CHECKs' names or texts.
        checks: Vec<String>,
    },
    /// Whether these CHECKs hold is not decided: it would take more than the budget of planning. None where it is not of
    /// CHECKs that the table's plan would take more.
    OverBudget {
        /// The CHECKs' names or texts.
        checks: Vec<String>,
    },
    /// A CHECK can't be evaluated here: what of it.
    Unreadable {
        /// The CHECK's name or text.
        check: String,
        /// What can't be evaluated.
        what: String,
    },
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
    /// A column's CHECKs hold about the moment that plans take for now, and at no other.
    AboutNow(ColumnIdx),
}

impl Unguaranteed {
    /// The code as it stands in reports.
    pub fn code(&self) -> LimitationCode {
        match self {
            Self::Unsettled { .. } => LimitationCode::CheckSeveralColumns,
            Self::OverBudget { .. } => LimitationCode::PlanningBudget,
            Self::Unreadable { .. } => LimitationCode::CheckUnreadable,
            Self::FixedKey(_) => LimitationCode::UniqueOverlap,
            Self::FixedReference(_) | Self::Overlap(_) => LimitationCode::ReferenceOverlap,
            Self::Dangling(_) => LimitationCode::ReferenceUnresolved,
            Self::Exclusion(_) => LimitationCode::Exclusion,
            Self::UnknownType(_) => LimitationCode::TypeUnknown,
            Self::AboutNow(_) => LimitationCode::AboutNow,
        }
    }
}

/// A reference by its columns and its parent, as messages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceName {
    /// Its own columns.
    pub columns: Vec<ColumnIdx>,
    /// The table referred to.
    pub parent: TableId,
}

/// Memory that a plan keeps for a table beyond its batches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryUse {
    /// The distinct values of a list that repeats some.
    DistinctValues {
        /// The column.
        column: ColumnIdx,
        /// Bytes kept.
        bytes: usize,
    },
    /// The numbers whose values are there already.
    PassedOver {
        /// The column.
        column: ColumnIdx,
        /// Bytes kept.
        bytes: usize,
    },
    /// A parent's rows that a CHECK allows.
    PermittedRows {
        /// The parent.
        parent: TableId,
        /// Rows kept, 8 bytes each.
        rows: usize,
    },
    /// A parent's rows that agree with those of another parent.
    AgreeingRows {
        /// The parent whose rows are kept.
        parent: TableId,
        /// The other parent.
        other: TableId,
        /// Rows kept, 8 bytes each.
        rows: usize,
    },
    /// A parent's rows by shared columns, so many different ones.
    SharedIndex {
        /// The parent.
        parent: TableId,
        /// The columns that are shared.
        columns: Vec<ColumnIdx>,
        /// Different values in them.
        entries: usize,
    },
    /// Which proposals are rows.
    Sieve {
        /// Proposals looked at.
        proposals: u64,
        /// Bytes kept.
        bytes: u64,
    },
}
