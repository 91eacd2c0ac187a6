//! Quotients of exact decimals: how many digits each server gives them.

use crate::Decimal;

/// PostgreSQL's quotient of `numeric`s, with the digits that `select_div_scale` of its `numeric.c` chooses: at least 16
/// significant ones. `None` for a zero divisor and beyond 38 digits.
///
/// ```
/// use seedbed_sql_values::{Decimal, quotient::postgres_quotient};
/// let third = postgres_quotient(Decimal::new(1, 0), Decimal::new(3, 0)).unwrap();
/// assert_eq!(third.to_string(), "0.33333333333333333333");
/// ```
pub fn postgres_quotient(x: Decimal, y: Decimal) -> Option<Decimal> {
    x.checked_div(y, scale(x, y))
}

/// MySQL's quotient of decimals. It has four digits more than the dividend where it is shown
/// (`div_precision_increment`), and is computed with all digits of the nine-digit words that those need; the rest is
/// cut off (MariaDB's `strings/decimal.c`, `do_div_mod`). `None` for a zero divisor and beyond 38 digits.
pub fn mysql_quotient(x: Decimal, y: Decimal) -> Option<Decimal> {
    let words = |digits: i32| (digits + 8) / 9 * 9;
    let (a, b) = (i32::from(x.scale), i32::from(y.scale));
    let more = (4 - (words(a) - a + words(b) - b)).max(0);
    let scale = words(words(a) + words(b) + more);
    let digits = u8::try_from(scale + 1).ok()?;
    let whole = x.checked_div(y, digits).and_then(|q| q.truncated(scale));
    whole.or_else(|| x.checked_div(y, x.scale.saturating_add(4)))
}

/// `NUMERIC_MIN_SIG_DIGITS` of PostgreSQL's `numeric.c`.
const MIN_SIGNIFICANT_DIGITS: i32 = 16;
/// Decimal digits of one of `numeric.c`'s base-10000 digits.
const BASE_DIGITS: i32 = 4;

/// At least 16 significant digits, estimated from the operands' leading base-10000 digits.
fn scale(x: Decimal, y: Decimal) -> u8 {
    let ((weight1, first1), (weight2, first2)) = (leading(x), leading(y));
    let weight = weight1 - weight2 - i32::from(first1 <= first2);
    let wanted = MIN_SIGNIFICANT_DIGITS - weight * BASE_DIGITS;
    wanted.max(x.scale.into()).max(y.scale.into()).clamp(0, 37) as u8
}

/// Exponent (of 10000) and value of the first base-10000 digit that is not zero.
fn leading(d: Decimal) -> (i32, u32) {
    if d.unscaled == 0 {
        return (0, 0);
    }
    let digits = d.unscaled.unsigned_abs().to_string();
    // Decimal exponent of the leading digit.
    let exponent = digits.len() as i32 - 1 - i32::from(d.scale);
    let weight = exponent.div_euclid(BASE_DIGITS);
    let taken = exponent.rem_euclid(BASE_DIGITS) as usize + 1;
    let first = digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(taken)
        .fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    (weight, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_have_the_servers_digits() {
        let quotient = |a, b| {
            postgres_quotient(Decimal::parse(a).unwrap(), Decimal::parse(b).unwrap()).unwrap().to_string()
        };
        // As printed by PostgreSQL 15.
        assert_eq!(quotient("1", "3"), "0.33333333333333333333");
        assert_eq!(quotient("10", "4"), "2.5000000000000000");
        assert_eq!(quotient("1.0", "3.00"), "0.33333333333333333333");
        assert_eq!(quotient("100000", "3"), "33333.333333333333");
    }
}
