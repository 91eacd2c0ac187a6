//! A job as the terminal shows it while it goes on.

use crate::console::{Console, PROBLEMS_SHOWN};
use crate::progress::ProgressDisplay;
use seedbed::datagen::Progress;
use seedbed::job::{Note, Observer, ReadSchema};
use std::sync::Arc;

/// Shows problems of the schema, notes and progress.
#[derive(Debug)]
pub(crate) struct Watcher<'a> {
    console: &'a Console,
    progress: Option<ProgressDisplay>,
}

impl<'a> Watcher<'a> {
    /// For one job.
    pub(crate) fn new(console: &'a Console) -> Self {
        Self { console, progress: None }
    }

    /// Takes the bar away when the job is over.
    pub(crate) fn end(mut self) {
        self.end_progress();
    }

    fn end_progress(&mut self) {
        self.progress.iter_mut().for_each(ProgressDisplay::end);
    }
}

impl Observer for Watcher<'_> {
    fn schema_read(&mut self, read: &ReadSchema) {
        self.console.problems(&read.sources, &read.problems, PROBLEMS_SHOWN);
        self.progress = Some(ProgressDisplay::new(Arc::clone(&read.schema), self.console.is_quiet()));
    }

    fn note(&mut self, note: &Note) {
        self.end_progress();
        self.console.say(&note.to_string());
    }

    fn progress(&mut self, progress: Progress) {
        if let Some(display) = &mut self.progress {
            display.step(progress);
        }
    }
}
