//! Checksums of row files.

use super::error::RowFileError;
use seedbed_datagen_core::CancelToken;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use twox_hash::XxHash3_128;

/// Bytes between two looks at the token.
const PIECE: usize = 1 << 20;

/// XXH3 of 128 bits over a file, as `xxhsum -H2` prints it: 32 hexadecimal digits. It finds damage, not forgery.
///
/// # Errors
/// [`RowFileError::File`] when the file can't be read, [`RowFileError::Canceled`].
pub fn checksum(path: &Path, cancel: &CancelToken) -> Result<String, RowFileError> {
    let mut file = File::open(path).map_err(RowFileError::file("opening", path))?;
    let mut sum = XxHash3_128::new();
    let mut piece = vec![0; PIECE];
    loop {
        cancel.check()?;
        match file.read(&mut piece) {
            Ok(0) => return Ok(format!("{:032x}", sum.finish_128())),
            Ok(read) => sum.write(&piece[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(RowFileError::file("reading", path)(error)),
        }
    }
}

/// Whether a file still is what was written, whose [`checksum`] was `expected`.
///
/// # Errors
/// [`RowFileError::Checksum`] when it is not; otherwise as [`checksum`].
pub fn verify_checksum(path: &Path, expected: &str, cancel: &CancelToken) -> Result<(), RowFileError> {
    let found = checksum(path, cancel)?;
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(RowFileError::Checksum { path: path.to_owned(), expected: expected.to_owned(), found })
}
