//! What is opened in a text and never closed.

use seedbed_schema_model::Span;
use std::fmt;

/// Something that ends with the text, not where it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclosed {
    /// What was opened.
    pub what: Opened,
    /// Where it was opened.
    pub span: Span,
}

/// What has a beginning and an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// `/* ...`
    Comment,
    /// `'...`
    Text,
    /// `"...`, `` `... ``, `[...`
    QuotedName,
    /// `$tag$ ...`
    DollarQuoted,
    /// `CREATE TABLE t (...`
    ColumnList,
}

impl fmt::Display for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comment => "a comment",
            Self::Text => "a string",
            Self::QuotedName => "a quoted name",
            Self::DollarQuoted => "a dollar-quoted string",
            Self::ColumnList => "this list of columns",
        })
    }
}
