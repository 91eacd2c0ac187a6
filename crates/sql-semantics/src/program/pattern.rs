//! Patterns of a program: constants, compiled with it.

use crate::Context;
use crate::matching::{Matcher, matcher};
use seedbed_schema_model::{Expr, LikeKind};

/// A pattern that a text is matched with.
#[derive(Debug)]
pub(super) enum Pattern {
    /// `%part%`: letters match themselves.
    Contains(String),
    /// `part%`.
    StartsWith(String),
    /// `%part`.
    EndsWith(String),
    /// Any other, as a regular expression.
    Regex(Matcher),
}

impl Pattern {
    /// A pattern that tells letters of different case apart, or passes over it without folding texts first.
    pub(super) fn compile<'a>(
        kind: LikeKind,
        operand: &'a Expr,
        pattern: &'a Expr,
        escape: Option<&str>,
        text: &str,
        cx: &Context<'a>,
    ) -> Option<Self> {
        let matcher = matcher(kind, operand, pattern, escape, text, cx)?;
        let wildcard_escapes = escape.is_some_and(|escape| escape.contains(['%', '_']));
        if kind == LikeKind::Like && matcher.is_sensitive() && !wildcard_escapes {
            let special =
                |part: &str| part.contains(['%', '_', '\\']) || escape.is_some_and(|e| part.contains(e));
            let plain = |part: &str| (!special(part)).then(|| part.to_owned());
            let simple = match (text.strip_prefix('%'), text.strip_suffix('%')) {
                (Some(rest), Some(_)) => rest.strip_suffix('%').and_then(plain).map(Self::Contains),
                (Some(end), None) => plain(end).map(Self::EndsWith),
                (None, Some(start)) => plain(start).map(Self::StartsWith),
                (None, None) => None,
            };
            if let Some(simple) = simple {
                return Some(simple);
            }
        }
        Some(Self::Regex(matcher))
    }

    /// Whether a text matches; `None` where that is not sure.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        Some(match self {
            Self::Contains(part) => text.contains(part.as_str()),
            Self::StartsWith(start) => text.starts_with(start.as_str()),
            Self::EndsWith(end) => text.ends_with(end.as_str()),
            Self::Regex(matcher) => return matcher.matches(text),
        })
    }
}
