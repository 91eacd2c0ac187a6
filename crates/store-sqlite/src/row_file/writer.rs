//! The sink that makes a row file.

use super::bind::Binder;
use super::carry::carry_tables;
use super::checksum::checksum;
use super::connection::{interrupt_when, open_immutable};
use super::error::{BatchFault, RowFileError};
use super::indexes::{indexed_columns, indexes};
use super::layout::{APPLICATION_ID, ColumnLayout, FORMAT, LAYOUT_TABLE, Layout, TableLayout, read_layout};
use super::names::{quoted, table_names};
use super::storage::Storage;
use super::table_writer::TableWriter;
use arrow_array::{Array as _, ArrayRef};
use rusqlite::{Connection, OpenFlags};
use seedbed_datagen_core::{CancelToken, OpenTable, Sink, SinkError, UpdateSink};
use seedbed_schema_model::{ColumnIdx, Schema, Table, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Makes a row file of what it gets, all rows of one version of a dataset in one SQLite file: a sink for batches. How values
/// lie in it is said by [`Storage`](super::Storage).
///
/// Rows come first and indexes when all are there: sorted once, which costs less than a place for each row. Nobody reads
/// the file until it is finished, so that nothing of it is logged or synced until then; [`Sink::finish`] syncs all of it,
/// and a rename makes it last. A writer that is dropped before removes its file.
pub struct RowFileWriter {
    path: PathBuf,
    cancel: CancelToken,
    /// Until it is finished.
    connection: Option<Connection>,
    /// The schema, with the names of its tables in the file, once a table was opened.
    schema: Option<(Arc<Schema>, Vec<String>)>,
    opened: Vec<TableId>,
    tables: Vec<TableLayout>,
    written: Option<WrittenRowFile>,
}

/// A finished row file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRowFile {
    /// Its tables, in the order in which they were written.
    pub tables: Vec<WrittenTable>,
    /// Its size.
    pub bytes: u64,
    /// Its [`checksum`].
    pub checksum: String,
}

/// A table of a finished row file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenTable {
    /// Its name, as `schema.table` where it has a schema.
    pub name: String,
    /// What SQL on the file calls it.
    pub stored_name: String,
    /// How many rows it has.
    pub rows: u64,
}

/// What a file is made with. 1.2 million rows cost a fourteenth less with such pages than with those of 4 KiB that SQLite has
/// by itself; still larger ones gain as little again, and every lookup would read one. 16 MiB of them hold what an index is
/// sorted in, for a quarter of a second, in which nothing interrupts it.
const SET_UP: &str = "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384; PRAGMA foreign_keys = OFF;";

/// Rows of each index that `ANALYZE` looks at.
const ANALYSIS_LIMIT: u32 = 1000;

impl RowFileWriter {
    /// Begins a file where there is none.
    ///
    /// # Errors
    /// [`RowFileError::File`] when there is one, or none can be made.
    pub fn create(path: &Path, cancel: CancelToken) -> Result<Self, RowFileError> {
        File::create_new(path).map_err(RowFileError::file("making", path))?;
        let mut writer = Self {
            path: path.to_owned(),
            cancel,
            connection: None,
            schema: None,
            opened: Vec::new(),
            tables: Vec::new(),
            written: None,
        };
        writer.connection = Some(writer.connect().map_err(RowFileError::sqlite("making a file of rows"))?);
        Ok(writer)
    }

    /// What was written; `None` until the writer was finished.
    pub fn written(&self) -> Option<&WrittenRowFile> {
        self.written.as_ref()
    }

    /// Takes over the rows of tables as they lie in another row file of the same schema, which nobody changes.
    ///
    /// # Errors
    /// [`RowFileError::UnknownTable`]; [`RowFileError::Batch`] for a table that is here already;
    /// [`RowFileError::NotARowFile`] and [`RowFileError::Format`] for the other file.
    pub fn carry(
        &mut self,
        from: &Path,
        schema: &Arc<Schema>,
        tables: &[TableId],
    ) -> Result<(), RowFileError> {
        self.cancel.check()?;
        let Some(connection) = &self.connection else { return Err(RowFileError::Canceled) };
        if let Some(twice) = tables.iter().find(|table| self.opened.contains(table)) {
            return Err(RowFileError::Batch {
                table: schema[*twice].name.to_string(),
                reason: BatchFault::Twice,
            });
        }
        self.schema.get_or_insert_with(|| (Arc::clone(schema), table_names(schema)));
        self.tables.extend(carry_tables(connection, from, schema, tables)?);
        self.opened.extend(tables);
        Ok(())
    }

    /// Begins with rows of another row file of the same schema, which nobody changes: those of `tables`, and those of `updatable`
    /// whose cells in the columns named can be [changed](UpdateSink::update) afterwards. Gives back which of the latter.
    ///
    /// Where that is most of the other file, all of it is copied, with its indexes but for those over columns that change: sorting
    /// one is most of what a file costs.
    ///
    /// # Errors
    /// Those of [`RowFileWriter::carry`]; [`RowFileError::Batch`] when there are rows already.
    pub fn carry_most(
        &mut self,
        from: &Path,
        schema: &Arc<Schema>,
        tables: &[TableId],
        updatable: &BTreeMap<TableId, Vec<ColumnIdx>>,
    ) -> Result<BTreeSet<TableId>, RowFileError> {
        self.cancel.check()?;
        if let Some(first) = self.opened.first() {
            let table = schema[*first].name.to_string();
            return Err(RowFileError::Batch { table, reason: BatchFault::Twice });
        }
        let there = read_layout(from, &open_immutable(from)?)?.tables;
        let layout_of =
            |table: TableId| there.iter().find(|layout| layout.name == schema[table].name.to_string());
        let can_update = |(table, columns): &(&TableId, &Vec<ColumnIdx>)| {
            layout_of(**table)
                .is_some_and(|layout| columns.iter().all(|c| can_change(layout, &schema[**table][*c].name)))
        };
        let updated: BTreeSet<TableId> =
            updatable.iter().filter(can_update).map(|(table, _)| *table).collect();
        let kept: Vec<TableId> = tables.iter().chain(&updated).copied().collect();
        let rows_of = |layout: &TableLayout| layout.rows;
        let (all, ours): (u64, u64) = (
            there.iter().map(rows_of).sum(),
            kept.iter().filter_map(|table| layout_of(*table)).map(rows_of).sum(),
        );
        if ours * 2 < all {
            self.carry(from, schema, &kept)?;
            return Ok(updated);
        }
        let changing = updated.iter().filter_map(|table| {
            let columns = updatable
                .get(table)?
                .iter()
                .filter_map(|c| layout_of(*table)?.column(&schema[*table][*c].name));
            Some((layout_of(*table)?.stored_name.clone(), columns.map(ColumnLayout::sql).collect::<Vec<_>>()))
        });
        let changing: BTreeMap<String, Vec<String>> = changing.collect();
        self.connection = None;
        fs::copy(from, &self.path).map_err(RowFileError::file("copying", from))?;
        let connection = self.connect().map_err(RowFileError::sqlite("making a file of rows"))?;
        let known: Vec<(TableId, TableLayout)> = there
            .into_iter()
            .filter_map(|layout| Some((schema.table_named(&layout.name)?, layout)))
            .filter(|(table, _)| kept.contains(table))
            .collect();
        let stays: Vec<&str> = known.iter().map(|(_, layout)| layout.stored_name.as_str()).collect();
        let copied = keep_only(&connection, &stays, &changing);
        copied.map_err(RowFileError::sqlite("taking over rows"))?;
        self.connection = Some(connection);
        self.schema.get_or_insert_with(|| (Arc::clone(schema), table_names(schema)));
        (self.opened, self.tables) = known.into_iter().unzip();
        Ok(updated)
    }

    /// The layout of a table whose rows are here.
    fn layout_of(&self, table: TableId) -> Option<(&TableLayout, &Table)> {
        let (schema, _) = self.schema.as_ref()?;
        let at = self.opened.iter().position(|opened| *opened == table)?;
        Some((self.tables.get(at)?, &schema[table]))
    }

    fn update_cells(
        &mut self,
        table: TableId,
        column: ColumnIdx,
        rows: &[u64],
        values: &ArrayRef,
    ) -> Result<(), RowFileError> {
        self.cancel.check()?;
        let Some((layout, model)) = self.layout_of(table) else {
            let table = self.schema.as_ref().map_or_else(String::new, |(s, _)| s[table].name.to_string());
            return Err(RowFileError::UnknownTable { table, known: Vec::new() });
        };
        let (table_name, name) = (layout.name.clone(), model[column].name.clone());
        let fault = |reason| RowFileError::Batch { table: table_name.clone(), reason };
        let at = layout.columns.iter().position(|stored| stored.name == name);
        let stored = at.map(|at| (at, &layout.columns[at])).filter(|(_, stored)| {
            matches!(Storage::of_arrow(values.data_type()), Some(found) if found == stored.storage)
                && !stored.holds_text
        });
        let (Some((at, stored)), Some(mut binder)) = (stored, Binder::new(values)) else {
            let found = values.data_type().to_string();
            return Err(fault(BatchFault::ArrowType { column: name, found }));
        };
        let Some(connection) = &self.connection else { return Err(RowFileError::Canceled) };
        let sql =
            format!("UPDATE {} SET {} = ?1 WHERE {} = ?2", layout.sql(), stored.sql(), layout.rowid_sql());
        let failed = || RowFileError::sqlite(format!("storing rows of `{table_name}`"));
        let mut statement = connection.prepare_cached(&sql).map_err(failed())?;
        let mut scratch = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            binder.bind(&mut statement, 1, place, &mut scratch).map_err(failed())?;
            statement.raw_bind_parameter(2, layout.rowid_of(*row)).map_err(failed())?;
            statement.raw_execute().map_err(failed())?;
        }
        let is_irregular = binder.met_irregular();
        drop(statement);
        let opened = self.opened.iter().position(|opened| *opened == table);
        if let Some(layout) = opened.and_then(|opened| self.tables.get_mut(opened)) {
            layout.columns[at].irregular |= is_irregular;
        }
        Ok(())
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags =
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.execute_batch(&format!(
            "{SET_UP} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; BEGIN"
        ))?;
        interrupt_when(&connection, &self.cancel)?;
        Ok(connection)
    }

    /// Completes the file.
    fn complete(&mut self) -> Result<WrittenRowFile, RowFileError> {
        let Some(connection) = self.connection.take() else { return Err(RowFileError::Canceled) };
        self.make_indexes(&connection)?;
        self.write_layout(&connection).map_err(RowFileError::sqlite("completing a file of rows"))?;
        drop(connection);
        let file = File::open(&self.path).map_err(RowFileError::file("opening", &self.path))?;
        file.sync_all().map_err(RowFileError::file("syncing", &self.path))?;
        let bytes = file.metadata().map_err(RowFileError::file("reading", &self.path))?.len();
        let written = |table: &TableLayout| WrittenTable {
            name: table.name.clone(),
            stored_name: table.stored_name.clone(),
            rows: table.rows,
        };
        let tables = self.tables.iter().map(written).collect();
        Ok(WrittenRowFile { tables, bytes, checksum: checksum(&self.path, &self.cancel)? })
    }

    fn make_indexes(&self, connection: &Connection) -> Result<(), RowFileError> {
        let Some((schema, _)) = &self.schema else { return Ok(()) };
        let there = indexes(connection).map_err(RowFileError::sqlite("looking for indexes"))?;
        let mut number = 0;
        for (id, layout) in self.opened.iter().zip(&self.tables) {
            for columns in indexed_columns(&schema[*id], layout) {
                // Those of rows that were taken over with the whole file are there.
                if there.iter().any(|index| index.sql.ends_with(&columns)) {
                    continue;
                }
                let name = loop {
                    number += 1;
                    let name = format!("_seedbed_index_{number}");
                    if there.iter().all(|index| index.name != name) {
                        break name;
                    }
                };
                self.cancel.check()?;
                let doing = format!("indexing `{}`", layout.name);
                let statement = format!("CREATE INDEX {}{columns}", quoted(&name));
                connection.execute_batch(&statement).map_err(RowFileError::sqlite(doing))?;
            }
        }
        Ok(())
    }

    fn write_layout(&self, connection: &Connection) -> rusqlite::Result<()> {
        let layout = Layout { tables: self.tables.clone() };
        let text =
            serde_json::to_string(&layout).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
        let table = quoted(LAYOUT_TABLE);
        connection.execute_batch(&format!(
            "PRAGMA analysis_limit = {ANALYSIS_LIMIT}; ANALYZE; CREATE TABLE {table} (layout TEXT NOT NULL)"
        ))?;
        connection.execute(&format!("INSERT INTO {table} VALUES (?)"), [text])?;
        connection.execute_batch("COMMIT")
    }
}

/// Whether a column's cells can be given other values one by one. The key that is the number of a row stays where it is, and what
/// texts stand for is decided once for a column.
fn can_change(layout: &TableLayout, column: &str) -> bool {
    let at = layout.columns.iter().position(|stored| stored.name == column);
    at.is_none_or(|at| layout.row_number != Some(at) && !layout.columns[at].holds_text)
}

/// Removes from a copied file what it is not to hold: its layout, other tables than those that stay, and indexes over columns that
/// change, both by their names in the file.
fn keep_only(
    connection: &Connection,
    tables: &[&str],
    changing: &BTreeMap<String, Vec<String>>,
) -> rusqlite::Result<()> {
    let mut gone: Vec<String> = Vec::new();
    for index in indexes(connection)? {
        let columns = index.sql.rsplit_once(" (").map_or("", |(_, columns)| columns);
        let changes =
            changing.get(&index.table).is_some_and(|all| all.iter().any(|c| columns.contains(c.as_str())));
        gone.extend(changes.then(|| format!("DROP INDEX {}", quoted(&index.name))));
    }
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let names =
        statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let others = names.iter().filter(|name| !tables.contains(&name.as_str()));
    gone.extend(others.map(|name| format!("DROP TABLE {}", quoted(name))));
    drop(statement);
    gone.iter().try_for_each(|statement| connection.execute_batch(statement))
}

impl Sink for RowFileWriter {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let name = || schema[table].name.to_string();
        let Some(connection) = &self.connection else {
            return Err(RowFileError::Canceled.of_sink(Some(&name())));
        };
        if self.opened.contains(&table) {
            let error = RowFileError::Batch { table: name(), reason: BatchFault::Twice };
            return Err(error.of_sink(Some(&name())));
        }
        self.opened.push(table);
        let (schema, names) = self.schema.get_or_insert_with(|| (Arc::clone(schema), table_names(schema)));
        let stored_name = names.get(table.0 as usize).cloned().unwrap_or_default();
        Ok(OpenTable::batches(TableWriter {
            connection,
            cancel: &self.cancel,
            schema: Arc::clone(schema),
            id: table,
            stored_name,
            layouts: &mut self.tables,
            held: Vec::new(),
            begun: None,
        }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let written = self.complete().map_err(|error| error.of_sink(None))?;
        self.written = Some(written);
        Ok(())
    }
}

impl UpdateSink for RowFileWriter {
    fn update(
        &mut self,
        table: TableId,
        column: ColumnIdx,
        rows: &[u64],
        values: &ArrayRef,
    ) -> Result<(), SinkError> {
        let name = self.schema.as_ref().map(|(schema, _)| schema[table].name.to_string());
        self.update_cells(table, column, rows, values).map_err(|error| error.of_sink(name.as_deref()))
    }
}

impl Drop for RowFileWriter {
    fn drop(&mut self) {
        self.connection = None;
        if self.written.is_none() {
            // Nobody would read it; whoever clears the folder up finds it if this fails.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl fmt::Debug for RowFileWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowFileWriter")
            .field("path", &self.path)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}
