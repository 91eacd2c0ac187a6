//! Rows of a version, to be read.

use crate::{Page, PageRequest, StoreError};
use seedbed_datagen_core::{CancelToken, RowSource};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::fmt;

/// The rows of a version. They stay readable while they are held, whatever becomes of the version.
pub trait StoredRows: Send + Sync + fmt::Debug {
    /// Some rows of a table. Without order and filter a page costs the same wherever it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownColumn`], [`StoreError::NoLiteral`]; [`StoreError::Canceled`]; the outside world's.
    fn page(&self, table: TableId, request: &PageRequest, stop: &CancelToken) -> Result<Page, StoreError>;

    /// What [queries](crate::Store::query) call the tables and their columns, in load order.
    fn sql_names(&self) -> Vec<SqlTableNames>;

    /// All rows of these tables, or of all, for a run that `stop` ends.
    fn source(&self, only: Option<&[TableId]>, stop: CancelToken) -> Box<dyn StoredSource + '_>;
}

/// What queries call a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlTableNames {
    /// Which.
    pub table: TableId,
    /// Its name in SQL, quoted where it has to be.
    pub name: String,
    /// Its columns in order.
    pub columns: Vec<SqlColumnName>,
}

/// What queries call a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlColumnName {
    /// Which.
    pub column: ColumnIdx,
    /// Its name in SQL, quoted where it has to be.
    pub name: String,
    /// What its values are in SQL, such as `INTEGER`.
    pub ty: &'static str,
}

/// Stored rows as a source for a run. It can't say there that reading has failed: it cancels its token by the first rows
/// that could not be read, and those that follow are not to be used.
pub trait StoredSource: RowSource {
    /// The token that ends the run: the caller's, or one that goes with it.
    fn stop(&self) -> CancelToken;

    /// Why rows could not be read.
    fn failure(&self) -> Option<StoreError>;
}
