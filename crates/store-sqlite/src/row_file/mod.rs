//! Row files: all rows of one version of a dataset in one SQLite file.
//!
//! A [`RowFileWriter`] is a sink that makes the file, a [`RowFile`] reads it: whole tables in order for whoever exports or
//! checks them ([`RowFileRows`]), and pages for whoever looks at them ([`PageRequest`]). Whatever any dialect's rows hold
//! comes back as it was; [`Storage`] says in which form it lies in the file meanwhile, which is one that SQL on the file
//! can calculate with.
//!
//! ```
//! use seedbed_datagen_core::CancelToken;
//! use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use seedbed_store_sqlite::{PageRequest, RowFile, RowFileWriter};
//! use std::sync::Arc;
//!
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut genre = Table::new(Some("public"), "genre");
//! genre.columns.push(Column::new("id", SqlType::BIGINT).not_null());
//! let genre = schema.push_table(genre);
//! let schema = Arc::new(schema);
//! # use arrow_array::{ArrayRef, Int64Array, RecordBatch};
//! # use seedbed_datagen_core::{Batch, Sink as _};
//! # use seedbed_schema_model::ColumnIdx;
//! # let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=100));
//! # let rows = RecordBatch::try_from_iter_with_nullable([("id", ids, true)])?;
//! # let batch = Batch { table: genre, first_row: 0, columns: vec![ColumnIdx(0)], rows };
//!
//! let home = tempfile::tempdir()?;
//! let path = home.path().join("rows.db");
//! let mut writer = RowFileWriter::create(&path, CancelToken::new())?;
//! # {
//! let mut open = writer.open(&schema, genre)?;
//! open.write(&batch)?;
//! open.close()?;
//! # }
//! writer.finish()?;
//!
//! let file = RowFile::open(&path, Arc::clone(&schema))?;
//! let page = file.page(genre, &PageRequest { offset: 40, limit: 10, ..PageRequest::default() }, &CancelToken::new())?;
//! assert_eq!((page.batch.first_row, page.batch.rows.num_rows(), page.total), (40, 10, Some(100)));
//! # Ok(())
//! # }
//! ```

mod bind;
mod cell;
mod checksum;
mod column_reader;
mod connection;
mod error;
mod file;
mod indexes;
mod insert;
mod layout;
mod moment;
mod names;
mod order;
mod page;
mod rows;
mod storage;
mod table_writer;
mod writer;

pub(crate) use connection::{open_immutable, table_names_of};

pub use checksum::{checksum, verify_checksum};
pub use error::{BatchFault, RowFileError};
pub use file::RowFile;
pub use page::{Direction, Filter, FilterOperator, Page, PageRequest};
pub use rows::RowFileRows;
pub use storage::Storage;
pub use writer::{RowFileWriter, WrittenRowFile, WrittenTable};

#[cfg(test)]
mod tests;
