//! Where the bytes of a file are: in a file of its own, or in a ZIP archive.

use crate::Format;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use zip::{CompressionMethod, ZipArchive};

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// In a file of its own.
    File(PathBuf),
    /// In an archive, from a byte on.
    Archive {
        /// The archive.
        path: PathBuf,
        /// The first byte in it.
        start: u64,
        /// How many bytes they are there.
        bytes: u64,
        /// How they are packed.
        packing: Packing,
    },
}

/// How a file is packed in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Stored,
    /// DEFLATE (RFC 1951).
    Deflated,
}

impl FilePlace {
    /// The file to blame where it can't be read.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Archive { path, .. } => path,
        }
    }

    /// The bytes of the file from one on. In an archive those before are unpacked and dropped.
    pub(crate) fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(self.path())?;
        match *self {
            Self::File(_) => {
                file.seek(SeekFrom::Start(offset))?;
                Ok(Box::new(file))
            }
            Self::Archive { start, bytes, packing, .. } => {
                file.seek(SeekFrom::Start(start))?;
                let packed = file.take(bytes);
                let mut plain: Box<dyn Read + Send> = match packing {
                    Packing::Stored => Box::new(packed),
                    Packing::Deflated => {
                        Box::new(DeflateDecoder::new_with_buf(packed, vec![0; PACKED_AT_ONCE]))
                    }
                };
                io::copy(&mut plain.by_ref().take(offset), &mut io::sink())?;
                Ok(plain)
            }
        }
    }
}

/// Packed bytes that are read at once.
const PACKED_AT_ONCE: usize = 1 << 16;

/// The CSV files of a ZIP archive, by the last part of their names, in order. What is packed in another way than by DEFLATE, or
/// encrypted, can't be read.
pub(crate) fn members(path: &Path) -> io::Result<Vec<(String, FilePlace)>> {
    let mut archive = ZipArchive::new(File::open(path)?)?;
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index)?;
        let Ok(name) = member.name().map(|name| name.into_owned()) else { continue };
        let last = name.rsplit('/').next().unwrap_or_default();
        if !member.is_file() || Format::of(last) != Some(Format::Csv) {
            continue;
        }
        let refused = |why: &str| io::Error::other(format!("`{name}` is {why}"));
        if member.encrypted() {
            return Err(refused("encrypted"));
        }
        let packing = match member.compression() {
            CompressionMethod::Stored => Packing::Stored,
            CompressionMethod::Deflated => Packing::Deflated,
            other => return Err(refused(&format!("packed by {other}, which is not read"))),
        };
        let start = member.data_start().ok_or_else(|| refused("at no known place"))?;
        let bytes = member.compressed_size();
        found.push((last.to_owned(), FilePlace::Archive { path: path.to_owned(), start, bytes, packing }));
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}
