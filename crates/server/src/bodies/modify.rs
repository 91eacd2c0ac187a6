//! Changes of a dataset.

use super::edits::read_edits;
use super::sampling::SamplingBody;
use crate::error::ApiError;
use crate::request::Whole;
use seedbed_service::ModifyRequest;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A change of a dataset's rows. Either `prompt` or `edits` is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"prompt": "set film.length = 90 for 20% of rows", "dryRun": true})))]
pub(crate) struct ModifyBody {
    /// What is wished in words: commands, or sentences for a language model where one is configured.
    prompt: Option<String>,
    /// What is wished as edits, one after the other.
    edits: Option<Vec<Value>>,
    /// The table that is meant where nothing is said.
    table_name: Option<String>,
    /// Whether to find out only what would change.
    #[serde(default)]
    dry_run: bool,
    /// The version that the dataset is expected to be in: another is a conflict.
    expected_version: Option<Whole>,
    /// How a language model speaks.
    config: Option<SamplingBody>,
}

impl ModifyBody {
    /// What it asks of the service.
    ///
    /// # Errors
    /// 400 unless it has either words or edits, and for what is no edit.
    pub(crate) fn request(self) -> Result<ModifyRequest, ApiError> {
        let edits = match (&self.prompt, self.edits) {
            (Some(_), Some(_)) => {
                let message = "both `prompt` and `edits` are given";
                return Err(ApiError::bad_request("change-twice", message));
            }
            (None, None) => {
                let message = "neither `prompt` nor `edits` is given";
                return Err(ApiError::bad_request("change-missing", message));
            }
            (_, edits) => edits.map(read_edits).transpose()?,
        };
        Ok(ModifyRequest {
            prompt: self.prompt,
            edits,
            table: self.table_name,
            dry_run: self.dry_run,
            sampling: self.config.unwrap_or_default().sampling(),
            expected_version: self.expected_version.map(|version| version.0),
        })
    }
}
