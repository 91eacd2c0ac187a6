//! What the keys of a check may take of memory, and where they go beyond it.

use crate::ValidateError;
use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What a spill file must do. Any `Read + Write + Seek + Send` is one.
pub trait SpillFile: Read + Write + Seek + Send {}

impl<F: Read + Write + Seek + Send> SpillFile for F {}

impl fmt::Debug for dyn SpillFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpillFile")
    }
}

/// Makes an empty file for codes that outgrow memory. It is written and read by one thread at a time, and dropped when
/// the check ends.
pub type MakeSpillFile = dyn Fn() -> io::Result<Box<dyn SpillFile>> + Send + Sync;

/// The memory that the codes of all keys and threads share.
pub(crate) struct Memory {
    /// Bytes that may be held.
    limit: usize,
    /// Bytes that are held.
    held: AtomicUsize,
    /// Whether a file was needed.
    spilled: AtomicBool,
    make_file: Option<Box<MakeSpillFile>>,
}

impl Memory {
    /// So many bytes, and what makes files for the rest; without it, memory is held beyond the limit.
    pub(crate) fn new(limit: usize, make_file: Option<Box<MakeSpillFile>>) -> Self {
        Self { limit, held: AtomicUsize::new(0), spilled: AtomicBool::new(false), make_file }
    }

    /// Tells that `now` bytes are held where `before` were.
    pub(crate) fn hold(&self, now: usize, before: usize) {
        if now >= before {
            self.held.fetch_add(now - before, Ordering::Relaxed);
        } else {
            self.held.fetch_sub(before - now, Ordering::Relaxed);
        }
    }

    /// Whether more is held than may be.
    pub(crate) fn is_short(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.limit
    }

    /// A new file, if there may be one.
    pub(crate) fn spill_file(&self) -> Result<Option<Box<dyn SpillFile>>, ValidateError> {
        let Some(make) = &self.make_file else { return Ok(None) };
        let file = make().map_err(|error| ValidateError::spill(&error))?;
        self.spilled.store(true, Ordering::Relaxed);
        Ok(Some(file))
    }

    /// Whether any set needed a file.
    pub(crate) fn has_spilled(&self) -> bool {
        self.spilled.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("limit", &self.limit).field("held", &self.held).finish_non_exhaustive()
    }
}
