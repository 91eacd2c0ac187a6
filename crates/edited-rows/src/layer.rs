//! Layers: what one edit does to the rows below it.

use crate::added_rows::AddedRows;
use crate::change::Change;
use crate::donor::Donor;
use crate::row_set::RowSet;
use seedbed_schema_model::{ColumnIdx, Expr, TableId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What one edit does, table by table.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    pub(crate) tables: BTreeMap<TableId, TableLayer>,
}

/// What one edit does to a table. Changes are made in rows as they are numbered below; then rows are removed, and others
/// added at the end.
#[derive(Debug, Default)]
pub(crate) struct TableLayer {
    pub(crate) changes: Vec<Change>,
    /// What a broken row may get instead, and in which columns.
    pub(crate) repair: Option<Repair>,
    /// The rows that stay; all of them when there is none.
    pub(crate) kept: Option<Arc<RowSet>>,
    pub(crate) added: Option<AddedRows>,
}

/// What a row may get when it breaks a constraint.
#[derive(Debug)]
pub(crate) struct Repair {
    /// Columns that are in no key and no reference, and that the edit does not speak of.
    pub(crate) free: Vec<ColumnIdx>,
    /// Of those, the ones that a CHECK says to equal an expression over others.
    pub(crate) equal: Vec<(ColumnIdx, Expr)>,
    /// Rows to take their values from.
    pub(crate) donor: Donor,
}

impl TableLayer {
    /// Rows that there are above, of so many below.
    pub(crate) fn count(&self, below: u64) -> u64 {
        self.kept_count(below) + self.added.as_ref().map_or(0, AddedRows::len)
    }

    /// Rows that stay, of so many below.
    pub(crate) fn kept_count(&self, below: u64) -> u64 {
        self.kept.as_ref().map_or(below, |kept| kept.len())
    }

    /// The columns that it may change.
    pub(crate) fn changed_columns(&self) -> Vec<ColumnIdx> {
        let mut columns: Vec<ColumnIdx> =
            self.changes.iter().flat_map(|c| c.columns.iter().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}
