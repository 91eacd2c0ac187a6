//! The spec: what the user wants, apart from the schema. `seedbed.toml` is this, in TOML.

use crate::row_count;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Wishes for a run. Everything is optional; names are checked against the schema when the plan is made.
///
/// Tables are named as reports name them: `schema.table` on PostgreSQL, `table` elsewhere; the bare table name serves
/// where it is unambiguous.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// The seed. The same seed, schema and spec give the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Rows of every table that asks for no other number: a number, or a text such as `"5M"`.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "row_count::deserialize")]
    pub rows: Option<u64>,
    /// Share of NULLs in nullable columns, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_rate: Option<f64>,
    /// Whether references that the schema does not declare are inferred from names and types.
    #[serde(skip_serializing_if = "is_false", default)]
    pub infer_references: bool,
    /// In which language and country names, addresses and the like are, such as `fr-FR` or `de`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub locale: Option<String>,
    /// Wishes for single tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub tables: BTreeMap<String, TableSpec>,
}

/// Wishes for a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TableSpec {
    /// Rows, expressly, as a number or a text such as `"5M"`: more than the table can hold is an error.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "row_count::deserialize")]
    pub rows: Option<u64>,
    /// Wishes for columns, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub columns: BTreeMap<String, ColumnSpec>,
    /// References that the schema does not declare.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub references: Vec<ReferenceSpec>,
}

/// A reference that the schema does not declare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceSpec {
    /// The referencing columns.
    pub columns: Vec<String>,
    /// What they refer to: `customers(id)`, or `customers` for its primary key.
    pub to: String,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Wishes for a column: at most one of `values`, `range`, `provider` and `examples`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ColumnSpec {
    /// Exactly these values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<WeightedValue>>,
    /// Values in a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// Share of NULLs, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_rate: Option<f64>,
    /// A provider by name, such as `person.email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Examples: text like these, put together anew where there are too few of them; of other types just these values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub examples: Option<Vec<String>>,
}

/// A value, written as its SQL literal's text without quotes, and how often it comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WeightedValue {
    /// A value of weight one.
    Text(String),
    /// A number of weight one.
    Integer(i64),
    /// A number of weight one.
    Float(f64),
    /// A truth value of weight one.
    Boolean(bool),
    /// A value with a weight.
    Weighted {
        /// The value.
        value: Box<WeightedValue>,
        /// Its weight, relative to the others', at least 1.
        weight: u32,
    },
}

/// Both ends inclusive, as literals' text or numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Least value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<WeightedValue>,
    /// Greatest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<WeightedValue>,
}
