//! The folder of a store, and who may touch what in it.
//!
//! ```text
//! catalog.db            the catalog, with its -wal and -shm
//! rows/DIGEST.db        the rows of a version; who reads them holds a shared lock
//! exports/NAME          files that were made of versions
//! tmp/OWNER/            files in the making, one folder for each process that has the store open, which holds `lock`
//! ```

use super::error::io;
use seedbed_staging::{is_at, is_free};
use seedbed_store::{Digest, StoreError};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// The folder of a store.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    own: TempDir,
    /// Held as long as the folder of this process is in use.
    _lock: File,
    next: AtomicU64,
}

/// What a folder of a process is locked by.
const LOCK: &str = "lock";

impl Folder {
    /// The folder, made where there is none.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn open(root: &Path) -> Result<Self, StoreError> {
        let root = std::path::absolute(root).map_err(io("find", root))?;
        for folder in [root.clone(), root.join("rows"), root.join("exports"), root.join("tmp")] {
            make_private(&folder)?;
        }
        let tmp = root.join("tmp");
        let own =
            tempfile::Builder::new().prefix("at-work-").tempdir_in(&tmp).map_err(io("write in", &tmp))?;
        // Locked before it has its name: nobody sees it free.
        let (unnamed, named) = (own.path().join("locking"), own.path().join(LOCK));
        let lock = File::create_new(&unnamed).map_err(io("write in", own.path()))?;
        lock.lock().and_then(|()| fs::rename(&unnamed, &named)).map_err(io("lock", own.path()))?;
        Ok(Self { root, own, _lock: lock, next: AtomicU64::new(0) })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn catalog(&self) -> PathBuf {
        self.root.join("catalog.db")
    }

    pub(super) fn rows(&self) -> PathBuf {
        self.root.join("rows")
    }

    pub(super) fn exports(&self) -> PathBuf {
        self.root.join("exports")
    }

    pub(super) fn rows_of(&self, digest: &Digest) -> PathBuf {
        self.rows().join(format!("{digest}.db"))
    }

    /// A place for a file in the making.
    pub(super) fn place(&self, ending: &str) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.own.path().join(format!("{number}.{ending}"))
    }

    /// What this process is called by others.
    pub(super) fn owner(&self) -> String {
        self.own.path().file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Whether the process of this name still has the store open.
    pub(super) fn is_alive(&self, owner: &str) -> bool {
        owner == self.owner() || is_free(&self.root.join("tmp").join(owner).join(LOCK)) == Some(false)
    }

    /// Folders of processes that are gone.
    pub(super) fn abandoned(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root.join("tmp")).into_iter().flatten().flatten();
        let others = entries.map(|entry| entry.path()).filter(|path| path != self.own.path());
        // One without a lock is of a process that is about to make it, or was killed in that moment.
        others.filter(|path| is_free(&path.join(LOCK)).unwrap_or_else(|| is_old(path))).collect()
    }
}

fn make_private(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(io("make", folder))
}

fn is_old(folder: &Path) -> bool {
    let age = fs::metadata(folder).and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
    age.is_some_and(|age| age.as_secs() > 60)
}

/// A file that nobody may remove while this is held.
///
/// # Errors
/// The file system's; that there is no such file is one.
pub(super) fn held(path: &Path) -> std::io::Result<File> {
    loop {
        let file = File::open(path)?;
        file.lock_shared()?;
        // Who removed it in between had it locked: what is there now is another file, or none.
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

/// Removes a file if nobody holds it. Says how many bytes are free now; `None` when somebody holds it or there is none.
pub(super) fn remove_unheld(path: &Path) -> Option<u64> {
    let file = File::open(path).ok()?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
    }
    let bytes = file.metadata().map_or(0, |m| m.len());
    fs::remove_file(path).ok()?;
    Some(bytes)
}

/// The files of a folder.
pub(super) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
    paths.sort();
    paths
}

/// Makes a rename in a folder last.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    match cfg!(unix) {
        true => File::open(folder).and_then(|f| f.sync_all()).map_err(io("sync", folder)),
        false => Ok(()),
    }
}
