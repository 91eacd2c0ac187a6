//! A folder that appears only when it is whole.

use crate::target_folder::{check_replaceable, find, parent_of, temporary_folder};
use crate::unfinished_folder::{Journal, UnfinishedFolder};
use crate::{ExportError, Manifest, Resume};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Everything is written beside the target under another name and renamed into place at the end.
#[derive(Debug)]
pub(crate) struct NewFolder {
    target: PathBuf,
    under_construction: UnderConstruction,
}

/// Where the files are until the end.
#[derive(Debug)]
enum UnderConstruction {
    /// Goes with the run, whatever becomes of it.
    Temporary(TempDir),
    /// Stays when a run ends before its time, if it has come to a checkpoint.
    Unfinished(UnfinishedFolder),
}

impl NewFolder {
    /// For a target that is new, empty, or an earlier run's.
    pub(crate) fn create(target: &Path) -> Result<Self, ExportError> {
        let (target, parent) = find(target)?;
        let folder = temporary_folder(&parent).map_err(ExportError::io("make a folder in", &parent))?;
        Ok(Self { target, under_construction: UnderConstruction::Temporary(folder) })
    }

    /// The same, for a run that can go on where it stopped; with what an earlier one left, if that is wanted.
    pub(crate) fn create_resumable(
        target: &Path,
        digest: &str,
        resume: Resume,
    ) -> Result<(Self, Option<Journal>), ExportError> {
        let (target, _) = find(target)?;
        let (folder, journal) = UnfinishedFolder::open(&target, digest, resume)?;
        Ok((Self { target, under_construction: UnderConstruction::Unfinished(folder) }, journal))
    }

    /// Where the files go until the end.
    pub(crate) fn path(&self) -> &Path {
        match &self.under_construction {
            UnderConstruction::Temporary(folder) => folder.path(),
            UnderConstruction::Unfinished(folder) => folder.path(),
        }
    }

    /// Whether a run that ends here can be resumed.
    pub(crate) fn is_resumable(&self) -> bool {
        matches!(self.under_construction, UnderConstruction::Unfinished(_))
    }

    /// Remembers how far the run has come. From now on the folder stays if the run ends before its time.
    pub(crate) fn checkpoint(&mut self, journal: &Journal) -> io::Result<()> {
        let UnderConstruction::Unfinished(folder) = &mut self.under_construction else { return Ok(()) };
        folder.checkpoint(journal)
    }

    /// Writes the manifest and gives the folder its name, in place of an earlier run's.
    pub(crate) fn put_in_place(mut self, manifest: &Manifest) -> Result<(), ExportError> {
        let text = manifest.to_json().map_err(io::Error::other);
        let file = self.path().join(Manifest::FILE);
        text.and_then(|t| fs::write(&file, t)).map_err(ExportError::io("write", &file))?;

        // Looked at again: minutes may have passed since the beginning.
        check_replaceable(&self.target)?;
        let failed = || ExportError::io("replace folder", self.target.clone());
        let parent = parent_of(&self.target);
        let old = temporary_folder(&parent).map_err(failed())?;
        let old_place = old.path().join("old");
        let replaced = self.target.exists();
        if replaced {
            fs::rename(&self.target, &old_place).map_err(failed())?;
        }
        if let UnderConstruction::Unfinished(folder) = &mut self.under_construction {
            folder.keep_only(manifest).map_err(failed())?;
        }
        if let Err(error) = fs::rename(self.path(), &self.target) {
            if replaced {
                // The best that is left is the state before; its own failure would hide the first cause.
                let _ = fs::rename(&old_place, &self.target);
            }
            return Err(failed()(error));
        }
        match self.under_construction {
            UnderConstruction::Temporary(folder) => drop(folder.keep()),
            UnderConstruction::Unfinished(folder) => folder.was_renamed(),
        }
        Ok(())
    }
}
