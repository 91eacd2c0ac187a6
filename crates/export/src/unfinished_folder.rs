//! What is kept of a run that did not come to its end: its files, and a journal that says how far it had come.

use crate::target_folder::{parent_of, resolve};
use crate::{ExportError, Manifest, ManifestTable};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What to do about an earlier run that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// Forget it.
    Anew,
    /// Go on after its last checkpoint; begin anew when there is none.
    GoOn,
}

/// Where the files of a run to `target` are while it is unfinished, if it can be resumed.
pub fn unfinished_folder(target: impl AsRef<Path>) -> PathBuf {
    let target = resolve(target.as_ref()).unwrap_or_else(|_| target.as_ref().to_owned());
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    parent_of(&target).join(format!(".{name}.unfinished"))
}

/// A folder beside the target that stays when a run ends before its time, if the run has come to a checkpoint.
#[derive(Debug)]
pub(crate) struct UnfinishedFolder {
    path: PathBuf,
    /// Held while a run writes here.
    lock: Option<File>,
    keep: bool,
}

/// What a run had written at its last checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Journal {
    /// Says which rows, in which form.
    pub(crate) digest: String,
    /// Finished tables.
    pub(crate) tables: Vec<ManifestTable>,
    /// How far the table at hand had come.
    pub(crate) current: Option<ManifestTable>,
}

const JOURNAL: &str = "journal.json";
const LOCK: &str = "lock";

impl UnfinishedFolder {
    /// The folder of a run to `target`, which is the run's alone; with what an earlier one left, if that is wanted.
    pub(crate) fn open(
        target: &Path,
        digest: &str,
        resume: Resume,
    ) -> Result<(Self, Option<Journal>), ExportError> {
        let mut folder = Self::locked(target)?;
        let journal = match resume {
            Resume::Anew => None,
            Resume::GoOn => folder.journal()?,
        };
        if journal.as_ref().is_some_and(|j| j.digest != digest) {
            folder.keep = true;
            return Err(ExportError::ChangedPlan { folder: target.to_owned() });
        }
        match &journal {
            Some(_) => folder.keep = true,
            None => folder.clear().map_err(ExportError::io("empty", &folder.path))?,
        }
        Ok((folder, journal))
    }

    fn locked(target: &Path) -> Result<Self, ExportError> {
        let path = unfinished_folder(target);
        let is_ours = path.join(LOCK).exists();
        if path.exists() && !is_ours && fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_some())
        {
            return Err(ExportError::FolderInUse { folder: path, found: "what no run wrote".to_owned() });
        }
        fs::create_dir_all(&path).map_err(ExportError::io("make folder", &path))?;
        let lock = File::create(path.join(LOCK)).map_err(ExportError::io("write to", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ExportError::Busy { folder: target.to_owned() }),
            // A file system without locks: two runs at once are then the user's to prevent.
            Err(TryLockError::Error(_)) => {}
        }
        Ok(Self { path, lock: Some(lock), keep: false })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Remembers how far the run has come. From now on the folder stays if the run ends before its time.
    pub(crate) fn checkpoint(&mut self, journal: &Journal) -> io::Result<()> {
        let text = serde_json::to_string(journal).map_err(io::Error::other)?;
        let next = self.path.join("journal.next");
        fs::write(&next, text)?;
        fs::rename(next, self.path.join(JOURNAL))?;
        self.keep = true;
        Ok(())
    }

    /// The folder has the target's name now: nothing is left here.
    pub(crate) fn was_renamed(mut self) {
        self.keep = true;
    }

    fn journal(&self) -> Result<Option<Journal>, ExportError> {
        let path = self.path.join(JOURNAL);
        match fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(journal) => Ok(Some(journal)),
                Err(_) => Err(ExportError::DamagedPart { file: path }),
            },
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(ExportError::io("read", path)(e)),
        }
    }

    /// Removes all but the lock.
    fn clear(&self) -> io::Result<()> {
        self.remove_but(|name| name == LOCK)
    }

    /// Leaves nothing but the files of the run: also what a run that was killed has left.
    pub(crate) fn keep_only(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.lock = None;
        self.remove_but(|name| name == Manifest::FILE || manifest.tables.iter().any(|t| name == t.file))
    }

    fn remove_but(&self, stays: impl Fn(&str) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(&stays) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for UnfinishedFolder {
    fn drop(&mut self) {
        if !self.keep {
            self.lock = None;
            // Nobody is left to be told.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
