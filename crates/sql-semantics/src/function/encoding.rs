//! Binary strings as text: hex digits, base64, escapes.
//!
//! PostgreSQL's manual, §9.5; MySQL's, §12.8 and §12.13; SQLite's lang_corefunc.html.

use super::{BuiltinFunction, lenient, mismatch, strict};
use crate::{Context, EvaluateError, cast};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;
use seedbed_sql_values::text::push_hex;

/// PostgreSQL's own.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("encode",       (2, 2), encode),
    strict("decode",       (2, 2), decode),
    strict("convert_to",   (2, 2), |a, cx| in_utf8(&a[1], cx).map(|()| Value::Bytes(bytes_of(&a[0], cx)))),
    strict("convert_from", (2, 2), |a, cx| in_utf8(&a[1], cx).and_then(|()| text_of(binary(&a[0], cx)?))),
];

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("hex",         (1, 1), hex_of_number),
    strict("unhex",       (1, 1), |a, cx| Ok(from_hex(&padded_digits(&cast::as_text(&a[0], cx))).map_or(Value::Null, Value::Bytes))),
    strict("to_base64",   (1, 1), |a, cx| Ok(Value::Text(to_base64(&bytes_of(&a[0], cx))))),
    strict("from_base64", (1, 1), |a, cx| Ok(from_base64(&cast::as_text(&a[0], cx)).map_or(Value::Null, Value::Bytes))),
];

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    lenient("hex",  (1, 1), hex),
    strict("unhex", (1, 1), |a, cx| Ok(from_hex(&cast::as_text(&a[0], cx)).map_or(Value::Null, Value::Bytes))),
];

/// The bytes of a binary string, and of anything else those of its text in UTF-8.
pub(super) fn bytes_of(value: &Value, cx: &Context<'_>) -> Vec<u8> {
    match value {
        Value::Bytes(bytes) => bytes.clone(),
        other => cast::as_text(other, cx).into_bytes(),
    }
}

/// A binary string; a text constant is read as one.
pub(super) fn binary(value: &Value, cx: &Context<'_>) -> Result<Vec<u8>, EvaluateError> {
    match value {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        Value::Text(_) => match cast::cast(value.clone(), None, &SqlType::Blob { max_bytes: None }, cx)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(mismatch("bytea", &other)),
        },
        other => Err(mismatch("bytea", other)),
    }
}

/// Lower-case hex digits.
pub(super) fn hex_digits(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    out
}

/// The hex digits of a text's bytes; none of NULL.
fn hex(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    Ok(Value::Text(match &args[0] {
        Value::Null => String::new(),
        value => hex_digits(&bytes_of(value, cx)).to_ascii_uppercase(),
    }))
}

/// [`hex`], or the number itself in hex digits.
fn hex_of_number(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    match &args[0] {
        Value::Integer(n) => Ok(Value::Text(format!("{:X}", *n as u64))),
        _ => hex(args, cx),
    }
}

/// MySQL reads an odd number of digits as if after a zero.
fn padded_digits(text: &str) -> String {
    if text.len() % 2 == 1 { format!("0{text}") } else { text.to_owned() }
}

/// The bytes of pairs of hex digits.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high << 4 | low) as u8).collect())
}

/// In lines of 76 characters (RFC 2045).
fn to_base64(bytes: &[u8]) -> String {
    let whole = base64::engine::general_purpose::STANDARD.encode(bytes);
    let mut out = String::with_capacity(whole.len() + whole.len() / 76);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && i % 76 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out
}

/// White space is passed over; bits that the last digit has too many do not count.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).collect();
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config).decode(digits).ok()
}

/// A binary string in a form that is named.
fn encode(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (bytes, form) = (binary(&args[0], cx)?, cast::as_text(&args[1], cx));
    Ok(Value::Text(match form.to_ascii_lowercase().as_str() {
        "hex" => hex_digits(&bytes),
        "base64" => to_base64(&bytes),
        "escape" => escaped(&bytes),
        _ => return Err(EvaluateError::runtime(format!("unrecognized encoding: `{form}`"))),
    }))
}

/// Zero and bytes beyond ASCII in three octal digits, backslashes twice.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            0 | 128.. => out.push_str(&format!("\\{byte:03o}")),
            b'\\' => out.push_str("\\\\"),
            byte => out.push(char::from(*byte)),
        }
    }
    out
}

/// The binary string that a text is in a form that is named.
fn decode(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, form) = (cast::as_text(&args[0], cx), cast::as_text(&args[1], cx));
    let bytes = match form.to_ascii_lowercase().as_str() {
        "hex" => from_hex(&text.replace([' ', '\t', '\n', '\r'], "")),
        "base64" => from_base64(&text),
        "escape" => return Err(EvaluateError::unsupported("`decode` of escapes")),
        _ => return Err(EvaluateError::runtime(format!("unrecognized encoding: `{form}`"))),
    };
    bytes.map(Value::Bytes).ok_or_else(|| EvaluateError::runtime(format!("invalid {form} data")))
}

/// Texts are in UTF-8 whatever the database has them in; other encodings are not known here.
fn in_utf8(name: &Value, cx: &Context<'_>) -> Result<(), EvaluateError> {
    let name = cast::as_text(name, cx);
    let known = name.eq_ignore_ascii_case("utf8") || name.eq_ignore_ascii_case("utf-8");
    known.then_some(()).ok_or_else(|| EvaluateError::unsupported(format!("the encoding `{name}`")))
}

/// The text of bytes in UTF-8.
fn text_of(bytes: Vec<u8>) -> Result<Value, EvaluateError> {
    String::from_utf8(bytes)
        .map(Value::Text)
        .map_err(|_| EvaluateError::runtime("invalid byte sequence for encoding UTF8"))
}
