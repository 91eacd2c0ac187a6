//! What a job did.

use crate::{Note, ReadSchema, RunReport, violations};
use seedbed_datagen_core::{Shortfall, ShortfallReason, counted};
use seedbed_export::Rows;
use seedbed_rows::{Limitation, Plan};
use seedbed_schema_model::{Diagnostic, Severity, TableId};
use seedbed_validate::Report;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A job that came to its end: the target holds all rows.
///
/// ```
/// use seedbed_job::{Job, Overrides, Silent, Target};
/// use seedbed_schema_model::SourceMap;
/// let ddl = "CREATE TABLE rating (code text PRIMARY KEY CHECK (code IN ('G', 'PG', 'R')));";
/// let outcome = Job::new(SourceMap::of(ddl)).run(Target::Null, &mut Silent)?;
/// let shortfall = &outcome.shortfalls()[0];
/// assert_eq!((outcome.row_count(), shortfall.code.as_str()), (3, "capacity"));
/// # Ok::<(), seedbed_job::JobError>(())
/// ```
#[derive(Debug)]
pub struct Outcome {
    /// The schema, its texts and what could not be read of them.
    pub read: Arc<ReadSchema>,
    /// The plan that was carried out. After a load its [`attempts`](Plan::attempts) are the rows that only the server
    /// could judge and that it wanted otherwise.
    pub plan: Arc<Plan>,
    /// What the tables of the plan got; after a load, every table of the schema but partitions.
    pub tables: BTreeMap<TableId, TableResult>,
    /// What was not guaranteed.
    pub limitations: Vec<Limitation>,
    /// What checking the rows found, if they were checked.
    pub validation: Option<Report>,
    /// The rows, if memory was the target.
    pub rows: Option<Rows>,
    /// What else a person should know of a load; its observer has been told.
    pub notes: Vec<Note>,
    /// Passes it took: one, and one more for each time a database refused rows.
    pub passes: u32,
}

/// What one table got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableResult {
    /// Rows that were added.
    pub rows: u64,
    /// Why fewer than asked, if so.
    pub shortfall: Option<Shortfall>,
    /// Rows that the database refused as they were first drawn, and which attempt it accepted.
    pub attempts: BTreeMap<u64, u32>,
}

impl TableResult {
    /// So many rows, and why not more.
    pub(crate) fn new(rows: u64, shortfall: Option<Shortfall>) -> Self {
        Self { rows, shortfall, attempts: BTreeMap::new() }
    }
}

impl Outcome {
    /// Rows of all tables.
    pub fn row_count(&self) -> u64 {
        self.tables.values().map(|t| t.rows).fold(0, u64::saturating_add)
    }

    /// The tables that got fewer rows than asked, each at the constraint that is the reason.
    pub fn shortfalls(&self) -> Vec<Diagnostic> {
        let shortfalls =
            self.tables.iter().filter_map(|(id, told)| Some((id, told.rows, told.shortfall.as_ref()?)));
        let problem = |(id, rows, shortfall): (&TableId, u64, &Shortfall)| Diagnostic {
            code: shortfall.code.to_string(),
            severity: severity_of(shortfall),
            message: format!("{}: {}, as {shortfall}", self.read.schema[*id].name, counted(rows, "row")),
            span: shortfall.span,
            hint: shortfall.hint.clone(),
        };
        shortfalls.map(problem).collect()
    }

    /// Whether the target took every row that was planned.
    pub fn all_arrived(&self) -> bool {
        let mut shortfalls = self.tables.values().filter_map(|table| table.shortfall.as_ref());
        !shortfalls.any(|shortfall| matches!(*shortfall.reason, ShortfallReason::Refused(_)))
    }

    /// Each broken constraint, with its first offender; empty if the rows were not checked.
    pub fn violations(&self) -> Vec<Diagnostic> {
        self.validation.as_ref().map_or_else(Vec::new, violations::violations)
    }

    /// The run for programs. `took` is the wall clock time that it shows.
    pub fn report(&self, took: Duration) -> RunReport {
        RunReport::new(self, took)
    }
}

/// What is left as it is on purpose is no fault.
fn severity_of(shortfall: &Shortfall) -> Severity {
    match *shortfall.reason {
        ShortfallReason::LeftAsIs(_) => Severity::Note,
        _ => Severity::Warning,
    }
}
