//! A look at the service's health, for all who ask within a second.

use crate::error::ApiError;
use seedbed_service::Service;
use seedbed_store::Health;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How the service was when it was looked at last. Anybody may ask, as often as they like: there is one look at a time, and
/// one a second.
#[derive(Debug, Default)]
pub(crate) struct LastLook(Arc<Mutex<Option<(Instant, Health)>>>);

/// For how long a look is as good as another.
const FRESH: Duration = Duration::from_secs(1);

impl LastLook {
    /// How the service is, or was a moment ago.
    ///
    /// # Errors
    /// [`ApiError::internal`] for a panic.
    pub(crate) async fn health(&self, service: &Service) -> Result<Health, ApiError> {
        let mut last = Arc::clone(&self.0).lock_owned().await;
        if let Some((_, health)) = last.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(health.clone());
        }
        let service = service.clone();
        // Not among the calls that wait for a place: they may all be taken. The look keeps the lock to its end, so that
        // there is no other when nobody waits for it any more.
        let looked = tokio::task::spawn_blocking(move || {
            let health = service.health();
            *last = Some((Instant::now(), health.clone()));
            health
        });
        looked.await.map_err(|panic| ApiError::internal(panic.to_string()))
    }
}
