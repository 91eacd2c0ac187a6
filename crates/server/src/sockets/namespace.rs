//! The namespace `/generation`.

use super::bodies::{CancelBody, Greeting, SubscribeBody};
use super::forward::forward;
use super::outlet::{Acknowledgement, Outlet};
use crate::bodies::{AcceptedAnswer, GenerateBody};
use crate::error::ApiError;
use crate::request::read_value;
use crate::state::Shared;
use axum::http::StatusCode;
use seedbed_service::Subscription;
use seedbed_store::JobId;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

const NAMESPACE: &str = "/generation";

/// Jobs that one socket may hear of at the same time.
const MOST_JOBS: usize = 64;

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
    /// The jobs that it hears of, each with the task that tells of it.
    jobs: Jobs,
}

type Jobs = Arc<Mutex<BTreeMap<JobId, JoinHandle<()>>>>;

impl Client {
    fn new(state: Shared) -> Self {
        let outlet = Outlet::new(state.stop.child_token());
        Self { state, outlet, jobs: Arc::default() }
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
        let mut jobs = self.jobs.lock().await;
        check_room(&jobs, None)?;
        let accepted = self.state.call(move |service| service.generate(&request, None)).await?;
        let id = accepted.job_id.clone();
        let told = self.state.call(move |service| service.subscribe(&id, None)).await?;
        let answer = AcceptedAnswer { job_id: accepted.job_id.clone(), notes: accepted.notes };
        self.outlet.acknowledge(ack, &answer).await;
        self.tell(&mut jobs, socket, accepted.job_id, told);
        Ok(())
    }

    /// Tells of a job from now on, and of what came after an event. Who subscribes again begins again.
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
        let (asked, after) = (id.clone(), body.last_event_id.map(|id| id.0));
        let mut jobs = self.jobs.lock().await;
        check_room(&jobs, Some(&id))?;
        let subscribed =
            self.state.call(move |service| Ok((service.subscribe(&asked, after)?, service.job(&asked)?)));
        let (told, job) = subscribed.await?;
        if let Some(earlier) = jobs.remove(&id) {
            // Not before it has ended: what it still had to tell would stand among what is told now.
            earlier.abort();
            let _ = earlier.await;
        }
        self.outlet.acknowledge(ack, &json!({"jobId": job.id, "status": job.status})).await;
        self.tell(&mut jobs, socket, id, told);
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

    /// Puts the socket into the job's room, and has the job's events sent to it: after the acknowledgement, without which
    /// the client does not know whose they are.
    fn tell(
        &self,
        jobs: &mut BTreeMap<JobId, JoinHandle<()>>,
        socket: SocketRef,
        id: JobId,
        told: Subscription,
    ) {
        socket.join(id.to_string());
        let (outlet, ended, job) = (self.outlet.clone(), Arc::clone(&self.jobs), id.clone());
        let task = self.state.forwarders.spawn(async move {
            forward(socket.clone(), told, outlet).await;
            ended.lock().await.remove(&job);
            socket.leave(job.to_string());
        });
        jobs.insert(id, task);
    }
}

/// Whether the client may hear of one more job.
fn check_room(jobs: &BTreeMap<JobId, JoinHandle<()>>, id: Option<&JobId>) -> Result<(), ApiError> {
    if jobs.len() < MOST_JOBS || id.is_some_and(|id| jobs.contains_key(id)) {
        return Ok(());
    }
    let message = format!("a socket hears of {MOST_JOBS} jobs at the same time, and no more");
    Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-subscriptions", message))
}

fn no_object() -> ApiError {
    ApiError::bad_request("invalid-json", "an object is wanted")
}
