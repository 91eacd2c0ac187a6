//! What a column's type refuses: lengths, ranges, digits, labels.
//!
//! The servers' own limits, by the words of their manuals: PostgreSQL chapter 8, MySQL chapter 11, SQLite's
//! datatype3.html. A value comes as it was read; what a server silently rounds or cuts off is no violation.

use crate::batch_column::{BatchColumn, Cells, LongKind, is_literal, is_string};
use crate::condition::EntryVerdicts;
use seedbed_schema_model::{Check, Column, Numbering, Schema, SqlType};
use seedbed_sql_semantics::{Context, check_passes};
use seedbed_sql_values::calendar::{civil_from_days, split_timestamp};
use seedbed_sql_values::{
    Decimal, FixedBits, NonFiniteFloats, NulInText, Storage, TemporalRanges, Typing, Value, fold,
    parse_value, representation,
};
use std::borrow::Cow;

/// Whether a type refuses anything that [`refused_by_type`] looks for.
pub fn type_refuses(column: &Column, strict: bool, schema: &Schema) -> bool {
    let ty = schema.base_type(&column.ty);
    if representation(schema.dialect).storage.typing == Typing::Affinity {
        return strict || column.numbering == Some(Numbering::RowId);
    }
    !matches!(
        ty,
        SqlType::Boolean | SqlType::Any | SqlType::Unknown { .. } | SqlType::Xml | SqlType::Oid { .. }
    )
}

/// Why the server would refuse to store a value in a column, if it would.
pub fn refused_by_type(
    value: &Value,
    malformed: bool,
    column: &Column,
    strict: bool,
    schema: &Schema,
) -> Option<Cow<'static, str>> {
    let ty = schema.base_type(&column.ty);
    if representation(schema.dialect).storage.typing == Typing::Affinity {
        return by_affinity(value, column, ty, strict);
    }
    if malformed {
        return Some(Cow::Borrowed("not a value of the type"));
    }
    of_type(value, ty, schema)
}

/// The rows whose values may not be of their column's type, in order: all others surely are. `known` remembers what is
/// known of the entries of a list.
pub(crate) fn doubtful(
    cells: &BatchColumn<'_>,
    column: &Column,
    strict: bool,
    schema: &Schema,
    known: &mut EntryVerdicts,
) -> Vec<usize> {
    if surely_all(cells, column, strict, schema) {
        return Vec::new();
    }
    let ty = schema.base_type(&column.ty);
    let declared = representation(schema.dialect).storage.typing == Typing::Declared;
    match &cells.cells {
        Cells::Dictionary(keys, entries) => known.doubtful_picks(keys, entries, cells, |text| {
            let read =
                if is_string(ty) { Ok(Value::Text(text.to_owned())) } else { parse_value(text, ty, schema) };
            read.is_ok_and(|value| refused_by_type(&value, false, column, strict, schema).is_none())
        }),
        // Of a document only its form is asked.
        Cells::Text(texts) if declared && matches!(ty, SqlType::Json { .. }) => {
            let refused = |row: &usize| !cells.is_null(*row) && !is_literal(texts.value(*row), ty, schema);
            (0..cells.rows).filter(refused).collect()
        }
        _ => (0..cells.rows).filter(|row| !cells.is_null(*row)).collect(),
    }
}

/// Whether all values of a column are surely of its type: where a type refuses what is beyond two ends, the least and the
/// greatest value of a batch tell, and of strings the longest.
pub(crate) fn surely_all(cells: &BatchColumn<'_>, column: &Column, strict: bool, schema: &Schema) -> bool {
    let ty = schema.base_type(&column.ty);
    let declared = representation(schema.dialect).storage.typing == Typing::Declared;
    let fits = |value: &Value| refused_by_type(value, false, column, strict, schema).is_none();
    let ends_fit = || match cells.extent() {
        Some((low, high)) => !is_infinite(low) && !is_infinite(high) && fits(low) && fits(high),
        None => cells.null_count() == cells.rows,
    };
    match (&cells.cells, ty) {
        (Cells::Long(LongKind::Integer, _), SqlType::Integer { .. }) => ends_fit(),
        (Cells::Long(LongKind::Date, _), SqlType::Date) => declared && ends_fit(),
        (Cells::Long(LongKind::Timestamp, _), SqlType::Timestamp { .. }) => declared && ends_fit(),
        (Cells::Long(LongKind::Time, _), SqlType::Time { .. }) => declared && ends_fit(),
        (Cells::Decimal(..), SqlType::Decimal { .. } | SqlType::Money) => declared && ends_fit(),
        (Cells::Float(all), SqlType::Float { bits: 64, digits: None, .. }) => {
            ends_fit() && all.iter().all(|cell| cell.is_finite())
        }
        (Cells::Uuid(_), SqlType::Uuid) | (Cells::Boolean(_), SqlType::Boolean) => declared,
        (Cells::Text(texts), SqlType::Char { .. } | SqlType::Varchar { .. } | SqlType::Text { .. }) => {
            let nul = representation(schema.dialect).storage.nul_in_text == NulInText::Refused
                && texts.value_data().contains(&0);
            declared && !nul && longest(texts.value_offsets()) <= bytes_that_fit(ty)
        }
        (Cells::Bytes(all), SqlType::Binary { length } | SqlType::Varbinary { length }) => {
            declared && length.is_none_or(|most| longest(all.value_offsets()) <= u64::from(most))
        }
        (Cells::Bytes(all), SqlType::Blob { max_bytes }) => {
            declared && max_bytes.is_none_or(|most| longest(all.value_offsets()) <= most)
        }
        _ => false,
    }
}

/// The ends of the calendar stand for infinity, and what is between them need not fit.
fn is_infinite(value: &Value) -> bool {
    match value {
        Value::Date(days) => matches!(*days, i32::MIN | i32::MAX),
        Value::Timestamp(micros) => matches!(*micros, i64::MIN | i64::MAX),
        _ => false,
    }
}

/// Bytes of the longest of some strings.
fn longest(offsets: &[i32]) -> u64 {
    offsets.windows(2).map(|ends| (ends[1] - ends[0]) as u64).max().unwrap_or(0)
}

/// So many bytes of text fit, whatever the characters.
fn bytes_that_fit(ty: &SqlType) -> u64 {
    match ty {
        SqlType::Char { length } => length.unwrap_or(1).into(),
        SqlType::Varchar { length } => length.map_or(u64::MAX, u64::from),
        SqlType::Text { max_bytes } => max_bytes.unwrap_or(u64::MAX),
        _ => 0,
    }
}

/// Why a value is none of a type; `None` where it is one. Types are below any domain; an array is looked through.
fn of_type(value: &Value, ty: &SqlType, schema: &Schema) -> Option<Cow<'static, str>> {
    let storage = &representation(schema.dialect).storage;
    match (value, ty) {
        (Value::Null, _) => None,
        (Value::Integer(n), SqlType::Integer { bits, unsigned }) => integer(*n, *bits, *unsigned),
        (Value::Integer(n), SqlType::Year) => {
            (*n != 0 && !(1901..=2155).contains(n)).then_some(Cow::Borrowed("outside 1901 to 2155"))
        }
        (Value::Decimal(d), SqlType::Decimal { precision, scale, unsigned }) => {
            decimal(*d, *precision, *scale, *unsigned)
        }
        (Value::Float(f), SqlType::Float { digits: Some((all, after)), .. })
            if f.abs() >= 10_f64.powi(i32::from(*all) - i32::from(*after)) =>
        {
            Some(Cow::Borrowed("more digits than declared"))
        }
        (Value::Float(f), SqlType::Float { bits, unsigned, .. }) => float(*f, *bits, *unsigned, storage),
        (Value::Text(text), _) => text_of_type(text, ty, schema),
        (Value::Bytes(bytes), SqlType::Binary { length } | SqlType::Varbinary { length }) => {
            too_long(bytes.len(), length.map(u64::from), "bytes")
        }
        (Value::Bytes(bytes), SqlType::Blob { max_bytes }) => too_long(bytes.len(), *max_bytes, "bytes"),
        (Value::Bits(bits), SqlType::Bit { length, varying }) => {
            bit_string(bits.len(), *length, *varying, storage)
        }
        (Value::Date(days), SqlType::Date) => date(*days, &storage.temporal),
        (Value::Timestamp(micros), SqlType::Timestamp { zoned, .. }) => {
            timestamp(*micros, *zoned, &storage.temporal)
        }
        (Value::Time(micros), SqlType::Time { .. }) => time(*micros, &storage.temporal),
        (Value::Array(items), SqlType::Array { element }) => items.iter().find_map(|item| match item {
            Value::Array(_) => of_type(item, ty, schema),
            scalar => of_part(scalar, element, schema),
        }),
        (Value::Row(fields), SqlType::Composite(id)) => {
            let attributes = &schema[*id].attributes;
            fields.iter().zip(attributes).find_map(|(field, (_, ty))| of_part(field, ty, schema))
        }
        _ => None,
    }
}

/// Why a value is none of the type of an element or a field, whose domains hold for it as they do for a column.
fn of_part(value: &Value, ty: &SqlType, schema: &Schema) -> Option<Cow<'static, str>> {
    for domain in schema.domains_of(ty) {
        if domain.not_null && value.is_null() {
            return Some(Cow::Owned(format!("a NULL of domain {}", domain.name)));
        }
        let cx = Context {
            domain_value: Some(value.clone()),
            domain_type: Some(ty),
            ..Context::new(schema, None)
        };
        let nothing: Vec<Value> = Vec::new();
        let broken = |check: &&Check| check.enforced && check_passes(&check.expr, &nothing, &cx) == Ok(false);
        if let Some(check) = domain.checks.iter().find(broken) {
            return Some(Cow::Owned(format!("a part breaks domain {}: CHECK ({})", domain.name, check.text)));
        }
    }
    of_type(value, schema.base_type(ty), schema)
}

/// The range of so many bits: `smallint` goes from -32768 to 32767.
fn integer(n: i128, bits: u8, unsigned: bool) -> Option<Cow<'static, str>> {
    let bits = u32::from(bits.clamp(1, 64));
    let fits = if unsigned {
        (0..1i128 << bits).contains(&n)
    } else {
        (-(1i128 << (bits - 1))..1i128 << (bits - 1)).contains(&n)
    };
    (!fits).then_some(Cow::Borrowed("out of range"))
}

/// Digits behind the point are rounded by the servers; too many before it are refused.
fn decimal(
    d: Decimal,
    precision: Option<u16>,
    scale: Option<i16>,
    unsigned: bool,
) -> Option<Cow<'static, str>> {
    if unsigned && d.unscaled < 0 {
        return Some(Cow::Borrowed("negative, though unsigned"));
    }
    let precision = precision?;
    let scale = scale.unwrap_or(0);
    let rounded = d.rounded(scale.into()).unwrap_or(d);
    // Digits in units of the type's scale, whatever the sign of the scale.
    let digits = rounded.unscaled.unsigned_abs().checked_ilog10().map_or(0, |log| log + 1);
    let units = i64::from(digits) - i64::from(rounded.scale) + i64::from(scale);
    (units > i64::from(precision)).then_some(Cow::Borrowed("more digits than the precision"))
}

/// Single precision takes what neither overflows nor vanishes.
fn float(f: f64, bits: u8, unsigned: bool, storage: &Storage) -> Option<Cow<'static, str>> {
    if unsigned && f < 0.0 {
        return Some(Cow::Borrowed("negative, though unsigned"));
    }
    if !f.is_finite() {
        let refused = storage.non_finite_floats == NonFiniteFloats::Refused;
        return refused.then_some(Cow::Borrowed("not a number"));
    }
    let single = f as f32;
    (bits == 32 && (single.is_infinite() || (single == 0.0 && f != 0.0)))
        .then_some(Cow::Borrowed("out of range"))
}

/// Lengths of strings, labels of enums and sets, addresses.
fn text_of_type(text: &str, ty: &SqlType, schema: &Schema) -> Option<Cow<'static, str>> {
    if representation(schema.dialect).storage.nul_in_text == NulInText::Refused && text.contains('\0') {
        return Some(Cow::Borrowed("holds a NUL"));
    }
    match ty {
        SqlType::Char { length } => too_many_characters(text, Some(length.unwrap_or(1))),
        SqlType::Varchar { length } => too_many_characters(text, *length),
        SqlType::Text { max_bytes } => too_long(text.len(), *max_bytes, "bytes"),
        SqlType::Binary { length } | SqlType::Varbinary { length } => {
            too_long(text.len(), length.map(u64::from), "bytes")
        }
        SqlType::InlineEnum(labels) => {
            (!has_label(labels, text, ty, schema)).then_some(Cow::Borrowed("not a label of the enum"))
        }
        SqlType::InlineSet(labels) => {
            let member = |part| has_label(labels, part, ty, schema);
            (!text.is_empty() && !text.split(',').all(member))
                .then_some(Cow::Borrowed("not members of the set"))
        }
        SqlType::Enum(id) => (!schema[*id].labels.iter().any(|label| label == text))
            .then_some(Cow::Borrowed("not a label of the enum")),
        SqlType::Inet | SqlType::Cidr => {
            (!is_address(text)).then_some(Cow::Borrowed("not a network address"))
        }
        SqlType::MacAddr { bits } => {
            (!is_mac_address(text, *bits)).then_some(Cow::Borrowed("not a hardware address"))
        }
        _ => None,
    }
}

/// Labels compare under the column's collation; the common ones ignore case.
fn has_label(labels: &[String], text: &str, ty: &SqlType, schema: &Schema) -> bool {
    let key = |t| fold(t, None, schema.dialect, ty).into_owned();
    let wanted = key(text);
    labels.iter().any(|label| key(label) == wanted)
}

/// Characters beyond the length are cut off without a word when they are all spaces.
fn too_many_characters(text: &str, length: Option<u32>) -> Option<Cow<'static, str>> {
    let limit = length?;
    if text.len() <= limit as usize {
        return None;
    }
    too_long(text.trim_end_matches(' ').chars().count(), Some(limit.into()), "characters")
}

/// The length against a limit, in the unit that a message names.
fn too_long(length: usize, limit: Option<u64>, unit: &str) -> Option<Cow<'static, str>> {
    let limit = limit?;
    (length as u64 > limit).then(|| Cow::Owned(format!("{length} {unit}, more than {limit}")))
}

/// `bit(n)` takes *n* bits, or up to *n*, as the dialect says; `bit varying(n)` up to *n*.
fn bit_string(
    bits: usize,
    length: Option<u32>,
    varying: bool,
    storage: &Storage,
) -> Option<Cow<'static, str>> {
    let limit = match (length, varying) {
        (None, true) => return None,
        (length, _) => length.unwrap_or(1) as usize,
    };
    let exact = !varying && storage.fixed_bits == FixedBits::Exactly;
    (bits > limit || (exact && bits != limit)).then_some(Cow::Borrowed("another number of bits"))
}

/// The years of dates that the dialect has, and its infinities.
fn date(days: i32, ranges: &TemporalRanges) -> Option<Cow<'static, str>> {
    let infinite = ranges.infinity && matches!(days, i32::MIN | i32::MAX);
    let fits = infinite || ranges.date_years.contains(&civil_from_days(days).0);
    (!fits).then_some(Cow::Borrowed("out of range"))
}

/// The years of timestamps that the dialect has; one with a zone may have a narrower range, as MySQL's `timestamp` has.
fn timestamp(micros: i64, zoned: bool, ranges: &TemporalRanges) -> Option<Cow<'static, str>> {
    let year = civil_from_days(split_timestamp(micros).0).0;
    let fits = match &ranges.zoned_timestamps {
        Some(range) if zoned => range.contains(&micros),
        _ => {
            (ranges.infinity && matches!(micros, i64::MIN | i64::MAX))
                || ranges.timestamp_years.contains(&year)
        }
    };
    (!fits).then_some(Cow::Borrowed("out of range"))
}

/// The microseconds of a day, or of MySQL's 838 hours to either side.
fn time(micros: i64, ranges: &TemporalRanges) -> Option<Cow<'static, str>> {
    (!ranges.times.contains(&micros)).then_some(Cow::Borrowed("out of range"))
}

/// An IPv4 or IPv6 address, with a length of its network behind a slash or without.
fn is_address(text: &str) -> bool {
    let (address, bits) = text.split_once('/').unwrap_or((text, "0"));
    let most = if address.contains(':') { 128 } else { 32 };
    address.parse::<std::net::IpAddr>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// Hex digits of 48 or 64 bits, in any grouping.
fn is_mac_address(text: &str, bits: u8) -> bool {
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b':' | b'-' | b'.')).collect();
    digits.len() == usize::from(bits / 4) && digits.iter().all(u8::is_ascii_hexdigit)
}

/// SQLite refuses by type only in STRICT tables, and anything but an integer for a rowid.
fn by_affinity(value: &Value, column: &Column, ty: &SqlType, strict: bool) -> Option<Cow<'static, str>> {
    let rowid = column.numbering == Some(Numbering::RowId);
    let fits = match (value, ty) {
        (Value::Null, _) => true,
        (Value::Integer(n), SqlType::Integer { .. }) => i64::try_from(*n).is_ok(),
        (Value::Float(f), SqlType::Integer { .. }) => f.fract() == 0.0 && f.abs() < 9.2e18,
        (Value::Text(t), SqlType::Integer { .. }) => t.trim().parse::<f64>().is_ok_and(|f| f.fract() == 0.0),
        (_, SqlType::Integer { .. }) => !strict && !rowid,
        (Value::Integer(_) | Value::Float(_) | Value::Decimal(_), SqlType::Float { .. }) => true,
        (Value::Text(t), SqlType::Float { .. }) => t.trim().parse::<f64>().is_ok(),
        (Value::Bytes(_), SqlType::Blob { .. }) => true,
        (_, SqlType::Blob { .. } | SqlType::Float { .. }) => false,
        (Value::Bytes(_), SqlType::Text { .. }) => false,
        _ => true,
    };
    (!fits).then_some(Cow::Borrowed("not of the column's type"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::Dialect;

    fn verdict(value: Value, ty: SqlType, dialect: Dialect) -> bool {
        refused_by_type(&value, false, &Column::new("c", ty), false, &Schema::new(dialect)).is_none()
    }

    #[test]
    fn lengths_count_characters() {
        let three = SqlType::Varchar { length: Some(3) };
        assert!(verdict(Value::Text("äöü".into()), three.clone(), Dialect::Postgres));
        assert!(verdict(Value::Text("abc   ".into()), three.clone(), Dialect::Postgres));
        assert!(!verdict(Value::Text("abcd".into()), three.clone(), Dialect::Postgres));
        assert!(verdict(Value::Text("abcd".into()), three, Dialect::Sqlite));
        assert!(!verdict(Value::Text("ää".into()), SqlType::Text { max_bytes: Some(3) }, Dialect::MySql));
    }

    #[test]
    fn numbers_fit() {
        let price = SqlType::Decimal { precision: Some(4), scale: Some(2), unsigned: false };
        assert!(verdict(Value::Decimal(Decimal::new(9999, 2)), price.clone(), Dialect::Postgres));
        assert!(!verdict(Value::Decimal(Decimal::new(10_000, 2)), price.clone(), Dialect::Postgres));
        assert!(!verdict(Value::Decimal(Decimal::new(99_995, 3)), price, Dialect::Postgres));
        let tiny = SqlType::Integer { bits: 8, unsigned: true };
        assert!(verdict(Value::Integer(255), tiny.clone(), Dialect::MySql));
        assert!(!verdict(Value::Integer(-1), tiny, Dialect::MySql));
    }

    #[test]
    fn times_and_addresses() {
        let zoned = SqlType::Timestamp { precision: None, zoned: true };
        assert!(!verdict(Value::Timestamp(2_147_483_648_000_000), zoned.clone(), Dialect::MySql));
        assert!(verdict(Value::Timestamp(2_147_483_648_000_000), zoned, Dialect::Postgres));
        assert!(verdict(Value::Text("10.0.0.1/8".into()), SqlType::Inet, Dialect::Postgres));
        assert!(!verdict(Value::Text("10.0.0.256".into()), SqlType::Inet, Dialect::Postgres));
        assert!(!verdict(Value::Text("D".into()), SqlType::InlineEnum(vec!["a".into()]), Dialect::MySql));
        assert!(verdict(Value::Text("A".into()), SqlType::InlineEnum(vec!["a".into()]), Dialect::MySql));
    }
}
