//! The pattern languages of SQL, as regular expressions of the `regex` crate.
//!
//! LIKE, GLOB and SIMILAR TO match the whole text, so their expressions are anchored. POSIX and PCRE expressions
//! search, as in the server. Case is the caller's business: put `(?i)` in front.
//!
//! A translation that would only be nearly right is refused: [`PatternError::Unsupported`] tells what the `regex` crate
//! does not have, such as look-around.

mod posix;

use thiserror::Error;

pub use posix::{pcre_to_regex, posix_to_regex};

/// The pattern has no translation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PatternError {
    /// The server refuses the pattern: a LIKE pattern that ends with its escape character, an open bracket.
    #[error("invalid pattern `{pattern}`: {reason}")]
    Invalid {
        /// The pattern.
        pattern: String,
        /// Why, as a phrase.
        reason: &'static str,
    },
    /// The server knows it, the `regex` crate does not: `(?=a)`, `\1`.
    #[error("pattern `{pattern}` uses {feature}")]
    Unsupported {
        /// The pattern.
        pattern: String,
        /// What, as a phrase.
        feature: &'static str,
    },
}

impl PatternError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "pattern-invalid",
            Self::Unsupported { .. } => "pattern-unsupported",
        }
    }

    /// The server's own refusal.
    fn invalid(pattern: &str, reason: &'static str) -> Self {
        Self::Invalid { pattern: pattern.to_owned(), reason }
    }

    /// What the translation does not cover.
    fn unsupported(pattern: &str, feature: &'static str) -> Self {
        Self::Unsupported { pattern: pattern.to_owned(), feature }
    }
}

/// `LIKE`: `%` is any text, `_` any character. `escape` is the dialect's default (`\` in PostgreSQL and MySQL, none in
/// SQLite) unless the expression names one.
///
/// ```
/// assert_eq!(seedbed_sql_values::pattern::like_to_regex("a%_!%", Some('!')).unwrap(), "(?s)^a.*.%$");
/// ```
///
/// # Errors
/// [`PatternError::Invalid`] when the pattern ends with its escape character.
pub fn like_to_regex(pattern: &str, escape: Option<char>) -> Result<String, PatternError> {
    let mut out = String::from("(?s)^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => push_escaped(pattern, chars.next(), &mut out)?,
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            c => push_literal(&mut out, c),
        }
    }
    out.push('$');
    Ok(out)
}

/// SQLite's `GLOB`: `*` is any text, `?` any character, `[a-c]` and `[^a-c]` sets (lang_expr.html, §5).
///
/// ```
/// use seedbed_sql_values::pattern::glob_to_regex;
/// assert_eq!(glob_to_regex("[a-c]?*").unwrap(), "(?s)^[a-c]..*$");
/// ```
///
/// # Errors
/// [`PatternError::Unsupported`] when a set is not closed; SQLite then matches nothing.
pub fn glob_to_regex(pattern: &str) -> Result<String, PatternError> {
    let mut out = String::from("(?s)^");
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '[' => {
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                let mut first = true;
                loop {
                    let c = chars
                        .next()
                        .ok_or_else(|| PatternError::unsupported(pattern, "a set that is not closed"))?;
                    match c {
                        ']' if !first => break,
                        '-' => out.push_str(if first || chars.peek() == Some(&']') { "\\-" } else { "-" }),
                        c => push_in_set(&mut out, c),
                    }
                    first = false;
                }
                out.push(']');
            }
            c => push_literal(&mut out, c),
        }
    }
    out.push('$');
    Ok(out)
}

/// `SIMILAR TO`: LIKE's wildcards with `| * + ? {m,n} ( ) [ ]`; `. ^ $` are ordinary (SQL:2016, §8.6).
///
/// ```
/// use seedbed_sql_values::pattern::similar_to_regex;
/// assert_eq!(similar_to_regex("(a|b)%", Some('!')).unwrap(), "(?s)^(?:(?:a|b).*)$");
/// ```
///
/// # Errors
/// [`PatternError::Invalid`] when the pattern ends with its escape character or leaves a set open.
pub fn similar_to_regex(pattern: &str, escape: Option<char>) -> Result<String, PatternError> {
    let mut out = String::from("(?s)^(?:");
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => push_escaped(pattern, chars.next(), &mut out)?,
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '(' => out.push_str("(?:"),
            '|' | '*' | '+' | '?' | '{' | '}' | ')' => out.push(c),
            '[' => posix::push_set(pattern, &mut chars, &mut out, posix::Flavor::Similar)?,
            c => push_literal(&mut out, c),
        }
    }
    out.push_str(")$");
    Ok(out)
}

/// Adds what stands behind an escape character, which stands for itself.
fn push_escaped(pattern: &str, behind: Option<char>, out: &mut String) -> Result<(), PatternError> {
    let literal =
        behind.ok_or_else(|| PatternError::invalid(pattern, "it ends with the escape character"))?;
    push_literal(out, literal);
    Ok(())
}

/// One ordinary character.
fn push_literal(out: &mut String, c: char) {
    let mut buffer = [0; 4];
    out.push_str(&regex_syntax::escape(c.encode_utf8(&mut buffer)));
}

/// One ordinary character inside `[...]`, where `&&`, `--`, `~~` and `[` mean something to the `regex` crate.
fn push_in_set(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn check(regex: Result<String, PatternError>, matches: &[&str], differs: &[&str]) {
        let regex = Regex::new(&regex.unwrap()).unwrap();
        for text in matches {
            assert!(regex.is_match(text), "{regex} should match {text:?}");
        }
        for text in differs {
            assert!(!regex.is_match(text), "{regex} should not match {text:?}");
        }
    }

    #[test]
    fn like() {
        check(like_to_regex("a.%", Some('\\')), &["a.", "a.b\nc"], &["ab", "xa."]);
        check(like_to_regex(r"50\%", Some('\\')), &["50%"], &["50x"]);
        check(like_to_regex(r"a\", None), &["a\\"], &["a"]);
        assert_eq!(like_to_regex(r"a\", Some('\\')).unwrap_err().code(), "pattern-invalid");
    }

    #[test]
    fn glob() {
        check(glob_to_regex("[a-c]?*"), &["bx", "axyz"], &["dx", "a"]);
        check(glob_to_regex("[^0-9]"), &["x"], &["5"]);
        check(glob_to_regex("[]a]"), &["]", "a"], &["b"]);
        check(glob_to_regex("[a&&b~-]"), &["&", "~", "-"], &["c"]);
    }

    #[test]
    fn similar() {
        check(similar_to_regex("(a|b)%", Some('\\')), &["a", "bcd"], &["cab"]);
        check(similar_to_regex("a.b|c", Some('\\')), &["a.b", "c"], &["axb"]);
        check(similar_to_regex("[0-9]{3}", Some('\\')), &["123"], &["12"]);
        check(similar_to_regex("[[:digit:]]_", Some('\\')), &["1x"], &["x1"]);
    }
}
