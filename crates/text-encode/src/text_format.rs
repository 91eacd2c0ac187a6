//! How cells become lines of text: CSV, PostgreSQL's `COPY` and MySQL's `LOAD DATA`.

use seedbed_schema_model::Dialect;
use seedbed_sql_values::notation::Notation;
use seedbed_sql_values::representation;
use std::fmt;

/// A line-oriented text format: what stands between cells and for NULL, and how a cell is escaped.
///
/// Four methods say what the format is. The others are short cuts that a format may take; their defaults are right, and
/// slow.
pub trait TextFormat: fmt::Debug {
    /// The byte between two cells: a comma, a tab.
    fn separator(&self) -> u8;

    /// What stands for NULL; at most seven bytes.
    fn null(&self) -> &'static str;

    /// What goes before the hexadecimal digits of a binary string.
    fn bytes_prefix(&self) -> &'static str;

    /// Appends a text cell so that nothing in it reads as structure.
    fn push_text(&self, out: &mut Vec<u8>, cell: &str);

    /// Writes what [`push_text`](Self::push_text) appends to the start of a slice, and returns how long it is. The
    /// slice has three bytes more than twice the cell's length, and may be written over as a whole.
    fn put_text(&self, out: &mut [u8], cell: &str) -> usize {
        let mut text = Vec::with_capacity(2 * cell.len() + 2);
        self.push_text(&mut text, cell);
        out[..text.len()].copy_from_slice(&text);
        text.len()
    }

    /// Whether [`push_text`](Self::push_text) leaves every cell cut from a stretch of text as it is, but for those that
    /// [stand apart](Self::stands_apart). False when in doubt; asked of whole columns, so that their cells can be
    /// copied without a look at each.
    fn is_plain(&self, text: &[u8]) -> bool {
        let _ = text;
        false
    }

    /// Whether a cell is changed by [`push_text`](Self::push_text) as a whole, not for what it holds: it is empty, or a
    /// word of at most four letters that would read as something else.
    fn stands_apart(&self, cell: &[u8]) -> bool {
        let _ = cell;
        true
    }
}

/// Whether one of some bytes is in a text: without a branch a byte, so that a processor compares many at once.
#[inline]
fn has_any<const N: usize>(text: &[u8], marks: [u8; N]) -> bool {
    let (parts, rest) = text.as_chunks::<64>();
    parts.iter().any(|part| marked(part, marks)) || marked(rest, marks)
}

/// Whether one of some bytes is in a part of a text.
#[inline]
fn marked<const N: usize>(part: &[u8], marks: [u8; N]) -> bool {
    let mut found = 0_u8;
    for byte in part {
        for mark in marks {
            found |= u8::from(*byte == mark);
        }
    }
    found != 0
}

/// RFC 4180 with `\n` line ends: what the `csv` crate writes, but that a NULL is nothing between two separators and
/// an empty string is `""`, as PostgreSQL's `COPY ... CSV` has it.
#[derive(Clone, Copy, Debug)]
pub struct CsvFormat {
    /// How the dialect's server reads values.
    notation: &'static Notation,
}

impl CsvFormat {
    /// CSV as the dialect's server reads it.
    pub fn new(dialect: Dialect) -> Self {
        Self { notation: &representation(dialect).notation }
    }

    /// Whether the cell reads as something else without quotes around it.
    #[inline]
    fn must_quote(self, cell: &str) -> bool {
        cell.is_empty()
            || has_any(cell.as_bytes(), *b"\",\n\r")
            // `COPY` before PostgreSQL 18 takes an unquoted `\.` on a line of its own for the end of the data; `psql` takes
            // even one inside quotes for that, against which nothing helps.
            || cell == r"\."
            // With `ENCLOSED BY`, `LOAD DATA` reads an unquoted NULL as the null value (MySQL manual, LOAD DATA).
            || self.notation.csv_null == Some(cell)
    }
}

impl TextFormat for CsvFormat {
    fn separator(&self) -> u8 {
        b','
    }

    fn null(&self) -> &'static str {
        ""
    }

    fn bytes_prefix(&self) -> &'static str {
        self.notation.bytes_prefix
    }

    fn put_text(&self, out: &mut [u8], cell: &str) -> usize {
        if !self.must_quote(cell) {
            out[..cell.len()].copy_from_slice(cell.as_bytes());
            return cell.len();
        }
        out[0] = b'"';
        let mut len = 1;
        // Each byte goes in twice, and the second one stays if it is a quote: no branch waits for that.
        for byte in cell.bytes() {
            out[len..len + 2].fill(byte);
            len += 1 + usize::from(byte == b'"');
        }
        out[len] = b'"';
        len + 1
    }

    fn is_plain(&self, text: &[u8]) -> bool {
        // The backslash for the sake of `\.`.
        !has_any(text, *b"\",\n\r\\")
    }

    fn stands_apart(&self, cell: &[u8]) -> bool {
        cell.is_empty() || self.notation.csv_null.is_some_and(|word| word.as_bytes() == cell)
    }

    fn push_text(&self, out: &mut Vec<u8>, cell: &str) {
        if !self.must_quote(cell) {
            out.extend_from_slice(cell.as_bytes());
            return;
        }
        out.push(b'"');
        for (i, piece) in cell.split('"').enumerate() {
            if i > 0 {
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(piece.as_bytes());
        }
        out.push(b'"');
    }
}

/// The text format of PostgreSQL's `COPY ... FROM STDIN`: tabs between cells, `\N` for NULL, backslash escapes.
#[derive(Clone, Copy, Debug)]
pub struct CopyFormat;

impl TextFormat for CopyFormat {
    fn separator(&self) -> u8 {
        b'\t'
    }

    fn null(&self) -> &'static str {
        r"\N"
    }

    fn bytes_prefix(&self) -> &'static str {
        r"\\x"
    }

    fn push_text(&self, out: &mut Vec<u8>, cell: &str) {
        push_escaped(out, cell);
    }

    fn is_plain(&self, text: &[u8]) -> bool {
        has_no_escape(text)
    }

    fn stands_apart(&self, _: &[u8]) -> bool {
        false
    }
}

/// What MySQL's `LOAD DATA` reads with tabs between cells and backslash escapes, its defaults: `\N` for NULL.
#[derive(Clone, Copy, Debug)]
pub struct LoadDataFormat;

impl TextFormat for LoadDataFormat {
    fn separator(&self) -> u8 {
        b'\t'
    }

    fn null(&self) -> &'static str {
        r"\N"
    }

    fn bytes_prefix(&self) -> &'static str {
        ""
    }

    fn push_text(&self, out: &mut Vec<u8>, cell: &str) {
        push_escaped(out, cell);
    }

    fn is_plain(&self, text: &[u8]) -> bool {
        has_no_escape(text)
    }

    fn stands_apart(&self, _: &[u8]) -> bool {
        false
    }
}

/// Whether no byte of a text is escaped between tabs.
#[inline]
fn has_no_escape(text: &[u8]) -> bool {
    !has_any(text, *b"\\\t\n\r")
}

/// A cell between tabs: both servers read these escapes alike.
#[inline]
fn push_escaped(out: &mut Vec<u8>, cell: &str) {
    let mut start = 0;
    for (at, byte) in cell.bytes().enumerate() {
        let escaped = match byte {
            b'\\' => br"\\",
            b'\t' => br"\t",
            b'\n' => br"\n",
            b'\r' => br"\r",
            _ => continue,
        };
        out.extend_from_slice(&cell.as_bytes()[start..at]);
        out.extend_from_slice(escaped);
        start = at + 1;
    }
    out.extend_from_slice(&cell.as_bytes()[start..]);
}
