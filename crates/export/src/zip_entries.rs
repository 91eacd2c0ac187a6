//! The entries of a ZIP file, one after the other.

use seedbed_staging::StagedFile;
use std::io::{self, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes that are handed to the compressor at a time. What it makes of them depends on where they are cut, so that these
/// cuts must not be those of batches.
const BLOCK: usize = 1 << 16;

/// Writes the entries of a ZIP file. The same entries make the same bytes, however they are written.
#[derive(Debug)]
pub(crate) struct ZipEntries {
    zip: ZipWriter<StagedFile>,
    /// Bytes of the entry at hand that are no whole block yet.
    block: Vec<u8>,
}

impl ZipEntries {
    pub(crate) fn new(file: StagedFile) -> Self {
        Self { zip: ZipWriter::new(file), block: Vec::with_capacity(BLOCK) }
    }

    /// Begins the next entry.
    pub(crate) fn begin(&mut self, name: &str, method: CompressionMethod) -> io::Result<()> {
        self.end_entry()?;
        Ok(self.zip.start_file(name, options().compression_method(method))?)
    }

    /// Adds an entry of this text.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.begin(name, CompressionMethod::Deflated)?;
        self.write_all(text.as_bytes())
    }

    /// Completes the file.
    pub(crate) fn finish(mut self) -> io::Result<StagedFile> {
        self.end_entry()?;
        Ok(self.zip.finish()?)
    }

    fn end_entry(&mut self) -> io::Result<()> {
        // Without an entry there is none to write to.
        if !self.block.is_empty() {
            self.zip.write_all(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }
}

impl Write for ZipEntries {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        if self.block.len() == BLOCK {
            self.end_entry()?;
        }
        Ok(taken)
    }

    /// Nothing: an entry is whole at its end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Fixed times and rights, and room for entries above 4 GiB, whose size isn't known when they begin.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
        .large_file(true)
}
