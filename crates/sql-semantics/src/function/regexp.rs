//! Functions of regular expressions (PostgreSQL's manual, §9.7.3; MySQL's, §12.8.2, as MariaDB has them).
//!
//! Which text a match takes is decided differently: PCRE's is the one that the leftmost alternatives and the greediest
//! repetitions lead to, as the `regex` crate has it, PostgreSQL's is the longest. A pattern for which the two could
//! differ is not read.

use super::{BuiltinFunction, strict, strict_matching};
use crate::matching::{Case, Language, RegexFlavor, case_of, with_regex};
use crate::support::constant_text;
use crate::{Context, EvaluateError, Unsupported, cast};
use regex::{Captures, Regex};
use regex_syntax::hir::{Hir, HirKind};
use seedbed_schema_model::{Expr, LikeKind};
use seedbed_sql_values::Value;

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("regexp_replace", (3, 4), replace_postgres),
    strict("regexp_count",   (2, 2), |a, cx| found(a, None, cx, |regex, text| whole(regex.find_iter(text).count()))),
    strict("regexp_match",   (2, 3), |a, cx| found(a, a.get(2), cx, groups)),
    strict("regexp_substr",  (2, 2), |a, cx| found(a, None, cx, |regex, text| regex.find(text).map_or(Value::Null, |m| Value::Text(m.as_str().to_owned())))),
    strict("regexp_instr",   (2, 2), |a, cx| found(a, None, cx, place)),
    strict("regexp_split_to_array", (2, 3), split),
    strict("regexp_like",    (2, 3), like_postgres),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict_matching("regexp_replace", (3, 3), replace_mysql),
    strict_matching("regexp_substr",  (2, 2), |a, v, cx| found_mysql(a, v, cx, |regex, text| Value::Text(regex.find(text).map_or("", |m| m.as_str()).to_owned()))),
    strict_matching("regexp_instr",   (2, 2), |a, v, cx| found_mysql(a, v, cx, place)),
    strict_matching("regexp_like",    (2, 2), |a, v, cx| found_mysql(a, v, cx, |regex, text| Value::Integer(regex.is_match(text).into()))),
];

/// Whether a call's pattern can be read, for saying so before the first row.
pub(super) fn supported(name: &str, args: &[Expr], cx: &Context<'_>) -> Result<(), Unsupported> {
    let pattern = match (name, args) {
        (name, [_, pattern, ..]) if name.starts_with("regexp_") => constant_text(pattern),
        ("substring", [_, pattern]) => constant_text(pattern),
        _ => None,
    };
    match pattern.map(|pattern| check(name, pattern, cx)) {
        Some(Err(EvaluateError::Unsupported(unsupported))) => Err(unsupported),
        _ => Ok(()),
    }
}

/// Whether the pattern compiles, and where the text of a match counts, is the same for both engines.
fn check(name: &str, pattern: &str, cx: &Context<'_>) -> Result<(), EvaluateError> {
    let language = Language::new(LikeKind::Regex, None, Case::Sensitive, &cx.semantics.patterns)?;
    with_regex(language, pattern, |regex| match cx.semantics.patterns.regular_expressions {
        Ok(RegexFlavor::Posix) if name != "regexp_like" => one_reading(regex),
        _ => Ok(()),
    })?
}

/// `SUBSTRING(text FROM pattern)`: the first group of the first match, or all of it where the pattern has none.
pub(super) fn substring_by_pattern(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    found(args, None, cx, |regex, text| {
        let group = usize::from(regex.captures_len() > 1);
        let matched = regex.captures(text).and_then(|captures| captures.get(group));
        matched.map_or(Value::Null, |m| Value::Text(m.as_str().to_owned()))
    })
}

/// What the letters of an argument ask for.
#[derive(Clone, Copy, Debug)]
struct Flags {
    all: bool,
    case: Case,
}

/// The letters that PostgreSQL knows and the evaluator too.
fn flags(letters: Option<&Value>, cx: &Context<'_>) -> Result<Flags, EvaluateError> {
    let mut flags = Flags { all: false, case: Case::Sensitive };
    for letter in letters.map(|value| cast::as_text(value, cx)).unwrap_or_default().chars() {
        match letter {
            'g' => flags.all = true,
            'i' => flags.case = Case::Insensitive,
            'c' => flags.case = Case::Sensitive,
            letter => return Err(EvaluateError::unsupported(format!("the pattern's flag `{letter}`"))),
        }
    }
    Ok(flags)
}

/// What is asked of PostgreSQL's expression, the second argument, over the first one's text.
fn found<T>(
    args: &[Value],
    letters: Option<&Value>,
    cx: &Context<'_>,
    ask: impl FnOnce(&Regex, &str) -> T,
) -> Result<T, EvaluateError> {
    let case = flags(letters, cx)?.case;
    let language = Language::new(LikeKind::Regex, None, case, &cx.semantics.patterns)?;
    let (text, pattern) = (cast::as_text(&args[0], cx), cast::as_text(&args[1], cx));
    with_regex(language, &pattern, |regex| one_reading(regex).map(|()| ask(regex, &text)))?
}

/// What is asked of MySQL's expression, under the collation of both.
fn found_mysql<'a, T>(
    args: &'a [Expr],
    values: &[Value],
    cx: &'a Context<'a>,
    ask: impl FnOnce(&Regex, &str) -> T,
) -> Result<T, EvaluateError> {
    let case = case_of(LikeKind::Regex, &args[0], &args[1], cx);
    let language = Language::new(LikeKind::Regex, None, case, &cx.semantics.patterns)?;
    let (text, pattern) = (cast::as_text(&values[0], cx), cast::as_text(&values[1], cx));
    with_regex(language, &pattern, |regex| ask(regex, &text))
}

/// Whether there is a match; only here does it not matter which.
fn like_postgres(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let case = flags(args.get(2), cx)?.case;
    let language = Language::new(LikeKind::Regex, None, case, &cx.semantics.patterns)?;
    let (text, pattern) = (cast::as_text(&args[0], cx), cast::as_text(&args[1], cx));
    with_regex(language, &pattern, |regex| Value::Boolean(regex.is_match(&text)))
}

/// The first match replaced, or with `g` all of them.
fn replace_postgres(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if matches!(args.get(3), Some(Value::Integer(_))) {
        return Err(EvaluateError::unsupported("`regexp_replace` from a position"));
    }
    let flags = flags(args.get(3), cx)?;
    let put = cast::as_text(&args[2], cx);
    found(args, args.get(3), cx, |regex, text| {
        let limit = usize::from(!flags.all);
        Value::Text(regex.replacen(text, limit, |m: &Captures<'_>| expanded(&put, m, true)).into_owned())
    })
}

/// All matches replaced. What MariaDB makes of a match of nothing is not known here.
fn replace_mysql<'a>(
    args: &'a [Expr],
    values: &[Value],
    cx: &'a Context<'a>,
) -> Result<Value, EvaluateError> {
    let put = cast::as_text(&values[2], cx);
    found_mysql(args, values, cx, |regex, text| {
        if regex.find_iter(text).any(|m| m.is_empty()) {
            return Err(EvaluateError::unsupported("`regexp_replace` of nothing"));
        }
        let made = regex.replace_all(text, |m: &Captures<'_>| expanded(&put, m, false)).into_owned();
        Ok(Value::Text(made))
    })?
}

/// A replacement with the groups in it: `\1`, and `\&` for all of the match where the server has it.
fn expanded(put: &str, matched: &Captures<'_>, ampersand: bool) -> String {
    let mut out = String::new();
    let group = |n: usize| matched.get(n).map_or("", |m| m.as_str());
    let mut chars = put.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('&') if ampersand => out.push_str(group(0)),
            Some(digit) if digit.is_ascii_digit() && !(ampersand && digit == '0') => {
                out.push_str(group(digit as usize - '0' as usize));
            }
            Some('\\') => out.push('\\'),
            Some(other) if ampersand => out.extend(['\\', other]),
            Some(other) => out.push(other),
            None if ampersand => out.push('\\'),
            None => {}
        }
    }
    out
}

/// The groups of the first match, or all of it where there are none; NULL where nothing matches.
fn groups(regex: &Regex, text: &str) -> Value {
    let Some(captures) = regex.captures(text) else { return Value::Null };
    let first = usize::from(captures.len() > 1);
    let group = |n| captures.get(n).map_or(Value::Null, |m| Value::Text(m.as_str().to_owned()));
    Value::Array((first..captures.len()).map(group).collect())
}

/// The character at which the first match begins, from 1; 0 for none.
fn place(regex: &Regex, text: &str) -> Value {
    whole(regex.find(text).map_or(0, |m| text[..m.start()].chars().count() + 1))
}

/// The texts between the matches. A match of nothing splits between characters, by rules of its own.
fn split(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    found(args, args.get(2), cx, |regex, text| {
        if regex.find_iter(text).any(|m| m.is_empty()) {
            return Err(EvaluateError::unsupported("a split at nothing"));
        }
        Ok(Value::Array(regex.split(text).map(|part| Value::Text(part.to_owned())).collect()))
    })?
}

fn whole(n: usize) -> Value {
    Value::Integer(n as i128)
}

/// Whether the leftmost, greediest match is the longest one.
///
/// It is where the pattern is a row of characters, each from a set and repeated greedily, groups and assertions aside:
/// taking the most that the rest allows leaves the rest no less. With alternatives of different lengths, or repeated
/// rows, `a?(ab)?` of `ab` is `a` to the one and `ab` to the other.
fn one_reading(regex: &Regex) -> Result<(), EvaluateError> {
    let hir = regex_syntax::parse(regex.as_str());
    let plain = hir.as_ref().is_ok_and(is_row_of_sets);
    plain.then_some(()).ok_or_else(|| {
        EvaluateError::unsupported(format!("which text the pattern `{}` matches", regex.as_str()))
    })
}

/// Whether an expression is a row of sets, repeated or not.
fn is_row_of_sets(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => true,
        HirKind::Capture(group) => is_row_of_sets(&group.sub),
        HirKind::Concat(parts) => parts.iter().all(is_row_of_sets),
        HirKind::Repetition(repeated) => {
            let times = repeated.greedy || Some(repeated.min) == repeated.max;
            let sub = match repeated.sub.kind() {
                HirKind::Capture(group) => &group.sub,
                _ => &repeated.sub,
            };
            times && is_single(sub)
        }
        // Alternatives of one length end at one place.
        HirKind::Alternation(parts) => {
            let mut lengths = parts.iter().map(literal_length);
            let first = lengths.next().flatten();
            first.is_some() && lengths.all(|length| length == first)
        }
    }
}

/// Whether it is one character.
fn is_single(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(_) => true,
        HirKind::Literal(literal) => str::from_utf8(&literal.0).is_ok_and(|text| text.chars().count() == 1),
        _ => false,
    }
}

/// How many bytes a constant text has.
fn literal_length(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.len()),
        _ => None,
    }
}
