//! Rows of a version, to be read.

use crate::{Page, PageRequest, StoreError};
use seedbed_datagen_core::{CancelToken, RowSource};
use seedbed_schema_model::TableId;
use std::fmt;

/// The rows of a version. They stay readable while they are held, whatever becomes of the version.
///
/// As a [`RowSource`] it can't say that reading failed: it cancels [`failed`](Self::failed), which whoever runs it looks at,
/// and [`failure`](Self::failure) says why.
pub trait StoredRows: RowSource + Send + fmt::Debug {
    /// Some rows of a table, by name as the schema's. Without order and filter a page costs the same wherever it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownColumn`], [`StoreError::NoLiteral`]; [`StoreError::Canceled`]; the outside world's.
    fn page(&self, table: TableId, request: &PageRequest, stop: &CancelToken) -> Result<Page, StoreError>;

    /// The token that is canceled by the first rows that could not be read.
    fn failed(&self) -> CancelToken;

    /// Why rows could not be read.
    fn failure(&self) -> Option<StoreError>;

    /// The same rows, of these tables alone.
    fn only(&self, tables: &[TableId]) -> Box<dyn StoredRows>;
}
