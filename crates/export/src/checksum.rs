//! Checksums of the files that are written.

use std::io::{self, Read, Write};
use twox_hash::XxHash3_128;

/// XXH3 of 128 bits, as `xxhsum -H2` prints it. It finds damage, at a tenth of what a cryptographic digest costs beside
/// rows that are made this fast; who must fear forgery can sign the file itself.
#[derive(Clone, Default)]
pub(crate) struct Checksum(XxHash3_128);

impl Checksum {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// Takes in the next `count` bytes of a file; false when it has fewer.
    pub(crate) fn read(&mut self, count: u64, file: impl Read) -> io::Result<bool> {
        Ok(io::copy(&mut file.take(count), self)? == count)
    }

    /// The sum of all bytes so far, as hexadecimal digits.
    pub(crate) fn digits(&self) -> String {
        format!("{:032x}", self.0.finish_128())
    }
}

impl std::fmt::Debug for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Checksum({})", self.digits())
    }
}

impl Write for Checksum {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_reference_implementation() {
        let mut sum = Checksum::default();
        assert_eq!(sum.digits(), "99aa06d3014798d86001c324468d497f");
        for _ in 0..1000 {
            sum.update(b"id,name\n");
        }
        assert_eq!(sum.digits(), "121f5b0a3413ef7c74416b124a2bdc8b");
    }

    #[test]
    fn a_file_that_ends_early_is_told() {
        let mut sum = Checksum::default();
        assert!(sum.read(3, &b"abcdef"[..]).expect("memory can be read"));
        let mut same = Checksum::default();
        same.update(b"abc");
        assert_eq!(sum.digits(), same.digits());
        assert!(!sum.read(9, &b"abcdef"[..]).expect("memory can be read"));
    }
}
