//! Parquet files, in a folder, in a bundle or alone.

mod column;
mod file;
mod row_group;

use crate::{ExportError, FileFormat, ManifestTable, ParquetCompression, TablePlace};
use ::parquet::basic::Compression;
#[cfg(feature = "zstd")]
use ::parquet::basic::ZstdLevel;
use file::ParquetWriter;
use seedbed_datagen_core::SinkError;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};

/// Parquet: `<table>.parquet` for each table. Checkpoints of a run that can be resumed come
/// between row groups.
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
/// Where types are no bounds (SQLite), integers are `INT64`, floats `DOUBLE` and decimals of 38 digits whatever was
/// declared: their columns may hold any of them.
///
/// A column that is `NOT NULL` is `REQUIRED`. Row groups have a fixed number of rows and are made on as many threads as
/// make rows; no byte depends on the threads or on the size of batches. Columns with few values have dictionaries,
/// and other numbers are kept by their differences (`DELTA_BINARY_PACKED`), which takes as many bits as their range.
/// Every part of a run in several is a file of its own that readers take together with the others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parquet {
    /// How pages are compressed.
    pub compression: ParquetCompression,
}

impl FileFormat for Parquet {
    type Writer<W: Write + Send + fmt::Debug> = ParquetWriter<W>;

    fn extension(&self) -> &'static str {
        "parquet"
    }

    fn begin<W: Write + Send + fmt::Debug>(
        &self,
        at: &TablePlace<'_>,
        out: W,
    ) -> Result<ParquetWriter<W>, SinkError> {
        let doing = || format!("writing `{}`", at.name);
        let codec = codec(self.compression).map_err(|e| SinkError::new(doing(), e))?;
        ParquetWriter::begin(at, codec, out).map_err(|e| SinkError::new(doing(), e))
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<ParquetWriter<File>>> {
        ParquetWriter::go_on(at, codec(self.compression).map_err(io::Error::other)?, begun, file)
            .map_err(io::Error::other)
    }

    fn is_compressed(&self) -> bool {
        true
    }
}

fn codec(compression: ParquetCompression) -> Result<Compression, ExportError> {
    Ok(match compression {
        ParquetCompression::None => Compression::UNCOMPRESSED,
        ParquetCompression::Snappy => Compression::SNAPPY,
        ParquetCompression::Lz4 => Compression::LZ4_RAW,
        #[cfg(feature = "zstd")]
        ParquetCompression::Zstd => Compression::ZSTD(ZstdLevel::default()),
        #[cfg(not(feature = "zstd"))]
        ParquetCompression::Zstd => return Err(ExportError::FormatLeftOut { format: "zstd" }),
    })
}
