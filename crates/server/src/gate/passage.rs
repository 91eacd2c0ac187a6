//! The way of a request through the gate.

use super::encoding::encoded;
use super::rate_limit::Left;
use super::request_id::{X_REQUEST_ID, request_id};
use super::route_rules::{Access, Limit, RouteRules, is_page};
use super::{access_log, security_headers};
use crate::error::ApiError;
use crate::state::Shared;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CONNECTION, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tower::Service;

/// Lets a request in or refuses it, and makes every answer one that may leave.
pub(super) async fn pass<S>(state: &Shared, request: Request, route: S) -> Response
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let start = Instant::now();
    let (parts, body) = request.into_parts();
    let id = request_id(&parts.headers);
    let origin = parts.headers.get(ORIGIN).cloned();
    let (method, uri) = (parts.method.clone(), parts.uri.clone());
    let matched = parts.extensions.get::<MatchedPath>().cloned();
    let template = matched.as_ref().map(MatchedPath::as_str);
    let rules = RouteRules::of(&method, template);
    let client = state.admission.client(&parts);

    let mut response = match state.admission.cors.preflight(&method, &parts.headers) {
        Some(preflight) => preflight,
        None => {
            let mut limit = rules.limit;
            // A socket is opened once; what it asks for later has the socket's name in it.
            if rules.access == Access::Socket && !names_session(parts.uri.query()) {
                limit = Limit::Requests;
            }
            let left = state.admission.take(limit, client);
            let mut response = match left.iter().find_map(Left::refusal) {
                Some(refusal) => refusal.into_response(),
                None => answer(state, rules, Request::from_parts(parts, body), route).await,
            };
            for [policy, left] in left.into_iter().map(Left::headers) {
                response.headers_mut().append(policy.0, policy.1);
                response.headers_mut().append(left.0, left.1);
            }
            response
        }
    };

    if rules.access != Access::Socket {
        response = in_one_shape(response);
    }
    state.admission.cors.allow(origin.as_ref(), response.headers_mut());
    security_headers::add(response.headers_mut(), template.is_some_and(is_page));
    response.headers_mut().insert(X_REQUEST_ID, id);
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let time = start.elapsed();
    state.metrics.note(template, &method, response.status(), time);
    access_log::write(&method, uri.path(), &response, time, client.0);
    response
}

/// Whether a query names a socket that is open, as engineioxide reads it; one that names none opens another.
fn names_session(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair.starts_with("sid=")))
}

/// The answer of whoever lets in or refuses, or of the handler.
async fn answer<S>(state: &Shared, rules: RouteRules, request: Request, route: S) -> Response
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let (parts, body) = request.into_parts();
    let is_socket = rules.access == Access::Socket;
    let admission = &state.admission;
    let admitted = admission
        .check_host(&parts.method, &parts.headers, is_socket)
        .and_then(|()| admission.check_access(rules, &parts));
    if let Err(refusal) = admitted {
        return refusal.into_response();
    }
    // Who asks whether the server is well is told so under load as well, and a socket only waits.
    let place = match rules.limit {
        Limit::None => None,
        _ => match admission.capacity.take() {
            Some(place) => Some(place),
            None => return overloaded().into_response(),
        },
    };
    let handler = AssertUnwindSafe(encoded(route, Request::from_parts(parts, body))).catch_unwind();
    let ended = match admission.time(rules.time) {
        None => Ok(handler.await),
        Some(time) => tokio::time::timeout(time, handler).await,
    };
    drop(place);
    match ended {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(panic)) => ApiError::internal(format!("panic: {}", panic_text(&*panic))).into_response(),
        Err(_) => too_slow().into_response(),
    }
}

fn overloaded() -> ApiError {
    let message = "too many requests are being answered";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", message)
        .retry_after(Some(Duration::from_secs(1)))
}

fn too_slow() -> ApiError {
    let message = "the answer took too long";
    ApiError::new(StatusCode::GATEWAY_TIMEOUT, "timeout", message)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

/// Errors of the framework get the shape that ours have.
fn in_one_shape(response: Response<Body>) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_ours = || response.headers().get(CONTENT_TYPE).is_some_and(|ty| ty == "application/json");
    if !is_error || is_ours() {
        return response;
    }
    let mut ours = ApiError::of_status(status).into_response();
    for name in
        [axum::http::header::ALLOW, axum::http::header::RETRY_AFTER, axum::http::header::CONTENT_RANGE]
    {
        if let Some(value) = response.headers().get(&name) {
            ours.headers_mut().insert(name, value.clone());
        }
    }
    ours
}
