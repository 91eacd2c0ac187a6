//! 128-bit fingerprints of key values.
//!
//! Two seeded 64-bit SipHashes over the canonical encoding of `sql-values`, in which values that a key holds for equal
//! are equal bytes. Among *n* keys two different ones meet by chance with probability below n² / 2^129: 1.5e-21 for a
//! thousand million. Crafted collisions are not defended against; the report would then name a duplicate that is none.

use seedbed_schema_model::Schema;
use seedbed_sql_values::{KeyPartRule, Value, push_key_part};
use std::hash::{DefaultHasher, Hasher};

/// Builds the fingerprint of one key, part by part.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint {
    /// The encoded parts so far.
    bytes: Vec<u8>,
}

impl Fingerprint {
    /// Begins another key.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Adds a part's value, NULL included.
    pub(crate) fn push(&mut self, value: &Value, rule: KeyPartRule<'_>, schema: &Schema) {
        push_key_part(&mut self.bytes, value, rule, schema);
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::Dialect;
    use seedbed_sql_values::Decimal;

    fn of(values: &[Value], collation: Option<&str>) -> u128 {
        let mut fingerprint = Fingerprint::default();
        let schema = Schema::new(Dialect::Sqlite);
        for value in values {
            fingerprint.push(value, KeyPartRule::of_value(collation), &schema);
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
