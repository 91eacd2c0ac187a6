//! What checking files found.

use crate::file_feed::Places;
use crate::{CheckReport, ReadSchema, violations};
use seedbed_import::FileProblems;
use seedbed_schema_model::{Diagnostic, TableId};
use seedbed_validate::{ConstraintReport, Report};
use std::sync::Arc;
use std::time::Duration;

/// Files that were read to their end, and what was found.
#[derive(Debug)]
pub struct CheckOutcome {
    /// The schema, its texts and what could not be read of them.
    pub read: Arc<ReadSchema>,
    /// Every constraint with its violations, and the statistics of columns. Rows are counted from 0, those of the
    /// partitions of a table one file after the other.
    pub report: Report,
    /// The files that were read.
    pub files: Vec<CheckedFile>,
    /// What is wrong with files, so that it could not be checked.
    pub problems: FileProblems,
    /// Where the first offenders are.
    pub(crate) places: Places,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedFile {
    /// Its name.
    pub name: String,
    /// Whose rows it has; may be a partition.
    pub table: TableId,
    /// How many, those that could not be read included.
    pub rows: u64,
}

impl CheckOutcome {
    /// Rows of all files.
    pub fn row_count(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Each broken constraint, with its first offender, and the file and line in which that is.
    pub fn violations(&self) -> Vec<Diagnostic> {
        violations::violations_at(&self.report, |table, row| self.place_of(table, row))
    }

    /// Which file a first offender is in, and which line, counted from 1.
    pub fn place_of(&self, table: &str, row: u64) -> Option<(&str, u64)> {
        self.places.get(&(table.to_owned(), row)).map(|(file, line)| (file.as_str(), *line))
    }

    /// The constraints that were not checked, wholly or for some rows, with the name of their table: of tables that have
    /// rows.
    pub fn not_checked(&self) -> impl Iterator<Item = (&str, &ConstraintReport)> {
        let with_rows = self.report.tables.iter().filter(|(_, table)| table.rows > 0);
        with_rows
            .flat_map(|(name, table)| table.constraints.iter().map(move |c| (name.as_str(), c)))
            .filter(|(_, constraint)| constraint.not_checked.is_some())
    }

    /// The check for programs. `took` is the wall clock time that it shows.
    pub fn report(&self, took: Duration) -> CheckReport<'_> {
        CheckReport::new(self, took)
    }
}
