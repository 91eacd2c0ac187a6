//! Questions to a dataset.

use super::sampling::SamplingBody;
use crate::error::ApiError;
use crate::request::Whole;
use seedbed_service::{AskRequest, QueryRequest};
use serde::Deserialize;
use std::time::Duration;
use utoipa::ToSchema;

/// A question to a dataset. Either `sql` or `question` is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"sql": "SELECT count(*) AS films FROM film"})))]
pub(crate) struct QueryBody {
    /// One SELECT.
    sql: Option<String>,
    /// A question in words: a simple one, or any where a language model is configured.
    question: Option<String>,
    /// Rows at most.
    limit: Option<Whole>,
    /// Milliseconds that the query may take.
    timeout_ms: Option<Whole>,
    /// How a language model speaks.
    config: Option<SamplingBody>,
}

/// In which language it is asked.
#[derive(Debug)]
pub(crate) enum Asked {
    Sql(QueryRequest),
    Words(AskRequest),
}

impl QueryBody {
    /// What it asks of the service.
    ///
    /// # Errors
    /// 400 unless it has either `sql` or `question`.
    pub(crate) fn request(self) -> Result<Asked, ApiError> {
        let limit = self.limit.map(|limit| limit.0);
        let time = self.timeout_ms.map(|ms| Duration::from_millis(ms.0));
        match (self.sql, self.question) {
            (Some(sql), None) => Ok(Asked::Sql(QueryRequest { sql, limit, time })),
            (None, Some(question)) => {
                let sampling = self.config.unwrap_or_default().sampling();
                Ok(Asked::Words(AskRequest { question, limit, time, sampling }))
            }
            (None, None) => {
                Err(ApiError::bad_request("query-missing", "neither `sql` nor `question` is given"))
            }
            (Some(_), Some(_)) => {
                Err(ApiError::bad_request("query-twice", "both `sql` and `question` are given"))
            }
        }
    }
}
