//! Functions of text.
//!
//! PostgreSQL's manual, §9.4 and §9.5; MySQL's, §12.8; SQLite's lang_corefunc.html. Characters are code points; a
//! binary string counts bytes where the server counts them.

mod part;

use super::{BuiltinFunction, MANY, Trim, encoding, lenient, mismatch, range, strict};
use crate::compare::mysql::number_of;
use crate::typing::type_of;
use crate::{Context, EvaluateError, cast};
use part::{
    folded_position, insert, left, left_postgres, overlay, position, right, right_postgres, split_part,
    substring_mysql, substring_postgres, substring_sqlite,
};
use seedbed_schema_model::{Expr, SqlType};
use seedbed_sql_values::{CharPadding, Value, representation};

/// What all have.
#[rustfmt::skip]
pub(crate) const COMMON: &[BuiltinFunction] = &[
    strict("octet_length", (1, 1), octet_length),
    strict("trim",         (1, 2), |a, cx| trim(a, cx, true, true)),
    strict("ltrim",        (1, 2), |a, cx| trim(a, cx, true, false)),
    strict("rtrim",        (1, 2), |a, cx| trim(a, cx, false, true)),
    lenient("concat_ws",   (1, MANY), concat_ws),
];

/// What SQLite lacks.
#[rustfmt::skip]
pub(crate) const POSTGRES_AND_MYSQL: &[BuiltinFunction] = &[
    strict("char_length",      (1, 1), char_length),
    strict("character_length", (1, 1), char_length),
    strict("bit_length",       (1, 1), bit_length),
    strict("lower",            (1, 1), lower),
    strict("upper",            (1, 1), upper),
    strict("reverse",          (1, 1), |a, cx| Ok(Value::Text(cast::as_text(&a[0], cx).chars().rev().collect()))),
    strict("repeat",           (2, 2), repeat),
    strict("lpad",             (2, 3), |a, cx| pad(a, cx, true)),
    strict("rpad",             (2, 3), |a, cx| pad(a, cx, false)),
];

/// What MySQL lacks.
#[rustfmt::skip]
pub(crate) const POSTGRES_AND_SQLITE: &[BuiltinFunction] = &[
    lenient("concat", (1, MANY), |a, cx| Ok(Value::Text(a.iter().map(|v| cast::as_text(v, cx)).collect()))),
];

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("length",      (1, 1), char_length),
    strict("ascii",       (1, 1), |a, cx| Ok(Value::Integer(cast::as_text(&a[0], cx).chars().next().map_or(0, |c| u32::from(c).into())))),
    strict("overlay",     (3, 4), overlay),
    strict("initcap",     (1, 1), initcap),
    strict("btrim",       (1, 2), |a, cx| trim(a, cx, true, true)),
    strict("substr",      (2, 3), substring_postgres),
    strict("substring",   (2, 3), substring_postgres),
    strict("left",        (2, 2), left_postgres),
    strict("right",       (2, 2), right_postgres),
    strict("strpos",      (2, 2), |a, cx| Ok(position(&a[0], &a[1], cx))),
    strict("position",    (2, 2), |a, cx| Ok(position(&a[1], &a[0], cx))),
    strict("replace",     (3, 3), replace),
    strict("translate",   (3, 3), translate),
    strict("split_part",  (3, 3), split_part),
    strict("starts_with", (2, 2), |a, cx| Ok(Value::Boolean(cast::as_text(&a[0], cx).starts_with(&cast::as_text(&a[1], cx))))),
    strict("chr",         (1, 1), chr),
    strict("to_hex",      (1, 1), to_hex),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("length",    (1, 1), length_in_bytes),
    strict("ascii",     (1, 1), |a, cx| Ok(Value::Integer(encoding::bytes_of(&a[0], cx).first().copied().unwrap_or(0).into()))),
    strict("ord",       (1, 1), |a, cx| Ok(Value::Integer(ord(&a[0], cx)))),
    strict("lcase",     (1, 1), lower),
    strict("ucase",     (1, 1), upper),
    strict("substr",    (2, 3), substring_mysql),
    strict("substring", (2, 3), substring_mysql),
    strict("mid",       (3, 3), substring_mysql),
    strict("left",      (2, 2), left),
    strict("right",     (2, 2), right),
    strict("position",  (2, 2), |a, cx| Ok(folded_position(&a[1], &a[0], cx))),
    strict("instr",     (2, 2), |a, cx| Ok(folded_position(&a[0], &a[1], cx))),
    strict("locate",    (2, 2), |a, cx| Ok(folded_position(&a[1], &a[0], cx))),
    strict("insert",    (4, 4), insert),
    strict("space",     (1, 1), |a, cx| repeat(&[Value::Text(" ".to_owned()), a[0].clone()], cx)),
    lenient("replace",  (3, 3), replace_mariadb),
    strict("concat",    (1, MANY), |a, cx| Ok(Value::Text(a.iter().map(|v| cast::as_text(v, cx)).collect()))),
];

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    strict("length",    (1, 1), length_to_nul),
    strict("lower",     (1, 1), ascii_lower),
    strict("upper",     (1, 1), ascii_upper),
    strict("substr",    (2, 3), substring_sqlite),
    strict("substring", (2, 3), substring_sqlite),
    strict("instr",     (2, 2), |a, cx| Ok(position(&a[0], &a[1], cx))),
    lenient("replace",  (3, 3), replace_sqlite),
    strict("unicode",   (1, 1), |a, cx| Ok(cast::as_text(&a[0], cx).chars().next().map_or(Value::Null, |c| Value::Integer(u32::from(c).into())))),
    lenient("typeof",   (1, 1), |a, _| Ok(Value::Text(storage_class(&a[0]).to_owned()))),
];

/// Text longer than this is not built: a `repeat` could ask for any length.
pub(super) const MAX_LENGTH: usize = 1 << 24;

/// The bytes of a text, and of a binary string.
fn length_in_bytes(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(match &args[0] {
        Value::Bytes(bytes) => bytes.len(),
        Value::Bits(bits) => bits.len(),
        value => cast::as_text(value, cx).len(),
    } as i128))
}

/// The characters of a text up to the first NUL, and the bytes of a binary string.
fn length_to_nul(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(match &args[0] {
        Value::Bytes(bytes) => bytes.len(),
        Value::Bits(bits) => bits.len(),
        value => cast::as_text(value, cx).chars().take_while(|c| *c != '\0').count(),
    } as i128))
}

/// The characters of a text, and the bytes of a binary string.
fn char_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let count = match &args[0] {
        Value::Bytes(bytes) => bytes.len(),
        value => cast::as_text(value, cx).chars().count(),
    };
    Ok(Value::Integer(count as i128))
}

/// Bytes in UTF-8; of a bit string, the bytes that its bits fill.
fn octet_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(match &args[0] {
        Value::Bytes(bytes) => bytes.len() as i128,
        Value::Bits(bits) => bits.len().div_ceil(8) as i128,
        value => cast::as_text(value, cx).len() as i128,
    }))
}

/// Bits: eight times the bytes.
fn bit_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match (&args[0], octet_length(args, cx)?) {
        (Value::Bits(bits), _) => Ok(Value::Integer(bits.len() as i128)),
        (_, Value::Integer(octets)) => Ok(Value::Integer(octets * 8)),
        (_, other) => Ok(other),
    }
}

/// `octet_length` of a `char(n)` can count its padding, which our values do not carry.
pub(super) fn octet_length_of_char(
    name: &str,
    args: &[Expr],
    values: &[Value],
    cx: &Context<'_>,
) -> Option<Value> {
    let ("octet_length", Value::Text(text)) = (name, values.first()?) else { return None };
    if representation(cx.dialect()).storage.char_padding == CharPadding::Stripped {
        return None;
    }
    let Some(SqlType::Char { length }) = type_of(args.first()?, cx).as_deref().cloned() else { return None };
    let padding = (length.unwrap_or(1) as usize).saturating_sub(text.chars().count());
    Some(Value::Integer((text.len() + padding) as i128))
}

/// Lower case of all letters.
fn lower(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if let Value::Range(set) = &args[0] {
        return Ok(range::lower(set));
    }
    Ok(map_text(args, cx, |text| text.chars().map(|c| single(c, c.to_lowercase())).collect()))
}

/// Upper case of all letters.
fn upper(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if let Value::Range(set) = &args[0] {
        return Ok(range::upper(set));
    }
    Ok(map_text(args, cx, |text| text.chars().map(|c| single(c, c.to_uppercase())).collect()))
}

/// Lower case of the letters of ASCII, as SQLite has it without ICU.
fn ascii_lower(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(map_text(args, cx, str::to_ascii_lowercase))
}

/// Upper case of the letters of ASCII.
fn ascii_upper(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(map_text(args, cx, str::to_ascii_uppercase))
}

/// The first argument as text, changed.
fn map_text(args: &[Value], cx: &Context<'_>, map: fn(&str) -> String) -> Value {
    Value::Text(map(&cast::as_text(&args[0], cx)))
}

/// Letter by letter, as the servers' C libraries do: `ß` stays what it is.
fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Each word with a capital; words are letters and digits next to each other.
fn initcap(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let mut inside = false;
    let text = cast::as_text(&args[0], cx)
        .chars()
        .map(|c| {
            let mapped = if inside { single(c, c.to_lowercase()) } else { single(c, c.to_uppercase()) };
            inside = c.is_alphanumeric();
            mapped
        })
        .collect();
    Ok(Value::Text(text))
}

/// The text without the characters of the second argument at its ends; without spaces if there is none.
fn trim(args: &[Value], cx: &Context<'_>, front: bool, back: bool) -> Result<Value, EvaluateError> {
    let text = cast::as_text(&args[0], cx);
    let set: Vec<char> =
        args.get(1).map_or_else(|| vec![' '], |set| cast::as_text(set, cx).chars().collect());
    if cx.semantics.functions.trim == Trim::String && set.len() > 1 {
        return Err(EvaluateError::unsupported("`TRIM` of a string of several characters"));
    }
    let mut rest = text.as_str();
    if front {
        rest = rest.trim_start_matches(set.as_slice());
    }
    if back {
        rest = rest.trim_end_matches(set.as_slice());
    }
    Ok(Value::Text(rest.to_owned()))
}

/// An argument that counts something, bounded far beyond any text's length.
pub(super) fn integer(value: &Value, function: &str) -> Result<i128, EvaluateError> {
    match number_of(value) {
        Value::Integer(n) => Ok(n.clamp(-(1 << 40), 1 << 40)),
        Value::Float(f) => Ok(cast::saturating_integer(f).clamp(-(1 << 40), 1 << 40)),
        Value::Decimal(d) => Ok(d.floor().clamp(-(1 << 40), 1 << 40)),
        other => Err(mismatch(function, &other)),
    }
}

/// Every occurrence of the second argument replaced by the third; an empty one occurs nowhere.
fn replace(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let [text, from, to] = [&args[0], &args[1], &args[2]].map(|a| cast::as_text(a, cx));
    if from.is_empty() {
        return Ok(Value::Text(text));
    }
    let count = text.matches(&from).count();
    if text.len() + count.saturating_mul(to.len()) > MAX_LENGTH {
        return Err(EvaluateError::unsupported("a text so long"));
    }
    Ok(Value::Text(text.replace(&from, &to)))
}

/// MariaDB does not look at the replacement when nothing is found; MySQL does, and answers NULL for a NULL one.
fn replace_mariadb(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() || args[1].is_null() {
        return Ok(Value::Null);
    }
    let [text, from] = [&args[0], &args[1]].map(|a| cast::as_text(a, cx));
    if args[2].is_null() && !from.is_empty() && text.contains(&from) {
        return Ok(Value::Null);
    }
    replace(args, cx)
}

/// SQLite does not look at the replacement when there is nothing to look for.
fn replace_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() || args[1].is_null() {
        return Ok(Value::Null);
    }
    if args[2].is_null() && !cast::as_text(&args[1], cx).is_empty() {
        return Ok(Value::Null);
    }
    replace(args, cx)
}

/// Each character of the second argument replaced by the one in its place in the third, or left out where there is
/// none.
fn translate(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let [text, from, to] = [&args[0], &args[1], &args[2]].map(|a| cast::as_text(a, cx));
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mapped = text.chars().filter_map(|c| match from.iter().position(|f| *f == c) {
        Some(i) => to.get(i).copied(),
        None => Some(c),
    });
    Ok(Value::Text(mapped.collect()))
}

/// The text so many times over.
fn repeat(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "repeat")?.max(0) as usize);
    if text.len().saturating_mul(n) > MAX_LENGTH {
        return Err(EvaluateError::unsupported("a text so long"));
    }
    Ok(Value::Text(text.repeat(n)))
}

/// The text filled up to a number of characters, or cut to it on the right.
fn pad(args: &[Value], cx: &Context<'_>, front: bool) -> Result<Value, EvaluateError> {
    let text = cast::as_text(&args[0], cx);
    let length = integer(&args[1], "lpad")?.max(0) as usize;
    let fill: Vec<char> = args.get(2).map_or_else(|| vec![' '], |f| cast::as_text(f, cx).chars().collect());
    if length > MAX_LENGTH {
        return Err(EvaluateError::unsupported("a text so long"));
    }
    let size = text.chars().count();
    let padding = fill.into_iter().cycle().take(length.saturating_sub(size));
    let kept = text.chars().take(length);
    Ok(Value::Text(if front { padding.chain(kept).collect() } else { kept.chain(padding).collect() }))
}

/// The character of a code point; 0 is none.
fn chr(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let code = u32::try_from(integer(&args[0], "chr")?).ok().filter(|c| *c != 0).and_then(char::from_u32);
    code.map(|c| Value::Text(c.into())).ok_or_else(|| EvaluateError::runtime("requested character not valid"))
}

/// The first character's bytes as one number, the first byte highest.
fn ord(value: &Value, cx: &Context<'_>) -> i128 {
    let first = cast::as_text(value, cx).chars().next();
    first.map_or(0, |c| {
        c.encode_utf8(&mut [0; 4]).bytes().fold(0, |number, byte| number << 8 | i128::from(byte))
    })
}

/// An integer in hex digits, in two's complement of its own width.
fn to_hex(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match &args[0] {
        Value::Integer(n) if i32::try_from(*n).is_ok() => Ok(Value::Text(format!("{:x}", *n as i32))),
        Value::Integer(n) => Ok(Value::Text(format!("{:x}", *n as i64))),
        other => Err(mismatch("to_hex", other)),
    }
}

/// The arguments that are not NULL with the first one between them.
fn concat_ws(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Null);
    }
    let parts: Vec<String> =
        args[1..].iter().filter(|v| !v.is_null()).map(|v| cast::as_text(v, cx)).collect();
    Ok(Value::Text(parts.join(&cast::as_text(&args[0], cx))))
}

/// SQLite's name for the kind of a value (datatype3.html, §2).
fn storage_class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Integer(_) | Value::Boolean(_) => "integer",
        Value::Float(_) | Value::Decimal(_) => "real",
        Value::Bytes(_) => "blob",
        _ => "text",
    }
}
