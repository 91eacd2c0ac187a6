//! The values of SQL: one enum over all types of all dialects, and the two that are more than one number.

use crate::RangeSet;
use seedbed_schema_model::SqlType;
use std::collections::BTreeMap;

/// One SQL value. Temporal values are counts from 1970-01-01 in the proleptic Gregorian calendar, the calendar of
/// PostgreSQL (manual, §B.6).
///
/// The variant tells the kind of a value and not its type: a `smallint` and a `bigint` are both
/// [`Integer`](Self::Integer). Whoever needs the type has the column's [`SqlType`] beside it. `==` compares variants
/// and digits; SQL's `=`, which holds `1` and `1.00` for equal, is the evaluator's, and that of keys is
/// [`push_key_part`](crate::push_key_part)'s.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL, which is also the truth value *unknown*.
    Null,
    /// A truth value of a dialect that has the type `boolean`; elsewhere it is an [`Integer`](Self::Integer), 0 or 1.
    Boolean(bool),
    /// A whole number of any width, up to the 64 unsigned bits of MySQL and what sums of those need.
    Integer(i128),
    /// An exact decimal: `12.50` is `Decimal::new(1250, 2)`.
    Decimal(Decimal),
    /// A binary floating-point number; one of single precision is widened without a change of value.
    Float(f64),
    /// A character string, in UTF-8 whatever the column's character set.
    Text(String),
    /// A binary string: `bytea`, `blob`, `varbinary`.
    Bytes(Vec<u8>),
    /// A bit string of the characters `0` and `1`, most significant first: `B'0101'` is `"0101"`.
    Bits(String),
    /// Days since 1970-01-01: 2000-03-01 is 11 017. The ends of `i32` are `-infinity` and `infinity`.
    Date(i32),
    /// Microseconds since midnight; below zero and above a day only in MySQL, whose `time` is a span.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00, in UTC where the type has a zone. The ends of `i64` are `-infinity` and
    /// `infinity`.
    Timestamp(i64),
    /// A span of time: `1 year 2 mons -3 days`.
    Interval(Interval),
    /// A UUID as a number, most significant byte first (RFC 9562, §4).
    Uuid(u128),
    /// A JSON document. Elsewhere, since it is larger than all others and rarer than most.
    Json(Box<serde_json::Value>),
    /// An array; one of several dimensions holds arrays.
    Array(Vec<Value>),
    /// A row, `ROW(1, 'a')`, as it occurs in comparisons, and a value of a composite type.
    Row(Vec<Value>),
    /// The pairs of an `hstore`: each key once, with text or NULL.
    Map(BTreeMap<String, Option<String>>),
    /// A range or a multirange.
    Range(RangeSet),
}

impl Value {
    /// Whether it is NULL. A row or an array of NULLs is not.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The word for the value's kind in a message: `integer`, `numeric`, `date`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Decimal(_) => "numeric",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Bits(_) => "bits",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Timestamp(_) => "timestamp",
            Self::Interval(_) => "interval",
            Self::Uuid(_) => "uuid",
            Self::Json(_) => "json",
            Self::Array(_) => "array",
            Self::Row(_) => "row",
            Self::Map(_) => "hstore",
            Self::Range(_) => "range",
        }
    }

    /// The widest type that has values of the kind: `bigint` for an integer, `timestamptz` for a timestamp. An array's
    /// is that of its first element that is not NULL, a range's that of its ends; NULL, an array of nothing else, and a
    /// range without ends have none.
    pub fn widest_type(&self) -> Option<SqlType> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(_) => SqlType::Boolean,
            Self::Integer(_) => SqlType::BIGINT,
            Self::Decimal(_) => SqlType::Decimal { precision: None, scale: None, unsigned: false },
            Self::Float(_) => SqlType::Float { bits: 64, unsigned: false, digits: None },
            Self::Text(_) | Self::Row(_) => SqlType::TEXT,
            Self::Bytes(_) => SqlType::Blob { max_bytes: None },
            Self::Bits(_) => SqlType::Bit { length: None, varying: true },
            Self::Date(_) => SqlType::Date,
            Self::Time(_) => SqlType::Time { precision: None, zoned: false },
            Self::Timestamp(_) => SqlType::Timestamp { precision: None, zoned: true },
            Self::Interval(_) => SqlType::Interval { fields: None, precision: None },
            Self::Uuid(_) => SqlType::Uuid,
            Self::Json(_) => SqlType::Json { binary: true },
            Self::Map(_) => SqlType::Hstore,
            Self::Array(items) => {
                SqlType::Array { element: Box::new(items.iter().find_map(Self::widest_type)?) }
            }
            Self::Range(set) => {
                let ends = set.parts().iter().flat_map(|part| [&part.low, &part.high]).flatten();
                let element = ends.into_iter().find_map(Self::widest_type)?;
                SqlType::Range { element: Box::new(element), multi: set.is_multi() }
            }
        })
    }
}

/// An exact decimal number, `unscaled / 10^scale`, of up to 38 digits: SQL's `numeric` and `decimal`.
///
/// The scale is part of the number as it is part of `numeric` ("display scale", PostgreSQL's manual, §8.1.2): `1.0` and
/// `1.00` print differently. They differ for `==` too, and are the same for [`Decimal::compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The digits without the point: 1250 for `12.50`.
    pub unscaled: i128,
    /// Digits after the point: 2 for `12.50`.
    pub scale: u8,
}

/// PostgreSQL's three-part interval (manual, §8.5.4): months, days and microseconds do not convert into each other, as
/// a month has no fixed number of days, nor a day of hours where clocks change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Interval {
    /// Months, those of whole years with them: `1 year 2 mons` is 14.
    pub months: i32,
    /// Days, those of whole weeks with them.
    pub days: i32,
    /// Microseconds, of either sign and of any number of hours.
    pub micros: i64,
}
