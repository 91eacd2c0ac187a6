//! What a text column's length says: all there is to go by when its name says nothing, and a check when it does.

use super::family::Families;
use super::rules::{Guess, Looked};
use seedbed_schema_model::SqlType;

/// Words for text, a code for text of fixed length; `None` for other types, for text of three characters or fewer, and
/// for columns without a type, which may hold anything.
pub(super) fn find(looked: &Looked<'_>) -> Option<Guess> {
    if !looked.families.meets(Families::TEXT) || *looked.base == SqlType::Any {
        return None;
    }
    let found = |kind, reason| Some(Guess { kind, reason, role: String::new() });
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

/// Whether the column is long enough for the kind: in three characters or fewer only codes and initials make sense,
/// which the kinds listed here (and those of `status`) turn to by themselves.
pub(super) fn has_room(looked: &Looked<'_>, kind: &str) -> bool {
    const SHORT: &[&str] = &[
        "address.country",
        "address.country_code",
        "address.region",
        "address.region_code",
        "code.short",
        "date.month",
        "date.day",
        "locale.language_code",
        "money.currency_code",
        "money.currency_number",
        "person.gender",
        "person.initials",
        "person.marital_status",
        "person.middle_initial",
        "person.name_suffix",
        "product.size",
        "product.unit",
    ];
    let short = matches!(
        looked.base,
        SqlType::Char { length: None | Some(..=3) } | SqlType::Varchar { length: Some(..=3) }
    );
    !short || kind.starts_with("status.") || SHORT.contains(&kind)
}
