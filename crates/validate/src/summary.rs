//! What the check of a share of the rows leaves behind, for whoever joins the shares.
//!
//! A summary is a string of bytes: keys and references as codes, tallies, statistics. It is read by the version that wrote
//! it, for the same schema; a check that has [joined](crate::Check::join) the summaries of all shares says what one check
//! of all rows would have said.
//!
//! Integers are 8 bytes, least first; texts and lists have their length before them; what may be missing has a byte of
//! 0 or 1 before it. The last 8 bytes are a checksum, XXH3, of all before them.

mod codes;
mod findings;

use crate::ValidateError;
use std::hash::Hasher;
use std::io::{Read, Write};
use twox_hash::XxHash3_64;

/// The first bytes of every summary, with the number of its form.
const MAGIC: &[u8; 16] = b"seedbed-check-1\n";

/// Writes a summary.
pub(crate) struct SummaryWriter<'w> {
    out: &'w mut dyn Write,
    /// Of all bytes so far.
    checksum: XxHash3_64,
}

/// Reads one.
pub(crate) struct SummaryReader<'r> {
    from: &'r mut dyn Read,
    /// Of all bytes so far.
    checksum: XxHash3_64,
}

impl<'w> SummaryWriter<'w> {
    /// Begins a summary of a check of this many tables, sets of keys and sets of references.
    pub(crate) fn new(out: &'w mut dyn Write, shape: [usize; 3]) -> Result<Self, ValidateError> {
        let mut writer = Self { out, checksum: XxHash3_64::new() };
        writer.raw(MAGIC)?;
        shape.iter().try_for_each(|count| writer.number(*count as u64))?;
        Ok(writer)
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), ValidateError> {
        self.checksum.write(bytes);
        self.out.write_all(bytes).map_err(|error| ValidateError::summary(&error))
    }

    /// Writes the checksum of all that was written.
    pub(crate) fn finish(self) -> Result<(), ValidateError> {
        let checksum = self.checksum.finish().to_le_bytes();
        self.out.write_all(&checksum).map_err(|error| ValidateError::summary(&error))
    }

    pub(crate) fn number(&mut self, number: u64) -> Result<(), ValidateError> {
        self.raw(&number.to_le_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), ValidateError> {
        self.number(bytes.len() as u64)?;
        self.raw(bytes)
    }

    /// Something that may be missing.
    fn optional<T>(
        &mut self,
        what: Option<T>,
        write: impl FnOnce(&mut Self, T) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        self.raw(&[what.is_some().into()])?;
        what.map_or(Ok(()), |what| write(self, what))
    }

    fn text(&mut self, text: &str) -> Result<(), ValidateError> {
        self.bytes(text.as_bytes())
    }
}

impl<'r> SummaryReader<'r> {
    /// Begins to read what [`SummaryWriter::new`] began.
    pub(crate) fn new(from: &'r mut dyn Read, shape: [usize; 3]) -> Result<Self, ValidateError> {
        let mut reader = Self { from, checksum: XxHash3_64::new() };
        let mut magic = [0; MAGIC.len()];
        reader.raw(&mut magic)?;
        let mut same = magic == *MAGIC;
        for count in shape {
            same &= reader.number()? == count as u64;
        }
        if same { Ok(reader) } else { Err(ValidateError::OtherSummary) }
    }

    fn raw(&mut self, into: &mut [u8]) -> Result<(), ValidateError> {
        self.from.read_exact(into).map_err(|error| ValidateError::summary(&error))?;
        self.checksum.write(into);
        Ok(())
    }

    /// Reads the checksum and compares it with that of all that was read: nothing is to be believed before.
    pub(crate) fn finish(mut self) -> Result<(), ValidateError> {
        let (wanted, mut found) = (self.checksum.finish().to_le_bytes(), [0; 8]);
        self.raw(&mut found)?;
        if found == wanted { Ok(()) } else { Err(ValidateError::OtherSummary) }
    }

    pub(crate) fn number(&mut self) -> Result<u64, ValidateError> {
        let mut bytes = [0; 8];
        self.raw(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// A number that counts what follows.
    fn count(&mut self) -> Result<usize, ValidateError> {
        usize::try_from(self.number()?).map_err(|_| ValidateError::OtherSummary)
    }

    fn bytes(&mut self) -> Result<Vec<u8>, ValidateError> {
        let count = self.number()?;
        let mut bytes = Vec::new();
        // Not allocated at once: the count may be anything in a file that is none of ours.
        let read =
            self.from.take(count).read_to_end(&mut bytes).map_err(|error| ValidateError::summary(&error))?;
        self.checksum.write(&bytes);
        if read as u64 == count { Ok(bytes) } else { Err(ValidateError::OtherSummary) }
    }

    fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ValidateError>,
    ) -> Result<Option<T>, ValidateError> {
        let mut there = [0];
        self.raw(&mut there)?;
        if there == [0] { Ok(None) } else { read(self).map(Some) }
    }

    fn text(&mut self) -> Result<String, ValidateError> {
        String::from_utf8(self.bytes()?).map_err(|_| ValidateError::OtherSummary)
    }
}
