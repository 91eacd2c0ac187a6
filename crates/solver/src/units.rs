//! Numbers, dates and times as whole numbers in a column's own unit: what arithmetic progressions step in.
//!
//! A `numeric(6,2)` counts hundredths, a date days, a timestamp microseconds in steps of a second. With its unit a
//! range is two whole numbers, and a list of its values is arithmetic.

use crate::domain::{Bound, ValueDomain};
use seedbed_schema_model::{Dialect, SqlType};
use seedbed_sql_values::calendar::days_from_civil;
use seedbed_sql_values::number::cell_scale;
use seedbed_sql_values::{Decimal, Interval, Typing, Value, representation};
use std::ops::RangeInclusive;

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// 2026-01-01 00:00 UTC, the "now" of every plan: rows must not change with the day they are made on.
pub const REFERENCE_MICROS: i64 = 20_454 * DAY_MICROS;

/// How a type counts: its values as whole numbers of a unit, such as cents, days or microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// What one unit is.
    kind: UnitKind,
    /// Least value of the type, in units.
    pub min: i128,
    /// Greatest value of the type, in units.
    pub max: i128,
    /// Units between neighbouring values: 1 000 000 for a timestamp, whose values are whole seconds.
    pub step: i128,
    /// Where values are drawn from when nothing else is known.
    pub usual: (i128, i128),
}

/// What one unit is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum UnitKind {
    /// Units of `10^-scale`.
    Scaled(u8),
    /// Floating point in units of `10^-scale`.
    Floating(u8),
    /// Days since 1970-01-01.
    Days,
    /// Microseconds since midnight.
    MicrosOfDay,
    /// Microseconds since 1970-01-01 00:00 UTC.
    Micros,
    /// Microseconds between two moments.
    MicrosBetween,
    /// Months between two moments, of `interval year to month`.
    MonthsBetween,
}

impl Units {
    /// The units of a base type, or `None` if it doesn't count.
    ///
    /// ```
    /// use seedbed_schema_model::{Dialect, SqlType};
    /// use seedbed_solver::Units;
    /// let price = SqlType::Decimal { precision: Some(4), scale: Some(2), unsigned: true };
    /// let cents = Units::of(&price, Dialect::Postgres).unwrap();
    /// assert_eq!((cents.min, cents.max), (0, 9_999), "0.00 to 99.99");
    /// ```
    pub fn of(ty: &SqlType, dialect: Dialect) -> Option<Self> {
        let storage = &representation(dialect).storage;
        Some(match ty {
            SqlType::Integer { bits, unsigned } => Self::of_integer(*bits, *unsigned, storage.typing),
            SqlType::Year => Self::scaled(0, (1901, 2155), (1990, 2026)),
            SqlType::Decimal { precision, scale, unsigned } => {
                Self::of_decimal(*precision, *scale, *unsigned)
            }
            SqlType::Money => {
                Self::scaled(2, (-9_000_000_000_000_000_000, 9_000_000_000_000_000_000), (100, 100_000))
            }
            SqlType::Float { bits, digits, .. } => Self::of_float(*bits, *digits),
            SqlType::Date => Self {
                kind: UnitKind::Days,
                min: days(1, 1, 1),
                max: days(9999, 12, 31),
                step: 1,
                usual: (days(2016, 1, 1), days(2025, 12, 31)),
            },
            SqlType::Time { zoned: false, .. } => Self {
                kind: UnitKind::MicrosOfDay,
                min: 0,
                max: i128::from(DAY_MICROS) - 1,
                step: SECOND,
                usual: (0, i128::from(DAY_MICROS) - SECOND),
            },
            SqlType::Timestamp { zoned, .. } => {
                Self::of_timestamp(storage.temporal.zoned_timestamps.as_ref().filter(|_| *zoned))
            }
            SqlType::Interval { fields, .. } => Self::of_interval(fields.as_ref().map(|f| f.0.as_str())),
            _ => return None,
        })
    }

    /// Spans of time by the fields that are kept of them, in whole minutes where nothing is said.
    fn of_interval(fields: Option<&str>) -> Self {
        let last = fields.map(|f| f.rsplit(' ').next().unwrap_or(f));
        let (kind, one, step) = match last {
            Some("YEAR") => (UnitKind::MonthsBetween, 12, 12),
            Some("MONTH") => (UnitKind::MonthsBetween, 1, 1),
            Some("DAY") => (UnitKind::MicrosBetween, DAY_MICROS.into(), DAY_MICROS.into()),
            Some("HOUR") => (UnitKind::MicrosBetween, DAY_MICROS.into(), HOUR),
            _ => (UnitKind::MicrosBetween, DAY_MICROS.into(), MINUTE),
        };
        // PostgreSQL's 178 million years to either side (manual, §8.5).
        let most = one * 365 * 178_000_000;
        let days = if kind == UnitKind::MonthsBetween || step > HOUR { 24 } else { 1 };
        Self { kind, min: -most, max: most, step, usual: (step, one * days) }
    }

    /// Units of `10^-scale`, from the first to the second of each pair.
    fn scaled(scale: u8, (min, max): (i128, i128), usual: (i128, i128)) -> Self {
        Self { kind: UnitKind::Scaled(scale), min, max, step: 1, usual }
    }

    /// Whole numbers of so many bits. Where the word is but an affinity, all are of 64.
    fn of_integer(bits: u8, unsigned: bool, typing: Typing) -> Self {
        let bits = u32::from(bits).clamp(8, 64);
        let declared = if unsigned {
            (0, (1_i128 << bits) - 1)
        } else {
            (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
        };
        let range = match typing {
            Typing::Affinity => (i64::MIN.into(), i64::MAX.into()),
            Typing::Declared => declared,
        };
        Self::scaled(0, range, (1, if bits == 8 { 100 } else { 1000 }))
    }

    /// Decimals of so many digits, 18 where nothing is said.
    fn of_decimal(precision: Option<u16>, declared: Option<i16>, unsigned: bool) -> Self {
        let scale = cell_scale(precision, declared);
        // Digits that cells don't carry are none of theirs.
        let left_out = declared.unwrap_or(2).max(0) as u16 - u16::from(scale);
        let digits = u32::from(precision.unwrap_or(18).saturating_sub(left_out).min(37));
        let max = 10_i128.pow(digits) - 1;
        let min = if unsigned { 0 } else { -max };
        Self::scaled(scale, (min, max), (0, max.min(1000_i128.saturating_mul(10_i128.pow(scale.into())))))
    }

    /// Floats by their decimal digits: six survive 32 bits, fifteen survive 64 (IEEE 754). MySQL's `float(m,d)` has *m*
    /// of them, *d* after the point.
    fn of_float(bits: u8, digits: Option<(u8, u8)>) -> Self {
        let exact = if bits == 32 { 999_999 } else { 10_i128.pow(15) };
        let (max, after) = match digits {
            Some((all, after)) => (exact.min(10_i128.pow(u32::from(all).min(37)) - 1), after),
            None => (exact, 2),
        };
        Self { kind: UnitKind::Floating(after), min: -max, max, step: 1, usual: (0, max.min(100_000)) }
    }

    /// Timestamps of the years 1 to 9999, or of the whole days of a narrower range in microseconds.
    fn of_timestamp(range: Option<&RangeInclusive<i64>>) -> Self {
        let day = i128::from(DAY_MICROS);
        let (min, max) = match range {
            Some(range) => (i128::from(*range.start()) / day + 1, i128::from(*range.end()) / day - 1),
            None => (days(1, 1, 1), days(9999, 12, 31)),
        };
        Self {
            kind: UnitKind::Micros,
            min: min * day,
            max: max * day,
            step: SECOND,
            usual: (days(2016, 1, 1) * day, days(2026, 1, 1) * day - SECOND),
        }
    }

    /// What a count of units is divided by for floating point; 1 for others.
    pub fn divisor(&self) -> f64 {
        match self.kind {
            UnitKind::Floating(scale) => 10_f64.powi(scale.into()),
            _ => 1.0,
        }
    }

    /// The least and greatest units that a domain leaves of the type; `usual` narrows what is unbounded, unless
    /// `wide`. Units are multiples of the step from the low end on, which is a multiple where there is room. `None` when
    /// nothing is left.
    pub fn range(&self, domain: &ValueDomain, wide: bool) -> Option<(i128, i128)> {
        let low = domain.low.as_ref().and_then(|b| self.least(b));
        let high = domain.high.as_ref().and_then(|b| self.greatest(b));
        let low_limit = low.unwrap_or(self.min).max(self.min);
        let high_limit = high.unwrap_or(self.max).min(self.max);
        let span = self.usual.1 - self.usual.0;
        let (mut from, mut to) = match (low, high, wide) {
            (Some(_), Some(_), _) => (low_limit, high_limit),
            (Some(l), None, false) if l <= self.usual.0 => (self.usual.0, self.usual.1),
            (Some(_), None, false) => (low_limit, low_limit.saturating_add(span)),
            // Nobody expects spans that go back.
            (None, Some(h), false) if self.is_span() && h > 0 => (self.usual.0.min(h), h.min(self.usual.1)),
            (None, Some(h), false) if h >= self.usual.1 => (self.usual.0, self.usual.1),
            (None, Some(_), false) => (high_limit.saturating_sub(span), high_limit),
            (Some(_), None, true) => (low_limit, high_limit),
            (None, _, true) => (self.usual.0.min(high_limit), high_limit),
            (None, None, false) => self.usual,
        };
        from = from.clamp(low_limit, high_limit.max(low_limit));
        to = to.min(high_limit);
        // Whole seconds beyond a bound that is none, if there is one: a column without fractions would round the others.
        from = self.whole_from(from, to);
        (from <= to).then_some((from, to))
    }

    /// The first multiple of the step within a range, or its low end where there is none.
    pub(crate) fn whole_from(&self, low: i128, high: i128) -> i128 {
        let whole = -(-low).div_euclid(self.step) * self.step;
        if whole <= high { whole } else { low }
    }

    /// So many units as a value of the type; `None` of floating point, and of what is beyond its kind of value.
    pub fn value(&self, units: i128) -> Option<Value> {
        Some(match self.kind {
            UnitKind::Scaled(0) => Value::Integer(units),
            UnitKind::Scaled(scale) => Value::Decimal(Decimal::new(units, scale)),
            UnitKind::Floating(_) => return None,
            UnitKind::Days => Value::Date(i32::try_from(units).ok()?),
            UnitKind::MicrosOfDay => Value::Time(i64::try_from(units).ok()?),
            UnitKind::Micros => Value::Timestamp(i64::try_from(units).ok()?),
            UnitKind::MicrosBetween | UnitKind::MonthsBetween => self.nearest_value(units),
        })
    }

    /// The least unit that a lower bound leaves.
    pub fn least(&self, bound: &Bound) -> Option<i128> {
        let (floor, exact) = self.floor(&bound.value)?;
        Some(if exact && bound.inclusive { floor } else { floor.saturating_add(1) })
    }

    /// The greatest unit that an upper bound leaves.
    pub fn greatest(&self, bound: &Bound) -> Option<i128> {
        let (floor, exact) = self.floor(&bound.value)?;
        Some(if exact && !bound.inclusive { floor.saturating_sub(1) } else { floor })
    }

    /// Whether both count the same, whatever their ranges.
    pub fn counts_as(&self, other: &Self) -> bool {
        self.kind == other.kind
    }

    /// Whether it counts what lies between two moments.
    pub fn is_span(&self) -> bool {
        matches!(self.kind, UnitKind::MicrosBetween | UnitKind::MonthsBetween)
    }

    /// Whether it counts moments: days, or microseconds of a day or of all time.
    pub fn is_moment(&self) -> bool {
        matches!(self.kind, UnitKind::Days | UnitKind::MicrosOfDay | UnitKind::Micros)
    }

    /// Units in what people count: in a whole number, a day of dates, a second of times.
    pub fn one(&self) -> i128 {
        match self.kind {
            UnitKind::Scaled(scale) | UnitKind::Floating(scale) => 10_i128.pow(scale.into()),
            UnitKind::Days | UnitKind::MonthsBetween => 1,
            UnitKind::MicrosOfDay | UnitKind::Micros | UnitKind::MicrosBetween => SECOND,
        }
    }

    /// The value of a count of units. What is beyond the type comes out as its nearest value.
    pub fn nearest_value(&self, at: i128) -> Value {
        let at = at.clamp(self.min, self.max);
        match self.kind {
            UnitKind::Scaled(0) => Value::Integer(at),
            UnitKind::Scaled(scale) => Value::Decimal(Decimal::new(at, scale)),
            UnitKind::Floating(_) => Value::Float(at as f64 / self.divisor()),
            UnitKind::Days => Value::Date(at as i32),
            UnitKind::MicrosOfDay => Value::Time(at as i64),
            UnitKind::Micros => Value::Timestamp(at as i64),
            UnitKind::MicrosBetween => {
                let day = i128::from(DAY_MICROS);
                Value::Interval(Interval { months: 0, days: (at / day) as i32, micros: (at % day) as i64 })
            }
            UnitKind::MonthsBetween => Value::Interval(Interval { months: at as i32, ..Interval::default() }),
        }
    }

    /// The greatest unit not above a value, and whether it is the value itself.
    pub fn floor(&self, value: &Value) -> Option<(i128, bool)> {
        match (self.kind, value) {
            (UnitKind::Days, Value::Date(d)) => Some(((*d).into(), true)),
            (UnitKind::Days, Value::Timestamp(t)) => {
                Some((t.div_euclid(DAY_MICROS).into(), t.rem_euclid(DAY_MICROS) == 0))
            }
            (UnitKind::Micros, Value::Date(d)) => Some((i128::from(*d) * i128::from(DAY_MICROS), true)),
            (UnitKind::Micros, Value::Timestamp(t)) => Some(((*t).into(), true)),
            (UnitKind::MicrosOfDay, Value::Time(t)) => Some(((*t).into(), true)),
            (UnitKind::MicrosBetween, Value::Interval(i)) => Some((span(*i), true)),
            (UnitKind::MonthsBetween, Value::Interval(i)) => {
                let month = 30 * i128::from(DAY_MICROS);
                Some((span(*i).div_euclid(month), span(*i).rem_euclid(month) == 0))
            }
            (UnitKind::Scaled(scale) | UnitKind::Floating(scale), Value::Integer(n)) => {
                Some((n.checked_mul(10_i128.pow(scale.into()))?, true))
            }
            (UnitKind::Scaled(scale) | UnitKind::Floating(scale), Value::Decimal(d)) => {
                Some(rescale(*d, scale))
            }
            (UnitKind::Scaled(scale) | UnitKind::Floating(scale), Value::Float(f))
                if f.is_finite() && f.abs() < 1e18 =>
            {
                let scaled = f * 10_f64.powi(scale.into());
                Some((scaled.floor() as i128, scaled.floor() == scaled))
            }
            _ => None,
        }
    }
}

/// Microseconds of a second.
const SECOND: i128 = 1_000_000;

/// Microseconds of a minute.
const MINUTE: i128 = 60 * SECOND;

/// Microseconds of an hour.
const HOUR: i128 = 60 * MINUTE;

/// An interval in microseconds, as PostgreSQL compares it: with months of 30 days.
pub(crate) fn span(i: Interval) -> i128 {
    (i128::from(i.months) * 30 + i128::from(i.days)) * i128::from(DAY_MICROS) + i128::from(i.micros)
}

/// Days from 1970-01-01 to a date.
fn days(year: i32, month: u32, day: u32) -> i128 {
    days_from_civil(year, month, day).into()
}

/// A decimal in units of `10^-scale`, rounded down, and whether that is exact.
fn rescale(d: Decimal, scale: u8) -> (i128, bool) {
    if d.scale <= scale {
        (d.unscaled.saturating_mul(10_i128.saturating_pow((scale - d.scale).into())), true)
    } else {
        let divisor = 10_i128.saturating_pow((d.scale - scale).into());
        (d.unscaled.div_euclid(divisor), d.unscaled.rem_euclid(divisor) == 0)
    }
}
