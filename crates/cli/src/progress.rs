//! How far a run has come: a bar with the time left on a terminal, and everywhere a line for each finished table.

use crate::legible::legible_line;
use crate::text_table::grouped;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use seedbed::datagen::Progress;
use seedbed::schema::{Schema, TableId};
use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

/// Shows progress on standard error.
#[derive(Debug)]
pub(crate) struct ProgressDisplay {
    schema: Arc<Schema>,
    quiet: bool,
    bar: ProgressBar,
    current: Option<TableId>,
    done: BTreeSet<TableId>,
}

impl ProgressDisplay {
    /// A display for one run. `quiet` shows nothing.
    pub(crate) fn new(schema: Arc<Schema>, quiet: bool) -> Self {
        let visible = !quiet && io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        // The template is a constant; a default bar is no worse than none.
        bar.set_style(
            ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self { schema, quiet, bar, current: None, done: BTreeSet::new() }
    }

    /// Takes notice of one step.
    pub(crate) fn step(&mut self, progress: Progress) {
        if self.current != Some(progress.table) {
            self.begin(progress);
        }
        self.bar.set_position(progress.run_delivered);
        if progress.delivered == progress.total {
            self.table_done(progress);
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&mut self) {
        self.bar.finish_and_clear();
    }

    fn begin(&mut self, progress: Progress) {
        if self.done.contains(&progress.table) {
            self.done.clear();
            self.bar.reset();
            self.line("again from the start, without what the database refused");
        }
        self.current = Some(progress.table);
        self.bar.set_length(progress.run_total);
        self.bar.set_message(legible_line(&self.schema[progress.table].name.to_string()).into_owned());
    }

    fn table_done(&mut self, progress: Progress) {
        self.done.insert(progress.table);
        self.current = None;
        self.line(&format!("{:>12} {}", grouped(progress.total), self.schema[progress.table].name));
    }

    fn line(&self, text: &str) {
        if !self.quiet {
            // A line of progress that can't be shown is no reason to stop.
            self.bar.suspend(|| drop(writeln!(io::stderr(), "{}", legible_line(text))));
        }
    }
}

/// Rows made, the table at hand, and the time left for all tables.
const TEMPLATE: &str = "{human_pos:>12} {msg} {wide_bar} {percent:>3} % {eta:>4} left";
