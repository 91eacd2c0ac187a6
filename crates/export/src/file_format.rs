//! Formats of which each table is one file, and what a folder asks of them.

use crate::{ManifestTable, Provenance};
use seedbed_datagen_core::{Encoder, SinkError};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_text_encode::ColumnFacts;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// A format of which each table is one file.
pub trait FileFormat: fmt::Debug {
    /// What writes the file of one table, wherever its bytes go.
    type Writer<W: Write + Send + fmt::Debug>: TableWriter;

    /// The ending of the files' names, without a dot.
    fn extension(&self) -> &'static str;

    /// The file of one table, before its first row.
    ///
    /// # Errors
    /// A table that the format can't hold, and the file system's.
    fn begin<W: Write + Send + fmt::Debug>(
        &self,
        at: &TablePlace<'_>,
        out: W,
    ) -> Result<Self::Writer<W>, SinkError>;

    /// A file that holds the first rows of a table already, as `begun` says; `None` when it isn't as it was written.
    ///
    /// # Errors
    /// The file system's.
    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<Self::Writer<File>>>;

    /// Whether the clients of servers read its files, so that a script can load them.
    fn has_load_script(&self) -> bool {
        false
    }

    /// Whether its files are compressed already, so that an archive keeps them as they are.
    fn is_compressed(&self) -> bool {
        false
    }
}

/// Which table a file is for, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct TablePlace<'a> {
    /// The schema.
    pub schema: &'a Arc<Schema>,
    /// The table.
    pub table: TableId,
    /// The file's name.
    pub name: &'a str,
    /// The folder that it is in.
    pub folder: &'a Path,
    /// The facts of the run.
    pub run: &'a Provenance,
}

/// A table's file while it is written.
pub trait TableWriter: fmt::Debug {
    /// What makes the format on other threads.
    type Encoder: Encoder;

    /// An encoder for this table.
    fn encoder(&self) -> Self::Encoder;

    /// Writes the next `rows` rows as an encoder made them.
    ///
    /// # Errors
    /// The file system's.
    fn append(&mut self, rows: u64, chunk: &mut <Self::Encoder as Encoder>::Chunk) -> Result<(), SinkError>;

    /// Bytes of the file by now.
    fn bytes(&self) -> u64;

    /// What a run can go on after, written out: whole rows, whole groups of them where there are groups.
    ///
    /// # Errors
    /// The file system's.
    fn checkpoint(&mut self) -> io::Result<ManifestTable>;

    /// The file's columns with what their cells were like so far, where a [script](FileFormat::has_load_script) has to
    /// know.
    fn column_facts(&self) -> Vec<(ColumnIdx, ColumnFacts)> {
        Vec::new()
    }

    /// Completes the file.
    ///
    /// # Errors
    /// The file system's.
    fn end(self) -> Result<ManifestTable, SinkError>;
}
