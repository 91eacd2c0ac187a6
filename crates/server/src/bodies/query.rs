//! Questions to a dataset.

use crate::error::ApiError;
use crate::request::Whole;
use axum::http::StatusCode;
use seedbed_service::QueryRequest;
use serde::Deserialize;
use std::time::Duration;
use utoipa::ToSchema;

/// A question to a dataset, in SQL.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(examples(json!({"sql": "SELECT count(*) AS films FROM film"})))]
pub(crate) struct QueryBody {
    /// One SELECT.
    #[schema(required = true, nullable = false)]
    sql: Option<String>,
    /// Only known to be refused by name.
    #[schema(ignore)]
    question: Option<serde::de::IgnoredAny>,
    /// Rows at most.
    limit: Option<Whole>,
    /// Milliseconds that it may take.
    timeout_ms: Option<Whole>,
}

impl QueryBody {
    /// What it asks of the service.
    ///
    /// # Errors
    /// 400 without `sql`; 422 for a question in words.
    pub(crate) fn request(self) -> Result<QueryRequest, ApiError> {
        if self.question.is_some() {
            let message = "questions in words need a language model, and none is configured";
            let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "not-available", message);
            return Err(error.hint(Some("ask in SQL: `{\"sql\": \"SELECT ...\"}`".to_owned())));
        }
        let Some(sql) = self.sql else {
            return Err(ApiError::bad_request("sql-missing", "`sql` is not given"));
        };
        Ok(QueryRequest {
            sql,
            limit: self.limit.map(|limit| limit.0),
            time: self.timeout_ms.map(|ms| Duration::from_millis(ms.0)),
        })
    }
}
