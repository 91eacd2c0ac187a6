//! The formats of exports.

/// A database file of the store's own kind.
pub(crate) const DATABASE: &str = "sqlite";

/// The formats of exports by name: CSV, JSON Lines and Parquet are a ZIP of a file for each table, or the one file where
/// one table is asked for; the others are one file.
#[cfg(feature = "parquet")]
pub const EXPORT_FORMATS: &[&str] = &["csv", "jsonl", "parquet", "sql", "copy", DATABASE];

/// The formats of exports by name: CSV and JSON Lines are a ZIP of a file for each table, or the one file where one table is
/// asked for; the others are one file. Parquet comes with the feature `parquet`.
#[cfg(not(feature = "parquet"))]
pub const EXPORT_FORMATS: &[&str] = &["csv", "jsonl", "sql", "copy", DATABASE];
