//! The namespace `/generation`.

use super::bodies::{CancelBody, Greeting, SubscribeBody};
use super::forward::forward;
use crate::bodies::{AcceptedAnswer, GenerateBody};
use crate::error::ApiError;
use crate::request::read_value;
use crate::state::Shared;
use axum::http::StatusCode;
use seedbed_store::JobId;
use serde::Serialize;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

const NAMESPACE: &str = "/generation";

/// Jobs that one socket may hear of at the same time.
const MOST_JOBS: usize = 64;

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
    /// Ends with the socket, or with the server.
    stop: CancellationToken,
    /// The jobs that it hears of, each with what ends that.
    jobs: Arc<Mutex<BTreeMap<JobId, CancellationToken>>>,
}

impl Client {
    fn new(state: Shared) -> Self {
        let stop = state.stop.child_token();
        Self { state, stop, jobs: Arc::default() }
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
        socket.on_disconnect(async move || self.stop.cancel());
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
        self.hear_of(socket, accepted.job_id.clone(), None).await?;
        Ok(AcceptedAnswer { job_id: accepted.job_id, notes: accepted.notes })
    }

    /// Tells of a job from now on, and of what came after an event.
    async fn subscribe(&self, socket: SocketRef, body: Result<Value, ApiError>) -> Result<Value, ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_request(client)?;
        let body = read_value::<SubscribeBody>(body?)?;
        let id = JobId::from(body.job_id.as_str());
        let after = body.last_event_id.map(|id| id.0);
        self.hear_of(socket, id.clone(), after).await?;
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

    /// Puts the socket into the job's room, and has the job's events sent to it. Who subscribes again begins again.
    async fn hear_of(&self, socket: SocketRef, id: JobId, after: Option<u64>) -> Result<(), ApiError> {
        let asked = id.clone();
        let told = self.state.call(move |service| service.subscribe(&asked, after)).await?;
        let stop = self.stop.child_token();
        {
            let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            if jobs.len() >= MOST_JOBS && !jobs.contains_key(&id) {
                let message = format!("a socket hears of {MOST_JOBS} jobs at the same time, and no more");
                return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-subscriptions", message));
            }
            if let Some(earlier) = jobs.insert(id.clone(), stop.clone()) {
                earlier.cancel();
            }
        }
        socket.join(id.to_string());
        let jobs = Arc::clone(&self.jobs);
        self.state.forwarders.spawn(async move {
            forward(socket.clone(), told, stop.clone()).await;
            // Canceled, the job may be heard of by another task already.
            if !stop.is_cancelled() {
                jobs.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                socket.leave(id.to_string());
            }
        });
        Ok(())
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
