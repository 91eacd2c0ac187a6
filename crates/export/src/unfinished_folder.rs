//! What is kept of a run that did not come to its end: its files, and a journal that says how far it had come.

use crate::target_folder::parent_of;
use crate::{ExportError, Manifest, ManifestTable};
use seedbed_staging::{Locked, destination, lock_file, owned_folder};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{self, File};
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
    let found = destination(target.as_ref());
    let target = found.map_or_else(|_| target.as_ref().to_owned(), |found| found.path().to_owned());
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    parent_of(&target).join(format!(".{name}.unfinished"))
}

/// A folder beside the target that stays when a run ends before its time, if the run has come to a checkpoint.
///
/// ```text
/// lock            held while a run writes here
/// journal.json    how far it had come
/// files/          what becomes the target
/// ```
#[derive(Debug)]
pub(crate) struct UnfinishedFolder {
    path: PathBuf,
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
const FILES: &str = "files";

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
        loop {
            // The lock is what is made first and goes last.
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            let names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
            if !names.is_empty() && !names.iter().any(|name| name == LOCK) {
                return Err(ExportError::FolderInUse { folder: path, found: "what no run wrote".to_owned() });
            }
            owned_folder(&path).map_err(|error| match error.kind() {
                io::ErrorKind::PermissionDenied if path.exists() => {
                    ExportError::Unowned { folder: path.clone() }
                }
                _ => ExportError::io("make folder", &path)(error),
            })?;
            match lock_file(&path.join(LOCK)) {
                Ok(Locked::Ours(lock)) => return Ok(Self { path, lock: Some(lock), keep: false }),
                Ok(Locked::Theirs) => return Err(ExportError::Busy { folder: target.to_owned() }),
                // The folder has gone meanwhile, with the run whose it was.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    // Made a moment ago, it holds nothing; what holds something stays.
                    let _ = fs::remove_dir(&path);
                    return Err(ExportError::io("write to", &path)(error));
                }
            }
        }
    }

    /// Where the files are.
    pub(crate) fn files(&self) -> PathBuf {
        self.path.join(FILES)
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

    /// Begins anew: without a journal, and with no files.
    fn clear(&self) -> io::Result<()> {
        Self::remove_but(&self.path, |name| name == LOCK)?;
        fs::create_dir(self.files())
    }

    /// Leaves nothing among the files but those of the manifest: the formats' own notes, and what a run that was killed has
    /// left, go. There is nothing to go on with any more.
    pub(crate) fn complete(&mut self, manifest: &Manifest) -> io::Result<()> {
        let mut stay: HashSet<&str> = manifest.tables.iter().map(|t| t.file.as_str()).collect();
        stay.insert(Manifest::FILE);
        self.keep = false;
        Self::remove_but(&self.path, |name| name == LOCK || name == FILES)?;
        Self::remove_but(&self.files(), |name| stay.contains(name))
    }

    fn remove_but(folder: &Path, stays: impl Fn(&str) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(&stays) {
                continue;
            }
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }
}

impl Drop for UnfinishedFolder {
    fn drop(&mut self) {
        if !self.keep {
            // Nobody is left to be told. The lock goes last, as without it what is left would be nobody's; and while it is
            // held, as from then on the folder may be another run's.
            let _ = Self::remove_but(&self.path, |name| name == LOCK);
            let _ = fs::remove_file(self.path.join(LOCK));
            self.lock = None;
            let _ = fs::remove_dir(&self.path);
        }
    }
}
