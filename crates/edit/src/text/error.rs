//! Why a text is no edit.

use seedbed_datagen_core::NameError;
use std::ops::Range;
use thiserror::Error;

/// Why a part of a text is no edit. Places are ranges of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TextError {
    /// A quote that opens and never closes.
    #[error("the {quote} that opens here never closes")]
    UnclosedQuote {
        /// Where it opens.
        span: Range<usize>,
        /// How it is written.
        quote: String,
    },
    /// A bracket that opens and never closes.
    #[error("the `{bracket}` that opens here never closes")]
    UnclosedBracket {
        /// Where it opens.
        span: Range<usize>,
        /// Which.
        bracket: char,
    },
    /// Something else should stand here.
    #[error("{}, where {wanted} is wanted", found.as_ref().map_or("the text ends".to_owned(), |f| format!("`{}` stands", quoted(f))))]
    Expected {
        /// Where.
        span: Range<usize>,
        /// What could stand here.
        wanted: &'static str,
        /// What stands here; none at the end of an edit.
        found: Option<String>,
        /// The word that was probably meant.
        similar: Option<String>,
    },
    /// A name that no table or column has, or several have.
    #[error("{}", clipped(&error.to_string(), MESSAGE))]
    Name {
        /// Where the name stands.
        span: Range<usize>,
        /// What is wrong with it.
        error: NameError,
    },
    /// A name that no column of any table has.
    #[error("no table has a column `{}`", quoted(column))]
    NoColumn {
        /// Where it stands.
        span: Range<usize>,
        /// The name.
        column: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
    /// A word that is neither a table, a column nor the beginning of an edit.
    #[error("`{}` is no table, no column and no edit", quoted(words))]
    NotUnderstood {
        /// Where it stands.
        span: Range<usize>,
        /// The words.
        words: String,
        /// What was probably meant.
        similar: Option<String>,
    },
    /// A word that no column is known to hold.
    #[error("no column of {of} is known to hold `{}`", quoted(word))]
    UnknownWord {
        /// Where it stands.
        span: Range<usize>,
        /// The word.
        word: String,
        /// The table, or the column, in backticks.
        of: String,
        /// The nearest word that is known.
        similar: Option<String>,
    },
    /// Words that may mean several things.
    #[error("`{}` may mean {}", quoted(words), listed(candidates))]
    Ambiguous {
        /// Where they stand.
        span: Range<usize>,
        /// The words.
        words: String,
        /// All that they may mean.
        candidates: Vec<String>,
    },
    /// A share below 0 % or above 100 %.
    #[error("{} is no share between 0% and 100%", quoted(share))]
    BadShare {
        /// Where it stands.
        span: Range<usize>,
        /// The share as written.
        share: String,
    },
    /// A fraction that is no decimal number.
    #[error("`{}` is no whole percentage", quoted(words))]
    Fraction {
        /// Where it stands.
        span: Range<usize>,
        /// The words.
        words: String,
    },
    /// A number that is none, or not such as is wanted.
    #[error("`{}` is not {wanted}", quoted(text))]
    BadNumber {
        /// Where it stands.
        span: Range<usize>,
        /// The number as written.
        text: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// A share beside a number of rows, or two conditions.
    #[error("which rows has been said already")]
    SaidTwice {
        /// Where it is said again.
        span: Range<usize>,
    },
}

impl TextError {
    /// Where it is in the text, in bytes.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::UnclosedQuote { span, .. }
            | Self::UnclosedBracket { span, .. }
            | Self::Expected { span, .. }
            | Self::Name { span, .. }
            | Self::NoColumn { span, .. }
            | Self::NotUnderstood { span, .. }
            | Self::UnknownWord { span, .. }
            | Self::Ambiguous { span, .. }
            | Self::BadShare { span, .. }
            | Self::Fraction { span, .. }
            | Self::BadNumber { span, .. }
            | Self::SaidTwice { span } => span.clone(),
        }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnclosedQuote { .. } => "edit-unclosed-quote",
            Self::UnclosedBracket { .. } => "edit-unclosed-bracket",
            Self::Expected { .. } => "edit-syntax",
            Self::Name { error: NameError::UnknownTable { .. }, .. } => "edit-unknown-table",
            Self::Name { error: NameError::AmbiguousTable { .. }, .. } => "edit-ambiguous-table",
            Self::Name { error: NameError::UnknownColumn { .. }, .. } | Self::NoColumn { .. } => {
                "edit-unknown-column"
            }
            Self::Name { error: NameError::AmbiguousColumn { .. }, .. } => "edit-ambiguous-column",
            Self::NotUnderstood { .. } => "edit-not-understood",
            Self::UnknownWord { .. } => "edit-unknown-word",
            Self::Ambiguous { .. } => "edit-ambiguous",
            Self::BadShare { .. } => "edit-share",
            Self::Fraction { .. } => "edit-fraction",
            Self::BadNumber { .. } => "edit-number",
            Self::SaidTwice { .. } => "edit-said-twice",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        let meant = |similar: &Option<String>| similar.as_ref().map(|s| format!("did you mean `{s}`?"));
        match self {
            Self::UnclosedQuote { .. } => {
                Some("double a quote within quotes; SQL may stand between `$sql$` and `$sql$`".to_owned())
            }
            Self::UnclosedBracket { .. } => Some("SQL may stand between `$sql$` and `$sql$`".to_owned()),
            Self::Expected { similar, .. } => meant(similar),
            Self::Name { error, .. } => error.hint(),
            Self::NoColumn { similar, .. } => meant(similar),
            Self::NotUnderstood { similar, .. } => {
                Some(meant(similar).unwrap_or_else(|| WRITABLE.to_owned()))
            }
            Self::UnknownWord { similar, word, .. } => Some(
                meant(similar)
                    .unwrap_or_else(|| format!("name the column, and quote the text: `'{}'`", quoted(word))),
            ),
            Self::Ambiguous { .. } => Some("name the table and the column: `orders.status`".to_owned()),
            Self::BadShare { .. } => None,
            Self::Fraction { .. } => Some("write it in percent: `33%`".to_owned()),
            Self::BadNumber { .. } => None,
            Self::SaidTwice { .. } => {
                Some("one of `for 20% of rows`, `for 10 rows`, and one `where`".to_owned())
            }
        }
    }
}

/// What can be written, for those who have written something else.
const WRITABLE: &str = "such as `500 customers`, `20% of the orders are cancelled`, `prices between 5 and 50`, \
                        `set orders.status = 'paid'`, `remove orders where ...`";

/// Characters of what somebody wrote that are shown again.
const QUOTED: usize = 200;

/// Characters of a message that is somebody else's.
const MESSAGE: usize = 2 * QUOTED;

/// As much of a text as is needed to know it again.
fn quoted(text: &str) -> String {
    clipped(text, QUOTED)
}

fn clipped(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        Some(_) => text.chars().take(width - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Names in backticks.
fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_not_repeated_without_end() {
        let words = "é".repeat(100_000);
        let error = TextError::NotUnderstood { span: 0..words.len(), words, similar: None };
        let message = error.to_string();
        assert!(message.contains("é…` is no table") && message.chars().count() < 300, "{message}");
        let short = TextError::NoColumn { span: 0..1, column: "nota".to_owned(), similar: None };
        assert_eq!(short.to_string(), "no table has a column `nota`");
    }
}
