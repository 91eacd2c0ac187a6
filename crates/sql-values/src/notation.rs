//! Values as the dialect prints and accepts them, unquoted: what goes into a CSV or COPY cell.

use crate::text::{
    push_date, push_decimal, push_hex, push_time, push_timestamp, push_uuid, push_wide_integer,
};
use crate::{Interval, Value, semantics};
use seedbed_schema_model::{Dialect, SqlType};

/// How a dialect writes the values that it does not write as all others do.
#[derive(Debug)]
pub struct Notation {
    /// The words for false and true.
    pub booleans: [&'static str; 2],
    /// What stands before the hex digits of a binary string.
    pub bytes_prefix: &'static str,
    /// What stands behind a time or timestamp whose type has a zone, in UTC.
    pub zone_suffix: &'static str,
    /// The word that CSV input takes for NULL when it stands there without quotes.
    pub csv_null: Option<&'static str>,
    /// Appends a finite float; the type is single precision or double.
    pub(crate) float: fn(&mut String, f64, bool),
}

/// The literal text of a value; empty for NULL, which a sink marks in its own way.
///
/// - booleans `true`/`false` in PostgreSQL, `1`/`0` elsewhere
/// - dates and times in ISO form; a zoned PostgreSQL timestamp or time with `+00` behind
/// - binary strings as PostgreSQL's `\x6869`, elsewhere as bare hex digits
/// - arrays and rows as PostgreSQL's `{a,"b c"}` and `(a,"b c")`
/// - `ty` is the type below any domain; it tells what the value alone does not.
pub fn format_value(value: &Value, ty: &SqlType, dialect: Dialect) -> String {
    let mut out = String::new();
    push_value(&mut out, value, ty, dialect);
    out
}

/// Appends what [`format_value`] returns.
pub fn push_value(out: &mut String, value: &Value, ty: &SqlType, dialect: Dialect) {
    match value {
        Value::Null => {}
        Value::Boolean(b) => out.push_str(semantics(dialect).notation.booleans[usize::from(*b)]),
        Value::Integer(n) => push_wide_integer(out, *n),
        Value::Decimal(d) => push_decimal(out, d.unscaled, d.scale),
        Value::Float(f) => push_float(out, *f, ty, dialect),
        Value::Text(text) | Value::Bits(text) => out.push_str(text),
        Value::Bytes(bytes) => {
            out.push_str(semantics(dialect).notation.bytes_prefix);
            push_hex(out, bytes);
        }
        Value::Date(days) => {
            push_special(out, i64::from(*days), i32::MIN.into(), i32::MAX.into(), |o| push_date(o, *days))
        }
        Value::Time(micros) => {
            push_time(out, *micros);
            out.push_str(zone_suffix(ty, dialect));
        }
        Value::Timestamp(micros) => {
            push_special(out, *micros, i64::MIN, i64::MAX, |o| push_zoned_timestamp(o, *micros, ty, dialect));
        }
        Value::Interval(interval) => push_interval(out, *interval),
        Value::Uuid(uuid) => push_uuid(out, uuid.to_be_bytes()),
        Value::Json(json) => push_json(out, json, matches!(ty, SqlType::Json { binary: true })),
        Value::Array(items) => push_array(out, items, ty, dialect),
        Value::Row(items) => push_row(out, items, dialect),
    }
}

/// Appends a float with the fewest digits that read back the same, in the dialect's notation.
///
/// PostgreSQL and MySQL turn to exponents below 1e-4 and from 1e15 on. SQLite always shows a point, and skips a
/// length of 16 digits.
pub fn push_float(out: &mut String, value: f64, ty: &SqlType, dialect: Dialect) {
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
    (semantics(dialect).notation.float)(out, value, single);
}

/// PostgreSQL's: exponents with a sign and two digits.
pub(crate) fn push_postgres_float(out: &mut String, value: f64, single: bool) {
    let limit = if single { 6 } else { 15 };
    if let Some((mantissa, exponent)) = push_plain_float(out, value, single, limit) {
        out.push_str(&mantissa);
        push_padded_exponent(out, exponent);
    }
}

/// MySQL's: exponents as they are.
pub(crate) fn push_mysql_float(out: &mut String, value: f64, single: bool) {
    if let Some((mantissa, exponent)) = push_plain_float(out, value, single, 15) {
        out.push_str(&format!("{mantissa}e{exponent}"));
    }
}

/// SQLite's: digits of its own, always with a point. It has no single precision.
pub(crate) fn push_sqlite_float(out: &mut String, value: f64, _: bool) {
    // SQLite prints no negative zero.
    let text = sqlite_digits(if value == 0.0 { 0.0 } else { value });
    let (mantissa, exponent) = scientific(&text);
    let plain = (-4..15).contains(&exponent);
    let shown = if plain { plain_notation(mantissa, exponent) } else { mantissa.to_owned() };
    out.push_str(&shown);
    out.push_str(if shown.contains('.') { "" } else { ".0" });
    if !plain {
        push_padded_exponent(out, exponent);
    }
}

/// Appends the fewest digits that read back the same, or answers mantissa and exponent of a number that is too small
/// or, from 10^`limit` on, too large for that.
fn push_plain_float(out: &mut String, value: f64, single: bool, limit: i32) -> Option<(String, i32)> {
    let text = if single { format!("{:e}", value as f32) } else { format!("{value:e}") };
    let (mantissa, exponent) = scientific(&text);
    if !(-4..limit).contains(&exponent) {
        return Some((mantissa.to_owned(), exponent));
    }
    out.push_str(&if single { format!("{}", value as f32) } else { format!("{value}") });
    None
}

/// Mantissa and exponent.
fn scientific(text: &str) -> (&str, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

fn push_padded_exponent(out: &mut String, exponent: i32) {
    out.push_str(&format!("e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()));
}

/// SQLite prints 15 significant digits, or 17 where those do not read back the same and from 1e15 on (seen in 3.53). The
/// last of 17 may differ from its own.
fn sqlite_digits(value: f64) -> String {
    let fifteen = format!("{value:.14e}");
    let text =
        if value.abs() < 1e15 && fifteen.parse() == Ok(value) { fifteen } else { format!("{value:.16e}") };
    match text.split_once('e') {
        Some((mantissa, exponent)) if mantissa.contains('.') => {
            format!("{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

/// `d.ddd` times ten to a small exponent, with a point where it belongs.
fn plain_notation(mantissa: &str, exponent: i32) -> String {
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    };
    match digits.split_at_checked(whole) {
        Some(("", fraction)) => format!("{sign}0.{fraction}"),
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

fn zone_suffix(ty: &SqlType, dialect: Dialect) -> &'static str {
    let zoned = matches!(ty, SqlType::Time { zoned: true, .. } | SqlType::Timestamp { zoned: true, .. });
    if zoned { semantics(dialect).notation.zone_suffix } else { "" }
}

fn push_zoned_timestamp(out: &mut String, micros: i64, ty: &SqlType, dialect: Dialect) {
    let start = out.len();
    push_timestamp(out, micros);
    let suffix = zone_suffix(ty, dialect);
    let end = if out[start..].ends_with(" BC") { out.len() - 3 } else { out.len() };
    out.insert_str(end, suffix);
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

/// `jsonb` prints a blank after `:` and `,`.
pub(crate) fn push_json(out: &mut String, json: &serde_json::Value, spaced: bool) {
    let separator = if spaced { ", " } else { "," };
    match json {
        serde_json::Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { separator } else { "" });
                push_json(out, item, spaced);
            }
            out.push(']');
        }
        serde_json::Value::Object(members) => {
            out.push('{');
            for (i, (name, member)) in members.iter().enumerate() {
                out.push_str(if i > 0 { separator } else { "" });
                out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                out.push_str(if spaced { ": " } else { ":" });
                push_json(out, member, spaced);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn push_array(out: &mut String, items: &[Value], ty: &SqlType, dialect: Dialect) {
    let element = if let SqlType::Array { element } = ty { element } else { ty };
    out.push('{');
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        match item {
            Value::Null => out.push_str("NULL"),
            Value::Array(inner) => push_array(out, inner, ty, dialect),
            scalar => push_element(out, &format_value(scalar, element, dialect)),
        }
    }
    out.push('}');
}

fn push_element(out: &mut String, text: &str) {
    let special =
        |c: char| matches!(c, '{' | '}' | ',' | '"' | '\\') || c.is_ascii_whitespace() || c == '\x0b';
    if text.is_empty() || text.eq_ignore_ascii_case("null") || text.contains(special) {
        push_quoted(out, text, "\\\"", "\\\\");
    } else {
        out.push_str(text);
    }
}

fn push_row(out: &mut String, items: &[Value], dialect: Dialect) {
    out.push('(');
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        if item.is_null() {
            continue;
        }
        let text = match item {
            // A row prints its booleans as `boolean`'s output function does.
            Value::Boolean(b) => if *b { "t" } else { "f" }.to_owned(),
            other => format_value(other, &SqlType::TEXT, dialect),
        };
        let special = |c: char| matches!(c, '(' | ')' | ',' | '"' | '\\') || c.is_ascii_whitespace();
        if text.is_empty() || text.contains(special) {
            push_quoted(out, &text, "\"\"", "\\\\");
        } else {
            out.push_str(&text);
        }
    }
    out.push(')');
}

fn push_quoted(out: &mut String, text: &str, quote: &str, backslash: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str(quote),
            '\\' => out.push_str(backslash),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(value: Value, ty: SqlType) -> String {
        format_value(&value, &ty, Dialect::Postgres)
    }

    #[test]
    fn postgres_forms() {
        let zoned = SqlType::Timestamp { precision: None, zoned: true };
        assert_eq!(postgres(Value::Timestamp(0), zoned), "1970-01-01 00:00:00+00");
        assert_eq!(postgres(Value::Bytes(vec![0, 255]), SqlType::Blob { max_bytes: None }), "\\x00ff");
        assert_eq!(postgres(Value::Boolean(true), SqlType::Boolean), "true");
        let interval = Interval { months: 14, days: -3, micros: 4_000_000 };
        let ty = SqlType::Interval { fields: None, precision: None };
        assert_eq!(postgres(Value::Interval(interval), ty), "1 year 2 mons -3 days +00:00:04");
        let texts = ["a", "b c", "", "NULL", "q\"\\"].map(|t| Value::Text(t.to_owned())).to_vec();
        let ty = SqlType::Array { element: Box::new(SqlType::TEXT) };
        assert_eq!(postgres(Value::Array(texts), ty), r#"{a,"b c","","NULL","q\"\\"}"#);
        let json = Value::Json(serde_json::json!({"a": [1, "x"]}));
        assert_eq!(postgres(json, SqlType::Json { binary: true }), r#"{"a": [1, "x"]}"#);
    }

    #[test]
    fn floats_per_dialect() {
        let float = |f, dialect| {
            format_value(
                &Value::Float(f),
                &SqlType::Float { bits: 64, unsigned: false, digits: None },
                dialect,
            )
        };
        assert_eq!(float(1.0, Dialect::Postgres), "1");
        assert_eq!(float(1e15, Dialect::Postgres), "1e+15");
        assert_eq!(float(0.00001, Dialect::Postgres), "1e-05");
        assert_eq!(float(1.0, Dialect::Sqlite), "1.0");
        assert_eq!(float(1e20, Dialect::Sqlite), "1.0e+20");
        assert_eq!(float(-0.5, Dialect::MySql), "-0.5");
        assert_eq!(float(f64::NAN, Dialect::Postgres), "NaN");
    }
}
