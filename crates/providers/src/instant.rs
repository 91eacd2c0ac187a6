//! Instants, in whichever way a column keeps them: timestamps, dates, epoch numbers, text.
//!
//! What a kind of instant is, and how a column keeps it, are apart: [`Moments`] gives seconds since
//! 1970-01-01T00:00:00Z, a `Shape` writes them. So `date.created` is one rule for `timestamp`, for `bigint`
//! milliseconds and for the text columns of a dialect without dates. Values are whole seconds and know no time zone or
//! leap second.
//!
//! A column that is to be distinct gets every second of its window once, or every day where only days are kept; it then
//! follows no other column of its row.

use crate::builtin::{BindRequest, BindResult};
use crate::mix::{name_hash, push_number};
use seedbed_datagen_core::{BindError, Cardinality, ColumnBuffer, Pen, Sampler};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;
use std::fmt;
use std::sync::Arc;

/// Seconds in a day; leap seconds are not counted, as in POSIX time.
pub(crate) const DAY: i64 = 86_400;

/// The reference date, 2026-01-01T00:00:00Z, in seconds since 1970: "now", since no clock is read.
pub(crate) const NOW: i64 = 1_767_225_600;

/// A span of seconds since 1970, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// First second.
    pub(crate) first: i64,
    /// Last second.
    pub(crate) last: i64,
}

/// The second that an ordinal takes, counted from a window. The salt differs from column to column, so that two columns
/// of one kind in one row are not equal; a kind that others follow takes none, so that they can find it again.
pub(crate) type At = fn(ordinal: u64, window: Window, salt: u64) -> i64;

/// A kind of instant, such as the creation of a row.
#[derive(Clone, Copy)]
pub(crate) struct Moments {
    /// Where values lie, or what they follow, unless the column's domain is narrower.
    pub(crate) usual: Window,
    /// Which second each ordinal takes. It may lie past the window's end; past the column's limits it is clamped to
    /// them.
    pub(crate) at: At,
}

impl Moments {
    /// The list for a column. Distinct values are every second (or day) of the window; others repeat.
    ///
    /// # Errors
    /// The type keeps no instants, or the domain leaves none of the window.
    pub(crate) fn bind(self, request: &BindRequest<'_>) -> BindResult {
        let shape = Shape::of(request).ok_or_else(|| request.wrong_type("dates and times"))?;
        let limits = limits(request, shape);
        let window =
            Window { first: self.usual.first.max(limits.first), last: self.usual.last.min(limits.last) };
        if window.first > window.last {
            return Err(outside(request));
        }
        if request.distinct() {
            return steps(request, shape, window);
        }
        let salt = name_hash(&request.binding.column.name);
        Ok(Arc::new(Instants { at: self.at, salt, window, limits, shape }))
    }
}

/// The error for a domain that leaves no instant.
fn outside(request: &BindRequest<'_>) -> BindError {
    request.empty("the column's range of time".to_owned())
}

/// The list for distinct values: every second of the window, or every midnight in it.
fn steps(request: &BindRequest<'_>, shape: Shape, window: Window) -> BindResult {
    let step = if shape.keeps_days_only() { DAY } else { 1 };
    let first = window.first + (-window.first).rem_euclid(step);
    if first > window.last {
        return Err(outside(request));
    }
    let len = (window.last - first) / step + 1;
    Ok(Arc::new(Steps { first, step, len: len as u64, shape }))
}

/// Every step of a window.
#[derive(Clone, Copy, Debug)]
struct Steps {
    /// In seconds since 1970, a multiple of `step`.
    first: i64,
    /// In seconds.
    step: i64,
    /// How many there are.
    len: u64,
    shape: Shape,
}

impl Sampler for Steps {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.len)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let seconds = ordinals.iter().map(|&o| self.first + (o % self.len) as i64 * self.step);
        self.shape.write(seconds, out);
    }
}

/// Instants by a function, which may repeat.
struct Instants {
    at: At,
    /// The hash of the column's name.
    salt: u64,
    /// The usual years, as far as the column allows them.
    window: Window,
    /// All that the column allows.
    limits: Window,
    shape: Shape,
}

impl fmt::Debug for Instants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instants")
            .field("window", &self.window)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl Sampler for Instants {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let at = |&o: &u64| (self.at)(o, self.window, self.salt).clamp(self.limits.first, self.limits.last);
        let seconds = ordinals.iter().map(at);
        self.shape.write(seconds, out);
    }
}

/// How a column keeps an instant, as its type, its length and the last word of its name tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A `timestamp`, in microseconds.
    Timestamp,
    /// A `date`.
    Date,
    /// A number of units since 1970: how many there are in a second.
    Epoch(i64),
    /// `2024-02-29 13:05:00`.
    Text,
    /// `2024-02-29`.
    DateText,
    /// `20240229130500`.
    Compact,
    /// `20240229`.
    CompactDate,
}

impl Shape {
    /// The shape of a column; `None` if it keeps no instants. Wide integers are in seconds unless the name ends in a
    /// unit (`created_ms`); decimals need ten digits before the point, which seconds have since 2001.
    fn of(request: &BindRequest<'_>) -> Option<Self> {
        let name = request.binding.column.name.to_ascii_lowercase();
        match *request.ty() {
            SqlType::Timestamp { .. } => Some(Self::Timestamp),
            SqlType::Date => Some(Self::Date),
            SqlType::Integer { bits: 64, .. }
                if ends_in(&name, &["us", "micros", "microseconds", "usec"]) =>
            {
                Some(Self::Epoch(1_000_000))
            }
            SqlType::Integer { bits: 64, .. }
                if ends_in(&name, &["ms", "millis", "milliseconds", "msec"]) =>
            {
                Some(Self::Epoch(1_000))
            }
            SqlType::Integer { bits, .. } if bits >= 32 => Some(Self::Epoch(1)),
            SqlType::Float { bits: 64, .. } => Some(Self::Epoch(1)),
            SqlType::Decimal { precision, scale, .. } => {
                let whole = precision.map_or(38, |p| i32::from(p) - i32::from(scale.unwrap_or(0)));
                (whole >= 10).then_some(Self::Epoch(1))
            }
            _ if request.is_text() => Self::of_text(request.max_chars(), &name),
            _ => None,
        }
    }

    /// The longest shape that fits a text column; `None` below the eight characters of `20240229`.
    fn of_text(max_chars: u32, name: &str) -> Option<Self> {
        let day = ends_in(name, &["date", "on", "day", "dob"]);
        match max_chars {
            0..8 => None,
            8..10 => Some(Self::CompactDate),
            10.. if day => Some(Self::DateText),
            10..14 => Some(Self::DateText),
            14..19 => Some(Self::Compact),
            19.. => Some(Self::Text),
        }
    }

    /// Whether the time of day is lost.
    fn keeps_days_only(self) -> bool {
        matches!(self, Self::Date | Self::DateText | Self::CompactDate)
    }

    /// Appends instants, given in seconds since 1970, to a buffer of the column's kind.
    fn write(self, seconds: impl ExactSizeIterator<Item = i64>, out: &mut ColumnBuffer) {
        let units = if let Self::Epoch(units) = self { units } else { 1 };
        match out {
            ColumnBuffer::Timestamp { micros, .. } => micros.extend(seconds.map(|s| s * 1_000_000)),
            ColumnBuffer::Date(days) => days.extend(seconds.map(|s| s.div_euclid(DAY) as i32)),
            ColumnBuffer::Int64(cells) => cells.extend(seconds.map(|s| s * units)),
            ColumnBuffer::UInt64(cells) => cells.extend(seconds.map(|s| (s * units).max(0) as u64)),
            ColumnBuffer::Float64(cells) => cells.extend(seconds.map(|s| s as f64)),
            ColumnBuffer::Decimal { unscaled, scale } => {
                let unit = 10i128.pow(u32::from(*scale).min(20));
                unscaled.extend(seconds.map(|s| i128::from(s) * unit));
            }
            ColumnBuffer::Text(text) => {
                Pen::write_cells(text, seconds, |second, pen| self.push(pen, second));
            }
            _ => unreachable!("bound to types that keep instants"),
        }
    }

    /// Appends one instant as text.
    fn push(self, out: &mut Pen, second: i64) {
        let date = civil(second.div_euclid(DAY));
        let time = second.rem_euclid(DAY);
        match self {
            Self::CompactDate => push_fields(out, &date_fields(date), ""),
            Self::Compact => {
                push_fields(out, &date_fields(date), "");
                push_fields(out, &time_fields(time), "");
            }
            Self::DateText => push_fields(out, &date_fields(date), "-"),
            Self::Timestamp | Self::Date | Self::Epoch(_) | Self::Text => {
                push_fields(out, &date_fields(date), "-");
                out.push(' ');
                push_fields(out, &time_fields(time), ":");
            }
        }
    }
}

/// Appends a time of day, given in seconds since midnight: `13:05:00`.
pub(crate) fn push_time(out: &mut Pen, second_of_day: i64) {
    push_fields(out, &time_fields(second_of_day), ":");
}

/// Year, month and day with their widths in text.
fn date_fields((year, month, day): (i64, u8, u8)) -> [(u64, usize); 3] {
    [(year.max(0) as u64, 4), (month.into(), 2), (day.into(), 2)]
}

/// Hour, minute and second of a day with their widths in text.
fn time_fields(second: i64) -> [(u64, usize); 3] {
    let second = second.max(0) as u64;
    [(second / 3600, 2), (second / 60 % 60, 2), (second % 60, 2)]
}

fn push_fields(out: &mut Pen, fields: &[(u64, usize)], between: &str) {
    for (i, &(number, width)) in fields.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        push_number(out, number, width);
    }
}

/// Whether the last word of a name is one of these, set off by an underscore, or the whole name: `ship_date`. `date`
/// need not be set off, so `shipdate` ends in it too.
fn ends_in(name: &str, words: &[&str]) -> bool {
    words.iter().any(|w| name.strip_suffix(w).is_some_and(|head| head.is_empty() || head.ends_with('_')))
        || (words.contains(&"date") && name.ends_with("date"))
}

/// The instants that the column's type and domain allow, in seconds: from 1900 to the end of 9999, or to January 2038
/// where seconds are counted in 32 bits somewhere, unless the domain says otherwise.
fn limits(request: &BindRequest<'_>, shape: Shape) -> Window {
    // Timestamps of MySQL and 32-bit epochs end in January 2038; PostgreSQL's would go on.
    let last = if matches!(shape, Shape::Epoch(1) | Shape::Timestamp) {
        i64::from(i32::MAX)
    } else {
        253_402_300_799
    };
    let domain = request.binding.domain;
    let second = |value: &Value| match (value, shape) {
        (Value::Timestamp(micros), _) => {
            Some((micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000) == 0))
        }
        (Value::Date(days), _) => Some((i64::from(*days) * DAY, true)),
        (Value::Integer(n), Shape::Epoch(units)) => {
            let n = i64::try_from(*n).unwrap_or(if *n < 0 { i64::MIN } else { i64::MAX });
            Some((n.div_euclid(units), n.rem_euclid(units) == 0))
        }
        _ => None,
    };
    let step = if shape.keeps_days_only() { DAY } else { 1 };
    let low = domain.low.as_ref().and_then(|b| {
        let (floor, whole) = second(&b.value)?;
        Some(if whole && b.inclusive { floor } else { floor.saturating_add(step) })
    });
    let high = domain.high.as_ref().and_then(|b| {
        let (floor, whole) = second(&b.value)?;
        Some(if whole && !b.inclusive { floor.saturating_sub(1) } else { floor })
    });
    Window { first: low.unwrap_or(-2_208_988_800), last: high.unwrap_or(last) }
}

/// Year, month and day of a day count from 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * march_month + 2) / 5 + 1) as u8;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 } as u8;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_of_known_days() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(NOW / DAY), (2026, 1, 1));
    }

    #[test]
    fn text_shapes() {
        let text = |shape: Shape| {
            let mut out = Pen::default();
            shape.push(&mut out, 951_829_500);
            out.into_string()
        };
        assert_eq!(text(Shape::Text), "2000-02-29 13:05:00");
        assert_eq!(text(Shape::DateText), "2000-02-29");
        assert_eq!(text(Shape::Compact), "20000229130500");
        assert_eq!(text(Shape::CompactDate), "20000229");
    }
}
