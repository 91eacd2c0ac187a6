//! How cells become lines of text: CSV, PostgreSQL's `COPY` and MySQL's `LOAD DATA`.

use seedbed_schema_model::Dialect;
use std::fmt;

/// A line-oriented text format.
pub trait TextFormat: fmt::Debug {
    /// Between two cells.
    fn separator(&self) -> u8;

    /// What a NULL is.
    fn null(&self) -> &'static str;

    /// What goes before the hexadecimal digits of a binary string.
    fn bytes_prefix(&self) -> &'static str;

    /// Appends a text cell so that nothing in it reads as structure.
    fn push_text(&self, out: &mut Vec<u8>, cell: &str);
}

/// RFC 4180 with `\n` line ends: what the `csv` crate writes, but that a NULL is nothing between two separators and
/// an empty string is `""`, as PostgreSQL's `COPY ... CSV` has it.
#[derive(Clone, Copy, Debug)]
pub struct CsvFormat {
    dialect: Dialect,
}

impl CsvFormat {
    /// CSV as the dialect's server reads it.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect }
    }

    fn must_quote(self, cell: &str) -> bool {
        cell.is_empty()
            || cell.bytes().any(|b| matches!(b, b'"' | b',' | b'\n' | b'\r'))
            // `COPY` before PostgreSQL 18 takes an unquoted `\.` on a line of its own for the end of the data; `psql` takes
            // even one inside quotes for that, against which nothing helps.
            || cell == r"\."
            // With `ENCLOSED BY`, `LOAD DATA` reads an unquoted NULL as the null value (MySQL manual, LOAD DATA).
            || (self.dialect == Dialect::MySql && cell == "NULL")
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
        if self.dialect == Dialect::Postgres { r"\x" } else { "" }
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
}

/// A cell between tabs: both servers read these escapes alike.
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
