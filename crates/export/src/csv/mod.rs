//! CSV files, in a folder, in a bundle or alone.

mod encoder;

pub(crate) use encoder::CsvEncoder;

use crate::text_file::{Lines, TextWriter};
use crate::{FileFormat, ManifestTable, TablePlace};
use encoder::text_encoder;
use seedbed_datagen_core::SinkError;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// RFC 4180: `<table>.csv` for each table.
///
/// Only the first part of a run in several has header lines, so that `cat` of all parts is the whole.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl FileFormat for Csv {
    type Writer<W: Write + Send + fmt::Debug> = TextWriter<Self, W>;

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn begin<W: Write + Send + fmt::Debug>(
        &self,
        at: &TablePlace<'_>,
        out: W,
    ) -> Result<Self::Writer<W>, SinkError> {
        Ok(TextWriter::begin(*self, at, out))
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<Self::Writer<File>>> {
        TextWriter::go_on(*self, at, begun, file)
    }

    fn has_load_script(&self) -> bool {
        true
    }
}

impl Lines for Csv {
    type Encoder = CsvEncoder;

    fn header(&self, schema: &Schema, table: TableId, columns: &[ColumnIdx]) -> Vec<u8> {
        let mut line = Vec::new();
        text_encoder(schema).push_header(&mut line, columns.iter().map(|c| schema[table][*c].name.as_str()));
        line
    }

    fn encoder(&self, schema: &Arc<Schema>, _: TableId, _: &[ColumnIdx]) -> CsvEncoder {
        CsvEncoder::new(Arc::clone(schema))
    }
}
