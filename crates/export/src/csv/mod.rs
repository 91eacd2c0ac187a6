//! CSV files, in a folder or in a bundle.

mod encoder;
mod file;

pub(crate) use encoder::{CsvChunk, CsvEncoder};
pub(crate) use file::{CsvWriter, WrittenTable};

use crate::{FileFormat, ManifestTable, TablePlace};
use seedbed_datagen_core::SinkError;
use std::fs::File;
use std::io;

/// RFC 4180 in a [`Folder`](crate::Folder): `<table>.csv` for each table.
///
/// Only the first part of a run in several has header lines, so that `cat` of all parts is the whole.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl FileFormat for Csv {
    type Writer = CsvWriter<File>;

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn begin(&self, at: &TablePlace<'_>, file: File) -> Result<CsvWriter<File>, SinkError> {
        Ok(CsvWriter::begin(at.schema, at.table, at.name, at.run, file))
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<CsvWriter<File>>> {
        CsvWriter::go_on(at, begun, file)
    }
}
