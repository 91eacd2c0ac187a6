//! Sinks that write files: a folder of CSV files, a ZIP bundle that loads itself, and a sink that keeps batches.
//!
//! Every sink implements [`Sink`](seedbed_datagen_core::Sink) and is driven by [`run`](seedbed_datagen_core::run):
//!
//! - [`Folder`]: a file for each table in a [`FileFormat`], such as [`Csv`] or [`JsonLines`], and a [`Manifest`], renamed into
//!   place as a whole at the end.
//! - [`TableFile`]: one of these files alone.
//! - [`ZipBundle`]: all of them with the schema, and a script that loads them with the server's own client.
//! - [`SqlScript`]: all rows in one script of INSERTs, or of PostgreSQL's COPY.
//! - [`MemorySink`]: the batches themselves, for tests and for callers who want Arrow.
//! - [`NullSink`]: the text of CSV files, made and dropped, to measure.
//!
//! ```
//! use seedbed_datagen_core::{Part, Request, RunOptions, TypesAlone, run};
//! use seedbed_export::{Csv, Folder, Provenance};
//! use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
//!
//! let mut schema = Schema::new(Dialect::Sqlite);
//! let mut genre = Table::new(None, "genre");
//! genre.columns.push(Column::new("id", SqlType::BIGINT).not_null());
//! schema.push_table(genre);
//! let request = Request::default();
//! let plan = seedbed_planner::plan(schema.into(), &request, &TypesAlone).expect("nothing stands in the way");
//!
//! let home = tempfile::tempdir().expect("a folder to write to");
//! let folder = home.path().join("genres");
//! let run_facts = Provenance::new(&plan, &request.spec, Part::WHOLE);
//! let sink = Folder::create(&folder, run_facts, Csv).expect("it is new");
//! run(&plan, &RunOptions::default(), sink, &mut ()).expect("the disk has room");
//! let text = std::fs::read_to_string(folder.join("genre.csv")).expect("it was written");
//! assert_eq!(text.lines().count(), 101, "a header and a hundred rows");
//! ```
//!
//! Names from the schema are untrusted: they become file names only through [`FileNames`] and SQL only through quoting.

mod checksum;
mod csv;
mod error;
mod export_format;
mod file_format;
mod file_name;
mod folder;
mod json_lines;
mod load_script;
mod manifest;
mod memory_sink;
mod new_file;
mod new_folder;
mod null_sink;
#[cfg(feature = "parquet")]
mod parquet;
mod parquet_compression;
mod plan_digest;
mod script_form;
mod sql_script;
mod table_file;
mod target_folder;
mod text_file;
mod unfinished_folder;
mod zip_bundle;
mod zip_entries;

pub use csv::Csv;
pub use error::ExportError;
pub use export_format::{ExportFormat, UnknownFormat};
pub use file_format::{FileFormat, TablePlace, TableWriter};
pub use file_name::FileNames;
pub use folder::Folder;
pub use json_lines::JsonLines;
pub use manifest::{Manifest, ManifestPart, ManifestTable, Provenance};
pub use memory_sink::{MemorySink, Rows};
pub use null_sink::NullSink;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;
pub use parquet_compression::{ParquetCompression, UnknownCompression};
pub use plan_digest::plan_digest;
pub use script_form::ScriptForm;
pub use sql_script::SqlScript;
pub use table_file::TableFile;
pub use unfinished_folder::{Resume, unfinished_folder};
pub use zip_bundle::{BundleContents, ZipBundle};
