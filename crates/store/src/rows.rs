//! Rows of a version, to be read.

use crate::{Page, PageRequest, StoreError};
use seedbed_datagen_core::{CancelToken, RowSource};
use seedbed_schema_model::TableId;
use std::fmt;

/// The rows of a version. They stay readable while they are held, whatever becomes of the version.
pub trait StoredRows: Send + Sync + fmt::Debug {
    /// Some rows of a table. Without order and filter a page costs the same wherever it is.
    ///
    /// # Errors
    /// [`StoreError::UnknownColumn`], [`StoreError::NoLiteral`]; [`StoreError::Canceled`]; the outside world's.
    fn page(&self, table: TableId, request: &PageRequest, stop: &CancelToken) -> Result<Page, StoreError>;

    /// All rows of these tables, or of all, for a run that `stop` ends.
    fn source(&self, only: Option<&[TableId]>, stop: CancelToken) -> Box<dyn StoredSource + '_>;
}

/// Stored rows as a source for a run. It can't say there that reading has failed: it cancels its token by the first rows
/// that could not be read, and those that follow are not to be used.
pub trait StoredSource: RowSource {
    /// The token that ends the run: the caller's, or one that goes with it.
    fn stop(&self) -> CancelToken;

    /// Why rows could not be read.
    fn failure(&self) -> Option<StoreError>;
}
