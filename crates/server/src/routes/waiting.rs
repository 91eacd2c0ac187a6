//! Requests that wait for a job.

use crate::error::ApiError;
use crate::state::State;
use seedbed_store::{JobId, JobRecord};
use std::time::Duration;

impl State {
    /// A job when it is over, or nothing when that takes longer than a time. No thread waits, and others are answered in
    /// the place of the request meanwhile. Who is waited for no longer is let go by dropping this.
    ///
    /// # Errors
    /// The service's.
    pub(super) async fn end_of(&self, id: &JobId, time: Duration) -> Result<Option<JobRecord>, ApiError> {
        let asked = id.clone();
        let mut told = self.call(move |service| service.subscribe(&asked, None)).await?;
        let lent = self.admission.capacity.lend();
        let to_its_end = async { while told.next().await.is_some() {} };
        let is_late = tokio::time::timeout(time, to_its_end).await.is_err();
        drop(lent);
        if is_late {
            return Ok(None);
        }
        let id = id.clone();
        let job = self.call(move |service| service.job(&id)).await?;
        Ok(job.status.is_over().then_some(job))
    }
}
