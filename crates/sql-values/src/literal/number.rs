//! Numbers: whether a type holds them, and their texts.

use super::LiteralForms;
use crate::decimal::power_of_ten;
use crate::{Decimal, Value};

/// Whether an integer of so many bits, 1 to 64, with or without a sign, holds the value.
pub fn integer_fits(value: i128, bits: u8, unsigned: bool) -> bool {
    let bits = u32::from(bits.clamp(1, 64));
    if unsigned {
        value >= 0 && value < 1i128 << bits
    } else {
        value >= -(1i128 << (bits - 1)) && value < 1i128 << (bits - 1)
    }
}

/// An integer of a type that holds it.
pub(super) fn integer(text: &str, bits: u8, unsigned: bool, forms: &LiteralForms) -> Option<Value> {
    let value = (forms.integer)(text)?;
    integer_fits(value, bits, unsigned).then_some(Value::Integer(value))
}

/// Digits alone, with a sign or without.
pub(crate) fn integer_digits(text: &str) -> Option<i128> {
    text.parse().ok()
}

/// Any number, rounded; also the words for true and false, which are numbers there.
pub(crate) fn rounded_integer(text: &str) -> Option<i128> {
    match text {
        "true" | "TRUE" => Some(1),
        "false" | "FALSE" => Some(0),
        _ => match text.parse() {
            Ok(value) => Some(value),
            Err(_) => Some(Decimal::parse(text)?.rounded(0)?.unscaled),
        },
    }
}

/// A number rounded to the type's scale, if the type holds it then; `numeric(5)` has the scale 0 (manual, §8.1.2).
pub(super) fn decimal(text: &str, precision: Option<u16>, scale: Option<i16>) -> Option<Value> {
    let mut decimal = Decimal::parse(text)?;
    if precision.is_some() || scale.is_some() {
        decimal = decimal.rounded(scale.unwrap_or(0).into())?;
    }
    decimal_fits(decimal, precision, scale).then_some(Value::Decimal(decimal))
}

/// Whether a decimal has no more digits before the point than `numeric(precision, scale)` allows; all do without a
/// precision. A scale may be above the precision: `numeric(2, 5)` is below 0.001.
pub fn decimal_fits(decimal: Decimal, precision: Option<u16>, scale: Option<i16>) -> bool {
    let Some(precision) = precision else { return true };
    let limit = i32::from(precision) - i32::from(scale.unwrap_or(0));
    match power_of_ten(limit) {
        Some(bound) => {
            decimal.compare(Decimal::new(bound, 0)).is_lt()
                && decimal.compare(Decimal::new(-bound, 0)).is_gt()
        }
        // A scale above the precision: `numeric(2, 5)` is below 0.001.
        None if limit < 0 => u8::try_from(-limit).is_ok_and(|s| {
            decimal.compare(Decimal::new(1, s)).is_lt() && decimal.compare(Decimal::new(-1, s)).is_gt()
        }),
        None => true,
    }
}

/// PostgreSQL's `$1,234.50` (manual, §8.2), which keeps two digits.
pub(super) fn money(text: &str) -> Option<Value> {
    let digits: String = text.chars().filter(|c| !matches!(c, '$' | ',')).collect();
    Decimal::parse(&digits)?.rounded(2).map(Value::Decimal)
}

/// A float of 32 or 64 bits, `NaN` and `Infinity` by name; a number that only overflows to infinity is none.
pub(super) fn float(text: &str, bits: u8) -> Option<Value> {
    let value: f64 = text.parse().ok()?;
    let value = if bits == 32 { f64::from(text.parse::<f32>().ok()?) } else { value };
    let named = text.trim_start_matches(['-', '+']).starts_with(['i', 'I', 'n', 'N']);
    (value.is_finite() || named).then_some(Value::Float(value))
}
