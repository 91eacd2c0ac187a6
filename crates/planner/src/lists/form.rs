//! A pattern that texts of a sample are held against.

use regex::Regex;
use seedbed_solver::PlacePattern;

/// What has a meaning of its own in a regular expression.
const META: &str = r"\.+*?()|[]{}^$#&-~";

/// A pattern, ready to be asked of many texts.
pub(super) enum Form<'p> {
    /// Some text anywhere, as `LIKE '%@%'` asks for it: nothing has to be compiled.
    Contains(&'p str),
    /// Certain characters at each place, as `^[A-Z]{2}$` asks for them: compiling it costs more than asking it.
    Places(PlacePattern),
    /// Any other.
    Matches(Regex),
}

impl<'p> Form<'p> {
    /// A pattern of a column's domain; `None` if it can't be compiled.
    pub(super) fn of(pattern: &'p str) -> Option<Self> {
        let inner = pattern.strip_prefix("(?s)^.*").and_then(|rest| rest.strip_suffix(".*$"));
        match inner.filter(|inner| !inner.contains(|c| META.contains(c))) {
            Some(literal) => Some(Self::Contains(literal)),
            None => PlacePattern::of(pattern)
                .map(Self::Places)
                .or_else(|| Regex::new(pattern).ok().map(Self::Matches)),
        }
    }

    /// Whether a text has the form.
    pub(super) fn is_of(&self, text: &str) -> bool {
        match self {
            Self::Contains(literal) => text.contains(literal),
            Self::Places(places) => places.is_match(text),
            Self::Matches(regex) => regex.is_match(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_what_its_regular_expression_says() {
        let patterns =
            ["(?s)^.*@.*$", "(?s)^.*a b.*$", "(?s)^.*\\..*$", "(?s)^.*.*$", "(?s)^.*a.*b.*$", "^[A-Z]{2}$"];
        let texts = ["", "@", "a@b", "a\n@\nb", "a b", "ab", ".", "AB", "ABC", "é@日"];
        for pattern in patterns {
            let (form, regex) = (Form::of(pattern).unwrap(), Regex::new(pattern).unwrap());
            for text in texts {
                assert_eq!(form.is_of(text), regex.is_match(text), "{pattern} of {text:?}");
            }
        }
        assert!(matches!(Form::of("(?s)^.*@.*$"), Some(Form::Contains("@"))));
        assert!(Form::of("(").is_none());
    }
}
