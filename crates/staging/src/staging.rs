//! The folder in which something is made that is to be beside it.

use crate::destination::parent_of;
use crate::exchange::{ASIDE, PLACE, bring_back};
use crate::lock_file::{is_free, is_owned};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// What all staging folders are called, with letters behind it that nobody can guess.
const PREFIX: &str = ".seedbed-";

/// Held by the process at work.
const LOCK: &str = "lock";

/// Its name until it is held.
const LOCKING: &str = "locking";

/// A folder of this process's own, beside a place. It is gone when this is dropped.
#[derive(Debug)]
pub struct Staging {
    /// Closed before the folder goes, as Windows asks.
    lock: Option<File>,
    folder: TempDir,
}

impl Staging {
    /// For something that is to be at `place`. Takes away what processes that were killed have left there.
    ///
    /// # Errors
    /// The file system's.
    pub fn beside(place: &Path) -> io::Result<Self> {
        let parent = parent_of(place);
        let alone = alone_in(&parent);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent)?;
        // Locked before it has its name: nobody sees it free.
        let (unnamed, named) = (folder.path().join(LOCKING), folder.path().join(LOCK));
        let lock = File::create_new(&unnamed)?;
        // A file system without locks: nothing is swept there either.
        let _ = lock.try_lock();
        fs::rename(&unnamed, &named)?;
        let abandoned = abandoned(&parent, folder.path(), alone.is_some());
        drop(alone);
        sweep(&abandoned);
        Ok(Self { lock: Some(lock), folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves what is at `place` in here, with a note of where it was.
    pub(crate) fn set_aside(&self, place: &Path) -> io::Result<PathBuf> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        fs::write(self.path().join(PLACE), name.as_bytes())?;
        let old = self.path().join(ASIDE);
        fs::rename(place, &old)?;
        Ok(old)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        clear(self.path());
        self.lock = None;
    }
}

/// Takes away all but the lock, which goes last: a folder of ours is known by it. Nobody is left to be told of failures.
fn clear(folder: &Path) {
    for entry in
        fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.file_name() != LOCK)
    {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
    }
}

/// A lock on the folder around, which whoever makes a staging folder there holds until that is locked itself: who has it
/// knows of each without a lock that its process is gone. `None` where folders can't be locked, or somebody holds it for long.
fn alone_in(parent: &Path) -> Option<File> {
    let folder = File::open(parent).ok()?;
    for _ in 0..50 {
        match folder.try_lock() {
            Ok(()) => return Some(folder),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(_)) => return None,
        }
    }
    None
}

/// Staging folders of processes that are gone.
fn abandoned(parent: &Path, own: &Path, alone: bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let is_staging = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(PREFIX) && path != own && is_owned(path).unwrap_or(false)
    };
    // One without a lock holds nothing yet: its process is about to make it, or was killed in that moment.
    let is_begun = |path: &Path| has_only_locking(path) && (alone || is_old(path));
    let is_abandoned = |path: &PathBuf| is_free(&path.join(LOCK)).unwrap_or_else(|| is_begun(path));
    entries.map(|entry| entry.path()).filter(is_staging).filter(is_abandoned).collect()
}

/// Takes such folders away. What can't be taken away is the next one's: nobody has asked for it, and it is in nobody's way.
fn sweep(abandoned: &[PathBuf]) {
    for folder in abandoned.iter().filter(|folder| bring_back(folder).is_ok()) {
        clear(folder);
        let _ = fs::remove_dir_all(folder);
    }
}

fn has_only_locking(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == LOCKING))
}

fn is_old(folder: &Path) -> bool {
    let age = fs::metadata(folder).and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
    age.is_some_and(|age| age.as_secs() > 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a process leaves it that is killed.
    fn abandoned(place: &Path) -> PathBuf {
        let staging = Staging::beside(place).expect("it can be made");
        let path = staging.path().to_owned();
        fs::write(path.join("half"), "x").expect("it is ours");
        let Staging { lock, folder } = &mut *std::mem::ManuallyDrop::new(staging);
        drop(lock.take());
        folder.disable_cleanup(true);
        path
    }

    #[test]
    fn what_killed_processes_left_is_taken_away_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("rows");
        fs::write(folder.path().join(".seedbed-notes"), "a file of somebody's").expect("a file");
        fs::create_dir(folder.path().join(".seedbed-begun")).expect("a folder");
        fs::create_dir(folder.path().join(".seedbed-other")).expect("a folder");
        fs::write(folder.path().join(".seedbed-other/notes"), "somebody's").expect("a file");
        let left = abandoned(&place);
        assert!(left.exists());
        let alive = Staging::beside(&place).expect("it can be made");
        assert!(!left.exists(), "it was swept");
        let next = Staging::beside(&place).expect("it can be made");
        assert!(alive.path().exists(), "somebody is at work there");
        drop((alive, next));
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).expect("there").flatten().map(|e| e.file_name()).collect();
        names.sort();
        // Where folders can't be locked, one that was begun is swept when it is old.
        names.retain(|name| cfg!(unix) || name != ".seedbed-begun");
        assert_eq!(names, [".seedbed-notes", ".seedbed-other"], "no folder, and none of ours");
    }

    #[test]
    fn a_folder_that_was_set_aside_comes_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("data");
        fs::create_dir(&place).expect("a folder");
        fs::write(place.join("t.csv"), "id\n").expect("a file");
        let left = abandoned(&place);
        fs::write(left.join(PLACE), "data").expect("it is ours");
        fs::rename(&place, left.join(ASIDE)).expect("it moves");
        drop(Staging::beside(&place).expect("it can be made"));
        assert_eq!(fs::read(place.join("t.csv")).expect("it is back"), b"id\n");
        assert!(!left.exists());
    }
}
