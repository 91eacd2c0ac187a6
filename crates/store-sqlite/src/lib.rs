//! Datasets in SQLite files.
//!
//! - [`RowFileWriter`] is a sink that puts all rows of a dataset's version into one file, and [`RowFile`] gives them back:
//!   in order, table by table, or page by page.
//! - [`export_sqlite`] makes a SQLite database of it that users can take along.
//! - [`run_query`] answers one SELECT against such a file, and a [`QueryPool`] does so for strangers.
//!
//! `rusqlite` appears in no public signature.

mod catalog;
mod query;
mod row_file;
mod sqlite_export;

pub use catalog::SqliteStore;
pub use query::{
    NotAllowed, QueryAnswer, QueryColumn, QueryError, QueryLimits, QueryPool, QueryRequest, WorkerCommand,
    run_query, serve_queries,
};
pub use row_file::{
    BatchFault, Page, RowFile, RowFileError, RowFileRows, RowFileWriter, SqlNames, Storage, WrittenRowFile,
    WrittenTable, checksum, verify_checksum,
};
pub use sqlite_export::{ExportSqliteError, export_sqlite, make_database};
