//! What an action of `ALTER TABLE` works on.
//!
//! PostgreSQL applies an action to all children, unless `ONLY` is written before the table
//! (<https://www.postgresql.org/docs/current/sql-altertable.html>, `name`). Elsewhere no table has children.

use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::TableId;

/// What an action works on.
#[derive(Clone, Copy, Debug)]
pub(super) struct AlterTarget {
    /// The table that is named.
    pub table: TableId,
    /// `ONLY`: children stay as they are.
    pub only: bool,
}

impl AlterTarget {
    /// The table, and its children unless `ONLY` was written.
    pub(super) fn tables(self, catalog: &SystemCatalog) -> Vec<TableId> {
        if self.only { vec![self.table] } else { catalog.family(self.table) }
    }
}
