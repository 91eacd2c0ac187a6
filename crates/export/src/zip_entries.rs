//! The entries of a ZIP file, one after the other.

use seedbed_staging::StagedFile;
use std::io::{self, Seek, SeekFrom, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes that are handed to the compressor at a time. What it makes of them depends on where they are cut, so that these
/// cuts must not be those of batches.
const BLOCK: usize = 1 << 16;

/// Writes the entries of a ZIP file. The same entries make the same bytes, however they are written.
#[derive(Debug)]
pub(crate) struct ZipEntries {
    zip: ZipWriter<Output>,
    /// Bytes of the entry at hand that are no whole block yet.
    block: Vec<u8>,
}

impl ZipEntries {
    pub(crate) fn new(file: StagedFile) -> Self {
        Self { zip: ZipWriter::new(Output { file, failed: false }), block: Vec::with_capacity(BLOCK) }
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
        Ok(self.zip.finish()?.file)
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

/// Where the bytes go. After a failure, which the caller has been told, nothing goes there any more: dropped, the writer
/// would still write the end of the archive, and say on standard error that it can't.
#[derive(Debug)]
struct Output {
    file: StagedFile,
    failed: bool,
}

impl Output {
    fn unless_failed<T>(
        &mut self,
        otherwise: T,
        act: impl FnOnce(&mut StagedFile) -> io::Result<T>,
    ) -> io::Result<T> {
        match self.failed {
            true => Ok(otherwise),
            false => act(&mut self.file).inspect_err(|_| self.failed = true),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_failed(bytes.len(), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_failed((), Write::flush)
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.unless_failed(0, |file| file.seek(to))
    }
}

/// Fixed times and rights, and room for entries above 4 GiB, whose size isn't known when they begin.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
        .large_file(true)
}
