//! How Parquet files are compressed: a name also where no Parquet was compiled in.

use std::str::FromStr;

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
    /// Zstandard of level 1: smaller. Without the feature `zstd` a table with it can't be begun.
    Zstd,
}

impl ParquetCompression {
    /// Every one, by its name.
    pub const ALL: &[(&str, Self)] =
        &[("none", Self::None), ("snappy", Self::Snappy), ("lz4", Self::Lz4), ("zstd", Self::Zstd)];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
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
