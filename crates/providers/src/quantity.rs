//! Numbers at even steps between two ends, fitted to the column's type and domain.
//!
//! A [`Quantity`] says what is sensible, a `Room` what the type can hold, the domain what CHECKs leave. Where they meet
//! is a [`DecimalProgression`], a list of known length; so a column `CHECK (rating BETWEEN 3 AND 4)` has that list and
//! no other. All is done in whole numbers of units of `10^-scale`, since 0.1 is none of the binary fractions; only the
//! cell of a floating-point column is divided at the end.

use crate::builtin::{BindRequest, BindResult};
use crate::mix::{below, mix, push_number};
use seedbed_datagen_core::{BindError, Bound, Cardinality, ColumnBuffer, Pen, Sampler};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;
use seedbed_sql_values::number::cell_scale;
use std::sync::Arc;

/// The sensible values of a quantity: `low..=high` in units of `10^-digits`. A rating from 1.0 to 5.0 is
/// `Quantity { low: 10, high: 50, digits: 1 }`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity {
    /// Least value, in units of `10^-digits`.
    pub(crate) low: i64,
    /// Greatest value, in the same units.
    pub(crate) high: i64,
    /// Digits after the point, where the column has room for them.
    pub(crate) digits: u8,
}

impl Quantity {
    /// Every value equally often; the ordinal is the place in the range.
    ///
    /// # Errors
    /// Those of [`progression`](Self::progression).
    pub(crate) fn even(self, request: &BindRequest<'_>) -> BindResult {
        Ok(Arc::new(self.progression(request)?))
    }

    /// Small values more often than large ones, as amounts of money are, unless the column's values are distinct.
    ///
    /// # Errors
    /// Those of [`progression`](Self::progression).
    pub(crate) fn skewed(self, request: &BindRequest<'_>) -> BindResult {
        let progression = self.progression(request)?;
        if request.distinct() { Ok(Arc::new(progression)) } else { Ok(Arc::new(Skewed { progression })) }
    }

    /// The values that the type and the domain leave. A column with more digits after the point than the quantity has
    /// keeps the quantity's step (prices of whole cents in `numeric(12,4)`); one with fewer rounds the ends inwards.
    ///
    /// # Errors
    /// Another type than a number or text, or nothing left.
    pub(crate) fn progression(self, request: &BindRequest<'_>) -> Result<DecimalProgression, BindError> {
        let room = Room::of(request, self.digits).ok_or_else(|| request.wrong_type("numbers"))?;
        let unit = 10i128.pow(u32::from(room.scale));
        let natural = |v: i64| i128::from(v) * unit;
        let divisor = 10i128.pow(u32::from(self.digits));
        let domain = request.binding.domain;
        let low =
            [Some(ceil_div(natural(self.low), divisor)), room.low, lower(domain.low.as_ref(), room.scale)];
        let high = [
            Some(natural(self.high).div_euclid(divisor)),
            room.high,
            upper(domain.high.as_ref(), room.scale),
        ];
        let low = low.into_iter().flatten().max().unwrap_or(0);
        let high = high.into_iter().flatten().min().unwrap_or(0);
        let first = ceil_div(low, room.step) * room.step;
        if first > high {
            return Err(request.empty(format!("the column's range {}", described(request))));
        }
        let len = u64::try_from((high - first) / room.step + 1).unwrap_or(u64::MAX);
        Ok(DecimalProgression {
            low: first,
            step: room.step,
            len,
            scale: room.scale,
            exact: room.holds(high),
        })
    }
}

/// An arithmetic progression fitted to a column: `low + ordinal * step`, in units of `10^-scale`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecimalProgression {
    low: i128,
    step: i128,
    /// How many values there are, at least one.
    len: u64,
    scale: u8,
    /// Whether the column keeps neighbours apart, as floats far from zero don't.
    exact: bool,
}

impl DecimalProgression {
    /// The value at an ordinal, in units of `10^-scale`. Ordinals past the end start over.
    fn at(&self, ordinal: u64) -> i128 {
        let place = if ordinal < self.len { ordinal } else { ordinal % self.len };
        self.low + i128::from(place) * self.step
    }

    /// The low end and the step, if 64 bits hold every value with room to spare: arithmetic that wide is several times
    /// cheaper.
    fn narrow(&self) -> Option<(i64, i64)> {
        let high = self.low + i128::from(self.len) * self.step;
        let fits = |value: i128| (-(1 << 62)..1 << 62).contains(&value);
        (fits(self.low) && fits(high)).then_some((self.low as i64, self.step as i64))
    }
}

impl Sampler for DecimalProgression {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.len)
    }

    fn is_injective(&self) -> bool {
        self.exact
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let Some((low, step)) = self.narrow() else {
            return write_numbers(ordinals.iter().map(|&o| self.at(o)), self.scale, out);
        };
        let place = |o: u64| (if o < self.len { o } else { o % self.len }) as i64;
        write_numbers(ordinals.iter().map(|&o| i128::from(low + place(o) * step)), self.scale, out);
    }
}

/// A progression entered so that each doubling of the distance from its low end is about equally likely, over the eight
/// widest doublings. Of amounts with two digits three in ten end in 99, two in 00, one each in 95 and 50; three keep
/// the digits that were drawn.
#[derive(Clone, Copy, Debug)]
struct Skewed {
    progression: DecimalProgression,
}

impl Skewed {
    /// A place in the progression, smaller ones likelier, and what the last two digits of an amount are to be, if not
    /// its own. `top` is how many bits the progression's length has. One draw serves the three choices, from its upper
    /// end the doubling and the place in it, from its lower end the ending.
    #[inline]
    fn draw(&self, ordinal: u64, top: u32) -> (u64, Option<i64>) {
        const ENDINGS: [Option<i64>; 10] =
            [Some(99), Some(99), Some(99), Some(95), Some(50), Some(0), Some(0), None, None, None];
        let bits = mix(ordinal, 11);
        let doubling = top - ((bits >> 61) as u32).min(top);
        let width = (self.progression.len >> (top - doubling)).max(1);
        let ending = ((bits & 0xffff) * ENDINGS.len() as u64) >> 16;
        (below(bits << 3, width), ENDINGS[ending as usize])
    }

    /// Whether the column shows amounts of two digits after the point, one unit apart.
    fn has_endings(&self) -> bool {
        self.progression.scale == 2 && self.progression.step == 1
    }

    /// The value at an ordinal, in units of `10^-scale`. An ending that leads out of the range is not used.
    fn at(&self, ordinal: u64) -> i128 {
        let top = 64 - self.progression.len.leading_zeros();
        let (place, ending) = self.draw(ordinal, top);
        let value = self.progression.at(place);
        let Some(ending) = ending.filter(|_| self.has_endings()) else { return value };
        let neat = value - value.rem_euclid(100) + i128::from(ending);
        let high = self.progression.low + i128::from(self.progression.len - 1);
        if neat < self.progression.low || neat > high { value } else { neat }
    }
}

impl Sampler for Skewed {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let Some((low, step)) = self.progression.narrow() else {
            return write_numbers(ordinals.iter().map(|&o| self.at(o)), self.progression.scale, out);
        };
        let top = 64 - self.progression.len.leading_zeros();
        let high = low + (self.progression.len - 1) as i64;
        let has_endings = self.has_endings();
        let at = |&ordinal: &u64| {
            let (place, ending) = self.draw(ordinal, top);
            let value = low + place as i64 * step;
            let neat = match ending {
                Some(ending) if has_endings => value - value.rem_euclid(100) + ending,
                _ => value,
            };
            i128::from(if neat < low || neat > high { value } else { neat })
        };
        write_numbers(ordinals.iter().map(at), self.progression.scale, out);
    }
}

/// Appends numbers in units of `10^-scale` to any numeric or text buffer. Whole-number buffers drop what is after the
/// point; decimals are brought to the buffer's scale; text has the point and all `scale` digits, such as `19.90`.
pub(crate) fn write_numbers(values: impl ExactSizeIterator<Item = i128>, scale: u8, out: &mut ColumnBuffer) {
    let unit = 10i128.pow(u32::from(scale));
    match out {
        // The usual cases, in which nothing is divided.
        ColumnBuffer::Int64(cells) if scale == 0 => cells.extend(values.map(|v| v as i64)),
        ColumnBuffer::Decimal { unscaled, scale: to } if scale == *to => unscaled.extend(values),
        ColumnBuffer::Int64(cells) => cells.extend(values.map(|v| (v / unit) as i64)),
        ColumnBuffer::UInt64(cells) => cells.extend(values.map(|v| (v / unit) as u64)),
        ColumnBuffer::Decimal { unscaled, scale: to } => {
            let to = *to;
            unscaled.extend(values.map(|v| rescale(v, scale, to)));
        }
        ColumnBuffer::Float64(cells) => cells.extend(values.map(|v| v as f64 / unit as f64)),
        ColumnBuffer::Text(text) => {
            Pen::write_cells(text, values, |value, pen| push_decimal(pen, value, scale));
        }
        _ => unreachable!("bound to numbers and text"),
    }
}

/// What a type has room for, in units of `10^-scale`.
struct Room {
    /// Digits after the point that the list is made with.
    scale: u8,
    /// Distance between neighbours: above 1 where the type has more digits than the quantity, or a negative scale.
    step: i128,
    /// Least number of the type; `None` for no limit.
    low: Option<i128>,
    /// Greatest number of the type; `None` for no limit.
    high: Option<i128>,
    /// Units beyond which neighbours may merge: half of those that the type's mantissa counts.
    exact_to: i128,
}

impl Room {
    /// What the column's type has room for when `digits` after the point make sense; `None` if it holds no numbers.
    fn of(request: &BindRequest<'_>, digits: u8) -> Option<Self> {
        let whole =
            |low, high| Self { scale: 0, step: 1, low: Some(low), high: Some(high), exact_to: i128::MAX };
        let free = |exact_to| Self { scale: digits, step: 1, low: None, high: None, exact_to };
        Some(match *request.ty() {
            SqlType::Integer { bits, unsigned: true } => whole(0, (1i128 << bits.min(64)) - 1),
            SqlType::Integer { bits, unsigned: false } => {
                let half = 1i128 << (bits.clamp(1, 64) - 1);
                whole(-half, half - 1)
            }
            // MySQL's range; the zero year is a sentinel there.
            SqlType::Year => whole(1901, 2155),
            SqlType::Decimal { precision, scale, unsigned } => decimal(precision, scale, unsigned, digits),
            SqlType::Money => {
                Self { scale: 2, step: 10i128.pow(2 - u32::from(digits.min(2))), ..free(i128::MAX) }
            }
            SqlType::Float { bits, unsigned, digits: declared } => {
                let exact_to = if bits <= 32 { 1 << 23 } else { 1 << 52 };
                match declared {
                    None => Self { low: unsigned.then_some(0), ..free(exact_to) },
                    Some((all, after)) => {
                        Self { exact_to, ..decimal(Some(all.into()), Some(after.into()), unsigned, digits) }
                    }
                }
            }
            _ if request.is_text() => free(i128::MAX),
            _ => return None,
        })
    }

    /// Whether all numbers up to `high` are told apart.
    fn holds(&self, high: i128) -> bool {
        high <= self.exact_to
    }
}

/// The room of `numeric(precision, scale)`: `10^precision - 1` units either side of zero. Without a scale, two digits
/// are kept, as for money; a negative scale, which PostgreSQL has, leaves multiples of a power of ten.
fn decimal(precision: Option<u16>, scale: Option<i16>, unsigned: bool, digits: u8) -> Room {
    let declared = scale.unwrap_or(2);
    let kept = cell_scale(precision, scale);
    let left_out = declared.max(0) as u16 - u16::from(kept);
    // A negative scale keeps only multiples of a power of ten.
    let step = if declared < 0 {
        10i128.pow(u32::from(declared.unsigned_abs()).min(30))
    } else {
        10i128.pow(u32::from(kept.saturating_sub(digits)))
    };
    let coarse = if declared < 0 { step } else { 1 };
    let high = precision
        .map(|p| p.saturating_sub(left_out))
        .map(|p| (10i128.pow(u32::from(p).min(36)) - 1).saturating_mul(coarse));
    let low = if unsigned { Some(0) } else { high.map(|h| -h) };
    Room { scale: kept, step, low, high, exact_to: i128::MAX }
}

/// The least value above a lower limit, in units of `10^-scale`; `None` for no limit, or one that is no number.
fn lower(limit: Option<&Bound>, scale: u8) -> Option<i128> {
    let limit = limit?;
    let (floor, whole) = floor_of(&limit.value, scale)?;
    Some(if whole && limit.inclusive { floor } else { floor + 1 })
}

/// The greatest value below an upper limit, in units of `10^-scale`; `None` for no limit, or one that is no number.
fn upper(limit: Option<&Bound>, scale: u8) -> Option<i128> {
    let limit = limit?;
    let (floor, whole) = floor_of(&limit.value, scale)?;
    Some(if whole && !limit.inclusive { floor - 1 } else { floor })
}

/// The value in units of `10^-scale`, rounded down, and whether nothing was lost. Half of the range of `i128` stands
/// for infinity, so that one can be added. `None` for what is no number, NaN, or a scale beyond `i128`.
fn floor_of(value: &Value, scale: u8) -> Option<(i128, bool)> {
    const FAR: i128 = i128::MAX / 2;
    let unit = 10i128.checked_pow(u32::from(scale))?;
    match value {
        Value::Integer(v) => Some((v.saturating_mul(unit).clamp(-FAR, FAR), true)),
        Value::Decimal(d) if d.scale <= scale => {
            let factor = 10i128.checked_pow(u32::from(scale - d.scale))?;
            Some((d.unscaled.saturating_mul(factor).clamp(-FAR, FAR), true))
        }
        Value::Decimal(d) => {
            let divisor = 10i128.checked_pow(u32::from(d.scale - scale))?;
            Some((d.unscaled.div_euclid(divisor), d.unscaled.rem_euclid(divisor) == 0))
        }
        Value::Float(f) if !f.is_nan() => {
            let scaled = f * unit as f64;
            Some(((scaled.floor() as i128).clamp(-FAR, FAR), scaled.floor() == scaled))
        }
        _ => None,
    }
}

/// The quotient, rounded up.
fn ceil_div(value: i128, divisor: i128) -> i128 {
    -(-value).div_euclid(divisor)
}

/// A number in units of `10^-from` in units of `10^-to`; digits that are lost are cut off, not rounded.
fn rescale(value: i128, from: u8, to: u8) -> i128 {
    if to >= from {
        value.saturating_mul(10i128.pow(u32::from(to - from).min(38)))
    } else {
        value / 10i128.pow(u32::from(from - to).min(38))
    }
}

/// Appends 1990 in scale 2 as `19.90`.
fn push_decimal(out: &mut Pen, value: i128, scale: u8) {
    let unit = 10u128.pow(u32::from(scale));
    if value < 0 {
        out.push('-');
    }
    let digits = value.unsigned_abs();
    push_number(out, u64::try_from(digits / unit).unwrap_or(u64::MAX), 1);
    if scale > 0 {
        out.push('.');
        push_number(out, u64::try_from(digits % unit).unwrap_or(u64::MAX), usize::from(scale));
    }
}

/// The domain's range for an error, such as `from Integer(500) to open`.
fn described(request: &BindRequest<'_>) -> String {
    let side = |limit: Option<&Bound>| limit.map_or_else(|| "open".to_owned(), |l| format!("{:?}", l.value));
    let domain = request.binding.domain;
    format!("from {} to {}", side(domain.low.as_ref()), side(domain.high.as_ref()))
}
