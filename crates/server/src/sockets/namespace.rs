//! The namespace `/generation`.

use super::bodies::{CancelBody, Greeting, SubscribeBody};
use super::hearing::Hearing;
use super::outlet::{Acknowledgement, Outlet};
use crate::bodies::{AcceptedAnswer, GenerateBody};
use crate::error::ApiError;
use crate::request::read_value;
use crate::state::Shared;
use seedbed_store::JobId;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use std::sync::Arc;
use tokio::sync::Mutex;

const NAMESPACE: &str = "/generation";

/// Lets clients in, and answers what they send.
pub(super) fn attach(io: &SocketIo, state: &Shared) {
    let (guard, state) = (Arc::clone(state), Arc::clone(state));
    let greet = async move |socket: SocketRef, TryData(greeting): TryData<Greeting>| {
        let token = greeting.ok().and_then(|greeting| greeting.token);
        match guard.admission.lets_socket_in(&socket.req_parts().headers, token.as_deref()) {
            // Before the client is told that it is in: what it sends then finds somebody who listens.
            true => {
                Client::new(state).listen(&socket);
                Ok(())
            }
            false => Err("unauthorized: send the API token as `auth: {token}`"),
        }
    };
    // The local adapter, which is the only one here, has nothing to start that could fail.
    io.ns(NAMESPACE, { async || () }.with(greet));
}

/// A client that is connected.
#[derive(Clone)]
struct Client {
    state: Shared,
    outlet: Outlet,
    hearing: Arc<Mutex<Hearing>>,
}

impl Client {
    fn new(state: Shared) -> Self {
        let outlet = Outlet::new(state.stop.child_token());
        Self { state, outlet, hearing: Arc::default() }
    }

    fn listen(self, socket: &SocketRef) {
        let client = self.clone();
        socket.on(
            "generation:request",
            async move |socket: SocketRef, TryData(body): TryData<Value>, ack: Acknowledgement| {
                let body = body.map_err(|_| no_object());
                client.refuse(&ack, client.generate(socket, body, &ack).await).await;
            },
        );
        let client = self.clone();
        socket.on(
            "job:subscribe",
            async move |socket: SocketRef, TryData(body): TryData<Value>, ack: Acknowledgement| {
                let body = body.map_err(|_| no_object());
                client.refuse(&ack, client.subscribe(socket, body, &ack).await).await;
            },
        );
        let client = self.clone();
        socket.on(
            "generation:cancel",
            async move |socket: SocketRef, TryData(body): TryData<Value>, ack: Acknowledgement| {
                let body = body.map_err(|_| no_object());
                client.refuse(&ack, client.cancel(&socket, body, &ack).await).await;
            },
        );
        socket.on_disconnect(async move || self.outlet.stop.cancel());
    }

    /// Acknowledges what was refused.
    async fn refuse(&self, ack: &Acknowledgement, answered: Result<(), ApiError>) {
        if let Err(error) = answered {
            self.outlet.acknowledge(ack, &error.into_body()).await;
        }
    }

    /// Has a dataset made, and tells of it.
    async fn generate(
        &self,
        socket: SocketRef,
        body: Result<Value, ApiError>,
        ack: &Acknowledgement,
    ) -> Result<(), ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_generation(client)?;
        let request = read_value::<GenerateBody>(body?)?.request()?;
        let mut hearing = self.hearing.lock().await;
        hearing.check_room(None)?;
        let accepted = self.state.call(move |service| service.generate(&request, None)).await?;
        let id = accepted.job_id.clone();
        let told = self.state.call(move |service| service.subscribe(&id, None)).await?;
        let answer = AcceptedAnswer { job_id: accepted.job_id.clone(), notes: accepted.notes };
        self.outlet.acknowledge(ack, &answer).await;
        let id = accepted.job_id;
        hearing.begin(&self.state.forwarders, socket, id, (told, None), self.outlet.clone());
        Ok(())
    }

    /// Tells of a job: what came after the event that is named, or else what this socket was not told yet.
    async fn subscribe(
        &self,
        socket: SocketRef,
        body: Result<Value, ApiError>,
        ack: &Acknowledgement,
    ) -> Result<(), ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_request(client)?;
        let body = read_value::<SubscribeBody>(body?)?;
        let id = JobId::from(body.job_id.as_str());
        let named = body.last_event_id.map(|id| id.0);
        let mut hearing = self.hearing.lock().await;
        hearing.check_room(Some(&id))?;
        let goes_on = named.is_none() && hearing.hears_of(&id);
        let after = named.or_else(|| hearing.last_of(&id));
        let asked = id.clone();
        let subscribed =
            self.state.call(move |service| Ok((service.subscribe(&asked, after)?, service.job(&asked)?)));
        let (told, job) = subscribed.await?;
        let answer = json!({"jobId": job.id, "status": job.status});
        if goes_on {
            self.outlet.acknowledge(ack, &answer).await;
            return Ok(());
        }
        hearing.end(&id).await;
        self.outlet.acknowledge(ack, &answer).await;
        hearing.begin(&self.state.forwarders, socket, id, (told, after), self.outlet.clone());
        Ok(())
    }

    async fn cancel(
        &self,
        socket: &SocketRef,
        body: Result<Value, ApiError>,
        ack: &Acknowledgement,
    ) -> Result<(), ApiError> {
        let client = self.state.admission.client(socket.req_parts());
        self.state.admission.take_request(client)?;
        let id = JobId::from(read_value::<CancelBody>(body?)?.job_id.as_str());
        let job = self.state.call(move |service| service.cancel(&id)).await?;
        self.outlet.acknowledge(ack, &json!({"jobId": job.id, "status": job.status})).await;
        Ok(())
    }
}

fn no_object() -> ApiError {
    ApiError::bad_request("invalid-json", "an object is wanted")
}
