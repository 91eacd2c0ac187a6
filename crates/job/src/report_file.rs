//! The file that a report goes into, found out before there is anything to report.

use crate::{JobError, Replace};
use seedbed_export::ExportError;
use seedbed_staging::{Destination, StagedFile, destination};
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where a report will be. It appears, or replaces an earlier one, when it is written; dropped before, nothing has happened.
///
/// ```
/// use seedbed_job::{Job, Replace, ReportFile, Silent, Target};
/// use seedbed_schema_model::SourceMap;
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("report.json");
/// let file = ReportFile::create(&path, Replace::Ours)?;
/// let job = Job::new(SourceMap::of("CREATE TABLE film (id int PRIMARY KEY);"));
/// let outcome = job.run(Target::Null, &mut Silent)?;
/// file.write(&outcome.report(std::time::Duration::ZERO))?;
/// assert!(std::fs::read_to_string(&path).unwrap().contains("film"));
/// # Ok::<(), seedbed_job::JobError>(())
/// ```
#[derive(Debug)]
pub struct ReportFile {
    path: PathBuf,
    /// `None` for a device or a pipe, which takes the report as it comes.
    staged: Option<StagedFile>,
}

impl ReportFile {
    /// A report at `path`, whose folder is there.
    ///
    /// # Errors
    /// [`JobError::Export`] where a folder is, a link to nothing, or a file that is no report and may not be replaced;
    /// [`JobError::Report`] where nothing can be written.
    pub fn create(path: &Path, replace: Replace) -> Result<Self, JobError> {
        let unwritable = |source| JobError::Report { path: path.to_owned(), source };
        let place = match destination(path).map_err(unwritable)? {
            Destination::Special(path) => return Ok(Self { path, staged: None }),
            Destination::Folder(path) => {
                return Err(ExportError::WrongKind { path, wanted: "file" }.into());
            }
            Destination::Dangling(path) => return Err(ExportError::DanglingLink { path }.into()),
            Destination::File(path) if replace == Replace::Ours && !is_report(&path) => {
                return Err(ExportError::NotOurs { path }.into());
            }
            Destination::New(path) | Destination::File(path) => path,
        };
        let staged = StagedFile::create(&place).map_err(unwritable)?;
        Ok(Self { path: path.to_owned(), staged: Some(staged) })
    }

    /// Writes a report as JSON.
    ///
    /// # Errors
    /// [`JobError::Report`].
    pub fn write(self, report: &impl Serialize) -> Result<(), JobError> {
        let Self { path, staged } = self;
        let text = serde_json::to_string_pretty(report).map_err(io::Error::other);
        let written = text.and_then(|text| match staged {
            Some(mut file) => {
                file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n"))?;
                file.put_in_place()
            }
            None => File::options().write(true).open(&path)?.write_all((text + "\n").as_bytes()),
        });
        written.map_err(|source| JobError::Report { path, source })
    }
}

/// Whether a file holds nothing, or what every report of ours has.
fn is_report(path: &Path) -> bool {
    let Ok(bytes) = fs::read(path) else { return false };
    let report: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
    bytes.is_empty()
        || report.is_ok_and(|report| report["engineVersion"].is_string() && report["durationMs"].is_u64())
}
