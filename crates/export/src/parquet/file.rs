//! One table's Parquet file.

use super::column::FileColumns;
use super::row_group::{Layout, RowGroup, RowGroupEncoder};
use crate::checksum::Checksum;
use crate::{ManifestTable, TablePlace, TableWriter};
use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaDataBuilder, ParquetMetaDataOptions, ParquetMetaDataReader,
    ParquetMetaDataWriter, RowGroupMetaData,
};
use ::parquet::file::statistics::Statistics;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::SchemaDescriptor;
use seedbed_datagen_core::SinkError;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Writes one table's Parquet file.
pub struct ParquetWriter<W: Write> {
    entry: ManifestTable,
    layout: Arc<Layout>,
    writer: SerializedFileWriter<Summed<W>>,
    /// Where the row groups are noted for a run that may have to go on.
    groups: PathBuf,
}

/// The notes of a table's row groups, until its file is complete.
fn groups_of(at: &TablePlace<'_>) -> PathBuf {
    at.folder.join(format!("{}.groups", at.name))
}

impl<W: Write> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter").field("entry", &self.entry).finish_non_exhaustive()
    }
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(super) fn begin(at: &TablePlace<'_>, compression: Compression, out: W) -> Result<Self, ParquetError> {
        let columns = FileColumns::new(at.schema, at.table, &at.run.columns_of(at.schema, at.table))?;
        let rows = at.run.rows.get(&at.table).copied().unwrap_or(0);
        let layout = Arc::new(Layout::new(columns, compression, rows));
        let properties = Arc::new(layout.properties().build());
        let out = Summed { out, checksum: Checksum::default(), bytes: 0 };
        let writer = SerializedFileWriter::new(out, Arc::clone(&layout.columns.parquet), properties)?;
        Ok(Self {
            entry: ManifestTable::begun(&at.schema[at.table], at.name),
            layout,
            writer,
            groups: groups_of(at),
        })
    }

    /// Adds a row group that is in another file.
    fn splice(&mut self, group: &RowGroupMetaData, from: &File) -> Result<(), ParquetError> {
        let mut writer = self.writer.next_row_group()?;
        let rows_written = u64::try_from(group.num_rows()).unwrap_or(0);
        for column in group.columns() {
            let close = ColumnCloseResult {
                bytes_written: u64::try_from(column.compressed_size()).unwrap_or(0),
                rows_written,
                metadata: as_written(column)?,
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            writer.append_column(from, close)?;
        }
        writer.close()?;
        self.entry.rows += rows_written;
        Ok(())
    }

    /// Notes the row groups that are written, as the footer of a file that has no rows of its own.
    fn note_groups(&self) -> Result<(), ParquetError> {
        let rows = i64::try_from(self.entry.rows).unwrap_or(i64::MAX);
        let schema = Arc::new(SchemaDescriptor::new(Arc::clone(&self.layout.columns.parquet)));
        let file = FileMetaData::new(1, rows, None, None, schema, None);
        let groups = self.writer.flushed_row_groups().to_vec();
        let metadata = ParquetMetaDataBuilder::new(file).set_row_groups(groups).build();
        let next = self.groups.with_extension("next");
        ParquetMetaDataWriter::new(File::create(&next)?, &metadata).finish()?;
        Ok(std::fs::rename(next, &self.groups)?)
    }

    fn doing(&self) -> String {
        format!("writing `{}`", self.entry.file)
    }

    fn add(&mut self, rows: u64, group: &mut RowGroup) -> Result<(), ParquetError> {
        let mut writer = self.writer.next_row_group()?;
        for column in group.columns.drain(..) {
            column.append_to_row_group(&mut writer)?;
        }
        writer.close()?;
        self.entry.rows += rows;
        Ok(())
    }

    /// The notes stay until the folder is complete: a run that is killed before its next checkpoint goes on from them.
    fn close(self) -> Result<ManifestTable, ParquetError> {
        let out = self.writer.into_inner()?;
        Ok(ManifestTable { bytes: out.bytes, xxh128: out.checksum.digits(), ..self.entry })
    }
}

impl ParquetWriter<File> {
    /// A file that begins with the row groups of an earlier run's; `None` when that is not as it was written.
    pub(super) fn go_on(
        at: &TablePlace<'_>,
        compression: Compression,
        begun: &ManifestTable,
        mut earlier: File,
    ) -> Result<Option<Self>, ParquetError> {
        let mut checksum = Checksum::default();
        if !checksum.read(begun.bytes, &mut earlier)? || checksum.digits() != begun.xxh128 {
            return Ok(None);
        }
        let Ok(groups) = File::open(groups_of(at)) else { return Ok(None) };
        let Ok(metadata) = ParquetMetaDataReader::new()
            // As they were written: a mask of them could not be written again.
            .with_metadata_options(Some(ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false)))
            .parse_and_finish(&groups)
        else {
            return Ok(None);
        };

        let (path, next) = (at.folder.join(at.name), at.folder.join(format!("{}.resumed", at.name)));
        let mut file = Self::begin(at, compression, File::create(&next)?)?;
        for group in metadata.row_groups() {
            // The row groups are noted before the journal is: there may be more of them than it knows.
            if file.entry.rows >= begun.rows {
                break;
            }
            file.splice(group, &earlier)?;
        }
        if file.entry.rows != begun.rows {
            return Ok(None);
        }
        // What is still in memory would be missing if the run is killed before its next checkpoint.
        file.writer.flush()?;
        std::fs::rename(next, path)?;
        Ok(Some(file))
    }
}

/// A column's metadata as the writer had it: read back, its statistics don't say that they were written for old readers
/// as well, which the writer does for all but unsigned orders.
fn as_written(column: &ColumnChunkMetaData) -> Result<ColumnChunkMetaData, ParquetError> {
    let signed = column.column_descr().sort_order().is_signed();
    macro_rules! for_old_readers {
        ($statistics:expr, $($kind:ident),*) => {
            match $statistics.clone() {
                $(Statistics::$kind(values) => {
                    Statistics::$kind(values.with_backwards_compatible_min_max(signed))
                })*
            }
        };
    }
    let Some(statistics) = column.statistics() else { return Ok(column.clone()) };
    let statistics = for_old_readers!(
        statistics,
        Boolean,
        Int32,
        Int64,
        Int96,
        Float,
        Double,
        ByteArray,
        FixedLenByteArray
    );
    column.clone().into_builder().set_statistics(statistics).build()
}

impl<W: Write + Send> TableWriter for ParquetWriter<W> {
    type Encoder = RowGroupEncoder;

    fn encoder(&self) -> RowGroupEncoder {
        RowGroupEncoder::new(&self.layout)
    }

    fn append(&mut self, rows: u64, group: &mut RowGroup) -> Result<(), SinkError> {
        self.add(rows, group).map_err(|e| SinkError::new(self.doing(), e))
    }

    fn bytes(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    fn checkpoint(&mut self) -> io::Result<ManifestTable> {
        self.writer.flush()?;
        self.note_groups().map_err(io::Error::other)?;
        let out = self.writer.inner();
        Ok(ManifestTable { bytes: out.bytes, xxh128: out.checksum.digits(), ..self.entry.clone() })
    }

    fn end(self) -> Result<ManifestTable, SinkError> {
        let doing = self.doing();
        self.close().map_err(|e| SinkError::new(doing, e))
    }
}

/// Where a file's bytes go, with its length and checksum.
#[derive(Debug)]
struct Summed<W> {
    out: W,
    checksum: Checksum,
    bytes: u64,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.checksum.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
