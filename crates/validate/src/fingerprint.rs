//! 128-bit fingerprints of key values.
//!
//! Two seeded 64-bit SipHashes over one canonical encoding, in which values that a key holds for equal are equal bytes:
//! `1`, `1.00` and the float `1.0`; strings that fold alike under the column's collation. Among *n* keys two different
//! ones meet by chance with probability below n² / 2^129: 1.5e-21 for a thousand million. Crafted collisions are not
//! defended against; the report would then name a duplicate that is none.

use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
use seedbed_sql_semantics::{Decimal, Value, fold, stored_value};
use std::hash::{DefaultHasher, Hasher};

/// How one part of a key compares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartRule<'s> {
    /// The column that the part is, or that the value is compared as.
    pub(crate) column: Option<&'s Column>,
    pub(crate) collation: Option<&'s str>,
    pub(crate) prefix_length: Option<u32>,
}

impl<'s> PartRule<'s> {
    /// A whole column under its own collation.
    pub(crate) fn of_column(column: &'s Column) -> Self {
        Self { column: Some(column), collation: column.collation.as_deref(), prefix_length: None }
    }
}

/// Builds the fingerprint of one key, part by part.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint {
    bytes: Vec<u8>,
}

impl Fingerprint {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Adds a part's value, NULL included.
    pub(crate) fn push(&mut self, value: &Value, rule: PartRule<'_>, schema: &Schema) {
        let stored = match rule.column {
            Some(column) => stored_value(value.clone(), column, schema),
            None => value.clone(),
        };
        let ty = rule.column.map_or(&SqlType::TEXT, |c| schema.base_type(&c.ty));
        self.encode(&shortened(stored, rule.prefix_length), ty, rule.collation, schema.dialect);
    }

    /// The fingerprint of all parts since [`Fingerprint::clear`].
    pub(crate) fn finish(&self) -> u128 {
        let half = |seed: u64| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u64(seed);
            hasher.write(&self.bytes);
            u128::from(hasher.finish())
        };
        half(0) << 64 | half(1)
    }

    /// Tag, length where it varies, content: no two keys of different parts have one encoding.
    fn encode(&mut self, value: &Value, ty: &SqlType, collation: Option<&str>, dialect: Dialect) {
        match value {
            Value::Null => self.tagged(0, &[]),
            Value::Boolean(b) => self.tagged(1, &[(*b).into()]),
            Value::Integer(n) => self.number(Decimal::new(*n, 0)),
            Value::Decimal(d) => self.number(*d),
            Value::Float(f) => self.float(*f),
            Value::Text(text) => self.sized(4, fold(text, collation, dialect, ty).as_bytes()),
            Value::Bytes(bytes) => self.sized(5, bytes),
            Value::Bits(bits) => self.sized(6, bits.as_bytes()),
            Value::Date(days) => self.tagged(7, &days.to_le_bytes()),
            Value::Time(micros) => self.tagged(8, &micros.to_le_bytes()),
            Value::Timestamp(micros) => self.tagged(9, &micros.to_le_bytes()),
            // Equal to PostgreSQL when their spans are, with months of 30 days.
            Value::Interval(i) => {
                let days = i128::from(i.months) * 30 + i128::from(i.days);
                self.tagged(10, &(days * 86_400_000_000 + i128::from(i.micros)).to_le_bytes());
            }
            Value::Uuid(uuid) => self.tagged(11, &uuid.to_le_bytes()),
            Value::Json(json) => self.sized(12, canonical_json(json).as_bytes()),
            Value::Array(items) | Value::Row(items) => {
                self.tagged(13, &items.len().to_le_bytes());
                for item in items {
                    self.encode(item, ty, collation, dialect);
                }
            }
            // A kind of value that is not known here compares by what it prints.
            other => self.sized(14, format!("{other:?}").as_bytes()),
        }
    }

    fn tagged(&mut self, tag: u8, content: &[u8]) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(content);
    }

    fn sized(&mut self, tag: u8, content: &[u8]) {
        self.tagged(tag, &content.len().to_le_bytes());
        self.bytes.extend_from_slice(content);
    }

    fn number(&mut self, mut d: Decimal) {
        while d.scale > 0 && d.unscaled % 10 == 0 {
            d = Decimal::new(d.unscaled / 10, d.scale - 1);
        }
        self.tagged(2, &[d.scale]);
        self.bytes.extend_from_slice(&d.unscaled.to_le_bytes());
    }

    fn float(&mut self, f: f64) {
        let whole = f as i128;
        if whole as f64 == f && whole.unsigned_abs() < 1 << 63 {
            self.number(Decimal::new(whole, 0));
        } else {
            let bits = if f.is_nan() { f64::NAN.to_bits() } else { f.to_bits() };
            self.tagged(3, &bits.to_le_bytes());
        }
    }
}

/// MySQL's prefix keys: so many characters, or bytes of a binary string.
fn shortened(value: Value, prefix: Option<u32>) -> Value {
    match (value, prefix) {
        (Value::Text(text), Some(n)) => Value::Text(text.chars().take(n as usize).collect()),
        (Value::Bytes(mut bytes), Some(n)) => {
            bytes.truncate(n as usize);
            Value::Bytes(bytes)
        }
        (value, _) => value,
    }
}

/// Members by name, since `jsonb` does not keep their order.
fn canonical_json(json: &seedbed_sql_semantics::Json) -> String {
    use seedbed_sql_semantics::Json;
    match json {
        Json::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let parts: Vec<String> =
                sorted.into_iter().map(|(name, j)| format!("{name:?}:{}", canonical_json(j))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Json::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical_json).collect();
            format!("[{}]", parts.join(","))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[Value], collation: Option<&str>) -> u128 {
        let mut fingerprint = Fingerprint::default();
        let schema = Schema::new(Dialect::Sqlite);
        for value in values {
            fingerprint.push(value, PartRule { column: None, collation, prefix_length: None }, &schema);
        }
        fingerprint.finish()
    }

    fn text(t: &str) -> Value {
        Value::Text(t.to_owned())
    }

    #[test]
    fn equal_values_have_one_fingerprint() {
        let one = of(&[Value::Integer(1)], None);
        assert_eq!(one, of(&[Value::Decimal(Decimal::new(100, 2))], None));
        assert_eq!(one, of(&[Value::Float(1.0)], None));
        assert_eq!(of(&[text("Ab")], Some("nocase")), of(&[text("aB")], Some("nocase")));
        assert_ne!(of(&[text("Ab")], None), of(&[text("aB")], None));
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(of(&[text("Ann"), text("a")], None), of(&[text("An"), text("na")], None));
        assert_ne!(of(&[Value::Null, text("")], None), of(&[text(""), Value::Null], None));
    }
}
