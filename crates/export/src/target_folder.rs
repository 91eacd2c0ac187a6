//! The folder that a run writes to: where it is, and whether it may be replaced.

use crate::{ExportError, Manifest};
use seedbed_staging::{Destination, destination};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The target's real place and the folder around it, which is made if need be.
pub(crate) fn find(target: &Path) -> Result<(PathBuf, PathBuf), ExportError> {
    let target = match destination(target).map_err(ExportError::io("find", target))? {
        Destination::New(path) | Destination::Folder(path) => path,
        Destination::Dangling(path) => return Err(ExportError::DanglingLink { path }),
        Destination::File(path) | Destination::Special(path) => {
            return Err(ExportError::WrongKind { path, wanted: "folder" });
        }
    };
    check_replaceable(&target)?;
    let parent = parent_of(&target);
    fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
    Ok((target, parent))
}

pub(crate) fn parent_of(target: &Path) -> PathBuf {
    target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
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
    let mut ours: HashSet<&str> = manifest.iter().flat_map(|m| &m.tables).map(|t| t.file.as_str()).collect();
    ours.extend(manifest.iter().map(|_| Manifest::FILE));
    let mut strangers = Vec::new();
    for entry in fs::read_dir(target).map_err(ExportError::io("read folder", target))? {
        let entry = entry.map_err(ExportError::io("read folder", target))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !ours.contains(name.as_str()) || entry.path().is_dir() {
            strangers.push(name);
        }
    }
    match strangers.into_iter().min() {
        None => Ok(()),
        Some(found) => Err(ExportError::FolderInUse { folder: target.to_owned(), found }),
    }
}
