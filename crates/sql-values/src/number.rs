//! Numbers out of values, and text read as numbers in the forgiving way of SQLite and MySQL.
//!
//! An integer of 64 bits stays exact; what has a point, an exponent or more digits is a float.

use crate::{Decimal, Value};

/// Digits behind the point that the cells of `numeric(precision, scale)` carry: the declared ones, two where none are, and
/// so many of a large scale that there is room before the point.
///
/// A cell has 38 digits in all. A `numeric(96,48)` is filled with amounts of the size that others have, to 18 digits.
pub fn cell_scale(precision: Option<u16>, scale: Option<i16>) -> u8 {
    let declared = scale.unwrap_or(2);
    let below_one = precision.is_some_and(|digits| i32::from(digits) <= i32::from(declared));
    match declared {
        ..=30 => declared.max(0) as u8,
        _ if below_one => declared.min(37) as u8,
        _ => 18,
    }
}

/// The float nearest to a number or truth value; zero for what is none.
pub fn to_float(value: &Value) -> f64 {
    match value {
        Value::Integer(n) => *n as f64,
        Value::Decimal(d) => d.to_float(),
        Value::Float(f) => *f,
        Value::Boolean(b) => f64::from(u8::from(*b)),
        _ => 0.0,
    }
}

/// A number as an exact decimal, a float by its shortest digits: see [`Decimal::from_float`]. `None` for what is no
/// number or beyond 38 digits.
pub fn to_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(n) => Some(Decimal::new(*n, 0)),
        Value::Decimal(d) => Some(*d),
        Value::Float(f) => Decimal::from_float(*f),
        _ => None,
    }
}

/// The whole text as a number, blanks around it allowed: an integer of 64 bits or a float.
pub fn numeric_text(text: &str) -> Option<Value> {
    let trimmed = text.trim_matches(is_sqlite_space);
    let (number, length) = leading_number(trimmed)?;
    (length == trimmed.len()).then_some(number)
}

/// The number that a text begins with; zero when there is none, as in SQLite's cast to NUMERIC
/// (lang_expr.html#castexpr) and where MySQL takes text for a number (manual, §12.3).
///
/// ```
/// use seedbed_sql_values::{Value, number::numeric_prefix};
/// assert_eq!(numeric_prefix(" 12abc"), Value::Integer(12));
/// assert_eq!(numeric_prefix("1.5e3x"), Value::Float(1500.0));
/// assert_eq!(numeric_prefix("abc"), Value::Integer(0));
/// ```
pub fn numeric_prefix(text: &str) -> Value {
    leading_number(text.trim_start_matches(is_sqlite_space)).map_or(Value::Integer(0), |(number, _)| number)
}

/// The whole number that a text begins with, saturated to 64 bits, as in SQLite's cast to INTEGER
/// (lang_expr.html#castexpr): `12.9` is 12.
pub fn integer_prefix(text: &str) -> i128 {
    let text = text.trim_start_matches(is_sqlite_space);
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    let magnitude =
        text[sign..sign + digits].bytes().fold(0i128, |n, b| (n * 10 + i128::from(b - b'0')).min(1 << 70));
    let value = if text.starts_with('-') { -magnitude } else { magnitude };
    value.clamp(i64::MIN.into(), i64::MAX.into())
}

/// The integer of a real that is a whole number, which SQLite stores as an integer (datatype3.html, §3): exact, and not
/// at the very ends of 64 bits.
pub fn sqlite_integer_from_real(real: f64) -> Option<i128> {
    let bound = 9_223_372_036_854_775_808.0;
    (real.is_finite() && real.abs() < bound && real == libm::trunc(real)).then_some(real as i128)
}

/// What SQLite's `sqlite3Isspace` takes for a blank.
fn is_sqlite_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

/// A number at the very beginning of a text and how many bytes it takes: digits, point, exponent.
fn leading_number(text: &str) -> Option<(Value, usize)> {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(text.starts_with(['-', '+']));
    let whole = digits_from(sign);
    let mut end = sign + whole;
    let mut integral = true;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits_from(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
            integral = false;
        }
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = if end + 1 + sign <= bytes.len() { digits_from(end + 1 + sign) } else { 0 };
        if exponent > 0 {
            end += 1 + sign + exponent;
            integral = false;
        }
    }
    let shown = text[..end].strip_prefix('+').unwrap_or(&text[..end]);
    let integer = if integral { shown.parse::<i64>().ok() } else { None };
    let number = match integer {
        Some(n) => Value::Integer(n.into()),
        None => Value::Float(shown.parse().ok()?),
    };
    Some((number, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_text() {
        assert_eq!(numeric_text(" 12 "), Some(Value::Integer(12)));
        assert_eq!(numeric_text("1e2"), Some(Value::Float(100.0)));
        assert_eq!(numeric_text("12x"), None);
        assert_eq!(numeric_text("."), None);
        assert_eq!(numeric_prefix("12.5x"), Value::Float(12.5));
        assert_eq!(numeric_prefix("1e"), Value::Integer(1));
        assert_eq!(numeric_prefix("abc"), Value::Integer(0));
        assert_eq!(integer_prefix("-99999999999999999999"), i128::from(i64::MIN));
        assert_eq!(integer_prefix("é"), 0);
    }
}
