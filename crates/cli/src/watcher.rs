//! A job as the terminal shows it while it goes on.

use crate::console::{Console, PROBLEMS_SHOWN};
use crate::exit::Outside;
use crate::progress::ProgressDisplay;
use seedbed::datagen::{CancelToken, Progress};
use seedbed::job::{Note, Observer, ReadSchema};
use std::sync::Arc;

/// Shows problems of the schema, notes and progress. A terminal that is gone ends the job.
#[derive(Debug)]
pub(crate) struct Watcher<'a> {
    console: &'a Console,
    cancel: CancelToken,
    progress: Option<ProgressDisplay>,
    failed: Option<Outside>,
}

impl<'a> Watcher<'a> {
    /// For one job, with the token that ends it.
    pub(crate) fn new(console: &'a Console, cancel: CancelToken) -> Self {
        Self { console, cancel, progress: None, failed: None }
    }

    /// Takes the bar away when the job is over.
    ///
    /// # Errors
    /// What could not be shown.
    pub(crate) fn end(mut self) -> Result<(), Outside> {
        self.end_progress();
        self.failed.map_or(Ok(()), Err)
    }

    fn end_progress(&mut self) {
        self.progress.iter_mut().for_each(ProgressDisplay::end);
    }

    fn showing(&mut self, shown: Result<(), Outside>) {
        if let Err(error) = shown {
            self.failed.get_or_insert(error);
            self.cancel.cancel();
        }
    }
}

impl Observer for Watcher<'_> {
    fn schema_read(&mut self, read: &ReadSchema) {
        self.showing(self.console.problems(&read.sources, &read.problems, PROBLEMS_SHOWN));
        self.progress = Some(ProgressDisplay::new(Arc::clone(&read.schema), self.console.is_quiet()));
    }

    fn note(&mut self, note: &Note) {
        self.end_progress();
        self.showing(self.console.say(&note.to_string()));
    }

    fn progress(&mut self, progress: Progress) {
        if let Some(display) = &mut self.progress {
            display.step(progress);
        }
    }
}
