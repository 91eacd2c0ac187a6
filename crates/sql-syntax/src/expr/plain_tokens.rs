//! The tokens of plain text as sqlparser would make them, in a fraction of the time: words, numbers, strings, brackets
//! and the commonest operators, which are nearly all that expressions are made of.
//!
//! Whatever has a second meaning in some dialect isn't plain: prefixes of strings, escapes, comments, operators that a
//! server may have defined. Then sqlparser's own tokenizer reads the whole text. The tests hold the two against each
//! other.

use sqlparser::dialect::Dialect;
use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::tokenizer::{Token, Whitespace, Word};

/// The tokens of a text; `None` if it isn't plain.
pub(super) fn plain_tokens(text: &str, grammar: &dyn Dialect) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(text.len() / 3);
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let (token, len) = match first {
            b' ' => (Token::Whitespace(Whitespace::Space), 1),
            b'(' => (Token::LParen, 1),
            b')' => (Token::RParen, 1),
            b',' => (Token::Comma, 1),
            b'\'' => string(rest)?,
            b'"' if grammar.is_delimited_identifier_start('"') => quoted_name(rest)?,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => word(rest)?,
            b'0'..=b'9' => number(rest, tokens.last())?,
            b'.' => period(rest, tokens.last())?,
            _ => operator(rest)?,
        };
        tokens.push(token);
        rest = &rest[len..];
    }
    Some(tokens)
}

/// A string without quotes and backslashes in it.
fn string(rest: &str) -> Option<(Token, usize)> {
    let inner = inner(rest, b'\'')?;
    Some((Token::SingleQuotedString(inner.to_owned()), inner.len() + 2))
}

/// A quoted name without quotes and backslashes in it.
fn quoted_name(rest: &str) -> Option<(Token, usize)> {
    let value = inner(rest, b'"')?.to_owned();
    let len = value.len() + 2;
    Some((Token::Word(Word { value, quote_style: Some('"'), keyword: Keyword::NoKeyword }), len))
}

/// What stands between the first byte, a quote, and the next one, if nothing in it or behind it changes what it means.
fn inner(rest: &str, quote: u8) -> Option<&str> {
    let end = 1 + rest.bytes().skip(1).position(|b| b == quote || b == b'\\')?;
    let ends = rest.as_bytes()[end] == quote && !matches!(rest.as_bytes().get(end + 1), Some(b'\'' | b'"'));
    ends.then(|| &rest[1..end])
}

/// A keyword or a bare name.
fn word(rest: &str) -> Option<(Token, usize)> {
    let len = run(rest, |b| b.is_ascii_alphanumeric() || b == b'_');
    is_plain_end(rest, len).then(|| {
        let value = rest[..len].to_owned();
        let keyword = keyword(&value);
        (Token::Word(Word { value, quote_style: None, keyword }), len)
    })
}

/// The keyword that a bare word is.
fn keyword(word: &str) -> Keyword {
    let upper = word.bytes().map(|b| b.to_ascii_uppercase());
    let found = ALL_KEYWORDS.binary_search_by(|keyword| keyword.bytes().cmp(upper.clone()));
    found.map_or(Keyword::NoKeyword, |at| ALL_KEYWORDS_INDEX[at])
}

/// Digits, with a point between them or without one. What follows a point may be the number of a column or part of a
/// name.
fn number(rest: &str, before: Option<&Token>) -> Option<(Token, usize)> {
    let digits = |from: usize| run(&rest[from..], |b| b.is_ascii_digit());
    let whole = digits(0);
    let len = match rest.as_bytes().get(whole) {
        Some(b'.') => match digits(whole + 1) {
            0 => return None,
            fraction => whole + 1 + fraction,
        },
        _ => whole,
    };
    let plain = is_plain_end(rest, len) && rest.as_bytes().get(len) != Some(&b'.');
    (plain && !matches!(before, Some(Token::Period | Token::Word(_))))
        .then(|| (Token::Number(rest[..len].to_owned(), false), len))
}

/// The point between two names.
fn period(rest: &str, before: Option<&Token>) -> Option<(Token, usize)> {
    let named = rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
    (named && matches!(before, Some(Token::Word(_)))).then_some((Token::Period, 1))
}

/// An operator that is no part of a longer one.
fn operator(rest: &str) -> Option<(Token, usize)> {
    let len =
        run(rest, |b| !b.is_ascii_alphanumeric() && !matches!(b, b' ' | b'\'' | b'(' | b')' | b',' | b'_'));
    let token = match &rest[..len] {
        "=" => Token::Eq,
        "<" => Token::Lt,
        "<=" => Token::LtEq,
        "<>" | "!=" => Token::Neq,
        ">" => Token::Gt,
        ">=" => Token::GtEq,
        "+" => Token::Plus,
        "-" => Token::Minus,
        "*" => Token::Mul,
        "||" => Token::StringConcat,
        "::" => Token::DoubleColon,
        _ => return None,
    };
    Some((token, len))
}

/// How many bytes at the front are of a kind.
fn run(rest: &str, is: impl Fn(u8) -> bool) -> usize {
    rest.bytes().position(|b| !is(b)).unwrap_or(rest.len())
}

/// Whether a word or a number ends where something begins that is no part of it in any dialect.
fn is_plain_end(rest: &str, at: usize) -> bool {
    let next = rest.as_bytes().get(at);
    next.is_none_or(|b| {
        matches!(b, b' ' | b'(' | b')' | b',' | b'.' | b'=' | b'<' | b'>' | b'+' | b'-' | b'*' | b'|' | b':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::syntax;
    use sqlparser::tokenizer::Tokenizer;

    /// What is taken for plain is what sqlparser makes of it.
    fn check(text: &str) -> usize {
        let mut plain = 0;
        for dialect in seedbed_schema_model::Dialect::ALL {
            let grammar = syntax(dialect).expressions.grammar;
            if let Some(tokens) = plain_tokens(text, grammar) {
                assert_eq!(Ok(tokens), Tokenizer::new(grammar, text).tokenize(), "{text} of {dialect:?}");
                plain += 1;
            }
        }
        plain
    }

    #[test]
    fn every_text_of_few_parts_is_read_alike() {
        let parts = [
            " ", "(", "'", "\"", "a", "E", "x1", "_", "1", "0x", ".", "2.5", "=", "<", ">", "-", "*", "/",
            "|", ":", "!", "'b'", "\"c\"", "%", "$", "é", "\\", "select", "NULL", "b", "n", "e1", "L", "#",
            "@", "&", "~", "?", "[",
        ];
        let mut plain = 0;
        for first in parts {
            for second in parts {
                plain += check(&format!("{first}{second}"));
                for third in parts {
                    plain += check(&format!("{first}{second}{third}"));
                    for fourth in [" ", "a", "1", ".", "'", "=", ">", "-", "\"d\""] {
                        plain += check(&format!("{first}{second}{third}{fourth}"));
                    }
                }
            }
        }
        assert!(plain > 0);
    }

    #[test]
    fn what_expressions_are_made_of_is_plain() {
        for text in [
            "price >= 0.99 AND price <= 499.00",
            "slug = lower(slug)",
            "now()",
            "nextval('a_seq'::regclass)",
            "status IN ('open', 'paid')",
            "a.b <> 5 OR c || 'x' IS NOT NULL",
            "(-1)",
        ] {
            assert_eq!(check(text), seedbed_schema_model::Dialect::ALL.len(), "{text}");
        }
    }
}
