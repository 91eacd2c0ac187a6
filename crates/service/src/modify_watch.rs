//! How far a change of a dataset has come.

use crate::live_job::LiveJob;
use seedbed_datagen_core::{CancelToken, Progress, RunObserver};
use seedbed_schema_model::Schema;
use serde_json::json;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Time between two looks at how far it has come.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// Tells how far the tables have come.
pub(crate) struct ModifyWatch<'a> {
    live: &'a LiveJob,
    schema: &'a Schema,
    stop: CancelToken,
    told: Option<Instant>,
}

impl<'a> ModifyWatch<'a> {
    pub(crate) fn new(live: &'a LiveJob, schema: &'a Schema, stop: CancelToken) -> Self {
        Self { live, schema, stop, told: None }
    }
}

impl RunObserver for ModifyWatch<'_> {
    fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        let table = self.schema[progress.table].name.to_string();
        self.live.update_named(&table, progress.delivered);
        if self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            self.told = Some(Instant::now());
            let told = json!({
                "jobId": self.live.id,
                "table": table,
                "delivered": progress.delivered,
                "total": progress.total,
                "progress": self.live.progress(),
            });
            self.live.tell_passing("modify:progress", &told);
        }
        ControlFlow::Continue(())
    }

    fn cancel_token(&self) -> CancelToken {
        self.stop.clone()
    }
}
