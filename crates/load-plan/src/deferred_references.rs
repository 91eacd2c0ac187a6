//! References that are filled in after the rows: which columns go in as NULL, and how their rows are found again.

use crate::row_key::finding_key;
use seedbed_schema_model::{BrokenReference, ColumnIdx, CycleBreak, Table};

/// The columns of one table that a load leaves NULL at first, because their parents come later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeferredReferences {
    /// The columns to fill in.
    pub columns: Vec<ColumnIdx>,
    /// A key whose columns are never NULL and not among `columns`: what finds a row again. `None` when the table has
    /// none, so that the columns stay NULL.
    pub key: Option<Vec<ColumnIdx>>,
}

impl DeferredReferences {
    /// What a table with these broken references leaves for later; `None` when it leaves nothing. Only columns that are
    /// `written` count.
    pub(crate) fn of(table: &Table, broken: &[BrokenReference], written: &[ColumnIdx]) -> Option<Self> {
        let mut columns: Vec<ColumnIdx> = broken
            .iter()
            .filter(|b| b.how == CycleBreak::NullFirst)
            .filter_map(|b| table.foreign_keys.get(usize::from(b.foreign_key.index)))
            .flat_map(|fk| fk.columns.iter().copied())
            .filter(|c| table[*c].nullable && written.contains(c))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let key = finding_key(table, &columns, written);
        (!columns.is_empty()).then_some(Self { columns, key })
    }
}
