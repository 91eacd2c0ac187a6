//! The namespace `/generation`.

use super::bodies::{CancelBody, Greeting, SubscribeBody};
use super::hearing::Hearing;
use crate::bodies::{AcceptedAnswer, GenerateBody};
use crate::error::ApiError;
use crate::request::read_value;
use crate::state::Shared;
use seedbed_store::JobId;
use serde::Serialize;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use std::sync::Arc;

const NAMESPACE: &str = "/generation";

/// Lets clients in, and answers what they send.
pub(super) fn attach(io: &SocketIo, state: &Shared) {
    let (guard, state) = (Arc::clone(state), Arc::clone(state));
    let greet = async move |socket: SocketRef, TryData(greeting): TryData<Greeting>| {
        let token = greeting.ok().and_then(|greeting| greeting.token);
        match guard.admission.lets_socket_in(&socket.req_parts().headers, token.as_deref()) {
            true => Ok(()),
            false => Err("unauthorized: send the API token as `auth: {token}`"),
        }
    };
    let connected = async move |socket: SocketRef| Client::new(state).listen(&socket);
    // The local adapter, which is the only one here, has nothing to start that could fail.
    io.ns(NAMESPACE, connected.with(greet));
}

/// A client that is connected.
#[derive(Clone)]
struct Client {
    state: Shared,
    hearing: Hearing,
}

impl Client {
    fn new(state: Shared) -> Self {
        Self { hearing: Hearing::new(&state), state }
    }

    fn listen(self, socket: &SocketRef) {
        let client = self.clone();
        socket.on(
            "generation:request",
            async move |socket: SocketRef, TryData(body): TryData<Value>, ack: AckSender| {
                acknowledge(ack, client.generate(socket, body.map_err(|_| no_object())).await);
            },
        );
        let client = self.clone();
        socket.on(
            "job:subscribe",
            async move |socket: SocketRef, TryData(body): TryData<Value>, ack: AckSender| {
                acknowledge(ack, client.subscribe(socket, body.map_err(|_| no_object())).await);
            },
        );
        let client = self.clone();
        socket.on(
            "generation:cancel",
            async move |socket: SocketRef, TryData(body): TryData<Value>, ack: AckSender| {
                acknowledge(ack, client.cancel(&socket, body.map_err(|_| no_object())).await);
            },
        );
        socket.on_disconnect(async move || self.hearing.end());
    }

    /// Has a dataset made, and tells of it.
    async fn generate(
        &self,
        socket: SocketRef,
        body: Result<Value, ApiError>,
    ) -> Result<AcceptedAnswer, ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_generation(client)?;
        let request = read_value::<GenerateBody>(body?)?.request()?;
        let accepted = self.state.call(move |service| service.generate(&request, None)).await?;
        self.hearing.of(socket, accepted.job_id.clone(), None).await?;
        Ok(AcceptedAnswer { job_id: accepted.job_id, notes: accepted.notes })
    }

    /// Tells of a job: what came after an event, or what this socket was not told yet.
    async fn subscribe(&self, socket: SocketRef, body: Result<Value, ApiError>) -> Result<Value, ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_request(client)?;
        let body = read_value::<SubscribeBody>(body?)?;
        let id = JobId::from(body.job_id.as_str());
        let after = body.last_event_id.map(|id| id.0);
        self.hearing.of(socket, id.clone(), after).await?;
        let job = self.state.call(move |service| service.job(&id)).await?;
        Ok(json!({"jobId": job.id, "status": job.status}))
    }

    async fn cancel(&self, socket: &SocketRef, body: Result<Value, ApiError>) -> Result<Value, ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_request(client)?;
        let id = JobId::from(read_value::<CancelBody>(body?)?.job_id.as_str());
        let job = self.state.call(move |service| service.cancel(&id)).await?;
        Ok(json!({"jobId": job.id, "status": job.status}))
    }
}

fn no_object() -> ApiError {
    ApiError::bad_request("invalid-json", "an object is wanted")
}

/// Answers, if an answer is wanted. A socket that is closed by now needs none.
fn acknowledge<T: Serialize>(ack: AckSender, answer: Result<T, ApiError>) {
    let sent = match answer {
        Ok(answer) => ack.send(&answer),
        Err(error) => ack.send(&error.into_body()),
    };
    if let Err(error) = sent {
        tracing::debug!(%error, "an acknowledgement could not be sent");
    }
}
