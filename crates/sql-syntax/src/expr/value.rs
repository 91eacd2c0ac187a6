//! Constants.

use super::error::ExprError;
use super::rules::HexStrings;
use seedbed_schema_model::{Expr, Literal};
use sqlparser::ast::Value;

/// Lowers a constant.
///
/// # Errors
/// For a placeholder, and digits that are no number.
pub(super) fn value(value: &Value, hex_strings: HexStrings) -> Result<Expr, ExprError> {
    let text = |s: &str| Literal::Text(s.to_owned());
    Ok(Expr::Literal(match value {
        Value::Number(digits, _) => {
            number(digits).ok_or_else(|| ExprError::Number { digits: digits.clone() })?
        }
        Value::SingleQuotedString(s)
        | Value::EscapedStringLiteral(s)
        | Value::UnicodeStringLiteral(s)
        | Value::NationalStringLiteral(s)
        | Value::DoubleQuotedString(s) => text(s),
        Value::DollarQuotedString(s) => text(&s.value),
        Value::SingleQuotedByteStringLiteral(bits) | Value::DoubleQuotedByteStringLiteral(bits) => {
            Literal::Bits(bits.clone())
        }
        Value::HexStringLiteral(digits) => match hex_strings {
            HexStrings::Bits => Literal::Bits(bits_of(digits)),
            HexStrings::Bytes => Literal::Bytes(bytes_of(digits)),
        },
        Value::Boolean(b) => Literal::Boolean(*b),
        Value::Null => Literal::Null,
        other => return Err(ExprError::NotConstant { value: other.to_string() }),
    }))
}

/// A number of any notation; `None` when it does not fit.
pub(super) fn number(digits: &str) -> Option<Literal> {
    let digits = digits.replace('_', "");
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return i128::from_str_radix(hex, 16).ok().map(Literal::Integer);
    }
    if digits.contains(['e', 'E']) {
        return digits.parse().ok().filter(|n: &f64| n.is_finite()).map(Literal::Float);
    }
    match digits.split_once('.') {
        None => match digits.parse() {
            Ok(integer) => Some(Literal::Integer(integer)),
            Err(_) => digits.parse().ok().map(Literal::Float),
        },
        Some((whole, fraction)) => {
            let unscaled = format!("{whole}{fraction}").parse();
            match (unscaled, u8::try_from(fraction.len())) {
                (Ok(unscaled), Ok(scale)) => Some(Literal::Decimal { unscaled, scale }),
                _ => digits.parse().ok().map(Literal::Float),
            }
        }
    }
}

/// The bits of hexadecimal digits.
fn bits_of(hex: &str) -> String {
    hex.chars().filter_map(|c| c.to_digit(16)).map(|digit| format!("{digit:04b}")).collect()
}

/// The bytes of hexadecimal digits.
fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.rchunks(2).rev().map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(number("0012"), Some(Literal::Integer(12)));
        assert_eq!(number("1.50"), Some(Literal::Decimal { unscaled: 150, scale: 2 }));
        assert_eq!(number(".5"), Some(Literal::Decimal { unscaled: 5, scale: 1 }));
        assert_eq!(number("1e3"), Some(Literal::Float(1000.0)));
        assert_eq!(number("0xff"), Some(Literal::Integer(255)));
        assert_eq!(bytes_of("abc"), [0x0a, 0xbc]);
    }
}
