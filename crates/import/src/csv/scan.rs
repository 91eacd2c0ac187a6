//! Where the fields of rows begin and end.
//!
//! Not `csv-core`, which does not tell a field in quotes from one without: an empty string from NULL.

use crate::NullText;
use memchr::memchr;
use std::borrow::Cow;
use std::ops::Range;

/// A field of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    /// The first byte of what it says, behind an opening quote.
    start: u32,
    /// The byte behind it, with two marks: a block is shorter than a gigabyte.
    end: u32,
}

/// The field is NULL.
const NULL: u32 = 1 << 31;
/// Quotes are doubled in the field.
const ESCAPED: u32 = 1 << 30;

/// Bytes of a block at most.
pub(super) const LONGEST: usize = ESCAPED as usize - 1;

impl Cell {
    /// A field that a row does not have.
    const MISSING: Self = Self { start: 0, end: NULL };

    fn new(start: usize, end: usize, mark: u32) -> Self {
        Self { start: start as u32, end: end as u32 | mark }
    }

    /// Whether it is NULL.
    #[inline]
    pub(crate) fn is_null(self) -> bool {
        self.end & NULL != 0
    }

    /// Whether the text has quotes that are doubled.
    #[inline]
    pub(crate) fn is_escaped(self) -> bool {
        self.end & ESCAPED != 0
    }

    /// Where it stands in the block, without quotes around it.
    #[inline]
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..(self.end & !(NULL | ESCAPED)) as usize
    }

    /// What stands in the block, doubled quotes included.
    #[inline]
    pub(crate) fn bytes(self, block: &[u8]) -> &[u8] {
        block.get(self.range()).unwrap_or_default()
    }

    /// What it says.
    pub(crate) fn unescaped(self, block: &[u8]) -> Cow<'_, [u8]> {
        let bytes = self.bytes(block);
        if !self.is_escaped() {
            return Cow::Borrowed(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(quote) = memchr(b'"', rest) {
            out.extend_from_slice(&rest[..=quote]);
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
        Cow::Owned(out)
    }
}

/// The fields of a block's rows, side by side.
#[derive(Debug, Default)]
pub(crate) struct RowIndex {
    cells: Vec<Cell>,
    /// Where each row begins.
    starts: Vec<u32>,
    faults: Vec<RowFault>,
}

/// A row that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowFault {
    /// The row, counted in the block.
    pub(crate) row: usize,
    /// Why.
    pub(crate) why: Fault,
}

/// Why a row can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// So many fields, not as many as the header.
    Fields(usize),
    /// A quote where none may be.
    StrayQuote,
    /// The end of the file inside of quotes.
    UnclosedQuote,
}

impl RowIndex {
    /// Rows.
    pub(crate) fn rows(&self) -> usize {
        self.starts.len()
    }

    /// All fields, row by row.
    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The rows that can't be read, in order, one entry a row.
    pub(crate) fn faults(&self) -> &[RowFault] {
        &self.faults
    }

    /// The byte in which a row begins.
    pub(crate) fn start_of(&self, row: usize) -> Option<usize> {
        self.starts.get(row).map(|start| *start as usize)
    }

    /// The row that a byte is in.
    pub(crate) fn row_at(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= at).saturating_sub(1)
    }
}

/// Finds the fields of all rows of a block, which begins with a row and ends with one. Rows have `width` fields; what a row
/// has not is NULL, and what it has more is passed over. Empty lines are rows only where rows have one field.
///
/// A quote inside of a field is a fault, and hides commas and ends of lines all the same until the next quote: where rows
/// begin is decided by the parity of quotes alone, so that a file can be cut into blocks without a look at its fields.
pub(crate) fn scan(text: &[u8], width: usize, nulls: &NullText, index: &mut RowIndex) {
    index.cells.clear();
    index.starts.clear();
    index.faults.clear();
    let mut at = 0;
    while at < text.len() {
        if width != 1
            && let Some(blank) = blank_line(&text[at..])
        {
            at += blank;
            continue;
        }
        let row = index.starts.len();
        index.starts.push(at as u32);
        let (mut fields, mut fault) = (0, None);
        loop {
            let field = field(text, at, nulls);
            if fields < width {
                index.cells.push(field.cell);
            }
            fields += 1;
            fault = fault.or(field.fault);
            at = field.end + 1;
            if text.get(field.end) != Some(&b',') {
                break;
            }
        }
        if width != usize::MAX && fields != width {
            index.cells.resize(index.cells.len() + width.saturating_sub(fields), Cell::MISSING);
            fault = fault.or(Some(Fault::Fields(fields)));
        }
        index.faults.extend(fault.map(|why| RowFault { row, why }));
    }
}

/// Bytes of the line that the text begins with, if it is empty.
pub(super) fn blank_line(text: &[u8]) -> Option<usize> {
    match text {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        [b'\r'] => Some(1),
        _ => None,
    }
}

/// A field that has been found.
struct Field {
    cell: Cell,
    /// Where its separator is, or the end of the text.
    end: usize,
    fault: Option<Fault>,
}

/// The field that begins at a byte.
#[inline]
fn field(text: &[u8], start: usize, nulls: &NullText) -> Field {
    if text.get(start) == Some(&b'"') {
        return quoted_field(text, start + 1);
    }
    let mut end = start;
    while end < text.len() && !ENDS[usize::from(text[end])] {
        end += 1;
    }
    if text.get(end) == Some(&b'"') {
        return stray(text, start, end);
    }
    // Of two bytes at a line's end the first is no part of the field.
    let ends_line = text.get(end) != Some(&b',');
    let last = end - usize::from(ends_line && end > start && text[end - 1] == b'\r');
    let mark = if nulls.is_null(&text[start..last]) { NULL } else { 0 };
    Field { cell: Cell::new(start, last, mark), end, fault: None }
}

/// The field that begins behind a quote.
fn quoted_field(text: &[u8], start: usize) -> Field {
    let (mut at, mut mark) = (start, 0);
    loop {
        let Some(quote) = memchr(b'"', &text[at..]).map(|found| at + found) else {
            let cell = Cell::new(start, text.len(), mark);
            return Field { cell, end: text.len(), fault: Some(Fault::UnclosedQuote) };
        };
        let end = match &text[quote + 1..] {
            [b'"', ..] => {
                mark = ESCAPED;
                at = quote + 2;
                continue;
            }
            [] | [b',' | b'\n', ..] => quote + 1,
            [b'\r'] | [b'\r', b'\n', ..] => quote + 2,
            _ => return stray(text, start, quote + 1),
        };
        return Field { cell: Cell::new(start, quote, mark), end, fault: None };
    }
}

/// A field with a quote where none may be, outside of quotes at a byte. Its end is where quotes are even.
fn stray(text: &[u8], start: usize, mut at: usize) -> Field {
    loop {
        while at < text.len() && !ENDS[usize::from(text[at])] {
            at += 1;
        }
        let closing = match text.get(at) {
            Some(b'"') => memchr(b'"', &text[at + 1..]),
            _ => break,
        };
        match closing {
            Some(found) => at += found + 2,
            None => {
                let cell = Cell::new(start, text.len(), 0);
                return Field { cell, end: text.len(), fault: Some(Fault::UnclosedQuote) };
            }
        }
    }
    Field { cell: Cell::new(start, at, 0), end: at, fault: Some(Fault::StrayQuote) }
}

/// The bytes at which a field without quotes may end.
static ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    ends[b',' as usize] = true;
    ends[b'\n' as usize] = true;
    ends[b'"' as usize] = true;
    ends
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `a|NULL`, with what is wrong behind.
    fn rows(text: &str, width: usize) -> Vec<String> {
        let mut index = RowIndex::default();
        scan(text.as_bytes(), width, &NullText::word(""), &mut index);
        let cell = |cell: &Cell| match cell.is_null() {
            true => "NULL".to_owned(),
            false => String::from_utf8(cell.unescaped(text.as_bytes()).into_owned()).unwrap(),
        };
        let row = |(row, cells): (usize, &[Cell])| {
            let mut line = cells.iter().map(cell).collect::<Vec<_>>().join("|");
            for fault in index.faults().iter().filter(|fault| fault.row == row) {
                line += &format!(" {:?}", fault.why);
            }
            line
        };
        index.cells().chunks(width).enumerate().map(row).collect()
    }

    #[test]
    fn a_quoted_field_is_never_null() {
        assert_eq!(rows("1,\n\"\",\"a,\"\"b\"\"\n\"\r\n,x\r\n", 2), ["1|NULL", "|a,\"b\"\n", "NULL|x"]);
    }

    #[test]
    fn the_last_line_may_have_no_end() {
        assert_eq!(rows("1,2\n3,", 2), ["1|2", "3|NULL"]);
        assert_eq!(rows("1,\"2\"", 2), ["1|2"]);
        assert_eq!(rows("1,2\r", 2), ["1|2"]);
    }

    #[test]
    fn empty_lines_are_rows_of_one_field() {
        assert_eq!(rows("1\n\n\r\n2\n", 1), ["1", "NULL", "NULL", "2"]);
        assert_eq!(rows("\n1,2\n\n\r\n3,4\n\n", 2), ["1|2", "3|4"]);
    }

    #[test]
    fn another_number_of_fields_is_a_fault_of_one_row() {
        assert_eq!(rows("1,2\n3\n4,5,6\n7,8\n", 2), ["1|2", "3|NULL Fields(1)", "4|5 Fields(3)", "7|8"]);
    }

    #[test]
    fn quotes_where_none_may_be_are_faults_and_keep_their_parity() {
        assert_eq!(
            rows("5\" pipe,\n\"x\n1,2\n", 2)[0..2],
            ["5\" pipe,\n\"x|NULL StrayQuote".to_owned(), "1|2".to_owned()]
        );
        assert_eq!(rows("\"a\"b,1\n2,3\n", 2)[1], "2|3");
        assert_eq!(rows("1,\"2\n3,4\n", 2), ["1|2\n3,4\n UnclosedQuote"]);
    }
}
