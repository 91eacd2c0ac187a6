//! The checks of shares of the rows, joined into one of all rows.
//!
//! A run of one of N shares can't judge its rows alone: a key may come again in another share, and a parent may be there.
//! It leaves a summary beside its folder, and whoever has the summaries of all shares has the verdict.

use crate::checked_rows::CheckedRows;
use crate::{JobError, Observer, Outcome, PartsError, Phase, PlannedJob, files};
use seedbed_datagen_core::Part;
use seedbed_export::{Provenance, plan_digest};
use seedbed_rows::Plan;
use seedbed_staging::StagedFile;
use seedbed_validate::ValidateError;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Where a share of the rows that goes into a folder leaves what its check has found.
pub fn summary_file(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".check");
    PathBuf::from(name)
}

/// The first bytes of a summary's file: which rows these are, whatever the share, then its number and of how many.
fn head(plan: &Plan, job: &PlannedJob) -> Result<String, JobError> {
    let whole = Provenance::new(plan, job.spec(), Part::WHOLE);
    plan_digest(plan, &whole, "check").map_err(JobError::Digest)
}

/// Writes what the check of a share has found, all or nothing.
pub(crate) fn write_summary(job: &PlannedJob, folder: &Path, rows: CheckedRows<'_>) -> Result<(), JobError> {
    let (path, part) = (summary_file(folder), job.options.run.part);
    let digest = head(&job.plan, job)?;
    let failed = |source| PartsError::Unwritable { path: path.clone(), source };
    let mut file = StagedFile::create(&path).map_err(failed)?;
    {
        let mut out = BufWriter::new(&mut file);
        let begun = out.write_all(digest.as_bytes());
        let begun = begun.and_then(|()| out.write_all(&part.index().to_le_bytes()));
        begun.and_then(|()| out.write_all(&part.count().to_le_bytes())).map_err(failed)?;
        rows.summarize(&mut out)?;
        out.flush().map_err(failed)?;
    }
    file.put_in_place().map_err(failed)?;
    Ok(())
}

/// Joins the summaries of all shares of a plan's rows: the verdict on the whole.
pub(crate) fn join(
    job: &PlannedJob,
    summaries: &[PathBuf],
    observer: &mut dyn Observer,
) -> Result<Outcome, JobError> {
    observer.phase(Phase::Writing);
    let plan = &*job.plan;
    let digest = head(plan, job)?;
    let rows = CheckedRows::new(
        plan,
        job.read(),
        plan.schema(),
        job.options.check_memory,
        Part::WHOLE,
        job.stop.token(),
    )
    .at(plan.assumed_now());
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    let mut count = None;
    for path in summaries {
        let unreadable = |source| PartsError::Unreadable { path: path.clone(), source };
        // A folder stands for the summary beside it.
        let file = if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
            summary_file(path)
        } else {
            path.clone()
        };
        let mut from = BufReader::new(File::open(file).map_err(unreadable)?);
        let mut found = vec![0; digest.len()];
        let (mut index, mut of) = ([0; 8], [0; 8]);
        let begun = from.read_exact(&mut found).and_then(|()| from.read_exact(&mut index));
        begun.and_then(|()| from.read_exact(&mut of)).map_err(unreadable)?;
        if found != digest.as_bytes() {
            return Err(PartsError::OtherRows { path: path.clone() }.into());
        }
        let (index, of) = (u64::from_le_bytes(index), u64::from_le_bytes(of));
        if *count.get_or_insert(of) != of || !seen.insert(index) || !(1..=of).contains(&index) {
            return Err(PartsError::OtherShare { path: path.clone(), index, count: of }.into());
        }
        rows.join(&mut from).map_err(|error| match error {
            // The digest is that of these rows: the rest of the file is damaged.
            error @ (ValidateError::Summary { .. } | ValidateError::OtherSummary) => {
                JobError::from(unreadable(io::Error::new(io::ErrorKind::InvalidData, error)))
            }
            error => JobError::Check(error),
        })?;
    }
    let count = count.unwrap_or(1);
    let missing: Vec<u64> = (1..=count).filter(|index| !seen.contains(index)).take(1000).collect();
    if !missing.is_empty() {
        return Err(PartsError::Missing { count, missing }.into());
    }
    Ok(Outcome { validation: Some(rows.finish()?), ..files::outcome(job) })
}
