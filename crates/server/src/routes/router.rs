//! All routes in one place.

use super::{
    datasets, event_catalog, export, generate, health, job_events, jobs, metrics, modify, openapi, page,
    plan, query, regenerate, undo, upload, validation, versions,
};
use crate::error::ApiError;
use crate::gate::GateLayer;
use crate::sockets::Sockets;
use crate::state::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the description of the API is.
const OPENAPI: &str = "/api/openapi.json";

/// The server without its connections.
pub(crate) fn router(state: Shared, sockets: Sockets, has_token: bool) -> Router {
    let (routes, api) = OpenApiRouter::default()
        .routes(routes!(health::health))
        .routes(routes!(metrics::metrics))
        .routes(routes!(upload::upload))
        .routes(routes!(plan::plan))
        .routes(routes!(generate::generate))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::get, jobs::cancel))
        .routes(routes!(jobs::ticket))
        .routes(routes!(job_events::events))
        .routes(routes!(event_catalog::list))
        .routes(routes!(datasets::list))
        .routes(routes!(datasets::get, datasets::rename, datasets::delete))
        .routes(routes!(page::page))
        .routes(routes!(validation::get))
        .routes(routes!(export::export))
        .routes(routes!(regenerate::regenerate))
        .routes(routes!(modify::modify))
        .routes(routes!(undo::undo))
        .routes(routes!(versions::list))
        .routes(routes!(query::query))
        .split_for_parts();
    let document = Bytes::from(openapi::document(&api, has_token));
    let docs = SwaggerUi::new("/docs").config(Config::from(OPENAPI));
    routes
        .route(OPENAPI, get(move || async move { described(document) }))
        .merge(docs)
        .route_service("/socket.io/", sockets.clone())
        .route_service("/socket.io/{*rest}", sockets)
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state.clone())
        .layer(GateLayer(state))
}

fn described(document: Bytes) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, document)
}

async fn unknown_route() -> ApiError {
    let hint = "`/docs` shows what there is".to_owned();
    ApiError::new(StatusCode::NOT_FOUND, "unknown-route", "there is no such route").hint(Some(hint))
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "the route does not have this method")
}
