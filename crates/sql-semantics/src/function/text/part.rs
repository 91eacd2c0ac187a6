//! Parts of a text and where they are: `substr`, `left`, `right`, `position`, `split_part`.
//!
//! Characters count from 1. What the dialects say of numbers outside the text differs in every function.

use super::integer;
use crate::function::regexp;
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;

/// A half-open range from 0 of a start, a length and the text's size, any of it outside the text.
type Bounds = fn(i128, Option<i128>, i128) -> Result<(i128, i128), EvaluateError>;

/// Characters from 1, or bytes of a binary string.
fn substring(args: &[Value], cx: &Context<'_>, bounds: Bounds) -> Result<Value, EvaluateError> {
    let start = integer(&args[1], "substr")?;
    let length = args.get(2).map(|l| integer(l, "substr")).transpose()?;
    let range = |size: usize| -> Result<(usize, usize), EvaluateError> {
        let (from, to) = bounds(start, length, size as i128)?;
        let clamp = |n: i128| n.clamp(0, size as i128) as usize;
        Ok((clamp(from), clamp(to).max(clamp(from))))
    };
    if let Value::Bytes(bytes) = &args[0] {
        let (from, to) = range(bytes.len())?;
        return Ok(Value::Bytes(bytes[from..to].to_vec()));
    }
    let text = cast::as_text(&args[0], cx);
    let (from, to) = range(text.chars().count())?;
    Ok(Value::Text(text.chars().skip(from).take(to - from).collect()))
}

/// A start before 1 counts against the length.
pub(super) fn substring_postgres(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if let (Value::Text(_), Value::Text(_)) = (&args[0], &args[1]) {
        return regexp::substring_by_pattern(args, cx);
    }
    substring(args, cx, |start, length, size| {
        if length.is_some_and(|l| l < 0) {
            return Err(EvaluateError::runtime("negative substring length not allowed"));
        }
        Ok((start - 1, length.map_or(size, |l| start - 1 + l)))
    })
}

/// A negative start counts from the end, and not beyond the beginning.
pub(super) fn substring_mysql(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    substring(args, cx, |start, length, size| {
        if start == 0 || -start > size {
            return Ok((0, 0));
        }
        let from = if start < 0 { size + start } else { start - 1 };
        Ok((from, length.map_or(size, |l| from + l.max(0))))
    })
}

/// `substr` as lang_corefunc.html has it: see [`sqlite_bounds`].
pub(super) fn substring_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    // SQLite has no pointer to an empty blob, and takes that for NULL.
    if matches!(&args[0], Value::Bytes(bytes) if bytes.is_empty()) {
        return Ok(Value::Null);
    }
    substring(args, cx, |start, length, size| Ok(sqlite_bounds(start, length, size)))
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

/// So many characters from the beginning; none for a negative number.
pub(super) fn left(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "left")?);
    Ok(Value::Text(text.chars().take(n.max(0) as usize).collect()))
}

/// All but so many characters at the end, when the number is negative.
pub(super) fn left_postgres(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "left")?);
    let keep = if n < 0 { text.chars().count() as i128 + n } else { n };
    Ok(Value::Text(text.chars().take(keep.max(0) as usize).collect()))
}

/// So many characters from the end; none for a negative number.
pub(super) fn right(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "right")?);
    let skip = text.chars().count() as i128 - n.max(0);
    Ok(Value::Text(text.chars().skip(skip.max(0) as usize).collect()))
}

/// All but so many characters at the beginning, when the number is negative.
pub(super) fn right_postgres(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, n) = (cast::as_text(&args[0], cx), integer(&args[1], "right")?);
    let skip = if n < 0 { -n } else { text.chars().count() as i128 - n };
    Ok(Value::Text(text.chars().skip(skip.max(0) as usize).collect()))
}

/// Characters from 1, or bytes of a binary string; 0 when absent.
pub(super) fn position(text: &Value, wanted: &Value, cx: &Context<'_>) -> Value {
    position_by(text, wanted, cx, |text| text)
}

/// [`position`], whatever the case.
pub(super) fn folded_position(text: &Value, wanted: &Value, cx: &Context<'_>) -> Value {
    position_by(text, wanted, cx, |text| text.to_lowercase())
}

/// Where a text is found in another after both were folded.
fn position_by(text: &Value, wanted: &Value, cx: &Context<'_>, fold: fn(String) -> String) -> Value {
    if let (Value::Bytes(text), Value::Bytes(wanted)) = (text, wanted) {
        let found = (0..=text.len().saturating_sub(wanted.len())).find(|i| text[*i..].starts_with(wanted));
        return Value::Integer(found.map_or(0, |i| i as i128 + 1));
    }
    let (text, wanted) = (fold(cast::as_text(text, cx)), fold(cast::as_text(wanted, cx)));
    Value::Integer(text.find(&wanted).map_or(0, |at| text[..at].chars().count() as i128 + 1))
}

/// The part between two separators, counted from 1, or from the end when negative.
pub(super) fn split_part(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
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

/// PostgreSQL's OVERLAY: as many characters as the second text has, or the number given, give way to it.
pub(super) fn overlay(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, put) = (cast::as_text(&args[0], cx), cast::as_text(&args[1], cx));
    let start = integer(&args[2], "overlay")?;
    if start <= 0 {
        return Err(EvaluateError::runtime("negative substring length not allowed"));
    }
    let length = args.get(3).map_or_else(|| Ok(put.chars().count() as i128), |n| integer(n, "overlay"))?;
    let before = text.chars().take((start - 1) as usize);
    let after = text.chars().skip((start - 1 + length).max(0) as usize);
    Ok(Value::Text(before.chain(put.chars()).chain(after).collect()))
}

/// MySQL's INSERT: nothing changes where the start is outside the text; a length beyond its end is the rest of it.
pub(super) fn insert(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, put) = (cast::as_text(&args[0], cx), cast::as_text(&args[3], cx));
    let (start, length) = (integer(&args[1], "insert")?, integer(&args[2], "insert")?);
    let size = text.chars().count() as i128;
    if start < 1 || start > size {
        return Ok(Value::Text(text));
    }
    let end = if length < 0 { size } else { start - 1 + length };
    let before = text.chars().take((start - 1) as usize);
    Ok(Value::Text(before.chain(put.chars()).chain(text.chars().skip(end as usize)).collect()))
}
