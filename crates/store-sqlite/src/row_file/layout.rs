//! What a row file says of itself.

use super::error::RowFileError;
use super::names::{ROWID_NAMES, quoted};
use super::storage::Storage;
use rusqlite::{Connection, ErrorCode};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The format of the files that are written, in `PRAGMA user_version`.
pub(crate) const FORMAT: u32 = 1;

/// `PRAGMA application_id` of row files: "Seed" in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x5365_6564;

/// The table that holds the layout. Names that begin like it are given to no table of a schema.
pub(crate) const LAYOUT_TABLE: &str = "_seedbed_layout";

/// The tables of a file in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Layout {
    pub(crate) tables: Vec<TableLayout>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TableLayout {
    /// Its name as reports show it.
    pub(crate) name: String,
    /// Its name in the file.
    pub(crate) stored_name: String,
    /// By which name SQL means SQLite's row number in this table. One that SQLite does not know by itself is a column more.
    pub(crate) rowid: String,
    /// The column that is the row number itself, by its place: a key that counts the rows.
    #[serde(default)]
    pub(crate) row_number: Option<usize>,
    /// The row number of the first row; those of the others follow.
    pub(crate) first_rowid: i64,
    /// How many rows there are.
    pub(crate) rows: u64,
    /// Its columns in the order of its batches.
    pub(crate) columns: Vec<ColumnLayout>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ColumnLayout {
    /// Its name in the schema.
    pub(crate) name: String,
    /// Its name in the file.
    pub(crate) stored_name: String,
    /// How its values lie there.
    pub(crate) storage: Storage,
    /// Some lie there in a form that does not sort as the values do.
    #[serde(default)]
    pub(crate) irregular: bool,
    /// Some are texts that are no values of the type.
    #[serde(default)]
    pub(crate) holds_text: bool,
}

impl ColumnLayout {
    /// What the arrays that are read of it hold.
    pub(crate) fn read_as(&self) -> Storage {
        if self.holds_text { Storage::Text } else { self.storage }
    }

    /// Its name as SQL has it.
    pub(crate) fn sql(&self) -> String {
        quoted(&self.stored_name)
    }

    /// The type that is declared of it. An affinity for numbers would make some of texts that look like them.
    fn declared(&self) -> &'static str {
        match self.storage.declared() {
            "INTEGER" if self.holds_text => "",
            declared => declared,
        }
    }
}

impl TableLayout {
    /// The statement that makes it.
    pub(crate) fn create_sql(&self) -> String {
        let key = "INTEGER PRIMARY KEY";
        let column = |(at, column): (usize, &ColumnLayout)| {
            let declared = if self.row_number == Some(at) { key } else { column.declared() };
            format!("{} {declared}", column.sql()).trim_end().to_owned()
        };
        let mut columns: Vec<String> = self.columns.iter().enumerate().map(column).collect();
        // A table of SQLite has a column at least.
        if self.row_number.is_none() && (!ROWID_NAMES.contains(&self.rowid.as_str()) || columns.is_empty()) {
            columns.push(format!("{} {key}", quoted(&self.rowid)));
        }
        format!("CREATE TABLE {} ({})", self.sql(), columns.join(", "))
    }

    /// What SQL calls its row number.
    pub(crate) fn rowid_sql(&self) -> String {
        match self.row_number.and_then(|at| self.columns.get(at)) {
            Some(column) => column.sql(),
            None => quoted(&self.rowid),
        }
    }

    /// The column of a name in the schema.
    pub(crate) fn column(&self, name: &str) -> Option<&ColumnLayout> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Its name as SQL has it.
    pub(crate) fn sql(&self) -> String {
        quoted(&self.stored_name)
    }

    /// Its columns as SQL lists them.
    pub(crate) fn columns_sql(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(ColumnLayout::sql).collect();
        // A table without columns has rows all the same.
        if names.is_empty() { "NULL".to_owned() } else { names.join(", ") }
    }

    /// SQLite's row number of a row.
    pub(crate) fn rowid_of(&self, row: u64) -> i64 {
        self.first_rowid.saturating_add(i64::try_from(row).unwrap_or(i64::MAX))
    }
}

/// Why a file could not be read whose first pages SQLite has looked at.
pub(crate) fn unreadable(path: &Path, error: rusqlite::Error) -> RowFileError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => RowFileError::NotARowFile { path: path.to_owned() },
        _ => RowFileError::sqlite(format!("opening `{}`", path.display()))(error),
    }
}

/// What the file says of itself.
pub(crate) fn read_layout(path: &Path, connection: &Connection) -> Result<Layout, RowFileError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let application: i64 = pragma("application_id").map_err(|error| unreadable(path, error))?;
    if application != i64::from(APPLICATION_ID) {
        return Err(RowFileError::NotARowFile { path: path.to_owned() });
    }
    let found: i64 = pragma("user_version").map_err(|error| unreadable(path, error))?;
    if found != i64::from(FORMAT) {
        let found = u32::try_from(found).unwrap_or_default();
        return Err(RowFileError::Format { path: path.to_owned(), found, known: FORMAT });
    }
    let sql = format!("SELECT layout FROM {}", quoted(LAYOUT_TABLE));
    let text: String =
        connection.query_row(&sql, [], |row| row.get(0)).map_err(|error| unreadable(path, error))?;
    serde_json::from_str(&text).map_err(|_| RowFileError::NotARowFile { path: path.to_owned() })
}
