//! The folder that a run writes to: where it is, and whether it may be replaced.

use crate::{ExportError, Manifest};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The target's real place and the folder around it, which is made if need be.
pub(crate) fn find(target: &Path) -> Result<(PathBuf, PathBuf), ExportError> {
    let target = resolve(target)?;
    check_replaceable(&target)?;
    let parent = parent_of(&target);
    fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
    Ok((target, parent))
}

/// The real place of a path that may be a link, so that the folder and not the link is replaced.
pub(crate) fn resolve(target: &Path) -> Result<PathBuf, ExportError> {
    if target.exists() {
        return fs::canonicalize(target).map_err(ExportError::io("find", target));
    }
    std::path::absolute(target).map_err(ExportError::io("find", target))
}

pub(crate) fn parent_of(target: &Path) -> PathBuf {
    target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A new folder beside what it will become.
pub(crate) fn temporary_folder(parent: &Path) -> io::Result<TempDir> {
    with_temporary(0o777, |builder| builder.tempdir_in(parent))
}

/// Makes something temporary that others may read as far as the user's mask lets them, unlike the private files and
/// folders of `tempfile`; `mode` is that of Unix, before the mask.
pub(crate) fn with_temporary<T>(
    mode: u32,
    make: impl FnOnce(&mut tempfile::Builder<'_, '_>) -> io::Result<T>,
) -> io::Result<T> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seedbed-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    make(&mut builder)
}

/// Whether nothing but an earlier run's files would be lost.
pub(crate) fn check_replaceable(target: &Path) -> Result<(), ExportError> {
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
