//! Texts as constants and names of SQL (PostgreSQL's manual, §9.4; MySQL's, §12.8; SQLite's lang_corefunc.html).

use super::{BuiltinFunction, lenient, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("quote_literal",   (1, 1), |a, cx| Ok(Value::Text(literal(&cast::as_text(&a[0], cx))))),
    lenient("quote_nullable", (1, 1), quote_nullable),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    lenient("quote", (1, 1), quote_mysql),
];

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    lenient("quote", (1, 1), quote_sqlite),
];

/// With backslashes it is written with an `E`, where they stand for themselves twice.
fn literal(text: &str) -> String {
    let mark = if text.contains('\\') { "E" } else { "" };
    format!("{mark}'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// NULL is the word.
fn quote_nullable(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Text(match &args[0] {
        Value::Null => "NULL".to_owned(),
        value => literal(&cast::as_text(value, cx)),
    }))
}

/// Quotes, backslashes, NUL and Control-Z with a backslash in front; NULL is the word.
fn quote_mysql(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Text("NULL".to_owned()));
    }
    let mut out = String::from("'");
    for c in cast::as_text(&args[0], cx).chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\0' => out.push_str("\\0"),
            '\u{1a}' => out.push_str("\\Z"),
            c => out.push(c),
        }
    }
    out.push('\'');
    Ok(Value::Text(out))
}

/// Numbers as they are, texts up to the first NUL in quotes, blobs in hex digits, NULL as the word.
fn quote_sqlite(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Text(match &args[0] {
        Value::Null => "NULL".to_owned(),
        value @ Value::Integer(_) => cast::as_text(value, cx),
        Value::Float(_) => return Err(super::mismatch("quote", &args[0])),
        Value::Bytes(bytes) => format!("X'{}'", super::encoding::hex_digits(bytes).to_ascii_uppercase()),
        value => {
            let text = cast::as_text(value, cx);
            format!("'{}'", text.split('\0').next().unwrap_or("").replace('\'', "''"))
        }
    }))
}
