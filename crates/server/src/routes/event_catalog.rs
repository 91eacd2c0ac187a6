//! The events that there are.

use super::answer::json;
use crate::bodies::{EventAnswer, EventsAnswer};
use crate::error::ApiError;
use crate::request::Parameters;
use axum::response::Response;

/// Every event, with the JSON Schema of what it tells
///
/// The same events come over Server-Sent Events and over Socket.IO, namespace `/generation`.
#[utoipa::path(get, path = "/api/events", operation_id = "listEvents", tag = "jobs",
    responses((status = 200, description = "The events", body = EventsAnswer)))]
pub(super) async fn list(parameters: Parameters) -> Result<Response, ApiError> {
    parameters.finish()?;
    let events = seedbed_service::event_schemas().into_iter().map(|event| EventAnswer {
        name: event.name,
        description: event.description,
        durable: event.durable,
        schema: event.schema,
    });
    json(&EventsAnswer { events: events.collect() })
}
