//! What may be asked of a service.

use seedbed_datagen_core::Spec;
use seedbed_schema_model::Dialect;
use seedbed_store::{Direction, Filter, SchemaId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A schema that is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The file's name, under which problems show it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its dialect; recognised when nobody says.
    pub dialect: Option<Dialect>,
}

/// Rows for a schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GenerateRequest {
    /// The schema.
    pub schema: SchemaSource,
    /// The schema's dialect; recognised when nobody says.
    pub dialect: Option<Dialect>,
    /// What is wished in words.
    pub instructions: Option<String>,
    /// What is wished in numbers.
    pub config: GenerateConfig,
    /// What is wished of single tables and columns.
    pub spec: Option<Spec>,
    /// What the dataset is called; after the schema when nobody says.
    pub save_name: Option<String>,
    /// What is said of the dataset.
    pub description: Option<String>,
}

/// Where a schema is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SchemaSource {
    /// In the request.
    Ddl(String),
    /// It was handed in before.
    Uploaded(SchemaId),
}

impl Default for SchemaSource {
    fn default() -> Self {
        Self::Ddl(String::new())
    }
}

/// What is wished in numbers. What lies outside of its range is moved to the nearer end, and the answer says so.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GenerateConfig {
    /// Rows of every table that nothing more is said of; 100 when nobody says.
    pub num_records: Option<u64>,
    /// Rows of single tables by name.
    pub per_table_row_counts: BTreeMap<String, u64>,
    /// The seed.
    pub seed: Option<u64>,
    /// The language and country of names, addresses and the like.
    pub locale: Option<String>,
    /// Share of NULLs in nullable columns, 0 to 1.
    pub null_rate: Option<f64>,
    /// How freely a language model speaks, 0 to 2.
    pub temperature: Option<f64>,
    /// Which share of its likeliest words it chooses from, 0 to 1.
    pub top_p: Option<f64>,
    /// How many of its likeliest words it chooses from, 1 to 100.
    pub top_k: Option<i64>,
    /// Rows of a preview.
    pub chunk_size: Option<u64>,
}

/// A dataset's rows once more, with other wishes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RegenerateRequest {
    /// Another seed; the dataset's own when nobody says.
    pub seed: Option<u64>,
    /// Other numbers; those of the dataset where nobody says.
    pub config: GenerateConfig,
    /// A name: the rows become a new dataset of that name, and not the next version of the old one.
    pub save_name: Option<String>,
    /// What is said of the new dataset.
    pub description: Option<String>,
}

/// A dataset as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRequest {
    /// The format's name: one of [`EXPORT_FORMATS`](crate::EXPORT_FORMATS).
    pub format: String,
    /// Only these tables.
    pub tables: Option<Vec<String>>,
}

/// Some rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageQuery {
    /// Pass over so many.
    pub offset: u64,
    /// At most so many.
    pub limit: u64,
    /// By these columns.
    pub order: Vec<(String, Direction)>,
    /// All of these hold.
    pub filter: Vec<Filter>,
    /// Whether numbers that a 64-bit float can't hold come as strings.
    pub numbers_as_strings: bool,
}

/// A question to a dataset in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRequest {
    /// The question.
    pub sql: String,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// How long it may take.
    pub time: Option<Duration>,
}

/// A key by which a request is carried out once, however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Whose key: keys of others are others.
    pub caller: String,
    /// The key.
    pub key: String,
}
