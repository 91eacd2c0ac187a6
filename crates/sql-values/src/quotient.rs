//! How many digits PostgreSQL gives a numeric quotient.

use crate::Decimal;

/// `NUMERIC_MIN_SIG_DIGITS` of PostgreSQL's `numeric.c`.
const MIN_SIGNIFICANT_DIGITS: i32 = 16;
/// Decimal digits of one of `numeric.c`'s base-10000 digits.
const BASE_DIGITS: i32 = 4;

/// The quotient with the digits that `select_div_scale` of PostgreSQL's `numeric.c` chooses.
pub(super) fn divide(x: Decimal, y: Decimal) -> Option<Decimal> {
    x.checked_div(y, scale(x, y))
}

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
        let quotient =
            |a, b| divide(Decimal::parse(a).unwrap(), Decimal::parse(b).unwrap()).unwrap().to_string();
        // As printed by PostgreSQL 15.
        assert_eq!(quotient("1", "3"), "0.33333333333333333333");
        assert_eq!(quotient("10", "4"), "2.5000000000000000");
        assert_eq!(quotient("1.0", "3.00"), "0.33333333333333333333");
        assert_eq!(quotient("100000", "3"), "33333.333333333333");
    }
}
