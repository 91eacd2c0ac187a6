//! Datasets in SQLite files.
//!
//! - [`RowFileWriter`] is a sink that puts all rows of a dataset's version into one file, and [`RowFile`] gives them back:
//!   in order, table by table, or page by page.
//! - [`run_query`] answers one SELECT against such a file, and a [`QueryPool`] does so for strangers.
//!
//! `rusqlite` appears in no public signature.

mod catalog;
mod query;
mod row_file;

pub use catalog::SqliteStore;
pub use query::{
    NotAllowed, QueryAnswer, QueryColumn, QueryError, QueryLimits, QueryPool, QueryRequest, WorkerCommand,
    run_query, serve_queries,
};
pub use row_file::{
    BatchFault, Direction, Filter, FilterOperator, Page, PageRequest, RowFile, RowFileError, RowFileRows,
    RowFileWriter, Storage, WrittenRowFile, WrittenTable, checksum, verify_checksum,
};
