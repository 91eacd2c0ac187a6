//! Names of dialects.

use seedbed_schema_model::Dialect;
use serde::{Deserialize, Deserializer};
use std::str::FromStr;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A dialect by one of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DialectName(pub(crate) Dialect);

impl FromStr for DialectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(40).collect();
        text.parse().map(Self).map_err(|_| format!("`{shown}` is no dialect, which are {}", Self::all()))
    }
}

impl DialectName {
    /// The names, to be told.
    pub(crate) fn all() -> String {
        Dialect::ALL.map(Dialect::name).join(", ")
    }
}

impl<'de> Deserialize<'de> for DialectName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for DialectName {
    fn schema() -> RefOr<Schema> {
        let names = Dialect::ALL.map(Dialect::name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl ToSchema for DialectName {}
