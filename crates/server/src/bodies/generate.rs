//! What is asked for when rows are made.

use super::dialect_name::DialectName;
use super::spec::SpecSchema;
use crate::error::ApiError;
use crate::request::Whole;
use seedbed_datagen_core::Spec;
use seedbed_service::{GenerateConfig, GenerateRequest, RegenerateRequest, SchemaSource};
use seedbed_store::SchemaId;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Rows for a schema. Either `ddl` or `schemaId` is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({
    "ddl": "CREATE TABLE film (id int PRIMARY KEY, title text NOT NULL)",
    "config": {"numRecords": 10, "seed": 7}
})))]
pub(crate) struct GenerateBody {
    /// The schema's script.
    ddl: Option<String>,
    /// A schema that was handed in before.
    schema_id: Option<String>,
    /// The script's dialect; recognised when it is left out.
    dialect: Option<DialectName>,
    /// What is wished in words: commands, or sentences for a language model where one is configured.
    instructions: Option<String>,
    /// What is wished in numbers.
    config: Option<ConfigBody>,
    /// What is wished of single tables and columns, as in `seedbed.toml`.
    #[schema(value_type = Option<SpecSchema>)]
    spec: Option<Spec>,
    /// The name of the dataset.
    save_name: Option<String>,
    /// What is said of the dataset.
    description: Option<String>,
}

/// What is wished in numbers. What lies outside of its range is moved to the nearer end, and `notes` say so.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ConfigBody {
    /// Rows of every table that nothing more is said of.
    num_records: Option<Whole>,
    /// Rows of single tables, by name.
    per_table_row_counts: Option<BTreeMap<String, Whole>>,
    /// The seed: the same seed, the same rows.
    seed: Option<Whole>,
    /// The language of names and texts.
    locale: Option<String>,
    /// Share of NULLs in nullable columns.
    #[schema(minimum = 0, maximum = 1)]
    null_rate: Option<f64>,
    /// How freely a language model speaks, 0 to 2.
    temperature: Option<f64>,
    /// Which share of its likeliest words it chooses from, 0 to 1.
    top_p: Option<f64>,
    /// How many of its likeliest words it chooses from, 1 to 100.
    top_k: Option<Whole>,
    /// Rows that an event of progress shows.
    chunk_size: Option<Whole>,
    /// Accepted as other servers have it: what is known of a dataset is always kept with it.
    #[expect(dead_code, reason = "it changes nothing")]
    with_meta: Option<bool>,
}

/// A dataset's rows once more, with other wishes. An empty object makes the same rows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"seed": 8})))]
pub(crate) struct RegenerateBody {
    /// Another seed; the dataset's own when it is left out.
    seed: Option<Whole>,
    /// Other numbers; the dataset's own where nothing is said.
    config: Option<ConfigBody>,
    /// A name: the rows become a new dataset of that name, and not the next version of this one.
    save_name: Option<String>,
    /// What is said of the new dataset.
    description: Option<String>,
}

impl GenerateBody {
    /// Whether something is wished in words.
    pub(crate) fn has_words(&self) -> bool {
        self.instructions.as_ref().is_some_and(|words| !words.trim().is_empty())
    }

    /// What it asks of the service.
    ///
    /// # Errors
    /// 400 unless it has one schema.
    pub(crate) fn request(self) -> Result<GenerateRequest, ApiError> {
        let schema = match (self.ddl, self.schema_id) {
            (Some(ddl), None) => SchemaSource::Ddl(ddl),
            (None, Some(id)) => SchemaSource::Uploaded(SchemaId(id)),
            (None, None) => {
                let message = "neither `ddl` nor `schemaId` is given";
                return Err(ApiError::bad_request("schema-missing", message));
            }
            (Some(_), Some(_)) => {
                let message = "both `ddl` and `schemaId` are given";
                return Err(ApiError::bad_request("schema-twice", message));
            }
        };
        Ok(GenerateRequest {
            schema,
            dialect: self.dialect.map(|name| name.0),
            instructions: self.instructions,
            config: self.config.unwrap_or_default().config(),
            spec: self.spec,
            save_name: self.save_name,
            description: self.description,
        })
    }
}

impl RegenerateBody {
    /// What it asks of the service.
    pub(crate) fn request(self) -> RegenerateRequest {
        RegenerateRequest {
            seed: self.seed.map(|seed| seed.0),
            config: self.config.unwrap_or_default().config(),
            save_name: self.save_name,
            description: self.description,
        }
    }
}

impl ConfigBody {
    fn config(self) -> GenerateConfig {
        let whole = |number: Option<Whole>| number.map(|number| number.0);
        let counts = self.per_table_row_counts.unwrap_or_default();
        GenerateConfig {
            num_records: whole(self.num_records),
            per_table_row_counts: counts.into_iter().map(|(table, rows)| (table, rows.0)).collect(),
            seed: whole(self.seed),
            locale: self.locale,
            null_rate: self.null_rate,
            temperature: self.temperature,
            top_p: self.top_p,
            top_k: self.top_k.map(|k| i64::try_from(k.0).unwrap_or(i64::MAX)),
            chunk_size: whole(self.chunk_size),
        }
    }
}
