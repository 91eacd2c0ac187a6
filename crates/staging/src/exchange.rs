//! Putting a folder where another is.

use crate::destination::parent_of;
use crate::staging::Staging;
use std::fs;
use std::io;
use std::path::Path;

/// Gives `new` the name `place`, in one step where the system can. What is there goes with `staging`.
///
/// Linux and macOS exchange two names at once (`renameat2(2)` with `RENAME_EXCHANGE`, `renamex_np(2)` with `RENAME_SWAP`).
/// Elsewhere, and on file systems that can't, the old folder moves away first: a process that is killed in that moment
/// leaves it in its staging folder, from where the next one brings it back.
///
/// # Errors
/// The file system's; the place is as it was.
pub fn replace_folder(new: &Path, place: &Path, staging: &Staging) -> io::Result<()> {
    match fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(new, place),
        Err(error) => Err(error),
        Ok(_) if exchanged(new, place) => fs::rename(new, staging.path().join("old")),
        Ok(_) => {
            let old = staging.set_aside(place)?;
            fs::rename(new, place).inspect_err(|_| {
                // The best that is left is the state before; its own failure would hide the first cause.
                let _ = fs::rename(&old, place);
            })
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchanged(a: &Path, b: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchanged(_: &Path, _: &Path) -> bool {
    false
}

/// Brings back a folder that was set aside by a process that is gone, if nothing has taken its place.
pub(crate) fn bring_back(staging: &Path) -> io::Result<()> {
    let name = match fs::read_to_string(staging.join(PLACE)) {
        Ok(name) => name,
        Err(_) => return Ok(()),
    };
    let (old, place) =
        (staging.join(ASIDE), parent_of(staging).join(Path::new(&name).file_name().unwrap_or_default()));
    match fs::symlink_metadata(&place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && old.exists() => fs::rename(old, place),
        _ => Ok(()),
    }
}

/// Where a folder is that was set aside.
pub(crate) const ASIDE: &str = "aside";

/// Holds the name that it had.
pub(crate) const PLACE: &str = "aside-of";
