//! Defects: a panic in whatever a job does is caught at its edge and told as what it is.
//!
//! A panic unwinds through every sink and session, and each of these, dropped before its end, leaves nothing behind that
//! looks complete. So nothing is lost but the job.

use crate::{JobError, Kept, Note, Observer, Phase, ReadSchema};
use seedbed_datagen_core::Progress;
use seedbed_schema_model::{Schema, TableId};
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A panic: what was being done, and what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// What a job was doing, if one was at work.
    pub phase: Option<Phase>,
    /// The table that rows were made of, in the phases in which some are.
    pub table: Option<String>,
    /// The words of the panic.
    pub message: String,
    /// What became of the rows that were made by then, as far as is known.
    pub kept: Option<Kept>,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { phase, table, message, kept } = self;
        write!(f, "a defect of Seedbed {} ended the work", env!("CARGO_PKG_VERSION"))?;
        if let Some(phase) = phase {
            write!(f, " while {phase}")?;
        }
        if let Some(table) = table {
            write!(f, ", at table `{table}`")?;
        }
        write!(f, ": {message}")?;
        kept.as_ref().map_or(Ok(()), |kept| write!(f, "; {kept}"))
    }
}

impl Defect {
    /// A panic that was caught where no job was at work, by what it brought.
    pub fn of_panic(panic: &(dyn Any + Send)) -> Self {
        Self { phase: None, table: None, message: words(panic), kept: None }
    }

    /// What to do about it.
    pub const HINT: &str = "it is not your schema's fault: please report this message to the project, with the \
         command and the schema, or as much of it as does the same; if a program of your own has plugged in a provider, a \
         sink or an observer, look there first";
}

/// Does a part of a job. A panic in it, on whatever thread, becomes [`JobError::Defect`]; `kept` says what is left then.
pub(crate) fn caught<T>(
    known: Option<&ReadSchema>,
    observer: &mut dyn Observer,
    kept: impl FnOnce() -> Kept,
    work: impl FnOnce(&mut dyn Observer) -> Result<T, JobError>,
) -> Result<T, JobError> {
    let schema = known.map(|read| Arc::clone(&read.schema));
    let mut follower = Follower { observer, phase: Phase::Reading, table: None, schema };
    catch_unwind(AssertUnwindSafe(|| work(&mut follower))).unwrap_or_else(|panic| {
        let (phase, table, kept) = (Some(follower.phase), follower.table_name(), Some(kept()));
        Err(JobError::Defect(Box::new(Defect { phase, table, kept, ..Defect::of_panic(&*panic) })))
    })
}

/// What was said when panicking.
fn words(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("nothing more is known").to_owned()
}

/// Follows a job for the case that it panics, and passes on what it is told.
struct Follower<'a> {
    observer: &'a mut dyn Observer,
    phase: Phase,
    table: Option<TableId>,
    schema: Option<Arc<Schema>>,
}

impl Follower<'_> {
    fn table_name(&self) -> Option<String> {
        let (schema, table) = (self.schema.as_ref()?, self.table?);
        schema.tables.get(table.0 as usize).map(|table| table.name.to_string())
    }
}

impl Observer for Follower<'_> {
    fn phase(&mut self, phase: Phase) {
        (self.phase, self.table) = (phase, None);
        self.observer.phase(phase);
    }

    fn schema_read(&mut self, read: &ReadSchema) {
        self.schema = Some(Arc::clone(&read.schema));
        self.observer.schema_read(read);
    }

    fn note(&mut self, note: &Note) {
        self.observer.note(note);
    }

    fn progress(&mut self, progress: Progress) {
        self.table = Some(progress.table);
        self.observer.progress(progress);
    }
}
