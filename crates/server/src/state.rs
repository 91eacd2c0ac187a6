//! What all handlers share.

use crate::config::ServeConfig;
use crate::error::ApiError;
use crate::gate::Admission;
use crate::last_look::LastLook;
use crate::request_metrics::RequestMetrics;
use axum::http::StatusCode;
use seedbed_datagen_core::CancelToken;
use seedbed_service::{Service, ServiceError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
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
    /// Places for calls that may wait for a language model: they take none of the others.
    advised: Arc<Semaphore>,
}

/// Calls that may wait for a language model, for each that the model answers at a time.
const ADVISED_FOR_EACH: usize = 2;

/// When whoever finds no place asks again.
const ADVISED_AGAIN: Duration = Duration::from_secs(5);

/// Cancels what nobody waits for any more.
struct CanceledWhenDropped(CancelToken);

impl Drop for CanceledWhenDropped {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Beyond the script, a body has its other fields and the escapes of JSON.
const BODY_SLACK: usize = 256 << 10;

impl State {
    pub(crate) fn new(service: Service, config: &ServeConfig) -> Self {
        let ddl_bytes = usize::try_from(config.max_ddl_bytes).unwrap_or(usize::MAX);
        let advised = config.advisor.concurrency.max(1).saturating_mul(ADVISED_FOR_EACH);
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
            advised: Arc::new(Semaphore::new(advised.min(Semaphore::MAX_PERMITS))),
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
        let place = Arc::clone(&self.blocking).acquire_owned().await.ok();
        self.call_in(place, call).await
    }

    /// Calls the service on a thread that may wait for a language model, if there is a place for it: who waits for one that is
    /// slow keeps nobody from anything else. The token is canceled when nobody waits for the answer any more.
    ///
    /// # Errors
    /// 503 `ai-busy`; those of [`call`](Self::call).
    pub(crate) async fn call_advised<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Service, CancelToken) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let Ok(place) = Arc::clone(&self.advised).try_acquire_owned() else {
            let message = "as many questions in words as may be are being answered";
            let busy = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "ai-busy", message);
            return Err(busy.retry_after(Some(ADVISED_AGAIN)));
        };
        let waiting = CanceledWhenDropped(CancelToken::new());
        let cancel = waiting.0.clone();
        self.call_in(Some(place), move |service| call(service, cancel)).await
    }

    async fn call_in<T: Send + 'static>(
        &self,
        place: Option<OwnedSemaphorePermit>,
        call: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ApiError> {
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
