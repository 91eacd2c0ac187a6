//! Why there is no list of strings.

/// Why a regular expression gives no list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternListError {
    /// The expression can't be read.
    #[error("pattern `{pattern}` is no regular expression: {message}")]
    Syntax {
        /// The expression as it was given.
        pattern: String,
        /// What the reader of `regex-syntax` found: `unclosed group`.
        message: String,
    },
    /// The expression asks for something that can't be counted.
    #[error("pattern `{pattern}` uses {what}, which can't be listed")]
    Unsupported {
        /// The expression as it was given.
        pattern: String,
        /// What it uses: `word boundaries`.
        what: &'static str,
    },
    /// Nothing of the list has a length within the limits.
    #[error("no string of {min_chars} to {max_chars} characters matches pattern `{pattern}`")]
    Empty {
        /// The expression as it was given.
        pattern: String,
        /// Fewest characters.
        min_chars: u32,
        /// Most characters; `u32::MAX` for no limit.
        max_chars: u32,
    },
}

impl PatternListError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "pattern-syntax",
            Self::Unsupported { .. } => "pattern-unsupported",
            Self::Empty { .. } => "pattern-empty",
        }
    }
}
