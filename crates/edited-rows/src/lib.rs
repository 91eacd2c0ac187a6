//! Edits on rows.

mod pending;

pub use pending::{Applied, Diff, EditError, EditOptions, EditedRows, RowDiff, TableDiff};
