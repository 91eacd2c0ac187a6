//! Values as the dialect prints and accepts them, unquoted: what goes into a CSV or COPY cell.
//!
//! [`Notation`] holds what differs between dialects; numbers (`float`) and values of several parts (`compound`) have
//! files of their own.

mod compound;
mod float;

use crate::text::{
    push_date, push_decimal, push_hex, push_time, push_timestamp, push_uuid, push_wide_integer,
};
use crate::{Interval, Value};
use seedbed_schema_model::SqlType;

pub use compound::push_json;
pub use float::push_sqlite_float;
pub(crate) use float::{push_mysql_float, push_postgres_float};

/// How a dialect writes the values that it does not write as all others do.
#[derive(Debug)]
pub struct Notation {
    /// The words for false and true: `false` and `true`, or `0` and `1`.
    pub booleans: [&'static str; 2],
    /// What stands before the hex digits of a binary string: PostgreSQL's `\x`.
    pub bytes_prefix: &'static str,
    /// What stands behind a time or timestamp whose type has a zone, in UTC: PostgreSQL's `+00`.
    pub zone_suffix: &'static str,
    /// The word that CSV input takes for NULL when it stands there without quotes.
    pub csv_null: Option<&'static str>,
    /// Appends a finite float; the flag says whether the type is of single precision.
    pub(crate) float: fn(&mut String, f64, bool),
}

impl Notation {
    /// The literal text of a value: see [`format_value`](crate::format_value).
    pub fn format(&self, value: &Value, ty: &SqlType) -> String {
        let mut out = String::new();
        self.push(&mut out, value, ty);
        out
    }

    /// Appends what [`format`](Self::format) returns.
    pub fn push(&self, out: &mut String, value: &Value, ty: &SqlType) {
        match value {
            Value::Null => {}
            Value::Boolean(b) => out.push_str(self.booleans[usize::from(*b)]),
            Value::Integer(n) => push_wide_integer(out, *n),
            Value::Decimal(d) => push_decimal(out, d.unscaled, d.scale),
            Value::Float(f) => self.push_float(out, *f, ty),
            Value::Text(text) | Value::Bits(text) => out.push_str(text),
            Value::Bytes(bytes) => {
                out.push_str(self.bytes_prefix);
                push_hex(out, bytes);
            }
            Value::Date(days) => {
                push_special(out, i64::from(*days), i32::MIN.into(), i32::MAX.into(), |o| push_date(o, *days))
            }
            Value::Time(micros) => {
                push_time(out, *micros);
                out.push_str(self.suffix_of(ty));
            }
            Value::Timestamp(micros) => {
                push_special(out, *micros, i64::MIN, i64::MAX, |o| self.push_timestamp(o, *micros, ty));
            }
            Value::Interval(interval) => push_interval(out, *interval),
            Value::Uuid(uuid) => push_uuid(out, uuid.to_be_bytes()),
            Value::Json(json) => push_json(out, json, matches!(ty, SqlType::Json { binary: true })),
            Value::Array(items) => compound::push_array(out, items, ty, self),
            Value::Row(items) => compound::push_row(out, items, self),
            Value::Map(pairs) => compound::push_hstore(out, pairs),
            Value::Range(set) => compound::push_range_set(out, set, ty, self),
        }
    }

    /// Appends a float with the fewest digits that read back the same; `NaN`, `Infinity` and `-Infinity` by their
    /// names.
    ///
    /// PostgreSQL and MySQL turn to exponents below 1e-4 and from 1e15 on. SQLite always shows a point, and skips a
    /// length of 16 digits.
    fn push_float(&self, out: &mut String, value: f64, ty: &SqlType) {
        if !value.is_finite() {
            out.push_str(if value.is_nan() {
                "NaN"
            } else if value < 0.0 {
                "-Infinity"
            } else {
                "Infinity"
            });
            return;
        }
        let single = matches!(ty, SqlType::Float { bits: 32, .. });
        (self.float)(out, value, single);
    }

    /// What stands behind a time of the type.
    fn suffix_of(&self, ty: &SqlType) -> &'static str {
        let zoned = matches!(ty, SqlType::Time { zoned: true, .. } | SqlType::Timestamp { zoned: true, .. });
        if zoned { self.zone_suffix } else { "" }
    }

    /// The zone stands before ` BC`: `0044-03-15 12:00:00+00 BC`.
    fn push_timestamp(&self, out: &mut String, micros: i64, ty: &SqlType) {
        let start = out.len();
        push_timestamp(out, micros);
        let suffix = self.suffix_of(ty);
        let end = if out[start..].ends_with(" BC") { out.len() - 3 } else { out.len() };
        out.insert_str(end, suffix);
    }
}

/// PostgreSQL keeps `infinity` at the ends of a type's range.
fn push_special(out: &mut String, value: i64, min: i64, max: i64, push: impl FnOnce(&mut String)) {
    if value == min {
        out.push_str("-infinity");
    } else if value == max {
        out.push_str("infinity");
    } else {
        push(out);
    }
}

/// PostgreSQL's default output style: `1 year 2 mons -3 days 04:05:06`.
fn push_interval(out: &mut String, interval: Interval) {
    let start = out.len();
    let mut before_negative = false;
    let parts = [(interval.months / 12, "year"), (interval.months % 12, "mon"), (interval.days, "day")];
    for (count, unit) in parts.into_iter().filter(|(count, _)| *count != 0) {
        let space = if out.len() > start { " " } else { "" };
        let sign = if before_negative && count > 0 { "+" } else { "" };
        let plural = if count == 1 { "" } else { "s" };
        out.push_str(&format!("{space}{sign}{count} {unit}{plural}"));
        before_negative = count < 0;
    }
    if interval.micros != 0 || out.len() == start {
        out.push_str(if out.len() > start { " " } else { "" });
        out.push_str(if before_negative && interval.micros > 0 { "+" } else { "" });
        push_time(out, interval.micros);
    }
}
