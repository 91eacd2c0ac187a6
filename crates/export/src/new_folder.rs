//! A folder that appears only when it is whole.

use crate::target_folder::{check_replaceable, find};
use crate::unfinished_folder::{Journal, UnfinishedFolder};
use crate::{ExportError, Manifest, Resume};
use seedbed_staging::{Staging, replace_folder};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Everything is written beside the target under another name and renamed into place at the end.
#[derive(Debug)]
pub(crate) struct NewFolder {
    target: PathBuf,
    files: PathBuf,
    /// What is made goes with the run, whatever becomes of it; so does what was there when it is replaced.
    staging: Staging,
    /// Stays when a run ends before its time, if it has come to a checkpoint.
    unfinished: Option<UnfinishedFolder>,
}

impl NewFolder {
    /// For a target that is new, empty, or an earlier run's.
    pub(crate) fn create(target: &Path) -> Result<Self, ExportError> {
        let (target, staging) = staged(target)?;
        let files = staging.path().join("files");
        fs::create_dir(&files).map_err(ExportError::io("make folder", &files))?;
        Ok(Self { target, files, staging, unfinished: None })
    }

    /// The same, for a run that can go on where it stopped; with what an earlier one left, if that is wanted.
    pub(crate) fn create_resumable(
        target: &Path,
        digest: &str,
        resume: Resume,
    ) -> Result<(Self, Option<Journal>), ExportError> {
        let (target, staging) = staged(target)?;
        let (folder, journal) = UnfinishedFolder::open(&target, digest, resume)?;
        let files = folder.files();
        Ok((Self { target, files, staging, unfinished: Some(folder) }, journal))
    }

    /// Where the files go until the end.
    pub(crate) fn path(&self) -> &Path {
        &self.files
    }

    /// Whether a run that ends here can be resumed.
    pub(crate) fn is_resumable(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Remembers how far the run has come. From now on the folder stays if the run ends before its time.
    pub(crate) fn checkpoint(&mut self, journal: &Journal) -> io::Result<()> {
        self.unfinished.as_mut().map_or(Ok(()), |folder| folder.checkpoint(journal))
    }

    /// Writes the manifest and gives the folder its name, in place of an earlier run's.
    pub(crate) fn put_in_place(mut self, manifest: &Manifest) -> Result<(), ExportError> {
        let text = manifest.to_json().map_err(io::Error::other);
        let file = self.files.join(Manifest::FILE);
        text.and_then(|t| fs::write(&file, t)).map_err(ExportError::io("write", &file))?;

        // Looked at again: minutes may have passed since the beginning.
        check_replaceable(&self.target)?;
        let completed = self.unfinished.as_mut().map_or(Ok(()), |folder| folder.complete(manifest));
        let replaced = completed.and_then(|()| replace_folder(&self.files, &self.target, &self.staging));
        replaced.map_err(ExportError::io("replace folder", &self.target))
    }
}

/// The target's real place, and a folder of this run's own beside it.
fn staged(target: &Path) -> Result<(PathBuf, Staging), ExportError> {
    let (target, parent) = find(target)?;
    let staging = Staging::beside(&target).map_err(ExportError::io("make a folder in", parent))?;
    Ok((target, staging))
}
