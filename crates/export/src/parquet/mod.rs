//! A folder of Parquet files.

mod column;
mod file;
mod row_group;

use crate::folder_sink::{FileFormat, FolderSink, TableOutput, TablePlace};
use crate::new_folder::{NewFolder, Resume};
use crate::{ExportError, ManifestTable, Provenance};
use ::parquet::basic::Compression;
#[cfg(feature = "zstd")]
use ::parquet::basic::ZstdLevel;
use file::ParquetFile;
use seedbed_datagen_core::{Batch, Chunk, Encoder, Sink, SinkError};
use seedbed_schema_model::{Schema, TableId};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Writes `<table>.parquet` for each table and a `manifest.json` into one folder, as [`CsvFolder`](crate::CsvFolder)
/// does: under another name until the end.
///
/// | SQL type | Parquet type |
/// |---|---|
/// | boolean | `BOOLEAN` |
/// | integers, year | `INT32` or `INT64` of their width and sign |
/// | decimal, money | `DECIMAL` as `INT32` up to 9 digits, as `INT64` up to 18, or else as `FIXED_LEN_BYTE_ARRAY` |
/// | real, double precision | `FLOAT`, `DOUBLE` |
/// | date, time | `DATE`, `TIME(MICROS)` |
/// | timestamp | `TIMESTAMP(MICROS)`, a zoned one as adjusted to UTC |
/// | uuid | `UUID` |
/// | binary, blob, bytea | `BYTE_ARRAY` |
/// | text, enums, JSON and every other type | `STRING`, of the value's literal text in the dialect |
///
/// A column that is `NOT NULL` is `REQUIRED`. Row groups have a fixed number of rows and are made on as many threads as
/// make rows; no byte depends on the threads or on the size of batches. Columns with few values have dictionaries,
/// and other numbers are kept by their differences (`DELTA_BINARY_PACKED`), which takes as many bits as their range.
/// Every part of a run in several is a file of its own that readers take together with the others.
#[derive(Debug)]
pub struct ParquetFolder {
    target: PathBuf,
    sink: FolderSink<Parquet>,
}

/// How the pages of a Parquet file are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParquetCompression {
    /// Not at all.
    None,
    /// Snappy: fast, and what most writers do by default.
    #[default]
    Snappy,
    /// LZ4 without a frame.
    Lz4,
    /// Zstandard of level 1: smaller.
    #[cfg(feature = "zstd")]
    Zstd,
}

impl ParquetCompression {
    /// Every one that was compiled in, by its name.
    pub const ALL: &[(&str, Self)] = &[
        ("none", Self::None),
        ("snappy", Self::Snappy),
        ("lz4", Self::Lz4),
        #[cfg(feature = "zstd")]
        ("zstd", Self::Zstd),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    fn codec(self) -> Compression {
        match self {
            Self::None => Compression::UNCOMPRESSED,
            Self::Snappy => Compression::SNAPPY,
            Self::Lz4 => Compression::LZ4_RAW,
            #[cfg(feature = "zstd")]
            Self::Zstd => Compression::ZSTD(ZstdLevel::default()),
        }
    }
}

/// A name that is no compression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no compression `{0}`")]
pub struct UnknownCompression(pub String);

impl FromStr for ParquetCompression {
    type Err = UnknownCompression;

    fn from_str(name: &str) -> Result<Self, UnknownCompression> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, known)| *known).ok_or_else(|| UnknownCompression(name.to_owned()))
    }
}

impl ParquetFolder {
    /// A folder at `target`, which is new, empty, or an earlier run's.
    ///
    /// # Errors
    /// Those of [`CsvFolder::create`](crate::CsvFolder::create).
    pub fn create(
        target: impl AsRef<Path>,
        run: Provenance,
        compression: ParquetCompression,
    ) -> Result<Self, ExportError> {
        let folder = NewFolder::create(target.as_ref())?;
        let sink = FolderSink::new(Parquet { compression }, run, folder);
        Ok(Self { target: target.as_ref().to_owned(), sink })
    }

    /// The same for a long run, which the next one of the same `digest` can go on with: see
    /// [`CsvFolder::create_resumable`](crate::CsvFolder::create_resumable). Checkpoints come between row groups.
    ///
    /// # Errors
    /// Those of [`CsvFolder::create_resumable`](crate::CsvFolder::create_resumable).
    pub fn create_resumable(
        target: impl AsRef<Path>,
        run: Provenance,
        compression: ParquetCompression,
        digest: &str,
        resume: Resume,
    ) -> Result<Self, ExportError> {
        let (folder, earlier) = NewFolder::create_resumable(target.as_ref(), digest, resume)?;
        let sink = FolderSink::new(Parquet { compression }, run, folder).resumable(digest, earlier);
        Ok(Self { target: target.as_ref().to_owned(), sink })
    }

    /// With a checkpoint each time that so many bytes have been written.
    #[must_use]
    pub fn checkpoint_every(self, bytes: u64) -> Self {
        Self { sink: self.sink.checkpoint_every(bytes), ..self }
    }
}

impl Sink for ParquetFolder {
    fn begin_table(&mut self, schema: &Schema, table: TableId) -> Result<(), SinkError> {
        self.sink.begin_table(schema, table)
    }

    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.sink.write(batch)
    }

    fn rows_done(&self) -> u64 {
        self.sink.rows_done()
    }

    fn encoder(&self) -> Option<Box<dyn Encoder>> {
        self.sink.encoder()
    }

    fn append(&mut self, chunk: &mut Chunk) -> Result<(), SinkError> {
        self.sink.append(chunk)
    }

    fn end_table(&mut self) -> Result<(), SinkError> {
        self.sink.end_table()
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        self.sink.finish(&self.target)
    }
}

#[derive(Debug)]
struct Parquet {
    compression: ParquetCompression,
}

impl FileFormat for Parquet {
    fn extension(&self) -> &'static str {
        "parquet"
    }

    fn begin(&self, at: &TablePlace<'_>, file: File) -> Result<Box<dyn TableOutput>, SinkError> {
        match ParquetFile::begin(at, self.compression.codec(), file) {
            Ok(file) => Ok(Box::new(file)),
            Err(e) => Err(SinkError::new(format!("writing `{}`", at.name), e)),
        }
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<Box<dyn TableOutput>>> {
        let gone_on = ParquetFile::go_on(at, self.compression.codec(), begun, file);
        Ok(gone_on.map_err(io::Error::other)?.map(|file| Box::new(file) as _))
    }
}
