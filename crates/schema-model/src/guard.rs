//! What a trigger wants of new rows, as far as its statements are read.

use crate::{ColumnIdx, Expr, ForeignKey, Schema, Span, Table, TableId};
use serde::{Deserialize, Serialize};

/// A condition that a trigger refuses a table's new rows by, as a CHECK would: it must not be false. Unlike a CHECK, it may
/// look at rows of other tables, those that columns of the new row name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// What must not be false, over the table's columns; [`Expr::Parameter`] stands for the look-up of that number.
    pub condition: Expr,
    /// The look-ups.
    pub look_ups: Vec<LookUp>,
    /// Where the trigger is declared.
    pub span: Span,
}

/// A value of another table's row: `(SELECT column FROM parent WHERE parent_columns = columns)`; NULL where no row is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LookUp {
    /// The new row's columns that name the other row.
    pub columns: Vec<ColumnIdx>,
    /// The other table.
    pub parent: TableId,
    /// A key of it, parallel to `columns`.
    pub parent_columns: Vec<ColumnIdx>,
    /// What is read there.
    pub column: ColumnIdx,
}

/// Where a table shows a look-up of its triggers among its own columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedUp {
    /// The look-up.
    pub look_up: LookUp,
    /// The column that shows it.
    pub column: ColumnIdx,
}

impl LookUp {
    /// Whether a reference names the same row.
    pub fn is_by(&self, reference: &ForeignKey) -> bool {
        let mut own: Vec<_> = self.columns.iter().zip(&self.parent_columns).collect();
        let mut theirs: Vec<_> = reference.columns.iter().zip(&reference.parent_columns).collect();
        own.sort_unstable();
        theirs.sort_unstable();
        self.parent == reference.parent && own == theirs
    }
}

impl Table {
    /// What its triggers want of each new row, with the trigger's name.
    pub fn guards(&self) -> impl Iterator<Item = (&str, &Guard)> {
        let acting = self.triggers.iter().filter(|t| t.on_insert());
        acting.flat_map(|t| t.guards.iter().map(|guard| (t.name.as_str(), guard)))
    }

    /// Whether the table has the column only to show what a trigger looks up: no server knows it.
    pub fn is_shown_only(&self, column: ColumnIdx) -> bool {
        column >= self.shown_from && column.position() < self.columns.len()
    }
}

impl Schema {
    /// Whether a trigger of a table that refers to this one looks at the column there.
    pub fn is_looked_up(&self, table: TableId, column: ColumnIdx) -> bool {
        let guards = self.tables.iter().flat_map(Table::guards);
        let mut look_ups = guards.flat_map(|(_, guard)| &guard.look_ups);
        look_ups.any(|look_up| look_up.parent == table && look_up.column == column)
    }
}
