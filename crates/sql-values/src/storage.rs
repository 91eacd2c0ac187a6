//! What a column can hold.

use std::ops::RangeInclusive;

/// What the types of a dialect hold.
#[derive(Debug)]
pub struct Storage {
    /// Whether a column's type refuses what is not of it.
    pub typing: Typing,
    /// Whether text can hold a NUL.
    pub nul_in_text: NulInText,
    /// Whether a float can be infinite or no number.
    pub non_finite_floats: NonFiniteFloats,
    /// What becomes of the blanks behind a value of `char(n)`.
    pub char_padding: CharPadding,
    /// Whether spatial types are the server's own, or an extension's that may be missing.
    pub spatial_types: SpatialTypes,
    /// How many bits `bit(n)` takes.
    pub fixed_bits: FixedBits,
    /// The dates and times there are.
    pub temporal: TemporalRanges,
}

/// What a column's type does to a value that is not of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// It is refused.
    Declared,
    /// It is stored as it is, but for STRICT tables and rowids (SQLite, datatype3.html).
    Affinity,
}

/// A NUL within text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NulInText {
    /// It is a character like others.
    Stored,
    /// No text holds one.
    Refused,
}

/// Infinity and "not a number" in a column of floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonFiniteFloats {
    /// They are values.
    Stored,
    /// They are out of range.
    Refused,
}

/// The blanks behind a value of `char(n)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharPadding {
    /// Patterns match them and `octet_length` counts them.
    Counts,
    /// They are gone.
    Stripped,
}

/// Where spatial types come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpatialTypes {
    /// The server has them.
    BuiltIn,
    /// An extension brings them.
    Extension,
}

/// The length of a value of `bit(n)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedBits {
    /// *n* bits.
    Exactly,
    /// Up to *n* bits.
    AtMost,
}

/// The dates and times that the types hold.
#[derive(Debug)]
pub struct TemporalRanges {
    /// The years of dates; 0 is 1 BC.
    pub date_years: RangeInclusive<i32>,
    /// The years of timestamps.
    pub timestamp_years: RangeInclusive<i32>,
    /// The microseconds since 1970-01-01 UTC of timestamps with a zone, where they have a range of their own.
    pub zoned_timestamps: Option<RangeInclusive<i64>>,
    /// The microseconds since midnight of times.
    pub times: RangeInclusive<i64>,
    /// Whether dates and timestamps can be `infinity`.
    pub infinity: bool,
}
