//! Functions of text.

use super::{Builtin, In, MANY, lenient, mismatch, strict};
use crate::text::push_hex;
use crate::typing::type_of;
use crate::{Context, EvaluateError, Value, cast};
use md5::{Digest, Md5};
use seedbed_schema_model::{Dialect, Expr, SqlType};

#[rustfmt::skip]
pub(super) const TABLE: &[Builtin] = &[
    strict("length",           In::ALL,          (1, 1), length),
    strict("char_length",      In::NOT_SQLITE,   (1, 1), char_length),
    strict("character_length", In::NOT_SQLITE,   (1, 1), char_length),
    strict("octet_length",     In::ALL,          (1, 1), octet_length),
    strict("bit_length",       In::NOT_SQLITE,   (1, 1), bit_length),
    strict("lower",            In::ALL,          (1, 1), |a, cx| map_case(a, cx, false)),
    strict("upper",            In::ALL,          (1, 1), |a, cx| map_case(a, cx, true)),
    strict("lcase",            In::MYSQL,        (1, 1), |a, cx| map_case(a, cx, false)),
    strict("ucase",            In::MYSQL,        (1, 1), |a, cx| map_case(a, cx, true)),
    strict("initcap",          In::POSTGRES,     (1, 1), initcap),
    strict("btrim",            In::POSTGRES,     (1, 2), |a, cx| trim(a, cx, true, true)),
    strict("trim",             In::ALL,          (1, 2), |a, cx| trim(a, cx, true, true)),
    strict("ltrim",            In::ALL,          (1, 2), |a, cx| trim(a, cx, true, false)),
    strict("rtrim",            In::ALL,          (1, 2), |a, cx| trim(a, cx, false, true)),
    strict("substr",           In::ALL,          (2, 3), substring),
    strict("substring",        In::ALL,          (2, 3), substring),
    strict("mid",              In::MYSQL,        (3, 3), substring),
    strict("left",             In::NOT_SQLITE,   (2, 2), left),
    strict("right",            In::NOT_SQLITE,   (2, 2), right),
    strict("strpos",           In::POSTGRES,     (2, 2), |a, cx| Ok(position(&a[0], &a[1], cx))),
    strict("position",         In::NOT_SQLITE,   (2, 2), |a, cx| Ok(position(&a[1], &a[0], cx))),
    strict("instr",            In::NOT_POSTGRES, (2, 2), |a, cx| Ok(position(&a[0], &a[1], cx))),
    strict("locate",           In::MYSQL,        (2, 2), |a, cx| Ok(position(&a[1], &a[0], cx))),
    strict("replace",          In::POSTGRES,     (3, 3), replace),
    lenient("replace",         In::MYSQL,        (3, 3), replace_mariadb),
    lenient("replace",         In::SQLITE,       (3, 3), replace_sqlite),
    strict("translate",        In::POSTGRES,     (3, 3), translate),
    strict("reverse",          In::NOT_SQLITE,   (1, 1), |a, cx| Ok(Value::Text(cast::as_text(&a[0], cx).chars().rev().collect()))),
    strict("repeat",           In::NOT_SQLITE,   (2, 2), repeat),
    strict("lpad",             In::NOT_SQLITE,   (2, 3), |a, cx| pad(a, cx, true)),
    strict("rpad",             In::NOT_SQLITE,   (2, 3), |a, cx| pad(a, cx, false)),
    strict("split_part",       In::POSTGRES,     (3, 3), split_part),
    strict("starts_with",      In::POSTGRES,     (2, 2), |a, cx| Ok(Value::Boolean(cast::as_text(&a[0], cx).starts_with(&cast::as_text(&a[1], cx))))),
    strict("ascii",            In::NOT_SQLITE,   (1, 1), |a, cx| Ok(Value::Integer(cast::as_text(&a[0], cx).chars().next().map_or(0, |c| u32::from(c).into())))),
    strict("unicode",          In::SQLITE,       (1, 1), |a, cx| Ok(cast::as_text(&a[0], cx).chars().next().map_or(Value::Null, |c| Value::Integer(u32::from(c).into())))),
    strict("chr",              In::POSTGRES,     (1, 1), chr),
    strict("md5",              In::NOT_SQLITE,   (1, 1), md5),
    strict("hex", In::MYSQL, (1, 1), hex),
    lenient("hex", In::SQLITE, (1, 1), hex),
    strict("to_hex",           In::POSTGRES,     (1, 1), to_hex),
    lenient("concat",          In::NOT_MYSQL,    (1, MANY), |a, cx| Ok(Value::Text(a.iter().map(|v| cast::as_text(v, cx)).collect()))),
    strict("concat",           In::MYSQL,        (1, MANY), |a, cx| Ok(Value::Text(a.iter().map(|v| cast::as_text(v, cx)).collect()))),
    lenient("concat_ws",       In::ALL,          (1, MANY), concat_ws),
    lenient("typeof",          In::SQLITE,       (1, 1), |a, _| Ok(Value::Text(storage_class(&a[0]).to_owned()))),
];

/// Text longer than this is not built: a `repeat` could ask for any length.
const MAX_LENGTH: usize = 1 << 24;

fn length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match (&args[0], cx.dialect()) {
        (Value::Bytes(bytes), _) => Ok(Value::Integer(bytes.len() as i128)),
        (Value::Bits(bits), _) => Ok(Value::Integer(bits.len() as i128)),
        (value, Dialect::MySql) => Ok(Value::Integer(cast::as_text(value, cx).len() as i128)),
        // SQLite counts up to the first NUL.
        (value, Dialect::Sqlite) => {
            Ok(Value::Integer(cast::as_text(value, cx).chars().take_while(|c| *c != '\0').count() as i128))
        }
        (value, _) => Ok(Value::Integer(cast::as_text(value, cx).chars().count() as i128)),
    }
}

fn char_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let count = match &args[0] {
        Value::Bytes(bytes) => bytes.len(),
        value => cast::as_text(value, cx).chars().count(),
    };
    Ok(Value::Integer(count as i128))
}

fn octet_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Integer(match &args[0] {
        Value::Bytes(bytes) => bytes.len() as i128,
        Value::Bits(bits) => bits.len().div_ceil(8) as i128,
        value => cast::as_text(value, cx).len() as i128,
    }))
}

fn bit_length(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match (&args[0], octet_length(args, cx)?) {
        (Value::Bits(bits), _) => Ok(Value::Integer(bits.len() as i128)),
        (_, Value::Integer(octets)) => Ok(Value::Integer(octets * 8)),
        (_, other) => Ok(other),
    }
}

/// `octet_length` of a PostgreSQL `char(n)` counts its padding, which our values do not carry.
pub(super) fn octet_length_of_char(
    name: &str,
    args: &[Expr],
    values: &[Value],
    cx: &Context<'_>,
) -> Option<Value> {
    let (Dialect::Postgres, "octet_length", Value::Text(text)) = (cx.dialect(), name, values.first()?) else {
        return None;
    };
    let Some(SqlType::Char { length }) = type_of(args.first()?, cx).as_deref().cloned() else { return None };
    let padding = (length.unwrap_or(1) as usize).saturating_sub(text.chars().count());
    Some(Value::Integer((text.len() + padding) as i128))
}

fn map_case(args: &[Value], cx: &Context<'_>, upper: bool) -> Result<Value, EvaluateError> {
    let text = cast::as_text(&args[0], cx);
    Ok(Value::Text(match (cx.dialect(), upper) {
        (Dialect::Sqlite, true) => text.to_ascii_uppercase(),
        (Dialect::Sqlite, false) => text.to_ascii_lowercase(),
        // Letter by letter, as the servers' C libraries do: `ß` stays what it is.
        (_, true) => text.chars().map(|c| single(c, c.to_uppercase())).collect(),
        (_, false) => text.chars().map(|c| single(c, c.to_lowercase())).collect(),
    }))
}

fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

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

fn trim(args: &[Value], cx: &Context<'_>, front: bool, back: bool) -> Result<Value, EvaluateError> {
    let text = cast::as_text(&args[0], cx);
    let set: Vec<char> =
        args.get(1).map_or_else(|| vec![' '], |set| cast::as_text(set, cx).chars().collect());
    if cx.dialect() == Dialect::MySql && set.len() > 1 {
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

fn integer(value: &Value, function: &str) -> Result<i128, EvaluateError> {
    match crate::compare::mysql_number(value) {
        Value::Integer(n) => Ok(n.clamp(-(1 << 40), 1 << 40)),
        Value::Float(f) => Ok(cast::saturating_integer(f).clamp(-(1 << 40), 1 << 40)),
        Value::Decimal(d) => Ok(d.floor().clamp(-(1 << 40), 1 << 40)),
        other => Err(mismatch(function, &other)),
    }
}

/// Characters from 1. PostgreSQL counts a start before 1 against the length; elsewhere negative starts count from the end.
fn substring(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if let (Value::Text(_), Value::Text(_), Dialect::Postgres) = (&args[0], &args[1], cx.dialect()) {
        return Err(EvaluateError::unsupported("`substring` by a pattern"));
    }
    let start = integer(&args[1], "substr")?;
    let length = args.get(2).map(|l| integer(l, "substr")).transpose()?;
    if let Value::Bytes(bytes) = &args[0] {
        // SQLite has no pointer to an empty blob, and takes that for NULL.
        if bytes.is_empty() && cx.dialect() == Dialect::Sqlite {
            return Ok(Value::Null);
        }
        let (from, to) = bounds(start, length, bytes.len() as i128, cx.dialect())?;
        return Ok(Value::Bytes(bytes[from..to].to_vec()));
    }
    let text = cast::as_text(&args[0], cx);
    let (from, to) = bounds(start, length, text.chars().count() as i128, cx.dialect())?;
    Ok(Value::Text(text.chars().skip(from).take(to - from).collect()))
}

/// Half-open range from 0.
fn bounds(
    start: i128,
    length: Option<i128>,
    size: i128,
    dialect: Dialect,
) -> Result<(usize, usize), EvaluateError> {
    let (from, to) = match dialect {
        Dialect::Postgres => {
            if length.is_some_and(|l| l < 0) {
                return Err(EvaluateError::runtime("negative substring length not allowed"));
            }
            (start - 1, length.map_or(size, |l| start - 1 + l))
        }
        Dialect::MySql if start == 0 || -start > size => (0, 0),
        Dialect::MySql => {
            let from = if start < 0 { size + start } else { start - 1 };
            (from, length.map_or(size, |l| from + l.max(0)))
        }
        _ => sqlite_bounds(start, length, size),
    };
    let clamp = |n: i128| n.clamp(0, size) as usize;
    Ok((clamp(from), clamp(to).max(clamp(from))))
}

/// SQLite: a negative length takes the characters *before* the start.
fn sqlite_bounds(start: i128, length: Option<i128>, size: i128) -> (i128, i128) {
    let from = match start {
        0 => -1,
        negative @ ..0 => size + negative,
        positive => positive - 1,
    };
    match length {
        // A start before the text eats into the length, except that counting from the end stops at its beginning.
        None => (from, size),
        Some(length) if length < 0 => (from + length + i128::from(start == 0), from + i128::from(start == 0)),
        Some(length) => (from, from + length),
    }
}

fn left(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "left")?);
    let keep = if n < 0 && cx.dialect() == Dialect::Postgres { text.chars().count() as i128 + n } else { n };
    Ok(Value::Text(text.chars().take(keep.max(0) as usize).collect()))
}

fn right(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "right")?);
    let size = text.chars().count() as i128;
    let skip = if n < 0 && cx.dialect() == Dialect::Postgres { -n } else { size - n.max(0) };
    Ok(Value::Text(text.chars().skip(skip.max(0) as usize).collect()))
}

/// Characters from 1, 0 when absent.
fn position(text: &Value, wanted: &Value, cx: &Context<'_>) -> Value {
    if let (Value::Bytes(text), Value::Bytes(wanted)) = (text, wanted) {
        let found = (0..=text.len().saturating_sub(wanted.len())).find(|i| text[*i..].starts_with(wanted));
        return Value::Integer(found.map_or(0, |i| i as i128 + 1));
    }
    let (mut text, mut wanted) = (cast::as_text(text, cx), cast::as_text(wanted, cx));
    if cx.dialect() == Dialect::MySql {
        (text, wanted) = (text.to_lowercase(), wanted.to_lowercase());
    }
    Value::Integer(text.find(&wanted).map_or(0, |at| text[..at].chars().count() as i128 + 1))
}

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

fn translate(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let [text, from, to] = [&args[0], &args[1], &args[2]].map(|a| cast::as_text(a, cx));
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mapped = text.chars().filter_map(|c| match from.iter().position(|f| *f == c) {
        Some(i) => to.get(i).copied(),
        None => Some(c),
    });
    Ok(Value::Text(mapped.collect()))
}

fn repeat(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "repeat")?.max(0) as usize);
    if text.len().saturating_mul(n) > MAX_LENGTH {
        return Err(EvaluateError::unsupported("a text so long"));
    }
    Ok(Value::Text(text.repeat(n)))
}

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

fn split_part(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, mark, n) =
        (cast::as_text(&args[0], cx), cast::as_text(&args[1], cx), integer(&args[2], "split_part")?);
    if n == 0 {
        return Err(EvaluateError::runtime("field position must not be zero"));
    }
    let parts: Vec<&str> = if mark.is_empty() { vec![&text] } else { text.split(&mark).collect() };
    let index = if n < 0 { parts.len() as i128 + n } else { n - 1 };
    let part = usize::try_from(index).ok().and_then(|i| parts.get(i)).copied().unwrap_or("");
    Ok(Value::Text(part.to_owned()))
}

fn chr(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let code = u32::try_from(integer(&args[0], "chr")?).ok().filter(|c| *c != 0).and_then(char::from_u32);
    code.map(|c| Value::Text(c.into())).ok_or_else(|| EvaluateError::runtime("requested character not valid"))
}

fn md5(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let bytes = match &args[0] {
        Value::Bytes(bytes) => bytes.clone(),
        other => cast::as_text(other, cx).into_bytes(),
    };
    let mut out = String::new();
    push_hex(&mut out, &Md5::digest(bytes));
    Ok(Value::Text(out))
}

fn hex(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let mut out = String::new();
    match &args[0] {
        Value::Null => {}
        Value::Integer(n) if cx.dialect() == Dialect::MySql => out = format!("{:x}", *n as u64),
        Value::Bytes(bytes) => push_hex(&mut out, bytes),
        other => push_hex(&mut out, cast::as_text(other, cx).as_bytes()),
    }
    Ok(Value::Text(out.to_ascii_uppercase()))
}

fn to_hex(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match &args[0] {
        Value::Integer(n) if i32::try_from(*n).is_ok() => Ok(Value::Text(format!("{:x}", *n as i32))),
        Value::Integer(n) => Ok(Value::Text(format!("{:x}", *n as i64))),
        other => Err(mismatch("to_hex", other)),
    }
}

fn concat_ws(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Null);
    }
    let parts: Vec<String> =
        args[1..].iter().filter(|v| !v.is_null()).map(|v| cast::as_text(v, cx)).collect();
    Ok(Value::Text(parts.join(&cast::as_text(&args[0], cx))))
}

fn storage_class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Integer(_) | Value::Boolean(_) => "integer",
        Value::Float(_) | Value::Decimal(_) => "real",
        Value::Bytes(_) => "blob",
        _ => "text",
    }
}
