//! Rows of a version that are read.

use super::connection::Connections;
use super::error::of_row_file;
use super::folder::{Folder, remove_unheld};
use super::versions;
use crate::row_file::{ColumnLayout, StoredTable};
use crate::{RowFile, RowFileRows};
use seedbed_datagen_core::{Batch, CancelToken, RowSource};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_store::{
    Digest, Page, PageRequest, SqlColumnName, SqlTableNames, StoreError, StoredRows, StoredSource,
};
use std::fs::File;
use std::ops::Range;
use std::sync::{Arc, Weak};

/// The rows of a version. Their file is not removed while this is held.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) file: RowFile,
    /// Held shared.
    pub(super) lock: Option<File>,
    pub(super) digest: Digest,
    pub(super) connections: Weak<Connections>,
    pub(super) folder: Arc<Folder>,
}

impl StoredRows for Reader {
    fn page(&self, table: TableId, request: &PageRequest, stop: &CancelToken) -> Result<Page, StoreError> {
        let page = self.file.page(table, request, stop).map_err(of_row_file)?;
        Ok(Page { rows: page.batch, total: page.total.ok_or(StoreError::Canceled)? })
    }

    fn sql_names(&self) -> Vec<SqlTableNames> {
        self.file.stored_tables().iter().map(sql_names).collect()
    }

    fn source(&self, only: Option<&[TableId]>, stop: CancelToken) -> Box<dyn StoredSource + '_> {
        let failed = CancelToken::new();
        // The caller's token may be one that others look at: a failure of these rows is not theirs.
        let rows = self.file.rows(failed.or_when(move || stop.is_canceled()));
        Box::new(Source(match only {
            Some(tables) => rows.only(tables),
            None => rows,
        }))
    }
}

impl Drop for Reader {
    /// The last one to leave removes what nobody refers to any more.
    fn drop(&mut self) {
        self.lock = None;
        let Some(connections) = self.connections.upgrade() else { return };
        if connections
            .read(|connection| versions::is_there(connection, &self.digest))
            .is_ok_and(|there| !there)
        {
            let _ = remove_rows(&connections, &self.folder, &self.digest);
        }
    }
}

fn sql_names(table: &StoredTable) -> SqlTableNames {
    let column = |(column, stored): (&ColumnIdx, &ColumnLayout)| SqlColumnName {
        column: *column,
        name: stored.sql(),
        ty: stored.read_as().in_sql(),
    };
    let columns = table.columns.iter().zip(&table.layout.columns).map(column).collect();
    SqlTableNames { table: table.id, name: table.layout.sql(), columns }
}

/// Removes the file of a version that is in the catalog no more, if nobody reads it. Says how many bytes are free now.
///
/// # Errors
/// The catalog's.
pub(super) fn remove_rows(
    connections: &Connections,
    folder: &Folder,
    digest: &Digest,
) -> Result<Option<u64>, StoreError> {
    // In a transaction, as in between the same version may be put into its place again.
    connections.write(|transaction| {
        Ok(match versions::is_there(transaction, digest)? {
            true => None,
            false => remove_unheld(&folder.rows_of(digest)),
        })
    })
}

/// Rows as a source.
struct Source<'f>(RowFileRows<'f>);

impl RowSource for Source<'_> {
    fn schema(&self) -> &Arc<Schema> {
        self.0.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.0.row_counts()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.0.make_rows(table, rows)
    }

    fn make_columns(&self, table: TableId, rows: Range<u64>, columns: &[ColumnIdx]) -> Batch {
        self.0.make_columns(table, rows, columns)
    }
}

impl StoredSource for Source<'_> {
    fn stop(&self) -> CancelToken {
        self.0.cancel_token().clone()
    }

    fn failure(&self) -> Option<StoreError> {
        self.0.take_failure().map(of_row_file)
    }
}
