//! LIKE and the other pattern matches.

use crate::collation::MySqlRules;
use crate::evaluate::Evaluator;
use crate::typing::{comparison_collation, type_of};
use crate::{
    Context, EvaluateError, PatternError, cast, fold, glob_to_regex, like_to_regex, pcre_to_regex,
    posix_to_regex, similar_to_regex,
};
use regex::Regex;
use seedbed_schema_model::{Dialect, Expr, LikeKind, SqlType};
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
    let text = padded(cast::as_text(&value, cx), operand, cx);
    let language = Language::of(kind, operand, pattern, cx)?;
    let wanted = cast::as_text(&wanted, cx);
    let (text, wanted) =
        if language.fold { (folded(&text, cx), folded(&wanted, cx)) } else { (text, wanted) };
    matches(language, &wanted, escape, &text)
}

/// Which expression a pattern becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Language {
    kind: LikeKind,
    dialect: Dialect,
    ignore_case: bool,
    /// Case and accents are taken off both sides first.
    fold: bool,
}

impl Language {
    fn of<'a>(
        kind: LikeKind,
        operand: &'a Expr,
        pattern: &'a Expr,
        cx: &Context<'a>,
    ) -> Result<Self, EvaluateError> {
        let dialect = cx.dialect();
        let citext = || matches!(type_of(operand, cx).as_deref(), Some(SqlType::Citext));
        let insensitive = || !MySqlRules::of(comparison_collation(operand, pattern, cx)).case_sensitive;
        let (ignore_case, fold) = match (dialect, kind) {
            (Dialect::Sqlite, LikeKind::Regex | LikeKind::IRegex) => {
                return Err(EvaluateError::unsupported("`REGEXP`, which SQLite leaves to the application"));
            }
            (Dialect::Sqlite, LikeKind::Like) => (true, false),
            (Dialect::MySql, LikeKind::Like) => (false, insensitive()),
            (Dialect::MySql, LikeKind::Regex) => (insensitive(), false),
            (_, LikeKind::ILike | LikeKind::IRegex) => (true, false),
            (Dialect::Postgres, _) => (citext(), false),
            _ => (false, false),
        };
        Ok(Self { kind, dialect, ignore_case, fold })
    }

    fn regex(self, pattern: &str, escape: Option<&str>) -> Result<String, PatternError> {
        let default = if self.dialect == Dialect::Sqlite { None } else { Some('\\') };
        let escape = escape.map_or(default, |e| e.chars().next());
        let body = match self.kind {
            LikeKind::Like | LikeKind::ILike => match like_to_regex(pattern, escape) {
                // MySQL takes a backslash at the end for itself.
                Err(_) if self.dialect == Dialect::MySql => {
                    like_to_regex(&format!("{pattern}\\"), Some('\\'))
                }
                // SQLite's LIKE matches nothing then.
                Err(_) if self.dialect == Dialect::Sqlite => Ok("[^\\s\\S]".to_owned()),
                other => other,
            },
            LikeKind::SimilarTo => similar_to_regex(pattern, escape),
            LikeKind::Glob => glob_to_regex(pattern).or_else(|_| Ok("[^\\s\\S]".to_owned())),
            LikeKind::Regex | LikeKind::IRegex if self.dialect == Dialect::MySql => pcre_to_regex(pattern),
            LikeKind::Regex | LikeKind::IRegex => posix_to_regex(pattern),
        }?;
        Ok(match (self.ignore_case, self.dialect) {
            // SQLite folds ASCII alone: the text is lower-cased too.
            (true, Dialect::Sqlite) => lower_case_literals(&body),
            (true, _) => format!("(?i){body}"),
            (false, _) => body,
        })
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

/// Compiled expressions by language, escape and pattern: a CHECK meets every row with the same one.
type Cache = HashMap<(Language, Option<String>, String), Result<Regex, EvaluateError>>;

/// Enough for all CHECKs of a schema; beyond it the patterns come from rows.
const CACHE_LIMIT: usize = 512;

thread_local! {
    static COMPILED: RefCell<Cache> = RefCell::new(HashMap::new());
}

fn matches(
    language: Language,
    pattern: &str,
    escape: Option<&str>,
    text: &str,
) -> Result<Option<bool>, EvaluateError> {
    let key = (language, escape.map(str::to_owned), pattern.to_owned());
    let lowered = language.ignore_case && language.dialect == Dialect::Sqlite;
    let subject = if lowered { text.to_ascii_lowercase() } else { text.to_owned() };
    COMPILED.with_borrow_mut(|cache| {
        if cache.len() >= CACHE_LIMIT && !cache.contains_key(&key) {
            cache.clear();
        }
        let compiled = cache.entry(key).or_insert_with(|| compile(language, pattern, escape));
        compiled.as_ref().map(|regex| Some(regex.is_match(&subject))).map_err(Clone::clone)
    })
}

fn compile(language: Language, pattern: &str, escape: Option<&str>) -> Result<Regex, EvaluateError> {
    let text = language.regex(pattern, escape)?;
    // What our translation lets through and the crate refuses, the server may know.
    Regex::new(&text).map_err(|_| EvaluateError::unsupported(format!("the pattern `{pattern}`")))
}

/// Whether a constant pattern can be compiled, for saying so before the first row.
pub(crate) fn compiles(
    kind: LikeKind,
    pattern: &str,
    escape: Option<&str>,
    dialect: Dialect,
) -> Result<(), EvaluateError> {
    let language = Language { kind, dialect, ignore_case: false, fold: false };
    compile(language, pattern, escape).map(drop)
}

impl From<PatternError> for EvaluateError {
    fn from(error: PatternError) -> Self {
        match error {
            PatternError::Invalid { .. } => Self::runtime(error.to_string()),
            PatternError::Unsupported { .. } => Self::unsupported(format!("a {error}")),
        }
    }
}

/// A `char(n)` column matches with its padding.
fn padded(mut text: String, operand: &Expr, cx: &Context<'_>) -> String {
    if cx.dialect() == Dialect::Postgres
        && let Some(SqlType::Char { length }) = type_of(operand, cx).as_deref()
    {
        let missing = (length.unwrap_or(1) as usize).saturating_sub(text.chars().count());
        text.extend(std::iter::repeat_n(' ', missing));
    }
    text
}

/// Case and accents off, trailing spaces kept: MySQL's LIKE compares character by character.
fn folded(text: &str, cx: &Context<'_>) -> String {
    fold(text, Some("utf8mb4_nopad_general_ci"), cx.dialect(), &SqlType::TEXT).into_owned()
}
