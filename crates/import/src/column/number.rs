//! Numbers in the form in which they are written.

use seedbed_schema_model::SqlType;
use seedbed_sql_values::Decimal;
use std::ops::RangeInclusive;

/// A sign and up to eighteen digits.
#[inline]
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = signed(text);
    let magnitude = digits_of(digits)? as i64;
    Some(if negative { -magnitude } else { magnitude })
}

/// Up to eighteen digits.
#[inline]
pub(super) fn unsigned(text: &[u8]) -> Option<u64> {
    digits_of(text)
}

/// The integers of a type.
pub(super) fn range(ty: &SqlType) -> RangeInclusive<i64> {
    match ty {
        SqlType::Integer { bits, unsigned } => {
            let bits = u32::from((*bits).clamp(1, 64));
            match unsigned {
                true => 0..=((1_i128 << bits) - 1).min(i64::MAX.into()) as i64,
                false => -(1_i128 << (bits - 1)) as i64..=((1_i128 << (bits - 1)) - 1) as i64,
            }
        }
        _ => 0..=i64::from(u16::MAX),
    }
}

/// A finite float. Text that only overflows to infinity is none.
#[inline]
pub(super) fn float(text: &[u8], single: bool) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let value = if single { text.parse::<f32>().ok()?.into() } else { text.parse::<f64>().ok()? };
    value.is_finite().then_some(value)
}

/// The scale of a block's decimals, and what its type takes.
#[derive(Debug)]
pub(super) struct DecimalForm {
    scale: u8,
    /// Whether the type leaves the scale open: it grows with what is met.
    open: bool,
    /// Unscaled digits of this size are too many.
    limit: u64,
}

impl DecimalForm {
    /// Decimals of a type. Without a scale in the type they have two digits at least, as `arrow_type` has it.
    pub(super) fn of(ty: &SqlType) -> Self {
        let (scale, open, precision) = match ty {
            SqlType::Decimal { precision: None, scale: None, .. } => (2, true, None),
            SqlType::Decimal { precision, scale, .. } => (scale.unwrap_or(0).clamp(0, 38), false, *precision),
            _ => (2, false, None),
        };
        // A type whose scale is no plain number of digits leaves all to the slow way.
        let plain = !matches!(ty, SqlType::Decimal { scale: Some(scale), .. } if !(0..=17).contains(scale));
        let digits = u32::from(precision.unwrap_or(18).min(18));
        Self { scale: scale as u8, open, limit: if plain { 10_u64.pow(digits) } else { 0 } }
    }

    /// Digits behind the point.
    pub(super) fn scale(&self) -> u8 {
        self.scale
    }

    /// A decimal of no more digits than the scale has behind the point, and no more than eighteen in all.
    #[inline]
    pub(super) fn read(&self, text: &[u8]) -> Option<i128> {
        let (negative, digits) = signed(text);
        if digits.len() > 18 || digits.is_empty() {
            return None;
        }
        let (mut unscaled, mut behind) = (0_u64, None);
        for (at, byte) in digits.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit <= 9 {
                unscaled = unscaled * 10 + u64::from(digit);
            } else if *byte == b'.' && behind.is_none() && digits.len() > 1 {
                behind = Some(digits.len() - at - 1);
            } else {
                return None;
            }
        }
        let lacking = usize::from(self.scale).checked_sub(behind.unwrap_or(0))?;
        let unscaled = unscaled.checked_mul(*POWERS.get(lacking)?)?;
        let unscaled = (unscaled < self.limit).then_some(i128::from(unscaled))?;
        Some(if negative { -unscaled } else { unscaled })
    }

    /// A decimal in the scale. Where the type leaves it open, those before get the digits that this one has more.
    pub(super) fn fit(&mut self, decimal: Decimal, before: &mut [i128]) -> Option<i128> {
        if self.open && decimal.scale > self.scale {
            let more = 10_i128.checked_pow(u32::from(decimal.scale - self.scale))?;
            for known in before.iter_mut() {
                *known = known.checked_mul(more)?;
            }
            self.scale = decimal.scale;
            (self.scale <= 38).then_some(())?;
        }
        let lacking = self.scale.checked_sub(decimal.scale)?;
        decimal.unscaled.checked_mul(10_i128.checked_pow(lacking.into())?)
    }
}

/// Powers of ten.
static POWERS: [u64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < 19 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Whether there is a minus, and what is behind it.
#[inline]
fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    }
}

/// One to eighteen digits.
#[inline]
fn digits_of(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let mut number = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(number)
}
