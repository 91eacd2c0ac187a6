//! One canonical encoding of key values: values that a key holds for equal are equal bytes.
//!
//! `1`, `1.00` and the float `1.0` are the same bytes, and so are strings that fold alike under the column's collation.
//! Parts do not run together: the encoding of two parts says where the first one ends.

use crate::{Decimal, Json, Value, fold, stored_value};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType};

/// How one part of a key compares: as which column, under which collation, and how much of it.
#[derive(Clone, Copy, Debug)]
pub struct KeyPartRule<'s> {
    /// The column that the part is, or that the value is compared as; its type decides what the value is once stored.
    pub column: Option<&'s Column>,
    /// The collation, when it is not the database's own.
    pub collation: Option<&'s str>,
    /// MySQL's prefix keys, `KEY (title(10))`: only the first so many characters count, or bytes of a binary string.
    pub prefix_length: Option<u32>,
}

impl<'s> KeyPartRule<'s> {
    /// A whole column under its own collation.
    pub fn of_column(column: &'s Column) -> Self {
        Self { column: Some(column), collation: column.collation.as_deref(), prefix_length: None }
    }

    /// A value that is no column, such as that of an expression.
    pub fn of_value(collation: Option<&'s str>) -> Self {
        Self { column: None, collation, prefix_length: None }
    }
}

/// Appends a part's value, NULL included, to the encoding of a key. Two keys are equal to a UNIQUE constraint exactly
/// when the encodings of all their parts are; what NULL does to a key is the caller's business.
///
/// Cost: linear in the value's size.
///
/// ```
/// use seedbed_schema_model::{Dialect, Schema};
/// use seedbed_sql_values::{Decimal, KeyPartRule, Value, push_key_part};
/// let schema = Schema::new(Dialect::Sqlite);
/// let key = |value| {
///     let mut bytes = Vec::new();
///     push_key_part(&mut bytes, &value, KeyPartRule::of_value(Some("NOCASE")), &schema);
///     bytes
/// };
/// assert_eq!(key(Value::Integer(1)), key(Value::Decimal(Decimal::new(100, 2))));
/// assert_eq!(key(Value::Text("Ab".into())), key(Value::Text("aB".into())));
/// ```
pub fn push_key_part(into: &mut Vec<u8>, value: &Value, rule: KeyPartRule<'_>, schema: &Schema) {
    let stored = match rule.column {
        Some(column) => stored_value(value.clone(), column, schema),
        None => value.clone(),
    };
    let ty = rule.column.map_or(&SqlType::TEXT, |c| schema.base_type(&c.ty));
    KeyPartEncoder { bytes: into }.encode(
        &shortened(stored, rule.prefix_length),
        ty,
        rule.collation,
        schema.dialect,
    );
}

/// Writes a value as a tag of its kind and its content.
struct KeyPartEncoder<'a> {
    bytes: &'a mut Vec<u8>,
}

impl KeyPartEncoder<'_> {
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
            Value::Map(pairs) => {
                self.tagged(14, &pairs.len().to_le_bytes());
                for (key, value) in pairs {
                    self.sized(4, key.as_bytes());
                    match value {
                        Some(value) => self.sized(4, value.as_bytes()),
                        None => self.tagged(0, &[]),
                    }
                }
            }
            Value::Array(items) | Value::Row(items) => {
                self.tagged(13, &items.len().to_le_bytes());
                for item in items {
                    self.encode(item, ty, collation, dialect);
                }
            }
            Value::Range(set) => {
                self.tagged(14, &set.parts().len().to_le_bytes());
                for part in set.parts() {
                    self.bytes.extend([u8::from(part.low_inclusive), u8::from(part.high_inclusive)]);
                    for end in [&part.low, &part.high] {
                        self.encode(end.as_ref().unwrap_or(&Value::Null), ty, collation, dialect);
                    }
                }
            }
        }
    }

    /// A tag and content of a length that the tag tells.
    fn tagged(&mut self, tag: u8, content: &[u8]) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(content);
    }

    /// A tag, the content's length, and the content.
    fn sized(&mut self, tag: u8, content: &[u8]) {
        self.tagged(tag, &content.len().to_le_bytes());
        self.bytes.extend_from_slice(content);
    }

    /// A number in its shortest digits, so that `1.00` is `1`.
    fn number(&mut self, d: Decimal) {
        let d = d.shortest();
        self.tagged(2, &[d.scale]);
        self.bytes.extend_from_slice(&d.unscaled.to_le_bytes());
    }

    /// A float; one that is a whole number of 63 bits is that number.
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
fn canonical_json(json: &Json) -> String {
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
