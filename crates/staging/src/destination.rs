//! Where something is to be, and what is there now.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A place, and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Nothing yet.
    New(PathBuf),
    /// A file.
    File(PathBuf),
    /// A folder.
    Folder(PathBuf),
    /// A device, a pipe or a socket, which is no place for anything: who writes to it reads it as it comes.
    Special(PathBuf),
    /// A link to what isn't there. Nobody can say whether its maker wants the link replaced or what it names made.
    Dangling(PathBuf),
}

impl Destination {
    /// The absolute path, behind all links.
    pub fn path(&self) -> &Path {
        let (Self::New(path)
        | Self::File(path)
        | Self::Folder(path)
        | Self::Special(path)
        | Self::Dangling(path)) = self;
        path
    }
}

/// Looks at a place. Links are followed, so that what they lead to is replaced and they stay.
///
/// # Errors
/// The file system's, such as that a part of the path is no folder.
pub fn destination(place: &Path) -> io::Result<Destination> {
    let path = std::path::absolute(place)?;
    match fs::metadata(&path) {
        Ok(found) => {
            let path = fs::canonicalize(&path)?;
            Ok(match found.file_type() {
                kind if kind.is_dir() => Destination::Folder(path),
                kind if kind.is_file() => Destination::File(path),
                _ => Destination::Special(path),
            })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(match fs::symlink_metadata(&path) {
            Ok(_) => Destination::Dangling(path),
            Err(_) => Destination::New(path),
        }),
        Err(error) => Err(error),
    }
}

/// The folder around a place.
pub(crate) fn parent_of(place: &Path) -> PathBuf {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_to_what_they_lead_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "x").expect("a file");
        std::os::unix::fs::symlink(at("file"), at("link")).expect("a link");
        std::os::unix::fs::symlink(at("nothing"), at("dangling")).expect("a link");
        let real = fs::canonicalize(folder.path()).expect("it is there");
        assert_eq!(destination(&at("link")).expect("found"), Destination::File(real.join("file")));
        assert_eq!(destination(&at("dangling")).expect("found"), Destination::Dangling(at("dangling")));
        assert_eq!(destination(&at("new")).expect("found"), Destination::New(at("new")));
        assert_eq!(destination(folder.path()).expect("found"), Destination::Folder(real));
        assert!(matches!(destination(Path::new("/dev/null")), Ok(Destination::Special(_))));
        assert!(destination(&at("file/below")).is_err());
    }
}
