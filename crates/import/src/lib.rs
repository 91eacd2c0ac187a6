//! Files as batches: CSV or Parquet that anybody made, read by the types of a schema.
//!
//! ```
//! use seedbed_import::{CsvFile, FileProblems, NullText};
//! use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
//! # let folder = tempfile::tempdir().unwrap();
//! # std::fs::write(folder.path().join("film.csv"), "id,title\n1,\"Alien, again\"\n2,\nx,Up\n").unwrap();
//!
//! let mut schema = Schema::new(Dialect::Postgres);
//! let mut film = Table::new(Some("public"), "film");
//! film.columns = vec![Column::new("id", SqlType::BIGINT), Column::new("title", SqlType::TEXT)];
//! schema.push_table(film);
//!
//! let mut problems = FileProblems::default();
//! let found = seedbed_import::find(&schema, folder.path(), |_| "film", &mut problems)?;
//! let nulls = NullText::of(schema.dialect);
//! let file = CsvFile::open(&schema, &found[0], &nulls, &mut problems)?.expect("a header");
//! let (mut blocks, mut reader) = (file.blocks()?, file.reader(&schema));
//! let block = blocks.next(Vec::new())?.expect("three rows");
//! let batches = reader.read(block, &mut problems).batches;
//! assert_eq!(batches[0].rows.num_rows(), 3);
//! // `x` is no integer: the column comes as text, and who checks the rows will say so.
//! assert_eq!(batches[0].rows.column(0).data_type(), &arrow_schema::DataType::Utf8);
//! assert!(problems.is_empty());
//! # Ok::<(), seedbed_import::ImportError>(())
//! ```
//!
//! - [`find`] says which file of a folder, or of a ZIP archive, holds rows of which table.
//! - A [`CsvFile`] has had its header read. Its [`Blocks`] are stretches of whole rows, a megabyte each, that any thread can
//!   read by itself; a [`BlockReader`] makes batches of them.
//! - A [`RowFile`] is a file of any format, with the same methods.
//! - [`FileProblems`] collects what is wrong with files, each with file and line. Nothing that stands in a file is an
//!   [`ImportError`]: those are of the outside world.
//!
//! # What is read
//!
//! Parquet, with the feature `parquet`, a row group at a time: columns of numbers, text, moments of any unit, binary strings
//! and UUIDs. CSV as in RFC 4180: commas, a header, fields in quotes where they must be, quotes doubled inside, lines that end in `\n` or
//! `\r\n`; UTF-8, with a byte order mark or without. Empty lines are no rows, except where rows have one field. A row of
//! another number of fields than the header, with a quote where none may be or with bytes that are no UTF-8 is a problem
//! and left out; rows keep the numbers that they have in the file, from 0.
//!
//! # What a cell is
//!
//! The literal of its column's type in the dialect, as [`parse_value`](seedbed_sql_values::parse_value) reads it; binary
//! strings of MySQL and SQLite are hex digits, as `seedbed-text-encode` writes them, and else their own bytes. Columns
//! come in the Arrow types of [`arrow_type`](seedbed_datagen_core::arrow_type); text of few different values comes as a
//! dictionary, and a column as `Utf8` where one of the block's cells is no literal of the type. NULL is what a
//! [`NullText`] says, and never stands in quotes.

mod column;
mod csv;
mod csv_cells;
mod error;
mod folder;
mod null_text;
#[cfg(feature = "parquet")]
mod parquet;
mod place;
mod problem;
mod problems;
mod row_file;

pub use csv::{Block, BlockBatch, BlockReader, BlockRows, Blocks, CsvFile};
pub use error::ImportError;
pub use folder::{Format, TableFile, find};
pub use null_text::NullText;
#[cfg(feature = "parquet")]
pub use parquet::{GroupReader, Groups, ParquetFile};
pub use place::{FilePlace, Packing};
pub use problem::FileProblem;
pub use problems::FileProblems;
pub use row_file::{RowBlocks, RowFile, RowReader};
