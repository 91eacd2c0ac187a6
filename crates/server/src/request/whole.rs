//! Whole numbers as JSON Schema has them.

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A whole number from 0 up. JSON knows no kinds of numbers: `10`, `10.0` and `1e1` are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole(pub(crate) u64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeVisitor)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
        u64::try_from(number).map(Whole).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
        // 2^64 is a float, and the greatest whole number below it is not.
        let fits = number.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&number);
        if fits { Ok(Whole(number as u64)) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }
}

impl PartialSchema for Whole {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(u64::MAX)).into()
    }
}

impl ToSchema for Whole {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_however_it_is_written() {
        for (text, number) in [("10", 10), ("10.0", 10), ("1e1", 10), ("18446744073709551615", u64::MAX)] {
            assert_eq!(serde_json::from_str::<Whole>(text).ok(), Some(Whole(number)), "{text}");
        }
        for text in ["1.5", "-1", "1e400", "18446744073709551616", "99999999999999999999999", "\"1\"", "null"]
        {
            assert!(serde_json::from_str::<Whole>(text).is_err(), "{text}");
        }
    }
}
