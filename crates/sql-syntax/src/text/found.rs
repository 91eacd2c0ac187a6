//! What stands at a place, for messages.

use std::fmt;

/// A token as it is written, or the end of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The token's text, at most 40 characters of it.
    Token(String),
    /// No token is left.
    End,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(text) => write!(f, "`{text}`"),
            Self::End => f.write_str("the end"),
        }
    }
}
