//! A file that appears only when it is whole.

use crate::staging::Staging;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file in the making. Dropped before it is put in place, it leaves nothing.
#[derive(Debug)]
pub struct StagedFile {
    file: File,
    /// Where it is until then.
    path: PathBuf,
    place: PathBuf,
    _staging: Staging,
}

impl StagedFile {
    /// A file for `place`, the folder around which is there. Others may read it as far as the user's mask lets them.
    ///
    /// # Errors
    /// The file system's.
    pub fn create(place: &Path) -> io::Result<Self> {
        let staging = Staging::beside(place)?;
        let path = staging.path().join("file");
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Self { file, path, place: place.to_owned(), _staging: staging })
    }

    /// The file itself.
    pub fn as_file(&self) -> &File {
        &self.file
    }

    /// Where it is while it is made.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, in place of what is there.
    ///
    /// # Errors
    /// The file system's; the place is as it was.
    pub fn put_in_place(self) -> io::Result<()> {
        fs::rename(&self.path, &self.place)
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for StagedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
