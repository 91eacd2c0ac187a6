//! How NULL is written.

use seedbed_schema_model::Dialect;
use seedbed_sql_values::representation;

/// The texts that stand for NULL where they have no quotes around them. In quotes every text is itself.
///
/// ```
/// use seedbed_import::NullText;
/// use seedbed_schema_model::Dialect;
/// assert!(NullText::of(Dialect::Postgres).is_null(b"") && !NullText::of(Dialect::Postgres).is_null(b"NULL"));
/// assert!(NullText::of(Dialect::MySql).is_null(b"NULL"));
/// assert!(!NullText::word(r"\N").is_null(b""));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NullText {
    word: String,
    /// Whether nothing at all is NULL as well.
    empty: bool,
}

impl NullText {
    /// As our own files have it: nothing between two separators, and the word that the dialect's server takes for NULL,
    /// which our files put in quotes where it is text.
    pub fn of(dialect: Dialect) -> Self {
        Self { word: representation(dialect).notation.csv_null.unwrap_or_default().to_owned(), empty: true }
    }

    /// This word and nothing else; the empty word is nothing between two separators.
    pub fn word(word: &str) -> Self {
        Self { word: word.to_owned(), empty: word.is_empty() }
    }

    /// Whether a field without quotes is NULL.
    #[inline]
    pub fn is_null(&self, field: &[u8]) -> bool {
        if field.is_empty() { self.empty } else { field == self.word.as_bytes() }
    }
}
