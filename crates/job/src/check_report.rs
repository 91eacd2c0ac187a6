//! The report of a check of files, for programs.

use crate::{CheckOutcome, JobError, ProblemEntry, Replace, ReportFile};
use seedbed_validate::Report;
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// What a check of files found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport<'o> {
    /// The version that checked.
    engine_version: &'static str,
    /// The files that were read.
    files: Vec<ReportedFile>,
    /// What could not be read of the schema and the files, and which constraints the rows break.
    problems: Vec<ProblemEntry>,
    /// Wall clock time.
    duration_ms: u64,
    /// Summary, method and tables.
    #[serde(flatten)]
    report: &'o Report,
}

/// A file that was read.
#[derive(Debug, Serialize)]
struct ReportedFile {
    name: String,
    table: String,
    rows: u64,
}

impl<'o> CheckReport<'o> {
    pub(crate) fn new(outcome: &'o CheckOutcome, took: Duration) -> Self {
        let read = &outcome.read;
        let of_schema = read.problems.iter().map(|problem| ProblemEntry::new(&read.sources, problem));
        let of_files = outcome.problems.listed().map(|(problem, of)| {
            let file = of.and_then(|of| of.file()).map(str::to_owned);
            ProblemEntry::in_file(&problem, file, of.and_then(|of| of.line()))
        });
        let violations = outcome.report.broken().zip(outcome.violations());
        let violations = violations.map(|((table, broken), problem)| {
            let first = broken.first_offenders.first();
            let place = first.and_then(|first| outcome.place_of(table, first.row));
            let (file, line) = place.unzip();
            ProblemEntry::in_file(&problem, file.map(str::to_owned), line)
        });
        let file = |file: &crate::CheckedFile| ReportedFile {
            name: file.name.clone(),
            table: read.schema[file.table].name.to_string(),
            rows: file.rows,
        };
        Self {
            engine_version: crate::report::ENGINE_VERSION,
            files: outcome.files.iter().map(file).collect(),
            problems: of_schema.chain(of_files).chain(violations).collect(),
            duration_ms: took.as_millis().try_into().unwrap_or(u64::MAX),
            report: &outcome.report,
        }
    }

    /// Writes the report as JSON.
    ///
    /// # Errors
    /// [`JobError::Report`] for a file that can't be written.
    pub fn write(&self, path: &Path) -> Result<(), JobError> {
        ReportFile::create(path, Replace::Ours)?.write(self)
    }
}
