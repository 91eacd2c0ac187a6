//! LIKE and the other pattern matches.
//!
//! A pattern is translated into an expression of the `regex` crate by `seedbed_sql_values::pattern`; case and accents
//! are taken care of here, by folding both sides or by a flag. Expressions are compiled once per thread.

use crate::evaluate::Evaluator;
use crate::typing::{comparison_collation, type_of};
use crate::{Context, EvaluateError, Unsupported, cast};
use regex::Regex;
use seedbed_schema_model::{Expr, LikeKind, SqlType};
use seedbed_sql_values::collation::MySqlRules;
use seedbed_sql_values::pattern::{
    PatternError, glob_to_regex, like_to_regex, pcre_to_regex, posix_to_regex, similar_to_regex,
};
use seedbed_sql_values::{CharPadding, representation};
use std::cell::RefCell;
use std::collections::HashMap;

/// Whether the operand matches; `None` when either side is NULL.
pub(crate) fn like<'a>(
    evaluator: &Evaluator<'a>,
    kind: LikeKind,
    operand: &'a Expr,
    pattern: &'a Expr,
    escape: Option<&str>,
) -> Result<Option<bool>, EvaluateError> {
    let cx = evaluator.cx;
    let (value, wanted) = (evaluator.eval(operand)?, evaluator.eval(pattern)?);
    if value.is_null() || wanted.is_null() {
        return Ok(None);
    }
    if type_of(operand, cx).as_deref() == Some(&SqlType::Ltree) {
        return Err(EvaluateError::unsupported("a match of an `ltree`"));
    }
    let text = padded(cast::as_text(&value, cx), operand, cx);
    let case = case_of(kind, operand, pattern, cx);
    let language = Language::new(kind, escape, case, &cx.semantics.patterns)?;
    let wanted = cast::as_text(&wanted, cx);
    let (text, wanted) = if case == Case::Folded { (folded(&text), folded(&wanted)) } else { (text, wanted) };
    matches(language, &wanted, &text)
}

/// How a dialect matches patterns.
#[derive(Debug)]
pub(crate) struct Patterns {
    /// The escape character of LIKE and SIMILAR TO without an ESCAPE.
    pub(crate) escape: Option<char>,
    /// What a LIKE pattern means that ends with its escape character.
    pub(crate) dangling_escape: DanglingEscape,
    /// The expressions of `~` and `REGEXP`, or what is said of them where there are none.
    pub(crate) regular_expressions: Result<RegexFlavor, &'static str>,
    /// Which patterns pass over case.
    pub(crate) case: PatternCase,
}

/// A LIKE pattern that ends with its escape character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DanglingEscape {
    /// It is an error.
    Error,
    /// The escape character stands for itself.
    Literal,
    /// It matches nothing.
    MatchesNothing,
}

/// A language of regular expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RegexFlavor {
    /// PostgreSQL's advanced regular expressions.
    Posix,
    /// MariaDB's PCRE and MySQL's ICU.
    Pcre,
}

/// What decides whether a pattern passes over case. ILIKE always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatternCase {
    /// The operand's type: `citext` does.
    ByType,
    /// The collation of both sides: for LIKE with accents, for regular expressions without.
    ByCollation,
    /// LIKE does, for ASCII letters.
    Ascii,
}

/// How a pattern is read, but for the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Language {
    /// What it is written in.
    form: PatternLanguage,
    /// What is done about case.
    case: Case,
    /// The escape character of LIKE and SIMILAR TO, if there is one.
    escape: Option<char>,
    /// What an escape character at the end means.
    dangling_escape: DanglingEscape,
}

/// The language that a pattern is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum PatternLanguage {
    /// LIKE, with `%` and `_`.
    Like,
    /// SIMILAR TO, LIKE's wildcards in a regular expression.
    SimilarTo,
    /// SQLite's GLOB, with `*`, `?` and sets.
    Glob,
    /// PostgreSQL's regular expressions.
    Posix,
    /// MySQL's and MariaDB's.
    Pcre,
}

/// What is done about case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Case {
    /// Letters match themselves.
    Sensitive,
    /// The expression passes over it.
    Insensitive,
    /// ASCII letters are lower-cased on both sides.
    AsciiLowered,
    /// Case and accents are taken off both sides first.
    Folded,
}

impl Language {
    /// How the dialect reads a pattern of some kind; refused where it has no such patterns.
    pub(crate) fn new(
        kind: LikeKind,
        escape: Option<&str>,
        case: Case,
        rules: &Patterns,
    ) -> Result<Self, Unsupported> {
        let form = match (kind, rules.regular_expressions) {
            (LikeKind::Like | LikeKind::ILike, _) => PatternLanguage::Like,
            (LikeKind::SimilarTo, _) => PatternLanguage::SimilarTo,
            (LikeKind::Glob, _) => PatternLanguage::Glob,
            (LikeKind::Regex | LikeKind::IRegex, Ok(RegexFlavor::Posix)) => PatternLanguage::Posix,
            (LikeKind::Regex | LikeKind::IRegex, Ok(RegexFlavor::Pcre)) => PatternLanguage::Pcre,
            (LikeKind::Regex | LikeKind::IRegex, Err(what)) => {
                return Err(Unsupported { what: what.to_owned() });
            }
        };
        let escape = escape.map_or(rules.escape, |e| e.chars().next());
        Ok(Self { form, case, escape, dangling_escape: rules.dangling_escape })
    }

    /// The expression that matches what the pattern matches.
    fn regex(self, pattern: &str) -> Result<String, PatternError> {
        let body = match self.form {
            PatternLanguage::Like => self.like(pattern),
            PatternLanguage::SimilarTo => similar_to_regex(pattern, self.escape),
            PatternLanguage::Glob => glob_to_regex(pattern).or_else(|_| Ok(NOTHING.to_owned())),
            PatternLanguage::Pcre => pcre_to_regex(pattern),
            PatternLanguage::Posix => posix_to_regex(pattern),
        }?;
        Ok(match self.case {
            Case::AsciiLowered => lower_case_literals(&body),
            Case::Insensitive => format!("(?i){body}"),
            Case::Sensitive | Case::Folded => body,
        })
    }

    /// LIKE, with the dialect's reading of an escape character at the end.
    fn like(self, pattern: &str) -> Result<String, PatternError> {
        like_to_regex(pattern, self.escape).or_else(|error| match self.dangling_escape {
            DanglingEscape::Error => Err(error),
            DanglingEscape::Literal => like_to_regex(&format!("{pattern}\\"), Some('\\')),
            DanglingEscape::MatchesNothing => Ok(NOTHING.to_owned()),
        })
    }
}

/// An expression that matches no text.
const NOTHING: &str = "[^\\s\\S]";

/// What is done about case, by the kind of match, the operand's type and the collation.
pub(crate) fn case_of<'a>(kind: LikeKind, operand: &'a Expr, pattern: &'a Expr, cx: &Context<'a>) -> Case {
    let citext = || matches!(type_of(operand, cx).as_deref(), Some(SqlType::Citext));
    let binary = |e| {
        let ty = type_of(e, cx);
        matches!(
            ty.as_deref(),
            Some(SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. })
        )
    };
    let sensitive = || {
        MySqlRules::of(comparison_collation(operand, pattern, cx)).case_sensitive
            || binary(operand)
            || binary(pattern)
    };
    match (cx.semantics.patterns.case, kind) {
        (PatternCase::Ascii, LikeKind::Like | LikeKind::ILike) => Case::AsciiLowered,
        (_, LikeKind::ILike | LikeKind::IRegex) => Case::Insensitive,
        (PatternCase::ByType, _) if citext() => Case::Insensitive,
        (PatternCase::ByCollation, LikeKind::Like) if !sensitive() => Case::Folded,
        (PatternCase::ByCollation, LikeKind::Regex) if !sensitive() => Case::Insensitive,
        _ => Case::Sensitive,
    }
}

/// The expression with its ASCII letters in lower case, those of escapes as they are.
fn lower_case_literals(regex: &str) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut escaped = false;
    for c in regex.chars() {
        out.push(if escaped { c } else { c.to_ascii_lowercase() });
        escaped = c == '\\' && !escaped;
    }
    out
}

/// Compiled expressions by language and pattern: a CHECK meets every row with the same one.
type Cache = HashMap<(Language, String), Result<Regex, EvaluateError>>;

/// Enough for all CHECKs of a schema; beyond it the patterns come from rows.
const CACHE_LIMIT: usize = 512;

thread_local! {
    static COMPILED: RefCell<Cache> = RefCell::new(HashMap::new());
}

/// Whether the text matches, by the compiled expression of the thread.
fn matches(language: Language, pattern: &str, text: &str) -> Result<Option<bool>, EvaluateError> {
    let lowered = language.case == Case::AsciiLowered;
    let subject = if lowered { text.to_ascii_lowercase() } else { text.to_owned() };
    with_regex(language, pattern, |regex| Some(regex.is_match(&subject)))
}

/// What is asked of the compiled expression of the thread.
pub(crate) fn with_regex<T>(
    language: Language,
    pattern: &str,
    ask: impl FnOnce(&Regex) -> T,
) -> Result<T, EvaluateError> {
    let key = (language, pattern.to_owned());
    COMPILED.with_borrow_mut(|cache| {
        if cache.len() >= CACHE_LIMIT && !cache.contains_key(&key) {
            cache.clear();
        }
        let compiled = cache.entry(key).or_insert_with(|| compile(language, pattern));
        compiled.as_ref().map(ask).map_err(Clone::clone)
    })
}

/// The compiled expression; an unknown one stays known as such.
fn compile(language: Language, pattern: &str) -> Result<Regex, EvaluateError> {
    let text = language.regex(pattern)?;
    // What our translation lets through and the crate refuses, the server may know.
    Regex::new(&text).map_err(|_| EvaluateError::unsupported(format!("the pattern `{pattern}`")))
}

/// A constant pattern, compiled for good.
#[derive(Debug)]
pub(crate) struct Matcher {
    regex: Regex,
    case: Case,
}

impl Matcher {
    /// Whether letters match themselves alone.
    pub(crate) fn is_sensitive(&self) -> bool {
        self.case == Case::Sensitive
    }

    /// Whether a text matches; `None` where it would have to be folded first.
    pub(crate) fn matches(&self, text: &str) -> Option<bool> {
        match self.case {
            Case::Sensitive | Case::Insensitive => Some(self.regex.is_match(text)),
            Case::AsciiLowered if !text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Some(self.regex.is_match(text))
            }
            Case::AsciiLowered | Case::Folded => None,
        }
    }
}

/// The matcher of a constant pattern of this text, where texts need not be folded for it.
pub(crate) fn matcher<'a>(
    kind: LikeKind,
    operand: &'a Expr,
    pattern: &'a Expr,
    escape: Option<&str>,
    text: &str,
    cx: &Context<'a>,
) -> Option<Matcher> {
    let case = case_of(kind, operand, pattern, cx);
    let language = Language::new(kind, escape, case, &cx.semantics.patterns).ok()?;
    let regex = compile(language, text).ok()?;
    (case != Case::Folded).then_some(Matcher { regex, case })
}

/// Whether a pattern can be matched, for saying so before the first row; a constant one is `pattern`.
pub(crate) fn supported(
    kind: LikeKind,
    pattern: Option<&str>,
    escape: Option<&str>,
    cx: &Context<'_>,
) -> Result<(), Unsupported> {
    let language = Language::new(kind, escape, Case::Sensitive, &cx.semantics.patterns)?;
    match pattern.map(|pattern| compile(language, pattern)) {
        Some(Err(EvaluateError::Unsupported(unsupported))) => Err(unsupported),
        _ => Ok(()),
    }
}

impl From<PatternError> for EvaluateError {
    fn from(error: PatternError) -> Self {
        match error {
            PatternError::Invalid { .. } => Self::runtime(error.to_string()),
            error => Self::unsupported(format!("a {error}")),
        }
    }
}

/// A `char(n)` column matches with its padding.
fn padded(mut text: String, operand: &Expr, cx: &Context<'_>) -> String {
    if representation(cx.dialect()).storage.char_padding == CharPadding::Counts
        && let Some(SqlType::Char { length }) = type_of(operand, cx).as_deref()
    {
        let missing = (length.unwrap_or(1) as usize).saturating_sub(text.chars().count());
        text.extend(std::iter::repeat_n(' ', missing));
    }
    text
}

/// Case and accents off, trailing spaces kept: MySQL's LIKE compares character by character.
fn folded(text: &str) -> String {
    MySqlRules::of(Some("utf8mb4_nopad_general_ci")).fold(text).into_owned()
}
