//! Row counts as people write them.

use serde::de::{Deserializer, Unexpected, Visitor};
use std::fmt;

/// Reads a number of rows: digits, with `_` between them, a decimal point, an exponent and one of the suffixes `k`, `M`,
/// `G` (or `B`) and `T` for thousands, millions, billions and trillions, as far as the whole is a whole number.
///
/// ```
/// use seedbed_datagen_core::{RowCountError, parse_row_count};
/// assert_eq!(parse_row_count("1_000_000"), Ok(1_000_000));
/// assert_eq!(parse_row_count("2.5k"), Ok(2_500));
/// assert_eq!(parse_row_count("1e9"), parse_row_count("1G"));
/// assert!(matches!(parse_row_count("0.5"), Err(RowCountError::NotWhole { .. })));
/// ```
///
/// # Errors
/// [`RowCountError`] when it is no number, no whole one, negative, or above 2^64 - 1.
pub fn parse_row_count(text: &str) -> Result<u64, RowCountError> {
    let no_number = || RowCountError::NoNumber { text: text.to_owned() };
    let (digits, suffix) = match text.char_indices().next_back() {
        Some((at, last)) if last.is_ascii_alphabetic() => (&text[..at], zeros(last).ok_or_else(no_number)?),
        _ => (text, 0),
    };
    if let Some(positive) = digits.strip_prefix('-') {
        let is_number = positive.starts_with(|c: char| c.is_ascii_digit());
        return Err(if is_number { RowCountError::Negative { text: text.to_owned() } } else { no_number() });
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| no_number())?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_grouped = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if !whole.starts_with(|c: char| c.is_ascii_digit()) || !is_grouped(whole) || !is_grouped(fraction) {
        return Err(no_number());
    }
    let mut value = 0_u64;
    let too_many = || RowCountError::TooMany { text: text.to_owned() };
    let fraction: Vec<u8> = fraction.bytes().filter(u8::is_ascii_digit).collect();
    // How many places the decimal point moves to the right, counted from behind the fraction.
    let mut shift = i64::from(exponent) + i64::from(suffix) - fraction.len() as i64;
    let mut digits: Vec<u8> = whole.bytes().filter(u8::is_ascii_digit).chain(fraction).collect();
    while shift < 0 {
        match digits.pop() {
            Some(b'0') => shift += 1,
            None => shift = 0,
            Some(_) => return Err(RowCountError::NotWhole { text: text.to_owned() }),
        }
    }
    for digit in digits {
        let next = value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit - b'0')));
        value = next.ok_or_else(too_many)?;
    }
    if value == 0 {
        return Ok(0);
    }
    let factor = u32::try_from(shift).ok().and_then(|shift| 10_u64.checked_pow(shift));
    factor.and_then(|factor| value.checked_mul(factor)).ok_or_else(too_many)
}

/// What a suffix multiplies by, as a power of ten.
fn zeros(suffix: char) -> Option<u8> {
    Some(match suffix {
        'k' | 'K' => 3,
        'm' | 'M' => 6,
        'g' | 'G' | 'b' | 'B' => 9,
        't' | 'T' => 12,
        _ => return None,
    })
}

/// A text that is no number of rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowCountError {
    /// It is no number.
    #[error("`{text}` is no number of rows")]
    NoNumber {
        /// The text.
        text: String,
    },
    /// It says less than no rows.
    #[error("`{text}` is a negative number of rows")]
    Negative {
        /// The text.
        text: String,
    },
    /// It says some rows and a part of one.
    #[error("`{text}` is not a whole number of rows")]
    NotWhole {
        /// The text.
        text: String,
    },
    /// It says 2^64 rows or more.
    #[error("`{text}` is more rows than can be counted")]
    TooMany {
        /// The text.
        text: String,
    },
}

impl RowCountError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoNumber { .. } => "rows-no-number",
            Self::Negative { .. } => "rows-negative",
            Self::NotWhole { .. } => "rows-not-whole",
            Self::TooMany { .. } => "rows-too-many",
        }
    }

    /// The next step.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "the most is 18446744073709551615",
            _ => "such as 1000, 1_000_000, 10k, 2.5M, 1G or 1e9",
        }
    }
}

/// For fields of a spec: a number, or a text such as `"5M"`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    from.deserialize_any(RowCount).map(Some)
}

struct RowCount;

impl Visitor<'_> for RowCount {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of rows, such as 1000 or \"5M\"")
    }

    fn visit_u64<E: serde::de::Error>(self, rows: u64) -> Result<u64, E> {
        Ok(rows)
    }

    fn visit_i64<E: serde::de::Error>(self, rows: i64) -> Result<u64, E> {
        u64::try_from(rows).map_err(|_| E::invalid_value(Unexpected::Signed(rows), &self))
    }

    fn visit_f64<E: serde::de::Error>(self, rows: f64) -> Result<u64, E> {
        // `1e9` is a float to TOML and JSON. Above 2^53 a float may not be the number that was written.
        let is_exact = rows.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&rows);
        if is_exact { Ok(rows as u64) } else { Err(E::invalid_value(Unexpected::Float(rows), &self)) }
    }

    fn visit_str<E: serde::de::Error>(self, rows: &str) -> Result<u64, E> {
        parse_row_count(rows).map_err(|e| E::custom(format_args!("{e}, {}", e.hint())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, rows) in [
            ("0", 0),
            ("1000", 1_000),
            ("1_000_000", 1_000_000),
            ("10k", 10_000),
            ("10K", 10_000),
            ("5M", 5_000_000),
            ("2m", 2_000_000),
            ("2G", 2_000_000_000),
            ("2B", 2_000_000_000),
            ("3T", 3_000_000_000_000),
            ("1e9", 1_000_000_000),
            ("1E9", 1_000_000_000),
            ("1.5e3", 1_500),
            ("2.50k", 2_500),
            ("1.000", 1),
            ("1e3k", 1_000_000),
            ("5000e-3", 5),
            ("0e999", 0),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_row_count(text), Ok(rows), "{text}");
        }
    }

    #[test]
    fn nonsense_has_a_code() {
        for (text, code) in [
            ("", "rows-no-number"),
            ("k", "rows-no-number"),
            ("many", "rows-no-number"),
            ("1x", "rows-no-number"),
            ("10 k", "rows-no-number"),
            ("1e", "rows-no-number"),
            ("1,000", "rows-no-number"),
            ("_1", "rows-no-number"),
            (".5k", "rows-no-number"),
            ("+5", "rows-no-number"),
            ("NaN", "rows-no-number"),
            ("5日", "rows-no-number"),
            ("-k", "rows-no-number"),
            ("-5", "rows-negative"),
            ("-1e9", "rows-negative"),
            ("1.5", "rows-not-whole"),
            ("1e-3", "rows-not-whole"),
            ("1.2345k", "rows-not-whole"),
            ("18446744073709551616", "rows-too-many"),
            ("1e20", "rows-too-many"),
            ("1e2000000000", "rows-too-many"),
            ("18446744073709551615k", "rows-too-many"),
        ] {
            assert_eq!(parse_row_count(text).map_err(|e| e.code()), Err(code), "{text}");
        }
    }

    #[test]
    fn a_spec_has_numbers_and_texts() {
        let read = |json: &str| serde_json::from_str::<crate::Spec>(json).map(|spec| spec.rows);
        assert_eq!(read(r#"{"rows": 7}"#).expect("a number"), Some(7));
        assert_eq!(read(r#"{"rows": "5M"}"#).expect("a text"), Some(5_000_000));
        assert_eq!(read(r#"{"rows": 1e9}"#).expect("a float"), Some(1_000_000_000));
        assert_eq!(read("{}").expect("nothing"), None);
        for wrong in [r#"{"rows": -1}"#, r#"{"rows": 1.5}"#, r#"{"rows": "lots"}"#, r#"{"rows": true}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
