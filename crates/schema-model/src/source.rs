//! Places in source text: byte spans over all the files of one run, and the map back to file, line and column.

use crate::line_starts::LineStarts;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A half-open byte range. Offsets run over all files of a [`SourceMap`] one after the other, so a span needs no
/// file number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span moved right by `offset` bytes.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset, self.end as usize + offset)
    }

    /// The span as a range of `usize`, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// One file of a [`SourceMap`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name shown to people, usually a path.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Offset of its first byte among all files.
    pub start: usize,
    lines: LineStarts,
}

/// A line and column, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The texts of one run, in order; turns a [`Span`] back into file, line and column.
///
/// ```
/// use seedbed_schema_model::{SourceMap, Span};
/// let mut sources = SourceMap::default();
/// sources.push("a.sql", "CREATE TABLE a (\n  id int);\n");
/// let (file, place) = sources.locate(Span::new(19, 21)).unwrap();
/// assert_eq!((file.name.as_str(), place.line, place.column), ("a.sql", 2, 3));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// A map of one nameless text.
    pub fn of(text: &str) -> Self {
        let mut map = Self::default();
        map.push("<input>", text);
        map
    }

    /// Adds a file and returns the offset of its first byte. Files are kept one byte apart, so that an empty span at
    /// the end of one is not the start of the next.
    pub fn push(&mut self, name: &str, text: &str) -> usize {
        let start = self.files.last().map_or(0, |f| f.start + f.text.len() + 1);
        self.files.push(SourceFile {
            name: name.to_owned(),
            text: text.to_owned(),
            start,
            lines: LineStarts::default(),
        });
        start
    }

    /// The files in order.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file that holds the span's start, and the span's place in it.
    pub fn locate(&self, span: Span) -> Option<(&SourceFile, LineColumn)> {
        let at = span.start as usize;
        let file = self.files.iter().rev().find(|f| f.start <= at)?;
        let mut local = (at - file.start).min(file.text.len());
        while !file.text.is_char_boundary(local) {
            local -= 1;
        }
        let (line, start) = file.lines.line_of(&file.text, local);
        let column = file.text[start..local].chars().count() + 1;
        Some((file, LineColumn { line: line + 1, column }))
    }
}
