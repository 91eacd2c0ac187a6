//! A row file that is read.

use super::column_reader::ColumnReader;
use super::connection::{interrupt_never, interrupt_when, open_immutable};
use super::error::RowFileError;
use super::layout::{ColumnLayout, TableLayout, read_layout, unreadable};
use super::order::add_order_function;
use super::page::Page;
use super::rows::RowFileRows;
use super::storage::Storage;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, SchemaRef};
use rusqlite::{Connection, Rows};
use seedbed_datagen_core::{Batch, CancelToken};
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType, TableGraph, TableId};
use seedbed_store::PageRequest;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Connections that are kept for the next calls.
const IDLE: usize = 8;

/// A row file that is read, from any number of threads. Nobody may write to it meanwhile: it is opened as one that
/// does not change.
///
/// ```
/// use seedbed_datagen_core::CancelToken;
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use seedbed_store::PageRequest;
/// use seedbed_store_sqlite::{RowFile, RowFileWriter};
/// use std::sync::Arc;
///
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut genre = Table::new(Some("public"), "genre");
/// genre.columns.push(Column::new("id", SqlType::BIGINT).not_null());
/// let genre = schema.push_table(genre);
/// let schema = Arc::new(schema);
/// # use arrow_array::{ArrayRef, Int64Array, RecordBatch};
/// # use seedbed_datagen_core::{Batch, Sink as _};
/// # use seedbed_schema_model::ColumnIdx;
/// # let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=100));
/// # let rows = RecordBatch::try_from_iter_with_nullable([("id", ids, true)])?;
/// # let batch = Batch { table: genre, first_row: 0, columns: vec![ColumnIdx(0)], rows };
///
/// let home = tempfile::tempdir()?;
/// let path = home.path().join("rows.db");
/// let mut writer = RowFileWriter::create(&path, CancelToken::new())?;
/// # {
/// let mut open = writer.open(&schema, genre)?;
/// open.write(&batch)?;
/// open.close()?;
/// # }
/// writer.finish()?;
///
/// let file = RowFile::open(&path, Arc::clone(&schema))?;
/// let page = file.page(genre, &PageRequest { offset: 40, limit: 10, ..PageRequest::default() }, &CancelToken::new())?;
/// assert_eq!((page.batch.first_row, page.batch.rows.num_rows(), page.total), (40, 10, Some(100)));
/// # Ok(())
/// # }
/// ```
pub struct RowFile {
    path: PathBuf,
    schema: Arc<Schema>,
    /// In load order.
    tables: Vec<StoredTable>,
    idle: Mutex<Vec<Connection>>,
}

/// See [`RowFile::sql_names`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlNames<'f> {
    /// The table's.
    pub table: &'f str,
    /// Those of its columns.
    pub columns: Vec<(ColumnIdx, &'f str)>,
}

/// A table of a file, with what the schema says of it.
pub(crate) struct StoredTable {
    pub(crate) id: TableId,
    pub(crate) columns: Vec<ColumnIdx>,
    pub(crate) layout: TableLayout,
    arrow: SchemaRef,
}

impl RowFile {
    /// Opens the file at `path`, whose tables and columns are looked up by name in `schema`.
    ///
    /// # Errors
    /// What it is not a row file for, and where it differs from the schema: [`RowFileError::TableGone`],
    /// [`RowFileError::ColumnGone`] and [`RowFileError::ColumnTypeChanged`].
    pub fn open(path: &Path, schema: Arc<Schema>) -> Result<Self, RowFileError> {
        std::fs::metadata(path).map_err(RowFileError::file("opening", path))?;
        let connection = connect(path)?;
        let layout = read_layout(path, &connection)?;
        let mut tables = Vec::with_capacity(layout.tables.len());
        for table in layout.tables {
            tables.push(stored_table(&schema, table)?);
        }
        let order = TableGraph::new(&schema).load_order().tables;
        tables.sort_by_key(|table| order.iter().position(|id| *id == table.id));
        Ok(Self { path: path.to_owned(), schema, tables, idle: Mutex::new(vec![connection]) })
    }

    /// The schema that it was opened with.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its tables in load order, with how many rows each has.
    pub fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.tables.iter().map(|table| (table.id, table.layout.rows)).collect()
    }

    /// What SQL on the file calls a table and its columns: mostly as the schema does, but that two tables, and two columns of
    /// one, differ in more than case.
    ///
    /// # Errors
    /// [`RowFileError::UnknownTable`].
    pub fn sql_names(&self, table: TableId) -> Result<SqlNames<'_>, RowFileError> {
        let table = self.table(table)?;
        let names = table.layout.columns.iter().map(|column| column.stored_name.as_str());
        let columns = table.columns.iter().copied().zip(names).collect();
        Ok(SqlNames { table: &table.layout.stored_name, columns })
    }

    /// All rows, for a [run](seedbed_datagen_core::run), a check or whoever else wants whole tables. They end when
    /// `cancel` is canceled.
    pub fn rows(&self, cancel: CancelToken) -> RowFileRows<'_> {
        RowFileRows::new(self, cancel)
    }

    /// Some rows of a table, in an order and by a filter.
    ///
    /// # Errors
    /// [`RowFileError::UnknownTable`], [`RowFileError::UnknownColumn`] and [`RowFileError::FilterValue`] for what was asked
    /// wrongly; [`RowFileError::Canceled`] once `cancel` is canceled, which is looked at every few microseconds.
    pub fn page(
        &self,
        table: TableId,
        request: &PageRequest,
        cancel: &CancelToken,
    ) -> Result<Page, RowFileError> {
        let table = self.table(table)?;
        self.with_connection(cancel, |connection| super::page::read(self, connection, table, request))
    }

    /// Rows of a range of a table, all of which must be there.
    pub(crate) fn read_range(
        &self,
        table: &StoredTable,
        rows: Range<u64>,
        cancel: &CancelToken,
    ) -> Result<Batch, RowFileError> {
        let rowid = table.layout.rowid_sql();
        let sql = format!(
            "SELECT {} FROM {} WHERE {rowid} >= ?1 AND {rowid} < ?2 ORDER BY {rowid}",
            table.layout.columns_sql(),
            table.layout.sql()
        );
        self.with_connection(cancel, |connection| {
            let failed = || RowFileError::sqlite(format!("reading rows of `{}`", table.layout.name));
            let mut statement = connection.prepare_cached(&sql).map_err(failed())?;
            let bounds = [table.layout.rowid_of(rows.start), table.layout.rowid_of(rows.end)];
            let read = statement.query(bounds).map_err(failed())?;
            let wanted = rows.end.saturating_sub(rows.start);
            let batch = self.collect(table, read, rows.start, wanted, |_| Ok(()))?;
            let found = batch.rows.num_rows() as u64;
            match table.layout.columns.first().filter(|_| found < wanted) {
                Some(first) => Err(damaged(table, &first.name, rows.start + found)),
                None => Ok(batch),
            }
        })
    }

    /// Makes a batch of rows, about `rows` of them. Their first columns are the table's; `see` may look at further ones.
    pub(crate) fn collect(
        &self,
        table: &StoredTable,
        mut read: Rows<'_>,
        first_row: u64,
        rows: u64,
        mut see: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<Batch, RowFileError> {
        // Not made before it is needed: this is asked for each cell.
        let failed = |error| RowFileError::sqlite(format!("reading rows of `{}`", table.layout.name))(error);
        let room = usize::try_from(rows.min(table.layout.rows)).unwrap_or_default().min(1 << 16);
        let reader = |(column, stored): (&ColumnIdx, &ColumnLayout)| {
            let base = self.base_type(table.id, *column);
            ColumnReader::new(stored, self.schema.dialect, base, room)
        };
        let mut readers: Vec<ColumnReader> =
            table.columns.iter().zip(&table.layout.columns).map(reader).collect();
        let mut count = 0;
        while let Some(row) = read.next().map_err(failed)? {
            for (at, reader) in readers.iter_mut().enumerate() {
                let stored = row.get_ref(at).map_err(failed)?;
                if reader.push(stored).is_none() {
                    return Err(damaged(table, &table.layout.columns[at].name, first_row + count as u64));
                }
            }
            see(row).map_err(failed)?;
            count += 1;
        }
        let mut arrays = Vec::with_capacity(readers.len());
        for (reader, column) in readers.into_iter().zip(&table.layout.columns) {
            arrays.push(reader.finish().ok_or_else(|| damaged(table, &column.name, first_row))?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let rows = RecordBatch::try_new_with_options(Arc::clone(&table.arrow), arrays, &options).map_err(
            |source| RowFileError::Sqlite { doing: "reading rows".to_owned(), source: source.into() },
        )?;
        Ok(Batch { table: table.id, first_row, columns: table.columns.clone(), rows })
    }

    /// Its tables in load order, with what they are like in the file.
    pub(crate) fn stored_tables(&self) -> &[StoredTable] {
        &self.tables
    }

    /// The table of the file that is this one of the schema.
    pub(crate) fn table(&self, id: TableId) -> Result<&StoredTable, RowFileError> {
        let unknown = || RowFileError::UnknownTable {
            table: self
                .schema
                .tables
                .get(id.0 as usize)
                .map_or_else(String::new, |table| table.name.to_string()),
            known: self.tables.iter().map(|table| table.layout.name.clone()).collect(),
        };
        self.tables.iter().find(|table| table.id == id).ok_or_else(unknown)
    }

    /// A column's type below all domains.
    pub(crate) fn base_type(&self, table: TableId, column: ColumnIdx) -> &SqlType {
        self.schema.base_type(&self.schema[table][column].ty)
    }

    /// Lends a connection, whose statements end when `cancel` is canceled.
    fn with_connection<R>(
        &self,
        cancel: &CancelToken,
        work: impl FnOnce(&Connection) -> Result<R, RowFileError>,
    ) -> Result<R, RowFileError> {
        cancel.check()?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| connect(&self.path), Ok)?;
        let failed = || RowFileError::sqlite("setting up a connection");
        interrupt_when(&connection, cancel).map_err(failed())?;
        let answer = work(&connection);
        interrupt_never(&connection).map_err(failed())?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(connection);
        }
        answer
    }
}

impl fmt::Debug for RowFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl StoredTable {
    /// The same table with some of its columns.
    pub(crate) fn only(&self, columns: &[ColumnIdx]) -> Self {
        let kept: Vec<usize> =
            (0..self.columns.len()).filter(|at| columns.contains(&self.columns[*at])).collect();
        let fields: Vec<Field> = kept.iter().map(|at| self.arrow.field(*at).clone()).collect();
        // The row number is called by its name, as the places of columns are others.
        let number = self.layout.row_number.and_then(|at| self.layout.columns.get(at));
        let layout = TableLayout {
            rowid: number.map_or_else(|| self.layout.rowid.clone(), |column| column.stored_name.clone()),
            row_number: None,
            columns: kept.iter().map(|at| self.layout.columns[*at].clone()).collect(),
            ..self.layout.clone()
        };
        let columns = kept.iter().map(|at| self.columns[*at]).collect();
        Self { id: self.id, columns, layout, arrow: Arc::new(arrow_schema::Schema::new(fields)) }
    }

    /// The form of its batches.
    pub(crate) fn arrow(&self) -> &SchemaRef {
        &self.arrow
    }
}

pub(crate) fn damaged(table: &StoredTable, column: &str, row: u64) -> RowFileError {
    RowFileError::Damaged { table: table.layout.name.clone(), column: column.to_owned(), row }
}

fn connect(path: &Path) -> Result<Connection, RowFileError> {
    let connection = open_immutable(path)?;
    let set_up = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";
    add_order_function(&connection).map_err(RowFileError::sqlite("setting up a connection"))?;
    connection.execute_batch(set_up).map_err(|error| unreadable(path, error))?;
    Ok(connection)
}

/// A table of the file in the schema.
fn stored_table(schema: &Schema, layout: TableLayout) -> Result<StoredTable, RowFileError> {
    let Some(id) = schema.table_named(&layout.name) else {
        return Err(RowFileError::TableGone { table: layout.name });
    };
    let mut columns = Vec::with_capacity(layout.columns.len());
    for stored in &layout.columns {
        let Some(column) = schema[id].column_named(&stored.name) else {
            return Err(RowFileError::ColumnGone { table: layout.name, column: stored.name.clone() });
        };
        let wanted = wanted_storage(schema, &schema[id][column], stored.storage);
        if wanted != stored.storage {
            let (table, column, stored) = (layout.name, stored.name.clone(), stored.storage);
            return Err(RowFileError::ColumnTypeChanged { table, column, stored, wanted });
        }
        columns.push(column);
    }
    let field = |stored: &ColumnLayout| Field::new(&stored.name, stored.read_as().arrow(), true);
    let fields: Vec<Field> = layout.columns.iter().map(field).collect();
    Ok(StoredTable { id, columns, layout, arrow: Arc::new(arrow_schema::Schema::new(fields)) })
}

/// How the schema would have a column stored, whose values are stored in a way. Where it leaves their scale open, any is as
/// good.
fn wanted_storage(schema: &Schema, column: &Column, stored: Storage) -> Storage {
    match (stored, schema.base_type(&column.ty)) {
        (Storage::Decimal { .. }, SqlType::Decimal { scale: None, .. }) => stored,
        _ => Storage::of_column(schema, column),
    }
}
