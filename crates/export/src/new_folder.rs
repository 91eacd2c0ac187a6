//! A folder that appears only when it is whole, and what is kept of one that never was.

use crate::{ExportError, Manifest, ManifestTable};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

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

/// Everything is written beside the target under another name and renamed into place at the end.
#[derive(Debug)]
pub(crate) struct NewFolder {
    target: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Goes with the run, whatever becomes of it.
    Temporary(TempDir),
    /// Stays when a run ends before its time, if it has come to a checkpoint.
    Unfinished(UnfinishedFolder),
}

#[derive(Debug)]
struct UnfinishedFolder {
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

impl NewFolder {
    /// For a target that is new, empty, or an earlier run's.
    pub(crate) fn create(target: &Path) -> Result<Self, ExportError> {
        let (target, parent) = find(target)?;
        let folder = temporary_folder(&parent).map_err(ExportError::io("make a folder in", &parent))?;
        Ok(Self { target, place: Place::Temporary(folder) })
    }

    /// The same, for a run that can go on where it stopped; with what an earlier one left, if that is wanted.
    pub(crate) fn create_resumable(
        target: &Path,
        digest: &str,
        resume: Resume,
    ) -> Result<(Self, Option<Journal>), ExportError> {
        let (target, _) = find(target)?;
        let path = unfinished_folder(&target);
        let is_ours = path.join(LOCK).exists();
        if path.exists() && !is_ours && fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_some())
        {
            return Err(ExportError::FolderInUse { folder: path, found: "what no run wrote".to_owned() });
        }
        fs::create_dir_all(&path).map_err(ExportError::io("make folder", &path))?;
        let lock = File::create(path.join(LOCK)).map_err(ExportError::io("write to", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ExportError::Busy { folder: target }),
            // A file system without locks: two runs at once are then the user's to prevent.
            Err(TryLockError::Error(_)) => {}
        }
        let mut folder = UnfinishedFolder { path, lock: Some(lock), keep: false };
        let journal = match resume {
            Resume::Anew => None,
            Resume::GoOn => folder.journal()?,
        };
        if journal.as_ref().is_some_and(|j| j.digest != digest) {
            folder.keep = true;
            return Err(ExportError::ChangedPlan { folder: target });
        }
        match &journal {
            Some(_) => folder.keep = true,
            None => folder.clear().map_err(ExportError::io("empty", &folder.path))?,
        }
        Ok((Self { target, place: Place::Unfinished(folder) }, journal))
    }

    /// Where the files go until the end.
    pub(crate) fn path(&self) -> &Path {
        match &self.place {
            Place::Temporary(folder) => folder.path(),
            Place::Unfinished(folder) => &folder.path,
        }
    }

    /// Whether a run that ends here can be resumed.
    pub(crate) fn is_resumable(&self) -> bool {
        matches!(self.place, Place::Unfinished(_))
    }

    /// Remembers how far the run has come. From now on the folder stays if the run ends before its time.
    pub(crate) fn checkpoint(&mut self, journal: &Journal) -> io::Result<()> {
        let Place::Unfinished(folder) = &mut self.place else { return Ok(()) };
        let text = serde_json::to_string(journal).map_err(io::Error::other)?;
        let next = folder.path.join("journal.next");
        fs::write(&next, text)?;
        fs::rename(next, folder.path.join(JOURNAL))?;
        folder.keep = true;
        Ok(())
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
        if let Place::Unfinished(folder) = &mut self.place {
            folder.keep_only(manifest).map_err(failed())?;
        }
        if let Err(error) = fs::rename(self.path(), &self.target) {
            if replaced {
                // The best that is left is the state before; its own failure would hide the first cause.
                let _ = fs::rename(&old_place, &self.target);
            }
            return Err(failed()(error));
        }
        match self.place {
            Place::Temporary(folder) => drop(folder.keep()),
            Place::Unfinished(mut folder) => folder.keep = true,
        }
        Ok(())
    }
}

impl UnfinishedFolder {
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
    fn keep_only(&mut self, manifest: &Manifest) -> io::Result<()> {
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

/// The target's real place and the folder around it, which is made if need be.
fn find(target: &Path) -> Result<(PathBuf, PathBuf), ExportError> {
    let target = resolve(target)?;
    check_replaceable(&target)?;
    let parent = parent_of(&target);
    fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
    Ok((target, parent))
}

/// The real place of a path that may be a link, so that the folder and not the link is replaced.
fn resolve(target: &Path) -> Result<PathBuf, ExportError> {
    if target.exists() {
        return fs::canonicalize(target).map_err(ExportError::io("find", target));
    }
    std::path::absolute(target).map_err(ExportError::io("find", target))
}

fn parent_of(target: &Path) -> PathBuf {
    target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A new folder that others may read as far as the user's mask lets them, unlike the private ones of `tempfile`.
fn temporary_folder(parent: &Path) -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seedbed-");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o777))
    };
    builder.tempdir_in(parent)
}

/// Whether nothing but an earlier run's files would be lost.
fn check_replaceable(target: &Path) -> Result<(), ExportError> {
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(ExportError::WrongKind { path: target.to_owned(), wanted: "folder" });
    }
    let manifest = fs::read(target.join(Manifest::FILE)).ok();
    let manifest: Option<Manifest> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let is_ours = |name: &str| {
        manifest.as_ref().is_some_and(|m| name == Manifest::FILE || m.tables.iter().any(|t| t.file == name))
    };
    let mut strangers = Vec::new();
    for entry in fs::read_dir(target).map_err(ExportError::io("read folder", target))? {
        let entry = entry.map_err(ExportError::io("read folder", target))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_ours(&name) || entry.path().is_dir() {
            strangers.push(name);
        }
    }
    match strangers.into_iter().min() {
        None => Ok(()),
        Some(found) => Err(ExportError::FolderInUse { folder: target.to_owned(), found }),
    }
}
