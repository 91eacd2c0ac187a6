//! From the command line to a job.

use crate::args::{DialectArgs, WishArgs};
use seedbed::job::{Job, JobError, Overrides, read_sources};

/// A job for the files of DDL, which are read here, with the wishes of the spec file and of the command line.
///
/// # Errors
/// A file that can't be read.
pub(crate) fn job(schema: &[String], dialect: &DialectArgs, wishes: &WishArgs) -> Result<Job, JobError> {
    let job = Job::new(read_sources(schema, dialect.encoding)?).dialect(dialect.dialect);
    Ok(job.spec_file(wishes.spec.clone()).overrides(overrides(wishes)).limits(wishes.limits()))
}

/// The command line has the last word.
pub(crate) fn overrides(wishes: &WishArgs) -> Overrides {
    Overrides {
        rows: wishes.rows,
        table_rows: wishes.table_rows.clone(),
        seed: wishes.seed,
        null_rate: wishes.null_rate,
        locale: wishes.locale.clone(),
        infer_references: wishes.infer_references,
        only: wishes.only.clone(),
    }
}
