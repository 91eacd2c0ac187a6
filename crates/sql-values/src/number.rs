//! Numbers out of values, and text read as numbers in the forgiving way of SQLite and MySQL.

use crate::{Decimal, Value};

/// The float nearest to a number; zero for what is none.
pub(crate) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Integer(n) => *n as f64,
        Value::Decimal(d) => d.to_float(),
        Value::Float(f) => *f,
        Value::Boolean(b) => f64::from(u8::from(*b)),
        _ => 0.0,
    }
}

/// A number as an exact decimal.
pub(crate) fn to_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(n) => Some(Decimal::new(*n, 0)),
        Value::Decimal(d) => Some(*d),
        Value::Float(f) => Decimal::from_float(*f),
        _ => None,
    }
}

/// The whole text as a number, blanks around it allowed: an integer of 64 bits or a float.
pub(crate) fn numeric_text(text: &str) -> Option<Value> {
    let trimmed = text.trim_matches(is_sqlite_space);
    let (number, length) = leading_number(trimmed)?;
    (length == trimmed.len()).then_some(number)
}

/// The longest leading number; zero when there is none, as in a cast to NUMERIC.
pub(crate) fn numeric_prefix(text: &str) -> Value {
    leading_number(text.trim_start_matches(is_sqlite_space)).map_or(Value::Integer(0), |(number, _)| number)
}

/// The longest leading whole number, saturated to 64 bits, as in a cast to INTEGER.
pub(crate) fn integer_prefix(text: &str) -> i128 {
    let text = text.trim_start_matches(is_sqlite_space);
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    let magnitude =
        text[sign..sign + digits].bytes().fold(0i128, |n, b| (n * 10 + i128::from(b - b'0')).min(1 << 70));
    let value = if text.starts_with('-') { -magnitude } else { magnitude };
    value.clamp(i64::MIN.into(), i64::MAX.into())
}

/// A real that is a whole number SQLite stores as an integer: exact, and not at the very ends of 64 bits.
pub(crate) fn sqlite_integer_from_real(real: f64) -> Option<i128> {
    let bound = 9_223_372_036_854_775_808.0;
    (real.is_finite() && real.abs() < bound && real == libm::trunc(real)).then_some(real as i128)
}

fn is_sqlite_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

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
