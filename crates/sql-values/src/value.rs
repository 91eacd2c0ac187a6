//! SQL values at run time.

/// One SQL value. Temporal values are counts from 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL, which is also the truth value *unknown*.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number of any width.
    Integer(i128),
    /// An exact decimal.
    Decimal(Decimal),
    /// A binary floating-point number.
    Float(f64),
    /// A character string.
    Text(String),
    /// A binary string.
    Bytes(Vec<u8>),
    /// A bit string of `0` and `1`.
    Bits(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00, in UTC where the type has a zone.
    Timestamp(i64),
    /// A span of time.
    Interval(Interval),
    /// A UUID, most significant byte first.
    Uuid(u128),
    /// A JSON document.
    Json(serde_json::Value),
    /// An array.
    Array(Vec<Value>),
    /// A row.
    Row(Vec<Value>),
}

impl Value {
    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// An exact decimal number, `unscaled / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The digits without the point.
    pub unscaled: i128,
    /// Digits after the point.
    pub scale: u8,
}

/// PostgreSQL's three-part interval: months, days and microseconds do not convert into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Interval {
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}
