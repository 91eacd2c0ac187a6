//! Pattern predicates as regular expressions.

use seedbed_schema_model::LikeKind;
use seedbed_sql_values::pattern::{glob_to_regex, like_to_regex, posix_to_regex, similar_to_regex};

/// The predicate's pattern in the `regex` crate's syntax, or `None` if it says more than that syntax can.
pub(super) fn to_regex(kind: LikeKind, pattern: &str, escape: Option<&str>) -> Option<String> {
    let escape = match escape {
        None => Some('\\'),
        Some(text) => text.chars().next(),
    };
    match kind {
        LikeKind::Like => like_to_regex(pattern, escape).ok(),
        LikeKind::ILike => like_to_regex(pattern, escape).ok().map(|regex| format!("(?i){regex}")),
        LikeKind::SimilarTo => similar_to_regex(pattern, escape).ok(),
        LikeKind::Glob => glob_to_regex(pattern).ok(),
        LikeKind::Regex => posix_to_regex(pattern).ok(),
        LikeKind::IRegex => posix_to_regex(pattern).ok().map(|regex| format!("(?i){regex}")),
    }
}
