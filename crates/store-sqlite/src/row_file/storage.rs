//! In which form values lie in a row file.

use arrow_schema::{DataType, TimeUnit};
use seedbed_datagen_core::arrow_type;
use seedbed_schema_model::{Column, Schema};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the values of a column lie in a row file, by how they [travel](seedbed_datagen_core::arrow_type) in batches.
///
/// | storage | in the file |
/// |---|---|
/// | `Boolean` | INTEGER, 0 or 1 |
/// | `Integer` | INTEGER |
/// | `Unsigned` | INTEGER; above 2^63 - 1 TEXT of the digits |
/// | `Decimal` | without a scale INTEGER, or TEXT beyond 64 bits; else REAL, or TEXT beyond 2^50 units of the last digit |
/// | `Float` | REAL; TEXT `NaN` |
/// | `Date`, `Time` | TEXT `YYYY-MM-DD`, `HH:MM:SS` with up to six digits of a fraction |
/// | `Timestamp` | TEXT of both; zoned ones in UTC, with `+00:00` behind |
/// | `Uuid` | TEXT, hyphenated, lower case |
/// | `Bytes` | BLOB |
/// | `Text` | TEXT |
///
/// SQLite's functions calculate with all of these, its date functions read the texts, and they sort as the values do. Beyond
/// that are what no such function knows: days before the year 1 (`0044-03-15 BC`), after 9999 (`10000-01-01`) and at the end
/// of time (`infinity`), spans of time below zero and of a hundred hours. They come back as well; a page that is ordered by
/// such a column is in the values' order all the same.
///
/// A column of a file that somebody else made may hold texts that are no values of its type. They lie there as TEXT, and
/// the whole column comes back as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Storage {
    /// Truth values.
    Boolean,
    /// Whole numbers with a sign, of 64 bits.
    Integer,
    /// Whole numbers without a sign, of 64 bits.
    Unsigned,
    /// Decimals.
    Decimal {
        /// Digits behind the point.
        scale: u8,
    },
    /// Floats.
    Float,
    /// Days.
    Date,
    /// Times of day, and MySQL's spans of time.
    Time,
    /// Days with a time.
    Timestamp {
        /// Whether they are moments in UTC.
        zoned: bool,
    },
    /// UUIDs.
    Uuid,
    /// Binary strings.
    Bytes,
    /// Everything else.
    Text,
}

impl Storage {
    /// How a column of a schema is stored.
    pub(crate) fn of_column(schema: &Schema, column: &Column) -> Self {
        Self::of_arrow(&arrow_type(schema, &column.ty)).unwrap_or(Self::Text)
    }

    /// How arrays of a type are stored; `None` for those that no batch has.
    pub(crate) fn of_arrow(ty: &DataType) -> Option<Self> {
        Some(match ty {
            DataType::Boolean => Self::Boolean,
            DataType::Int64 => Self::Integer,
            DataType::UInt64 => Self::Unsigned,
            DataType::Decimal128(_, scale) => Self::Decimal { scale: u8::try_from(*scale).ok()? },
            DataType::Float64 => Self::Float,
            DataType::Date32 => Self::Date,
            DataType::Time64(TimeUnit::Microsecond) => Self::Time,
            DataType::Timestamp(TimeUnit::Microsecond, zone) => Self::Timestamp { zoned: zone.is_some() },
            DataType::FixedSizeBinary(16) => Self::Uuid,
            DataType::Binary => Self::Bytes,
            DataType::Utf8 => Self::Text,
            DataType::Dictionary(keys, values)
                if (&**keys, &**values) == (&DataType::UInt32, &DataType::Utf8) =>
            {
                Self::Text
            }
            _ => return None,
        })
    }

    /// The type of the arrays that are read.
    pub(crate) fn arrow(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Integer => DataType::Int64,
            Self::Unsigned => DataType::UInt64,
            Self::Decimal { scale } => DataType::Decimal128(38, scale as i8),
            Self::Float => DataType::Float64,
            Self::Date => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp { zoned } => {
                DataType::Timestamp(TimeUnit::Microsecond, zoned.then(|| "UTC".into()))
            }
            Self::Uuid => DataType::FixedSizeBinary(16),
            Self::Bytes => DataType::Binary,
            Self::Text => DataType::Utf8,
        }
    }

    /// What SQL on the file takes the values for.
    pub(crate) fn in_sql(self) -> &'static str {
        match self {
            Self::Boolean | Self::Integer | Self::Unsigned => "INTEGER",
            Self::Decimal { scale: 0 } => "INTEGER",
            Self::Decimal { .. } | Self::Float => "REAL",
            Self::Bytes => "BLOB",
            Self::Date | Self::Time | Self::Timestamp { .. } | Self::Uuid | Self::Text => "TEXT",
        }
    }

    /// The type that the file declares. Numbers that may lie there as TEXT have none, as the affinity of any would make
    /// doubles of them.
    pub(crate) fn declared(self) -> &'static str {
        match self {
            Self::Boolean | Self::Integer => "INTEGER",
            Self::Unsigned | Self::Decimal { .. } | Self::Float => "",
            Self::Bytes => "BLOB",
            Self::Date | Self::Time | Self::Timestamp { .. } | Self::Uuid | Self::Text => "TEXT",
        }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boolean => "booleans",
            Self::Integer => "integers",
            Self::Unsigned => "unsigned integers",
            Self::Decimal { .. } => "decimals",
            Self::Float => "floats",
            Self::Date => "dates",
            Self::Time => "times",
            Self::Timestamp { zoned: false } => "timestamps",
            Self::Timestamp { zoned: true } => "timestamps with time zone",
            Self::Uuid => "UUIDs",
            Self::Bytes => "binary strings",
            Self::Text => "text",
        })
    }
}
