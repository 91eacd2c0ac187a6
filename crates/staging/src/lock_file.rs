//! Files that say by a lock who is at work, and folders that nobody else can put anything into.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// What became of an attempt to lock a file.
#[derive(Debug)]
pub enum Locked {
    /// It is ours as long as the file is open.
    Ours(File),
    /// Another process holds it.
    Theirs,
}

/// Locks a file, which is made if need be. Nothing that is in it is touched, and a link is not followed. On a file system
/// without locks it is ours: two at once are then the user's to prevent.
///
/// # Errors
/// The file system's; that it is a link is one.
pub fn lock_file(path: &Path) -> io::Result<Locked> {
    loop {
        let file = options().open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(Locked::Theirs),
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // Whoever removed it in between had it locked: what is there now is another file, or none.
        if is_at(&file, path) {
            return Ok(Locked::Ours(file));
        }
    }
}

/// Whether nobody holds the lock; `None` when there is no such file.
pub fn is_free(lock: &Path) -> Option<bool> {
    let file = File::open(lock).ok()?;
    Some(file.try_lock().is_ok())
}

/// Makes a folder that is for us alone, or says whether the one that is there is: a folder and no link, of our own user,
/// that no other user can write to.
///
/// # Errors
/// The file system's, and [`io::ErrorKind::PermissionDenied`] when others could have put anything there.
pub fn owned_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    match is_owned(path)? {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is a link, another user's, or others can write to it",
        )),
    }
}

/// Whether it is a folder that nobody but our user could have filled.
#[cfg(unix)]
pub(crate) fn is_owned(folder: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let found = fs::symlink_metadata(folder)?;
    let ours = found.uid() == rustix::process::geteuid().as_raw();
    Ok(found.is_dir() && ours && found.mode() & 0o022 == 0)
}

#[cfg(not(unix))]
pub(crate) fn is_owned(folder: &Path) -> io::Result<bool> {
    Ok(fs::symlink_metadata(folder)?.is_dir())
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    {
        let no_link = rustix::fs::OFlags::NOFOLLOW.bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, no_link.cast_signed());
    }
    options
}

/// Whether an open file is the one at a place: it may have been removed, and another made there.
#[cfg(unix)]
pub fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Whether an open file is the one at a place.
#[cfg(not(unix))]
pub fn is_at(_: &File, path: &Path) -> bool {
    // Windows removes no file that is open.
    path.exists()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn a_link_is_not_followed_and_what_it_names_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let precious = folder.path().join("precious");
        fs::write(&precious, "kept").expect("a file");
        symlink(&precious, folder.path().join("lock")).expect("a link");
        assert!(lock_file(&folder.path().join("lock")).is_err());
        assert_eq!(fs::read(&precious).expect("it is there"), b"kept");
    }

    #[test]
    fn a_folder_that_others_can_fill_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = folder.path().join("open");
        fs::create_dir(&open).expect("a folder");
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("it is ours");
        assert_eq!(owned_folder(&open).map_err(|e| e.kind()), Err(io::ErrorKind::PermissionDenied));
        symlink(folder.path(), folder.path().join("link")).expect("a link");
        assert!(owned_folder(&folder.path().join("link")).is_err());
        let own = folder.path().join("own");
        assert!(owned_folder(&own).is_ok() && owned_folder(&own).is_ok(), "it is made once");
    }

    #[test]
    fn a_lock_is_held_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        assert_eq!(is_free(&path), None);
        let Locked::Ours(first) = lock_file(&path).expect("it can be made") else { panic!("nobody has it") };
        assert!(matches!(lock_file(&path), Ok(Locked::Theirs)));
        assert_eq!(is_free(&path), Some(false));
        drop(first);
        assert!(matches!(lock_file(&path), Ok(Locked::Ours(_))));
    }
}
