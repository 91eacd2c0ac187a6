//! The names of the formats that rows are exported in, and what the web calls them.

use std::fmt;
use std::str::FromStr;

/// A format that rows are exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ExportFormat {
    /// [`Csv`](crate::Csv): a file for each table.
    Csv,
    /// [`JsonLines`](crate::JsonLines): a file for each table.
    JsonLines,
    /// Parquet: a file for each table.
    Parquet,
    /// A [`SqlScript`](crate::SqlScript) of INSERTs, one for all tables.
    Sql,
    /// A [`SqlScript`](crate::SqlScript) of PostgreSQL's COPY with its data, one for all tables.
    Copy,
}

impl ExportFormat {
    /// Every one, by its name.
    pub const ALL: &[(&str, Self)] = &[
        ("csv", Self::Csv),
        ("jsonl", Self::JsonLines),
        ("parquet", Self::Parquet),
        ("sql", Self::Sql),
        ("copy", Self::Copy),
    ];

    /// The ending of an archive of one file for each table.
    pub const ARCHIVE_EXTENSION: &str = "zip";

    /// The media type of such an archive.
    pub const ARCHIVE_MEDIA_TYPE: &str = "application/zip";

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    /// The ending of its files' names, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
            Self::Sql | Self::Copy => "sql",
        }
    }

    /// The media type of its files.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::JsonLines => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Sql | Self::Copy => "application/sql",
        }
    }

    /// Whether one file holds all tables. Of the others each table is a file of its own, and several are an archive.
    pub fn is_one_file(self) -> bool {
        matches!(self, Self::Sql | Self::Copy)
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no format `{name}`")]
pub struct UnknownFormat {
    /// The name.
    pub name: String,
}

impl UnknownFormat {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        "export-unknown-format"
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        let names: Vec<&str> = ExportFormat::ALL.iter().map(|(name, _)| *name).collect();
        Some(format!("choose one of {}", names.join(", ")))
    }
}

impl FromStr for ExportFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, known)| *known).ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (name, format) in ExportFormat::ALL {
            assert_eq!(name.parse(), Ok(*format));
            assert_eq!(format.to_string(), *name);
            assert!(format.media_type().contains('/') && !format.extension().is_empty());
        }
        let unknown = "xlsx".parse::<ExportFormat>().expect_err("no such format");
        assert_eq!(
            (unknown.to_string(), unknown.code()),
            ("there is no format `xlsx`".to_owned(), "export-unknown-format")
        );
        assert_eq!(unknown.hint().as_deref(), Some("choose one of csv, jsonl, parquet, sql, copy"));
    }
}
