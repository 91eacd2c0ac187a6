//! Text columns whose names say nothing: by their length alone.

use super::family::Families;
use super::rules::{Found, Looked};
use seedbed_schema_model::SqlType;

/// Words for text, a code for text of fixed length; nothing for other types and very short text.
pub(super) fn find(looked: &Looked<'_>) -> Option<Found> {
    if !looked.families.meets(Families::TEXT) || *looked.base == SqlType::Any {
        return None;
    }
    let found = |kind, reason| Some(Found { kind, reason, role: String::new() });
    match *looked.base {
        SqlType::Char { length } if length.unwrap_or(1) > 3 => {
            found("code.short", "its type has a fixed length")
        }
        SqlType::Char { .. } => None,
        SqlType::Varchar { length: Some(..=3) } => None,
        SqlType::Varchar { length: Some(..=11) } => found("text.word", "its type is short text"),
        _ => found("text.words", "its type is text"),
    }
}
