//! Row files: all rows of one version of a dataset in one SQLite file.
//!
//! A [`RowFileWriter`] is a sink that makes the file, a [`RowFile`] reads it: whole tables in order for whoever exports or
//! checks them ([`RowFileRows`]), and pages for whoever looks at them ([`RowFile::page`]). Whatever any dialect's rows hold
//! comes back as it was; [`Storage`] says in which form it lies in the file meanwhile, which is one that SQL on the file
//! can calculate with.

mod bind;
mod carry;
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

pub(crate) use connection::{immutable_uri, interrupt_when, open_immutable, table_names_of};
pub(crate) use file::StoredTable;
pub(crate) use layout::{ColumnLayout, LAYOUT_TABLE};
pub(crate) use names::quoted;

pub use checksum::{checksum, verify_checksum};
pub use error::{BatchFault, RowFileError};
pub use file::{RowFile, SqlNames};
pub use page::Page;
pub use rows::RowFileRows;
pub use storage::Storage;
pub use writer::{RowFileWriter, WrittenRowFile, WrittenTable};

#[cfg(test)]
mod tests;
