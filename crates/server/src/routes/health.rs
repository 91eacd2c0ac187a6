//! How the server is.

use super::answer::json_with;
use crate::bodies::{HealthAnswer, MigrationsAnswer};
use crate::error::ApiError;
use crate::request::Parameters;
use crate::state::Shared;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// How the server is
///
/// It is asked without a token, and under load as well. The store is looked at once a second, however many ask.
#[utoipa::path(get, path = "/api/health", operation_id = "getHealth", tag = "server",
    security(()),
    responses(
        (status = 200, description = "It is well", body = HealthAnswer),
        (status = 503, description = "The store can't be used", body = HealthAnswer),
    ))]
pub(super) async fn health(
    State(state): State<Shared>,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    parameters.finish()?;
    let health = state.health.health(&state.service).await?;
    let is_well = health.is_writable && health.checksums_hold && !state.service.is_stopping();
    let word = |holds, word| if holds { "ok" } else { word };
    let answer = HealthAnswer {
        status: word(is_well, "unavailable"),
        version: env!("CARGO_PKG_VERSION"),
        db: word(health.is_writable, "error"),
        migrations: MigrationsAnswer {
            applied: health.applied,
            latest: health.latest,
            checksums: word(health.checksums_hold, "error"),
        },
    };
    json_with(if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, &answer)
}
