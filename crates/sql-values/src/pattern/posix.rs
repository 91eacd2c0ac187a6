//! PostgreSQL's advanced regular expressions (manual, §9.7.3) and the common ground of MySQL's and MariaDB's.
//!
//! One pass over the pattern, character by character; O(n). What both sides write alike is copied, the rest spelled
//! out, so that no character of the pattern means anything to the `regex` crate that it did not mean to the server.

use super::{PatternError, push_in_set, push_literal};
use std::iter::Peekable;
use std::str::Chars;

/// Whose dialect of regular expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavor {
    /// PostgreSQL.
    Are,
    /// MariaDB (PCRE) and MySQL (ICU).
    Pcre,
    /// Sets within `SIMILAR TO`.
    Similar,
}

/// PostgreSQL's `~`: an expression that *searches* the text.
///
/// ```
/// use seedbed_sql_values::pattern::posix_to_regex;
/// assert_eq!(posix_to_regex(r"\mfoo\M").unwrap(), r"(?s)\b{start}foo\b{end}");
/// assert!(posix_to_regex("a(?=b)").is_err(), "look-ahead");
/// ```
///
/// # Errors
/// [`PatternError::Unsupported`] for look-around, back references and directors other than `(?i)`-like flags.
pub fn posix_to_regex(pattern: &str) -> Result<String, PatternError> {
    translate(pattern, Flavor::Are)
}

/// MySQL's `REGEXP`: an expression that *searches* the text, in what PCRE and ICU share.
///
/// # Errors
/// As [`posix_to_regex`].
pub fn pcre_to_regex(pattern: &str) -> Result<String, PatternError> {
    translate(pattern, Flavor::Pcre)
}

/// The whole expression in one of the flavors.
fn translate(pattern: &str, flavor: Flavor) -> Result<String, PatternError> {
    // In an ARE a dot is any character; in PCRE any but a line's end.
    let mut out = String::from(if flavor == Flavor::Are { "(?s)" } else { "" });
    let body = if flavor == Flavor::Are { director(pattern, &mut out)? } else { pattern };
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => push_escape(pattern, &mut chars, &mut out, flavor)?,
            '[' => push_set(pattern, &mut chars, &mut out, flavor)?,
            '(' => push_group(pattern, &mut chars, &mut out, flavor)?,
            '{' if !chars.peek().is_some_and(char::is_ascii_digit) => out.push_str("\\{"),
            '*' | '+' | '?' => push_quantifier(pattern, c, &mut chars, &mut out)?,
            '}' | '{' | ')' | '|' | '^' | '$' | '.' => out.push(c),
            c => push_literal(&mut out, c),
        }
    }
    Ok(out)
}

/// `***:`, `***=` and leading `(?flags)`.
fn director<'a>(pattern: &'a str, out: &mut String) -> Result<&'a str, PatternError> {
    if let Some(literal) = pattern.strip_prefix("***=") {
        out.push_str(&regex_syntax::escape(literal));
        return Ok("");
    }
    let body = pattern.strip_prefix("***:").unwrap_or(pattern);
    let Some((flags, rest)) = body.strip_prefix("(?").and_then(|b| b.split_once(')')) else {
        return Ok(body);
    };
    if flags.is_empty() || !flags.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(body);
    }
    for flag in flags.chars() {
        match flag {
            'i' => out.push_str("(?i)"),
            'c' => out.push_str("(?-i)"),
            's' | 't' | 'e' => {}
            _ => return Err(PatternError::unsupported(pattern, "an embedded option")),
        }
    }
    Ok(rest)
}

/// An opening parenthesis with what stands behind it: a group that captures, one that doesn't, a flag.
fn push_group(
    pattern: &str,
    chars: &mut Peekable<Chars<'_>>,
    out: &mut String,
    flavor: Flavor,
) -> Result<(), PatternError> {
    if chars.peek() != Some(&'?') {
        out.push('(');
        return Ok(());
    }
    let mut ahead = chars.clone();
    ahead.next();
    match ahead.next() {
        Some(':') => out.push_str("(?:"),
        Some('i') if flavor == Flavor::Pcre && ahead.next() == Some(')') => out.push_str("(?i)"),
        Some('=' | '!' | '<') => return Err(PatternError::unsupported(pattern, "look-around")),
        _ => return Err(PatternError::unsupported(pattern, "an extended group")),
    }
    let taken = if out.ends_with("(?i)") { 3 } else { 2 };
    chars.nth(taken - 1);
    Ok(())
}

/// A quantifier that may be lazy, which does not change whether there is a match. A second one is an error in
/// PostgreSQL.
fn push_quantifier(
    pattern: &str,
    c: char,
    chars: &mut Peekable<Chars<'_>>,
    out: &mut String,
) -> Result<(), PatternError> {
    out.push(c);
    if chars.next_if_eq(&'?').is_some() {
        out.push('?');
    }
    match chars.peek() {
        Some('*' | '+' | '?') => Err(PatternError::unsupported(pattern, "stacked quantifiers")),
        _ => Ok(()),
    }
}

/// A backslash with what stands behind it: a class, an anchor, a character.
fn push_escape(
    pattern: &str,
    chars: &mut Peekable<Chars<'_>>,
    out: &mut String,
    flavor: Flavor,
) -> Result<(), PatternError> {
    let Some(c) = chars.next() else {
        return Err(PatternError::invalid(pattern, "it ends with a backslash"));
    };
    if let Some(literal) = control_escape(pattern, c, chars, flavor)? {
        push_literal(out, literal);
        return Ok(());
    }
    match (c, flavor) {
        ('d' | 'D' | 's' | 'S' | 'w' | 'W', _) => {
            out.push('\\');
            out.push(c);
        }
        ('A', _) => out.push_str("\\A"),
        ('Z', Flavor::Are) | ('z', Flavor::Pcre) => out.push_str("\\z"),
        ('m', Flavor::Are) => out.push_str("\\b{start}"),
        ('M', Flavor::Are) => out.push_str("\\b{end}"),
        ('y', Flavor::Are) | ('b', Flavor::Pcre) => out.push_str("\\b"),
        ('Y', Flavor::Are) | ('B', Flavor::Pcre) => out.push_str("\\B"),
        ('1'..='9', _) => return Err(PatternError::unsupported(pattern, "a back reference")),
        (c, _) if c.is_alphanumeric() => return Err(PatternError::unsupported(pattern, "an unknown escape")),
        (c, _) => push_literal(out, c),
    }
    Ok(())
}

/// Escapes that stand for one character.
fn control_escape(
    pattern: &str,
    c: char,
    chars: &mut Peekable<Chars<'_>>,
    flavor: Flavor,
) -> Result<Option<char>, PatternError> {
    let hex = |chars: &mut Peekable<Chars<'_>>, most: usize| -> Result<char, PatternError> {
        let mut code = 0u32;
        let mut digits = 0;
        while digits < most {
            let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else { break };
            code = code * 16 + digit;
            digits += 1;
            chars.next();
        }
        let code = if digits > 0 { char::from_u32(code) } else { None };
        code.ok_or_else(|| PatternError::invalid(pattern, "an escape names no character"))
    };
    Ok(Some(match (c, flavor) {
        ('n', _) => '\n',
        ('t', _) => '\t',
        ('r', _) => '\r',
        ('f', _) => '\x0c',
        ('v', Flavor::Are) => '\x0b',
        ('a', _) => '\x07',
        ('e', _) => '\x1b',
        ('b', Flavor::Are) => '\x08',
        ('B', Flavor::Are) => '\\',
        ('0', _) => '\0',
        ('x', Flavor::Are) => hex(chars, 8)?,
        ('x', _) => hex(chars, 2)?,
        ('u', Flavor::Are) => hex(chars, 4)?,
        ('U', Flavor::Are) => hex(chars, 8)?,
        _ => return Ok(None),
    }))
}

/// A bracket expression; its `[` is taken already.
pub(super) fn push_set(
    pattern: &str,
    chars: &mut Peekable<Chars<'_>>,
    out: &mut String,
    flavor: Flavor,
) -> Result<(), PatternError> {
    let open = || PatternError::invalid(pattern, "brackets are not balanced");
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    loop {
        let c = chars.next().ok_or_else(open)?;
        match c {
            ']' if !first => break,
            '[' if matches!(chars.peek(), Some(':' | '.' | '=')) => push_class(pattern, chars, out)?,
            '\\' if flavor != Flavor::Similar => {
                let c = *chars.peek().ok_or_else(open)?;
                if matches!(c, 'd' | 'D' | 's' | 'S' | 'w' | 'W') {
                    out.push('\\');
                    out.push(c);
                    chars.next();
                } else {
                    chars.next();
                    let literal = control_escape(pattern, c, chars, flavor)?.unwrap_or(c);
                    push_in_set(out, literal);
                }
            }
            '-' if first || chars.peek() == Some(&']') => out.push_str("\\-"),
            '-' => out.push('-'),
            c => push_in_set(out, c),
        }
        first = false;
    }
    out.push(']');
    Ok(())
}

/// `[:alpha:]`, `[.x.]` or `[=x=]` within a bracket expression (PostgreSQL's manual, §9.7.3.2).
fn push_class(pattern: &str, chars: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), PatternError> {
    let mark = chars.next().unwrap_or(':');
    let mut name = String::new();
    loop {
        match chars.next() {
            Some(c) if c == mark && chars.peek() == Some(&']') => {
                chars.next();
                break;
            }
            Some(c) => name.push(c),
            None => return Err(PatternError::invalid(pattern, "brackets are not balanced")),
        }
    }
    if mark != ':' {
        let mut letters = name.chars();
        return match (letters.next(), letters.next()) {
            (Some(c), None) => {
                push_in_set(out, c);
                Ok(())
            }
            _ => Err(PatternError::unsupported(pattern, "a collating element")),
        };
    }
    out.push_str(match name.as_str() {
        "alpha" => r"\p{Alphabetic}",
        "upper" => r"\p{Uppercase}",
        "lower" => r"\p{Lowercase}",
        "digit" => "0-9",
        "alnum" => r"\p{Alphabetic}\p{Nd}",
        "space" => r"\s",
        "blank" => r" \t",
        "punct" => r"\p{P}\p{S}",
        "xdigit" => "0-9A-Fa-f",
        "cntrl" => r"\p{Cc}",
        "print" => r"\P{C}",
        "graph" => r"[\P{C}--\s]",
        "word" => r"\w",
        "ascii" => r"\x00-\x7F",
        _ => return Err(PatternError::invalid(pattern, "it names no character class")),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn check(pattern: &str, matches: &[&str], differs: &[&str]) {
        let regex = Regex::new(&posix_to_regex(pattern).unwrap()).unwrap();
        for text in matches {
            assert!(regex.is_match(text), "{pattern} should match {text:?}");
        }
        for text in differs {
            assert!(!regex.is_match(text), "{pattern} should not match {text:?}");
        }
    }

    #[test]
    fn searches_like_postgres() {
        check("b+", &["abc"], &["ac"]);
        check(r"^\w+@\w+\.[a-z]{2,}$", &["a@b.org"], &["a@b", "a b@c.org"]);
        check(r"\mfoo\M", &["a foo b"], &["afoo"]);
        check("^[[:alpha:]_][[:alnum:]_]*$", &["é1", "_x"], &["1x", ""]);
        check("^[^]a-c-]+$", &["xyz"], &["b", "]", "-"]);
        check("a.b", &["a\nb"], &[]);
        check("a{x", &["a{x"], &["ax"]);
        check(r"^\u0041\x42$", &["AB"], &["ab"]);
        check("(?i)abc", &["ABC"], &["ab"]);
        check("***=a.b", &["xa.bx"], &["axb"]);
        check(r"[\s,]", &[",", " "], &["a"]);
    }

    #[test]
    fn tells_what_it_does_not_know() {
        for pattern in ["a(?=b)", "(?!x)", r"(a)\1", "(?<n>a)"] {
            assert_eq!(posix_to_regex(pattern).unwrap_err().code(), "pattern-unsupported", "{pattern}");
        }
        for pattern in ["[a", "a\\"] {
            assert_eq!(posix_to_regex(pattern).unwrap_err().code(), "pattern-invalid", "{pattern}");
        }
    }
}
