//! What a column can hold: the answers of a dialect about the ranges of its types.

use std::ops::RangeInclusive;

/// What the types of a dialect hold.
#[derive(Debug)]
pub struct Storage {
    /// Whether a column's type refuses what is not of it.
    pub typing: Typing,
    /// Whether text can hold the character U+0000.
    pub nul_in_text: NulInText,
    /// Whether a float can be infinite or no number.
    pub non_finite_floats: NonFiniteFloats,
    /// What becomes of the blanks behind a value of `char(n)`.
    pub char_padding: CharPadding,
    /// Whether spatial types are the server's own, or an extension's whose text says the system of the coordinates.
    pub spatial_types: SpatialTypes,
    /// How many bits `bit(n)` takes.
    pub fixed_bits: FixedBits,
    /// The dates and times there are.
    pub temporal: TemporalRanges,
}

/// What a column's type does to a value that is not of it, such as `'abc'` written to an `integer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// It is refused.
    Declared,
    /// It is stored as it is, but for STRICT tables and rowids (SQLite, datatype3.html, §3).
    Affinity,
}

/// A NUL within text, U+0000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NulInText {
    /// It is a character like others.
    Stored,
    /// No text holds one (PostgreSQL's manual, §8.3).
    Refused,
}

/// Infinity and "not a number" in a column of floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonFiniteFloats {
    /// They are values, written `Infinity`, `-Infinity` and `NaN` (PostgreSQL's manual, §8.1.3).
    Stored,
    /// They are out of range.
    Refused,
}

/// The blanks behind a value of `char(n)`, as patterns and functions see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharPadding {
    /// Patterns match them and `octet_length` counts them: `'ab'` in `char(3)` has three bytes (PostgreSQL's manual,
    /// §8.3).
    Counts,
    /// They are gone when the value is read (MySQL's manual, §11.3.2).
    Stripped,
}

/// Where spatial types such as `geometry` come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpatialTypes {
    /// The server has them.
    BuiltIn,
    /// An extension brings them, such as PostGIS.
    Extension,
}

/// The length of a value of `bit(n)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedBits {
    /// *n* bits, no more and no fewer (PostgreSQL's manual, §8.10).
    Exactly,
    /// Up to *n* bits; those that are missing on the left are zero (MySQL's manual, §11.1.5).
    AtMost,
}

/// The dates and times that the types hold, ends included.
#[derive(Debug)]
pub struct TemporalRanges {
    /// The years of dates; 0 is 1 BC.
    pub date_years: RangeInclusive<i32>,
    /// The years of timestamps; 0 is 1 BC.
    pub timestamp_years: RangeInclusive<i32>,
    /// The microseconds since 1970-01-01 UTC of timestamps with a zone, where they have a range of their own.
    pub zoned_timestamps: Option<RangeInclusive<i64>>,
    /// The microseconds since midnight of times.
    pub times: RangeInclusive<i64>,
    /// Whether dates and timestamps can be `infinity`.
    pub infinity: bool,
}
