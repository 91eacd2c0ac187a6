//! The events of a job as Server-Sent Events.

use crate::error::ApiError;
use crate::request::{JobPath, Parameters};
use crate::state::Shared;
use crate::told;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use seedbed_service::{Delivery, Subscription};
use std::convert::Infallible;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// When a browser comes back after the connection broke.
const RETRY: Duration = Duration::from_secs(2);
/// Proxies close connections on which nothing is said.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// nginx keeps what it is sent until there is more of it, unless it is told not to.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The events of a job, as they happen
///
/// Events that last have an id: who comes back with the last one that was seen is told what came after it. Where that can't
/// be told any more there is one event `snapshot` instead. Who has seen a job to its end is answered 204, and a browser
/// stops asking. `GET /api/events` has the events with their schemas.
#[utoipa::path(get, path = "/api/jobs/{jobId}/events", operation_id = "streamJobEvents", tag = "jobs",
    params(
        ("jobId" = String, Path, description = "The job"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last event that was seen"),
        ("lastEventId" = Option<String>, Query, description = "The same, for who can't send the header"),
        ("ticket" = Option<String>, Query, description = "A ticket in place of the token"),
    ),
    responses(
        (status = 200, description = "The events", body = String, content_type = "text/event-stream"),
        (status = 204, description = "The job is over, and all of it was seen"),
    ))]
pub(super) async fn events(
    State(state): State<Shared>,
    JobPath(id): JobPath,
    mut parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let in_header = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    let in_query = parameters.text("lastEventId");
    let _ = parameters.text("ticket");
    parameters.finish()?;
    let after = in_header.or(in_query).filter(|id| !id.is_empty()).map(|id| last_event_id(&id));
    let (mut told, is_over) = state
        .call(move |service| {
            let is_over = service.job(&id)?.status.is_over();
            Ok((service.subscribe(&id, after)?, is_over))
        })
        .await?;
    let mut first = None;
    if is_over {
        first = told.next().await;
        if first.is_none() && after.is_some() {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
    }
    let stream = deliveries(first, told, state.stop.clone());
    let sse = Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, sse).into_response())
}

/// An id that is none of ours is one that we don't know any more: it gets a snapshot.
fn last_event_id(text: &str) -> u64 {
    text.trim().parse().unwrap_or(u64::MAX)
}

/// What a stream is at.
struct Place {
    first: Option<Delivery>,
    told: Subscription,
    stop: CancellationToken,
    has_begun: bool,
}

/// The events of a subscription, to its end or the server's.
fn deliveries(
    first: Option<Delivery>,
    told: Subscription,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let place = Place { first, told, stop, has_begun: false };
    stream::unfold(place, |mut place| async move {
        if !place.has_begun {
            place.has_begun = true;
            return Some((Ok(Event::default().retry(RETRY)), place));
        }
        let next = match place.first.take() {
            Some(first) => Some(first),
            None => told::next(&mut place.told, &place.stop).await,
        };
        next.map(|delivery| (Ok(event(&delivery)), place))
    })
}

fn event(delivery: &Delivery) -> Event {
    let event = Event::default().event(&*delivery.name).data(delivery.payload.get());
    match delivery.id {
        Some(id) => event.id(id.to_string()),
        None => event,
    }
}
