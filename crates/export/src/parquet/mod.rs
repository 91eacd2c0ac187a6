//! Parquet files in a folder.

mod column;
mod file;
mod row_group;

use crate::{FileFormat, ManifestTable, TablePlace};
use ::parquet::basic::Compression;
#[cfg(feature = "zstd")]
use ::parquet::basic::ZstdLevel;
use file::ParquetWriter;
use seedbed_datagen_core::SinkError;
use std::fs::File;
use std::io;
use std::str::FromStr;

/// Parquet in a [`Folder`](crate::Folder): `<table>.parquet` for each table. Checkpoints of a run that can be resumed come
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
/// A column that is `NOT NULL` is `REQUIRED`. Row groups have a fixed number of rows and are made on as many threads as
/// make rows; no byte depends on the threads or on the size of batches. Columns with few values have dictionaries,
/// and other numbers are kept by their differences (`DELTA_BINARY_PACKED`), which takes as many bits as their range.
/// Every part of a run in several is a file of its own that readers take together with the others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parquet {
    /// How pages are compressed.
    pub compression: ParquetCompression,
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

impl FileFormat for Parquet {
    type Writer = ParquetWriter;

    fn extension(&self) -> &'static str {
        "parquet"
    }

    fn begin(&self, at: &TablePlace<'_>, file: File) -> Result<ParquetWriter, SinkError> {
        ParquetWriter::begin(at, self.compression.codec(), file)
            .map_err(|e| SinkError::new(format!("writing `{}`", at.name), e))
    }

    fn go_on(
        &self,
        at: &TablePlace<'_>,
        begun: &ManifestTable,
        file: File,
    ) -> io::Result<Option<ParquetWriter>> {
        ParquetWriter::go_on(at, self.compression.codec(), begun, file).map_err(io::Error::other)
    }
}
