//! Single cells: values as SQLite holds them, and back.

use super::moment::{
    push_stored_date, push_stored_time, push_stored_timestamp, stored_date, stored_time, stored_timestamp,
};
use super::storage::Storage;
use rusqlite::types::ValueRef;
use seedbed_sql_values::text::{push_decimal, push_uuid, push_wide_integer};

/// Doubles are near enough to decimals of so many units of the last digit that each comes back: `unscaled` divided by a power
/// of ten, rounded, multiplied again and rounded is off by less than half (three roundings of 2^-53, times this).
const MOST_UNITS: u64 = 1 << 50;

/// The value of a cell that is not NULL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'c> {
    Boolean(bool),
    Integer(i64),
    Unsigned(u64),
    /// In units of the column's last digit.
    Decimal(i128),
    Float(f64),
    Date(i32),
    Time(i64),
    Timestamp(i64),
    Uuid([u8; 16]),
    Bytes(&'c [u8]),
    Text(&'c [u8]),
}

impl<'c> Cell<'c> {
    /// What a value of the file stands for in a column; `None` when no value of such a column is stored so.
    #[inline]
    pub(crate) fn read(storage: Storage, stored: ValueRef<'c>) -> Option<Self> {
        Some(match (storage, stored) {
            (Storage::Text, ValueRef::Text(text)) => Self::Text(text),
            (Storage::Integer, ValueRef::Integer(value)) => Self::Integer(value),
            (Storage::Timestamp { zoned }, ValueRef::Text(text)) => {
                Self::Timestamp(stored_timestamp(text, zoned)?)
            }
            (Storage::Date, ValueRef::Text(text)) => Self::Date(stored_date(text)?),
            (Storage::Time, ValueRef::Text(text)) => Self::Time(stored_time(text)?),
            (Storage::Decimal { scale }, ValueRef::Real(value)) => Self::Decimal(units(value, scale)?),
            (Storage::Decimal { scale }, ValueRef::Integer(value)) => {
                Self::Decimal(i128::from(value).checked_mul(10_i128.checked_pow(scale.into())?)?)
            }
            (Storage::Decimal { scale }, ValueRef::Text(text)) => Self::Decimal(decimal(text, scale)?),
            (Storage::Boolean, ValueRef::Integer(value @ (0 | 1))) => Self::Boolean(value == 1),
            (Storage::Float, ValueRef::Real(value)) => Self::Float(value),
            (Storage::Float, ValueRef::Text(b"NaN")) => Self::Float(f64::NAN),
            (Storage::Unsigned, ValueRef::Integer(value)) => Self::Unsigned(value.try_into().ok()?),
            (Storage::Unsigned, ValueRef::Text(text)) => {
                Self::Unsigned(str::from_utf8(text).ok()?.parse().ok()?)
            }
            (Storage::Uuid, ValueRef::Text(text)) => Self::Uuid(uuid(text)?),
            (Storage::Bytes, ValueRef::Blob(bytes)) => Self::Bytes(bytes),
            _ => return None,
        })
    }

    /// The value as it lies in the file, and whether in the form that sorts as the values do. `scratch` is room for its text.
    #[inline]
    pub(crate) fn store<'s>(self, storage: Storage, scratch: &'s mut Vec<u8>) -> (ValueRef<'s>, bool)
    where
        'c: 's,
    {
        scratch.clear();
        let regular = match self {
            Self::Boolean(value) => return (ValueRef::Integer(value.into()), true),
            Self::Integer(value) => return (ValueRef::Integer(value), true),
            Self::Float(value) if !value.is_nan() => return (ValueRef::Real(value), true),
            Self::Float(_) => return (ValueRef::Text(b"NaN"), true),
            Self::Bytes(bytes) => return (ValueRef::Blob(bytes), true),
            Self::Text(text) => return (ValueRef::Text(text), true),
            Self::Unsigned(value) => match i64::try_from(value) {
                Ok(value) => return (ValueRef::Integer(value), true),
                Err(_) => {
                    push_wide_integer(scratch, value.into());
                    false
                }
            },
            Self::Decimal(units) => {
                let scale = if let Storage::Decimal { scale } = storage { scale } else { 0 };
                match number(units, scale) {
                    Some(number) => return (number, true),
                    None => push_decimal(scratch, units, scale),
                }
                false
            }
            Self::Date(days) => push_stored_date(scratch, days),
            Self::Time(micros) => push_stored_time(scratch, micros),
            Self::Timestamp(micros) => {
                push_stored_timestamp(scratch, micros, storage == Storage::Timestamp { zoned: true })
            }
            Self::Uuid(bytes) => {
                push_uuid(scratch, bytes);
                true
            }
        };
        (ValueRef::Text(scratch), regular)
    }
}

/// A decimal as a number that gives it back; `None` if there is none.
#[inline]
fn number(units: i128, scale: u8) -> Option<ValueRef<'static>> {
    let units = i64::try_from(units).ok()?;
    if scale == 0 {
        return Some(ValueRef::Integer(units));
    }
    if units.unsigned_abs() > MOST_UNITS {
        return None;
    }
    // Up to 10^22 powers of ten are doubles, and the quotient of two exact numbers is rounded once.
    if scale <= 22 {
        return Some(ValueRef::Real(units as f64 / power_of_ten(scale)));
    }
    let mut text = String::new();
    push_decimal(&mut text, units.into(), scale);
    text.parse().ok().map(ValueRef::Real)
}

/// A double in units of a last digit.
#[inline]
fn units(value: f64, scale: u8) -> Option<i128> {
    let units = (value * power_of_ten(scale)).round();
    if units.abs() <= MOST_UNITS as f64 {
        return Some(units as i128);
    }
    // It was stored when the column had fewer digits behind the point. Of as many units no two are one double, so that the
    // shortest text of this one is what was stored.
    decimal(value.to_string().as_bytes(), scale)
}

/// A power of ten as the nearest double.
#[inline]
fn power_of_ten(exponent: u8) -> f64 {
    POWERS.get(usize::from(exponent)).copied().unwrap_or(f64::INFINITY)
}

#[rustfmt::skip]
const POWERS: [f64; 39] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38,
];

/// A decimal of no more digits behind its point than a scale has, in units of the scale's last digit.
fn decimal(text: &[u8], scale: u8) -> Option<i128> {
    let (negative, text) = text.strip_prefix(b"-").map_or((false, text), |text| (true, text));
    let (mut units, mut behind) = (0_i128, None);
    for byte in text {
        match byte {
            b'.' if behind.is_none() => behind = Some(0),
            // Below zero, where there is one number more.
            b'0'..=b'9' => {
                units = units.checked_mul(10)?.checked_sub((byte - b'0').into())?;
                behind = behind.map(|digits: u32| digits + 1);
            }
            _ => return None,
        }
    }
    if text.is_empty() {
        return None;
    }
    let lacking = u32::from(scale).checked_sub(behind.unwrap_or(0))?;
    let units = units.checked_mul(10_i128.checked_pow(lacking)?)?;
    if negative { Some(units) } else { units.checked_neg() }
}

/// The bytes of a hyphenated UUID.
fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.try_into().ok()?;
    let mut bytes = [0; 16];
    let mut at = 0;
    for byte in &mut bytes {
        if text[at] == b'-' {
            at += 1;
        }
        let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
        *byte = digit(text[at])? << 4 | digit(*text.get(at + 1)?)?;
        at += 2;
    }
    (at == 36).then_some(bytes)
}
