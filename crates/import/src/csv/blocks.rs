//! A file cut into blocks of whole rows, in one pass that looks at quotes and ends of lines alone.

use super::scan::{LONGEST, blank_line};
use crate::ImportError;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes of a block, but for a row that is longer. What a thread holds of a block fits into its cache.
const SIZE: usize = 1 << 20;

/// Bytes of a row at most: a quote that is never closed must not fill the memory.
const LONGEST_ROW: usize = 64 << 20;
const _: () = assert!(LONGEST_ROW + 2 * SIZE < LONGEST);

/// A stretch of whole rows.
#[derive(Debug, Default)]
pub struct Block {
    pub(super) text: Vec<u8>,
    /// Where it begins in the file, in bytes; of a row group, its number.
    pub(super) offset: u64,
    pub(super) first_row: u64,
    pub(super) first_line: u64,
    pub(super) rows: u64,
    /// Whether the row that it begins with is longer than any that is read: there are no rows in it then, and none
    /// behind it.
    pub(super) too_long: bool,
}

impl Block {
    /// The number of its first row in the file, from 0.
    pub fn first_row(&self) -> u64 {
        self.first_row
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The same place without the text, for [`CsvFile::blocks_at`](crate::CsvFile::blocks_at).
    #[must_use]
    pub fn place(&self) -> Self {
        let Self { text: _, offset, first_row, first_line, rows, too_long } = *self;
        Self { text: Vec::new(), offset, first_row, first_line, rows, too_long }
    }

    /// A stretch of rows that are not read as text: the file's row group of this number.
    #[cfg(feature = "parquet")]
    pub(crate) fn of_group(group: u64, first_row: u64, rows: u64) -> Self {
        Self { offset: group, first_row, rows, ..Self::default() }
    }

    /// The number of the row group.
    #[cfg(feature = "parquet")]
    pub(crate) fn group(&self) -> usize {
        self.offset as usize
    }

    /// Its bytes, to be filled again.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.text
    }

    /// Its bytes.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Rows longer than this, in bytes, are not read.
    pub(crate) const LONGEST_ROW: usize = LONGEST_ROW;
}

/// The rows of a file in order, a block at a time.
#[derive(Debug)]
pub struct Blocks {
    input: Input,
    /// What the last block did not take of what was read.
    rest: Vec<u8>,
    /// Whether empty lines are no rows.
    has_blanks: bool,
    offset: u64,
    row: u64,
    line: u64,
    ended: bool,
}

impl Blocks {
    pub(super) fn new(input: Input, has_blanks: bool, offset: u64, row: u64, line: u64) -> Self {
        Self { input, rest: Vec::new(), has_blanks, offset, row, line, ended: false }
    }

    /// The next rows, in the memory of a block that is no longer needed; `None` behind the last one.
    ///
    /// # Errors
    /// [`ImportError::File`].
    pub fn next(&mut self, spent: Vec<u8>) -> Result<Option<Block>, ImportError> {
        if self.ended {
            return Ok(None);
        }
        let mut text = spent;
        text.clear();
        text.append(&mut self.rest);
        let mut survey = Survey::new(self.has_blanks);
        let mut too_long = false;
        loop {
            let seen = text.len();
            let there = self.input.read_more(&mut text, SIZE.saturating_sub(seen).max(SIZE / 4))?;
            survey.go_on(&text);
            if there == 0 {
                self.ended = true;
                survey.end_of_file(&text);
                break;
            }
            if survey.end > 0 && text.len() >= SIZE {
                break;
            }
            if survey.end == 0 && text.len() > LONGEST_ROW {
                (self.ended, too_long) = (true, true);
                break;
            }
        }
        if !self.ended {
            self.rest.extend_from_slice(&text[survey.end..]);
        }
        text.truncate(survey.end);
        let (offset, first_row, first_line) = (self.offset, self.row, self.line);
        self.offset += text.len() as u64;
        self.row += survey.rows;
        self.line += survey.lines;
        if text.is_empty() && !too_long {
            return Ok(None);
        }
        Ok(Some(Block { text, offset, first_row, first_line, rows: survey.rows, too_long }))
    }
}

/// What is known of a text from its beginning on.
#[derive(Debug, Default)]
struct Survey {
    has_blanks: bool,
    /// Bytes that have been looked at.
    seen: usize,
    is_quoted: bool,
    /// Behind the last whole row.
    end: usize,
    /// Whole rows.
    rows: u64,
    /// Ends of lines up to `end`.
    lines: u64,
    /// Ends of lines behind it.
    lines_behind: u64,
}

impl Survey {
    fn new(has_blanks: bool) -> Self {
        Self { has_blanks, ..Self::default() }
    }

    /// Looks at what has been added to the text.
    fn go_on(&mut self, text: &[u8]) {
        let from = self.seen;
        for at in memchr::memchr2_iter(b'"', b'\n', &text[from..]).map(|at| from + at) {
            if text[at] == b'"' {
                self.is_quoted = !self.is_quoted;
                continue;
            }
            self.lines_behind += 1;
            if !self.is_quoted {
                self.end_row(text, at + 1);
            }
        }
        self.seen = text.len();
    }

    /// What is left is a row, whole or not.
    fn end_of_file(&mut self, text: &[u8]) {
        if self.end < text.len() {
            self.end_row(text, text.len());
        }
    }

    fn end_row(&mut self, text: &[u8], end: usize) {
        let row = &text[self.end..end];
        let is_blank = self.has_blanks && blank_line(row) == Some(row.len());
        self.rows += u64::from(!is_blank);
        self.lines += std::mem::take(&mut self.lines_behind);
        self.end = end;
    }
}

/// A file that is read.
pub(super) struct Input {
    from: Box<dyn Read + Send>,
    path: PathBuf,
}

impl Input {
    pub(super) fn new(from: Box<dyn Read + Send>, path: &Path) -> Self {
        Self { from, path: path.to_owned() }
    }

    /// Reads up to so many bytes more; how many there were, 0 only at the end.
    fn read_more(&mut self, text: &mut Vec<u8>, bytes: usize) -> Result<usize, ImportError> {
        let read = self.from.by_ref().take(bytes as u64).read_to_end(text);
        read.map_err(|source| self.failed(source))
    }

    /// The bytes of the first row, its end and the mark of UTF-8 included; `None` for an empty file, and the bytes that were
    /// read of a row that is too long.
    pub(super) fn first_row(&mut self) -> Result<Option<Vec<u8>>, ImportError> {
        let (mut text, mut survey) = (Vec::new(), Survey::new(false));
        while survey.end == 0 && text.len() < LONGEST_ROW {
            if self.read_more(&mut text, SIZE / 16)? == 0 {
                break;
            }
            let rows_before = survey.rows;
            survey.go_on(&text);
            if survey.rows > rows_before {
                // More rows than one may be there.
                text.truncate(first_end(&text));
                return Ok(Some(text));
            }
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    fn failed(&self, source: io::Error) -> ImportError {
        ImportError::File { path: self.path.clone(), source }
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Behind the first row of a text.
fn first_end(text: &[u8]) -> usize {
    let mut is_quoted = false;
    for at in memchr::memchr2_iter(b'"', b'\n', text) {
        match text[at] {
            b'"' => is_quoted = !is_quoted,
            _ if !is_quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A text without the byte order mark that some programs put before UTF-8.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::scan::{RowIndex, scan};
    use super::*;

    /// Rows of each block of a text, and the lines in which the blocks begin.
    fn blocks(text: &[u8], has_blanks: bool) -> Vec<(u64, u64, Vec<u8>)> {
        let input = Input::new(Box::new(io::Cursor::new(text.to_vec())), Path::new("text"));
        let mut blocks = Blocks::new(input, has_blanks, 0, 0, 1);
        let mut found = Vec::new();
        while let Some(block) = blocks.next(Vec::new()).expect("a text can be read") {
            found.push((block.first_row, block.first_line, block.text));
        }
        found
    }

    #[test]
    fn a_file_is_cut_between_rows() {
        let row = b"1,\"a\nb \"\"c\"\"\n\"\n\n";
        let text = row.repeat(3 * SIZE / row.len());
        let found = blocks(&text, true);
        assert!(found.len() >= 3);
        assert_eq!(found.iter().flat_map(|(.., text)| text.clone()).collect::<Vec<_>>(), text);
        let mut rows = 0;
        for (first_row, first_line, text) in &found {
            assert_eq!((*first_row, *first_line), (rows, 1 + rows * 4));
            assert!(text.starts_with(b"1,") || text.starts_with(b"\n1,"));
            rows += (text.len() / row.len()) as u64 + u64::from(text.len() % row.len() > 1);
        }
    }

    proptest::proptest! {
        /// What numbers the rows of blocks and what finds their fields see the same rows, whatever stands in a file.
        #[test]
        fn whoever_counts_rows_counts_the_same(text in "[,\"\n\r1aé]{0,60}", width in 1_usize..4) {
            let mut survey = Survey::new(width > 1);
            let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
            survey.go_on(&text.as_bytes()[..middle]);
            survey.go_on(text.as_bytes());
            let (whole, rows) = (survey.end, survey.rows);
            survey.end_of_file(text.as_bytes());
            let mut index = RowIndex::default();
            scan(text.as_bytes(), width, &crate::NullText::word(""), &mut index);
            proptest::prop_assert_eq!(index.rows() as u64, survey.rows);
            proptest::prop_assert_eq!(index.cells().len(), index.rows() * width);
            scan(&text.as_bytes()[..whole], width, &crate::NullText::word(""), &mut index);
            proptest::prop_assert_eq!(index.rows() as u64, rows);
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
        let endless = Box::new(io::Cursor::new(b"1,2\n3,\"").chain(io::repeat(b'x')));
        let mut blocks = Blocks::new(Input::new(endless, Path::new("text")), true, 0, 0, 1);
        let mut found = Vec::new();
        while let Some(block) = blocks.next(Vec::new()).expect("a text can be read") {
            found.push((block.rows, block.first_line, block.too_long));
        }
        assert_eq!(found, [(1, 1, false), (0, 2, true)]);
    }

    #[test]
    fn a_row_may_be_longer_than_a_block() {
        let long = [b"1,\"".to_vec(), vec![b'\n'; 3 * SIZE], b"\"\n2,3".to_vec()].concat();
        let found = blocks(&long, true);
        assert_eq!(found.iter().map(|(.., text)| text.len()).sum::<usize>(), long.len());
        let input = Input::new(Box::new(io::Cursor::new(long)), Path::new("text"));
        let mut blocks = Blocks::new(input, true, 0, 0, 1);
        let mut rows = 0;
        while let Some(block) = blocks.next(Vec::new()).expect("a text can be read") {
            rows += block.rows();
        }
        assert_eq!(rows, 2);
    }
}
