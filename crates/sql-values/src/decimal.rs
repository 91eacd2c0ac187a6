//! Exact decimal arithmetic on [`Decimal`], in 128 bits: what does not fit has no result. How many digits a quotient
//! gets is each server's own rule: see [`quotient`](crate::quotient).

use crate::Decimal;
use crate::text::push_decimal;
use std::cmp::Ordering;
use std::fmt;

impl Decimal {
    /// The number `unscaled / 10^scale`: `new(1250, 2)` is `12.50`.
    pub const fn new(unscaled: i128, scale: u8) -> Self {
        Self { unscaled, scale }
    }

    /// The decimal that a text is: `-12.50`, also with an exponent. `None` for other text and for what 128 bits cannot
    /// hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut unscaled: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = char::from(byte).to_digit(10)?;
            unscaled = unscaled.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        if mantissa.starts_with('-') {
            unscaled = -unscaled;
        }
        Self::from_exponent(unscaled, exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?)
    }

    /// The decimal that a float prints as with the fewest digits that read back the same: `0.1`, not the binary
    /// fraction next to it. `None` for infinities, NaN and what 128 bits cannot hold.
    pub fn from_float(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self::parse(&format!("{value:e}"))).flatten()
    }

    /// The nearest float. Costs its text: for values, not for cells.
    pub fn to_float(self) -> f64 {
        // Through text: dividing two rounded floats would round twice.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// With `scale` digits after the point, halves rounded away from zero; a negative scale rounds before the
    /// point. `None` when 128 bits do not suffice.
    ///
    /// ```
    /// use seedbed_sql_values::Decimal;
    /// assert_eq!(Decimal::new(-1005, 3).rounded(2), Some(Decimal::new(-101, 2)));
    /// assert_eq!(Decimal::new(1250, 0).rounded(-2), Some(Decimal::new(1300, 0)));
    /// ```
    pub fn rounded(self, scale: i32) -> Option<Self> {
        let drop = i32::from(self.scale) - scale;
        if drop <= 0 {
            return Self::with_scale(self, u8::try_from(scale).ok()?);
        }
        let Some(unit) = power_of_ten(drop) else { return Some(Self::new(0, scale.max(0) as u8)) };
        let half = unit / 2;
        let (quotient, remainder) = (self.unscaled / unit, self.unscaled % unit);
        let step = i128::from(remainder.unsigned_abs() >= half.unsigned_abs()) * self.unscaled.signum();
        Self::from_exponent(quotient.checked_add(step)?, -scale)
    }

    /// With `scale` digits after the point, the others cut off.
    pub fn truncated(self, scale: i32) -> Option<Self> {
        let drop = i32::from(self.scale) - scale;
        if drop <= 0 {
            return Self::with_scale(self, u8::try_from(scale).ok()?);
        }
        let quotient = power_of_ten(drop).map_or(0, |unit| self.unscaled / unit);
        Self::from_exponent(quotient, -scale)
    }

    /// The largest whole number not above: -2 for `-1.5`.
    pub fn floor(self) -> i128 {
        power_of_ten(self.scale.into())
            .map_or(if self.unscaled < 0 { -1 } else { 0 }, |u| self.unscaled.div_euclid(u))
    }

    /// The smallest whole number not below: -1 for `-1.5`.
    pub fn ceil(self) -> i128 {
        -Self::new(-self.unscaled.max(-i128::MAX), self.scale).floor()
    }

    /// The sum, with the larger scale: `1.5 + 0.25` is `1.75`. `None` beyond 128 bits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (a, b, scale) = aligned(self, other)?;
        Some(Self::new(a.checked_add(b)?, scale))
    }

    /// The difference, with the larger scale. `None` beyond 128 bits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (a, b, scale) = aligned(self, other)?;
        Some(Self::new(a.checked_sub(b)?, scale))
    }

    /// The product, with the sum of the scales: `1.5 * 0.25` is `0.375`. `None` beyond 128 bits.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let product = self.unscaled.checked_mul(other.unscaled)?;
        Some(Self::new(product, self.scale.checked_add(other.scale)?))
    }

    /// The quotient with `scale` digits, rounded half away from zero. `None` for a zero divisor too.
    pub fn checked_div(self, other: Self, scale: u8) -> Option<Self> {
        if other.unscaled == 0 {
            return None;
        }
        let shift = i32::from(scale) + i32::from(other.scale) - i32::from(self.scale);
        let (mut a, mut b) = (self.unscaled, other.unscaled);
        if shift >= 0 {
            a = a.checked_mul(power_of_ten(shift)?)?;
        } else {
            b = b.checked_mul(power_of_ten(-shift)?)?;
        }
        let (quotient, remainder) = (a / b, a % b);
        let up = remainder.unsigned_abs() >= b.unsigned_abs() - remainder.unsigned_abs() && remainder != 0;
        let step = if up { a.signum() * b.signum() } else { 0 };
        Some(Self::new(quotient.checked_add(step)?, scale))
    }

    /// The remainder, with the dividend's sign and the larger scale. `None` for a zero divisor too.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        let (a, b, scale) = aligned(self, other)?;
        Some(Self::new(a.checked_rem(b)?, scale))
    }

    /// The same number in its shortest digits: `1.00` is `1`, `12.50` is `12.5`.
    ///
    /// ```
    /// use seedbed_sql_values::Decimal;
    /// assert_eq!(Decimal::new(1250, 2).shortest(), Decimal::new(125, 1));
    /// ```
    #[must_use]
    #[inline]
    pub fn shortest(mut self) -> Self {
        while self.scale > 0 && self.unscaled % 10 == 0 {
            self = Self::new(self.unscaled / 10, self.scale - 1);
        }
        self
    }

    /// Order by value; `1.0` and `1.00` are equal.
    pub fn compare(self, other: Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (Self::with_scale(self, scale), Self::with_scale(other, scale)) {
            (Some(a), Some(b)) => a.unscaled.cmp(&b.unscaled),
            // One overflowed on being widened, so the whole parts differ: that one is farther from zero.
            _ => {
                let whole = |d: Self| (d.floor(), d.unscaled.signum());
                whole(self).cmp(&whole(other))
            }
        }
    }

    /// The same number with more digits after the point.
    fn with_scale(self, scale: u8) -> Option<Self> {
        let factor = power_of_ten(i32::from(scale) - i32::from(self.scale))?;
        Some(Self::new(self.unscaled.checked_mul(factor)?, scale))
    }

    /// `unscaled * 10^exponent`.
    fn from_exponent(unscaled: i128, exponent: i32) -> Option<Self> {
        if unscaled == 0 {
            return Some(Self::new(0, u8::try_from(exponent.saturating_neg().max(0)).unwrap_or(0)));
        }
        if exponent <= 0 {
            return Some(Self::new(unscaled, u8::try_from(exponent.checked_neg()?).ok()?));
        }
        Some(Self::new(unscaled.checked_mul(power_of_ten(exponent)?)?, 0))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        push_decimal(&mut text, self.unscaled, self.scale);
        f.write_str(&text)
    }
}

/// `10^exponent`, if it is a whole number that fits.
pub(crate) fn power_of_ten(exponent: i32) -> Option<i128> {
    10i128.checked_pow(u32::try_from(exponent).ok()?)
}

/// The digits of both at the larger scale.
fn aligned(a: Decimal, b: Decimal) -> Option<(i128, i128, u8)> {
    let scale = a.scale.max(b.scale);
    Some((a.with_scale(scale)?.unscaled, b.with_scale(scale)?.unscaled, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn text_and_back() {
        for text in ["0", "-0.05", "12.50", "170141183460469231731687303715884105727"] {
            assert_eq!(d(text).to_string(), text);
        }
        assert_eq!(d("1.5e2").to_string(), "150");
        assert_eq!(d("15e-3").to_string(), "0.015");
        for bad in ["", ".", "1a", "--1", "1e", "1e999999", "1e-999"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(d("1.005").rounded(2).unwrap().to_string(), "1.01");
        assert_eq!(d("-1.005").rounded(2).unwrap().to_string(), "-1.01");
        assert_eq!(d("1250").rounded(-2).unwrap().to_string(), "1300");
        assert_eq!(d("-1.5").floor(), -2);
        assert_eq!(d("-1.5").ceil(), -1);
        assert_eq!(d("7").checked_div(d("2"), 4).unwrap().to_string(), "3.5000");
        assert_eq!(d("-2").checked_div(d("3"), 2).unwrap().to_string(), "-0.67");
    }

    #[test]
    fn order_survives_overflow() {
        let huge = Decimal::new(i128::MAX, 0);
        assert_eq!(huge.compare(d("0.5")), Ordering::Greater);
        assert_eq!(Decimal::new(i128::MIN, 0).compare(d("0.5")), Ordering::Less);
        assert_eq!(d("1.0").compare(d("1.00")), Ordering::Equal);
    }
}
