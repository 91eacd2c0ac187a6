//! The text form of edits. Its parser is not part of this crate yet: no text is read, and no edit is folded.

use crate::Edit;
use seedbed_datagen_core::Spec;
use seedbed_schema_model::Schema;
use std::ops::Range;

/// Why a text is no list of edits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    /// Bytes of the text that it is about.
    pub range: Range<usize>,
    message: String,
}

impl TextError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        "text-not-read"
    }

    /// What can be written.
    pub fn hint(&self) -> Option<String> {
        None
    }
}

/// The edits that a text stands for.
///
/// # Errors
/// Everything that can't be read.
pub fn parse_edits(text: &str, _: &Schema) -> Result<Vec<Edit>, Vec<TextError>> {
    Err(vec![TextError { range: 0..text.len(), message: "the text can't be read".to_owned() }])
}

/// Moves into a spec what it can say, and gives back the rest.
pub fn fold_into_spec(edits: &[Edit], _: &Schema, _: &mut Spec) -> Vec<Edit> {
    edits.to_vec()
}
