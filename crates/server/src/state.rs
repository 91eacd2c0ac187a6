//! What all handlers share.

use crate::config::ServeConfig;
use crate::error::ApiError;
use crate::gate::Admission;
use crate::last_look::LastLook;
use crate::request_metrics::RequestMetrics;
use seedbed_service::{Service, ServiceError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What all handlers share.
pub(crate) type Shared = Arc<State>;

/// What all handlers share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) service: Service,
    pub(crate) admission: Admission,
    pub(crate) metrics: RequestMetrics,
    /// Bytes of a request's body.
    pub(crate) body_bytes: usize,
    pub(crate) body_time: Duration,
    /// For how long a request waits for a job that it asked for.
    pub(crate) wait_time: Duration,
    /// For how long one waits for the file that is its answer.
    pub(crate) job_time: Duration,
    /// The last look at the service's health.
    pub(crate) health: Arc<LastLook>,
    /// Ends streams and sockets when the server stops.
    pub(crate) stop: CancellationToken,
    /// The tasks that send events to sockets.
    pub(crate) forwarders: TaskTracker,
    /// Places for calls that block: one that goes on when nobody waits for it any more keeps its own.
    blocking: Arc<Semaphore>,
}

/// Beyond the script, a body has its other fields and the escapes of JSON.
const BODY_SLACK: usize = 256 << 10;

impl State {
    pub(crate) fn new(service: Service, config: &ServeConfig) -> Self {
        let ddl_bytes = usize::try_from(config.max_ddl_bytes).unwrap_or(usize::MAX);
        Self {
            service,
            admission: Admission::new(config),
            metrics: RequestMetrics::default(),
            body_bytes: ddl_bytes.saturating_add(ddl_bytes / 2).saturating_add(BODY_SLACK),
            body_time: config.body_timeout,
            wait_time: config.request_timeout / 2,
            job_time: config.job_timeout,
            health: Arc::default(),
            stop: CancellationToken::new(),
            forwarders: TaskTracker::new(),
            blocking: Arc::new(Semaphore::new(config.max_requests.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Calls the service on a thread that may wait.
    ///
    /// # Errors
    /// The service's; [`ApiError::internal`] for a panic.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = Arc::clone(&self.blocking).acquire_owned().await;
        let service = self.service.clone();
        let called = tokio::task::spawn_blocking(move || {
            let _place = place;
            call(&service)
        });
        match called.await {
            Ok(result) => result.map_err(ApiError::from),
            Err(panic) => Err(ApiError::internal(panic.to_string())),
        }
    }
}
